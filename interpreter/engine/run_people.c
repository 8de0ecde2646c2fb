/* People: decisions with what they are shown, accepted loss, and what a parked run offers. */
#include "engine/run_internal.h"

#include "base/digest.h"
#include "base/limits.h"
#include "sdk/json.h"

enum { NAMES_SHOWN = 20 };

#define RECHECK_NS (15 * 60 * SW_NS_PER_S) /* evidence is read again while people are asked */

static struct sw_question *new_question(struct sw_run *run, enum sw_question_kind kind)
{
    struct sw_question *question = sw_alloc(run->scratch, sizeof *question);

    question->kind = kind;
    question->step = run->state.step;
    question->id = run->state.step == SW_NO_STEP ? "start" : sw_run_id(run);
    question->visit = run->state.visit;
    return question;
}

const char *sw_run_subject_name(struct sw_run *run)
{
    const char *name = sw_as_text(sw_get(sw_state_subject(&run->state), "name"));

    return name == NULL ? run->runbook->name : name;
}

/** Outputs that move by themselves would make every answer stale. */
static const struct sw_value *stable_outputs(struct sw_run *run, const struct sw_action *action,
                                             const struct sw_value *outputs)
{
    struct sw_builder stable = sw_map_begin(run->scratch);
    const struct sw_field *row = action->outputs;

    for (; row != NULL && row->name != NULL; row++) {
        if ((row->flags & SW_FIELD_VOLATILE) == 0 && sw_get(outputs, row->name) != NULL) {
            sw_map_put(&stable, row->name, sw_get(outputs, row->name));
        }
    }
    return sw_value_copy(run->scratch, sw_built(&stable));
}

/**
 * What an answer is bound to: this question of this visit and what it shows. Why something cannot
 * be shown does not count, or a peer that is away in ever new words could not be answered about.
 */
static void digest_of_shows(struct sw_run *run, char out[65])
{
    struct sw_builder bound = sw_run_visit_body(run);
    struct sw_builder shown = sw_map_begin(run->records);
    struct sw_buf json;

    for (size_t i = 0; i < sw_run_step(run)->show_count; i++) {
        const struct sw_show *show = &sw_run_step(run)->shows[i];
        const char *name = show->name;
        const struct sw_value *value = sw_get(run->shows, name);

        sw_map_put(&shown, name,
                   sw_is_known(value) ? stable_outputs(run, show->use.action, value) : NULL);
    }
    sw_map_put(&bound, "shows", sw_built(&shown));
    sw_buf_init(&json, SW_LIMIT_RECORD_BYTES);
    sw_json_write(&json, sw_built(&bound), SW_JSON_TYPED);
    sw_sha256_hex(json.bytes, json.length, out);
    sw_buf_release(&json);
}

/* ---- decide ---- */

/** The listing that a choice accepts, NULL when it cannot be accepted (a part unread, count
 * unknown). */
static const struct sw_value *acceptable_listing(const struct sw_run *run,
                                                 const struct sw_choice *choice)
{
    const struct sw_show *show = &sw_run_step(run)->shows[choice->accepts_loss];
    const struct sw_value *outputs = sw_get(run->shows, show->name);
    const struct sw_value *listing = sw_get(outputs, show->use.action->listing);
    int64_t count = 0;
    bool is_complete = false;

    if (!sw_is_known(listing) || !sw_as_int(sw_get(listing, "count"), &count) ||
        !sw_as_bool(sw_get(listing, "is_complete"), &is_complete) || !is_complete) {
        return NULL;
    }
    return listing;
}

void sw_run_add_listing(struct sw_buf *text, const struct sw_value *listing, const char *indent)
{
    const struct sw_value *names = sw_get(listing, "names");
    const struct sw_value *newest = sw_get(listing, "newest");
    char size[SW_DURATION_TEXT_BYTES] = "size not known";
    int64_t bytes = 0;
    int64_t count = 0;

    if (sw_as_int(sw_get(listing, "bytes"), &bytes)) {
        sw_size_for_people(bytes, size);
    }
    sw_as_int(sw_get(listing, "count"), &count);
    sw_buf_addf(text, "%lld %s, %s", (long long)count, sw_plural((uint64_t)count, "file", "files"),
                size);
    if (sw_is_known(newest)) {
        sw_buf_add_text(text, ", newest change ");
        sw_value_print(text, newest);
    }
    for (size_t i = 0; i < sw_list_count(names) && i < NAMES_SHOWN; i++) {
        sw_buf_addf(text, "\n%s", indent);
        sw_value_print(text, sw_list_at(names, i));
    }
    if (sw_list_count(names) > NAMES_SHOWN) {
        sw_buf_addf(text, "\n%s... and %zu more", indent, sw_list_count(names) - NAMES_SHOWN);
    }
}

