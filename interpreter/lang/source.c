#include "lang/source.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"

#include <string.h>

static const char byte_order_mark[] = "\xEF\xBB\xBF";

static void take(struct sw_arena *arena, const char *name, const char *bytes, size_t length,
                 struct sw_source *ret_source)
{
    size_t mark_length = sizeof byte_order_mark - 1;

    if (length >= mark_length && memcmp(bytes, byte_order_mark, mark_length) == 0) {
        bytes += mark_length;
        length -= mark_length;
    }

    char *copy = sw_copy(arena, bytes, length);
    size_t count = 1;

    for (size_t i = 0; i < length; i++) {
        count += copy[i] == '\n' ? 1 : 0;
    }

    size_t *starts = sw_alloc_array(arena, count, sizeof *starts);
    size_t line = 1;

    for (size_t i = 0; i < length; i++) {
        if (copy[i] == '\n') {
            starts[line++] = i + 1;
        }
    }
    *ret_source = (struct sw_source){.name = sw_copy_text(arena, name),
                                     .bytes = copy,
                                     .length = length,
                                     .line_starts = starts,
                                     .line_count = count};
}

bool sw_source_read(struct sw_arena *arena, const char *path, size_t limit_bytes,
                    struct sw_source *ret_source, struct sw_error *err)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf = {0};

    sw_buf_init(&buf, limit_bytes);
    if (!sw_file_read(path, &buf, err)) {
        return false;
    }
    take(arena, path, buf.bytes, buf.length, ret_source);
    return true;
}

void sw_source_from_text(struct sw_arena *arena, const char *name, const char *bytes, size_t length,
                         struct sw_source *ret_source)
{
    take(arena, name, bytes, length, ret_source);
}

/* Index of the line that holds `offset`. */
static size_t line_of(const struct sw_source *source, size_t offset)
{
    size_t low = 0;
    size_t high = source->line_count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (source->line_starts[middle] <= offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Characters in [from, to); a byte that is no UTF-8 counts as one. */
static uint32_t characters(const struct sw_source *source, size_t from, size_t to)
{
    uint32_t count = 0;

    while (from < to) {
        uint32_t point = 0;
        size_t step = sw_utf8_decode(source->bytes + from, to - from, &point);

        from += step == 0 ? 1 : step;
        count++;
    }
    return count;
}

struct sw_mark sw_source_mark(const struct sw_source *source, size_t offset, size_t length_bytes)
{
    if (offset > source->length) {
        offset = source->length;
    }

    size_t line = line_of(source, offset);
    size_t end = length_bytes < source->length - offset ? offset + length_bytes : source->length;
    const char *newline = memchr(source->bytes + offset, '\n', end - offset);

    if (newline != NULL) {
        end = (size_t)(newline - source->bytes);
    }

    uint32_t length = characters(source, offset, end);

    return (struct sw_mark){.file = source->name,
                            .line = (uint32_t)line + 1,
                            .column = characters(source, source->line_starts[line], offset) + 1,
                            .length = length == 0 ? 1 : length,
                            .offset = offset};
}

const char *sw_source_line(const struct sw_source *source, uint32_t line, struct sw_arena *arena)
{
    if (line == 0 || line > source->line_count) {
        return "";
    }

    size_t from = source->line_starts[line - 1];
    size_t to = line < source->line_count ? source->line_starts[line] - 1 : source->length;

    if (to > from && source->bytes[to - 1] == '\r') {
        to--;
    }
    return sw_copy(arena, source->bytes + from, to - from);
}
