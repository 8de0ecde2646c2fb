/** @file The key tables. Order is the order of the specification and of `stepwise fmt`. */
#include "lang/keys.h"

#include "base/text.h"

#define ALL SW_ON_ALL
#define DO SW_ON(SW_VERB_DO)
#define READ SW_ON(SW_VERB_READ)
#define WAIT SW_ON(SW_VERB_WAIT)
#define DECIDE SW_ON(SW_VERB_DECIDE)
#define BRANCH SW_ON(SW_VERB_BRANCH)
#define HOOK SW_ON(SW_VERB_HOOK)
#define ASSERT SW_ON(SW_VERB_ASSERT)
#define CALL SW_ON(SW_VERB_CALL)
#define END SW_ON(SW_VERB_END)
#define ASKS (DO | READ | WAIT)
#define BODIES (ALL & ~END)

const struct sw_key_table sw_keys_approve = {
    "`approve`",
    (const struct sw_key[]){
        {"by", SW_FORM_WORD, ALL, 0, NULL, "Role of the site file's approvers.", SW_TIGHTER_ADDED},
        {"people", SW_FORM_INT, ALL, 0, NULL,
         "How many different people must approve, 1 to 10; 1 when left out.", SW_TIGHTER_MORE},
        {"good_for", SW_FORM_DURATION, ALL, ALL, NULL, "How long an approval is worth anything.",
         SW_TIGHTER_LESS},
        {NULL},
    },
};

const struct sw_key_table sw_keys_window = {
    "`window`",
    (const struct sw_key[]){
        {"days", SW_FORM_WORDS, ALL, ALL, NULL, "Days: mon tue wed thu fri sat sun."},
        {"from", SW_FORM_WORD, ALL, ALL, NULL, "Begin, 'HH:MM'."},
        {"to", SW_FORM_WORD, ALL, ALL, NULL, "End, 'HH:MM'."},
        {"zone", SW_FORM_WORD, ALL, ALL, NULL,
         "Time zone, such as Europe/Berlin. Its clock on the wall counts: an hour that it skips in "
         "spring is never open, one that comes twice is open twice."},
        {NULL},
    },
};

const struct sw_key_table sw_keys_edge = {
    "`edge`",
    (const struct sw_key[]){
        {"note", SW_FORM_TEXT, ALL, 0, NULL,
         "What people should know besides the loss that the engine states itself.",
         SW_TIGHTER_ADDED},
        {"approve", SW_FORM_KEYS, ALL, ALL, &sw_keys_approve, "Who must approve."},
        {"window", SW_FORM_KEYS, ALL, 0, &sw_keys_window,
         "When it may happen; outside of it the run parks.", SW_TIGHTER_WINDOW},
        {NULL},
    },
};

const struct sw_key_table sw_keys_expires = {
    "`expires`",
    (const struct sw_key[]){
        {"after", SW_FORM_DURATION, ALL, ALL, NULL, "How long the question stays open.",
         SW_TIGHTER_LESS},
        {"choose", SW_FORM_WORD, ALL, ALL, NULL, "The choice taken then."},
        {NULL},
    },
};

const struct sw_key_table sw_keys_poll = {
    "`poll`",
    (const struct sw_key[]){
        {"every", SW_FORM_DURATION, ALL, ALL, NULL, "Time to the next look.", SW_TIGHTER_SHORTER},
        {"factor", SW_FORM_NUMBER, ALL, 0, NULL, "Each wait is this much longer, 1 to 10."},
        {"max", SW_FORM_DURATION, ALL, 0, NULL, "The longest time between two looks.",
         SW_TIGHTER_SHORTER},
        {"jitter", SW_FORM_PERCENT, ALL, 0, NULL, "Random share of the wait, 0% to 50%."},
        {NULL},
    },
};

const struct sw_key_table sw_keys_retry = {
    "`retry`",
    (const struct sw_key[]){
        {"times", SW_FORM_INT, ALL, ALL, NULL, "How many times more, 1 to 100.",
         SW_TIGHTER_SHORTER},
        {"every", SW_FORM_DURATION, ALL, ALL, NULL, "Time to the next attempt."},
        {"factor", SW_FORM_NUMBER, ALL, 0, NULL, "Each wait is this much longer, 1 to 10."},
        {"max", SW_FORM_DURATION, ALL, 0, NULL, "The longest time between two attempts.",
         SW_TIGHTER_SHORTER},
        {"jitter", SW_FORM_PERCENT, ALL, 0, NULL, "Random share of the wait, 0% to 50%."},
        {"errors", SW_FORM_WORDS, ALL, 0, NULL,
         "Names of errors to retry on; without it every error that the action calls transient."},
        {NULL},
    },
};

