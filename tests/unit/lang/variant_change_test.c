/* What the rows of `change` do to the steps and arrows, and what they may not do. */
#include "support/variant_load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define HOOK(id) "{ id: " id ", hook: " id ", optional: true }"

static void before_catches_every_arrow_into_the_step(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        variant_with("  - { before: copy, insert: [ " HOOK("one") ", " HOOK("two") " ] }\n");

    assert_true(leads(loaded, "redirect", "ok", "one"));
    assert_true(leads(loaded, "one", "ok", "two"));
    assert_true(leads(loaded, "two", "ok", "copy"));
    assert_true(leads(loaded, "copied", "evidence_lost", "one"));
    assert_true(leads(loaded, "copied", "if_lapsed", "one"));
    assert_true(leads(loaded, "repair", "again", "one"));
    assert_true(leads(loaded, "review", "fix", "one"));
}

static void after_follows_the_ok_that_falls_through(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = variant_with("  - { after: shut, insert: [ " HOOK("one") " ] }\n");

    assert_true(leads(loaded, "shut", "ok", "one"));
    assert_true(leads(loaded, "one", "ok", "redirect"));
}

static void after_takes_over_an_ok_that_leads_elsewhere(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        variant_with("  - { after: verify, insert: [ " HOOK("one") ", " HOOK("two") " ] }\n");

    assert_true(leads(loaded, "verify", "ok", "one"));
    assert_true(leads(loaded, "one", "ok", "two"));
    assert_true(leads(loaded, "two", "ok", "done"));
}

static void after_an_outcome_follows_that_one_alone(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = variant_with("  - { after: copied.timeout, insert: [ " HOOK(
        "late") " ] }\n"
                "  - { after: behind_review.stop, insert: [ " HOOK("tell") " ] }\n");

    assert_true(leads(loaded, "copied", "timeout", "late"));
    assert_true(leads(loaded, "copied", "trouble", "repair"));
    assert_true(leads(loaded, "late", "ok", "repair"));
    assert_true(leads(loaded, "behind_review", "stop", "tell"));
    assert_true(leads(loaded, "tell", "ok", "stop"));
    assert_true(leads(loaded, "repair", "stop", "stop"));
}

static void after_an_outcome_that_goes_back_keeps_its_bound(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        variant_with("  - { after: copied.evidence_lost, insert: [ " HOOK("lost") " ] }\n");
    const struct sw_step *lost = variant_step(loaded, "lost");

    assert_true(leads(loaded, "copied", "evidence_lost", "lost"));
    assert_true(leads(loaded, "lost", "ok", "copy"));
    assert_int_equal(sw_step_arrow(lost, "ok")->max, 2);
    assert_int_equal(sw_step_arrow(variant_step(loaded, "copied"), "evidence_lost")->max, 2);
}

/* The step below the inserted block is reached as before by what fell through to it. */
static void after_an_outcome_of_a_step_that_falls_through_leaves_its_ok(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        variant_with("  - { step: redirect, set: { next.failed: stop } }\n"
                     "  - { after: redirect.failed, insert: [ " HOOK("one") " ] }\n");

    assert_true(leads(loaded, "redirect", "ok", "copy"));
    assert_true(leads(loaded, "redirect", "failed", "one"));
    assert_true(leads(loaded, "one", "ok", "stop"));
}

static void remove_joins_the_arrows_around_a_step(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = variant_with("  - { remove: redirect }\n  - { remove: announce }\n");

    assert_true(leads(loaded, "shut", "ok", "copy"));
    assert_true(leads(loaded, "behind", "none", "burn"));
    assert_true(leads(loaded, "behind_review", "accept", "burn"));
}

static void remove_joins_also_what_fell_through_to_a_step_that_leads_elsewhere(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        variant_with("  - { remove: verify, weaken: the copy is counted by hand }\n");

    assert_true(leads(loaded, "burn", "ok", "done"));
}

static void set_takes_dotted_keys_and_makes_what_is_not_there(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = variant_with(
        "  - step: burn\n    set:\n      edge.approve.people: 2\n      edge.approve.good_for: 1h\n"
        "      edge.window.days: [sat]\n      edge.window.from: '20:00'\n"
        "      edge.window.to: '23:00'\n      edge.window.zone: UTC\n"
        "  - { step: verify, set: { next.failed: done }, weaken: counted by hand }\n");
    const struct sw_edge *edge = variant_step(loaded, "burn")->edge;

    assert_int_equal(edge->people, 2);
    assert_int_equal(edge->good_for_ms, 3600 * 1000);
    assert_int_equal(edge->day_mask, 1u << 5);
    assert_int_equal(edge->to_minute, 23 * 60);
    assert_true(leads(loaded, "verify", "ok", "done"));
    assert_true(leads(loaded, "verify", "failed", "done"));
}

