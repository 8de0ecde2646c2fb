#pragma once
/** @file What hook files say of themselves: found out by running them, before anything else. */
#include "sdk/hook.h"

/** Lives as long as the arena. */
const struct sw_hook_reader *sw_hook_reader(struct sw_arena *arena);
