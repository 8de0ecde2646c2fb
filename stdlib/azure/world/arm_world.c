#include "stdlib/azure/world/arm_world.h"

#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "sdk/json.h"
#include "stdlib/azure/arm.h"
#include "stdlib/azure/arm_id.h"
#include "stdlib/azure/http_time.h"
#include "stdlib/azure/world/arm_url.h"

#include <stdlib.h>
#include <string.h>

/* What was handed out: only these may be polled. */
struct issued {
    uint64_t number;
    unsigned polls;
};

struct sw_arm_world {
    struct sw_arm_backend backend;
    uint64_t seed;
    uint64_t answers;
    struct issued *issued;
    size_t issued_count, issued_capacity;
};

/* One request being answered. */
struct exchange {
    struct sw_arm_world *world;
    const struct sw_request *request;
    struct sw_arena *arena;
    struct sw_reply *reply;
    const char *path;  /* decoded, case as it came */
    const char *query; /* never NULL */
    const char *rest;  /* path and query as they came */
};

struct sw_arm_world *sw_arm_world_new(const struct sw_arm_backend *backend, uint64_t seed)
{
    struct sw_arm_world *world = sw_heap(sizeof *world);

    *world = (struct sw_arm_world){.backend = *backend, .seed = seed};
    return world;
}

void sw_arm_world_free(struct sw_arm_world *world)
{
    if (world != NULL) {
        free(world->issued);
        free(world);
    }
}

/* Path and query of a URL of ours; NULL for another host. */
static const char *behind_host(const char *url)
{
    static const char origin[] = "https://" SW_ARM_HOST;
    char begin[sizeof origin] = {0};

    if (url == NULL || strlen(url) < sizeof origin) {
        return NULL;
    }
    memcpy(begin, url, sizeof origin - 1);
    if (!sw_text_is_folded(begin, origin)) {
        return NULL;
    }
    url += sizeof origin - 1;
    if (sw_text_begins(url, ":443/")) {
        url += 4;
    }
    return *url == '/' ? url : NULL;
}

bool sw_arm_world_owns(const struct sw_arm_world *world, const struct sw_request *request)
{
    (void)world;
    return behind_host(request->url) != NULL;
}

/* ---- replies ---- */

static void set_body(struct exchange *x, const struct sw_value *body)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, SW_LIMIT_REPLY_BYTES);
    sw_json_write(&buf, body, SW_JSON_PLAIN);
    x->reply->body = sw_copy(x->arena, buf.bytes, buf.length);
    x->reply->body_length = buf.length;
    sw_reply_set_header(x->reply, "Content-Type", "application/json; charset=utf-8");
}

static void set_error(struct exchange *x, int status, const char *code, const char *message)
{
    struct sw_builder error = sw_map_begin(x->arena);
    struct sw_builder body = sw_map_begin(x->arena);

    sw_map_put_text(&error, "code", code);
    sw_map_put_text(&error, "message", message);
    sw_map_put(&body, "error", sw_built(&error));
    x->reply->status = status;
    sw_reply_set_header(x->reply, "x-ms-failure-cause", "gateway");
    set_body(x, sw_built(&body));
}

/* A front end that fell over answers for itself: seen as an HTML page in the middle of polling. */
static void set_page(struct exchange *x, int status)
{
    x->reply->status = status;
    x->reply->body = sw_format(x->arena,
                               "<html><head><title>%d</title></head><body>The service is "
                               "unavailable.</body></html>",
                               status);
    x->reply->body_length = strlen(x->reply->body);
    sw_reply_set_header(x->reply, "Content-Type", "text/html");
}

static void set_refusal(struct exchange *x, const struct sw_arm_refusal *refusal)
{
    if (refusal->code == NULL && refusal->status >= 500) {
        set_page(x, refusal->status);
    } else {
        set_error(x, refusal->status, refusal->code, refusal->message);
    }
    if (refusal->retry_after_s > 0) {
        sw_reply_set_header(x->reply, "Retry-After",
                            sw_format(x->arena, "%d", refusal->retry_after_s));
    }
    if (refusal->status == 429) {
        sw_reply_set_header(x->reply, "Connection", "close");
    }
}

static void set_common(struct exchange *x)
{
    char date[30];
    uint64_t number = x->world->answers++;

    sw_http_date_format(x->world->backend.now(x->world->backend.context), date);
    *x->reply = (struct sw_reply){0};
    sw_reply_set_header(x->reply, "Cache-Control", "no-cache");
    sw_reply_set_header(x->reply, "Date", sw_copy_text(x->arena, date));
    sw_reply_set_header(x->reply, "x-ms-request-id",
                        sw_arm_made_guid(x->arena, x->world->seed, "request", number));
    sw_reply_set_header(x->reply, "x-ms-correlation-request-id",
                        sw_arm_made_guid(x->arena, x->world->seed, "correlation", number));
}

