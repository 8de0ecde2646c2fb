#include "lang/diff_internal.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

bool sw_diff_is_safety(const struct sw_diff *diff)
{
    return diff->count > 0 && diff->rows[0].rank <= SW_DIFF_MORE;
}

const char *sw_diff_rank_name(enum sw_difference_rank rank)
{
    static const char *const names[] = {
        [SW_DIFF_WEAKENED] = "weakened", [SW_DIFF_LESS] = "less",   [SW_DIFF_OTHER] = "other",
        [SW_DIFF_MORE] = "more",         [SW_DIFF_PLAIN] = "plain", [SW_DIFF_WORDING] = "wording",
    };
    return names[rank];
}

void sw_diff_add(struct sw_differ *d, enum sw_difference_rank rank, const char *path,
                 struct sw_mark mark, const char *fmt, ...)
{
    struct sw_diff *diff = d->diff;
    va_list args;

    va_start(args, fmt);
    const char *text = sw_vformat(d->arena, fmt, args);
    bool is_root = *d->prefix == '\0';

    va_end(args);
    diff->rows = sw_grow(d->arena, diff->rows, diff->count, &d->room, sizeof *diff->rows);
    diff->rows[diff->count++] = (struct sw_difference){
        .rank = rank,
        .at = is_root ? d->at : sw_format(d->arena, "%s%s", d->prefix, d->at),
        .path = path,
        .text = is_root
                    ? text
                    : sw_format(d->arena, "%.*s: %s", (int)strlen(d->prefix) - 1, d->prefix, text),
        .mark = mark};
}

/* Stable: rows of one rank stay in the order of the runbook. */
static void put_in_order(struct sw_diff *diff)
{
    for (size_t i = 1; i < diff->count; i++) {
        struct sw_difference row = diff->rows[i];
        size_t at = i;

        for (; at > 0 && diff->rows[at - 1].rank > row.rank; at--) {
            diff->rows[at] = diff->rows[at - 1];
        }
        diff->rows[at] = row;
    }
}

/* ---- reasons ---- */

static const struct sw_weakening *find_weakening(const struct sw_runbook *book,
                                                 const struct sw_weakening *like)
{
    for (size_t i = 0; i < book->weakening_count; i++) {
        const struct sw_weakening *row = &book->weakenings[i];

        if (sw_text_is(row->owner, like->owner) && sw_text_is(row->what, like->what)) {
            return row;
        }
    }
    return NULL;
}

static void diff_weakenings(struct sw_differ *d)
{
    for (size_t i = 0; i < d->now->weakening_count; i++) {
        const struct sw_weakening *row = &d->now->weakenings[i];
        const struct sw_weakening *old = find_weakening(d->was, row);

        d->at = row->owner;
        if (old == NULL) {
            sw_diff_add(d, SW_DIFF_WEAKENED, "", row->mark,
                        "%s now asks for less than its base: %s, because: %s", row->owner,
                        row->what, row->reason);
        } else if (!sw_text_is(old->reason, row->reason)) {
            sw_diff_add(d, SW_DIFF_WORDING, "", row->mark,
                        "%s gives another reason to ask for less than its base: %s", row->owner,
                        row->reason);
        }
    }
    for (size_t i = 0; i < d->was->weakening_count; i++) {
        const struct sw_weakening *row = &d->was->weakenings[i];

        d->at = row->owner;
        if (find_weakening(d->now, row) == NULL) {
            sw_diff_add(d, SW_DIFF_MORE, "", row->mark,
                        "%s no longer asks for less than its base (%s)", row->owner, row->what);
        }
    }
}

/* ---- the head ---- */

static const char *word(const struct sw_runbook *book, const char *key)
{
    const char *text = sw_load_word(book->root, key);

    return text == NULL ? "nothing" : text;
}

