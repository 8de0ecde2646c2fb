#include "engine/plan_step.h"

#include "base/buf.h"
#include "base/text.h"
#include "engine/plan_more.h"
#include "lang/evidence.h"

static const char *text_at(const struct sw_plan_place *place, const struct sw_template *template,
                           struct sw_arena *arena)
{
    struct sw_scope names = sw_run_scope_of(&place->scope);

    return template == NULL ? NULL : sw_template_text(template, &names, arena);
}

/* ---- what it would send ---- */

/** A hook has said itself what it would do. */
static void put_hook_writes(struct sw_plan_place *place, struct sw_builder *item,
                            struct sw_arena *arena)
{
    const struct sw_value *would = sw_get(sw_built(&place->job->probe.seen), "would");
    struct sw_builder none = sw_list_begin(arena);

    sw_map_put(item, "writes", would == NULL ? sw_built(&none) : sw_value_copy(arena, would));
}

static void put_writes(struct sw_plan_place *place, struct sw_builder *item, struct sw_arena *arena)
{
    const struct sw_step *step = &place->runbook->steps[place->step];
    bool has_target = step->use.target != SW_NO_STEP;
    const struct sw_target *target = has_target ? &place->targets[step->use.target] : NULL;
    struct sw_view view = {
        .arena = arena,
        .inputs = place->job->spec.inputs,
        .subject = place->job->spec.subject,
        .before = sw_value_copy(arena, sw_built(&place->job->probe.seen)),
        .target = target,
    };
    struct sw_builder list = sw_list_begin(arena);

    for (const struct sw_write *row = step->use.action->writes; row != NULL && row->name != NULL;
         row++) {
        struct sw_builder write = sw_map_begin(arena);
        struct sw_act act;
        struct sw_error err = {0};

        if (row->needed != NULL && !row->needed(&view)) {
            continue;
        }
        sw_map_put_text(&write, "name", row->name);
        sw_map_put_text(&write, "does", row->doc);
        if (!has_target) {
            sw_map_put_text(&write, "request", "(not known: it has no target)");
        } else if (row->build(&view, &act, &err)) {
            sw_map_put_text(&write, "request",
                            target->transport->preview(target, &act.call, arena));
        } else {
            sw_map_put_text(&write, "request", sw_format(arena, "(not known: %s)", err.text));
        }
        sw_list_add(&list, sw_built(&write));
    }
    sw_map_put(item, "writes", sw_built(&list));
    sw_map_put(item, "seen", view.before);
    if (step->use.action->undo == NULL && step->use.action->no_undo_reason != NULL) {
        sw_map_put_text(item, "undo", step->use.action->no_undo_reason);
    }
}

static const char *state_of(struct sw_plan_place *place)
{
    switch (place->job->verdict) {
    case SW_ALREADY:
        return "already";
    case SW_NEEDED:
        place->has_changes = true;
        return "would change";
    case SW_SETTLING:
        return "settling";
    case SW_BLOCKED:
        return "blocked";
    case SW_UNCLEAR:
        return "unclear";
    case SW_DONE:
        return "would read";
    case SW_WAIT:
        return "would wait";
    case SW_FAILED:
    case SW_PENDING:
    case SW_HOLDS:
    case SW_LAPSED:
        return "not known";
    }
    return "not known";
}

static void put_reading(struct sw_plan_place *place, struct sw_builder *item,
                        struct sw_arena *arena)
{
    const struct sw_step *step = &place->runbook->steps[place->step];

    if (place->job == NULL) {
        sw_map_put_text(item, "state", "not known");
        sw_map_put_text(item, "says", place->unknown_why);
        return;
    }
    sw_map_put_text(item, "state", state_of(place));
    if (sw_job_said(place->job)[0] != '\0') {
        sw_map_put_text(item, "says", sw_job_said(place->job));
    }
    if (place->job->verdict == SW_NEEDED && step->use.action->hook != NULL) {
        put_hook_writes(place, item, arena);
    } else if (place->job->verdict == SW_NEEDED) {
        put_writes(place, item, arena);
    }
    if (place->job->verdict == SW_DONE) {
        sw_map_put_text(item, "now", sw_job_outcome(place->job));
        sw_map_put(item, "outputs",
                   sw_value_copy(arena, sw_probe_outputs(&place->job->probe, step->use.action,
                                                         (unsigned)step->use.target + 1)));
    }
}

