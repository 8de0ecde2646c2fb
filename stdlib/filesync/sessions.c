#include "stdlib/filesync/sessions.h"

#include "stdlib/filesync/hresult.h"

#include "base/text.h"
#include "base/time.h"
#include "stdlib/windows/script.h"

#include <inttypes.h>
#include <string.h>

#define EVENT_COMPLETED 9102
#define EVENTS_PER_PAGE 500
#define PAGE_MAX 8
/* Between the end of a session in the agent's status and the time of its event. */
#define END_TOLERANCE_NS (30 * SW_NS_PER_S)

static bool time_of(const struct sw_value *value, int64_t *ret_ns)
{
    struct sw_error ignored = {0};
    const char *text = sw_as_text(value);

    return sw_as_int(value, ret_ns) || (text != NULL && sw_time_parse(text, ret_ns, &ignored));
}

enum sw_log_state sw_log_compare(const struct sw_value *log, const struct sw_value *mark,
                                 struct sw_arena *arena, const char **ret_why)
{
    int64_t oldest = 0, newest = 0, record = 0, created = 0, was_created = 0;
    bool is_known = sw_as_int(sw_get(log, "oldest_record_id"), &oldest) &&
                    sw_as_int(sw_get(log, "newest_record_id"), &newest) &&
                    time_of(sw_get(log, "created"), &created);
    bool is_marked = sw_as_int(sw_get(mark, "record_id"), &record) &&
                     time_of(sw_get(mark, "created"), &was_created);

    *ret_why = NULL;
    if (!is_known || !is_marked) {
        *ret_why = "the server did not say how far its log reaches back";
        return SW_LOG_UNKNOWN;
    }
    if (created != was_created) {
        *ret_why = "the log was cleared or made anew since the mark";
        return SW_LOG_LOST;
    }
    if (newest < record) {
        *ret_why = sw_format(arena,
                             "the log ends at record %" PRId64 ", before the mark (record %" PRId64
                             "): it was cleared",
                             newest, record);
        return SW_LOG_LOST;
    }
    if (oldest > record + 1) {
        *ret_why = sw_format(arena,
                             "the log now begins at record %" PRId64
                             " and has rolled past the mark (record %" PRId64 ")",
                             oldest, record);
        return SW_LOG_LOST;
    }
    return SW_LOG_REACHES;
}

/* Sum of the counts that are there. @return false: not one of them is */
static bool sum_of(const struct sw_event *event, const char *const *names, int64_t *ret)
{
    bool is_any = false;
    int64_t sum = 0, one = 0;

    for (size_t i = 0; names[i] != NULL; i++) {
        if (sw_event_int(event, names[i], &one) && one >= 0) {
            is_any = true;
            sum += one;
        }
    }
    *ret = sum;
    return is_any;
}

static void read_session(const struct sw_event *event, struct sw_session *ret_session)
{
    static const char *const counts[] = {"SyncFileCount",         "SyncDirectoryCount",
                                         "SyncDirCount",          "SyncTombstoneCount",
                                         "AppliedFileCount",      "AppliedDirCount",
                                         "AppliedTombstoneCount", "TransferredFiles",
                                         "FailedToTransferFiles", NULL};
    struct sw_session s = {
        .record_id = event->record_id, .files = -1, .left_behind = -1, .passed_over = -1};

    s.correlation_id = sw_event_text(event, "CorrelationId");
    s.has_ended = event->has_time;
    s.ended_ns = event->time_ns;
    s.has_hresult = sw_event_hresult(event, "HResult", &s.hresult);
    s.has_item_errors =
        sw_event_int(event, "PerItemErrorCount", &s.item_errors) && s.item_errors >= 0;
    int64_t one = 0;
    /* Without this one the others prove no emptiness. */
    s.has_carried = sw_event_int(event, "SyncFileCount", &one) && sum_of(event, counts, &s.carried);
    if (!sw_event_int(event, "TransferredFiles", &s.files)) {
        s.files = -1;
    }
    if (!sw_event_int(event, "FailedToTransferFiles", &s.left_behind)) {
        s.left_behind = -1;
    }
    int64_t counted = 0, applied = 0;
    if (sw_event_int(event, "SyncFileCount", &counted) &&
        sw_event_int(event, "AppliedFileCount", &applied) && counted >= 0 && applied >= 0) {
        s.passed_over = counted > applied ? counted - applied : 0;
    }
    *ret_session = s;
}

/* "{GUID}" and "GUID" are the same id. */
static bool is_same_id(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        return false;
    }
    a += a[0] == '{' ? 1 : 0;
    b += b[0] == '{' ? 1 : 0;
    size_t length = strcspn(a, "}");
    if (length == 0 || length != strcspn(b, "}")) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        char x = a[i], y = b[i];
        x = (char)(x >= 'A' && x <= 'Z' ? x | 0x20 : x);
        y = (char)(y >= 'A' && y <= 'Z' ? y | 0x20 : y);
        if (x != y) {
            return false;
        }
    }
    return true;
}

