/* What a variant may ask for without a word, and what takes a reason. */
#include "lang/variant.h"

#include "support/variant_load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define WINDOW(days, from, to)                                                                     \
    "edge.window: { days: " days ", from: '" from "', to: '" to "', zone: UTC }"

static const char *const tighter[] = {
    "{ step: burn, set: { edge.approve.people: 2 } }",
    "{ step: burn, set: { edge.approve.good_for: 1h } }",
    "{ step: burn, set: { " WINDOW("[sat]", "20:00", "23:00") " } }",
    "{ step: repair, set: { expires.after: 1d } }",
    "{ step: repair, set: { decide.again.max: 2 } }",
    "{ step: review, set: { by: storekeepers } }",
    "{ step: repair, set: { decide.stop.reason: required } }",
    "{ step: copied, set: { if_lapsed.max: 1, next.evidence_lost.max: 1 } }",
    "{ step: copy, set: { retry.times: 2 } }",
    "{ step: copied, set: { poll.every: 30s } }",
    "{ step: verify, set: { ensure: [ { that: result.boxes >= facts.copy.boxes, else: 'The copy "
    "holds ${result.boxes} boxes; it held ${facts.copy.boxes}.' }, { that: result.boxes > 0, else: "
    "None } ] } }",
    "{ step: verify, set: { title: Count again } }",
    "{ step: redirect, set: { optional: false } }",
    "{ param: max_wait, set: { min: 2h, max: 10d, default: 5h } }",
    "{ remove: redirect }",
    "{ step: redirect, unset: [ with ] }",
    "{ step: announce, unset: [ when ] }",
    "{ param: max_wait, unset: [ default ] }",
    "{ after: burn, insert: [ { id: tell, hook: tell } ] }",
};

/* The one thing that is said of each: which key. */
static const struct {
    const char *row, *key;
} looser[] = {
    {"{ step: burn, set: { edge.approve.good_for: 5h } }", "edge.approve.good_for"},
    {"{ step: burn, set: { edge.approve: { by: storekeepers, good_for: 4h } } }",
     "edge.approve.people"},
    {"{ step: burn, set: { edge.approve.by: others } }", "edge.approve.by"},
    {"{ step: burn, set: { edge.note: '' } }", "edge.note"},
    {"{ step: burn, set: { title: Nothing happens } }", "title"},
    {"{ step: burn, set: { next: stop } }", "next"},
    {"{ step: repair, set: { expires.after: 3d } }", "expires.after"},
    {"{ step: repair, set: { decide.again.max: 6 } }", "decide.again.max"},
    {"{ step: repair, set: { decide.again.label: Go } }", "decide.again.label"},
    {"{ step: repair, set: { decide.other: { label: x, next: stop } } }", "decide.other"},
    {"{ step: repair, set: { by: anybody } }", "by"},
    {"{ step: copied, set: { if_lapsed.max: 9 } }", "if_lapsed.max"},
    {"{ step: copied, set: { next.timeout: stop } }", "next.timeout"},
    {"{ step: copied, set: { poll.every: 5m } }", "poll.every"},
    {"{ step: copied, set: { timeout: 1h } }", "timeout"}, /* the old one is a parameter's */
    {"{ step: copy, set: { with.hands: 1 } }", "with.hands"},
    {"{ step: shut, set: { when: params.tell_people } }", "when"},
    {"{ step: verify, set: { ensure: [ { that: result.boxes > 0, else: None } ] } }", "ensure"},
    {"{ require: seen, set: { that: age(facts.shelf.seen) < 90m } }", "that"},
    {"{ require: seen, set: { at: start } }", "at"},
    {"{ remove: require.healthy }", "requirement is gone"},
    {"{ step: burn, unset: [ edge.note ] }", "`edge.note` is gone"},
    {"{ step: burn, unset: [ edge.approve.people ] }", "`edge.approve.people` is gone"},
    {"{ step: burn, unset: [ title ] }", "`title` is gone"},
    {"{ step: repair, unset: [ expires ] }", "`expires` is gone"},
    {"{ step: repair, unset: [ by ] }", "`by` is gone"},
    {"{ step: copied, unset: [ if_lapsed ] }", "`if_lapsed` is gone"},
    {"{ step: copied, unset: [ poll.max ] }", "`poll.max` is gone"},
    {"{ step: copy, unset: [ retry ] }", "`retry` is gone"},
    {"{ step: verify, unset: [ ensure ] }", "`ensure` is gone"},
    {"{ step: stop, unset: [ rollback ] }", "`rollback` is gone"},
    {"{ param: max_wait, unset: [ max ] }", "`max` is gone"},
    {"{ require: healthy, unset: [ at ] }", "`at` is gone"},
    {"{ remove: verify }", "makes sure of"},
    {"{ param: max_wait, set: { max: 15d } }", "max"},
    {"{ param: max_wait, set: { min: 1m } }", "min"},
    {"{ step: verify, set: { next.failed: done } }",
     "next.failed"}, /* it failed, and all is well */
    {"{ step: verify, set: { target: house } }", "target"},
    {"{ step: stop, set: { rollback: false } }", "rollback"},
    {"{ step: stop, set: { end: done } }", "end"},
    {"{ fact: copy, set: { read: store.shelf } }", "read"},
    {"{ before: burn, insert: [ { id: ask, show: { things: { read: store.look_behind, target: "
     "house } }, decide: { lose: { label: Lose, next: burn, accepts_loss: things }, stop: { label: "
     "S, next: stop } } } ] }",
     "can settle"},
};

