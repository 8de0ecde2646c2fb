#pragma once
/**
 * @file What the parts of the expression compiler share. Only lang/expr*.c and lang/template*.c
 * include it.
 */
#include "base/limits.h"
#include "lang/expr.h"
#include "lang/node.h"

/**
 * Nodes that one evaluation may visit before it gives null: nested any/all over long lists would
 * otherwise take list length to the power of their nesting.
 */
#define SW_EXPR_WORK 2000000u
/** What a match counts that reached its own limit. */
#define SW_EXPR_WORK_LOST_MATCH 100000u

/** How offsets in a decoded scalar map to the columns of its source line. */
enum sw_expr_mapping {
    SW_MAP_EXACT,   /**< byte for byte */
    SW_MAP_DOUBLED, /**< single quotes: each quote in the text is two in the source */
    SW_MAP_WHOLE,   /**< folded or escaped: every finding points at the whole scalar */
};

/** A decoded scalar and where it stands. Marks are cheapest when asked for from left to right. */
struct sw_expr_place {
    const char *text;
    size_t length;
    enum sw_expr_mapping mapping;
    struct sw_mark mark;             /**< of the first character of the text; WHOLE: of all of it */
    size_t known_offset, known_skip; /**< how many columns and bytes lie before known_offset */
    uint32_t known_columns;
};

/** The place of a scalar node: skips the opening quote, finds out how far columns can be exact. */
struct sw_expr_place sw_expr_place_of(const struct sw_node *scalar);
struct sw_mark sw_expr_place_mark(struct sw_expr_place *place, size_t start, size_t length);

/** One compilation. */
struct sw_expr_job {
    struct sw_arena *arena;
    struct sw_expr_place *place;
    const struct sw_type *expected; /**< or NULL */
    bool is_condition;              /**< refuses default() */
    const struct sw_names *names;   /**< NULL: no names can be used */
    struct sw_diags *diags;
};

/** Compile a part of the place's text. @return NULL after adding a finding */
struct sw_expr *sw_expr_compile_part(struct sw_expr_job *job, size_t start, size_t length);

/* Tokens. */

enum sw_token_kind {
    SW_TOKEN_END,
    SW_TOKEN_BAD, /**< a finding was added */
    SW_TOKEN_NAME,
    SW_TOKEN_NUMBER,
    SW_TOKEN_TEXT, /**< with its quotes */
    SW_TOKEN_SIGN,
};

struct sw_token {
    enum sw_token_kind kind;
    size_t start, length;
};

struct sw_expr_parser {
    struct sw_expr_job *job;
    size_t position, end;
    struct sw_token token, before; /**< before.length 0: the expression begins here */
    unsigned depth;
    bool has_failed; /**< one syntax finding an expression: the rest would be guesswork */
};

/** Step to the next token. */
void sw_expr_advance(struct sw_expr_parser *parser);
/** Add a syntax finding about a part of the text, unless there is one already. */
void sw_expr_syntax(struct sw_expr_parser *parser, unsigned code, struct sw_token at,
                    const char *hint, const char *fmt, ...) SW_PRINTF(5, 6);

/* The tree. */

enum sw_expr_op {
    SW_X_LITERAL,
    SW_X_LIST,
    SW_X_REFERENCE, /**< name and path: something outside of the expression */
    SW_X_VARIABLE,  /**< name and path: the bound variable of any, all, count */
    SW_X_MEMBER,    /**< args[0] . name */
    SW_X_INDEX,     /**< args[0] [ args[1] ] */
    SW_X_CALL,
    SW_X_NOT,
    SW_X_AND,
    SW_X_OR,
    SW_X_EQUAL,
    SW_X_UNEQUAL,
    SW_X_LESS,
    SW_X_LESS_EQUAL,
    SW_X_GREATER,
    SW_X_GREATER_EQUAL,
    SW_X_IN,
    SW_X_ADD,
    SW_X_SUBTRACT,
    SW_X_MULTIPLY,
    SW_X_DIVIDE,
    SW_X_NEGATE,
};

struct sw_expr_pattern;

