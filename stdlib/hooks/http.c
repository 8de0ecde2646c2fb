/* Web requests of hooks. */
#include "stdlib/hooks/channels.h"

#include "base/buf.h"
#include "base/text.h"
#include "sdk/json.h"

#include <ctype.h>
#include <string.h>

#define BODY_BYTES (256u * 1024u)
/** What a hook sees of a reply: the whole answer of a call of its must fit, too. */
#define REPLY_BYTES (40u * 1024u)

static const char *const methods[] = {"GET", "HEAD", "PUT", "DELETE", "POST", "PATCH", NULL};
/* @source RFC 9110, 9.2: GET and HEAD are safe; PUT and DELETE may be repeated. */
enum { SAFE_METHODS = 2, REPEATABLE_METHODS = 4 };

static size_t method_of(const char *name)
{
    size_t i = 0;

    while (methods[i] != NULL && !sw_text_is(methods[i], name)) {
        i++;
    }
    return i;
}

static int hex_of(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *digit = c == '\0' ? NULL : strchr(digits, tolower((unsigned char)c));

    return digit == NULL ? -1 : (int)(digit - digits);
}

/** The character at *at as a server reads it, by however many rounds of %XX; *at moves behind it.
 * @return -1: not that many rounds are honest */
static int decoded(const char **at)
{
    int rounds = 0;
    const char *rest = *at;

    if (*rest != '%') {
        *at = rest + 1;
        return (unsigned char)*rest;
    }
    /* %25XX is %XX to whom reads it twice */
    while (strncmp(rest + 1, "25", 2) == 0 && rounds < 4 && hex_of(rest[3]) >= 0 &&
           hex_of(rest[4]) >= 0) {
        rest += 2;
        rounds++;
    }
    if (hex_of(rest[1]) < 0 || hex_of(rest[2]) < 0) {
        return -1;
    }
    *at = rest + 3;
    return hex_of(rest[1]) * 16 + hex_of(rest[2]);
}

/** Does a part of the path, once somebody has decoded it, lead upwards? A part ends at a slash of
 * either kind, and its name at a `;`. @source RFC 3986, 5.2.4; CWE-22 for those who decode late */
static bool leads_up(const char *path)
{
    unsigned dots = 0;
    bool is_name = true; /* nothing but dots so far, and no `;` */
    bool has_other = false;

    for (const char *at = path; *at != '\0' && *at != '?';) {
        int c = decoded(&at);

        if (c < 0) {
            return true;
        }
        if (c == '/' || c == '\\') {
            if (!has_other && (dots == 1 || dots == 2)) {
                return true;
            }
            dots = 0;
            is_name = true;
            has_other = false;
        } else if (c == ';') {
            is_name = false;
        } else if (is_name) {
            dots += c == '.';
            has_other = has_other || c != '.';
        }
    }
    return !has_other && (dots == 1 || dots == 2);
}

/** NAME or NAME:PORT, of so many characters. */
static bool is_plain_host(const char *host, size_t length)
{
    size_t name = strcspn(host, ":/");

    for (size_t i = 0; i < length; i++) {
        bool is_bad = host[i] == '.' && (i == 0 || host[i - 1] == '.');

        if (is_bad || (i > name && !isdigit((unsigned char)host[i]))) {
            return false;
        }
    }
    return name > 0 && isalnum((unsigned char)host[0]) && length != name + 1 && length <= name + 6;
}

/** Handles of secrets in path and query as a letter each: what goes in for them is percent-encoded,
 * so it never leads out of the part in which it stands. */
static const char *without_handles(const char *url, struct sw_arena *arena)
{
    const char *host = strstr(url, "://");
    const char *path = host == NULL ? NULL : strchr(host + 3, '/');
    struct sw_buf text;
    const char *copy = url;

    if (path == NULL || strstr(path, SW_HOOK_SECRET) == NULL) {
        return url;
    }
    sw_buf_init(&text, BODY_BYTES);
    sw_buf_add(&text, url, (size_t)(path - url));
    while (*path != '\0') {
        const char *name = NULL;
        size_t length = sw_hook_handle(path, arena, &name);

        sw_buf_add_char(&text, length == 0 ? *path : 'x');
        path += length == 0 ? 1 : length;
    }
    copy = text.is_over ? url : sw_copy(arena, text.bytes, text.length);
    sw_buf_release(&text);
    return copy;
}

