/* Wait for the download that proves that the server has everything. */
#include "stdlib/filesync/download_session.h"

#include "stdlib/filesync/names.h"
#include "stdlib/filesync/service_count.h"
#include "stdlib/filesync/session_find.h"
#include "stdlib/filesync/session_judge.h"

#include <inttypes.h>

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

/* The detection has no mark in this server's log, so the wait reads one, once, behind it. */
static enum sw_verdict read_mark(struct sw_probe *probe)
{
    const struct sw_answer *answer = sw_session_log_ask(probe);

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
        sw_say(probe, "%s ended since the mark, but none that is known to have begun after it",
               sw_count_text(sw_probe_arena(probe), (int64_t)list->count, "download session",
                             "download sessions"));
    }
    return SW_WAIT;
}

static enum sw_verdict find_session(struct sw_probe *probe, const struct sw_value *mark)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_session_query query = sw_session_query_of(view, "Download");
    struct sw_session_list list;
    const struct sw_session *last = NULL;
    enum sw_session_end end = SW_SESSION_OPEN;

    if (!sw_session_query_after(&query, mark)) {
        return sw_probe_error(probe, "unreadable", "the mark in the log can't be read");
    }
    enum sw_verdict verdict = sw_session_find(probe, &query, mark, &list, &last);
    if (verdict != SW_HOLDS) {
        return verdict;
    }
    if (last == NULL) {
        return say_waiting(probe, &list);
    }
    sw_session_show(probe, last);
    verdict = sw_session_judge(probe, last, "download", &end);
    if (verdict == SW_DONE && end == SW_SESSION_CLEAN) {
        sw_reading(probe, "session", sw_session_place(sw_probe_arena(probe), last, mark));
        sw_reading(probe, "detected", sw_basis(view, "filesync.changes_detected", "completed"));
    }
    return verdict;
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

/* ---- the proof ---- */

static enum sw_verdict judge_later(struct sw_probe *probe, const struct sw_session *session)
{
    const struct sw_hresult *known = sw_session_result(session);

    if (!session->has_hresult || !session->has_item_errors) {
        return sw_probe_error(probe, "unreadable", "a later session does not say its result");
    }
    if (session->hresult != SW_HRESULT_OK && (known == NULL || known->kind != SW_HRESULT_WAIT)) {
        return sw_lapsed(probe, "a later download session ended with %s",
                         sw_hresult_text(sw_probe_arena(probe), session->hresult));
    }
    if (session->item_errors > 0) {
        return sw_lapsed(
            probe, "in a later download session %s failed",
            sw_count_text(sw_probe_arena(probe), session->item_errors, "file", "files"));
    }
    return SW_HOLDS;
}

static enum sw_verdict reread_complete(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    const struct sw_value *session = sw_basis(view, "filesync.server_complete", "session");
    struct sw_session_query query = sw_session_query_of(view, "Download");
    struct sw_session_list list;

    if (query.path == NULL || query.sync_group == NULL ||
        !sw_session_query_after(&query, session)) {
        return sw_probe_error(probe, "unreadable", "there is no session to compare with");
    }
    enum sw_verdict verdict = sw_sessions_since(probe, &query, session, &list);
    for (size_t i = 0; verdict == SW_HOLDS && i < list.count; i++) {
        verdict = judge_later(probe, &list.items[i]);
    }
    return verdict;
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

const struct sw_evidence sw_filesync_server_complete = {
    .name = "filesync.server_complete",
    .doc = "The server holds, whole, all that the share held when its changes were detected.",
    .rests_on = (const char *const[]){"filesync.recalled", "filesync.changes_detected", NULL},
    .target_kind = "windows.server",
    .reread = reread_complete,
};
