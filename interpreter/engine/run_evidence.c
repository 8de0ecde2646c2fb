/* Evidence in a run: yielded, read again, lapsed, and where the run goes when it lapses. */
#include "engine/run_internal.h"

#include "sdk/hook.h"

/* How long a step waits for evidence that cannot be read before people are told. */
#define UNREAD_NS (INT64_C(3600) * SW_NS_PER_S)

enum { EDGE_BITS = 64 }; /* irreversible steps that are told apart */

static bool rests_on(const struct sw_evidence *evidence, const char *name)
{
    for (const char *const *on = evidence->rests_on; on != NULL && *on != NULL; on++) {
        if (sw_text_is(*on, name)) {
            return true;
        }
    }
    return false;
}

/** Lapse one piece and, again and again, what rests on what lapsed. */
static void lapse(struct sw_run *run, struct sw_held *first, const char *why)
{
    struct sw_builder names = sw_list_begin(run->records);
    struct sw_builder body = sw_run_body(run);
    bool is_more = true;

    first->is_held = false;
    sw_list_add(&names, sw_text(run->records, first->evidence->name));
    while (is_more) {
        is_more = false;
        for (size_t i = 0; i < run->state.held_count; i++) {
            struct sw_held *held = &run->state.held[i];

            for (size_t n = 0; held->is_held && held->domain == first->domain &&
                               n < sw_list_count(sw_built(&names));
                 n++) {
                if (rests_on(held->evidence, sw_as_text(sw_list_at(sw_built(&names), n)))) {
                    held->is_held = false;
                    is_more = true;
                    sw_list_add(&names, sw_text(run->records, held->evidence->name));
                }
            }
        }
    }
    sw_map_put(&body, "evidence", sw_built(&names));
    sw_map_put_text(&body, "why", why);
    sw_map_put_text(&body, "yielded_by", first->id);
    sw_run_record(run, "lapse", &body);
}

static void lapse_name(struct sw_run *run, size_t domain, const char *name, const char *why)
{
    struct sw_held *held = name == NULL ? NULL : sw_state_held(&run->state, domain, name);

    if (held != NULL) {
        lapse(run, held, why);
    }
}

void sw_run_lapse_step(struct sw_run *run, size_t step, const char *why)
{
    const struct sw_step *of = &run->runbook->steps[step];
    const struct sw_yield *row = of->use.action == NULL ? NULL : of->use.action->yields;
    size_t domain = run->runbook->frames[of->frame].domain;

    for (; row != NULL && row->evidence != NULL; row++) {
        lapse_name(run, domain, row->evidence, why);
    }
    for (size_t i = 0; i < of->choice_count; i++) {
        if (of->choices[i].accepts_loss != SW_NO_STEP) {
            lapse_name(run, domain,
                       of->shows[of->choices[i].accepts_loss].use.action->accept_yields, why);
        }
    }
}

void sw_run_end_evidence(struct sw_run *run, const char *const *names, const char *why)
{
    const struct sw_frame *frames = run->runbook->frames;
    size_t domain = sw_state_domain(&run->state);

    /* Also for whoever called this for a subject of its own, which may be the very same thing:
     * the proof counts it as ended there, too. */
    while (names != NULL && domain != SW_NO_STEP) {
        for (const char *const *name = names; *name != NULL; name++) {
            lapse_name(run, domain, *name, why);
        }
        domain =
            frames[domain].caller == SW_NO_STEP ? SW_NO_STEP : frames[frames[domain].caller].domain;
    }
}

void sw_run_yield_evidence(struct sw_run *run, const char *name, size_t target,
                           const struct sw_value *reading)
{
    const struct sw_evidence *kind = sw_registry_evidence(run->runbook->registry, name);
    struct sw_builder body = sw_run_visit_body(run);
    size_t domain = sw_state_domain(&run->state);

    for (const char *const *on = kind->rests_on; on != NULL && *on != NULL; on++) {
        if (sw_state_held(&run->state, domain, *on) == NULL) {
            return; /* what it rests on is gone: it proves nothing */
        }
    }
    struct sw_builder none = sw_map_begin(run->records);

    sw_map_put_text(&body, "evidence", name);
    sw_map_put_text(&body, "means", kind->doc);
    sw_map_put_int(&body, "target", (int64_t)target);
    sw_map_put(&body, "reading", reading == NULL ? sw_built(&none) : reading);
    sw_run_record(run, "evidence", &body);

    struct sw_held *held = sw_state_held(&run->state, domain, name);

    if (held != NULL) {
        held->is_read = true;
    }
}

void sw_run_yield(struct sw_run *run, const char *outcome)
{
    const struct sw_step *step = sw_run_step(run);
    const struct sw_yield *row = step->use.action == NULL ? NULL : step->use.action->yields;

    for (; row != NULL && row->evidence != NULL; row++) {
        if (sw_text_is(row->outcome, outcome)) {
            sw_run_yield_evidence(run, row->evidence, step->use.target, run->reading);
        }
    }
}

