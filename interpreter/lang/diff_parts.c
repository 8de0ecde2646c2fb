/** @file Differences of the files beside a runbook: what is called, step for step, and hooks. */
#include "lang/diff_internal.h"

#include "base/text.h"
#include "sdk/hook.h"

#include <string.h>

/* ---- what is called ---- */

static size_t find_frame(const struct sw_runbook *book, const char *prefix)
{
    for (size_t i = 1; i < book->frame_count; i++) {
        if (sw_text_is(book->frames[i].prefix, prefix)) {
            return i;
        }
    }
    return SW_NO_STEP;
}

/** A frame as if it were the root: its tree, and steps by the names that its own file has. */
static struct sw_runbook alone(const struct sw_runbook *book, size_t frame, struct sw_arena *arena)
{
    const struct sw_frame *of = &book->frames[frame];
    struct sw_runbook own = *book;
    struct sw_map *ids = sw_map_new(arena);

    for (size_t i = of->first_step; i < of->first_step + of->step_count; i++) {
        sw_map_set(ids, book->steps[i].id + strlen(of->prefix), &book->steps[i]);
    }
    own.root = of->root;
    own.source = of->source;
    own.step_ids = ids;
    own.timeout_ms = 0; /* that of the root counts alone */
    return own;
}

static void diff_called(struct sw_differ *d, size_t was_frame, size_t now_frame)
{
    struct sw_runbook was = alone(d->was, was_frame, d->arena);
    struct sw_runbook now = alone(d->now, now_frame, d->arena);
    struct sw_differ inner = *d;

    if (sw_node_equal(was.root, now.root)) {
        return;
    }
    inner.was = &was;
    inner.now = &now;
    inner.prefix = d->now->frames[now_frame].prefix;
    inner.old.root = sw_node_clone(d->arena, was.root);
    inner.old.book = &was;
    inner.new.root = sw_node_clone(d->arena, now.root);
    inner.new.book = &now;
    sw_diff_trees(&inner);
    d->room = inner.room; /* the rows are one list */
}

static void diff_calls(struct sw_differ *d)
{
    for (size_t i = 1; i < d->now->frame_count; i++) {
        size_t was = find_frame(d->was, d->now->frames[i].prefix);

        if (was != SW_NO_STEP) {
            diff_called(d, was, i);
        }
    }
}

/* ---- hooks ---- */

static const struct sw_hook *hook_of(const struct sw_step *step)
{
    return step->use.action == NULL ? NULL : step->use.action->hook;
}

/** The line of the hook file that says it, as near as a text can be found. */
static struct sw_mark mark_in(const struct sw_hook *hook, const char *text)
{
    struct sw_mark mark = {.file = hook->file, .line = 1, .column = 1, .length = 1};
    size_t length = strlen(text);

    for (size_t i = 0; i + length <= hook->length; i++) {
        if (strncmp(hook->source + i, text, length) == 0) {
            return mark;
        }
        mark.line += hook->source[i] == '\n' ? 1 : 0;
    }
    mark.line = 1;
    return mark;
}

static bool has_yield(const struct sw_hook *hook, const char *name)
{
    for (const char *const *at = hook->yields; at != NULL && *at != NULL; at++) {
        if (sw_text_is(*at, name)) {
            return true;
        }
    }
    return false;
}

static void diff_grants(struct sw_differ *d, const struct sw_hook *was, const struct sw_hook *now)
{
    for (size_t i = 0; i < now->grant_count; i++) {
        const struct sw_hook_grant *grant = &now->grants[i];

        if (!sw_hook_is_granted(was, grant->channel, grant->what)) {
            sw_diff_add(d, SW_DIFF_LESS, "grants", mark_in(now, grant->what),
                        "the hook %s is now granted %s: %.300s", d->name, grant->channel,
                        grant->what);
        }
    }
    for (size_t i = 0; i < was->grant_count; i++) {
        const struct sw_hook_grant *grant = &was->grants[i];

        if (!sw_hook_is_granted(now, grant->channel, grant->what)) {
            sw_diff_add(d, SW_DIFF_MORE, "grants", mark_in(was, grant->what),
                        "the hook %s is no longer granted %s: %.300s", d->name, grant->channel,
                        grant->what);
        }
    }
}

static void diff_yields(struct sw_differ *d, const struct sw_hook *was, const struct sw_hook *now)
{
    for (const char *const *at = now->yields; at != NULL && *at != NULL; at++) {
        if (!has_yield(was, *at)) {
            sw_diff_add(d, SW_DIFF_LESS, "yields", mark_in(now, *at),
                        "the hook %s now offers to attest %s", d->name, *at);
        }
    }
    for (const char *const *at = was->yields; at != NULL && *at != NULL; at++) {
        if (!has_yield(now, *at)) {
            sw_diff_add(d, SW_DIFF_OTHER, "yields", mark_in(was, *at),
                        "the hook %s no longer offers to attest %s", d->name, *at);
        }
    }
}

