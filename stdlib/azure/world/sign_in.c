#include "stdlib/azure/world/sign_in.h"

#include "base/digest.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "sdk/json.h"
#include "stdlib/azure/arm.h"
#include "stdlib/azure/token.h"

#include <stdlib.h>
#include <string.h>

#define TENANT_ID "3d7c1f0e-9b5a-4e62-8a0e-51f2c7a3b8d4"
#define AUDIENCE "https://" SW_ARM_HOST "/"
#define TOLD_LEAST_S 1
#define CLOCK_NS (300 * SW_NS_PER_S)   /* by how much a client's clock may be wrong */
#define LONGEST_NS (600 * SW_NS_PER_S) /* of an assertion; azure.md 4 */

struct gate {
    struct sw_gate gate; /* first: it is used as a sw_gate */
    struct sw_arena *arena;
    struct sw_gate_config config;
    uint64_t issued;
};

/* One request being answered. */
struct visit {
    struct gate *gate;
    int64_t world_ns, wall_ns;
    const struct sw_request *request;
    struct sw_arena *arena;
    struct sw_reply *reply;
    const char *path;             /* without query */
    const struct sw_value *query; /* map */
};

/* ---- small ---- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

static const char *unescaped(struct sw_arena *arena, const char *text, size_t length)
{
    char *out = sw_alloc(arena, length + 1);
    size_t used = 0;

    for (size_t i = 0; i < length; i++) {
        int high = text[i] == '%' && i + 2 < length ? hex_digit(text[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(text[i + 2]) : -1;

        if (low >= 0) {
            out[used++] = (char)(high * 16 + low);
            i += 2;
        } else {
            out[used++] = (char)(text[i] == '+' ? ' ' : text[i]);
        }
    }
    return out;
}

/* "a=b&c=d", of a query or a form. The first of a name counts. */
static const struct sw_value *members(struct sw_arena *arena, const char *text, size_t length)
{
    struct sw_builder map = sw_map_begin(arena);

    for (size_t at = 0; at < length;) {
        const char *end = memchr(text + at, '&', length - at);
        size_t size = end == NULL ? length - at : (size_t)(end - text) - at;
        const char *equals = memchr(text + at, '=', size);
        size_t name = equals == NULL ? size : (size_t)(equals - text) - at;
        const char *key = unescaped(arena, text + at, name);

        if (*key != '\0' && equals != NULL && sw_get(sw_built(&map), key) == NULL) {
            sw_map_put_text(&map, key, unescaped(arena, equals + 1, size - name - 1));
        }
        at += size + 1;
    }
    return sw_built(&map);
}

static const char *header(const struct sw_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (sw_text_is_folded(request->headers[i].name, name)) {
            return request->headers[i].value;
        }
    }
    return NULL;
}

static const char *ask(const struct visit *v, const char *name)
{
    return sw_as_text(sw_get(v->query, name));
}

static bool answer(struct visit *v, int status, const struct sw_value *body)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, SW_LIMIT_FILE_BYTES);
    sw_json_write(&buf, body, SW_JSON_PLAIN);
    *v->reply = (struct sw_reply){.status = status,
                                  .body = sw_copy(v->arena, buf.bytes, buf.length),
                                  .body_length = buf.length};
    sw_reply_set_header(v->reply, "Content-Type", "application/json; charset=utf-8");
    sw_reply_set_header(v->reply, "Cache-Control", "no-store, no-cache");
    return true;
}

/* As the sign-in service and the metadata service write it; the number stands in the text. */
static bool refuse(struct visit *v, int status, const char *error, const char *text)
{
    struct sw_builder body = sw_map_begin(v->arena);
    struct sw_builder codes = sw_list_begin(v->arena);
    int64_t number = sw_text_begins(text, "AADSTS") ? strtol(text + 6, NULL, 10) : 0;

    sw_map_put_text(&body, "error", error);
    sw_map_put_text(&body, "error_description",
                    number == 0 ? text
                                : sw_format(v->arena, "%s\r\nTrace ID: %s\r\nCorrelation ID: %s",
                                            text, TENANT_ID, TENANT_ID));
    if (number != 0) {
        sw_list_add(&codes, sw_int(v->arena, number));
        sw_map_put(&body, "error_codes", sw_built(&codes));
        sw_map_put_text(&body, "trace_id", TENANT_ID);
        sw_map_put_text(&body, "correlation_id", TENANT_ID);
    }
    return answer(v, status, sw_built(&body));
}

