/** @file The rows of `change`: insert, remove, set. */
#include "lang/variant_internal.h"

#include "base/text.h"

#include <string.h>

static const char *const kinds[] = {"before",  "after", "remove", "step",
                                    "require", "param", "fact"};

static void row_error(struct sw_merge *merge, struct sw_mark mark, const char *text)
{
    struct sw_diag *diag = sw_diag_add(merge->loader.diags, SW_ERROR, 606, mark, "%s", text);

    sw_diag_hint(merge->loader.diags, diag,
                 "{ before: STEP, insert: [...] }, { after: STEP, insert: [...] }, { remove: STEP "
                 "}, { step: STEP, set: { KEY: VALUE } }, or { step: STEP, unset: [KEY] }");
}

/* What was taken out by a row above is no misspelling. */
static bool was_removed(struct sw_merge *merge, const struct sw_node *word, const char *id)
{
    for (size_t i = 0; i < merge->result->removal_count; i++) {
        const struct sw_removal *removal = &merge->result->removals[i];

        if (sw_text_is(removal->id, id)) {
            struct sw_diag *diag =
                sw_diag_add(merge->loader.diags, SW_ERROR, 607, word->mark,
                            "there is no step `%.80s` any more: a change took it out", id);

            sw_diag_note(merge->loader.diags, diag, removal->mark, "taken out here");
            return true;
        }
    }
    return false;
}

/* Number of the step that `word` names (up to a dot), or SW_NO_STEP after saying so. */
static size_t find_step(struct sw_merge *merge, const struct sw_node *word, const char *id)
{
    struct sw_loader *loader = &merge->loader;
    const struct sw_node *steps = sw_merge_steps(merge);
    size_t index = sw_merge_step(merge, id);

    if (index != SW_NO_STEP || was_removed(merge, word, id)) {
        return index;
    }
    const char **names = sw_alloc_array(loader->arena, steps->count + 1, sizeof *names);

    for (size_t i = 0; i < steps->count; i++) {
        names[i] = sw_step_node_id(steps->items[i]);
    }
    sw_load_unknown(loader, 607, word->mark, id, names, steps->count,
                    sw_format(loader->arena, "the base has no step `%.80s`", id));
    return SW_NO_STEP;
}

/* ---- insert ---- */

static const struct sw_node *inserted(struct sw_merge *merge)
{
    const struct sw_node *list = sw_load_list(merge->row, "insert");

    if (list == NULL || list->count == 0) {
        row_error(merge, merge->row->mark, "this row inserts nothing");
        return NULL;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct sw_node *step = list->items[i];

        if (step->kind != SW_NODE_MAP || sw_load_scalar(step, "id") == NULL) {
            row_error(merge, step->mark, "what is inserted is a step, with an `id`");
            return NULL;
        }
    }
    return list;
}

/* A new step that cannot be undone has an approval of its own: nobody of the base's need be asked.
 * And what a step may not do, one that calls it may not either. */
static void judge_crossing(struct sw_merge *merge, const struct sw_node *step, enum sw_verb verb,
                           const struct sw_action *action)
{
    static const struct sw_mark nowhere = {0};
    const char *id = sw_step_node_id(step);
    struct sw_called called = {0};

    if (verb == SW_VERB_CALL) {
        sw_merge_look_into(merge, step, &called);
    }
    if (called.is_irreversible || sw_node_get(step, "edge") != NULL ||
        (action != NULL && action->effect == SW_EFFECT_IRREVERSIBLE)) {
        sw_merge_loosen(merge, id, step->mark, nowhere,
                        "something more cannot be undone, with an approval of its own");
    }
    if (called.settles) {
        sw_merge_loosen(merge, id, step->mark, nowhere,
                        "a question of what it calls can accept a loss");
    }
    if (called.attests) {
        sw_merge_loosen(merge, id, step->mark, nowhere, "a hook of what it calls attests evidence");
    }
}

