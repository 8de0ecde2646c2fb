#include "base/text.h"
#include "base/time.h"
#include "sdk/checked_text.h"
#include "sdk/field.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Integers up to here are exact as a double. */
#define EXACT_IN_DOUBLE (INT64_C(1) << 53)

#define REAL_BYTES 64u

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* 0 or -?[1-9][0-9]* */
static bool parse_int(const char *text, int64_t *ret_integer, struct sw_error *err)
{
    const char *at = text + (text[0] == '-' ? 1 : 0);
    bool is_plain = is_digit(*at) && (*at != '0' || strcmp(text, "0") == 0);

    while (is_digit(*at)) {
        at++;
    }
    if (!is_plain || *at != '\0') {
        return sw_fail(err, SW_E_INPUT, "'%.60s' is no whole number like 0, 12 or -3", text);
    }
    errno = 0;

    long long integer = strtoll(text, NULL, 10);

    if (errno != 0) {
        return sw_fail(err, SW_E_INPUT, "'%.60s' needs more than 64 bits", text);
    }
    *ret_integer = integer;
    return true;
}

/* The number of JSON, of at most `length` bytes. */
static bool parse_real(const char *text, size_t length, double *ret_real)
{
    char copy[REAL_BYTES + 1];

    if (length == 0 || length > REAL_BYTES) {
        return false;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';

    const char *at = copy + (copy[0] == '-' ? 1 : 0);

    if (!is_digit(*at) || (*at == '0' && is_digit(at[1]))) {
        return false;
    }
    while (is_digit(*at)) {
        at++;
    }
    if (*at == '.') {
        at++;
        if (!is_digit(*at)) {
            return false;
        }
        while (is_digit(*at)) {
            at++;
        }
    }
    if (*at == 'e' || *at == 'E') {
        at++;
        at += *at == '+' || *at == '-' ? 1 : 0;
        if (!is_digit(*at)) {
            return false;
        }
        while (is_digit(*at)) {
            at++;
        }
    }
    if (*at != '\0') {
        return false;
    }

    double real = strtod(copy, NULL);

    if (!isfinite(real)) {
        return false;
    }
    *ret_real = real;
    return true;
}

static bool parse_enum(const struct sw_type *type, const char *text, struct sw_arena *arena,
                       struct sw_error *err)
{
    size_t count = 0;

    for (; type->values != NULL && type->values[count] != NULL; count++) {
        if (strcmp(type->values[count], text) == 0) {
            return true;
        }
    }

    const char *close = type->values == NULL ? NULL : sw_text_closest(text, type->values, count);

    if (close != NULL) {
        return sw_fail(err, SW_E_INPUT, "'%.60s' is none of %s; did you mean '%s'?", text,
                       sw_type_text(arena, type), close);
    }
    return sw_fail(err, SW_E_INPUT, "'%.60s' is none of %s", text, sw_type_text(arena, type));
}

/* Kinds that are written as a number with a unit. */
static bool parse_amount(enum sw_type_kind kind, const char *text, struct sw_arena *arena,
                         const struct sw_value **ret_value, struct sw_error *err)
{
    int64_t number = 0;

    if (kind == SW_T_DURATION) {
        if (!sw_duration_parse(text, &number, err)) {
            return false;
        }
        *ret_value = sw_number(arena, SW_V_DURATION, number);
    } else if (kind == SW_T_SIZE) {
        if (!sw_size_parse(text, &number, err)) {
            return false;
        }
        *ret_value = sw_number(arena, SW_V_SIZE, number);
    } else {
        if (!sw_time_parse(text, &number, err)) {
            return false;
        }
        *ret_value = sw_number(arena, SW_V_TIME, number);
    }
    return true;
}

static bool parse_number(enum sw_type_kind kind, const char *text, struct sw_arena *arena,
                         const struct sw_value **ret_value, struct sw_error *err)
{
    size_t length = strlen(text);
    double real = 0;
    int64_t integer = 0;

    if (kind == SW_T_INT) {
        if (!parse_int(text, &integer, err)) {
            return false;
        }
        *ret_value = sw_int(arena, integer);
        return true;
    }
    if (kind == SW_T_FLOAT) {
        if (!parse_real(text, length, &real)) {
            return sw_fail(err, SW_E_INPUT, "'%.60s' is no number like 3, -0.5 or 1e6", text);
        }
        *ret_value = sw_real(arena, SW_V_FLOAT, real);
        return true;
    }
    if (length == 0 || text[length - 1] != '%' || !parse_real(text, length - 1, &real)) {
        return sw_fail(err, SW_E_INPUT, "'%.60s' is no percentage like 20%%", text);
    }
    *ret_value = sw_real(arena, SW_V_PERCENT, real);
    return true;
}

bool sw_type_parse(const struct sw_type *type, const char *text, struct sw_arena *arena,
                   const struct sw_value **ret_value, struct sw_error *err)
{
    switch (type->kind) {
    case SW_T_BOOL:
        if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
            return sw_fail(err, SW_E_INPUT, "'%.60s' is neither true nor false", text);
        }
        *ret_value = sw_bool(text[0] == 't');
        return true;
    case SW_T_INT:
    case SW_T_FLOAT:
    case SW_T_PERCENT:
        return parse_number(type->kind, text, arena, ret_value, err);
    case SW_T_DURATION:
    case SW_T_SIZE:
    case SW_T_TIME:
        return parse_amount(type->kind, text, arena, ret_value, err);
    case SW_T_VERSION:
        if (!sw_is_version(text)) {
            return sw_fail(err, SW_E_INPUT, "'%.60s' is no version like 17.3.0", text);
        }
        *ret_value = sw_version(arena, text);
        return true;
    case SW_T_ENUM:
        if (!parse_enum(type, text, arena, err)) {
            return false;
        }
        break;
    case SW_T_PATH:
    case SW_T_WIN_PATH:
    case SW_T_UNC_PATH:
    case SW_T_HOST:
    case SW_T_URL:
    case SW_T_GUID:
    case SW_T_RESOURCE_ID:
        if (!sw_checked_text(type->kind, text, err)) {
            return false;
        }
        break;
    case SW_T_ANY:
    case SW_T_STRING:
        break;
    case SW_T_LIST:
    case SW_T_MAP:
    case SW_T_OBJECT:
    case SW_T_SECRET:
    case SW_T_LISTING:
    case SW_T_MARK:
        return sw_fail(err, SW_E_INPUT, "a %s can't be written as plain text",
                       sw_type_text(arena, type));
    }
    *ret_value = sw_text(arena, text);
    return true;
}

