#pragma once
/**
 * @file The expression language: small, total, typed, three-valued (language.md, "Expressions").
 * Text -> typed tree (once, at load) -> value (any number of times, no side effects).
 */
#include "base/arena.h"
#include "sdk/diag.h"
#include "sdk/field.h"

struct sw_expr; /**< a typed tree; lives in the arena of its compilation */

/** What names mean at one place of a runbook, for the type checker. */
struct sw_names {
    /**
     * Type of `root` (params facts steps run targets each result) followed by `path` (names only;
     * an index is not passed). Adds a finding with "did you mean" and returns NULL for an unknown
     * one. `mark` covers the whole reference. `is_guarded`: inside default() or is_null().
     */
    const struct sw_type *(*type_of)(void *context, const char *root, const char *const *path,
                                     size_t path_count, struct sw_mark mark, bool is_guarded,
                                     struct sw_diags *diags);
    /** Outcome names (outcome(step)) or choice names (choice(step)) of a step, NULL-ended; NULL
     * with a finding when there is no such step. */
    const char *const *(*words_of)(void *context, const char *step, bool is_choice,
                                   struct sw_mark mark, bool is_guarded, struct sw_diags *diags);
    void *context;
};

/** What names are worth while a run goes on. */
struct sw_scope {
    /** @return the value, null or unknown (never NULL) */
    const struct sw_value *(*value_of)(void *context, const char *root, const char *const *path,
                                       size_t path_count, struct sw_arena *arena);
    /** Last outcome or choice of a step as TEXT; unknown when not finished. */
    const struct sw_value *(*word_of)(void *context, const char *step, bool is_choice,
                                      struct sw_arena *arena);
    /** Now by clock `clock` (see sw_value.clock), ns; 0 = that clock is not known. */
    int64_t (*now)(void *context, unsigned clock);
    void *context;
};

/**
 * Compile text that stands at `at` (its first character, so behind an opening quote) into a tree.
 *
 * Findings point at the very token, counted from `at`; in text of several lines at `at` itself.
 *
 * @param expected NULL: any type; else literals take it and another type is an error SW03xx.
 * `&sw_type_bool` itself says that this is a condition, where default() is refused.
 * @param names NULL: no names can be used
 * @return NULL after adding at least one SW03xx error
 */
struct sw_expr *sw_expr_compile(struct sw_arena *arena, const char *text, struct sw_mark at,
                                const struct sw_type *expected, const struct sw_names *names,
                                struct sw_diags *diags);

struct sw_node;

/** The same for a scalar of a YAML tree: knows its quotes, folds and escapes. */
struct sw_expr *sw_expr_compile_scalar(struct sw_arena *arena, const struct sw_node *scalar,
                                       const struct sw_type *expected, const struct sw_names *names,
                                       struct sw_diags *diags);

const struct sw_type *sw_expr_type(const struct sw_expr *expr);
const char *sw_expr_text(const struct sw_expr *expr); /**< as written, trimmed */

/**
 * Evaluate; total: never fails, gives null or unknown with the reason instead.
 *
 * Where a part is null and another unknown, the whole is null (it will stay so); for `and`, `or`,
 * any() and all() it is unknown (it may still be decided). A name that is null or unknown leads the
 * reason: "steps.final_upload.ended: not read yet". What reads a secret is a secret. A condition
 * gives true, false, null or unknown, nothing else.
 *
 * @param scope NULL: every name is unknown
 */
const struct sw_value *sw_expr_eval(const struct sw_expr *expr, const struct sw_scope *scope,
                                    struct sw_arena *arena);

/** One name that an expression reads, for plans ("unknown, comes from step X"). outcome(X) and
 * choice(X) read root "steps", path {X}; a path ends before the first index. */
struct sw_reference {
    const char *root;
    const char *const *path;
    size_t path_count;
    struct sw_mark mark;
    bool is_guarded;
};
size_t sw_expr_references(const struct sw_expr *expr, const struct sw_reference **ret_first);
