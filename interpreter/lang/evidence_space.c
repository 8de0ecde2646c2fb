/** @file Evidence as bits: which kinds count, what rests on what, what each step gives and takes.
 */
#include "lang/evidence_walk.h"

#include "base/text.h"

size_t sw_proof_kind(const struct sw_proof_space *space, const char *name)
{
    for (size_t i = 0; i < space->count; i++) {
        if (sw_text_is(space->kinds[i]->name, name)) {
            return i;
        }
    }
    return SW_PROOF_KINDS;
}

static uint64_t bit_of(const struct sw_proof_space *space, const char *name)
{
    size_t kind = sw_proof_kind(space, name);

    return kind == SW_PROOF_KINDS ? 0 : UINT64_C(1) << kind;
}

/* Number a kind and all that it rests on. Ends also on a circle: each kind is added once. */
static void add_kind(struct sw_proof_space *space, const char *name)
{
    const struct sw_evidence *kind = sw_registry_evidence(space->book->registry, name);

    sw_require(kind !=
               NULL); /* else a need would count for nothing; sw_registry_check says which */
    if (sw_proof_kind(space, name) != SW_PROOF_KINDS) {
        return;
    }
    if (space->count == SW_PROOF_KINDS) {
        space->is_full = true;
        return;
    }
    space->kinds[space->count++] = kind;
    for (const char *const *on = kind->rests_on; on != NULL && *on != NULL; on++) {
        add_kind(space, *on);
    }
}

static void add_kinds(struct sw_proof_space *space)
{
    const struct sw_runbook *book = space->book;

    for (size_t i = 0; i < book->step_count; i++) {
        const struct sw_action *action = book->steps[i].use.action;
        if (!sw_step_is_irreversible(&book->steps[i])) {
            continue;
        }
        for (const struct sw_need *need = action->needs; need != NULL && need->evidence[0] != NULL;
             need++) {
            for (size_t e = 0; e < SW_COUNT(need->evidence) && need->evidence[e] != NULL; e++) {
                add_kind(space, need->evidence[e]);
            }
        }
    }
}

static void relate(struct sw_proof_space *space)
{
    for (size_t i = 0; i < space->count; i++) {
        for (const char *const *on = space->kinds[i]->rests_on; on != NULL && *on != NULL; on++) {
            space->rests[i] |= bit_of(space, *on);
        }
        space->below[i] = UINT64_C(1) << i | space->rests[i];
    }
    for (size_t round = 0; round < space->count; round++) {
        for (size_t i = 0; i < space->count; i++) {
            space->below[i] = sw_proof_closure(space, space->below[i]);
        }
    }
    for (size_t i = 0; i < space->count; i++) {
        for (size_t j = 0; j < space->count; j++) {
            space->above[i] |= (space->below[j] >> i & 1) << j;
        }
    }
}

uint64_t sw_proof_closure(const struct sw_proof_space *space, uint64_t set)
{
    uint64_t closure = set;

    for (size_t i = 0; i < space->count; i++) {
        if ((set >> i & 1) != 0) {
            closure |= space->below[i];
        }
    }
    return closure;
}

static uint64_t all_above(const struct sw_proof_space *space, uint64_t set)
{
    uint64_t all = set;

    for (size_t i = 0; i < space->count; i++) {
        if ((set >> i & 1) != 0) {
            all |= space->above[i];
        }
    }
    return all;
}

uint64_t sw_proof_yields(const struct sw_proof_space *space, const struct sw_step *step,
                         const struct sw_way *way)
{
    uint64_t set = 0;

    if (way->kind == SW_WAY_CHOICE) {
        size_t row = step->choices[way->index].accepts_loss;
        const struct sw_action *shown = row == SW_NO_STEP ? NULL : step->shows[row].use.action;
        return shown == NULL || shown->accept_yields == NULL ? 0
                                                             : bit_of(space, shown->accept_yields);
    }
    if (way->kind != SW_WAY_OUTCOME || step->use.action == NULL) {
        return 0;
    }
    for (const struct sw_yield *yield = step->use.action->yields;
         yield != NULL && yield->evidence != NULL; yield++) {
        if (sw_text_is(yield->outcome, way->arrow->outcome)) {
            set |= bit_of(space, yield->evidence);
        }
    }
    return set;
}

static uint64_t all_yields(const struct sw_proof_space *space, const struct sw_step *step)
{
    const struct sw_yield *yields = step->use.action == NULL ? NULL : step->use.action->yields;
    uint64_t set = 0;

    for (const struct sw_yield *yield = yields; yield != NULL && yield->evidence != NULL; yield++) {
        set |= bit_of(space, yield->evidence);
    }
    for (size_t i = 0; i < step->choice_count; i++) {
        struct sw_way way = {SW_WAY_CHOICE, 0, i, NULL};
        set |= sw_proof_yields(space, step, &way);
    }
    return set;
}

