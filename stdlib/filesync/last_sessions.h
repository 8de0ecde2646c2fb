#pragma once
/** @file filesync.last_sessions. */
#include "sdk/action.h"

extern const struct sw_action sw_filesync_last_sessions;
