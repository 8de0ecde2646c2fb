/* A target through which steps work on the subject must be known to be the subject's own. */
#include "lang/runbook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static enum sw_verdict never(struct sw_probe *probe)
{
    (void)probe;
    return SW_DONE;
}

static const struct sw_field outputs[] = {
    {"name", &sw_type_string, SW_FIELD_IDENTITY, NULL, "Name."},
    {"keeper", &sw_type_string, 0, NULL, "Who keeps it."},
    {NULL, NULL, 0, NULL, NULL},
};

static const struct sw_action shelf = {.name = "store.shelf",
                                       .doc = "Reads a shelf.",
                                       .source = "test",
                                       .target_kind = "store.house",
                                       .outputs = outputs,
                                       .probe = never};
static const struct sw_action entry = {.name = "store.entry",
                                       .doc = "Reads the entry of a shelf.",
                                       .source = "test",
                                       .target_kind = "store.office",
                                       .outputs = outputs,
                                       .probe = never};
static const struct sw_action keeper = {.name = "store.keeper",
                                        .doc = "Reads who keeps the house.",
                                        .source = "test",
                                        .target_kind = "store.house",
                                        .outputs = outputs,
                                        .probe = never};
static const struct sw_action dust = {.name = "store.dust",
                                      .doc = "Looks for dust.",
                                      .source = "test",
                                      .target_kind = "store.house",
                                      .takes_subject = true,
                                      .probe = never};
static const struct sw_target_kind house = {.name = "store.house",
                                            .doc = "A house.",
                                            .identity_action = "store.keeper",
                                            .identity_output = "keeper",
                                            .subject_output = "keeper"};
static const struct sw_target_kind office = {.name = "store.office", .doc = "An office."};
static const struct sw_pack pack = {
    .name = "store",
    .doc = "Test.",
    .actions = (const struct sw_action *const[]){&shelf, &entry, &keeper, &dust, NULL},
    .target_kinds = (const struct sw_target_kind *const[]){&house, &office, NULL},
};
static const struct sw_registry registry = {.packs = (const struct sw_pack *const[]){&pack, NULL}};

#define HEAD                                                                                       \
    "stepwise: 1\nname: demo/one\nversion: 1.0.0\ntitle: One\n"                                    \
    "targets:\n  home: { kind: store.house }\n  list: { kind: store.office }\n"                    \
    "facts:\n  it: { read: store.entry, target: list }\n"
#define TAIL                                                                                       \
    "subject: it\nsteps:\n  - { id: look, read: store.dust, target: home }\n"                      \
    "  - { id: over, end: done }\n"

static size_t load(const char *text, struct sw_diags *diags)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_source source;

    sw_source_from_text(arena, "one.yaml", text, strlen(text), &source);
    sw_runbook_load(&source, &registry, arena, diags);
    sw_arena_free(arena);
    return sw_diags_error_count(diags);
}

static void a_target_that_no_fact_identifies_is_refused_at_its_name(void **state)
{
    struct sw_diags *diags = sw_diags_new();

    (void)state;
    assert_int_equal(load(HEAD TAIL, diags), 1);
    assert_int_equal(sw_diags_at(diags, 0)->code, 506);
    assert_int_equal(sw_diags_at(diags, 0)->mark.line, 6);
    assert_int_equal(sw_diags_at(diags, 0)->mark.column, 3);
    assert_non_null(strstr(sw_diags_at(diags, 0)->hint, "read: store.keeper, target: home"));
    sw_diags_free(diags);
}

static void a_fact_that_reads_who_it_is_is_enough(void **state)
{
    struct sw_diags *diags = sw_diags_new();

    (void)state;
    assert_int_equal(load(HEAD "  who: { read: store.keeper, target: home }\n" TAIL, diags), 0);
    sw_diags_free(diags);
}

#define DOOR                                                                                       \
    "stepwise: 1\nname: demo/one\nversion: 1.0.0\ntitle: One\n"                                    \
    "targets:\n  home: { kind: store.house }\n  yard: { kind: store.house }\n"                     \
    "facts:\n  it: { read: store.shelf, target: home }\nsubject: it\nsteps:\n"

static void a_target_that_the_subject_is_read_from_is_its_own(void **state)
{
    struct sw_diags *diags = sw_diags_new();

    (void)state;
    assert_int_equal(load(DOOR "  - { id: look, read: store.dust, target: home }\n"
                               "  - { id: over, end: done }\n",
                          diags),
                     0);
    assert_int_equal(load(DOOR "  - { id: look, read: store.dust, target: yard }\n"
                               "  - { id: over, end: done }\n",
                          diags),
                     1);
    assert_int_equal(sw_diags_at(diags, 0)->code, 506);
    assert_int_equal(sw_diags_at(diags, 0)->mark.line, 7);
    sw_diags_free(diags);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_that_no_fact_identifies_is_refused_at_its_name),
        cmocka_unit_test(a_fact_that_reads_who_it_is_is_enough),
        cmocka_unit_test(a_target_that_the_subject_is_read_from_is_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
