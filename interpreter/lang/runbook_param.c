/** @file One parameter: its type, default, bounds and pattern. */
#include "lang/runbook_load.h"

#include "base/buf.h"
#include "base/text.h"
#include "lang/expr_internal.h"

static bool is_ordered(const struct sw_type *type)
{
    switch (type->kind) {
    case SW_T_INT:
    case SW_T_FLOAT:
    case SW_T_PERCENT:
    case SW_T_DURATION:
    case SW_T_SIZE:
    case SW_T_TIME:
        return true;
    default:
        return false;
    }
}

static double number_of(const struct sw_value *value)
{
    int64_t integer = 0;

    return sw_as_int(value, &integer) ? (double)integer : value->as.real;
}

static const struct sw_type *type_by_name(struct sw_loader *loader, const struct sw_node *node)
{
    static const char *const names[] = {"bool", "int",      "float",       "percent", "string",
                                        "enum", "version",  "duration",    "size",    "time",
                                        "path", "win_path", "unc_path",    "host",    "url",
                                        "guid", "list",     "resource_id", "map",     "secret"};
    for (size_t i = 0; i < SW_COUNT(names); i++) {
        if (sw_text_is(names[i], node->text)) {
            return sw_type_by_name(node->text);
        }
    }
    sw_load_unknown(loader, 215, node->mark, node->text, names, SW_COUNT(names),
                    sw_format(loader->arena, "a parameter cannot be of type `%s`", node->text));
    return NULL;
}

static const char *const *load_values(const struct sw_node *list, struct sw_arena *arena)
{
    const char **values = sw_alloc_array(arena, list->count + 1, sizeof *values);
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i]->kind == SW_NODE_SCALAR) {
            values[count++] = list->items[i]->text;
        }
    }
    return values;
}

static const struct sw_type *load_type(struct sw_loader *loader, const struct sw_node *node,
                                       struct sw_mark owner)
{
    const struct sw_node *word = sw_load_scalar(node, "type");
    const struct sw_node *of = sw_load_scalar(node, "of");
    const struct sw_node *values = sw_load_list(node, "values");
    struct sw_type *type = sw_alloc(loader->arena, sizeof *type);

    if (word == NULL) {
        return NULL;
    }
    bool is_enum = sw_text_is(word->text, "enum");
    bool has_items = sw_text_is(word->text, "list") || sw_text_is(word->text, "map");
    if (is_enum != (values != NULL && values->count > 0)) {
        sw_diag_add(loader->diags, SW_ERROR, 215, values != NULL ? values->mark : owner,
                    is_enum ? "an enum needs its `values`: [a, b]" : "`values` belongs to an enum");
        return NULL;
    }
    if (has_items != (of != NULL)) {
        sw_diag_add(loader->diags, SW_ERROR, 215, of != NULL ? of->mark : owner,
                    has_items ? "a %s needs `of`: the type of its items"
                              : "`of` belongs to a list or a map, not to a %s",
                    word->text);
        return NULL;
    }
    if (is_enum) {
        *type = (struct sw_type){.kind = SW_T_ENUM, .values = load_values(values, loader->arena)};
        return type;
    }
    if (!has_items) {
        return type_by_name(loader, word);
    }
    const struct sw_type *inner = type_by_name(loader, of);
    if (inner == NULL) {
        return NULL;
    }
    if (inner->kind == SW_T_LIST || inner->kind == SW_T_MAP || inner->kind == SW_T_ENUM) {
        sw_diag_add(loader->diags, SW_ERROR, 215, of->mark,
                    "the items of a parameter's %s are plain values, not of type `%s`", word->text,
                    of->text);
        return NULL;
    }
    *type = (struct sw_type){.kind = sw_text_is(word->text, "list") ? SW_T_LIST : SW_T_MAP,
                             .of = inner};
    return type;
}

/* A literal of a type; lists and maps one level deep, as load_type allows no more. */
static const struct sw_value *load_literal(struct sw_loader *loader, const struct sw_type *type,
                                           const struct sw_node *node)
{
    const struct sw_value *value = NULL;
    struct sw_error err = {0};

    if (node == NULL || type == NULL) {
        return NULL;
    }
    bool wants_list = type->kind == SW_T_LIST;
    bool wants_map = type->kind == SW_T_MAP;
    if (wants_list != (node->kind == SW_NODE_LIST) || wants_map != (node->kind == SW_NODE_MAP)) {
        sw_diag_add(loader->diags, SW_ERROR, 206, node->mark, "this must be a value of type %s",
                    sw_type_text(loader->arena, type));
        return NULL;
    }
    if (!wants_list && !wants_map) {
        if (!sw_type_parse(type, node->text, loader->arena, &value, &err)) {
            sw_diag_add(loader->diags, SW_ERROR, 206, node->mark, "%s", err.text);
            return NULL;
        }
        return sw_with_mark(loader->arena, value, &node->mark);
    }
    struct sw_builder builder =
        wants_list ? sw_list_begin(loader->arena) : sw_map_begin(loader->arena);
    for (size_t i = 0; i < node->count; i++) {
        const struct sw_value *item = load_literal(loader, type->of, node->items[i]);
        if (item == NULL) {
            return NULL;
        }
        if (wants_list) {
            sw_list_add(&builder, item);
        } else {
            sw_map_put(&builder, node->keys[i]->text, item);
        }
    }
    return sw_built(&builder);
}

/* All of the text must match, not a part of it. */
static const char *whole_pattern(struct sw_arena *arena, const char *pattern)
{
    return sw_format(arena, "\\A(?:%s)\\z", pattern);
}