/** https://HOST[:PORT]/PATH and nothing that another reader could take for another host. */
static bool is_plain_url(const char *url, bool is_pattern, struct sw_error *err)
{
    static const char scheme[] = "https://";
    const char *host = url + sizeof scheme - 1;
    size_t length = 0;

    if (strncmp(url, scheme, sizeof scheme - 1) != 0) {
        return sw_fail(err, SW_E_INPUT, "'%.200s' does not begin with https://", url);
    }
    while (isalnum((unsigned char)host[length]) || host[length] == '.' || host[length] == '-' ||
           host[length] == ':') {
        length++;
    }
    if (length == 0 || host[length] != '/' || !is_plain_host(host, length)) {
        return sw_fail(err, SW_E_INPUT,
                       "'%.200s' has no plain host behind https://, written out, and then a /",
                       url);
    }
    for (const char *at = url; *at != '\0'; at++) {
        if ((unsigned char)*at <= ' ' || (unsigned char)*at >= 0x7f ||
            strchr("\\\"<>^`{|}#", *at) || (*at == '*' && !is_pattern)) {
            return sw_fail(err, SW_E_INPUT,
                           "'%.200s' holds a character that must be written as %%XX", url);
        }
    }
    return !leads_up(host + length) ||
           sw_fail(err, SW_E_INPUT,
                   "'%.200s' leads back with a part of dots, or holds a wrong %%XX", url);
}

static bool check_grant(const char *what, struct sw_error *err)
{
    size_t length = strcspn(what, " ");
    struct sw_arena *arena = sw_arena_new();
    bool is_known = methods[method_of(sw_copy(arena, what, length))] != NULL;
    bool is_fine = is_known && what[length] == ' '
                       ? is_plain_url(without_handles(what + length + 1, arena), true, err)
                       : sw_fail(err, SW_E_INPUT,
                                 "write METHOD https://HOST/PATH, such as "
                                 "'GET https://change.example/api/*'");

    sw_arena_free(arena);
    return is_fine;
}

/* Header names of ours, and line breaks, are nothing that a hook writes; nor is another method or
 * another path than the ones that were held against the grants.
 * @source the overrides that web frameworks and IIS's URL rewriting document */
static bool add_header(struct sw_request *request, const char *name, const char *value,
                       struct sw_error *err)
{
    static const char *const ours[] = {"host",
                                       "content-length",
                                       "transfer-encoding",
                                       "connection",
                                       "expect",
                                       "upgrade",
                                       "x-http-method-override",
                                       "x-http-method",
                                       "x-method-override",
                                       "x-original-url",
                                       "x-rewrite-url",
                                       "x-forwarded-host",
                                       "x-host",
                                       "forwarded",
                                       "trailer",
                                       "te"};
    size_t length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    if (length == 0 || name[length] != '\0' || value == NULL || strpbrk(value, "\r\n") != NULL) {
        return sw_fail(err, SW_E_INPUT, "header '%.80s' cannot be sent", name);
    }
    for (size_t i = 0; i < SW_COUNT(ours); i++) {
        if (sw_text_is_folded(name, ours[i])) {
            return sw_fail(err, SW_E_INPUT, "header '%s' is not a hook's to set", name);
        }
    }
    if (request->header_count == 12) {
        return sw_fail(err, SW_E_INPUT, "more than 12 headers");
    }
    sw_request_header(request, name, value);
    return true;
}

static bool read_headers(const struct sw_value *headers, struct sw_request *request,
                         struct sw_error *err)
{
    if (sw_is_known(headers) && headers->kind != SW_V_MAP) {
        return sw_fail(err, SW_E_INPUT, "`headers` is a table of names and texts");
    }
    for (size_t i = 0; sw_is_known(headers) && i < headers->as.map.count; i++) {
        const struct sw_entry *entry = &headers->as.map.entries[i];

        if (!add_header(request, entry->key, sw_as_text(entry->value), err)) {
            return false;
        }
    }
    return true;
}

/* Its own, such as application/merge-patch+json: a second one would make the request ambiguous. */
static bool has_type(const struct sw_request *request)
{
    bool has = false;

    for (size_t i = 0; i < request->header_count; i++) {
        has = has || sw_text_is_folded(request->headers[i].name, "Content-Type");
    }
    return has;
}

static bool read_body(const struct sw_value *what, struct sw_arena *arena,
                      struct sw_request *request, struct sw_error *err)
{
    const struct sw_value *json = sw_get(what, "json");
    struct sw_buf text;

    request->body = sw_as_text(sw_get(what, "body"));
    if (sw_is_known(json)) {
        sw_buf_init(&text, BODY_BYTES);
        sw_json_write(&text, json, SW_JSON_PLAIN);
        request->body = text.is_over ? NULL : sw_copy(arena, text.bytes, text.length);
        sw_buf_release(&text);
        if (request->body == NULL) {
            return sw_fail(err, SW_E_INPUT, "a body of more than %u bytes", BODY_BYTES);
        }
        if (!has_type(request)) {
            sw_request_header(request, "Content-Type", "application/json");
        }
    }
    request->body_length = request->body == NULL ? 0 : strlen(request->body);
    return request->body_length <= BODY_BYTES ||
           sw_fail(err, SW_E_INPUT, "a body of more than %u bytes", BODY_BYTES);
}