static void changes_apply_in_order_also_to_what_was_inserted(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = variant_with("  - { before: shut, insert: [ " HOOK(
        "one") " ] }\n"
               "  - { step: one, set: { title: First } }\n"
               "  - { before: one, insert: [ " HOOK("zero") " ] }\n");

    assert_true(leads(loaded, "zero", "ok", "one"));
    assert_true(leads(loaded, "one", "ok", "shut"));
    assert_non_null(variant_step(loaded, "one")->title);
    assert_true(leads(loaded, "shut", "if_lapsed", "zero"));
}

static void unset_leaves_keys_out_and_maps_that_are_empty_then(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = variant_with("  - { step: redirect, unset: [ with.shelf, optional ] }\n"
                                         "  - { step: announce, unset: [ when ] }\n"
                                         "  - { param: shelf, unset: [ description ] }\n"
                                         "  - { param: max_wait, unset: [ default ] }\n");

    assert_true(loaded->book != NULL || print_findings(loaded));
    assert_false(variant_step(loaded, "redirect")->is_optional);
    assert_int_equal(variant_step(loaded, "redirect")->use.argument_count, 0);
    assert_false(variant_step(loaded, "announce")->has_when);
    assert_null(loaded->book->params[0].description);
    assert_null(loaded->book->params[1].preset);
    assert_int_equal(loaded->book->weakening_count, 0);
}

/* Another verb takes other keys: both in one row. */
static void unset_beside_set_gives_a_step_another_verb(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = variant_with(
        "  - { step: redirect, unset: [ hook, optional, with ], set: { do: note.tell, with.text: "
        "a } }\n");

    /* `with` is left out and set: the other way is to set it whole */
    assert_non_null(finding(loaded, 609, 0));
    SW_CLEANUP(loaded_free_at)
    struct loaded *whole = variant_with("  - { step: redirect, unset: [ hook, optional ], set: { "
                                        "do: note.tell, with: { text: a } } "
                                        "}\n");

    assert_true(whole->book != NULL || print_findings(whole));
    assert_int_equal(variant_step(whole, "redirect")->verb, SW_VERB_DO);
}

static void an_arrow_written_short_is_unset_like_a_long_one(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = variant_with(
        "  - { before: copy, insert: [ { id: one, hook: one, optional: true, next: copy } ] }\n"
        "  - { step: one, unset: [ next.ok ] }\n");
    SW_CLEANUP(loaded_free_at)
    struct loaded *other = variant_with(
        "  - { before: copy, insert: [ { id: one, hook: one, optional: true, next: copy } ] }\n"
        "  - { step: one, unset: [ next.failed ] }\n");

    assert_true(loaded->book != NULL || print_findings(loaded));
    assert_true(leads(loaded, "one", "ok", "copy"));
    assert_non_null(finding(other, 610, 0));
}

struct refusal {
    const char *rows;
    unsigned code, line, column;
};

