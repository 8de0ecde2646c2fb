#include "engine/scope.h"

#include "base/digest.h"
#include "base/text.h"

#include <string.h>

static const struct sw_value *walk(const struct sw_value *value, const char *const *path,
                                   size_t count, struct sw_arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        if (!sw_is_known(value)) {
            break;
        }
        const struct sw_value *next = sw_get(value, path[i]);

        if (next == NULL) {
            return sw_null(arena, sw_format(arena, "'%s' was not said", path[i]));
        }
        value = next;
    }
    return value;
}

/** In a preview it may still come; in a run it is behind us, and there is nothing to wait for. */
static const struct sw_value *not_passed(const struct sw_run_scope *of, const char *step,
                                         struct sw_arena *arena)
{
    return of->is_preview ? sw_unknown(arena, "step '%s' has not finished yet", step)
                          : sw_null(arena, sw_format(arena, "step '%s' was not passed", step));
}

static const struct sw_frame *frame_of(const struct sw_run_scope *of)
{
    return &of->state->runbook->frames[of->frame];
}

/** A step as the frame names it. */
static size_t find_step(const struct sw_run_scope *of, const char *name, struct sw_arena *arena)
{
    return sw_runbook_step(of->state->runbook,
                           sw_format(arena, "%s%s", frame_of(of)->prefix, name));
}

static const struct sw_value *step_value(const struct sw_run_scope *of, const char *const *path,
                                         size_t count, struct sw_arena *arena)
{
    size_t step = count == 0 ? SW_NO_STEP : find_step(of, path[0], arena);

    if (step == SW_NO_STEP || of->state->steps[step].finished == 0) {
        return not_passed(of, count == 0 ? "" : path[0], arena);
    }
    if (of->state->steps[step].outputs == NULL) {
        return sw_null(arena, sw_format(arena, "step '%s' gave no outputs", path[0]));
    }
    return walk(of->state->steps[step].outputs, path + 1, count - 1, arena);
}

static const struct sw_value *run_value(const struct sw_run_scope *of, const char *const *path,
                                        size_t count, struct sw_arena *arena)
{
    const char *name = count == 0 ? "" : path[0];

    if (strcmp(name, "id") == 0) {
        return sw_text(arena, of->state->run_id == NULL ? "" : of->state->run_id);
    }
    if (strcmp(name, "started") == 0) {
        return sw_time_at(arena, of->state->started_ns, SW_CLOCK_CONTROLLER);
    }
    if (strcmp(name, "started_by") == 0) {
        return sw_text(arena, of->state->started_by == NULL ? "" : of->state->started_by);
    }
    if (strcmp(name, "runbook") == 0) {
        return sw_text(arena, of->state->runbook->name);
    }
    if (strcmp(name, "version") == 0) {
        return sw_version(arena, of->state->runbook->version);
    }
    return sw_null(arena, sw_format(arena, "a run has no '%s'", name));
}

static const struct sw_value *target_value(const struct sw_run_scope *of, const char *const *path,
                                           size_t count, struct sw_arena *arena)
{
    const struct sw_frame *frame = frame_of(of);

    for (size_t i = 0; count > 0 && i < frame->target_count; i++) {
        if (sw_text_is(frame->targets[i].name, path[0])) {
            return walk(of->targets[frame->bound[i]].settings, path + 1, count - 1, arena);
        }
    }
    return sw_null(arena, "no such target");
}

static const struct sw_value *scope_value(void *context, const char *root, const char *const *path,
                                          size_t path_count, struct sw_arena *arena)
{
    const struct sw_run_scope *of = context;

    if (strcmp(root, "params") == 0) {
        const struct sw_value *params =
            of->frame == 0 ? of->state->params : of->state->frames[of->frame].params;

        return params == NULL ? sw_unknown(arena, "parameters are not bound yet")
                              : walk(params, path, path_count, arena);
    }
    if (strcmp(root, "facts") == 0) {
        const char *key = path_count == 0 || of->frame == 0
                              ? (path_count == 0 ? "" : path[0])
                              : sw_format(arena, "%s%s", frame_of(of)->prefix, path[0]);
        const struct sw_value *fact = sw_get(of->state->facts, key);

        return fact == NULL
                   ? sw_unknown(arena, "fact '%s' was not read yet", path_count == 0 ? "" : path[0])
                   : walk(fact, path + 1, path_count - 1, arena);
    }
    if (strcmp(root, "each") == 0) {
        return of->each == NULL ? sw_unknown(arena, "there is no item here")
                                : walk(of->each, path, path_count, arena);
    }
    if (strcmp(root, "steps") == 0) {
        return step_value(of, path, path_count, arena);
    }
    if (strcmp(root, "run") == 0) {
        return run_value(of, path, path_count, arena);
    }
    if (strcmp(root, "targets") == 0) {
        return target_value(of, path, path_count, arena);
    }
    if (strcmp(root, "result") == 0) {
        return of->result == NULL ? sw_unknown(arena, "this step has no result yet")
                                  : walk(of->result, path, path_count, arena);
    }
    return sw_unknown(arena, "'%s' is not known here", root);
}

static const struct sw_value *scope_word(void *context, const char *step, bool is_choice,
                                         struct sw_arena *arena)
{
    const struct sw_run_scope *of = context;
    size_t index = find_step(of, step, arena);
    const struct sw_step_state *is = index == SW_NO_STEP ? NULL : &of->state->steps[index];

    if (is == NULL || is->finished == 0) {
        return not_passed(of, step, arena);
    }
    const char *word = is_choice ? is->choice : is->outcome;

    return word == NULL ? sw_null(arena, sw_format(arena, "step '%s' was not answered", step))
                        : sw_text(arena, word);
}

