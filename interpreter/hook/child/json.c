#include "hook/child/json.h"

#include "base/arena.h"
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ENCODE_DEPTH = 16, DECODE_DEPTH = 64 };

void sw_child_push_null(lua_State *lua)
{
    lua_pushlightuserdata(lua, NULL);
}

/* ---- writing ---- */

static const char *encode_text(const char *bytes, size_t length, struct sw_buf *out)
{
    sw_buf_add_char(out, '"');
    while (length > 0) {
        uint32_t point = 0;
        size_t step = sw_utf8_decode(bytes, length, &point);

        if (step == 0) {
            return "text that is no UTF-8";
        }
        if (point == 0) {
            return "text with a NUL in it";
        }
        if (point < 0x20 || point == '"' || point == '\\') {
            sw_buf_addf(out, "\\u%04x", (unsigned)point);
        } else {
            sw_buf_add(out, bytes, step);
        }
        bytes += step;
        length -= step;
    }
    sw_buf_add_char(out, '"');
    return NULL;
}

static const char *encode_number(lua_State *lua, int index, struct sw_buf *out)
{
    double real = lua_tonumber(lua, index);

    if (lua_isinteger(lua, index)) {
        sw_buf_addf(out, "%lld", (long long)lua_tointeger(lua, index));
        return NULL;
    }
    if (!isfinite(real)) {
        return "a number that is not finite";
    }
    size_t from = out->length;

    sw_buf_addf(out, "%.17g", real);
    if (strpbrk(out->bytes + from, ".eE") == NULL) {
        sw_buf_add_text(out, ".0");
    }
    return NULL;
}

struct key {
    const char *bytes;
    size_t length;
};

static bool is_before(const struct key *left, const struct key *right)
{
    size_t shared = left->length < right->length ? left->length : right->length;
    int order = memcmp(left->bytes, right->bytes, shared);

    return order != 0 ? order < 0 : left->length < right->length;
}

static void sink(struct key *keys, size_t at, size_t count)
{
    for (size_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        struct key upper = keys[at];

        child += child + 1 < count && is_before(&keys[child], &keys[child + 1]);
        if (!is_before(&upper, &keys[child])) {
            return;
        }
        keys[at] = keys[child];
        keys[child] = upper;
        at = child;
    }
}

/* By a heap: qsort() of the C library asks the kernel how much memory there is, and that call is
 * not among those that are left. @source glibc 2.36, stdlib/msort.c, from 1,024 bytes on */
static void sort_keys(struct key *keys, size_t count)
{
    for (size_t i = count / 2; i-- > 0;) {
        sink(keys, i, count);
    }
    for (size_t left = count; left > 1; left--) {
        struct key highest = keys[0];

        keys[0] = keys[left - 1];
        keys[left - 1] = highest;
        sink(keys, 0, left - 1);
    }
}

static const char *encode(lua_State *lua, int index, struct sw_buf *out, int depth);

static const char *encode_list(lua_State *lua, int index, size_t count, struct sw_buf *out,
                               int depth)
{
    const char *why = NULL;

    sw_buf_add_char(out, '[');
    for (size_t i = 1; i <= count && why == NULL && !out->is_over; i++) {
        if (i > 1) {
            sw_buf_add_char(out, ',');
        }
        lua_rawgeti(lua, index, (lua_Integer)i);
        why = encode(lua, lua_gettop(lua), out, depth + 1);
        lua_pop(lua, 1);
    }
    sw_buf_add_char(out, ']');
    return why;
}

static const char *encode_map(lua_State *lua, int index, size_t count, struct sw_buf *out,
                              int depth)
{
    struct key *keys = sw_heap((count == 0 ? 1 : count) * sizeof *keys);
    const char *why = NULL;
    size_t n = 0;

    for (lua_pushnil(lua); lua_next(lua, index) != 0; lua_pop(lua, 1)) {
        /* The text stays where it is: the table holds it. */
        keys[n].bytes = lua_tolstring(lua, -2, &keys[n].length);
        n++;
    }
    sort_keys(keys, n);
    sw_buf_add_char(out, '{');
    for (size_t i = 0; i < n && why == NULL && !out->is_over; i++) {
        if (i > 0) {
            sw_buf_add_char(out, ',');
        }
        if (keys[i].length > 1 && keys[i].bytes[0] == '$') {
            why = "a value that is not known";
            break;
        }
        why = encode_text(keys[i].bytes, keys[i].length, out);
        sw_buf_add_char(out, ':');
        if (why == NULL) {
            lua_pushlstring(lua, keys[i].bytes, keys[i].length);
            lua_rawget(lua, index);
            why = encode(lua, lua_gettop(lua), out, depth + 1);
            lua_pop(lua, 1);
        }
    }
    sw_buf_add_char(out, '}');
    free(keys);
    return why;
}

