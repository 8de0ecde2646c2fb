/** @file The evaluator: operators over known, null and unknown values. Total. */
#include "lang/expr_internal.h"

#include "base/text.h"

#include <string.h>

const struct sw_value *sw_expr_missing(const struct sw_value *a, const struct sw_value *b)
{
    if (a->kind == SW_V_NULL) {
        return a;
    }
    if (b != NULL && b->kind == SW_V_NULL) {
        return b;
    }
    if (a->kind == SW_V_UNKNOWN) {
        return a;
    }
    return b != NULL && b->kind == SW_V_UNKNOWN ? b : NULL;
}

const struct sw_value *sw_expr_doubt(const struct sw_value *before, const struct sw_value *now)
{
    bool says_more = before == NULL || (before->kind == SW_V_NULL && now->kind == SW_V_UNKNOWN);

    return says_more ? now : before;
}

const struct sw_value *sw_expr_taken(struct sw_expr_run *run, const struct sw_value *value)
{
    if (value->is_secret) {
        run->is_tainted = true;
    }
    return value;
}

static const char *kind_name(enum sw_kind kind)
{
    switch (kind) {
    case SW_V_NULL:
        return "null";
    case SW_V_UNKNOWN:
        return "something unknown";
    case SW_V_BOOL:
        return "a bool";
    case SW_V_INT:
    case SW_V_FLOAT:
        return "a number";
    case SW_V_PERCENT:
        return "a percentage";
    case SW_V_TEXT:
        return "text";
    case SW_V_VERSION:
        return "a version";
    case SW_V_DURATION:
        return "a duration";
    case SW_V_SIZE:
        return "a size";
    case SW_V_TIME:
        return "a time";
    case SW_V_LIST:
        return "a list";
    case SW_V_MAP:
        return "a map";
    }
    return "something else";
}

const struct sw_value *sw_expr_null_mix(struct sw_expr_run *run, const struct sw_value *a,
                                        const struct sw_value *b)
{
    return sw_null(run->arena, sw_format(run->arena, "%s and %s do not go together",
                                         kind_name(a->kind), kind_name(b->kind)));
}

static bool spend(struct sw_expr_run *run)
{
    if (run->work_left == 0) {
        return false;
    }
    run->work_left--;
    return true;
}

static const struct sw_value *null_spent(struct sw_expr_run *run)
{
    return sw_null(run->arena, "this expression takes too many steps");
}

/* Names. */

/** The reason of a null or unknown name leads with the name. */
static const struct sw_value *with_name(struct sw_expr_run *run, const struct sw_expr_node *node,
                                        const struct sw_value *value)
{
    const char *why = value->as.text != NULL ? value->as.text : "";
    struct sw_arena *arena = run->arena;
    const char *name = node->name;

    for (size_t i = 0; i < node->path_count; i++) {
        name = sw_format(arena, "%s.%s", name, node->path[i]);
    }
    if (sw_text_begins(why, name)) {
        return value;
    }
    if (value->kind == SW_V_UNKNOWN) {
        return sw_unknown(arena, "%s: %s", name, why[0] != '\0' ? why : "not read yet");
    }
    return sw_null(arena,
                   sw_format(arena, "%s: %s", name, why[0] != '\0' ? why : "nothing was said"));
}

static const struct sw_value *eval_reference(struct sw_expr_run *run,
                                             const struct sw_expr_node *node)
{
    const struct sw_scope *scope = run->scope;
    const struct sw_value *value = NULL;

    if (scope != NULL && scope->value_of != NULL) {
        value = scope->value_of(scope->context, node->name, (const char *const *)node->path,
                                node->path_count, run->arena);
    }
    if (value == NULL) {
        value = sw_unknown(run->arena, "not read yet");
    }
    if (value->kind == SW_V_NULL || value->kind == SW_V_UNKNOWN) {
        return with_name(run, node, value);
    }
    return sw_expr_taken(run, value);
}

static const struct sw_value *member(struct sw_expr_run *run, const struct sw_value *value,
                                     const char *name)
{
    if (!sw_is_known(value)) {
        return value;
    }
    if (value->kind != SW_V_MAP) {
        return sw_null(run->arena,
                       sw_format(run->arena, "%s has no '%s'", kind_name(value->kind), name));
    }

    const struct sw_value *inner = sw_get(value, name);

    return inner != NULL ? sw_expr_taken(run, inner)
                         : sw_null(run->arena, sw_format(run->arena, "there is no '%s'", name));
}

