#pragma once
/**
 * @file One reading under way: a probe, its asks, and what came of it. Used by runs and by plans;
 * it can only look, never act.
 */
#include "sdk/probe.h"

struct sw_runbook;
struct sw_use;

/** What to read. */
struct sw_job_spec {
    const struct sw_action *action;           /**< or NULL for evidence */
    const struct sw_evidence *evidence;       /**< re-reading of evidence; or NULL */
    enum sw_verdict (*fn)(struct sw_probe *); /**< which of its functions; NULL: probe / reread */
    const struct sw_value *inputs, *subject, *before, *basis; /**< copied into the job's arena */
    const struct sw_target *target;
    size_t target_index;          /**< its clock is target_index + 1 */
    size_t also_index;            /**< target of the action's `also_kind` */
    const struct sw_value *scope; /**< of a hook: what else it sees; or NULL */
    bool is_full;
    bool is_preview; /**< a hook also says what it would do */
};

struct sw_job {
    struct sw_arena *arena; /**< the attempt's */
    struct sw_job_spec spec;
    struct sw_probe probe;
    bool is_over;
    enum sw_verdict verdict;
    struct sw_error error; /**< why an ask failed (then verdict is SW_FAILED and error.code set) */
};

/** Begin; the arena is reset and then belongs to this reading. */
void sw_job_begin(struct sw_job *job, struct sw_arena *arena, const struct sw_job_spec *spec);

/**
 * Go on as far as possible.
 *
 * @return the number of an ask that must be sent now, or -1: nothing to send (over, or waiting for
 *         answers)
 */
int sw_job_next(struct sw_job *job);

const struct sw_look *sw_job_look(const struct sw_job *job, int ask);
/** Which target it goes to. */
size_t sw_job_target(const struct sw_job *job, int ask);

/** @param answer NULL: it failed with `error`, which ends the reading */
void sw_job_answer(struct sw_job *job, int ask, const struct sw_answer *answer,
                   const struct sw_error *error);

/** Outcome name of a finished read or wait: "ok" or a named one. */
const char *sw_job_outcome(const struct sw_job *job);

/** What was said, or the error's text, or "". */
const char *sw_job_said(const struct sw_job *job);

/** What the action calls its failure, as `retry.errors` may name it; NULL: it has no name. */
const char *sw_job_error_name(const struct sw_job *job);

/** May the same reading succeed a little later? (no answer, busy, throttled, a transient error
 * name) */
bool sw_job_is_transient(const struct sw_job *job);
