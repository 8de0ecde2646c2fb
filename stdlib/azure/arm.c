#include "stdlib/azure/arm.h"

#include "base/limits.h"
#include "base/text.h"
#include "sdk/json.h"
#include "stdlib/azure/arm_error.h"
#include "stdlib/azure/arm_request.h"
#include "stdlib/azure/http_time.h"

#include <string.h>

/* In front of a follow address that is a result URL, which has no `status` in its body. */
static const char location_prefix[] = "location:";

enum state { SENT_CALL, SENT_PAGE, SENT_POLL };

struct arm {
    struct sw_builder items;      /**< of all pages so far */
    const struct sw_value *first; /**< page */
    unsigned pages;
    size_t bytes;       /**< of all pages */
    unsigned sent;      /**< requests of this talk */
    const char *url;    /**< asked last */
    bool is_result_url; /**< the poll is of a Location */
};

struct sw_look sw_arm_get(struct sw_arena *arena, const char *id, const char *query)
{
    const char *path = query == NULL ? id : sw_format(arena, "%s?%s", id, query);

    return (struct sw_look){.call = {.kind = "arm", .op = "GET", .path = path}};
}

struct sw_act sw_arm_delete(struct sw_arena *arena, const char *id)
{
    return (struct sw_act){
        .call = {.kind = "arm", .op = "DELETE", .path = sw_copy_text(arena, id)}};
}

struct sw_act sw_arm_patch(struct sw_arena *arena, const char *id, const struct sw_value *body)
{
    return (struct sw_act){.call = {.kind = "arm",
                                    .op = "PATCH",
                                    .path = sw_copy_text(arena, id),
                                    .args = sw_value_copy(arena, body)}};
}

struct sw_act sw_arm_put(struct sw_arena *arena, const char *id, const char *query,
                         const struct sw_value *body)
{
    return (struct sw_act){.call = {.kind = "arm",
                                    .op = "PUT",
                                    .path = query == NULL ? sw_copy_text(arena, id)
                                                          : sw_format(arena, "%s?%s", id, query),
                                    .args = sw_value_copy(arena, body)}};
}

struct sw_act sw_arm_post(struct sw_arena *arena, const char *id, const char *operation,
                          const struct sw_value *body)
{
    return (struct sw_act){.call = {.kind = "arm",
                                    .op = "POST",
                                    .path = sw_format(arena, "%s/%s", id, operation),
                                    .args = sw_value_copy(arena, body)}};
}

static enum sw_turn fail(struct sw_talk *talk, bool may_have_acted)
{
    talk->may_have_acted = may_have_acted;
    return SW_TURN_FAIL;
}

static enum sw_turn send(struct sw_talk *talk, enum state state, const char *method,
                         const char *url, struct sw_error *err)
{
    struct arm *arm = talk->own;

    arm->url = url;
    talk->state = (int)state;
    if (!sw_arm_request(talk, method, url, arm->sent++, err)) {
        return fail(talk, state == SENT_POLL);
    }
    return SW_TURN_SEND;
}

static bool body_of(struct sw_talk *talk, const struct sw_reply *reply,
                    const struct sw_value **ret_body, struct sw_error *err)
{
    if (reply->body_length == 0) {
        *ret_body = sw_null(talk->arena, "the reply has no body");
        return true;
    }
    return sw_json_read(talk->arena, reply->body, reply->body_length, SW_JSON_PLAIN, ret_body, err);
}

/* What an error reply says; nothing when its body can't be read. */
static struct sw_arm_fault fault_of(struct sw_talk *talk, const struct sw_reply *reply)
{
    const struct sw_value *body = NULL;
    struct sw_error ignored = {0};

    return body_of(talk, reply, &body, &ignored) ? sw_arm_fault_of(talk->arena, body)
                                                 : (struct sw_arm_fault){0};
}

static const char *correlation(const struct sw_reply *reply)
{
    const char *id = sw_reply_header(reply, "x-ms-request-id");

    return id != NULL ? id : sw_reply_header(reply, "x-ms-correlation-request-id");
}

static enum sw_turn refuse(struct sw_talk *talk, const struct sw_reply *reply,
                           struct sw_arm_fault fault, enum sw_code code, bool may_have_acted,
                           struct sw_error *err)
{
    const char *words = sw_arm_fault_words(talk->arena, reply, fault);
    const char *id = correlation(reply);

