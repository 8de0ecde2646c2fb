#pragma once
/** @file filesync.shares. */
#include "sdk/action.h"

extern const struct sw_action sw_filesync_shares;
