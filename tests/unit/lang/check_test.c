#include "support/demo_load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct mistake mistakes[] = {
    {"hands: 3", "hand: 3", 216, 37, 13, 1},
    {"name: '${params.shelf}'", "", 217, 12, 18, 1},
    {"do: store.close", "do: store.clos", 350, 27, 9, 1},
    {"do: store.close", "read: store.close", 351, 27, 11, 1},
    {"wait: store.copy_ended", "read: store.copy_ended", 351, 40, 11, 2},
    {"do: store.close\n    target: house", "do: store.close\n    target: hose", 352, 28, 13, 1},
    {"do: store.close\n    target: house", "do: store.close", 352, 27, 9, 1},
    {"kind: copy.place", "kind: copy.plaice", 353, 10, 57, 1},
    {"do: store.close\n    target: house", "do: store.close\n    target: place", 354, 28, 13, 1},
    {"do: note.tell", "do: note.tell\n    target: house", 354, 79, 13, 1},
    {"when: params.tell_people", "when: params.tell_peeple", 355, 77, 11, 1},
    {"${facts.shelf.boxes}", "${facts.shef.boxes}", 356, 85, 24, 1},
    {"name: '${params.shelf}'", "name: '${facts.guards.names[0]}'", 357, 12, 63, 1},
    {"shelf: '${facts.shelf.id}'", "shelf: '${facts.guards.names[0]}'", 357, 13, 66, 1},
    {"${facts.shelf.boxes}", "${steps.copid.boxes}", 358, 85, 24, 1},
    {"that: facts.shelf.health == 'good'", "that: steps.copied.boxes == 3", 359, 19, 11, 1},
    {"${facts.shelf.boxes}", "${steps.behind_review.boxes}", 359, 85, 24, 1},
    {"title: Close shelf ${facts.shelf.name}", "title: Close ${steps.copied.boxes}", 359, 26, 20,
     1},
    {"when: params.tell_people", "when: choice(repair) == 'again'", 359, 77, 18, 1},
    {"${facts.shelf.boxes}", "${facts.shelf.boxs}", 360, 85, 24, 1},
    {"${facts.shelf.boxes}", "${default(steps.review.items, 1)}", 360, 85, 32, 1},
    {"'Shelf ${facts.shelf.name} goes now.'", "'${facts.shelf.name.first}'", 360, 79, 22, 1},
    {"subject: shelf", "subject: shlef", 361, 15, 10, 1},
    {"subject: shelf", "subject: guards", 361, 15, 10, 1},
    {"when: params.tell_people", "when: result.boxes == 3", 362, 77, 11, 1},
    {"when: params.tell_people", "when: choice(copied) == 'clean'", 363, 77, 18, 1},
    {"${facts.shelf.boxes}", "${steps.redirect.link}", 364, 85, 24, 1},
    {"accepts_loss: items", "accepts_loss: itms", 366, 64, 65, 1},
    {"{ read: store.left_boxes, target: house }", "{ read: copy.count, target: place }", 366, 64,
     65, 1},
    {"errors: [busy]", "errors: [bussy]", 368, 38, 44, 1},
    {"errors: [busy]", "errors: [torn]", 368, 38, 44, 1},
    {"'Shelf ${facts.shelf.name} goes now.'", "'${facts}'", 360, 79, 22, 1},
    {"'Shelf ${facts.shelf.name} goes now.'", "'${targets.hause.street}'", 352, 79, 22, 1},
    {"when: params.tell_people", "when: is_null(outcome(repair))", 363, 77, 27, 1},
};

static void every_name_that_means_nothing_is_found_at_its_place(void **state)
{
    (void)state;
    assert_int_equal(wrong_findings(mistakes, SW_COUNT(mistakes)), 0);
}

static bool loads_with(const char *old, const char *new_text)
{
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_with(old, new_text);

    return loaded->book != NULL || print_findings(loaded);
}

