#include "ui/plan_graph.h"

#include "base/map.h"
#include "base/text.h"
#include "ui/escape.h"
#include "ui/plan_view.h"

#include <string.h>

/* Pixels. A picture of at most LANES_MOST ways on each side fits a telephone (380 wide). */
enum {
    STEPS_MOST = 300,
    LANES_MOST = 7,
    LANE = 9,
    BOX = 224,
    PAD = 8,
    LINE = 17,
    GAP = 20,
    TEXT_MOST = 31,
};

/** One way out that is drawn in a lane. */
struct port {
    size_t from, to;
    int y;
    const char *text;
};

struct box {
    const struct sw_value *step;
    int y, height;
    const char *down; /**< name of the way to the next box; NULL: there is none */
};

/** All ways to one step on one side. */
struct lane {
    size_t to;
    int top, bottom, number;
};

struct graph {
    struct sw_buf *out;
    struct sw_arena *arena;
    struct box *boxes;
    size_t count;
    struct port *ports;
    size_t port_count, port_capacity;
    struct lane *lanes[2]; /**< forward, back */
    size_t lane_count[2];
    int lanes_wide[2];
    int left, height;
};

static const char *shorten(const char *text, struct sw_arena *arena)
{
    size_t count = 0;

    for (const char *at = text; *at != '\0'; at++) {
        count += (*at & 0xc0) != 0x80 ? 1 : 0;
        if (count > TEXT_MOST) {
            return sw_format(arena, "%.*s…", (int)(at - text), text);
        }
    }
    return text;
}

/** The one name of a way that is a sentence. */
static const char *short_name(const char *name)
{
    return sw_text_is(name, "if its evidence lapses") ? "lapsed" : name;
}

/* ---- where things are ---- */

static void place_box(struct graph *graph, size_t index, const struct sw_map *numbers, int *y)
{
    struct box *box = &graph->boxes[index];
    const struct sw_value *ways = sw_get(box->step, "outcomes");

    box->y = *y;
    box->height = 2 * LINE + PAD;
    for (size_t i = 0; i < sw_list_count(ways); i++) {
        const struct sw_value *way = sw_list_at(ways, i);
        const size_t *to = sw_map_get(numbers, sw_plan_text_of(way, "next"));
        const char *name = sw_plan_text_of(way, "outcome");

        if (to == NULL) {
            continue;
        }
        if (*to == index + 1 && box->down == NULL) {
            box->down = name;
            continue;
        }
        graph->ports = sw_grow(graph->arena, graph->ports, graph->port_count, &graph->port_capacity,
                               sizeof *graph->ports);
        graph->ports[graph->port_count++] = (struct port){
            .from = index,
            .to = *to,
            .y = box->y + box->height + LINE / 2 - 2,
            .text =
                sw_format(graph->arena, "%s → %s", short_name(name), sw_plan_text_of(way, "next")),
        };
        box->height += LINE;
    }
    *y += box->height + GAP;
}

static struct lane *lane_to(struct graph *graph, int side, size_t to)
{
    for (size_t i = 0; i < graph->lane_count[side]; i++) {
        if (graph->lanes[side][i].to == to) {
            return &graph->lanes[side][i];
        }
    }
    struct lane *lane = &graph->lanes[side][graph->lane_count[side]++];
    int y = graph->boxes[to].y + LINE;

    *lane = (struct lane){.to = to, .top = y, .bottom = y};
    return lane;
}

static int side_of(const struct port *port)
{
    return port->to > port->from ? 0 : 1;
}

static bool is_taken(const struct lane *lanes, size_t count, const struct lane *lane, int number)
{
    for (size_t i = 0; i < count; i++) {
        if (lanes[i].number == number && lanes[i].top <= lane->bottom &&
            lane->top <= lanes[i].bottom) {
            return true;
        }
    }
    return false;
}

/** Ways to the same step share a lane; lanes that overlap lie side by side. */
static void place_lanes(struct graph *graph, int side)
{
    graph->lanes[side] = sw_alloc_array(graph->arena, graph->count + 1, sizeof(struct lane));
    for (size_t i = 0; i < graph->port_count; i++) {
        const struct port *port = &graph->ports[i];

        if (side_of(port) == side) {
            struct lane *lane = lane_to(graph, side, port->to);

            lane->top = port->y < lane->top ? port->y : lane->top;
            lane->bottom = port->y > lane->bottom ? port->y : lane->bottom;
        }
    }
    for (size_t i = 0; i < graph->lane_count[side]; i++) {
        struct lane *lane = &graph->lanes[side][i];
        int number = 0;

        while (is_taken(graph->lanes[side], i, lane, number) && number + 1 < LANES_MOST) {
            number++;
        }
        lane->number = number;
        graph->lanes_wide[side] =
            number + 1 > graph->lanes_wide[side] ? number + 1 : graph->lanes_wide[side];
    }
}

static void place(struct graph *graph, const struct sw_value *document)
{
    const struct sw_value *const *steps = NULL;
    struct sw_map *numbers = sw_map_new(graph->arena);
    int y = PAD;

    graph->count = sw_plan_in_order(document, graph->arena, &steps);
    graph->boxes = sw_alloc_array(graph->arena, graph->count + 1, sizeof *graph->boxes);
    for (size_t i = 0; i < graph->count; i++) {
        size_t *number = sw_alloc(graph->arena, sizeof *number);

        *number = i;
        graph->boxes[i].step = steps[i];
        sw_map_set(numbers, sw_plan_text_of(steps[i], "id"), number);
    }
    for (size_t i = 0; i < graph->count; i++) {
        place_box(graph, i, numbers, &y);
    }
    graph->height = y - GAP + PAD;
    place_lanes(graph, 0);
    place_lanes(graph, 1);
    graph->left = PAD + graph->lanes_wide[1] * LANE + (graph->lanes_wide[1] > 0 ? LANE : 0);
}

