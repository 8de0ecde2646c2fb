#pragma once
/**
 * @file Variants: a runbook that `extends` another and says in `change` what is different. The
 * result is one tree of nodes, each with its place in the file that it came from, which is loaded,
 * checked and proven like any other runbook.
 *
 * What asks for less than the base needs `weaken: REASON`. What an irreversible step needs cannot
 * be weakened by anything, since the proof walks the result and knows no `weaken`.
 */
#include "lang/bundle.h"
#include "sdk/diag.h"

/** A runbook that the one before it extends; nearest first. */
struct sw_base {
    const struct sw_part *part;
    const char *name, *version;
    struct sw_mark mark;     /**< of the name in `extends`, in the variant */
    const char *extended_by; /**< name of the variant */
};

/** A change that asks for less than the base, and why that is right. */
struct sw_weakening {
    const char *owner; /**< the step, or `require.ID`, `params.NAME`, `facts.NAME` */
    const char *what;  /**< "`edge.approve.people` falls from 2 to 1" */
    const char *reason;
    struct sw_mark mark; /**< of the change */
};

/** A step that a variant took out, with the evidence that it yields. */
struct sw_removal {
    const char *id;
    const char *const *evidence; /**< NULL-ended */
    struct sw_mark mark;         /**< of the change */
};

struct sw_variant {
    struct sw_node *root; /**< without `extends` and `change`; NULL: it could not be made */
    struct sw_base *bases;
    size_t base_count;
    struct sw_weakening *weakenings;
    size_t weakening_count;
    struct sw_removal *removals;
    size_t removal_count;
};

/**
 * Read a runbook and, if it is a variant, apply it to its bases; findings go to `diags`.
 *
 * @param source of a part of the bundle
 * @return false: no sound tree; `diags` says why
 */
bool sw_variant_read(struct sw_bundle *bundle, const struct sw_source *source,
                     const struct sw_registry *registry, struct sw_arena *arena,
                     struct sw_diags *diags, struct sw_variant *ret_variant);

/**
 * Once the tree was loaded: where findings from number `first` on stand in a base, say who extends
 * it; where a proof misses what a change took away, point at the change.
 */
void sw_variant_explain(const struct sw_variant *variant, struct sw_diags *diags, size_t first);
