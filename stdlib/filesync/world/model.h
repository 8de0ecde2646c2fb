#pragma once
/**
 * @file The state of the domain world: one server with its shares, users and agent, one Azure share
 * behind it, and the service that manages both.
 *
 * Times are instants of virtual time, which is the controller's clock, unless a name says server or
 * service; those two clocks differ from it by a constant. All memory lives in the model's arena.
 * Randomness is drawn by happenings only, never by a look, so that looking changes nothing.
 */
#include "stdlib/azure/world/arm_world.h"
#include "stdlib/filesync/world/config.h"
#include "stdlib/windows/world/winrm_world.h"
#include "world/clock.h"
#include "world/world.h"

#define SW_FS_NONE SIZE_MAX /**< no such file */

/* HRESULTs of the agent (windows.md A3, A4, A10). */
#define SW_FS_CANCELLED_BY_VSS (-2134375780) /**< 0x80c8029c */
#define SW_FS_NETWORK_LOST (-2147012889)     /**< 0x80072ee7 */

#define SW_FS_DISK_FULL (-2147024784) /**< 0x80070070 */
#define SW_FS_EVENT_RECALLED 9035u    /**< our own: the real id is not published */

/* Reasons of the change journal: bits of USN_REASON_*, as winioctl.h has them. */
#define SW_FS_REASON_EXTENDED 0x80000002u  /**< DATA_EXTEND, CLOSE */
#define SW_FS_REASON_CREATED 0x00000100u   /**< FILE_CREATE */
#define SW_FS_REASON_TIERED 0x80108000u    /**< REPARSE_POINT_CHANGE, BASIC_INFO_CHANGE, CLOSE */
#define SW_FS_REASON_REPARSE 0x00100000u   /**< REPARSE_POINT_CHANGE alone */
#define SW_FS_REASON_ENCRYPTED 0x80040000u /**< ENCRYPTION_CHANGE, CLOSE */

/** One file; a content is known by a number that no other content has. */
struct sw_fs_file {
    const char *path; /**< relative to the endpoint's root */
    int64_t bytes;
    int64_t changed_ns;
    uint64_t server_content;  /**< the newest one; on a stub it is in the share only; 0: none */
    uint64_t share_content;   /**< what the share holds; 0: nothing */
    bool is_tiered;           /**< the server has only a stub */
    int64_t tiered_ns;        /**< since then; 0: since before the world began */
    const char *never_synced; /**< why File Sync leaves it out, or NULL */
    int64_t item_hresult;     /**< it fails to upload with this; 0: it does not */
    int64_t item_until_ns;    /**< until then */
    uint64_t known_content;   /**< newest one in the share that the service knows of */
    int64_t share_written_ns; /**< when somebody last wrote it in the share itself; 0: never */
    bool resists_recall;      /**< config.recall_errors names it; nobody works on it */
    bool is_outside;          /**< elsewhere on the volume, path absolute; no sync reaches it */
    uint64_t share_had;       /**< somebody deleted it in the share, which held this; 0: nobody */
};

/** Who has the share's permission; by SID, since names are localised. */
struct sw_fs_access {
    const char *account, *sid, *type, *right;
};

struct sw_fs_share {
    const char *name, *path;
    bool is_special, is_fixed;
    int64_t security_written_ns;
    struct sw_fs_access *access;
    size_t access_count, access_capacity;
};

/** A person at a desk; at most one file open at a time. */
struct sw_fs_user {
    const char *name, *client;
    uint64_t session; /**< SMB session; 0: none */
    uint64_t handle;  /**< open file; 0: none */
    size_t file;      /**< of the handle */
    bool may_write;   /**< so the share said when it was opened */
    int64_t opened_ns, last_use_ns;
};

/** An entry of the change journal. */
struct sw_fs_change {
    uint64_t usn;
    int64_t at_ns;
    size_t file;
    uint32_t reason; /**< USN_REASON_* bits */
    bool by_sync;
};

struct sw_fs_figures {
    int64_t sync_files, sync_bytes, applied_files, applied_bytes, item_errors;
};

