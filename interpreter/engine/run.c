/* Control: one thing at a time, and what comes next is a function pointer. */
#include "engine/run_internal.h"

#include "base/digest.h"

#include <stdlib.h>

static const int64_t patience_ms[] = {2000, 5000, 15000, 30000, 60000};

enum {
    LONGEST_PAUSE_MS = 24 * 60 * 60 * 1000,
    PENDING_MANY = 32, /* records to gather before they are made durable without a need */
};

const struct sw_step *sw_run_step(const struct sw_run *run)
{
    return &run->runbook->steps[run->state.step];
}

const struct sw_state *sw_run_state(const struct sw_run *run)
{
    return &run->state;
}

struct sw_run_scope sw_run_scope(const struct sw_run *run, const struct sw_value *result)
{
    return sw_run_scope_in(run, sw_state_frame(&run->state), result);
}

struct sw_run_scope sw_run_scope_in(const struct sw_run *run, size_t frame,
                                    const struct sw_value *result)
{
    return (struct sw_run_scope){
        .state = &run->state,
        .frame = frame,
        .targets = run->config.targets,
        .result = result,
        .clock_offsets = run->clock_offsets,
        .has_clock = run->has_clock,
        .now_ns = run->now,
    };
}

const char *sw_run_id(struct sw_run *run)
{
    return sw_state_step_id(&run->state, run->state.step, run->scratch);
}

const char *sw_run_text(struct sw_run *run, const struct sw_template *template)
{
    return sw_run_text_in(run, sw_state_frame(&run->state), template);
}

const char *sw_run_text_in(struct sw_run *run, size_t frame, const struct sw_template *template)
{
    struct sw_run_scope of = sw_run_scope_in(run, frame, run->outputs);
    struct sw_scope scope = sw_run_scope_of(&of);

    return template == NULL ? "" : sw_template_text(template, &scope, run->scratch);
}

/** The length without the id of the request at its end, which no two answers of a peer share. */
static size_t told_length(const char *text)
{
    static const char mark[] = " (request ";
    const char *end = text + strlen(text);

    for (const char *at = strstr(text, mark); at != NULL; at = strstr(at + 1, mark)) {
        end = at;
    }
    return (size_t)(end - text);
}

/** Told again it would only fill the timeline. */
static bool is_told_already(const char *text, const char *told)
{
    size_t length = told_length(text);

    return told != NULL && told_length(told) == length && memcmp(text, told, length) == 0;
}

void sw_run_note(struct sw_run *run, const char *text)
{
    bool is_told = text == NULL || text[0] == '\0' || is_told_already(text, run->told) ||
                   run->config.listener.note == NULL;

    /* Once, and in order: what was recorded before is told before. */
    if (!is_told && sw_run_flush(run)) {
        free(run->told);
        run->told = sw_heap(strlen(text) + 1);
        memcpy(run->told, text, strlen(text) + 1);
        run->config.listener.note(run->config.listener.context, run->now, run->state.step, text);
    }
}

/* Spread by +-jitter around ms, the same for the same place of the same run. */
static int64_t jittered(const struct sw_run *run, int64_t ms, double jitter, int n)
{
    struct sw_sha256 hash;
    uint8_t out[SW_SHA256_BYTES];
    int place[3] = {(int)run->state.step, run->state.visit, n};

    sw_sha256_init(&hash);
    sw_sha256_add(&hash, run->lease.run, strlen(run->lease.run));
    sw_sha256_add(&hash, place, sizeof place);
    sw_sha256_end(&hash, out);

    double unit = (double)(out[0] << 8 | out[1]) / 65535.0; /* 0..1 */

    return ms + (int64_t)((double)ms * jitter * (2 * unit - 1));
}

int64_t sw_run_pause_ms(const struct sw_run *run, const struct sw_pacing *pacing, int n)
{
    double ms = (double)pacing->every_ms;
    double max_ms = pacing->max_ms > 0 ? (double)pacing->max_ms : (double)LONGEST_PAUSE_MS;

    for (int i = 0; i < n && ms < max_ms && pacing->factor > 1; i++) {
        ms *= pacing->factor;
    }
    return jittered(run, (int64_t)(ms < max_ms ? ms : max_ms), pacing->jitter, n + 1);
}

int64_t sw_run_paced_ms(int64_t peer_says_ms, int64_t otherwise_ms)
{
    if (peer_says_ms <= 0) {
        return otherwise_ms;
    }
    return peer_says_ms < 1000 ? 1000 : peer_says_ms > 600000 ? 600000 : peer_says_ms;
}