static int64_t scope_now(void *context, unsigned clock)
{
    const struct sw_run_scope *of = context;

    if (clock == SW_CLOCK_CONTROLLER) {
        return of->now_ns;
    }
    if (of->has_clock == NULL || clock > of->state->runbook->target_count ||
        !of->has_clock[clock - 1]) {
        return 0;
    }
    return of->now_ns + of->clock_offsets[clock - 1];
}

struct sw_scope sw_run_scope_of(const struct sw_run_scope *of)
{
    union {
        const struct sw_run_scope *in;
        void *out;
    } context = {.in = of}; /* the callbacks only read it */

    return (struct sw_scope){
        .value_of = scope_value, .word_of = scope_word, .now = scope_now, .context = context.out};
}

static const char *reason_of(const struct sw_value *value)
{
    bool has_reason = value != NULL && (value->kind == SW_V_NULL || value->kind == SW_V_UNKNOWN) &&
                      value->as.text != NULL && value->as.text[0] != '\0';

    return has_reason ? value->as.text : "it was not said";
}

bool sw_use_inputs(const struct sw_use *use, const struct sw_run_scope *scope,
                   struct sw_arena *arena, const struct sw_value **ret_inputs, struct sw_error *err)
{
    struct sw_builder inputs = sw_map_begin(arena);
    struct sw_scope names = sw_run_scope_of(scope);
    const struct sw_field *field = use->action->inputs;

    for (; field != NULL && field->name != NULL; field++) {
        const struct sw_value *value = NULL;

        for (size_t i = 0; i < use->argument_count; i++) {
            if (use->arguments[i].field == field) {
                value = sw_template_value(use->arguments[i].value, &names, arena);
            }
        }
        if (value == NULL && field->preset != NULL &&
            !sw_type_parse(field->type, field->preset, arena, &value, err)) {
            return sw_fail_while(err, "default of input '%s' of %s", field->name,
                                 use->action->name);
        }
        if ((field->flags & SW_FIELD_REQUIRED) != 0 && !sw_is_known(value)) {
            return sw_fail(err, SW_E_INPUT, "input '%s' of %s is not known: %s", field->name,
                           use->action->name, reason_of(value));
        }
        if (value != NULL && value->is_secret && !sw_is_known(value)) {
            return sw_fail(err, SW_E_INPUT, "input '%s' of %s is not known: %s", field->name,
                           use->action->name, reason_of(value));
        }
        if (value != NULL) {
            sw_map_put(&inputs, field->name, value);
        }
    }
    *ret_inputs = sw_built(&inputs);
    return true;
}

struct sw_row_result sw_row_evaluate(const struct sw_row *row, const struct sw_run_scope *scope,
                                     struct sw_arena *arena)
{
    struct sw_scope names = sw_run_scope_of(scope);
    const struct sw_value *value = sw_expr_eval(row->that, &names, arena);
    bool is_true = false;

    if (!sw_as_bool(value, &is_true)) {
        return (struct sw_row_result){.why = sw_format(arena, "cannot be told whether %s: %s",
                                                       sw_expr_text(row->that), reason_of(value))};
    }
    if (is_true) {
        return (struct sw_row_result){.holds = true, .is_known = true};
    }
    const char *why = row->otherwise == NULL
                          ? sw_format(arena, "%s does not hold", sw_expr_text(row->that))
                          : sw_template_text(row->otherwise, &names, arena);

    return (struct sw_row_result){.is_known = true, .why = why};
}

/* ---- what a hook sees ---- */

static const struct sw_value *steps_value(const struct sw_state *state, struct sw_arena *arena)
{
    struct sw_builder steps = sw_map_begin(arena);

    for (size_t i = 0; i < state->runbook->step_count; i++) {
        const struct sw_step_state *is = &state->steps[i];
        struct sw_builder step = sw_map_begin(arena);

        if (is->finished == 0) {
            continue;
        }
        sw_map_put_text(&step, "outcome", is->outcome);
        sw_map_put_text(&step, "choice", is->choice);
        for (size_t n = 0; sw_is_known(is->outputs) && n < is->outputs->as.map.count; n++) {
            sw_map_put(&step, is->outputs->as.map.entries[n].key,
                       is->outputs->as.map.entries[n].value);
        }
        sw_map_put(&steps, state->runbook->steps[i].id, sw_built(&step));
    }
    return sw_built(&steps);
}

static int64_t seed_of(const char *key)
{
    struct sw_sha256 hash;
    uint8_t digest[SW_SHA256_BYTES];
    uint64_t seed = 0;

    sw_sha256_init(&hash);
    sw_sha256_add(&hash, key, strlen(key));
    sw_sha256_end(&hash, digest);
    for (size_t i = 0; i < 7; i++) {
        seed = seed << 8 | digest[i];
    }
    return (int64_t)seed;
}

struct sw_builder sw_hook_scope(const struct sw_state *state, size_t step, int visit,
                                struct sw_arena *arena)
{
    struct sw_builder scope = sw_map_begin(arena);
    struct sw_builder none = sw_map_begin(arena);
    const char *key = sw_format(arena, "%s-%s-%d", state->run_id == NULL ? "plan" : state->run_id,
                                step == SW_NO_STEP ? "" : state->runbook->steps[step].id, visit);

    sw_map_put(&scope, "params", state->params == NULL ? sw_built(&none) : state->params);
    sw_map_put(&scope, "facts", state->facts == NULL ? sw_built(&none) : state->facts);
    sw_map_put(&scope, "steps", steps_value(state, arena));
    sw_map_put_text(&scope, "key", key);
    sw_map_put_int(&scope, "seed", seed_of(key));
    if (step != SW_NO_STEP && state->steps[step].hook_state != NULL) {
        sw_map_put(&scope, "state", state->steps[step].hook_state);
    }
    return scope;
}
