#pragma once
/** @file Findings about what an author wrote: collected, all in one pass; rendered by ui/. */
#include "base/macros.h"
#include "sdk/mark.h"

#include <stdarg.h>
#include <stdbool.h>

enum sw_severity { SW_ERROR, SW_WARNING };

/** A second place that belongs to a finding ("first given here", one line of a path). */
struct sw_note {
    struct sw_mark mark; /**< line 0: no place, text only */
    const char *text;
};

struct sw_diag {
    unsigned code; /**< 101 is printed SW0101 */
    enum sw_severity severity;
    struct sw_mark mark;
    const char *text; /**< one sentence, no final stop */
    const char *hint; /**< what to do, or NULL */
    struct sw_note *notes;
    size_t note_count;
};

struct sw_diags;

struct sw_diags *sw_diags_new(void);
void sw_diags_free(struct sw_diags *diags); /**< NULL is fine */
void sw_diags_free_at(struct sw_diags **diags);

/**
 * Add a finding. Past SW_LIMIT_DIAGS findings are only counted. The same code at the same place is
 * added once.
 *
 * @return the finding, to hang hint and notes on; never NULL (past the limit: a throw-away one)
 */
struct sw_diag *sw_diag_add(struct sw_diags *diags, enum sw_severity severity, unsigned code,
                            struct sw_mark mark, const char *fmt, ...) SW_PRINTF(5, 6);
void sw_diag_hint(struct sw_diags *diags, struct sw_diag *diag, const char *fmt, ...)
    SW_PRINTF(3, 4);
void sw_diag_note(struct sw_diags *diags, struct sw_diag *diag, struct sw_mark mark,
                  const char *fmt, ...) SW_PRINTF(4, 5);

/** The same for a finding that is kept, by its number. */
void sw_diags_note_at(struct sw_diags *diags, size_t index, struct sw_mark mark, const char *fmt,
                      ...) SW_PRINTF(4, 5);

size_t sw_diags_count(const struct sw_diags *diags);       /**< findings kept */
size_t sw_diags_error_count(const struct sw_diags *diags); /**< errors, the uncounted included */
size_t sw_diags_dropped(const struct sw_diags *diags);     /**< findings past the limit */
const struct sw_diag *sw_diags_at(const struct sw_diags *diags, size_t index);
struct sw_diag *sw_diags_edit(struct sw_diags *diags, size_t index); /**< to add to it later */

/** Take a finding out: a warning that somebody allowed, or one that was told already. */
void sw_diags_drop(struct sw_diags *diags, size_t index);

/** Put findings in order of file, line, column; errors before warnings at one place. */
void sw_diags_sort(struct sw_diags *diags);
