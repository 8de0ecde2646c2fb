/* What people are shown of the last sessions; upload_session_test.c has their rows. */
#include "stdlib/filesync/last_sessions.h"

#include "stdlib/filesync/bench.h"

#define MARK "{\"mark\":{\"channel\":\"x\",\"record_id\":100,\"created\":\"2025-01-01T00:00:00Z\"}}"
#define NO_SESSIONS(oldest, newest, created)                                                       \
    "{\"log\":{\"oldest_record_id\":" oldest ",\"newest_record_id\":" newest                       \
    ",\"created\":\"" created                                                                      \
    "\"},\"events\":[],\"is_complete\":true,\"status\":null,\"progress\":null}"

static const char *note_of(struct bench *bench, const char *answer)
{
    bench_basis(bench, "filesync.snapshot_uploading", MARK);
    bench_says(bench, "filesync/sync-sessions", answer);
    assert_int_equal(bench_probe(bench, sw_filesync_last_sessions.probe), SW_DONE);
    assert_int_equal(sw_list_count(bench_output(bench, "sessions")), 0);
    return sw_as_text(bench_output(bench, "note"));
}

static void no_session_in_a_whole_log_is_all_there_is(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_string_equal(note_of(bench, NO_SESSIONS("3", "400", "2025-01-01T00:00:00Z")),
                        "everything was read");
}

static void no_session_in_a_log_that_was_cleared_is_not_all_there_was(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_string_equal(note_of(bench, NO_SESSIONS("1", "400", "2026-11-20T21:00:00Z")),
                        "the log was cleared or made anew since the mark");
}

static void no_session_in_a_log_that_rolled_on_is_not_all_there_was(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_non_null(strstr(note_of(bench, NO_SESSIONS("300", "400", "2025-01-01T00:00:00Z")),
                           "has rolled past the mark"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_session_in_a_whole_log_is_all_there_is),
        cmocka_unit_test(no_session_in_a_log_that_was_cleared_is_not_all_there_was),
        cmocka_unit_test(no_session_in_a_log_that_rolled_on_is_not_all_there_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
