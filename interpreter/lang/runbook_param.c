/** @file One parameter: its type, default, bounds and pattern. */
#include "lang/runbook_load.h"

#include "base/limits.h"
#include "base/text.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

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

static bool is_text(const struct sw_type *type)
{
    switch (type->kind) {
    case SW_T_STRING:
    case SW_T_VERSION:
    case SW_T_PATH:
    case SW_T_WIN_PATH:
    case SW_T_UNC_PATH:
    case SW_T_HOST:
    case SW_T_URL:
    case SW_T_GUID:
    case SW_T_RESOURCE_ID:
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

static void check_bounds(struct sw_loader *loader, const struct sw_param *param,
                         const struct sw_node *node)
{
    const struct sw_node *min = sw_node_get(node, "min");
    const struct sw_node *max = sw_node_get(node, "max");
    const struct sw_node *preset = sw_node_get(node, "default");

    if (param->min != NULL && param->max != NULL && number_of(param->min) > number_of(param->max)) {
        sw_diag_add(loader->diags, SW_ERROR, 215, max->mark, "`max` is less than `min` (%s)",
                    min->text);
    }
    if (param->preset == NULL || !is_ordered(param->type)) {
        return;
    }
    if (param->min != NULL && number_of(param->preset) < number_of(param->min)) {
        sw_diag_add(loader->diags, SW_ERROR, 215, preset->mark,
                    "the default is less than `min` (%s)", min->text);
    }
    if (param->max != NULL && number_of(param->preset) > number_of(param->max)) {
        sw_diag_add(loader->diags, SW_ERROR, 215, preset->mark,
                    "the default is more than `max` (%s)", max->text);
    }
}

static void check_pattern(struct sw_loader *loader, const struct sw_param *param,
                          const struct sw_node *pattern, const struct sw_node *preset)
{
    int code = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *regex =
        pcre2_compile((PCRE2_SPTR)pattern->text, pattern->length,
                      PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED, &code, &offset, NULL);

    if (regex == NULL) {
        PCRE2_UCHAR why[128] = {0};
        pcre2_get_error_message(code, why, sizeof why);
        sw_diag_add(loader->diags, SW_ERROR, 215, pattern->mark,
                    "this is no regular expression: %s at character %zu", (const char *)why,
                    offset + 1);
        return;
    }
    const char *text = sw_as_text(param->preset);
    if (text != NULL && preset != NULL) {
        pcre2_match_data *match = pcre2_match_data_create_from_pattern(regex, NULL);
        pcre2_match_context *context = pcre2_match_context_create(NULL);
        pcre2_set_match_limit(context, SW_LIMIT_MATCH_STEPS);
        if (pcre2_match(regex, (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0, 0, match, context) < 0) {
            sw_diag_add(loader->diags, SW_ERROR, 215, preset->mark,
                        "the default does not match `pattern`");
        }
        pcre2_match_context_free(context);
        pcre2_match_data_free(match);
    }
    pcre2_code_free(regex);
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
    check_bounds(loader, param, node);
    if (pattern != NULL && !is_text(param->type)) {
        sw_diag_add(loader->diags, SW_ERROR, 215, pattern->mark, "`pattern` fits text, not %s",
                    sw_type_text(loader->arena, param->type));
    } else if (pattern != NULL) {
        param->pattern = pattern->text;
        check_pattern(loader, param, pattern, preset);
    }
}
