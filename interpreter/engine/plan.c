#include "engine/plan.h"

#include "engine/job.h"
#include "engine/plan_more.h"
#include "engine/plan_step.h"

#include <string.h>

enum stage { STAGE_FACTS, STAGE_STEPS, STAGE_DONE };

struct sw_plan {
    struct sw_arena *arena, *attempt;
    struct sw_plan_config config;
    struct sw_state state;
    enum stage stage;
    size_t index;          /**< of the step in `order` */
    size_t fact, fact_end; /**< facts of one frame */
    size_t *order;         /**< reachable steps, breadth first */
    size_t order_count;
    size_t *reached_by; /**< a step that leads there first */
    struct sw_builder facts, steps, problems;
    size_t frame; /**< whose names are looked at */
    bool is_reading;
    struct sw_job job;
    int ask;
    int64_t now_ns;
    int64_t *clock_offsets;
    bool *has_clock;
    bool has_changes;
    const struct sw_value *document;
};

struct sw_plan *sw_plan_new(const struct sw_plan_config *config)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_plan *plan = sw_alloc(arena, sizeof *plan);
    size_t targets = config->runbook->target_count + 1;

    plan->arena = arena;
    plan->attempt = sw_arena_new();
    plan->config = *config;
    plan->ask = -1;
    plan->fact_end = config->runbook->frames[0].fact_count;
    plan->clock_offsets = sw_alloc_array(arena, targets, sizeof *plan->clock_offsets);
    plan->has_clock = sw_alloc_array(arena, targets, sizeof *plan->has_clock);
    sw_state_init(&plan->state, arena, config->runbook);
    plan->state.params = config->params;
    plan->facts = sw_map_begin(arena);
    plan->steps = sw_list_begin(arena);
    plan->problems = sw_list_begin(arena);
    plan->order = sw_alloc_array(arena, config->runbook->step_count, sizeof *plan->order);
    plan->reached_by = sw_alloc_array(arena, config->runbook->step_count, sizeof *plan->reached_by);
    return plan;
}

void sw_plan_free(struct sw_plan *plan)
{
    if (plan != NULL) {
        sw_arena_free(plan->attempt);
        sw_arena_free(plan->arena);
    }
}

const struct sw_value *sw_plan_document(const struct sw_plan *plan)
{
    return plan->document;
}

static struct sw_run_scope scope_of(const struct sw_plan *plan)
{
    return (struct sw_run_scope){
        .state = &plan->state,
        .frame = plan->frame,
        .targets = plan->config.targets,
        .clock_offsets = plan->clock_offsets,
        .has_clock = plan->has_clock,
        .now_ns = plan->now_ns,
        .is_preview = true,
    };
}

static void problem(struct sw_plan *plan, const char *text)
{
    sw_list_add(&plan->problems, sw_text(plan->arena, text));
}

/* ---- reading ---- */

static void begin_reading(struct sw_plan *plan, const struct sw_use *use,
                          const struct sw_value *inputs)
{
    struct sw_job_spec spec = {
        .action = use->action,
        .inputs = inputs,
        .subject = sw_state_subject_of(&plan->state, plan->frame),
        .target = use->target == SW_NO_STEP ? NULL : &plan->config.targets[use->target],
        .target_index = use->target,
        .also_index = use->also,
    };
    if (use->action->hook != NULL) {
        struct sw_builder seen = sw_hook_scope(&plan->state, SW_NO_STEP, 1, plan->arena);

        spec.scope = sw_built(&seen);
        spec.is_preview = true;
    }
    sw_job_begin(&plan->job, plan->attempt, &spec);
    plan->is_reading = true;
    plan->ask = -1;
}

