#include "lang/yaml_parts.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

#define SHOWN_CHARACTERS 40

/* One character on; bytes that are no UTF-8 count one each. */
static inline void step(const struct sw_source *source, struct sw_yaml_cursor *cursor)
{
    const char *at = source->bytes + cursor->offset;
    size_t length = 1;

    if ((*at & 0x80) != 0) {
        uint32_t point = 0;

        length = sw_utf8_decode(at, source->length - cursor->offset, &point);
    }
    cursor->offset += length == 0 ? 1 : length;
    cursor->index++;
    cursor->column++;
    if (*at == '\n') {
        cursor->line++;
        cursor->column = 1;
    }
}

static const struct sw_yaml_cursor beginning = {.line = 1, .column = 1};

void sw_yaml_advance(struct sw_yaml *yaml, size_t offset)
{
    struct sw_yaml_cursor *cursor = &yaml->cursor;

    if (offset < cursor->offset || cursor->line == 0) {
        *cursor = beginning;
    }
    while (cursor->offset < offset && cursor->offset < yaml->source->length) {
        step(yaml->source, cursor);
    }
}

struct sw_mark sw_yaml_mark(const struct sw_yaml *yaml, size_t offset, size_t length_bytes)
{
    const struct sw_source *source = yaml->source;
    struct sw_yaml_cursor from = yaml->cursor;

    if (offset < from.offset || from.line == 0) {
        from = beginning;
    }
    while (from.offset < offset && from.offset < source->length) {
        step(source, &from);
    }

    struct sw_yaml_cursor end = from;

    while (end.offset < offset + length_bytes && end.offset < source->length &&
           source->bytes[end.offset] != '\r' && source->bytes[end.offset] != '\n') {
        step(source, &end);
    }

    uint32_t length = end.column - from.column;

    return (struct sw_mark){.file = source->name,
                            .line = from.line,
                            .column = from.column,
                            .length = length == 0 ? 1 : length,
                            .offset = from.offset};
}

struct sw_yaml_cursor sw_yaml_place(const struct sw_yaml *yaml, const yaml_mark_t *place)
{
    struct sw_yaml_cursor cursor = yaml->cursor;

    if (place->index < cursor.index || cursor.line == 0) {
        cursor = beginning;
    }
    while (cursor.index < place->index && cursor.offset < yaml->source->length) {
        step(yaml->source, &cursor);
    }
    return cursor;
}

size_t sw_yaml_offset(const struct sw_yaml *yaml, const yaml_mark_t *place)
{
    return sw_yaml_place(yaml, place).offset;
}

struct sw_diag *sw_yaml_find(struct sw_yaml *yaml, enum sw_yaml_code code, struct sw_mark mark,
                             const char *fmt, ...)
{
    uint32_t *last_line = &yaml->last_line[code - 100];

    if (*last_line == mark.line) {
        return NULL;
    }
    *last_line = mark.line;

    va_list args;

    va_start(args, fmt);
    const char *text = sw_vformat(yaml->arena, fmt, args);

    va_end(args);
    return sw_diag_add(yaml->diags, SW_ERROR, code, mark, "%s", text);
}

void sw_yaml_hint(struct sw_yaml *yaml, struct sw_diag *diag, const char *hint)
{
    if (diag != NULL) {
        sw_diag_hint(yaml->diags, diag, "%s", hint);
    }
}

const char *sw_yaml_shown(struct sw_arena *arena, const char *text, size_t length)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf = {0};
    size_t at = 0;

    sw_buf_init(&buf, 16 * SHOWN_CHARACTERS);
    for (unsigned shown = 0; at < length && shown < SHOWN_CHARACTERS; shown++) {
        uint32_t point = 0;
        size_t length_here = sw_utf8_decode(text + at, length - at, &point);

        if (length_here == 0 || sw_utf8_is_deceptive(point)) {
            sw_buf_addf(&buf, "<U+%04X>", length_here == 0 ? 0xFFFDu : (unsigned)point);
        } else {
            sw_buf_add(&buf, text + at, length_here);
        }
        at += length_here == 0 ? 1 : length_here;
    }
    if (at < length) {
        sw_buf_add_text(&buf, "...");
    }
    return sw_copy(arena, buf.bytes, buf.length);
}

