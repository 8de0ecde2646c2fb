#pragma once
/** @file What the last sessions of the sync group said: for people who must repair something. */
#include "sdk/action.h"

/** filesync.last_sessions: uploads. */
extern const struct sw_action sw_filesync_last_sessions;
/** filesync.last_downloads: downloads, and the files that failed in the newest. */
extern const struct sw_action sw_filesync_last_downloads;
