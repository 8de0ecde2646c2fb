#pragma once
/** @file What the hooks of a runbook may reach, as their grants say. */
#include "lang/runbook.h"
#include "sdk/hook.h"

/** One thing, however often it is granted. */
struct sw_hook_reach {
    const char *name;
    const struct sw_hook *hook; /**< the first that asks for it */
};

/** Origins of their web grants, "HOST:PORT", ended by a NULL name. A host with `*` in it is none.
 */
const struct sw_hook_reach *sw_hook_origins(const struct sw_runbook *runbook,
                                            struct sw_arena *arena);

/** Names of the secrets that they may put into requests, ended by a NULL name. */
const struct sw_hook_reach *sw_hook_secrets(const struct sw_runbook *runbook,
                                            struct sw_arena *arena);
