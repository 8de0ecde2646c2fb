/** @file Steps as nodes: their verb, outcomes, evidence and arrows, before anything is typed. */
#include "lang/variant_internal.h"

#include "base/text.h"

bool sw_step_node_verb(const struct sw_merge *merge, const struct sw_node *step,
                       enum sw_verb *ret_verb, const struct sw_action **ret_action)
{
    for (size_t i = 0; step->kind == SW_NODE_MAP && i < step->count; i++) {
        if (!sw_key_verb(step->keys[i]->text, ret_verb)) {
            continue;
        }
        bool has_action =
            *ret_verb == SW_VERB_DO || *ret_verb == SW_VERB_READ || *ret_verb == SW_VERB_WAIT;

        *ret_action = has_action && step->items[i]->kind == SW_NODE_SCALAR
                          ? sw_registry_action(merge->loader.registry, step->items[i]->text)
                          : NULL;
        return true;
    }
    return false;
}

const char *const *sw_step_node_outcomes(const struct sw_merge *merge, const struct sw_node *step,
                                         size_t *ret_count)
{
    struct sw_step typed = {.verb = SW_VERB_END};

    sw_step_node_verb(merge, step, &typed.verb, &typed.use.action);
    return sw_step_outcomes(&typed, merge->loader.arena, ret_count);
}

const char *sw_step_node_id(const struct sw_node *step)
{
    const char *id = sw_load_word(step, "id");

    return id == NULL ? "?" : id;
}

struct sw_node *sw_merge_steps(const struct sw_merge *merge)
{
    struct sw_node *steps = sw_node_get(merge->root, "steps");

    return steps != NULL && steps->kind == SW_NODE_LIST ? steps : NULL;
}

size_t sw_merge_step(const struct sw_merge *merge, const char *id)
{
    const struct sw_node *steps = sw_merge_steps(merge);

    for (size_t i = 0; steps != NULL && i < steps->count; i++) {
        if (sw_text_is(sw_step_node_id(steps->items[i]), id)) {
            return i;
        }
    }
    return SW_NO_STEP;
}

/* ---- evidence ---- */

static void add_evidence(const struct sw_merge *merge, const char ***list, size_t *count,
                         size_t *room, const char *name)
{
    if (name != NULL) {
        *list = sw_grow(merge->loader.arena, *list, *count, room, sizeof **list);
        (*list)[(*count)++] = name;
    }
}

/* What the choices of a decision settle: the listing that each accepts says it. */
static void add_accepted(const struct sw_merge *merge, const struct sw_node *step,
                         const char ***list, size_t *count, size_t *room)
{
    const struct sw_node *choices = sw_load_map(step, "decide");
    const struct sw_node *shows = sw_load_map(step, "show");

    for (size_t i = 0; choices != NULL && i < choices->count; i++) {
        const char *name = sw_load_word(choices->items[i], "accepts_loss");
        const struct sw_node *show = name == NULL ? NULL : sw_load_map(shows, name);
        const char *read = show == NULL ? NULL : sw_load_word(show, "read");
        const struct sw_action *action =
            read == NULL ? NULL : sw_registry_action(merge->loader.registry, read);

        add_evidence(merge, list, count, room, action == NULL ? NULL : action->accept_yields);
    }
}

const char *const *sw_step_node_evidence(const struct sw_merge *merge, const struct sw_node *step)
{
    const struct sw_action *action = NULL;
    enum sw_verb verb = SW_VERB_END;
    const char **list = NULL;
    size_t count = 0;
    size_t room = 0;

    sw_step_node_verb(merge, step, &verb, &action);
    for (const struct sw_yield *row = action == NULL ? NULL : action->yields;
         row != NULL && row->evidence != NULL; row++) {
        add_evidence(merge, &list, &count, &room, row->evidence);
    }
    add_accepted(merge, step, &list, &count, &room);
    const struct sw_node *trust = sw_load_list(step, "trust");

    for (size_t i = 0; trust != NULL && i < trust->count; i++) {
        add_evidence(merge, &list, &count, &room, trust->items[i]->text);
    }
    return sw_grow(merge->loader.arena, list, count, &room, sizeof *list);
}

