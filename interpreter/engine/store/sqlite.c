/* The embedded store. Each operation is one transaction; what decides is read inside it. */
#include "engine/store/chain.h"
#include "engine/store/owner.h"
#include "engine/store/place.h"
#include "engine/store/rows.h"

#include "base/digest.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct sqlite_store {
    struct sw_store store; /* first: cast back in from() */
    struct sw_sql sql;
    struct sw_owner self;
};

static struct sw_sql *sql_of(struct sw_store *store)
{
    return &((struct sqlite_store *)(void *)store)->sql;
}

static const struct sw_owner *self_of(struct sw_store *store)
{
    return &((struct sqlite_store *)(void *)store)->self;
}

static bool add_run(struct sw_sql *sql, const char *run, const char *runbook, const char *content,
                    int64_t now_ns, struct sw_error *err)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_run_row row;
    char digest[SW_SHA256_HEX_BYTES];
    char genesis[SW_SHA256_HEX_BYTES];

    sw_sha256_hex(content, strlen(content), digest);
    if (sw_rows_find(sql, run, arena, &row, NULL, err)) {
        return (sw_text_is(row.runbook, runbook) && sw_text_is(row.digest, digest)) ||
               sw_fail(err, SW_E_CONFLICT, "run '%s' is there already, with another runbook", run);
    }
    if (err->code != SW_E_NOT_FOUND) {
        return false;
    }
    *err = (struct sw_error){0};
    sw_store_genesis(run, runbook, digest, genesis);
    return sw_sql_do(sql, SW_SQL_RUN_ADD, err, "tttit", run, runbook, digest, now_ns, genesis) &&
           sw_sql_do(sql, SW_SQL_CONTENT_ADD, err, "tb", run, content, strlen(content));
}

static bool enqueue(struct sw_store *store, const char *run, const char *runbook,
                    const char *content, int64_t now_ns, struct sw_error *err)
{
    struct sw_sql *sql = sql_of(store);

    if (!sw_store_check_enqueue(run, runbook, content, err) || !sw_sql_begin(sql, true, err)) {
        return false;
    }
    if (!add_run(sql, run, runbook, content, now_ns, err)) {
        return sw_sql_rollback(sql);
    }
    return sw_sql_commit(sql, err);
}

static bool take_run(struct sw_store *store, const char *run, struct sw_lease *ret_lease,
                     struct sw_error *err)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_sql *sql = sql_of(store);
    const struct sw_owner *self = self_of(store);
    struct sw_run_row row;
    struct sw_owner owner;

    if (!sw_rows_find(sql, run, arena, &row, &owner, err)) {
        return false;
    }
    if (sw_store_is_over(row.state)) {
        return sw_fail(err, SW_E_CONFLICT, "run '%s' is over: %s", run, row.state);
    }
    if (owner.pid != 0 && !sw_owner_is(&owner, self) && sw_owner_is_alive(&owner)) {
        return sw_fail(err, SW_E_LOCKED, "run '%s' is being worked on by process %" PRId64, run,
                       owner.pid);
    }
    if (!sw_sql_do(sql, SW_SQL_ACQUIRE, err, "tiit", run, self->pid, (int64_t)self->start,
                   self->boot)) {
        return false;
    }
    *ret_lease = (struct sw_lease){.fence = row.fence + 1, .seq = row.last_seq};
    memcpy(ret_lease->run, run, strlen(run) + 1);
    return true;
}

static bool acquire(struct sw_store *store, const char *run, int64_t now_ns,
                    struct sw_lease *ret_lease, struct sw_error *err)
{
    struct sw_sql *sql = sql_of(store);
    struct sw_lease lease;

    (void)now_ns;
    if (!sw_store_check_run(run, err) || !sw_sql_begin(sql, true, err)) {
        return false;
    }
    if (!take_run(store, run, &lease, err)) {
        return sw_sql_rollback(sql);
    }
    if (!sw_sql_commit(sql, err)) {
        return false;
    }
    *ret_lease = lease;
    return true;
}

static bool add_records(struct sw_sql *sql, const char *run, const struct sw_stored *records,
                        size_t count, struct sw_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct sw_stored *record = &records[i];

        if (!sw_sql_do(sql, SW_SQL_RECORD_ADD, err, "tiiitbt", run, (int64_t)record->seq,
                       (int64_t)record->fence, record->time_ns, record->kind,
                       record->body == NULL ? "" : record->body, record->length, record->hash)) {
            return false;
        }
    }
    return true;
}

