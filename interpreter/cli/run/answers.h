#pragma once
/** @file Answers that are given before they are asked for: with --answer, or in a test. */
#include "cli/run/drive.h"

#define SW_ANSWER_NAMES 64

/**
 * What can be answered at a step (`call/step`, or `call[2]/step` for one item; "parked" for a run
 * that stands still), "wait" included.
 *
 * @param ret_names room for SW_ANSWER_NAMES
 * @return their number; 0: the runbook has no such step, or it asks nothing
 */
size_t sw_answer_choices(const struct sw_runbook *runbook, const char *step, struct sw_arena *arena,
                         const char *ret_names[SW_ANSWER_NAMES]);

/** @errors SW_E_INPUT: an answer to what is never asked, or one that is not offered there */
bool sw_answers_check(const struct sw_runbook *runbook, const struct sw_prepared_answer *answers,
                      size_t count, struct sw_arena *arena, struct sw_error *err);
