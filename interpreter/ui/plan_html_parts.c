#include "ui/plan_html_parts.h"

#include "base/text.h"
#include "ui/plan_graph.h"

void sw_html_own(struct sw_html *page, const char *markup)
{
    sw_buf_add_text(page->out, markup);
}

void sw_html_text(struct sw_html *page, const char *text)
{
    sw_html_add(page->out, text);
}

void sw_html_said(struct sw_html *page, const char *text)
{
    sw_html_own(page, "<span class=\"said\">");
    sw_html_add(page->out, text);
    sw_html_own(page, "</span>");
}

void sw_html_code(struct sw_html *page, const char *text)
{
    sw_html_own(page, "<code>");
    sw_html_add(page->out, text);
    sw_html_own(page, "</code>");
}

void sw_html_value(struct sw_html *page, const struct sw_value *value)
{
    sw_html_add(page->out, sw_plan_print(value, page->arena));
}

void sw_html_map(struct sw_html *page, const struct sw_value *map)
{
    if (!sw_is_known(map) || map->kind != SW_V_MAP || map->as.map.count == 0) {
        sw_html_own(page, "<p>");
        if (sw_is_known(map)) {
            sw_html_own(page, "none");
        } else {
            sw_html_value(page, map);
        }
        sw_html_own(page, "</p>\n");
        return;
    }
    sw_html_own(page, "<dl class=\"map\">\n");
    for (size_t i = 0; i < map->as.map.count; i++) {
        sw_html_own(page, "<dt>");
        sw_html_text(page, map->as.map.entries[i].key);
        sw_html_own(page, "</dt><dd class=\"said\">");
        sw_html_value(page, map->as.map.entries[i].value);
        sw_html_own(page, "</dd>\n");
    }
    sw_html_own(page, "</dl>\n");
}

size_t sw_html_count(const struct sw_html *page, enum sw_plan_group group)
{
    size_t count = 0;

    for (size_t i = 0; i < page->count; i++) {
        count += sw_plan_is_in(page->steps[i], group) ? 1 : 0;
    }
    return count;
}

void sw_html_step_link(struct sw_html *page, const struct sw_value *step)
{
    sw_buf_addf(page->out, "<a href=\"#step-%lld\">", (long long)sw_plan_int_of(step, "number"));
    sw_html_text(page, sw_plan_text_of(step, "id"));
    sw_html_own(page, "</a> ");
    sw_html_text(page, sw_plan_title(step));
}

void sw_html_undo(struct sw_html *page, const struct sw_value *step)
{
    const struct sw_value *undo = sw_get(step, "undo_does");

    for (size_t i = 0; i < sw_list_count(undo); i++) {
        sw_html_own(page, "<li><span class=\"quiet\">put back by:</span> ");
        sw_html_value(page, sw_list_at(undo, i));
        sw_html_own(page, "</li>");
    }
    if (sw_plan_text_of(step, "undo")[0] != '\0') {
        sw_html_own(page, "<li><span class=\"quiet\">nothing to put back:</span> ");
        sw_html_text(page, sw_plan_text_of(step, "undo"));
        sw_html_own(page, "</li>");
    }
}

void sw_html_choices(struct sw_html *page, const struct sw_value *step)
{
    const struct sw_value *rows = sw_get(step, "outcomes");
    bool is_open = false;

    for (size_t i = 0; i < sw_list_count(rows); i++) {
        const struct sw_value *row = sw_list_at(rows, i);

        if (sw_plan_text_of(row, "label")[0] == '\0') {
            continue;
        }
        sw_html_own(page, is_open ? "<li>" : "\n<ul><li>");
        is_open = true;
        sw_html_code(page, sw_plan_text_of(row, "outcome"));
        sw_html_own(page, " ");
        sw_html_text(page, sw_plan_text_of(row, "label"));
        if (sw_plan_text_of(row, "loses")[0] != '\0') {
            sw_html_own(page, " <strong class=\"no\">Gives up what is listed, for ever.</strong>");
        }
        sw_html_own(page, "</li>");
    }
    sw_html_own(page, is_open ? "</ul>" : "");
}

/* ---- what cannot be undone ---- */

static void add_proof_line(struct sw_html *page, const struct sw_value *line)
{
    const struct sw_value *from = sw_get(line, "from");

    sw_html_code(page, sw_plan_text_of(line, "evidence"));
    sw_html_own(page, " ");
    sw_html_text(page, sw_plan_text_of(line, "means"));
    sw_html_own(page, " <span class=\"quiet\">From ");
    for (size_t n = 0; n < sw_list_count(from); n++) {
        sw_html_own(page, n == 0 ? "" : ", ");
        sw_html_value(page, sw_list_at(from, n));
    }
    sw_html_own(page, "</span>");
}