/* ---- tokens: JWTs whose last part is a hash that only the gate can make ---- */

static const char *sealed(const struct gate *gate, struct sw_arena *arena, const char *text)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    const char *all =
        sw_format(arena, "%s\n%s\n%s", gate->config.secret, text, gate->config.secret);
    struct sw_sha256 hash;
    uint8_t bytes[SW_SHA256_BYTES];

    sw_sha256_init(&hash);
    sw_sha256_add(&hash, all, strlen(all));
    sw_sha256_end(&hash, bytes);
    sw_buf_init(&buf, 64);
    sw_base64url_add(&buf, bytes, sizeof bytes);
    return sw_format(arena, "%s.%s", text, buf.bytes);
}

static const char *make_token(struct visit *v, const char *audience, int64_t lives_s)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    static const char head[] = "{\"typ\":\"JWT\",\"alg\":\"model\"}";
    const char *claims = sw_format(
        v->arena, "{\"aud\":\"%s\",\"iat\":%lld,\"exp\":%lld,\"tid\":\"%s\",\"uti\":\"%llu\"}",
        audience, (long long)(v->world_ns / SW_NS_PER_S),
        (long long)(v->world_ns / SW_NS_PER_S + lives_s), TENANT_ID,
        (unsigned long long)v->gate->issued++);

    sw_buf_init(&buf, SW_LIMIT_FILE_BYTES);
    sw_base64url_add(&buf, head, sizeof head - 1);
    sw_buf_add_char(&buf, '.');
    sw_base64url_add(&buf, claims, strlen(claims));
    return sealed(v->gate, v->arena, buf.bytes);
}

/* @param as_text the metadata services write numbers as texts */
static bool grant(struct visit *v, const char *audience, bool as_text)
{
    struct sw_builder body = sw_map_begin(v->arena);
    int64_t lives_s = v->gate->config.lives_ns / SW_NS_PER_S;

    lives_s = lives_s < TOLD_LEAST_S ? TOLD_LEAST_S : lives_s;
    sw_map_put_text(&body, "token_type", "Bearer");
    if (as_text) {
        sw_map_put_text(&body, "expires_in", sw_format(v->arena, "%lld", (long long)lives_s));
        sw_map_put_text(
            &body, "expires_on",
            sw_format(v->arena, "%lld", (long long)(v->wall_ns / SW_NS_PER_S + lives_s)));
        sw_map_put_text(&body, "not_before",
                        sw_format(v->arena, "%lld", (long long)(v->wall_ns / SW_NS_PER_S)));
        sw_map_put_text(&body, "resource", audience);
    } else {
        sw_map_put(&body, "expires_in", sw_int(v->arena, lives_s));
        sw_map_put(&body, "ext_expires_in", sw_int(v->arena, lives_s));
    }
    sw_map_put_text(&body, "access_token", make_token(v, audience, lives_s));
    return answer(v, 200, sw_built(&body));
}

/* A JSON object in base64url; NULL when it is none. */
static const struct sw_value *decoded(struct sw_arena *arena, const char *text, size_t length)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    const struct sw_value *value = NULL;
    struct sw_error ignored = {0};

    sw_buf_init(&buf, SW_LIMIT_FILE_BYTES);
    return sw_base64url_decode(text, length, &buf, &ignored) &&
                   sw_json_read(arena, sw_copy(arena, buf.bytes, buf.length), buf.length,
                                SW_JSON_PLAIN, &value, &ignored) &&
                   value->kind == SW_V_MAP
               ? value
               : NULL;
}

/* ---- client credentials ---- */

