#pragma once
/**
 * @file What the parts of the loader share. Internal to lang/runbook_*.c and lang/check*.c.
 *
 * Loading goes in this order, so that a name can be used before the place where it is defined:
 * parameters, targets, uses of the facts; ids, verbs, actions and arrows of all steps; the graph;
 * then every text and condition, which need the types and the graph; then the proof.
 */
#include "lang/bundle.h"
#include "lang/flow.h"
#include "lang/keys.h"

/** Where an expression stands: it decides which names mean something. */
enum sw_place_kind {
    SW_PLACE_FACT,    /**< index: the fact */
    SW_PLACE_LOCK,    /**< after the facts, before the steps */
    SW_PLACE_REQUIRE, /**< the same, and again at the edge */
    SW_PLACE_STEP,    /**< index: the step, as it is entered */
    SW_PLACE_ENSURE,  /**< index: the step, once its action has answered */
    SW_PLACE_EACH,    /**< index: the `call`, for one item of its list */
};

struct sw_place {
    enum sw_place_kind kind;
    size_t index;
};

/** Loads one frame; all loaders of a run share the book, its arrays and `is_graph_broken`. */
struct sw_loader {
    const struct sw_source *source;
    size_t frame_index;
    struct sw_frame *frame;
    const struct sw_node *call; /**< the step that calls it; NULL for the root */
    struct sw_loader *caller;
    struct sw_bundle *bundle;
    const struct sw_registry *registry;
    struct sw_arena *arena;
    struct sw_diags *diags;
    struct sw_runbook *book;
    const struct sw_node *root;
    const struct sw_variant *variant;  /**< where `root` comes from */
    const struct sw_node **step_nodes; /**< as steps[] of all; NULL where a step is no map */
    struct sw_map *step_ids;           /**< of this frame, as its file names them */
    struct sw_map *all_ids;            /**< of all frames, in full */
    struct sw_map *param_names, *target_names, *fact_names; /**< name -> its struct */
    struct sw_flow *flow;                                   /**< NULL until the graph is built */
    bool has_missed_subject;
    bool *is_graph_broken; /**< an arrow or a step could not be understood */
    struct sw_place place; /**< of what is being compiled */
    struct sw_names names; /**< context: the loader */
};

/* runbook_node.c: nodes and plain forms. Each adds its findings itself. */

/**
 * Check the keys of a map against a table.
 *
 * @param on the verb's bit, SW_ON_ALL outside of steps, 0 for a step whose verb is not known
 * @param owner the place to show for a missing key
 * @return false when the node is no map at all
 */
bool sw_load_keys(struct sw_loader *loader, const struct sw_key_table *table,
                  const struct sw_node *node, unsigned on, struct sw_mark owner);

/** Value of a key if it is a scalar (or list, map); NULL otherwise: sw_load_keys has said so. */
const struct sw_node *sw_load_scalar(const struct sw_node *map, const char *key);
const struct sw_node *sw_load_list(const struct sw_node *map, const char *key);
const struct sw_node *sw_load_map(const struct sw_node *map, const char *key);

/** Scalar text of a key, NULL when absent. */
const char *sw_load_word(const struct sw_node *map, const char *key);

/** An id: pattern, length, reserved words. */
bool sw_load_is_id(struct sw_loader *loader, const struct sw_node *scalar, const char *what);

/** Literals; false and *ret untouched when absent or wrong. */
bool sw_load_bool(struct sw_loader *loader, const struct sw_node *scalar, bool *ret);
bool sw_load_int(struct sw_loader *loader, const struct sw_node *scalar, int64_t min, int64_t max,
                 int64_t *ret);
bool sw_load_duration(struct sw_loader *loader, const struct sw_node *scalar, int64_t *ret_ms);
bool sw_load_real(struct sw_loader *loader, const struct sw_node *scalar,
                  const struct sw_type *type, double min, double max, double *ret);

/** Text for people behind a key; NULL when absent or wrong. */
struct sw_template *sw_load_text(struct sw_loader *loader, const struct sw_node *map,
                                 const char *key);
/** A duration or `${...}` behind a key. */
struct sw_template *sw_load_duration_text(struct sw_loader *loader, const struct sw_node *map,
                                          const char *key);
