#include "ui/plan_html.h"

#include "base/digest.h"
#include "ui/plan_html_parts.h"
#include "ui/plan_style.h"

#include <string.h>

static void add_head(struct sw_html *page, const char *title)
{
    struct sw_buf style;
    uint8_t digest[SW_SHA256_BYTES];
    struct sw_sha256 hash;

    sw_buf_init(&style, 1u << 20);
    sw_plan_style(&style);
    sw_sha256_init(&hash);
    sw_sha256_add(&hash, style.bytes, style.length);
    sw_sha256_end(&hash, digest);
    sw_html_own(page, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                      "style-src 'sha256-");
    sw_base64_add(page->out, digest, sizeof digest);
    sw_html_own(page, "'; base-uri 'none'; form-action 'none'\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                      "<meta name=\"referrer\" content=\"no-referrer\">\n"
                      "<meta name=\"robots\" content=\"noindex\">\n<title>Plan: ");
    sw_html_text(page, title);
    sw_html_own(page, "</title>\n<style>");
    sw_buf_add(page->out, style.bytes, style.length);
    sw_html_own(page, "</style>\n</head>\n<body>\n");
    sw_buf_release(&style);
}

static void add_count(struct sw_html *page, const char *what, size_t count, bool is_danger)
{
    sw_html_own(page, is_danger ? "<div class=\"danger\">" : "<div>");
    sw_buf_addf(page->out, "<dt>%s</dt><dd>%zu</dd></div>\n", what, count);
}

static void add_summary(struct sw_html *page)
{
    const struct sw_value *document = page->document;
    bool holds = sw_plan_bool_of(document, "holds");
    size_t edges = sw_html_count(page, SW_PLAN_EDGE);

    sw_buf_addf(page->out,
                "<section aria-labelledby=\"summary\"><h2 id=\"summary\">Summary</h2>\n"
                "<p class=\"verdict%s\">",
                holds ? "" : " no");
    sw_html_own(page, holds ? "A run would start: all that it requires holds now. "
                            : "A run would refuse: not all that it requires holds now. ");
    sw_html_own(page, sw_plan_bool_of(document, "changes") ? "It would change something. "
                                                           : "It would change nothing. ");
    sw_html_own(page, "Nothing was changed by this plan.</p>\n<dl class=\"counts\">\n");
    add_count(page, "Steps that can be reached", page->count, false);
    add_count(page, "can change something", sw_html_count(page, SW_PLAN_CHANGES), false);
    add_count(page, "cannot be undone", edges, edges > 0);
    add_count(page, "ask a person", sw_html_count(page, SW_PLAN_ASKS), false);
    add_count(page, "wait", sw_html_count(page, SW_PLAN_WAITS), false);
    add_count(page, "not known yet", sw_list_count(sw_get(document, "unknown")), false);
    sw_html_own(page, "<div><dt>Longest wait on one path, loops not counted</dt><dd>");
    sw_html_value(page, sw_get(document, "waits_at_most"));
    sw_html_own(page, "</dd></div>\n</dl></section>\n");
}

static void add_weakenings(struct sw_html *page)
{
    const struct sw_value *list = sw_get(page->document, "weakenings");

    if (sw_list_count(list) == 0) {
        return;
    }
    sw_html_own(page, "<section aria-labelledby=\"weak\"><h2 id=\"weak\">Weakened against its "
                      "base</h2>\n<div class=\"edge-panel\"><ul>\n");
    for (size_t i = 0; i < sw_list_count(list); i++) {
        const struct sw_value *row = sw_list_at(list, i);

        sw_html_own(page, "<li><b>");
        sw_html_value(page, sw_get(row, "at"));
        sw_html_own(page, "</b>: ");
        sw_html_value(page, sw_get(row, "what"));
        sw_html_own(page, ", because: ");
        sw_html_value(page, sw_get(row, "reason"));
        sw_html_own(page, " <span class=\"quiet\">(");
        sw_html_value(page, sw_get(row, "place"));
        sw_html_own(page, ")</span></li>\n");
    }
    sw_html_own(page, "</ul></div></section>\n");
}

