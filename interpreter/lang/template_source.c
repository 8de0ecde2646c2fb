/* A template as its author wrote it. */
#include "lang/template_internal.h"

#include "base/buf.h"
#include "base/limits.h"

static void add(struct sw_buf *out, const struct sw_template *template)
{
    switch (template->form) {
    case SW_TEMPLATE_LITERAL:
        sw_value_print(out, template->value);
        break;
    case SW_TEMPLATE_EXPR:
    case SW_TEMPLATE_TEXT:
        for (size_t i = 0; i < template->part_count; i++) {
            const struct sw_template_part *part = &template->parts[i];

            if (part->expr == NULL) {
                sw_buf_add_text(out, part->text);
            } else {
                sw_buf_addf(out, "${%s}", sw_expr_text(part->expr));
            }
        }
        break;
    case SW_TEMPLATE_LIST:
    case SW_TEMPLATE_MAP:
        sw_buf_add_text(out, template->form == SW_TEMPLATE_MAP ? "{ " : "[");
        for (size_t i = 0; i < template->item_count; i++) {
            sw_buf_add_text(out, i == 0 ? "" : ", ");
            if (template->form == SW_TEMPLATE_MAP) {
                sw_buf_addf(out, "%s: ", template->keys[i]);
            }
            add(out, template->items[i]);
        }
        sw_buf_add_text(out, template->form == SW_TEMPLATE_MAP ? " }" : "]");
        break;
    }
}

const char *sw_template_source(const struct sw_template *template, struct sw_arena *arena)
{
    struct sw_buf out;

    if (template == NULL) {
        return NULL;
    }
    sw_buf_init(&out, SW_LIMIT_FILE_BYTES);
    add(&out, template);
    const char *text = sw_copy(arena, out.bytes, out.length);

    sw_buf_release(&out);
    return text;
}
