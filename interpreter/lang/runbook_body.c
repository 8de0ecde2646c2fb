/** @file Second look at a step: texts, conditions, inputs, pacing, the edge. */
#include "lang/runbook_load.h"

#include "base/text.h"
#include "base/zone.h"

#include <string.h>

#define MINUTES_OF_DAY (24 * 60)
#define PEOPLE_MAX 10
#define PACE_MAX_MS (15 * INT64_C(60000)) /* where nothing is said: look at least this often */

static void load_pacing(struct sw_loader *loader, const struct sw_node *map,
                        const struct sw_key_table *table, struct sw_pacing *ret_pacing)
{
    struct sw_pacing pacing = {.factor = 1.0};
    int64_t times = 0;

    sw_load_keys(loader, table, map, SW_ON_ALL, map->mark);
    sw_load_duration(loader, sw_load_scalar(map, "every"), &pacing.every_ms);
    sw_load_real(loader, sw_load_scalar(map, "factor"), &sw_type_float, 1.0, 10.0, &pacing.factor);
    pacing.max_ms = pacing.every_ms > PACE_MAX_MS ? pacing.every_ms : PACE_MAX_MS;
    double percent = 0.0;
    sw_load_real(loader, sw_load_scalar(map, "jitter"), &sw_type_percent, 0.0, 50.0, &percent);
    pacing.jitter = percent / 100.0;
    const struct sw_node *max = sw_load_scalar(map, "max");
    if (sw_load_duration(loader, max, &pacing.max_ms) && pacing.max_ms < pacing.every_ms) {
        sw_diag_add(loader->diags, SW_ERROR, 212, max->mark, "`max` is shorter than `every`");
    }
    if (table == &sw_keys_retry) {
        sw_load_int(loader, sw_load_scalar(map, "times"), 1, 100, &times);
        pacing.times = (int)times;
    }
    *ret_pacing = pacing;
}

static const struct sw_action_error *find_error(const struct sw_action *action, const char *name)
{
    for (const struct sw_action_error *error = action->errors; error != NULL && error->name != NULL;
         error++) {
        if (sw_text_is(error->name, name)) {
            return error;
        }
    }
    return NULL;
}

static void load_retry_errors(struct sw_loader *loader, const struct sw_node *list,
                              struct sw_step *step)
{
    const char **names = sw_alloc_array(loader->arena, list->count + 1, sizeof *names);
    const char *known[64];
    size_t known_count = 0;
    size_t count = 0;

    for (const struct sw_action_error *error = step->use.action->errors;
         error != NULL && error->name != NULL && known_count < SW_COUNT(known); error++) {
        if (error->is_transient) {
            known[known_count++] = error->name;
        }
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct sw_node *word = list->items[i];
        if (word->kind != SW_NODE_SCALAR) {
            continue; /* said by sw_load_keys */
        }
        const struct sw_action_error *error = find_error(step->use.action, word->text);
        if (error == NULL || !error->is_transient) {
            sw_load_unknown(
                loader, 368, word->mark, word->text, known, known_count,
                sw_format(loader->arena,
                          error == NULL ? "`%s` has no error called `%.80s`"
                                        : "`%s` does not call the error `%.80s` transient: trying "
                                          "again would not help",
                          step->use.action->name, word->text));
            continue;
        }
        names[count++] = word->text;
    }
    step->retry.errors = names;
}

static void load_retry(struct sw_loader *loader, const struct sw_node *node, struct sw_step *step)
{
    const struct sw_node *map = sw_load_map(node, "retry");

    if (map == NULL) {
        return;
    }
    if (sw_step_is_irreversible(step)) {
        struct sw_diag *diag =
            sw_diag_add(loader->diags, SW_ERROR, 413, map->mark,
                        "`%s` cannot be undone, so it is never sent a second time", step->id);
        sw_diag_hint(loader->diags, diag, "take `retry` out; a person settles what is in doubt");
        return;
    }
    step->has_retry = true;
    load_pacing(loader, map, &sw_keys_retry, &step->retry);
    const struct sw_node *errors = sw_load_list(map, "errors");
    if (errors != NULL && step->use.action != NULL) {
        load_retry_errors(loader, errors, step);
    }
}