static void add_require_row(struct sw_html *page, const struct sw_value *row)
{
    bool holds = sw_plan_bool_of(row, "holds");

    sw_html_own(page, holds ? "<li><span class=\"yes\">yes</span> "
                            : "<li><span class=\"no\">no</span> ");
    sw_html_code(page, sw_plan_text_of(row, "id"));
    sw_html_own(page, " ");
    if (holds) {
        sw_html_code(page, sw_plan_text_of(row, "that"));
    } else {
        sw_html_said(page, sw_plan_text_of(row, "why"));
    }
    sw_html_own(page, "</li>\n");
}

static void add_requires(struct sw_html *page)
{
    const struct sw_value *rows = sw_get(page->document, "require");
    const struct sw_value *problems = sw_get(page->document, "problems");

    if (sw_list_count(rows) + sw_list_count(problems) == 0) {
        return;
    }
    sw_html_own(page, "<section aria-labelledby=\"require\"><h2 id=\"require\">Required before the "
                      "first step</h2>\n<ul>\n");
    for (size_t i = 0; i < sw_list_count(problems); i++) {
        sw_html_own(page, "<li><span class=\"no\">no</span> ");
        sw_html_value(page, sw_list_at(problems, i));
        sw_html_own(page, "</li>\n");
    }
    for (size_t i = 0; i < sw_list_count(rows); i++) {
        add_require_row(page, sw_list_at(rows, i));
    }
    sw_html_own(page, "</ul></section>\n");
}

static void add_changes(struct sw_html *page)
{
    sw_html_own(page, "<section aria-labelledby=\"changes\"><h2 id=\"changes\">What changes</h2>\n"
                      "<ul>\n");
    for (size_t i = 0; i < page->count; i++) {
        const struct sw_value *step = page->steps[i];
        const struct sw_value *writes = sw_get(step, "writes");

        if (!sw_plan_is_in(step, SW_PLAN_CHANGES)) {
            continue;
        }
        sw_html_own(page, "<li>");
        sw_html_step_link(page, step);
        sw_html_own(page, ": ");
        sw_html_text(page, sw_plan_text_of(step, "state"));
        sw_html_own(page, sw_plan_is_in(step, SW_PLAN_EDGE)
                              ? " <strong class=\"no\">cannot be undone</strong>\n<ul>"
                              : "\n<ul>");
        for (size_t n = 0; n < sw_list_count(writes); n++) {
            sw_html_own(page, "<li>");
            sw_html_text(page, sw_plan_text_of(sw_list_at(writes, n), "does"));
            sw_html_own(page, "</li>");
        }
        sw_html_undo(page, step);
        sw_html_own(page, "</ul></li>\n");
    }
    if (sw_html_count(page, SW_PLAN_CHANGES) == 0) {
        sw_html_own(page, "<li>Nothing.</li>\n");
    }
    sw_html_own(page, "</ul></section>\n");
}

static void add_waits(struct sw_html *page)
{
    if (sw_html_count(page, SW_PLAN_WAITS) == 0) {
        return;
    }
    sw_html_own(page, "<section aria-labelledby=\"waits\"><h2 id=\"waits\">Waits</h2>\n<ul>\n");
    for (size_t i = 0; i < page->count; i++) {
        if (sw_plan_is_in(page->steps[i], SW_PLAN_WAITS)) {
            sw_html_own(page, "<li>");
            sw_html_step_link(page, page->steps[i]);
            sw_html_own(page, ": at most <strong>");
            sw_html_value(page, sw_get(page->steps[i], "waits_at_most"));
            sw_html_own(page, "</strong></li>\n");
        }
    }
    sw_html_own(page, "</ul></section>\n");
}

