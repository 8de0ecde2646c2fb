/* The order of a run: facts, locks, facts again, identity, `require`, then the steps. */
#include "engine/run_internal.h"

enum { SUBJECT_LOCKS = 8 }; /* identity outputs of one subject */

static void fact_read(struct sw_run *run);

void sw_run_restore_facts(struct sw_run *run)
{
    if (run->kept_facts != NULL) {
        run->state.facts = run->kept_facts;
        run->kept_facts = NULL;
    }
}

bool sw_run_is_in_chain(const struct sw_run *run, size_t frame)
{
    const struct sw_runbook *book = run->runbook;
    size_t here = sw_state_frame(&run->state);

    return book->frames[frame].domain == book->frames[here].domain &&
           sw_frame_is_within(book, here, frame);
}

static bool is_wanted(const struct sw_run *run, const struct sw_fact *fact)
{
    return run->is_chain ? sw_run_is_in_chain(run, fact->frame) : fact->frame == run->facts_of;
}

/** Before the first step it is refused; a call fails; at the edge it stands still. */
static void cannot_read(struct sw_run *run, const struct sw_fact *fact, const char *why,
                        bool is_peer)
{
    const char *text = sw_format(run->scratch, "fact '%s' cannot be read: %s", fact->key, why);

    if (!run->state.has_required) {
        sw_run_end(run, "refused", is_peer ? 69 : 4, text);
    } else if (!run->is_chain && run->facts_of != 0) {
        sw_run_fail_step(run, "%s", text);
    } else {
        sw_run_park(run, is_peer ? 69 : 3, "%s", text);
    }
}

static void read_fact(struct sw_run *run)
{
    while (run->fact_index < run->runbook->fact_count &&
           !is_wanted(run, &run->runbook->facts[run->fact_index])) {
        run->fact_index++;
    }
    if (run->fact_index == run->runbook->fact_count) {
        sw_run_go(run, run->facts_then);
        return;
    }
    const struct sw_fact *fact = &run->runbook->facts[run->fact_index];
    struct sw_run_scope scope = sw_run_scope_in(run, fact->frame, NULL);
    struct sw_error err = {0};
    const struct sw_value *inputs = NULL;

    if (!sw_use_inputs(&fact->use, &scope, run->scratch, &inputs, &err)) {
        cannot_read(run, fact, err.text, false);
        return;
    }
    struct sw_job_spec spec = {
        .action = fact->use.action,
        .inputs = inputs,
        .subject = sw_state_subject_of(&run->state, fact->frame),
        .target = sw_run_target(run, fact->use.target),
        .target_index = fact->use.target,
        .also_index = fact->use.also,
    };
    sw_run_read(run, &spec, true, fact_read);
}

static void fact_read(struct sw_run *run)
{
    const struct sw_fact *fact = &run->runbook->facts[run->fact_index];

    if (run->job.verdict != SW_DONE) {
        cannot_read(run, fact, sw_copy_text(run->scratch, sw_job_said(&run->job)),
                    run->job.error.code == SW_E_UNREACHABLE);
        return;
    }
    const struct sw_value *outputs =
        sw_probe_outputs(&run->job.probe, fact->use.action, (unsigned)fact->use.target + 1);

    if (!sw_run_fits(outputs)) {
        outputs = sw_unknown(run->arena, "more than can be kept");
    }
    sw_map_put(&run->fact_values, fact->key, sw_value_copy(run->arena, outputs));
    /* Facts below may refer to this one. */
    run->state.facts = sw_built(&run->fact_values);
    run->fact_index++;
    sw_run_go(run, read_fact);
}

/** Facts of the frames that are not read now stay as they are. */
static void begin_facts(struct sw_run *run, sw_then_fn then)
{
    run->fact_index = 0;
    run->fact_values = sw_map_begin(run->arena);
    run->facts_then = then;
    for (size_t i = 0; i < run->runbook->fact_count; i++) {
        const struct sw_fact *fact = &run->runbook->facts[i];
        const struct sw_value *value = sw_get(run->state.facts, fact->key);

        if (value != NULL && !is_wanted(run, fact)) {
            sw_map_put(&run->fact_values, fact->key, value);
        }
    }
    sw_run_go(run, read_fact);
}

void sw_run_read_facts(struct sw_run *run, size_t frame, sw_then_fn then)
{
    run->facts_of = frame;
    run->is_chain = false;
    begin_facts(run, then);
}

void sw_run_read_facts_again(struct sw_run *run, sw_then_fn then)
{
    run->is_chain = true;
    begin_facts(run, then);
}

/** Add one lock, folded. */
static void add_lock(struct sw_run *run, const char **names, size_t *count, const char *text)
{
    char *name = sw_copy_text(run->scratch, text);

    sw_text_fold(name);
    names[(*count)++] = name;
}

