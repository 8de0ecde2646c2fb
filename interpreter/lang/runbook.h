#pragma once
/**
 * @file The typed model of a runbook: what the checker has accepted and the engine executes.
 *
 * Everything here lives in the arena it was loaded into and never changes. Steps are named by
 * index; an index is valid for steps[]. Text that people read is a template.
 */
#include "base/map.h"
#include "lang/expr.h"
#include "lang/node.h"
#include "lang/source.h"
#include "lang/template.h"
#include "sdk/pack.h"

struct sw_bundle;
struct sw_zone;
struct sw_base;
struct sw_weakening;

#define SW_NO_STEP ((size_t)-1)

/** One `name: value` of a `with`. */
struct sw_argument {
    const struct sw_field *field;
    struct sw_template *value;
    struct sw_mark mark;
};

/** A read-only or changing use of an action: `do`, `read`, `wait`, a fact, a row of `show`. */
struct sw_use {
    const struct sw_action *action;
    size_t target; /**< index into targets, or SW_NO_STEP for an action that needs none */
    size_t also;   /**< the same for the action's `also_kind` */
    struct sw_argument *arguments;
    size_t argument_count;
    struct sw_mark mark;
};

struct sw_param {
    const char *name;
    const struct sw_type *type;
    bool is_required;
    const struct sw_value *preset, *min, *max; /**< or NULL */
    const char *pattern;                       /**< or NULL */
    const char *description;
    struct sw_mark mark;
};

struct sw_target_decl {
    const char *name;
    const struct sw_target_kind *kind;
    struct sw_mark mark;
};

struct sw_fact {
    const char *name; /**< as referred to in its own file */
    const char *key;  /**< the same, told apart in the whole run: "call/name" */
    size_t frame;     /**< whose fact it is */
    struct sw_use use;
    struct sw_mark mark;
};

/** A row of `require`, `assert` or `ensure`. */
struct sw_row {
    const char *id;   /**< `require` only, else NULL */
    bool is_at_start; /**< `at: start`: not evaluated again at the edge */
    struct sw_expr *that;
    struct sw_template *otherwise; /**< `else` */
    struct sw_mark mark;
};

/** Where the path goes on for one outcome, choice, branch row or lapse. */
struct sw_arrow {
    const char *outcome; /**< outcome or choice name; NULL for branch rows and if_lapsed */
    size_t next;
    int max;       /**< 1..100 for an arrow that is a loop; 0: no loop */
    bool is_entry; /**< of a `call`: into the called runbook */
    struct sw_mark mark;
};

struct sw_pacing { /**< `poll` and `retry`; durations in ms */
    int times;     /**< retry only; 0 = none */
    int64_t every_ms;
    double factor; /**< >= 1 */
    int64_t max_ms;
    double jitter;             /**< 0.2 for 20% */
    const char *const *errors; /**< retry only: NULL-ended names; NULL = all transient ones */
};

struct sw_show {
    const char *name;
    struct sw_use use;
};

enum sw_reason_rule { SW_REASON_OPTIONAL, SW_REASON_REQUIRED };

struct sw_choice {
    const char *name;
    struct sw_template *label;
    struct sw_arrow arrow;
    enum sw_reason_rule reason;
    size_t accepts_loss; /**< index into the step's shows, or SW_NO_STEP */
    struct sw_mark mark;
};

struct sw_branch {
    struct sw_expr *when; /**< NULL: the `else` row */
    struct sw_arrow arrow;
};

struct sw_edge {
    struct sw_template *note; /**< or NULL */
    const char *by;           /**< role, or NULL: any approver */
    int people;
    int64_t good_for_ms;
    struct sw_mark mark;
    /* window: absent when day_mask is 0 */
    unsigned day_mask; /**< bit 0 = monday */
    int from_minute, to_minute;
    const char *zone;            /**< as written; NULL: UTC */
    const struct sw_zone *clock; /**< NULL: `clock_missing` says why it cannot be computed here */
    const char *clock_missing;
};

enum sw_verb {
    SW_VERB_DO,
    SW_VERB_READ,
    SW_VERB_WAIT,
    SW_VERB_DECIDE,
    SW_VERB_BRANCH,
    SW_VERB_HOOK,
    SW_VERB_ASSERT,
    SW_VERB_CALL,
    SW_VERB_END,
};

enum sw_end { SW_END_DONE, SW_END_STOPPED, SW_END_FAILED };

/** What a `call` adds to its step. */
struct sw_callee {
    size_t frame;                  /**< of the called runbook, as it is called here */
    struct sw_argument *arguments; /**< `with`; in the scope of the caller */
    size_t argument_count;
    struct sw_template *each;   /**< a list: once an item, one after the other; or NULL */
    struct sw_arrow returns[3]; /**< by enum sw_end; SW_NO_STEP where nothing is mapped */
};

