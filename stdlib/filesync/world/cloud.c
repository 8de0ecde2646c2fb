/*
 * The share's own side: people who write in the share itself, the service's looks for that, and
 * what the service is told to change. A look knows what was written before it began; what is
 * written meanwhile waits for the next one. One look at a time: who asks during one waits for the
 * next.
 */
#include "base/text.h"
#include "base/time.h"
#include "stdlib/filesync/world/model.h"

#define HOUR_NS (INT64_C(3600) * SW_NS_PER_S)
#define LAST_LOOK_NS (7 * HOUR_NS)   /* before the run; by itself it looks once a day */
#define RECALL_NS (30 * SW_NS_PER_S) /* recorded: 23 to 36 s */
#define PATCH_NS (14 * SW_NS_PER_S)  /* recorded: 9 to 26 s (azure.md 2.3) */

static void look_begins(struct sw_fs_model *model, int64_t takes_ns);

static void look_ends(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;
    struct sw_fs_detection *detection = &model->detection;
    struct sw_fs_operation *operation = NULL;
    bool is_failing = detection->is_ours && now_ns < model->detect_fails_until_ns;

    (void)argument;
    detection->is_running = false;
    if (detection->is_ours) {
        operation = &model->operations[detection->operation - 1];
        operation->is_done = true;
        operation->has_failed = is_failing;
        operation->step_ns = now_ns;
        detection->operation = 0;
    }
    if (!is_failing) {
        for (size_t i = 0; i < model->file_count; i++) {
            struct sw_fs_file *file = &model->files[i];

            if (file->share_content > file->known_content &&
                file->share_written_ns <= detection->began_ns) {
                file->known_content = file->share_content;
            }
        }
        detection->started_ns = detection->began_ns;
        detection->ended_ns = now_ns;
        detection->asked_ns = detection->is_ours ? detection->began_ns : detection->asked_ns;
    }
    detection->is_ours = false;
    if (detection->operation != 0) {
        look_begins(model, model->config.azure.detect_takes_ns);
    }
}

static void look_begins(struct sw_fs_model *model, int64_t takes_ns)
{
    struct sw_fs_detection *detection = &model->detection;
    int64_t now_ns = model->clock.now_ns;

    detection->is_running = true;
    detection->is_ours = detection->operation != 0;
    detection->began_ns = now_ns;
    detection->ends_ns = now_ns + takes_ns;
    if (detection->is_ours) {
        model->operations[detection->operation - 1].step = 1;
        model->operations[detection->operation - 1].step_ns = now_ns;
    }
    sw_clock_at(&model->clock, detection->ends_ns, look_ends, model, 0);
}

void sw_fs_cloud_enumerate(struct sw_fs_model *model, int64_t takes_ns)
{
    if (!model->detection.is_running) {
        look_begins(model, takes_ns);
    }
}

static void daily_look(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;

    (void)argument;
    sw_fs_cloud_enumerate(model, model->config.azure.detect_takes_ns);
    sw_fs_at(model, now_ns + 24 * HOUR_NS, daily_look, 0);
}

void sw_fs_cloud_make(struct sw_fs_model *model)
{
    struct sw_fs_detection *detection = &model->detection;

    model->policy = (struct sw_fs_policy){.is_on = model->config.endpoint.tiering,
                                          .free_percent = model->config.endpoint.tiering ? 20 : 0,
                                          .days = model->config.endpoint.tiering ? 90 : 0};
    detection->ended_ns = model->config.start_ns - LAST_LOOK_NS;
    detection->started_ns = detection->ended_ns - model->config.azure.detect_takes_ns;
    sw_fs_at(model, detection->ended_ns + 24 * HOUR_NS, daily_look, 0);
}

