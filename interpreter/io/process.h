#pragma once
/** @file A program, its output captured: started without a shell, bounded in time and size. */
#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * Run it to its end. Standard input is empty, standard error is ours; signals are as they come by
 * default, whatever this process blocks.
 *
 * @param argv NULL-ended; argv[0] is looked up in PATH unless it has a slash
 * @param ret_exit its exit code, 128 + n when signal n ended it
 * @errors SW_E_IO: it can't be started; SW_E_TIMEOUT: it was killed, with all that it started in
 * its process group; SW_E_LIMIT: it printed more
 */
bool sw_process_run(const char *const *argv, int timeout_ms, size_t limit_bytes,
                    struct sw_arena *arena, const char **ret_out, int *ret_exit,
                    struct sw_error *err);
