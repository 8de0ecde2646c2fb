/** @file The type checker: functions. The table at the end is all there are. */
#include "base/text.h"
#include "lang/expr_internal.h"

#include <string.h>

static struct sw_diag *wrong_argument(struct sw_expr_checker *checker,
                                      const struct sw_expr_node *node, size_t index,
                                      const char *wants)
{
    const struct sw_expr_node *arg = node->args[index];

    return sw_expr_find(checker, 307, arg->span, "%s takes %s here, and this is %s", node->name,
                        wants, sw_type_text(checker->job->arena, arg->type));
}

static bool is_any_or(const struct sw_type *type, enum sw_type_kind kind)
{
    return type->kind == SW_T_ANY || type->kind == kind;
}

/** The common type of two arguments, of which one may be a literal. */
static const struct sw_type *check_same(struct sw_expr_checker *checker,
                                        const struct sw_expr_node *node, size_t first,
                                        const struct sw_type *hint)
{
    struct sw_expr_node *a = node->args[first];
    struct sw_expr_node *b = node->args[first + 1];

    if (!sw_expr_check_pair(checker, a, b, hint)) {
        return NULL;
    }

    const struct sw_type *type = sw_expr_common(a->type, b->type);

    if (type == NULL) {
        sw_expr_find(checker, 307, b->span, "%s needs two of a kind: %s and %s are not", node->name,
                     sw_type_text(checker->job->arena, a->type),
                     sw_type_text(checker->job->arena, b->type));
    }
    return type;
}

static const struct sw_type *check_if(struct sw_expr_checker *checker, struct sw_expr_node *node,
                                      const struct sw_type *hint)
{
    const struct sw_type *condition = sw_expr_check(checker, node->args[0], NULL);

    if (condition != NULL && !is_any_or(condition, SW_T_BOOL)) {
        wrong_argument(checker, node, 0, "a condition");
        condition = NULL;
    }

    const struct sw_type *type = check_same(checker, node, 1, hint);

    return condition != NULL ? type : NULL;
}

static bool can_bind(struct sw_expr_checker *checker, const struct sw_expr_node *node)
{
    static const char *const taken[] = {"params",  "facts", "steps", "run",
                                        "targets", "each",  "result"};
    const struct sw_expr_node *name = node->args[1];

    if (name->op != SW_X_REFERENCE || name->path_count > 0) {
        struct sw_diag *diag = sw_expr_find(checker, 307, name->span,
                                            "the second part of %s names the item", node->name);

        sw_diag_hint(checker->job->diags, diag, "write %s(list, x, x == ...)", node->name);
        return false;
    }
    for (size_t i = 0; i < SW_COUNT(taken); i++) {
        if (strcmp(taken[i], name->name) == 0) {
            sw_expr_find(checker, 315, name->at, "'%s' means something already", name->name);
            return false;
        }
    }
    for (const struct sw_expr_binding *b = checker->bindings; b != NULL; b = b->outer) {
        if (strcmp(b->name, name->name) == 0) {
            sw_expr_find(checker, 315, name->at, "'%s' is the item of an outer list already",
                         name->name);
            return false;
        }
    }
    return true;
}

/** any, all, count: the name in the middle stands for each item in turn. */
static const struct sw_type *check_each(struct sw_expr_checker *checker, struct sw_expr_node *node,
                                        const struct sw_type *hint)
{
    (void)hint;

    const struct sw_type *list = sw_expr_check(checker, node->args[0], NULL);

    if (list != NULL && !is_any_or(list, SW_T_LIST)) {
        wrong_argument(checker, node, 0, "a list");
        list = NULL;
    }
    if (!can_bind(checker, node) || list == NULL) {
        return NULL;
    }

    struct sw_expr_binding binding = {
        .name = node->args[1]->name,
        .type = list->kind == SW_T_LIST && list->of != NULL ? list->of : &sw_type_any,
        .outer = checker->bindings,
    };

    checker->bindings = &binding;

    const struct sw_type *condition = sw_expr_check(checker, node->args[2], NULL);

    checker->bindings = binding.outer;
    if (condition == NULL) {
        return NULL;
    }
    if (!is_any_or(condition, SW_T_BOOL)) {
        wrong_argument(checker, node, 2, "a condition");
        return NULL;
    }
    return node->function->eval == sw_expr_eval_count ? &sw_type_int : &sw_type_bool;
}