struct sw_expr_node {
    enum sw_expr_op op;
    struct sw_token span;         /**< all of it */
    struct sw_token at;           /**< what findings point at: the operator or the name */
    const struct sw_type *type;   /**< set by the checker */
    const struct sw_value *value; /**< LITERAL */
    const char *name;             /**< REFERENCE, VARIABLE, MEMBER, CALL */
    const char **path;            /**< REFERENCE, VARIABLE */
    size_t path_count;
    size_t path_capacity;
    struct sw_expr_node **args;
    size_t count, capacity;
    const struct sw_expr_function *function; /**< CALL */
    const struct sw_expr_pattern *pattern;   /**< CALL of matches */
    bool is_folded;                          /**< text is compared without case */
    bool is_version;                         /**< text is compared as versions */
    unsigned depth;                          /**< height of the tree below */
};

/** Parse; NULL after a finding. */
struct sw_expr_node *sw_expr_parse(struct sw_expr_parser *parser);

/* The checker. */

struct sw_expr_binding {
    const char *name;
    const struct sw_type *type;
    const struct sw_expr_binding *outer;
};

struct sw_expr_checker {
    struct sw_expr_job *job;
    const struct sw_expr_binding *bindings;
    bool is_guarded;
    bool has_failed;
    struct sw_reference *references;
    size_t reference_count, reference_capacity;
};

/**
 * Give a node its type; literals take the hint where they can.
 *
 * @param hint NULL: no preference
 * @return NULL after a finding
 */
const struct sw_type *sw_expr_check(struct sw_expr_checker *checker, struct sw_expr_node *node,
                                    const struct sw_type *hint);
const struct sw_type *sw_expr_check_name(struct sw_expr_checker *checker,
                                         struct sw_expr_node *node);
const struct sw_type *sw_expr_check_member(struct sw_expr_checker *checker,
                                           struct sw_expr_node *node);
const struct sw_type *sw_expr_check_index(struct sw_expr_checker *checker,
                                          struct sw_expr_node *node);
const struct sw_type *sw_expr_check_call(struct sw_expr_checker *checker, struct sw_expr_node *node,
                                         const struct sw_type *hint);
/** Check a literal first or last, so that it takes the type of the other. NULL after a finding. */
bool sw_expr_check_pair(struct sw_expr_checker *checker, struct sw_expr_node *a,
                        struct sw_expr_node *b, const struct sw_type *hint);
/** Add the finding that a node does not fit its place. */
void sw_expr_misfit(struct sw_expr_checker *checker, const struct sw_expr_node *node,
                    const struct sw_type *expected);
/** Note a name that the expression reads. */
void sw_expr_refer(struct sw_expr_checker *checker, const struct sw_expr_node *node,
                   const char *root, const char *const *path, size_t path_count);

/** Add a finding about a token. @return the finding, for hints */
struct sw_diag *sw_expr_find(struct sw_expr_checker *checker, unsigned code, struct sw_token at,
                             const char *fmt, ...) SW_PRINTF(4, 5);
/** The author's text of a token, in the arena. */
const char *sw_expr_words(const struct sw_expr_job *job, struct sw_token token);

/** May a value of `from` stand where `to` is wanted? */
bool sw_expr_takes(const struct sw_type *to, const struct sw_type *from);
/** The type that both fit into, NULL when there is none. */
const struct sw_type *sw_expr_common(const struct sw_type *a, const struct sw_type *b);
bool sw_expr_is_text(const struct sw_type *type);   /**< string, enum, version, checked text */
bool sw_expr_is_number(const struct sw_type *type); /**< int, float */
bool sw_expr_is_opaque(const struct sw_type *type); /**< secret, listing, mark */
const struct sw_type *sw_expr_list_of(struct sw_arena *arena, const struct sw_type *of);

/* Functions. */

struct sw_expr_run;

struct sw_expr_function {
    const char *name;
    size_t min_args, max_args;
    const char *usage; /**< "any(list, x, condition)" */
    const struct sw_type *(*check)(struct sw_expr_checker *checker, struct sw_expr_node *node,
                                   const struct sw_type *hint);
    const struct sw_value *(*eval)(struct sw_expr_run *run, const struct sw_expr_node *node);
};

