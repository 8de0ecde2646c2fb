/** @file Lists, maps and objects of templates against a type. */
#include "base/text.h"
#include "lang/template_internal.h"

#include <string.h>

static struct sw_template *compile_node(struct sw_template_job *job, const struct sw_node *node,
                                        const struct sw_type *expected);

static bool is_open(const struct sw_type *type)
{
    return type == NULL || type->kind == SW_T_ANY;
}

static struct sw_template *tree_new(struct sw_template_job *job, const struct sw_node *node,
                                    enum sw_template_form form, const struct sw_type *type,
                                    size_t room)
{
    struct sw_template *template = sw_alloc(job->arena, sizeof *template);

    template->form = form;
    template->mark = node->mark;
    template->type = type;
    template->expected = type;
    template->items = sw_alloc_array(job->arena, room + 1, sizeof *template->items);
    template->keys = sw_alloc_array(job->arena, room + 1, sizeof *template->keys);
    return template;
}

static struct sw_template *misfit(struct sw_template_job *job, const struct sw_node *node,
                                  const struct sw_type *expected)
{
    sw_diag_add(job->diags, SW_ERROR, 320, node->mark, "this is %s, but %s is wanted here",
                node->kind == SW_NODE_LIST ? "a list" : "a map",
                sw_type_text(job->arena, expected));
    return NULL;
}

static struct sw_template *compile_list(struct sw_template_job *job, const struct sw_node *node,
                                        const struct sw_type *expected)
{
    const struct sw_type *of = is_open(expected) ? NULL : expected->of;
    struct sw_template *template = tree_new(
        job, node, SW_TEMPLATE_LIST,
        is_open(expected) ? sw_expr_list_of(job->arena, &sw_type_any) : expected, node->count);
    bool is_fine = true;

    for (size_t i = 0; i < node->count; i++) {
        template->items[i] = compile_node(job, node->items[i], of);
        is_fine = is_fine && template->items[i] != NULL;
    }
    template->item_count = node->count;
    return is_fine ? template : NULL;
}

static bool check_key(struct sw_template_job *job, const struct sw_node *key)
{
    if (strstr(key->text, "${") == NULL) {
        return true;
    }

    struct sw_diag *diag =
        sw_diag_add(job->diags, SW_ERROR, 325, key->mark, "a key cannot hold '${...}'");

    sw_diag_hint(job->diags, diag, "keys are taken as they are written");
    return false;
}

static struct sw_template *compile_map(struct sw_template_job *job, const struct sw_node *node,
                                       const struct sw_type *expected)
{
    const struct sw_type *of = is_open(expected) ? NULL : expected->of;
    const struct sw_type *type = expected;

    if (is_open(expected)) {
        struct sw_type *map = sw_alloc(job->arena, sizeof *map);

        map->kind = SW_T_MAP;
        map->of = &sw_type_any;
        type = map;
    }

    struct sw_template *template = tree_new(job, node, SW_TEMPLATE_MAP, type, node->count);
    bool is_fine = true;

    for (size_t i = 0; i < node->count; i++) {
        is_fine = check_key(job, node->keys[i]) && is_fine;
        template->keys[i] = sw_copy_text(job->arena, node->keys[i]->text);
        template->items[i] = compile_node(job, node->items[i], of);
        is_fine = is_fine && template->items[i] != NULL;
    }
    template->item_count = node->count;
    return is_fine ? template : NULL;
}

static void unknown_key(struct sw_template_job *job, const struct sw_node *key,
                        const struct sw_field *fields)
{
    const char *names[64];
    size_t count = 0;

    for (const struct sw_field *field = fields; field != NULL && field->name != NULL; field++) {
        if (count < SW_COUNT(names)) {
            names[count] = field->name;
            count++;
        }
    }

    struct sw_diag *diag =
        sw_diag_add(job->diags, SW_ERROR, 322, key->mark, "there is no key '%s' here", key->text);
    const char *close = sw_text_closest(key->text, names, count);

    if (close != NULL) {
        sw_diag_hint(job->diags, diag, "did you mean '%s'?", close);
    }
}

