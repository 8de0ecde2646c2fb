#pragma once
/** @file Looks of the HTML plan: one palette as a table (so that its contrast can be computed) and
 * one style sheet made from it. */
#include "base/buf.h"

struct sw_plan_color {
    const char *name;         /**< of the CSS variable, without its dashes */
    const char *light, *dark; /**< "#rrggbb" */
};

/** Ends with a NULL name. */
extern const struct sw_plan_color sw_plan_palette[];

/** Which colour is read on which; `least`: contrast by WCAG 2.2, 4.5 for text and 3 for lines. */
struct sw_plan_pair {
    const char *front, *back;
    double least;
};

/** Ends with a NULL front. */
extern const struct sw_plan_pair sw_plan_pairs[];

/** The whole style sheet, light and dark, screen and paper. */
void sw_plan_style(struct sw_buf *out);
