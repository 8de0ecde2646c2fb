/**
 * @file Expressions and templates from arbitrary bytes: compile, evaluate, print. Build with
 * clang -fsanitize=fuzzer,address,undefined.
 */
#include "lang/expr.h"
#include "lang/node.h"
#include "lang/template.h"
#include "sdk/diag.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const words[] = {"clean", "timeout", NULL};
static const struct sw_type health = {.kind = SW_T_ENUM, .values = words};
static const struct sw_type names_list = {.kind = SW_T_LIST, .of = &sw_type_string};
static const struct sw_type *const types[] = {
    &sw_type_any,      &sw_type_bool,     &sw_type_int,  &sw_type_float, &sw_type_percent,
    &sw_type_string,   &sw_type_duration, &sw_type_size, &sw_type_time,  &sw_type_version,
    &sw_type_win_path, &sw_type_secret,   &health,       &names_list,
};

/* Any name is fine; the length of its last part picks the type. */
static const struct sw_type *type_of(void *context, const char *root, const char *const *path,
                                     size_t path_count, struct sw_mark mark, bool is_guarded,
                                     struct sw_diags *diags)
{
    const char *last = path_count > 0 ? path[path_count - 1] : root;

    (void)context;
    (void)is_guarded;
    if (strlen(last) == 5) {
        sw_diag_add(diags, SW_ERROR, 350, mark, "no '%s'", last);
        return NULL;
    }
    return types[strlen(last) % SW_COUNT(types)];
}

static const char *const *words_of(void *context, const char *step, bool is_choice,
                                   struct sw_mark mark, bool is_guarded, struct sw_diags *diags)
{
    (void)context;
    (void)step;
    (void)is_choice;
    (void)mark;
    (void)is_guarded;
    (void)diags;
    return words;
}

/* Values need not be of the type that was promised: the evaluator has to bear that. */
static const struct sw_value *value_of(void *context, const char *root, const char *const *path,
                                       size_t path_count, struct sw_arena *arena)
{
    const char *last = path_count > 0 ? path[path_count - 1] : root;
    struct sw_builder list = sw_list_begin(arena);

    (void)context;
    switch (strlen(last) % 11) {
    case 0:
        return sw_null(arena, "");
    case 1:
        return sw_unknown(arena, "not read yet");
    case 2:
        return sw_int(arena, INT64_MAX);
    case 3:
        return sw_real(arena, SW_V_FLOAT, -1e308);
    case 4:
        return sw_text(arena, last);
    case 6:
        return sw_number(arena, SW_V_DURATION, INT64_MIN);
    case 7:
        return sw_number(arena, SW_V_SIZE, 1);
    case 8:
        return sw_time_at(arena, INT64_MAX, 3);
    case 9:
        return sw_with_secret(arena, sw_version(arena, "1.02"));
    default:
        sw_list_add(&list, sw_text(arena, "a"));
        sw_list_add(&list, sw_null(arena, ""));
        sw_list_add(&list, sw_int(arena, 2));
        return sw_built(&list);
    }
}

static const struct sw_value *word_of(void *context, const char *step, bool is_choice,
                                      struct sw_arena *arena)
{
    (void)context;
    (void)step;
    return is_choice ? sw_null(arena, "") : sw_text(arena, "clean");
}

static int64_t now(void *context, unsigned clock)
{
    (void)context;
    return clock == 3 ? INT64_MIN : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || memchr(data, '\0', size) != NULL) {
        return 0;
    }

    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    const struct sw_names names = {type_of, words_of, NULL};
    const struct sw_scope scope = {value_of, word_of, now, NULL};
    const struct sw_type *expected = types[data[0] % SW_COUNT(types)];
    const char *text = sw_copy(arena, (const char *)data + 2, size - 2);
    const struct sw_node scalar = {
        .kind = SW_NODE_SCALAR,
        .style = (enum sw_node_style)(data[1] % 5),
        .mark = {.file = "fuzz", .line = 1, .column = 1, .length = 1},
        .text = text,
        .length = size - 2,
        .raw_length = size - 2 + data[1] / 5,
    };
    struct sw_expr *expr =
        sw_expr_compile_scalar(arena, &scalar, data[0] >= 128 ? NULL : expected, &names, diags);

    if (expr != NULL) {
        (void)sw_expr_eval(expr, &scope, arena);
    } else if (sw_diags_error_count(diags) == 0) {
        abort(); /* refused without a word */
    }

    struct sw_template *template =
        sw_template_compile(arena, &scalar, data[0] >= 128 ? NULL : expected, &names, diags);

    if (template != NULL) {
        (void)sw_template_value(template, &scope, arena);
        (void)sw_template_text(template, &scope, arena);
    }
    return 0;
}
