/* Random changes of the runbooks for use. Whatever loads without `weaken` asks for at least as much
 * as its base, and whatever loads at all keeps the proof: told by a small checker of its own, which
 * knows nothing of key tables, of minimal sets or of the order of steps. */
#include "base/text.h"
#include "cli/wire.h"
#include "lang/bundle.h"
#include "lang/node_edit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define READ_BYTES ((size_t)1024 * 1024)
#ifndef TRIES
#define TRIES 600
#endif

enum { KINDS_MAX = 32, STEPS_MAX = 64, STATES_MAX = 200000 };

static const char *const books[] = {
    SW_SOURCE_DIR "/runbooks/filesync/scenario-1.yaml",
    SW_SOURCE_DIR "/runbooks/filesync/scenario-2.yaml",
    /* A variant itself, of the first; every way of it passes a question. */
    SW_SOURCE_DIR "/examples/30-retire-branch-office/runbook.yaml",
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
    return sw_source_read(arena,
                          sw_text_is(reference, "filesync/scenario-1") ? books[0] : reference,
                          READ_BYTES, ret_source, err);
}

static const struct sw_finder finder = {.find = find};

static struct sw_runbook *load(struct sw_arena *arena, const char *text)
{
    SW_CLEANUP(sw_diags_free_at) struct sw_diags *diags = sw_diags_new();
    struct sw_source source;

    sw_source_from_text(arena, "variant.yaml", text, strlen(text), &source);
    return sw_runbook_load_bundle(sw_bundle_new(arena, &source, &finder), sw_wire_registry(), arena,
                                  diags);
}

/* ---- chance ---- */

static size_t upto(uint64_t *seed, size_t count)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)((*seed >> 33) % count);
}

static const char *step_of(uint64_t *seed, const struct sw_runbook *book)
{
    return book->steps[upto(seed, book->step_count)].id;
}

static const char *const settings[] = {
    "title: Another",
    "when: params.insurance",
    "timeout: 1h",
    "timeout: 900h",
    "retry: { times: 9, every: 1m }",
    "if_lapsed.max: 1",
    "if_lapsed.max: 99",
    "by: anybody",
    "expires.after: 1h",
    "expires.after: 90d",
    "expires.choose: accept",
    "edge.approve.people: 2",
    "edge.approve.people: 1",
    "edge.approve.good_for: 1h",
    "edge.approve.good_for: 90h",
    "edge.approve.by: anybody",
    "edge.note: Nothing is lost",
    "poll.every: 10s",
    "poll.every: 1h",
    "rollback: false",
    "end: done",
    "target: cloud",
    "with: { id: x }",
    "optional: false",
    "decide.again.max: 1",
    "decide.again.max: 99",
    "decide.accept.accepts_loss: files",
    "decide.fix.label: Lose them",
    "ensure: [ { that: params.insurance, else: None } ]",
    "assert: [ { that: params.insurance, else: None } ]",
};

static const char *setting(uint64_t *seed, const struct sw_runbook *book, struct sw_arena *arena)
{
    static const char *const outcomes[] = {"ok",   "failed", "clean", "item_errors", "timeout",
                                           "none", "some",   "same",  "sync_error",  "left_out"};

    switch (upto(seed, 4)) {
    case 0:
        return sw_format(arena, "next: %s", step_of(seed, book));
    case 1:
        return sw_format(arena, "next.%s: %s", outcomes[upto(seed, SW_COUNT(outcomes))],
                         step_of(seed, book));
    case 2:
        return sw_format(arena, "if_lapsed.next: %s", step_of(seed, book));
    default:
        return settings[upto(seed, SW_COUNT(settings))];
    }
}

/* @param on the step that comes next, for half of the branches */
static const char *new_steps(uint64_t *seed, const struct sw_runbook *book, const char *on,
                             struct sw_arena *arena)
{
    unsigned n = (unsigned)upto(seed, 1000);

