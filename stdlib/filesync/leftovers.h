#pragma once
/** @file The files that sync never uploads, asked for and listed. */
#include "sdk/action.h"

struct sw_leftovers {
    const struct sw_value *listing;
    size_t unread_count;           /**< folders that could not be read */
    const struct sw_value *unread; /**< their names */
};

/** @return false: *ret_why NULL: an answer is missing; else what could not be read */
bool sw_leftovers_ask(struct sw_probe *probe, struct sw_leftovers *ret_leftovers,
                      const char **ret_why);
