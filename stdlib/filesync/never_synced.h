#pragma once
/** @file filesync.never_synced. */
#include "sdk/action.h"

extern const struct sw_action sw_filesync_never_synced;
