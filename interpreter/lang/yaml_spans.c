#include "lang/yaml_parts.h"

#include "base/text.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The offset behind the end of the line that holds `at`, or `to` if that comes first: one line may
 * be the whole file. */
static size_t line_end(const struct sw_source *source, size_t at, size_t to)
{
    const char *newline = at < to ? memchr(source->bytes + at, '\n', to - at) : NULL;

    return newline == NULL ? to : (size_t)(newline - source->bytes) + 1;
}

static void glued_comment(struct sw_yaml *yaml, size_t at)
{
    struct sw_diag *diag =
        sw_yaml_find(yaml, SW_Y_COMMENT, sw_yaml_mark(yaml, at, 1), "'#' right after other text");

    sw_yaml_hint(yaml, diag, "put a space before a comment, or quote the whole text");
}

void sw_yaml_check_gap(struct sw_yaml *yaml, size_t from, size_t to, struct sw_yaml_gap *ret_gap)
{
    const char *bytes = yaml->source->bytes;
    size_t first_end = line_end(yaml->source, from, to);
    bool is_bare = true; /* nothing but white space since `from` */

    *ret_gap = (struct sw_yaml_gap){0};
    for (size_t at = from; at < to; at++) {
        if (bytes[at] == '#') {
            if (at > 0 && !is_blank(bytes[at - 1])) {
                glued_comment(yaml, at);
            }
            if (at < first_end && is_bare) {
                ret_gap->has_comment = true;
                ret_gap->comment = at;
            }
            at = line_end(yaml->source, at, to) - 1;
        } else if (bytes[at] == '?' && !ret_gap->has_question) {
            ret_gap->has_question = true;
            ret_gap->question = at;
        }
        is_bare = is_bare && at < to && is_blank(bytes[at]);
    }
}

void sw_yaml_check_indent(struct sw_yaml *yaml, size_t from, size_t to, int parent,
                          bool skips_comments, const char *what)
{
    const struct sw_source *source = yaml->source;

    for (size_t start = line_end(source, from, to); start < to;
         start = line_end(source, start, to)) {
        size_t at = start;

        while (at < to && source->bytes[at] == ' ') {
            at++;
        }
        if (at == to || is_blank(source->bytes[at]) ||
            (skips_comments && source->bytes[at] == '#')) {
            continue;
        }
        if ((int)(at - start) <= parent) {
            struct sw_diag *diag =
                sw_yaml_find(yaml, SW_Y_INDENT, sw_source_mark(source, at, 1),
                             "%s goes on in a line that is not indented deeper than its key", what);

            sw_yaml_hint(yaml, diag,
                         skips_comments
                             ? "indent every line of [ ] or { }, the closing bracket too"
                             : "indent every line of it, or look for a quote that is missing");
            return;
        }
    }
}

/* Value of `count` hexadecimal digits. */
static uint32_t hex(const char *digits, size_t count)
{
    uint32_t value = 0;

    for (size_t i = 0; i < count; i++) {
        char c = digits[i];
        int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;

        value = value * 16 + (uint32_t)digit;
    }
    return value;
}

/* The point that the escape at `at` (its backslash) gives, and its length; libyaml has read it
 * already, so it is whole. A line break after the backslash gives a space. */
static uint32_t escaped(const char *at, size_t *ret_length)
{
    static const char letters[] = "0abtnvfreNLP_";
    static const uint32_t points[] = {0, 7, 8, 9, 10, 11, 12, 13, 27, 0x85, 0x2028, 0x2029, 0xA0};
    size_t digits = at[1] == 'x' ? 2 : at[1] == 'u' ? 4 : at[1] == 'U' ? 8 : 0;
    const char *letter = strchr(letters, at[1]);

    *ret_length = 2 + digits;
    if (digits > 0) {
        return hex(at + 2, digits);
    }
    return at[1] != '\0' && letter != NULL ? points[letter - letters] : ' ';
}

/* "D:\new" holds a line feed: a drive letter or a backslash begins the text, and an escape comes
 * before any space. Prose that begins so can be written as a block. */
