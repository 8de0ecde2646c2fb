/* The scripts that read the agent's logs and its own list of sessions. */
#include "base/text.h"
#include "base/time.h"
#include "stdlib/filesync/world/scripts.h"

#include <string.h>

#define STATUS_SHOWN 40u /* sessions that Get-StorageSyncStatus tells of (not published) */

int64_t sw_fs_script_max(const struct sw_fs_script *script)
{
    int64_t max = 1000;

    (void)sw_as_int(sw_get(script->args, "max"), &max);
    return max;
}

const char *sw_fs_journal_id(const struct sw_fs_model *model, struct sw_arena *arena)
{
    /* Windows takes the time of its making, in 100 ns since 1601. */
    return sw_format(arena, "%lld",
                     (long long)((model->config.start_ns - model->config.server.up_ns) / 100 +
                                 (int64_t)model->index + INT64_C(116444736000000000)));
}

const struct sw_fs_log *sw_fs_log_named(const struct sw_fs_script *script)
{
    const char *channel = sw_as_text(sw_get(script->args, "channel"));
    const struct sw_fs_model *model = script->model->host; /* a server has each channel once */

    if (sw_text_is_folded(channel, model->telemetry.channel)) {
        return &model->telemetry;
    }
    if (sw_text_is_folded(channel, model->item_results.channel)) {
        return &model->item_results;
    }
    if (sw_text_is_folded(channel, model->recall_results.channel)) {
        return &script->model->recall_results;
    }
    return NULL;
}

const struct sw_value *sw_fs_log_value(const struct sw_fs_model *model, const struct sw_fs_log *log,
                                       struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);

    if (log == NULL) {
        return sw_null(arena, "no such channel");
    }
    sw_map_put_text(&map, "channel", log->channel);
    sw_map_put_int(&map, "newest_record_id", (int64_t)sw_fs_log_newest(log));
    sw_map_put_int(&map, "oldest_record_id", (int64_t)sw_fs_log_oldest(log));
    sw_map_put(&map, "created",
               sw_text(arena, sw_fs_time(arena, sw_fs_server_ns(model, log->created_ns))));
    return sw_built(&map);
}

static const struct sw_value *status_row(const struct sw_fs_model *model,
                                         const struct sw_fs_session *session,
                                         struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);
    const char *scenario = session->is_snapshot ? "SnapshotUpload" : "Regular";

    sw_map_put_text(&map, "SessionId", sw_fs_correlation(model, arena, session));
    sw_map_put_text(&map, "SyncDirection", session->is_upload ? "Upload" : "Download");
    sw_map_put_text(&map, "SyncScenario", scenario);
    sw_map_put(&map, "StartTime",
               sw_text(arena, sw_fs_time(arena, sw_fs_server_ns(model, session->start_ns))));
    if (session->has_ended) {
        sw_map_put(&map, "EndTime",
                   sw_text(arena, sw_fs_time(arena, sw_fs_server_ns(model, session->end_ns))));
        sw_map_put_int(&map, "HResult", session->hresult);
    } else {
        sw_map_put(&map, "EndTime", sw_null(arena, "still running"));
        sw_map_put(&map, "HResult", sw_null(arena, "still running"));
    }
    sw_map_put_int(&map, "PerItemErrorTotalCount", session->figures.item_errors);
    return sw_built(&map);
}

static const struct sw_value *status_list(const struct sw_fs_model *model, const char *path,
                                          struct sw_arena *arena)
{
    struct sw_builder list = sw_list_begin(arena);
    size_t shown = 0;

    if (!model->config.server.has_status) {
        return sw_null(arena, "the agent has no Get-StorageSyncStatus");
    }
    bool is_ours = path != NULL && sw_fs_path_covers(path, model->config.endpoint.path) &&
                   sw_fs_path_covers(model->config.endpoint.path, path);
    for (size_t i = model->session_count; is_ours && i > 0 && shown < STATUS_SHOWN; i--) {
        const struct sw_fs_session *session = model->sessions[i - 1];

        /* A snapshot that waits for its turn is not yet a session. */
        if (session->is_ours && !session->was_dropped && session->start_ns != 0) {
            sw_list_add(&list, status_row(model, session, arena));
            shown++;
        }
    }
    return sw_built(&list);
}

