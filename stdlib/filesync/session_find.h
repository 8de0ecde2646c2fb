#pragma once
/** @file Places in the log of sync sessions, and the subject's sessions behind them. */
#include "stdlib/filesync/sessions.h"

/** The subject's sessions of one direction; `path` or `sync_group` is NULL where it doesn't say.
 * @param direction "Upload" or "Download" */
struct sw_session_query sw_session_query_of(const struct sw_view *view, const char *direction);

/** Those behind a mark {record_id, created}, with `time` where it is one of those below.
 * @return false: it is no mark, the query stays as it was */
bool sw_session_query_after(struct sw_session_query *query, const struct sw_value *mark);

/** Those of the last two days or so, by an answer of sw_session_log_ask.
 * @return false: the server did not tell the state of its log */
bool sw_session_query_recent(struct sw_session_query *query, const struct sw_answer *answer);

/** Ask by filesync/upload-state where the log and the task of the snapshot stand.
 * @return NULL: return SW_PENDING */
const struct sw_answer *sw_session_log_ask(struct sw_probe *probe);

/** Where the log stands now, from that answer: {channel, record_id, time, created}; NULL: it can't
 * be read. */
const struct sw_value *sw_session_mark(struct sw_arena *arena, const struct sw_answer *answer);

/** {channel, record_id, created} of a session's event, with the log of the mark: a place to go on
 * from. */
const struct sw_value *sw_session_place(struct sw_arena *arena, const struct sw_session *session,
                                        const struct sw_value *mark);

/**
 * All sessions behind a mark, of a log that reaches back to it.
 *
 * @param query sw_session_query_after(mark) was true
 * @return SW_HOLDS: the list is whole; SW_LAPSED: the log was cleared or has rolled on, and it was
 * said; else to be returned
 */
enum sw_verdict sw_sessions_since(struct sw_probe *probe, const struct sw_session_query *query,
                                  const struct sw_value *mark, struct sw_session_list *ret_list);

/**
 * For a wait: the one of these that speaks, which is the newest that began after the mark and was
 * not cancelled; files of an older one may have changed. Sets the output `sessions_seen`.
 *
 * @param ret_session NULL: none counts yet
 * @return SW_HOLDS; else to be returned, `evidence_lost` among them
 */
enum sw_verdict sw_session_find(struct sw_probe *probe, const struct sw_session_query *query,
                                const struct sw_value *mark, struct sw_session_list *ret_list,
                                const struct sw_session **ret_session);

/** Was it cancelled to make room for a snapshot's session? */
bool sw_session_is_cancelled(const struct sw_session *session);
