#include "ui/plan_md.h"

#include "ui/escape.h"
#include "ui/plan_view.h"

#include <string.h>

struct page {
    struct sw_buf *out;
    struct sw_arena *arena;
    const struct sw_value *document;
    const struct sw_value *const *steps; /**< in the order of the runbook */
    size_t count;
};

static void add(struct page *page, const char *own_text)
{
    sw_buf_add_text(page->out, own_text);
}

/** Inside of a tag of our own: HTML, on one line, since a blank line would end it. */
static void add_summary_text(struct page *page, const char *text)
{
    char *line = sw_copy_text(page->arena, text);

    for (char *at = line; (at = strchr(at, '\n')) != NULL;) {
        *at = ' ';
    }
    sw_html_add(page->out, line);
}

/** "`id` title" of a step. */
static void add_step_name(struct page *page, const struct sw_value *step)
{
    sw_md_add_code(page->out, sw_plan_text_of(step, "id"));
    add(page, " ");
    sw_md_add(page->out, sw_plan_title(step));
}

static size_t count_in(const struct page *page, enum sw_plan_group group)
{
    size_t count = 0;

    for (size_t i = 0; i < page->count; i++) {
        count += sw_plan_is_in(page->steps[i], group) ? 1 : 0;
    }
    return count;
}

static void add_row(struct page *page, const char *what, size_t count)
{
    sw_buf_addf(page->out, "| %s | %zu |\n", what, count);
}

static void add_summary(struct page *page)
{
    const struct sw_value *document = page->document;

    add(page, "# Plan: ");
    sw_md_add(page->out, sw_plan_text_of(document, "title")[0] == '\0'
                             ? sw_plan_text_of(document, "runbook")
                             : sw_plan_text_of(document, "title"));
    add(page, "\n\n");
    sw_md_add_code(page->out, sw_format(page->arena, "%s %s", sw_plan_text_of(document, "runbook"),
                                        sw_plan_text_of(document, "version")));
    add(page, ", sha256 ");
    sw_md_add_code(page->out, sw_format(page->arena, "%.12s", sw_plan_text_of(document, "digest")));
    add(page, ", made at ");
    sw_md_add_code(page->out, sw_plan_print(sw_get(document, "planned_at"), page->arena));
    add(page, ".\n\n");
    sw_buf_addf(page->out, "**%s** %s Nothing was changed by this plan.\n\n",
                sw_plan_bool_of(document, "holds")
                    ? "A run would start: all that it requires holds now."
                    : "A run would refuse: not all that it requires holds now.",
                sw_plan_bool_of(document, "changes") ? "It would change something."
                                                     : "It would change nothing.");
    add(page, "| | |\n|---|---:|\n");
    add_row(page, "Steps that can be reached", page->count);
    add_row(page, "can change something", count_in(page, SW_PLAN_CHANGES));
    add_row(page, "**cannot be undone**", count_in(page, SW_PLAN_EDGE));
    add_row(page, "ask a person", count_in(page, SW_PLAN_ASKS));
    add_row(page, "wait", count_in(page, SW_PLAN_WAITS));
    add_row(page, "Not known yet", sw_list_count(sw_get(document, "unknown")));
    add_row(page, "Weakenings", sw_list_count(sw_get(document, "weakenings")));
    add(page, "\nLongest wait along one path, loops not counted: **");
    sw_md_add(page->out, sw_plan_print(sw_get(document, "waits_at_most"), page->arena));
    add(page, "**\n");
}

static void add_weakenings(struct page *page)
{
    const struct sw_value *list = sw_get(page->document, "weakenings");

    if (sw_list_count(list) == 0) {
        return;
    }
    add(page, "\n## Weakened against its base\n\n");
    for (size_t i = 0; i < sw_list_count(list); i++) {
        const struct sw_value *row = sw_list_at(list, i);

        add(page, "- ");
        sw_md_add_code(page->out, sw_plan_text_of(row, "at"));
        add(page, ": ");
        sw_md_add(page->out, sw_plan_text_of(row, "what"));
        add(page, ", because: ");
        sw_md_add(page->out, sw_plan_text_of(row, "reason"));
        add(page, " (");
        sw_md_add_code(page->out, sw_plan_text_of(row, "place"));
        add(page, ")\n");
    }
}

