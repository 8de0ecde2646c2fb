#include "stdlib/filesync/block_access.h"

#include "stdlib/filesync/bench.h"
#include "stdlib/filesync/evidence.h"

#define USERS                                                                                      \
    "{\"account\":\"CONTOSO\\\\Users\",\"sid\":\"S-1-5-21-1-2-3-513\",\"type\":\"Allow\","         \
    "\"right\":\"Change\"}"
#define DENY "{\"account\":\"Everyone\",\"sid\":\"S-1-1-0\",\"type\":\"Deny\",\"right\":\"Full\"}"
#define SHARE(name, written, denies, access)                                                       \
    "{\"name\":\"" name "\",\"scope\":\"*\",\"path\":\"D:\\\\Shares\\\\Projects\","                \
    "\"is_special\":false,\"security_written\":\"" written "\",\"denies_everyone\":" denies ","    \
    "\"access\":[" access "]}"
#define DRIVE                                                                                      \
    "{\"name\":\"D$\",\"scope\":\"*\",\"path\":\"D:\\\\\",\"is_special\":true,"                    \
    "\"security_written\":null,\"denies_everyone\":false,\"access\":[]}"
#define FILE_OPEN                                                                                  \
    "{\"file_id\":\"7\",\"path\":\"D:\\\\Shares\\\\Projects\\\\a.docx\",\"client\":\"10.0.0.7\","  \
    "\"user\":\"CONTOSO\\\\mia\"}"
#define SESSION                                                                                    \
    "{\"session_id\":\"9\",\"client\":\"10.0.0.7\",\"user\":\"CONTOSO\\\\mia\",\"opens\":0}"
#define STATE_OF(shares, files, sessions, started, opened)                                         \
    "{\"path_exists\":true,\"shares\":[" shares "],\"open_files\":[" files                         \
    "],\"sessions\":[" sessions "],\"counters\":{\"server_started\":\"" started                    \
    "\",\"sessions_opened\":" opened                                                               \
    ",\"files_opened\":40},\"usn\":{\"journal_id\":\"77\",\"first_usn\":1,\"next_usn\":900}}"
#define STATE(shares, files, sessions) STATE_OF(shares, files, sessions, T0, "12")
#define T0 "2026-11-01T00:00:00Z"
#define T1 "2026-11-20T20:00:00Z"
#define T2 "2026-11-20T21:00:00Z"

static const char script[] = "filesync/access-state";

static void an_open_share_must_be_blocked_and_its_entries_are_saved(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    bench_says(bench, script,
               STATE(SHARE("Projects", T0, "false", USERS) "," DRIVE, FILE_OPEN, ""));
    assert_int_equal(bench_probe(bench, sw_filesync_block_access.probe), SW_NEEDED);
    assert_said(bench, "still open: 1 of 1 share, 1 file, 0 sessions");
    const struct sw_value *saved = sw_get(sw_built(&bench->probe->seen), "shares");
    assert_int_equal(sw_list_count(saved), 1); /* the drive's own share is not ours */
    assert_string_equal(
        sw_as_text(sw_get(sw_list_at(sw_get(sw_list_at(saved, 0), "access"), 0), "account")),
        "CONTOSO\\Users");
}

static void only_the_shares_found_open_are_blocked_and_given_back(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
    struct sw_act act;
    struct sw_error err = {0};

    bench_says(
        bench, script,
        STATE(SHARE("Projects", T0, "false", USERS) "," SHARE("Old", T0, "true", DENY), "", ""));
    assert_int_equal(bench_probe(bench, sw_filesync_block_access.probe), SW_NEEDED);
    bench_keep_seen(bench);
    assert_true(sw_filesync_block_access.writes[0].needed(&bench->view));
    assert_true(sw_filesync_block_access.writes[0].build(&bench->view, &act, &err));
    assert_string_equal(
        bench_act_json(bench, &act),
        "filesync/block-access {\"shares\":[{\"name\":\"Projects\",\"scope\":\"*\"}]}");
    assert_true(sw_filesync_block_access.writes[1].build(&bench->view, &act, &err));
    assert_string_equal(bench_act_json(bench, &act),
                        "filesync/close-open-files {\"path\":\"D:\\\\Shares\\\\Projects\"}");
    assert_true(sw_filesync_block_access.undo[0].build(&bench->view, &act, &err));
    assert_string_equal(
        bench_act_json(bench, &act),
        "filesync/restore-access {\"shares\":[{\"name\":\"Projects\",\"scope\":\"*\","
        "\"access\":[" USERS "]}]}");
}