static const struct sw_type *check_len(struct sw_expr_checker *checker, struct sw_expr_node *node,
                                       const struct sw_type *hint)
{
    (void)hint;

    const struct sw_type *type = sw_expr_check(checker, node->args[0], NULL);

    if (type == NULL) {
        return NULL;
    }
    if (!is_any_or(type, SW_T_LIST) && type->kind != SW_T_MAP && !sw_expr_is_text(type)) {
        wrong_argument(checker, node, 0, "a list, a map or text");
        return NULL;
    }
    return &sw_type_int;
}

/** All arguments are text. */
static bool check_texts(struct sw_expr_checker *checker, const struct sw_expr_node *node)
{
    bool is_fine = true;

    for (size_t i = 0; i < node->count; i++) {
        const struct sw_type *type = sw_expr_check(checker, node->args[i], NULL);

        if (type != NULL && type->kind != SW_T_ANY && !sw_expr_is_text(type)) {
            struct sw_diag *diag = wrong_argument(checker, node, i, "text");

            if (!sw_expr_is_opaque(type)) {
                sw_diag_hint(checker->job->diags, diag,
                             type->kind == SW_T_LIST ? "'x in list' looks into a list"
                                                     : "string(x) gives the plain form as text");
            }
            type = NULL;
        }
        is_fine = is_fine && type != NULL;
    }
    return is_fine;
}

static const struct sw_type *check_recase(struct sw_expr_checker *checker,
                                          struct sw_expr_node *node, const struct sw_type *hint)
{
    (void)hint;
    return check_texts(checker, node) ? &sw_type_string : NULL;
}

static const struct sw_type *check_part(struct sw_expr_checker *checker, struct sw_expr_node *node,
                                        const struct sw_type *hint)
{
    (void)hint;
    if (!check_texts(checker, node)) {
        return NULL;
    }
    node->is_folded =
        sw_type_is_folded(node->args[0]->type) || sw_type_is_folded(node->args[1]->type);
    return &sw_type_bool;
}

static const struct sw_type *check_matches(struct sw_expr_checker *checker,
                                           struct sw_expr_node *node, const struct sw_type *hint)
{
    const struct sw_expr_node *pattern = node->args[1];
    struct sw_expr_job *job = checker->job;

    if (check_part(checker, node, hint) == NULL) {
        return NULL;
    }
    if (pattern->op != SW_X_LITERAL) {
        struct sw_diag *diag =
            sw_expr_find(checker, 314, pattern->span, "the pattern of matches is not written here");

        sw_diag_hint(job->diags, diag,
                     "write it in quotes: it is checked before anything runs; to look for a value "
                     "use contains(text, part)");
        return NULL;
    }

    size_t offset = 0;
    const char *why = NULL;

    node->pattern =
        sw_expr_pattern_new(job->arena, sw_as_text(pattern->value), node->is_folded, &offset, &why);
    if (node->pattern == NULL) {
        struct sw_token at = {SW_TOKEN_TEXT, pattern->at.start + 1 + offset, 1};

        sw_expr_find(checker, 314, at, "this is no regular expression: %s", why);
        return NULL;
    }
    return &sw_type_bool;
}

static bool has_extreme(const struct sw_type *type)
{
    return type->kind == SW_T_ANY || sw_expr_is_number(type) || type->kind == SW_T_PERCENT ||
           type->kind == SW_T_VERSION || type->kind == SW_T_DURATION || type->kind == SW_T_SIZE ||
           type->kind == SW_T_TIME;
}

static const struct sw_type *check_extreme(struct sw_expr_checker *checker,
                                           struct sw_expr_node *node, const struct sw_type *hint)
{
    const struct sw_type *type = NULL;

