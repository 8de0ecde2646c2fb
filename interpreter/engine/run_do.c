/* A changing step: look, intend, write, look again. What was never answered is settled by looking.
 */
#include "engine/run_internal.h"

enum {
    TRIES_WITHOUT_RETRY = 3, /* sends of a write that has surely not happened */
    FOLLOW_FAILURES = 60,    /* failed polls of a status address before it counts as lost */
    SETTLE_FAILURES = 30,    /* failed looks at whether a write happened */
};

/* What this visit began with: from memory, or after a crash from the journal. */
static void restore_visit(struct sw_run *run)
{
    if (run->before != NULL) {
        return;
    }
    for (size_t i = 0; i < run->state.change_count; i++) {
        const struct sw_change *change = &run->state.changes[i];

        if (change->step == run->state.step && change->visit == run->state.visit) {
            run->inputs = change->inputs;
            run->before = change->before;
        }
    }
}

static struct sw_view view_of_visit(struct sw_run *run)
{
    restore_visit(run);
    return (struct sw_view){
        .arena = run->scratch,
        .inputs = run->inputs,
        .subject = sw_state_subject(&run->state),
        .before = run->before,
        .basis = sw_state_basis(&run->state, run->scratch),
        .target = &run->config.targets[sw_run_step(run)->use.target],
    };
}

static void probe(struct sw_run *run, const struct sw_value *before, sw_then_fn then)
{
    const struct sw_step *step = sw_run_step(run);
    struct sw_job_spec spec = {
        .action = step->use.action,
        .inputs = run->inputs,
        .subject = sw_state_subject(&run->state),
        .before = before,
        .basis = sw_state_basis(&run->state, run->scratch),
        .target = &run->config.targets[step->use.target],
        .target_index = step->use.target,
    };
    sw_run_read(run, &spec, true, then);
}

static void keep_results(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);

    run->outputs = sw_value_copy(run->scratch, sw_probe_outputs(&run->job.probe, step->use.action,
                                                                (unsigned)step->use.target + 1));
    run->reading = sw_value_copy(run->scratch, sw_built(&run->job.probe.readings));
}

/* ---- before the first write ---- */

static void probed(struct sw_run *run);

static void probe_first(struct sw_run *run)
{
    probe(run, NULL, probed);
}

static void retry_or_fail(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);
    int times = step->has_retry ? step->retry.times : 0;
    const char *said = sw_copy_text(run->scratch, sw_job_said(&run->job));

    if (sw_job_is_transient(&run->job) && run->attempt_count < times) {
        double wait_ms = (double)step->retry.every_ms;

        for (int i = 0; i < run->attempt_count; i++) {
            wait_ms *= step->retry.factor >= 1 ? step->retry.factor : 1;
        }
        if (step->retry.max_ms > 0 && wait_ms > (double)step->retry.max_ms) {
            wait_ms = (double)step->retry.max_ms;
        }
        run->attempt_count++;
        sw_run_note(run, sw_format(run->scratch, "%s; tries again (%d of %d)", said,
                                   run->attempt_count, times));
        sw_run_sleep(run,
                     run->now + sw_run_jittered(run, (int64_t)wait_ms, step->retry.jitter,
                                                run->attempt_count) *
                                    SW_NS_PER_MS,
                     "tries again", probe_first);
        return;
    }
    sw_run_fail_step(run, "%s", said);
}

static void probed(struct sw_run *run)
{
    switch (run->job.verdict) {
    case SW_ALREADY:
        keep_results(run);
        sw_run_note(run, "already as wanted");
        sw_run_after_ok(run);
        return;
    case SW_NEEDED:
        run->before = sw_value_copy(run->scratch, sw_built(&run->job.probe.seen));
        sw_run_send_writes(run);
        return;
    case SW_SETTLING:
        if (run->verify_count++ < SETTLE_FAILURES) {
            sw_run_sleep(run, run->now + 10 * SW_NS_PER_S, "waits for an earlier change to settle",
                         probe_first);
        } else {
            sw_run_fail_step(run, "does not settle: %s", sw_job_said(&run->job));
        }
        return;
    case SW_UNCLEAR:
        sw_run_park(run, 3, "step '%s': %s", sw_run_step(run)->id, sw_job_said(&run->job));
        return;
    case SW_BLOCKED:
        sw_run_fail_step(run, "%s", sw_copy_text(run->scratch, sw_job_said(&run->job)));
        return;
    case SW_FAILED:
    case SW_PENDING:
    case SW_DONE:
    case SW_WAIT:
    case SW_HOLDS:
    case SW_LAPSED:
        retry_or_fail(run);
        return;
    }
}

