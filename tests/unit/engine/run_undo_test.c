/* The way back: newest first, each with its intent, never past the point of no return. */
#include "bench_steps.h"

#include "base/time.h"

#define LABEL "  - { id: label, do: store.label, target: house, with: { text: Gone } }\n"
#define CLOSE "  - { id: shut, do: store.close, target: house }\n"
#define BACK "  - { id: back, end: failed, rollback: true, title: Went wrong }\n"
#define BROKEN "  - { id: never, assert: [ { that: facts.shelf.boxes > 9, else: Too few. } ] }\n"

static void the_newest_change_is_put_back_first_and_the_end_keeps_its_code(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE LABEL BACK);

    assert_ended(bench, "failed", 1);
    assert_true(strstr(bench->log.bytes, "label-") < strstr(bench->log.bytes, "close-"));
    assert_false(bench_is_done(bench, "close"));
    assert_string_equal(bench->command->said, "Went wrong");
}

static void a_parked_run_can_be_rolled_back(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new(CLOSE BROKEN "  - { id: done, end: done }\n");

    assert_parked(bench, 3, "Too few.");
    assert_true(bench_answer(bench, "rollback", "ann"));
    assert_ended(bench, "stopped", 4);
    assert_int_equal(bench_count(bench, "close-"), 1);
}

static void what_was_there_already_is_not_put_back(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE BACK);

    bench_set_done(bench, "close", true);
    assert_ended(bench, "failed", 1);
    assert_int_equal(bench_count(bench, "close-"), 0);
}

static void a_crash_on_the_way_back_looks_before_it_sends_again(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE LABEL BACK);

    bench_until(bench, "close-");
    bench_lose(bench); /* it happened, and nobody heard */
    bench_restart(bench);
    assert_ended(bench, "failed", 1);
    assert_int_equal(bench_count(bench, "close-"), 1);
    assert_int_equal(bench_count(bench, "label-"), 1);
}

static void what_cannot_be_put_back_is_tried_again_or_told_to_be_done_by_hand(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE LABEL BACK);

    bench_says(bench, "close.undo", "{\"verdict\":\"blocked\",\"say\":\"rusty\"}");
    assert_parked(bench, 3, "cannot be put back: rusty");
    const char *text = bench->command->question->text;

    assert_non_null(strstr(text, "  step shut: store.close on house\n    Write it.\n"
                                 "    it found: {\"was\":\"open\"}"));
    assert_null(strstr(text, "label")); /* it was put back already */
    bench_restart(bench);
    assert_parked(bench, 3, "rusty");
    assert_non_null(strstr(bench->command->question->text, "it found: {\"was\""));
    bench_says(bench, "close.undo", "{\"verdict\":\"blocked\",\"say\":\"still rusty\"}");
    assert_true(bench_answer(bench, "retry", "ann"));
    assert_parked(bench, 3, "still rusty");
    assert_true(bench_answer(bench, "retry", "ann"));
    bench_until(bench, "close-");
    bench_restart(bench); /* the way is still back, never ahead */
    assert_ended(bench, "failed", 1);
    assert_int_equal(bench_count(bench, "label-"), 1);
    assert_int_equal(bench_count(bench, "close-"), 1);
}

static void what_a_step_found_is_shown_whole_or_its_place_is_named(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE LABEL BACK);
    char *found = sw_alloc(bench->arena, 20001);

    memset(found, 'x', 20000);
    bench_says(bench, "close",
               sw_format(bench->arena, "{\"verdict\":\"needed\",\"see\":{\"was\":\"%s\"}}", found));
    bench_says(bench, "close.undo", "{\"verdict\":\"blocked\",\"say\":\"rusty\"}");
    assert_parked(bench, 3, "cannot be put back: rusty");
    assert_non_null(strstr(bench->command->question->text, "`before` of its intent"));
    assert_null(strstr(bench->command->question->text, "xxx"));
}

static void the_way_back_can_also_be_gone_on_by_its_name(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE LABEL BACK);

    bench_says(bench, "close.undo", "{\"verdict\":\"blocked\",\"say\":\"rusty\"}");
    assert_parked(bench, 3, "cannot be put back: rusty");
    assert_true(bench_answer(bench, "rollback", "ann"));
    assert_ended(bench, "failed", 1);
}

static void an_undo_that_the_far_end_only_accepts_is_waited_for(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE BACK);

    bench_reply(bench, (struct bench_reply){.op = "close-", .follow = "status/1"});
    bench_until(bench, "close-");
    bench_carry(bench);
    bench_until(bench, "close.undo");
    bench_set_done(bench, "close", false);
    assert_ended(bench, "failed", 1);
    assert_int_equal(bench_count(bench, "close-"), 1);
}