static void an_idle_session_keeps_its_rights_and_must_be_closed_too(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    bench_says(bench, script, STATE(SHARE("Projects", T1, "true", USERS "," DENY), "", SESSION));
    assert_int_equal(bench_probe(bench, sw_filesync_block_access.probe), SW_NEEDED);
    bench_says(bench, script, STATE(SHARE("Projects", T1, "true", USERS "," DENY), "", ""));
    assert_int_equal(bench_probe(bench, sw_filesync_block_access.probe), SW_ALREADY);
}

static void what_could_not_be_read_is_not_taken_as_nothing(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "{\"path_exists\":true,\"open_files\":[],\"sessions\":[]}",
        "{\"path_exists\":true,\"shares\":null,\"open_files\":[],\"sessions\":[]}",
        "{\"path_exists\":true,\"shares\":[],\"open_files\":null,\"sessions\":[]}",
        "{\"path_exists\":true,\"shares\":[],\"open_files\":[]}",
        "{\"shares\":[],\"open_files\":[],\"sessions\":[]}",
        "{\"path_exists\":true,\"shares\":[{\"name\":\"P\",\"is_special\":false,"
        "\"denies_everyone\":null,\"access\":[]}],\"open_files\":[],\"sessions\":[]}",
        "{\"path_exists\":true,\"shares\":[{\"name\":\"P\",\"is_special\":false,"
        "\"denies_everyone\":true}],\"open_files\":[],\"sessions\":[]}",
    };

    for (size_t i = 0; i < SW_COUNT(bodies); i++) {
        SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
        bench_says(bench, script, bodies[i]);
        assert_int_equal(bench_probe(bench, sw_filesync_block_access.probe), SW_FAILED);
        assert_string_equal(bench->probe->error_name, "unreadable");
    }
}

static void a_folder_that_is_not_there_is_blocked_not_done(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    bench_says(bench, script,
               "{\"path_exists\":false,\"shares\":[],\"open_files\":[],\"sessions\":[]}");
    assert_int_equal(bench_probe(bench, sw_filesync_block_access.probe), SW_BLOCKED);
}

static void a_share_made_after_the_look_has_no_saved_entries(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    bench_says(bench, script, STATE(SHARE("Projects", T0, "false", USERS), "", ""));
    bench_probe(bench, sw_filesync_block_access.probe);
    bench_keep_seen(bench);
    bench_says(
        bench, script,
        STATE(SHARE("Projects", T1, "true", USERS "," DENY) "," SHARE("New", T1, "false", USERS),
              "", ""));
    assert_int_equal(bench_probe(bench, sw_filesync_block_access.probe), SW_BLOCKED);
    assert_said(bench, "share 'New' was made meanwhile");
}

static void undo_holds_only_with_exactly_the_saved_entries(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    bench_says(bench, script, STATE(SHARE("Projects", T0, "false", USERS), "", ""));
    bench_probe(bench, sw_filesync_block_access.probe);
    bench_keep_seen(bench);
    bench_says(bench, script, STATE(SHARE("Projects", T1, "true", USERS "," DENY), "", ""));
    assert_int_equal(bench_probe(bench, sw_filesync_block_access.probe_undo), SW_NEEDED);
    bench_says(bench, script, STATE(SHARE("Projects", T2, "false", ""), "", ""));
    assert_int_equal(bench_probe(bench, sw_filesync_block_access.probe_undo), SW_NEEDED);
    bench_says(bench, script, STATE(SHARE("Projects", T2, "false", USERS), "", ""));
    assert_int_equal(bench_probe(bench, sw_filesync_block_access.probe_undo), SW_ALREADY);
    bench_says(bench, script, STATE("", "", ""));
    assert_int_equal(bench_probe(bench, sw_filesync_block_access.probe_undo), SW_UNCLEAR);
}

/* ---- the evidence ---- */

static struct bench *blocked_bench(void)
{
    struct bench *bench = bench_new();

    bench_says(bench, script, STATE(SHARE("Projects", T1, "true", USERS "," DENY), "", ""));
    assert_int_equal(bench_probe(bench, sw_filesync_block_access.probe), SW_ALREADY);
    bench_yield(bench, "filesync.access_removed");
    return bench;
}

