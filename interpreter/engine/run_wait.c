/* Reads, asked once, and waits, asked until an outcome is true or the deadline has come. */
#include "engine/run_internal.h"

enum { ENSURE_LOOKS = 20 }; /* where `ensure` polls: how often at most */

/** What a wait does that says no `poll`; @source reliability.md F33 for the bounds */
static const struct sw_pacing poll_by_default = {
    .every_ms = 60000, .factor = 1, .max_ms = 15 * 60000};

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
        .before = run->state.steps[run->state.step].seen, /* of a wait only */
        .target = sw_run_target(run, step->use.target),
        .target_index = step->use.target,
        .also_index = step->use.also,
    };
    sw_run_read(run, &spec, is_patient, then);
}

/** @return false after failing the step: nobody could prove later what was read */
static bool keep(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);

    run->outputs = sw_value_copy(run->scratch, sw_probe_outputs(&run->job.probe, step->use.action,
                                                                (unsigned)step->use.target + 1));
    run->reading = sw_value_copy(run->scratch, sw_built(&run->job.probe.readings));
    run->outcome = sw_copy_text(run->scratch, sw_job_outcome(&run->job));
    if (sw_run_fits(run->outputs) && sw_run_fits(run->reading)) {
        return true;
    }
    run->outputs = run->reading = NULL;
    sw_run_fail_step(run, "its answer is more than can be kept");
    return false;
}

/* ---- read ---- */

static void looked(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);

    if (run->job.verdict != SW_DONE) {
        const char *said = sw_copy_text(run->scratch, sw_job_said(&run->job));

        if (run->job.verdict == SW_UNCLEAR) {
            /* A guard that could not tell has not said no. */
            sw_run_park(run, 3, "step '%s': %s", step->id, said);
            return;
        }
        if (sw_run_may_retry(run)) {
            int64_t wait_ms = sw_run_pause_ms(run, &step->retry, run->attempt_count++);

            sw_run_note(run, said);
            sw_run_sleep(run, run->now + wait_ms * SW_NS_PER_MS, "reads again", sw_run_look);
            return;
        }
        sw_run_fail_step(run, "%s", said);
        return;
    }
    if (!keep(run)) {
        return;
    }

    const char *why = sw_run_rows(run, step->ensures, step->ensure_count, run->outputs);

    if (why == NULL) {
        sw_run_leave(run, run->outcome, NULL, NULL);
    } else if (step->has_ensure_poll && run->poll_count < ENSURE_LOOKS && !sw_run_is_late(run)) {
        int64_t wait_ms = sw_run_pause_ms(run, &step->ensure_poll, run->poll_count++);

        sw_run_note(run, why);
        sw_run_sleep(run, run->now + wait_ms * SW_NS_PER_MS, "waits for what must hold",
                     sw_run_look);
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
    const struct sw_pacing *pacing = step->has_poll ? &step->poll : &poll_by_default;
    int64_t wait_ms = sw_run_pause_ms(run, pacing, run->poll_count > 0 ? run->poll_count - 1 : 0);
    int64_t until = run->now + wait_ms * SW_NS_PER_MS;

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

/** What a poll saw outlives the process: a mark is read once. @return false after failing the step
 */
static bool remember_seen(struct sw_run *run)
{
    const struct sw_value *seen = sw_built(&run->job.probe.seen);
    struct sw_builder body = sw_run_visit_body(run);

    if (!sw_run_fits(seen)) {
        sw_run_fail_step(run, "what it saw is more than can be kept");
        return false;
    }
    if (seen != NULL && seen->as.map.count > 0 &&
        !sw_value_same(seen, run->state.steps[run->state.step].seen)) {
        sw_map_put(&body, "seen", seen);
        sw_run_record(run, "seen", &body);
    }
    return true;
}

static void polled(struct sw_run *run)
{
    run->poll_count++;
    switch (run->job.verdict) {
    case SW_DONE:
        if (!remember_seen(run) || !keep(run)) {
            return;
        }
        say(run, sw_job_said(&run->job)); /* why this outcome, before it is gone on with */
        if (sw_text_is(run->outcome, "evidence_lost")) {
            sw_run_leave(run, run->outcome, NULL, NULL);
        } else {
            sw_run_check_evidence(run, false, leave_with_outcome);
        }
        return;
    case SW_WAIT:
        if (!remember_seen(run)) {
            return;
        }
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

/** A wait may poll for weeks: what older polls left in memory goes, what the visit needs stays. */
static void forget_older_polls(struct sw_run *run)
{
    struct sw_arena *kept = run->spare;

    run->inputs = run->inputs == NULL ? NULL : sw_value_copy(kept, run->inputs);
    run->last_note = run->last_note == NULL ? NULL : sw_copy_text(kept, run->last_note);
    run->outputs = run->reading = NULL;
    run->outcome = run->unread_why = run->lapse_said = NULL;
    sw_arena_reset(run->scratch);
    run->spare = run->scratch;
    run->scratch = kept;
}

static void poll(struct sw_run *run)
{
    if (sw_run_is_late(run) && run->poll_count > 0) { /* not before this process has looked */
        run->outputs = NULL;
        sw_run_leave(run, "timeout", NULL, NULL);
        return;
    }
    forget_older_polls(run);
    read_step(run, false, polled);
}

void sw_run_wait(struct sw_run *run)
{
    if (fill_inputs(run)) {
        poll(run);
    }
}
