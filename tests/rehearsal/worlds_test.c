/* Scenario 1 in each trouble world: it does what a careful admin would, and never deletes on a
 * wrong event. */
#include "rehearsal/rehearsal.h"

#include "base/text.h"
#include "cli/run/session.h"
#include "engine/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

enum { SEEDS = 25 };

static int begin_arena(void **state)
{
    *state = sw_arena_new();
    return 0;
}

static int end_arena(void **state)
{
    sw_arena_free(*state);
    return 0;
}

static void run_in(struct rehearsal *r, const char *world, uint64_t seed)
{
    rehearsal_begin(r, world, NULL, seed);
    rehearsal_answer(r, "delete", "approve");
    rehearsal_drive(r);
    rehearsal_judge(r);
}

/** Whatever the seed: the end is "done", one delete, no file lost. */
static void ends_done_without_loss(const char *world, const char *record, const char *key,
                                   const char *text)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct rehearsal r;

        run_in(&r, world, seed);
        if (!sw_text_is(rehearsal_end(&r), "done")) {
            fail_msg("%s, seed %llu: ended as %s (exit %d)", world, (unsigned long long)seed,
                     rehearsal_end(&r) == NULL ? "nothing" : rehearsal_end(&r), r.code);
        }
        assert_int_equal(r.verdict.files_lost, 0);
        assert_int_equal(r.verdict.deletes, 1);
        if (record != NULL && rehearsal_count(&r, record, key, text) == 0) {
            fail_msg("%s, seed %llu: no record '%s' with %s = %s", world, (unsigned long long)seed,
                     record, key, text);
        }
        rehearsal_release(&r);
    }
}

static void a_clean_world_ends_done_and_loses_nothing(void **state)
{
    (void)state;
    ends_done_without_loss("clean", NULL, NULL, NULL);
}

static void a_session_that_was_running_at_the_trigger_does_not_count(void **state)
{
    (void)state;
    ends_done_without_loss("session-already-running", NULL, NULL, NULL);
}

static void a_clean_session_of_another_group_does_not_count(void **state)
{
    (void)state;
    ends_done_without_loss("other-group", NULL, NULL, NULL);
}

static void an_old_agent_without_the_cmdlet_waits_for_the_second_session(void **state)
{
    (void)state;
    ends_done_without_loss("no-status-cmdlet", NULL, NULL, NULL);
}

static void a_log_that_rolled_over_sends_the_run_back_to_the_snapshot(void **state)
{
    struct rehearsal r;

    (void)state;
    run_in(&r, "log-rolled-over", 1);
    assert_string_equal(rehearsal_end(&r), "done");
    assert_true(rehearsal_count(&r, "intent", "step", "snapshot") >= 2);
    assert_int_equal(r.verdict.files_lost, 0);
    rehearsal_release(&r);
}

static void access_that_comes_back_is_removed_again_and_all_is_proven_anew(void **state)
{
    struct rehearsal r;

    (void)state;
    run_in(&r, "access-given-back", 1);
    assert_string_equal(rehearsal_end(&r), "done");
    assert_true(rehearsal_count(&r, "lapse", "yielded_by", "cut_access") >= 1);
    assert_true(rehearsal_count(&r, "intent", "step", "cut_access") >= 2);
    assert_true(rehearsal_count(&r, "intent", "step", "snapshot") >= 2);
    assert_int_equal(r.verdict.files_lost, 0);
    rehearsal_release(&r);
}

static void access_back_and_away_again_between_two_polls_is_seen(void **state)
{
    struct rehearsal r;

    (void)state;
    run_in(&r, "access-back-between-polls", 1);
    assert_string_equal(rehearsal_end(&r), "done");
    assert_true(rehearsal_count(&r, "lapse", "yielded_by", "cut_access") >= 1);
    assert_int_equal(r.verdict.files_lost, 0);
    rehearsal_release(&r);
}

static void access_back_and_away_while_the_engine_is_down_is_seen_at_the_restart(void **state)
{
    struct rehearsal r;
    uint64_t commits = 0;

    (void)state;
    rehearsal_begin(&r, "access-back-engine-down", NULL, 1);
    rehearsal_answer(&r, "delete", "approve");
    rehearsal_drive(&r);
    commits = r.front.commits;
    rehearsal_release(&r);
    assert_true(commits > 8);

    rehearsal_begin(&r, "access-back-engine-down", NULL, 1);
    rehearsal_answer(&r, "delete", "approve");
    r.front.dies_at = 9; /* in the wait for the upload */
    rehearsal_drive(&r);
    assert_true(r.has_crashed);
    assert_null(rehearsal_end(&r));
    r.front.dies_at = 0;
    rehearsal_sleep(&r, INT64_C(6) * 3600 * 1000);
    rehearsal_drive(&r);
    rehearsal_judge(&r);
    assert_string_equal(rehearsal_end(&r), "done");
    assert_true(rehearsal_count(&r, "lapse", "yielded_by", "cut_access") >= 1);
    assert_int_equal(r.verdict.files_lost, 0);
    rehearsal_release(&r);
}