static bool is_escaped_path(const char *text, size_t length)
{
    size_t at = 0;

    if (length > 4 && ((text[0] | 0x20) >= 'a' && (text[0] | 0x20) <= 'z') && text[1] == ':' &&
        text[2] == '\\') {
        at = 2;
    } else if (length <= 4 || memcmp(text, "\\\\", 2) != 0) {
        return false;
    }
    for (; at + 1 < length && !is_blank(text[at]); at++) {
        if (text[at] == '\\') {
            if (text[at + 1] == 'n' || text[at + 1] == 't') {
                return true;
            }
            at++;
        }
    }
    return false;
}

bool sw_yaml_check_escapes(struct sw_yaml *yaml, size_t from, size_t to)
{
    const char *bytes = yaml->source->bytes;
    bool was_refused = false;

    if (is_escaped_path(bytes + from + 1, to - from - 1)) {
        struct sw_diag *diag =
            sw_yaml_find(yaml, SW_Y_ESCAPED_PATH, sw_yaml_mark(yaml, from, to - from),
                         "in double quotes \\n and \\t are a line feed and a tab, not part of a "
                         "path");

        sw_yaml_hint(yaml, diag, "put a path in single quotes");
        return true;
    }
    for (size_t at = from + 1; at + 1 < to; at++) {
        if (bytes[at] != '\\') {
            continue;
        }

        size_t length = 0;
        uint32_t point = escaped(bytes + at, &length);

        if (point != '\n' && point != '\t' && (point < 0x20 || point > 0x7E)) {
            sw_yaml_advance(yaml, at);

            struct sw_mark mark = sw_yaml_mark(yaml, at, length);
            char how[48] = "the escape ";
            size_t used = strlen(how);

            memcpy(how + used, bytes + at, length);
            memcpy(how + used + length, " gives ", sizeof " gives ");
            was_refused = sw_yaml_refuse_point(yaml, point, mark, how) || was_refused;
        }
        at += length - 1;
    }
    return was_refused;
}

/* The header: "|", "|2-", ">+"; a comment needs a space before it. @return the number in it */
static int check_header(struct sw_yaml *yaml, size_t from)
{
    const char *bytes = yaml->source->bytes;
    size_t at = from + 1;
    int number = 0;

    while (bytes[at] == '+' || bytes[at] == '-' || (bytes[at] >= '0' && bytes[at] <= '9')) {
        number = bytes[at] >= '0' ? bytes[at] - '0' : number;
        at++;
    }
    if (bytes[at] == '#') {
        glued_comment(yaml, at);
    }
    return number;
}

/* Spaces that begin the line at `start`; *ret_is_empty: nothing else is in it. */
static int spaces(const struct sw_source *source, size_t start, bool *ret_is_empty)
{
    size_t at = start;

    while (at < source->length && source->bytes[at] == ' ') {
        at++;
    }
    *ret_is_empty = at == source->length || is_blank(source->bytes[at]);
    return (int)(at - start);
}

void sw_yaml_check_block(struct sw_yaml *yaml, size_t from, size_t to, int parent)
{
    const struct sw_source *source = yaml->source;
    int number = check_header(yaml, from);
    int indent = number > 0 ? number + (parent > 0 ? parent : 0) : 0;
    size_t first = line_end(source, from, source->length);
    bool is_empty = true;
    bool has_text = false;

    for (size_t start = first; start < to && number == 0;
         start = line_end(source, start, source->length)) {
        int width = spaces(source, start, &is_empty);

        if (!is_empty) {
            indent = width;
            break;
        }
    }
    for (size_t start = first; start < source->length;
         start = line_end(source, start, source->length)) {
        int width = spaces(source, start, &is_empty);

        if (!is_empty && (start >= to || width < indent)) {
            break;
        }
        has_text = has_text || !is_empty;
        if (is_empty && width > indent) {
            struct sw_diag *diag =
                sw_yaml_find(yaml, SW_Y_BLOCK_SPACES, sw_source_mark(source, start, (size_t)width),
                             "a line of nothing but spaces, longer than the indentation of its "
                             "block: parsers differ about it");

            sw_yaml_hint(yaml, diag, "delete the spaces");
            return;
        }
    }
    if (has_text && to == source->length && source->bytes[to - 1] != '\n') {
        struct sw_diag *diag =
            sw_yaml_find(yaml, SW_Y_BLOCK_SPACES, sw_source_mark(source, to - 1, 1),
                         "the file ends inside a block of text, without a line end");

        sw_yaml_hint(yaml, diag, "end the last line; check that the file is whole");
    }
}
