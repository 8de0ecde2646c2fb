#include "base/text.h"
#include "support/demo_load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct mistake mistakes[] = {
    {"timeout: '${params.max_wait}'", "timout: '${params.max_wait}'", 201, 43, 5, 1},
    {"title: Burn a shelf whose boxes are copied", "titel: Burn it", 201, 5, 1, 1},
    {"people: 1", "persons_all: 1", 201, 86, 36, 1},
    {"hands: 3 }\n", "hands: 3 }\n    poll: { every: 1m }\n", 202, 38, 5, 1},
    {"choose: stop }", "choose: stop }\n    people: 2", 202, 58, 5, 1},
    {"with: { hands: 3 }", "with: { hands: 3 }\n    optional: true", 202, 38, 5, 1},
    {"subject: shelf", "subject: shelf\noutputs: [a]", 205, 16, 10, 1},
    {"hook: redirect_people", "hook: hooks/people.lua", 701, 31, 11, 1},
    {"'Shelf ${facts.shelf.name} goes now.'", "'${each.name}'", 362, 79, 22, 1},
    {"    timeout: '${params.max_wait}'\n", "", 204, 39, 9, 1},
    {", good_for: 4h", "", 204, 86, 16, 1},
    {"name: demo/burn-shelf\n", "", 204, 2, 1, 1},
    {"    else: 'The shelf is ${facts.shelf.health}: repair it first.'\n", "", 204, 17, 5, 1},
    {"retry: { times: 3, every: 5m, errors: [busy] }", "retry: 3", 205, 38, 12, 1},
    {"next: { none: announce, some: behind_review }", "next: [announce]", 205, 69, 11, 1},
    {"errors: [busy]", "errors: [[busy]]", 205, 38, 44, 1},
    {"if_lapsed: { next: shut, max: 3 }", "if_lapsed:", 205, 29, 15, 1},
    {"by: storekeepers\n", "by:\n", 205, 56, 5, 1},
    {"every: 1m", "every: 60", 206, 42, 20, 1},
    {"optional: true", "optional: yes", 206, 32, 15, 1},
    {"at: start", "at: the_end", 206, 18, 9, 1},
    {"{ id: done, end: done }", "{ id: done, end: finished }", 206, 95, 22, 1},
    {"version: 1.0.0", "version: one", 206, 4, 10, 1},
    {"timeout: repair", "timeout: '${params.shelf}'", 207, 48, 16, 1},
    {"people: 1", "people: '${params.shelf}'", 207, 86, 44, 1},
    {"id: redirect", "id: Re-direct", 208, 30, 9, 1},
    {"id: redirect", "id: on", 208, 30, 9, 1},
    {"name: demo/burn-shelf", "name: Burn the shelf", 208, 3, 7, 1},
    {"id: seen", "id: healthy", 209, 21, 9, 1},
    {"{ id: stop, end: stopped, rollback: true }",
     "{ id: stop, end: stopped, rollback: true }\n  - { id: stop, end: failed }", 209, 95, 11, 1},
    {"stepwise: 1", "stepwise: 2", 210, 2, 11, 1},
    {"    hook: redirect_people\n    optional: true\n    with: { shelf: '${facts.shelf.name}' }\n",
     "    title: Redirect\n", 211, 30, 9, 1},
    {"    hook: redirect_people\n    optional: true\n",
     "    hook: redirect_people\n    assert: []\n", 211, 32, 5, 1},
    {"max: 5 }", "max: 101 }", 212, 54, 52, 1},
    {"factor: 1.5", "factor: 0.5", 212, 42, 32, 1},
    {"after: 2d", "after: 0s", 212, 57, 23, 1},
    {"that: facts.shelf.health == 'good'", "that: facts.shelf.health == 'good' # today", 213, 19,
     11, 1},
    {"default: 72h", "default: 30m", 215, 8, 40, 1},
    {"type: bool", "type: boolean", 215, 9, 24, 1},
    {"type: bool, default: true", "type: enum", 215, 9, 3, 1},
    {"required: true", "pattern: '[a'", 215, 7, 35, 1},
    {"steps:\n", "steps: []\nx-old:\n", 205, 24, 8, 1},
    {"  - id: redirect\n", "  - nothing\n  - id: redirect\n", 205, 30, 5, 1},
    {"good_for: 4h }",
     "good_for: 4h }\n      window: { days: [sat, son], from: '20:00', to: '23:30', zone: "
     "Europe/Berlin }",
     206, 87, 29, 1},
    {"good_for: 4h }",
     "good_for: 4h }\n      window: { days: [sat], from: '20:00', to: '24:30', zone: Europe/Berlin "
     "}",
     206, 87, 49, 1},
    {"good_for: 4h }",
     "good_for: 4h }\n      window: { days: [sat], from: '20:00', to: '20:00', zone: Europe/Berlin "
     "}",
     212, 87, 15, 1},
};

