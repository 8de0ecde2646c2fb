#include "sdk/value.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int make_arena(void **state)
{
    *state = sw_arena_new();
    return 0;
}

static int free_arena(void **state)
{
    sw_arena_free(*state);
    return 0;
}

static const char *printed(struct sw_arena *arena, const struct sw_value *value)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, 10000);
    sw_value_print(&buf, value);
    return sw_copy(arena, buf.bytes, buf.length);
}

static void known_null_and_unknown_are_three_things(void **state)
{
    struct sw_arena *arena = *state;

    assert_true(sw_is_known(sw_int(arena, 0)));
    assert_true(sw_is_known(sw_bool(false)));
    assert_true(sw_is_known(sw_text(arena, "")));
    assert_false(sw_is_known(sw_null(arena, "")));
    assert_false(sw_is_known(sw_unknown(arena, "not read")));
    assert_false(sw_is_known(NULL));
    assert_false(sw_value_same(sw_null(arena, ""), sw_unknown(arena, "x")));
    assert_false(sw_value_same(sw_null(arena, ""), sw_text(arena, "")));
    assert_false(sw_value_same(sw_null(arena, ""), NULL));
}

static void readers_never_guess(void **state)
{
    struct sw_arena *arena = *state;
    int64_t number = 42;
    bool flag = true;

    assert_null(sw_as_text(NULL));
    assert_null(sw_as_text(sw_null(arena, "why")));
    assert_null(sw_as_text(sw_unknown(arena, "why")));
    assert_null(sw_as_text(sw_int(arena, 1)));
    assert_string_equal(sw_as_text(sw_version(arena, "1.2")), "1.2");
    assert_false(sw_as_int(sw_text(arena, "7"), &number));
    assert_false(sw_as_int(sw_null(arena, ""), &number));
    assert_false(sw_as_int(sw_real(arena, SW_V_FLOAT, 7), &number));
    assert_false(sw_as_int(NULL, &number));
    assert_int_equal(number, 42);
    assert_false(sw_as_bool(sw_int(arena, 0), &flag));
    assert_false(sw_as_bool(sw_null(arena, ""), &flag));
    assert_true(flag);
    assert_int_equal(sw_list_count(sw_null(arena, "")), 0);
    assert_null(sw_list_at(sw_built(&(struct sw_builder){.value = NULL}), 0));
    assert_null(sw_get(sw_text(arena, "x"), "x"));
    assert_null(sw_get(NULL, "x"));
}

static void the_integer_of_each_kind_that_has_one_is_read(void **state)
{
    struct sw_arena *arena = *state;
    static const enum sw_kind kinds[] = {SW_V_INT, SW_V_DURATION, SW_V_SIZE, SW_V_TIME};

    for (size_t i = 0; i < SW_COUNT(kinds); i++) {
        int64_t number = 0;

        assert_true(sw_as_int(sw_number(arena, kinds[i], INT64_MIN), &number));
        assert_int_equal(number, INT64_MIN);
    }
}

static void text_is_copied_and_made_valid(void **state)
{
    struct sw_arena *arena = *state;
    char text[] = "abc";
    const struct sw_value *value = sw_text(arena, text);

    text[0] = 'x';
    assert_string_equal(sw_as_text(value), "abc");
    assert_string_equal(sw_as_text(sw_text_n(arena,
                                             "a\xff"
                                             "b\0c",
                                             5)),
                        "a\xef\xbf\xbd"
                        "b\xef\xbf\xbd"
                        "c");
    assert_string_equal(sw_as_text(sw_textf(arena, "%d%s", 1, "\xc3")), "1\xef\xbf\xbd");
}

static void a_real_that_is_not_finite_is_null(void **state)
{
    struct sw_arena *arena = *state;
    double zero = 0;

    assert_int_equal(sw_real(arena, SW_V_FLOAT, 1 / zero)->kind, SW_V_NULL);
    assert_int_equal(sw_real(arena, SW_V_FLOAT, zero / zero)->kind, SW_V_NULL);
    assert_int_equal(sw_real(arena, SW_V_PERCENT, 20)->kind, SW_V_PERCENT);
}

static void a_key_that_is_put_twice_is_replaced_in_its_place(void **state)
{
    struct sw_arena *arena = *state;

    /* Below and above the size where keys are hashed. */
    for (int count = 3; count <= 300; count += 297) {
        struct sw_builder map = sw_map_begin(arena);

        for (int i = 0; i < count; i++) {
            sw_map_put_int(&map, sw_format(arena, "k%d", i), i);
        }
        for (int i = 0; i < count; i++) {
            sw_map_put_int(&map, sw_format(arena, "k%d", i), i * 2);
        }

        const struct sw_value *built = sw_built(&map);

        assert_int_equal(built->as.map.count, count);
        for (int i = 0; i < count; i++) {
            int64_t number = 0;

            assert_string_equal(built->as.map.entries[i].key, sw_format(arena, "k%d", i));
            assert_true(sw_as_int(sw_get(built, sw_format(arena, "k%d", i)), &number));
            assert_int_equal(number, i * 2);
        }
    }
}

