#pragma once
/**
 * @file The step graph of a plan as inline SVG, drawn here: one box a step, in the order of the
 * runbook; ways forward run down the right side, loops go up the left. No scripts, no fonts of its
 * own, colours by class (ui/plan_style.h). Boxes link to `#step-N`, N being the step's number.
 */
#include "base/buf.h"
#include "sdk/value.h"

/** @return false when there are too many steps to be of use as a picture: nothing is added */
bool sw_plan_graph(struct sw_buf *out, const struct sw_value *document, struct sw_arena *arena);
