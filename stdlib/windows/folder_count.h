#pragma once
/** @file How many files a folder holds. */
#include "sdk/action.h"

extern const struct sw_action sw_windows_folder_count;
