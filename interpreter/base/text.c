#include "base/text.h"

#include "base/limits.h"

#include <string.h>

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool sw_text_is(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    return *a == *b && strcmp(a, b) == 0;
}

bool sw_text_is_folded(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    while (*a != '\0' && folded(*a) == folded(*b)) {
        a++;
        b++;
    }
    return folded(*a) == folded(*b);
}

const char *sw_plural(uint64_t count, const char *one, const char *many)
{
    return count == 1 ? one : many;
}

bool sw_text_begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

bool sw_text_ends(const char *text, const char *with)
{
    size_t length = strlen(text);
    size_t end = strlen(with);

    return length >= end && strcmp(text + length - end, with) == 0;
}

void sw_text_fold(char *text)
{
    for (; *text != '\0'; text++) {
        *text = folded(*text);
    }
}

/* Well-formed UTF-8 only. @source RFC 3629, section 4 */
size_t sw_utf8_decode(const char *bytes, size_t length, uint32_t *ret_point)
{
    if (length == 0) {
        return 0;
    }

    unsigned char first = (unsigned char)bytes[0];
    size_t size = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

    if (size == 0 || size > length || first > 0xf4) {
        return 0;
    }

    static const unsigned char first_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t point = first & first_bits[size];

    for (size_t i = 1; i < size; i++) {
        unsigned char next = (unsigned char)bytes[i];

        if ((next & 0xc0) != 0x80) {
            return 0;
        }
        point = point << 6 | (next & 0x3fu);
    }
    if (point < smallest[size] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
        return 0;
    }
    *ret_point = point;
    return size;
}

size_t sw_text_plain(const char *bytes, size_t length)
{
    size_t at = 0;

    for (; at < length; at++) {
        char c = bytes[at];

        if (c < 0x20 || c > 0x7e || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&') {
            break;
        }
    }
    return at;
}

size_t sw_utf8_encode(uint32_t point, char out[4])
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xc0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3f));
        return 2;
    }
    if (point >= 0xd800 && point <= 0xdfff) {
        return 0;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xe0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 0x3f));
        out[2] = (char)(0x80 | (point & 0x3f));
        return 3;
    }
    if (point <= 0x10ffff) {
        out[0] = (char)(0xf0 | point >> 18);
        out[1] = (char)(0x80 | (point >> 12 & 0x3f));
        out[2] = (char)(0x80 | (point >> 6 & 0x3f));
        out[3] = (char)(0x80 | (point & 0x3f));
        return 4;
    }
    return 0;
}

bool sw_utf8_is_deceptive(uint32_t point)
{
    /* Sorted. Variation selectors U+FE00 to U+FE0F are left out: common emoji carry them. */
    static const uint32_t ranges[][2] = {
        {0x0000, 0x001f}, {0x007f, 0x009f},   {0x00ad, 0x00ad},   {0x034f, 0x034f},
        {0x061c, 0x061c}, {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},
        {0x200b, 0x200f}, {0x2028, 0x202e},   {0x2060, 0x206f},   {0x3164, 0x3164},
        {0xd800, 0xdfff}, {0xfdd0, 0xfdef},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
        {0xfff9, 0xfffb}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
    };

    if ((point & 0xfffe) == 0xfffe || point > 0x10ffff) {
        return true;
    }
    for (size_t i = 0; i < SW_COUNT(ranges) && ranges[i][0] <= point; i++) {
        if (point <= ranges[i][1]) {
            return true;
        }
    }
    return false;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: insert, delete, replace and swap of neighbours count 1 each. Words
 * longer than a key are never close. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][SW_LIMIT_KEY_BYTES + 1];
    size_t *before = rows[0];
    size_t *last = rows[1];
    size_t *now = rows[2];

    for (size_t j = 0; j <= b_length; j++) {
        last[j] = j;
        before[j] = 0;
    }
    for (size_t i = 1; i <= a_length; i++) {
        now[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;

            now[j] = least(least(last[j] + 1, now[j - 1] + 1), last[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = least(now[j], before[j - 2] + 1);
            }
        }

        size_t *spare = before;

        before = last;
        last = now;
        now = spare;
    }
    return last[b_length];
}

const char *sw_text_closest(const char *word, const char *const *candidates, size_t count)
{
    size_t length = strlen(word);
    size_t best = 3;
    const char *closest = NULL;

    if (length > SW_LIMIT_KEY_BYTES) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        size_t other = strlen(candidates[i]);

        if (other > SW_LIMIT_KEY_BYTES || other + 2 < length || length + 2 < other) {
            continue;
        }

        size_t far = distance(word, length, candidates[i], other);

        if (far < best && 2 * far < length) {
            best = far;
            closest = candidates[i];
        }
    }
    return closest;
}
