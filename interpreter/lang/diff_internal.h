#pragma once
/** @file What the parts of lang/diff*.c share. */
#include "lang/diff.h"
#include "lang/variant_internal.h"

struct sw_differ {
    const struct sw_runbook *was, *now;
    struct sw_merge old, new; /**< their trees, for questions about steps as nodes */
    struct sw_arena *arena;
    struct sw_diff *diff;
    size_t room;
    const char *at;     /**< of what is compared: "steps.delete" */
    const char *name;   /**< its last part: "delete" */
    const char *prefix; /**< of the called runbook that is compared: "call/"; "" for the root */
    enum sw_verb verb;
};

void sw_diff_add(struct sw_differ *d, enum sw_difference_rank rank, const char *path,
                 struct sw_mark mark, const char *fmt, ...) SW_PRINTF(5, 6);

/** As the runbook that is compared names a step: without the prefix. */
const char *sw_diff_own_id(const struct sw_differ *d, const char *id);
/** Two trees of one runbook, by themselves: without what is called, hooks and reasons. */
void sw_diff_trees(struct sw_differ *d);

/* diff_step.c */
void sw_diff_steps(struct sw_differ *d);

/* diff_parts.c */

/** What is called, and hooks: the files beside the runbook. */
void sw_diff_parts(struct sw_differ *d);
