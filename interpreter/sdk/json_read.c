#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "sdk/json.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Longer numbers are an attack on strtod rather than a measurement. */
#define NUMBER_BYTES 128

struct reader {
    struct sw_arena *arena;
    const char *text;
    size_t length;
    size_t at;
    size_t nodes;
    enum sw_json_form form;
    struct sw_error *err;
};

static bool refuse(struct reader *reader, const char *why)
{
    return sw_fail(reader->err, SW_E_PROTOCOL, "JSON at byte %zu: %s", reader->at, why);
}

static int peek(const struct reader *reader)
{
    return reader->at < reader->length ? (unsigned char)reader->text[reader->at] : -1;
}

static void skip_space(struct reader *reader)
{
    while (peek(reader) == ' ' || peek(reader) == '\t' || peek(reader) == '\n' ||
           peek(reader) == '\r') {
        reader->at++;
    }
}

static bool take(struct reader *reader, char c)
{
    if (peek(reader) != (unsigned char)c) {
        return false;
    }
    reader->at++;
    return true;
}

static bool read_hex4(struct reader *reader, uint32_t *ret_unit)
{
    uint32_t unit = 0;

    for (int i = 0; i < 4; i++) {
        int c = peek(reader);
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;

        if (digit < 0) {
            return refuse(reader, "\\u without four hex digits");
        }
        unit = unit << 4 | (uint32_t)digit;
        reader->at++;
    }
    *ret_unit = unit;
    return true;
}

/* Behind "\u"; writes UTF-8. */
static bool read_unicode(struct reader *reader, char *out, size_t *used)
{
    uint32_t point = 0;

    if (!read_hex4(reader, &point)) {
        return false;
    }
    if (point == 0) {
        return refuse(reader, "a NUL in a string");
    }
    if (point >= 0xd800 && point <= 0xdfff) {
        uint32_t low = 0;

        if (point >= 0xdc00 || !take(reader, '\\') || !take(reader, 'u')) {
            return refuse(reader, "half of a surrogate pair");
        }
        if (!read_hex4(reader, &low)) {
            return false;
        }
        if (low < 0xdc00 || low > 0xdfff) {
            return refuse(reader, "half of a surrogate pair");
        }
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
    }
    *used += sw_utf8_encode(point, out + *used);
    return true;
}

static bool read_escape(struct reader *reader, char *out, size_t *used)
{
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    int c = peek(reader);

    if (c == 'u') {
        reader->at++;
        return read_unicode(reader, out, used);
    }

    const char *found = c <= 0 ? NULL : strchr(from, c);

    if (found == NULL) {
        return refuse(reader, "an escape that JSON does not have");
    }
    out[(*used)++] = to[found - from];
    reader->at++;
    return true;
}

/* At the opening quote. No escape gets longer by being read, so the raw length is room enough. */
static bool read_string(struct reader *reader, const char **ret_text)
{
    size_t end = reader->at + 1;

    while (end < reader->length && reader->text[end] != '"') {
        end += reader->text[end] == '\\' ? 2 : 1;
    }
    if (end >= reader->length) {
        return refuse(reader, "a string without its end");
    }

    char *text = sw_alloc(reader->arena, end - reader->at);
    size_t used = 0;

    reader->at++;
    while (reader->at < end) {
        uint32_t point = 0;
        size_t step = sw_text_plain(reader->text + reader->at, end - reader->at);

        if (step > 0) {
            memcpy(text + used, reader->text + reader->at, step);
            used += step;
            reader->at += step;
            continue;
        }
        step = sw_utf8_decode(reader->text + reader->at, end - reader->at, &point);

        if (step == 0) {
            return refuse(reader, "no valid UTF-8");
        }
        if (point < 0x20) {
            return refuse(reader, "a bare control character in a string");
        }
        if (point == '\\') {
            reader->at++;
            if (!read_escape(reader, text, &used)) {
                return false;
            }
            continue;
        }
        memcpy(text + used, reader->text + reader->at, step);
        used += step;
        reader->at += step;
    }
    reader->at = end + 1;
    *ret_text = text;
    return true;
}

static size_t skip_digits(struct reader *reader)
{
    size_t from = reader->at;

    while (peek(reader) >= '0' && peek(reader) <= '9') {
        reader->at++;
    }
    return reader->at - from;
}

