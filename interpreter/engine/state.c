#include "engine/state_fold.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/text.h"

#include <string.h>

void sw_state_init(struct sw_state *state, struct sw_arena *arena, const struct sw_runbook *runbook)
{
    *state = (struct sw_state){.arena = arena, .runbook = runbook, .step = SW_NO_STEP};
    state->end_step = SW_NO_STEP;
    state->steps = sw_alloc_array(arena, runbook->step_count + 1, sizeof *state->steps);
    state->frames = sw_alloc_array(arena, runbook->frame_count + 1, sizeof *state->frames);
    state->arrow_counts = sw_map_new(arena);
}

/* ---- one function a group of record kinds ---- */

static void fold_run(struct sw_state *state, int64_t time_ns, const struct sw_value *body)
{
    state->run_id = sw_body_text(state, body, "run");
    state->started_by = sw_body_text(state, body, "by");
    state->started_ns = time_ns;
    state->params = sw_body_value(state, body, "params");
}

static bool fold_enter(struct sw_state *state, int64_t time_ns, const struct sw_value *body,
                       struct sw_error *err)
{
    size_t step = 0;
    const struct sw_value *via = sw_get(body, "via");
    size_t from = 0;

    if (!sw_body_step(state, body, &step, err)) {
        return false;
    }
    if (sw_is_known(via)) {
        const char *outcome = sw_as_text(sw_get(via, "outcome"));

        if (!sw_body_step(state, via, &from, err)) {
            return false;
        }
        (*sw_state_count(state, from, outcome == NULL ? "" : outcome))++;
    }
    state->phase = SW_PHASE_STEPS;
    state->step = step;
    state->visit = (int)sw_body_int(body, "visit");
    state->steps[step].visits = state->visit;
    if (state->runbook->steps[step].callee != NULL) {
        struct sw_frame_state *frame = &state->frames[state->runbook->steps[step].callee->frame];

        if (!frame->is_repeatable) {
            *frame = (struct sw_frame_state){0};
        }
    }
    state->entered_ns = time_ns;
    state->deadline_ns = sw_body_int(body, "deadline");
    state->is_dirty = false;
    state->is_unknown = false;
    state->failed_why = NULL;
    state->write_index = 0;
    state->flight = (struct sw_in_flight){0};
    state->hook = (struct sw_hook_visit){.began_with = state->steps[step].hook_state};
    state->approval_count = 0;
    state->park_why = NULL;
    return true;
}

static struct sw_change *change_of_visit(struct sw_state *state)
{
    for (size_t i = 0; i < state->change_count; i++) {
        if (state->changes[i].step == state->step && state->changes[i].visit == state->visit) {
            return &state->changes[i];
        }
    }
    return NULL;
}

/** What a hook was told and what it keeps. */
static void fold_hook(struct sw_state *state, const struct sw_value *body)
{
    struct sw_change *change = change_of_visit(state);

    if (sw_body_bool(body, "undo")) {
        for (size_t i = 0; i < state->change_count; i++) {
            struct sw_change *of = &state->changes[i];

            if (of->visit == (int)sw_body_int(body, "visit") &&
                sw_text_is(state->runbook->steps[of->step].id, sw_as_text(sw_get(body, "step")))) {
                of->hook_state = sw_body_value(state, body, "state");
            }
        }
        return;
    }
    if (sw_get(body, "known") != NULL) {
        state->hook.known = sw_body_value(state, body, "known");
    }
    if (sw_get(body, "state") != NULL && state->step != SW_NO_STEP) {
        state->steps[state->step].hook_state = sw_body_value(state, body, "state");
    }
    if (change != NULL && state->step != SW_NO_STEP) {
        change->hook_state = state->steps[state->step].hook_state;
    }
}

/** The write of a hook was answered: it goes on with that. */
static void fold_reply(struct sw_state *state, const struct sw_value *body)
{
    struct sw_builder known = sw_list_begin(state->arena);
    struct sw_builder one = sw_map_begin(state->arena);

    for (size_t i = 0; i < sw_list_count(state->hook.known); i++) {
        sw_list_add(&known, sw_list_at(state->hook.known, i));
    }
    sw_map_put_text(&one, "text", state->hook.text);
    sw_map_put(&one, "answer", sw_body_value(state, body, "reply"));
    sw_list_add(&known, sw_built(&one));
    state->hook.known = sw_built(&known);
}