const struct sw_key_table sw_keys_row = {
    "a row of `assert`",
    (const struct sw_key[]){
        {"that", SW_FORM_CONDITION, ALL, ALL, NULL, "What must hold."},
        {"else", SW_FORM_TEXT, ALL, ALL, NULL, "What to tell people when it does not."},
        {NULL},
    },
};

const struct sw_key_table sw_keys_ensure = {
    "a row of `ensure`",
    (const struct sw_key[]){
        {"that", SW_FORM_CONDITION, ALL, ALL, NULL,
         "What must hold; `result` is what this step just read."},
        {"else", SW_FORM_TEXT, ALL, ALL, NULL, "What to tell people when it does not."},
        {"poll", SW_FORM_KEYS, ALL, 0, &sw_keys_poll, "Look again until it holds."},
        {NULL},
    },
};

const struct sw_key_table sw_keys_require = {
    "a row of `require`",
    (const struct sw_key[]){
        {"id", SW_FORM_WORD, ALL, ALL, NULL, "Name of the row."},
        {"at", SW_FORM_WORD, ALL, 0, NULL,
         "`start`: need not hold at the point of no return any more."},
        {"that", SW_FORM_CONDITION, ALL, ALL, NULL, "What must hold."},
        {"else", SW_FORM_TEXT, ALL, ALL, NULL, "What to tell people when it does not."},
        {NULL},
    },
};

const struct sw_key_table sw_keys_arrow = {
    "an arrow",
    (const struct sw_key[]){
        {"next", SW_FORM_STEP, ALL, ALL, NULL, "The step to go on with."},
        {"max", SW_FORM_INT, ALL, 0, NULL,
         "How often in the whole run, 1 to 100; needed to go to the same or an earlier step.",
         SW_TIGHTER_LESS},
        {NULL},
    },
};

const struct sw_key_table sw_keys_choice = {
    "a choice",
    (const struct sw_key[]){
        {"label", SW_FORM_TEXT, ALL, ALL, NULL, "What people read."},
        {"next", SW_FORM_STEP, ALL, ALL, NULL, "The step to go on with."},
        {"max", SW_FORM_INT, ALL, 0, NULL,
         "How often in the whole run, 1 to 100; used up, it is no longer offered.",
         SW_TIGHTER_LESS},
        {"reason", SW_FORM_WORD, ALL, 0, NULL, "`required` or `optional`.", SW_TIGHTER_REASON},
        {"accepts_loss", SW_FORM_WORD, ALL, 0, NULL,
         "The row of `show` whose listing this choice gives up."},
        {NULL},
    },
};

const struct sw_key_table sw_keys_show = {
    "a row of `show`",
    (const struct sw_key[]){
        {"read", SW_FORM_WORD, ALL, ALL, NULL, "The read-only action."},
        {"target", SW_FORM_WORD, ALL, 0, NULL, "Where it reads."},
        {"with", SW_FORM_INPUTS, ALL, 0, NULL, "Its inputs."},
        {NULL},
    },
};

const struct sw_key_table sw_keys_branch = {
    "a row of `branch`",
    (const struct sw_key[]){
        {"when", SW_FORM_CONDITION, ALL, 0, NULL, "The first row that is true is taken."},
        {"next", SW_FORM_STEP, ALL, 0, NULL, "The step to go on with."},
        {"else", SW_FORM_STEP, ALL, 0, NULL, "Last row: where to go when none is true."},
        {"max", SW_FORM_INT, ALL, 0, NULL, "How often in the whole run, 1 to 100.",
         SW_TIGHTER_LESS},
        {NULL},
    },
};

const struct sw_key_table sw_keys_fact = {
    "a fact",
    (const struct sw_key[]){
        {"read", SW_FORM_WORD, ALL, ALL, NULL, "The read-only action."},
        {"target", SW_FORM_WORD, ALL, 0, NULL, "Where it reads."},
        {"with", SW_FORM_INPUTS, ALL, 0, NULL, "Its inputs; may use params and the facts above."},
        {NULL},
    },
};

