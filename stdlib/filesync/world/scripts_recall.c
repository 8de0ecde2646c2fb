/* The scripts about tiered files, the volume's room and the recall. */
#include "base/text.h"
#include "base/time.h"
#include "stdlib/filesync/world/scripts.h"

#include <string.h>

#define RESULT_RUNNING 267009 /* windows.md A4 */
#define RESULT_CUT 267014

static const struct sw_value *time_of(const struct sw_fs_script *script, int64_t ns)
{
    return sw_text(script->arena, sw_fs_time(script->arena, sw_fs_server_ns(script->model, ns)));
}

static bool has_path(const struct sw_fs_script *script)
{
    const char *path = sw_as_text(sw_get(script->args, "path"));

    return path != NULL && sw_fs_path_covers(path, script->model->config.endpoint.path);
}

static bool is_here(const struct sw_fs_file *file)
{
    return file->server_content != 0;
}

static void put_journal(const struct sw_fs_script *script, struct sw_builder *map)
{
    const struct sw_fs_model *model = script->model;

    sw_map_put_text(map, "journal_id", sw_fs_journal_id(model, script->arena));
    sw_map_put_int(map, "first_usn", (int64_t)model->first_usn);
    sw_map_put_int(map, "next_usn", (int64_t)model->next_usn);
}

static const struct sw_value *tiered_row(const struct sw_fs_script *script, size_t at)
{
    const struct sw_fs_file *file = &script->model->files[at];
    struct sw_builder row = sw_map_begin(script->arena);

    sw_map_put_text(&row, "path", sw_fs_file_path(script->model, script->arena, at));
    sw_map_put_int(&row, "bytes", file->bytes);
    sw_map_put_int(&row, "allocated", sw_fs_allocated(file));
    sw_map_put(&row, "changed", time_of(script, file->changed_ns));
    return sw_built(&row);
}

static const struct sw_value *folder_value(const struct sw_fs_script *script)
{
    const struct sw_fs_model *model = script->model;
    struct sw_builder map = sw_map_begin(script->arena);
    int64_t files = 0, bytes = 0, allocated = 0;

    for (size_t i = 0; i < model->file_count; i++) {
        const struct sw_fs_file *file = &model->files[i];

        if (is_here(file) && !file->is_outside && !sw_fs_file_is_hidden(model, i)) {
            files++;
            bytes += file->bytes;
            allocated += sw_fs_allocated(file);
        }
    }
    sw_map_put_int(&map, "files", files);
    sw_map_put_int(&map, "bytes", bytes);
    sw_map_put_int(&map, "allocated", allocated);
    return sw_built(&map);
}

void sw_fs_script_tiered_scan(struct sw_fs_script *script)
{
    const struct sw_fs_model *model = script->model;
    struct sw_builder map = sw_map_begin(script->arena);
    struct sw_builder files = sw_list_begin(script->arena);
    struct sw_builder unread = sw_list_begin(script->arena);
    struct sw_builder journal = sw_map_begin(script->arena);
    const char *denied = sw_fs_unread_folder(model, script->arena);
    int64_t count = 0, bytes = 0, newest_ns = INT64_MIN;

    if (!has_path(script)) {
        sw_fs_script_throws(script, "Stepwise.NotFound: the folder is not there");
        return;
    }
    for (size_t i = 0; i < model->file_count; i++) {
        const struct sw_fs_file *file = &model->files[i];

        if (!file->is_tiered || sw_fs_file_is_hidden(model, i)) {
            continue;
        }
        bytes += file->bytes;
        newest_ns = file->changed_ns > newest_ns ? file->changed_ns : newest_ns;
        if (++count <= sw_fs_script_max(script)) {
            sw_list_add(&files, tiered_row(script, i));
        }
    }
    if (denied != NULL) {
        sw_list_add(&unread, sw_text(script->arena, denied));
    }
    put_journal(script, &journal);
    sw_map_put(&map, "files", sw_built(&files));
    sw_map_put_int(&map, "count", count);
    sw_map_put_int(&map, "bytes", bytes);
    sw_map_put_int(&map, "missing_bytes", bytes);
    sw_map_put(&map, "newest",
               count > 0 ? time_of(script, newest_ns) : sw_null(script->arena, "none"));
    sw_map_put(&map, "folder", folder_value(script));
    sw_map_put(&map, "unread_folders", sw_built(&unread));
    sw_map_put_int(&map, "unread_count", denied != NULL ? 1 : 0);
    sw_map_put(&map, "usn", sw_built(&journal));
    script->result = sw_built(&map);
}

