#pragma once
/** @file filesync.item_errors. */
#include "sdk/action.h"

extern const struct sw_action sw_filesync_item_errors;
