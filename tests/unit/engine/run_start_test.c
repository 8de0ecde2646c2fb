/* The order of a run: facts, locks, facts again, identity, requirements; and what refuses it. */
#include "bench_steps.h"

#define HEAD                                                                                       \
    "stepwise: 1\nname: demo/bench\nversion: 1.0.0\ntitle: A bench\n"                              \
    "targets: { house: { kind: store.house } }\n"                                                  \
    "facts:\n  shelf: { read: store.shelf, target: house }\n"
#define DONE "  - { id: done, end: done }\n"

static struct bench *open_text(const char *rest)
{
    char text[4096];

    snprintf(text, sizeof text, "%s%s", HEAD, rest);
    return bench_open(text, NULL);
}

static void facts_are_read_before_and_after_the_locks(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = open_text("subject: shelf\nsteps:\n" DONE);

    assert_ended(bench, "done", 0);
    assert_int_equal(bench_count(bench, "shelf"), 2);
    assert_true(strstr(bench->records.bytes, "locks") < strstr(bench->records.bytes, "require"));
}

static void a_requirement_that_does_not_hold_refuses_the_run(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        open_text("subject: shelf\nrequire:\n"
                  "  - { id: few, that: facts.shelf.boxes < 2, else: Too many. }\n"
                  "  - { id: odd, that: facts.shelf.boxes / 0 > 1, else: Odd. }\nsteps:\n"
                  "  - { id: shut, do: store.close, target: house }\n" DONE);

    assert_ended(bench, "refused", 4);
    assert_non_null(strstr(bench->command->said, "few: Too many."));
    assert_non_null(strstr(bench->command->said, "odd: cannot be told"));
    assert_int_equal(bench_count(bench, "close"), 0);
}

static void a_fact_that_cannot_be_read_refuses_the_run(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = open_text("subject: shelf\nsteps:\n" DONE);

    bench_fails_always(bench, "shelf", SW_E_UNREACHABLE);
    assert_ended(bench, "refused", 69);
}

static void a_question_that_is_accepted_for_later_is_no_answer(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = open_text("subject: shelf\nsteps:\n" DONE);

    bench_reply(bench, (struct bench_reply){.op = "shelf", .follow = "later"});
    assert_ended(bench, "done", 0);
    assert_int_equal(bench_count(bench, "shelf"), 3);
}

static void a_second_run_of_the_same_subject_is_refused_and_holds_nothing(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = open_text("subject: shelf\nlock: ['Door 7']\nsteps:\n" DONE);
    struct sw_store *store = bench->store.inner;
    struct sw_error err = {0};
    struct sw_lease other;
    const char *holder = NULL;
    const char *const names[] = {"door 7", NULL};
    struct sw_append record = {.kind = "run", .body = "{}", .length = 2};
    struct sw_commit commit = {.records = &record, .record_count = 1, .take_locks = names};

    assert_true(store->ops->enqueue(store, "other", "demo/bench", "x", bench->now, &err));
    assert_true(store->ops->acquire(store, "other", bench->now, &other, &err));
    assert_true(store->ops->commit(store, &other, &commit, &err));
    assert_ended(bench, "refused", 6);
    assert_true(store->ops->lock_holder(store, "6f9619ff-8b86-d011-b42d-00c04fc964ff", bench->arena,
                                        &holder, &err));
    assert_null(holder);
    assert_false(bench_recorded(bench, "locks"));
}

static void the_subject_is_locked_by_its_folded_identity(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = open_text(
        "subject: shelf\nsteps:\n  - { id: shut, do: store.close, target: house }\n" DONE);
    struct sw_store *store = bench->store.inner;
    struct sw_error err = {0};
    const char *holder = NULL;

    bench_says_always(bench, "shelf",
                      "{\"verdict\":\"done\",\"out\":{\"id\":\"6F9619FF-8B86-D011-B42D-"
                      "00C04FC964FF\",\"name\":\"A1\",\"health\":\"good\",\"boxes\":3}}");
    bench_until(bench, "close!");
    assert_true(store->ops->lock_holder(store, "6f9619ff-8b86-d011-b42d-00c04fc964ff", bench->arena,
                                        &holder, &err));
    assert_string_equal(holder, "retire-1");
}

static void a_subject_that_does_not_say_who_it_is_refuses_the_run(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = open_text("subject: shelf\nsteps:\n" DONE);

    bench_says_always(bench, "shelf", "{\"verdict\":\"done\",\"out\":{\"name\":\"A1\"}}");
    assert_ended(bench, "refused", 4);
    assert_non_null(strstr(bench->command->said, "cannot be locked"));
}

static void a_lock_whose_name_is_not_known_refuses_the_run(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        open_text("subject: shelf\nlock: ['box ${facts.shelf.boxes}']\nsteps:\n" DONE);

    bench_says_always(bench, "shelf",
                      "{\"verdict\":\"done\",\"out\":{\"id\":\"6f9619ff-8b86-d011-b42d-"
                      "00c04fc964ff\"}}");
    assert_ended(bench, "refused", 4);
    assert_non_null(strstr(bench->command->said, "is not known"));
}

static void a_crash_at_the_start_begins_with_the_facts_again(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = open_text("subject: shelf\nsteps:\n" DONE);

    bench->store.fail_at = 3; /* run, facts, locks */
    assert_ended(bench, "broken", 70);
    bench_restart(bench);
    assert_ended(bench, "done", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_read_before_and_after_the_locks),
        cmocka_unit_test(a_requirement_that_does_not_hold_refuses_the_run),
        cmocka_unit_test(a_fact_that_cannot_be_read_refuses_the_run),
        cmocka_unit_test(a_question_that_is_accepted_for_later_is_no_answer),
        cmocka_unit_test(a_second_run_of_the_same_subject_is_refused_and_holds_nothing),
        cmocka_unit_test(the_subject_is_locked_by_its_folded_identity),
        cmocka_unit_test(a_subject_that_does_not_say_who_it_is_refuses_the_run),
        cmocka_unit_test(a_lock_whose_name_is_not_known_refuses_the_run),
        cmocka_unit_test(a_crash_at_the_start_begins_with_the_facts_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
