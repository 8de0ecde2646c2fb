#pragma once
/**
 * @file What the files of the YAML reader share: the codes, the raw-byte pass (yaml_bytes.c), the
 * checks on the source text between and under libyaml's events (yaml_spans.c), and libyaml's own
 * errors in our words (yaml_syntax.c). Only yaml*.c include this.
 */
#include "lang/node.h"
#include "lang/source.h"
#include "sdk/diag.h"

#include <yaml.h>

/** KEEP IN STEP: codes_01.def. */
enum sw_yaml_code {
    SW_Y_UTF8 = 101,
    SW_Y_ENCODING = 102,
    SW_Y_CONTROL = 103,
    SW_Y_BREAK = 104,
    SW_Y_BIDI = 105,
    SW_Y_INVISIBLE = 106,
    SW_Y_NONCHARACTER = 107,
    SW_Y_MIXED_ENDS = 108, /**< warning */
    SW_Y_ESCAPED_PATH = 109,
    SW_Y_SIZE = 110,
    SW_Y_DEPTH = 111,
    SW_Y_NODES = 112,
    SW_Y_SCALAR = 113,
    SW_Y_KEY_LENGTH = 114,
    SW_Y_SYNTAX = 120,
    SW_Y_EMPTY = 121,
    SW_Y_TOP = 122,
    SW_Y_DOCUMENTS = 123,
    SW_Y_DIRECTIVE = 124,
    SW_Y_ANCHOR = 125,
    SW_Y_TAG = 126,
    SW_Y_MERGE = 127,
    SW_Y_COMPLEX_KEY = 128,
    SW_Y_KEY_NAME = 129,
    SW_Y_DUPLICATE = 130,
    SW_Y_TAB = 131,
    SW_Y_COMMENT = 132,
    SW_Y_INDENT = 133,
    SW_Y_FLOW_PLAIN = 134,
    SW_Y_BLOCK_SPACES = 135,
    SW_Y_BLANK = 136,
    SW_Y_HASH = 137, /**< warning */
    SW_Y_LAST = 139, /**< codes below 140 belong here */
};

/** A place that moves forward through the source, so that marks cost no look from a line's start:
 * one line may be the whole file. */
struct sw_yaml_cursor {
    size_t offset;
    size_t index; /**< characters before it, as libyaml counts them */
    uint32_t line, column;
};

/** One reading of one source. */
struct sw_yaml {
    struct sw_yaml_cursor cursor;
    const struct sw_source *source;
    struct sw_arena *arena;
    struct sw_diags *diags;
    uint32_t last_line[SW_Y_LAST - 100 + 1]; /**< of the newest finding, by code - 100 */
};

/** Move the cursor on to an offset. */
void sw_yaml_advance(struct sw_yaml *yaml, size_t offset);

/** Offset -> mark, and libyaml's place -> offset. Both count from the cursor, which stays: cheap a
 * little behind it, the whole way from the beginning before it. */
struct sw_mark sw_yaml_mark(const struct sw_yaml *yaml, size_t offset, size_t length_bytes);
size_t sw_yaml_offset(const struct sw_yaml *yaml, const yaml_mark_t *place);

/** The cursor's form of libyaml's place, to be set later. */
struct sw_yaml_cursor sw_yaml_place(const struct sw_yaml *yaml, const yaml_mark_t *place);

/** Add an error; NULL where the same code has just been reported on this line: one is enough. */
struct sw_diag *sw_yaml_find(struct sw_yaml *yaml, enum sw_yaml_code code, struct sw_mark mark,
                             const char *fmt, ...) SW_PRINTF(4, 5);

/** sw_diag_hint() that accepts a NULL finding. */
void sw_yaml_hint(struct sw_yaml *yaml, struct sw_diag *diag, const char *hint);

/** Text fit for a message: at most 40 characters, whatever deceives the eye as <U+XXXX>. */
const char *sw_yaml_shown(struct sw_arena *arena, const char *text, size_t length);

/** Whether a code point may not stand in the text; adds the finding when not. `how` is "" or what
 * brought it in: "the escape \\e gives ". @return true when it is refused */
bool sw_yaml_refuse_point(struct sw_yaml *yaml, uint32_t point, struct sw_mark mark,
                          const char *how);

/**
 * Everything that can be said from bytes alone: encoding, forbidden characters, line ends, tabs.
 *
 * @return false when libyaml must not see these bytes: it would stop, or count lines differently
 */
bool sw_yaml_check_bytes(struct sw_yaml *yaml);

/** What stands between two events: comments glued to text, `?`. */
struct sw_yaml_gap {
    bool has_question;
    size_t question; /**< offset of the first `?` */
    bool has_comment;
    size_t comment; /**< offset of the first `#` on the line where the gap begins */
};
void sw_yaml_check_gap(struct sw_yaml *yaml, size_t from, size_t to, struct sw_yaml_gap *ret_gap);

/** Lines after the first of [from, to) must be indented deeper than column `parent` (-1: none).
 * `skips_comments`: a line that begins with # may stand anywhere (flow collections). */
void sw_yaml_check_indent(struct sw_yaml *yaml, size_t from, size_t to, int parent,
                          bool skips_comments, const char *what);

/** Escapes of a double-quoted scalar at [from, to). @return true when one was refused */
bool sw_yaml_check_escapes(struct sw_yaml *yaml, size_t from, size_t to);

/** A block scalar at [from, to): its header's comment, lines of nothing but spaces, file's end. */
void sw_yaml_check_block(struct sw_yaml *yaml, size_t from, size_t to, int parent);

/** The name of a key: its letters, its length, no merge. */
void sw_yaml_check_key(struct sw_yaml *yaml, const struct sw_node *key);

/** Keys that a mapping has twice. */
void sw_yaml_check_duplicates(struct sw_yaml *yaml, const struct sw_node *map);

/** Report why libyaml stopped; `was_ended`: the document was closed with `...`. */
void sw_yaml_syntax(struct sw_yaml *yaml, const yaml_parser_t *parser, struct sw_mark problem,
                    struct sw_mark context, bool was_ended);
