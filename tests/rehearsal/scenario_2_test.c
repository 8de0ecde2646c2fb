/* Scenario 2 in each trouble world: the server must hold everything when its endpoint goes, and no
 * wrong sign is taken for that. */
#include "rehearsal/rehearsal.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

enum { SEEDS = 10 };

static void begin(struct rehearsal *r, const char *world, uint64_t seed)
{
    rehearsal_begin_file(r, "scenario-2", world, seed);
    rehearsal_answer(r, "delete", "approve");
}

static void run(struct rehearsal *r)
{
    rehearsal_drive(r);
    rehearsal_judge(r);
}

static void assert_end(struct rehearsal *r, const char *end, uint64_t deletes)
{
    if (!sw_text_is(rehearsal_end(r), end)) {
        fail_msg("ended as %s (exit %d)", rehearsal_end(r) == NULL ? "nothing" : rehearsal_end(r),
                 r->code);
    }
    assert_int_equal(r->verdict.files_lost, 0);
    assert_int_equal(r->verdict.deletes, deletes);
    assert_false(r->verdict.is_deleted_twice);
}

/* It waits for a person at this step, and nothing was deleted. */
static void assert_asks(struct rehearsal *r, const char *step)
{
    assert_null(rehearsal_end(r));
    assert_int_equal(r->code, 3);
    assert_true(rehearsal_count(r, "ask", "step", step) >= 1);
    assert_int_equal(r->verdict.deletes, 0);
}

static void ends_done(const char *world)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct rehearsal r;

        begin(&r, world, seed);
        run(&r);
        assert_end(&r, "done", 1);
        rehearsal_release(&r);
    }
}

static void a_clean_world_ends_with_everything_on_the_server(void **state)
{
    (void)state;
    ends_done("scenario-2/clean");
}

static void a_look_that_was_running_already_does_not_count(void **state)
{
    (void)state;
    ends_done("scenario-2/enumeration-running");
}

static void clean_uploads_are_no_sign_of_a_download(void **state)
{
    struct rehearsal r;

    (void)state;
    ends_done("scenario-2/no-download");
    begin(&r, "scenario-2/no-download", 1);
    run(&r);
    /* It waited until the downloads were back, five hours later. */
    int64_t hours = (r.world->ops->now(r.world) - INT64_C(1795201200) * 1000000000) /
                    (INT64_C(3600) * 1000000000);
    assert_true(hours >= 5);
    rehearsal_release(&r);
}

static void files_that_cannot_be_recalled_are_asked_about(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "scenario-2/recall-fails", 1);
    run(&r);
    assert_asks(&r, "recall_trouble");
    rehearsal_release(&r);
}

static void a_stop_turns_tiering_on_again_with_its_policy(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "scenario-2/recall-fails", 1);
    rehearsal_answer(&r, "recall_trouble", "stop");
    run(&r);
    assert_end(&r, "stopped", 0);
    assert_int_equal(r.code, 4);
    assert_int_equal(rehearsal_count(&r, "undone", "step", "tiering_off"), 1);
    rehearsal_release(&r);
}

static void a_service_that_throttles_is_waited_for(void **state)
{
    (void)state;
    ends_done("scenario-2/throttled");
}

static void a_token_that_expires_while_an_operation_is_polled_changes_nothing(void **state)
{
    (void)state;
    ends_done("scenario-2/token-expired");
}

static void a_recall_that_is_repaired_and_made_again_ends_done(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "scenario-2/recall-heals", 1);
    run(&r);
    assert_asks(&r, "recall_trouble");
    rehearsal_sleep(&r, INT64_C(3) * 3600 * 1000);
    rehearsal_answer(&r, "recall_trouble", "again");
    run(&r);
    assert_end(&r, "done", 1);
    assert_true(rehearsal_count(&r, "intent", "step", "recall") >= 2);
    rehearsal_release(&r);
}

static void a_volume_that_fills_up_is_asked_about(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "scenario-2/disk-fills", 1);
    run(&r);
    assert_asks(&r, "no_room");
    assert_int_equal(rehearsal_count(&r, "intent", "step", "recall"), 1);
    rehearsal_release(&r);
}

static void a_volume_without_room_is_asked_about_before_anything_is_recalled(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "scenario-2/no-room", 1);
    run(&r);
    assert_asks(&r, "no_room");
    assert_int_equal(rehearsal_count(&r, "intent", "step", "recall"), 0);
    rehearsal_release(&r);
}

static void a_stub_outside_of_the_endpoint_stops_the_proof(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "scenario-2/outside", 1);
    run(&r);
    assert_asks(&r, "recall_trouble");
    assert_int_equal(rehearsal_count(&r, "evidence", "evidence", "filesync.recalled"), 0);
    rehearsal_release(&r);
}

