#include "lang/codes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void rows_stand_in_order_and_each_number_once(void **state)
{
    (void)state;
    unsigned last = 100;

    for (const struct sw_code_doc *row = sw_code_docs(); row->code != 0; row++) {
        assert_true(row->code > last);
        assert_true(row->code < 900);
        last = row->code;
    }
    assert_true(last > 100);
}

static void every_row_has_a_title_of_one_line_and_a_text(void **state)
{
    (void)state;
    for (const struct sw_code_doc *row = sw_code_docs(); row->code != 0; row++) {
        assert_true(strlen(row->title) > 0);
        assert_true(strlen(row->title) <= 100);
        assert_null(strchr(row->title, '\n'));
        assert_true(strlen(row->text) > 20);
    }
}

static void a_code_is_found_by_its_number(void **state)
{
    (void)state;
    assert_int_equal(sw_code_doc(130)->code, 130);
    assert_null(sw_code_doc(0));
    assert_null(sw_code_doc(100));
    assert_null(sw_code_doc(9999));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_stand_in_order_and_each_number_once),
        cmocka_unit_test(every_row_has_a_title_of_one_line_and_a_text),
        cmocka_unit_test(a_code_is_found_by_its_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
