/* Scheduled trouble. Each kind is one function; when it happens is the world file's word. */
#include "base/text.h"
#include "base/time.h"
#include "stdlib/filesync/world/model.h"

#define DAY_NS (INT64_C(24) * 3600 * SW_NS_PER_S)

static void access_taken(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;

    (void)now_ns;
    (void)argument;
    for (size_t i = 0; i < model->share_count; i++) {
        if (!model->shares[i].is_special) {
            sw_fs_share_deny(model, &model->shares[i]);
        }
    }
}

static void somebody_writes(void *context, int64_t now_ns, uint64_t argument)
{
    (void)now_ns;
    (void)argument;
    sw_fs_user_dashes_in(context);
}

/* Somebody was waiting for it: a write comes within a second. Who takes access away again does it
 * as thoroughly as we do not: open handles stay. */
static void access_back(struct sw_fs_model *model, const struct sw_fs_trouble *trouble)
{
    int64_t now_ns = model->clock.now_ns;
    bool was_denied = false;

    for (size_t i = 0; i < model->share_count; i++) {
        was_denied = sw_fs_share_undeny(model, &model->shares[i]) || was_denied;
    }
    if (!was_denied) {
        return;
    }
    sw_clock_at(&model->clock, now_ns + 900 * SW_NS_PER_MS, somebody_writes, model, 0);
    if (trouble->for_ns != SW_FS_FOREVER) {
        sw_clock_at(&model->clock, now_ns + trouble->for_ns, access_taken, model, 0);
    }
}

static void local_writer(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;
    const struct sw_fs_trouble *trouble = &model->config.troubles[argument >> 32];
    uint64_t left = argument & UINT32_MAX;
    size_t file = sw_fs_file_find(model, trouble->path);

    if (sw_fs_is_online(model)) {
        sw_fs_file_write(model, file == SW_FS_NONE ? sw_fs_file_any(model) : file);
    }
    if (left > 1) {
        sw_clock_at(&model->clock, now_ns + trouble->every_ns, local_writer, model, argument - 1);
    }
}

/* From the changes of this moment, whatever else runs; it takes long enough to end clean after a
 * snapshot that is taken meanwhile. */
static void session_running(struct sw_fs_model *model, const struct sw_fs_trouble *trouble)
{
    if (!model->is_endpoint_on_server) {
        return; /* nothing is left to sync */
    }
    if (model->upload != NULL) {
        sw_fs_session_end(model, model->upload, 0);
    }
    struct sw_fs_session *session = sw_fs_session_new(model, model->config.endpoint.group, true);
    session->is_ours = true;
    sw_fs_session_take_set(model, session);
    sw_fs_session_begin(model, session, trouble->takes_ns);
}

/* Of the recall's and the items' channel the agent makes a new one as it does of the sessions'. */
static void clear_log(struct sw_fs_model *model, const struct sw_fs_trouble *trouble)
{
    sw_fs_log_clear(model, sw_text_is(trouble->log, "items")     ? &model->item_results
                           : sw_text_is(trouble->log, "recalls") ? &model->recall_results
                                                                 : &model->telemetry);
}

static void roll_log(struct sw_fs_model *model, const struct sw_fs_trouble *trouble)
{
    int64_t count = trouble->count;

    if (count > (int64_t)model->telemetry.limit) {
        count = (int64_t)model->telemetry.limit;
    }
    for (int64_t i = 0; i < count; i++) {
        sw_fs_log_add(model, &model->telemetry, 9301);
    }
}

static void server_is_back(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;

    (void)argument;
    if (now_ns >= model->offline_until_ns) {
        model->offline_until_ns = 0;
    }
}

static void go_offline(struct sw_fs_model *model, int64_t for_ns)
{
    int64_t now_ns = model->clock.now_ns;

    model->offline_since_ns = now_ns;
    model->offline_until_ns = for_ns == SW_FS_FOREVER ? SW_FS_FOREVER : now_ns + for_ns;
    if (for_ns != SW_FS_FOREVER) {
        sw_clock_at(&model->clock, now_ns + for_ns, server_is_back, model, 0);
    }
}