const struct sw_key_table sw_keys_target = {
    "a target",
    (const struct sw_key[]){
        {"kind", SW_FORM_WORD, ALL, ALL, NULL, "What it is; see `stepwise doc`."},
        {"description", SW_FORM_WORD, ALL, 0, NULL, "For people.", SW_TIGHTER_FREE},
        {NULL},
    },
};

const struct sw_key_table sw_keys_param = {
    "a parameter",
    (const struct sw_key[]){
        {"type", SW_FORM_WORD, ALL, ALL, NULL, "The type of its value."},
        {"of", SW_FORM_WORD, ALL, 0, NULL, "Type of the items of a list or map."},
        {"values", SW_FORM_WORDS, ALL, 0, NULL, "All values of an enum.", SW_TIGHTER_FEWER},
        {"required", SW_FORM_BOOL, ALL, 0, NULL, "Must be given.", SW_TIGHTER_FREE},
        {"default", SW_FORM_LITERAL, ALL, 0, NULL, "Value when it is not given.", SW_TIGHTER_FREE},
        {"min", SW_FORM_LITERAL, ALL, 0, NULL, "Smallest value.", SW_TIGHTER_MORE},
        {"max", SW_FORM_LITERAL, ALL, 0, NULL, "Largest value.", SW_TIGHTER_LESS},
        {"pattern", SW_FORM_WORD, ALL, 0, NULL, "Regular expression for all of a text.",
         SW_TIGHTER_ADDED},
        {"description", SW_FORM_WORD, ALL, 0, NULL, "For people.", SW_TIGHTER_FREE},
        {NULL},
    },
};

const struct sw_key_table sw_keys_step = {
    "a step",
    (const struct sw_key[]){
        {"id", SW_FORM_WORD, ALL, ALL, NULL, "Name of the step."},
        {"title", SW_FORM_TEXT, ALL, 0, NULL, "One line for people."},
        {"description", SW_FORM_TEXT, ALL, 0, NULL, "More for people."},
        {"when", SW_FORM_CONDITION, BODIES, 0, NULL, "The step is skipped when false."},
        {"do", SW_FORM_WORD, DO, DO, NULL, "The action that changes something."},
        {"read", SW_FORM_WORD, READ, READ, NULL, "The read-only action, asked once."},
        {"wait", SW_FORM_WORD, WAIT, WAIT, NULL, "The probe that is polled."},
        {"show", SW_FORM_NAMED, DECIDE, 0, &sw_keys_show, "What people see first."},
        {"decide", SW_FORM_NAMED, DECIDE, DECIDE, &sw_keys_choice, "The choices."},
        {"branch", SW_FORM_ROWS, BRANCH, BRANCH, &sw_keys_branch, "The rows."},
        {"hook", SW_FORM_WORD, HOOK, HOOK, NULL,
         "A Lua file beside the runbook, or a point that the site file binds to one."},
        {"call", SW_FORM_WORD, CALL, CALL, NULL,
         "Another runbook: its name, or a file beside this one."},
        {"assert", SW_FORM_ROWS, ASSERT, ASSERT, &sw_keys_row, "What must hold.", SW_TIGHTER_ROWS},
        {"end", SW_FORM_WORD, END, END, NULL, "`done`, `stopped` or `failed`."},
        {"rollback", SW_FORM_BOOL, END, 0, NULL, "First undo every change."},
        {"optional", SW_FORM_BOOL, HOOK, 0, NULL, "Unbound: skipped with a note."},
        {"trust", SW_FORM_WORDS, HOOK, 0, NULL, "Evidence that the hook may attest."},
        {"target", SW_FORM_WORD, ASKS, 0, NULL, "Where the action works."},
        {"each", SW_FORM_INPUT, CALL, 0, NULL,
         "A list: called once an item, one after the other; `each` is the item in `with`."},
        {"targets", SW_FORM_LITERAL, CALL, 0, NULL,
         "Each target of the called runbook, and the one of ours that it is: { its: ours }."},
        {"with", SW_FORM_INPUTS, ASKS | HOOK | CALL, 0, NULL, "Inputs of the action."},
        {"poll", SW_FORM_KEYS, WAIT, 0, &sw_keys_poll, "How often a wait looks."},
        {"timeout", SW_FORM_DURATION_TEXT, ASKS | HOOK, WAIT, NULL,
         "The longest time of one visit.", SW_TIGHTER_SHORTER},
        {"retry", SW_FORM_KEYS, ASKS, 0, &sw_keys_retry, "Again after transient errors."},
        {"ensure", SW_FORM_ROWS, ASKS | HOOK, 0, &sw_keys_ensure,
         "What must hold for the step to succeed.", SW_TIGHTER_ROWS},
        {"by", SW_FORM_WORD, DECIDE, 0, NULL, "Role that may answer.", SW_TIGHTER_ADDED},
        {"expires", SW_FORM_KEYS, DECIDE, 0, &sw_keys_expires,
         "The choice taken when nobody answers."},
        {"edge", SW_FORM_KEYS, DO | HOOK, 0, &sw_keys_edge, "The point of no return."},
        {"next", SW_FORM_NEXT, ASKS | HOOK | ASSERT | CALL, 0, &sw_keys_arrow,
         "Where the path bends: a step, or outcomes and their steps."},
        {"if_lapsed", SW_FORM_KEYS, ASKS | DECIDE | HOOK, 0, &sw_keys_arrow,
         "Where to go when the evidence of this step lapses."},
        {NULL},
    },
};

