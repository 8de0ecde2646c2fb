/* Wait for the download that proves that the server has everything. */
#include "stdlib/filesync/download_session.h"

#include "stdlib/filesync/hresult.h"
#include "stdlib/filesync/items.h"
#include "stdlib/filesync/names.h"
#include "stdlib/filesync/service_count.h"
#include "stdlib/filesync/session_judge.h"
#include "stdlib/windows/script.h"

#include <inttypes.h>

#define SHOWN_MAX 10
/* Telemetry writes a record every half minute at least (event 9301): some two days. */
#define RECORDS_BACK 6000

static const struct sw_field outputs[] = {
    SW_SESSION_OUTPUTS("Files that it brought.", "Download sessions of the group since the mark."),
    SW_SERVICE_COUNT_OUTPUT,
    {0},
};

static const struct sw_outcome_doc outcomes[] = {
    {"clean", "Began after the changes were detected; result 0, no file failed."},
    {"item_errors", "Began after that; result 0, but some files failed one by one."},
    {"sync_error", "Began after that; failed with a result that needs a person."},
    {0},
};

static const struct sw_action_error errors[] = {
    {"not_detected", false, "No change detection is held to wait behind."},
    SW_SCRIPT_ERRORS,
    {0},
};

static const struct sw_answer *ask_log(struct sw_probe *probe)
{
    struct sw_builder args = sw_map_begin(sw_probe_arena(probe));

    sw_map_put_text(&args, "channel", SW_CHANNEL_SESSIONS);
    sw_map_put_text(&args, "path", sw_endpoint_path(sw_view_of(probe)));
    return sw_ask(probe, "state", sw_script_look("filesync/upload-state", sw_built(&args)));
}

/* The detection has no mark in this server's log, so the wait reads one, once, behind it. */
static enum sw_verdict read_mark(struct sw_probe *probe)
{
    const struct sw_answer *answer = ask_log(probe);

    if (answer == NULL) {
        return SW_PENDING;
    }
    const struct sw_value *mark = sw_session_mark(sw_probe_arena(probe), answer);
    if (mark == NULL) {
        return sw_probe_error(probe, "unreadable", "the server did not tell the state of its log");
    }
    sw_see(probe, "mark", mark);
    sw_say(probe, "waits for a download session that begins from now on");
    return SW_WAIT;
}

static enum sw_verdict say_waiting(struct sw_probe *probe, const struct sw_session_list *list)
{
    if (list->count == 0) {
        sw_say(probe, "no download session of this sync group has ended since the mark");
    } else {
        sw_say(probe,
               "%zu download sessions ended since the mark, but none that is known to have begun "
               "after it",
               list->count);
    }
    return SW_WAIT;
}

static enum sw_verdict judge(struct sw_probe *probe, const struct sw_session *session,
                             const struct sw_value *mark)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    enum sw_verdict verdict = SW_HOLDS;

    switch (sw_session_judge(probe, session, "download")) {
    case SW_SESSION_CLEAN:
        verdict = sw_service_count(probe, "downloadStatus", session);
        if (verdict != SW_HOLDS) {
            return verdict;
        }
        sw_reading(probe, "session", sw_session_place(arena, session, mark));
        sw_reading(probe, "detected",
                   sw_basis(sw_view_of(probe), "filesync.changes_detected", "completed"));
        return sw_outcome(probe, "clean");
    case SW_SESSION_ITEMS:
        return sw_outcome(probe, "item_errors");
    case SW_SESSION_ERROR:
        return sw_outcome(probe, "sync_error");
    case SW_SESSION_OPEN:
        break;
    }
    return SW_WAIT;
}

static enum sw_verdict find_session(struct sw_probe *probe, const struct sw_value *mark)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_session_query query = {.path = sw_endpoint_path(view),
                                     .sync_group = sw_endpoint_sync_group(view),
                                     .direction = "Download"};
    struct sw_session_list list;
    const char *why = NULL;

    if (!sw_as_int(sw_get(mark, "record_id"), &query.after_record_id)) {
        return sw_probe_error(probe, "unreadable", "the mark in the log can't be read");
    }
    query.has_mark_time = sw_as_int(sw_get(mark, "time"), &query.mark_time_ns);
    if (!sw_sessions_ask(probe, &query, &list)) {
        return SW_PENDING;
    }
    switch (sw_log_compare(list.log, mark, arena, &why)) {
    case SW_LOG_LOST:
        sw_say(probe, "%s", why);
        return sw_outcome(probe, "evidence_lost");
    case SW_LOG_UNKNOWN:
        return sw_probe_error(probe, "unreadable", "%s", why);
    case SW_LOG_REACHES:
        break;
    }
    if (list.problem != NULL) {
        return sw_probe_error(probe, "unreadable", "%s", list.problem);
    }
    const struct sw_session *last = NULL;
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i].began == SW_BEGAN_AFTER && !sw_session_is_cancelled(&list.items[i])) {
            last = &list.items[i];
        }
    }
    sw_out(probe, "sessions_seen", sw_int(arena, (int64_t)list.count));
    if (last == NULL) {
        return say_waiting(probe, &list);
    }
    sw_session_show(probe, last);
    return judge(probe, last, mark);
}