    switch (upto(seed, 6)) {
    case 0:
        return sw_format(arena, "{ id: n%u, hook: point, optional: true }", n);
    case 1:
        return sw_format(arena, "{ id: n%u, hook: point, optional: true, next: %s }", n,
                         step_of(seed, book));
    case 2:
        return sw_format(arena,
                         "{ id: n%u, branch: [ { when: run.id == 'a', next: %s }, { else: %s } ] }",
                         n, step_of(seed, book), upto(seed, 2) == 0 ? on : step_of(seed, book));
    case 3:
        return sw_format(arena,
                         "{ id: n%u, decide: { a: { label: A, next: %s }, b: { label: B, next: %s "
                         "} } }",
                         n, step_of(seed, book), step_of(seed, book));
    case 4:
        return sw_format(arena, "{ id: n%u, do: azure.snapshot_share, target: cloud }", n);
    default:
        return sw_format(arena,
                         "{ id: n%u, do: azure.delete_server_endpoint, target: cloud, edge: { "
                         "approve: { good_for: 9h } }, next: %s }",
                         n, step_of(seed, book));
    }
}

static const char *row_of(uint64_t *seed, const struct sw_runbook *book, const char *more,
                          struct sw_arena *arena)
{
    const char *on = step_of(seed, book);

    switch (upto(seed, 8)) {
    case 0:
        return sw_format(arena, "  - { remove: %s%s }\n", step_of(seed, book), more);
    case 1:
        return sw_format(arena, "  - { before: %s, insert: [ %s ]%s }\n", on,
                         new_steps(seed, book, on, arena), more);
    case 2:
        return sw_format(arena, "  - { after: %s, insert: [ %s ]%s }\n", on,
                         new_steps(seed, book, step_of(seed, book), arena), more);
    case 3:
        return sw_format(arena, "  - { remove: require.%s%s }\n",
                         book->requires[upto(seed, book->require_count)].id, more);
    case 4:
        return sw_format(arena, "  - { require: %s, set: { %s }%s }\n",
                         book->requires[upto(seed, book->require_count)].id,
                         upto(seed, 2) == 0 ? "that: params.insurance" : "at: start", more);
    default:
        return sw_format(arena, "  - { step: %s, set: { %s }%s }\n", step_of(seed, book),
                         setting(seed, book, arena), more);
    }
}

/* ---- ways, told from the typed model ---- */

struct way {
    size_t next;
    const char *outcome; /* NULL: skipped, or a row of a branch */
    size_t choice;       /* SW_NO_STEP: none */
};

static size_t ways_of(const struct sw_runbook *book, size_t at, struct way *ret_ways)
{
    const struct sw_step *step = &book->steps[at];
    size_t count = 0;

    for (size_t i = 0; i < step->arrow_count; i++) {
        ret_ways[count++] = (struct way){step->arrows[i].next, step->arrows[i].outcome, SW_NO_STEP};
    }
    for (size_t i = 0; i < step->choice_count; i++) {
        ret_ways[count++] = (struct way){step->choices[i].arrow.next, step->choices[i].name, i};
    }
    for (size_t i = 0; i < step->branch_count; i++) {
        ret_ways[count++] = (struct way){step->branches[i].arrow.next, NULL, SW_NO_STEP};
    }
    if (step->has_when) {
        ret_ways[count++] = (struct way){at + 1, NULL, SW_NO_STEP};
    }
    return count;
}

static bool is_edge(const struct sw_step *step)
{
    return step->use.action != NULL && step->use.action->effect == SW_EFFECT_IRREVERSIBLE;
}

static bool holds_rows(const struct sw_step *step)
{
    return step->assert_count > 0 || step->ensure_count > 0;
}