static void add_decisions(struct sw_html *page)
{
    bool has_title = false;

    for (size_t i = 0; i < page->count; i++) {
        const struct sw_value *step = page->steps[i];

        if (sw_plan_group(step) != SW_PLAN_ASKS) {
            continue;
        }
        if (!has_title) {
            sw_html_own(page, "<section aria-labelledby=\"people\"><h2 id=\"people\">Decisions of "
                              "people</h2>\n<ul>\n");
        }
        has_title = true;
        sw_html_own(page, "<li>");
        sw_html_step_link(page, step);
        sw_html_own(page, ": ");
        sw_html_text(page, sw_plan_kind_text(step, page->arena));
        if (sw_get(step, "waits_at_most") != NULL) {
            sw_html_own(page, "; after ");
            sw_html_value(page, sw_get(step, "waits_at_most"));
            sw_html_own(page, ": ");
            sw_html_code(page, sw_plan_text_of(step, "then"));
        }
        sw_html_choices(page, step);
        sw_html_own(page, "</li>\n");
    }
    sw_html_own(page, has_title ? "</ul></section>\n" : "");
}

static void add_unknowns(struct sw_html *page)
{
    const struct sw_value *list = sw_get(page->document, "unknown");

    sw_html_own(page, "<section aria-labelledby=\"unknown\"><h2 id=\"unknown\">Not known yet</h2>\n"
                      "<ul>\n");
    for (size_t i = 0; i < sw_list_count(list); i++) {
        sw_html_own(page, "<li>");
        sw_html_code(page, sw_plan_text_of(sw_list_at(list, i), "what"));
        sw_html_own(page, ": ");
        sw_html_said(page, sw_plan_text_of(sw_list_at(list, i), "why"));
        sw_html_own(page, "</li>\n");
    }
    sw_html_own(page, "<li>What waits will see and people will say is known when a run gets there."
                      "</li>\n</ul></section>\n");
}

static void add_readings(struct sw_html *page)
{
    const struct sw_value *facts = sw_get(page->document, "facts");

    sw_html_own(page, "<section aria-labelledby=\"read\"><h2 id=\"read\">Parameters and "
                      "facts</h2>\n<h3>Parameters</h3>\n");
    sw_html_map(page, sw_get(page->document, "params"));
    for (size_t i = 0; sw_is_known(facts) && i < facts->as.map.count; i++) {
        const struct sw_entry *fact = &facts->as.map.entries[i];

        sw_html_own(page, "<details><summary>Fact ");
        sw_html_text(page, fact->key);
        sw_html_own(page, "</summary>\n");
        sw_html_map(page, fact->value);
        sw_html_own(page, "</details>\n");
    }
    sw_html_own(page, "</section>\n");
}

static void add_title(struct sw_html *page, const char *title)
{
    const struct sw_value *document = page->document;

    sw_html_own(page, "<header><h1>");
    sw_html_text(page, title);
    sw_html_own(page, "</h1>\n<p class=\"quiet\">Plan of ");
    sw_html_code(page, sw_format(page->arena, "%s %s", sw_plan_text_of(document, "runbook"),
                                 sw_plan_text_of(document, "version")));
    sw_html_own(page, ", made at ");
    sw_html_value(page, sw_get(document, "planned_at"));
    sw_html_own(page, ", sha256 ");
    sw_html_code(page, sw_format(page->arena, "%.12s", sw_plan_text_of(document, "digest")));
    sw_html_own(page, "</p>\n");
    if (sw_plan_text_of(document, "description")[0] != '\0') {
        sw_html_own(page, "<p>");
        sw_html_said(page, sw_plan_text_of(document, "description"));
        sw_html_own(page, "</p>\n");
    }
    sw_html_own(page, "</header>\n<main>\n");
}

void sw_plan_html(struct sw_buf *out, const struct sw_value *document)
{
    struct sw_html page = {.out = out, .arena = sw_arena_new(), .document = document};
    const char *title = sw_plan_text_of(document, "title");

    page.count = sw_plan_in_order(document, page.arena, &page.steps);
    title = title[0] == '\0' ? sw_plan_text_of(document, "runbook") : title;
    add_head(&page, title);
    add_title(&page, title);
    add_summary(&page);
    add_weakenings(&page);
    sw_html_edges(&page);
    add_changes(&page);
    add_requires(&page);
    add_waits(&page);
    add_decisions(&page);
    add_unknowns(&page);
    sw_html_steps(&page);
    add_readings(&page);
    sw_html_own(&page, "<footer>Made by stepwise. The document for machines: "
                       "<code>stepwise plan -o json</code>.</footer>\n</main>\n</body>\n</html>\n");
    sw_arena_free(page.arena);
}