/* A read-only view shows a table behind it: that is what is meant. */
static bool is_view(lua_State *lua, int index)
{
    if (lua_getmetatable(lua, index) == 0) {
        return false;
    }
    lua_pushliteral(lua, "view_of");
    lua_rawget(lua, -2);
    lua_remove(lua, -2);
    if (lua_istable(lua, -1)) {
        return true;
    }
    lua_pop(lua, 1);
    return false;
}

static const char *encode_table(lua_State *lua, int index, struct sw_buf *out, int depth)
{
    size_t count = 0;
    size_t texts = 0;

    if (is_view(lua, index)) {
        /* A script can make a view of a view, or of itself: it counts as one more table. */
        const char *why = encode(lua, lua_gettop(lua), out, depth + 1);

        lua_pop(lua, 1);
        return why;
    }
    if (lua_getmetatable(lua, index) != 0) {
        lua_pop(lua, 1);
        return "a table with a metatable, which may show what it does not hold";
    }
    for (lua_pushnil(lua); lua_next(lua, index) != 0; lua_pop(lua, 1)) {
        count++;
        texts += lua_type(lua, -2) == LUA_TSTRING;
    }
    if (count == texts) {
        return encode_map(lua, index, count, out, depth);
    }
    for (size_t i = 1; i <= count; i++) {
        int type = lua_rawgeti(lua, index, (lua_Integer)i);

        lua_pop(lua, 1);
        if (type == LUA_TNIL) {
            return "a table that is neither a list without gaps nor a map of texts";
        }
    }
    return encode_list(lua, index, count, out, depth);
}

static const char *encode(lua_State *lua, int index, struct sw_buf *out, int depth)
{
    size_t length = 0;
    const char *bytes = NULL;

    if (depth > ENCODE_DEPTH || lua_checkstack(lua, 8) == 0) {
        return "tables within tables, more than 16 deep";
    }
    switch (lua_type(lua, index)) {
    case LUA_TNIL:
        sw_buf_add_text(out, "null");
        return NULL;
    case LUA_TBOOLEAN:
        sw_buf_add_text(out, lua_toboolean(lua, index) != 0 ? "true" : "false");
        return NULL;
    case LUA_TNUMBER:
        return encode_number(lua, index, out);
    case LUA_TSTRING:
        bytes = lua_tolstring(lua, index, &length);
        return encode_text(bytes, length, out);
    case LUA_TLIGHTUSERDATA:
        sw_buf_add_text(out, "null");
        return NULL;
    case LUA_TTABLE:
        return encode_table(lua, index, out, depth);
    default:
        return "a function, which is no value";
    }
}

const char *sw_child_encode(lua_State *lua, int index, struct sw_buf *out)
{
    return encode(lua, lua_absindex(lua, index), out, 0);
}

/* ---- reading ---- */

struct reader {
    lua_State *lua;
    const char *at, *end;
};

static void skip(struct reader *reader)
{
    while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) != NULL &&
           *reader->at != '\0') {
        reader->at++;
    }
}

static bool take(struct reader *reader, const char *word)
{
    size_t length = strlen(word);

    if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0) {
        return false;
    }
    reader->at += length;
    return true;
}

static bool hex4(struct reader *reader, uint32_t *ret)
{
    uint32_t point = 0;

    for (int i = 0; i < 4; i++, reader->at++) {
        char c = reader->at < reader->end ? *reader->at : '\0';
        const char *digits = "0123456789abcdef";
        const char *digit = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);

        if (digit == NULL) {
            return false;
        }
        point = point * 16 + (uint32_t)(digit - digits);
    }
    *ret = point;
    return true;
}

static bool escape(struct reader *reader, struct sw_buf *out)
{
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    char c = reader->at < reader->end ? *reader->at++ : '\0';
    const char *simple = c == '\0' ? NULL : strchr(from, c);
    uint32_t point = 0;
    uint32_t low = 0;
    char bytes[4];

    if (simple != NULL) {
        sw_buf_add_char(out, to[simple - from]);
        return true;
    }
    if (c != 'u' || !hex4(reader, &point)) {
        return false;
    }
    if (point >= 0xd800 && point < 0xdc00) {
        if (!take(reader, "\\u") || !hex4(reader, &low) || low < 0xdc00 || low > 0xdfff) {
            return false;
        }
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
    }
    size_t length = sw_utf8_encode(point, bytes);

    sw_buf_add(out, bytes, length);
    return length > 0;
}

