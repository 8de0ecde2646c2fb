#pragma once
/** @file What a pack knows about the state of a target before any runbook: a table for `doctor`. */
#include "sdk/action.h"

/**
 * One look at a target, judged in words. It asks as probes do, so it has no means to change
 * anything, and ends with SW_HOLDS (sw_say: what is there), SW_LAPSED (sw_lapsed: what is missing
 * and what to do), SW_UNCLEAR (sw_unclear: what somebody should know), or SW_FAILED.
 */
struct sw_check {
    const char *name; /**< one word; NULL ends the table */
    const char *doc;  /**< what is looked at */
    const char *target_kind;
    const char *advice; /**< what to do when it could not be read, a sentence */
    enum sw_verdict (*probe)(struct sw_probe *probe);
};
