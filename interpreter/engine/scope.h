#pragma once
/** @file What names are worth at this moment of a run: the engine's side of expressions. */
#include "engine/state.h"

/** Everything a scope reads; plain pointers, owned by the caller. */
struct sw_run_scope {
    const struct sw_state *state;
    const struct sw_target *targets; /**< one a target of the runbook */
    size_t frame;                    /**< whose names they are */
    const struct sw_value *each;     /**< item of a `call`, for its `with`; or NULL */
    const struct sw_value *result;   /**< this step's own outputs, in `ensure`; or NULL */
    const int64_t *clock_offsets;    /**< per target: peer's clock minus ours, ns */
    const bool *has_clock;           /**< per target: was its clock ever read? */
    int64_t now_ns;
    bool is_preview; /**< a plan: what was not passed yet may still come (unknown), not null */
};

/** The scope that expressions take; `of` must outlive it. */
struct sw_scope sw_run_scope_of(const struct sw_run_scope *of);

/** What a hook sees of a run, beside its inputs: params, facts, steps, state, a key of this visit,
 * and a seed. */
struct sw_builder sw_hook_scope(const struct sw_state *state, size_t step, int visit,
                                struct sw_arena *arena);

/**
 * Fill in the arguments of a use: map of all inputs of its action.
 *
 * @errors SW_E_INPUT when a required input is null or unknown (the text says which and why)
 */
bool sw_use_inputs(const struct sw_use *use, const struct sw_run_scope *scope,
                   struct sw_arena *arena, const struct sw_value **ret_inputs,
                   struct sw_error *err);

/** How a row of `require`, `assert` or `ensure` stands. */
struct sw_row_result {
    bool holds;
    bool is_known;   /**< false: its value was null or unknown */
    const char *why; /**< the `else` text, or the reason of the null; NULL when it holds */
};
struct sw_row_result sw_row_evaluate(const struct sw_row *row, const struct sw_run_scope *scope,
                                     struct sw_arena *arena);
