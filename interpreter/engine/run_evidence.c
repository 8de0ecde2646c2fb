/* Evidence in a run: yielded, read again, lapsed, and where the run goes when it lapses. */
#include "engine/run_internal.h"

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

            for (size_t n = 0; held->is_held && n < sw_list_count(sw_built(&names)); n++) {
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
    sw_map_put_text(&body, "yielded_by", run->runbook->steps[first->step].id);
    sw_run_record(run, "lapse", &body);
}

static void lapse_name(struct sw_run *run, const char *name, const char *why)
{
    struct sw_held *held = name == NULL ? NULL : sw_state_held(&run->state, name);

    if (held != NULL) {
        lapse(run, held, why);
    }
}

void sw_run_lapse_step(struct sw_run *run, size_t step, const char *why)
{
    const struct sw_step *of = &run->runbook->steps[step];
    const struct sw_yield *row = of->use.action == NULL ? NULL : of->use.action->yields;

    for (; row != NULL && row->evidence != NULL; row++) {
        lapse_name(run, row->evidence, why);
    }
    for (size_t i = 0; i < of->choice_count; i++) {
        if (of->choices[i].accepts_loss != SW_NO_STEP) {
            lapse_name(run, of->shows[of->choices[i].accepts_loss].use.action->accept_yields, why);
        }
    }
}

void sw_run_end_evidence(struct sw_run *run, const char *const *names, const char *why)
{
    for (; names != NULL && *names != NULL; names++) {
        lapse_name(run, *names, why);
    }
}

void sw_run_yield_evidence(struct sw_run *run, const char *name, size_t target,
                           const struct sw_value *reading)
{
    const struct sw_evidence *kind = sw_registry_evidence(run->runbook->registry, name);
    struct sw_builder body = sw_run_visit_body(run);

    for (const char *const *on = kind->rests_on; on != NULL && *on != NULL; on++) {
        if (sw_state_held(&run->state, *on) == NULL) {
            return; /* what it rests on is gone: it proves nothing */
        }
    }
    struct sw_builder none = sw_map_begin(run->records);

    sw_map_put_text(&body, "evidence", name);
    sw_map_put_text(&body, "means", kind->doc);
    sw_map_put_int(&body, "target", (int64_t)target);
    sw_map_put(&body, "reading", reading == NULL ? sw_built(&none) : reading);
    sw_run_record(run, "evidence", &body);

    struct sw_held *held = sw_state_held(&run->state, name);

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

bool sw_run_evidence_is_read(const struct sw_run *run)
{
    for (size_t i = 0; i < run->state.held_count; i++) {
        if (run->state.held[i].is_held && !run->state.held[i].is_read) {
            return false;
        }
    }
    return true;
}

/* ---- is it needed ahead? ---- */

static bool reaches_edge(const struct sw_run *run, size_t step, bool *is_seen)
{
    const struct sw_step *at = &run->runbook->steps[step];

    if (is_seen[step]) {
        return false;
    }
    is_seen[step] = true;
    if (at->edge != NULL) {
        return true;
    }
    for (size_t i = 0; i < at->arrow_count; i++) {
        if (reaches_edge(run, at->arrows[i].next, is_seen)) {
            return true;
        }
    }
    for (size_t i = 0; i < at->choice_count; i++) {
        if (reaches_edge(run, at->choices[i].arrow.next, is_seen)) {
            return true;
        }
    }
    for (size_t i = 0; i < at->branch_count; i++) {
        if (reaches_edge(run, at->branches[i].arrow.next, is_seen)) {
            return true;
        }
    }
    bool can_skip = at->when != NULL || at->verb == SW_VERB_HOOK;

    return can_skip && step + 1 < run->runbook->step_count && reaches_edge(run, step + 1, is_seen);
}

static bool is_needed_ahead(struct sw_run *run)
{
    bool *is_seen = sw_alloc_array(run->scratch, run->runbook->step_count, sizeof *is_seen);

    return !run->state.is_irreversible_done && run->state.step != SW_NO_STEP &&
           reaches_edge(run, run->state.step, is_seen);
}

/** Leave whatever the run is in for the step that makes the lapsed evidence anew. */
static void go_back(struct sw_run *run)
{
    const struct sw_held *held = &run->state.held[run->lowest_lapsed];
    const struct sw_step *from = &run->runbook->steps[held->step];
    const char *said = run->lapse_said;

    if (!from->has_if_lapsed) {
        sw_run_park(run, 3, "%s no longer holds (%s), and step '%s' does not say what then",
                    held->evidence->name, said, from->id);
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

static void read_next(struct sw_run *run)
{
    while (run->evidence_index < run->state.held_count &&
           !run->state.held[run->evidence_index].is_held) {
        run->evidence_index++;
    }
    if (run->evidence_index == run->state.held_count) {
        if (run->lowest_lapsed != SW_NO_STEP && is_needed_ahead(run)) {
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
        .basis = sw_state_basis(&run->state, run->scratch),
        .target = &run->config.targets[held->target],
        .target_index = held->target,
        .is_full = run->is_evidence_full,
    };
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
            run->lapse_said = sw_copy_text(run->arena, sw_job_said(&run->job));
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

void sw_run_check_evidence(struct sw_run *run, bool is_full, sw_then_fn then)
{
    run->evidence_index = 0;
    run->is_evidence_full = is_full;
    run->is_evidence_unread = false;
    run->lowest_lapsed = SW_NO_STEP;
    run->evidence_then = then;
    run->evidence_checked_ns = run->now;
    sw_run_go(run, read_next);
}
