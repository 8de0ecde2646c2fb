#include "ui/escape.h"

#include "base/text.h"

#include <string.h>

/** Add what is deceptive here as its number. @return its length in bytes, 0: nothing of the kind */
static size_t add_deceptive(struct sw_buf *out, const char *text)
{
    uint32_t point = 0;
    size_t length = 0;

    if ((unsigned char)*text < 0x80 && (unsigned char)*text >= 0x20 && *text != 0x7f) {
        return 0;
    }
    length = sw_utf8_decode(text, strnlen(text, 4), &point);
    if (length == 0) {
        sw_buf_add_text(out, "\xef\xbf\xbd");
        return 1;
    }
    if (!sw_utf8_is_deceptive(point)) {
        return 0;
    }
    sw_buf_addf(out, "[U+%04X]", (unsigned)point);
    return length;
}

static size_t character(const char *text)
{
    uint32_t point = 0;
    size_t length = sw_utf8_decode(text, strnlen(text, 4), &point);

    return length == 0 ? 1 : length;
}

/** One character as it is, or as its number. @return its length in bytes */
static size_t add_character(struct sw_buf *out, const char *text)
{
    size_t length = add_deceptive(out, text);

    if (length == 0) {
        length = character(text);
        sw_buf_add(out, text, length);
    }
    return length;
}

void sw_plain_add(struct sw_buf *out, const char *text)
{
    const char *end = text + strlen(text);

    while (*text != '\0') {
        size_t plain = sw_text_plain(text, (size_t)(end - text));

        sw_buf_add(out, text, plain);
        text += plain;
        if (*text == '\n' || *text == '\t') {
            sw_buf_add_char(out, *text++);
        } else if (*text != '\0') {
            text += add_character(out, text);
        }
    }
}

void sw_html_add(struct sw_buf *out, const char *text)
{
    while (*text != '\0') {
        size_t rest = 1;

        switch (*text) {
        case '&':
            sw_buf_add_text(out, "&amp;");
            break;
        case '<':
            sw_buf_add_text(out, "&lt;");
            break;
        case '>':
            sw_buf_add_text(out, "&gt;");
            break;
        case '"':
            sw_buf_add_text(out, "&quot;");
            break;
        case '\'':
            sw_buf_add_text(out, "&#39;");
            break;
        case '\n':
        case '\t':
            sw_buf_add_char(out, *text);
            break;
        default:
            rest = add_character(out, text);
            break;
        }
        text += rest;
    }
}

/* What GitHub and GitLab make links and mentions of has no escape; a comment cuts it in two. */
#define CUT "<!-- -->"

/** Could Markdown take the character here for markup? */
static bool is_markup(const char *start, const char *at)
{
    if (strchr("\\`*_{}[]#|~!$", *at) != NULL) {
        return true;
    }
    if (strchr("-+=.)", *at) == NULL) {
        return false;
    }
    /* Bullets, underlines and numbers of lists: only in front of a line. */
    for (const char *c = start; c < at; c++) {
        if (*c < '0' || *c > '9') {
            return false;
        }
    }
    return true;
}

static size_t add_md(struct sw_buf *out, const char *start, const char *at)
{
    if (*at == '\n') {
        sw_buf_add_text(out, "<br>");
    } else if (*at == '\t') {
        sw_buf_add_char(out, ' ');
    } else if (*at == '<') {
        sw_buf_add_text(out, "&lt;");
    } else if (*at == '>') {
        sw_buf_add_text(out, "&gt;");
    } else if (*at == '&') {
        sw_buf_add_text(out, "&amp;");
    } else if (*at == '@' || (*at == ':' && at[1] == '/')) {
        sw_buf_add_char(out, *at);
        sw_buf_add_text(out, CUT);
    } else if (sw_text_begins(at, "www.") || sw_text_begins(at, "WWW.")) {
        sw_buf_add(out, at, 3);
        sw_buf_add_text(out, CUT);
        return 3;
    } else if (is_markup(start, at)) {
        sw_buf_add_char(out, '\\');
        sw_buf_add_char(out, *at);
    } else {
        return add_character(out, at);
    }
    return 1;
}

void sw_md_add(struct sw_buf *out, const char *text)
{
    text += strspn(text, " \t\n"); /* four blanks would be a block of code */
    for (const char *at = text; *at != '\0';) {
        at += add_md(out, text, at);
    }
}

static size_t longest_run(const char *text, char of)
{
    size_t longest = 0;
    size_t run = 0;

    for (; *text != '\0'; text++) {
        run = *text == of ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static void add_fence(struct sw_buf *out, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        sw_buf_add_char(out, '`');
    }
}

void sw_md_add_code(struct sw_buf *out, const char *text)
{
    size_t fence = longest_run(text, '`') + 1;
    bool is_padded = text[0] == '`' || text[0] == ' ' || sw_text_ends(text, "`");

    if (text[strspn(text, " \t\n")] == '\0') {
        sw_buf_add_text(out, text[0] == '\0' ? "(empty)" : "(blanks)");
        return;
    }
    add_fence(out, fence);
    sw_buf_add_text(out, is_padded ? " " : "");
    while (*text != '\0') {
        if (*text == '\n' || *text == '\t') {
            sw_buf_add_char(out, ' ');
            text++;
        } else {
            text += add_character(out, text);
        }
    }
    sw_buf_add_text(out, is_padded ? " " : "");
    add_fence(out, fence);
}

void sw_md_add_block(struct sw_buf *out, const char *text)
{
    size_t fence = longest_run(text, '`') + 1;

    fence = fence < 3 ? 3 : fence;
    add_fence(out, fence);
    sw_buf_add_text(out, "text\n");
    sw_plain_add(out, text);
    sw_buf_add_text(out, sw_text_ends(text, "\n") ? "" : "\n");
    add_fence(out, fence);
    sw_buf_add_char(out, '\n');
}
