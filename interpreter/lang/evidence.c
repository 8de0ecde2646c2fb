/** @file The proof and its tree, for callers. */
#include "lang/evidence.h"

#include "base/text.h"
#include "lang/evidence_walk.h"

static bool yields_anything(const struct sw_step *step)
{
    for (size_t i = 0; i < step->choice_count; i++) {
        size_t row = step->choices[i].accepts_loss;
        const struct sw_action *shown = row == SW_NO_STEP ? NULL : step->shows[row].use.action;
        if (shown != NULL && shown->accept_yields != NULL) {
            return true;
        }
    }
    return step->use.action != NULL && step->use.action->yields != NULL;
}

static void check_lapses(const struct sw_runbook *book, struct sw_diags *diags)
{
    for (size_t i = 0; i < book->step_count; i++) {
        const struct sw_step *step = &book->steps[i];
        if (step->has_if_lapsed && !yields_anything(step)) {
            struct sw_diag *diag =
                sw_diag_add(diags, SW_WARNING, 504, step->if_lapsed.mark,
                            "`%s` yields no evidence, so nothing of it can lapse", step->id);
            sw_diag_hint(diags, diag, "put `if_lapsed` on the step that yields the evidence");
        }
    }
}

void sw_evidence_check(const struct sw_runbook *runbook, struct sw_diags *diags)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_flow *flow = sw_flow_new(runbook, arena);
    struct sw_proof_walk walk = {
        .space = sw_proof_space_new(flow, runbook, arena),
        .flow = flow,
        .arena = arena,
    };

    check_lapses(runbook, diags);
    sw_proof_run(&walk);
    sw_proof_report(&walk, diags);
    sw_arena_free(arena);
}

/** The tree while it is listed. */
struct tree {
    const struct sw_proof_space *space;
    struct sw_arena *arena;
    size_t step; /**< the irreversible one */
    struct sw_proof_line *lines;
    size_t count, capacity;
};

static void add_line(struct tree *tree, size_t kind, unsigned depth, size_t alternative)
{
    const struct sw_proof_space *space = tree->space;
    size_t steps = space->book->step_count;
    size_t *yielders = sw_alloc_array(tree->arena, steps + 1, sizeof *yielders);
    size_t count = 0;

    for (size_t i = 0; i < steps; i++) {
        if ((space->can_yield[i] >> kind & 1) != 0 &&
            !sw_runbook_parts_ways(space->book, tree->step, i)) {
            yielders[count++] = i;
        }
    }
    tree->lines =
        sw_grow(tree->arena, tree->lines, tree->count, &tree->capacity, sizeof *tree->lines);
    tree->lines[tree->count++] =
        (struct sw_proof_line){depth, space->kinds[kind], alternative, yielders, count};
    for (size_t on = 0; on < space->count && depth < SW_PROOF_KINDS; on++) {
        if ((space->rests[kind] >> on & 1) != 0) {
            add_line(tree, on, depth + 1, alternative);
        }
    }
}

size_t sw_evidence_tree(const struct sw_runbook *runbook, size_t step, struct sw_arena *arena,
                        const struct sw_proof_line **ret_lines)
{
    const struct sw_action *action = runbook->steps[step].use.action;
    struct tree tree = {
        .space = sw_proof_space_new(NULL, runbook, arena), .arena = arena, .step = step};

    for (size_t a = 0;
         action != NULL && action->needs != NULL && action->needs[a].evidence[0] != NULL; a++) {
        const struct sw_need *need = &action->needs[a];
        for (size_t e = 0; e < SW_COUNT(need->evidence) && need->evidence[e] != NULL; e++) {
            size_t kind = sw_proof_kind(tree.space, need->evidence[e]);
            if (kind != SW_PROOF_KINDS) {
                add_line(&tree, kind, 0, a);
            }
        }
    }
    *ret_lines = tree.lines;
    return tree.count;
}
