#include "base/buf.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BYTES ((size_t)64)
#define FIRST_TRY_BYTES 256

void sw_buf_init(struct sw_buf *buf, size_t limit)
{
    *buf = (struct sw_buf){.bytes = sw_heap(FIRST_BYTES), .capacity = FIRST_BYTES, .limit = limit};
    buf->bytes[0] = '\0';
}

void sw_buf_release(struct sw_buf *buf)
{
    if (buf != NULL) {
        free(buf->bytes);
        *buf = (struct sw_buf){0};
    }
}

void sw_buf_clear(struct sw_buf *buf)
{
    buf->length = 0;
    buf->bytes[0] = '\0';
    buf->is_over = false;
}

/* Room for `length` more bytes and the NUL; false when that is over the limit. */
static bool make_room(struct sw_buf *buf, size_t length)
{
    if (buf->is_over || buf->limit < buf->length || length > buf->limit - buf->length ||
        length >= (size_t)-1 / 2 - buf->length) {
        buf->is_over = true;
        return false;
    }

    size_t need = buf->length + length + 1;

    if (need > buf->capacity) {
        size_t wider = buf->capacity * 2;

        if (wider < need) {
            wider = need;
        }
        buf->bytes = sw_heap_again(buf->bytes, wider);
        buf->capacity = wider;
    }
    return true;
}

void sw_buf_add(struct sw_buf *buf, const void *bytes, size_t length)
{
    if (length > 0 && make_room(buf, length)) {
        memcpy(buf->bytes + buf->length, bytes, length);
        buf->length += length;
        buf->bytes[buf->length] = '\0';
    }
}

void sw_buf_add_text(struct sw_buf *buf, const char *text)
{
    sw_buf_add(buf, text, strlen(text));
}

void sw_buf_add_char(struct sw_buf *buf, char c)
{
    sw_buf_add(buf, &c, 1);
}

static void add_formatted(struct sw_buf *buf, const char *fmt, va_list args)
{
    va_list again;

    va_copy(again, args);

    /* Most texts fit here, and then format once. */
    char first[FIRST_TRY_BYTES];
    int length = vsnprintf(first, sizeof first, fmt, args);

    if (length < 0) {
        buf->is_over = true;
    } else if ((size_t)length < sizeof first) {
        sw_buf_add(buf, first, (size_t)length);
    } else if (make_room(buf, (size_t)length)) {
        (void)vsnprintf(buf->bytes + buf->length, (size_t)length + 1, fmt, again);
        buf->length += (size_t)length;
    }
    va_end(again);
}

void sw_buf_addf(struct sw_buf *buf, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    add_formatted(buf, fmt, args);
    va_end(args);
}
