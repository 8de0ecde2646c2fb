/** @file Differences of steps, in the words of who approves, waits and decides. */
#include "lang/diff_internal.h"

#include "base/text.h"

#include <string.h>

static struct sw_mark mark_of(const struct sw_key_change *change)
{
    return change->now == NULL ? change->was->mark : change->now->mark;
}

static enum sw_difference_rank rank_of(const struct sw_key_change *change)
{
    if (change->is_less && change->is_more) {
        return SW_DIFF_OTHER;
    }
    return change->is_less ? SW_DIFF_LESS : change->is_more ? SW_DIFF_MORE : SW_DIFF_PLAIN;
}

static const char *text_or(const struct sw_node *node, const char *other)
{
    return node == NULL || node->kind != SW_NODE_SCALAR ? other : node->text;
}

/* ---- arrows ---- */

/* The step that an arrow leads to, also where it is written as a map. */
static const char *target_of(const struct sw_node *arrow)
{
    if (arrow == NULL || arrow->kind == SW_NODE_SCALAR) {
        return arrow == NULL ? NULL : arrow->text;
    }
    return sw_load_word(arrow, "next");
}

/* Through steps that the other version does not have, along their `ok`. */
static const char *pass(const struct sw_differ *d, const struct sw_runbook *book,
                        const struct sw_runbook *other, const char *id)
{
    for (size_t i = 0; id != NULL && i < book->step_count; i++) {
        size_t index = sw_runbook_step(book, id);
        const struct sw_arrow *ok =
            index == SW_NO_STEP ? NULL : sw_step_arrow(&book->steps[index], "ok");

        if (sw_runbook_step(other, id) != SW_NO_STEP || ok == NULL) {
            break;
        }
        id = sw_diff_own_id(d, book->steps[ok->next].id);
    }
    return id;
}

/* Do both lead to the same place but for steps that came or went in between? */
static bool leads_alike(const struct sw_differ *d, const char *was, const char *now)
{
    return was != NULL && now != NULL &&
           sw_text_is(pass(d, d->was, d->now, was), pass(d, d->now, d->was, now));
}

static void say_arrow(struct sw_differ *d, const struct sw_key_change *change, const char *outcome)
{
    const char *was = target_of(change->was);
    const char *now = target_of(change->now);

    if (was == NULL && now != NULL) {
        sw_diff_add(d, rank_of(change), change->path, mark_of(change), "on %s, %s now goes to %s",
                    outcome, d->name, now);
    } else if (now == NULL) {
        sw_diff_add(d, rank_of(change), change->path, mark_of(change),
                    "on %s, %s no longer goes to %s", outcome, d->name, was == NULL ? "?" : was);
    } else {
        sw_diff_add(d, leads_alike(d, was, now) ? SW_DIFF_PLAIN : rank_of(change), change->path,
                    mark_of(change), "on %s, %s goes to %s instead of %s", outcome, d->name, now,
                    was);
    }
}

/* An outcome of `next`, which may be `STEP` alone: that is where `ok` goes. */
static const struct sw_node *arrow_at(const struct sw_node *next, const char *outcome)
{
    if (next == NULL || next->kind == SW_NODE_SCALAR) {
        return sw_text_is(outcome, "ok") ? next : NULL;
    }
    return sw_node_get(next, outcome);
}

/* All of `next` is new, gone, or written in the other form: outcome by outcome. */
static void say_arrows(struct sw_differ *d, const struct sw_key_change *change)
{
    const struct sw_node *sides[] = {change->was, change->now};

    for (size_t side = 0; side < SW_COUNT(sides); side++) {
        const struct sw_node *next = sides[side];
        size_t count = next == NULL ? 0 : next->kind == SW_NODE_MAP ? next->count : 1;

        for (size_t i = 0; i < count; i++) {
            const char *outcome = next->kind == SW_NODE_MAP ? next->keys[i]->text : "ok";
            struct sw_key_change one = *change;

            one.was = arrow_at(change->was, outcome);
            one.now = arrow_at(change->now, outcome);
            if ((side == 1 && one.was != NULL) || sw_node_equal(one.was, one.now)) {
                continue; /* told with the other side */
            }
            one.path = sw_format(d->arena, "next.%s", outcome);
            say_arrow(d, &one, outcome);
        }
    }
}

/* ---- the edge ---- */

