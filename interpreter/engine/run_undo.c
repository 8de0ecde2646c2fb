/* The way back: every changing visit is put back to what it found, newest first, each step with
 * intent. */
#include "engine/run_internal.h"

#include "base/limits.h"
#include "sdk/json.h"

enum { UNDO_LOOKS = 40 };

#define SAVED_BYTES (16u * 1024u) /* of what one visit found: some 200 shares */

static struct sw_change *newest(struct sw_run *run)
{
    for (size_t i = run->state.change_count; i > sw_state_rollback_floor(&run->state); i--) {
        if (!run->state.changes[i - 1].is_undone) {
            run->undo_change = i - 1;
            return &run->state.changes[i - 1];
        }
    }
    return NULL;
}

static const struct sw_step *step_of(const struct sw_run *run)
{
    return &run->runbook->steps[run->state.changes[run->undo_change].step];
}

static struct sw_builder undo_body(struct sw_run *run)
{
    struct sw_builder body = sw_run_body(run);

    sw_map_put_text(&body, "step", run->state.changes[run->undo_change].id);
    sw_map_put_int(&body, "visit", run->state.changes[run->undo_change].visit);
    return body;
}

static void undone(struct sw_run *run, const char *how)
{
    struct sw_builder body = undo_body(run);

    sw_map_put_text(&body, "how", how);
    sw_run_lapse_step(run, run->state.changes[run->undo_change].step, "its step was undone");
    sw_run_record(run, "undone", &body);
    sw_run_go(run, sw_run_rollback);
}

/* ---- what is left to people ---- */

/** What it found, exactly as it was kept; the whole may be long, a part of it would mislead. */
static void add_saved(struct sw_buf *out, const struct sw_change *change)
{
    struct sw_buf json;

    sw_buf_init(&json, SAVED_BYTES);
    sw_json_write(&json, change->before, SW_JSON_PLAIN);
    if (change->before == NULL || change->before->kind != SW_V_MAP ||
        change->before->as.map.count == 0) {
        sw_buf_add_text(out, "    what it found was not kept\n");
    } else if (json.is_over) {
        sw_buf_add_text(out, "    what it found is too long to be shown here: `before` of its "
                             "intent, in the evidence file, holds it\n");
    } else {
        sw_buf_addf(out, "    it found: %.*s\n", (int)json.length, json.bytes);
    }
    sw_buf_release(&json);
}

/** Every change that was not put back, newest first, with what its undo would do. */
static const char *by_hand(struct sw_run *run)
{
    struct sw_buf out;

    sw_buf_init(&out, SW_LIMIT_RECORD_BYTES / 4);
    sw_buf_add_text(&out, "Not put back yet, in the order in which it has to be done by hand if it "
                          "cannot be put back from here:\n");
    for (size_t i = run->state.change_count; i > sw_state_rollback_floor(&run->state); i--) {
        const struct sw_change *change = &run->state.changes[i - 1];
        const struct sw_step *step = &run->runbook->steps[change->step];
        const struct sw_target *target = sw_run_target(run, step->use.target);
        const struct sw_write *row = step->use.action->undo;

        if (change->is_undone || row == NULL) {
            continue;
        }
        sw_buf_addf(&out, "  step %s: %s%s%s\n", change->id, step->use.action->name,
                    target == NULL ? "" : " on ", target == NULL ? "" : target->name);
        for (; row->name != NULL; row++) {
            sw_buf_addf(&out, "    %s\n", row->doc);
        }
        add_saved(&out, change);
    }
    const char *copy =
        out.is_over ? "More was not put back than can be shown here: the evidence file tells "
                      "what each step found, in `before` of its intents"
                    /* without the last line end: it may stand within other text */
                    : sw_copy(run->scratch, out.bytes, out.length - 1);

    sw_buf_release(&out);
    return copy;
}

static void cannot_undo(struct sw_run *run, const char *why)
{
    struct sw_builder body = sw_run_body(run);

    sw_map_put_text(&body, "why",
                    sw_format(run->scratch, "step '%s' cannot be put back: %s",
                              run->state.changes[run->undo_change].id, why));
    sw_map_put_text(&body, "by_hand", by_hand(run));
    sw_map_put_int(&body, "exit", 3);
    sw_run_record(run, "park", &body);
    sw_run_go(run, sw_run_ask_parked);
}

