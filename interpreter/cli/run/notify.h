#pragma once
/** @file Tell those whom the site file names that a run asks, stands still, or has ended. */
#include "cli/site/site.h"

/** What is told: names and words of the runbook, no value that was read, no secret. */
struct sw_news {
    const char *run, *runbook;
    const char *event; /**< asks, parked, ended */
    const char *step;  /**< or NULL */
    const char *text;  /**< one line */
    int64_t time_ns;
    int exit_code; /**< of `ended`; else -1 */
};

/**
 * Send it to each row of `notify`: to a program on its standard input, to a webhook as a POST, as
 * one JSON object. What fails is said on standard error, and the run goes on; each may take 20 s.
 */
void sw_notify(const struct sw_site *site, const struct sw_news *news);
