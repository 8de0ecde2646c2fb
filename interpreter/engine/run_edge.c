/*
 * The point of no return: everything is read again, shown, approved, read once more, and only then
 * the intent is written and the act sent.
 */
#include "engine/run_internal.h"

#include "base/digest.h"
#include "base/limits.h"
#include "engine/window.h"
#include "sdk/json.h"

#define RECHECK_NS (15 * 60 * SW_NS_PER_S)

/** How old what was read last may be when the act is sent (language.md, "The edge"). */
#define FRESH_NS (60 * SW_NS_PER_S)

enum { EDGE_ROUNDS = 10 };

static void edge_probed(struct sw_run *run);

/** Those of the run; in a called runbook also those that it and its callers were given. */
static const struct sw_value *params_of(struct sw_run *run)
{
    const struct sw_frame *frames = run->runbook->frames;
    struct sw_builder map = sw_map_begin(run->scratch);
    size_t frame = sw_state_frame(&run->state);

    if (frame == 0) {
        return run->state.params;
    }
    sw_map_put(&map, "", run->state.params);
    for (; frame != 0; frame = frames[frame].caller) {
        sw_map_put(&map, frames[frame].prefix, run->state.frames[frame].params);
    }
    return sw_built(&map);
}

/** What an approval is bound to: facts that do not move by themselves, evidence, parameters, what
 * the act gets and where it goes. */
static const struct sw_value *bound_to(struct sw_run *run, const struct sw_value *facts)
{
    struct sw_builder map = sw_map_begin(run->scratch);
    struct sw_builder stable = sw_map_begin(run->scratch);
    struct sw_builder targets = sw_map_begin(run->scratch);

    for (size_t i = 0; i < run->runbook->fact_count; i++) {
        const struct sw_fact *fact = &run->runbook->facts[i];
        struct sw_builder outputs = sw_map_begin(run->scratch);

        if (!sw_run_is_in_chain(run, fact->frame)) {
            continue;
        }

        for (const struct sw_field *row = fact->use.action->outputs;
             row != NULL && row->name != NULL; row++) {
            const struct sw_value *value = sw_get(sw_get(facts, fact->key), row->name);

            if ((row->flags & SW_FIELD_VOLATILE) == 0 && value != NULL) {
                sw_map_put(&outputs, row->name, value);
            }
        }
        sw_map_put(&stable, fact->key, sw_built(&outputs));
    }
    for (size_t i = 0; i < run->runbook->target_count; i++) {
        sw_map_put(&targets, run->runbook->targets[i].name, run->config.targets[i].settings);
    }
    sw_map_put(&map, "facts", sw_built(&stable));
    sw_map_put(&map, "evidence", sw_state_basis(&run->state, run->scratch));
    sw_map_put(&map, "params", params_of(run));
    sw_map_put(&map, "inputs", run->inputs);
    sw_map_put(&map, "targets", sw_built(&targets));
    sw_map_put_text(&map, "runbook", run->runbook->digest);
    sw_map_put_text(&map, "step", sw_run_id(run));
    return sw_built(&map);
}

static void digest_of(const struct sw_value *value, char out[65])
{
    struct sw_buf json;

    sw_buf_init(&json, SW_LIMIT_RECORD_BYTES);
    sw_json_write(&json, value, SW_JSON_TYPED);
    sw_sha256_hex(json.bytes, json.length, out);
    sw_buf_release(&json);
}

/** Is it still the same thing? Compares the identity outputs of the subject's fact. */
static const char *changed_identity(struct sw_run *run, const struct sw_value *old_facts,
                                    const struct sw_value *new_facts)
{
    size_t subject = run->runbook->frames[sw_state_domain(&run->state)].subject;
    const struct sw_fact *fact = subject == SW_NO_STEP ? NULL : &run->runbook->facts[subject];
    const struct sw_field *row = fact == NULL ? NULL : fact->use.action->outputs;

    for (; row != NULL && row->name != NULL; row++) {
        const struct sw_value *was = sw_get(sw_get(old_facts, fact->key), row->name);
        const struct sw_value *is = sw_get(sw_get(new_facts, fact->key), row->name);

        if ((row->flags & SW_FIELD_IDENTITY) != 0 && !sw_value_same(was, is)) {
            return row->name;
        }
    }
    return NULL;
}

