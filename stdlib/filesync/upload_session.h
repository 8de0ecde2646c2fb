#pragma once
/** @file filesync.upload_session. */
#include "sdk/action.h"

extern const struct sw_action sw_filesync_upload_session;
