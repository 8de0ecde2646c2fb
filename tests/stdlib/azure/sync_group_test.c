/** @file Sync groups and cloud endpoints as recorded from 2018 to 2020. */
#include "stdlib/azure/sync_group.h"

#include "support.h"

#define CE_2018 "net-track1_api2018-04-02_CloudEndpointTests_CloudEndpointDeleteTest.json"
#define CE_2019 "net-track1_api2019-03-01_CloudEndpointTests_CloudEndpointGetTest.json"
#define CLI_2020 "cli-ext_2020-04-07_test_storagesync.json"

static enum sw_verdict probed(struct sw_arena *arena, const struct sw_action *action,
                              const struct row *rows, struct sw_probe *ret_probe)
{
    struct sw_target *target = sw_alloc(arena, sizeof *target);

    *target = target_of(arena);

    struct sw_view view = {.arena = arena, .target = target};

    return probe_table(ret_probe, &view, action->probe, rows);
}

static void a_recorded_group_is_read(void **state)
{
    struct sw_reply reply = entry_reply(
        *state, entry_of(recording(*state, CLI_2020), "GET", "/syncGroups/sync-group000004", 0));
    const struct row rows[] = {{TEST_GROUP, 200, reply.body}, {0}};
    struct sw_probe probe;

    assert_int_equal(probed(*state, &sw_azure_sync_group, rows, &probe), SW_DONE);

    const struct sw_value *out = sw_probe_outputs(&probe, &sw_azure_sync_group, 1);

    assert_output(*state, out, "name", "sync-group000004");
    assert_output(*state, out, "unique_id", "e808ab1b-6bc7-4878-ab96-b40b8bf0c2ec");
    assert_null_output(out, "created_at");
}

static void a_missing_group_is_not_found(void **state)
{
    const struct row rows[] = {
        {TEST_GROUP, 404, "{\"error\":{\"code\":\"ParentResourceNotFound\",\"message\":\"x\"}}"},
        {0}};
    struct sw_probe probe;

    assert_int_equal(probed(*state, &sw_azure_sync_group, rows, &probe), SW_FAILED);
    assert_string_equal(probe.error_name, "not_found");
    assert_string_equal(probe.said,
                        "there is no sync group of the target (ParentResourceNotFound)");
}

static void a_share_has_its_name_of_2018(void **state)
{
    const struct sw_value *entry =
        entry_of(recording(*state, CE_2018), "GET", "/cloudEndpoints/cepdelete2669", 0);
    const struct sw_value *map =
        sw_azure_cloud_endpoint_decode(*state, json(*state, entry_text(entry, "ResponseBody")));

    assert_output(*state, map, "name", "cepdelete2669");
    assert_output(*state, map, "share_name", "tempsdkfileshare5");
    assert_output(*state, map, "backup_enabled", "false");
    assert_output(*state, map, "storage_account_id",
                  "/subscriptions/8aba3d53-2c5e-4479-bb0d-5a7bed16360e/resourcegroups/"
                  "storagesyncsdkwesteurope/providers/Microsoft.Storage/storageAccounts/"
                  "storagesyncsdkwesteurope");
    assert_null_output(map, "enumeration_running");
    assert_null_output(map, "last_enumeration_completed_at");
}

static void a_cloud_endpoint_of_2019_is_read(void **state)
{
    const struct sw_value *entry =
        entry_of(recording(*state, CE_2019), "GET", "/cloudEndpoints/cepget2408", 0);
    const struct sw_value *map =
        sw_azure_cloud_endpoint_decode(*state, json(*state, entry_text(entry, "ResponseBody")));

    assert_output(*state, map, "share_name", "afsfileshare1");
    assert_output(*state, map, "friendly_name", "afsfileshare1");
    assert_output(*state, map, "provisioning_state", "Succeeded");
}

static void the_group_has_one_cloud_endpoint(void **state)
{
    struct sw_reply reply =
        entry_reply(*state, entry_of(recording(*state, CLI_2020), "GET", "/cloudEndpoints", 0));
    const struct row rows[] = {{TEST_GROUP "/cloudEndpoints", 200, reply.body}, {0}};
    struct sw_probe probe;

    assert_int_equal(probed(*state, &sw_azure_cloud_endpoint, rows, &probe), SW_DONE);

    const struct sw_value *out = sw_probe_outputs(&probe, &sw_azure_cloud_endpoint, 1);

    assert_output(*state, out, "name", "cloud-endpoint000005");
    assert_output(*state, out, "share_name", "file-sharedlarysphywqdmt");
}

static void none_or_two_cloud_endpoints_are_not_one(void **state)
{
    static const struct {
        const char *body;
        const char *error;
    } cases[] = {{"{\"value\":[]}", "not_found"},
                 {"{\"value\":[{},{}]}", "not_found"},
                 {"{}", "unreadable"}};

    for (size_t i = 0; i < SW_COUNT(cases); i++) {
        const struct row rows[] = {{TEST_GROUP "/cloudEndpoints", 200, cases[i].body}, {0}};
        struct sw_probe probe;

        assert_int_equal(probed(*state, &sw_azure_cloud_endpoint, rows, &probe), SW_FAILED);
        assert_string_equal(probe.error_name, cases[i].error);
    }
}

/* The published example has what no recording has: a change enumeration. */
static void a_change_enumeration_is_told_with_its_times_and_counts(void **state)
{
    const struct sw_value *map = sw_azure_cloud_endpoint_decode(
        *state,
        json(*state,
             "{\"properties\":{\"changeEnumerationStatus\":{\"lastUpdatedTimestamp\":"
             "\"2019-08-01T21:12:47.7337962Z\",\"lastEnumerationStatus\":{\"startedTimestamp\":"
             "\"2019-08-01T21:12:47Z\",\"completedTimestamp\":\"2019-08-01T21:13:00Z\","
             "\"namespaceFilesCount\":\"38002\",\"namespaceDirectoriesCount\":42,"
             "\"namespaceSizeBytes\":1073741824,\"nextRunTimestamp\":null},\"activity\":null}}}"));

    assert_output(*state, map, "enumeration_running", "false");
    assert_output(*state, map, "last_enumeration_completed_at", "2019-08-01T21:13:00Z");
    assert_output(*state, map, "last_enumeration_files", "38002");
    assert_output(*state, map, "last_enumeration_directories", "42");
    assert_output(*state, map, "last_enumeration_size", "1GiB");
    assert_null_output(map, "next_enumeration_at");

    map = sw_azure_cloud_endpoint_decode(
        *state, json(*state, "{\"properties\":{\"changeEnumerationStatus\":{\"activity\":{"
                             "\"operationState\":\"EnumerationInProgress\",\"progressPercent\":30}"
                             "}}}"));
    assert_output(*state, map, "enumeration_running", "true");
    assert_output(*state, map, "enumeration_progress", "30%");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(a_recorded_group_is_read),
        test_in_arena(a_missing_group_is_not_found),
        test_in_arena(a_share_has_its_name_of_2018),
        test_in_arena(a_cloud_endpoint_of_2019_is_read),
        test_in_arena(the_group_has_one_cloud_endpoint),
        test_in_arena(none_or_two_cloud_endpoints_are_not_one),
        test_in_arena(a_change_enumeration_is_told_with_its_times_and_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
