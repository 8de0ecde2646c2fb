#pragma once
/**
 * @file A plan document (engine/plan.h) as one HTML file that needs nothing else: no scripts, no
 * fonts, no pictures from outside, and a content security policy that allows none. Light and dark
 * by the reader's preference; prints. All text from outside is escaped (ui/escape.h).
 */
#include "base/buf.h"
#include "sdk/value.h"

void sw_plan_html(struct sw_buf *out, const struct sw_value *document);
