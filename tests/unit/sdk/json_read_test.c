#include "sdk/json.h"

#include "base/limits.h"

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

static const struct sw_value *read_form(struct sw_arena *arena, const char *text,
                                        enum sw_json_form form)
{
    struct sw_error err = {0};
    const struct sw_value *value = NULL;

    if (!sw_json_read(arena, text, strlen(text), form, &value, &err)) {
        fail_msg("%s: %s", text, err.text);
    }
    return value;
}

static const struct sw_value *read_text(struct sw_arena *arena, const char *text)
{
    return read_form(arena, text, SW_JSON_PLAIN);
}

static void refused_n(struct sw_arena *arena, const char *text, size_t length, enum sw_code code,
                      const char *why)
{
    struct sw_error err = {0};
    const struct sw_value *value = NULL;

    if (sw_json_read(arena, text, length, SW_JSON_PLAIN, &value, &err)) {
        fail_msg("%s was read", text);
    }
    assert_int_equal(err.code, code);
    assert_null(value);
    if (strstr(err.text, why) == NULL) {
        fail_msg("'%s' does not say '%s'", err.text, why);
    }
}

static void refused(struct sw_arena *arena, const char *text, const char *why)
{
    refused_n(arena, text, strlen(text), SW_E_PROTOCOL, why);
}

static void every_kind_of_json_is_read(void **state)
{
    struct sw_arena *arena = *state;
    const struct sw_value *value =
        read_text(arena, " {\"a\" : [1, -2.5 ,true,\tfalse,null], \"b\":{}, \"c\":\"x\" }\r\n");
    const struct sw_value *list = sw_get(value, "a");

    assert_int_equal(sw_list_count(list), 5);
    assert_int_equal(sw_list_at(list, 0)->as.integer, 1);
    assert_true(sw_list_at(list, 1)->as.real > -2.51 && sw_list_at(list, 1)->as.real < -2.49);
    assert_true(sw_list_at(list, 2)->as.boolean);
    assert_int_equal(sw_list_at(list, 3)->kind, SW_V_BOOL);
    assert_int_equal(sw_list_at(list, 4)->kind, SW_V_NULL);
    assert_int_equal(sw_get(value, "b")->kind, SW_V_MAP);
    assert_string_equal(sw_as_text(sw_get(value, "c")), "x");
    assert_null(sw_get(value, "A"));
}

static void integers_stay_exact(void **state)
{
    struct sw_arena *arena = *state;

    assert_int_equal(read_text(arena, "9007199254740993")->as.integer, INT64_C(9007199254740993));
    assert_int_equal(read_text(arena, "9223372036854775807")->as.integer, INT64_MAX);
    assert_int_equal(read_text(arena, "-9223372036854775808")->as.integer, INT64_MIN);
    assert_int_equal(read_text(arena, "-0")->as.integer, 0);
    assert_int_equal(read_text(arena, "-0")->kind, SW_V_INT);
    refused(arena, "9223372036854775808", "byte 0: an integer that needs more than 64 bits");
    refused(arena, "-9223372036854775809", "64 bits");
    refused(arena, "18446744073709551615", "64 bits");
}

static void reals_that_do_not_fit_are_refused(void **state)
{
    struct sw_arena *arena = *state;

    assert_int_equal(read_text(arena, "1e2")->kind, SW_V_FLOAT);
    assert_int_equal(read_text(arena, "1.0")->kind, SW_V_FLOAT);
    assert_int_equal(read_text(arena, "0e999")->kind, SW_V_FLOAT);
    assert_int_equal(read_text(arena, "0.0e-999")->kind, SW_V_FLOAT);
    assert_int_equal(read_text(arena, "1.7976931348623157e308")->kind, SW_V_FLOAT);
    refused(arena, "1e400", "does not fit");
    refused(arena, "-1e400", "does not fit");
    refused(arena, "1e-400", "does not fit");
}

static void only_the_grammar_of_json_makes_a_number(void **state)
{
    struct sw_arena *arena = *state;
    static const char *const bad[] = {"01",  "-",    "+1",       ".5",   "1.",
                                      "1e",  "1e+",  "-01",      "0x10", "NaN",
                                      "1_0", "1.e3", "Infinity", "--1",  "1e5.5"};

    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        refused(arena, bad[i], "JSON at byte");
    }
}

static void a_number_too_long_to_be_one_is_over_the_limit(void **state)
{
    struct sw_arena *arena = *state;
    char text[300];

    memset(text, '1', sizeof text);
    refused_n(arena, text, sizeof text, SW_E_LIMIT, "300 characters");
}

