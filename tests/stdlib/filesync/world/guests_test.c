/* Several endpoints on one server: what one of them suffers is not the others'. */
#include "stdlib/filesync/world/world_bench.h"

#define THREE                                                                                      \
    "{\"world\":\"filesync\",\"more_endpoints\":["                                                 \
    "{\"name\":\"b\",\"path\":\"E:\\\\B\",\"group\":\"bees\",\"target\":\"second\"},"              \
    "{\"name\":\"c\",\"path\":\"F:\\\\C\",\"group\":\"seas\",\"target\":\"third\"}]"

static void deleting_one_at_once_loses_its_files_and_no_others(void **state)
{
    (void)state;
    struct bench bench = bench_open(THREE "}");
    struct sw_verdict_of_world verdict = {0};

    bench_until(&bench, 3 * MINUTE);
    assert_true(sw_fs_delete_begin(sw_fs_guest(bench.model, 1), true) != 0);
    bench_pass(&bench, 5 * MINUTE);
    bench.world->ops->judge(bench.world, bench.arena, &verdict);
    assert_int_equal(verdict.deletes, 1);
    assert_true(verdict.files_lost > 0);
    assert_true(sw_text_begins(verdict.lost_names[0], "E:\\B\\"));
    assert_non_null(strstr(verdict.text, "D:\\Shares\\Team: The server endpoint is still there"));
    assert_non_null(strstr(verdict.text, "E:\\B: The server endpoint is gone"));
    assert_non_null(strstr(verdict.text, "F:\\C: The server endpoint is still there"));
    bench_close(&bench);
}

static void what_was_given_up_of_one_is_not_given_up_of_another(void **state)
{
    (void)state;
    struct bench bench =
        bench_open(THREE ",\"item_errors\":[{\"path\":\"a.dwg\"},{\"path\":"
                         "\"a.dwg\",\"endpoint\":\"b\"}],\"users\":{\"count\":\"0\"}}");
    struct sw_fs_model *second = sw_fs_guest(bench.model, 1);
    struct sw_verdict_of_world verdict = {0};
    struct sw_builder locks = sw_list_begin(bench.arena);
    struct sw_builder names = sw_list_begin(bench.arena);

    sw_list_add(&locks, sw_text(bench.arena, sw_fs_endpoint_id(second, bench.arena)));
    sw_list_add(&names, sw_text(bench.arena, "a.dwg"));
    bench.world->ops->accept_loss(bench.world, sw_built(&names), sw_built(&locks));
    sw_fs_delete_begin(second, true);
    sw_fs_delete_begin(bench.model, true);
    bench_pass(&bench, 5 * MINUTE);
    bench.world->ops->judge(bench.world, bench.arena, &verdict);
    assert_int_equal(verdict.files_lost, 2);
    assert_int_equal(verdict.files_accepted, 1);
    assert_non_null(strstr(verdict.text, "a.dwg. NOBODY HAD GIVEN IT UP."));
    bench_close(&bench);
}

static void the_task_takes_a_snapshot_of_all_volumes(void **state)
{
    (void)state;
    struct bench bench = bench_open(THREE "}");

    bench_until(&bench, 2 * MINUTE);
    bench_script(&bench, "filesync/start-vss-upload", "{}");
    bench_pass(&bench, 3 * HOUR);
    for (size_t i = 0; i < 3; i++) {
        bool has_one = false;
        const struct sw_fs_model *guest = sw_fs_guest(bench.model, i);

        for (size_t k = 0; k < guest->session_count; k++) {
            has_one = has_one || (guest->sessions[k]->is_snapshot && guest->sessions[k]->has_ended);
        }
        assert_true(has_one);
    }
    bench_close(&bench);
}

static void a_server_that_is_offline_is_so_for_all(void **state)
{
    (void)state;
    struct bench bench =
        bench_open(THREE ",\"trouble\":[{\"at\":\"2m\",\"what\":\"server_offline\"}]}");

    bench_until(&bench, 3 * MINUTE);
    for (size_t i = 0; i < 3; i++) {
        assert_false(sw_fs_is_online(sw_fs_guest(bench.model, i)));
        assert_null(sw_fs_guest(bench.model, i)->upload);
    }
    bench_close(&bench);
}

static void the_channel_is_one_and_tells_of_each_in_order_of_time(void **state)
{
    (void)state;
    struct bench bench = bench_open(THREE "}");
    const struct sw_fs_log *log = &bench.model->telemetry;
    bool is_told[3] = {false};

    bench_until(&bench, 1 * HOUR);
    for (size_t i = 0; i < log->count; i++) {
        const struct sw_fs_record *record = sw_fs_log_at(log, i);

        assert_true(i == 0 || sw_fs_log_at(log, i - 1)->at_ns <= record->at_ns);
        is_told[record->owner->index] = is_told[record->owner->index] || record->event == 9102;
    }
    assert_true(is_told[0] && is_told[1] && is_told[2]);
    bench_close(&bench);
}

static void each_target_by_name_has_its_group(void **state)
{
    (void)state;
    struct bench bench = bench_open(THREE "}");
    const struct sw_value *map = bench.world->ops->bindings(bench.world, bench.arena);

    assert_string_equal(sw_as_text(sw_get_path(map, "azure.sync_group", "sync_group", NULL)),
                        "team-files");
    assert_string_equal(sw_as_text(sw_get_path(map, "azure.sync_group third", "sync_group", NULL)),
                        "seas");
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deleting_one_at_once_loses_its_files_and_no_others),
        cmocka_unit_test(what_was_given_up_of_one_is_not_given_up_of_another),
        cmocka_unit_test(the_task_takes_a_snapshot_of_all_volumes),
        cmocka_unit_test(a_server_that_is_offline_is_so_for_all),
        cmocka_unit_test(the_channel_is_one_and_tells_of_each_in_order_of_time),
        cmocka_unit_test(each_target_by_name_has_its_group),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
