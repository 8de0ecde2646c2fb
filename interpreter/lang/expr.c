/** @file The way in: compile text, ask a compiled expression about itself. */
#include "lang/expr_internal.h"

#include <string.h>

static bool has_dollar(struct sw_expr_job *job, size_t start, size_t length)
{
    for (size_t i = start; i + 1 < start + length; i++) {
        if (job->place->text[i] == '$' && job->place->text[i + 1] == '{') {
            struct sw_diag *diag =
                sw_diag_add(job->diags, SW_ERROR, 302, sw_expr_place_mark(job->place, i, 2),
                            "'${' stands inside of an expression");

            sw_diag_hint(
                job->diags, diag,
                "this is an expression already: write the bare name, without '${' and '}'");
            return true;
        }
    }
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct sw_expr *sw_expr_compile_part(struct sw_expr_job *job, size_t start, size_t length)
{
    if (has_dollar(job, start, length)) {
        return NULL;
    }

    struct sw_expr_parser parser = {.job = job, .position = start, .end = start + length};
    struct sw_expr_node *root = sw_expr_parse(&parser);

    if (root == NULL) {
        return NULL;
    }

    struct sw_expr_checker checker = {.job = job};
    const struct sw_type *type = sw_expr_check(&checker, root, job->expected);

    if (checker.has_failed || type == NULL) {
        return NULL;
    }
    if (job->expected != NULL && !sw_expr_takes(job->expected, type)) {
        sw_expr_misfit(&checker, root, job->expected);
        return NULL;
    }

    while (length > 0 && is_blank(job->place->text[start])) {
        start++;
        length--;
    }
    while (length > 0 && is_blank(job->place->text[start + length - 1])) {
        length--;
    }

    struct sw_expr *expr = sw_alloc(job->arena, sizeof *expr);

    expr->text = sw_copy(job->arena, job->place->text + start, length);
    expr->type = type;
    expr->is_condition = job->is_condition;
    expr->root = root;
    expr->references = checker.references;
    expr->reference_count = checker.reference_count;
    return expr;
}

struct sw_expr *sw_expr_compile(struct sw_arena *arena, const char *text, struct sw_mark at,
                                const struct sw_type *expected, const struct sw_names *names,
                                struct sw_diags *diags)
{
    struct sw_expr_place place = {
        .text = text,
        .length = strlen(text),
        .mapping = strchr(text, '\n') == NULL ? SW_MAP_EXACT : SW_MAP_WHOLE,
        .mark = at,
    };
    struct sw_expr_job job = {
        .arena = arena,
        .place = &place,
        .expected = expected,
        .is_condition = expected == &sw_type_bool,
        .names = names,
        .diags = diags,
    };

    return sw_expr_compile_part(&job, 0, place.length);
}

struct sw_expr *sw_expr_compile_scalar(struct sw_arena *arena, const struct sw_node *scalar,
                                       const struct sw_type *expected, const struct sw_names *names,
                                       struct sw_diags *diags)
{
    struct sw_expr_place place = sw_expr_place_of(scalar);
    struct sw_expr_job job = {
        .arena = arena,
        .place = &place,
        .expected = expected,
        .is_condition = expected == &sw_type_bool,
        .names = names,
        .diags = diags,
    };

    return sw_expr_compile_part(&job, 0, place.length);
}

const struct sw_type *sw_expr_type(const struct sw_expr *expr)
{
    return expr->type;
}

const char *sw_expr_text(const struct sw_expr *expr)
{
    return expr->text;
}

size_t sw_expr_references(const struct sw_expr *expr, const struct sw_reference **ret_first)
{
    *ret_first = expr->references;
    return expr->reference_count;
}
