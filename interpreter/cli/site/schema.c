/* A site file as JSON Schema, from the tables that site.c and site_login.c read by. */
#include "sdk/schema.h"
#include "base/text.h"
#include "cli/site/read.h"
#include "cli/wire.h"

static const struct sw_value *pair(struct sw_arena *arena, const char *key,
                                   const struct sw_value *value)
{
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put(&map, key, value);
    return sw_built(&map);
}

static const struct sw_value *object(struct sw_arena *arena, const struct sw_value *properties,
                                     const char *const *required)
{
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder list = sw_list_begin(arena);

    for (; *required != NULL; required++) {
        sw_list_add(&list, sw_text(arena, *required));
    }
    sw_map_put_text(&map, "type", "object");
    sw_map_put(&map, "properties", properties);
    sw_map_put(&map, "required", sw_built(&list));
    sw_map_put(&map, "additionalProperties", sw_bool(false));
    return sw_built(&map);
}

/* Where a secret is: one of four, and never the secret itself. */
static const struct sw_value *secret(struct sw_arena *arena)
{
    static const char *const places[] = {"file", "env", "systemd", "command"};
    struct sw_builder list = sw_list_begin(arena);

    for (size_t i = 0; i < SW_COUNT(places); i++) {
        const struct sw_value *text = sw_schema_text(arena, NULL);
        const struct sw_value *value =
            sw_text_is(places[i], "command") ? sw_schema_list(arena, text) : text;

        sw_list_add(&list, object(arena, pair(arena, places[i], value),
                                  (const char *const[]){places[i], NULL}));
    }
    return sw_schema_about(arena, pair(arena, "anyOf", sw_built(&list)),
                           "Where the secret is; it is never written here.");
}

/* The login of one way: its fields, `by`, and `secret` where it has one. */
static const struct sw_value *login(struct sw_arena *arena, const char *name, const char *doc,
                                    const struct sw_field *fields, bool has_secret)
{
    const struct sw_value *base = sw_schema_fields(arena, fields, false);
    const struct sw_value *given = sw_get(base, "properties");
    struct sw_builder properties = sw_map_begin(arena);
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder required = sw_list_begin(arena);
    const struct sw_value *needed = sw_get(base, "required");

    sw_map_put(&properties, "by",
               sw_schema_about(arena, pair(arena, "const", sw_text(arena, name)), doc));
    sw_list_add(&required, sw_text(arena, "by"));
    for (size_t i = 0; i < given->as.map.count; i++) {
        sw_map_put(&properties, given->as.map.entries[i].key, given->as.map.entries[i].value);
    }
    for (size_t i = 0; i < sw_list_count(needed); i++) {
        sw_list_add(&required, sw_list_at(needed, i));
    }
    if (has_secret) {
        sw_map_put(&properties, "secret", secret(arena));
        sw_list_add(&required, sw_text(arena, "secret"));
    }
    sw_map_put_text(&map, "type", "object");
    sw_map_put(&map, "properties", sw_built(&properties));
    sw_map_put(&map, "required", sw_built(&required));
    sw_map_put(&map, "additionalProperties", sw_bool(false));
    return sw_built(&map);
}

static const struct sw_value *logins(struct sw_arena *arena)
{
    struct sw_builder list = sw_list_begin(arena);

    for (const struct sw_site_way *way = sw_site_ways(); way->name != NULL; way++) {
        sw_list_add(&list, login(arena, way->name, NULL, way->fields, way->has_secret));
    }
    for (const struct sw_grant *const *grant = sw_wire_grants(); *grant != NULL; grant++) {
        sw_list_add(&list, login(arena, (*grant)->name, (*grant)->doc, (*grant)->settings,
                                 (*grant)->secret != NULL));
    }
    return pair(arena, "anyOf", sw_built(&list));
}

/* A target: settings depend on its kind. */
static const struct sw_value *target(struct sw_arena *arena)
{
    const struct sw_registry *registry = sw_wire_registry();
    struct sw_builder list = sw_list_begin(arena);

    for (const struct sw_pack *const *pack = registry->packs; *pack != NULL; pack++) {
        const struct sw_target_kind *const *kind = (*pack)->target_kinds;

        for (; kind != NULL && *kind != NULL; kind++) {
            struct sw_builder properties = sw_map_begin(arena);

            sw_map_put(&properties, "kind",
                       sw_schema_about(arena, pair(arena, "const", sw_text(arena, (*kind)->name)),
                                       (*kind)->doc));
            sw_map_put(&properties, "settings", sw_schema_fields(arena, (*kind)->settings, false));
            sw_map_put(&properties, "login", logins(arena));
            sw_list_add(&list, object(arena, sw_built(&properties),
                                      (const char *const[]){"kind", "settings", "login", NULL}));
        }
    }
    return pair(arena, "anyOf", sw_built(&list));
}

