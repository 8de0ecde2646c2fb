#pragma once
/**
 * @file Memory by lifetime: what a run, an attempt or a request needs is freed at once.
 * Out of memory aborts (a crash is a legal event; the journal is what survives it). With
 * SW_ARENA_MALLOC defined (asan preset) every allocation is a malloc of its own, so that the
 * sanitizer sees each overrun.
 */
#include "base/macros.h"

#include <stdarg.h>
#include <stddef.h>

struct sw_arena;

struct sw_arena *sw_arena_new(void);
void sw_arena_free(struct sw_arena *arena); /**< NULL is fine */
void sw_arena_free_at(struct sw_arena **arena);

/** Give everything back, keep the arena. */
void sw_arena_reset(struct sw_arena *arena) SW_NONNULL;

/** @return zeroed memory, aligned for any type; lives until the arena goes. Never NULL. */
void *sw_alloc(struct sw_arena *arena, size_t size) SW_NONNULL;

/** @return zeroed array; aborts when count * size overflows. */
void *sw_alloc_array(struct sw_arena *arena, size_t count, size_t size) SW_NONNULL;

/** Copy `length` bytes and add a NUL. */
char *sw_copy(struct sw_arena *arena, const char *bytes, size_t length) SW_NONNULL;

/** Copy a C string. */
char *sw_copy_text(struct sw_arena *arena, const char *text) SW_NONNULL;

char *sw_format(struct sw_arena *arena, const char *fmt, ...) SW_PRINTF(2, 3);
char *sw_vformat(struct sw_arena *arena, const char *fmt, va_list args) SW_PRINTF(2, 0);

/**
 * Make room for one more element in an arena-held array: doubles *capacity when count reaches it.
 * The old array stays in the arena until it goes.
 *
 * @return the array to use from now on; element [count] is zeroed
 */
void *sw_grow(struct sw_arena *arena, void *array, size_t count, size_t *capacity, size_t size);

/** malloc that aborts instead of failing, for what outlives any arena; free with free(). */
void *sw_heap(size_t size);
void *sw_heap_again(void *old, size_t size);
