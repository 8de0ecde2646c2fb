#include "base/buf.h"
#include "lang/evidence.h"
#include "support/demo_load.h"
#include "support/pack_sketch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define LOOK                                                                                       \
    "read: store.look_behind\n    target: house\n    next: { none: announce, some: behind_review " \
    "}"
#define BEHIND_REVIEW                                                                              \
    "  - id: behind_review\n    show:\n      things: { read: store.look_behind, target: house }\n" \
    "    decide:\n      accept: { label: Nobody needs them, next: announce, accepts_loss: things " \
    "}\n      stop: { label: Open and stop, next: stop }\n"
#define TALK "do: note.tell\n    with: { text: a }"

static const struct mistake mistakes[] = {
    {"timeout: repair", "timeout: burn", 501, 80, 9, 1},
    {"next: done\n", "next: stop\n", 502, 94, 11, 2},
    {"do: note.tell", "do: note.tell\n    if_lapsed: { next: copy, max: 2 }", 504, 79, 24, 1},
    {"subject: shelf\n", "", 505, 26, 9, 1},
};

static void every_fault_of_the_proof_is_found_at_its_place(void **state)
{
    (void)state;
    assert_int_equal(wrong_findings(mistakes, SW_COUNT(mistakes)), 0);
}

/* The finding names the step, the missing piece and, as its last notes, the path to it. */
static void assert_unproven(const struct loaded *loaded, const char *missing, const char *move)
{
    const struct sw_diag *diag = finding(loaded, 501, 0);

    assert_true(diag != NULL || print_findings(loaded));
    assert_null(loaded->book);
    assert_non_null(strstr(diag->text, "`burn`"));
    assert_true(strstr(diag->text, missing) != NULL || print_findings(loaded));
    assert_true(has_note(diag, move) || print_findings(loaded));
}

static void without_the_step_that_closes_nothing_is_proven(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_with("  - id: shut\n    title: Close shelf ${facts.shelf.name}\n    do: store.close\n"
                  "    target: house\n    if_lapsed: { next: shut, max: 3 }\n",
                  "");

    assert_unproven(loaded, "`store.closed`", "1. redirect: ok -> copy");
    assert_non_null(strstr(finding(loaded, 501, 0)->hint, "`do: store.close`"));
}

static void without_the_step_that_copies_the_copy_is_not_proven(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_with("do: store.start_copy\n    target: house\n    with: { hands: 3 }\n    retry: { "
                  "times: 3, every: 5m, errors: [busy] }",
                  TALK);

    assert_unproven(loaded, "`store.copying`", "4. copied: clean -> behind");
    assert_non_null(strstr(finding(loaded, 501, 0)->hint, "`do: store.start_copy`"));
}

static void without_the_wait_the_copy_is_not_proven(void **state)
{
    (void)state;
    const struct change changes[] = {
        {"wait: store.copy_ended\n    target: house\n    poll: { every: 1m, factor: 1.5, max: 15m, "
         "jitter: 20% }\n    timeout: '${params.max_wait}'\n    next:\n      clean: behind\n      "
         "some_left: review\n      trouble: repair\n      timeout: repair\n      evidence_lost: { "
         "next: copy, max: 2 }\n    if_lapsed: { next: copy, max: 3 }",
         TALK "\n    next: behind"}};
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(changes, SW_COUNT(changes));

    assert_unproven(loaded, "`store.copied`", "4. copied: ok -> behind");
    assert_non_null(
        strstr(finding(loaded, 501, 0)->hint, "`wait: store.copy_ended` that ends with `clean`"));
}

static void without_a_look_behind_the_rest_is_not_proven(void **state)
{
    (void)state;
    const struct change changes[] = {{LOOK, TALK "\n    next: announce"}, {BEHIND_REVIEW, ""}};
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(changes, SW_COUNT(changes));

    assert_unproven(loaded, "`store.behind_settled`", "5. behind: ok -> announce");
    assert_int_equal(sw_diags_count(loaded->diags), 1);
}

