#pragma once
/**
 * @file A run's journal as one file that proves itself: what was read, decided by whom, done and
 * proven.
 *
 * JSON, schema_version 1: `run`; `runbook` {name, digest, text}; `summary` for people, made from
 * the records alone; `records` [{seq, fence, time, kind, body, hash}] with each body as a JSON
 * string of exactly the stored bytes; `head`, the hash of the last record; `seal`, SHA-256 hex over
 * every byte before the comma in front of it but the white space outside strings. So a file may be
 * indented anew; any other changed byte shows.
 *
 * A seal is no signature: whoever rewrites all of a journal can seal it again. That shows where the
 * head is known from elsewhere, since a run's last output names it.
 */
#include "base/buf.h"
#include "engine/store.h"

struct sw_evidence_report {
    const char *run, *runbook; /**< ids */
    const char *digest;        /**< SHA-256 hex of the runbook's text */
    const char *head;          /**< hash of the last record */
    const char *end;           /**< "done", "stopped", ...; NULL: the run was not over */
    const char *by;            /**< who started it; NULL: not recorded */
    size_t record_count;
};

/**
 * Append the evidence file of a run, over or not, to `out`.
 *
 * @errors SW_E_NOT_FOUND; SW_E_CORRUPT: the journal does not verify; SW_E_LIMIT: `out` is too small
 */
bool sw_evidence_export(struct sw_store *store, const char *run, struct sw_buf *out,
                        struct sw_error *err);

/**
 * Verify a file without any store: each hash from the genesis on, numbers without a gap, head,
 * runbook text against its digest, summary against the records, seal.
 *
 * @param ret lives in `arena`
 * @errors SW_E_INPUT: no evidence file, or of another schema; SW_E_CORRUPT: changed, naming the
 * first bad record or part
 */
bool sw_evidence_verify(const char *text, size_t length, struct sw_arena *arena,
                        struct sw_evidence_report *ret, struct sw_error *err);
