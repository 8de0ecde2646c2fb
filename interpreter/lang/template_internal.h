#pragma once
/** @file What template.c (scalars, values) and template_tree.c (lists, maps, objects) share. */
#include "lang/expr_internal.h"
#include "lang/template.h"

/** A piece of text: literal or an expression. */
struct sw_template_part {
    const char *text; /**< NULL: the expression */
    struct sw_expr *expr;
};

enum sw_template_form {
    SW_TEMPLATE_LITERAL, /**< value */
    SW_TEMPLATE_EXPR,    /**< parts[0].expr; keeps its type */
    SW_TEMPLATE_TEXT,    /**< parts, joined */
    SW_TEMPLATE_LIST,    /**< items */
    SW_TEMPLATE_MAP,     /**< items under keys */
};

struct sw_template {
    enum sw_template_form form;
    struct sw_mark mark;
    const struct sw_type *type;     /**< what it gives */
    const struct sw_type *expected; /**< what it has to fit when filled in; NULL: anything */
    const struct sw_value *value;
    struct sw_template_part *parts;
    size_t part_count, part_capacity;
    struct sw_template **items;
    const char **keys;
    size_t item_count;
};

/** What compiling a tree needs at each of its nodes. */
struct sw_template_job {
    struct sw_arena *arena;
    const struct sw_names *names;
    struct sw_diags *diags;
};

struct sw_template *sw_template_scalar(struct sw_template_job *job, const struct sw_node *scalar,
                                       const struct sw_type *expected);
