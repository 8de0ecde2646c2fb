/* What failed one by one, what was never synced, and what people accepted of it. */
#include "stdlib/filesync/items.h"

#include "stdlib/filesync/bench.h"
#include "stdlib/filesync/evidence.h"
#include "stdlib/filesync/item_errors.h"
#include "stdlib/filesync/listing.h"
#include "stdlib/filesync/never_synced.h"

#define ITEM(record, file)                                                                         \
    "\"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"              \
    "<EventID>9900</EventID><EventRecordID>" record "</EventRecordID></System><EventData>"         \
    "<Data Name='HResult'>-2147024891</Data><Data Name='FileName'>&lt;CI&gt;" file                 \
    "&lt;/CI&gt;</Data><Data Name='IsPersistentFailure'>true</Data></EventData></Event>\""
#define NAMELESS                                                                                   \
    "\"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"              \
    "<EventID>9900</EventID><EventRecordID>9</EventRecordID></System><EventData/></Event>\""
#define ITEMS(events, complete) "{\"log\":{},\"events\":[" events "],\"is_complete\":" complete "}"
#define EXCEPT(count)                                                                              \
    "{\"correlation_id\":\"{00000000-0000-4000-8000-000000000120}\",\"per_item_errors\":" count    \
    ",\"session\":{\"record_id\":120,\"created\":\"2025-01-01T00:00:00Z\"},\"usn\":"               \
    "{\"journal_id\":\"77\",\"next_usn\":900}}"
#define FILE_ROW(path)                                                                             \
    "{\"path\":\"" path "\",\"bytes\":10,\"changed\":\"2026-01-01T00:00:00Z\",\"why\":\"name\"}"
#define LEFT_OF(files, count, unread, complete)                                                    \
    "{\"files\":[" files "],\"count\":" count ",\"bytes\":20,\"newest\":null,"                     \
    "\"unread_folders\":[" unread "],\"is_complete\":" complete "}"

static const char results[] = "filesync/item-results";
static const char never[] = "filesync/never-synced";
static const char except[] = "filesync.cloud_complete_except";

static bool is_complete(const struct sw_value *listing)
{
    bool answer = false;

    assert_true(sw_as_bool(sw_get(listing, "is_complete"), &answer));
    return answer;
}

static int64_t count_of(const struct sw_value *listing)
{
    int64_t count = -1;

    assert_true(sw_as_int(sw_get(listing, "count"), &count));
    return count;
}

static void items_are_found_by_the_sessions_id_and_listed_once(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    bench_basis(bench, except, EXCEPT("2"));
    bench_says(bench, results,
               ITEMS(ITEM("7", "a.txt") "," ITEM("8", "B.txt") "," ITEM("9", "A.TXT"), "true"));
    assert_int_equal(bench_probe(bench, sw_filesync_item_errors.probe), SW_DONE);
    assert_string_equal(sw_as_text(sw_get(bench->last_args, "correlation_id")),
                        "{00000000-0000-4000-8000-000000000120}");
    const struct sw_value *listing = bench_output(bench, "items");
    assert_int_equal(count_of(listing), 2);
    assert_true(is_complete(listing));
    assert_string_equal(sw_as_text(sw_list_at(sw_get(listing, "names"), 0)), "a.txt");
    assert_int_equal(strlen(sw_as_text(sw_get(listing, "digest"))), 64);
}

static void a_list_shorter_than_the_sessions_own_count_is_not_complete(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    bench_basis(bench, except, EXCEPT("3"));
    bench_says(bench, results, ITEMS(ITEM("7", "a.txt") "," ITEM("8", "b.txt"), "true"));
    assert_int_equal(bench_probe(bench, sw_filesync_item_errors.probe), SW_DONE);
    assert_false(is_complete(bench_output(bench, "items")));
    bench_basis(bench, except, EXCEPT("2"));
    bench_says(bench, results, ITEMS(ITEM("7", "a.txt") "," ITEM("8", "b.txt"), "false"));
    bench_probe(bench, sw_filesync_item_errors.probe);
    assert_false(is_complete(bench_output(bench, "items")));
    bench_says(bench, results,
               ITEMS(ITEM("7", "a.txt") "," ITEM("8", "b.txt") "," NAMELESS, "true"));
    bench_probe(bench, sw_filesync_item_errors.probe);
    assert_false(is_complete(bench_output(bench, "items")));
}

