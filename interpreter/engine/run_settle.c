/* What came of a write: its answer, its status, or, where neither comes, looking whether it
 * happened.
 */
#include "engine/run_internal.h"

#include "base/digest.h"

enum {
    ENSURE_LOOKS = 20,       /* where `ensure` polls: how often at most */
    TRIES_WITHOUT_RETRY = 3, /* sends of a write that has surely not happened */
    FOLLOW_FAILURES = 60,    /* failed polls of a status address before it counts as lost */
    FOLLOW_HOURS = 24,       /* an operation that is still at work then is looked at instead */
    SETTLE_FAILURES = 30,    /* failed looks at whether a write happened */
    STATUS_PAUSE_MS = 15000, /* where the peer gives no pace */
};

static void record_effect(struct sw_run *run, const char *status, const struct sw_answer *answer,
                          const char *why)
{
    struct sw_builder body = sw_run_visit_body(run);

    sw_map_put_text(&body, "write", run->state.flight.write);
    sw_map_put_text(&body, "status", status);
    if (answer != NULL) {
        sw_map_put_int(&body, "answer", answer->status);
    }
    if (answer != NULL && sw_run_step(run)->use.action->hook != NULL) {
        sw_map_put(&body, "reply", answer->body); /* what the hook goes on with, also later */
    }
    sw_map_put_text(&body, "why", why);
    if (run->address != NULL) {
        sw_run_set_address(run, NULL);
        run->to_keep = "";
    }
    sw_run_record(run, "effect", &body);
}

/* ---- its answer ---- */

static void look_later(struct sw_run *run, const char *why)
{
    record_effect(run, "unknown", NULL, why);
    sw_run_note(run, "no answer: looks whether it happened");
    sw_run_sleep(run, run->now + 5 * SW_NS_PER_S, "looks whether it happened", sw_run_settle);
}

