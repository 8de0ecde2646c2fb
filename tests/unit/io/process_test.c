#include "io/process.h"

#include "base/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

static bool talk(struct sw_arena *arena, const char *script, const char *input, size_t length,
                 struct sw_process_end *ret_end, struct sw_error *err)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    const char *const hidden[] = {"STEPWISE_TEST_HIDDEN", NULL};
    struct sw_process process = {.argv = argv,
                                 .input = input,
                                 .input_length = length,
                                 .timeout_ms = 20000,
                                 .limit_bytes = 4000000,
                                 .hidden = hidden};

    *err = (struct sw_error){0};
    return sw_process_talk(&process, arena, ret_end, err);
}

static void input_goes_in_while_both_streams_come_out(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_process_end end = {0};
    struct sw_error err;
    size_t length = 1000000; /* more than all pipes hold */
    char *input = sw_alloc(arena, length);

    memset(input, 'x', length);
    assert_true(talk(arena, "tee /dev/stderr; exit 3", input, length, &end, &err));
    assert_int_equal(end.code, 3);
    assert_int_equal(end.out_length, length);
    assert_int_equal(end.errors_length, length);
    assert_memory_equal(end.out, input, length);
    sw_arena_free(arena);
}

static void a_program_that_reads_no_input_does_not_end_us(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_process_end end = {0};
    struct sw_error err;
    char *input = sw_alloc(arena, 300000);

    assert_true(talk(arena, "exec <&-; echo done", input, 300000, &end, &err));
    assert_string_equal(end.out, "done\n");
    sw_arena_free(arena);
}

static void a_parent_that_ignores_the_ends_of_children_learns_them_all_the_same(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_process_end end = {0};
    struct sw_error err;

    signal(SIGCHLD, SIG_IGN);
    assert_true(talk(arena, "exit 5", NULL, 0, &end, &err));
    assert_int_equal(end.code, 5);
    assert_true(signal(SIGCHLD, SIG_DFL) == SIG_IGN); /* and it is as it was */
    sw_arena_free(arena);
}

static void a_hidden_variable_is_not_handed_on_and_others_are(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_process_end end = {0};
    struct sw_error err;

    setenv("STEPWISE_TEST_HIDDEN", "canary", 1);
    setenv("STEPWISE_TEST_HIDDEN_NOT", "seen", 1);
    assert_true(talk(arena, "echo \"[$STEPWISE_TEST_HIDDEN$STEPWISE_TEST_HIDDEN_NOT]\"", NULL, 0,
                     &end, &err));
    assert_string_equal(end.out, "[seen]\n");
    sw_arena_free(arena);
}

static void what_a_program_leaves_behind_is_not_waited_for(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_process_end end = {0};
    struct sw_error err;

    /* It holds both streams open, as an agent does that a login starts; bounded by the time-out. */
    assert_true(talk(arena, "sleep 19 & echo here", NULL, 0, &end, &err));
    assert_string_equal(end.out, "here\n");
    sw_arena_free(arena);
}

/* Who breaks it off, and how often it was asked. */
struct ending {
    struct sw_breaker breaker;
    int asked;
    int came; /* the last signal */
};

static bool ends_by_term(void *context)
{
    struct ending *ending = context;
    struct timespec none = {0};
    sigset_t held;
    int number = 0;

    sigemptyset(&held);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGHUP);
    ending->asked++;
    while ((number = sigtimedwait(&held, NULL, &none)) > 0) {
        ending->came = number;
    }
    return ending->came == SIGTERM;
}