/* ---- how long it takes ---- */

void sw_run_time_reading(struct sw_run *run)
{
    const struct sw_job_spec *spec = &run->spec;
    int64_t took_ns = run->now - run->job_began_ns;

    if (run->slowest == NULL || took_ns > run->slowest_ns) {
        run->slowest_ns = took_ns;
        run->slowest = spec->evidence != NULL ? spec->evidence->name
                       : spec->action != NULL ? spec->action->name
                                              : "a reading";
        run->slowest_target = spec->target == NULL ? NULL : spec->target->name;
    }
}

/** "the readings took 1m 12s and may be 1m old when it acts; the slowest, ... on server, 1m 10s" */
static const char *slowness(struct sw_run *run)
{
    char all[SW_DURATION_TEXT_BYTES];
    char allowed[SW_DURATION_TEXT_BYTES];
    char slowest[SW_DURATION_TEXT_BYTES];

    sw_duration_for_people((run->now - run->edge_read_ns) / SW_NS_PER_MS, all);
    sw_duration_for_people(FRESH_NS / SW_NS_PER_MS, allowed);
    sw_duration_for_people(run->slowest_ns / SW_NS_PER_MS, slowest);
    return sw_format(run->scratch,
                     "the readings took %s, and when it acts they may be %s old at most; the "
                     "slowest was %s%s%s, %s",
                     all, allowed, run->slowest, run->slowest_target == NULL ? "" : " on ",
                     run->slowest_target == NULL ? "" : run->slowest_target, slowest);
}

/* ---- 1: read everything again ---- */

static void evidence_again(struct sw_run *run);

static void facts_again(struct sw_run *run)
{
    const struct sw_value *new_facts = run->state.facts;
    const struct sw_value *old_facts = run->kept_facts;
    const char *changed = changed_identity(run, old_facts, new_facts);
    struct sw_builder rows;
    const char *why = sw_run_check_identity(run, sw_state_domain(&run->state));

    for (size_t i = 0; i < run->runbook->frame_count && why == NULL; i++) {
        if (sw_run_is_in_chain(run, i)) {
            why = sw_run_check_require(run, i, true, &rows);
        }
    }
    sw_run_restore_facts(run); /* the run keeps the facts that it began with */
    run->edge_facts = new_facts;
    if (changed != NULL) {
        sw_run_park(run, 3, "another one stands under the subject's name now: its '%s' has changed",
                    changed);
        return;
    }
    if (why != NULL) {
        sw_run_park(run, 3, "it may not be done now: %s", why);
        return;
    }
    evidence_again(run);
}

static void evidence_checked(struct sw_run *run);

static void evidence_again(struct sw_run *run)
{
    sw_run_check_evidence(run, !run->is_edge_second, evidence_checked);
}

static void evidence_checked(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);

    if (run->is_evidence_unread || !sw_run_evidence_is_read(run)) {
        sw_run_wait_for_evidence(run, evidence_again);
        return;
    }
    if (!sw_state_satisfies(&run->state, step->use.action)) {
        sw_run_park(run, 3, "step '%s' may not act: what it needs is not proven", sw_run_id(run));
        return;
    }
    struct sw_run_scope scope = sw_run_scope(run, NULL);
    struct sw_error err = {0};

    if (!sw_use_inputs(&step->use, &scope, run->scratch, &run->inputs, &err)) {
        sw_run_fail_step(run, "%s", err.text);
        return;
    }
    struct sw_job_spec spec = {
        .action = step->use.action,
        .inputs = run->inputs,
        .subject = sw_state_subject(&run->state),
        .target = sw_run_target(run, step->use.target),
        .target_index = step->use.target,
    };
    sw_run_read(run, &spec, true, edge_probed);
}

