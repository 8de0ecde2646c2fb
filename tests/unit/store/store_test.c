/* What every back end must do (store.h); each test runs against each of them. */
#include "unit/store/bench.h"

#include "base/digest.h"
#include "base/limits.h"

static int set_up_memory(void **state)
{
    *state = bench_new(true);
    return 0;
}

static void a_run_comes_back_with_its_content_and_records(void **state)
{
    struct bench *b = *state;
    const struct sw_stored *records;
    const char *content;
    size_t count;

    bench_enqueue(b, RUN);
    struct sw_lease lease = bench_acquire(b, RUN);
    OK(b, bench_append(b, &lease, "begin", "{\"a\":1}"));
    OK(b, bench_append(b, &lease, "end", "{\"b\":\"\xc3\xa4\"}"));
    assert_int_equal(lease.seq, 2);

    OK(b, CALL(b, load, RUN, b->arena, &records, &count));
    assert_int_equal(count, 2);
    assert_int_equal(records[0].seq, 1);
    assert_string_equal(records[0].kind, "begin");
    assert_string_equal(records[0].body, "{\"a\":1}");
    assert_int_equal(records[0].time_ns, NOW);
    assert_int_equal(records[1].seq, 2);
    assert_int_equal(records[1].fence, lease.fence);
    assert_string_equal(records[1].body, "{\"b\":\"\xc3\xa4\"}");
    assert_int_equal(records[1].length, strlen(records[1].body));
    OK(b, CALL(b, content, RUN, b->arena, &content));
    assert_string_equal(content, CONTENT);
}

static void a_secret_is_kept_beside_the_records_until_it_is_forgotten(void **state)
{
    struct bench *b = *state;
    const char *kept;

    bench_enqueue(b, RUN);
    struct sw_lease lease = bench_acquire(b, RUN);
    OK(b, CALL(b, kept, RUN, b->arena, &kept));
    assert_string_equal(kept, "");

    struct sw_commit commit = {.keep = "https://signed.example/?s=1"};
    OK(b, CALL(b, commit, &lease, &commit));
    OK(b, bench_append(b, &lease, "other", "{}"));
    OK(b, CALL(b, kept, RUN, b->arena, &kept));
    assert_string_equal(kept, "https://signed.example/?s=1");

    commit.keep = "https://signed.example/?s=2";
    OK(b, CALL(b, commit, &lease, &commit));
    OK(b, CALL(b, kept, RUN, b->arena, &kept));
    assert_string_equal(kept, "https://signed.example/?s=2");

    commit.keep = "";
    OK(b, CALL(b, commit, &lease, &commit));
    OK(b, CALL(b, kept, RUN, b->arena, &kept));
    assert_string_equal(kept, "");
}

static void the_end_of_a_run_forgets_its_secret(void **state)
{
    struct bench *b = *state;
    const char *kept;

    bench_enqueue(b, RUN);
    struct sw_lease lease = bench_acquire(b, RUN);
    struct sw_commit commit = {.keep = "https://signed.example/"};
    OK(b, CALL(b, commit, &lease, &commit));
    commit = (struct sw_commit){.then = SW_THEN_END, .end_state = "done"};
    OK(b, CALL(b, commit, &lease, &commit));
    OK(b, CALL(b, kept, RUN, b->arena, &kept));
    assert_string_equal(kept, "");
}

static void a_fenced_out_owner_keeps_no_secret(void **state)
{
    struct bench *b = *state;
    const char *kept;

    bench_enqueue(b, RUN);
    struct sw_lease old = bench_acquire(b, RUN);
    bench_acquire(b, RUN);
    struct sw_commit commit = {.keep = "https://signed.example/"};
    REFUSED(b, SW_E_FENCED, "", CALL(b, commit, &old, &commit));
    OK(b, CALL(b, kept, RUN, b->arena, &kept));
    assert_string_equal(kept, "");
}

static void the_chain_starts_at_run_runbook_and_content(void **state)
{
    struct bench *b = *state;
    const struct sw_stored *records;
    char digest[65];
    char genesis[65];
    char hash[65];
    size_t count;

    bench_enqueue(b, RUN);
    sw_sha256_hex(CONTENT, strlen(CONTENT), digest);
    sw_store_genesis(RUN, RUNBOOK, digest, genesis);
    assert_string_equal(bench_row(b, RUN).head, genesis);
    assert_string_equal(bench_row(b, RUN).digest, digest);

    struct sw_lease lease = bench_acquire(b, RUN);
    OK(b, bench_append(b, &lease, "begin", "{}"));
    OK(b, CALL(b, load, RUN, b->arena, &records, &count));
    sw_store_hash(genesis, &records[0], hash);
    assert_string_equal(records[0].hash, hash);
    assert_string_equal(bench_row(b, RUN).head, hash);
}

