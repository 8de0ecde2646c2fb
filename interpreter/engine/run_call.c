/*
 * A called runbook: what it is given, its facts, locks and requirements as it is entered, and the
 * way back to its caller. Its steps stand in the same graph as all others.
 */
#include "engine/run_internal.h"

#include "base/limits.h"

static const char *const end_words[] = {"ok", "stopped", "failed"}; /* by enum sw_end */

static size_t callee_of(const struct sw_run *run)
{
    return sw_run_step(run)->callee->frame;
}

static const char *reason_of(const struct sw_value *value)
{
    bool has_reason = value != NULL && (value->kind == SW_V_NULL || value->kind == SW_V_UNKNOWN);

    return has_reason ? value->as.text : "it was not said";
}

/** One parameter of the callee: from `with`, else its default. @return NULL: `err` says why */
static const struct sw_value *bind_one(struct sw_run *run, const struct sw_param *param,
                                       const struct sw_scope *scope, struct sw_error *err)
{
    const struct sw_callee *callee = sw_run_step(run)->callee;
    const struct sw_value *value = NULL;

    for (size_t i = 0; i < callee->argument_count; i++) {
        if (sw_text_is(callee->arguments[i].field->name, param->name)) {
            value = sw_template_value(callee->arguments[i].value, scope, run->scratch);
        }
    }
    if (value == NULL && param->preset != NULL) {
        return param->preset;
    }
    if (value == NULL) {
        return sw_null(run->scratch, "the parameter was not given");
    }
    if (!sw_is_known(value) && param->is_required) {
        sw_fail(err, SW_E_INPUT, "'%s' is not known: %s", param->name, reason_of(value));
        return NULL;
    }
    if (sw_is_known(value) && !sw_param_accept(param, value, run->scratch, &value, err)) {
        sw_fail_while(err, "'%s'", param->name);
        return NULL;
    }
    return value;
}

static const struct sw_value *bind(struct sw_run *run, struct sw_error *err)
{
    const struct sw_frame *frame = &run->runbook->frames[callee_of(run)];
    struct sw_run_scope of = sw_run_scope(run, NULL);
    struct sw_builder params = sw_map_begin(run->scratch);

    of.each = run->each;

    struct sw_scope scope = sw_run_scope_of(&of);

    for (size_t i = 0; i < frame->param_count; i++) {
        const struct sw_value *value = bind_one(run, &frame->params[i], &scope, err);

        if (value == NULL) {
            return NULL;
        }
        sw_map_put(&params, frame->params[i].name, value);
    }
    return sw_built(&params);
}

static void enter_callee(struct sw_run *run)
{
    size_t frame = callee_of(run);

    sw_run_record_facts(run, frame, 2);

    const char *why = sw_run_require(run, frame);

    if (why != NULL) {
        sw_run_fail_step(run, "%s: %s", run->runbook->frames[frame].name, why);
        return;
    }
    sw_run_enter(run, run->runbook->frames[frame].first_step, run->state.step, "called");
}

static void facts_read(struct sw_run *run)
{
    size_t frame = callee_of(run);
    const struct sw_frame *of = &run->runbook->frames[frame];
    struct sw_error err = {0};

    if (of->subject == SW_NO_STEP && of->lock_count == 0) {
        enter_callee(run);
        return;
    }
    if (sw_run_take_locks(run, frame, &err)) {
        /* Read under the lock: what counts is what nobody else of us can change now. */
        sw_run_read_facts(run, frame, enter_callee);
    } else if (run->broken.code == SW_E_NONE) {
        sw_run_park(run, err.code == SW_E_LOCKED ? 6 : 3, "call '%s': %s", sw_run_id(run),
                    err.text);
    }
}

static void record_call(struct sw_run *run, const struct sw_value *params,
                        const struct sw_value *items, size_t item)
{
    const struct sw_frame *frame = &run->runbook->frames[callee_of(run)];
    struct sw_builder body = sw_run_visit_body(run);

    sw_map_put_text(&body, "runbook", frame->name);
    sw_map_put_text(&body, "version", frame->version);
    sw_map_put(&body, "params", params);
    if (items != NULL) {
        sw_map_put_int(&body, "item", (int64_t)item);
        sw_map_put_int(&body, "of", (int64_t)sw_list_count(items));
        if (item == 1) {
            sw_map_put(&body, "items", items);
        }
    }
    sw_run_record(run, "call", &body);
}

/** @param items NULL: called once */
static void call_item(struct sw_run *run, const struct sw_value *items, size_t item)
{
    struct sw_error err = {0};
    const struct sw_value *params = NULL;

    run->each = items == NULL ? NULL : sw_list_at(items, item - 1);
    params = bind(run, &err);
    if (params == NULL) {
        sw_run_fail_step(run, "%s", err.text);
        return;
    }
    record_call(run, params, items, item);
    sw_run_read_facts(run, callee_of(run), facts_read);
}

