/** @file Server endpoints as recorded from 2018 to 2024. */
#include "stdlib/azure/server_endpoint.h"

#include "support.h"

#define SE_2018 "net-track1_api2018-04-02_ServerEndpointTests_ServerEndpointAllOperationsTest.json"
#define SE_2019 "net-track1_api2019-03-01_ServerEndpointTests_ServerEndpointAllOperationsTest.json"
#define SE_2020 "cli-ext_2020-04-07_test_storagesync.json"
#define SE_2024 "azps_2024-06-28_api2022-09-01_ServerEndpoint_GETs.transcribed.json"

/* The recorded body through the codec, then through the decoder and the table's types. */
static const struct sw_value *decoded(struct sw_arena *arena, const struct sw_value *entry)
{
    struct sw_reply reply = entry_reply(arena, entry);
    struct sw_talk talk = talk_of(arena, sw_arm_get(arena, TEST_ENDPOINT, NULL).call, false);
    struct sw_error err = {0};
    struct sw_view view = {.arena = arena};
    struct sw_probe probe;

    assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_SEND);
    assert_int_equal(sw_arm_transport.feed(&talk, &reply, &err), SW_TURN_DONE);
    sw_probe_begin(&probe, &view, true);

    const struct sw_value *map = sw_azure_server_endpoint_decode(arena, talk.answer.body);

    for (size_t i = 0; i < map->as.map.count; i++) {
        assert_non_null(
            sw_field_find(sw_azure_server_endpoint.outputs, map->as.map.entries[i].key));
        sw_out(&probe, map->as.map.entries[i].key, map->as.map.entries[i].value);
    }
    return sw_probe_outputs(&probe, &sw_azure_server_endpoint, 1);
}

static void in_2018_status_is_null_and_numbers_are_numbers(void **state)
{
    const struct sw_value *map = decoded(
        *state, entry_of(recording(*state, SE_2018), "GET", "/serverEndpoints/sepall5158", 0));

    assert_output(*state, map, "id",
                  "/subscriptions/1d16f9b3-bbe3-48d4-930a-27a74dca003b/resourceGroups/res8179/"
                  "providers/microsoft.storagesync/storageSyncServices/sss-sepall910/syncGroups/"
                  "sg-sepall8189/serverEndpoints/sepall5158");
    assert_output(*state, map, "name", "sepall5158");
    assert_output(*state, map, "path", "D:\\test2");
    assert_output(*state, map, "server_id", "d4d195a8-d559-4b29-bf7e-67da9976ed93");
    assert_output(*state, map, "server_name", "ankushb-vm02.ntdev.corp.microsoft.com");
    assert_output(*state, map, "cloud_tiering", "off");
    assert_output(*state, map, "volume_free_space", "0%");
    assert_output(*state, map, "provisioning_state", "Succeeded");
    assert_output(*state, map, "sync_group", "sg-sepall8189");
    assert_output(*state, map, "service", "sss-sepall910");
    assert_output(*state, map, "resource_group", "res8179");
    assert_output(*state, map, "subscription", "1d16f9b3-bbe3-48d4-930a-27a74dca003b");
    assert_null_output(map, "created_at");
    assert_null_output(map, "sync_health");
    assert_null_output(map, "upload_result");
    assert_null_output(map, "upload_activity");
    assert_null_output(map, "provisioning_status");
}

static void in_2019_numbers_are_strings_and_each_status_field_is_null(void **state)
{
    const struct sw_value *entries = recording(*state, SE_2019);
    const struct sw_value *map =
        decoded(*state, entry_of(entries, "GET", "/serverEndpoints/sepall1677", 0));

    assert_output(*state, map, "path", "E:\\test2");
    assert_output(*state, map, "cloud_tiering", "off");
    assert_output(*state, map, "volume_free_space", "0%");
    assert_null_output(map, "tier_files_older_than_days");
    assert_null_output(map, "sync_health");
    assert_null_output(map, "last_upload_at");
    assert_null_output(map, "upload_activity"); /* not "no": nobody has reported */

    map = decoded(*state, entry_of(entries, "GET", "/serverEndpoints/sepall1677", 2));
    assert_output(*state, map, "cloud_tiering", "on");
    assert_output(*state, map, "volume_free_space", "50%");
}

static void in_2020_both_policies_are_strings(void **state)
{
    const struct sw_value *entries = recording(*state, SE_2020);
    const struct sw_value *map =
        decoded(*state, entry_of(entries, "GET", "/serverEndpoints/server-endpoint000006", 0));

    assert_output(*state, map, "path", "d:\\syncfolder");
    assert_output(*state, map, "cloud_tiering", "on");
    assert_output(*state, map, "volume_free_space", "80%");
    assert_output(*state, map, "tier_files_older_than_days", "20");
    assert_output(*state, map, "server_id", "4fc9e260-a31b-4def-be93-c3bd36287a47");
    assert_output(*state, map, "sync_group", "group1");

    map = decoded(*state, entry_of(entries, "GET", "/serverEndpoints/server-endpoint000006", 1));
    assert_output(*state, map, "path", "c:\\users\\syncfolder");
    assert_output(*state, map, "cloud_tiering", "off");
    assert_output(*state, map, "tier_files_older_than_days", "10");
}