static void add_requires(struct page *page)
{
    const struct sw_value *rows = sw_get(page->document, "require");
    const struct sw_value *problems = sw_get(page->document, "problems");

    if (sw_list_count(rows) + sw_list_count(problems) == 0) {
        return;
    }
    add(page, "\n## Required before the first step\n\n");
    for (size_t i = 0; i < sw_list_count(problems); i++) {
        add(page, "- **no** ");
        sw_md_add(page->out, sw_plan_print(sw_list_at(problems, i), page->arena));
        add(page, "\n");
    }
    for (size_t i = 0; i < sw_list_count(rows); i++) {
        const struct sw_value *row = sw_list_at(rows, i);
        bool holds = sw_plan_bool_of(row, "holds");

        add(page, holds ? "- yes: " : "- **no**: ");
        sw_md_add_code(page->out, sw_plan_text_of(row, "id"));
        add(page, " ");
        if (holds) {
            sw_md_add_code(page->out, sw_plan_text_of(row, "that"));
        } else {
            sw_md_add(page->out, sw_plan_text_of(row, "why"));
        }
        add(page, "\n");
    }
}

static void add_proof(struct page *page, const struct sw_value *proof)
{
    int64_t alternative = 0;

    for (size_t i = 0; i < sw_list_count(proof); i++) {
        const struct sw_value *line = sw_list_at(proof, i);
        const struct sw_value *from = sw_get(line, "from");

        if (sw_plan_int_of(line, "alternative") != alternative) {
            sw_buf_addf(page->out, "\n%s\n\n",
                        alternative == 0 ? "It needs the proof of all of:" : "or of all of:");
            alternative = sw_plan_int_of(line, "alternative");
        }
        sw_buf_addf(page->out, "%*s- ", 2 * (int)sw_plan_int_of(line, "depth"), "");
        sw_md_add_code(page->out, sw_plan_text_of(line, "evidence"));
        add(page, " ");
        sw_md_add(page->out, sw_plan_text_of(line, "means"));
        add(page, " From");
        for (size_t n = 0; n < sw_list_count(from); n++) {
            add(page, n == 0 ? " " : ", ");
            sw_md_add_code(page->out, sw_plan_print(sw_list_at(from, n), page->arena));
        }
        add(page, "\n");
    }
}

static void add_edge(struct page *page, const struct sw_value *step)
{
    const struct sw_value *edge = sw_get(step, "edge");
    const struct sw_value *window = sw_get(edge, "window");
    const char *by = sw_plan_text_of(edge, "by");

    add(page, "\n### ");
    add_step_name(page, step);
    add(page, "\n\n> ");
    sw_md_add(page->out, sw_plan_text_of(edge, "loss"));
    if (sw_plan_text_of(edge, "note")[0] != '\0') {
        add(page, "\n>\n> ");
        sw_md_add(page->out, sw_plan_text_of(edge, "note"));
    }
    sw_buf_addf(page->out, "\n\nApproval by %lld of ", (long long)sw_plan_int_of(edge, "people"));
    if (by[0] == '\0') {
        add(page, "any approver");
    } else {
        sw_md_add_code(page->out, by);
    }
    add(page, ", good for ");
    sw_md_add(page->out, sw_plan_print(sw_get(edge, "good_for"), page->arena));
    add(page, "; the name of the subject is typed back. Window: ");
    sw_md_add(page->out,
              sw_is_known(window) ? sw_plan_text_of(window, "text") : "none, at any hour");
    if (sw_is_known(window)) {
        add(page, "; ");
        sw_md_add(page->out, sw_plan_text_of(window, "now"));
    }
    add(page, ".\n");
    add_proof(page, sw_get(edge, "proof"));
}

static void add_edges(struct page *page)
{
    add(page, "\n## What cannot be undone\n");
    if (count_in(page, SW_PLAN_EDGE) == 0) {
        add(page, "\nNothing: no step of this runbook is irreversible.\n");
    }
    for (size_t i = 0; i < page->count; i++) {
        if (sw_plan_is_in(page->steps[i], SW_PLAN_EDGE)) {
            add_edge(page, page->steps[i]);
        }
    }
}