static const char *loss_statement(struct sw_run *run, const struct sw_value *listing)
{
    struct sw_buf text;

    sw_buf_init(&text, SW_LIMIT_RECORD_BYTES);
    sw_buf_add_text(&text, "Lost for ever: ");
    sw_run_add_listing(&text, listing, "  ");

    const char *statement = sw_copy(run->scratch, text.bytes, text.length);

    sw_buf_release(&text);
    return statement;
}

/** Why a choice can't be taken now; NULL: it can. */
static const char *why_withheld(const struct sw_run *run, const struct sw_choice *choice)
{
    int max = choice->arrow.max;

    if (max > 0 && sw_state_arrow_count(&run->state, run->state.step, choice->name) >= max) {
        return sw_format(run->scratch, "it was chosen %d %s, the most that the runbook allows", max,
                         sw_plural((uint64_t)max, "time", "times"));
    }
    return choice->accepts_loss == SW_NO_STEP || acceptable_listing(run, choice) != NULL
               ? NULL
               : "a part of what would be lost could not be read";
}

static void fill_choices(struct sw_run *run, struct sw_question *question)
{
    const struct sw_step *step = sw_run_step(run);
    struct sw_question_choice *rows =
        sw_alloc_array(run->scratch, step->choice_count, sizeof *rows);
    struct sw_withheld_choice *withheld =
        sw_alloc_array(run->scratch, step->choice_count, sizeof *withheld);

    for (size_t i = 0; i < step->choice_count; i++) {
        const struct sw_choice *choice = &step->choices[i];

        if (why_withheld(run, choice) != NULL) {
            withheld[question->withheld_count++] =
                (struct sw_withheld_choice){.name = choice->name, .why = why_withheld(run, choice)};
            continue;
        }
        struct sw_question_choice *row = &rows[question->choice_count++];

        row->name = choice->name;
        row->label = sw_run_text(run, choice->label);
        row->needs_reason =
            choice->reason == SW_REASON_REQUIRED || choice->accepts_loss != SW_NO_STEP;
        if (choice->accepts_loss != SW_NO_STEP) {
            const struct sw_value *listing = acceptable_listing(run, choice);
            int64_t count = 0;

            sw_as_int(sw_get(listing, "count"), &count);
            row->typed_back =
                sw_format(run->scratch, "%lld %s", (long long)count, sw_run_subject_name(run));
            row->statement = loss_statement(run, listing);
        }
    }
    question->choices = rows;
    question->withheld = withheld;
}

static void ask_tick(struct sw_run *run);

static int64_t next_wake(const struct sw_run *run, int64_t expires_ns)
{
    int64_t wake = run->now + RECHECK_NS;

    return expires_ns != 0 && expires_ns < wake ? expires_ns : wake;
}

static void back_to_question(struct sw_run *run)
{
    if (!sw_run_flush(run)) {
        return;
    }
    run->mode = SW_MODE_ASK;
    run->then = ask_tick;
    run->command = run->asked;
    run->command.wake_ns = next_wake(run, run->asked.question->expires_ns);
}

static int64_t expiry(const struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);

    return step->expires_after_ms == 0
               ? 0
               : run->state.entered_ns + step->expires_after_ms * SW_NS_PER_MS;
}

static void ask(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);
    struct sw_question *question = new_question(run, SW_QUESTION_DECIDE);
    struct sw_builder body = sw_run_visit_body(run);

    digest_of_shows(run, run->shown_digest);
    question->title = sw_run_text(run, step->title);
    question->text = sw_run_text(run, step->description);
    question->shows = run->shows;
    question->by = step->by;
    question->expires_ns = expiry(run);
    memcpy(question->digest, run->shown_digest, sizeof question->digest);
    fill_choices(run, question);
    sw_map_put_text(&body, "title", question->title);
    sw_map_put_text(&body, "text", question->text);
    sw_run_put_choices(run, &body, question);
    sw_map_put(&body, "shows", run->shows);
    sw_map_put_text(&body, "digest", run->shown_digest);
    sw_map_put_text(&body, "by", step->by);
    if (question->expires_ns != 0) {
        sw_map_put(&body, "expires", sw_time_at(run->records, question->expires_ns, 0));
    }
    sw_run_record(run, "ask", &body);
    run->asked = (struct sw_command){
        .kind = SW_COMMAND_ASK, .said = "waits for a person to decide", .question = question};
    back_to_question(run);
}

