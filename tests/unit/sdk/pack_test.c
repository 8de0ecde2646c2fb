#include "sdk/pack.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum sw_verdict probe_done(struct sw_probe *probe)
{
    (void)probe;
    return SW_DONE;
}

static bool build_nothing(const struct sw_view *view, struct sw_act *ret_act, struct sw_error *err)
{
    (void)view;
    (void)err;
    *ret_act = (struct sw_act){.call = {.kind = "rest", .op = "PUT", .path = ""}};
    return true;
}

/* A small registry that is right; each test breaks one thing in its own copy. */
struct bench {
    struct sw_field fields[3];
    struct sw_write writes[3];
    struct sw_yield yields[2];
    struct sw_need needs[2];
    struct sw_action read, change, end;
    struct sw_evidence proof;
    struct sw_target_kind kind;
    const struct sw_action *actions[4];
    const struct sw_evidence *evidence[3];
    const struct sw_target_kind *kinds[2];
    struct sw_pack pack;
    const struct sw_pack *packs[2];
    struct sw_registry registry;
};

static const struct sw_outcome_doc outcomes[] = {
    {"none", "None."}, {"some", "Some."}, {NULL, NULL}};

static void set_up(struct bench *bench)
{
    *bench = (struct bench){
        .fields = {{"id", &sw_type_string, 0, NULL, "Its id."},
                   {"files", &sw_type_listing, 0, NULL, "The files."}},
        .writes = {{"put", "Put it.", NULL, build_nothing, 1000}},
        .yields = {{"some", "demo.proof"}},
        .needs = {{{"demo.proof"}}},
        .read = {.name = "demo.read",
                 .doc = "Reads.",
                 .source = "A page.",
                 .effect = SW_EFFECT_READ,
                 .target_kind = "demo.place",
                 .outcomes = outcomes,
                 .listing = "files",
                 .accept_yields = "demo.proof",
                 .probe = probe_done},
        .change = {.name = "demo.change",
                   .doc = "Changes.",
                   .source = "A page.",
                   .effect = SW_EFFECT_REVERSIBLE,
                   .probe = probe_done,
                   .probe_undo = probe_done},
        .end = {.name = "demo.end",
                .doc = "Ends.",
                .source = "A page.",
                .effect = SW_EFFECT_IRREVERSIBLE,
                .need_count = 1,
                .loss = "It is gone.",
                .probe = probe_done},
        .proof = {.name = "demo.proof", .doc = "Proves.", .reread = probe_done},
        .kind = {.name = "demo.place",
                 .doc = "A place.",
                 .identity_action = "demo.read",
                 .identity_output = "id",
                 .subject_output = "place_id"},
        .pack = {.name = "demo", .doc = "A demo."},
    };
    bench->read.outputs = bench->fields;
    bench->read.yields = bench->yields;
    bench->change.inputs = bench->fields;
    bench->change.writes = bench->writes;
    bench->change.undo = bench->writes;
    bench->end.writes = bench->writes;
    bench->end.needs = bench->needs;
    bench->kind.settings = bench->fields;
    bench->actions[0] = &bench->read;
    bench->actions[1] = &bench->change;
    bench->actions[2] = &bench->end;
    bench->evidence[0] = &bench->proof;
    bench->kinds[0] = &bench->kind;
    bench->pack.actions = bench->actions;
    bench->pack.evidence = bench->evidence;
    bench->pack.target_kinds = bench->kinds;
    bench->packs[0] = &bench->pack;
    bench->registry.packs = bench->packs;
}

static void refused(const struct bench *bench, const char *why)
{
    struct sw_error err = {0};

    if (sw_registry_check(&bench->registry, &err)) {
        fail_msg("passed, but: %s", why);
    }
    assert_int_equal(err.code, SW_E_INTERNAL);
    assert_string_equal(err.text, why);
}

static void a_sound_registry_passes(void **state)
{
    (void)state;
    struct sw_error err = {0};
    struct bench bench;

    set_up(&bench);
    if (!sw_registry_check(&bench.registry, &err)) {
        fail_msg("%s", err.text);
    }
}

static void rows_are_found_by_their_names(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct bench bench;
    size_t count = 0;

    set_up(&bench);
    assert_ptr_equal(sw_registry_action(&bench.registry, "demo.change"), &bench.change);
    assert_null(sw_registry_action(&bench.registry, "demo.Change"));
    assert_ptr_equal(sw_registry_evidence(&bench.registry, "demo.proof"), &bench.proof);
    assert_null(sw_registry_evidence(&bench.registry, "demo.change"));
    assert_ptr_equal(sw_registry_target_kind(&bench.registry, "demo.place"), &bench.kind);
    assert_null(sw_registry_target_kind(&bench.registry, NULL));

    const char *const *names = sw_registry_action_names(&bench.registry, arena, &count);

    assert_int_equal(count, 3);
    assert_string_equal(names[2], "demo.end");
    names = sw_registry_target_kind_names(&bench.registry, arena, &count);
    assert_int_equal(count, 1);
    assert_string_equal(names[0], "demo.place");
    bench.pack.evidence = NULL;
    bench.pack.target_kinds = NULL;
    assert_null(sw_registry_evidence(&bench.registry, "demo.proof"));
    assert_null(sw_registry_target_kind(&bench.registry, "demo.place"));
}

static void a_read_can_not_write(void **state)
{
    (void)state;
    struct bench bench;

    set_up(&bench);
    bench.read.writes = bench.writes;
    refused(&bench, "action 'demo.read' is a read, but has writes");
}

