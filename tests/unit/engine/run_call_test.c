/* A called runbook: its steps stand in the run like any others, with names and facts of its own. */
#include "bench_steps.h"

#include "base/time.h"

#define X_HEAD "\n=== x.yaml\nstepwise: 1\nname: demo/callee\nversion: 2.0.0\n"
#define Y_HEAD "\n=== y.yaml\nstepwise: 1\nname: demo/callee\nversion: 2.0.0\n"
#define HOUSE "targets: { home: { kind: store.house } }\n"
#define FACT "facts: { sum: { read: store.count, target: home } }\n"
#define CALL(more) "  - { id: go, call: x.yaml, targets: { home: house }" more " }\n"
#define DONE "  - { id: done, end: done }\n"

/** Closing, copying and the look at what is left, in a runbook of their own. */
#define ROLE                                                                                       \
    X_HEAD                                                                                         \
    HOUSE "steps:\n"                                                                               \
          "  - { id: shut, do: store.close, target: home, if_lapsed: { next: shut, max: 3 } }\n"   \
          "  - id: copied\n    wait: store.copied\n    target: home\n    timeout: 10h\n"           \
          "    poll: { every: 1m, factor: 1, max: 1m, jitter: 0% }\n"                              \
          "    next: { clean: done, some_left: stop, timeout: stop }\n"                            \
          "    if_lapsed: { next: shut, max: 3 }\n"                                                \
          "  - { id: stop, title: Not all, end: stopped, rollback: true }\n"                       \
          "  - { id: done, title: All, end: done }\noutputs: { boxes: '${steps.copied.boxes}' }\n"

/** The same procedure as RETIRE, two of its steps called. */
#define CALLED                                                                                     \
    "steps:\n" CALL(                                                                               \
        ", next: { stopped: stop }") "  - id: burn\n    do: store.burn\n    target: house\n"       \
                                     "    edge: { note: 'Copied: ${steps.go.boxes}', approve: { "  \
                                     "by: keepers, people: 1, good_for: "                          \
                                     "4h } }\n    next: done\n" ENDS ROLE

static struct bench *approved_of(const char *text)
{
    struct bench *bench = bench_new(text);

    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_true(bench_answer(bench, "approve", "bob"));
    return bench;
}

static void what_a_called_step_proves_counts_for_its_caller(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(CALLED);

    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_non_null(strstr(bench->command->question->text, "Copied: 3"));
    assert_non_null(strstr(bench->command->question->text, "(step go/copied)"));
    assert_true(bench_answer(bench, "approve", "bob"));
    assert_ended(bench, "done", 0);
    assert_true(bench_recorded(bench, "call:go"));
    assert_true(bench_recorded(bench, "enter:go/shut"));
    assert_true(bench_recorded(bench, "evidence:go/copied"));
    assert_true(bench_recorded(bench, "return:go=ok"));
    assert_int_equal(bench_count(bench, "burn!"), 1);
}

static void what_lapses_in_a_called_step_is_won_again_there(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = approved_of(CALLED);

    bench_says(bench, "copied.reread", "{\"verdict\":\"lapsed\",\"say\":\"a box came\"}");
    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_int_equal(bench_count(bench, "burn!"), 0);
    assert_true(bench_answer(bench, "approve", "bob"));
    assert_ended(bench, "done", 0);
    assert_int_equal(bench_count(bench, "copied"), 2);
}

#define LABEL "  - { id: label, do: store.label, target: house, with: { text: Gone } }\n"

static void an_end_that_rolls_back_puts_back_the_call_and_no_more(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new("steps:\n" LABEL CALL(
        ", next: { stopped: kept }") "  - { id: kept, title: Label stays, end: stopped }\n" ROLE);

    bench_says(bench, "copied", "{\"outcome\":\"some_left\"}");
    assert_ended(bench, "stopped", 4);
    assert_true(bench_recorded(bench, "return:go=stopped"));
    assert_false(bench_is_done(bench, "close"));
    assert_true(bench_is_done(bench, "label"));
}

static void a_rollback_of_the_caller_puts_back_what_the_call_changed(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new("steps:\n" CALL(
        ", next: { stopped: back }") "  - { id: back, end: failed, rollback: true }\n" ROLE);

    assert_ended(bench, "failed", 1);
    assert_true(bench_recorded(bench, "undone:go/shut"));
    assert_false(bench_is_done(bench, "close"));
}

