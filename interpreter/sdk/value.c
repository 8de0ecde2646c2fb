#include "sdk/value.h"

#include "base/error.h"
#include "base/map.h"
#include "base/text.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Above this many keys a builder looks them up by hash. */
#define SMALL_MAP 16

static struct sw_value *fresh(struct sw_arena *arena, enum sw_kind kind)
{
    struct sw_value *value = sw_alloc(arena, sizeof *value);

    value->kind = kind;
    return value;
}

/* Text of values is valid UTF-8; codecs refuse the rest before, this is the last net. */
static const char *clean_text(struct sw_arena *arena, const char *bytes, size_t length)
{
    uint32_t point = 0;
    size_t at = 0;

    while (at < length) {
        size_t step = sw_text_plain(bytes + at, length - at);

        if (step == 0) {
            step = sw_utf8_decode(bytes + at, length - at, &point);
            if (step == 0 || point == 0) {
                break;
            }
        }
        at += step;
    }
    if (at == length) {
        return sw_copy(arena, bytes, length);
    }

    /* A replacement character takes three bytes for one. */
    char *text = sw_alloc_array(arena, length + 1, 3);
    size_t used = at;

    memcpy(text, bytes, at);
    while (at < length) {
        size_t step = sw_utf8_decode(bytes + at, length - at, &point);

        if (step == 0 || point == 0) {
            used += sw_utf8_encode(0xfffd, text + used);
            at++;
        } else {
            memcpy(text + used, bytes + at, step);
            used += step;
            at += step;
        }
    }
    return text;
}

const struct sw_value *sw_null(struct sw_arena *arena, const char *why)
{
    struct sw_value *value = fresh(arena, SW_V_NULL);

    value->as.text = why == NULL ? "" : clean_text(arena, why, strlen(why));
    return value;
}

const struct sw_value *sw_unknown(struct sw_arena *arena, const char *why_fmt, ...)
{
    struct sw_value *value = fresh(arena, SW_V_UNKNOWN);
    va_list args;

    va_start(args, why_fmt);

    const char *why = sw_vformat(arena, why_fmt, args);

    va_end(args);
    value->as.text = clean_text(arena, why, strlen(why));
    return value;
}

const struct sw_value *sw_bool(bool boolean)
{
    static const struct sw_value yes = {.kind = SW_V_BOOL, .as = {.boolean = true}};
    static const struct sw_value no = {.kind = SW_V_BOOL, .as = {.boolean = false}};

    return boolean ? &yes : &no;
}

const struct sw_value *sw_int(struct sw_arena *arena, int64_t integer)
{
    return sw_number(arena, SW_V_INT, integer);
}

const struct sw_value *sw_real(struct sw_arena *arena, enum sw_kind float_or_percent, double real)
{
    sw_require(float_or_percent == SW_V_FLOAT || float_or_percent == SW_V_PERCENT);
    if (!isfinite(real)) {
        return sw_null(arena, "not a finite number");
    }

    struct sw_value *value = fresh(arena, float_or_percent);

    value->as.real = real;
    return value;
}

const struct sw_value *sw_number(struct sw_arena *arena, enum sw_kind int_duration_size_or_time,
                                 int64_t integer)
{
    struct sw_value *value = fresh(arena, int_duration_size_or_time);

    sw_require(value->kind == SW_V_INT || value->kind == SW_V_DURATION ||
               value->kind == SW_V_SIZE || value->kind == SW_V_TIME);
    value->as.integer = integer;
    return value;
}

const struct sw_value *sw_text_n(struct sw_arena *arena, const char *bytes, size_t length)
{
    struct sw_value *value = fresh(arena, SW_V_TEXT);

    value->as.text = clean_text(arena, bytes, length);
    return value;
}

const struct sw_value *sw_text(struct sw_arena *arena, const char *text)
{
    return sw_text_n(arena, text, strlen(text));
}

const struct sw_value *sw_textf(struct sw_arena *arena, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);

    const char *text = sw_vformat(arena, fmt, args);

    va_end(args);
    return sw_text(arena, text);
}

const struct sw_value *sw_version(struct sw_arena *arena, const char *text)
{
    struct sw_value *value = fresh(arena, SW_V_VERSION);

    value->as.text = clean_text(arena, text, strlen(text));
    return value;
}

const struct sw_value *sw_time_at(struct sw_arena *arena, int64_t ns, unsigned clock)
{
    struct sw_value *value = fresh(arena, SW_V_TIME);

    sw_require(clock <= UINT8_MAX);
    value->as.integer = ns;
    value->clock = (uint8_t)clock;
    return value;
}

struct sw_builder sw_list_begin(struct sw_arena *arena)
{
    return (struct sw_builder){.arena = arena, .value = fresh(arena, SW_V_LIST)};
}

