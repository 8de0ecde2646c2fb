#pragma once
/**
 * @file Who can get at the endpoint's folder over the network: what filesync/access-state says,
 * read strictly. A share, an open file or a session that can't be read is no share, file or session
 * less.
 */
#include "sdk/action.h"

struct sw_access_state {
    const struct sw_value *shares; /**< that are not special: {name, scope, path, ...} */
    size_t share_count, open_share_count, file_count, session_count;
    const char *first_open;         /**< name of a share that lets people in; or NULL */
    const struct sw_value *reading; /**< what must not move: see sw_access_compare() */
    const struct sw_value *usn;
};

enum sw_access_read { SW_ACCESS_READ, SW_ACCESS_NO_PATH, SW_ACCESS_UNREADABLE };

/** @param ret_why in words, unless SW_ACCESS_READ */
enum sw_access_read sw_access_state_read(struct sw_arena *arena, const struct sw_value *body,
                                         struct sw_access_state *ret_state, const char **ret_why);

enum sw_access_verdict { SW_ACCESS_SAME, SW_ACCESS_MOVED, SW_ACCESS_UNKNOWN };

/**
 * Was access away all the time between two readings? The shares must be the same, their security
 * must not have been written, the server service not started anew and, where the server counts
 * sessions for these shares alone, no session have been opened.
 */
enum sw_access_verdict sw_access_compare(struct sw_arena *arena, const struct sw_value *was,
                                         const struct sw_value *now, const char **ret_why);

/** Is this share closed to everyone? */
bool sw_share_is_closed(const struct sw_value *share);
