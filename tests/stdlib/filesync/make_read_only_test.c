/* A phase in which people can only read. */
#include "stdlib/filesync/make_read_only.h"

#include "stdlib/filesync/bench.h"

#define ENTRY(account, type, right)                                                                \
    "{\"account\":\"" account "\",\"sid\":null,\"type\":\"" type "\",\"right\":\"" right "\"}"
#define SHARE(name, denies, access)                                                                \
    "{\"name\":\"" name "\",\"scope\":\"*\",\"path\":\"D:\\\\Shares\\\\Projects\","                \
    "\"is_special\":false,\"security_written\":\"2026-11-01T00:00:00Z\",\"denies_"                 \
    "everyone\":" denies ",\"access\":[" access "]}"
#define STATE(shares)                                                                              \
    "{\"path_exists\":true,\"shares\":[" shares "],\"open_files\":[],\"sessions\":[],"             \
    "\"counters\":{\"server_started\":\"2026-11-01T00:00:00Z\",\"sessions_opened\":12,"            \
    "\"files_opened\":40},\"usn\":{\"journal_id\":\"77\",\"first_usn\":1,\"next_usn\":900}}"
#define WRITERS ENTRY("CONTOSO\\\\Users", "Allow", "Change")
#define READERS ENTRY("CONTOSO\\\\Users", "Allow", "Read")
#define DENIED ENTRY("Everyone", "Deny", "Full")
#define CUSTOM ENTRY("CONTOSO\\\\App", "Allow", "Custom")

static const char script[] = "filesync/access-state";

static enum sw_verdict probe(struct bench *bench, const char *says)
{
    bench_says(bench, script, says);
    return bench_probe(bench, sw_filesync_make_read_only.probe);
}

static void a_share_that_lets_people_write_is_made_read_only_and_can_come_back(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
    struct sw_act act;
    struct sw_error err = {0};

    assert_int_equal(
        probe(bench, STATE(SHARE("Projects", "false", WRITERS) "," SHARE(
                         "Old", "true", WRITERS "," DENIED) "," SHARE("Read", "false", READERS))),
        SW_NEEDED);
    assert_said(bench, "1 of 3 shares can be written to");
    bench_keep_seen(bench);
    assert_true(sw_filesync_make_read_only.writes[0].needed(&bench->view));
    assert_true(sw_filesync_make_read_only.writes[0].build(&bench->view, &act, &err));
    assert_string_equal(
        bench_act_json(bench, &act),
        "filesync/make-read-only {\"shares\":[{\"name\":\"Projects\",\"scope\":\"*\"}]}");
    assert_true(sw_filesync_make_read_only.writes[1].build(&bench->view, &act, &err));
    assert_string_equal(bench_act_json(bench, &act),
                        "filesync/close-open-files {\"path\":\"D:\\\\Shares\\\\Projects\"}");
    assert_true(sw_filesync_make_read_only.undo[0].build(&bench->view, &act, &err));
    assert_string_equal(
        bench_act_json(bench, &act),
        "filesync/restore-access {\"shares\":[{\"name\":\"Projects\",\"scope\":\"*\","
        "\"access\":[" WRITERS "]}]}");
}

static void where_nobody_can_write_nothing_is_to_do(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_int_equal(probe(bench, STATE(SHARE("Projects", "false", READERS))), SW_ALREADY);
    assert_int_equal(probe(bench, STATE(SHARE("Old", "true", CUSTOM "," DENIED))), SW_ALREADY);
}

static void an_entry_that_could_not_come_back_stops_it_first(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_int_equal(probe(bench, STATE(SHARE("Projects", "false", WRITERS "," CUSTOM))),
                     SW_BLOCKED);
    assert_said(bench,
                "share 'Projects' has an entry of its own kind for CONTOSO\\App, which could "
                "not be given back: set it to Read, Change or Full first");
}

static void a_share_that_was_made_writable_meanwhile_was_not_saved(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_int_equal(probe(bench, STATE(SHARE("Projects", "false", WRITERS))), SW_NEEDED);
    bench_keep_seen(bench);
    assert_int_equal(
        probe(bench, STATE(SHARE("Projects", "false", READERS) "," SHARE("New", "false", WRITERS))),
        SW_BLOCKED);
}

static void it_is_undone_when_all_saved_entries_are_back(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_int_equal(probe(bench, STATE(SHARE("Projects", "false", WRITERS))), SW_NEEDED);
    bench_keep_seen(bench);
    bench_says(bench, script, STATE(SHARE("Projects", "false", READERS)));
    assert_int_equal(bench_probe(bench, sw_filesync_make_read_only.probe_undo), SW_NEEDED);
    bench_says(bench, script, STATE(SHARE("Projects", "false", WRITERS)));
    assert_int_equal(bench_probe(bench, sw_filesync_make_read_only.probe_undo), SW_ALREADY);
    bench_says(bench, script, STATE(SHARE("Other", "false", WRITERS)));
    assert_int_equal(bench_probe(bench, sw_filesync_make_read_only.probe_undo), SW_UNCLEAR);
}

static void it_proves_nothing(void **state)
{
    (void)state;
    assert_null(sw_filesync_make_read_only.yields);
    assert_int_equal(sw_filesync_make_read_only.effect, SW_EFFECT_REVERSIBLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_that_lets_people_write_is_made_read_only_and_can_come_back),
        cmocka_unit_test(where_nobody_can_write_nothing_is_to_do),
        cmocka_unit_test(an_entry_that_could_not_come_back_stops_it_first),
        cmocka_unit_test(a_share_that_was_made_writable_meanwhile_was_not_saved),
        cmocka_unit_test(it_is_undone_when_all_saved_entries_are_back),
        cmocka_unit_test(it_proves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
