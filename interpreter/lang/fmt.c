#include "lang/fmt_parts.h"

#include "base/text.h"

#include <limits.h>
#include <string.h>

/* ---- entries ---- */

static void add_value(struct writer *w, const struct sw_node *node, const struct keys *keys,
                      unsigned indent);

static void add_one(struct writer *w, struct remarks *to, const struct remark *remark)
{
    to->items = sw_grow(w->arena, to->items, to->count, &to->room, sizeof *to->items);
    to->items[to->count++] = *remark;
}

/* Comments above a leaf, and a blank line; none is left at the leaf. */
static void add_above(struct writer *w, struct leaf *leaf, unsigned indent)
{
    sw_fmt_remarks(w, &leaf->above, indent);
    if (leaf->blank_before) {
        sw_fmt_blank(w);
    }
    leaf->above.count = 0;
    leaf->blank_before = false;
}

/* Comments behind a leaf go above its line. */
static void lift_behind(struct writer *w, struct leaf *leaf, unsigned indent)
{
    for (size_t i = 0; i < leaf->behind.count; i++) {
        leaf->behind.items[i].blank_before = false;
    }
    sw_fmt_remarks(w, &leaf->behind, indent);
    leaf->behind.count = 0;
}

static bool is_inline(struct writer *w, const struct sw_node *value, size_t used)
{
    return value->kind == SW_NODE_SCALAR || sw_fmt_fits(w, value, used);
}

static bool is_entry_inline(struct writer *w, const struct sw_node *map, size_t i, unsigned indent)
{
    return is_inline(w, map->items[i], indent + map->keys[i]->raw_length + 2);
}

/*
 * All comments that have to stand above an entry: its own; those between its key and a value that
 * goes on the same line; and those that stood among brackets that are opened now: behind a bare
 * condition a comment would be an error. `to` is where they go, the entry goes to `indent`.
 */
static void lift(struct writer *w, const struct sw_node *map, size_t i, unsigned indent,
                 unsigned to)
{
    struct leaf *key = sw_leaf_of(&w->leaves, map->keys[i]);
    struct leaf *last = sw_leaf_last(&w->leaves, map->items[i]);

    add_above(w, key, to);
    if (!is_entry_inline(w, map, i, indent)) {
        return;
    }
    lift_behind(w, key, to);
    sw_fmt_remarks(w, &key->below, to);
    add_above(w, sw_leaf_first(&w->leaves, map->items[i]), to);
    if (key->flow != NULL) {
        lift_behind(w, last, to);
    }
}

/* Brackets are opened: the comment behind them goes to the line in front of them. */
static void take_closed(struct writer *w, const struct sw_node *flow, struct remarks *ret)
{
    struct leaf *last = sw_leaf_last(&w->leaves, flow);
    size_t kept = 0;

    if (last->flow != flow) {
        return;
    }
    for (size_t i = 0; i < last->behind.count; i++) {
        if (last->behind.items[i].is_closed) {
            add_one(w, ret, &last->behind.items[i]);
        } else {
            last->behind.items[kept++] = last->behind.items[i];
        }
    }
    last->behind.count = kept;
}

/* The first goes behind the line that is being written, all others below it. */
static void take_behind(struct writer *w, const struct remarks *behind, struct remarks *ret_more)
{
    for (size_t i = 0; i < behind->count; i++) {
        if (w->remark.text == NULL) {
            w->remark = behind->items[i];
        } else {
            add_one(w, ret_more, &behind->items[i]);
        }
    }
}

/* Comments below a leaf, each at the level of what it stood in. */
static void add_below(struct writer *w, const struct leaf *leaf)
{
    unsigned limit = UINT_MAX; /* once it went out, it does not go in again */

    for (size_t i = 0; i < leaf->below.count; i++) {
        const struct remark *remark = &leaf->below.items[i];
        struct remarks one = {.items = &leaf->below.items[i], .count = 1};
        unsigned indent = 0;

        for (size_t n = 0; n < w->level_count; n++) {
            indent = w->levels[n].column <= remark->column ? w->levels[n].indent : indent;
        }
        limit = indent < limit ? indent : limit;
        sw_fmt_remarks(w, &one, limit);
    }
}

