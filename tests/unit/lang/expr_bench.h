#pragma once
/** @file A small world of names for the tests of expressions and templates. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"
#include "lang/expr.h"
#include "sdk/diag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char *const bench_health[] = {"Healthy", "Error", "NoActivity", NULL};
static const struct sw_type bench_enum = {.kind = SW_T_ENUM, .values = bench_health};
static const struct sw_field bench_item_fields[] = {
    {"name", &sw_type_string, SW_FIELD_REQUIRED, NULL, "Name."},
    {"size", &sw_type_size, 0, NULL, "Size."},
    {"ok", &sw_type_bool, 0, NULL, "Fine?"},
    {NULL, NULL, 0, NULL, NULL},
};
static const struct sw_type bench_item = {.kind = SW_T_OBJECT, .fields = bench_item_fields};
static const struct sw_type bench_items = {.kind = SW_T_LIST, .of = &bench_item};
static const struct sw_type bench_ints = {.kind = SW_T_LIST, .of = &sw_type_int};
static const struct sw_type bench_bools = {.kind = SW_T_LIST, .of = &sw_type_bool};
static const struct sw_type bench_map = {.kind = SW_T_MAP, .of = &sw_type_string};

/** A name `facts.NAME`: its type, and its plain form, or a word that `bench_value` knows. */
static const struct bench_name {
    const char *name;
    const struct sw_type *type;
    const char *plain;
} bench_names[] = {
    {"yes", &sw_type_bool, "true"},
    {"no", &sw_type_bool, "false"},
    {"null", &sw_type_bool, "<null>"},
    {"unread", &sw_type_bool, "<unknown>"},
    {"int", &sw_type_int, "7"},
    {"zero", &sw_type_int, "0"},
    {"huge", &sw_type_int, "9223372036854775807"},
    {"int_null", &sw_type_int, "<null>"},
    {"int_unread", &sw_type_int, "<unknown>"},
    {"float", &sw_type_float, "2.5"},
    {"percent", &sw_type_percent, "20%"},
    {"text", &sw_type_string, "Hello"},
    {"text_null", &sw_type_string, "<null>"},
    {"long", &sw_type_string, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"},
    {"health", &bench_enum, "Healthy"},
    {"version", &sw_type_version, "14.0.10"},
    {"wait", &sw_type_duration, "30m"},
    {"used", &sw_type_size, "20GiB"},
    {"began", &sw_type_time, "2026-11-23T20:00:00Z"},
    {"ended", &sw_type_time, "2026-11-23T21:30:00Z"},
    {"path", &sw_type_win_path, "D:\\Data"},
    {"host", &sw_type_host, "fs01.contoso.com"},
    {"guid", &sw_type_guid, "0f8fad5b-d9cb-469f-a165-70867728950e"},
    {"token", &sw_type_secret, "<secret>"},
    {"items", &bench_items, "<items>"},
    {"ints", &bench_ints, "<ints>"},
    {"none", &bench_ints, "<none>"},
    {"part", &bench_ints, "<unknown>"},
    {"doubts", &bench_bools, "<doubts>"},
    {"nulls", &bench_bools, "<nulls>"},
    {"tags", &bench_map, "<tags>"},
    {"any", &sw_type_any, "7"},
};

static inline const struct bench_name *bench_find(const char *name)
{
    for (size_t i = 0; i < SW_COUNT(bench_names); i++) {
        if (strcmp(bench_names[i].name, name) == 0) {
            return &bench_names[i];
        }
    }
    return NULL;
}

static inline const struct sw_type *bench_type_of(void *context, const char *root,
                                                  const char *const *path, size_t path_count,
                                                  struct sw_mark mark, bool is_guarded,
                                                  struct sw_diags *diags)
{
    (void)context;
    if (strcmp(root, "steps") == 0 && path_count == 2) {
        if (strcmp(path[0], "maybe") == 0 && !is_guarded) {
            sw_diag_add(diags, SW_ERROR, 360, mark, "some path does not pass 'maybe'");
            return NULL;
        }
        return &sw_type_time;
    }

    const struct bench_name *row = path_count > 0 ? bench_find(path[0]) : NULL;
    bool is_inside = path_count == 2 && row != NULL && row->type->kind == SW_T_MAP;

    if (row == NULL || (path_count > 1 && !is_inside)) {
        sw_diag_add(diags, SW_ERROR, 350, mark, "no such fact");
        return NULL;
    }
    return is_inside ? row->type->of : row->type;
}

static inline const char *const *bench_words_of(void *context, const char *step, bool is_choice,
                                                struct sw_mark mark, bool is_guarded,
                                                struct sw_diags *diags)
{
    static const char *const outcomes[] = {"clean", "item_errors", "timeout", NULL};
    static const char *const choices[] = {"accept", "stop", NULL};

    (void)context;
    (void)is_guarded;
    if (strcmp(step, "upload") != 0) {
        sw_diag_add(diags, SW_ERROR, 351, mark, "no step '%s'", step);
        return NULL;
    }
    return is_choice ? choices : outcomes;
}

static const struct sw_names bench_scope_names = {bench_type_of, bench_words_of, NULL};

static inline const struct sw_value *bench_list(struct sw_arena *arena, const char *plain)
{
    struct sw_builder list = sw_list_begin(arena);

    for (int i = 3; strcmp(plain, "<ints>") == 0 && i > 0; i--) {
        sw_list_add(&list, sw_int(arena, i));
    }
    for (int i = 0; strcmp(plain, "<items>") == 0 && i < 2; i++) {
        struct sw_builder item = sw_map_begin(arena);

        sw_map_put_text(&item, "name", i == 0 ? "a.txt" : "b.tmp");
        sw_map_put(&item, "size", sw_number(arena, SW_V_SIZE, (i + 1) * 1024));
        sw_map_put_bool(&item, "ok", i == 0);
        sw_list_add(&list, sw_built(&item));
    }
    if (strcmp(plain, "<doubts>") == 0) {
        sw_list_add(&list, sw_bool(true));
        sw_list_add(&list, sw_null(arena, "not said"));
        sw_list_add(&list, sw_unknown(arena, "not read yet"));
    }
    if (strcmp(plain, "<nulls>") == 0) {
        sw_list_add(&list, sw_bool(false));
        sw_list_add(&list, sw_null(arena, "not said"));
    }
    return sw_built(&list);
}

static inline const struct sw_value *bench_value(struct sw_arena *arena,
                                                 const struct bench_name *row)
{
    const struct sw_value *value = NULL;
    struct sw_error err = {0};

    if (strcmp(row->plain, "<null>") == 0) {
        return sw_null(arena, "");
    }
    if (strcmp(row->plain, "<unknown>") == 0) {
        return sw_unknown(arena, "not read yet");
    }
    if (strcmp(row->plain, "<secret>") == 0) {
        return sw_with_secret(arena, sw_text(arena, "hunter2"));
    }
    if (strcmp(row->plain, "<tags>") == 0) {
        struct sw_builder map = sw_map_begin(arena);

        sw_map_put_text(&map, "owner", "ann");
        sw_map_put_text(&map, "cost center", "4711");
        return sw_built(&map);
    }
    if (row->type->kind == SW_T_LIST) {
        return bench_list(arena, row->plain);
    }
    if (row->type->kind == SW_T_ANY) {
        return sw_int(arena, 7);
    }
    assert_true(sw_type_parse(row->type, row->plain, arena, &value, &err));
    return row->type->kind == SW_T_TIME ? sw_with_clock(arena, value, 2) : value;
}

static inline const struct sw_value *bench_value_of(void *context, const char *root,
                                                    const char *const *path, size_t path_count,
                                                    struct sw_arena *arena)
{
    (void)context;
    if (strcmp(root, "steps") == 0) {
        return strcmp(path[0], "maybe") == 0 ? sw_null(arena, "the step was not passed")
                                             : sw_unknown(arena, "not read yet");
    }

    const struct sw_value *value = bench_value(arena, bench_find(path[0]));

    return path_count == 1 ? value : sw_get(value, path[1]);
}

static inline const struct sw_value *bench_word_of(void *context, const char *step, bool is_choice,
                                                   struct sw_arena *arena)
{
    (void)context;
    (void)step;
    return is_choice ? sw_unknown(arena, "not answered yet") : sw_text(arena, "clean");
}

/** Clock 2 says 22:00; no other clock was read. */
static inline int64_t bench_now(void *context, unsigned clock)
{
    struct sw_error err = {0};
    int64_t now = 0;

    (void)context;
    assert_true(sw_time_parse("2026-11-23T22:00:00Z", &now, &err));
    return clock == 2 ? now : 0;
}

static const struct sw_scope bench_scope = {bench_value_of, bench_word_of, bench_now, NULL};

/** "null: why", "unknown: why", or the plain form. */
static inline const char *bench_render(struct sw_arena *arena, const struct sw_value *value)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, 4096);
    if (value->kind == SW_V_NULL || value->kind == SW_V_UNKNOWN) {
        sw_buf_addf(&buf, "%s: %s", value->kind == SW_V_NULL ? "null" : "unknown", value->as.text);
    } else {
        sw_value_print(&buf, value);
    }
    return sw_copy_text(arena, buf.bytes);
}

#define BENCH_COLUMN 10U

static const struct sw_mark bench_here = {
    .file = "t.yaml", .line = 3, .column = BENCH_COLUMN, .length = 1, .offset = 100};

static inline struct sw_expr *bench_compile(struct sw_arena *arena, const char *text,
                                            const struct sw_type *expected, struct sw_diags *diags)
{
    return sw_expr_compile(arena, text, bench_here, expected, &bench_scope_names, diags);
}

static inline const char *bench_repeat(struct sw_arena *arena, const char *part, size_t times,
                                       const char *end)
{
    size_t length = strlen(part);
    char *text = sw_alloc(arena, length * times + strlen(end) + 1);

    for (size_t i = 0; i < times; i++) {
        memcpy(text + i * length, part, length);
    }
    memcpy(text + times * length, end, strlen(end));
    return text;
}
