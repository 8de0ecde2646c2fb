#pragma once
/**
 * @file The contract between the engine and the vocabulary (stdlib/). Reads are code, writes are
 * data.
 *
 * A probe is straight-line code that asks by name. It never blocks and keeps nothing: while an
 * answer is missing it returns SW_PENDING, and is called again from its top when one has come.
 * Answers live for one attempt of one process and are never taken from the journal: a proof has no
 * memory.
 *
 * A write is a table row with a pure builder. Plan prints what the builder gives; only the engine
 * can send it, after it has journaled the intent under the row's name. An author of an action can't
 * send, retry, poll or resume.
 *
 * Life of a changing action: probe -> NEEDED -> intents and writes, in order of the rows -> probe
 * again, until ALREADY (verified; its outputs are the step's) or the time `settles_ms` is over.
 * What the first probe saw (`sw_see`) is journaled with the intent and is what `sw_before` gives to
 * every later probe of this visit, to the builders, and to undo. After a crash the same probe
 * settles whether the write happened.
 */
#include "base/error.h"
#include "sdk/field.h"
#include "sdk/transport.h"
#include "sdk/value.h"

/** Inputs, subject, recorded readings: all that a builder may look at. Read-only. */
struct sw_view;

/** An input of the step; NULL when not given, a null/unknown value when it could not be filled in.
 */
const struct sw_value *sw_in(const struct sw_view *view, const char *name);
const char *sw_in_text(const struct sw_view *view, const char *name); /**< NULL unless known text */

/** An output of the runbook's subject (its fact), e.g. "id"; NULL when there is none. */
const struct sw_value *sw_subject(const struct sw_view *view, const char *field);
const char *sw_subject_text(const struct sw_view *view, const char *field);

/**
 * What the first probe of this visit saw, as journaled; NULL before anything was journaled. In a
 * wait: what the last of its polls that saw anything saw, in an earlier visit too, until a piece of
 * evidence that its own rests on is yielded anew.
 */
const struct sw_value *sw_before(const struct sw_view *view, const char *name);

/** The reading of evidence that is held, as recorded when it was yielded; NULL if not held. */
const struct sw_value *sw_basis(const struct sw_view *view, const char *evidence, const char *name);

/** A setting of the step's target ("path of the resource", host, ...). */
const struct sw_value *sw_setting(const struct sw_view *view, const char *name);
const char *sw_setting_text(const struct sw_view *view, const char *name);
struct sw_arena *sw_view_arena(const struct sw_view *view);

/** One attempt of a probe. */
struct sw_probe;

const struct sw_view *sw_view_of(const struct sw_probe *probe);
struct sw_arena *sw_probe_arena(const struct sw_probe *probe);

/**
 * Ask the world; the same name gives the same answer for the whole attempt. Several asks may be
 * under way at once: ask them all, then return SW_PENDING if one is NULL. An HTTP refusal of a GET
 * (404) is an answer with its status; a failed ask ends the attempt (the engine won't call again).
 *
 * @return borrowed, for this attempt; NULL: not here yet
 */
const struct sw_answer *sw_ask(struct sw_probe *probe, const char *name, struct sw_look look);
/** The same, to the runbook's target of the action's `also_kind`. */
const struct sw_answer *sw_ask_also(struct sw_probe *probe, const char *name, struct sw_look look);

/**
 * Record what was seen: journaled before the first write, shown by plan. What a poll of a wait sees
 * takes the place of all that was seen before it, and is journaled when it differs: a mark in a
 * log, or the first of two looks. A poll that sees nothing leaves it as it was.
 */
void sw_see(struct sw_probe *probe, const char *name, const struct sw_value *value);
/** Set an output (a row of `outputs`). One not set is null. */
void sw_out(struct sw_probe *probe, const char *name, const struct sw_value *value);
/** Set the reading that yielded evidence will carry (for marks and counters to compare with later).
 */
void sw_reading(struct sw_probe *probe, const char *name, const struct sw_value *value);
/** Say in words what is going on or why (one line; shown as "waits for", "blocked", "lapsed"). */
void sw_say(struct sw_probe *probe, const char *fmt, ...) SW_PRINTF(2, 3);
/** Is this re-reading in full (at the edge), or only by its cheap signs? */
bool sw_probe_is_full(const struct sw_probe *probe);

enum sw_verdict {
    SW_PENDING, /**< an answer is missing */
    /* changing actions */
    SW_ALREADY,  /**< the world is as the step wants it (also: the write is verified) */
    SW_NEEDED,   /**< it isn't, and the writes would make it so */
    SW_SETTLING, /**< after a write: not yet as wanted, no sign of failure; ask again */
    SW_BLOCKED,  /**< it isn't, and the writes can't; sw_say says why */
    SW_UNCLEAR,  /**< can't be told; a person must look; sw_say says why */
    /* reads and waits */
    SW_DONE, /**< outcome `ok` */
    SW_WAIT, /**< wait: no outcome yet; sw_say says what it waits for */
    /* evidence */
    SW_HOLDS,
    SW_LAPSED, /**< sw_say says what was seen */
    /* any: a named error of the table; see sw_probe_error */
    SW_FAILED,
};

