#pragma once
/** @file The inside of the proof, shared by evidence*.c only. Sets of evidence are bits. */
#include "lang/evidence.h"
#include "lang/flow.h"

#include <stdint.h>

#define SW_PROOF_KINDS 63u
/** The path has crossed the point of no return. Kept with the evidence: rollback asks for it. */
#define SW_PROOF_CROSSED (UINT64_C(1) << 63)
#define SW_NO_STATE ((size_t)-1)

/** The evidence that some irreversible step of a runbook can need, numbered. */
struct sw_proof_space {
    const struct sw_runbook *book;
    struct sw_arena *arena;
    const struct sw_evidence *kinds[SW_PROOF_KINDS];
    size_t count;
    bool is_full;                   /**< there were more kinds than bits */
    uint64_t rests[SW_PROOF_KINDS]; /**< what it rests on directly */
    uint64_t below[SW_PROOF_KINDS]; /**< itself and all that it rests on */
    uint64_t above[SW_PROOF_KINDS]; /**< itself and all that rests on it */
    uint64_t *can_yield;            /**< by step: its evidence, whatever its outcome */
    uint64_t *takes;                /**< by step: what entering and doing it takes away */
    bool *crosses;                  /**< by step: a call of something irreversible, proven apart */
    uint64_t *ahead;                /**< by step: what an irreversible step from here on can need */
};

/** A step entered with a set of evidence, and how it came to that. */
struct sw_proof_state {
    size_t step;
    uint64_t held;
    size_t from; /**< SW_NO_STATE for the start */
    size_t way;  /**< index into the ways of from's step, or SW_NO_STEP: lapse of `lapsed` */
    size_t lapsed;
    size_t sibling; /**< next kept state of the same step */
};

struct sw_proof_walk {
    const struct sw_proof_space *space;
    const struct sw_flow *flow;
    struct sw_arena *arena;
    struct sw_proof_state *states; /**< in order of distance from the start */
    size_t count, capacity;
    size_t *kept;        /**< by step: first kept state */
    size_t *kept_count;  /**< by step */
    uint64_t keep_apart; /**< sets that differ in these are not compared */
    size_t *unproven;    /**< by step: the nearest state without its evidence, or SW_NO_STATE */
    size_t *undone;      /**< by step: the nearest rollback behind the point of no return */
    size_t too_many;     /**< step with more than SW_LIMIT_PROOF_SETS sets, or SW_NO_STEP */
};

/** @param flow NULL: what lies ahead is not filled in, nothing is walked */
struct sw_proof_space *sw_proof_space_new(const struct sw_flow *flow, const struct sw_runbook *book,
                                          struct sw_arena *arena);

/** @return the number of a kind, SW_PROOF_KINDS when no irreversible step can need it */
size_t sw_proof_kind(const struct sw_proof_space *space, const char *name);

/** What a way out of a step yields, if what that rests on is held. */
uint64_t sw_proof_yields(const struct sw_proof_space *space, const struct sw_step *step,
                         const struct sw_way *way);

/** One alternative of an action's needs as a set. @return false behind the last */
bool sw_proof_need(const struct sw_proof_space *space, const struct sw_action *action,
                   size_t alternative, uint64_t *ret_set);

/** All that a set needs in the end: itself and what that rests on. */
uint64_t sw_proof_closure(const struct sw_proof_space *space, uint64_t set);

/** Walk everything. */
void sw_proof_run(struct sw_proof_walk *walk);

/** Say what the walk found. */
void sw_proof_report(const struct sw_proof_walk *walk, struct sw_diags *diags);
