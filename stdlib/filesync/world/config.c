#include "stdlib/filesync/world/config.h"

#include "base/text.h"
#include "base/time.h"
#include "stdlib/filesync/world/reader.h"
#include "world/web.h"

#include <string.h>

#define FIELD(name) offsetof(struct sw_fs_config, name)
#define YEAR_NS (INT64_C(366) * 86400 * SW_NS_PER_S)
#define DAY_NS (INT64_C(86400) * SW_NS_PER_S)
#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }

/* KEEP IN STEP: README.md. */
static const struct sw_fs_key top_keys[] = {
    {"world", SW_FS_FORM_OTHER, 0, NULL, 0, 0},
    {"title", SW_FS_FORM_TEXT, FIELD(title), "", 0, 0},
    {"survivor", SW_FS_FORM_TEXT, FIELD(survivor), "share", 0, 0},
    {"start", SW_FS_FORM_TIME, FIELD(start_ns), "2026-11-20T19:00:00Z", 0, 0},
    {"latency", SW_FS_FORM_SPAN, FIELD(latency_ns), "40ms", 0, 60 * SW_NS_PER_S},
    {"quiet", SW_FS_FORM_SPAN, FIELD(quiet_ns), "1m", 0, 0},
    {"warm_up", SW_FS_FORM_SPAN, FIELD(warm_up_ns), "1h", 0, DAY_NS},
    {"server", SW_FS_FORM_OTHER, 0, NULL, 0, 0},
    {"endpoint", SW_FS_FORM_OTHER, 0, NULL, 0, 0},
    {"azure", SW_FS_FORM_OTHER, 0, NULL, 0, 0},
    {"users", SW_FS_FORM_OTHER, 0, NULL, 0, 0},
    {"sync", SW_FS_FORM_OTHER, 0, NULL, 0, 0},
    {"shares", SW_FS_FORM_OTHER, 0, NULL, 0, 0},
    {"other_groups", SW_FS_FORM_OTHER, 0, NULL, 0, 0},
    {"other_endpoints", SW_FS_FORM_OTHER, 0, NULL, 0, 0},
    {"never_synced", SW_FS_FORM_OTHER, 0, NULL, 0, 0},
    {"more_endpoints", SW_FS_FORM_OTHER, 0, NULL, 0, 0},
    {"item_errors", SW_FS_FORM_OTHER, 0, NULL, 0, 0},
    {"recall_errors", SW_FS_FORM_OTHER, 0, NULL, 0, 0},
    {"outside", SW_FS_FORM_OTHER, 0, NULL, 0, 0},
    {"trouble", SW_FS_FORM_OTHER, 0, NULL, 0, 0},
    {"params", SW_FS_FORM_OTHER, 0, NULL, 0, 0},
    {"web", SW_FS_FORM_OTHER, 0, NULL, 0, 0},
    END,
};

static const struct sw_fs_key server_keys[] = {
    {"name", SW_FS_FORM_TEXT, FIELD(server.name), "FS01.contoso.example", 0, 0},
    {"agent", SW_FS_FORM_TEXT, FIELD(server.agent), "17.2.0.0", 0, 0},
    {"has_status", SW_FS_FORM_FLAG, FIELD(server.has_status), "true", 0, 0},
    {"clock_skew", SW_FS_FORM_SPAN, FIELD(server.skew_ns), "3s", -DAY_NS, DAY_NS},
    {"log_records", SW_FS_FORM_COUNT, FIELD(server.log_records), "20000", 50, 100000},
    {"up", SW_FS_FORM_SPAN, FIELD(server.up_ns), "12d", 0, YEAR_NS},
    {"task_enabled", SW_FS_FORM_FLAG, FIELD(server.task_enabled), "true", 0, 0},
    {"cancel_running", SW_FS_FORM_FLAG, FIELD(server.cancel_running), "true", 0, 0},
    {"free", SW_FS_FORM_SIZE, FIELD(server.free_bytes), "8TiB", 0, INT64_C(1) << 50},
    {"recall_rate", SW_FS_FORM_SIZE, FIELD(server.recall_bytes_s), "200MiB", 1, INT64_C(1) << 40},
    END,
};

