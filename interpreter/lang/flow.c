/** @file The step graph: ways, outcomes, reachability, rules. */
#include "lang/flow_graph.h"

#include "base/text.h"

bool sw_step_is_irreversible(const struct sw_step *step)
{
    return step->use.action != NULL && step->use.action->effect == SW_EFFECT_IRREVERSIBLE;
}

static void add(struct sw_flow *flow, struct sw_way way)
{
    flow->ways =
        sw_grow(flow->arena, flow->ways, flow->way_count, &flow->way_capacity, sizeof *flow->ways);
    flow->ways[flow->way_count++] = way;
}

static void add_ways(struct sw_flow *flow, const struct sw_step *step, size_t index)
{
    for (size_t i = 0; i < step->arrow_count; i++) {
        add(flow, (struct sw_way){SW_WAY_OUTCOME, step->arrows[i].next, i, &step->arrows[i]});
    }
    for (size_t i = 0; i < step->choice_count; i++) {
        const struct sw_arrow *arrow = &step->choices[i].arrow;
        add(flow, (struct sw_way){SW_WAY_CHOICE, arrow->next, i, arrow});
    }
    for (size_t i = 0; i < step->branch_count; i++) {
        const struct sw_arrow *arrow = &step->branches[i].arrow;
        add(flow, (struct sw_way){SW_WAY_BRANCH, arrow->next, i, arrow});
    }
    if (step->has_when && index + 1 < flow->book->step_count) {
        add(flow, (struct sw_way){SW_WAY_SKIP, index + 1, 0, NULL});
    }
}

struct sw_flow *sw_flow_new(const struct sw_runbook *runbook, struct sw_arena *arena)
{
    struct sw_flow *flow = sw_alloc(arena, sizeof *flow);
    size_t count = runbook->step_count;

    flow->book = runbook;
    flow->arena = arena;
    flow->first = sw_alloc_array(arena, count + 1, sizeof *flow->first);
    for (size_t i = 0; i < count; i++) {
        const struct sw_step *step = &runbook->steps[i];
        flow->way_capacity += step->arrow_count + step->choice_count + step->branch_count + 1;
    }
    flow->ways = sw_alloc_array(arena, flow->way_capacity, sizeof *flow->ways);
    for (size_t i = 0; i < count; i++) {
        flow->first[i] = flow->way_count;
        add_ways(flow, &runbook->steps[i], i);
    }
    flow->first[count] = flow->way_count;
    sw_flow_find_passes(flow);
    return flow;
}

size_t sw_flow_ways(const struct sw_flow *flow, size_t step, const struct sw_way **ret_first)
{
    *ret_first = flow->ways == NULL ? NULL : flow->ways + flow->first[step];
    return flow->first[step + 1] - flow->first[step];
}

const char *const *sw_step_outcomes(const struct sw_step *step, struct sw_arena *arena,
                                    size_t *ret_count)
{
    const struct sw_action *action = step->use.action;
    size_t named = 0;
    size_t count = 0;

    while (action != NULL && action->outcomes != NULL && action->outcomes[named].name != NULL) {
        named++;
    }
    const char **words = sw_alloc_array(arena, named + 5, sizeof *words);
    switch (step->verb) {
    case SW_VERB_DECIDE:
    case SW_VERB_BRANCH:
    case SW_VERB_END:
        *ret_count = 0;
        return words;
    case SW_VERB_CALL:
        words[count++] = "ok";
        words[count++] = "stopped";
        words[count++] = "failed";
        *ret_count = count;
        return words;
    case SW_VERB_DO:
    case SW_VERB_READ:
    case SW_VERB_WAIT:
    case SW_VERB_HOOK:
    case SW_VERB_ASSERT:
        break;
    }
    if (named == 0) {
        words[count++] = "ok";
    }
    for (size_t i = 0; i < named; i++) {
        words[count++] = action->outcomes[i].name;
    }
    if (step->verb == SW_VERB_WAIT) {
        words[count++] = "timeout";
    }
    if (step->verb == SW_VERB_WAIT && action != NULL && action->reads_log) {
        words[count++] = "evidence_lost";
    }
    words[count++] = "failed";
    *ret_count = count;
    return words;
}