/* A new way to win evidence by word alone asks for less than the base did. */
static void judge_inserted(struct sw_merge *merge, const struct sw_node *list)
{
    static const struct sw_mark nowhere = {0};

    for (size_t i = 0; i < list->count; i++) {
        const struct sw_node *step = list->items[i];
        const struct sw_action *action = NULL;
        enum sw_verb verb = SW_VERB_END;

        if (!sw_step_node_verb(merge, step, &verb, &action)) {
            continue;
        }
        judge_crossing(merge, step, verb, action);
        if (action != NULL) {
            continue; /* what an action yields, the action itself has read */
        }
        for (const char *const *name = sw_step_node_evidence(merge, step); *name != NULL; name++) {
            sw_merge_loosen(merge, sw_step_node_id(step), step->mark, nowhere,
                            sw_format(merge->loader.arena,
                                      verb == SW_VERB_DECIDE ? "a new question can settle `%s`"
                                                             : "a new hook attests `%s`",
                                      *name));
        }
    }
}

static void insert_before(struct sw_merge *merge, const struct sw_node *word)
{
    size_t index = find_step(merge, word, word->text);
    const struct sw_node *list = inserted(merge);

    if (index == SW_NO_STEP || list == NULL) {
        return;
    }
    judge_inserted(merge, list);
    sw_merge_lead(merge, word->text, sw_node_get(list->items[0], "id"));
    sw_node_splice(merge->loader.arena, sw_merge_steps(merge), index, list->items, list->count);
}

/* The place of the arrow of an outcome or choice; NULL after saying that there is none. */
static struct sw_node **find_arrow(struct sw_merge *merge, const struct sw_node *word,
                                   struct sw_node *step, const char *outcome)
{
    struct sw_node *next = sw_node_get(step, "next");
    struct sw_node *choices = sw_node_get(step, "decide");
    struct sw_node *map = choices != NULL ? choices : next;
    struct sw_node **slot = sw_node_slot(map, outcome);
    size_t count = 0;
    const char *const *names = sw_step_node_outcomes(merge, step, &count);

    if (slot != NULL) {
        struct sw_node **inner = sw_node_slot(*slot, "next");

        return inner != NULL ? inner : slot;
    }
    if (choices != NULL && choices->kind == SW_NODE_MAP) {
        const char **own = sw_alloc_array(merge->loader.arena, choices->count + 1, sizeof *own);

        for (count = 0; count < choices->count; count++) {
            own[count] = choices->keys[count]->text;
        }
        names = own;
    }
    for (size_t i = 0; i < count; i++) {
        if (sw_text_is(names[i], outcome)) {
            struct sw_diag *diag =
                sw_diag_add(merge->loader.diags, SW_ERROR, 608, word->mark,
                            "`%s` does not say where `%s` leads, so nothing can follow it",
                            sw_step_node_id(step), outcome);

            sw_diag_hint(merge->loader.diags, diag, "set it: { step: %s, set: { next.%s: STEP } }",
                         sw_step_node_id(step), outcome);
            return NULL;
        }
    }
    sw_load_unknown(&merge->loader, 608, word->mark, outcome, names, count,
                    sw_format(merge->loader.arena, "`%s` never ends with `%.80s`",
                              sw_step_node_id(step), outcome));
    return NULL;
}

/* The last inserted step leads to where the arrow led, unless it says something else itself. */
static void lead_on(struct sw_merge *merge, struct sw_node *last, struct sw_node *value)
{
    if (sw_step_node_has_ok(merge, last) && sw_step_node_ok(last) == NULL) {
        sw_step_node_set_ok(merge, last, value);
    }
}

/* Behind another outcome than the one that falls through: the block stands right below the step,
 * so what fell through from there has to say where it goes. */
