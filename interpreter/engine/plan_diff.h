#pragma once
/** @file What moved between two plans of the same runbook, in words. */
#include "lang/runbook.h"
#include "sdk/value.h"

/**
 * @param was, is plan documents (engine/plan.h), typed
 * @param runbook as it is now: it tells which outputs may move by themselves and are left out
 * @return list of texts, one a difference; empty: nothing moved
 */
const struct sw_value *sw_plan_diff(const struct sw_runbook *runbook, const struct sw_value *was,
                                    const struct sw_value *is, struct sw_arena *arena);