/* msal 1.21 writes its times as fractions. */
static bool read_seconds(const struct sw_value *value, int64_t *ret_ns)
{
    int64_t seconds = 0;

    if (value != NULL && value->kind == SW_V_FLOAT) {
        *ret_ns = (int64_t)(value->as.real * 1000) * SW_NS_PER_MS;
        return true;
    }
    if (!sw_as_int(value, &seconds) || seconds > INT64_C(100000000000)) {
        return false;
    }
    *ret_ns = seconds * SW_NS_PER_S;
    return true;
}

static const char *claims_fault(const struct visit *v, const struct sw_value *claims)
{
    const char *audience = sw_as_text(sw_get(claims, "aud"));
    int64_t from_ns = v->wall_ns;
    int64_t until_ns = 0;

    if (audience == NULL || strstr(audience, "/v2.0") == NULL ||
        !sw_text_begins(audience, "https://" SW_AZURE_LOGIN_HOST "/")) {
        return "AADSTS50027: JWT token is invalid or malformed: its audience is another.";
    }
    if (!sw_text_is(sw_as_text(sw_get(claims, "iss")), SW_SIGN_IN_CLIENT) ||
        !sw_text_is(sw_as_text(sw_get(claims, "sub")), SW_SIGN_IN_CLIENT) ||
        sw_as_text(sw_get(claims, "jti")) == NULL) {
        return "AADSTS700021: Client assertion application identifier doesn't match 'client_id' "
               "parameter.";
    }
    (void)read_seconds(sw_get(claims, sw_get(claims, "nbf") != NULL ? "nbf" : "iat"), &from_ns);
    if (!read_seconds(sw_get(claims, "exp"), &until_ns) || until_ns < v->wall_ns - CLOCK_NS ||
        from_ns > v->wall_ns + CLOCK_NS || until_ns > v->wall_ns + LONGEST_NS + CLOCK_NS) {
        return "AADSTS700024: Client assertion is not within its valid time range.";
    }
    return NULL;
}

/* @return why it is refused, or NULL */
static const char *assertion_fault(const struct visit *v, const char *assertion)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf signature;
    const struct sw_gate_config *config = &v->gate->config;
    const char *first = strchr(assertion, '.');
    const char *second = first == NULL ? NULL : strchr(first + 1, '.');
    struct sw_error ignored = {0};

    sw_buf_init(&signature, 4096);
    if (sw_text_is(assertion, config->secret)) {
        return NULL; /* the token of an issuer that is trusted */
    }
    const struct sw_value *head =
        second == NULL ? NULL : decoded(v->arena, assertion, (size_t)(first - assertion));
    const struct sw_value *claims =
        second == NULL ? NULL : decoded(v->arena, first + 1, (size_t)(second - first - 1));
    const char *algorithm = sw_as_text(sw_get(head, "alg"));

    if (head == NULL || claims == NULL ||
        !sw_base64url_decode(second + 1, strlen(second + 1), &signature, &ignored)) {
        return "AADSTS50027: JWT token is invalid or malformed.";
    }
    bool is_named =
        sw_as_text(sw_get(head, "x5t")) != NULL || sw_as_text(sw_get(head, "x5t#S256")) != NULL;

    if (config->certificate == NULL || !is_named ||
        (!sw_text_is(algorithm, "RS256") && !sw_text_is(algorithm, "PS256")) ||
        !config->verify(config->certificate, sw_text_is(algorithm, "PS256"), assertion,
                        (size_t)(second - assertion), (const uint8_t *)signature.bytes,
                        signature.length, &ignored)) {
        return "AADSTS700027: Client assertion failed signature validation.";
    }
    return claims_fault(v, claims);
}