static int64_t apart(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

/*
 * The agent's own account of a session. Whether its SessionId is the event's CorrelationId is not
 * published; else a row belongs to the event when direction and result are the same and it ended at
 * that time. More than one such row: none.
 */
static const struct sw_value *status_row(const struct sw_value *status, const char *direction,
                                         const struct sw_session *session)
{
    const struct sw_value *by_end = NULL;
    size_t by_end_count = 0;

    for (size_t i = 0; i < sw_list_count(status); i++) {
        const struct sw_value *row = sw_list_at(status, i);
        int64_t ended = 0, hresult = 0;
        if (!sw_text_is_folded(sw_as_text(sw_get(row, "SyncDirection")), direction)) {
            continue;
        }
        if (is_same_id(sw_as_text(sw_get(row, "SessionId")), session->correlation_id)) {
            return row;
        }
        if (!session->has_ended || !session->has_hresult ||
            !time_of(sw_get(row, "EndTime"), &ended) ||
            !sw_hresult_of(sw_get(row, "HResult"), &hresult) || hresult != session->hresult) {
            continue;
        }
        if (apart(ended, session->ended_ns) <= END_TOLERANCE_NS) {
            by_end = row;
            by_end_count++;
        }
    }
    return by_end_count == 1 ? by_end : NULL;
}

static void add_status(const struct sw_value *status, const struct sw_session_query *query,
                       struct sw_session *session)
{
    const struct sw_value *row = status_row(status, query->direction, session);
    int64_t item_errors = 0, ended = 0;

    if (row == NULL) {
        return;
    }
    /* The status tells times without saying in which zone: one that does not end with its event, or
     * ends before it begins, is not by the clock of the log, and its beginning proves nothing. */
    bool is_same_clock = session->has_ended && time_of(sw_get(row, "EndTime"), &ended) &&
                         apart(ended, session->ended_ns) <= END_TOLERANCE_NS;
    session->has_started = is_same_clock &&
                           time_of(sw_get(row, "StartTime"), &session->started_ns) &&
                           session->started_ns <= ended;
    if (session->has_started && query->has_mark_time) {
        session->began =
            session->started_ns > query->mark_time_ns ? SW_BEGAN_AFTER : SW_BEGAN_BEFORE;
    }
    if (sw_as_int(sw_get(row, "PerItemErrorTotalCount"), &item_errors) &&
        session->has_item_errors && item_errors > session->item_errors) {
        session->item_errors = item_errors;
    }
}

/*
 * An agent without such a status: sessions of one direction run one after the other, so what
 * follows one that ended after the mark can't have begun before it. That one must have gone through
 * (files that failed one by one do not matter here); a cancelled one may still be winding up.
 */
static void apply_second_session_rule(struct sw_session *sessions, size_t count)
{
    bool is_behind_another = false;

    for (size_t i = 0; i < count; i++) {
        if (sessions[i].began == SW_BEGAN_UNKNOWN && is_behind_another) {
            sessions[i].began = SW_BEGAN_AFTER;
        }
        if (sessions[i].has_hresult && sessions[i].hresult == 0) {
            is_behind_another = true;
        }
    }
}

/*
 * A session was at work at the mark and was not cancelled for the snapshot: then sessions wait for
 * each other, and the next to begin may have waited with a snapshot of an earlier start of the task
 * (nightly, or ours before access came back). One can wait: the one behind it has the new snapshot.
 */
static void leave_out_older_snapshot(struct sw_session *sessions, size_t count)
{
    bool was_busy =
        count > 0 && sessions[0].began != SW_BEGAN_AFTER &&
        !(sessions[0].has_hresult && sessions[0].hresult == SW_HRESULT_CANCELLED_BY_VSS);

    for (size_t i = 1; was_busy && i < count; i++) {
        if (sessions[i].began == SW_BEGAN_AFTER) {
            sessions[i].began = SW_BEGAN_UNKNOWN;
            sessions[i].may_be_older = true;
            return;
        }
    }
}

/* What grows while pages are read. */
struct gathering {
    struct sw_arena *arena;
    const struct sw_session_query *query;
    struct sw_session *items;
    size_t count, capacity;
    struct sw_session_list list;
    int64_t last_record_id;
};

static void add_event(struct gathering *g, const struct sw_value *xml)
{
    const char *text = sw_as_text(xml);
    struct sw_event event;
    struct sw_error why = {0};

    if (text == NULL || !sw_event_read(g->arena, text, strlen(text), &event, &why)) {
        g->list.problem = text == NULL ? "an event without text" : sw_copy_text(g->arena, why.text);
        return;
    }
    if (event.record_id <= g->last_record_id) {
        g->list.problem = "the events did not come in order of their records";
        return;
    }
    g->last_record_id = event.record_id;
    if (event.event_id != EVENT_COMPLETED) {
        return;
    }
    const char *group = sw_event_text(&event, "SyncGroupName");
    const char *direction = sw_event_text(&event, "SyncDirection");
    if (group == NULL || direction == NULL) {
        g->list.problem =
            sw_format(g->arena, "event %" PRId64 " does not name its sync group or direction",
                      event.record_id);
        return;
    }
    if (!sw_text_is_folded(direction, g->query->direction)) {
        return;
    }
    if (!sw_text_is_folded(group, g->query->sync_group)) {
        g->list.other_count++;
        return;
    }
    g->items = sw_grow(g->arena, g->items, g->count, &g->capacity, sizeof *g->items);
    read_session(&event, &g->items[g->count++]);
}

static bool has_session(const struct gathering *g, const char *correlation_id)
{
    for (size_t i = 0; i < g->count; i++) {
        if (is_same_id(g->items[i].correlation_id, correlation_id)) {
            return true;
        }
    }
    return false;
}

/* For people who wait: is one running, since when, how far is it? */
static struct sw_running find_running(const struct gathering *g, const struct sw_value *status,
                                      const struct sw_value *progress)
{
    const char *text = sw_as_text(progress);
    struct sw_running running = {0};
    struct sw_event event;
    struct sw_error ignored = {0};
    int64_t ended = 0;

    for (size_t i = 0; i < sw_list_count(status); i++) {
        const struct sw_value *row = sw_list_at(status, i);
        if (sw_text_is_folded(sw_as_text(sw_get(row, "SyncDirection")), g->query->direction) &&
            !time_of(sw_get(row, "EndTime"), &ended)) {
            running.is_there = true;
            running.has_started = time_of(sw_get(row, "StartTime"), &running.started_ns);
        }
    }
    if (text != NULL && sw_event_read(g->arena, text, strlen(text), &event, &ignored) &&
        event.record_id > g->query->after_record_id &&
        sw_text_is_folded(sw_event_text(&event, "SyncGroupName"), g->query->sync_group) &&
        sw_text_is_folded(sw_event_text(&event, "SyncDirection"), g->query->direction) &&
        !has_session(g, sw_event_text(&event, "CorrelationId"))) {
        running.is_there = true;
        running.has_items = sw_event_int(&event, "AppliedItemCount", &running.done_items) &&
                            sw_event_int(&event, "TotalItemCount", &running.all_items);
    }
    return running;
}

static const struct sw_answer *
ask_page(struct sw_probe *probe, const struct sw_session_query *query, int page, int64_t since)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_builder args = sw_map_begin(arena);

    sw_map_put_text(&args, "channel", SW_CHANNEL_SESSIONS);
    sw_map_put_int(&args, "since_record_id", since);
    sw_map_put_text(&args, "path", query->path);
    sw_map_put_int(&args, "max", EVENTS_PER_PAGE);
    return sw_ask(probe, sw_format(arena, "sessions %d", page),
                  sw_script_look("filesync/sync-sessions", sw_built(&args)));
}

