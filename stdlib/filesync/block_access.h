#pragma once
/** @file filesync.block_access. */
#include "sdk/action.h"

extern const struct sw_action sw_filesync_block_access;