struct sw_builder sw_map_begin(struct sw_arena *arena)
{
    return (struct sw_builder){.arena = arena, .value = fresh(arena, SW_V_MAP)};
}

void sw_list_add(struct sw_builder *list, const struct sw_value *item)
{
    size_t *count = &list->value->as.list.count;

    sw_require(list->value->kind == SW_V_LIST);
    list->room = sw_grow(list->arena, list->room, *count, &list->capacity, sizeof item);

    const struct sw_value **items = list->room;

    items[*count] = item == NULL ? sw_null(list->arena, "") : item;
    list->value->as.list.items = items;
    (*count)++;
}

/* The place of a key in a builder, or the count. Hashes map to the number of the entry, behind a
 * pointer so that none is NULL. */
static size_t place_of(struct sw_builder *map, const char *key)
{
    const struct sw_entry *entries = map->room;
    size_t count = map->value->as.map.count;

    if (map->index != NULL) {
        const size_t *place = sw_map_get(map->index, key);

        return place == NULL ? count : *place;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(entries[i].key, key) == 0) {
            return i;
        }
    }
    return count;
}

static void index_key(struct sw_builder *map, const char *key, size_t place)
{
    size_t *number = sw_alloc(map->arena, sizeof *number);

    *number = place;
    sw_map_set(map->index, key, number);
}

void sw_map_put(struct sw_builder *map, const char *key, const struct sw_value *value)
{
    size_t *count = &map->value->as.map.count;

    sw_require(map->value->kind == SW_V_MAP);
    if (*count == SMALL_MAP && map->index == NULL) {
        map->index = sw_map_new(map->arena);
        for (size_t i = 0; i < *count; i++) {
            index_key(map, map->value->as.map.entries[i].key, i);
        }
    }

    size_t place = place_of(map, key);

    if (value == NULL) {
        value = sw_null(map->arena, "");
    }
    if (place < *count) {
        ((struct sw_entry *)map->room)[place].value = value;
        return;
    }
    map->room = sw_grow(map->arena, map->room, *count, &map->capacity, sizeof(struct sw_entry));

    struct sw_entry *entries = map->room;

    entries[place] =
        (struct sw_entry){.key = clean_text(map->arena, key, strlen(key)), .value = value};
    map->value->as.map.entries = entries;
    (*count)++;
    if (map->index != NULL) {
        index_key(map, key, place);
    }
}

void sw_map_put_text(struct sw_builder *map, const char *key, const char *text_or_null)
{
    sw_map_put(map, key, text_or_null == NULL ? NULL : sw_text(map->arena, text_or_null));
}

void sw_map_put_int(struct sw_builder *map, const char *key, int64_t integer)
{
    sw_map_put(map, key, sw_int(map->arena, integer));
}

void sw_map_put_bool(struct sw_builder *map, const char *key, bool boolean)
{
    sw_map_put(map, key, sw_bool(boolean));
}

const struct sw_value *sw_built(const struct sw_builder *builder)
{
    return builder->value;
}

bool sw_is_known(const struct sw_value *value)
{
    return value != NULL && value->kind != SW_V_NULL && value->kind != SW_V_UNKNOWN;
}

const struct sw_value *sw_get(const struct sw_value *map, const char *key)
{
    if (map == NULL || map->kind != SW_V_MAP || key == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < map->as.map.count; i++) {
        if (strcmp(map->as.map.entries[i].key, key) == 0) {
            return map->as.map.entries[i].value;
        }
    }
    return NULL;
}

const struct sw_value *sw_get_path(const struct sw_value *value, const char *first, ...)
{
    va_list keys;

    va_start(keys, first);
    for (const char *key = first; key != NULL && value != NULL; key = va_arg(keys, const char *)) {
        value = sw_get(value, key);
    }
    va_end(keys);
    return value;
}

size_t sw_list_count(const struct sw_value *list)
{
    return list != NULL && list->kind == SW_V_LIST ? list->as.list.count : 0;
}

const struct sw_value *sw_list_at(const struct sw_value *list, size_t index)
{
    return index < sw_list_count(list) ? list->as.list.items[index] : NULL;
}

const char *sw_as_text(const struct sw_value *value)
{
    if (value == NULL || (value->kind != SW_V_TEXT && value->kind != SW_V_VERSION)) {
        return NULL;
    }
    return value->as.text;
}

bool sw_as_int(const struct sw_value *value, int64_t *ret)
{
    if (value == NULL || (value->kind != SW_V_INT && value->kind != SW_V_DURATION &&
                          value->kind != SW_V_SIZE && value->kind != SW_V_TIME)) {
        return false;
    }
    *ret = value->as.integer;
    return true;
}

