/*
 * The life of one sync session. It sees the changes as of its start (a snapshot session: as of the
 * snapshot), and what it did counts from its end. A regular session passes over files that are open
 * for writing when it reaches them, and over what changed again meanwhile: both stay for the next
 * one, without an error. A session that is cancelled or fails has uploaded nothing (the real one
 * keeps what went up before; that would only hide mistakes here).
 */
#include "base/time.h"
#include "stdlib/filesync/world/model.h"

#define PROGRESS_NS (INT64_C(7) * 60 * SW_NS_PER_S) /* 9302 comes every 5 to 10 minutes */
#define FILE_BITS 20u                               /* of a happening's argument */

struct sw_fs_session *sw_fs_session_new(struct sw_fs_model *model, const char *group,
                                        bool is_upload)
{
    struct sw_fs_session *session = sw_alloc(model->arena, sizeof *session);

    model->sessions = sw_grow(model->arena, model->sessions, model->session_count,
                              &model->session_capacity, sizeof(struct sw_fs_session *));
    model->sessions[model->session_count++] = session;
    session->number = model->session_count;
    session->group = group;
    session->is_upload = is_upload;
    return session;
}

void sw_fs_session_take_set(struct sw_fs_model *model, struct sw_fs_session *session)
{
    size_t count = sw_fs_changed_count(model);

    session->files = sw_alloc_array(model->arena, count + 1, sizeof *session->files);
    session->contents = sw_alloc_array(model->arena, count + 1, sizeof *session->contents);
    session->is_skipped = sw_alloc_array(model->arena, count + 1, sizeof *session->is_skipped);
    session->count = 0;
    for (size_t i = 0; i < model->file_count; i++) {
        const struct sw_fs_file *file = &model->files[i];

        if (sw_fs_file_is_changed(file)) {
            session->files[session->count] = i;
            session->contents[session->count++] = file->server_content;
            session->figures.sync_bytes += file->bytes;
        }
    }
    session->figures.sync_files = (int64_t)session->count;
}

static bool is_news(const struct sw_fs_file *file)
{
    return !file->is_outside && file->known_content > file->server_content;
}

void sw_fs_session_take_news(struct sw_fs_model *model, struct sw_fs_session *session)
{
    size_t count = 0;

    for (size_t i = 0; i < model->file_count; i++) {
        count += is_news(&model->files[i]) ? 1 : 0;
    }
    session->files = sw_alloc_array(model->arena, count + 1, sizeof *session->files);
    session->contents = sw_alloc_array(model->arena, count + 1, sizeof *session->contents);
    for (size_t i = 0; i < model->file_count; i++) {
        const struct sw_fs_file *file = &model->files[i];

        if (is_news(file)) {
            session->files[session->count] = i;
            session->contents[session->count++] = file->known_content;
            session->figures.sync_bytes += file->bytes;
        }
    }
    session->figures.sync_files = (int64_t)session->count;
}

static struct sw_fs_session *find(struct sw_fs_model *model, uint64_t number)
{
    return model->sessions[number - 1];
}

static void session_reaches(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;
    struct sw_fs_session *session = find(model, argument >> FILE_BITS);
    size_t at = (size_t)(argument & ((UINT64_C(1) << FILE_BITS) - 1));

    (void)now_ns;
    session->is_skipped[at] = sw_fs_file_is_open(model, session->files[at]);
}

static void session_is_over(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;
    struct sw_fs_session *session = find(model, argument);

    if (session->has_ended) {
        return;
    }
    bool is_failing = session->is_ours && now_ns < model->sync_error_until_ns;
    sw_fs_session_end(model, session, is_failing ? model->sync_error : 0);
}

static void log_session(struct sw_fs_model *model, const struct sw_fs_session *session,
                        unsigned event, struct sw_fs_figures figures)
{
    struct sw_fs_record *record = sw_fs_log_add(model, &model->host->telemetry, event);

    record->session = session;
    record->figures = figures;
    record->hresult = session->hresult;
}

static void session_tells(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;
    struct sw_fs_session *session = find(model, argument);

    if (session->has_ended) {
        return;
    }
    int64_t whole = session->end_ns - session->start_ns;
    int64_t percent = whole > 0 ? (now_ns - session->start_ns) * 100 / whole : 100;
    struct sw_fs_figures figures = session->figures;
    figures.applied_files = figures.sync_files * percent / 100;
    figures.applied_bytes = figures.sync_bytes / 100 * percent;
    log_session(model, session, 9302, figures);
    sw_fs_at(model, now_ns + PROGRESS_NS, session_tells, argument);
}

