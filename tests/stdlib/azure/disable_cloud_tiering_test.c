/** @file Tiering goes off by one change, is read back, and comes back with the policy it had. */
#include "stdlib/azure/disable_cloud_tiering.h"

#include "support.h"

#define ENDPOINT_WITH(members)                                                                     \
    "{\"id\":\"" TEST_ENDPOINT "\",\"properties\":{\"serverLocalPath\":\"D:\\\\Data\"," members "}}"
#define ON ENDPOINT_WITH("\"cloudTiering\":\"On\",\"volumeFreeSpacePercent\":30")
#define ON_WITH_DAYS                                                                               \
    ENDPOINT_WITH("\"cloudTiering\":\"On\",\"volumeFreeSpacePercent\":\"30\","                     \
                  "\"tierFilesOlderThanDays\":60")
#define OFF ENDPOINT_WITH("\"cloudTiering\":\"Off\",\"volumeFreeSpacePercent\":0")

static struct sw_view view_of(struct sw_arena *arena)
{
    struct sw_target *target = sw_alloc(arena, sizeof *target);

    *target = target_of(arena);
    return (struct sw_view){
        .arena = arena, .target = target, .subject = json(arena, "{\"id\":\"" TEST_ENDPOINT "\"}")};
}

static enum sw_verdict look(struct sw_view *view, struct sw_probe *probe, const char *body,
                            enum sw_verdict (*fn)(struct sw_probe *))
{
    const struct row rows[] = {{TEST_ENDPOINT, 200, body}, {0}};

    return probe_table(probe, view, fn, rows);
}

static const char *built(struct sw_view *view, const struct sw_write *row)
{
    struct sw_act act;
    struct sw_error err = {0};

    assert_true(row->build(view, &act, &err));
    return call_text(view->arena, &act.call);
}

static void it_is_needed_while_tiering_is_on_and_the_policy_is_kept(void **state)
{
    struct sw_view view = view_of(*state);
    struct sw_probe probe;

    assert_int_equal(look(&view, &probe, ON_WITH_DAYS, sw_azure_disable_cloud_tiering.probe),
                     SW_NEEDED);
    assert_output(*state, sw_built(&probe.seen), "volumeFreeSpacePercent", "30");
    assert_output(*state, sw_built(&probe.seen), "tierFilesOlderThanDays", "60");
    assert_string_equal(built(&view, sw_azure_disable_cloud_tiering.writes),
                        "PATCH " TEST_ENDPOINT " {\"properties\":{\"cloudTiering\":\"off\"}}");
}

static void off_already_is_nothing_to_do_and_nothing_to_undo(void **state)
{
    struct sw_view view = view_of(*state);
    struct sw_probe probe;

    assert_int_equal(look(&view, &probe, OFF, sw_azure_disable_cloud_tiering.probe), SW_ALREADY);
    assert_output(*state, sw_probe_outputs(&probe, &sw_azure_disable_cloud_tiering, 1), "was",
                  "off");
    assert_true(sw_built(&probe.seen) == NULL || sw_built(&probe.seen)->as.map.count == 0);
}

static void after_the_change_it_is_verified_by_reading(void **state)
{
    struct sw_view view = view_of(*state);
    struct sw_probe probe;

    look(&view, &probe, ON, sw_azure_disable_cloud_tiering.probe);
    view.before = sw_value_copy(*state, sw_built(&probe.seen));
    assert_int_equal(look(&view, &probe, ON, sw_azure_disable_cloud_tiering.probe), SW_NEEDED);
    assert_int_equal(look(&view, &probe, OFF, sw_azure_disable_cloud_tiering.probe), SW_ALREADY);
    assert_output(*state, sw_probe_outputs(&probe, &sw_azure_disable_cloud_tiering, 1), "was",
                  "on");
}