const struct sw_target *sw_run_target(const struct sw_run *run, size_t target)
{
    return target < run->runbook->target_count ? &run->config.targets[target] : NULL;
}

bool sw_run_is_late(const struct sw_run *run)
{
    return run->state.deadline_ns != 0 && run->now >= run->state.deadline_ns;
}

bool sw_run_may_retry(const struct sw_run *run)
{
    const struct sw_step *step = sw_run_step(run);
    const char *const *name = step->retry.errors;

    if (!step->has_retry || !sw_job_is_transient(&run->job) || sw_run_is_late(run) ||
        run->attempt_count >= step->retry.times) {
        return false;
    }
    if (name == NULL) {
        return true;
    }
    while (*name != NULL && !sw_text_is(*name, sw_job_error_name(&run->job))) {
        name++;
    }
    return *name != NULL;
}

void sw_run_go(struct sw_run *run, sw_then_fn then)
{
    if (run->mode != SW_MODE_ENDED) {
        run->mode = SW_MODE_GO;
        run->then = then;
    }
}

void sw_run_sleep(struct sw_run *run, int64_t until_ns, const char *said, sw_then_fn then)
{
    if (!sw_run_flush(run)) {
        return;
    }
    run->mode = SW_MODE_SLEEP;
    run->then = then;
    run->command = (struct sw_command){.kind = SW_COMMAND_SLEEP,
                                       .wake_ns = until_ns > run->now ? until_ns : run->now + 1,
                                       .said = said};
}

/* ---- readings ---- */

static void job_again(struct sw_run *run)
{
    if (run->mode == SW_MODE_ENDED) {
        return;
    }
    sw_job_begin(&run->job, run->attempt, &run->spec);
    run->mode = SW_MODE_JOB;
    run->job_ask = -1;
}

static void job_over(struct sw_run *run)
{
    if (run->is_patient && sw_job_is_transient(&run->job) &&
        run->job_tries < (int)SW_COUNT(patience_ms)) {
        int64_t wait_ms = patience_ms[run->job_tries++];
        int64_t peer_ms = sw_run_paced_ms(run->job.error.retry_after_ms, wait_ms);

        wait_ms = peer_ms > wait_ms ? peer_ms : wait_ms;
        sw_run_note(run, sw_format(run->looking, "no answer yet (%s); asking again",
                                   sw_job_said(&run->job)));
        sw_run_sleep(run, run->now + wait_ms * SW_NS_PER_MS, "asks again after a failed reading",
                     job_again);
        return;
    }
    sw_run_time_reading(run);
    sw_run_go(run, run->job_then);
}

void sw_run_read(struct sw_run *run, const struct sw_job_spec *spec, bool is_patient,
                 sw_then_fn then)
{
    sw_arena_reset(run->looking);
    run->spec = *spec;
    run->spec.basis = sw_state_basis(&run->state, run->looking);
    if (spec->action != NULL && spec->action->hook != NULL) {
        run->spec.scope = sw_run_hook_scope(run, spec, run->looking);
    }
    run->is_patient = is_patient;
    run->job_then = then;
    run->job_tries = 0;
    run->job_began_ns = run->now;
    job_again(run);
}

static void advance_job(struct sw_run *run)
{
    int ask = sw_job_next(&run->job);

    if (run->job.is_over) {
        job_over(run);
        return;
    }
    sw_require(ask >= 0); /* one at a time: an unanswered ask is a command that is out already */
    run->job_ask = ask;
    run->command = (struct sw_command){
        .kind = SW_COMMAND_CALL,
        .id = ++run->last_call,
        .target = sw_job_target(&run->job, ask),
        .call = &sw_job_look(&run->job, ask)->call,
    };
}

static void note_clock(struct sw_run *run, size_t target, const struct sw_answer *answer)
{
    if (answer != NULL && answer->peer_time_ns != 0 && target < run->runbook->target_count) {
        run->clock_offsets[target] = answer->peer_time_ns - run->now;
        run->has_clock[target] = true;
    }
}

void sw_run_answer(struct sw_run *run, uint64_t id, int64_t now_ns, const struct sw_answer *answer,
                   const struct sw_error *error, bool may_have_acted)
{
    if (run->command.kind != SW_COMMAND_CALL || run->command.id != id) {
        return; /* late answer of an older attempt */
    }
    run->now = now_ns > run->now ? now_ns : run->now;
    note_clock(run, run->command.target, answer);
    sw_run_note_request(run, answer == NULL ? NULL : answer->correlation);
    if (run->mode == SW_MODE_JOB) {
        sw_job_answer(&run->job, run->job_ask, answer, error);
        run->job_ask = -1;
        run->command = (struct sw_command){0};
        advance_job(run);
    } else if (run->mode == SW_MODE_ACT) {
        run->command = (struct sw_command){0};
        sw_run_act_answered(run, answer, error, may_have_acted);
    }
}

