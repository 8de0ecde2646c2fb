#pragma once
/** @file Runs that have come to the point of no return, asked or approved. */
#include "bench_steps.h"

static inline struct bench *asked(const char *steps)
{
    struct bench *bench = bench_new(steps);

    assert_asks(bench, SW_QUESTION_APPROVE);
    return bench;
}

static inline struct bench *approved(void)
{
    struct bench *bench = asked(RETIRE);

    assert_true(bench_answer(bench, "approve", "bob"));
    return bench;
}
