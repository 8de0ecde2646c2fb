/*
 * What our own scripts answer on this server, by name and arguments. The model knows these
 * operations, not PowerShell. KEEP IN STEP: stdlib/filesync/scripts/README.md.
 */
#include "stdlib/filesync/world/scripts.h"

#include "base/text.h"
#include "base/time.h"
#include "sdk/json.h"
#include "world/web.h"

#include <string.h>

#define MINUTE_NS (INT64_C(60) * SW_NS_PER_S)

/* A text that PowerShell throws is the error's id and its message. */
void sw_fs_script_throws(struct sw_fs_script *script, const char *text)
{
    script->id = text;
    script->message = text;
}

static void put_server_time(const struct sw_fs_model *model, struct sw_builder *map,
                            const char *key, int64_t ns)
{
    sw_map_put(map, key, sw_text(map->arena, sw_fs_time(map->arena, sw_fs_server_ns(model, ns))));
}

static void agent_facts(struct sw_fs_script *script)
{
    const struct sw_fs_model *model = script->model;
    struct sw_builder map = sw_map_begin(script->arena);
    const char *name = model->config.server.name;
    const char *dot = strchr(name, '.');
    size_t length = dot != NULL ? (size_t)(dot - name) : strlen(name);

    sw_map_put_text(&map, "agent_version", model->config.server.agent);
    sw_map_put_bool(&map, "has_status_cmdlet", model->config.server.has_status);
    sw_map_put_text(&map, "service_state", "Running");
    put_server_time(model, &map, "certificate_expires",
                    model->config.start_ns + 90 * 1440 * MINUTE_NS);
    sw_map_put_text(&map, "server_id", sw_fs_server_guid(model, script->arena));
    sw_map_put(&map, "computer_name", sw_text_n(script->arena, name, length));
    put_server_time(model, &map, "boot_time", model->boot_ns);
    script->result = sw_built(&map);
}

static const struct sw_value *usn_state(const struct sw_fs_model *model, struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put(&map, "journal_id", sw_text(arena, sw_fs_journal_id(model, arena)));
    sw_map_put_int(&map, "first_usn", (int64_t)model->first_usn);
    sw_map_put_int(&map, "next_usn", (int64_t)model->next_usn);
    return sw_built(&map);
}

static bool is_related(const char *share, const char *path)
{
    return sw_fs_path_covers(share, path) || sw_fs_path_covers(path, share);
}

static bool has_path(const struct sw_fs_script *script, const char *path)
{
    return path != NULL && sw_fs_path_covers(path, script->model->config.endpoint.path);
}

static const struct sw_value *share_value(const struct sw_fs_model *model,
                                          const struct sw_fs_share *share, int64_t written_ns,
                                          struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder list = sw_list_begin(arena);

    /* The entries of special shares are not read. */
    for (size_t i = 0; !share->is_special && i < share->access_count; i++) {
        struct sw_builder access = sw_map_begin(arena);

        sw_map_put_text(&access, "account", share->access[i].account);
        sw_map_put_text(&access, "sid", share->access[i].sid);
        sw_map_put_text(&access, "type", share->access[i].type);
        sw_map_put_text(&access, "right", share->access[i].right);
        sw_list_add(&list, sw_built(&access));
    }
    sw_map_put_text(&map, "name", share->name);
    sw_map_put_text(&map, "scope", "*");
    sw_map_put_text(&map, "path", share->path);
    sw_map_put_bool(&map, "is_special", share->is_special);
    put_server_time(model, &map, "security_written", written_ns);
    sw_map_put_bool(&map, "denies_everyone", sw_fs_share_denies_everyone(share));
    sw_map_put(&map, "access", sw_built(&list));
    return sw_built(&map);
}

/* One time for all share definitions of the server, as the scripts read it. */
static void put_shares(const struct sw_fs_model *model, struct sw_builder *map, const char *path)
{
    struct sw_builder shares = sw_list_begin(map->arena);
    int64_t written_ns = 0;

    for (size_t k = 0; k < sw_fs_guest_count(model); k++) {
        const struct sw_fs_model *guest = sw_fs_guest(model, k);

        for (size_t i = 0; i < guest->share_count; i++) {
            if (guest->shares[i].security_written_ns > written_ns) {
                written_ns = guest->shares[i].security_written_ns;
            }
        }
    }
    for (size_t i = 0; i < model->share_count; i++) {
        const struct sw_fs_share *share = &model->shares[i];

        if (is_related(share->path, path)) {
            sw_list_add(&shares, share_value(model, share, written_ns, map->arena));
        }
    }
    sw_map_put(map, "shares", sw_built(&shares));
}