static const struct sw_fs_key endpoint_keys[] = {
    {"name", SW_FS_FORM_TEXT, FIELD(endpoint.name), "5f0c9a52-1d0b-4a53-9d53-4f5c6f0f7a10", 0, 0},
    {"path", SW_FS_FORM_PATH, FIELD(endpoint.path), "D:\\Shares\\Team", 0, 0},
    {"group", SW_FS_FORM_TEXT, FIELD(endpoint.group), "team-files", 0, 0},
    {"files", SW_FS_FORM_COUNT, FIELD(endpoint.files), "240", 1, 10000},
    {"bytes", SW_FS_FORM_SIZE, FIELD(endpoint.bytes), "3GiB", 1, INT64_C(1) << 50},
    {"tiered", SW_FS_FORM_COUNT, FIELD(endpoint.tiered), "60", 0, 10000},
    {"tiering", SW_FS_FORM_FLAG, FIELD(endpoint.tiering), "on", 0, 0},
    END,
};

static const struct sw_fs_key azure_keys[] = {
    {"subscription", SW_FS_FORM_TEXT, FIELD(azure.subscription),
     "0b1f6471-1bf0-4dda-aec3-cb9272f09590", 0, 0},
    {"resource_group", SW_FS_FORM_TEXT, FIELD(azure.resource_group), "rg-files", 0, 0},
    {"service", SW_FS_FORM_TEXT, FIELD(azure.service), "contoso-sync", 0, 0},
    {"account", SW_FS_FORM_TEXT, FIELD(azure.account), "contosofiles", 0, 0},
    {"share", SW_FS_FORM_TEXT, FIELD(azure.share), "team", 0, 0},
    {"location", SW_FS_FORM_TEXT, FIELD(azure.location), "westeurope", 0, 0},
    {"clock_skew", SW_FS_FORM_SPAN, FIELD(azure.skew_ns), "-1s", -DAY_NS, DAY_NS},
    {"report_every", SW_FS_FORM_SPAN, FIELD(azure.report_every_ns), "10m", SW_NS_PER_S, DAY_NS},
    {"job_expires", SW_FS_FORM_SPAN, FIELD(azure.job_expires_ns), "45m", SW_NS_PER_S, DAY_NS},
    {"detect_takes", SW_FS_FORM_SPAN, FIELD(azure.detect_takes_ns), "4m", SW_NS_PER_S, DAY_NS},
    {"locked", SW_FS_FORM_FLAG, FIELD(azure.locked), "false", 0, 0},
    {"lock_level", SW_FS_FORM_TEXT, FIELD(azure.lock_level), "CanNotDelete", 0, 0},
    {"lock_on", SW_FS_FORM_TEXT, FIELD(azure.lock_on), "service", 0, 0},
    END,
};

static const struct sw_fs_key users_keys[] = {
    {"count", SW_FS_FORM_COUNT, FIELD(users.count), "6", 0, 1000},
    {"write_every", SW_FS_FORM_SPAN, FIELD(users.write_every_ns), "45s", SW_NS_PER_S, DAY_NS},
    {"hold_for", SW_FS_FORM_SPAN, FIELD(users.hold_for_ns), "4m", SW_NS_PER_S, DAY_NS},
    END,
};

static const struct sw_fs_key sync_keys[] = {
    {"every", SW_FS_FORM_SPAN, FIELD(sync.every_ns), "5m", SW_NS_PER_S, DAY_NS},
    {"takes", SW_FS_FORM_SPAN, FIELD(sync.takes_ns), "2m", SW_NS_PER_S, DAY_NS},
    {"vss_takes", SW_FS_FORM_SPAN, FIELD(sync.vss_takes_ns), "25m", SW_NS_PER_S, 14 * DAY_NS},
    {"download_every", SW_FS_FORM_SPAN, FIELD(sync.download_every_ns), "15m", SW_NS_PER_S, DAY_NS},
    END,
};