static void a_choice_proves_only_what_it_accepts(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *left = load_with("next: behind, accepts_loss: items", "next: behind");
    SW_CLEANUP(loaded_free_at)
    struct loaded *behind = load_with("next: announce, accepts_loss: things", "next: announce");

    assert_unproven(left, "`store.left_accepted`", "5. review: choice `accept` -> behind");
    assert_unproven(behind, "`store.behind_settled`", "6. behind_review: choice `accept`");
}

static void a_when_on_the_yielding_step_breaks_the_proof(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_with("do: store.close\n", "do: store.close\n    when: params.tell_people\n");

    assert_unproven(loaded, "`store.closed`", "1. shut: skipped, `when` was not true -> redirect");
}

static void an_outcome_that_bypasses_a_wait_breaks_the_proof(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = load_with("timeout: repair", "timeout: behind");

    assert_unproven(loaded, "`store.copied`", "4. copied: timeout -> behind");
}

static void a_decision_that_bypasses_breaks_the_proof(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_with("stop: { label: Open and stop, next: stop }\n    by: storekeepers",
                  "stop: { label: Open and stop, next: stop }\n      dare: { label: Burn it all "
                  "the same, next: burn }\n    by: storekeepers");

    assert_unproven(loaded, "`store.copied`", "5. repair: choice `dare` -> burn");
}

static void a_branch_that_bypasses_breaks_the_proof_whatever_its_condition(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_with("steps:\n", "steps:\n  - id: which\n    branch:\n      - { when: "
                              "facts.shelf.boxes == 0, next: burn }\n      - { else: shut }\n");

    assert_unproven(loaded, "`store.closed`", "1. which: row 1 (facts.shelf.boxes == 0) -> burn");
}

static void a_failure_that_bypasses_breaks_the_proof(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_with("    if_lapsed: { next: shut, max: 3 }\n",
                  "    if_lapsed: { next: shut, max: 3 }\n    next: { failed: redirect }\n");

    assert_unproven(loaded, "`store.closed`", "1. shut: failed -> redirect");
}

static void an_action_that_ends_evidence_breaks_the_proof(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_with("  - id: announce\n    when: params.tell_people\n    do: note.tell\n    with: { "
                  "text: 'Shelf ${facts.shelf.name} goes now.' }\n",
                  "  - { id: announce, do: store.open, target: house }\n");

    assert_unproven(loaded, "`store.closed`", "6. announce: ok -> burn, takes away");
}

static void a_skipped_step_ends_nothing_but_may_run_as_well(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_with("do: note.tell\n    with: { text: 'Shelf ${facts.shelf.name} goes now.' }\n",
                  "do: store.open\n    target: house\n");

    assert_unproven(loaded, "`store.closed`", "6. announce: ok -> burn, takes away");
}

/* Reopened on the way round the loop: what was proven before the loop is gone behind it. */
static void a_loop_back_to_before_takes_the_evidence_along(void **state)
{
    (void)state;
    const struct change changes[] = {
        {"next: announce, accepts_loss: things }",
         "next: announce, accepts_loss: things }\n      again: { label: Let them fetch it, next: "
         "reopen }"},
        {"  - id: announce\n", "  - { id: reopen, do: store.open, target: house, next: { ok: { "
                               "next: copy, max: 2 } } }\n  - id: announce\n"}};
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(changes, SW_COUNT(changes));

    assert_unproven(loaded, "`store.closed`", "reopen: ok -> copy, takes away");
}

static void a_loop_that_wins_everything_again_is_proven(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_with("stop: { label: Open and stop, next: stop }\n    by: storekeepers",
                  "stop: { label: Open and stop, next: stop }\n      anew: { label: All of it "
                  "anew, next: shut, max: 3 }\n    by: storekeepers");

    assert_true(loaded->book != NULL || print_findings(loaded));
}

