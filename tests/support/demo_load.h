#pragma once
/** @file Load the demo runbook, changed at one place: what the tests of lang/ do again and again.
 */
#include "lang/runbook.h"

/** One change of a text: the first `old` becomes `new_text`. */
struct change {
    const char *old, *new_text;
};

struct loaded {
    struct sw_arena *arena;
    struct sw_diags *diags;
    struct sw_source source;
    struct sw_runbook *book; /**< NULL: refused */
};

struct loaded *load_text(const char *text);
struct loaded *load_text_in(const char *text, const struct sw_registry *registry);

/** tests/data/lang/shelf.yaml with changes; fails the test when an `old` is not in it. */
struct loaded *load_changed(const struct change *changes, size_t count);
struct loaded *load_with(const char *old, const char *new_text);

void loaded_free_at(struct loaded **loaded);

/** A file of tests/data/lang, changed, against another registry. */
struct loaded *load_file_in(const char *name, const struct sw_registry *registry,
                            const struct change *changes, size_t count);

/** One mistake: what is changed, and the finding that must say so at its very place. */
struct mistake {
    const char *old, *new_text;
    unsigned code, line, column;
    size_t count; /**< findings in all: nothing is said that only follows */
};

/** Load each mistake; prints and counts those whose finding is not where it should be. */
size_t wrong_findings(const struct mistake *mistakes, size_t count);

/** The nth finding of a code; NULL when there are fewer. */
const struct sw_diag *finding(const struct loaded *loaded, unsigned code, size_t nth);

/** Does any note of a finding hold this text? */
bool has_note(const struct sw_diag *diag, const char *text);

/** Print all findings to standard error; returns false, to be used in a condition. */
bool print_findings(const struct loaded *loaded);
