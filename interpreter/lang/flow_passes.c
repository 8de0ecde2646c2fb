/**
 * @file What lies on every path: dominators after Cooper, Harvey and Kennedy ("A Simple, Fast
 * Dominance Algorithm"), over two points a step, so that a skipped step is entered but not
 * finished.
 */
#include "lang/flow_graph.h"

#define NONE ((size_t)-1)

/** The graph of points, both ways, and an order in which a point comes after what leads to it. */
struct points {
    size_t count;
    size_t *next, *next_first; /**< successors */
    size_t *prev, *prev_first; /**< predecessors, by falling order */
    size_t *order;             /**< points in reverse post-order */
    size_t *rank;              /**< place in order; NONE: never reached */
    size_t reached;
    size_t *parent; /**< immediate dominator */
};

/* Every arrow between points: (from, to). */
static size_t list_arrows(const struct sw_flow *flow, size_t (*arrows)[2])
{
    const struct sw_runbook *book = flow->book;
    size_t count = 0;

    for (size_t i = 0; i < book->step_count; i++) {
        arrows[count][0] = 2 * i;
        arrows[count++][1] = 2 * i + 1;
        for (size_t w = flow->first[i]; w < flow->first[i + 1]; w++) {
            arrows[count][0] = flow->ways[w].kind == SW_WAY_SKIP ? 2 * i : 2 * i + 1;
            arrows[count++][1] = 2 * flow->ways[w].next;
        }
        /* What lapses later was yielded here first: every longer path to the target passes more. */
        if (book->steps[i].has_if_lapsed) {
            arrows[count][0] = 2 * i + 1;
            arrows[count++][1] = 2 * book->steps[i].if_lapsed.next;
        }
    }
    return count;
}

/* Arrows sorted into `to` by one of their ends: counting sort, stable. */
static void bucket(size_t (*arrows)[2], size_t count, int by, size_t points, size_t *first,
                   size_t *to)
{
    for (size_t i = 0; i < count; i++) {
        first[arrows[i][by] + 2]++;
    }
    for (size_t i = 2; i < points + 2; i++) {
        first[i] += first[i - 1];
    }
    for (size_t i = 0; i < count; i++) {
        to[first[arrows[i][by] + 1]++] = arrows[i][1 - by];
    }
}

/* Depth first from the first step, without recursion. */
static void find_order(struct points *g, struct sw_arena *arena)
{
    size_t *stack = sw_alloc_array(arena, g->count + 1, sizeof *stack);
    size_t *at = sw_alloc_array(arena, g->count + 1, sizeof *at);
    bool *is_seen = sw_alloc_array(arena, g->count + 1, sizeof *is_seen);
    size_t depth = 0;
    size_t place = g->count;

    stack[depth++] = 0;
    is_seen[0] = true;
    while (depth > 0) {
        size_t point = stack[depth - 1];
        if (g->next_first[point] + at[point] < g->next_first[point + 1]) {
            size_t next = g->next[g->next_first[point] + at[point]++];
            if (!is_seen[next]) {
                is_seen[next] = true;
                stack[depth++] = next;
            }
        } else {
            g->order[--place] = point;
            depth--;
        }
    }
    g->reached = g->count - place;
    for (size_t i = 0; i < g->count; i++) {
        g->rank[i] = NONE;
    }
    for (size_t i = 0; i < g->reached; i++) {
        g->order[i] = g->order[place + i];
        g->rank[g->order[i]] = i;
    }
}

static size_t meet(const struct points *g, size_t a, size_t b)
{
    while (a != b) {
        while (g->rank[a] > g->rank[b]) {
            a = g->parent[a];
        }
        while (g->rank[b] > g->rank[a]) {
            b = g->parent[b];
        }
    }
    return a;
}

static void find_parents(struct points *g)
{
    bool has_changed = true;

    for (size_t i = 0; i < g->count; i++) {
        g->parent[i] = NONE;
    }
    g->parent[0] = 0;
    while (has_changed) {
        has_changed = false;
        for (size_t i = 1; i < g->reached; i++) {
            size_t point = g->order[i];
            size_t found = NONE;
            for (size_t p = g->prev_first[point]; p < g->prev_first[point + 1]; p++) {
                if (g->parent[g->prev[p]] != NONE) {
                    found = found == NONE ? g->prev[p] : meet(g, found, g->prev[p]);
                }
            }
            if (g->parent[point] != found) {
                g->parent[point] = found;
                has_changed = true;
            }
        }
    }
}