static bool give_token(struct visit *v)
{
    const struct sw_value *form = members(
        v->arena, v->request->body == NULL ? "" : v->request->body, v->request->body_length);
    const char *secret = sw_as_text(sw_get(form, "client_secret"));
    const char *assertion = sw_as_text(sw_get(form, "client_assertion"));
    const char *scope = sw_as_text(sw_get(form, "scope"));

    if (!sw_text_is(sw_as_text(sw_get(form, "grant_type")), "client_credentials")) {
        return refuse(v, 400, "unsupported_grant_type",
                      "AADSTS70003: The app requested an unsupported grant type.");
    }
    if (!sw_text_is_folded(sw_as_text(sw_get(form, "client_id")), SW_SIGN_IN_CLIENT)) {
        return refuse(v, 400, "unauthorized_client",
                      "AADSTS700016: The application was not found in the directory.");
    }
    if (scope == NULL || !sw_text_begins(scope, "https://") || !sw_text_ends(scope, "/.default") ||
        strchr(scope, '"') != NULL || strchr(scope, '\\') != NULL) {
        return refuse(v, 400, "invalid_scope",
                      "AADSTS1002012: The provided value for scope is not valid.");
    }
    const char *fault =
        secret != NULL ? (sw_text_is(secret, v->gate->config.secret)
                              ? NULL
                              : "AADSTS7000215: Invalid client secret provided.")
        : assertion != NULL && sw_text_is(sw_as_text(sw_get(form, "client_assertion_type")),
                                          "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            ? assertion_fault(v, assertion)
            : "AADSTS7000216: 'client_assertion', 'client_secret' or 'request' is "
              "required for the 'client_credentials' grant type.";

    if (fault != NULL) {
        return refuse(v, 401, "invalid_client", fault);
    }
    return grant(v, sw_copy(v->arena, scope, strlen(scope) - strlen(".default")), false);
}

static bool tell_instance(struct visit *v)
{
    struct sw_builder body = sw_map_begin(v->arena);
    struct sw_builder list = sw_list_begin(v->arena);
    struct sw_builder row = sw_map_begin(v->arena);
    struct sw_builder names = sw_list_begin(v->arena);

    sw_list_add(&names, sw_text(v->arena, SW_AZURE_LOGIN_HOST));
    sw_map_put_text(&row, "preferred_network", SW_AZURE_LOGIN_HOST);
    sw_map_put_text(&row, "preferred_cache", SW_AZURE_LOGIN_HOST);
    sw_map_put(&row, "aliases", sw_built(&names));
    sw_list_add(&list, sw_built(&row));
    sw_map_put_text(&body, "tenant_discovery_endpoint",
                    "https://" SW_AZURE_LOGIN_HOST "/" SW_SIGN_IN_TENANT
                    "/v2.0/.well-known/openid-configuration");
    sw_map_put_text(&body, "api-version", "1.1");
    sw_map_put(&body, "metadata", sw_built(&list));
    return answer(v, 200, sw_built(&body));
}

static bool tell_tenant(struct visit *v)
{
    static const char base[] = "https://" SW_AZURE_LOGIN_HOST "/" SW_SIGN_IN_TENANT;
    struct sw_builder body = sw_map_begin(v->arena);

    sw_map_put_text(&body, "token_endpoint", sw_format(v->arena, "%s/oauth2/v2.0/token", base));
    sw_map_put_text(&body, "authorization_endpoint",
                    sw_format(v->arena, "%s/oauth2/v2.0/authorize", base));
    sw_map_put_text(&body, "device_authorization_endpoint",
                    sw_format(v->arena, "%s/oauth2/v2.0/devicecode", base));
    sw_map_put_text(&body, "issuer", "https://" SW_AZURE_LOGIN_HOST "/" TENANT_ID "/v2.0");
    return answer(v, 200, sw_built(&body));
}

static bool sign_in(struct visit *v)
{
    const char *tenant = sw_copy(v->arena, v->path + 1, strcspn(v->path + 1, "/"));
    const char *rest = v->path + 1 + strlen(tenant);
    bool is_get = sw_text_is(v->request->method, "GET");

    if (is_get && sw_text_is(v->path, "/common/discovery/instance")) {
        return tell_instance(v);
    }
    if (!sw_text_is_folded(tenant, SW_SIGN_IN_TENANT) && !sw_text_is_folded(tenant, TENANT_ID)) {
        return refuse(v, 400, "invalid_tenant", "AADSTS90002: Tenant not found.");
    }
    if (is_get && sw_text_is(rest, "/v2.0/.well-known/openid-configuration")) {
        return tell_tenant(v);
    }
    if (sw_text_is(v->request->method, "POST") && sw_text_is(rest, "/oauth2/v2.0/token")) {
        return give_token(v);
    }
    return refuse(v, 404, "invalid_request", "There is nothing at this address.");
}

/* ---- identities of machines ---- */

static bool has_metadata(struct visit *v, const char *least_version)
{
    const char *version = ask(v, "api-version");
    const char *resource = ask(v, "resource");

    if (!sw_text_is_folded(header(v->request, "Metadata"), "true")) {
        return !refuse(v, 400, "invalid_request", "Required metadata header not specified");
    }
    if (version == NULL || strcmp(version, least_version) < 0 || resource == NULL ||
        !sw_text_begins(resource, "https://") || strpbrk(resource, "\"\\") != NULL) {
        return !refuse(v, 400, "invalid_request", "Identity: api-version or resource is missing");
    }
    return true;
}

static bool machine(struct visit *v)
{
    const char *client = ask(v, "client_id");

    if (!has_metadata(v, "2018-02-01")) {
        return true;
    }
    if (client != NULL && !sw_text_is_folded(client, SW_SIGN_IN_CLIENT)) {
        return refuse(v, 400, "invalid_request", "Identity not found");
    }
    return grant(v, ask(v, "resource"), true);
}

/* The challenge names a file that only those may read who may use the identity. */
static bool arc(struct visit *v)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf basic;
    const char *login = header(v->request, "Authorization");

    if (!has_metadata(v, "2019-11-01")) {
        return true;
    }
    sw_buf_init(&basic, SW_LIMIT_FILE_BYTES);
    sw_buf_addf(&basic, "Basic %s", v->gate->config.secret);
    if (sw_text_is(login, basic.bytes)) {
        return grant(v, ask(v, "resource"), true);
    }
    refuse(v, 401, "unauthorized", "The request needs the key that the challenge names");
    sw_reply_set_header(v->reply, "WWW-Authenticate",
                        "Basic realm=/var/opt/azcmagent/tokens/5e1d7a52.key");
    return true;
}

