#include "stdlib/filesync/upload_session.h"

#include "stdlib/filesync/bench.h"
#include "stdlib/filesync/evidence.h"
#include "stdlib/filesync/hresult.h"
#include "stdlib/filesync/last_sessions.h"

/* The mark: record 100, 20:00 by the server's clock. */
#define MARK                                                                                       \
    "{\"mark\":{\"channel\":\"Microsoft-FileSync-Agent/Telemetry\",\"record_id\":100,\"time\":"    \
    "{\"$time\":\"2026-11-20T20:00:00Z\",\"clock\":2},\"created\":\"2025-01-01T00:00:00Z\"},"      \
    "\"usn\":{\"journal_id\":\"77\",\"first_usn\":1,\"next_usn\":900}}"
#define LOG(oldest, newest)                                                                        \
    "\"log\":{\"channel\":\"x\",\"oldest_record_id\":" oldest ",\"newest_record_id\":" newest      \
    ",\"created\":\"2025-01-01T00:00:00Z\"}"
#define GOOD_LOG LOG("3", "400")
#define DATA(name, value) "<Data Name='" name "'>" value "</Data>"
/* Any event of the channel; `more` are its fields. */
#define EVENT_OF(id, record, time, more)                                                           \
    "\"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider "    \
    "Name='Microsoft-FileSync-Agent'/><EventID>" id "</EventID><TimeCreated SystemTime='" time     \
    "'/><EventRecordID>" record "</EventRecordID></System><EventData>" more                        \
    "</EventData></Event>\""
#define COUNTS(files)                                                                              \
    DATA("SyncFileCount", files)                                                                   \
    DATA("SyncDirectoryCount", "0") DATA("SyncTombstoneCount", "0") DATA("TransferredFiles", files)
#define SESSION(record, time, group, direction, hresult, items)                                    \
    EVENT_OF("9102", record, time,                                                                 \
             DATA("SyncGroupName", group) DATA("SyncDirection", direction)                         \
                 DATA("CorrelationId", "{00000000-0000-4000-8000-000000000" record "}")            \
                     DATA("HResult", hresult) DATA("PerItemErrorCount", items) COUNTS("3"))
#define UPLOAD(record, time, hresult, items)                                                       \
    SESSION(record, time, "<CI>projects</CI>", "Upload", hresult, items)
#define ROW(record, start, end, hresult, items)                                                    \
    "{\"SessionId\":\"00000000-0000-4000-8000-000000000" record "\",\"SyncDirection\":\"Upload\"," \
    "\"SyncScenario\":\"x\",\"StartTime\":\"" start "\",\"EndTime\":\"" end                        \
    "\",\"HResult\":" hresult ",\"PerItemErrorTotalCount\":" items "}"
#define ANSWER_OF(log, events, complete, status)                                                   \
    "{" log ",\"events\":[" events "],\"is_complete\":" complete ",\"status\":" status             \
    ",\"progress\":null}"
#define ANSWER(events, status) ANSWER_OF(GOOD_LOG, events, "true", status)

#define HEAD DATA("SyncGroupName", "projects") DATA("SyncDirection", "Upload")

#define BEFORE_MARK "2026-11-20T19:30:00.5Z"
#define AFTER_MARK "2026-11-20T20:05:00.1234567Z"
#define END_A "2026-11-20T20:10:00.123456789Z"
#define END_B "2026-11-20T21:10:00Z"
#define END_C "2026-11-20T22:10:00Z"

static const char script[] = "filesync/sync-sessions";

static struct bench *started_bench(void)
{
    struct bench *bench = bench_new();

    bench_basis(bench, "filesync.snapshot_uploading", MARK);
    return bench;
}

static enum sw_verdict look(struct bench *bench, const char *answer)
{
    bench_says(bench, script, answer);
    return bench_probe(bench, sw_filesync_upload_session.probe);
}

static void assert_ends(struct bench *bench, const char *answer, const char *outcome)
{
    enum sw_verdict verdict = look(bench, answer);

    if (verdict != SW_DONE) {
        fail_msg("verdict %d (%s) instead of outcome %s", (int)verdict, bench_said(bench), outcome);
    }
    assert_string_equal(bench->probe->outcome, outcome);
}

