#pragma once
/** @file The part of a URL that says where a request goes. */
#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>

struct sw_origin {
    const char *host; /**< without brackets */
    int port;
    const char *rest; /**< from the path on, or "" */
};

/** Bytes that a URL may consist of, and not too many: what else stands there would lead elsewhere.
 */
bool sw_url_is_text(const char *url);

/**
 * Take it apart, from behind "https://" on.
 *
 * @param port where it names none @errors SW_E_UNREACHABLE: no host, a port that can't be, a user
 */
bool sw_url_origin(struct sw_arena *arena, const char *authority, int port, struct sw_origin *ret,
                   struct sw_error *err);
