#pragma once
/**
 * @file A world file, typed and checked. Every key, its default and its unit stand in README.md;
 * KEEP IN STEP: the key tables of config.c, README.md.
 */
#include "base/arena.h"
#include "sdk/diag.h"
#include "sdk/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_FS_FOREVER INT64_MAX /**< a duration or instant without an end */

/** From when an offset counts. Each but the start happens at most once: the first time. */
enum sw_fs_anchor_from {
    SW_FS_FROM_START,
    SW_FS_FROM_BLOCK,   /**< a share over the path was first denied by the controller */
    SW_FS_FROM_VSS,     /**< the VSS task was first started */
    SW_FS_FROM_DELETE,  /**< the delete of the endpoint was first accepted */
    SW_FS_FROM_TIERING, /**< the controller first turned tiering off */
    SW_FS_FROM_RECALL,  /**< the recall task was first started */
    SW_FS_FROM_DETECT,  /**< change detection was first asked for */
    SW_FS_NEVER,        /**< not given */
};

struct sw_fs_anchor {
    enum sw_fs_anchor_from from;
    int64_t offset_ns; /**< may be negative for the start only */
};

enum sw_fs_trouble_kind {
    SW_FS_ACCESS_BACK,
    SW_FS_LOCAL_WRITE,
    SW_FS_SESSION_RUNNING,
    SW_FS_CLEAR_LOG,
    SW_FS_ROLL_LOG,
    SW_FS_SERVER_OFFLINE,
    SW_FS_ITEM_ERROR,
    SW_FS_SYNC_ERROR,
    SW_FS_DISABLE_TASK,
    SW_FS_REBOOT,
    SW_FS_LOSE_REPLY,
    SW_FS_THROTTLE,
    SW_FS_ARM_ERROR,
    SW_FS_CLOUD_WRITE,
    SW_FS_DISK_FILL,
    SW_FS_TIERING_BACK,
    SW_FS_DETECT_FAILS,
    SW_FS_ENUMERATION,
    SW_FS_NO_DOWNLOADS,
    SW_FS_DOWNLOAD_ERRORS,
    SW_FS_UNREADABLE,
    SW_FS_CLOUD_DELETE,
    SW_FS_ENCRYPT,
    SW_FS_STUB,
    SW_FS_LOOKS_FORGOTTEN,
    SW_FS_SHOWN_AGAIN,
    SW_FS_SHARE_BUSY,
};

/** One scheduled trouble; which keys a kind takes stands in README.md. */
struct sw_fs_trouble {
    enum sw_fs_trouble_kind kind;
    const char *what; /**< its name in the file */
    struct sw_fs_anchor at;
    int64_t for_ns; /**< SW_FS_FOREVER: no end */
    int64_t takes_ns, every_ns;
    int64_t count, status, bytes;
    int64_t hresult;  /**< signed 32 bits */
    const char *path; /**< relative to the endpoint's root; "" = any */
    const char *log;  /**< which one: sessions, items or recalls */
};

struct sw_fs_share_config {
    const char *name, *path;
    bool is_shut;       /**< it denies everyone from the start */
    bool is_read_only;  /**< its users may read only */
    bool is_fixed;      /**< we are not allowed to change its entries */
    const char *denied; /**< an account that has an entry of its own that denies; "": none */
};

struct sw_fs_group_config {
    const char *name;
    int64_t every_ns, takes_ns;
};

struct sw_fs_leftover_config {
    const char *path, *why; /**< why: name, reserved, efs, reparse, ads */
    int64_t bytes;
};

struct sw_fs_item_error_config {
    const char *path;
    int64_t hresult;
    struct sw_fs_anchor until; /**< SW_FS_NEVER: stays */
    const char *endpoint;      /**< whose it is, by name; "": of the first */
};

struct sw_fs_sibling_config {
    const char *name, *server, *path; /**< another server endpoint of the same sync group */
};

/** A further endpoint of the same server, with a sync group and a volume of its own: the service
 * allows one of a server in a group. */
struct sw_fs_guest_config {
    const char *name, *path, *group;
    const char *share;  /**< of the same account; "": called as its group */
    const char *target; /**< the runbook's target that is its sync group; "": none */
    int64_t files, bytes, tiered;
    bool tiering;
};

/** A file that was moved from the endpoint's folder to elsewhere on the volume; a stub still. */
struct sw_fs_outside_config {
    const char *path; /**< absolute */
    int64_t bytes;
};

struct sw_fs_config {
    const char *title;
    const char *survivor; /**< which side must hold everything at the end: share or server */
    int64_t start_ns;     /**< when the controller begins, by its own clock */
    int64_t latency_ns, quiet_ns, warm_up_ns;

    struct {
        const char *name, *agent;
        bool has_status, task_enabled, cancel_running;
        int64_t skew_ns, log_records, up_ns;
        int64_t free_bytes;     /**< on the volume, at the start of the world */
        int64_t recall_bytes_s; /**< how fast stubs are filled, a second */
    } server;
    struct {
        const char *name, *path, *group;
        int64_t files, bytes, tiered;
        bool tiering;
    } endpoint;
    struct {
        const char *subscription, *resource_group, *service, *account, *share, *location;
        int64_t skew_ns, report_every_ns, job_expires_ns, detect_takes_ns;
        bool locked;
        const char *lock_level; /**< CanNotDelete or ReadOnly */
        const char *lock_on;    /**< what it hangs on: service, account, ... */
    } azure;
    struct {
        int64_t count, write_every_ns, hold_for_ns;
    } users;
    struct {
        int64_t every_ns, takes_ns, vss_takes_ns, download_every_ns;
    } sync;

    const struct sw_fs_share_config *shares;
    size_t share_count;
    const struct sw_fs_group_config *groups;
    size_t group_count;
    const struct sw_fs_leftover_config *leftovers;
    size_t leftover_count;
    const struct sw_fs_item_error_config *item_errors;
    size_t item_error_count;
    const struct sw_fs_item_error_config *recall_errors; /**< of stubs of the endpoint */
    size_t recall_error_count;
    const struct sw_fs_outside_config *outsiders;
    size_t outsider_count;
    const struct sw_fs_sibling_config *siblings;
    size_t sibling_count;
    const struct sw_fs_guest_config *guests;
    size_t guest_count;
    const struct sw_fs_trouble *troubles;
    size_t trouble_count;
    struct sw_web *web;            /**< what hooks are answered */
    const struct sw_value *params; /**< map of the runbook's parameters; or NULL */
};

/**
 * Type and check a world file.
 *
 * @param file the tree as the YAML reader gives it: every scalar is TEXT with its mark
 * @return false when an error was added to `diags` (SW0801 ff.)
 */
bool sw_fs_config_read(const struct sw_value *file, struct sw_arena *arena,
                       struct sw_fs_config *ret_config, struct sw_diags *diags);

/** Why File Sync never uploads a file of this name (windows.md A8): "name" or NULL. */
const char *sw_fs_never_synced_name(const char *path);
