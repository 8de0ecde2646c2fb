/** @file The type checker: literals, operators, and the words in which a mix is refused. */
#include "base/text.h"
#include "lang/expr_internal.h"

struct sw_diag *sw_expr_find(struct sw_expr_checker *checker, unsigned code, struct sw_token at,
                             const char *fmt, ...)
{
    struct sw_expr_job *job = checker->job;
    va_list args;

    va_start(args, fmt);
    const char *text = sw_vformat(job->arena, fmt, args);

    va_end(args);
    checker->has_failed = true;
    return sw_diag_add(job->diags, SW_ERROR, code,
                       sw_expr_place_mark(job->place, at.start, at.length), "%s", text);
}

static const char *name_of(const struct sw_expr_checker *checker, const struct sw_type *type)
{
    return sw_type_text(checker->job->arena, type);
}

/* Literals. */

static bool is_literal(const struct sw_expr_node *node)
{
    bool is_container = node->op == SW_X_LIST || node->op == SW_X_NEGATE;

    for (size_t i = 0; is_container && i < node->count; i++) {
        if (!is_literal(node->args[i])) {
            return false;
        }
    }
    return is_container || node->op == SW_X_LITERAL;
}

/** Types whose plain form an author may write in quotes. */
static bool is_quotable(const struct sw_type *type)
{
    return (sw_expr_is_text(type) && type->kind != SW_T_STRING) || type->kind == SW_T_TIME;
}

static const struct sw_type *check_text(struct sw_expr_checker *checker, struct sw_expr_node *node,
                                        const struct sw_type *hint)
{
    struct sw_expr_job *job = checker->job;
    const char *text = sw_as_text(node->value);
    const struct sw_value *value = NULL;
    struct sw_error err = {0};

    if (hint == NULL || !is_quotable(hint)) {
        return &sw_type_string;
    }
    if (sw_type_parse(hint, text, job->arena, &value, &err)) {
        node->value = value;
        return hint;
    }
    if (hint->kind != SW_T_ENUM || hint->values == NULL) {
        sw_expr_find(checker, 309, node->at, "%s", err.text);
        return NULL;
    }

    struct sw_diag *diag = sw_expr_find(checker, 309, node->at, "'%s' is no value of %s", text,
                                        name_of(checker, hint));
    size_t count = 0;

    while (hint->values[count] != NULL) {
        count++;
    }

    const char *close = sw_text_closest(text, hint->values, count);

    if (close != NULL) {
        sw_diag_hint(job->diags, diag, "did you mean '%s'?", close);
    }
    return NULL;
}

static const struct sw_type *check_literal(struct sw_expr_checker *checker,
                                           struct sw_expr_node *node, const struct sw_type *hint)
{
    struct sw_expr_job *job = checker->job;
    int64_t integer = 0;

    if (node->type == NULL) {
        struct sw_diag *diag = sw_expr_find(checker, 305, node->at, "null cannot be written");

        sw_diag_hint(job->diags, diag, "is_null(x) asks for it; default(x, v) replaces it");
        return NULL;
    }
    if (node->type == &sw_type_string) {
        return check_text(checker, node, hint);
    }
    if (hint == NULL || !sw_expr_is_number(node->type)) {
        return node->type;
    }
    if (hint->kind != SW_T_PERCENT && hint->kind != SW_T_FLOAT) {
        return node->type;
    }

    double real = sw_as_int(node->value, &integer) ? (double)integer : node->value->as.real;

    node->value = sw_real(job->arena, hint->kind == SW_T_FLOAT ? SW_V_FLOAT : SW_V_PERCENT, real);
    return hint;
}

static const struct sw_type *check_list(struct sw_expr_checker *checker, struct sw_expr_node *node,
                                        const struct sw_type *hint)
{
    const struct sw_type *of = NULL;
    const struct sw_type *wanted = hint != NULL && hint->kind == SW_T_LIST ? hint->of : NULL;
    bool is_fine = true;

    for (size_t i = 0; i < node->count; i++) {
        const struct sw_type *type =
            sw_expr_check(checker, node->args[i], wanted != NULL ? wanted : of);

        if (type == NULL) {
            is_fine = false;
            continue;
        }

        const struct sw_type *both = of != NULL ? sw_expr_common(of, type) : type;

        if (both == NULL) {
            sw_expr_find(checker, 308, node->args[i]->span, "a list of %s cannot hold %s",
                         name_of(checker, of), name_of(checker, type));
            is_fine = false;
            continue;
        }
        of = both;
    }
    if (!is_fine) {
        return NULL;
    }
    if (of == NULL) {
        of = wanted != NULL ? wanted : &sw_type_any;
    }
    return sw_expr_list_of(checker->job->arena, of);
}

