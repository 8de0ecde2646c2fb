/**
 * @file What a change asks for less than the base did. The key tables say which way is tighter; of
 * a `require`, a `decide`, an irreversible step or one that yields evidence any other change is a
 * loss.
 */
#include "lang/variant_internal.h"

#include "base/text.h"

#include <string.h>

#define MINUTES_OF_DAY (24 * 60)

struct comparison {
    struct sw_arena *arena;
    bool matters;
    const struct sw_type *type; /**< of the bounds of a parameter */
    sw_key_change_fn *visit;
    void *context;
};

void sw_merge_loosen(struct sw_merge *merge, const char *owner, struct sw_mark mark,
                     struct sw_mark was, const char *what)
{
    const struct sw_node *weaken = merge->row == NULL ? NULL : sw_load_scalar(merge->row, "weaken");
    struct sw_diags *diags = merge->loader.diags;
    struct sw_variant *result = merge->result;

    if (weaken != NULL && weaken->text[strspn(weaken->text, " \t\r\n")] != '\0') {
        result->weakenings =
            sw_grow(merge->loader.arena, result->weakenings, result->weakening_count,
                    &merge->weakening_room, sizeof *result->weakenings);
        result->weakenings[result->weakening_count++] =
            (struct sw_weakening){owner, what, weaken->text, mark};
        return;
    }
    struct sw_diag *diag = sw_diag_add(
        diags, SW_ERROR, 612, mark, "this asks for less than the base, at `%s`: %s", owner, what);
    if (merge->row == NULL) {
        sw_diag_hint(diags, diag,
                     "write it as a row of `change`, with the reason: { param: NAME, set: { ... }, "
                     "weaken: 'REASON' }");
    } else {
        sw_diag_hint(diags, diag,
                     "take it back, or say in this row why it is right: weaken: 'REASON'");
    }
    if (was.line != 0) {
        sw_diag_note(diags, diag, was, "what the base says");
    }
}

/* ---- single values ---- */

static bool number(struct comparison *c, enum sw_key_form form, const struct sw_node *node,
                   double *ret)
{
    const struct sw_type *type = form == SW_FORM_INT       ? &sw_type_int
                                 : form == SW_FORM_NUMBER  ? &sw_type_float
                                 : form == SW_FORM_LITERAL ? c->type
                                                           : &sw_type_duration;
    const struct sw_value *value = NULL;
    struct sw_error ignored = {0};
    int64_t integer = 0;

    if (type == NULL || node->kind != SW_NODE_SCALAR ||
        !sw_type_parse(type, node->text, c->arena, &value, &ignored)) {
        return false;
    }
    *ret = sw_as_int(value, &integer) ? (double)integer : value->as.real;
    return true;
}

static bool has_word(const struct sw_node *list, const struct sw_node *word)
{
    for (size_t i = 0; i < list->count; i++) {
        if (sw_node_equal(list->items[i], word)) {
            return true;
        }
    }
    return false;
}

static bool is_part_of(const struct sw_node *part, const struct sw_node *whole)
{
    if (part->kind != SW_NODE_LIST || whole->kind != SW_NODE_LIST) {
        return false;
    }
    for (size_t i = 0; i < part->count; i++) {
        if (!has_word(whole, part->items[i])) {
            return false;
        }
    }
    return true;
}

static bool minute(const struct sw_node *window, const char *key, int *ret)
{
    const char *t = sw_load_word(window, key);

    if (t == NULL || strlen(t) != 5 || t[2] != ':') {
        return false;
    }
    *ret = ((t[0] - '0') * 10 + t[1] - '0') * 60 + (t[3] - '0') * 10 + t[4] - '0';
    return true;
}

/* Every minute of the new window is one of the old. One that goes past midnight counts to its first
 * day, so both are laid out from there. */
static bool is_within(const struct sw_node *now, const struct sw_node *was)
{
    const struct sw_node *now_days = sw_load_list(now, "days");
    const struct sw_node *was_days = sw_load_list(was, "days");
    int from = 0, to = 0, was_from = 0, was_to = 0;

    if (now_days == NULL || was_days == NULL || !is_part_of(now_days, was_days) ||
        !sw_text_is(sw_load_word(now, "zone"), sw_load_word(was, "zone")) ||
        !minute(now, "from", &from) || !minute(now, "to", &to) || !minute(was, "from", &was_from) ||
        !minute(was, "to", &was_to)) {
        return false;
    }
    to += to <= from ? MINUTES_OF_DAY : 0;
    was_to += was_to <= was_from ? MINUTES_OF_DAY : 0;
    return from >= was_from && to <= was_to;
}

