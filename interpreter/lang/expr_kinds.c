/** @file Which types go together. */
#include "lang/expr_internal.h"

#include "base/text.h"

bool sw_expr_is_number(const struct sw_type *type)
{
    return type->kind == SW_T_INT || type->kind == SW_T_FLOAT;
}

bool sw_expr_is_opaque(const struct sw_type *type)
{
    return type->kind == SW_T_SECRET || type->kind == SW_T_LISTING || type->kind == SW_T_MARK;
}

bool sw_expr_is_text(const struct sw_type *type)
{
    switch (type->kind) {
    case SW_T_STRING:
    case SW_T_ENUM:
    case SW_T_VERSION:
    case SW_T_PATH:
    case SW_T_WIN_PATH:
    case SW_T_UNC_PATH:
    case SW_T_HOST:
    case SW_T_URL:
    case SW_T_GUID:
    case SW_T_RESOURCE_ID:
        return true;
    case SW_T_ANY:
    case SW_T_BOOL:
    case SW_T_INT:
    case SW_T_FLOAT:
    case SW_T_PERCENT:
    case SW_T_DURATION:
    case SW_T_SIZE:
    case SW_T_TIME:
    case SW_T_LIST:
    case SW_T_MAP:
    case SW_T_OBJECT:
    case SW_T_SECRET:
    case SW_T_LISTING:
    case SW_T_MARK:
        return false;
    }
    return false;
}

static bool has_word(const char *const *words, const char *word)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (sw_text_is(words[i], word)) {
            return true;
        }
    }
    return false;
}

static bool takes_enum(const struct sw_type *to, const struct sw_type *from)
{
    if (to->values == NULL || from->values == NULL) {
        return true;
    }
    for (size_t i = 0; from->values[i] != NULL; i++) {
        if (!has_word(to->values, from->values[i])) {
            return false;
        }
    }
    return true;
}

static bool takes_object(const struct sw_type *to, const struct sw_type *from)
{
    if (to->fields == from->fields || to->fields == NULL) {
        return true;
    }
    for (const struct sw_field *field = to->fields; field->name != NULL; field++) {
        const struct sw_field *given =
            from->fields != NULL ? sw_field_find(from->fields, field->name) : NULL;

        if (given == NULL ? (field->flags & SW_FIELD_REQUIRED) != 0
                          : !sw_expr_takes(field->type, given->type)) {
            return false;
        }
    }
    return true;
}

bool sw_expr_takes(const struct sw_type *to, const struct sw_type *from)
{
    if (to->kind == SW_T_ANY || from->kind == SW_T_ANY) {
        return true;
    }
    if (to->kind == SW_T_FLOAT && from->kind == SW_T_INT) {
        return true;
    }
    if (to->kind == SW_T_STRING) {
        return sw_expr_is_text(from);
    }
    if (to->kind != from->kind) {
        return false;
    }
    if (to->kind == SW_T_ENUM) {
        return takes_enum(to, from);
    }
    if (to->kind == SW_T_LIST || to->kind == SW_T_MAP) {
        return to->of == NULL || from->of == NULL || sw_expr_takes(to->of, from->of);
    }
    return to->kind != SW_T_OBJECT || takes_object(to, from);
}

const struct sw_type *sw_expr_common(const struct sw_type *a, const struct sw_type *b)
{
    if (a->kind == SW_T_ANY) {
        return b;
    }
    if (sw_expr_takes(a, b)) {
        return a;
    }
    return sw_expr_takes(b, a) ? b : NULL;
}

const struct sw_type *sw_expr_list_of(struct sw_arena *arena, const struct sw_type *of)
{
    struct sw_type *type = sw_alloc(arena, sizeof *type);

    type->kind = SW_T_LIST;
    type->of = of;
    return type;
}
