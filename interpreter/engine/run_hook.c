/* A hook's changes. `apply` and `undo` are run again from their tops with all answers so far, and
 * each write that they want is journaled, sent and answered before the next. */
#include "engine/run_internal.h"

#include "sdk/hook.h"

enum { LOOKS_AFTER_APPLY = 15, UNDO_ROUNDS = 3, SENDS = 3 };
/** Requests and waits of one visit: each is journaled with all before it. */
enum { ANSWERS_MAX = 200 };

/* ---- what a hook sees ---- */

const struct sw_value *sw_run_hook_scope(struct sw_run *run, const struct sw_job_spec *spec,
                                         struct sw_arena *arena)
{
    const struct sw_state *state = &run->state;
    bool is_undo = spec->fn == sw_hook_undo;
    const struct sw_change *change = is_undo ? &state->changes[run->undo_change] : NULL;
    struct sw_builder scope = is_undo ? sw_hook_scope(state, change->step, change->visit, arena)
                              : spec->evidence != NULL
                                  ? sw_hook_scope(state, state->held[run->evidence_index].step,
                                                  state->held[run->evidence_index].visit, arena)
                                  : sw_hook_scope(state, state->step, state->visit, arena);

    if (is_undo && change->hook_state != NULL) {
        sw_map_put(&scope, "state", change->hook_state);
    }
    if (is_undo && run->undo_known != NULL) {
        sw_map_put(&scope, "answers", run->undo_known);
    }
    if (spec->fn == sw_hook_apply) {
        struct sw_builder none = sw_map_begin(arena);

        /* With all answers so far it does the same again, if it also begins with the same. */
        sw_map_put(&scope, "state",
                   state->hook.began_with == NULL ? sw_built(&none) : state->hook.began_with);
    }
    if (spec->fn == sw_hook_apply && state->hook.known != NULL) {
        sw_map_put(&scope, "answers", state->hook.known);
    }
    if (spec->evidence != NULL) {
        sw_map_put_text(&scope, "evidence", spec->evidence->name);
    }
    return sw_built(&scope);
}

/* ---- apply ---- */

static const struct sw_value *seen(const struct sw_run *run, const char *name)
{
    return sw_get(sw_built(&run->job.probe.seen), name);
}

static const char *next_text(const struct sw_run *run, const char *key)
{
    return sw_as_text(sw_get(seen(run, "next"), key));
}

static void put_seen(const struct sw_run *run, struct sw_builder *body, const char *name)
{
    if (seen(run, name) != NULL) {
        sw_map_put(body, name, seen(run, name));
    }
}

/** What it said and kept, where there is something. */
static void record_words(struct sw_run *run)
{
    struct sw_builder body = sw_run_visit_body(run);

    if (seen(run, "state") == NULL && seen(run, "log") == NULL) {
        return;
    }
    sw_map_put_text(&body, "file", sw_run_step(run)->use.action->hook->file);
    put_seen(run, &body, "state");
    put_seen(run, &body, "log");
    sw_run_record(run, "hook", &body);
}

/** The act that carries the wanted request; it outlives the reading that wanted it. */
static struct sw_act wanted(struct sw_run *run, const struct sw_hook *hook)
{
    return (struct sw_act){.call = {.kind = SW_HOOK_KIND,
                                    .op = SW_HOOK_SEND,
                                    .path = sw_copy_text(run->scratch, next_text(run, "summary")),
                                    .args = sw_value_copy(run->scratch, seen(run, "next")),
                                    .hook = hook}};
}

static void intend(struct sw_run *run)
{
    const struct sw_action *action = sw_run_step(run)->use.action;
    struct sw_builder body = sw_run_visit_body(run);
    struct sw_builder call = sw_map_begin(run->records);

    run->act = wanted(run, action->hook);
    run->act_target = SW_NO_STEP;
    sw_map_put_text(&call, "kind", SW_HOOK_KIND);
    sw_map_put_text(&call, "op", next_text(run, "summary"));
    sw_map_put_text(&call, "path", action->hook->file);
    sw_map_put(&call, "args", sw_get(seen(run, "next"), "request"));
    sw_map_put_text(&body, "write", action->writes[0].name);
    sw_map_put_text(&body, "does", next_text(run, "does"));
    sw_map_put_int(&body, "row", 0);
    sw_map_put(&body, "inputs", run->inputs);
    sw_map_put(&body, "before", run->before);
    sw_map_put(&body, "call", sw_built(&call));
    sw_map_put_text(&body, "text", next_text(run, "text"));
    sw_map_put(&body, "again", sw_get(seen(run, "next"), "is_repeatable"));
    put_seen(run, &body, "known");
    put_seen(run, &body, "state");
    put_seen(run, &body, "log");
    sw_run_record(run, "intent", &body);
    run->settle_until = run->now + action->writes[0].settles_ms * SW_NS_PER_MS;
    run->follow_failures = 0;
    run->verify_count = 0;
    if (sw_run_flush(run)) {
        sw_run_send(run, NULL);
    }
}

