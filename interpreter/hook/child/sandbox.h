#pragma once
/**
 * @file The Lua state that a hook runs in: a list of functions that it may use, memory and
 * instructions that it may spend. What is over its bound ends the process at once: no `pcall` can
 * swallow that.
 */
#include "base/arena.h"
#include "hook/child/json.h"

#include <stdint.h>
#include <stdlib.h>

/** How a process of a hook ends. Words: KEEP IN STEP with hook/protocol.c, which
 * knows `ok` and `asks` of prelude.lua, too. */
#define SW_CHILD_ERROR "error"
#define SW_CHILD_OUT_OF_TIME "limit-cpu"
#define SW_CHILD_OUT_OF_MEMORY "limit-mem"
#define SW_CHILD_OUT_OF_ROOM "limit-out"

/** Instructions of one call: half a second or so. @source measured */
#define SW_CHILD_INSTRUCTIONS INT64_C(50000000)
#define SW_CHILD_ANSWER_BYTES (64u * 1024u)

struct sw_sandbox {
    lua_State *lua;
    size_t used_bytes;
    int64_t instructions;
};

/** Send the last word and end the process: `body` is JSON or NULL. Never returns. */
void sw_child_say(const char *outcome, const char *body, size_t length) SW_NORETURN;

/** A state with the whitelisted libraries in a table on its stack. */
void sw_sandbox_open(struct sw_sandbox *sandbox);