static void expire(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);
    const struct sw_choice *choice = &step->choices[step->expires_choice];
    struct sw_builder body = sw_run_visit_body(run);

    if (why_withheld(run, choice) != NULL) {
        sw_run_park(run, 3, "the question of step '%s' expired, and '%s' cannot be chosen any more",
                    sw_run_id(run), choice->name);
        return;
    }
    sw_map_put_text(&body, "choice", choice->name);
    sw_map_put_text(&body, "by", "nobody: the question expired");
    sw_run_record(run, "answer", &body);
    sw_run_leave(run, "ok", choice->name, &choice->arrow);
}

static void ask_tick(struct sw_run *run)
{
    int64_t expires_ns = expiry(run);

    if (expires_ns != 0 && run->now >= expires_ns) {
        expire(run);
    } else {
        sw_run_check_evidence(run, false, back_to_question);
    }
}

/* ---- what is shown ---- */

static void answer_again(struct sw_run *run);
static void show_read(struct sw_run *run);

static void read_show(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);

    if (run->show_index == step->show_count) {
        sw_run_go(run, run->decision == NULL ? ask : answer_again);
        return;
    }
    const struct sw_show *show = &step->shows[run->show_index];
    struct sw_run_scope scope = sw_run_scope(run, NULL);
    struct sw_error err = {0};
    const struct sw_value *inputs = NULL;

    if (!sw_use_inputs(&show->use, &scope, run->scratch, &inputs, &err)) {
        sw_run_park(run, 3, "'%s' cannot be shown: %s", show->name, err.text);
        return;
    }
    struct sw_job_spec spec = {
        .action = show->use.action,
        .inputs = inputs,
        .subject = sw_state_subject(&run->state),
        .target = sw_run_target(run, show->use.target),
        .target_index = show->use.target,
        .also_index = show->use.also,
    };
    sw_run_read(run, &spec, true, show_read);
}

static void show_read(struct sw_run *run)
{
    const struct sw_show *show = &sw_run_step(run)->shows[run->show_index];
    struct sw_builder shows = sw_map_begin(run->scratch);

    for (size_t i = 0; i < run->show_index; i++) {
        const char *name = sw_run_step(run)->shows[i].name;

        sw_map_put(&shows, name, sw_get(run->shows, name));
    }
    if (run->job.verdict == SW_DONE) {
        const struct sw_value *outputs =
            sw_probe_outputs(&run->job.probe, show->use.action, (unsigned)show->use.target + 1);
        const struct sw_value *copy = sw_value_copy(run->scratch, outputs);

        sw_map_put(&shows, show->name,
                   sw_run_fits(copy) ? copy : sw_unknown(run->scratch, "more than can be kept"));
    } else {
        sw_map_put(&shows, show->name, sw_unknown(run->scratch, "%s", sw_job_said(&run->job)));
    }
    run->shows = sw_built(&shows);
    run->show_index++;
    sw_run_go(run, read_show);
}

void sw_run_decide_step(struct sw_run *run)
{
    struct sw_builder none = sw_map_begin(run->scratch);

    run->decision = NULL;
    run->show_index = 0;
    run->shows = sw_built(&none);
    read_show(run);
}

/* ---- the answer ---- */

/** Everything is read again for the answer; what was asked about must still be so. */
static void answer_again(struct sw_run *run)
{
    const struct sw_decision decision = *run->decision;
    const struct sw_step *step = sw_run_step(run);
    char digest[65];

    run->decision = NULL;
    digest_of_shows(run, digest);
    if (strcmp(digest, run->shown_digest) != 0) {
        sw_run_note(run, "what was shown has changed since: asks again");
        ask(run);
        return;
    }
    const struct sw_choice *choice = NULL;

    for (size_t i = 0; i < step->choice_count; i++) {
        if (sw_text_is(step->choices[i].name, decision.choice)) {
            choice = &step->choices[i];
        }
    }
    sw_require(choice != NULL);

    struct sw_builder body = sw_run_visit_body(run);

    sw_map_put_text(&body, "choice", decision.choice);
    sw_map_put_text(&body, "by", decision.by);
    sw_map_put_text(&body, "reason", decision.reason);
    sw_map_put_text(&body, "typed", decision.typed);
    sw_map_put_text(&body, "digest", digest);
    sw_map_put_int(&body, "signal", (int64_t)decision.signal);
    sw_run_record(run, "answer", &body);
    if (choice->accepts_loss != SW_NO_STEP) {
        const struct sw_show *show = &step->shows[choice->accepts_loss];
        struct sw_builder reading = sw_map_begin(run->scratch);

        sw_map_put(&reading, "listing", acceptable_listing(run, choice));
        sw_map_put_text(&reading, "accepted_by", decision.by);
        sw_run_yield_evidence(run, show->use.action->accept_yields, show->use.target,
                              sw_built(&reading));
    }
    sw_run_leave(run, "ok", choice->name, &choice->arrow);
}

