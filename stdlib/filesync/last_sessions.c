/* What the last sessions of the sync group said: for people who must repair something. */
#include "stdlib/filesync/last_sessions.h"

#include "stdlib/filesync/items.h"
#include "stdlib/filesync/names.h"
#include "stdlib/filesync/session_find.h"
#include "stdlib/filesync/session_judge.h"

#define SHOWN_MAX 10

/* ---- a session as a row ---- */

static const char *const no_word = "the event does not say";

static struct sw_builder row_begin(struct sw_arena *arena, const struct sw_session *session)
{
    struct sw_builder row = sw_map_begin(arena);

    sw_map_put(&row, "ended",
               session->has_ended ? sw_number(arena, SW_V_TIME, session->ended_ns)
                                  : sw_null(arena, no_word));
    return row;
}

static const struct sw_value *row_end(struct sw_builder *row, const struct sw_session *session,
                                      const char *meaning)
{
    const struct sw_value *unsaid = sw_null(row->arena, no_word);
    const struct sw_hresult *known = sw_session_result(session);

    sw_map_put_text(row, "meaning", session->has_hresult ? meaning : NULL);
    sw_map_put_text(row, "remedy", known == NULL ? NULL : known->remedy);
    sw_map_put(row, "per_item_errors",
               session->has_item_errors ? sw_int(row->arena, session->item_errors) : unsaid);
    sw_map_put(row, "files", session->files >= 0 ? sw_int(row->arena, session->files) : unsaid);
    return sw_built(row);
}

static const struct sw_value *upload_row(struct sw_arena *arena, const struct sw_session *session)
{
    struct sw_builder row = row_begin(arena, session);

    sw_map_put_text(&row, "began",
                    session->began == SW_BEGAN_AFTER    ? "after the mark"
                    : session->began == SW_BEGAN_BEFORE ? "before the mark"
                                                        : "not known");
    sw_map_put(&row, "hresult",
               session->has_hresult ? sw_text(arena, sw_hresult_hex(arena, session->hresult))
                                    : sw_null(arena, no_word));
    return row_end(&row, session, sw_hresult_meaning(session->hresult));
}

static const struct sw_value *download_row(struct sw_arena *arena, const struct sw_session *session)
{
    struct sw_builder row = row_begin(arena, session);

    return row_end(&row, session, sw_hresult_text(arena, session->hresult));
}

static const struct sw_value *rows_of(struct sw_arena *arena, const struct sw_session_list *list,
                                      const struct sw_value *(*row_of)(struct sw_arena *,
                                                                       const struct sw_session *))
{
    struct sw_builder rows = sw_list_begin(arena);

    for (size_t i = list->count > SHOWN_MAX ? list->count - SHOWN_MAX : 0; i < list->count; i++) {
        sw_list_add(&rows, row_of(arena, &list->items[i]));
    }
    return sw_built(&rows);
}

/* Sessions behind the mark or, without one, of the last days. @return SW_HOLDS; else return it */
static enum sw_verdict ask_last(struct sw_probe *probe, const char *direction,
                                const struct sw_value *mark, struct sw_session_list *ret_list)
{
    struct sw_session_query query = sw_session_query_of(sw_view_of(probe), direction);
    bool is_marked = sw_session_query_after(&query, mark);

    if (query.path == NULL || query.sync_group == NULL) {
        return sw_probe_error(probe, "unreadable",
                              "the subject does not say its folder or its sync group");
    }
    if (!is_marked) {
        const struct sw_answer *answer = sw_session_log_ask(probe);

        if (answer == NULL) {
            return SW_PENDING;
        }
        if (!sw_session_query_recent(&query, answer)) {
            return sw_probe_error(probe, "unreadable",
                                  "the server did not tell the state of the log");
        }
    }
    if (!sw_sessions_ask(probe, &query, ret_list)) {
        return SW_PENDING;
    }
    if (is_marked && ret_list->problem == NULL) {
        (void)sw_log_compare(ret_list->log, mark, sw_probe_arena(probe), &ret_list->problem);
    }
    return SW_HOLDS;
}

static const struct sw_action_error errors[] = {
    SW_SCRIPT_ERRORS,
    {0},
};

/* ---- uploads ---- */

