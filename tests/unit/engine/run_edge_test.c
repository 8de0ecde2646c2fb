/* The point of no return: never without proof, never twice, never on an old approval. */
#include "bench_edge.h"

#include "base/time.h"

#include <stdlib.h>

#define BURN_BY(approve)                                                                           \
    "  - id: burn\n    do: store.burn\n    target: house\n    edge: { approve: { by: "             \
    "keepers, " approve " } }\n    next: done\n"
#define WINDOW(zone)                                                                               \
    "  - id: burn\n    do: store.burn\n    target: house\n    edge:\n"                             \
    "      approve: { by: keepers, people: 1, good_for: 4h }\n"                                    \
    "      window: { days: [sat], from: '20:00', to: '23:30', zone: " zone " }\n    next: done\n"

static void a_run_burns_once_after_proof_and_approval(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    assert_ended(bench, "done", 0);
    assert_int_equal(bench_count(bench, "burn!"), 1);
}

static void everything_is_read_again_before_and_after_the_approval(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = asked(RETIRE);

    sw_buf_clear(&bench->log);
    assert_true(bench_answer(bench, "approve", "bob"));
    bench_until(bench, "burn!");
    assert_string_equal(bench->log.bytes, "shelf closed.reread copied.reread burn ");
}

/** Does the question for an approval say, or not say, this? */
static void assert_shows(struct bench *bench, const char *text, bool does)
{
    const struct sw_command *command = bench_go(bench);

    assert_int_equal(command->kind, SW_COMMAND_ASK);
    if ((strstr(command->question->text, text) != NULL) != does) {
        fail_msg("'%s' is %s in:\n%s", text, does ? "not" : "wrongly", command->question->text);
    }
}

static void the_approval_shows_what_was_read_fact_by_fact(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(RETIRE);

    assert_shows(bench,
                 "Read again just now:\n  shelf\n"
                 "    id: 6f9619ff-8b86-d011-b42d-00c04fc964ff; name: A1; boxes: 3\n",
                 true);
}

static void what_moves_by_itself_is_counted_and_not_shown(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(RETIRE);

    assert_shows(bench, "(not shown: 1 reading that may move at any time)", true);
    bench_restart(bench);
    assert_shows(bench, "health", false);
}

static void what_nobody_said_is_counted_at_its_fact(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(RETIRE);

    bench_says_always(bench, "shelf",
                      "{\"verdict\":\"done\",\"out\":{\"id\":\"6f9619ff-8b86-d011-b42d-"
                      "00c04fc964ff\",\"name\":\"A1\",\"health\":\"good\"}}");
    assert_shows(bench, "name: A1 (1 not known)\n", true);
}

static void evidence_that_lapses_after_the_approval_stops_the_act(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    bench_says(bench, "copied.reread", "{\"verdict\":\"lapsed\",\"say\":\"a box came\"}");
    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_int_equal(bench_count(bench, "burn!"), 0);
    assert_true(bench_recorded(bench, "enter:shut"));
}

static void another_subject_under_the_same_name_parks(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    bench_says(bench, "shelf",
               "{\"verdict\":\"done\",\"out\":{\"id\":\"11111111-8b86-d011-b42d-00c04fc964ff\","
               "\"name\":\"A1\",\"health\":\"good\",\"boxes\":3}}");
    assert_parked(bench, 3, "another one stands");
    assert_int_equal(bench_count(bench, "burn!"), 0);
}

static void a_stop_while_facts_are_read_at_the_edge_keeps_what_the_run_began_with(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        bench_new("  sum: { read: store.count, target: house }\nsubject: shelf\nsteps:\n" RETIRE);

    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_true(bench_answer(bench, "approve", "bob"));
    bench_says_always(bench, "shelf",
                      "{\"verdict\":\"done\",\"out\":{\"id\":\"11111111-8b86-d011-b42d-"
                      "00c04fc964ff\",\"name\":\"A1\",\"health\":\"good\",\"boxes\":3}}");
    bench_until(bench, "count"); /* the other shelf is read, the sum is not */
    sw_run_stop(bench->run, bench->now, "ann", false, 0);
    assert_parked(bench, 3, "stopped by ann");
    assert_true(bench_answer(bench, "retry", "ann"));
    assert_parked(bench, 3, "another one stands");
}

