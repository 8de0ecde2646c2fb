#include "stdlib/azure/token.h"

#include "base/digest.h"
#include "base/text.h"
#include "base/time.h"
#include "sdk/json.h"
#include "stdlib/azure/cloud.h"
#include "stdlib/azure/http_time.h"

#include <string.h>

#define ASSERTION_S 300 /* ten minutes is the most */
#define EARLIER_S 60
#define TOKEN_BYTES (16u * 1024u)
#define FORM_BYTES (256u * 1024u)
#define LONGEST_S INT64_C(604800) /* a week: managed identities get a day, nobody gets more */
/* Of a token whose end is told as local time without its zone: ask again soon, it costs little. */
#define UNTOLD_NS (600 * SW_NS_PER_S)

/* ---- requests ---- */

/* As HTML forms are sent, a space as '+'. @source captured from msal: "sec ret&+/" */
static void add_form(struct sw_buf *buf, const char *name, const char *value)
{
    static const char digits[] = "0123456789ABCDEF";

    sw_buf_addf(buf, "%s%s=", buf->length == 0 ? "" : "&", name);
    for (; *value != '\0'; value++) {
        unsigned char c = (unsigned char)*value;

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            strchr("-._~", c) != NULL) {
            sw_buf_add_char(buf, *value);
        } else if (c == ' ') {
            sw_buf_add_char(buf, '+');
        } else {
            sw_buf_addf(buf, "%%%c%c", digits[c >> 4], digits[c & 15]);
        }
    }
}

/* Id or domain name: it becomes a segment of a path, so nothing else. */
static bool tenant_is_sound(const char *tenant)
{
    size_t plain = tenant == NULL ? 0
                                  : strspn(tenant, "abcdefghijklmnopqrstuvwxyz"
                                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.");

    return plain > 0 && tenant[plain] == '\0' && tenant[0] != '.' && plain < 254;
}

static bool ask_login(const struct sw_value *settings, struct sw_buf *form,
                      const struct sw_grant_means *means, struct sw_arena *arena,
                      struct sw_grant_ask *ret_ask, struct sw_error *err)
{
    const char *tenant = sw_as_text(sw_get(settings, "tenant"));
    const struct sw_azure_cloud *cloud = sw_azure_cloud_of(means->target);
    struct sw_request request = {.method = "POST"};

    if (!tenant_is_sound(tenant)) {
        return sw_fail(err, SW_E_INPUT, "'%.100s' is neither the id nor a domain of a tenant",
                       tenant == NULL ? "" : tenant);
    }
    add_form(form, "scope",
             sw_format(arena, "https://%s/.default", sw_azure_audience(means->target)));
    if (form->is_over) {
        return sw_fail(err, SW_E_INPUT, "the credential is too long to be one");
    }
    request.url = sw_format(arena, "https://%s/%s/oauth2/v2.0/token", cloud->sign_in, tenant);
    request.body = sw_copy(arena, form->bytes, form->length);
    request.body_length = form->length;
    sw_request_header(&request, "Content-Type", "application/x-www-form-urlencoded");
    sw_request_header(&request, "Accept", "application/json");
    *ret_ask = (struct sw_grant_ask){.request = request,
                                     .origin = sw_format(arena, "%s:443", cloud->sign_in)};
    return true;
}

static void begin_form(struct sw_buf *form, const struct sw_value *settings)
{
    const char *client = sw_as_text(sw_get(settings, "client"));

    sw_buf_init(form, FORM_BYTES);
    add_form(form, "client_id", client == NULL ? "" : client);
    add_form(form, "grant_type", "client_credentials");
}

static bool ask_client_secret(const struct sw_value *settings, const char *secret,
                              const struct sw_grant_means *means, struct sw_arena *arena,
                              struct sw_grant_ask *ret_ask, struct sw_error *err)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf form;

    begin_form(&form, settings);
    add_form(&form, "client_secret", secret);
    return ask_login(settings, &form, means, arena, ret_ask, err);
}

