#pragma once
/**
 * @file The evidence proof (language.md, "Evidence"): no path reaches an irreversible step without
 * what it needs. Walks the step graph with sets of held evidence; only the smallest sets are kept
 * at a step.
 */
#include "lang/runbook.h"

/** Add SW05xx errors: the missing piece at the bottom, and the shortest path that lacks it. */
void sw_evidence_check(const struct sw_runbook *runbook, struct sw_diags *diags);

/** One line of the proof tree of an irreversible step, for plans: depth, evidence, who yields it.
 */
struct sw_proof_line {
    unsigned depth;
    const struct sw_evidence *evidence;
    size_t alternative;     /**< which alternative of the action's needs it belongs to */
    const size_t *yielders; /**< steps that can yield it */
    size_t yielder_count;
};
size_t sw_evidence_tree(const struct sw_runbook *runbook, size_t step, struct sw_arena *arena,
                        const struct sw_proof_line **ret_lines);
