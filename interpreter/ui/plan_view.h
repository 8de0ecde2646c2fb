#pragma once
/** @file What the renderers of a plan share: reading its document, and what a reviewer wants to
 * know first. */
#include "base/buf.h"
#include "sdk/value.h"

/** Text of a key, "" when there is none. */
const char *sw_plan_text_of(const struct sw_value *map, const char *key);
int64_t sw_plan_int_of(const struct sw_value *map, const char *key);
bool sw_plan_bool_of(const struct sw_value *map, const char *key);

/** A value for people, in the arena. */
const char *sw_plan_print(const struct sw_value *value, struct sw_arena *arena);

/** Title of a step, or what stands in for one. */
const char *sw_plan_title(const struct sw_value *step);

enum sw_plan_group {
    SW_PLAN_CHANGES, /**< would change something that can be put back, or needs no putting back */
    SW_PLAN_EDGE,    /**< cannot be undone */
    SW_PLAN_WAITS,   /**< polls until something is so */
    SW_PLAN_ASKS,    /**< a person decides or approves */
    SW_PLAN_READS,   /**< only looks */
    SW_PLAN_BENDS,   /**< branch, assert */
    SW_PLAN_CALLS,   /**< a hook or another runbook */
    SW_PLAN_ENDS,
};
enum sw_plan_group sw_plan_group(const struct sw_value *step);

/** Is the step of the group? A step with an edge is also a change. */
bool sw_plan_is_in(const struct sw_value *step, enum sw_plan_group group);

/** Steps in the order of the runbook (the document has them as they are reached). */
size_t sw_plan_in_order(const struct sw_value *document, struct sw_arena *arena,
                        const struct sw_value *const **ret_steps);

/** What a step would do or waits for, in a few words: "would change", "waits at most 3d". */
const char *sw_plan_kind_text(const struct sw_value *step, struct sw_arena *arena);