static void assert_waits(struct bench *bench, const char *answer, const char *said)
{
    assert_int_equal(look(bench, answer), SW_WAIT);
    assert_said(bench, said);
}

static void a_clean_session_that_began_after_the_mark_counts(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();
    int64_t files = 0;

    assert_ends(
        bench,
        ANSWER(UPLOAD("120", END_A, "0", "0"), "[" ROW("120", AFTER_MARK, END_A, "0", "0") "]"),
        "clean");
    assert_true(sw_as_int(bench_output(bench, "files"), &files));
    assert_int_equal(files, 3);
    assert_string_equal(sw_as_text(bench_output(bench, "correlation_id")),
                        "{00000000-0000-4000-8000-000000000120}");
}

/* The article's check, read literally: any clean upload 9102 whose time is after the trigger. */
static bool naive_rule(const char *time, const char *hresult, const char *items)
{
    return strcmp(time, "2026-11-20T20:00:00") > 0 && strcmp(hresult, "0") == 0 &&
           strcmp(items, "0") == 0;
}

static void a_session_that_was_running_at_the_trigger_fools_the_article_but_not_us(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();

    assert_true(naive_rule(END_A, "0", "0"));
    assert_waits(
        bench,
        ANSWER(UPLOAD("120", END_A, "0", "0"), "[" ROW("120", BEFORE_MARK, END_A, "0", "0") "]"),
        "1 session ended that began before the snapshot");
}

static void another_groups_clean_session_fools_the_article_but_not_us(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();

    assert_true(naive_rule(END_A, "0", "0"));
    assert_waits(bench,
                 ANSWER(SESSION("120", END_A, "archive", "Upload", "0", "0"),
                        "[" ROW("120", AFTER_MARK, END_A, "0", "0") "]"),
                 "those of other sync groups do not count");
    assert_waits(bench,
                 ANSWER(SESSION("120", END_A, "projects", "Download", "0", "0"),
                        "[" ROW("120", AFTER_MARK, END_A, "0", "0") "]"),
                 "waits for an upload session of this sync group to end");
}

static void the_groups_name_is_compared_without_wrapper_and_case(void **state)
{
    (void)state;
    static const char *const groups[] = {
        ANSWER(SESSION("120", END_A, "PROJECTS", "Upload", "0", "0"),
               "[" ROW("120", AFTER_MARK, END_A, "0", "0") "]"),
        ANSWER(SESSION("120", END_A, "&lt;CI&gt;projects&lt;/CI&gt;", "Upload", "0", "0"),
               "[" ROW("120", AFTER_MARK, END_A, "0", "0") "]"),
        ANSWER(SESSION("120", END_A, "&amp;lt;CI&amp;gt;projects&amp;lt;/CI&amp;gt;", "Upload", "0",
                       "0"),
               "[" ROW("120", AFTER_MARK, END_A, "0", "0") "]"),
    };

    for (size_t i = 0; i < SW_COUNT(groups); i++) {
        SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();
        assert_ends(bench, groups[i], "clean");
    }
}

/* The first may have run since before the mark, and the second may have waited behind it with a
 * snapshot from before the mark; what is behind both has the new one. */
static void without_the_agents_status_the_third_clean_session_counts(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();

    assert_waits(bench, ANSWER(UPLOAD("120", END_A, "0", "0"), "null"),
                 "1 session ended, but when it began is not known");
    assert_waits(bench,
                 ANSWER(UPLOAD("120", END_A, "0", "0") "," UPLOAD("130", END_B, "0", "0"), "null"),
                 "1 session ended that may have waited with an older snapshot: the next counts");
    assert_ends(bench,
                ANSWER(UPLOAD("120", END_A, "0", "0") "," UPLOAD("130", END_B, "0", "0") "," UPLOAD(
                           "140", END_C, "0", "0"),
                       "null"),
                "clean");
}