static void what_differs_after_the_approval_voids_it(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    bench_says_always(bench, "shelf",
                      "{\"verdict\":\"done\",\"out\":{\"id\":\"6f9619ff-8b86-d011-b42d-"
                      "00c04fc964ff\",\"name\":\"A1\",\"health\":\"good\",\"boxes\":4}}");
    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_true(bench_recorded(bench, "void:burn"));
    assert_int_equal(bench_count(bench, "burn!"), 0);
}

static void a_crash_after_the_approval_does_not_ask_the_same_person_in_vain(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    bench_fails(bench, "burn", SW_E_UNREACHABLE);
    bench_until(bench, "(sleep)"); /* the approval is durable, the intent is not */
    bench_restart(bench);
    assert_ended(bench, "done", 0);
    assert_int_equal(bench_count(bench, "burn!"), 1);
}

static void after_a_restart_all_is_read_in_full_before_an_old_approval_counts(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    bench_until(bench, "burn");
    bench->store.fail_at = 1;
    bench_go(bench);
    bench_restart(bench);
    sw_buf_clear(&bench->log);
    bench_until(bench, "burn!");
    assert_int_equal(bench_count(bench, "burn!"), 0);
    assert_true(bench_count(bench, "copied.reread") >= 2);
    assert_true(bench_count(bench, "shelf") >= 1);
}

static void two_approvals_of_different_things_do_not_add_up(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = asked(SHUT COPIED BURN_BY("people: 2, good_for: 4h") ENDS);

    assert_true(bench_answer(bench, "approve", "bob"));
    assert_asks(bench, SW_QUESTION_APPROVE);
    bench_restart(bench);
    bench_says_always(bench, "shelf",
                      "{\"verdict\":\"done\",\"out\":{\"id\":\"6f9619ff-8b86-d011-b42d-"
                      "00c04fc964ff\",\"name\":\"A1\",\"health\":\"good\",\"boxes\":4}}");
    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_true(bench_answer(bench, "approve", "cid"));
    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_int_equal(bench_count(bench, "burn!"), 0);
}

static void two_approvals_may_come_through_two_processes(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = asked(SHUT COPIED BURN_BY("people: 2, good_for: 4h") ENDS);

    assert_true(bench_answer(bench, "approve", "bob"));
    assert_asks(bench, SW_QUESTION_APPROVE);
    bench_restart(bench);
    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_int_equal(bench->command->question->approved, 1);
    assert_false(bench_answer(bench, "approve", "bob"));
    assert_true(bench_answer(bench, "approve", "cid"));
    assert_ended(bench, "done", 0);
}

static void of_two_people_who_started_the_run_does_not_count(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = asked(SHUT COPIED BURN_BY("people: 2, good_for: 4h") ENDS);

    assert_false(bench_answer(bench, "approve", "ann"));
    assert_non_null(strstr(bench->answer_text, "does not count"));
}

static void ten_people_can_approve(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = asked(SHUT COPIED BURN_BY("people: 10, good_for: 4h") ENDS);

    for (int i = 0; i < 10; i++) {
        char name[8];

        snprintf(name, sizeof name, "p%d", i);
        assert_asks(bench, SW_QUESTION_APPROVE);
        assert_true(bench_answer(bench, "approve", name));
    }
    assert_ended(bench, "done", 0);
}

static void an_approval_that_is_too_old_does_not_count(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = asked(SHUT COPIED BURN_BY("people: 2, good_for: 10m") ENDS);

    assert_true(bench_answer(bench, "approve", "bob"));
    assert_asks(bench, SW_QUESTION_APPROVE);
    bench_pass(bench, 12 * 60000); /* sooner than the next reading of evidence */
    bench_answer(bench, "approve", "cid");
    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_int_equal(bench_count(bench, "burn!"), 0);
    assert_true(bench_recorded(bench, "void:burn"));
}

static void a_refusal_parks_and_nothing_was_sent(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = asked(RETIRE);

    assert_true(bench_answer(bench, "reject", "bob"));
    assert_parked(bench, 3, "bob refused");
    assert_true(bench_answer(bench, "retry", "bob"));
    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_int_equal(bench_count(bench, "burn!"), 0);
}

/* The runbook says what then: here everything is put back. */
static void a_refusal_goes_where_the_runbook_says_that_failed_goes(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        asked(SHUT COPIED "  - id: burn\n    do: store.burn\n    target: house\n"
                          "    edge: { approve: { by: keepers, people: 1, good_for: 4h } }\n"
                          "    next: { ok: done, failed: stop }\n" ENDS);

    assert_true(bench_answer(bench, "reject", "bob"));
    assert_ended(bench, "stopped", 4);
    assert_int_equal(bench_count(bench, "burn!"), 0);
    assert_true(bench_recorded(bench, "reject:burn"));
    assert_true(bench_recorded(bench, "undone:shut"));
}