/* ---- what it would call ---- */

static void put_call(struct sw_plan_place *place, struct sw_builder *item, struct sw_arena *arena)
{
    const struct sw_callee *callee = place->runbook->steps[place->step].callee;
    const struct sw_frame *frame = &place->runbook->frames[callee->frame];
    const struct sw_frame_state *is = &place->scope.state->frames[callee->frame];
    struct sw_run_scope scope = place->scope;
    struct sw_buf says;

    scope.frame = callee->frame;
    sw_buf_init(&says, 65536);
    sw_buf_addf(&says, "%s %s", frame->name, frame->version);
    if (callee->each != NULL && sw_is_known(is->items)) {
        sw_buf_addf(&says,
                    ", once for each of %zu %s; shown for the first: ", sw_list_count(is->items),
                    sw_plural(sw_list_count(is->items), "item", "items"));
        sw_value_print(&says, is->items);
    } else if (callee->each != NULL) {
        sw_buf_add_text(&says, ", once for each item of a list that is not known yet");
    }
    for (size_t i = 0; i < frame->require_count; i++) {
        struct sw_row_result result = sw_row_evaluate(&frame->requires[i], &scope, arena);

        if (!result.holds) {
            sw_buf_addf(&says, "; requires '%s', %s: %s", frame->requires[i].id,
                        result.is_known ? "which does not hold" : "which is not known yet",
                        result.why);
        }
    }
    sw_map_put_text(item, "state", "would call");
    sw_map_put_text(item, "says", says.bytes);
    sw_map_put_text(item, "calls", frame->name);
    sw_map_put(item, "params", is->params);
    sw_buf_release(&says);
}

/* ---- where it leads ---- */

static struct sw_builder arrow_of(const struct sw_runbook *runbook, const char *name,
                                  const struct sw_arrow *arrow, struct sw_arena *arena)
{
    struct sw_builder item = sw_map_begin(arena);

    sw_map_put_text(&item, "outcome", name);
    sw_map_put_text(&item, "next", runbook->steps[arrow->next].id);
    if (arrow->max > 0) {
        sw_map_put_int(&item, "max", arrow->max);
    }
    return item;
}

static void add_arrow(struct sw_builder *list, const struct sw_runbook *runbook, const char *name,
                      const struct sw_arrow *arrow, struct sw_arena *arena)
{
    struct sw_builder item = arrow_of(runbook, name, arrow, arena);

    sw_list_add(list, sw_built(&item));
}

static void put_arrows(struct sw_plan_place *place, struct sw_builder *item, struct sw_arena *arena)
{
    const struct sw_step *step = &place->runbook->steps[place->step];
    struct sw_builder list = sw_list_begin(arena);

    for (size_t i = 0; i < step->arrow_count; i++) {
        add_arrow(&list, place->runbook, step->arrows[i].outcome, &step->arrows[i], arena);
    }
    for (size_t i = 0; i < step->choice_count; i++) {
        const struct sw_choice *choice = &step->choices[i];
        struct sw_builder row = arrow_of(place->runbook, choice->name, &choice->arrow, arena);

        sw_map_put_text(&row, "label", text_at(place, choice->label, arena));
        sw_plan_put_choice(&row, step, choice);
        sw_list_add(&list, sw_built(&row));
    }
    for (size_t i = 0; i < step->branch_count; i++) {
        const struct sw_branch *row = &step->branches[i];

        add_arrow(&list, place->runbook, row->when == NULL ? "else" : sw_expr_text(row->when),
                  &row->arrow, arena);
    }
    if (step->has_if_lapsed) {
        add_arrow(&list, place->runbook, "if its evidence lapses", &step->if_lapsed, arena);
    }
    sw_map_put(item, "outcomes", sw_built(&list));
}

