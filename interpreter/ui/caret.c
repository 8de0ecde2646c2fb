#include "ui/caret.h"

#include "base/text.h"

#include <string.h>

static const struct sw_source *source_of(const struct sw_sources *sources, const char *file)
{
    for (size_t i = 0; i < sources->count; i++) {
        if (sw_text_is(sources->items[i].name, file)) {
            return &sources->items[i];
        }
    }
    return NULL;
}

/** Decode one character of a line; invalid bytes count as one column. */
static size_t next_character(const char *text, int *ret_width)
{
    uint32_t point = 0;
    size_t length = sw_utf8_decode(text, strlen(text), &point);

    if (length == 0) {
        *ret_width = 1;
        return 1;
    }
    *ret_width = sw_utf8_width(point);
    return length;
}

/** The line as it may be shown: tabs as one blank, deceptive characters as '?'. */
static void add_line(struct sw_buf *out, const char *line)
{
    for (const char *at = line; *at != '\0';) {
        uint32_t point = 0;
        size_t length = sw_utf8_decode(at, strlen(at), &point);

        if (length == 0 || sw_utf8_is_deceptive(point)) {
            sw_buf_add_char(out, *at == '\t' ? ' ' : '?');
            at += length == 0 ? 1 : length;
        } else {
            sw_buf_add(out, at, length);
            at += length;
        }
    }
    sw_buf_add_char(out, '\n');
}

/** Blanks up to the column, as wide as what stands above; then carets as wide as what they mark. */
static void add_carets(struct sw_buf *out, const char *line, struct sw_mark mark)
{
    uint32_t column = 1;
    int width = 0;
    int marked = 0;

    for (; *line != '\0' && column < mark.column; column++) {
        line += next_character(line, &width);
        for (int i = 0; i < width; i++) {
            sw_buf_add_char(out, ' ');
        }
    }
    for (uint32_t i = 0; *line != '\0' && i < mark.length; i++) {
        line += next_character(line, &width);
        marked += width;
    }
    sw_buf_add_char(out, '^');
    for (int i = 1; i < marked; i++) {
        sw_buf_add_char(out, '~');
    }
    sw_buf_add_char(out, '\n');
}

static void add_excerpt(struct sw_buf *out, struct sw_mark mark, const struct sw_sources *sources)
{
    const struct sw_source *source = source_of(sources, mark.file);

    if (source == NULL || mark.line == 0) {
        return;
    }
    struct sw_arena *arena = sw_arena_new();
    const char *line = sw_source_line(source, mark.line, arena);

    if (strlen(line) <= 400) {
        sw_buf_addf(out, "%5u | ", mark.line);
        add_line(out, line);
        sw_buf_add_text(out, "      | ");
        add_carets(out, line, mark);
    }
    sw_arena_free(arena);
}

static void add_place(struct sw_buf *out, struct sw_mark mark)
{
    if (mark.line > 0) {
        sw_buf_addf(out, "%s:%u:%u: ", mark.file, mark.line, mark.column);
    } else if (mark.file != NULL) {
        sw_buf_addf(out, "%s: ", mark.file);
    }
}

static void one_finding(struct sw_buf *out, const struct sw_diag *diag,
                        const struct sw_sources *sources, bool is_colored)
{
    bool is_error = diag->severity == SW_ERROR;
    const char *color = !is_colored ? "" : is_error ? "\033[1;31m" : "\033[1;33m";
    const char *plain = is_colored ? "\033[0m" : "";

    add_place(out, diag->mark);
    sw_buf_addf(out, "%s%s[SW%04u]%s: %s\n", color, is_error ? "error" : "warning", diag->code,
                plain, diag->text);
    add_excerpt(out, diag->mark, sources);
    for (size_t i = 0; i < diag->note_count; i++) {
        sw_buf_add_text(out, "      = ");
        add_place(out, diag->notes[i].mark);
        sw_buf_addf(out, "%s\n", diag->notes[i].text);
    }
    if (diag->hint != NULL) {
        sw_buf_addf(out, "      = hint: %s\n", diag->hint);
    }
}

void sw_caret_each(struct sw_buf *out, const struct sw_diags *diags,
                   const struct sw_sources *sources, bool is_colored)
{
    for (size_t i = 0; i < sw_diags_count(diags); i++) {
        one_finding(out, sw_diags_at(diags, i), sources, is_colored);
        sw_buf_add_char(out, '\n');
    }
    if (sw_diags_dropped(diags) > 0) {
        sw_buf_addf(out, "%zu more %s not shown\n", sw_diags_dropped(diags),
                    sw_plural(sw_diags_dropped(diags), "finding", "findings"));
    }
}

void sw_caret_all(struct sw_buf *out, const struct sw_diags *diags,
                  const struct sw_sources *sources, bool is_colored)
{
    size_t errors = sw_diags_error_count(diags);
    size_t warnings = 0;
    const struct sw_diag *first = NULL; /* an error, if there is one */

    sw_caret_each(out, diags, sources, is_colored);
    for (size_t i = 0; i < sw_diags_count(diags); i++) {
        const struct sw_diag *diag = sw_diags_at(diags, i);

        warnings += diag->severity == SW_WARNING;
        if (first == NULL || (first->severity == SW_WARNING && diag->severity == SW_ERROR)) {
            first = diag;
        }
    }
    sw_buf_addf(out, "%zu %s, %zu %s", errors, sw_plural(errors, "error", "errors"), warnings,
                sw_plural(warnings, "warning", "warnings"));
    if (first != NULL) {
        sw_buf_addf(out, "; `stepwise explain SW%04u` says more", first->code);
    }
    sw_buf_add_char(out, '\n');
}
