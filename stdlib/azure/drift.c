#include "stdlib/azure/drift.h"

#include "base/text.h"
#include "base/time.h"

#include <limits.h>
#include <string.h>

static const struct sw_value *not_said(struct sw_arena *arena)
{
    return sw_null(arena, "the service did not say");
}

static const struct sw_value *unreadable(struct sw_arena *arena, const char *text,
                                         const char *wanted)
{
    return sw_unknown(arena, "the service said '%.80s' where %s belongs", text, wanted);
}

/* Neither absent nor null; an unknown one stays what it is. */
static bool is_said(const struct sw_value *value)
{
    return value != NULL && value->kind != SW_V_NULL;
}

const struct sw_value *sw_drift_first(const struct sw_value *map, const char *name,
                                      const char *other_name)
{
    const struct sw_value *value = sw_get(map, name);

    return is_said(value) ? value : sw_get(map, other_name);
}

/* Text without the quotes that some fields carry inside: "\"72f988bf-...\"". */
static const char *bare(struct sw_arena *arena, const struct sw_value *value)
{
    const char *text = sw_as_text(value);
    size_t length = text == NULL ? 0 : strlen(text);

    if (length >= 2 && text[0] == '"' && text[length - 1] == '"') {
        return sw_copy(arena, text + 1, length - 2);
    }
    return text;
}

/* The text of a value that should be one; NULL when `*ret_instead` is the answer. An empty text
 * says nothing: such fields are never empty on purpose. */
static const char *text_or(struct sw_arena *arena, const struct sw_value *value, const char *wanted,
                           const struct sw_value **ret_instead)
{
    const char *text = bare(arena, value);

    if (text != NULL && *text != '\0') {
        return text;
    }
    if (!is_said(value) || text != NULL) {
        *ret_instead = not_said(arena);
    } else if (value->kind == SW_V_UNKNOWN) {
        *ret_instead = value;
    } else {
        *ret_instead =
            sw_unknown(arena, "the service said something else where %s belongs", wanted);
    }
    return NULL;
}

const struct sw_value *sw_drift_text(struct sw_arena *arena, const struct sw_value *value)
{
    const struct sw_value *instead = NULL;
    const char *text = text_or(arena, value, "a text", &instead);

    return text == NULL ? instead : sw_text(arena, text);
}

static bool parse_int(const char *text, int64_t *ret)
{
    bool is_negative = *text == '-';
    int64_t number = 0;

    text += is_negative;
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        int digit = *text - '0';

        if (digit < 0 || digit > 9 || number > (INT64_MAX - digit) / 10) {
            return false;
        }
        number = number * 10 + digit;
    }
    *ret = is_negative ? -number : number;
    return true;
}

/* @return NULL: *ret_number is it; else what to give instead */
static const struct sw_value *number_of(struct sw_arena *arena, const struct sw_value *value,
                                        int64_t *ret_number)
{
    const struct sw_value *instead = NULL;

    if (value != NULL && value->kind == SW_V_INT) {
        *ret_number = value->as.integer;
        return NULL;
    }

    const char *text = text_or(arena, value, "a whole number", &instead);

    if (text == NULL) {
        return instead;
    }
    return parse_int(text, ret_number) ? NULL : unreadable(arena, text, "a whole number");
}

const struct sw_value *sw_drift_int(struct sw_arena *arena, const struct sw_value *value)
{
    int64_t number = 0;
    const struct sw_value *instead = number_of(arena, value, &number);

    return instead != NULL ? instead : sw_int(arena, number);
}

const struct sw_value *sw_drift_size(struct sw_arena *arena, const struct sw_value *value)
{
    int64_t number = 0;
    const struct sw_value *instead = number_of(arena, value, &number);

    if (instead != NULL) {
        return instead;
    }
    return number >= 0 ? sw_number(arena, SW_V_SIZE, number)
                       : sw_unknown(arena, "the service said %lld bytes", (long long)number);
}

const struct sw_value *sw_drift_percent(struct sw_arena *arena, const struct sw_value *value)
{
    int64_t number = 0;
    const struct sw_value *instead = number_of(arena, value, &number);

    return instead != NULL ? instead : sw_real(arena, SW_V_PERCENT, (double)number);
}

const struct sw_value *sw_drift_hresult(struct sw_arena *arena, const struct sw_value *value)
{
    int64_t number = 0;
    const struct sw_value *instead = number_of(arena, value, &number);

    return instead != NULL ? instead : sw_int(arena, (int64_t)((uint64_t)number & UINT32_MAX));
}

const struct sw_value *sw_drift_bool(struct sw_arena *arena, const struct sw_value *value)
{
    const struct sw_value *instead = NULL;

    if (value != NULL && value->kind == SW_V_BOOL) {
        return value;
    }

    const char *text = text_or(arena, value, "true or false", &instead);

    if (text == NULL) {
        return instead;
    }
    if (sw_text_is_folded(text, "true") || sw_text_is_folded(text, "false")) {
        return sw_bool(sw_text_is_folded(text, "true"));
    }
    return unreadable(arena, text, "true or false");
}

const struct sw_value *sw_drift_time(struct sw_arena *arena, const struct sw_value *value)
{
    const struct sw_value *instead = NULL;
    const char *text = text_or(arena, value, "a time", &instead);
    struct sw_error ignored = {0};
    int64_t ns = 0;

    if (text == NULL) {
        return instead;
    }
    if (sw_text_begins(text, "0001-01-01")) {
        return sw_null(arena, "the service says never");
    }
    return sw_time_parse(text, &ns, &ignored) ? sw_number(arena, SW_V_TIME, ns)
                                              : unreadable(arena, text, "a time");
}

const struct sw_value *sw_drift_enum(struct sw_arena *arena, const struct sw_value *value,
                                     const struct sw_type *type)
{
    const struct sw_value *instead = NULL;
    const char *text = text_or(arena, value, "a word", &instead);

    if (text == NULL) {
        return instead;
    }
    for (size_t i = 0; type->values[i] != NULL; i++) {
        if (sw_text_is_folded(text, type->values[i])) {
            return sw_text(arena, type->values[i]);
        }
    }
    return sw_text(arena, text);
}

const struct sw_value *sw_drift_checked(struct sw_arena *arena, const struct sw_value *value,
                                        const struct sw_type *type)
{
    const struct sw_value *instead = NULL;
    const struct sw_value *checked = NULL;
    const char *wanted = sw_type_text(arena, type);
    const char *text = text_or(arena, value, wanted, &instead);
    struct sw_error ignored = {0};

    if (text == NULL) {
        return instead;
    }
    return sw_type_parse(type, text, arena, &checked, &ignored) ? checked
                                                                : unreadable(arena, text, wanted);
}
