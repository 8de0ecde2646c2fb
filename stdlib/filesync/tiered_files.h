#pragma once
/** @file Stubs that are left on the volume: the proof that there is none, and who they are. */
#include "sdk/action.h"

/** filesync.tiered_files: two scans an hour apart, none in both. */
extern const struct sw_action sw_filesync_tiered_files;
/** filesync.tiered_listing: one scan, to be shown. */
extern const struct sw_action sw_filesync_tiered_listing;

/** filesync.recalled: no stub is on the volume, and none came since. */
extern const struct sw_evidence sw_filesync_recalled;
