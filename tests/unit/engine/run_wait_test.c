/* Waits, evidence under way, stops and deadlines. */
#include "bench_steps.h"

#include "base/time.h"

#define DONE "  - { id: done, end: done }\n"
#define WAIT(more)                                                                                 \
    "  - id: copied\n    wait: store.copied\n    target: house\n"                                  \
    "    poll: { every: 1m, factor: 1, max: 1m, jitter: 0% }\n"                                    \
    "    next: { clean: done, some_left: done, timeout: late }\n" more
#define LATE "  - { id: late, end: stopped }\n"
#define WAITS "{\"verdict\":\"wait\",\"say\":\"not yet\"}"

static void a_wait_polls_until_an_outcome_is_true(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(WAIT("    timeout: 1h\n") LATE DONE);

    for (int i = 0; i < 5; i++) {
        bench_says(bench, "copied", WAITS);
    }
    assert_ended(bench, "done", 0);
    assert_int_equal(bench_count(bench, "copied"), 6);
    assert_true(bench->now - BENCH_START == 5 * 60 * SW_NS_PER_S);
}

/* A peer that is away for days answers each poll with the same words and another id. */
static void a_refusal_that_differs_only_in_its_request_is_told_once(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(WAIT("    timeout: 1h\n") LATE DONE);

    bench_says(bench, "copied", "{\"verdict\":\"wait\",\"say\":\"busy (request 1-a)\"}");
    bench_says(bench, "copied", "{\"verdict\":\"wait\",\"say\":\"busy (request 22-b)\"}");
    bench_says(bench, "copied", "{\"verdict\":\"wait\",\"say\":\"shut (request 3-c)\"}");
    bench_says(bench, "copied", "{\"verdict\":\"wait\",\"say\":\"busy (request 4-d)\"}");
    assert_ended(bench, "done", 0);
    assert_non_null(strstr(bench->notes.bytes, "busy (request 1-a)"));
    assert_null(strstr(bench->notes.bytes, "22-b"));
    assert_non_null(strstr(bench->notes.bytes, "shut (request 3-c)"));
    assert_non_null(strstr(bench->notes.bytes, "busy (request 4-d)"));
}

static void the_deadline_runs_on_across_a_restart(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(WAIT("    timeout: 1h\n") LATE DONE);

    bench_says_always(bench, "copied", WAITS);
    bench_until(bench, "(sleep)");
    bench_pass(bench, 50 * 60000);
    bench_restart(bench);
    assert_ended(bench, "stopped", 4);
    assert_true(bench->now - BENCH_START <= 61 * 60 * SW_NS_PER_S);
}

static void who_comes_late_looks_once_before_it_says_timeout(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(WAIT("    timeout: 1h\n") LATE DONE);

    bench_says(bench, "copied", WAITS);
    bench_until(bench, "(sleep)");
    bench_pass(bench, 5 * 3600000);
    bench_restart(bench); /* meanwhile it has ended clean */
    assert_ended(bench, "done", 0);
}

static void a_wait_of_weeks_goes_on_with_what_it_began_with(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(WAIT("    timeout: 14d\n") LATE DONE);

    bench_says_always(bench, "copied", WAITS);
    assert_ended(bench, "stopped", 4);
    assert_true(bench_count(bench, "copied") > 20000);
}

static void a_wait_whose_timeout_is_null_fails_instead_of_waiting_for_ever(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        bench_new(WAIT("    timeout: '${1h / (facts.shelf.boxes - 3)}'\n") LATE DONE);

    bench_says_always(bench, "copied", WAITS);
    assert_parked(bench, 3, "timeout is not known");
}

static void a_run_past_its_timeout_parks_in_time(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new("timeout: 30m\nsteps:\n" WAIT("    timeout: 14d\n") LATE DONE);

    bench_says_always(bench, "copied", WAITS);
    assert_parked(bench, 7, "past its own deadline");
    assert_true(bench->now - BENCH_START <= 31 * 60 * SW_NS_PER_S);
}

static void a_run_past_its_timeout_parks_while_a_reading_is_tried_again(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new("timeout: 30m\nsteps:\n"
                                    "  - { id: sum, read: store.count, target: house, next: done,\n"
                                    "      retry: { times: 50, every: 20m, factor: 1 } }\n" DONE);

    bench_says_always(bench, "count", "{\"error\":\"busy\"}");
    assert_parked(bench, 7, "past its own deadline");
    assert_true(bench->now - BENCH_START <= 31 * 60 * SW_NS_PER_S);
}

/* ---- stops ---- */

