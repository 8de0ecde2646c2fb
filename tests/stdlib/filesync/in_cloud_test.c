/* What is changed through the resource manager, against the model world, in its bytes. */
#include "stdlib/azure/detect_changes.h"
#include "stdlib/azure/disable_cloud_tiering.h"
#include "stdlib/filesync/visit.h"

#define FOLDER "\"endpoint\":{\"files\":\"80\",\"tiered\":\"10\"}"
#define WORLD(more) "{\"world\":\"filesync\",\"users\":{\"count\":\"0\"}," FOLDER more "}"

static enum sw_verdict undo_state(struct visit *v)
{
    return visit_do(v, sw_azure_disable_cloud_tiering.probe_undo, &v->cloud);
}

static void tiering_goes_off_and_no_file_becomes_a_stub_any_more(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close) struct visit v = visit_open(WORLD(""));
    size_t stubs = 0;

    visit_act(&v, &sw_azure_disable_cloud_tiering, "filesync.tiering_off");
    assert_false(v.bench.model->policy.is_on);
    assert_int_equal(visit_do(&v, sw_azure_tiering_off.reread, &v.cloud), SW_HOLDS);
    for (size_t i = 0; i < v.bench.model->file_count; i++) {
        stubs += v.bench.model->files[i].is_tiered ? 1 : 0;
    }
    bench_pass(&v.bench, 24 * HOUR);
    for (size_t i = 0; i < v.bench.model->file_count; i++) {
        stubs -= v.bench.model->files[i].is_tiered ? 1 : 0;
    }
    assert_int_equal(stubs, 0);
}

static void undo_gives_tiering_its_policy_back(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close) struct visit v = visit_open(WORLD(""));
    struct sw_fs_policy policy = v.bench.model->policy;

    visit_act(&v, &sw_azure_disable_cloud_tiering, "filesync.tiering_off");
    assert_int_equal(v.bench.model->policy.free_percent, 0);
    assert_int_equal(undo_state(&v), SW_NEEDED);
    assert_int_equal(visit_write(&v, sw_azure_disable_cloud_tiering.undo), SW_TURN_DONE);
    assert_int_equal(undo_state(&v), SW_ALREADY);
    assert_memory_equal(&policy, &v.bench.model->policy, sizeof policy);
}

static void tiering_that_somebody_turns_on_again_is_seen(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close)
    struct visit v =
        visit_open(WORLD(",\"trouble\":[{\"at\":\"tiering+20m\",\"what\":\"tiering_back\"}]"));

    visit_act(&v, &sw_azure_disable_cloud_tiering, "filesync.tiering_off");
    bench_pass(&v.bench, 30 * MINUTE);
    assert_int_equal(visit_do(&v, sw_azure_tiering_off.reread, &v.cloud), SW_LAPSED);
}

static void a_read_only_lock_stops_the_first_change(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close)
    struct visit v =
        visit_open(WORLD(",\"azure\":{\"locked\":\"true\",\"lock_level\":\"ReadOnly\"}"));

    assert_int_equal(visit_do(&v, sw_azure_disable_cloud_tiering.probe, &v.cloud), SW_NEEDED);
    visit_keep_seen(&v);
    assert_int_equal(visit_write(&v, sw_azure_disable_cloud_tiering.writes), SW_TURN_FAIL);
    assert_int_equal(v.err.code, SW_E_REFUSED);
    assert_true(v.bench.model->policy.is_on);
}

static void what_was_written_in_the_share_is_known_after_a_look(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close)
    struct visit v = visit_open(WORLD(
        ",\"trouble\":[{\"at\":\"5m\",\"what\":\"cloud_write\",\"path\":\"In\\\\new.pdf\"}]"));
    struct sw_fs_model *model = v.bench.model;

    bench_until(&v.bench, 10 * MINUTE);
    size_t at = sw_fs_file_find(model, "In\\new.pdf");

    assert_int_equal(model->files[at].known_content, 0);
    visit_act(&v, &sw_azure_detect_changes, "filesync.changes_detected");
    assert_int_equal(model->files[at].known_content, model->files[at].share_content);
    assert_int_equal(model->files[at].server_content, 0);
    assert_int_equal(visit_do(&v, sw_azure_changes_detected.reread, &v.cloud), SW_HOLDS);
    bench_pass(&v.bench, 20 * MINUTE);
    assert_int_equal(model->files[at].server_content, model->files[at].share_content);
}

static void a_look_under_way_when_it_is_asked_for_is_not_taken_for_ours(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close)
    struct visit v =
        visit_open(WORLD(",\"trouble\":[{\"at\":\"5m\",\"what\":\"enumeration\",\"takes\":\"30m\"},"
                         "{\"at\":\"10m\",\"what\":\"cloud_write\",\"path\":\"In\\\\new.pdf\"}]"));
    struct sw_fs_model *model = v.bench.model;

    bench_until(&v.bench, 20 * MINUTE);
    visit_act(&v, &sw_azure_detect_changes, "filesync.changes_detected");
    size_t at = sw_fs_file_find(model, "In\\new.pdf");

    assert_int_equal(model->files[at].known_content, model->files[at].share_content);
}

static void a_look_that_fails_late_proves_nothing(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close)
    struct visit v = visit_open(WORLD(",\"trouble\":[{\"at\":\"1m\",\"what\":\"detect_fails\"}]"));

    bench_until(&v.bench, 2 * MINUTE);
    assert_int_equal(visit_do(&v, sw_azure_detect_changes.probe, &v.cloud), SW_NEEDED);
    visit_keep_seen(&v);
    assert_int_equal(visit_write(&v, sw_azure_detect_changes.writes), SW_TURN_FAIL);
    assert_int_equal(v.err.code, SW_E_REFUSED);
    assert_int_equal(visit_do(&v, sw_azure_detect_changes.probe, &v.cloud), SW_NEEDED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiering_goes_off_and_no_file_becomes_a_stub_any_more),
        cmocka_unit_test(undo_gives_tiering_its_policy_back),
        cmocka_unit_test(tiering_that_somebody_turns_on_again_is_seen),
        cmocka_unit_test(a_read_only_lock_stops_the_first_change),
        cmocka_unit_test(what_was_written_in_the_share_is_known_after_a_look),
        cmocka_unit_test(a_look_under_way_when_it_is_asked_for_is_not_taken_for_ours),
        cmocka_unit_test(a_look_that_fails_late_proves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
