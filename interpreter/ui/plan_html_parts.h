#pragma once
/** @file Parts of the HTML plan. Internal to ui/plan_html*.c. */
#include "ui/escape.h"
#include "ui/plan_view.h"

struct sw_html {
    struct sw_buf *out;
    struct sw_arena *arena;
    const struct sw_value *document;
    const struct sw_value *const *steps; /**< in the order of the runbook */
    size_t count;
};

/** Markup of our own, as it is. Everything else goes through the functions below. */
void sw_html_own(struct sw_html *page, const char *markup);
void sw_html_text(struct sw_html *page, const char *text);
/** Text whose line breaks are shown. */
void sw_html_said(struct sw_html *page, const char *text);
void sw_html_code(struct sw_html *page, const char *text);
void sw_html_value(struct sw_html *page, const struct sw_value *value);
void sw_html_map(struct sw_html *page, const struct sw_value *map);

size_t sw_html_count(const struct sw_html *page, enum sw_plan_group group);

/** Title of a step as a link to where it is told in full. */
void sw_html_step_link(struct sw_html *page, const struct sw_value *step);
/** List rows: how the step is put back, or why not. */
void sw_html_undo(struct sw_html *page, const struct sw_value *step);
void sw_html_choices(struct sw_html *page, const struct sw_value *step);

/** Sections: what cannot be undone, with its proof; the graph and every step. */
void sw_html_edges(struct sw_html *page);
void sw_html_steps(struct sw_html *page);