static void what_waited_behind_a_session_that_was_not_cancelled_does_not_count(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();

    assert_waits(bench,
                 ANSWER(UPLOAD("120", END_A, "0", "0") "," UPLOAD("130", END_B, "0", "0"),
                        "[" ROW("120", BEFORE_MARK, END_A, "0", "0") "," ROW("130", END_A, END_B,
                                                                             "0", "0") "]"),
                 "may have waited with an older snapshot");
    /* Behind one that was cancelled for the snapshot nothing has waited. */
    assert_ends(bench,
                ANSWER(UPLOAD("120", END_A, "-2134375780", "0") "," UPLOAD("130", END_B, "0", "0"),
                       "[" ROW("120", BEFORE_MARK, END_A, "-2134375780",
                               "0") "," ROW("130", END_A, END_B, "0", "0") "]"),
                "clean");
}

static void a_cancelled_session_is_neither_the_first_nor_the_second(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();

    assert_waits(
        bench,
        ANSWER(UPLOAD("110", AFTER_MARK, "-2134375780", "0") "," UPLOAD("120", END_A, "0", "0"),
               "null"),
        "1 session ended, but when it began is not known: a later one has to count; 1 session was "
        "cancelled");
    assert_waits(bench,
                 ANSWER(UPLOAD("110", AFTER_MARK, "-2134375780", "0"),
                        "[" ROW("110", AFTER_MARK, AFTER_MARK, "-2134375780", "0") "]"),
                 "to end; 1 session was cancelled");
}

static void a_row_that_ends_with_the_event_tells_when_it_began(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();
#define OTHER_ID                                                                                   \
    "{\"SessionId\":\"ffffffff-0000-4000-8000-000000000001\",\"SyncDirection\":\"Upload\","        \
    "\"StartTime\":\"" AFTER_MARK "\",\"EndTime\":\"2026-11-20T20:10:02Z\",\"HResult\":0,"         \
    "\"PerItemErrorTotalCount\":0}"

    assert_ends(bench, ANSWER(UPLOAD("120", END_A, "0", "0"), "[" OTHER_ID "]"), "clean");
    /* Two rows could be it: then none is. */
    assert_waits(bench, ANSWER(UPLOAD("120", END_A, "0", "0"), "[" OTHER_ID "," OTHER_ID "]"),
                 "1 session ended, but when it began is not known");
}

/* A status in another zone, or in local time taken for UTC, would make an old session a new one. */
static void a_status_by_another_clock_does_not_tell_when_a_session_began(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();

    assert_waits(
        bench,
        ANSWER(UPLOAD("120", END_A, "0", "0"),
               "[" ROW("120", "2026-11-21T00:30:00Z", "2026-11-21T01:10:00Z", "0", "0") "]"),
        "1 session ended, but when it began is not known");
    assert_waits(bench,
                 ANSWER(UPLOAD("120", END_A, "0", "0"),
                        "[" ROW("120", "2026-11-20T20:20:00Z", END_A, "0", "0") "]"),
                 "1 session ended, but when it began is not known");
}

static void without_the_agents_status_a_session_with_item_errors_can_be_the_first(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();

    assert_waits(bench, ANSWER(UPLOAD("120", END_A, "0", "1"), "null"), "1 session ended, but");
    assert_ends(bench,
                ANSWER(UPLOAD("120", END_A, "0", "1") "," UPLOAD("130", END_B, "0", "1") "," UPLOAD(
                           "140", END_C, "0", "1"),
                       "null"),
                "item_errors");
    assert_waits(
        bench,
        ANSWER(UPLOAD("120", END_A, "-2134364065", "0") "," UPLOAD("130", END_B, "0", "0"), "null"),
        "2 sessions ended, but");
}

