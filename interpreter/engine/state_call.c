/* Records of a called runbook: entered with what it is given, left with what it gives back. */
#include "engine/state_fold.h"

#include "base/text.h"

/** The frame behind a call, as the journal names its step. */
static bool frame_of(struct sw_state *state, const struct sw_value *body, size_t *ret_frame,
                     struct sw_error *err)
{
    size_t step = 0;

    if (!sw_body_step(state, body, &step, err)) {
        return false;
    }
    if (state->runbook->steps[step].callee == NULL) {
        return sw_fail(err, SW_E_CORRUPT, "the journal calls in step '%s', which is no call",
                       state->runbook->steps[step].id);
    }
    *ret_frame = state->runbook->steps[step].callee->frame;
    return true;
}

/** All facts but those of a frame and of what it calls; then those of `more`. */
static void put_facts(struct sw_state *state, size_t without, const struct sw_value *more)
{
    struct sw_builder facts = sw_map_begin(state->arena);
    const struct sw_runbook *book = state->runbook;

    for (size_t i = 0; i < book->fact_count; i++) {
        const struct sw_value *value = sw_get(more, book->facts[i].key);

        if (value == NULL && !sw_frame_is_within(book, book->facts[i].frame, without)) {
            value = sw_get(state->facts, book->facts[i].key);
        }
        if (value != NULL) {
            sw_map_put(&facts, book->facts[i].key, value);
        }
    }
    state->facts = sw_built(&facts);
}

void sw_fold_facts(struct sw_state *state, const struct sw_value *body)
{
    const struct sw_value *facts = sw_body_value(state, body, "facts");

    if (sw_get(body, "step") == NULL) {
        state->facts = facts;
    } else {
        put_facts(state, SW_NO_STEP, facts);
    }
}

/** What was proven about the subject of a called runbook ends with the call. */
static void drop_evidence(struct sw_state *state, size_t frame)
{
    for (size_t i = 0; i < state->held_count; i++) {
        size_t domain = state->held[i].domain;

        if (domain != 0 && state->runbook->frames[frame].domain == frame &&
            sw_frame_is_within(state->runbook, domain, frame)) {
            state->held[i].is_held = false;
        }
    }
}

bool sw_fold_call(struct sw_state *state, const struct sw_value *body, struct sw_error *err)
{
    size_t frame = 0;

    if (!frame_of(state, body, &frame, err)) {
        return false;
    }
    struct sw_frame_state *is = &state->frames[frame];

    for (size_t i = frame + 1; i < state->runbook->frame_count; i++) {
        if (sw_frame_is_within(state->runbook, i, frame)) {
            state->frames[i] = (struct sw_frame_state){0};
        }
    }
    is->params = sw_body_value(state, body, "params");
    is->item = (size_t)sw_body_int(body, "item");
    is->is_returned = false;
    is->is_repeatable = false;
    is->first_change = state->change_count;
    if (sw_get(body, "items") != NULL) {
        is->items = sw_body_value(state, body, "items");
        is->returned = NULL;
    }
    for (size_t i = 0; i < state->runbook->step_count; i++) {
        if (sw_frame_is_within(state->runbook, state->runbook->steps[i].frame, frame)) {
            state->steps[i] = (struct sw_step_state){.visits = state->steps[i].visits};
        }
    }
    put_facts(state, frame, NULL);
    drop_evidence(state, frame);
    return true;
}

/** `each`: one list for each output, in the order of the items. */
static const struct sw_value *by_output(struct sw_state *state, size_t frame)
{
    struct sw_builder map = sw_map_begin(state->arena);
    const struct sw_value *items = state->frames[frame].returned;

    for (size_t n = 0; n < state->runbook->frames[frame].output_count; n++) {
        const char *name = state->runbook->frames[frame].outputs[n].name;
        struct sw_builder list = sw_list_begin(state->arena);

        for (size_t i = 0; i < sw_list_count(items); i++) {
            sw_list_add(&list, sw_get(sw_list_at(items, i), name));
        }
        sw_map_put(&map, name, sw_built(&list));
    }
    return sw_built(&map);
}

bool sw_fold_return(struct sw_state *state, const struct sw_value *body, struct sw_error *err)
{
    size_t frame = 0;

    if (!frame_of(state, body, &frame, err)) {
        return false;
    }
    struct sw_frame_state *is = &state->frames[frame];
    size_t call = state->runbook->frames[frame].call;
    bool is_ok = sw_text_is(sw_as_text(sw_get(body, "outcome")), "ok");

    is->is_returned = true;
    is->is_repeatable = !is_ok;
    if (is->items != NULL && is_ok) {
        struct sw_builder list = sw_list_begin(state->arena);

        for (size_t i = 0; i < sw_list_count(is->returned); i++) {
            sw_list_add(&list, sw_list_at(is->returned, i));
        }
        sw_list_add(&list, sw_body_value(state, body, "outputs"));
        is->returned = sw_built(&list);
    }
    state->step = call;
    state->visit = state->steps[call].visits;
    state->phase = SW_PHASE_STEPS;
    state->is_rolling_back = false;
    state->end_step = SW_NO_STEP;
    state->deadline_ns = 0;
    state->is_dirty = false;
    drop_evidence(state, frame);
    if (!is_ok || is->item >= sw_list_count(is->items)) {
        struct sw_step_state *at = &state->steps[call];

        at->finished = state->visit;
        at->outcome = sw_body_text(state, body, "outcome");
        at->choice = NULL;
        at->outputs = !is_ok              ? NULL
                      : is->items != NULL ? by_output(state, frame)
                                          : sw_body_value(state, body, "outputs");
    }
    return true;
}
