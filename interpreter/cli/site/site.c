#include "cli/site/site.h"

#include "base/digest.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/site/read.h"
#include "cli/wire.h"
#include "lang/yaml.h"

#include <stdlib.h>
#include <string.h>

/* ---- keys; schema: site_schema.c ---- */

const struct sw_field sw_site_top_fields[] = {
    {"site", &sw_type_int, SW_FIELD_REQUIRED, NULL, "Version of this form of file: 1."},
    {"proxy", &sw_type_url, 0, NULL, "Proxy for every request."},
    {NULL, NULL, 0, NULL, NULL},
};
const char *const sw_site_part_keys[] = {"targets", "tls",       "approvers", "connect",
                                         "pace",    "operators", "notify",    "hooks",
                                         "secrets", "policy",    NULL};
const struct sw_field sw_site_tls_fields[] = {
    {"ca_file", &sw_type_path, SW_FIELD_REQUIRED, NULL, "PEM file of who may certify peers."},
    {NULL, NULL, 0, NULL, NULL},
};
const struct sw_field sw_site_detour_fields[] = {
    {"to", &sw_type_string, SW_FIELD_REQUIRED, NULL, "HOST:PORT as the targets call it."},
    {"at", &sw_type_string, SW_FIELD_REQUIRED, NULL, "127.0.0.1:PORT where it really is."},
    {"plain", &sw_type_bool, 0, "false", "Without TLS there."},
    {NULL, NULL, 0, NULL, NULL},
};

/* ---- parts ---- */

void sw_site_hint_closest(struct sw_site_reader *r, struct sw_diag *diag, const char *word,
                          const char *const *names, size_t count)
{
    const char *close = sw_text_closest(word, names, count);

    if (close != NULL) {
        sw_diag_hint(r->diags, diag, "did you mean '%s'?", close);
    }
}

/* Names of a field table and of keys that are read elsewhere. */
static const char *const *names_of(struct sw_site_reader *r, const struct sw_field *fields,
                                   const char *const *also, size_t *ret_count)
{
    size_t count = 0;
    size_t room = 1;

    for (const struct sw_field *f = fields; f != NULL && f->name != NULL; f++) {
        room++;
    }
    for (const char *const *name = also; name != NULL && *name != NULL; name++) {
        room++;
    }
    const char **names = sw_alloc_array(r->arena, room, sizeof *names);

    for (const struct sw_field *f = fields; f != NULL && f->name != NULL; f++) {
        names[count++] = f->name;
    }
    for (const char *const *name = also; name != NULL && *name != NULL; name++) {
        names[count++] = *name;
    }
    *ret_count = count;
    return names;
}

bool sw_site_is_map(struct sw_site_reader *r, const struct sw_node *node, const char *what)
{
    if (node->kind != SW_NODE_MAP) {
        sw_diag_add(r->diags, SW_ERROR, SW_SITE_BAD_VALUE, node->mark,
                    "%s is a map of keys and values", what);
    }
    return node->kind == SW_NODE_MAP;
}

static void read_field(struct sw_site_reader *r, const struct sw_field *field,
                       const struct sw_node *node, struct sw_builder *map)
{
    const struct sw_value *value = NULL;
    struct sw_error err = {0};

    if (node->kind != SW_NODE_SCALAR) {
        sw_diag_add(r->diags, SW_ERROR, SW_SITE_BAD_VALUE, node->mark, "`%s` is a single value",
                    field->name);
    } else if (!sw_type_parse(field->type, node->text, r->arena, &value, &err)) {
        sw_diag_add(r->diags, SW_ERROR, SW_SITE_BAD_VALUE, node->mark, "`%s`: %s", field->name,
                    err.text);
    } else {
        sw_map_put(map, field->name, value);
    }
}

