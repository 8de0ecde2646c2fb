#pragma once
/**
 * @file The step graph: every way from a step to the next, what lies on every path, and the rules
 * of the graph (SW04xx).
 */
#include "lang/runbook.h"

enum sw_way_kind {
    SW_WAY_OUTCOME, /**< sw_way.arrow has the outcome */
    SW_WAY_CHOICE,  /**< sw_way.index: the choice */
    SW_WAY_BRANCH,  /**< sw_way.index: the row */
    SW_WAY_SKIP,    /**< `when` is not true: on with the step below, nothing done */
};

/** One way out of a step. */
struct sw_way {
    enum sw_way_kind kind;
    size_t next;
    size_t index;
    const struct sw_arrow *arrow; /**< NULL for SW_WAY_SKIP */
};

struct sw_flow;

/** @pre every arrow of the runbook leads to a step */
struct sw_flow *sw_flow_new(const struct sw_runbook *runbook, struct sw_arena *arena);

/** The ways out of a step. @return their number */
size_t sw_flow_ways(const struct sw_flow *flow, size_t step, const struct sw_way **ret_first);

/**
 * Has every path finished `step` when it enters `at`? A skipped step was not finished; arrows of
 * `if_lapsed` are paths.
 */
bool sw_flow_passes(const struct sw_flow *flow, size_t step, size_t at);

/** Can any path enter the step? */
bool sw_flow_reaches(const struct sw_flow *flow, size_t step);

/** Mark every step from which an irreversible step can be entered (itself included). */
const bool *sw_flow_before_edge(const struct sw_flow *flow, struct sw_arena *arena);

/** Reachability, expiry: all rules that need the whole graph but no evidence. */
void sw_flow_check(const struct sw_flow *flow, struct sw_diags *diags);

/**
 * A path from the first step to `at` that does not finish `avoid`, shortest first.
 *
 * @return number of steps, 0 when there is none; the last is `at`
 */
size_t sw_flow_path(const struct sw_flow *flow, size_t avoid, size_t at, struct sw_arena *arena,
                    const size_t **ret_steps);

/** All outcomes that a step can have (`ok`, named ones, `timeout`, `evidence_lost`, `failed`),
 * NULL-ended; empty for decide, branch, end. */
const char *const *sw_step_outcomes(const struct sw_step *step, struct sw_arena *arena,
                                    size_t *ret_count);

/** "ok", "choice `accept`", "row 2", "skipped" for a path line. */
const char *sw_way_text(const struct sw_step *step, const struct sw_way *way,
                        struct sw_arena *arena);

/** Does doing this step cross the point of no return? */
bool sw_step_is_irreversible(const struct sw_step *step);
