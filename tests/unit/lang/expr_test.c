#include "unit/lang/expr_bench.h"

static const struct sw_value *eval(struct sw_arena *arena, const char *text)
{
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    struct sw_expr *expr = bench_compile(arena, text, NULL, diags);

    if (expr == NULL) {
        fail_msg("%s: %s", text, sw_diags_at(diags, 0)->text);
    }
    assert_int_equal(sw_diags_count(diags), 0);
    return sw_expr_eval(expr, &bench_scope, arena);
}

struct value_row {
    const char *text;
    const char *value;
};

static void check_values(const struct value_row *rows, size_t count)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();

    for (size_t i = 0; i < count; i++) {
        const char *found = bench_render(arena, eval(arena, rows[i].text));

        if (strcmp(found, rows[i].value) != 0) {
            fail_msg("%s gives '%s', not '%s'", rows[i].text, found, rows[i].value);
        }
    }
}

static void operators_bind_in_their_order(void **state)
{
    (void)state;
    static const struct value_row rows[] = {
        {"1 + 2 * 3", "7"},
        {"(1 + 2) * 3", "9"},
        {"10 - 3 - 2", "5"},
        {"-2 * 3", "-6"},
        {"- -2", "2"},
        {"1 + 1 == 2", "true"},
        {"not 1 == 2", "true"},
        {"true or false and false", "true"},
        {"not true or true", "true"},
        {"not (true or true)", "false"},
        {"facts.ints[0] - facts.ints[2]", "2"},
        {" \t 1 \n", "1"},
        {"1 in [1, 2] and not (3 in [1, 2])", "true"},
        {"[1, 2.5, -3]", "1, 2.5, -3"},
        {"[]", ""},
        {"\"it's\"", "it's"},
        {"'say \"no\"'", "say \"no\""},
        {"'Größe'", "Größe"},
        {"'a\\b'", "a\\b"},
    };

    check_values(rows, SW_COUNT(rows));
}

/* T, F, N and U are facts.yes, no, null and unread. */
static void check_table(const char *word, const char *const table[4])
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    static const char *const names[] = {"yes", "no", "null", "unread"};

    for (size_t a = 0; a < 4; a++) {
        for (size_t b = 0; b < 4; b++) {
            const char *text = sw_format(arena, "facts.%s %s facts.%s", names[a], word, names[b]);
            const struct sw_value *value = eval(arena, text);
            bool is_true = false;
            char found = value->kind == SW_V_NULL ? 'N' : 'U';

            if (sw_as_bool(value, &is_true)) {
                found = is_true ? 'T' : 'F';
            }
            if (found != table[a][b]) {
                fail_msg("%s gives %c, not %c", text, found, table[a][b]);
            }
        }
    }
}

static void and_is_three_valued(void **state)
{
    (void)state;
    /* columns: T F N U */
    static const char *const table[4] = {"TFNU", "FFFF", "NFNU", "UFUU"};

    check_table("and", table);
}

static void or_is_three_valued(void **state)
{
    (void)state;
    static const char *const table[4] = {"TTTT", "TFNU", "TNNU", "TUUU"};

    check_table("or", table);
}

static void a_comparison_with_null_is_null_and_with_unknown_unknown(void **state)
{
    (void)state;
    static const char *const table[4] = {"TFNU", "FTNU", "NNNN", "UUNU"};

    check_table("==", table);
}

static void not_keeps_what_is_not_known(void **state)
{
    (void)state;
    static const struct value_row rows[] = {
        {"not facts.yes", "false"},
        {"not facts.no", "true"},
        {"not facts.null", "null: facts.null: nothing was said"},
        {"not facts.unread", "unknown: facts.unread: not read yet"},
        {"not not facts.null", "null: facts.null: nothing was said"},
    };

    check_values(rows, SW_COUNT(rows));
}

static void reasons_lead_with_the_name(void **state)
{
    (void)state;
    static const struct value_row rows[] = {
        {"steps.final_upload.ended", "unknown: steps.final_upload.ended: not read yet"},
        {"steps.a.ended - steps.b.ended", "unknown: steps.a.ended: not read yet"},
        {"facts.int_unread + facts.int_null", "null: facts.int_null: nothing was said"},
        {"len(facts.part)", "unknown: facts.part: not read yet"},
        {"lower(facts.text_null)", "null: facts.text_null: nothing was said"},
        {"choice(upload)", "unknown: choice(upload): not answered yet"},
    };

    check_values(rows, SW_COUNT(rows));
}