static void a_person_who_rolls_back_inside_of_a_call_takes_all_of_the_run_back(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new("steps:\n" LABEL CALL("") DONE X_HEAD HOUSE
                                    "steps:\n"
                                    "  - { id: shut, do: store.close, target: home }\n"
                                    "  - { id: never, assert: [ { that: 1 > 2, else: Never. } ] }\n"
                                    "  - { id: done, end: done }\n");

    assert_parked(bench, 3, "step 'go/never' failed: Never.");
    assert_true(bench_answer(bench, "rollback", "ann"));
    assert_ended(bench, "stopped", 4);
    assert_false(bench_is_done(bench, "close"));
    assert_false(bench_is_done(bench, "label"));
}

/* ---- names of its own ---- */

#define WORD ", with: { word: '${facts.shelf.name} box' }"
#define OWN_STEPS                                                                                  \
    "steps:\n"                                                                                     \
    "  - { id: same, read: store.count, target: home, with: { text: '${params.word}' } }\n"        \
    "  - { id: done, end: done }\n"                                                                \
    "outputs:\n"                                                                                   \
    "  said: '${params.word} ${params.num} ${steps.same.boxes} ${facts.sum.boxes}'\n"
#define OWN                                                                                        \
    X_HEAD                                                                                         \
    "params:\n"                                                                                    \
    "  word: { type: string, required: true }\n"                                                   \
    "  num: { type: int, default: '7' }\n" HOUSE FACT "require:\n"                                 \
    "  - { id: enough, that: facts.sum.boxes >= 3, else: 'Only ${facts.sum.boxes}.' }\n" OWN_STEPS
#define OWN_NAMES                                                                                  \
    "steps:\n"                                                                                     \
    "  - { id: same, do: store.label, target: house, with: { text: Ours } }\n" CALL(               \
        WORD) "  - { id: last, do: store.tell, target: house, with: { text: 'back: "               \
              "${steps.go.said}' } }\n" DONE OWN

static void a_called_runbook_has_params_facts_and_steps_of_its_own(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(OWN_NAMES);

    bench_says(bench, "count", "{\"verdict\":\"done\",\"out\":{\"boxes\":5}}");
    bench_until(bench, "tell!");
    assert_string_equal(sw_as_text(sw_get(bench->command->call->args, "text")),
                        "back: A1 box 7 3 5");
    bench_carry(bench);
    assert_ended(bench, "done", 0);
}

static void a_requirement_that_does_not_hold_fails_the_call_before_its_first_step(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(OWN_NAMES);

    bench_says(bench, "count", "{\"verdict\":\"done\",\"out\":{\"boxes\":2}}");
    assert_parked(bench, 3, "step 'go' failed: demo/callee: enough: Only 2.");
    assert_false(bench_recorded(bench, "enter:go/same"));
    assert_true(bench_answer(bench, "retry", "ann")); /* now there are three */
    assert_ended(bench, "done", 0);
}

static void a_fact_that_cannot_be_read_fails_the_call(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        bench_new("steps:\n" CALL(", next: { failed: other }") DONE
                  "  - { id: other, title: Otherwise, end: failed }\n" X_HEAD HOUSE FACT
                  "steps: [ { id: done, end: done } ]\n");

    bench_fails_always(bench, "count", SW_E_DENIED);
    assert_ended(bench, "failed", 1);
    assert_string_equal(bench->command->said, "Otherwise");
}

static void a_parameter_that_does_not_fit_when_called_fails_the_call(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        bench_new("steps:\n" CALL(", with: { num: '${facts.shelf.boxes}' }") DONE X_HEAD
                  "params: { num: { type: int, required: true, max: '2' } }\n" HOUSE
                  "steps: [ { id: done, end: done } ]\n");

    assert_parked(bench, 3, "'num'");
    assert_false(bench_recorded(bench, "enter:go/done"));
}

static void an_end_without_a_way_on_parks_the_caller(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new(
        "steps:\n" CALL("") DONE X_HEAD HOUSE
        "steps:\n  - { id: one, branch: [ { when: 1 > 2, next: done }, { else: bad } ] }\n"
        "  - { id: done, end: done }\n  - { id: bad, title: It went wrong, end: failed }\n");

    assert_parked(bench, 3, "call 'go' ended with 'failed' (It went wrong)");
    assert_true(bench_recorded(bench, "return:go=failed"));
}

static void an_end_that_leads_back_is_counted(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        bench_new("steps:\n" CALL(", next: { ok: { next: go, max: 2 }, failed: done }")
                      DONE X_HEAD HOUSE "steps: [ { id: done, end: done } ]\n");

    assert_parked(bench, 3, "call 'go' ended with 'ok' once more than its 2 times");
}

