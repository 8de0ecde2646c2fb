/* No tiered file is left only when two scans of the whole volume say so, and nothing between. */
#include "stdlib/filesync/tiered_files.h"

#include "stdlib/filesync/bench.h"

#define HOUR_NS INT64_C(3600000000000)
#define USN "\"usn\":{\"journal_id\":\"77\",\"first_usn\":100,\"next_usn\":5000}"
#define SCAN(count, files, unread)                                                                 \
    "{\"files\":[" files "],\"count\":" count ",\"bytes\":4096,\"missing_bytes\":4096,"            \
    "\"newest\":null,\"folder\":{\"files\":80,\"bytes\":9,\"allocated\":9},"                       \
    "\"unread_folders\":[" unread "],\"unread_count\":0," USN "}"
#define NONE SCAN("0", "", "")
#define ONE SCAN("1", "{\"path\":\"D:\\\\Archive\\\\a.pdf\"}", "")
#define DENIED SCAN("0", "", "\"D:\\\\Private\"")
#define SINCE(files)                                                                               \
    "{\"journal_id\":\"77\",\"first_usn\":100,\"next_usn\":6000,\"tiered\":[" files                \
    "],\"is_complete\":true}"

static enum sw_verdict look(struct bench *bench, const char *scan, const char *since)
{
    bench_says(bench, "filesync/tiered-scan", scan);
    bench_says(bench, "filesync/tiered-since", since);
    return bench_probe(bench, sw_filesync_tiered_files.probe);
}

/* The first scan was made so long before the server's clock of all answers. */
static void seen_before(struct bench *bench, int64_t ago_ns)
{
    struct sw_builder before = sw_map_begin(bench->arena);

    sw_map_put(&before, "first_scan", sw_number(bench->arena, SW_V_TIME, BENCH_NOW_NS - ago_ns));
    sw_map_put(&before, "usn", sw_get(bench_json(bench, NONE), "usn"));
    bench->view.before = sw_built(&before);
}

static void one_scan_without_a_stub_is_not_enough(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_int_equal(look(bench, NONE, SINCE("")), SW_WAIT);
    bench_keep_seen(bench);
    assert_true(sw_is_known(sw_before(&bench->view, "first_scan")));
    assert_int_equal(look(bench, NONE, SINCE("")), SW_WAIT);
    assert_said(bench, "an hour later");
}

static void a_second_one_an_hour_later_proves_it(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    seen_before(bench, HOUR_NS);
    assert_int_equal(look(bench, NONE, SINCE("")), SW_DONE);
    assert_string_equal(bench->probe->outcome, "none");
    bench_yield(bench, "filesync.recalled");
    bench_keep_seen(bench);
    /* The next proof needs two scans of its own. */
    assert_false(sw_is_known(sw_before(&bench->view, "first_scan")));
}

static void a_stub_anywhere_on_the_volume_is_some(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_int_equal(look(bench, ONE, SINCE("")), SW_DONE);
    assert_string_equal(bench->probe->outcome, "some");
    seen_before(bench, 2 * HOUR_NS);
    assert_int_equal(look(bench, ONE, SINCE("")), SW_DONE);
    assert_string_equal(bench->probe->outcome, "some");
    bench_keep_seen(bench);
    assert_false(sw_is_known(sw_before(&bench->view, "first_scan")));
}

static void a_folder_that_was_not_read_is_not_empty(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_int_equal(look(bench, DENIED, SINCE("")), SW_DONE);
    assert_string_equal(bench->probe->outcome, "some");
    assert_false(sw_is_known(bench_output(bench, "tiered")));
}

static void what_was_tiered_between_the_scans_is_some(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    seen_before(bench, HOUR_NS / 2);
    assert_int_equal(look(bench, NONE, SINCE("\"D:\\\\a.pdf\"")), SW_DONE);
    assert_string_equal(bench->probe->outcome, "some");
    assert_said(bench, "a.pdf");
}

static void a_scan_that_lacks_its_counts_is_unreadable(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_int_equal(look(bench, "{\"files\":[],\"count\":null}", SINCE("")), SW_FAILED);
    assert_string_equal(bench->probe->error_name, "unreadable");
}

/* ---- the proof, read again ---- */

