/* Wait for the upload that proves that the cloud has everything. */
#include "stdlib/filesync/upload_session.h"

#include "base/time.h"
#include "stdlib/filesync/names.h"
#include "stdlib/filesync/service_count.h"
#include "stdlib/filesync/session_find.h"
#include "stdlib/filesync/session_judge.h"

#include <inttypes.h>

static const struct sw_field outputs[] = {
    SW_SESSION_OUTPUTS("Files that it uploaded.", "Upload sessions of the group since the mark."),
    SW_SERVICE_COUNT_OUTPUT,
    {0},
};

static const struct sw_outcome_doc outcomes[] = {
    {"clean", "Began after the mark; result 0, no file failed and none was left behind."},
    {"item_errors", "Began after the mark; result 0, but some files failed one by one."},
    {"sync_error", "Began after the mark; failed with a result that needs a person."},
    {0},
};

static const struct sw_action_error errors[] = {
    {"no_mark", false, "No snapshot upload was started in this run, so there is no mark."},
    SW_SCRIPT_ERRORS,
    {0},
};

/* What rereading the proof compares with: this session's place in the log, and the snapshot's place
 * in the change journal. */
static void keep_reading(struct sw_probe *probe, const struct sw_session *session)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    const struct sw_value *mark = sw_basis(view, "filesync.snapshot_uploading", "mark");
    const struct sw_value *usn = sw_basis(view, "filesync.snapshot_uploading", "usn");

    sw_reading(probe, "session", sw_session_place(arena, session, mark));
    sw_reading(probe, "usn", usn == NULL ? sw_null(arena, "not said") : usn);
    sw_reading(probe, "correlation_id",
               session->correlation_id == NULL ? sw_null(arena, "the event has none")
                                               : sw_text(arena, session->correlation_id));
    sw_reading(probe, "per_item_errors", sw_int(arena, session->item_errors));
}

/* What runs now, as far as the agent tells. */
static const char *running_text(struct sw_arena *arena, const struct sw_running *running,
                                const struct sw_session_query *query)
{
    char since[SW_TIME_TEXT_BYTES];
    const char *text = "an upload is running";

    if (!running->is_there) {
        return "waits for an upload session of this sync group to end";
    }
    if (running->has_started) {
        sw_time_format(running->started_ns - running->started_ns % SW_NS_PER_S, since);
        text = sw_format(arena, "an upload is running since %s", since);
    }
    if (running->has_items) {
        text = sw_format(arena, "%s: %s of %s", text,
                         sw_count_text(arena, running->done_items, "", ""),
                         sw_count_text(arena, running->all_items, "item", "items"));
    }
    if (running->has_started && query->has_mark_time &&
        running->started_ns <= query->mark_time_ns) {
        text = sw_format(arena, "%s; it began before the snapshot and will not count", text);
    }
    return text;
}

/* Why none of the sessions since the mark counts, and what the wait is for. */
static enum sw_verdict say_waiting(struct sw_probe *probe, const struct sw_session_list *list,
                                   const struct sw_session_query *query)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    const char *text = running_text(arena, &list->running, query);
    int64_t cancelled = 0, early = 0, unknown = 0, older = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (sw_session_is_cancelled(&list->items[i])) {
            cancelled++;
        } else if (list->items[i].may_be_older) {
            older++;
        } else if (list->items[i].began == SW_BEGAN_BEFORE) {
            early++;
        } else {
            unknown++;
        }
    }
    if (early > 0) {
        text = sw_format(arena, "%s; %s ended that began before the snapshot: not counted", text,
                         sw_count_text(arena, early, "session", "sessions"));
    }
    if (unknown > 0) {
        text = sw_format(arena,
                         "%s; %s ended, but when it began is not known: a later one has to count",
                         text, sw_count_text(arena, unknown, "session", "sessions"));
    }
    if (older > 0) {
        text = sw_format(
            arena, "%s; %s ended that may have waited with an older snapshot: the next counts",
            text, sw_count_text(arena, older, "session", "sessions"));
    }
    if (cancelled > 0) {
        text = sw_format(arena, "%s; %s cancelled to make room for the snapshot", text,
                         sw_count_text(arena, cancelled, "session was", "sessions were"));
    }
    if (list->other_count > 0 && !list->running.has_items) {
        text = sw_format(arena, "%s; those of other sync groups do not count", text);
    }
    sw_say(probe, "%s", text);
    return SW_WAIT;
}

static enum sw_verdict probe_sessions(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    const struct sw_value *mark = sw_basis(view, "filesync.snapshot_uploading", "mark");
    struct sw_session_query query = sw_session_query_of(view, "Upload");
    struct sw_session_list list;
    const struct sw_session *last = NULL;
    enum sw_session_end end = SW_SESSION_OPEN;

    if (!sw_session_query_after(&query, mark)) {
        return sw_probe_error(probe, "no_mark", "no snapshot upload was started in this run");
    }
    if (query.path == NULL || query.sync_group == NULL) {
        return sw_probe_error(probe, "unreadable",
                              "the subject does not say its folder or its sync group");
    }
    enum sw_verdict verdict = sw_session_find(probe, &query, mark, &list, &last);
    if (verdict != SW_HOLDS) {
        return verdict;
    }
    if (last == NULL) {
        return say_waiting(probe, &list, &query);
    }
    sw_session_show(probe, last);
    verdict = sw_session_judge(probe, last, "upload", &end);
    if (verdict == SW_DONE && end != SW_SESSION_ERROR) {
        keep_reading(probe, last);
    }
    return verdict;
}

const struct sw_action sw_filesync_upload_session = {
    .name = "filesync.upload_session",
    .doc =
        "Waits for an upload session of the subject's sync group that began after the mark. "
        "The event says when a session ended; that it began after the mark is taken from the "
        "agent's own status, or, on agents without it, from an earlier session with result 0 since "
        "the mark.",
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
    .yields = (const struct sw_yield[]){{"clean", "filesync.cloud_complete"},
                                        {"item_errors", "filesync.cloud_complete_except"},
                                        {0}},
    .probe = probe_sessions,
    .example =
        (const char *const[]){
            "- id: final_upload", "  wait: filesync.upload_session", "  target: server",
            "  timeout: 72h",
            "  next: { clean: leftovers, item_errors: review, sync_error: repair,",
            "          timeout: repair, evidence_lost: { next: snapshot, max: 2 "
            "} }",
            NULL},
};
