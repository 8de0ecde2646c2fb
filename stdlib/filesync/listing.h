#pragma once
/** @file Listings of what can be lost: {count, bytes, newest, names, digest, is_complete}. */
#include "sdk/action.h"

/** Longest listing that names all its entries; a longer one is not complete. */
#define SW_LISTING_MAX 5000

struct sw_listing {
    struct sw_arena *arena;
    struct sw_builder names;
    const char **sorted; /**< for the digest */
    size_t count, capacity;
};

struct sw_listing sw_listing_begin(struct sw_arena *arena);
/** A name is added once, compared without case as the server's file system does. */
void sw_listing_add(struct sw_listing *listing, const char *name);

/** @param bytes, newest values as they are to stand there, null or unknown too */
const struct sw_value *sw_listing_end(struct sw_listing *listing, const struct sw_value *bytes,
                                      const struct sw_value *newest, bool is_complete);

/** First of `names` that `listing` does not name; NULL: none. */
const char *sw_listing_beyond(const struct sw_value *listing, const struct sw_value *names);