/** It asked to wait: an answer like any other, kept, so that the next process does not wait anew.
 */
static void wait_for_hook(struct sw_run *run)
{
    struct sw_builder body = sw_run_visit_body(run);
    struct sw_builder known = sw_list_begin(run->records);
    struct sw_builder slept = sw_map_begin(run->records);
    struct sw_builder nothing = sw_map_begin(run->records);
    int64_t ms = 0;

    sw_as_int(sw_get_path(seen(run, "next"), "request", "what", "ms", NULL), &ms);
    ms = ms < 0 ? 0 : ms > INT64_C(3600000) ? INT64_C(3600000) : ms;
    for (size_t i = 0; i < sw_list_count(seen(run, "known")); i++) {
        sw_list_add(&known, sw_list_at(seen(run, "known"), i));
    }
    sw_map_put_text(&slept, "text", next_text(run, "text"));
    sw_map_put(&slept, "answer", sw_built(&nothing));
    sw_list_add(&known, sw_built(&slept));
    sw_map_put_text(&body, "file", sw_run_step(run)->use.action->hook->file);
    sw_map_put(&body, "known", sw_built(&known));
    put_seen(run, &body, "state");
    put_seen(run, &body, "log");
    sw_run_record(run, "hook", &body);
    sw_run_sleep(run, run->now + ms * SW_NS_PER_MS,
                 sw_format(run->scratch, "%s waits", sw_run_step(run)->use.action->hook->file),
                 sw_run_hook_apply);
}

static void applied(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);
    const char *said = sw_copy_text(run->scratch, sw_job_said(&run->job));

    if (run->job.verdict == SW_ALREADY) {
        record_words(run);
        run->is_hook_over = true;
        sw_run_settle(run);
    } else if (run->job.verdict != SW_NEEDED && run->state.is_irreversible_in_doubt) {
        sw_run_park(run, 8, "step '%s' is done in part, and the rest failed: %s", step->id, said);
    } else if (run->job.verdict != SW_NEEDED) {
        sw_run_fail_step(run, "%s", said);
    } else if (seen(run, "known") != NULL && !sw_run_fits(seen(run, "known"))) {
        sw_run_fail_step(run, "%s: what it was told is more than can be kept",
                         step->use.action->hook->file);
    } else if (sw_list_count(seen(run, "known")) >= ANSWERS_MAX) {
        sw_run_fail_step(run, "%s: more than %d requests and waits in one visit",
                         step->use.action->hook->file, ANSWERS_MAX);
    } else if (sw_text_is(next_text(run, "channel"), "sleep") && !run->state.is_unknown) {
        wait_for_hook(run);
    } else if (run->state.is_unknown && !sw_text_is(next_text(run, "text"), run->state.hook.text)) {
        sw_run_park(run, 8,
                    "step '%s': %s has sent '%.200s' and no answer came; now it asks for '%.200s' "
                    "instead, and what became of the first is not known",
                    step->id, step->use.action->hook->file, run->state.hook.summary,
                    next_text(run, "summary"));
    } else {
        intend(run);
    }
}

void sw_run_hook_apply(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);

    sw_run_visit_view(run); /* after a crash: what it began with */
    struct sw_job_spec spec = {
        .action = step->use.action,
        .fn = sw_hook_apply,
        .inputs = run->inputs,
        .subject = sw_state_subject(&run->state),
        .before = run->before,
        .target_index = SW_NO_STEP,
    };
    sw_run_read(run, &spec, true, applied);
}