/** One sync session of our endpoint or of another group. */
struct sw_fs_session {
    uint64_t number;   /**< counts from 1; the correlation id is made from it */
    const char *group; /**< sync group */
    bool is_ours, is_upload, is_snapshot;
    bool has_ended, was_dropped; /**< dropped: by a restart, so that no 9102 tells of it */
    int64_t start_ns, end_ns;    /**< end: planned, until has_ended */
    int64_t hresult;
    size_t *files;      /**< the set */
    uint64_t *contents; /**< what each had then */
    bool *is_skipped;   /**< was open for writing when the session reached it */
    size_t count;
    struct sw_fs_figures figures;
};

/** A record of a log; its text is made when it is read. */
struct sw_fs_record {
    const struct sw_fs_model *owner; /**< whose session and file it tells of */
    uint64_t id;
    unsigned event; /**< 9102, 9301, 9302, 9900 */
    int64_t at_ns;
    const struct sw_fs_session *session;
    struct sw_fs_figures figures;
    int64_t hresult;
    size_t file;
};

/** A ring of records. */
struct sw_fs_log {
    const char *channel;
    struct sw_fs_record *records;
    size_t limit, first, count;
    uint64_t next_id;
    int64_t created_ns;
};

/** What ARM knows: the last report of the agent, minutes old. */
struct sw_fs_report {
    int64_t at_ns;                                 /**< 0: none yet */
    const struct sw_fs_session *upload, *download; /**< last ended */
    int64_t upload_success_ns, download_success_ns;
    int64_t persistent_files;
    bool is_healthy, is_uploading;
    const struct sw_fs_session *running;
    struct sw_fs_figures progress;
};

/** Cloud tiering, as the service has it. */
struct sw_fs_policy {
    bool is_on;
    int64_t free_percent, days;
};

#define SW_FS_SNAPSHOTS                                                                            \
    200 /**< of one share @source Microsoft Learn, Azure Files scale targets                       \
         */

enum sw_fs_operation_kind { SW_FS_DELETING, SW_FS_PATCHING, SW_FS_DETECTING, SW_FS_RECALLING };

/** A change under way at the service. */
struct sw_fs_operation {
    enum sw_fs_operation_kind kind;
    uint64_t number;
    bool existed;
    size_t step;
    int64_t begin_ns, step_ns, takes_ns;
    uint64_t newest_content; /**< when it was accepted */
    bool has_failed, is_done;
    struct sw_fs_policy policy; /**< PATCHING: what it will be */
};

/** The service's looks through the share. */
struct sw_fs_detection {
    bool is_running;
    uint64_t operation;           /**< that waits for the running one or for the next; 0: none */
    bool is_ours;                 /**< the running one was asked for */
    int64_t began_ns, ends_ns;    /**< the running one */
    int64_t started_ns, ended_ns; /**< the last that ended */
    int64_t asked_ns;             /**< begin of the last one asked for that ended; 0: none */
};

/** The recall task on the server. */
struct sw_fs_recall {
    bool was_started, is_running, was_cut;
    uint64_t runs;
    int64_t started_ns, ended_ns;
    uint64_t mark;           /**< newest record of the results when it started */
    int64_t mark_created_ns; /**< of which log */
    size_t next;             /**< file to be looked at next */
    int64_t recalled, failed;
};

enum sw_fs_task_state { SW_FS_TASK_READY, SW_FS_TASK_RUNNING };

struct sw_fs_model {
    struct sw_world base;
    struct sw_fs_model *host;    /**< of the server's first endpoint; itself there (guests.c) */
    struct sw_fs_model **guests; /**< of the host: its further endpoints */
    size_t guest_count, index;   /**< index: 0 for the host */
    struct sw_fs_config config;
    struct sw_arena *arena;
    struct sw_clock clock;
    struct sw_random random;
    uint64_t seed;
    struct sw_arm_world *arm;
    struct sw_winrm_world *winrm;

    /* files.c */
    struct sw_fs_file *files;
    size_t file_count, file_capacity;
    uint64_t next_content;

    /* smb.c, users.c */
    struct sw_fs_share *shares;
    size_t share_count;
    struct sw_fs_user *users;
    size_t user_count;
    uint64_t next_smb_id;
    uint64_t sessions_opened, files_opened;
    int64_t boot_ns;

    /* usn.c */
    struct sw_fs_change *changes;
    size_t change_first, change_count;
    uint64_t first_usn, next_usn;

