#include "sdk/diag.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* A finding with its rank, since qsort keeps no order, and with the room of its notes. */
struct row {
    struct sw_diag diag;
    size_t rank;
    size_t note_room;
};

struct sw_diags {
    struct sw_arena *arena;
    struct row *rows[SW_LIMIT_DIAGS];
    size_t count;
    size_t dropped;
    size_t errors;
};

struct sw_diags *sw_diags_new(void)
{
    struct sw_diags *diags = sw_heap(sizeof *diags);

    *diags = (struct sw_diags){.arena = sw_arena_new()};
    return diags;
}

void sw_diags_free(struct sw_diags *diags)
{
    if (diags != NULL) {
        sw_arena_free(diags->arena);
        free(diags);
    }
}

void sw_diags_free_at(struct sw_diags **diags)
{
    sw_diags_free(*diags);
    *diags = NULL;
}

static bool is_same_place(const struct sw_mark *a, const struct sw_mark *b)
{
    return a->line == b->line && a->column == b->column && sw_text_is(a->file, b->file);
}

struct sw_diag *sw_diag_add(struct sw_diags *diags, enum sw_severity severity, unsigned code,
                            struct sw_mark mark, const char *fmt, ...)
{
    struct row *row = sw_alloc(diags->arena, sizeof *row);
    va_list args;

    va_start(args, fmt);
    row->diag = (struct sw_diag){.code = code,
                                 .severity = severity,
                                 .mark = mark,
                                 .text = sw_vformat(diags->arena, fmt, args)};
    va_end(args);
    for (size_t i = 0; i < diags->count; i++) {
        /* Findings about no place at all differ by their words. */
        const struct sw_diag *old = &diags->rows[i]->diag;

        if (old->code == code && is_same_place(&old->mark, &mark) &&
            (mark.line != 0 || sw_text_is(old->text, row->diag.text))) {
            return &row->diag;
        }
    }
    if (severity == SW_ERROR) {
        diags->errors++;
    }
    if (diags->count == SW_LIMIT_DIAGS) {
        diags->dropped++;
        return &row->diag;
    }
    row->rank = diags->count;
    diags->rows[diags->count++] = row;
    return &row->diag;
}

void sw_diag_hint(struct sw_diags *diags, struct sw_diag *diag, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    diag->hint = sw_vformat(diags->arena, fmt, args);
    va_end(args);
}

static void add_note(struct sw_diags *diags, struct row *row, struct sw_mark mark, const char *text)
{
    struct sw_diag *diag = &row->diag;

    diag->notes =
        sw_grow(diags->arena, diag->notes, diag->note_count, &row->note_room, sizeof *diag->notes);
    diag->notes[diag->note_count++] = (struct sw_note){.mark = mark, .text = text};
}

void sw_diag_note(struct sw_diags *diags, struct sw_diag *diag, struct sw_mark mark,
                  const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    /* a finding is the first member of its row */
    add_note(diags, (struct row *)(void *)diag, mark, sw_vformat(diags->arena, fmt, args));
    va_end(args);
}

void sw_diags_note_at(struct sw_diags *diags, size_t index, struct sw_mark mark, const char *fmt,
                      ...)
{
    va_list args;

    va_start(args, fmt);
    if (index < diags->count) {
        add_note(diags, diags->rows[index], mark, sw_vformat(diags->arena, fmt, args));
    }
    va_end(args);
}

size_t sw_diags_count(const struct sw_diags *diags)
{
    return diags->count;
}

size_t sw_diags_error_count(const struct sw_diags *diags)
{
    return diags->errors;
}

size_t sw_diags_dropped(const struct sw_diags *diags)
{
    return diags->dropped;
}

const struct sw_diag *sw_diags_at(const struct sw_diags *diags, size_t index)
{
    return index < diags->count ? &diags->rows[index]->diag : NULL;
}

void sw_diags_drop(struct sw_diags *diags, size_t index)
{
    sw_require(index < diags->count);
    diags->errors -= diags->rows[index]->diag.severity == SW_ERROR;
    diags->count--;
    memmove(&diags->rows[index], &diags->rows[index + 1],
            (diags->count - index) * sizeof(struct row *));
}

struct sw_diag *sw_diags_edit(struct sw_diags *diags, size_t index)
{
    return index < diags->count ? &diags->rows[index]->diag : NULL;
}

static int order(const void *left, const void *right)
{
    const struct row *a = *(struct row *const *)left;
    const struct row *b = *(struct row *const *)right;
    int files = strcmp(a->diag.mark.file == NULL ? "" : a->diag.mark.file,
                       b->diag.mark.file == NULL ? "" : b->diag.mark.file);

    if (files != 0) {
        return files;
    }
    if (a->diag.mark.line != b->diag.mark.line) {
        return a->diag.mark.line < b->diag.mark.line ? -1 : 1;
    }
    if (a->diag.mark.column != b->diag.mark.column) {
        return a->diag.mark.column < b->diag.mark.column ? -1 : 1;
    }
    if (a->diag.severity != b->diag.severity) {
        return a->diag.severity == SW_ERROR ? -1 : 1;
    }
    return a->rank < b->rank ? -1 : a->rank > b->rank;
}

void sw_diags_sort(struct sw_diags *diags)
{
    qsort(diags->rows, diags->count, sizeof diags->rows[0], order);
}
