#pragma once
/** @file A pack is a list of actions, evidence and target kinds; a registry is a list of packs. */
#include "sdk/action.h"
#include "sdk/check.h"

struct sw_pack {
    const char *name;
    const char *doc;
    const struct sw_action *const *actions;           /**< NULL-ended */
    const struct sw_evidence *const *evidence;        /**< NULL-ended; or NULL */
    const struct sw_target_kind *const *target_kinds; /**< NULL-ended; or NULL */
    const struct sw_check *checks;                    /**< ends with a NULL name; or NULL */
};

struct sw_registry {
    const struct sw_pack *const *packs; /**< NULL-ended */
};

const struct sw_action *sw_registry_action(const struct sw_registry *registry, const char *name);
const struct sw_evidence *sw_registry_evidence(const struct sw_registry *registry,
                                               const char *name);
const struct sw_target_kind *sw_registry_target_kind(const struct sw_registry *registry,
                                                     const char *name);

/** All names of actions (or evidence, target kinds) in an arena, for "did you mean". */
const char *const *sw_registry_action_names(const struct sw_registry *registry,
                                            struct sw_arena *arena, size_t *ret_count);
const char *const *sw_registry_target_kind_names(const struct sw_registry *registry,
                                                 struct sw_arena *arena, size_t *ret_count);

/**
 * Check the tables themselves (at start in debug builds, and in a test): a READ has no writes, an
 * irreversible one no undo, a reversible one undo or a reason, every evidence named exists, every
 * field has a doc.
 *
 * @errors SW_E_INTERNAL naming the row
 */
bool sw_registry_check(const struct sw_registry *registry, struct sw_error *err);
