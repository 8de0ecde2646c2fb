/* A guard that stands but can be passed by asks for nothing: what leads around one takes a reason,
 * and so does what a called runbook may do that a step may not. */
#include "lang/variant.h"

#include "support/variant_load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD(base) "stepwise: 1\nname: demo/v\nversion: 1.0.0\nextends: { runbook: " base " }\n"
#define CALLEE "stepwise: 1\nname: demo/c\nversion: 1.0.0\n"
#define BURN                                                                                       \
    "- { id: fire, title: F, do: store.burn, target: house, edge: { approve: { good_for: 9h } } "  \
    "}\n"
#define ENDS "  - { id: stop, end: stopped }\n  - { id: done, end: done }\n"
#define HOUSE "targets: { house: { kind: store.house } }\n"

static const struct shelf_file files[] = {
    /* A question, a check and a branch that every way to the fire passes. */
    {"guarded.yaml",
     HEAD("shelf") "change:\n"
                   "  - before: announce\n"
                   "    insert:\n"
                   "      - { id: held, title: Is there a hold?, hook: legal_hold }\n"
                   "      - id: told\n"
                   "        title: Do they know?\n"
                   "        decide:\n"
                   "          yes_they_do: { label: They do, next: sure }\n"
                   "          no_stop: { label: Stop, next: stop }\n"
                   "      - id: sure\n"
                   "        assert: [ { that: facts.copy.boxes > 0, else: None } ]\n"
                   "      - id: which\n"
                   "        branch:\n"
                   "          - { when: params.tell_people, next: asked }\n"
                   "          - { else: announce }\n"
                   "      - id: asked\n"
                   "        decide:\n"
                   "          go: { label: Go, next: announce }\n"
                   "          no_stop: { label: Stop, next: stop }\n"},
    {"tell.yaml", CALLEE "steps:\n  - { id: tell, do: note.tell, with: { text: Hello } }\n  - { "
                         "id: done, end: done }\n"},
    {"settle.yaml", CALLEE HOUSE
     "steps:\n  - id: ask\n    show: { things: { read: store.look_behind, target: house } }\n"
     "    decide:\n      lose: { label: L, next: done, accepts_loss: things }\n"
     "      stop: { label: S, next: stop }\n" ENDS},
    {"fire.yaml", CALLEE HOUSE "steps:\n  " BURN ENDS},
    {"through.yaml", CALLEE HOUSE
     "steps:\n  - { id: inner, call: settle.yaml, targets: { house: house }, next: { stopped: stop "
     "} }\n" ENDS},
    {"varied.yaml",
     "stepwise: 1\nname: demo/c2\nversion: 1.0.0\nextends: { runbook: settle.yaml }\n"
     "change: [ { step: ask, set: { title: Another } } ]\n"},
    {"attest.yaml", CALLEE "steps:\n  - { id: look, hook: look.lua, trust: [ note.told ] }\n" ENDS},
    /* a question, and behind it nothing but a call that burns */
    {"called.yaml",
     HEAD("shelf") "change:\n  - before: done\n    weaken: a second house\n    insert:\n"
                   "      - { id: second, decide: { burn_it: { label: B, next: fire }, "
                   "no_stop: { label: S, next: done } } }\n"
                   "      - { id: fire, call: fire.yaml, targets: { house: house }, "
                   "next: { stopped: done } }\n"},
    /* what fails goes a way of its own, and that ends */
    {"fails.yaml",
     HEAD("shelf") "change:\n  - before: announce\n    insert:\n"
                   "      - { id: sure, assert: [ { that: facts.copy.boxes > 0, else: "
                   "None } ], next: { ok: announce, failed: halt } }\n"
                   "      - { id: halt, end: stopped }\n"},
    {"itself.yaml", CALLEE "steps:\n  - { id: again, call: itself.yaml }\n" ENDS},
    {NULL, NULL},
};

static struct loaded *load(const char *row)
{
    struct sw_arena *arena = sw_arena_new();
    struct loaded *loaded =
        variant_load(sw_format(arena, HEAD("guarded.yaml") "change:\n  - %s\n", row), files);

    sw_arena_free(arena);
    return loaded;
}

static const struct {
    const char *row, *says;
} around[] = {
    {"{ before: told, insert: [ { id: x, branch: [ { when: params.tell_people, next: announce }, { "
     "else: told } ] } ] }",
     "way past it"},
    {"{ before: sure, insert: [ { id: x, branch: [ { when: params.tell_people, next: which }, { "
     "else: sure } ] } ] }",
     "`sure`"},
    {"{ before: which, insert: [ { id: x, branch: [ { when: params.tell_people, next: announce }, "
     "{ else: which } ] } ] }",
     "`which`"},
    {"{ before: sure, insert: [ { id: x, decide: { a: { label: A, next: announce }, b: { label: B, "
     "next: sure } } } ] }",
     "`sure`"},
    {"{ before: told, insert: [ { id: x, hook: site, next: announce }, { id: z, hook: site } ] }",
     "told"},
    {"{ after: behind.none, insert: [ { id: x, hook: site, optional: true, next: announce } ] }",
     "held"},
    {"{ step: redirect, set: { next.failed: burn } }", "way past it"},
    {"{ step: sure, set: { when: params.tell_people } }", "`when` is new"},
    {"{ step: sure, set: { next.failed: which } }", "`next` is new"},
    {"{ step: which, set: { branch: [ { else: announce } ] } }", "branch"},
    {"{ step: asked, set: { decide.go.next: burn } }", "decide.go.next"},
    {"{ remove: sure }", "makes sure of"},
    {"{ remove: held }", "makes sure of"},
    {"{ step: held, set: { optional: true } }", "`optional` is new"},
    {"{ step: held, set: { hook: another } }", "hook"},
    {"{ before: held, insert: [ { id: x, branch: [ { when: params.tell_people, next: told }, { "
     "else: held } ] } ] }",
     "`held`"},
    {"{ before: told, insert: [ { id: c, call: settle.yaml, targets: { house: house }, next: { "
     "stopped: stop } } ] }",
     "accept a loss"},
    {"{ before: told, insert: [ { id: c, call: through.yaml, targets: { house: house }, next: { "
     "stopped: stop } } ] }",
     "accept a loss"},
    {"{ before: told, insert: [ { id: c, call: varied.yaml, targets: { house: house }, next: { "
     "stopped: stop } } ] }",
     "accept a loss"},
    {"{ before: told, insert: [ { id: c, call: fire.yaml, targets: { house: house }, next: { "
     "stopped: stop } } ] }",
     "cannot be undone"},
    {"{ before: told, insert: [ { id: c, call: attest.yaml, next: { stopped: stop } } ] }",
     "attests evidence"},
    {"{ before: told, insert: [ { id: fire, do: store.burn, target: house, edge: { approve: { "
     "good_for: 4h } }, next: verify } ] }",
     "cannot be undone"},
    {"{ step: stop, set: { end: stopped, rollback: false } }", "rollback"},
};

