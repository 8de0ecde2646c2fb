/* The agent reports its status every few minutes; ARM repeats the last report until the next. */
#include "base/time.h"
#include "stdlib/filesync/world/model.h"

static void count_files(const struct sw_fs_model *model, struct sw_fs_report *report)
{
    for (size_t i = 0; i < model->file_count; i++) {
        if (sw_fs_file_is_changed(&model->files[i]) && sw_fs_file_fails(model, i)) {
            report->persistent_files++;
        }
    }
}

void sw_fs_report_now(struct sw_fs_model *model)
{
    struct sw_fs_report report = {
        .at_ns = model->clock.now_ns,
        .upload = model->last_upload,
        .download = model->last_download,
        .upload_success_ns = model->upload_success_ns,
        .download_success_ns = model->download_success_ns,
        .running = model->upload,
    };

    count_files(model, &report);
    report.is_uploading = model->upload != NULL;
    /* A session that the VSS task cancelled needs nobody's action. */
    report.is_healthy = model->last_upload == NULL || model->last_upload->hresult == 0 ||
                        model->last_upload->hresult == SW_FS_CANCELLED_BY_VSS;
    if (model->upload != NULL) {
        int64_t whole_ns = model->upload->end_ns - model->upload->start_ns;
        int64_t past_ns = model->clock.now_ns - model->upload->start_ns;
        int64_t percent = whole_ns > 0 ? past_ns * 100 / whole_ns : 100;

        report.progress = model->upload->figures;
        report.progress.applied_files = report.progress.sync_files * percent / 100;
        report.progress.applied_bytes = report.progress.sync_bytes / 100 * percent;
    }
    model->report = report;
}

static void agent_reports(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;

    (void)argument;
    if (sw_fs_is_online(model) && model->is_endpoint_on_server) {
        sw_fs_report_now(model);
    }
    sw_fs_at(model, now_ns + model->config.azure.report_every_ns, agent_reports, 0);
}

void sw_fs_report_make(struct sw_fs_model *model)
{
    sw_fs_at(model, model->clock.now_ns + model->config.azure.report_every_ns, agent_reports, 0);
}
