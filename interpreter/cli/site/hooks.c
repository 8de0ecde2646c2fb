/* What a site file says for hooks: the files of points, and secrets by reference. */
#include "base/path.h"
#include "base/text.h"
#include "cli/book/find.h"
#include "cli/site/read.h"

#include <string.h>

void sw_site_read_hooks(struct sw_site_reader *r, const struct sw_node *node)
{
    const char *folder = sw_path_folder(r->arena, r->site->path);
    const char **hooks = NULL;
    size_t count = 0;

    if (!sw_site_is_map(r, node, "`hooks`")) {
        return;
    }
    hooks = sw_alloc_array(r->arena, node->count + 1, sizeof *hooks);
    for (size_t i = 0; i < node->count; i++) {
        const struct sw_node *file = node->items[i];

        if (file->kind != SW_NODE_SCALAR || !sw_text_ends(file->text, ".lua")) {
            sw_diag_add(r->diags, SW_ERROR, SW_SITE_BAD_VALUE, file->mark,
                        "the point '%s' is bound to a file NAME.lua", node->keys[i]->text);
            continue;
        }
        hooks[count++] = sw_format(r->arena, SW_FIND_HOOK "%s=%s", node->keys[i]->text,
                                   sw_path_join(r->arena, folder, file->text));
    }
    r->site->hooks = hooks;
}

void sw_site_read_secrets(struct sw_site_reader *r, const struct sw_node *node)
{
    struct sw_site_secret *secrets = NULL;

    if (!sw_site_is_map(r, node, "`secrets`")) {
        return;
    }
    secrets = sw_alloc_array(r->arena, node->count + 1, sizeof *secrets);
    for (size_t i = 0; i < node->count; i++) {
        secrets[i].name = node->keys[i]->text;
        sw_site_read_secret(r, node->items[i], &secrets[i].secret);
    }
    r->site->secrets = secrets;
    r->site->secret_count = node->count;
}

const char *const *sw_site_places(const struct sw_site *site, const char *const *libraries,
                                  struct sw_arena *arena)
{
    static const char *const none[] = {NULL};
    const char *const *parts[] = {libraries == NULL ? none : libraries,
                                  site == NULL || site->hooks == NULL ? none : site->hooks};
    const char **all = NULL;
    size_t count = 0;

    for (size_t i = 0; i < SW_COUNT(parts); i++) {
        for (const char *const *one = parts[i]; *one != NULL; one++) {
            count++;
        }
    }
    all = sw_alloc_array(arena, count + 1, sizeof *all);
    count = 0;
    for (size_t i = 0; i < SW_COUNT(parts); i++) {
        for (const char *const *one = parts[i]; *one != NULL; one++) {
            all[count++] = *one;
        }
    }
    return all;
}