static void in_2024_a_new_endpoint_has_succeeded_but_reported_nothing(void **state)
{
    const struct sw_value *map = decoded(*state, sw_list_at(recording(*state, SE_2024), 0));

    assert_output(*state, map, "created_at", "2024-06-28T04:45:59.172815800Z");
    assert_output(*state, map, "path", "D:\\sepps2294");
    assert_output(*state, map, "server_id", "96d2ac14-2f88-4663-a955-23b367133a2b");
    assert_output(*state, map, "server_name", "afs-bb-2022-09");
    assert_output(*state, map, "cloud_tiering", "on");
    assert_output(*state, map, "volume_free_space", "60%");
    assert_output(*state, map, "tier_files_older_than_days", "10");
    assert_output(*state, map, "provisioning_state", "Succeeded");
    assert_output(*state, map, "provisioning_status", "InProgress");
    assert_null_output(map, "sync_health");
    assert_null_output(map, "upload_result");
    assert_null_output(map, "upload_per_item_errors");
    assert_null_output(map, "upload_activity");
    assert_null_output(map, "status_updated");
}

static void in_2024_a_healthy_endpoint_tells_all(void **state)
{
    const struct sw_value *map = decoded(*state, sw_list_at(recording(*state, SE_2024), 1));

    assert_output(*state, map, "provisioning_status", "Ready_SyncFunctional");
    assert_output(*state, map, "sync_health", "Healthy");
    assert_output(*state, map, "upload_result", "0");
    assert_output(*state, map, "upload_per_item_errors", "0");
    assert_output(*state, map, "upload_not_syncing_persistent", "0");
    assert_output(*state, map, "upload_not_syncing_transient", "0");
    assert_output(*state, map, "last_upload_mode", "InitialUpload");
    assert_output(*state, map, "last_upload_at", "2024-06-28T04:46:28.269021800Z");
    assert_output(*state, map, "last_upload_success_at", "2024-06-28T04:46:28.269021800Z");
    assert_output(*state, map, "upload_activity", "false");
    assert_output(*state, map, "status_updated", "2024-06-28T04:46:44.818808400Z");
    assert_output(*state, map, "sync_group_id",
                  "/subscriptions/e29c162a-d1d4-4cc3-8295-80057c1f4bd9/resourceGroups/ps5857/"
                  "providers/Microsoft.StorageSync/storageSyncServices/sssps4932/syncGroups/"
                  "sgps5047");
    assert_int_equal(sw_get(map, "status_updated")->clock, 1);
}

static void recorded_lists_hold_the_same_endpoints(void **state)
{
    static const struct {
        const char *file;
        const char *path_end;
        const char *path;
    } cases[] = {
        {SE_2018, "/sg-sepall8189/serverEndpoints", "D:\\test2"},
        {SE_2019, "/sg-sepall3622/serverEndpoints", "E:\\test2"},
        {SE_2020, "/sync-group000004/serverEndpoints", "c:\\users\\syncfolder"},
    };

    for (size_t i = 0; i < SW_COUNT(cases); i++) {
        struct sw_reply reply = entry_reply(
            *state, entry_of(recording(*state, cases[i].file), "GET", cases[i].path_end, 0));
        struct sw_target target = target_of(*state);
        struct sw_view view = {.arena = *state, .target = &target};
        struct sw_probe probe;
        const struct row rows[] = {{TEST_GROUP "/serverEndpoints", 200, reply.body}, {0}};

        assert_int_equal(probe_table(&probe, &view, sw_azure_server_endpoints.probe, rows),
                         SW_DONE);

        const struct sw_value *out = sw_probe_outputs(&probe, &sw_azure_server_endpoints, 1);

        assert_output(*state, out, "count", "1");
        assert_output(*state, sw_list_at(sw_get(out, "items"), 0), "path", cases[i].path);
    }
}

static void a_running_upload_is_seen_by_its_activity(void **state)
{
    static const struct {
        const char *status;
        const char *activity;
    } cases[] = {
        {"{\"combinedHealth\":\"Healthy\",\"uploadActivity\":{\"appliedItemCount\":1}}", "true"},
        {"{\"combinedHealth\":\"Healthy\",\"syncActivity\":\"UploadAndDownload\"}", "true"},
        {"{\"combinedHealth\":\"Healthy\",\"syncActivity\":\"Download\"}", "false"},
        {"{\"combinedHealth\":\"Healthy\",\"uploadActivity\":null}", "false"},
    };

    for (size_t i = 0; i < SW_COUNT(cases); i++) {
        const char *body =
            sw_format(*state, "{\"properties\":{\"syncStatus\":%s}}", cases[i].status);
        const struct sw_value *map = sw_azure_server_endpoint_decode(*state, json(*state, body));

        assert_output(*state, map, "upload_activity", cases[i].activity);
    }
}

