#pragma once
/**
 * @file The recall task on a server: a scheduled task of ours, one a sync group, that survives the
 * shell. It writes down on the server when it began and where the results' log stood then.
 */
#include "sdk/action.h"

struct sw_recall_state {
    const char *task_state; /**< Absent, Ready, Running, Disabled, Queued */
    bool has_run;
    int64_t last_run_ns; /**< the server's clock */
    bool has_result;
    int64_t last_result; /**< of the task (windows.md A4) */
    /* What the task itself wrote down. */
    bool has_job, has_ended;
    int64_t started_ns, ended_ns;
    const char *message;          /**< why it ended badly; NULL: it did not, or did not say */
    const struct sw_value *mark;  /**< {channel, record_id, created} of the results' log */
    const struct sw_value *log;   /**< the results' log now */
    const struct sw_value *fails; /**< rows {path, hresult, meaning}, as many as were told */
    int64_t succeeded, failed;    /**< files since the mark */
    bool is_disk_full;            /**< one of the failures says so */
    bool is_complete;             /**< every result since the mark was read */
};

/**
 * Ask for the task of the subject's sync group.
 *
 * @return false: *ret_why says what could not be read, or is NULL: an answer is missing
 */
bool sw_recall_ask(struct sw_probe *probe, struct sw_recall_state *ret_state, const char **ret_why);

bool sw_recall_is_running(const struct sw_recall_state *state);
