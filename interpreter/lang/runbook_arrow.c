/** @file Where paths go: outcomes, choices, rows of a branch, lapses. */
#include "lang/runbook_load.h"

#include "base/limits.h"
#include "base/text.h"

#include <string.h>

static bool resolve(struct sw_loader *loader, const struct sw_node *word, size_t *ret_next)
{
    const struct sw_step *step = sw_map_get(loader->step_ids, word->text);

    if (step != NULL) {
        *ret_next = (size_t)(step - loader->book->steps);
        return true;
    }
    *loader->is_graph_broken = true;
    sw_load_unknown(
        loader, 401, word->mark, word->text, sw_load_names(loader->arena, loader->step_ids),
        sw_map_count(loader->step_ids),
        sw_format(loader->arena, "there is no step called `%.80s` to go to", word->text));
    return false;
}

/* An arrow from `word` and the `max` that stands beside it in `map` (NULL: nothing beside it). */
static bool load_arrow(struct sw_loader *loader, size_t from, const struct sw_node *word,
                       const struct sw_node *map, struct sw_arrow *ret_arrow)
{
    int64_t max = 0;
    struct sw_arrow arrow = {.next = SW_NO_STEP};

    if (word == NULL || word->length == 0) {
        *loader->is_graph_broken = true;
        return false;
    }
    arrow.mark = word->mark;
    bool has_max = map != NULL && sw_node_get(map, "max") != NULL;
    if (has_max) {
        sw_load_int(loader, sw_load_scalar(map, "max"), 1, SW_LIMIT_LOOP_MAX, &max);
    }
    arrow.max = (int)max;
    if (!resolve(loader, word, &arrow.next)) {
        return false;
    }
    if (arrow.next <= from && !has_max) {
        const char *id = loader->book->steps[arrow.next].id;
        struct sw_diag *diag = sw_diag_add(
            loader->diags, SW_ERROR, 404, word->mark,
            arrow.next == from ? "this goes back to the same step, so it needs a `max`"
                               : "this goes back to the earlier step `%s`, so it needs a `max`",
            id);
        sw_diag_hint(loader->diags, diag,
                     "{ next: %s, max: 3 }: how often in the whole run, 1 to %d", id,
                     SW_LIMIT_LOOP_MAX);
    }
    *ret_arrow = arrow;
    return true;
}

static const char *join(struct sw_arena *arena, const char *const *words, size_t count)
{
    const char *text = "";

    for (size_t i = 0; i < count; i++) {
        text = sw_format(arena, "%s%s`%s`", text, i == 0 ? "" : ", ", words[i]);
    }
    return text;
}

static bool is_in(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (sw_text_is(word, words[i])) {
            return true;
        }
    }
    return false;
}

static void add_arrow(struct sw_step *step, const char *outcome, struct sw_arrow arrow)
{
    arrow.outcome = outcome;
    step->arrows[step->arrow_count++] = arrow;
}

static void load_outcome_map(struct sw_loader *loader, size_t index, const struct sw_node *next,
                             const char *const *outcomes, size_t count)
{
    struct sw_step *step = &loader->book->steps[index];

    for (size_t i = 0; i < next->count; i++) {
        const struct sw_node *key = next->keys[i];
        const struct sw_node *value = next->items[i];
        struct sw_arrow arrow;
        if (!is_in(key->text, outcomes, count)) {
            const char *what =
                step->use.action == NULL ? sw_verb_name(step->verb) : step->use.action->name;
            *loader->is_graph_broken = true;
            sw_load_unknown(
                loader, 403, key->mark, key->text, outcomes, count,
                sw_format(loader->arena, "`%s` never ends with `%.80s`", what, key->text));
            continue;
        }
        bool is_map = value->kind == SW_NODE_MAP;
        if (value->kind == SW_NODE_LIST) {
            sw_diag_add(loader->diags, SW_ERROR, 205, value->mark,
                        "an outcome leads to one step, not to a list");
            *loader->is_graph_broken = true;
            continue;
        }
        if (is_map) {
            sw_load_keys(loader, &sw_keys_arrow, value, SW_ON_ALL, key->mark);
        }
        if (load_arrow(loader, index, is_map ? sw_load_scalar(value, "next") : value,
                       is_map ? value : NULL, &arrow)) {
            add_arrow(step, key->text, arrow);
        }
    }
}