/* All old rows are still there, in their order. */
static bool has_all_rows(const struct sw_node *now, const struct sw_node *was)
{
    size_t at = 0;

    if (now->kind != SW_NODE_LIST || was->kind != SW_NODE_LIST) {
        return false;
    }
    for (size_t i = 0; i < now->count && at < was->count; i++) {
        at += sw_node_equal(now->items[i], was->items[at]) ? 1 : 0;
    }
    return at == was->count;
}

/* ---- keys ---- */

static void compare_maps(struct comparison *c, const struct sw_key_table *table,
                         const struct sw_node *was, const struct sw_node *now, const char *path);

/* A word in the place of a map: `next: done` is `next: { ok: done }`, and of one outcome
 * `ok: done` is `ok: { next: done }`. */
static const struct sw_node *as_map(struct comparison *c, const char *key,
                                    const struct sw_node *node)
{
    struct sw_arena *arena = c->arena;

    if (node == NULL || node->kind != SW_NODE_SCALAR) {
        return node;
    }
    struct sw_node *map = sw_node_new_map(arena, node->mark);

    sw_node_put(arena, map, sw_node_word(arena, key, node->mark), sw_node_clone(arena, node));
    return map;
}

/* Maps of names: outcomes, choices, rows of `show`. */
static void compare_names(struct comparison *c, const struct sw_key_table *inside,
                          const struct sw_node *was, const struct sw_node *now, const char *path)
{
    struct sw_arena *arena = c->arena;

    for (size_t i = 0; i < was->count + now->count; i++) {
        bool is_old = i < was->count;
        const char *name = is_old ? was->keys[i]->text : now->keys[i - was->count]->text;
        const struct sw_node *before = sw_node_get(was, name);
        const struct sw_node *after = sw_node_get(now, name);

        if (sw_node_equal(before, after) || (!is_old && before != NULL)) {
            continue;
        }
        const char *inner = sw_format(arena, "%s.%s", path, name);

        if (inside == &sw_keys_arrow) {
            before = as_map(c, "next", before);
            after = as_map(c, "next", after);
        }
        if (inside != NULL && before != NULL && after != NULL && before->kind == SW_NODE_MAP &&
            after->kind == SW_NODE_MAP) {
            compare_maps(c, inside, before, after, inner);
        } else {
            c->visit(c->context, &(struct sw_key_change){.path = inner,
                                                         .was = before,
                                                         .now = after,
                                                         .around = now->mark,
                                                         .is_less = c->matters,
                                                         .is_more = c->matters});
        }
    }
}

/* Is this change one to the tighter side, or one that says nothing? */
static bool is_tighter(struct comparison *c, const struct sw_key *row, const struct sw_node *was,
                       const struct sw_node *now)
{
    double before = 0.0, after = 0.0;
    enum sw_tighter tighter = row == NULL ? SW_TIGHTER_NONE : row->tighter;

    switch (tighter) {
    case SW_TIGHTER_NONE:
        return !c->matters;
    case SW_TIGHTER_FREE:
        return true;
    case SW_TIGHTER_MORE:
    case SW_TIGHTER_LESS:
    case SW_TIGHTER_SHORTER:
        if (tighter == SW_TIGHTER_SHORTER && !c->matters) {
            return true;
        }
        return now != NULL &&
               (was == NULL ||
                (number(c, row->form, was, &before) && number(c, row->form, now, &after) &&
                 (tighter == SW_TIGHTER_MORE ? after >= before : after <= before)));
    case SW_TIGHTER_FEWER:
        return now != NULL && (was == NULL || is_part_of(now, was));
    case SW_TIGHTER_ROWS:
        return now != NULL && (was == NULL || has_all_rows(now, was));
    case SW_TIGHTER_ADDED:
        return was == NULL;
    case SW_TIGHTER_REASON:
        return now != NULL && now->kind == SW_NODE_SCALAR && sw_text_is(now->text, "required");
    case SW_TIGHTER_WINDOW:
        return now != NULL && (was == NULL || is_within(now, was));
    }
    return false;
}