static void numbers_and_units_follow_the_rules(void **state)
{
    (void)state;
    static const struct value_row rows[] = {
        {"facts.int + 0.5", "7.5"},
        {"7 / 2", "3.5"},
        {"facts.int == 7.0", "true"},
        {"facts.wait + 1h30m", "2h"},
        {"facts.wait - 1h", "-30m"},
        {"facts.wait * 3", "1h30m"},
        {"2 * facts.wait", "1h"},
        {"facts.wait / 4", "7m30s"},
        {"facts.used * 0.5", "10GiB"},
        {"facts.used / 10", "2GiB"},
        {"facts.used - 1.5GiB < 19GiB", "true"},
        {"facts.ended - facts.began", "1h30m"},
        {"facts.began < facts.ended", "true"},
        {"facts.began < '2026-11-23T21:00:00+01:00'", "false"},
        {"-facts.wait < 0s", "true"},
        {"facts.percent > 19", "true"},
        {"facts.percent == 20%", "true"},
        {"facts.percent + 5%", "25%"},
        {"9007199254740993 > 9007199254740992.0", "true"},
        {"min(3, 1.5, 2)", "1.5"},
        {"max(facts.ints)", "3"},
        {"min(facts.wait, 10m)", "10m"},
        {"max('1.10', facts.version)", "14.0.10"},
    };

    check_values(rows, SW_COUNT(rows));
}

static void what_cannot_be_computed_is_null_with_the_reason(void **state)
{
    (void)state;
    static const struct value_row rows[] = {
        {"facts.int / facts.zero", "null: division by zero"},
        {"facts.wait / 0.0", "null: division by zero"},
        {"facts.huge + 1", "null: the number is too large"},
        {"-facts.huge - 2", "null: the number is too large"},
        {"facts.huge * 2", "null: the number is too large"},
        {"facts.huge * -2", "null: the number is too large"},
        {"facts.used * facts.huge", "null: the number is too large"},
        {"facts.used * 1000000000000.0", "null: the number is too large"},
        {"facts.ints[3]", "null: there is no item 3: the list has 3"},
        {"facts.ints[-1]", "null: there is no item -1: the list has 3"},
        {"facts.tags['team']", "null: there is no 'team'"},
        {"min(facts.none)", "null: min of nothing"},
        {"facts.any + 1h", "null: a number and a duration do not go together"},
        {"any([facts.any], x, x.name == 1)", "null: a number has no 'name'"},
        {"matches(facts.long, '^(a+)+$')",
         "null: the pattern of matches took too many steps on this text"},
    };

    check_values(rows, SW_COUNT(rows));
}

static void versions_compare_number_by_number(void **state)
{
    (void)state;
    static const struct value_row rows[] = {
        {"facts.version >= '14.0'", "true"},     {"facts.version > '14.0.9'", "true"},
        {"facts.version < '14.0.10.1'", "true"}, {"facts.version == '14.0.010.0'", "true"},
        {"facts.version == '14.0.1'", "false"},  {"facts.version in ['13.0', '14.0.10']", "true"},
    };

    check_values(rows, SW_COUNT(rows));
}

static void paths_hosts_and_guids_compare_without_case(void **state)
{
    (void)state;
    static const struct value_row rows[] = {
        {"facts.path == 'd:\\data'", "true"},
        {"facts.path != 'd:\\data'", "false"},
        {"facts.path in ['E:\\x', 'd:\\DATA']", "true"},
        {"facts.host == 'FS01.contoso.com'", "true"},
        {"facts.guid == '0F8FAD5B-D9CB-469F-A165-70867728950E'", "true"},
        {"starts_with(facts.path, 'd:\\d')", "true"},
        {"contains(facts.host, 'CONTOSO')", "true"},
        {"matches(facts.host, '^FS[0-9]+\\.')", "true"},
        {"facts.text == 'hello'", "false"},
        {"starts_with(facts.text, 'hell')", "false"},
    };

    check_values(rows, SW_COUNT(rows));
}

