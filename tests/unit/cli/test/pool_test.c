/* Tasks in processes of their own: one that dies or hangs harms no other. */
#include "cli/test/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TASKS = 7, DIES = 2, HANGS = 3 };

static const struct sw_value *task(const void *context, size_t index, struct sw_arena *arena)
{
    const char *trouble = context;

    if (index == DIES && strcmp(trouble, "dies") == 0) {
        _exit(7);
    }
    while (index == HANGS && strcmp(trouble, "hangs") == 0) {
        (void)pause();
    }
    return sw_int(arena, (int64_t)index * 10);
}

static void run(const char *trouble, size_t jobs, int64_t most_ms, struct sw_arena *arena,
                const struct sw_value **results)
{
    struct sw_error err = {0};

    memset(results, 0, TASKS * sizeof *results);
    assert_true(sw_test_pool_run(TASKS, jobs, most_ms, task, trouble, arena, results, &err));
    for (size_t i = 0; i < TASKS; i++) {
        int64_t number = -1;

        if (sw_as_int(results[i], &number)) {
            assert_int_equal(number, i * 10);
        } else {
            assert_int_equal(i, strcmp(trouble, "dies") == 0 ? DIES : HANGS);
        }
    }
}

static void each_task_has_its_result_whatever_the_number_of_processes(void **state)
{
    (void)state;
    const struct sw_value *results[TASKS];

    for (size_t jobs = 1; jobs < TASKS + 3; jobs++) {
        struct sw_arena *arena = sw_arena_new();

        run("none", jobs, 60000, arena, results);
        assert_true(sw_is_known(results[DIES]) && sw_is_known(results[HANGS]));
        sw_arena_free(arena);
    }
}

static void one_that_dies_has_none_and_those_behind_it_are_done(void **state)
{
    (void)state;
    const struct sw_value *results[TASKS];

    for (size_t jobs = 1; jobs < 4; jobs++) {
        struct sw_arena *arena = sw_arena_new();

        run("dies", jobs, 60000, arena, results);
        assert_null(results[DIES]);
        sw_arena_free(arena);
    }
}

static void one_that_hangs_is_ended_and_said(void **state)
{
    (void)state;
    const struct sw_value *results[TASKS];

    for (size_t jobs = 1; jobs < 4; jobs++) {
        struct sw_arena *arena = sw_arena_new();

        run("hangs", jobs, 500, arena, results);
        assert_non_null(results[HANGS]);
        assert_int_equal(results[HANGS]->kind, SW_V_UNKNOWN);
        assert_non_null(strstr(results[HANGS]->as.text, "was ended"));
        sw_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_task_has_its_result_whatever_the_number_of_processes),
        cmocka_unit_test(one_that_dies_has_none_and_those_behind_it_are_done),
        cmocka_unit_test(one_that_hangs_is_ended_and_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
