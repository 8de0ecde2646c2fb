#include "lang/schema.h"

#include "base/text.h"
#include "lang/keys.h"

#define ID "^[a-z][a-z0-9_]{0,62}$"
#define OWN_NOTES "^x-"

struct maker {
    struct sw_arena *arena;
    const struct sw_registry *registry;
};

static const struct sw_value *keys_schema(const struct maker *m, const struct sw_key_table *table);
static struct sw_builder keys_begin(const struct maker *m, const struct sw_key_table *table,
                                    bool is_partial);

/* ---- small parts ---- */

static const struct sw_value *pair(struct sw_arena *arena, const char *key,
                                   const struct sw_value *value)
{
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put(&map, key, value);
    return sw_built(&map);
}

static const struct sw_value *texts(struct sw_arena *arena, const char *const *words)
{
    struct sw_builder list = sw_list_begin(arena);

    for (; *words != NULL; words++) {
        sw_list_add(&list, sw_text(arena, *words));
    }
    return sw_built(&list);
}

/* {"properties": {KEY: SCHEMA}, "required": [KEY]} */
static const struct sw_value *has(struct sw_arena *arena, const char *key,
                                  const struct sw_value *schema)
{
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put(&map, "properties", pair(arena, key, schema));
    sw_map_put(&map, "required", texts(arena, (const char *const[]){key, NULL}));
    return sw_built(&map);
}

static const struct sw_value *if_then(struct sw_arena *arena, const struct sw_value *when,
                                      const struct sw_value *then)
{
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put(&map, "if", when);
    sw_map_put(&map, "then", then);
    return sw_built(&map);
}

/* One of several names, each with its own explanation. */
static void add_name(struct sw_arena *arena, struct sw_builder *list, const char *name,
                     const char *doc)
{
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put_text(&map, "const", name);
    sw_map_put_text(&map, "description", doc);
    sw_list_add(list, sw_built(&map));
}

/* ---- actions ---- */

enum use { USE_DO, USE_READ, USE_WAIT };

static bool is_used(const struct sw_action *action, enum use use)
{
    enum use of = action->effect != SW_EFFECT_READ ? USE_DO : action->is_wait ? USE_WAIT : USE_READ;
    return use == of;
}

static const struct sw_value *action_names(const struct maker *m, enum use use)
{
    struct sw_builder list = sw_list_begin(m->arena);

    for (const struct sw_pack *const *pack = m->registry->packs; *pack != NULL; pack++) {
        const struct sw_action *const *action = (*pack)->actions;

        for (; action != NULL && *action != NULL; action++) {
            if (is_used(*action, use)) {
                add_name(m->arena, &list, (*action)->name, (*action)->doc);
            }
        }
    }
    return pair(m->arena, "anyOf", sw_built(&list));
}

/* The map of outcomes of a step with this action: all but two must be mapped. */
static const struct sw_value *next_schema(const struct maker *m, const struct sw_action *action)
{
    struct sw_arena *arena = m->arena;
    const struct sw_value *arrow =
        sw_schema_either(arena, sw_schema_text(arena, ID), keys_schema(m, &sw_keys_arrow));
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder properties = sw_map_begin(arena);
    struct sw_builder required = sw_list_begin(arena);
    const struct sw_outcome_doc *row = action->outcomes;
    bool has_named = row != NULL && row->name != NULL;

    for (; row != NULL && row->name != NULL; row++) {
        sw_map_put(&properties, row->name, sw_schema_about(arena, arrow, row->doc));
        sw_list_add(&required, sw_text(arena, row->name));
    }
    if (!has_named) {
        sw_map_put(&properties, "ok", sw_schema_about(arena, arrow, "It is done."));
    }
    if (action->is_wait) {
        sw_map_put(&properties, "timeout",
                   sw_schema_about(arena, arrow, "No other outcome within `timeout`."));
        sw_list_add(&required, sw_text(arena, "timeout"));
    }
    if (action->is_wait && action->reads_log) {
        sw_map_put(&properties, "evidence_lost",
                   sw_schema_about(arena, arrow, "The log does not reach back any more."));
        sw_list_add(&required, sw_text(arena, "evidence_lost"));
    }
    sw_map_put(&properties, "failed",
               sw_schema_about(arena, arrow, "An error after all retries; unmapped, it parks."));
    sw_map_put_text(&map, "type", "object");
    sw_map_put(&map, "properties", sw_built(&properties));
    sw_map_put(&map, "additionalProperties", sw_bool(false));
    if (!has_named && !action->is_wait) {
        return sw_schema_either(arena, sw_schema_text(arena, ID), sw_built(&map));
    }
    sw_map_put(&map, "required", sw_built(&required));
    return sw_built(&map);
}

