#pragma once
/** @file The files that failed one by one in a session: events 9900 with the session's id. */
#include "sdk/action.h"

/** Oldest events are read first; a longer list is not complete. */
#define SW_ITEMS_MAX 5000

struct sw_items {
    const struct sw_value *listing;
    const struct sw_value *rows; /**< list of {path, hresult, meaning, operation, persistent} */
    bool is_short; /**< the log was read to its end and has fewer names than the session counted */
};

/**
 * Ask for the items of one session.
 *
 * @param expected the session's own count: fewer names make the listing incomplete (the log rolled
 * over, or the agent did not write them), never "no error"
 * @return false: *ret_why NULL: an answer is missing; else what could not be read
 */
bool sw_items_ask(struct sw_probe *probe, const char *ask_name, const char *correlation_id,
                  int64_t expected, struct sw_items *ret_items, const char **ret_why);