/* All or none: the caller rolls back. Nobody writes beside us, so their order does not matter. */
static bool take_locks(struct sw_sql *sql, const struct sw_lease *lease, const char *const *locks,
                       struct sw_arena *arena, struct sw_error *err)
{
    for (; locks != NULL && *locks != NULL; locks++) {
        const char *holder;

        if (!sw_sql_do(sql, SW_SQL_LOCK_ADD, err, "tt", *locks, lease->run) ||
            !sw_rows_holder(sql, *locks, arena, &holder, err)) {
            return false;
        }
        if (!sw_text_is(holder, lease->run)) {
            struct sw_run_row row;
            struct sw_owner owner;

            if (!sw_rows_find(sql, holder, arena, &row, &owner, err)) {
                return false;
            }
            sw_rows_show_liveness(&row, &owner);
            return sw_store_locked(*locks, &row, err);
        }
    }
    return true;
}

static bool keep(struct sw_sql *sql, const struct sw_lease *lease, const char *secret,
                 struct sw_error *err)
{
    if (secret == NULL) {
        return true;
    }
    return secret[0] == '\0' ? sw_sql_do(sql, SW_SQL_FORGET, err, "t", lease->run)
                             : sw_sql_do(sql, SW_SQL_KEEP, err, "tt", lease->run, secret);
}

/* A signal that came while the run was busy must wake it: it is due from that signal's time on. */
static bool give_back(struct sw_sql *sql, const struct sw_lease *lease,
                      const struct sw_commit *commit, struct sw_error *err)
{
    int64_t wake_ns = commit->wake_ns;
    bool has_row;
    sqlite3_stmt *row;

    switch (commit->then) {
    case SW_THEN_KEEP:
        return true;
    case SW_THEN_PARK:
        row = sw_sql_use(sql, SW_SQL_SIGNAL_FIRST, err, "t", lease->run);
        if (row == NULL || !sw_sql_step(sql, row, &has_row, err)) {
            return false;
        }
        if (has_row) {
            wake_ns = sw_store_due(sqlite3_column_int64(row, 0));
            (void)sqlite3_reset(row);
        }
        return sw_sql_do(sql, SW_SQL_PARK, err, "ti", lease->run, wake_ns);
    case SW_THEN_END:
        return sw_sql_do(sql, SW_SQL_LOCKS_DROP, err, "t", lease->run) &&
               sw_sql_do(sql, SW_SQL_FORGET, err, "t", lease->run) &&
               sw_sql_do(sql, SW_SQL_END, err, "tt", lease->run, commit->end_state);
    }
    return false;
}

static bool write_commit(struct sw_sql *sql, const struct sw_lease *lease,
                         const struct sw_commit *commit, struct sw_error *err)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_stored *records = sw_alloc_array(arena, commit->record_count + 1, sizeof *records);
    const char *head;
    struct sw_run_row row;

    if (!sw_rows_find(sql, lease->run, arena, &row, NULL, err)) {
        return false;
    }
    head = row.head;
    for (size_t i = 0; i < commit->record_count; i++) {
        records[i] = sw_store_chain(head, lease->seq + i + 1, lease->fence, &commit->records[i]);
        head = records[i].hash;
    }
    /* The one barrier: whoever is fenced out or has missed a record changes no row. */
    if (!sw_sql_do(sql, SW_SQL_ADVANCE, err, "tiiiti", lease->run, (int64_t)lease->fence,
                   (int64_t)lease->seq, (int64_t)(lease->seq + commit->record_count), head,
                   (int64_t)commit->signals_seen)) {
        return false;
    }
    if (sqlite3_changes(sql->db) != 1) {
        return sw_store_fenced(lease, row.state, row.fence, row.last_seq, err);
    }
    return add_records(sql, lease->run, records, commit->record_count, err) &&
           take_locks(sql, lease, commit->take_locks, arena, err) &&
           keep(sql, lease, commit->keep, err) && give_back(sql, lease, commit, err);
}

static bool commit_records(struct sw_store *store, struct sw_lease *lease,
                           const struct sw_commit *commit, struct sw_error *err)
{
    struct sw_sql *sql = sql_of(store);

    if (!sw_store_check_commit(lease, commit, err) || !sw_sql_begin(sql, true, err)) {
        return false;
    }
    if (!write_commit(sql, lease, commit, err)) {
        return sw_sql_rollback(sql);
    }
    if (!sw_sql_commit(sql, err)) {
        return false;
    }
    lease->seq += commit->record_count;
    return true;
}