/** The lines come in the order of the tree, with their depth. */
static void add_proof(struct sw_html *page, const struct sw_value *proof)
{
    int64_t alternative = 0;
    int64_t open = 0; /* lists that are open */

    for (size_t i = 0; i < sw_list_count(proof); i++) {
        const struct sw_value *line = sw_list_at(proof, i);
        int64_t depth = sw_plan_int_of(line, "depth") + 1;

        if (sw_plan_int_of(line, "alternative") != alternative) {
            for (; open > 0; open--) {
                sw_html_own(page, "</li></ul>\n");
            }
            sw_html_own(page, alternative == 0 ? "<p>It needs the proof of all of:</p>\n"
                                               : "<p>or of all of:</p>\n");
            alternative = sw_plan_int_of(line, "alternative");
        }
        if (depth > open) {
            sw_html_own(page, "<ul><li>");
            open++;
        } else {
            for (; open > depth; open--) {
                sw_html_own(page, "</li></ul>");
            }
            sw_html_own(page, "</li>\n<li>");
        }
        add_proof_line(page, line);
    }
    for (; open > 0; open--) {
        sw_html_own(page, "</li></ul>\n");
    }
}

static void add_edge(struct sw_html *page, const struct sw_value *step)
{
    const struct sw_value *edge = sw_get(step, "edge");
    const struct sw_value *window = sw_get(edge, "window");
    const char *by = sw_plan_text_of(edge, "by");

    sw_html_own(page, "<div class=\"edge-panel\"><h3>");
    sw_html_step_link(page, step);
    sw_html_own(page, "</h3>\n<p><strong>");
    sw_html_said(page, sw_plan_text_of(edge, "loss"));
    sw_html_own(page, "</strong></p>\n");
    if (sw_plan_text_of(edge, "note")[0] != '\0') {
        sw_html_own(page, "<p>");
        sw_html_said(page, sw_plan_text_of(edge, "note"));
        sw_html_own(page, "</p>\n");
    }
    sw_buf_addf(page->out, "<p>Approval by %lld of ", (long long)sw_plan_int_of(edge, "people"));
    sw_html_text(page, by[0] == '\0' ? "any approver" : by);
    sw_html_own(page, ", good for ");
    sw_html_value(page, sw_get(edge, "good_for"));
    sw_html_own(page, "; the name of the subject is typed back. Window: ");
    sw_html_text(page, sw_is_known(window) ? sw_plan_text_of(window, "text") : "none, at any hour");
    if (sw_is_known(window)) {
        sw_html_own(page, "; ");
        sw_html_text(page, sw_plan_text_of(window, "now"));
    }
    sw_html_own(page, ".</p>\n");
    add_proof(page, sw_get(edge, "proof"));
    sw_html_own(page, "</div>\n");
}

void sw_html_edges(struct sw_html *page)
{
    sw_html_own(page, "<section aria-labelledby=\"edge\"><h2 id=\"edge\">What cannot be "
                      "undone</h2>\n");
    if (sw_html_count(page, SW_PLAN_EDGE) == 0) {
        sw_html_own(page, "<p>Nothing: no step of this runbook is irreversible.</p>\n");
    }
    for (size_t i = 0; i < page->count; i++) {
        if (sw_plan_is_in(page->steps[i], SW_PLAN_EDGE)) {
            add_edge(page, page->steps[i]);
        }
    }
    sw_html_own(page, "</section>\n");
}

/* ---- every step ---- */

static const char *class_of(const struct sw_value *step)
{
    static const char *const classes[] = {
        [SW_PLAN_CHANGES] = "change", [SW_PLAN_EDGE] = "edge",  [SW_PLAN_WAITS] = "wait",
        [SW_PLAN_ASKS] = "ask",       [SW_PLAN_READS] = "read", [SW_PLAN_BENDS] = "bend",
        [SW_PLAN_CALLS] = "call",     [SW_PLAN_ENDS] = "end",
    };
    return classes[sw_plan_group(step)];
}

static void add_outcomes(struct sw_html *page, const struct sw_value *step)
{
    const struct sw_value *list = sw_get(step, "outcomes");

    if (sw_list_count(list) == 0) {
        return;
    }
    sw_html_own(page, "<ul>\n");
    for (size_t i = 0; i < sw_list_count(list); i++) {
        const struct sw_value *arrow = sw_list_at(list, i);

        sw_html_own(page, "<li>");
        sw_html_code(page, sw_plan_text_of(arrow, "outcome"));
        sw_html_own(page, " → ");
        sw_html_code(page, sw_plan_text_of(arrow, "next"));
        if (sw_plan_int_of(arrow, "max") > 0) {
            sw_buf_addf(page->out, " <span class=\"quiet\">at most %lld times</span>",
                        (long long)sw_plan_int_of(arrow, "max"));
        }
        sw_html_own(page, "</li>\n");
    }
    sw_html_own(page, "</ul>\n");
}

