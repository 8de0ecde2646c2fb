/** @file Registered servers as recorded from 2018 to 2020. */
#include "stdlib/azure/registered_server.h"

#include "support.h"

static const struct sw_value *decoded(struct sw_arena *arena, const char *file, const char *end)
{
    const struct sw_value *entry = entry_of(recording(arena, file), "GET", end, 0);
    const struct sw_value *body = json(arena, entry_text(entry, "ResponseBody"));
    const struct sw_value *items = sw_get(body, "value");

    return sw_azure_registered_server_decode(arena, items == NULL ? body : sw_list_at(items, 0));
}

static void in_2018_ids_and_times_carry_quotes_and_a_name_is_misspelt(void **state)
{
    const struct sw_value *map = decoded(
        *state, "net-track1_api2018-04-02_RegisteredServerTests_RegisteredServerDeleteTest.json",
        "/registeredServers/0cdfe5e7-acef-4af0-b4b5-4eea47798a63");

    assert_output(*state, map, "server_id", "0cdfe5e7-acef-4af0-b4b5-4eea47798a63");
    assert_output(*state, map, "server_name", "ankushb-vm02.ntdev.corp.microsoft.com");
    assert_output(*state, map, "agent_version", "3.2.0.0");
    assert_int_equal(sw_get(map, "agent_version")->kind, SW_V_VERSION);
    assert_output(*state, map, "os_version", "10.0.14393.0");
    assert_output(*state, map, "management_error", "0");
    assert_output(*state, map, "last_heartbeat", "2018-09-10T20:05:02.513438400Z");
    assert_output(*state, map, "role", "Standalone");
    assert_null_output(map, "cluster_name");
    assert_null_output(map, "version_status");
    assert_null_output(map, "version_expires_at");
}

static void in_2019_the_heartbeat_has_an_offset(void **state)
{
    const struct sw_value *map = decoded(
        *state, "net-track1_api2019-03-01_RegisteredServerTests_RegisteredServerDeleteTest.json",
        "/registeredServers/1d641427-0fcf-419c-87f9-539aad6dbf60");

    assert_output(*state, map, "server_id", "1d641427-0fcf-419c-87f9-539aad6dbf60");
    assert_output(*state, map, "last_heartbeat", "2019-06-21T19:04:16.609781400Z");
}

static void in_a_list_each_server_drags_13_kilobytes_along(void **state)
{
    const struct sw_value *map = decoded(
        *state, "net-track1_api2019-03-01_ServerEndpointTests_ServerEndpointAllOperationsTest.json",
        "/registeredServers");

    assert_output(*state, map, "agent_version", "6.1.0.0");
    assert_output(*state, map, "last_heartbeat", "2019-06-21T20:02:01.221589800Z");
}

static void in_2020_the_heartbeat_is_in_utc_with_an_offset(void **state)
{
    const struct sw_value *map = decoded(*state, "cli-ext_2020-04-07_test_storagesync.json",
                                         "/registeredServers/8229dcd0-d0af-4b79-a19c-fa69b04a2837");

    assert_output(*state, map, "agent_version", "9.1.0.0");
    assert_output(*state, map, "os_version", "10.0.17763.0");
    assert_output(*state, map, "server_name", "azureclitestwin");
    assert_output(*state, map, "last_heartbeat", "2020-03-12T19:36:39.191266700Z");
}

static void a_server_is_asked_for_by_its_id(void **state)
{
    struct sw_target target = target_of(*state);
    struct sw_view view = {.arena = *state,
                           .target = &target,
                           .inputs =
                               json(*state, "{\"id\":\"8229dcd0-d0af-4b79-a19c-fa69b04a2837\"}")};
    const struct row rows[] = {
        {TEST_SERVICE "/registeredServers/8229dcd0-d0af-4b79-a19c-fa69b04a2837", 200,
         "{\"properties\":{\"serverName\":\"fs01\",\"agentVersionStatus\":\"nearexpiry\"}}"},
        {0}};
    struct sw_probe probe;

    assert_int_equal(probe_table(&probe, &view, sw_azure_registered_server.probe, rows), SW_DONE);

    const struct sw_value *out = sw_probe_outputs(&probe, &sw_azure_registered_server, 1);

    assert_output(*state, out, "server_name", "fs01");
    assert_output(*state, out, "version_status", "NearExpiry");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(in_2018_ids_and_times_carry_quotes_and_a_name_is_misspelt),
        test_in_arena(in_2019_the_heartbeat_has_an_offset),
        test_in_arena(in_a_list_each_server_drags_13_kilobytes_along),
        test_in_arena(in_2020_the_heartbeat_is_in_utc_with_an_offset),
        test_in_arena(a_server_is_asked_for_by_its_id),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