/* ---- resources ---- */

/* 'Microsoft.StorageSync/storageSyncServices/x/syncGroups/y' of an id, for the 404. */
static void set_not_found(struct exchange *x)
{
    const char *folded = sw_arm_id_fold(x->arena, x->path);
    const char *provider = strstr(folded, "/providers/");
    const char *group = strstr(folded, "/resourcegroups/");
    const char *group_name = group == NULL ? "" : x->path + (group - folded) + 16;

    if (provider == NULL) {
        set_error(x, 404, "NotFound", "The requested resource does not exist.");
        return;
    }
    set_error(x, 404, "ResourceNotFound",
              sw_format(x->arena,
                        "The Resource '%s' under resource group '%.*s' was not found. For more "
                        "details please go to https://aka.ms/ARMResourceNotFoundFix",
                        x->path + (provider - folded) + 11, (int)strcspn(group_name, "/"),
                        group_name));
}

static void answer_get(struct exchange *x)
{
    const struct sw_arm_backend *backend = &x->world->backend;
    const char *id = sw_arm_id_fold(x->arena, x->path);
    struct sw_arm_refusal refusal = {0};
    const struct sw_value *body = backend->get(backend->context, id, x->query, x->arena, &refusal);

    if (refusal.status != 0) {
        set_refusal(x, &refusal);
    } else if (body != NULL) {
        x->reply->status = 200;
        set_body(x, body);
    } else if (sw_text_ends(id, "/providers/microsoft.authorization/locks")) {
        /* Whatever there is can have locks; most has none. */
        struct sw_builder list = sw_list_begin(x->arena);
        struct sw_builder map = sw_map_begin(x->arena);

        sw_map_put(&map, "value", sw_built(&list));
        x->reply->status = 200;
        set_body(x, sw_built(&map));
    } else {
        set_not_found(x);
    }
}

static const char *url_of(struct exchange *x, uint64_t number, bool is_result)
{
    return sw_arm_made_url(x->arena, x->world->seed, number, is_result,
                           x->world->backend.subscription, x->world->backend.location);
}

static void remember(struct sw_arm_world *world, uint64_t number)
{
    if (world->issued_count == world->issued_capacity) {
        world->issued_capacity = world->issued_capacity == 0 ? 8 : world->issued_capacity * 2;
        world->issued =
            sw_heap_again(world->issued, world->issued_capacity * sizeof *world->issued);
    }
    world->issued[world->issued_count++] = (struct issued){.number = number};
}

/* A change was accepted, or was refused before anything began. */
static void answer_begun(struct exchange *x, uint64_t number, struct sw_arm_refusal refusal)
{
    if (number == 0 && refusal.status == 0) {
        refusal = (struct sw_arm_refusal){
            .status = 405,
            .code = "MethodNotAllowed",
            .message =
                sw_format(x->arena, "The requested resource does not support http method '%s'.",
                          x->request->method)};
    }
    if (number == 0) {
        set_refusal(x, &refusal);
        return;
    }
    remember(x->world, number);
    x->reply->status = 202;
    sw_reply_set_header(x->reply, "Azure-AsyncOperation", url_of(x, number, false));
    sw_reply_set_header(x->reply, "Location", url_of(x, number, true));
    sw_reply_set_header(x->reply, "Retry-After", "10");
}

static void answer_delete(struct exchange *x)
{
    const struct sw_arm_backend *backend = &x->world->backend;
    struct sw_arm_refusal refusal = {0};
    uint64_t number =
        backend->remove(backend->context, sw_arm_id_fold(x->arena, x->path), &refusal);

    answer_begun(x, number, refusal);
}

/* PUT, PATCH and POST need a JSON object, also an empty one. */
static const struct sw_value *body_of(struct exchange *x)
{
    const struct sw_value *body = NULL;
    struct sw_error ignored = {0};

    if (x->request->body != NULL &&
        sw_json_read(x->arena, x->request->body, x->request->body_length, SW_JSON_PLAIN, &body,
                     &ignored) &&
        body->kind == SW_V_MAP) {
        return body;
    }
    set_error(x, 400, "InvalidRequestContent",
              "The request content was invalid and could not be deserialized.");
    return NULL;
}

