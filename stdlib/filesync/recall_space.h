#pragma once
/** @file Is there room for the content of every tiered file? */
#include "sdk/action.h"

extern const struct sw_action sw_filesync_recall_space;