/** All functions, ends with a NULL name. */
extern const struct sw_expr_function sw_expr_functions[];

/* KEEP IN STEP: the table in expr_call.c. */
const struct sw_value *sw_expr_eval_if(struct sw_expr_run *run, const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_any(struct sw_expr_run *run, const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_all(struct sw_expr_run *run, const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_count(struct sw_expr_run *run, const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_len(struct sw_expr_run *run, const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_lower(struct sw_expr_run *run, const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_upper(struct sw_expr_run *run, const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_trim(struct sw_expr_run *run, const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_contains(struct sw_expr_run *run,
                                             const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_starts(struct sw_expr_run *run,
                                           const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_ends(struct sw_expr_run *run, const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_matches(struct sw_expr_run *run,
                                            const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_min(struct sw_expr_run *run, const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_max(struct sw_expr_run *run, const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_string(struct sw_expr_run *run,
                                           const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_is_null(struct sw_expr_run *run,
                                            const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_default(struct sw_expr_run *run,
                                            const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_age(struct sw_expr_run *run, const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_outcome(struct sw_expr_run *run,
                                            const struct sw_expr_node *node);
const struct sw_value *sw_expr_eval_choice(struct sw_expr_run *run,
                                           const struct sw_expr_node *node);

/* Regular expressions (sole home of pcre2.h: expr_regex.c). */

/** Compile into the arena; NULL with the reason, and where in the pattern. */
const struct sw_expr_pattern *sw_expr_pattern_new(struct sw_arena *arena, const char *pattern,
                                                  bool is_folded, size_t *ret_offset,
                                                  const char **ret_why);
/** true, false, or null when the match limit was reached. */
const struct sw_value *sw_expr_pattern_match(const struct sw_expr_pattern *pattern,
                                             const char *text, struct sw_arena *arena);

/* The evaluator. */

struct sw_expr_bound {
    const char *name;
    const struct sw_value *value;
    const struct sw_expr_bound *outer;
};

struct sw_expr_run {
    const struct sw_scope *scope; /**< NULL: no name is known */
    struct sw_arena *arena;
    const struct sw_expr_bound *bound;
    unsigned work_left;
    bool is_tainted; /**< something secret was read: the result is secret */
};

struct sw_expr {
    const char *text;
    const struct sw_type *type;
    bool is_condition;
    const struct sw_expr_node *root;
    const struct sw_reference *references;
    size_t reference_count;
};

const struct sw_value *sw_expr_eval_node(struct sw_expr_run *run, const struct sw_expr_node *node);
/** The first null, else the first unknown, else NULL: what a strict operator passes on. */
const struct sw_value *sw_expr_missing(const struct sw_value *a, const struct sw_value *b);
/**
 * Order two known values.
 *
 * @param by whose is_folded and is_version say how text is compared
 * @return NULL and *ret_order (< 0, 0, > 0), or a null value with the reason
 */
const struct sw_value *sw_expr_order(struct sw_expr_run *run, const struct sw_expr_node *by,
                                     const struct sw_value *a, const struct sw_value *b,
                                     int *ret_order);
/** Three-valued equality. */
const struct sw_value *sw_expr_equal(struct sw_expr_run *run, const struct sw_expr_node *by,
                                     const struct sw_value *a, const struct sw_value *b);
/** Add, subtract, multiply, divide; what does not fit into the result's kind is null. */
const struct sw_value *sw_expr_arithmetic(struct sw_expr_run *run, enum sw_expr_op op,
                                          const struct sw_value *a, const struct sw_value *b);
const struct sw_value *sw_expr_negate(struct sw_expr_run *run, const struct sw_value *value);
const struct sw_value *sw_expr_null_mix(struct sw_expr_run *run, const struct sw_value *a,
                                        const struct sw_value *b);
/** Of two parts in doubt: an unknown may still be decided, so it says more than a null.
 * @param before or NULL */
const struct sw_value *sw_expr_doubt(const struct sw_value *before, const struct sw_value *now);
/** Read one item: keeps the taint. */
const struct sw_value *sw_expr_taken(struct sw_expr_run *run, const struct sw_value *value);
