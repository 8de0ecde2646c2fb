/**
 * @file Ways around a guard. A question, an `assert`, an `ensure`, a hook that must run and a call
 * hold nothing where a path leads past them: an inserted branch, an arrow that skips; nor do the
 * conditions of a branch. So after each change the graph is walked again, and from no step may
 * there be a new way to what cannot be undone that misses a guard which all ways passed before.
 * Evidence has its own proof (lang/evidence_walk.c); this one is for what people and rows of
 * conditions were to say.
 */
#include "lang/variant_internal.h"

#include "base/limits.h"
#include "base/text.h"
#include "lang/yaml.h"

#include <string.h>

#define WORD_BITS 64

/* A hook that must run may be what asks for a legal hold; one that may be left out cannot be. */
static bool must_run_hook(const struct sw_node *step)
{
    const struct sw_node *optional = sw_node_get(step, "optional");

    return sw_node_get(step, "hook") != NULL &&
           (optional == NULL || !sw_text_is(optional->text, "true"));
}

bool sw_step_node_guards(const struct sw_node *step)
{
    static const char *const keys[] = {"assert", "ensure", "branch", "call", "end"};
    bool is_guard = must_run_hook(step);

    for (size_t i = 0; i < SW_COUNT(keys); i++) {
        is_guard = is_guard || sw_node_get(step, keys[i]) != NULL;
    }
    return is_guard;
}

static bool has_rows(const struct sw_node *step)
{
    return sw_node_get(step, "assert") != NULL || sw_node_get(step, "ensure") != NULL ||
           sw_node_get(step, "call") != NULL || must_run_hook(step);
}

/* ---- what is called ---- */

struct look {
    struct sw_merge *merge;
    struct sw_diags *diags; /* what is wrong there is said when it is loaded */
    const struct sw_part **parts;
    size_t count, room;
    struct sw_called *called;
};

static void look_at_part(struct look *look, const struct sw_node *word)
{
    struct sw_error ignored = {0};
    const struct sw_source *from = sw_load_source(&look->merge->loader, word->mark);
    const struct sw_part *part =
        word->kind != SW_NODE_SCALAR || from == NULL
            ? NULL
            : sw_bundle_part(look->merge->bundle, from, word->text, SW_PART_RUNBOOK, &ignored);

    for (size_t i = 0; i < look->count; i++) {
        part = part == look->parts[i] ? NULL : part;
    }
    if (part != NULL) {
        look->parts = sw_grow(look->merge->loader.arena, look->parts, look->count, &look->room,
                              sizeof *look->parts);
        look->parts[look->count++] = part;
    }
}

static bool has_part(const char *dotted, const char *name)
{
    size_t length = strlen(name);

    for (const char *at = strstr(dotted, name); at != NULL; at = strstr(at + 1, name)) {
        if ((at == dotted || at[-1] == '.') && (at[length] == '\0' || at[length] == '.')) {
            return true;
        }
    }
    return false;
}

/* Also in a change that has not been applied: more than there is may be found, but not less. */
static void look_at_node(struct look *look, const struct sw_node *node)
{
    for (size_t i = 0; i < node->count; i++) {
        const char *key = node->kind == SW_NODE_MAP ? node->keys[i]->text : "";

        look->called->is_irreversible = look->called->is_irreversible || has_part(key, "edge");
        look->called->settles = look->called->settles || has_part(key, "accepts_loss");
        look->called->attests = look->called->attests || has_part(key, "trust");
        if (sw_text_is(key, "call") || sw_text_is(key, "runbook")) {
            look_at_part(look, node->items[i]);
        }
        look_at_node(look, node->items[i]);
    }
}

void sw_merge_look_into(struct sw_merge *merge, const struct sw_node *step,
                        struct sw_called *ret_called)
{
    const struct sw_node *word = sw_load_scalar(step, "call");
    struct look look = {.merge = merge, .called = ret_called};

    *ret_called = (struct sw_called){0};
    if (word == NULL) {
        return;
    }
    if (merge->book != NULL) {
        size_t index = sw_runbook_step(merge->book, sw_step_node_id(step));
        const struct sw_callee *callee =
            index == SW_NO_STEP ? NULL : merge->book->steps[index].callee;

        ret_called->is_irreversible =
            callee != NULL && sw_frame_is_irreversible(merge->book, callee->frame);
        return;
    }
    look.diags = sw_diags_new();
    look_at_part(&look, word);
    for (size_t i = 0; i < look.count; i++) {
        const struct sw_node *root =
            sw_yaml_read(&look.parts[i]->source, merge->loader.arena, look.diags);

        if (root != NULL) {
            look_at_node(&look, root);
        }
    }
    sw_diags_free(look.diags);
}