static void compare_key(struct comparison *c, const struct sw_key *row, const struct sw_node *was,
                        const struct sw_node *now, const char *path, struct sw_mark around)
{
    bool is_plain = row == NULL || row->inside == NULL || row->tighter != SW_TIGHTER_NONE;
    bool has_both = was != NULL && now != NULL;

    if (row != NULL && row->form == SW_FORM_INPUTS && has_both && was->kind == SW_NODE_MAP &&
        now->kind == SW_NODE_MAP) {
        compare_names(c, NULL, was, now, path);
    } else if (!is_plain && has_both && row->form == SW_FORM_NEXT) {
        compare_names(c, row->inside, as_map(c, "ok", was), as_map(c, "ok", now), path);
    } else if (!is_plain && has_both && row->form == SW_FORM_NAMED && was->kind == SW_NODE_MAP &&
               now->kind == SW_NODE_MAP) {
        compare_names(c, row->inside, was, now, path);
    } else if (!is_plain && has_both && row->form == SW_FORM_KEYS && was->kind == SW_NODE_MAP &&
               now->kind == SW_NODE_MAP) {
        compare_maps(c, row->inside, was, now, path);
    } else {
        c->visit(c->context, &(struct sw_key_change){.row = row,
                                                     .path = path,
                                                     .was = was,
                                                     .now = now,
                                                     .around = around,
                                                     .is_less = !is_tighter(c, row, was, now),
                                                     .is_more = !is_tighter(c, row, now, was)});
    }
}

static void compare_maps(struct comparison *c, const struct sw_key_table *table,
                         const struct sw_node *was, const struct sw_node *now, const char *path)
{
    for (size_t i = 0; i < was->count + now->count; i++) {
        bool is_old = i < was->count;
        const char *name = is_old ? was->keys[i]->text : now->keys[i - was->count]->text;
        const struct sw_node *before = sw_node_get(was, name);
        const struct sw_node *after = sw_node_get(now, name);

        if (sw_node_equal(before, after) || (!is_old && before != NULL) ||
            sw_text_begins(name, "x-")) {
            continue;
        }
        compare_key(c, sw_key_find(table, name), before, after,
                    path[0] == '\0' ? name : sw_format(c->arena, "%s.%s", path, name), now->mark);
    }
}

void sw_compare_keys(struct sw_arena *arena, const struct sw_key_table *table,
                     const struct sw_node *was, const struct sw_node *now, bool matters,
                     sw_key_change_fn *visit, void *context)
{
    const struct sw_node *type = sw_node_get(now, "type");
    struct comparison c = {
        .arena = arena,
        .matters = matters,
        .type = type == NULL || type->kind != SW_NODE_SCALAR ? NULL : sw_type_by_name(type->text),
        .visit = visit,
        .context = context};

    if (was->kind == SW_NODE_MAP && now->kind == SW_NODE_MAP) {
        compare_maps(&c, table, was, now, "");
    }
}

/* ---- of a change ---- */

struct judgement {
    struct sw_merge *merge;
    const char *owner;
};

/* Where the row itself leaves the key out: the base is not to blame. */
static struct sw_mark mark_of_gone(const struct judgement *j, const struct sw_key_change *change)
{
    const struct sw_node *unset =
        j->merge->row == NULL ? NULL : sw_load_list(j->merge->row, "unset");

    for (size_t i = 0; unset != NULL && i < unset->count; i++) {
        if (sw_text_begins(unset->items[i]->text, change->path)) {
            return unset->items[i]->mark;
        }
    }
    return change->around;
}

static void judge(void *context, const struct sw_key_change *change)
{
    static const struct sw_mark nowhere = {0};
    struct judgement *j = context;
    struct sw_arena *arena = j->merge->loader.arena;
    const struct sw_node *was = change->was;
    const struct sw_node *now = change->now;
    const char *what = NULL;

    if (!change->is_less) {
        return;
    }
    if (was == NULL) {
        what = sw_format(arena, "`%s` is new", change->path);
    } else if (now == NULL) {
        what = sw_format(arena, "`%s` is gone", change->path);
    } else if (was->kind == SW_NODE_SCALAR && now->kind == SW_NODE_SCALAR) {
        what = sw_format(arena, "`%s` was %.80s and becomes %.80s", change->path, was->text,
                         now->text);
    } else {
        what = sw_format(arena, "`%s` becomes another", change->path);
    }
    sw_merge_loosen(j->merge, j->owner, now == NULL ? mark_of_gone(j, change) : now->mark,
                    was == NULL ? nowhere : was->mark, what);
}

void sw_merge_compare(struct sw_merge *merge, const char *owner, const struct sw_key_table *table,
                      const struct sw_node *before, const struct sw_node *after, bool matters)
{
    struct judgement judgement = {merge, owner};

    sw_compare_keys(merge->loader.arena, table, before, after, matters, judge, &judgement);
}
