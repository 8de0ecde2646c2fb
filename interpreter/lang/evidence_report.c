/** @file What the proof found, for a person: the missing piece, who yields it, the path. */
#include "lang/evidence_walk.h"

#include "base/text.h"

#include <string.h>

#define PATH_LINES 30u /* a longer path is cut in the middle */

static size_t bit_count(uint64_t set)
{
    size_t count = 0;

    for (; set != 0; set &= set - 1) {
        count++;
    }
    return count;
}

static const char *names_of(const struct sw_proof_space *space, uint64_t set,
                            struct sw_arena *arena)
{
    const char *text = "";

    for (size_t i = 0; i < space->count; i++) {
        if ((set >> i & 1) != 0) {
            text = sw_format(arena, "%s%s`%s`", text, text[0] == '\0' ? "" : ", ",
                             space->kinds[i]->name);
        }
    }
    return text;
}

/*
 * The alternative that the runbook comes closest to: the one of which this path lacks the smallest
 * share, then the one that the steps of the runbook can yield the most pieces of.
 */
static uint64_t closest(const struct sw_proof_walk *walk, const struct sw_action *action,
                        uint64_t held)
{
    const struct sw_proof_space *space = walk->space;
    uint64_t yieldable = 0;
    uint64_t need = 0;
    uint64_t best = 0;
    size_t best_cost = SIZE_MAX;

    for (size_t i = 0; i < space->book->step_count; i++) {
        yieldable |= sw_flow_reaches(walk->flow, i) ? space->can_yield[i] : 0;
    }
    for (size_t a = 0; sw_proof_need(space, action, a, &need); a++) {
        uint64_t all = sw_proof_closure(space, need);
        size_t lacking = 1000 * bit_count(all & ~held) / (bit_count(all) + (all == 0));
        size_t cost = 1000 * lacking + SW_PROOF_KINDS - bit_count(all & yieldable);
        if (cost < best_cost) {
            best_cost = cost;
            best = all;
        }
    }
    return best;
}

/* A missing piece under which nothing is missing. */
static size_t bottom(const struct sw_proof_space *space, uint64_t wanted, uint64_t held)
{
    for (size_t i = 0; i < space->count; i++) {
        bool is_missing = ((wanted & ~held) >> i & 1) != 0;
        if (is_missing && (space->below[i] & ~held) == UINT64_C(1) << i) {
            return i;
        }
    }
    return 0;
}

/* How an action comes to yield a piece; NULL when it does not. */
static const char *way_to_yield(const struct sw_action *action, const char *evidence,
                                struct sw_arena *arena)
{
    const char *verb = action->effect != SW_EFFECT_READ ? "do" : action->is_wait ? "wait" : "read";
    for (const struct sw_yield *yield = action->yields; yield != NULL && yield->evidence != NULL;
         yield++) {
        if (sw_text_is(yield->evidence, evidence)) {
            return sw_text_is(yield->outcome, "ok")
                       ? sw_format(arena, "`%s: %s`", verb, action->name)
                       : sw_format(arena, "`%s: %s` that ends with `%s`", verb, action->name,
                                   yield->outcome);
        }
    }
    return sw_text_is(action->accept_yields, evidence)
               ? sw_format(arena, "a choice with `accepts_loss` of what `read: %s` shows",
                           action->name)
               : NULL;
}

static void hint_yielder(const struct sw_proof_walk *walk, struct sw_diags *diags,
                         struct sw_diag *diag, size_t kind)
{
    const struct sw_proof_space *space = walk->space;
    const struct sw_registry *registry = space->book->registry;
    const char *name = space->kinds[kind]->name;
    const char *steps = "";
    const char *ways = "";
    size_t found = 0;

    for (size_t i = 0; i < space->book->step_count; i++) {
        if ((space->can_yield[i] >> kind & 1) != 0 && found++ < 4) {
            steps = sw_format(walk->arena, "%s%s`%s`", steps, found == 1 ? "" : ", ",
                              space->book->steps[i].id);
        }
    }
    if (found > 0) {
        sw_diag_hint(diags, diag,
                     "it is yielded by %s; this path goes around that, ends otherwise, or loses it "
                     "again",
                     steps);
        return;
    }
    for (size_t p = 0; registry->packs[p] != NULL; p++) {
        for (size_t a = 0; registry->packs[p]->actions[a] != NULL && found < 3; a++) {
            const char *way = way_to_yield(registry->packs[p]->actions[a], name, walk->arena);
            if (way != NULL) {
                ways = sw_format(walk->arena, "%s%s%s", ways, found == 0 ? "" : ", or ", way);
                found++;
            }
        }
    }
    sw_diag_hint(diags, diag, "no step of this runbook yields it; what does: %s",
                 found == 0 ? "nothing that is known here" : ways);
}

static size_t path_to(const struct sw_proof_walk *walk, size_t state, const size_t **ret_path)
{
    size_t length = 0;

    for (size_t at = state; at != SW_NO_STATE; at = walk->states[at].from) {
        length++;
    }
    size_t *path = sw_alloc_array(walk->arena, length, sizeof *path);
    size_t place = length;
    for (size_t at = state; at != SW_NO_STATE; at = walk->states[at].from) {
        path[--place] = at;
    }
    *ret_path = path;
    return length;
}

