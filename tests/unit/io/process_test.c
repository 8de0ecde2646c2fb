#include "io/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool run(struct sw_arena *arena, const char *script, int timeout_ms, const char **ret_out,
                int *ret_exit, struct sw_error *err)
{
    const char *const argv[] = {"sh", "-c", script, NULL};

    *err = (struct sw_error){0};
    return sw_process_run(argv, timeout_ms, 1000, arena, ret_out, ret_exit, err);
}

static void output_and_exit_code_of_a_program_come_back(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_error err;
    const char *out = NULL;
    int code = -1;

    assert_true(run(arena, "printf 'a b'; exit 7", 10000, &out, &code, &err));
    assert_string_equal(out, "a b");
    assert_int_equal(code, 7);
    assert_true(run(arena, "cat; kill -TERM $$", 10000, &out, &code, &err));
    assert_string_equal(out, "");
    assert_int_equal(code, 128 + 15);
    sw_arena_free(arena);
}

static void a_program_that_does_not_end_or_does_not_stop_talking_is_killed(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_error err;
    const char *out = NULL;
    int code = -1;

    assert_false(run(arena, "sleep 30", 100, &out, &code, &err));
    assert_int_equal(err.code, SW_E_TIMEOUT);
    assert_false(run(arena, "exec >&-; sleep 30", 100, &out, &code, &err));
    assert_int_equal(err.code, SW_E_TIMEOUT);
    assert_false(run(arena, "while :; do echo on and on; done", 10000, &out, &code, &err));
    assert_int_equal(err.code, SW_E_LIMIT);
    sw_arena_free(arena);
}

static void a_program_that_is_not_there_can_not_be_started(void **state)
{
    (void)state;
    const char *const argv[] = {"/nonexistent/program", NULL};
    struct sw_arena *arena = sw_arena_new();
    struct sw_error err = {0};
    const char *out = NULL;
    int code = -1;

    assert_false(sw_process_run(argv, 1000, 1000, arena, &out, &code, &err));
    assert_int_equal(err.code, SW_E_IO);
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_and_exit_code_of_a_program_come_back),
        cmocka_unit_test(a_program_that_does_not_end_or_does_not_stop_talking_is_killed),
        cmocka_unit_test(a_program_that_is_not_there_can_not_be_started),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