static void insert_behind(struct sw_merge *merge, size_t index, const struct sw_node *word,
                          const char *outcome, const struct sw_node *list)
{
    struct sw_arena *arena = merge->loader.arena;
    struct sw_node *steps = sw_merge_steps(merge);
    struct sw_node *step = steps->items[index];
    struct sw_node *first = sw_node_get(list->items[0], "id");
    const struct sw_node *below =
        index + 1 < steps->count ? sw_load_scalar(steps->items[index + 1], "id") : NULL;

    if (below != NULL && sw_step_node_has_ok(merge, step) && sw_step_node_ok(step) == NULL) {
        sw_step_node_set_ok(merge, step, sw_node_word(arena, below->text, first->mark));
    }
    *find_arrow(merge, word, step, outcome) = first;
    sw_node_splice(arena, steps, index + 1, list->items, list->count);
}

/* `{ next: STEP, max: N }` as a value of its own, where the arrow stands in such a map. */
static struct sw_node *bounded(struct sw_merge *merge, struct sw_node *step, const char *outcome,
                               struct sw_node *word)
{
    struct sw_arena *arena = merge->loader.arena;
    struct sw_node *choices = sw_node_get(step, "decide");
    struct sw_node *map = choices != NULL ? choices : sw_node_get(step, "next");
    struct sw_node **slot = sw_node_slot(map, outcome);
    struct sw_node *max =
        slot == NULL || (*slot)->kind != SW_NODE_MAP ? NULL : sw_node_get(*slot, "max");

    if (max == NULL) {
        return word;
    }
    struct sw_node *value = sw_node_new_map(arena, word->mark);

    sw_node_put(arena, value, sw_node_word(arena, "next", word->mark), word);
    sw_node_put(arena, value, sw_node_word(arena, "max", max->mark), max);
    return value;
}

static void insert_after(struct sw_merge *merge, const struct sw_node *word)
{
    const char *dot = strchr(word->text, '.');
    const char *outcome = dot == NULL ? "ok" : dot + 1;
    const char *id = dot == NULL
                         ? word->text
                         : sw_copy(merge->loader.arena, word->text, (size_t)(dot - word->text));
    size_t index = find_step(merge, word, id);
    const struct sw_node *list = inserted(merge);

    if (index == SW_NO_STEP || list == NULL) {
        return;
    }
    struct sw_node *steps = sw_merge_steps(merge);
    struct sw_node *step = steps->items[index];

    judge_inserted(merge, list);
    if (sw_text_is(outcome, "ok") && sw_step_node_has_ok(merge, step)) {
        struct sw_node *value = sw_step_node_ok(step);

        sw_step_node_drop_ok(step);
        if (value != NULL) {
            lead_on(merge, list->items[list->count - 1], value);
        }
        sw_node_splice(merge->loader.arena, steps, index + 1, list->items, list->count);
        return;
    }
    struct sw_node **slot = find_arrow(merge, word, step, outcome);

    if (slot == NULL) {
        return;
    }
    /* The last step gets the bound as well, since its arrow may be the one that goes back. */
    lead_on(merge, list->items[list->count - 1], bounded(merge, step, outcome, *slot));
    insert_behind(merge, index, word, outcome, list);
}

/* ---- remove ---- */

static void keep_removal(struct sw_merge *merge, const struct sw_node *step,
                         const struct sw_node *word)
{
    struct sw_variant *result = merge->result;

    result->removals = sw_grow(merge->loader.arena, result->removals, result->removal_count,
                               &merge->removal_room, sizeof *result->removals);
    result->removals[result->removal_count++] =
        (struct sw_removal){sw_step_node_id(step), sw_step_node_evidence(merge, step), word->mark};
}

static void judge_removed(struct sw_merge *merge, const struct sw_node *step,
                          const struct sw_node *word)
{
    const char *what = NULL;
    const char *const *evidence = sw_step_node_evidence(merge, step);

    if (evidence[0] != NULL) {
        what = sw_format(merge->loader.arena, "the step that yields `%s` is gone", evidence[0]);
    } else if (sw_step_node_matters(merge, step)) {
        what = "the step is gone";
    } else if (sw_step_node_guards(step)) {
        what = "what it makes sure of is gone";
    }
    if (what != NULL) {
        sw_merge_loosen(merge, sw_step_node_id(step), word->mark, step->mark, what);
    }
}

