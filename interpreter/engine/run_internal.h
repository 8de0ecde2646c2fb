#pragma once
/** @file The inside of a run, shared by the files run*.c and by nobody else. */
#include "engine/job.h"
#include "engine/run.h"

#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"

#include <string.h>

/** Where control is. */
enum sw_mode {
    SW_MODE_GO,  /**< between two things: `then` says what comes */
    SW_MODE_JOB, /**< a reading is under way */
    SW_MODE_ACT, /**< a write is on the wire, or its status is asked for */
    SW_MODE_SLEEP,
    SW_MODE_ASK,
    SW_MODE_PARKED,
    SW_MODE_ENDED,
};

typedef void (*sw_then_fn)(struct sw_run *run);

#define SW_RUN_REQUESTS 32      /* of one record: the newest */
#define SW_RUN_REQUEST_BYTES 64 /* services use GUIDs */

struct sw_run {
    struct sw_arena *arena;   /**< the run's */
    struct sw_arena *attempt; /**< of the reading under way */
    struct sw_arena *scratch; /**< of the current visit: inputs, questions */
    struct sw_arena *spare;   /**< takes over from `scratch` between the polls of a long wait */
    struct sw_arena *looking; /**< of the reading under way: what it rests on; outlives its tries */
    struct sw_arena *records; /**< of records not yet committed */
    struct sw_run_config config;
    const struct sw_runbook *runbook;
    struct sw_state state;
    struct sw_lease lease;
    int64_t now;
    bool is_told_to_stop, is_told_to_roll_back;
    bool is_stopping; /**< the park under way is what a stop asked for */
    const char *stop_by;
    uint64_t stop_signal;

    /* records waiting for their commit */
    struct sw_append pending[64];
    const struct sw_value *pending_bodies[64];
    size_t pending_count;

    enum sw_mode mode;
    sw_then_fn then; /**< what comes after the reading, the sleep, or at once */
    struct sw_command command;
    struct sw_command asked; /**< the question that is open, while readings use `command` */
    uint64_t last_call;
    struct sw_error broken; /**< the journal failed: nothing more may happen */

    /* the reading under way */
    struct sw_job job;
    struct sw_job_spec spec;
    sw_then_fn job_then;
    int job_ask;
    int job_tries;
    bool is_patient;

    /* the write under way */
    struct sw_act act;
    size_t act_target;
    const char *act_follow;
    char *address;       /**< heap: status address of the write in flight, a secret; or NULL */
    const char *to_keep; /**< for the next commit: the address, or "" to forget it; or NULL */
    int follow_failures;

    /* the visit under way (ephemeral: a crash begins the visit anew, or settles it) */
    const struct sw_value *inputs, *before, *outputs, *reading;
    const char *outcome;
    int attempt_count, verify_count, poll_count;
    int64_t settle_until;
    size_t show_index;
    const struct sw_value *shows; /**< map being built, then the whole */
    char shown_digest[65];
    const struct sw_decision *decision; /**< being looked at again before it counts */
    const struct sw_value *kept_facts;  /**< the run's own while the edge reads them again */
    const struct sw_value *edge_facts;
    bool is_edge_second;
    int edge_rounds;
    int64_t edge_read_ns; /**< when its second reading began */
    int64_t job_began_ns; /**< when the reading under way began, with all its tries */
    /** Of the readings at the edge since `edge_read_ns`. */
    int64_t slowest_ns;
    const char *slowest, *slowest_target; /**< its name and target's; NULL: none */
    size_t undo_change, undo_row;
    bool is_hook_over;                 /**< `apply` of this visit has come to its end */
    const struct sw_value *undo_known; /**< a hook's undo: answers since it began; or NULL */
    const char *undo_text;             /**< the request on the wire */
    int undo_rounds;
    bool is_undo_awaited; /**< accepted or unanswered: nothing more is sent before it settles */
    char requests[SW_RUN_REQUESTS][SW_RUN_REQUEST_BYTES]; /**< peers' ids of what they were asked */
    size_t request_count;                                 /**< since the last record */
    const char *last_note;
    char *told; /**< heap: the last note, so that it is told once */