static const char *const beside[] = {
    "{ before: told, insert: [ { id: x, hook: site, optional: true } ] }",
    "{ after: told.no_stop, insert: [ { id: x, decide: { a: { label: A, next: stop } } } ] }",
    "{ before: sure, insert: [ { id: x, decide: { a: { label: A, next: sure }, b: { label: B, "
    "next: stop } } } ] }",
    "{ before: burn, insert: [ { id: x, branch: [ { when: params.tell_people, next: stop }, { else:"
    " burn } ] } ] }",
    "{ before: sure, insert: [ { id: x, branch: [ { when: params.tell_people, next: z }, { else: "
    "sure } ] }, { id: z, hook: site, optional: true } ] }",
    "{ before: told, insert: [ { id: c, call: tell.yaml } ] }",
    "{ step: which, set: { title: Who is told } }",
    "{ step: stop, set: { title: Nothing happened } }",
};

static void a_way_around_a_guard_takes_a_reason(void **state)
{
    (void)state;
    size_t wrong = 0;

    for (size_t i = 0; i < SW_COUNT(around); i++) {
        SW_CLEANUP(loaded_free_at) struct loaded *loaded = load(around[i].row);
        bool is_said = false;

        for (size_t n = 0; finding(loaded, 612, n) != NULL; n++) {
            is_said = is_said || strstr(finding(loaded, 612, n)->text, around[i].says) != NULL;
        }
        if (!is_said || loaded->book != NULL) {
            fprintf(stderr, "wanted SW0612 %s for %s\n", around[i].says, around[i].row);
            print_findings(loaded);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void a_way_around_a_guard_of_a_call_that_burns_takes_a_reason(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = variant_load(
        HEAD("called.yaml") "change:\n  - { before: second, insert: [ { id: x, branch: [ { when: "
                            "params.tell_people, next: fire }, { else: second } ] } ] }\n",
        files);
    const struct sw_diag *diag = finding(loaded, 612, 0);

    if (diag == NULL) {
        print_findings(loaded);
    }
    assert_non_null(diag);
    assert_non_null(strstr(diag->text, "`second`"));
}

static void a_failed_guard_is_not_one_that_was_passed(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded = variant_load(
        HEAD("fails.yaml") "change:\n  - { before: halt, insert: [ { id: x, hook: site, "
                           "optional: true, next: announce } ] }\n",
        files);
    const struct sw_diag *diag = finding(loaded, 612, 0);

    if (diag == NULL) {
        print_findings(loaded);
    }
    assert_non_null(diag);
    assert_non_null(strstr(diag->text, "`sure`"));
}

static void what_leads_past_none_needs_no_word(void **state)
{
    (void)state;
    size_t wrong = 0;

    for (size_t i = 0; i < SW_COUNT(beside); i++) {
        SW_CLEANUP(loaded_free_at) struct loaded *loaded = load(beside[i]);

        if (loaded->book == NULL || loaded->book->weakening_count != 0) {
            fprintf(stderr, "%s\n", beside[i]);
            print_findings(loaded);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void with_a_reason_the_way_around_is_kept_in_the_model(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load("{ before: told, insert: [ { id: x, branch: [ { when: params.tell_people, next: "
             "announce }, { else: told } ] } ], weaken: they were told in spring }");

    assert_true(loaded->book != NULL || print_findings(loaded));
    assert_int_equal(loaded->book->weakening_count, 1);
    assert_non_null(strstr(loaded->book->weakenings[0].what, "way past it"));
}

static void a_call_that_goes_round_is_no_trap(void **state)
{
    (void)state;
    SW_CLEANUP(loaded_free_at)
    struct loaded *loaded =
        load("{ before: told, insert: [ { id: c, call: itself.yaml, next: { stopped: stop } } ] }");

    assert_null(loaded->book);
    assert_non_null(finding(loaded, 421, 0));
}

#define T(name) cmocka_unit_test(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_way_around_a_guard_takes_a_reason),
        T(a_way_around_a_guard_of_a_call_that_burns_takes_a_reason),
        T(a_failed_guard_is_not_one_that_was_passed),
        T(what_leads_past_none_needs_no_word),
        T(with_a_reason_the_way_around_is_kept_in_the_model),
        T(a_call_that_goes_round_is_no_trap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