/* As the real script: a journal of another id or one that no longer reaches back is not read. */
void sw_fs_script_tiered_since(struct sw_fs_script *script)
{
    const struct sw_fs_model *model = script->model;
    struct sw_builder map = sw_map_begin(script->arena);
    struct sw_builder tiered = sw_list_begin(script->arena);
    int64_t since = INT64_MAX;
    int64_t count = 0;

    (void)sw_as_int(sw_get(script->args, "since_usn"), &since);
    bool is_readable = sw_text_is(sw_as_text(sw_get(script->args, "journal_id")),
                                  sw_fs_journal_id(model, script->arena)) &&
                       since >= (int64_t)model->first_usn && has_path(script);

    for (size_t i = 0; is_readable && i < model->change_count; i++) {
        const struct sw_fs_change *change = sw_fs_usn_at(model, i);

        if ((int64_t)change->usn < since || (change->reason & SW_FS_REASON_REPARSE) == 0 ||
            !model->files[change->file].is_tiered || ++count > sw_fs_script_max(script)) {
            continue;
        }
        sw_list_add(&tiered,
                    sw_text(script->arena, sw_fs_file_path(model, script->arena, change->file)));
    }
    put_journal(script, &map);
    sw_map_put(&map, "tiered", sw_built(&tiered));
    sw_map_put_bool(&map, "is_complete", count <= sw_fs_script_max(script));
    script->result = sw_built(&map);
}

void sw_fs_script_volume_space(struct sw_fs_script *script)
{
    struct sw_builder map = sw_map_begin(script->arena);

    sw_map_put_int(&map, "free_bytes", sw_fs_free_bytes(script->model));
    sw_map_put_int(&map, "size_bytes",
                   script->model->config.server.free_bytes + script->model->allocated_bytes);
    sw_map_put(&map, "quota_free_bytes", sw_null(script->arena, "no quota"));
    script->result = sw_built(&map);
}

void sw_fs_script_folder_count(struct sw_fs_script *script)
{
    struct sw_builder map = sw_map_begin(script->arena);
    const struct sw_value *folder = folder_value(script);

    if (!has_path(script)) {
        sw_fs_script_throws(script, "Stepwise.NotFound: the folder is not there");
        return;
    }
    sw_map_put(&map, "files", sw_get(folder, "files"));
    sw_map_put(&map, "bytes", sw_get(folder, "bytes"));
    sw_map_put_int(&map, "folders", 9);
    sw_map_put_int(&map, "unread_folders", sw_fs_unread_below(script->model) != NULL ? 1 : 0);
    script->result = sw_built(&map);
}

static bool is_named_twice(const struct sw_fs_model *model, size_t index, int64_t since_ns)
{
    const struct sw_fs_change *change = sw_fs_usn_at(model, index);

    for (size_t i = 0; i < index; i++) {
        const struct sw_fs_change *other = sw_fs_usn_at(model, i);

        if (other->file == change->file && !other->by_sync && other->at_ns >= since_ns) {
            return true;
        }
    }
    return false;
}

void sw_fs_script_changed_since(struct sw_fs_script *script)
{
    const struct sw_fs_model *model = script->model;
    const char *text = sw_as_text(sw_get(script->args, "since"));
    struct sw_builder map = sw_map_begin(script->arena);
    struct sw_builder files = sw_list_begin(script->arena);
    struct sw_error ignored = {0};
    int64_t since_ns = 0, count = 0, bytes = 0;

    if (!has_path(script) || text == NULL || !sw_time_parse(text, &since_ns, &ignored)) {
        sw_fs_script_throws(script, "Stepwise.Input: no such folder, or no time");
        return;
    }
    since_ns -= model->config.server.skew_ns;
    for (size_t i = 0; i < model->change_count; i++) {
        const struct sw_fs_change *change = sw_fs_usn_at(model, i);

        if (change->by_sync || change->at_ns < since_ns || is_named_twice(model, i, since_ns) ||
            ++count > sw_fs_script_max(script)) {
            continue;
        }
        struct sw_builder row = sw_map_begin(script->arena);

        bytes += model->files[change->file].bytes;
        sw_map_put_text(&row, "path", model->files[change->file].path);
        sw_map_put_int(&row, "bytes", model->files[change->file].bytes);
        sw_map_put(&row, "changed", time_of(script, model->files[change->file].changed_ns));
        sw_list_add(&files, sw_built(&row));
    }
    bool reaches = model->change_count == 0 || sw_fs_usn_at(model, 0)->at_ns <= since_ns;

    sw_map_put(&map, "files", sw_built(&files));
    sw_map_put_int(&map, "count", count);
    sw_map_put_int(&map, "bytes", bytes);
    sw_map_put_bool(&map, "is_complete", reaches && count <= sw_fs_script_max(script));
    script->result = sw_built(&map);
}