static bool ask_workload(const struct sw_value *settings, const char *secret,
                         const struct sw_grant_means *means, struct sw_arena *arena,
                         struct sw_grant_ask *ret_ask, struct sw_error *err)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf form;

    begin_form(&form, settings);
    add_form(&form, "client_assertion", secret);
    add_form(&form, "client_assertion_type",
             "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    return ask_login(settings, &form, means, arena, ret_ask, err);
}

static bool text_is_token(const char *text)
{
    size_t length = text == NULL ? 0 : strlen(text);

    for (size_t i = 0; i < length; i++) {
        if (text[i] <= ' ' || text[i] >= 0x7f) {
            return false;
        }
    }
    return length >= 8 && length <= TOKEN_BYTES;
}

static void add_part(struct sw_buf *text, const char *json)
{
    if (text->length > 0) {
        sw_buf_add_char(text, '.');
    }
    sw_base64url_add(text, json, strlen(json));
}

/* As msal writes it since 1.29: PS256 with the certificate's SHA-256. RS256 is for tenants or
 * programs in between that know no other. @source azure.md 4 */
static bool make_assertion(const struct sw_value *settings, const char *key,
                           const struct sw_grant_means *means, const char *audience,
                           struct sw_arena *arena, const char **ret_text, struct sw_error *err)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf text;
    SW_CLEANUP(sw_buf_release) struct sw_buf print;
    const char *certificate = sw_as_text(sw_get(settings, "certificate"));
    const char *algorithm = sw_as_text(sw_get(settings, "algorithm"));
    const char *client = sw_as_text(sw_get(settings, "client"));
    long long now_s = (long long)(means->now_ns / SW_NS_PER_S);
    uint8_t sha256[SW_SHA256_BYTES];
    const uint8_t *signature = NULL;
    size_t length = 0;

    sw_buf_init(&text, FORM_BYTES);
    sw_buf_init(&print, 64);
    if (!means->thumbprint(certificate, sha256, err)) {
        return false;
    }
    sw_base64url_add(&print, sha256, sizeof sha256);
    add_part(&text, sw_format(arena, "{\"alg\":\"%s\",\"typ\":\"JWT\",\"x5t#S256\":\"%s\"}",
                              algorithm, print.bytes));
    add_part(&text,
             sw_format(arena,
                       "{\"aud\":\"%s\",\"iss\":\"%s\",\"sub\":\"%s\",\"jti\":\"%s\",\"nbf\":%lld,"
                       "\"iat\":%lld,\"exp\":%lld}",
                       audience, client, client, means->nonce, now_s - EARLIER_S, now_s,
                       now_s + ASSERTION_S));
    if (!means->sign(certificate, key, sw_text_is(algorithm, "PS256"), text.bytes, text.length,
                     arena, &signature, &length, err)) {
        return false;
    }
    sw_buf_add_char(&text, '.');
    sw_base64url_add(&text, signature, length);
    *ret_text = sw_copy(arena, text.bytes, text.length);
    return true;
}

static bool ask_certificate(const struct sw_value *settings, const char *secret,
                            const struct sw_grant_means *means, struct sw_arena *arena,
                            struct sw_grant_ask *ret_ask, struct sw_error *err)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf form;
    const char *tenant = sw_as_text(sw_get(settings, "tenant"));
    const char *assertion = NULL;

    begin_form(&form, settings);
    /* The tenant is checked before anything is signed for it. */
    if (!tenant_is_sound(tenant)) {
        return ask_login(settings, &form, means, arena, ret_ask, err);
    }
    const char *audience = sw_format(arena, "https://%s/%s/oauth2/v2.0/token",
                                     sw_azure_cloud_of(means->target)->sign_in, tenant);

    if (!make_assertion(settings, secret, means, audience, arena, &assertion, err)) {
        return false;
    }
    add_form(&form, "client_assertion", assertion);
    add_form(&form, "client_assertion_type",
             "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    return ask_login(settings, &form, means, arena, ret_ask, err);
}

