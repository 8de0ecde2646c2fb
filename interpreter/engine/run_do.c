/* A changing step up to its writes: look, intend, write. run_settle.c tells what came of it. */
#include "engine/run_internal.h"

enum { SETTLE_LOOKS = 30 }; /* looks at an earlier change that has not settled yet */

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

struct sw_view sw_run_visit_view(struct sw_run *run)
{
    restore_visit(run);
    return (struct sw_view){
        .arena = run->scratch,
        .inputs = run->inputs,
        .subject = sw_state_subject(&run->state),
        .before = run->before,
        .basis = sw_state_basis(&run->state, run->scratch),
        .target = sw_run_target(run, sw_run_step(run)->use.target),
    };
}

void sw_run_probe(struct sw_run *run, const struct sw_value *before, sw_then_fn then)
{
    const struct sw_step *step = sw_run_step(run);
    struct sw_job_spec spec = {
        .action = step->use.action,
        .inputs = run->inputs,
        .subject = sw_state_subject(&run->state),
        .before = before,
        .target = sw_run_target(run, step->use.target),
        .target_index = step->use.target,
    };
    sw_run_read(run, &spec, true, then);
}

void sw_run_keep_results(struct sw_run *run)
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
    sw_run_probe(run, NULL, probed);
}

static void retry_or_fail(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);
    const char *said = sw_copy_text(run->scratch, sw_job_said(&run->job));

    if (sw_run_may_retry(run)) {
        int64_t wait_ms = sw_run_pause_ms(run, &step->retry, run->attempt_count++);

        sw_run_note(run, sw_format(run->scratch, "%s; tries again (%d of %d)", said,
                                   run->attempt_count, step->retry.times));
        sw_run_sleep(run, run->now + wait_ms * SW_NS_PER_MS, "tries again", probe_first);
        return;
    }
    sw_run_fail_step(run, "%s", said);
}

static void probed(struct sw_run *run)
{
    switch (run->job.verdict) {
    case SW_ALREADY:
        sw_run_keep_results(run);
        sw_run_note(run, "already as wanted");
        sw_run_after_ok(run);
        return;
    case SW_NEEDED:
        run->before = sw_value_copy(run->scratch, sw_built(&run->job.probe.seen));
        sw_run_send_writes(run);
        return;
    case SW_SETTLING:
        if (run->verify_count++ < SETTLE_LOOKS && !sw_run_is_late(run)) {
            sw_run_sleep(run, run->now + 10 * SW_NS_PER_S, "waits for an earlier change to settle",
                         probe_first);
        } else {
            sw_run_fail_step(run, "does not settle: %s", sw_job_said(&run->job));
        }
        return;
    case SW_UNCLEAR:
        sw_run_park(run, 3, "step '%s': %s", sw_run_id(run), sw_job_said(&run->job));
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
        if (sw_run_is_late(run)) {
            sw_run_fail_step(run, "%s, and its time is over", run->unread_why);
            return;
        }
        sw_run_wait_for_evidence(run, sw_run_do);
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

void sw_run_send(struct sw_run *run, const char *follow)
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

const char *sw_run_lost_secret(const struct sw_value *inputs)
{
    for (size_t i = 0; sw_is_known(inputs) && i < inputs->as.map.count; i++) {
        const struct sw_entry *input = &inputs->as.map.entries[i];

        if (input->value->is_secret && !sw_is_known(input->value)) {
            return input->key;
        }
    }
    return NULL;
}

size_t sw_run_next_row(struct sw_run *run)
{
    const struct sw_write *writes = sw_run_step(run)->use.action->writes;
    struct sw_view view = sw_run_visit_view(run);
    size_t row = run->state.write_index;

    while (writes[row].name != NULL && writes[row].needed != NULL && !writes[row].needed(&view)) {
        row++;
    }
    return row;
}

bool sw_run_build(struct sw_run *run, size_t row, struct sw_error *err)
{
    const struct sw_write *write = &sw_run_step(run)->use.action->writes[row];
    struct sw_view view = sw_run_visit_view(run);

    const char *lost = sw_run_lost_secret(view.inputs);

    run->act_target = sw_run_step(run)->use.target;
    if (view.target == NULL) {
        return sw_fail(err, SW_E_INPUT, "'%s' has no target to be sent to", write->name);
    }
    if (lost != NULL) {
        return sw_fail(err, SW_E_INPUT,
                       "'%s' needs input '%s', a secret, which a restart has forgotten",
                       write->name, lost);
    }
    return write->build(&view, &run->act, err) || sw_fail_while(err, "build '%s'", write->name);
}

/** Durable before the first byte leaves. */
static void intend(struct sw_run *run, size_t row)
{
    const struct sw_write *write = &sw_run_step(run)->use.action->writes[row];
    struct sw_builder body = sw_run_visit_body(run);

    sw_map_put_text(&body, "write", write->name);
    sw_map_put_text(&body, "does", write->doc);
    sw_map_put_int(&body, "row", (int64_t)row);
    sw_map_put(&body, "inputs", run->inputs);
    sw_map_put(&body, "before", run->before);
    sw_map_put(&body, "call", call_value(run, &run->act.call));
    sw_run_record(run, "intent", &body);
    run->settle_until = run->now + write->settles_ms * SW_NS_PER_MS;
    run->follow_failures = 0;
    run->verify_count = 0;
    if (sw_run_flush(run)) {
        sw_run_send(run, NULL);
    }
}

void sw_run_send_writes(struct sw_run *run)
{
    size_t row = 0;
    struct sw_error err = {0};

    if (sw_run_step(run)->use.action->hook != NULL) {
        sw_run_hook_apply(run);
        return;
    }
    row = sw_run_next_row(run);
    if (sw_run_step(run)->use.action->writes[row].name == NULL) {
        sw_run_settle(run);
    } else if (sw_run_build(run, row, &err)) {
        intend(run, row);
    } else {
        sw_run_fail_step(run, "%s", err.text);
    }
}

void sw_run_send_again(struct sw_run *run)
{
    if (sw_run_step(run)->edge != NULL) {
        run->is_edge_second = false;
        sw_run_edge(run); /* proofs have no memory: all guards again, in full */
    } else if (run->state.is_dirty) {
        sw_run_settle(run); /* an earlier write of this visit stands: `before` is still its */
    } else {
        probe_first(run);
    }
}