static bool fold_intent(struct sw_state *state, int64_t time_ns, const struct sw_value *body,
                        struct sw_error *err)
{
    if (state->step == SW_NO_STEP || state->runbook->steps[state->step].use.action == NULL) {
        return sw_fail(err, SW_E_CORRUPT, "the journal has an intent outside of a changing step");
    }
    state->is_dirty = true;
    state->is_unknown = false;
    state->failed_why = NULL;
    state->flight =
        (struct sw_in_flight){.write = sw_body_text(state, body, "write"), .sent_ns = time_ns};
    state->write_index = (size_t)sw_body_int(body, "row");
    struct sw_change *change = change_of_visit(state);

    if (change != NULL && !change->has_effect) {
        /* Tried before and surely not done: what it found then counts no more. */
        change->inputs = sw_body_value(state, body, "inputs");
        change->before = sw_body_value(state, body, "before");
    } else if (change == NULL) {
        state->changes = sw_grow(state->arena, state->changes, state->change_count,
                                 &state->change_capacity, sizeof *state->changes);
        state->changes[state->change_count++] = (struct sw_change){
            .id = sw_state_step_id(state, state->step, state->arena),
            .subject = sw_state_subject(state),
            .step = state->step,
            .visit = state->visit,
            .inputs = sw_body_value(state, body, "inputs"),
            .before = sw_body_value(state, body, "before"),
        };
    }
    if (state->runbook->steps[state->step].use.action->effect == SW_EFFECT_IRREVERSIBLE) {
        state->is_irreversible_in_doubt = true;
    }
    if (state->runbook->steps[state->step].use.action->hook != NULL) {
        state->hook.text = sw_body_text(state, body, "text");
        state->hook.summary = sw_body_text(state, body, "does");
        state->hook.is_repeatable = sw_body_bool(body, "again");
        fold_hook(state, body);
    }
    return true;
}

static void fold_effect(struct sw_state *state, const struct sw_value *body)
{
    const char *status = sw_as_text(sw_get(body, "status"));
    struct sw_change *change = change_of_visit(state);
    bool is_refused = sw_text_is(status, "refused");

    if (sw_body_bool(body, "absent") && change != NULL && state->write_index == 0) {
        change->has_effect = false; /* it was in doubt, until looks showed that it did not happen */
    }
    state->is_unknown = sw_text_is(status, "unknown");
    state->failed_why = sw_text_is(status, "failed") ? sw_body_text(state, body, "why") : NULL;
    state->flight = (struct sw_in_flight){0};
    if (!is_refused && change != NULL) {
        change->has_effect = true;
    }
    if (sw_text_is(status, "ok")) {
        state->write_index++;
    }
    if (sw_text_is(status, "ok") && sw_get(body, "reply") != NULL) {
        fold_reply(state, body);
    }
    if (is_refused && (change == NULL || !change->has_effect)) {
        /* As if nothing had been tried: after a crash the step begins anew, with all its guards. */
        state->is_irreversible_in_doubt = false;
        state->is_dirty = false;
    }
}

static bool fold_leave(struct sw_state *state, const struct sw_value *body, struct sw_error *err)
{
    size_t step = 0;

    if (!sw_body_step(state, body, &step, err)) {
        return false;
    }
    struct sw_step_state *is = &state->steps[step];
    struct sw_change *change = change_of_visit(state);

    is->finished = (int)sw_body_int(body, "visit");
    is->outcome = sw_body_text(state, body, "outcome");
    is->choice = sw_body_text(state, body, "choice");
    is->outputs = sw_body_value(state, body, "outputs");
    if (change != NULL && state->flight.write != NULL) {
        change->has_effect = true; /* left while in flight: nobody knows, so it is put back */
    }
    state->is_dirty = false;
    state->flight = (struct sw_in_flight){0};
    if (change != NULL && sw_text_is(is->outcome, "ok")) {
        change->is_done = true;
    }
    const struct sw_action *action = state->runbook->steps[step].use.action;

    if (action != NULL && action->effect == SW_EFFECT_IRREVERSIBLE) {
        state->is_irreversible_in_doubt = false;
        if (sw_text_is(is->outcome, "ok")) {
            state->is_irreversible_done = true;
        } else if (change != NULL) {
            change->has_effect = false; /* its probe found it not done */
        }
    }
    return true;
}

static bool rests_on(const struct sw_state *state, const struct sw_action *action, const char *name)
{
    const struct sw_yield *row = action == NULL ? NULL : action->yields;

    for (; row != NULL && row->evidence != NULL; row++) {
        const struct sw_evidence *kind =
            sw_registry_evidence(state->runbook->registry, row->evidence);
        const char *const *on = kind == NULL ? NULL : kind->rests_on;

        for (; on != NULL && *on != NULL; on++) {
            if (sw_text_is(*on, name)) {
                return true;
            }
        }
    }
    return false;
}

