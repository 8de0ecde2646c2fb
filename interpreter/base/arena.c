#include "base/arena.h"

#include "base/error.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A run needs some hundred KiB; a request a few. Chunks grow so that both fit in few mallocs. */
#define FIRST_CHUNK_BYTES ((size_t)4096)
#define FIRST_TRY_BYTES 256

struct chunk {
    struct chunk *next;
    size_t used;
    size_t size;
    max_align_t room[];
};

struct sw_arena {
    struct chunk *chunks; /* the one being filled comes first */
    size_t next_bytes;
};

static SW_NORETURN void out_of_memory(void)
{
    (void)fputs("out of memory\n", stderr);
    abort();
}

void *sw_heap(size_t size)
{
    void *bytes = malloc(size == 0 ? 1 : size);

    if (bytes == NULL) {
        out_of_memory();
    }
    return bytes;
}

void *sw_heap_again(void *old, size_t size)
{
    void *bytes = realloc(old, size == 0 ? 1 : size);

    if (bytes == NULL) {
        out_of_memory();
    }
    return bytes;
}

struct sw_arena *sw_arena_new(void)
{
    struct sw_arena *arena = sw_heap(sizeof *arena);

    *arena = (struct sw_arena){.next_bytes = FIRST_CHUNK_BYTES};
    return arena;
}

static void free_chunks(struct chunk *chunk)
{
    while (chunk != NULL) {
        struct chunk *next = chunk->next;

        free(chunk);
        chunk = next;
    }
}

void sw_arena_free(struct sw_arena *arena)
{
    if (arena != NULL) {
        free_chunks(arena->chunks);
        free(arena);
    }
}

void sw_arena_free_at(struct sw_arena **arena)
{
    sw_arena_free(*arena);
    *arena = NULL;
}

void sw_arena_reset(struct sw_arena *arena)
{
    free_chunks(arena->chunks);
    arena->chunks = NULL;
    arena->next_bytes = FIRST_CHUNK_BYTES;
}

static struct chunk *chunk_new(size_t size)
{
    if (size > SIZE_MAX - sizeof(struct chunk)) {
        out_of_memory();
    }

    struct chunk *chunk = sw_heap(sizeof *chunk + size);

    *chunk = (struct chunk){.size = size};
    return chunk;
}

#ifdef SW_ARENA_MALLOC

void *sw_alloc(struct sw_arena *arena, size_t size)
{
    struct chunk *chunk = chunk_new(size);

    chunk->next = arena->chunks;
    arena->chunks = chunk;
    memset(chunk->room, 0, size);
    return chunk->room;
}

static char *text_room(struct sw_arena *arena, size_t size)
{
    return sw_alloc(arena, size);
}

#else

#define LAST_CHUNK_BYTES ((size_t)256 * 1024)

void *sw_alloc(struct sw_arena *arena, size_t size)
{
    const size_t step = sizeof(max_align_t);

    if (size > SIZE_MAX / 2) {
        out_of_memory();
    }

    /* An allocation of 0 bytes gets an address of its own, too. */
    size_t need = (size == 0 ? step : (size + step - 1) / step * step);
    struct chunk *chunk = arena->chunks;

    if (chunk == NULL || chunk->size - chunk->used < need) {
        if (need > arena->next_bytes / 4) {
            /* Large ones stand alone, behind the chunk that is being filled. */
            struct chunk *alone = chunk_new(need);

            alone->used = need;
            if (chunk == NULL) {
                arena->chunks = alone;
            } else {
                alone->next = chunk->next;
                chunk->next = alone;
            }
            memset(alone->room, 0, need);
            return alone->room;
        }
        chunk = chunk_new(arena->next_bytes);
        chunk->next = arena->chunks;
        arena->chunks = chunk;
        if (arena->next_bytes < LAST_CHUNK_BYTES) {
            arena->next_bytes *= 2;
        }
    }

    void *bytes = (unsigned char *)chunk->room + chunk->used;

    chunk->used += need;
    memset(bytes, 0, need);
    return bytes;
}

/* Texts need no alignment: they grow from the far end of the chunk towards all else. */
static char *text_room(struct sw_arena *arena, size_t size)
{
    struct chunk *chunk = arena->chunks;

    if (chunk == NULL || chunk->size - chunk->used < size) {
        return sw_alloc(arena, size);
    }
    chunk->size -= size;
    return (char *)chunk->room + chunk->size;
}

#endif

void *sw_alloc_array(struct sw_arena *arena, size_t count, size_t size)
{
    sw_require(size == 0 || count <= SIZE_MAX / size);
    return sw_alloc(arena, count * size);
}

char *sw_copy(struct sw_arena *arena, const char *bytes, size_t length)
{
    sw_require(length < SIZE_MAX);

    char *copy = text_room(arena, length + 1);

    memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

char *sw_copy_text(struct sw_arena *arena, const char *text)
{
    return sw_copy(arena, text, strlen(text));
}

char *sw_vformat(struct sw_arena *arena, const char *fmt, va_list args)
{
    va_list again;

    va_copy(again, args);

    /* Most texts fit here, and then format once. */
    char first[FIRST_TRY_BYTES];
    int length = vsnprintf(first, sizeof first, fmt, args);

    sw_require(length >= 0);

    char *text = text_room(arena, (size_t)length + 1);

    if ((size_t)length < sizeof first) {
        memcpy(text, first, (size_t)length + 1);
    } else {
        (void)vsnprintf(text, (size_t)length + 1, fmt, again);
    }
    va_end(again);
    return text;
}

char *sw_format(struct sw_arena *arena, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);

    char *text = sw_vformat(arena, fmt, args);

    va_end(args);
    return text;
}

void *sw_grow(struct sw_arena *arena, void *array, size_t count, size_t *capacity, size_t size)
{
    sw_require(count <= *capacity);
    if (count == *capacity) {
        sw_require(*capacity <= SIZE_MAX / 2);

        /* Lists of large things mostly have one or two. */
        size_t wider = *capacity > 0 ? *capacity * 2 : size > 32 ? 1 : 4;
        void *larger = sw_alloc_array(arena, wider, size);

        if (count > 0) {
            memcpy(larger, array, count * size);
        }
        *capacity = wider;
        return larger;
    }
    memset((unsigned char *)array + count * size, 0, size);
    return array;
}