static void put_users(const struct sw_fs_model *model, struct sw_builder *map)
{
    struct sw_builder files = sw_list_begin(map->arena);
    struct sw_builder sessions = sw_list_begin(map->arena);

    for (size_t i = 0; i < model->user_count; i++) {
        const struct sw_fs_user *user = &model->users[i];
        struct sw_builder row = sw_map_begin(map->arena);

        if (user->handle != 0) {
            sw_map_put(&row, "file_id",
                       sw_textf(map->arena, "%llu", (unsigned long long)user->handle));
            sw_map_put_text(&row, "path", sw_fs_file_path(model, map->arena, user->file));
            sw_map_put_text(&row, "client", user->client);
            sw_map_put_text(&row, "user", user->name);
            sw_list_add(&files, sw_built(&row));
        }
        row = sw_map_begin(map->arena);
        if (user->session != 0) {
            sw_map_put(&row, "session_id",
                       sw_textf(map->arena, "%llu", (unsigned long long)user->session));
            sw_map_put_text(&row, "client", user->client);
            sw_map_put_text(&row, "user", user->name);
            sw_map_put_int(&row, "opens", user->handle != 0 ? 1 : 0);
            sw_list_add(&sessions, sw_built(&row));
        }
    }
    sw_map_put(map, "open_files", sw_built(&files));
    sw_map_put(map, "sessions", sw_built(&sessions));
}

static const struct sw_value *counters(const struct sw_fs_model *model, const char *path,
                                       struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);
    const struct sw_value *none = sw_null(arena, "the server has shares elsewhere");
    bool is_alone = sw_fs_guest_count(model) == 1;

    for (size_t i = 0; i < model->share_count; i++) {
        is_alone =
            is_alone && (model->shares[i].is_special || is_related(model->shares[i].path, path));
    }
    put_server_time(model, &map, "server_started", model->boot_ns + 40 * SW_NS_PER_S);
    sw_map_put(&map, "sessions_opened",
               is_alone ? sw_int(arena, (int64_t)model->sessions_opened) : none);
    sw_map_put(&map, "files_opened", is_alone ? sw_int(arena, (int64_t)model->files_opened) : none);
    return sw_built(&map);
}

static void access_state(struct sw_fs_script *script)
{
    const struct sw_fs_model *model = script->model;
    const char *path = sw_as_text(sw_get(script->args, "path"));
    struct sw_builder map = sw_map_begin(script->arena);

    if (path == NULL) {
        sw_fs_script_throws(script, "Stepwise.Input: no path");
        return;
    }
    sw_map_put_bool(&map, "path_exists", has_path(script, path));
    put_shares(model, &map, path);
    put_users(model, &map);
    sw_map_put(&map, "counters", counters(model, path, script->arena));
    sw_map_put(&map, "usn", usn_state(model, script->arena));
    script->result = sw_built(&map);
}

static void no_such_share(struct sw_fs_script *script, const char *name)
{
    script->id = "CmdletizationQuery_NotFound_Name,Block-SmbShareAccess";
    script->message = sw_format(
        script->arena, "No MSFT_SMBShare objects found with property 'Name' equal to '%s'.",
        name != NULL ? name : "");
}

bool sw_fs_script_change_shares(struct sw_fs_script *script, const char *key,
                                bool (*change)(struct sw_fs_script *script,
                                               struct sw_fs_share *share,
                                               const struct sw_value *row))
{
    const struct sw_value *shares = sw_get(script->args, "shares");
    struct sw_builder map = sw_map_begin(script->arena);
    struct sw_builder names = sw_list_begin(script->arena);
    bool has_changed = false;

    for (size_t i = 0; i < sw_list_count(shares); i++) {
        const struct sw_value *row = sw_list_at(shares, i);
        const char *name = sw_as_text(sw_get(row, "name"));
        struct sw_fs_share *share = name != NULL ? sw_fs_share_find(script->model, name) : NULL;

        if (share == NULL) {
            no_such_share(script, name);
            return false;
        }
        has_changed = change(script, share, row) || has_changed;
        sw_list_add(&names, sw_text(script->arena, share->name));
    }
    sw_map_put(&map, key, sw_built(&names));
    script->result = sw_built(&map);
    return has_changed;
}

static bool deny(struct sw_fs_script *script, struct sw_fs_share *share, const struct sw_value *row)
{
    (void)row;
    return sw_fs_share_deny(script->model, share);
}

