#include "stdlib/filesync/pack.h"

#include "stdlib/filesync/agent.h"
#include "stdlib/filesync/block_access.h"
#include "stdlib/filesync/checks.h"
#include "stdlib/filesync/compare_manifests.h"
#include "stdlib/filesync/download_session.h"
#include "stdlib/filesync/evidence.h"
#include "stdlib/filesync/item_errors.h"
#include "stdlib/filesync/last_sessions.h"
#include "stdlib/filesync/loss_statement.h"
#include "stdlib/filesync/make_read_only.h"
#include "stdlib/filesync/never_synced.h"
#include "stdlib/filesync/recall.h"
#include "stdlib/filesync/recall_space.h"
#include "stdlib/filesync/restore_access.h"
#include "stdlib/filesync/shares.h"
#include "stdlib/filesync/tiered_files.h"
#include "stdlib/filesync/upload_session.h"
#include "stdlib/filesync/vss_upload.h"

const struct sw_pack sw_filesync_pack = {
    .name = "filesync",
    .doc = "The Azure File Sync agent on a Windows server: access, sync sessions, what is left.",
    .checks = sw_filesync_checks,
    .actions =
        (const struct sw_action *const[]){
            &sw_filesync_agent,
            &sw_filesync_block_access,
            &sw_filesync_make_read_only,
            &sw_filesync_restore_access,
            &sw_filesync_shares,
            &sw_filesync_start_vss_upload,
            &sw_filesync_upload_session,
            &sw_filesync_item_errors,
            &sw_filesync_never_synced,
            &sw_filesync_compare_manifests,
            &sw_filesync_compare_sides,
            &sw_filesync_last_sessions,
            &sw_filesync_recall_space,
            &sw_filesync_start_recall,
            &sw_filesync_recall_job,
            &sw_filesync_recall_errors,
            &sw_filesync_tiered_files,
            &sw_filesync_tiered_listing,
            &sw_filesync_download_session,
            &sw_filesync_last_downloads,
            &sw_filesync_loss_statement,
            &sw_filesync_upload_settled,
            NULL,
        },
    .evidence =
        (const struct sw_evidence *const[]){
            &sw_filesync_access_removed,
            &sw_filesync_snapshot_uploading,
            &sw_filesync_cloud_complete,
            &sw_filesync_cloud_complete_except,
            &sw_filesync_items_accepted,
            &sw_filesync_leftovers_settled,
            &sw_filesync_recalled,
            &sw_filesync_server_complete,
            &sw_filesync_loss_accepted,
            NULL,
        },
};
