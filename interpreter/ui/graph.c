#include "ui/graph.h"

#include "base/text.h"
#include "lang/flow.h"
#include "ui/escape.h"

#include <string.h>

#define LABEL_BYTES (64u * 1024u)
#define WIDTH 34 /* characters of a line in a node */

enum look {
    LOOK_READ,
    LOOK_CHANGE,
    LOOK_EDGE,
    LOOK_WAIT,
    LOOK_PERSON,
    LOOK_BRANCH,
    LOOK_HOOK,
    LOOK_CHECK,
    LOOK_END,
};

static const struct {
    const char *dot;          /* attributes */
    const char *open, *close; /* Mermaid's brackets: the shape */
    const char *style;        /* Mermaid's class */
} looks[] = {
    [LOOK_READ] = {"shape=box style=\"rounded\" color=\"#4a6785\"", "(", ")", "stroke:#4a6785"},
    [LOOK_CHANGE] = {"shape=box style=\"filled\" fillcolor=\"#e4edf6\" color=\"#23486b\"", "[", "]",
                     "fill:#e4edf6,stroke:#23486b"},
    [LOOK_EDGE] = {"shape=octagon peripheries=2 style=\"filled\" fillcolor=\"#fbe3e0\" "
                   "color=\"#a3160b\" penwidth=2",
                   "[[", "]]", "fill:#fbe3e0,stroke:#a3160b,stroke-width:3px"},
    [LOOK_WAIT] = {"shape=hexagon style=\"filled\" fillcolor=\"#f1ecf8\" color=\"#5b3f8c\"", "{{",
                   "}}", "fill:#f1ecf8,stroke:#5b3f8c"},
    [LOOK_PERSON] = {"shape=diamond style=\"filled\" fillcolor=\"#fdf1d3\" color=\"#8a6100\"", "{",
                     "}", "fill:#fdf1d3,stroke:#8a6100"},
    [LOOK_BRANCH] = {"shape=diamond color=\"#4a4a4a\"", "{", "}", "stroke:#4a4a4a"},
    [LOOK_HOOK] = {"shape=component style=\"filled\" fillcolor=\"#e6f3ea\" color=\"#22643b\"", "[/",
                   "/]", "fill:#e6f3ea,stroke:#22643b"},
    [LOOK_CHECK] = {"shape=box style=\"rounded\" color=\"#4a4a4a\"", "(", ")", "stroke:#4a4a4a"},
    [LOOK_END] = {"shape=box style=\"filled,rounded\" fillcolor=\"#eeeeee\" color=\"#4a4a4a\"",
                  "([", "])", "fill:#eeeeee,stroke:#4a4a4a"},
};

static enum look look_of(const struct sw_step *step)
{
    switch (step->verb) {
    case SW_VERB_DO:
        return sw_step_is_irreversible(step) ? LOOK_EDGE : LOOK_CHANGE;
    case SW_VERB_READ:
        return LOOK_READ;
    case SW_VERB_WAIT:
        return LOOK_WAIT;
    case SW_VERB_DECIDE:
        return LOOK_PERSON;
    case SW_VERB_BRANCH:
        return LOOK_BRANCH;
    case SW_VERB_HOOK:
        return LOOK_HOOK;
    case SW_VERB_ASSERT:
    case SW_VERB_CALL:
        return LOOK_CHECK;
    case SW_VERB_END:
        return LOOK_END;
    }
    return LOOK_READ;
}

/* What the verb does, in a line below the title. */
static const char *work_of(const struct sw_step *step, struct sw_arena *arena)
{
    static const char *const ends[] = {"done", "stopped", "failed"};

    switch (step->verb) {
    case SW_VERB_DO:
    case SW_VERB_READ:
        return sw_format(arena, "%s %s", sw_verb_name(step->verb), step->use.action->name);
    case SW_VERB_WAIT:
        return sw_format(arena, "wait %s, at most %s", step->use.action->name,
                         sw_template_source(step->timeout, arena));
    case SW_VERB_DECIDE:
        return sw_format(arena, "%s decides", step->by == NULL ? "a person" : step->by);
    case SW_VERB_HOOK:
        return sw_format(arena, "hook %s%s", step->hook, step->is_optional ? ", if bound" : "");
    case SW_VERB_END:
        return sw_format(arena, "end: %s%s", ends[step->end],
                         step->is_rollback ? ", everything put back" : "");
    case SW_VERB_BRANCH:
    case SW_VERB_ASSERT:
    case SW_VERB_CALL:
        break;
    }
    return sw_verb_name(step->verb);
}

static const char *edge_of(const struct sw_step *step, struct sw_arena *arena)
{
    const struct sw_edge *edge = step->edge;

    if (edge == NULL) {
        return NULL;
    }
    return sw_format(arena, "POINT OF NO RETURN: %d of %s approve%s", edge->people,
                     edge->by == NULL ? "the approvers" : edge->by, edge->people == 1 ? "s" : "");
}