static void a_folder_that_cannot_be_read_is_not_taken_for_empty(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "scenario-2/unreadable", 1);
    run(&r);
    assert_asks(&r, "no_room");
    rehearsal_release(&r);
}

static void a_detection_that_fails_late_is_asked_about(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "scenario-2/detection-fails", 1);
    run(&r);
    assert_asks(&r, "detect_trouble");
    assert_int_equal(rehearsal_count(&r, "evidence", "evidence", "filesync.changes_detected"), 0);
    rehearsal_sleep(&r, INT64_C(4) * 3600 * 1000);
    rehearsal_answer(&r, "detect_trouble", "again");
    run(&r);
    assert_end(&r, "done", 1);
    rehearsal_release(&r);
}

static void files_that_do_not_come_down_are_asked_about(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "scenario-2/download-errors", 1);
    run(&r);
    assert_asks(&r, "download_trouble");
    rehearsal_sleep(&r, INT64_C(4) * 3600 * 1000);
    rehearsal_answer(&r, "download_trouble", "again");
    run(&r);
    assert_end(&r, "done", 1);
    rehearsal_release(&r);
}

static void tiering_that_comes_back_is_turned_off_and_all_is_proven_anew(void **state)
{
    struct rehearsal r;

    (void)state;
    ends_done("scenario-2/tiering-back");
    begin(&r, "scenario-2/tiering-back", 1);
    run(&r);
    assert_int_equal(rehearsal_count(&r, "lapse", "yielded_by", "tiering_off"), 1);
    assert_int_equal(rehearsal_count(&r, "evidence", "evidence", "filesync.recalled"), 2);
    rehearsal_release(&r);
}

static void a_read_only_lock_refuses_the_run_before_the_first_change(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "scenario-2/read-only-lock", 1);
    run(&r);
    assert_int_equal(r.code, 4);
    assert_int_equal(r.verdict.writes, 0);
    rehearsal_release(&r);
}

static void a_recall_that_a_restart_cuts_off_is_asked_about(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "scenario-2/offline", 1);
    run(&r);
    assert_asks(&r, "recall_trouble");
    rehearsal_answer(&r, "recall_trouble", "again");
    run(&r);
    assert_end(&r, "done", 1);
    rehearsal_release(&r);
}

static void a_server_that_goes_offline_at_the_delete_parks_the_run(void **state)
{
    struct rehearsal r;

    (void)state;
    begin(&r, "scenario-2/offline-at-delete", 1);
    run(&r);
    assert_null(rehearsal_end(&r));
    assert_non_null(
        strstr(sw_as_text(sw_get(rehearsal_last(&r, "park"), "why")), "MgmtServerJobExpired"));
    assert_int_equal(r.verdict.files_lost, 0);
    rehearsal_release(&r);
}

static void the_mark_is_read_once_and_outlives_the_process(void **state)
{
    struct rehearsal r;
    size_t marks = 0;

    (void)state;
    begin(&r, "scenario-2/clean", 1);
    run(&r);
    marks = rehearsal_count(&r, "seen", "step", "final_download");
    assert_int_equal(marks, 1);
    rehearsal_release(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clean_world_ends_with_everything_on_the_server),
        cmocka_unit_test(a_look_that_was_running_already_does_not_count),
        cmocka_unit_test(clean_uploads_are_no_sign_of_a_download),
        cmocka_unit_test(files_that_cannot_be_recalled_are_asked_about),
        cmocka_unit_test(a_stop_turns_tiering_on_again_with_its_policy),
        cmocka_unit_test(a_service_that_throttles_is_waited_for),
        cmocka_unit_test(a_token_that_expires_while_an_operation_is_polled_changes_nothing),
        cmocka_unit_test(a_recall_that_is_repaired_and_made_again_ends_done),
        cmocka_unit_test(a_volume_that_fills_up_is_asked_about),
        cmocka_unit_test(a_volume_without_room_is_asked_about_before_anything_is_recalled),
        cmocka_unit_test(a_stub_outside_of_the_endpoint_stops_the_proof),
        cmocka_unit_test(a_folder_that_cannot_be_read_is_not_taken_for_empty),
        cmocka_unit_test(a_detection_that_fails_late_is_asked_about),
        cmocka_unit_test(files_that_do_not_come_down_are_asked_about),
        cmocka_unit_test(tiering_that_comes_back_is_turned_off_and_all_is_proven_anew),
        cmocka_unit_test(a_read_only_lock_refuses_the_run_before_the_first_change),
        cmocka_unit_test(a_recall_that_a_restart_cuts_off_is_asked_about),
        cmocka_unit_test(a_server_that_goes_offline_at_the_delete_parks_the_run),
        cmocka_unit_test(the_mark_is_read_once_and_outlives_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
