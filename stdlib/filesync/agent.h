#pragma once
/** @file filesync.agent. */
#include "sdk/action.h"

extern const struct sw_action sw_filesync_agent;