static void say_edge(struct sw_differ *d, const struct sw_key_change *change)
{
    const char *path = change->path;
    struct sw_mark mark = mark_of(change);
    enum sw_difference_rank rank = rank_of(change);

    if (sw_text_is(path, "edge.approve.people")) {
        const char *was = text_or(change->was, "1");
        const char *now = text_or(change->now, "1");

        sw_diff_add(d, rank, path, mark, "approval on %s %s from %s %s to %s", d->name,
                    rank == SW_DIFF_LESS ? "fell" : "rose", was,
                    sw_text_is(was, "1") ? "person" : "people", now);
    } else if (sw_text_is(path, "edge.approve.good_for")) {
        sw_diff_add(d, rank, path, mark, "an approval on %s is good for %s (was %s)", d->name,
                    text_or(change->now, "?"), text_or(change->was, "?"));
    } else if (sw_text_is(path, "edge.approve.by")) {
        sw_diff_add(d, rank, path, mark, "%s is approved by %s (was %s)", d->name,
                    text_or(change->now, "any approver"), text_or(change->was, "any approver"));
    } else if (sw_text_is(path, "edge.window")) {
        sw_diff_add(d, rank, path, mark,
                    change->was == NULL    ? "%s now has a window outside of which it waits"
                    : change->now == NULL  ? "%s no longer has a window: it may act at any time"
                    : rank == SW_DIFF_MORE ? "the window of %s is narrower"
                                           : "the window of %s is another one",
                    d->name);
    } else {
        sw_diff_add(d, rank, path, mark, "%s of %s is %s", path, d->name,
                    change->was == NULL   ? "new"
                    : change->now == NULL ? "gone"
                                          : "another one");
    }
}

/* ---- other keys ---- */

static bool ends_with(const char *path, const char *end)
{
    return sw_text_is(path, end) ||
           (sw_text_ends(path, end) && path[strlen(path) - strlen(end) - 1] == '.');
}

static bool is_wording(const char *path)
{
    return sw_text_is(path, "title") || sw_text_is(path, "description") ||
           sw_text_begins(path, "x-");
}

/* "next.clean.next" and "next.clean" are the outcome `clean`. */
static const char *arrow_name(struct sw_differ *d, const char *path)
{
    const char *dot = strchr(path, '.');

    if (dot == NULL) {
        return path;
    }
    if (sw_text_begins(path, "if_lapsed.")) {
        return "lapsed evidence";
    }
    const char *name = dot + 1;
    const char *end = strchr(name, '.');

    return end == NULL ? name : sw_copy(d->arena, name, (size_t)(end - name));
}

static bool is_arrow(const char *path)
{
    const char *first = strchr(path, '.');
    const char *second = first == NULL ? NULL : strchr(first + 1, '.');
    bool is_choice = sw_text_begins(path, "decide.");

    if (sw_text_is(path, "if_lapsed.next")) {
        return true;
    }
    return (sw_text_begins(path, "next.") && (second == NULL || sw_text_is(second, ".next"))) ||
           (is_choice && second != NULL && sw_text_is(second, ".next"));
}

static void say_choice(struct sw_differ *d, const struct sw_key_change *change, const char *choice)
{
    const struct sw_node *node = change->now == NULL ? change->was : change->now;
    bool accepts = node->kind == SW_NODE_MAP && sw_node_get(node, "accepts_loss") != NULL;

    sw_diff_add(d, change->now != NULL && accepts ? SW_DIFF_LESS : rank_of(change), change->path,
                mark_of(change), "%s %s choice %s%s", d->name,
                change->now == NULL ? "no longer offers the" : "now offers the", choice,
                accepts ? ", which accepts a loss" : "");
}

static void say_trust(struct sw_differ *d, const struct sw_key_change *change)
{
    const struct sw_node *list = change->now != NULL ? change->now : change->was;
    const struct sw_node *steps = sw_merge_steps(&d->new);
    size_t index = sw_merge_step(&d->new, d->name);
    const char *hook = sw_load_word(steps->items[index], "hook");

    for (size_t i = 0; list->kind == SW_NODE_LIST && i < list->count; i++) {
        sw_diff_add(d, change->now != NULL ? SW_DIFF_LESS : SW_DIFF_OTHER, change->path, list->mark,
                    change->now != NULL ? "evidence %s now attested by %s (step %s)"
                                        : "evidence %s no longer attested by %s (step %s)",
                    list->items[i]->text, hook == NULL ? "?" : hook, d->name);
    }
}

