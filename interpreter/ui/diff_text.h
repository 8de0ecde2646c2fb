#pragma once
/** @file The differences of two runbooks, for people, machines and pull requests. */
#include "base/buf.h"
#include "lang/diff.h"

/** What is compared, and what of it is shown. */
struct sw_diff_view {
    const struct sw_runbook *was, *now;
    const char *was_name, *now_name; /**< as given on the command line */
    const struct sw_diff *diff;
    bool has_wording; /**< show what says the same in other words */
};

void sw_diff_text(struct sw_buf *out, const struct sw_diff_view *view);
void sw_diff_md(struct sw_buf *out, const struct sw_diff_view *view);

/** {schema_version, was, now {name, version, digest, given}, is_safety, counts {rank: n},
 * differences [{rank, at, path, text, file, line}]}: all of them */
void sw_diff_json(struct sw_buf *out, const struct sw_diff_view *view);