const char *sw_way_text(const struct sw_step *step, const struct sw_way *way,
                        struct sw_arena *arena)
{
    switch (way->kind) {
    case SW_WAY_OUTCOME:
        return way->arrow->outcome;
    case SW_WAY_CHOICE:
        return sw_format(arena, "choice `%s`", step->choices[way->index].name);
    case SW_WAY_BRANCH:
        if (way->index + 1 == step->branch_count) {
            return "else";
        }
        return sw_format(arena, "row %zu (%s)", way->index + 1,
                         sw_expr_text(step->branches[way->index].when));
    case SW_WAY_SKIP:
        return "skipped, `when` was not true";
    }
    return "?";
}

const bool *sw_flow_before_edge(const struct sw_flow *flow, struct sw_arena *arena)
{
    size_t count = flow->book->step_count;
    bool *is_before = sw_alloc_array(arena, count + 1, sizeof *is_before);
    size_t *queue = sw_alloc_array(arena, count + 1, sizeof *queue);
    size_t *first = sw_alloc_array(arena, count + 2, sizeof *first);
    size_t *from = sw_alloc_array(arena, flow->way_count + 1, sizeof *from);
    size_t tail = 0;

    for (size_t i = 0; i < flow->way_count; i++) {
        first[flow->ways[i].next + 2]++;
    }
    for (size_t i = 2; i < count + 2; i++) {
        first[i] += first[i - 1];
    }
    for (size_t step = 0; step < count; step++) {
        for (size_t i = flow->first[step]; i < flow->first[step + 1]; i++) {
            from[first[flow->ways[i].next + 1]++] = step;
        }
        if (sw_step_is_irreversible(&flow->book->steps[step])) {
            is_before[step] = true;
            queue[tail++] = step;
        }
    }
    for (size_t head = 0; head < tail; head++) {
        for (size_t i = first[queue[head]]; i < first[queue[head] + 1]; i++) {
            if (!is_before[from[i]]) {
                is_before[from[i]] = true;
                queue[tail++] = from[i];
            }
        }
    }
    return is_before;
}

static void check_expiry(const struct sw_flow *flow, const struct sw_step *step,
                         const bool *is_before, struct sw_diags *diags)
{
    const struct sw_choice *choice = &step->choices[step->expires_choice];
    const struct sw_step *steps = flow->book->steps;

    if (!is_before[choice->arrow.next]) {
        return;
    }
    struct sw_diag *diag = sw_diag_add(
        diags, SW_ERROR, 409, step->expires_mark,
        "when nobody answers, `%s` leads to a step that cannot be undone", choice->name);
    sw_diag_hint(diags, diag, "let silence choose a way that ends without it");
    size_t at = choice->arrow.next;
    for (size_t walked = 0; !sw_step_is_irreversible(&steps[at]); walked++) {
        const struct sw_way *ways = NULL;
        size_t count = sw_flow_ways(flow, at, &ways);
        size_t next = at;
        for (size_t i = 0; i < count && next == at; i++) {
            next = is_before[ways[i].next] && ways[i].next != at ? ways[i].next : at;
        }
        if (next == at || walked > flow->book->step_count) {
            return;
        }
        at = next;
    }
    if (at != choice->arrow.next) {
        sw_diag_note(diags, diag, steps[at].mark, "`%s` is reached from `%s`", steps[at].id,
                     steps[choice->arrow.next].id);
    }
}

/* One finding for a stretch of unreachable steps: at its top. */
static bool follows_unreachable(const struct sw_flow *flow, size_t step)
{
    const struct sw_way *ways = NULL;
    size_t count = step == 0 ? 0 : sw_flow_ways(flow, step - 1, &ways);

    for (size_t i = 0; i < count; i++) {
        if (ways[i].next == step) {
            return !sw_flow_reaches(flow, step - 1);
        }
    }
    return false;
}

void sw_flow_check(const struct sw_flow *flow, struct sw_diags *diags)
{
    const struct sw_runbook *book = flow->book;
    const bool *is_before = sw_flow_before_edge(flow, flow->arena);

    for (size_t i = 0; i < book->step_count; i++) {
        const struct sw_step *step = &book->steps[i];
        if (!sw_flow_reaches(flow, i) && !follows_unreachable(flow, i)) {
            struct sw_diag *diag =
                sw_diag_add(diags, SW_ERROR, 406, step->mark, "no path leads to `%s`", step->id);
            sw_diag_hint(diags, diag, "lead a `next` here, or take the step out");
        }
        if (step->expires_after_ms > 0) {
            check_expiry(flow, step, is_before, diags);
        }
    }
}