static void say_any(struct sw_differ *d, const struct sw_key_change *change)
{
    const struct sw_node *was = change->was;
    const struct sw_node *now = change->now;
    struct sw_mark mark = mark_of(change);
    bool has_words =
        was != NULL && now != NULL && was->kind == SW_NODE_SCALAR && now->kind == SW_NODE_SCALAR;

    if (sw_text_is(change->path, "ensure") || sw_text_is(change->path, "assert")) {
        sw_diff_add(d, rank_of(change), change->path, mark, "%s %s", d->name,
                    rank_of(change) == SW_DIFF_MORE ? "makes sure of more"
                                                    : "no longer makes sure of all that it did");
    } else if (has_words) {
        sw_diff_add(d, rank_of(change), change->path, mark, "%s of %s is %.100s (was %.100s)",
                    change->path, d->name, now->text, was->text);
    } else if (now != NULL && now->kind == SW_NODE_SCALAR) {
        sw_diff_add(d, rank_of(change), change->path, mark, "%s of %s is new: %.100s", change->path,
                    d->name, now->text);
    } else {
        sw_diff_add(d, rank_of(change), change->path, mark, "%s of %s is %s", change->path, d->name,
                    was == NULL   ? "new"
                    : now == NULL ? "gone"
                                  : "another one");
    }
}

static void say_step_key(void *context, const struct sw_key_change *change)
{
    struct sw_differ *d = context;
    const char *path = change->path;
    enum sw_verb verb = SW_VERB_DO;

    if (is_wording(path)) {
        sw_diff_add(d, SW_DIFF_WORDING, path, mark_of(change), "%s of %s is worded differently",
                    path, d->name);
    } else if (sw_text_is(path, "edge.note")) {
        sw_diff_add(d, change->now == NULL ? SW_DIFF_LESS : SW_DIFF_OTHER, path, mark_of(change),
                    "whoever approves %s is told: %.200s", d->name,
                    text_or(change->now, "nothing of the runbook's own"));
    } else if (sw_text_begins(path, "edge")) {
        say_edge(d, change);
    } else if (sw_text_is(path, "when")) {
        sw_diff_add(d, rank_of(change), path, mark_of(change),
                    change->was == NULL   ? "%s can now be skipped: when %s"
                    : change->now == NULL ? "%s is no longer skipped"
                                          : "%s is skipped in other cases: when %s",
                    d->name, text_or(change->now, ""));
    } else if (sw_text_is(path, "by")) {
        sw_diff_add(d, rank_of(change), path, mark_of(change), "%s is answered by %s (was %s)",
                    d->name, text_or(change->now, "any approver"),
                    text_or(change->was, "any approver"));
    } else if (sw_text_is(path, "trust")) {
        say_trust(d, change);
    } else if (sw_text_is(path, "next")) {
        say_arrows(d, change);
    } else if (is_arrow(path)) {
        say_arrow(d, change, arrow_name(d, path));
    } else if (ends_with(path, "label")) {
        /* What a person agrees to is not only a word. */
        sw_diff_add(d, SW_DIFF_OTHER, path, mark_of(change), "a choice of %s now reads: %.200s",
                    d->name, text_or(change->now, "nothing"));
    } else if (sw_text_begins(path, "decide.") && strchr(path + strlen("decide."), '.') == NULL) {
        say_choice(d, change, path + strlen("decide."));
    } else if (ends_with(path, "max") && strchr(path, '.') != NULL &&
               !sw_text_begins(path, "poll") && !sw_text_begins(path, "retry")) {
        sw_diff_add(d, rank_of(change), path, mark_of(change),
                    "on %s, %s may go on %s times in a run (was %s)", arrow_name(d, path), d->name,
                    text_or(change->now, "any number of"), text_or(change->was, "any number of"));
    } else if (sw_key_verb(path, &verb) && change->was != NULL && change->now != NULL &&
               change->was->kind == SW_NODE_SCALAR && change->now->kind == SW_NODE_SCALAR) {
        sw_diff_add(d, rank_of(change), path, mark_of(change), "%s now uses %s instead of %s",
                    d->name, change->now->text, change->was->text);
    } else {
        say_any(d, change);
    }
}

/* ---- whole steps ---- */

static const char *does(const struct sw_merge *merge, const struct sw_node *step,
                        struct sw_arena *arena)
{
    const struct sw_action *action = NULL;
    enum sw_verb verb = SW_VERB_END;

