#pragma once
/**
 * @file Where runs live: append with fence and expected sequence, park, signal, locks
 * (distributed.md 4). One interface; SQLite embedded is the default back end. Semantics each back
 * end must give, and the conformance tests check:
 *
 * - commit is durable before it answers, atomic, and succeeds only if the lease's fence is current
 * and the run's last sequence is the lease's.
 * - acquire is a write: the fence strictly increases; load after acquire, never before.
 * - park and signal serialize: no lost wake-up. Signals are kept, ordered, deduplicated.
 * - locks belong to the run, not to the worker, and have no time limit; all are taken at once or
 * none.
 */
#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_RUN_ID_BYTES 64

struct sw_store;

struct sw_lease {
    char run[SW_RUN_ID_BYTES];
    uint64_t fence;
    uint64_t seq; /**< last record that this owner knows */
};

/** One record as stored: bytes and the chain over them. */
struct sw_stored {
    uint64_t seq;
    uint64_t fence;
    int64_t time_ns; /**< controller's wall clock (virtual in a rehearsal), for display only */
    const char *kind;
    const char *body; /**< JSON, typed form, one line */
    size_t length;
    char hash[65]; /**< SHA-256 hex over previous hash, seq, fence, time, kind, body */
};

struct sw_append {
    const char *kind;
    int64_t time_ns;
    const char *body;
    size_t length;
};

enum sw_then {
    SW_THEN_KEEP, /**< the run goes on under this lease */
    SW_THEN_PARK, /**< it waits: lease given back, wakes at wake_ns or by a signal */
    SW_THEN_END,  /**< it is over: lease and locks given back */
};

/** All or nothing, one durable acknowledgement. */
struct sw_commit {
    const struct sw_append *records;
    size_t record_count;
    const char *const *take_locks; /**< names, already folded; NULL-ended; or NULL */
    uint64_t signals_seen;         /**< highest signal id consumed by these records; 0: none */
    enum sw_then then;
    int64_t wake_ns;       /**< PARK: 0 = only by a signal */
    const char *end_state; /**< END: "done", "stopped", "failed", ... */
};

struct sw_signal {
    uint64_t id;
    const char *kind;   /**< "decide", "approve", "stop", "retry", ... */
    const char *body;   /**< JSON */
    const char *sender; /**< login of who sent it */
    int64_t time_ns;
};

struct sw_run_row {
    const char *run;
    const char *runbook; /**< name */
    const char *state;   /**< "ready", "running", "parked", or an end state */
    int64_t created_ns, wake_ns;
    uint64_t last_seq, fence;
};

struct sw_store_ops {
    /** Insert a run; the same id with the same content is fine, with other content CONFLICT. */
    bool (*enqueue)(struct sw_store *store, const char *run, const char *runbook,
                    const char *content, int64_t now_ns, struct sw_error *err);
    /** Become the owner of this run, raising its fence. @errors SW_E_NOT_FOUND, SW_E_LOCKED while
     * another live process holds it (its pid and start time are stored and checked) */
    bool (*acquire)(struct sw_store *store, const char *run, int64_t now_ns,
                    struct sw_lease *ret_lease, struct sw_error *err);
    /** @errors SW_E_FENCED, SW_E_LOCKED (the text names run and lock), SW_E_IO (not applied: fatal)
     */
    bool (*commit)(struct sw_store *store, struct sw_lease *lease, const struct sw_commit *commit,
                   struct sw_error *err);
    /** All records in order, verified: hash chain and sequence. @errors SW_E_CORRUPT naming the
     * first bad record, SW_E_NOT_FOUND */
    bool (*load)(struct sw_store *store, const char *run, struct sw_arena *arena,
                 const struct sw_stored **ret_records, size_t *ret_count, struct sw_error *err);
    bool (*content)(struct sw_store *store, const char *run, struct sw_arena *arena,
                    const char **ret_content, struct sw_error *err);
    /** Leave a message for a run. `dedup` NULL: always new. @errors SW_E_NOT_FOUND */
    bool (*signal)(struct sw_store *store, const char *run, const char *dedup, const char *kind,
                   const char *body, const char *sender, int64_t now_ns, struct sw_error *err);
    /** Signals above `after`, in order. */
    bool (*signals)(struct sw_store *store, const char *run, uint64_t after, struct sw_arena *arena,
                    const struct sw_signal **ret_signals, size_t *ret_count, struct sw_error *err);
    bool (*list)(struct sw_store *store, struct sw_arena *arena, const struct sw_run_row **ret_rows,
                 size_t *ret_count, struct sw_error *err);
    /** Who holds a lock; *ret_run NULL when free. */
    bool (*lock_holder)(struct sw_store *store, const char *lock, struct sw_arena *arena,
                        const char **ret_run, struct sw_error *err);
    /** Give the run's lease back without a record (process ends in order). */
    void (*yield)(struct sw_store *store, struct sw_lease *lease);
    void (*close)(struct sw_store *store);
};

struct sw_store {
    const struct sw_store_ops *ops;
};

/** Open (and make) the embedded store in `folder`: folder 0700, file 0600, owner checked, WAL,
 * synchronous=FULL read back, network file systems refused. @errors SW_E_IO, SW_E_DENIED,
 * SW_E_CORRUPT */
bool sw_store_open_sqlite(const char *folder, struct sw_store **ret_store, struct sw_error *err);

/** In memory, same semantics: for virtual-time rehearsals without a trace and for simulation. */
bool sw_store_open_memory(struct sw_store **ret_store, struct sw_error *err);

/** The chain: hash of one record over its predecessor's ("" for the first). */
void sw_store_hash(const char *previous_hash, const struct sw_stored *record, char out[65]);