#undef FIELD
#define FIELD(name) offsetof(struct sw_fs_share_config, name)
static const struct sw_fs_key share_keys[] = {
    {"name", SW_FS_FORM_TEXT, FIELD(name), NULL, 0, 0},
    {"path", SW_FS_FORM_PATH, FIELD(path), NULL, 0, 0},
    {"shut", SW_FS_FORM_FLAG, FIELD(is_shut), "false", 0, 0},
    {"read_only", SW_FS_FORM_FLAG, FIELD(is_read_only), "false", 0, 0},
    {"fixed", SW_FS_FORM_FLAG, FIELD(is_fixed), "false", 0, 0},
    {"denied", SW_FS_FORM_TEXT, FIELD(denied), "", 0, 0},
    END,
};
#undef FIELD
#define FIELD(name) offsetof(struct sw_fs_group_config, name)
static const struct sw_fs_key group_keys[] = {
    {"name", SW_FS_FORM_TEXT, FIELD(name), NULL, 0, 0},
    {"every", SW_FS_FORM_SPAN, FIELD(every_ns), "7m", SW_NS_PER_S, DAY_NS},
    {"takes", SW_FS_FORM_SPAN, FIELD(takes_ns), "1m", SW_NS_PER_S, DAY_NS},
    END,
};
#undef FIELD
#define FIELD(name) offsetof(struct sw_fs_leftover_config, name)
static const struct sw_fs_key leftover_keys[] = {
    {"path", SW_FS_FORM_TEXT, FIELD(path), NULL, 0, 0},
    {"why", SW_FS_FORM_TEXT, FIELD(why), "", 0, 0},
    {"bytes", SW_FS_FORM_SIZE, FIELD(bytes), "2KiB", 0, INT64_C(1) << 40},
    END,
};
#undef FIELD
#define FIELD(name) offsetof(struct sw_fs_item_error_config, name)
static const struct sw_fs_key item_error_keys[] = {
    {"path", SW_FS_FORM_TEXT, FIELD(path), NULL, 0, 0},
    {"hresult", SW_FS_FORM_CODE, FIELD(hresult), "0x80c80255", 0, 0},
    {"until", SW_FS_FORM_ANCHOR, FIELD(until), "never", 0, 0},
    {"endpoint", SW_FS_FORM_TEXT, FIELD(endpoint), "", 0, 0},
    END,
};
#undef FIELD
#define FIELD(name) offsetof(struct sw_fs_outside_config, name)
static const struct sw_fs_key outside_keys[] = {
    {"path", SW_FS_FORM_PATH, FIELD(path), NULL, 0, 0},
    {"bytes", SW_FS_FORM_SIZE, FIELD(bytes), "1MiB", 1, INT64_C(1) << 40},
    END,
};
#undef FIELD
#define FIELD(name) offsetof(struct sw_fs_sibling_config, name)
static const struct sw_fs_key sibling_keys[] = {
    {"name", SW_FS_FORM_TEXT, FIELD(name), NULL, 0, 0},
    {"server", SW_FS_FORM_TEXT, FIELD(server), "FS02.contoso.example", 0, 0},
    {"path", SW_FS_FORM_PATH, FIELD(path), "D:\\Shares\\Team", 0, 0},
    END,
};
#undef FIELD
#define FIELD(name) offsetof(struct sw_fs_guest_config, name)
static const struct sw_fs_key guest_keys[] = {
    {"name", SW_FS_FORM_TEXT, FIELD(name), NULL, 0, 0},
    {"path", SW_FS_FORM_PATH, FIELD(path), NULL, 0, 0},
    {"group", SW_FS_FORM_TEXT, FIELD(group), NULL, 0, 0},
    {"share", SW_FS_FORM_TEXT, FIELD(share), "", 0, 0},
    {"target", SW_FS_FORM_TEXT, FIELD(target), "", 0, 0},
    {"files", SW_FS_FORM_COUNT, FIELD(files), "240", 1, 10000},
    {"bytes", SW_FS_FORM_SIZE, FIELD(bytes), "3GiB", 1, INT64_C(1) << 50},
    {"tiered", SW_FS_FORM_COUNT, FIELD(tiered), "60", 0, 10000},
    {"tiering", SW_FS_FORM_FLAG, FIELD(tiering), "on", 0, 0},
    END,
};
#undef FIELD
#define FIELD(name) offsetof(struct sw_fs_trouble, name)
#define AT                                                                                         \
    {                                                                                              \
        "at", SW_FS_FORM_ANCHOR, FIELD(at), NULL, 0, 0                                             \
    }
