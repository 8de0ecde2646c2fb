#pragma once
/** @file What the pack's evidence proves, and how it is read again. */
#include "sdk/action.h"

extern const struct sw_evidence sw_filesync_access_removed, sw_filesync_snapshot_uploading,
    sw_filesync_cloud_complete, sw_filesync_cloud_complete_except, sw_filesync_items_accepted,
    sw_filesync_leftovers_settled;