/* ---- is it needed ahead? ---- */

static bool needs(const struct sw_registry *registry, const struct sw_evidence *evidence,
                  const char *name)
{
    bool is_needed = evidence != NULL && sw_text_is(evidence->name, name);

    for (const char *const *on = evidence == NULL ? NULL : evidence->rests_on;
         on != NULL && *on != NULL && !is_needed; on++) {
        is_needed = needs(registry, sw_registry_evidence(registry, *on), name);
    }
    return is_needed;
}

/** Does some alternative of what the action needs hold this, or rest on it? */
static bool action_needs(const struct sw_registry *registry, const struct sw_action *action,
                         const char *name)
{
    for (size_t n = 0; n < action->need_count; n++) {
        for (const char *const *of = action->needs[n].evidence; *of != NULL; of++) {
            if (needs(registry, sw_registry_evidence(registry, *of), name)) {
                return true;
            }
        }
    }
    return false;
}

/** Those of another subject need nothing of what is held here. */
static uint64_t edges_of(const struct sw_run *run, size_t from, size_t next)
{
    return sw_runbook_parts_ways(run->runbook, from, next) ? 0 : run->edges_ahead[next];
}

/** Which irreversible steps can come behind this one, by what is known so far. */
static uint64_t edges_behind(const struct sw_run *run, size_t from)
{
    const struct sw_step *at = &run->runbook->steps[from];
    uint64_t edges = run->edges_ahead[from];

    for (size_t i = 0; i < at->arrow_count; i++) {
        edges |= edges_of(run, from, at->arrows[i].next);
    }
    for (size_t i = 0; i < at->choice_count; i++) {
        edges |= edges_of(run, from, at->choices[i].arrow.next);
    }
    for (size_t i = 0; i < at->branch_count; i++) {
        edges |= edges_of(run, from, at->branches[i].arrow.next);
    }
    if ((at->when != NULL || at->verb == SW_VERB_HOOK) && from + 1 < run->runbook->step_count) {
        edges |= edges_of(run, from, from + 1);
    }
    return edges;
}

/** Once a process: bit n of a step says that the nth irreversible step can still come. */
static void find_edges(struct sw_run *run)
{
    size_t count = run->runbook->step_count;
    unsigned edge = 0;
    bool is_more = true;

    run->edges_ahead = sw_alloc_array(run->arena, count, sizeof *run->edges_ahead);
    for (size_t i = 0; i < count; i++) {
        if (run->runbook->steps[i].edge != NULL) {
            run->edges_ahead[i] = UINT64_C(1) << edge;
            edge += edge < EDGE_BITS - 1 ? 1 : 0; /* the last bit stands for all further ones */
        }
    }
    while (is_more) { /* backwards, as most arrows point ahead: two or three rounds */
        is_more = false;
        for (size_t i = count; i-- > 0;) {
            uint64_t edges = edges_behind(run, i);

            is_more = is_more || edges != run->edges_ahead[i];
            run->edges_ahead[i] = edges;
        }
    }
}

static size_t domain_of(const struct sw_runbook *book, size_t step)
{
    return book->frames[book->steps[step].frame].domain;
}

/** Find out of each held piece whether an irreversible step that can still come needs it. */
static void mark_needed(struct sw_run *run)
{
    struct sw_state *state = &run->state;
    const struct sw_runbook *book = run->runbook;
    unsigned edge = 0;

    for (size_t i = 0; i < state->held_count; i++) {
        state->held[i].is_needed = false;
    }
    if (state->held_count == 0 || state->step == SW_NO_STEP) {
        return;
    }
    if (run->edges_ahead == NULL) {
        find_edges(run);
    }
    for (size_t at = 0; run->edges_ahead[state->step] != 0 && at < book->step_count; at++) {
        if (book->steps[at].edge == NULL) {
            continue;
        }
        bool can_come = (run->edges_ahead[state->step] & UINT64_C(1) << edge) != 0;

        for (size_t i = 0; can_come && i < state->held_count; i++) {
            struct sw_held *held = &state->held[i];

            held->is_needed =
                held->is_needed ||
                (held->domain == domain_of(book, at) &&
                 action_needs(book->registry, book->steps[at].use.action, held->evidence->name));
        }
        edge += edge < EDGE_BITS - 1 ? 1 : 0;
    }
}

bool sw_run_evidence_is_read(struct sw_run *run)
{
    mark_needed(run);
    for (size_t i = 0; i < run->state.held_count; i++) {
        const struct sw_held *held = &run->state.held[i];

        if (held->is_held && held->is_needed && !held->is_read) {
            return false;
        }
    }
    return true;
}

