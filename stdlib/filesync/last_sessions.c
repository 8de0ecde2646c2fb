/* What the last sessions of the sync group said: for people who must repair something. */
#include "stdlib/filesync/last_sessions.h"

#include "stdlib/filesync/hresult.h"
#include "stdlib/filesync/names.h"
#include "stdlib/filesync/sessions.h"
#include "stdlib/windows/script.h"

#define SHOWN_MAX 10
/* Telemetry writes a record every half minute at least (event 9301): some two days. */
#define RECORDS_BACK 6000

static const struct sw_field row_fields[] = {
    {"ended", &sw_type_time, 0, NULL, "When it ended, by the server's clock."},
    {"began", &sw_type_string, 0, NULL, "after the mark, before it, or not known."},
    {"hresult", &sw_type_string, 0, NULL, "Result: 0x and eight digits; 0x00000000 is good."},
    {"meaning", &sw_type_string, 0, NULL, "The result in words."},
    {"remedy", &sw_type_string, 0, NULL, "What to repair; null where nothing is known."},
    {"per_item_errors", &sw_type_int, 0, NULL, "Files that failed in it."},
    {"files", &sw_type_int, 0, NULL, "Files that it moved."},
    {0},
};
static const struct sw_type row_type = {.kind = SW_T_OBJECT, .fields = row_fields};
static const struct sw_type rows_type = {.kind = SW_T_LIST, .of = &row_type};

static const struct sw_field outputs[] = {
    {"sessions", &rows_type, SW_FIELD_VOLATILE, NULL, "The last upload sessions, oldest first."},
    {"note", &sw_type_string, SW_FIELD_VOLATILE, NULL, "What could not be read, if anything."},
    {0},
};

static const struct sw_action_error errors[] = {
    SW_SCRIPT_ERRORS,
    {0},
};

static const struct sw_value *row_of(struct sw_arena *arena, const struct sw_session *session)
{
    struct sw_builder row = sw_map_begin(arena);
    const struct sw_value *unsaid = sw_null(arena, "the event does not say");
    const struct sw_hresult *known =
        session->has_hresult ? sw_hresult_find(session->hresult) : NULL;

    sw_map_put(&row, "ended",
               session->has_ended ? sw_number(arena, SW_V_TIME, session->ended_ns) : unsaid);
    sw_map_put_text(&row, "began",
                    session->began == SW_BEGAN_AFTER    ? "after the mark"
                    : session->began == SW_BEGAN_BEFORE ? "before the mark"
                                                        : "not known");
    sw_map_put(&row, "hresult",
               session->has_hresult ? sw_text(arena, sw_hresult_hex(arena, session->hresult))
                                    : unsaid);
    sw_map_put_text(&row, "meaning",
                    session->has_hresult ? sw_hresult_meaning(session->hresult) : NULL);
    sw_map_put_text(&row, "remedy", known == NULL ? NULL : known->remedy);
    sw_map_put(&row, "per_item_errors",
               session->has_item_errors ? sw_int(arena, session->item_errors) : unsaid);
    sw_map_put(&row, "files", session->files >= 0 ? sw_int(arena, session->files) : unsaid);
    return sw_built(&row);
}

static enum sw_verdict probe_last(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    const struct sw_value *mark = sw_basis(view, "filesync.snapshot_uploading", "mark");
    struct sw_session_query query = {.path = sw_endpoint_path(view),
                                     .sync_group = sw_endpoint_sync_group(view),
                                     .direction = "Upload"};
    struct sw_session_list list;

    if (query.path == NULL || query.sync_group == NULL) {
        return sw_probe_error(probe, "unreadable",
                              "the subject does not say its folder or its sync group");
    }
    query.has_mark_time = sw_as_int(sw_get(mark, "time"), &query.mark_time_ns);
    if (!sw_as_int(sw_get(mark, "record_id"), &query.after_record_id)) {
        struct sw_builder args = sw_map_begin(arena);
        int64_t newest = 0;
        sw_map_put_text(&args, "channel", SW_CHANNEL_SESSIONS);
        sw_map_put_text(&args, "path", query.path);
        const struct sw_answer *answer =
            sw_ask(probe, "state", sw_script_look("filesync/upload-state", sw_built(&args)));
        if (answer == NULL) {
            return SW_PENDING;
        }
        if (!sw_as_int(sw_get_path(answer->body, "log", "newest_record_id", NULL), &newest)) {
            return sw_probe_error(probe, "unreadable",
                                  "the server did not tell the state of the log");
        }
        query.after_record_id = newest > RECORDS_BACK ? newest - RECORDS_BACK : 0;
    }
    if (!sw_sessions_ask(probe, &query, &list)) {
        return SW_PENDING;
    }
    struct sw_builder rows = sw_list_begin(arena);
    for (size_t i = list.count > SHOWN_MAX ? list.count - SHOWN_MAX : 0; i < list.count; i++) {
        sw_list_add(&rows, row_of(arena, &list.items[i]));
    }
    sw_out(probe, "sessions", sw_built(&rows));
    sw_out(probe, "note",
           list.problem == NULL ? sw_text(arena, "everything was read")
                                : sw_text(arena, list.problem));
    return SW_DONE;
}

const struct sw_action sw_filesync_last_sessions = {
    .name = "filesync.last_sessions",
    .doc = "Shows the last upload sessions of the subject's sync group with their results in words "
           "and what to repair.",
    .source = "Microsoft Learn, 'Troubleshoot Azure File Sync sync errors', event 9102",
    .effect = SW_EFFECT_READ,
    .takes_subject = true,
    .target_kind = "windows.server",
    .outputs = outputs,
    .errors = errors,
    .probe = probe_last,
    .example =
        (const char *const[]){
            "show:", "  sessions: { read: filesync.last_sessions, target: server }", NULL},
};
