/* Questions about a state: who holds what, about which subject, and what steps are called. */
#include "engine/state_fold.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/text.h"

#include <string.h>

size_t sw_state_frame(const struct sw_state *state)
{
    return state->step == SW_NO_STEP ? 0 : state->runbook->steps[state->step].frame;
}

size_t sw_state_domain(const struct sw_state *state)
{
    return state->runbook->frames[sw_state_frame(state)].domain;
}

/** "call[2]/": the way to a frame. */
static void add_prefix(struct sw_buf *out, const struct sw_state *state, size_t frame)
{
    const struct sw_frame *at = &state->runbook->frames[frame];

    if (!at->is_repeated) {
        sw_buf_add_text(out, at->prefix);
        return;
    }
    const struct sw_frame *caller = &state->runbook->frames[at->caller];
    const char *id = at->prefix + strlen(caller->prefix);

    add_prefix(out, state, at->caller);
    sw_buf_add(out, id, strlen(id) - 1);
    if (state->runbook->steps[at->call].callee->each != NULL) {
        sw_buf_addf(out, "[%zu]", state->frames[frame].item);
    }
    sw_buf_add_char(out, '/');
}

const char *sw_state_step_id(const struct sw_state *state, size_t step, struct sw_arena *arena)
{
    const struct sw_step *of = &state->runbook->steps[step];
    const struct sw_frame *frame = &state->runbook->frames[of->frame];
    struct sw_buf id;

    if (!frame->is_repeated) {
        return of->id;
    }
    sw_buf_init(&id, 16 * SW_LIMIT_KEY_BYTES);
    add_prefix(&id, state, of->frame);
    sw_buf_add_text(&id, of->id + strlen(frame->prefix));

    const char *text = sw_copy(arena, id.bytes, id.length);

    sw_buf_release(&id);
    return text;
}

size_t sw_state_find_step(const struct sw_state *state, const char *id)
{
    struct sw_buf plain;
    size_t step = sw_runbook_step(state->runbook, id);

    if (step != SW_NO_STEP || strchr(id, '[') == NULL) {
        return step;
    }
    sw_buf_init(&plain, 16 * SW_LIMIT_KEY_BYTES);
    while (*id != '\0') {
        size_t length = strcspn(id, "[");

        sw_buf_add(&plain, id, length);
        id += length;
        if (*id == '[') {
            id += strcspn(id, "]");
            id += *id == ']' ? 1 : 0;
        }
    }
    step = sw_runbook_step(state->runbook, plain.bytes);
    sw_buf_release(&plain);
    return step;
}

struct sw_held *sw_state_held(const struct sw_state *state, size_t domain, const char *evidence)
{
    for (size_t i = 0; i < state->held_count; i++) {
        if (state->held[i].is_held && state->held[i].domain == domain &&
            sw_text_is(state->held[i].evidence->name, evidence)) {
            return &state->held[i];
        }
    }
    return NULL;
}

const struct sw_value *sw_state_basis(const struct sw_state *state, struct sw_arena *arena)
{
    struct sw_builder basis = sw_map_begin(arena);
    size_t domain = sw_state_domain(state);

    for (size_t i = 0; i < state->held_count; i++) {
        if (state->held[i].is_held && state->held[i].domain == domain) {
            sw_map_put(&basis, state->held[i].evidence->name, state->held[i].reading);
        }
    }
    return sw_built(&basis);
}

const struct sw_value *sw_state_subject_of(const struct sw_state *state, size_t frame)
{
    const struct sw_runbook *book = state->runbook;
    size_t subject = book->frames[book->frames[frame].domain].subject;

    return subject == SW_NO_STEP || state->facts == NULL
               ? NULL
               : sw_get(state->facts, book->facts[subject].key);
}

const struct sw_value *sw_state_subject(const struct sw_state *state)
{
    return sw_state_subject_of(state, sw_state_frame(state));
}

size_t sw_state_rollback_floor(const struct sw_state *state)
{
    size_t frame = state->is_rollback_asked || state->end_step == SW_NO_STEP
                       ? 0
                       : state->runbook->steps[state->end_step].frame;

    return frame == 0 ? 0 : state->frames[frame].first_change;
}

bool sw_state_is_past(const struct sw_state *state, size_t floor)
{
    if (floor == 0) {
        return state->is_irreversible_done || state->is_irreversible_in_doubt;
    }
    for (size_t i = floor; i < state->change_count; i++) {
        const struct sw_change *change = &state->changes[i];
        const struct sw_action *action = state->runbook->steps[change->step].use.action;

        if (action->effect == SW_EFFECT_IRREVERSIBLE && (change->has_effect || change->is_done)) {
            return true;
        }
    }
    return state->is_irreversible_in_doubt;
}

int *sw_state_count(const struct sw_state *state, size_t step, const char *outcome)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    const char *key = sw_format(arena, "%s:%s", sw_state_step_id(state, step, arena), outcome);
    int *count = sw_map_get(state->arrow_counts, key);

    if (count == NULL) {
        count = sw_alloc(state->arena, sizeof *count);
        sw_map_set(state->arrow_counts, key, count);
    }
    return count;
}

int sw_state_arrow_count(const struct sw_state *state, size_t step, const char *outcome)
{
    return *sw_state_count(state, step, outcome);
}

bool sw_state_satisfies(const struct sw_state *state, const struct sw_action *action)
{
    size_t domain = sw_state_domain(state);

    for (size_t n = 0; n < action->need_count; n++) {
        const char *const *names = action->needs[n].evidence;
        bool is_whole = names[0] != NULL;

        for (; is_whole && *names != NULL; names++) {
            is_whole = sw_state_held(state, domain, *names) != NULL;
        }
        if (is_whole) {
            return true;
        }
    }
    return action->need_count == 0;
}

const char *sw_body_text(const struct sw_state *state, const struct sw_value *body, const char *key)
{
    const char *text = sw_as_text(sw_get(body, key));

    return text == NULL ? NULL : sw_copy_text(state->arena, text);
}

int64_t sw_body_int(const struct sw_value *body, const char *key)
{
    int64_t number = 0;

    sw_as_int(sw_get(body, key), &number);
    return number;
}

bool sw_body_bool(const struct sw_value *body, const char *key)
{
    bool is = false;

    sw_as_bool(sw_get(body, key), &is);
    return is;
}

const struct sw_value *sw_body_value(const struct sw_state *state, const struct sw_value *body,
                                     const char *key)
{
    const struct sw_value *value = sw_get(body, key);

    return value == NULL ? NULL : sw_value_copy(state->arena, value);
}

bool sw_body_step(const struct sw_state *state, const struct sw_value *body, size_t *ret_step,
                  struct sw_error *err)
{
    const char *id = sw_as_text(sw_get(body, "step"));
    size_t step = id == NULL ? SW_NO_STEP : sw_state_find_step(state, id);

    if (step == SW_NO_STEP) {
        return sw_fail(err, SW_E_CORRUPT, "the journal names step '%s', which the runbook has not",
                       id == NULL ? "" : id);
    }
    *ret_step = step;
    return true;
}
