#include "base/text.h"
#include "stdlib/filesync/world/model.h"

#include <string.h>

size_t sw_fs_file_new(struct sw_fs_model *model, const char *path, int64_t bytes)
{
    model->files = sw_grow(model->arena, model->files, model->file_count, &model->file_capacity,
                           sizeof *model->files);
    model->files[model->file_count] = (struct sw_fs_file){
        .path = sw_copy_text(model->arena, path),
        .bytes = bytes,
        .changed_ns = model->clock.now_ns,
        .server_content = ++model->next_content,
    };
    return model->file_count++;
}

static void make_synced_files(struct sw_fs_model *model)
{
    static const char *const folders[] = {"Projects\\Harbour", "Projects\\Mill",
                                          "Finance\\2026",     "Finance\\2025",
                                          "Minutes",           "Drawings\\Old town"};
    static const char *const kinds[] = {"report.docx", "budget.xlsx", "plan.pdf", "notes.txt",
                                        "survey.dwg"};
    int64_t count = model->config.endpoint.files;
    int64_t share = model->config.endpoint.bytes / count;

    for (int64_t i = 0; i < count; i++) {
        const char *path =
            sw_format(model->arena, "%s\\%03lld %s", folders[(size_t)i % SW_COUNT(folders)],
                      (long long)i + 1, kinds[(size_t)i % SW_COUNT(kinds)]);
        size_t at = sw_fs_file_new(
            model, path, 1 + (int64_t)sw_random_below(&model->random, 2 * (uint64_t)share));
        struct sw_fs_file *file = &model->files[at];

        file->share_content = file->server_content;
        file->known_content = file->server_content;
        file->changed_ns -=
            (int64_t)sw_random_below(&model->random, 400) * 86400 * INT64_C(1000000000);
        file->is_tiered = i < model->config.endpoint.tiered;
    }
}

void sw_fs_files_make(struct sw_fs_model *model)
{
    const struct sw_fs_config *config = &model->config;

    make_synced_files(model);
    for (size_t i = 0; i < config->leftover_count; i++) {
        size_t at = sw_fs_file_new(model, config->leftovers[i].path, config->leftovers[i].bytes);
        model->files[at].never_synced = config->leftovers[i].why;
    }
    for (size_t i = 0; i < config->item_error_count; i++) {
        size_t at = sw_fs_file_new(model, config->item_errors[i].path, 48 * 1024);
        model->files[at].item_hresult = config->item_errors[i].hresult;
        model->files[at].item_until_ns = SW_FS_FOREVER; /* trouble.c ends it */
    }
    for (size_t i = 0; i < config->recall_error_count; i++) {
        size_t at = sw_fs_file_find(model, config->recall_errors[i].path);

        if (at == SW_FS_NONE) {
            at = sw_fs_file_new(model, config->recall_errors[i].path, 48 * 1024 * 1024);
            model->files[at].share_content = model->files[at].server_content;
            model->files[at].known_content = model->files[at].server_content;
        }
        model->files[at].is_tiered = true;
        model->files[at].resists_recall = true;
    }
    for (size_t i = 0; i < config->outsider_count; i++) {
        size_t at = sw_fs_file_new(model, config->outsiders[i].path, config->outsiders[i].bytes);
        model->files[at].is_outside = true;
        model->files[at].is_tiered = true;
    }
}

size_t sw_fs_file_find(const struct sw_fs_model *model, const char *path)
{
    for (size_t i = 0; i < model->file_count; i++) {
        if (sw_text_is_folded(model->files[i].path, path)) {
            return i;
        }
    }
    return SW_FS_NONE;
}

size_t sw_fs_file_any(struct sw_fs_model *model)
{
    for (int tries = 0; tries < 64; tries++) {
        size_t at = (size_t)sw_random_below(&model->random, model->file_count);
        const struct sw_fs_file *file = &model->files[at];

        if (file->never_synced == NULL && file->item_hresult == 0 && !file->is_outside &&
            !file->resists_recall && file->server_content != 0) {
            return at;
        }
    }
    return 0; /* the endpoint's first file is an ordinary one */
}

void sw_fs_file_write(struct sw_fs_model *model, size_t at)
{
    struct sw_fs_file *file = &model->files[at];

    /* A write to a stub recalls it first. */
    file->is_tiered = false;
    file->share_had = 0; /* changed again, it goes up again */
    file->server_content = ++model->next_content;
    file->changed_ns = model->clock.now_ns;
    file->bytes += 1 + (int64_t)sw_random_below(&model->random, 8192);
    sw_fs_usn_add(model, at, SW_FS_REASON_EXTENDED, false);
}

bool sw_fs_file_is_changed(const struct sw_fs_file *file)
{
    /* What is newer in the share comes down; it does not go up. Nor does what was deleted there:
     * for the agent nothing changed. */
    return file->never_synced == NULL && !file->is_outside && file->share_had == 0 &&
           file->server_content > file->share_content;
}

bool sw_fs_file_fails(const struct sw_fs_model *model, size_t at)
{
    const struct sw_fs_file *file = &model->files[at];

    return file->item_hresult != 0 && model->clock.now_ns < file->item_until_ns;
}

size_t sw_fs_changed_count(const struct sw_fs_model *model)
{
    size_t count = 0;

    for (size_t i = 0; i < model->file_count; i++) {
        count += sw_fs_file_is_changed(&model->files[i]) ? 1 : 0;
    }
    return count;
}

const char *sw_fs_file_path(const struct sw_fs_model *model, struct sw_arena *arena, size_t at)
{
    if (model->files[at].is_outside) {
        return model->files[at].path;
    }
    return sw_format(arena, "%s\\%s", model->config.endpoint.path, model->files[at].path);
}

const char *sw_fs_unread_folder(const struct sw_fs_model *model, struct sw_arena *arena)
{
    const char *root = model->config.endpoint.path;

    if (model->clock.now_ns >= model->unreadable_until_ns) {
        return NULL;
    }
    return *model->unreadable_path == '\0'
               ? sw_format(arena, "%c:\\Private", root[0])
               : sw_format(arena, "%s\\%s", root, model->unreadable_path);
}

const char *sw_fs_unread_below(const struct sw_fs_model *model)
{
    bool is_there =
        model->clock.now_ns < model->unreadable_until_ns && *model->unreadable_path != '\0';

    return is_there ? model->unreadable_path : NULL;
}

bool sw_fs_file_is_hidden(const struct sw_fs_model *model, size_t at)
{
    const char *folder = sw_fs_unread_below(model);

    return folder != NULL && !model->files[at].is_outside &&
           sw_fs_path_covers(folder, model->files[at].path);
}

int64_t sw_fs_share_bytes(const struct sw_fs_model *model)
{
    int64_t bytes = 0;

    for (size_t i = 0; i < model->file_count; i++) {
        bytes += model->files[i].share_content != 0 ? model->files[i].bytes : 0;
    }
    return bytes;
}
