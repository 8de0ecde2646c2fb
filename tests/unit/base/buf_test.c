#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_new_buffer_is_an_empty_text(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, 10);
    assert_string_equal(buf.bytes, "");
    assert_int_equal(buf.length, 0);
    assert_false(buf.is_over);
}

static void bytes_are_added_up_to_the_limit(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, 5);
    sw_buf_add_text(&buf, "abc");
    sw_buf_add(&buf, "de", 2);
    assert_false(buf.is_over);
    assert_string_equal(buf.bytes, "abcde");
}

static void over_its_limit_a_buffer_stays_as_it_was_and_remembers(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, 5);
    sw_buf_add_text(&buf, "abc");
    sw_buf_add_text(&buf, "def");
    assert_true(buf.is_over);
    assert_string_equal(buf.bytes, "abc");
    /* What would fit again must not close the gap unseen. */
    sw_buf_add_char(&buf, 'x');
    sw_buf_addf(&buf, "%d", 1);
    assert_string_equal(buf.bytes, "abc");
    sw_buf_clear(&buf);
    assert_false(buf.is_over);
    sw_buf_add_char(&buf, 'x');
    assert_string_equal(buf.bytes, "x");
}

static void formatted_text_is_added_whole_or_not_at_all(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, 200);
    sw_buf_addf(&buf, "%s-%0100d", "a", 5);
    assert_int_equal(buf.length, 102);
    assert_string_equal(buf.bytes + 100, "05");
    sw_buf_addf(&buf, "%0100d", 5);
    assert_true(buf.is_over);
    assert_int_equal(buf.length, 102);
}

static void a_buffer_holds_nul_bytes(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, 100);
    sw_buf_add(&buf, "a\0b", 3);
    assert_int_equal(buf.length, 3);
    assert_memory_equal(buf.bytes, "a\0b", 4);
}

static void a_buffer_grows_to_what_is_added(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, SIZE_MAX);
    for (int i = 0; i < 10000; i++) {
        sw_buf_add_text(&buf, "0123456789");
    }
    assert_int_equal(buf.length, 100000);
    assert_memory_equal(buf.bytes + 99990, "0123456789", 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_buffer_is_an_empty_text),
        cmocka_unit_test(bytes_are_added_up_to_the_limit),
        cmocka_unit_test(over_its_limit_a_buffer_stays_as_it_was_and_remembers),
        cmocka_unit_test(formatted_text_is_added_whole_or_not_at_all),
        cmocka_unit_test(a_buffer_holds_nul_bytes),
        cmocka_unit_test(a_buffer_grows_to_what_is_added),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
