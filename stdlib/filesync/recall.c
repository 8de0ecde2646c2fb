#include "stdlib/filesync/recall.h"

#include "stdlib/filesync/names.h"
#include "stdlib/filesync/recall_state.h"
#include "stdlib/filesync/sessions.h"
#include "stdlib/windows/script.h"

#include "base/text.h"

#include <inttypes.h>

#define THREADS_MAX 32 /* windows.md A7 */
#define RETRIES 3
#define RETRY_DELAY_S 10

static const struct sw_field start_inputs[] = {
    {"threads", &sw_type_int, 0, "4", "Files that are recalled at the same time, 1 to 32."},
    {0},
};

static const struct sw_field start_outputs[] = {
    {"started", &sw_type_time, 0, NULL, "When the task last started, by the server's clock."},
    {0},
};

static const struct sw_field job_outputs[] = {
    {"recalled", &sw_type_int, 0, NULL, "Files that were recalled."},
    {"failed", &sw_type_int, 0, NULL, "Files that could not be recalled."},
    {"started", &sw_type_time, 0, NULL, "When the recall began, by the server's clock."},
    {"ended", &sw_type_time, 0, NULL, "When it ended."},
    {"message", &sw_type_string, 0, NULL, "Why it ended badly; null when it did not."},
    {0},
};

static const struct sw_outcome_doc job_outcomes[] = {
    {"finished", "It ended, and no file failed."},
    {"file_errors", "It ended, but some files could not be recalled, or it broke off."},
    {"disk_full", "It ended, and the volume or a quota was full."},
    {0},
};

static const struct sw_field fail_fields[] = {
    {"path", &sw_type_string, 0, NULL, "File; null where the log does not name it."},
    {"hresult", &sw_type_int, 0, NULL, "Why it failed, as an unsigned number."},
    {"meaning", &sw_type_string, 0, NULL, "Why it failed, in words."},
    {0},
};
static const struct sw_type fail_type = {.kind = SW_T_OBJECT, .fields = fail_fields};
static const struct sw_type fails_type = {.kind = SW_T_LIST, .of = &fail_type};

static const struct sw_field error_outputs[] = {
    {"errors", &fails_type, SW_FIELD_VOLATILE, NULL, "The failures of the last recall."},
    {"failed", &sw_type_int, SW_FIELD_VOLATILE, NULL, "How many there are."},
    {"note", &sw_type_string, SW_FIELD_VOLATILE, NULL, "What the task itself said, or null."},
    {0},
};

static const struct sw_action_error errors[] = {
    SW_SCRIPT_ERRORS,
    {0},
};

static const struct sw_value *time_or_null(struct sw_arena *arena, bool has, int64_t ns)
{
    return has ? sw_number(arena, SW_V_TIME, ns) : sw_null(arena, "the server did not say");
}

/* ---- the start ---- */

static int64_t threads_of(const struct sw_view *view)
{
    int64_t threads = 4;

    (void)sw_as_int(sw_in(view, "threads"), &threads);
    return threads;
}

/* One that runs already does the same work; its end is waited for like ours. */
static enum sw_verdict probe_start(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_recall_state state;
    const char *why = NULL;
    int64_t run_before = 0;

    if (threads_of(view) < 1 || threads_of(view) > THREADS_MAX) {
        return sw_blocked(probe, "threads is %" PRId64 ", expected 1 to %d", threads_of(view),
                          THREADS_MAX);
    }
    if (!sw_recall_ask(probe, &state, &why)) {
        return why == NULL ? SW_PENDING : sw_probe_error(probe, "unreadable", "%s", why);
    }
    bool had_run = sw_as_int(sw_before(view, "last_run"), &run_before);
    bool has_started = sw_before(view, "last_run") != NULL && state.has_run &&
                       (!had_run || state.last_run_ns > run_before);

    if (sw_recall_is_running(&state) || has_started) {
        sw_out(probe, "started", time_or_null(arena, state.has_run, state.last_run_ns));
        return SW_ALREADY;
    }
    sw_see(probe, "last_run", time_or_null(arena, state.has_run, state.last_run_ns));
    if (sw_text_is_folded(state.task_state, "Disabled")) {
        return sw_blocked(probe, "the recall task is disabled on the server");
    }
    return SW_NEEDED;
}

static bool build_start(const struct sw_view *view, struct sw_act *ret_act, struct sw_error *err)
{
    struct sw_builder args = sw_map_begin(sw_view_arena(view));
    const char *group = sw_endpoint_sync_group(view);

    if (group == NULL || threads_of(view) < 1 || threads_of(view) > THREADS_MAX) {
        return sw_fail(err, SW_E_INPUT, "the sync group is not known, or threads is not 1 to %d",
                       THREADS_MAX);
    }
    sw_map_put_text(&args, "sync_group", group);
    sw_map_put_int(&args, "threads", threads_of(view));
    sw_map_put_int(&args, "retries", RETRIES);
    sw_map_put_int(&args, "retry_delay_s", RETRY_DELAY_S);
    *ret_act = sw_script_act("filesync/start-recall", sw_built(&args));
    return true;
}

/* ---- the wait ---- */

static enum sw_verdict lost(struct sw_probe *probe, const char *why)
{
    sw_say(probe, "%s", why);
    return sw_outcome(probe, "evidence_lost");
}

