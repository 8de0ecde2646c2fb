#include "cli/test/cover.h"

#include "base/map.h"
#include "base/text.h"

/* Paths grow with every fork; nobody reads more than this, and no test takes them all. */
enum { PATHS_MOST = 1000, TRIES_MOST = 200000 };

struct goal {
    const char *name;
    const char *said; /* the name, and of a row of a branch its condition */
    bool is_taken;
};

struct sw_test_cover {
    const struct sw_runbook *runbook;
    struct sw_arena *arena;
    const struct sw_flow *flow;
    struct sw_map *ways, *paths; /**< name -> its struct goal */
    bool is_cut;
    size_t tries;
    size_t *trail;
    bool *is_on_trail;
};

const char *sw_test_way_name(const struct sw_step *step, const struct sw_way *way,
                             struct sw_arena *arena)
{
    switch (way->kind) {
    case SW_WAY_OUTCOME:
        return way->arrow->outcome;
    case SW_WAY_CHOICE:
        return step->choices[way->index].name;
    case SW_WAY_BRANCH:
        return step->branches[way->index].when == NULL
                   ? "else"
                   : sw_format(arena, "row %zu", way->index + 1);
    case SW_WAY_SKIP:
        return "skipped";
    }
    return "?";
}

static void add_goal(struct sw_map *goals, const char *name, const char *said,
                     struct sw_arena *arena)
{
    struct goal *goal = sw_alloc(arena, sizeof *goal);

    if (sw_map_has(goals, name)) {
        return;
    }
    goal->name = sw_copy_text(arena, name);
    goal->said = said == NULL ? goal->name : sw_copy_text(arena, said);
    sw_map_set(goals, name, goal);
}

/** A row of a branch is told with its condition; NULL: by its name. */
static const char *said_of(const struct sw_test_cover *cover, const struct sw_step *step,
                           const struct sw_way *way, const char *name)
{
    const struct sw_expr *when =
        way->kind == SW_WAY_BRANCH ? step->branches[way->index].when : NULL;

    return when == NULL ? NULL : sw_format(cover->arena, "%s (%s)", name, sw_expr_text(when));
}

static void add_ways(struct sw_test_cover *cover, size_t index)
{
    const struct sw_step *step = &cover->runbook->steps[index];
    const struct sw_way *ways = NULL;
    size_t count = sw_flow_ways(cover->flow, index, &ways);

    for (size_t i = 0; i < count; i++) {
        /* Whether a point is bound is the site's business: the runbook goes on either way. */
        bool is_point = step->verb == SW_VERB_HOOK && step->is_optional &&
                        ways[i].next == index + 1 && ways[i].kind == SW_WAY_OUTCOME;

        if (!is_point) {
            const char *name = sw_format(cover->arena, "%s.%s", step->id,
                                         sw_test_way_name(step, &ways[i], cover->arena));

            add_goal(cover->ways, name, said_of(cover, step, &ways[i], name), cover->arena);
        }
    }
    if (step->has_if_lapsed) {
        add_goal(cover->ways, sw_format(cover->arena, "%s.lapsed", step->id), NULL, cover->arena);
    }
}

static void add_path(struct sw_test_cover *cover, size_t length)
{
    const char *text = "";

    if (sw_map_count(cover->paths) == PATHS_MOST) {
        cover->is_cut = true;
        return;
    }
    for (size_t i = 0; i < length; i++) {
        text = sw_format(cover->arena, "%s%s%s", text, i == 0 ? "" : " > ",
                         cover->runbook->steps[cover->trail[i]].id);
    }
    add_goal(cover->paths, text, NULL, cover->arena);
}

/** Depth first over all steps from which an irreversible one can still be entered. */
static void walk(struct sw_test_cover *cover, const bool *leads, size_t at, size_t length)
{
    const struct sw_way *ways = NULL;
    size_t count = sw_flow_ways(cover->flow, at, &ways);

    if (!leads[at] || cover->is_on_trail[at]) {
        return;
    }
    if (++cover->tries > TRIES_MOST || cover->is_cut) {
        cover->is_cut = true;
        return;
    }
    cover->trail[length++] = at;
    cover->is_on_trail[at] = true;
    if (sw_step_is_irreversible(&cover->runbook->steps[at])) {
        add_path(cover, length);
    }
    for (size_t i = 0; i < count; i++) {
        if (ways[i].arrow == NULL || ways[i].arrow->max == 0) {
            walk(cover, leads, ways[i].next, length);
        }
    }
    cover->is_on_trail[at] = false;
}

struct sw_test_cover *sw_test_cover_new(const struct sw_runbook *runbook, struct sw_arena *arena)
{
    struct sw_test_cover *cover = sw_alloc(arena, sizeof *cover);

    *cover = (struct sw_test_cover){
        .runbook = runbook,
        .arena = arena,
        .flow = sw_flow_new(runbook, arena),
        .ways = sw_map_new(arena),
        .paths = sw_map_new(arena),
        .trail = sw_alloc_array(arena, runbook->step_count + 1, sizeof *cover->trail),
        .is_on_trail = sw_alloc_array(arena, runbook->step_count + 1, sizeof *cover->is_on_trail),
    };
    for (size_t i = 0; i < runbook->step_count; i++) {
        if (sw_flow_reaches(cover->flow, i)) {
            add_ways(cover, i);
        }
    }
    walk(cover, sw_flow_before_edge(cover->flow, arena), 0, 0);
    return cover;
}

static void mark(struct sw_map *goals, const struct sw_value *names)
{
    for (size_t i = 0; i < sw_list_count(names); i++) {
        struct goal *goal = sw_map_get(goals, sw_as_text(sw_list_at(names, i)));

        if (goal != NULL) {
            goal->is_taken = true;
        }
    }
}

void sw_test_cover_add(struct sw_test_cover *cover, const struct sw_value *ways,
                       const struct sw_value *paths)
{
    mark(cover->ways, ways);
    mark(cover->paths, paths);
}

static struct sw_builder told(const struct sw_map *goals, struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder missed = sw_list_begin(arena);
    int64_t taken = 0;

    for (size_t i = 0; i < sw_map_count(goals); i++) {
        const struct goal *goal = sw_map_value_at(goals, i);

        if (goal->is_taken) {
            taken++;
        } else {
            sw_list_add(&missed, sw_text(arena, goal->said));
        }
    }
    sw_map_put_int(&map, "total", (int64_t)sw_map_count(goals));
    sw_map_put_int(&map, "taken", taken);
    sw_map_put(&map, "missed", sw_built(&missed));
    return map;
}

const struct sw_value *sw_test_cover_document(const struct sw_test_cover *cover,
                                              struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder ways = told(cover->ways, arena);
    struct sw_builder paths = told(cover->paths, arena);

    sw_map_put_bool(&paths, "is_cut", cover->is_cut);
    sw_map_put_text(&map, "runbook", cover->runbook->name);
    sw_map_put_text(&map, "file", cover->runbook->file);
    sw_map_put(&map, "ways", sw_built(&ways));
    sw_map_put(&map, "paths", sw_built(&paths));
    return sw_built(&map);
}
