#include "stdlib/filesync/session_find.h"

#include "stdlib/filesync/hresult.h"
#include "stdlib/filesync/names.h"
#include "stdlib/windows/script.h"

/* Telemetry writes a record every half minute at least (event 9301): some two days. */
#define RECORDS_BACK 6000

/* ---- what to ask for ---- */

struct sw_session_query sw_session_query_of(const struct sw_view *view, const char *direction)
{
    return (struct sw_session_query){.path = sw_endpoint_path(view),
                                     .sync_group = sw_endpoint_sync_group(view),
                                     .direction = direction};
}

bool sw_session_query_after(struct sw_session_query *query, const struct sw_value *mark)
{
    if (!sw_as_int(sw_get(mark, "record_id"), &query->after_record_id)) {
        return false;
    }
    query->has_mark_time = sw_as_int(sw_get(mark, "time"), &query->mark_time_ns);
    return true;
}

bool sw_session_query_recent(struct sw_session_query *query, const struct sw_answer *answer)
{
    int64_t newest = 0;

    if (!sw_as_int(sw_get_path(answer->body, "log", "newest_record_id", NULL), &newest)) {
        return false;
    }
    query->after_record_id = newest > RECORDS_BACK ? newest - RECORDS_BACK : 0;
    return true;
}

/* ---- places in the log ---- */

const struct sw_answer *sw_session_log_ask(struct sw_probe *probe)
{
    struct sw_builder args = sw_map_begin(sw_probe_arena(probe));

    sw_map_put_text(&args, "channel", SW_CHANNEL_SESSIONS);
    sw_map_put_text(&args, "path", sw_endpoint_path(sw_view_of(probe)));
    return sw_ask(probe, "state", sw_script_look("filesync/upload-state", sw_built(&args)));
}

const struct sw_value *sw_session_mark(struct sw_arena *arena, const struct sw_answer *answer)
{
    const struct sw_value *log = sw_get(answer->body, "log");
    int64_t newest = 0;

    if (!sw_as_int(sw_get(log, "newest_record_id"), &newest) ||
        sw_as_text(sw_get(log, "created")) == NULL || answer->peer_time_ns == 0) {
        return NULL;
    }
    struct sw_builder mark = sw_map_begin(arena);
    sw_map_put_text(&mark, "channel", SW_CHANNEL_SESSIONS);
    sw_map_put_int(&mark, "record_id", newest);
    sw_map_put(&mark, "time", sw_number(arena, SW_V_TIME, answer->peer_time_ns));
    sw_map_put(&mark, "created", sw_get(log, "created"));
    return sw_built(&mark);
}

const struct sw_value *sw_session_place(struct sw_arena *arena, const struct sw_session *session,
                                        const struct sw_value *mark)
{
    struct sw_builder place = sw_map_begin(arena);

    sw_map_put_text(&place, "channel", SW_CHANNEL_SESSIONS);
    sw_map_put_int(&place, "record_id", session->record_id);
    sw_map_put(&place, "created", sw_get(mark, "created"));
    return sw_built(&place);
}

/* ---- the sessions behind one ---- */

enum sw_verdict sw_sessions_since(struct sw_probe *probe, const struct sw_session_query *query,
                                  const struct sw_value *mark, struct sw_session_list *ret_list)
{
    const char *why = NULL;

    if (!sw_sessions_ask(probe, query, ret_list)) {
        return SW_PENDING;
    }
    switch (sw_log_compare(ret_list->log, mark, sw_probe_arena(probe), &why)) {
    case SW_LOG_LOST:
        return sw_lapsed(probe, "%s", why);
    case SW_LOG_UNKNOWN:
        return sw_probe_error(probe, "unreadable", "%s", why);
    case SW_LOG_REACHES:
        break;
    }
    return ret_list->problem == NULL ? SW_HOLDS
                                     : sw_probe_error(probe, "unreadable", "%s", ret_list->problem);
}

bool sw_session_is_cancelled(const struct sw_session *session)
{
    return session->has_hresult && session->hresult == SW_HRESULT_CANCELLED_BY_VSS;
}

enum sw_verdict sw_session_find(struct sw_probe *probe, const struct sw_session_query *query,
                                const struct sw_value *mark, struct sw_session_list *ret_list,
                                const struct sw_session **ret_session)
{
    enum sw_verdict verdict = sw_sessions_since(probe, query, mark, ret_list);

    if (verdict != SW_HOLDS) {
        return verdict == SW_LAPSED ? sw_outcome(probe, "evidence_lost") : verdict;
    }
    *ret_session = NULL;
    for (size_t i = 0; i < ret_list->count; i++) {
        const struct sw_session *session = &ret_list->items[i];

        if (session->began == SW_BEGAN_AFTER && !sw_session_is_cancelled(session)) {
            *ret_session = session;
        }
    }
    sw_out(probe, "sessions_seen", sw_int(sw_probe_arena(probe), (int64_t)ret_list->count));
    return SW_HOLDS;
}
