#pragma once
/**
 * @file The keys of a runbook as tables: the one source of what may stand where. The loader, the
 * reference page and the formatter all read these rows; no key is known anywhere else.
 */
#include "lang/runbook.h"

/** What may stand behind a key. KEEP IN STEP: form_texts in keys.c. */
enum sw_key_form {
    SW_FORM_WORD,      /**< one literal word or text: `${` is an error */
    SW_FORM_STEP,      /**< the id of a step, literal */
    SW_FORM_TEXT,      /**< text for people, with `${...}` */
    SW_FORM_CONDITION, /**< a bare expression, true or false */
    SW_FORM_BOOL,
    SW_FORM_INT,
    SW_FORM_NUMBER,
    SW_FORM_PERCENT,
    SW_FORM_DURATION,      /**< literal */
    SW_FORM_DURATION_TEXT, /**< a duration or `${...}` */
    SW_FORM_WORDS,         /**< list of literal words */
    SW_FORM_TEXTS,         /**< list of texts with `${...}` */
    SW_FORM_LITERAL,       /**< any value without `${` */
    SW_FORM_NEXT,          /**< a step, or a map of outcomes */
    SW_FORM_NAMED,         /**< a map of names, each with the keys of `inside` */
    SW_FORM_INPUT,         /**< any value, with `${...}` */
    SW_FORM_INPUTS,        /**< a map of inputs and their values */
    SW_FORM_ROWS,          /**< a list, each row with the keys of `inside` */
    SW_FORM_KEYS,          /**< one map with the keys of `inside` */
};

/** Bit of a verb in sw_key.on and sw_key.required. */
#define SW_ON(verb) (1u << (verb))
#define SW_ON_ALL 0xffffu

struct sw_key_table;

/** Which way a change of this key is no loss of safety (language.md, "Variants"). */
enum sw_tighter {
    SW_TIGHTER_NONE,    /**< no way: on a step that matters any change loosens */
    SW_TIGHTER_FREE,    /**< says nothing about safety */
    SW_TIGHTER_MORE,    /**< a larger number, or one where there was none */
    SW_TIGHTER_LESS,    /**< a smaller number or duration, or one where there was none */
    SW_TIGHTER_SHORTER, /**< the same, but only on a step that matters */
    SW_TIGHTER_FEWER,   /**< a list that leaves words out */
    SW_TIGHTER_ROWS,    /**< a list with rows added */
    SW_TIGHTER_ADDED,   /**< said where nothing was said */
    SW_TIGHTER_REASON,  /**< `required` rather than `optional` */
    SW_TIGHTER_WINDOW,  /**< a window that lies within the old one, or one where there was none */
};

struct sw_key {
    const char *name; /**< NULL ends a table */
    enum sw_key_form form;
    unsigned on;       /**< verbs that take it; SW_ON_ALL outside of steps */
    unsigned required; /**< verbs that cannot do without; SW_ON_ALL: always */
    const struct sw_key_table *inside;
    const char *doc; /**< one sentence for the reference */
    enum sw_tighter tighter;
};

struct sw_key_table {
    const char *what; /**< "a step", "the top level", ... for messages */
    const struct sw_key *keys;
};

extern const struct sw_key_table sw_keys_top, sw_keys_param, sw_keys_target, sw_keys_fact,
    sw_keys_require, sw_keys_step, sw_keys_row, sw_keys_ensure, sw_keys_arrow, sw_keys_choice,
    sw_keys_show, sw_keys_branch, sw_keys_poll, sw_keys_retry, sw_keys_edge, sw_keys_approve,
    sw_keys_window, sw_keys_expires, sw_keys_extends, sw_keys_change, sw_keys_variant;

/** @return NULL when the table has no such key */
const struct sw_key *sw_key_find(const struct sw_key_table *table, const char *name);

/** "a duration such as 15m", ... */
const char *sw_key_form_text(enum sw_key_form form);

/** Any table that has the key, for "`people` belongs inside `approve`"; NULL when none has. */
const struct sw_key_table *sw_key_home(const char *name);

/** The verb whose key this is; false when it is not a verb of this version. */
bool sw_key_verb(const char *name, enum sw_verb *ret_verb);