static const struct sw_value *eval_variable(struct sw_expr_run *run,
                                            const struct sw_expr_node *node)
{
    const struct sw_expr_bound *bound = run->bound;

    while (bound != NULL && strcmp(bound->name, node->name) != 0) {
        bound = bound->outer;
    }
    if (bound == NULL) {
        return sw_null(run->arena, "no item");
    }

    const struct sw_value *value = bound->value;

    for (size_t i = 0; i < node->path_count; i++) {
        value = member(run, value, node->path[i]);
    }
    return value;
}

static const struct sw_value *eval_index(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    const struct sw_value *value = sw_expr_eval_node(run, node->args[0]);
    const struct sw_value *key = sw_expr_eval_node(run, node->args[1]);
    const struct sw_value *missing = sw_expr_missing(value, key);
    int64_t place = 0;

    if (missing != NULL) {
        return missing;
    }
    if (sw_as_text(key) != NULL) {
        return member(run, value, sw_as_text(key));
    }
    if (value->kind != SW_V_LIST || key->kind != SW_V_INT || !sw_as_int(key, &place)) {
        return sw_expr_null_mix(run, value, key);
    }
    if (place < 0 || (uint64_t)place >= sw_list_count(value)) {
        return sw_null(run->arena, sw_format(run->arena, "there is no item %lld: the list has %zu",
                                             (long long)place, sw_list_count(value)));
    }
    return sw_expr_taken(run, sw_list_at(value, (size_t)place));
}

static const struct sw_value *eval_list(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    struct sw_builder list = sw_list_begin(run->arena);

    for (size_t i = 0; i < node->count; i++) {
        sw_list_add(&list, sw_expr_eval_node(run, node->args[i]));
    }
    return sw_built(&list);
}

/* Comparison. */

static bool as_real(const struct sw_value *value, long double *ret)
{
    switch (value->kind) {
    case SW_V_INT:
        *ret = (long double)value->as.integer;
        return true;
    case SW_V_FLOAT:
    case SW_V_PERCENT:
        *ret = (long double)value->as.real;
        return true;
    case SW_V_NULL:
    case SW_V_UNKNOWN:
    case SW_V_BOOL:
    case SW_V_TEXT:
    case SW_V_VERSION:
    case SW_V_DURATION:
    case SW_V_SIZE:
    case SW_V_TIME:
    case SW_V_LIST:
    case SW_V_MAP:
        return false;
    }
    return false;
}

/** One number of a version, of any length. @return false where there is none */
static bool take_number(const char **text, const char **ret_digits, size_t *ret_length)
{
    static const char zero[] = "0";
    size_t length = strspn(*text, "0123456789");

    *ret_digits = zero;
    *ret_length = 0;
    if (**text == '\0') {
        return true; /* 14.0 is 14.0.0.0 */
    }
    if (length == 0 || ((*text)[length] != '.' && (*text)[length] != '\0') ||
        ((*text)[length] == '.' && (*text)[length + 1] == '\0')) {
        return false;
    }
    *ret_digits = *text;
    *ret_length = length;
    while (*ret_length > 0 && **ret_digits == '0') {
        (*ret_digits)++;
        (*ret_length)--;
    }
    *text += length + ((*text)[length] == '.' ? 1 : 0);
    return true;
}

static bool order_versions(const char *a, const char *b, int *ret_order)
{
    int order = 0;

    if (*a == '\0' || *b == '\0') {
        return false;
    }
    while (*a != '\0' || *b != '\0') {
        const char *a_digits = NULL;
        const char *b_digits = NULL;
        size_t a_length = 0;
        size_t b_length = 0;

        if (!take_number(&a, &a_digits, &a_length) || !take_number(&b, &b_digits, &b_length)) {
            return false;
        }
        if (order == 0 && a_length != b_length) {
            order = a_length < b_length ? -1 : 1;
        } else if (order == 0) {
            order = memcmp(a_digits, b_digits, a_length);
        }
    }
    *ret_order = order;
    return true;
}

static int order_folded(const char *a, const char *b)
{
    size_t i = 0;

    for (;; i++) {
        unsigned char x = (unsigned char)a[i];
        unsigned char y = (unsigned char)b[i];

        x = (unsigned char)(x >= 'A' && x <= 'Z' ? x + ('a' - 'A') : x);
        y = (unsigned char)(y >= 'A' && y <= 'Z' ? y + ('a' - 'A') : y);
        if (x != y || x == '\0') {
            return (int)x - (int)y;
        }
    }
}

