/* Who may stop a run. */
#include "cli/run/drive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void a_run_is_stopped_by_who_began_it_or_by_an_operator(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_builder list = sw_list_begin(arena);
    struct sw_error err = {0};

    sw_list_add(&list, sw_text(arena, "ada"));
    const struct sw_value *operators = sw_built(&list);

    assert_true(sw_may_operate(operators, "bob", "bob", &err));
    assert_true(sw_may_operate(operators, "bob", "ada", &err));
    assert_false(sw_may_operate(operators, "bob", "eve", &err));
    assert_non_null(strstr(err.text, "'eve' neither began this run"));
    assert_false(sw_may_operate(operators, NULL, "eve", &err));
    sw_arena_free(arena);
}

static void where_no_operators_are_named_anybody_may(void **state)
{
    (void)state;
    struct sw_error err = {0};

    assert_true(sw_may_operate(NULL, "bob", "eve", &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_stopped_by_who_began_it_or_by_an_operator),
        cmocka_unit_test(where_no_operators_are_named_anybody_may),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
