/* Real signals, pipes and children. Nothing is timed: what must not come in time would come after a
 * minute, and the test program is ended before. */
#include "base/loop.h"

#include "base/macros.h"
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 200 /* where two processes race */

/* A breaker that counts. */
struct bench {
    struct sw_breaker breaker;
    sigset_t held, before;
    int counts[65];
    int asked;
    int ends_by; /* this signal ends the wait */
    bool is_over;
};

static bool is_over(void *context)
{
    struct bench *bench = context;
    struct timespec none = {0};
    int number = 0;

    bench->asked++;
    while ((number = sigtimedwait(&bench->held, NULL, &none)) > 0) {
        bench->counts[number]++;
        bench->is_over = bench->is_over || number == bench->ends_by;
    }
    return bench->is_over;
}

static void begin(struct bench *bench, int ends_by)
{
    *bench = (struct bench){.ends_by = ends_by};
    bench->breaker =
        (struct sw_breaker){.signals = {SIGTERM, SIGHUP}, .is_over = is_over, .context = bench};
    sigemptyset(&bench->held);
    sigaddset(&bench->held, SIGTERM);
    sigaddset(&bench->held, SIGHUP);
    sigprocmask(SIG_BLOCK, &bench->held, &bench->before);
}

static void end(const struct bench *bench)
{
    sigprocmask(SIG_SETMASK, &bench->before, NULL);
}

static int64_t in_a_minute(void)
{
    return sw_boot_ns() + 60 * SW_NS_PER_S;
}

static pid_t begin_child(void)
{
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        alarm(20);
    }
    return child;
}