static void functions_do_what_they_say(void **state)
{
    (void)state;
    static const struct value_row rows[] = {
        {"if(facts.yes, 'a', 'b')", "a"},
        {"if(facts.no, 1, 2.5)", "2.5"},
        {"if(facts.null, 1, 2)", "null: facts.null: nothing was said"},
        {"len(facts.items)", "2"},
        {"len(facts.tags)", "2"},
        {"len('Größe')", "5"},
        {"lower(facts.text)", "hello"},
        {"upper(facts.text)", "HELLO"},
        {"trim('  a b\t')", "a b"},
        {"trim(' ')", ""},
        {"contains(facts.text, 'ell')", "true"},
        {"ends_with(facts.text, 'lo')", "true"},
        {"ends_with('lo', facts.text)", "false"},
        {"matches(facts.text, 'l{2}')", "true"},
        {"matches(facts.text, '^l')", "false"},
        {"string(facts.wait)", "30m"},
        {"string(facts.ints)", "3, 2, 1"},
        {"is_null(facts.null)", "true"},
        {"is_null(facts.yes)", "false"},
        {"is_null(facts.unread)", "unknown: facts.unread: not read yet"},
        {"default(facts.int_null, 3)", "3"},
        {"default(facts.int, 3)", "7"},
        {"default(facts.int_unread, 3)", "unknown: facts.int_unread: not read yet"},
        {"default(steps.maybe.ended, facts.began)", "2026-11-23T20:00:00Z"},
        {"age(facts.ended)", "30m"},
        {"age(facts.ended) < 1h", "true"},
        {"age('2026-11-23T20:00:00Z')", "unknown: the clock that this time came from was not read"},
        {"outcome(upload) == 'clean'", "true"},
        {"outcome(steps.upload) in ['timeout']", "false"},
        {"facts.tags['cost center']", "4711"},
        {"facts.tags.owner", "ann"},
        {"'owner' in facts.tags", "true"},
        {"facts.items[1].name", "b.tmp"},
        {"facts.items[0]['name']", "a.txt"},
    };

    check_values(rows, SW_COUNT(rows));
}

static void lists_are_asked_with_three_values(void **state)
{
    (void)state;
    static const struct value_row rows[] = {
        {"any(facts.items, x, x.name == 'b.tmp')", "true"},
        {"all(facts.items, x, x.size >= 1KiB)", "true"},
        {"count(facts.items, x, x.ok)", "1"},
        {"any(facts.none, x, x > 0)", "false"},
        {"all(facts.none, x, x > 0)", "true"},
        {"count(facts.none, x, x > 0)", "0"},
        {"any(facts.doubts, x, x)", "true"},
        {"any(facts.doubts, x, not x)", "unknown: not read yet"},
        {"all(facts.doubts, x, x)", "unknown: not read yet"},
        {"all(facts.doubts, x, not x)", "false"},
        {"count(facts.doubts, x, x)", "null: not said"},
        {"any(facts.nulls, x, x)", "null: not said"},
        {"all(facts.nulls, x, x)", "false"},
        {"true in facts.nulls", "null: not said"},
        {"false in facts.nulls", "true"},
        {"any(facts.part, x, x > 0)", "unknown: facts.part: not read yet"},
        {"any(facts.items, x, any(facts.ints, y, x.size == y * 1KiB and y == 2))", "true"},
        {"facts.ints == [3, 2, 1]", "true"},
        {"facts.ints == [3, 2]", "false"},
        {"facts.doubts == [true, false, true]", "unknown: not read yet"},
        {"facts.doubts == [false, false, true]", "false"},
    };

    check_values(rows, SW_COUNT(rows));
}

static void what_reads_a_secret_is_a_secret(void **state)
{
    (void)state;
    static const struct value_row rows[] = {
        {"facts.token", "(secret)"},
        {"is_null(facts.token)", "(secret)"},
        {"if(is_null(facts.token), 1, 2)", "(secret)"},
    };

    check_values(rows, SW_COUNT(rows));
}

static void nested_lists_give_up_instead_of_hanging(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    const char *list = sw_format(arena, "[%s]", bench_repeat(arena, "1,", 299, "1"));
    const char *text =
        sw_format(arena, "any(%s, x, any(%s, y, any(%s, z, x + y + z == 4)))", list, list, list);

    assert_string_equal(bench_render(arena, eval(arena, text)),
                        "null: this expression takes too many steps");
}