static enum sw_verdict probe_downloads(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    const struct sw_value *mark = sw_before(view, "mark");

    if (sw_endpoint_path(view) == NULL || sw_endpoint_sync_group(view) == NULL) {
        return sw_probe_error(probe, "unreadable",
                              "the subject does not say its folder or its sync group");
    }
    if (sw_basis(view, "filesync.changes_detected", "completed") == NULL) {
        return sw_probe_error(probe, "not_detected",
                              "changes in the share were not detected in this run");
    }
    return sw_is_known(mark) ? find_session(probe, mark) : read_mark(probe);
}

/* ---- for people ---- */

static const struct sw_field row_fields[] = {
    {"ended", &sw_type_time, 0, NULL, "When it ended, by the server's clock."},
    {"meaning", &sw_type_string, 0, NULL, "The result in words."},
    {"remedy", &sw_type_string, 0, NULL, "What to repair; null where nothing is known."},
    {"per_item_errors", &sw_type_int, 0, NULL, "Files that failed in it."},
    {"files", &sw_type_int, 0, NULL, "Files that it brought."},
    {0},
};
static const struct sw_type row_type = {.kind = SW_T_OBJECT, .fields = row_fields};
static const struct sw_type rows_type = {.kind = SW_T_LIST, .of = &row_type};

static const struct sw_field last_outputs[] = {
    {"sessions", &rows_type, SW_FIELD_VOLATILE, NULL, "The last download sessions, oldest first."},
    {"errors", &sw_type_any, SW_FIELD_VOLATILE, NULL,
     "Files that failed in the newest of them, with the reasons."},
    {"note", &sw_type_string, SW_FIELD_VOLATILE, NULL, "What could not be read, or null."},
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
    sw_map_put_text(&row, "meaning",
                    session->has_hresult ? sw_hresult_text(arena, session->hresult) : NULL);
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
    struct sw_session_query query = {.path = sw_endpoint_path(view),
                                     .sync_group = sw_endpoint_sync_group(view),
                                     .direction = "Download"};
    struct sw_session_list list;
    struct sw_items items = {0};
    const char *why = NULL;
    int64_t newest = 0;
    const struct sw_answer *answer = NULL;

    if (query.path == NULL || query.sync_group == NULL) {
        return sw_probe_error(probe, "unreadable",
                              "the subject does not say its folder or its sync group");
    }
    answer = ask_log(probe);
    if (answer == NULL) {
        return SW_PENDING;
    }
    if (!sw_as_int(sw_get_path(answer->body, "log", "newest_record_id", NULL), &newest)) {
        return sw_probe_error(probe, "unreadable", "the server did not tell the state of the log");
    }
    query.after_record_id = newest > RECORDS_BACK ? newest - RECORDS_BACK : 0;
    if (!sw_sessions_ask(probe, &query, &list)) {
        return SW_PENDING;
    }
    const struct sw_session *last = list.count == 0 ? NULL : &list.items[list.count - 1];
    struct sw_builder rows = sw_list_begin(arena);
    for (size_t i = list.count > SHOWN_MAX ? list.count - SHOWN_MAX : 0; i < list.count; i++) {
        sw_list_add(&rows, row_of(arena, &list.items[i]));
    }
    if (last != NULL && last->correlation_id != NULL && last->item_errors > 0 &&
        !sw_items_ask(probe, "items", last->correlation_id, last->item_errors, &items, &why) &&
        why == NULL) {
        return SW_PENDING;
    }
    why = why != NULL ? why : list.problem;
    sw_out(probe, "sessions", sw_built(&rows));
    sw_out(probe, "errors", items.rows != NULL ? items.rows : sw_null(arena, "none is told"));
    sw_out(probe, "note", why == NULL ? sw_null(arena, "all was read") : sw_text(arena, why));
    return SW_DONE;
}