static struct sw_view view_of(struct sw_run *run)
{
    const struct sw_change *change = &run->state.changes[run->undo_change];

    return (struct sw_view){
        .arena = run->scratch,
        .inputs = change->inputs,
        .subject = change->subject,
        .before = change->before,
        .target = sw_run_target(run, step_of(run)->use.target),
    };
}

static void looked(struct sw_run *run);

static void look(struct sw_run *run)
{
    const struct sw_change *change = &run->state.changes[run->undo_change];
    struct sw_job_spec spec = {
        .action = step_of(run)->use.action,
        .fn = step_of(run)->use.action->probe_undo,
        .inputs = change->inputs,
        .subject = change->subject,
        .before = change->before,
        .target = sw_run_target(run, step_of(run)->use.target),
        .target_index = step_of(run)->use.target,
    };
    sw_run_read(run, &spec, true, looked);
}

/** @return true: sent, or it cannot be undone */
static bool send_hook(struct sw_run *run)
{
    struct sw_builder body = undo_body(run);

    if (!sw_run_hook_undo_send(run, &body)) {
        cannot_undo(run, "its `undo` asks for changes each time that it is called; it has to look "
                         "first whether they are still to be made");
    }
    return true;
}

/** Send the row at undo_row (or the next that is needed). @return false when none is left */
static bool send_row(struct sw_run *run)
{
    const struct sw_write *rows = step_of(run)->use.action->undo;
    struct sw_view view = view_of(run);
    struct sw_error err = {0};

    if (step_of(run)->use.action->hook != NULL) {
        return send_hook(run);
    }

    while (rows[run->undo_row].name != NULL && rows[run->undo_row].needed != NULL &&
           !rows[run->undo_row].needed(&view)) {
        run->undo_row++;
    }
    const struct sw_write *row = &rows[run->undo_row];

    if (row->name == NULL) {
        return false;
    }
    run->act_target = step_of(run)->use.target;
    if (view.target == NULL || sw_run_lost_secret(view.inputs) != NULL) {
        cannot_undo(run, view.target == NULL ? "it has no target to be sent to"
                                             : "it needs a secret, which a restart has forgotten");
        return true;
    }
    if (!row->build(&view, &run->act, &err)) {
        cannot_undo(run, err.text);
        return true;
    }
    struct sw_builder body = undo_body(run);

    sw_map_put_text(&body, "write", row->name);
    sw_map_put_text(&body, "does", row->doc);
    sw_run_record(run, "undo_intent", &body);
    run->settle_until = run->now + row->settles_ms * SW_NS_PER_MS;
    if (sw_run_flush(run)) {
        sw_run_send(run, NULL);
    }
    return true;
}

/** Wait for what was sent, then go on with the next row; behind the last, with the first again. */
static void still_to_do(struct sw_run *run)
{
    bool may_settle = run->now < run->settle_until;

    if (run->job.verdict == SW_NEEDED && !(run->is_undo_awaited && may_settle)) {
        run->is_undo_awaited = false;
        if (send_row(run)) {
            return;
        }
        if (!may_settle) {
            run->undo_row = 0;
        }
    }
    sw_run_sleep(run, run->now + 5 * SW_NS_PER_S, "looks whether it was put back", look);
}

static void looked(struct sw_run *run)
{
    const char *said = sw_copy_text(run->scratch, sw_job_said(&run->job));
    bool may_look = run->now < run->settle_until || run->verify_count++ < UNDO_LOOKS;

    switch (run->job.verdict) {
    case SW_ALREADY:
        if (run->undo_known != NULL) {
            sw_run_hook_undo_over(run); /* it has sent all: now it looks again, from its top */
            look(run);
            return;
        }
        undone(run, "put back");
        return;
    case SW_NEEDED:
    case SW_SETTLING:
        if (may_look) {
            still_to_do(run);
            return;
        }
        break;
    case SW_FAILED:
        if (sw_job_is_transient(&run->job) && may_look) {
            sw_run_note(run, said);
            sw_run_sleep(run, run->now + 60 * SW_NS_PER_S, "puts back as soon as it can", look);
            return;
        }
        break;
    case SW_BLOCKED:
    case SW_UNCLEAR:
    case SW_PENDING:
    case SW_DONE:
    case SW_WAIT:
    case SW_HOLDS:
    case SW_LAPSED:
        break;
    }
    cannot_undo(run, said[0] == '\0' ? "it does not come back to what it was" : said);
}