void sw_fs_session_begin(struct sw_fs_model *model, struct sw_fs_session *session, int64_t takes_ns)
{
    int64_t now_ns = model->clock.now_ns;

    session->start_ns = now_ns;
    session->end_ns = now_ns + takes_ns;
    if (session->is_ours && session->is_upload) {
        model->upload = session;
        for (size_t i = 0; !session->is_snapshot && i < session->count; i++) {
            int64_t at_ns = now_ns + takes_ns / (int64_t)(session->count + 1) * (int64_t)(i + 1);
            sw_fs_at(model, at_ns, session_reaches, session->number << FILE_BITS | i);
        }
    }
    sw_fs_at(model, session->end_ns, session_is_over, session->number);
    sw_fs_at(model, now_ns + PROGRESS_NS, session_tells, session->number);
}

static void log_item_error(struct sw_fs_model *model, const struct sw_fs_session *session,
                           size_t file)
{
    struct sw_fs_record *record = sw_fs_log_add(model, &model->host->item_results, 9900);

    record->session = session;
    record->file = file;
    record->hresult = session->is_upload ? model->files[file].item_hresult : model->download_error;
}

static void apply_upload(struct sw_fs_model *model, struct sw_fs_session *session)
{
    for (size_t i = 0; i < session->count; i++) {
        struct sw_fs_file *file = &model->files[session->files[i]];

        if (sw_fs_file_fails(model, session->files[i])) {
            session->figures.item_errors++;
            log_item_error(model, session, session->files[i]);
            continue;
        }
        bool has_moved_on = !session->is_snapshot && file->server_content != session->contents[i];
        if (session->is_skipped[i] || has_moved_on || file->share_content > session->contents[i]) {
            continue;
        }
        file->share_content = session->contents[i];
        file->known_content = session->contents[i];
        session->figures.applied_files++;
        session->figures.applied_bytes += file->bytes;
    }
}

/* A new file arrives as a stub while tiering is on (NamespaceThenModifiedFiles). What was changed
 * on the server meanwhile stays: it is the newer one. */
static void apply_download(struct sw_fs_model *model, struct sw_fs_session *session)
{
    bool is_failing = model->clock.now_ns < model->download_error_until_ns;

    for (size_t i = 0; i < session->count; i++) {
        struct sw_fs_file *file = &model->files[session->files[i]];

        if (file->server_content >= session->contents[i]) {
            continue;
        }
        if (is_failing) {
            session->figures.item_errors++;
            log_item_error(model, session, session->files[i]);
            continue;
        }
        file->is_tiered = model->policy.is_on && (file->server_content == 0 || file->is_tiered);
        file->server_content = session->contents[i];
        session->figures.applied_files++;
        session->figures.applied_bytes += file->bytes;
        sw_fs_usn_add(model, session->files[i], SW_FS_REASON_EXTENDED, true);
    }
}

static void remember(struct sw_fs_model *model, const struct sw_fs_session *session)
{
    bool is_good = session->hresult == 0;

    if (session->is_upload) {
        model->last_upload = session;
        model->last_upload_end_ns = session->end_ns;
        model->upload_success_ns = is_good ? session->end_ns : model->upload_success_ns;
    } else {
        model->last_download = session;
        model->download_success_ns = is_good ? session->end_ns : model->download_success_ns;
    }
}

void sw_fs_session_end(struct sw_fs_model *model, struct sw_fs_session *session, int64_t hresult)
{
    session->has_ended = true;
    session->end_ns = model->clock.now_ns;
    session->hresult = hresult;
    if (hresult == 0 && session->is_ours && session->is_upload) {
        apply_upload(model, session);
    } else if (hresult == 0 && session->is_ours) {
        apply_download(model, session);
    } else if (hresult == 0) {
        session->figures.applied_files = session->figures.sync_files;
        session->figures.applied_bytes = session->figures.sync_bytes;
    }
    log_session(model, session, 9102, session->figures);
    if (session->is_ours) {
        remember(model, session);
    }
    if (session == model->upload) {
        model->upload = NULL;
        sw_fs_agent_upload_over(model);
    }
}

void sw_fs_session_drop(struct sw_fs_model *model, struct sw_fs_session *session)
{
    session->has_ended = true;
    session->was_dropped = true;
    session->end_ns = model->clock.now_ns;
    if (session == model->upload) {
        model->upload = NULL;
    }
}