static bool app_service(struct visit *v)
{
    if (!sw_text_is(header(v->request, "X-IDENTITY-HEADER"), v->gate->config.secret)) {
        return refuse(v, 401, "unauthorized", "The identity header is missing or another");
    }
    if (ask(v, "resource") == NULL || strpbrk(ask(v, "resource"), "\"\\") != NULL) {
        return refuse(v, 400, "invalid_request", "resource is missing");
    }
    return grant(v, ask(v, "resource"), true);
}

/* ---- the resource manager's door ---- */

static bool turn_away(struct visit *v, const char *code, const char *why, const char *message)
{
    struct sw_builder error = sw_map_begin(v->arena);
    struct sw_builder body = sw_map_begin(v->arena);

    sw_map_put_text(&error, "code", code);
    sw_map_put_text(&error, "message", message);
    sw_map_put(&body, "error", sw_built(&error));
    (void)answer(v, 401, sw_built(&body));
    sw_reply_set_header(v->reply, "WWW-Authenticate",
                        sw_format(v->arena,
                                  "Bearer authorization_uri=\"https://login.windows.net/" TENANT_ID
                                  "\", error=\"invalid_token\", error_description=\"%s\"",
                                  why));
    return true;
}

static bool door(struct visit *v)
{
    const char *login = header(v->request, "Authorization");
    const char *token = login != NULL && sw_text_begins(login, "Bearer ") ? login + 7 : NULL;
    const char *last = token == NULL ? NULL : strrchr(token, '.');

    if (token == NULL) {
        return turn_away(v, "AuthenticationFailed",
                         "The authentication failed because of missing 'Authorization' header.",
                         "Authentication failed. The 'Authorization' header is missing.");
    }
    const char *text = last == NULL ? "" : sw_copy(v->arena, token, (size_t)(last - token));
    const char *middle = strchr(text, '.');
    const struct sw_value *claims =
        middle != NULL && sw_text_is(sealed(v->gate, v->arena, text), token)
            ? decoded(v->arena, middle + 1, strlen(middle + 1))
            : NULL;
    const char *audience = sw_as_text(sw_get(claims, "aud"));
    int64_t until_s = 0;

    if (claims == NULL) {
        return turn_away(v, "InvalidAuthenticationToken", "The access token is invalid.",
                         "The access token is invalid.");
    }
    if (!sw_text_is(audience, AUDIENCE) && !sw_text_is(audience, "https://" SW_ARM_HOST)) {
        return turn_away(v, "InvalidAuthenticationTokenAudience", "The audience is another.",
                         sw_format(v->arena,
                                   "The access token has been obtained for wrong audience or "
                                   "resource '%s'.",
                                   audience == NULL ? "" : audience));
    }
    if (!sw_as_int(sw_get(claims, "exp"), &until_s) || until_s * SW_NS_PER_S <= v->world_ns) {
        return turn_away(v, "ExpiredAuthenticationToken", "The access token expired.",
                         "The access token expiry UTC time is earlier than current UTC time.");
    }
    return false;
}