/* Names of outcomes that nothing says anything about and that do not fall through or park. */
static void check_unmapped(struct sw_loader *loader, struct sw_step *step,
                           const struct sw_node *next, const char *const *outcomes, size_t count)
{
    const char **missing = sw_alloc_array(loader->arena, count + 1, sizeof *missing);
    size_t missing_count = 0;

    for (size_t i = 0; i < count; i++) {
        bool is_free = sw_text_is(outcomes[i], "ok") || sw_text_is(outcomes[i], "failed");
        bool is_written =
            next != NULL && next->kind == SW_NODE_MAP && sw_node_get(next, outcomes[i]) != NULL;
        if (!is_free && !is_written) {
            missing[missing_count++] = outcomes[i];
        }
    }
    if (missing_count == 0) {
        return;
    }
    *loader->is_graph_broken = true;
    struct sw_diag *diag =
        sw_diag_add(loader->diags, SW_ERROR, 402, next == NULL ? step->mark : next->mark,
                    "`%s` does not say where to go on %s", step->id,
                    join(loader->arena, missing, missing_count));
    sw_diag_hint(loader->diags, diag, "next: { %s: STEP%s }", missing[0],
                 missing_count > 1 ? ", ..." : "");
}

/* Is there a step of the same frame below this one? */
static bool has_below(const struct sw_loader *loader, size_t index)
{
    return index + 1 < loader->frame->first_step + loader->frame->step_count;
}

bool sw_load_outcomes(struct sw_loader *loader, size_t index, const char *const *outcomes,
                      size_t count)
{
    struct sw_step *step = &loader->book->steps[index];
    const struct sw_node *next = sw_node_get(loader->step_nodes[index], "next");
    size_t written = next != NULL && next->kind == SW_NODE_MAP ? next->count : 1;
    struct sw_arrow arrow;

    step->arrows = sw_alloc_array(loader->arena, written + 1, sizeof *step->arrows);
    if (next != NULL && next->kind == SW_NODE_LIST) {
        *loader->is_graph_broken = true;
        return false; /* said already */
    }
    if (next != NULL && next->kind == SW_NODE_MAP) {
        load_outcome_map(loader, index, next, outcomes, count);
    } else if (next != NULL && load_arrow(loader, index, next, NULL, &arrow)) {
        if (is_in("ok", outcomes, count)) {
            add_arrow(step, "ok", arrow);
        }
    }
    check_unmapped(loader, step, next, outcomes, count);
    if (is_in("ok", outcomes, count) && sw_step_arrow(step, "ok") == NULL &&
        has_below(loader, index)) {
        add_arrow(step, "ok", (struct sw_arrow){.next = index + 1, .mark = step->mark});
    }
    return true;
}

static void load_next(struct sw_loader *loader, size_t index)
{
    struct sw_step *step = &loader->book->steps[index];
    size_t count = 0;
    const char *const *outcomes = sw_step_outcomes(step, loader->arena, &count);

    if (step->use.action == NULL && step->verb != SW_VERB_HOOK && step->verb != SW_VERB_ASSERT) {
        *loader->is_graph_broken = true;
        return; /* said already; its outcomes are not known */
    }
    sw_load_outcomes(loader, index, outcomes, count);
}

static bool load_accepts(struct sw_loader *loader, const struct sw_step *step,
                         const struct sw_node *word, struct sw_choice *choice)
{
    const char **names = sw_alloc_array(loader->arena, step->show_count + 1, sizeof *names);

    for (size_t i = 0; i < step->show_count; i++) {
        const struct sw_show *show = &step->shows[i];
        names[i] = show->name;
        if (!sw_text_is(show->name, word->text)) {
            continue;
        }
        if (show->use.action != NULL && show->use.action->listing == NULL) {
            struct sw_diag *diag =
                sw_diag_add(loader->diags, SW_ERROR, 366, word->mark,
                            "`%s` gives no listing that could be accepted", show->use.action->name);
            sw_diag_hint(loader->diags, diag,
                         "only a read that counts and names what would be lost can be accepted");
            return false;
        }
        choice->accepts_loss = i;
        choice->reason = SW_REASON_REQUIRED;
        return true;
    }
    sw_load_unknown(
        loader, 366, word->mark, word->text, names, step->show_count,
        sw_format(loader->arena, "`%.80s` is not a row of this step's `show`", word->text));
    return false;
}

