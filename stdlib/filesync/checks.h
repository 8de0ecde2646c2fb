#pragma once
/** @file What `doctor` looks at on a server with the sync agent. */
#include "sdk/check.h"

extern const struct sw_check sw_filesync_checks[];
