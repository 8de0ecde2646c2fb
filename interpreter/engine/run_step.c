/* Steps: entering, leaving, the verbs that need nobody else, parking and ending. */
#include "engine/run_internal.h"

#include <stdarg.h>

/** No computed timeout is longer: ten years, as far as a duration can be written. */
#define LONGEST_MS (INT64_C(3652) * 24 * 60 * 60 * 1000)

void sw_run_enter(struct sw_run *run, size_t step, size_t via_step, const char *via_outcome)
{
    const struct sw_step *to = &run->runbook->steps[step];
    struct sw_builder body = sw_run_body(run);

    sw_run_restore_facts(run);
    sw_arena_reset(run->scratch);
    run->inputs = run->before = run->outputs = run->reading = run->shows = NULL;
    run->outcome = run->last_note = NULL;
    run->attempt_count = run->verify_count = run->poll_count = run->edge_rounds = 0;
    run->is_edge_second = run->is_hook_over = false;
    run->decision = NULL;
    run->settle_until = 0;
    sw_map_put_text(&body, "step", sw_state_step_id(&run->state, step, run->records));
    sw_map_put_int(&body, "visit", run->state.steps[step].visits + 1);
    if (via_step != SW_NO_STEP) {
        struct sw_builder via = sw_map_begin(run->records);

        sw_map_put_text(&via, "step", sw_state_step_id(&run->state, via_step, run->records));
        sw_map_put_text(&via, "outcome", via_outcome);
        sw_map_put(&body, "via", sw_built(&via));
    }
    if (to->timeout != NULL) {
        struct sw_run_scope of = sw_run_scope_in(run, to->frame, NULL);
        struct sw_scope scope = sw_run_scope_of(&of);
        int64_t ms = 0;

        if (sw_as_int(sw_template_value(to->timeout, &scope, run->scratch), &ms)) {
            ms = ms < 0 ? 0 : ms > LONGEST_MS ? LONGEST_MS : ms;
            sw_map_put_int(&body, "deadline", run->now + ms * SW_NS_PER_MS);
        }
    }
    sw_map_put_text(&body, "title",
                    to->title == NULL ? sw_state_step_id(&run->state, step, run->records)
                                      : sw_run_text_in(run, to->frame, to->title));
    sw_run_lapse_step(run, step, "its step begins again");
    sw_run_record(run, "enter", &body);
    sw_run_go(run, sw_run_begin_step);
}

static void skip_step(struct sw_run *run, const char *why)
{
    struct sw_builder body = sw_run_visit_body(run);
    size_t here = run->state.step;

    sw_map_put_text(&body, "outcome", "skipped");
    sw_map_put_text(&body, "why", why);
    sw_run_record(run, "leave", &body);
    sw_run_enter(run, here + 1, here, "skipped");
}

/** `when`. @return true when the step goes on here */
static bool passes_condition(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);
    struct sw_run_scope of = sw_run_scope(run, NULL);
    struct sw_scope scope = sw_run_scope_of(&of);
    bool is = false;

    if (step->when == NULL) {
        return true;
    }
    if (!sw_as_bool(sw_expr_eval(step->when, &scope, run->scratch), &is)) {
        sw_run_park(run, 3, "it cannot be told whether step '%s' applies: %s is not known",
                    sw_run_id(run), sw_expr_text(step->when));
        return false;
    }
    if (!is) {
        skip_step(run, sw_format(run->scratch, "%s is false", sw_expr_text(step->when)));
    }
    return is;
}

const char *sw_run_rows(struct sw_run *run, const struct sw_row *rows, size_t count,
                        const struct sw_value *result)
{
    struct sw_run_scope scope = sw_run_scope(run, result);
    struct sw_buf text;
    const char *why = NULL;

    sw_buf_init(&text, 65536);
    for (size_t i = 0; i < count; i++) {
        struct sw_row_result row = sw_row_evaluate(&rows[i], &scope, run->scratch);

        if (!row.holds) {
            sw_buf_addf(&text, "%s%s", text.length > 0 ? "\n" : "", row.why);
        }
    }
    if (text.length > 0) {
        why = sw_copy(run->scratch, text.bytes, text.length);
    }
    sw_buf_release(&text);
    return why;
}

