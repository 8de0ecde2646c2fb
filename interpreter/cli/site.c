#include "cli/site.h"

#include "base/digest.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/wire.h"
#include "lang/yaml.h"

#include <stdlib.h>
#include <string.h>

/* KEEP IN STEP: lang/codes_085.def. */
enum {
    UNKNOWN_KEY = 850,
    BAD_VALUE = 851,
    MISSING_KEY = 852,
    UNKNOWN_WORD = 853,
    WRONG_LOGIN = 854,
    WRITTEN_SECRET = 855,
    NOT_LOCAL = 856,
    PACE_NOT_LOCAL = 857,
    NO_SITE = 858,
};

struct reader {
    struct sw_arena *arena;
    struct sw_diags *diags;
    struct sw_site *site;
};

/* ---- parts ---- */

static void hint_closest(struct reader *r, struct sw_diag *diag, const char *word,
                         const char *const *names, size_t count)
{
    const char *close = sw_text_closest(word, names, count);

    if (close != NULL) {
        sw_diag_hint(r->diags, diag, "did you mean '%s'?", close);
    }
}

/* Names of a field table and of keys that are read elsewhere. */
static const char *const *names_of(struct reader *r, const struct sw_field *fields,
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

static bool is_map(struct reader *r, const struct sw_node *node, const char *what)
{
    if (node->kind != SW_NODE_MAP) {
        sw_diag_add(r->diags, SW_ERROR, BAD_VALUE, node->mark, "%s is a map of keys and values",
                    what);
    }
    return node->kind == SW_NODE_MAP;
}

static void read_field(struct reader *r, const struct sw_field *field, const struct sw_node *node,
                       struct sw_builder *map)
{
    const struct sw_value *value = NULL;
    struct sw_error err = {0};

    if (node->kind != SW_NODE_SCALAR) {
        sw_diag_add(r->diags, SW_ERROR, BAD_VALUE, node->mark, "`%s` is a single value",
                    field->name);
    } else if (!sw_type_parse(field->type, node->text, r->arena, &value, &err)) {
        sw_diag_add(r->diags, SW_ERROR, BAD_VALUE, node->mark, "`%s`: %s", field->name, err.text);
    } else {
        sw_map_put(map, field->name, value);
    }
}

/* A map by its field table; keys in `also` are left to the caller. */
static const struct sw_value *read_fields(struct reader *r, const struct sw_node *node,
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
            hint_closest(r,
                         sw_diag_add(r->diags, SW_ERROR, UNKNOWN_KEY, node->keys[i]->mark,
                                     "%s has no key `%s`", what, key),
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
                         sw_diag_add(r->diags, SW_ERROR, MISSING_KEY, node->mark,
                                     "%s lacks the key `%s`", what, f->name),
                         "%s", f->doc);
        } else if (f->preset != NULL &&
                   sw_type_parse(f->type, f->preset, r->arena, &value, &ignored)) {
            sw_map_put(&map, f->name, value);
        }
    }
    return sw_built(&map);
}

/* ---- logins ---- */

static void read_secret(struct reader *r, const struct sw_node *node, struct sw_secret *secret)
{
    static const struct {
        const char *name;
        enum sw_secret_place place;
    } rows[] = {{"file", SW_SECRET_FILE},
                {"env", SW_SECRET_ENV},
                {"systemd", SW_SECRET_SYSTEMD},
                {"command", SW_SECRET_COMMAND}};

    if (node->kind == SW_NODE_SCALAR) {
        sw_diag_hint(r->diags,
                     sw_diag_add(r->diags, SW_ERROR, WRITTEN_SECRET, node->mark,
                                 "a secret is not written into a site file"),
                     "say where it is: secret: { file: /etc/stepwise/NAME.secret }");
        return;
    }
    for (size_t i = 0; node->kind == SW_NODE_MAP && node->count == 1 && i < SW_COUNT(rows); i++) {
        const struct sw_node *value = node->items[0];

        if (!sw_text_is(node->keys[0]->text, rows[i].name)) {
            continue;
        }
        if (rows[i].place == SW_SECRET_COMMAND && value->kind == SW_NODE_LIST && value->count > 0) {
            const char **argv = sw_alloc_array(r->arena, value->count + 1, sizeof *argv);

            for (size_t n = 0; n < value->count; n++) {
                argv[n] = value->items[n]->kind == SW_NODE_SCALAR ? value->items[n]->text : "";
            }
            *secret = (struct sw_secret){.place = rows[i].place, .argv = argv};
            return;
        }
        if (rows[i].place != SW_SECRET_COMMAND && value->kind == SW_NODE_SCALAR &&
            value->length > 0 &&
            (rows[i].place != SW_SECRET_SYSTEMD || strchr(value->text, '/') == NULL)) {
            *secret = (struct sw_secret){.place = rows[i].place, .name = value->text};
            return;
        }
    }
    sw_diag_add(r->diags, SW_ERROR, BAD_VALUE, node->mark,
                "`secret` is one of { file: PATH }, { env: NAME }, { systemd: NAME } and "
                "{ command: [PROGRAM, ...] }");
}

