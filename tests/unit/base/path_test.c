/** @file Names of files are taken apart and joined by their text; links by asking the system. */
#include "base/path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void the_folder_of_a_name(void **state)
{
    struct sw_arena *arena = sw_arena_new();

    (void)state;
    assert_string_equal(sw_path_folder(arena, "a.yaml"), ".");
    assert_string_equal(sw_path_folder(arena, "-"), ".");
    assert_string_equal(sw_path_folder(arena, "a/b/c.yaml"), "a/b");
    assert_string_equal(sw_path_folder(arena, "/c.yaml"), "/");
    sw_arena_free(arena);
}

static void joining_takes_out_what_says_nothing(void **state)
{
    static const char *const rows[][3] = {
        {"a/b", "./c.yaml", "a/b/c.yaml"},
        {"a/b", "../c.yaml", "a/c.yaml"},
        {".", "./c.yaml", "c.yaml"},
        {".", "../c.yaml", "../c.yaml"},
        {"..", "../c.yaml", "../../c.yaml"},
        {"/a", "../../c.yaml", "/c.yaml"},
        {"a", "/c.yaml", "/c.yaml"},
        {"a//b/", "c//d", "a/b/c/d"},
        {"a", "..", "."},
    };
    struct sw_arena *arena = sw_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(sw_path_join(arena, rows[i][0], rows[i][1]), rows[i][2]);
    }
    sw_arena_free(arena);
}

static void a_folder_of_a_longer_name_is_not_above(void **state)
{
    (void)state;
    assert_true(sw_path_is_below("/a/b/c", "/a/b"));
    assert_true(sw_path_is_below("/a/b", "/a/b"));
    assert_true(sw_path_is_below("/a", "/"));
    assert_false(sw_path_is_below("/a/bc", "/a/b"));
    assert_false(sw_path_is_below("/a", "/a/b"));
}

static void what_is_not_there_has_no_real_name(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_error err = {0};
    const char *real = "as it was";

    (void)state;
    assert_false(sw_path_real(arena, "/nowhere/at/all", &real, &err));
    assert_int_equal(err.code, SW_E_NOT_FOUND);
    assert_string_equal(real, "as it was");
    assert_true(sw_path_real(arena, "/.", &real, &err));
    assert_string_equal(real, "/");
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_folder_of_a_name),
        cmocka_unit_test(joining_takes_out_what_says_nothing),
        cmocka_unit_test(a_folder_of_a_longer_name_is_not_above),
        cmocka_unit_test(what_is_not_there_has_no_real_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
