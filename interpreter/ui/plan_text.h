#pragma once
/** @file A plan document (engine/plan.h) as text for people. */
#include "base/buf.h"
#include "sdk/value.h"

/** @param is_verbose also whole scripts, facts and outputs */
void sw_plan_text(struct sw_buf *out, const struct sw_value *document, bool is_verbose);