static struct loaded *load_row(const char *row, const char *weaken)
{
    struct sw_arena *arena = sw_arena_new();
    size_t length = strlen(row);
    struct loaded *loaded =
        variant_with(sw_format(arena, "  - %.*s%s }\n", (int)(length - 1), row, weaken));

    sw_arena_free(arena);
    return loaded;
}

static void what_is_tighter_needs_no_word(void **state)
{
    (void)state;
    size_t wrong = 0;

    for (size_t i = 0; i < SW_COUNT(tighter); i++) {
        SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_row(tighter[i], "");

        if (loaded->book == NULL || loaded->book->weakening_count != 0) {
            fprintf(stderr, "%s\n", tighter[i]);
            print_findings(loaded);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void what_is_looser_is_refused_with_the_key(void **state)
{
    (void)state;
    size_t wrong = 0;

    for (size_t i = 0; i < SW_COUNT(looser); i++) {
        SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_row(looser[i].row, "");
        const struct sw_diag *diag = finding(loaded, 612, 0);

        if (diag == NULL || strstr(diag->text, looser[i].key) == NULL || diag->mark.line != 6 ||
            strcmp(diag->mark.file, "variant.yaml") != 0 || loaded->book != NULL) {
            fprintf(stderr, "wanted SW0612 %s for %s\n", looser[i].key, looser[i].row);
            print_findings(loaded);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void a_reason_allows_it_and_is_kept(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_row("{ step: burn, set: { edge.approve.good_for: 5h } }", ", weaken: 'They sleep'");

    assert_true(loaded->book != NULL || print_findings(loaded));
    assert_int_equal(loaded->book->weakening_count, 1);
    assert_string_equal(loaded->book->weakenings[0].owner, "burn");
    assert_string_equal(loaded->book->weakenings[0].reason, "They sleep");
    assert_non_null(strstr(loaded->book->weakenings[0].what, "4h"));
    assert_int_equal(loaded->book->weakenings[0].mark.line, 6);
}

static void a_reason_for_nothing_is_a_warning(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_row("{ step: burn, set: { edge.approve.people: 2 } }", ", weaken: 'Just so'");

    assert_non_null(loaded->book);
    assert_int_equal(finding(loaded, 613, 0)->severity, SW_WARNING);
}

static void an_empty_reason_is_none(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_row("{ step: burn, set: { edge.approve.good_for: 5h } }", ", weaken: ''");
    SW_CLEANUP(loaded_free_at)
    struct loaded *blank =
        load_row("{ step: burn, set: { edge.approve.good_for: 5h } }", ", weaken: '  '");

    assert_null(loaded->book);
    assert_non_null(finding(loaded, 612, 0));
    assert_non_null(finding(blank, 612, 0));
}

static void a_window_can_only_shrink(void **state)
{
    (void)state;
    static const struct {
        const char *days, *from, *to;
        bool is_within;
    } windows[] = {
        {"[sat]", "20:00", "23:00", true},  {"[sat, sun]", "22:30", "02:00", true},
        {"[sat]", "22:00", "04:00", true},  {"[sat, mon]", "20:00", "23:00", false},
        {"[sat]", "19:59", "23:00", false}, {"[sat]", "22:00", "04:01", false},
        {"[sun]", "01:00", "02:00", false}, /* of saturday's night, but it says sunday */
    };
    size_t wrong = 0;

    for (size_t i = 0; i < SW_COUNT(windows); i++) {
        SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
        const struct shelf_file files[] = {
            {"night.yaml",
             "stepwise: 1\nname: demo/night\nversion: 1.0.0\nextends: { runbook: shelf }\nchange:\n"
             "  - { step: burn, set: { " WINDOW("[sat, sun]", "20:00", "04:00") " } }\n"},
            {NULL, NULL},
        };
        SW_CLEANUP(loaded_free_at)
        struct loaded *loaded = variant_load(
            sw_format(arena,
                      "stepwise: 1\nname: demo/v\nversion: 1.0.0\nextends: { runbook: night.yaml "
                      "}\nchange:\n  - { step: burn, set: { edge.window.days: %s, "
                      "edge.window.from: '%s', edge.window.to: '%s' } }\n",
                      windows[i].days, windows[i].from, windows[i].to),
            files);

        if ((loaded->book != NULL) != windows[i].is_within) {
            fprintf(stderr, "%s %s-%s\n", windows[i].days, windows[i].from, windows[i].to);
            print_findings(loaded);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void what_a_variant_has_added_its_own_variant_may_not_take_back(void **state)
{
    (void)state;
    static const struct {
        const char *base, *row, *key; /* key NULL: it is tighter */
    } cases[] = {
        {"change: [ { step: repair, set: { decide.stop.reason: required } } ]",
         "{ step: repair, set: { decide.stop.reason: optional } }", "decide.stop.reason"},
        {"change: [ { step: burn, set: { " WINDOW("[sat]", "20:00", "23:00") " } } ]",
         "{ step: burn, set: { edge.window.zone: Europe/Berlin } }", "edge.window"},
        {"params: { why: { type: enum, values: [a, b], default: a } }",
         "{ param: why, set: { values: [a, b, c] } }", "values"},
        {"params: { why: { type: enum, values: [a, b], default: a } }",
         "{ param: why, set: { values: [a] } }", NULL},
    };
    size_t wrong = 0;

    for (size_t i = 0; i < SW_COUNT(cases); i++) {
        SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
        const struct shelf_file files[] = {
            {"strict.yaml",
             sw_format(
                 arena,
                 "stepwise: 1\nname: demo/s\nversion: 1.0.0\nextends: { runbook: shelf }\n%s\n",
                 cases[i].base)},
            {NULL, NULL},
        };
        SW_CLEANUP(loaded_free_at)
        struct loaded *loaded =
            variant_load(sw_format(arena,
                                   "stepwise: 1\nname: demo/v\nversion: 1.0.0\nextends: { runbook: "
                                   "strict.yaml }\nchange: [ %s ]\n",
                                   cases[i].row),
                         files);
        const struct sw_diag *diag = finding(loaded, 612, 0);
        bool is_as_said = cases[i].key == NULL
                              ? loaded->book != NULL
                              : diag != NULL && strstr(diag->text, cases[i].key) != NULL;

        if (!is_as_said) {
            fprintf(stderr, "%s\n", cases[i].row);
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
        T(what_is_tighter_needs_no_word),
        T(what_is_looser_is_refused_with_the_key),
        T(a_reason_allows_it_and_is_kept),
        T(a_reason_for_nothing_is_a_warning),
        T(an_empty_reason_is_none),
        T(a_window_can_only_shrink),
        T(what_a_variant_has_added_its_own_variant_may_not_take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
