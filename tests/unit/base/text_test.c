#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static size_t decoded(const char *bytes, size_t length)
{
    uint32_t point = 0;

    return sw_utf8_decode(bytes, length, &point);
}

static void null_equals_only_null(void **state)
{
    (void)state;
    assert_true(sw_text_is(NULL, NULL));
    assert_false(sw_text_is(NULL, ""));
    assert_false(sw_text_is("", NULL));
    assert_true(sw_text_is_folded(NULL, NULL));
    assert_false(sw_text_is_folded("", NULL));
}

static void folding_is_ascii_only(void **state)
{
    (void)state;
    char text[] = "AbZ[\xc3\x84";

    assert_true(sw_text_is_folded("Location", "LOCATION"));
    assert_false(sw_text_is_folded("Location", "Location2"));
    assert_false(sw_text_is_folded("[", "{"));
    assert_false(sw_text_is_folded("\xc3\x84", "\xc3\xa4"));
    sw_text_fold(text);
    assert_string_equal(text, "abz[\xc3\x84");
}

static void beginnings_and_ends(void **state)
{
    (void)state;
    assert_true(sw_text_begins("abc", ""));
    assert_true(sw_text_begins("abc", "ab"));
    assert_false(sw_text_begins("ab", "abc"));
    assert_true(sw_text_ends("a.yaml", ".yaml"));
    assert_false(sw_text_ends("yaml", ".yaml"));
}

static void well_formed_utf8_goes_there_and_back(void **state)
{
    (void)state;
    static const uint32_t points[] = {0,      0x7f,   0x80,   0x7ff,   0x800,
                                      0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff};

    for (size_t i = 0; i < SW_COUNT(points); i++) {
        char bytes[4];
        uint32_t point = 1;
        size_t length = sw_utf8_encode(points[i], bytes);

        assert_true(length > 0);
        assert_int_equal(sw_utf8_decode(bytes, length, &point), length);
        assert_int_equal(point, points[i]);
        /* Cut short by one byte it is none. */
        assert_int_equal(decoded(bytes, length - 1), 0);
    }
}

static void ill_formed_utf8_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xe0\x9f\xbf",
        "\xf0\x8f\xbf\xbf",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xff",
        "\xfe",
        "\xc3(",
        "\xe2\x82(",
        "\xf0\x9f\x98(",
        "\xe2(\xac",
    };

    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        assert_int_equal(decoded(bad[i], strlen(bad[i])), 0);
    }
}

static void what_is_no_character_is_not_encoded(void **state)
{
    (void)state;
    char bytes[4];

    assert_int_equal(sw_utf8_encode(0xd800, bytes), 0);
    assert_int_equal(sw_utf8_encode(0xdfff, bytes), 0);
    assert_int_equal(sw_utf8_encode(0x110000, bytes), 0);
}

static void widths_are_those_of_a_terminal(void **state)
{
    (void)state;
    assert_int_equal(sw_utf8_width('a'), 1);
    assert_int_equal(sw_utf8_width(0xe4), 1);
    assert_int_equal(sw_utf8_width(0x3b1), 1);
    assert_int_equal(sw_utf8_width(0x5d0), 1);
    assert_int_equal(sw_utf8_width(0x301), 0);
    assert_int_equal(sw_utf8_width(0x200b), 0);
    assert_int_equal(sw_utf8_width(0x200d), 0);
    assert_int_equal(sw_utf8_width(0xfe0f), 0);
    assert_int_equal(sw_utf8_width(0x07), 0);
    assert_int_equal(sw_utf8_width(0x1100), 2);
    assert_int_equal(sw_utf8_width(0x3042), 2);
    assert_int_equal(sw_utf8_width(0x4e2d), 2);
    assert_int_equal(sw_utf8_width(0xac00), 2);
    assert_int_equal(sw_utf8_width(0xff21), 2);
    assert_int_equal(sw_utf8_width(0xff71), 1);
    assert_int_equal(sw_utf8_width(0x1f600), 2);
    assert_int_equal(sw_utf8_width(0x20000), 2);
    assert_int_equal(sw_utf8_width(0x10ffff), 1);
}