static void load_choice(struct sw_loader *loader, size_t index, const struct sw_node *key,
                        const struct sw_node *node)
{
    struct sw_step *step = &loader->book->steps[index];
    struct sw_choice *choice = &step->choices[step->choice_count++];

    choice->name = key->text;
    choice->mark = key->mark;
    choice->accepts_loss = SW_NO_STEP;
    sw_load_is_id(loader, key, "a choice");
    if (!sw_load_keys(loader, &sw_keys_choice, node, SW_ON_ALL, key->mark)) {
        *loader->is_graph_broken = true;
        return;
    }
    const struct sw_node *reason = sw_load_scalar(node, "reason");
    const struct sw_node *accepts = sw_load_scalar(node, "accepts_loss");
    if (reason != NULL && sw_text_is(reason->text, "required")) {
        choice->reason = SW_REASON_REQUIRED;
    } else if (reason != NULL && !sw_text_is(reason->text, "optional")) {
        sw_diag_add(loader->diags, SW_ERROR, 206, reason->mark,
                    "`reason` is `required` or `optional`, not `%.80s`", reason->text);
    }
    if (accepts != NULL && !load_accepts(loader, step, accepts, choice)) {
        *loader->is_graph_broken = true; /* what the choice yields is not known */
    }
    load_arrow(loader, index, sw_load_scalar(node, "next"), node, &choice->arrow);
    choice->arrow.outcome = choice->name;
}

static void load_expires(struct sw_loader *loader, struct sw_step *step, const struct sw_node *node)
{
    const struct sw_node *map = sw_load_map(node, "expires");

    if (map == NULL) {
        return;
    }
    sw_load_keys(loader, &sw_keys_expires, map, SW_ON_ALL, map->mark);
    sw_load_duration(loader, sw_load_scalar(map, "after"), &step->expires_after_ms);
    const struct sw_node *choose = sw_load_scalar(map, "choose");
    const char **names = sw_alloc_array(loader->arena, step->choice_count + 1, sizeof *names);
    for (size_t i = 0; i < step->choice_count && choose != NULL; i++) {
        names[i] = step->choices[i].name;
        if (sw_text_is(names[i], choose->text)) {
            step->expires_choice = i;
            step->expires_mark = choose->mark;
            return;
        }
    }
    if (choose != NULL) {
        sw_load_unknown(
            loader, 410, choose->mark, choose->text, names, step->choice_count,
            sw_format(loader->arena, "`%.80s` is not one of the choices", choose->text));
    }
    step->expires_after_ms = 0;
}

static void load_decide(struct sw_loader *loader, size_t index)
{
    struct sw_step *step = &loader->book->steps[index];
    const struct sw_node *map = sw_load_map(loader->step_nodes[index], "decide");

    if (map == NULL || map->count == 0) {
        *loader->is_graph_broken = true;
        if (map != NULL) {
            sw_diag_add(loader->diags, SW_ERROR, 205, map->mark, "a decision needs choices");
        }
        return;
    }
    step->choices = sw_alloc_array(loader->arena, map->count, sizeof *step->choices);
    for (size_t i = 0; i < map->count; i++) {
        load_choice(loader, index, map->keys[i], map->items[i]);
    }
    load_expires(loader, step, loader->step_nodes[index]);
}

