/* The agent's two channels: rings of records with ids that only grow until the log is cleared. */
#include "base/buf.h"
#include "base/time.h"
#include "stdlib/filesync/world/model.h"

#define XML_BYTES 8192
#define ITEM_RECORDS 10000

static void log_make(struct sw_fs_model *model, struct sw_fs_log *log, const char *channel,
                     size_t limit)
{
    *log = (struct sw_fs_log){.channel = channel,
                              .limit = limit,
                              .created_ns = model->clock.now_ns - model->config.server.up_ns};
    log->records = sw_alloc_array(model->arena, limit, sizeof *log->records);
    /* An old server has logged before. */
    log->next_id = 20000 + sw_random_below(&model->random, 10000);
}

/* Every 30 s the agent says whether it reaches the service. */
static void job_asked(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;

    (void)argument;
    if (sw_fs_is_online(model)) {
        sw_fs_log_add(model, &model->telemetry, 9301); /* the host's only */
    }
    sw_fs_at(model, now_ns + 30 * SW_NS_PER_S, job_asked, 0);
}

void sw_fs_logs_make(struct sw_fs_model *model)
{
    if (model->host == model) {
        log_make(model, &model->telemetry, "Microsoft-FileSync-Agent/Telemetry",
                 (size_t)model->config.server.log_records);
        log_make(model, &model->item_results, "Microsoft-FileSync-Agent/ItemResults", ITEM_RECORDS);
        sw_fs_at(model, model->clock.now_ns + 30 * SW_NS_PER_S, job_asked, 0);
    }
    /* Nothing was ever recalled by hand here: its ids begin at 1, and none is drawn. */
    model->recall_results =
        (struct sw_fs_log){.channel = "Microsoft-FileSync-Agent/RecallResults",
                           .limit = ITEM_RECORDS,
                           .next_id = 1,
                           .created_ns = model->clock.now_ns - model->config.server.up_ns};
    model->recall_results.records =
        sw_alloc_array(model->arena, ITEM_RECORDS, sizeof *model->recall_results.records);
}

struct sw_fs_record *sw_fs_log_add(struct sw_fs_model *model, struct sw_fs_log *log, unsigned event)
{
    if (log->count == log->limit) {
        log->first = (log->first + 1) % log->limit;
        log->count--;
    }
    struct sw_fs_record *record = &log->records[(log->first + log->count) % log->limit];
    log->count++;
    *record = (struct sw_fs_record){.owner = model,
                                    .id = log->next_id++,
                                    .event = event,
                                    .at_ns = model->clock.now_ns,
                                    .file = SW_FS_NONE};
    return record;
}

void sw_fs_log_clear(struct sw_fs_model *model, struct sw_fs_log *log)
{
    log->first = 0;
    log->count = 0;
    log->next_id = 1;
    log->created_ns = model->clock.now_ns;
}

const struct sw_fs_record *sw_fs_log_at(const struct sw_fs_log *log, size_t index)
{
    return &log->records[(log->first + index) % log->limit];
}

uint64_t sw_fs_log_oldest(const struct sw_fs_log *log)
{
    return log->count > 0 ? sw_fs_log_at(log, 0)->id : 0;
}

uint64_t sw_fs_log_newest(const struct sw_fs_log *log)
{
    return log->count > 0 ? sw_fs_log_at(log, log->count - 1)->id : 0;
}

const char *sw_fs_correlation(const struct sw_fs_model *model, struct sw_arena *arena,
                              const struct sw_fs_session *session)
{
    return sw_fs_guid(model, arena, "session", session->number);
}

static void add_escaped(struct sw_buf *buf, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            sw_buf_add_text(buf, "&amp;");
            break;
        case '<':
            sw_buf_add_text(buf, "&lt;");
            break;
        case '>':
            sw_buf_add_text(buf, "&gt;");
            break;
        default:
            sw_buf_add_char(buf, *text);
            break;
        }
    }
}

static void add_data(struct sw_buf *buf, const char *name, const char *value)
{
    sw_buf_addf(buf, "<Data Name='%s'>", name);
    add_escaped(buf, value);
    sw_buf_add_text(buf, "</Data>");
}

static void add_count(struct sw_buf *buf, const char *name, int64_t value)
{
    sw_buf_addf(buf, "<Data Name='%s'>%lld</Data>", name, (long long)value);
}

/* What people named is wrapped, so that telemetry can strip it (windows.md A3). */
static void add_private(struct sw_buf *buf, const char *name, const char *value)
{
    sw_buf_addf(buf, "<Data Name='%s'>&lt;CI&gt;", name);
    add_escaped(buf, value);
    sw_buf_add_text(buf, "&lt;/CI&gt;</Data>");
}

