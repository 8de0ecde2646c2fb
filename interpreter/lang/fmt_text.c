/* Lines of the result, scalars and brackets in them. */
#include "lang/fmt_parts.h"

#include <string.h>

#define WIDTH 120 /* characters of a line that a bracket may fill */

/* ---- lines ---- */

static void add_line(struct writer *w, const char *text, const struct remark *remark)
{
    w->lines = sw_grow(w->arena, w->lines, w->count, &w->room, sizeof *w->lines);
    w->lines[w->count++] = (struct line){
        .text = text,
        .remark = remark == NULL ? NULL : remark->text,
        .column = remark == NULL ? 0 : remark->column,
    };
}

void sw_fmt_blank(struct writer *w)
{
    if (w->count > 0 && w->lines[w->count - 1].text[0] != '\0' && !w->is_first && !w->has_tail) {
        add_line(w, "", NULL);
    }
}

void sw_fmt_remarks(struct writer *w, const struct remarks *remarks, unsigned indent)
{
    for (size_t i = 0; i < remarks->count; i++) {
        const struct remark *remark = &remarks->items[i];
        bool is_mark = remark->text[0] != '#';

        if (remark->blank_before) {
            sw_fmt_blank(w);
        }
        add_line(w, sw_format(w->arena, "%*s%s", is_mark ? 0 : (int)indent, "", remark->text),
                 NULL);
        w->is_first = false;
        w->has_tail = false;
    }
}

void sw_fmt_begin(struct writer *w, unsigned indent)
{
    sw_buf_clear(&w->now);
    w->remark = (struct remark){0};
    sw_buf_addf(&w->now, "%*s", (int)indent, "");
    w->is_first = false;
    w->has_tail = false;
}

void sw_fmt_end(struct writer *w)
{
    add_line(w, sw_copy(w->arena, w->now.bytes, w->now.length),
             w->remark.text == NULL ? NULL : &w->remark);
}

/* ---- scalars ---- */

const char *sw_fmt_raw(const struct writer *w, const struct sw_node *scalar)
{
    return w->leaves.source->bytes + scalar->mark.offset;
}

static bool is_block(const struct sw_node *node)
{
    return node->style == SW_STYLE_LITERAL || node->style == SW_STYLE_FOLDED;
}

static bool has_lines(const struct writer *w, const struct sw_node *scalar)
{
    return memchr(sw_fmt_raw(w, scalar), '\n', scalar->raw_length) != NULL;
}

/* Plain and quoted text over several lines: white space at the front of a line is none of it. */
static void add_folded(struct writer *w, const struct sw_node *scalar, unsigned indent)
{
    const char *at = sw_fmt_raw(w, scalar);
    const char *end = at + scalar->raw_length;

    for (bool is_first = true; at < end; is_first = false) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline == NULL ? end : newline;
        const char *next = newline == NULL ? end : newline + 1;

        while (!is_first && at < stop && (*at == ' ' || *at == '\t')) {
            at++;
        }
        stop -= stop > at && stop[-1] == '\r';
        if (!is_first) {
            sw_fmt_begin(w, stop > at ? indent : 0);
        }
        sw_buf_add(&w->now, at, (size_t)(stop - at));
        if (newline != NULL) {
            sw_fmt_end(w);
        }
        at = next;
    }
}

/* How far the lines of a block scalar are indented in the source. */
static size_t block_indent(const char *at, const char *end, const char *header, size_t parent)
{
    for (const char *c = header; c < at && *c != '#'; c++) {
        if (*c >= '1' && *c <= '9') {
            return parent + (size_t)(*c - '0');
        }
    }
    while (at < end) {
        size_t blanks = strspn(at, " ");

        if (at[blanks] != '\n' && at[blanks] != '\r') {
            return blanks;
        }
        at += blanks + (at[blanks] == '\r') + 1;
    }
    return 0;
}

static unsigned block_step(const char *header, size_t length)
{
    for (size_t i = 0; i < length && header[i] != '#'; i++) {
        if (header[i] >= '1' && header[i] <= '9') {
            return (unsigned)(header[i] - '0');
        }
    }
    return 2;
}

