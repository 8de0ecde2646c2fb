#include "fuzz/replies.h"

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

#define TURNS 200

static const char *find(const char *from, const char *end, const char *what)
{
    size_t length = strlen(what);

    for (; (size_t)(end - from) >= length; from++) {
        if (memcmp(from, what, length) == 0) {
            return from;
        }
    }
    return NULL;
}

static const char *line_end(const char *at, const char *end)
{
    const char *found = memchr(at, '\n', (size_t)(end - at));

    return found == NULL ? end : found;
}

/* @return behind the headers and their empty line */
static const char *read_head(struct sw_arena *arena, const char *at, const char *end,
                             struct sw_reply *reply)
{
    const char *stop = line_end(at, end);

    reply->status = 0;
    for (; at < stop && *at >= '0' && *at <= '9' && reply->status < 1000; at++) {
        reply->status = 10 * reply->status + (*at - '0');
    }
    for (at = stop; at < end && ++at < end;) {
        stop = line_end(at, end);

        const char *colon = find(at, stop, ": ");

        if (colon == NULL) {
            return stop == end ? end : stop + 1;
        }

        const char *name = sw_copy(arena, at, (size_t)(colon - at));
        const char *value = sw_copy(arena, colon + 2, (size_t)(stop - colon - 2));

        /* io/ gives neither of these on. */
        if (name[0] != '\0' && strlen(value) == (size_t)(stop - colon - 2)) {
            sw_reply_set_header(reply, name, value);
        }
        at = stop;
    }
    return at < end ? at : end;
}

bool replies_next(struct replies *replies, struct sw_reply *ret_reply)
{
    const char *at = replies->text + replies->at;
    const char *end = replies->text + replies->length;

    if (at >= end) {
        return false;
    }

    const char *cut = find(at, end, "\n----\n");

    replies->at = cut == NULL ? replies->length : (size_t)(cut + 6 - replies->text);
    end = cut == NULL ? end : cut;
    *ret_reply = (struct sw_reply){0};
    at = read_head(replies->arena, at, end, ret_reply);
    ret_reply->body_length = (size_t)(end - at);
    ret_reply->body = sw_copy(replies->arena, at, ret_reply->body_length);
    return true;
}

static void answer_to(struct sw_arena *arena, const struct sw_request *out, struct sw_reply *reply)
{
    const char *end = reply->body + reply->body_length;
    const char *place = find(reply->body, end, "@ID@");
    const char *id = out->body == NULL ? NULL : strstr(out->body, "MessageID>");
    size_t length = id == NULL ? 0 : strcspn(id += strlen("MessageID>"), "<");

    if (place != NULL && length > 0) {
        struct sw_buf body;

        sw_buf_init(&body, reply->body_length + length);
        sw_buf_add(&body, reply->body, (size_t)(place - reply->body));
        sw_buf_add(&body, id, length);
        sw_buf_add(&body, place + 4, (size_t)(end - place - 4));
        reply->body = sw_copy(arena, body.bytes, body.length);
        reply->body_length = body.length;
        sw_buf_release(&body);
    }
}

enum sw_turn replies_talk(struct replies *replies, struct sw_talk *talk, struct sw_error *err)
{
    enum sw_turn turn = talk->transport->open(talk, err);

    for (int i = 0; i < TURNS && (turn == SW_TURN_SEND || turn == SW_TURN_FOLLOW); i++) {
        struct sw_reply reply;

        *err = (struct sw_error){0};
        if (turn == SW_TURN_FOLLOW) {
            const char *follow = talk->follow;

            sw_require(talk->is_act && follow != NULL && talk->after_ms >= 0);
            turn = talk->transport->resume(talk, follow, err);
        } else if (replies_next(replies, &reply)) {
            sw_require(talk->out.url != NULL && talk->out.method != NULL);
            answer_to(replies->arena, &talk->out, &reply);
            turn = talk->transport->feed(talk, &reply, err);
        } else {
            (void)sw_fail(err, SW_E_TIMEOUT, "no answer");
            turn = talk->transport->feed(talk, NULL, err);
        }
        sw_require(turn != SW_TURN_FAIL || (err->code != SW_E_NONE && err->text[0] != '\0'));
        sw_require(turn != SW_TURN_DONE || talk->answer.body != NULL);
    }
    return turn;
}
