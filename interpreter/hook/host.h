#pragma once
/**
 * @file Run one call of a hook in a process of its own: started, fed, bounded, killed, reaped. What
 * it says comes back as a value; nothing of it has run in this process.
 */
#include "hook/protocol.h"

/** Of one call, by the boot clock; its time on a processor is bounded by itself. */
#define SW_HOOK_WALL_MS 3000

struct sw_hook_host {
    const char *program; /**< path of stepwise-hook */
    int wall_ms;         /**< 0: SW_HOOK_WALL_MS */
};

/**
 * Find stepwise-hook: beside this program, or in ../libexec/stepwise from there.
 *
 * @errors SW_E_NOT_FOUND with the places that were looked at
 */
bool sw_hook_program(struct sw_arena *arena, const char **ret_path, struct sw_error *err);

/**
 * One call. Whatever the hook does is in `ret_said`; its text for people is sw_hook_why().
 *
 * @errors SW_E_IO: it cannot be started; SW_E_LIMIT: the request is too large
 */
bool sw_hook_run(const struct sw_hook_host *host, const struct sw_value *request,
                 struct sw_arena *arena, struct sw_hook_said *ret_said, struct sw_error *err);

/** In words why a call gave no answer, e.g. "hooks/dfs.lua:12: ...". */
const char *sw_hook_why(const struct sw_hook_said *said, const char *file, struct sw_arena *arena);
