#include "sdk/transport.h"

#include "base/text.h"

#include <string.h>

const char *sw_reply_header(const struct sw_reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        if (sw_text_is_folded(reply->headers[i].name, name)) {
            return reply->headers[i].value;
        }
    }
    return NULL;
}

/* The place of a header, or the count. */
static size_t place_of(const struct sw_header *headers, size_t count, const char *name)
{
    size_t i = 0;

    while (i < count && !sw_text_is_folded(headers[i].name, name)) {
        i++;
    }
    return i;
}

void sw_request_header(struct sw_request *request, const char *name, const char *value)
{
    size_t place = place_of(request->headers, request->header_count, name);

    /* A line break would let a value write headers of its own. */
    sw_require(strpbrk(name, "\r\n:") == NULL && strpbrk(value, "\r\n") == NULL);
    sw_require(place < SW_COUNT(request->headers));
    request->headers[place] = (struct sw_header){.name = name, .value = value};
    if (place == request->header_count) {
        request->header_count++;
    }
}

void sw_reply_set_header(struct sw_reply *reply, const char *name, const char *value)
{
    size_t place = place_of(reply->headers, reply->header_count, name);

    if (place == SW_COUNT(reply->headers)) {
        return;
    }
    reply->headers[place] = (struct sw_header){.name = name, .value = value};
    if (place == reply->header_count) {
        reply->header_count++;
    }
}