static const struct sw_value *order_texts(struct sw_expr_run *run, const struct sw_expr_node *by,
                                          const char *a, const char *b, int *ret_order)
{
    if (!by->is_version) {
        *ret_order = by->is_folded ? order_folded(a, b) : strcmp(a, b);
        return NULL;
    }
    return order_versions(a, b, ret_order)
               ? NULL
               : sw_null(run->arena, "a version is not numbers and dots");
}

const struct sw_value *sw_expr_order(struct sw_expr_run *run, const struct sw_expr_node *by,
                                     const struct sw_value *a, const struct sw_value *b,
                                     int *ret_order)
{
    long double x = 0;
    long double y = 0;
    int64_t i = 0;
    int64_t j = 0;
    bool is_percent = a->kind == SW_V_PERCENT;

    if (as_real(a, &x) && as_real(b, &y) && is_percent == (b->kind == SW_V_PERCENT)) {
        *ret_order = x < y ? -1 : (x > y ? 1 : 0);
        return NULL;
    }
    if (sw_as_text(a) != NULL && sw_as_text(b) != NULL) {
        return order_texts(run, by, sw_as_text(a), sw_as_text(b), ret_order);
    }
    if (a->kind != b->kind) {
        return sw_expr_null_mix(run, a, b);
    }
    if (sw_as_int(a, &i) && sw_as_int(b, &j)) {
        *ret_order = i < j ? -1 : (i > j ? 1 : 0);
        return NULL;
    }
    if (a->kind == SW_V_BOOL) {
        *ret_order = (a->as.boolean ? 1 : 0) - (b->as.boolean ? 1 : 0);
        return NULL;
    }
    return sw_expr_null_mix(run, a, b);
}

static const struct sw_value *equal_lists(struct sw_expr_run *run, const struct sw_expr_node *by,
                                          const struct sw_value *a, const struct sw_value *b)
{
    const struct sw_value *doubt = NULL;

    if (sw_list_count(a) != sw_list_count(b)) {
        return sw_bool(false);
    }
    for (size_t i = 0; i < sw_list_count(a); i++) {
        const struct sw_value *same = sw_expr_equal(run, by, sw_expr_taken(run, sw_list_at(a, i)),
                                                    sw_expr_taken(run, sw_list_at(b, i)));
        bool is_same = false;

        if (!sw_as_bool(same, &is_same)) {
            doubt = sw_expr_doubt(doubt, same);
        } else if (!is_same) {
            return same;
        }
    }
    return doubt != NULL ? doubt : sw_bool(true);
}

const struct sw_value *sw_expr_equal(struct sw_expr_run *run, const struct sw_expr_node *by,
                                     const struct sw_value *a, const struct sw_value *b)
{
    const struct sw_value *missing = sw_expr_missing(a, b);
    int order = 0;

    if (!spend(run)) {
        return null_spent(run);
    }
    if (missing != NULL) {
        return missing;
    }
    if (a->kind == SW_V_LIST && b->kind == SW_V_LIST) {
        return equal_lists(run, by, a, b);
    }
    missing = sw_expr_order(run, by, a, b, &order);
    return missing != NULL ? missing : sw_bool(order == 0);
}

static const struct sw_value *eval_comparison(struct sw_expr_run *run,
                                              const struct sw_expr_node *node,
                                              const struct sw_value *a, const struct sw_value *b)
{
    const struct sw_value *result = NULL;
    bool is_equal = false;
    int order = 0;

    if (node->op == SW_X_EQUAL || node->op == SW_X_UNEQUAL) {
        result = sw_expr_equal(run, node, a, b);
        return sw_as_bool(result, &is_equal) ? sw_bool(is_equal == (node->op == SW_X_EQUAL))
                                             : result;
    }
    result = sw_expr_missing(a, b);
    if (result == NULL) {
        result = sw_expr_order(run, node, a, b, &order);
    }
    if (result != NULL) {
        return result;
    }
    if (node->op == SW_X_LESS) {
        return sw_bool(order < 0);
    }
    if (node->op == SW_X_LESS_EQUAL) {
        return sw_bool(order <= 0);
    }
    return sw_bool(node->op == SW_X_GREATER ? order > 0 : order >= 0);
}