void sw_run_edge(struct sw_run *run)
{
    const char *why = sw_window_shut(sw_run_step(run)->edge, run->now, run->scratch);

    if (why != NULL) {
        sw_run_park(run, 3, "step '%s' may not act now: %s", sw_run_id(run), why);
        return;
    }
    sw_run_restore_facts(run);
    run->kept_facts = run->state.facts;
    run->edge_read_ns = run->now;
    run->slowest_ns = 0;
    run->slowest = NULL;
    sw_run_read_facts_again(run, facts_again);
}

/* ---- 2: show and ask ---- */

/** What people gave up on the way here: whoever approves must see it, by name. */
static void add_given_up(struct sw_run *run, struct sw_buf *text)
{
    size_t domain = sw_state_domain(&run->state);

    for (size_t i = 0; i < run->state.held_count; i++) {
        const struct sw_held *held = &run->state.held[i];
        const char *by = sw_as_text(sw_get(held->reading, "accepted_by"));

        if (held->is_held && held->domain == domain && by != NULL) {
            sw_buf_addf(text, "Lost for ever by it, given up by %s (step %s): ", by, held->id);
            sw_run_add_listing(text, sw_get(held->reading, "listing"), "  ");
            sw_buf_add_text(text, "\n");
        }
    }
}

static const char *edge_text(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);
    struct sw_buf text;

    sw_buf_init(&text, 1u << 20);
    sw_buf_addf(&text, "%s\n",
                step->use.action->loss == NULL ? "This cannot be undone." : step->use.action->loss);
    if (step->edge->note != NULL) {
        sw_buf_addf(&text, "%s\n", sw_run_text(run, step->edge->note));
    }
    if (step->edge->day_mask != 0) {
        sw_buf_addf(&text, "Its window, %s: %s\n", sw_window_text(step->edge, run->scratch),
                    sw_window_now(step->edge, run->now, run->scratch));
    }
    add_given_up(run, &text);
    sw_run_add_facts(run, &text, run->edge_facts);
    sw_buf_add_text(&text, "Proven, and read again just now:\n");
    for (size_t i = 0; i < run->state.held_count; i++) {
        const struct sw_held *held = &run->state.held[i];

        if (held->is_held && held->domain == sw_state_domain(&run->state)) {
            sw_buf_addf(&text, "  %-30s %s (step %s)\n", held->evidence->name, held->evidence->doc,
                        held->id);
            sw_run_add_readings(run, &text, held->reading);
        }
    }
    const char *copy = sw_copy(run->scratch, text.bytes, text.length);

    sw_buf_release(&text);
    return copy;
}

static void record_edge(struct sw_run *run, const struct sw_value *bound, const char *digest)
{
    struct sw_builder body = sw_run_visit_body(run);

    sw_map_put_int(&body, "reading", run->is_edge_second ? 2 : 1);
    sw_map_put(&body, "bound", bound);
    sw_map_put_text(&body, "digest", digest);
    sw_window_put(&body, sw_run_step(run)->edge, run->now);
    sw_run_record(run, "edge", &body);
}

static void back_to_approval(struct sw_run *run)
{
    if (!sw_run_flush(run)) {
        return;
    }
    run->mode = SW_MODE_ASK;
    run->then = sw_run_edge_tick;
    run->command = run->asked;
    run->command.wake_ns = run->now + RECHECK_NS;
}

static bool has_old_approval(const struct sw_run *run)
{
    int64_t good_for_ns = sw_run_step(run)->edge->good_for_ms * SW_NS_PER_MS;

    for (size_t i = 0; i < run->state.approval_count; i++) {
        if (run->now > run->state.approvals[i].at_ns + good_for_ns) {
            return true;
        }
    }
    return false;
}

