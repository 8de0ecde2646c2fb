#pragma once
/**
 * @file A plan in a file: `plan --out`, `run --plan`, `plan --diff`. It names the runbook, what was
 * given with it, and everything that was read; its seal shows any byte that changed since (it is no
 * signature). A plan is run once: the folder of the journals remembers its id.
 */
#include "cli/run/options.h"
#include "sdk/value.h"

struct sw_session;

struct sw_saved_plan {
    const char *id;
    struct sw_options options; /**< as they were given to `plan` */
    const struct sw_value *document;
};

/** @errors SW_E_IO; SW_E_LIMIT: it is too large to be saved */
bool sw_saved_plan_write(const char *path, const struct sw_session *session,
                         const struct sw_options *options, const struct sw_value *document,
                         struct sw_error *err);

/** @errors SW_E_IO: cannot be read; SW_E_CORRUPT: no plan, or not as it was written */
bool sw_saved_plan_read(const char *path, struct sw_arena *arena, struct sw_saved_plan *ret,
                        struct sw_error *err);

/** Use it up, once and for all, in this folder of journals. @errors SW_E_CONFLICT: it was used, by
 * which run; SW_E_IO */
bool sw_saved_plan_use(const struct sw_saved_plan *plan, const char *folder, const char *run,
                       struct sw_error *err);
