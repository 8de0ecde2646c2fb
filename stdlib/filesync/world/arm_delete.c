/*
 * What the service does when a server endpoint is deleted. The names of the steps are recorded ones
 * and their times fit the recorded 36 to 94 s (azure.md 2.3). While the server is offline the job
 * stays where the server has to act; after config.azure.job_expires_ns it ends as Failed with
 * MgmtServerJobExpired (how long the service really waits is not published).
 */
#include "base/time.h"
#include "stdlib/filesync/world/model.h"

#define RETRY_NS (30 * SW_NS_PER_S)

static const struct {
    const char *name;
    int64_t percent; /* of the whole time, when the step begins */
} steps[] = {
    {"Accepted", 0},
    {"runServerJob", 3},
    {"deleteServerEndpointOnServer", 12},
    {"deleteServerEndpointStableVersions", 55},
    {"deleteReplicaGroupPrincipal", 78},
    {"deleteReplicaGroup", 88},
    {"Succeeded", 100},
};

#define ON_SERVER 2u
#define LAST (SW_COUNT(steps) - 1)

static void leave_server(struct sw_fs_model *model)
{
    if (!model->is_endpoint_on_server) {
        return;
    }
    model->is_endpoint_on_server = false;
    model->deletes++;
    if (model->upload != NULL) {
        sw_fs_session_drop(model, model->upload);
    }
    model->waiting = NULL;
    sw_fs_oracle_freeze(model);
}

static void step_ends(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;
    struct sw_fs_operation *operation = &model->operations[argument - 1];

    if (operation->step == ON_SERVER && operation->existed) {
        if (!sw_fs_is_online(model)) {
            if (now_ns - operation->begin_ns >= model->config.azure.job_expires_ns) {
                operation->has_failed = true;
                operation->is_done = true;
                operation->step_ns = now_ns;
                model->writes--; /* nothing came of it */
                return;
            }
            sw_clock_at(&model->clock, now_ns + RETRY_NS, step_ends, model, argument);
            return;
        }
        leave_server(model);
    }
    operation->step = operation->existed ? operation->step + 1 : LAST;
    operation->step_ns = now_ns;
    if (operation->step == LAST) {
        operation->is_done = true;
        if (operation->existed) {
            model->is_endpoint_in_service = false;
        }
        return;
    }
    int64_t at_ns =
        operation->begin_ns + operation->takes_ns / 100 * steps[operation->step + 1].percent;
    sw_clock_at(&model->clock, at_ns > now_ns ? at_ns : now_ns + SW_NS_PER_S, step_ends, model,
                argument);
}

/* A job under way or done, other than one that failed without any effect. */
static bool has_one(const struct sw_fs_model *model)
{
    for (size_t i = 0; i < model->operation_count; i++) {
        if (model->operations[i].kind == SW_FS_DELETING && model->operations[i].existed &&
            !model->operations[i].has_failed) {
            return true;
        }
    }
    return false;
}

uint64_t sw_fs_delete_begin(struct sw_fs_model *model, bool exists)
{
    bool had_one = has_one(model);

    struct sw_fs_operation *operation = sw_fs_operation_new(model, SW_FS_DELETING);
    int64_t now_ns = model->clock.now_ns;

    operation->existed = exists;
    operation->newest_content = model->next_content;
    /* Drawn here, since a delete is no look. */
    operation->takes_ns =
        exists
            ? (36 + (int64_t)sw_random_below(&model->random, 59)) * SW_NS_PER_S
            : 1600 * SW_NS_PER_MS + (int64_t)sw_random_below(&model->random, 4400) * SW_NS_PER_MS;
    model->writes++;
    if (had_one) {
        model->is_deleted_twice = true;
    }
    int64_t first_ns = exists ? operation->takes_ns / 100 * steps[1].percent : operation->takes_ns;
    sw_clock_at(&model->clock, now_ns + first_ns, step_ends, model, operation->number);
    sw_fs_anchor(model, SW_FS_FROM_DELETE);
    return operation->number;
}

struct sw_fs_operation *sw_fs_operation_new(struct sw_fs_model *model,
                                            enum sw_fs_operation_kind kind)
{
    model->operations = sw_grow(model->arena, model->operations, model->operation_count,
                                &model->operation_capacity, sizeof *model->operations);
    struct sw_fs_operation *operation = &model->operations[model->operation_count++];

    *operation = (struct sw_fs_operation){.kind = kind,
                                          .number = model->operation_count,
                                          .existed = true,
                                          .begin_ns = model->clock.now_ns,
                                          .step_ns = model->clock.now_ns};
    return operation;
}

const struct sw_fs_operation *sw_fs_operation_find(const struct sw_fs_model *model, uint64_t number)
{
    return number >= 1 && number <= model->operation_count ? &model->operations[number - 1] : NULL;
}

const char *sw_fs_operation_status(const struct sw_fs_operation *operation)
{
    if (operation->kind != SW_FS_DELETING) {
        return sw_fs_cloud_status(operation);
    }
    return operation->has_failed ? "Failed" : steps[operation->step].name;
}