    /* agent.c, session.c */
    struct sw_fs_session **sessions;
    size_t session_count, session_capacity;
    struct sw_fs_session *upload;  /**< running, of our endpoint */
    struct sw_fs_session *waiting; /**< snapshot taken, waits for `upload` to end */
    const struct sw_fs_session *last_upload, *last_download;
    int64_t upload_success_ns, download_success_ns;
    int64_t last_upload_end_ns;
    int64_t sync_error, sync_error_until_ns;
    struct sw_fs_log telemetry, item_results, recall_results;
    bool is_endpoint_on_server;

    /* task.c */
    enum sw_fs_task_state task_state;
    int64_t task_disabled_until_ns; /**< 0: enabled */
    int64_t task_last_run_ns;       /**< 0: never */
    uint64_t task_runs;             /**< also tells happenings of an older run apart */
    bool is_task_cut;               /**< the last run was ended by a restart */

    /* service: arm_delete.c, report.c */
    struct sw_fs_report report;
    bool is_endpoint_in_service;
    struct sw_fs_operation *operations;
    size_t operation_count, operation_capacity;
    int64_t throttled_until_ns, arm_error_until_ns;
    int arm_error_status;

    /* cloud.c, recall.c */
    struct sw_fs_policy policy;
    struct sw_fs_detection detection;
    struct sw_fs_recall recall;
    int64_t snapshots[SW_FS_SNAPSHOTS]; /**< of the share: when, by the service's clock */
    size_t snapshot_count;
    int64_t allocated_bytes; /**< on the server's volume when the world began */
    int64_t other_bytes;     /**< what else came to the volume since */
    int64_t detect_fails_until_ns, no_downloads_until_ns, unreadable_until_ns;
    const char *unreadable_path; /**< below the endpoint's root; "": elsewhere on the volume */
    int64_t share_busy_until_ns; /**< the share's own host lists nothing */
    int64_t shown_until_ns;      /**< the resource manager shows the deleted endpoint again */
    int64_t download_error, download_error_until_ns;

    /* trouble.c */
    bool has_happened[SW_FS_NEVER + 1];         /**< by anchor */
    int64_t offline_since_ns, offline_until_ns; /**< until 0: online */
    uint64_t replies_to_lose;

    /* oracle.c */
    uint64_t writes, deletes;
    bool is_deleted_twice;
    bool is_judged;         /**< the endpoint went from the server: contents are final */
    uint64_t *final_server; /**< newest content of each file at that moment */
    size_t final_count;
    const char **accepted;
    size_t accepted_count, accepted_capacity;

    int64_t script_cost_ns; /**< world.c: how long the shell's command takes */
};

/** Schedule, but never within the world's first quiet time (config.quiet_ns after the start). */
void sw_fs_at(struct sw_fs_model *model, int64_t at_ns, sw_happening_fn fn, uint64_t argument);
int64_t sw_fs_server_ns(const struct sw_fs_model *model, int64_t ns);
int64_t sw_fs_service_ns(const struct sw_fs_model *model, int64_t ns);
bool sw_fs_is_online(const struct sw_fs_model *model);
/** `ns` times a random factor in [0.5, 1.5). */
int64_t sw_fs_about(struct sw_fs_model *model, int64_t ns);
/** A GUID that depends on seed and tag alone, lower case, without braces. */
const char *sw_fs_guid(const struct sw_fs_model *model, struct sw_arena *arena, const char *tag,
                       uint64_t number);
/** "2026-11-20T19:00:00.1234567Z", as Windows and the service write times. */
const char *sw_fs_time(struct sw_arena *arena, int64_t ns);

/* guests.c */
struct sw_fs_model *sw_fs_guest(const struct sw_fs_model *model, size_t index); /**< 0: the host */
size_t sw_fs_guest_count(const struct sw_fs_model *model); /**< with the host */
/** The world file as it is for one endpoint of the server. */
struct sw_fs_config sw_fs_guest_config(const struct sw_fs_config *config, struct sw_arena *arena,
                                       size_t index);
/** Move the time of all of them, each happening in its order. */
void sw_fs_advance(struct sw_fs_model *model, int64_t to_ns);
/** Whom a resource, a script's arguments or a share are about; the host where it is nobody. */
struct sw_fs_model *sw_fs_guest_of_id(const struct sw_fs_model *model, const char *folded_id,
                                      struct sw_arena *arena);