/** Leave whatever the run is in for the step that makes the lapsed evidence anew. */
static void go_back(struct sw_run *run)
{
    const struct sw_held *held = &run->state.held[run->lowest_lapsed];
    const struct sw_step *from = &run->runbook->steps[held->step];
    const char *said = run->lapse_said;

    if (!from->has_if_lapsed) {
        sw_run_park(run, 3, "%s no longer holds (%s), and step '%s' does not say what then",
                    held->evidence->name, said, held->id);
    } else if (from->if_lapsed.max > 0 &&
               sw_state_arrow_count(&run->state, held->step, "lapsed") >= from->if_lapsed.max) {
        sw_run_park(run, 3, "%s no longer holds (%s); it was made anew %d times already",
                    held->evidence->name, said, from->if_lapsed.max);
    } else {
        sw_run_enter(run, from->if_lapsed.next, held->step, "lapsed");
    }
}

/* ---- reading again ---- */

static void evidence_read(struct sw_run *run);

/** Evidence that a hook attests is read again by its `check`, with the inputs as they are now.
 * @return false: they cannot be told, so nothing can be read */
static bool read_by_hook(struct sw_run *run, struct sw_job_spec *spec)
{
    struct sw_held *held = &run->state.held[run->evidence_index];
    const struct sw_step *step = &run->runbook->steps[held->step];
    struct sw_run_scope scope = sw_run_scope(run, NULL);
    struct sw_error err = {0};

    spec->action = step->use.action;
    spec->fn = sw_hook_reread;
    spec->target = NULL;
    if (sw_use_inputs(&step->use, &scope, run->scratch, &spec->inputs, &err)) {
        return true;
    }
    held->is_read = false;
    run->is_evidence_unread = true;
    run->unread_why =
        sw_format(run->scratch, "%s cannot be read again: %s", held->evidence->name, err.text);
    run->evidence_index++;
    return false;
}

static void read_next(struct sw_run *run)
{
    while (run->evidence_index < run->state.held_count &&
           !(run->state.held[run->evidence_index].is_held &&
             run->state.held[run->evidence_index].is_needed)) {
        run->evidence_index++; /* what nothing ahead needs holds nothing up and calls nobody back */
    }
    if (run->evidence_index == run->state.held_count) {
        if (!run->is_evidence_unread) {
            run->unread_since_ns = 0;
        }
        if (run->lowest_lapsed != SW_NO_STEP) {
            go_back(run);
        } else {
            sw_run_go(run, run->evidence_then);
        }
        return;
    }
    const struct sw_held *held = &run->state.held[run->evidence_index];
    struct sw_job_spec spec = {
        .evidence = held->evidence,
        .subject = sw_state_subject(&run->state),
        .target = sw_run_target(run, held->target),
        .target_index = held->target,
        .is_full = run->is_evidence_full,
    };
    if (run->runbook->steps[held->step].use.action != NULL &&
        run->runbook->steps[held->step].use.action->hook != NULL && !read_by_hook(run, &spec)) {
        sw_run_go(run, read_next);
        return;
    }
    sw_run_read(run, &spec, run->is_evidence_full, evidence_read);
}

static void evidence_read(struct sw_run *run)
{
    struct sw_held *held = &run->state.held[run->evidence_index];

    switch (run->job.verdict) {
    case SW_HOLDS:
        held->is_read = true;
        break;
    case SW_LAPSED:
        if (run->lowest_lapsed == SW_NO_STEP) {
            run->lowest_lapsed = run->evidence_index;
            run->lapse_said = sw_copy_text(run->scratch, sw_job_said(&run->job));
        }
        lapse(run, held, sw_job_said(&run->job));
        break;
    case SW_PENDING:
    case SW_ALREADY:
    case SW_NEEDED:
    case SW_SETTLING:
    case SW_BLOCKED:
    case SW_UNCLEAR:
    case SW_DONE:
    case SW_WAIT:
    case SW_FAILED:
        held->is_read = false;
        run->is_evidence_unread = true;
        run->unread_why = sw_format(run->scratch, "%s cannot be read again: %s",
                                    held->evidence->name, sw_job_said(&run->job));
        break;
    }
    run->evidence_index++;
    sw_run_go(run, read_next);
}

void sw_run_wait_for_evidence(struct sw_run *run, sw_then_fn then)
{
    if (run->unread_since_ns == 0) {
        run->unread_since_ns = run->now;
    }
    if (run->now - run->unread_since_ns > UNREAD_NS) {
        run->unread_since_ns = 0;
        sw_run_park(run, 3, "%s; asked for an hour, and nothing changes until it can be",
                    run->unread_why);
        return;
    }
    sw_run_note(run, run->unread_why);
    sw_run_sleep(run, run->now + 30 * SW_NS_PER_S, "evidence cannot be read again yet", then);
}

void sw_run_check_evidence(struct sw_run *run, bool is_full, sw_then_fn then)
{
    run->evidence_index = 0;
    run->is_evidence_full = is_full;
    run->is_evidence_unread = false;
    run->lowest_lapsed = SW_NO_STEP;
    run->evidence_then = then;
    mark_needed(run);
    sw_run_go(run, read_next);
}