/* Entering a step that yields takes its piece away until it has ended well again. */
static void entering_a_step_again_takes_away_what_rests_on_it(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = load_with(
        "  - id: announce\n", "  - id: once_more\n    do: store.start_copy\n    target: house\n"
                              "  - id: announce\n");
    const struct change changes[] = {
        {"  - id: announce\n",
         "  - id: once_more\n    do: store.start_copy\n    target: house\n  - id: announce\n"},
        {"none: announce, some", "none: once_more, some"},
        {"next: announce, accepts_loss", "next: once_more, accepts_loss"}};
    SW_CLEANUP(loaded_free_at) struct loaded *again = load_changed(changes, SW_COUNT(changes));

    assert_non_null(finding(loaded, 406, 0));
    assert_unproven(again, "`store.copied`",
                    "once_more: ok -> announce, takes away `store.copied`");
}

static const struct change early_exit[] = {
    {"steps:\n", "steps:\n  - { id: start, do: note.tell, with: { text: a }, next: shut }\n"
                 "  - { id: early, do: note.tell, with: { text: a }, next: burn }\n"},
    {"none: announce", "none: { next: early, max: 1 }"},
    {"if_lapsed: { next: shut, max: 3 }", "if_lapsed: { next: early, max: 3 }"}};

static void a_lapse_that_leads_around_the_proof_breaks_it(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *good = load_changed(early_exit, 2);
    SW_CLEANUP(loaded_free_at) struct loaded *bad = load_changed(early_exit, 3);

    assert_true(good->book != NULL || print_findings(good));
    assert_unproven(bad, "`store.closed`", "`store.closed` lapses -> early");
}

static void the_path_shown_is_the_shortest(void **state)
{
    (void)state;
    const struct change changes[] = {
        {"timeout: repair", "timeout: burn"},
        {"{ none: announce, some: behind_review }", "{ none: announce, some: announce }"}};
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(changes, SW_COUNT(changes));
    const struct sw_diag *diag = finding(loaded, 501, 0);

    assert_non_null(diag);
    assert_int_equal(diag->note_count, 5);
    assert_string_equal(diag->notes[3].text, "4. copied: timeout -> burn");
}

static void rollback_is_refused_behind_the_edge_but_not_when_it_failed(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *after = load_with("next: done\n", "next: stop\n");
    SW_CLEANUP(loaded_free_at)
    struct loaded *failed =
        load_with("do: store.burn\n", "do: store.burn\n    next: { failed: stop }\n");

    assert_true(has_note(finding(after, 502, 0), "8. verify: ok -> stop"));
    assert_true(failed->book != NULL || print_findings(failed));
}

static void the_tree_shows_every_alternative_and_who_yields_it(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(NULL, 0);
    const struct sw_proof_line *lines = NULL;
    size_t count = sw_evidence_tree(loaded->book, 9, loaded->arena, &lines);

    /* copied > copying > closed, behind_settled > closed; the second way; the third. */
    assert_int_equal(count, 5 + 9 + 1);
    assert_string_equal(lines[0].evidence->name, "store.copied");
    assert_int_equal(lines[0].depth, 0);
    assert_int_equal(lines[0].yielders[0], 3);
    assert_string_equal(lines[2].evidence->name, "store.closed");
    assert_int_equal(lines[2].depth, 2);
    assert_string_equal(lines[3].evidence->name, "store.behind_settled");
    assert_int_equal(lines[3].yielder_count, 2);
    assert_int_equal(lines[count - 1].alternative, 2);
    assert_int_equal(lines[count - 1].yielder_count, 0);
}

/* Seven pieces, each yielded by a step that may be skipped: 128 sets reach the end. */
static enum sw_verdict never(struct sw_probe *probe)
{
    (void)probe;
    return SW_UNCLEAR;
}

#define PIECE(n)                                                                                   \
    static const struct sw_evidence piece_##n = {                                                  \
        .name = "t.piece" #n, .doc = "piece " #n, .reread = never};                                \
    static const struct sw_yield yield_##n[] = {{"ok", "t.piece" #n}, {NULL}};                     \
    static const struct sw_action make_##n = {.name = "t.make" #n,                                 \
                                              .doc = "Make it.",                                   \
                                              .effect = SW_EFFECT_REVERSIBLE,                      \
                                              .no_undo_reason = "a test",                          \
                                              .yields = yield_##n,                                 \
                                              .probe = never};