struct sw_step {
    const char *id; /**< in the whole run: "call/step" for one of a called runbook */
    size_t frame;   /**< whose step it is */
    enum sw_verb verb;
    struct sw_mark mark;                     /**< of the step's id */
    struct sw_template *title, *description; /**< or NULL */
    bool has_when;                           /**< may be skipped */
    struct sw_expr *when;                    /**< or NULL */
    struct sw_use use;                       /**< do, read, wait */
    struct sw_arrow *arrows; /**< every outcome that is mapped, plus `ok` -> the step below */
    size_t arrow_count;
    bool has_retry, has_poll;
    struct sw_pacing retry, poll;
    struct sw_template *timeout; /**< duration; NULL: none. Required for `wait` */
    struct sw_row *ensures;
    size_t ensure_count;
    bool has_ensure_poll;
    struct sw_pacing ensure_poll;
    bool has_if_lapsed;
    struct sw_arrow if_lapsed;
    struct sw_edge *edge; /**< NULL unless the action is irreversible */
    /* decide */
    struct sw_show *shows;
    size_t show_count;
    struct sw_choice *choices;
    size_t choice_count;
    const char *by;
    int64_t expires_after_ms;    /**< 0: never */
    size_t expires_choice;       /**< index into choices */
    struct sw_mark expires_mark; /**< of `choose` */
    /* branch */
    struct sw_branch *branches;
    size_t branch_count;
    /* assert */
    struct sw_row *asserts;
    size_t assert_count;
    /* hook */
    const char *hook;
    bool is_optional;
    struct sw_callee *callee; /**< `call`; else NULL */
    /* end */
    enum sw_end end;
    struct sw_template **outputs; /**< of a `done` of a called runbook: one a row of its frame */
    bool is_rollback;
};

/**
 * One runbook of a run: the root, or another where it is called. The steps of all frames stand in
 * one graph; what a frame has of its own are its names: parameters, targets, facts, steps.
 */
struct sw_frame {
    size_t caller;      /**< frame; SW_NO_STEP for the root */
    size_t call;        /**< its step there */
    size_t domain;      /**< the frame whose subject this one works on: itself when it has one */
    bool is_repeated;   /**< it, or a caller of it, is called once an item */
    const char *prefix; /**< of the ids of its steps: "", "call/", "call/inner/" */
    const struct sw_source *source;
    const struct sw_node *root; /**< the tree that was loaded; of a variant the merged one */
    const char *name, *version, *title;
    struct sw_param *params;
    size_t param_count;
    struct sw_target_decl *targets;
    size_t *bound; /**< per target: the one of the root that it stands for */
    size_t target_count;
    size_t subject; /**< index into all facts, or SW_NO_STEP */
    struct sw_row *requires;
    size_t require_count;
    struct sw_template **locks;
    size_t lock_count;
    size_t first_fact, fact_count; /**< in facts[] of the runbook */
    size_t first_step, step_count; /**< in steps[] of the runbook */
    struct sw_field *outputs;      /**< what it returns, ended by a row without a name; or NULL */
    size_t output_count;
};

struct sw_runbook {
    const char *file;
    char digest[65]; /**< SHA-256 hex over the file and all that belongs to it: lang/bundle.h */
    const char *name, *version;
    const char *title, *description;
    struct sw_param *params;
    size_t param_count;
    struct sw_target_decl *targets;
    size_t target_count;
    struct sw_fact *facts; /**< of all frames */
    size_t fact_count;
    size_t subject; /**< of the root: index into facts, or SW_NO_STEP */
    struct sw_row *requires;
    size_t require_count;
    struct sw_template **locks;
    size_t lock_count;
    int64_t timeout_ms;    /**< 0: none */
    struct sw_step *steps; /**< of all frames; those of the root come first */
    size_t step_count;
    struct sw_frame *frames; /**< the root is number 0; a caller comes before what it calls */
    size_t frame_count;
    const struct sw_registry *registry;
    const struct sw_source *source;
    const struct sw_bundle *bundle; /**< the file and all that belongs to it */
    const struct sw_node *root;     /**< the tree that was loaded; of a variant the merged one */
    /* a variant (lang/variant.h): what it extends, nearest first, and what it asks less for */
    const struct sw_base *bases;
    size_t base_count;
    const struct sw_weakening *weakenings;
    size_t weakening_count;
    const struct sw_map *step_ids; /**< id -> its struct sw_step */
};

/**
 * Load and check everything: YAML, keys, types, names, flow, evidence. All independent findings in
 * one pass; later layers stay silent about what follows from a broken earlier one.
 *
 * @return NULL when there was an error (in `diags`)
 */
struct sw_runbook *sw_runbook_load(const struct sw_source *source,
                                   const struct sw_registry *registry, struct sw_arena *arena,
                                   struct sw_diags *diags);

/**
 * Check a value that a run is given for a parameter: type, bounds, pattern; and give it the form of
 * the type (text becomes a duration, ...).
 *
 * @errors SW_E_INPUT
 */
bool sw_param_accept(const struct sw_param *param, const struct sw_value *value,
                     struct sw_arena *arena, const struct sw_value **ret_value,
                     struct sw_error *err);

/** Index of a step by id, SW_NO_STEP when there is none. */
size_t sw_runbook_step(const struct sw_runbook *runbook, const char *id);

/** The arrow of an outcome; NULL when it is not mapped (then `failed` parks). */
const struct sw_arrow *sw_step_arrow(const struct sw_step *step, const char *outcome);

/** Does evidence stay behind on the way from one step to another? It is about another subject. */
bool sw_runbook_parts_ways(const struct sw_runbook *runbook, size_t from, size_t to);

/** Is `frame` this one, or called by it through others? */
bool sw_frame_is_within(const struct sw_runbook *runbook, size_t frame, size_t outer);

/** Can something that cannot be undone happen in this frame, or in what it calls? */
bool sw_frame_is_irreversible(const struct sw_runbook *runbook, size_t frame);

const char *sw_verb_name(enum sw_verb verb);