struct sw_fs_model *sw_fs_guest_of_args(const struct sw_fs_model *model,
                                        const struct sw_value *args, struct sw_arena *arena);
/** @param locks ids, or NULL */
struct sw_fs_model *sw_fs_guest_of_locks(const struct sw_fs_model *model,
                                         const struct sw_value *locks);
struct sw_fs_model *sw_fs_guest_of_share(const struct sw_fs_model *model, const char *share);
/** Numbers of operations, as the front tells them: no two endpoints share one. */
uint64_t sw_fs_number_out(const struct sw_fs_model *model, uint64_t number);
struct sw_fs_model *sw_fs_guest_of_number(const struct sw_fs_model *model, uint64_t *number);
uint64_t sw_fs_writes(const struct sw_fs_model *model);
void sw_fs_judge_all(const struct sw_fs_model *model, struct sw_arena *arena,
                     struct sw_verdict_of_world *ret);

/* files.c */
void sw_fs_files_make(struct sw_fs_model *model);
size_t sw_fs_file_new(struct sw_fs_model *model, const char *path, int64_t bytes);
size_t sw_fs_file_find(const struct sw_fs_model *model, const char *path);
/** A file that people work on, at random: none that is left out or that fails to upload. */
size_t sw_fs_file_any(struct sw_fs_model *model);
/** Somebody (not sync) writes a new content. */
void sw_fs_file_write(struct sw_fs_model *model, size_t file);
bool sw_fs_file_is_changed(const struct sw_fs_file *file); /**< sync has something to upload */
bool sw_fs_file_fails(const struct sw_fs_model *model, size_t file);
size_t sw_fs_changed_count(const struct sw_fs_model *model);
/** Full path on the server. */
const char *sw_fs_file_path(const struct sw_fs_model *model, struct sw_arena *arena, size_t file);
/** Is there a folder that can't be read now? Absolute; NULL: none. */
const char *sw_fs_unread_folder(const struct sw_fs_model *model, struct sw_arena *arena);
/** The same when it is below the endpoint's root, relative to that; NULL: none. */
const char *sw_fs_unread_below(const struct sw_fs_model *model);
bool sw_fs_file_is_hidden(const struct sw_fs_model *model, size_t file); /**< it lies in that one */
int64_t sw_fs_share_bytes(const struct sw_fs_model *model);

/* usn.c */
void sw_fs_usn_make(struct sw_fs_model *model);
void sw_fs_usn_add(struct sw_fs_model *model, size_t file, uint32_t reason, bool by_sync);
const struct sw_fs_change *sw_fs_usn_at(const struct sw_fs_model *model, size_t index);

/* smb.c */
void sw_fs_smb_make(struct sw_fs_model *model);
/** Is `inner` `outer` itself or below it? Without case, by whole names. */
bool sw_fs_path_covers(const char *outer, const char *inner);
bool sw_fs_share_denies_everyone(const struct sw_fs_share *share);
struct sw_fs_share *sw_fs_share_find(struct sw_fs_model *model, const char *name);
/** Deny everyone; false when it was so already. */
bool sw_fs_share_deny(struct sw_fs_model *model, struct sw_fs_share *share);
bool sw_fs_share_undeny(struct sw_fs_model *model, struct sw_fs_share *share);
/** Take one entry away, or add one. @return false: it is not there, or the account has one of this
 * type already */
bool sw_fs_share_take(struct sw_fs_model *model, struct sw_fs_share *share, const char *sid,
                      const char *type, const char *right);
bool sw_fs_share_give(struct sw_fs_model *model, struct sw_fs_share *share,
                      const struct sw_fs_access *access);
/** May anybody open this file through some share? */
bool sw_fs_can_open(struct sw_fs_model *model, size_t file);
/** And write to it? */
bool sw_fs_can_write(struct sw_fs_model *model, size_t file);
/** Entries that allow Change or Full allow Read; false when there was none. */
bool sw_fs_share_reduce(struct sw_fs_model *model, struct sw_fs_share *share);

/* users.c */
void sw_fs_users_make(struct sw_fs_model *model);
bool sw_fs_file_is_open(const struct sw_fs_model *model, size_t file);
/** Somebody opens a file through SMB, writes and closes, at once; false when denied. */
bool sw_fs_user_dashes_in(struct sw_fs_model *model);
/** Cut handles of files under `path` and sessions; what was not yet written stays unwritten. */
void sw_fs_users_cut(struct sw_fs_model *model, const char *path, uint64_t *ret_files,
                     uint64_t *ret_sessions);

