#include "lang/yaml.h"

#include "lang/yaml_parts.h"

#include "base/limits.h"
#include "base/text.h"

#include <string.h>

/* A collection that is not closed yet. */
struct frame {
    struct sw_node *node;
    size_t capacity;
    struct sw_node *key; /* maps: waits for its value */
    bool has_key;
    int column; /* of the block collection around or at this place; -1: none */
    size_t start;
};

struct tree {
    struct sw_yaml yaml;
    yaml_parser_t parser;
    struct frame frames[SW_LIMIT_DEPTH];
    size_t depth;
    size_t node_count;
    struct sw_node *root;
    size_t documents;
    size_t gap_from;
    bool was_ended;        /* the document was closed with `...` */
    bool is_explicit_key;  /* a `?` stands before the node to come */
    struct sw_node *plain; /* the newest event's node, if it was a plain scalar */
};

static void read_gap(struct tree *tree, size_t to)
{
    struct sw_yaml *yaml = &tree->yaml;
    struct sw_yaml_gap gap;

    if (to < tree->gap_from) {
        return;
    }
    sw_yaml_check_gap(yaml, tree->gap_from, to, &gap);
    tree->is_explicit_key = gap.has_question;
    if (gap.has_comment && tree->plain != NULL) {
        char next =
            gap.comment + 1 < yaml->source->length ? yaml->source->bytes[gap.comment + 1] : '\n';

        tree->plain->has_comment = true;
        if (strchr(" \t\r\n#!-=", next) == NULL) {
            struct sw_diag *diag =
                sw_diag_add(yaml->diags, SW_WARNING, SW_Y_HASH, sw_yaml_mark(yaml, gap.comment, 1),
                            "the text ends before this '#'; the rest is a comment");

            sw_yaml_hint(yaml, diag,
                         "quote the text if '#' belongs to it, else put a space "
                         "after '#'");
        }
    }
    if (gap.has_question) {
        struct sw_diag *diag =
            sw_yaml_find(yaml, SW_Y_COMPLEX_KEY, sw_yaml_mark(yaml, gap.question, 1),
                         "'?' begins a complex key");

        sw_yaml_hint(yaml, diag, "write 'key: value'; quote text that begins with '?'");
    }
}

static struct frame *top(struct tree *tree)
{
    return tree->depth == 0 ? NULL : &tree->frames[tree->depth - 1];
}

static int parent_column(const struct tree *tree)
{
    return tree->depth == 0 ? -1 : tree->frames[tree->depth - 1].column;
}

static bool awaits_key(const struct frame *frame)
{
    return frame != NULL && frame->node->kind == SW_NODE_MAP && !frame->has_key;
}

/* Put a node where it belongs. Collections are attached when they begin. */
static void attach(struct tree *tree, struct sw_node *node)
{
    struct sw_arena *arena = tree->yaml.arena;
    struct frame *frame = top(tree);

    if (frame == NULL) {
        tree->root = node;
        return;
    }
    if (awaits_key(frame)) {
        if (node->kind != SW_NODE_SCALAR && !tree->is_explicit_key) {
            struct sw_diag *diag =
                sw_yaml_find(&tree->yaml, SW_Y_COMPLEX_KEY, node->mark, "a %s as a key",
                             node->kind == SW_NODE_MAP ? "mapping" : "list");

            sw_yaml_hint(&tree->yaml, diag, "quote text that begins with '{' or '['");
        }
        frame->key = node;
        frame->has_key = true;
        return;
    }

    struct sw_node *owner = frame->node;

    if (owner->kind == SW_NODE_MAP) {
        size_t key_capacity = frame->capacity;

        owner->keys =
            sw_grow(arena, owner->keys, owner->count, &key_capacity, sizeof(struct sw_node *));
        owner->keys[owner->count] = frame->key;
        frame->has_key = false;
    }
    owner->items =
        sw_grow(arena, owner->items, owner->count, &frame->capacity, sizeof(struct sw_node *));
    owner->items[owner->count] = node;
    owner->count++;
}

/* @return NULL once the limit is reached; reading ends then */
static struct sw_node *new_node(struct tree *tree, enum sw_node_kind kind, struct sw_mark mark)
{
    if (tree->node_count == SW_LIMIT_NODES) {
        struct sw_diag *diag =
            sw_yaml_find(&tree->yaml, SW_Y_NODES, mark, "more than %u keys and values in one file",
                         SW_LIMIT_NODES);

        sw_yaml_hint(&tree->yaml, diag, "split the file");
        return NULL;
    }
    tree->node_count++;