static void absent_parts_become_null(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder list = sw_list_begin(arena);

    sw_map_put(&map, "a", NULL);
    sw_map_put_text(&map, "b", NULL);
    sw_list_add(&list, NULL);
    assert_int_equal(sw_get(sw_built(&map), "a")->kind, SW_V_NULL);
    assert_int_equal(sw_get(sw_built(&map), "b")->kind, SW_V_NULL);
    assert_int_equal(sw_list_at(sw_built(&list), 0)->kind, SW_V_NULL);
    assert_int_equal(sw_list_count(sw_built(&list)), 1);
    assert_null(sw_list_at(sw_built(&list), 1));
}

static void a_path_ends_where_a_key_is_absent(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_builder outer = sw_map_begin(arena);
    struct sw_builder inner = sw_map_begin(arena);

    sw_map_put_int(&inner, "b", 5);
    sw_map_put(&outer, "a", sw_built(&inner));
    assert_int_equal(sw_get_path(sw_built(&outer), "a", "b", NULL)->as.integer, 5);
    assert_null(sw_get_path(sw_built(&outer), "a", "c", "d", NULL));
    assert_null(sw_get_path(sw_built(&outer), "a", "b", "c", NULL));
    assert_null(sw_get_path(NULL, "a", NULL));
    assert_ptr_equal(sw_get_path(sw_built(&outer), NULL), sw_built(&outer));
}

static const struct sw_value *map_of(struct sw_arena *arena, const char *first, const char *second)
{
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put_text(&map, first, first);
    sw_map_put_text(&map, second, second);
    return sw_built(&map);
}

static const struct sw_value *list_of(struct sw_arena *arena, int64_t first, int64_t second)
{
    struct sw_builder list = sw_list_begin(arena);

    sw_list_add(&list, sw_int(arena, first));
    sw_list_add(&list, sw_int(arena, second));
    return sw_built(&list);
}

static void values_are_the_same_by_kind_and_content(void **state)
{
    struct sw_arena *arena = *state;
    const struct sw_mark mark = {.file = "x", .line = 1};

    assert_true(sw_value_same(sw_int(arena, 5), sw_int(arena, 5)));
    assert_false(sw_value_same(sw_int(arena, 5), sw_int(arena, 6)));
    assert_false(sw_value_same(sw_int(arena, 5), sw_number(arena, SW_V_SIZE, 5)));
    assert_false(sw_value_same(sw_int(arena, 5), sw_real(arena, SW_V_FLOAT, 5)));
    assert_false(sw_value_same(sw_text(arena, "1.0"), sw_version(arena, "1.0")));
    assert_false(sw_value_same(sw_text(arena, "a"), sw_text(arena, "A")));
    assert_false(sw_value_same(sw_bool(true), sw_bool(false)));
    assert_true(sw_value_same(map_of(arena, "a", "b"), map_of(arena, "b", "a")));
    assert_false(sw_value_same(map_of(arena, "a", "b"), map_of(arena, "a", "c")));
    assert_true(sw_value_same(list_of(arena, 1, 2), list_of(arena, 1, 2)));
    assert_false(sw_value_same(list_of(arena, 1, 2), list_of(arena, 2, 1)));
    assert_true(sw_value_same(sw_time_at(arena, 7, 0), sw_time_at(arena, 7, 3)));
    assert_true(sw_value_same(sw_with_mark(arena, sw_int(arena, 1), &mark), sw_int(arena, 1)));
    assert_true(sw_value_same(sw_null(arena, "a"), sw_null(arena, "b")));
    assert_true(sw_value_same(NULL, NULL));
}

static void a_map_with_fewer_keys_is_another(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_builder one = sw_map_begin(arena);
    struct sw_builder none = sw_map_begin(arena);

    sw_map_put(&one, "a", NULL);
    assert_false(sw_value_same(sw_built(&one), sw_built(&none)));
}

static void a_copy_outlives_its_origin(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_arena *other = sw_arena_new();
    struct sw_builder map = sw_map_begin(other);

    sw_map_put(&map, "list", list_of(other, 1, 2));
    sw_map_put_text(&map, "text", "abc");
    sw_map_put(&map, "null", sw_null(other, "why"));
    sw_map_put(&map, "time", sw_time_at(other, 5, 2));

    const struct sw_value *copy = sw_value_copy(arena, sw_built(&map));

    assert_true(sw_value_same(copy, sw_built(&map)));
    sw_arena_free(other);
    assert_string_equal(sw_as_text(sw_get(copy, "text")), "abc");
    assert_string_equal(sw_get(copy, "null")->as.text, "why");
    assert_int_equal(sw_get(copy, "time")->clock, 2);
    assert_int_equal(sw_list_at(sw_get(copy, "list"), 1)->as.integer, 2);
    assert_null(sw_value_copy(arena, NULL));
}