/* ---- drawing ---- */

static const char *const classes[] = {
    [SW_PLAN_CHANGES] = "change", [SW_PLAN_EDGE] = "edge",  [SW_PLAN_WAITS] = "wait",
    [SW_PLAN_ASKS] = "ask",       [SW_PLAN_READS] = "read", [SW_PLAN_BENDS] = "bend",
    [SW_PLAN_CALLS] = "call",     [SW_PLAN_ENDS] = "end",
};

static void draw_text(struct graph *graph, int x, int y, const char *class, const char *text)
{
    sw_buf_addf(graph->out, "<text x=\"%d\" y=\"%d\" class=\"%s\">", x, y, class);
    sw_html_add(graph->out, shorten(text, graph->arena));
    sw_buf_add_text(graph->out, "</text>\n");
}

static void draw_box(struct graph *graph, size_t index)
{
    const struct box *box = &graph->boxes[index];
    const char *class = classes[sw_plan_group(box->step)];
    int x = graph->left;

    sw_buf_addf(graph->out, "<a href=\"#step-%lld\" class=\"box %s\">\n",
                (long long)sw_plan_int_of(box->step, "number"), class);
    sw_buf_addf(graph->out,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\"></rect>\n", x, box->y,
                BOX, box->height, sw_plan_group(box->step) == SW_PLAN_ENDS ? 14 : 4);
    if (sw_plan_group(box->step) == SW_PLAN_EDGE) {
        sw_buf_addf(graph->out,
                    "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\"></rect>\n", x + 3,
                    box->y + 3, BOX - 6, box->height - 6);
    }
    draw_text(graph, x + PAD, box->y + LINE, "name", sw_plan_text_of(box->step, "id"));
    draw_text(graph, x + PAD, box->y + 2 * LINE - 2, "kind",
              sw_plan_kind_text(box->step, graph->arena));
    for (size_t i = 0; i < graph->port_count; i++) {
        if (graph->ports[i].from == index) {
            draw_text(graph, x + PAD, graph->ports[i].y + 4, "way", graph->ports[i].text);
        }
    }
    sw_buf_add_text(graph->out, "</a>\n");
    if (box->down != NULL) {
        int from = box->y + box->height;

        sw_buf_addf(graph->out, "<path class=\"line\" d=\"M%d %dv%d\"></path>\n", x + BOX / 2, from,
                    GAP - 6);
        sw_buf_addf(graph->out, "<path class=\"head\" d=\"M%d %dl-4 -7h8z\"></path>\n", x + BOX / 2,
                    from + GAP);
        if (!sw_text_is(box->down, "ok")) {
            draw_text(graph, x + BOX / 2 + 8, from + 14, "way", box->down);
        }
    }
}

/** The x of a lane, on the right (side 0) or left. */
static int lane_x(const struct graph *graph, int side, const struct lane *lane)
{
    return side == 0 ? graph->left + BOX + LANE * (lane->number + 1) + 2
                     : graph->left - LANE * (lane->number + 1) - 2;
}

static void draw_lane(struct graph *graph, int side, const struct lane *lane)
{
    int x = lane_x(graph, side, lane);
    int edge = side == 0 ? graph->left + BOX : graph->left;
    int y = graph->boxes[lane->to].y + LINE;
    const char *class = side == 0 ? "line" : "line back";
    int inward = side == 0 ? 6 : -6;

    sw_buf_addf(graph->out, "<path class=\"%s\" d=\"M%d %dV%dM%d %dH%d\"></path>\n", class, x,
                lane->top, lane->bottom, x, y, edge + inward);
    sw_buf_addf(graph->out, "<path class=\"head\" d=\"M%d %dl%d -4v8z\"></path>\n", edge, y,
                inward + inward / 6);
    for (size_t i = 0; i < graph->port_count; i++) {
        if (graph->ports[i].to == lane->to && side_of(&graph->ports[i]) == side) {
            sw_buf_addf(graph->out, "<path class=\"%s\" d=\"M%d %dH%d\"></path>\n", class, edge,
                        graph->ports[i].y, x);
        }
    }
}

bool sw_plan_graph(struct sw_buf *out, const struct sw_value *document, struct sw_arena *arena)
{
    struct graph graph = {.out = out, .arena = arena};

    if (sw_list_count(sw_get(document, "steps")) > STEPS_MOST) {
        return false;
    }
    place(&graph, document);

    int width = graph.left + BOX + graph.lanes_wide[0] * LANE + LANE + PAD;

    sw_buf_addf(out,
                "<svg role=\"group\" aria-label=\"Step graph\" width=\"%d\" height=\"%d\" "
                "viewBox=\"0 0 %d %d\">\n",
                width, graph.height, width, graph.height);
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < graph.lane_count[side]; i++) {
            draw_lane(&graph, side, &graph.lanes[side][i]);
        }
    }
    for (size_t i = 0; i < graph.count; i++) {
        draw_box(&graph, i);
    }
    sw_buf_add_text(out, "</svg>\n");
    return true;
}