/* A scalar or brackets behind what is on the line already, and all that belongs to that line. */
static void add_inline(struct writer *w, const struct sw_node *node, const struct keys *keys,
                       size_t parent, unsigned indent)
{
    struct leaf *leaf = sw_leaf_last(&w->leaves, node);
    struct remarks more = {0};

    if (node->kind == SW_NODE_SCALAR) {
        sw_fmt_scalar(w, node, parent, indent);
    } else {
        sw_fmt_flow(w, &w->now, node, keys);
    }
    take_behind(w, &leaf->behind, &more);
    sw_fmt_end(w);
    sw_fmt_remarks(w, &more, indent);
    add_below(w, leaf);
}

static void push_level(struct writer *w, uint32_t column, unsigned indent)
{
    sw_require(w->level_count < SW_COUNT(w->levels));
    w->levels[w->level_count++] = (struct level){.column = column, .indent = indent};
}

/* @param is_begun the line stands already: what is above it has been written */
static void add_entry(struct writer *w, const struct sw_node *map, size_t i,
                      const struct keys *keys, unsigned indent, bool is_begun)
{
    const struct sw_node *key = map->keys[i];
    const struct sw_node *value = map->items[i];
    bool is_on_line = is_entry_inline(w, map, i, indent);
    struct keys next = sw_fmt_inside(keys, key->text);
    struct remarks more = {0};

    if (!is_begun) {
        lift(w, map, i, indent, indent);
        sw_fmt_begin(w, indent);
    }
    push_level(w, key->mark.column, indent);
    sw_buf_add(&w->now, sw_fmt_raw(w, key), key->raw_length);
    sw_buf_add_text(&w->now, ":");
    if (is_on_line) {
        bool is_empty = value->kind == SW_NODE_SCALAR && value->raw_length == 0;

        sw_buf_add_text(&w->now, is_empty ? "" : " ");
        add_inline(w, value, &next, key->mark.column - 1, indent);
    } else {
        struct remarks closed = {0};

        take_behind(w, &sw_leaf_of(&w->leaves, key)->behind, &more);
        take_closed(w, value, &closed);
        take_behind(w, &closed, &more);
        sw_fmt_end(w);
        w->is_first = true;
        sw_fmt_remarks(w, &more, indent + 2);
        sw_fmt_remarks(w, &sw_leaf_of(&w->leaves, key)->below, indent + 2);
        add_value(w, value, &next, indent + 2);
    }
    w->level_count--;
}

static void add_map(struct writer *w, const struct sw_node *map, const struct keys *keys,
                    unsigned indent, bool is_begun)
{
    const size_t *order = sw_fmt_order(w->arena, map, keys);

    for (size_t i = 0; i < map->count; i++) {
        add_entry(w, map, order[i], keys, indent, is_begun && i == 0);
    }
}

/* The same for the first entry of what will begin behind a dash. */
static void lift_item(struct writer *w, const struct sw_node *item, const struct keys *keys,
                      unsigned to)
{
    unsigned indent = to;

    while (!is_inline(w, item, indent + 2)) {
        struct remarks closed = {0};

        take_closed(w, item, &closed);
        sw_fmt_remarks(w, &closed, to);
        indent += 2;
        if (item->kind == SW_NODE_MAP) {
            lift(w, item, sw_fmt_order(w->arena, item, keys)[0], indent, to);
            return;
        }
        item = item->items[0];
    }
    struct leaf *last = sw_leaf_last(&w->leaves, item);

    if (last->flow != NULL && last->flow != item) {
        lift_behind(w, last, to);
    }
}

static void add_list(struct writer *w, const struct sw_node *list, const struct keys *keys,
                     unsigned indent, bool is_begun)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct sw_node *item = list->items[i];
        bool is_on_line = is_inline(w, item, indent + 2);

        if (!is_begun || i > 0) {
            add_above(w, sw_leaf_first(&w->leaves, item), indent);
            lift_item(w, item, keys, indent);
            sw_fmt_begin(w, indent);
        }
        push_level(w, list->mark.column, indent);
        sw_buf_add_text(&w->now, "- ");
        if (is_on_line) {
            add_inline(w, item, keys, list->mark.column - 1, indent);
        } else if (item->kind == SW_NODE_MAP) {
            add_map(w, item, keys, indent + 2, true);
        } else {
            add_list(w, item, keys, indent + 2, true);
        }
        w->level_count--;
    }
}

