#include "ui/diff_text.h"

#include "base/text.h"
#include "sdk/json.h"
#include "ui/escape.h"

static const struct {
    enum sw_difference_rank rank;
    const char *title;
} groups[] = {
    {SW_DIFF_WEAKENED, "Weakened, with a reason"},
    {SW_DIFF_LESS, "Asks for less"},
    {SW_DIFF_OTHER, "Asks for something else where safety rests on it"},
    {SW_DIFF_MORE, "Asks for more"},
    {SW_DIFF_PLAIN, "Does something else"},
    {SW_DIFF_WORDING, "Says it in other words"},
};

static size_t count_of(const struct sw_diff *diff, enum sw_difference_rank rank)
{
    size_t count = 0;

    for (size_t i = 0; i < diff->count; i++) {
        count += diff->rows[i].rank == rank ? 1 : 0;
    }
    return count;
}

static bool is_shown(const struct sw_diff_view *view, enum sw_difference_rank rank)
{
    return count_of(view->diff, rank) > 0 && (rank != SW_DIFF_WORDING || view->has_wording);
}

static const char *verdict(const struct sw_diff_view *view)
{
    const struct sw_diff *diff = view->diff;

    if (count_of(diff, SW_DIFF_WEAKENED) + count_of(diff, SW_DIFF_LESS) > 0) {
        return "It asks for less than before. Somebody should say that this is meant.";
    }
    if (sw_diff_is_safety(diff)) {
        return "It differs where safety rests on it.";
    }
    if (diff->count > count_of(diff, SW_DIFF_WORDING)) {
        return "It does something else, but not where safety rests on it.";
    }
    return diff->count > 0 ? "Only the wording differs." : "Both say the same.";
}

void sw_diff_text(struct sw_buf *out, const struct sw_diff_view *view)
{
    size_t wording = count_of(view->diff, SW_DIFF_WORDING);

    sw_buf_addf(out, "%s: %s %s (sha256 %.12s)\n%s: %s %s (sha256 %.12s)\n", view->was_name,
                view->was->name, view->was->version, view->was->digest, view->now_name,
                view->now->name, view->now->version, view->now->digest);
    for (size_t g = 0; g < SW_COUNT(groups); g++) {
        if (!is_shown(view, groups[g].rank)) {
            continue;
        }
        sw_buf_addf(out, "\n%s\n", groups[g].title);
        for (size_t i = 0; i < view->diff->count; i++) {
            const struct sw_difference *row = &view->diff->rows[i];

            if (row->rank == groups[g].rank) {
                sw_buf_add_text(out, "  ");
                sw_plain_add(out, row->text);
                sw_buf_addf(out, "  (%s:%u)\n", row->mark.file, (unsigned)row->mark.line);
            }
        }
    }
    sw_buf_addf(out, "\n%s\n", verdict(view));
    if (wording > 0 && !view->has_wording) {
        sw_buf_addf(out, "%zu %s not shown; -v shows them.\n", wording,
                    sw_plural(wording, "difference of wording is", "differences of wording are"));
    }
}

void sw_diff_md(struct sw_buf *out, const struct sw_diff_view *view)
{
    sw_buf_add_text(out, "### Runbook ");
    sw_md_add_code(out, view->now->name);
    sw_buf_add_text(out, "\n\n**");
    sw_buf_add_text(out, verdict(view));
    sw_buf_add_text(out, "**\n");
    for (size_t g = 0; g < SW_COUNT(groups); g++) {
        if (!is_shown(view, groups[g].rank)) {
            continue;
        }
        sw_buf_addf(out, "\n#### %s\n\n", groups[g].title);
        for (size_t i = 0; i < view->diff->count; i++) {
            const struct sw_difference *row = &view->diff->rows[i];

            if (row->rank == groups[g].rank) {
                sw_buf_add_text(out, "- ");
                sw_md_add(out, row->text);
                sw_buf_add_text(out, "\n");
            }
        }
    }
    sw_buf_add_text(out, "\n<sub>");
    sw_md_add(out, view->was_name);
    sw_buf_addf(out, " (sha256 %.12s) and ", view->was->digest);
    sw_md_add(out, view->now_name);
    sw_buf_addf(out, " (sha256 %.12s), after all variants, compared by stepwise.</sub>\n",
                view->now->digest);
}

static const struct sw_value *side(struct sw_arena *arena, const struct sw_runbook *book,
                                   const char *given)
{
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put_text(&map, "name", book->name);
    sw_map_put_text(&map, "version", book->version);
    sw_map_put_text(&map, "digest", book->digest);
    sw_map_put_text(&map, "given", given);
    return sw_built(&map);
}

void sw_diff_json(struct sw_buf *out, const struct sw_diff_view *view)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_builder top = sw_map_begin(arena);
    struct sw_builder counts = sw_map_begin(arena);
    struct sw_builder list = sw_list_begin(arena);

    for (size_t g = 0; g < SW_COUNT(groups); g++) {
        sw_map_put_int(&counts, sw_diff_rank_name(groups[g].rank),
                       (int64_t)count_of(view->diff, groups[g].rank));
    }
    for (size_t i = 0; i < view->diff->count; i++) {
        const struct sw_difference *row = &view->diff->rows[i];
        struct sw_builder item = sw_map_begin(arena);

        sw_map_put_text(&item, "rank", sw_diff_rank_name(row->rank));
        sw_map_put_text(&item, "at", row->at);
        sw_map_put_text(&item, "path", row->path);
        sw_map_put_text(&item, "text", row->text);
        sw_map_put_text(&item, "file", row->mark.file);
        sw_map_put_int(&item, "line", row->mark.line);
        sw_list_add(&list, sw_built(&item));
    }
    sw_map_put_int(&top, "schema_version", 1);
    sw_map_put(&top, "was", side(arena, view->was, view->was_name));
    sw_map_put(&top, "now", side(arena, view->now, view->now_name));
    sw_map_put_bool(&top, "is_safety", sw_diff_is_safety(view->diff));
    sw_map_put(&top, "counts", sw_built(&counts));
    sw_map_put(&top, "differences", sw_built(&list));
    sw_json_write_pretty(out, sw_built(&top), SW_JSON_PLAIN);
    sw_buf_add_char(out, '\n');
    sw_arena_free(arena);
}
