#include "lang/node_edit.h"

#include "base/text.h"

#include <string.h>

struct sw_node *sw_node_clone(struct sw_arena *arena, const struct sw_node *node)
{
    struct sw_node *copy = sw_alloc(arena, sizeof *copy);

    *copy = *node;
    if (node->kind == SW_NODE_SCALAR) {
        return copy;
    }
    copy->items = sw_alloc_array(arena, node->count + 1, sizeof(struct sw_node *));
    copy->keys = node->kind == SW_NODE_MAP
                     ? sw_alloc_array(arena, node->count + 1, sizeof(struct sw_node *))
                     : NULL;
    for (size_t i = 0; i < node->count; i++) {
        copy->items[i] = sw_node_clone(arena, node->items[i]);
        if (copy->keys != NULL) {
            copy->keys[i] = node->keys[i];
        }
    }
    return copy;
}

bool sw_node_equal(const struct sw_node *a, const struct sw_node *b)
{
    if (a == NULL || b == NULL || a->kind != b->kind) {
        return a == b;
    }
    if (a->kind == SW_NODE_SCALAR) {
        /* An empty plain scalar is nothing, an empty quoted one is a text. */
        bool is_same_nothing =
            a->length > 0 || (a->style == SW_STYLE_PLAIN) == (b->style == SW_STYLE_PLAIN);

        return is_same_nothing && sw_text_is(a->text, b->text);
    }
    bool is_equal = a->count == b->count;

    for (size_t i = 0; i < a->count && is_equal; i++) {
        const struct sw_node *other =
            a->kind == SW_NODE_LIST ? b->items[i] : sw_node_get(b, a->keys[i]->text);

        is_equal = sw_node_equal(a->items[i], other);
    }
    return is_equal;
}

struct sw_node *sw_node_word(struct sw_arena *arena, const char *text, struct sw_mark mark)
{
    struct sw_node *word = sw_alloc(arena, sizeof *word);

    *word = (struct sw_node){.kind = SW_NODE_SCALAR,
                             .style = SW_STYLE_PLAIN,
                             .mark = mark,
                             .text = text,
                             .length = strlen(text),
                             .raw_length = strlen(text)};
    return word;
}

struct sw_node *sw_node_new_map(struct sw_arena *arena, struct sw_mark mark)
{
    struct sw_node *map = sw_alloc(arena, sizeof *map);

    *map = (struct sw_node){.kind = SW_NODE_MAP, .is_flow = true, .mark = mark};
    return map;
}

struct sw_node **sw_node_slot(struct sw_node *map, const char *key)
{
    for (size_t i = 0; map != NULL && map->kind == SW_NODE_MAP && i < map->count; i++) {
        if (sw_text_is(map->keys[i]->text, key)) {
            return &map->items[i];
        }
    }
    return NULL;
}

void sw_node_put(struct sw_arena *arena, struct sw_node *map, struct sw_node *key,
                 struct sw_node *value)
{
    for (size_t i = 0; i < map->count; i++) {
        if (sw_text_is(map->keys[i]->text, key->text)) {
            map->keys[i] = key;
            map->items[i] = value;
            return;
        }
    }
    struct sw_node **keys = sw_alloc_array(arena, map->count + 1, sizeof(struct sw_node *));
    struct sw_node **items = sw_alloc_array(arena, map->count + 1, sizeof(struct sw_node *));

    for (size_t i = 0; i < map->count; i++) {
        keys[i] = map->keys[i];
        items[i] = map->items[i];
    }
    keys[map->count] = key;
    items[map->count] = value;
    map->keys = keys;
    map->items = items;
    map->count++;
}

void sw_node_drop(struct sw_node *map, const char *key)
{
    size_t kept = 0;

    for (size_t i = 0; i < map->count; i++) {
        if (!sw_text_is(map->keys[i]->text, key)) {
            map->keys[kept] = map->keys[i];
            map->items[kept++] = map->items[i];
        }
    }
    map->count = kept;
}

void sw_node_splice(struct sw_arena *arena, struct sw_node *list, size_t index,
                    struct sw_node *const *items, size_t count)
{
    struct sw_node **all = sw_alloc_array(arena, list->count + count + 1, sizeof(struct sw_node *));

    for (size_t i = 0; i < list->count + count; i++) {
        if (i < index) {
            all[i] = list->items[i];
        } else if (i < index + count) {
            all[i] = items[i - index];
        } else {
            all[i] = list->items[i - count];
        }
    }
    list->items = all;
    list->count += count;
}

void sw_node_cut(struct sw_node *list, size_t index)
{
    for (size_t i = index; i + 1 < list->count; i++) {
        list->items[i] = list->items[i + 1];
    }
    list->count--;
}