void sw_run_act_accepted(struct sw_run *run, const char *follow, int64_t after_ms)
{
    struct sw_builder body = sw_run_visit_body(run);
    int64_t wait_ms = sw_run_paced_ms(after_ms, STATUS_PAUSE_MS);

    if (run->now > run->state.flight.sent_ns + FOLLOW_HOURS * INT64_C(3600) * SW_NS_PER_S) {
        look_later(run, "the far end is at work on it for longer than a day");
        return;
    }
    if (!sw_text_is(run->address, follow)) {
        char digest[SW_SHA256_HEX_BYTES];

        /* The address may be signed: it is kept apart, and what is shown names its digest. */
        sw_sha256_hex(follow, strlen(follow), digest);
        sw_run_set_address(run, follow);
        run->to_keep = run->address;
        sw_map_put_text(&body, "write", run->state.flight.write);
        sw_map_put_text(&body, "address_digest", digest);
        sw_run_record(run, "accepted", &body);
    }
    run->follow_failures = 0;
    sw_run_sleep(run, run->now + wait_ms * SW_NS_PER_MS, "the far end is at work on it",
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

/** It has surely not happened. */
static void refused(struct sw_run *run, const struct sw_error *error)
{
    const struct sw_step *step = sw_run_step(run);
    int times = step->has_retry ? step->retry.times : TRIES_WITHOUT_RETRY;
    const char *why = sw_copy_text(run->scratch, error->text);

    record_effect(run, "refused", NULL, why);
    if (is_unsent(error->code) && run->attempt_count < times && !sw_run_is_late(run)) {
        int64_t own_ms = step->has_retry ? sw_run_pause_ms(run, &step->retry, run->attempt_count)
                                         : STATUS_PAUSE_MS;

        run->attempt_count++;
        sw_run_note(run, sw_format(run->scratch, "not sent (%s); tries again", why));
        sw_run_sleep(run, run->now + sw_run_paced_ms(error->retry_after_ms, own_ms) * SW_NS_PER_MS,
                     "tries again", sw_run_send_again);
        return;
    }
    if (run->state.is_irreversible_in_doubt) {
        sw_run_park(run, 8, "step '%s' is done in part, and the rest was refused: %s",
                    sw_run_id(run), why);
        return;
    }
    sw_run_fail_step(run, "%s", why);
}

/** It was accepted before: whatever comes now, it may have happened. */
static void status_failed(struct sw_run *run, const struct sw_error *error)
{
    if (is_failed_poll(error->code) && run->follow_failures++ < FOLLOW_FAILURES) {
        /* A failed poll says nothing about the operation. */
        int64_t wait_ms = sw_run_paced_ms(error->retry_after_ms, STATUS_PAUSE_MS);

        sw_run_note(run, sw_format(run->scratch, "its status cannot be read (%s); asks again",
                                   error->text));
        sw_run_sleep(run, run->now + wait_ms * SW_NS_PER_MS, "asks for the status again",
                     sw_run_settle);
    } else if (error->code == SW_E_REFUSED) {
        /* It was accepted, tried and reported as failed: a look tells how far it came. */
        record_effect(run, "failed", NULL, error->text);
        sw_run_go(run, sw_run_settle);
    } else {
        look_later(run, error->text);
    }
}

void sw_run_act_answered(struct sw_run *run, const struct sw_answer *answer,
                         const struct sw_error *error, bool may_have_acted)
{
    if (run->state.flight.is_undo) {
        sw_run_undo_answered(run, answer, error);
    } else if (answer != NULL) {
        record_effect(run, "ok", answer, NULL);
        sw_run_go(run, sw_run_send_writes);
    } else if (run->act_follow != NULL) {
        status_failed(run, error);
    } else if (may_have_acted) {
        look_later(run, error->text);
    } else {
        refused(run, error);
    }
}

/* ---- looking whether it happened ---- */

static void in_doubt(struct sw_run *run, const char *why)
{
    sw_run_park(run, 8, "step '%s': it is not known whether '%s' happened: %s", sw_run_id(run),
                sw_run_step(run)->use.action->name, why);
}

/**
 * Never answered, and looked at for as long as it could still have taken effect: it did not happen.
 * What cannot be undone is then not sent again as it was: all is read and approved anew.
 */
static void did_not_happen(struct sw_run *run)
{
    struct sw_builder body = sw_run_visit_body(run);
    struct sw_builder effect = sw_run_visit_body(run);

    sw_map_put_text(&effect, "status", "refused");
    sw_map_put_bool(&effect, "absent", true);
    sw_map_put_text(&effect, "why", "looked at until it could not happen any more: it did not");
    sw_run_record(run, "effect", &effect);
    sw_map_put_text(&body, "why", "the act that it was given for did not happen");
    sw_run_record(run, "void", &body);
    run->before = NULL;
    sw_run_send_again(run);
}

/** Its time to settle; after a restart it runs from now. */
static bool may_still_happen(struct sw_run *run, size_t row)
{
    const struct sw_write *writes = sw_run_step(run)->use.action->writes;

    if (run->settle_until == 0) {
        int64_t settles_ms = writes[row].name != NULL ? writes[row].settles_ms
                             : row > 0                ? writes[row - 1].settles_ms
                                                      : 0;

        run->settle_until = run->now + settles_ms * SW_NS_PER_MS;
    }
    return run->now < run->settle_until;
}

static void not_as_wanted(struct sw_run *run, bool is_settling)
{
    const struct sw_step *step = sw_run_step(run);
    const char *said = sw_copy_text(run->scratch, sw_job_said(&run->job));

    if (step->use.action->hook != NULL) {
        sw_run_hook_not_as_wanted(run, said);
        return;
    }
    size_t row = sw_run_next_row(run);
    bool has_row = step->use.action->writes[row].name != NULL;

    if (run->state.failed_why != NULL && !is_settling) {
        sw_run_fail_step(run, "%s; looked at since, and it is still as before",
                         run->state.failed_why);
        return;
    }
    if (!run->state.is_unknown && has_row && step->edge == NULL && !is_settling) {
        sw_run_send_writes(run); /* a crash came between two writes */
        return;
    }
    if (may_still_happen(run, row)) {
        int64_t wait_s = 2 + 2 * run->verify_count++;

        sw_run_sleep(run, run->now + (wait_s > 30 ? 30 : wait_s) * SW_NS_PER_S,
                     "looks whether it happened", sw_run_settle);
        return;
    }
    bool is_absent = run->state.is_unknown && !is_settling && run->state.write_index == 0 &&
                     run->attempt_count++ < TRIES_WITHOUT_RETRY;

    if (step->edge != NULL && is_absent) {
        did_not_happen(run);
    } else if (step->edge != NULL || (run->state.is_unknown && is_settling)) {
        in_doubt(run, said[0] == '\0' ? "it is still as before" : said);
    } else if (run->state.is_unknown && !is_settling &&
               (is_absent || run->attempt_count++ < TRIES_WITHOUT_RETRY)) {
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
        sw_run_keep_results(run);
        sw_run_after_ok(run);
        return;
    case SW_NEEDED:
    case SW_SETTLING:
        not_as_wanted(run, run->job.verdict == SW_SETTLING);
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

/** The call is rebuilt for its kind and target; only the address is asked. */
static bool follows(struct sw_run *run)
{
    struct sw_error err = {0};

    if (!sw_run_build(run, run->state.write_index, &err)) {
        record_effect(run, "unknown", NULL, err.text);
        return false;
    }
    if (sw_run_flush(run)) {
        sw_run_send(run, run->address);
    }
    return true;
}

void sw_run_settle(struct sw_run *run)
{
    sw_run_visit_view(run); /* after a crash: what it began with */
    if (run->state.flight.write != NULL && run->address != NULL && follows(run)) {
        return;
    }
    if (run->state.flight.write != NULL) {
        record_effect(run, "unknown", NULL, "the engine stopped between intent and outcome");
    }
    sw_run_probe(run, run->before, settled);
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

    if (why != NULL && step->has_ensure_poll && run->poll_count < ENSURE_LOOKS) {
        sw_run_note(run, why);
        sw_run_sleep(run,
                     run->now +
                         sw_run_pause_ms(run, &step->ensure_poll, run->poll_count++) * SW_NS_PER_MS,
                     "waits for what must hold", sw_run_settle);
    } else if (why != NULL && step->edge != NULL) {
        struct sw_builder body = sw_run_visit_body(run);

        sw_map_put_text(&body, "outcome", "ok");
        sw_map_put(&body, "outputs", run->outputs);
        sw_run_record(run, "leave", &body);
        sw_run_park(run, 9, "step '%s' is done, but: %s", sw_run_id(run), why);
    } else if (why != NULL) {
        sw_run_fail_step(run, "%s", why);
    } else if (step->edge != NULL) {
        sw_run_leave(run, "ok", NULL, NULL);
    } else {
        sw_run_check_evidence(run, false, leave_ok);
    }
}