static void diff_head(struct sw_differ *d)
{
    static const struct {
        const char *key;
        enum sw_difference_rank rank;
    } rows[] = {
        {"subject", SW_DIFF_OTHER},       {"timeout", SW_DIFF_PLAIN},   {"outputs", SW_DIFF_PLAIN},
        {"name", SW_DIFF_WORDING},        {"version", SW_DIFF_WORDING}, {"title", SW_DIFF_WORDING},
        {"description", SW_DIFF_WORDING},
    };

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        const struct sw_node *was = sw_node_get(d->was->root, rows[i].key);
        const struct sw_node *now = sw_node_get(d->now->root, rows[i].key);

        if (sw_node_equal(was, now)) {
            continue;
        }
        const char *old = word(d->was, rows[i].key);
        const char *new = word(d->now, rows[i].key);
        struct sw_mark mark = (now == NULL ? was : now)->mark;

        d->at = rows[i].key;
        if (sw_text_is(rows[i].key, "subject")) {
            sw_diff_add(d, rows[i].rank, "", mark,
                        "the proof is about another thing: the subject was %s and is %s", old, new);
        } else if (sw_text_is(rows[i].key, "timeout")) {
            bool is_longer = d->was->timeout_ms > 0 &&
                             (d->now->timeout_ms == 0 || d->now->timeout_ms > d->was->timeout_ms);

            sw_diff_add(d, is_longer ? SW_DIFF_LESS : rows[i].rank, "", mark,
                        "the whole run may take %s (was %s)",
                        now == NULL ? "as long as it likes" : new, old);
        } else {
            sw_diff_add(d, rows[i].rank, "", mark, "the %s is another one", rows[i].key);
        }
    }
}

/* ---- maps of names: params, targets, facts ---- */

struct section {
    const char *name;
    const struct sw_key_table *table;
    enum sw_difference_rank added, removed;
    bool matters;
};

/* Is the parameter asked for in a condition? Then its default is one, too. */
static bool is_asked(const struct sw_node *node, const char *what, bool is_condition)
{
    size_t length = strlen(what);

    if (node->kind == SW_NODE_SCALAR && is_condition) {
        for (const char *at = strstr(node->text, what); at != NULL; at = strstr(at + 1, what)) {
            if (strspn(at + length, "abcdefghijklmnopqrstuvwxyz0123456789_") == 0) {
                return true;
            }
        }
    }
    for (size_t i = 0; i < node->count; i++) {
        const char *key = node->kind == SW_NODE_MAP ? node->keys[i]->text : "";
        bool is_one = is_condition || sw_text_is(key, "when") || sw_text_is(key, "that") ||
                      sw_text_is(key, "with") || sw_text_is(key, "each");

        if (is_asked(node->items[i], what, is_one)) {
            return true;
        }
    }
    return false;
}

static void say_key(void *context, const struct sw_key_change *change)
{
    struct sw_differ *d = context;
    bool is_wording = sw_text_is(change->path, "description") || sw_text_is(change->path, "else");
    enum sw_difference_rank rank = change->is_less && change->is_more ? SW_DIFF_OTHER
                                   : change->is_less                  ? SW_DIFF_LESS
                                   : change->is_more                  ? SW_DIFF_MORE
                                                                      : SW_DIFF_PLAIN;
    struct sw_mark mark = change->now == NULL ? change->was->mark : change->now->mark;
    bool has_words = change->was != NULL && change->now != NULL &&
                     change->was->kind == SW_NODE_SCALAR && change->now->kind == SW_NODE_SCALAR;

    if (rank == SW_DIFF_PLAIN && !is_wording && sw_text_begins(d->at, "params.") &&
        (is_asked(d->was->root, d->at, false) || is_asked(d->now->root, d->at, false))) {
        rank = SW_DIFF_OTHER;
    }
    rank = is_wording ? SW_DIFF_WORDING : rank;
    if (has_words && sw_text_is(change->path, "that")) {
        sw_diff_add(d, rank, change->path, mark, "%s now asks: %.200s (was %.200s)", d->name,
                    change->now->text, change->was->text);
    } else if (has_words) {
        sw_diff_add(d, rank, change->path, mark, "%s of %s was %.100s and is %.100s", change->path,
                    d->name, change->was->text, change->now->text);
    } else {
        sw_diff_add(d, rank, change->path, mark, "%s of %s is %s", change->path, d->name,
                    change->was == NULL   ? "new"
                    : change->now == NULL ? "gone"
                                          : "another one");
    }
}

static void diff_section(struct sw_differ *d, const struct section *section)
{
    const struct sw_node *was = sw_load_map(d->was->root, section->name);
    const struct sw_node *now = sw_load_map(d->now->root, section->name);
    size_t old_count = was == NULL ? 0 : was->count;
    size_t count = old_count + (now == NULL ? 0 : now->count);

    for (size_t i = 0; i < count; i++) {
        const struct sw_node *key = i < old_count ? was->keys[i] : now->keys[i - old_count];
        const struct sw_node *before = was == NULL ? NULL : sw_node_get(was, key->text);
        const struct sw_node *after = now == NULL ? NULL : sw_node_get(now, key->text);

        if (sw_node_equal(before, after) || (i >= old_count && before != NULL)) {
            continue;
        }
        d->at = sw_format(d->arena, "%s.%s", section->name, key->text);
        d->name = d->at;
        if (before == NULL) {
            sw_diff_add(d, section->added, "", key->mark, "%s is new", d->name);
        } else if (after == NULL) {
            sw_diff_add(d, section->removed, "", key->mark, "%s is gone", d->name);
        } else {
            sw_compare_keys(d->arena, section->table, before, after, section->matters, say_key, d);
        }
    }
}