static const struct sw_field basic_fields[] = {
    {"user", &sw_type_string, SW_FIELD_REQUIRED, NULL, "Name to log in with."},
    {NULL, NULL, 0, NULL, NULL},
};
static const struct sw_field certificate_fields[] = {
    {"certificate", &sw_type_path, SW_FIELD_REQUIRED, NULL, "PEM file of the certificate."},
    {"key", &sw_type_path, SW_FIELD_REQUIRED, NULL, "PEM file of its key."},
    {NULL, NULL, 0, NULL, NULL},
};

static const struct way {
    const char *name;
    enum sw_http_login http;
    bool is_token, has_secret;
    const struct sw_field *fields;
} ways[] = {
    {"none", SW_HTTP_NO_LOGIN, false, false, NULL},
    {"basic", SW_HTTP_BASIC, false, true, basic_fields},
    {"negotiate", SW_HTTP_NEGOTIATE, false, false, NULL},
    {"certificate", SW_HTTP_CERTIFICATE, false, false, certificate_fields},
    {"token", SW_HTTP_NO_LOGIN, true, true, NULL},
};

static const struct way *find_way(const char *name)
{
    for (size_t i = 0; i < SW_COUNT(ways); i++) {
        if (sw_text_is(ways[i].name, name)) {
            return &ways[i];
        }
    }
    return NULL;
}

static void unknown_way(struct reader *r, const struct sw_node *node)
{
    const char *names[SW_COUNT(ways) + 16];
    size_t count = 0;

    for (size_t i = 0; i < SW_COUNT(ways); i++) {
        names[count++] = ways[i].name;
    }
    for (const struct sw_grant *const *grant = sw_wire_grants();
         *grant != NULL && count < SW_COUNT(names); grant++) {
        names[count++] = (*grant)->name;
    }
    hint_closest(r,
                 sw_diag_add(r->diags, SW_ERROR, UNKNOWN_WORD, node->mark,
                             "there is no way to log in called '%s'", node->text),
                 node->text, names, count);
}

static void read_login(struct reader *r, const struct sw_node *node, struct sw_site_target *target)
{
    static const char *const with_secret[] = {"by", "secret", NULL};
    static const char *const without[] = {"by", NULL};
    struct sw_site_login *login = &target->login;
    const struct sw_node *by = sw_node_get(node, "by");
    const struct sw_node *secret = sw_node_get(node, "secret");

    if (!is_map(r, node, "`login`")) {
        return;
    }
    if (by == NULL || by->kind != SW_NODE_SCALAR) {
        sw_diag_add(r->diags, SW_ERROR, MISSING_KEY, node->mark,
                    "`login` says in `by` which way it logs in");
        return;
    }
    const struct way *way = find_way(by->text);
    const struct sw_grant *const *grant = sw_wire_grants();

    while (*grant != NULL && !sw_text_is((*grant)->name, by->text)) {
        grant++;
    }
    if (way == NULL && *grant == NULL) {
        unknown_way(r, by);
        return;
    }
    bool is_secret = way != NULL ? way->has_secret : (*grant)->secret != NULL;
    bool is_token = way == NULL || way->is_token;

    login->by = by->text;
    login->http = way == NULL ? SW_HTTP_NO_LOGIN : way->http;
    login->is_token = way != NULL && way->is_token;
    login->grant = way == NULL ? *grant : NULL;
    login->settings = read_fields(r, node, sw_format(r->arena, "the login by %s", by->text),
                                  way != NULL ? way->fields : (*grant)->settings,
                                  is_secret ? with_secret : without);
    if (is_secret && secret == NULL) {
        sw_diag_add(r->diags, SW_ERROR, MISSING_KEY, node->mark,
                    "the login by %s lacks the key `secret`", by->text);
    } else if (is_secret) {
        read_secret(r, secret, &login->secret);
    }
    if (target->kind != NULL && !sw_text_is(by->text, "none") &&
        is_token != sw_wire_takes_token(target->kind->name)) {
        sw_diag_add(r->diags, SW_ERROR, WRONG_LOGIN, by->mark, "a %s does not take a login by %s",
                    target->kind->name, by->text);
    }
}

/* ---- targets ---- */

