#include "unit/lang/expr_bench.h"

#include "base/limits.h"
#include "lang/node.h"
#include "lang/source.h"
#include "lang/template.h"
#include "lang/yaml.h"

/** A scalar that stands at line 4, column 5, as lang/yaml.c would give it. */
static struct sw_node *scalar(struct sw_arena *arena, enum sw_node_style style, const char *text)
{
    struct sw_node *node = sw_alloc(arena, sizeof *node);
    size_t quotes = 0;

    for (const char *at = text; style == SW_STYLE_SINGLE && *at != '\0'; at++) {
        quotes += *at == '\'' ? 1 : 0;
    }
    node->kind = SW_NODE_SCALAR;
    node->style = style;
    node->text = text;
    node->length = strlen(text);
    node->raw_length = node->length + quotes + (style == SW_STYLE_PLAIN ? 0 : 2);
    node->mark = (struct sw_mark){.file = "t.yaml",
                                  .line = 4,
                                  .column = 5,
                                  .length = (uint32_t)node->raw_length,
                                  .offset = 50};
    return node;
}

/** A list (keys NULL) or map of nodes; NULL ends them. */
static struct sw_node *tree(struct sw_arena *arena, const char *const *keys,
                            struct sw_node *const *items)
{
    struct sw_node *node = sw_alloc(arena, sizeof *node);

    node->kind = keys == NULL ? SW_NODE_LIST : SW_NODE_MAP;
    node->mark = (struct sw_mark){.file = "t.yaml", .line = 3, .column = 3, .length = 1};
    while (items[node->count] != NULL) {
        node->count++;
    }
    node->items = sw_alloc_array(arena, node->count + 1, sizeof *node->items);
    node->keys = sw_alloc_array(arena, node->count + 1, sizeof *node->keys);
    for (size_t i = 0; i < node->count; i++) {
        node->items[i] = items[i];
        node->keys[i] = keys != NULL ? scalar(arena, SW_STYLE_PLAIN, keys[i]) : NULL;
    }
    return node;
}

static struct sw_template *compile(struct sw_arena *arena, const struct sw_node *node,
                                   const struct sw_type *expected, struct sw_diags *diags)
{
    return sw_template_compile_tree(arena, node, expected, &bench_scope_names, diags);
}

static struct sw_template *fine(struct sw_arena *arena, const struct sw_node *node,
                                const struct sw_type *expected)
{
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    struct sw_template *template = compile(arena, node, expected, diags);

    if (template == NULL || sw_diags_count(diags) > 0) {
        fail_msg("%s: %s", node->kind == SW_NODE_SCALAR ? node->text : "tree",
                 sw_diags_at(diags, 0)->text);
    }
    return template;
}

static void text_is_filled_in_and_a_lone_expression_keeps_its_type(void **state)
{
    (void)state;
    static const struct {
        const char *text, *value, *people;
        enum sw_kind kind;
    } rows[] = {
        {"plain", "plain", "plain", SW_V_TEXT},
        {"", "", "", SW_V_TEXT},
        {"${facts.wait}", "30m", "30m", SW_V_DURATION},
        {"${ facts.int }", "7", "7", SW_V_INT},
        {"${facts.ints}", "3, 2, 1", "3, 2, 1", SW_V_LIST},
        {"in ${facts.wait}.", "in 30m.", "in 30m.", SW_V_TEXT},
        {"${facts.int}${facts.int}", "77", "77", SW_V_TEXT},
        {" ${facts.int}", " 7", " 7", SW_V_TEXT},
        {"$${facts.int}", "${facts.int}", "${facts.int}", SW_V_TEXT},
        {"$$${facts.int}", "$${facts.int}", "$${facts.int}", SW_V_TEXT},
        {"$$${facts.int}${facts.int}", "$${facts.int}7", "$${facts.int}7", SW_V_TEXT},
        {"cost $5 {x}", "cost $5 {x}", "cost $5 {x}", SW_V_TEXT},
        {"${'}'} and ${\"{'\"}", "} and {'", "} and {'", SW_V_TEXT},
        {"a ${facts.int_null} b", "null: facts.int_null: nothing was said",
         "a (not known: facts.int_null: nothing was said) b", SW_V_NULL},
        {"${facts.unread}", "unknown: facts.unread: not read yet",
         "(not known: facts.unread: not read yet)", SW_V_UNKNOWN},
        {"${facts.unread} ${facts.int_null}", "null: facts.int_null: nothing was said",
         "(not known: facts.unread: not read yet) (not known: facts.int_null: nothing was said)",
         SW_V_NULL},
        {"${default(facts.int_null, 1)}", "1", "1", SW_V_INT},
        {"key ${facts.token}", "(secret)", "key (secret)", SW_V_TEXT},
    };
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        struct sw_template *template =
            fine(arena, scalar(arena, SW_STYLE_SINGLE, rows[i].text), NULL);
        const struct sw_value *value = sw_template_value(template, &bench_scope, arena);

        assert_string_equal(bench_render(arena, value), rows[i].value);
        assert_int_equal(value->kind, rows[i].kind);
        assert_string_equal(sw_template_text(template, &bench_scope, arena), rows[i].people);
        assert_int_equal(sw_template_mark(template).column, 5);
    }
}

