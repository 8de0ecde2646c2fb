/* Of the runbooks for use: no variant takes away what the delete needs, and one that changes
 * nothing is its base. */
#include "base/text.h"
#include "cli/wire.h"
#include "lang/bundle.h"
#include "lang/flow.h"
#include "lang/node_edit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define READ_BYTES ((size_t)1024 * 1024)

/* The last needs no evidence but the loss that a person accepts. */
static const char *const books[] = {
    SW_SOURCE_DIR "/runbooks/filesync/scenario-1.yaml",
    SW_SOURCE_DIR "/runbooks/filesync/scenario-2.yaml",
    SW_SOURCE_DIR "/runbooks/filesync/delete-accepting-loss.yaml",
};

static bool find(void *context, const struct sw_source *from, const char *reference,
                 enum sw_part_kind kind, struct sw_arena *arena, struct sw_source *ret_source,
                 struct sw_error *err)
{
    (void)context;
    (void)from;
    if (kind == SW_PART_HOOK) {
        return sw_fail(err, SW_E_NOT_FOUND, "no site binds the point '%s'", reference);
    }
    return sw_source_read(arena, reference, READ_BYTES, ret_source, err);
}

static const struct sw_finder finder = {.find = find};

static struct sw_runbook *load(struct sw_arena *arena, const char *text, struct sw_diags *diags)
{
    struct sw_source source;

    sw_source_from_text(arena, "variant.yaml", text, strlen(text), &source);
    return sw_runbook_load_bundle(sw_bundle_new(arena, &source, &finder), sw_wire_registry(), arena,
                                  diags);
}

static struct sw_runbook *load_variant(struct sw_arena *arena, const char *base, const char *change,
                                       struct sw_diags *diags)
{
    return load(arena,
                sw_format(arena,
                          "stepwise: 1\nname: test/variant\nversion: 1.0.0\n"
                          "extends: { runbook: '%s' }\nchange: [ %s ]\n",
                          base, change),
                diags);
}

static struct sw_runbook *load_base(struct sw_arena *arena, const char *base)
{
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    struct sw_source source;
    struct sw_error err = {0};

    assert_true(sw_source_read(arena, base, READ_BYTES, &source, &err));
    struct sw_runbook *book = sw_runbook_load_bundle(sw_bundle_new(arena, &source, &finder),
                                                     sw_wire_registry(), arena, diags);
    assert_non_null(book);
    return book;
}

static bool yields(const struct sw_step *step)
{
    bool does = step->use.action != NULL && step->use.action->yields != NULL &&
                step->use.action->yields[0].evidence != NULL;

    for (size_t i = 0; i < step->choice_count; i++) {
        does = does || step->choices[i].accepts_loss != SW_NO_STEP;
    }
    return does;
}

/* Taken out by `remove`, or skipped by a `when` and fallen through: neither loads. */
static const char *const ways[] = {
    "{ remove: %s, weaken: 'we do not need it' }",
    "{ step: %s, set: { when: run.id == 'x' }, weaken: 'we do not need it' }",
};

static void what_yields_needed_evidence_cannot_be_taken_away(void **state)
{
    (void)state;
    size_t tried = 0;

    for (size_t b = 0; b < 2; b++) {
        SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
        const struct sw_runbook *base = load_base(arena, books[b]);

        for (size_t i = 0; i < base->step_count; i++) {
            if (!yields(&base->steps[i])) {
                continue;
            }
            /* Without `ok` what is skipped falls into a question, which leads on to no delete. */
            bool falls = sw_step_arrow(&base->steps[i], "ok") != NULL;

            for (size_t w = 0; w < (falls ? SW_COUNT(ways) : 1); w++) {
                SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
                SW_CLEANUP(sw_buf_release) struct sw_buf row = {0};
                const char *hole = strstr(ways[w], "%s");

                sw_buf_init(&row, 1024);
                sw_buf_add(&row, ways[w], (size_t)(hole - ways[w]));
                sw_buf_add_text(&row, base->steps[i].id);
                sw_buf_add_text(&row, hole + 2);
                if (load_variant(arena, books[b], row.bytes, diags) != NULL) {
                    fail_msg("%s loads with %s", books[b], row.bytes);
                }
                tried++;
            }
        }
    }
    assert_true(tried >= 15);
}

/* Every arrow of the base led past the step that it leads to now, in one go. */
static void no_arrow_past_a_step_that_yields_needed_evidence_loads(void **state)
{
    (void)state;
    size_t tried = 0;

    for (size_t b = 0; b < 2; b++) {
        SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
        const struct sw_runbook *base = load_base(arena, books[b]);
        const char *edge = NULL;

        for (size_t i = 0; i < base->step_count; i++) {
            edge = sw_step_is_irreversible(&base->steps[i]) ? base->steps[i].id : edge;
        }
        for (size_t i = 0; i < base->step_count; i++) {
            const struct sw_step *step = &base->steps[i];
            bool is_good = false;

            for (size_t k = i + 1; k < sw_runbook_step(base, edge); k++) {
                is_good = is_good || yields(&base->steps[k]);
            }
            is_good = is_good && sw_step_arrow(step, "ok") != NULL;
            SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();

            if (!is_good) {
                continue;
            }
            const char *row = sw_format(
                arena, "{ step: %s, set: { next.ok: %s }, weaken: 'straight on' }", step->id, edge);

            if (load_variant(arena, books[b], row, diags) != NULL) {
                fail_msg("%s loads with %s", books[b], row);
            }
            tried++;
        }
    }
    assert_true(tried >= 6);
}

static void an_empty_change_is_the_identity_on_the_model(void **state)
{
    (void)state;
    static const char *const sections[] = {"params", "targets", "facts",   "subject",
                                           "lock",   "require", "timeout", "steps"};

    for (size_t b = 0; b < SW_COUNT(books); b++) {
        SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
        SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
        const struct sw_runbook *base = load_base(arena, books[b]);
        const struct sw_runbook *same = load_variant(arena, books[b], "", diags);

        assert_non_null(same);
        assert_int_equal(sw_diags_count(diags), 0);
        assert_int_equal(same->step_count, base->step_count);
        for (size_t i = 0; i < SW_COUNT(sections); i++) {
            if (!sw_node_equal(sw_node_get(same->root, sections[i]),
                               sw_node_get(base->root, sections[i]))) {
                fail_msg("%s: %s differs", books[b], sections[i]);
            }
        }
        for (size_t i = 0; i < base->step_count; i++) {
            assert_int_equal(same->steps[i].arrow_count, base->steps[i].arrow_count);
            assert_int_equal(same->steps[i].mark.line, base->steps[i].mark.line);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_yields_needed_evidence_cannot_be_taken_away),
        cmocka_unit_test(no_arrow_past_a_step_that_yields_needed_evidence_loads),
        cmocka_unit_test(an_empty_change_is_the_identity_on_the_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