static void readings_older_than_a_minute_are_made_again_before_sending(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    bench_until(bench, "burn");
    bench_pass(bench, 61000);
    sw_buf_clear(&bench->log);
    bench_carry(bench);
    bench_until(bench, "burn!");
    assert_true(bench_count(bench, "shelf") >= 1);
    assert_true(bench_count(bench, "copied.reread") >= 1);
}

static void slow_readings_are_named_with_their_time_and_what_to_do(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    for (int i = 0; i < 100 && bench_until(bench, "copied.reread")->kind == SW_COMMAND_CALL; i++) {
        bench_pass(bench, 65000);
        bench_carry(bench);
    }
    assert_non_null(strstr(bench->notes.bytes,
                           "the readings took 1m 5s, and when it acts they may be 1m old at most; "
                           "the slowest was store.copied on house, 1m 5s"));
    assert_parked(bench, 3, "the slowest was store.copied on house, 1m 5s");
    assert_non_null(strstr(bench->command->said, "why house answers so slowly"));
    assert_int_equal(bench_count(bench, "burn!"), 0);
    assert_false(bench_recorded(bench, "void:burn")); /* it is no fault of who approved */
    assert_true(bench_answer(bench, "retry", "bob"));
    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_true(bench_answer(bench, "approve", "bob"));
    assert_ended(bench, "done", 0);
}

static void a_requirement_that_no_longer_holds_parks(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new(
        "require:\n  - { id: good, that: facts.shelf.health == 'good', else: It is bad. }\n"
        "  - { id: few, at: start, that: facts.shelf.boxes < 4, else: Many. }\nsteps:\n" RETIRE);

    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_true(bench_answer(bench, "approve", "bob"));
    bench_says_always(bench, "shelf",
                      "{\"verdict\":\"done\",\"out\":{\"id\":\"6f9619ff-8b86-d011-b42d-"
                      "00c04fc964ff\",\"name\":\"A1\",\"health\":\"bad\",\"boxes\":9}}");
    assert_parked(bench, 3, "It is bad.");
    assert_null(strstr(bench->command->said, "Many."));
    assert_int_equal(bench_count(bench, "burn!"), 0);
}

static void evidence_that_cannot_be_read_holds_the_act_back(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    bench_fails_always(bench, "closed.reread", SW_E_NOT_FOUND);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(bench_until(bench, "(sleep)")->kind, SW_COMMAND_SLEEP);
        bench->now = bench->command->wake_ns;
    }
    assert_int_equal(bench_count(bench, "burn!"), 0);
    bench_forget(bench, "closed.reread");
    assert_ended(bench, "done", 0);
}

static void what_lapsed_and_was_not_made_anew_is_missed_at_the_edge(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        bench_new("  - { id: shut, do: store.close, target: house }\n"
                  "  - id: copied\n    wait: store.copied\n    target: house\n    timeout: 10h\n"
                  "    next: { clean: burn, some_left: stop, timeout: stop }\n" BURN ENDS);

    bench_says(bench, "copied", "{\"verdict\":\"wait\"}");
    bench_says(bench, "closed.reread", "{\"verdict\":\"lapsed\",\"say\":\"open\"}");
    assert_parked(bench, 3, "does not say what then");
    assert_true(bench_answer(bench, "retry", "ann"));
    assert_parked(bench, 3, "not proven"); /* clean, but of a shelf that was open */
    assert_null(sw_state_held(sw_run_state(bench->run), 0, "store.copied"));
    assert_true(bench_answer(bench, "retry", "ann"));
    assert_parked(bench, 3, "not proven");
}

static void a_step_that_begins_again_takes_its_evidence_away(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved();

    bench_says(bench, "copied.reread", "{\"verdict\":\"lapsed\",\"say\":\"a box came\"}");
    bench_until(bench, "close");
    assert_null(sw_state_held(sw_run_state(bench->run), 0, "store.closed"));
}

/* ---- the window ---- */

