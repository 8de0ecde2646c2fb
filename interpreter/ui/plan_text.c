#include "ui/plan_text.h"

#include <string.h>

static const char *text_of(const struct sw_value *map, const char *key)
{
    const char *text = sw_as_text(sw_get(map, key));

    return text == NULL ? "" : text;
}

static int64_t int_of(const struct sw_value *map, const char *key)
{
    int64_t number = 0;

    sw_as_int(sw_get(map, key), &number);
    return number;
}

/** Lines under an indent; at most `most` of them (0: all). */
static void add_lines(struct sw_buf *out, const char *text, int indent, int most)
{
    int count = 0;

    while (*text != '\0') {
        size_t length = strcspn(text, "\n");

        if (most > 0 && count++ == most) {
            sw_buf_addf(out, "%*s... (-v shows all)\n", indent, "");
            return;
        }
        sw_buf_addf(out, "%*s%.*s\n", indent, "", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void add_map(struct sw_buf *out, const struct sw_value *map, int indent)
{
    for (size_t i = 0; sw_is_known(map) && i < map->as.map.count; i++) {
        sw_buf_addf(out, "%*s%-28s ", indent, "", map->as.map.entries[i].key);
        sw_value_print(out, map->as.map.entries[i].value);
        sw_buf_add_char(out, '\n');
    }
}

/** What it varies, and first of all where it asks for less. */
static void add_variant(struct sw_buf *out, const struct sw_value *document)
{
    const struct sw_value *bases = sw_get(document, "extends");
    const struct sw_value *weakenings = sw_get(document, "weakenings");

    for (size_t i = 0; i < sw_list_count(bases); i++) {
        const struct sw_value *base = sw_list_at(bases, i);

        sw_buf_addf(out, "%s %s %s (sha256 %.12s)\n", i == 0 ? "Extends" : "which extends",
                    text_of(base, "name"), text_of(base, "version"), text_of(base, "digest"));
    }
    for (size_t i = 0; i < sw_list_count(weakenings); i++) {
        const struct sw_value *row = sw_list_at(weakenings, i);

        sw_buf_addf(out, "%s  %s: %s\n      because: %s (%s)\n",
                    i == 0 ? "It asks for less than its base:\n" : "", text_of(row, "at"),
                    text_of(row, "what"), text_of(row, "reason"), text_of(row, "place"));
    }
    if (sw_list_count(bases) > 0) {
        sw_buf_add_char(out, '\n');
    }
}

static void add_head(struct sw_buf *out, const struct sw_value *document, bool is_verbose)
{
    const struct sw_value *rows = sw_get(document, "require");
    const struct sw_value *problems = sw_get(document, "problems");
    const struct sw_value *facts = sw_get(document, "facts");
    bool holds = false;

    sw_as_bool(sw_get(document, "holds"), &holds);
    sw_buf_addf(out, "Plan of %s %s (sha256 %.12s)\n%s\n\n", text_of(document, "runbook"),
                text_of(document, "version"), text_of(document, "digest"),
                text_of(document, "title"));
    add_variant(out, document);
    sw_buf_add_text(out, "Parameters\n");
    add_map(out, sw_get(document, "params"), 2);
    for (size_t i = 0; is_verbose && sw_is_known(facts) && i < facts->as.map.count; i++) {
        sw_buf_addf(out, "\nFact %s\n", facts->as.map.entries[i].key);
        if (sw_is_known(facts->as.map.entries[i].value)) {
            add_map(out, facts->as.map.entries[i].value, 2);
        }
    }
    sw_buf_addf(out, "\nRequired before the first step: %s\n",
                holds ? "all holds now" : "NOT all holds now, a run would refuse");
    for (size_t i = 0; i < sw_list_count(problems); i++) {
        sw_buf_addf(out, "  no   %s\n", sw_as_text(sw_list_at(problems, i)));
    }
    for (size_t i = 0; i < sw_list_count(rows); i++) {
        const struct sw_value *row = sw_list_at(rows, i);
        bool is_held = false;

        sw_as_bool(sw_get(row, "holds"), &is_held);
        sw_buf_addf(out, "  %s  %-16s %s\n", is_held ? "yes" : "no ", text_of(row, "id"),
                    is_held ? text_of(row, "that") : text_of(row, "why"));
    }
}

static void add_writes(struct sw_buf *out, const struct sw_value *step, bool is_verbose)
{
    const struct sw_value *writes = sw_get(step, "writes");

    for (size_t i = 0; i < sw_list_count(writes); i++) {
        const struct sw_value *write = sw_list_at(writes, i);

        sw_buf_addf(out, "      would do: %s\n", text_of(write, "does"));
        add_lines(out, text_of(write, "request"), 8, is_verbose ? 0 : 6);
    }
    if (text_of(step, "undo")[0] != '\0') {
        sw_buf_addf(out, "      nothing to put back: %s\n", text_of(step, "undo"));
    }
}

static void add_outcomes(struct sw_buf *out, const struct sw_value *step)
{
    const struct sw_value *list = sw_get(step, "outcomes");

    for (size_t i = 0; i < sw_list_count(list); i++) {
        const struct sw_value *arrow = sw_list_at(list, i);

        sw_buf_addf(out, "      %-22s -> %s", text_of(arrow, "outcome"), text_of(arrow, "next"));
        if (int_of(arrow, "max") > 0) {
            sw_buf_addf(out, " (at most %lld times)", (long long)int_of(arrow, "max"));
        }
        if (text_of(arrow, "label")[0] != '\0') {
            sw_buf_addf(out, "   %s", text_of(arrow, "label"));
        }
        sw_buf_add_char(out, '\n');
    }
}

static void add_proof(struct sw_buf *out, const struct sw_value *proof)
{
    int64_t alternative = 0;

    for (size_t i = 0; i < sw_list_count(proof); i++) {
        const struct sw_value *line = sw_list_at(proof, i);
        const struct sw_value *from = sw_get(line, "from");

        if (int_of(line, "alternative") != alternative) {
            sw_buf_addf(out, "        %s\n", alternative == 0 ? "it needs all of" : "or all of");
            alternative = int_of(line, "alternative");
        }
        sw_buf_addf(out, "        %*s%s  (from", 2 + 2 * (int)int_of(line, "depth"), "",
                    text_of(line, "evidence"));
        for (size_t n = 0; n < sw_list_count(from); n++) {
            sw_buf_addf(out, "%s %s", n == 0 ? "" : ",", sw_as_text(sw_list_at(from, n)));
        }
        sw_buf_addf(out, ")  %s\n", text_of(line, "means"));
    }
}

static void add_edge(struct sw_buf *out, const struct sw_value *step)
{
    const struct sw_value *edge = sw_get(step, "edge");

    if (!sw_is_known(edge)) {
        return;
    }
    sw_buf_add_text(out, "      POINT OF NO RETURN\n");
    add_lines(out, text_of(edge, "loss"), 8, 0);
    add_lines(out, text_of(edge, "note"), 8, 0);
    sw_buf_addf(out, "        approval by %lld of %s, good for ", (long long)int_of(edge, "people"),
                text_of(edge, "by")[0] == '\0' ? "any approver" : text_of(edge, "by"));
    sw_value_print(out, sw_get(edge, "good_for"));
    sw_buf_addf(out, "; the name of the subject is typed back\n        window: %s\n",
                sw_is_known(sw_get(edge, "window")) ? text_of(sw_get(edge, "window"), "text")
                                                    : "none, at any hour");
    if (sw_is_known(sw_get(edge, "window"))) {
        sw_buf_addf(out, "          %s\n", text_of(sw_get(edge, "window"), "now"));
    }
    add_proof(out, sw_get(edge, "proof"));
}

static void add_when(struct sw_buf *out, const struct sw_value *step)
{
    bool is = false;

    if (text_of(step, "when")[0] == '\0') {
        return;
    }
    sw_buf_addf(out, "      only when %s: ", text_of(step, "when"));
    if (sw_as_bool(sw_get(step, "when_is"), &is)) {
        sw_buf_add_text(out, is ? "true now" : "false now, it would be skipped");
    } else {
        sw_value_print(out, sw_get(step, "when_is"));
    }
    sw_buf_add_char(out, '\n');
}

static void add_step(struct sw_buf *out, const struct sw_value *step, bool is_verbose)
{
    sw_buf_addf(out, "\n  %s: %s\n", text_of(step, "id"),
                text_of(step, "title")[0] == '\0' ? text_of(step, "verb") : text_of(step, "title"));
    if (text_of(step, "action")[0] != '\0') {
        sw_buf_addf(out, "      %s %s%s%s%s%s\n", text_of(step, "verb"), text_of(step, "action"),
                    text_of(step, "target")[0] == '\0' ? "" : " on ", text_of(step, "target"),
                    text_of(step, "state")[0] == '\0' ? "" : ": ", text_of(step, "state"));
    } else if (text_of(step, "state")[0] != '\0') {
        sw_buf_addf(out, "      %s: %s\n", text_of(step, "verb"), text_of(step, "state"));
    }
    if (text_of(step, "says")[0] != '\0') {
        add_lines(out, text_of(step, "says"), 6, 0);
    }
    if (text_of(step, "now")[0] != '\0' && strcmp(text_of(step, "now"), "ok") != 0) {
        sw_buf_addf(out, "      asked now, it would end with '%s'\n", text_of(step, "now"));
    }
    if (is_verbose) {
        add_map(out, sw_get(step, "seen"), 6);
        add_map(out, sw_get(step, "outputs"), 6);
    }
    add_when(out, step);
    add_writes(out, step, is_verbose);
    if (sw_get(step, "waits_at_most") != NULL) {
        sw_buf_add_text(out, "      waits at most ");
        sw_value_print(out, sw_get(step, "waits_at_most"));
        if (text_of(step, "then")[0] != '\0') {
            sw_buf_addf(out, ", then '%s'", text_of(step, "then"));
        }
        sw_buf_add_char(out, '\n');
    }
    if (text_of(step, "asks")[0] != '\0') {
        sw_buf_addf(out, "      asks %s\n", text_of(step, "asks"));
    }
    add_outcomes(out, step);
    add_edge(out, step);
}

static void add_unknowns(struct sw_buf *out, const struct sw_value *list)
{
    for (size_t i = 0; i < sw_list_count(list); i++) {
        const struct sw_value *row = sw_list_at(list, i);

        sw_buf_addf(out, "%s  %s: %s\n", i == 0 ? "\nNot known yet\n" : "", text_of(row, "what"),
                    text_of(row, "why"));
    }
}

void sw_plan_text(struct sw_buf *out, const struct sw_value *document, bool is_verbose)
{
    const struct sw_value *steps = sw_get(document, "steps");
    bool has_changes = false;

    add_head(out, document, is_verbose);
    sw_buf_addf(out, "\nSteps: every one that can be reached, whatever holds now\n");
    for (size_t i = 0; i < sw_list_count(steps); i++) {
        add_step(out, sw_list_at(steps, i), is_verbose);
    }
    add_unknowns(out, sw_get(document, "unknown"));
    sw_buf_add_text(out, "\nLongest wait along one path, loops not counted: ");
    sw_value_print(out, sw_get(document, "waits_at_most"));
    sw_as_bool(sw_get(document, "changes"), &has_changes);
    sw_buf_addf(out, "\n%s Nothing was changed by this plan.\n",
                has_changes ? "A run would change something." : "A run would change nothing.");
}