static const struct sw_field upload_fields[] = {
    {"ended", &sw_type_time, 0, NULL, "When it ended, by the server's clock."},
    {"began", &sw_type_string, 0, NULL, "after the mark, before it, or not known."},
    {"hresult", &sw_type_string, 0, NULL, "Result: 0x and eight digits; 0x00000000 is good."},
    {"meaning", &sw_type_string, 0, NULL, "The result in words."},
    {"remedy", &sw_type_string, 0, NULL, "What to repair; null where nothing is known."},
    {"per_item_errors", &sw_type_int, 0, NULL, "Files that failed in it."},
    {"files", &sw_type_int, 0, NULL, "Files that it moved."},
    {0},
};
static const struct sw_type upload_type = {.kind = SW_T_OBJECT, .fields = upload_fields};
static const struct sw_type uploads_type = {.kind = SW_T_LIST, .of = &upload_type};

static const struct sw_field upload_outputs[] = {
    {"sessions", &uploads_type, SW_FIELD_VOLATILE, NULL, "The last upload sessions, oldest first."},
    {"note", &sw_type_string, SW_FIELD_VOLATILE, NULL, "What could not be read, if anything."},
    {0},
};

static enum sw_verdict probe_uploads(struct sw_probe *probe)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_session_list list;
    enum sw_verdict verdict = ask_last(
        probe, "Upload", sw_basis(sw_view_of(probe), "filesync.snapshot_uploading", "mark"), &list);

    if (verdict != SW_HOLDS) {
        return verdict;
    }
    sw_out(probe, "sessions", rows_of(arena, &list, upload_row));
    sw_out(probe, "note",
           sw_text(arena, list.problem == NULL ? "everything was read" : list.problem));
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
    .outputs = upload_outputs,
    .errors = errors,
    .probe = probe_uploads,
    .example =
        (const char *const[]){
            "show:", "  sessions: { read: filesync.last_sessions, target: server }", NULL},
};

/* ---- downloads ---- */

static const struct sw_field download_fields[] = {
    {"ended", &sw_type_time, 0, NULL, "When it ended, by the server's clock."},
    {"meaning", &sw_type_string, 0, NULL, "The result in words."},
    {"remedy", &sw_type_string, 0, NULL, "What to repair; null where nothing is known."},
    {"per_item_errors", &sw_type_int, 0, NULL, "Files that failed in it."},
    {"files", &sw_type_int, 0, NULL, "Files that it brought."},
    {0},
};
static const struct sw_type download_type = {.kind = SW_T_OBJECT, .fields = download_fields};
static const struct sw_type downloads_type = {.kind = SW_T_LIST, .of = &download_type};

static const struct sw_field download_outputs[] = {
    {"sessions", &downloads_type, SW_FIELD_VOLATILE, NULL,
     "The last download sessions, oldest first."},
    {"errors", &sw_type_any, SW_FIELD_VOLATILE, NULL,
     "Files that failed in the newest of them, with the reasons."},
    {"note", &sw_type_string, SW_FIELD_VOLATILE, NULL, "What could not be read, or null."},
    {0},
};

static enum sw_verdict probe_downloads(struct sw_probe *probe)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_session_list list;
    struct sw_items items = {0};
    const char *why = NULL;
    enum sw_verdict verdict = ask_last(probe, "Download", NULL, &list);

    if (verdict != SW_HOLDS) {
        return verdict;
    }
    const struct sw_session *last = list.count == 0 ? NULL : &list.items[list.count - 1];

    if (last != NULL && last->correlation_id != NULL && last->item_errors > 0 &&
        !sw_items_ask(probe, "items", last->correlation_id, last->item_errors, &items, &why) &&
        why == NULL) {
        return SW_PENDING;
    }
    why = why != NULL ? why : list.problem;
    sw_out(probe, "sessions", rows_of(arena, &list, download_row));
    sw_out(probe, "errors", items.rows != NULL ? items.rows : sw_null(arena, "none is told"));
    sw_out(probe, "note", why == NULL ? sw_null(arena, "all was read") : sw_text(arena, why));
    return SW_DONE;
}

const struct sw_action sw_filesync_last_downloads = {
    .name = "filesync.last_downloads",
    .doc = "Shows the last download sessions of the subject's sync group with their results in "
           "words, and the files that failed in the newest.",
    .source = "Microsoft Learn, 'Troubleshoot Azure File Sync sync errors', events 9102 and 9900",
    .effect = SW_EFFECT_READ,
    .takes_subject = true,
    .target_kind = "windows.server",
    .outputs = download_outputs,
    .errors = errors,
    .probe = probe_downloads,
    .example =
        (const char *const[]){
            "show:", "  sessions: { read: filesync.last_downloads, target: server }", NULL},
};
