#pragma once
/** @file Many tasks in a few processes of this program: what one does to memory or by dying touches
 * no other. */
#include "base/error.h"
#include "sdk/value.h"

/** What is to be done; gives a value that JSON can carry. */
typedef const struct sw_value *sw_test_task_fn(const void *context, size_t index,
                                               struct sw_arena *arena);

/**
 * Do tasks 0 .. count - 1 in up to `jobs` processes.
 *
 * @param most_ms real time that one task may take; its process is then killed
 * @param ret_results one a task, in the arena; NULL where its process died, unknown with the reason
 *        where it was killed
 * @errors SW_E_IO: no process can be started
 */
bool sw_test_pool_run(size_t count, size_t jobs, int64_t most_ms, sw_test_task_fn *task,
                      const void *context, struct sw_arena *arena,
                      const struct sw_value **ret_results, struct sw_error *err);