static const char *shown(const struct sw_request *request, struct sw_arena *arena)
{
    struct sw_buf text;
    const char *copy = NULL;

    sw_buf_init(&text, 2 * (size_t)BODY_BYTES);
    sw_buf_addf(&text, "%s %s\n", request->method, request->url);
    for (size_t i = 0; i < request->header_count; i++) {
        sw_buf_addf(&text, "%s: %s\n", request->headers[i].name, request->headers[i].value);
    }
    if (request->body != NULL) {
        sw_buf_addf(&text, "\n%s", request->body);
    }
    copy = sw_copy(arena, text.bytes, text.length);
    sw_buf_release(&text);
    return copy;
}

static bool read_request(const struct sw_value *what, struct sw_arena *arena,
                         struct sw_hook_request *ret_request, struct sw_error *err)
{
    const char *url = sw_as_text(sw_get(what, "url"));
    const char *name = sw_as_text(sw_get(what, "method"));
    size_t method = method_of(name == NULL ? "GET" : name);
    struct sw_hook_request out = {.is_write = method >= SAFE_METHODS,
                                  .is_repeatable = method < REPEATABLE_METHODS};

    if (methods[method] == NULL) {
        return sw_fail(err, SW_E_INPUT,
                       "there is no method '%.20s'; GET, HEAD, PUT, DELETE, POST "
                       "and PATCH can be asked for",
                       name);
    }
    if (url == NULL) {
        return sw_fail(err, SW_E_INPUT, "a web request needs a `url`");
    }
    out.request.method = methods[method];
    out.request.url = url;
    if (!is_plain_url(without_handles(url, arena), false, err) ||
        !read_headers(sw_get(what, "headers"), &out.request, err) ||
        !read_body(what, arena, &out.request, err)) {
        return false;
    }
    out.summary = sw_format(arena, "%s %s", methods[method], url);
    out.text = shown(&out.request, arena);
    *ret_request = out;
    return true;
}

/** What a write's reply says about whether it happened. */
static bool judge(const struct sw_hook_request *request, const struct sw_reply *reply,
                  struct sw_error *err)
{
    const char *after = sw_reply_header(reply, "Retry-After");
    int length = reply->body_length > 200 ? 200 : (int)reply->body_length;
    const char *body = reply->body == NULL ? "" : reply->body;
    enum sw_code code = SW_E_NONE;

    if (reply->status == 429) {
        code = SW_E_THROTTLED;
    } else if (reply->status == 401 || reply->status == 403 || reply->status == 407) {
        code = SW_E_DENIED;
    } else if (reply->status >= 500 && !request->is_write) {
        code = SW_E_BUSY;
    } else if (reply->status >= 500) {
        code = SW_E_TIMEOUT; /* it may have happened before it went wrong */
    } else if (reply->status >= 300 && request->is_write) {
        code = SW_E_REFUSED;
    } else if (reply->status >= 300 && reply->status < 400) {
        code = SW_E_REFUSED;
    }
    if (code == SW_E_NONE) {
        return true;
    }
    if (after != NULL && strlen(after) < 5 && strspn(after, "0123456789") == strlen(after)) {
        for (const char *at = after; *at != '\0'; at++) {
            err->retry_after_ms = err->retry_after_ms * 10 + (*at - '0') * 1000;
        }
    }
    return sw_fail(err, code, "%s: %d %.*s", request->summary, reply->status, length, body);
}

static bool take(const struct sw_hook_request *request, const struct sw_reply *reply,
                 struct sw_arena *arena, const struct sw_value **ret_answer, struct sw_error *err)
{
    struct sw_builder answer = sw_map_begin(arena);
    const struct sw_value *json = NULL;
    struct sw_error ignored = {0};

    if (!judge(request, reply, err)) {
        return false;
    }
    if (reply->body_length > REPLY_BYTES) {
        return sw_fail(err, request->is_write ? SW_E_PROTOCOL : SW_E_LIMIT,
                       "%s: an answer of %zu bytes; a hook can take %u", request->summary,
                       reply->body_length, REPLY_BYTES);
    }
    sw_map_put_int(&answer, "status", reply->status);
    if (reply->body_length > 0 &&
        sw_json_read(arena, reply->body, reply->body_length, SW_JSON_PLAIN, &json, &ignored)) {
        sw_map_put(&answer, "json", json);
    } else if (reply->body_length > 0) {
        sw_map_put(&answer, "body", sw_text_n(arena, reply->body, reply->body_length));
    }
    *ret_answer = sw_built(&answer);
    return true;
}

const struct sw_channel sw_hooks_http = {
    .name = "http",
    .doc = "Ask a web server; https only, the host as the grant writes it.",
    .read = read_request,
    .take = take,
    .check_grant = check_grant,
};