static void every_wrong_key_and_value_is_found_at_its_place(void **state)
{
    (void)state;
    assert_int_equal(wrong_findings(mistakes, SW_COUNT(mistakes)), 0);
}

static void the_demo_runbook_loads_without_a_finding(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(NULL, 0);

    assert_true(loaded->book != NULL || print_findings(loaded));
    assert_int_equal(sw_diags_count(loaded->diags), 0);
}

static void the_model_holds_what_the_file_says(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(NULL, 0);
    const struct sw_runbook *book = loaded->book;
    int64_t wait_ms = 0;

    assert_non_null(book);
    assert_string_equal(book->name, "demo/burn-shelf");
    assert_string_equal(book->title, "Burn a shelf whose boxes are copied");
    assert_int_equal(strlen(book->digest), 64);
    assert_int_equal(book->param_count, 3);
    assert_true(book->params[0].is_required);
    assert_true(sw_as_int(book->params[1].preset, &wait_ms));
    assert_int_equal(wait_ms, INT64_C(72) * 3600 * 1000);
    assert_string_equal(book->targets[1].kind->name, "copy.place");
    assert_int_equal(book->fact_count, 3);
    assert_string_equal(book->facts[2].use.action->name, "copy.count");
    assert_int_equal(book->facts[2].use.target, 1);
    assert_int_equal(book->subject, 0);
    assert_true(book->requires[0].is_at_start);
    assert_false(book->requires[1].is_at_start);
    assert_int_equal(book->step_count, 13);
    assert_int_equal(sw_runbook_step(book, "burn"), 9);
    assert_int_equal(sw_runbook_step(book, "nothing"), SW_NO_STEP);
}

static void the_parts_of_a_wait_are_typed(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(NULL, 0);
    const struct sw_step *copied = &loaded->book->steps[3];

    assert_int_equal(copied->verb, SW_VERB_WAIT);
    assert_true(copied->has_poll);
    assert_int_equal(copied->poll.every_ms, 60000);
    assert_int_equal(copied->poll.max_ms, 900000);
    assert_true(copied->poll.jitter > 0.19 && copied->poll.jitter < 0.21);
    assert_non_null(copied->timeout);
    assert_int_equal(sw_step_arrow(copied, "evidence_lost")->max, 2);
    assert_int_equal(sw_step_arrow(copied, "clean")->next, 6);
    assert_null(sw_step_arrow(copied, "failed"));
    assert_null(sw_step_arrow(copied, "ok"));
    assert_int_equal(copied->if_lapsed.next, 2);
}

static void a_decision_and_an_edge_are_typed(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(NULL, 0);
    const struct sw_step *review = &loaded->book->steps[5];
    const struct sw_step *repair = &loaded->book->steps[4];
    const struct sw_step *burn = &loaded->book->steps[9];

    assert_int_equal(review->choice_count, 3);
    assert_int_equal(review->choices[1].accepts_loss, 0);
    assert_int_equal(review->choices[1].reason, SW_REASON_REQUIRED);
    assert_int_equal(review->choices[0].accepts_loss, SW_NO_STEP);
    assert_int_equal(repair->expires_after_ms, INT64_C(2) * 86400 * 1000);
    assert_int_equal(repair->expires_choice, 1);
    assert_string_equal(burn->edge->by, "storekeepers");
    assert_int_equal(burn->edge->people, 1);
    assert_int_equal(burn->edge->good_for_ms, 4 * 3600 * 1000);
    assert_int_equal(burn->edge->day_mask, 0);
}

static void a_window_is_read_as_days_and_minutes(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_with("good_for: 4h }", "good_for: 4h }\n      window: { days: [mon, sat], from: "
                                    "'20:00', to: '02:30', zone: Europe/Berlin }");
    assert_true(loaded->book != NULL || print_findings(loaded));
    const struct sw_edge *edge = loaded->book->steps[9].edge;

    assert_int_equal(edge->day_mask, 1 + 32);
    assert_int_equal(edge->from_minute, 1200);
    assert_int_equal(edge->to_minute, 150);
    assert_string_equal(edge->zone, "Europe/Berlin");
}

static void ok_falls_through_unless_it_is_led_elsewhere(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(NULL, 0);
    const struct sw_step *steps = loaded->book->steps;

    assert_int_equal(sw_step_arrow(&steps[0], "ok")->next, 1);
    assert_int_equal(sw_step_arrow(&steps[10], "ok")->next, 12);
    assert_int_equal(steps[4].arrow_count, 0);
    assert_int_equal(steps[12].arrow_count, 0);
}

static void keys_that_begin_with_x_are_ignored_everywhere(void **state)
{
    (void)state;
    const struct change changes[] = {{"subject: shelf", "x-owner: me\nsubject: shelf"},
                                     {"optional: true", "optional: true\n    x-why: [a, b]"},
                                     {"people: 1", "x-old: 2, people: 1"}};
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(changes, SW_COUNT(changes));

    assert_true(loaded->book != NULL || print_findings(loaded));
}