static void the_same_run_twice_is_fine_another_content_is_not(void **state)
{
    struct bench *b = *state;

    bench_enqueue(b, RUN);
    bench_enqueue(b, RUN);
    REFUSED(b, SW_E_CONFLICT, RUN, CALL(b, enqueue, RUN, RUNBOOK, "steps: [x]\n", NOW));
    REFUSED(b, SW_E_CONFLICT, RUN, CALL(b, enqueue, RUN, "other", CONTENT, NOW));
    assert_int_equal(bench_row(b, RUN).created_ns, NOW);
}

static void odd_run_ids_are_refused(void **state)
{
    struct bench *b = *state;
    const char *const odd[] = {
        "",         "a b",  "a\nb",
        "\xc3\xa4", "it's", "0123456789012345678901234567890123456789012345678901234567890123"};

    for (size_t i = 0; i < SW_COUNT(odd); i++) {
        REFUSED(b, SW_E_INPUT, "run's id", CALL(b, enqueue, odd[i], RUNBOOK, CONTENT, NOW));
    }
}

static void an_unknown_run_is_not_found_by_any_call(void **state)
{
    struct bench *b = *state;
    struct sw_lease lease = {.run = "ghost", .fence = 1};
    struct sw_run_row row;
    const struct sw_stored *records;
    const struct sw_signal *signals;
    const char *content;
    size_t count;

    REFUSED(b, SW_E_NOT_FOUND, "ghost", CALL(b, acquire, "ghost", NOW, &lease));
    REFUSED(b, SW_E_NOT_FOUND, "ghost", CALL(b, load, "ghost", b->arena, &records, &count));
    REFUSED(b, SW_E_NOT_FOUND, "ghost", CALL(b, content, "ghost", b->arena, &content));
    REFUSED(b, SW_E_NOT_FOUND, "ghost", CALL(b, kept, "ghost", b->arena, &content));
    REFUSED(b, SW_E_NOT_FOUND, "ghost", CALL(b, find, "ghost", b->arena, &row));
    REFUSED(b, SW_E_NOT_FOUND, "ghost", CALL(b, signal, "ghost", NULL, "stop", "{}", "ada", NOW));
    REFUSED(b, SW_E_NOT_FOUND, "ghost", CALL(b, signals, "ghost", 0, b->arena, &signals, &count));
    REFUSED(b, SW_E_NOT_FOUND, "ghost", bench_append(b, &lease, "begin", "{}"));
    bench_enqueue(b, RUN);
}

static void each_owner_gets_a_higher_fence(void **state)
{
    struct bench *b = *state;
    uint64_t before = 0;

    bench_enqueue(b, RUN);
    for (int i = 0; i < 3; i++) {
        struct sw_lease lease = bench_acquire(b, RUN);

        assert_true(lease.fence > before);
        before = lease.fence;
        if (i == 1) {
            b->store->ops->yield(b->store, &lease);
            assert_string_equal(bench_row(b, RUN).state, "ready");
        }
    }
}

static void a_zombie_writes_nothing(void **state)
{
    struct bench *b = *state;

    bench_enqueue(b, RUN);
    struct sw_lease zombie = bench_acquire(b, RUN);
    OK(b, bench_append(b, &zombie, "begin", "{}"));
    struct sw_lease owner = bench_acquire(b, RUN);
    assert_int_equal(owner.seq, 1);

    REFUSED(b, SW_E_FENCED, "taken over", bench_append(b, &zombie, "intent", "{}"));
    REFUSED(b, SW_E_FENCED, "taken over", bench_then(b, &zombie, SW_THEN_PARK, 0, NULL));
    REFUSED(b, SW_E_FENCED, "taken over", bench_then(b, &zombie, SW_THEN_END, 0, "done"));
    assert_int_equal(zombie.seq, 1);
    b->store->ops->yield(b->store, &zombie);
    assert_string_equal(bench_row(b, RUN).state, "running");

    OK(b, bench_append(b, &owner, "intent", "{}"));
    assert_int_equal(bench_count(b, RUN), 2);
}