static bool load(struct sw_store *store, const char *run, struct sw_arena *arena,
                 const struct sw_stored **ret_records, size_t *ret_count, struct sw_error *err)
{
    struct sw_sql *sql = sql_of(store);
    const struct sw_stored *records;
    size_t count;
    struct sw_run_row row;

    if (!sw_sql_begin(sql, false, err)) {
        return false;
    }

    bool is_read = sw_rows_find(sql, run, arena, &row, NULL, err) &&
                   sw_rows_records(sql, run, arena, &records, &count, err);

    (void)sw_sql_rollback(sql);
    if (!is_read || !sw_store_verify(&row, records, count, err)) {
        return false;
    }
    *ret_records = records;
    *ret_count = count;
    return true;
}

static bool content_of(struct sw_store *store, const char *run, struct sw_arena *arena,
                       const char **ret_content, struct sw_error *err)
{
    struct sw_sql *sql = sql_of(store);
    struct sw_run_row row;
    char digest[SW_SHA256_HEX_BYTES];
    const char *content = "";
    size_t length = 0;
    bool has_row = false;

    if (!sw_sql_begin(sql, false, err)) {
        return false;
    }

    bool is_read = sw_rows_find(sql, run, arena, &row, NULL, err);
    sqlite3_stmt *found = is_read ? sw_sql_use(sql, SW_SQL_CONTENT, err, "t", run) : NULL;

    is_read = found != NULL && sw_sql_step(sql, found, &has_row, err);
    if (is_read && has_row) {
        const void *bytes = sqlite3_column_blob(found, 0);

        length = (size_t)sqlite3_column_bytes(found, 0);
        content = sw_copy(arena, bytes == NULL ? "" : bytes, length);
    }
    (void)sw_sql_rollback(sql);
    if (!is_read) {
        return false;
    }
    sw_sha256_hex(content, length, digest);
    if (!has_row || !sw_text_is(digest, row.digest)) {
        return sw_fail(err, SW_E_CORRUPT, "the runbook stored with run '%s' was changed", run);
    }
    *ret_content = content;
    return true;
}

static bool kept_of(struct sw_store *store, const char *run, struct sw_arena *arena,
                    const char **ret_kept, struct sw_error *err)
{
    struct sw_sql *sql = sql_of(store);
    struct sw_run_row row;
    const char *kept = "";
    bool has_row = false;

    if (!sw_sql_begin(sql, false, err)) {
        return false;
    }

    bool is_read = sw_rows_find(sql, run, arena, &row, NULL, err);
    sqlite3_stmt *found = is_read ? sw_sql_use(sql, SW_SQL_KEPT, err, "t", run) : NULL;

    is_read = found != NULL && sw_sql_step(sql, found, &has_row, err);
    if (is_read && has_row) {
        kept = sw_copy(arena, (const char *)sqlite3_column_text(found, 0),
                       (size_t)sqlite3_column_bytes(found, 0));
    }
    (void)sw_sql_rollback(sql);
    if (is_read) {
        *ret_kept = kept;
    }
    return is_read;
}

static bool add_signal(struct sw_sql *sql, const char *run, const char *dedup, const char *kind,
                       const char *body, const char *sender, int64_t now_ns, struct sw_error *err)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_run_row row;

    if (!sw_rows_find(sql, run, arena, &row, NULL, err)) {
        return false;
    }
    if (sw_store_is_over(row.state)) {
        return sw_fail(err, SW_E_CONFLICT, "run '%s' is over: %s", run, row.state);
    }
    if (!sw_sql_do(sql, SW_SQL_SIGNAL_ADD, err, "ttttti", run, dedup, kind, body, sender, now_ns)) {
        return false;
    }
    if (sqlite3_changes(sql->db) == 0) {
        return true;
    }
    return sw_sql_do(sql, SW_SQL_WAKE, err, "ti", run, sw_store_due(now_ns));
}

static bool leave_signal(struct sw_store *store, const char *run, const char *dedup,
                         const char *kind, const char *body, const char *sender, int64_t now_ns,
                         struct sw_error *err)
{
    struct sw_sql *sql = sql_of(store);

