/* What a site file says for hooks: the files of points, and secrets by reference. */
#include "base/buf.h"
#include "base/path.h"
#include "base/text.h"
#include "cli/book/find.h"
#include "cli/book/hook_grants.h"
#include "cli/site/read.h"

#include <string.h>

#define MISSING_BYTES 2000u

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
        secrets[i].mark = node->keys[i]->mark;
        sw_site_read_secret(r, node->items[i], &secrets[i].secret);
    }
    r->site->secrets = secrets;
    r->site->secret_count = node->count;
}

const struct sw_site_secret *sw_site_secret(const struct sw_site *site, const char *name)
{
    for (size_t i = 0; i < site->secret_count; i++) {
        if (sw_text_is(site->secrets[i].name, name)) {
            return &site->secrets[i];
        }
    }
    return NULL;
}

/** @param missing those that have no row at all, in words */
static void hold_secret(const struct sw_site *site, const struct sw_hook_reach *asked,
                        struct sw_diags *diags, struct sw_buf *missing)
{
    const struct sw_site_secret *row = sw_site_secret(site, asked->name);
    const struct sw_hook *hook = asked->hook;
    struct sw_arena *arena = sw_arena_new();
    const char *text = NULL;
    struct sw_error err = {0};

    if (row == NULL) {
        sw_buf_addf(missing, "%s'%s' (%s, called by %s)", missing->length == 0 ? "" : ", ",
                    asked->name, hook->file, hook->called_at);
    } else if (!sw_secret_read(&row->secret, arena, &text, &err)) {
        sw_diag_add(diags, SW_ERROR, SW_SITE_NO_SECRET, row->mark,
                    "the secret '%s', which %s asks for (called by %s), cannot be used: %s",
                    asked->name, hook->file, hook->called_at, err.text);
    }
    sw_arena_free(arena);
}

bool sw_site_hold_secrets(const struct sw_site *site, const struct sw_runbook *runbook,
                          struct sw_diags *diags)
{
    size_t before = sw_diags_error_count(diags);
    struct sw_arena *arena = sw_arena_new();
    struct sw_buf missing;

    sw_buf_init(&missing, MISSING_BYTES);
    for (const struct sw_hook_reach *at = sw_hook_secrets(runbook, arena); at->name != NULL; at++) {
        hold_secret(site, at, diags, &missing);
    }
    sw_arena_free(arena);
    if (missing.length > 0) {
        sw_diag_hint(diags,
                     sw_diag_add(diags, SW_ERROR, SW_SITE_NO_SECRET, site->secrets_mark,
                                 "hooks ask for secrets that this site file does not have: %.*s",
                                 (int)missing.length, missing.bytes),
                     "say where each is, such as  secrets: { token: { file: "
                     "/etc/stepwise/token.secret } }");
    }
    sw_buf_release(&missing);
    return sw_diags_error_count(diags) == before;
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