/* ---- the gate ---- */

static bool gate_answer(struct sw_gate *gate, int64_t world_ns, int64_t wall_ns,
                        const struct sw_request *request, struct sw_arena *arena,
                        struct sw_reply *ret_reply)
{
    static const struct {
        const char *host;
        const char *path; /* begins with; NULL: any */
        bool (*answer)(struct visit *v);
    } rows[] = {
        {SW_ARM_HOST, NULL, door},
        {SW_AZURE_LOGIN_HOST, NULL, sign_in},
        {SW_AZURE_METADATA_HOST, "/metadata/identity/oauth2/token", machine},
        {SW_AZURE_ARC_HOST, "/metadata/identity/oauth2/token", arc},
        {"localhost:41342", "/MSI/token", app_service},
    };
    const char *place = strstr(request->url, "://");

    if (place == NULL) {
        return false;
    }
    size_t length = strcspn(place + 3, "/?#");
    size_t named =
        length > 4 && sw_text_begins(place + 3 + length - 4, ":443") ? length - 4 : length;
    const char *host = sw_copy(arena, place + 3, named);
    size_t path = strcspn(place + 3 + length, "?#");
    const char *query = place + 3 + length + path;
    struct visit v = {.gate = (struct gate *)(void *)gate, /* its first member */
                      .world_ns = world_ns,
                      .wall_ns = wall_ns,
                      .request = request,
                      .arena = arena,
                      .reply = ret_reply,
                      .path = sw_copy(arena, place + 3 + length, path),
                      .query = members(arena, *query == '?' ? query + 1 : "",
                                       *query == '?' ? strlen(query + 1) : 0)};

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        if (sw_text_is_folded(host, rows[i].host) &&
            (rows[i].path == NULL || sw_text_begins(v.path, rows[i].path))) {
            return rows[i].answer(&v);
        }
    }
    return false;
}

static void gate_free(struct sw_gate *gate)
{
    sw_arena_free(((struct gate *)(void *)gate)->arena); /* the gate itself lives there */
}

static struct sw_gate *make(const struct sw_gate_config *config, const struct sw_value *settings)
{
    static const struct sw_gate_ops ops = {.answer = gate_answer, .free = gate_free};
    struct sw_arena *arena = sw_arena_new();
    struct gate *gate = sw_alloc(arena, sizeof *gate);

    (void)settings;
    *gate = (struct gate){.gate = {.ops = &ops}, .arena = arena, .config = *config};
    gate->config.secret = sw_copy_text(arena, config->secret);
    gate->config.certificate =
        config->certificate == NULL ? NULL : sw_copy_text(arena, config->certificate);
    return &gate->gate;
}

static const char *login(struct sw_arena *arena, const char *secret_file)
{
    return sw_format(arena,
                     "{ by: client_secret, tenant: " SW_SIGN_IN_TENANT
                     ", client: " SW_SIGN_IN_CLIENT ", secret: { file: '%s' } }",
                     secret_file);
}

const struct sw_gate_kind sw_azure_sign_in = {.login = login, .make = make};