#define WHAT                                                                                       \
    {                                                                                              \
        "what", SW_FS_FORM_TEXT, FIELD(what), NULL, 0, 0                                           \
    }
#define LASTS(preset)                                                                              \
    {                                                                                              \
        "for", SW_FS_FORM_LASTS, FIELD(for_ns), preset, 0, INT64_MAX                               \
    }
#define HOW_MANY(preset, most)                                                                     \
    {                                                                                              \
        "count", SW_FS_FORM_COUNT, FIELD(count), preset, 1, most                                   \
    }

static const struct sw_fs_key bare_trouble_keys[] = {AT, WHAT, END};
static const struct sw_fs_key lasting_keys[] = {AT, WHAT, LASTS("forever"), END};
static const struct sw_fs_key passing_keys[] = {AT, WHAT, LASTS("5m"), END};
static const struct sw_fs_key local_write_keys[] = {
    AT,
    WHAT,
    HOW_MANY("1", 10000),
    {"every", SW_FS_FORM_SPAN, FIELD(every_ns), "1m", SW_NS_PER_S, DAY_NS},
    {"path", SW_FS_FORM_TEXT, FIELD(path), "", 0, 0},
    END,
};
static const struct sw_fs_key running_keys[] = {
    AT,
    WHAT,
    {"takes", SW_FS_FORM_SPAN, FIELD(takes_ns), "40m", SW_NS_PER_S, DAY_NS},
    END,
};
static const struct sw_fs_key roll_keys[] = {AT, WHAT, HOW_MANY("100000", 1000000), END};
static const struct sw_fs_key item_trouble_keys[] = {
    AT,
    WHAT,
    LASTS("forever"),
    {"path", SW_FS_FORM_TEXT, FIELD(path), "", 0, 0},
    {"hresult", SW_FS_FORM_CODE, FIELD(hresult), "0x80c80255", 0, 0},
    END,
};
static const struct sw_fs_key sync_error_keys[] = {
    AT,  WHAT, LASTS("forever"), {"hresult", SW_FS_FORM_CODE, FIELD(hresult), "0x80c8305f", 0, 0},
    END,
};
static const struct sw_fs_key lose_keys[] = {AT, WHAT, HOW_MANY("1", 100), END};
static const struct sw_fs_key fill_keys[] = {
    AT,
    WHAT,
    LASTS("forever"),
    {"bytes", SW_FS_FORM_SIZE, FIELD(bytes), NULL, 1, INT64_C(1) << 50},
    END,
};
static const struct sw_fs_key clear_keys[] = {
    AT,
    WHAT,
    {"log", SW_FS_FORM_TEXT, FIELD(log), "sessions", 0, 0},
    END,
};
static const struct sw_fs_key unreadable_keys[] = {
    AT, WHAT, LASTS("forever"), {"path", SW_FS_FORM_TEXT, FIELD(path), "", 0, 0}, END,
};
static const struct sw_fs_key one_file_keys[] = {
    AT, WHAT, LASTS("forever"), {"path", SW_FS_FORM_TEXT, FIELD(path), NULL, 0, 0}, END,
};
static const struct sw_fs_key stub_keys[] = {
    AT,
    WHAT,
    LASTS("forever"),
    {"path", SW_FS_FORM_PATH, FIELD(path), NULL, 0, 0},
    {"bytes", SW_FS_FORM_SIZE, FIELD(bytes), "1MiB", 1, INT64_C(1) << 40},
    END,
};
static const struct sw_fs_key arm_error_keys[] = {
    AT, WHAT, LASTS("5m"), {"status", SW_FS_FORM_COUNT, FIELD(status), "503", 400, 599}, END,
};
#undef FIELD

