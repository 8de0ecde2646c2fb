#include "base/entropy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void no_two_draws_are_alike_and_nothing_behind_them_is_touched(void **state)
{
    (void)state;
    uint8_t first[33] = {0};
    uint8_t second[33] = {0};
    struct sw_error err = {0};

    assert_true(sw_entropy(first, 32, &err));
    assert_true(sw_entropy(second, 32, &err));
    assert_memory_not_equal(first, second, 32);
    assert_int_equal(first[32], 0);
    assert_int_equal(second[32], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_two_draws_are_alike_and_nothing_behind_them_is_touched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
