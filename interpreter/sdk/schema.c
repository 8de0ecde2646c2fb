#include "sdk/schema.h"

#include "base/text.h"

static struct sw_builder typed(struct sw_arena *arena, const char *type)
{
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put_text(&map, "type", type);
    return map;
}

static const struct sw_value *of_type(struct sw_arena *arena, const char *type)
{
    struct sw_builder map = typed(arena, type);

    return sw_built(&map);
}

const struct sw_value *sw_schema_text(struct sw_arena *arena, const char *pattern)
{
    struct sw_builder map = typed(arena, "string");

    if (pattern != NULL) {
        sw_map_put_text(&map, "pattern", pattern);
    }
    return sw_built(&map);
}

const struct sw_value *sw_schema_template(struct sw_arena *arena)
{
    return sw_schema_text(arena, "\\$\\{");
}

const struct sw_value *sw_schema_words(struct sw_arena *arena, const char *const *words)
{
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder list = sw_list_begin(arena);

    for (; words != NULL && *words != NULL; words++) {
        sw_list_add(&list, sw_text(arena, *words));
    }
    sw_map_put(&map, "enum", sw_built(&list));
    return sw_built(&map);
}

const struct sw_value *sw_schema_either(struct sw_arena *arena, const struct sw_value *a,
                                        const struct sw_value *b)
{
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder list = sw_list_begin(arena);

    sw_list_add(&list, a);
    sw_list_add(&list, b);
    sw_map_put(&map, "anyOf", sw_built(&list));
    return sw_built(&map);
}

const struct sw_value *sw_schema_about(struct sw_arena *arena, const struct sw_value *schema,
                                       const char *doc)
{
    struct sw_builder map = sw_map_begin(arena);

    if (doc == NULL || doc[0] == '\0' || schema->kind != SW_V_MAP) {
        return schema;
    }
    sw_map_put_text(&map, "description", doc);
    for (size_t i = 0; i < schema->as.map.count; i++) {
        if (!sw_text_is(schema->as.map.entries[i].key, "description")) {
            sw_map_put(&map, schema->as.map.entries[i].key, schema->as.map.entries[i].value);
        }
    }
    return sw_built(&map);
}

const struct sw_value *sw_schema_list(struct sw_arena *arena, const struct sw_value *items)
{
    struct sw_builder map = typed(arena, "array");

    sw_map_put(&map, "items", items);
    return sw_built(&map);
}

const struct sw_value *sw_schema_map(struct sw_arena *arena, const char *names,
                                     const struct sw_value *values)
{
    struct sw_builder map = typed(arena, "object");

    if (names != NULL) {
        struct sw_builder pattern = sw_map_begin(arena);

        sw_map_put_text(&pattern, "pattern", names);
        sw_map_put(&map, "propertyNames", sw_built(&pattern));
    }
    sw_map_put(&map, "additionalProperties", values);
    return sw_built(&map);
}

/* {"secret": NAME}: a secret is named, never written. */
static const struct sw_value *secret(struct sw_arena *arena)
{
    static const struct sw_field fields[] = {
        {"secret", &sw_type_string, SW_FIELD_REQUIRED, NULL, "Name of the secret."},
        {NULL},
    };

    return sw_schema_fields(arena, fields, false);
}

const struct sw_value *sw_schema_type(struct sw_arena *arena, const struct sw_type *type)
{
    static const char duration[] = "^-?(?=[0-9])([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?"
                                   "([0-9]+ms)?$";

    switch (type->kind) {
    case SW_T_BOOL:
        return of_type(arena, "boolean");
    case SW_T_INT:
        return of_type(arena, "integer");
    case SW_T_FLOAT:
        return of_type(arena, "number");
    case SW_T_PERCENT:
        return sw_schema_text(arena, "^-?[0-9]+(\\.[0-9]+)?%$");
    case SW_T_ENUM:
        return sw_schema_words(arena, type->values);
    case SW_T_VERSION: /* 1.0 is a number to a reader of YAML */
        return sw_schema_either(arena, sw_schema_text(arena, "^[0-9]+(\\.[0-9]+)*$"),
                                of_type(arena, "number"));
    case SW_T_DURATION:
        return sw_schema_text(arena, duration);
    case SW_T_SIZE:
        return sw_schema_text(arena, "^-?[0-9].*B$");
    case SW_T_TIME:
        return sw_schema_text(arena, "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]");
    case SW_T_GUID:
        return sw_schema_text(arena,
                              "^\\{?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\\}?$");
    case SW_T_STRING:
    case SW_T_PATH:
    case SW_T_WIN_PATH:
    case SW_T_UNC_PATH:
    case SW_T_HOST:
    case SW_T_URL:
    case SW_T_RESOURCE_ID:
        return of_type(arena, "string");
    case SW_T_LIST:
        return type->of == NULL ? of_type(arena, "array")
                                : sw_schema_list(arena, sw_schema_type(arena, type->of));
    case SW_T_MAP:
        return type->of == NULL ? of_type(arena, "object")
                                : sw_schema_map(arena, NULL, sw_schema_type(arena, type->of));
    case SW_T_OBJECT:
        return sw_schema_fields(arena, type->fields, false);
    case SW_T_SECRET:
        return secret(arena);
    case SW_T_ANY:
    case SW_T_LISTING:
    case SW_T_MARK:
        break;
    }
    return sw_bool(true);
}

const struct sw_value *sw_schema_fields(struct sw_arena *arena, const struct sw_field *fields,
                                        bool may_be_filled)
{
    struct sw_builder map = typed(arena, "object");
    struct sw_builder properties = sw_map_begin(arena);
    struct sw_builder required = sw_list_begin(arena);
    bool has_required = false;

    for (; fields != NULL && fields->name != NULL; fields++) {
        const struct sw_value *schema = sw_schema_type(arena, fields->type);
        const char *doc = fields->preset == NULL
                              ? fields->doc
                              : sw_format(arena, "%s Left out: %s.", fields->doc, fields->preset);

        if (may_be_filled && schema->kind == SW_V_MAP) {
            schema = sw_schema_either(arena, schema, sw_schema_template(arena));
        }
        sw_map_put(&properties, fields->name, sw_schema_about(arena, schema, doc));
        if ((fields->flags & SW_FIELD_REQUIRED) != 0) {
            has_required = true;
            sw_list_add(&required, sw_text(arena, fields->name));
        }
    }
    sw_map_put(&map, "properties", sw_built(&properties));
    if (has_required) {
        sw_map_put(&map, "required", sw_built(&required));
    }
    sw_map_put(&map, "additionalProperties", sw_bool(false));
    return sw_built(&map);
}

const struct sw_value *sw_schema_document(struct sw_arena *arena, const char *id, const char *title,
                                          const struct sw_value *schema)
{
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put_text(&map, "$schema", "https://json-schema.org/draft/2020-12/schema");
    sw_map_put_text(&map, "$id", sw_format(arena, "urn:stepwise:schema:%s:1", id));
    sw_map_put_text(&map, "title", title);
    for (size_t i = 0; i < schema->as.map.count; i++) {
        sw_map_put(&map, schema->as.map.entries[i].key, schema->as.map.entries[i].value);
    }
    return sw_built(&map);
}