/* Moves over one number by the grammar of RFC 8259, section 6. */
static bool skip_number(struct reader *reader, bool *ret_is_real)
{
    bool is_real = false;

    (void)take(reader, '-');
    if (take(reader, '0')) {
        if (peek(reader) >= '0' && peek(reader) <= '9') {
            return refuse(reader, "a number that begins with 0");
        }
    } else if (skip_digits(reader) == 0) {
        return refuse(reader, "no value that JSON knows");
    }
    if (take(reader, '.')) {
        is_real = true;
        if (skip_digits(reader) == 0) {
            return refuse(reader, "a number without digits behind its point");
        }
    }
    if (take(reader, 'e') || take(reader, 'E')) {
        is_real = true;
        if (!take(reader, '-')) {
            (void)take(reader, '+');
        }
        if (skip_digits(reader) == 0) {
            return refuse(reader, "a number without digits in its exponent");
        }
    }
    *ret_is_real = is_real;
    return true;
}

static bool read_number(struct reader *reader, const struct sw_value **ret_value)
{
    char text[NUMBER_BYTES + 1];
    size_t from = reader->at;
    bool is_real = false;

    if (!skip_number(reader, &is_real)) {
        return false;
    }

    size_t length = reader->at - from;

    if (length > NUMBER_BYTES) {
        return sw_fail(reader->err, SW_E_LIMIT, "JSON at byte %zu: a number of %zu characters",
                       from, length);
    }
    memcpy(text, reader->text + from, length);
    text[length] = '\0';
    errno = 0;
    if (!is_real) {
        long long integer = strtoll(text, NULL, 10);

        if (errno != 0) {
            reader->at = from;
            return refuse(reader, "an integer that needs more than 64 bits");
        }
        *ret_value = sw_int(reader->arena, integer);
        return true;
    }

    double real = strtod(text, NULL);
    /* Zero for something that is not: its digits before the exponent are not all 0. */
    bool is_lost = !(real < 0) && !(real > 0) && strcspn(text, "123456789") < strcspn(text, "eE");

    if (!isfinite(real) || is_lost) {
        reader->at = from;
        return refuse(reader, "a number that does not fit");
    }
    *ret_value = sw_real(reader->arena, SW_V_FLOAT, real);
    return true;
}

static bool read_value(struct reader *reader, unsigned depth, const struct sw_value **ret_value);

static bool read_list(struct reader *reader, unsigned depth, const struct sw_value **ret_value)
{
    struct sw_builder list = sw_list_begin(reader->arena);

    reader->at++;
    skip_space(reader);
    if (!take(reader, ']')) {
        do {
            const struct sw_value *item = NULL;

            if (!read_value(reader, depth + 1, &item)) {
                return false;
            }
            sw_list_add(&list, item);
            skip_space(reader);
        } while (take(reader, ','));
        if (!take(reader, ']')) {
            return refuse(reader, "expected , or ]");
        }
    }
    *ret_value = sw_built(&list);
    return true;
}

/* A tagged value of the typed form. @return false: refused */
static bool read_tagged(struct reader *reader, const struct sw_value *map,
                        const struct sw_value **ret_value)
{
    const struct sw_entry *entry = &map->as.map.entries[0];
    const char *tag = entry->key + 1;
    const char *text = sw_as_text(entry->value);
    bool is_alone = map->as.map.count == 1;
    bool is_integer = entry->value->kind == SW_V_INT;
    int64_t ns = 0;

    if (sw_text_is(tag, "time") && map->as.map.count == 2 && text != NULL) {
        const struct sw_value *clock = sw_get(map, "clock");

        if (clock != NULL && clock->kind == SW_V_INT && clock->as.integer >= 0 &&
            clock->as.integer <= UINT8_MAX && sw_time_parse(text, &ns, reader->err)) {
            *ret_value = sw_time_at(reader->arena, ns, (unsigned)clock->as.integer);
            return true;
        }
    } else if (is_alone && sw_text_is(tag, "ms") && is_integer) {
        *ret_value = sw_number(reader->arena, SW_V_DURATION, entry->value->as.integer);
        return true;
    } else if (is_alone && sw_text_is(tag, "bytes") && is_integer) {
        *ret_value = sw_number(reader->arena, SW_V_SIZE, entry->value->as.integer);
        return true;
    } else if (is_alone && sw_text_is(tag, "percent") &&
               (is_integer || entry->value->kind == SW_V_FLOAT)) {
        *ret_value = sw_real(reader->arena, SW_V_PERCENT,
                             is_integer ? (double)entry->value->as.integer : entry->value->as.real);
        return true;
    } else if (is_alone && sw_text_is(tag, "version") && text != NULL) {
        *ret_value = sw_version(reader->arena, text);
        return true;
    } else if (is_alone && sw_text_is(tag, "null") && text != NULL) {
        *ret_value = sw_null(reader->arena, text);
        return true;
    } else if (is_alone && sw_text_is(tag, "unknown") && text != NULL) {
        *ret_value = sw_unknown(reader->arena, "%s", text);
        return true;
    } else if (is_alone && sw_text_is(tag, "secret") && entry->value->kind == SW_V_BOOL) {
        /* Still a secret, so that it is written again as it was. */
        *ret_value = sw_with_secret(
            reader->arena, sw_unknown(reader->arena, "a secret, which is never written down"));
        return true;
    }
    return refuse(reader, "behind a '$' key that the typed form does not have");
}

