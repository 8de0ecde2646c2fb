/** @file The share behind a group, as recorded in 2024. */
#include "stdlib/azure/share.h"

#include "support.h"

#define ACCOUNT                                                                                    \
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/cli_stats000001/"          \
    "providers/Microsoft.Storage/storageAccounts/stats000002"

static const struct sw_value *stats(struct sw_arena *arena, size_t nth)
{
    const struct sw_value *entry =
        entry_of(recording(arena, "cli_2025-01-24_storage_share_rm_with_stats.excerpt.json"), "GET",
                 "/shares/share000003", nth);

    return json(arena, entry_text(entry, "ResponseBody"));
}

static void a_recorded_share_is_read(void **state)
{
    const struct sw_value *map =
        sw_azure_share_decode(*state, stats(*state, 0), ACCOUNT, "file.core.windows.net");

    assert_output(*state, map, "name", "share000003");
    assert_output(*state, map, "account", "stats000002");
    assert_output(*state, map, "url", "https://stats000002.file.core.windows.net/share000003");
    assert_output(*state, map, "unc_path", "\\\\stats000002.file.core.windows.net\\share000003");
    assert_output(*state, map, "used", "0B");
    assert_output(*state, map, "quota", "100TiB");
    assert_output(*state, map, "lease_status", "unlocked");
    assert_output(*state, map, "modified_at", "2024-06-20T04:26:33Z");
}

static void usage_grows_while_the_share_s_own_time_stands_still(void **state)
{
    const struct sw_value *map =
        sw_azure_share_decode(*state, stats(*state, 1), ACCOUNT, "file.core.windows.net");

    assert_output(*state, map, "used", "512KiB");
    assert_output(*state, map, "modified_at", "2024-06-20T04:26:33Z");
}

static void usage_that_was_not_asked_for_is_null_not_zero(void **state)
{
    const struct sw_value *map = sw_azure_share_decode(
        *state, json(*state, "{\"name\":\"x\",\"properties\":{\"shareQuota\":null}}"), ACCOUNT,
        "file.core.windows.net");

    assert_null_output(map, "used");
    assert_null_output(map, "quota");
}

static void an_odd_account_gives_no_address(void **state)
{
    static const char *const ids[] = {"/x/evil.example.invalid", "/x/A", "/x/", "/x/ab"};

    for (size_t i = 0; i < SW_COUNT(ids); i++) {
        const struct sw_value *map =
            sw_azure_share_decode(*state, stats(*state, 0), ids[i], "file.core.windows.net");

        assert_null_output(map, "url");
        assert_null_output(map, "unc_path");
    }
}

static void the_share_is_found_through_the_cloud_endpoint(void **state)
{
    struct sw_target target = target_of(*state);
    struct sw_view view = {.arena = *state, .target = &target};
    struct sw_probe probe;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, SW_LIMIT_FILE_BYTES);
    sw_json_write(&buf, stats(*state, 1), SW_JSON_PLAIN);

    const struct row rows[] = {
        {TEST_GROUP "/cloudEndpoints", 200,
         "{\"value\":[{\"properties\":{\"azureFileShareName\":\"share000003\","
         "\"storageAccountResourceId\":\"" ACCOUNT "\"}}]}"},
        {ACCOUNT "/fileServices/default/shares/share000003?$expand=stats", 200, buf.bytes},
        {0}};

    assert_int_equal(probe_table(&probe, &view, sw_azure_share.probe, rows), SW_DONE);
    assert_output(*state, sw_probe_outputs(&probe, &sw_azure_share, 1), "used", "512KiB");
}

static void a_share_name_that_bends_the_path_is_not_asked_for(void **state)
{
    static const char *const names[] = {"\"..\"", "\"a/../../b\"", "\"\"", "null", "7"};

    for (size_t i = 0; i < SW_COUNT(names); i++) {
        struct sw_target target = target_of(*state);
        struct sw_view view = {.arena = *state, .target = &target};
        struct sw_probe probe;
        const struct row rows[] = {
            {TEST_GROUP "/cloudEndpoints", 200,
             sw_format(*state,
                       "{\"value\":[{\"properties\":{\"azureFileShareName\":%s,"
                       "\"storageAccountResourceId\":\"" ACCOUNT "\"}}]}",
                       names[i])},
            {0}};

        assert_int_equal(probe_table(&probe, &view, sw_azure_share.probe, rows), SW_FAILED);
        assert_string_equal(probe.error_name, "bad_name");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(a_recorded_share_is_read),
        test_in_arena(usage_grows_while_the_share_s_own_time_stands_still),
        test_in_arena(usage_that_was_not_asked_for_is_null_not_zero),
        test_in_arena(an_odd_account_gives_no_address),
        test_in_arena(the_share_is_found_through_the_cloud_endpoint),
        test_in_arena(a_share_name_that_bends_the_path_is_not_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