static const struct sw_target_kind *read_kind(struct reader *r, const struct sw_node *node)
{
    const struct sw_registry *registry = sw_wire_registry();
    const struct sw_target_kind *kind =
        node->kind == SW_NODE_SCALAR ? sw_registry_target_kind(registry, node->text) : NULL;

    if (kind == NULL) {
        size_t count = 0;
        const char *const *names = sw_registry_target_kind_names(registry, r->arena, &count);
        const char *word = node->kind == SW_NODE_SCALAR ? node->text : "";

        hint_closest(r,
                     sw_diag_add(r->diags, SW_ERROR, UNKNOWN_WORD, node->mark,
                                 "there is no kind of target called '%s'", word),
                     word, names, count);
    }
    return kind;
}

static void read_target(struct reader *r, const struct sw_node *name, const struct sw_node *node,
                        struct sw_site_target *target)
{
    static const char *const keys[] = {"kind", "settings", "login", NULL};
    const char *what = sw_format(r->arena, "target '%s'", name->text);
    const struct sw_node *kind = sw_node_get(node, "kind");
    const struct sw_node *settings = sw_node_get(node, "settings");
    const struct sw_node *login = sw_node_get(node, "login");

    target->name = name->text;
    if (!is_map(r, node, what)) {
        return;
    }
    (void)read_fields(r, node, what, NULL, keys);
    if (kind == NULL || settings == NULL || login == NULL) {
        sw_diag_add(r->diags, SW_ERROR, MISSING_KEY, name->mark, "%s lacks the key `%s`", what,
                    kind == NULL       ? "kind"
                    : settings == NULL ? "settings"
                                       : "login");
    }
    target->kind = kind == NULL ? NULL : read_kind(r, kind);
    if (settings != NULL && target->kind != NULL && is_map(r, settings, "`settings`")) {
        target->settings = read_fields(r, settings, sw_format(r->arena, "the settings of %s", what),
                                       target->kind->settings, NULL);
    }
    if (login != NULL) {
        read_login(r, login, target);
    }
}

static void read_targets(struct reader *r, const struct sw_node *node)
{
    if (!is_map(r, node, "`targets`")) {
        return;
    }
    struct sw_site_target *targets = sw_alloc_array(r->arena, node->count + 1, sizeof *targets);

    for (size_t i = 0; i < node->count; i++) {
        read_target(r, node->keys[i], node->items[i], &targets[i]);
    }
    r->site->targets = targets;
    r->site->target_count = node->count;
}

/* ---- the rest ---- */

static bool split_place(struct reader *r, const char *text, const char **ret_host, int *ret_port)
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

static void read_detour(struct reader *r, const struct sw_node *node, struct sw_http_detour *detour)
{
    static const struct sw_field fields[] = {
        {"to", &sw_type_string, SW_FIELD_REQUIRED, NULL, "HOST:PORT as the targets call it."},
        {"at", &sw_type_string, SW_FIELD_REQUIRED, NULL, "127.0.0.1:PORT where it really is."},
        {"plain", &sw_type_bool, 0, "false", "Without TLS there."},
        {NULL, NULL, 0, NULL, NULL},
    };

    if (!is_map(r, node, "a row of `connect`")) {
        return;
    }
    const struct sw_value *row = read_fields(r, node, "a row of `connect`", fields, NULL);
    const char *to = sw_as_text(sw_get(row, "to"));
    const char *at = sw_as_text(sw_get(row, "at"));

    sw_as_bool(sw_get(row, "plain"), &detour->is_plain);
    if (to == NULL || at == NULL) {
        return;
    }
    if (!split_place(r, to, &detour->host, &detour->port) ||
        !split_place(r, at, &detour->at, &detour->at_port)) {
        sw_diag_add(r->diags, SW_ERROR, BAD_VALUE, node->mark, "write `to` and `at` as HOST:PORT");
        detour->host = detour->at = "";
    } else if (!sw_text_is(detour->at, "127.0.0.1") && !sw_text_is(detour->at, "::1")) {
        sw_diag_add(r->diags, SW_ERROR, NOT_LOCAL, node->mark,
                    "`connect` leads to this machine only, 127.0.0.1 or ::1, not to '%s'",
                    detour->at);
    }
}