    if (id != NULL) {
        (void)sw_fail(err, code, "%s (request %.64s)", words, id);
    } else {
        (void)sw_fail(err, code, "%s", words);
    }
    err->retry_after_ms = sw_http_retry_after_ms(reply);
    return fail(talk, may_have_acted);
}

static enum sw_turn done(struct sw_talk *talk, const struct sw_reply *reply,
                         const struct sw_value *body)
{
    const char *id = correlation(reply);

    talk->answer = (struct sw_answer){
        .status = reply->status,
        .body = body,
        .peer_time_ns = sw_http_peer_time(reply),
        .correlation = id == NULL ? NULL : sw_copy_text(talk->arena, id),
    };
    return SW_TURN_DONE;
}

/* ---- reads ---- */

static enum sw_code look_code(int status)
{
    switch (status) {
    case 401:
    case 403:
        return SW_E_DENIED;
    case 408:
    case 504:
        return SW_E_TIMEOUT;
    case 409:
    case 412:
        return SW_E_CONFLICT;
    case 429:
        return SW_E_THROTTLED;
    default:
        return status >= 500 ? SW_E_BUSY : status >= 400 ? SW_E_REFUSED : SW_E_PROTOCOL;
    }
}

/* All members of the first page, but the joined list as `value`. */
static const struct sw_value *joined(struct sw_talk *talk)
{
    struct arm *arm = talk->own;
    struct sw_builder map = sw_map_begin(talk->arena);

    for (size_t i = 0; i < arm->first->as.map.count; i++) {
        const struct sw_entry *entry = &arm->first->as.map.entries[i];

        if (!sw_text_is(entry->key, "nextLink") && !sw_text_is(entry->key, "value")) {
            sw_map_put(&map, entry->key, entry->value);
        }
    }
    sw_map_put(&map, "value", sw_built(&arm->items));
    return sw_built(&map);
}

static enum sw_turn fed_page(struct sw_talk *talk, const struct sw_reply *reply,
                             const struct sw_value *body, const char *next, struct sw_error *err)
{
    struct arm *arm = talk->own;
    const struct sw_value *value = sw_get(body, "value");

    if (value == NULL || value->kind != SW_V_LIST) {
        (void)sw_fail(err, SW_E_PROTOCOL, "page %u of a list has no list in it", arm->pages + 1);
        return fail(talk, false);
    }
    if (arm->pages == 0) {
        arm->first = body;
        arm->items = sw_list_begin(talk->arena);
    }
    for (size_t i = 0; i < sw_list_count(value); i++) {
        sw_list_add(&arm->items, sw_list_at(value, i));
    }
    arm->pages++;
    arm->bytes += reply->body_length;
    if (next == NULL) {
        return done(talk, reply, joined(talk));
    }
    if (arm->pages >= SW_ARM_PAGES || arm->bytes > SW_ARM_LIST_BYTES) {
        (void)sw_fail(err, SW_E_LIMIT, "a list does not end after %u pages and %zu bytes",
                      arm->pages, arm->bytes);
        return fail(talk, false);
    }
    if (sw_text_is(next, arm->url)) {
        (void)sw_fail(err, SW_E_PROTOCOL, "page %u of a list points at itself", arm->pages);
        return fail(talk, false);
    }
    if (!sw_arm_url_check(talk->target, next, err)) {
        (void)sw_fail_while(err, "follow the next page of a list");
        return fail(talk, false);
    }
    return send(talk, SENT_PAGE, "GET", sw_copy_text(talk->arena, next), err);
}

static enum sw_turn fed_look(struct sw_talk *talk, const struct sw_reply *reply,
                             struct sw_error *err)
{
    bool is_first = talk->state == SENT_CALL;
    const struct sw_value *body = NULL;

    if (reply->status == 404 && is_first) {
        struct sw_error ignored = {0};

        return done(talk, reply,
                    body_of(talk, reply, &body, &ignored)
                        ? body
                        : sw_null(talk->arena, "the error body can't be read"));
    }
    if (reply->status == 404) {
        return refuse(talk, reply, fault_of(talk, reply), SW_E_CONFLICT, false, err);
    }
    if (reply->status != 200 && reply->status != 201 && reply->status != 204) {
        return refuse(talk, reply, fault_of(talk, reply), look_code(reply->status), false, err);
    }
    if (!body_of(talk, reply, &body, err)) {
        (void)sw_fail_while(err, "read the reply of the resource manager");
        return fail(talk, false);
    }

