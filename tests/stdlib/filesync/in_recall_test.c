/* The way of scenario 2 on the server, against the model world, over the same SOAP. */
#include "stdlib/azure/detect_changes.h"
#include "stdlib/azure/disable_cloud_tiering.h"
#include "stdlib/filesync/download_session.h"
#include "stdlib/filesync/last_sessions.h"
#include "stdlib/filesync/recall.h"
#include "stdlib/filesync/tiered_files.h"
#include "stdlib/filesync/visit.h"
#include "stdlib/windows/folder_count.h"

#define FOLDER "\"endpoint\":{\"files\":\"80\",\"tiered\":\"10\",\"bytes\":\"8GiB\"}"
#define WORLD(more)                                                                                \
    "{\"world\":\"filesync\",\"survivor\":\"server\",\"users\":{\"count\":\"3\"}," FOLDER more "}"

static const char *recall(struct visit *v)
{
    visit_act(v, &sw_filesync_start_recall, NULL);
    return visit_wait(v, &sw_filesync_recall_job, "none", 2 * MINUTE, 24 * HOUR);
}

static const char *scan(struct visit *v)
{
    return visit_wait(v, &sw_filesync_tiered_files, "filesync.recalled", 10 * MINUTE, 24 * HOUR);
}

static void the_whole_way_leaves_everything_on_the_server(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close)
    struct visit v = visit_open(WORLD(
        ",\"trouble\":[{\"at\":\"5m\",\"what\":\"cloud_write\",\"path\":\"In\\\\new.pdf\"}]"));

    visit_act(&v, &sw_azure_disable_cloud_tiering, "filesync.tiering_off");
    assert_string_equal(recall(&v), "finished");
    assert_string_equal(scan(&v), "none");
    visit_act(&v, &sw_azure_detect_changes, "filesync.changes_detected");
    assert_string_equal(
        visit_wait(&v, &sw_filesync_download_session, "filesync.server_complete", MINUTE, 6 * HOUR),
        "clean");
    assert_int_equal(visit_do(&v, sw_filesync_recalled.reread, &v.server), SW_HOLDS);
    assert_int_equal(visit_do(&v, sw_filesync_server_complete.reread, &v.server), SW_HOLDS);
    assert_int_equal(bench_delete(&v.bench).files_lost, 0);
}

static void a_delete_before_the_recall_leaves_stubs_that_nobody_can_open(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close) struct visit v = visit_open(WORLD(""));

    assert_true(bench_delete(&v.bench).files_lost >= 5);
}

static void a_delete_without_a_look_through_the_share_lacks_what_was_put_there(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close)
    struct visit v = visit_open(WORLD(
        ",\"trouble\":[{\"at\":\"5m\",\"what\":\"cloud_write\",\"path\":\"In\\\\new.pdf\"}]"));

    visit_act(&v, &sw_azure_disable_cloud_tiering, "filesync.tiering_off");
    assert_string_equal(recall(&v), "finished");
    assert_string_equal(scan(&v), "none");
    struct sw_verdict_of_world verdict = bench_delete(&v.bench);

    assert_int_equal(verdict.files_lost, 1);
    assert_string_equal(verdict.lost_names[0], "In\\new.pdf");
}

static void a_delete_between_the_look_and_the_download_lacks_it_too(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close)
    struct visit v = visit_open(
        WORLD(",\"trouble\":[{\"at\":\"5m\",\"what\":\"cloud_write\",\"path\":\"In\\\\new.pdf\"},"
              "{\"at\":\"6m\",\"what\":\"no_downloads\"}]"));

    visit_act(&v, &sw_azure_disable_cloud_tiering, "filesync.tiering_off");
    assert_string_equal(recall(&v), "finished");
    assert_string_equal(scan(&v), "none");
    visit_act(&v, &sw_azure_detect_changes, "filesync.changes_detected");
    assert_string_equal(
        visit_wait(&v, &sw_filesync_download_session, "filesync.server_complete", MINUTE, 2 * HOUR),
        "timeout");
    assert_int_equal(bench_delete(&v.bench).files_lost, 1);
}

