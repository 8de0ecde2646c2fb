/* Changing steps: looked at first, written once, settled by looking. */
#include "bench_steps.h"

#include "base/time.h"

#define LABEL(more)                                                                                \
    "  - { id: label, do: store.label, target: house, with: { text: Gone }" more " }\n"
#define CLOSE(more) "  - { id: shut, do: store.close, target: house" more " }\n"
#define ALL "  - { id: done, end: done }\n"

static const char *sent_was(const struct bench *bench)
{
    const struct sw_value *was = sw_get(bench->command->call->args, "was");

    return sw_as_text(was);
}

static void what_is_already_so_is_not_written(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE(", next: done") ALL);

    bench_set_done(bench, "close", true);
    assert_ended(bench, "done", 0);
    assert_int_equal(bench_count(bench, "close!"), 0);
}

static void a_write_is_verified_by_a_look(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE(", next: done") ALL);

    assert_ended(bench, "done", 0);
    assert_string_equal(bench->log.bytes, "shelf shelf close close! close ");
}

static void rows_run_in_order_and_a_row_that_is_not_needed_is_left_out(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(LABEL(", next: done") ALL);

    bench_says(bench, "label", "{\"verdict\":\"needed\",\"see\":{\"second\":false}}");
    bench_says(bench, "label", "{\"verdict\":\"already\"}");
    assert_ended(bench, "done", 0);
    assert_int_equal(bench_count(bench, "label1!"), 1);
    assert_int_equal(bench_count(bench, "label2!"), 0);
}

static void a_later_row_still_knows_what_was_there_before_the_first(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(LABEL(", next: done") ALL);

    bench_says(bench, "label", "{\"verdict\":\"needed\",\"see\":{\"was\":\"before\"}}");
    bench_says(bench, "label", "{\"verdict\":\"needed\",\"see\":{\"was\":\"half done\"}}");
    bench_reply(bench, (struct bench_reply){.op = "label2!", .code = SW_E_THROTTLED});
    bench_until(bench, "label2!");
    bench_carry(bench);
    bench_until(bench, "label2!");
    assert_string_equal(sent_was(bench), "before");
    assert_int_equal(bench_count(bench, "label1!"), 1);
}

static void a_crash_between_two_rows_goes_on_with_the_second(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(LABEL(", next: done") ALL);

    bench_until(bench, "label2!");
    bench_restart(bench); /* the second intent is durable, and it was never sent */
    assert_ended(bench, "done", 0);
    assert_int_equal(bench_count(bench, "label1!"), 1);
    assert_int_equal(bench_count(bench, "label2!"), 1);
}

static void a_restarted_write_still_carries_its_inputs(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(LABEL(", next: done") ALL);

    bench_until(bench, "label2!");
    bench_restart(bench);
    bench_until(bench, "label2!");
    assert_string_equal(sw_as_text(sw_get(bench->command->call->args, "text")), "Gone");
    assert_string_equal(sent_was(bench), "open");
}

static struct bench *with_a_secret(void)
{
    static const char text[] =
        "stepwise: 1\nname: demo/bench\nversion: 1.0.0\ntitle: A bench\n"
        "params: { word: { type: string, required: true } }\n"
        "targets: { house: { kind: store.house } }\n"
        "facts:\n  shelf: { read: store.shelf, target: house }\nsubject: shelf\nsteps:\n"
        "  - { id: label, do: store.label, target: house, with: { text: '${params.word}' },"
        " next: done }\n"
        "  - { id: done, end: done }\n";
    struct sw_arena *arena = sw_arena_new();
    struct sw_builder params = sw_map_begin(arena);

    sw_map_put(&params, "word", sw_with_secret(arena, sw_text(arena, "sesame")));

    struct bench *bench = bench_open(text, sw_built(&params));

    bench_until(bench, "label1!"); /* the run has its own copy by now */
    bench->params = NULL;
    sw_arena_free(arena);
    return bench;
}

static void a_secret_is_sent_and_never_written_down(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = with_a_secret();
    const struct sw_stored *records = NULL;
    struct sw_error err = {0};
    size_t count = 0;

    assert_string_equal(sw_as_text(sw_get(bench->command->call->args, "text")), "sesame");
    bench_until(bench, "label2!");
    assert_true(bench->store.base.ops->load(&bench->store.base, bench->lease.run, bench->arena,
                                            &records, &count, &err));
    for (size_t i = 0; i < count; i++) {
        assert_null(strstr(records[i].body, "sesame"));
    }
}

static void a_secret_that_a_restart_has_forgotten_is_not_sent_as_something_else(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = with_a_secret();

    bench_until(bench, "label2!");
    bench_restart(bench);
    assert_parked(bench, 3, "a secret");
    assert_int_equal(bench_count(bench, "label2!"), 0);
}

