#include "stdlib/azure/arm_request.h"

#include "base/digest.h"
#include "base/limits.h"
#include "base/text.h"
#include "sdk/json.h"
#include "stdlib/azure/arm.h"
#include "stdlib/azure/arm_error.h"
#include "stdlib/azure/arm_id.h"
#include "stdlib/azure/cloud.h"

#include <string.h>

static const struct {
    const char *provider;
    const char *version;
} versions[] = {
    {"Microsoft.StorageSync", SW_ARM_SYNC_VERSION},
    {"Microsoft.Storage", SW_ARM_STORAGE_VERSION},
    {"Microsoft.Authorization", SW_ARM_AUTHORIZATION_VERSION},
};

bool sw_arm_call_check(const struct sw_call *call, bool is_act, struct sw_error *err)
{
    static const char *const changing[] = {"PUT", "PATCH", "POST", "DELETE"};

    if (!sw_text_is(call->kind, "arm")) {
        return sw_fail(err, SW_E_INTERNAL, "the resource manager was given a call of kind '%s'",
                       call->kind == NULL ? "" : call->kind);
    }
    if (sw_text_is(call->op, "GET")) {
        return !is_act || sw_fail(err, SW_E_INTERNAL, "a GET was given as a changing call");
    }
    for (size_t i = 0; i < SW_COUNT(changing); i++) {
        if (sw_text_is(call->op, changing[i])) {
            return is_act || sw_fail(err, SW_E_INTERNAL, "a look tried to %s", changing[i]);
        }
    }
    return sw_fail(err, SW_E_INTERNAL, "'%s' is no method of the resource manager",
                   call->op == NULL ? "" : call->op);
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~", c) != NULL);
}

static bool query_is_sound(const char *query)
{
    for (; *query != '\0'; query++) {
        if (!is_plain(*query) && strchr("$=&%'(),/:", *query) == NULL) {
            return false;
        }
    }
    return true;
}

/* The version belongs to the last provider of a path: locks hang below other resources. */
static const char *version_of(struct sw_arena *arena, const char *id)
{
    static const char mark[] = "/providers/";
    const char *folded = sw_arm_id_fold(arena, id);
    const char *provider = NULL;

    for (const char *at = folded; (at = strstr(at, mark)) != NULL;) {
        at += sizeof mark - 1;
        provider = at;
    }
    if (provider == NULL) {
        return NULL;
    }

    const char *name = sw_copy(arena, provider, strcspn(provider, "/"));

    for (size_t i = 0; i < SW_COUNT(versions); i++) {
        if (sw_text_is_folded(name, versions[i].provider)) {
            return versions[i].version;
        }
    }
    return NULL;
}

/* At most 63 bytes: it is one of ours. */
static const char *manager_of(const struct sw_target *target)
{
    return sw_azure_cloud_of(target == NULL ? NULL : target->settings)->manager;
}

bool sw_arm_url(struct sw_arena *arena, const struct sw_target *target, const struct sw_call *call,
                const char **ret_url, struct sw_error *err)
{
    const char *path = call->path == NULL ? "" : call->path;
    size_t length = strcspn(path, "?");
    const char *query = path[length] == '?' ? path + length + 1 : NULL;

    const char *id = sw_copy(arena, path, length);
    const char *encoded = NULL;

    /* Makers gave a checked id; this is the second lock on the same door. */
    if (!sw_arm_path(arena, id, &encoded, err)) {
        err->code = SW_E_INTERNAL;
        return false;
    }
    if (query != NULL && !query_is_sound(query)) {
        return sw_fail(err, SW_E_INTERNAL, "'%.80s' is no query", query);
    }

    const char *version = version_of(arena, id);

    if (version == NULL) {
        return sw_fail(err, SW_E_INTERNAL, "no api-version is known for '%.200s'", id);
    }

    const char *url =
        sw_format(arena, "https://%s%s?api-version=%s%s%s", manager_of(target), encoded, version,
                  query == NULL ? "" : "&", query == NULL ? "" : query);

    if (strlen(url) > SW_LIMIT_URL_BYTES) {
        return sw_fail(err, SW_E_INTERNAL, "a request's URL is longer than %u bytes",
                       SW_LIMIT_URL_BYTES);
    }
    *ret_url = url;
    return true;
}

