#pragma once
/**
 * @file What a place demands of every runbook on top of what the runbook demands of itself: before
 * an action that cannot be undone, another one must have been done.
 */
#include "lang/flow.h"

struct sw_demand {
    const struct sw_action *before;      /**< irreversible */
    const struct sw_action *const *need; /**< any of these, NULL-ended */
    const char *const *outcomes;         /**< with any of these, NULL-ended; NULL: any of its own */
    struct sw_mark mark;
};

/**
 * A way from the first step to the irreversible action on which none of what is needed was done
 * about the same subject; shortest first.
 *
 * Rows of a `branch` that the parameters alone decide are taken as they will be; all others both
 * ways, and so those of called runbooks. `timeout`, `evidence_lost` and `failed` are no outcomes of
 * an action's own.
 *
 * @param params values of the root's parameters; NULL: none is known
 * @return number of steps, 0: there is no such way; the last is the irreversible one
 */
size_t sw_demand_breach(const struct sw_demand *demand, const struct sw_runbook *runbook,
                        const struct sw_value *params, struct sw_arena *arena,
                        const size_t **ret_steps);