/* What goes wrong most, in words. */

static const char *mix_hint(const struct sw_expr_node *node, const struct sw_type *other)
{
    bool is_plain = is_literal(node) && node->type != NULL;

    if (is_plain && node->type->kind == SW_T_STRING && !sw_expr_is_text(other)) {
        return "write it without quotes: 12, 1.5, true, 15m, 20GiB";
    }
    if (is_plain && sw_expr_is_number(node->type) && other->kind == SW_T_DURATION) {
        return "a bare number is no duration: write the unit, such as 15m";
    }
    if (is_plain && sw_expr_is_number(node->type) && other->kind == SW_T_SIZE) {
        return "a bare number is no size: write the unit, such as 20GiB";
    }
    if (is_plain && sw_expr_is_number(node->type) && other->kind == SW_T_VERSION) {
        return "quote a version: '14.0'";
    }
    if (node->type != NULL && other->kind == SW_T_STRING && !sw_expr_is_opaque(node->type)) {
        return "string(x) gives the plain form as text";
    }
    return NULL;
}

void sw_expr_misfit(struct sw_expr_checker *checker, const struct sw_expr_node *node,
                    const struct sw_type *expected)
{
    struct sw_diag *diag =
        sw_expr_find(checker, 310, node->span, "this is %s, but %s is wanted here",
                     name_of(checker, node->type), name_of(checker, expected));
    const char *hint = mix_hint(node, expected);

    if (expected->kind == SW_T_BOOL) {
        hint = "a condition is true or false: compare it with something";
    }
    if (hint != NULL) {
        sw_diag_hint(checker->job->diags, diag, "%s", hint);
    }
}

static const struct sw_type *mix(struct sw_expr_checker *checker, const struct sw_expr_node *node,
                                 const char *what)
{
    const struct sw_expr_node *a = node->args[0];
    const struct sw_expr_node *b = node->args[1];
    struct sw_diag *diag = sw_expr_find(checker, 308, node->at, "'%s' cannot %s %s and %s",
                                        sw_expr_words(checker->job, node->at), what,
                                        name_of(checker, a->type), name_of(checker, b->type));
    const char *hint = NULL;

    if (node->op == SW_X_ADD && sw_expr_is_text(a->type) && sw_expr_is_text(b->type)) {
        hint = "texts are joined in a template: '${a}${b}'";
    } else {
        hint = mix_hint(b, a->type);
        hint = hint != NULL ? hint : mix_hint(a, b->type);
    }
    if (hint != NULL) {
        sw_diag_hint(checker->job->diags, diag, "%s", hint);
    }
    return NULL;
}

/* Operators. */

bool sw_expr_check_pair(struct sw_expr_checker *checker, struct sw_expr_node *a,
                        struct sw_expr_node *b, const struct sw_type *hint)
{
    bool is_second_first = is_literal(a) && !is_literal(b);
    struct sw_expr_node *first = is_second_first ? b : a;
    struct sw_expr_node *second = is_second_first ? a : b;
    const struct sw_type *type = sw_expr_check(checker, first, hint);
    const struct sw_type *other = sw_expr_check(checker, second, type != NULL ? type : hint);

    return type != NULL && other != NULL;
}

static const struct sw_type *check_logic(struct sw_expr_checker *checker, struct sw_expr_node *node)
{
    bool is_fine = true;

    for (size_t i = 0; i < node->count; i++) {
        const struct sw_type *type = sw_expr_check(checker, node->args[i], NULL);

        if (type != NULL && type->kind != SW_T_BOOL && type->kind != SW_T_ANY) {
            sw_expr_misfit(checker, node->args[i], &sw_type_bool);
            type = NULL;
        }
        is_fine = is_fine && type != NULL;
    }
    return is_fine ? &sw_type_bool : NULL;
}

static bool share_a_word(const struct sw_type *a, const struct sw_type *b)
{
    for (size_t i = 0; a->values != NULL && b->values != NULL && a->values[i] != NULL; i++) {
        for (size_t j = 0; b->values[j] != NULL; j++) {
            if (sw_text_is(a->values[i], b->values[j])) {
                return true;
            }
        }
    }
    return a->values == NULL || b->values == NULL;
}

