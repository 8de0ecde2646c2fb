/* What a place demands before an irreversible step: is there a way around it? */
#include "lang/policy.h"

#include "base/text.h"
#include "support/demo_load.h"
#include "support/pack_demo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* The way around it as text, "" when there is none. */
static const char *breach(struct loaded *loaded, const char *need, const char *outcome,
                          const struct sw_value *params)
{
    struct sw_demand demand = {
        .before = sw_registry_action(&demo_registry, "store.burn"),
        .need = (const struct sw_action *const[]){sw_registry_action(&demo_registry, need), NULL},
        .outcomes = outcome == NULL ? NULL : (const char *const[]){outcome, NULL}};
    const size_t *steps = NULL;
    const char *text = "";

    assert_true(loaded->book != NULL || print_findings(loaded));
    size_t count = sw_demand_breach(&demand, loaded->book, params, loaded->arena, &steps);

    for (size_t i = 0; i < count; i++) {
        text = sw_format(loaded->arena, "%s%s%s", text, i == 0 ? "" : " ",
                         loaded->book->steps[steps[i]].id);
    }
    return text;
}

static const struct sw_value *tells(struct loaded *loaded, bool is_so)
{
    struct sw_builder map = sw_map_begin(loaded->arena);

    sw_map_put(&map, "tell_people", sw_bool(is_so));
    return sw_built(&map);
}

static void what_lies_on_every_way_is_held_to(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(NULL, 0);

    assert_string_equal(breach(loaded, "store.close", NULL, NULL), "");
    assert_string_equal(breach(loaded, "store.look_behind", NULL, NULL), "");
}

static void an_outcome_that_is_not_wanted_is_a_way_around(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(NULL, 0);

    assert_string_equal(breach(loaded, "store.look_behind", "none", NULL),
                        "shut redirect copy copied behind behind_review announce burn");
    assert_string_equal(breach(loaded, "store.copy_ended", "clean", NULL),
                        "shut redirect copy copied review behind announce burn");
}

static void a_step_that_may_be_skipped_holds_nothing_unless_the_parameters_say_so(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(NULL, 0);
    const char *around = "shut redirect copy copied behind announce burn";

    assert_string_equal(breach(loaded, "note.tell", NULL, NULL), around);
    assert_string_equal(breach(loaded, "note.tell", NULL, tells(loaded, false)), around);
    assert_string_equal(breach(loaded, "note.tell", NULL, tells(loaded, true)), "");
}

static void a_branch_goes_the_way_that_the_parameters_decide(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_with("  - id: announce\n    when: params.tell_people\n",
                  "  - id: announce\n    branch:\n      - { when: params.tell_people, next: tell "
                  "}\n      - { else: burn }\n  - id: tell\n");
    const char *around = "shut redirect copy copied behind announce burn";

    assert_string_equal(breach(loaded, "note.tell", NULL, NULL), around);
    assert_string_equal(breach(loaded, "note.tell", NULL, tells(loaded, false)), around);
    assert_string_equal(breach(loaded, "note.tell", NULL, tells(loaded, true)), "");
}

static void what_is_not_in_the_runbook_is_never_held_to(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(NULL, 0);

    assert_string_equal(breach(loaded, "store.open", NULL, NULL),
                        "shut redirect copy copied behind announce burn");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_lies_on_every_way_is_held_to),
        cmocka_unit_test(an_outcome_that_is_not_wanted_is_a_way_around),
        cmocka_unit_test(a_step_that_may_be_skipped_holds_nothing_unless_the_parameters_say_so),
        cmocka_unit_test(a_branch_goes_the_way_that_the_parameters_decide),
        cmocka_unit_test(what_is_not_in_the_runbook_is_never_held_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