static void no_such_log(struct sw_fs_script *script)
{
    script->id = "NoMatchingLogsFound,Microsoft.PowerShell.Commands.GetWinEventCommand";
    script->message = "There is not an event log on the computer that matches the given name.";
}

/* With or without braces; NULL for anything but a GUID. */
static const char *bare_guid(const struct sw_fs_script *script, const char *text)
{
    size_t length = 0;

    if (text == NULL) {
        return NULL;
    }
    text += text[0] == '{' ? 1 : 0;
    length = strspn(text, "0123456789abcdefABCDEF-");
    bool is_guid = length == 36 && (text[36] == '\0' || sw_text_is(text + 36, "}"));
    return is_guid ? sw_copy(script->arena, text, length) : NULL;
}

static uint64_t since_record(const struct sw_fs_script *script)
{
    int64_t since = 0;

    (void)sw_as_int(sw_get(script->args, "since_record_id"), &since);
    return since > 0 ? (uint64_t)since : 0;
}

/* Events of one id above a record, oldest first; with `correlation` only those of one session. */
static const struct sw_value *events_since(const struct sw_fs_script *script,
                                           const struct sw_fs_log *log, unsigned event,
                                           const char *correlation, bool *ret_is_complete)
{
    struct sw_builder list = sw_list_begin(script->arena);
    uint64_t since = since_record(script);
    int64_t max = sw_fs_script_max(script);
    int64_t count = 0;

    for (size_t i = 0; i < log->count; i++) {
        const struct sw_fs_record *record = sw_fs_log_at(log, i);

        if (record->event != event || record->id <= since) {
            continue;
        }
        if (correlation != NULL) {
            const char *id = sw_fs_correlation(record->owner, script->arena, record->session);
            if (!sw_text_is_folded(id, correlation)) {
                continue;
            }
        }
        if (++count <= max) {
            sw_list_add(&list, sw_text(script->arena, sw_fs_record_xml(script->model, log, record,
                                                                       script->arena)));
        }
    }
    *ret_is_complete = count <= max;
    return sw_built(&list);
}

static const struct sw_value *newest_progress(const struct sw_fs_script *script,
                                              const struct sw_fs_log *log)
{
    for (size_t i = log->count; i > 0; i--) {
        const struct sw_fs_record *record = sw_fs_log_at(log, i - 1);

        if (record->event == 9302) {
            return sw_text(script->arena,
                           sw_fs_record_xml(script->model, log, record, script->arena));
        }
    }
    return sw_null(script->arena, "no session told of progress");
}

void sw_fs_script_sync_sessions(struct sw_fs_script *script)
{
    const struct sw_fs_log *log = sw_fs_log_named(script);
    struct sw_builder map = sw_map_begin(script->arena);
    bool is_complete = false;

    if (log == NULL) {
        no_such_log(script);
        return;
    }
    sw_map_put(&map, "log", sw_fs_log_value(script->model, log, script->arena));
    sw_map_put(&map, "events", events_since(script, log, 9102, NULL, &is_complete));
    sw_map_put_bool(&map, "is_complete", is_complete);
    sw_map_put(&map, "status",
               status_list(script->model, sw_as_text(sw_get(script->args, "path")), script->arena));
    sw_map_put(&map, "progress", newest_progress(script, log));
    script->result = sw_built(&map);
}

void sw_fs_script_item_results(struct sw_fs_script *script)
{
    const struct sw_fs_log *log = sw_fs_log_named(script);
    const char *id = bare_guid(script, sw_as_text(sw_get(script->args, "correlation_id")));
    struct sw_builder map = sw_map_begin(script->arena);
    bool is_complete = false;

    if (log == NULL) {
        no_such_log(script);
        return;
    }
    if (id == NULL) {
        sw_fs_script_throws(script, "Stepwise.Input: the correlation id is no GUID");
        return;
    }
    sw_map_put(&map, "log", sw_fs_log_value(script->model, log, script->arena));
    sw_map_put(&map, "events", events_since(script, log, 9900, id, &is_complete));
    sw_map_put_bool(&map, "is_complete", is_complete);
    script->result = sw_built(&map);
}