static bool can_equal(const struct sw_type *a, const struct sw_type *b)
{
    if (sw_expr_is_opaque(a) || sw_expr_is_opaque(b)) {
        return false;
    }
    if (a->kind == SW_T_ANY || b->kind == SW_T_ANY) {
        return true;
    }
    if (sw_expr_is_number(a) && sw_expr_is_number(b)) {
        return true;
    }
    if (a->kind != b->kind || a->kind == SW_T_MAP || a->kind == SW_T_OBJECT) {
        return false;
    }
    if (a->kind == SW_T_LIST) {
        return a->of == NULL || b->of == NULL || can_equal(a->of, b->of);
    }
    return a->kind != SW_T_ENUM || share_a_word(a, b);
}

static void note_text(struct sw_expr_node *node, const struct sw_type *a, const struct sw_type *b)
{
    while (a->kind == SW_T_LIST && a->of != NULL) {
        a = a->of;
    }
    while (b->kind == SW_T_LIST && b->of != NULL) {
        b = b->of;
    }
    node->is_folded = sw_type_is_folded(a) || sw_type_is_folded(b);
    node->is_version = a->kind == SW_T_VERSION || b->kind == SW_T_VERSION;
}

static bool is_null_word(const struct sw_expr_node *node)
{
    return node->op == SW_X_LITERAL && node->value->kind == SW_V_NULL;
}

static const struct sw_type *check_equality(struct sw_expr_checker *checker,
                                            struct sw_expr_node *node)
{
    struct sw_expr_node *a = node->args[0];
    struct sw_expr_node *b = node->args[1];

    if (is_null_word(a) || is_null_word(b)) {
        const struct sw_expr_node *other = is_null_word(a) ? b : a;
        struct sw_diag *diag = sw_expr_find(checker, 305, (is_null_word(a) ? a : b)->at,
                                            "nothing is equal to null, not even null");

        sw_diag_hint(checker->job->diags, diag, "write %sis_null(%s)",
                     node->op == SW_X_UNEQUAL ? "not " : "",
                     sw_expr_words(checker->job, other->span));
        return NULL;
    }
    if (!sw_expr_check_pair(checker, a, b, NULL)) {
        return NULL;
    }
    if (!can_equal(a->type, b->type)) {
        return mix(checker, node, "compare");
    }
    note_text(node, a->type, b->type);
    return &sw_type_bool;
}

static bool is_ordered(const struct sw_type *type)
{
    return type->kind == SW_T_ANY || sw_expr_is_number(type) || type->kind == SW_T_PERCENT ||
           type->kind == SW_T_VERSION || type->kind == SW_T_DURATION || type->kind == SW_T_SIZE ||
           type->kind == SW_T_TIME;
}

static const struct sw_type *check_order(struct sw_expr_checker *checker, struct sw_expr_node *node)
{
    struct sw_expr_node *a = node->args[0];
    struct sw_expr_node *b = node->args[1];

    if (!sw_expr_check_pair(checker, a, b, NULL)) {
        return NULL;
    }
    if (!can_equal(a->type, b->type)) {
        return mix(checker, node, "order");
    }
    if (!is_ordered(a->type) || !is_ordered(b->type)) {
        struct sw_diag *diag = sw_expr_find(
            checker, 308, node->at, "'%s' cannot order %s", sw_expr_words(checker->job, node->at),
            name_of(checker, is_ordered(a->type) ? b->type : a->type));

        sw_diag_hint(checker->job->diags, diag,
                     "numbers, versions, durations, sizes and times have an order");
        return NULL;
    }
    note_text(node, a->type, b->type);
    return &sw_type_bool;
}

static const struct sw_type *check_in(struct sw_expr_checker *checker, struct sw_expr_node *node)
{
    struct sw_expr_node *item = node->args[0];
    struct sw_expr_node *list = node->args[1];
    const struct sw_type *item_type = NULL;
    const struct sw_type *list_type = NULL;

    if (is_literal(item)) {
        list_type = sw_expr_check(checker, list, NULL);
        item_type =
            sw_expr_check(checker, item,
                          list_type != NULL && list_type->kind == SW_T_LIST ? list_type->of : NULL);
    } else {
        item_type = sw_expr_check(checker, item, NULL);
        list_type = sw_expr_check(
            checker, list,
            item_type != NULL ? sw_expr_list_of(checker->job->arena, item_type) : NULL);
    }
    if (item_type == NULL || list_type == NULL) {
        return NULL;
    }
    if (list_type->kind == SW_T_MAP && sw_expr_is_text(item_type)) {
        return &sw_type_bool;
    }
    if (list_type->kind != SW_T_LIST && list_type->kind != SW_T_ANY) {
        struct sw_diag *diag =
            sw_expr_find(checker, 308, list->span, "'in' looks into a list, and this is %s",
                         name_of(checker, list_type));

        if (sw_expr_is_text(list_type)) {
            sw_diag_hint(checker->job->diags, diag, "contains(text, part) looks into text");
        }
        return NULL;
    }
    if (list_type->of != NULL && !can_equal(item_type, list_type->of)) {
        return mix(checker, node, "compare");
    }
    note_text(node, item_type, list_type);
    return &sw_type_bool;
}