static void clock_and_secret_go_deep_and_a_mark_does_not(void **state)
{
    struct sw_arena *arena = *state;
    const struct sw_mark mark = {.file = "x", .line = 1};
    struct sw_builder list = sw_list_begin(arena);

    sw_list_add(&list, sw_time_at(arena, 5, 0));

    const struct sw_value *value = sw_built(&list);
    const struct sw_value *clocked = sw_with_clock(arena, value, 4);
    const struct sw_value *secret = sw_with_secret(arena, value);
    const struct sw_value *marked = sw_with_mark(arena, value, &mark);

    assert_int_equal(sw_list_at(clocked, 0)->clock, 4);
    assert_true(secret->is_secret && sw_list_at(secret, 0)->is_secret);
    assert_ptr_equal(marked->mark, &mark);
    assert_null(sw_list_at(marked, 0)->mark);
    /* The origin is as it was. */
    assert_int_equal(sw_list_at(value, 0)->clock, 0);
    assert_false(value->is_secret);
    assert_null(value->mark);
}

static void each_kind_prints_in_its_plain_form(void **state)
{
    struct sw_arena *arena = *state;

    assert_string_equal(printed(arena, sw_bool(true)), "true");
    assert_string_equal(printed(arena, sw_int(arena, INT64_MIN)), "-9223372036854775808");
    assert_string_equal(printed(arena, sw_real(arena, SW_V_FLOAT, 0.1)), "0.1");
    assert_string_equal(printed(arena, sw_real(arena, SW_V_FLOAT, 1.0 / 3)), "0.3333333333333333");
    assert_string_equal(printed(arena, sw_real(arena, SW_V_PERCENT, 20)), "20%");
    assert_string_equal(printed(arena, sw_text(arena, "a \"b\"")), "a \"b\"");
    assert_string_equal(printed(arena, sw_version(arena, "17.3")), "17.3");
    assert_string_equal(printed(arena, sw_number(arena, SW_V_DURATION, 5400000)), "1h30m");
    assert_string_equal(printed(arena, sw_number(arena, SW_V_SIZE, INT64_C(20) << 30)), "20GiB");
    assert_string_equal(printed(arena, sw_time_at(arena, 0, 0)), "1970-01-01T00:00:00Z");
    assert_string_equal(printed(arena, list_of(arena, 1, 2)), "1, 2");
    assert_string_equal(printed(arena, map_of(arena, "a", "b")), "{\"a\":\"a\",\"b\":\"b\"}");
    assert_string_equal(printed(arena, sw_null(arena, "not said")), "(not known: not said)");
    assert_string_equal(printed(arena, sw_null(arena, "")), "(not known)");
    assert_string_equal(printed(arena, sw_unknown(arena, "no %s", "answer")),
                        "(not known: no answer)");
    assert_string_equal(printed(arena, NULL), "(not known)");
}

static void a_secret_is_not_printed_wherever_it_stands(void **state)
{
    struct sw_arena *arena = *state;
    const struct sw_value *secret = sw_with_secret(arena, sw_text(arena, "hunter2"));
    struct sw_builder list = sw_list_begin(arena);
    struct sw_builder map = sw_map_begin(arena);

    sw_list_add(&list, secret);
    sw_map_put(&map, "a", sw_built(&list));
    assert_string_equal(printed(arena, secret), "(secret)");
    assert_string_equal(printed(arena, sw_built(&list)), "(secret)");
    assert_string_equal(printed(arena, sw_built(&map)), "{\"a\":[\"(secret)\"]}");
}

#define ARENA_TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(known_null_and_unknown_are_three_things),
        ARENA_TEST(readers_never_guess),
        ARENA_TEST(the_integer_of_each_kind_that_has_one_is_read),
        ARENA_TEST(text_is_copied_and_made_valid),
        ARENA_TEST(a_real_that_is_not_finite_is_null),
        ARENA_TEST(a_key_that_is_put_twice_is_replaced_in_its_place),
        ARENA_TEST(absent_parts_become_null),
        ARENA_TEST(a_path_ends_where_a_key_is_absent),
        ARENA_TEST(values_are_the_same_by_kind_and_content),
        ARENA_TEST(a_map_with_fewer_keys_is_another),
        ARENA_TEST(a_copy_outlives_its_origin),
        ARENA_TEST(clock_and_secret_go_deep_and_a_mark_does_not),
        ARENA_TEST(each_kind_prints_in_its_plain_form),
        ARENA_TEST(a_secret_is_not_printed_wherever_it_stands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
