#pragma once
/**
 * @file The canonical layout of a file: indentation by two, known keys in the order of their table,
 * a bracket on one line or not at all, one blank line at most. Every comment stays; a scalar is
 * copied as its author wrote it, so what the file says cannot change.
 */
#include "lang/keys.h"
#include "lang/yaml.h"

/**
 * Lay a file out. The result is read again and compared before it is given back.
 *
 * @param table keys of the top level: they are put in its order; NULL: all keys stay where they are
 * @param diags what is wrong with the file: then nothing is laid out
 * @param ret_text in the arena, NUL-ended
 * @errors SW_E_INPUT: the file has findings; SW_E_INTERNAL: the result would say something else
 */
bool sw_fmt(const struct sw_source *source, const struct sw_key_table *table,
            struct sw_arena *arena, struct sw_diags *diags, const char **ret_text,
            size_t *ret_length, struct sw_error *err);

/** All comments of a file, trimmed, NULL-ended, in order of their text. */
const char *const *sw_fmt_comments(const struct sw_source *source, const struct sw_node *root,
                                   struct sw_arena *arena, size_t *ret_count);
