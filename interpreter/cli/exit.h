#pragma once
/** @file Exit codes, as in the table of `stepwise help exit-codes`, and what comes with one. */
#include "base/error.h"

enum sw_exit {
    SW_EXIT_DONE = 0,
    SW_EXIT_FAILED = 1,
    SW_EXIT_CHANGES = 2,
    SW_EXIT_PARKED = 3,
    SW_EXIT_REFUSED = 4,
    SW_EXIT_STALE = 5,
    SW_EXIT_LOCKED = 6,
    SW_EXIT_USAGE = 64,
    SW_EXIT_INVALID = 65,
    SW_EXIT_UNREACHABLE = 69,
    SW_EXIT_INTERNAL = 70,
    SW_EXIT_DENIED = 77,
};

/** "stepwise: task: text" on standard error. @return the exit code that fits err->code */
int sw_complain(const struct sw_error *err);
