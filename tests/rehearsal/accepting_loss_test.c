/* The delete that accepts a loss: a person gives up exactly what was stated, and nothing else goes.
 */
#include "rehearsal/rehearsal.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

enum { SEEDS = 10 };

static void begin(struct rehearsal *r, const char *world, const char *choice, uint64_t seed)
{
    rehearsal_begin_file(r, "delete-accepting-loss", world, seed);
    rehearsal_answer(r, "delete", "approve");
    if (choice != NULL) {
        rehearsal_answer(r, "statement", choice);
    }
}

static void run(struct rehearsal *r)
{
    rehearsal_drive(r);
    rehearsal_judge(r);
}

/* Whatever the seed: all that is lost was given up by name. */
static void loses_only_what_was_accepted(const char *world)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct rehearsal r;

        begin(&r, world, "accept", seed);
        run(&r);
        if (!sw_text_is(rehearsal_end(&r), "done")) {
            fail_msg("%s, seed %llu: exit %d", world, (unsigned long long)seed, r.code);
        }
        assert_int_equal(r.verdict.deletes, 1);
        assert_true(r.verdict.files_lost > 0);
        assert_int_equal(r.verdict.files_lost, r.verdict.files_accepted);
        rehearsal_release(&r);
    }
}

static void all_that_is_lost_was_given_up_by_name(void **state)
{
    (void)state;
    loses_only_what_was_accepted("accepting-loss/clean");
}

static void files_that_fail_one_by_one_are_in_the_statement(void **state)
{
    (void)state;
    loses_only_what_was_accepted("accepting-loss/item-errors");
}

static void a_stop_gives_access_back(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "accepting-loss/clean", "stop", 1);
    run(&r);
    assert_string_equal(rehearsal_end(&r), "stopped");
    assert_int_equal(rehearsal_count(&r, "undone", "step", "cut_access"), 1);
    assert_int_equal(r.verdict.deletes, 0);
    rehearsal_release(&r);
}

static void without_a_person_nothing_is_deleted(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "accepting-loss/clean", NULL, 1);
    run(&r);
    assert_null(rehearsal_end(&r));
    assert_int_equal(rehearsal_count(&r, "ask", "step", "statement"), 1);
    assert_int_equal(r.verdict.deletes, 0);
    rehearsal_release(&r);
}

static void a_question_that_nobody_answers_goes_the_safe_way(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "accepting-loss/clean", "wait", 1);
    run(&r);
    assert_string_equal(rehearsal_end(&r), "stopped");
    assert_int_equal(r.verdict.deletes, 0);
    rehearsal_release(&r);
}

static void broken_sync_refuses_the_run(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "accepting-loss/sync-broken", "accept", 1);
    run(&r);
    assert_int_equal(r.code, 4);
    assert_int_equal(r.verdict.writes, 0);
    rehearsal_release(&r);
}

static void sync_that_breaks_while_the_question_stands_can_not_be_accepted_over(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "accepting-loss/breaks-later", NULL, 1);
    run(&r);
    rehearsal_sleep(&r, INT64_C(2) * 3600 * 1000);
    rehearsal_answer(&r, "statement", "accept");
    run(&r);
    assert_null(rehearsal_end(&r));
    assert_int_equal(rehearsal_count(&r, "evidence", "evidence", "filesync.loss_accepted"), 0);
    assert_int_equal(r.verdict.deletes, 0);
    rehearsal_release(&r);
}

static void what_a_program_writes_meanwhile_must_be_accepted_anew(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "accepting-loss/local-program", "accept", 1);
    run(&r);
    assert_true(rehearsal_count(&r, "lapse", "yielded_by", "statement") >= 1);
    assert_int_equal(r.verdict.files_lost - r.verdict.files_accepted, 0);
    rehearsal_release(&r);
}

static void access_that_comes_back_is_removed_again(void **state)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct rehearsal r;

        (void)state;
        begin(&r, "accepting-loss/access-back", "accept", seed);
        run(&r);
        assert_string_equal(rehearsal_end(&r), "done");
        assert_true(rehearsal_count(&r, "lapse", "yielded_by", "cut_access") >= 1);
        assert_int_equal(r.verdict.files_lost - r.verdict.files_accepted, 0);
        rehearsal_release(&r);
    }
}

static void a_loss_that_can_not_be_stated_can_not_be_accepted(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "accepting-loss/unreadable", "accept", 1);
    run(&r);
    assert_null(rehearsal_end(&r));
    assert_int_equal(r.verdict.deletes, 0);
    rehearsal_release(&r);
}

static void a_lock_refuses_the_run_before_the_first_change(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "accepting-loss/locked", "accept", 1);
    run(&r);
    assert_int_equal(r.code, 4);
    assert_int_equal(r.verdict.writes, 0);
    rehearsal_release(&r);
}

static void a_server_that_goes_offline_at_the_delete_parks_the_run(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "accepting-loss/offline-at-delete", "accept", 1);
    run(&r);
    assert_null(rehearsal_end(&r));
    assert_non_null(
        strstr(sw_as_text(sw_get(rehearsal_last(&r, "park"), "why")), "MgmtServerJobExpired"));
    assert_int_equal(r.verdict.files_lost, 0);
    rehearsal_release(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_is_lost_was_given_up_by_name),
        cmocka_unit_test(files_that_fail_one_by_one_are_in_the_statement),
        cmocka_unit_test(a_stop_gives_access_back),
        cmocka_unit_test(without_a_person_nothing_is_deleted),
        cmocka_unit_test(a_question_that_nobody_answers_goes_the_safe_way),
        cmocka_unit_test(broken_sync_refuses_the_run),
        cmocka_unit_test(sync_that_breaks_while_the_question_stands_can_not_be_accepted_over),
        cmocka_unit_test(what_a_program_writes_meanwhile_must_be_accepted_anew),
        cmocka_unit_test(access_that_comes_back_is_removed_again),
        cmocka_unit_test(a_loss_that_can_not_be_stated_can_not_be_accepted),
        cmocka_unit_test(a_lock_refuses_the_run_before_the_first_change),
        cmocka_unit_test(a_server_that_goes_offline_at_the_delete_parks_the_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
