#pragma once
/** @file Where a run stands by its records alone: what it asks now, or why it stands still. For who
 * looks at a run, or answers it, while it sleeps. */
#include "engine/run.h"
#include "engine/store.h"

struct sw_standing {
    const struct sw_value *question; /**< body of the `ask` that is open; NULL: nothing is asked */
    const struct sw_value *park;     /**< body of the `park`; NULL: it does not stand still */
    size_t entered;                  /**< record with which the newest step begins */
};

/** @param arena holds the bodies */
void sw_standing_read(const struct sw_stored *records, size_t count, struct sw_arena *arena,
                      struct sw_standing *ret_standing);

/** The question of an `ask` record, to be shown again. `kind` and `step` are not filled in. */
void sw_standing_question(const struct sw_value *body, struct sw_arena *arena,
                          struct sw_question *ret_question);