/* ---- labels ---- */

struct graph {
    const struct sw_runbook *runbook;
    struct sw_arena *arena;
    struct sw_buf *out;
    bool is_dot;
};

/** The name of a Mermaid node: no `/` as in the id of a step of a called runbook. */
static const char *node_of(const struct graph *graph, const struct sw_step *step)
{
    char *name = sw_copy_text(graph->arena, step->id);

    for (char *c = name; *c != '\0'; c++) {
        *c = *c == '/' ? '-' : *c;
    }
    return name;
}

/* Text inside of quotes; all that either reader could take for its own goes as a number. */
static void add_text(const struct graph *graph, const char *text)
{
    struct sw_buf plain;

    sw_buf_init(&plain, LABEL_BYTES);
    sw_plain_add(&plain, text);
    for (const char *c = plain.bytes; *c != '\0'; c++) {
        if (*c == '\n' || *c == '\t') {
            sw_buf_add_char(graph->out, ' ');
        } else if (graph->is_dot && (*c == '"' || *c == '\\')) {
            sw_buf_addf(graph->out, "\\%c", *c);
        } else if (!graph->is_dot && strchr("\"\\<>&#;`{}|*~$%", *c) != NULL) {
            sw_buf_addf(graph->out, "#%d;", *c);
        } else {
            sw_buf_add_char(graph->out, *c);
        }
    }
    sw_buf_release(&plain);
}

static void add_break(const struct graph *graph)
{
    sw_buf_add_text(graph->out, graph->is_dot ? "\\n" : "<br/>");
}

/* Words over lines of some width. */
static void add_wrapped(const struct graph *graph, const char *text)
{
    size_t column = 0;

    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        const char *word = sw_copy(graph->arena, text, length);

        if (column > 0 && column + length > WIDTH) {
            add_break(graph);
            column = 0;
        } else if (column > 0) {
            sw_buf_add_char(graph->out, ' ');
        }
        add_text(graph, word);
        column += length + 1;
        text += length + strspn(text + length, " ");
    }
}

static void add_label(const struct graph *graph, const struct sw_step *step)
{
    const char *title = sw_template_source(step->title, graph->arena);
    const char *edge = edge_of(step, graph->arena);

    add_text(graph, step->id);
    if (title != NULL) {
        add_break(graph);
        add_wrapped(graph, title);
    }
    add_break(graph);
    add_wrapped(graph, work_of(step, graph->arena));
    if (edge != NULL) {
        add_break(graph);
        add_wrapped(graph, edge);
    }
    if (step->has_when) {
        add_break(graph);
        add_wrapped(graph, sw_format(graph->arena, "only when %s", sw_expr_text(step->when)));
    }
}

/* ---- arrows ---- */

enum line { LINE_WAY, LINE_SKIP, LINE_LAPSE };

static void add_arrow(const struct graph *graph, size_t from, size_t to, const char *label, int max,
                      enum line line)
{
    static const char *const dot[] = {"", "style=dashed", "style=dotted constraint=false"};
    static const char *const mermaid[] = {"-->", "-.->", "-.->"};
    const struct sw_step *steps = graph->runbook->steps;
    const char *text = max == 0           ? label
                       : label[0] == '\0' ? sw_format(graph->arena, "at most %d x", max)
                                          : sw_format(graph->arena, "%s, at most %d x", label, max);

    if (graph->is_dot) {
        sw_buf_addf(graph->out, "  \"%s\" -> \"%s\" [label=\"", steps[from].id, steps[to].id);
        add_wrapped(graph, text);
        sw_buf_addf(graph->out, "\" %s]\n", dot[line]);
        return;
    }
    sw_buf_addf(graph->out, "  s_%s %s", node_of(graph, &steps[from]), mermaid[line]);
    if (text[0] != '\0') {
        sw_buf_add_text(graph->out, "|\"");
        add_text(graph, text);
        sw_buf_add_text(graph->out, "\"|");
    }
    sw_buf_addf(graph->out, " s_%s\n", node_of(graph, &steps[to]));
}

static const char *way_label(const struct graph *graph, const struct sw_step *step,
                             const struct sw_way *way)
{
    switch (way->kind) {
    case SW_WAY_OUTCOME:
        return sw_text_is(way->arrow->outcome, "ok") ? "" : way->arrow->outcome;
    case SW_WAY_CHOICE: {
        const struct sw_choice *choice = &step->choices[way->index];

        return choice->accepts_loss == SW_NO_STEP
                   ? choice->name
                   : sw_format(graph->arena, "%s (gives up what is listed)", choice->name);
    }
    case SW_WAY_BRANCH: {
        const struct sw_branch *row = &step->branches[way->index];

        return row->when == NULL ? "else" : sw_expr_text(row->when);
    }
    case SW_WAY_SKIP:
        return "skipped";
    }
    return "";
}

