#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_failure_is_recorded_and_returns_false(void **state)
{
    (void)state;
    struct sw_error err = {.retry_after_ms = 99};

    assert_false(sw_fail(&err, SW_E_IO, "open '%s'", "x"));
    assert_int_equal(err.code, SW_E_IO);
    assert_int_equal(err.retry_after_ms, 0);
    assert_string_equal(err.text, "open 'x'");
}

static void the_callers_task_goes_in_front(void **state)
{
    (void)state;
    struct sw_error err = {0};

    sw_fail(&err, SW_E_TIMEOUT, "no answer");
    err.retry_after_ms = 5;
    assert_false(sw_fail_while(&err, "read %d", 3));
    assert_int_equal(err.code, SW_E_TIMEOUT);
    assert_int_equal(err.retry_after_ms, 5);
    assert_string_equal(err.text, "read 3: no answer");
}

static void a_failure_may_quote_the_one_before_it(void **state)
{
    (void)state;
    struct sw_error err = {0};

    sw_fail(&err, SW_E_IO, "first");
    sw_fail(&err, SW_E_INPUT, "<%s>", err.text);
    assert_string_equal(err.text, "<first>");
}

static void text_is_one_line_that_cannot_steer_a_terminal(void **state)
{
    (void)state;
    struct sw_error err = {0};

    sw_fail(&err, SW_E_PROTOCOL, "%s", "a\nb\x1b[2J\xe2\x80\xae c\xff");
    assert_string_equal(err.text, "a b?[2J? c?");
}

static void long_text_is_cut_between_characters(void **state)
{
    (void)state;
    struct sw_error err = {0};
    char text[2000] = "x";

    for (size_t i = 1; i + 2 < sizeof text - 1; i += 2) {
        memcpy(text + i, "\xc3\xa4", 2);
    }
    sw_fail(&err, SW_E_IO, "%s", text);

    size_t length = strlen(err.text);

    assert_true(length < SW_ERROR_TEXT_BYTES && length > SW_ERROR_TEXT_BYTES - 4);
    assert_int_equal(length % 2, 1);
    assert_memory_equal(err.text + length - 2, "\xc3\xa4", 2);

    sw_fail_while(&err, "%s", text);
    assert_true(strlen(err.text) < SW_ERROR_TEXT_BYTES);
}

static void every_code_has_a_word_of_its_own(void **state)
{
    (void)state;
    for (int code = SW_E_NONE; code <= SW_E_INTERNAL; code++) {
        const char *name = sw_code_name((enum sw_code)code);

        assert_non_null(name);
        for (int other = SW_E_NONE; other < code; other++) {
            assert_string_not_equal(name, sw_code_name((enum sw_code)other));
        }
    }
    assert_string_equal(sw_code_name(SW_E_UNREACHABLE), "unreachable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_is_recorded_and_returns_false),
        cmocka_unit_test(the_callers_task_goes_in_front),
        cmocka_unit_test(a_failure_may_quote_the_one_before_it),
        cmocka_unit_test(text_is_one_line_that_cannot_steer_a_terminal),
        cmocka_unit_test(long_text_is_cut_between_characters),
        cmocka_unit_test(every_code_has_a_word_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
