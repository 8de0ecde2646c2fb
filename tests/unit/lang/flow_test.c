#include "lang/flow.h"
#include "support/demo_load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct mistake mistakes[] = {
    {"clean: behind\n", "clean: behnd\n", 401, 45, 14, 1},
    {"      timeout: repair\n", "", 402, 45, 7, 1},
    {"next: { none: announce, some: behind_review }", "next: announce", 402, 69, 11, 1},
    {"trouble: repair", "trouble: repair\n      done: behind", 403, 48, 7, 1},
    {"evidence_lost: { next: copy, max: 2 }", "evidence_lost: copy", 404, 49, 22, 1},
    {"fix: { label: They do. Copy again, next: copy, max: 5 }",
     "fix: { label: They do. Copy again, next: review }", 404, 63, 48, 1},
    {"some: behind_review", "some: stop", 406, 70, 9, 1},
    {"choose: stop", "choose: again", 409, 57, 35, 1},
    {"choose: stop", "choose: stay", 410, 57, 35, 1},
    {"  - id: announce\n    when: params.tell_people\n    do: note.tell\n    with: { text: 'Shelf "
     "${facts.shelf.name} goes now.' }\n",
     "  - id: announce\n    branch:\n      - { when: params.tell_people, next: burn }\n", 411, 78,
     9, 1},
    {"  - id: announce\n    when: params.tell_people\n    do: note.tell\n    with: { text: 'Shelf "
     "${facts.shelf.name} goes now.' }\n",
     "  - id: announce\n    branch:\n      - { else: stop }\n      - { when: params.tell_people, "
     "next: burn }\n      - { else: burn }\n",
     411, 78, 17, 1},
    {"do: store.burn", "when: params.tell_people\n    do: store.burn", 412, 82, 11, 1},
    {"do: store.burn", "retry: { times: 3, every: 5m }\n    do: store.burn", 413, 82, 12, 1},
    {"    edge:\n      note: 'It held ${facts.shelf.boxes} boxes.'\n      approve: { by: "
     "storekeepers, people: 1, good_for: 4h }\n",
     "", 414, 82, 9, 1},
    {"do: note.tell", "do: note.tell\n    edge: { approve: { good_for: 4h } }", 415, 79, 11, 1},
    {"if_lapsed: { next: copy, max: 3 }", "if_lapsed: { next: repair, max: 3 }", 417, 50, 24, 1},
    {"  - { id: stop, end: stopped, rollback: true }\n  - { id: done, end: done }\n",
     "  - { id: stop, end: stopped, rollback: true }\n  - { id: done, assert: [ { that: "
     "params.tell_people, else: no way } ] }\n",
     407, 95, 11, 1},
    {"  - id: announce\n",
     "  - { id: one, branch: [ { when: params.tell_people }, { else: announce } ] }\n  - id: "
     "announce\n",
     411, 76, 26, 1},
    {"  - { id: stop, end: stopped, rollback: true }\n",
     "  - { id: a, do: note.tell, with: { text: a } }\n  - { id: b, do: note.tell, with: { text: a "
     "} }\n  - { id: stop, end: stopped, rollback: true }\n",
     406, 94, 11, 1},
};

static void every_fault_of_the_graph_is_found_at_its_place(void **state)
{
    (void)state;
    assert_int_equal(wrong_findings(mistakes, SW_COUNT(mistakes)), 0);
}

static void unmapped_outcomes_are_all_named_at_once(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = load_with("      trouble: repair\n      timeout: repair\n", "");
    const struct sw_diag *diag = finding(loaded, 402, 0);

    assert_int_equal(sw_diags_count(loaded->diags), 1);
    assert_non_null(strstr(diag->text, "`trouble`, `timeout`"));
}

static void only_a_wait_that_reads_a_log_can_lose_evidence(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_with("next: { none: announce, some: behind_review }",
                  "next: { none: announce, some: behind_review, evidence_lost: stop }");

    assert_non_null(finding(loaded, 403, 0));
}

static void failed_may_be_mapped_and_need_not(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load_with("      trouble: repair\n", "      trouble: repair\n      failed: repair\n");

    assert_true(loaded->book != NULL || print_findings(loaded));
    assert_int_equal(sw_step_arrow(&loaded->book->steps[3], "failed")->next, 4);
}

static void the_ways_of_a_step_are_its_arrows_choices_rows_and_its_skip(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(NULL, 0);
    struct sw_flow *flow = sw_flow_new(loaded->book, loaded->arena);
    const struct sw_way *ways = NULL;

    assert_int_equal(sw_flow_ways(flow, 3, &ways), 5);
    assert_int_equal(sw_flow_ways(flow, 4, &ways), 2);
    assert_int_equal(ways[1].kind, SW_WAY_CHOICE);
    assert_int_equal(ways[1].next, 11);
    assert_int_equal(sw_flow_ways(flow, 8, &ways), 2);
    assert_int_equal(ways[1].kind, SW_WAY_SKIP);
    assert_int_equal(ways[1].next, 9);
    assert_int_equal(sw_flow_ways(flow, 12, &ways), 0);
}

static void what_every_path_passes_is_known(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_changed(NULL, 0);
    struct sw_flow *flow = sw_flow_new(loaded->book, loaded->arena);

    assert_true(sw_flow_passes(flow, 0, 9));
    assert_true(sw_flow_passes(flow, 3, 9));
    assert_true(sw_flow_passes(flow, 6, 9));
    assert_false(sw_flow_passes(flow, 4, 9));
    assert_false(sw_flow_passes(flow, 8, 9));
    assert_false(sw_flow_passes(flow, 9, 9));
    assert_false(sw_flow_passes(flow, 9, 3));
    assert_true(sw_flow_passes(flow, 9, 12));
}

static void a_branch_leads_only_where_its_rows_say(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = load_with(
        "  - id: announce\n", "  - id: which\n    branch:\n      - { when: params.tell_people, "
                              "next: announce }\n      - { else: stop }\n  - id: announce\n");
    const struct sw_diag *diag = finding(loaded, 406, 0);

    assert_non_null(diag); /* nothing leads to the branch itself: the step above is a decision */
    assert_int_equal(sw_diags_count(loaded->diags), 1);
}

static void an_expiry_into_an_end_is_fine_and_one_that_comes_back_is_not(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at) struct loaded *loaded = load_with("choose: stop", "choose: again");
    const struct sw_diag *diag = finding(loaded, 409, 0);

    assert_non_null(diag);
    assert_true(has_note(diag, "`burn` is reached from `copy`"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_of_the_graph_is_found_at_its_place),
        cmocka_unit_test(unmapped_outcomes_are_all_named_at_once),
        cmocka_unit_test(only_a_wait_that_reads_a_log_can_lose_evidence),
        cmocka_unit_test(failed_may_be_mapped_and_need_not),
        cmocka_unit_test(the_ways_of_a_step_are_its_arrows_choices_rows_and_its_skip),
        cmocka_unit_test(what_every_path_passes_is_known),
        cmocka_unit_test(a_branch_leads_only_where_its_rows_say),
        cmocka_unit_test(an_expiry_into_an_end_is_fine_and_one_that_comes_back_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