/* The network to it is gone: what it was uploading fails. */
static void server_offline(struct sw_fs_model *model, const struct sw_fs_trouble *trouble)
{
    for (size_t i = 0; i < sw_fs_guest_count(model); i++) {
        struct sw_fs_model *guest = sw_fs_guest(model, i);

        guest->waiting = NULL;
        if (guest->upload != NULL) {
            sw_fs_session_end(guest, guest->upload, SW_FS_NETWORK_LOST);
        }
    }
    go_offline(model, trouble->for_ns);
}

/* Entries of shares outlive it; handles, sessions, counters and running sync sessions do not. */
static void reboot(struct sw_fs_model *model, const struct sw_fs_trouble *trouble)
{
    uint64_t files = 0;
    uint64_t sessions = 0;

    for (size_t i = 0; i < sw_fs_guest_count(model); i++) {
        struct sw_fs_model *guest = sw_fs_guest(model, i);

        sw_fs_users_cut(guest, guest->config.endpoint.path, &files, &sessions);
        sw_fs_agent_restarts(guest);
        guest->sessions_opened = 0;
        guest->files_opened = 0;
        guest->boot_ns = trouble->for_ns == SW_FS_FOREVER ? model->clock.now_ns
                                                          : model->clock.now_ns + trouble->for_ns;
    }
    go_offline(model, trouble->for_ns);
}

static void item_error(struct sw_fs_model *model, const struct sw_fs_trouble *trouble)
{
    int64_t now_ns = model->clock.now_ns;
    size_t at = sw_fs_file_find(model, trouble->path);

    if (at == SW_FS_NONE) {
        at = *trouble->path != '\0' ? sw_fs_file_new(model, trouble->path, 24576)
                                    : sw_fs_file_any(model);
        if (*trouble->path != '\0') {
            sw_fs_usn_add(model, at, SW_FS_REASON_CREATED, false);
        }
    }
    model->files[at].item_hresult = trouble->hresult;
    model->files[at].item_until_ns =
        trouble->for_ns == SW_FS_FOREVER ? SW_FS_FOREVER : now_ns + trouble->for_ns;
}

static int64_t until(const struct sw_fs_model *model, const struct sw_fs_trouble *trouble)
{
    return trouble->for_ns == SW_FS_FOREVER ? SW_FS_FOREVER : model->clock.now_ns + trouble->for_ns;
}

static void cloud_writer(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;
    const struct sw_fs_trouble *trouble = &model->config.troubles[argument >> 32];
    uint64_t left = argument & UINT32_MAX;

    sw_fs_cloud_write(model, trouble->path);
    if (left > 1) {
        sw_clock_at(&model->clock, now_ns + trouble->every_ns, cloud_writer, model, argument - 1);
    }
}

/* Somebody switches it on in the portal, and the agent, which has been waiting for it, makes a stub
 * of the first file that can be one. */
static void tiering_back(struct sw_fs_model *model)
{
    bool is_done = false;

    model->policy = (struct sw_fs_policy){.is_on = true, .free_percent = 20, .days = 90};
    for (size_t i = 0; !is_done && i < model->file_count; i++) {
        const struct sw_fs_file *file = &model->files[i];

        is_done = file->never_synced == NULL && !file->is_outside && file->server_content != 0 &&
                  sw_fs_file_tier(model, i);
    }
}

/* Behind `for`, if it has an end. */
static void later(struct sw_fs_model *model, const struct sw_fs_trouble *trouble, uint64_t index,
                  sw_happening_fn fn)
{
    if (trouble->for_ns != SW_FS_FOREVER) {
        sw_clock_at(&model->clock, model->clock.now_ns + trouble->for_ns, fn, model, index);
    }
}

static void disk_is_given_back(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;

    (void)now_ns;
    model->other_bytes -= model->config.troubles[argument].bytes;
}