static const char *kind_text(enum sw_kind kind)
{
    /* KEEP IN STEP: enum sw_kind */
    static const char *const names[] = {
        "null",      "unknown",    "a bool", "an int", "a float", "a percentage", "text",
        "a version", "a duration", "a size", "a time", "a list",  "a map"};

    return names[kind];
}

static bool mismatch(const struct sw_type *type, const struct sw_value *value,
                     struct sw_arena *arena, struct sw_error *err)
{
    return sw_fail(err, SW_E_INPUT, "expected %s, not %s", sw_type_text(arena, type),
                   kind_text(value->kind));
}

/* The kind that a scalar type has as a value. */
static enum sw_kind kind_of(enum sw_type_kind kind)
{
    switch (kind) {
    case SW_T_BOOL:
        return SW_V_BOOL;
    case SW_T_INT:
        return SW_V_INT;
    case SW_T_FLOAT:
        return SW_V_FLOAT;
    case SW_T_PERCENT:
        return SW_V_PERCENT;
    case SW_T_VERSION:
        return SW_V_VERSION;
    case SW_T_DURATION:
        return SW_V_DURATION;
    case SW_T_SIZE:
        return SW_V_SIZE;
    case SW_T_TIME:
        return SW_V_TIME;
    case SW_T_ANY:
    case SW_T_STRING:
    case SW_T_ENUM:
    case SW_T_PATH:
    case SW_T_WIN_PATH:
    case SW_T_UNC_PATH:
    case SW_T_HOST:
    case SW_T_URL:
    case SW_T_GUID:
    case SW_T_RESOURCE_ID:
    case SW_T_SECRET:
        return SW_V_TEXT;
    case SW_T_LIST:
        return SW_V_LIST;
    case SW_T_MAP:
    case SW_T_OBJECT:
    case SW_T_LISTING:
    case SW_T_MARK:
        return SW_V_MAP;
    }
    return SW_V_NULL;
}

