#pragma once
/**
 * @file Signals of a run against real targets.
 *
 * SIGTERM, SIGINT: no further change starts; what only looks is given up, a change that is under
 * way is carried to its answer; the process then ends with 143 or 130, and the run can be resumed.
 * The second one ends the process at once, as kill -9 would: the journal stands that. A program
 * that was started for the change is ended first; nobody else would.
 * SIGHUP: the terminal is gone, and the run goes on without it. A wait of days is not lost because
 * a connection was. What asks a person is left open, and the process ends there with 3.
 * SIGPIPE: whoever read the output is gone; nothing else.
 *
 * At a question at the terminal the first two end the process at once.
 */
#include "base/loop.h"

#include <signal.h>

#define SW_SIGNALS_HELD 3

struct sw_signals {
    sigset_t held, ends, hang_up, before;
    struct sigaction old_pipe, old[SW_SIGNALS_HELD];
    bool is_child; /**< a program of ours is under way: the second one is for us to carry out */
    int told;      /**< SIGTERM or SIGINT that came first; 0: none yet */
    bool is_hung_up;
};

/** Whatever who started us ignores, these are heeded from here on. */
void sw_signals_hold(struct sw_signals *signals);
void sw_signals_release(struct sw_signals *signals); /**< all is as it was before */

/** Wait until one comes, or the time is over. @param ns 0: only look @return `told` */
int sw_signals_wait(struct sw_signals *signals, int64_t ns);

/** Breaks off a wait of what only looks: with the first signal. For as long as `signals` is held.
 */
struct sw_breaker sw_signals_for_look(struct sw_signals *signals);

/** Breaks off the wait for a program that makes a change: with the second, which the program's end
 * has to go before. To be had between sw_signals_child(true) and (false). */
struct sw_breaker sw_signals_for_change(struct sw_signals *signals);
void sw_signals_child(struct sw_signals *signals, bool is_child);

/** A person is asked meanwhile. @return false: nobody is at the terminal any more */
bool sw_signals_people(struct sw_signals *signals, bool is_asked);
