/* The wait that compares all files of the server with all files of the share. */
#include "stdlib/filesync/compare_manifests.h"

#include "stdlib/filesync/bench.h"

static const char cloud[] =
    "{\"value\":[{\"properties\":{\"storageAccountResourceId\":\"/subscriptions/s/resourceGroups/g/"
    "providers/Microsoft.Storage/storageAccounts/"
    "contosofiles\",\"azureFileShareName\":\"team\"}}]}";

static struct bench *begin(void)
{
    struct bench *bench = bench_new();

    bench->view.subject =
        bench_json(bench, "{\"path\":\"D:\\\\Shares\\\\Team\",\"sync_group\":\"team\","
                          "\"sync_group_id\":\"/subscriptions/s/g\"}");
    bench_basis(bench, "filesync.snapshot_uploading", "{\"mark\":{\"record_id\":7}}");
    bench_says(bench, "GET", cloud);
    return bench;
}

static void lists(struct bench *bench, const char *server, const char *share)
{
    bench_says(bench, "filesync/manifest",
               sw_format(bench->arena, "{\"lines\":\"%s\",\"through\":null}", server));
    bench_says(bench, "LIST",
               sw_format(bench->arena, "{\"lines\":\"%s\",\"through\":null}", share));
}

static enum sw_verdict run(struct bench *bench)
{
    return bench_probe(bench, sw_filesync_compare_manifests.probe);
}

static void assert_number(struct bench *bench, const char *name, int64_t wanted)
{
    int64_t number = -1;

    assert_true(sw_as_int(bench_output(bench, name), &number));
    assert_int_equal(number, wanted);
}

static void a_share_that_has_everything_settles_the_leftovers(void **state)
{
    struct bench *bench = begin();
    int64_t count = -1;
    bool is_complete = false;

    (void)state;
    lists(bench, "f 1 5 a\\nt 2 6 b\\n", "f 1 5 a\\nf 2 6 B\\n");
    assert_int_equal(run(bench), SW_DONE);
    assert_string_equal(bench->probe->outcome, "same");
    assert_number(bench, "same", 2);
    assert_number(bench, "tiered", 1);
    const struct sw_value *listing = sw_get(sw_built(&bench->probe->readings), "listing");
    assert_true(sw_as_int(sw_get(listing, "count"), &count));
    assert_int_equal(count, 0);
    assert_true(sw_as_bool(sw_get(listing, "is_complete"), &is_complete) && is_complete);
    bench_free(bench);
}

static void a_file_that_the_share_lacks_is_named(void **state)
{
    struct bench *bench = begin();

    (void)state;
    lists(bench, "f 1 5 a\\nf 2 6 b\\n", "f 1 5 a\\nf 3 9 c\\n");
    assert_int_equal(run(bench), SW_DONE);
    assert_string_equal(bench->probe->outcome, "differs");
    assert_number(bench, "missing", 1);
    assert_number(bench, "only_share", 1);
    assert_string_equal(sw_as_text(bench_output(bench, "first")), "b (missing in the share)");
    assert_null(sw_get(sw_built(&bench->probe->readings), "listing"));
    bench_free(bench);
}

/* Another server may just have uploaded thousands: they say nothing of what is lost here. */
static void what_is_lost_is_named_behind_any_number_of_files_of_the_share(void **state)
{
    struct bench *bench = begin();
    const char *share = "";

    (void)state;
    for (int i = 0; i < 300; i++) {
        share = sw_format(bench->arena, "%sf 3 9 a%03d\\n", share, i);
    }
    lists(bench, "f 2 6 b\\n", share);
    assert_int_equal(run(bench), SW_DONE);
    assert_number(bench, "only_share", 300);
    assert_string_equal(sw_as_text(bench_output(bench, "first")), "b (missing in the share)");
    bench_free(bench);
}

static void what_only_the_share_has_is_no_loss(void **state)
{
    struct bench *bench = begin();

    (void)state;
    lists(bench, "f 1 5 a\\n", "f 1 6 a\\nf 3 9 c\\n");
    assert_int_equal(run(bench), SW_DONE);
    assert_string_equal(bench->probe->outcome, "same");
    assert_number(bench, "older", 1);
    bench_free(bench);
}

