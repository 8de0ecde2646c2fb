/* The text between scalars: punctuation, which is known from the tree, and comments, which are not.
 */
#include "lang/fmt_parts.h"

#include <stdlib.h>
#include <string.h>

/* ---- leaves ---- */

static void add_remark(struct leaves *leaves, struct remarks *to, struct remark remark)
{
    to->items = sw_grow(leaves->arena, to->items, to->count, &to->room, sizeof *to->items);
    to->items[to->count++] = remark;
}

/* A comment without the white space behind it. */
static const char *trimmed(struct leaves *leaves, size_t at, size_t length)
{
    const char *bytes = leaves->source->bytes + at;

    while (length > 0 && strchr(" \t\r", bytes[length - 1]) != NULL) {
        length--;
    }
    return sw_copy(leaves->arena, bytes, length);
}

/* [] or {}, perhaps with white space and comments in it. @return its end */
static size_t read_empty(struct leaves *leaves, const struct sw_node *node, struct remarks *ret)
{
    const struct sw_source *source = leaves->source;
    char close = node->kind == SW_NODE_LIST ? ']' : '}';
    size_t at = node->mark.offset + 1;

    while (at < source->length && source->bytes[at] != close) {
        size_t length = source->bytes[at] == '#' ? strcspn(source->bytes + at, "\n") : 1;

        if (source->bytes[at] == '#') {
            add_remark(leaves, ret, (struct remark){.text = trimmed(leaves, at, length)});
        }
        at += length;
    }
    return at + (at < source->length);
}

static void add_open(struct leaves *leaves, const struct sw_node *flow)
{
    leaves->open = sw_grow(leaves->arena, leaves->open, leaves->open_count, &leaves->open_room,
                           sizeof *leaves->open);
    leaves->open[leaves->open_count++] = flow;
}

static void add_leaf(struct leaves *leaves, const struct sw_node *node, const struct sw_node *flow)
{
    struct leaf leaf = {.node = node,
                        .flow = flow,
                        .start = node->mark.offset,
                        .end = node->mark.offset + node->raw_length};

    if (node->kind != SW_NODE_SCALAR) {
        leaf.end = read_empty(leaves, node, &leaf.behind);
        if (leaf.behind.count > 0 && flow != node) {
            add_open(leaves, flow);
        }
    }
    leaves->items =
        sw_grow(leaves->arena, leaves->items, leaves->count, &leaves->room, sizeof(struct leaf));
    leaves->items[leaves->count++] = leaf;
}

static void add_leaves(struct leaves *leaves, const struct sw_node *node,
                       const struct sw_node *flow)
{
    flow = flow == NULL && node->kind != SW_NODE_SCALAR && node->is_flow ? node : flow;
    if (node->kind == SW_NODE_SCALAR || node->count == 0) {
        add_leaf(leaves, node, flow);
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind == SW_NODE_MAP) {
            add_leaf(leaves, node->keys[i], flow);
        }
        add_leaves(leaves, node->items[i], flow);
    }
}

static const struct sw_node *first_node(const struct sw_node *node)
{
    while (node->kind != SW_NODE_SCALAR && node->count > 0) {
        node = node->kind == SW_NODE_MAP ? node->keys[0] : node->items[0];
    }
    return node;
}

static const struct sw_node *last_node(const struct sw_node *node)
{
    while (node->kind != SW_NODE_SCALAR && node->count > 0) {
        node = node->items[node->count - 1];
    }
    return node;
}