static void our_own_blocking_and_closing_moves_no_counter_of_the_proof(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    /* The first look is before the block; the reading is the verifying look's. */
    bench_says(bench, script,
               STATE_OF(SHARE("Projects", T0, "false", USERS), FILE_OPEN, SESSION, T0, "11"));
    bench_probe(bench, sw_filesync_block_access.probe);
    bench_keep_seen(bench);
    bench_says(bench, script, STATE(SHARE("Projects", T1, "true", USERS "," DENY), "", ""));
    assert_int_equal(bench_probe(bench, sw_filesync_block_access.probe), SW_ALREADY);
    bench_yield(bench, "filesync.access_removed");
    assert_int_equal(bench_probe(bench, sw_filesync_access_removed.reread), SW_HOLDS);
}

static void access_given_back_is_seen(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = blocked_bench();

    bench_says(bench, script, STATE(SHARE("Projects", T2, "false", USERS), "", ""));
    assert_int_equal(bench_probe(bench, sw_filesync_access_removed.reread), SW_LAPSED);
    assert_said(bench, "share 'Projects' lets people in again");
}

static void access_given_back_and_taken_away_again_between_two_looks_is_seen(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = blocked_bench();

    bench_says(bench, script, STATE(SHARE("Projects", T2, "true", USERS "," DENY), "", ""));
    assert_int_equal(bench_probe(bench, sw_filesync_access_removed.reread), SW_LAPSED);
    assert_said(bench, "the access of share 'Projects' was changed at " T2);
}

static void a_share_added_or_taken_away_is_a_gap(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = blocked_bench();

    bench_says(
        bench, script,
        STATE(SHARE("Projects", T1, "true", DENY) "," SHARE("Two", T1, "true", DENY), "", ""));
    assert_int_equal(bench_probe(bench, sw_filesync_access_removed.reread), SW_LAPSED);
    bench_says(bench, script, STATE("", "", ""));
    assert_int_equal(bench_probe(bench, sw_filesync_access_removed.reread), SW_LAPSED);
}

static void a_restarted_server_service_or_a_new_session_is_a_gap(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = blocked_bench();
    const char *const shares[] = {
        STATE_OF(SHARE("Projects", T1, "true", DENY), "", "", T2, "12"),
        STATE_OF(SHARE("Projects", T1, "true", DENY), "", "", T0, "13"),
        STATE_OF(SHARE("Projects", T1, "true", DENY), "", "", T0, "null"),
        STATE(SHARE("Projects", T1, "true", DENY), FILE_OPEN, ""),
        STATE(SHARE("Projects", T1, "true", DENY), "", SESSION),
    };

    for (size_t i = 0; i < SW_COUNT(shares); i++) {
        bench_says(bench, script, shares[i]);
        assert_int_equal(bench_probe(bench, sw_filesync_access_removed.reread), SW_LAPSED);
    }
}

static void a_server_that_cannot_count_sessions_for_these_shares_still_proves_it(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    bench_says(bench, script, STATE_OF(SHARE("Projects", T1, "true", DENY), "", "", T0, "null"));
    assert_int_equal(bench_probe(bench, sw_filesync_block_access.probe), SW_ALREADY);
    bench_yield(bench, "filesync.access_removed");
    assert_int_equal(bench_probe(bench, sw_filesync_access_removed.reread), SW_HOLDS);
}

static void a_reading_that_cannot_be_made_is_neither_yes_nor_no(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = blocked_bench();

    bench_says(bench, script, "{\"path_exists\":true,\"shares\":null}");
    assert_int_equal(bench_probe(bench, sw_filesync_access_removed.reread), SW_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_share_must_be_blocked_and_its_entries_are_saved),
        cmocka_unit_test(only_the_shares_found_open_are_blocked_and_given_back),
        cmocka_unit_test(an_idle_session_keeps_its_rights_and_must_be_closed_too),
        cmocka_unit_test(what_could_not_be_read_is_not_taken_as_nothing),
        cmocka_unit_test(a_folder_that_is_not_there_is_blocked_not_done),
        cmocka_unit_test(a_share_made_after_the_look_has_no_saved_entries),
        cmocka_unit_test(undo_holds_only_with_exactly_the_saved_entries),
        cmocka_unit_test(our_own_blocking_and_closing_moves_no_counter_of_the_proof),
        cmocka_unit_test(access_given_back_is_seen),
        cmocka_unit_test(access_given_back_and_taken_away_again_between_two_looks_is_seen),
        cmocka_unit_test(a_share_added_or_taken_away_is_a_gap),
        cmocka_unit_test(a_restarted_server_service_or_a_new_session_is_a_gap),
        cmocka_unit_test(a_server_that_cannot_count_sessions_for_these_shares_still_proves_it),
        cmocka_unit_test(a_reading_that_cannot_be_made_is_neither_yes_nor_no),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
