#pragma once
/**
 * @file The host side of a probe: what the engine (or a test) needs to run one. Authors of actions
 * use only action.h.
 */
#include "base/limits.h"
#include "sdk/action.h"

/** All that a view shows; plain pointers, owned by the caller. */
struct sw_view {
    struct sw_arena *arena;
    const struct sw_value *inputs;  /**< map */
    const struct sw_value *subject; /**< map: outputs of the subject's fact; or NULL */
    const struct sw_value *before;  /**< map: what the first probe saw; or NULL */
    const struct sw_value *basis;   /**< map: evidence name -> map of its reading; or NULL */
    const struct sw_target *target; /**< or NULL */
    const struct sw_hook *hook;     /**< of an action that is one; or NULL */
    enum sw_effect hook_effect;
    const struct sw_value *scope; /**< map: what else a hook sees of the run; or NULL */
    bool is_preview;              /**< a hook also says what it would do */
};

struct sw_probe_ask {
    const char *name;
    struct sw_look look;
    bool is_also;     /**< for the target of the action's `also_kind` */
    bool is_sent;     /**< set by the host */
    bool is_answered; /**< set by sw_probe_answer */
    struct sw_answer answer;
};

struct sw_probe {
    struct sw_view view;
    bool is_full;
    struct sw_probe_ask asks[SW_LIMIT_ASKS];
    size_t ask_count;
    /* What one call from the top has set; cleared before the next call. */
    struct sw_builder seen, outputs, readings;
    const char *outcome;    /**< NULL: ok */
    const char *said;       /**< or NULL */
    const char *error_name; /**< with SW_FAILED */
    bool is_over;           /**< it asked more than SW_LIMIT_ASKS */
};

/** Begin an attempt; the arena of the view is the attempt's. */
void sw_probe_begin(struct sw_probe *probe, const struct sw_view *view, bool is_full);

/**
 * Call a probe function from its top.
 *
 * A probe that asks more than SW_LIMIT_ASKS has FAILED with error name "too_many_asks"; one that
 * is PENDING while no answer is missing has FAILED with "internal". Neither is in an action's
 * table, so neither is transient.
 */
enum sw_verdict sw_probe_call(struct sw_probe *probe, enum sw_verdict (*fn)(struct sw_probe *));

/** Give the answer to ask number `index`; it is copied deeply into the attempt's arena. */
void sw_probe_answer(struct sw_probe *probe, size_t index, const struct sw_answer *answer);

/**
 * The outputs of the last call, checked against the action's table: each row present, of its type
 * (TEXT becomes TIME and so on), null where the probe set none, times tagged with `clock`.
 */
const struct sw_value *sw_probe_outputs(const struct sw_probe *probe,
                                        const struct sw_action *action, unsigned clock);
