#include "stdlib/filesync/pack.h"

#include "sdk/embedded.h"
#include "stdlib/azure/pack.h"
#include "stdlib/filesync/agent.h"
#include "stdlib/filesync/bench.h"
#include "stdlib/filesync/hresult.h"
#include "stdlib/windows/pack.h"

static const struct sw_pack *const packs[] = {&sw_azure_pack, &sw_windows_pack, &sw_filesync_pack,
                                              NULL};
static const struct sw_registry registry = {.packs = packs};

static void the_tables_hold_together(void **state)
{
    (void)state;
    struct sw_error err = {0};

    if (!sw_registry_check(&registry, &err)) {
        fail_msg("%s", err.text);
    }
    assert_non_null(sw_registry_action(&registry, "filesync.upload_session"));
    assert_non_null(sw_registry_evidence(&registry, "filesync.leftovers_settled"));
    const struct sw_target_kind *kind = sw_registry_target_kind(&registry, "windows.server");
    assert_non_null(sw_registry_action(&registry, kind->identity_action));
}

/* Outputs as the engine takes them: each of its type. */
static void the_agents_facts_are_typed(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new();
    bool is_valid = true;

    bench_says(bench, "filesync/agent-facts",
               "{\"agent_version\":\"17.2.0.0\",\"has_status_cmdlet\":true,\"service_state\":"
               "\"Running\",\"certificate_expires\":\"2026-11-20T19:59:59Z\",\"server_id\":"
               "\"7A0C3D52-0000-4000-8000-000000000001\",\"computer_name\":\"FS01\",\"boot_time\":"
               "\"2026-11-01T00:00:00Z\"}");
    assert_int_equal(bench_probe(bench, sw_filesync_agent.probe), SW_DONE);
    const struct sw_value *outputs = sw_probe_outputs(bench->probe, &sw_filesync_agent, 2);
    assert_int_equal(sw_get(outputs, "version")->kind, SW_V_VERSION);
    assert_int_equal(sw_get(outputs, "boot_time")->kind, SW_V_TIME);
    assert_int_equal(sw_get(outputs, "boot_time")->clock, 2);
    assert_true(sw_as_bool(sw_get(outputs, "certificate_valid"), &is_valid));
    assert_false(is_valid); /* a second ago, by the server's clock */
    bench_says(bench, "filesync/agent-facts", "{\"agent_version\":null}");
    assert_int_equal(bench_probe(bench, sw_filesync_agent.probe), SW_DONE);
    outputs = sw_probe_outputs(bench->probe, &sw_filesync_agent, 2);
    assert_false(sw_is_known(sw_get(outputs, "certificate_valid")));
    assert_false(sw_is_known(sw_get(outputs, "version")));
}

static void codes_say_whether_waiting_helps(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();

    assert_int_equal(sw_hresult_find(SW_HRESULT_CANCELLED_BY_VSS)->kind, SW_HRESULT_WAIT);
    assert_int_equal(sw_hresult_find(0x80c8603e)->kind, SW_HRESULT_STOP);
    assert_non_null(sw_hresult_find(0x80c8603e)->remedy);
    assert_null(sw_hresult_find(0x12345678));
    assert_string_equal(sw_hresult_text(arena, 0x80c8306b),
                        "0x80c8306b (this agent version is blocked)");
}

static void every_script_that_an_action_asks_for_is_there(void **state)
{
    (void)state;
    static const char *const names[] = {
        "filesync/agent-facts",      "filesync/access-state",   "filesync/block-access",
        "filesync/close-open-files", "filesync/restore-access", "filesync/upload-state",
        "filesync/start-vss-upload", "filesync/sync-sessions",  "filesync/item-results",
        "filesync/never-synced",     "filesync/change-journal", "filesync/tiered-scan",
        "filesync/tiered-since",     "filesync/volume-space",   "filesync/recall-state",
        "filesync/changed-since",    "filesync/start-recall",   "filesync/make-read-only",
        "filesync/change-access",    "windows/folder-count"};

    for (size_t i = 0; i < SW_COUNT(names); i++) {
        const struct sw_embedded *at = sw_scripts;
        while (at->name != NULL && !sw_text_is(at->name, names[i])) {
            at++;
        }
        assert_non_null(at->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_hold_together),
        cmocka_unit_test(the_agents_facts_are_typed),
        cmocka_unit_test(codes_say_whether_waiting_helps),
        cmocka_unit_test(every_script_that_an_action_asks_for_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