/* ---- the graph ---- */

struct walk {
    struct sw_merge *merge;
    const struct sw_node *steps;
    struct sw_map *index; /* id -> its node; its place by subtraction */
    struct sw_guards *guards;
    bool *sinks;
    uint64_t *result; /* of the step that is looked at */
};

static bool is_sink(struct sw_merge *merge, const struct sw_node *step)
{
    const struct sw_action *action = NULL;
    enum sw_verb verb = SW_VERB_END;
    struct sw_called called = {0};

    if (!sw_step_node_verb(merge, step, &verb, &action)) {
        return false;
    }
    if (verb == SW_VERB_CALL) {
        sw_merge_look_into(merge, step, &called);
    }
    return called.is_irreversible || sw_node_get(step, "edge") != NULL ||
           (action != NULL && action->effect == SW_EFFECT_IRREVERSIBLE);
}

static uint64_t *set_of(const struct sw_guards *guards, size_t step)
{
    return guards->sets + step * guards->words;
}

/* What is passed on every way from here, were there only this arrow. `guard`: it is one itself. */
static void follow(struct walk *walk, size_t from, size_t to, bool is_guard)
{
    const struct sw_guards *guards = walk->guards;

    for (size_t w = 0; w < guards->words; w++) {
        uint64_t set = walk->sinks[to] ? 0 : set_of(guards, to)[w];

        if (is_guard && from / WORD_BITS == w) {
            set |= UINT64_C(1) << from % WORD_BITS;
        }
        walk->result[w] &= set;
    }
}

static void follow_word(struct walk *walk, size_t from, const struct sw_node *word, bool is_guard)
{
    const struct sw_node *inner =
        word != NULL && word->kind == SW_NODE_MAP ? sw_node_get(word, "next") : word;
    const size_t *to = inner == NULL || inner->kind != SW_NODE_SCALAR
                           ? NULL
                           : sw_map_get(walk->index, inner->text);

    if (to != NULL) {
        follow(walk, from, *to, is_guard);
    }
}

static void follow_all(struct walk *walk, size_t at)
{
    const struct sw_node *step = walk->steps->items[at];
    const struct sw_node *next = sw_node_get(step, "next");
    const struct sw_node *choices = sw_load_map(step, "decide");
    const struct sw_node *rows = sw_load_list(step, "branch");
    bool is_guard = has_rows(step);
    bool has_below = at + 1 < walk->steps->count;

    if (sw_node_get(step, "when") != NULL && has_below) {
        follow(walk, at, at + 1, false);
    }
    for (size_t i = 0; choices != NULL && i < choices->count; i++) {
        follow_word(walk, at, choices->items[i], true);
    }
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        follow_word(walk, at, rows->items[i], true);
        follow_word(walk, at, sw_node_get(rows->items[i], "else"), true);
    }
    if (choices != NULL || rows != NULL || sw_node_get(step, "end") != NULL) {
        return;
    }
    const struct sw_node *ok =
        next == NULL || next->kind == SW_NODE_SCALAR ? next : sw_node_get(next, "ok");

    for (size_t i = 0; next != NULL && next->kind == SW_NODE_MAP && i < next->count; i++) {
        bool is_failed = sw_text_is(next->keys[i]->text, "failed");

        follow_word(walk, at, next->items[i], is_guard && !is_failed);
    }
    if (ok != NULL && ok->kind == SW_NODE_SCALAR) {
        follow_word(walk, at, ok, is_guard);
    }
    bool is_call = sw_node_get(step, "call") != NULL;

    if (ok == NULL && has_below && (is_call || sw_step_node_has_ok(walk->merge, step))) {
        follow(walk, at, at + 1, is_guard);
    }
}

