/* What is lost is stated whole, or can't be accepted; where sync is broken it is not stated. */
#include "stdlib/filesync/loss_statement.h"

#include "stdlib/filesync/bench.h"

#define STATE "{\"task_state\":\"Ready\",\"log\":{\"newest_record_id\":900}}"
#define EVENT(id, end, hresult, errors)                                                            \
    "\"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"              \
    "<EventID>9102</EventID><TimeCreated SystemTime='" end "'/><EventRecordID>" id                 \
    "</EventRecordID></System><EventData><Data Name='SyncGroupName'>projects</Data>"               \
    "<Data Name='SyncDirection'>Upload</Data><Data Name='CorrelationId'>"                          \
    "{00000000-0000-0000-0000-0000000000" id "}</Data><Data Name='HResult'>" hresult               \
    "</Data><Data Name='PerItemErrorCount'>" errors "</Data><Data Name='SyncFileCount'>" errors    \
    "</Data><Data Name='AppliedFileCount'>0</Data>"                                                \
    "</EventData></Event>\""
#define SESSIONS(events)                                                                           \
    "{\"log\":{\"channel\":\"x\"},\"events\":[" events "],\"is_complete\":true,\"status\":null,"   \
    "\"progress\":null}"
#define FIRST EVENT("10", "2026-11-20T18:00:00Z", "0", "0")
#define CLEAN SESSIONS(FIRST "," EVENT("20", "2026-11-20T18:30:00Z", "0", "0"))
#define CHANGED(files, count, whole)                                                               \
    "{\"files\":[" files "],\"count\":" count ",\"bytes\":500,\"is_complete\":" whole "}"
#define A_FILE "{\"path\":\"a.docx\",\"bytes\":500,\"changed\":\"2026-11-20T19:00:00Z\"}"
#define LEFT                                                                                       \
    "{\"files\":[{\"path\":\"desktop.ini\",\"bytes\":2,\"changed\":\"2026-01-01T00:00:00Z\","      \
    "\"why\":\"name\"}],\"count\":1,\"bytes\":2,\"newest\":\"2026-01-01T00:00:00Z\","              \
    "\"unread_folders\":[],\"is_complete\":true}"
#define SCAN(unread)                                                                               \
    "{\"files\":[{\"path\":\"D:\\\\Shares\\\\Projects\\\\old.pdf\"},"                              \
    "{\"path\":\"D:\\\\Archive\\\\older.pdf\"}],\"count\":2,\"bytes\":70,\"missing_bytes\":70,"    \
    "\"newest\":null,\"folder\":{\"files\":8,\"bytes\":9,\"allocated\":9},\"unread_folders\":"     \
    "[" unread "],\"unread_count\":0,\"usn\":null}"

static void prepare(struct bench *bench, const char *sessions, const char *changed,
                    const char *scan)
{
    bench_says(bench, "filesync/upload-state", STATE);
    bench_says(bench, "filesync/sync-sessions", sessions);
    bench_says(bench, "filesync/changed-since", changed);
    bench_says(bench, "filesync/never-synced", LEFT);
    bench_says(bench, "filesync/tiered-scan", scan);
}

static bool is_complete(struct bench *bench)
{
    bool is = false;

    assert_true(sw_as_bool(sw_get(bench_output(bench, "files"), "is_complete"), &is));
    return is;
}

static void accept(struct bench *bench)
{
    struct sw_builder reading = sw_map_begin(bench->arena);
    struct sw_builder basis = sw_map_begin(bench->arena);

    sw_map_put(&reading, "listing", sw_value_copy(bench->arena, bench_output(bench, "files")));
    sw_map_put(&basis, "filesync.loss_accepted", sw_built(&reading));
    bench->view.basis = sw_built(&basis);
}

/* A clean session counts from its own beginning only where it applied all that it counted. */
static void a_session_that_passed_a_file_over_moves_no_mark(void **state)
{
    struct bench *bench = bench_new();

    (void)state;
#define PASSED                                                                                     \
    "\"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"              \
    "<EventID>9102</EventID><TimeCreated SystemTime='2026-11-20T18:40:00Z'/><EventRecordID>30"     \
    "</EventRecordID></System><EventData><Data Name='SyncGroupName'>projects</Data>"               \
    "<Data Name='SyncDirection'>Upload</Data><Data Name='HResult'>0</Data>"                        \
    "<Data Name='PerItemErrorCount'>0</Data><Data Name='SyncFileCount'>5</Data>"                   \
    "<Data Name='AppliedFileCount'>4</Data></EventData></Event>\""
    prepare(bench, SESSIONS(FIRST "," EVENT("20", "2026-11-20T18:30:00Z", "0", "0") "," PASSED),
            CHANGED(A_FILE, "1", "true"), SCAN(""));
    assert_int_equal(bench_probe(bench, sw_filesync_loss_statement.probe), SW_DONE);
    int64_t since = 0;
    assert_true(sw_as_int(bench_output(bench, "since"), &since));
    assert_int_equal(since, INT64_C(1795197600000000000)); /* when the first one had ended */
    bench_free(bench);
}