static void disk_fill(struct sw_fs_model *model, const struct sw_fs_trouble *trouble,
                      uint64_t index)
{
    model->other_bytes += trouble->bytes;
    later(model, trouble, index, disk_is_given_back);
}

static void share_is_restored(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;
    size_t at = sw_fs_file_find(model, model->config.troubles[argument].path);

    (void)now_ns;
    if (model->files[at].share_had > model->files[at].share_content) {
        model->files[at].share_content = model->files[at].share_had;
    }
    model->files[at].share_had = 0;
}

/* No look of the service finds it: the real one would bring the deletion down within a day. */
static void cloud_delete(struct sw_fs_model *model, const struct sw_fs_trouble *trouble,
                         uint64_t index)
{
    size_t at = sw_fs_file_find(model, trouble->path);

    if (at == SW_FS_NONE || model->files[at].share_content == 0) {
        return;
    }
    model->files[at].share_had = model->files[at].share_content;
    model->files[at].share_content = 0;
    later(model, trouble, index, share_is_restored);
}

/* Its content stays; from now on sync leaves it out. */
static void encrypt(struct sw_fs_model *model, const struct sw_fs_trouble *trouble)
{
    size_t at = sw_fs_file_find(model, trouble->path);

    if (at != SW_FS_NONE) {
        model->files[at].never_synced = "efs";
        sw_fs_usn_add(model, at, SW_FS_REASON_ENCRYPTED, false);
    }
}

static void stub_is_removed(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;
    size_t at = sw_fs_file_find(model, model->config.troubles[argument].path);

    (void)now_ns;
    model->files[at].is_tiered = false;
    model->files[at].server_content = 0;
}

static void stub_comes(struct sw_fs_model *model, const struct sw_fs_trouble *trouble,
                       uint64_t index)
{
    size_t at = sw_fs_file_new(model, trouble->path, trouble->bytes);

    model->files[at].is_outside = true;
    model->files[at].is_tiered = true;
    model->files[at].tiered_ns = model->clock.now_ns;
    sw_fs_usn_add(model, at, SW_FS_REASON_TIERED, false);
    later(model, trouble, index, stub_is_removed);
}

/* What concerns the share's side and the volume. */
static void happens_beyond(struct sw_fs_model *model, const struct sw_fs_trouble *trouble,
                           uint64_t index)
{
    switch ((int)trouble->kind) {
    case SW_FS_CLOUD_WRITE:
        cloud_writer(model, model->clock.now_ns, index << 32 | (uint64_t)trouble->count);
        break;
    case SW_FS_DISK_FILL:
        disk_fill(model, trouble, index);
        break;
    case SW_FS_TIERING_BACK:
        tiering_back(model);
        break;
    case SW_FS_DETECT_FAILS:
        model->detect_fails_until_ns = until(model, trouble);
        break;
    case SW_FS_ENUMERATION:
        sw_fs_cloud_enumerate(model, trouble->takes_ns);
        break;
    case SW_FS_NO_DOWNLOADS:
        model->no_downloads_until_ns = until(model, trouble);
        break;
    case SW_FS_DOWNLOAD_ERRORS:
        model->download_error = trouble->hresult;
        model->download_error_until_ns = until(model, trouble);
        break;
    case SW_FS_UNREADABLE:
        model->unreadable_until_ns = until(model, trouble);
        model->unreadable_path = trouble->path;
        break;
    case SW_FS_CLOUD_DELETE:
        cloud_delete(model, trouble, index);
        break;
    case SW_FS_ENCRYPT:
        encrypt(model, trouble);
        break;
    case SW_FS_STUB:
        stub_comes(model, trouble, index);
        break;
    case SW_FS_LOOKS_FORGOTTEN:
        model->detection.started_ns -= DAY_NS;
        model->detection.ended_ns -= DAY_NS;
        break;
    case SW_FS_SHOWN_AGAIN:
        model->shown_until_ns = until(model, trouble);
        break;
    case SW_FS_SHARE_BUSY:
        model->share_busy_until_ns = until(model, trouble);
        break;
    default:
        break;
    }
}

