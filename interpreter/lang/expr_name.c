/** @file The type checker: names, members, items. */
#include "base/text.h"
#include "lang/expr_internal.h"

#include <string.h>

static const char *const roots[] = {"params", "facts", "steps", "run", "targets", "each", "result"};

static bool is_root(const char *name)
{
    for (size_t i = 0; i < SW_COUNT(roots); i++) {
        if (strcmp(roots[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static const struct sw_expr_binding *binding_of(const struct sw_expr_checker *checker,
                                                const char *name)
{
    const struct sw_expr_binding *binding = checker->bindings;

    while (binding != NULL && strcmp(binding->name, name) != 0) {
        binding = binding->outer;
    }
    return binding;
}

void sw_expr_refer(struct sw_expr_checker *checker, const struct sw_expr_node *node,
                   const char *root, const char *const *path, size_t path_count)
{
    struct sw_expr_job *job = checker->job;

    checker->references = sw_grow(job->arena, checker->references, checker->reference_count,
                                  &checker->reference_capacity, sizeof *checker->references);
    checker->references[checker->reference_count] = (struct sw_reference){
        .root = root,
        .path = path,
        .path_count = path_count,
        .mark = sw_expr_place_mark(job->place, node->at.start, node->at.length),
        .is_guarded = checker->is_guarded,
    };
    checker->reference_count++;
}

static const struct sw_type *unknown_field(struct sw_expr_checker *checker, struct sw_token at,
                                           const struct sw_type *type, const char *name)
{
    const char *names[64];
    size_t count = 0;

    for (const struct sw_field *field = type->fields; field != NULL && field->name != NULL;
         field++) {
        if (count < SW_COUNT(names)) {
            names[count] = field->name;
            count++;
        }
    }

    struct sw_diag *diag = sw_expr_find(checker, 312, at, "there is no field '%s' here", name);
    const char *close = sw_text_closest(name, names, count);

    if (close != NULL) {
        sw_diag_hint(checker->job->diags, diag, "did you mean '%s'?", close);
    }
    return NULL;
}

/** The type of `.name` on a type. */
static const struct sw_type *member_type(struct sw_expr_checker *checker, struct sw_token at,
                                         const struct sw_type *type, const char *name)
{
    const struct sw_field *field = NULL;
    struct sw_diag *diag = NULL;

    switch (type->kind) {
    case SW_T_ANY:
        return &sw_type_any;
    case SW_T_MAP:
        return type->of != NULL ? type->of : &sw_type_any;
    case SW_T_OBJECT:
        field = type->fields != NULL ? sw_field_find(type->fields, name) : NULL;
        return field != NULL ? field->type : unknown_field(checker, at, type, name);
    case SW_T_LIST:
        diag = sw_expr_find(checker, 312, at, "a list has no field '%s'", name);
        sw_diag_hint(checker->job->diags, diag,
                     "take an item with [0], or ask all: any(list, x, x.%s == ...)", name);
        return NULL;
    case SW_T_BOOL:
    case SW_T_INT:
    case SW_T_FLOAT:
    case SW_T_PERCENT:
    case SW_T_STRING:
    case SW_T_ENUM:
    case SW_T_VERSION:
    case SW_T_DURATION:
    case SW_T_SIZE:
    case SW_T_TIME:
    case SW_T_PATH:
    case SW_T_WIN_PATH:
    case SW_T_UNC_PATH:
    case SW_T_HOST:
    case SW_T_URL:
    case SW_T_GUID:
    case SW_T_RESOURCE_ID:
    case SW_T_SECRET:
    case SW_T_LISTING:
    case SW_T_MARK:
        break;
    }
    sw_expr_find(checker, 312, at, "%s has no field '%s'", sw_type_text(checker->job->arena, type),
                 name);
    return NULL;
}

static const struct sw_type *check_variable(struct sw_expr_checker *checker,
                                            struct sw_expr_node *node,
                                            const struct sw_expr_binding *binding)
{
    const struct sw_type *type = binding->type;

    node->op = SW_X_VARIABLE;
    for (size_t i = 0; type != NULL && i < node->path_count; i++) {
        type = member_type(checker, node->at, type, node->path[i]);
    }
    return type;
}

static const struct sw_type *unknown_root(struct sw_expr_checker *checker,
                                          const struct sw_expr_node *node)
{
    struct sw_token at = {SW_TOKEN_NAME, node->at.start, strlen(node->name)};
    struct sw_diag *diag =
        sw_expr_find(checker, 311, at, "there is nothing called '%s'", node->name);
    const char *close = sw_text_closest(node->name, roots, SW_COUNT(roots));

    for (const struct sw_expr_binding *b = checker->bindings; close == NULL && b != NULL;
         b = b->outer) {
        close = sw_text_closest(node->name, &b->name, 1);
    }
    if (close != NULL) {
        sw_diag_hint(checker->job->diags, diag, "did you mean '%s'?", close);
    } else if (node->path_count == 0) {
        sw_diag_hint(checker->job->diags, diag, "text stands in quotes: '%s'", node->name);
    } else {
        sw_diag_hint(checker->job->diags, diag,
                     "names begin with params, facts, steps, run, targets, each or result");
    }
    return NULL;
}

const struct sw_type *sw_expr_check_name(struct sw_expr_checker *checker, struct sw_expr_node *node)
{
    const struct sw_expr_binding *binding = binding_of(checker, node->name);
    const struct sw_names *names = checker->job->names;

    if (binding != NULL) {
        return check_variable(checker, node, binding);
    }
    if (!is_root(node->name)) {
        return unknown_root(checker, node);
    }
    if (names == NULL || names->type_of == NULL) {
        sw_expr_find(checker, 311, node->at, "nothing can be referred to here");
        return NULL;
    }

    struct sw_mark mark = sw_expr_place_mark(checker->job->place, node->at.start, node->at.length);
    const struct sw_type *type =
        names->type_of(names->context, node->name, node->path, node->path_count, mark,
                       checker->is_guarded, checker->job->diags);

    if (type == NULL) {
        checker->has_failed = true;
        return NULL;
    }
    sw_expr_refer(checker, node, node->name, node->path, node->path_count);
    return type;
}

const struct sw_type *sw_expr_check_member(struct sw_expr_checker *checker,
                                           struct sw_expr_node *node)
{
    const struct sw_type *type = sw_expr_check(checker, node->args[0], NULL);

    return type != NULL ? member_type(checker, node->at, type, node->name) : NULL;
}

const struct sw_type *sw_expr_check_index(struct sw_expr_checker *checker,
                                          struct sw_expr_node *node)
{
    const struct sw_type *type = sw_expr_check(checker, node->args[0], NULL);
    struct sw_expr_node *key = node->args[1];
    const struct sw_type *key_type = sw_expr_check(checker, key, NULL);

    if (type == NULL || key_type == NULL) {
        return NULL;
    }
    if (type->kind == SW_T_ANY &&
        (key_type->kind == SW_T_INT || sw_expr_is_text(key_type) || key_type->kind == SW_T_ANY)) {
        return &sw_type_any;
    }
    if (type->kind == SW_T_LIST && (key_type->kind == SW_T_INT || key_type->kind == SW_T_ANY)) {
        return type->of != NULL ? type->of : &sw_type_any;
    }
    if (type->kind == SW_T_MAP && (sw_expr_is_text(key_type) || key_type->kind == SW_T_ANY)) {
        return type->of != NULL ? type->of : &sw_type_any;
    }
    if (type->kind == SW_T_OBJECT && key->op == SW_X_LITERAL && key_type->kind == SW_T_STRING) {
        return member_type(checker, key->at, type, sw_as_text(key->value));
    }
    sw_expr_find(checker, 312, key->span, "%s cannot be looked into with %s",
                 sw_type_text(checker->job->arena, type),
                 sw_type_text(checker->job->arena, key_type));
    return NULL;
}