static void begin_change(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);
    struct sw_run_scope scope = sw_run_scope(run, NULL);
    struct sw_error err = {0};

    if (!sw_run_evidence_is_read(run)) {
        /* Neither yes nor no: no changing step starts until it can be read. */
        sw_run_note(run, run->unread_why);
        sw_run_sleep(run, run->now + 30 * SW_NS_PER_S, "evidence cannot be read again yet",
                     sw_run_do);
        return;
    }
    if (!sw_use_inputs(&step->use, &scope, run->scratch, &run->inputs, &err)) {
        sw_run_fail_step(run, "%s", err.text);
        return;
    }
    probe_first(run);
}

void sw_run_do(struct sw_run *run)
{
    if (sw_run_step(run)->edge != NULL) {
        sw_run_edge(run);
    } else if (sw_run_evidence_is_read(run)) {
        begin_change(run);
    } else {
        sw_run_check_evidence(run, false, begin_change);
    }
}

/* ---- writing ---- */

static void send(struct sw_run *run, const char *follow)
{
    run->mode = SW_MODE_ACT;
    run->act_follow = follow;
    run->command = (struct sw_command){
        .kind = SW_COMMAND_CALL,
        .id = ++run->last_call,
        .target = run->act_target,
        .call = &run->act.call,
        .is_act = true,
        .follow = follow,
    };
}

static const struct sw_value *call_value(struct sw_run *run, const struct sw_call *call)
{
    struct sw_builder map = sw_map_begin(run->records);

    sw_map_put_text(&map, "kind", call->kind);
    sw_map_put_text(&map, "op", call->op);
    sw_map_put_text(&map, "path", call->path);
    if (call->args != NULL) {
        sw_map_put(&map, "args", call->args);
    }
    return sw_built(&map);
}

/** Build the write of row `row`; @return false after failing the step */
static bool build(struct sw_run *run, const struct sw_write *write, const struct sw_view *view)
{
    struct sw_error err = {0};

    run->act_target = sw_run_step(run)->use.target;
    if (!write->build(view, &run->act, &err)) {
        sw_run_fail_step(run, "'%s' cannot be built: %s", write->name, err.text);
        return false;
    }
    return true;
}

void sw_run_send_writes(struct sw_run *run)
{
    const struct sw_write *writes = sw_run_step(run)->use.action->writes;
    struct sw_view view = view_of_visit(run);
    size_t row = run->state.write_index;

    while (writes[row].name != NULL && writes[row].needed != NULL && !writes[row].needed(&view)) {
        row++;
    }
    if (writes[row].name == NULL) {
        sw_run_settle(run);
        return;
    }
    if (!build(run, &writes[row], &view)) {
        return;
    }
    struct sw_builder body = sw_run_visit_body(run);

    sw_map_put_text(&body, "write", writes[row].name);
    sw_map_put_text(&body, "does", writes[row].doc);
    sw_map_put_int(&body, "row", (int64_t)row);
    sw_map_put(&body, "inputs", run->inputs);
    sw_map_put(&body, "before", run->before);
    sw_map_put(&body, "call", call_value(run, &run->act.call));
    sw_run_record(run, "intent", &body);
    run->settle_until = run->now + writes[row].settles_ms * SW_NS_PER_MS;
    run->follow_failures = 0;
    run->verify_count = 0;
    if (sw_run_flush(run)) { /* durable before the first byte leaves */
        send(run, NULL);
    }
}

static void record_effect(struct sw_run *run, const char *status, const struct sw_answer *answer,
                          const char *why)
{
    struct sw_builder body = sw_run_visit_body(run);

    sw_map_put_text(&body, "write", run->state.flight.write);
    sw_map_put_text(&body, "status", status);
    if (answer != NULL) {
        sw_map_put_int(&body, "answer", answer->status);
        sw_map_put_text(&body, "correlation", answer->correlation);
    }
    sw_map_put_text(&body, "why", why);
    sw_run_record(run, "effect", &body);
}

void sw_run_act_accepted(struct sw_run *run, const char *follow, int64_t after_ms)
{
    struct sw_builder body = sw_run_visit_body(run);
    const char *known = run->state.flight.follow;

    if (!run->state.flight.is_undo && (known == NULL || !sw_text_is(known, follow))) {
        sw_map_put_text(&body, "write", run->state.flight.write);
        sw_map_put_text(&body, "follow", follow);
        sw_run_record(run, "accepted", &body);
    }
    run->command = (struct sw_command){0};
    run->act_follow = sw_copy_text(run->scratch, follow);
    run->follow_failures = 0;
    sw_run_sleep(run, run->now + after_ms * SW_NS_PER_MS, "the far end is at work on it",
                 sw_run_settle);
}