/* KEEP IN STEP: trouble_run() in trouble.c, README.md. */
static const struct {
    const char *name;
    enum sw_fs_trouble_kind kind;
    const struct sw_fs_key *keys;
} trouble_kinds[] = {
    {"access_back", SW_FS_ACCESS_BACK, lasting_keys},
    {"local_write", SW_FS_LOCAL_WRITE, local_write_keys},
    {"session_running", SW_FS_SESSION_RUNNING, running_keys},
    {"clear_log", SW_FS_CLEAR_LOG, clear_keys},
    {"roll_log", SW_FS_ROLL_LOG, roll_keys},
    {"server_offline", SW_FS_SERVER_OFFLINE, lasting_keys},
    {"item_error", SW_FS_ITEM_ERROR, item_trouble_keys},
    {"sync_error", SW_FS_SYNC_ERROR, sync_error_keys},
    {"disable_task", SW_FS_DISABLE_TASK, lasting_keys},
    {"reboot", SW_FS_REBOOT, passing_keys},
    {"lose_reply", SW_FS_LOSE_REPLY, lose_keys},
    {"throttle", SW_FS_THROTTLE, passing_keys},
    {"arm_error", SW_FS_ARM_ERROR, arm_error_keys},
    {"cloud_write", SW_FS_CLOUD_WRITE, local_write_keys},
    {"disk_fill", SW_FS_DISK_FILL, fill_keys},
    {"tiering_back", SW_FS_TIERING_BACK, bare_trouble_keys},
    {"detect_fails", SW_FS_DETECT_FAILS, lasting_keys},
    {"enumeration", SW_FS_ENUMERATION, running_keys},
    {"no_downloads", SW_FS_NO_DOWNLOADS, lasting_keys},
    {"download_errors", SW_FS_DOWNLOAD_ERRORS, sync_error_keys},
    {"unreadable", SW_FS_UNREADABLE, unreadable_keys},
    {"cloud_delete", SW_FS_CLOUD_DELETE, one_file_keys},
    {"encrypt", SW_FS_ENCRYPT, one_file_keys},
    {"stub", SW_FS_STUB, stub_keys},
    {"looks_forgotten", SW_FS_LOOKS_FORGOTTEN, bare_trouble_keys},
    {"shown_again", SW_FS_SHOWN_AGAIN, passing_keys},
    {"share_busy", SW_FS_SHARE_BUSY, passing_keys},
};

/* The items of a list, each of `size` bytes; NULL and 0 when the key is not there. */
static void *read_list(struct sw_fs_reader *reader, const struct sw_value *list,
                       const struct sw_fs_key *keys, const char *where, size_t size,
                       size_t *ret_count)
{
    *ret_count = 0;
    if (list == NULL) {
        return NULL;
    }
    if (list->kind != SW_V_LIST) {
        sw_fs_complain(reader, 802, list, "'%s' has to be a list", where);
        return NULL;
    }
    size_t count = sw_list_count(list);
    char *items = sw_alloc_array(reader->arena, count + 1, size);
    for (size_t i = 0; i < count; i++) {
        sw_fs_read_keys(reader, sw_list_at(list, i), keys, where, items + i * size);
    }
    *ret_count = count;
    return items;
}

static bool ends_folded(const char *text, const char *with)
{
    size_t length = strlen(text);
    size_t tail = strlen(with);

    return length >= tail && sw_text_is_folded(text + length - tail, with);
}

/* Source: Microsoft Learn, "Troubleshoot Azure File Sync cloud tiering" (windows.md A8). */
const char *sw_fs_never_synced_name(const char *path)
{
    static const char *const whole[] = {"desktop.ini", "thumbs.db", "ehthumbs.db"};
    const char *slash = strrchr(path, '\\');
    const char *name = slash != NULL ? slash + 1 : path;

    for (size_t i = 0; i < SW_COUNT(whole); i++) {
        if (sw_text_is_folded(name, whole[i])) {
            return "name";
        }
    }
    bool is_owner_file = sw_text_begins(name, "~$") && strchr(name, '.') != NULL;
    if (is_owner_file || ends_folded(name, ".tmp") || ends_folded(name, ".laccdb")) {
        return "name";
    }
    return NULL;
}