    sw_step_node_verb(merge, step, &verb, &action);
    const char *word = sw_load_word(step, sw_verb_name(verb));

    return word == NULL ? sw_verb_name(verb) : sw_format(arena, "%s %s", sw_verb_name(verb), word);
}

static bool is_irreversible(const struct sw_merge *merge, const struct sw_node *step)
{
    const struct sw_action *action = NULL;
    enum sw_verb verb = SW_VERB_END;

    sw_step_node_verb(merge, step, &verb, &action);
    return action != NULL && action->effect == SW_EFFECT_IRREVERSIBLE;
}

static void say_gone(struct sw_differ *d, const struct sw_node *step)
{
    const char *const *evidence = sw_step_node_evidence(&d->old, step);
    const char *what = does(&d->old, step, d->arena);
    bool has_rows = sw_node_get(step, "assert") != NULL || sw_node_get(step, "ensure") != NULL;

    if (evidence[0] != NULL) {
        sw_diff_add(d, SW_DIFF_LESS, "", step->mark, "step %s (%s), which yields %s, is gone",
                    d->name, what, evidence[0]);
        return;
    }
    sw_diff_add(d,
                has_rows                                                           ? SW_DIFF_LESS
                : sw_step_node_matters(&d->old, step) || sw_step_node_guards(step) ? SW_DIFF_OTHER
                                                                                   : SW_DIFF_PLAIN,
                "", step->mark, "%sstep %s (%s) is gone",
                is_irreversible(&d->old, step) ? "irreversible " : "", d->name, what);
}

static void say_new(struct sw_differ *d, const struct sw_node *step)
{
    const struct sw_action *action = NULL;
    enum sw_verb verb = SW_VERB_END;
    const char *const *evidence = sw_step_node_evidence(&d->new, step);
    const char *what = does(&d->new, step, d->arena);

    sw_step_node_verb(&d->new, step, &verb, &action);
    for (; action == NULL && *evidence != NULL; evidence++) {
        if (verb == SW_VERB_DECIDE) {
            sw_diff_add(d, SW_DIFF_LESS, "", step->mark,
                        "evidence %s can now be settled by a person (step %s)", *evidence, d->name);
        } else {
            const char *hook = sw_load_word(step, "hook");

            sw_diff_add(d, SW_DIFF_LESS, "", step->mark, "evidence %s now attested by %s (step %s)",
                        *evidence, hook == NULL ? "?" : hook, d->name);
        }
    }
    bool changes_world = action != NULL && action->effect != SW_EFFECT_READ;

    sw_diff_add(d,
                is_irreversible(&d->new, step) || sw_node_get(step, "call") != NULL ? SW_DIFF_OTHER
                                                                                    : SW_DIFF_PLAIN,
                "", step->mark, "%sstep %s (%s) is new%s",
                is_irreversible(&d->new, step) ? "irreversible " : "", d->name, what,
                changes_world ? "; it changes something" : "");
}

/* Leads an outcome that proves nothing to where only the one that proves led? */
static void say_requires_less(struct sw_differ *d, const struct sw_node *was,
                              const struct sw_node *now)
{
    const struct sw_action *action = NULL;
    enum sw_verb verb = SW_VERB_END;
    const struct sw_node *old_next = sw_load_map(was, "next");
    const struct sw_node *next = sw_load_map(now, "next");

    sw_step_node_verb(&d->new, now, &verb, &action);
    if (action == NULL || next == NULL || old_next == NULL) {
        return;
    }
    for (const struct sw_yield *row = action->yields; row != NULL && row->evidence != NULL; row++) {
        const char *to = target_of(sw_node_get(next, row->outcome));
        const char *was_to = target_of(sw_node_get(old_next, row->outcome));

        for (size_t i = 0; to != NULL && was_to != NULL && i < next->count; i++) {
            const char *name = next->keys[i]->text;
            const char *old = target_of(sw_node_get(old_next, name));

            if (!sw_text_is(name, row->outcome) && old != NULL && !sw_text_is(old, was_to) &&
                sw_text_is(target_of(next->items[i]), to)) {
                sw_diff_add(d, SW_DIFF_LESS, sw_format(d->arena, "next.%s", name),
                            next->items[i]->mark,
                            "%s %s no longer requires %s to go to %s: %s leads there, too",
                            sw_verb_name(verb), d->name, row->outcome, to, name);
            }
        }
    }
}