static void an_irreversible_action_has_a_loss_and_a_need_and_no_undo(void **state)
{
    (void)state;
    struct bench bench;

    set_up(&bench);
    bench.end.undo = bench.writes;
    bench.end.probe_undo = probe_done;
    refused(&bench, "action 'demo.end' is irreversible, but has an undo");
    set_up(&bench);
    bench.end.loss = NULL;
    refused(&bench, "action 'demo.end' is irreversible, but does not say what is lost");
    set_up(&bench);
    bench.end.needs = NULL;
    bench.end.need_count = 0;
    refused(&bench, "action 'demo.end' is irreversible, but needs no evidence");
    set_up(&bench);
    bench.end.writes = NULL;
    refused(&bench, "action 'demo.end' changes something, but has no writes");
}

static void a_reversible_action_has_an_undo_or_says_why_not(void **state)
{
    (void)state;
    struct bench bench;
    struct sw_error err = {0};

    set_up(&bench);
    bench.change.undo = NULL;
    refused(&bench, "action 'demo.change' needs undo rows and probe_undo together");
    bench.change.probe_undo = NULL;
    refused(&bench,
            "action 'demo.change' is reversible: it has either undo rows or a reason for none");
    bench.change.no_undo_reason = "It only starts something.";
    assert_true(sw_registry_check(&bench.registry, &err));
}

static void evidence_that_does_not_exist_is_found_wherever_it_is_named(void **state)
{
    (void)state;
    static const char *const missing[] = {"demo.missing", NULL};
    struct bench bench;

    set_up(&bench);
    bench.yields[0].evidence = "demo.missing";
    refused(&bench, "action 'demo.read' names evidence that does not exist: 'demo.missing'");
    set_up(&bench);
    bench.read.accept_yields = "demo.missing";
    refused(&bench, "action 'demo.read' names evidence that does not exist: 'demo.missing'");
    set_up(&bench);
    bench.change.ends = missing;
    refused(&bench, "action 'demo.change' names evidence that does not exist: 'demo.missing'");
    set_up(&bench);
    bench.needs[0].evidence[1] = "demo.missing";
    refused(&bench, "action 'demo.end' names evidence that does not exist: 'demo.missing'");
    set_up(&bench);
    bench.proof.rests_on = missing;
    refused(&bench, "evidence 'demo.proof' names evidence that does not exist: 'demo.missing'");
}

static void evidence_is_yielded_on_outcomes_that_exist(void **state)
{
    (void)state;
    struct bench bench;

    set_up(&bench);
    bench.yields[0].outcome = "ok";
    refused(&bench, "action 'demo.read' yields on an outcome that it does not have: 'ok'");
    bench.read.outcomes = NULL;

    struct sw_error err = {0};

    assert_true(sw_registry_check(&bench.registry, &err));
    bench.yields[0].outcome = "some";
    refused(&bench, "action 'demo.read' yields on an outcome that it does not have: 'some'");
}

static void alternatives_are_counted_right(void **state)
{
    (void)state;
    struct bench bench;

    set_up(&bench);
    bench.end.need_count = 2;
    refused(&bench, "action 'demo.end' counts more alternatives than it lists");
}

static void every_field_has_a_doc_a_type_and_a_sound_preset(void **state)
{
    (void)state;
    struct bench bench;

    set_up(&bench);
    bench.fields[1].doc = "";
    refused(&bench, "action 'demo.read' has no doc for its field 'files'");
    set_up(&bench);
    bench.fields[1].type = NULL;
    refused(&bench, "action 'demo.read' has no type for its field 'files'");
    set_up(&bench);
    bench.fields[1].name = "id";
    refused(&bench, "action 'demo.read' has two fields 'id'");
    set_up(&bench);
    bench.fields[0] = (struct sw_field){"wait", &sw_type_duration, 0, "90", "A time."};
    refused(&bench, "action 'demo.read' has a preset of another type for its field 'wait'");
}

static void a_listing_is_an_output_of_that_type(void **state)
{
    (void)state;
    struct bench bench;

    set_up(&bench);
    bench.read.listing = "id";
    refused(&bench, "action 'demo.read' has no output of type listing named 'id'");
    bench.read.listing = NULL;
    refused(&bench, "action 'demo.read' yields evidence for a listing that it does not have");
}

static void names_are_unique_and_targets_exist(void **state)
{
    (void)state;
    struct bench bench;

    set_up(&bench);
    bench.change.name = "demo.read";
    refused(&bench, "action 'demo.read' is there twice");
    set_up(&bench);
    bench.read.target_kind = "demo.nowhere";
    refused(&bench,
            "action 'demo.read' works on a target kind that does not exist: 'demo.nowhere'");
    set_up(&bench);
    bench.writes[1] = bench.writes[0];
    refused(&bench, "action 'demo.change' has two writes 'put'");
    set_up(&bench);
    bench.kind.identity_output = "other";
    refused(&bench,
            "target kind 'demo.place' is identified by an output that does not exist: 'other'");
    set_up(&bench);
    bench.proof.reread = NULL;
    refused(&bench, "evidence 'demo.proof' can't be read again");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_registry_passes),
        cmocka_unit_test(rows_are_found_by_their_names),
        cmocka_unit_test(a_read_can_not_write),
        cmocka_unit_test(an_irreversible_action_has_a_loss_and_a_need_and_no_undo),
        cmocka_unit_test(a_reversible_action_has_an_undo_or_says_why_not),
        cmocka_unit_test(evidence_that_does_not_exist_is_found_wherever_it_is_named),
        cmocka_unit_test(evidence_is_yielded_on_outcomes_that_exist),
        cmocka_unit_test(alternatives_are_counted_right),
        cmocka_unit_test(every_field_has_a_doc_a_type_and_a_sound_preset),
        cmocka_unit_test(a_listing_is_an_output_of_that_type),
        cmocka_unit_test(names_are_unique_and_targets_exist),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