static const struct sw_value *eval_in(struct sw_expr_run *run, const struct sw_expr_node *node,
                                      const struct sw_value *item, const struct sw_value *list)
{
    const struct sw_value *doubt = sw_expr_missing(item, list);

    if (doubt != NULL) {
        return doubt;
    }
    if (list->kind == SW_V_MAP && sw_as_text(item) != NULL) {
        return sw_bool(sw_get(list, sw_as_text(item)) != NULL);
    }
    if (list->kind != SW_V_LIST) {
        return sw_expr_null_mix(run, item, list);
    }
    for (size_t i = 0; i < sw_list_count(list); i++) {
        const struct sw_value *same =
            sw_expr_equal(run, node, item, sw_expr_taken(run, sw_list_at(list, i)));
        bool is_same = false;

        if (!sw_as_bool(same, &is_same)) {
            doubt = sw_expr_doubt(doubt, same);
        } else if (is_same) {
            return same;
        }
    }
    return doubt != NULL ? doubt : sw_bool(false);
}

/** Three-valued: one `decider` decides, else doubt stays doubt. */
static const struct sw_value *eval_logic(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    bool decider = node->op == SW_X_OR;
    const struct sw_value *doubt = NULL;

    for (size_t i = 0; i < node->count; i++) {
        const struct sw_value *value = sw_expr_eval_node(run, node->args[i]);
        bool is_true = false;

        if (sw_as_bool(value, &is_true)) {
            if (is_true == decider) {
                return value;
            }
        } else {
            if (sw_is_known(value)) {
                value = sw_expr_null_mix(run, value, sw_bool(true));
            }
            doubt = sw_expr_doubt(doubt, value);
        }
    }
    return doubt != NULL ? doubt : sw_bool(!decider);
}

static const struct sw_value *eval_not(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    const struct sw_value *value = sw_expr_eval_node(run, node->args[0]);
    bool is_true = false;

    if (sw_as_bool(value, &is_true)) {
        return sw_bool(!is_true);
    }
    return sw_is_known(value) ? sw_expr_null_mix(run, value, sw_bool(true)) : value;
}

const struct sw_value *sw_expr_eval_node(struct sw_expr_run *run, const struct sw_expr_node *node)
{
    if (!spend(run)) {
        return null_spent(run);
    }

    const struct sw_value *a = NULL;

    switch (node->op) {
    case SW_X_LITERAL:
        return node->value;
    case SW_X_LIST:
        return eval_list(run, node);
    case SW_X_REFERENCE:
        return eval_reference(run, node);
    case SW_X_VARIABLE:
        return eval_variable(run, node);
    case SW_X_MEMBER:
        return member(run, sw_expr_eval_node(run, node->args[0]), node->name);
    case SW_X_INDEX:
        return eval_index(run, node);
    case SW_X_CALL:
        return node->function->eval(run, node);
    case SW_X_NOT:
        return eval_not(run, node);
    case SW_X_AND:
    case SW_X_OR:
        return eval_logic(run, node);
    case SW_X_EQUAL:
    case SW_X_UNEQUAL:
    case SW_X_LESS:
    case SW_X_LESS_EQUAL:
    case SW_X_GREATER:
    case SW_X_GREATER_EQUAL:
        a = sw_expr_eval_node(run, node->args[0]);
        return eval_comparison(run, node, a, sw_expr_eval_node(run, node->args[1]));
    case SW_X_IN:
        a = sw_expr_eval_node(run, node->args[0]);
        return eval_in(run, node, a, sw_expr_eval_node(run, node->args[1]));
    case SW_X_ADD:
    case SW_X_SUBTRACT:
    case SW_X_MULTIPLY:
    case SW_X_DIVIDE:
        a = sw_expr_eval_node(run, node->args[0]);
        return sw_expr_arithmetic(run, node->op, a, sw_expr_eval_node(run, node->args[1]));
    case SW_X_NEGATE:
        return sw_expr_negate(run, sw_expr_eval_node(run, node->args[0]));
    }
    return sw_null(run->arena, "");
}

const struct sw_value *sw_expr_eval(const struct sw_expr *expr, const struct sw_scope *scope,
                                    struct sw_arena *arena)
{
    struct sw_expr_run run = {
        .scope = scope,
        .arena = arena,
        .work_left = SW_EXPR_WORK,
    };
    const struct sw_value *value = sw_expr_eval_node(&run, expr->root);

    /* what has no type until it is read may turn out to be anything */
    if (expr->is_condition && sw_is_known(value) && value->kind != SW_V_BOOL) {
        value = sw_null(arena, sw_format(arena, "%s: this is %s, neither true nor false",
                                         expr->text, kind_name(value->kind)));
    }
    return run.is_tainted && !value->is_secret ? sw_with_secret(arena, value) : value;
}