static void a_stop_stands_still_and_a_retry_goes_on(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(WAIT("    timeout: 14d\n") LATE DONE);

    bench_says(bench, "copied", WAITS);
    bench_until(bench, "(sleep)");
    sw_run_stop(bench->run, bench->now, "bob", false, 1);
    assert_parked(bench, 3, "stopped by bob");
    assert_true(bench_answer(bench, "retry", "bob"));
    assert_ended(bench, "done", 0);
}

static void a_stop_of_what_stands_still_does_not_stop_it_later(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(WAIT("    timeout: 14d\n") LATE DONE);

    bench_says(bench, "copied", "{\"verdict\":\"holds\"}");
    assert_parked(bench, 3, "may not");
    sw_run_stop(bench->run, bench->now, "bob", false, 1);
    bench_go(bench);
    assert_true(bench_answer(bench, "retry", "bob"));
    assert_ended(bench, "done", 0);
}

static void a_stop_is_not_delivered_again_after_a_restart(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(WAIT("    timeout: 14d\n") LATE DONE);

    bench_says(bench, "copied", WAITS);
    bench_until(bench, "(sleep)");
    sw_run_stop(bench->run, bench->now, "bob", false, 7);
    assert_parked(bench, 3, "stopped by bob");
    bench_restart(bench);
    assert_int_equal(sw_run_state(bench->run)->signals_seen, 7);
}

static void a_stop_while_a_write_is_on_the_wire_waits_for_its_end(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new("  - { id: shut, do: store.close, target: house }\n" DONE);

    bench_until(bench, "close!");
    sw_run_stop(bench->run, bench->now, "bob", false, 1);
    assert_int_equal(sw_run_next(bench->run, bench->now)->kind, SW_COMMAND_CALL);
    assert_parked(bench, 3, "stopped by bob");
    assert_true(bench_is_done(bench, "close"));
    assert_true(bench_recorded(bench, "leave:shut=ok"));
}

static void a_rollback_told_while_it_waits_puts_back(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new(
        "  - { id: shut, do: store.close, target: house }\n" WAIT("    timeout: 14d\n") LATE DONE);

    bench_says_always(bench, "copied", WAITS);
    bench_until(bench, "copied");
    bench_until(bench, "(sleep)");
    sw_run_stop(bench->run, bench->now, "bob", true, 1);
    assert_ended(bench, "stopped", 4);
    assert_int_equal(bench_count(bench, "close-"), 1);
}

/* ---- evidence under way ---- */

static void evidence_that_lapses_while_waiting_leads_back_so_often_and_no_more(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(RETIRE);

    bench_says_always(bench, "copied", WAITS);
    bench_says_always(bench, "closed.reread", "{\"verdict\":\"lapsed\",\"say\":\"open again\"}");
    assert_parked(bench, 3, "made anew 3 times");
    assert_int_equal(bench_count(bench, "burn!"), 0);
}

static void the_count_of_lapses_survives_a_restart(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(RETIRE);

    bench_says_always(bench, "copied", WAITS);
    for (int i = 0; i < 4; i++) {
        bench_until(bench, "(sleep)");
        bench_says(bench, "closed.reread", "{\"verdict\":\"lapsed\",\"say\":\"open again\"}");
        if (bench_until(bench, "closed.reread")->kind == SW_COMMAND_CALL) {
            bench_carry(bench);
        }
        if (bench_until(bench, "(sleep)")->kind != SW_COMMAND_SLEEP) {
            break;
        }
        bench_restart(bench);
    }
    assert_parked(bench, 3, "made anew 3 times");
}

static void an_outcome_that_rests_on_what_cannot_be_read_waits(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(RETIRE);

    bench_fails(bench, "closed.reread", SW_E_TIMEOUT);
    bench_fails(bench, "closed.reread", SW_E_TIMEOUT);
    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_true(bench_count(bench, "copied") >= 2);
}

static void no_changing_step_starts_after_a_restart_before_evidence_was_read(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new(
        SHUT
        "  - { id: label, do: store.label, target: house, with: { text: x } }\n" COPIED BURN ENDS);

    bench_fails(bench, "label", SW_E_TIMEOUT);
    bench_until(bench, "label");
    bench_carry(bench);
    bench_until(bench, "(sleep)");
    bench_restart(bench);
    bench_fails(bench, "closed.reread", SW_E_TIMEOUT);
    bench_fails(bench, "closed.reread", SW_E_TIMEOUT);
    sw_buf_clear(&bench->log);
    bench_until(bench, "label");
    assert_int_equal(bench_count(bench, "closed.reread"), 3);
}