/** Preset of a field that was left out. @return false after a finding */
static bool fill_in(struct sw_template_job *job, struct sw_template *template,
                    const struct sw_node *node, const struct sw_field *field)
{
    if (field->preset == NULL) {
        if ((field->flags & SW_FIELD_REQUIRED) != 0) {
            sw_diag_add(job->diags, SW_ERROR, 323, node->mark, "the key '%s' is missing here",
                        field->name);
            return false;
        }
        return true;
    }

    struct sw_node scalar = {
        .kind = SW_NODE_SCALAR,
        .style = SW_STYLE_SINGLE,
        .mark = node->mark,
        .text = field->preset,
        .length = strlen(field->preset),
    };
    struct sw_template *item = sw_template_scalar(job, &scalar, field->type);

    template->keys[template->item_count] = field->name;
    template->items[template->item_count] = item;
    template->item_count++;
    return item != NULL;
}

static size_t field_count(const struct sw_field *fields)
{
    size_t count = 0;

    while (fields != NULL && fields[count].name != NULL) {
        count++;
    }
    return count;
}

static struct sw_template *compile_object(struct sw_template_job *job, const struct sw_node *node,
                                          const struct sw_type *expected)
{
    const struct sw_field *fields = expected->fields;
    struct sw_template *template =
        tree_new(job, node, SW_TEMPLATE_MAP, expected, node->count + field_count(fields));
    bool is_fine = true;

    for (size_t i = 0; i < node->count; i++) {
        const struct sw_node *key = node->keys[i];
        const struct sw_field *field = fields != NULL ? sw_field_find(fields, key->text) : NULL;

        if (field == NULL) {
            if (!sw_text_begins(key->text, "x-")) {
                unknown_key(job, key, fields);
                is_fine = false;
            }
            continue;
        }

        struct sw_template *item = compile_node(job, node->items[i], field->type);

        template->keys[template->item_count] = field->name;
        template->items[template->item_count] = item;
        template->item_count++;
        is_fine = is_fine && item != NULL;
    }
    for (const struct sw_field *field = fields; field != NULL && field->name != NULL; field++) {
        if (sw_node_get(node, field->name) == NULL) {
            is_fine = fill_in(job, template, node, field) && is_fine;
        }
    }
    return is_fine ? template : NULL;
}

/** `{ secret: name }`: a reference, which the site file resolves; never the secret itself. */
static struct sw_template *compile_secret(struct sw_template_job *job, const struct sw_node *node,
                                          const struct sw_type *expected)
{
    const struct sw_node *name = sw_node_get(node, "secret");

    if (node->count != 1 || name == NULL || name->kind != SW_NODE_SCALAR ||
        strstr(name->text, "${") != NULL) {
        struct sw_diag *diag =
            sw_diag_add(job->diags, SW_ERROR, 320, node->mark, "a secret is named, not written");

        sw_diag_hint(job->diags, diag,
                     "write { secret: name }, where the site file knows the name");
        return NULL;
    }

    struct sw_template *template = tree_new(job, node, SW_TEMPLATE_LITERAL, expected, 0);
    struct sw_builder map = sw_map_begin(job->arena);

    sw_map_put_text(&map, "secret", name->text);
    template->value = sw_with_mark(job->arena, sw_built(&map), &template->mark);
    return template;
}

static struct sw_template *compile_node(struct sw_template_job *job, const struct sw_node *node,
                                        const struct sw_type *expected)
{
    if (node->kind == SW_NODE_SCALAR) {
        return sw_template_scalar(job, node, expected);
    }
    if (node->kind == SW_NODE_LIST && (is_open(expected) || expected->kind == SW_T_LIST)) {
        return compile_list(job, node, expected);
    }
    if (node->kind == SW_NODE_MAP && (is_open(expected) || expected->kind == SW_T_MAP)) {
        return compile_map(job, node, expected);
    }
    if (expected == NULL || node->kind == SW_NODE_LIST) {
        return misfit(job, node, expected != NULL ? expected : &sw_type_any);
    }
    if (expected->kind == SW_T_OBJECT) {
        return compile_object(job, node, expected);
    }
    if (expected->kind == SW_T_SECRET) {
        return compile_secret(job, node, expected);
    }
    return misfit(job, node, expected);
}

struct sw_template *sw_template_compile_tree(struct sw_arena *arena, const struct sw_node *node,
                                             const struct sw_type *expected,
                                             const struct sw_names *names, struct sw_diags *diags)
{
    struct sw_template_job job = {.arena = arena, .names = names, .diags = diags};

    return compile_node(&job, node, expected);
}
