#include "unit/lang/expr_bench.h"

struct finding_row {
    const char *text;
    unsigned code;
    uint32_t column, length; /* within the text, from 1 */
    const char *words;
    const char *hint; /* a part of it; NULL: any */
};

static void check_findings(const struct finding_row *rows, size_t count,
                           const struct sw_type *expected)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();

    for (size_t i = 0; i < count; i++) {
        const struct finding_row *row = &rows[i];
        SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();

        if (bench_compile(arena, row->text, expected, diags) != NULL) {
            fail_msg("%s compiles", row->text);
        }
        if (sw_diags_count(diags) != 1) {
            fail_msg("%s gives %zu findings", row->text, sw_diags_count(diags));
        }

        const struct sw_diag *diag = sw_diags_at(diags, 0);
        uint32_t column = diag->mark.column - BENCH_COLUMN + 1;

        if (diag->code != row->code || column != row->column || diag->mark.length != row->length ||
            strstr(diag->text, row->words) == NULL) {
            fail_msg("%s gives %u at %u+%u: %s", row->text, diag->code, column, diag->mark.length,
                     diag->text);
        }
        if (row->hint != NULL && (diag->hint == NULL || strstr(diag->hint, row->hint) == NULL)) {
            fail_msg("%s hints: %s", row->text, diag->hint != NULL ? diag->hint : "nothing");
        }
        assert_int_equal(diag->mark.line, 3);
    }
}

static void syntax_findings_point_at_the_token(void **state)
{
    (void)state;
    static const struct finding_row rows[] = {
        {"", 301, 1, 1, "expected a value, but the expression ends", NULL},
        {"facts.yes and", 301, 14, 1, "expected a value after 'and', but the expression ends",
         NULL},
        {"facts.yes and or facts.no", 301, 15, 2, "after 'and', but found 'or'", NULL},
        {"(facts.int + 1", 301, 15, 1, "expected ')' after '1'", NULL},
        {"facts.int 5", 301, 11, 1, "expected an operator or the end after 'int'", NULL},
        {"5 not in facts.ints", 301, 3, 3, "but found 'not'", "not (a in b)"},
        {"facts.yes == not facts.no", 301, 14, 3, "expected a value after '=='", "in brackets"},
        {"facts.int = 5", 301, 11, 1, "'='", "'==' compares"},
        {"facts.yes && facts.no", 301, 11, 2, "'&&'", "write 'and'"},
        {"facts.text | lower", 301, 12, 1, "'|'", "no filters"},
        {"facts.", 301, 7, 1, "expected a name after '.'", NULL},
        {"facts.ints[0", 301, 13, 1, "expected ']' after '0'", NULL},
        {"len(facts.ints", 301, 15, 1, "expected ',' or ')' after 'ints'", NULL},
        {"max(1,)", 301, 7, 1, "expected a value after ','", NULL},
        {"größe", 301, 3, 1, "'ö'", "ASCII"},
        {"'Größe' == §", 301, 12, 1, "'§'", NULL},
        {"facts.int > ${facts.zero}", 302, 13, 2, "inside of an expression", "bare name"},
        {"facts.text == 'abc", 303, 15, 1, "no closing '", "no escapes"},
        {"1 < facts.int < 9", 304, 15, 1, "do not chain", "a < b and b < c"},
        {"lenght(facts.ints)", 306, 1, 6, "no function 'lenght'", NULL},
        {"trmi(facts.text)", 306, 1, 4, "no function 'trmi'", "did you mean 'trim'"},
        {"now()", 306, 1, 3, "no function 'now'", "SW0306"},
        {"facts.wait > 90min", 317, 14, 5, "90min", "ms s m h d w"},
        {"facts.used > 20GB", 317, 14, 4, "20GB", "1024"},
        {"facts.int == 010", 317, 14, 3, "010", "leading zeros"},
        {"99999999999999999999", 317, 1, 20, "64 bits", NULL},
    };

    check_findings(rows, SW_COUNT(rows), NULL);
}

