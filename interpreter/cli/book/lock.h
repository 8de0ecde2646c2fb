#pragma once
/**
 * @file `stepwise.lock` beside a runbook: which bytes it was pinned with of every file that it
 * extends, calls or hooks in, and which version of the program pinned them. The runbook itself is
 * not in there: it lies beside it, under the same version control.
 */
#include "cli/book/load.h"

#define SW_LOCK_NAME "stepwise.lock"

/** Path of the lock that speaks for a runbook; NULL for standard input. */
const char *sw_lock_path(struct sw_arena *arena, const char *runbook_path);

/**
 * Compare a loaded runbook with the lock beside it: SW0614 where a file differs, SW0615 (a warning)
 * for another version of the program. Nothing is said where the lock does not know the runbook.
 *
 * @return false: it has no lock, or the lock does not know it
 */
bool sw_lock_check(struct sw_loaded *loaded, const char *path);

/**
 * The text of the lock with the row of this runbook put in or replaced; other rows stay.
 *
 * @errors SW_E_INPUT: what is there is no lock; SW_E_IO
 */
bool sw_lock_write(const struct sw_loaded *loaded, const char *path, struct sw_buf *out,
                   struct sw_error *err);
