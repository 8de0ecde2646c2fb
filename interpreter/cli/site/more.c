/* Of a site file: who may stop other people's runs, and who is told. */
#include "base/text.h"
#include "cli/site/read.h"

void sw_site_read_operators(struct sw_site_reader *r, const struct sw_node *node)
{
    struct sw_builder list = sw_list_begin(r->arena);

    for (size_t i = 0; node->kind == SW_NODE_LIST && i < node->count; i++) {
        if (node->items[i]->kind == SW_NODE_SCALAR && node->items[i]->length > 0) {
            sw_list_add(&list, sw_text(r->arena, node->items[i]->text));
        }
    }
    r->site->operators = sw_built(&list);
    if (sw_list_count(r->site->operators) == 0) {
        sw_diag_hint(r->diags,
                     sw_diag_add(r->diags, SW_ERROR, SW_SITE_BAD_VALUE, node->mark,
                                 "`operators` is a list of logins, at least one"),
                     "leave it out, and whoever can write to the state folder may stop a run");
    }
}

/* One row: { command: [PROGRAM, ...] } or { webhook: { file: PATH } }. */
static bool read_row(struct sw_site_reader *r, const struct sw_node *node,
                     struct sw_site_notify *row)
{
    const struct sw_node *command = sw_node_get(node, "command");
    const struct sw_node *webhook = sw_node_get(node, "webhook");

    if (node->kind != SW_NODE_MAP || node->count != 1 || (command == NULL && webhook == NULL)) {
        sw_diag_add(
            r->diags, SW_ERROR, SW_SITE_BAD_VALUE, node->mark,
            "a row of `notify` is { command: [PROGRAM, ...] } or { webhook: { file: PATH } }");
        return false;
    }
    if (webhook != NULL) {
        /* Who knows the address may post there: it is a secret. */
        row->is_webhook = true;
        sw_site_read_secret(r, webhook, &row->address);
        return row->address.place != SW_SECRET_NONE;
    }
    const char **argv = sw_alloc_array(r->arena, command->count + 1, sizeof *argv);

    for (size_t i = 0; i < command->count; i++) {
        if (command->kind != SW_NODE_LIST || command->items[i]->kind != SW_NODE_SCALAR) {
            argv[0] = NULL;
            break;
        }
        argv[i] = command->items[i]->text;
    }
    row->argv = argv;
    if (command->kind != SW_NODE_LIST || command->count == 0 || argv[0] == NULL) {
        sw_diag_add(r->diags, SW_ERROR, SW_SITE_BAD_VALUE, command->mark,
                    "`command` is a list of words, the program first");
        return false;
    }
    return true;
}

void sw_site_read_notify(struct sw_site_reader *r, const struct sw_node *node)
{
    if (node->kind != SW_NODE_LIST) {
        sw_diag_add(r->diags, SW_ERROR, SW_SITE_BAD_VALUE, node->mark, "`notify` is a list");
        return;
    }
    struct sw_site_notify *rows = sw_alloc_array(r->arena, node->count + 1, sizeof *rows);
    size_t count = 0;

    for (size_t i = 0; i < node->count; i++) {
        count += read_row(r, node->items[i], &rows[count]) ? 1 : 0;
    }
    r->site->notify = rows;
    r->site->notify_count = count;
}