bool sw_step_node_matters(const struct sw_merge *merge, const struct sw_node *step)
{
    const struct sw_action *action = NULL;
    enum sw_verb verb = SW_VERB_END;

    if (!sw_step_node_verb(merge, step, &verb, &action)) {
        return false;
    }
    /* A hook in a file has an `edge` if it cannot be undone; what a call yields its callee says. */
    return verb == SW_VERB_DECIDE || verb == SW_VERB_CALL || sw_node_get(step, "edge") != NULL ||
           (action != NULL && action->effect == SW_EFFECT_IRREVERSIBLE) ||
           sw_step_node_evidence(merge, step)[0] != NULL;
}

/* ---- arrows ---- */

static void lead(struct sw_node **slot, const char *id, struct sw_node *word)
{
    if (slot != NULL && (*slot)->kind == SW_NODE_SCALAR && sw_text_is((*slot)->text, id)) {
        *slot = word;
    }
}

static void lead_step(struct sw_node *step, const char *id, struct sw_node *word)
{
    struct sw_node *next = sw_node_get(step, "next");
    struct sw_node *choices = sw_node_get(step, "decide");
    struct sw_node *rows = sw_node_get(step, "branch");

    lead(sw_node_slot(step, "next"), id, word);
    for (size_t i = 0; next != NULL && next->kind == SW_NODE_MAP && i < next->count; i++) {
        lead(&next->items[i], id, word);
        lead(sw_node_slot(next->items[i], "next"), id, word);
    }
    for (size_t i = 0; choices != NULL && choices->kind == SW_NODE_MAP && i < choices->count; i++) {
        lead(sw_node_slot(choices->items[i], "next"), id, word);
    }
    for (size_t i = 0; rows != NULL && rows->kind == SW_NODE_LIST && i < rows->count; i++) {
        lead(sw_node_slot(rows->items[i], "next"), id, word);
        lead(sw_node_slot(rows->items[i], "else"), id, word);
    }
    lead(sw_node_slot(sw_node_get(step, "if_lapsed"), "next"), id, word);
}

void sw_merge_lead(struct sw_merge *merge, const char *id, struct sw_node *word)
{
    struct sw_node *steps = sw_merge_steps(merge);

    for (size_t i = 0; i < steps->count; i++) {
        if (steps->items[i]->kind == SW_NODE_MAP) {
            lead_step(steps->items[i], id, word);
        }
    }
}

struct sw_node *sw_step_node_ok(struct sw_node *step)
{
    struct sw_node *next = sw_node_get(step, "next");

    return next == NULL || next->kind == SW_NODE_SCALAR ? next : sw_node_get(next, "ok");
}

bool sw_step_node_has_ok(const struct sw_merge *merge, const struct sw_node *step)
{
    size_t count = 0;
    const char *const *outcomes = sw_step_node_outcomes(merge, step, &count);

    for (size_t i = 0; i < count; i++) {
        if (sw_text_is(outcomes[i], "ok")) {
            return true;
        }
    }
    return false;
}

void sw_step_node_set_ok(struct sw_merge *merge, struct sw_node *step, struct sw_node *value)
{
    struct sw_arena *arena = merge->loader.arena;
    struct sw_node *next = sw_node_get(step, "next");

    if (next == NULL && value->kind == SW_NODE_SCALAR) {
        sw_node_put(arena, step, sw_node_word(arena, "next", value->mark), value);
        return;
    }
    if (next == NULL || next->kind != SW_NODE_MAP) {
        next = sw_node_new_map(arena, value->mark);
        sw_node_put(arena, step, sw_node_word(arena, "next", value->mark), next);
    }
    sw_node_put(arena, next, sw_node_word(arena, "ok", value->mark), value);
}

void sw_step_node_drop_ok(struct sw_node *step)
{
    struct sw_node *next = sw_node_get(step, "next");

    if (next == NULL) {
        return;
    }
    if (next->kind == SW_NODE_MAP) {
        sw_node_drop(next, "ok");
    }
    if (next->kind != SW_NODE_MAP || next->count == 0) {
        sw_node_drop(step, "next");
    }
}
