#include "cli/run/signals.h"

#include <time.h>

static const int held[SW_SIGNALS_HELD] = {SIGTERM, SIGINT, SIGHUP};

void sw_signals_hold(struct sw_signals *signals)
{
    struct sigaction ignored = {.sa_handler = SIG_IGN};
    struct sigaction by_default = {.sa_handler = SIG_DFL};

    *signals = (struct sw_signals){0};
    sigemptyset(&ignored.sa_mask);
    sigemptyset(&by_default.sa_mask);
    sigaction(SIGPIPE, &ignored, &signals->old_pipe);
    sigemptyset(&signals->ends);
    sigaddset(&signals->ends, SIGTERM);
    sigaddset(&signals->ends, SIGINT);
    sigemptyset(&signals->hang_up);
    sigaddset(&signals->hang_up, SIGHUP);
    signals->held = signals->ends;
    sigaddset(&signals->held, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals->held, &signals->before);
    for (size_t i = 0; i < SW_SIGNALS_HELD; i++) {
        sigaction(held[i], &by_default, &signals->old[i]);
    }
}

void sw_signals_release(struct sw_signals *signals)
{
    struct timespec none = {0};

    /* One that was not looked at any more has nothing left to end. */
    while (sigtimedwait(&signals->held, NULL, &none) > 0) {
    }
    for (size_t i = 0; i < SW_SIGNALS_HELD; i++) {
        sigaction(held[i], &signals->old[i], NULL);
    }
    sigprocmask(SIG_SETMASK, &signals->before, NULL);
    sigaction(SIGPIPE, &signals->old_pipe, NULL);
}

/* The first of those that end is taken; the next one does it by itself, at once, but for a program
 * that is to be ended before. */
static void take(struct sw_signals *signals)
{
    struct timespec none = {0};

    for (;;) {
        int number =
            sigtimedwait(signals->told == 0 ? &signals->held : &signals->hang_up, NULL, &none);

        if (number <= 0) {
            return;
        }
        if (number == SIGHUP) {
            signals->is_hung_up = true;
            continue;
        }
        signals->told = number;
        if (!signals->is_child) {
            sigprocmask(SIG_UNBLOCK, &signals->ends, NULL);
        }
    }
}

static bool has_first(void *context)
{
    struct sw_signals *signals = context;

    take(signals);
    return signals->told != 0;
}

static bool has_second(void *context)
{
    struct sw_signals *signals = context;
    sigset_t waiting;

    take(signals);
    sigemptyset(&waiting);
    return signals->told != 0 && sigpending(&waiting) == 0 &&
           (sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGINT) == 1);
}

static struct sw_breaker breaker(struct sw_signals *signals, bool (*is_over)(void *context))
{
    struct sw_breaker made = {.is_over = is_over, .context = signals};

    _Static_assert(SW_SIGNALS_HELD <= SW_BREAKER_SIGNALS, "a wait heeds all that are held");
    for (size_t i = 0; i < SW_SIGNALS_HELD; i++) {
        made.signals[i] = held[i];
    }
    return made;
}

struct sw_breaker sw_signals_for_look(struct sw_signals *signals)
{
    return breaker(signals, has_first);
}

struct sw_breaker sw_signals_for_change(struct sw_signals *signals)
{
    return breaker(signals, has_second);
}

int sw_signals_wait(struct sw_signals *signals, int64_t ns)
{
    struct sw_breaker breaker = sw_signals_for_look(signals);
    struct sw_wait wait = {.breaker = &breaker, .until_ns = ns == 0 ? 0 : sw_boot_ns() + ns};

    (void)(ns == 0 ? has_first(signals) : sw_wait(&wait) == SW_WOKEN_OVER);
    return signals->told;
}

void sw_signals_child(struct sw_signals *signals, bool is_child)
{
    signals->is_child = is_child;
    if (signals->told != 0) {
        sigprocmask(is_child ? SIG_BLOCK : SIG_UNBLOCK, &signals->ends, NULL);
    }
}

bool sw_signals_people(struct sw_signals *signals, bool is_asked)
{
    if (is_asked) {
        take(signals);
    }
    if (signals->told == 0) {
        sigprocmask(is_asked ? SIG_UNBLOCK : SIG_BLOCK, &signals->ends, NULL);
    }
    return !signals->is_hung_up;
}
