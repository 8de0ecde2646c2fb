#pragma once
/** @file Rows of the journal as structs, copied to an arena. All inside the caller's transaction.
 */
#include "engine/store.h"
#include "engine/store/owner.h"
#include "engine/store/sql.h"

/** @param ret_owner may be NULL @errors SW_E_NOT_FOUND */
bool sw_rows_find(struct sw_sql *sql, const char *run, struct sw_arena *arena,
                  struct sw_run_row *ret_row, struct sw_owner *ret_owner, struct sw_error *err);

/** A run whose owner has died is shown as one that can be taken. */
void sw_rows_show_liveness(struct sw_run_row *row, const struct sw_owner *owner);

/** All runs, oldest first, with liveness. */
bool sw_rows_runs(struct sw_sql *sql, struct sw_arena *arena, struct sw_run_row **ret_rows,
                  size_t *ret_count, struct sw_error *err);

/** @param ret_run NULL when nobody holds it */
bool sw_rows_holder(struct sw_sql *sql, const char *lock, struct sw_arena *arena,
                    const char **ret_run, struct sw_error *err);

/** By seq, as they are: not verified. */
bool sw_rows_records(struct sw_sql *sql, const char *run, struct sw_arena *arena,
                     const struct sw_stored **ret_records, size_t *ret_count, struct sw_error *err);

/** @errors SW_E_NOT_FOUND: no such run */
bool sw_rows_signals(struct sw_sql *sql, const char *run, uint64_t after, struct sw_arena *arena,
                     struct sw_signal **ret_signals, size_t *ret_count, struct sw_error *err);