const struct sw_key_table sw_keys_extends = {
    "`extends`",
    (const struct sw_key[]){
        {"runbook", SW_FORM_WORD, ALL, ALL, NULL, "Name of the base, or its file."},
        {"version", SW_FORM_WORD, ALL, 0, NULL, "Its version; `stepwise pin` writes it."},
        {"digest", SW_FORM_WORD, ALL, 0, NULL, "SHA-256 of its file; `stepwise pin` writes it."},
        {NULL},
    },
};

const struct sw_key_table sw_keys_change = {
    "a row of `change`",
    (const struct sw_key[]){
        {"before", SW_FORM_STEP, ALL, 0, NULL, "Insert before this step."},
        {"after", SW_FORM_STEP, ALL, 0, NULL,
         "Insert behind the `ok` of this step, or behind STEP.OUTCOME."},
        {"insert", SW_FORM_ROWS, ALL, 0, &sw_keys_step, "The steps."},
        {"remove", SW_FORM_STEP, ALL, 0, NULL, "Take this step out, or the row require.ID."},
        {"step", SW_FORM_STEP, ALL, 0, NULL, "Set or unset keys of this step."},
        {"require", SW_FORM_WORD, ALL, 0, NULL, "Set or unset keys of this row of `require`."},
        {"param", SW_FORM_WORD, ALL, 0, NULL, "Set or unset keys of this parameter."},
        {"fact", SW_FORM_WORD, ALL, 0, NULL, "Set or unset keys of this fact."},
        {"set", SW_FORM_INPUTS, ALL, 0, NULL,
         "Keys and their new values; a key inside another is written with dots."},
        {"unset", SW_FORM_WORDS, ALL, 0, NULL,
         "Keys to leave out that the base has, written like those of `set`."},
        {"weaken", SW_FORM_WORD, ALL, 0, NULL,
         "Why it is right that this asks for less than the base."},
        {NULL},
    },
};

const struct sw_key_table sw_keys_variant = {
    "a variant",
    (const struct sw_key[]){
        {"stepwise", SW_FORM_INT, ALL, ALL, NULL, "Version of the language: 1."},
        {"name", SW_FORM_WORD, ALL, ALL, NULL, "PACK/NAME of the variant."},
        {"version", SW_FORM_WORD, ALL, ALL, NULL, "Version of the variant."},
        {"title", SW_FORM_WORD, ALL, 0, NULL, "In place of the base's."},
        {"description", SW_FORM_WORD, ALL, 0, NULL, "In place of the base's."},
        {"extends", SW_FORM_KEYS, ALL, ALL, &sw_keys_extends, "The base."},
        {"change", SW_FORM_ROWS, ALL, 0, &sw_keys_change, "Changes, in order."},
        {"params", SW_FORM_NAMED, ALL, 0, &sw_keys_param, "New parameters, or keys of the base's."},
        {"targets", SW_FORM_NAMED, ALL, 0, &sw_keys_target, "More targets."},
        {"facts", SW_FORM_NAMED, ALL, 0, &sw_keys_fact, "More facts, below the base's."},
        {"lock", SW_FORM_TEXTS, ALL, 0, NULL, "More locks."},
        {"require", SW_FORM_ROWS, ALL, 0, &sw_keys_require, "More that must hold."},
        {"timeout", SW_FORM_DURATION, ALL, 0, NULL, "In place of the base's."},
        {NULL},
    },
};

