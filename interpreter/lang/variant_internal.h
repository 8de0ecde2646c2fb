#pragma once
/** @file What the parts of lang/variant*.c share. */
#include "lang/node_edit.h"
#include "lang/runbook_load.h"
#include "lang/variant.h"

/** A key that a change of this variant has set. */
struct sw_touch {
    const char *owner; /**< as in struct sw_weakening */
    const char *path;  /**< dotted; "" for the whole */
    struct sw_mark mark;
};

struct sw_merge {
    struct sw_loader loader; /**< for the key checks: registry, arena and diags alone */
    struct sw_bundle *bundle;
    struct sw_variant *result;
    struct sw_node *root; /**< of the base, as changed so far */
    struct sw_node *row;  /**< the change that is being applied */
    struct sw_touch *touches;
    size_t touch_count, touch_room;
    size_t base_room, weakening_room, removal_room;
    const struct sw_runbook *book; /**< of a diff: what came of `root`; NULL while it is made */
};

/* variant_step.c: steps as nodes. */

/** The verb of a step and its action (NULL: unknown, or a verb without one). @return false: none */
bool sw_step_node_verb(const struct sw_merge *merge, const struct sw_node *step,
                       enum sw_verb *ret_verb, const struct sw_action **ret_action);
const char *const *sw_step_node_outcomes(const struct sw_merge *merge, const struct sw_node *step,
                                         size_t *ret_count);
const char *sw_step_node_id(const struct sw_node *step); /**< "?" when it has none */

/** Steps of the base as changed so far; NULL: it has none. */
struct sw_node *sw_merge_steps(const struct sw_merge *merge);
/** Number of a step, SW_NO_STEP. */
size_t sw_merge_step(const struct sw_merge *merge, const char *id);

/** Evidence that a step yields or attests, or lets a person settle; NULL-ended. */
const char *const *sw_step_node_evidence(const struct sw_merge *merge, const struct sw_node *step);
/** Decides, irreversible steps and those that yield evidence. */
bool sw_step_node_matters(const struct sw_merge *merge, const struct sw_node *step);

/** Lead every arrow of all steps from `id` to `word`. */
void sw_merge_lead(struct sw_merge *merge, const char *id, struct sw_node *word);
/** Value of the arrow of `ok`, NULL when the step falls through or has none. */
struct sw_node *sw_step_node_ok(struct sw_node *step);
bool sw_step_node_has_ok(const struct sw_merge *merge, const struct sw_node *step);
void sw_step_node_set_ok(struct sw_merge *merge, struct sw_node *step, struct sw_node *value);
void sw_step_node_drop_ok(struct sw_node *step);

/* variant_guard.c */

/** What a called runbook can do; also through what it calls and extends. */
struct sw_called {
    bool is_irreversible; /**< a step of it has an `edge` */
    bool settles;         /**< a choice of it accepts a loss */
    bool attests;         /**< a hook of it is trusted */
};

/** Per step: the guards that every way from it to an irreversible step passes. */
struct sw_guards {
    struct sw_arena *arena;
    const char **ids;     /**< by number of the step */
    struct sw_map *index; /**< id -> size_t */
    bool *are_guards;
    /** Bits by number of the guard, and one that says that there is no way; behind the last step:
     * the way in. */
    uint64_t *sets;
    size_t count, words;
};

/** Steps that hold by rows, rows of conditions, calls and ends: any change but one of words counts.
 */
bool sw_step_node_guards(const struct sw_node *step);
void sw_merge_look_into(struct sw_merge *merge, const struct sw_node *step,
                        struct sw_called *ret_called);
/** @param arena of the result; large, so better one of its own */
void sw_guards_find(struct sw_merge *merge, struct sw_arena *arena, struct sw_guards *ret_guards);
/** Is there a new way around a guard that is still there? @param ret_from id, or "the start"; NULL:
 * from `ret_guard` there was no way to an irreversible step at all */
bool sw_guards_compare(const struct sw_guards *was, const struct sw_guards *now,
                       const char **ret_guard, const char **ret_from);

/* variant_change.c: the rows of `change`. */
void sw_merge_change(struct sw_merge *merge, struct sw_node *row);

/* variant_set.c */

/** Set dotted keys of `owner`; complains about keys set twice. @return false: nothing was set */
bool sw_merge_set(struct sw_merge *merge, const char *owner, struct sw_node *node,
                  const struct sw_node *set);
/** Leave dotted keys of `owner` out, and maps that are empty then; complains about keys that are
 * not there. @return false: nothing was left out */
bool sw_merge_unset(struct sw_merge *merge, const char *owner, struct sw_node *node,
                    const struct sw_node *unset);
/** Note that `path` of `owner` is changed, or complain that another change did so already. */
bool sw_merge_touch(struct sw_merge *merge, const char *owner, const char *path,
                    struct sw_mark mark);

/* variant_tighten.c */

/** One key that differs. */
struct sw_key_change {
    const struct sw_key *row;        /**< NULL: a name, or a key that no table has */
    const char *path;                /**< dotted, from the map that was compared */
    const struct sw_node *was, *now; /**< NULL: not there */
    struct sw_mark around;           /**< of the new map that has or lacks it */
    bool is_less, is_more; /**< the new one asks for less, for more; both: for something else */
};

typedef void sw_key_change_fn(void *context, const struct sw_key_change *change);

/** Compare two maps by the table of their keys. @param matters does any change count? */
void sw_compare_keys(struct sw_arena *arena, const struct sw_key_table *table,
                     const struct sw_node *was, const struct sw_node *now, bool matters,
                     sw_key_change_fn *visit, void *context);

/** Compare a map before and after a change; what asks for less needs the row's `weaken`. */
void sw_merge_compare(struct sw_merge *merge, const char *owner, const struct sw_key_table *table,
                      const struct sw_node *before, const struct sw_node *after, bool matters);
/** One loss at `mark`: allowed by `weaken`, else SW0612. */
void sw_merge_loosen(struct sw_merge *merge, const char *owner, struct sw_mark mark,
                     struct sw_mark was, const char *what);