static void all_kinds_are_named_and_counted(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
    int64_t number = 0;

    prepare(bench, CLEAN, CHANGED(A_FILE, "1", "true"), SCAN(""));
    assert_int_equal(bench_probe(bench, sw_filesync_loss_statement.probe), SW_DONE);
    const struct sw_value *files = bench_output(bench, "files");
    const struct sw_value *names = sw_get(files, "names");
    assert_int_equal(sw_list_count(names), 4);
    assert_string_equal(sw_as_text(sw_list_at(names, 0)), "a.docx");
    assert_string_equal(sw_as_text(sw_list_at(names, 1)), "desktop.ini");
    assert_string_equal(sw_as_text(sw_list_at(names, 2)), "old.pdf");
    assert_string_equal(sw_as_text(sw_list_at(names, 3)), "D:\\Archive\\older.pdf");
    assert_true(sw_as_int(sw_get(files, "bytes"), &number) && number == 572);
    assert_true(sw_as_int(bench_output(bench, "unsynced"), &number) && number == 2);
    assert_true(sw_as_int(bench_output(bench, "tiered"), &number) && number == 2);
    assert_true(is_complete(bench));
}

/* An agent that does not say when the last good one began: not before the one in front ended. */
static void changes_count_from_the_begin_of_the_last_good_session(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
    int64_t since = 0;

    prepare(bench, CLEAN, CHANGED(A_FILE, "1", "true"), SCAN(""));
    bench_probe(bench, sw_filesync_loss_statement.probe);
    assert_true(sw_as_int(bench_output(bench, "since"), &since));
    assert_int_equal(since, BENCH_NOW_NS - INT64_C(7200) * 1000000000);
}

static void a_part_that_was_not_read_makes_it_incomplete(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    prepare(bench, CLEAN, CHANGED(A_FILE, "1", "false"), SCAN(""));
    assert_int_equal(bench_probe(bench, sw_filesync_loss_statement.probe), SW_DONE);
    assert_false(is_complete(bench));
    prepare(bench, CLEAN, CHANGED(A_FILE, "2", "true"), SCAN(""));
    assert_int_equal(bench_probe(bench, sw_filesync_loss_statement.probe), SW_DONE);
    assert_false(is_complete(bench));
    prepare(bench, CLEAN, CHANGED(A_FILE, "1", "true"), SCAN("\"D:\\\\Private\""));
    assert_int_equal(bench_probe(bench, sw_filesync_loss_statement.probe), SW_DONE);
    assert_false(is_complete(bench));
}

static void a_whole_session_settles_the_upload(void **state)
{
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    (void)state;
    prepare(bench, CLEAN, CHANGED(A_FILE, "1", "true"), SCAN(""));
    assert_int_equal(bench_probe(bench, sw_filesync_upload_settled.probe), SW_DONE);
    assert_string_equal(bench->probe->outcome, "settled");
    bench_says(bench, "filesync/changed-since", CHANGED(A_FILE, "9", "false"));
    assert_int_equal(bench_probe(bench, sw_filesync_upload_settled.probe), SW_WAIT);
}

static void broken_sync_is_not_stated_over(void **state)
{
    static const struct {
        const char *sessions, *error;
        enum sw_verdict settled;
    } rows[] = {
        {SESSIONS(""), "not_settled", SW_WAIT},
        {SESSIONS(FIRST), "not_settled", SW_WAIT}, /* nothing tells when it began */
        {SESSIONS(FIRST "," EVENT("20", "2026-11-20T18:30:00Z", "0",
                                  "0") "," EVENT("30", "2026-11-20T19:00:00Z", "-2134364065", "0")),
         "sync_broken", SW_DONE},
    };

    (void)state;
    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

        prepare(bench, rows[i].sessions, CHANGED("", "0", "true"), SCAN(""));
        assert_int_equal(bench_probe(bench, sw_filesync_loss_statement.probe), SW_FAILED);
        assert_string_equal(bench->probe->error_name, rows[i].error);
        assert_int_equal(bench_probe(bench, sw_filesync_upload_settled.probe), rows[i].settled);
        assert_string_equal(rows[i].settled == SW_DONE ? bench->probe->outcome : "sync_error",
                            "sync_error");
    }
}

static void the_acceptance_holds_for_no_other_file_and_no_more_bytes(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    prepare(bench, CLEAN, CHANGED(A_FILE, "1", "true"), SCAN(""));
    bench_probe(bench, sw_filesync_loss_statement.probe);
    accept(bench);
    assert_int_equal(bench_probe(bench, sw_filesync_loss_accepted.reread), SW_HOLDS);
    bench_says(bench, "filesync/changed-since",
               CHANGED("{\"path\":\"b.docx\",\"bytes\":1,\"changed\":null}", "1", "true"));
    assert_int_equal(bench_probe(bench, sw_filesync_loss_accepted.reread), SW_LAPSED);
    assert_said(bench, "b.docx");
    bench_says(bench, "filesync/changed-since",
               "{\"files\":[" A_FILE "],\"count\":1,\"bytes\":501,\"is_complete\":true}");
    assert_int_equal(bench_probe(bench, sw_filesync_loss_accepted.reread), SW_LAPSED);
    bench_says(bench, "filesync/changed-since", CHANGED("", "0", "false"));
    assert_int_equal(bench_probe(bench, sw_filesync_loss_accepted.reread), SW_FAILED);
    bench_says(bench, "filesync/changed-since", CHANGED("", "0", "true"));
    assert_int_equal(bench_probe(bench, sw_filesync_loss_accepted.reread), SW_HOLDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_that_passed_a_file_over_moves_no_mark),
        cmocka_unit_test(all_kinds_are_named_and_counted),
        cmocka_unit_test(changes_count_from_the_begin_of_the_last_good_session),
        cmocka_unit_test(a_part_that_was_not_read_makes_it_incomplete),
        cmocka_unit_test(a_whole_session_settles_the_upload),
        cmocka_unit_test(broken_sync_is_not_stated_over),
        cmocka_unit_test(the_acceptance_holds_for_no_other_file_and_no_more_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