static void a_call_inside_of_a_call_has_the_names_of_both_in_its_ids(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new(
        "steps:\n" CALL("") DONE X_HEAD HOUSE
        "steps:\n  - { id: inner, call: y.yaml, targets: { there: home }, with: { a: x } }\n"
        "  - { id: done, end: done }\noutputs: { b: '${steps.inner.b}' }" Y_HEAD
        "params: { a: { type: string, required: true } }\n"
        "targets: { there: { kind: store.house } }\n"
        "steps:\n  - { id: label, do: store.label, target: there, with: { text: "
        "'${params.a}' } }\n"
        "  - { id: done, end: done }\noutputs: { b: '${params.a}' }\n");

    assert_ended(bench, "done", 0);
    assert_true(bench_recorded(bench, "enter:go/inner/label"));
    assert_true(bench_recorded(bench, "return:go/inner=ok"));
    assert_true(bench_is_done(bench, "label"));
}

/* ---- a subject of its own ---- */

#define OWN_SUBJECT                                                                                \
    X_HEAD                                                                                         \
    "params: { name: { type: string, required: true } }\n" HOUSE                                   \
    "facts: { it: { read: store.shelf, target: home, with: { name: '${params.name}' } } }\n"       \
    "subject: it\nsteps:\n"                                                                        \
    "  - { id: shut, do: store.close, target: home, if_lapsed: { next: shut, max: 3 } }\n"         \
    "  - id: copied\n    wait: store.copied\n    target: home\n    timeout: 10h\n"                 \
    "    next: { clean: burn, some_left: stop, timeout: stop }\n"                                  \
    "    if_lapsed: { next: shut, max: 3 }\n"                                                      \
    "  - id: burn\n    do: store.burn\n    target: home\n"                                         \
    "    edge: { note: '${params.name}', approve: { by: keepers, people: 1, good_for: 4h } }\n"    \
    "    next: done\n"                                                                             \
    "  - { id: stop, title: Kept, end: stopped, rollback: true }\n"                                \
    "  - { id: done, title: 'Gone: ${params.name}', end: done }\n"                                 \
    "outputs: { name: '${params.name}' }\n"

#define EACH                                                                                       \
    "steps:\n  - id: go\n    call: x.yaml\n    each: [a, b, c]\n    with: { name: '${each}' }\n"   \
    "    targets: { home: house }\n    next: { stopped: told }\n"                                  \
    "  - { id: counted, assert: [ { that: len(steps.go.name) == 3, else: 'no' } ] }\n" DONE        \
    "  - { id: told, title: Not all, end: stopped }\n" OWN_SUBJECT

static struct bench *each_bench(void)
{
    return bench_open("stepwise: 1\nname: demo/bench\nversion: 1.0.0\n"
                      "targets: { house: { kind: store.house } }\n" EACH,
                      NULL);
}

/* Each shelf stands for itself: what was done to one is not done to the next. */
static void next_shelf(struct bench *bench)
{
    bench_set_done(bench, "close", false);
    bench_set_done(bench, "burn", false);
}

static void each_item_is_proven_and_approved_by_itself(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = each_bench();
    static const char *const ids[] = {"go[1]/burn", "go[2]/burn", "go[3]/burn"};

    for (size_t i = 0; i < 3; i++) {
        assert_asks(bench, SW_QUESTION_APPROVE);
        assert_string_equal(bench->command->question->id, ids[i]);
        assert_int_equal(bench_count(bench, "burn!"), (int)i);
        assert_true(bench_answer(bench, "approve", "bob"));
        bench_until(bench, "burn!");
        bench_carry(bench);
        bench_until(bench, "burn");
        bench_carry(bench);
        next_shelf(bench);
    }
    assert_ended(bench, "done", 0);
    assert_true(bench_recorded(bench, "return:go=ok"));
    assert_int_equal(bench_count(bench, "copied"), 3);
    assert_int_equal(bench_count(bench, "close!"), 3);
}

/* What is called may be about the very shelf that its caller is about. */
static void what_ends_evidence_for_a_subject_of_its_own_ends_that_of_its_caller(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new(
        "subject: shelf\nsteps:\n" SHUT
        "  - { id: go, call: x.yaml, targets: { home: house }, with: { name: A1 } }\n" DONE X_HEAD
        "params: { name: { type: string, required: true } }\n" HOUSE
        "facts: { it: { read: store.shelf, target: home, with: { name: '${params.name}' } } }\n"
        "subject: it\nsteps:\n  - { id: open, do: store.open, target: home }\n" DONE);

    assert_ended(bench, "done", 0);
    assert_true(bench_recorded(bench, "evidence:shut"));
    assert_true(bench_recorded(bench, "lapse=store.open"));
}