static void add_session_names(const struct sw_fs_model *model, struct sw_buf *buf,
                              const struct sw_fs_session *session, struct sw_arena *arena)
{
    const char *endpoint = session->is_ours ? model->config.endpoint.name
                                            : sw_fs_guid(model, arena, session->group, 0);

    add_private(buf, "SyncGroupName", session->group);
    add_private(buf, "ServerEndpointName", endpoint);
    add_private(buf, "ReplicaName", model->config.server.name);
    sw_buf_addf(buf, "<Data Name='CorrelationId'>{%s}</Data>",
                sw_fs_correlation(model, arena, session));
    add_data(buf, "SyncDirection", session->is_upload ? "Upload" : "Download");
}

/* Names as far as they are known; their order is not published (windows.md A3). */
static void add_9102(const struct sw_fs_model *model, struct sw_buf *buf,
                     const struct sw_fs_record *record, struct sw_arena *arena)
{
    const struct sw_fs_figures *figures = &record->figures;

    add_session_names(model, buf, record->session, arena);
    add_count(buf, "HResult", record->hresult);
    add_count(buf, "SyncFileCount", figures->sync_files);
    add_count(buf, "SyncDirectoryCount", 0);
    add_count(buf, "SyncTombstoneCount", 0);
    add_count(buf, "SyncSizeBytes", figures->sync_bytes);
    add_count(buf, "AppliedFileCount", figures->applied_files);
    add_count(buf, "AppliedDirCount", 0);
    add_count(buf, "AppliedTombstoneCount", 0);
    add_count(buf, "AppliedSizeBytes", figures->applied_bytes);
    add_count(buf, "PerItemErrorCount", figures->item_errors);
    add_count(buf, "TransferredFiles", figures->applied_files);
    add_count(buf, "TransferredBytes", figures->applied_bytes);
    /* An item error comes before its transfer: nothing failed on the way. */
    add_count(buf, "FailedToTransferFiles", 0);
    add_count(buf, "FailedToTransferBytes", 0);
}

static void add_9302(const struct sw_fs_model *model, struct sw_buf *buf,
                     const struct sw_fs_record *record, struct sw_arena *arena)
{
    const struct sw_fs_figures *figures = &record->figures;

    add_session_names(model, buf, record->session, arena);
    add_count(buf, "AppliedItemCount", figures->applied_files);
    add_count(buf, "TotalItemCount", figures->sync_files);
    add_count(buf, "AppliedBytes", figures->applied_bytes);
    add_count(buf, "TotalBytes", figures->sync_bytes);
    add_data(buf, "AreTotalCountsFinal", "true");
    add_count(buf, "PerItemErrorCount", figures->item_errors);
}

static void add_9900(const struct sw_fs_model *model, struct sw_buf *buf,
                     const struct sw_fs_record *record, struct sw_arena *arena)
{
    sw_buf_addf(buf, "<Data Name='CorrelationId'>{%s}</Data>",
                sw_fs_correlation(model, arena, record->session));
    add_data(buf, "SyncDirection", record->session->is_upload ? "Upload" : "Download");
    sw_buf_addf(buf, "<Data Name='GlobalId'>{%s}</Data>",
                sw_fs_guid(model, arena, "item", record->file));
    add_count(buf, "HResult", record->hresult);
    add_data(buf, "Operation", record->session->is_upload ? "Upload" : "Download");
    add_private(buf, "FileName", model->files[record->file].path);
    add_data(buf, "IsPersistentFailure", "true");
}

/* One a file that was recalled; of its fields only DataTransferHresult is published. */
static void add_recalled(const struct sw_fs_model *model, struct sw_buf *buf,
                         const struct sw_fs_record *record)
{
    add_count(buf, "DataTransferHresult", record->hresult);
    add_private(buf, "FileName", model->files[record->file].path);
}

const char *sw_fs_record_xml(const struct sw_fs_model *model, const struct sw_fs_log *log,
                             const struct sw_fs_record *record, struct sw_arena *arena)
{
    struct sw_buf buf;

    model = record->owner;
    sw_buf_init(&buf, XML_BYTES);
    sw_buf_addf(&buf,
                "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
                "<Provider Name='Microsoft-FileSync-Agent'/><EventID>%u</EventID>"
                "<TimeCreated SystemTime='%s'/><EventRecordID>%llu</EventRecordID>"
                "<Channel>%s</Channel><Computer>%s</Computer></System><EventData>",
                record->event, sw_fs_time(arena, sw_fs_server_ns(model, record->at_ns)),
                (unsigned long long)record->id, log->channel, model->config.server.name);
    switch (record->event) {
    case 9102:
        add_9102(model, &buf, record, arena);
        break;
    case 9302:
        add_9302(model, &buf, record, arena);
        break;
    case 9900:
        add_9900(model, &buf, record, arena);
        break;
    case SW_FS_EVENT_RECALLED:
        add_recalled(model, &buf, record);
        break;
    default:
        add_count(&buf, "Status", 0);
        break;
    }
    sw_buf_add_text(&buf, "</EventData></Event>");
    sw_require(!buf.is_over);
    const char *xml = sw_copy(arena, buf.bytes, buf.length);
    sw_buf_release(&buf);
    return xml;
}