bool sw_proof_need(const struct sw_proof_space *space, const struct sw_action *action,
                   size_t alternative, uint64_t *ret_set)
{
    const struct sw_need *need = action->needs;
    uint64_t set = 0;

    for (size_t i = 0; need != NULL && i <= alternative; i++) {
        if (need[i].evidence[0] == NULL) {
            return false;
        }
    }
    if (need == NULL) {
        return false;
    }
    need += alternative;
    for (size_t e = 0; e < SW_COUNT(need->evidence) && need->evidence[e] != NULL; e++) {
        set |= bit_of(space, need->evidence[e]);
    }
    *ret_set = set;
    return true;
}

/* One pass over all steps. @return whether anything changed */
static bool look_ahead(struct sw_proof_space *space, const struct sw_flow *flow, bool is_forward)
{
    size_t count = space->book->step_count;
    bool has_changed = false;

    for (size_t n = 0; n < count; n++) {
        size_t step = is_forward ? n : count - 1 - n;
        const struct sw_way *ways = NULL;
        size_t way_count = sw_flow_ways(flow, step, &ways);
        uint64_t set = space->ahead[step];
        for (size_t i = 0; i < way_count; i++) {
            bool is_other = sw_runbook_parts_ways(space->book, step, ways[i].next);
            set |= is_other ? 0 : space->ahead[ways[i].next];
        }
        has_changed = has_changed || set != space->ahead[step];
        space->ahead[step] = set;
    }
    return has_changed;
}

static uint64_t ends_of(const struct sw_proof_space *space, const struct sw_step *step)
{
    const char *const *end = step->use.action == NULL ? NULL : step->use.action->ends;
    uint64_t ended = 0;

    for (; end != NULL && *end != NULL; end++) {
        ended |= bit_of(space, *end);
    }
    return ended;
}

/* What is called for a subject of its own may be about the very thing that the caller is about:
 * before a run nobody can tell. So what ends evidence there ends it here, too. */
static uint64_t ends_of_callee(const struct sw_proof_space *space, size_t frame)
{
    const struct sw_runbook *book = space->book;
    uint64_t ended = 0;

    for (size_t i = 0; i < book->step_count; i++) {
        if (book->steps[i].use.action != NULL && book->steps[i].use.action->ends != NULL &&
            sw_frame_is_within(book, book->steps[i].frame, frame)) {
            ended |= ends_of(space, &book->steps[i]);
        }
    }
    return ended;
}

static void describe_steps(struct sw_proof_space *space, const struct sw_flow *flow)
{
    const struct sw_runbook *book = space->book;

    space->can_yield = sw_alloc_array(space->arena, book->step_count + 1, sizeof(uint64_t));
    space->takes = sw_alloc_array(space->arena, book->step_count + 1, sizeof(uint64_t));
    space->ahead = sw_alloc_array(space->arena, book->step_count + 1, sizeof(uint64_t));
    space->crosses = sw_alloc_array(space->arena, book->step_count + 1, sizeof(bool));
    for (size_t i = 0; i < book->step_count; i++) {
        const struct sw_action *action = book->steps[i].use.action;
        const struct sw_callee *callee = book->steps[i].callee;
        bool is_apart = callee != NULL && book->frames[callee->frame].domain == callee->frame;
        uint64_t ended = ends_of(space, &book->steps[i]);
        uint64_t need = 0;
        space->crosses[i] = is_apart && sw_frame_is_irreversible(book, callee->frame);
        if (is_apart) {
            ended |= ends_of_callee(space, callee->frame);
        }
        space->can_yield[i] = all_yields(space, &book->steps[i]);
        space->takes[i] = all_above(space, space->can_yield[i] | ended);
        for (size_t a = 0;
             sw_step_is_irreversible(&book->steps[i]) && sw_proof_need(space, action, a, &need);
             a++) {
            space->ahead[i] |= sw_proof_closure(space, need);
        }
    }
    if (flow == NULL) {
        return;
    }
    bool is_forward = false;
    while (look_ahead(space, flow, is_forward)) {
        is_forward = !is_forward;
    }
}

struct sw_proof_space *sw_proof_space_new(const struct sw_flow *flow, const struct sw_runbook *book,
                                          struct sw_arena *arena)
{
    struct sw_proof_space *space = sw_alloc(arena, sizeof *space);

    space->book = book;
    space->arena = arena;
    add_kinds(space);
    relate(space);
    describe_steps(space, flow);
    return space;
}
