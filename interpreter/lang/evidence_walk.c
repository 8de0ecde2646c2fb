/**
 * @file The walk: breadth first over pairs of a step and a set of evidence.
 *
 * More evidence never hurts, so a set is left out where a smaller one was kept - with one
 * exception: only evidence that is held can lapse and send the run back. Sets that differ in such
 * evidence (and in what it rests on) are therefore kept apart.
 */
#include "lang/evidence_walk.h"

#include "base/limits.h"
#include "base/text.h"

/** Sets that were sent back when one kind lapsed: all targets of the kind got them. */
struct sent_back {
    uint64_t sets[SW_LIMIT_PROOF_SETS];
    size_t count;
};

static bool covers(const struct sw_proof_walk *walk, uint64_t small, uint64_t large)
{
    return (small & ~large) == 0 && ((small ^ large) & walk->keep_apart) == 0;
}

static void enter(struct sw_proof_walk *walk, struct sw_proof_state state)
{
    size_t *link = &walk->kept[state.step];

    if (walk->too_many != SW_NO_STEP) {
        return;
    }
    for (size_t i = *link; i != SW_NO_STATE; i = walk->states[i].sibling) {
        if (covers(walk, walk->states[i].held, state.held)) {
            return;
        }
    }
    while (*link != SW_NO_STATE) {
        if (covers(walk, state.held, walk->states[*link].held)) {
            *link = walk->states[*link].sibling;
            walk->kept_count[state.step]--;
        } else {
            link = &walk->states[*link].sibling;
        }
    }
    if (walk->kept_count[state.step] == SW_LIMIT_PROOF_SETS) {
        walk->too_many = state.step;
        return;
    }
    walk->states =
        sw_grow(walk->arena, walk->states, walk->count, &walk->capacity, sizeof *walk->states);
    state.sibling = walk->kept[state.step];
    walk->states[walk->count] = state;
    walk->kept[state.step] = walk->count++;
    walk->kept_count[state.step]++;
}

static bool was_sent(const struct sw_proof_walk *walk, struct sent_back *sent, uint64_t held)
{
    for (size_t i = 0; i < sent->count; i++) {
        if (covers(walk, sent->sets[i], held)) {
            return true;
        }
    }
    if (sent->count < SW_LIMIT_PROOF_SETS) {
        sent->sets[sent->count++] = held;
    }
    return false;
}

/* Whatever is held and needed further on can lapse, here as anywhere. Which of several steps had
 * yielded it is not kept: every one that can yield it may be the one whose arrow is taken. */
static void lapse(struct sw_proof_walk *walk, size_t from, uint64_t held, struct sent_back *sent)
{
    const struct sw_proof_space *space = walk->space;
    uint64_t at_risk = held & space->ahead[walk->states[from].step];

    for (size_t kind = 0; kind < space->count; kind++) {
        uint64_t rest = held & ~space->above[kind];
        if ((at_risk >> kind & 1) == 0 || was_sent(walk, &sent[kind], rest)) {
            continue;
        }
        for (size_t i = 0; i < space->book->step_count; i++) {
            const struct sw_step *step = &space->book->steps[i];
            if (step->has_if_lapsed && (space->can_yield[i] >> kind & 1) != 0 &&
                !sw_runbook_parts_ways(space->book, walk->states[from].step, i)) {
                enter(walk, (struct sw_proof_state){.step = step->if_lapsed.next,
                                                    .held = rest,
                                                    .from = from,
                                                    .way = SW_NO_STEP,
                                                    .lapsed = kind});
            }
        }
    }
}

static bool is_proven(const struct sw_proof_space *space, const struct sw_action *action,
                      uint64_t held)
{
    uint64_t need = 0;
    bool needs_any = false;

    for (size_t a = 0; sw_proof_need(space, action, a, &need); a++) {
        needs_any = true;
        if ((need & ~held) == 0) {
            return true;
        }
    }
    return !needs_any;
}