/* Can the edge be reached without what this step asks? */
static bool leads_around(const struct sw_runbook *book, size_t guard)
{
    size_t queue[STEPS_MAX] = {0};
    bool seen[STEPS_MAX] = {true};
    size_t count = 1;

    for (size_t at = 0; at < count; at++) {
        struct way ways[STEPS_MAX];
        const struct sw_step *step = &book->steps[queue[at]];
        size_t way_count = ways_of(book, queue[at], ways);

        if (is_edge(step)) {
            return true;
        }
        for (size_t i = 0; i < way_count; i++) {
            bool is_skip = ways[i].outcome == NULL && step->branch_count == 0;
            bool is_failed = ways[i].outcome != NULL && strcmp(ways[i].outcome, "failed") == 0;

            if ((queue[at] != guard || is_skip || (is_failed && holds_rows(step))) &&
                !seen[ways[i].next]) {
                seen[ways[i].next] = true;
                queue[count++] = ways[i].next;
            }
        }
    }
    return false;
}

/* ---- the proof, with every set that can be held ---- */

struct kinds {
    const char *names[KINDS_MAX];
    size_t count;
};

static uint32_t bit(struct kinds *kinds, const char *name)
{
    size_t i = 0;

    while (i < kinds->count && strcmp(kinds->names[i], name) != 0) {
        i++;
    }
    if (i == kinds->count) {
        assert_true(kinds->count < KINDS_MAX);
        kinds->names[kinds->count++] = name;
    }
    return UINT32_C(1) << i;
}

static uint32_t rests_on(struct kinds *kinds, const char *name)
{
    const struct sw_evidence *kind = sw_registry_evidence(sw_wire_registry(), name);
    uint32_t set = 0;

    for (const char *const *on = kind->rests_on; on != NULL && *on != NULL; on++) {
        set |= bit(kinds, *on);
    }
    return set;
}

/* Without these, and without what rests on them. */
static uint32_t without(struct kinds *kinds, uint32_t held, uint32_t gone)
{
    uint32_t before = 0;

    held &= ~gone;
    while (held != before) {
        before = held;
        for (size_t i = 0; i < kinds->count; i++) {
            if ((held >> i & 1) != 0 && (rests_on(kinds, kinds->names[i]) & ~held) != 0) {
                held &= ~(UINT32_C(1) << i);
            }
        }
    }
    return held;
}

static uint32_t yielded(struct kinds *kinds, const struct sw_step *step, const struct way *way)
{
    const struct sw_action *action = step->use.action;
    uint32_t set = 0;

    for (const struct sw_yield *row = action == NULL ? NULL : action->yields;
         row != NULL && row->evidence != NULL; row++) {
        bool is_one =
            way == NULL || (way->outcome != NULL && strcmp(way->outcome, row->outcome) == 0);

        set |= is_one ? bit(kinds, row->evidence) : 0;
    }
    for (size_t i = 0; i < step->choice_count; i++) {
        size_t row = step->choices[i].accepts_loss;

        if (row != SW_NO_STEP && (way == NULL || way->choice == i)) {
            set |= bit(kinds, step->shows[row].use.action->accept_yields);
        }
    }
    return set;
}

static bool is_enough(struct kinds *kinds, const struct sw_action *action, uint32_t held)
{
    for (const struct sw_need *need = action->needs; need->evidence[0] != NULL; need++) {
        uint32_t set = 0;

        for (size_t i = 0; i < SW_COUNT(need->evidence) && need->evidence[i] != NULL; i++) {
            set |= bit(kinds, need->evidence[i]);
        }
        if ((set & ~held) == 0) {
            return true;
        }
    }
    return false;
}

struct state {
    size_t step;
    uint32_t held;
};

static void add_state(struct state *states, size_t *count, size_t step, uint32_t held)
{
    for (size_t i = 0; i < *count; i++) {
        if (states[i].step == step && states[i].held == held) {
            return;
        }
    }
    assert_true(*count < STATES_MAX);
    states[(*count)++] = (struct state){step, held};
}