static const char *read_text(struct reader *reader)
{
    struct sw_buf out;
    bool is_fine = true;

    sw_buf_init(&out, (size_t)(reader->end - reader->at) + 1);
    while (is_fine && reader->at < reader->end && *reader->at != '"') {
        if (*reader->at == '\\') {
            reader->at++;
            is_fine = escape(reader, &out);
        } else {
            sw_buf_add_char(&out, *reader->at++);
        }
    }
    is_fine = is_fine && reader->at < reader->end;
    reader->at++;
    if (is_fine) {
        lua_pushlstring(reader->lua, out.bytes, out.length);
    }
    sw_buf_release(&out);
    return is_fine ? NULL : "a text without its end, or with a wrong escape";
}

static const char *read_number(struct reader *reader)
{
    char digits[64];
    size_t length = 0;
    char *end = NULL;

    while (reader->at < reader->end && length + 1 < sizeof digits &&
           strchr("+-0123456789.eE", *reader->at) != NULL && *reader->at != '\0') {
        digits[length++] = *reader->at++;
    }
    digits[length] = '\0';
    if (length == 0) {
        return "something that is no value";
    }
    if (strpbrk(digits, ".eE") == NULL) {
        errno = 0;
        intmax_t whole = strtoimax(digits, &end, 10);

        if (errno == 0 && *end == '\0') {
            lua_pushinteger(reader->lua, (lua_Integer)whole);
            return NULL;
        }
    }
    double real = strtod(digits, &end);

    if (*end != '\0' || !isfinite(real)) {
        return "a number that cannot be held";
    }
    lua_pushnumber(reader->lua, real);
    return NULL;
}

static const char *read_value(struct reader *reader, int depth);

static const char *read_list(struct reader *reader, int depth)
{
    lua_Integer n = 0;
    const char *why = NULL;

    lua_newtable(reader->lua);
    skip(reader);
    if (take(reader, "]")) {
        return NULL;
    }
    for (;;) {
        why = read_value(reader, depth + 1);
        if (why != NULL) {
            return why;
        }
        if (lua_isnil(reader->lua, -1)) {
            lua_pop(reader->lua, 1);
            sw_child_push_null(reader->lua);
        }
        lua_rawseti(reader->lua, -2, ++n);
        skip(reader);
        if (take(reader, "]")) {
            return NULL;
        }
        if (!take(reader, ",")) {
            return "a list without ',' or ']'";
        }
    }
}

static const char *read_map(struct reader *reader, int depth)
{
    const char *why = NULL;

    lua_newtable(reader->lua);
    skip(reader);
    if (take(reader, "}")) {
        return NULL;
    }
    for (;;) {
        skip(reader);
        why = take(reader, "\"") ? read_text(reader) : "a map without a key";
        skip(reader);
        if (why == NULL && !take(reader, ":")) {
            why = "a key without ':'";
        }
        why = why != NULL ? why : read_value(reader, depth + 1);
        if (why != NULL) {
            return why;
        }
        lua_rawset(reader->lua, -3);
        skip(reader);
        if (take(reader, "}")) {
            return NULL;
        }
        if (!take(reader, ",")) {
            return "a map without ',' or '}'";
        }
    }
}

static const char *read_value(struct reader *reader, int depth)
{
    if (depth > DECODE_DEPTH || lua_checkstack(reader->lua, 8) == 0) {
        return "values within values, more than 64 deep";
    }
    skip(reader);
    if (take(reader, "{")) {
        return read_map(reader, depth);
    }
    if (take(reader, "[")) {
        return read_list(reader, depth);
    }
    if (take(reader, "\"")) {
        return read_text(reader);
    }
    if (take(reader, "null")) {
        lua_pushnil(reader->lua);
        return NULL;
    }
    if (take(reader, "true")) {
        lua_pushboolean(reader->lua, 1);
        return NULL;
    }
    if (take(reader, "false")) {
        lua_pushboolean(reader->lua, 0);
        return NULL;
    }
    return read_number(reader);
}

const char *sw_child_decode(lua_State *lua, const char *text, size_t length)
{
    struct reader reader = {.lua = lua, .at = text, .end = text + length};
    int top = lua_gettop(lua);
    const char *why = read_value(&reader, 0);

    skip(&reader);
    if (why == NULL && reader.at != reader.end) {
        why = "text behind the value";
    }
    if (why != NULL) {
        lua_settop(lua, top);
    }
    return why;
}