/* A number of another kind that means the same; NULL when it would not be exact. */
static const struct sw_value *convert_number(enum sw_type_kind kind, const struct sw_value *value,
                                             struct sw_arena *arena)
{
    if (value->kind == SW_V_INT) {
        int64_t integer = value->as.integer;
        bool is_exact = integer >= -EXACT_IN_DOUBLE && integer <= EXACT_IN_DOUBLE;

        if (kind == SW_T_SIZE && integer >= 0) {
            return sw_number(arena, SW_V_SIZE, integer);
        }
        if ((kind == SW_T_FLOAT || kind == SW_T_PERCENT) && is_exact) {
            return sw_real(arena, kind == SW_T_FLOAT ? SW_V_FLOAT : SW_V_PERCENT, (double)integer);
        }
    } else if (value->kind == SW_V_FLOAT) {
        double real = value->as.real;

        if (kind == SW_T_PERCENT) {
            return sw_real(arena, SW_V_PERCENT, real);
        }
        if (kind == SW_T_INT && fabs(real) <= (double)EXACT_IN_DOUBLE && !(floor(real) < real)) {
            return sw_int(arena, (int64_t)real);
        }
    }
    return NULL;
}

static bool accept_scalar(const struct sw_type *type, const struct sw_value *value,
                          struct sw_arena *arena, const struct sw_value **ret_value,
                          struct sw_error *err)
{
    enum sw_kind kind = kind_of(type->kind);

    if (value->kind == SW_V_TEXT && type->kind != SW_T_STRING && type->kind != SW_T_ENUM &&
        type->kind != SW_T_SECRET) {
        return sw_type_parse(type, value->as.text, arena, ret_value, err);
    }
    if (value->kind == kind) {
        *ret_value = value;
        return true;
    }
    if (value->kind == SW_V_VERSION && type->kind == SW_T_STRING) {
        *ret_value = sw_text(arena, value->as.text);
        return true;
    }

    const struct sw_value *number = convert_number(type->kind, value, arena);

    if (number == NULL) {
        return mismatch(type, value, arena, err);
    }
    *ret_value = number;
    return true;
}

static bool accept_list(const struct sw_type *type, const struct sw_value *value,
                        struct sw_arena *arena, const struct sw_value **ret_value,
                        struct sw_error *err)
{
    struct sw_builder list = sw_list_begin(arena);

    for (size_t i = 0; i < value->as.list.count; i++) {
        const struct sw_value *item = NULL;

        if (!sw_type_accept(type->of, value->as.list.items[i], arena, &item, err)) {
            return sw_fail_while(err, "item %zu", i + 1);
        }
        sw_list_add(&list, item);
    }
    *ret_value = sw_built(&list);
    return true;
}

static bool accept_map(const struct sw_type *type, const struct sw_value *value,
                       struct sw_arena *arena, const struct sw_value **ret_value,
                       struct sw_error *err)
{
    struct sw_builder map = sw_map_begin(arena);

    for (size_t i = 0; i < value->as.map.count; i++) {
        const struct sw_entry *entry = &value->as.map.entries[i];
        const struct sw_value *accepted = NULL;

        if (!sw_type_accept(type->of, entry->value, arena, &accepted, err)) {
            return sw_fail_while(err, "'%.60s'", entry->key);
        }
        sw_map_put(&map, entry->key, accepted);
    }
    *ret_value = sw_built(&map);
    return true;
}

static bool refuse_key(const struct sw_field *fields, const char *key, struct sw_error *err)
{
    const char *names[64];
    size_t count = 0;

    for (; fields[count].name != NULL && count < SW_COUNT(names); count++) {
        names[count] = fields[count].name;
    }

    const char *close = sw_text_closest(key, names, count);

    if (close != NULL) {
        return sw_fail(err, SW_E_INPUT, "unknown key '%.60s'; did you mean '%s'?", key, close);
    }
    return sw_fail(err, SW_E_INPUT, "unknown key '%.60s'", key);
}

/* The rows of the table in its order, then (is_open) what else there is. */
static bool accept_fields(const struct sw_field *fields, bool is_open, const struct sw_value *value,
                          struct sw_arena *arena, const struct sw_value **ret_value,
                          struct sw_error *err)
{
    struct sw_builder map = sw_map_begin(arena);