static void all_independent_findings_come_in_one_pass(void **state)
{
    (void)state;
    const struct change changes[] = {{"hands: 3", "hand: 3"},
                                     {"every: 1m", "every: 60"},
                                     {"timeout: repair", "timeout: repare"},
                                     {"facts.shelf.boxes", "facts.shelf.boxs"},
                                     {"type: bool", "type: boolean"}};
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(changes, SW_COUNT(changes));

    assert_null(loaded->book);
    assert_int_equal(sw_diags_error_count(loaded->diags), SW_COUNT(changes));
}

static void a_broken_graph_silences_the_proof(void **state)
{
    (void)state;
    const struct change changes[] = {{"do: store.close", "do: store.clos"},
                                     {"timeout: repair", "timeout: burn"}};
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(changes, SW_COUNT(changes));

    assert_non_null(finding(loaded, 350, 0));
    assert_null(finding(loaded, 501, 0));
}

static void a_file_that_is_no_map_is_refused(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_text("- a\n- b\n");

    assert_null(loaded->book);
    assert_int_equal(sw_diags_error_count(loaded->diags), 1);
}

static void a_section_that_is_misspelt_is_the_only_finding(void **state)
{
    (void)state;
    static const char *const sections[] = {"\nparams:", "\ntargets:", "\nfacts:", "\nsubject:"};
    static const char *const misspelt[] = {"\nparms:", "\ntagets:", "\nfactz:", "\nsubjct:"};

    for (size_t i = 0; i < SW_COUNT(sections); i++) {
        SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_with(sections[i], misspelt[i]);
        assert_non_null(finding(loaded, 201, 0));
        assert_true(sw_diags_count(loaded->diags) == 1 || print_findings(loaded));
    }
}

static void text_that_looks_like_a_boolean_should_be_quoted(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_with("label: They do not, next: behind", "label: no, next: behind");
    const struct sw_diag *diag = finding(loaded, 214, 0);

    assert_non_null(loaded->book);
    assert_non_null(diag);
    assert_int_equal(diag->severity, SW_WARNING);
    assert_int_equal(diag->mark.line, 64);
}

static void a_misspelt_key_is_not_missing_as_well(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_with("good_for: 4h", "god_for: 4h");

    assert_int_equal(sw_diags_count(loaded->diags), 1);
    assert_string_equal(finding(loaded, 201, 0)->hint, "did you mean `good_for`?");
}

static void a_duplicate_id_points_at_the_first(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = load_with("{ id: done, end: done }", "{ id: stop, end: done }");
    const struct sw_diag *diag = finding(loaded, 209, 0);

    assert_non_null(diag);
    assert_int_equal(diag->notes[0].mark.line, 94);
}

static bool accepts(const struct loaded *loaded, size_t param, const char *text)
{
    const struct sw_value *value = NULL;
    struct sw_error err = {0};

    return sw_param_accept(&loaded->book->params[param], sw_text(loaded->arena, text),
                           loaded->arena, &value, &err);
}

static void a_value_for_a_parameter_is_checked_by_its_declaration(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_with("type: string, required: true", "type: string, pattern: 'a|b'");
    assert_true(loaded->book != NULL || print_findings(loaded));

    assert_true(accepts(loaded, 0, "a"));
    assert_false(accepts(loaded, 0, "ac"));
    assert_false(accepts(loaded, 0, "cb"));
    assert_true(accepts(loaded, 1, "2h"));
    assert_false(accepts(loaded, 1, "30m"));
    assert_false(accepts(loaded, 1, "15d"));
    assert_false(accepts(loaded, 1, "soon"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_wrong_key_and_value_is_found_at_its_place),
        cmocka_unit_test(the_demo_runbook_loads_without_a_finding),
        cmocka_unit_test(the_model_holds_what_the_file_says),
        cmocka_unit_test(the_parts_of_a_wait_are_typed),
        cmocka_unit_test(a_decision_and_an_edge_are_typed),
        cmocka_unit_test(a_window_is_read_as_days_and_minutes),
        cmocka_unit_test(ok_falls_through_unless_it_is_led_elsewhere),
        cmocka_unit_test(keys_that_begin_with_x_are_ignored_everywhere),
        cmocka_unit_test(all_independent_findings_come_in_one_pass),
        cmocka_unit_test(a_broken_graph_silences_the_proof),
        cmocka_unit_test(a_file_that_is_no_map_is_refused),
        cmocka_unit_test(a_section_that_is_misspelt_is_the_only_finding),
        cmocka_unit_test(text_that_looks_like_a_boolean_should_be_quoted),
        cmocka_unit_test(a_misspelt_key_is_not_missing_as_well),
        cmocka_unit_test(a_duplicate_id_points_at_the_first),
        cmocka_unit_test(a_value_for_a_parameter_is_checked_by_its_declaration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
