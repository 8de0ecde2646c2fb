#pragma once
/**
 * @file What the two halves of the formatter share: fmt_leaves.c finds comments and blank lines
 * between the scalars of a file, fmt.c writes the scalars and puts them back. Only fmt*.c include
 * this.
 */
#include "base/buf.h"
#include "base/limits.h"
#include "lang/fmt.h"

struct remark {
    const char *text;  /**< with its '#', trimmed; or "---", "..." */
    uint32_t column;   /**< where it stood, from 1 */
    bool blank_before; /**< a blank line stood above it */
    bool is_closed;    /**< it stood behind the last bracket */
};

struct remarks {
    struct remark *items;
    size_t count, room;
};

/** A scalar, or an empty collection: what stands by itself in the text. */
struct leaf {
    const struct sw_node *node;
    const struct sw_node *flow;   /**< the outermost [ ] or { } that it stands in; or NULL */
    size_t start, end;            /**< bytes */
    bool blank_before;            /**< directly above it, or above its dash */
    struct remarks above, behind; /**< on lines of their own before it; at the end of its line */
    struct remarks below;         /**< on lines of their own, indented deeper than what follows */
};

struct leaves {
    struct sw_arena *arena;
    const struct sw_source *source;
    struct leaf *items;
    size_t count, room;
    struct remarks head, tail;   /**< above a first blank line or `---`; behind the last leaf */
    const struct sw_node **open; /**< outermost brackets that hold a comment */
    size_t open_count, open_room;
};

/** Find all leaves in order of the text, and every comment between them. */
void sw_leaves_find(struct leaves *leaves, const struct sw_source *source,
                    const struct sw_node *root, struct sw_arena *arena);

/** The leaf at a node. @pre it is a scalar or an empty collection */
struct leaf *sw_leaf_of(const struct leaves *leaves, const struct sw_node *node);

/** The first and the last leaf in a node. */
struct leaf *sw_leaf_first(const struct leaves *leaves, const struct sw_node *node);
struct leaf *sw_leaf_last(const struct leaves *leaves, const struct sw_node *node);

/** Does a comment stand inside of these brackets? */
bool sw_leaves_is_open(const struct leaves *leaves, const struct sw_node *flow);

/* ---- fmt_keys.c ---- */

/** The keys of the map, or of the maps, that come next. */
struct keys {
    const struct sw_key_table *table; /**< NULL: not known */
    bool is_named;                    /**< a map of names: what is behind each has the keys */
};

/** The keys of what stands behind a key. */
struct keys sw_fmt_inside(const struct keys *keys, const char *name);

/** Places of a map's keys in the order of the table; one that is not in it stays behind the key in
 * front of it. */
const size_t *sw_fmt_order(struct sw_arena *arena, const struct sw_node *map,
                           const struct keys *keys);

/* ---- fmt_text.c: lines of the result ---- */

/** A line; the comment behind it is put in its column when all lines are known. */
struct line {
    const char *text, *remark;
    uint32_t column; /**< where the comment stood */
};

/** Where what is being written stood, and stands: comments below it find their level by that. */
struct level {
    uint32_t column;
    unsigned indent;
};

struct writer {
    struct sw_arena *arena;
    struct leaves leaves;
    struct line *lines;
    size_t count, room;
    struct sw_buf now; /**< the line that is being written */
    struct remark remark;
    struct level levels[2 * SW_LIMIT_DEPTH + 2];
    size_t level_count;
    bool is_first; /**< of a block: no blank line above it */
    bool has_tail; /**< a blank line would belong to the text above it */
};

void sw_fmt_blank(struct writer *w);
/** Comments on lines of their own. */
void sw_fmt_remarks(struct writer *w, const struct remarks *remarks, unsigned indent);
void sw_fmt_begin(struct writer *w, unsigned indent);
void sw_fmt_end(struct writer *w);

/** The source text of a scalar, not NUL-ended. */
const char *sw_fmt_raw(const struct writer *w, const struct sw_node *scalar);

/** Append a scalar to the line, which may become several.
 * @param parent blanks in front of its key or dash in the source; `indent`: in the result */
void sw_fmt_scalar(struct writer *w, const struct sw_node *scalar, size_t parent, unsigned indent);

/** Append brackets as they are on one line. */
void sw_fmt_flow(struct writer *w, struct sw_buf *out, const struct sw_node *node,
                 const struct keys *keys);
/** Can the node, be it [ ] or { }, stand on a line of which `used` characters are taken? */
bool sw_fmt_fits(struct writer *w, const struct sw_node *node, size_t used);

/** All lines as one text. */
void sw_fmt_join(const struct writer *w, struct sw_buf *out);
