/* A variant and its bases become one runbook, and each finding stands in the file that is wrong. */
#include "lang/variant.h"

#include "base/text.h"
#include "lang/node_edit.h"
#include "support/variant_load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "stepwise: 1\nname: demo/variant\nversion: 2.0.0\n"
#define OF_SHELF HEAD "extends: { runbook: shelf }\n"

static void a_variant_without_changes_is_its_base_under_another_name(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = variant_load(OF_SHELF, NULL);
    SW_CLEANUP(loaded_free_at) struct loaded *base = load_changed(NULL, 0);

    assert_true(loaded->book != NULL || print_findings(loaded));
    assert_string_equal(loaded->book->name, "demo/variant");
    assert_string_equal(loaded->book->version, "2.0.0");
    assert_string_equal(loaded->book->title, base->book->title);
    assert_int_equal(loaded->book->base_count, 1);
    assert_string_equal(loaded->book->bases[0].name, "demo/burn-shelf");
    assert_int_equal(loaded->book->step_count, base->book->step_count);
    assert_true(sw_node_equal(sw_node_get(loaded->book->root, "steps"),
                              sw_node_get(base->book->root, "steps")));
    assert_true(sw_node_equal(sw_node_get(loaded->book->root, "require"),
                              sw_node_get(base->book->root, "require")));
}

static void its_own_words_take_the_place_of_the_bases(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = variant_load(
        OF_SHELF "title: Another\ntimeout: 9d\nparams:\n  max_wait: { default: 100h, max: 9d }\n"
                 "  who: { type: string, default: me }\n  shelf: { default: A7 }\n"
                 "facts:\n  again: { read: store.shelf, target: house, with: { name: a } }\n"
                 "require:\n  - { id: more, that: facts.again.boxes > 0, else: None }\n",
        NULL);

    assert_true(loaded->book != NULL || print_findings(loaded));
    assert_string_equal(loaded->book->title, "Another");
    assert_int_equal(loaded->book->timeout_ms, INT64_C(9) * 24 * 3600 * 1000);
    assert_int_equal(loaded->book->param_count, 4);
    assert_string_equal(loaded->book->params[1].name, "max_wait");
    assert_non_null(loaded->book->params[1].min);
    assert_false(loaded->book->params[0].is_required);
    assert_string_equal(sw_as_text(loaded->book->params[0].preset), "A7");
    assert_int_equal(loaded->book->fact_count, 4);
    assert_int_equal(loaded->book->require_count, 3);
    assert_string_equal(loaded->book->requires[2].id, "more");
}

static void what_the_base_has_keeps_its_meaning(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = variant_load(
        OF_SHELF "facts: { copy: { read: store.shelf, target: house, with: { name: a } } }\n"
                 "targets: { house: { kind: store.house } }\nsteps: []\n",
        NULL);

    assert_null(loaded->book);
    assert_non_null(finding(loaded, 603, 0));
    assert_non_null(finding(loaded, 603, 1));
    assert_int_equal(finding(loaded, 202, 0)->mark.line, 7);
}

static void a_chain_of_bases_is_applied_from_its_end(void **state)
{
    (void)state;
    const struct shelf_file files[] = {
        {"middle.yaml", "stepwise: 1\nname: demo/middle\nversion: 3.0.0\n"
                        "extends: { runbook: shelf }\n"
                        "change:\n  - { step: burn, set: { edge.approve.people: 2 } }\n"},
        {NULL, NULL},
    };
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        variant_load(HEAD "extends: { runbook: middle.yaml, version: 3.0.0 }\n"
                          "change:\n  - { step: burn, set: { edge.approve.people: 3 } }\n",
                     files);

    assert_int_equal(variant_step(loaded, "burn")->edge->people, 3);
    assert_int_equal(loaded->book->base_count, 2);
    assert_string_equal(loaded->book->bases[1].extended_by, "demo/middle");
}

