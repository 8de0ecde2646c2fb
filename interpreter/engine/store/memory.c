/* The same semantics without a disk. Everything lives in one arena: a rehearsal ends soon. */
#include "engine/store/chain.h"

#include "base/digest.h"
#include "base/map.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct memory_signal {
    struct sw_signal signal;
    const char *dedup;
};

struct memory_run {
    struct sw_run_row row;
    const char *content, *kept;
    struct sw_stored *records;
    size_t record_capacity;
    struct memory_signal *signals;
    size_t signal_count, signal_capacity;
};

struct memory_lock {
    const char *name;
    struct memory_run *run; /* NULL: given back */
};

struct memory_store {
    struct sw_store store; /* first: cast back in of() */
    struct sw_arena *arena;
    struct sw_map *by_id;
    struct memory_lock *locks;
    size_t lock_count, lock_capacity;
    uint64_t last_signal;
};

static struct memory_store *of(struct sw_store *store)
{
    return (struct memory_store *)(void *)store;
}

static struct memory_run *find_run(struct sw_store *store, const char *run, struct sw_error *err)
{
    struct memory_run *found = sw_map_get(of(store)->by_id, run);

    if (found == NULL) {
        (void)sw_fail(err, SW_E_NOT_FOUND, "there is no run '%s'; `stepwise ls` lists them", run);
    }
    return found;
}

static struct memory_lock *find_lock(struct memory_store *memory, const char *name)
{
    for (size_t i = 0; i < memory->lock_count; i++) {
        if (memory->locks[i].run != NULL && sw_text_is(memory->locks[i].name, name)) {
            return &memory->locks[i];
        }
    }
    return NULL;
}

static bool enqueue(struct sw_store *store, const char *run, const char *runbook,
                    const char *content, int64_t now_ns, struct sw_error *err)
{
    struct memory_store *memory = of(store);
    struct memory_run *found = sw_map_get(memory->by_id, run);
    char digest[SW_SHA256_HEX_BYTES];
    char genesis[SW_SHA256_HEX_BYTES];

    if (!sw_store_check_enqueue(run, runbook, content, err)) {
        return false;
    }
    sw_sha256_hex(content, strlen(content), digest);
    if (found != NULL) {
        return (sw_text_is(found->row.runbook, runbook) && sw_text_is(found->row.digest, digest)) ||
               sw_fail(err, SW_E_CONFLICT, "run '%s' is there already, with another runbook", run);
    }
    sw_store_genesis(run, runbook, digest, genesis);
    found = sw_alloc(memory->arena, sizeof *found);
    found->content = sw_copy_text(memory->arena, content);
    found->row = (struct sw_run_row){
        .run = sw_copy_text(memory->arena, run),
        .runbook = sw_copy_text(memory->arena, runbook),
        .digest = sw_copy_text(memory->arena, digest),
        .state = "ready",
        .created_ns = now_ns,
        .head = sw_copy_text(memory->arena, genesis),
    };
    sw_map_set(memory->by_id, run, found);
    return true;
}

/* The only process there is may always take a run; what it held before is fenced out. */
static bool acquire(struct sw_store *store, const char *run, int64_t now_ns,
                    struct sw_lease *ret_lease, struct sw_error *err)
{
    struct memory_run *found;

    (void)now_ns;
    if (!sw_store_check_run(run, err)) {
        return false;
    }
    found = find_run(store, run, err);
    if (found == NULL) {
        return false;
    }
    if (sw_store_is_over(found->row.state)) {
        return sw_fail(err, SW_E_CONFLICT, "run '%s' is over: %s", run, found->row.state);
    }
    found->row.fence++;
    found->row.state = "running";
    found->row.wake_ns = 0;
    *ret_lease = (struct sw_lease){.fence = found->row.fence, .seq = found->row.last_seq};
    memcpy(ret_lease->run, run, strlen(run) + 1);
    return true;
}

static bool are_free(struct memory_store *memory, const struct memory_run *run,
                     const char *const *locks, struct sw_error *err)
{
    for (; locks != NULL && *locks != NULL; locks++) {
        const struct memory_lock *lock = find_lock(memory, *locks);

        if (lock != NULL && lock->run != run) {
            return sw_store_locked(*locks, &lock->run->row, err);
        }
    }
    return true;
}

static void take(struct memory_store *memory, struct memory_run *run, const char *const *locks)
{
    for (; locks != NULL && *locks != NULL; locks++) {
        if (find_lock(memory, *locks) == NULL) {
            memory->locks = sw_grow(memory->arena, memory->locks, memory->lock_count,
                                    &memory->lock_capacity, sizeof *memory->locks);
            memory->locks[memory->lock_count++] =
                (struct memory_lock){.name = sw_copy_text(memory->arena, *locks), .run = run};
        }
    }
}