void sw_run_accepted(struct sw_run *run, uint64_t id, int64_t now_ns, const char *follow,
                     int64_t after_ms, const char *correlation)
{
    if (run->command.kind != SW_COMMAND_CALL || run->command.id != id) {
        return;
    }
    run->now = now_ns > run->now ? now_ns : run->now;
    if (run->mode != SW_MODE_ACT) {
        struct sw_error err = {0};

        sw_fail(&err, SW_E_PROTOCOL, "a question was accepted for later, and not answered");
        sw_run_answer(run, id, now_ns, NULL, &err, false);
        return;
    }
    sw_run_note_request(run, correlation);
    run->command = (struct sw_command){0};
    if (run->state.flight.is_undo) {
        sw_run_undo_accepted(run, after_ms);
    } else {
        sw_run_act_accepted(run, follow, after_ms);
    }
}

/* ---- life ---- */

void sw_run_set_address(struct sw_run *run, const char *address)
{
    free(run->address);
    run->address = NULL;
    if (address != NULL) {
        run->address = sw_heap(strlen(address) + 1);
        memcpy(run->address, address, strlen(address) + 1);
    }
}

static void resume(struct sw_run *run)
{
    switch (run->state.phase) {
    case SW_PHASE_NEW:
        sw_run_go(run, sw_run_begin);
        return;
    case SW_PHASE_PARKED:
        sw_run_go(run, sw_run_ask_parked);
        return;
    case SW_PHASE_ROLLBACK:
        sw_run_go(run, sw_run_rollback);
        return;
    case SW_PHASE_ENDED:
        run->mode = SW_MODE_ENDED;
        run->command = (struct sw_command){.kind = SW_COMMAND_ENDED,
                                           .exit_code = run->state.exit_code,
                                           .word = run->state.end_word,
                                           .said = run->state.end_why};
        return;
    case SW_PHASE_STEPS:
        break;
    }
    /* Nothing is held until it was read again; a write in doubt is settled before all else. */
    if (run->state.is_dirty) {
        sw_run_go(run, sw_run_settle);
    } else {
        sw_run_check_evidence(run, false, sw_run_begin_step);
    }
}

bool sw_run_open(const struct sw_run_config *config, int64_t now_ns, struct sw_run **ret_run,
                 struct sw_error *err)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_run *run = sw_alloc(arena, sizeof *run);
    const struct sw_stored *records = NULL;
    const char *address = "";
    size_t count = 0;

    run->arena = arena;
    run->attempt = sw_arena_new();
    run->scratch = sw_arena_new();
    run->spare = sw_arena_new();
    run->looking = sw_arena_new();
    run->records = sw_arena_new();
    run->config = *config;
    run->runbook = config->runbook;
    run->lease = config->lease;
    run->now = now_ns;
    run->lowest_lapsed = SW_NO_STEP;
    run->clock_offsets =
        sw_alloc_array(arena, run->runbook->target_count + 1, sizeof *run->clock_offsets);
    run->has_clock = sw_alloc_array(arena, run->runbook->target_count + 1, sizeof *run->has_clock);
    sw_state_init(&run->state, arena, run->runbook);
    if (!config->store->ops->load(config->store, run->lease.run, run->attempt, &records, &count,
                                  err) ||
        !sw_run_load(run, records, count, err) ||
        !config->store->ops->kept(config->store, run->lease.run, run->attempt, &address, err)) {
        sw_run_free(run);
        return false;
    }
    if (run->state.flight.is_accepted && address[0] != '\0') {
        sw_run_set_address(run, address);
    }
    sw_arena_reset(run->attempt);
    resume(run);
    *ret_run = run;
    return true;
}

void sw_run_free(struct sw_run *run)
{
    if (run == NULL) {
        return;
    }
    free(run->told);
    free(run->address);
    sw_arena_free(run->attempt);
    sw_arena_free(run->scratch);
    sw_arena_free(run->spare);
    sw_arena_free(run->looking);
    sw_arena_free(run->records);
    sw_arena_free(run->arena);
}

/** Nothing is on the wire and nothing in doubt; on the way back also between two writes. */
static bool is_safe_to_stop(const struct sw_run *run)
{
    if (run->mode == SW_MODE_ACT || run->mode == SW_MODE_ENDED || run->mode == SW_MODE_PARKED) {
        return false;
    }
    return run->state.phase == SW_PHASE_ROLLBACK ? run->state.flight.write == NULL
                                                 : !run->state.is_dirty;
}