/* What comes after a step that falls through, where that moved without its words. */
static void say_next(struct sw_differ *d, const struct sw_node *was, const struct sw_node *now)
{
    size_t from_index = sw_runbook_step(d->was, d->name);
    size_t to_index = sw_runbook_step(d->now, d->name);

    if (from_index == SW_NO_STEP || to_index == SW_NO_STEP) {
        return;
    }
    const struct sw_step *old = &d->was->steps[from_index];
    const struct sw_step *new = &d->now->steps[to_index];
    const struct sw_arrow *old_ok = sw_step_arrow(old, "ok");
    const struct sw_arrow *new_ok = sw_step_arrow(new, "ok");

    if (old_ok == NULL || new_ok == NULL ||
        !sw_node_equal(sw_node_get(was, "next"), sw_node_get(now, "next"))) {
        return;
    }
    const char *from = sw_diff_own_id(d, d->was->steps[old_ok->next].id);
    const char *to = sw_diff_own_id(d, d->now->steps[new_ok->next].id);

    if (!sw_text_is(from, to) && !leads_alike(d, from, to)) {
        sw_diff_add(d, sw_step_node_matters(&d->new, now) ? SW_DIFF_OTHER : SW_DIFF_PLAIN, "next",
                    now->mark, "after %s comes %s instead of %s", d->name, to, from);
    }
}

static void diff_both(struct sw_differ *d, const struct sw_node *was, const struct sw_node *now)
{
    bool matters = sw_step_node_matters(&d->old, was) || sw_step_node_matters(&d->new, now) ||
                   sw_step_node_guards(was) || sw_step_node_guards(now);
    enum sw_verb old_verb = SW_VERB_END;
    enum sw_verb verb = SW_VERB_END;
    const struct sw_action *ignored = NULL;

    sw_step_node_verb(&d->old, was, &old_verb, &ignored);
    sw_step_node_verb(&d->new, now, &verb, &ignored);
    if (old_verb != verb) {
        sw_diff_add(d, matters ? SW_DIFF_OTHER : SW_DIFF_PLAIN, "", now->mark,
                    "%s is %s instead of %s", d->name, does(&d->new, now, d->arena),
                    does(&d->old, was, d->arena));
    }
    if (!sw_node_equal(was, now)) {
        sw_compare_keys(d->arena, &sw_keys_step, was, now, matters, say_step_key, d);
        say_requires_less(d, was, now);
    }
    say_next(d, was, now);
}

/* A question that stands, with a new way around it, asks nobody. */
static void say_ways(struct sw_differ *d)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *scratch = sw_arena_new();
    struct sw_guards was, now;
    const char *guard = NULL;
    const char *from = NULL;

    sw_guards_find(&d->old, scratch, &was);
    sw_guards_find(&d->new, scratch, &now);
    if (!sw_guards_compare(&was, &now, &guard, &from)) {
        return;
    }
    guard = sw_copy_text(d->arena, guard);

    const struct sw_node *steps = sw_merge_steps(&d->new);
    size_t index = sw_merge_step(&d->new, guard);

    d->at = sw_format(d->arena, "steps.%s", guard);
    sw_diff_add(d, SW_DIFF_LESS, "", steps->items[index == SW_NO_STEP ? 0 : index]->mark,
                from == NULL ? "from %s a way now leads to what cannot be undone%s"
                             : "there is a new way past %s to what cannot be undone, from %s",
                guard, from == NULL ? "" : from);
}

void sw_diff_steps(struct sw_differ *d)
{
    const struct sw_node *was = sw_merge_steps(&d->old);
    const struct sw_node *now = sw_merge_steps(&d->new);

    for (size_t i = 0; i < was->count; i++) {
        const struct sw_node *step = was->items[i];

        d->name = sw_step_node_id(step);
        d->at = sw_format(d->arena, "steps.%s", d->name);
        if (sw_merge_step(&d->new, d->name) == SW_NO_STEP) {
            say_gone(d, step);
        }
    }
    for (size_t i = 0; i < now->count; i++) {
        const struct sw_node *step = now->items[i];

        d->name = sw_step_node_id(step);
        d->at = sw_format(d->arena, "steps.%s", d->name);
        size_t old = sw_merge_step(&d->old, d->name);

        if (old == SW_NO_STEP) {
            say_new(d, step);
        } else {
            diff_both(d, was->items[old], step);
        }
    }
    say_ways(d);
}
