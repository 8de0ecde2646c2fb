#include "ui/plan_view.h"

#include "base/limits.h"
#include "base/text.h"

#include <stdlib.h>

const char *sw_plan_text_of(const struct sw_value *map, const char *key)
{
    const char *text = sw_as_text(sw_get(map, key));

    return text == NULL ? "" : text;
}

int64_t sw_plan_int_of(const struct sw_value *map, const char *key)
{
    int64_t number = 0;

    sw_as_int(sw_get(map, key), &number);
    return number;
}

bool sw_plan_bool_of(const struct sw_value *map, const char *key)
{
    bool is = false;

    sw_as_bool(sw_get(map, key), &is);
    return is;
}

const char *sw_plan_print(const struct sw_value *value, struct sw_arena *arena)
{
    struct sw_buf text;

    sw_buf_init(&text, SW_LIMIT_RECORD_BYTES);
    sw_value_print(&text, value);

    const char *copy = sw_copy(arena, text.bytes, text.length);

    sw_buf_release(&text);
    return copy;
}

const char *sw_plan_title(const struct sw_value *step)
{
    const char *title = sw_plan_text_of(step, "title");

    if (title[0] == '\0') {
        title = sw_plan_text_of(step, "about");
    }
    if (title[0] == '\0') {
        title = sw_plan_text_of(step, "verb");
    }
    return title;
}

enum sw_plan_group sw_plan_group(const struct sw_value *step)
{
    const char *verb = sw_plan_text_of(step, "verb");

    if (sw_is_known(sw_get(step, "edge"))) {
        return SW_PLAN_EDGE;
    }
    if (sw_text_is(verb, "do")) {
        return SW_PLAN_CHANGES;
    }
    if (sw_text_is(verb, "read")) {
        return SW_PLAN_READS;
    }
    if (sw_text_is(verb, "wait")) {
        return SW_PLAN_WAITS;
    }
    if (sw_text_is(verb, "decide")) {
        return SW_PLAN_ASKS;
    }
    if (sw_text_is(verb, "end")) {
        return SW_PLAN_ENDS;
    }
    return sw_text_is(verb, "branch") || sw_text_is(verb, "assert") ? SW_PLAN_BENDS : SW_PLAN_CALLS;
}

bool sw_plan_is_in(const struct sw_value *step, enum sw_plan_group group)
{
    enum sw_plan_group own = sw_plan_group(step);

    switch (group) {
    case SW_PLAN_CHANGES:
        return own == SW_PLAN_CHANGES || own == SW_PLAN_EDGE ||
               sw_list_count(sw_get(step, "writes")) > 0;
    case SW_PLAN_ASKS:
        return own == SW_PLAN_ASKS || own == SW_PLAN_EDGE;
    case SW_PLAN_EDGE:
    case SW_PLAN_WAITS:
    case SW_PLAN_READS:
    case SW_PLAN_BENDS:
    case SW_PLAN_CALLS:
    case SW_PLAN_ENDS:
        return own == group;
    }
    return false;
}

static int by_number(const void *left, const void *right)
{
    int64_t a = sw_plan_int_of(*(const struct sw_value *const *)left, "number");
    int64_t b = sw_plan_int_of(*(const struct sw_value *const *)right, "number");

    return a < b ? -1 : a > b;
}

size_t sw_plan_in_order(const struct sw_value *document, struct sw_arena *arena,
                        const struct sw_value *const **ret_steps)
{
    const struct sw_value *steps = sw_get(document, "steps");
    size_t count = sw_list_count(steps);
    const struct sw_value **rows = sw_alloc_array(arena, count + 1, sizeof *rows);

    for (size_t i = 0; i < count; i++) {
        rows[i] = sw_list_at(steps, i);
    }
    qsort(rows, count, sizeof *rows, by_number);
    *ret_steps = rows;
    return count;
}

static const char *waits_text(const struct sw_value *step, const char *before,
                              struct sw_arena *arena)
{
    const struct sw_value *most = sw_get(step, "waits_at_most");

    return most == NULL ? before
                        : sw_format(arena, "%s at most %s", before, sw_plan_print(most, arena));
}

const char *sw_plan_kind_text(const struct sw_value *step, struct sw_arena *arena)
{
    const char *state = sw_plan_text_of(step, "state");
    const char *asks = sw_plan_text_of(step, "asks");

    switch (sw_plan_group(step)) {
    case SW_PLAN_EDGE:
        return "point of no return";
    case SW_PLAN_ASKS:
        return sw_format(arena, "asks %s", asks[0] == '\0' ? "any approver" : asks);
    case SW_PLAN_WAITS:
        return waits_text(step, "waits", arena);
    case SW_PLAN_ENDS:
        return sw_format(arena, "ends: %s%s", sw_plan_text_of(step, "end"),
                         sw_plan_bool_of(step, "rollback") ? ", all put back" : "");
    case SW_PLAN_BENDS:
    case SW_PLAN_CALLS:
        return state[0] == '\0' ? sw_plan_text_of(step, "verb")
                                : sw_format(arena, "%s: %s", sw_plan_text_of(step, "verb"), state);
    case SW_PLAN_CHANGES:
    case SW_PLAN_READS:
        return state;
    }
    return state;
}