static bool is_bidi(uint32_t point)
{
    return (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) ||
           point == 0x200E || point == 0x200F || point == 0x061C;
}

static bool is_odd_break(uint32_t point)
{
    return point == 0x85 || point == 0x2028 || point == 0x2029;
}

bool sw_yaml_refuse_point(struct sw_yaml *yaml, uint32_t point, struct sw_mark mark,
                          const char *how)
{
    if (point >= 0x20 && point < 0x7F) {
        return false;
    }
    if (is_odd_break(point) || point == '\r') {
        struct sw_diag *diag = sw_yaml_find(
            yaml, SW_Y_BREAK, mark, "%sU+%04X ends a line for YAML, but not in an editor or a diff",
            how, (unsigned)point);

        sw_yaml_hint(yaml, diag, "end lines with a line feed (or CR and LF)");
        return true;
    }
    if (point < 0x20 || (point >= 0x7F && point < 0xA0)) {
        struct sw_diag *diag = sw_yaml_find(yaml, SW_Y_CONTROL, mark, "%scontrol character U+%04X",
                                            how, (unsigned)point);

        sw_yaml_hint(yaml, diag,
                     *how == '\0' ? "delete it; it may come from a terminal or a damaged file"
                                  : "in single quotes a backslash is just a backslash");
        return true;
    }
    if (is_bidi(point)) {
        struct sw_diag *diag =
            sw_yaml_find(yaml, SW_Y_BIDI, mark,
                         "%sU+%04X changes the direction of the text: what people read is not "
                         "what is executed",
                         how, (unsigned)point);

        sw_yaml_hint(yaml, diag, "delete the invisible character here");
        return true;
    }
    if ((point & 0xFFFE) == 0xFFFE || (point >= 0xFDD0 && point <= 0xFDEF)) {
        struct sw_diag *diag = sw_yaml_find(yaml, SW_Y_NONCHARACTER, mark,
                                            "%sU+%04X is not a character", how, (unsigned)point);

        sw_yaml_hint(yaml, diag, "delete it; the file may be damaged");
        return true;
    }
    if (sw_utf8_is_deceptive(point)) {
        struct sw_diag *diag = sw_yaml_find(yaml, SW_Y_INVISIBLE, mark, "%sU+%04X cannot be seen",
                                            how, (unsigned)point);

        sw_yaml_hint(yaml, diag, "delete the invisible character here, or type the word again");
        return true;
    }
    return false;
}

/* UTF-16 and UTF-32, with a mark or by the NUL beside each ASCII letter. */
static bool is_wide(const char *bytes, size_t length)
{
    if (length < 2) {
        return false;
    }
    if (memcmp(bytes, "\xFE\xFF", 2) == 0 || memcmp(bytes, "\xFF\xFE", 2) == 0) {
        return true;
    }
    return (bytes[0] == '\0') != (bytes[1] == '\0');
}

/* White space before the first other character of a line must be spaces. */
static void check_leading_tab(struct sw_yaml *yaml, size_t at)
{
    const struct sw_source *source = yaml->source;

    while (at < source->length && source->bytes[at] == ' ') {
        at++;
    }
    if (at < source->length && source->bytes[at] == '\t') {
        struct sw_diag *diag = sw_yaml_find(yaml, SW_Y_TAB, sw_source_mark(source, at, 1),
                                            "tab in the indentation of a line");

        sw_yaml_hint(yaml, diag, "indent with spaces");
    }
}

/* What libyaml's reader passes without ending a line there. */
static bool is_readable(uint32_t point)
{
    bool is_control = (point < 0x20 && point != '\t' && point != '\n' && point != '\r') ||
                      (point >= 0x7F && point < 0xA0);

    return !is_control && !is_odd_break(point) && point != 0xFEFF && point != 0xFFFE &&
           point != 0xFFFF;
}