/* Where paths go on that went to the step; NULL after saying that there is more than one way. */
static struct sw_node *way_around(struct sw_merge *merge, const struct sw_node *word, size_t index)
{
    struct sw_node *steps = sw_merge_steps(merge);
    struct sw_node *step = steps->items[index];
    struct sw_node *ok = sw_step_node_ok(step);
    size_t count = 0;
    const char *const *outcomes = sw_step_node_outcomes(merge, step, &count);
    const char *list = "";
    bool has_only_ok = count > 0;

    for (size_t i = 0; i < count; i++) {
        bool is_free = sw_text_is(outcomes[i], "ok") || sw_text_is(outcomes[i], "failed");

        has_only_ok = has_only_ok && is_free;
        list = sw_format(merge->loader.arena, "%s%s%s", list, i == 0 ? "" : ", ", outcomes[i]);
    }
    if (ok != NULL && ok->kind == SW_NODE_MAP) {
        ok = sw_node_get(ok, "next");
    }
    const struct sw_node *next =
        ok != NULL
            ? ok
            : (index + 1 < steps->count ? sw_load_scalar(steps->items[index + 1], "id") : NULL);
    size_t to = next == NULL ? SW_NO_STEP : sw_merge_step(merge, next->text);

    if (has_only_ok && to != SW_NO_STEP && to > index) {
        return sw_node_word(merge->loader.arena, next->text, word->mark);
    }
    struct sw_diag *diag = sw_diag_add(
        merge->loader.diags, SW_ERROR, 611, word->mark,
        has_only_ok ? "`%s` cannot be taken out: it leads back%s"
                    : "`%s` cannot be taken out: it has more ways out than `ok`%s",
        word->text, count > 1 && !has_only_ok ? sw_format(merge->loader.arena, " (%s)", list) : "");

    sw_diag_hint(merge->loader.diags, diag,
                 "lead the arrows of the steps before it past it with `set`; a step that is never "
                 "reached then is an error that says so");
    sw_diag_note(merge->loader.diags, diag, step->mark, "the step");
    return NULL;
}

static void remove_require(struct sw_merge *merge, const struct sw_node *word)
{
    struct sw_node *list = sw_node_get(merge->root, "require");
    const char *id = word->text + strlen("require.");

    for (size_t i = 0; list != NULL && list->kind == SW_NODE_LIST && i < list->count; i++) {
        if (sw_text_is(sw_load_word(list->items[i], "id"), id)) {
            if (sw_merge_touch(merge, word->text, "", word->mark)) {
                sw_merge_loosen(merge, word->text, word->mark, list->items[i]->mark,
                                "the requirement is gone");
                sw_node_cut(list, i);
            }
            if (list->count == 0) {
                sw_node_drop(merge->root, "require");
            }
            return;
        }
    }
    row_error(merge, word->mark,
              sw_format(merge->loader.arena, "the base has no row `%.80s` in `require`", id));
}

static void remove_step(struct sw_merge *merge, const struct sw_node *word)
{
    if (sw_text_begins(word->text, "require.")) {
        remove_require(merge, word);
        return;
    }
    size_t index = find_step(merge, word, word->text);
    struct sw_node *to = index == SW_NO_STEP ? NULL : way_around(merge, word, index);

    if (to == NULL || !sw_merge_touch(merge, word->text, "", word->mark)) {
        return;
    }
    struct sw_node *steps = sw_merge_steps(merge);
    struct sw_node *step = steps->items[index];
    struct sw_node *above = index == 0 ? NULL : steps->items[index - 1];
    bool is_next =
        index + 1 < steps->count && sw_text_is(sw_step_node_id(steps->items[index + 1]), to->text);

    judge_removed(merge, step, word);
    keep_removal(merge, step, word);
    if (above != NULL && !is_next && sw_step_node_has_ok(merge, above) &&
        sw_step_node_ok(above) == NULL) {
        sw_step_node_set_ok(merge, above, to);
    }
    sw_merge_lead(merge, word->text, to);
    sw_node_cut(steps, index);
}

