/* People who work on the files: they open, write again and again, and close. A handle that is open
 * goes on writing after the share began to deny; only closing it ends that (windows.md A9). */
#include "base/time.h"
#include "stdlib/filesync/world/model.h"

#define IDLE_NS (INT64_C(15) * 60 * SW_NS_PER_S) /* autodisconnect of Windows servers */

static void connect_user(struct sw_fs_model *model, struct sw_fs_user *user)
{
    if (user->session == 0) {
        user->session = ++model->next_smb_id;
        model->sessions_opened++;
    }
    user->last_use_ns = model->clock.now_ns;
}

static bool open_file(struct sw_fs_model *model, struct sw_fs_user *user)
{
    size_t file = sw_fs_file_any(model);

    /* One in twelve begins a new document. */
    if (sw_random_below(&model->random, 12) == 0 && sw_fs_can_write(model, file)) {
        const char *path = sw_format(model->arena, "Projects\\Harbour\\new %llu.docx",
                                     (unsigned long long)model->next_content);
        file = sw_fs_file_new(model, path, 16384);
        sw_fs_usn_add(model, file, SW_FS_REASON_CREATED, false);
    }
    if (!sw_fs_can_open(model, file)) {
        return false;
    }
    connect_user(model, user);
    user->handle = ++model->next_smb_id;
    user->file = file;
    user->may_write = sw_fs_can_write(model, file);
    user->opened_ns = model->clock.now_ns;
    model->files_opened++;
    return true;
}

static void user_works(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;
    struct sw_fs_user *user = &model->users[argument];

    sw_fs_at(model, now_ns + sw_fs_about(model, model->config.users.write_every_ns), user_works,
             argument);
    if (!sw_fs_is_online(model)) {
        return;
    }
    if (user->handle == 0) {
        if (!open_file(model, user) && user->session != 0 && now_ns - user->last_use_ns > IDLE_NS) {
            user->session = 0;
        }
        return;
    }
    if (user->may_write) {
        sw_fs_file_write(model, user->file);
    }
    user->last_use_ns = now_ns;
    if (now_ns - user->opened_ns >= model->config.users.hold_for_ns) {
        user->handle = 0;
    }
}

void sw_fs_users_make(struct sw_fs_model *model)
{
    model->user_count = (size_t)model->config.users.count;
    model->users = sw_alloc_array(model->arena, model->user_count + 1, sizeof *model->users);
    model->next_smb_id = 1000;
    for (size_t i = 0; i < model->user_count; i++) {
        struct sw_fs_user *user = &model->users[i];

        user->name = sw_format(model->arena, "CONTOSO\\user%02zu", i + 1);
        user->client = sw_format(model->arena, "10.1.4.%zu", 20 + i % 200);
        sw_fs_at(model,
                 model->clock.now_ns + sw_fs_about(model, model->config.users.write_every_ns),
                 user_works, i);
    }
}

bool sw_fs_file_is_open(const struct sw_fs_model *model, size_t file)
{
    for (size_t i = 0; i < model->user_count; i++) {
        if (model->users[i].handle != 0 && model->users[i].file == file) {
            return true;
        }
    }
    return false;
}

/* Somebody who is none of the users, so that it can happen in a world without them. */
bool sw_fs_user_dashes_in(struct sw_fs_model *model)
{
    size_t file = sw_fs_file_any(model);

    if (!sw_fs_is_online(model) || !sw_fs_can_write(model, file)) {
        return false;
    }
    model->sessions_opened++;
    model->files_opened++;
    model->next_smb_id += 2;
    sw_fs_file_write(model, file);
    return true;
}

void sw_fs_users_cut(struct sw_fs_model *model, const char *path, uint64_t *ret_files,
                     uint64_t *ret_sessions)
{
    uint64_t files = 0;
    uint64_t sessions = 0;
    bool is_over = sw_fs_path_covers(path, model->config.endpoint.path) ||
                   sw_fs_path_covers(model->config.endpoint.path, path);

    for (size_t i = 0; is_over && i < model->user_count; i++) {
        struct sw_fs_user *user = &model->users[i];

        files += user->handle != 0 ? 1 : 0;
        sessions += user->session != 0 ? 1 : 0;
        user->handle = 0;
        user->session = 0;
    }
    *ret_files = files;
    *ret_sessions = sessions;
}
