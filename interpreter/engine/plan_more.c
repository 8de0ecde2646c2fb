#include "engine/plan_more.h"

#include "base/text.h"
#include "engine/window.h"
#include "lang/variant.h"

static const char *effect_name(const struct sw_action *action)
{
    switch (action->effect) {
    case SW_EFFECT_READ:
        return "read";
    case SW_EFFECT_REVERSIBLE:
        return "reversible";
    case SW_EFFECT_IRREVERSIBLE:
        return "irreversible";
    }
    return "irreversible";
}

static void put_yields(struct sw_builder *item, const struct sw_action *action,
                       struct sw_arena *arena)
{
    struct sw_builder list = sw_list_begin(arena);

    for (const struct sw_yield *row = action->yields; row != NULL && row->evidence != NULL; row++) {
        struct sw_builder yield = sw_map_begin(arena);

        sw_map_put_text(&yield, "evidence", row->evidence);
        sw_map_put_text(&yield, "outcome", row->outcome);
        sw_list_add(&list, sw_built(&yield));
    }
    if (sw_list_count(sw_built(&list)) > 0) {
        sw_map_put(item, "yields", sw_built(&list));
    }
}

static void put_undo(struct sw_builder *item, const struct sw_action *action,
                     struct sw_arena *arena)
{
    struct sw_builder list = sw_list_begin(arena);

    for (const struct sw_write *row = action->undo; row != NULL && row->name != NULL; row++) {
        sw_list_add(&list, sw_text(arena, row->doc));
    }
    if (sw_list_count(sw_built(&list)) > 0) {
        sw_map_put(item, "undo_does", sw_built(&list));
    }
}

static const char *const ends[] = {"done", "stopped", "failed"};

void sw_plan_put_kind(struct sw_builder *item, const struct sw_runbook *runbook, size_t index,
                      struct sw_arena *arena)
{
    const struct sw_step *step = &runbook->steps[index];
    const struct sw_action *action = step->use.action;

    sw_map_put_int(item, "number", (int64_t)index + 1);
    if (step->verb == SW_VERB_END) {
        sw_map_put_text(item, "end", ends[step->end]);
        sw_map_put_bool(item, "rollback", step->is_rollback);
    }
    if (action != NULL) {
        sw_map_put_text(item, "effect", effect_name(action));
        sw_map_put_text(item, "about", action->doc);
        put_yields(item, action, arena);
        put_undo(item, action, arena);
    }
}

void sw_plan_put_window(struct sw_builder *edge, const struct sw_edge *of, int64_t now_ns,
                        struct sw_arena *arena)
{
    static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    struct sw_builder window = sw_map_begin(arena);
    struct sw_builder days = sw_list_begin(arena);
    const char *from = sw_format(arena, "%02d:%02d", of->from_minute / 60, of->from_minute % 60);
    const char *to = sw_format(arena, "%02d:%02d", of->to_minute / 60, of->to_minute % 60);
    const char *zone = of->zone == NULL ? "UTC" : of->zone;

    if (of->day_mask == 0) {
        return;
    }
    for (size_t i = 0; i < SW_COUNT(names); i++) {
        if ((of->day_mask & 1u << i) != 0) {
            sw_list_add(&days, sw_text(arena, names[i]));
        }
    }
    sw_map_put(&window, "days", sw_built(&days));
    sw_map_put_text(&window, "from", from);
    sw_map_put_text(&window, "to", to);
    sw_map_put_text(&window, "zone", zone);
    sw_map_put_text(&window, "text", sw_window_text(of, arena));
    sw_map_put_text(&window, "now", sw_window_now(of, now_ns, arena));
    sw_map_put(edge, "window", sw_built(&window));
}

void sw_plan_put_choice(struct sw_builder *item, const struct sw_step *step,
                        const struct sw_choice *choice)
{
    if (choice->accepts_loss != SW_NO_STEP) {
        sw_map_put_text(item, "loses", step->shows[choice->accepts_loss].name);
    }
    if (choice->reason == SW_REASON_REQUIRED || choice->accepts_loss != SW_NO_STEP) {
        sw_map_put_text(item, "reason", "required");
    }
}