static void load_ensures(struct sw_loader *loader, const struct sw_node *node, struct sw_step *step)
{
    const struct sw_node *list = sw_load_list(node, "ensure");

    if (list == NULL) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct sw_node *row = list->items[i];
        if (!sw_load_keys(loader, &sw_keys_ensure, row, SW_ON_ALL, row->mark)) {
            continue;
        }
        const struct sw_node *poll = sw_load_map(row, "poll");
        if (poll != NULL && step->has_ensure_poll) {
            sw_diag_add(loader->diags, SW_ERROR, 202, poll->mark,
                        "all rows of `ensure` share one `poll`; another row has it already");
        } else if (poll != NULL) {
            step->has_ensure_poll = true;
            load_pacing(loader, poll, &sw_keys_poll, &step->ensure_poll);
        }
    }
    step->ensure_count = sw_load_rows(loader, list, &step->ensures);
}

/* "HH:MM" in minutes. */
static bool load_clock(struct sw_loader *loader, const struct sw_node *scalar, int *ret_minute)
{
    if (scalar == NULL) {
        return false;
    }
    const char *t = scalar->text;
    bool is_form = scalar->length == 5 && t[2] == ':';
    for (size_t i = 0; i < 5 && is_form; i++) {
        is_form = i == 2 || (t[i] >= '0' && t[i] <= '9');
    }
    int minute = is_form ? ((t[0] - '0') * 10 + t[1] - '0') * 60 + (t[3] - '0') * 10 + t[4] - '0'
                         : MINUTES_OF_DAY;
    if (minute >= MINUTES_OF_DAY || (is_form && t[3] > '5')) {
        sw_diag_add(loader->diags, SW_ERROR, 206, scalar->mark,
                    "`%.40s` is no time of day; write it as '20:30'", t);
        return false;
    }
    *ret_minute = minute;
    return true;
}

/* `Berlin`, `europe/berlin`: a name whose last part is the same, whatever the case. */
static const char *same_place(const char *word, const char *const *names, size_t count)
{
    const char *slash = strrchr(word, '/');
    const char *place = slash == NULL ? word : slash + 1;

    for (size_t i = 0; i < count; i++) {
        const char *end = strrchr(names[i], '/');

        if (sw_text_is_folded(end == NULL ? names[i] : end + 1, place)) {
            return names[i];
        }
    }
    return NULL;
}

static void unknown_zone(struct sw_loader *loader, const struct sw_node *node, const char *folder)
{
    size_t count = 0;
    const char *const *names = sw_zone_names(folder, loader->arena, &count);
    const char *place = same_place(node->text, names, count);
    const char *closest = place != NULL ? place : sw_text_closest(node->text, names, count);
    struct sw_diag *diag = sw_diag_add(loader->diags, SW_ERROR, 218, node->mark,
                                       "`%.60s` is no time zone", node->text);

    if (closest != NULL) {
        sw_diag_hint(loader->diags, diag, "did you mean `%s`?", closest);
    } else {
        sw_diag_hint(loader->diags, diag, "write it as Europe/Berlin, Asia/Kolkata or UTC");
    }
}

/* UTC needs no table. What this machine cannot look up stays shut when it is run. */
static void load_zone(struct sw_loader *loader, const struct sw_node *map, struct sw_edge *edge)
{
    const struct sw_node *node = sw_load_scalar(map, "zone");
    const char *folder = sw_zone_folder();
    struct sw_error err = {0};

    edge->zone = sw_load_word(map, "zone");
    if (node == NULL || edge->zone == NULL || sw_text_is_folded(edge->zone, "UTC")) {
        edge->clock = sw_zone_utc(loader->arena);
        return;
    }
    bool is_name = sw_zone_is_name(edge->zone);
    bool has_data = sw_zone_has_data(folder);
    if (is_name && has_data) {
        edge->clock = sw_zone_read(folder, edge->zone, loader->arena, &err);
    }
    if (edge->clock != NULL) {
        return;
    }
    edge->clock_missing =
        has_data && is_name
            ? sw_copy_text(loader->arena, err.text)
            : "this machine has no time zone data (install the package tzdata, or set TZDIR)";
    if (!is_name || (err.code == SW_E_NOT_FOUND && !sw_bundle_is_recorded(loader->bundle))) {
        unknown_zone(loader, node, folder);
    } else if (!sw_bundle_is_recorded(loader->bundle)) {
        struct sw_diag *diag =
            sw_diag_add(loader->diags, SW_WARNING, 219, node->mark,
                        "`%.60s` cannot be looked up: %s", edge->zone, edge->clock_missing);
        sw_diag_hint(loader->diags, diag, "here a run would park before this step");
    }
}