static void a_wait_tells_how_far_the_running_upload_is(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();
#define RUNNING(start)                                                                             \
    "[{\"SessionId\":\"00000000-0000-4000-8000-000000000150\",\"SyncDirection\":\"Upload\","       \
    "\"StartTime\":\"" start "\",\"EndTime\":null,\"HResult\":null,"                               \
    "\"PerItemErrorTotalCount\":null}]"
#define PROGRESS(record, id)                                                                       \
    EVENT_OF("9302", record, END_A,                                                                \
             HEAD DATA("CorrelationId", "{00000000-0000-4000-8000-000000000" id "}")               \
                 DATA("AppliedItemCount", "1200") DATA("TotalItemCount", "5000"))
#define UNDER_WAY(status, progress)                                                                \
    "{" GOOD_LOG ",\"events\":[],\"is_complete\":true,\"status\":" status                          \
    ",\"progress\":" progress "}"

    assert_waits(bench, UNDER_WAY("null", "null"),
                 "waits for an upload session of this sync group");
    assert_waits(bench, UNDER_WAY(RUNNING(AFTER_MARK), PROGRESS("140", "150")),
                 "an upload is running since 2026-11-20T20:05:00Z: 1,200 of 5,000 items");
    assert_waits(bench, UNDER_WAY(RUNNING(BEFORE_MARK), "null"),
                 "it began before the snapshot and will not count");
    assert_waits(bench, UNDER_WAY("null", PROGRESS("90", "150")), "waits for an upload session");
}

static void a_missing_field_does_not_count_as_zero(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();
#define ID DATA("CorrelationId", "{00000000-0000-4000-8000-000000000120}")
#define STATUS "[" ROW("120", AFTER_MARK, END_A, "0", "0") "]"

    assert_waits(bench,
                 ANSWER(EVENT_OF("9102", "120", END_A, HEAD ID DATA("HResult", "0")), STATUS),
                 "it does not count");
    assert_waits(bench,
                 ANSWER(EVENT_OF("9102", "120", END_A,
                                 HEAD ID DATA("HResult", "0") DATA("PerItemErrorCount", "")),
                        STATUS),
                 "it does not count");
    assert_waits(bench,
                 ANSWER(EVENT_OF("9102", "120", END_A,
                                 HEAD ID DATA("HResult", "0") DATA("PerItemErrorCount", "-1")),
                        STATUS),
                 "it does not count");
    assert_waits(
        bench,
        ANSWER(EVENT_OF("9102", "120", END_A, HEAD ID DATA("PerItemErrorCount", "0")), STATUS),
        "it does not count");
    assert_int_equal(
        look(bench, ANSWER(EVENT_OF("9102", "120", END_A,
                                    DATA("SyncDirection", "Upload") DATA("HResult", "0")),
                           STATUS)),
        SW_FAILED);
    assert_said(bench, "does not name its sync group");
}

static void item_errors_count_from_event_or_status_whichever_is_more(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();

    assert_ends(
        bench,
        ANSWER(UPLOAD("120", END_A, "0", "2"), "[" ROW("120", AFTER_MARK, END_A, "0", "2") "]"),
        "item_errors");
    assert_ends(
        bench,
        ANSWER(UPLOAD("120", END_A, "0", "0"), "[" ROW("120", AFTER_MARK, END_A, "0", "5") "]"),
        "item_errors");
}

static void files_left_behind_are_waited_for(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();

    assert_waits(bench,
                 ANSWER(EVENT_OF("9102", "120", END_A,
                                 HEAD ID DATA("HResult", "0") DATA("PerItemErrorCount", "0")
                                     DATA("FailedToTransferFiles", "4")),
                        STATUS),
                 "left 4 files behind");
    /* Those that failed one by one can be accepted; the rest is on no list. */
    assert_waits(bench,
                 ANSWER(EVENT_OF("9102", "120", END_A,
                                 HEAD ID DATA("HResult", "0") DATA("PerItemErrorCount", "3")
                                     DATA("FailedToTransferFiles", "4")),
                        STATUS),
                 "left 4 files behind");
}