    /* facts, requirements and evidence being read */
    size_t fact_index;
    size_t facts_of;             /**< the frame whose facts are read */
    bool is_chain;               /**< and of its callers, as far as they share the subject */
    bool is_locked;              /**< `call`: read again under the lock */
    const struct sw_value *each; /**< `call`: the item at hand */
    struct sw_builder fact_values;
    sw_then_fn facts_then;
    size_t evidence_index;
    bool is_evidence_full, is_evidence_unread;
    size_t lowest_lapsed; /**< index into held, or SW_NO_STEP */
    const char *lapse_said;
    sw_then_fn evidence_then;
    const char *unread_why;
    int64_t unread_since_ns; /**< 0: all could be read, or nobody waits for it */
    uint64_t *edges_ahead;   /**< per step: irreversible steps that can still come; NULL: not yet */

    /* clocks of the targets */
    int64_t *clock_offsets;
    bool *has_clock;
};

/* ---- run_journal.c: records ---- */
/** Fold and queue a record; `body` is finished by it, and told the requests that led to it. */
void sw_run_record(struct sw_run *run, const char *kind, struct sw_builder *body);
/** Keep a peer's id of a request for the next record. @param id NULL: it gave none */
void sw_run_note_request(struct sw_run *run, const char *id);
struct sw_builder sw_run_body(struct sw_run *run);
/** Is a value small enough to be kept in a record, beside others? */
bool sw_run_fits(const struct sw_value *value);
/** A body that names step and visit of now. */
struct sw_builder sw_run_visit_body(struct sw_run *run);
/** Make all queued records durable. @return false: broken, the run stands still */
bool sw_run_flush(struct sw_run *run);
bool sw_run_flush_then(struct sw_run *run, enum sw_then then, int64_t wake_ns, const char *end,
                       const char *const *locks, struct sw_error *ret_lock_error);
bool sw_run_load(struct sw_run *run, const struct sw_stored *records, size_t count,
                 struct sw_error *err);

/* ---- run.c: control ---- */
void sw_run_go(struct sw_run *run, sw_then_fn then);
void sw_run_sleep(struct sw_run *run, int64_t until_ns, const char *said, sw_then_fn then);
/** Read; with patience a transient failure is tried again a few times before `then` sees it. */
/** A reading has ended: how long did it take? */
void sw_run_time_reading(struct sw_run *run);
void sw_run_read(struct sw_run *run, const struct sw_job_spec *spec, bool is_patient,
                 sw_then_fn then);
void sw_run_note(struct sw_run *run, const char *text);
struct sw_run_scope sw_run_scope(const struct sw_run *run, const struct sw_value *result);
/** The same with the names of another frame than the one that control is in. */
struct sw_run_scope sw_run_scope_in(const struct sw_run *run, size_t frame,
                                    const struct sw_value *result);
const struct sw_step *sw_run_step(const struct sw_run *run);
/** Id of the step at hand, as the journal names it. */
const char *sw_run_id(struct sw_run *run);
const char *sw_run_text(struct sw_run *run, const struct sw_template *template);
const char *sw_run_text_in(struct sw_run *run, size_t frame, const struct sw_template *template);
/** Pause before try `n` (0 the first): `every` times `factor` each time, at most `max`, spread. */
int64_t sw_run_pause_ms(const struct sw_run *run, const struct sw_pacing *pacing, int n);
/** What a peer says about when to ask again, within reason: 1 s to 10 min; nothing: `otherwise`.
 * @source reliability.md F33 */
int64_t sw_run_paced_ms(int64_t peer_says_ms, int64_t otherwise_ms);
/** A bound target; NULL for a use that has none. */
const struct sw_target *sw_run_target(const struct sw_run *run, size_t target);
/** Is the deadline of this visit over? */
bool sw_run_is_late(const struct sw_run *run);
/** May the reading that just failed be tried again under the step's `retry`? */
bool sw_run_may_retry(const struct sw_run *run);