static void a_stop_in_one_item_puts_back_that_item_although_another_is_gone(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = each_bench();

    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_true(bench_answer(bench, "approve", "bob"));
    bench_until(bench, "burn!");
    bench_carry(bench);
    bench_until(bench, "burn");
    bench_carry(bench);
    next_shelf(bench);
    bench_says(bench, "copied", "{\"outcome\":\"some_left\"}");
    assert_ended(bench, "stopped", 9);
    assert_true(bench_recorded(bench, "undone:go[2]/shut"));
    assert_false(bench_recorded(bench, "undone:go[1]/shut"));
    assert_false(bench_recorded(bench, "enter:go[3]/"));
    assert_int_equal(bench_count(bench, "burn!"), 1);
}

/* What was done for another item for ever is no reason to leave this one's users shut out. */
static void an_item_that_could_not_be_put_back_is_tried_again_although_another_is_gone(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = each_bench();

    assert_asks(bench, SW_QUESTION_APPROVE);
    assert_true(bench_answer(bench, "approve", "bob"));
    bench_until(bench, "burn!");
    bench_carry(bench);
    bench_until(bench, "burn");
    bench_carry(bench);
    next_shelf(bench);
    bench_says(bench, "copied", "{\"outcome\":\"some_left\"}");
    bench_says(bench, "close.undo", "{\"verdict\":\"blocked\",\"say\":\"rusty\"}");
    assert_parked(bench, 3, "cannot be put back: rusty");
    assert_non_null(strstr(bench->command->question->text, "  step go[2]/shut: store.close"));
    assert_null(strstr(bench->command->question->text, "go[1]/shut"));
    assert_true(bench_answer(bench, "retry", "ann"));
    assert_ended(bench, "stopped", 9);
    assert_true(bench_recorded(bench, "undone:go[2]/shut"));
    assert_false(bench_recorded(bench, "undone:go[1]/shut"));
}

static void an_empty_list_calls_nobody(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new(
        "steps:\n"
        "  - { id: go, call: x.yaml, each: [], with: { a: '${each}' }, targets: { home: house } }\n"
        "  - { id: none, assert: [ { that: len(steps.go.a) == 0, else: 'no' } ] }\n" DONE X_HEAD
        "params: { a: { type: string, required: true } }\n" HOUSE
        "steps: [ { id: done, end: done } ]\noutputs: { a: '${params.a}' }\n");

    assert_ended(bench, "done", 0);
    assert_false(bench_recorded(bench, "call:go"));
}

static void items_that_share_the_subject_are_called_one_after_the_other(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new(
        "steps:\n"
        "  - { id: go, call: x.yaml, each: [p, q], with: { a: '${each}' }, targets: { home: house "
        "} }\n"
        "  - { id: last, do: store.label, target: house, with: { text: 'all: ${len(steps.go.a)}' "
        "} }\n" DONE X_HEAD "params: { a: { type: string, required: true } }\n" HOUSE
        "steps:\n  - { id: tell, do: store.tell, target: home, with: { "
        "text: '${params.a}' } }\n"
        "  - { id: done, end: done }\noutputs: { a: '${params.a}' }\n");

    bench_until(bench, "label1!");
    assert_true(bench_recorded(bench, "enter:go[1]/tell"));
    assert_true(bench_recorded(bench, "enter:go[2]/tell"));
    assert_true(bench_recorded(bench, "return:go=ok"));
}

/* ---- crashes ---- */

/** Answers whatever is asked; every burnt shelf makes place for the next. */
static int finish(struct bench *bench)
{
    for (int i = 0; i < 40; i++) {
        const struct sw_command *command = bench_go(bench);

        if (command->kind == SW_COMMAND_ENDED) {
            return command->exit_code;
        }
        const char *choice = command->kind == SW_COMMAND_PARKED ? "retry" : "approve";

        if (!bench_answer(bench, choice, "bob")) {
            fail_msg("%s", bench->answer_text);
        }
    }
    return -1;
}

