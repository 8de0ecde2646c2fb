/* Ways to an irreversible action around what a place demands before it. */
#include "lang/policy.h"

#include "base/text.h"

#define NONE ((size_t)-1)

struct walk {
    const struct sw_demand *demand;
    const struct sw_value *params;
    const struct sw_runbook *book;
    const struct sw_flow *flow;
    struct sw_scope scope;
    struct sw_arena *arena;
    size_t *from, *queue;
    size_t tail;
};

/* ---- what the parameters decide ---- */

static const struct sw_value *param_value(void *context, const char *root, const char *const *path,
                                          size_t path_count, struct sw_arena *arena)
{
    const struct walk *walk = context;
    const struct sw_value *value =
        sw_text_is(root, "params") && path_count == 1 ? sw_get(walk->params, path[0]) : NULL;

    return value != NULL ? value : sw_unknown(arena, "not known before the run");
}

static const struct sw_value *no_word(void *context, const char *step, bool is_choice,
                                      struct sw_arena *arena)
{
    (void)context;
    (void)is_choice;
    return sw_unknown(arena, "%s was not done yet", step);
}

static int64_t no_time(void *context, unsigned clock)
{
    (void)context;
    (void)clock;
    return 0;
}

/* Parameters of a called runbook are bound anew at each call: unknown here. */
static bool decides(const struct walk *walk, const struct sw_step *step, const struct sw_expr *when,
                    bool *ret_is_true)
{
    return when != NULL && step->frame == 0 &&
           sw_as_bool(sw_expr_eval(when, &walk->scope, walk->arena), ret_is_true);
}

/* Can a branch go on by this row, or a step be skipped or done, with these parameters? */
static bool is_open(const struct walk *walk, const struct sw_step *step, const struct sw_way *way)
{
    bool is_true = false;

    if (way->kind == SW_WAY_SKIP) {
        return !decides(walk, step, step->when, &is_true) || !is_true;
    }
    if (way->kind != SW_WAY_BRANCH) {
        return !decides(walk, step, step->when, &is_true) || is_true;
    }
    for (size_t row = 0; row < way->index; row++) {
        if (decides(walk, step, step->branches[row].when, &is_true) && is_true) {
            return false;
        }
    }
    return !decides(walk, step, step->branches[way->index].when, &is_true) || is_true;
}

/* ---- what is demanded ---- */

static bool is_needed(const struct sw_demand *demand, const struct sw_action *action)
{
    const struct sw_action *const *need = demand->need;

    while (action != NULL && *need != NULL && *need != action) {
        need++;
    }
    return action != NULL && *need != NULL;
}

static bool is_wanted(const struct sw_demand *demand, const struct sw_action *action,
                      const char *outcome)
{
    const struct sw_outcome_doc *own = action->outcomes;

    if (outcome == NULL) {
        return false;
    }
    for (const char *const *word = demand->outcomes; word != NULL; word++) {
        if (*word == NULL || sw_text_is(*word, outcome)) {
            return *word != NULL;
        }
    }
    while (own != NULL && own->name != NULL && !sw_text_is(own->name, outcome)) {
        own++;
    }
    return own == NULL ? sw_text_is(outcome, "ok") : own->name != NULL;
}

static void enter(struct walk *walk, size_t from, size_t next)
{
    if (walk->from[next] == NONE) {
        walk->from[next] = from;
        walk->queue[walk->tail++] = next;
    }
}

static void leave(struct walk *walk, size_t at, size_t domain)
{
    const struct sw_step *step = &walk->book->steps[at];
    const struct sw_action *action = step->use.action;
    bool is_proof =
        is_needed(walk->demand, action) && walk->book->frames[step->frame].domain == domain;
    const struct sw_way *ways = NULL;
    size_t count = sw_flow_ways(walk->flow, at, &ways);

    for (size_t i = 0; i < count; i++) {
        bool is_done = is_proof && ways[i].kind == SW_WAY_OUTCOME &&
                       is_wanted(walk->demand, action, ways[i].arrow->outcome);

        if (!is_done && is_open(walk, step, &ways[i])) {
            enter(walk, at, ways[i].next);
        }
    }
    if (step->has_if_lapsed && !is_proof) {
        enter(walk, at, step->if_lapsed.next);
    }
}

static size_t trace(const struct walk *walk, size_t at, const size_t **ret_steps)
{
    size_t length = 1;

    for (size_t step = at; step != 0; step = walk->from[step]) {
        length++;
    }
    size_t *steps = sw_alloc_array(walk->arena, length, sizeof *steps);
    size_t place = length;

    for (size_t step = at; place > 0; step = walk->from[step]) {
        steps[--place] = step;
    }
    *ret_steps = steps;
    return length;
}

size_t sw_demand_breach(const struct sw_demand *demand, const struct sw_runbook *runbook,
                        const struct sw_value *params, struct sw_arena *arena,
                        const size_t **ret_steps)
{
    struct walk walk = {.demand = demand,
                        .params = params,
                        .book = runbook,
                        .flow = sw_flow_new(runbook, arena),
                        .arena = arena};
    size_t count = runbook->step_count;

    walk.scope = (struct sw_scope){
        .value_of = param_value, .word_of = no_word, .now = no_time, .context = &walk};
    walk.from = sw_alloc_array(arena, count + 1, sizeof *walk.from);
    walk.queue = sw_alloc_array(arena, count + 1, sizeof *walk.queue);
    for (size_t at = 0; at < count; at++) {
        if (runbook->steps[at].use.action != demand->before) {
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            walk.from[i] = NONE;
        }
        walk.tail = 0;
        enter(&walk, 0, 0);
        for (size_t head = 0; head < walk.tail && walk.from[at] == NONE; head++) {
            leave(&walk, walk.queue[head], runbook->frames[runbook->steps[at].frame].domain);
        }
        if (walk.from[at] != NONE) {
            return trace(&walk, at, ret_steps);
        }
    }
    return 0;
}