static void answer_put(struct exchange *x)
{
    const struct sw_arm_backend *backend = &x->world->backend;
    struct sw_arm_refusal refusal = {0};
    const struct sw_value *body = backend->put == NULL ? NULL : body_of(x);
    const struct sw_value *made = NULL;

    if (backend->put != NULL && body == NULL) {
        return;
    }
    if (body != NULL) {
        made = backend->put(backend->context, sw_arm_id_fold(x->arena, x->path), x->query, body,
                            x->arena, &refusal);
    }
    if (made == NULL) {
        answer_begun(x, 0, refusal);
        return;
    }
    x->reply->status = 201;
    set_body(x, made);
}

static void answer_with_body(struct exchange *x,
                             uint64_t (*begin)(void *context, const char *folded_id,
                                               const struct sw_value *body,
                                               struct sw_arm_refusal *ret_refusal))
{
    struct sw_arm_refusal refusal = {0};
    const struct sw_value *body = begin == NULL ? NULL : body_of(x);
    uint64_t number = 0;

    if (begin != NULL && body == NULL) {
        return;
    }
    if (begin != NULL) {
        number =
            begin(x->world->backend.context, sw_arm_id_fold(x->arena, x->path), body, &refusal);
    }
    answer_begun(x, number, refusal);
}

/* ---- operations ---- */

/* Seven digits of a second, as the service writes. */
static const char *time_text(struct sw_arena *arena, int64_t ns)
{
    char text[SW_TIME_TEXT_BYTES];

    sw_time_format(ns - ns % SW_NS_PER_S, text);
    return sw_format(arena, "%.19s.%07lldZ", text, (long long)(ns % SW_NS_PER_S / 100));
}

static bool is_terminal(const char *status)
{
    return sw_text_is(status, "Succeeded") || sw_text_is(status, "Failed") ||
           sw_text_is(status, "Canceled");
}

static void answer_status(struct exchange *x, struct issued *issued,
                          const struct sw_arm_operation *operation)
{
    struct sw_builder body = sw_map_begin(x->arena);
    bool is_first = issued->polls++ == 0;

    sw_map_put_text(&body, "id", x->path);
    sw_map_put_text(&body, "name",
                    sw_arm_made_guid(x->arena, x->world->seed, "operation", issued->number));
    sw_map_put_text(&body, "status", operation->status);
    /* A first poll may come before the workflow was written down. */
    if (!is_first || is_terminal(operation->status)) {
        if (operation->start_ns != 0) {
            sw_map_put_text(&body, "startTime", time_text(x->arena, operation->start_ns));
        }
        if (operation->end_ns != 0) {
            sw_map_put_text(&body, "endTime", time_text(x->arena, operation->end_ns));
        }
    }
    if (sw_text_is(operation->status, "Failed")) {
        struct sw_builder error = sw_map_begin(x->arena);

        sw_map_put_text(&error, "code", operation->error_code);
        sw_map_put_text(&error, "message", operation->error_message);
        sw_map_put(&body, "error", sw_built(&error));
    }
    x->reply->status = 200;
    set_body(x, sw_built(&body));
}

/* What a result URL says of a failed operation was never recorded; an error is the safe guess. */
static void answer_result(struct exchange *x, const struct sw_arm_operation *operation)
{
    if (!is_terminal(operation->status)) {
        x->reply->status = 202;
        sw_reply_set_header(x->reply, "Location",
                            sw_format(x->arena, "https://" SW_ARM_HOST "%s", x->rest));
    } else if (sw_text_is(operation->status, "Succeeded")) {
        x->reply->status = operation->existed ? 200 : 204;
    } else {
        set_error(x, 400, operation->error_code, operation->error_message);
    }
}

static void answer_operation(struct exchange *x)
{
    struct sw_arm_world *world = x->world;
    struct sw_arm_refusal refusal = {0};
    const char *asked = sw_format(x->arena, "https://" SW_ARM_HOST "%s", x->rest);

    /* Throttling and outages hit polls like any other read. */
    (void)world->backend.get(world->backend.context, sw_arm_id_fold(x->arena, x->path), x->query,
                             x->arena, &refusal);
    if (refusal.status != 0) {
        set_refusal(x, &refusal);
        return;
    }
    for (size_t i = 0; i < world->issued_count; i++) {
        struct issued *issued = &world->issued[i];
        struct sw_arm_operation operation = {0};
        bool is_status = sw_text_is(asked, url_of(x, issued->number, false));

        if (!is_status && !sw_text_is(asked, url_of(x, issued->number, true))) {
            continue;
        }
        if (!world->backend.operation(world->backend.context, issued->number, &operation)) {
            break;
        }
        if (is_status) {
            answer_status(x, issued, &operation);
        } else {
            answer_result(x, &operation);
        }
        return;
    }
    set_error(x, 400, "InvalidRequestUri",
              "The signature of the operation's URL does not fit the URL.");
}