void sw_plan_answer(struct sw_plan *plan, int64_t now_ns, const struct sw_answer *answer,
                    const struct sw_error *error)
{
    size_t target = sw_job_target(&plan->job, plan->ask);

    plan->now_ns = now_ns;
    if (answer != NULL && answer->peer_time_ns != 0 && target != SW_NO_STEP) {
        plan->clock_offsets[target] = answer->peer_time_ns - now_ns;
        plan->has_clock[target] = true;
    }
    sw_job_answer(&plan->job, plan->ask, answer, error);
    plan->ask = -1;
}

/* ---- facts ---- */

static void fact_over(struct sw_plan *plan)
{
    const struct sw_fact *fact = &plan->config.runbook->facts[plan->fact];
    const struct sw_value *value = NULL;

    plan->is_reading = false;
    if (plan->job.verdict == SW_DONE) {
        value = sw_value_copy(plan->arena, sw_probe_outputs(&plan->job.probe, fact->use.action,
                                                            (unsigned)fact->use.target + 1));
    } else {
        value = sw_unknown(plan->arena, "fact '%s' cannot be read: %s", fact->key,
                           sw_job_said(&plan->job));
        problem(plan, value->as.text);
    }
    sw_map_put(&plan->facts, fact->key, value);
    plan->state.facts = sw_built(&plan->facts);
    plan->fact++;
}

static void begin_fact(struct sw_plan *plan)
{
    const struct sw_fact *fact = &plan->config.runbook->facts[plan->fact];
    struct sw_run_scope scope = scope_of(plan);
    const struct sw_value *inputs = NULL;
    struct sw_error err = {0};

    if (sw_use_inputs(&fact->use, &scope, plan->arena, &inputs, &err)) {
        begin_reading(plan, &fact->use, inputs);
        return;
    }
    const struct sw_value *unknown =
        sw_unknown(plan->arena, "fact '%s' cannot be read: %s", fact->key, err.text);

    problem(plan, unknown->as.text);
    sw_map_put(&plan->facts, fact->key, unknown);
    plan->state.facts = sw_built(&plan->facts);
    plan->fact++;
}

/* ---- the walk ---- */

static void reach(struct sw_plan *plan, bool *is_seen, size_t from, size_t to)
{
    if (to < plan->config.runbook->step_count && !is_seen[to]) {
        is_seen[to] = true;
        plan->reached_by[to] = from;
        plan->order[plan->order_count++] = to;
    }
}

static void walk(struct sw_plan *plan)
{
    const struct sw_runbook *runbook = plan->config.runbook;
    bool *is_seen = sw_alloc_array(plan->arena, runbook->step_count, sizeof *is_seen);

    reach(plan, is_seen, SW_NO_STEP, 0);
    for (size_t i = 0; i < plan->order_count; i++) {
        size_t at = plan->order[i];
        const struct sw_step *step = &runbook->steps[at];

        for (size_t n = 0; n < step->arrow_count; n++) {
            reach(plan, is_seen, at, step->arrows[n].next);
        }
        for (size_t n = 0; n < step->choice_count; n++) {
            reach(plan, is_seen, at, step->choices[n].arrow.next);
        }
        for (size_t n = 0; n < step->branch_count; n++) {
            reach(plan, is_seen, at, step->branches[n].arrow.next);
        }
        if (step->when != NULL || step->verb == SW_VERB_HOOK) {
            reach(plan, is_seen, at, at + 1);
        }
    }
}

static void put_requires(struct sw_plan *plan, struct sw_builder *document)
{
    struct sw_builder rows = sw_list_begin(plan->arena);
    struct sw_run_scope scope = scope_of(plan);
    bool holds = sw_list_count(sw_built(&plan->problems)) == 0;

    for (size_t i = 0; i < plan->config.runbook->require_count; i++) {
        const struct sw_row *row = &plan->config.runbook->requires[i];
        struct sw_row_result result = sw_row_evaluate(row, &scope, plan->arena);
        struct sw_builder item = sw_map_begin(plan->arena);

        holds = holds && result.holds;
        sw_map_put_text(&item, "id", row->id);
        sw_map_put_text(&item, "that", sw_expr_text(row->that));
        sw_map_put_bool(&item, "holds", result.holds);
        if (!result.holds) {
            sw_map_put_text(&item, "why", result.why);
        }
        sw_list_add(&rows, sw_built(&item));
    }
    sw_map_put(document, "require", sw_built(&rows));
    sw_map_put(document, "problems", sw_built(&plan->problems));
    sw_map_put_bool(document, "holds", holds);
}

