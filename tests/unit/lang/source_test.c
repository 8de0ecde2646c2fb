#include "lang/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
    *state = sw_arena_new();
    return 0;
}

static int tear_down(void **state)
{
    sw_arena_free(*state);
    return 0;
}

static struct sw_source from(struct sw_arena *arena, const char *text)
{
    struct sw_source source;

    sw_source_from_text(arena, "x.yaml", text, strlen(text), &source);
    return source;
}

static void lines_are_found_with_either_line_end(void **state)
{
    struct sw_source source = from(*state, "a\r\nb\n\nc");

    assert_int_equal(source.line_count, 4);
    assert_string_equal(sw_source_line(&source, 1, *state), "a");
    assert_string_equal(sw_source_line(&source, 2, *state), "b");
    assert_string_equal(sw_source_line(&source, 3, *state), "");
    assert_string_equal(sw_source_line(&source, 4, *state), "c");
}

static void a_line_that_is_not_there_is_empty(void **state)
{
    struct sw_source source = from(*state, "a\n");

    assert_string_equal(sw_source_line(&source, 0, *state), "");
    assert_string_equal(sw_source_line(&source, 2, *state), "");
    assert_string_equal(sw_source_line(&source, 99, *state), "");
}

static void marks_count_characters_from_one(void **state)
{
    struct sw_source source = from(*state, "ab\nK\xC3\xB6ln x\n");
    struct sw_mark mark = sw_source_mark(&source, 9, 1);

    assert_string_equal(mark.file, "x.yaml");
    assert_int_equal(mark.line, 2);
    assert_int_equal(mark.column, 6);
    assert_int_equal(mark.length, 1);
    assert_int_equal(mark.offset, 9);
    assert_int_equal(sw_source_mark(&source, 3, 5).length, 4);
}

static void a_mark_ends_with_its_line_and_has_at_least_one_character(void **state)
{
    struct sw_source source = from(*state, "abc\ndef");

    assert_int_equal(sw_source_mark(&source, 1, 6).length, 2);
    assert_int_equal(sw_source_mark(&source, 7, 0).length, 1);
    assert_int_equal(sw_source_mark(&source, 99, 99).line, 2);
    assert_int_equal(sw_source_mark(&source, 99, 99).column, 4);
}

static void bytes_that_are_no_utf8_count_one_each(void **state)
{
    struct sw_source source = from(*state, "\x80\xED\xA0\x80x");

    assert_int_equal(sw_source_mark(&source, 4, 1).column, 5);
}

static void a_byte_order_mark_is_cut_off(void **state)
{
    struct sw_source source = from(*state, "\xEF\xBB\xBF"
                                           "a: 1\n");

    assert_int_equal(source.length, 5);
    assert_string_equal(source.bytes, "a: 1\n");
    assert_int_equal(sw_source_mark(&source, 0, 1).column, 1);
}

static void an_empty_text_has_one_empty_line(void **state)
{
    struct sw_source source = from(*state, "");

    assert_int_equal(source.line_count, 1);
    assert_int_equal(sw_source_mark(&source, 0, 1).line, 1);
}

static void a_file_over_its_limit_or_missing_is_an_error(void **state)
{
    const char *path = SW_SOURCE_DIR "/tests/data/hostile-yaml/i30-valid-reference.yaml";
    struct sw_source source = {0};
    struct sw_error err = {0};

    assert_true(sw_source_read(*state, path, 88, &source, &err));
    assert_int_equal(source.length, 88);
    assert_false(sw_source_read(*state, path, 87, &source, &err));
    assert_int_equal(err.code, SW_E_LIMIT);
    assert_false(sw_source_read(*state, SW_SOURCE_DIR "/absent.yaml", 99, &source, &err));
    assert_int_equal(err.code, SW_E_NOT_FOUND);
    assert_int_equal(source.length, 88);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_found_with_either_line_end),
        cmocka_unit_test(a_line_that_is_not_there_is_empty),
        cmocka_unit_test(marks_count_characters_from_one),
        cmocka_unit_test(a_mark_ends_with_its_line_and_has_at_least_one_character),
        cmocka_unit_test(bytes_that_are_no_utf8_count_one_each),
        cmocka_unit_test(a_byte_order_mark_is_cut_off),
        cmocka_unit_test(an_empty_text_has_one_empty_line),
        cmocka_unit_test(a_file_over_its_limit_or_missing_is_an_error),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
