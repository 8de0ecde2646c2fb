#include "base/map.h"

#include "base/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_map_keeps_the_order_of_insertion(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_map *map = sw_map_new(arena);

    sw_map_set(map, "b", "1");
    sw_map_set(map, "a", "2");
    sw_map_set(map, "b", "3");
    assert_int_equal(sw_map_count(map), 2);
    assert_string_equal(sw_map_key_at(map, 0), "b");
    assert_string_equal(sw_map_value_at(map, 0), "3");
    assert_string_equal(sw_map_key_at(map, 1), "a");
}

static void an_absent_key_and_one_set_to_null_are_told_apart(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_map *map = sw_map_new(arena);

    assert_null(sw_map_get(map, "a"));
    assert_false(sw_map_has(map, "a"));
    sw_map_set(map, "a", NULL);
    assert_null(sw_map_get(map, "a"));
    assert_true(sw_map_has(map, "a"));
    assert_false(sw_map_has(map, "A"));
    assert_false(sw_map_has(map, ""));
}

static void keys_are_copied(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_map *map = sw_map_new(arena);
    char key[] = "key";

    sw_map_set(map, key, "v");
    key[0] = 'x';
    assert_string_equal(sw_map_get(map, "key"), "v");
}

static void many_keys_are_all_found(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_map *map = sw_map_new(arena);

    for (int i = 0; i < 20000; i++) {
        const char *key = sw_format(arena, "key %d", i);

        sw_map_set(map, key, key);
    }
    assert_int_equal(sw_map_count(map), 20000);
    for (int i = 0; i < 20000; i++) {
        const char *key = sw_format(arena, "key %d", i);

        assert_string_equal(sw_map_get(map, key), key);
        assert_string_equal(sw_map_key_at(map, (size_t)i), key);
    }
    assert_false(sw_map_has(map, "key 20000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_map_keeps_the_order_of_insertion),
        cmocka_unit_test(an_absent_key_and_one_set_to_null_are_told_apart),
        cmocka_unit_test(keys_are_copied),
        cmocka_unit_test(many_keys_are_all_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