/* ---- run_start.c ---- */
void sw_run_begin(struct sw_run *run);
/** Of the root, or of the frame that is called. */
void sw_run_read_facts(struct sw_run *run, size_t frame, sw_then_fn then);
/** Of the frame that control is in and of its callers, as far as they share the subject. */
void sw_run_read_facts_again(struct sw_run *run, sw_then_fn then);
/** Is this one of the frames that are read and required again at the edge? */
bool sw_run_is_in_chain(const struct sw_run *run, size_t frame);
/** The facts of a frame as read. */
void sw_run_record_facts(struct sw_run *run, size_t frame, int round);
/** Take the locks of a frame. @return false: `err` says why; the run may be broken */
bool sw_run_take_locks(struct sw_run *run, size_t frame, struct sw_error *err);
/** Evaluate the `require` of a frame, record it. @return NULL when all hold */
const char *sw_run_require(struct sw_run *run, size_t frame);
/** Take the run's own facts back when the edge does not come to use the ones it was reading. */
void sw_run_restore_facts(struct sw_run *run);
/** Evaluate `require`; @return NULL when all hold, else the text of what does not */
const char *sw_run_check_require(struct sw_run *run, size_t frame, bool is_edge,
                                 struct sw_builder *ret_rows);
const char *sw_run_check_identity(struct sw_run *run, size_t frame);

/* ---- run_call.c ---- */
void sw_run_call(struct sw_run *run);
/** An `end` of a called runbook: go on where it was called. */
void sw_run_return(struct sw_run *run, size_t end_step);

/* ---- run_step.c ---- */
void sw_run_enter(struct sw_run *run, size_t step, size_t via_step, const char *via_outcome);
void sw_run_begin_step(struct sw_run *run);
/** Finish the visit with this outcome (outputs and reading are in the run) and go on. */
void sw_run_leave(struct sw_run *run, const char *outcome, const char *choice,
                  const struct sw_arrow *arrow);
void sw_run_fail_step(struct sw_run *run, const char *fmt, ...) SW_PRINTF(2, 3);
void sw_run_park(struct sw_run *run, int exit_code, const char *fmt, ...) SW_PRINTF(3, 4);
void sw_run_end(struct sw_run *run, const char *word, int exit_code, const char *why);
/** Rows of `ensure` or `assert`. @return NULL when all hold, else what does not */
const char *sw_run_rows(struct sw_run *run, const struct sw_row *rows, size_t count,
                        const struct sw_value *result);

/* ---- run_do.c: up to the write ---- */
void sw_run_do(struct sw_run *run);
/** Send the next write of this visit; when none is left, look whether it is so now. */
void sw_run_send_writes(struct sw_run *run);
/** Do it again, as it has surely not happened: from the first look, at an edge from its start. */
void sw_run_send_again(struct sw_run *run);
/** What this visit began with: from memory, or after a crash from the journal. */
struct sw_view sw_run_visit_view(struct sw_run *run);
void sw_run_probe(struct sw_run *run, const struct sw_value *before, sw_then_fn then);
/** Keep outputs and reading of the probe for the end of the visit. */
void sw_run_keep_results(struct sw_run *run);
/** The next write that is needed; its row has no name behind the last. */
size_t sw_run_next_row(struct sw_run *run);
/** An input whose value was never written down, so that a restart has lost it; NULL: none. */
const char *sw_run_lost_secret(const struct sw_value *inputs);
/** Build a write into run->act. */
bool sw_run_build(struct sw_run *run, size_t row, struct sw_error *err);
/** The status address of the write in flight; NULL: none. Copied. */
void sw_run_set_address(struct sw_run *run, const char *address);
/** Put what was built on the wire, or ask for its status at `follow`. */
void sw_run_send(struct sw_run *run, const char *follow);