/** The list of `each`, from the journal when it has begun. @return false after telling */
static bool find_items(struct sw_run *run, const struct sw_value **ret_items)
{
    const struct sw_callee *callee = sw_run_step(run)->callee;
    struct sw_run_scope of = sw_run_scope(run, NULL);
    struct sw_scope scope = sw_run_scope_of(&of);

    *ret_items = run->state.frames[callee->frame].items;
    if (callee->each == NULL || *ret_items != NULL) {
        return true;
    }
    *ret_items = sw_template_value(callee->each, &scope, run->scratch);
    if (!sw_is_known(*ret_items) || (*ret_items)->kind != SW_V_LIST) {
        sw_run_fail_step(run, "the list of `each` is not known: %s", reason_of(*ret_items));
        return false;
    }
    if (sw_list_count(*ret_items) > SW_LIMIT_ITEMS) {
        sw_run_fail_step(run, "the list of `each` has %zu items; at most %d are called",
                         sw_list_count(*ret_items), SW_LIMIT_ITEMS);
        return false;
    }
    return true;
}

static const struct sw_value *no_outputs(struct sw_run *run)
{
    const struct sw_frame *frame = &run->runbook->frames[callee_of(run)];
    struct sw_builder map = sw_map_begin(run->scratch);
    struct sw_builder none = sw_list_begin(run->scratch);

    for (size_t i = 0; i < frame->output_count; i++) {
        sw_map_put(&map, frame->outputs[i].name, sw_built(&none));
    }
    return sw_built(&map);
}

void sw_run_call(struct sw_run *run)
{
    const struct sw_frame_state *is = &run->state.frames[callee_of(run)];
    const struct sw_value *items = NULL;
    size_t item = 0;

    if (!find_items(run, &items)) {
        return;
    }
    if (items != NULL && sw_list_count(items) == 0) {
        run->outputs = no_outputs(run);
        sw_run_leave(run, "ok", NULL, NULL);
        return;
    }
    if (items != NULL) {
        /* The one that was under way, or that did not end well; else the one behind it. */
        item = is->item == 0 ? 1 : is->is_returned && !is->is_repeatable ? is->item + 1 : is->item;
    }
    call_item(run, items, item);
}

/* ---- back ---- */

static const struct sw_value *outputs_of(struct sw_run *run, const struct sw_step *end)
{
    const struct sw_frame *frame = &run->runbook->frames[end->frame];
    struct sw_run_scope of = sw_run_scope_in(run, end->frame, NULL);
    struct sw_scope scope = sw_run_scope_of(&of);
    struct sw_builder map = sw_map_begin(run->scratch);

    for (size_t i = 0; i < frame->output_count && end->outputs != NULL; i++) {
        sw_map_put(&map, frame->outputs[i].name,
                   sw_template_value(end->outputs[i], &scope, run->scratch));
    }
    return sw_built(&map);
}

static void record_return(struct sw_run *run, const struct sw_step *end)
{
    const struct sw_frame *frame = &run->runbook->frames[end->frame];
    struct sw_builder body = sw_run_body(run);

    sw_map_put_text(&body, "step", sw_state_step_id(&run->state, frame->call, run->records));
    sw_map_put_int(&body, "visit", run->state.steps[frame->call].visits);
    sw_map_put_text(&body, "outcome", end_words[end->end]);
    sw_map_put_text(&body, "why", sw_run_text_in(run, end->frame, end->title));
    if (end->end == SW_END_DONE && frame->output_count > 0) {
        sw_map_put(&body, "outputs", outputs_of(run, end));
    }
    sw_run_record(run, "return", &body);
}

void sw_run_return(struct sw_run *run, size_t end_step)
{
    const struct sw_step *end = &run->runbook->steps[end_step];
    size_t call = run->runbook->frames[end->frame].call;
    const struct sw_callee *callee = run->runbook->steps[call].callee;
    const struct sw_arrow *arrow = &callee->returns[end->end];
    const struct sw_frame_state *is = &run->state.frames[end->frame];
    const char *word = end_words[end->end];

    record_return(run, end);
    if (end->end == SW_END_DONE && is->item < sw_list_count(is->items)) {
        sw_run_go(run, sw_run_call);
    } else if (arrow->next == SW_NO_STEP) {
        sw_run_park(run, run->state.is_irreversible_done ? 9 : 3,
                    "call '%s' ended with '%s' (%s), and the runbook does not say how to go on",
                    sw_run_id(run), word, sw_run_text_in(run, end->frame, end->title));
    } else if (arrow->max > 0 && sw_state_arrow_count(&run->state, call, word) >= arrow->max) {
        sw_run_park(run, 3, "call '%s' ended with '%s' once more than its %d times", sw_run_id(run),
                    word, arrow->max);
    } else {
        sw_run_enter(run, arrow->next, call, word);
    }
}
