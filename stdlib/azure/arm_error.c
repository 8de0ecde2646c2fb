#include "stdlib/azure/arm_error.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

#define MESSAGE_BYTES 400u /* sw_error.text has 640, and the caller's task stands in front */

/* Members come as `code`, `Code` and `ErrorCode`; the JSON reader itself keeps their case. */
static const struct sw_value *member(const struct sw_value *map, const char *name)
{
    if (map == NULL || map->kind != SW_V_MAP) {
        return NULL;
    }
    for (size_t i = 0; i < map->as.map.count; i++) {
        if (sw_text_is_folded(map->as.map.entries[i].key, name)) {
            return map->as.map.entries[i].value;
        }
    }
    return NULL;
}

/* A text, or the `value` of {lang, value}. */
static const char *text_member(const struct sw_value *map, const char *name)
{
    const struct sw_value *found = member(map, name);
    const char *text = sw_as_text(found);

    return text != NULL ? text : sw_as_text(member(found, "value"));
}

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Does a signed query member begin here? Gives the length of its name with the `=`. */
static size_t signed_member(const char *text, size_t at)
{
    static const char *const names[] = {"t=", "c=", "s=", "h=", "sig="};

    if (at == 0 || (text[at - 1] != '&' && text[at - 1] != '?')) {
        return 0;
    }
    for (size_t i = 0; i < SW_COUNT(names); i++) {
        if (strncmp(text + at, names[i], strlen(names[i])) == 0) {
            return strlen(names[i]);
        }
    }
    return 0;
}

const char *sw_arm_mask(struct sw_arena *arena, const char *text)
{
    size_t length = strlen(text);
    char *masked = sw_alloc(arena, length * 2 + 4);
    size_t used = 0;

    for (size_t at = 0; at < length;) {
        size_t name = signed_member(text, at);

        if (name == 0) {
            masked[used++] = text[at++];
            continue;
        }
        memcpy(masked + used, text + at, name);
        used += name;
        at += name;
        memcpy(masked + used, "***", 3);
        used += 3;
        while (is_word_char(text[at]) || (text[at] != '\0' && strchr("-_%+/=.~", text[at]))) {
            at++;
        }
    }
    masked[used] = '\0';
    return masked;
}

/* One line that can stand in a sentence: nothing invisible, bounded, no final stop. */
static const char *one_line(struct sw_arena *arena, const char *text)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    const char *masked = sw_arm_mask(arena, text);
    size_t length = strlen(masked);

    sw_buf_init(&buf, MESSAGE_BYTES + 16);
    for (size_t at = 0; at < length && buf.length < MESSAGE_BYTES;) {
        uint32_t point = 0;
        size_t size = sw_utf8_decode(masked + at, length - at, &point);
        bool is_odd = size == 0 || point < 0x20 || sw_utf8_is_deceptive(point);

        if (!is_odd) {
            sw_buf_add(&buf, masked + at, size);
        } else if (buf.length > 0 && buf.bytes[buf.length - 1] != ' ') {
            sw_buf_add_char(&buf, ' ');
        }
        at += size == 0 ? 1 : size;
    }
    while (buf.length > 0 && strchr(". ", buf.bytes[buf.length - 1]) != NULL) {
        buf.bytes[--buf.length] = '\0';
    }
    return sw_copy(arena, buf.bytes, buf.length);
}

struct sw_arm_fault sw_arm_fault_of(struct sw_arena *arena, const struct sw_value *body)
{
    const struct sw_value *error = member(body, "error");
    const struct sw_value *top = error != NULL && error->kind == SW_V_MAP ? error : body;
    const struct sw_value *details = member(top, "details");
    const char *code = text_member(top, "code");
    const char *message = text_member(top, "message");

    if (code == NULL) {
        code = text_member(top, "ErrorCode");
    }
    if (code == NULL) {
        code = sw_as_text(error); /* as the sign-in service writes it: {error, error_description} */
    }
    if (message == NULL) {
        message = text_member(top, "error_description");
    }
    if (details != NULL && details->kind == SW_V_LIST) {
        details = sw_list_at(details, 0);
    }

    const char *inner = text_member(details, "message");
    struct sw_arm_fault fault = {0};

    if (code != NULL && *code != '\0') {
        fault.code = one_line(arena, code);
    }
    if (message != NULL && *message != '\0') {
        fault.message = one_line(arena, message);
    }
    if (inner != NULL && *inner != '\0' && !sw_text_is(inner, message)) {
        fault.message = fault.message == NULL
                            ? one_line(arena, inner)
                            : sw_format(arena, "%s (%s)", fault.message, one_line(arena, inner));
    }
    return fault;
}

static bool is_html(const struct sw_reply *reply)
{
    const char *type = sw_reply_header(reply, "Content-Type");

    return (type != NULL && sw_text_begins(type, "text/html")) ||
           (reply->body_length > 0 && reply->body[0] == '<');
}

const char *sw_arm_fault_words(struct sw_arena *arena, const struct sw_reply *reply,
                               struct sw_arm_fault fault)
{
    if (fault.code == NULL && fault.message == NULL) {
        const char *what = reply->body_length == 0 ? "without a word"
                           : is_html(reply)        ? "with an HTML page"
                                                   : "with an error body that can't be read";

        return sw_format(arena, "HTTP %d %s", reply->status, what);
    }
    if (fault.code == NULL || fault.message == NULL) {
        return sw_format(arena, "HTTP %d, %s", reply->status,
                         fault.code != NULL ? fault.code : fault.message);
    }
    return sw_format(arena, "HTTP %d, %s: %s", reply->status, fault.code, fault.message);
}