    if (!sw_sql_begin(sql, true, err)) {
        return false;
    }
    if (!add_signal(sql, run, dedup, kind, body, sender, now_ns, err)) {
        return sw_sql_rollback(sql);
    }
    return sw_sql_commit(sql, err);
}

static bool signals(struct sw_store *store, const char *run, uint64_t after, struct sw_arena *arena,
                    const struct sw_signal **ret_signals, size_t *ret_count, struct sw_error *err)
{
    struct sw_sql *sql = sql_of(store);
    struct sw_signal *found;
    size_t count;

    if (!sw_sql_begin(sql, false, err)) {
        return false;
    }

    bool is_read = sw_rows_signals(sql, run, after, arena, &found, &count, err);

    (void)sw_sql_rollback(sql);
    if (!is_read) {
        return false;
    }
    *ret_signals = found;
    *ret_count = count;
    return true;
}

static bool list(struct sw_store *store, struct sw_arena *arena, const struct sw_run_row **ret_rows,
                 size_t *ret_count, struct sw_error *err)
{
    struct sw_sql *sql = sql_of(store);
    struct sw_run_row *rows;
    size_t count;

    if (!sw_sql_begin(sql, false, err)) {
        return false;
    }

    bool is_read = sw_rows_runs(sql, arena, &rows, &count, err);

    (void)sw_sql_rollback(sql);
    if (!is_read) {
        return false;
    }
    *ret_rows = rows;
    *ret_count = count;
    return true;
}

static bool find(struct sw_store *store, const char *run, struct sw_arena *arena,
                 struct sw_run_row *ret_row, struct sw_error *err)
{
    struct sw_sql *sql = sql_of(store);
    struct sw_run_row row;
    struct sw_owner owner;

    if (!sw_sql_begin(sql, false, err)) {
        return false;
    }

    bool is_read = sw_rows_find(sql, run, arena, &row, &owner, err);

    (void)sw_sql_rollback(sql);
    if (!is_read) {
        return false;
    }
    sw_rows_show_liveness(&row, &owner);
    *ret_row = row;
    return true;
}

static bool lock_holder(struct sw_store *store, const char *lock, struct sw_arena *arena,
                        const char **ret_run, struct sw_error *err)
{
    struct sw_sql *sql = sql_of(store);
    const char *run;

    if (!sw_sql_begin(sql, false, err)) {
        return false;
    }

    bool is_read = sw_rows_holder(sql, lock, arena, &run, err);

    (void)sw_sql_rollback(sql);
    if (is_read) {
        *ret_run = run;
    }
    return is_read;
}

static void yield(struct sw_store *store, struct sw_lease *lease)
{
    struct sw_sql *sql = sql_of(store);
    struct sw_error ignored = {0};

    /* A failure costs nothing: once this process has ended, the run can be taken anyway. */
    if (sw_sql_begin(sql, true, &ignored)) {
        if (sw_sql_do(sql, SW_SQL_YIELD, &ignored, "ti", lease->run, (int64_t)lease->fence)) {
            (void)sw_sql_commit(sql, &ignored);
        } else {
            (void)sw_sql_rollback(sql);
        }
    }
    lease->fence = 0;
}

static void close_store(struct sw_store *store)
{
    sw_sql_close(sql_of(store));
    free(store);
}

static const struct sw_store_ops ops = {
    .enqueue = enqueue,
    .acquire = acquire,
    .commit = commit_records,
    .load = load,
    .content = content_of,
    .kept = kept_of,
    .signal = leave_signal,
    .signals = signals,
    .list = list,
    .find = find,
    .lock_holder = lock_holder,
    .yield = yield,
    .close = close_store,
};

bool sw_store_open_sqlite(const char *folder, struct sw_store **ret_store, struct sw_error *err)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    const char *path;
    int lock;

    if (!sw_place_prepare(folder, arena, &path, &lock, err)) {
        return false;
    }

    struct sqlite_store *store = sw_heap(sizeof *store);

    *store = (struct sqlite_store){.store = {.ops = &ops}};
    sw_owner_self(&store->self);

    bool is_open = sw_sql_open(&store->sql, path, err);

    (void)close(lock);
    if (!is_open || !sw_sql_check(&store->sql, err)) {
        close_store(&store->store);
        return sw_fail_while(err, "open the journal in '%s'", folder);
    }
    *ret_store = &store->store;
    return true;
}
