#include "sdk/field.h"

#include "base/buf.h"
#include "base/text.h"

#include <string.h>

/* KEEP IN STEP: enum sw_type_kind */
static const char *const type_names[] = {
    [SW_T_ANY] = "any",           [SW_T_BOOL] = "bool",         [SW_T_INT] = "int",
    [SW_T_FLOAT] = "float",       [SW_T_PERCENT] = "percent",   [SW_T_STRING] = "string",
    [SW_T_ENUM] = "enum",         [SW_T_VERSION] = "version",   [SW_T_DURATION] = "duration",
    [SW_T_SIZE] = "size",         [SW_T_TIME] = "time",         [SW_T_PATH] = "path",
    [SW_T_WIN_PATH] = "win_path", [SW_T_UNC_PATH] = "unc_path", [SW_T_HOST] = "host",
    [SW_T_URL] = "url",           [SW_T_GUID] = "guid",         [SW_T_RESOURCE_ID] = "resource_id",
    [SW_T_LIST] = "list",         [SW_T_MAP] = "map",           [SW_T_OBJECT] = "object",
    [SW_T_SECRET] = "secret",     [SW_T_LISTING] = "listing",   [SW_T_MARK] = "mark",
};

const struct sw_type sw_type_any = {.kind = SW_T_ANY};
const struct sw_type sw_type_bool = {.kind = SW_T_BOOL};
const struct sw_type sw_type_int = {.kind = SW_T_INT};
const struct sw_type sw_type_float = {.kind = SW_T_FLOAT};
const struct sw_type sw_type_percent = {.kind = SW_T_PERCENT};
const struct sw_type sw_type_string = {.kind = SW_T_STRING};
const struct sw_type sw_type_version = {.kind = SW_T_VERSION};
const struct sw_type sw_type_duration = {.kind = SW_T_DURATION};
const struct sw_type sw_type_size = {.kind = SW_T_SIZE};
const struct sw_type sw_type_time = {.kind = SW_T_TIME};
const struct sw_type sw_type_path = {.kind = SW_T_PATH};
const struct sw_type sw_type_win_path = {.kind = SW_T_WIN_PATH};
const struct sw_type sw_type_unc_path = {.kind = SW_T_UNC_PATH};
const struct sw_type sw_type_host = {.kind = SW_T_HOST};
const struct sw_type sw_type_url = {.kind = SW_T_URL};
const struct sw_type sw_type_guid = {.kind = SW_T_GUID};
const struct sw_type sw_type_resource_id = {.kind = SW_T_RESOURCE_ID};
const struct sw_type sw_type_secret = {.kind = SW_T_SECRET};
const struct sw_type sw_type_listing = {.kind = SW_T_LISTING};
const struct sw_type sw_type_mark = {.kind = SW_T_MARK};

const struct sw_field *sw_field_find(const struct sw_field *fields, const char *name)
{
    for (; fields != NULL && name != NULL && fields->name != NULL; fields++) {
        if (strcmp(fields->name, name) == 0) {
            return fields;
        }
    }
    return NULL;
}

static void add_type(struct sw_buf *buf, const struct sw_type *type)
{
    sw_buf_add_text(buf, type_names[type->kind]);
    if (type->kind == SW_T_ENUM) {
        for (size_t i = 0; type->values != NULL && type->values[i] != NULL; i++) {
            sw_buf_add_text(buf, i == 0 ? "(" : ", ");
            sw_buf_add_text(buf, type->values[i]);
        }
        sw_buf_add_char(buf, ')');
    } else if ((type->kind == SW_T_LIST || type->kind == SW_T_MAP) && type->of != NULL) {
        sw_buf_add_text(buf, " of ");
        add_type(buf, type->of);
    } else if (type->kind == SW_T_OBJECT && type->fields != NULL) {
        for (size_t i = 0; type->fields[i].name != NULL; i++) {
            sw_buf_add_text(buf, i == 0 ? "(" : ", ");
            sw_buf_add_text(buf, type->fields[i].name);
        }
        sw_buf_add_char(buf, ')');
    }
}

const char *sw_type_text(struct sw_arena *arena, const struct sw_type *type)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, 4096);
    add_type(&buf, type);
    return sw_copy(arena, buf.bytes, buf.length);
}

const struct sw_type *sw_type_by_name(const char *name)
{
    static const struct sw_type *const types[] = {
        &sw_type_bool,   &sw_type_int,     &sw_type_float,    &sw_type_percent,
        &sw_type_string, &sw_type_version, &sw_type_duration, &sw_type_size,
        &sw_type_time,   &sw_type_path,    &sw_type_win_path, &sw_type_unc_path,
        &sw_type_host,   &sw_type_url,     &sw_type_guid,     &sw_type_resource_id,
        &sw_type_secret, &sw_type_listing, &sw_type_mark,
    };

    for (size_t i = 0; i < SW_COUNT(types); i++) {
        if (sw_text_is(type_names[types[i]->kind], name)) {
            return types[i];
        }
    }
    return NULL;
}

bool sw_type_is_folded(const struct sw_type *type)
{
    return type->kind == SW_T_WIN_PATH || type->kind == SW_T_UNC_PATH || type->kind == SW_T_HOST ||
           type->kind == SW_T_GUID || type->kind == SW_T_RESOURCE_ID;
}
