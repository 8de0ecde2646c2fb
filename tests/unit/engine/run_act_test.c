/* The act that cannot be undone, on its way: lost replies, refusals, status addresses, crashes. */
#include "bench_edge.h"

#include "base/time.h"

static void a_lost_reply_is_settled_by_looking(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    bench_reply(bench,
                (struct bench_reply){
                    .op = "burn!", .code = SW_E_TIMEOUT, .may_have_acted = true, .acts = true});
    assert_ended(bench, "done", 0);
    assert_int_equal(bench_count(bench, "burn!"), 1);
}

static void a_lost_request_is_not_sent_again_by_itself(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    bench_reply(bench,
                (struct bench_reply){.op = "burn!", .code = SW_E_TIMEOUT, .may_have_acted = true});
    assert_asks(bench, SW_QUESTION_APPROVE); /* found not done: all is approved anew */
    assert_int_equal(bench_count(bench, "burn!"), 1);
    assert_true(bench->now - BENCH_START > 120 * SW_NS_PER_S);
    assert_true(bench_recorded(bench, "void:burn"));
}

static void a_throttled_act_goes_through_the_whole_edge_again_after_a_crash(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    bench_reply(bench, (struct bench_reply){
                           .op = "burn!", .code = SW_E_THROTTLED, .retry_after_ms = 60000});
    bench_until(bench, "burn!");
    bench_carry(bench);
    bench_until(bench, "(sleep)");
    bench_restart(bench);
    sw_buf_clear(&bench->log);
    assert_int_equal(bench_until(bench, "burn!")->kind, SW_COMMAND_CALL);
    assert_true(bench_count(bench, "shelf") >= 2);
    assert_true(bench_count(bench, "copied.reread") >= 2);
}

static void a_throttled_act_is_read_in_full_before_it_is_sent_again(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    bench_reply(bench, (struct bench_reply){
                           .op = "burn!", .code = SW_E_THROTTLED, .retry_after_ms = 60000});
    bench_until(bench, "burn!");
    bench_carry(bench);
    sw_buf_clear(&bench->log);
    bench_until(bench, "burn!");
    assert_int_equal(bench_count(bench, "shelf"), 2);
    assert_int_equal(bench_count(bench, "copied.reread"), 2);
}

static void a_status_that_cannot_be_read_is_not_an_act_that_was_not_sent(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    bench_reply(bench, (struct bench_reply){.op = "burn!", .follow = "status/1", .after_ms = 5000});
    bench_fails_always(bench, ">burn!", SW_E_UNREACHABLE);
    assert_asks(bench, SW_QUESTION_APPROVE);
    /* Only after looks for as long as it could still happen does it count as not done. */
    assert_true(strstr(bench->records.bytes, "effect:burn=unknown") <
                strstr(bench->records.bytes, "effect:burn=refused"));
    assert_int_equal(bench_count(bench, "burn!"), 1);
}

static void a_status_address_that_is_gone_is_settled_by_looking(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    bench_reply(bench, (struct bench_reply){
                           .op = "burn!", .follow = "status/1", .after_ms = 5000, .acts = true});
    bench_fails(bench, ">burn!", SW_E_NOT_FOUND);
    assert_ended(bench, "done", 0);
    assert_false(bench_recorded(bench, "effect:burn=refused"));
    assert_int_equal(bench_count(bench, "burn!"), 1);
}

static void a_status_without_a_pace_is_not_asked_in_a_rush(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    bench_reply(bench, (struct bench_reply){.op = "burn!", .follow = "status/1", .acts = true});
    bench_until(bench, "burn!");
    bench_carry(bench);
    assert_int_equal(bench_until(bench, "(sleep)")->kind, SW_COMMAND_SLEEP);
    assert_true(bench->command->wake_ns - bench->now >= SW_NS_PER_S);
}

static void after_a_crash_the_status_is_followed_and_nothing_sent(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    bench_reply(bench, (struct bench_reply){
                           .op = "burn!", .follow = "status/1", .after_ms = 5000, .acts = true});
    bench_until(bench, "burn!");
    bench_carry(bench);
    bench_until(bench, "(sleep)");
    bench_restart(bench);
    assert_ended(bench, "done", 0);
    assert_int_equal(bench_count(bench, "burn!"), 1);
    assert_int_equal(bench_count(bench, ">burn!"), 1);
}

static void no_record_shows_the_address_that_is_followed(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();
    struct sw_store *inner = bench->store.inner;
    const struct sw_stored *records = NULL;
    const char *kept = NULL;
    size_t count = 0;
    struct sw_error err = {0};

    bench_reply(bench,
                (struct bench_reply){
                    .op = "burn!", .follow = "status/sig=s3cret", .after_ms = 5000, .acts = true});
    bench_until(bench, "burn!");
    bench_carry(bench);
    bench_until(bench, "(sleep)");
    assert_true(inner->ops->kept(inner, bench->lease.run, bench->arena, &kept, &err));
    assert_string_equal(kept, "status/sig=s3cret");
    assert_ended(bench, "done", 0);
    assert_true(inner->ops->load(inner, bench->lease.run, bench->arena, &records, &count, &err));
    for (size_t i = 0; i < count; i++) {
        assert_null(strstr(records[i].body, "s3cret"));
    }
    assert_true(inner->ops->kept(inner, bench->lease.run, bench->arena, &kept, &err));
    assert_string_equal(kept, "");
}

static void an_operation_that_never_ends_is_settled_by_looking_at_last(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    bench_reply(bench,
                (struct bench_reply){.op = "burn!", .follow = "status/1", .after_ms = 60000});
    bench_reply(bench,
                (struct bench_reply){
                    .op = ">burn!", .follow = "status/1", .after_ms = 60000, .is_for_ever = true});
    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_true(bench_recorded(bench, "effect:burn=unknown"));
    assert_int_equal(bench_count(bench, "burn!"), 1);
}

static void an_intent_without_an_answer_is_looked_at_after_a_crash(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    bench_until(bench, "burn!");
    bench_restart(bench); /* nothing was sent, and nobody knows */
    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_int_equal(bench_count(bench, "burn!"), 0);
    assert_true(bench_recorded(bench, "effect:burn=unknown"));
}

/* ---- afterwards ---- */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_reply_is_settled_by_looking),
        cmocka_unit_test(a_lost_request_is_not_sent_again_by_itself),
        cmocka_unit_test(a_throttled_act_goes_through_the_whole_edge_again_after_a_crash),
        cmocka_unit_test(a_throttled_act_is_read_in_full_before_it_is_sent_again),
        cmocka_unit_test(a_status_that_cannot_be_read_is_not_an_act_that_was_not_sent),
        cmocka_unit_test(a_status_address_that_is_gone_is_settled_by_looking),
        cmocka_unit_test(a_status_without_a_pace_is_not_asked_in_a_rush),
        cmocka_unit_test(after_a_crash_the_status_is_followed_and_nothing_sent),
        cmocka_unit_test(no_record_shows_the_address_that_is_followed),
        cmocka_unit_test(an_operation_that_never_ends_is_settled_by_looking_at_last),
        cmocka_unit_test(an_intent_without_an_answer_is_looked_at_after_a_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
