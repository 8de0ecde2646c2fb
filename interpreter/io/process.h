#pragma once
/** @file A program, spoken to over its three streams: started without a shell, bounded in time and
 * size, killed with all that it started. */
#include "base/arena.h"
#include "base/error.h"
#include "base/loop.h"

#include <stdbool.h>
#include <stddef.h>

struct sw_process {
    const char *const *argv; /**< NULL-ended; argv[0] is looked up in PATH unless it has a slash */
    const char *input;       /**< for its standard input; NULL: that is empty */
    size_t input_length;
    int64_t timeout_ms;
    size_t limit_bytes;               /**< of each of its two streams */
    const char *const *hidden;        /**< variables that it does not get, NULL-ended; or NULL */
    const struct sw_breaker *breaker; /**< who may have it killed; NULL: nobody */
};

/** How it ended. Text is NUL-ended, in the arena. */
struct sw_process_end {
    const char *out, *errors;
    size_t out_length, errors_length;
    int code; /**< exit code; 128 + n when signal n ended it */
};

/**
 * Run it to its end. It runs in a process group of its own, with the signals as they come by
 * default, whatever this process blocks or ignores, and with no file of ours but the three.
 *
 * @errors SW_E_IO: it can't be started, so it did nothing; SW_E_TIMEOUT: it was killed, or somebody
 * takes the ends of children away; SW_E_LIMIT: it printed more
 */
bool sw_process_talk(const struct sw_process *process, struct sw_arena *arena,
                     struct sw_process_end *ret_end, struct sw_error *err);

/** The short form: no input, what it says on standard error is left out. */
bool sw_process_run(const char *const *argv, int timeout_ms, size_t limit_bytes,
                    struct sw_arena *arena, const char **ret_out, int *ret_exit,
                    struct sw_error *err);
