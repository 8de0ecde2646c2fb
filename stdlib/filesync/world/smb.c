/* Shares over the endpoint's path and their permissions. */
#include "base/text.h"
#include "base/time.h"
#include "stdlib/filesync/world/model.h"

#include <string.h>

#define EVERYONE_SID "S-1-1-0"

static void add_access(struct sw_fs_model *model, struct sw_fs_share *share,
                       struct sw_fs_access access)
{
    share->access = sw_grow(model->arena, share->access, share->access_count,
                            &share->access_capacity, sizeof *share->access);
    share->access[share->access_count++] = access;
}

void sw_fs_smb_make(struct sw_fs_model *model)
{
    const struct sw_fs_config *config = &model->config;
    int64_t written_ns = model->clock.now_ns - INT64_C(90) * 86400 * SW_NS_PER_S;

    model->shares = sw_alloc_array(model->arena, config->share_count + 1, sizeof *model->shares);
    for (size_t i = 0; i < config->share_count; i++) {
        struct sw_fs_share *share = &model->shares[model->share_count++];

        *share = (struct sw_fs_share){.name = config->shares[i].name,
                                      .path = config->shares[i].path,
                                      .is_fixed = config->shares[i].is_fixed,
                                      .security_written_ns = written_ns};
        add_access(
            model, share,
            (struct sw_fs_access){"BUILTIN\\Administrators", "S-1-5-32-544", "Allow", "Full"});
        add_access(model, share,
                   (struct sw_fs_access){"CONTOSO\\Domain Users",
                                         "S-1-5-21-1004336348-1177238915-682003330-513", "Allow",
                                         config->shares[i].is_read_only ? "Read" : "Change"});
        if (*config->shares[i].denied != '\0') {
            add_access(model, share,
                       (struct sw_fs_access){config->shares[i].denied,
                                             "S-1-5-21-1004336348-1177238915-682003330-1601",
                                             "Deny", "Full"});
        }
        if (config->shares[i].is_shut) {
            add_access(model, share,
                       (struct sw_fs_access){"Everyone", EVERYONE_SID, "Deny", "Full"});
        }
    }
    struct sw_fs_share *drive = &model->shares[model->share_count++];
    *drive = (struct sw_fs_share){.is_special = true, .security_written_ns = written_ns};
    drive->name = sw_format(model->arena, "%c$", config->endpoint.path[0]);
    drive->path = sw_format(model->arena, "%c:\\", config->endpoint.path[0]);
    add_access(model, drive,
               (struct sw_fs_access){"BUILTIN\\Administrators", "S-1-5-32-544", "Allow", "Full"});
}

static size_t length_without_slash(const char *path)
{
    size_t length = strlen(path);

    while (length > 0 && path[length - 1] == '\\') {
        length--;
    }
    return length;
}

bool sw_fs_path_covers(const char *outer, const char *inner)
{
    size_t length = length_without_slash(outer);

    if (length_without_slash(inner) < length) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        char a = outer[i];
        char b = inner[i];
        a = a >= 'A' && a <= 'Z' ? (char)(a + 32) : a;
        b = b >= 'A' && b <= 'Z' ? (char)(b + 32) : b;
        if (a != b) {
            return false;
        }
    }
    return inner[length] == '\0' || inner[length] == '\\';
}

bool sw_fs_share_denies_everyone(const struct sw_fs_share *share)
{
    for (size_t i = 0; i < share->access_count; i++) {
        const struct sw_fs_access *access = &share->access[i];

        if (sw_text_is(access->sid, EVERYONE_SID) && sw_text_is(access->type, "Deny") &&
            sw_text_is(access->right, "Full")) {
            return true;
        }
    }
    return false;
}

struct sw_fs_share *sw_fs_share_find(struct sw_fs_model *model, const char *name)
{
    for (size_t i = 0; i < model->share_count; i++) {
        if (sw_text_is_folded(model->shares[i].name, name)) {
            return &model->shares[i];
        }
    }
    return NULL;
}

