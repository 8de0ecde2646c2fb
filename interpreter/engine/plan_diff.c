#include "engine/plan_diff.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/text.h"

#include <string.h>

enum { SHOWN_BYTES = 200 };

static const char *text_of(const struct sw_value *map, const char *key)
{
    const char *text = sw_as_text(sw_get(map, key));

    return text == NULL ? "" : text;
}

/** A value in a sentence, cut when it is long. */
static const char *shown(const struct sw_value *value, struct sw_arena *arena)
{
    struct sw_buf text;
    const char *copy = NULL;

    if (value == NULL) {
        return "(not there)";
    }
    sw_buf_init(&text, SW_LIMIT_RECORD_BYTES);
    sw_value_print(&text, value);
    if (text.length > SHOWN_BYTES) {
        size_t length = SHOWN_BYTES;

        while ((text.bytes[length] & 0xc0) == 0x80) {
            length--;
        }
        copy = sw_format(arena, "%.*s...", (int)length, text.bytes);
    } else {
        copy = sw_copy(arena, text.bytes, text.length);
    }
    sw_buf_release(&text);
    return copy;
}

static void moved(struct sw_builder *list, const char *what, const struct sw_value *was,
                  const struct sw_value *is)
{
    const char *before = shown(was, list->arena);
    const char *now = shown(is, list->arena);

    if (sw_text_is(before, now)) {
        now = "something else that begins with the same words";
    }
    sw_list_add(list, sw_textf(list->arena, "%s: was %s, is %s", what, before, now));
}

/** Both known and the same, or both not known. */
static bool is_same(const struct sw_value *was, const struct sw_value *is)
{
    if ((was == NULL) != (is == NULL)) {
        return false;
    }
    if (was != NULL && (was->is_secret || is->is_secret)) {
        return was->is_secret == is->is_secret;
    }
    return sw_is_known(was) == sw_is_known(is) && (!sw_is_known(was) || sw_value_same(was, is));
}

/** Compare two maps key by key, the keys of `fields` that move by themselves left out. */
static void diff_maps(struct sw_builder *list, const char *name, const struct sw_field *fields,
                      const struct sw_value *was, const struct sw_value *is)
{
    bool are_maps =
        sw_is_known(was) && was->kind == SW_V_MAP && sw_is_known(is) && is->kind == SW_V_MAP;

    if (!are_maps) {
        if (!is_same(was, is)) {
            moved(list, name, was, is);
        }
        return;
    }
    for (size_t i = 0; i < was->as.map.count; i++) {
        const struct sw_entry *entry = &was->as.map.entries[i];
        const struct sw_field *field = fields == NULL ? NULL : sw_field_find(fields, entry->key);
        bool moves_by_itself = field != NULL && (field->flags & SW_FIELD_VOLATILE) != 0;

        if (!moves_by_itself && !is_same(entry->value, sw_get(is, entry->key))) {
            moved(list, sw_format(list->arena, "%s.%s", name, entry->key), entry->value,
                  sw_get(is, entry->key));
        }
    }
    for (size_t i = 0; i < is->as.map.count; i++) {
        const struct sw_entry *entry = &is->as.map.entries[i];

        if (sw_get(was, entry->key) == NULL) {
            moved(list, sw_format(list->arena, "%s.%s", name, entry->key), NULL, entry->value);
        }
    }
}

static void diff_runbook(struct sw_builder *list, const struct sw_value *was,
                         const struct sw_value *is)
{
    static const char *const keys[] = {"runbook", "version", "digest"};

    for (size_t i = 0; i < SW_COUNT(keys); i++) {
        if (!sw_text_is(text_of(was, keys[i]), text_of(is, keys[i]))) {
            moved(list,
                  sw_text_is(keys[i], "digest")
                      ? "the text of the runbook, or of a file that belongs to it"
                      : sw_format(list->arena, "the %s", keys[i]),
                  sw_get(was, keys[i]), sw_get(is, keys[i]));
        }
    }
}

static void diff_targets(struct sw_builder *list, const struct sw_value *was,
                         const struct sw_value *is)
{
    size_t count = sw_list_count(was) > sw_list_count(is) ? sw_list_count(was) : sw_list_count(is);

    for (size_t i = 0; i < count; i++) {
        const struct sw_value *before = sw_list_at(was, i);
        const struct sw_value *now = sw_list_at(is, i);
        const char *name = text_of(now == NULL ? before : now, "name");

        if (!sw_text_is(text_of(before, "name"), text_of(now, "name"))) {
            moved(list, "the targets", sw_get(before, "name"), sw_get(now, "name"));
            continue;
        }
        diff_maps(list, sw_format(list->arena, "target %s", name), NULL, sw_get(before, "settings"),
                  sw_get(now, "settings"));
    }
}

static const struct sw_field *outputs_of(const struct sw_action *action)
{
    return action == NULL ? NULL : action->outputs;
}

static void diff_facts(struct sw_builder *list, const struct sw_runbook *runbook,
                       const struct sw_value *was, const struct sw_value *is)
{
    for (size_t i = 0; i < runbook->fact_count; i++) {
        const struct sw_fact *fact = &runbook->facts[i];

        diff_maps(list, sw_format(list->arena, "facts.%s", fact->key), outputs_of(fact->use.action),
                  sw_get(was, fact->key), sw_get(is, fact->name));
    }
}

