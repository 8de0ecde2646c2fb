#pragma once
/** @file What a plan tells about a step besides its probe: its kind, what it proves, what a choice
 * gives up, when its edge is open; and everything that nobody knows yet. Part of plan.c's subject.
 */
#include "lang/runbook.h"
#include "sdk/value.h"

/** Number, effect, description of the action, evidence that it yields, how it is put back. */
void sw_plan_put_kind(struct sw_builder *item, const struct sw_runbook *runbook, size_t step,
                      struct sw_arena *arena);

/** `window` {days, from, to, zone, text, now}; nothing when the edge is always open. */
void sw_plan_put_window(struct sw_builder *edge, const struct sw_edge *of, int64_t now_ns,
                        struct sw_arena *arena);

/** `loses` and `reason` of a choice. */
void sw_plan_put_choice(struct sw_builder *item, const struct sw_step *step,
                        const struct sw_choice *choice);

/** Of a variant: `extends` [{name, version, digest}], nearest first, and `weakenings` [{at, what,
 * reason, place}]; of another runbook nothing. */
void sw_plan_variant(const struct sw_runbook *runbook, struct sw_arena *arena,
                     struct sw_builder *document);

/** [{what, why}]: facts and steps of which something is not known, and why. */
const struct sw_value *sw_plan_unknowns(const struct sw_value *facts, const struct sw_value *steps,
                                        struct sw_arena *arena);
