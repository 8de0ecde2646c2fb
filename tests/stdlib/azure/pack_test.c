/** @file The pack's tables keep the rules of the house. */
#include "stdlib/azure/pack.h"

#include "support.h"

/* Evidence is another pack's: here a stand-in for each that this one names. */
static enum sw_verdict holds(struct sw_probe *probe)
{
    (void)probe;
    return SW_HOLDS;
}

#define EVIDENCE(ident, text)                                                                      \
    static const struct sw_evidence ident = {                                                      \
        .name = text, .doc = "A stand-in.", .target_kind = "azure.sync_group", .reread = holds}

EVIDENCE(cloud_complete, "filesync.cloud_complete");
EVIDENCE(cloud_complete_except, "filesync.cloud_complete_except");
EVIDENCE(items_accepted, "filesync.items_accepted");
EVIDENCE(leftovers_settled, "filesync.leftovers_settled");
EVIDENCE(server_complete, "filesync.server_complete");
EVIDENCE(loss_accepted, "filesync.loss_accepted");

static const struct sw_evidence *const evidence[] = {&cloud_complete,
                                                     &cloud_complete_except,
                                                     &items_accepted,
                                                     &leftovers_settled,
                                                     &server_complete,
                                                     &loss_accepted,
                                                     NULL};
static const struct sw_action *const no_actions[] = {NULL};
static const struct sw_pack stand_in = {
    .name = "filesync", .doc = "A stand-in.", .actions = no_actions, .evidence = evidence};
static const struct sw_pack *const packs[] = {&sw_azure_pack, &stand_in, NULL};
static const struct sw_registry registry = {.packs = packs};

static void the_tables_keep_the_rules(void **state)
{
    struct sw_error err = {0};

    (void)state;
    if (!sw_registry_check(&registry, &err)) {
        fail_msg("%s", err.text);
    }
}

static void every_action_has_an_example_that_names_it(void **state)
{
    (void)state;
    for (size_t i = 0; sw_azure_pack.actions[i] != NULL; i++) {
        const struct sw_action *action = sw_azure_pack.actions[i];
        bool is_named = false;

        assert_non_null(action->example);
        for (size_t j = 0; action->example[j] != NULL; j++) {
            is_named = is_named || strstr(action->example[j], action->name) != NULL;
        }
        if (!is_named) {
            fail_msg("the example of %s does not use it", action->name);
        }
    }
}

static void a_target_is_compared_with_the_subject_by_its_group(void **state)
{
    const struct sw_target_kind *kind = sw_registry_target_kind(&registry, "azure.sync_group");
    const struct sw_action *read = sw_registry_action(&registry, kind->identity_action);
    const struct sw_action *subject = sw_registry_action(&registry, "azure.server_endpoint");

    (void)state;
    assert_non_null(sw_field_find(read->outputs, kind->identity_output));
    assert_null(read->inputs);
    assert_non_null(sw_field_find(subject->outputs, kind->subject_output));
}

static void the_subject_is_identified_by_id_and_creation(void **state)
{
    const struct sw_action *action = sw_registry_action(&registry, "azure.server_endpoint");
    size_t count = 0;

    (void)state;
    for (const struct sw_field *row = action->outputs; row->name != NULL; row++) {
        count += (row->flags & SW_FIELD_IDENTITY) != 0;
    }
    assert_int_equal(count, 2);
    assert_true((sw_field_find(action->outputs, "id")->flags & SW_FIELD_IDENTITY) != 0);
    assert_true((sw_field_find(action->outputs, "created_at")->flags & SW_FIELD_IDENTITY) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_keep_the_rules),
        cmocka_unit_test(every_action_has_an_example_that_names_it),
        cmocka_unit_test(a_target_is_compared_with_the_subject_by_its_group),
        cmocka_unit_test(the_subject_is_identified_by_id_and_creation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
