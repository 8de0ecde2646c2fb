#pragma once
/** @file The download that brings what is new in the share, and the proof that it came. */
#include "sdk/action.h"

/** filesync.download_session: a clean one that began after the changes were detected. */
extern const struct sw_action sw_filesync_download_session;

/** filesync.server_complete: the server holds all that the share held when detection ended. */
extern const struct sw_evidence sw_filesync_server_complete;
