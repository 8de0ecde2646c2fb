#pragma once
/** @file One case of a test file with one seed, run in virtual time. */
#include "cli/test/file.h"

/**
 * Run it.
 *
 * @return {file, line, name, seed, runbook (file), ok, failures [text], exit, end, ways [STEP.WAY],
 * paths [text], log (the timeline, when it failed)}
 */
const struct sw_value *sw_test_case_run(const struct sw_test_file *file,
                                        const struct sw_test_case *one, uint64_t seed,
                                        const struct sw_runbook *runbook, struct sw_arena *arena);