static void a_secret_part_makes_the_text_a_secret_with_its_content(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_template *template =
        fine(arena, scalar(arena, SW_STYLE_PLAIN, "Bearer ${facts.token}"), &sw_type_string);
    const struct sw_value *value = sw_template_value(template, &bench_scope, arena);

    assert_true(value->is_secret);
    assert_string_equal(sw_as_text(value), "Bearer hunter2");
}

static void inserted_text_is_never_scanned_again(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_template *template =
        fine(arena, scalar(arena, SW_STYLE_SINGLE, "${'$'}{facts.int}"), NULL);

    assert_string_equal(sw_template_text(template, &bench_scope, arena), "${facts.int}");
}

static void a_scalar_is_a_literal_of_the_type_expected(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const struct sw_type *expected;
        enum sw_kind kind;
    } rows[] = {
        {"true", &sw_type_bool, SW_V_BOOL},         {"12", &sw_type_int, SW_V_INT},
        {"72h", &sw_type_duration, SW_V_DURATION},  {"20GiB", &sw_type_size, SW_V_SIZE},
        {"Error", &bench_enum, SW_V_TEXT},          {"14.0", &sw_type_version, SW_V_VERSION},
        {"12", &sw_type_string, SW_V_TEXT},         {"12", NULL, SW_V_TEXT},
        {"D:\\Data", &sw_type_win_path, SW_V_TEXT},
    };
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        struct sw_template *template =
            fine(arena, scalar(arena, SW_STYLE_PLAIN, rows[i].text), rows[i].expected);

        assert_true(sw_template_is_literal(template));
        assert_int_equal(sw_template_value(template, NULL, arena)->kind, rows[i].kind);
        assert_int_equal(sw_template_value(template, NULL, arena)->mark->line, 4);
    }
}

static void a_value_is_fitted_to_its_field_when_it_is_filled_in(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_template *number =
        fine(arena, scalar(arena, SW_STYLE_PLAIN, "${facts.int}"), &sw_type_float);
    struct sw_template *path = fine(
        arena, scalar(arena, SW_STYLE_PLAIN, "${facts.path}\\${facts.int}"), &sw_type_win_path);
    struct sw_template *broken =
        fine(arena, scalar(arena, SW_STYLE_PLAIN, "${facts.text} x"), &sw_type_guid);

    assert_int_equal(sw_template_value(number, &bench_scope, arena)->kind, SW_V_FLOAT);
    assert_string_equal(sw_as_text(sw_template_value(path, &bench_scope, arena)), "D:\\Data\\7");
    assert_int_equal(sw_template_type(path)->kind, SW_T_WIN_PATH);
    assert_int_equal(sw_template_value(broken, &bench_scope, arena)->kind, SW_V_NULL);
}