/** End a read or wait with a named outcome of its table. @return SW_DONE */
enum sw_verdict sw_outcome(struct sw_probe *probe, const char *outcome);
/** sw_say and SW_BLOCKED / SW_UNCLEAR / SW_LAPSED in one. */
enum sw_verdict sw_blocked(struct sw_probe *probe, const char *fmt, ...) SW_PRINTF(2, 3);
enum sw_verdict sw_unclear(struct sw_probe *probe, const char *fmt, ...) SW_PRINTF(2, 3);
enum sw_verdict sw_lapsed(struct sw_probe *probe, const char *fmt, ...) SW_PRINTF(2, 3);
/** Fail with an error name of the action's table (authors retry on these names). @return SW_FAILED
 */
enum sw_verdict sw_probe_error(struct sw_probe *probe, const char *error_name, const char *fmt, ...)
    SW_PRINTF(3, 4);

/** One effect. Rows run in order; each has its own intent and outcome in the journal. */
struct sw_write {
    const char *name; /**< stable: it is the journal's key; never reuse one for something else */
    const char *doc;  /**< what it changes, for a plan: "Deny everyone on each share" */
    bool (*needed)(const struct sw_view *view); /**< pure; NULL: always */
    bool (*build)(const struct sw_view *view, struct sw_act *ret_act,
                  struct sw_error *err); /**< pure */
    int64_t settles_ms;                  /**< an unanswered one may still take effect this long */
};

enum sw_effect { SW_EFFECT_READ, SW_EFFECT_REVERSIBLE, SW_EFFECT_IRREVERSIBLE };

struct sw_yield {
    const char *outcome;  /**< "ok" or a named outcome */
    const char *evidence; /**< name of a row of a pack's evidence table */
};

/** One alternative of what an irreversible action needs: all of these, NULL-ended. */
struct sw_need {
    const char *evidence[6];
};

/** An error that an author may name in `retry.errors`. */
struct sw_action_error {
    const char *name;
    bool is_transient;
    const char *doc;
    enum sw_code code; /**< the way of the transport to fail that has this name; 0: none */
};

struct sw_outcome_doc {
    const char *name; /**< NULL ends the table */
    const char *doc;
};

struct sw_hook;

struct sw_action {
    const char *name;
    const char *doc;    /**< what it does, one or two sentences */
    const char *source; /**< whose page or recording says so */
    enum sw_effect effect;
    bool is_wait;            /**< READ: may be polled by `wait`; a READ without it is asked once */
    bool reads_log;          /**< wait: can end with `evidence_lost`, which must be mapped */
    bool takes_subject;      /**< works on the runbook's subject */
    const char *target_kind; /**< name of a row of a pack's target kinds */
    const char *also_kind; /**< READ: another kind that it also asks; the runbook has one target of
                              it; or NULL */
    const struct sw_field *inputs, *outputs; /**< end with a NULL name; NULL: none */
    const struct sw_outcome_doc *outcomes;   /**< NULL: only `ok` */
    const struct sw_action_error *errors;    /**< ends with a NULL name; NULL: none */
    const struct sw_yield *yields;           /**< ends with a NULL evidence; NULL: none */
    const char *const *ends;     /**< evidence that it takes away, NULL-ended; or NULL */
    const struct sw_need *needs; /**< alternatives, ends with an empty one; or NULL */
    size_t need_count;
    const char *listing; /**< READ: output of type LISTING that a choice may accept; or NULL */
    const char *accept_yields; /**< evidence that accepting the listing yields; or NULL */
    const char *loss; /**< IRREVERSIBLE: what is lost, a template-free sentence for the edge */
    const char *no_undo_reason; /**< REVERSIBLE without undo rows: why nothing needs putting back */
    enum sw_verdict (*probe)(struct sw_probe *probe);
    const struct sw_write *writes; /**< ends with a NULL name; READ: NULL */
    const struct sw_write *undo;   /**< REVERSIBLE: rows that put back what `sw_before` saw */
    /** Is what this visit changed put back? ALREADY, NEEDED, SETTLING, BLOCKED or UNCLEAR. */
    enum sw_verdict (*probe_undo)(struct sw_probe *probe);
    const char *const *example; /**< lines of YAML for the reference; NULL-ended */
    const struct sw_hook *hook; /**< made of a hook file (sdk/hook.h); NULL: one of a pack */
};

/** Evidence as vocabulary. */
struct sw_evidence {
    const char *name;
    const char *doc; /**< what it proves, for people: "Nobody can write on the server" */
    const char *const *rests_on; /**< NULL-ended; or NULL */
    const char *target_kind;     /**< where it is read again */
    bool is_attestable;          /**< a trusted hook may yield it */
    /** Read it again: HOLDS, LAPSED or PENDING; its own reading is `sw_basis(view, name, ...)`. */
    enum sw_verdict (*reread)(struct sw_probe *probe);
};

/** What can be a target. */
struct sw_target_kind {
    const char *name;
    const char *doc;
    const struct sw_field *settings;
    /** A read whose `identity_output` must equal the subject's output `subject_output`, compared
     * without case before the first step and at the edge; NULL: not compared. */
    const char *identity_action, *identity_output, *subject_output;
};
