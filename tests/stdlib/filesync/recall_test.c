/* Room, start, wait and failures of a recall. */
#include "stdlib/filesync/recall.h"

#include "stdlib/filesync/bench.h"
#include "stdlib/filesync/recall_space.h"

#define LOG                                                                                        \
    "\"log\":{\"channel\":\"r\",\"newest_record_id\":40,\"oldest_record_id\":1,"                   \
    "\"created\":\"2026-01-01T00:00:00Z\"}"
#define JOB(ended, message)                                                                        \
    "{\"started\":\"2026-11-20T19:00:00Z\",\"ended\":" ended ",\"message\":" message               \
    ",\"mark\":{\"channel\":\"r\",\"record_id\":10,\"created\":\"2026-01-01T00:00:00Z\"}}"
#define STATE(task, run, job, events, failed)                                                      \
    "{\"task_state\":\"" task "\",\"last_run\":" run ",\"last_result\":0,\"job\":" job "," LOG     \
    ",\"failed_events\":[" events "],\"succeeded\":20,\"failed\":" failed ",\"is_complete\":true}"
#define RUN "\"2026-11-20T19:00:00Z\""
#define OLD_RUN "\"2026-11-19T19:00:00Z\""
#define ENDED "\"2026-11-20T19:30:00Z\""
#define FAIL(code)                                                                                 \
    "\"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"              \
    "<EventID>1</EventID><EventRecordID>12</EventRecordID></System><EventData>"                    \
    "<Data Name='DataTransferHresult'>" code                                                       \
    "</Data><Data Name='FileName'>a.pdf</Data></EventData></Event>\""

static enum sw_verdict look(struct bench *bench, const struct sw_action *action, const char *state)
{
    bench_says(bench, "filesync/recall-state", state);
    return bench_probe(bench, action->probe);
}

static void a_recall_that_never_ran_is_started_without_tiering_order(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
    struct sw_act act;
    struct sw_error err = {0};

    assert_int_equal(
        look(bench, &sw_filesync_start_recall, STATE("Absent", "null", "null", "", "0")),
        SW_NEEDED);
    bench_keep_seen(bench);
    assert_true(sw_filesync_start_recall.writes[0].build(&bench->view, &act, &err));
    assert_string_equal(bench_act_json(bench, &act),
                        "filesync/start-recall {\"sync_group\":\"projects\",\"threads\":4,"
                        "\"retries\":3,\"retry_delay_s\":10}");
    assert_int_equal(
        look(bench, &sw_filesync_start_recall, STATE("Ready", RUN, JOB(ENDED, "null"), "", "0")),
        SW_ALREADY);
}

static void an_old_run_is_not_taken_for_ours(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
    const char *old = STATE("Ready", OLD_RUN, JOB(ENDED, "null"), "", "0");

    assert_int_equal(look(bench, &sw_filesync_start_recall, old), SW_NEEDED);
    bench_keep_seen(bench);
    assert_int_equal(look(bench, &sw_filesync_start_recall, old), SW_NEEDED);
    assert_int_equal(
        look(bench, &sw_filesync_start_recall, STATE("Ready", RUN, JOB(ENDED, "null"), "", "0")),
        SW_ALREADY);
}

static void one_that_runs_already_is_waited_for(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_int_equal(
        look(bench, &sw_filesync_start_recall, STATE("Running", RUN, JOB("null", "null"), "", "0")),
        SW_ALREADY);
}

static void more_threads_than_the_cmdlet_takes_are_refused(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
    struct sw_act act;
    struct sw_error err = {0};

    bench->view.inputs = bench_json(bench, "{\"threads\":33}");
    assert_int_equal(
        look(bench, &sw_filesync_start_recall, STATE("Absent", "null", "null", "", "0")),
        SW_BLOCKED);
    assert_false(sw_filesync_start_recall.writes[0].build(&bench->view, &act, &err));
}

static void how_a_recall_ends(void **state)
{
    static const struct {
        const char *state, *outcome;
    } rows[] = {
        {STATE("Running", RUN, JOB("null", "null"), "", "0"), NULL},
        {STATE("Ready", RUN, JOB(ENDED, "null"), "", "0"), "finished"},
        {STATE("Ready", RUN, JOB(ENDED, "null"), FAIL("-2147024829"), "1"), "file_errors"},
        {STATE("Ready", RUN, JOB(ENDED, "\"no endpoint\""), "", "0"), "file_errors"},
        {STATE("Ready", RUN, JOB("null", "null"), "", "0"), "file_errors"}, /* it broke off */
        {STATE("Ready", RUN, JOB(ENDED, "null"), FAIL("-2147024784"), "1"), "disk_full"},
        {STATE("Ready", RUN, JOB(ENDED, "null"), FAIL("0x80c8031a"), "1"), "disk_full"},
        {STATE("Absent", "null", "null", "", "0"), "evidence_lost"},
        {"{\"task_state\":\"Ready\",\"last_run\":" RUN ",\"job\":" JOB(
             ENDED,
             "null") ",\"log\":{\"channel\":\"r\",\"newest_record_id\":90,\"oldest_record_id\":30,"
                     "\"created\":\"2026-01-01T00:00:00Z\"},\"failed_events\":[],\"succeeded\":20,"
                     "\"failed\":0,\"is_complete\":true}",
         "evidence_lost"},
    };

    (void)state;
    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
        enum sw_verdict verdict = look(bench, &sw_filesync_recall_job, rows[i].state);

        if (rows[i].outcome == NULL) {
            assert_int_equal(verdict, SW_WAIT);
            continue;
        }
        assert_int_equal(verdict, SW_DONE);
        assert_string_equal(bench->probe->outcome, rows[i].outcome);
    }
}