void sw_fs_cloud_write(struct sw_fs_model *model, const char *path)
{
    size_t at = sw_fs_file_find(model, path);

    if (at == SW_FS_NONE) {
        at = *path == '\0' ? sw_fs_file_any(model) : sw_fs_file_new(model, path, 36864);
        if (*path != '\0') {
            model->files[at].server_content = 0;
        }
    }
    model->files[at].share_content = ++model->next_content;
    model->files[at].share_written_ns = model->clock.now_ns;
}

/* ---- what the service is told ---- */

static void take_number(const struct sw_value *properties, const char *name, int64_t *number)
{
    (void)sw_as_int(sw_get(properties, name), number);
}

static void patch_ends(void *context, int64_t now_ns, uint64_t number)
{
    struct sw_fs_model *model = context;
    struct sw_fs_operation *operation = &model->operations[number - 1];

    operation->is_done = true;
    operation->step_ns = now_ns;
    model->policy = operation->policy;
    if (!model->policy.is_on) {
        sw_fs_anchor(model, SW_FS_FROM_TIERING);
    }
}

uint64_t sw_fs_patch_begin(struct sw_fs_model *model, const struct sw_value *body)
{
    const struct sw_value *properties = sw_get(body, "properties");
    const char *tiering = sw_as_text(sw_get(properties, "cloudTiering"));
    struct sw_fs_operation *operation = sw_fs_operation_new(model, SW_FS_PATCHING);

    operation->policy = model->policy;
    if (tiering != NULL) {
        operation->policy.is_on = sw_text_is_folded(tiering, "on");
        operation->policy.free_percent =
            operation->policy.is_on ? operation->policy.free_percent : 0;
        operation->policy.days = operation->policy.is_on ? operation->policy.days : 0;
    }
    take_number(properties, "volumeFreeSpacePercent", &operation->policy.free_percent);
    take_number(properties, "tierFilesOlderThanDays", &operation->policy.days);
    model->writes++;
    sw_clock_at(&model->clock, model->clock.now_ns + PATCH_NS, patch_ends, model,
                operation->number);
    return operation->number;
}

bool sw_fs_snapshot_take(struct sw_fs_model *model)
{
    if (model->snapshot_count == SW_FS_SNAPSHOTS) {
        return false;
    }
    model->snapshots[model->snapshot_count++] = sw_fs_service_ns(model, model->clock.now_ns);
    model->writes++;
    return true;
}

static void recall_ends(void *context, int64_t now_ns, uint64_t number)
{
    struct sw_fs_model *model = context;
    struct sw_fs_operation *operation = &model->operations[number - 1];

    operation->is_done = true;
    operation->step_ns = now_ns;
}

uint64_t sw_fs_recall_begin(struct sw_fs_model *model)
{
    struct sw_fs_operation *operation = sw_fs_operation_new(model, SW_FS_RECALLING);

    operation->step = 1;
    sw_fs_recall_start(model);
    sw_clock_at(&model->clock, model->clock.now_ns + RECALL_NS, recall_ends, model,
                operation->number);
    return operation->number;
}

uint64_t sw_fs_detect_begin(struct sw_fs_model *model)
{
    struct sw_fs_operation *operation = NULL;

    if (model->detection.operation != 0) {
        return model->detection.operation; /* one is waiting or at work: it is that one */
    }
    operation = sw_fs_operation_new(model, SW_FS_DETECTING);
    model->writes++;
    model->detection.operation = operation->number;
    sw_fs_anchor(model, SW_FS_FROM_DETECT);
    if (!model->detection.is_running) {
        look_begins(model, model->config.azure.detect_takes_ns);
    }
    return operation->number;
}

const char *sw_fs_cloud_status(const struct sw_fs_operation *operation)
{
    if (operation->has_failed) {
        return "Failed";
    }
    if (operation->is_done) {
        return "Succeeded";
    }
    return operation->kind == SW_FS_RECALLING                           ? "runRecallFilesServerJob"
           : operation->kind == SW_FS_DETECTING && operation->step == 0 ? "delayStep"
                                                                        : "runServerJob";
}