    struct sw_node *node = sw_alloc(tree->yaml.arena, sizeof *node);

    node->kind = kind;
    node->mark = mark;
    return node;
}

/* Anchors and tags, of whatever has them. @return true when there was one */
static bool refuse_properties(struct tree *tree, const yaml_char_t *anchor, const yaml_char_t *tag,
                              struct sw_mark mark)
{
    struct sw_yaml *yaml = &tree->yaml;

    mark.length = 1;
    if (anchor != NULL) {
        struct sw_diag *diag =
            sw_yaml_find(yaml, SW_Y_ANCHOR, mark, "anchors ('&') are not allowed");

        sw_yaml_hint(yaml, diag,
                     "write the value out where it is used; quote text that begins with '&'");
    }
    if (tag != NULL) {
        struct sw_diag *diag = sw_yaml_find(yaml, SW_Y_TAG, mark, "tags ('!') are not allowed");

        sw_yaml_hint(yaml, diag,
                     "delete it: the field has its type; quote text that begins "
                     "with '!'");
    }
    return anchor != NULL || tag != NULL;
}

static bool open_frame(struct tree *tree, const yaml_event_t *event, size_t start, size_t end)
{
    bool is_map = event->type == YAML_MAPPING_START_EVENT;
    bool is_flow = is_map ? event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
                          : event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    struct sw_mark mark = sw_yaml_mark(&tree->yaml, start, is_flow ? end - start : 1);

    if (is_map) {
        refuse_properties(tree, event->data.mapping_start.anchor, event->data.mapping_start.tag,
                          mark);
    } else {
        refuse_properties(tree, event->data.sequence_start.anchor, event->data.sequence_start.tag,
                          mark);
    }
    if (tree->depth == SW_LIMIT_DEPTH) {
        struct sw_diag *diag = sw_yaml_find(&tree->yaml, SW_Y_DEPTH, mark,
                                            "more than %u levels of nesting", SW_LIMIT_DEPTH);

        sw_yaml_hint(&tree->yaml, diag, "look for a bracket that is not closed");
        return false;
    }

    struct sw_node *node = new_node(tree, is_map ? SW_NODE_MAP : SW_NODE_LIST, mark);

    if (node == NULL) {
        return false;
    }
    node->is_flow = is_flow;
    attach(tree, node);
    tree->frames[tree->depth] = (struct frame){
        .node = node,
        .column = is_flow ? parent_column(tree) : (int)event->start_mark.column,
        .start = start,
    };
    tree->depth++;
    return true;
}

static void close_frame(struct tree *tree, size_t end)
{
    sw_require(tree->depth > 0);

    struct frame *frame = &tree->frames[tree->depth - 1];
    bool is_outermost = tree->depth < 2 || !tree->frames[tree->depth - 2].node->is_flow;

    if (frame->node->is_flow && is_outermost) {
        sw_yaml_check_indent(&tree->yaml, frame->start, end, frame->column, true,
                             frame->node->kind == SW_NODE_MAP ? "{ }" : "[ ]");
    }
    if (frame->node->kind == SW_NODE_MAP) {
        sw_yaml_check_duplicates(&tree->yaml, frame->node);
    }
    tree->depth--;
}

/* White space that is not ASCII looks like indentation or the space after a word, and is text. */
static bool is_wide_blank(uint32_t point)
{
    return point == 0xA0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200A) ||
           point == 0x202F || point == 0x205F || point == 0x3000;
}

static bool refuse_plain(struct tree *tree, const struct sw_node *node)
{
    struct sw_yaml *yaml = &tree->yaml;
    const char *last = node->text + node->length;
    uint32_t point = 0;

    do {
        last -= last > node->text ? 1 : 0;
    } while (last > node->text && ((unsigned char)*last & 0xC0) == 0x80);
    for (int side = 0; side < 2; side++) {
        const char *at = side == 0 ? node->text : last;

        if (sw_utf8_decode(at, (size_t)(node->text + node->length - at), &point) > 1 &&
            is_wide_blank(point)) {
            struct sw_diag *diag = sw_yaml_find(yaml, SW_Y_BLANK, node->mark,
                                                "text %s with U+%04X, which looks like "
                                                "a space and is none",
                                                side == 0 ? "begins" : "ends", (unsigned)point);

            sw_yaml_hint(yaml, diag, "write a space; quote the text if it belongs to it");
            return true;
        }
    }

    const struct frame *frame = top(tree);

    if (frame != NULL && frame->node->is_flow &&
        (node->text[0] == '?' || sw_text_is(node->text, "-"))) {
        struct sw_diag *diag =
            sw_yaml_find(yaml, SW_Y_FLOW_PLAIN, node->mark,
                         "'%c' inside [ ] or { }: parsers differ about it", node->text[0]);

        sw_yaml_hint(yaml, diag, "quote it");
        return true;
    }
    return false;
}

