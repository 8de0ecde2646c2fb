#pragma once
/** @file The inside of the step graph, shared by flow*.c only. */
#include "lang/flow.h"

struct sw_flow {
    const struct sw_runbook *book;
    struct sw_arena *arena;
    struct sw_way *ways; /**< of step i: first[i] up to first[i + 1] */
    size_t way_count, way_capacity;
    size_t *first;
    /* What lies on every path: a tree over two points a step, 2i "entered" and 2i + 1 "finished".
     * A point lies on every path to another if it is one of its ancestors. */
    size_t *tree_in, *tree_out; /**< numbering of that tree; tree_in 0: never reached */
};

/** Fill in the tree. */
void sw_flow_find_passes(struct sw_flow *flow);