static void give_back_locks(struct memory_store *memory, const struct memory_run *run)
{
    size_t kept = 0;

    for (size_t i = 0; i < memory->lock_count; i++) {
        if (memory->locks[i].run != run) {
            memory->locks[kept++] = memory->locks[i];
        }
    }
    memory->lock_count = kept;
}

static void add_record(struct memory_store *memory, struct memory_run *run, uint64_t fence,
                       const struct sw_append *append)
{
    struct sw_run_row *row = &run->row;
    struct sw_stored record = sw_store_chain(row->head, row->last_seq + 1, fence, append);

    run->records = sw_grow(memory->arena, run->records, (size_t)row->last_seq,
                           &run->record_capacity, sizeof *run->records);
    record.kind = sw_copy_text(memory->arena, append->kind);
    record.body = sw_copy(memory->arena, append->body == NULL ? "" : append->body, append->length);
    run->records[row->last_seq] = record;
    row->last_seq++;
    row->head = sw_copy_text(memory->arena, record.hash);
}

static void give_back(struct memory_store *memory, struct memory_run *run,
                      const struct sw_commit *commit)
{
    struct sw_run_row *row = &run->row;

    switch (commit->then) {
    case SW_THEN_KEEP:
        break;
    case SW_THEN_PARK:
        row->state = "parked";
        row->wake_ns = commit->wake_ns;
        for (size_t i = run->signal_count; i-- > 0;) {
            if (run->signals[i].signal.id > row->signals_seen) {
                row->wake_ns = sw_store_due(run->signals[i].signal.time_ns);
            }
        }
        break;
    case SW_THEN_END:
        give_back_locks(memory, run);
        run->kept = "";
        row->state = sw_copy_text(memory->arena, commit->end_state);
        break;
    }
}

static bool commit_records(struct sw_store *store, struct sw_lease *lease,
                           const struct sw_commit *commit, struct sw_error *err)
{
    struct memory_store *memory = of(store);
    struct memory_run *run;

    if (!sw_store_check_commit(lease, commit, err)) {
        return false;
    }
    run = find_run(store, lease->run, err);
    if (run == NULL) {
        return false;
    }
    if (run->row.fence != lease->fence || run->row.last_seq != lease->seq ||
        !sw_text_is(run->row.state, "running")) {
        return sw_store_fenced(lease, run->row.state, run->row.fence, run->row.last_seq, err);
    }
    if (!are_free(memory, run, commit->take_locks, err)) {
        return false;
    }
    for (size_t i = 0; i < commit->record_count; i++) {
        add_record(memory, run, lease->fence, &commit->records[i]);
    }
    if (commit->signals_seen > run->row.signals_seen) {
        run->row.signals_seen = commit->signals_seen;
    }
    take(memory, run, commit->take_locks);
    if (commit->keep != NULL) {
        run->kept = sw_copy_text(memory->arena, commit->keep);
    }
    give_back(memory, run, commit);
    lease->seq += commit->record_count;
    return true;
}

static bool load(struct sw_store *store, const char *run, struct sw_arena *arena,
                 const struct sw_stored **ret_records, size_t *ret_count, struct sw_error *err)
{
    const struct memory_run *found = find_run(store, run, err);
    struct sw_stored *records;
    size_t count;

    if (found == NULL) {
        return false;
    }
    count = (size_t)found->row.last_seq;
    if (!sw_store_verify(&found->row, found->records, count, err)) {
        return false;
    }
    records = sw_alloc_array(arena, count, sizeof *records);
    for (size_t i = 0; i < count; i++) {
        records[i] = found->records[i];
        records[i].kind = sw_copy_text(arena, records[i].kind);
        records[i].body = sw_copy(arena, records[i].body, records[i].length);
    }
    *ret_records = records;
    *ret_count = count;
    return true;
}

static bool content_of(struct sw_store *store, const char *run, struct sw_arena *arena,
                       const char **ret_content, struct sw_error *err)
{
    const struct memory_run *found = find_run(store, run, err);

    if (found == NULL) {
        return false;
    }
    *ret_content = sw_copy_text(arena, found->content);
    return true;
}

static bool kept_of(struct sw_store *store, const char *run, struct sw_arena *arena,
                    const char **ret_kept, struct sw_error *err)
{
    const struct memory_run *found = find_run(store, run, err);

    if (found == NULL) {
        return false;
    }
    *ret_kept = sw_copy_text(arena, found->kept == NULL ? "" : found->kept);
    return true;
}

static bool is_known_signal(const struct memory_run *run, const char *dedup)
{
    for (size_t i = 0; dedup != NULL && i < run->signal_count; i++) {
        if (sw_text_is(run->signals[i].dedup, dedup)) {
            return true;
        }
    }
    return false;
}

static bool leave_signal(struct sw_store *store, const char *run, const char *dedup,
                         const char *kind, const char *body, const char *sender, int64_t now_ns,
                         struct sw_error *err)
{
    struct memory_store *memory = of(store);
    struct memory_run *found = find_run(store, run, err);

