/* Questions: bound to what was shown, asked again when it changed; loss accepted by name. */
#include "bench_steps.h"

#include "base/time.h"

#define REVIEW                                                                                     \
    "  - id: review\n    title: Do they matter?\n"                                                 \
    "    show: { items: { read: store.left, target: house } }\n"                                   \
    "    decide:\n"                                                                                \
    "      again: { label: They do, next: review, max: 2 }\n"                                      \
    "      accept: { label: They do not, next: burn, accepts_loss: items }\n"                      \
    "      stop: { label: Stop, next: stop }\n"                                                    \
    "    expires: { after: 5d, choose: stop }\n"
#define LEFT(count, seen)                                                                          \
    "{\"verdict\":\"done\",\"out\":{\"seen\":" seen ",\"items\":{\"count\":" count                 \
    ",\"bytes\":10,\"newest\":\"2026-11-01T00:00:00Z\",\"names\":[\"a\"],\"digest\":\"d" count     \
    "\",\"is_complete\":true}}}"

static bool offers(const struct bench *bench, const char *name)
{
    const struct sw_question *question = bench->command->question;

    for (size_t i = 0; i < question->choice_count; i++) {
        if (strcmp(question->choices[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static const char *why_withheld(const struct bench *bench, const char *name)
{
    const struct sw_question *question = bench->command->question;

    for (size_t i = 0; i < question->withheld_count; i++) {
        if (strcmp(question->withheld[i].name, name) == 0) {
            return question->withheld[i].why;
        }
    }
    return NULL;
}

static bool decide(struct bench *bench, const struct sw_decision *decision)
{
    struct sw_error err = {0};

    return sw_run_decide(bench->run, bench->now, decision, &err);
}

static struct bench *asked(void)
{
    struct bench *bench = bench_new(REVIEW BURN ENDS);

    assert_asks(bench, SW_QUESTION_DECIDE);
    return bench;
}

static void an_accepted_loss_opens_the_edge(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = asked();

    assert_true(bench_answer(bench, "accept", "bob"));
    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_true(bench_answer(bench, "approve", "bob"));
    assert_ended(bench, "done", 0);
}

static void
a_loss_is_accepted_only_with_a_reason_and_with_count_and_subject_typed_back(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = asked();
    struct sw_decision decision = {.choice = "accept", .by = "bob", .typed = "2 A1"};

    assert_false(decide(bench, &decision));
    decision.reason = "nobody wants them";
    decision.typed = "2 B1";
    assert_false(decide(bench, &decision));
    decision.typed = "2 A1";
    assert_true(decide(bench, &decision));
    assert_asks(bench, SW_QUESTION_APPROVE);
}

static void a_listing_that_changed_is_asked_about_again(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = asked();

    bench_says_always(bench, "left", LEFT("3", "1"));
    assert_true(bench_answer(bench, "accept", "bob"));
    assert_asks(bench, SW_QUESTION_DECIDE);
    assert_null(sw_state_held(sw_run_state(bench->run), 0, "store.given_up"));
}

static void what_moves_by_itself_does_not_make_an_answer_stale(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = asked();

    bench_says_always(bench, "left", LEFT("2", "99"));
    bench_forget(bench, "left");
    bench_says(bench, "left",
               "{\"verdict\":\"done\",\"out\":{\"seen\":99,\"items\":{\"count\":2,\"bytes\":10,"
               "\"newest\":\"2026-11-01T00:00:00Z\",\"names\":[\"a\",\"b\"],\"digest\":\"d1\","
               "\"is_complete\":true}}}");
    assert_true(bench_answer(bench, "accept", "bob"));
    assert_asks(bench, SW_QUESTION_APPROVE);
}

static void a_listing_with_a_part_unread_can_be_looked_at_but_not_accepted(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(REVIEW BURN ENDS);

    bench_says_always(bench, "left",
                      "{\"verdict\":\"done\",\"out\":{\"items\":{\"count\":2,\"bytes\":10,"
                      "\"newest\":\"2026-11-01T00:00:00Z\",\"names\":[\"a\",\"b\"],"
                      "\"digest\":\"d1\",\"is_complete\":false}}}");
    assert_asks(bench, SW_QUESTION_DECIDE);
    assert_false(offers(bench, "accept"));
    assert_non_null(strstr(why_withheld(bench, "accept"), "a part of what would be lost"));
    assert_null(why_withheld(bench, "stop"));
    assert_false(bench_answer(bench, "accept", "bob"));
}

static void a_listing_without_a_count_cannot_be_accepted(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(REVIEW BURN ENDS);

    bench_says_always(bench, "left",
                      "{\"verdict\":\"done\",\"out\":{\"items\":{\"names\":[],\"digest\":\"d1\","
                      "\"is_complete\":true}}}");
    assert_asks(bench, SW_QUESTION_DECIDE);
    assert_false(offers(bench, "accept"));
}

static void a_question_whose_reading_fails_in_ever_new_words_can_be_answered(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(REVIEW BURN ENDS);

    bench_says(bench, "left", "{\"error\":\"broken\",\"say\":\"no answer after 3 s\"}");
    bench_says(bench, "left", "{\"error\":\"broken\",\"say\":\"no answer after 5 s\"}");
    assert_asks(bench, SW_QUESTION_DECIDE);
    assert_false(offers(bench, "accept"));
    assert_true(bench_answer(bench, "stop", "bob"));
    assert_ended(bench, "stopped", 4);
}

static void an_answer_to_an_older_visit_of_the_same_question_is_not_taken(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = asked();
    char digest[65];

    memcpy(digest, bench->command->question->digest, sizeof digest);
    assert_true(bench_answer(bench, "again", "bob"));
    assert_asks(bench, SW_QUESTION_DECIDE);

    struct sw_decision old = {.choice = "stop", .by = "cid", .reason = "r", .digest = digest};

    assert_false(decide(bench, &old));
    old.digest = bench->command->question->digest;
    assert_true(decide(bench, &old));
}

static void a_choice_that_is_used_up_is_no_longer_offered_and_restarts_do_not_help(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = asked();

    for (int i = 0; i < 2; i++) {
        assert_true(bench_answer(bench, "again", "bob"));
        assert_asks(bench, SW_QUESTION_DECIDE);
        bench_restart(bench);
        assert_asks(bench, SW_QUESTION_DECIDE);
    }
    assert_false(offers(bench, "again"));
    assert_string_equal(why_withheld(bench, "again"),
                        "it was chosen 2 times, the most that the runbook allows");
    struct sw_error err = {0};
    assert_false(sw_run_decide(bench->run, bench->now,
                               &(struct sw_decision){.choice = "again", .by = "bob"}, &err));
    assert_non_null(strstr(err.text, "'again' is not offered: it was chosen 2 times"));
}

static void an_answer_while_something_is_read_again_is_refused_and_can_be_given_later(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        bench_new(SHUT "  - { id: label, do: store.label, target: house, with: { text: x } }\n"
                       "  - id: review\n    decide:\n      go: { label: Go on, next: copied }\n"
                       "      stop: { label: Stop, next: stop }\n" COPIED BURN ENDS);
    struct sw_decision decision = {.choice = "go", .by = "bob"};

    assert_asks(bench, SW_QUESTION_DECIDE);
    bench_pass(bench, 15 * 60000);
    bench_until(bench, "closed.reread");
    assert_false(decide(bench, &decision));
    assert_asks(bench, SW_QUESTION_DECIDE);
    assert_true(decide(bench, &decision));
    assert_asks(bench, SW_QUESTION_APPROVE);
}

static void evidence_that_lapses_while_people_are_asked_takes_the_run_back(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(RETIRE);

    assert_asks(bench, SW_QUESTION_APPROVE);
    bench_says(bench, "closed.reread", "{\"verdict\":\"lapsed\",\"say\":\"open\"}");
    bench_pass(bench, 15 * 60000);
    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_int_equal(bench_count(bench, "close"), 3); /* looked, wrote, verified; looked again */
}

static void an_expired_question_takes_its_choice(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = asked();

    bench_pass(bench, 5 * 24 * 3600000LL + 1);
    assert_ended(bench, "stopped", 4);
    assert_true(bench_recorded(bench, "answer:review=stop"));
}

static void a_message_that_was_dismissed_is_not_delivered_again(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = asked();
    struct sw_decision decision = {.choice = "nonsense", .by = "bob", .signal = 4};

    assert_false(decide(bench, &decision));
    sw_run_dismiss(bench->run, bench->now, &decision, "no such choice");
    bench_restart(bench);
    assert_int_equal(sw_run_state(bench->run)->signals_seen, 4);
}

static void stopping_here_needs_a_reason_and_leaves_everything(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        bench_new("  - { id: shut, do: store.close, target: house }\n"
                  "  - { id: never, assert: [ { that: facts.shelf.boxes > 9, else: Too few. } ] }\n"
                  "  - { id: done, end: done }\n");
    struct sw_decision decision = {.choice = "stop", .by = "bob"};

    assert_parked(bench, 3, "Too few.");
    assert_false(decide(bench, &decision));
    assert_true(bench_answer(bench, "stop", "bob"));
    assert_ended(bench, "stopped", 4);
    assert_int_equal(bench_count(bench, "close-"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_accepted_loss_opens_the_edge),
        cmocka_unit_test(
            a_loss_is_accepted_only_with_a_reason_and_with_count_and_subject_typed_back),
        cmocka_unit_test(a_listing_that_changed_is_asked_about_again),
        cmocka_unit_test(what_moves_by_itself_does_not_make_an_answer_stale),
        cmocka_unit_test(a_listing_with_a_part_unread_can_be_looked_at_but_not_accepted),
        cmocka_unit_test(a_listing_without_a_count_cannot_be_accepted),
        cmocka_unit_test(a_question_whose_reading_fails_in_ever_new_words_can_be_answered),
        cmocka_unit_test(an_answer_to_an_older_visit_of_the_same_question_is_not_taken),
        cmocka_unit_test(a_choice_that_is_used_up_is_no_longer_offered_and_restarts_do_not_help),
        cmocka_unit_test(an_answer_while_something_is_read_again_is_refused_and_can_be_given_later),
        cmocka_unit_test(evidence_that_lapses_while_people_are_asked_takes_the_run_back),
        cmocka_unit_test(an_expired_question_takes_its_choice),
        cmocka_unit_test(a_message_that_was_dismissed_is_not_delivered_again),
        cmocka_unit_test(stopping_here_needs_a_reason_and_leaves_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
