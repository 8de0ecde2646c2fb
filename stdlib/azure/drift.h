#pragma once
/**
 * @file Readers for what the service really writes: numbers as strings, nulls, absences, quotes
 * inside of strings, `On` for `on`, dates with offsets, enum values nobody listed.
 *
 * Each takes what sw_get() gave (also NULL) and gives a value of the right kind, null when the
 * service did not say, unknown with the reason when it said something that can't be read. Missing
 * never becomes zero, "" or false.
 *
 * @source azure.md 2.1 (recorded 2018 to 2024)
 */
#include "sdk/field.h"
#include "sdk/value.h"

/** A member by its name, or by the name it had in another version; NULL when neither says
 * anything. */
const struct sw_value *sw_drift_first(const struct sw_value *map, const char *name,
                                      const char *other_name);

/** Any text. */
const struct sw_value *sw_drift_text(struct sw_arena *arena, const struct sw_value *value);

/** A whole number, also one of 64 bits. */
const struct sw_value *sw_drift_int(struct sw_arena *arena, const struct sw_value *value);

/** A count of bytes. */
const struct sw_value *sw_drift_size(struct sw_arena *arena, const struct sw_value *value);

/** Whole percent. */
const struct sw_value *sw_drift_percent(struct sw_arena *arena, const struct sw_value *value);

/** An HRESULT by its low 32 bits, as a number from 0 to 4294967295: written as int32 by the service
 * and as something wider in its documentation (azure.md 2.5). */
const struct sw_value *sw_drift_hresult(struct sw_arena *arena, const struct sw_value *value);

/** true or false, as such or as a text in any case. */
const struct sw_value *sw_drift_bool(struct sw_arena *arena, const struct sw_value *value);

/** An instant; the year 1, which .NET writes for "never", is null. */
const struct sw_value *sw_drift_time(struct sw_arena *arena, const struct sw_value *value);

/** An enum: a listed value in any case is given as listed, any other one as it came. */
const struct sw_value *sw_drift_enum(struct sw_arena *arena, const struct sw_value *value,
                                     const struct sw_type *type);

/** Checked text (guid, version, resource_id, win_path, ...): unknown when it breaks the type's
 * rule.
 */
const struct sw_value *sw_drift_checked(struct sw_arena *arena, const struct sw_value *value,
                                        const struct sw_type *type);
