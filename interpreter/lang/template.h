#pragma once
/** @file Text with `${expression}` in it; compiled once, inserted text is never scanned again. */
#include "lang/expr.h"
#include "lang/node.h"

struct sw_template;

/**
 * Compile a scalar node. A scalar that is just one `${...}` keeps the expression's type; every
 * other template is text. A scalar without `${` is a literal of `expected` (its plain form is
 * parsed; for text types it is itself). `$${` is a literal `${`.
 *
 * Text with other text around its `${...}` fits text types only; what it says is checked when it is
 * filled in, and is null with the reason where it does not fit. A plain `no` or `010` for a string
 * field gets the warning SW0214.
 *
 * @param expected NULL: text for people or anything (no warning then), or what the field wants
 * @return NULL after adding an error
 */
struct sw_template *sw_template_compile(struct sw_arena *arena, const struct sw_node *scalar,
                                        const struct sw_type *expected,
                                        const struct sw_names *names, struct sw_diags *diags);

/**
 * Compile a whole node (list, map, scalar) against a type: the tree of a `with` value.
 *
 * Objects refuse unknown keys (not those that begin with x-), want the required ones and fill in
 * presets. `{ secret: name }` for a secret gives the map {secret: name}, never the secret itself.
 */
struct sw_template *sw_template_compile_tree(struct sw_arena *arena, const struct sw_node *node,
                                             const struct sw_type *expected,
                                             const struct sw_names *names, struct sw_diags *diags);

const struct sw_type *sw_template_type(const struct sw_template *template);
bool sw_template_is_literal(const struct sw_template *template); /**< no `${` in it */
struct sw_mark sw_template_mark(const struct sw_template *template);

/** The value: one null part makes the whole null, else one unknown part the whole unknown; one
 * secret part makes the whole text a secret. */
const struct sw_value *sw_template_value(const struct sw_template *template,
                                         const struct sw_scope *scope, struct sw_arena *arena);

/** The text for people: a part that is not known prints "(not known: reason)", a size reads "1.23
 * GiB" (values keep the exact form). */
const char *sw_template_text(const struct sw_template *template, const struct sw_scope *scope,
                             struct sw_arena *arena);

/** As it was written, `${...}` and all; lists and maps on one line. NULL for NULL. */
const char *sw_template_source(const struct sw_template *template, struct sw_arena *arena);