static void a_state_that_is_not_told_is_not_taken_for_off(void **state)
{
    struct sw_view view = view_of(*state);
    struct sw_probe probe;

    assert_int_equal(look(&view, &probe, ENDPOINT_WITH("\"cloudTiering\":null"),
                          sw_azure_disable_cloud_tiering.probe),
                     SW_UNCLEAR);
    assert_int_equal(look(&view, &probe, ENDPOINT_WITH("\"cloudTiering\":\"Later\""),
                          sw_azure_disable_cloud_tiering.probe),
                     SW_UNCLEAR);
    assert_int_equal(
        look(&view, &probe, ENDPOINT_WITH("\"cloudTiering\":null"), sw_azure_tiering_off.reread),
        SW_FAILED);
}

static void undo_puts_back_the_policy_that_was_found(void **state)
{
    struct sw_view view = view_of(*state);
    struct sw_probe probe;

    look(&view, &probe, ON_WITH_DAYS, sw_azure_disable_cloud_tiering.probe);
    view.before = sw_value_copy(*state, sw_built(&probe.seen));
    assert_int_equal(look(&view, &probe, OFF, sw_azure_disable_cloud_tiering.probe_undo),
                     SW_NEEDED);
    assert_int_equal(look(&view, &probe, ON, sw_azure_disable_cloud_tiering.probe_undo), SW_NEEDED);
    assert_int_equal(look(&view, &probe, ON_WITH_DAYS, sw_azure_disable_cloud_tiering.probe_undo),
                     SW_ALREADY);
    assert_string_equal(built(&view, sw_azure_disable_cloud_tiering.undo),
                        "PATCH " TEST_ENDPOINT " {\"properties\":{\"cloudTiering\":\"on\","
                        "\"volumeFreeSpacePercent\":30,\"tierFilesOlderThanDays\":60}}");
}

static void what_was_not_known_is_not_made_up_by_undo(void **state)
{
    struct sw_view view = view_of(*state);
    struct sw_probe probe;

    look(&view, &probe, ON, sw_azure_disable_cloud_tiering.probe);
    view.before = sw_value_copy(*state, sw_built(&probe.seen));
    assert_string_equal(built(&view, sw_azure_disable_cloud_tiering.undo),
                        "PATCH " TEST_ENDPOINT " {\"properties\":{\"cloudTiering\":\"on\","
                        "\"volumeFreeSpacePercent\":30}}");
    assert_int_equal(look(&view, &probe, ON_WITH_DAYS, sw_azure_disable_cloud_tiering.probe_undo),
                     SW_ALREADY);
}

static void the_proof_lapses_when_tiering_is_on_again(void **state)
{
    struct sw_view view = view_of(*state);
    struct sw_probe probe;

    assert_int_equal(look(&view, &probe, OFF, sw_azure_tiering_off.reread), SW_HOLDS);
    assert_int_equal(look(&view, &probe, ON, sw_azure_tiering_off.reread), SW_LAPSED);
}

static void another_groups_endpoint_is_not_touched(void **state)
{
    struct sw_view view = view_of(*state);
    struct sw_probe probe;
    struct sw_act act;
    struct sw_error err = {0};

    view.subject = json(*state, "{\"id\":\"" TEST_SERVICE "/syncGroups/other/serverEndpoints/a\"}");
    assert_int_equal(look(&view, &probe, ON, sw_azure_disable_cloud_tiering.probe), SW_BLOCKED);
    assert_false(sw_azure_disable_cloud_tiering.writes[0].build(&view, &act, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(it_is_needed_while_tiering_is_on_and_the_policy_is_kept),
        test_in_arena(off_already_is_nothing_to_do_and_nothing_to_undo),
        test_in_arena(after_the_change_it_is_verified_by_reading),
        test_in_arena(a_state_that_is_not_told_is_not_taken_for_off),
        test_in_arena(undo_puts_back_the_policy_that_was_found),
        test_in_arena(what_was_not_known_is_not_made_up_by_undo),
        test_in_arena(the_proof_lapses_when_tiering_is_on_again),
        test_in_arena(another_groups_endpoint_is_not_touched),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