/* ---- lists: require, lock ---- */

static const struct sw_node *find_require(const struct sw_node *list, const char *id)
{
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        if (sw_text_is(sw_load_word(list->items[i], "id"), id)) {
            return list->items[i];
        }
    }
    return NULL;
}

static void diff_requires(struct sw_differ *d)
{
    const struct sw_node *was = sw_load_list(d->was->root, "require");
    const struct sw_node *now = sw_load_list(d->now->root, "require");

    for (size_t i = 0; was != NULL && i < was->count; i++) {
        const char *id = sw_load_word(was->items[i], "id");
        const struct sw_node *after = find_require(now, id);

        d->at = sw_format(d->arena, "require.%s", id);
        d->name = sw_format(d->arena, "requirement %s", id);
        if (after == NULL) {
            sw_diff_add(d, SW_DIFF_LESS, "", was->items[i]->mark, "%s is gone: %s", d->name,
                        sw_load_word(was->items[i], "that"));
        } else {
            sw_compare_keys(d->arena, &sw_keys_require, was->items[i], after, true, say_key, d);
        }
    }
    for (size_t i = 0; now != NULL && i < now->count; i++) {
        const char *id = sw_load_word(now->items[i], "id");

        if (find_require(was, id) == NULL) {
            d->at = sw_format(d->arena, "require.%s", id);
            sw_diff_add(d, SW_DIFF_MORE, "", now->items[i]->mark, "requirement %s is new: %s", id,
                        sw_load_word(now->items[i], "that"));
        }
    }
}

static bool has_word(const struct sw_node *list, const char *text)
{
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        if (sw_text_is(list->items[i]->text, text)) {
            return true;
        }
    }
    return false;
}

static void diff_locks(struct sw_differ *d)
{
    const struct sw_node *was = sw_load_list(d->was->root, "lock");
    const struct sw_node *now = sw_load_list(d->now->root, "lock");

    d->at = "lock";
    for (size_t i = 0; was != NULL && i < was->count; i++) {
        if (!has_word(now, was->items[i]->text)) {
            sw_diff_add(d, SW_DIFF_LESS, "", was->items[i]->mark, "%s is no longer locked",
                        was->items[i]->text);
        }
    }
    for (size_t i = 0; now != NULL && i < now->count; i++) {
        if (!has_word(was, now->items[i]->text)) {
            sw_diff_add(d, SW_DIFF_MORE, "", now->items[i]->mark, "%s is locked now",
                        now->items[i]->text);
        }
    }
}

const char *sw_diff_own_id(const struct sw_differ *d, const char *id)
{
    return sw_text_begins(id, d->prefix) ? id + strlen(d->prefix) : id;
}

void sw_diff_trees(struct sw_differ *d)
{
    static const struct section sections[] = {
        {"params", &sw_keys_param, SW_DIFF_PLAIN, SW_DIFF_PLAIN, true},
        {"targets", &sw_keys_target, SW_DIFF_PLAIN, SW_DIFF_PLAIN, true},
        {"facts", &sw_keys_fact, SW_DIFF_PLAIN, SW_DIFF_OTHER, true},
    };

    diff_head(d);
    diff_requires(d);
    sw_diff_steps(d);
    for (size_t i = 0; i < SW_COUNT(sections); i++) {
        diff_section(d, &sections[i]);
    }
    diff_locks(d);
}

void sw_diff_runbooks(const struct sw_runbook *was, const struct sw_runbook *now,
                      struct sw_arena *arena, struct sw_diff *ret_diff)
{
    struct sw_diff diff = {0};
    /* Trees are only looked at; the merge has no other way to be asked about them. */
    struct sw_differ d = {
        .was = was,
        .now = now,
        .prefix = "",
        .arena = arena,
        .diff = &diff,
        .old = {.loader = {.registry = was->registry, .arena = arena},
                .root = sw_node_clone(arena, was->root),
                .book = was},
        .new = {.loader = {.registry = now->registry, .arena = arena},
                .root = sw_node_clone(arena, now->root),
                .book = now},
    };

    diff_weakenings(&d);
    sw_diff_trees(&d);
    sw_diff_parts(&d);
    put_in_order(&diff);
    *ret_diff = diff;
}