static void load_window(struct sw_loader *loader, const struct sw_node *edge_node,
                        struct sw_edge *edge)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const struct sw_node *map = sw_load_map(edge_node, "window");

    if (map == NULL) {
        return;
    }
    sw_load_keys(loader, &sw_keys_window, map, SW_ON_ALL, map->mark);
    const struct sw_node *list = sw_load_list(map, "days");
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        size_t day = 0;
        while (day < SW_COUNT(days) && !sw_text_is(days[day], list->items[i]->text)) {
            day++;
        }
        const struct sw_node *item = list->items[i];
        if (day < SW_COUNT(days)) {
            edge->day_mask |= 1u << day;
        } else if (item->kind == SW_NODE_SCALAR) {
            sw_load_unknown(loader, 206, item->mark, item->text, days, SW_COUNT(days),
                            sw_format(loader->arena, "`%.40s` is no day of the week", item->text));
        }
    }
    bool has_times = load_clock(loader, sw_load_scalar(map, "from"), &edge->from_minute);
    has_times = load_clock(loader, sw_load_scalar(map, "to"), &edge->to_minute) && has_times;
    if (has_times && edge->from_minute == edge->to_minute) {
        sw_diag_add(loader->diags, SW_ERROR, 212, map->mark,
                    "the window ends when it begins, so it is never open");
    }
    load_zone(loader, map, edge);
}

static void load_edge(struct sw_loader *loader, const struct sw_node *node, struct sw_step *step)
{
    const struct sw_node *map = sw_load_map(node, "edge");
    bool is_irreversible = sw_step_is_irreversible(step);

    if (step->use.action != NULL && is_irreversible && sw_node_get(node, "edge") == NULL) {
        struct sw_diag *diag = sw_diag_add(loader->diags, SW_ERROR, 414, step->use.mark,
                                           "`%s` cannot be undone, so the step needs an `edge`",
                                           step->use.action->name);
        sw_diag_hint(loader->diags, diag,
                     "edge: { approve: { by: ROLE, people: 1, good_for: 4h } }");
    }
    if (map == NULL) {
        return;
    }
    if (step->use.action != NULL && !is_irreversible) {
        struct sw_diag *diag = sw_diag_add(
            loader->diags, SW_ERROR, 415, map->mark,
            "`%s` can be undone, so its step is no point of no return", step->use.action->name);
        sw_diag_hint(loader->diags, diag, "take `edge` out, or ask people in a `decide` before it");
        return;
    }
    struct sw_edge *edge = sw_alloc(loader->arena, sizeof *edge);
    edge->mark = map->mark;
    edge->people = 1;
    sw_load_keys(loader, &sw_keys_edge, map, SW_ON_ALL, map->mark);
    edge->note = sw_load_text(loader, map, "note");
    const struct sw_node *approve = sw_load_map(map, "approve");
    if (approve != NULL) {
        int64_t people = 1;
        sw_load_keys(loader, &sw_keys_approve, approve, SW_ON_ALL, approve->mark);
        const struct sw_node *by = sw_load_scalar(approve, "by");
        if (by != NULL && sw_load_is_id(loader, by, "a role")) {
            edge->by = by->text;
        }
        sw_load_int(loader, sw_load_scalar(approve, "people"), 1, PEOPLE_MAX, &people);
        edge->people = (int)people;
        sw_load_duration(loader, sw_load_scalar(approve, "good_for"), &edge->good_for_ms);
    }
    load_window(loader, map, edge);
    step->edge = edge;
}