static void a_key_twice_is_refused(void **state)
{
    struct sw_arena *arena = *state;

    refused(arena, "{\"a\":1,\"a\":1}", "byte 7: key 'a' twice");
    refused(arena, "{\"a\":1,\"\\u0061\":2}", "key 'a' twice");
    assert_int_equal(read_text(arena, "{\"a\":1,\"A\":1}")->as.map.count, 2);
}

static void a_key_twice_among_thousands_is_refused(void **state)
{
    struct sw_arena *arena = *state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, 1000000);
    sw_buf_add_char(&buf, '{');
    for (int i = 0; i < 5000; i++) {
        sw_buf_addf(&buf, "\"k%d\":%d,", i, i);
    }
    sw_buf_add_text(&buf, "\"k2500\":0}");
    refused(arena, buf.bytes, "key 'k2500' twice");
}

static void escapes_are_read(void **state)
{
    struct sw_arena *arena = *state;

    assert_string_equal(
        sw_as_text(read_text(arena, "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\ud83D\\uDE00\"")),
        "\"\\/\b\f\n\r\t\xc3\xa4\xf0\x9f\x98\x80");
}

static void half_a_surrogate_pair_is_refused(void **state)
{
    struct sw_arena *arena = *state;

    refused(arena, "\"\\ud83d\"", "surrogate");
    refused(arena, "\"\\ude00\"", "surrogate");
    refused(arena, "\"\\ud83dx\"", "surrogate");
    refused(arena, "\"\\ud83d\\n\"", "surrogate");
    refused(arena, "\"\\ud83d\\ud83d\"", "surrogate");
    refused(arena, "\"\\ud83d\\u0041\"", "surrogate");
}

static void broken_strings_are_refused(void **state)
{
    struct sw_arena *arena = *state;

    refused(arena, "\"\\u0000\"", "NUL");
    refused(arena, "{\"a\\u0000b\":1}", "NUL");
    refused(arena, "\"\\x41\"", "escape");
    refused(arena, "\"\\'\"", "escape");
    refused(arena, "\"\\u12\"", "hex");
    refused(arena, "\"\\u12g4\"", "hex");
    refused(arena, "\"abc", "without its end");
    refused(arena, "\"abc\\\"", "without its end");
    refused(arena, "\"abc\\", "without its end");
    refused(arena, "\"a\nb\"", "control character");
    refused(arena, "\"a\tb\"", "control character");
    refused_n(arena, "\"a\0b\"", 5, SW_E_PROTOCOL, "control character");
    refused(arena, "'a'", "no value");
}

static void bytes_that_are_no_utf8_are_refused_with_their_place(void **state)
{
    struct sw_arena *arena = *state;

    refused(arena, "\"ab\xff\"", "byte 3: no valid UTF-8");
    refused(arena, "\"\xc0\x80\"", "UTF-8");
    refused(arena, "\"\xed\xa0\x80\"", "UTF-8");
    refused(arena, "\"\xe2\x82\"", "UTF-8");
    refused(arena, "\xef\xbb\xbf{}", "byte 0");
}

static void text_behind_the_end_is_refused(void **state)
{
    struct sw_arena *arena = *state;

    refused(arena, "{} {}", "byte 3: text behind the end");
    refused(arena, "1,", "behind the end");
    refused(arena, "null/* */", "behind the end");
    refused(arena, "truex", "behind the end");
    refused_n(arena, "1\0", 2, SW_E_PROTOCOL, "behind the end");
}

static void broken_structure_is_refused(void **state)
{
    struct sw_arena *arena = *state;
    static const char *const bad[] = {
        "",      "  ",    "{", "[", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
        "{a:1}", "{1:1}", "]", "}", "[}",   "{]",   "tru",   "nul",     "True",     "undefined"};

    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        refused(arena, bad[i], "JSON at byte");
    }
}

static void nesting_goes_to_the_limit_and_not_further(void **state)
{
    struct sw_arena *arena = *state;

    for (unsigned depth = SW_LIMIT_DEPTH; depth <= SW_LIMIT_DEPTH + 1; depth++) {
        char text[2 * (SW_LIMIT_DEPTH + 1)];
        struct sw_error err = {0};
        const struct sw_value *value = NULL;

        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        assert_int_equal(sw_json_read(arena, text, 2 * (size_t)depth, SW_JSON_PLAIN, &value, &err),
                         depth == SW_LIMIT_DEPTH);
        assert_int_equal(err.code, depth == SW_LIMIT_DEPTH ? SW_E_NONE : SW_E_LIMIT);
    }
}