static void branch_step(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);
    struct sw_run_scope of = sw_run_scope(run, NULL);
    struct sw_scope scope = sw_run_scope_of(&of);

    for (size_t i = 0; i < step->branch_count; i++) {
        const struct sw_branch *row = &step->branches[i];
        bool is = row->when == NULL;

        if (row->when != NULL && !sw_as_bool(sw_expr_eval(row->when, &scope, run->scratch), &is)) {
            sw_run_park(run, 3, "branch '%s' cannot be decided: %s is not known", sw_run_id(run),
                        sw_expr_text(row->when));
            return;
        }
        if (is) {
            const char *name =
                row->when == NULL ? "else" : sw_format(run->scratch, "row %zu", i + 1);

            sw_run_leave(run, name, NULL, &row->arrow);
            return;
        }
    }
}

static void assert_step(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);
    const char *why = sw_run_rows(run, step->asserts, step->assert_count, NULL);

    if (why != NULL) {
        sw_run_fail_step(run, "%s", why);
    } else {
        sw_run_leave(run, "ok", NULL, NULL);
    }
}

static void hook_step(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);

    if (step->use.action != NULL) {
        if (step->use.action->effect == SW_EFFECT_READ) {
            sw_run_look(run);
        } else {
            sw_run_do(run);
        }
    } else if (step->is_optional) {
        skip_step(run,
                  sw_format(run->scratch, "the site binds nothing to the point '%s'", step->hook));
    } else {
        sw_run_fail_step(run, "the site binds nothing to the point '%s', and it is not optional",
                         step->hook);
    }
}

static void end_step(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);
    int exit_code = step->end == SW_END_DONE ? 0 : step->end == SW_END_STOPPED ? 4 : 1;
    const char *word = step->end == SW_END_DONE      ? "done"
                       : step->end == SW_END_STOPPED ? "stopped"
                                                     : "failed";

    if (step->end != SW_END_DONE && run->state.is_irreversible_done) {
        exit_code = 9;
    }
    if (step->is_rollback) {
        struct sw_builder body = sw_run_visit_body(run);

        sw_run_record(run, "rollback", &body);
        sw_run_go(run, sw_run_rollback);
        return;
    }
    if (step->frame != 0) {
        sw_run_return(run, run->state.step);
        return;
    }
    sw_run_end(run, word, exit_code, sw_run_text(run, step->title));
}

void sw_run_begin_step(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);

    if (!passes_condition(run)) {
        return;
    }
    if (step->timeout != NULL && run->state.deadline_ns == 0) {
        sw_run_fail_step(run, "its timeout is not known, so it would not end");
        return;
    }
    switch (step->verb) {
    case SW_VERB_DO:
        sw_run_do(run);
        return;
    case SW_VERB_READ:
        sw_run_look(run);
        return;
    case SW_VERB_WAIT:
        sw_run_wait(run);
        return;
    case SW_VERB_DECIDE:
        sw_run_decide_step(run);
        return;
    case SW_VERB_BRANCH:
        branch_step(run);
        return;
    case SW_VERB_HOOK:
        hook_step(run);
        return;
    case SW_VERB_ASSERT:
        assert_step(run);
        return;
    case SW_VERB_CALL:
        sw_run_call(run);
        return;
    case SW_VERB_END:
        end_step(run);
        return;
    }
}

/** Of a branch people are told what was found and where it leads; a row's number says nothing. */
static void put_branch(struct sw_run *run, struct sw_builder *body, const struct sw_arrow *arrow)
{
    const struct sw_step *step = sw_run_step(run);

    for (size_t i = 0; i < step->branch_count; i++) {
        const struct sw_expr *when = step->branches[i].when;

        if (&step->branches[i].arrow == arrow) {
            sw_map_put_text(body, "when", when == NULL ? NULL : sw_expr_text(when));
            sw_map_put_text(body, "next", sw_state_step_id(&run->state, arrow->next, run->records));
        }
    }
}