static void a_step_on_every_path_can_be_referred_to(void **state)
{
    (void)state;
    assert_true(loads_with("${facts.shelf.boxes}", "${steps.copied.boxes}"));
    assert_true(loads_with("when: params.tell_people", "when: outcome(copied) == 'clean'"));
    assert_true(
        loads_with("result.boxes >= facts.copy.boxes", "result.boxes >= steps.copied.boxes"));
}

static void a_step_on_some_paths_needs_a_word_for_the_others(void **state)
{
    (void)state;
    assert_true(loads_with("${facts.shelf.boxes}", "${default(steps.behind.count, 0)}"));
    assert_true(loads_with("when: params.tell_people", "when: is_null(choice(repair))"));
}

static void a_step_that_may_be_skipped_is_not_on_every_path(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = load_with("read: store.look_behind\n",
                                      "when: params.tell_people\n    read: store.look_behind\n");

    assert_null(finding(loaded, 359, 0));
    const struct change changes[] = {
        {"  - id: announce\n",
         "  - { id: extra, when: params.tell_people, read: copy.count, target: place }\n  - id: "
         "announce\n"},
        {"next: { none: announce, some: behind_review }",
         "next: { none: extra, some: behind_review }"},
        {"next: announce, accepts_loss: things", "next: extra, accepts_loss: things"},
        {"${facts.shelf.boxes}", "${steps.extra.boxes}"}};
    SW_CLEANUP(loaded_free_at) struct loaded *skipped = load_changed(changes, SW_COUNT(changes));

    assert_non_null(finding(skipped, 359, 0));
    assert_int_equal(sw_diags_count(skipped->diags), 1);
}

/* Y lapses and sends the run to an earlier step that is otherwise entered only through X. */
static void an_arrow_of_if_lapsed_is_a_path(void **state)
{
    (void)state;
    const struct change changes[] = {
        {"steps:\n", "steps:\n  - { id: start, do: note.tell, with: { text: a }, next: shut }\n"
                     "  - { id: early, do: note.tell, with: { text: "
                     "'${steps.behind.count}' }, next: burn }\n"},
        {"if_lapsed: { next: shut, max: 3 }", "if_lapsed: { next: early, max: 3 }"},
        {"none: announce", "none: { next: early, max: 1 }"},
        {"    when: params.tell_people\n", ""}};
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(changes, SW_COUNT(changes));
    const struct sw_diag *diag = finding(loaded, 359, 0);

    assert_true(diag != NULL || print_findings(loaded));
    assert_non_null(strstr(diag->text, "`behind` may not have run when `early`"));
}

static void a_reference_that_some_path_misses_shows_that_path(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_with("when: params.tell_people", "when: choice(repair) == 'again'");

    assert_true(has_note(finding(loaded, 359, 0),
                         "shut -> redirect -> copy -> copied -> behind -> announce"));
}

static void a_hook_takes_any_inputs(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_with("with: { shelf: '${facts.shelf.name}' }",
                  "with: { shelf: '${facts.shelf.name}', boxes: 3, names: [a, b] }");

    assert_true(loaded->book != NULL || print_findings(loaded));
    assert_int_equal(loaded->book->steps[1].use.argument_count, 3);
    assert_string_equal(loaded->book->steps[1].use.arguments[1].field->name, "boxes");
}

static void settings_of_targets_have_types(void **state)
{
    (void)state;
    assert_true(loads_with("${facts.shelf.boxes}", "${targets.house.street}"));
    assert_true(loads_with("${facts.shelf.boxes}", "${run.id} ${run.started} ${run.version}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_that_means_nothing_is_found_at_its_place),
        cmocka_unit_test(a_step_on_every_path_can_be_referred_to),
        cmocka_unit_test(a_step_on_some_paths_needs_a_word_for_the_others),
        cmocka_unit_test(a_step_that_may_be_skipped_is_not_on_every_path),
        cmocka_unit_test(an_arrow_of_if_lapsed_is_a_path),
        cmocka_unit_test(a_reference_that_some_path_misses_shows_that_path),
        cmocka_unit_test(a_hook_takes_any_inputs),
        cmocka_unit_test(settings_of_targets_have_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
