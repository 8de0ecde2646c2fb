#pragma once
/** @file Write version and digest of the base into `extends`, and leave all else as it is. */
#include "lang/node.h"
#include "lang/source.h"

/**
 * The text of a variant with its base pinned. Comments, layout and the order of keys stay.
 *
 * @param root of the variant's own file, as it was read from `source`
 * @param digest SHA-256 in hex
 * @param ret_text in the arena, NUL-ended
 * @return false: there is no `extends` with a `runbook`, so there is nothing to pin
 */
bool sw_variant_pin(const struct sw_source *source, const struct sw_node *root, const char *version,
                    const char *digest, struct sw_arena *arena, const char **ret_text,
                    size_t *ret_length);