static enum sw_verdict judge_end(struct sw_probe *probe, const struct sw_recall_state *state)
{
    if (state->is_disk_full) {
        sw_say(probe, "the volume is full: %s could not be recalled",
               sw_count_text(sw_probe_arena(probe), state->failed, "file", "files"));
        return sw_outcome(probe, "disk_full");
    }
    if (state->failed > 0 || state->message != NULL || !state->has_ended) {
        sw_say(probe, "%s could not be recalled%s%s",
               sw_count_text(sw_probe_arena(probe), state->failed, "file", "files"),
               state->message == NULL ? (state->has_ended ? "" : "; the recall broke off") : "; ",
               state->message == NULL ? "" : state->message);
        return sw_outcome(probe, "file_errors");
    }
    return sw_outcome(probe, "finished");
}

static enum sw_verdict probe_job(struct sw_probe *probe)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_recall_state state;
    const char *why = NULL;

    if (!sw_recall_ask(probe, &state, &why)) {
        return why == NULL ? SW_PENDING : sw_probe_error(probe, "unreadable", "%s", why);
    }
    if (sw_recall_is_running(&state)) {
        sw_say(probe, "the recall is running: %s recalled, %" PRId64 " failed",
               sw_count_text(arena, state.succeeded, "file", "files"), state.failed);
        return SW_WAIT;
    }
    if (!state.has_job) {
        return lost(probe, "the server holds no trace of a recall");
    }
    switch (sw_log_compare(state.log, state.mark, arena, &why)) {
    case SW_LOG_LOST:
        return lost(probe, why);
    case SW_LOG_UNKNOWN:
        return sw_probe_error(probe, "unreadable", "%s", why);
    case SW_LOG_REACHES:
        break;
    }
    if (!state.is_complete) {
        return lost(probe, "the recall left more results than are read at once");
    }
    sw_out(probe, "recalled", sw_int(arena, state.succeeded));
    sw_out(probe, "failed", sw_int(arena, state.failed));
    sw_out(probe, "started", sw_number(arena, SW_V_TIME, state.started_ns));
    sw_out(probe, "ended", time_or_null(arena, state.has_ended, state.ended_ns));
    sw_out(probe, "message",
           state.message == NULL ? sw_null(arena, "it said nothing")
                                 : sw_text(arena, state.message));
    return judge_end(probe, &state);
}

static enum sw_verdict probe_errors(struct sw_probe *probe)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_recall_state state;
    const char *why = NULL;

    if (!sw_recall_ask(probe, &state, &why)) {
        return why == NULL ? SW_PENDING : sw_probe_error(probe, "unreadable", "%s", why);
    }
    sw_out(probe, "errors", state.fails);
    sw_out(probe, "failed",
           state.is_complete ? sw_int(arena, state.failed)
                             : sw_unknown(arena, "not every result was read"));
    sw_out(probe, "note",
           state.message == NULL ? sw_null(arena, "it said nothing")
                                 : sw_text(arena, state.message));
    return SW_DONE;
}

const struct sw_action sw_filesync_start_recall = {
    .name = "filesync.start_recall",
    .doc = "Starts the recall of every tiered file of the subject's sync group on this server, as "
           "a scheduled task that survives the connection. Never in tiering order: that one stops "
           "at the tiering policy and leaves files behind.",
    .source = "Microsoft Learn, 'Deprovision your Azure File Sync server endpoint', "
              "Invoke-StorageSyncFileRecall -SyncGroupName -ThreadCount",
    .effect = SW_EFFECT_REVERSIBLE,
    .takes_subject = true,
    .target_kind = "windows.server",
    .inputs = start_inputs,
    .outputs = start_outputs,
    .errors = errors,
    .no_undo_reason = "A recalled file is a whole file; tiering makes it a stub again by itself.",
    .probe = probe_start,
    .writes =
        (const struct sw_write[]){
            {"start", "Start the recall as a scheduled task", NULL, build_start, 180000},
            {0},
        },
    .example = (const char *const[]){"- id: recall", "  do: filesync.start_recall",
                                     "  target: server", "  with: { threads: 4 }", NULL},
};

const struct sw_action sw_filesync_recall_job = {
    .name = "filesync.recall_job",
    .doc = "Waits until the recall that was started on the server has ended. That it ended well is "
           "no proof that no tiered file is left: what the cmdlet reports is not published.",
    .source = "Microsoft Learn, 'Manage tiered files', RecallResults channel",
    .effect = SW_EFFECT_READ,
    .is_wait = true,
    .reads_log = true,
    .takes_subject = true,
    .target_kind = "windows.server",
    .outputs = job_outputs,
    .outcomes = job_outcomes,
    .errors = errors,
    .probe = probe_job,
    .example =
        (const char *const[]){"- id: recalled", "  wait: filesync.recall_job", "  target: server",
                              "  timeout: 7d",
                              "  next: { finished: scan, file_errors: trouble, disk_full: no_room,",
                              "          timeout: trouble, evidence_lost: scan }", NULL},
};

const struct sw_action sw_filesync_recall_errors = {
    .name = "filesync.recall_errors",
    .doc = "Shows the files that the last recall could not bring back, with the reasons.",
    .source = "Microsoft Learn, 'Manage tiered files', RecallResults channel",
    .effect = SW_EFFECT_READ,
    .takes_subject = true,
    .target_kind = "windows.server",
    .outputs = error_outputs,
    .errors = errors,
    .probe = probe_errors,
    .example =
        (const char *const[]){"show:", "  errors: { read: filesync.recall_errors, target: server }",
                              NULL},
};