/**
 * Names of the locks: each identity of the subject that is known, then what `lock` adds. All
 * folded.
 *
 * @return NULL when a name is not known: two runs could then hold the same thing
 */
static const char *const *lock_names(struct sw_run *run, size_t frame, struct sw_error *err)
{
    const struct sw_frame *at = &run->runbook->frames[frame];
    const struct sw_field *row =
        at->subject == SW_NO_STEP ? NULL : run->runbook->facts[at->subject].use.action->outputs;
    const struct sw_value *subject = sw_state_subject_of(&run->state, frame);
    const char **names =
        sw_alloc_array(run->scratch, at->lock_count + SUBJECT_LOCKS + 1, sizeof *names);
    struct sw_run_scope of = sw_run_scope_in(run, frame, NULL);
    struct sw_scope scope = sw_run_scope_of(&of);
    size_t count = 0;

    for (; row != NULL && row->name != NULL && count < SUBJECT_LOCKS; row++) {
        const char *id = sw_as_text(sw_get(subject, row->name));

        if ((row->flags & SW_FIELD_IDENTITY) != 0 && id != NULL) {
            add_lock(run, names, &count, id);
        }
    }
    if (at->subject != SW_NO_STEP && count == 0) {
        sw_fail(err, SW_E_INPUT, "the subject does not say who it is, so it cannot be locked");
        return NULL;
    }
    for (size_t i = 0; i < at->lock_count; i++) {
        const struct sw_value *value = sw_template_value(at->locks[i], &scope, run->scratch);

        if (!sw_is_known(value)) {
            sw_fail(err, SW_E_INPUT, "lock %zu is not known: %s", i + 1,
                    sw_run_text_in(run, frame, at->locks[i]));
            return NULL;
        }
        add_lock(run, names, &count, sw_run_text_in(run, frame, at->locks[i]));
    }
    names[count] = NULL;
    return names;
}

const char *sw_run_check_require(struct sw_run *run, size_t frame, bool is_edge,
                                 struct sw_builder *ret_rows)
{
    const struct sw_frame *at = &run->runbook->frames[frame];
    struct sw_run_scope scope = sw_run_scope_in(run, frame, NULL);
    struct sw_buf failures;
    const char *text = NULL;

    sw_buf_init(&failures, 65536);
    *ret_rows = sw_list_begin(run->scratch);
    for (size_t i = 0; i < at->require_count; i++) {
        const struct sw_row *row = &at->requires[i];

        if (is_edge && row->is_at_start) {
            continue;
        }
        struct sw_row_result result = sw_row_evaluate(row, &scope, run->scratch);
        struct sw_builder item = sw_map_begin(run->scratch);

        sw_map_put_text(&item, "id", row->id);
        sw_map_put_bool(&item, "holds", result.holds);
        if (!result.holds) {
            sw_map_put_text(&item, "why", result.why);
            sw_buf_addf(&failures, "%s%s: %s", failures.length > 0 ? "\n" : "", row->id,
                        result.why);
        }
        sw_list_add(ret_rows, sw_built(&item));
    }
    if (failures.length > 0) {
        text = sw_copy(run->scratch, failures.bytes, failures.length);
    }
    sw_buf_release(&failures);
    return text;
}

const char *sw_run_check_identity(struct sw_run *run, size_t frame)
{
    const struct sw_value *subject = run->runbook->frames[frame].domain == frame
                                         ? sw_state_subject_of(&run->state, frame)
                                         : NULL; /* the caller has compared it */

    for (size_t t = 0; subject != NULL && t < run->runbook->target_count; t++) {
        const struct sw_target_kind *kind = run->runbook->targets[t].kind;

        if (kind->identity_action == NULL) {
            continue;
        }
        for (size_t f = 0; f < run->runbook->fact_count; f++) {
            const struct sw_fact *fact = &run->runbook->facts[f];

            if (fact->frame != frame || fact->use.target != t ||
                !sw_text_is(fact->use.action->name, kind->identity_action)) {
                continue;
            }
            const char *is =
                sw_as_text(sw_get(sw_get(run->state.facts, fact->key), kind->identity_output));
            const char *wanted = sw_as_text(sw_get(subject, kind->subject_output));

            if (is == NULL || wanted == NULL) {
                return sw_format(run->scratch,
                                 "target '%s' cannot be compared with the subject: %s is not known",
                                 run->runbook->targets[t].name,
                                 is == NULL ? kind->identity_output : kind->subject_output);
            }
            if (!sw_text_is_folded(is, wanted)) {
                return sw_format(run->scratch,
                                 "target '%s' is another one (%s %s) than the subject's (%s): bind "
                                 "the right one",
                                 run->runbook->targets[t].name, kind->identity_output, is, wanted);
            }
        }
    }
    return NULL;
}

