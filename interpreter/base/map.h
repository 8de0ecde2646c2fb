#pragma once
/** @file Text -> pointer, in insertion order, living in an arena. Look-up is hashed. */
#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct sw_map;

struct sw_map *sw_map_new(struct sw_arena *arena) SW_NONNULL;

/** Set or replace; the key is copied. */
void sw_map_set(struct sw_map *map, const char *key, const void *value);

/** @return NULL when the key is not there (a key set to NULL looks the same; use sw_map_has) */
void *sw_map_get(const struct sw_map *map, const char *key);
bool sw_map_has(const struct sw_map *map, const char *key);
size_t sw_map_count(const struct sw_map *map) SW_NONNULL;
const char *sw_map_key_at(const struct sw_map *map, size_t index) SW_NONNULL;
void *sw_map_value_at(const struct sw_map *map, size_t index) SW_NONNULL;
