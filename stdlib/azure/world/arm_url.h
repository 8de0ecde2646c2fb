#pragma once
/**
 * @file Identifiers that the model resource manager hands out: GUIDs and signed operation URLs of
 * the real ones' shape and length, all derived from a seed.
 */
#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/** The same GUID for the same seed, purpose and number. */
const char *sw_arm_made_guid(struct sw_arena *arena, uint64_t seed, const char *purpose,
                             uint64_t number);

/**
 * The URL under which operation `number` is polled, or its result URL: 3.1 to 3.4 KB, path with
 * base64 padding, query with `t c s h`. The two differ in s, h and sometimes t.
 *
 * @source azure.md 2.3: 14 recorded pairs
 */
const char *sw_arm_made_url(struct sw_arena *arena, uint64_t seed, uint64_t number, bool is_result,
                            const char *subscription, const char *location);