static void more_values_than_the_limit_are_refused(void **state)
{
    struct sw_arena *arena = *state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, 3 * (size_t)SW_LIMIT_JSON_NODES);
    sw_buf_add_char(&buf, '[');
    for (unsigned i = 0; i < SW_LIMIT_JSON_NODES; i++) {
        sw_buf_add_text(&buf, i == 0 ? "1" : ",1");
    }
    sw_buf_add_char(&buf, ']');
    refused_n(arena, buf.bytes, buf.length, SW_E_LIMIT, "values");
}

static void text_need_not_end_in_a_nul(void **state)
{
    struct sw_arena *arena = *state;
    /* On the heap, so that the sanitizer sees a byte too many. */
    static const char *const texts[] = {"12", "\"ab\"", "[1]", "true", "1.5"};

    for (size_t i = 0; i < SW_COUNT(texts); i++) {
        size_t length = strlen(texts[i]);
        char *bytes = sw_heap(length);
        struct sw_error err = {0};
        const struct sw_value *value = NULL;

        memcpy(bytes, texts[i], length);

        bool is_read = sw_json_read(arena, bytes, length, SW_JSON_PLAIN, &value, &err);
        bool is_cut_read = sw_json_read(arena, bytes, length - 1, SW_JSON_PLAIN, &value, &err);

        free(bytes);
        assert_true(is_read);
        assert_int_equal(is_cut_read, i == 0);
    }
}

static void dollar_keys_of_peers_are_plain_keys(void **state)
{
    struct sw_arena *arena = *state;
    const struct sw_value *value = read_text(arena, "{\"$ms\":5,\"$$x\":1}");

    assert_int_equal(value->kind, SW_V_MAP);
    assert_int_equal(sw_get(value, "$ms")->as.integer, 5);
    assert_int_equal(sw_get(value, "$$x")->as.integer, 1);
}

static void the_typed_form_refuses_tags_that_it_does_not_have(void **state)
{
    struct sw_arena *arena = *state;
    static const char *const bad[] = {
        "{\"$ms\":\"5\"}",
        "{\"$ms\":5,\"x\":1}",
        "{\"x\":1,\"$ms\":5}",
        "{\"$what\":1}",
        "{\"$\":1}",
        "{\"$time\":\"2026-01-01T00:00:00Z\"}",
        "{\"$bytes\":1.5}",
        "{\"$percent\":\"1\"}",
        "{\"$time\":\"yesterday\",\"clock\":1}",
        "{\"$null\":null}",
        "{\"$unknown\":1}",
        "{\"$version\":1}",
        "{\"$time\":\"2026-01-01T00:00:00Z\",\"clock\":256}",
        "{\"$time\":\"2026-01-01T00:00:00Z\",\"clock\":-1}",
    };

    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        struct sw_error err = {0};
        const struct sw_value *value = NULL;

        if (sw_json_read(arena, bad[i], strlen(bad[i]), SW_JSON_TYPED, &value, &err)) {
            fail_msg("%s was read", bad[i]);
        }
        assert_int_equal(err.code, SW_E_PROTOCOL);
    }
}

static void a_secret_of_the_typed_form_reads_as_unknown(void **state)
{
    struct sw_arena *arena = *state;

    const struct sw_value *value = read_form(arena, "{\"$secret\":true}", SW_JSON_TYPED);

    assert_int_equal(value->kind, SW_V_UNKNOWN);
    assert_true(value->is_secret);
}

#define ARENA_TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(every_kind_of_json_is_read),
        ARENA_TEST(integers_stay_exact),
        ARENA_TEST(reals_that_do_not_fit_are_refused),
        ARENA_TEST(only_the_grammar_of_json_makes_a_number),
        ARENA_TEST(a_number_too_long_to_be_one_is_over_the_limit),
        ARENA_TEST(a_key_twice_is_refused),
        ARENA_TEST(a_key_twice_among_thousands_is_refused),
        ARENA_TEST(escapes_are_read),
        ARENA_TEST(half_a_surrogate_pair_is_refused),
        ARENA_TEST(broken_strings_are_refused),
        ARENA_TEST(bytes_that_are_no_utf8_are_refused_with_their_place),
        ARENA_TEST(text_behind_the_end_is_refused),
        ARENA_TEST(broken_structure_is_refused),
        ARENA_TEST(nesting_goes_to_the_limit_and_not_further),
        ARENA_TEST(more_values_than_the_limit_are_refused),
        ARENA_TEST(text_need_not_end_in_a_nul),
        ARENA_TEST(dollar_keys_of_peers_are_plain_keys),
        ARENA_TEST(the_typed_form_refuses_tags_that_it_does_not_have),
        ARENA_TEST(a_secret_of_the_typed_form_reads_as_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