static void errors_that_heal_are_waited_for_and_others_need_a_person(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();

    /* throttled; not in any table; share not accessible; the same as hex and as negated unsigned */
    assert_waits(bench,
                 ANSWER(UPLOAD("120", END_A, "-2134376372", "0"),
                        "[" ROW("120", AFTER_MARK, END_A, "-2134376372", "0") "]"),
                 "0x80c8004c");
    assert_waits(bench, ANSWER(UPLOAD("120", END_A, "0x80c8ffff", "0"), STATUS),
                 "not in our table");
    assert_ends(bench, ANSWER(UPLOAD("120", END_A, "-2134364065", "0"), STATUS), "sync_error");
    assert_ends(bench, ANSWER(UPLOAD("120", END_A, "0x80C8305F", "0"), STATUS), "sync_error");
    assert_ends(bench, ANSWER(UPLOAD("120", END_A, "-2160603231", "0"), STATUS), "sync_error");
    assert_said(bench, "0x80c8305f");
}

static void the_newest_session_speaks(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();
#define BOTH "[" ROW("120", AFTER_MARK, END_A, "0", "2") "," ROW("130", END_A, END_B, "0", "0") "]"

    assert_ends(bench,
                ANSWER(UPLOAD("120", END_A, "0", "2") "," UPLOAD("130", END_B, "0", "0"), BOTH),
                "clean");
    assert_waits(bench,
                 ANSWER(UPLOAD("120", END_A, "0", "0") "," UPLOAD("130", END_B, "-2134376372", "0"),
                        "[" ROW("120", AFTER_MARK, END_A, "0",
                                "0") "," ROW("130", END_A, END_B, "-2134376372", "0") "]"),
                 "waits for the next one");
}

static void a_log_that_was_cleared_or_rolled_past_the_mark_is_lost_evidence(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();
#define CLEAN(log)                                                                                 \
    ANSWER_OF(log, UPLOAD("120", END_A, "0", "0"), "true",                                         \
              "[" ROW("120", AFTER_MARK, END_A, "0", "0") "]")
#define NEW_LOG                                                                                    \
    "\"log\":{\"oldest_record_id\":1,\"newest_record_id\":400,\"created\":"                        \
    "\"2026-11-20T20:01:00Z\"}"

    assert_ends(bench, CLEAN(LOG("102", "400")), "evidence_lost");
    assert_ends(bench, ANSWER_OF(LOG("1", "90"), "", "true", "null"), "evidence_lost");
    assert_ends(bench, CLEAN(NEW_LOG), "evidence_lost");
    /* The record behind the mark is still there: nothing is missing. */
    assert_ends(bench, CLEAN(LOG("101", "400")), "clean");
    assert_int_equal(look(bench, CLEAN("\"log\":{}")), SW_FAILED);
}

static void a_long_log_is_read_page_by_page_to_its_end(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();

    bench_says_once(bench, script,
                    ANSWER_OF(GOOD_LOG, UPLOAD("120", END_A, "0", "0"), "false", "null"));
    bench_says(bench, script,
               ANSWER_OF(GOOD_LOG,
                         UPLOAD("130", END_B, "0", "0") "," UPLOAD("140", END_C, "0", "1"), "true",
                         "null"));
    assert_int_equal(bench_probe(bench, sw_filesync_upload_session.probe), SW_DONE);
    assert_string_equal(bench->probe->outcome, "item_errors");
    int64_t since = 0;
    assert_true(sw_as_int(sw_get(bench->last_args, "since_record_id"), &since));
    assert_int_equal(since, 120);
    /* A list that never ends, or that jumps back, is not a list. */
    SW_CLEANUP(bench_free_at) struct bench *other = started_bench();
    assert_int_equal(
        look(other, ANSWER_OF(GOOD_LOG, UPLOAD("120", END_A, "0", "0"), "false", "null")),
        SW_FAILED);
}

static void without_a_mark_there_is_nothing_to_wait_for(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_int_equal(bench_probe(bench, sw_filesync_upload_session.probe), SW_FAILED);
    assert_string_equal(bench->probe->error_name, "no_mark");
}

/* ---- the proof read again ---- */

#define JOURNAL_OF(id, first, changes, complete)                                                   \
    "{\"journal_id\":\"" id "\",\"first_usn\":" first ",\"next_usn\":2000,\"changes\":[" changes   \
    "],\"is_complete\":" complete "}"