static bool is_proven(const struct sw_runbook *book, struct state *states)
{
    struct kinds kinds = {.count = 0};
    size_t count = 0;

    add_state(states, &count, 0, 0);
    for (size_t at = 0; at < count; at++) {
        const struct sw_step *step = &book->steps[states[at].step];
        struct way ways[STEPS_MAX];
        size_t way_count = ways_of(book, states[at].step, ways);
        const struct sw_action *action = step->use.action;
        uint32_t gone = yielded(&kinds, step, NULL);

        for (const char *const *end = action == NULL ? NULL : action->ends;
             end != NULL && *end != NULL; end++) {
            gone |= bit(&kinds, *end);
        }
        uint32_t inside = without(&kinds, states[at].held, gone);

        if (is_edge(step) && !is_enough(&kinds, action, inside)) {
            return false;
        }
        for (size_t i = 0; i < way_count; i++) {
            bool is_skip = step->has_when && i + 1 == way_count;
            uint32_t more = is_skip ? 0 : yielded(&kinds, step, &ways[i]);

            add_state(states, &count, ways[i].next,
                      is_skip ? states[at].held : without(&kinds, inside | more, 0));
        }
    }
    return true;
}

/* ---- at least as much ---- */

static bool is_tighter_edge(const struct sw_edge *was, const struct sw_edge *now)
{
    return now != NULL && now->people >= was->people && now->good_for_ms <= was->good_for_ms &&
           (was->by == NULL || (now->by != NULL && strcmp(was->by, now->by) == 0)) &&
           (was->note == NULL || now->note != NULL) && (was->day_mask == 0 || now->day_mask != 0);
}

static bool is_tighter_question(const struct sw_step *was, const struct sw_step *now)
{
    bool is_same = now->choice_count == was->choice_count &&
                   (was->by == NULL || (now->by != NULL && strcmp(was->by, now->by) == 0)) &&
                   was->expires_choice == now->expires_choice &&
                   (was->expires_after_ms == 0 || now->expires_after_ms <= was->expires_after_ms);

    for (size_t i = 0; is_same && i < was->choice_count; i++) {
        is_same = strcmp(was->choices[i].name, now->choices[i].name) == 0 &&
                  was->choices[i].accepts_loss == now->choices[i].accepts_loss &&
                  (was->choices[i].arrow.max == 0 ||
                   now->choices[i].arrow.max <= was->choices[i].arrow.max);
    }
    return is_same;
}

/* NULL, or what is less. */
static const char *what_is_less(const struct sw_runbook *was, const struct sw_runbook *now)
{
    size_t edges = 0, old_edges = 0;

    for (size_t i = 0; i < was->step_count; i++) {
        const struct sw_step *old = &was->steps[i];
        size_t at = sw_runbook_step(now, old->id);
        bool matters = old->verb == SW_VERB_DECIDE || old->verb == SW_VERB_END || is_edge(old) ||
                       holds_rows(old) || old->branch_count > 0 ||
                       (old->use.action != NULL && old->use.action->yields != NULL);

        if (at == SW_NO_STEP) {
            if (matters) {
                return old->id;
            }
            continue;
        }
        const struct sw_step *new = &now->steps[at];

        old_edges += is_edge(old) ? 1 : 0;
        if (matters &&
            (old->verb != new->verb || old->use.action != new->use.action ||
             old->has_when != new->has_when || old->use.target != new->use.target ||
             new->assert_count < old->assert_count || new->ensure_count < old->ensure_count ||
             old->end != new->end || old->is_rollback != new->is_rollback ||
             old->has_if_lapsed != new->has_if_lapsed)) {
            return old->id;
        }
        if ((is_edge(old) && !is_tighter_edge(old->edge, new->edge)) ||
            (old->verb == SW_VERB_DECIDE && !is_tighter_question(old, new))) {
            return old->id;
        }
        if ((old->verb == SW_VERB_DECIDE || holds_rows(old) || old->branch_count > 0) &&
            !leads_around(was, i) && leads_around(now, at)) {
            return old->id;
        }
    }
    for (size_t i = 0; i < now->step_count; i++) {
        edges += is_edge(&now->steps[i]) ? 1 : 0;
    }
    return edges > old_edges                         ? "a new edge"
           : now->require_count < was->require_count ? "require"
                                                     : NULL;
}