static void find_ids(struct walk *walk, struct sw_arena *arena)
{
    size_t count = walk->steps->count;
    size_t *places = sw_alloc_array(arena, count + 1, sizeof *places);

    walk->index = sw_map_new(arena);
    walk->sinks = sw_alloc_array(arena, count + 1, sizeof *walk->sinks);
    walk->guards->are_guards = sw_alloc_array(arena, count + 1, sizeof(bool));
    walk->guards->ids = sw_alloc_array(arena, count + 1, sizeof *walk->guards->ids);
    for (size_t i = 0; i < count; i++) {
        places[i] = i;
        walk->guards->ids[i] = sw_step_node_id(walk->steps->items[i]);
        walk->sinks[i] = walk->steps->items[i]->kind == SW_NODE_MAP &&
                         is_sink(walk->merge, walk->steps->items[i]);
        walk->guards->are_guards[i] = has_rows(walk->steps->items[i]) ||
                                      sw_node_get(walk->steps->items[i], "decide") != NULL ||
                                      sw_node_get(walk->steps->items[i], "branch") != NULL;
        if (!sw_map_has(walk->index, walk->guards->ids[i])) {
            sw_map_set(walk->index, walk->guards->ids[i], &places[i]);
        }
    }
    walk->guards->index = walk->index;
}

void sw_guards_find(struct sw_merge *merge, struct sw_arena *arena, struct sw_guards *ret_guards)
{
    struct walk walk = {.merge = merge, .steps = sw_merge_steps(merge), .guards = ret_guards};
    bool has_changed = true;

    *ret_guards = (struct sw_guards){.arena = arena};
    if (walk.steps == NULL || walk.steps->count > SW_LIMIT_STEPS) {
        return; /* said when it is loaded */
    }
    ret_guards->count = walk.steps->count;
    ret_guards->words = walk.steps->count / WORD_BITS + 1; /* one bit more: no way at all */
    find_ids(&walk, arena);

    size_t all = (ret_guards->count + 1) * ret_guards->words;

    ret_guards->sets = sw_alloc_array(arena, all + 1, sizeof *ret_guards->sets);
    memset(ret_guards->sets, 0xFF, all * sizeof *ret_guards->sets);
    walk.result = sw_alloc_array(arena, ret_guards->words + 1, sizeof *walk.result);
    while (has_changed) {
        has_changed = false;
        for (size_t i = ret_guards->count; i > 0; i--) {
            uint64_t *set = set_of(ret_guards, i - 1);
            size_t bytes = ret_guards->words * sizeof *set;

            memset(walk.result, 0xFF, bytes);
            if (walk.steps->items[i - 1]->kind == SW_NODE_MAP) {
                follow_all(&walk, i - 1);
            }
            has_changed = has_changed || memcmp(set, walk.result, bytes) != 0;
            memcpy(set, walk.result, bytes);
        }
    }
    /* The way in counts as a step above the first. */
    if (ret_guards->count > 0) {
        uint64_t *entry = set_of(ret_guards, ret_guards->count);

        memset(walk.result, 0xFF, ret_guards->words * sizeof *entry);
        follow(&walk, 0, 0, false);
        memcpy(entry, walk.result, ret_guards->words * sizeof *entry);
    }
}

static bool passes(const struct sw_guards *guards, size_t from, size_t guard)
{
    return (set_of(guards, from)[guard / WORD_BITS] >> guard % WORD_BITS & 1) != 0;
}

bool sw_guards_compare(const struct sw_guards *was, const struct sw_guards *now,
                       const char **ret_guard, const char **ret_from)
{
    /* From the end, so that the step is told that is nearest; last the way in. */
    for (size_t n = 0; was->count > 0 && now->count > 0 && n <= was->count; n++) {
        bool is_entry = n == was->count;
        size_t i = is_entry ? n : was->count - 1 - n;
        const size_t *from = is_entry ? &now->count : sw_map_get(now->index, was->ids[i]);

        if (from != NULL && passes(was, i, was->count) && !passes(now, *from, now->count)) {
            *ret_guard = is_entry ? was->ids[0] : was->ids[i];
            *ret_from = NULL;
            return true;
        }
        for (size_t g = 0; from != NULL && g < was->count; g++) {
            const size_t *guard = was->are_guards[g] && passes(was, i, g)
                                      ? sw_map_get(now->index, was->ids[g])
                                      : NULL;

            if (guard != NULL && !passes(now, *from, *guard)) {
                *ret_guard = was->ids[g];
                *ret_from = is_entry ? "the start" : was->ids[i];
                return true;
            }
        }
    }
    return false;
}
