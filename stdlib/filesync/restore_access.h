#pragma once
/** @file filesync.restore_access. */
#include "sdk/action.h"

extern const struct sw_action sw_filesync_restore_access;
