/* What a run makes of real signals; nothing is timed. */
#include "cli/run/signals.h"

#include "base/time.h"
#include "io/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG_NS (600 * SW_NS_PER_S)

static void raise_now(int number)
{
    assert_int_equal(kill(getpid(), number), 0);
}

static void the_first_that_ends_is_told_and_stays_told(void **state)
{
    (void)state;
    struct sw_signals signals;

    sw_signals_hold(&signals);
    assert_int_equal(sw_signals_wait(&signals, 0), 0);
    raise_now(SIGINT);
    assert_int_equal(sw_signals_wait(&signals, LONG_NS), SIGINT);
    assert_int_equal(sw_signals_wait(&signals, LONG_NS), SIGINT);
    sw_signals_release(&signals);
}

static void a_wait_goes_on_when_the_terminal_goes(void **state)
{
    (void)state;
    struct sw_signals signals;

    sw_signals_hold(&signals);
    raise_now(SIGHUP);
    assert_int_equal(sw_signals_wait(&signals, 20 * SW_NS_PER_MS), 0);
    assert_true(signals.is_hung_up);
    assert_false(sw_signals_people(&signals, true));
    sw_signals_release(&signals);
}

/* In a process of its own, which it ends: told of one, and then of another. */
static int status_of_two(bool is_child)
{
    pid_t child = fork();
    int status = 0;

    assert_true(child >= 0);
    if (child == 0) {
        struct sw_signals signals;

        sw_signals_hold(&signals);
        sw_signals_child(&signals, is_child);
        (void)kill(getpid(), SIGTERM);
        if (sw_signals_wait(&signals, LONG_NS) != SIGTERM) {
            _exit(1);
        }
        (void)kill(getpid(), SIGINT);
        _exit(7);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void the_second_ends_the_process_but_not_before_a_program_of_ours(void **state)
{
    (void)state;
    int status = status_of_two(false);

    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGINT);
    status = status_of_two(true);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 7);
}

/* ---- with a program under way ---- */

struct bench {
    struct sw_signals signals;
    struct sw_breaker breaker;
    struct sw_arena *arena;
    struct sw_process_end end;
    struct sw_error err;
};

static bool run(struct bench *bench, const char *script, bool is_change)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    struct sw_process process = {
        .argv = argv, .timeout_ms = 60000, .limit_bytes = 1000, .breaker = &bench->breaker};

    bench->arena = sw_arena_new();
    bench->err = (struct sw_error){0};
    sw_signals_hold(&bench->signals);
    bench->breaker =
        is_change ? sw_signals_for_change(&bench->signals) : sw_signals_for_look(&bench->signals);
    sw_signals_child(&bench->signals, is_change);
    return sw_process_talk(&process, bench->arena, &bench->end, &bench->err);
}

/* The second one that waits for it, if any, is dropped: it would end this test. */
static void stop(struct bench *bench)
{
    sw_signals_release(&bench->signals);
    sw_arena_free(bench->arena);
}

static void a_program_that_looks_is_given_up_with_the_first(void **state)
{
    (void)state;
    struct bench bench;

    assert_false(run(&bench, "kill -TERM $PPID; exec sleep 60", false));
    assert_int_equal(bench.err.code, SW_E_TIMEOUT);
    assert_int_equal(bench.signals.told, SIGTERM);
    stop(&bench);
}

static void a_program_that_changes_something_goes_on_behind_the_first(void **state)
{
    (void)state;
    struct bench bench;

    assert_true(run(&bench, "kill -TERM $PPID; kill -HUP $PPID; echo done", true));
    assert_string_equal(bench.end.out, "done\n");
    assert_int_equal(bench.signals.told, SIGTERM);
    assert_true(bench.signals.is_hung_up);
    stop(&bench);
}

/* Two that are pending at the same time are told apart only when they are not the same. */
static void a_program_that_changes_something_is_ended_with_the_second(void **state)
{
    (void)state;
    struct bench bench;

    assert_false(run(&bench, "kill -TERM $PPID; kill -INT $PPID; exec sleep 60", true));
    assert_int_equal(bench.err.code, SW_E_TIMEOUT);
    stop(&bench);
}

/* A shell ignores SIGINT for what it starts in the background, and nohup ignores SIGHUP. */
static void what_was_ignored_before_is_heeded_and_then_ignored_again(void **state)
{
    (void)state;
    struct sw_signals signals;

    signal(SIGINT, SIG_IGN);
    sw_signals_hold(&signals);
    raise_now(SIGINT);
    assert_int_equal(sw_signals_wait(&signals, LONG_NS), SIGINT);
    sw_signals_release(&signals);
    assert_true(signal(SIGINT, SIG_DFL) == SIG_IGN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_that_ends_is_told_and_stays_told),
        cmocka_unit_test(a_wait_goes_on_when_the_terminal_goes),
        cmocka_unit_test(the_second_ends_the_process_but_not_before_a_program_of_ours),
        cmocka_unit_test(a_program_that_looks_is_given_up_with_the_first),
        cmocka_unit_test(a_program_that_changes_something_goes_on_behind_the_first),
        cmocka_unit_test(a_program_that_changes_something_is_ended_with_the_second),
        cmocka_unit_test(what_was_ignored_before_is_heeded_and_then_ignored_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