static void void_approvals(struct sw_run *run, const char *why)
{
    struct sw_builder body = sw_run_visit_body(run);

    sw_map_put_text(&body, "why", why);
    sw_run_record(run, "void", &body);
}

void sw_run_edge_tick(struct sw_run *run)
{
    if (has_old_approval(run)) {
        void_approvals(run, "an approval is older than it may be");
        sw_run_edge(run);
        return;
    }
    sw_run_check_evidence(run, false, back_to_approval);
}

static void ask_approval(struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);
    struct sw_question *question = sw_alloc(run->scratch, sizeof *question);
    struct sw_question_choice *rows = sw_alloc_array(run->scratch, 2, sizeof *rows);
    struct sw_builder body = sw_run_visit_body(run);

    question->kind = SW_QUESTION_APPROVE;
    question->step = run->state.step;
    question->id = sw_run_id(run);
    question->visit = run->state.visit;
    question->title = sw_run_text(run, step->title);
    question->text = edge_text(run);
    question->by = step->edge->by;
    question->people = step->edge->people;
    question->approved = (int)run->state.approval_count;
    memcpy(question->digest, run->shown_digest, sizeof question->digest);
    rows[0] = (struct sw_question_choice){.name = "approve",
                                          .label = "Do it",
                                          .typed_back = sw_run_subject_name(run),
                                          .statement = step->use.action->loss};
    rows[1] = (struct sw_question_choice){.name = "reject", .label = "Do not do it"};
    question->choices = rows;
    question->choice_count = 2;
    sw_map_put_text(&body, "title", question->title);
    sw_map_put_text(&body, "text", question->text);
    sw_run_put_choices(run, &body, question);
    sw_map_put_text(&body, "by", step->edge->by);
    sw_map_put_text(&body, "digest", run->shown_digest);
    sw_run_record(run, "ask", &body);
    run->asked = (struct sw_command){.kind = SW_COMMAND_ASK,
                                     .said = "waits for the approval of what cannot be undone",
                                     .question = question};
    back_to_approval(run);
}

/* ---- 3 and 4: once more, then act ---- */

/** @param advice what to do once it came to nothing so often */
static void again(struct sw_run *run, const char *why, const char *advice)
{
    run->is_edge_second = false;
    if (++run->edge_rounds > EDGE_ROUNDS) {
        sw_run_park(run, 3,
                    "all was read %d times before it could act, and each time in vain: %s. %s",
                    EDGE_ROUNDS + 1, why, advice);
        return;
    }
    sw_run_note(run, why);
    sw_run_edge(run);
}

static void differs(struct sw_run *run, const char *why)
{
    void_approvals(run, why);
    again(run, sw_format(run->scratch, "%s: asks again", why),
          "Find out who changes it meanwhile, then let this step begin again");
}

/** Shown and found as before: the approvals that came through another process still stand. */
static void first_reading(struct sw_run *run, const char *digest)
{
    bool is_same = strcmp(digest, run->state.approval_digest) == 0;

    memcpy(run->shown_digest, digest, sizeof run->shown_digest);
    if (run->state.approval_count > 0 && (!is_same || has_old_approval(run))) {
        void_approvals(run, is_same ? "an approval is older than it may be"
                                    : "what was shown has changed since it was approved");
    }
    if ((int)run->state.approval_count < sw_run_step(run)->edge->people) {
        ask_approval(run);
        return;
    }
    run->is_edge_second = true;
    sw_run_edge(run);
}

static void second_reading(struct sw_run *run, const char *digest)
{
    if (strcmp(digest, run->shown_digest) != 0 || strcmp(digest, run->state.approval_digest) != 0) {
        differs(run, "what was shown has changed since it was approved");
        return;
    }
    if (has_old_approval(run)) {
        differs(run, "an approval is older than it may be");
        return;
    }
    if (run->now > run->edge_read_ns + FRESH_NS) {
        again(run, slowness(run),
              sw_format(run->scratch,
                        "Find out why %s answers so slowly now (`stepwise doctor`), then let this "
                        "step begin again",
                        run->slowest_target == NULL ? "it" : run->slowest_target));
        return;
    }
    sw_require((int)run->state.approval_count >= sw_run_step(run)->edge->people);
    sw_require(sw_state_satisfies(&run->state, sw_run_step(run)->use.action));
    run->before = sw_value_copy(run->scratch, sw_built(&run->job.probe.seen));
    sw_run_send_writes(run);
}

