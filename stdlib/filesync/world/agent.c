/* The sync agent: which sessions begin when, and the VSS task (windows.md A4). */
#include "base/time.h"
#include "stdlib/filesync/world/model.h"

#define MINUTE_NS (INT64_C(60) * SW_NS_PER_S)
#define EMPTY_EVERY_NS (30 * MINUTE_NS) /* with nothing to do one session comes every 30 min */
#define DOWNLOAD_TAKES_NS (8 * SW_NS_PER_S)
#define EMPTY_TAKES_NS (9 * SW_NS_PER_S)
#define FILES_IN_TAKES 20u /* the configured time is for this many files */

/* The steps of the task, after its start. */
#define TASK_CANCELS_NS (4 * SW_NS_PER_S)
#define TASK_SNAPSHOT_NS (40 * SW_NS_PER_S)
#define TASK_ENDS_NS (55 * SW_NS_PER_S)

static int64_t upload_takes(struct sw_fs_model *model, int64_t base_ns, size_t files)
{
    int64_t takes_ns = base_ns;

    if (files > FILES_IN_TAKES) {
        takes_ns += base_ns / (int64_t)FILES_IN_TAKES * (int64_t)(files - FILES_IN_TAKES);
    }
    return takes_ns / 100 * (90 + (int64_t)sw_random_below(&model->random, 21));
}

static bool can_sync(const struct sw_fs_model *model)
{
    return sw_fs_is_online(model) && model->is_endpoint_on_server;
}

static void agent_looks(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;
    size_t changed = sw_fs_changed_count(model);
    bool is_due = changed > 0 || now_ns - model->last_upload_end_ns >= EMPTY_EVERY_NS;

    (void)argument;
    sw_fs_at(model, now_ns + model->config.sync.every_ns, agent_looks, 0);
    if (!can_sync(model) || model->upload != NULL || model->waiting != NULL || !is_due) {
        return;
    }
    struct sw_fs_session *session = sw_fs_session_new(model, model->config.endpoint.group, true);
    session->is_ours = true;
    sw_fs_session_take_set(model, session);
    sw_fs_session_begin(model, session,
                        changed == 0 ? EMPTY_TAKES_NS
                                     : upload_takes(model, model->config.sync.takes_ns, changed));
}

static void agent_downloads(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;

    (void)argument;
    sw_fs_at(model, now_ns + model->config.sync.download_every_ns, agent_downloads, 0);
    if (!can_sync(model) || now_ns < model->no_downloads_until_ns) {
        return;
    }
    struct sw_fs_session *session = sw_fs_session_new(model, model->config.endpoint.group, false);
    session->is_ours = true;
    sw_fs_session_take_news(model, session);
    sw_fs_session_begin(model, session, DOWNLOAD_TAKES_NS);
}

/* Once an hour the tiering turns one file that is up to date into a stub: sync changes the path,
 * too, and the journal says so. */
static void agent_tiers(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;

    (void)argument;
    sw_fs_at(model, now_ns + 60 * MINUTE_NS, agent_tiers, 0);
    size_t at = sw_fs_file_any(model);
    if (can_sync(model) && model->policy.is_on) {
        (void)sw_fs_file_tier(model, at);
    }
}

static void group_syncs(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;
    const struct sw_fs_group_config *group = &model->config.groups[argument];

    sw_fs_at(model, now_ns + sw_fs_about(model, group->every_ns), group_syncs, argument);
    if (!sw_fs_is_online(model)) {
        return;
    }
    struct sw_fs_session *session = sw_fs_session_new(model, group->name, true);
    session->figures.sync_files = 1 + (int64_t)sw_random_below(&model->random, 40);
    session->figures.sync_bytes = session->figures.sync_files * 70000;
    sw_fs_session_begin(model, session, upload_takes(model, group->takes_ns, 1));
}

void sw_fs_agent_make(struct sw_fs_model *model)
{
    int64_t now_ns = model->clock.now_ns;

    model->is_endpoint_on_server = true;
    model->last_upload_end_ns = now_ns;
    sw_fs_at(model, now_ns + MINUTE_NS, agent_looks, 0);
    sw_fs_at(model, now_ns + 2 * MINUTE_NS, agent_downloads, 0);
    if (model->policy.is_on) {
        sw_fs_at(model, now_ns + 25 * MINUTE_NS, agent_tiers, 0);
    }
    for (size_t i = 0; i < model->config.group_count; i++) {
        sw_fs_at(model, now_ns + sw_fs_about(model, model->config.groups[i].every_ns), group_syncs,
                 i);
    }
    if (!model->config.server.task_enabled) {
        model->task_disabled_until_ns = SW_FS_FOREVER;
    }
    /* By itself it runs once a day: last night, and next night. */
    model->task_last_run_ns = now_ns - 17 * 60 * MINUTE_NS;
}

