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
    const char *at;   /**< of what is compared: "steps.delete" */
    const char *name; /**< its last part: "delete" */
    enum sw_verb verb;
};

void sw_diff_add(struct sw_differ *d, enum sw_difference_rank rank, const char *path,
                 struct sw_mark mark, const char *fmt, ...) SW_PRINTF(5, 6);

/* diff_step.c */
void sw_diff_steps(struct sw_differ *d);