static enum sw_node_style style_of(yaml_scalar_style_t style)
{
    switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
        return SW_STYLE_SINGLE;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
        return SW_STYLE_DOUBLE;
    case YAML_LITERAL_SCALAR_STYLE:
        return SW_STYLE_LITERAL;
    case YAML_FOLDED_SCALAR_STYLE:
        return SW_STYLE_FOLDED;
    case YAML_ANY_SCALAR_STYLE:
    case YAML_PLAIN_SCALAR_STYLE:
        break;
    }
    return SW_STYLE_PLAIN;
}

/* What is wrong with the source text of a scalar. @return true when its content is refused too */
static bool refuse_scalar(struct tree *tree, const struct sw_node *node, size_t start, size_t end)
{
    struct sw_yaml *yaml = &tree->yaml;
    int parent = parent_column(tree);

    switch (node->style) {
    case SW_STYLE_PLAIN:
        return refuse_plain(tree, node);
    case SW_STYLE_SINGLE:
        sw_yaml_check_indent(yaml, start, end, parent, false, "quoted text");
        return false;
    case SW_STYLE_DOUBLE:
        sw_yaml_check_indent(yaml, start, end, parent, false, "quoted text");
        return sw_yaml_check_escapes(yaml, start, end);
    case SW_STYLE_LITERAL:
    case SW_STYLE_FOLDED:
        sw_yaml_check_block(yaml, start, end, parent);
        return false;
    }
    return false;
}

static bool add_scalar(struct tree *tree, const yaml_event_t *event, size_t start, size_t end)
{
    struct sw_yaml *yaml = &tree->yaml;
    const char *text = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    struct sw_mark mark = sw_yaml_mark(yaml, start, end - start);
    struct sw_node *node = new_node(tree, SW_NODE_SCALAR, mark);

    if (node == NULL) {
        return false;
    }
    if (length > SW_LIMIT_SCALAR_BYTES) {
        struct sw_diag *diag =
            sw_yaml_find(yaml, SW_Y_SCALAR, mark, "a text of %zu bytes; at most %u are allowed",
                         length, SW_LIMIT_SCALAR_BYTES);

        sw_yaml_hint(yaml, diag,
                     "look for a quote that is not closed, or keep it in a file of "
                     "its own");
        length = 0;
    }
    node->text = sw_copy(yaml->arena, text, length);
    node->length = length;
    node->raw_length = end - start;
    node->style = style_of(event->data.scalar.style);

    bool is_key = awaits_key(top(tree));
    bool was_refused =
        refuse_properties(tree, event->data.scalar.anchor, event->data.scalar.tag, mark) ||
        length != event->data.scalar.length || refuse_scalar(tree, node, start, end);

    if (is_key && !was_refused && !tree->is_explicit_key) {
        sw_yaml_check_key(&tree->yaml, node);
    }
    attach(tree, node);
    tree->plain = node->style == SW_STYLE_PLAIN && length > 0 ? node : NULL;
    return true;
}

static bool add_alias(struct tree *tree, size_t start)
{
    struct sw_yaml *yaml = &tree->yaml;
    struct sw_mark mark = sw_yaml_mark(yaml, start, 1);
    struct sw_diag *diag = sw_yaml_find(yaml, SW_Y_ANCHOR, mark, "aliases ('*') are not allowed");
    struct sw_node *node = new_node(tree, SW_NODE_SCALAR, mark);

    sw_yaml_hint(yaml, diag,
                 "write the value out where it is used; quote text that begins with '*'");
    if (node == NULL) {
        return false;
    }
    node->text = "";
    attach(tree, node);
    return true;
}

