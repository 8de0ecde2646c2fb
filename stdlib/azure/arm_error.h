#pragma once
/** @file What the resource manager and the services behind it say when they refuse, in words. */
#include "base/arena.h"
#include "sdk/transport.h"
#include "sdk/value.h"

/** One refusal; NULL where the peer did not say. */
struct sw_arm_fault {
    const char *code;
    const char *message; /**< one line, no final stop, signatures masked */
};

/**
 * Read an error body in any of the shapes that were seen: `{error: {..}}`, `{code, message}` in
 * any case, `{ErrorCode, Message: {Value}}`; `details` as an object (the sync service) or as an
 * array (the resource manager).
 *
 * @source azure.md 2.5 and 5
 */
struct sw_arm_fault sw_arm_fault_of(struct sw_arena *arena, const struct sw_value *body);

/** "HTTP 409, ScopeLocked: The scope ..." for a reply, whatever its body is. */
const char *sw_arm_fault_words(struct sw_arena *arena, const struct sw_reply *reply,
                               struct sw_arm_fault fault);

/**
 * Mask the values of signed query members (`t c s h sig`), so that text can be shown: operation
 * URLs are as good as a permission to read.
 */
const char *sw_arm_mask(struct sw_arena *arena, const char *text) SW_NONNULL;
