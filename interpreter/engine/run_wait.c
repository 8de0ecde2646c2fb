/* Reads, asked once, and waits, asked until an outcome is true or the deadline has come. */
#include "engine/run_internal.h"

static bool fill_inputs(struct sw_run *run)
{
    struct sw_run_scope scope = sw_run_scope(run, NULL);
    struct sw_error err = {0};

    if (!sw_use_inputs(&sw_run_step(run)->use, &scope, run->scratch, &run->inputs, &err)) {
        sw_run_fail_step(run, "%s", err.text);
        return false;
    }
    return true;
}

static void read_step(struct sw_run *run, bool is_patient, sw_then_fn then)
{
    const struct sw_step *step = sw_run_step(run);
    struct sw_job_spec spec = {
        .action = step->use.action,
        .inputs = run->inputs,
        .subject = sw_state_subject(&run->state),
        .basis = sw_state_basis(&run->state, run->scratch),
        .target = step->use.target == SW_NO_STEP ? NULL : &run->config.targets[step->use.target],
        .target_index = step->use.target,
    };
    sw_run_read(run, &spec, is_patient, then);
}

static void keep(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);

    run->outputs = sw_value_copy(run->scratch, sw_probe_outputs(&run->job.probe, step->use.action,
                                                                (unsigned)step->use.target + 1));
    run->reading = sw_value_copy(run->scratch, sw_built(&run->job.probe.readings));
    run->outcome = sw_copy_text(run->scratch, sw_job_outcome(&run->job));
}

/* ---- read ---- */

static void looked(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);

    if (run->job.verdict != SW_DONE) {
        const char *said = sw_copy_text(run->scratch, sw_job_said(&run->job));

        if (sw_job_is_transient(&run->job) && step->has_retry &&
            run->attempt_count++ < step->retry.times) {
            sw_run_note(run, said);
            sw_run_sleep(run, run->now + step->retry.every_ms * SW_NS_PER_MS, "reads again",
                         sw_run_look);
            return;
        }
        sw_run_fail_step(run, "%s", said);
        return;
    }
    keep(run);

    const char *why = sw_run_rows(run, step->ensures, step->ensure_count, run->outputs);

    if (why == NULL) {
        sw_run_leave(run, run->outcome, NULL, NULL);
    } else if (step->has_ensure_poll && run->poll_count++ < 20) {
        sw_run_note(run, why);
        sw_run_sleep(run, run->now + step->ensure_poll.every_ms * SW_NS_PER_MS,
                     "waits for what must hold", sw_run_look);
    } else {
        sw_run_fail_step(run, "%s", why);
    }
}

void sw_run_look(struct sw_run *run)
{
    if (fill_inputs(run)) {
        read_step(run, true, looked);
    }
}

/* ---- wait ---- */

static void poll(struct sw_run *run);

static void sleep_to_next_poll(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);
    double wait_ms = step->has_poll ? (double)step->poll.every_ms : 60000;
    double max_ms = step->has_poll && step->poll.max_ms > 0 ? (double)step->poll.max_ms : 900000;
    double factor = step->has_poll && step->poll.factor >= 1 ? step->poll.factor : 1;

    for (int i = 1; i < run->poll_count && wait_ms < max_ms; i++) {
        wait_ms *= factor;
    }
    if (wait_ms > max_ms) {
        wait_ms = max_ms;
    }
    int64_t until =
        run->now + sw_run_jittered(run, (int64_t)wait_ms, step->has_poll ? step->poll.jitter : 0,
                                   run->poll_count) *
                       SW_NS_PER_MS;

    if (run->state.deadline_ns != 0 && until > run->state.deadline_ns) {
        until = run->state.deadline_ns;
    }
    sw_run_sleep(run, until, run->last_note, poll);
}

static void leave_with_outcome(struct sw_run *run)
{
    if (run->is_evidence_unread) {
        /* The outcome rests on evidence that cannot be read now: neither yes nor no. */
        run->last_note = sw_copy_text(run->scratch, run->unread_why);
        sw_run_note(run, run->last_note);
        sleep_to_next_poll(run);
        return;
    }
    sw_run_leave(run, run->outcome, NULL, NULL);
}

static void say(struct sw_run *run, const char *said)
{
    if (said[0] != '\0' && !sw_text_is(said, run->last_note)) {
        run->last_note = sw_copy_text(run->scratch, said);
        sw_run_note(run, run->last_note);
    }
}

static void polled(struct sw_run *run)
{
    run->poll_count++;
    switch (run->job.verdict) {
    case SW_DONE:
        keep(run);
        if (sw_text_is(run->outcome, "evidence_lost")) {
            say(run, sw_job_said(&run->job));
            sw_run_leave(run, run->outcome, NULL, NULL);
        } else {
            sw_run_check_evidence(run, false, leave_with_outcome);
        }
        return;
    case SW_WAIT:
        say(run, sw_job_said(&run->job));
        sw_run_check_evidence(run, false, sleep_to_next_poll);
        return;
    case SW_FAILED:
        if (!sw_job_is_transient(&run->job)) {
            sw_run_fail_step(run, "%s", sw_copy_text(run->scratch, sw_job_said(&run->job)));
            return;
        }
        say(run, sw_job_said(&run->job));
        sleep_to_next_poll(run);
        return;
    case SW_PENDING:
    case SW_ALREADY:
    case SW_NEEDED:
    case SW_SETTLING:
    case SW_BLOCKED:
    case SW_UNCLEAR:
    case SW_HOLDS:
    case SW_LAPSED:
        sw_run_fail_step(run, "the wait ended in a way it may not");
        return;
    }
}

static void poll(struct sw_run *run)
{
    if (run->state.deadline_ns != 0 && run->now >= run->state.deadline_ns) {
        sw_run_leave(run, "timeout", NULL, NULL);
        return;
    }
    read_step(run, false, polled);
}

void sw_run_wait(struct sw_run *run)
{
    if (fill_inputs(run)) {
        poll(run);
    }
}