static void characters_that_mislead_a_reader_are_known(void **state)
{
    (void)state;
    static const uint32_t bad[] = {0x00,    0x09,    0x1b,     0x7f,   0x85,    0xad,
                                   0x61c,   0x200b,  0x200d,   0x200e, 0x202e,  0x2060,
                                   0x2066,  0x2069,  0xfeff,   0xfdd0, 0xfffe,  0xffff,
                                   0x1fffe, 0xe0041, 0x10ffff, 0xd800, 0x110000};
    static const uint32_t good[] = {' ',   'a',    0xe4,   0x3b1,   0x5d0,
                                    0x627, 0x4e2d, 0xfffd, 0x1f600, 0xfe0f};

    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        assert_true(sw_utf8_is_deceptive(bad[i]));
    }
    for (size_t i = 0; i < SW_COUNT(good); i++) {
        assert_false(sw_utf8_is_deceptive(good[i]));
    }
}

static void the_closest_word_is_found(void **state)
{
    (void)state;
    static const char *const words[] = {"title", "timeout", "target", "next"};

    assert_string_equal(sw_text_closest("tilte", words, 4), "title");
    assert_string_equal(sw_text_closest("timeuot", words, 4), "timeout");
    assert_string_equal(sw_text_closest("targt", words, 4), "target");
    assert_string_equal(sw_text_closest("nxet", words, 4), "next");
    assert_string_equal(sw_text_closest("titles", words, 4), "title");
    assert_null(sw_text_closest("zebra", words, 4));
    assert_null(sw_text_closest("", words, 4));
    assert_null(sw_text_closest("next", words, 0));
}

static void two_edits_in_a_short_word_are_too_many(void **state)
{
    (void)state;
    static const char *const words[] = {"wait"};

    assert_string_equal(sw_text_closest("wiat", words, 1), "wait");
    assert_null(sw_text_closest("wxyt", words, 1));
    assert_null(sw_text_closest("it", words, 1));
}

static void a_swap_around_another_edit_counts_by_string_alignment(void **state)
{
    (void)state;
    /* "ca" -> "abc" is 3 there (2 where a swapped pair may be edited again). */
    static const char *const words[] = {"xxxxxabc"};

    assert_null(sw_text_closest("xxxxxca", words, 1));
}

static void a_word_longer_than_any_key_is_close_to_none(void **state)
{
    (void)state;
    char word[400];
    const char *const words[] = {word};

    memset(word, 'a', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    assert_null(sw_text_closest(word, words, 1));
    assert_null(sw_text_closest("aaaa", words, 1));
}

static void one_thing_is_not_many(void **state)
{
    (void)state;
    assert_string_equal(sw_plural(0, "file", "files"), "files");
    assert_string_equal(sw_plural(1, "file", "files"), "file");
    assert_string_equal(sw_plural(2, "file", "files"), "files");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_thing_is_not_many),
        cmocka_unit_test(null_equals_only_null),
        cmocka_unit_test(folding_is_ascii_only),
        cmocka_unit_test(beginnings_and_ends),
        cmocka_unit_test(well_formed_utf8_goes_there_and_back),
        cmocka_unit_test(ill_formed_utf8_is_refused),
        cmocka_unit_test(what_is_no_character_is_not_encoded),
        cmocka_unit_test(widths_are_those_of_a_terminal),
        cmocka_unit_test(characters_that_mislead_a_reader_are_known),
        cmocka_unit_test(the_closest_word_is_found),
        cmocka_unit_test(two_edits_in_a_short_word_are_too_many),
        cmocka_unit_test(a_swap_around_another_edit_counts_by_string_alignment),
        cmocka_unit_test(a_word_longer_than_any_key_is_close_to_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
