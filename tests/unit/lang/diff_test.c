/* Two versions of the shelf, and the sentence that says what the second asks for differently. */
#include "lang/diff.h"

#include "support/variant_load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct row {
    const char *old, *new_text;
    enum sw_difference_rank rank;
    const char *text;
} rows[] = {
    {"people: 1", "people: 2", SW_DIFF_MORE, "approval on burn rose from 1 person to 2"},
    {"good_for: 4h }", "good_for: 5h }", SW_DIFF_LESS,
     "an approval on burn is good for 5h (was 4h)"},
    {"{ by: storekeepers, people", "{ people", SW_DIFF_LESS,
     "burn is approved by any approver (was storekeepers)"},
    {"good_for: 4h }",
     "good_for: 4h }\n      window: { days: [sat], from: '20:00', to: '23:00', zone: UTC }",
     SW_DIFF_MORE, "burn now has a window outside of which it waits"},
    {"    by: storekeepers\n", "", SW_DIFF_LESS,
     "repair is answered by any approver (was storekeepers)"},
    {"expires: { after: 2d", "expires: { after: 3d", SW_DIFF_LESS,
     "expires.after of repair is 3d (was 2d)"},
    {"if_lapsed: { next: shut, max: 3 }", "if_lapsed: { next: shut, max: 4 }", SW_DIFF_LESS,
     "on lapsed evidence, shut may go on 4 times in a run (was 3)"},
    {"timeout: repair", "timeout: stop", SW_DIFF_OTHER,
     "on timeout, copied goes to stop instead of repair"},
    {"      timeout: repair\n", "      timeout: repair\n      failed: stop\n", SW_DIFF_OTHER,
     "on failed, copied now goes to stop"},
    {"trouble: repair", "trouble: stop", SW_DIFF_OTHER,
     "on trouble, copied goes to stop instead of repair"},
    {"facts.shelf.health == 'good'", "facts.shelf.health != 'bad'", SW_DIFF_OTHER,
     "requirement healthy now asks: facts.shelf.health != 'bad' (was facts.shelf.health == "
     "'good')"},
    {"  - id: healthy\n    at: start\n    that: facts.shelf.health == 'good'\n    else: 'The shelf "
     "is "
     "${facts.shelf.health}: repair it first.'\n",
     "", SW_DIFF_LESS, "requirement healthy is gone: facts.shelf.health == 'good'"},
    {"steps:\n", "lock: [door]\nsteps:\n", SW_DIFF_MORE, "door is locked now"},
    {"min: 1h, max: 14d", "min: 1h, max: 13d", SW_DIFF_MORE,
     "max of params.max_wait was 14d and is 13d"},
    {"default: 72h", "default: 73h", SW_DIFF_PLAIN,
     "default of params.max_wait was 72h and is 73h"},
    {"      - that: result.boxes >= facts.copy.boxes\n", "      - that: result.boxes > 0\n",
     SW_DIFF_OTHER, "verify no longer makes sure of all that it did"},
    {"    when: params.tell_people\n", "", SW_DIFF_PLAIN, "announce is no longer skipped"},
    {"  - id: redirect\n    hook: redirect_people\n    optional: true\n    with: { shelf: "
     "'${facts.shelf.name}' }\n",
     "", SW_DIFF_PLAIN, "step redirect (hook redirect_people) is gone"},
    {"  - id: copy\n", "  - { id: say, hook: say, optional: true }\n  - id: copy\n", SW_DIFF_PLAIN,
     "step say (hook say) is new"},
    {"with: { hands: 3 }", "with: { hands: 2 }", SW_DIFF_OTHER, "with.hands of copy is 2 (was 3)"},
    {"      stop: { label: Open and stop, next: stop }\n    by",
     "      stop: { label: Open and stop, next: stop }\n      other: { label: Other, next: stop "
     "}\n    by",
     SW_DIFF_OTHER, "repair now offers the choice other"},
    {"label: Copy again", "label: Copy once more", SW_DIFF_OTHER,
     "a choice of repair now reads: Copy once more"},
    {"It held ${facts.shelf.boxes} boxes.", "Nothing is lost.", SW_DIFF_OTHER,
     "whoever approves burn is told: Nothing is lost."},
    {"tell_people: { type: bool, default: true }", "tell_people: { type: bool, default: false }",
     SW_DIFF_OTHER, "default of params.tell_people was true and is false"},
    {", rollback: true }", ", rollback: false }", SW_DIFF_OTHER,
     "rollback of stop is false (was true)"},
    {"stop, end: stopped, ", "stop, end: failed, ", SW_DIFF_OTHER,
     "stop now uses failed instead of stopped"},
    {"    next: done\n  - { id: stop", "    next: { ok: done, failed: done }\n  - { id: stop",
     SW_DIFF_OTHER, "on failed, verify now goes to done"},
    {"with: { hands: 3 }", "with: { hands: 3 }\n    next: { failed: stop }", SW_DIFF_OTHER,
     "on failed, copy now goes to stop"},
    {"title: Burn a shelf", "title: Burn one shelf", SW_DIFF_WORDING, "the title is another one"},
};

