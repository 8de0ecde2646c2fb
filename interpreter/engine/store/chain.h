#pragma once
/** @file What every back end must refuse or verify in the same way. */
#include "engine/store.h"

/** @errors SW_E_INPUT for an id that is empty, too long or has odd characters */
bool sw_store_check_run(const char *run, struct sw_error *err);

/** What enqueue must refuse. @errors SW_E_INPUT, SW_E_LIMIT */
bool sw_store_check_enqueue(const char *run, const char *runbook, const char *content,
                            struct sw_error *err);

/**
 * What commit must refuse whatever the store holds.
 *
 * @errors SW_E_INTERNAL for a malformed record or end state: only our own engine writes records;
 * SW_E_LIMIT
 */
bool sw_store_check_commit(const struct sw_lease *lease, const struct sw_commit *commit,
                           struct sw_error *err);

/** Is it an end state, not one of the store's own words? */
bool sw_store_is_over(const char *state);

/** Chain one record: fills seq, fence and hash and borrows the rest from `append`. */
struct sw_stored sw_store_chain(const char *previous_hash, uint64_t seq, uint64_t fence,
                                const struct sw_append *append);

/**
 * Verify records against the run's row: seq 1, 2, ...; fences never fall nor pass the row's; hashes
 * from genesis on; the row's last_seq and head are the last record's.
 *
 * @errors SW_E_CORRUPT naming run and first bad record
 */
bool sw_store_verify(const struct sw_run_row *row, const struct sw_stored *records, size_t count,
                     struct sw_error *err);

/** Why a commit was refused, seen from the row that stands. @return always false */
bool sw_store_fenced(const struct sw_lease *lease, const char *state, uint64_t fence,
                     uint64_t last_seq, struct sw_error *err);

/** "LOCK is held by run ...". @param holder its row, as `find` gives it @return always false */
bool sw_store_locked(const char *lock, const struct sw_run_row *holder, struct sw_error *err);

/** When a signal of this time makes a parked run due; never 0, which means "by a signal only". */
int64_t sw_store_due(int64_t signal_time_ns);
