#pragma once
/**
 * @file The preview: reads the live state, walks every reachable branch, and says what each step
 * would do, from where its unknowns will come, and what must be proven. It has looks only: no act
 * is ever made to be sent, only to be shown. A guard that fails is a finding; the plan goes on.
 *
 * The result is one document (schema_version 1); ui/plan.h renders it as text, sdk/json.h as JSON.
 */
#include "engine/scope.h"
#include "engine/state.h"

struct sw_plan;

struct sw_plan_config {
    const struct sw_runbook *runbook;
    const struct sw_target *targets;
    const struct sw_value *params;
};

/** One look to be made, or nothing more to do. */
struct sw_plan_look {
    size_t target;
    const struct sw_call *call;
};

struct sw_plan *sw_plan_new(const struct sw_plan_config *config);
void sw_plan_free(struct sw_plan *plan);

/** @return false when the plan is whole */
bool sw_plan_next(struct sw_plan *plan, int64_t now_ns, struct sw_plan_look *ret_look);

/** @param answer NULL: the look failed with `error` */
void sw_plan_answer(struct sw_plan *plan, int64_t now_ns, const struct sw_answer *answer,
                    const struct sw_error *error);

/**
 * The document: runbook, version, digest, params, facts, require [{id, holds, why}], holds (bool:
 * the run would start), steps [{id, verb, title, reached_by, says, state, writes [{name, does,
 * request}], outcomes, unknown [{name, from}], waits_at_most, asks, ...}], edge [{step, loss,
 * needs}], waits_at_most, changes (bool: something would be done). Borrowed from the plan.
 */
const struct sw_value *sw_plan_document(const struct sw_plan *plan);