#define JOURNAL(changes) JOURNAL_OF("77", "1", changes, "true")
#define CHANGE(path, by_sync)                                                                      \
    "{\"usn\":950,\"path\":\"" path "\",\"reason\":\"0x80000002\",\"by_sync\":" by_sync "}"
#define EMPTY_UPLOAD(record, hresult, items, files)                                                \
    EVENT_OF("9102", record, END_B,                                                                \
             DATA("SyncGroupName", "projects") DATA("SyncDirection", "Upload")                     \
                 DATA("HResult", hresult) DATA("PerItemErrorCount", items) COUNTS(files))

static const char journal_script[] = "filesync/change-journal";

static struct bench *proven_bench(void)
{
    struct bench *bench = started_bench();

    assert_ends(
        bench,
        ANSWER(UPLOAD("120", END_A, "0", "0"), "[" ROW("120", AFTER_MARK, END_A, "0", "0") "]"),
        "clean");
    bench_yield(bench, "filesync.cloud_complete");
    bench_says(bench, script, ANSWER("", "null"));
    bench_says(bench, journal_script, JOURNAL(""));
    return bench;
}

static enum sw_verdict reread(struct bench *bench)
{
    return bench_probe(bench, sw_filesync_cloud_complete.reread);
}

static void the_proof_holds_while_only_sync_changes_files(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = proven_bench();

    assert_int_equal(reread(bench), SW_HOLDS);
    bench_says(bench, journal_script, JOURNAL(CHANGE("a.txt", "true")));
    assert_int_equal(reread(bench), SW_HOLDS);
    bench_says(bench, script, ANSWER(EMPTY_UPLOAD("150", "0", "0", "0"), "null"));
    assert_int_equal(reread(bench), SW_HOLDS);
    bench_says(bench, script, ANSWER(EMPTY_UPLOAD("150", "-2134375780", "0", "0"), "null"));
    assert_int_equal(reread(bench), SW_HOLDS);
}

static void a_change_on_the_server_voids_the_proof(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = proven_bench();

    bench_says(bench, journal_script,
               JOURNAL(CHANGE("a.txt", "true") "," CHANGE("b.txt", "false")));
    assert_int_equal(reread(bench), SW_LAPSED);
    assert_said(bench, "'b.txt' was changed on the server since the snapshot");
    bench_says(bench, journal_script, JOURNAL(CHANGE("a.txt", "null")));
    assert_int_equal(reread(bench), SW_LAPSED); /* not said to be sync's: then it is not */
}

static void a_change_journal_with_a_gap_voids_the_proof(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = proven_bench();

    bench_says(bench, journal_script, JOURNAL_OF("78", "1", "", "true"));
    assert_int_equal(reread(bench), SW_LAPSED);
    bench_says(bench, journal_script, JOURNAL_OF("77", "901", "", "true"));
    assert_int_equal(reread(bench), SW_LAPSED);
    bench_says(bench, journal_script, "{\"journal_id\":\"77\",\"changes\":null}");
    assert_int_equal(reread(bench), SW_FAILED);
    bench_says(bench, journal_script, JOURNAL_OF("77", "1", "", "false"));
    assert_int_equal(reread(bench), SW_FAILED);
}

static void a_later_session_with_a_file_or_an_error_voids_the_proof(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = proven_bench();
    static const char *const events[] = {
        ANSWER(EMPTY_UPLOAD("150", "0", "0", "1"), "null"),
        ANSWER(EMPTY_UPLOAD("150", "0", "1", "0"), "null"),
        ANSWER(EMPTY_UPLOAD("150", "-2134364065", "0", "0"), "null"),
        ANSWER(EMPTY_UPLOAD("150", "0", "0", "1") "," EMPTY_UPLOAD("160", "0", "0", "0"), "null"),
        ANSWER_OF(LOG("122", "400"), "", "true", "null"),
    };

    for (size_t i = 0; i < SW_COUNT(events); i++) {
        bench_says(bench, script, events[i]);
        assert_int_equal(reread(bench), SW_LAPSED);
    }
    bench_says(bench, script,
               ANSWER(SESSION("150", END_B, "archive", "Upload", "-2134364065", "9"), "null"));
    assert_int_equal(reread(bench), SW_HOLDS); /* another group's */
    bench_says(bench, script,
               ANSWER(EVENT_OF("9102", "150", END_B, HEAD DATA("HResult", "0")), "null"));
    assert_int_equal(reread(bench), SW_FAILED);
}