static void what_sync_leaves_out_is_not_settled_by_comparing(void **state)
{
    struct bench *bench = begin();

    (void)state;
    lists(bench, "x 1 5 desktop.ini\\n", "");
    assert_int_equal(run(bench), SW_DONE);
    assert_string_equal(bench->probe->outcome, "left_out");
    assert_null(sw_get(sw_built(&bench->probe->readings), "listing"));
    bench_free(bench);
}

static void a_folder_that_can_not_be_read_comes_before_all_else(void **state)
{
    struct bench *bench = begin();

    (void)state;
    lists(bench, "f 1 5 a\\nu 0 0 locked\\n", "");
    assert_int_equal(run(bench), SW_DONE);
    assert_string_equal(bench->probe->outcome, "unreadable");
    bench_free(bench);
}

static void items_that_a_person_gave_up_are_known_to_be_missing(void **state)
{
    struct bench *bench = begin();

    (void)state;
    bench_basis(bench, "filesync.items_accepted", "{\"listing\":{\"names\":[\"Bad .TXT\"]}}");
    lists(bench, "f 1 5 bad .txt\\n", "");
    assert_int_equal(run(bench), SW_DONE);
    assert_string_equal(bench->probe->outcome, "same");
    assert_number(bench, "given_up", 1);
    bench_free(bench);
}

static enum sw_verdict run_sides(struct bench *bench)
{
    return bench_probe(bench, sw_filesync_compare_sides.probe);
}

static void a_server_that_has_more_than_the_share_has_all(void **state)
{
    struct bench *bench = begin();

    (void)state;
    lists(bench, "f 1 5 a\\nf 1 9 b\\nx 1 5 desktop.ini\\n", "f 1 5 a\\nf 1 8 b\\n");
    assert_int_equal(run_sides(bench), SW_DONE);
    assert_string_equal(bench->probe->outcome, "server_has_all");
    assert_number(bench, "lacks", 0);
    assert_number(bench, "only_server", 2);
    bench_free(bench);
}

static void what_the_share_alone_has_the_server_lacks(void **state)
{
    static const char *const pairs[][2] = {
        {"f 1 5 a\\n", "f 1 5 a\\nf 1 5 b\\n"}, /* only there */
        {"f 1 5 a\\n", "f 1 6 a\\n"},           /* newer there */
        {"f 1 5 a\\n", "f 2 5 a\\n"},           /* of another length */
        {"t 1 5 a\\n", "f 1 5 a\\n"},           /* its content only there */
    };

    (void)state;
    for (size_t i = 0; i < SW_COUNT(pairs); i++) {
        struct bench *bench = begin();

        lists(bench, pairs[i][0], pairs[i][1]);
        assert_int_equal(run_sides(bench), SW_DONE);
        assert_string_equal(bench->probe->outcome, "server_lacks");
        assert_number(bench, "lacks", 1);
        bench_free(bench);
    }
}

static void a_side_that_can_not_be_read_has_not_all(void **state)
{
    struct bench *bench = begin();

    (void)state;
    lists(bench, "u 0 0 a\\n", "f 1 5 b\\n");
    assert_int_equal(run_sides(bench), SW_DONE);
    assert_string_equal(bench->probe->outcome, "unreadable");
    bench_free(bench);
}

static void ranges_go_on_from_poll_to_poll(void **state)
{
    struct bench *bench = begin();

    (void)state;
    for (int i = 1; i <= 5; i++) {
        bench_says_once(bench, "LIST", "{\"lines\":\"\",\"through\":null}");
    }
    /* Five ranges of one file each; four a poll. bench_says_once() puts the last one first. */
    for (int i = 5; i >= 1; i--) {
        bench_says_once(bench, "filesync/manifest",
                        sw_format(bench->arena, "{\"lines\":\"f 1 5 %d\\n\",\"through\":%s}", i,
                                  i == 5 ? "null" : sw_format(bench->arena, "\"%d\"", i)));
    }
    assert_int_equal(run(bench), SW_WAIT);
    assert_said(bench, "4 files compared so far");
    bench_keep_seen(bench);
    assert_int_equal(run(bench), SW_DONE);
    assert_number(bench, "missing", 5);
    assert_string_equal(sw_as_text(sw_get(bench->last_args, "after")), "4");
    bench_free(bench);
}