/** The condition as it stands now, and where its unknowns come from. */
static void put_when(struct sw_plan_place *place, struct sw_builder *item, struct sw_arena *arena)
{
    const struct sw_step *step = &place->runbook->steps[place->step];
    struct sw_scope names = sw_run_scope_of(&place->scope);
    const struct sw_value *value =
        step->when == NULL ? NULL : sw_expr_eval(step->when, &names, arena);

    if (value != NULL) {
        sw_map_put_text(item, "when", sw_expr_text(step->when));
        sw_map_put(item, "when_is", value);
    }
}

static void put_wait(struct sw_plan_place *place, struct sw_builder *item, struct sw_arena *arena)
{
    const struct sw_step *step = &place->runbook->steps[place->step];
    struct sw_scope names = sw_run_scope_of(&place->scope);

    if (step->timeout != NULL) {
        sw_map_put(item, "waits_at_most", sw_template_value(step->timeout, &names, arena));
    }
    if (step->expires_after_ms > 0) {
        sw_map_put(item, "waits_at_most", sw_number(arena, SW_V_DURATION, step->expires_after_ms));
        sw_map_put_text(item, "then", step->choices[step->expires_choice].name);
    }
    if (step->by != NULL) {
        sw_map_put_text(item, "asks", step->by);
    }
}

/* ---- the point of no return ---- */

/** An alternative of which no step yields a piece is none of this runbook's. */
static bool is_open(const struct sw_proof_line *lines, size_t count, size_t alternative)
{
    for (size_t i = 0; i < count; i++) {
        if (lines[i].alternative == alternative && lines[i].yielder_count == 0) {
            return false;
        }
    }
    return true;
}

static void put_edge(struct sw_plan_place *place, struct sw_builder *item, struct sw_arena *arena)
{
    const struct sw_step *step = &place->runbook->steps[place->step];
    const struct sw_proof_line *lines = NULL;
    size_t count = 0;
    struct sw_builder edge = sw_map_begin(arena);
    struct sw_builder proof = sw_list_begin(arena);

    if (step->edge == NULL) {
        return;
    }
    count = sw_evidence_tree(place->runbook, place->step, arena, &lines);
    for (size_t i = 0; i < count; i++) {
        struct sw_builder line = sw_map_begin(arena);
        struct sw_builder yielders = sw_list_begin(arena);

        if (!is_open(lines, count, lines[i].alternative)) {
            continue;
        }
        for (size_t n = 0; n < lines[i].yielder_count; n++) {
            sw_list_add(&yielders, sw_text(arena, place->runbook->steps[lines[i].yielders[n]].id));
        }
        sw_map_put_int(&line, "alternative", (int64_t)lines[i].alternative + 1);
        sw_map_put_int(&line, "depth", lines[i].depth);
        sw_map_put_text(&line, "evidence", lines[i].evidence->name);
        sw_map_put_text(&line, "means", lines[i].evidence->doc);
        sw_map_put(&line, "from", sw_built(&yielders));
        sw_list_add(&proof, sw_built(&line));
    }
    sw_map_put_text(&edge, "loss", step->use.action->loss);
    sw_map_put_text(&edge, "note", text_at(place, step->edge->note, arena));
    sw_map_put_text(&edge, "by", step->edge->by);
    sw_map_put_int(&edge, "people", step->edge->people);
    sw_map_put(&edge, "good_for", sw_number(arena, SW_V_DURATION, step->edge->good_for_ms));
    sw_plan_put_window(&edge, step->edge, place->scope.now_ns, arena);
    sw_map_put(&edge, "proof", sw_built(&proof));
    sw_map_put(item, "edge", sw_built(&edge));
}

