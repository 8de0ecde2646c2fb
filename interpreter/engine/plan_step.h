#pragma once
/** @file One step of a plan, described. Part of plan.c's subject: what a step would do. */
#include "engine/job.h"
#include "engine/scope.h"

struct sw_plan_place {
    const struct sw_runbook *runbook;
    size_t step, reached_by;
    struct sw_run_scope scope;
    const struct sw_target *targets;
    const struct sw_job *job; /**< its finished probe or read; NULL: not asked */
    const char *unknown_why;  /**< why it could not be asked */
    bool has_changes;         /**< set: it would change something */
};

const struct sw_value *sw_plan_step(struct sw_plan_place *place, struct sw_arena *arena);

/** Longest sum of timeouts and question times along a path without loops, ms. */
int64_t sw_plan_longest_wait(const struct sw_runbook *runbook, const struct sw_run_scope *scope,
                             struct sw_arena *arena);
/** The same with any scope; a `timeout` that it does not know counts nothing. */
int64_t sw_longest_wait(const struct sw_runbook *runbook, struct sw_scope scope,
                        struct sw_arena *arena);