static void outside_of_its_window_nothing_is_asked_or_sent(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(SHUT COPIED WINDOW("UTC") ENDS);

    assert_parked(bench, 3, "window");
    assert_int_equal(bench_count(bench, "burn!"), 0);
    bench->now = BENCH_START + (5 * 24 + 21) * 3600 * SW_NS_PER_S; /* Saturday, 21:00 */
    assert_true(bench_answer(bench, "retry", "ann"));
    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_true(bench_answer(bench, "approve", "bob"));
    assert_ended(bench, "done", 0);
}

static void a_window_that_closes_after_the_approval_parks(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(SHUT COPIED WINDOW("UTC") ENDS);

    bench_go(bench);
    bench->now = BENCH_START + ((5 * 24 + 23) * 3600 + 25 * 60) * SW_NS_PER_S;
    assert_true(bench_answer(bench, "retry", "ann"));
    assert_asks(bench, SW_QUESTION_APPROVE);
    bench_pass(bench, 6 * 60000);
    assert_true(bench_answer(bench, "approve", "bob"));
    assert_parked(bench, 3, "window");
    assert_int_equal(bench_count(bench, "burn!"), 0);
}

/* Saturday, 18:30 in UTC: half an hour before 20:00 in Berlin in winter, half an hour behind it in
 * summer. */
static void a_window_opens_by_the_clock_of_its_zone(void **state)
{
    (void)state;
    assert_int_equal(setenv("TZDIR", SW_SOURCE_DIR "/tests/data/zoneinfo", 1), 0);
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new(SHUT COPIED WINDOW("Europe/Berlin") ENDS);
    SW_CLEANUP(bench_free_at)
    struct bench *summer = bench_new(SHUT COPIED WINDOW("Europe/Berlin") ENDS);

    bench->now = BENCH_START + ((5 * 24 + 18) * 60 + 30) * 60 * SW_NS_PER_S;
    assert_parked(bench, 3, "+01:00 (");
    assert_int_equal(bench_count(bench, "burn!"), 0);
    summer->now = bench->now + INT64_C(26) * 7 * 24 * 3600 * SW_NS_PER_S;
    assert_asks(summer, SW_QUESTION_APPROVE);
    assert_non_null(strstr(summer->command->question->text, "open now, until Sat "));
    assert_non_null(strstr(summer->command->question->text, "23:30 +02:00"));
    assert_true(bench_recorded(summer, "edge"));
}

static void without_zone_data_a_window_stays_shut_and_says_why(void **state)
{
    (void)state;
    assert_int_equal(setenv("TZDIR", SW_SOURCE_DIR "/tests/data/zoneinfo/Europe", 1), 0);
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new(SHUT COPIED WINDOW("Europe/Berlin") ENDS);

    bench->now = BENCH_START + (5 * 24 + 21) * 3600 * SW_NS_PER_S;
    assert_parked(bench, 3, "no time zone data");
    assert_int_equal(bench_count(bench, "burn!"), 0);
}

static void a_window_over_midnight_belongs_to_the_day_it_opens_on(void **state)
{
    (void)state;
    static const struct {
        int hour; /* since Monday, 00:00 */
        bool is_open;
    } rows[] = {{4 * 24 + 21, false}, {4 * 24 + 22, true}, {5 * 24 + 1, true},
                {5 * 24 + 2, false},  {4 * 24 + 1, false}, {5 * 24 + 22, false}};

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        SW_CLEANUP(bench_free_at)
        struct bench *bench =
            bench_new(SHUT COPIED "  - id: burn\n    do: store.burn\n    target: house\n    edge:\n"
                                  "      approve: { by: keepers, people: 1, good_for: 4h }\n"
                                  "      window: { days: [fri], from: '22:00', to: '02:00', zone: "
                                  "UTC }\n    next: done\n" ENDS);

        bench->now = BENCH_START + rows[i].hour * 3600 * SW_NS_PER_S;
        assert_int_equal(bench_go(bench)->kind,
                         rows[i].is_open ? SW_COMMAND_ASK : SW_COMMAND_PARKED);
    }
}

/* ---- sent once ---- */

static void what_must_hold_afterwards_and_does_not_parks_and_can_be_looked_at_again(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new(
        SHUT COPIED "  - id: burn\n    do: store.burn\n    target: house\n"
                    "    ensure:\n      - { that: facts.shelf.boxes == 4, else: Not four. }\n"
                    "    edge: { approve: { by: keepers, people: 1, good_for: 4h } }\n"
                    "    next: done\n" ENDS);

    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_true(bench_answer(bench, "approve", "bob"));
    assert_parked(bench, 9, "Not four.");
    assert_false(bench_answer(bench, "rollback", "bob"));
    assert_true(bench_answer(bench, "retry", "bob"));
    assert_parked(bench, 9, "Not four.");
    assert_int_equal(bench_count(bench, "burn!"), 1);
}