static void add_details(struct sw_html *page, const struct sw_value *step)
{
    const struct sw_value *writes = sw_get(step, "writes");
    static const char *const maps[][2] = {{"seen", "What was read"}, {"outputs", "Outputs now"}};

    for (size_t i = 0; i < sw_list_count(writes); i++) {
        const struct sw_value *write = sw_list_at(writes, i);

        sw_html_own(page, "<details><summary>Exact request: ");
        sw_html_text(page, sw_plan_text_of(write, "does"));
        sw_html_own(page, "</summary>\n<pre>");
        sw_html_text(page, sw_plan_text_of(write, "request"));
        sw_html_own(page, "</pre></details>\n");
    }
    for (size_t i = 0; i < SW_COUNT(maps); i++) {
        const struct sw_value *map = sw_get(step, maps[i][0]);

        if (sw_is_known(map) && map->kind == SW_V_MAP && map->as.map.count > 0) {
            sw_buf_addf(page->out, "<details><summary>%s</summary>\n", maps[i][1]);
            sw_html_map(page, map);
            sw_html_own(page, "</details>\n");
        }
    }
}

static void add_step(struct sw_html *page, const struct sw_value *step)
{
    const char *class = class_of(step);

    sw_buf_addf(page->out, "<article id=\"step-%lld\" class=\"%s\"><h3>",
                (long long)sw_plan_int_of(step, "number"), class);
    sw_html_code(page, sw_plan_text_of(step, "id"));
    sw_html_own(page, " ");
    sw_html_text(page, sw_plan_title(step));
    sw_buf_addf(page->out, "</h3>\n<p><span class=\"tag %s\">", class);
    sw_html_text(page, sw_plan_kind_text(step, page->arena));
    sw_html_own(page, "</span>");
    if (sw_plan_text_of(step, "action")[0] != '\0') {
        sw_html_own(page, " <span class=\"quiet\">");
        sw_html_text(page, sw_plan_text_of(step, "verb"));
        sw_html_own(page, " ");
        sw_html_text(page, sw_plan_text_of(step, "action"));
        if (sw_plan_text_of(step, "target")[0] != '\0') {
            sw_html_own(page, " on ");
            sw_html_text(page, sw_plan_text_of(step, "target"));
        }
        sw_html_own(page, "</span>");
    }
    sw_html_own(page, "</p>\n");
    if (sw_plan_text_of(step, "when")[0] != '\0') {
        sw_html_own(page, "<p>Only when ");
        sw_html_code(page, sw_plan_text_of(step, "when"));
        sw_html_own(page, ", now ");
        sw_html_value(page, sw_get(step, "when_is"));
        sw_html_own(page, "</p>\n");
    }
    if (sw_plan_text_of(step, "description")[0] != '\0') {
        sw_html_own(page, "<p>");
        sw_html_said(page, sw_plan_text_of(step, "description"));
        sw_html_own(page, "</p>\n");
    }
    if (sw_plan_text_of(step, "says")[0] != '\0') {
        sw_html_own(page, "<p>Now: ");
        sw_html_said(page, sw_plan_text_of(step, "says"));
        sw_html_own(page, "</p>\n");
    }
    if (sw_plan_text_of(step, "now")[0] != '\0' &&
        !sw_text_is(sw_plan_text_of(step, "now"), "ok")) {
        sw_html_own(page, "<p>Asked now, it would end with ");
        sw_html_code(page, sw_plan_text_of(step, "now"));
        sw_html_own(page, "</p>\n");
    }
    add_outcomes(page, step);
    add_details(page, step);
    sw_html_own(page, "</article>\n");
}

void sw_html_steps(struct sw_html *page)
{
    sw_html_own(page, "<section aria-labelledby=\"steps\"><h2 id=\"steps\">Step by step</h2>\n"
                      "<p class=\"quiet\">Every step that can be reached, whatever holds now. "
                      "Dashed boxes ask a person, dotted ones wait, a double frame cannot be "
                      "undone; broken lines on the left are loops.</p>\n<div class=\"steps\">\n"
                      "<div>");
    if (!sw_plan_graph(page->out, page->document, page->arena)) {
        sw_html_own(page, "<p>There are too many steps for a picture.</p>\n");
    }
    sw_html_own(page, "</div>\n<div>\n");
    for (size_t i = 0; i < page->count; i++) {
        add_step(page, page->steps[i]);
    }
    sw_html_own(page, "</div>\n</div></section>\n");
}