/* Leaves stand in order of their offsets, but for those of no length, which share one. */
struct leaf *sw_leaf_of(const struct leaves *leaves, const struct sw_node *node)
{
    size_t low = 0;
    size_t high = leaves->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (leaves->items[middle].start < node->mark.offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    while (low < leaves->count && leaves->items[low].node != node) {
        low++;
    }
    sw_require(low < leaves->count);
    return &leaves->items[low];
}

struct leaf *sw_leaf_first(const struct leaves *leaves, const struct sw_node *node)
{
    return sw_leaf_of(leaves, first_node(node));
}

struct leaf *sw_leaf_last(const struct leaves *leaves, const struct sw_node *node)
{
    return sw_leaf_of(leaves, last_node(node));
}

/* ---- gaps ---- */

/* A walk through the text between two leaves. */
struct gap {
    struct leaves *leaves;
    struct leaf *before, *after; /**< NULL at the beginning and at the end of the file */
    uint32_t after_column;       /**< of the first word on the line of `after` */
    size_t at, to;
    size_t line_start;
    bool has_words;  /**< on this line, be it punctuation */
    bool has_closed; /**< a bracket on this line */
    bool is_on_line; /**< still on the line where `before` ends */
    bool is_blank;   /**< a blank line came since the last words */
    bool is_past;    /**< a comment that belongs to what follows */
    bool has_opened; /**< a bracket opened since `before` */
};

static bool is_block_scalar(const struct sw_node *node)
{
    return node->kind == SW_NODE_SCALAR &&
           (node->style == SW_STYLE_LITERAL || node->style == SW_STYLE_FOLDED);
}

static void hold_open(struct gap *gap, unsigned depth)
{
    struct leaves *leaves = gap->leaves;
    const struct sw_node *flow = NULL;

    if (depth == 0) {
        return;
    }
    if (gap->before != NULL && gap->before->flow != NULL &&
        (gap->after == NULL || gap->after->flow == gap->before->flow)) {
        flow = gap->before->flow;
    } else if (gap->has_opened && gap->after != NULL) {
        flow = gap->after->flow;
    } else if (gap->before != NULL) {
        flow = gap->before->flow;
    }
    if (flow != NULL) {
        add_open(leaves, flow);
    }
}

/* In characters: what an author lined up looks so. */
static uint32_t column_of(const struct sw_source *source, size_t line_start, size_t at)
{
    uint32_t column = 1;

    for (size_t i = line_start; i < at; i++) {
        column += ((unsigned char)source->bytes[i] & 0xC0) != 0x80;
    }
    return column;
}

static void take_remark(struct gap *gap, size_t length, unsigned depth)
{
    struct leaves *leaves = gap->leaves;
    struct remark remark = {
        .text = trimmed(leaves, gap->at, length),
        .column = column_of(leaves->source, gap->line_start, gap->at),
        .blank_before = gap->is_blank,
        .is_closed = gap->has_closed && depth == 0,
    };

    hold_open(gap, depth);
    gap->is_blank = false;
    /* the last word of brackets that are not closed yet */
    bool is_last = depth > 0 && gap->before != NULL && gap->before->flow != NULL &&
                   (gap->after == NULL || gap->after->flow != gap->before->flow);

    if (gap->before != NULL && (gap->is_on_line || gap->has_closed || is_last)) {
        add_remark(leaves, &gap->before->behind, remark);
    } else if (gap->before != NULL && !gap->has_words && !gap->is_past && depth == 0 &&
               remark.column > gap->after_column) {
        add_remark(leaves, &gap->before->below, remark);
    } else {
        gap->is_past = true;
        add_remark(leaves, gap->after != NULL ? &gap->after->above : &leaves->tail, remark);
    }
}

static bool is_document_mark(const struct gap *gap)
{
    const char *bytes = gap->leaves->source->bytes + gap->at;

    return gap->at == gap->line_start && gap->to - gap->at >= 3 &&
           (strncmp(bytes, "---", 3) == 0 || strncmp(bytes, "...", 3) == 0);
}

static void read_gap(struct gap *gap, unsigned *depth)
{
    const char *bytes = gap->leaves->source->bytes;

    for (; gap->at < gap->to; gap->at++) {
        char c = bytes[gap->at];

        if (c == '\n') {
            gap->is_blank = gap->is_blank || !gap->has_words;
            gap->has_words = gap->has_closed = gap->is_on_line = false;
            gap->line_start = gap->at + 1;
        } else if (c == '#' || is_document_mark(gap)) {
            const char *newline = memchr(bytes + gap->at, '\n', gap->to - gap->at);
            size_t end = newline == NULL ? gap->to : (size_t)(newline - bytes);

            take_remark(gap, end - gap->at, *depth);
            gap->has_words = true;
            gap->at = end - 1;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            gap->has_words = true;
            if (c == '[' || c == '{') {
                *depth += 1;
                gap->has_opened = true;
            } else if (c == ']' || c == '}') {
                *depth -= *depth > 0;
                gap->has_closed = true;
            }
        }
    }
    if (gap->after != NULL) {
        gap->after->blank_before = gap->is_blank;
    }
}

/* First word of the line that an offset is on, from 1. */
static uint32_t line_column(const struct sw_source *source, size_t offset)
{
    size_t start = offset;

    while (start > 0 && source->bytes[start - 1] != '\n') {
        start--;
    }
    return (uint32_t)strspn(source->bytes + start, " ") + 1;
}

/* Blank lines at the end of a block scalar are air, unless it keeps them. */
static bool ends_blank(const struct leaves *leaves, const struct leaf *leaf)
{
    const char *bytes = leaves->source->bytes;
    size_t at = leaf->end;
    size_t newlines = 0;
    size_t header = strcspn(bytes + leaf->start, "\n");

    if (memchr(bytes + leaf->start, '+', header) != NULL) {
        return false;
    }
    while (at > leaf->start && strchr(" \t\r\n", bytes[at - 1]) != NULL) {
        newlines += bytes[--at] == '\n';
    }
    return newlines > 1;
}

/* What stands above the first blank line, or above `---`, belongs to the file. */
static void part_head(struct leaves *leaves)
{
    struct leaf *first = &leaves->items[0];
    size_t count = 0;

    for (size_t i = 0; i < first->above.count; i++) {
        if (first->above.items[i].blank_before || first->above.items[i].text[0] == '-') {
            count = first->above.items[i].text[0] == '-' ? i + 1 : i;
        }
    }
    if (first->blank_before) {
        count = first->above.count;
    }
    for (size_t i = 0; i < count; i++) {
        add_remark(leaves, &leaves->head, first->above.items[i]);
    }
    if (count == 0) {
        return;
    }
    memmove(first->above.items, first->above.items + count,
            (first->above.count - count) * sizeof(struct remark));
    first->above.count -= count;
    if (leaves->head.items[count - 1].text[0] == '#') {
        /* The blank line is the file's, too. */
        bool *is_blank =
            first->above.count > 0 ? &first->above.items[0].blank_before : &first->blank_before;

        *is_blank = false;
    }
}

void sw_leaves_find(struct leaves *leaves, const struct sw_source *source,
                    const struct sw_node *root, struct sw_arena *arena)
{
    unsigned depth = 0;

    *leaves = (struct leaves){.arena = arena, .source = source};
    add_leaves(leaves, root, NULL);
    for (size_t i = 0; i <= leaves->count; i++) {
        struct leaf *before = i == 0 ? NULL : &leaves->items[i - 1];
        struct leaf *after = i == leaves->count ? NULL : &leaves->items[i];
        size_t from = before == NULL ? 0 : before->end;
        bool is_block = before != NULL && is_block_scalar(before->node);
        struct gap gap = {
            .leaves = leaves,
            .before = before,
            .after = after,
            .after_column = after == NULL ? 1 : line_column(source, after->start),
            .at = from,
            .to = after == NULL ? source->length : after->start,
            .has_words = before != NULL && !is_block,
            .is_on_line = before != NULL && !is_block,
            .is_blank = is_block && ends_blank(leaves, before),
        };

        gap.line_start = from;
        while (gap.line_start > 0 && source->bytes[gap.line_start - 1] != '\n') {
            gap.line_start--;
        }
        read_gap(&gap, &depth);
    }
    part_head(leaves);
}

bool sw_leaves_is_open(const struct leaves *leaves, const struct sw_node *flow)
{
    for (size_t i = 0; i < leaves->open_count; i++) {
        if (leaves->open[i] == flow) {
            return true;
        }
    }
    return false;
}

/* ---- all comments ---- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *sw_fmt_comments(const struct sw_source *source, const struct sw_node *root,
                                   struct sw_arena *arena, size_t *ret_count)
{
    struct leaves leaves;
    const char **texts = NULL;
    size_t count = 0;
    size_t room = 0;

    sw_leaves_find(&leaves, source, root, arena);
    for (size_t i = 0; i <= leaves.count; i++) {
        const struct leaf *leaf = i < leaves.count ? &leaves.items[i] : NULL;
        const struct remarks *lists[3] = {
            leaf == NULL ? &leaves.head : &leaf->above,
            leaf == NULL ? &leaves.tail : &leaf->behind,
            leaf == NULL ? NULL : &leaf->below,
        };

        for (size_t n = 0; n < 3 && lists[n] != NULL; n++) {
            for (size_t k = 0; k < lists[n]->count; k++) {
                texts = sw_grow(arena, texts, count, &room, sizeof *texts);
                texts[count++] = lists[n]->items[k].text;
            }
        }
    }
    texts = sw_grow(arena, texts, count, &room, sizeof *texts);
    texts[count] = NULL;
    if (count > 0) {
        qsort(texts, count, sizeof *texts, by_text);
    }
    *ret_count = count;
    return texts;
}