/* What using an action asks of the keys beside it. */
static const struct sw_value *action_rules(const struct maker *m, const struct sw_action *action,
                                           bool is_step)
{
    struct sw_arena *arena = m->arena;
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder properties = sw_map_begin(arena);
    struct sw_builder required = sw_list_begin(arena);
    const struct sw_field *field = action->inputs;

    sw_map_put(&properties, "with", sw_schema_fields(arena, field, true));
    while (field != NULL && field->name != NULL && (field->flags & SW_FIELD_REQUIRED) == 0) {
        field++;
    }
    if (field != NULL && field->name != NULL) {
        sw_list_add(&required, sw_text(arena, "with"));
    }
    if (action->target_kind == NULL) {
        sw_map_put(&properties, "target", sw_bool(false));
    } else {
        sw_list_add(&required, sw_text(arena, "target"));
    }
    if (is_step) {
        bool has_named = action->outcomes != NULL && action->outcomes->name != NULL;

        sw_map_put(&properties, "next", next_schema(m, action));
        if (has_named || action->is_wait) {
            sw_list_add(&required, sw_text(arena, "next"));
        }
        if (action->effect == SW_EFFECT_IRREVERSIBLE) {
            sw_list_add(&required, sw_text(arena, "edge"));
            sw_map_put(&properties, "when", sw_bool(false));
            sw_map_put(&properties, "retry", sw_bool(false));
        } else {
            sw_map_put(&properties, "edge", sw_bool(false));
        }
    }
    sw_map_put(&map, "properties", sw_built(&properties));
    sw_map_put(&map, "required", sw_built(&required));
    return sw_built(&map);
}

static void add_action_rules(const struct maker *m, struct sw_builder *all, const char *key,
                             enum use use, bool is_step)
{
    for (const struct sw_pack *const *pack = m->registry->packs; *pack != NULL; pack++) {
        const struct sw_action *const *action = (*pack)->actions;

        for (; action != NULL && *action != NULL; action++) {
            if (is_used(*action, use)) {
                const struct sw_value *name = sw_text(m->arena, (*action)->name);

                sw_list_add(all,
                            if_then(m->arena, has(m->arena, key, pair(m->arena, "const", name)),
                                    action_rules(m, *action, is_step)));
            }
        }
    }
}

/* ---- keys ---- */

static const struct sw_value *kinds(const struct maker *m)
{
    struct sw_builder list = sw_list_begin(m->arena);

    for (const struct sw_pack *const *pack = m->registry->packs; *pack != NULL; pack++) {
        const struct sw_target_kind *const *kind = (*pack)->target_kinds;

        for (; kind != NULL && *kind != NULL; kind++) {
            add_name(m->arena, &list, (*kind)->name, (*kind)->doc);
        }
    }
    return pair(m->arena, "anyOf", sw_built(&list));
}

/* Words of which the loader takes only some. KEEP IN STEP: runbook_*.c. */
static const struct {
    const struct sw_key_table *table;
    const char *key;
    const char *const *words;
} closed[] = {
    {&sw_keys_step, "end", (const char *const[]){"done", "stopped", "failed", NULL}},
    {&sw_keys_choice, "reason", (const char *const[]){"required", "optional", NULL}},
    {&sw_keys_require, "at", (const char *const[]){"start", NULL}},
    {&sw_keys_param, "type",
     (const char *const[]){"bool",     "int",      "float", "percent", "string",      "enum",
                           "version",  "duration", "size",  "time",    "path",        "win_path",
                           "unc_path", "host",     "url",   "guid",    "resource_id", "list",
                           "map",      "secret",   NULL}},
};

