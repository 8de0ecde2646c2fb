#pragma once
/** @file A plan document (engine/plan.h) as Markdown, to be read in a pull request: what matters
 * first, exact requests folded away. Nothing that a peer or an author wrote can become markup. */
#include "base/buf.h"
#include "sdk/value.h"

void sw_plan_md(struct sw_buf *out, const struct sw_value *document);