/* KEEP IN STEP: trouble_kinds in config.c. */
static void trouble_happens(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;
    const struct sw_fs_trouble *trouble = &model->config.troubles[argument];

    switch (trouble->kind) {
    case SW_FS_ACCESS_BACK:
        access_back(model, trouble);
        break;
    case SW_FS_LOCAL_WRITE:
        local_writer(model, now_ns, argument << 32 | (uint64_t)trouble->count);
        break;
    case SW_FS_SESSION_RUNNING:
        session_running(model, trouble);
        break;
    case SW_FS_CLEAR_LOG:
        clear_log(model, trouble);
        break;
    case SW_FS_ROLL_LOG:
        roll_log(model, trouble);
        break;
    case SW_FS_SERVER_OFFLINE:
        server_offline(model, trouble);
        break;
    case SW_FS_ITEM_ERROR:
        item_error(model, trouble);
        break;
    case SW_FS_SYNC_ERROR:
        model->sync_error = trouble->hresult;
        model->sync_error_until_ns = until(model, trouble);
        break;
    case SW_FS_DISABLE_TASK:
        model->task_disabled_until_ns = until(model, trouble);
        break;
    case SW_FS_REBOOT:
        reboot(model, trouble);
        break;
    case SW_FS_LOSE_REPLY:
        model->replies_to_lose += (uint64_t)trouble->count;
        break;
    case SW_FS_THROTTLE:
        model->throttled_until_ns = until(model, trouble);
        break;
    case SW_FS_ARM_ERROR:
        model->arm_error_status = (int)trouble->status;
        model->arm_error_until_ns = until(model, trouble);
        break;
    case SW_FS_CLOUD_WRITE:
    case SW_FS_DISK_FILL:
    case SW_FS_TIERING_BACK:
    case SW_FS_DETECT_FAILS:
    case SW_FS_ENUMERATION:
    case SW_FS_NO_DOWNLOADS:
    case SW_FS_DOWNLOAD_ERRORS:
    case SW_FS_UNREADABLE:
    case SW_FS_CLOUD_DELETE:
    case SW_FS_ENCRYPT:
    case SW_FS_STUB:
    case SW_FS_LOOKS_FORGOTTEN:
    case SW_FS_SHOWN_AGAIN:
    case SW_FS_SHARE_BUSY:
        happens_beyond(model, trouble, argument);
        break;
    }
}

/* The files of config.item_errors come behind the ordinary and the left-out ones. */
static size_t item_error_file(const struct sw_fs_model *model, size_t index)
{
    return (size_t)model->config.endpoint.files + model->config.leftover_count + index;
}

static void item_error_ends(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;

    model->files[item_error_file(model, argument)].item_until_ns = now_ns;
}

static void schedule(struct sw_fs_model *model, enum sw_fs_anchor_from from, int64_t at_ns)
{
    const struct sw_fs_config *config = &model->config;

    for (size_t i = 0; i < config->trouble_count; i++) {
        if (config->troubles[i].at.from == from) {
            sw_clock_at(&model->clock, at_ns + config->troubles[i].at.offset_ns, trouble_happens,
                        model, i);
        }
    }
    for (size_t i = 0; i < config->item_error_count; i++) {
        if (config->item_errors[i].until.from == from) {
            sw_clock_at(&model->clock, at_ns + config->item_errors[i].until.offset_ns,
                        item_error_ends, model, i);
        }
    }
}

void sw_fs_troubles_make(struct sw_fs_model *model)
{
    model->has_happened[SW_FS_FROM_START] = true;
    schedule(model, SW_FS_FROM_START, model->config.start_ns);
}

void sw_fs_anchor(struct sw_fs_model *model, enum sw_fs_anchor_from from)
{
    if (!model->has_happened[from]) {
        model->has_happened[from] = true;
        schedule(model, from, model->clock.now_ns);
    }
}