/* Items are names, or maps {path, why, bytes} for what no name tells. */
static void read_leftovers(struct sw_fs_reader *reader, const struct sw_value *list,
                           struct sw_fs_config *config)
{
    static const char *const reasons[] = {"name", "reserved", "efs", "reparse", "ads"};
    size_t count = sw_list_count(list);

    if (list != NULL && list->kind != SW_V_LIST) {
        sw_fs_complain(reader, 802, list, "'never_synced' has to be a list of names");
        return;
    }
    struct sw_fs_leftover_config *items =
        sw_alloc_array(reader->arena, count + 1, sizeof(struct sw_fs_leftover_config));
    for (size_t i = 0; i < count; i++) {
        const struct sw_value *item = sw_list_at(list, i);

        if (sw_as_text(item) != NULL) {
            items[i] =
                (struct sw_fs_leftover_config){.path = sw_as_text(item), .why = "", .bytes = 2048};
        } else {
            sw_fs_read_keys(reader, item, leftover_keys, "an item of never_synced", &items[i]);
        }
        if (items[i].path == NULL || items[i].why == NULL) {
            continue;
        }
        if (*items[i].why == '\0') {
            items[i].why = sw_fs_never_synced_name(items[i].path);
        } else {
            bool is_known = false;
            for (size_t k = 0; k < SW_COUNT(reasons); k++) {
                is_known = is_known || sw_text_is(items[i].why, reasons[k]);
            }
            if (!is_known) {
                sw_fs_complain(reader, 802, item,
                               "'why' is '%s'; expected is name, reserved, efs, "
                               "reparse or ads",
                               items[i].why);
            }
        }
        if (items[i].why == NULL) {
            sw_fs_complain(reader, 807, item,
                           "File Sync would upload '%s': its name is none that "
                           "is left out; say 'why'",
                           items[i].path);
        }
    }
    config->leftovers = items;
    config->leftover_count = count;
}

static void check_log(struct sw_fs_reader *reader, const struct sw_value *item,
                      const struct sw_fs_trouble *trouble)
{
    if (trouble->kind == SW_FS_CLEAR_LOG && !sw_text_is(trouble->log, "sessions") &&
        !sw_text_is(trouble->log, "items") && !sw_text_is(trouble->log, "recalls")) {
        sw_fs_complain(reader, 802, sw_get(item, "log"),
                       "'log' is '%s'; expected is sessions, items or recalls", trouble->log);
    }
}

static void read_troubles(struct sw_fs_reader *reader, const struct sw_value *list,
                          struct sw_fs_config *config)
{
    const char *names[SW_COUNT(trouble_kinds)];
    size_t count = sw_list_count(list);

    for (size_t k = 0; k < SW_COUNT(trouble_kinds); k++) {
        names[k] = trouble_kinds[k].name;
    }
    if (list != NULL && list->kind != SW_V_LIST) {
        sw_fs_complain(reader, 802, list, "'trouble' has to be a list");
        return;
    }
    struct sw_fs_trouble *troubles =
        sw_alloc_array(reader->arena, count + 1, sizeof(struct sw_fs_trouble));
    for (size_t i = 0; i < count; i++) {
        const struct sw_value *item = sw_list_at(list, i);
        const char *what = sw_as_text(sw_get(item, "what"));
        size_t k = 0;

        while (what != NULL && k < SW_COUNT(names) && !sw_text_is(names[k], what)) {
            k++;
        }
        if (what == NULL || k == SW_COUNT(names)) {
            const char *close = what != NULL ? sw_text_closest(what, names, SW_COUNT(names)) : NULL;
            struct sw_diag *diag =
                sw_diag_add(reader->diags, SW_ERROR, 804,
                            sw_fs_mark_of(what != NULL ? sw_get(item, "what") : item),
                            "there is no trouble '%s'", what != NULL ? what : "(without 'what')");
            reader->has_failed = true;
            if (close != NULL) {
                sw_diag_hint(reader->diags, diag, "did you mean '%s'?", close);
            }
            continue;
        }
        troubles[i].kind = trouble_kinds[k].kind;
        troubles[i].path = "";
        sw_fs_read_keys(reader, item, trouble_kinds[k].keys, what, &troubles[i]);
        check_log(reader, item, &troubles[i]);
    }
    config->troubles = troubles;
    config->trouble_count = count;
}