/* ---- what nobody knows yet ---- */

static void add_unknown(struct sw_builder *list, const char *what, const struct sw_value *value)
{
    struct sw_builder item = sw_map_begin(list->arena);
    const char *why = value == NULL || value->as.text == NULL ? "" : value->as.text;

    sw_map_put_text(&item, "what", what);
    sw_map_put_text(&item, "why", why[0] == '\0' ? "the peer did not say" : why);
    sw_list_add(list, sw_built(&item));
}

static void unknown_facts(struct sw_builder *list, const struct sw_value *facts)
{
    for (size_t i = 0; sw_is_known(facts) && i < facts->as.map.count; i++) {
        const struct sw_entry *fact = &facts->as.map.entries[i];

        if (!sw_is_known(fact->value)) {
            add_unknown(list, sw_format(list->arena, "facts.%s", fact->key), fact->value);
            continue;
        }
        for (size_t n = 0; fact->value->kind == SW_V_MAP && n < fact->value->as.map.count; n++) {
            const struct sw_entry *output = &fact->value->as.map.entries[n];

            if (!sw_is_known(output->value)) {
                add_unknown(list, sw_format(list->arena, "facts.%s.%s", fact->key, output->key),
                            output->value);
            }
        }
    }
}

static void unknown_step(struct sw_builder *list, const struct sw_value *step)
{
    const char *id = sw_as_text(sw_get(step, "id"));
    const char *state = sw_as_text(sw_get(step, "state"));
    const struct sw_value *when = sw_get(step, "when_is");
    const struct sw_value *wait = sw_get(step, "waits_at_most");

    if (sw_text_is(state, "not known") || sw_text_is(state, "unclear")) {
        add_unknown(list, sw_format(list->arena, "what step %s would do", id),
                    sw_get(step, "says"));
    }
    if (when != NULL && !sw_is_known(when)) {
        add_unknown(list, sw_format(list->arena, "whether step %s is skipped", id), when);
    }
    if (wait != NULL && !sw_is_known(wait)) {
        add_unknown(list, sw_format(list->arena, "how long step %s waits", id), wait);
    }
}

const struct sw_value *sw_plan_unknowns(const struct sw_value *facts, const struct sw_value *steps,
                                        struct sw_arena *arena)
{
    struct sw_builder list = sw_list_begin(arena);

    unknown_facts(&list, facts);
    for (size_t i = 0; i < sw_list_count(steps); i++) {
        unknown_step(&list, sw_list_at(steps, i));
    }
    return sw_built(&list);
}

void sw_plan_variant(const struct sw_runbook *runbook, struct sw_arena *arena,
                     struct sw_builder *document)
{
    struct sw_builder bases = sw_list_begin(arena);
    struct sw_builder weakenings = sw_list_begin(arena);

    for (size_t i = 0; i < runbook->base_count; i++) {
        struct sw_builder base = sw_map_begin(arena);

        sw_map_put_text(&base, "name", runbook->bases[i].name);
        sw_map_put_text(&base, "version", runbook->bases[i].version);
        sw_map_put_text(&base, "digest", runbook->bases[i].part->digest);
        sw_list_add(&bases, sw_built(&base));
    }
    for (size_t i = 0; i < runbook->weakening_count; i++) {
        const struct sw_weakening *weakening = &runbook->weakenings[i];
        struct sw_builder row = sw_map_begin(arena);

        sw_map_put_text(&row, "at", weakening->owner);
        sw_map_put_text(&row, "what", weakening->what);
        sw_map_put_text(&row, "reason", weakening->reason);
        sw_map_put_text(
            &row, "place",
            sw_format(arena, "%s:%u", weakening->mark.file, (unsigned)weakening->mark.line));
        sw_list_add(&weakenings, sw_built(&row));
    }
    if (runbook->base_count > 0) {
        sw_map_put(document, "extends", sw_built(&bases));
        sw_map_put(document, "weakenings", sw_built(&weakenings));
    }
}
