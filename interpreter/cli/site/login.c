/* How a target of a site file is logged in to, and where the secret is. */
#include "base/text.h"
#include "cli/site/read.h"
#include "cli/wire.h"

#include <string.h>

void sw_site_read_secret(struct sw_site_reader *r, const struct sw_node *node,
                         struct sw_secret *secret)
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
                     sw_diag_add(r->diags, SW_ERROR, SW_SITE_WRITTEN_SECRET, node->mark,
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
    sw_diag_add(r->diags, SW_ERROR, SW_SITE_BAD_VALUE, node->mark,
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

static const struct sw_field key_fields[] = {
    {"user", &sw_type_string, SW_FIELD_REQUIRED, NULL, "Name to log in with."},
    {"key", &sw_type_path, SW_FIELD_REQUIRED, NULL, "File of the private key; mode 0400."},
    {"known_hosts", &sw_type_path, SW_FIELD_REQUIRED, NULL,
     "File with the host's key, as `ssh-keyscan` prints it; compare it at the host's console."},
    {NULL, NULL, 0, NULL, NULL},
};

static const struct sw_site_way ways[] = {
    {"none", SW_HTTP_NO_LOGIN, false, false, NULL},
    {"basic", SW_HTTP_BASIC, false, true, basic_fields},
    {"negotiate", SW_HTTP_NEGOTIATE, false, false, NULL},
    {"certificate", SW_HTTP_CERTIFICATE, false, false, certificate_fields},
    {"key", SW_HTTP_NO_LOGIN, false, false, key_fields},
    {"token", SW_HTTP_NO_LOGIN, true, true, NULL},
    {NULL, SW_HTTP_NO_LOGIN, false, false, NULL},
};

const struct sw_site_way *sw_site_ways(void)
{
    return ways;
}

static const struct sw_site_way *find_way(const char *name)
{
    for (size_t i = 0; ways[i].name != NULL; i++) {
        if (sw_text_is(ways[i].name, name)) {
            return &ways[i];
        }
    }
    return NULL;
}

static void unknown_way(struct sw_site_reader *r, const struct sw_node *node)
{
    const char *names[SW_COUNT(ways) + 16];
    size_t count = 0;

    for (size_t i = 0; ways[i].name != NULL; i++) {
        names[count++] = ways[i].name;
    }
    for (const struct sw_grant *const *grant = sw_wire_grants();
         *grant != NULL && count < SW_COUNT(names); grant++) {
        names[count++] = (*grant)->name;
    }
    sw_site_hint_closest(r,
                         sw_diag_add(r->diags, SW_ERROR, SW_SITE_UNKNOWN_WORD, node->mark,
                                     "there is no way to log in called '%s'", node->text),
                         node->text, names, count);
}

/* Does what speaks to the target take this login? */
static void check_way(struct sw_site_reader *r, const struct sw_node *by,
                      const struct sw_site_target *target, bool is_token)
{
    const struct sw_transport *transport =
        target->kind == NULL ? NULL : sw_wire_transport(target->kind->name, target->settings);

    if (transport == NULL || sw_text_is(by->text, "none")) {
        return;
    }
    if (transport->logins == NULL) {
        if (!is_token) {
            sw_diag_add(r->diags, SW_ERROR, SW_SITE_WRONG_LOGIN, by->mark,
                        "a %s does not take a login by %s", target->kind->name, by->text);
        }
        return;
    }
    const char *const *way = transport->logins;
    const char *ways_text = "none";

    while (*way != NULL && !sw_text_is(*way, by->text)) {
        ways_text = sw_format(r->arena, "%s, %s", ways_text, *way);
        way++;
    }
    if (*way == NULL) {
        sw_diag_hint(r->diags,
                     sw_diag_add(r->diags, SW_ERROR, SW_SITE_WRONG_LOGIN, by->mark,
                                 "a %s over %s does not take a login by %s", target->kind->name,
                                 transport->name, by->text),
                     "it takes: %s", ways_text);
    }
}

void sw_site_read_login(struct sw_site_reader *r, const struct sw_node *node,
                        struct sw_site_target *target)
{
    static const char *const with_secret[] = {"by", "secret", NULL};
    static const char *const without[] = {"by", NULL};
    struct sw_site_login *login = &target->login;
    const struct sw_node *by = sw_node_get(node, "by");
    const struct sw_node *secret = sw_node_get(node, "secret");

    if (!sw_site_is_map(r, node, "`login`")) {
        return;
    }
    if (by == NULL || by->kind != SW_NODE_SCALAR) {
        sw_diag_add(r->diags, SW_ERROR, SW_SITE_MISSING_KEY, node->mark,
                    "`login` says in `by` which way it logs in");
        return;
    }
    const struct sw_site_way *way = find_way(by->text);
    const struct sw_grant *const *grant = sw_wire_grants();

    while (*grant != NULL && !sw_text_is((*grant)->name, by->text)) {
        grant++;
    }
    if (way == NULL && *grant == NULL) {
        unknown_way(r, by);
        return;
    }
    bool is_secret = way != NULL ? way->has_secret : (*grant)->secret != NULL;

    login->by = by->text;
    login->http = way == NULL ? SW_HTTP_NO_LOGIN : way->http;
    login->is_token = way != NULL && way->is_token;
    login->grant = way == NULL ? *grant : NULL;
    login->settings = sw_site_fields(r, node, sw_format(r->arena, "the login by %s", by->text),
                                     way != NULL ? way->fields : (*grant)->settings,
                                     is_secret ? with_secret : without);
    if (is_secret && secret == NULL) {
        sw_diag_add(r->diags, SW_ERROR, SW_SITE_MISSING_KEY, node->mark,
                    "the login by %s lacks the key `secret`", by->text);
    } else if (is_secret) {
        sw_site_read_secret(r, secret, &login->secret);
    }
    check_way(r, by, target, way == NULL || way->is_token);
}