    if (node->count == 1) {
        const struct sw_type *list = sw_expr_check(checker, node->args[0], NULL);

        if (list == NULL) {
            return NULL;
        }
        if (!is_any_or(list, SW_T_LIST)) {
            wrong_argument(checker, node, 0, "a list, or several values");
            return NULL;
        }
        type = list->kind == SW_T_LIST && list->of != NULL ? list->of : &sw_type_any;
    } else {
        type = check_same(checker, node, 0, hint);
        for (size_t i = 2; type != NULL && i < node->count; i++) {
            const struct sw_type *next = sw_expr_check(checker, node->args[i], type);

            if (next == NULL) {
                return NULL;
            }
            type = sw_expr_common(type, next);
            if (type == NULL) {
                wrong_argument(checker, node, i, "values of one kind");
            }
        }
    }
    if (type != NULL && !has_extreme(type)) {
        sw_expr_find(checker, 307, node->at,
                     "%s needs numbers, versions, durations, sizes or times", node->name);
        return NULL;
    }
    if (type != NULL) {
        node->is_version = type->kind == SW_T_VERSION;
    }
    return type;
}

static const struct sw_type *check_string(struct sw_expr_checker *checker,
                                          struct sw_expr_node *node, const struct sw_type *hint)
{
    (void)hint;

    const struct sw_type *type = sw_expr_check(checker, node->args[0], NULL);

    if (type != NULL && sw_expr_is_opaque(type)) {
        wrong_argument(checker, node, 0, "anything with a plain form");
        return NULL;
    }
    return type != NULL ? &sw_type_string : NULL;
}

static const struct sw_type *check_guarded(struct sw_expr_checker *checker,
                                           struct sw_expr_node *node, const struct sw_type *hint)
{
    bool was_guarded = checker->is_guarded;

    checker->is_guarded = true;

    const struct sw_type *type = sw_expr_check(checker, node, hint);

    checker->is_guarded = was_guarded;
    return type;
}

static const struct sw_type *check_is_null(struct sw_expr_checker *checker,
                                           struct sw_expr_node *node, const struct sw_type *hint)
{
    (void)hint;
    return check_guarded(checker, node->args[0], NULL) != NULL ? &sw_type_bool : NULL;
}

static const struct sw_type *check_default(struct sw_expr_checker *checker,
                                           struct sw_expr_node *node, const struct sw_type *hint)
{
    if (checker->job->is_condition) {
        struct sw_diag *diag =
            sw_expr_find(checker, 313, node->at, "default() has no place in a condition");

        sw_diag_hint(checker->job->diags, diag,
                     "what is not known must not pass for true or false: ask is_null(x) as well");
        return NULL;
    }

    const struct sw_type *type = check_guarded(checker, node->args[0], hint);
    const struct sw_type *other = sw_expr_check(checker, node->args[1], type != NULL ? type : hint);

    if (type == NULL || other == NULL) {
        return NULL;
    }

    const struct sw_type *both = sw_expr_common(type, other);

    if (both == NULL) {
        wrong_argument(checker, node, 1, sw_type_text(checker->job->arena, type));
    }
    return both;
}

static const struct sw_type *check_age(struct sw_expr_checker *checker, struct sw_expr_node *node,
                                       const struct sw_type *hint)
{
    (void)hint;

    const struct sw_type *type = sw_expr_check(checker, node->args[0], &sw_type_time);

    if (type != NULL && !is_any_or(type, SW_T_TIME)) {
        wrong_argument(checker, node, 0, "a time");
        return NULL;
    }
    return type != NULL ? &sw_type_duration : NULL;
}