static void edge_probed(struct sw_run *run)
{
    const struct sw_value *bound = bound_to(run, run->edge_facts);
    char digest[65];

    digest_of(bound, digest);
    switch (run->job.verdict) {
    case SW_NEEDED:
        break;
    case SW_ALREADY:
        run->outputs = sw_value_copy(run->scratch,
                                     sw_probe_outputs(&run->job.probe, sw_run_step(run)->use.action,
                                                      (unsigned)sw_run_step(run)->use.target + 1));
        sw_run_note(run, "already as wanted: nothing is sent");
        sw_run_after_ok(run);
        return;
    case SW_BLOCKED:
    case SW_UNCLEAR:
    case SW_SETTLING:
    case SW_FAILED:
    case SW_PENDING:
    case SW_DONE:
    case SW_WAIT:
    case SW_HOLDS:
    case SW_LAPSED:
        sw_run_park(run, 3, "step '%s' cannot act: %s", sw_run_id(run), sw_job_said(&run->job));
        return;
    }
    record_edge(run, bound, digest);
    if (run->is_edge_second) {
        second_reading(run, digest);
    } else {
        first_reading(run, digest);
    }
}

static bool is_new_person(const struct sw_run *run, const char *by)
{
    const struct sw_edge *edge = sw_run_step(run)->edge;

    if (edge->people > 1 && sw_text_is(by, run->state.started_by)) {
        return false;
    }
    for (size_t i = 0; i < run->state.approval_count; i++) {
        if (sw_text_is(run->state.approvals[i].by, by)) {
            return false;
        }
    }
    return true;
}

bool sw_run_approve(struct sw_run *run, const struct sw_decision *decision, struct sw_error *err)
{
    struct sw_builder body = sw_run_visit_body(run);

    if (sw_text_is(decision->choice, "reject")) {
        const char *why = sw_format(run->scratch, "%s refused to approve it%s%s", decision->by,
                                    decision->reason == NULL ? "" : ": ",
                                    decision->reason == NULL ? "" : decision->reason);

        sw_map_put_text(&body, "by", decision->by);
        sw_map_put_text(&body, "reason", decision->reason);
        sw_map_put_int(&body, "signal", (int64_t)decision->signal);
        sw_run_record(run, "reject", &body);
        if (sw_step_arrow(sw_run_step(run), "failed") != NULL) {
            sw_run_fail_step(run, "%s", why); /* it is not done, and the runbook says what then */
        } else {
            sw_run_park(run, 3, "%s", why);
        }
        return true;
    }
    if (!is_new_person(run, decision->by)) {
        return sw_fail(err, SW_E_DENIED,
                       "%s cannot approve it%s: %d different people are needed, and who started "
                       "the run does not count",
                       decision->by, run->state.approval_count > 0 ? " again" : "",
                       sw_run_step(run)->edge->people);
    }
    sw_map_put_text(&body, "by", decision->by);
    sw_map_put_text(&body, "reason", decision->reason);
    sw_map_put_text(&body, "typed", decision->typed);
    sw_map_put_text(&body, "digest", run->shown_digest);
    sw_map_put_bool(&body, "rehearsal", run->config.is_rehearsal);
    sw_map_put_int(&body, "signal", (int64_t)decision->signal);
    sw_run_record(run, "approve", &body);
    if ((int)run->state.approval_count < sw_run_step(run)->edge->people) {
        ask_approval(run);
        return true;
    }
    run->is_edge_second = true;
    sw_run_edge(run);
    return true;
}