static bool ask_machine(const struct sw_value *settings, const char *secret,
                        const struct sw_grant_means *means, struct sw_arena *arena,
                        struct sw_grant_ask *ret_ask, struct sw_error *err)
{
    const char *client = sw_as_text(sw_get(settings, "client"));
    struct sw_request request = {.method = "GET"};
    SW_CLEANUP(sw_buf_release) struct sw_buf query;

    (void)secret;
    (void)err;
    sw_buf_init(&query, FORM_BYTES);
    add_form(&query, "api-version", "2018-02-01");
    add_form(&query, "resource", sw_format(arena, "https://%s/", sw_azure_audience(means->target)));
    if (client != NULL) {
        add_form(&query, "client_id", client);
    }
    request.url = sw_format(
        arena, "http://" SW_AZURE_METADATA_HOST "/metadata/identity/oauth2/token?%s", query.bytes);
    sw_request_header(&request, "Metadata", "true");
    *ret_ask = (struct sw_grant_ask){
        .request = request, .origin = SW_AZURE_METADATA_HOST ":80", .is_on_link = true};
    return true;
}

/* A machine outside that its owner connected (Arc). It asks twice: the first answer names a file
 * that only those may read who may use the identity. */
static bool ask_arc(const struct sw_value *settings, const char *secret,
                    const struct sw_grant_means *means, struct sw_arena *arena,
                    struct sw_grant_ask *ret_ask, struct sw_error *err)
{
    struct sw_request request = {.method = "GET"};
    SW_CLEANUP(sw_buf_release) struct sw_buf query;

    (void)settings;
    (void)secret;
    sw_buf_init(&query, FORM_BYTES);
    add_form(&query, "api-version", "2020-06-01");
    add_form(&query, "resource", sw_format(arena, "https://%s/", sw_azure_audience(means->target)));
    request.url = sw_format(arena, "http://" SW_AZURE_ARC_HOST "/metadata/identity/oauth2/token?%s",
                            query.bytes);
    sw_request_header(&request, "Metadata", "true");
    if (means->answer != NULL) {
        if (!text_is_token(means->answer)) {
            return sw_fail(err, SW_E_INPUT, "the file of the challenge holds no key");
        }
        sw_request_header(&request, "Authorization", sw_format(arena, "Basic %s", means->answer));
    }
    *ret_ask =
        (struct sw_grant_ask){.request = request, .origin = SW_AZURE_ARC_HOST, .is_on_link = true};
    return true;
}

/* Only the name counts, never the folder that a peer says: it could be any file of this machine. */
static bool challenge_arc(const struct sw_reply *reply, struct sw_arena *arena,
                          struct sw_grant_challenge *ret, struct sw_error *err)
{
    static const char basic[] = "Basic realm=";
    const char *header = sw_reply_header(reply, "WWW-Authenticate");
    const char *path =
        header != NULL && sw_text_begins(header, basic) ? header + sizeof basic - 1 : NULL;
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;

    if (name == NULL || !sw_text_ends(name, ".key") || name[0] == '.' || strlen(name) > 255 ||
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") !=
            strlen(name)) {
        return sw_fail(err, SW_E_PROTOCOL,
                       "the machine's identity service answered 401 and named no key file");
    }
    *ret = (struct sw_grant_challenge){
        .folder = SW_AZURE_ARC_FOLDER, .file = sw_copy_text(arena, name), .limit_bytes = 4096};
    return true;
}

static bool ask_cli(const struct sw_value *settings, const char *secret,
                    const struct sw_grant_means *means, struct sw_arena *arena,
                    struct sw_grant_ask *ret_ask, struct sw_error *err)
{
    const char *resource = sw_format(arena, "https://%s", sw_azure_audience(means->target));
    const char *const words[] = {"az", "account", "get-access-token", "--resource", resource,
                                 "-o", "json"};
    const char *tenant = sw_as_text(sw_get(settings, "tenant"));
    const char **argv = sw_alloc_array(arena, SW_COUNT(words) + 3, sizeof *argv);
    size_t count = 0;