/* eventlog.c */
void sw_fs_logs_make(struct sw_fs_model *model);
struct sw_fs_record *sw_fs_log_add(struct sw_fs_model *model, struct sw_fs_log *log,
                                   unsigned event);
void sw_fs_log_clear(struct sw_fs_model *model, struct sw_fs_log *log);
const struct sw_fs_record *sw_fs_log_at(const struct sw_fs_log *log, size_t index);
uint64_t sw_fs_log_oldest(const struct sw_fs_log *log); /**< 0 when empty */
uint64_t sw_fs_log_newest(const struct sw_fs_log *log); /**< 0 when empty */
/** The record as event XML. */
const char *sw_fs_record_xml(const struct sw_fs_model *model, const struct sw_fs_log *log,
                             const struct sw_fs_record *record, struct sw_arena *arena);
const char *sw_fs_correlation(const struct sw_fs_model *model, struct sw_arena *arena,
                              const struct sw_fs_session *session);

/* session.c */
struct sw_fs_session *sw_fs_session_new(struct sw_fs_model *model, const char *group,
                                        bool is_upload);
/** Take the set of changes as they are now. */
void sw_fs_session_take_set(struct sw_fs_model *model, struct sw_fs_session *session);
void sw_fs_session_begin(struct sw_fs_model *model, struct sw_fs_session *session,
                         int64_t takes_ns);
void sw_fs_session_end(struct sw_fs_model *model, struct sw_fs_session *session, int64_t hresult);
/** End without a trace, as a restart does. */
void sw_fs_session_drop(struct sw_fs_model *model, struct sw_fs_session *session);

/* agent.c */
void sw_fs_agent_make(struct sw_fs_model *model);
void sw_fs_agent_upload_over(struct sw_fs_model *model);
/** Start the VSS task. @return false: it is disabled */
bool sw_fs_task_start(struct sw_fs_model *model);
bool sw_fs_task_is_disabled(const struct sw_fs_model *model);
void sw_fs_agent_restarts(struct sw_fs_model *model);

/** Take what the service knows to be newer in the share. */
void sw_fs_session_take_news(struct sw_fs_model *model, struct sw_fs_session *session);

/* cloud.c */
void sw_fs_cloud_make(struct sw_fs_model *model);
/** Somebody writes in the share itself; a new file where there is none of this path. */
void sw_fs_cloud_write(struct sw_fs_model *model, const char *path);
/** Take a snapshot of the share. @return false: it has the most that it may have */
bool sw_fs_snapshot_take(struct sw_fs_model *model);
/** Begin a recall as the service has it: it is done once the server's job was started
 * (azure.md 2.3: no recording proves that it waits for the data). @return operation number */
uint64_t sw_fs_recall_begin(struct sw_fs_model *model);
/** The service begins to look through the share by itself. */
void sw_fs_cloud_enumerate(struct sw_fs_model *model, int64_t takes_ns);
uint64_t sw_fs_patch_begin(struct sw_fs_model *model, const struct sw_value *body);
uint64_t sw_fs_detect_begin(struct sw_fs_model *model);
const char *sw_fs_cloud_status(const struct sw_fs_operation *operation);
struct sw_fs_operation *sw_fs_operation_new(struct sw_fs_model *model,
                                            enum sw_fs_operation_kind kind);

/* recall.c */
void sw_fs_recall_make(struct sw_fs_model *model);
int64_t sw_fs_allocated(const struct sw_fs_file *file);
int64_t sw_fs_free_bytes(const struct sw_fs_model *model);
/** Start the recall task. A running one goes on, and nothing is said. */
void sw_fs_recall_start(struct sw_fs_model *model);
void sw_fs_recall_cut(struct sw_fs_model *model);
/** Turn a file that is up to date into a stub. @return false: it can't be one now */
bool sw_fs_file_tier(struct sw_fs_model *model, size_t file);

/* report.c */
void sw_fs_report_make(struct sw_fs_model *model);
void sw_fs_report_now(struct sw_fs_model *model);

