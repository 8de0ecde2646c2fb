#include "base/loop.h"

#include "base/macros.h"
#include "base/time.h"

#include <errno.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>

#define NAP_NS (10 * SW_NS_PER_S) /* pselect counts no time asleep; the boot clock does */
#define TICK_MS 20 /* only where pselect can't be had: files numbered above its set */

/** How signals are taken while a sleep lasts, and were before. */
struct taken {
    sigset_t before, during;
    int numbers[SW_BREAKER_SIGNALS + 1];
    struct sigaction actions[SW_BREAKER_SIGNALS + 1];
    size_t count;
};

int64_t sw_boot_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * SW_NS_PER_S + now.tv_nsec;
}

/* It is only caught in the middle of pselect, to wake it. With all signals blocked here, and this
 * one behind pselect again, it stays pending and is there for whoever takes it. So nothing has to
 * be kept anywhere, and between two waits a signal is what it always was. */
static void put_back(int number)
{
    int was = errno;

    (void)raise(number);
    errno = was;
}

/* Of a child: who has ended is asked by itself. */
static void wake(int number)
{
    (void)number;
}

static void take(struct taken *taken, int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};

    sigfillset(&action.sa_mask);
    taken->numbers[taken->count] = number;
    sigaction(number, &action, &taken->actions[taken->count]);
    sigdelset(&taken->during, number);
    taken->count++;
}

static void take_signals(const struct sw_wait *wait, struct taken *taken)
{
    sigset_t child;

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, wait->child != 0 ? &child : NULL, &taken->before);
    taken->during = taken->before;
    taken->count = 0;
    if (wait->child != 0) {
        take(taken, SIGCHLD, wake);
    }
    for (size_t i = 0; wait->breaker != NULL && i < SW_BREAKER_SIGNALS; i++) {
        int number = wait->breaker->signals[i];

        if (number != 0 && sigismember(&taken->before, number) == 1) {
            take(taken, number, put_back);
        }
    }
}

static void give_back(const struct sw_wait *wait, const struct taken *taken)
{
    for (size_t i = taken->count; i-- > 0;) {
        sigaction(taken->numbers[i], &taken->actions[i], NULL);
    }
    if (wait->child != 0) {
        sigprocmask(SIG_SETMASK, &taken->before, NULL);
    }
}

static int tick(const struct sw_wait *wait, int64_t left_ns)
{
    int64_t left_ms = (left_ns + SW_NS_PER_MS - 1) / SW_NS_PER_MS;

    return poll(wait->files, wait->file_count, left_ms < TICK_MS ? (int)left_ms : TICK_MS);
}

/* @return how many files are ready; 0: none so far; -1: something came */
static int look(const struct sw_wait *wait, int64_t left_ns, const sigset_t *during)
{
    struct timespec left = {.tv_sec = (time_t)(left_ns / SW_NS_PER_S),
                            .tv_nsec = (long)(left_ns % SW_NS_PER_S)};
    fd_set in;
    fd_set out;
    int top = -1;

    FD_ZERO(&in);
    FD_ZERO(&out);
    for (size_t i = 0; i < wait->file_count; i++) {
        struct pollfd *at = &wait->files[i];

        at->revents = 0;
        if (at->fd >= FD_SETSIZE) {
            return tick(wait, left_ns);
        }
        if (at->fd >= 0 && (at->events & POLLIN) != 0) {
            FD_SET(at->fd, &in);
        }
        if (at->fd >= 0 && (at->events & POLLOUT) != 0) {
            FD_SET(at->fd, &out);
        }
        top = at->fd > top ? at->fd : top;
    }
    int count = pselect(top + 1, &in, &out, NULL, &left, during);

    if (count < 0 && errno != EINTR) {
        return tick(wait, left_ns); /* one of them is closed: poll says which */
    }
    for (size_t i = 0; count > 0 && i < wait->file_count; i++) {
        struct pollfd *at = &wait->files[i];

        at->revents |= at->fd >= 0 && FD_ISSET(at->fd, &in) ? POLLIN : 0;
        at->revents |= at->fd >= 0 && FD_ISSET(at->fd, &out) ? POLLOUT : 0;
    }
    return count;
}

/* One sleep. Who is asked whether it is over may change what is blocked, so the signals are taken
 * anew for each. What comes before is blocked until then; who has ended before is asked here. */
static int sleep_once(struct sw_wait *wait, int64_t *ret_left_ns)
{
    struct taken taken;

    take_signals(wait, &taken);
    if (wait->child != 0 && !wait->has_ended) {
        wait->has_ended = waitpid(wait->child, &wait->status, WNOHANG) == wait->child;
    }
    int64_t left_ns = wait->has_ended ? 0 : wait->until_ns - sw_boot_ns();

    *ret_left_ns = left_ns < 0 ? 0 : left_ns < NAP_NS ? left_ns : NAP_NS;
    int count = look(wait, *ret_left_ns, &taken.during);

    give_back(wait, &taken);
    return count;
}

enum sw_woken sw_wait(struct sw_wait *wait)
{
    for (;;) {
        int64_t left_ns = 0;

        if (wait->breaker != NULL && wait->breaker->is_over(wait->breaker->context)) {
            return SW_WOKEN_OVER;
        }
        if (sleep_once(wait, &left_ns) > 0) {
            return SW_WOKEN_READY;
        }
        if (wait->has_ended) {
            return SW_WOKEN_ENDED;
        }
        if (left_ns == 0) {
            return SW_WOKEN_TIME;
        }
    }
}