/* "2. upload: clean -> review, yields `x`" */
static void note_move(const struct sw_proof_walk *walk, struct sw_diags *diags,
                      struct sw_diag *diag, size_t number, size_t from, size_t to, uint64_t wanted)
{
    const struct sw_proof_space *space = walk->space;
    const struct sw_proof_state *a = &walk->states[from];
    const struct sw_proof_state *b = &walk->states[to];
    const struct sw_step *step = &space->book->steps[a->step];
    uint64_t gained = b->held & ~a->held & wanted;
    uint64_t lost = a->held & ~b->held & wanted;
    struct sw_mark mark = step->mark;
    const char *how = NULL;

    if (b->way == SW_NO_STEP) {
        how = sw_format(walk->arena, "`%s` lapses", space->kinds[b->lapsed]->name);
        lost = 0;
    } else {
        const struct sw_way *ways = NULL;
        sw_flow_ways(walk->flow, a->step, &ways);
        how = sw_way_text(step, &ways[b->way], walk->arena);
        mark = ways[b->way].arrow != NULL ? ways[b->way].arrow->mark : mark;
    }
    sw_diag_note(diags, diag, mark, "%zu. %s: %s -> %s%s%s%s%s", number, step->id, how,
                 space->book->steps[b->step].id, gained != 0 ? ", yields " : "",
                 names_of(space, gained, walk->arena), lost != 0 ? ", takes away " : "",
                 names_of(space, lost, walk->arena));
}

static void note_path(const struct sw_proof_walk *walk, struct sw_diags *diags,
                      struct sw_diag *diag, size_t state, uint64_t wanted)
{
    const size_t *path = NULL;
    size_t length = path_to(walk, state, &path);

    for (size_t i = 0; i + 1 < length; i++) {
        if (length > PATH_LINES && i == PATH_LINES / 2) {
            size_t left_out = length - PATH_LINES;
            sw_diag_note(diags, diag, (struct sw_mark){0}, "... %zu steps ...", left_out);
            i += left_out;
        }
        note_move(walk, diags, diag, i + 1, path[i], path[i + 1], wanted);
    }
}

static void report_unproven(const struct sw_proof_walk *walk, struct sw_diags *diags, size_t index)
{
    const struct sw_proof_space *space = walk->space;
    const struct sw_step *step = &space->book->steps[index];
    size_t at = walk->unproven[index];
    uint64_t held = walk->states[at].held & ~space->takes[index];
    uint64_t wanted = closest(walk, step->use.action, held);
    size_t kind = bottom(space, wanted, held);
    const size_t *path = NULL;
    size_t length = path_to(walk, at, &path);
    const char *doc = space->kinds[kind]->doc == NULL ? "" : space->kinds[kind]->doc;
    size_t doc_length = strlen(doc) - (sw_text_ends(doc, ".") ? 1 : 0);

    struct sw_diag *diag =
        sw_diag_add(diags, SW_ERROR, 501, step->mark,
                    "a path reaches `%s`, which cannot be undone, without the evidence `%s` (%.*s)",
                    step->id, space->kinds[kind]->name, (int)doc_length, doc);
    hint_yielder(walk, diags, diag, kind);
    note_path(walk, diags, diag, at, wanted);
    sw_diag_note(diags, diag, step->use.mark, "%zu. %s: needs %s; missing here: %s", length,
                 step->id, names_of(space, wanted, walk->arena),
                 names_of(space, wanted & ~held, walk->arena));
}

static void report_undone(const struct sw_proof_walk *walk, struct sw_diags *diags, size_t index)
{
    const struct sw_step *step = &walk->space->book->steps[index];
    struct sw_diag *diag = sw_diag_add(
        diags, SW_ERROR, 502, step->mark,
        "`%s` would roll back, but a path comes here after the point of no return", step->id);
    const size_t *path = NULL;
    size_t length = path_to(walk, walk->undone[index], &path);

    sw_diag_hint(diags, diag, "lead that path to an `end` without `rollback`");
    note_path(walk, diags, diag, walk->undone[index], 0);
    sw_diag_note(diags, diag, step->mark, "%zu. %s: rolls back", length, step->id);
}

void sw_proof_report(const struct sw_proof_walk *walk, struct sw_diags *diags)
{
    const struct sw_runbook *book = walk->space->book;

    if (walk->space->is_full || walk->too_many != SW_NO_STEP) {
        size_t step = walk->too_many != SW_NO_STEP ? walk->too_many : 0;
        struct sw_diag *diag = sw_diag_add(
            diags, SW_ERROR, 503, book->steps[step].mark,
            walk->space->is_full
                ? "this runbook uses more kinds of evidence than can be proven at once"
                : "too many ways lead to `%s`, each with other evidence: this cannot be proven",
            book->steps[step].id);
        sw_diag_hint(diags, diag, "split the runbook, or lead paths together earlier");
        return;
    }
    for (size_t i = 0; i < book->step_count; i++) {
        if (walk->unproven[i] != SW_NO_STATE) {
            report_unproven(walk, diags, i);
        }
        if (walk->undone[i] != SW_NO_STATE) {
            report_undone(walk, diags, i);
        }
    }
}