static int status_of(pid_t child)
{
    int status = -1;

    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void open_pipe(int ends[2])
{
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
}

static void close_pipe(int ends[2])
{
    close(ends[0]);
    close(ends[1]);
}

static void a_file_that_is_ready_is_told_and_no_other(void **state)
{
    (void)state;
    int quiet[2];
    int loud[2];

    open_pipe(quiet);
    open_pipe(loud);
    assert_int_equal(write(loud[1], "x", 1), 1);
    struct pollfd files[] = {{.fd = quiet[0], .events = POLLIN},
                             {.fd = -1, .events = POLLIN},
                             {.fd = loud[0], .events = POLLIN},
                             {.fd = quiet[1], .events = POLLOUT}};
    struct sw_wait wait = {.until_ns = in_a_minute(), .files = files, .file_count = 4};

    assert_int_equal(sw_wait(&wait), SW_WOKEN_READY);
    assert_int_equal(files[0].revents, 0);
    assert_int_equal(files[1].revents, 0);
    assert_int_equal(files[2].revents, POLLIN);
    assert_int_equal(files[3].revents, POLLOUT);
    close_pipe(quiet);
    close_pipe(loud);
}

static void the_end_of_what_can_be_read_is_told(void **state)
{
    (void)state;
    int ends[2];

    open_pipe(ends);
    close(ends[1]);
    struct pollfd file = {.fd = ends[0], .events = POLLIN};
    struct sw_wait wait = {.until_ns = in_a_minute(), .files = &file, .file_count = 1};

    assert_int_equal(sw_wait(&wait), SW_WOKEN_READY);
    assert_int_equal(file.revents, POLLIN);
    close(ends[0]);
}

static void when_nothing_comes_time_is_up_and_not_before(void **state)
{
    (void)state;
    int ends[2];

    open_pipe(ends);
    struct pollfd file = {.fd = ends[0], .events = POLLIN};
    int64_t until_ns = sw_boot_ns() + 20 * SW_NS_PER_MS;
    struct sw_wait wait = {.until_ns = until_ns, .files = &file, .file_count = 1};

    assert_int_equal(sw_wait(&wait), SW_WOKEN_TIME);
    assert_true(sw_boot_ns() >= until_ns);
    wait.until_ns = 0; /* long ago: only a look */
    assert_int_equal(sw_wait(&wait), SW_WOKEN_TIME);
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_int_equal(sw_wait(&wait), SW_WOKEN_READY);
    close_pipe(ends);
}

static void a_file_that_is_closed_is_told_rather_than_waited_for(void **state)
{
    (void)state;
    int ends[2];

    open_pipe(ends);
    close_pipe(ends);
    struct pollfd file = {.fd = ends[0], .events = POLLIN};
    struct sw_wait wait = {.until_ns = in_a_minute(), .files = &file, .file_count = 1};

    assert_int_equal(sw_wait(&wait), SW_WOKEN_READY);
    assert_int_equal(file.revents, POLLNVAL);
}

/* ---- signals ---- */

static void a_signal_from_before_the_wait_ends_it(void **state)
{
    (void)state;
    struct bench bench;
    struct sw_wait wait = {.breaker = &bench.breaker, .until_ns = INT64_MAX};

    begin(&bench, SIGTERM);
    assert_int_equal(kill(getpid(), SIGTERM), 0);
    assert_int_equal(sw_wait(&wait), SW_WOKEN_OVER);
    assert_int_equal(bench.counts[SIGTERM], 1);
    end(&bench);
}

/* Somewhere around the begin of the sleep, each time elsewhere. */
static void a_signal_at_any_moment_ends_the_wait_and_is_counted_once(void **state)
{
    (void)state;

    for (int i = 0; i < ROUNDS; i++) {
        struct bench bench;
        struct sw_wait wait = {.breaker = &bench.breaker, .until_ns = in_a_minute()};

        begin(&bench, SIGTERM);
        pid_t child = begin_child();

        if (child == 0) {
            for (volatile int spin = 0; spin < i * 500; spin++) {
            }
            (void)kill(getppid(), SIGTERM);
            _exit(0);
        }
        assert_int_equal(sw_wait(&wait), SW_WOKEN_OVER);
        assert_int_equal(status_of(child), 0);
        assert_int_equal(bench.counts[SIGTERM], 1);
        end(&bench);
    }
}

static void a_signal_that_ends_nothing_is_taken_and_the_wait_goes_on(void **state)
{
    (void)state;
    struct bench bench;
    int ends[2];

    open_pipe(ends);
    begin(&bench, SIGTERM);
    struct pollfd file = {.fd = ends[0], .events = POLLIN};
    struct sw_wait wait = {
        .breaker = &bench.breaker, .until_ns = in_a_minute(), .files = &file, .file_count = 1};
    pid_t child = begin_child();

    if (child == 0) {
        (void)kill(getppid(), SIGHUP);
        _exit(write(ends[1], "x", 1) == 1 ? 0 : 1);
    }
    assert_int_equal(sw_wait(&wait), SW_WOKEN_READY);
    assert_int_equal(status_of(child), 0);
    wait.until_ns = 0;
    (void)sw_wait(&wait); /* should both have come at once */
    assert_int_equal(bench.counts[SIGHUP], 1);
    assert_int_equal(bench.counts[SIGTERM], 0);
    assert_true(bench.asked < 10); /* it slept, and did not turn round */
    end(&bench);
    close_pipe(ends);
}

static void two_signals_at_once_are_both_told(void **state)
{
    (void)state;
    struct bench bench;
    struct sw_wait wait = {.breaker = &bench.breaker, .until_ns = in_a_minute()};

    begin(&bench, SIGTERM);
    pid_t child = begin_child();

    if (child == 0) {
        (void)kill(getppid(), SIGHUP);
        (void)kill(getppid(), SIGTERM);
        _exit(0);
    }
    assert_int_equal(sw_wait(&wait), SW_WOKEN_OVER);
    assert_int_equal(bench.counts[SIGHUP] + bench.counts[SIGTERM], 2);
    assert_int_equal(status_of(child), 0);
    end(&bench);
}

static void files_that_are_always_ready_do_not_hide_a_signal(void **state)
{
    (void)state;
    struct bench bench;
    int ends[2];
    int turns = 0;

    open_pipe(ends);
    begin(&bench, SIGTERM);
    struct pollfd file = {.fd = ends[1], .events = POLLOUT};
    struct sw_wait wait = {
        .breaker = &bench.breaker, .until_ns = in_a_minute(), .files = &file, .file_count = 1};

    while (sw_wait(&wait) == SW_WOKEN_READY) {
        if (++turns == 3) {
            assert_int_equal(kill(getpid(), SIGTERM), 0);
        }
    }
    assert_int_equal(turns, 3);
    end(&bench);
    close_pipe(ends);
}

static void a_signal_that_is_not_held_back_does_what_it_does_by_itself(void **state)
{
    (void)state;
    struct bench bench;
    struct sw_wait wait = {.breaker = &bench.breaker, .until_ns = in_a_minute()};

    begin(&bench, 0);
    pid_t child = begin_child();

    if (child == 0) {
        sigset_t term;

        sigemptyset(&term);
        sigaddset(&term, SIGTERM);
        sigprocmask(SIG_UNBLOCK, &term, NULL);
        (void)sw_wait(&wait);
        _exit(3);
    }
    assert_int_equal(kill(child, SIGTERM), 0);
    int status = status_of(child);

    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
    end(&bench);
}

/* As a change does: the first is only taken, and from there on the next is not held back. */
static bool lets_the_next_through(void *context)
{
    struct bench *bench = context;
    int before = bench->counts[SIGTERM];

    (void)is_over(bench);
    if (bench->counts[SIGTERM] > before) {
        sigprocmask(SIG_UNBLOCK, &bench->held, NULL);
        (void)kill(getppid(), SIGHUP);
    }
    return false;
}

static void a_signal_that_is_let_through_meanwhile_does_what_it_does_by_itself(void **state)
{
    (void)state;
    struct bench bench;
    struct bench own;
    struct sw_wait wait = {.breaker = &bench.breaker, .until_ns = in_a_minute()};
    struct sw_wait own_wait = {.breaker = &own.breaker, .until_ns = in_a_minute()};

    begin(&own, SIGHUP);
    begin(&bench, 0);
    bench.breaker.is_over = lets_the_next_through;
    pid_t child = begin_child();

    if (child == 0) {
        (void)sw_wait(&wait);
        _exit(3);
    }
    assert_int_equal(kill(child, SIGTERM), 0);
    assert_int_equal(sw_wait(&own_wait), SW_WOKEN_OVER);
    assert_int_equal(kill(child, SIGTERM), 0);
    int status = status_of(child);

    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
    end(&own);
}

static void count_none(int number)
{
    (void)number;
}

static void signals_are_afterwards_as_they_were_before(void **state)
{
    (void)state;
    struct bench bench;
    struct sigaction own = {.sa_handler = count_none};
    struct sigaction seen;
    sigset_t mask;

    sigemptyset(&own.sa_mask);
    sigaction(SIGTERM, &own, NULL);
    begin(&bench, SIGTERM);
    struct sw_wait wait = {.breaker = &bench.breaker, .until_ns = 0};
    pid_t child = begin_child();

    if (child == 0) {
        (void)pause();
    }
    wait.child = child;
    assert_int_equal(sw_wait(&wait), SW_WOKEN_TIME);
    sigaction(SIGTERM, NULL, &seen);
    assert_true(seen.sa_handler == count_none);
    sigaction(SIGHUP, NULL, &seen);
    assert_true(seen.sa_handler == SIG_DFL);
    sigaction(SIGCHLD, NULL, &seen);
    assert_true(seen.sa_handler == SIG_DFL);
    sigprocmask(SIG_BLOCK, NULL, &mask);
    assert_int_equal(sigismember(&mask, SIGTERM), 1);
    assert_int_equal(sigismember(&mask, SIGCHLD), 0);
    assert_int_equal(kill(child, SIGKILL), 0);
    (void)status_of(child);
    end(&bench);
    signal(SIGTERM, SIG_DFL);
}

/* ---- children ---- */

static void the_end_of_a_child_is_told_with_its_status(void **state)
{
    (void)state;

    for (int i = 0; i < ROUNDS; i++) {
        pid_t child = begin_child();

        if (child == 0) {
            for (volatile int spin = 0; spin < i * 500; spin++) {
            }
            _exit(7);
        }
        struct sw_wait wait = {.until_ns = in_a_minute(), .child = child};

        assert_int_equal(sw_wait(&wait), SW_WOKEN_ENDED);
        assert_true(wait.has_ended);
        assert_int_equal(WEXITSTATUS(wait.status), 7);
        assert_int_equal(waitpid(child, NULL, 0), -1); /* it is reaped */
    }
}

static void what_a_child_said_last_is_told_before_its_end(void **state)
{
    (void)state;

    for (int i = 0; i < ROUNDS; i++) {
        int ends[2];
        size_t heard = 0;

        open_pipe(ends);
        pid_t child = begin_child();

        if (child == 0) {
            _exit(write(ends[1], "last words", 10) == 10 ? 0 : 1);
        }
        /* Our own copy of the writing end stays open: the end of the file never comes. */
        struct pollfd file = {.fd = ends[0], .events = POLLIN};
        struct sw_wait wait = {
            .until_ns = in_a_minute(), .files = &file, .file_count = 1, .child = child};
        char bytes[16];
        enum sw_woken woken = SW_WOKEN_TIME;

        while ((woken = sw_wait(&wait)) == SW_WOKEN_READY) {
            heard += (size_t)read(ends[0], bytes, sizeof bytes);
        }
        assert_int_equal(woken, SW_WOKEN_ENDED);
        assert_int_equal(heard, 10);
        close_pipe(ends);
    }
}

static void the_end_of_another_child_ends_no_wait_and_is_left_to_its_parent(void **state)
{
    (void)state;
    int ends[2];

    open_pipe(ends);
    pid_t other = begin_child();

    if (other == 0) {
        _exit(4);
    }
    pid_t child = begin_child();

    if (child == 0) {
        char byte = 0;

        close(ends[1]);
        (void)fcntl(ends[0], F_SETFL, 0);
        _exit(read(ends[0], &byte, 1) == 0 ? 5 : 1);
    }
    struct sw_wait wait = {.until_ns = sw_boot_ns() + 50 * SW_NS_PER_MS, .child = child};

    assert_int_equal(sw_wait(&wait), SW_WOKEN_TIME);
    assert_int_equal(WEXITSTATUS(status_of(other)), 4);
    close_pipe(ends);
    wait.until_ns = in_a_minute();
    assert_int_equal(sw_wait(&wait), SW_WOKEN_ENDED);
    assert_int_equal(WEXITSTATUS(wait.status), 5);
}

/* ---- many files ---- */

/* pselect's sets end at FD_SETSIZE; whoever started us may have left that many open. */
static void files_above_the_sets_of_select_are_waited_for_too(void **state)
{
    (void)state;
    struct rlimit most;
    int ends[2];
    struct bench bench;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &most), 0);
    if (most.rlim_cur <= FD_SETSIZE + 10) {
        most.rlim_cur = FD_SETSIZE + 11;
        if (most.rlim_max < most.rlim_cur || setrlimit(RLIMIT_NOFILE, &most) != 0) {
            skip();
        }
    }
    open_pipe(ends);
    int high = fcntl(ends[0], F_DUPFD, FD_SETSIZE + 1);

    assert_true(high > FD_SETSIZE);
    struct pollfd file = {.fd = high, .events = POLLIN};
    struct sw_wait wait = {.until_ns = sw_boot_ns() + 50 * SW_NS_PER_MS,
                           .breaker = &bench.breaker,
                           .files = &file,
                           .file_count = 1};

    begin(&bench, SIGTERM);
    assert_int_equal(sw_wait(&wait), SW_WOKEN_TIME);
    wait.until_ns = in_a_minute();
    pid_t child = begin_child();

    if (child == 0) {
        _exit(write(ends[1], "x", 1) == 1 ? 3 : 1);
    }
    wait.child = child;
    assert_int_equal(sw_wait(&wait), SW_WOKEN_READY);
    assert_int_equal(file.revents, POLLIN);
    char byte = 0;

    assert_int_equal(read(high, &byte, 1), 1);
    assert_int_equal(sw_wait(&wait), SW_WOKEN_ENDED);
    assert_int_equal(WEXITSTATUS(wait.status), 3);
    assert_int_equal(kill(getpid(), SIGTERM), 0);
    wait.child = 0;
    assert_int_equal(sw_wait(&wait), SW_WOKEN_OVER);
    end(&bench);
    close(high);
    close_pipe(ends);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_ready_is_told_and_no_other),
        cmocka_unit_test(the_end_of_what_can_be_read_is_told),
        cmocka_unit_test(when_nothing_comes_time_is_up_and_not_before),
        cmocka_unit_test(a_file_that_is_closed_is_told_rather_than_waited_for),
        cmocka_unit_test(a_signal_from_before_the_wait_ends_it),
        cmocka_unit_test(a_signal_at_any_moment_ends_the_wait_and_is_counted_once),
        cmocka_unit_test(a_signal_that_ends_nothing_is_taken_and_the_wait_goes_on),
        cmocka_unit_test(two_signals_at_once_are_both_told),
        cmocka_unit_test(files_that_are_always_ready_do_not_hide_a_signal),
        cmocka_unit_test(a_signal_that_is_not_held_back_does_what_it_does_by_itself),
        cmocka_unit_test(a_signal_that_is_let_through_meanwhile_does_what_it_does_by_itself),
        cmocka_unit_test(signals_are_afterwards_as_they_were_before),
        cmocka_unit_test(the_end_of_a_child_is_told_with_its_status),
        cmocka_unit_test(what_a_child_said_last_is_told_before_its_end),
        cmocka_unit_test(the_end_of_another_child_ends_no_wait_and_is_left_to_its_parent),
        cmocka_unit_test(files_above_the_sets_of_select_are_waited_for_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