/** A bare condition behind a key; NULL when absent or wrong. */
struct sw_expr *sw_load_condition(struct sw_loader *loader, const struct sw_node *map,
                                  const char *key);

/** Add an error with a hint of "did you mean", if a candidate is close, else a list of a few. */
void sw_load_unknown(struct sw_loader *loader, unsigned code, struct sw_mark mark, const char *word,
                     const char *const *candidates, size_t count, const char *text);

/** Is `params`, `targets` or `facts` of the wrong shape, or misspelt? Then none of its names is
 * known, and no use of one is wrong by itself. */
bool sw_load_is_broken(const struct sw_loader *loader, const char *section);

/** Names in a map of names, as an array for "did you mean". */
const char *const *sw_load_names(struct sw_arena *arena, const struct sw_map *map);

/* runbook_head.c: everything above the steps. */
void sw_load_params(struct sw_loader *loader);
void sw_load_targets(struct sw_loader *loader);
void sw_load_facts(struct sw_loader *loader);
/** SW0506: a target that works on the subject, but is never compared with the subject's own. */
void sw_load_check_targets(struct sw_loader *loader);
void sw_load_fact_inputs(struct sw_loader *loader);
void sw_load_requires(struct sw_loader *loader);

/** Rows of `require`, `assert`, `ensure`. @return their number */
size_t sw_load_rows(struct sw_loader *loader, const struct sw_node *list, struct sw_row **ret_rows);

/* runbook_param.c */
void sw_load_param(struct sw_loader *loader, const struct sw_node *node, struct sw_param *param);

/* runbook_step.c: ids, verbs, uses; runbook_arrow.c: where paths go. */
void sw_load_steps(struct sw_loader *loader);
void sw_load_arrows(struct sw_loader *loader, size_t index);

/* runbook_hook.c: a point or a file; in the end an action, or nothing for a point that is free. */
void sw_load_hook(struct sw_loader *loader, const struct sw_node *node, struct sw_step *step);
/** The file that a place is in. */
const struct sw_source *sw_load_source(const struct sw_loader *loader, struct sw_mark mark);

/* runbook_frame.c: the frames of a run. */

/** Find all that is called, and make room for all steps and facts. `root` has its node already. */
struct sw_loader **sw_load_frames(struct sw_loader *root);
/** Once everything is checked: say of findings in called files who calls them. */
void sw_load_finish(struct sw_loader *const *loaders, size_t first_diag);

/* runbook_call.c: the verb `call`, and `outputs`. */
void sw_load_call_arrows(struct sw_loader *loader, size_t index);
void sw_load_end_arrows(struct sw_loader *loader, size_t index);
void sw_load_call_targets(struct sw_loader *loader);
void sw_load_call_inputs(struct sw_loader *loader, const struct sw_node *node,
                         struct sw_step *step);
void sw_load_outputs(struct sw_loader *loader);
/** Type of `steps.CALL`: an object of what the called runbook returns, or of lists of that. */
const struct sw_type *sw_load_returned_type(const struct sw_loader *loader,
                                            const struct sw_step *step);
/** Type of the item of a `call` with `each`; NULL when the step has none. */
const struct sw_type *sw_load_item_type(const struct sw_step *step);

/* runbook_arrow.c, for runbook_call.c: fill step->arrows from `next`. */
bool sw_load_outcomes(struct sw_loader *loader, size_t index, const char *const *outcomes,
                      size_t count);

/* runbook_body.c: texts, conditions, inputs, and the smaller parts of a step. */
void sw_load_body(struct sw_loader *loader, size_t index);

/* check_use.c: actions and their inputs. */

/** Resolve action and target. `key` is the key that names the action ("do", "read", "wait").
 * @return false when the action is not known or can't be used here */
bool sw_load_use(struct sw_loader *loader, const struct sw_node *node, const char *key,
                 struct sw_use *ret_use);
/** Compile `with` against the inputs of the action. */
void sw_load_inputs(struct sw_loader *loader, const struct sw_node *node, struct sw_use *use);
/** The `with` of a hook: any names, any types. */
void sw_load_free_inputs(struct sw_loader *loader, const struct sw_node *node, struct sw_use *use);

/* check.c: names in expressions. */
struct sw_names sw_check_names(struct sw_loader *loader);