static bool is_unsent(enum sw_code code)
{
    return code == SW_E_UNREACHABLE || code == SW_E_THROTTLED || code == SW_E_BUSY;
}

static bool is_failed_poll(enum sw_code code)
{
    return is_unsent(code) || code == SW_E_TIMEOUT || code == SW_E_PROTOCOL || code == SW_E_DENIED;
}

static void send_again(struct sw_run *run)
{
    if (sw_run_step(run)->edge != NULL) {
        sw_run_edge(run); /* proofs have no memory: all guards again */
    } else {
        probe_first(run);
    }
}

/** It has surely not happened. */
static void refused(struct sw_run *run, const struct sw_error *error)
{
    const struct sw_step *step = sw_run_step(run);
    int times = step->has_retry ? step->retry.times : TRIES_WITHOUT_RETRY;
    const char *why = sw_copy_text(run->scratch, error->text);

    record_effect(run, "refused", NULL, why);
    if (is_unsent(error->code) && run->attempt_count < times) {
        int64_t wait_ms = error->retry_after_ms > 0 ? error->retry_after_ms
                          : step->has_retry         ? step->retry.every_ms
                                                    : 15000;

        run->attempt_count++;
        sw_run_note(run, sw_format(run->scratch, "not sent (%s); tries again", why));
        sw_run_sleep(run, run->now + wait_ms * SW_NS_PER_MS, "tries again", send_again);
        return;
    }
    sw_run_fail_step(run, "%s", why);
}

void sw_run_act_answered(struct sw_run *run, const struct sw_answer *answer,
                         const struct sw_error *error, bool may_have_acted)
{
    if (run->state.flight.is_undo) {
        sw_run_undo_answered(run, error, answer != NULL);
        return;
    }
    if (answer != NULL) {
        record_effect(run, "ok", answer, NULL);
        sw_run_go(run, sw_run_send_writes);
        return;
    }
    if (run->act_follow != NULL && is_failed_poll(error->code) &&
        run->follow_failures++ < FOLLOW_FAILURES) {
        /* A failed poll says nothing about the operation. */
        int64_t wait_ms = error->retry_after_ms > 0 ? error->retry_after_ms : 15000;

        sw_run_note(run, sw_format(run->scratch, "its status cannot be read (%s); asks again",
                                   error->text));
        sw_run_sleep(run, run->now + wait_ms * SW_NS_PER_MS, "asks for the status again",
                     sw_run_settle);
        return;
    }
    if (!may_have_acted) {
        refused(run, error);
        return;
    }
    if (run->act_follow != NULL && error->code == SW_E_REFUSED) {
        /* It was accepted, tried and reported as failed: a look tells how far it came. */
        record_effect(run, "failed", NULL, error->text);
        sw_run_go(run, sw_run_settle);
        return;
    }
    record_effect(run, "unknown", NULL, error->text);
    sw_run_note(run, "no answer: looks whether it happened");
    sw_run_sleep(run, run->now + 5 * SW_NS_PER_S, "looks whether it happened", sw_run_settle);
}

/* ---- looking whether it happened ---- */

static void settled(struct sw_run *run);

static void in_doubt(struct sw_run *run, const char *why)
{
    sw_run_park(run, 8, "step '%s': it is not known whether '%s' happened: %s",
                sw_run_step(run)->id, sw_run_step(run)->use.action->name, why);
}

/**
 * Never answered, and looked at for as long as it could still have taken effect: it did not happen.
 * What cannot be undone is then not sent again as it was: all is read and approved anew.
 */
static void did_not_happen(struct sw_run *run)
{
    struct sw_builder body = sw_run_visit_body(run);

    record_effect(run, "refused", NULL, "looked at until it could not happen any more: it did not");
    sw_map_put_text(&body, "why", "the act that it was given for did not happen");
    sw_run_record(run, "void", &body);
    run->is_edge_second = false;
    run->before = NULL;
    sw_run_edge(run);
}