void sw_run_leave(struct sw_run *run, const char *outcome, const char *choice,
                  const struct sw_arrow *arrow)
{
    size_t here = run->state.step;
    const struct sw_step *step = sw_run_step(run);
    struct sw_builder body = sw_run_visit_body(run);

    outcome = sw_copy_text(run->records, outcome);
    if (arrow == NULL) {
        arrow = sw_step_arrow(step, outcome);
    }
    if (arrow != NULL && arrow->max > 0 && choice == NULL &&
        sw_state_arrow_count(&run->state, here, outcome) >= arrow->max) {
        sw_run_park(run, 3, "step '%s' ended with '%s' once more than its %d times", sw_run_id(run),
                    outcome, arrow->max);
        return;
    }
    sw_map_put_text(&body, "outcome", outcome);
    sw_map_put_text(&body, "choice", choice);
    put_branch(run, &body, arrow);
    if (run->outputs != NULL) {
        sw_map_put(&body, "outputs", run->outputs);
    }
    sw_run_record(run, "leave", &body);
    if (step->use.action != NULL && sw_text_is(outcome, "ok")) {
        sw_run_end_evidence(run, step->use.action->ends, step->use.action->name);
    }
    if (choice == NULL) {
        sw_run_yield(run, outcome);
    }
    if (arrow == NULL) {
        sw_run_park(run, run->state.is_irreversible_done ? 9 : 3,
                    "step '%s' ended with '%s', and the runbook does not say how to go on",
                    sw_run_id(run), outcome);
        return;
    }
    sw_run_enter(run, arrow->next, here, choice == NULL ? outcome : choice);
}

void sw_run_fail_step(struct sw_run *run, const char *fmt, ...)
{
    const struct sw_step *step = sw_run_step(run);
    const struct sw_arrow *arrow = sw_step_arrow(step, "failed");
    struct sw_builder body = sw_run_visit_body(run);
    va_list args;

    va_start(args, fmt);
    const char *why = sw_vformat(run->scratch, fmt, args);
    va_end(args);
    sw_map_put_text(&body, "outcome", "failed");
    sw_map_put_text(&body, "why", why);
    sw_run_record(run, "leave", &body);
    if (arrow == NULL) {
        sw_run_park(run, run->state.is_irreversible_done ? 9 : 3, "step '%s' failed: %s",
                    sw_run_id(run), why);
    } else if (arrow->max > 0 &&
               sw_state_arrow_count(&run->state, run->state.step, "failed") >= arrow->max) {
        sw_run_park(run, run->state.is_irreversible_done ? 9 : 3,
                    "step '%s' failed once more than its %d times: %s", sw_run_id(run), arrow->max,
                    why);
    } else {
        sw_run_enter(run, arrow->next, run->state.step, "failed");
    }
}

void sw_run_park(struct sw_run *run, int exit_code, const char *fmt, ...)
{
    struct sw_builder body =
        run->state.step == SW_NO_STEP ? sw_run_body(run) : sw_run_visit_body(run);
    va_list args;

    sw_run_restore_facts(run);
    va_start(args, fmt);
    const char *why = sw_vformat(run->records, fmt, args);
    va_end(args);
    sw_map_put_text(&body, "why", why);
    sw_map_put_int(&body, "exit", exit_code);
    if (run->is_stopping && run->stop_signal > 0) {
        sw_map_put_int(&body, "signal", (int64_t)run->stop_signal);
    }
    sw_run_record(run, "park", &body);
    sw_run_go(run, sw_run_ask_parked);
}

void sw_run_end(struct sw_run *run, const char *word, int exit_code, const char *why)
{
    struct sw_builder body = sw_run_body(run);

    sw_map_put_text(&body, "end", word);
    sw_map_put_int(&body, "exit", exit_code);
    sw_map_put_text(&body, "why", why);
    sw_run_record(run, "end", &body);
    if (!sw_run_flush_then(run, SW_THEN_END, 0, word, NULL, NULL)) {
        return;
    }
    run->mode = SW_MODE_ENDED;
    run->command = (struct sw_command){.kind = SW_COMMAND_ENDED,
                                       .exit_code = exit_code,
                                       .word = run->state.end_word,
                                       .said = run->state.end_why};
}