static void block_access(struct sw_fs_script *script)
{
    if (sw_fs_script_change_shares(script, "blocked", deny)) {
        script->model->writes++;
        sw_fs_anchor(script->model, SW_FS_FROM_BLOCK);
    }
}

static bool reduce(struct sw_fs_script *script, struct sw_fs_share *share,
                   const struct sw_value *row)
{
    (void)row;
    return sw_fs_share_reduce(script->model, share);
}

static void make_read_only(struct sw_fs_script *script)
{
    if (sw_fs_script_change_shares(script, "reduced", reduce)) {
        script->model->writes++;
    }
}

static void close_open_files(struct sw_fs_script *script)
{
    const char *path = sw_as_text(sw_get(script->args, "path"));
    struct sw_builder map = sw_map_begin(script->arena);
    uint64_t files = 0;
    uint64_t sessions = 0;

    if (path == NULL) {
        sw_fs_script_throws(script, "Stepwise.Input: no path");
        return;
    }
    sw_fs_users_cut(script->model, path, &files, &sessions);
    if (files + sessions > 0) {
        script->model->writes++;
    }
    sw_map_put_int(&map, "closed_files", (int64_t)files);
    sw_map_put_int(&map, "closed_sessions", (int64_t)sessions);
    script->result = sw_built(&map);
}

const char *sw_fs_script_keeps(struct sw_fs_script *script, const struct sw_value *map,
                               const char *key)
{
    const char *text = sw_as_text(sw_get(map, key));

    return text != NULL ? sw_copy_text(script->model->arena, text) : "";
}

static bool is_same_access(const struct sw_fs_share *share, const struct sw_fs_access *access,
                           size_t count)
{
    bool is_same = share->access_count == count;

    for (size_t i = 0; is_same && i < count; i++) {
        is_same = sw_text_is(share->access[i].sid, access[i].sid) &&
                  sw_text_is(share->access[i].type, access[i].type) &&
                  sw_text_is(share->access[i].right, access[i].right);
    }
    return is_same;
}

/* Each share is a write of its own: behind one that is not there, some are back already. */
static bool restore_share(struct sw_fs_script *script, struct sw_fs_share *share,
                          const struct sw_value *row)
{
    struct sw_fs_model *model = script->model;
    const struct sw_value *saved = sw_get(row, "access");
    size_t count = sw_list_count(saved);
    struct sw_fs_access *access = sw_alloc_array(model->arena, count + 1, sizeof *access);

    for (size_t i = 0; i < count; i++) {
        const struct sw_value *entry = sw_list_at(saved, i);

        access[i] = (struct sw_fs_access){
            sw_fs_script_keeps(script, entry, "account"), sw_fs_script_keeps(script, entry, "sid"),
            sw_fs_script_keeps(script, entry, "type"), sw_fs_script_keeps(script, entry, "right")};
    }
    if (is_same_access(share, access, count)) {
        return false;
    }
    share->access = access;
    share->access_count = count;
    share->access_capacity = count + 1;
    share->security_written_ns = model->clock.now_ns;
    model->writes++;
    return true;
}

static void restore_access(struct sw_fs_script *script)
{
    (void)sw_fs_script_change_shares(script, "restored", restore_share);
}

static void upload_state(struct sw_fs_script *script)
{
    const struct sw_fs_model *model = script->model;
    struct sw_builder map = sw_map_begin(script->arena);
    bool is_running = model->task_state == SW_FS_TASK_RUNNING;
    const char *state = is_running                      ? "Running"
                        : sw_fs_task_is_disabled(model) ? "Disabled"
                                                        : "Ready";

    sw_map_put_text(&map, "task_state", state);
    put_server_time(model, &map, "last_run", model->task_last_run_ns);
    /* 267014: terminated */
    sw_map_put_int(&map, "last_result", is_running ? 267009 : model->is_task_cut ? 267014 : 0);
    sw_map_put(&map, "log", sw_fs_log_value(model, sw_fs_log_named(script), script->arena));
    sw_map_put(&map, "usn", usn_state(model, script->arena));
    sw_map_put(&map, "snapshot_mode", sw_null(script->arena, "reserved"));
    script->result = sw_built(&map);
}

static void start_vss_upload(struct sw_fs_script *script)
{
    struct sw_fs_model *model = script->model;
    struct sw_builder map = sw_map_begin(script->arena);
    uint64_t runs = model->host->task_runs;

    if (!sw_fs_task_start(model)) {
        script->id = "HRESULT 0x80041326,Start-ScheduledTask";
        script->message = "The task is disabled.";
        return;
    }
    model->writes += model->host->task_runs != runs ? 1 : 0;
    sw_map_put_bool(&map, "started", true);
    script->result = sw_built(&map);
}