/* A mark, or the first of two looks, is of no use behind evidence that is newer than it. */
static void forget_seen(struct sw_state *state, size_t by, const char *evidence)
{
    for (size_t i = 0; i < state->runbook->step_count; i++) {
        if (!sw_runbook_parts_ways(state->runbook, by, i) &&
            rests_on(state, state->runbook->steps[i].use.action, evidence)) {
            state->steps[i].seen = NULL;
        }
    }
}

static bool fold_seen(struct sw_state *state, const struct sw_value *body, struct sw_error *err)
{
    size_t step = 0;

    if (!sw_body_step(state, body, &step, err)) {
        return false;
    }
    state->steps[step].seen = sw_body_value(state, body, "seen");
    return true;
}

static bool fold_evidence(struct sw_state *state, const struct sw_value *body, struct sw_error *err)
{
    const char *name = sw_as_text(sw_get(body, "evidence"));
    const struct sw_evidence *kind =
        name == NULL ? NULL : sw_registry_evidence(state->runbook->registry, name);
    size_t step = 0;

    if (kind == NULL) {
        return sw_fail(err, SW_E_CORRUPT, "the journal names evidence '%s', which no pack has",
                       name == NULL ? "" : name);
    }
    int64_t target = sw_body_int(body, "target");

    if (!sw_body_step(state, body, &step, err)) {
        return false;
    }
    const struct sw_action *action = state->runbook->steps[step].use.action;
    bool is_of_hook = action != NULL && action->hook != NULL; /* read again by it, at no target */

    if (!is_of_hook && (target < 0 || (size_t)target >= state->runbook->target_count)) {
        return sw_fail(err, SW_E_CORRUPT, "the journal has evidence of a target that is not there");
    }
    forget_seen(state, step, name);

    size_t domain = state->runbook->frames[state->runbook->steps[step].frame].domain;

    struct sw_held *slot = NULL;

    for (size_t i = 0; i < state->held_count; i++) {
        if (state->held[i].evidence == kind && state->held[i].domain == domain) {
            slot = &state->held[i];
        }
    }
    if (slot == NULL) {
        state->held = sw_grow(state->arena, state->held, state->held_count, &state->held_capacity,
                              sizeof *state->held);
        slot = &state->held[state->held_count++];
    }
    *slot = (struct sw_held){
        .evidence = kind,
        .domain = domain,
        .id = sw_body_text(state, body, "step"),
        .step = step,
        .visit = (int)sw_body_int(body, "visit"),
        .target = is_of_hook ? SW_NO_STEP : (size_t)target,
        .reading = sw_body_value(state, body, "reading"),
        .is_held = true,
    };
    return true;
}

static void fold_lapse(struct sw_state *state, const struct sw_value *body)
{
    const struct sw_value *names = sw_get(body, "evidence");
    const char *by = sw_as_text(sw_get(body, "yielded_by"));
    size_t step = by == NULL ? SW_NO_STEP : sw_state_find_step(state, by);
    size_t domain = step == SW_NO_STEP
                        ? sw_state_domain(state)
                        : state->runbook->frames[state->runbook->steps[step].frame].domain;

    for (size_t i = 0; i < sw_list_count(names); i++) {
        const char *name = sw_as_text(sw_list_at(names, i));
        struct sw_held *held = name == NULL ? NULL : sw_state_held(state, domain, name);

        if (held != NULL) {
            held->is_held = false;
        }
    }
}

static void fold_approve(struct sw_state *state, int64_t time_ns, const struct sw_value *body)
{
    if (state->approval_count < SW_COUNT(state->approvals)) {
        state->approvals[state->approval_count++] =
            (struct sw_approval){.by = sw_body_text(state, body, "by"), .at_ns = time_ns};
    }
    const char *digest = sw_as_text(sw_get(body, "digest"));

    if (digest != NULL && strlen(digest) < sizeof state->approval_digest) {
        memcpy(state->approval_digest, digest, strlen(digest) + 1);
    }
}

static bool fold_undone(struct sw_state *state, const struct sw_value *body, struct sw_error *err)
{
    size_t step = 0;

    if (!sw_body_step(state, body, &step, err)) {
        return false;
    }
    for (size_t i = 0; i < state->change_count; i++) {
        if (state->changes[i].step == step &&
            state->changes[i].visit == (int)sw_body_int(body, "visit")) {
            state->changes[i].is_undone = true;
        }
    }
    state->flight = (struct sw_in_flight){0};
    return true;
}

static void fold_park(struct sw_state *state, const struct sw_value *body)
{
    state->phase = SW_PHASE_PARKED;
    state->park_why = sw_body_text(state, body, "why");
    state->park_by_hand = sw_body_text(state, body, "by_hand");
    state->park_exit = (int)sw_body_int(body, "exit");
}