static void record_effect(struct sw_run *run, const char *status, const char *why)
{
    struct sw_builder body = undo_body(run);

    sw_map_put_text(&body, "write", run->state.flight.write);
    sw_map_put_text(&body, "status", status);
    sw_map_put_text(&body, "why", why);
    sw_run_record(run, "undo_effect", &body);
}

void sw_run_undo_answered(struct sw_run *run, const struct sw_answer *answer,
                          const struct sw_error *error)
{
    bool has_answer = answer != NULL;

    record_effect(run, has_answer ? "ok" : "unknown", has_answer ? NULL : error->text);
    if (has_answer && step_of(run)->use.action->hook != NULL) {
        sw_run_hook_undo_answered(run, answer);
        look(run);
        return;
    }
    if (!has_answer) {
        run->undo_known = NULL; /* a hook looks anew, and decides what is still to be done */
        bool is_lost = error->code == SW_E_TIMEOUT || error->code == SW_E_PROTOCOL;

        /* The same row again, but only after a look, and not while it may still take effect. */
        run->is_undo_awaited = is_lost;
        sw_run_sleep(run, run->now + sw_run_paced_ms(error->retry_after_ms, 15000) * SW_NS_PER_MS,
                     "looks whether it was put back", look);
        return;
    }
    run->undo_row++;
    if (!send_row(run)) {
        look(run);
    }
}

void sw_run_undo_accepted(struct sw_run *run, int64_t after_ms)
{
    /* No status is followed on the way back: looking tells when it is done. */
    record_effect(run, "accepted", NULL);
    run->undo_row++;
    run->is_undo_awaited = true;
    sw_run_sleep(run, run->now + sw_run_paced_ms(after_ms, 15000) * SW_NS_PER_MS,
                 "looks whether it was put back", look);
}

static void finish(struct sw_run *run)
{
    bool is_asked = run->state.end_step == SW_NO_STEP || run->state.is_rollback_asked;
    const struct sw_step *end = is_asked ? NULL : &run->runbook->steps[run->state.end_step];

    if (end != NULL && end->verb == SW_VERB_END && end->frame != 0) {
        sw_run_return(run, run->state.end_step);
        return;
    }
    if (end == NULL || end->verb != SW_VERB_END) {
        sw_run_end(run, "stopped", 4, "everything was put back");
        return;
    }
    sw_run_end(run,
               end->end == SW_END_FAILED ? "failed"
               : end->end == SW_END_DONE ? "done"
                                         : "stopped",
               end->end == SW_END_FAILED ? 1
               : end->end == SW_END_DONE ? 0
                                         : 4,
               end->title == NULL ? "everything was put back" : sw_run_text(run, end->title));
}

void sw_run_rollback(struct sw_run *run)
{
    struct sw_change *change = newest(run);

    if (sw_state_is_past(&run->state, sw_state_rollback_floor(&run->state))) {
        sw_run_park(run, 9,
                    "what cannot be undone was done, or may have been: nothing is put back");
        return;
    }
    if (change == NULL) {
        finish(run);
        return;
    }
    run->undo_row = 0;
    run->undo_known = NULL;
    run->undo_rounds = 0;
    run->verify_count = 0;
    run->settle_until = 0;
    run->is_undo_awaited = run->state.flight.is_undo; /* a crash came after it was sent */
    if (run->is_undo_awaited) {
        run->settle_until = run->now + step_of(run)->use.action->undo[0].settles_ms * SW_NS_PER_MS;
    }
    if (!change->has_effect && !change->is_done && run->state.flight.write == NULL) {
        undone(run, "every write of it was refused: nothing to put back");
    } else if (step_of(run)->use.action->undo == NULL) {
        undone(run, step_of(run)->use.action->no_undo_reason);
    } else {
        look(run);
    }
}