/* A map by its field table; keys in `also` are left to the caller. */
const struct sw_value *sw_site_fields(struct sw_site_reader *r, const struct sw_node *node,
                                      const char *what, const struct sw_field *fields,
                                      const char *const *also)
{
    struct sw_builder map = sw_map_begin(r->arena);
    size_t count = 0;
    const char *const *names = names_of(r, fields, also, &count);

    for (size_t i = 0; i < node->count; i++) {
        const char *key = node->keys[i]->text;
        const struct sw_field *field = fields == NULL ? NULL : sw_field_find(fields, key);
        bool is_known = field != NULL;

        for (size_t n = 0; n < count; n++) {
            is_known = is_known || sw_text_is(names[n], key);
        }
        if (field != NULL) {
            read_field(r, field, node->items[i], &map);
        } else if (!is_known) {
            sw_site_hint_closest(r,
                                 sw_diag_add(r->diags, SW_ERROR, SW_SITE_UNKNOWN_KEY,
                                             node->keys[i]->mark, "%s has no key `%s`", what, key),
                                 key, names, count);
        }
    }
    for (const struct sw_field *f = fields; f != NULL && f->name != NULL; f++) {
        const struct sw_value *value = NULL;
        struct sw_error ignored = {0};

        if (sw_node_get(node, f->name) != NULL) {
            continue;
        }
        if ((f->flags & SW_FIELD_REQUIRED) != 0) {
            sw_diag_hint(r->diags,
                         sw_diag_add(r->diags, SW_ERROR, SW_SITE_MISSING_KEY, node->mark,
                                     "%s lacks the key `%s`", what, f->name),
                         "%s", f->doc);
        } else if (f->preset != NULL &&
                   sw_type_parse(f->type, f->preset, r->arena, &value, &ignored)) {
            sw_map_put(&map, f->name, value);
        }
    }
    return sw_built(&map);
}

/* ---- targets ---- */

static const struct sw_target_kind *read_kind(struct sw_site_reader *r, const struct sw_node *node)
{
    const struct sw_registry *registry = sw_wire_registry();
    const struct sw_target_kind *kind =
        node->kind == SW_NODE_SCALAR ? sw_registry_target_kind(registry, node->text) : NULL;

    if (kind == NULL) {
        size_t count = 0;
        const char *const *names = sw_registry_target_kind_names(registry, r->arena, &count);
        const char *word = node->kind == SW_NODE_SCALAR ? node->text : "";

        sw_site_hint_closest(r,
                             sw_diag_add(r->diags, SW_ERROR, SW_SITE_UNKNOWN_WORD, node->mark,
                                         "there is no kind of target called '%s'", word),
                             word, names, count);
    }
    return kind;
}

static void read_target(struct sw_site_reader *r, const struct sw_node *name,
                        const struct sw_node *node, struct sw_site_target *target)
{
    static const char *const keys[] = {"kind", "settings", "login", NULL};
    const char *what = sw_format(r->arena, "target '%s'", name->text);
    const struct sw_node *kind = sw_node_get(node, "kind");
    const struct sw_node *settings = sw_node_get(node, "settings");
    const struct sw_node *login = sw_node_get(node, "login");

    target->name = name->text;
    if (!sw_site_is_map(r, node, what)) {
        return;
    }
    (void)sw_site_fields(r, node, what, NULL, keys);
    if (kind == NULL || settings == NULL || login == NULL) {
        sw_diag_add(r->diags, SW_ERROR, SW_SITE_MISSING_KEY, name->mark, "%s lacks the key `%s`",
                    what,
                    kind == NULL       ? "kind"
                    : settings == NULL ? "settings"
                                       : "login");
    }
    target->kind = kind == NULL ? NULL : read_kind(r, kind);
    if (settings != NULL && target->kind != NULL && sw_site_is_map(r, settings, "`settings`")) {
        target->settings =
            sw_site_fields(r, settings, sw_format(r->arena, "the settings of %s", what),
                           target->kind->settings, NULL);
    }
    if (login != NULL) {
        sw_site_read_login(r, login, target);
    }
}

static void read_targets(struct sw_site_reader *r, const struct sw_node *node)
{
    if (!sw_site_is_map(r, node, "`targets`")) {
        return;
    }
    struct sw_site_target *targets = sw_alloc_array(r->arena, node->count + 1, sizeof *targets);

    for (size_t i = 0; i < node->count; i++) {
        read_target(r, node->keys[i], node->items[i], &targets[i]);
    }
    r->site->targets = targets;
    r->site->target_count = node->count;
    const char *const *hidden = sw_site_hidden(r->site, r->arena);

    for (size_t i = 0; i < node->count; i++) {
        targets[i].login.secret.hidden = hidden;
    }
}

/* ---- the rest ---- */