static void items_without_a_session_are_not_guessed(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    assert_int_equal(bench_probe(bench, sw_filesync_item_errors.probe), SW_FAILED);
    assert_string_equal(bench->probe->error_name, "no_session");
    bench_basis(bench, except, "{\"correlation_id\":null,\"per_item_errors\":1}");
    assert_int_equal(bench_probe(bench, sw_filesync_item_errors.probe), SW_FAILED);
}

static void accepted_items_cover_the_listing_and_nothing_else(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    bench_basis(bench, except, EXCEPT("2"));
    bench_basis(bench, "filesync.items_accepted",
                "{\"listing\":{\"names\":[\"a.txt\",\"b.txt\"]},\"accepted_by\":\"mia\"}");
    bench_says(bench, results, ITEMS(ITEM("7", "A.TXT") "," ITEM("8", "b.txt"), "true"));
    assert_int_equal(bench_probe(bench, sw_filesync_items_accepted.reread), SW_HOLDS);
    bench_says(bench, results,
               ITEMS(ITEM("7", "a.txt") "," ITEM("8", "b.txt") "," ITEM("9", "c.txt"), "true"));
    assert_int_equal(bench_probe(bench, sw_filesync_items_accepted.reread), SW_LAPSED);
    assert_said(bench, "'c.txt' is not among the files that were listed");
}

/* Asked again it would say the same for ever; behind a new upload it can be asked about anew. */
static void a_log_that_lost_accepted_items_is_a_lapse_and_one_half_read_is_not(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    bench_basis(bench, except, EXCEPT("2"));
    bench_basis(bench, "filesync.items_accepted",
                "{\"listing\":{\"names\":[\"a.txt\",\"b.txt\"]},\"accepted_by\":\"mia\"}");
    bench_says(bench, results, ITEMS(ITEM("7", "a.txt"), "true"));
    assert_int_equal(bench_probe(bench, sw_filesync_items_accepted.reread), SW_LAPSED);
    assert_said(bench, "the log no longer names all items that failed in that session");
    bench_says(bench, results, ITEMS(ITEM("7", "a.txt"), "false"));
    assert_int_equal(bench_probe(bench, sw_filesync_items_accepted.reread), SW_FAILED);
}

static void only_listed_items_may_change_behind_an_upload_with_errors(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
#define SESSIONS                                                                                   \
    "{\"log\":{\"oldest_record_id\":1,\"newest_record_id\":400,\"created\":"                       \
    "\"2025-01-01T00:00:00Z\"},\"events\":[],\"is_complete\":true,\"status\":null}"
#define JOURNAL(path)                                                                              \
    "{\"journal_id\":\"77\",\"first_usn\":1,\"next_usn\":2,\"changes\":[{\"usn\":950,\"path\":"    \
    "\"" path "\",\"by_sync\":false}],\"is_complete\":true}"

    bench_basis(bench, except, EXCEPT("1"));
    bench_says(bench, results, ITEMS(ITEM("7", "a.txt"), "true"));
    bench_says(bench, "filesync/sync-sessions", SESSIONS);
    bench_says(bench, "filesync/change-journal", JOURNAL("A.txt"));
    assert_int_equal(bench_probe(bench, sw_filesync_cloud_complete_except.reread), SW_HOLDS);
    bench_says(bench, "filesync/change-journal", JOURNAL("b.txt"));
    assert_int_equal(bench_probe(bench, sw_filesync_cloud_complete_except.reread), SW_LAPSED);
}

