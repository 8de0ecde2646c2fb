#pragma once
/** @file What the end of a sync session says, for the waits of both directions. */
#include "stdlib/filesync/sessions.h"

enum sw_session_end {
    SW_SESSION_OPEN,  /**< it does not count, or a later one will tell; wait on */
    SW_SESSION_CLEAN, /**< result 0, no file failed, none was left behind */
    SW_SESSION_ITEMS, /**< result 0, some files failed one by one */
    SW_SESSION_ERROR, /**< a result that needs a person */
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

/** Was it cancelled to make room for a snapshot's session? */
bool sw_session_is_cancelled(const struct sw_session *session);

/** Set the outputs but `sessions_seen`. */
void sw_session_show(struct sw_probe *probe, const struct sw_session *session);

/** Judge a session that began after the mark, and say why.
 * @param kind "upload" or "download" */
enum sw_session_end sw_session_judge(struct sw_probe *probe, const struct sw_session *session,
                                     const char *kind);

/** {channel, record_id, created} of its event, with the log of the mark: a place to go on from. */
const struct sw_value *sw_session_place(struct sw_arena *arena, const struct sw_session *session,
                                        const struct sw_value *mark);

/** Where the sessions' log stands now, from an answer of filesync/upload-state: {channel,
 * record_id, time, created}; NULL: the log can't be read. */
const struct sw_value *sw_session_mark(struct sw_arena *arena, const struct sw_answer *answer);