static void read_lists(struct sw_fs_reader *reader, const struct sw_value *file,
                       struct sw_fs_config *config)
{
    config->shares = read_list(reader, sw_get(file, "shares"), share_keys, "a share",
                               sizeof(struct sw_fs_share_config), &config->share_count);
    config->groups = read_list(reader, sw_get(file, "other_groups"), group_keys, "another group",
                               sizeof(struct sw_fs_group_config), &config->group_count);
    config->item_errors =
        read_list(reader, sw_get(file, "item_errors"), item_error_keys, "an item error",
                  sizeof(struct sw_fs_item_error_config), &config->item_error_count);
    config->recall_errors =
        read_list(reader, sw_get(file, "recall_errors"), item_error_keys, "a recall error",
                  sizeof(struct sw_fs_item_error_config), &config->recall_error_count);
    config->outsiders = read_list(reader, sw_get(file, "outside"), outside_keys, "a file outside",
                                  sizeof(struct sw_fs_outside_config), &config->outsider_count);
    config->siblings =
        read_list(reader, sw_get(file, "other_endpoints"), sibling_keys, "another endpoint",
                  sizeof(struct sw_fs_sibling_config), &config->sibling_count);
    config->guests =
        read_list(reader, sw_get(file, "more_endpoints"), guest_keys, "one of more_endpoints",
                  sizeof(struct sw_fs_guest_config), &config->guest_count);
    read_leftovers(reader, sw_get(file, "never_synced"), config);
    read_troubles(reader, sw_get(file, "trouble"), config);

    const struct sw_value *params = sw_get(file, "params");

    config->web = sw_web_read(sw_get(file, "web"), reader->arena, reader->diags);
    if (params != NULL && params->kind != SW_V_MAP) {
        sw_fs_complain(reader, 802, params, "'params' has to be a map");
    } else {
        config->params = params;
    }
}

static bool is_lock_place(const char *word)
{
    static const char *const places[] = {"subscription", "resource_group", "service", "group",
                                         "endpoint",     "cloud_endpoint", "account"};

    for (size_t i = 0; i < SW_COUNT(places); i++) {
        if (sw_text_is(word, places[i])) {
            return true;
        }
    }
    return false;
}