/* ---- routing ---- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* @return NULL when it can't be one path; *ret_is_double: it was encoded twice */
static const char *decode_path(struct sw_arena *arena, const char *text, size_t length,
                               bool *ret_is_double)
{
    char *path = sw_alloc(arena, length + 1);
    size_t used = 0;

    for (size_t i = 0; i < length; i++) {
        int high = text[i] == '%' && i + 2 < length ? hex_digit(text[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(text[i + 2]) : -1;

        if (text[i] != '%') {
            path[used++] = text[i];
            continue;
        }
        if (low < 0) {
            return NULL;
        }
        char c = (char)(high * 16 + low);

        *ret_is_double = *ret_is_double || c == '%';
        if (c == '/' || c == '\\' || c == '\0') {
            return NULL;
        }
        path[used++] = c;
        i += 2;
    }
    return path;
}

/* The value of api-version; NULL when there is none. */
static const char *api_version(struct sw_arena *arena, const char *query)
{
    for (const char *at = query; *at != '\0';) {
        size_t length = strcspn(at, "&");

        if (sw_text_begins(at, "api-version=") && length > 12) {
            return sw_copy(arena, at + 12, length - 12);
        }
        at += length + (at[length] == '&');
    }
    return NULL;
}

static bool is_known_version(const char *path, const char *version)
{
    static const char *const known[] = {"2018-04-02", "2018-07-01", "2018-10-01", "2019-02-01",
                                        "2019-03-01", "2019-06-01", "2019-10-01", "2020-03-01",
                                        "2020-09-01", "2022-06-01", "2022-09-01"};

    /* Locks hang below sync resources but have versions of their own. */
    if (strstr(path, "/providers/microsoft.storagesync/") == NULL ||
        strstr(path, "/providers/microsoft.authorization/") != NULL) {
        return true;
    }
    for (size_t i = 0; i < SW_COUNT(known); i++) {
        if (sw_text_is(version, known[i])) {
            return true;
        }
    }
    return false;
}

static bool check(struct exchange *x)
{
    size_t length = strcspn(x->rest, "?");
    const char *version = api_version(x->arena, x->query);
    bool is_double = false;

    x->path = decode_path(x->arena, x->rest, length, &is_double);
    if (is_double) {
        set_error(x, 400, "InvalidDoubleEncodedRequestUri",
                  "The request uri is encoded more than once.");
    } else if (x->path == NULL || strstr(x->path, "//") != NULL || strstr(x->path, "/..") != NULL) {
        set_error(x, 400, "BadRequest", "The request uri is not valid.");
    } else if (version == NULL) {
        set_error(x, 400, "MissingApiVersionParameter",
                  "The api-version query parameter (?api-version=) is required for all requests.");
    } else if (!is_known_version(sw_arm_id_fold(x->arena, x->path), version)) {
        set_error(x, 400, "InvalidApiVersionParameter",
                  sw_format(x->arena, "The api-version '%s' is invalid.", version));
    } else {
        return true;
    }
    return false;
}

void sw_arm_world_answer(struct sw_arm_world *world, const struct sw_request *request,
                         struct sw_arena *arena, struct sw_reply *ret_reply)
{
    struct exchange x = {.world = world,
                         .request = request,
                         .arena = arena,
                         .reply = ret_reply,
                         .rest = behind_host(request->url)};

    set_common(&x);
    if (x.rest == NULL) {
        set_error(&x, 404, "NotFound", "This host is not served here.");
        return;
    }
    x.query = strchr(x.rest, '?') == NULL ? "" : strchr(x.rest, '?') + 1;
    if (!check(&x)) {
        return;
    }

    const char *folded = sw_arm_id_fold(arena, x.path);
    bool is_operation = strstr(folded, "/providers/microsoft.storagesync/locations/") != NULL;

    if (is_operation && sw_text_is(request->method, "GET")) {
        answer_operation(&x);
    } else if (sw_text_is(request->method, "GET")) {
        answer_get(&x);
    } else if (sw_text_is(request->method, "DELETE") && !is_operation) {
        answer_delete(&x);
    } else if (sw_text_is(request->method, "PUT") && !is_operation) {
        answer_put(&x);
    } else if (sw_text_is(request->method, "PATCH") && !is_operation) {
        answer_with_body(&x, world->backend.patch);
    } else if (sw_text_is(request->method, "POST") && !is_operation) {
        answer_with_body(&x, world->backend.post);
    } else {
        set_error(&x, 405, "MethodNotAllowed",
                  sw_format(arena, "The requested resource does not support http method '%s'.",
                            request->method));
    }
}
