#pragma once
/**
 * @file The one immutable value: what is read, passed, compared, shown and journaled.
 *
 * Known, null (the peer was asked and did not say) or unknown (not read yet, or could not be read):
 * three things that are never mixed up. Values live in the arena they were made in.
 */
#include "base/arena.h"
#include "sdk/mark.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sw_kind {
    SW_V_NULL,    /**< text: why it is null, or "" */
    SW_V_UNKNOWN, /**< text: why it is not known */
    SW_V_BOOL,
    SW_V_INT,
    SW_V_FLOAT,
    SW_V_PERCENT, /**< real: 20 for 20% */
    SW_V_TEXT, /**< every kind of text, paths and enums too: the type is the reader's knowledge */
    SW_V_VERSION,  /**< text: numbers with dots */
    SW_V_DURATION, /**< integer: ms */
    SW_V_SIZE,     /**< integer: bytes */
    SW_V_TIME,     /**< integer: ns since 1970 UTC, by clock `clock` */
    SW_V_LIST,
    SW_V_MAP,
};

/** Whose clock a time was read from. */
enum { SW_CLOCK_CONTROLLER = 0 }; /* target i of the runbook has clock i + 1 */

struct sw_map;
struct sw_value;

struct sw_entry {
    const char *key;
    const struct sw_value *value;
};

struct sw_value {
    enum sw_kind kind;
    bool is_secret;             /**< renderers print "(secret)" */
    uint8_t clock;              /**< of a time */
    const struct sw_mark *mark; /**< where an author wrote it, or NULL */
    union {
        bool boolean;
        int64_t integer;
        double real;
        const char *text; /**< valid UTF-8, no NUL inside */
        struct {
            const struct sw_value *const *items;
            size_t count;
        } list;
        struct {
            const struct sw_entry *entries; /**< in order of insertion, keys unique */
            size_t count;
        } map;
    } as;
};

/* Makers. Text is copied; bytes that are no UTF-8 and NULs become U+FFFD (codecs refuse them
 * before). A real that is not finite becomes null. A NULL item or entry becomes null. */
const struct sw_value *sw_null(struct sw_arena *arena, const char *why);
const struct sw_value *sw_unknown(struct sw_arena *arena, const char *why_fmt, ...) SW_PRINTF(2, 3);
const struct sw_value *sw_bool(bool boolean); /**< static: no arena needed */
const struct sw_value *sw_int(struct sw_arena *arena, int64_t integer);
const struct sw_value *sw_real(struct sw_arena *arena, enum sw_kind float_or_percent, double real);
const struct sw_value *sw_number(struct sw_arena *arena, enum sw_kind int_duration_size_or_time,
                                 int64_t integer);
const struct sw_value *sw_text(struct sw_arena *arena, const char *text);
const struct sw_value *sw_text_n(struct sw_arena *arena, const char *bytes, size_t length);
const struct sw_value *sw_textf(struct sw_arena *arena, const char *fmt, ...) SW_PRINTF(2, 3);
const struct sw_value *sw_version(struct sw_arena *arena, const char *text);
const struct sw_value *sw_time_at(struct sw_arena *arena, int64_t ns, unsigned clock);

/* Builders for lists and maps: add, then take `value`. */
struct sw_builder {
    struct sw_arena *arena;
    struct sw_value *value;
    void *room; /**< growing array */
    size_t capacity;
    struct sw_map *index; /**< of the keys of a larger map, so that hostile ones stay linear */
};
struct sw_builder sw_list_begin(struct sw_arena *arena);
struct sw_builder sw_map_begin(struct sw_arena *arena);
void sw_list_add(struct sw_builder *list, const struct sw_value *item);
/** Set a key (replaces one of the same name; keys are compared exactly, linear for small maps). */
void sw_map_put(struct sw_builder *map, const char *key, const struct sw_value *value);
/** Short forms. */
void sw_map_put_text(struct sw_builder *map, const char *key, const char *text_or_null);
void sw_map_put_int(struct sw_builder *map, const char *key, int64_t integer);
void sw_map_put_bool(struct sw_builder *map, const char *key, bool boolean);
const struct sw_value *sw_built(const struct sw_builder *builder);

/* Readers: NULL-safe, never guess. */
bool sw_is_known(
    const struct sw_value *value); /**< neither NULL pointer, null nor unknown, at its top */
const struct sw_value *sw_get(const struct sw_value *map, const char *key); /**< NULL if absent */
/** Follow keys by name, NULL-ended; NULL as soon as one is absent. */
const struct sw_value *sw_get_path(const struct sw_value *value, const char *first, ...);
size_t sw_list_count(const struct sw_value *list); /**< 0 for anything but a list */
const struct sw_value *sw_list_at(const struct sw_value *list, size_t index);
/** The text of a TEXT or VERSION, else NULL: missing is not "". */
const char *sw_as_text(const struct sw_value *value);
/** The integer of INT, DURATION, SIZE or TIME. @return false (and *ret untouched) otherwise */
bool sw_as_int(const struct sw_value *value, int64_t *ret);
bool sw_as_bool(const struct sw_value *value, bool *ret);

/** Same kind and content, deeply; clocks, marks and secret bits do not count, nor do the reasons of
 * null and unknown (who proves something by it asks sw_is_known first); lists by order, maps by
 * key. */
bool sw_value_same(const struct sw_value *a, const struct sw_value *b);

/** Copy deeply into another arena (marks are shared). */
const struct sw_value *sw_value_copy(struct sw_arena *arena, const struct sw_value *value);

/** Copy of a scalar or tree with the mark / clock / secret bit set (clock and secret: deeply). */
const struct sw_value *sw_with_mark(struct sw_arena *arena, const struct sw_value *value,
                                    const struct sw_mark *mark);
const struct sw_value *sw_with_clock(struct sw_arena *arena, const struct sw_value *value,
                                     unsigned clock);
const struct sw_value *sw_with_secret(struct sw_arena *arena, const struct sw_value *value);

struct sw_buf;
/** Plain form for templates and people: text as it is, 20GiB, 1h30m, RFC 3339 times, lists with ",
 * ", maps as JSON; null and unknown as "(not known: reason)"; secrets as "(secret)". */
void sw_value_print(struct sw_buf *buf, const struct sw_value *value);