static void findings_point_into_the_scalar(void **state)
{
    (void)state;
    static const struct {
        enum sw_node_style style;
        const char *text;
        const struct sw_type *expected;
        unsigned code;
        uint32_t column, length;
        const char *words;
        const char *hint;
    } rows[] = {
        {SW_STYLE_PLAIN, "30", &sw_type_duration, 320, 5, 2, "30", NULL},
        {SW_STYLE_PLAIN, "yes", &sw_type_bool, 320, 5, 3, "neither true nor false", NULL},
        {SW_STYLE_PLAIN, "Helthy", &bench_enum, 320, 5, 6, "'Helthy' is no value of enum(",
         "did you mean 'Healthy'"},
        {SW_STYLE_PLAIN, "x", &bench_items, 320, 5, 1, "this is text, but list of object", NULL},
        {SW_STYLE_PLAIN, "hunter2", &sw_type_secret, 320, 5, 7, "secret is wanted here", NULL},
        {SW_STYLE_PLAIN, "${facts.int}m", &sw_type_duration, 320, 5, 13, "duration is wanted",
         "just one '${...}'"},
        {SW_STYLE_PLAIN, "${facts.int}", &sw_type_duration, 310, 7, 9, "this is int", NULL},
        {SW_STYLE_SINGLE, "${facts.int}", &sw_type_duration, 310, 8, 9, "this is int", NULL},
        {SW_STYLE_DOUBLE, "ä ${facts.what}", NULL, 350, 10, 10, "no such fact", NULL},
        {SW_STYLE_SINGLE, "it's ${facts.what}", NULL, 350, 14, 10, "no such fact", NULL},
        {SW_STYLE_SINGLE, "${facts.health == 'Helthy'}", NULL, 309, 24, 10, "'Helthy'", NULL},
        {SW_STYLE_PLAIN, "a ${facts.int", NULL, 324, 7, 2, "not closed", "$${"},
        {SW_STYLE_PLAIN, "a ${'}", NULL, 324, 7, 2, "not closed", NULL},
        {SW_STYLE_PLAIN, "a ${} b", NULL, 301, 9, 1, "expected a value", NULL},
        {SW_STYLE_PLAIN, "a ${{ facts.int }}", NULL, 301, 9, 1, "'{'", "one brace"},
        {SW_STYLE_PLAIN, "a ${1 + ${facts.int}", NULL, 302, 13, 2, "inside of an", NULL},
    };
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
        struct sw_node *node = scalar(arena, rows[i].style, rows[i].text);

        assert_null(compile(arena, node, rows[i].expected, diags));
        assert_true(sw_diags_count(diags) > 0);

        const struct sw_diag *diag = sw_diags_at(diags, 0);

        if (diag->code != rows[i].code || diag->mark.column != rows[i].column ||
            diag->mark.length != rows[i].length || strstr(diag->text, rows[i].words) == NULL) {
            fail_msg("%s gives %u at %u+%u: %s", rows[i].text, diag->code, diag->mark.column,
                     diag->mark.length, diag->text);
        }
        if (rows[i].hint != NULL) {
            assert_non_null(diag->hint);
            assert_non_null(strstr(diag->hint, rows[i].hint));
        }
    }
}

static void a_finding_in_folded_or_escaped_text_points_at_its_start(void **state)
{
    (void)state;
    static const enum sw_node_style styles[] = {SW_STYLE_PLAIN, SW_STYLE_SINGLE, SW_STYLE_DOUBLE,
                                                SW_STYLE_LITERAL, SW_STYLE_FOLDED};
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();

    for (size_t i = 0; i < SW_COUNT(styles); i++) {
        SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
        struct sw_node *node = scalar(arena, styles[i], "some words ${facts.what}");

        node->raw_length += 4; /* it was folded from two indented lines */
        assert_null(compile(arena, node, NULL, diags));
        assert_int_equal(sw_diags_at(diags, 0)->mark.line, 4);
        assert_int_equal(sw_diags_at(diags, 0)->mark.column, 5);
    }
}

static void all_findings_of_one_text_come_at_once(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();

    assert_null(compile(arena,
                        scalar(arena, SW_STYLE_PLAIN, "${facts.a} ${facts.b + } ${facts.int}"),
                        NULL, diags));
    assert_int_equal(sw_diags_count(diags), 2);
    assert_int_equal(sw_diags_at(diags, 0)->code, 350);
    assert_int_equal(sw_diags_at(diags, 1)->code, 301);
}