static void never_synced(struct sw_fs_script *script)
{
    const struct sw_fs_model *model = script->model;
    if (!has_path(script, sw_as_text(sw_get(script->args, "path")))) {
        sw_fs_script_throws(script, "Stepwise.NotFound: the folder is not there");
        return;
    }
    struct sw_builder map = sw_map_begin(script->arena);
    struct sw_builder files = sw_list_begin(script->arena);
    struct sw_builder unread = sw_list_begin(script->arena);
    int64_t max = sw_fs_script_max(script);
    int64_t count = 0;
    int64_t bytes = 0;
    int64_t newest_ns = INT64_MIN;

    for (size_t i = 0; i < model->file_count; i++) {
        const struct sw_fs_file *file = &model->files[i];

        if (file->never_synced == NULL || sw_fs_file_is_hidden(model, i)) {
            continue;
        }
        count++;
        bytes += file->bytes;
        newest_ns = file->changed_ns > newest_ns ? file->changed_ns : newest_ns;
        if (count <= max) {
            struct sw_builder row = sw_map_begin(script->arena);

            sw_map_put_text(&row, "path", file->path);
            sw_map_put_int(&row, "bytes", file->bytes);
            put_server_time(model, &row, "changed", file->changed_ns);
            sw_map_put_text(&row, "why", file->never_synced);
            sw_list_add(&files, sw_built(&row));
        }
    }
    if (sw_fs_unread_below(model) != NULL) {
        sw_list_add(&unread, sw_text(script->arena, sw_fs_unread_folder(model, script->arena)));
    }
    sw_map_put(&map, "files", sw_built(&files));
    sw_map_put_int(&map, "count", count);
    sw_map_put_int(&map, "bytes", bytes);
    if (count > 0) {
        put_server_time(model, &map, "newest", newest_ns);
    } else {
        sw_map_put(&map, "newest", sw_null(script->arena, ""));
    }
    sw_map_put(&map, "unread_folders", sw_built(&unread));
    sw_map_put_bool(&map, "is_complete", count <= max);
    script->result = sw_built(&map);
}

/* As the real script: what replication marks as its own is left out, and a journal of another id or
 * one that no longer reaches back is not read; the caller sees that by id and first_usn. */
static void change_journal(struct sw_fs_script *script)
{
    const struct sw_fs_model *model = script->model;
    struct sw_builder map = sw_map_begin(script->arena);
    struct sw_builder changes = sw_list_begin(script->arena);
    const char *path = sw_as_text(sw_get(script->args, "path"));
    const char *journal = sw_as_text(sw_get(script->args, "journal_id"));
    int64_t since = INT64_MAX;
    int64_t max = sw_fs_script_max(script);
    int64_t count = 0;

    (void)sw_as_int(sw_get(script->args, "since_usn"), &since);
    bool is_readable = sw_text_is(journal, sw_fs_journal_id(model, script->arena)) &&
                       since >= (int64_t)model->first_usn && has_path(script, path);
    for (size_t i = 0; is_readable && i < model->change_count; i++) {
        const struct sw_fs_change *change = sw_fs_usn_at(model, i);
        struct sw_builder row = sw_map_begin(script->arena);

        if (change->by_sync || (int64_t)change->usn < since || ++count > max) {
            continue;
        }
        sw_map_put_int(&row, "usn", (int64_t)change->usn);
        sw_map_put_text(&row, "path", model->files[change->file].path);
        sw_map_put(&row, "reason", sw_textf(script->arena, "0x%08x", change->reason));
        sw_map_put_bool(&row, "by_sync", false);
        sw_list_add(&changes, sw_built(&row));
    }
    sw_map_put_text(&map, "journal_id", sw_fs_journal_id(model, script->arena));
    sw_map_put_int(&map, "first_usn", (int64_t)model->first_usn);
    sw_map_put_int(&map, "next_usn", (int64_t)model->next_usn);
    sw_map_put(&map, "changes", sw_built(&changes));
    sw_map_put_bool(&map, "is_complete", count <= max);
    script->result = sw_built(&map);
}