static bool begin_document(struct tree *tree, const yaml_event_t *event, size_t start)
{
    struct sw_yaml *yaml = &tree->yaml;
    bool has_directive = event->data.document_start.version_directive != NULL ||
                         event->data.document_start.tag_directives.start !=
                             event->data.document_start.tag_directives.end;

    if (has_directive) {
        struct sw_diag *diag = sw_yaml_find(yaml, SW_Y_DIRECTIVE, sw_yaml_mark(yaml, start, 1),
                                            "directives are not allowed");

        sw_yaml_hint(yaml, diag, "delete the line that begins with '%'");
    }
    tree->documents++;
    if (tree->documents > 1) {
        struct sw_diag *diag = sw_yaml_find(yaml, SW_Y_DOCUMENTS, sw_yaml_mark(yaml, start, 3),
                                            "a second document in one file");

        sw_yaml_hint(yaml, diag, "one file holds one document; delete the rest");
        return false;
    }
    return true;
}

/* @return false when reading ends here */
static bool add_event(struct tree *tree, const yaml_event_t *event)
{
    struct sw_yaml_cursor place = sw_yaml_place(&tree->yaml, &event->start_mark);
    size_t start = place.offset;
    bool goes_on = true;

    read_gap(tree, start);
    tree->yaml.cursor = place;

    size_t end = sw_yaml_offset(&tree->yaml, &event->end_mark);

    tree->plain = NULL;
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        goes_on = begin_document(tree, event, start);
        break;
    case YAML_DOCUMENT_END_EVENT:
        tree->was_ended = event->data.document_end.implicit == 0;
        break;
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        goes_on = open_frame(tree, event, start, end);
        /* In [? a] the event has the `?` under it; the next gap shall see it. */
        end = tree->yaml.source->bytes[start] == '?' ? start : end;
        break;
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        close_frame(tree, end);
        break;
    case YAML_SCALAR_EVENT:
        goes_on = add_scalar(tree, event, start, end);
        break;
    case YAML_ALIAS_EVENT:
        goes_on = add_alias(tree, start);
        break;
    case YAML_STREAM_END_EVENT:
        goes_on = false;
        break;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
        break;
    }
    tree->gap_from = end > tree->gap_from ? end : tree->gap_from;
    return goes_on;
}

static void refuse_top(struct tree *tree)
{
    struct sw_yaml *yaml = &tree->yaml;
    const struct sw_node *root = tree->root;
    struct sw_diag *diag = NULL;

    if (root == NULL || (root->kind == SW_NODE_SCALAR && root->raw_length == 0)) {
        diag = sw_yaml_find(yaml, SW_Y_EMPTY, sw_source_mark(yaml->source, 0, 0),
                            "there is nothing in this file");
        sw_yaml_hint(yaml, diag, "check that the file is whole, and that it is the one you meant");
    } else if (root->kind != SW_NODE_MAP) {
        diag = sw_yaml_find(yaml, SW_Y_TOP, root->mark, "the file is %s, not keys with values",
                            root->kind == SW_NODE_LIST ? "a list" : "one text");
        sw_yaml_hint(yaml, diag, "begin it with 'key: value' at the left margin");
    }
}

static void read_events(struct tree *tree)
{
    struct sw_yaml *yaml = &tree->yaml;
    yaml_parser_t *parser = &tree->parser;
    yaml_event_t event;

    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(parser, (const unsigned char *)yaml->source->bytes,
                                 yaml->source->length);
    for (bool goes_on = true; goes_on;) {
        if (!yaml_parser_parse(parser, &event)) {
            /* Out of memory aborts, here as everywhere. */
            sw_require(parser->error != YAML_MEMORY_ERROR);

            size_t context = sw_yaml_offset(yaml, &parser->context_mark);
            size_t problem = sw_yaml_offset(yaml, &parser->problem_mark);

            sw_yaml_syntax(yaml, parser, sw_yaml_mark(yaml, problem, 1),
                           sw_source_mark(yaml->source, context, 1), tree->was_ended);
            return;
        }
        goes_on = add_event(tree, &event);
        yaml_event_delete(&event);
    }
}

struct sw_node *sw_yaml_read(const struct sw_source *source, struct sw_arena *arena,
                             struct sw_diags *diags)
{
    size_t errors = sw_diags_error_count(diags);
    struct tree *tree = sw_alloc(arena, sizeof *tree);

    tree->yaml = (struct sw_yaml){.source = source, .arena = arena, .diags = diags};
    if (!sw_yaml_check_bytes(&tree->yaml)) {
        return NULL;
    }
    tree->yaml.cursor = (struct sw_yaml_cursor){0};
    sw_require(yaml_parser_initialize(&tree->parser) == 1);
    read_events(tree);
    yaml_parser_delete(&tree->parser);
    if (sw_diags_error_count(diags) == errors) {
        refuse_top(tree);
    }
    return sw_diags_error_count(diags) == errors ? tree->root : NULL;
}