static void diff_hook(struct sw_differ *d, const struct sw_action *was, const struct sw_action *now)
{
    static const char *const effects[] = {[SW_EFFECT_READ] = "only reads",
                                          [SW_EFFECT_REVERSIBLE] = "changes what it can undo",
                                          [SW_EFFECT_IRREVERSIBLE] = "cannot be undone"};

    if (was->effect != now->effect) {
        sw_diff_add(d, now->effect > was->effect ? SW_DIFF_LESS : SW_DIFF_OTHER, "effect",
                    mark_in(now->hook, "effect"), "the hook %s %s now (before: %s)", d->name,
                    effects[now->effect], effects[was->effect]);
    }
    diff_grants(d, was->hook, now->hook);
    diff_yields(d, was->hook, now->hook);
    if (!sw_text_is(was->hook->digest, now->hook->digest)) {
        sw_diff_add(d, SW_DIFF_OTHER, "", mark_in(now->hook, ""), "the code of the hook %s changed",
                    d->name);
    }
}

/** Did an earlier step bring up the same two files? */
static bool is_told(const struct sw_differ *d, size_t before, const struct sw_hook *was,
                    const struct sw_hook *now)
{
    for (size_t i = 0; i < before; i++) {
        const struct sw_hook *hook = hook_of(&d->now->steps[i]);
        size_t index = sw_runbook_step(d->was, d->now->steps[i].id);
        const struct sw_hook *old = index == SW_NO_STEP ? NULL : hook_of(&d->was->steps[index]);

        if (hook != NULL && old != NULL && sw_text_is(hook->file, now->file) &&
            sw_text_is(old->file, was->file)) {
            return true;
        }
    }
    return false;
}

static void diff_hooks(struct sw_differ *d)
{
    for (size_t i = 0; i < d->now->step_count; i++) {
        const struct sw_step *step = &d->now->steps[i];
        size_t index = sw_runbook_step(d->was, step->id);
        const struct sw_step *old = index == SW_NO_STEP ? NULL : &d->was->steps[index];

        if (old == NULL || hook_of(step) == NULL || hook_of(old) == NULL ||
            is_told(d, i, hook_of(old), hook_of(step))) {
            continue;
        }
        d->at = step->hook;
        d->name = step->hook;
        diff_hook(d, old->use.action, step->use.action);
    }
}

/** Was this file of a hook looked into, at a step that both have? */
static bool is_looked_into(const struct sw_differ *d, const struct sw_part *part)
{
    for (size_t i = 0; i < d->now->step_count; i++) {
        const struct sw_hook *hook = hook_of(&d->now->steps[i]);
        size_t index = sw_runbook_step(d->was, d->now->steps[i].id);

        if (hook != NULL && sw_text_is(hook->file, part->source.name) && index != SW_NO_STEP &&
            hook_of(&d->was->steps[index]) != NULL) {
            return true;
        }
    }
    return false;
}

/* ---- files ---- */

static const struct sw_part *find_part(const struct sw_bundle *bundle, const struct sw_part *like)
{
    for (size_t i = 1; i < sw_bundle_count(bundle); i++) {
        const struct sw_part *part = sw_bundle_at(bundle, i);

        if (part->kind == like->kind && sw_text_is(part->reference, like->reference)) {
            return part;
        }
    }
    return NULL;
}

static bool is_base(const struct sw_runbook *book, const struct sw_part *part)
{
    for (size_t i = 0; i < book->base_count; i++) {
        if (book->bases[i].part == part) {
            return true;
        }
    }
    return false;
}

/** Was every call compared that this file belongs to? A base of a callee may belong to any. */
static bool is_compared(const struct sw_differ *d, const struct sw_part *part)
{
    bool is_called = false;
    bool all = true;
    bool its = true;

    for (size_t i = 1; i < d->now->frame_count; i++) {
        bool is_its = d->now->frames[i].source == &part->source;
        bool is_paired = find_frame(d->was, d->now->frames[i].prefix) != SW_NO_STEP;

        is_called = is_called || is_its;
        its = its && (is_paired || !is_its);
        all = all && is_paired;
    }
    return is_called ? its : all;
}

/* What came of a base, and what a callee asks for, was compared; these are the bytes. */
static void diff_files(struct sw_differ *d)
{
    for (size_t i = 1; i < sw_bundle_count(d->now->bundle); i++) {
        const struct sw_part *part = sw_bundle_at(d->now->bundle, i);
        const struct sw_part *old = find_part(d->was->bundle, part);
        struct sw_mark mark = {.file = part->source.name, .line = 1, .column = 1, .length = 1};

        if (old == NULL || is_base(d->now, part) || sw_text_is(old->digest, part->digest) ||
            (part->kind == SW_PART_HOOK && is_looked_into(d, part))) {
            continue;
        }
        d->at = part->reference;
        if (part->kind == SW_PART_HOOK) {
            sw_diff_add(d, SW_DIFF_OTHER, "", mark, "the code of the hook %s changed",
                        part->reference);
        } else if (is_compared(d, part)) {
            sw_diff_add(d, SW_DIFF_WORDING, "", mark, "the file of the called runbook %s changed",
                        part->reference);
        } else {
            sw_diff_add(d, SW_DIFF_OTHER, "", mark, "the called runbook %s is another file now",
                        part->reference);
        }
    }
}

void sw_diff_parts(struct sw_differ *d)
{
    diff_calls(d);
    diff_hooks(d);
    diff_files(d);
}