void sw_run_hook_not_as_wanted(struct sw_run *run, const char *said)
{
    const struct sw_step *step = sw_run_step(run);
    const char *file = step->use.action->hook->file;
    const char *why = said[0] == '\0' ? "its `check` says that it is not so" : said;

    if (run->settle_until == 0) {
        run->settle_until = run->now + step->use.action->writes[0].settles_ms * SW_NS_PER_MS;
    }
    if (run->state.is_unknown && run->now < run->settle_until) {
        sw_run_sleep(run, run->now + 5 * SW_NS_PER_S, "looks whether it happened", sw_run_settle);
    } else if (run->state.is_unknown && (step->edge != NULL || !run->state.hook.is_repeatable)) {
        sw_run_park(run, 8,
                    "step '%s': %s has sent '%.200s' and no answer came; %s, and to send it again "
                    "could do it twice",
                    step->id, file, run->state.hook.summary, why);
    } else if (run->state.is_unknown && ++run->attempt_count >= SENDS) {
        sw_run_park(run, 8, "step '%s': %s has sent '%.200s' %d times, and no answer came; %s",
                    step->id, file, run->state.hook.summary, SENDS, why);
    } else if (!run->is_hook_over) {
        sw_run_hook_apply(run);
    } else if (run->verify_count++ < LOOKS_AFTER_APPLY && !sw_run_is_late(run)) {
        sw_run_sleep(run, run->now + 2 * SW_NS_PER_S, "looks whether it is so now", sw_run_settle);
    } else if (step->edge != NULL) {
        sw_run_park(run, 8, "step '%s': `apply` of %s has ended, but %s", step->id, file, why);
    } else {
        sw_run_fail_step(run, "`apply` of %s has ended, but %s", file, why);
    }
}

/* ---- undo ---- */

bool sw_run_hook_undo_send(struct sw_run *run, struct sw_builder *body)
{
    const struct sw_change *change = &run->state.changes[run->undo_change];
    const struct sw_action *action = run->runbook->steps[change->step].use.action;
    bool is_repeatable = false;

    sw_as_bool(sw_get(seen(run, "next"), "is_repeatable"), &is_repeatable);
    /* Sent once, and from its top again without a look: nobody knows that it is still to be made.
     */
    if (change->is_undo_sent && run->undo_known == NULL && !is_repeatable &&
        sw_list_count(seen(run, "known")) == 0) {
        return false;
    }
    if (seen(run, "next") == NULL ||
        (run->undo_known == NULL && run->undo_rounds++ >= UNDO_ROUNDS)) {
        return false;
    }
    run->act = wanted(run, action->hook);
    run->act_target = SW_NO_STEP;
    run->undo_text = sw_copy_text(run->scratch, next_text(run, "text"));
    run->undo_known = sw_value_copy(run->scratch, seen(run, "known"));
    sw_map_put_text(body, "write", action->undo[0].name);
    sw_map_put_text(body, "does", next_text(run, "does"));
    sw_map_put(body, "call", sw_get(seen(run, "next"), "request"));
    put_seen(run, body, "log");
    sw_run_record(run, "undo_intent", body);
    run->settle_until = run->now + action->undo[0].settles_ms * SW_NS_PER_MS;
    if (sw_run_flush(run)) {
        sw_run_send(run, NULL);
    }
    return true;
}

void sw_run_hook_undo_over(struct sw_run *run)
{
    const struct sw_change *change = &run->state.changes[run->undo_change];
    struct sw_builder body = sw_run_body(run);

    run->undo_known = NULL;
    if (seen(run, "state") == NULL && seen(run, "log") == NULL) {
        return;
    }
    sw_map_put_text(&body, "step", run->runbook->steps[change->step].id);
    sw_map_put_int(&body, "visit", change->visit);
    sw_map_put_bool(&body, "undo", true);
    put_seen(run, &body, "state");
    put_seen(run, &body, "log");
    sw_run_record(run, "hook", &body);
}

void sw_run_hook_undo_answered(struct sw_run *run, const struct sw_answer *answer)
{
    struct sw_builder known = sw_list_begin(run->scratch);
    struct sw_builder one = sw_map_begin(run->scratch);

    for (size_t i = 0; i < sw_list_count(run->undo_known); i++) {
        sw_list_add(&known, sw_list_at(run->undo_known, i));
    }
    sw_map_put_text(&one, "text", run->undo_text);
    sw_map_put(&one, "answer", sw_value_copy(run->scratch, answer->body));
    sw_list_add(&known, sw_built(&one));
    run->undo_known = sw_built(&known);
}