static void a_finding_stands_in_the_base_that_is_wrong_and_tells_who_extends_it(void **state)
{
    (void)state;
    const struct shelf_file files[] = {
        {"middle.yaml",
         "stepwise: 1\nname: demo/middle\nversion: 3.0.0\n"
         "extends: { runbook: shelf }\n"
         "change:\n  - { step: burn, set: { title: '${params.shelv}' }, weaken: a }\n"},
        {NULL, NULL},
    };
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = variant_load(HEAD "extends: { runbook: middle.yaml }\n", files);

    assert_null(loaded->book);
    assert_int_equal(sw_diags_error_count(loaded->diags), 1);

    const struct sw_diag *diag = sw_diags_at(loaded->diags, 0);

    assert_string_equal(diag->mark.file, "middle.yaml");
    assert_int_equal(diag->mark.line, 6);
    assert_true(has_note(diag, "`demo/variant` extends it here") || print_findings(loaded));
}

static void a_variant_cannot_extend_itself(void **state)
{
    (void)state;
    const struct shelf_file files[] = {
        {"one.yaml",
         "stepwise: 1\nname: demo/one\nversion: 1.0.0\nextends: { runbook: two.yaml }\n"},
        {"two.yaml",
         "stepwise: 1\nname: demo/two\nversion: 1.0.0\nextends: { runbook: one.yaml }\n"},
        {NULL, NULL},
    };
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = variant_load(HEAD "extends: { runbook: one.yaml }\n", files);

    assert_null(loaded->book);
    assert_non_null(finding(loaded, 602, 0));
}

static void a_base_that_is_not_there_is_said_at_its_name(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = variant_load(HEAD "extends: { runbook: nobody/knows }\n", NULL);

    assert_null(loaded->book);
    assert_int_equal(finding(loaded, 601, 0)->mark.line, 4);
    assert_int_equal(sw_diags_error_count(loaded->diags), 1);
}

static void a_pin_that_differs_says_both(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        variant_load(HEAD "extends:\n  runbook: shelf\n  version: 0.9.0\n  digest: 'sha256:"
                          "0000000000000000000000000000000000000000000000000000000000000000'\n",
                     NULL);

    assert_null(loaded->book);
    assert_non_null(strstr(finding(loaded, 604, 0)->text, "0.9.0"));
    assert_non_null(strstr(finding(loaded, 604, 0)->text, "1.0.0"));
    assert_int_equal(finding(loaded, 605, 0)->mark.line, 7);
    assert_non_null(strstr(finding(loaded, 605, 0)->hint, "stepwise pin"));
}

static void a_change_without_a_base_is_refused(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = load_with("steps:\n", "change: []\nsteps:\n");

    assert_null(loaded->book);
    assert_non_null(finding(loaded, 603, 0));
}

static void a_proof_that_a_change_broke_points_at_the_change(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = variant_with("  - { remove: shut, weaken: nobody comes anyway }\n");
    const struct sw_diag *diag = finding(loaded, 501, 0);

    assert_null(loaded->book);
    assert_true(diag != NULL || print_findings(loaded));
    assert_string_equal(diag->mark.file, "variant.yaml");
    assert_int_equal(diag->mark.line, 6);
    assert_non_null(strstr(diag->hint, "no `weaken`"));
    assert_true(has_note(diag, "the step that cannot be undone"));
}

#define T(name) cmocka_unit_test(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_variant_without_changes_is_its_base_under_another_name),
        T(its_own_words_take_the_place_of_the_bases),
        T(what_the_base_has_keeps_its_meaning),
        T(a_chain_of_bases_is_applied_from_its_end),
        T(a_finding_stands_in_the_base_that_is_wrong_and_tells_who_extends_it),
        T(a_variant_cannot_extend_itself),
        T(a_base_that_is_not_there_is_said_at_its_name),
        T(a_pin_that_differs_says_both),
        T(a_change_without_a_base_is_refused),
        T(a_proof_that_a_change_broke_points_at_the_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
