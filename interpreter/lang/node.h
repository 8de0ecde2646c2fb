#pragma once
/** @file The YAML tree as the author wrote it: nothing is typed yet, every node knows its place. */
#include "base/arena.h"
#include "sdk/mark.h"

#include <stdbool.h>

enum sw_node_kind { SW_NODE_SCALAR, SW_NODE_LIST, SW_NODE_MAP };

enum sw_node_style {
    SW_STYLE_PLAIN,
    SW_STYLE_SINGLE,
    SW_STYLE_DOUBLE,
    SW_STYLE_LITERAL,
    SW_STYLE_FOLDED
};

struct sw_node {
    enum sw_node_kind kind;
    enum sw_node_style style; /**< scalars */
    bool is_flow;             /**< [ ] and { } */
    bool has_comment;         /**< plain scalars: a comment follows on the line where it ends */
    struct sw_mark mark;
    const char *text; /**< scalars: decoded, no NUL inside */
    size_t length;
    size_t raw_length;      /**< scalars: bytes in the source from mark.offset on, quotes and all */
    struct sw_node **items; /**< lists: elements; maps: values */
    struct sw_node **keys;  /**< maps: scalar nodes */
    size_t count;
};

/** Value of a key, NULL when absent. */
struct sw_node *sw_node_get(const struct sw_node *map, const char *key);