static void diff_requires(struct sw_builder *list, const struct sw_value *was,
                          const struct sw_value *is)
{
    for (size_t i = 0; i < sw_list_count(is); i++) {
        const struct sw_value *before = sw_list_at(was, i);
        const struct sw_value *now = sw_list_at(is, i);
        bool did_hold = false;
        bool holds = false;

        sw_as_bool(sw_get(before, "holds"), &did_hold);
        sw_as_bool(sw_get(now, "holds"), &holds);
        if (did_hold != holds) {
            sw_list_add(list, sw_textf(list->arena, "requirement %s: %s%s", text_of(now, "id"),
                                       holds ? "holds now" : "no longer holds: ",
                                       holds ? "" : text_of(now, "why")));
        }
    }
}

/* ---- steps ---- */

static void diff_text(struct sw_builder *list, const char *id, const char *what, const char *key,
                      const struct sw_value *was, const struct sw_value *is)
{
    if (!sw_text_is(text_of(was, key), text_of(is, key))) {
        moved(list, sw_format(list->arena, "step %s: %s", id, what), sw_get(was, key),
              sw_get(is, key));
    }
}

/** The first line that is not the same in both, as values. */
static void diff_request(struct sw_builder *list, const char *id, const struct sw_value *was,
                         const struct sw_value *is)
{
    const char *before = text_of(was, "request");
    const char *now = text_of(is, "request");

    if (sw_text_is(before, now)) {
        return;
    }
    for (;;) {
        size_t length = strcspn(before, "\n");

        if (length != strcspn(now, "\n") || memcmp(before, now, length) != 0 ||
            before[length] == '\0') {
            break;
        }
        before += length + 1;
        now += length + 1;
    }
    moved(list, sw_format(list->arena, "step %s: its exact request", id),
          sw_text_n(list->arena, before, strcspn(before, "\n")),
          sw_text_n(list->arena, now, strcspn(now, "\n")));
}

static void diff_writes(struct sw_builder *list, const char *id, const struct sw_value *was,
                        const struct sw_value *is)
{
    size_t count = sw_list_count(was) > sw_list_count(is) ? sw_list_count(was) : sw_list_count(is);

    for (size_t i = 0; i < count; i++) {
        const struct sw_value *before = sw_list_at(was, i);
        const struct sw_value *now = sw_list_at(is, i);

        if (before == NULL || now == NULL) {
            sw_list_add(list, sw_textf(list->arena, "step %s: it would %s do: %s", id,
                                       now == NULL ? "no longer" : "also",
                                       text_of(now == NULL ? before : now, "does")));
        } else {
            diff_text(list, id, "what it would do", "does", before, now);
            diff_request(list, id, before, now);
        }
    }
}

static void diff_step(struct sw_builder *list, const struct sw_runbook *runbook,
                      const struct sw_value *was, const struct sw_value *is)
{
    const char *id = text_of(is, "id");
    size_t index = sw_runbook_step(runbook, id);
    const struct sw_action *action = index == SW_NO_STEP ? NULL : runbook->steps[index].use.action;

    diff_text(list, id, "its state", "state", was, is);
    diff_text(list, id, "how it would end now", "now", was, is);
    diff_writes(list, id, sw_get(was, "writes"), sw_get(is, "writes"));
    if (sw_is_known(sw_get(was, "outputs")) || sw_is_known(sw_get(is, "outputs"))) {
        diff_maps(list, sw_format(list->arena, "step %s: its output", id), outputs_of(action),
                  sw_get(was, "outputs"), sw_get(is, "outputs"));
    }
}

static void diff_steps(struct sw_builder *list, const struct sw_runbook *runbook,
                       const struct sw_value *was, const struct sw_value *is)
{
    struct sw_map *before = sw_map_new(list->arena);
    struct sw_map *now = sw_map_new(list->arena);

    for (size_t i = 0; i < sw_list_count(was); i++) {
        sw_map_set(before, text_of(sw_list_at(was, i), "id"), sw_list_at(was, i));
    }
    for (size_t i = 0; i < sw_list_count(is); i++) {
        const struct sw_value *step = sw_list_at(is, i);
        const struct sw_value *old = sw_map_get(before, text_of(step, "id"));

        sw_map_set(now, text_of(step, "id"), step);
        if (old == NULL) {
            sw_list_add(list, sw_textf(list->arena, "step %s: is new", text_of(step, "id")));
        } else {
            diff_step(list, runbook, old, step);
        }
    }
    for (size_t i = 0; i < sw_list_count(was); i++) {
        const char *id = text_of(sw_list_at(was, i), "id");

        if (!sw_map_has(now, id)) {
            sw_list_add(list, sw_textf(list->arena, "step %s: is gone", id));
        }
    }
}

const struct sw_value *sw_plan_diff(const struct sw_runbook *runbook, const struct sw_value *was,
                                    const struct sw_value *is, struct sw_arena *arena)
{
    struct sw_builder list = sw_list_begin(arena);

    diff_runbook(&list, was, is);
    diff_maps(&list, "params", NULL, sw_get(was, "params"), sw_get(is, "params"));
    diff_targets(&list, sw_get(was, "targets"), sw_get(is, "targets"));
    diff_facts(&list, runbook, sw_get(was, "facts"), sw_get(is, "facts"));
    diff_requires(&list, sw_get(was, "require"), sw_get(is, "require"));
    diff_steps(&list, runbook, sw_get(was, "steps"), sw_get(is, "steps"));
    return sw_built(&list);
}
