#include "base/map.h"

#include "base/error.h"

#include <stdint.h>
#include <string.h>

struct row {
    const char *key;
    const void *value;
    uint32_t hash;
};

/* `slots` holds row number + 1, 0 for free; its size is a power of two and at least twice the
 * number of rows. */
struct sw_map {
    struct sw_arena *arena;
    struct row *rows;
    size_t count;
    size_t capacity;
    uint32_t *slots;
    size_t slot_count;
};

static uint64_t turn(uint64_t word, int bits)
{
    return word << bits | word >> (64 - bits);
}

static void mix(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = turn(v[1], 13) ^ v[0];
    v[0] = turn(v[0], 32);
    v[2] += v[3];
    v[3] = turn(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = turn(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = turn(v[1], 17) ^ v[2];
    v[2] = turn(v[2], 32);
}

/**
 * SipHash-1-3: whoever chooses the keys of a map (a peer's JSON, an author's YAML) must not be able
 * to choose keys that all fall into one slot. Each map has a key of its own, made of where it and
 * the program lie in memory, which differs from process to process; the order of a map does not
 * depend on it.
 *
 * @source Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012; 1 and 3 rounds as in the
 * tables of Rust and Python
 */
static uint32_t hash_of(const struct sw_map *map, const char *text)
{
    size_t length = strlen(text);
    uint64_t k0 = (uint64_t)(uintptr_t)map * UINT64_C(0x9e3779b97f4a7c15);
    uint64_t k1 = (uint64_t)(uintptr_t)&mix * UINT64_C(0xc2b2ae3d27d4eb4f);
    uint64_t v[4] = {k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
                     k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573)};

    for (size_t left = length;; left -= 8, text += 8) {
        uint64_t word = 0;

        memcpy(&word, text, left < 8 ? left : 8);
        if (left < 8) {
            word |= (uint64_t)length << 56;
        }
        v[3] ^= word;
        mix(v);
        v[0] ^= word;
        if (left < 8) {
            break;
        }
    }
    v[2] ^= 0xff;
    mix(v);
    mix(v);
    mix(v);
    return (uint32_t)((v[0] ^ v[1] ^ v[2] ^ v[3]) >> 32);
}

struct sw_map *sw_map_new(struct sw_arena *arena)
{
    struct sw_map *map = sw_alloc(arena, sizeof *map);

    map->arena = arena;
    return map;
}

/* The slot that holds the key, or the free one where it would go. */
static size_t slot_for(const struct sw_map *map, const char *key, uint32_t hash)
{
    size_t mask = map->slot_count - 1;
    size_t slot = hash & mask;

    while (map->slots[slot] != 0) {
        const struct row *row = &map->rows[map->slots[slot] - 1];

        if (row->hash == hash && strcmp(row->key, key) == 0) {
            break;
        }
        slot = (slot + 1) & mask;
    }
    return slot;
}

static const struct row *find(const struct sw_map *map, const char *key)
{
    if (map->slot_count == 0) {
        return NULL;
    }

    uint32_t row = map->slots[slot_for(map, key, hash_of(map, key))];

    return row == 0 ? NULL : &map->rows[row - 1];
}

static void widen(struct sw_map *map)
{
    map->slot_count = map->slot_count == 0 ? 16 : map->slot_count * 2;
    map->slots = sw_alloc_array(map->arena, map->slot_count, sizeof *map->slots);
    for (size_t i = 0; i < map->count; i++) {
        map->slots[slot_for(map, map->rows[i].key, map->rows[i].hash)] = (uint32_t)i + 1;
    }
}

void sw_map_set(struct sw_map *map, const char *key, const void *value)
{
    if ((map->count + 1) * 2 > map->slot_count) {
        widen(map);
    }

    uint32_t hash = hash_of(map, key);
    size_t slot = slot_for(map, key, hash);

    if (map->slots[slot] != 0) {
        map->rows[map->slots[slot] - 1].value = value;
        return;
    }
    sw_require(map->count < UINT32_MAX - 1);
    map->rows = sw_grow(map->arena, map->rows, map->count, &map->capacity, sizeof *map->rows);
    map->rows[map->count] =
        (struct row){.key = sw_copy_text(map->arena, key), .value = value, .hash = hash};
    map->count++;
    map->slots[slot] = (uint32_t)map->count;
}

/* The map keeps what it was given; whether that may be changed is between its users. */
static void *unconst(const void *value)
{
    return (void *)(uintptr_t)value;
}

void *sw_map_get(const struct sw_map *map, const char *key)
{
    const struct row *row = find(map, key);

    return row == NULL ? NULL : unconst(row->value);
}

bool sw_map_has(const struct sw_map *map, const char *key)
{
    return find(map, key) != NULL;
}

size_t sw_map_count(const struct sw_map *map)
{
    return map->count;
}

const char *sw_map_key_at(const struct sw_map *map, size_t index)
{
    sw_require(index < map->count);
    return map->rows[index].key;
}

void *sw_map_value_at(const struct sw_map *map, size_t index)
{
    sw_require(index < map->count);
    return unconst(map->rows[index].value);
}
