#pragma once
/**
 * @file Types and fields as JSON Schema (2020-12), for editors. A schema is more lenient than the
 * checker where YAML and JSON Schema cannot say it; it never refuses what the checker takes.
 *
 * @source https://json-schema.org/draft/2020-12/json-schema-core
 */
#include "sdk/field.h"

/** What a scalar or collection of this type looks like in YAML. */
const struct sw_value *sw_schema_type(struct sw_arena *arena, const struct sw_type *type);

/** A map by its field table: properties with descriptions, what is required, nothing else.
 * @param may_be_filled a `${...}` may stand in the place of each value */
const struct sw_value *sw_schema_fields(struct sw_arena *arena, const struct sw_field *fields,
                                        bool may_be_filled);

/* Parts of schemas. */

/** {"type": "string", "pattern": ...}; either may be NULL. */
const struct sw_value *sw_schema_text(struct sw_arena *arena, const char *pattern);
/** Text with `${` in it. */
const struct sw_value *sw_schema_template(struct sw_arena *arena);
/** One of these words, NULL-ended. */
const struct sw_value *sw_schema_words(struct sw_arena *arena, const char *const *words);
/** {"anyOf": [a, b]}. */
const struct sw_value *sw_schema_either(struct sw_arena *arena, const struct sw_value *a,
                                        const struct sw_value *b);
/** The same with a description, unless that is NULL or "". */
const struct sw_value *sw_schema_about(struct sw_arena *arena, const struct sw_value *schema,
                                       const char *doc);
/** A list of these. */
const struct sw_value *sw_schema_list(struct sw_arena *arena, const struct sw_value *items);
/** A map of names, each with this; `names` is a pattern, or NULL. */
const struct sw_value *sw_schema_map(struct sw_arena *arena, const char *names,
                                     const struct sw_value *values);
/** The whole document: $schema, $id and title in front of a schema. */
const struct sw_value *sw_schema_document(struct sw_arena *arena, const char *id, const char *title,
                                          const struct sw_value *schema);