static void not_as_wanted(struct sw_run *run)
{
    const char *said = sw_copy_text(run->scratch, sw_job_said(&run->job));
    const struct sw_write *writes = sw_run_step(run)->use.action->writes;
    struct sw_view view = view_of_visit(run);
    size_t row = run->state.write_index;

    while (writes[row].name != NULL && writes[row].needed != NULL && !writes[row].needed(&view)) {
        row++;
    }
    if (run->state.failed_why != NULL) {
        sw_run_fail_step(run, "%s; looked at since, and it is still as before",
                         run->state.failed_why);
        return;
    }
    if (!run->state.is_unknown && writes[row].name != NULL) {
        sw_run_send_writes(run); /* a crash came between two writes */
        return;
    }
    if (run->settle_until == 0) { /* after a restart: its time runs from now */
        int64_t settles_ms = writes[row].name != NULL ? writes[row].settles_ms
                             : row > 0                ? writes[row - 1].settles_ms
                                                      : 0;

        run->settle_until = run->now + settles_ms * SW_NS_PER_MS;
    }
    if (run->now < run->settle_until) {
        int64_t wait_s = 2 + 2 * run->verify_count;

        run->verify_count++;
        sw_run_sleep(run, run->now + (wait_s > 30 ? 30 : wait_s) * SW_NS_PER_S,
                     "looks whether it happened", sw_run_settle);
        return;
    }
    if (sw_run_step(run)->edge != NULL && run->state.is_unknown &&
        run->attempt_count++ < TRIES_WITHOUT_RETRY) {
        did_not_happen(run);
    } else if (sw_run_step(run)->edge != NULL) {
        in_doubt(run, said[0] == '\0' ? "it is still as before" : said);
    } else if (run->state.is_unknown && run->attempt_count++ < TRIES_WITHOUT_RETRY) {
        sw_run_send_writes(run); /* looked at, and it did not happen */
    } else {
        sw_run_fail_step(run, "it was sent, but it is not so: %s", said);
    }
}

static void settled(struct sw_run *run)
{
    bool is_grave = sw_run_step(run)->edge != NULL || run->state.is_unknown;
    const char *said = sw_copy_text(run->scratch, sw_job_said(&run->job));

    switch (run->job.verdict) {
    case SW_ALREADY:
        keep_results(run);
        sw_run_after_ok(run);
        return;
    case SW_NEEDED:
    case SW_SETTLING:
        not_as_wanted(run);
        return;
    case SW_UNCLEAR:
        in_doubt(run, said);
        return;
    case SW_FAILED:
        if (sw_job_is_transient(&run->job) && run->verify_count++ < SETTLE_FAILURES) {
            sw_run_sleep(run, run->now + 60 * SW_NS_PER_S, "looks whether it happened",
                         sw_run_settle);
            return;
        }
        break;
    case SW_BLOCKED:
    case SW_PENDING:
    case SW_DONE:
    case SW_WAIT:
    case SW_HOLDS:
    case SW_LAPSED:
        break;
    }
    if (is_grave) {
        in_doubt(run, said);
    } else {
        sw_run_fail_step(run, "%s", said);
    }
}

void sw_run_settle(struct sw_run *run)
{
    const struct sw_in_flight *flight = &run->state.flight;

    restore_visit(run);
    if (flight->write != NULL && flight->follow != NULL) {
        run->act_target = sw_run_step(run)->use.target;
        struct sw_view view = view_of_visit(run);

        /* The call is rebuilt for its kind and subject; only the address is asked. */
        if (build(run, &sw_run_step(run)->use.action->writes[run->state.write_index], &view) &&
            sw_run_flush(run)) {
            send(run, flight->follow);
        }
        return;
    }
    if (flight->write != NULL) {
        record_effect(run, "unknown", NULL, "the engine stopped between intent and outcome");
    }
    probe(run, run->before, settled);
}

/* ---- after it holds ---- */

static void leave_ok(struct sw_run *run)
{
    sw_run_leave(run, "ok", NULL, NULL);
}

void sw_run_after_ok(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);
    const char *why = sw_run_rows(run, step->ensures, step->ensure_count, run->outputs);

    if (why != NULL && step->has_ensure_poll && run->poll_count++ < 20) {
        sw_run_note(run, why);
        sw_run_sleep(run, run->now + step->ensure_poll.every_ms * SW_NS_PER_MS,
                     "waits for what must hold", sw_run_settle);
    } else if (why != NULL && step->edge != NULL) {
        struct sw_builder body = sw_run_visit_body(run);

        sw_map_put_text(&body, "outcome", "ok");
        sw_map_put(&body, "outputs", run->outputs);
        sw_run_record(run, "leave", &body);
        sw_run_park(run, 9, "step '%s' is done, but: %s", step->id, why);
    } else if (why != NULL) {
        sw_run_fail_step(run, "%s", why);
    } else if (step->edge != NULL) {
        sw_run_leave(run, "ok", NULL, NULL);
    } else {
        sw_run_check_evidence(run, false, leave_ok);
    }
}