    if (found == NULL) {
        return false;
    }
    if (sw_store_is_over(found->row.state)) {
        return sw_fail(err, SW_E_CONFLICT, "run '%s' is over: %s", run, found->row.state);
    }
    if (is_known_signal(found, dedup)) {
        return true;
    }
    found->signals = sw_grow(memory->arena, found->signals, found->signal_count,
                             &found->signal_capacity, sizeof *found->signals);
    found->signals[found->signal_count++] = (struct memory_signal){
        .signal =
            {
                .id = ++memory->last_signal,
                .kind = sw_copy_text(memory->arena, kind),
                .body = sw_copy_text(memory->arena, body),
                .sender = sw_copy_text(memory->arena, sender),
                .time_ns = now_ns,
            },
        .dedup = dedup == NULL ? NULL : sw_copy_text(memory->arena, dedup),
    };
    if (sw_text_is(found->row.state, "parked")) {
        found->row.wake_ns = sw_store_due(now_ns);
    }
    return true;
}

static bool signals(struct sw_store *store, const char *run, uint64_t after, struct sw_arena *arena,
                    const struct sw_signal **ret_signals, size_t *ret_count, struct sw_error *err)
{
    const struct memory_run *found = find_run(store, run, err);
    struct sw_signal *kept;
    size_t count = 0;

    if (found == NULL) {
        return false;
    }
    kept = sw_alloc_array(arena, found->signal_count, sizeof *kept);
    for (size_t i = 0; i < found->signal_count; i++) {
        const struct sw_signal *signal = &found->signals[i].signal;

        if (signal->id > after) {
            kept[count++] = (struct sw_signal){
                .id = signal->id,
                .kind = sw_copy_text(arena, signal->kind),
                .body = sw_copy_text(arena, signal->body),
                .sender = sw_copy_text(arena, signal->sender),
                .time_ns = signal->time_ns,
            };
        }
    }
    *ret_signals = kept;
    *ret_count = count;
    return true;
}

static struct sw_run_row copy_row(const struct sw_run_row *row, struct sw_arena *arena)
{
    struct sw_run_row copy = *row;

    copy.run = sw_copy_text(arena, row->run);
    copy.runbook = sw_copy_text(arena, row->runbook);
    copy.digest = sw_copy_text(arena, row->digest);
    copy.state = sw_copy_text(arena, row->state);
    copy.head = sw_copy_text(arena, row->head);
    return copy;
}

static int compare_rows(const void *a, const void *b)
{
    const struct sw_run_row *one = a;
    const struct sw_run_row *other = b;

    if (one->created_ns != other->created_ns) {
        return one->created_ns < other->created_ns ? -1 : 1;
    }
    return strcmp(one->run, other->run);
}

static bool list(struct sw_store *store, struct sw_arena *arena, const struct sw_run_row **ret_rows,
                 size_t *ret_count, struct sw_error *err)
{
    const struct sw_map *by_id = of(store)->by_id;
    size_t count = sw_map_count(by_id);
    struct sw_run_row *rows = sw_alloc_array(arena, count, sizeof *rows);

    (void)err;
    for (size_t i = 0; i < count; i++) {
        const struct memory_run *run = sw_map_value_at(by_id, i);

        rows[i] = copy_row(&run->row, arena);
    }
    if (count > 1) {
        qsort(rows, count, sizeof *rows, compare_rows);
    }
    *ret_rows = rows;
    *ret_count = count;
    return true;
}

static bool find(struct sw_store *store, const char *run, struct sw_arena *arena,
                 struct sw_run_row *ret_row, struct sw_error *err)
{
    const struct memory_run *found = find_run(store, run, err);

    if (found == NULL) {
        return false;
    }
    *ret_row = copy_row(&found->row, arena);
    return true;
}

static bool lock_holder(struct sw_store *store, const char *lock, struct sw_arena *arena,
                        const char **ret_run, struct sw_error *err)
{
    const struct memory_lock *found = find_lock(of(store), lock);

    (void)err;
    *ret_run = found == NULL ? NULL : sw_copy_text(arena, found->run->row.run);
    return true;
}

static void yield(struct sw_store *store, struct sw_lease *lease)
{
    struct memory_run *run = sw_map_get(of(store)->by_id, lease->run);

    if (run != NULL && run->row.fence == lease->fence && sw_text_is(run->row.state, "running")) {
        run->row.state = "ready";
    }
    lease->fence = 0;
}

static void close_store(struct sw_store *store)
{
    sw_arena_free(of(store)->arena);
    free(of(store));
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

bool sw_store_open_memory(struct sw_store **ret_store, struct sw_error *err)
{
    struct memory_store *memory = sw_heap(sizeof *memory);

    (void)err;
    *memory = (struct memory_store){.store = {.ops = &ops}, .arena = sw_arena_new()};
    memory->by_id = sw_map_new(memory->arena);
    *ret_store = &memory->store;
    return true;
}