/* ---- set, unset ---- */

static const char *const words[] = {"title", "description"};

static void set_keys(struct sw_merge *merge, const char *owner, const struct sw_key_table *table,
                     struct sw_node *node, bool matters)
{
    const struct sw_node *set = sw_load_map(merge->row, "set");
    const struct sw_node *unset = sw_load_list(merge->row, "unset");
    struct sw_node *before = sw_node_clone(merge->loader.arena, node);
    struct sw_node *after = node;
    bool is_changed = false;

    if ((set == NULL || set->count == 0) && (unset == NULL || unset->count == 0)) {
        row_error(merge, merge->row->mark, "this row neither sets nor unsets anything");
        return;
    }
    if (node->kind == SW_NODE_MAP && unset != NULL) {
        is_changed = sw_merge_unset(merge, owner, node, unset);
    }
    if (node->kind == SW_NODE_MAP && set != NULL) {
        is_changed = sw_merge_set(merge, owner, node, set) || is_changed;
    }
    if (!is_changed) {
        return;
    }
    matters = matters || (table == &sw_keys_step && sw_step_node_matters(merge, node));
    /* A hook that is to be left out no more only asks for more. */
    bool is_guard = sw_step_node_guards(before) ||
                    (sw_step_node_guards(node) && sw_node_get(node, "hook") == NULL);

    if (table == &sw_keys_step && !matters && is_guard) {
        /* All but its words: nobody is asked by them. */
        matters = true;
        after = sw_node_clone(merge->loader.arena, node);
        for (size_t i = 0; i < SW_COUNT(words); i++) {
            sw_node_drop(before, words[i]);
            sw_node_drop(after, words[i]);
        }
    }
    sw_merge_compare(merge, owner, table, before, after, matters);
}

static void set_step(struct sw_merge *merge, const struct sw_node *word)
{
    size_t index = find_step(merge, word, word->text);

    if (index != SW_NO_STEP) {
        struct sw_node *step = sw_merge_steps(merge)->items[index];

        set_keys(merge, word->text, &sw_keys_step, step, sw_step_node_matters(merge, step));
    }
}

static void set_require(struct sw_merge *merge, const struct sw_node *word)
{
    struct sw_node *list = sw_node_get(merge->root, "require");

    for (size_t i = 0; list != NULL && list->kind == SW_NODE_LIST && i < list->count; i++) {
        if (sw_text_is(sw_load_word(list->items[i], "id"), word->text)) {
            set_keys(merge, sw_format(merge->loader.arena, "require.%s", word->text),
                     &sw_keys_require, list->items[i], true);
            return;
        }
    }
    row_error(
        merge, word->mark,
        sw_format(merge->loader.arena, "the base has no row `%.80s` in `require`", word->text));
}

static void set_named(struct sw_merge *merge, const struct sw_node *word, const char *section,
                      const struct sw_key_table *table, bool matters)
{
    struct sw_node **slot = sw_node_slot(sw_node_get(merge->root, section), word->text);

    if (slot == NULL) {
        row_error(
            merge, word->mark,
            sw_format(merge->loader.arena, "the base has no `%.80s` in `%s`", word->text, section));
        return;
    }
    set_keys(merge, sw_format(merge->loader.arena, "%s.%s", section, word->text), table, *slot,
             matters);
}

