#pragma once
/**
 * @file A run's state: a fold of its records, and nothing else. What a crash takes away is what was
 * never in here.
 *
 * KEEP IN STEP: record kinds (state.c folds them, record.c writes them, ui/timeline.c tells them).
 */
#include "engine/store.h"
#include "lang/runbook.h"

/** How far a run is. */
enum sw_phase {
    SW_PHASE_NEW,      /**< facts, locks and requirements come first */
    SW_PHASE_STEPS,    /**< in a step */
    SW_PHASE_PARKED,   /**< stands still until a person says how to go on */
    SW_PHASE_ROLLBACK, /**< undoing, newest first */
    SW_PHASE_ENDED,
};

/** What is known of a step: its last finished visit. */
struct sw_step_state {
    int visits;
    int finished;        /**< number of the last finished visit; 0: none */
    const char *outcome; /**< of that visit; "skipped" when its condition was false */
    const char *choice;  /**< decide */
    const struct sw_value *outputs;
    const struct sw_value *hook_state; /**< what a hook keeps; or NULL */
    const struct sw_value *seen; /**< wait: by its polls, since what it rests on was yielded */
};

/** What is known of a called runbook: its last call. The root's is unused. */
struct sw_frame_state {
    const struct sw_value *params;
    const struct sw_value *items;    /**< `each`: all of them; NULL without */
    size_t item;                     /**< 1 up to their count; 0: not begun, or no `each` */
    bool is_returned;                /**< this item, or the call, is over */
    bool is_repeatable;              /**< it did not end well: a new visit goes on with this item */
    size_t first_change;             /**< changes from this one on are of this call */
    const struct sw_value *returned; /**< `each`: outputs of the items so far, a list */
};

/** Evidence that was yielded. At most one of a kind and subject. */
struct sw_held {
    const struct sw_evidence *evidence;
    size_t domain;  /**< frame with the subject that it is about */
    const char *id; /**< of its step, as the journal names it */
    size_t step;
    int visit;
    size_t target; /**< where it is read again */
    const struct sw_value *reading;
    bool is_held;
    bool is_read;   /**< not folded: read in this process since it was yielded or since the start */
    bool is_needed; /**< not folded: by an irreversible step that can still come */
};

/** One write of a changing visit. */
struct sw_change {
    const char *id; /**< of its step, as the journal names it */
    const struct sw_value *subject;
    size_t step;
    int visit;
    const struct sw_value *inputs, *before;
    const struct sw_value *hook_state; /**< what its hook kept; or NULL */
    bool has_effect;                   /**< some write of it was sent and not refused */
    bool is_done;                      /**< the visit ended with `ok` */
    bool is_undo_sent;                 /**< an undo of it is on record, whatever came of it */
    bool is_undone;
};

/** The write between intent and outcome, if any. */
struct sw_in_flight {
    const char *write; /**< NULL: none */
    bool is_accepted;  /**< its status address is kept in the store, its digest in the record */
    int64_t sent_ns;
    bool is_undo;
};

/** How far `apply` of a hook is, in this visit. */
struct sw_hook_visit {
    const struct sw_value *began_with; /**< what it kept before this visit: each call begins so */
    const struct sw_value *known; /**< list of {text, answer}: its requests and their answers */
    const char *text, *summary;   /**< the write on the wire, or whose outcome came last */
    bool is_repeatable;           /**< doing that twice is doing it once */
};

/** More people than an edge can ask for. */
enum { SW_APPROVALS_MAX = 16 };

struct sw_approval {
    const char *by;
    int64_t at_ns;
};

struct sw_state {
    struct sw_arena *arena;
    const struct sw_runbook *runbook;
    uint64_t seq;
    char head[65]; /**< hash of the last record */

    const char *run_id;
    int64_t started_ns;
    const char *started_by;
    const struct sw_value *params, *facts; /**< maps; NULL before */
    bool has_locks, has_required;

    enum sw_phase phase;
    size_t step;
    int visit;
    int64_t entered_ns, deadline_ns; /**< deadline 0: none */
    bool is_dirty;                   /**< this visit has an intent on record */
    struct sw_in_flight flight;
    size_t write_index;     /**< writes of this visit that have their outcome */
    bool is_unknown;        /**< the last outcome was "unknown" */
    const char *failed_why; /**< the far end says that it tried and failed; or NULL */
    struct sw_hook_visit hook;
    struct sw_approval approvals[SW_APPROVALS_MAX];
    size_t approval_count;
    char approval_digest[65];

    struct sw_step_state *steps;
    struct sw_frame_state *frames;
    struct sw_held *held;
    size_t held_count, held_capacity;
    struct sw_change *changes;
    size_t change_count, change_capacity;
    struct sw_map *arrow_counts; /**< "step:outcome" -> int* */

    bool is_irreversible_done, is_irreversible_in_doubt;
    bool is_rolling_back; /**< also while parked on the way back: there is no way forward then */
    const char *park_why;
    const char *park_by_hand; /**< what people have to put back; or NULL */
    int park_exit;
    size_t end_step;        /**< ROLLBACK: the `end` that asked for it, or SW_NO_STEP */
    bool is_rollback_asked; /**< by a person: all of the run goes back */
    uint64_t signals_seen;
    const char *end_word; /**< ENDED: done, stopped, failed, refused */
    const char *end_why;
    int exit_code;
};

void sw_state_init(struct sw_state *state, struct sw_arena *arena,
                   const struct sw_runbook *runbook);

/**
 * Apply one record.
 *
 * @errors SW_E_CORRUPT when the record names what the runbook does not have
 */
bool sw_state_fold(struct sw_state *state, const char *kind, int64_t time_ns,
                   const struct sw_value *body, struct sw_error *err);

/** The frame that control is in; before the first step the root. */
size_t sw_state_frame(const struct sw_state *state);
/** The frame whose subject the steps there work on. */
size_t sw_state_domain(const struct sw_state *state);

/** Id of a step with the numbers of the items that its callers are at: "call[2]/step". */
const char *sw_state_step_id(const struct sw_state *state, size_t step, struct sw_arena *arena);
/** The step behind such an id; SW_NO_STEP when there is none. */
size_t sw_state_find_step(const struct sw_state *state, const char *id);

/** Evidence of this name that is held about the subject of `domain`, or NULL. */
struct sw_held *sw_state_held(const struct sw_state *state, size_t domain, const char *evidence);

/** Map evidence name -> reading of all that is held about the subject at hand. */
const struct sw_value *sw_state_basis(const struct sw_state *state, struct sw_arena *arena);

/** Outputs of the subject's fact, where control is; NULL without one. */
const struct sw_value *sw_state_subject(const struct sw_state *state);
const struct sw_value *sw_state_subject_of(const struct sw_state *state, size_t frame);

/** From which change on a rollback puts back: all, or those of the call that asked for it. */
size_t sw_state_rollback_floor(const struct sw_state *state);
/** Is something behind that floor done that cannot be undone, or in doubt? */
bool sw_state_is_past(const struct sw_state *state, size_t floor);

/** How often an arrow was taken. @param outcome "lapsed" for if_lapsed */
int sw_state_arrow_count(const struct sw_state *state, size_t step, const char *outcome);

/** Is all held of one alternative of what an action needs? */
bool sw_state_satisfies(const struct sw_state *state, const struct sw_action *action);
