#pragma once
/** @file What the answers of the scripts share; only for scripts*.c. */
#include "stdlib/filesync/world/model.h"

/** One call of a script: either `result` or `id` and `message` are set by it. */
struct sw_fs_script {
    struct sw_fs_model *model;
    const struct sw_value *args;
    struct sw_arena *arena;
    const struct sw_value *result;
    const char *id, *message;
};

void sw_fs_script_throws(struct sw_fs_script *script, const char *text);
int64_t sw_fs_script_max(const struct sw_fs_script *script); /**< argument `max`, else 1000 */
const char *sw_fs_journal_id(const struct sw_fs_model *model, struct sw_arena *arena);
/** The log that argument `channel` names; NULL: no such channel. */
const struct sw_fs_log *sw_fs_log_named(const struct sw_fs_script *script);
/** {channel, newest_record_id, oldest_record_id, created}; null for NULL. */
const struct sw_value *sw_fs_log_value(const struct sw_fs_model *model, const struct sw_fs_log *log,
                                       struct sw_arena *arena);
/** Change each share that the arguments name; `result` then has their names under `key`.
 * @return has anything changed? A share that is not there is thrown. */
bool sw_fs_script_change_shares(struct sw_fs_script *script, const char *key,
                                bool (*change)(struct sw_fs_script *script,
                                               struct sw_fs_share *share,
                                               const struct sw_value *row));
/** Text of a row, to stay with the model; "" where it has none. */
const char *sw_fs_script_keeps(struct sw_fs_script *script, const struct sw_value *map,
                               const char *key);
void sw_fs_script_change_access(struct sw_fs_script *script);
void sw_fs_script_manifest(struct sw_fs_script *script);
void sw_fs_script_sync_sessions(struct sw_fs_script *script);
void sw_fs_script_item_results(struct sw_fs_script *script);
void sw_fs_script_tiered_scan(struct sw_fs_script *script);
void sw_fs_script_tiered_since(struct sw_fs_script *script);
void sw_fs_script_volume_space(struct sw_fs_script *script);
void sw_fs_script_changed_since(struct sw_fs_script *script);
void sw_fs_script_folder_count(struct sw_fs_script *script);
void sw_fs_script_recall_state(struct sw_fs_script *script);
void sw_fs_script_start_recall(struct sw_fs_script *script);