static void a_value_nobody_listed_passes_and_a_negative_result_is_unsigned(void **state)
{
    const struct sw_value *map = sw_azure_server_endpoint_decode(
        *state, json(*state, "{\"properties\":{\"serverLocalPath\":\"D:\\\\a\",\"syncStatus\":{"
                             "\"combinedHealth\":\"Sleepy\",\"uploadStatus\":{\"lastSyncResult\":"
                             "-2134364145,\"lastSyncMode\":\"Snapshotupload\"}}}}"));

    assert_output(*state, map, "sync_health", "Sleepy");
    assert_output(*state, map, "upload_result", "2160603151");
    assert_output(*state, map, "last_upload_mode", "SnapshotUpload");
}

static void nothing_said_is_nothing_known(void **state)
{
    const struct sw_value *map = sw_azure_server_endpoint_decode(*state, json(*state, "{}"));

    for (size_t i = 0; i < map->as.map.count; i++) {
        assert_false(sw_is_known(map->as.map.entries[i].value));
    }
}

/* ---- the probe ---- */

static enum sw_verdict probed(struct sw_arena *arena, const char *name, const struct row *rows,
                              struct sw_probe *ret_probe)
{
    struct sw_target *target = sw_alloc(arena, sizeof *target);
    struct sw_builder inputs = sw_map_begin(arena);

    *target = target_of(arena);
    sw_map_put_text(&inputs, "name", name);

    struct sw_view view = {.arena = arena, .inputs = sw_built(&inputs), .target = target};

    return probe_table(ret_probe, &view, sw_azure_server_endpoint.probe, rows);
}

static void an_endpoint_is_read_by_its_name(void **state)
{
    const struct row rows[] = {{TEST_ENDPOINT, 200,
                                "{\"id\":\"" TEST_ENDPOINT
                                "\",\"name\":\"se-1\",\"properties\":{\"serverLocalPath\":"
                                "\"D:\\\\Data\"}}"},
                               {0}};
    struct sw_probe probe;

    assert_int_equal(probed(*state, "se-1", rows, &probe), SW_DONE);

    const struct sw_value *out = sw_probe_outputs(&probe, &sw_azure_server_endpoint, 1);

    assert_output(*state, out, "id", TEST_ENDPOINT);
    assert_output(*state, out, "path", "D:\\Data");
    assert_output(*state, out, "sync_group_id", TEST_GROUP);
}

static void a_wrong_name_is_answered_with_the_names_there_are(void **state)
{
    const struct row rows[] = {
        {TEST_GROUP "/serverEndpoints/se-2", 404, "{\"error\":{\"code\":\"ResourceNotFound\"}}"},
        {TEST_GROUP "/serverEndpoints", 200, "{\"value\":[{\"name\":\"se-1\"},{\"name\":\"x\"}]}"},
        {0}};
    struct sw_probe probe;

    assert_int_equal(probed(*state, "se-2", rows, &probe), SW_FAILED);
    assert_string_equal(probe.error_name, "not_found");
    assert_string_equal(probe.said,
                        "the sync group has no server endpoint 'se-2'; it has 'se-1', 'x'");
}

static void a_name_that_could_reach_elsewhere_asks_nothing(void **state)
{
    static const char *const names[] = {"..", "a/../b", "x?y", "", "a%2fb"};
    const struct row rows[] = {{0}};

    for (size_t i = 0; i < SW_COUNT(names); i++) {
        struct sw_probe probe;

        assert_int_equal(probed(*state, names[i], rows, &probe), SW_FAILED);
        assert_string_equal(probe.error_name, "bad_name");
        assert_int_equal(probe.ask_count, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(in_2018_status_is_null_and_numbers_are_numbers),
        test_in_arena(in_2019_numbers_are_strings_and_each_status_field_is_null),
        test_in_arena(in_2020_both_policies_are_strings),
        test_in_arena(in_2024_a_new_endpoint_has_succeeded_but_reported_nothing),
        test_in_arena(in_2024_a_healthy_endpoint_tells_all),
        test_in_arena(recorded_lists_hold_the_same_endpoints),
        test_in_arena(a_running_upload_is_seen_by_its_activity),
        test_in_arena(a_value_nobody_listed_passes_and_a_negative_result_is_unsigned),
        test_in_arena(nothing_said_is_nothing_known),
        test_in_arena(an_endpoint_is_read_by_its_name),
        test_in_arena(a_wrong_name_is_answered_with_the_names_there_are),
        test_in_arena(a_name_that_could_reach_elsewhere_asks_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
