#pragma once
/** @file Names that several actions share: fields of the subject, readings, errors. */
#include "sdk/action.h"

#include <stdint.h>

/** Folder of the endpoint on the server and name of its sync group; NULL: the subject has none. */
const char *sw_endpoint_path(const struct sw_view *view);
const char *sw_endpoint_sync_group(const struct sw_view *view);

/** {path}, the only argument of many scripts. */
const struct sw_value *sw_path_args(struct sw_arena *arena, const char *path);

/** An instant as a script says it. @return false: not known */
bool sw_script_time(const struct sw_value *value, int64_t *ret_ns);

/** "'D:\Private' and 2 more folders could not be read": somebody has to go there.
 * @param unread names; may be fewer than `count` */
const char *sw_unread_text(struct sw_arena *arena, const struct sw_value *unread, int64_t count);

/** "1 file", "1,200 files". */
const char *sw_count_text(struct sw_arena *arena, int64_t count, const char *one, const char *many);

/* Errors that every script can bring; rows for the tables of actions. */
#define SW_SCRIPT_ERRORS                                                                           \
    {"server_unreachable", true, "The server could not be reached.", SW_E_UNREACHABLE},            \
        {"server_timeout", true, "The server did not answer in time.", SW_E_TIMEOUT},              \
        {"server_busy", true, "The server has no shell to spare.", SW_E_BUSY},                     \
    {                                                                                              \
        "unreadable", false, "The server's answer lacks something that must be known."             \
    }