static bool talk_until_told(struct sw_arena *arena, const char *script, struct ending *ending,
                            struct sw_process_end *ret_end, struct sw_error *err)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    struct sw_process process = {
        .argv = argv, .timeout_ms = 60000, .limit_bytes = 10, .breaker = &ending->breaker};
    sigset_t held;
    sigset_t before;

    sigemptyset(&held);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGHUP);
    sigprocmask(SIG_BLOCK, &held, &before);
    *err = (struct sw_error){0};
    *ending = (struct ending){
        .breaker = {.signals = {SIGTERM, SIGHUP}, .is_over = ends_by_term, .context = ending}};
    bool is_ended = sw_process_talk(&process, arena, ret_end, err);

    sigprocmask(SIG_SETMASK, &before, NULL);
    return is_ended;
}

/* It hangs in each of the ways that it can: with its streams open, closed, and half of them. */
static void a_program_that_hangs_is_killed_when_the_signal_comes(void **state)
{
    (void)state;
    static const char *const scripts[] = {
        "kill -TERM $PPID; exec sleep 60", "exec >&- 2>&-; kill -TERM $PPID; exec sleep 60",
        "exec 2>&-; kill -TERM $PPID; trap '' TERM HUP; while :; do sleep 60; done"};
    struct sw_arena *arena = sw_arena_new();
    struct sw_process_end end = {0};
    struct sw_error err;
    struct ending ending;

    for (size_t i = 0; i < SW_COUNT(scripts); i++) {
        assert_false(talk_until_told(arena, scripts[i], &ending, &end, &err));
        assert_int_equal(err.code, SW_E_TIMEOUT);
        assert_non_null(strstr(err.text, "is to end"));
    }
    sw_arena_free(arena);
}

static void a_signal_that_ends_nothing_costs_a_program_nothing(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_process_end end = {0};
    struct sw_error err;
    struct ending ending;

    assert_true(talk_until_told(arena, "kill -HUP $PPID; echo done; exit 3", &ending, &end, &err));
    assert_int_equal(ending.came, SIGHUP);
    assert_string_equal(end.out, "done\n");
    assert_int_equal(end.code, 3);
    sw_arena_free(arena);
}

/* Somebody looks at it as often as something happens, however long it takes. */
static void a_quiet_program_is_not_looked_at_in_between(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_process_end end = {0};
    struct sw_error err;
    struct ending ending;

    assert_true(talk_until_told(arena, "sleep 1", &ending, &end, &err));
    assert_true(ending.asked <=
                6); /* begin, the ends of two streams, the child's, and one to spare */
    sw_arena_free(arena);
}

static void a_program_that_never_stops_talking_has_no_more_time_than_others(void **state)
{
    (void)state;
    const char *const argv[] = {"sh", "-c", "while :; do echo; done", NULL};
    struct sw_process process = {
        .argv = argv, .timeout_ms = 200, .limit_bytes = (size_t)1024 * 1024 * 1024};
    struct sw_arena *arena = sw_arena_new();
    struct sw_process_end end = {0};
    struct sw_error err = {0};

    assert_false(sw_process_talk(&process, arena, &end, &err));
    assert_int_equal(err.code, SW_E_TIMEOUT);
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_and_exit_code_of_a_program_come_back),
        cmocka_unit_test(a_program_that_does_not_end_or_does_not_stop_talking_is_killed),
        cmocka_unit_test(a_program_that_is_not_there_can_not_be_started),
        cmocka_unit_test(input_goes_in_while_both_streams_come_out),
        cmocka_unit_test(a_program_that_reads_no_input_does_not_end_us),
        cmocka_unit_test(a_parent_that_ignores_the_ends_of_children_learns_them_all_the_same),
        cmocka_unit_test(a_hidden_variable_is_not_handed_on_and_others_are),
        cmocka_unit_test(what_a_program_leaves_behind_is_not_waited_for),
        cmocka_unit_test(a_program_that_hangs_is_killed_when_the_signal_comes),
        cmocka_unit_test(a_signal_that_ends_nothing_costs_a_program_nothing),
        cmocka_unit_test(a_quiet_program_is_not_looked_at_in_between),
        cmocka_unit_test(a_program_that_never_stops_talking_has_no_more_time_than_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