static void put_targets(struct sw_plan *plan, struct sw_builder *document)
{
    struct sw_builder list = sw_list_begin(plan->arena);

    for (size_t i = 0; i < plan->config.runbook->target_count; i++) {
        struct sw_builder item = sw_map_begin(plan->arena);

        sw_map_put_text(&item, "name", plan->config.runbook->targets[i].name);
        sw_map_put_text(&item, "kind", plan->config.targets[i].kind);
        sw_map_put(&item, "settings", plan->config.targets[i].settings);
        sw_list_add(&list, sw_built(&item));
    }
    sw_map_put(document, "targets", sw_built(&list));
}

static void finish(struct sw_plan *plan)
{
    const struct sw_runbook *runbook = plan->config.runbook;
    struct sw_builder document = sw_map_begin(plan->arena);

    plan->frame = 0;

    struct sw_run_scope scope = scope_of(plan);

    sw_map_put_int(&document, "schema_version", 1);
    sw_map_put_text(&document, "runbook", runbook->name);
    sw_map_put_text(&document, "version", runbook->version);
    sw_map_put_text(&document, "title", runbook->title);
    sw_map_put_text(&document, "description", runbook->description);
    sw_map_put_text(&document, "digest", runbook->digest);
    sw_map_put(&document, "planned_at", sw_time_at(plan->arena, plan->now_ns, SW_CLOCK_CONTROLLER));
    sw_map_put(&document, "params", plan->config.params);
    sw_plan_variant(runbook, plan->arena, &document);
    put_targets(plan, &document);
    sw_map_put(&document, "facts", sw_built(&plan->facts));
    put_requires(plan, &document);
    sw_map_put(&document, "steps", sw_built(&plan->steps));
    sw_map_put(&document, "unknown",
               sw_plan_unknowns(sw_built(&plan->facts), sw_built(&plan->steps), plan->arena));
    sw_map_put(
        &document, "waits_at_most",
        sw_number(plan->arena, SW_V_DURATION, sw_plan_longest_wait(runbook, &scope, plan->arena)));
    sw_map_put_bool(&document, "changes", plan->has_changes);
    plan->document = sw_built(&document);
    plan->stage = STAGE_DONE;
}

/* ---- steps ---- */

static void step_over(struct sw_plan *plan, const struct sw_job *job, const char *unknown_why)
{
    size_t index = plan->order[plan->index];

    plan->frame = plan->config.runbook->steps[index].frame;

    struct sw_plan_place place = {
        .runbook = plan->config.runbook,
        .step = index,
        .reached_by = plan->reached_by[index],
        .scope = scope_of(plan),
        .targets = plan->config.targets,
        .job = job,
        .unknown_why = unknown_why,
    };
    sw_list_add(&plan->steps, sw_plan_step(&place, plan->arena));
    plan->has_changes = plan->has_changes || place.has_changes;
    plan->is_reading = false;
    plan->index++;
}

/** Can the step's action be asked now? Reads and changes can; waits rest on what is not there yet.
 */
static const struct sw_use *use_to_read(const struct sw_step *step)
{
    bool is_readable = step->verb == SW_VERB_DO || step->verb == SW_VERB_READ ||
                       (step->verb == SW_VERB_HOOK && step->use.action != NULL);

    return is_readable ? &step->use : NULL;
}

