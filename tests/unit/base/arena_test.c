#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool is_zero(const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

static void memory_is_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    unsigned char *before[300];

    for (size_t i = 0; i < SW_COUNT(before); i++) {
        before[i] = sw_alloc(arena, i);
        assert_true(is_zero(before[i], i));
        assert_int_equal((uintptr_t)before[i] % _Alignof(max_align_t), 0);
        memset(before[i], (int)(i % 251) + 1, i);
    }
    for (size_t i = 0; i < SW_COUNT(before); i++) {
        for (size_t at = 0; at < i; at++) {
            assert_int_equal(before[i][at], i % 251 + 1);
        }
    }
}

static void an_allocation_of_nothing_has_an_address_of_its_own(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    void *first = sw_alloc(arena, 0);

    assert_non_null(first);
    assert_ptr_not_equal(first, sw_alloc(arena, 0));
}

static void a_large_allocation_does_not_end_the_chunk_being_filled(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    unsigned char *small = sw_alloc(arena, 8);
    unsigned char *large = sw_alloc(arena, 3 * 1024 * 1024);
    unsigned char *after = sw_alloc(arena, 8);

    memset(large, 0xaa, 3 * 1024 * 1024);
    assert_true(is_zero(small, 8));
    assert_true(is_zero(after, 8));
}

static void a_reset_arena_gives_zeroed_memory_again(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();

    for (int round = 0; round < 3; round++) {
        unsigned char *bytes = sw_alloc(arena, 2000);

        assert_true(is_zero(bytes, 2000));
        memset(bytes, 0xff, 2000);
        sw_arena_reset(arena);
    }
}

static void a_copy_of_bytes_ends_in_a_nul(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    const char bytes[3] = {'a', '\0', 'b'};
    const char *copy = sw_copy(arena, bytes, 3);

    assert_memory_equal(copy, "a\0b", 4);
    assert_string_equal(sw_copy_text(arena, "text"), "text");
    assert_string_equal(sw_copy(arena, "", 0), "");
}

static void formatting_makes_room_for_the_whole_text(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    const char *text = sw_format(arena, "%05000d|%s", 7, "end");

    assert_int_equal(strlen(text), 5004);
    assert_string_equal(text + 4999, "7|end");
}

static void a_grown_array_keeps_its_elements_and_zeroes_the_next(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    uint32_t *numbers = NULL;
    size_t capacity = 0;

    for (uint32_t i = 0; i < 1000; i++) {
        numbers = sw_grow(arena, numbers, i, &capacity, sizeof *numbers);
        assert_true(capacity > i);
        assert_int_equal(numbers[i], 0);
        numbers[i] = i + 1;
    }
    for (uint32_t i = 0; i < 1000; i++) {
        assert_int_equal(numbers[i], i + 1);
    }
    /* A row that was taken back must not shine through. */
    numbers = sw_grow(arena, numbers, 500, &capacity, sizeof *numbers);
    assert_int_equal(numbers[500], 0);
}

static void freeing_nothing_is_fine(void **state)
{
    (void)state;
    struct sw_arena *arena = NULL;

    sw_arena_free(NULL);
    sw_arena_free_at(&arena);
    assert_null(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
        cmocka_unit_test(an_allocation_of_nothing_has_an_address_of_its_own),
        cmocka_unit_test(a_large_allocation_does_not_end_the_chunk_being_filled),
        cmocka_unit_test(a_reset_arena_gives_zeroed_memory_again),
        cmocka_unit_test(a_copy_of_bytes_ends_in_a_nul),
        cmocka_unit_test(formatting_makes_room_for_the_whole_text),
        cmocka_unit_test(a_grown_array_keeps_its_elements_and_zeroes_the_next),
        cmocka_unit_test(freeing_nothing_is_fine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