static void a_write_that_was_not_sent_is_tried_again_after_a_look(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE(", next: done") ALL);

    bench_fails(bench, "close!", SW_E_UNREACHABLE);
    assert_ended(bench, "done", 0);
    assert_string_equal(bench->log.bytes, "shelf shelf close close! close close! close ");
}

static void a_refused_write_fails_the_step_and_leaves_nothing_to_put_back(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE(", next: done") ALL);

    bench_fails(bench, "close!", SW_E_REFUSED);
    assert_parked(bench, 3, "failed: scripted");
    assert_true(bench_answer(bench, "rollback", "ann"));
    assert_ended(bench, "stopped", 4);
    assert_int_equal(bench_count(bench, "close-"), 0);
}

static void a_write_without_an_answer_is_sent_again_only_after_its_time(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE(", next: done") ALL);

    bench_reply(bench,
                (struct bench_reply){.op = "close!", .code = SW_E_TIMEOUT, .may_have_acted = true});
    bench_until(bench, "close!");
    bench_carry(bench);
    int64_t sent_ns = bench->now;

    bench_until(bench, "close!");
    assert_true(bench->now - sent_ns >= 120 * SW_NS_PER_S);
    assert_ended(bench, "done", 0);
    assert_int_equal(bench_count(bench, "close!"), 2);
}

static void what_still_settles_is_never_sent_again(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE(", next: done") ALL);

    bench_says(bench, "close", "{\"verdict\":\"needed\"}");
    bench_says_always(bench, "close", "{\"verdict\":\"settling\"}");
    bench_reply(bench,
                (struct bench_reply){.op = "close!", .code = SW_E_TIMEOUT, .may_have_acted = true});
    assert_parked(bench, 8, "not known whether");
    assert_int_equal(bench_count(bench, "close!"), 1);
}

static void a_person_settles_what_a_look_cannot(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE(", next: done") ALL);

    bench_says(bench, "close", "{\"verdict\":\"needed\"}");
    bench_says(bench, "close", "{\"verdict\":\"unclear\",\"say\":\"the lamp is off\"}");
    bench_reply(bench,
                (struct bench_reply){
                    .op = "close!", .code = SW_E_TIMEOUT, .may_have_acted = true, .acts = true});
    assert_parked(bench, 8, "the lamp is off");
    assert_true(bench_answer(bench, "retry", "ann"));
    assert_ended(bench, "done", 0);
    assert_int_equal(bench_count(bench, "close!"), 1);
}

static void an_operation_that_is_reported_as_failed_fails_the_step(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE(", next: done") ALL);

    bench_reply(bench, (struct bench_reply){.op = "close!", .follow = "status/1"});
    bench_fails(bench, ">close!", SW_E_REFUSED);
    assert_parked(bench, 3, "still as before");
    assert_int_equal(bench_count(bench, "close!"), 1);
}

static void a_step_is_tried_again_only_for_the_errors_that_it_names(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        bench_new(CLOSE(", retry: { times: 2, every: 5m, errors: [busy] }, next: done") ALL);

    bench_says_always(bench, "close", "{\"error\":\"away\",\"say\":\"nobody there\"}");
    assert_parked(bench, 3, "nobody there");

    int first = bench_count(bench, "close");

    assert_int_equal(first, 6); /* the patience of one reading, and no more */
    bench_forget(bench, "close");
    for (int i = 0; i < 8; i++) { /* the reading's own patience first */
        bench_says(bench, "close", "{\"error\":\"busy\",\"say\":\"at work\"}");
    }
    assert_true(bench_answer(bench, "retry", "ann"));
    assert_ended(bench, "done", 0);
    assert_true(bench_count(bench, "close") > first);
}

static void a_wire_that_fails_has_the_name_that_the_action_gives_it(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        bench_new(CLOSE(", retry: { times: 2, every: 5m, errors: [cut] }, next: done") ALL);

    bench_fails_always(bench, "close", SW_E_UNREACHABLE); /* this one has none */
    assert_parked(bench, 3, "");
    assert_int_equal(bench_count(bench, "close"), 6); /* the reading's own patience, and no more */
    bench_forget(bench, "close");
    for (int i = 0; i < 8; i++) {
        bench_fails(bench, "close", SW_E_TIMEOUT);
    }
    assert_true(bench_answer(bench, "retry", "ann"));
    assert_ended(bench, "done", 0);
}

static void a_step_that_is_past_its_own_deadline_fails(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new(
        CLOSE(", timeout: 5m, retry: { times: 50, every: 1m, factor: 1 }, next: done") ALL);

    bench_says_always(bench, "close", "{\"error\":\"busy\",\"say\":\"at work\"}");
    assert_parked(bench, 3, "at work");
    assert_true(bench->now - BENCH_START < 10 * 60 * SW_NS_PER_S);
}