static void the_snapshots_proof_holds_while_the_log_reaches_back(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = started_bench();

    bench_says(bench, "filesync/upload-state", "{" GOOD_LOG "}");
    assert_int_equal(bench_probe(bench, sw_filesync_snapshot_uploading.reread), SW_HOLDS);
    bench_says(bench, "filesync/upload-state", "{" LOG("102", "400") "}");
    assert_int_equal(bench_probe(bench, sw_filesync_snapshot_uploading.reread), SW_LAPSED);
    bench_says(bench, "filesync/upload-state", "{\"log\":null}");
    assert_int_equal(bench_probe(bench, sw_filesync_snapshot_uploading.reread), SW_FAILED);
}

static void the_last_sessions_are_shown_with_words(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    bench_says(bench, "filesync/upload-state", "{" GOOD_LOG "}");
    bench_says(bench, script, ANSWER(UPLOAD("120", END_A, "-2134364065", "0"), "null"));
    assert_int_equal(bench_probe(bench, sw_filesync_last_sessions.probe), SW_DONE);
    const struct sw_value *row = sw_list_at(bench_output(bench, "sessions"), 0);
    assert_string_equal(sw_as_text(sw_get(row, "meaning")),
                        "the Azure file share can't be reached");
    assert_string_equal(sw_as_text(sw_get(row, "hresult")), "0x80c8305f");
    assert_string_equal(sw_as_text(sw_get(row, "began")), "not known");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clean_session_that_began_after_the_mark_counts),
        cmocka_unit_test(a_session_that_was_running_at_the_trigger_fools_the_article_but_not_us),
        cmocka_unit_test(another_groups_clean_session_fools_the_article_but_not_us),
        cmocka_unit_test(the_groups_name_is_compared_without_wrapper_and_case),
        cmocka_unit_test(without_the_agents_status_the_third_clean_session_counts),
        cmocka_unit_test(what_waited_behind_a_session_that_was_not_cancelled_does_not_count),
        cmocka_unit_test(a_cancelled_session_is_neither_the_first_nor_the_second),
        cmocka_unit_test(a_row_that_ends_with_the_event_tells_when_it_began),
        cmocka_unit_test(a_status_by_another_clock_does_not_tell_when_a_session_began),
        cmocka_unit_test(without_the_agents_status_a_session_with_item_errors_can_be_the_first),
        cmocka_unit_test(a_wait_tells_how_far_the_running_upload_is),
        cmocka_unit_test(a_missing_field_does_not_count_as_zero),
        cmocka_unit_test(item_errors_count_from_event_or_status_whichever_is_more),
        cmocka_unit_test(files_left_behind_are_waited_for),
        cmocka_unit_test(errors_that_heal_are_waited_for_and_others_need_a_person),
        cmocka_unit_test(the_newest_session_speaks),
        cmocka_unit_test(a_log_that_was_cleared_or_rolled_past_the_mark_is_lost_evidence),
        cmocka_unit_test(a_long_log_is_read_page_by_page_to_its_end),
        cmocka_unit_test(without_a_mark_there_is_nothing_to_wait_for),
        cmocka_unit_test(the_proof_holds_while_only_sync_changes_files),
        cmocka_unit_test(a_change_on_the_server_voids_the_proof),
        cmocka_unit_test(a_change_journal_with_a_gap_voids_the_proof),
        cmocka_unit_test(a_later_session_with_a_file_or_an_error_voids_the_proof),
        cmocka_unit_test(the_snapshots_proof_holds_while_the_log_reaches_back),
        cmocka_unit_test(the_last_sessions_are_shown_with_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