static void an_undo_without_an_answer_is_not_sent_again_while_it_may_happen(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE BACK);

    bench_reply(bench,
                (struct bench_reply){.op = "close-", .code = SW_E_TIMEOUT, .may_have_acted = true});
    bench_until(bench, "close-");
    bench_carry(bench);
    int64_t sent_ns = bench->now;

    bench_until(bench, "close-");
    assert_true(bench->now - sent_ns >= 120 * SW_NS_PER_S);
    assert_ended(bench, "failed", 1);
}

static void what_does_not_come_back_is_written_again_from_the_first_row_and_then_parks(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE BACK);

    bench_says_always(bench, "close.undo", "{\"verdict\":\"needed\"}");
    assert_parked(bench, 3, "does not come back");
    assert_true(bench_count(bench, "close-") >= 2);
    assert_true(bench_count(bench, "close-") < 50);
}

static void a_stop_on_the_way_back_stands_still_between_two_writes(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE LABEL BACK);

    bench_until(bench, "label-");
    sw_run_stop(bench->run, bench->now, "bob", false, 3);
    assert_parked(bench, 3, "stopped by bob");
    assert_true(bench_answer(bench, "rollback", "bob"));
    assert_ended(bench, "failed", 1);
    assert_int_equal(bench_count(bench, "close-"), 1);
}

static void nothing_is_put_back_while_the_irreversible_act_is_in_doubt(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(RETIRE);

    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_true(bench_answer(bench, "approve", "bob"));
    bench_until(bench, "burn!");
    bench_says_always(bench, "burn", "{\"verdict\":\"unclear\",\"say\":\"smoke\"}");
    bench_reply(bench,
                (struct bench_reply){.op = "burn!", .code = SW_E_TIMEOUT, .may_have_acted = true});
    assert_parked(bench, 8, "smoke");
    assert_false(bench_answer(bench, "rollback", "ann"));
    sw_run_stop(bench->run, bench->now, "ann", true, 1);
    assert_parked(bench, 8, "smoke");
    assert_int_equal(bench_count(bench, "close-"), 0);
    assert_true(bench_answer(bench, "stop", "ann"));
    assert_ended(bench, "stopped", 8);
}

static void an_act_that_was_refused_may_be_rolled_back(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(RETIRE);

    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_true(bench_answer(bench, "approve", "bob"));
    bench_fails(bench, "burn!", SW_E_DENIED);
    assert_parked(bench, 3, "failed");
    assert_true(bench_answer(bench, "rollback", "ann"));
    assert_ended(bench, "stopped", 4);
    assert_int_equal(bench_count(bench, "close-"), 1);
}

static void a_visit_puts_back_what_it_found_and_not_what_an_earlier_try_found(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CLOSE BACK);

    bench_says(bench, "close", "{\"verdict\":\"needed\",\"see\":{\"was\":\"ajar\"}}");
    bench_says(bench, "close", "{\"verdict\":\"needed\",\"see\":{\"was\":\"open\"}}");
    bench_fails(bench, "close!", SW_E_THROTTLED);
    bench_until(bench, "close-");
    assert_string_equal(sw_as_text(sw_get(bench->command->call->args, "was")), "open");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_change_is_put_back_first_and_the_end_keeps_its_code),
        cmocka_unit_test(a_parked_run_can_be_rolled_back),
        cmocka_unit_test(what_was_there_already_is_not_put_back),
        cmocka_unit_test(a_crash_on_the_way_back_looks_before_it_sends_again),
        cmocka_unit_test(what_cannot_be_put_back_is_tried_again_or_told_to_be_done_by_hand),
        cmocka_unit_test(what_a_step_found_is_shown_whole_or_its_place_is_named),
        cmocka_unit_test(the_way_back_can_also_be_gone_on_by_its_name),
        cmocka_unit_test(an_undo_that_the_far_end_only_accepts_is_waited_for),
        cmocka_unit_test(an_undo_without_an_answer_is_not_sent_again_while_it_may_happen),
        cmocka_unit_test(
            what_does_not_come_back_is_written_again_from_the_first_row_and_then_parks),
        cmocka_unit_test(a_stop_on_the_way_back_stands_still_between_two_writes),
        cmocka_unit_test(nothing_is_put_back_while_the_irreversible_act_is_in_doubt),
        cmocka_unit_test(an_act_that_was_refused_may_be_rolled_back),
        cmocka_unit_test(a_visit_puts_back_what_it_found_and_not_what_an_earlier_try_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
