#pragma once
/**
 * @file The sync sessions that a server's log tells of, and which of them began after a mark.
 *
 * An event 9102 is written when a session ENDS. It says nothing about what the session saw: for
 * that its beginning counts. And one log holds the sessions of all sync groups of the server.
 *
 * @source windows.md A3; reliability.md 4.2 and section 7, traps 1, 2 and 5
 */
#include "sdk/action.h"
#include "stdlib/windows/eventlog.h"

#define SW_CHANNEL_SESSIONS "Microsoft-FileSync-Agent/Telemetry"
#define SW_CHANNEL_ITEMS "Microsoft-FileSync-Agent/ItemResults"

/** When a session began, compared with the mark. */
enum sw_began { SW_BEGAN_UNKNOWN, SW_BEGAN_BEFORE, SW_BEGAN_AFTER };

struct sw_session {
    int64_t record_id;
    const char *correlation_id; /**< NULL: unknown */
    bool has_started, has_ended, has_hresult, has_item_errors, has_carried;
    int64_t started_ns, ended_ns; /**< the server's clock */
    int64_t hresult;              /**< 0 to 0xFFFFFFFF */
    int64_t item_errors;          /**< the larger of what event and status say */
    int64_t carried;              /**< files, folders and deletes that it counted or moved */
    int64_t files;                /**< files that it moved; -1: unknown */
    int64_t left_behind;          /**< files that it failed to move; -1: unknown */
    int64_t passed_over;          /**< files that it counted and did not apply; -1: unknown */
    enum sw_began began;
    bool may_be_older; /**< it began after the mark, but its snapshot may be from before it */
};

/** How a log stands, compared with a mark in it. */
enum sw_log_state { SW_LOG_REACHES, SW_LOG_LOST, SW_LOG_UNKNOWN };

/** Which sessions are asked for. */
struct sw_session_query {
    const char *path;       /**< of the endpoint */
    const char *sync_group; /**< compared without case */
    const char *direction;  /**< "Upload" or "Download" */
    int64_t after_record_id;
    bool has_mark_time;
    int64_t mark_time_ns; /**< sessions that began earlier are SW_BEGAN_BEFORE */
};

/** What the agent last told of an upload that has not ended (event 9302, or its own status). */
struct sw_running {
    bool is_there;
    bool has_started, has_items;
    int64_t started_ns;
    int64_t done_items, all_items;
};

struct sw_session_list {
    const struct sw_value *log;
    struct sw_running running;      /**< for people; nothing is decided by it */
    const struct sw_session *items; /**< of this group and direction, in order of their records */
    size_t count;
    size_t other_count;  /**< of other groups, in this direction */
    const char *problem; /**< what could not be read, in words; NULL: all was read */
};

/**
 * Ask for all sessions behind a record, page by page.
 *
 * @return false: an answer is missing, return SW_PENDING
 */
bool sw_sessions_ask(struct sw_probe *probe, const struct sw_session_query *query,
                     struct sw_session_list *ret_list);

/**
 * Does the log still hold everything behind the mark? Its creation must be the same (cleared logs
 * begin anew), its oldest record not younger than the one behind the mark, its newest not older.
 *
 * @param mark {record_id, created}
 */
enum sw_log_state sw_log_compare(const struct sw_value *log, const struct sw_value *mark,
                                 struct sw_arena *arena, const char **ret_why);
