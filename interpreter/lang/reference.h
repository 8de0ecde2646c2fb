#pragma once
/** @file What the tables of expressions and types do not say by themselves: one sentence a
 * function, an operator and a type, for `explain` and the reference of the language. */
#include <stddef.h>

struct sw_arena;

struct sw_reference_row {
    const char *name;  /**< NULL ends a table */
    const char *usage; /**< how it is written */
    const char *doc;
};

/** Functions in the order of the checker's table; all of it has a doc, or a test fails. */
const struct sw_reference_row *sw_reference_functions(struct sw_arena *arena);
const struct sw_reference_row *sw_reference_operators(void);
const struct sw_reference_row *sw_reference_types(void);
/** `params`, `facts`, ... */
const struct sw_reference_row *sw_reference_roots(void);
/** `ok`, `failed`, `timeout`, `evidence_lost`: outcomes that the language gives. */
const struct sw_reference_row *sw_reference_outcomes(void);