static void a_later_step_that_fails_can_be_tried_again(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new(
        SHUT COPIED "  - id: burn\n    do: store.burn\n    target: house\n"
                    "    edge: { approve: { by: keepers, people: 1, good_for: 4h } }\n"
                    "  - { id: last, read: store.count, target: house, next: done }\n" ENDS);

    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_true(bench_answer(bench, "approve", "bob"));
    bench_says(bench, "count", "{\"error\":\"broken\"}");
    assert_parked(bench, 9, "broken");
    assert_true(bench_answer(bench, "retry", "bob"));
    assert_ended(bench, "done", 0);
}

static void evidence_that_nothing_ahead_needs_does_not_hold_a_change_up(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new(
        SHUT COPIED "  - id: burn\n    do: store.burn\n    target: house\n"
                    "    edge: { approve: { by: keepers, people: 1, good_for: 4h } }\n"
                    "  - { id: note, do: store.tell, target: house, with: { text: Gone } }\n"
                    "  - { id: note2, do: store.label, target: house, with: { text: x },"
                    " next: done }\n" ENDS);

    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_true(bench_answer(bench, "approve", "bob"));
    bench_until(bench, "burn!");
    bench_fails_always(bench, "closed.reread", SW_E_NOT_FOUND); /* it burnt, too */
    bench_fails_always(bench, "copied.reread", SW_E_NOT_FOUND);
    assert_ended(bench, "done", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_burns_once_after_proof_and_approval),
        cmocka_unit_test(everything_is_read_again_before_and_after_the_approval),
        cmocka_unit_test(the_approval_shows_what_was_read_fact_by_fact),
        cmocka_unit_test(what_moves_by_itself_is_counted_and_not_shown),
        cmocka_unit_test(what_nobody_said_is_counted_at_its_fact),
        cmocka_unit_test(evidence_that_lapses_after_the_approval_stops_the_act),
        cmocka_unit_test(another_subject_under_the_same_name_parks),
        cmocka_unit_test(a_stop_while_facts_are_read_at_the_edge_keeps_what_the_run_began_with),
        cmocka_unit_test(what_differs_after_the_approval_voids_it),
        cmocka_unit_test(a_crash_after_the_approval_does_not_ask_the_same_person_in_vain),
        cmocka_unit_test(after_a_restart_all_is_read_in_full_before_an_old_approval_counts),
        cmocka_unit_test(two_approvals_of_different_things_do_not_add_up),
        cmocka_unit_test(two_approvals_may_come_through_two_processes),
        cmocka_unit_test(of_two_people_who_started_the_run_does_not_count),
        cmocka_unit_test(ten_people_can_approve),
        cmocka_unit_test(an_approval_that_is_too_old_does_not_count),
        cmocka_unit_test(a_refusal_parks_and_nothing_was_sent),
        cmocka_unit_test(a_refusal_goes_where_the_runbook_says_that_failed_goes),
        cmocka_unit_test(readings_older_than_a_minute_are_made_again_before_sending),
        cmocka_unit_test(slow_readings_are_named_with_their_time_and_what_to_do),
        cmocka_unit_test(a_requirement_that_no_longer_holds_parks),
        cmocka_unit_test(evidence_that_cannot_be_read_holds_the_act_back),
        cmocka_unit_test(what_lapsed_and_was_not_made_anew_is_missed_at_the_edge),
        cmocka_unit_test(a_step_that_begins_again_takes_its_evidence_away),
        cmocka_unit_test(outside_of_its_window_nothing_is_asked_or_sent),
        cmocka_unit_test(a_window_that_closes_after_the_approval_parks),
        cmocka_unit_test(a_window_opens_by_the_clock_of_its_zone),
        cmocka_unit_test(without_zone_data_a_window_stays_shut_and_says_why),
        cmocka_unit_test(a_window_over_midnight_belongs_to_the_day_it_opens_on),
        cmocka_unit_test(what_must_hold_afterwards_and_does_not_parks_and_can_be_looked_at_again),
        cmocka_unit_test(a_later_step_that_fails_can_be_tried_again),
        cmocka_unit_test(evidence_that_nothing_ahead_needs_does_not_hold_a_change_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