static void another_snapshot_begins_anew(void **state)
{
    struct bench *bench = begin();

    (void)state;
    bench->view.before = bench_json(
        bench, "{\"progress\":{\"is_over\":false,\"mark\":6,\"after\":\"m\",\"missing\":[3,3]}}");
    lists(bench, "f 1 5 a\\n", "f 1 5 a\\n");
    assert_int_equal(run(bench), SW_DONE);
    assert_string_equal(sw_as_text(sw_get(bench->last_args, "after")), "");
    assert_number(bench, "missing", 0);
    bench_free(bench);
}

static void where_the_server_survives_another_download_begins_anew(void **state)
{
    struct bench *bench = bench_new();

    (void)state;
    bench->view.subject =
        bench_json(bench, "{\"path\":\"D:\\\\Shares\\\\Team\",\"sync_group\":\"team\","
                          "\"sync_group_id\":\"/subscriptions/s/g\"}");
    bench_basis(bench, "filesync.server_complete", "{\"session\":{\"record_id\":8}}");
    bench_says(bench, "GET", cloud);
    bench->view.before = bench_json(
        bench, "{\"progress\":{\"is_over\":false,\"mark\":7,\"after\":\"m\",\"older\":[3,3]}}");
    lists(bench, "f 1 5 a\\n", "f 1 5 a\\n");
    assert_int_equal(run_sides(bench), SW_DONE);
    assert_string_equal(sw_as_text(sw_get(bench->last_args, "after")), "");
    assert_number(bench, "older", 0);
    bench_free(bench);
}

static void a_list_without_its_lines_is_not_empty(void **state)
{
    struct bench *bench = begin();

    (void)state;
    lists(bench, "", "");
    bench_says(bench, "LIST", "{}");
    assert_int_equal(run(bench), SW_FAILED);
    assert_said(bench, "the share did not list its files");
    bench_free(bench);
}

static void a_list_out_of_order_fails_with_its_name(void **state)
{
    struct bench *bench = begin();

    (void)state;
    lists(bench, "f 1 5 b\\nf 1 5 a\\n", "");
    assert_int_equal(run(bench), SW_FAILED);
    assert_string_equal(bench->probe->error_name, "out_of_order");
    bench_free(bench);
}

static void a_group_without_its_share_is_not_compared(void **state)
{
    struct bench *bench = begin();

    (void)state;
    bench_says(bench, "GET", "{\"value\":[]}");
    assert_int_equal(run(bench), SW_FAILED);
    assert_said(bench, "does not say its share");
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_that_has_everything_settles_the_leftovers),
        cmocka_unit_test(a_file_that_the_share_lacks_is_named),
        cmocka_unit_test(what_is_lost_is_named_behind_any_number_of_files_of_the_share),
        cmocka_unit_test(what_only_the_share_has_is_no_loss),
        cmocka_unit_test(what_sync_leaves_out_is_not_settled_by_comparing),
        cmocka_unit_test(a_folder_that_can_not_be_read_comes_before_all_else),
        cmocka_unit_test(items_that_a_person_gave_up_are_known_to_be_missing),
        cmocka_unit_test(a_server_that_has_more_than_the_share_has_all),
        cmocka_unit_test(what_the_share_alone_has_the_server_lacks),
        cmocka_unit_test(a_side_that_can_not_be_read_has_not_all),
        cmocka_unit_test(ranges_go_on_from_poll_to_poll),
        cmocka_unit_test(another_snapshot_begins_anew),
        cmocka_unit_test(where_the_server_survives_another_download_begins_anew),
        cmocka_unit_test(a_list_without_its_lines_is_not_empty),
        cmocka_unit_test(a_list_out_of_order_fails_with_its_name),
        cmocka_unit_test(a_group_without_its_share_is_not_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