/** What the callee would be given, as far as that is known; once an item: for the first. */
static void begin_call(struct sw_plan *plan, const struct sw_step *step)
{
    const struct sw_callee *callee = step->callee;
    const struct sw_frame *frame = &plan->config.runbook->frames[callee->frame];
    struct sw_run_scope of = scope_of(plan);
    struct sw_scope scope = sw_run_scope_of(&of);
    struct sw_builder params = sw_map_begin(plan->arena);
    const struct sw_value *items =
        callee->each == NULL ? NULL : sw_template_value(callee->each, &scope, plan->arena);

    of.each = sw_list_at(items, 0);
    for (size_t i = 0; i < frame->param_count; i++) {
        const struct sw_param *param = &frame->params[i];
        const struct sw_value *value = param->preset != NULL
                                           ? param->preset
                                           : sw_null(plan->arena, "the parameter was not given");
        struct sw_error err = {0};

        for (size_t n = 0; n < callee->argument_count; n++) {
            if (strcmp(callee->arguments[n].field->name, param->name) == 0) {
                value = sw_template_value(callee->arguments[n].value, &scope, plan->arena);
            }
        }
        if (sw_is_known(value) && !sw_param_accept(param, value, plan->arena, &value, &err)) {
            value = sw_unknown(plan->arena, "%s", err.text);
            problem(plan, sw_format(plan->arena, "%s: '%s': %s", step->id, param->name, err.text));
        }
        sw_map_put(&params, param->name, value);
    }
    plan->state.frames[callee->frame].params = sw_built(&params);
    plan->state.frames[callee->frame].items = items;
    plan->fact = frame->first_fact;
    plan->fact_end = frame->first_fact + frame->fact_count;
    plan->frame = callee->frame;
    plan->stage = STAGE_FACTS;
}

static void begin_step(struct sw_plan *plan)
{
    const struct sw_step *step = &plan->config.runbook->steps[plan->order[plan->index]];
    const struct sw_use *use = use_to_read(step);

    plan->frame = step->frame;

    struct sw_run_scope scope = scope_of(plan);
    const struct sw_value *inputs = NULL;
    struct sw_error err = {0};

    if (step->verb == SW_VERB_CALL) {
        begin_call(plan, step);
    } else if (use == NULL) {
        step_over(plan, NULL, NULL);
    } else if (sw_use_inputs(use, &scope, plan->arena, &inputs, &err)) {
        begin_reading(plan, use, inputs);
    } else {
        step_over(plan, NULL, err.text);
    }
}

static void advance(struct sw_plan *plan)
{
    switch (plan->stage) {
    case STAGE_FACTS:
        if (plan->is_reading) {
            fact_over(plan);
        } else if (plan->fact < plan->fact_end) {
            begin_fact(plan);
        } else if (plan->frame == 0) {
            plan->stage = STAGE_STEPS;
            walk(plan);
        } else {
            plan->stage = STAGE_STEPS; /* all is known of what is called here */
            step_over(plan, NULL, NULL);
        }
        return;
    case STAGE_STEPS:
        if (plan->is_reading) {
            step_over(plan, &plan->job, NULL);
        } else if (plan->index < plan->order_count) {
            begin_step(plan);
        } else {
            finish(plan);
        }
        return;
    case STAGE_DONE:
        return;
    }
}

bool sw_plan_next(struct sw_plan *plan, int64_t now_ns, struct sw_plan_look *ret_look)
{
    plan->now_ns = now_ns;
    while (plan->stage != STAGE_DONE) {
        if (plan->is_reading && !plan->job.is_over) {
            if (plan->ask < 0) {
                plan->ask = sw_job_next(&plan->job);
            }
            if (plan->ask >= 0) {
                *ret_look = (struct sw_plan_look){
                    .target = sw_job_target(&plan->job, plan->ask),
                    .call = &sw_job_look(&plan->job, plan->ask)->call,
                };
                return true;
            }
            continue;
        }
        advance(plan);
    }
    return false;
}