static void load_choices(struct sw_loader *loader, const struct sw_node *node, struct sw_step *step)
{
    const struct sw_node *choices = sw_load_map(node, "decide");
    const struct sw_node *shows = sw_load_map(node, "show");
    const struct sw_node *by = sw_load_scalar(node, "by");

    for (size_t i = 0; i < step->choice_count; i++) {
        if (choices->items[i]->kind == SW_NODE_MAP) {
            step->choices[i].label = sw_load_text(loader, choices->items[i], "label");
        }
    }
    for (size_t i = 0; i < step->show_count; i++) {
        if (step->shows[i].use.action != NULL) {
            sw_load_inputs(loader, shows->items[i], &step->shows[i].use);
        }
    }
    if (by != NULL && sw_load_is_id(loader, by, "a role")) {
        step->by = by->text;
    }
}

static void load_verb(struct sw_loader *loader, const struct sw_node *node, struct sw_step *step)
{
    const struct sw_node *list = NULL;

    switch (step->verb) {
    case SW_VERB_DO:
    case SW_VERB_READ:
    case SW_VERB_WAIT:
        if (step->use.action != NULL) {
            sw_load_inputs(loader, node, &step->use);
        }
        if (step->verb == SW_VERB_DO) {
            load_edge(loader, node, step);
        }
        break;
    case SW_VERB_HOOK:
        if (step->use.action == NULL) {
            sw_load_free_inputs(loader, node, &step->use);
            break;
        }
        sw_load_inputs(loader, node, &step->use);
        load_edge(loader, node, step);
        break;
    case SW_VERB_DECIDE:
        load_choices(loader, node, step);
        break;
    case SW_VERB_BRANCH:
        list = sw_load_list(node, "branch");
        for (size_t i = 0; i < step->branch_count; i++) {
            if (list->items[i]->kind == SW_NODE_MAP) {
                step->branches[i].when = sw_load_condition(loader, list->items[i], "when");
            }
        }
        break;
    case SW_VERB_ASSERT:
        list = sw_load_list(node, "assert");
        for (size_t i = 0; list != NULL && i < list->count; i++) {
            sw_load_keys(loader, &sw_keys_row, list->items[i], SW_ON_ALL, list->items[i]->mark);
        }
        step->assert_count = list == NULL ? 0 : sw_load_rows(loader, list, &step->asserts);
        break;
    case SW_VERB_CALL:
        sw_load_call_inputs(loader, node, step);
        break;
    case SW_VERB_END:
        break;
    }
}

void sw_load_body(struct sw_loader *loader, size_t index)
{
    const struct sw_node *node = loader->step_nodes[index];
    struct sw_step *step = &loader->book->steps[index];

    if (node == NULL) {
        return;
    }
    loader->place = (struct sw_place){SW_PLACE_STEP, index};
    step->title = sw_load_text(loader, node, "title");
    step->description = sw_load_text(loader, node, "description");
    const struct sw_node *when = sw_node_get(node, "when");
    if (when != NULL && sw_step_is_irreversible(step)) {
        struct sw_diag *diag =
            sw_diag_add(loader->diags, SW_ERROR, 412, when->mark,
                        "`%s` cannot be undone, so it cannot depend on a `when`", step->id);
        sw_diag_hint(loader->diags, diag, "put a `branch` before it that says where else to go");
    } else if (step->verb != SW_VERB_END) {
        step->when = sw_load_condition(loader, node, "when");
    }
    load_verb(loader, node, step);
    step->timeout = sw_load_duration_text(loader, node, "timeout");
    const struct sw_node *poll = sw_load_map(node, "poll");
    if (poll != NULL && step->verb == SW_VERB_WAIT) {
        step->has_poll = true;
        load_pacing(loader, poll, &sw_keys_poll, &step->poll);
    }
    load_retry(loader, node, step);
    loader->place.kind = SW_PLACE_ENSURE;
    load_ensures(loader, node, step);
}