static void an_expression_tells_its_type_text_and_names(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    const struct sw_reference *first = NULL;
    struct sw_expr *expr =
        bench_compile(arena,
                      "  facts.items[facts.zero].size > 1B or outcome(upload) == 'clean' "
                      "or is_null(steps.maybe.ended) ",
                      NULL, diags);

    assert_non_null(expr);
    assert_int_equal(sw_expr_type(expr)->kind, SW_T_BOOL);
    assert_true(sw_text_begins(sw_expr_text(expr), "facts.items["));
    assert_true(sw_text_ends(sw_expr_text(expr), "ended)"));
    assert_int_equal(sw_expr_references(expr, &first), 4);
    assert_string_equal(first[0].root, "facts");
    assert_string_equal(first[0].path[0], "items");
    assert_int_equal(first[0].mark.column, BENCH_COLUMN + 2);
    assert_int_equal(first[0].mark.length, strlen("facts.items"));
    assert_string_equal(first[1].path[0], "zero");
    assert_string_equal(first[2].root, "steps");
    assert_string_equal(first[2].path[0], "upload");
    assert_false(first[2].is_guarded);
    assert_string_equal(first[3].path[1], "ended");
    assert_true(first[3].is_guarded);
}

static void a_literal_takes_the_type_that_is_expected(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const struct sw_type *expected;
        enum sw_kind kind;
    } rows[] = {
        {"'14.0'", &sw_type_version, SW_V_VERSION},
        {"2", &sw_type_float, SW_V_FLOAT},
        {"20", &sw_type_percent, SW_V_PERCENT},
        {"'Error'", &bench_enum, SW_V_TEXT},
        {"if(facts.yes, 1, 2)", &sw_type_float, SW_V_FLOAT},
        {"facts.health", &sw_type_string, SW_V_TEXT},
    };
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        struct sw_expr *expr = bench_compile(arena, rows[i].text, rows[i].expected, diags);

        assert_non_null(expr);
        assert_int_equal(sw_expr_eval(expr, &bench_scope, arena)->kind, rows[i].kind);
    }
}

static void without_a_scope_every_name_is_unknown(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    struct sw_expr *expr = bench_compile(arena, "facts.yes and true", NULL, diags);

    assert_non_null(expr);
    assert_int_equal(sw_expr_eval(expr, NULL, arena)->kind, SW_V_UNKNOWN);
    assert_null(sw_expr_compile(arena, "facts.yes", bench_here, NULL, NULL, diags));
    assert_int_equal(sw_diags_at(diags, 0)->code, 311);
}

static void a_condition_is_never_anything_but_true_or_false(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    struct sw_expr *expr = bench_compile(arena, "facts.any", &sw_type_bool, diags);

    assert_non_null(expr);
    assert_string_equal(bench_render(arena, sw_expr_eval(expr, &bench_scope, arena)),
                        "null: facts.any: this is a number, neither true nor false");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_bind_in_their_order),
        cmocka_unit_test(and_is_three_valued),
        cmocka_unit_test(or_is_three_valued),
        cmocka_unit_test(a_comparison_with_null_is_null_and_with_unknown_unknown),
        cmocka_unit_test(not_keeps_what_is_not_known),
        cmocka_unit_test(reasons_lead_with_the_name),
        cmocka_unit_test(numbers_and_units_follow_the_rules),
        cmocka_unit_test(what_cannot_be_computed_is_null_with_the_reason),
        cmocka_unit_test(versions_compare_number_by_number),
        cmocka_unit_test(paths_hosts_and_guids_compare_without_case),
        cmocka_unit_test(functions_do_what_they_say),
        cmocka_unit_test(lists_are_asked_with_three_values),
        cmocka_unit_test(what_reads_a_secret_is_a_secret),
        cmocka_unit_test(nested_lists_give_up_instead_of_hanging),
        cmocka_unit_test(an_expression_tells_its_type_text_and_names),
        cmocka_unit_test(a_literal_takes_the_type_that_is_expected),
        cmocka_unit_test(without_a_scope_every_name_is_unknown),
        cmocka_unit_test(a_condition_is_never_anything_but_true_or_false),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