PIECE(1)
PIECE(2)
PIECE(3)
PIECE(4)
PIECE(5)
PIECE(6)
PIECE(7)

static const struct sw_need seven_needs[] = {
    {{"t.piece1", "t.piece2", "t.piece3", "t.piece4", "t.piece5", "t.piece6"}},
    {{"t.piece7"}},
    {{NULL}}};
static const struct sw_action blow_up = {.name = "t.blow_up",
                                         .doc = "No way back.",
                                         .effect = SW_EFFECT_IRREVERSIBLE,
                                         .needs = seven_needs,
                                         .need_count = 2,
                                         .loss = "All.",
                                         .probe = never};
static const struct sw_field thing_outputs[] = {
    {"id", &sw_type_string, SW_FIELD_IDENTITY, NULL, "Its id."}, {NULL}};
static const struct sw_action thing = {
    .name = "t.thing", .doc = "The thing.", .outputs = thing_outputs, .probe = never};
static const struct sw_pack seven_pack = {
    .name = "t",
    .doc = "Seven pieces.",
    .actions = (const struct sw_action *const[]){&make_1, &make_2, &make_3, &make_4, &make_5,
                                                 &make_6, &make_7, &blow_up, &thing, NULL},
    .evidence = (const struct sw_evidence *const[]){&piece_1, &piece_2, &piece_3, &piece_4,
                                                    &piece_5, &piece_6, &piece_7, NULL},
};
static const struct sw_registry seven_registry = {
    .packs = (const struct sw_pack *const[]){&seven_pack, NULL}};

static struct loaded *load_seven(const char *when, bool has_lapses)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf text = {0};

    sw_buf_init(&text, 65536);
    sw_buf_add_text(&text, "stepwise: 1\nname: t/seven\nversion: 1.0.0\nparams: { p: { type: bool, "
                           "required: true } }\nfacts: { thing: { read: t.thing } }\nsubject: "
                           "thing\nsteps:\n");
    for (int i = 1; i <= 7; i++) {
        sw_buf_addf(&text, "  - { id: m%d, do: t.make%d%s", i, i, when);
        if (has_lapses) {
            sw_buf_addf(&text, ", if_lapsed: { next: m%d, max: 2 }", i);
        }
        sw_buf_add_text(&text, " }\n");
    }
    sw_buf_add_text(&text, "  - { id: edge, do: t.blow_up, edge: { approve: { good_for: 1h } } }\n"
                           "  - { id: done, end: done }\n");
    return load_text_in(text.bytes, &seven_registry);
}

static void too_many_sets_are_an_error_and_no_proof(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_seven(", when: params.p", true);

    assert_null(loaded->book);
    assert_non_null(finding(loaded, 503, 0));
    assert_null(finding(loaded, 501, 0));
}

static void many_pieces_without_many_sets_are_proven(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_seven("", false);

    assert_true(loaded->book != NULL || print_findings(loaded));
}

/* Entering takes away what the step itself can yield, also at the edge. */
static const struct sw_need first_need[] = {{{"t.piece1"}}, {{NULL}}};
static const struct sw_action self_fed = {.name = "t.blow_up",
                                          .doc = "Feeds on what it makes.",
                                          .effect = SW_EFFECT_IRREVERSIBLE,
                                          .yields = yield_1,
                                          .needs = first_need,
                                          .need_count = 1,
                                          .loss = "All.",
                                          .probe = never};
static const struct sw_pack self_fed_pack = {
    .name = "t",
    .doc = "One piece.",
    .actions = (const struct sw_action *const[]){&make_1, &self_fed, &thing, NULL},
    .evidence = (const struct sw_evidence *const[]){&piece_1, NULL},
};
static const struct sw_registry self_fed_registry = {
    .packs = (const struct sw_pack *const[]){&self_fed_pack, NULL}};