void sw_run_record_facts(struct sw_run *run, size_t frame, int round)
{
    struct sw_builder body = frame == 0 ? sw_run_body(run) : sw_run_visit_body(run);
    struct sw_builder facts = sw_map_begin(run->records);

    for (size_t i = 0; i < run->runbook->fact_count; i++) {
        const struct sw_fact *fact = &run->runbook->facts[i];
        const struct sw_value *value = sw_get(run->state.facts, fact->key);

        if (fact->frame == frame && value != NULL) {
            sw_map_put(&facts, fact->key, value);
        }
    }
    sw_map_put_int(&body, "round", round);
    sw_map_put(&body, "facts", sw_built(&facts));
    sw_run_record(run, "facts", &body);
}

const char *sw_run_require(struct sw_run *run, size_t frame)
{
    struct sw_builder rows;
    struct sw_builder body = frame == 0 ? sw_run_body(run) : sw_run_visit_body(run);
    const char *why = sw_run_check_identity(run, frame);
    const char *unmet = sw_run_check_require(run, frame, false, &rows);

    if (why == NULL) {
        why = unmet;
    }
    sw_map_put_bool(&body, "holds", why == NULL);
    sw_map_put(&body, "rows", sw_built(&rows));
    sw_map_put_text(&body, "why", why);
    sw_run_record(run, "require", &body);
    return why;
}

static void require_now(struct sw_run *run)
{
    sw_run_record_facts(run, 0, 2);

    const char *why = sw_run_require(run, 0);

    if (why != NULL) {
        sw_run_end(run, "refused", 4, why);
        return;
    }
    sw_run_enter(run, 0, SW_NO_STEP, NULL);
}

bool sw_run_take_locks(struct sw_run *run, size_t frame, struct sw_error *err)
{
    const char *const *names = lock_names(run, frame, err);
    bool had_locks = run->state.has_locks;

    sw_run_record_facts(run, frame, 1);
    if (names == NULL || !sw_run_flush(run)) {
        return false;
    }
    struct sw_builder body = frame == 0 ? sw_run_body(run) : sw_run_visit_body(run);
    struct sw_builder list = sw_list_begin(run->records);

    for (size_t i = 0; names[i] != NULL; i++) {
        sw_list_add(&list, sw_text(run->records, names[i]));
    }
    sw_map_put(&body, "names", sw_built(&list));
    sw_run_record(run, "locks", &body);
    if (sw_run_flush_then(run, SW_THEN_KEEP, 0, NULL, names, err)) {
        return true;
    }
    if (err->code == SW_E_LOCKED) {
        run->pending_count = 0; /* the refused record was not written */
        run->state.seq--;
        run->state.has_locks = had_locks;
    }
    return false;
}

static void take_locks(struct sw_run *run)
{
    struct sw_error err = {0};

    if (sw_run_take_locks(run, 0, &err)) {
        /* Read under the lock: what counts is what nobody else of us can change now. */
        sw_run_read_facts(run, 0, require_now);
    } else if (run->broken.code == SW_E_NONE) {
        sw_run_end(run, "refused", err.code == SW_E_LOCKED ? 6 : 4,
                   sw_copy_text(run->scratch, err.text));
    }
}

void sw_run_begin(struct sw_run *run)
{
    if (run->state.run_id == NULL) {
        struct sw_builder body = sw_run_body(run);

        sw_map_put_text(&body, "run", run->lease.run);
        sw_map_put_text(&body, "runbook", run->runbook->name);
        sw_map_put_text(&body, "version", run->runbook->version);
        sw_map_put_text(&body, "digest", run->runbook->digest);
        if (run->config.origin != NULL) {
            sw_map_put(&body, "origin", run->config.origin);
        }
        sw_map_put_text(&body, "title", run->runbook->title);
        sw_map_put_text(&body, "by", run->config.by);
        sw_map_put_bool(&body, "rehearsal", run->config.is_rehearsal);
        sw_map_put(&body, "params", run->config.params);

        struct sw_builder targets = sw_map_begin(run->records);

        for (size_t i = 0; i < run->runbook->target_count; i++) {
            sw_map_put(&targets, run->runbook->targets[i].name, run->config.targets[i].settings);
        }
        sw_map_put(&body, "targets", sw_built(&targets));
        sw_run_record(run, "run", &body);
        if (!sw_run_flush(run)) {
            return;
        }
    }
    sw_run_read_facts(run, 0, run->state.has_locks ? require_now : take_locks);
}
