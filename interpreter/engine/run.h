#pragma once
/**
 * @file A run: events in, commands out. The engine does no I/O of its own and reads no clock; the
 * caller brings the time with every call, carries commands out, and feeds what came of them.
 *
 * Loop of a caller: `sw_run_next` gives the one thing to do now.
 *   CALL    -> send it (a fresh conversation, or at `follow`), then exactly one of sw_run_answer,
 *              sw_run_accepted
 *   SLEEP   -> call sw_run_next again at or after wake_ns (0 is never given)
 *   ASK     -> show the question; sw_run_decide when somebody answered; sw_run_next at wake_ns
 *   PARKED  -> show the question it carries; sw_run_decide with retry, rollback or stop
 *   ENDED   -> exit code and word
 * The store is called from inside: what must be durable is, before a command is given out.
 */
#include "engine/scope.h"
#include "engine/state.h"
#include "engine/store.h"

struct sw_run;

struct sw_run_listener {
    /** A record was committed. */
    void (*record)(void *context, uint64_t seq, const char *kind, int64_t time_ns,
                   const struct sw_value *body);
    /** Something to tell people that is not journaled (what a wait saw at this poll). */
    void (*note)(void *context, int64_t time_ns, size_t step, const char *text);
    void *context;
};

struct sw_run_config {
    const struct sw_runbook *runbook;
    const struct sw_target *targets; /**< bound; one a target of the runbook, in its order */
    struct sw_store *store;
    struct sw_lease lease;         /**< acquired by the caller */
    const struct sw_value *params; /**< new runs: map of typed values, all present */
    const char *by;                /**< login of who starts it */
    bool is_rehearsal;             /**< journaled; approvals then say so */
    const struct sw_value *origin; /**< new runs: {commit, dirty} of the checkout; NULL: none */
    struct sw_run_listener listener;
};

enum sw_command_kind {
    SW_COMMAND_CALL,
    SW_COMMAND_SLEEP,
    SW_COMMAND_ASK,
    SW_COMMAND_PARKED,
    SW_COMMAND_ENDED,
};

enum sw_question_kind { SW_QUESTION_DECIDE, SW_QUESTION_APPROVE, SW_QUESTION_PARKED };

struct sw_question_choice {
    const char *name;
    const char *label;
    bool needs_reason;
    const char *typed_back; /**< must be typed exactly; NULL: nothing */
    const char *statement;  /**< what is lost or done by it, in words; or NULL */
};

/** A choice that the step has and that can't be taken now. */
struct sw_withheld_choice {
    const char *name;
    const char *why; /**< in words, behind "not offered: " */
};

struct sw_question {
    enum sw_question_kind kind;
    size_t step;    /**< SW_NO_STEP when parked before the first */
    const char *id; /**< of the step, as the journal names it: "call[2]/step"; or "start" */
    int visit;
    const char *title, *text;     /**< text: several lines */
    const struct sw_value *shows; /**< decide: map name -> outputs of the read */
    const struct sw_question_choice *choices;
    size_t choice_count;
    const struct sw_withheld_choice *withheld;
    size_t withheld_count;
    const char *by;       /**< role, or NULL: any approver */
    int people, approved; /**< approve */
    int64_t expires_ns;   /**< 0: never */
    char digest[65];      /**< what an answer is bound to */
};

struct sw_command {
    enum sw_command_kind kind;
    /* CALL */
    uint64_t id;
    size_t target;
    const struct sw_call *call;
    bool is_act;
    const char *follow; /**< resume there; NULL: open */
    /* SLEEP, ASK, PARKED */
    int64_t wake_ns; /**< 0: nothing to wake for */
    const char *said;
    const struct sw_question *question;
    /* PARKED, ENDED */
    int exit_code;
    const char *word; /**< ENDED: done, stopped, failed, refused, broken */
};

/** What a person (or `--answer`) said. */
struct sw_decision {
    const char *step;   /**< id; NULL: whatever is asked now */
    const char *choice; /**< choice name; approve, reject; retry, rollback, stop */
    const char *by;     /**< login */
    const char *reason; /**< or NULL */
    const char *typed;  /**< what was typed back; or NULL */
    const char *digest; /**< of the question that was seen; NULL: the one that is open now */
    uint64_t signal;    /**< id of the signal that brought it; 0: answered at the terminal */
};

/** Begin a new run or go on with one that has records (then params and by are read from them).
 * @errors SW_E_CORRUPT, SW_E_CONFLICT (the journal is of another runbook text, or of other bindings
 * of the targets), SW_E_IO */
bool sw_run_open(const struct sw_run_config *config, int64_t now_ns, struct sw_run **ret_run,
                 struct sw_error *err);
void sw_run_free(struct sw_run *run);

/** The one thing to do now. @return borrowed, until the next call of any function */
const struct sw_command *sw_run_next(struct sw_run *run, int64_t now_ns);

/** @param answer NULL: it failed with `error`; `may_have_acted` as the transport says */
void sw_run_answer(struct sw_run *run, uint64_t id, int64_t now_ns, const struct sw_answer *answer,
                   const struct sw_error *error, bool may_have_acted);
/** The far end accepted and gave an address to follow; for a question that is a failed reading.
 * @param correlation the peer's id of the request, or NULL */
void sw_run_accepted(struct sw_run *run, uint64_t id, int64_t now_ns, const char *follow,
                     int64_t after_ms, const char *correlation);

/** @errors SW_E_INPUT: not a choice now, reason missing, typed text differs (nothing changed) */
bool sw_run_decide(struct sw_run *run, int64_t now_ns, const struct sw_decision *decision,
                   struct sw_error *err);

/** A message that was not taken: journal it, so that it is not delivered again. */
void sw_run_dismiss(struct sw_run *run, int64_t now_ns, const struct sw_decision *decision,
                    const char *why);

/** Ask it to stand still at the next safe place (a write in flight is settled first). */
void sw_run_stop(struct sw_run *run, int64_t now_ns, const char *by, bool is_rollback,
                 uint64_t signal);

/** Give the lease back: the process goes, the run waits in the store. Nothing but sw_run_free
 * after. */
void sw_run_rest(struct sw_run *run);

const struct sw_state *sw_run_state(const struct sw_run *run);