static bool split_place(struct sw_site_reader *r, const char *text, const char **ret_host,
                        int *ret_port)
{
    const char *colon = text == NULL ? NULL : strrchr(text, ':');
    char *end = NULL;
    long port = colon == NULL ? 0 : strtol(colon + 1, &end, 10);

    if (colon == NULL || *end != '\0' || port < 1 || port > 65535) {
        return false;
    }
    *ret_host = sw_copy(r->arena, text, (size_t)(colon - text));
    *ret_port = (int)port;
    return true;
}

static void read_detour(struct sw_site_reader *r, const struct sw_node *node,
                        struct sw_http_detour *detour)
{
    if (!sw_site_is_map(r, node, "a row of `connect`")) {
        return;
    }
    const struct sw_value *row =
        sw_site_fields(r, node, "a row of `connect`", sw_site_detour_fields, NULL);
    const char *to = sw_as_text(sw_get(row, "to"));
    const char *at = sw_as_text(sw_get(row, "at"));

    sw_as_bool(sw_get(row, "plain"), &detour->is_plain);
    if (to == NULL || at == NULL) {
        return;
    }
    if (!split_place(r, to, &detour->host, &detour->port) ||
        !split_place(r, at, &detour->at, &detour->at_port)) {
        sw_diag_add(r->diags, SW_ERROR, SW_SITE_BAD_VALUE, node->mark,
                    "write `to` and `at` as HOST:PORT");
        detour->host = detour->at = "";
    } else if (!sw_text_is(detour->at, "127.0.0.1") && !sw_text_is(detour->at, "::1")) {
        sw_diag_add(r->diags, SW_ERROR, SW_SITE_NOT_LOCAL, node->mark,
                    "`connect` leads to this machine only, 127.0.0.1 or ::1, not to '%s'",
                    detour->at);
    }
}

static void read_connect(struct sw_site_reader *r, const struct sw_node *node)
{
    if (node->kind != SW_NODE_LIST) {
        sw_diag_add(r->diags, SW_ERROR, SW_SITE_BAD_VALUE, node->mark, "`connect` is a list");
        return;
    }
    struct sw_http_detour *detours = sw_alloc_array(r->arena, node->count + 1, sizeof *detours);

    for (size_t i = 0; i < node->count; i++) {
        detours[i] = (struct sw_http_detour){.host = "", .at = ""};
        read_detour(r, node->items[i], &detours[i]);
    }
    r->site->detours = detours;
    r->site->detour_count = node->count;
}

static void read_approvers(struct sw_site_reader *r, const struct sw_node *node)
{
    struct sw_builder roles = sw_map_begin(r->arena);

    for (size_t i = 0; sw_site_is_map(r, node, "`approvers`") && i < node->count; i++) {
        const struct sw_node *logins = node->items[i];
        struct sw_builder list = sw_list_begin(r->arena);

        for (size_t n = 0; logins->kind == SW_NODE_LIST && n < logins->count; n++) {
            if (logins->items[n]->kind == SW_NODE_SCALAR) {
                sw_list_add(&list, sw_text(r->arena, logins->items[n]->text));
            }
        }
        if (sw_list_count(sw_built(&list)) == 0) {
            sw_diag_add(r->diags, SW_ERROR, SW_SITE_BAD_VALUE, logins->mark,
                        "the role '%s' is a list of logins, at least one", node->keys[i]->text);
        }
        sw_map_put(&roles, node->keys[i]->text, sw_built(&list));
    }
    r->site->approvers = sw_built(&roles);
}

/* A clock that runs faster is for models. At a real target it would let deadlines pass in minutes.
 */
static void read_pace(struct sw_site_reader *r, const struct sw_node *node)
{
    char *end = NULL;
    double pace = node->kind == SW_NODE_SCALAR ? strtod(node->text, &end) : 0;

    if (!(pace >= 1 && pace <= 1e6) || !sw_text_is(end, "x")) {
        sw_diag_add(r->diags, SW_ERROR, SW_SITE_BAD_VALUE, node->mark,
                    "`pace` says how many times faster than real, 1x to 1000000x");
        return;
    }
    r->site->pace = pace;
    for (size_t i = 0; i < r->site->target_count; i++) {
        const struct sw_site_target *target = &r->site->targets[i];
        if (!sw_site_is_here(r->site, target, r->arena) && pace > 1) {
            sw_diag_add(r->diags, SW_ERROR, SW_SITE_PACE_NOT_LOCAL, node->mark,
                        "time cannot run faster for target '%s', which is not connected to this "
                        "machine",
                        target->name);
        }
    }
}