static void what_a_step_ends_is_not_held_at_the_edge(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(RETIRE);

    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_non_null(sw_state_held(sw_run_state(bench->run), 0, "store.copied"));
    assert_true(bench_answer(bench, "approve", "bob"));
    bench_says(bench, "closed.reread", "{\"verdict\":\"lapsed\",\"say\":\"opened\"}");
    bench_until(bench, "close");
    assert_null(sw_state_held(sw_run_state(bench->run), 0, "store.closed"));
    assert_null(sw_state_held(sw_run_state(bench->run), 0, "store.copied"));
}

static void an_answer_that_is_more_than_can_be_kept_fails_the_step_and_not_the_run(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(WAIT("    timeout: 1h\n") LATE DONE);
    struct sw_buf json;

    sw_buf_init(&json, 1u << 24);
    sw_buf_add_text(&json, "{\"outcome\":\"clean\",\"reading\":{\"names\":[\"x\"");
    for (int i = 0; i < 400000; i++) {
        sw_buf_add_text(&json, ",\"a long name\"");
    }
    sw_buf_add_text(&json, "]}}");
    bench_says(bench, "copied", json.bytes);
    assert_parked(bench, 3, "more than can be kept");
    sw_buf_release(&json);
    bench_restart(bench);
    assert_parked(bench, 3, "more than can be kept");
}

static const struct sw_value *seen(const struct bench *bench)
{
    const struct sw_state *state = sw_run_state(bench->run);

    return sw_get(state->steps[state->step].seen, "mark");
}

static void what_a_poll_saw_outlives_the_process_and_polls_that_see_nothing(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(WAIT("    timeout: 1h\n") LATE DONE);
    int64_t mark = 0;

    bench_says(bench, "copied", "{\"verdict\":\"wait\",\"see\":{\"mark\":7}}");
    bench_says_always(bench, "copied", WAITS);
    bench_until(bench, "(sleep)");
    bench_pass(bench, 5 * 60000);
    bench_until(bench, "(sleep)");
    bench_restart(bench);
    bench_until(bench, "(sleep)");
    assert_true(sw_as_int(seen(bench), &mark));
    assert_int_equal(mark, 7);
}

static void what_was_seen_is_of_no_use_behind_newer_evidence(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        bench_new("  - id: closed\n    do: store.close\n    target: house\n"
                  "    if_lapsed: { next: closed, max: 3 }\n" WAIT("    timeout: 1h\n") LATE DONE);

    bench_says(bench, "copied", "{\"verdict\":\"wait\",\"see\":{\"mark\":7}}");
    bench_says_always(bench, "copied", WAITS);
    bench_until(bench, "(sleep)");
    assert_non_null(seen(bench));
    bench_says(bench, "closed.reread", "{\"verdict\":\"lapsed\",\"say\":\"opened\"}");
    bench_pass(bench, 60000);
    bench_until(bench, "close");
    bench_until(bench, "(sleep)");
    assert_null(seen(bench));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_poll_saw_outlives_the_process_and_polls_that_see_nothing),
        cmocka_unit_test(what_was_seen_is_of_no_use_behind_newer_evidence),
        cmocka_unit_test(a_wait_polls_until_an_outcome_is_true),
        cmocka_unit_test(a_refusal_that_differs_only_in_its_request_is_told_once),
        cmocka_unit_test(the_deadline_runs_on_across_a_restart),
        cmocka_unit_test(who_comes_late_looks_once_before_it_says_timeout),
        cmocka_unit_test(a_wait_of_weeks_goes_on_with_what_it_began_with),
        cmocka_unit_test(a_wait_whose_timeout_is_null_fails_instead_of_waiting_for_ever),
        cmocka_unit_test(a_run_past_its_timeout_parks_in_time),
        cmocka_unit_test(a_run_past_its_timeout_parks_while_a_reading_is_tried_again),
        cmocka_unit_test(a_stop_stands_still_and_a_retry_goes_on),
        cmocka_unit_test(a_stop_of_what_stands_still_does_not_stop_it_later),
        cmocka_unit_test(a_stop_is_not_delivered_again_after_a_restart),
        cmocka_unit_test(a_stop_while_a_write_is_on_the_wire_waits_for_its_end),
        cmocka_unit_test(a_rollback_told_while_it_waits_puts_back),
        cmocka_unit_test(evidence_that_lapses_while_waiting_leads_back_so_often_and_no_more),
        cmocka_unit_test(the_count_of_lapses_survives_a_restart),
        cmocka_unit_test(an_outcome_that_rests_on_what_cannot_be_read_waits),
        cmocka_unit_test(no_changing_step_starts_after_a_restart_before_evidence_was_read),
        cmocka_unit_test(an_answer_that_is_more_than_can_be_kept_fails_the_step_and_not_the_run),
        cmocka_unit_test(what_a_step_ends_is_not_held_at_the_edge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