static void no_leftover_is_said_only_when_every_folder_was_read(void **state)
{
    (void)state;
    static const struct {
        const char *json, *outcome;
    } cases[] = {
        {LEFT_OF("", "0", "", "true"), "none"},
        {LEFT_OF("", "0", "\"D:\\\\x\"", "true"), "some"},
        {LEFT_OF("", "0", "", "false"), "some"},
        {LEFT_OF("", "1", "", "true"), "some"},
        {LEFT_OF(FILE_ROW("thumbs.db"), "1", "", "true"), "some"},
    };

    for (size_t i = 0; i < SW_COUNT(cases); i++) {
        SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
        bench_says(bench, never, cases[i].json);
        assert_int_equal(bench_probe(bench, sw_filesync_never_synced.probe), SW_DONE);
        assert_string_equal(bench->probe->outcome, cases[i].outcome);
        assert_int_equal(is_complete(bench_output(bench, "files")), i == 0 || i == 4);
    }
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
    bench_says(bench, never, "{\"files\":[],\"is_complete\":true}");
    assert_int_equal(bench_probe(bench, sw_filesync_never_synced.probe), SW_FAILED);
}

static void settled_leftovers_hold_until_one_more_appears(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();

    bench_says(bench, never, LEFT_OF("", "0", "", "true"));
    bench_probe(bench, sw_filesync_never_synced.probe);
    bench_yield(bench, "filesync.leftovers_settled");
    assert_int_equal(bench_probe(bench, sw_filesync_leftovers_settled.reread), SW_HOLDS);
    bench_says(bench, never, LEFT_OF(FILE_ROW("x\\\\~$a.docx"), "1", "", "true"));
    assert_int_equal(bench_probe(bench, sw_filesync_leftovers_settled.reread), SW_LAPSED);
    bench_basis(bench, "filesync.leftovers_settled",
                "{\"listing\":{\"names\":[\"X\\\\~$A.docx\",\"gone.tmp\"]}}");
    assert_int_equal(bench_probe(bench, sw_filesync_leftovers_settled.reread), SW_HOLDS);
    bench_says(bench, never, LEFT_OF("", "0", "\"D:\\\\x\"", "true"));
    assert_int_equal(bench_probe(bench, sw_filesync_leftovers_settled.reread), SW_FAILED);
}

static void a_digest_does_not_depend_on_order_and_case(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_listing one = sw_listing_begin(arena), two = sw_listing_begin(arena);
    struct sw_listing three = sw_listing_begin(arena);
    const struct sw_value *nothing = sw_null(arena, "");

    sw_listing_add(&one, "a");
    sw_listing_add(&one, "b");
    sw_listing_add(&two, "B");
    sw_listing_add(&two, "A");
    sw_listing_add(&three, "ab");
    const char *digest = sw_as_text(sw_get(sw_listing_end(&one, nothing, nothing, true), "digest"));
    assert_string_equal(digest,
                        sw_as_text(sw_get(sw_listing_end(&two, nothing, nothing, true), "digest")));
    assert_string_not_equal(
        digest, sw_as_text(sw_get(sw_listing_end(&three, nothing, nothing, true), "digest")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_are_found_by_the_sessions_id_and_listed_once),
        cmocka_unit_test(a_list_shorter_than_the_sessions_own_count_is_not_complete),
        cmocka_unit_test(items_without_a_session_are_not_guessed),
        cmocka_unit_test(accepted_items_cover_the_listing_and_nothing_else),
        cmocka_unit_test(a_log_that_lost_accepted_items_is_a_lapse_and_one_half_read_is_not),
        cmocka_unit_test(only_listed_items_may_change_behind_an_upload_with_errors),
        cmocka_unit_test(no_leftover_is_said_only_when_every_folder_was_read),
        cmocka_unit_test(settled_leftovers_hold_until_one_more_appears),
        cmocka_unit_test(a_digest_does_not_depend_on_order_and_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