static void add_value(struct writer *w, const struct sw_node *node, const struct keys *keys,
                      unsigned indent)
{
    if (node->kind == SW_NODE_MAP && node->count > 0) {
        add_map(w, node, keys, indent, false);
    } else if (node->kind == SW_NODE_LIST && node->count > 0) {
        add_list(w, node, keys, indent, false);
    } else {
        sw_fmt_begin(w, indent);
        add_inline(w, node, keys, 0, indent);
    }
}

/* ---- the whole ---- */

static void write_all(struct writer *w, const struct sw_node *root,
                      const struct sw_key_table *table, struct sw_buf *out)
{
    struct keys keys = {.table = table};

    sw_fmt_remarks(w, &w->leaves.head, 0);
    if (w->leaves.head.count > 0 && w->leaves.head.items[w->leaves.head.count - 1].text[0] == '#') {
        sw_fmt_blank(w);
    }
    w->is_first = w->count == 0;
    if (sw_fmt_fits(w, root, 0) && root->count > 0) {
        add_above(w, sw_leaf_first(&w->leaves, root), 0);
        sw_fmt_begin(w, 0);
        add_inline(w, root, &keys, 0, 0);
    } else {
        add_value(w, root, &keys, 0);
    }
    w->is_first = false;
    sw_fmt_remarks(w, &w->leaves.tail, 0);
    sw_fmt_join(w, out);
}

/* The order of keys in maps apart. */
static bool says_the_same(const struct sw_node *a, const struct sw_node *b)
{
    if (a->kind != b->kind || a->count != b->count || a->length != b->length) {
        return false;
    }
    if (a->kind == SW_NODE_SCALAR) {
        return a->style == b->style && (a->has_comment || !b->has_comment) &&
               memcmp(a->text, b->text, a->length) == 0;
    }
    for (size_t i = 0; i < a->count; i++) {
        const struct sw_node *other =
            a->kind == SW_NODE_LIST ? b->items[i] : sw_node_get(b, a->keys[i]->text);

        if (other == NULL || !says_the_same(a->items[i], other)) {
            return false;
        }
    }
    return true;
}

/* The last word on each file: read the result, and see that nothing was lost. */
static bool check(const struct sw_source *source, const struct sw_node *root, const char *text,
                  size_t length, struct sw_arena *arena, struct sw_error *err)
{
    struct sw_diags *diags = sw_diags_new();
    struct sw_source again;
    size_t counts[2] = {0};
    bool is_same = false;

    sw_source_from_text(arena, source->name, text, length, &again);
    const struct sw_node *tree = sw_yaml_read(&again, arena, diags);

    if (tree != NULL && says_the_same(root, tree)) {
        const char *const *before = sw_fmt_comments(source, root, arena, &counts[0]);
        const char *const *after = sw_fmt_comments(&again, tree, arena, &counts[1]);

        is_same = counts[0] == counts[1];
        for (size_t i = 0; is_same && i < counts[0]; i++) {
            is_same = sw_text_is(before[i], after[i]);
        }
    }
    sw_diags_free(diags);
    if (!is_same) {
    }
    return is_same || sw_fail(err, SW_E_INTERNAL,
                              "%s: laid out, the file would say something else; it was left as it "
                              "is (please report this)",
                              source->name);
}

bool sw_fmt(const struct sw_source *source, const struct sw_key_table *table,
            struct sw_arena *arena, struct sw_diags *diags, const char **ret_text,
            size_t *ret_length, struct sw_error *err)
{
    const struct sw_node *root = sw_yaml_read(source, arena, diags);
    struct sw_buf out;

    if (root == NULL) {
        return sw_fail(err, SW_E_INPUT, "%s: the file has errors", source->name);
    }
    struct writer *w = sw_alloc(arena, sizeof *w);

    w->arena = arena;
    sw_leaves_find(&w->leaves, source, root, arena);
    sw_buf_init(&w->now, 2 * SW_LIMIT_FILE_BYTES);
    sw_buf_init(&out, 64u * SW_LIMIT_FILE_BYTES);
    write_all(w, root, table, &out);
    sw_buf_release(&w->now);
    const char *text = sw_copy(arena, out.bytes, out.length);
    size_t length = out.length;

    sw_buf_release(&out);
    if (!check(source, root, text, length, arena, err)) {
        return false;
    }
    *ret_text = text;
    *ret_length = length;
    return true;
}