static void hold(struct bench *bench, int64_t ago_ns)
{
    bench_basis(bench, "filesync.recalled", "{" USN "}");
    struct sw_builder map = sw_map_begin(bench->arena);
    struct sw_builder basis = sw_map_begin(bench->arena);

    sw_map_put(&map, "usn", sw_basis(&bench->view, "filesync.recalled", "usn"));
    sw_map_put(&map, "scanned", sw_number(bench->arena, SW_V_TIME, BENCH_NOW_NS - ago_ns));
    sw_map_put(&basis, "filesync.recalled", sw_built(&map));
    bench->view.basis = sw_built(&basis);
}

static enum sw_verdict reread(struct bench *bench, const char *scan, const char *since)
{
    bench_says(bench, "filesync/tiered-scan", scan);
    bench_says(bench, "filesync/tiered-since", since);
    return bench_probe(bench, sw_filesync_recalled.reread);
}

static void it_holds_while_nothing_was_tiered_since(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    hold(bench, HOUR_NS);
    assert_int_equal(reread(bench, ONE, SINCE("")), SW_HOLDS);
    assert_int_equal(reread(bench, NONE, SINCE("\"D:\\\\a.pdf\"")), SW_LAPSED);
}

static void an_old_scan_is_made_anew(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    hold(bench, 25 * HOUR_NS);
    assert_int_equal(reread(bench, ONE, SINCE("")), SW_LAPSED);
    assert_int_equal(reread(bench, NONE, SINCE("")), SW_HOLDS);
    assert_int_equal(reread(bench, DENIED, SINCE("")), SW_FAILED);
}

static void a_journal_that_does_not_reach_back_sends_to_a_scan(void **state)
{
    static const char *const gaps[] = {
        "{\"journal_id\":\"78\",\"first_usn\":1,\"next_usn\":9,\"tiered\":[],\"is_complete\":true}",
        "{\"journal_id\":\"77\",\"first_usn\":5001,\"next_usn\":9000,\"tiered\":[],"
        "\"is_complete\":true}",
        "{\"journal_id\":\"77\",\"first_usn\":100,\"next_usn\":9000,\"tiered\":[],"
        "\"is_complete\":false}",
        "{\"journal_id\":null}",
    };

    (void)state;
    for (size_t i = 0; i < SW_COUNT(gaps); i++) {
        SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

        hold(bench, HOUR_NS);
        assert_int_equal(reread(bench, ONE, gaps[i]), SW_LAPSED);
        assert_int_equal(reread(bench, NONE, gaps[i]), SW_HOLDS);
    }
}

static void the_listing_names_whole_paths_and_says_what_it_could_not_read(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
    bool is_complete = true;

    bench_says(bench, "filesync/tiered-scan", ONE);
    assert_int_equal(bench_probe(bench, sw_filesync_tiered_listing.probe), SW_DONE);
    const struct sw_value *files = bench_output(bench, "files");
    assert_string_equal(sw_as_text(sw_list_at(sw_get(files, "names"), 0)), "D:\\Archive\\a.pdf");
    bench_says(bench, "filesync/tiered-scan", DENIED);
    assert_int_equal(bench_probe(bench, sw_filesync_tiered_listing.probe), SW_DONE);
    assert_true(sw_as_bool(sw_get(bench_output(bench, "files"), "is_complete"), &is_complete));
    assert_false(is_complete);
    assert_false(sw_is_known(bench_output(bench, "count")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_scan_without_a_stub_is_not_enough),
        cmocka_unit_test(a_second_one_an_hour_later_proves_it),
        cmocka_unit_test(a_stub_anywhere_on_the_volume_is_some),
        cmocka_unit_test(a_folder_that_was_not_read_is_not_empty),
        cmocka_unit_test(what_was_tiered_between_the_scans_is_some),
        cmocka_unit_test(a_scan_that_lacks_its_counts_is_unreadable),
        cmocka_unit_test(it_holds_while_nothing_was_tiered_since),
        cmocka_unit_test(an_old_scan_is_made_anew),
        cmocka_unit_test(a_journal_that_does_not_reach_back_sends_to_a_scan),
        cmocka_unit_test(the_listing_names_whole_paths_and_says_what_it_could_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