const struct sw_key_table sw_keys_top = {
    "the top level",
    (const struct sw_key[]){
        {"stepwise", SW_FORM_INT, ALL, ALL, NULL, "Version of the language: 1."},
        {"name", SW_FORM_WORD, ALL, ALL, NULL, "PACK/NAME of the runbook."},
        {"version", SW_FORM_WORD, ALL, ALL, NULL, "Version of the runbook."},
        {"title", SW_FORM_WORD, ALL, 0, NULL, "One line for people."},
        {"description", SW_FORM_WORD, ALL, 0, NULL, "More for people."},
        {"extends", SW_FORM_KEYS, ALL, 0, &sw_keys_extends, "The runbook that this one varies."},
        {"change", SW_FORM_ROWS, ALL, 0, &sw_keys_change, "What a variant changes."},
        {"params", SW_FORM_NAMED, ALL, 0, &sw_keys_param, "What a run is given."},
        {"targets", SW_FORM_NAMED, ALL, 0, &sw_keys_target, "Where it works."},
        {"facts", SW_FORM_NAMED, ALL, 0, &sw_keys_fact, "What is read first."},
        {"subject", SW_FORM_WORD, ALL, 0, NULL, "The fact that the proof is about."},
        {"lock", SW_FORM_TEXTS, ALL, 0, NULL, "More locks."},
        {"require", SW_FORM_ROWS, ALL, 0, &sw_keys_require, "What must hold first."},
        {"timeout", SW_FORM_DURATION, ALL, 0, NULL, "The longest run."},
        {"steps", SW_FORM_ROWS, ALL, ALL, &sw_keys_step, "What is done."},
        {"outputs", SW_FORM_INPUTS, ALL, 0, NULL, "What a call of it returns."},
        {NULL},
    },
};

const struct sw_key *sw_key_find(const struct sw_key_table *table, const char *name)
{
    for (const struct sw_key *key = table->keys; key->name != NULL; key++) {
        if (sw_text_is(key->name, name)) {
            return key;
        }
    }
    return NULL;
}

const char *sw_key_form_text(enum sw_key_form form)
{
    static const char *const form_texts[] = {
        [SW_FORM_WORD] = "one plain text",
        [SW_FORM_STEP] = "the id of a step",
        [SW_FORM_TEXT] = "one text",
        [SW_FORM_CONDITION] = "one condition",
        [SW_FORM_BOOL] = "true or false",
        [SW_FORM_INT] = "a whole number",
        [SW_FORM_NUMBER] = "a number",
        [SW_FORM_PERCENT] = "a percentage such as 20%",
        [SW_FORM_DURATION] = "a duration such as 15m",
        [SW_FORM_DURATION_TEXT] = "a duration such as 15m",
        [SW_FORM_WORDS] = "a list of words: [a, b]",
        [SW_FORM_TEXTS] = "a list of texts",
        [SW_FORM_LITERAL] = "a value",
        [SW_FORM_NEXT] = "the id of a step, or a map of outcomes and their steps",
        [SW_FORM_NAMED] = "a map of names",
        [SW_FORM_INPUT] = "a value",
        [SW_FORM_INPUTS] = "a map of inputs and their values",
        [SW_FORM_ROWS] = "a list of rows, each with its own keys",
        [SW_FORM_KEYS] = "a map of keys",
    };
    return form_texts[form];
}

const struct sw_key_table *sw_key_home(const char *name)
{
    static const struct sw_key_table *const homes[] = {
        &sw_keys_step,   &sw_keys_top,     &sw_keys_edge,   &sw_keys_approve, &sw_keys_window,
        &sw_keys_choice, &sw_keys_expires, &sw_keys_poll,   &sw_keys_retry,   &sw_keys_row,
        &sw_keys_param,  &sw_keys_target,  &sw_keys_branch, &sw_keys_require,
    };
    for (size_t i = 0; i < SW_COUNT(homes); i++) {
        if (sw_key_find(homes[i], name) != NULL) {
            return homes[i];
        }
    }
    return NULL;
}

bool sw_key_verb(const char *name, enum sw_verb *ret_verb)
{
    for (enum sw_verb verb = SW_VERB_DO; verb <= SW_VERB_END; verb++) {
        if (sw_text_is(name, sw_verb_name(verb))) {
            *ret_verb = verb;
            return true;
        }
    }
    return false;
}
