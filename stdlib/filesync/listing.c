#include "stdlib/filesync/listing.h"

#include "base/digest.h"
#include "base/map.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct sw_listing sw_listing_begin(struct sw_arena *arena)
{
    return (struct sw_listing){.arena = arena, .names = sw_list_begin(arena)};
}

static const char *folded(struct sw_arena *arena, const char *name)
{
    char *copy = sw_copy_text(arena, name);

    sw_text_fold(copy);
    return copy;
}

void sw_listing_add(struct sw_listing *listing, const char *name)
{
    listing->sorted = sw_grow(listing->arena, listing->sorted, listing->count, &listing->capacity,
                              sizeof *listing->sorted);
    listing->sorted[listing->count++] = folded(listing->arena, name);
    sw_list_add(&listing->names, sw_text(listing->arena, name));
}

static int by_text(const void *a, const void *b)
{
    const char *const *x = a;
    const char *const *y = b;

    return strcmp(*x, *y);
}

const struct sw_value *sw_listing_end(struct sw_listing *listing, const struct sw_value *bytes,
                                      const struct sw_value *newest, bool is_complete)
{
    struct sw_builder map = sw_map_begin(listing->arena);
    struct sw_builder names = sw_list_begin(listing->arena);
    struct sw_map *seen = sw_map_new(listing->arena);
    struct sw_sha256 hash;
    uint8_t sum[SW_SHA256_BYTES];
    char digest[SW_SHA256_HEX_BYTES];
    const struct sw_value *all = sw_built(&listing->names);

    for (size_t i = 0; i < sw_list_count(all); i++) {
        const struct sw_value *name = sw_list_at(all, i);
        const char *key = folded(listing->arena, sw_as_text(name));
        if (!sw_map_has(seen, key)) {
            sw_map_set(seen, key, name);
            sw_list_add(&names, name);
        }
    }
    if (listing->count > 1) {
        qsort(listing->sorted, listing->count, sizeof *listing->sorted, by_text);
    }
    sw_sha256_init(&hash);
    for (size_t i = 0; i < listing->count; i++) {
        if (i == 0 || !sw_text_is(listing->sorted[i], listing->sorted[i - 1])) {
            sw_sha256_add(&hash, listing->sorted[i], strlen(listing->sorted[i]) + 1);
        }
    }
    sw_sha256_end(&hash, sum);
    sw_hex(sum, sizeof sum, digest);
    size_t count = sw_list_count(sw_built(&names));
    sw_map_put_int(&map, "count", (int64_t)count);
    sw_map_put(&map, "bytes", bytes);
    sw_map_put(&map, "newest", newest);
    sw_map_put(&map, "names", sw_built(&names));
    sw_map_put_text(&map, "digest", digest);
    sw_map_put_bool(&map, "is_complete", is_complete && count <= SW_LISTING_MAX);
    return sw_built(&map);
}

const char *sw_listing_beyond(const struct sw_value *listing, const struct sw_value *names)
{
    const struct sw_value *known = sw_get(listing, "names");
    struct sw_arena *arena = sw_arena_new();
    struct sw_map *set = sw_map_new(arena);
    const char *beyond = NULL;

    for (size_t i = 0; i < sw_list_count(known); i++) {
        const char *name = sw_as_text(sw_list_at(known, i));
        sw_map_set(set, folded(arena, name == NULL ? "" : name), known);
    }
    for (size_t i = 0; i < sw_list_count(names) && beyond == NULL; i++) {
        const char *name = sw_as_text(sw_list_at(names, i));
        if (name == NULL) {
            beyond = "a file without a name";
        } else if (!sw_map_has(set, folded(arena, name))) {
            beyond = name;
        }
    }
    sw_arena_free(arena);
    return beyond;
}