    const struct sw_value *link = sw_get(body, "nextLink");
    const char *next = sw_as_text(link);

    if (link != NULL && link->kind != SW_V_NULL && next == NULL) {
        (void)sw_fail(err, SW_E_PROTOCOL, "the nextLink of a list is no text");
        return fail(talk, false);
    }
    if (next != NULL && *next == '\0') {
        next = NULL;
    }
    return is_first && next == NULL ? done(talk, reply, body)
                                    : fed_page(talk, reply, body, next, err);
}

/* ---- changes ---- */

static enum sw_turn follow(struct sw_talk *talk, const struct sw_reply *reply, const char *address)
{
    int64_t after_ms = sw_http_retry_after_ms(reply);
    const char *id = correlation(reply);

    talk->answer.correlation = id == NULL ? NULL : sw_copy_text(talk->arena, id);
    talk->may_have_acted = true;
    talk->follow = address;
    talk->after_ms = after_ms > 0 ? after_ms : SW_ARM_AFTER_DEFAULT_MS;
    return SW_TURN_FOLLOW;
}

/* Accepted means "look over there"; without a "there" nobody would ever know the end. */
static enum sw_turn accepted(struct sw_talk *talk, const struct sw_reply *reply,
                             struct sw_error *err)
{
    const char *status_url = sw_reply_header(reply, "Azure-AsyncOperation");
    const char *location = sw_reply_header(reply, "Location");
    const char *url = status_url != NULL ? status_url : location;

    if (url == NULL) {
        (void)sw_fail(err, SW_E_PROTOCOL, "accepted, but without a URL to follow");
        return fail(talk, true);
    }
    if (!sw_arm_url_check(talk->target, url, err)) {
        (void)sw_fail_while(err, "follow an accepted operation");
        return fail(talk, true);
    }
    return follow(talk, reply,
                  sw_format(talk->arena, "%s%s", status_url != NULL ? "" : location_prefix, url));
}

static enum sw_turn refuse_act(struct sw_talk *talk, const struct sw_reply *reply,
                               struct sw_error *err)
{
    struct sw_arm_fault fault = fault_of(talk, reply);
    int status = reply->status;

    if (status == 404) {
        return refuse(talk, reply, fault, SW_E_NOT_FOUND, false, err);
    }
    if (status == 409 && sw_text_is_folded(fault.code, "ScopeLocked")) {
        (void)refuse(talk, reply, fault, SW_E_REFUSED, false, err);
        (void)sw_fail_while(err, "a lock forbids it, have its owner remove it");
        return SW_TURN_FAIL;
    }
    /* The gateway gave up waiting; what stands behind it may go on. */
    if (status == 408 || status >= 500) {
        return refuse(talk, reply, fault, SW_E_TIMEOUT, true, err);
    }
    return refuse(talk, reply, fault, look_code(status), status < 400, err);
}

static enum sw_turn fed_act(struct sw_talk *talk, const struct sw_reply *reply,
                            struct sw_error *err)
{
    bool is_followed = sw_reply_header(reply, "Azure-AsyncOperation") != NULL;
    bool is_success = reply->status == 200 || reply->status == 201 || reply->status == 204;

    if (reply->status == 202 || (is_success && is_followed)) {
        return accepted(talk, reply, err);
    }
    if (!is_success) {
        return refuse_act(talk, reply, err);
    }

    const struct sw_value *body = NULL;
    struct sw_error ignored = {0};

    /* The status alone says that it is done; an odd body must not put that in doubt. */
    return done(talk, reply,
                body_of(talk, reply, &body, &ignored)
                    ? body
                    : sw_null(talk->arena, "the body can't be read"));
}

/* ---- long-running operations ---- */