/* @param parent blanks in front of the key or dash in the source; `indent` those in the result */
static void add_block(struct writer *w, const struct sw_node *scalar, size_t parent,
                      unsigned indent)
{
    const char *header = sw_fmt_raw(w, scalar);
    const char *end = header + scalar->raw_length;
    size_t length = strcspn(header, "\n");
    const char *at = header + length < end ? header + length + 1 : end;
    bool keeps = memchr(header, '+', length) != NULL;
    size_t from = block_indent(at, end, header, parent);
    unsigned to = indent + block_step(header, length);
    size_t blanks = 0;

    while (length > 0 && strchr(" \t\r", header[length - 1]) != NULL) {
        length--;
    }
    sw_buf_add(&w->now, header, length);
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline == NULL ? end : newline;
        size_t skip = strspn(at, " ");

        stop -= stop > at && stop[-1] == '\r';
        skip = skip < from ? skip : from;
        if (at + skip >= stop) {
            blanks++;
        } else {
            for (; blanks > 0; blanks--) {
                sw_fmt_end(w);
                sw_fmt_begin(w, 0);
            }
            sw_fmt_end(w);
            sw_fmt_begin(w, to);
            sw_buf_add(&w->now, at + skip, (size_t)(stop - at) - skip);
        }
        at = newline == NULL ? end : newline + 1;
    }
    for (; keeps && blanks > 0; blanks--) {
        sw_fmt_end(w);
        sw_fmt_begin(w, 0);
    }
    w->has_tail = keeps;
}

void sw_fmt_scalar(struct writer *w, const struct sw_node *scalar, size_t parent, unsigned indent)
{
    if (is_block(scalar)) {
        add_block(w, scalar, parent, indent);
    } else if (has_lines(w, scalar)) {
        add_folded(w, scalar, indent + 2);
    } else {
        sw_buf_add(&w->now, sw_fmt_raw(w, scalar), scalar->raw_length);
    }
}

/* ---- brackets ---- */

void sw_fmt_flow(struct writer *w, struct sw_buf *out, const struct sw_node *node,
                 const struct keys *keys)
{
    bool is_map = node->kind == SW_NODE_MAP;

    if (node->kind == SW_NODE_SCALAR) {
        sw_buf_add(out, sw_fmt_raw(w, node), node->raw_length);
        return;
    }
    if (node->count == 0) {
        sw_buf_add_text(out, is_map ? "{}" : "[]");
        return;
    }
    const size_t *order = is_map ? sw_fmt_order(w->arena, node, keys) : NULL;

    sw_buf_add_text(out, is_map ? "{ " : "[");
    for (size_t i = 0; i < node->count; i++) {
        size_t at = is_map ? order[i] : i;
        struct keys next = is_map ? sw_fmt_inside(keys, node->keys[at]->text) : *keys;

        sw_buf_add_text(out, i == 0 ? "" : ", ");
        if (is_map) {
            sw_fmt_flow(w, out, node->keys[at], keys);
            sw_buf_add_text(out, ": ");
        }
        sw_fmt_flow(w, out, node->items[at], &next);
    }
    sw_buf_add_text(out, is_map ? " }" : "]");
}

/* Can it stand between brackets on one line? */
static bool is_plain_flow(const struct writer *w, const struct sw_node *node)
{
    if (node->kind == SW_NODE_SCALAR) {
        return node->raw_length > 0 && !has_lines(w, node);
    }
    for (size_t i = 0; i < node->count; i++) {
        if ((node->kind == SW_NODE_MAP && !is_plain_flow(w, node->keys[i])) ||
            !is_plain_flow(w, node->items[i])) {
            return false;
        }
    }
    return true;
}

static size_t characters(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++) {
        count += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return count;
}

/* @param used characters that stand on the line already */
bool sw_fmt_fits(struct writer *w, const struct sw_node *node, size_t used)
{
    struct keys none = {0}; /* their order does not matter here */
    struct sw_buf out;

    if (node->count == 0) {
        return true;
    }
    if (!node->is_flow || !is_plain_flow(w, node) ||
        sw_leaves_is_open(&w->leaves, sw_leaf_first(&w->leaves, node)->flow)) {
        return false;
    }
    sw_buf_init(&out, 2 * SW_LIMIT_FILE_BYTES);
    sw_fmt_flow(w, &out, node, &none);
    bool is_short = !out.is_over && used + characters(out.bytes) <= WIDTH;

    sw_buf_release(&out);
    return is_short;
}

/* Comments behind lines that follow each other keep one column when they had one. */
void sw_fmt_join(const struct writer *w, struct sw_buf *out)
{
    for (size_t i = 0; i < w->count;) {
        size_t end = i + 1;
        size_t width = characters(w->lines[i].text);

        while (w->lines[i].remark != NULL && end < w->count && w->lines[end].remark != NULL &&
               w->lines[end].column == w->lines[i].column) {
            size_t other = characters(w->lines[end].text);

            width = other > width ? other : width;
            end++;
        }
        for (; i < end; i++) {
            const struct line *line = &w->lines[i];

            sw_buf_add_text(out, line->text);
            if (line->remark != NULL) {
                sw_buf_addf(out, "%*s%s", (int)(width - characters(line->text) + 2), "",
                            line->remark);
            }
            sw_buf_add_char(out, '\n');
        }
    }
}