    for (const struct sw_field *field = fields; field->name != NULL; field++) {
        const struct sw_value *given = sw_get(value, field->name);
        const struct sw_value *accepted = NULL;

        if (given == NULL && field->preset != NULL) {
            if (!sw_type_parse(field->type, field->preset, arena, &accepted, err)) {
                return sw_fail_while(err, "'%s'", field->name);
            }
        } else if (given == NULL && (field->flags & SW_FIELD_REQUIRED) != 0) {
            return sw_fail(err, SW_E_INPUT, "'%s' is missing", field->name);
        } else if (given == NULL) {
            accepted = sw_null(arena, "not given");
        } else if (!sw_type_accept(field->type, given, arena, &accepted, err)) {
            return sw_fail_while(err, "'%s'", field->name);
        }
        sw_map_put(&map, field->name, accepted);
    }
    for (size_t i = 0; i < value->as.map.count; i++) {
        const struct sw_entry *entry = &value->as.map.entries[i];

        if (sw_field_find(fields, entry->key) != NULL) {
            continue;
        }
        if (!is_open) {
            return refuse_key(fields, entry->key, err);
        }
        sw_map_put(&map, entry->key, entry->value);
    }
    *ret_value = sw_built(&map);
    return true;
}

static const struct sw_type list_of_string = {.kind = SW_T_LIST, .of = &sw_type_string};

static const struct sw_field listing_fields[] = {
    {"count", &sw_type_int, 0, NULL, "How many."},
    {"bytes", &sw_type_size, 0, NULL, "Their size together."},
    {"newest", &sw_type_time, 0, NULL, "The newest change of them."},
    {"names", &list_of_string, 0, NULL, "What they are called."},
    {"digest", &sw_type_string, 0, NULL, "SHA-256 of the listing."},
    {"is_complete", &sw_type_bool, 0, NULL, "Was everything read?"},
    {NULL, NULL, 0, NULL, NULL},
};

static const struct sw_field mark_fields[] = {
    {"channel", &sw_type_string, 0, NULL, "The log."},
    {"record_id", &sw_type_int, 0, NULL, "Its last record then."},
    {"time", &sw_type_time, 0, NULL, "The target's own time then."},
    {NULL, NULL, 0, NULL, NULL},
};

static bool accept_compound(const struct sw_type *type, const struct sw_value *value,
                            struct sw_arena *arena, const struct sw_value **ret_value,
                            struct sw_error *err)
{
    if (value->kind != kind_of(type->kind)) {
        return mismatch(type, value, arena, err);
    }
    if (type->kind == SW_T_LIST) {
        return accept_list(type, value, arena, ret_value, err);
    }
    if (type->kind == SW_T_MAP) {
        return accept_map(type, value, arena, ret_value, err);
    }
    if (type->kind == SW_T_OBJECT) {
        return accept_fields(type->fields, false, value, arena, ret_value, err);
    }
    return accept_fields(type->kind == SW_T_LISTING ? listing_fields : mark_fields, true, value,
                         arena, ret_value, err);
}

/* What was known about the old form is true of the new one. */
static const struct sw_value *keep_traits(const struct sw_value *from, const struct sw_value *to,
                                          struct sw_arena *arena)
{
    if (from == to || (from->mark == NULL && !from->is_secret)) {
        return to;
    }
    if (from->is_secret) {
        to = sw_with_secret(arena, to);
    }
    return from->mark == NULL ? to : sw_with_mark(arena, to, from->mark);
}

bool sw_type_accept(const struct sw_type *type, const struct sw_value *value,
                    struct sw_arena *arena, const struct sw_value **ret_value, struct sw_error *err)
{
    const struct sw_value *accepted = NULL;

    if (value == NULL) {
        *ret_value = sw_null(arena, "");
        return true;
    }
    /* A list without `of` is one of anything. */
    if (!sw_is_known(value) || type == NULL || type->kind == SW_T_ANY) {
        *ret_value = value;
        return true;
    }
    if (kind_of(type->kind) == SW_V_LIST || kind_of(type->kind) == SW_V_MAP) {
        if (!accept_compound(type, value, arena, &accepted, err)) {
            return false;
        }
    } else if (!accept_scalar(type, value, arena, &accepted, err)) {
        return false;
    }
    if (type->kind == SW_T_SECRET && !accepted->is_secret) {
        accepted = sw_with_secret(arena, accepted);
    }
    *ret_value = keep_traits(value, accepted, arena);
    return true;
}
