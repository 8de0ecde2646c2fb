/** @file `set` and `unset`: dotted keys with their new values, or without any. */
#include "lang/variant_internal.h"

#include "base/text.h"

#include <string.h>

/* Is one of two dotted keys the other, or does it hold the other? */
static bool overlap(const char *a, const char *b)
{
    size_t shorter = strlen(a) < strlen(b) ? strlen(a) : strlen(b);
    const char *longer = strlen(a) < strlen(b) ? b : a;

    return strncmp(a, b, shorter) == 0 &&
           (shorter == 0 || longer[shorter] == '\0' || longer[shorter] == '.');
}

bool sw_merge_touch(struct sw_merge *merge, const char *owner, const char *path,
                    struct sw_mark mark)
{
    struct sw_diags *diags = merge->loader.diags;

    for (size_t i = 0; i < merge->touch_count; i++) {
        const struct sw_touch *old = &merge->touches[i];

        if (!sw_text_is(old->owner, owner) || !overlap(old->path, path)) {
            continue;
        }
        struct sw_diag *diag =
            path[0] == '\0'
                ? sw_diag_add(diags, SW_ERROR, 609, mark,
                              "`%s` is taken out here, and changed by another row", owner)
                : sw_diag_add(diags, SW_ERROR, 609, mark, "`%s` of `%s` is changed twice", path,
                              owner);

        sw_diag_hint(diags, diag, "keep one of the two changes");
        sw_diag_note(diags, diag, old->mark, "the other change is here");
        return false;
    }
    merge->touches = sw_grow(merge->loader.arena, merge->touches, merge->touch_count,
                             &merge->touch_room, sizeof *merge->touches);
    merge->touches[merge->touch_count++] = (struct sw_touch){owner, path, mark};
    return true;
}

static bool refuse(struct sw_merge *merge, const struct sw_node *key, const char *why,
                   const char *hint)
{
    struct sw_diag *diag = sw_diag_add(merge->loader.diags, SW_ERROR, 610, key->mark,
                                       "`%s` cannot be set: %s", key->text, why);

    sw_diag_hint(merge->loader.diags, diag, "%s", hint);
    return false;
}

/* The map behind one part of a dotted key, made where there is none. A step written short becomes
 * the map that it stands for: `next: done` is `next: { ok: done }`, and `ok: done` is
 * `ok: { next: done }`. */
static struct sw_node *step_into(struct sw_merge *merge, struct sw_node *map, const char *part,
                                 bool is_first, const struct sw_node *key)
{
    struct sw_arena *arena = merge->loader.arena;
    struct sw_node **slot = sw_node_slot(map, part);

    if (slot == NULL) {
        struct sw_node *made = sw_node_new_map(arena, key->mark);

        sw_node_put(arena, map, sw_node_word(arena, part, key->mark), made);
        return made;
    }
    bool is_arrow = sw_text_begins(key->text, "next.");

    if ((*slot)->kind == SW_NODE_SCALAR && is_arrow) {
        struct sw_node *made = sw_node_new_map(arena, key->mark);

        sw_node_put(arena, made, sw_node_word(arena, is_first ? "ok" : "next", (*slot)->mark),
                    *slot);
        *slot = made;
    }
    if ((*slot)->kind == SW_NODE_MAP) {
        return *slot;
    }
    refuse(merge, key,
           sw_format(arena, "`%s` is %s, not a map of keys", part,
                     (*slot)->kind == SW_NODE_LIST ? "a list" : "a plain value"),
           "set the whole of it");
    return NULL;
}

static bool set_one(struct sw_merge *merge, const char *owner, struct sw_node *node,
                    struct sw_node *key, struct sw_node *value)
{
    struct sw_arena *arena = merge->loader.arena;
    const char *path = key->text;
    bool is_first = true;