static void plain_words_that_yaml_reads_otherwise_are_warned_about(void **state)
{
    (void)state;
    static const char *const odd[] = {"no", "On", "y", "null", "~", "010", "1:30", "0x1F"};
    static const char *const usual[] = {"none", "12", "a:b", "0", "1.5", "nope", "0x"};
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();

    for (size_t i = 0; i < SW_COUNT(usual); i++) {
        assert_non_null(
            compile(arena, scalar(arena, SW_STYLE_PLAIN, usual[i]), &sw_type_string, diags));
    }
    assert_non_null(compile(arena, scalar(arena, SW_STYLE_SINGLE, "no"), &sw_type_string, diags));
    assert_int_equal(sw_diags_count(diags), 0);
    for (size_t i = 0; i < SW_COUNT(odd); i++) {
        SW_CLEANUP(sw_diags_free_at) struct sw_diags *own = sw_diags_new();

        assert_non_null(
            compile(arena, scalar(arena, SW_STYLE_PLAIN, odd[i]), &sw_type_string, own));
        assert_int_equal(sw_diags_count(own), 1);
        assert_int_equal(sw_diags_at(own, 0)->severity, SW_WARNING);
        assert_non_null(strstr(sw_diags_at(own, 0)->hint, "quote it"));
    }
}

static void lists_and_maps_are_filled_in_as_a_whole(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_node *numbers[] = {scalar(arena, SW_STYLE_PLAIN, "1"),
                                 scalar(arena, SW_STYLE_PLAIN, "${facts.int}"), NULL};
    struct sw_node *doubtful[] = {scalar(arena, SW_STYLE_PLAIN, "${facts.int_unread}"),
                                  scalar(arena, SW_STYLE_PLAIN, "${facts.int_null}"), NULL};
    static const char *const keys[] = {"a", "b"};
    struct sw_template *list = fine(arena, tree(arena, NULL, numbers), &bench_ints);
    struct sw_template *map = fine(arena, tree(arena, keys, numbers), NULL);
    struct sw_template *lost = fine(arena, tree(arena, NULL, doubtful), &bench_ints);

    assert_string_equal(bench_render(arena, sw_template_value(list, &bench_scope, arena)), "1, 7");
    assert_string_equal(bench_render(arena, sw_template_value(map, &bench_scope, arena)),
                        "{\"a\":\"1\",\"b\":7}");
    assert_string_equal(bench_render(arena, sw_template_value(lost, &bench_scope, arena)),
                        "null: facts.int_null: nothing was said");
    assert_false(sw_template_is_literal(list));
}

static void objects_know_their_keys(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    static const char *const right[] = {"name", "size", "x-note"};
    static const char *const wrong[] = {"nmae", "size", "x-note"};
    struct sw_node *items[] = {scalar(arena, SW_STYLE_PLAIN, "a"),
                               scalar(arena, SW_STYLE_PLAIN, "2KiB"),
                               scalar(arena, SW_STYLE_PLAIN, "free"), NULL};
    const struct sw_value *value =
        sw_template_value(fine(arena, tree(arena, right, items), &bench_item), NULL, arena);

    assert_string_equal(bench_render(arena, value), "{\"name\":\"a\",\"size\":2048}");
    assert_null(compile(arena, tree(arena, wrong, items), &bench_item, diags));
    assert_int_equal(sw_diags_count(diags), 2);
    assert_int_equal(sw_diags_at(diags, 0)->code, 322);
    assert_non_null(strstr(sw_diags_at(diags, 0)->hint, "did you mean 'name'"));
    assert_int_equal(sw_diags_at(diags, 1)->code, 323);
    assert_non_null(strstr(sw_diags_at(diags, 1)->text, "'name' is missing"));
}