/* What no single key can tell. */
static void check_together(struct sw_fs_reader *reader, const struct sw_value *file,
                           struct sw_fs_config *config)
{
    if (config->endpoint.tiered > config->endpoint.files) {
        sw_fs_complain(reader, 807, sw_get_path(file, "endpoint", "tiered", NULL),
                       "the endpoint has %lld files, but %lld of them are tiered",
                       (long long)config->endpoint.files, (long long)config->endpoint.tiered);
    }
    if (!sw_text_is(config->survivor, "share") && !sw_text_is(config->survivor, "server")) {
        sw_fs_complain(reader, 802, sw_get(file, "survivor"),
                       "'survivor' is '%s'; expected is share or server", config->survivor);
    }
    if (!sw_text_is(config->azure.lock_level, "CanNotDelete") &&
        !sw_text_is(config->azure.lock_level, "ReadOnly")) {
        sw_fs_complain(reader, 802, sw_get_path(file, "azure", "lock_level", NULL),
                       "'lock_level' is '%s'; expected is CanNotDelete or ReadOnly",
                       config->azure.lock_level);
    }
    if (!is_lock_place(config->azure.lock_on)) {
        sw_fs_complain(reader, 802, sw_get_path(file, "azure", "lock_on", NULL),
                       "'lock_on' is '%s'; expected is subscription, resource_group, service, "
                       "group, endpoint, cloud_endpoint or account",
                       config->azure.lock_on);
    }
    for (size_t i = 0; i < config->recall_error_count; i++) {
        if (config->recall_errors[i].until.from != SW_FS_FROM_START &&
            config->recall_errors[i].until.from != SW_FS_NEVER) {
            sw_fs_complain(reader, 805, sw_list_at(sw_get(file, "recall_errors"), i),
                           "'until' of a recall error counts from the start");
        }
    }
    sw_fs_check_guests(reader, file, config);
    if (config->share_count == 0) {
        struct sw_fs_share_config *share = sw_alloc(reader->arena, sizeof *share);
        *share = (struct sw_fs_share_config){
            .name = "Team", .path = config->endpoint.path, .denied = ""};
        config->shares = share;
        config->share_count = 1;
    }
    for (size_t i = 0; i < config->trouble_count; i++) {
        const struct sw_fs_trouble *trouble = &config->troubles[i];
        if (trouble->at.from == SW_FS_NEVER) {
            sw_fs_complain(reader, 805, sw_list_at(sw_get(file, "trouble"), i),
                           "'at' of %s is 'never'; leave the trouble out instead",
                           trouble->what != NULL ? trouble->what : "a trouble");
        } else if (trouble->at.from == SW_FS_FROM_START &&
                   trouble->at.offset_ns < -config->warm_up_ns) {
            sw_fs_complain(reader, 805, sw_list_at(sw_get(file, "trouble"), i),
                           "%s comes before the world begins: warm_up is shorter",
                           trouble->what != NULL ? trouble->what : "a trouble");
        }
    }
}

bool sw_fs_config_read(const struct sw_value *file, struct sw_arena *arena,
                       struct sw_fs_config *ret_config, struct sw_diags *diags)
{
    struct sw_fs_reader reader = {.arena = arena, .diags = diags};
    struct sw_fs_config config = {0};

    sw_fs_read_keys(&reader, file, top_keys, "a world file", &config);
    sw_fs_read_keys(&reader, sw_get(file, "server"), server_keys, "server", &config);
    sw_fs_read_keys(&reader, sw_get(file, "endpoint"), endpoint_keys, "endpoint", &config);
    sw_fs_read_keys(&reader, sw_get(file, "azure"), azure_keys, "azure", &config);
    sw_fs_read_keys(&reader, sw_get(file, "users"), users_keys, "users", &config);
    sw_fs_read_keys(&reader, sw_get(file, "sync"), sync_keys, "sync", &config);
    read_lists(&reader, file, &config);
    if (reader.has_failed) {
        return false;
    }
    check_together(&reader, file, &config);
    if (reader.has_failed) {
        return false;
    }
    *ret_config = config;
    return true;
}

const struct sw_fs_part *sw_fs_config_parts(struct sw_arena *arena)
{
    static const struct sw_fs_part parts[] = {
        {"", top_keys, false, false},
        {"server", server_keys, false, false},
        {"endpoint", endpoint_keys, false, false},
        {"azure", azure_keys, false, false},
        {"users", users_keys, false, false},
        {"sync", sync_keys, false, false},
        {"shares", share_keys, true, false},
        {"other_groups", group_keys, true, false},
        {"item_errors", item_error_keys, true, false},
        {"recall_errors", item_error_keys, true, false},
        {"outside", outside_keys, true, false},
        {"other_endpoints", sibling_keys, true, false},
        {"more_endpoints", guest_keys, true, false},
        {"never_synced", leftover_keys, true, false},
    };
    size_t count = SW_COUNT(parts) + SW_COUNT(trouble_kinds);
    struct sw_fs_part *all = sw_alloc_array(arena, count + 1, sizeof *all);

    memcpy(all, parts, sizeof parts);
    for (size_t i = 0; i < SW_COUNT(trouble_kinds); i++) {
        all[SW_COUNT(parts) + i] =
            (struct sw_fs_part){trouble_kinds[i].name, trouble_kinds[i].keys, true, true};
    }
    return all;
}
