/* The upload of a snapshot: note a mark in the agent's log, then start the agent's own task. */
#include "stdlib/filesync/vss_upload.h"

#include "base/text.h"
#include "stdlib/filesync/names.h"
#include "stdlib/filesync/session_find.h"
#include "stdlib/windows/script.h"

/* Task Scheduler's results (windows.md A4). */
#define RESULT_OK 0
#define RESULT_RUNNING 267009

static const struct sw_field outputs[] = {
    {"mark", &sw_type_mark, 0, NULL,
     "The agent's log as it was right before the task was started."},
    {"started", &sw_type_time, 0, NULL, "When the task last started, by the server's clock."},
    {0},
};

static const struct sw_action_error errors[] = {
    {"task_running", true, "The task is at work already: its snapshot may be older than the mark."},
    {"task_failed", true, "The task ended with an error: there is no snapshot."},
    SW_SCRIPT_ERRORS,
    {0},
};

static const struct sw_value *or_null(struct sw_arena *arena, const struct sw_value *value)
{
    return value == NULL ? sw_null(arena, "not said") : value;
}

/* The first look of a visit: is the task free, and where does the log stand? */
static enum sw_verdict first_look(struct sw_probe *probe, const struct sw_answer *answer)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    const char *state = sw_as_text(sw_get(answer->body, "task_state"));
    const struct sw_value *mark = sw_session_mark(arena, answer);

    if (state == NULL || mark == NULL) {
        return sw_probe_error(probe, "unreadable",
                              "the server did not tell the state of the task or of its log");
    }
    sw_see(probe, "last_run", or_null(arena, sw_get(answer->body, "last_run")));
    sw_see(probe, "mark", mark);
    sw_see(probe, "usn", or_null(arena, sw_get(answer->body, "usn")));
    if (sw_text_is_folded(state, "Disabled")) {
        return sw_blocked(
            probe, "the task VssSyncScheduledTask is disabled on the server: enable it (folder "
                   "\\Microsoft\\StorageSync\\ of the task scheduler), then try this step again");
    }
    if (!sw_text_is_folded(state, "Ready")) {
        return sw_probe_error(probe, "task_running",
                              "the task is %s already; it must be started after the mark", state);
    }
    return SW_NEEDED;
}

/* Behind the write: a start that was seen neither before nor now did not happen. */
static enum sw_verdict later_look(struct sw_probe *probe, const struct sw_answer *answer)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    const char *state = sw_as_text(sw_get(answer->body, "task_state"));
    const struct sw_value *last_run = sw_get(answer->body, "last_run");
    int64_t run = 0, run_before = 0, result = RESULT_OK;
    bool ran_before = sw_script_time(sw_before(view, "last_run"), &run_before);
    const char *why = NULL;

    if (state == NULL || last_run == NULL) {
        return sw_probe_error(probe, "unreadable", "the server did not tell when the task ran");
    }
    if (!sw_script_time(last_run, &run) || (ran_before && run <= run_before)) {
        sw_say(probe, "the task has not started since");
        return SW_NEEDED;
    }
    bool has_result = sw_as_int(sw_get(answer->body, "last_result"), &result);
    bool is_running = sw_text_is_folded(state, "Running") || result == RESULT_RUNNING;
    if (!is_running && (!has_result || result != RESULT_OK)) {
        return sw_probe_error(probe, "task_failed",
                              "the task ended with result %lld: there is no new snapshot",
                              (long long)result);
    }
    if (sw_log_compare(sw_get(answer->body, "log"), sw_before(view, "mark"), arena, &why) ==
        SW_LOG_LOST) {
        return sw_blocked(probe, "%s: enter this step again", why);
    }
    sw_out(probe, "mark", sw_before(view, "mark"));
    sw_out(probe, "started", last_run);
    sw_reading(probe, "mark", sw_before(view, "mark"));
    /* From before the start: what came between is in the snapshot, but that can't be told. */
    sw_reading(probe, "usn", or_null(arena, sw_before(view, "usn")));
    sw_reading(probe, "started", last_run);
    return SW_ALREADY;
}

static enum sw_verdict probe_task(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);

    if (sw_endpoint_path(view) == NULL) {
        return sw_blocked(probe, "the subject does not say which folder it syncs");
    }
    const struct sw_answer *answer = sw_session_log_ask(probe);
    if (answer == NULL) {
        return SW_PENDING;
    }
    return sw_before(view, "mark") == NULL ? first_look(probe, answer) : later_look(probe, answer);
}

static bool build_start(const struct sw_view *view, struct sw_act *ret_act, struct sw_error *err)
{
    (void)view;
    (void)err;
    *ret_act = sw_script_act("filesync/start-vss-upload", NULL);
    return true;
}

const struct sw_action sw_filesync_start_vss_upload = {
    .name = "filesync.start_vss_upload",
    .doc =
        "Notes the newest record of the agent's log and the server's time, then starts the "
        "agent's task VssSyncScheduledTask: it takes a snapshot and uploads from it. The task is "
        "one for the whole server.",
    .source = "Microsoft Learn, 'Deprovision your Azure File Sync server endpoint', start of the "
              "special VSS upload session",
    .effect = SW_EFFECT_REVERSIBLE,
    .takes_subject = true,
    .target_kind = "windows.server",
    .outputs = outputs,
    .errors = errors,
    .yields = (const struct sw_yield[]){{"ok", "filesync.snapshot_uploading"}, {0}},
    .no_undo_reason = "The task runs by itself once a day too; an upload takes nothing away.",
    .probe = probe_task,
    .writes =
        (const struct sw_write[]){
            {"start", "Start VssSyncScheduledTask", NULL, build_start, 120000},
            {0},
        },
    .example =
        (const char *const[]){"- id: snapshot", "  do: filesync.start_vss_upload",
                              "  target: server",
                              "  retry: { times: 3, every: 5m, errors: [task_running] }", NULL},
};