static void a_timeout_that_is_not_known_fails_the_step_before_anything_is_sent(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        bench_new(CLOSE(", timeout: '${1h / (facts.shelf.boxes - 3)}', next: done") ALL);

    assert_parked(bench, 3, "timeout is not known");
    assert_int_equal(bench_count(bench, "close!"), 0);
}

static void what_must_hold_afterwards_is_looked_at_until_it_does(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        bench_new("  - id: sum\n    read: store.count\n    target: house\n    ensure:\n"
                  "      - { that: result.boxes == 3, else: 'There are ${result.boxes}.' }\n"
                  "    next: done\n" ALL);

    bench_says(bench, "count", "{\"verdict\":\"done\",\"out\":{\"boxes\":2}}");
    assert_parked(bench, 3, "There are 2.");
    assert_true(bench_answer(bench, "retry", "ann"));
    assert_ended(bench, "done", 0);
}

static void a_failed_step_takes_the_arrow_of_failed_so_often_and_no_more(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        bench_new(CLOSE(", next: { ok: done, failed: { next: shut, max: 2 } }") ALL);

    bench_says_always(bench, "close", "{\"verdict\":\"blocked\",\"say\":\"jammed\"}");
    bench_until(bench, "(sleep)");
    assert_parked(bench, 3, "once more than its 2 times");
    assert_int_equal(bench_count(bench, "close"), 3);
    bench_restart(bench); /* the count is not forgotten */
    assert_parked(bench, 3, "once more");
    assert_true(bench_answer(bench, "retry", "ann"));
    assert_parked(bench, 3, "once more");
    assert_int_equal(bench_count(bench, "close"), 4);
}

static void a_null_condition_parks_and_a_false_one_skips(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        bench_new(CLOSE(", when: facts.shelf.boxes > 5") LABEL(", when: facts.shelf.boxes / 0 > 1, "
                                                               "next: done") ALL);

    assert_parked(bench, 3, "cannot be told whether step 'label' applies");
    assert_true(bench_recorded(bench, "leave:shut=skipped"));
    assert_int_equal(bench_count(bench, "close"), 0);
}

static void a_branch_that_is_not_known_parks(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new(
        "  - id: fork\n    branch:\n      - { when: facts.shelf.boxes / 0 > 1, next: stop }\n"
        "      - { else: done }\n" ENDS);

    assert_parked(bench, 3, "cannot be decided");
}

static void a_late_answer_of_an_older_question_is_not_taken(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE(", next: done") ALL);
    uint64_t old = bench_until(bench, "close")->id;

    sw_run_stop(bench->run, bench->now, "ann", false, 0);
    assert_parked(bench, 3, "stopped by ann");
    assert_true(bench_answer(bench, "retry", "ann"));
    bench_until(bench, "close");

    struct sw_answer late = {.status = 200};
    uint64_t id = bench->command->id;

    sw_run_answer(bench->run, old, bench->now, &late, NULL, false);
    assert_int_equal(sw_run_next(bench->run, bench->now)->id, id);
    assert_ended(bench, "done", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_already_so_is_not_written),
        cmocka_unit_test(a_write_is_verified_by_a_look),
        cmocka_unit_test(rows_run_in_order_and_a_row_that_is_not_needed_is_left_out),
        cmocka_unit_test(a_later_row_still_knows_what_was_there_before_the_first),
        cmocka_unit_test(a_crash_between_two_rows_goes_on_with_the_second),
        cmocka_unit_test(a_restarted_write_still_carries_its_inputs),
        cmocka_unit_test(a_secret_is_sent_and_never_written_down),
        cmocka_unit_test(a_secret_that_a_restart_has_forgotten_is_not_sent_as_something_else),
        cmocka_unit_test(a_write_that_was_not_sent_is_tried_again_after_a_look),
        cmocka_unit_test(a_refused_write_fails_the_step_and_leaves_nothing_to_put_back),
        cmocka_unit_test(a_write_without_an_answer_is_sent_again_only_after_its_time),
        cmocka_unit_test(what_still_settles_is_never_sent_again),
        cmocka_unit_test(a_person_settles_what_a_look_cannot),
        cmocka_unit_test(an_operation_that_is_reported_as_failed_fails_the_step),
        cmocka_unit_test(a_step_is_tried_again_only_for_the_errors_that_it_names),
        cmocka_unit_test(a_wire_that_fails_has_the_name_that_the_action_gives_it),
        cmocka_unit_test(a_step_that_is_past_its_own_deadline_fails),
        cmocka_unit_test(a_timeout_that_is_not_known_fails_the_step_before_anything_is_sent),
        cmocka_unit_test(what_must_hold_afterwards_is_looked_at_until_it_does),
        cmocka_unit_test(a_failed_step_takes_the_arrow_of_failed_so_often_and_no_more),
        cmocka_unit_test(a_null_condition_parks_and_a_false_one_skips),
        cmocka_unit_test(a_branch_that_is_not_known_parks),
        cmocka_unit_test(a_late_answer_of_an_older_question_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