/* A command that a hook asks for: rows of `web` in the world file answer it. */
static void run_hook_command(struct sw_fs_script *script)
{
    struct sw_builder result = sw_map_begin(script->arena);
    const struct sw_value *items = NULL;
    struct sw_reply reply = {0};
    struct sw_error err = {0};
    struct sw_buf asked;

    sw_buf_init(&asked, 65536);
    sw_buf_addf(&asked, "%s ", sw_as_text(sw_get(script->args, "command")));
    sw_json_write(&asked, sw_get(script->args, "with"), SW_JSON_PLAIN);
    if (!sw_web_answer(script->model->config.web, asked.bytes, &reply, &err) ||
        !sw_json_read(script->arena, reply.body, reply.body_length, SW_JSON_PLAIN, &items, &err)) {
        sw_fs_script_throws(script, sw_copy_text(script->arena, err.text));
    }
    sw_buf_release(&asked);
    sw_map_put(&result, "items", items);
    script->result = sw_built(&result);
}

static void look_command(struct sw_fs_script *script)
{
    run_hook_command(script);
}

static void run_command(struct sw_fs_script *script)
{
    run_hook_command(script);
    script->model->writes += script->id == NULL;
}

static const struct {
    const char *name;
    void (*run)(struct sw_fs_script *script);
} known[] = {
    {"filesync/agent-facts", agent_facts},
    {"filesync/access-state", access_state},
    {"filesync/block-access", block_access},
    {"filesync/make-read-only", make_read_only},
    {"filesync/close-open-files", close_open_files},
    {"filesync/restore-access", restore_access},
    {"filesync/change-access", sw_fs_script_change_access},
    {"filesync/upload-state", upload_state},
    {"filesync/start-vss-upload", start_vss_upload},
    {"filesync/sync-sessions", sw_fs_script_sync_sessions},
    {"filesync/item-results", sw_fs_script_item_results},
    {"filesync/never-synced", never_synced},
    {"filesync/manifest", sw_fs_script_manifest},
    {"filesync/change-journal", change_journal},
    {"filesync/tiered-scan", sw_fs_script_tiered_scan},
    {"filesync/tiered-since", sw_fs_script_tiered_since},
    {"filesync/changed-since", sw_fs_script_changed_since},
    {"filesync/volume-space", sw_fs_script_volume_space},
    {"filesync/recall-state", sw_fs_script_recall_state},
    {"filesync/start-recall", sw_fs_script_start_recall},
    {"windows/folder-count", sw_fs_script_folder_count},
    {"hooks/look-command", look_command},
    {"hooks/run-command", run_command},
};

bool sw_fs_script(struct sw_fs_model *model, const char *name, const struct sw_value *args,
                  struct sw_arena *arena, const struct sw_value **ret_result, const char **ret_id,
                  const char **ret_message)
{
    struct sw_fs_script script = {.model = model, .args = args, .arena = arena};

    script.id = "CommandNotFoundException";
    script.message = sw_format(arena, "The model world knows no script '%s'.", name);
    for (size_t i = 0; i < SW_COUNT(known); i++) {
        if (sw_text_is(known[i].name, name)) {
            script.id = NULL;
            known[i].run(&script);
            break;
        }
    }
    if (script.id != NULL) {
        *ret_id = script.id;
        *ret_message = script.message;
        return false;
    }
    *ret_result = script.result;
    return true;
}

static bool run_script(void *context, const char *name, const struct sw_value *args,
                       struct sw_arena *arena, const struct sw_value **ret_result,
                       const char **ret_id, const char **ret_message)
{
    struct sw_fs_model *model = context;

    /* Starting PowerShell and loading its modules. */
    model->script_cost_ns += 900 * SW_NS_PER_MS;
    return sw_fs_script(sw_fs_guest_of_args(model, args, arena), name, args, arena, ret_result,
                        ret_id, ret_message);
}

static int64_t server_now(void *context)
{
    const struct sw_fs_model *model = context;

    return sw_fs_server_ns(model, model->clock.now_ns);
}

/* Most answers are there at once; a walk over many files is not. */
static int64_t takes_ns(void *context, const char *name)
{
    const struct sw_fs_model *model = context;
    bool is_walk =
        (sw_text_is(name, "filesync/never-synced") || sw_text_is(name, "filesync/manifest") ||
         sw_text_is(name, "filesync/tiered-scan") || sw_text_is(name, "windows/folder-count")) &&
        model->file_count > 1000;

    return is_walk ? (int64_t)model->file_count * 10 * SW_NS_PER_MS : 0;
}

void sw_fs_winrm_backend(struct sw_fs_model *model, struct sw_winrm_backend *ret)
{
    *ret = (struct sw_winrm_backend){
        .context = model,
        .host = model->config.server.name,
        .now = server_now,
        .script = run_script,
        .takes_ns = takes_ns,
    };
}
