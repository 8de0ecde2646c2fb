/** @file A snapshot of the share is there when the list of snapshots says so, and was not before.
 */
#include "stdlib/azure/snapshot_share.h"

#include "support.h"

#define ACCOUNT                                                                                    \
    "/subscriptions/" TEST_SUBSCRIPTION                                                            \
    "/resourceGroups/rg-files/providers/Microsoft.Storage/storageAccounts/files1"
#define SHARES ACCOUNT "/fileServices/default/shares"
#define ENDPOINTS                                                                                  \
    "{\"value\":[{\"id\":\"" TEST_GROUP "/cloudEndpoints/ce\",\"properties\":{"                    \
    "\"storageAccountResourceId\":\"" ACCOUNT "\",\"azureFileShareName\":\"team\"}}]}"
#define SHARE(name) "{\"name\":\"" name "\",\"properties\":{\"shareQuota\":5120}}"
#define TAKEN(name, time) "{\"name\":\"" name "\",\"properties\":{\"snapshotTime\":\"" time "\"}}"
#define LIST(items) "{\"value\":[" items "]}"

static enum sw_verdict look(struct sw_view *view, struct sw_probe *probe, const char *shares)
{
    const struct row rows[] = {{TEST_GROUP "/cloudEndpoints", 200, ENDPOINTS},
                               {SHARES "?$expand=snapshots", 200, shares},
                               {NULL, 0, NULL}};
    enum sw_verdict verdict = probe_table(probe, view, sw_azure_snapshot_share.probe, rows);

    if (view->before == NULL) {
        view->before = sw_value_copy(view->arena, sw_built(&probe->seen));
    }
    return verdict;
}

static struct sw_view view_of(struct sw_arena *arena)
{
    struct sw_target *target = sw_alloc(arena, sizeof *target);

    *target = target_of(arena);
    return (struct sw_view){.arena = arena, .target = target};
}

static void one_that_was_not_there_before_is_it(void **state)
{
    struct sw_view view = view_of(*state);
    struct sw_probe probe;
    struct sw_act act;
    struct sw_error err = {0};
    const char *old = LIST(SHARE("team") "," TAKEN("team", "2026-11-20T19:00:00.0000000Z"));

    assert_int_equal(look(&view, &probe, old), SW_NEEDED);
    assert_true(sw_azure_snapshot_share.writes[0].build(&view, &act, &err));
    assert_string_equal(call_text(*state, &act.call),
                        "PUT " SHARES "/team?$expand=snapshots {\"properties\":{}}");
    assert_int_equal(look(&view, &probe, old), SW_NEEDED);
    assert_int_equal(look(&view, &probe,
                          LIST(TAKEN("team", "2026-11-20T19:00:00.0000000Z") "," TAKEN(
                              "team", "2026-11-20T22:39:18.1234567Z") "," SHARE("team"))),
                     SW_ALREADY);
    const struct sw_value *outputs = sw_probe_outputs(&probe, &sw_azure_snapshot_share, 1);

    assert_output(*state, outputs, "snapshot", "2026-11-20T22:39:18.1234567Z");
    assert_output(*state, outputs, "count", "2");
    assert_output(*state, outputs, "share_id", SHARES "/team");
}

static void a_first_snapshot_counts_and_those_of_other_shares_do_not(void **state)
{
    struct sw_view view = view_of(*state);
    struct sw_probe probe;

    assert_int_equal(look(&view, &probe, LIST(SHARE("team"))), SW_NEEDED);
    assert_int_equal(
        look(&view, &probe, LIST(SHARE("team") "," TAKEN("team2", "2026-11-20T22:39:18Z"))),
        SW_NEEDED);
    assert_int_equal(
        look(&view, &probe, LIST(SHARE("team") "," TAKEN("TEAM", "2026-11-20T22:39:18Z"))),
        SW_ALREADY);
}

static void a_list_that_cannot_be_read_is_no_list_without_snapshots(void **state)
{
    static const char *const bodies[] = {
        "{}", "{\"value\":\"none\"}", LIST(TAKEN("team", "yesterday")), /* it may be the newest */
    };
    struct sw_view view = view_of(*state);
    struct sw_probe probe;

    for (size_t i = 0; i < SW_COUNT(bodies); i++) {
        assert_int_equal(look(&view, &probe, bodies[i]), SW_FAILED);
        assert_string_equal(probe.error_name, "unreadable");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(one_that_was_not_there_before_is_it),
        test_in_arena(a_first_snapshot_counts_and_those_of_other_shares_do_not),
        test_in_arena(a_list_that_cannot_be_read_is_no_list_without_snapshots),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