static void who_does_not_know_the_last_record_writes_nothing(void **state)
{
    struct bench *b = *state;

    bench_enqueue(b, RUN);
    struct sw_lease lease = bench_acquire(b, RUN);
    struct sw_lease stale = lease;
    OK(b, bench_append(b, &lease, "begin", "{}"));

    REFUSED(b, SW_E_FENCED, "1 records", bench_append(b, &stale, "begin", "{}"));
    stale.seq = 2;
    REFUSED(b, SW_E_FENCED, "1 records", bench_append(b, &stale, "begin", "{}"));
    assert_int_equal(bench_count(b, RUN), 1);
}

static void several_records_are_one_commit_or_none(void **state)
{
    struct bench *b = *state;
    struct sw_append records[] = {
        {.kind = "intent", .time_ns = NOW, .body = "{}", .length = 2},
        {.kind = "outcome", .time_ns = NOW, .body = "{\"x\":\n1}", .length = 8},
    };
    struct sw_commit commit = {.records = records, .record_count = 2};

    bench_enqueue(b, RUN);
    struct sw_lease lease = bench_acquire(b, RUN);
    REFUSED(b, SW_E_INTERNAL, "outcome", CALL(b, commit, &lease, &commit));
    assert_int_equal(bench_count(b, RUN), 0);
    records[1] = (struct sw_append){.kind = "outcome", .time_ns = NOW, .body = "1", .length = 1};
    OK(b, CALL(b, commit, &lease, &commit));
    assert_int_equal(lease.seq, 2);
    assert_int_equal(bench_count(b, RUN), 2);
}

static void malformed_records_are_refused(void **state)
{
    struct bench *b = *state;
    struct sw_append record = {.kind = "x", .time_ns = NOW, .body = "a\0b", .length = 3};
    struct sw_commit commit = {.records = &record, .record_count = 1};

    bench_enqueue(b, RUN);
    struct sw_lease lease = bench_acquire(b, RUN);
    REFUSED(b, SW_E_INTERNAL, "one line", CALL(b, commit, &lease, &commit));
    REFUSED(b, SW_E_INTERNAL, "one line", bench_append(b, &lease, "x", "\xff"));
    REFUSED(b, SW_E_INTERNAL, "kind", bench_append(b, &lease, "", "{}"));
    REFUSED(b, SW_E_INTERNAL, "kind", bench_append(b, &lease, "a\nb", "{}"));
    record = (struct sw_append){.kind = "x", .body = "", .length = SW_LIMIT_RECORD_BYTES + 1u};
    REFUSED(b, SW_E_LIMIT, "larger", CALL(b, commit, &lease, &commit));
    REFUSED(b, SW_E_INTERNAL, "end as", bench_then(b, &lease, SW_THEN_END, 0, "running"));
    REFUSED(b, SW_E_INTERNAL, "end as", bench_then(b, &lease, SW_THEN_END, 0, NULL));
    lease.seq = SW_LIMIT_RECORDS;
    REFUSED(b, SW_E_LIMIT, "50000 records", bench_append(b, &lease, "x", "{}"));
    assert_int_equal(bench_count(b, RUN), 0);
}

static void a_lock_keeps_the_second_run_out_and_says_who_has_it(void **state)
{
    struct bench *b = *state;
    const char *const first[] = {"host/web-1", "endpoint/a", NULL};
    const char *const second[] = {"host/web-2", "endpoint/a", NULL};
    const char *holder;

    bench_enqueue(b, "one");
    bench_enqueue(b, "two");
    struct sw_lease one = bench_acquire(b, "one");
    struct sw_lease two = bench_acquire(b, "two");
    OK(b, bench_lock(b, &one, first));

    REFUSED(b, SW_E_LOCKED, "'endpoint/a' is held by run 'one'", bench_lock(b, &two, second));
    assert_int_equal(two.seq, 0);
    assert_int_equal(bench_count(b, "two"), 0);
    OK(b, CALL(b, lock_holder, "host/web-2", b->arena, &holder));
    assert_null(holder);
    OK(b, CALL(b, lock_holder, "host/web-1", b->arena, &holder));
    assert_string_equal(holder, "one");
    OK(b, bench_append(b, &two, "begin", "{}"));
}

