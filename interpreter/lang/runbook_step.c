/** @file First look at the steps: ids, verbs, actions; enough to know every name and arrow. */
#include "lang/runbook_load.h"

#include "base/text.h"

#include <string.h>

/* The verb of a step, or false after saying what is wrong. */
static bool find_verb(struct sw_loader *loader, const struct sw_node *node, enum sw_verb *ret_verb)
{
    const struct sw_node *first = NULL;

    for (size_t i = 0; i < node->count; i++) {
        enum sw_verb verb = SW_VERB_DO;
        if (!sw_key_verb(node->keys[i]->text, &verb)) {
            continue;
        }
        if (first != NULL) {
            struct sw_diag *diag = sw_diag_add(loader->diags, SW_ERROR, 211, node->keys[i]->mark,
                                               "a step has one verb; this one has `%s` and `%s`",
                                               first->text, node->keys[i]->text);
            sw_diag_hint(loader->diags, diag, "make two steps of it");
            sw_diag_note(loader->diags, diag, first->mark, "`%s` is here", first->text);
            return false;
        }
        first = node->keys[i];
        *ret_verb = verb;
    }
    if (first == NULL) {
        size_t before = sw_diags_error_count(loader->diags);
        const struct sw_node *id = sw_load_scalar(node, "id");
        sw_load_keys(loader, &sw_keys_step, node, 0, node->mark);
        if (before == sw_diags_error_count(loader->diags)) {
            struct sw_diag *diag =
                sw_diag_add(loader->diags, SW_ERROR, 211, id == NULL ? node->mark : id->mark,
                            "this step has no verb, so it would do nothing");
            sw_diag_hint(loader->diags, diag,
                         "add one of: do, read, wait, decide, branch, hook, call, assert, end");
        }
    }
    return first != NULL;
}

static void register_id(struct sw_loader *loader, const struct sw_node *node, struct sw_step *step)
{
    const struct sw_node *id = sw_load_scalar(node, "id");

    step->mark = id == NULL ? node->mark : id->mark;
    step->id = id == NULL ? "?" : sw_format(loader->arena, "%s%s", loader->frame->prefix, id->text);
    if (id == NULL) {
        *loader->is_graph_broken = true;
        return;
    }
    if (!sw_load_is_id(loader, id, "a step")) {
        *loader->is_graph_broken = true;
    }
    const struct sw_step *first = sw_map_get(loader->step_ids, id->text);
    if (first != NULL) {
        struct sw_diag *diag = sw_diag_add(loader->diags, SW_ERROR, 209, id->mark,
                                           "two steps are called `%s`", id->text);
        sw_diag_note(loader->diags, diag, first->mark, "the first is here");
        *loader->is_graph_broken = true;
        return;
    }
    sw_map_set(loader->step_ids, id->text, step);
    sw_map_set(loader->all_ids, step->id, step);
}

static void load_end(struct sw_loader *loader, const struct sw_node *node, struct sw_step *step)
{
    static const char *const words[] = {"done", "stopped", "failed"};
    const struct sw_node *word = sw_load_scalar(node, "end");

    sw_load_bool(loader, sw_load_scalar(node, "rollback"), &step->is_rollback);
    if (word == NULL) {
        return;
    }
    for (size_t i = 0; i < SW_COUNT(words); i++) {
        if (sw_text_is(word->text, words[i])) {
            step->end = (enum sw_end)i;
            return;
        }
    }
    sw_load_unknown(loader, 206, word->mark, word->text, words, SW_COUNT(words),
                    sw_format(loader->arena, "a run cannot end as `%.80s`", word->text));
}

static void load_shows(struct sw_loader *loader, const struct sw_node *node, struct sw_step *step)
{
    const struct sw_node *map = sw_load_map(node, "show");

    if (map == NULL) {
        return;
    }
    step->shows = sw_alloc_array(loader->arena, map->count + 1, sizeof *step->shows);
    for (size_t i = 0; i < map->count; i++) {
        struct sw_show *show = &step->shows[step->show_count++];
        show->name = map->keys[i]->text;
        show->use.target = SW_NO_STEP;
        sw_load_is_id(loader, map->keys[i], "a row of `show`");
        if (sw_load_keys(loader, &sw_keys_show, map->items[i], SW_ON_ALL, map->keys[i]->mark) &&
            !sw_load_use(loader, map->items[i], "read", &show->use)) {
            *loader->is_graph_broken = true; /* its evidence is not known */
        }
    }
}

static void load_step(struct sw_loader *loader, size_t index)
{
    const struct sw_node *node = loader->step_nodes[index];
    struct sw_step *step = &loader->book->steps[index];
    enum sw_verb verb = SW_VERB_READ;

    if (!find_verb(loader, node, &verb)) {
        *loader->is_graph_broken = true;
        loader->step_nodes[index] = NULL;
        return;
    }
    step->verb = verb;
    step->has_when = verb != SW_VERB_END && sw_node_get(node, "when") != NULL;
    sw_load_keys(loader, &sw_keys_step, node, SW_ON(verb), step->mark);
    switch (verb) {
    case SW_VERB_DO:
    case SW_VERB_READ:
    case SW_VERB_WAIT:
        if (!sw_load_use(loader, node, sw_verb_name(verb), &step->use)) {
            *loader->is_graph_broken = true;
        }
        break;
    case SW_VERB_HOOK:
        sw_load_hook(loader, node, step);
        break;
    case SW_VERB_END:
        load_end(loader, node, step);
        break;
    case SW_VERB_DECIDE:
        load_shows(loader, node, step);
        break;
    case SW_VERB_BRANCH:
    case SW_VERB_ASSERT:
    case SW_VERB_CALL: /* runbook_frame.c has found what it calls */
        break;
    }
}

void sw_load_steps(struct sw_loader *loader)
{
    const struct sw_node *list = sw_load_list(loader->root, "steps");
    struct sw_runbook *book = loader->book;
    size_t first = loader->frame->first_step;

    if (list == NULL || list->count == 0) {
        *loader->is_graph_broken = true;
        if (list != NULL) {
            sw_diag_add(loader->diags, SW_ERROR, 205, list->mark,
                        "`steps` is empty: nothing would be done");
        }
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        struct sw_step *step = &book->steps[first + i];
        step->mark = list->items[i]->mark;
        step->frame = loader->frame_index;
        if (list->items[i]->kind != SW_NODE_MAP) {
            sw_load_keys(loader, &sw_keys_step, list->items[i], 0, step->mark);
            *loader->is_graph_broken = true;
            continue;
        }
        loader->step_nodes[first + i] = list->items[i];
        register_id(loader, list->items[i], step);
    }
    for (size_t i = 0; i < list->count; i++) {
        if (loader->step_nodes[first + i] != NULL) {
            load_step(loader, first + i);
        }
    }
    const struct sw_step *last = &book->steps[first + list->count - 1];
    if (loader->step_nodes[first + list->count - 1] != NULL && last->verb != SW_VERB_END) {
        struct sw_diag *diag = sw_diag_add(loader->diags, SW_ERROR, 407, last->mark,
                                           "the last step must be an `end`, but `%s` is a `%s`",
                                           last->id, sw_verb_name(last->verb));
        sw_diag_hint(loader->diags, diag,
                     "is the file cut short? else add: - { id: done, end: done }");
        *loader->is_graph_broken = true;
    }
}