static struct sw_diff compare(struct sw_arena *arena, const struct loaded *was,
                              const struct loaded *now)
{
    struct sw_diff diff = {0};

    assert_true(was->book != NULL || print_findings(was));
    assert_true(now->book != NULL || print_findings(now));
    sw_diff_runbooks(was->book, now->book, arena, &diff);
    return diff;
}

static void each_difference_is_one_sentence_of_its_rank(void **state)
{
    (void)state;
    size_t wrong = 0;

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
        SW_CLEANUP(loaded_free_at) struct loaded *was = load_changed(NULL, 0);
        SW_CLEANUP(loaded_free_at) struct loaded *now = load_with(rows[i].old, rows[i].new_text);
        struct sw_diff diff = compare(arena, was, now);

        if (diff.count != 1 || diff.rows[0].rank != rows[i].rank ||
            strcmp(diff.rows[0].text, rows[i].text) != 0) {
            fprintf(stderr, "wanted %s: %s\n", sw_diff_rank_name(rows[i].rank), rows[i].text);
            for (size_t k = 0; k < diff.count; k++) {
                fprintf(stderr, "  here %s: %s\n", sw_diff_rank_name(diff.rows[k].rank),
                        diff.rows[k].text);
            }
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void the_same_runbook_differs_in_nothing(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(loaded_free_at) struct loaded *was = load_changed(NULL, 0);
    SW_CLEANUP(loaded_free_at)
    struct loaded *now =
        load_with("targets: { house: { kind: store.house }, place: { kind: copy.place } }",
                  "targets: # two\n  place: {kind: 'copy.place'}\n  house:\n    kind: store.house");

    assert_int_equal(compare(arena, was, now).count, 0);
}

/* Whatever is worse one way is better the other way. */
static void less_and_more_change_places_with_the_sides(void **state)
{
    (void)state;
    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
        SW_CLEANUP(loaded_free_at) struct loaded *was = load_with(rows[i].old, rows[i].new_text);
        SW_CLEANUP(loaded_free_at) struct loaded *now = load_changed(NULL, 0);
        struct sw_diff diff = compare(arena, was, now);
        enum sw_difference_rank rank = rows[i].rank == SW_DIFF_LESS   ? SW_DIFF_MORE
                                       : rows[i].rank == SW_DIFF_MORE ? SW_DIFF_LESS
                                                                      : rows[i].rank;

        if (diff.count != 1 || diff.rows[0].rank != rank) {
            fail_msg("%s: the other way it is %s", rows[i].text,
                     diff.count == 0 ? "nothing" : diff.rows[0].text);
        }
    }
}

static void a_new_way_around_a_question_is_a_loss(void **state)
{
    (void)state;
    static const char asked[] = "  - { id: sure, decide: { a: { label: A, next: announce }, b: { "
                                "label: B, next: stop } } }\n"
                                "  - id: announce\n";
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    const struct change changes[] = {
        {"none: announce", "none: sure"},
        {"next: announce, acc", "next: sure, acc"},
        {"  - id: announce\n", asked},
    };
    const struct change around[] = {
        {"none: announce", "none: past"},
        {"next: announce, acc", "next: sure, acc"},
        {"  - id: announce\n", asked},
        {"  - { id: sure", "  - { id: past, branch: [ { when: params.tell_people, next: announce "
                           "}, { else: sure } ] }\n"
                           "  - { id: sure"},
    };
    SW_CLEANUP(loaded_free_at) struct loaded *was = load_changed(changes, SW_COUNT(changes));
    SW_CLEANUP(loaded_free_at) struct loaded *now = load_changed(around, SW_COUNT(around));
    struct sw_diff diff = compare(arena, was, now);

    assert_int_equal(diff.rows[0].rank, SW_DIFF_LESS);
    assert_string_equal(diff.rows[0].text,
                        "there is a new way past sure to what cannot be undone, from behind");
}

static void a_longer_run_is_a_loss(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(loaded_free_at) struct loaded *was = load_with("steps:\n", "timeout: 10d\nsteps:\n");
    SW_CLEANUP(loaded_free_at) struct loaded *now = load_with("steps:\n", "timeout: 90d\nsteps:\n");

    assert_int_equal(compare(arena, was, now).rows[0].rank, SW_DIFF_LESS);
    assert_int_equal(compare(arena, now, was).rows[0].rank, SW_DIFF_PLAIN);
}

static void a_reason_leads_and_a_loss_comes_before_a_gain(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(loaded_free_at) struct loaded *was = load_changed(NULL, 0);
    SW_CLEANUP(loaded_free_at)
    struct loaded *now =
        variant_with("  - { step: burn, set: { edge.approve.people: 2, edge.approve.good_for: 5h "
                     "}, weaken: far }\n"
                     "  - { before: shut, insert: [ { id: say, hook: say, optional: true } ] }\n");
    struct sw_diff diff = compare(arena, was, now);

    assert_int_equal(diff.rows[0].rank, SW_DIFF_WEAKENED);
    assert_non_null(strstr(diff.rows[0].text, "because: far"));
    assert_int_equal(diff.rows[1].rank, SW_DIFF_LESS);
    assert_int_equal(diff.rows[2].rank, SW_DIFF_MORE);
    assert_true(sw_diff_is_safety(&diff));
    for (size_t i = 3; i < diff.count; i++) {
        assert_true(diff.rows[i].rank >= SW_DIFF_PLAIN);
    }
}

static void an_outcome_that_goes_where_only_proof_went_is_a_loss(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    /* Without the burning nothing needs the proof, so that both versions load. */
    const struct change changes[] = {
        {"    do: store.burn\n    target: house\n    edge:\n      note: 'It held "
         "${facts.shelf.boxes} boxes.'\n      approve: { by: storekeepers, people: 1, good_for: 4h "
         "}\n",
         "    do: note.tell\n    with: { text: a }\n"},
        {"timeout: repair", "timeout: behind"},
    };
    SW_CLEANUP(loaded_free_at) struct loaded *was = load_changed(changes, 1);
    SW_CLEANUP(loaded_free_at) struct loaded *now = load_changed(changes, 2);
    struct sw_diff diff = compare(arena, was, now);
    bool is_said = false;

    for (size_t i = 0; i < diff.count; i++) {
        is_said =
            is_said || strstr(diff.rows[i].text, "wait copied no longer requires clean") != NULL;
    }
    assert_true(is_said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_difference_is_one_sentence_of_its_rank),
        cmocka_unit_test(the_same_runbook_differs_in_nothing),
        cmocka_unit_test(less_and_more_change_places_with_the_sides),
        cmocka_unit_test(a_reason_leads_and_a_loss_comes_before_a_gain),
        cmocka_unit_test(a_new_way_around_a_question_is_a_loss),
        cmocka_unit_test(a_longer_run_is_a_loss),
        cmocka_unit_test(an_outcome_that_goes_where_only_proof_went_is_a_loss),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