bool sw_sessions_ask(struct sw_probe *probe, const struct sw_session_query *query,
                     struct sw_session_list *ret_list)
{
    struct gathering g = {
        .arena = sw_probe_arena(probe), .query = query, .last_record_id = query->after_record_id};
    const struct sw_value *status = NULL;
    const struct sw_value *progress = NULL;
    bool is_complete = false;

    for (int page = 1; page <= PAGE_MAX && !is_complete && g.list.problem == NULL; page++) {
        const struct sw_answer *answer = ask_page(probe, query, page, g.last_record_id);
        if (answer == NULL) {
            return false;
        }
        const struct sw_value *events = sw_get(answer->body, "events");
        g.list.log = sw_get(answer->body, "log");
        status = sw_get(answer->body, "status");
        progress = sw_get(answer->body, "progress");
        if (events == NULL || events->kind != SW_V_LIST ||
            !sw_as_bool(sw_get(answer->body, "is_complete"), &is_complete)) {
            g.list.problem = "the server did not give a list of events";
            break;
        }
        for (size_t i = 0; i < sw_list_count(events) && g.list.problem == NULL; i++) {
            add_event(&g, sw_list_at(events, i));
        }
        if (!is_complete && sw_list_count(events) == 0) {
            g.list.problem = "the server's list of events does not go on";
        }
    }
    if (!is_complete && g.list.problem == NULL) {
        g.list.problem = "the log holds more sessions than are read at once";
    }
    for (size_t i = 0; i < g.count; i++) {
        add_status(status, query, &g.items[i]);
    }
    apply_second_session_rule(g.items, g.count);
    if (query->has_mark_time && sw_text_is(query->direction, "Upload")) {
        leave_out_older_snapshot(g.items, g.count);
    }
    g.list.running = find_running(&g, status, progress);
    g.list.items = g.items;
    g.list.count = g.count;
    *ret_list = g.list;
    return true;
}