static void read_connect(struct reader *r, const struct sw_node *node)
{
    if (node->kind != SW_NODE_LIST) {
        sw_diag_add(r->diags, SW_ERROR, BAD_VALUE, node->mark, "`connect` is a list");
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

static void read_approvers(struct reader *r, const struct sw_node *node)
{
    struct sw_builder roles = sw_map_begin(r->arena);

    for (size_t i = 0; is_map(r, node, "`approvers`") && i < node->count; i++) {
        const struct sw_node *logins = node->items[i];
        struct sw_builder list = sw_list_begin(r->arena);

        for (size_t n = 0; logins->kind == SW_NODE_LIST && n < logins->count; n++) {
            if (logins->items[n]->kind == SW_NODE_SCALAR) {
                sw_list_add(&list, sw_text(r->arena, logins->items[n]->text));
            }
        }
        if (sw_list_count(sw_built(&list)) == 0) {
            sw_diag_add(r->diags, SW_ERROR, BAD_VALUE, logins->mark,
                        "the role '%s' is a list of logins, at least one", node->keys[i]->text);
        }
        sw_map_put(&roles, node->keys[i]->text, sw_built(&list));
    }
    r->site->approvers = sw_built(&roles);
}

/* A clock that runs faster is for models. At a real target it would let deadlines pass in minutes.
 */
static void read_pace(struct reader *r, const struct sw_node *node)
{
    char *end = NULL;
    double pace = node->kind == SW_NODE_SCALAR ? strtod(node->text, &end) : 0;

    if (!(pace >= 1 && pace <= 1e6) || !sw_text_is(end, "x")) {
        sw_diag_add(r->diags, SW_ERROR, BAD_VALUE, node->mark,
                    "`pace` says how many times faster than real, 1x to 1000000x");
        return;
    }
    r->site->pace = pace;
    for (size_t i = 0; i < r->site->target_count; i++) {
        const struct sw_site_target *target = &r->site->targets[i];
        if (!sw_site_is_here(r->site, target, r->arena) && pace > 1) {
            sw_diag_add(r->diags, SW_ERROR, PACE_NOT_LOCAL, node->mark,
                        "time cannot run faster for target '%s', which is not connected to this "
                        "machine",
                        target->name);
        }
    }
}

static void read_root(struct reader *r, const struct sw_node *root)
{
    static const struct sw_field fields[] = {
        {"site", &sw_type_int, SW_FIELD_REQUIRED, NULL, "Version of this form of file: 1."},
        {"proxy", &sw_type_url, 0, NULL, "Proxy for every request."},
        {NULL, NULL, 0, NULL, NULL},
    };
    static const struct sw_field tls_fields[] = {
        {"ca_file", &sw_type_path, SW_FIELD_REQUIRED, NULL, "PEM file of who may certify peers."},
        {NULL, NULL, 0, NULL, NULL},
    };
    static const char *const keys[] = {"targets", "tls", "approvers", "connect", "pace", NULL};
    const struct sw_value *top = read_fields(r, root, "a site file", fields, keys);
    const struct sw_node *parts[SW_COUNT(keys) - 1];
    int64_t version = 1;

    for (size_t i = 0; i < SW_COUNT(parts); i++) {
        parts[i] = sw_node_get(root, keys[i]);
    }
    if (sw_as_int(sw_get(top, "site"), &version) && version != 1) {
        sw_diag_add(r->diags, SW_ERROR, NO_SITE, root->mark,
                    "this program reads site files of version 1, not %lld", (long long)version);
    }
    r->site->proxy = sw_as_text(sw_get(top, "proxy"));
    if (parts[0] == NULL) {
        sw_diag_add(r->diags, SW_ERROR, MISSING_KEY, root->mark,
                    "a site file lacks the key `targets`");
    } else {
        read_targets(r, parts[0]);
    }
    if (parts[1] != NULL && is_map(r, parts[1], "`tls`")) {
        r->site->ca_file =
            sw_as_text(sw_get(read_fields(r, parts[1], "`tls`", tls_fields, NULL), "ca_file"));
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
}

bool sw_site_is(const char *text)
{
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n' ? 1 : 0;
        if (sw_text_begins(line, "site:")) {
            return true;
        }
        if (sw_text_begins(line, "stepwise:")) {
            return false;
        }
    }
    return false;
}

static bool read(struct sw_loaded *loaded, const struct sw_site **ret_site)
{
    struct sw_site *site = sw_alloc(loaded->arena, sizeof *site);
    struct reader r = {.arena = loaded->arena, .diags = loaded->diags, .site = site};
    const struct sw_node *root = sw_yaml_read(&loaded->source, loaded->arena, loaded->diags);

    if (root == NULL) {
        return false;
    }
    site->path = loaded->source.name;
    site->pace = 1;
    sw_sha256_hex(loaded->source.bytes, loaded->source.length, site->digest);
    if (root->kind != SW_NODE_MAP || sw_node_get(root, "site") == NULL) {
        sw_diag_hint(loaded->diags,
                     sw_diag_add(loaded->diags, SW_ERROR, NO_SITE, root->mark,
                                 "this is no site file: the key `site` is missing"),
                     "begin it with `site: 1`");
    } else {
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
