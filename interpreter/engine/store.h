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
 * - a commit that fails with SW_E_IO is fatal: whether it was applied shows only after reopening.
 * The store refuses everything from then on, and never retries a sync that failed (reliability.md
 * F10).
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
    char hash[65]; /**< sw_store_hash() */
};

struct sw_append {
    const char *kind; /**< 1 to 63 printable ASCII characters */
    int64_t time_ns;
    const char *body; /**< UTF-8 without control characters, at most SW_LIMIT_RECORD_BYTES */
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
    /** A secret to hold beside the records, in place of what was held: a signed address to follow.
     * Records name its digest only, so that journal and evidence can be shown. NULL: as it is; ""
     * and the end of the run forget it. */
    const char *keep;
    enum sw_then then;
    int64_t wake_ns;       /**< PARK: 0 = only by a signal; a signal above `signals_seen` that is
                              already there makes the run due at once */
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
    const char *digest;  /**< SHA-256 hex of the content */
    const char *state;   /**< "ready" (also: its owner has died), "running", "parked", or an end
                            state */
    int64_t created_ns;
    int64_t wake_ns;       /**< parked: due from then on; 0 = only by a signal */
    int64_t owner_pid;     /**< process that runs it, 0: none */
    uint64_t last_seq;     /**< records */
    uint64_t fence;        /**< raised by each acquire */
    uint64_t signals_seen; /**< highest signal id that its records have consumed */
    const char *head;      /**< hash of the last record; genesis when there is none */
};

struct sw_store_ops {
    /** Insert a run; the same id with the same runbook and content is fine. `run`: 1 to 63 of
     * [A-Za-z0-9._/-]. @errors SW_E_CONFLICT for other content, SW_E_INPUT, SW_E_LIMIT */
    bool (*enqueue)(struct sw_store *store, const char *run, const char *runbook,
                    const char *content, int64_t now_ns, struct sw_error *err);
    /**
     * Become the owner of this run, raising its fence. A run whose owner has died (its pid, start
     * time and boot are stored and checked) is taken at once; so is one that this very process
     * held before, whose older lease is then fenced out. Whoever lives in another pid namespace
     * looks dead: there the fence alone decides.
     *
     * @errors SW_E_NOT_FOUND; SW_E_LOCKED while another live process holds it (the text names the
     * pid); SW_E_CONFLICT when the run is over
     */
    bool (*acquire)(struct sw_store *store, const char *run, int64_t now_ns,
                    struct sw_lease *ret_lease, struct sw_error *err);
    /** @errors SW_E_FENCED; SW_E_LOCKED (the text names run and lock); SW_E_LIMIT; SW_E_BUSY: not
     * applied, another process was writing for 10 s; SW_E_IO: fatal, see above. After any error the
     * lease is as it was. */
    bool (*commit)(struct sw_store *store, struct sw_lease *lease, const struct sw_commit *commit,
                   struct sw_error *err);
    /** All records in order, verified: genesis, hash chain, sequence, fences, and that the last one
     * is the one that the run's row names. @errors SW_E_CORRUPT naming the first bad record,
     * SW_E_NOT_FOUND */
    bool (*load)(struct sw_store *store, const char *run, struct sw_arena *arena,
                 const struct sw_stored **ret_records, size_t *ret_count, struct sw_error *err);
    /** What was enqueued. @errors SW_E_CORRUPT when it does not match its digest, SW_E_NOT_FOUND */
    bool (*content)(struct sw_store *store, const char *run, struct sw_arena *arena,
                    const char **ret_content, struct sw_error *err);
    /** What a commit asked to keep; "" when nothing is. @errors SW_E_NOT_FOUND, SW_E_IO */
    bool (*kept)(struct sw_store *store, const char *run, struct sw_arena *arena,
                 const char **ret_kept, struct sw_error *err);
    /** Leave a message for a run. `dedup` NULL: always new; the same one twice is kept once.
     * @errors SW_E_NOT_FOUND; SW_E_CONFLICT when the run is over */
    bool (*signal)(struct sw_store *store, const char *run, const char *dedup, const char *kind,
                   const char *body, const char *sender, int64_t now_ns, struct sw_error *err);
    /** Signals above `after`, in order. */
    bool (*signals)(struct sw_store *store, const char *run, uint64_t after, struct sw_arena *arena,
                    const struct sw_signal **ret_signals, size_t *ret_count, struct sw_error *err);
    /** Every run, oldest first. May be stale: never decide by it. */
    bool (*list)(struct sw_store *store, struct sw_arena *arena, const struct sw_run_row **ret_rows,
                 size_t *ret_count, struct sw_error *err);
    /** The row of one run. @errors SW_E_NOT_FOUND */
    bool (*find)(struct sw_store *store, const char *run, struct sw_arena *arena,
                 struct sw_run_row *ret_row, struct sw_error *err);
    /** Who holds a lock; *ret_run NULL when free. */
    bool (*lock_holder)(struct sw_store *store, const char *lock, struct sw_arena *arena,
                        const char **ret_run, struct sw_error *err);
    /** Give the run's lease back without a record (process ends in order); nothing when it was
     * fenced out meanwhile. */
    void (*yield)(struct sw_store *store, struct sw_lease *lease);
    void (*close)(struct sw_store *store);
};

struct sw_store {
    const struct sw_store_ops *ops;
};

/** Open (and make) the embedded store in `folder`: folder 0700, file 0600, owner checked, WAL,
 * synchronous=FULL read back, network file systems refused. An open store must not be carried over
 * a fork. @errors SW_E_IO; SW_E_DENIED (open to others, somebody else's, a link, a network file
 * system); SW_E_CORRUPT; SW_E_CONFLICT: written by a newer version */
bool sw_store_open_sqlite(const char *folder, struct sw_store **ret_store, struct sw_error *err);

/** In memory, same semantics: for virtual-time rehearsals without a trace and for simulation. */
bool sw_store_open_memory(struct sw_store **ret_store, struct sw_error *err);

/** The seed of a run's chain: SHA-256 hex over "stepwise run\n" RUN "\n" RUNBOOK "\n" DIGEST "\n",
 * so that records can't be passed off as those of another run or runbook. */
void sw_store_genesis(const char *run, const char *runbook, const char *digest, char out[65]);

/** The chain: SHA-256 hex over PREVIOUS "\n" SEQ "\n" FENCE "\n" TIME_NS "\n" KIND "\n" LENGTH "\n"
 * BODY, numbers in decimal; PREVIOUS is the hash of the record before, or the genesis. */
void sw_store_hash(const char *previous_hash, const struct sw_stored *record, char out[65]);