static void item_errors_are_asked_about_and_never_deleted_over(void **state)
{
    struct rehearsal r;

    (void)state;
    run_in(&r, "item-errors", 1);
    assert_null(rehearsal_end(&r));
    assert_int_equal(r.code, 3);
    assert_int_equal(rehearsal_count(&r, "ask", "step", "review"), 1);
    assert_int_equal(r.verdict.deletes, 0);
    rehearsal_release(&r);
}

static void a_loss_that_a_person_accepts_is_all_that_is_lost(void **state)
{
    struct rehearsal r;

    (void)state;
    rehearsal_begin(&r, "item-errors", NULL, 1);
    rehearsal_answer(&r, "delete", "approve");
    rehearsal_answer(&r, "review", "accept");
    rehearsal_drive(&r);
    rehearsal_judge(&r);
    assert_string_equal(rehearsal_end(&r), "done");
    assert_true(r.verdict.files_lost > 0);
    assert_int_equal(r.verdict.files_lost, r.verdict.files_accepted);
    rehearsal_release(&r);
}

static void a_decision_to_stop_puts_access_back(void **state)
{
    struct rehearsal r;

    (void)state;
    rehearsal_begin(&r, "never-synced", NULL, 1);
    rehearsal_answer(&r, "leftovers_review", "stop");
    rehearsal_drive(&r);
    rehearsal_judge(&r);
    assert_string_equal(rehearsal_end(&r), "stopped");
    assert_int_equal(r.code, 4);
    assert_int_equal(rehearsal_count(&r, "undone", "step", "cut_access"), 1);
    assert_int_equal(r.verdict.deletes, 0);
    rehearsal_release(&r);
}

static void a_delete_while_the_server_is_offline_parks_and_says_why(void **state)
{
    struct rehearsal r;

    (void)state;
    run_in(&r, "server-offline-at-delete", 1);
    assert_null(rehearsal_end(&r));
    assert_int_equal(r.code, 3);
    assert_non_null(
        strstr(sw_as_text(sw_get(rehearsal_last(&r, "park"), "why")), "MgmtServerJobExpired"));
    assert_int_equal(r.verdict.files_lost, 0);
    rehearsal_release(&r);
}

/* Of each scope the list is another one, and none shows what hangs above it. */
static void a_lock_is_seen_wherever_it_hangs(void **state)
{
    static const struct {
        const char *on, *level;
        bool stops;
    } rows[] = {
        {"subscription", "CanNotDelete", true}, {"resource_group", "CanNotDelete", true},
        {"service", "CanNotDelete", true},      {"group", "CanNotDelete", true},
        {"endpoint", "CanNotDelete", true},     {"cloud_endpoint", "ReadOnly", true},
        {"account", "ReadOnly", true},          {"account", "CanNotDelete", false},
    };

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        struct rehearsal r;
        const char *text = sw_format(
            *state,
            "world: filesync\nparams: { reason: migrate }\nendpoint: { files: 20, tiered: 2 }\n"
            "azure: { locked: true, lock_on: %s, lock_level: %s }\n",
            rows[i].on, rows[i].level);

        rehearsal_begin_in(&r, text, 1);
        rehearsal_answer(&r, "delete", "approve");
        rehearsal_drive(&r);
        rehearsal_judge(&r);
        if (rows[i].stops != (r.code == 4 && r.verdict.writes == 0)) {
            fail_msg("%s on %s: exit %d, %d writes", rows[i].level, rows[i].on, r.code,
                     (int)r.verdict.writes);
        }
        rehearsal_release(&r);
    }
}

static void a_comparison_of_all_files_stands_in_for_the_list_of_leftovers(void **state)
{
    static const char *const worlds[] = {"clean", "access-given-back", "session-already-running"};

    (void)state;
    for (size_t i = 0; i < SW_COUNT(worlds); i++) {
        for (uint64_t seed = 1; seed <= 5; seed++) {
            struct rehearsal r;

            rehearsal_begin_with(&r, "scenario-1", worlds[i], seed, "require_manifest=true");
            rehearsal_answer(&r, "delete", "approve");
            rehearsal_drive(&r);
            rehearsal_judge(&r);
            assert_string_equal(rehearsal_end(&r), "done");
            assert_int_equal(r.verdict.files_lost, 0);
            assert_true(rehearsal_count(&r, "enter", "step", "compare") >= 1);
            assert_int_equal(rehearsal_count(&r, "enter", "step", "leftovers"), 0);
            rehearsal_release(&r);
        }
    }
}