/* A guard that stands but can be passed by asks for nothing. */
static void judge_ways(struct sw_merge *merge, const struct sw_guards *before,
                       const struct sw_node *word)
{
    static const struct sw_mark nowhere = {0};
    struct sw_guards after;
    const char *guard = NULL;
    const char *from = NULL;

    sw_guards_find(merge, before->arena, &after);
    if (sw_guards_compare(before, &after, &guard, &from)) {
        guard = sw_copy_text(merge->loader.arena, guard);
        sw_merge_loosen(merge, guard, word->mark, nowhere,
                        from == NULL
                            ? "a way now leads from it to what cannot be undone"
                            : sw_format(merge->loader.arena,
                                        "there is a new way past it, from %s to what cannot be "
                                        "undone",
                                        from));
    }
}

/* A key that this kind of row would not look at. */
static bool has_own_keys(struct sw_merge *merge, const char *kind)
{
    static const char *const keys[] = {"insert", "set", "unset"};
    bool inserts = sw_text_is(kind, "before") || sw_text_is(kind, "after");
    bool removes = sw_text_is(kind, "remove");

    for (size_t i = 0; i < SW_COUNT(keys); i++) {
        struct sw_node **slot = sw_node_slot(merge->row, keys[i]);

        if (slot != NULL && (removes || inserts != (i == 0))) {
            row_error(
                merge, (*slot)->mark,
                sw_format(merge->loader.arena, "a row with `%s` takes no `%s`", kind, keys[i]));
            return false;
        }
    }
    return true;
}

void sw_merge_change(struct sw_merge *merge, struct sw_node *row)
{
    const struct sw_node *word = NULL;
    const char *kind = NULL;
    size_t weakenings = merge->result->weakening_count;
    size_t errors = sw_diags_error_count(merge->loader.diags);
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *scratch = sw_arena_new();
    struct sw_guards before;

    merge->row = row;
    sw_guards_find(merge, scratch, &before);
    sw_load_keys(&merge->loader, &sw_keys_change, row, SW_ON_ALL, row->mark);
    for (size_t i = 0; i < SW_COUNT(kinds) && row->kind == SW_NODE_MAP; i++) {
        const struct sw_node *found = sw_load_scalar(row, kinds[i]);

        if (found != NULL && word != NULL) {
            row_error(merge, found->mark, "a row of `change` does one thing");
            return;
        }
        word = found != NULL ? found : word;
        kind = found != NULL ? kinds[i] : kind;
    }
    if (errors != sw_diags_error_count(merge->loader.diags)) {
        return;
    }
    if (word == NULL || word->length == 0) {
        row_error(merge, row->mark, "this row does not say what it changes");
        return;
    }
    if (!has_own_keys(merge, kind)) {
        return;
    }
    if (sw_text_is(kind, "before")) {
        insert_before(merge, word);
    } else if (sw_text_is(kind, "after")) {
        insert_after(merge, word);
    } else if (sw_text_is(kind, "remove")) {
        remove_step(merge, word);
    } else if (sw_text_is(kind, "step")) {
        set_step(merge, word);
    } else if (sw_text_is(kind, "require")) {
        set_require(merge, word);
    } else if (sw_text_is(kind, "param")) {
        set_named(merge, word, "params", &sw_keys_param, true);
    } else {
        set_named(merge, word, "facts", &sw_keys_fact, true);
    }
    if (weakenings == merge->result->weakening_count &&
        errors == sw_diags_error_count(merge->loader.diags)) {
        judge_ways(merge, &before, word);
    }
    const struct sw_node *weaken = sw_load_scalar(row, "weaken");

    if (weaken != NULL && weakenings == merge->result->weakening_count &&
        errors == sw_diags_error_count(merge->loader.diags)) {
        struct sw_diag *diag = sw_diag_add(merge->loader.diags, SW_WARNING, 613, weaken->mark,
                                           "nothing here asks for less than the base");

        sw_diag_hint(merge->loader.diags, diag,
                     "take `weaken` out: it stands for a loss that people have to judge");
    }
}