static void fold_unpark(struct sw_state *state, const struct sw_value *body)
{
    const char *how = sw_as_text(sw_get(body, "how"));

    if (!state->is_rolling_back) { /* else it goes on with what the `end` asked for */
        state->is_rollback_asked = state->is_rollback_asked || sw_text_is(how, "rollback");
    }
    state->is_rolling_back = state->is_rolling_back || sw_text_is(how, "rollback");
    state->phase = state->is_rolling_back      ? SW_PHASE_ROLLBACK
                   : state->step == SW_NO_STEP ? SW_PHASE_NEW
                                               : SW_PHASE_STEPS;
    state->park_why = NULL;
    state->park_by_hand = NULL;
}

static void fold_end(struct sw_state *state, const struct sw_value *body)
{
    state->phase = SW_PHASE_ENDED;
    state->end_word = sw_body_text(state, body, "end");
    state->end_why = sw_body_text(state, body, "why");
    state->exit_code = (int)sw_body_int(body, "exit");
}

static void fold_undo_intent(struct sw_state *state, int64_t time_ns, const struct sw_value *body)
{
    state->flight = (struct sw_in_flight){
        .write = sw_body_text(state, body, "write"), .sent_ns = time_ns, .is_undo = true};
    for (size_t i = 0; i < state->change_count; i++) {
        const char *step = sw_body_text(state, body, "step");

        if (sw_text_is(state->changes[i].id, step) &&
            state->changes[i].visit == (int)sw_body_int(body, "visit")) {
            state->changes[i].is_undo_sent = true;
        }
    }
}

static bool fold_step_kinds(struct sw_state *state, const char *kind, int64_t time_ns,
                            const struct sw_value *body, struct sw_error *err)
{
    if (strcmp(kind, "enter") == 0) {
        return fold_enter(state, time_ns, body, err);
    }
    if (strcmp(kind, "leave") == 0) {
        return fold_leave(state, body, err);
    }
    if (strcmp(kind, "call") == 0) {
        return sw_fold_call(state, body, err);
    }
    if (strcmp(kind, "return") == 0) {
        return sw_fold_return(state, body, err);
    }
    if (strcmp(kind, "seen") == 0) {
        return fold_seen(state, body, err);
    }
    if (strcmp(kind, "intent") == 0) {
        return fold_intent(state, time_ns, body, err);
    }
    if (strcmp(kind, "accepted") == 0) {
        state->flight.is_accepted = true;
    } else if (strcmp(kind, "effect") == 0) {
        fold_effect(state, body);
    } else if (strcmp(kind, "evidence") == 0) {
        return fold_evidence(state, body, err);
    } else if (strcmp(kind, "hook") == 0) {
        fold_hook(state, body);
    } else if (strcmp(kind, "lapse") == 0) {
        fold_lapse(state, body);
    } else if (strcmp(kind, "approve") == 0) {
        fold_approve(state, time_ns, body);
    } else if (strcmp(kind, "void") == 0) {
        state->approval_count = 0;
    } else if (strcmp(kind, "undo_intent") == 0) {
        fold_undo_intent(state, time_ns, body);
    } else if (strcmp(kind, "undo_effect") == 0) {
        state->flight = (struct sw_in_flight){0};
    } else if (strcmp(kind, "undone") == 0) {
        return fold_undone(state, body, err);
    }
    return true; /* kinds that only tell people something: ask, note, retry, edge, plan */
}

bool sw_state_fold(struct sw_state *state, const char *kind, int64_t time_ns,
                   const struct sw_value *body, struct sw_error *err)
{
    int64_t signal = sw_body_int(body, "signal");

    state->seq++;
    if (signal > 0 && (uint64_t)signal > state->signals_seen) {
        state->signals_seen = (uint64_t)signal;
    }
    if (strcmp(kind, "run") == 0) {
        fold_run(state, time_ns, body);
    } else if (strcmp(kind, "facts") == 0) {
        sw_fold_facts(state, body);
    } else if (strcmp(kind, "locks") == 0) {
        state->has_locks = true;
    } else if (strcmp(kind, "require") == 0) {
        state->has_required = state->has_required || sw_body_bool(body, "holds");
    } else if (strcmp(kind, "park") == 0) {
        fold_park(state, body);
    } else if (strcmp(kind, "unpark") == 0) {
        fold_unpark(state, body);
    } else if (strcmp(kind, "rollback") == 0) {
        state->phase = SW_PHASE_ROLLBACK;
        state->is_rolling_back = true;
        state->end_step = state->step;
    } else if (strcmp(kind, "end") == 0) {
        fold_end(state, body);
    } else {
        return fold_step_kinds(state, kind, time_ns, body, err);
    }
    return true;
}