/* What is held behind a way: what the step took is gone, what its outcome yields is there. */
static uint64_t held_after(const struct sw_proof_space *space, size_t index,
                           const struct sw_way *way, uint64_t held)
{
    const struct sw_step *step = &space->book->steps[index];

    if (way->kind == SW_WAY_SKIP) {
        return held;
    }
    if (sw_runbook_parts_ways(space->book, index, way->next)) {
        return 0; /* about another subject: nothing crosses */
    }
    held &= ~space->takes[index];
    uint64_t yields = sw_proof_yields(space, step, way);
    for (uint64_t before = ~held; before != held;) {
        before = held;
        for (size_t kind = 0; kind < space->count && yields != 0; kind++) {
            if ((yields >> kind & 1) != 0 && (space->rests[kind] & ~held) == 0) {
                held |= UINT64_C(1) << kind;
            }
        }
    }
    if (sw_step_is_irreversible(step) && !sw_text_is(way->arrow->outcome, "failed")) {
        held |= SW_PROOF_CROSSED;
    }
    if (step->callee != NULL && !way->arrow->is_entry && space->crosses[index]) {
        held |= SW_PROOF_CROSSED; /* around what it did for another subject */
    }
    return held;
}

static void visit(struct sw_proof_walk *walk, size_t at, struct sent_back *sent)
{
    const struct sw_proof_space *space = walk->space;
    struct sw_proof_state state = walk->states[at];
    const struct sw_step *step = &space->book->steps[state.step];
    uint64_t inside = state.held & ~space->takes[state.step];
    const struct sw_way *ways = NULL;
    size_t way_count = sw_flow_ways(walk->flow, state.step, &ways);

    if (sw_step_is_irreversible(step) && walk->unproven[state.step] == SW_NO_STATE &&
        !is_proven(space, step->use.action, inside)) {
        walk->unproven[state.step] = at;
    }
    if (step->verb == SW_VERB_END && step->is_rollback && (state.held & SW_PROOF_CROSSED) != 0 &&
        walk->undone[state.step] == SW_NO_STATE) {
        walk->undone[state.step] = at;
    }
    lapse(walk, at, inside, sent);
    for (size_t i = 0; i < way_count; i++) {
        if (step->verb == SW_VERB_END &&
            sw_runbook_parts_ways(space->book, state.step, ways[i].next)) {
            continue; /* the call itself goes on, with what was held there */
        }
        enter(walk, (struct sw_proof_state){
                        .step = ways[i].next,
                        .held = held_after(space, state.step, &ways[i], state.held),
                        .from = at,
                        .way = i,
                    });
    }
}

void sw_proof_run(struct sw_proof_walk *walk)
{
    const struct sw_proof_space *space = walk->space;
    size_t count = space->book->step_count;
    struct sent_back *sent = sw_alloc_array(walk->arena, space->count + 1, sizeof *sent);

    walk->kept = sw_alloc_array(walk->arena, count, sizeof *walk->kept);
    walk->kept_count = sw_alloc_array(walk->arena, count, sizeof *walk->kept_count);
    walk->unproven = sw_alloc_array(walk->arena, count, sizeof *walk->unproven);
    walk->undone = sw_alloc_array(walk->arena, count, sizeof *walk->undone);
    walk->too_many = SW_NO_STEP;
    walk->keep_apart = SW_PROOF_CROSSED;
    for (size_t i = 0; i < count; i++) {
        walk->kept[i] = SW_NO_STATE;
        walk->unproven[i] = SW_NO_STATE;
        walk->undone[i] = SW_NO_STATE;
        if (space->book->steps[i].has_if_lapsed) {
            walk->keep_apart |= sw_proof_closure(space, space->can_yield[i]);
        }
    }
    enter(walk, (struct sw_proof_state){.from = SW_NO_STATE, .way = SW_NO_STEP});
    for (size_t at = 0; at < walk->count; at++) {
        visit(walk, at, sent);
    }
}