static void locks_belong_to_the_run_until_it_ends(void **state)
{
    struct bench *b = *state;
    const char *const locks[] = {"endpoint/a", "endpoint/a", NULL};
    const char *holder;

    bench_enqueue(b, "one");
    bench_enqueue(b, "two");
    struct sw_lease one = bench_acquire(b, "one");
    OK(b, bench_lock(b, &one, locks));
    OK(b, bench_lock(b, &one, locks));
    OK(b, bench_then(b, &one, SW_THEN_PARK, 0, NULL));
    struct sw_lease two = bench_acquire(b, "two");
    REFUSED(b, SW_E_LOCKED, "parked", bench_lock(b, &two, locks));

    one = bench_acquire(b, "one");
    OK(b, bench_then(b, &one, SW_THEN_END, 0, "stopped"));
    OK(b, CALL(b, lock_holder, "endpoint/a", b->arena, &holder));
    assert_null(holder);
    OK(b, bench_lock(b, &two, locks));
}

static void who_parked_or_ended_owns_no_more(void **state)
{
    struct bench *b = *state;

    bench_enqueue(b, RUN);
    struct sw_lease lease = bench_acquire(b, RUN);
    OK(b, bench_then(b, &lease, SW_THEN_PARK, NOW + 5, NULL));
    assert_string_equal(bench_row(b, RUN).state, "parked");
    assert_int_equal(bench_row(b, RUN).wake_ns, NOW + 5);
    REFUSED(b, SW_E_FENCED, "given back", bench_append(b, &lease, "x", "{}"));

    lease = bench_acquire(b, RUN);
    assert_int_equal(bench_row(b, RUN).wake_ns, 0);
    OK(b, bench_then(b, &lease, SW_THEN_END, 0, "done"));
    assert_string_equal(bench_row(b, RUN).state, "done");
    REFUSED(b, SW_E_FENCED, "given back", bench_append(b, &lease, "x", "{}"));
    REFUSED(b, SW_E_CONFLICT, "over: done", CALL(b, acquire, RUN, NOW, &lease));
    REFUSED(b, SW_E_CONFLICT, "over: done", CALL(b, signal, RUN, NULL, "stop", "{}", "a", NOW));
}

static void a_signal_wakes_a_parked_run(void **state)
{
    struct bench *b = *state;

    bench_enqueue(b, RUN);
    struct sw_lease lease = bench_acquire(b, RUN);
    OK(b, bench_then(b, &lease, SW_THEN_PARK, 0, NULL));
    assert_int_equal(bench_row(b, RUN).wake_ns, 0);
    OK(b, CALL(b, signal, RUN, NULL, "decide", "{}", "ada", NOW + 7));
    assert_int_equal(bench_row(b, RUN).wake_ns, NOW + 7);
}

static void a_signal_that_came_before_the_park_still_wakes_it(void **state)
{
    struct bench *b = *state;
    const struct sw_signal *signals;
    size_t count;

    bench_enqueue(b, RUN);
    struct sw_lease lease = bench_acquire(b, RUN);
    OK(b, CALL(b, signal, RUN, NULL, "stop", "{}", "ada", NOW + 1));
    OK(b, CALL(b, signal, RUN, NULL, "retry", "{}", "bob", NOW + 2));
    assert_int_equal(bench_row(b, RUN).wake_ns, 0); /* it runs: nothing to wake */
    OK(b, bench_then(b, &lease, SW_THEN_PARK, NOW + 900, NULL));
    assert_int_equal(bench_row(b, RUN).wake_ns, NOW + 1);

    /* Consumed ones do not; with both of them seen, the run sleeps as long as it said. */
    lease = bench_acquire(b, RUN);
    OK(b, CALL(b, signals, RUN, 0, b->arena, &signals, &count));
    assert_int_equal(count, 2);
    struct sw_commit commit = {
        .then = SW_THEN_PARK, .wake_ns = NOW + 900, .signals_seen = signals[1].id};
    OK(b, CALL(b, commit, &lease, &commit));
    assert_int_equal(bench_row(b, RUN).wake_ns, NOW + 900);
    assert_int_equal(bench_row(b, RUN).signals_seen, signals[1].id);

    lease = bench_acquire(b, RUN);
    OK(b, bench_then(b, &lease, SW_THEN_PARK, NOW + 950, NULL));
    assert_int_equal(bench_row(b, RUN).wake_ns, NOW + 950);
}