    if (sw_text_is(path, "id") || path[0] == '\0') {
        return refuse(merge, key, "others name it by its id",
                      "insert a new step and remove this one");
    }
    if (!sw_merge_touch(merge, owner, path, key->mark)) {
        return false;
    }
    for (const char *dot = NULL; (dot = strchr(path, '.')) != NULL; path = dot + 1) {
        node = step_into(merge, node, sw_copy(arena, path, (size_t)(dot - path)), is_first, key);
        if (node == NULL) {
            return false;
        }
        is_first = false;
    }
    struct sw_node *last = sw_alloc(arena, sizeof *last);

    *last = *key;
    last->text = path;
    last->length = strlen(path);
    sw_node_put(arena, node, last, value);
    return true;
}

bool sw_merge_set(struct sw_merge *merge, const char *owner, struct sw_node *node,
                  const struct sw_node *set)
{
    bool is_set = false;

    for (size_t i = 0; i < set->count; i++) {
        is_set = set_one(merge, owner, node, set->keys[i], set->items[i]) || is_set;
    }
    return is_set;
}

/* ---- unset ---- */

static bool refuse_unset(struct sw_merge *merge, const struct sw_node *word, const char *why,
                         const char *hint)
{
    struct sw_diag *diag = sw_diag_add(merge->loader.diags, SW_ERROR, 610, word->mark,
                                       "`%s` cannot be unset: %s", word->text, why);

    sw_diag_hint(merge->loader.diags, diag, "%s", hint);
    return false;
}

/* The base has other keys there, or none. */
static bool is_not_there(struct sw_merge *merge, const struct sw_node *word,
                         const struct sw_node *map)
{
    struct sw_arena *arena = merge->loader.arena;
    const char *names = "";
    bool is_map = map != NULL && map->kind == SW_NODE_MAP && map->count > 0;

    for (size_t i = 0; is_map && i < map->count && i < 12; i++) {
        names = sw_format(arena, "%s%s`%s`", names, i == 0 ? "" : ", ", map->keys[i]->text);
    }
    return refuse_unset(merge, word, "the base does not have it",
                        is_map ? sw_format(arena, "what is there: %s", names)
                               : "take it out of the list: there is nothing to leave out");
}

/* @param node the map that has the first part of `path` */
static bool drop_path(struct sw_merge *merge, struct sw_node *node, const char *path, bool is_first,
                      const struct sw_node *word)
{
    struct sw_arena *arena = merge->loader.arena;
    const char *dot = strchr(path, '.');
    const char *part = dot == NULL ? path : sw_copy(arena, path, (size_t)(dot - path));
    struct sw_node **slot = sw_node_slot(node, part);

    if (slot == NULL) {
        return is_not_there(merge, word, node);
    }
    if (dot == NULL) {
        sw_node_drop(node, part);
        return true;
    }
    if ((*slot)->kind == SW_NODE_SCALAR && sw_text_begins(word->text, "next.") &&
        sw_text_is(dot + 1, is_first ? "ok" : "next")) {
        sw_node_drop(node, part); /* written short, it says that alone */
        return true;
    }
    if ((*slot)->kind == SW_NODE_LIST) {
        return refuse_unset(merge, word, sw_format(arena, "`%s` is a list", part),
                            "set the whole list to what shall stay of it");
    }
    if (!drop_path(merge, *slot, dot + 1, false, word)) {
        return false;
    }
    if ((*slot)->count == 0) {
        sw_node_drop(node, part);
    }
    return true;
}

bool sw_merge_unset(struct sw_merge *merge, const char *owner, struct sw_node *node,
                    const struct sw_node *unset)
{
    bool is_changed = false;

    for (size_t i = 0; i < unset->count; i++) {
        const struct sw_node *word = unset->items[i];

        if (sw_text_is(word->text, "id")) {
            refuse_unset(merge, word, "others name it by its id",
                         "take the whole out with `remove`");
        } else if (sw_merge_touch(merge, owner, word->text, word->mark)) {
            is_changed = drop_path(merge, node, word->text, true, word) || is_changed;
        }
    }
    return is_changed;
}