static bool check_bounds(const struct sw_param *param, const struct sw_value *value,
                         struct sw_error *err)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf text = {0};

    sw_buf_init(&text, SW_ERROR_TEXT_BYTES);
    if (param->min != NULL && number_of(value) < number_of(param->min)) {
        sw_value_print(&text, param->min);
        return sw_fail(err, SW_E_INPUT, "this is less than `min`, %s", text.bytes);
    }
    if (param->max != NULL && number_of(value) > number_of(param->max)) {
        sw_value_print(&text, param->max);
        return sw_fail(err, SW_E_INPUT, "this is more than `max`, %s", text.bytes);
    }
    return true;
}

static const char *list_of(struct sw_arena *arena, const char *const *words)
{
    const char *list = "";

    for (const char *const *word = words; *word != NULL; word++) {
        list = sw_format(arena, "%s%s%s", list, word == words ? "" : ", ", *word);
    }
    return list;
}

bool sw_param_accept(const struct sw_param *param, const struct sw_value *value,
                     struct sw_arena *arena, const struct sw_value **ret_value,
                     struct sw_error *err)
{
    const struct sw_value *accepted = NULL;

    if (!sw_type_accept(param->type, value, arena, &accepted, err)) {
        return false;
    }
    if (!sw_is_known(accepted)) {
        return sw_fail(err, SW_E_INPUT, "a parameter needs a value");
    }
    if (param->type->kind == SW_T_ENUM) {
        const char *const *word = param->type->values;
        while (*word != NULL && !sw_text_is(*word, sw_as_text(accepted))) {
            word++;
        }
        if (*word == NULL) {
            return sw_fail(err, SW_E_INPUT, "this must be one of: %s",
                           list_of(arena, param->type->values));
        }
    }
    if (is_ordered(param->type) && !check_bounds(param, accepted, err)) {
        return false;
    }
    const char *text = sw_as_text(accepted);
    if (param->pattern != NULL && text != NULL) {
        size_t offset = 0;
        const char *why = NULL;
        bool is_match = false;
        const struct sw_expr_pattern *pattern =
            sw_expr_pattern_new(arena, whole_pattern(arena, param->pattern), false, &offset, &why);
        if (pattern == NULL ||
            !sw_as_bool(sw_expr_pattern_match(pattern, text, arena), &is_match) || !is_match) {
            return sw_fail(err, SW_E_INPUT, "this does not match the pattern %s", param->pattern);
        }
    }
    *ret_value = accepted;
    return true;
}

static void check_pattern(struct sw_loader *loader, struct sw_param *param,
                          const struct sw_node *pattern)
{
    size_t offset = 0;
    const char *why = NULL;

    /* As written first: `a)(b` must not become valid by what is put around it. */
    if (sw_expr_pattern_new(loader->arena, pattern->text, false, &offset, &why) == NULL) {
        sw_diag_add(loader->diags, SW_ERROR, 215, pattern->mark,
                    "this is no regular expression: %s at character %zu", why, offset + 1);
        return;
    }
    param->pattern = pattern->text;
}

void sw_load_param(struct sw_loader *loader, const struct sw_node *node, struct sw_param *param)
{
    const struct sw_node *pattern = sw_load_scalar(node, "pattern");
    const struct sw_node *preset = sw_node_get(node, "default");
    const struct sw_node *min = sw_node_get(node, "min");
    const struct sw_node *max = sw_node_get(node, "max");

    param->description = sw_load_word(node, "description");
    sw_load_bool(loader, sw_load_scalar(node, "required"), &param->is_required);
    param->type = load_type(loader, node, param->mark);
    if (param->type == NULL) {
        param->type = &sw_type_any; /* so that its uses say nothing of their own */
        return;
    }
    if ((min != NULL || max != NULL) && !is_ordered(param->type)) {
        sw_diag_add(loader->diags, SW_ERROR, 215, (min != NULL ? min : max)->mark,
                    "`min` and `max` fit numbers, percentages, durations, sizes and times, not %s",
                    sw_type_text(loader->arena, param->type));
    } else {
        param->min = load_literal(loader, param->type, min);
        param->max = load_literal(loader, param->type, max);
    }
    if (param->type->kind == SW_T_SECRET && preset != NULL) {
        sw_diag_add(loader->diags, SW_ERROR, 215, preset->mark,
                    "a secret has no default: a runbook is no place for it");
    } else {
        param->preset = load_literal(loader, param->type, preset);
    }
    if (param->is_required && preset != NULL) {
        sw_diag_add(loader->diags, SW_ERROR, 215, preset->mark,
                    "a required parameter is always given, so its default is never used");
    }
    if (param->min != NULL && param->max != NULL && number_of(param->min) > number_of(param->max)) {
        sw_diag_add(loader->diags, SW_ERROR, 215, max->mark, "`max` is less than `min` (%s)",
                    min->text);
        return;
    }
    bool is_text = sw_expr_is_text(param->type) && param->type->kind != SW_T_ENUM;
    if (pattern != NULL && !is_text) {
        sw_diag_add(loader->diags, SW_ERROR, 215, pattern->mark, "`pattern` fits text, not %s",
                    sw_type_text(loader->arena, param->type));
    } else if (pattern != NULL) {
        check_pattern(loader, param, pattern);
    }
    const struct sw_value *accepted = NULL;
    struct sw_error err = {0};
    if (param->preset != NULL &&
        !sw_param_accept(param, param->preset, loader->arena, &accepted, &err)) {
        sw_diag_add(loader->diags, SW_ERROR, 215, preset->mark, "the default is not allowed: %s",
                    err.text);
    }
}