static void signals_are_kept_in_order_and_once(void **state)
{
    struct bench *b = *state;
    const struct sw_signal *signals;
    size_t count;

    bench_enqueue(b, RUN);
    bench_enqueue(b, "other");
    OK(b, CALL(b, signal, RUN, "click-1", "approve", "{\"n\":1}", "ada", NOW));
    OK(b, CALL(b, signal, RUN, "click-1", "approve", "{\"n\":2}", "eve", NOW + 1));
    OK(b, CALL(b, signal, "other", "click-1", "approve", "{\"n\":3}", "ada", NOW));
    OK(b, CALL(b, signal, RUN, NULL, "stop", "{\"n\":4}", "ada", NOW + 2));
    OK(b, CALL(b, signal, RUN, NULL, "stop", "{\"n\":4}", "ada", NOW + 2));

    OK(b, CALL(b, signals, RUN, 0, b->arena, &signals, &count));
    assert_int_equal(count, 3);
    assert_string_equal(signals[0].body, "{\"n\":1}");
    assert_string_equal(signals[0].sender, "ada");
    assert_string_equal(signals[0].kind, "approve");
    assert_int_equal(signals[1].time_ns, NOW + 2);
    assert_true(signals[0].id < signals[1].id && signals[1].id < signals[2].id);

    OK(b, CALL(b, signals, RUN, signals[1].id, b->arena, &signals, &count));
    assert_int_equal(count, 1);
}

static void a_list_has_every_run_oldest_first(void **state)
{
    struct bench *b = *state;
    const struct sw_run_row *rows;
    size_t count;

    OK(b, CALL(b, enqueue, "late", RUNBOOK, CONTENT, NOW + 2));
    OK(b, CALL(b, enqueue, "b", RUNBOOK, CONTENT, NOW + 1));
    OK(b, CALL(b, enqueue, "a", RUNBOOK, CONTENT, NOW + 1));
    struct sw_lease lease = bench_acquire(b, "b");
    OK(b, bench_append(b, &lease, "begin", "{}"));

    OK(b, b->store->ops->list(b->store, b->arena, &rows, &count, &b->err));
    assert_int_equal(count, 3);
    assert_string_equal(rows[0].run, "a");
    assert_string_equal(rows[0].state, "ready");
    assert_string_equal(rows[1].run, "b");
    assert_string_equal(rows[1].state, "running");
    assert_int_equal(rows[1].last_seq, 1);
    assert_string_equal(rows[2].run, "late");
    assert_string_equal(rows[2].runbook, RUNBOOK);
}

static void a_refusal_leaves_what_it_would_return_alone(void **state)
{
    struct bench *b = *state;
    struct sw_lease lease = {.run = "kept", .fence = 9, .seq = 8};
    const struct sw_stored *records = NULL;
    size_t count = 77;

    REFUSED(b, SW_E_NOT_FOUND, "ghost", CALL(b, acquire, "ghost", NOW, &lease));
    REFUSED(b, SW_E_NOT_FOUND, "ghost", CALL(b, load, "ghost", b->arena, &records, &count));
    assert_string_equal(lease.run, "kept");
    assert_int_equal(lease.fence, 9);
    assert_null(records);
    assert_int_equal(count, 77);
}

#define BOTH(test)                                                                                 \
    {#test " (memory)", test, set_up_memory, bench_tear_down, NULL},                               \
    {                                                                                              \
#test " (sqlite)", test, bench_set_up_on_disk, bench_tear_down, NULL                       \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_run_comes_back_with_its_content_and_records),
        BOTH(a_secret_is_kept_beside_the_records_until_it_is_forgotten),
        BOTH(the_end_of_a_run_forgets_its_secret),
        BOTH(a_fenced_out_owner_keeps_no_secret),
        BOTH(the_chain_starts_at_run_runbook_and_content),
        BOTH(the_same_run_twice_is_fine_another_content_is_not),
        BOTH(odd_run_ids_are_refused),
        BOTH(an_unknown_run_is_not_found_by_any_call),
        BOTH(each_owner_gets_a_higher_fence),
        BOTH(a_zombie_writes_nothing),
        BOTH(who_does_not_know_the_last_record_writes_nothing),
        BOTH(several_records_are_one_commit_or_none),
        BOTH(malformed_records_are_refused),
        BOTH(a_lock_keeps_the_second_run_out_and_says_who_has_it),
        BOTH(locks_belong_to_the_run_until_it_ends),
        BOTH(who_parked_or_ended_owns_no_more),
        BOTH(a_signal_wakes_a_parked_run),
        BOTH(a_signal_that_came_before_the_park_still_wakes_it),
        BOTH(signals_are_kept_in_order_and_once),
        BOTH(a_list_has_every_run_oldest_first),
        BOTH(a_refusal_leaves_what_it_would_return_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
