#pragma once
/**
 * @file Changing a YAML tree that was read: what a variant does to its base. Nodes keep the place
 * that they were written at, so that every finding points into the file that says so.
 */
#include "lang/node.h"

/** The whole tree anew; texts are shared. */
struct sw_node *sw_node_clone(struct sw_arena *arena, const struct sw_node *node);

/** The same values? Marks, quotes and the order of keys do not count; NULL equals only NULL. */
bool sw_node_equal(const struct sw_node *a, const struct sw_node *b);

/** A word that the tree gets at `mark`. */
struct sw_node *sw_node_word(struct sw_arena *arena, const char *text, struct sw_mark mark);

/** An empty map at `mark`. */
struct sw_node *sw_node_new_map(struct sw_arena *arena, struct sw_mark mark);

/** Where the value of a key stands; NULL when it is no map or has no such key. */
struct sw_node **sw_node_slot(struct sw_node *map, const char *key);

/** Put or replace the value of a key, and the key with it. */
void sw_node_put(struct sw_arena *arena, struct sw_node *map, struct sw_node *key,
                 struct sw_node *value);
void sw_node_drop(struct sw_node *map, const char *key);

/** Put `count` items into a list, in front of number `index`. */
void sw_node_splice(struct sw_arena *arena, struct sw_node *list, size_t index,
                    struct sw_node *const *items, size_t count);
void sw_node_cut(struct sw_node *list, size_t index);