static void a_step_cannot_rest_on_what_it_yields_itself(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = load_text_in(
        "stepwise: 1\nname: t/self\nversion: 1.0.0\nfacts: { thing: { read: t.thing } }\nsubject: "
        "thing\nsteps:\n  - { id: make, do: t.make1 }\n  - { id: edge, do: t.blow_up, edge: { "
        "approve: { good_for: 1h } } }\n  - { id: done, end: done }\n",
        &self_fed_registry);

    assert_true(finding(loaded, 501, 0) != NULL || print_findings(loaded));
}

static void both_sketches_load_and_are_proven(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *first = load_file_in("sketch-1.yaml", &sketch_registry, NULL, 0);
    SW_CLEANUP(loaded_free_at)
    struct loaded *second = load_file_in("sketch-2.yaml", &sketch_registry, NULL, 0);

    assert_true(first->book != NULL || print_findings(first));
    assert_true(second->book != NULL || print_findings(second));
}

static void the_second_sketch_needs_its_scan_and_its_detection(void **state)
{
    (void)state;
    const struct change no_scan = {"wait: filesync.tiered_files\n    target: server\n    timeout: "
                                   "24h\n    next: { none: detect, some: recall_trouble, timeout: "
                                   "recall_trouble }",
                                   "read: windows.folder_count\n    target: server"};
    const struct change no_detection = {"do: azure.detect_changes", "do: azure.snapshot_share"};
    SW_CLEANUP(loaded_free_at)
    struct loaded *unscanned = load_file_in("sketch-2.yaml", &sketch_registry, &no_scan, 1);
    SW_CLEANUP(loaded_free_at)
    struct loaded *undetected = load_file_in("sketch-2.yaml", &sketch_registry, &no_detection, 1);

    const struct sw_diag *scan = finding(unscanned, 501, 0);
    const struct sw_diag *detection = finding(undetected, 501, 0);
    assert_true(scan != NULL || print_findings(unscanned));
    assert_non_null(strstr(scan->text, "`filesync.recalled`"));
    assert_true(detection != NULL || print_findings(undetected));
    assert_non_null(strstr(detection->text, "`filesync.changes_detected`"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_of_the_proof_is_found_at_its_place),
        cmocka_unit_test(without_the_step_that_closes_nothing_is_proven),
        cmocka_unit_test(without_the_step_that_copies_the_copy_is_not_proven),
        cmocka_unit_test(without_the_wait_the_copy_is_not_proven),
        cmocka_unit_test(without_a_look_behind_the_rest_is_not_proven),
        cmocka_unit_test(a_choice_proves_only_what_it_accepts),
        cmocka_unit_test(a_when_on_the_yielding_step_breaks_the_proof),
        cmocka_unit_test(an_outcome_that_bypasses_a_wait_breaks_the_proof),
        cmocka_unit_test(a_decision_that_bypasses_breaks_the_proof),
        cmocka_unit_test(a_branch_that_bypasses_breaks_the_proof_whatever_its_condition),
        cmocka_unit_test(a_failure_that_bypasses_breaks_the_proof),
        cmocka_unit_test(an_action_that_ends_evidence_breaks_the_proof),
        cmocka_unit_test(a_skipped_step_ends_nothing_but_may_run_as_well),
        cmocka_unit_test(a_loop_back_to_before_takes_the_evidence_along),
        cmocka_unit_test(a_loop_that_wins_everything_again_is_proven),
        cmocka_unit_test(entering_a_step_again_takes_away_what_rests_on_it),
        cmocka_unit_test(a_lapse_that_leads_around_the_proof_breaks_it),
        cmocka_unit_test(the_path_shown_is_the_shortest),
        cmocka_unit_test(rollback_is_refused_behind_the_edge_but_not_when_it_failed),
        cmocka_unit_test(the_tree_shows_every_alternative_and_who_yields_it),
        cmocka_unit_test(too_many_sets_are_an_error_and_no_proof),
        cmocka_unit_test(many_pieces_without_many_sets_are_proven),
        cmocka_unit_test(a_step_cannot_rest_on_what_it_yields_itself),
        cmocka_unit_test(both_sketches_load_and_are_proven),
        cmocka_unit_test(the_second_sketch_needs_its_scan_and_its_detection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
