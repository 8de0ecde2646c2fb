#include "sdk/json.h"

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

static const char *written(struct sw_arena *arena, const struct sw_value *value,
                           enum sw_json_form form)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, 100000);
    sw_json_write(&buf, value, form);
    return sw_copy(arena, buf.bytes, buf.length);
}

static const struct sw_value *back(struct sw_arena *arena, const struct sw_value *value)
{
    const char *text = written(arena, value, SW_JSON_TYPED);
    struct sw_error err = {0};
    const struct sw_value *read = NULL;

    if (!sw_json_read(arena, text, strlen(text), SW_JSON_TYPED, &read, &err)) {
        fail_msg("%s: %s", text, err.text);
    }
    /* What was read is written as it was: the journal's hashes rest on it. */
    assert_string_equal(written(arena, read, SW_JSON_TYPED), text);
    return read;
}

static void every_kind_comes_back_from_the_typed_form(void **state)
{
    struct sw_arena *arena = *state;
    const struct sw_value *const values[] = {
        sw_null(arena, ""),
        sw_null(arena, "the peer did not say"),
        sw_unknown(arena, "no answer"),
        sw_unknown(arena, "%s", ""),
        sw_bool(true),
        sw_bool(false),
        sw_int(arena, 0),
        sw_int(arena, INT64_MIN),
        sw_int(arena, INT64_C(9007199254740993)),
        sw_real(arena, SW_V_FLOAT, 0.1),
        sw_real(arena, SW_V_FLOAT, 5),
        sw_real(arena, SW_V_FLOAT, -0.0),
        sw_real(arena, SW_V_FLOAT, 1e300),
        sw_real(arena, SW_V_FLOAT, 5e-324),
        sw_real(arena, SW_V_PERCENT, 20),
        sw_real(arena, SW_V_PERCENT, 33.3),
        sw_text(arena, ""),
        sw_text(arena, "a\"\\\n\t\x01\x7f\xc3\xa4\xf0\x9f\x98\x80 $x"),
        sw_version(arena, "17.3.0.0"),
        sw_number(arena, SW_V_DURATION, 5400000),
        sw_number(arena, SW_V_DURATION, INT64_MAX),
        sw_number(arena, SW_V_SIZE, INT64_MAX),
        sw_time_at(arena, INT64_MAX, 0),
        sw_time_at(arena, INT64_MIN, 255),
        sw_time_at(arena, 123456700, 2),
        sw_built(&(struct sw_builder[]){sw_list_begin(arena)}[0]),
        sw_built(&(struct sw_builder[]){sw_map_begin(arena)}[0]),
    };
    struct sw_builder list = sw_list_begin(arena);

    for (size_t i = 0; i < SW_COUNT(values); i++) {
        const struct sw_value *read = back(arena, values[i]);

        assert_true(sw_value_same(values[i], read));
        assert_int_equal(values[i]->clock, read->clock);
        if (values[i]->kind == SW_V_NULL || values[i]->kind == SW_V_UNKNOWN) {
            assert_string_equal(values[i]->as.text, read->as.text);
        }
        sw_list_add(&list, values[i]);
    }
    assert_true(sw_value_same(sw_built(&list), back(arena, sw_built(&list))));
}

static void keys_with_a_dollar_come_back_from_the_typed_form(void **state)
{
    struct sw_arena *arena = *state;
    static const char *const keys[] = {"$ms", "$$ms", "$", "$$", "a$b", "", "$\"q"};
    struct sw_builder map = sw_map_begin(arena);

    for (size_t i = 0; i < SW_COUNT(keys); i++) {
        struct sw_builder one = sw_map_begin(arena);

        sw_map_put_int(&one, keys[i], (int64_t)i);
        assert_true(sw_value_same(sw_built(&one), back(arena, sw_built(&one))));
        sw_map_put_int(&map, keys[i], (int64_t)i);
    }

    const struct sw_value *read = back(arena, sw_built(&map));

    assert_true(sw_value_same(sw_built(&map), read));
    assert_string_equal(read->as.map.entries[0].key, "$ms");
}

static void the_typed_form_is_as_its_header_says(void **state)
{
    struct sw_arena *arena = *state;

    assert_string_equal(written(arena, sw_number(arena, SW_V_DURATION, 1), SW_JSON_TYPED),
                        "{\"$ms\":1}");
    assert_string_equal(written(arena, sw_number(arena, SW_V_SIZE, 1), SW_JSON_TYPED),
                        "{\"$bytes\":1}");
    assert_string_equal(written(arena, sw_time_at(arena, 0, 1), SW_JSON_TYPED),
                        "{\"$time\":\"1970-01-01T00:00:00Z\",\"clock\":1}");
    assert_string_equal(written(arena, sw_version(arena, "1.2"), SW_JSON_TYPED),
                        "{\"$version\":\"1.2\"}");
    assert_string_equal(written(arena, sw_null(arena, "why"), SW_JSON_TYPED),
                        "{\"$null\":\"why\"}");
    assert_string_equal(written(arena, sw_unknown(arena, "why"), SW_JSON_TYPED),
                        "{\"$unknown\":\"why\"}");
}