/* What is demanded of every run. */
static const struct sw_value *policy(struct sw_arena *arena)
{
    const struct sw_value *words = sw_schema_list(arena, sw_schema_text(arena, NULL));
    const struct sw_value *action =
        sw_get(sw_schema_fields(arena, sw_site_demand_fields, false), "properties");
    struct sw_builder demand = sw_map_begin(arena);
    struct sw_builder any = sw_map_begin(arena);
    struct sw_builder properties = sw_map_begin(arena);

    sw_map_put(&demand, "action", sw_get(action, "action"));
    sw_map_put(&demand, "need",
               sw_schema_about(arena, words, "Actions one of which must be done before it."));
    sw_map_put(&demand, "outcomes",
               sw_schema_about(arena, words, "With one of these outcomes. Left out: with any."));
    sw_map_put(&properties, "params",
               sw_schema_about(arena, sw_schema_map(arena, NULL, sw_built(&any)),
                               "Values of parameters, for each runbook that has them."));
    sw_map_put(&properties, "before",
               sw_schema_list(arena, object(arena, sw_built(&demand),
                                            (const char *const[]){"action", "need", NULL})));
    return sw_schema_about(arena, object(arena, sw_built(&properties), (const char *const[]){NULL}),
                           "What every run with this site file must hold to, or it is refused.");
}

/* A part that is read by a function of its own; one that is not known here may be anything. */
static const struct sw_value *part(struct sw_arena *arena, const char *name)
{
    if (sw_text_is(name, "targets")) {
        return sw_schema_about(arena, sw_schema_map(arena, NULL, target(arena)),
                               "What the targets of runbooks are here, by their names.");
    }
    if (sw_text_is(name, "tls")) {
        return sw_schema_fields(arena, sw_site_tls_fields, false);
    }
    if (sw_text_is(name, "approvers")) {
        return sw_schema_about(
            arena, sw_schema_map(arena, NULL, sw_schema_list(arena, sw_schema_text(arena, NULL))),
            "Roles and the logins that have them.");
    }
    if (sw_text_is(name, "connect")) {
        return sw_schema_about(
            arena, sw_schema_list(arena, sw_schema_fields(arena, sw_site_detour_fields, false)),
            "Tests: hosts that are really on this machine.");
    }
    if (sw_text_is(name, "pace")) {
        return sw_schema_about(arena, sw_schema_text(arena, "^[0-9.]+x$"),
                               "Tests: how many times faster than real the clock goes.");
    }
    if (sw_text_is(name, "operators")) {
        return sw_schema_about(arena, sw_schema_list(arena, sw_schema_text(arena, NULL)),
                               "Logins that may stop or roll back a run of somebody else.");
    }
    if (sw_text_is(name, "notify")) {
        struct sw_builder command = sw_map_begin(arena);
        struct sw_builder webhook = sw_map_begin(arena);
        struct sw_builder rows = sw_list_begin(arena);

        sw_map_put(&command, "command", sw_schema_list(arena, sw_schema_text(arena, NULL)));
        sw_map_put(&webhook, "webhook", secret(arena));
        sw_list_add(&rows,
                    object(arena, sw_built(&command), (const char *const[]){"command", NULL}));
        sw_list_add(&rows,
                    object(arena, sw_built(&webhook), (const char *const[]){"webhook", NULL}));
        return sw_schema_about(arena, sw_schema_list(arena, pair(arena, "anyOf", sw_built(&rows))),
                               "Who is told when a run asks, stands still or has ended.");
    }
    if (sw_text_is(name, "hooks")) {
        return sw_schema_about(arena, sw_schema_map(arena, NULL, sw_schema_text(arena, "\\.lua$")),
                               "Hook points of runbooks, and the Lua files that they are here.");
    }
    if (sw_text_is(name, "secrets")) {
        return sw_schema_about(arena, sw_schema_map(arena, NULL, secret(arena)),
                               "What hooks may name with ctx.secret.");
    }
    if (sw_text_is(name, "policy")) {
        return policy(arena);
    }
    struct sw_builder any = sw_map_begin(arena);

    return sw_built(&any);
}

const struct sw_value *sw_site_schema(struct sw_arena *arena)
{
    const struct sw_value *base = sw_schema_fields(arena, sw_site_top_fields, false);
    const struct sw_value *given = sw_get(base, "properties");
    struct sw_builder properties = sw_map_begin(arena);

    for (size_t i = 0; i < given->as.map.count; i++) {
        sw_map_put(&properties, given->as.map.entries[i].key, given->as.map.entries[i].value);
    }
    for (const char *const *name = sw_site_part_keys; *name != NULL; name++) {
        sw_map_put(&properties, *name, part(arena, *name));
    }
    return sw_schema_document(
        arena, "site", "A site file of stepwise",
        object(arena, sw_built(&properties), (const char *const[]){"site", "targets", NULL}));
}
