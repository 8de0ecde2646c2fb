#pragma once
/** @file filesync.compare_manifests. */
#include "sdk/action.h"

extern const struct sw_action sw_filesync_compare_manifests, sw_filesync_compare_sides;