/* One character above ASCII, or bytes that are none. @return its length */
static size_t check_wide_point(struct sw_yaml *yaml, size_t at, bool *is_sound)
{
    const struct sw_source *source = yaml->source;
    uint32_t point = 0;
    size_t width = sw_utf8_decode(source->bytes + at, source->length - at, &point);

    if (width == 0) {
        sw_yaml_advance(yaml, at);

        struct sw_diag *diag =
            sw_yaml_find(yaml, SW_Y_UTF8, sw_yaml_mark(yaml, at, 1),
                         "byte 0x%02X is not valid UTF-8", (unsigned char)source->bytes[at]);

        sw_yaml_hint(yaml, diag, "save the file as UTF-8");
        *is_sound = false;
        return 1;
    }
    if (point >= 0x80 && (sw_utf8_is_deceptive(point) || is_odd_break(point))) {
        sw_yaml_advance(yaml, at);
        sw_yaml_refuse_point(yaml, point, sw_yaml_mark(yaml, at, width), "");
        *is_sound = *is_sound && is_readable(point);
    }
    return width;
}

/* Line ends: counts the two legal kinds, refuses a lone CR. @return false for a lone CR */
static bool check_cr(struct sw_yaml *yaml, size_t at)
{
    const struct sw_source *source = yaml->source;

    if (at + 1 < source->length && source->bytes[at + 1] == '\n') {
        return true;
    }
    sw_yaml_advance(yaml, at);
    sw_yaml_refuse_point(yaml, '\r', sw_yaml_mark(yaml, at, 1), "");
    return false;
}

static void warn_mixed_ends(struct sw_yaml *yaml)
{
    const struct sw_source *source = yaml->source;
    bool first = false;

    for (size_t line = 1; line < source->line_count; line++) {
        size_t newline = source->line_starts[line] - 1;
        bool has_cr = newline > 0 && source->bytes[newline - 1] == '\r';

        if (line == 1) {
            first = has_cr;
        } else if (has_cr != first) {
            size_t at = has_cr ? newline - 1 : newline;
            struct sw_diag *diag =
                sw_diag_add(yaml->diags, SW_WARNING, SW_Y_MIXED_ENDS, sw_source_mark(source, at, 0),
                            "line ends with %s, the lines above with %s",
                            has_cr ? "CR and LF" : "LF alone", first ? "CR and LF" : "LF alone");

            sw_yaml_hint(yaml, diag, "save the file with one kind of line ends");
            return;
        }
    }
}

bool sw_yaml_check_bytes(struct sw_yaml *yaml)
{
    const struct sw_source *source = yaml->source;
    bool is_sound = true;

    if (source->length > SW_LIMIT_FILE_BYTES) {
        struct sw_diag *diag = sw_yaml_find(
            yaml, SW_Y_SIZE, sw_source_mark(source, SW_LIMIT_FILE_BYTES, 1),
            "the file is larger than %u bytes: nobody can review it", SW_LIMIT_FILE_BYTES);

        sw_yaml_hint(yaml, diag, "split it");
        return false;
    }
    if (is_wide(source->bytes, source->length)) {
        struct sw_diag *diag = sw_yaml_find(yaml, SW_Y_ENCODING, sw_source_mark(source, 0, 1),
                                            "the file is UTF-16 or UTF-32, not UTF-8");

        sw_yaml_hint(yaml, diag, "save the file as UTF-8");
        return false;
    }
    for (size_t line = 0; line < source->line_count; line++) {
        check_leading_tab(yaml, source->line_starts[line]);
    }
    for (size_t at = 0; at < source->length;) {
        unsigned char byte = (unsigned char)source->bytes[at];
        size_t width = 1;

        if (byte >= 0x80) {
            width = check_wide_point(yaml, at, &is_sound);
        } else if (byte == '\r') {
            is_sound = check_cr(yaml, at) && is_sound;
        } else if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F) {
            sw_yaml_advance(yaml, at);
            sw_yaml_refuse_point(yaml, byte, sw_yaml_mark(yaml, at, 1), "");
            is_sound = false;
        }
        at += width;
    }
    warn_mixed_ends(yaml);
    return is_sound;
}