/* `{ when, next, max }`, the last row `{ else: STEP }`. */
static void load_branch_row(struct sw_loader *loader, size_t index, const struct sw_node *row,
                            bool is_last)
{
    struct sw_step *step = &loader->book->steps[index];
    const struct sw_node *otherwise = sw_node_get(row, "else");
    struct sw_branch *branch = &step->branches[step->branch_count++];
    bool has_when = sw_node_get(row, "when") != NULL && sw_node_get(row, "next") != NULL;

    if (is_last && otherwise == NULL) {
        struct sw_diag *diag = sw_diag_add(loader->diags, SW_ERROR, 411, row->mark,
                                           "the last row of a branch must be its `else`");
        sw_diag_hint(loader->diags, diag, "add a row: - { else: STEP }");
        *loader->is_graph_broken = true;
    } else if (!is_last && otherwise != NULL) {
        sw_diag_add(loader->diags, SW_ERROR, 411, otherwise->mark,
                    "only the last row of a branch can be its `else`: the rows below are never "
                    "looked at");
    } else if (otherwise == NULL && !has_when) {
        sw_diag_add(loader->diags, SW_ERROR, 411, row->mark,
                    "a row of a branch needs `when` and `next`");
        *loader->is_graph_broken = true;
    } else if (otherwise != NULL &&
               (sw_node_get(row, "when") != NULL || sw_node_get(row, "next") != NULL)) {
        sw_diag_add(loader->diags, SW_ERROR, 411, otherwise->mark,
                    "`else` stands for `when` and `next`; it cannot stand beside them");
    }
    if (otherwise != NULL || has_when) {
        load_arrow(loader, index, sw_load_scalar(row, otherwise != NULL ? "else" : "next"), row,
                   &branch->arrow);
    }
}

static void load_branch(struct sw_loader *loader, size_t index)
{
    struct sw_step *step = &loader->book->steps[index];
    const struct sw_node *list = sw_load_list(loader->step_nodes[index], "branch");

    if (list == NULL || list->count == 0) {
        *loader->is_graph_broken = true;
        if (list != NULL) {
            sw_diag_add(loader->diags, SW_ERROR, 411, list->mark,
                        "a branch needs rows; the last is its `else`");
        }
        return;
    }
    step->branches = sw_alloc_array(loader->arena, list->count, sizeof *step->branches);
    for (size_t i = 0; i < list->count; i++) {
        const struct sw_node *row = list->items[i];
        if (sw_load_keys(loader, &sw_keys_branch, row, SW_ON_ALL, row->mark)) {
            load_branch_row(loader, index, row, i + 1 == list->count);
        } else {
            step->branch_count++;
            *loader->is_graph_broken = true;
        }
    }
}

static void load_if_lapsed(struct sw_loader *loader, size_t index)
{
    struct sw_step *step = &loader->book->steps[index];
    const struct sw_node *map = sw_load_map(loader->step_nodes[index], "if_lapsed");

    if (map == NULL) {
        return;
    }
    sw_load_keys(loader, &sw_keys_arrow, map, SW_ON_ALL, map->mark);
    if (!load_arrow(loader, index, sw_load_scalar(map, "next"), map, &step->if_lapsed)) {
        return;
    }
    if (step->if_lapsed.next > index) {
        struct sw_diag *diag = sw_diag_add(
            loader->diags, SW_ERROR, 417, step->if_lapsed.mark,
            "`if_lapsed` must go back to `%s` or an earlier step: its evidence has to be won again",
            step->id);
        sw_diag_note(loader->diags, diag, loader->book->steps[step->if_lapsed.next].mark,
                     "`%s` comes later", loader->book->steps[step->if_lapsed.next].id);
        *loader->is_graph_broken = true;
        return;
    }
    step->has_if_lapsed = true;
}

void sw_load_arrows(struct sw_loader *loader, size_t index)
{
    struct sw_step *step = &loader->book->steps[index];

    if (loader->step_nodes[index] == NULL) {
        return;
    }
    switch (step->verb) {
    case SW_VERB_DO:
    case SW_VERB_READ:
    case SW_VERB_WAIT:
    case SW_VERB_HOOK:
    case SW_VERB_ASSERT:
        load_next(loader, index);
        break;
    case SW_VERB_DECIDE:
        load_decide(loader, index);
        break;
    case SW_VERB_BRANCH:
        load_branch(loader, index);
        break;
    case SW_VERB_CALL:
        sw_load_call_arrows(loader, index);
        break;
    case SW_VERB_END:
        sw_load_end_arrows(loader, index);
        break;
    }
    load_if_lapsed(loader, index);
}
