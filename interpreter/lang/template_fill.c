/** @file Compiled templates -> values, and text for people. */
#include "base/buf.h"
#include "base/time.h"
#include "lang/template_internal.h"

const struct sw_type *sw_template_type(const struct sw_template *template)
{
    return template->type;
}

struct sw_mark sw_template_mark(const struct sw_template *template)
{
    return template->mark;
}

bool sw_template_is_literal(const struct sw_template *template)
{
    for (size_t i = 0; i < template->item_count; i++) {
        if (!sw_template_is_literal(template->items[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < template->part_count; i++) {
        if (template->parts[i].expr != NULL) {
            return false;
        }
    }
    return true;
}

/** The value as the type that the field wants. */
static const struct sw_value *fitted(const struct sw_template *template,
                                     const struct sw_value *value, struct sw_arena *arena)
{
    const struct sw_value *accepted = NULL;
    struct sw_error err = {0};

    if (template->expected == NULL || !sw_is_known(value)) {
        return value;
    }
    if (sw_type_accept(template->expected, value, arena, &accepted, &err)) {
        return accepted;
    }
    /* the reason could quote a part of the value */
    return sw_null(arena, value->is_secret ? "a secret does not fit the type wanted" : err.text);
}

static const struct sw_value *fill_text(const struct sw_template *template,
                                        const struct sw_scope *scope, struct sw_arena *arena)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    const struct sw_value *missing = NULL;
    bool is_secret = false;

    sw_buf_init(&buf, SW_LIMIT_SCALAR_BYTES);
    for (size_t i = 0; i < template->part_count; i++) {
        const struct sw_template_part *part = &template->parts[i];

        if (part->text != NULL) {
            sw_buf_add_text(&buf, part->text);
            continue;
        }

        const struct sw_value *value = sw_expr_eval(part->expr, scope, arena);

        if (!sw_is_known(value)) {
            missing = missing == NULL ? value : sw_expr_missing(missing, value);
            continue;
        }
        is_secret = is_secret || value->is_secret;
        if (sw_as_text(value) != NULL) {
            sw_buf_add_text(&buf, sw_as_text(value)); /* even of a secret: the result is one */
        } else {
            sw_value_print(&buf, value);
        }
    }
    if (missing != NULL) {
        return missing;
    }
    if (buf.is_over) {
        return sw_null(arena, "the text would be too long");
    }

    const struct sw_value *text = sw_text_n(arena, buf.bytes, buf.length);

    return is_secret ? sw_with_secret(arena, text) : text;
}

static const struct sw_value *fill_items(const struct sw_template *template,
                                         const struct sw_scope *scope, struct sw_arena *arena)
{
    bool is_list = template->form == SW_TEMPLATE_LIST;
    struct sw_builder builder = is_list ? sw_list_begin(arena) : sw_map_begin(arena);
    const struct sw_value *missing = NULL;

    for (size_t i = 0; i < template->item_count; i++) {
        const struct sw_value *value = sw_template_value(template->items[i], scope, arena);

        if (!sw_is_known(value)) {
            missing = missing == NULL ? value : sw_expr_missing(missing, value);
        } else if (is_list) {
            sw_list_add(&builder, value);
        } else {
            sw_map_put(&builder, template->keys[i], value);
        }
    }
    return missing != NULL ? missing : sw_with_mark(arena, sw_built(&builder), &template->mark);
}

const struct sw_value *sw_template_value(const struct sw_template *template,
                                         const struct sw_scope *scope, struct sw_arena *arena)
{
    switch (template->form) {
    case SW_TEMPLATE_LITERAL:
        return template->value;
    case SW_TEMPLATE_EXPR:
        return fitted(template, sw_expr_eval(template->parts[0].expr, scope, arena), arena);
    case SW_TEMPLATE_TEXT:
        return fitted(template, fill_text(template, scope, arena), arena);
    case SW_TEMPLATE_LIST:
    case SW_TEMPLATE_MAP:
        return fill_items(template, scope, arena);
    }
    return sw_null(arena, "");
}

/** Sizes as people read them; everything else in its plain form. */
static void print_for_people(struct sw_buf *buf, const struct sw_value *value)
{
    char size[SW_DURATION_TEXT_BYTES];

    if (sw_is_known(value) && !value->is_secret && value->kind == SW_V_SIZE) {
        sw_size_for_people(value->as.integer, size);
        sw_buf_add_text(buf, size);
    } else {
        sw_value_print(buf, value);
    }
}

const char *sw_template_text(const struct sw_template *template, const struct sw_scope *scope,
                             struct sw_arena *arena)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, SW_LIMIT_SCALAR_BYTES);
    if (template->part_count == 0) {
        sw_value_print(&buf, sw_template_value(template, scope, arena));
    }
    for (size_t i = 0; i < template->part_count; i++) {
        const struct sw_template_part *part = &template->parts[i];

        if (part->text != NULL) {
            sw_buf_add_text(&buf, part->text);
        } else {
            print_for_people(&buf, sw_expr_eval(part->expr, scope, arena));
        }
    }
    return sw_copy(arena, buf.bytes, buf.length);
}