/** outcome(step), choice(step): the step is named, not computed. */
static const struct sw_type *check_word(struct sw_expr_checker *checker, struct sw_expr_node *node,
                                        const struct sw_type *hint)
{
    (void)hint;

    struct sw_expr_node *arg = node->args[0];
    struct sw_expr_job *job = checker->job;
    bool is_choice = node->function->eval == sw_expr_eval_choice;
    bool is_long =
        arg->op == SW_X_REFERENCE && arg->path_count == 1 && strcmp(arg->name, "steps") == 0;

    if (arg->op != SW_X_REFERENCE || (arg->path_count > 0 && !is_long)) {
        struct sw_diag *diag =
            sw_expr_find(checker, 307, arg->span, "%s takes the id of a step", node->name);

        sw_diag_hint(job->diags, diag, "write it bare: %s(my_step)", node->name);
        return NULL;
    }
    if (job->names == NULL || job->names->words_of == NULL) {
        sw_expr_find(checker, 311, arg->at, "no step can be referred to here");
        return NULL;
    }

    const char **path = sw_alloc_array(job->arena, 1, sizeof *path);

    path[0] = is_long ? arg->path[0] : arg->name;

    const char *const *words =
        job->names->words_of(job->names->context, path[0], is_choice,
                             sw_expr_place_mark(job->place, arg->at.start, arg->at.length),
                             checker->is_guarded, job->diags);

    if (words == NULL) {
        checker->has_failed = true;
        return NULL;
    }
    sw_expr_refer(checker, arg, "steps", path, 1);
    node->path = path;
    node->path_count = 1;

    struct sw_type *type = sw_alloc(job->arena, sizeof *type);

    type->kind = SW_T_ENUM;
    type->values = words;
    return type;
}

const struct sw_type *sw_expr_check_call(struct sw_expr_checker *checker, struct sw_expr_node *node,
                                         const struct sw_type *hint)
{
    const struct sw_expr_function *function = node->function;

    if (node->count < function->min_args || node->count > function->max_args) {
        struct sw_diag *diag = sw_expr_find(
            checker, 307, node->at, "%s takes %s%zu %s, and here are %zu", function->name,
            function->min_args != function->max_args ? "at least " : "", function->min_args,
            sw_plural(function->min_args, "part", "parts"), node->count);

        sw_diag_hint(checker->job->diags, diag, "write %s", function->usage);
        return NULL;
    }
    return function->check(checker, node, hint);
}

/* KEEP IN STEP: the list in code 306 of codes_03.def. */
const struct sw_expr_function sw_expr_functions[] = {
    {"if", 3, 3, "if(condition, a, b)", check_if, sw_expr_eval_if},
    {"any", 3, 3, "any(list, x, condition)", check_each, sw_expr_eval_any},
    {"all", 3, 3, "all(list, x, condition)", check_each, sw_expr_eval_all},
    {"count", 3, 3, "count(list, x, condition)", check_each, sw_expr_eval_count},
    {"len", 1, 1, "len(list)", check_len, sw_expr_eval_len},
    {"lower", 1, 1, "lower(text)", check_recase, sw_expr_eval_lower},
    {"upper", 1, 1, "upper(text)", check_recase, sw_expr_eval_upper},
    {"trim", 1, 1, "trim(text)", check_recase, sw_expr_eval_trim},
    {"contains", 2, 2, "contains(text, part)", check_part, sw_expr_eval_contains},
    {"starts_with", 2, 2, "starts_with(text, part)", check_part, sw_expr_eval_starts},
    {"ends_with", 2, 2, "ends_with(text, part)", check_part, sw_expr_eval_ends},
    {"matches", 2, 2, "matches(text, 'pattern')", check_matches, sw_expr_eval_matches},
    {"min", 1, 64, "min(a, b)", check_extreme, sw_expr_eval_min},
    {"max", 1, 64, "max(a, b)", check_extreme, sw_expr_eval_max},
    {"string", 1, 1, "string(x)", check_string, sw_expr_eval_string},
    {"is_null", 1, 1, "is_null(x)", check_is_null, sw_expr_eval_is_null},
    {"default", 2, 2, "default(x, instead)", check_default, sw_expr_eval_default},
    {"age", 1, 1, "age(time)", check_age, sw_expr_eval_age},
    {"outcome", 1, 1, "outcome(step)", check_word, sw_expr_eval_outcome},
    {"choice", 1, 1, "choice(step)", check_word, sw_expr_eval_choice},
    {NULL, 0, 0, NULL, NULL, NULL},
};