static void a_comparison_does_not_settle_what_sync_leaves_out(void **state)
{
    struct rehearsal r;

    (void)state;
    rehearsal_begin_with(&r, "scenario-1", "never-synced", 1, "require_manifest=true");
    rehearsal_answer(&r, "delete", "approve");
    rehearsal_drive(&r);
    assert_null(rehearsal_end(&r));
    assert_int_equal(rehearsal_count(&r, "ask", "step", "leftovers_review"), 1);
    rehearsal_release(&r);
}

static void an_error_that_needs_a_person_is_asked_about(void **state)
{
    struct rehearsal r;

    (void)state;
    run_in(&r, "sync-error", 1);
    assert_int_equal(r.code, 3);
    assert_int_equal(rehearsal_count(&r, "ask", "step", "repair"), 1);
    assert_int_equal(r.verdict.deletes, 0);
    rehearsal_release(&r);
}

static void an_expired_question_goes_the_safe_way(void **state)
{
    struct rehearsal r;

    (void)state;
    rehearsal_begin(&r, "sync-error", NULL, 1);
    rehearsal_answer(&r, "repair", "wait");
    rehearsal_drive(&r);
    rehearsal_judge(&r);
    assert_string_equal(rehearsal_end(&r), "stopped");
    assert_int_equal(r.verdict.deletes, 0);
    rehearsal_release(&r);
}

static void a_plan_leaves_every_byte_of_the_world_as_it_was(void **state)
{
    struct rehearsal r;
    char before[65];
    char after[65];
    struct sw_plan_look look;
    uint64_t looks = 0;

    (void)state;
    rehearsal_begin(&r, "clean", NULL, 1);

    struct sw_session session = {.world = r.world, .targets = r.targets};
    struct sw_plan_config config = {
        .runbook = r.runbook.runbook, .targets = r.targets, .params = r.params};
    struct sw_plan *plan = sw_plan_new(&config);
    int64_t now = r.world->ops->now(r.world);

    /* What time alone changes is not the plan's doing: an equal world only waits as long. */
    while (sw_plan_next(plan, r.world->ops->now(r.world), &look)) {
        struct sw_arena *arena = sw_arena_new();
        struct sw_answer answer = {0};
        struct sw_error err = {0};
        enum sw_turn turn =
            sw_session_look(&session, look.target, look.call, arena, ++looks, &answer, &err);

        assert_int_equal(turn, SW_TURN_DONE);
        sw_plan_answer(plan, r.world->ops->now(r.world), &answer, NULL);
        sw_arena_free(arena);
    }
    assert_true(looks > 10);
    r.world->ops->digest(r.world, after);

    int64_t took = r.world->ops->now(r.world) - now;

    rehearsal_judge(&r);
    assert_int_equal(r.verdict.writes, 0);
    sw_plan_free(plan);
    rehearsal_release(&r);

    rehearsal_begin(&r, "clean", NULL, 1);
    r.world->ops->advance(r.world, r.world->ops->now(r.world) + took);
    r.world->ops->digest(r.world, before);
    assert_string_equal(before, after);
    rehearsal_release(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clean_world_ends_done_and_loses_nothing),
        cmocka_unit_test(a_session_that_was_running_at_the_trigger_does_not_count),
        cmocka_unit_test(a_clean_session_of_another_group_does_not_count),
        cmocka_unit_test(an_old_agent_without_the_cmdlet_waits_for_the_second_session),
        cmocka_unit_test(a_log_that_rolled_over_sends_the_run_back_to_the_snapshot),
        cmocka_unit_test(access_that_comes_back_is_removed_again_and_all_is_proven_anew),
        cmocka_unit_test(access_back_and_away_again_between_two_polls_is_seen),
        cmocka_unit_test(access_back_and_away_while_the_engine_is_down_is_seen_at_the_restart),
        cmocka_unit_test(item_errors_are_asked_about_and_never_deleted_over),
        cmocka_unit_test(a_loss_that_a_person_accepts_is_all_that_is_lost),
        cmocka_unit_test(a_decision_to_stop_puts_access_back),
        cmocka_unit_test(a_delete_while_the_server_is_offline_parks_and_says_why),
        cmocka_unit_test_setup_teardown(a_lock_is_seen_wherever_it_hangs, begin_arena, end_arena),
        cmocka_unit_test(a_comparison_of_all_files_stands_in_for_the_list_of_leftovers),
        cmocka_unit_test(a_comparison_does_not_settle_what_sync_leaves_out),
        cmocka_unit_test(an_error_that_needs_a_person_is_asked_about),
        cmocka_unit_test(an_expired_question_goes_the_safe_way),
        cmocka_unit_test(a_plan_leaves_every_byte_of_the_world_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