static void read_root(struct sw_site_reader *r, const struct sw_node *root)
{
    const struct sw_value *top =
        sw_site_fields(r, root, "a site file", sw_site_top_fields, sw_site_part_keys);
    const struct sw_node *parts[SW_COUNT(sw_site_part_keys) - 1];
    int64_t version = 1;

    for (size_t i = 0; i < SW_COUNT(parts); i++) {
        parts[i] = sw_node_get(root, sw_site_part_keys[i]);
    }
    if (sw_as_int(sw_get(top, "site"), &version) && version != 1) {
        sw_diag_add(r->diags, SW_ERROR, SW_SITE_NO_SITE, root->mark,
                    "this program reads site files of version 1, not %lld", (long long)version);
    }
    r->site->proxy = sw_as_text(sw_get(top, "proxy"));
    if (parts[0] == NULL) {
        sw_diag_add(r->diags, SW_ERROR, SW_SITE_MISSING_KEY, root->mark,
                    "a site file lacks the key `targets`");
    } else {
        read_targets(r, parts[0]);
    }
    if (parts[1] != NULL && sw_site_is_map(r, parts[1], "`tls`")) {
        r->site->ca_file = sw_as_text(
            sw_get(sw_site_fields(r, parts[1], "`tls`", sw_site_tls_fields, NULL), "ca_file"));
    }
    if (parts[2] != NULL) {
        read_approvers(r, parts[2]);
    }
    if (parts[3] != NULL) {
        read_connect(r, parts[3]);
    }
    if (parts[4] != NULL) {
        read_pace(r, parts[4]);
    }
    if (parts[5] != NULL) {
        sw_site_read_operators(r, parts[5]);
    }
    if (parts[6] != NULL) {
        sw_site_read_notify(r, parts[6]);
    }
    if (parts[7] != NULL) {
        sw_site_read_hooks(r, parts[7]);
    }
    if (parts[8] != NULL) {
        sw_site_read_secrets(r, parts[8]);
    }
    if (parts[9] != NULL) {
        sw_site_read_policy(r, parts[9]);
    }
}

static bool read(struct sw_loaded *loaded, const struct sw_site **ret_site)
{
    struct sw_site *site = sw_alloc(loaded->arena, sizeof *site);
    struct sw_site_reader r = {.arena = loaded->arena, .diags = loaded->diags, .site = site};
    const struct sw_node *root = sw_yaml_read(&loaded->source, loaded->arena, loaded->diags);

    if (root == NULL) {
        return false;
    }
    site->path = loaded->source.name;
    site->pace = 1;
    sw_sha256_hex(loaded->source.bytes, loaded->source.length, site->digest);
    if (root->kind != SW_NODE_MAP || sw_node_get(root, "site") == NULL) {
        sw_diag_hint(loaded->diags,
                     sw_diag_add(loaded->diags, SW_ERROR, SW_SITE_NO_SITE, root->mark,
                                 "this is no site file: the key `site` is missing"),
                     "begin it with `site: 1`");
    } else {
        site->secrets_mark = root->mark;
        for (size_t i = 0; i < root->count; i++) {
            if (sw_text_is(root->keys[i]->text, "secrets")) {
                site->secrets_mark = root->keys[i]->mark;
            }
        }
        read_root(&r, root);
    }
    sw_diags_sort(loaded->diags);
    *ret_site = site;
    return sw_diags_error_count(loaded->diags) == 0;
}

bool sw_site_load_text(const char *path, const char *text, struct sw_loaded *loaded,
                       const struct sw_site **ret_site)
{
    *loaded = (struct sw_loaded){.arena = sw_arena_new(), .diags = sw_diags_new()};
    sw_source_from_text(loaded->arena, path, text, strlen(text), &loaded->source);
    return read(loaded, ret_site);
}

bool sw_site_load(const char *path, struct sw_loaded *loaded, const struct sw_site **ret_site,
                  struct sw_error *err)
{
    *loaded = (struct sw_loaded){.arena = sw_arena_new(), .diags = sw_diags_new()};
    return sw_source_read(loaded->arena, path, 16u * SW_LIMIT_FILE_BYTES, &loaded->source, err) &&
           read(loaded, ret_site);
}