static bool is_our_group(struct sw_fs_script *script)
{
    const char *group = sw_as_text(sw_get(script->args, "sync_group"));

    return sw_text_is_folded(group, script->model->config.endpoint.group);
}

static const struct sw_value *job_value(const struct sw_fs_script *script)
{
    const struct sw_fs_model *model = script->model;
    const struct sw_fs_recall *recall = &model->recall;
    struct sw_builder map = sw_map_begin(script->arena);
    struct sw_builder mark = sw_map_begin(script->arena);
    bool has_ended = !recall->is_running && !recall->was_cut;

    sw_map_put_text(&mark, "channel", model->recall_results.channel);
    sw_map_put_int(&mark, "record_id", (int64_t)recall->mark);
    sw_map_put(&mark, "created", time_of(script, recall->mark_created_ns));
    sw_map_put(&map, "started", time_of(script, recall->started_ns));
    sw_map_put(&map, "ended",
               has_ended ? time_of(script, recall->ended_ns) : sw_null(script->arena, "not yet"));
    sw_map_put(&map, "message", sw_null(script->arena, "nothing was said"));
    sw_map_put(&map, "mark", sw_built(&mark));
    return sw_built(&map);
}

static void put_results(const struct sw_fs_script *script, struct sw_builder *map)
{
    const struct sw_fs_model *model = script->model;
    const struct sw_fs_log *log = &model->recall_results;
    struct sw_builder failed = sw_list_begin(script->arena);
    int64_t count = 0, failed_count = 0;

    for (size_t i = 0; model->recall.was_started && i < log->count; i++) {
        const struct sw_fs_record *record = sw_fs_log_at(log, i);

        if (record->id <= model->recall.mark) {
            continue;
        }
        count++;
        if (record->hresult != 0 && ++failed_count <= sw_fs_script_max(script)) {
            sw_list_add(&failed, sw_text(script->arena,
                                         sw_fs_record_xml(model, log, record, script->arena)));
        }
    }
    sw_map_put(map, "failed_events", sw_built(&failed));
    sw_map_put_int(map, "succeeded", count - failed_count);
    sw_map_put_int(map, "failed", failed_count);
    sw_map_put_bool(map, "is_complete", true);
}

void sw_fs_script_recall_state(struct sw_fs_script *script)
{
    const struct sw_fs_model *model = script->model;
    const struct sw_fs_recall *recall = &model->recall;
    struct sw_builder map = sw_map_begin(script->arena);
    bool is_there = is_our_group(script) && recall->was_started;
    const struct sw_value *none = sw_null(script->arena, "there is no such task");

    sw_map_put_text(&map, "task_state",
                    !is_there            ? "Absent"
                    : recall->is_running ? "Running"
                                         : "Ready");
    sw_map_put(&map, "last_run", is_there ? time_of(script, recall->started_ns) : none);
    sw_map_put(&map, "last_result",
               !is_there ? none
                         : sw_int(script->arena, recall->is_running ? RESULT_RUNNING
                                                 : recall->was_cut  ? RESULT_CUT
                                                                    : 0));
    sw_map_put(&map, "job", is_there ? job_value(script) : none);
    sw_map_put(&map, "log", sw_fs_log_value(model, &model->recall_results, script->arena));
    put_results(script, &map);
    script->result = sw_built(&map);
}

void sw_fs_script_start_recall(struct sw_fs_script *script)
{
    struct sw_builder map = sw_map_begin(script->arena);

    if (!is_our_group(script) || !script->model->is_endpoint_on_server) {
        script->id = "Stepwise.NotFound";
        script->message = "The server has no endpoint of this sync group.";
        return;
    }
    sw_fs_recall_start(script->model);
    sw_map_put_bool(&map, "started", true);
    script->result = sw_built(&map);
}