static void what_is_written_to_the_share_behind_the_detection_is_not_promised(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close)
    struct visit v =
        visit_open(WORLD(",\"trouble\":[{\"at\":\"detect+20m\",\"what\":\"cloud_write\"}]"));

    visit_act(&v, &sw_azure_disable_cloud_tiering, "filesync.tiering_off");
    assert_string_equal(recall(&v), "finished");
    visit_act(&v, &sw_azure_detect_changes, "filesync.changes_detected");
    bench_pass(&v.bench, 30 * MINUTE);
    assert_int_equal(bench_delete(&v.bench).files_lost, 0);
}

static void a_recall_that_was_cut_off_by_a_restart_says_so(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close)
    struct visit v = visit_open(
        WORLD(",\"server\":{\"recall_rate\":\"1MiB\"},"
              "\"trouble\":[{\"at\":\"recall+3m\",\"what\":\"reboot\",\"for\":\"1m\"}]"));

    visit_act(&v, &sw_filesync_start_recall, NULL);
    bench_pass(&v.bench, 10 * MINUTE);
    assert_int_equal(visit_do(&v, sw_filesync_recall_job.probe, &v.server), SW_DONE);
    assert_string_equal(v.probe->outcome, "file_errors");
}

static void a_file_that_is_tiered_again_is_seen_by_the_journal(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close)
    struct visit v = visit_open(WORLD(",\"trouble\":[{\"at\":\"4h\",\"what\":\"tiering_back\"}]"));

    visit_act(&v, &sw_azure_disable_cloud_tiering, "filesync.tiering_off");
    assert_string_equal(recall(&v), "finished");
    assert_string_equal(scan(&v), "none");
    assert_int_equal(visit_do(&v, sw_filesync_recalled.reread, &v.server), SW_HOLDS);
    bench_until(&v.bench, 5 * HOUR);
    assert_int_equal(visit_do(&v, sw_filesync_recalled.reread, &v.server), SW_LAPSED);
}

static void a_log_that_is_cleared_loses_the_download(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close)
    struct visit v =
        visit_open(WORLD(",\"trouble\":[{\"at\":\"detect+5m\",\"what\":\"clear_log\"}]"));

    visit_act(&v, &sw_azure_detect_changes, "filesync.changes_detected");
    assert_string_equal(visit_wait(&v, &sw_filesync_download_session, "none", MINUTE, 6 * HOUR),
                        "evidence_lost");
}

static void later_downloads_with_errors_end_the_proof(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close)
    struct visit v =
        visit_open(WORLD(",\"trouble\":[{\"at\":\"detect+2h\",\"what\":\"sync_error\"}]"));

    visit_act(&v, &sw_azure_detect_changes, "filesync.changes_detected");
    assert_string_equal(
        visit_wait(&v, &sw_filesync_download_session, "filesync.server_complete", MINUTE, 6 * HOUR),
        "clean");
    assert_int_equal(visit_do(&v, sw_filesync_server_complete.reread, &v.server), SW_HOLDS);
    bench_pass(&v.bench, 3 * HOUR);
    assert_int_equal(visit_do(&v, sw_filesync_server_complete.reread, &v.server), SW_LAPSED);
    assert_int_equal(visit_do(&v, sw_filesync_last_downloads.probe, &v.server), SW_DONE);
}

static void a_folder_is_counted(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close) struct visit v = visit_open(WORLD(""));
    struct sw_builder inputs = sw_map_begin(v.bench.arena);

    sw_map_put_text(&inputs, "path", v.bench.model->config.endpoint.path);
    v.view.inputs = sw_built(&inputs);
    assert_int_equal(visit_do(&v, sw_windows_folder_count.probe, &v.server), SW_DONE);
    assert_int_equal(bench_int(sw_get(sw_built(&v.probe->outputs), "files")),
                     v.bench.model->file_count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_way_leaves_everything_on_the_server),
        cmocka_unit_test(a_delete_before_the_recall_leaves_stubs_that_nobody_can_open),
        cmocka_unit_test(a_delete_without_a_look_through_the_share_lacks_what_was_put_there),
        cmocka_unit_test(a_delete_between_the_look_and_the_download_lacks_it_too),
        cmocka_unit_test(what_is_written_to_the_share_behind_the_detection_is_not_promised),
        cmocka_unit_test(a_recall_that_was_cut_off_by_a_restart_says_so),
        cmocka_unit_test(a_file_that_is_tiered_again_is_seen_by_the_journal),
        cmocka_unit_test(a_log_that_is_cleared_loses_the_download),
        cmocka_unit_test(later_downloads_with_errors_end_the_proof),
        cmocka_unit_test(a_folder_is_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