static void add_change(struct page *page, const struct sw_value *step)
{
    const struct sw_value *writes = sw_get(step, "writes");
    const struct sw_value *undo = sw_get(step, "undo_does");

    add(page, "- ");
    add_step_name(page, step);
    add(page, ": *");
    sw_md_add(page->out, sw_plan_text_of(step, "state"));
    add(page, "*");
    if (sw_plan_text_of(step, "says")[0] != '\0') {
        add(page, ", ");
        sw_md_add(page->out, sw_plan_text_of(step, "says"));
    }
    add(page, "\n");
    for (size_t i = 0; i < sw_list_count(writes); i++) {
        add(page, "  - ");
        sw_md_add(page->out, sw_plan_text_of(sw_list_at(writes, i), "does"));
        add(page, "\n");
    }
    for (size_t i = 0; i < sw_list_count(undo); i++) {
        add(page, "  - put back by: ");
        sw_md_add(page->out, sw_plan_print(sw_list_at(undo, i), page->arena));
        add(page, "\n");
    }
    if (sw_plan_text_of(step, "undo")[0] != '\0') {
        add(page, "  - nothing to put back: ");
        sw_md_add(page->out, sw_plan_text_of(step, "undo"));
        add(page, "\n");
    }
    if (sw_plan_is_in(step, SW_PLAN_EDGE)) {
        add(page, "  - **cannot be undone**\n");
    }
}

static void add_changes(struct page *page)
{
    add(page, "\n## What changes\n\n");
    if (count_in(page, SW_PLAN_CHANGES) == 0) {
        add(page, "Nothing.\n");
    }
    for (size_t i = 0; i < page->count; i++) {
        if (sw_plan_is_in(page->steps[i], SW_PLAN_CHANGES)) {
            add_change(page, page->steps[i]);
        }
    }
}

static void add_waits(struct page *page)
{
    if (count_in(page, SW_PLAN_WAITS) == 0) {
        return;
    }
    add(page, "\n## Waits\n\n");
    for (size_t i = 0; i < page->count; i++) {
        if (!sw_plan_is_in(page->steps[i], SW_PLAN_WAITS)) {
            continue;
        }
        add(page, "- ");
        add_step_name(page, page->steps[i]);
        add(page, ": at most **");
        sw_md_add(page->out, sw_plan_print(sw_get(page->steps[i], "waits_at_most"), page->arena));
        add(page, "**\n");
    }
}

static void add_choices(struct page *page, const struct sw_value *step)
{
    const struct sw_value *rows = sw_get(step, "outcomes");

    for (size_t i = 0; i < sw_list_count(rows); i++) {
        const struct sw_value *row = sw_list_at(rows, i);

        if (sw_plan_text_of(row, "label")[0] == '\0') {
            continue;
        }
        add(page, "  - ");
        sw_md_add_code(page->out, sw_plan_text_of(row, "outcome"));
        add(page, " ");
        sw_md_add(page->out, sw_plan_text_of(row, "label"));
        if (sw_plan_text_of(row, "loses")[0] != '\0') {
            add(page, " **Gives up what is listed, for ever.**");
        }
        add(page, "\n");
    }
}

static void add_decisions(struct page *page)
{
    bool has_title = false;

    for (size_t i = 0; i < page->count; i++) {
        const struct sw_value *step = page->steps[i];

        if (sw_plan_group(step) != SW_PLAN_ASKS) {
            continue;
        }
        add(page, has_title ? "" : "\n## Decisions of people\n\n");
        has_title = true;
        add(page, "- ");
        add_step_name(page, step);
        add(page, " (");
        sw_md_add(page->out, sw_plan_kind_text(step, page->arena));
        if (sw_get(step, "waits_at_most") != NULL) {
            add(page, "; after ");
            sw_md_add(page->out, sw_plan_print(sw_get(step, "waits_at_most"), page->arena));
            add(page, ": ");
            sw_md_add_code(page->out, sw_plan_text_of(step, "then"));
        }
        add(page, ")\n");
        add_choices(page, step);
    }
}

static void add_unknowns(struct page *page)
{
    const struct sw_value *list = sw_get(page->document, "unknown");

    add(page, "\n## Not known yet\n\n");
    for (size_t i = 0; i < sw_list_count(list); i++) {
        add(page, "- ");
        sw_md_add_code(page->out, sw_plan_text_of(sw_list_at(list, i), "what"));
        add(page, ": ");
        sw_md_add(page->out, sw_plan_text_of(sw_list_at(list, i), "why"));
        add(page, "\n");
    }
    add(page, "- What waits will see and people will say is known when a run gets there.\n");
}

/* ---- step by step ---- */