/* What a key takes beyond its form; NULL: nothing. */
static const struct sw_value *refined(const struct maker *m, const struct sw_key_table *table,
                                      const struct sw_key *key)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};

    for (size_t i = 0; i < SW_COUNT(closed); i++) {
        if (closed[i].table == table && sw_text_is(closed[i].key, key->name)) {
            return sw_schema_words(m->arena, closed[i].words);
        }
    }
    bool is_top = table == &sw_keys_top || table == &sw_keys_variant;

    if (is_top && sw_text_is(key->name, "stepwise")) {
        return pair(m->arena, "const", sw_int(m->arena, 1));
    }
    if (is_top && sw_text_is(key->name, "version")) {
        return sw_schema_type(m->arena, &sw_type_version);
    }
    if (table == &sw_keys_window && sw_text_is(key->name, "days")) {
        return sw_schema_list(m->arena, sw_schema_words(m->arena, days));
    }
    if (table == &sw_keys_target && sw_text_is(key->name, "kind")) {
        return kinds(m);
    }
    if (table == &sw_keys_change && key->form == SW_FORM_STEP) {
        return sw_schema_text(m->arena, NULL); /* also STEP.OUTCOME, require.ID */
    }
    if (table == &sw_keys_variant && sw_text_is(key->name, "params")) {
        struct sw_builder param = keys_begin(m, &sw_keys_param, true); /* or keys of the base's */

        return sw_schema_map(m->arena, ID, sw_built(&param));
    }
    bool is_use = table == &sw_keys_step || table == &sw_keys_fact || table == &sw_keys_show;

    if (is_use && sw_text_is(key->name, "read")) {
        return action_names(m, USE_READ);
    }
    if (table == &sw_keys_step && sw_text_is(key->name, "do")) {
        return action_names(m, USE_DO);
    }
    return table == &sw_keys_step && sw_text_is(key->name, "wait") ? action_names(m, USE_WAIT)
                                                                   : NULL;
}

static const struct sw_value *condition(struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put(&map, "type", texts(arena, (const char *const[]){"string", "boolean", NULL}));
    sw_map_put(&map, "not", sw_schema_template(arena));
    return sw_built(&map);
}

static const struct sw_value *form_schema(const struct maker *m, const struct sw_key *key)
{
    struct sw_arena *arena = m->arena;
    const struct sw_value *duration = sw_schema_type(arena, &sw_type_duration);

    switch (key->form) {
    case SW_FORM_WORD:
    case SW_FORM_TEXT:
        return sw_schema_text(arena, NULL);
    case SW_FORM_STEP:
        return sw_schema_text(arena, ID);
    case SW_FORM_CONDITION:
        return condition(arena);
    case SW_FORM_BOOL:
        return sw_schema_type(arena, &sw_type_bool);
    case SW_FORM_INT:
        return sw_schema_type(arena, &sw_type_int);
    case SW_FORM_NUMBER:
        return sw_schema_type(arena, &sw_type_float);
    case SW_FORM_PERCENT:
        return sw_schema_type(arena, &sw_type_percent);
    case SW_FORM_DURATION:
        return duration;
    case SW_FORM_DURATION_TEXT:
        return sw_schema_either(arena, duration, sw_schema_template(arena));
    case SW_FORM_WORDS:
    case SW_FORM_TEXTS:
        return sw_schema_list(arena, sw_schema_text(arena, NULL));
    case SW_FORM_LITERAL:
    case SW_FORM_INPUT:
        return sw_bool(true);
    case SW_FORM_NEXT:
        return sw_schema_either(arena, sw_schema_text(arena, ID),
                                sw_schema_map(arena, NULL,
                                              sw_schema_either(arena, sw_schema_text(arena, ID),
                                                               keys_schema(m, key->inside))));
    case SW_FORM_NAMED:
        return sw_schema_map(arena, ID, keys_schema(m, key->inside));
    case SW_FORM_INPUTS:
        return sw_schema_map(arena, NULL, sw_bool(true));
    case SW_FORM_ROWS:
        return sw_schema_list(arena, key->inside == &sw_keys_step
                                         ? pair(arena, "$ref", sw_text(arena, "#/$defs/step"))
                                         : keys_schema(m, key->inside));
    case SW_FORM_KEYS:
        return keys_schema(m, key->inside);
    }
    return sw_bool(true);
}