static void add_arrows(const struct graph *graph, const struct sw_flow *flow)
{
    for (size_t i = 0; i < graph->runbook->step_count; i++) {
        const struct sw_step *step = &graph->runbook->steps[i];
        const struct sw_way *ways = NULL;
        size_t count = sw_flow_ways(flow, i, &ways);

        for (size_t n = 0; n < count; n++) {
            add_arrow(graph, i, ways[n].next, way_label(graph, step, &ways[n]),
                      ways[n].arrow == NULL ? 0 : ways[n].arrow->max,
                      ways[n].kind == SW_WAY_SKIP ? LINE_SKIP : LINE_WAY);
        }
        if (step->has_if_lapsed) {
            add_arrow(graph, i, step->if_lapsed.next, "its evidence lapsed", step->if_lapsed.max,
                      LINE_LAPSE);
        }
    }
}

/* ---- the two forms ---- */

static void add_node(const struct graph *graph, const struct sw_step *step)
{
    enum look look = look_of(step);

    if (graph->is_dot) {
        sw_buf_addf(graph->out, "  \"%s\" [%s label=\"", step->id, looks[look].dot);
        add_label(graph, step);
        sw_buf_add_text(graph->out, "\"]\n");
    } else {
        sw_buf_addf(graph->out, "  s_%s%s\"", node_of(graph, step), looks[look].open);
        add_label(graph, step);
        sw_buf_addf(graph->out, "\"%s:::look%d\n", looks[look].close, (int)look);
    }
}

/* The steps of one runbook; those that it calls stand in a box of their own in it. */
static void add_frame(const struct graph *graph, size_t index)
{
    const struct sw_runbook *book = graph->runbook;
    const struct sw_frame *frame = &book->frames[index];

    if (index > 0) {
        sw_buf_addf(graph->out,
                    graph->is_dot ? "  subgraph cluster_%zu {\n  label=\""
                                  : "  subgraph frame%zu[\"",
                    index);
        add_text(graph,
                 sw_format(graph->arena, "%s: %s %s%s", book->steps[frame->call].id, frame->name,
                           frame->version, frame->is_repeated ? ", once an item" : ""));
        sw_buf_add_text(graph->out,
                        graph->is_dot ? "\" style=rounded color=\"#4a6785\"\n" : "\"]\n");
    }
    for (size_t i = 0; i < book->step_count; i++) {
        if (book->steps[i].frame == index) {
            add_node(graph, &book->steps[i]);
        }
    }
    for (size_t i = index + 1; i < book->frame_count; i++) {
        if (book->frames[i].caller == index) {
            add_frame(graph, i);
        }
    }
    if (index > 0) {
        sw_buf_add_text(graph->out, graph->is_dot ? "  }\n" : "  end\n");
    }
}

static void add_nodes(const struct graph *graph)
{
    bool is_used[SW_COUNT(looks)] = {false};

    add_frame(graph, 0);
    for (size_t i = 0; i < graph->runbook->step_count; i++) {
        is_used[look_of(&graph->runbook->steps[i])] = true;
    }
    for (size_t i = 0; !graph->is_dot && i < SW_COUNT(looks); i++) {
        if (is_used[i]) {
            sw_buf_addf(graph->out, "  classDef look%zu %s,color:#1b1b1b\n", i, looks[i].style);
        }
    }
}

static void add_graph(struct sw_buf *out, const struct sw_runbook *runbook, bool is_dot)
{
    struct graph graph = {
        .runbook = runbook, .arena = sw_arena_new(), .out = out, .is_dot = is_dot};
    const struct sw_flow *flow = sw_flow_new(runbook, graph.arena);

    if (is_dot) {
        sw_buf_add_text(out, "digraph runbook {\n  label=\"");
        add_text(&graph, sw_format(graph.arena, "%s %s", runbook->name, runbook->version));
        sw_buf_add_text(out, "\"\n  labelloc=t rankdir=TB nodesep=0.35 ranksep=0.45\n"
                             "  node [fontname=\"Helvetica,sans-serif\" fontsize=11]\n"
                             "  edge [fontname=\"Helvetica,sans-serif\" fontsize=9]\n");
    } else {
        sw_buf_add_text(out, "flowchart TD\n");
    }
    add_nodes(&graph);
    add_arrows(&graph, flow);
    sw_buf_add_text(out, is_dot ? "}\n" : "");
    sw_arena_free(graph.arena);
}

void sw_graph_dot(struct sw_buf *out, const struct sw_runbook *runbook)
{
    add_graph(out, runbook, true);
}

void sw_graph_mermaid(struct sw_buf *out, const struct sw_runbook *runbook)
{
    add_graph(out, runbook, false);
}
