#include "stdlib/filesync/vss_upload.h"

#include "stdlib/filesync/bench.h"

#define STATE_OF(task, run, result, newest)                                                        \
    "{\"task_state\":\"" task "\",\"last_run\":" run ",\"last_result\":" result                    \
    ",\"log\":{\"channel\":\"x\",\"newest_record_id\":" newest                                     \
    ",\"oldest_record_id\":5,\"created\":\"2025-01-01T00:00:00Z\"},\"usn\":{\"journal_id\":"       \
    "\"77\",\"first_usn\":1,\"next_usn\":900},\"snapshot_mode\":null}"
#define OLD "\"2026-11-19T23:00:00Z\""
#define NEW "\"2026-11-20T20:00:01Z\""

static const char script[] = "filesync/upload-state";

static enum sw_verdict look(struct bench *bench, const char *answer)
{
    bench_says(bench, script, answer);
    return bench_probe(bench, sw_filesync_start_vss_upload.probe);
}

static struct bench *looked_bench(void)
{
    struct bench *bench = bench_new();

    assert_int_equal(look(bench, STATE_OF("Ready", OLD, "0", "100")), SW_NEEDED);
    bench_keep_seen(bench);
    return bench;
}

static void the_mark_is_read_before_the_task_is_started(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = looked_bench();
    int64_t record = 0, time = 0;

    /* Records written by the start itself do not move it. */
    assert_int_equal(look(bench, STATE_OF("Running", NEW, "267009", "108")), SW_ALREADY);
    const struct sw_value *mark = sw_get(sw_built(&bench->probe->readings), "mark");
    assert_true(sw_as_int(sw_get(mark, "record_id"), &record));
    assert_int_equal(record, 100);
    assert_true(sw_as_int(sw_get(mark, "time"), &time));
    assert_int_equal(time, BENCH_NOW_NS); /* the server's own clock */
    assert_string_equal(
        sw_as_text(sw_get(sw_get(sw_built(&bench->probe->readings), "usn"), "journal_id")), "77");
}

static void a_start_that_changed_nothing_has_not_happened(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = looked_bench();

    assert_int_equal(look(bench, STATE_OF("Ready", OLD, "0", "101")), SW_NEEDED);
    assert_int_equal(look(bench, STATE_OF("Ready", "null", "267011", "101")), SW_NEEDED);
    assert_int_equal(look(bench, STATE_OF("Ready", NEW, "0", "101")), SW_ALREADY);
}

static void a_task_that_never_ran_has_then_run(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_int_equal(look(bench, STATE_OF("Ready", "null", "267011", "100")), SW_NEEDED);
    bench_keep_seen(bench);
    assert_int_equal(look(bench, STATE_OF("Running", NEW, "267009", "101")), SW_ALREADY);
}

static void a_task_at_work_already_is_a_passing_error(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_int_equal(look(bench, STATE_OF("Running", OLD, "267009", "100")), SW_FAILED);
    assert_string_equal(bench->probe->error_name, "task_running");
    assert_int_equal(look(bench, STATE_OF("Queued", OLD, "0", "100")), SW_FAILED);
    assert_string_equal(bench->probe->error_name, "task_running");
    assert_string_equal(sw_filesync_start_vss_upload.errors[0].name, "task_running");
    assert_true(sw_filesync_start_vss_upload.errors[0].is_transient);
}

static void a_disabled_task_needs_a_person(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_int_equal(look(bench, STATE_OF("Disabled", OLD, "0", "100")), SW_BLOCKED);
    assert_said(bench, "disabled");
}

static void a_task_that_failed_took_no_snapshot(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = looked_bench();

    assert_int_equal(look(bench, STATE_OF("Ready", NEW, "2147942402", "101")), SW_FAILED);
    assert_string_equal(bench->probe->error_name, "task_failed");
    assert_int_equal(look(bench, STATE_OF("Ready", NEW, "null", "101")), SW_FAILED);
}

static void a_log_cleared_meanwhile_is_seen_at_once(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = looked_bench();

    assert_int_equal(look(bench, STATE_OF("Ready", NEW, "0", "7")), SW_BLOCKED);
}

static void a_state_that_cannot_be_read_is_no_state(void **state)
{
    (void)state;
    static const char *const answers[] = {
        STATE_OF("Ready", OLD, "0", "null"),
        "{\"task_state\":null}",
        "{}",
    };

    for (size_t i = 0; i < SW_COUNT(answers); i++) {
        SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
        assert_int_equal(look(bench, answers[i]), SW_FAILED);
        assert_string_equal(bench->probe->error_name, "unreadable");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mark_is_read_before_the_task_is_started),
        cmocka_unit_test(a_start_that_changed_nothing_has_not_happened),
        cmocka_unit_test(a_task_that_never_ran_has_then_run),
        cmocka_unit_test(a_task_at_work_already_is_a_passing_error),
        cmocka_unit_test(a_disabled_task_needs_a_person),
        cmocka_unit_test(a_task_that_failed_took_no_snapshot),
        cmocka_unit_test(a_log_cleared_meanwhile_is_seen_at_once),
        cmocka_unit_test(a_state_that_cannot_be_read_is_no_state),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