static void roll_back_now(struct sw_run *run)
{
    struct sw_decision decision = {
        .choice = "rollback", .by = run->stop_by, .signal = run->stop_signal};
    struct sw_error ignored = {0}; /* not offered any more: then it stands still */

    sw_run_decide(run, run->now, &decision, &ignored);
}

/** @return true when the run stands still now, or goes back */
static bool stop_now(struct sw_run *run)
{
    bool is_rollback = run->is_told_to_roll_back;

    if (!(run->is_told_to_stop || is_rollback) || !is_safe_to_stop(run)) {
        return false;
    }
    run->is_told_to_stop = run->is_told_to_roll_back = false;
    if (is_rollback && run->state.phase == SW_PHASE_ROLLBACK) {
        return false; /* it is on its way */
    }
    run->is_stopping = true;
    sw_run_park(run, 3, "stopped by %s", run->stop_by);
    run->is_stopping = false;
    if (is_rollback) {
        sw_run_ask_parked(run);
        roll_back_now(run);
    }
    return true;
}

void sw_run_stop(struct sw_run *run, int64_t now_ns, const char *by, bool is_rollback,
                 uint64_t signal)
{
    run->now = now_ns > run->now ? now_ns : run->now;
    run->stop_by = sw_copy_text(run->arena, by);
    run->stop_signal = signal;
    if (signal > run->state.signals_seen) {
        run->state.signals_seen = signal;
    }
    if (run->mode == SW_MODE_ENDED) {
        return;
    }
    if (run->mode != SW_MODE_PARKED) {
        run->is_told_to_stop = true;
        run->is_told_to_roll_back = run->is_told_to_roll_back || is_rollback;
    } else if (is_rollback) {
        roll_back_now(run);
    } else {
        struct sw_decision decision = {.choice = "stop", .by = by, .signal = signal};

        /* It stands still already: kept, so that it is not delivered again. */
        sw_run_dismiss(run, now_ns, &decision, "it stands still already");
    }
}

/** When the run must stand still at the latest; 0: never. */
static int64_t run_deadline(const struct sw_run *run)
{
    bool has_deadline = run->runbook->timeout_ms > 0 && run->state.phase == SW_PHASE_STEPS &&
                        !run->state.is_dirty && !run->state.is_irreversible_done &&
                        (run->mode == SW_MODE_SLEEP || run->mode == SW_MODE_ASK);

    return has_deadline ? run->state.started_ns + run->runbook->timeout_ms * SW_NS_PER_MS : 0;
}

/** Hand out what to wait for, but no later than the run's own deadline. */
static const struct sw_command *wait_for_it(struct sw_run *run)
{
    int64_t deadline_ns = run_deadline(run);

    if (deadline_ns != 0 && (run->command.wake_ns == 0 || run->command.wake_ns > deadline_ns)) {
        run->command.wake_ns = deadline_ns + 1;
    }
    return &run->command;
}

static const struct sw_command *broken(struct sw_run *run)
{
    run->mode = SW_MODE_ENDED;
    run->command = (struct sw_command){
        .kind = SW_COMMAND_ENDED, .exit_code = 70, .word = "broken", .said = run->broken.text};
    return &run->command;
}

const struct sw_command *sw_run_next(struct sw_run *run, int64_t now_ns)
{
    run->now = now_ns > run->now ? now_ns : run->now;
    for (;;) {
        if (run->broken.code != SW_E_NONE) {
            return broken(run);
        }
        if (stop_now(run)) {
            continue;
        }
        if (run_deadline(run) != 0 && run->now > run_deadline(run)) {
            sw_run_park(run, 7, "the run is past its own deadline");
            continue;
        }
        switch (run->mode) {
        case SW_MODE_GO:
            if (run->pending_count < PENDING_MANY || sw_run_flush(run)) {
                run->then(run);
            }
            break;
        case SW_MODE_JOB:
            if (run->job_ask >= 0) {
                return &run->command;
            }
            advance_job(run);
            break;
        case SW_MODE_SLEEP:
            if (run->now < run->command.wake_ns) {
                return wait_for_it(run);
            }
            sw_run_go(run, run->then);
            break;
        case SW_MODE_ASK:
            if (run->command.wake_ns == 0 || run->now < run->command.wake_ns) {
                return wait_for_it(run);
            }
            sw_run_go(run, run->then);
            break;
        case SW_MODE_ACT:
        case SW_MODE_PARKED:
        case SW_MODE_ENDED:
            return &run->command;
        }
    }
}
