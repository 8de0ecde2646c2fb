/*
 * The volume's room and the recall of stubs: one file after the other, as fast as the line. What
 * does not fit or fails stays a stub and is told in the results' log; the task goes on with the
 * next.
 */
#include "base/text.h"
#include "base/time.h"
#include "stdlib/filesync/world/model.h"

#define STARTS_NS (5 * SW_NS_PER_S)
#define RETRY_NS (30 * SW_NS_PER_S) /* without a network */

int64_t sw_fs_allocated(const struct sw_fs_file *file)
{
    return file->is_tiered || file->server_content == 0 ? 0 : file->bytes;
}

static int64_t allocated_now(const struct sw_fs_model *model)
{
    int64_t bytes = 0;

    for (size_t i = 0; i < model->file_count; i++) {
        bytes += sw_fs_allocated(&model->files[i]);
    }
    return bytes;
}

void sw_fs_recall_make(struct sw_fs_model *model)
{
    model->allocated_bytes = allocated_now(model);
}

int64_t sw_fs_free_bytes(const struct sw_fs_model *model)
{
    int64_t bytes = model->config.server.free_bytes - model->other_bytes -
                    (allocated_now(model) - model->allocated_bytes);

    return bytes > 0 ? bytes : 0;
}

bool sw_fs_file_tier(struct sw_fs_model *model, size_t at)
{
    struct sw_fs_file *file = &model->files[at];

    if (file->is_tiered || sw_fs_file_is_changed(file) || sw_fs_file_is_open(model, at)) {
        return false;
    }
    file->is_tiered = true;
    file->tiered_ns = model->clock.now_ns;
    sw_fs_usn_add(model, at, SW_FS_REASON_TIERED, true);
    return true;
}

/* By the configuration, or for want of room; 0: it comes. */
static int64_t failure_of(const struct sw_fs_model *model, const struct sw_fs_file *file)
{
    for (size_t i = 0; i < model->config.recall_error_count; i++) {
        const struct sw_fs_item_error_config *error = &model->config.recall_errors[i];
        bool is_over = error->until.from == SW_FS_FROM_START &&
                       model->clock.now_ns >= model->config.start_ns + error->until.offset_ns;

        if (sw_text_is_folded(error->path, file->path) && !is_over) {
            return error->hresult;
        }
    }
    return sw_fs_free_bytes(model) < file->bytes ? SW_FS_DISK_FULL : 0;
}

static void recall_goes_on(void *context, int64_t now_ns, uint64_t run);

static void file_is_here(void *context, int64_t now_ns, uint64_t run)
{
    struct sw_fs_model *model = context;
    struct sw_fs_recall *recall = &model->recall;

    if (run != recall->runs || !recall->is_running) {
        return;
    }
    if (!sw_fs_is_online(model)) {
        sw_clock_at(&model->clock, now_ns + RETRY_NS, file_is_here, model, run);
        return;
    }
    struct sw_fs_file *file = &model->files[recall->next];

    if (file->is_tiered) { /* else somebody wrote to it meanwhile */
        int64_t hresult = failure_of(model, file);
        struct sw_fs_record *record =
            sw_fs_log_add(model, &model->recall_results, SW_FS_EVENT_RECALLED);

        record->file = recall->next;
        record->hresult = hresult;
        if (hresult == 0) {
            file->is_tiered = false;
            recall->recalled++;
            sw_fs_usn_add(model, recall->next, SW_FS_REASON_TIERED, true);
        } else {
            recall->failed++;
        }
    }
    recall->next++;
    recall_goes_on(model, now_ns, run);
}

static void recall_goes_on(void *context, int64_t now_ns, uint64_t run)
{
    struct sw_fs_model *model = context;
    struct sw_fs_recall *recall = &model->recall;

    if (run != recall->runs || !recall->is_running) {
        return;
    }
    while (recall->next < model->file_count &&
           (!model->files[recall->next].is_tiered || model->files[recall->next].is_outside)) {
        recall->next++;
    }
    if (recall->next == model->file_count) {
        recall->is_running = false;
        recall->ended_ns = now_ns;
        return;
    }
    int64_t takes_s = model->files[recall->next].bytes / model->config.server.recall_bytes_s + 1;

    sw_clock_at(&model->clock, now_ns + takes_s * SW_NS_PER_S, file_is_here, model, run);
}

void sw_fs_recall_start(struct sw_fs_model *model)
{
    struct sw_fs_recall *recall = &model->recall;

    if (recall->is_running) {
        return; /* the task's IgnoreNew policy */
    }
    *recall = (struct sw_fs_recall){.was_started = true,
                                    .is_running = true,
                                    .runs = recall->runs + 1,
                                    .started_ns = model->clock.now_ns,
                                    .mark = sw_fs_log_newest(&model->recall_results),
                                    .mark_created_ns = model->recall_results.created_ns};
    model->writes++;
    sw_fs_anchor(model, SW_FS_FROM_RECALL);
    sw_clock_at(&model->clock, model->clock.now_ns + STARTS_NS, recall_goes_on, model,
                recall->runs);
}

void sw_fs_recall_cut(struct sw_fs_model *model)
{
    if (model->recall.is_running) {
        model->recall.is_running = false;
        model->recall.was_cut = true;
        model->recall.ended_ns = model->clock.now_ns;
    }
}