static void waiting_begins(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;
    struct sw_fs_session *session = model->waiting;

    (void)now_ns;
    (void)argument;
    if (session == NULL || model->upload != NULL || !can_sync(model)) {
        return;
    }
    model->waiting = NULL;
    sw_fs_session_begin(model, session,
                        upload_takes(model, model->config.sync.vss_takes_ns, session->count));
}

void sw_fs_agent_upload_over(struct sw_fs_model *model)
{
    if (model->waiting != NULL) {
        sw_fs_at(model, model->clock.now_ns + 10 * SW_NS_PER_S, waiting_begins, 0);
    }
}

static void task_cancels(void *context, int64_t now_ns, uint64_t run)
{
    struct sw_fs_model *model = context;

    (void)now_ns;
    if (run == model->task_runs && !model->is_task_cut && model->upload != NULL &&
        model->config.server.cancel_running) {
        sw_fs_session_end(model, model->upload, SW_FS_CANCELLED_BY_VSS);
    }
}

static void task_takes_snapshot(void *context, int64_t now_ns, uint64_t run)
{
    struct sw_fs_model *model = context;

    if (run != model->task_runs || model->is_task_cut || !can_sync(model)) {
        return;
    }
    struct sw_fs_session *session = sw_fs_session_new(model, model->config.endpoint.group, true);
    session->is_ours = true;
    session->is_snapshot = true;
    sw_fs_session_take_set(model, session);
    /* A regular one may have begun since the task cancelled; a waiting one is taken over. */
    model->waiting = session;
    if (model->upload != NULL && model->config.server.cancel_running) {
        sw_fs_session_end(model, model->upload, SW_FS_CANCELLED_BY_VSS);
    } else if (model->upload == NULL) {
        waiting_begins(model, now_ns, 0);
    }
}

static void task_ends(void *context, int64_t now_ns, uint64_t run)
{
    struct sw_fs_model *model = context;

    (void)now_ns;
    if (run == model->task_runs) {
        model->task_state = SW_FS_TASK_READY;
    }
}

bool sw_fs_task_is_disabled(const struct sw_fs_model *model)
{
    return model->clock.now_ns < model->host->task_disabled_until_ns;
}

/* For one endpoint; the task is one, and takes its snapshot of all volumes with an endpoint. */
static void start_for(struct sw_fs_model *model)
{
    int64_t now_ns = model->clock.now_ns;

    model->task_state = SW_FS_TASK_RUNNING;
    model->task_last_run_ns = now_ns;
    model->is_task_cut = false;
    model->task_runs++;
    sw_clock_at(&model->clock, now_ns + TASK_CANCELS_NS, task_cancels, model, model->task_runs);
    sw_clock_at(&model->clock, now_ns + TASK_SNAPSHOT_NS, task_takes_snapshot, model,
                model->task_runs);
    sw_clock_at(&model->clock, now_ns + TASK_ENDS_NS, task_ends, model, model->task_runs);
    sw_fs_anchor(model, SW_FS_FROM_VSS);
}

bool sw_fs_task_start(struct sw_fs_model *model)
{
    if (sw_fs_task_is_disabled(model)) {
        return false;
    }
    if (model->host->task_state == SW_FS_TASK_RUNNING) {
        return true; /* the task's IgnoreNew policy: nothing happens, nothing is said */
    }
    for (size_t i = 0; i < sw_fs_guest_count(model); i++) {
        start_for(sw_fs_guest(model, i));
    }
    return true;
}

void sw_fs_agent_restarts(struct sw_fs_model *model)
{
    for (size_t i = 0; i < model->session_count; i++) {
        struct sw_fs_session *session = model->sessions[i];

        if (!session->has_ended) {
            sw_fs_session_drop(model, session);
        }
    }
    model->waiting = NULL;
    sw_fs_recall_cut(model);
    model->is_task_cut = model->task_state == SW_FS_TASK_RUNNING || model->is_task_cut;
    model->task_state = SW_FS_TASK_READY;
}