/* ---- the proof ---- */

static enum sw_verdict judge_later(struct sw_probe *probe, const struct sw_session *session)
{
    const struct sw_hresult *known =
        session->has_hresult ? sw_hresult_find(session->hresult) : NULL;

    if (!session->has_hresult || !session->has_item_errors) {
        return sw_probe_error(probe, "unreadable", "a later session does not say its result");
    }
    if (session->hresult != SW_HRESULT_OK && (known == NULL || known->kind != SW_HRESULT_WAIT)) {
        return sw_lapsed(probe, "a later download session ended with %s",
                         sw_hresult_text(sw_probe_arena(probe), session->hresult));
    }
    if (session->item_errors > 0) {
        return sw_lapsed(probe, "in a later download session %" PRId64 " files failed",
                         session->item_errors);
    }
    return SW_HOLDS;
}

static enum sw_verdict reread_complete(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    const struct sw_value *session = sw_basis(view, "filesync.server_complete", "session");
    struct sw_session_query query = {.path = sw_endpoint_path(view),
                                     .sync_group = sw_endpoint_sync_group(view),
                                     .direction = "Download"};
    struct sw_session_list list;
    const char *why = NULL;

    if (query.path == NULL || query.sync_group == NULL ||
        !sw_as_int(sw_get(session, "record_id"), &query.after_record_id)) {
        return sw_probe_error(probe, "unreadable", "there is no session to compare with");
    }
    if (!sw_sessions_ask(probe, &query, &list)) {
        return SW_PENDING;
    }
    switch (sw_log_compare(list.log, session, sw_probe_arena(probe), &why)) {
    case SW_LOG_LOST:
        return sw_lapsed(probe, "%s", why);
    case SW_LOG_UNKNOWN:
        return sw_probe_error(probe, "unreadable", "%s", why);
    case SW_LOG_REACHES:
        break;
    }
    if (list.problem != NULL) {
        return sw_probe_error(probe, "unreadable", "%s", list.problem);
    }
    for (size_t i = 0; i < list.count; i++) {
        enum sw_verdict verdict = judge_later(probe, &list.items[i]);
        if (verdict != SW_HOLDS) {
            return verdict;
        }
    }
    return SW_HOLDS;
}

const struct sw_action sw_filesync_download_session = {
    .name = "filesync.download_session",
    .doc = "Waits for a clean download session of the subject's sync group that began after the "
           "changes in the share were detected. The mark behind which it must begin is read on the "
           "server when the wait is first entered.",
    .source = "Microsoft Learn, 'Deprovision your Azure File Sync server endpoint', event 9102; "
              "stricter: the article looks at the session's end only",
    .effect = SW_EFFECT_READ,
    .is_wait = true,
    .reads_log = true,
    .takes_subject = true,
    .target_kind = "windows.server",
    .also_kind = "azure.sync_group",
    .outputs = outputs,
    .outcomes = outcomes,
    .errors = errors,
    .yields = (const struct sw_yield[]){{"clean", "filesync.server_complete"}, {0}},
    .probe = probe_downloads,
    .example =
        (const char *const[]){"- id: final_download", "  wait: filesync.download_session",
                              "  target: server", "  timeout: 72h",
                              "  next: { clean: delete, item_errors: trouble, sync_error: trouble,",
                              "          timeout: trouble, evidence_lost: { next: detect, max: 2 "
                              "} }",
                              NULL},
};

const struct sw_action sw_filesync_last_downloads = {
    .name = "filesync.last_downloads",
    .doc = "Shows the last download sessions of the subject's sync group with their results in "
           "words, and the files that failed in the newest.",
    .source = "Microsoft Learn, 'Troubleshoot Azure File Sync sync errors', events 9102 and 9900",
    .effect = SW_EFFECT_READ,
    .takes_subject = true,
    .target_kind = "windows.server",
    .outputs = last_outputs,
    .errors = (const struct sw_action_error[]){SW_SCRIPT_ERRORS, {0}},
    .probe = probe_last,
    .example =
        (const char *const[]){
            "show:", "  sessions: { read: filesync.last_downloads, target: server }", NULL},
};

const struct sw_evidence sw_filesync_server_complete = {
    .name = "filesync.server_complete",
    .doc = "The server holds, whole, all that the share held when its changes were detected.",
    .rests_on = (const char *const[]){"filesync.recalled", "filesync.changes_detected", NULL},
    .target_kind = "windows.server",
    .reread = reread_complete,
};