static void type_findings_point_at_the_token(void **state)
{
    (void)state;
    static const struct finding_row rows[] = {
        {"facts.null == null", 305, 15, 4, "nothing is equal to null", "is_null(facts.null)"},
        {"null != facts.null", 305, 1, 4, "nothing is equal", "not is_null(facts.null)"},
        {"default(facts.int, null)", 305, 20, 4, "null cannot be written", NULL},
        {"if(facts.yes, 1)", 307, 1, 2, "takes 3 parts, and here are 2", "if(condition, a, b)"},
        {"if(facts.int, 1, 2)", 307, 4, 9, "takes a condition here, and this is int", NULL},
        {"if(facts.yes, 1, 'a')", 307, 18, 3, "two of a kind", NULL},
        {"any(facts.int, x, true)", 307, 5, 9, "takes a list", NULL},
        {"any(facts.ints, 1, true)", 307, 17, 1, "names the item", NULL},
        {"contains(facts.ints, '1')", 307, 10, 10, "takes text", "'x in list'"},
        {"age(facts.wait)", 307, 5, 10, "takes a time", NULL},
        {"outcome('upload')", 307, 9, 8, "takes the id of a step", "outcome(my_step)"},
        {"string(facts.token)", 307, 8, 11, "secret", NULL},
        {"min(facts.text, 'a')", 307, 1, 3, "needs numbers", NULL},
        {"facts.wait < 30", 308, 12, 1, "'<' cannot order duration and int", "15m"},
        {"facts.wait == '30m'", 308, 12, 2, "duration and string", "without quotes"},
        {"facts.version >= 14.0", 308, 15, 2, "version and float", "quote a version"},
        {"facts.text == facts.path", 308, 12, 2, "string and win_path", "string(x)"},
        {"facts.text < 'b'", 308, 12, 1, "cannot order string", "have an order"},
        {"facts.text + 'a'", 308, 12, 1, "cannot add", "'${a}${b}'"},
        {"facts.wait * facts.wait", 308, 12, 1, "cannot multiply duration and duration", NULL},
        {"facts.began + facts.wait", 308, 13, 1, "cannot add time and duration", NULL},
        {"facts.token == 'a'", 308, 13, 2, "secret and string", NULL},
        {"facts.items == []", 308, 13, 2, "cannot compare", NULL},
        {"[1, 'a']", 308, 5, 3, "list of int cannot hold string", NULL},
        {"'a' in facts.text", 308, 8, 10, "'in' looks into a list", "contains(text, part)"},
        {"facts.health == 'Helthy'", 309, 17, 8, "'Helthy' is no value of enum(Healthy, Error",
         "did you mean 'Healthy'"},
        {"'Error ' != facts.health", 309, 1, 8, "'Error '", "did you mean 'Error'"},
        {"facts.health in ['Error', 'No']", 309, 27, 4, "'No'", NULL},
        {"facts.version > 'fourteen'", 309, 17, 10, "fourteen", NULL},
        {"outcome(upload) == 'claen'", 309, 20, 7, "'claen'", "did you mean 'clean'"},
        {"fact.int", 311, 1, 4, "nothing called 'fact'", "did you mean 'facts'"},
        {"facts.health == Healthy", 311, 17, 7, "nothing called 'Healthy'", "'Healthy'"},
        {"facts.items[0].nam", 312, 16, 3, "no field 'nam'", "did you mean 'name'"},
        {"any(facts.items, x, x.siz > 1B)", 312, 21, 5, "no field 'siz'", "did you mean 'size'"},
        {"facts.items['a']", 312, 13, 3, "cannot be looked into with string", NULL},
        {"matches(facts.text, facts.text)", 314, 21, 10, "not written here", NULL},
        {"matches(facts.text, 'a(b')", 314, 24, 1, "missing closing parenthesis", NULL},
        {"any(facts.ints, facts, true)", 315, 17, 5, "means something already", NULL},
        {"any(facts.ints, x, any(facts.ints, x, true))", 315, 36, 1, "outer list", NULL},
        {"facts.what == 1", 350, 1, 10, "no such fact", NULL},
        {"outcome(uplaod) == 'clean'", 351, 9, 6, "no step 'uplaod'", NULL},
        {"steps.maybe.ended < facts.began", 360, 1, 17, "does not pass", NULL},
        {"facts.yes and facts.int", 310, 15, 9, "this is int, but bool", "compare it"},
        {"not 5", 310, 5, 1, "this is int, but bool", NULL},
    };

    check_findings(rows, SW_COUNT(rows), NULL);
}

static void a_condition_is_true_or_false_and_takes_no_default(void **state)
{
    (void)state;
    static const struct finding_row rows[] = {
        {"len(facts.items)", 310, 1, 16, "this is int, but bool is wanted here", "compare it"},
        {"'true'", 310, 1, 6, "this is string", NULL},
        {"default(facts.null, true)", 313, 1, 7, "no place in a condition", "is_null(x)"},
        {"facts.int > 3 and default(facts.int, 0) == 0", 313, 19, 7, "default()", NULL},
    };

    check_findings(rows, SW_COUNT(rows), &sw_type_bool);
}

static void independent_findings_come_in_one_pass(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();

    assert_null(bench_compile(arena, "facts.what and facts.wait > 5 and facts.health == 'x'",
                              &sw_type_bool, diags));
    assert_int_equal(sw_diags_count(diags), 3);
    assert_int_equal(sw_diags_at(diags, 0)->code, 350);
    assert_int_equal(sw_diags_at(diags, 1)->code, 308);
    assert_int_equal(sw_diags_at(diags, 2)->code, 309);
}

static void nesting_ends_in_a_finding_and_long_rows_do_not(void **state)
{
    (void)state;
    static const char *const parts[] = {"(", "not ", "- ", "[", "len(", "1+", "1*"};
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();

    for (size_t i = 0; i < SW_COUNT(parts); i++) {
        SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();

        assert_null(bench_compile(arena, bench_repeat(arena, parts[i], 5000, "1"), NULL, diags));
        assert_int_equal(sw_diags_count(diags), 1);
        assert_int_equal(sw_diags_at(diags, 0)->code, 316);
    }

    SW_CLEANUP(sw_diags_free_at) struct sw_diags *fine = sw_diags_new();

    assert_non_null(
        bench_compile(arena, bench_repeat(arena, "true and ", 5000, "true"), NULL, fine));
    assert_non_null(bench_compile(arena, bench_repeat(arena, "- ", 60, "1"), NULL, fine));
    assert_int_equal(sw_diags_count(fine), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(syntax_findings_point_at_the_token),
        cmocka_unit_test(type_findings_point_at_the_token),
        cmocka_unit_test(a_condition_is_true_or_false_and_takes_no_default),
        cmocka_unit_test(independent_findings_come_in_one_pass),
        cmocka_unit_test(nesting_ends_in_a_finding_and_long_rows_do_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
