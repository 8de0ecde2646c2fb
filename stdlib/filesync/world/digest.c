/* The whole state in one order, hashed: everything but the clock, what is scheduled, and what the
 * fronts keep of conversations. A look must leave it as it is. */
#include "base/digest.h"
#include "stdlib/filesync/world/model.h"

#include <string.h>

static void add_number(struct sw_sha256 *hash, uint64_t number)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(number >> (8 * i));
    }
    sw_sha256_add(hash, bytes, sizeof bytes);
}

static void add_text(struct sw_sha256 *hash, const char *text)
{
    size_t length = text != NULL ? strlen(text) : 0;

    add_number(hash, text != NULL ? length + 1 : 0);
    sw_sha256_add(hash, text != NULL ? text : "", length);
}

static void add_files(struct sw_sha256 *hash, const struct sw_fs_model *model)
{
    add_number(hash, model->file_count);
    for (size_t i = 0; i < model->file_count; i++) {
        const struct sw_fs_file *file = &model->files[i];

        add_text(hash, file->path);
        add_number(hash, (uint64_t)file->bytes);
        add_number(hash, (uint64_t)file->changed_ns);
        add_number(hash, file->server_content);
        add_number(hash, file->share_content);
        add_number(hash, file->share_had);
        add_number(hash, file->is_tiered);
        add_text(hash, file->never_synced);
        add_number(hash, (uint64_t)file->item_hresult);
        add_number(hash, (uint64_t)file->item_until_ns);
        add_number(hash, file->known_content);
        add_number(hash, (uint64_t)file->share_written_ns);
    }
    add_number(hash, model->next_content);
    add_number(hash, model->change_count);
    add_number(hash, model->first_usn);
    add_number(hash, model->next_usn);
}

static void add_access(struct sw_sha256 *hash, const struct sw_fs_model *model)
{
    for (size_t i = 0; i < model->share_count; i++) {
        const struct sw_fs_share *share = &model->shares[i];

        add_text(hash, share->name);
        add_number(hash, (uint64_t)share->security_written_ns);
        for (size_t k = 0; k < share->access_count; k++) {
            add_text(hash, share->access[k].account);
            add_text(hash, share->access[k].sid);
            add_text(hash, share->access[k].type);
            add_text(hash, share->access[k].right);
        }
    }
    for (size_t i = 0; i < model->user_count; i++) {
        const struct sw_fs_user *user = &model->users[i];

        add_number(hash, user->session);
        add_number(hash, user->handle);
        add_number(hash, user->file);
        add_number(hash, (uint64_t)user->opened_ns);
    }
    add_number(hash, model->next_smb_id);
    add_number(hash, model->sessions_opened);
    add_number(hash, model->files_opened);
    add_number(hash, (uint64_t)model->boot_ns);
}

static void add_log(struct sw_sha256 *hash, const struct sw_fs_log *log)
{
    add_number(hash, (uint64_t)log->created_ns);
    add_number(hash, log->next_id);
    for (size_t i = 0; i < log->count; i++) {
        const struct sw_fs_record *record = sw_fs_log_at(log, i);

        add_number(hash, record->id);
        add_number(hash, record->event);
        add_number(hash, (uint64_t)record->at_ns);
        add_number(hash, record->session != NULL ? record->session->number : 0);
        add_number(hash, (uint64_t)record->hresult);
        add_number(hash, (uint64_t)record->figures.applied_files);
        add_number(hash, (uint64_t)record->figures.item_errors);
    }
}

static void add_agent(struct sw_sha256 *hash, const struct sw_fs_model *model)
{
    add_number(hash, model->session_count);
    for (size_t i = 0; i < model->session_count; i++) {
        const struct sw_fs_session *session = model->sessions[i];

        add_number(hash, (uint64_t)session->start_ns);
        add_number(hash, (uint64_t)session->end_ns);
        add_number(hash, session->has_ended);
        add_number(hash, session->count);
        add_number(hash, (uint64_t)session->hresult);
    }
    add_log(hash, &model->telemetry);
    add_log(hash, &model->item_results);
    add_number(hash, model->task_state);
    add_number(hash, (uint64_t)model->task_disabled_until_ns);
    add_number(hash, (uint64_t)model->task_last_run_ns);
    add_number(hash, model->task_runs);
    add_number(hash, (uint64_t)model->report.at_ns);
}

static void add_service(struct sw_sha256 *hash, const struct sw_fs_model *model)
{
    add_number(hash, model->is_endpoint_on_server);
    add_number(hash, model->is_endpoint_in_service);
    add_number(hash, (uint64_t)model->shown_until_ns);
    add_number(hash, model->operation_count);
    for (size_t i = 0; i < model->operation_count; i++) {
        add_number(hash, model->operations[i].step);
        add_number(hash, model->operations[i].has_failed);
    }
    add_number(hash, model->policy.is_on);
    add_number(hash, (uint64_t)model->policy.free_percent);
    add_number(hash, (uint64_t)model->policy.days);
    add_number(hash, model->detection.is_running);
    add_number(hash, (uint64_t)model->detection.ended_ns);
    add_number(hash, model->recall.runs);
    add_number(hash, model->recall.is_running);
    add_number(hash, (uint64_t)model->recall.recalled);
    add_number(hash, (uint64_t)model->recall.failed);
    add_number(hash, (uint64_t)model->other_bytes);
    for (size_t i = 0; i < model->snapshot_count; i++) {
        add_number(hash, (uint64_t)model->snapshots[i]);
    }
    add_log(hash, &model->recall_results);
    add_number(hash, (uint64_t)model->offline_until_ns);
    add_number(hash, model->replies_to_lose);
    add_number(hash, model->writes);
    add_number(hash, model->deletes);
    add_number(hash, model->is_judged);
    for (size_t i = 0; i < SW_COUNT(model->random.state); i++) {
        add_number(hash, model->random.state[i]);
    }
}

void sw_fs_model_digest(const struct sw_fs_model *model, char out[65])
{
    struct sw_sha256 hash;
    uint8_t bytes[SW_SHA256_BYTES];

    sw_sha256_init(&hash);
    for (size_t i = 0; i < sw_fs_guest_count(model); i++) {
        add_files(&hash, sw_fs_guest(model, i));
        add_access(&hash, sw_fs_guest(model, i));
        add_agent(&hash, sw_fs_guest(model, i));
        add_service(&hash, sw_fs_guest(model, i));
    }
    sw_sha256_end(&hash, bytes);
    sw_hex(bytes, sizeof bytes, out);
}