/* ---- run_hook.c: the changes of hooks ---- */
/** What a hook sees beside its inputs. */
const struct sw_value *sw_run_hook_scope(struct sw_run *run, const struct sw_job_spec *spec,
                                         struct sw_arena *arena);
/** Go on with `apply`: its next write, or its end. */
void sw_run_hook_apply(struct sw_run *run);
/** Something was sent, and `check` says that it is not so. */
void sw_run_hook_not_as_wanted(struct sw_run *run, const char *said);
/** Send what `undo` wants. @param body of the intent @return false: it wants it again and again */
bool sw_run_hook_undo_send(struct sw_run *run, struct sw_builder *body);
/** `undo` has come to its end after changes: keep what it keeps, before it looks again. */
void sw_run_hook_undo_over(struct sw_run *run);
void sw_run_hook_undo_answered(struct sw_run *run, const struct sw_answer *answer);

/* ---- run_settle.c: what came of it ---- */
void sw_run_act_answered(struct sw_run *run, const struct sw_answer *answer,
                         const struct sw_error *error, bool may_have_acted);
void sw_run_act_accepted(struct sw_run *run, const char *follow, int64_t after_ms);
/** Follow a write in flight, or look whether it happened. */
void sw_run_settle(struct sw_run *run);
/** It is as the step wants it: `ensure`, then the next step. */
void sw_run_after_ok(struct sw_run *run);

/* ---- run_wait.c ---- */
void sw_run_look(struct sw_run *run);
void sw_run_wait(struct sw_run *run);

/* ---- run_people.c ---- */
void sw_run_decide_step(struct sw_run *run);
void sw_run_ask_parked(struct sw_run *run);
/** What can be chosen and what that takes, for who answers from elsewhere. */
void sw_run_put_choices(struct sw_run *run, struct sw_builder *body,
                        const struct sw_question *question);
const char *sw_run_subject_name(struct sw_run *run);
/** "2 files, 4 KiB, newest change ...", then up to 20 names, each on a line of its own. */
void sw_run_add_listing(struct sw_buf *text, const struct sw_value *listing, const char *indent);

/* ---- run_readings.c ---- */
/** The facts that stand still, a paragraph each; of the others only how many. */
void sw_run_add_facts(struct sw_run *run, struct sw_buf *out, const struct sw_value *facts);
/** What proved a piece of evidence, a paragraph; nothing when it holds nothing for people. */
void sw_run_add_readings(struct sw_run *run, struct sw_buf *out, const struct sw_value *reading);

/* ---- run_edge.c ---- */
void sw_run_edge(struct sw_run *run);
bool sw_run_approve(struct sw_run *run, const struct sw_decision *decision, struct sw_error *err);
void sw_run_edge_tick(struct sw_run *run);

/* ---- run_evidence.c ---- */
void sw_run_check_evidence(struct sw_run *run, bool is_full, sw_then_fn then);
/** Evidence could not be read: try again with `then` in half a minute; after an hour, park. */
void sw_run_wait_for_evidence(struct sw_run *run, sw_then_fn then);
/** Is every held piece that a step ahead needs read in this process? */
bool sw_run_evidence_is_read(struct sw_run *run);
/** Lapse what a step can yield and all that rests on it; used when it is entered and when undone.
 */
void sw_run_lapse_step(struct sw_run *run, size_t step, const char *why);
void sw_run_yield(struct sw_run *run, const char *outcome);
void sw_run_yield_evidence(struct sw_run *run, const char *name, size_t target,
                           const struct sw_value *reading);
void sw_run_end_evidence(struct sw_run *run, const char *const *names, const char *why);

/* ---- run_undo.c ---- */
void sw_run_rollback(struct sw_run *run);
void sw_run_undo_answered(struct sw_run *run, const struct sw_answer *answer,
                          const struct sw_error *error);
void sw_run_undo_accepted(struct sw_run *run, int64_t after_ms);
