/** @file From an offset in a decoded scalar to the column in the author's file. */
#include "base/text.h"
#include "lang/expr_internal.h"

#include <string.h>

static size_t characters(const char *text, size_t length)
{
    size_t count = 0;

    for (size_t i = 0; i < length; i++) {
        if (((unsigned char)text[i] & 0xC0U) != 0x80U) {
            count++;
        }
    }
    return count;
}

static size_t quotes(const char *text, size_t length)
{
    size_t count = 0;

    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\'') {
            count++;
        }
    }
    return count;
}

/* A scalar whose source is as long as its text has neither escapes nor folds. */
struct sw_expr_place sw_expr_place_of(const struct sw_node *scalar)
{
    struct sw_expr_place place = {
        .text = scalar->text,
        .length = scalar->length,
        .mapping = SW_MAP_WHOLE,
        .mark = scalar->mark,
    };
    size_t doubled = quotes(scalar->text, scalar->length);

    if (memchr(scalar->text, '\n', scalar->length) != NULL) {
        return place;
    }
    switch (scalar->style) {
    case SW_STYLE_PLAIN:
        if (scalar->raw_length == scalar->length) {
            place.mapping = SW_MAP_EXACT;
        }
        break;
    case SW_STYLE_SINGLE:
        if (scalar->raw_length == scalar->length + doubled + 2) {
            place.mapping = SW_MAP_DOUBLED;
        }
        break;
    case SW_STYLE_DOUBLE:
        if (scalar->raw_length == scalar->length + 2) {
            place.mapping = SW_MAP_EXACT;
        }
        break;
    case SW_STYLE_LITERAL:
    case SW_STYLE_FOLDED:
        break;
    }
    if (place.mapping != SW_MAP_WHOLE && scalar->style != SW_STYLE_PLAIN) {
        place.mark.column += 1;
        place.mark.offset += 1;
    }
    return place;
}

struct sw_mark sw_expr_place_mark(struct sw_expr_place *place, size_t start, size_t length)
{
    struct sw_mark mark = place->mark;

    if (place->mapping == SW_MAP_WHOLE) {
        return mark;
    }
    if (start < place->known_offset) {
        place->known_offset = 0;
        place->known_columns = 0;
        place->known_skip = 0;
    }

    const char *from = place->text + place->known_offset;
    size_t between = start - place->known_offset;
    size_t doubled = place->mapping == SW_MAP_DOUBLED ? quotes(from, between) : 0;

    place->known_columns += (uint32_t)(characters(from, between) + doubled);
    place->known_skip += doubled;
    place->known_offset = start;
    mark.column += place->known_columns;
    mark.offset += start + place->known_skip;
    mark.length = (uint32_t)characters(place->text + start, length);
    if (place->mapping == SW_MAP_DOUBLED) {
        mark.length += (uint32_t)quotes(place->text + start, length);
    }
    if (mark.length == 0) {
        mark.length = 1;
    }
    return mark;
}