    (void)secret;
    for (; count < SW_COUNT(words); count++) {
        argv[count] = words[count];
    }
    if (tenant != NULL) {
        if (!tenant_is_sound(tenant)) {
            return sw_fail(err, SW_E_INPUT, "'%.100s' is neither the id nor a domain of a tenant",
                           tenant);
        }
        argv[count++] = "--tenant";
        argv[count++] = tenant;
    }
    *ret_ask = (struct sw_grant_ask){.argv = argv};
    return true;
}

/* ---- replies ---- */

/* v2 says a number, the metadata service the same as a text. */
static bool read_number(const struct sw_value *value, int64_t *ret)
{
    const char *text = sw_as_text(value);
    int64_t number = 0;

    if (text == NULL) {
        return sw_as_int(value, ret);
    }
    for (; *text >= '0' && *text <= '9' && number < INT64_C(100000000000); text++) {
        number = number * 10 + (*text - '0');
    }
    if (*text != '\0' || number == 0) {
        return false;
    }
    *ret = number;
    return true;
}

static bool take_text(const struct sw_value *body, const char *key, struct sw_arena *arena,
                      int64_t expires_ns, struct sw_token *ret_token, struct sw_error *err)
{
    const char *text = sw_as_text(sw_get(body, key));

    if (!text_is_token(text)) {
        return sw_fail(err, SW_E_PROTOCOL, "the answer holds no token in `%s`", key);
    }
    *ret_token = (struct sw_token){.text = sw_copy_text(arena, text), .expires_ns = expires_ns};
    return true;
}

/* "invalid_client: AADSTS7000215: Invalid client secret provided." Only its first line: behind it
 * stand trace ids. */
static bool refuse(const struct sw_reply *reply, const struct sw_value *body, struct sw_error *err)
{
    const char *word = sw_as_text(sw_get(body, "error"));
    const char *text = sw_as_text(sw_get(body, "error_description"));
    enum sw_code code = SW_E_DENIED;

    if (reply->status == 429) {
        code = SW_E_THROTTLED;
    } else if (reply->status >= 500 || reply->status == 404 || reply->status == 408 ||
               reply->status == 410) {
        code = SW_E_BUSY; /* 404 and 410: the metadata service is being updated */
    }
    (void)sw_fail(
        err, code, "HTTP %d, %.80s: %.*s", reply->status, word == NULL ? "no reason given" : word,
        text == NULL ? 0 : (int)(strcspn(text, "\r\n") < 300 ? strcspn(text, "\r\n") : 300),
        text == NULL ? "" : text);
    err->retry_after_ms = sw_http_retry_after_ms(reply);
    return false;
}

static bool take_oauth(const struct sw_reply *reply, int64_t now_ns, struct sw_arena *arena,
                       struct sw_token *ret_token, struct sw_error *err)
{
    const struct sw_value *body = NULL;
    struct sw_error why = {0};
    int64_t lives_s = 0;
    bool is_read = sw_json_read(arena, reply->body == NULL ? "" : reply->body, reply->body_length,
                                SW_JSON_PLAIN, &body, &why);

    if (reply->status != 200) {
        return refuse(reply, is_read ? body : NULL, err);
    }
    if (!is_read) {
        return sw_fail(err, SW_E_PROTOCOL, "the answer is no JSON");
    }
    if (!read_number(sw_get(body, "expires_in"), &lives_s) || lives_s <= 0 || lives_s > LONGEST_S) {
        return sw_fail(err, SW_E_PROTOCOL, "the answer does not say how long its token lives");
    }
    return take_text(body, "access_token", arena, now_ns + lives_s * SW_NS_PER_S, ret_token, err);
}

static bool take_cli(const struct sw_reply *reply, int64_t now_ns, struct sw_arena *arena,
                     struct sw_token *ret_token, struct sw_error *err)
{
    const struct sw_value *body = NULL;
    struct sw_error why = {0};
    int64_t at_s = 0;

