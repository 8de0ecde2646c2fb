#pragma once
/** @file A finding as people read it: place, sentence, the line with a caret, what to do. */
#include "base/buf.h"
#include "lang/source.h"
#include "sdk/diag.h"

/** Findings may stand in several files; sources are found by their mark's file name. */
struct sw_sources {
    const struct sw_source *items;
    size_t count;
};

/** Append all findings in order and a closing count line; `is_colored` adds ANSI colours. */
void sw_caret_all(struct sw_buf *out, const struct sw_diags *diags,
                  const struct sw_sources *sources, bool is_colored);
/** The findings alone, without the closing line. */
void sw_caret_each(struct sw_buf *out, const struct sw_diags *diags,
                   const struct sw_sources *sources, bool is_colored);
