#include "engine/job.h"

#include "base/text.h"

void sw_job_begin(struct sw_job *job, struct sw_arena *arena, const struct sw_job_spec *spec)
{
    sw_arena_reset(arena);
    *job = (struct sw_job){.arena = arena, .spec = *spec};

    struct sw_view view = {
        .arena = arena,
        .inputs = spec->inputs,
        .subject = spec->subject,
        .before = spec->before,
        .basis = spec->basis,
        .target = spec->target,
        .hook = spec->action == NULL ? NULL : spec->action->hook,
        .hook_effect = spec->action == NULL ? SW_EFFECT_READ : spec->action->effect,
        .scope = spec->scope,
        .is_preview = spec->is_preview,
    };
    if (spec->inputs == NULL) {
        struct sw_builder none = sw_map_begin(arena);
        view.inputs = sw_built(&none);
    }
    sw_probe_begin(&job->probe, &view, spec->is_full);
}

static enum sw_verdict (*job_function(const struct sw_job *job))(struct sw_probe *)
{
    if (job->spec.fn != NULL) {
        return job->spec.fn;
    }
    return job->spec.action != NULL ? job->spec.action->probe : job->spec.evidence->reread;
}

int sw_job_next(struct sw_job *job)
{
    if (job->is_over) {
        return -1;
    }
    for (size_t i = 0; i < job->probe.ask_count; i++) {
        if (job->probe.asks[i].is_sent && !job->probe.asks[i].is_answered) {
            return -1; /* one at a time on the wire; the rest is asked as answers come */
        }
    }
    for (;;) {
        for (size_t i = 0; i < job->probe.ask_count; i++) {
            if (!job->probe.asks[i].is_sent) {
                job->probe.asks[i].is_sent = true;
                return (int)i;
            }
        }
        size_t asked = job->probe.ask_count;
        enum sw_verdict verdict = sw_probe_call(&job->probe, job_function(job));

        if (verdict != SW_PENDING) {
            job->verdict = verdict;
            job->is_over = true;
            return -1;
        }
        if (job->probe.ask_count == asked) {
            /* Pending without a new question would wait for ever. */
            job->verdict = SW_FAILED;
            job->is_over = true;
            sw_fail(&job->error, SW_E_INTERNAL, "the probe waits, but asks nothing");
            return -1;
        }
    }
}

const struct sw_look *sw_job_look(const struct sw_job *job, int ask)
{
    return &job->probe.asks[ask].look;
}

size_t sw_job_target(const struct sw_job *job, int ask)
{
    return job->probe.asks[ask].is_also ? job->spec.also_index : job->spec.target_index;
}

void sw_job_answer(struct sw_job *job, int ask, const struct sw_answer *answer,
                   const struct sw_error *error)
{
    if (answer == NULL) {
        job->is_over = true;
        job->verdict = SW_FAILED;
        job->error = *error;
        return;
    }
    sw_probe_answer(&job->probe, (size_t)ask, answer);
}

const char *sw_job_outcome(const struct sw_job *job)
{
    return job->probe.outcome == NULL ? "ok" : job->probe.outcome;
}

const char *sw_job_said(const struct sw_job *job)
{
    if (job->error.code != SW_E_NONE) {
        return job->error.text;
    }
    return job->probe.said == NULL ? "" : job->probe.said;
}

/* The row of the action's table that tells what went wrong; NULL: none does. */
static const struct sw_action_error *row_of(const struct sw_job *job)
{
    const struct sw_action_error *row = job->spec.action == NULL ? NULL : job->spec.action->errors;
    enum sw_code code = job->error.code;

    for (; row != NULL && row->name != NULL; row++) {
        if (code == SW_E_NONE ? sw_text_is(row->name, job->probe.error_name) : row->code == code) {
            return row;
        }
    }
    return NULL;
}

const char *sw_job_error_name(const struct sw_job *job)
{
    const struct sw_action_error *row = row_of(job);

    return row == NULL ? NULL : row->name;
}

bool sw_job_is_transient(const struct sw_job *job)
{
    if (job->verdict != SW_FAILED) {
        return false;
    }
    switch (job->error.code) {
    case SW_E_TIMEOUT:
    case SW_E_UNREACHABLE:
    case SW_E_THROTTLED:
    case SW_E_BUSY:
    case SW_E_PROTOCOL:
        return true;
    case SW_E_NONE:
        break;
    case SW_E_REFUSED:
    case SW_E_DENIED:
    case SW_E_NOT_FOUND:
    case SW_E_CONFLICT:
    case SW_E_LIMIT:
    case SW_E_IO:
    case SW_E_INPUT:
    case SW_E_FENCED:
    case SW_E_LOCKED:
    case SW_E_CORRUPT:
    case SW_E_INTERNAL:
        return false;
    }
    const struct sw_action_error *row = row_of(job);

    return row != NULL && row->is_transient;
}