static void dies_at_every_commit(struct bench *(*make)(void), const char *acts, int times)
{
    for (int n = 1; n < 400; n++) {
        for (int is_applied = 0; is_applied < 2; is_applied++) {
            struct bench *bench = make();
            int commits = 0;

            bench->store.fail_at = n;
            bench->store.is_applied = is_applied == 1;
            int code = finish(bench);
            commits = bench->store.commits;
            if (code == 70) {
                code = bench_restart(bench) ? finish(bench) : 0;
            } else {
                assert_true(commits < n);
                assert_int_equal(code, 0);
                bench_free_at(&bench);
                return;
            }
            if (code != 0 || bench_count(bench, acts) != times) {
                fail_msg("commit %d, applied %d: code %d, %d times\n%s", n, is_applied, code,
                         bench_count(bench, acts), bench->records.bytes);
            }
            bench_free_at(&bench);
        }
    }
    fail_msg("there is no end of commits");
}

static struct bench *make_called(void)
{
    return bench_new(CALLED);
}

static void a_run_that_dies_at_any_commit_of_a_call_ends_as_if_it_had_not(void **state)
{
    (void)state;
    dies_at_every_commit(make_called, "burn!", 1);
    dies_at_every_commit(make_called, "close!", 1);
}

static struct bench *make_names(void)
{
    return bench_new(OWN_NAMES);
}

static void a_run_that_dies_while_a_call_is_entered_or_left_goes_on_there(void **state)
{
    (void)state;
    dies_at_every_commit(make_names, "tell!", 1);
}

#define TELL_EACH                                                                                  \
    "steps:\n"                                                                                     \
    "  - { id: go, call: x.yaml, each: [p, q, r], with: { a: '${each}' }, targets: { home: house " \
    "} }\n"                                                                                        \
    "  - { id: every, assert: [ { that: \"len(steps.go.a) == 3 and steps.go.a[2] == 'r'\", else: " \
    "few } ] }\n" DONE X_HEAD "params: { a: { type: string, required: true } }\n" HOUSE            \
    "steps:\n  - { id: look, read: store.count, target: home, with: { text: "                      \
    "'${params.a}' } }\n"                                                                          \
    "  - { id: done, end: done }\noutputs: { a: '${params.a}' }\n"

static struct bench *make_items(void)
{
    return bench_new(TELL_EACH);
}

static void a_run_that_dies_between_two_items_goes_on_with_the_next(void **state)
{
    (void)state;
    /* A reading may be made again; three items are the least. */
    for (int n = 1; n < 200; n++) {
        SW_CLEANUP(bench_free_at) struct bench *bench = make_items();

        bench->store.fail_at = n;
        bench->store.is_applied = n % 2 == 0;
        int code = finish(bench);
        if (code != 70) {
            assert_int_equal(code, 0);
            return;
        }
        if (bench_restart(bench)) {
            assert_int_equal(finish(bench), 0);
        }
        assert_true(bench_count(bench, "count") >= 3 && bench_count(bench, "count") <= 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_called_step_proves_counts_for_its_caller),
        cmocka_unit_test(what_lapses_in_a_called_step_is_won_again_there),
        cmocka_unit_test(an_end_that_rolls_back_puts_back_the_call_and_no_more),
        cmocka_unit_test(a_rollback_of_the_caller_puts_back_what_the_call_changed),
        cmocka_unit_test(a_person_who_rolls_back_inside_of_a_call_takes_all_of_the_run_back),
        cmocka_unit_test(a_called_runbook_has_params_facts_and_steps_of_its_own),
        cmocka_unit_test(a_requirement_that_does_not_hold_fails_the_call_before_its_first_step),
        cmocka_unit_test(a_fact_that_cannot_be_read_fails_the_call),
        cmocka_unit_test(a_parameter_that_does_not_fit_when_called_fails_the_call),
        cmocka_unit_test(an_end_without_a_way_on_parks_the_caller),
        cmocka_unit_test(an_end_that_leads_back_is_counted),
        cmocka_unit_test(a_call_inside_of_a_call_has_the_names_of_both_in_its_ids),
        cmocka_unit_test(each_item_is_proven_and_approved_by_itself),
        cmocka_unit_test(what_ends_evidence_for_a_subject_of_its_own_ends_that_of_its_caller),
        cmocka_unit_test(a_stop_in_one_item_puts_back_that_item_although_another_is_gone),
        cmocka_unit_test(
            an_item_that_could_not_be_put_back_is_tried_again_although_another_is_gone),
        cmocka_unit_test(an_empty_list_calls_nobody),
        cmocka_unit_test(items_that_share_the_subject_are_called_one_after_the_other),
        cmocka_unit_test(a_run_that_dies_at_any_commit_of_a_call_ends_as_if_it_had_not),
        cmocka_unit_test(a_run_that_dies_while_a_call_is_entered_or_left_goes_on_there),
        cmocka_unit_test(a_run_that_dies_between_two_items_goes_on_with_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