/* Number the tree, so that "is an ancestor" is two comparisons. */
static void number_tree(struct sw_flow *flow, const struct points *g, struct sw_arena *arena)
{
    size_t *size = sw_alloc_array(arena, g->count + 1, sizeof *size);
    size_t *used = sw_alloc_array(arena, g->count + 1, sizeof *used);

    flow->tree_in = sw_alloc_array(flow->arena, g->count, sizeof *flow->tree_in);
    flow->tree_out = sw_alloc_array(flow->arena, g->count, sizeof *flow->tree_out);
    for (size_t i = g->reached; i-- > 0;) {
        size_t point = g->order[i];
        size[point]++;
        if (point != 0) {
            size[g->parent[point]] += size[point];
        }
    }
    for (size_t i = 0; i < g->reached; i++) {
        size_t point = g->order[i];
        size_t parent = g->parent[point];
        flow->tree_in[point] = point == 0 ? 1 : flow->tree_in[parent] + 1 + used[parent];
        flow->tree_out[point] = flow->tree_in[point] + size[point];
        if (point != 0) {
            used[parent] += size[point];
        }
    }
}

void sw_flow_find_passes(struct sw_flow *flow)
{
    struct sw_arena *arena = sw_arena_new();
    size_t points = 2 * flow->book->step_count;
    size_t most = points + flow->way_count;
    size_t(*arrows)[2] = sw_alloc_array(arena, most + 1, sizeof *arrows);
    size_t(*sorted)[2] = sw_alloc_array(arena, most + 1, sizeof *sorted);
    size_t count = list_arrows(flow, arrows);
    struct points g = {
        .count = points,
        .next = sw_alloc_array(arena, count + 1, sizeof(size_t)),
        .next_first = sw_alloc_array(arena, points + 2, sizeof(size_t)),
        .prev = sw_alloc_array(arena, count + 1, sizeof(size_t)),
        .prev_first = sw_alloc_array(arena, points + 2, sizeof(size_t)),
        .order = sw_alloc_array(arena, points + 1, sizeof(size_t)),
        .rank = sw_alloc_array(arena, points + 1, sizeof(size_t)),
        .parent = sw_alloc_array(arena, points + 1, sizeof(size_t)),
    };
    size_t sorted_count = 0;

    bucket(arrows, count, 0, points, g.next_first, g.next);
    find_order(&g, arena);
    /* Deepest predecessor first: meeting then climbs each stretch once, not once an arrow. */
    for (size_t i = g.reached; i-- > 0;) {
        size_t from = g.order[i];
        for (size_t n = g.next_first[from]; n < g.next_first[from + 1]; n++) {
            sorted[sorted_count][0] = from;
            sorted[sorted_count++][1] = g.next[n];
        }
    }
    bucket(sorted, sorted_count, 1, points, g.prev_first, g.prev);
    find_parents(&g);
    number_tree(flow, &g, arena);
    sw_arena_free(arena);
}

bool sw_flow_reaches(const struct sw_flow *flow, size_t step)
{
    return flow->tree_in[2 * step] != 0;
}

bool sw_flow_passes(const struct sw_flow *flow, size_t step, size_t at)
{
    size_t above = 2 * step + 1;
    size_t below = 2 * at;

    return flow->tree_in[above] != 0 && flow->tree_in[below] > flow->tree_in[above] &&
           flow->tree_in[below] < flow->tree_out[above];
}

size_t sw_flow_path(const struct sw_flow *flow, size_t avoid, size_t at, struct sw_arena *arena,
                    const size_t **ret_steps)
{
    size_t count = flow->book->step_count;
    size_t *from = sw_alloc_array(arena, count + 1, sizeof *from);
    size_t *queue = sw_alloc_array(arena, count + 1, sizeof *queue);
    size_t tail = 1;

    for (size_t i = 0; i < count; i++) {
        from[i] = NONE;
    }
    from[0] = 0;
    for (size_t head = 0; head < tail && from[at] == NONE; head++) {
        size_t step = queue[head];
        for (size_t w = flow->first[step]; w < flow->first[step + 1]; w++) {
            bool is_open = step != avoid || flow->ways[w].kind == SW_WAY_SKIP;
            size_t next = flow->ways[w].next;
            if (is_open && from[next] == NONE) {
                from[next] = step;
                queue[tail++] = next;
            }
        }
    }
    if (from[at] == NONE) {
        return 0;
    }
    size_t length = 1;
    for (size_t step = at; step != 0; step = from[step]) {
        length++;
    }
    size_t *steps = sw_alloc_array(arena, length, sizeof *steps);
    size_t place = length;
    for (size_t step = at; place > 0; step = from[step]) {
        steps[--place] = step;
    }
    *ret_steps = steps;
    return length;
}
