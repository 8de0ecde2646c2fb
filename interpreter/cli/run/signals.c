#include "cli/run/signals.h"

#include "base/time.h"

#include <time.h>

void sw_signals_hold(struct sw_signals *signals)
{
    struct sigaction ignored = {.sa_handler = SIG_IGN};

    *signals = (struct sw_signals){0};
    sigemptyset(&ignored.sa_mask);
    sigaction(SIGPIPE, &ignored, &signals->old_pipe);
    sigemptyset(&signals->ends);
    sigaddset(&signals->ends, SIGTERM);
    sigaddset(&signals->ends, SIGINT);
    signals->held = signals->ends;
    sigaddset(&signals->held, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals->held, &signals->before);
}

void sw_signals_release(struct sw_signals *signals)
{
    struct timespec none = {0};

    /* One that was not looked at any more has nothing left to end. */
    while (sigtimedwait(&signals->held, NULL, &none) > 0) {
    }
    sigprocmask(SIG_SETMASK, &signals->before, NULL);
    sigaction(SIGPIPE, &signals->old_pipe, NULL);
}

int sw_signals_wait(struct sw_signals *signals, int64_t ns)
{
    struct timespec pause = {.tv_sec = (time_t)(ns / SW_NS_PER_S),
                             .tv_nsec = (long)(ns % SW_NS_PER_S)};
    int number = signals->told != 0 ? 0 : sigtimedwait(&signals->held, NULL, &pause);

    if (number == SIGHUP) {
        signals->is_hung_up = true;
    } else if (number > 0) {
        signals->told = number;
        if (!signals->is_child) {
            sigprocmask(SIG_UNBLOCK, &signals->ends, NULL); /* the second one ends at once */
        }
    }
    return signals->told;
}

void sw_signals_child(struct sw_signals *signals, bool is_child)
{
    signals->is_child = is_child;
    if (signals->told != 0) {
        sigprocmask(is_child ? SIG_BLOCK : SIG_UNBLOCK, &signals->ends, NULL);
    }
}

bool sw_signals_again(struct sw_signals *signals)
{
    sigset_t waiting;

    if (signals->told == 0) {
        (void)sw_signals_wait(signals, 0);
        return false;
    }
    sigemptyset(&waiting);
    return sigpending(&waiting) == 0 &&
           (sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGINT) == 1);
}

bool sw_signals_people(struct sw_signals *signals, bool is_asked)
{
    if (is_asked) {
        (void)sw_signals_wait(signals, 0);
    }
    if (signals->told == 0) {
        sigprocmask(is_asked ? SIG_UNBLOCK : SIG_BLOCK, &signals->ends, NULL);
    }
    return !signals->is_hung_up;
}
