#pragma once
/** @file filesync.make_read_only. */
#include "sdk/action.h"

extern const struct sw_action sw_filesync_make_read_only;