/* Rows begin at line 6. */
static const struct refusal refusals[] = {
    {"  - { remove: copied }\n", 611, 6, 15},
    {"  - { remove: repair }\n", 611, 6, 15},
    {"  - { remove: stop }\n", 611, 6, 15},
    {"  - { remove: shuut }\n", 607, 6, 15},
    {"  - { remove: redirect }\n  - { step: redirect, set: { title: a } }\n", 607, 7, 13},
    {"  - { before: nowhere, insert: [ " HOOK("one") " ] }\n", 607, 6, 15},
    {"  - { after: copied, insert: [ " HOOK("one") " ] }\n", 608, 6, 14},
    {"  - { after: copied.claen, insert: [ " HOOK("one") " ] }\n", 608, 6, 14},
    {"  - { after: repair, insert: [ " HOOK("one") " ] }\n", 608, 6, 14},
    {"  - { after: shut.failed, insert: [ " HOOK("one") " ] }\n", 608, 6, 14},
    {"  - { step: burn, set: { edge.approve.people: 2 } }\n"
     "  - { step: burn, set: { edge.approve.people: 3 } }\n",
     609, 7, 26},
    {"  - { step: burn, set: { edge.approve.people: 2, edge.approve: { good_for: 1h } } }\n", 609,
     6, 50},
    {"  - { step: redirect, set: { title: a } }\n  - { remove: redirect }\n", 609, 7, 15},
    {"  - { step: burn, set: { id: other } }\n", 610, 6, 26},
    {"  - { step: verify, set: { ensure.0: a } }\n", 610, 6, 28},
    {"  - { step: burn, set: { title.x: a } }\n", 610, 6, 26},
    {"  - { step: burn, unset: [id] }\n", 610, 6, 27},
    {"  - { step: burn, unset: [ description ] }\n", 610, 6, 28},
    {"  - { step: burn, unset: [ edge.windw ] }\n", 610, 6, 28},
    {"  - { step: verify, unset: [ ensure.0 ] }\n", 610, 6, 30},
    {"  - { step: burn, unset: [ title ], set: { title: a } }\n", 609, 6, 44},
    {"  - { step: burn, unset: [ edge.note ] }\n  - { step: burn, set: { edge: { note: a } } }\n",
     609, 7, 26},
    {"  - { step: burn, unset: [] }\n", 606, 6, 5},
    {"  - { remove: redirect, unset: [ title ] }\n", 606, 6, 32},
    {"  - { remove: redirect, set: { title: a } }\n", 606, 6, 30},
    {"  - { step: redirect, set: { title: a }, insert: [ " HOOK("one") " ] }\n", 606, 6, 50},
    {"  - { before: redirect, insert: [ " HOOK("one") " ], set: { title: a } }\n", 606, 6, 82},
    {"  - { step: burn, unset: [ edge.approve ], weaken: a }\n", 204, 85, 7},
    {"  - { step: burn }\n", 606, 6, 5},
    {"  - { before: burn }\n", 606, 6, 5},
    {"  - { before: burn, insert: [ { hook: a } ] }\n", 606, 6, 31},
    {"  - { insert: [ " HOOK("one") " ] }\n", 606, 6, 5},
    {"  - { step: burn, remove: shut, set: { title: a } }\n", 606, 6, 13},
    {"  - { require: nobody, set: { at: start } }\n", 606, 6, 16},
    {"  - { remove: require.nobody, weaken: a }\n", 606, 6, 15},
    {"  - { param: nobody, set: { max: 1h } }\n", 606, 6, 14},
    {"  - { step: burn, set: { edge.aprove.people: 2 }, weaken: a }\n", 201, 6, 26},
    {"  - { step: burn, sett: { title: a } }\n", 201, 6, 19},
    {"  - { before: copy, insert: [ { id: shut, hook: a } ] }\n", 209, 6, 37},
};

static void every_wrong_row_is_refused_at_its_place(void **state)
{
    (void)state;
    size_t wrong = 0;

    for (size_t i = 0; i < SW_COUNT(refusals); i++) {
        const struct refusal *row = &refusals[i];
        SW_CLEANUP(loaded_free_at) struct loaded *loaded = variant_with(row->rows);
        const struct sw_diag *diag = finding(loaded, row->code, 0);

        if (loaded->book != NULL || diag == NULL || diag->mark.line != row->line ||
            diag->mark.column != row->column) {
            fprintf(stderr, "wanted %u:%u SW%04u for:\n%s", row->line, row->column, row->code,
                    row->rows);
            print_findings(loaded);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

#define T(name) cmocka_unit_test(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(unset_leaves_keys_out_and_maps_that_are_empty_then),
        T(unset_beside_set_gives_a_step_another_verb),
        T(an_arrow_written_short_is_unset_like_a_long_one),
        T(before_catches_every_arrow_into_the_step),
        T(after_follows_the_ok_that_falls_through),
        T(after_takes_over_an_ok_that_leads_elsewhere),
        T(after_an_outcome_follows_that_one_alone),
        T(after_an_outcome_that_goes_back_keeps_its_bound),
        T(after_an_outcome_of_a_step_that_falls_through_leaves_its_ok),
        T(remove_joins_the_arrows_around_a_step),
        T(remove_joins_also_what_fell_through_to_a_step_that_leads_elsewhere),
        T(set_takes_dotted_keys_and_makes_what_is_not_there),
        T(changes_apply_in_order_also_to_what_was_inserted),
        T(every_wrong_row_is_refused_at_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