static bool is_scaled(const struct sw_type *type)
{
    return type->kind == SW_T_DURATION || type->kind == SW_T_SIZE;
}

static bool is_addable(const struct sw_type *type)
{
    return sw_expr_is_number(type) || is_scaled(type) || type->kind == SW_T_PERCENT ||
           type->kind == SW_T_ANY;
}

static const struct sw_type *check_sum(struct sw_expr_checker *checker, struct sw_expr_node *node,
                                       const struct sw_type *hint)
{
    if (!sw_expr_check_pair(checker, node->args[0], node->args[1], hint)) {
        return NULL;
    }

    const struct sw_type *a = node->args[0]->type;
    const struct sw_type *b = node->args[1]->type;

    if (a->kind == SW_T_TIME && b->kind == SW_T_TIME && node->op == SW_X_SUBTRACT) {
        return &sw_type_duration;
    }
    if (a->kind == SW_T_ANY && b->kind == SW_T_ANY) {
        return &sw_type_any;
    }
    if (!is_addable(a) || !is_addable(b) || sw_expr_common(a, b) == NULL) {
        return mix(checker, node, node->op == SW_X_ADD ? "add" : "subtract");
    }
    return sw_expr_common(a, b);
}

static const struct sw_type *check_product(struct sw_expr_checker *checker,
                                           struct sw_expr_node *node)
{
    const struct sw_type *a = sw_expr_check(checker, node->args[0], NULL);
    const struct sw_type *b = sw_expr_check(checker, node->args[1], NULL);
    bool is_division = node->op == SW_X_DIVIDE;

    if (a == NULL || b == NULL) {
        return NULL;
    }
    if (a->kind == SW_T_ANY || b->kind == SW_T_ANY) {
        return &sw_type_any;
    }
    if (sw_expr_is_number(a) && sw_expr_is_number(b)) {
        return is_division ? &sw_type_float : sw_expr_common(a, b);
    }
    if (is_scaled(a) && sw_expr_is_number(b)) {
        return a;
    }
    if (is_scaled(b) && sw_expr_is_number(a) && !is_division) {
        return b;
    }
    return mix(checker, node, is_division ? "divide" : "multiply");
}

static const struct sw_type *check_negation(struct sw_expr_checker *checker,
                                            struct sw_expr_node *node, const struct sw_type *hint)
{
    const struct sw_type *type = sw_expr_check(checker, node->args[0], hint);

    if (type != NULL && !is_addable(type)) {
        sw_expr_find(checker, 308, node->at, "there is no negative %s", name_of(checker, type));
        return NULL;
    }
    return type;
}

static const struct sw_type *check(struct sw_expr_checker *checker, struct sw_expr_node *node,
                                   const struct sw_type *hint)
{
    switch (node->op) {
    case SW_X_LITERAL:
        return check_literal(checker, node, hint);
    case SW_X_LIST:
        return check_list(checker, node, hint);
    case SW_X_REFERENCE:
    case SW_X_VARIABLE:
        return sw_expr_check_name(checker, node);
    case SW_X_MEMBER:
        return sw_expr_check_member(checker, node);
    case SW_X_INDEX:
        return sw_expr_check_index(checker, node);
    case SW_X_CALL:
        return sw_expr_check_call(checker, node, hint);
    case SW_X_NOT:
    case SW_X_AND:
    case SW_X_OR:
        return check_logic(checker, node);
    case SW_X_EQUAL:
    case SW_X_UNEQUAL:
        return check_equality(checker, node);
    case SW_X_LESS:
    case SW_X_LESS_EQUAL:
    case SW_X_GREATER:
    case SW_X_GREATER_EQUAL:
        return check_order(checker, node);
    case SW_X_IN:
        return check_in(checker, node);
    case SW_X_ADD:
    case SW_X_SUBTRACT:
        return check_sum(checker, node, hint);
    case SW_X_MULTIPLY:
    case SW_X_DIVIDE:
        return check_product(checker, node);
    case SW_X_NEGATE:
        return check_negation(checker, node, hint);
    }
    return NULL;
}

const struct sw_type *sw_expr_check(struct sw_expr_checker *checker, struct sw_expr_node *node,
                                    const struct sw_type *hint)
{
    node->type = check(checker, node, hint);
    return node->type;
}