    if (reply->status != 200) {
        return sw_fail(err, SW_E_DENIED,
                       "`az account get-access-token` failed; log in with `az "
                       "login`");
    }
    if (!sw_json_read(arena, reply->body, reply->body_length, SW_JSON_PLAIN, &body, &why)) {
        return sw_fail(err, SW_E_PROTOCOL, "`az account get-access-token` printed no JSON");
    }
    /* expires_on came with later versions; expiresOn is local time without its zone. */
    bool is_told =
        read_number(sw_get(body, "expires_on"), &at_s) && at_s < now_ns / SW_NS_PER_S + LONGEST_S;

    return take_text(body, "accessToken", arena, is_told ? at_s * SW_NS_PER_S : now_ns + UNTOLD_NS,
                     ret_token, err);
}

/* ---- tables ---- */

static const struct sw_field app_settings[] = {
    {"tenant", &sw_type_string, SW_FIELD_REQUIRED, NULL, "Id or domain name of the tenant."},
    {"client", &sw_type_guid, SW_FIELD_REQUIRED, NULL, "Id of the application."},
    {NULL, NULL, 0, NULL, NULL},
};
static const struct sw_type algorithm_type = {
    .kind = SW_T_ENUM, .values = (const char *const[]){"PS256", "RS256", NULL}};
static const struct sw_field certificate_settings[] = {
    {"tenant", &sw_type_string, SW_FIELD_REQUIRED, NULL, "Id or domain name of the tenant."},
    {"client", &sw_type_guid, SW_FIELD_REQUIRED, NULL, "Id of the application."},
    {"certificate", &sw_type_path, SW_FIELD_REQUIRED, NULL,
     "PEM file of the certificate, which the application knows, too."},
    {"algorithm", &algorithm_type, 0, "PS256", "How it signs."},
    {NULL, NULL, 0, NULL, NULL},
};
static const struct sw_field no_settings[] = {
    {NULL, NULL, 0, NULL, NULL},
};
static const struct sw_field machine_settings[] = {
    {"client", &sw_type_guid, 0, NULL,
     "Id of a user-assigned identity; left out: the machine's own."},
    {NULL, NULL, 0, NULL, NULL},
};
static const struct sw_field cli_settings[] = {
    {"tenant", &sw_type_string, 0, NULL, "Id or domain name of the tenant."},
    {NULL, NULL, 0, NULL, NULL},
};

const struct sw_grant sw_azure_client_secret = {
    .name = "client_secret",
    .doc = "An application and its secret.",
    .settings = app_settings,
    .secret = "The application's secret.",
    .ask = ask_client_secret,
    .take = take_oauth,
};
const struct sw_grant sw_azure_client_certificate = {
    .name = "client_certificate",
    .doc = "An application and a certificate of it.",
    .settings = certificate_settings,
    .secret = "The certificate's RSA key, PEM, not encrypted.",
    .is_key = true,
    .ask = ask_certificate,
    .take = take_oauth,
};
const struct sw_grant sw_azure_arc = {
    .name = "arc",
    .doc = "The identity of this machine, which is connected by Azure Arc.",
    .settings = no_settings,
    .ask = ask_arc,
    .challenge = challenge_arc,
    .take = take_oauth,
};
const struct sw_grant sw_azure_workload_identity = {
    .name = "workload_identity",
    .doc = "An application that trusts the token of another issuer, which a file holds.",
    .settings = app_settings,
    .secret = "The issuer's token; read again each time, as it is exchanged every hour.",
    .ask = ask_workload,
    .take = take_oauth,
};
const struct sw_grant sw_azure_managed_identity = {
    .name = "managed_identity",
    .doc = "The identity of the virtual machine that this runs on.",
    .settings = machine_settings,
    .ask = ask_machine,
    .take = take_oauth,
};
const struct sw_grant sw_azure_cli = {
    .name = "az",
    .doc = "Whoever logged in with `az login` on this machine.",
    .settings = cli_settings,
    .ask = ask_cli,
    .take = take_cli,
};
