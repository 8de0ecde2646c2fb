#pragma once
/** @file What the end of a sync session says, for the waits of both directions. */
#include "stdlib/filesync/hresult.h"
#include "stdlib/filesync/sessions.h"

enum sw_session_end {
    SW_SESSION_OPEN,  /**< it does not count, or a later one will tell; wait on */
    SW_SESSION_CLEAN, /**< `clean`: result 0, no file failed, none was left behind */
    SW_SESSION_ITEMS, /**< `item_errors`: result 0, some files failed one by one */
    SW_SESSION_ERROR, /**< `sync_error`: a result that needs a person */
};

/** Rows for the outputs of a wait for a session. */
#define SW_SESSION_OUTPUTS(moved, seen)                                                            \
    {"started", &sw_type_time, 0, NULL,                                                            \
     "When the session began; null where the agent can't "                                         \
     "tell."},                                                                                     \
        {"ended", &sw_type_time, 0, NULL, "When it ended, by the server's clock."},                \
        {"correlation_id", &sw_type_string, 0, NULL, "Id that its item errors carry too."},        \
        {"record_id", &sw_type_int, 0, NULL, "Record of its event in the agent's log."},           \
        {"hresult", &sw_type_int, 0, NULL, "Result as an unsigned number; 0 is good."},            \
        {"meaning", &sw_type_string, 0, NULL, "The result in words."},                             \
        {"remedy", &sw_type_string, 0, NULL, "What to repair; null where nothing is known."},      \
        {"per_item_errors", &sw_type_int, 0, NULL, "Files that failed in it."},                    \
        {"files", &sw_type_int, 0, NULL, moved},                                                   \
    {                                                                                              \
        "sessions_seen", &sw_type_int, 0, NULL, seen                                               \
    }

/** What the table knows of its result; NULL: nothing, or the session doesn't say one. */
const struct sw_hresult *sw_session_result(const struct sw_session *session);

/** Set the outputs but `sessions_seen`. */
void sw_session_show(struct sw_probe *probe, const struct sw_session *session);

/**
 * Judge a session that began after the mark, hear the service where the server's word is clean, and
 * say why.
 *
 * @param kind "upload" or "download"
 * @return SW_DONE: the outcome of *ret_end is set; SW_WAIT; SW_PENDING
 */
enum sw_verdict sw_session_judge(struct sw_probe *probe, const struct sw_session *session,
                                 const char *kind, enum sw_session_end *ret_end);