static void a_result_that_does_not_say_why_is_unreadable(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_int_equal(look(bench, &sw_filesync_recall_job,
                          STATE("Ready", RUN, JOB(ENDED, "null"), "\"<Event/>\"", "1")),
                     SW_FAILED);
    assert_int_equal(look(bench, &sw_filesync_recall_job, "{\"task_state\":\"Ready\"}"), SW_FAILED);
}

static void failures_are_told_in_words(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_int_equal(look(bench, &sw_filesync_recall_errors,
                          STATE("Ready", RUN, JOB(ENDED, "null"), FAIL("-2147024784"), "1")),
                     SW_DONE);
    const struct sw_value *row = sw_list_at(bench_output(bench, "errors"), 0);
    assert_string_equal(sw_as_text(sw_get(row, "path")), "a.pdf");
    assert_string_equal(sw_as_text(sw_get(row, "meaning")), "0x80070070 (the volume is full)");
}

/* ---- room ---- */

#define GIB "1073741824"
#define SCAN(missing, unread)                                                                      \
    "{\"files\":[],\"count\":7,\"bytes\":" missing ",\"missing_bytes\":" missing                   \
    ",\"newest\":null,\"folder\":{\"files\":80,\"bytes\":9,\"allocated\":" GIB                     \
    "},\"unread_folders\":[" unread "],\"unread_count\":0,\"usn\":null}"

static const char *room(struct bench *bench, const char *inputs, const char *scan,
                        const char *space)
{
    bench->view.inputs = bench_json(bench, inputs);
    bench_says(bench, "filesync/tiered-scan", scan);
    bench_says(bench, "filesync/volume-space", space);
    enum sw_verdict verdict = bench_probe(bench, sw_filesync_recall_space.probe);

    return verdict == SW_DONE ? bench->probe->outcome : bench->probe->error_name;
}

static void room_is_measured_against_both_figures_the_margin_and_the_quota(void **state)
{
    static const struct {
        const char *inputs, *space, *outcome;
    } rows[] = {
        {"{\"margin\":100}", "{\"free_bytes\":1100,\"quota_free_bytes\":null}", "enough"},
        {"{\"margin\":101}", "{\"free_bytes\":1100,\"quota_free_bytes\":null}", "short"},
        {"{\"margin\":100}", "{\"free_bytes\":9999,\"quota_free_bytes\":1099}", "short"},
        {"{\"margin\":100}", "{\"free_bytes\":9999,\"quota_free_bytes\":1100}", "enough"},
        /* the article's estimate: 1 GiB and 2000 bytes in the share, 1 GiB of it here */
        {"{\"margin\":100,\"share_used\":1073743824}",
         "{\"free_bytes\":2099,\"quota_free_bytes\":null}", "short"},
        {"{\"margin\":100,\"share_used\":1073743824}",
         "{\"free_bytes\":2100,\"quota_free_bytes\":null}", "enough"},
        {"{\"margin\":100}", "{\"free_bytes\":null,\"quota_free_bytes\":null}", "unreadable"},
        {"{\"margin\":100}", "{\"free_bytes\":9999}", "unreadable"},
        {"{\"margin\":null}", "{\"free_bytes\":9999,\"quota_free_bytes\":null}", "unreadable"},
    };

    (void)state;
    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

        if (!sw_text_is(room(bench, rows[i].inputs, SCAN("1000", ""), rows[i].space),
                        rows[i].outcome)) {
            fail_msg("row %zu: %s", i, bench_said(bench));
        }
    }
}

static void a_need_that_is_not_wholly_known_is_short(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_string_equal(room(bench, "{\"margin\":1}", SCAN("1", "\"D:\\\\Private\""),
                             "{\"free_bytes\":99999999,\"quota_free_bytes\":null}"),
                        "short");
    assert_false(sw_is_known(bench_output(bench, "needed")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recall_that_never_ran_is_started_without_tiering_order),
        cmocka_unit_test(an_old_run_is_not_taken_for_ours),
        cmocka_unit_test(one_that_runs_already_is_waited_for),
        cmocka_unit_test(more_threads_than_the_cmdlet_takes_are_refused),
        cmocka_unit_test(how_a_recall_ends),
        cmocka_unit_test(a_result_that_does_not_say_why_is_unreadable),
        cmocka_unit_test(failures_are_told_in_words),
        cmocka_unit_test(room_is_measured_against_both_figures_the_margin_and_the_quota),
        cmocka_unit_test(a_need_that_is_not_wholly_known_is_short),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