static const struct sw_question_choice *offered(const struct sw_question *question,
                                                const char *name, struct sw_error *err)
{
    struct sw_buf names;

    for (size_t i = 0; i < question->choice_count; i++) {
        if (sw_text_is(question->choices[i].name, name)) {
            return &question->choices[i];
        }
    }
    for (size_t i = 0; name != NULL && i < question->withheld_count; i++) {
        if (sw_text_is(question->withheld[i].name, name)) {
            sw_fail(err, SW_E_INPUT, "'%s' is not offered: %s", name, question->withheld[i].why);
            return NULL;
        }
    }
    sw_buf_init(&names, 1024);
    for (size_t i = 0; i < question->choice_count; i++) {
        sw_buf_addf(&names, "%s%s", i > 0 ? ", " : "", question->choices[i].name);
    }
    sw_fail(err, SW_E_INPUT, "'%s' is not a choice now; choose one of: %s",
            name == NULL ? "" : name, names.bytes);
    sw_buf_release(&names);
    return NULL;
}

static bool is_complete(const struct sw_question_choice *choice, const struct sw_decision *decision,
                        struct sw_error *err)
{
    if (choice->needs_reason && (decision->reason == NULL || decision->reason[0] == '\0')) {
        return sw_fail(err, SW_E_INPUT, "'%s' needs a reason", choice->name);
    }
    if (choice->typed_back != NULL && !sw_text_is(choice->typed_back, decision->typed)) {
        return sw_fail(err, SW_E_INPUT, "to confirm '%s', type exactly: %s", choice->name,
                       choice->typed_back);
    }
    return true;
}

/** Parked behind an irreversible step that is done: only what must hold after it is looked at. */
static bool is_edge_done(const struct sw_run *run)
{
    const struct sw_step_state *is = &run->state.steps[run->state.step];

    return sw_run_step(run)->edge != NULL && is->finished == run->state.visit &&
           sw_text_is(is->outcome, "ok");
}

static void unpark(struct sw_run *run, const struct sw_decision *decision)
{
    struct sw_builder body =
        run->state.step == SW_NO_STEP ? sw_run_body(run) : sw_run_visit_body(run);
    bool is_rollback = sw_text_is(decision->choice, "rollback");

    if (sw_text_is(decision->choice, "stop")) {
        bool is_in_doubt = run->state.is_irreversible_in_doubt || run->state.park_exit == 8;
        int exit_code = is_in_doubt ? 8 : run->state.is_irreversible_done ? 9 : 4;

        sw_run_end(run, "stopped", exit_code,
                   sw_format(run->scratch, "stopped here by %s, nothing put back: %s", decision->by,
                             run->state.park_why));
        return;
    }
    sw_map_put_text(&body, "how", decision->choice);
    sw_map_put_text(&body, "by", decision->by);
    sw_map_put_text(&body, "reason", decision->reason);
    sw_map_put_int(&body, "signal", (int64_t)decision->signal);
    sw_run_record(run, "unpark", &body);
    if (is_rollback || run->state.is_rolling_back) {
        sw_run_go(run, sw_run_rollback); /* each try begins with a look */
    } else if (run->state.step == SW_NO_STEP) {
        sw_run_go(run, sw_run_begin);
    } else if (run->state.is_dirty || is_edge_done(run)) {
        run->settle_until = 0;
        run->attempt_count = run->verify_count = run->poll_count = 0;
        sw_run_go(run, sw_run_settle);
    } else {
        sw_run_enter(run, run->state.step, SW_NO_STEP, NULL);
    }
}

bool sw_run_decide(struct sw_run *run, int64_t now_ns, const struct sw_decision *decision,
                   struct sw_error *err)
{
    bool is_asking = run->mode == SW_MODE_ASK || run->mode == SW_MODE_PARKED;
    const struct sw_question *question = is_asking ? run->command.question : NULL;

