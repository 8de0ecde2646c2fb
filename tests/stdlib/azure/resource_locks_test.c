/** @file Locks: those on the resource and above count, those beside it do not. */
#include "stdlib/azure/resource_locks.h"

#include "support.h"

#define LOCKS "/providers/Microsoft.Authorization/locks"
#define SUBSCRIPTION "/subscriptions/" TEST_SUBSCRIPTION
#define GROUP_OF_RESOURCES SUBSCRIPTION "/resourceGroups/rg-files"
#define LOCK(scope, name, level)                                                                   \
    "{\"id\":\"" scope LOCKS "/" name "\",\"name\":\"" name                                        \
    "\",\"properties\":{\"level\":\"" level "\"}}"
#define NONE "{\"value\":[]}"

static const struct sw_value *outputs(struct sw_arena *arena, const struct row *rows)
{
    struct sw_target target = target_of(arena);
    struct sw_view view = {
        .arena = arena, .target = &target, .inputs = json(arena, "{\"id\":\"" TEST_ENDPOINT "\"}")};
    struct sw_probe probe;

    assert_int_equal(probe_table(&probe, &view, sw_azure_resource_locks.probe, rows), SW_DONE);
    return sw_probe_outputs(&probe, &sw_azure_resource_locks, 1);
}

static void each_scope_from_the_subscription_down_is_asked(void **state)
{
    const struct row rows[] = {
        {SUBSCRIPTION LOCKS, 200, NONE},  {GROUP_OF_RESOURCES LOCKS, 200, NONE},
        {TEST_SERVICE LOCKS, 200, NONE},  {TEST_GROUP LOCKS, 200, NONE},
        {TEST_ENDPOINT LOCKS, 200, NONE}, {0}};
    const struct sw_value *out = outputs(*state, rows);

    assert_output(*state, out, "count", "0");
    assert_int_equal(sw_get(out, "items")->kind, SW_V_LIST);
}

static void an_inherited_lock_counts_once_and_a_lock_elsewhere_not_at_all(void **state)
{
    /* A scope lists what lies below it too: that of another resource, and this one's again. */
    const char *all = "{\"value\":[" LOCK(GROUP_OF_RESOURCES, "keep", "CanNotDelete") "," LOCK(
        GROUP_OF_RESOURCES "/providers/Microsoft.Storage/storageAccounts/a", "money",
        "ReadOnly") "," LOCK(TEST_SERVICE, "freeze", "ReadOnly") "," LOCK(TEST_SERVICE "x", "no",
                                                                          "ReadOnly") "]}";
    const struct row rows[] = {
        {SUBSCRIPTION LOCKS, 200, all},
        {GROUP_OF_RESOURCES LOCKS, 200, all},
        {TEST_SERVICE LOCKS, 200, "{\"value\":[" LOCK(TEST_SERVICE, "freeze", "ReadOnly") "]}"},
        {TEST_GROUP LOCKS, 200, NONE},
        {TEST_ENDPOINT LOCKS, 200, NONE},
        {0}};
    const struct sw_value *out = outputs(*state, rows);

    assert_output(*state, out, "count", "2");
    assert_output(*state, out, "names", "keep, freeze");
    assert_output(*state, sw_list_at(sw_get(out, "items"), 1), "level", "ReadOnly");
    assert_output(*state, sw_list_at(sw_get(out, "items"), 1), "scope", TEST_SERVICE);
}

static void recorded_locks_of_a_subscription_hold_for_others(void **state)
{
    const struct sw_value *entry =
        entry_of(recording(*state, "cli_2025-01-24_cannotdelete_resource_lock.json"), "GET",
                 "00000000/providers/Microsoft.Authorization/locks", 0);
    const char *body = entry_text(entry, "ResponseBody");
    const struct row rows[] = {
        {SUBSCRIPTION LOCKS, 200, body},  {GROUP_OF_RESOURCES LOCKS, 200, NONE},
        {TEST_SERVICE LOCKS, 200, NONE},  {TEST_GROUP LOCKS, 200, NONE},
        {TEST_ENDPOINT LOCKS, 200, NONE}, {0}};

    assert_true(sw_list_count(sw_get(json(*state, body), "value")) > 10);
    assert_output(*state, outputs(*state, rows), "count", "0");
}

static void a_recorded_lock_holds_for_what_it_is_on(void **state)
{
    const struct sw_value *entries =
        recording(*state, "cli_2025-01-24_cannotdelete_resource_lock.json");
    const struct sw_value *entry =
        entry_of(entries, "GET", "00000000/providers/Microsoft.Authorization/locks", 0);
    struct sw_target target = target_of(*state);
    struct sw_view view = {.arena = *state, .target = &target};
    struct sw_probe probe;
    const struct row rows[] = {
        {"/subscriptions/00000000-0000-0000-0000-000000000000" LOCKS, 200,
         entry_text(entry, "ResponseBody")},
        {"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/bez-rg" LOCKS, 200,
         NONE},
        {"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/bez-rg/providers/"
         "Microsoft.KeyVault/vaults/bez-kv" LOCKS,
         200, NONE},
        {0}};

    view.inputs = json(*state, "{\"id\":\"/subscriptions/00000000-0000-0000-0000-000000000000/"
                               "resourceGroups/bez-rg/providers/Microsoft.KeyVault/vaults/"
                               "bez-kv\"}");
    assert_int_equal(probe_table(&probe, &view, sw_azure_resource_locks.probe, rows), SW_DONE);

    const struct sw_value *out = sw_probe_outputs(&probe, &sw_azure_resource_locks, 1);

    assert_output(*state, out, "count", "1");
    assert_output(*state, out, "names", "delete-kv");
}

static void one_scope_that_cannot_be_read_fails_the_whole(void **state)
{
    static const char *const bodies[] = {"{}", "{\"value\":null}"};

    for (size_t i = 0; i < SW_COUNT(bodies); i++) {
        const struct row rows[] = {
            {SUBSCRIPTION LOCKS, 200, bodies[i]}, {GROUP_OF_RESOURCES LOCKS, 200, NONE},
            {TEST_SERVICE LOCKS, 200, NONE},      {TEST_GROUP LOCKS, 200, NONE},
            {TEST_ENDPOINT LOCKS, 200, NONE},     {0}};
        struct sw_target target = target_of(*state);
        struct sw_view view = {.arena = *state,
                               .target = &target,
                               .inputs = json(*state, "{\"id\":\"" TEST_ENDPOINT "\"}")};
        struct sw_probe probe;

        assert_int_equal(probe_table(&probe, &view, sw_azure_resource_locks.probe, rows),
                         SW_FAILED);
        assert_string_equal(probe.error_name, "unreadable");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(each_scope_from_the_subscription_down_is_asked),
        test_in_arena(an_inherited_lock_counts_once_and_a_lock_elsewhere_not_at_all),
        test_in_arena(recorded_locks_of_a_subscription_hold_for_others),
        test_in_arena(a_recorded_lock_holds_for_what_it_is_on),
        test_in_arena(one_scope_that_cannot_be_read_fails_the_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