static enum sw_turn ended_badly(struct sw_talk *talk, const char *status,
                                const struct sw_value *body, struct sw_error *err)
{
    struct sw_arm_fault fault = sw_arm_fault_of(talk->arena, sw_get(body, "error"));
    const char *how = sw_text_is_folded(status, "Failed") ? "failed" : "was cancelled";
    const char *code = fault.code != NULL ? fault.code : "the service gave no reason";

    if (fault.message != NULL) {
        (void)sw_fail(err, SW_E_REFUSED, "the operation %s: %s: %s", how, code, fault.message);
    } else {
        (void)sw_fail(err, SW_E_REFUSED, "the operation %s: %s", how, code);
    }
    /* It began, so it may have got half way; only "there is no such thing" did nothing. */
    return fail(talk, !sw_text_is_folded(fault.code, "MgmtNotFound"));
}

static enum sw_turn fed_status(struct sw_talk *talk, const struct sw_reply *reply,
                               const struct sw_value *body, struct sw_error *err)
{
    const struct arm *arm = talk->own;
    const char *status = sw_as_text(sw_get(body, "status"));

    if (status == NULL && arm->is_result_url) {
        return done(talk, reply, body);
    }
    if (status == NULL) {
        (void)sw_fail(err, SW_E_PROTOCOL, "the status of an operation has no 'status'");
        return fail(talk, true);
    }
    if (sw_text_is_folded(status, "Succeeded")) {
        return done(talk, reply, body);
    }
    if (sw_text_is_folded(status, "Failed") || sw_text_is_folded(status, "Canceled") ||
        sw_text_is_folded(status, "Cancelled")) {
        return ended_badly(talk, status, body, err);
    }
    /* Any other word is the name of an internal step: still at work. */
    return follow(talk, reply, talk->follow);
}

static enum sw_turn fed_poll(struct sw_talk *talk, const struct sw_reply *reply,
                             struct sw_error *err)
{
    const struct arm *arm = talk->own;
    const struct sw_value *body = NULL;

    if (reply->status == 202) {
        return follow(talk, reply, talk->follow);
    }
    if (reply->status == 204 && arm->is_result_url) {
        return done(talk, reply, sw_null(talk->arena, "the reply has no body"));
    }
    if (reply->status == 404 || reply->status == 410) {
        return refuse(talk, reply, fault_of(talk, reply), SW_E_NOT_FOUND, true, err);
    }
    if (reply->status != 200) {
        return refuse(talk, reply, fault_of(talk, reply), look_code(reply->status), true, err);
    }
    if (!body_of(talk, reply, &body, err)) {
        (void)sw_fail_while(err, "read the status of an operation");
        return fail(talk, true);
    }
    return fed_status(talk, reply, body, err);
}

/* ---- the conversation ---- */

static enum sw_turn arm_open(struct sw_talk *talk, struct sw_error *err)
{
    const char *url = NULL;

    talk->own = sw_alloc(talk->arena, sizeof(struct arm));
    talk->may_have_acted = false;
    if (!sw_arm_call_check(&talk->call, talk->is_act, err) ||
        !sw_arm_url(talk->arena, talk->target, &talk->call, &url, err)) {
        return fail(talk, false);
    }
    return send(talk, SENT_CALL, talk->call.op, url, err);
}

static enum sw_turn arm_feed(struct sw_talk *talk, const struct sw_reply *reply,
                             struct sw_error *err)
{
    bool is_poll = talk->state == SENT_POLL;

    if (reply == NULL) {
        return fail(talk, is_poll || (talk->is_act && err->code != SW_E_UNREACHABLE));
    }
    return is_poll ? fed_poll(talk, reply, err)
                   : (talk->is_act ? fed_act(talk, reply, err) : fed_look(talk, reply, err));
}

static enum sw_turn arm_resume(struct sw_talk *talk, const char *address, struct sw_error *err)
{
    struct arm *arm = sw_alloc(talk->arena, sizeof *arm);
    const char *url = address;

    talk->own = arm;
    talk->follow = sw_copy_text(talk->arena, address);
    if (sw_text_begins(address, location_prefix)) {
        arm->is_result_url = true;
        url = address + sizeof location_prefix - 1;
    }
    if (!sw_arm_url_check(talk->target, url, err)) {
        (void)sw_fail_while(err, "go on with an accepted operation");
        return fail(talk, true);
    }
    return send(talk, SENT_POLL, "GET", sw_copy_text(talk->arena, url), err);
}

const struct sw_transport sw_arm_transport = {
    .name = "arm",
    .open = arm_open,
    .feed = arm_feed,
    .resume = arm_resume,
    .preview = sw_arm_preview,
};