/* arm_delete.c */
uint64_t sw_fs_delete_begin(struct sw_fs_model *model, bool exists);
const struct sw_fs_operation *sw_fs_operation_find(const struct sw_fs_model *model,
                                                   uint64_t number);
const char *sw_fs_operation_status(const struct sw_fs_operation *operation);

/* arm_resources.c, arm_backend.c */
const struct sw_value *sw_fs_list_json(struct sw_arena *arena, const struct sw_value *const *items,
                                       size_t count);
const struct sw_value *sw_fs_service_json(const struct sw_fs_model *model, struct sw_arena *arena);
const struct sw_value *sw_fs_group_json(const struct sw_fs_model *model, struct sw_arena *arena);
const struct sw_value *sw_fs_cloud_json(const struct sw_fs_model *model, struct sw_arena *arena);
const struct sw_value *sw_fs_share_json(const struct sw_fs_model *model, bool with_stats,
                                        struct sw_arena *arena);
/** What the lock hangs on, whether there is one or not. */
const char *sw_fs_lock_scope(const struct sw_fs_model *model, struct sw_arena *arena);
const struct sw_value *sw_fs_snapshot_json(const struct sw_fs_model *model, size_t at,
                                           struct sw_arena *arena);
const struct sw_value *sw_fs_share_list_json(const struct sw_fs_model *model, bool with_snapshots,
                                             struct sw_arena *arena);
const struct sw_value *sw_fs_lock_json(const struct sw_fs_model *model, struct sw_arena *arena);
const struct sw_value *sw_fs_sibling_json(const struct sw_fs_model *model, size_t index,
                                          struct sw_arena *arena);
const struct sw_value *sw_fs_endpoint_json(const struct sw_fs_model *model, struct sw_arena *arena);
const struct sw_value *sw_fs_server_json(const struct sw_fs_model *model, struct sw_arena *arena);
void sw_fs_arm_backend(struct sw_fs_model *model, struct sw_arm_backend *ret);
const char *sw_fs_service_id(const struct sw_fs_model *model, struct sw_arena *arena);
const char *sw_fs_group_id(const struct sw_fs_model *model, struct sw_arena *arena);
const char *sw_fs_endpoint_id(const struct sw_fs_model *model, struct sw_arena *arena);
const char *sw_fs_cloud_id(const struct sw_fs_model *model, struct sw_arena *arena);
const char *sw_fs_share_id(const struct sw_fs_model *model, struct sw_arena *arena);
const char *sw_fs_server_id(const struct sw_fs_model *model, struct sw_arena *arena);
const char *sw_fs_server_guid(const struct sw_fs_model *model, struct sw_arena *arena);

/* scripts.c */
void sw_fs_winrm_backend(struct sw_fs_model *model, struct sw_winrm_backend *ret);
bool sw_fs_script(struct sw_fs_model *model, const char *name, const struct sw_value *args,
                  struct sw_arena *arena, const struct sw_value **ret_result, const char **ret_id,
                  const char **ret_message);

/* manifest_world.c */
bool sw_fs_share_owns(const struct sw_fs_model *model, const struct sw_request *request,
                      struct sw_arena *arena);
void sw_fs_share_answer(const struct sw_fs_model *model, const struct sw_request *request,
                        struct sw_arena *arena, struct sw_reply *ret_reply);

/* trouble.c */
void sw_fs_troubles_make(struct sw_fs_model *model);
/** What troubles may be anchored at has happened; only its first time counts. */
void sw_fs_anchor(struct sw_fs_model *model, enum sw_fs_anchor_from from);

/* oracle.c */
void sw_fs_oracle_freeze(struct sw_fs_model *model);
void sw_fs_oracle_accept(struct sw_fs_model *model, const struct sw_value *names);
/** Lost files whose newest content was written only after the delete had been accepted: no
 * procedure can see those. @param unseen_ns what was written so shortly before is counted, too:
 * while the last readings were made (the language: The edge, 4) */
uint64_t sw_fs_oracle_lost_late(const struct sw_fs_model *model, int64_t unseen_ns);
void sw_fs_oracle_judge(const struct sw_fs_model *model, struct sw_arena *arena,
                        struct sw_verdict_of_world *ret);
void sw_fs_model_digest(const struct sw_fs_model *model, char out[65]);

/* world.c */
struct sw_fs_model *sw_fs_model_of(struct sw_world *world);
