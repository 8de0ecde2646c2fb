#pragma once
/** @file filesync.start_vss_upload. */
#include "sdk/action.h"

extern const struct sw_action sw_filesync_start_vss_upload;