/* @param is_partial some keys may be said elsewhere: nothing is required */
static struct sw_builder keys_begin(const struct maker *m, const struct sw_key_table *table,
                                    bool is_partial)
{
    struct sw_arena *arena = m->arena;
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder properties = sw_map_begin(arena);
    struct sw_builder required = sw_list_begin(arena);

    for (const struct sw_key *key = table->keys; key->name != NULL; key++) {
        const struct sw_value *schema = refined(m, table, key);

        schema = schema == NULL ? form_schema(m, key) : schema;
        if (schema->kind != SW_V_MAP) {
            struct sw_builder any = sw_map_begin(arena);

            schema = sw_built(&any);
        }
        sw_map_put(&properties, key->name, sw_schema_about(arena, schema, key->doc));
        if (key->required == SW_ON_ALL && !is_partial) {
            sw_list_add(&required, sw_text(arena, key->name));
        }
    }
    sw_map_put_text(&map, "type", "object");
    sw_map_put(&map, "properties", sw_built(&properties));
    sw_map_put(&map, "patternProperties", pair(arena, OWN_NOTES, sw_bool(true)));
    sw_map_put(&map, "additionalProperties", sw_bool(false));
    sw_map_put(&map, "required", sw_built(&required));
    return map;
}

static const struct sw_value *keys_schema(const struct maker *m, const struct sw_key_table *table)
{
    struct sw_builder map = keys_begin(m, table, false);

    if (table == &sw_keys_fact || table == &sw_keys_show) {
        struct sw_builder all = sw_list_begin(m->arena);

        add_action_rules(m, &all, "read", USE_READ, false);
        sw_map_put(&map, "allOf", sw_built(&all));
    }
    return sw_built(&map);
}

/* ---- steps ---- */

/* Which other keys a verb takes and needs. */
static const struct sw_value *verb_rules(const struct maker *m, enum sw_verb verb)
{
    struct sw_arena *arena = m->arena;
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder properties = sw_map_begin(arena);
    struct sw_builder required = sw_list_begin(arena);

    for (const struct sw_key *key = sw_keys_step.keys; key->name != NULL; key++) {
        enum sw_verb other = verb;

        if (sw_key_verb(key->name, &other) && other != verb) {
            continue; /* that there is one verb only is said once */
        }
        if ((key->on & SW_ON(verb)) == 0) {
            sw_map_put(&properties, key->name, sw_bool(false));
        } else if ((key->required & SW_ON(verb)) != 0 && key->required != SW_ON_ALL) {
            sw_list_add(&required, sw_text(arena, key->name));
        }
    }
    sw_map_put(&map, "properties", sw_built(&properties));
    sw_map_put(&map, "required", sw_built(&required));
    return sw_built(&map);
}

static const struct sw_value *step_schema(const struct maker *m)
{
    struct sw_arena *arena = m->arena;
    struct sw_builder map = keys_begin(m, &sw_keys_step, false);
    struct sw_builder verbs = sw_list_begin(arena);
    struct sw_builder all = sw_list_begin(arena);

    for (const struct sw_key *key = sw_keys_step.keys; key->name != NULL; key++) {
        enum sw_verb verb = SW_VERB_DO;

        if (!sw_key_verb(key->name, &verb)) {
            continue;
        }
        const struct sw_value *is_there =
            pair(arena, "required", texts(arena, (const char *const[]){key->name, NULL}));

        sw_list_add(&verbs, is_there);
        sw_list_add(&all, if_then(arena, is_there, verb_rules(m, verb)));
    }
    add_action_rules(m, &all, "do", USE_DO, true);
    add_action_rules(m, &all, "read", USE_READ, true);
    add_action_rules(m, &all, "wait", USE_WAIT, true);
    sw_map_put(&map, "oneOf", sw_built(&verbs));
    sw_map_put(&map, "allOf", sw_built(&all));
    return sw_built(&map);
}

const struct sw_value *sw_schema_runbook(const struct sw_registry *registry, struct sw_arena *arena)
{
    struct maker m = {.arena = arena, .registry = registry};
    struct sw_builder map = sw_map_begin(arena);
    const char *const variant[] = {"extends", NULL};

    sw_map_put(&map, "if", pair(arena, "required", texts(arena, variant)));
    sw_map_put(&map, "then", keys_schema(&m, &sw_keys_variant));
    sw_map_put(&map, "else", keys_schema(&m, &sw_keys_top));
    sw_map_put(&map, "$defs", pair(arena, "step", step_schema(&m)));
    return sw_schema_document(arena, "runbook", "A runbook of stepwise, or a variant of one",
                              sw_built(&map));
}