const struct sw_value *sw_plan_step(struct sw_plan_place *place, struct sw_arena *arena)
{
    const struct sw_step *step = &place->runbook->steps[place->step];
    struct sw_builder item = sw_map_begin(arena);

    sw_map_put_text(&item, "id", step->id);
    sw_map_put_text(&item, "verb", sw_verb_name(step->verb));
    sw_map_put_text(&item, "title", text_at(place, step->title, arena));
    if (step->description != NULL) {
        sw_map_put_text(&item, "description", text_at(place, step->description, arena));
    }
    sw_plan_put_kind(&item, place->runbook, place->step, arena);
    if (step->use.action != NULL) {
        sw_map_put_text(&item, "action", step->use.action->name);
    }
    if (step->use.action != NULL && step->use.target != SW_NO_STEP) {
        sw_map_put_text(&item, "target", place->runbook->targets[step->use.target].name);
    }
    if (place->reached_by != SW_NO_STEP) {
        sw_map_put_text(&item, "reached_by", place->runbook->steps[place->reached_by].id);
    }
    put_when(place, &item, arena);
    switch (step->verb) {
    case SW_VERB_DO:
    case SW_VERB_READ:
        put_reading(place, &item, arena);
        break;
    case SW_VERB_CALL:
        put_call(place, &item, arena);
        break;
    case SW_VERB_HOOK:
        if (step->use.action != NULL) {
            put_reading(place, &item, arena);
            break;
        }
        sw_map_put_text(&item, "state", step->is_optional ? "skipped" : "blocked");
        sw_map_put_text(&item, "says",
                        sw_format(arena, "no site binds the point '%s'", step->hook));
        break;
    case SW_VERB_WAIT:
    case SW_VERB_DECIDE:
    case SW_VERB_BRANCH:
    case SW_VERB_ASSERT:
    case SW_VERB_END:
        break;
    }
    put_wait(place, &item, arena);
    put_arrows(place, &item, arena);
    put_edge(place, &item, arena);
    return sw_built(&item);
}

/* ---- how long it can take ---- */

/** What the walk for the longest wait carries. */
struct waits {
    const struct sw_runbook *runbook;
    struct sw_run_scope *of; /**< of `scope`, to look with the names of each frame; or NULL */
    struct sw_scope scope;
    struct sw_arena *arena;
    int64_t *known; /**< per step, ms; -1: not known yet */
};

static int64_t own_wait(const struct waits *waits, const struct sw_step *step)
{
    int64_t ms = 0;
    bool has_names = waits->of != NULL || step->frame == 0;

    if (waits->of != NULL) {
        waits->of->frame = step->frame;
    }
    if (step->timeout != NULL && (has_names || sw_template_is_literal(step->timeout))) {
        sw_as_int(sw_template_value(step->timeout, &waits->scope, waits->arena), &ms);
    }
    return ms + step->expires_after_ms;
}

static int64_t longest(struct waits *waits, size_t at);

static int64_t longer(struct waits *waits, const struct sw_arrow *arrow, int64_t best)
{
    int64_t ms = arrow->max == 0 ? longest(waits, arrow->next) : 0;

    return ms > best ? ms : best;
}

static int64_t longest(struct waits *waits, size_t at)
{
    const struct sw_step *step = &waits->runbook->steps[at];
    int64_t best = 0;

    if (waits->known[at] >= 0) {
        return waits->known[at];
    }
    waits->known[at] = 0; /* loops have a `max` and are left out */
    for (size_t i = 0; i < step->arrow_count; i++) {
        best = longer(waits, &step->arrows[i], best);
    }
    for (size_t i = 0; i < step->choice_count; i++) {
        best = longer(waits, &step->choices[i].arrow, best);
    }
    for (size_t i = 0; i < step->branch_count; i++) {
        best = longer(waits, &step->branches[i].arrow, best);
    }
    waits->known[at] = best + own_wait(waits, step);
    return waits->known[at];
}

static int64_t longest_of(struct waits *waits)
{
    size_t count = waits->runbook->step_count;

    waits->known = sw_alloc_array(waits->arena, count, sizeof(int64_t));
    for (size_t i = 0; i < count; i++) {
        waits->known[i] = -1;
    }
    return longest(waits, 0);
}

int64_t sw_longest_wait(const struct sw_runbook *runbook, struct sw_scope scope,
                        struct sw_arena *arena)
{
    struct waits waits = {.runbook = runbook, .scope = scope, .arena = arena};

    return longest_of(&waits);
}

int64_t sw_plan_longest_wait(const struct sw_runbook *runbook, const struct sw_run_scope *scope,
                             struct sw_arena *arena)
{
    struct sw_run_scope of = *scope;
    struct waits waits = {
        .runbook = runbook, .of = &of, .scope = sw_run_scope_of(&of), .arena = arena};

    return longest_of(&waits);
}