static void add_outcomes(struct page *page, const struct sw_value *step)
{
    const struct sw_value *list = sw_get(step, "outcomes");

    for (size_t i = 0; i < sw_list_count(list); i++) {
        const struct sw_value *arrow = sw_list_at(list, i);

        add(page, "- ");
        sw_md_add_code(page->out, sw_plan_text_of(arrow, "outcome"));
        add(page, " → ");
        sw_md_add_code(page->out, sw_plan_text_of(arrow, "next"));
        if (sw_plan_int_of(arrow, "max") > 0) {
            sw_buf_addf(page->out, " (at most %lld times)",
                        (long long)sw_plan_int_of(arrow, "max"));
        }
        add(page, "\n");
    }
}

static void add_requests(struct page *page, const struct sw_value *step)
{
    const struct sw_value *writes = sw_get(step, "writes");

    for (size_t i = 0; i < sw_list_count(writes); i++) {
        const struct sw_value *write = sw_list_at(writes, i);

        add(page, "\n<details><summary>Exact request: ");
        add_summary_text(page, sw_plan_text_of(write, "does"));
        add(page, "</summary>\n\n");
        sw_md_add_block(page->out, sw_plan_text_of(write, "request"));
        add(page, "\n</details>\n");
    }
}

static void add_step(struct page *page, const struct sw_value *step)
{
    add(page, "\n### ");
    add_step_name(page, step);
    add(page, "\n\n");
    if (sw_plan_text_of(step, "action")[0] != '\0') {
        sw_md_add_code(page->out, sw_format(page->arena, "%s %s", sw_plan_text_of(step, "verb"),
                                            sw_plan_text_of(step, "action")));
        if (sw_plan_text_of(step, "target")[0] != '\0') {
            add(page, " on ");
            sw_md_add_code(page->out, sw_plan_text_of(step, "target"));
        }
        add(page, ": ");
    }
    sw_md_add(page->out, sw_plan_kind_text(step, page->arena));
    add(page, "\n\n");
    if (sw_plan_text_of(step, "when")[0] != '\0') {
        add(page, "Only when ");
        sw_md_add_code(page->out, sw_plan_text_of(step, "when"));
        add(page, ", now ");
        sw_md_add_code(page->out, sw_plan_print(sw_get(step, "when_is"), page->arena));
        add(page, "\n\n");
    }
    if (sw_plan_text_of(step, "says")[0] != '\0') {
        sw_md_add(page->out, sw_plan_text_of(step, "says"));
        add(page, "\n\n");
    }
    add_outcomes(page, step);
    add_requests(page, step);
}

static void add_map(struct page *page, const char *title, const struct sw_value *map)
{
    if (!sw_is_known(map) || map->kind != SW_V_MAP || map->as.map.count == 0) {
        return;
    }
    add(page, "\n<details><summary>");
    add_summary_text(page, title);
    add(page, "</summary>\n\n");
    for (size_t i = 0; i < map->as.map.count; i++) {
        const struct sw_entry *entry = &map->as.map.entries[i];

        add(page, "- ");
        sw_md_add_code(page->out, entry->key);
        add(page, " = ");
        sw_md_add_code(page->out, sw_plan_print(entry->value, page->arena));
        add(page, "\n");
    }
    add(page, "\n</details>\n");
}

static void add_readings(struct page *page)
{
    const struct sw_value *facts = sw_get(page->document, "facts");

    add(page, "\n## Parameters and facts\n");
    add_map(page, "Parameters", sw_get(page->document, "params"));
    for (size_t i = 0; sw_is_known(facts) && i < facts->as.map.count; i++) {
        const struct sw_entry *fact = &facts->as.map.entries[i];

        add_map(page, sw_format(page->arena, "Fact %s", fact->key), fact->value);
    }
}

void sw_plan_md(struct sw_buf *out, const struct sw_value *document)
{
    struct page page = {.out = out, .arena = sw_arena_new(), .document = document};

    page.count = sw_plan_in_order(document, page.arena, &page.steps);
    add_summary(&page);
    add_weakenings(&page);
    add_edges(&page);
    add_changes(&page);
    add_requires(&page);
    add_waits(&page);
    add_decisions(&page);
    add_unknowns(&page);
    add(&page, "\n## Step by step\n");
    for (size_t i = 0; i < page.count; i++) {
        add_step(&page, page.steps[i]);
    }
    add_readings(&page);
    sw_arena_free(page.arena);
}