/* Takes the second '$' away; a single one marks a tagged value and can only stand first. */
static bool untag(struct reader *reader, const struct sw_value *map,
                  const struct sw_value **ret_value)
{
    size_t count = map->as.map.count;
    bool is_plain = true;

    for (size_t i = 0; i < count; i++) {
        const char *key = map->as.map.entries[i].key;

        if (key[0] == '$' && key[1] != '$') {
            if (i > 0) {
                return refuse(reader, "behind a '$' key that the typed form does not have");
            }
            return read_tagged(reader, map, ret_value);
        }
        is_plain = is_plain && key[0] != '$';
    }
    if (is_plain) {
        *ret_value = map;
        return true;
    }

    struct sw_builder plain = sw_map_begin(reader->arena);

    for (size_t i = 0; i < count; i++) {
        const struct sw_entry *entry = &map->as.map.entries[i];

        sw_map_put(&plain, entry->key + (entry->key[0] == '$' ? 1 : 0), entry->value);
    }
    *ret_value = sw_built(&plain);
    return true;
}

static bool read_map(struct reader *reader, unsigned depth, const struct sw_value **ret_value)
{
    struct sw_builder map = sw_map_begin(reader->arena);

    reader->at++;
    skip_space(reader);
    if (!take(reader, '}')) {
        do {
            const char *key = NULL;
            const struct sw_value *value = NULL;
            size_t count = map.value->as.map.count;

            skip_space(reader);

            size_t from = reader->at;

            if (peek(reader) != '"') {
                return refuse(reader, "expected a key");
            }
            if (!read_string(reader, &key)) {
                return false;
            }
            skip_space(reader);
            if (!take(reader, ':')) {
                return refuse(reader, "expected :");
            }
            if (!read_value(reader, depth + 1, &value)) {
                return false;
            }
            sw_map_put(&map, key, value);
            if (map.value->as.map.count == count) {
                return sw_fail(reader->err, SW_E_PROTOCOL, "JSON at byte %zu: key '%.60s' twice",
                               from, key);
            }
            skip_space(reader);
        } while (take(reader, ','));
        if (!take(reader, '}')) {
            return refuse(reader, "expected , or }");
        }
    }
    *ret_value = sw_built(&map);
    return reader->form != SW_JSON_TYPED || untag(reader, *ret_value, ret_value);
}

static bool take_word(struct reader *reader, const char *word)
{
    size_t length = strlen(word);

    if (reader->length - reader->at < length ||
        memcmp(reader->text + reader->at, word, length) != 0) {
        return refuse(reader, "no value that JSON knows");
    }
    reader->at += length;
    return true;
}

static bool read_value(struct reader *reader, unsigned depth, const struct sw_value **ret_value)
{
    const char *text = NULL;

    skip_space(reader);
    if (++reader->nodes > SW_LIMIT_JSON_NODES) {
        return sw_fail(reader->err, SW_E_LIMIT, "JSON of more than %u values", SW_LIMIT_JSON_NODES);
    }
    switch (peek(reader)) {
    case -1:
        return refuse(reader, "ends where a value should be");
    case '{':
    case '[':
        if (depth >= SW_LIMIT_DEPTH) {
            return sw_fail(reader->err, SW_E_LIMIT, "JSON at byte %zu: nested deeper than %u",
                           reader->at, SW_LIMIT_DEPTH);
        }
        return peek(reader) == '{' ? read_map(reader, depth, ret_value)
                                   : read_list(reader, depth, ret_value);
    case '"':
        if (!read_string(reader, &text)) {
            return false;
        }
        *ret_value = sw_text(reader->arena, text);
        return true;
    case 't':
        *ret_value = sw_bool(true);
        return take_word(reader, "true");
    case 'f':
        *ret_value = sw_bool(false);
        return take_word(reader, "false");
    case 'n':
        *ret_value = sw_null(reader->arena, "");
        return take_word(reader, "null");
    default:
        return read_number(reader, ret_value);
    }
}

bool sw_json_read(struct sw_arena *arena, const char *text, size_t length, enum sw_json_form form,
                  const struct sw_value **ret_value, struct sw_error *err)
{
    struct reader reader = {
        .arena = arena, .text = text, .length = length, .form = form, .err = err};
    const struct sw_value *value = NULL;

    if (!read_value(&reader, 0, &value)) {
        return false;
    }
    skip_space(&reader);
    if (reader.at != length) {
        return refuse(&reader, "text behind the end");
    }
    *ret_value = value;
    return true;
}