static void try_many(const char *more, bool is_judged)
{
    struct state *states = calloc(STATES_MAX, sizeof *states);
    size_t sound = 0;

    assert_non_null(states);
    for (size_t b = 0; b < SW_COUNT(books); b++) {
        SW_CLEANUP(sw_arena_free_at) struct sw_arena *kept = sw_arena_new();
        const char *head = sw_format(kept,
                                     "stepwise: 1\nname: test/variant\nversion: 1.0.0\n"
                                     "extends: { runbook: '%s' }\n",
                                     books[b]);
        const struct sw_runbook *base = load(kept, head);

        assert_non_null(base);
        assert_true(base->step_count < STEPS_MAX / 2 && is_proven(base, states));
        for (size_t i = 0; i < TRIES; i++) {
            SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();

            uint64_t from = b * TRIES + i + 1;
            uint64_t *seed = &from;
            const char *rows = row_of(seed, base, more, arena);
            for (size_t n = upto(seed, 3); n > 0; n--) {
                rows = sw_format(arena, "%s%s", rows, row_of(seed, base, more, arena));
            }
            const struct sw_runbook *book =
                load(arena, sw_format(arena, "%schange:\n%s", head, rows));
            const char *less = book == NULL || !is_judged ? NULL : what_is_less(base, book);

            if (less != NULL) {
                fail_msg("less at %s without a word, of %s:\n%s", less, books[b], rows);
            }
            if (book != NULL && !is_proven(book, states)) {
                fail_msg("not proven, of %s:\n%s", books[b], rows);
            }
            sound += book != NULL ? 1 : 0;
        }
    }
    free(states);
    printf("%zu of %zu loaded\n", sound, SW_COUNT(books) * (size_t)TRIES);
    assert_true(sound > 50);
}

static void what_loads_without_a_reason_asks_for_as_much(void **state)
{
    (void)state;
    try_many("", true);
}

static void what_loads_with_any_reason_keeps_the_proof(void **state)
{
    (void)state;
    try_many(", weaken: by chance", false);
}

/* From before each step to each further down, by a branch. */
static void no_way_that_a_branch_opens_misses_a_guard(void **state)
{
    struct state *states = calloc(STATES_MAX, sizeof *states);
    size_t sound = 0;
    size_t around = 0;

    (void)state;
    assert_non_null(states);
    for (size_t b = 0; b < SW_COUNT(books); b++) {
        SW_CLEANUP(sw_arena_free_at) struct sw_arena *kept = sw_arena_new();
        const char *head = sw_format(kept,
                                     "stepwise: 1\nname: test/variant\nversion: 1.0.0\n"
                                     "extends: { runbook: '%s' }\n",
                                     books[b]);
        const struct sw_runbook *base = load(kept, head);

        for (size_t n = 0; n < base->step_count * base->step_count; n++) {
            SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
            size_t from = n / base->step_count;
            size_t to = n % base->step_count;
            const char *row =
                sw_format(arena,
                          "{ before: %s, insert: [ { id: way, branch: [ { when: run.id == 'a', "
                          "next: %s }, { else: %s } ] } ] }",
                          base->steps[from].id, base->steps[to].id, base->steps[from].id);
            const struct sw_runbook *book =
                to <= from ? NULL : load(arena, sw_format(arena, "%schange: [ %s ]\n", head, row));
            const char *less = book == NULL ? NULL : what_is_less(base, book);

            if (less != NULL || (book != NULL && !is_proven(book, states))) {
                fail_msg("%s is passed by, of %s:\n%s", less, books[b], row);
            }
            sound += book != NULL ? 1 : 0;
            if (book == NULL && to > from) {
                row = sw_copy(arena, row, strlen(row) - 1);
                book = load(arena, sw_format(arena, "%schange: [ %s, weaken: so } ]\n", head, row));
                around += book != NULL ? 1 : 0;
            }
        }
    }
    free(states);
    printf("%zu ways opened, %zu more with a reason\n", sound, around);
    assert_true(sound > 50 && around > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_loads_without_a_reason_asks_for_as_much),
        cmocka_unit_test(no_way_that_a_branch_opens_misses_a_guard),
        cmocka_unit_test(what_loads_with_any_reason_keeps_the_proof),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
