#pragma once
/**
 * @file What two versions of a runbook ask for differently, after all variants were applied, in
 * sentences. What asks for less comes first; wording and layout come last.
 */
#include "lang/runbook.h"

/** How much a difference matters; in the order in which they are shown. */
enum sw_difference_rank {
    SW_DIFF_WEAKENED, /**< a loss for which a variant gives a reason */
    SW_DIFF_LESS,     /**< asks for less */
    SW_DIFF_OTHER,    /**< asks for something else, at a place that matters for safety */
    SW_DIFF_MORE,     /**< asks for more */
    SW_DIFF_PLAIN,    /**< does something else, at a place where safety does not rest */
    SW_DIFF_WORDING,  /**< says it in other words */
};

struct sw_difference {
    enum sw_difference_rank rank;
    const char *at;      /**< "steps.delete", "require.healthy", "params.max_wait", "subject" */
    const char *path;    /**< dotted key inside; "" for the whole */
    const char *text;    /**< one sentence, no final stop */
    struct sw_mark mark; /**< in the new version; where it is gone, in the old one */
};

struct sw_diff {
    struct sw_difference *rows; /**< in order of rank, then of the runbook */
    size_t count;
};

/** Does any row touch what the proof, the questions or the point of no return rest on? */
bool sw_diff_is_safety(const struct sw_diff *diff);

/** "weakened", "less", "other", "more", "plain", "wording" */
const char *sw_diff_rank_name(enum sw_difference_rank rank);

/** Compare two sound runbooks. Lives in the arena. */
void sw_diff_runbooks(const struct sw_runbook *was, const struct sw_runbook *now,
                      struct sw_arena *arena, struct sw_diff *ret_diff);