    run->now = now_ns > run->now ? now_ns : run->now;
    if (question == NULL) {
        return sw_fail(err, SW_E_INPUT, "the run asks nothing now");
    }
    if (decision->step != NULL &&
        (question->step == SW_NO_STEP ||
         !sw_text_is(decision->step,
                     sw_state_step_id(&run->state, question->step, run->scratch)))) {
        return sw_fail(err, SW_E_INPUT, "step '%s' asks nothing now; '%s' does", decision->step,
                       question->step == SW_NO_STEP
                           ? "the start"
                           : sw_state_step_id(&run->state, question->step, run->scratch));
    }
    if (decision->digest != NULL && strcmp(decision->digest, question->digest) != 0) {
        return sw_fail(err, SW_E_CONFLICT,
                       "what was asked has changed since it was answered; look and answer again");
    }
    const struct sw_question_choice *choice = offered(question, decision->choice, err);

    if (choice == NULL || !is_complete(choice, decision, err)) {
        return false;
    }
    struct sw_decision *kept = sw_alloc(run->scratch, sizeof *kept);

    *kept = (struct sw_decision){
        .choice = choice->name,
        .by = sw_copy_text(run->scratch, decision->by),
        .reason = decision->reason == NULL ? NULL : sw_copy_text(run->scratch, decision->reason),
        .typed = decision->typed == NULL ? NULL : sw_copy_text(run->scratch, decision->typed),
        .signal = decision->signal,
    };
    switch (question->kind) {
    case SW_QUESTION_PARKED:
        unpark(run, kept);
        return true;
    case SW_QUESTION_APPROVE:
        return sw_run_approve(run, kept, err);
    case SW_QUESTION_DECIDE:
        break;
    }
    run->decision = kept;
    run->show_index = 0;
    sw_run_go(run, read_show);
    return true;
}

void sw_run_dismiss(struct sw_run *run, int64_t now_ns, const struct sw_decision *decision,
                    const char *why)
{
    struct sw_builder body = sw_run_body(run);

    run->now = now_ns > run->now ? now_ns : run->now;
    sw_map_put_text(&body, "by", decision->by);
    sw_map_put_text(&body, "choice", decision->choice);
    sw_map_put_text(&body, "why", why);
    sw_map_put_int(&body, "signal", (int64_t)decision->signal);
    sw_run_record(run, "dismissed", &body);
    sw_run_flush(run);
}

void sw_run_rest(struct sw_run *run)
{
    bool has_wake = run->mode == SW_MODE_ASK || run->mode == SW_MODE_SLEEP;

    sw_run_flush_then(run, SW_THEN_PARK, has_wake ? run->command.wake_ns : 0, NULL, NULL, NULL);
}

/* ---- parked ---- */

void sw_run_ask_parked(struct sw_run *run)
{
    struct sw_question *question = new_question(run, SW_QUESTION_PARKED);
    struct sw_question_choice *rows = sw_alloc_array(run->scratch, 3, sizeof *rows);
    bool is_back = run->state.is_rolling_back;
    /* On the way back of one call only what stands behind its begin counts. */
    bool is_past =
        sw_state_is_past(&run->state, is_back ? sw_state_rollback_floor(&run->state) : 0);

    if (!is_back || !is_past) {
        rows[question->choice_count++] = (struct sw_question_choice){
            .name = "retry",
            .label = is_back               ? "Try again to put back what it is at"
                     : run->state.is_dirty ? "Look again whether it happened"
                                           : "Try this step again"};
    }
    if (!is_past) {
        rows[question->choice_count++] = (struct sw_question_choice){
            .name = "rollback",
            .label = is_back ? "Go on putting back what was changed, and stop"
                             : "Put back what was changed, and stop"};
    }
    rows[question->choice_count++] = (struct sw_question_choice){
        .name = "stop", .label = "Stop here and leave everything as it is", .needs_reason = true};
    question->choices = rows;
    question->title = "The run stands still";
    question->text =
        run->state.park_by_hand == NULL
            ? run->state.park_why
            : sw_format(run->scratch, "%s\n%s", run->state.park_why, run->state.park_by_hand);
    if (!sw_run_flush(run)) {
        return;
    }
    run->mode = SW_MODE_PARKED;
    run->command = (struct sw_command){.kind = SW_COMMAND_PARKED,
                                       .said = run->state.park_why,
                                       .question = question,
                                       .exit_code = run->state.park_exit};
}