bool sw_fs_share_deny(struct sw_fs_model *model, struct sw_fs_share *share)
{
    if (sw_fs_share_denies_everyone(share)) {
        return false;
    }
    add_access(model, share, (struct sw_fs_access){"Everyone", EVERYONE_SID, "Deny", "Full"});
    share->security_written_ns = model->clock.now_ns;
    return true;
}

static size_t find_access(const struct sw_fs_share *share, const char *sid, const char *type)
{
    size_t at = 0;

    while (at < share->access_count && !(sw_text_is_folded(share->access[at].sid, sid) &&
                                         sw_text_is_folded(share->access[at].type, type))) {
        at++;
    }
    return at;
}

bool sw_fs_share_take(struct sw_fs_model *model, struct sw_fs_share *share, const char *sid,
                      const char *type, const char *right)
{
    size_t at = find_access(share, sid, type);

    if (at == share->access_count || !sw_text_is_folded(share->access[at].right, right)) {
        return false;
    }
    for (share->access_count--; at < share->access_count; at++) {
        share->access[at] = share->access[at + 1];
    }
    share->security_written_ns = model->clock.now_ns;
    return true;
}

bool sw_fs_share_give(struct sw_fs_model *model, struct sw_fs_share *share,
                      const struct sw_fs_access *access)
{
    if (find_access(share, access->sid, access->type) < share->access_count) {
        return false;
    }
    add_access(model, share, *access);
    share->security_written_ns = model->clock.now_ns;
    return true;
}

static bool allows_writing(const struct sw_fs_access *access)
{
    return sw_text_is(access->type, "Allow") && !sw_text_is(access->right, "Read");
}

bool sw_fs_share_undeny(struct sw_fs_model *model, struct sw_fs_share *share)
{
    size_t kept = 0;

    for (size_t i = 0; i < share->access_count; i++) {
        if (!sw_text_is(share->access[i].type, "Deny")) {
            share->access[kept++] = share->access[i];
        }
    }
    bool was_denied = kept != share->access_count;
    share->access_count = kept;
    if (was_denied) {
        share->security_written_ns = model->clock.now_ns;
    }
    return was_denied;
}

bool sw_fs_share_reduce(struct sw_fs_model *model, struct sw_fs_share *share)
{
    bool has_changed = false;

    for (size_t i = 0; i < share->access_count; i++) {
        if (allows_writing(&share->access[i])) {
            share->access[i].right = "Read";
            has_changed = true;
        }
    }
    if (has_changed) {
        share->security_written_ns = model->clock.now_ns;
    }
    return has_changed;
}

/* Only the access entries of shares are modelled, not NTFS permissions, and users have no accounts
 * of their own: what a share allows anybody, it allows all. Nobody works through a drive share. */
static bool lets_in(struct sw_fs_model *model, size_t file, bool to_write)
{
    struct sw_arena *arena = sw_arena_new();
    const char *path = sw_fs_file_path(model, arena, file);
    bool may_open = false;

    for (size_t i = 0; i < model->share_count; i++) {
        const struct sw_fs_share *share = &model->shares[i];
        bool has_entry = false;

        for (size_t k = 0; k < share->access_count; k++) {
            has_entry = has_entry || (to_write ? allows_writing(&share->access[k])
                                               : sw_text_is(share->access[k].type, "Allow"));
        }
        may_open =
            may_open || (!share->is_special && has_entry && !sw_fs_share_denies_everyone(share) &&
                         sw_fs_path_covers(share->path, path));
    }
    sw_arena_free(arena);
    return may_open;
}

bool sw_fs_can_open(struct sw_fs_model *model, size_t file)
{
    return lets_in(model, file, false);
}

bool sw_fs_can_write(struct sw_fs_model *model, size_t file)
{
    return lets_in(model, file, true);
}