static void a_tree_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    struct sw_node *items[] = {scalar(arena, SW_STYLE_PLAIN, "x"), NULL};
    static const char *const filled[] = {"a${b}"};

    assert_null(compile(arena, tree(arena, NULL, items), &sw_type_string, diags));
    assert_null(compile(arena, tree(arena, NULL, items), &bench_ints, diags));
    assert_null(compile(arena, tree(arena, filled, items), &bench_map, diags));
    assert_null(sw_template_compile(arena, tree(arena, filled, items), NULL, NULL, diags));
    assert_int_equal(sw_diags_count(diags), 3); /* the first and last are the same place and code */
    assert_int_equal(sw_diags_at(diags, 0)->code, 320);
    assert_int_equal(sw_diags_at(diags, 1)->code, 320);
    assert_int_equal(sw_diags_at(diags, 2)->code, 325);
}

static void a_secret_is_named_and_not_written(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    static const char *const right[] = {"secret"};
    static const char *const wrong[] = {"secrets"};
    struct sw_node *items[] = {scalar(arena, SW_STYLE_PLAIN, "teams_url"), NULL};
    const struct sw_value *value =
        sw_template_value(fine(arena, tree(arena, right, items), &sw_type_secret), NULL, arena);

    assert_string_equal(sw_as_text(sw_get(value, "secret")), "teams_url");
    assert_null(compile(arena, tree(arena, wrong, items), &sw_type_secret, diags));
    assert_int_equal(sw_diags_at(diags, 0)->code, 320);
}

static void a_condition_may_stand_in_quotes(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    struct sw_node *node = scalar(arena, SW_STYLE_SINGLE, "'a' == 'b' and facts.what");

    assert_null(sw_expr_compile_scalar(arena, node, &sw_type_bool, &bench_scope_names, diags));
    /* ''a'' == ''b'' and: four quotes are doubled, one opens */
    assert_int_equal(sw_diags_at(diags, 0)->mark.column, 5 + 1 + 15 + 4);
    assert_int_equal(sw_diags_at(diags, 0)->mark.offset, 50 + 1 + 15 + 4);
}

static void columns_are_those_of_the_file(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "a: x ${facts.what}",        "a: 'it''s ${facts.what}'",  "a: \"ä ${facts.what}\"",
        "  a: [x, '${facts.what}']", "a: { b: '${facts.what}' }",
    };
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();

    for (size_t i = 0; i < SW_COUNT(lines); i++) {
        SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
        const char *at = strstr(lines[i], "facts.what");
        struct sw_source source;

        sw_source_from_text(arena, "t.yaml", lines[i], strlen(lines[i]), &source);

        struct sw_node *root = sw_yaml_read(&source, arena, diags);

        assert_non_null(root);
        assert_null(compile(arena, sw_node_get(root, "a"), NULL, diags));
        assert_int_equal(sw_diags_count(diags), 1);
        assert_int_equal(sw_diags_at(diags, 0)->mark.offset, (size_t)(at - lines[i]));
        assert_int_equal(sw_diags_at(diags, 0)->mark.column,
                         sw_source_mark(&source, (size_t)(at - lines[i]), 1).column);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_filled_in_and_a_lone_expression_keeps_its_type),
        cmocka_unit_test(a_secret_part_makes_the_text_a_secret_with_its_content),
        cmocka_unit_test(inserted_text_is_never_scanned_again),
        cmocka_unit_test(a_scalar_is_a_literal_of_the_type_expected),
        cmocka_unit_test(a_value_is_fitted_to_its_field_when_it_is_filled_in),
        cmocka_unit_test(findings_point_into_the_scalar),
        cmocka_unit_test(a_finding_in_folded_or_escaped_text_points_at_its_start),
        cmocka_unit_test(all_findings_of_one_text_come_at_once),
        cmocka_unit_test(plain_words_that_yaml_reads_otherwise_are_warned_about),
        cmocka_unit_test(lists_and_maps_are_filled_in_as_a_whole),
        cmocka_unit_test(objects_know_their_keys),
        cmocka_unit_test(a_tree_that_does_not_fit_is_refused),
        cmocka_unit_test(a_secret_is_named_and_not_written),
        cmocka_unit_test(a_condition_may_stand_in_quotes),
        cmocka_unit_test(columns_are_those_of_the_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