static void the_plain_form_is_what_peers_speak(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put_text(&map, "t", "x");
    sw_map_put(&map, "d", sw_number(arena, SW_V_DURATION, 60000));
    sw_map_put(&map, "s", sw_number(arena, SW_V_SIZE, 1024));
    sw_map_put(&map, "w", sw_time_at(arena, 0, 3));
    sw_map_put(&map, "p", sw_real(arena, SW_V_PERCENT, 20));
    sw_map_put(&map, "v", sw_version(arena, "1.2"));
    sw_map_put(&map, "n", sw_null(arena, "why"));
    sw_map_put(&map, "u", sw_unknown(arena, "why"));
    sw_map_put_int(&map, "$k", 1);
    assert_string_equal(written(arena, sw_built(&map), SW_JSON_PLAIN),
                        "{\"t\":\"x\",\"d\":\"1m\",\"s\":1024,\"w\":\"1970-01-01T00:00:00Z\","
                        "\"p\":20.0,\"v\":\"1.2\",\"n\":null,\"u\":null,\"$k\":1}");
}

static void secrets_are_never_written(void **state)
{
    struct sw_arena *arena = *state;
    static const enum sw_json_form forms[] = {SW_JSON_PLAIN, SW_JSON_TYPED};
    struct sw_builder inner = sw_map_begin(arena);
    struct sw_builder outer = sw_map_begin(arena);

    sw_map_put_text(&inner, "user", "hunter2");
    sw_map_put(&outer, "tree", sw_with_secret(arena, sw_built(&inner)));
    sw_map_put(&outer, "text", sw_with_secret(arena, sw_text(arena, "hunter2")));
    sw_map_put(&outer, "null", sw_with_secret(arena, sw_null(arena, "hunter2")));
    for (size_t i = 0; i < SW_COUNT(forms); i++) {
        SW_CLEANUP(sw_buf_release) struct sw_buf pretty;

        sw_buf_init(&pretty, 1000);
        sw_json_write_pretty(&pretty, sw_built(&outer), forms[i]);
        assert_null(strstr(written(arena, sw_built(&outer), forms[i]), "hunter2"));
        assert_null(strstr(pretty.bytes, "hunter2"));
    }
    assert_string_equal(written(arena, sw_get(sw_built(&outer), "text"), SW_JSON_PLAIN),
                        "\"(secret)\"");
    assert_int_equal(sw_get(back(arena, sw_built(&outer)), "tree")->kind, SW_V_UNKNOWN);
}

static void several_lines_are_indented_by_two(void **state)
{
    struct sw_arena *arena = *state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    struct sw_builder list = sw_list_begin(arena);
    struct sw_builder map = sw_map_begin(arena);

    sw_list_add(&list, sw_int(arena, 1));
    sw_list_add(&list, sw_text(arena, "x"));
    sw_map_put(&map, "a", sw_built(&list));
    sw_map_put(&map, "e", sw_built(&(struct sw_builder[]){sw_list_begin(arena)}[0]));
    sw_map_put(&map, "o", sw_built(&(struct sw_builder[]){sw_map_begin(arena)}[0]));
    sw_buf_init(&buf, 1000);
    sw_json_write_pretty(&buf, sw_built(&map), SW_JSON_PLAIN);
    assert_string_equal(buf.bytes,
                        "{\n  \"a\": [\n    1,\n    \"x\"\n  ],\n  \"e\": [],\n  \"o\": {}\n}");
}

static void text_that_is_no_utf8_is_still_written_as_json(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, 100);
    sw_json_write_text(&buf, "a\xff\x1b\xc2\x85");
    assert_string_equal(buf.bytes, "\"a\xef\xbf\xbd\\u001b\\u0085\"");
}

static void a_value_too_large_for_the_buffer_is_marked_as_such(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put_text(&map, "$key", "text");
    for (size_t limit = 0; limit < 16; limit++) {
        SW_CLEANUP(sw_buf_release) struct sw_buf buf;

        sw_buf_init(&buf, limit);
        sw_json_write(&buf, sw_built(&map), SW_JSON_TYPED);
        assert_true(buf.is_over);
    }
}

#define ARENA_TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(every_kind_comes_back_from_the_typed_form),
        ARENA_TEST(keys_with_a_dollar_come_back_from_the_typed_form),
        ARENA_TEST(the_typed_form_is_as_its_header_says),
        ARENA_TEST(the_plain_form_is_what_peers_speak),
        ARENA_TEST(secrets_are_never_written),
        ARENA_TEST(several_lines_are_indented_by_two),
        ARENA_TEST(text_that_is_no_utf8_is_still_written_as_json),
        ARENA_TEST(a_value_too_large_for_the_buffer_is_marked_as_such),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