bool sw_as_bool(const struct sw_value *value, bool *ret)
{
    if (value == NULL || value->kind != SW_V_BOOL) {
        return false;
    }
    *ret = value->as.boolean;
    return true;
}

static bool lists_same(const struct sw_value *a, const struct sw_value *b)
{
    if (a->as.list.count != b->as.list.count) {
        return false;
    }
    for (size_t i = 0; i < a->as.list.count; i++) {
        if (!sw_value_same(a->as.list.items[i], b->as.list.items[i])) {
            return false;
        }
    }
    return true;
}

static bool maps_same(const struct sw_value *a, const struct sw_value *b)
{
    if (a->as.map.count != b->as.map.count) {
        return false;
    }
    for (size_t i = 0; i < a->as.map.count; i++) {
        const struct sw_entry *mine = &a->as.map.entries[i];
        const struct sw_entry *other = &b->as.map.entries[i];
        /* Most maps are in the same order; then this is linear. */
        const struct sw_value *theirs =
            strcmp(mine->key, other->key) == 0 ? other->value : sw_get(b, mine->key);

        if (theirs == NULL || !sw_value_same(mine->value, theirs)) {
            return false;
        }
    }
    return true;
}

bool sw_value_same(const struct sw_value *a, const struct sw_value *b)
{
    if (a == NULL || b == NULL || a == b) {
        return a == b;
    }
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
    case SW_V_NULL:
    case SW_V_UNKNOWN:
        return true;
    case SW_V_BOOL:
        return a->as.boolean == b->as.boolean;
    case SW_V_INT:
    case SW_V_DURATION:
    case SW_V_SIZE:
    case SW_V_TIME:
        return a->as.integer == b->as.integer;
    case SW_V_FLOAT:
    case SW_V_PERCENT:
        return !(a->as.real < b->as.real) && !(a->as.real > b->as.real);
    case SW_V_TEXT:
    case SW_V_VERSION:
        return strcmp(a->as.text, b->as.text) == 0;
    case SW_V_LIST:
        return lists_same(a, b);
    case SW_V_MAP:
        return maps_same(a, b);
    }
    return false;
}

/* What a deep copy changes on its way. */
struct change {
    bool sets_clock;
    uint8_t clock;
    bool sets_secret;
};

static struct sw_value *copy(struct sw_arena *arena, const struct sw_value *value,
                             const struct change *change)
{
    struct sw_value *to = fresh(arena, value->kind);

    *to = *value;
    if (change->sets_secret) {
        to->is_secret = true;
    }
    switch (value->kind) {
    case SW_V_NULL:
    case SW_V_UNKNOWN:
    case SW_V_TEXT:
    case SW_V_VERSION:
        to->as.text = sw_copy_text(arena, value->as.text);
        break;
    case SW_V_TIME:
        if (change->sets_clock) {
            to->clock = change->clock;
        }
        break;
    case SW_V_BOOL:
    case SW_V_INT:
    case SW_V_FLOAT:
    case SW_V_PERCENT:
    case SW_V_DURATION:
    case SW_V_SIZE:
        break;
    case SW_V_LIST: {
        size_t count = value->as.list.count;
        const struct sw_value **items = sw_alloc_array(arena, count, sizeof *items);

        for (size_t i = 0; i < count; i++) {
            items[i] = copy(arena, value->as.list.items[i], change);
        }
        to->as.list.items = items;
        break;
    }
    case SW_V_MAP: {
        size_t count = value->as.map.count;
        struct sw_entry *entries = sw_alloc_array(arena, count, sizeof *entries);

        for (size_t i = 0; i < count; i++) {
            entries[i].key = sw_copy_text(arena, value->as.map.entries[i].key);
            entries[i].value = copy(arena, value->as.map.entries[i].value, change);
        }
        to->as.map.entries = entries;
        break;
    }
    }
    return to;
}

const struct sw_value *sw_value_copy(struct sw_arena *arena, const struct sw_value *value)
{
    return value == NULL ? NULL : copy(arena, value, &(struct change){0});
}

const struct sw_value *sw_with_mark(struct sw_arena *arena, const struct sw_value *value,
                                    const struct sw_mark *mark)
{
    struct sw_value *to = copy(arena, value, &(struct change){0});

    to->mark = mark;
    return to;
}

const struct sw_value *sw_with_clock(struct sw_arena *arena, const struct sw_value *value,
                                     unsigned clock)
{
    sw_require(clock <= UINT8_MAX);
    return copy(arena, value, &(struct change){.sets_clock = true, .clock = (uint8_t)clock});
}

const struct sw_value *sw_with_secret(struct sw_arena *arena, const struct sw_value *value)
{
    return copy(arena, value, &(struct change){.sets_secret = true});
}
