#pragma once
/** @file What hooks of a runbook may reach, as their grants say: for a model that stands in there.
 */
#include "lang/runbook.h"

/** Origins of their web grants, "HOST:PORT", each once, NULL-ended. A host with `*` in it is none.
 */
const char *const *sw_hook_origins(const struct sw_runbook *runbook, struct sw_arena *arena);

/** Names of the secrets that they may put into requests, each once, NULL-ended. */
const char *const *sw_hook_secrets(const struct sw_runbook *runbook, struct sw_arena *arena);