bool sw_arm_url_check(const struct sw_target *target, const char *url, struct sw_error *err)
{
    static const char scheme[] = "https://";
    const char *manager = manager_of(target);
    size_t length = strlen(url);

    if (length > SW_LIMIT_URL_BYTES) {
        return sw_fail(err, SW_E_PROTOCOL, "the service named a URL of %zu bytes, more than %u",
                       length, SW_LIMIT_URL_BYTES);
    }
    for (size_t i = 0; i < length; i++) {
        if (url[i] <= ' ' || url[i] >= 0x7f || strchr("\"<>\\^`{|}#", url[i]) != NULL) {
            return sw_fail(err, SW_E_PROTOCOL,
                           "the service named a URL with a character that none may hold");
        }
    }
    if (length > sizeof scheme - 1 + strlen(manager)) {
        char begin[64] = {0};
        const char *rest = url + sizeof scheme - 1 + strlen(manager);

        memcpy(begin, url, sizeof scheme - 1);
        if (sw_text_is_folded(begin, scheme)) {
            memset(begin, 0, sizeof begin);
            memcpy(begin, url + sizeof scheme - 1, strlen(manager));
            if (sw_text_is_folded(begin, manager) &&
                (rest[0] == '/' || sw_text_begins(rest, ":443/"))) {
                return true;
            }
        }
    }
    /* The text is the peer's: show its begin only, never a query. */
    return sw_fail(err, SW_E_PROTOCOL, "the service named a URL outside of https://%s: %.*s",
                   manager, (int)(strcspn(url, "?") < 80 ? strcspn(url, "?") : 80), url);
}

/* GUID-shaped (version 8: made by rule), the same whenever the same attempt is made again. */
static const char *request_id(const struct sw_talk *talk, const char *url, unsigned number)
{
    char hex[SW_SHA256_HEX_BYTES];
    const char *seed =
        sw_format(talk->arena, "%llu %u %s", (unsigned long long)talk->attempt, number, url);

    sw_sha256_hex(seed, strlen(seed), hex);
    return sw_format(talk->arena, "%.8s-%.4s-8%.3s-a%.3s-%.12s", hex, hex + 8, hex + 12, hex + 15,
                     hex + 18);
}

static bool token_is_sound(const char *token)
{
    for (const char *c = token; *c != '\0'; c++) {
        if (*c <= ' ' || *c >= 0x7f) {
            return false;
        }
    }
    return *token != '\0';
}

static bool body_text(struct sw_arena *arena, const struct sw_call *call, const char **ret_text,
                      size_t *ret_length, struct sw_error *err)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, SW_LIMIT_FILE_BYTES);
    sw_json_write(&buf, call->args, SW_JSON_PLAIN);
    if (buf.is_over) {
        return sw_fail(err, SW_E_LIMIT, "a request's body is longer than %u bytes",
                       SW_LIMIT_FILE_BYTES);
    }
    *ret_text = sw_copy(arena, buf.bytes, buf.length);
    *ret_length = buf.length;
    return true;
}

bool sw_arm_request(struct sw_talk *talk, const char *method, const char *url, unsigned number,
                    struct sw_error *err)
{
    const char *secret = talk->target == NULL ? NULL : talk->target->secret;
    struct sw_request out = {.method = method, .url = url};

    if (secret != NULL && !token_is_sound(secret)) {
        return sw_fail(err, SW_E_INPUT, "the token of target '%s' is no header text",
                       talk->target->name);
    }
    if (secret != NULL) {
        sw_request_header(&out, "Authorization", sw_format(talk->arena, "Bearer %s", secret));
    }
    sw_request_header(&out, "Accept", "application/json");
    sw_request_header(&out, "x-ms-client-request-id", request_id(talk, url, number));
    sw_request_header(&out, "x-ms-return-client-request-id", "true");
    if (talk->call.args != NULL && !sw_text_is(method, "GET")) {
        if (!body_text(talk->arena, &talk->call, &out.body, &out.body_length, err)) {
            return false;
        }
        sw_request_header(&out, "Content-Type", "application/json");
    }
    talk->out = out;
    return true;
}

const char *sw_arm_preview(const struct sw_target *target, const struct sw_call *call,
                           struct sw_arena *arena)
{
    struct sw_error err = {0};
    const char *url = NULL;
    const char *body = NULL;
    size_t length = 0;

    if (!sw_arm_url(arena, target, call, &url, &err)) {
        return sw_format(arena, "(can't be made: %s)", err.text);
    }
    url = sw_arm_mask(arena, url);
    if (call->args != NULL && body_text(arena, call, &body, &length, &err)) {
        return sw_format(arena, "%s %s\n%s", call->op, url, body);
    }
    return sw_format(arena, "%s %s", call->op, url);
}
