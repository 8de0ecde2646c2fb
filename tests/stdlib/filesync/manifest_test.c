/* Two sorted lists of files and what differs between them. */
#include "stdlib/filesync/manifest.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static int order(const char *a, const char *b)
{
    int there = sw_manifest_order(a, strlen(a), b, strlen(b));
    int back = sw_manifest_order(b, strlen(b), a, strlen(a));

    assert_int_equal(there > 0, back < 0);
    return there;
}

struct seen {
    int count;
    enum sw_manifest_class last;
    char path[64];
};

static void note(void *context, enum sw_manifest_class class, const struct sw_manifest_line *server,
                 const struct sw_manifest_line *share)
{
    struct seen *seen = context;
    const struct sw_manifest_line *line = server != NULL ? server : share;

    seen->count++;
    seen->last = class;
    assert_true(line->path_length < sizeof seen->path);
    memcpy(seen->path, line->path, line->path_length);
    seen->path[line->path_length] = '\0';
}

static struct sw_manifest_part part(const char *text, const char *through)
{
    return (struct sw_manifest_part){.text = text, .length = strlen(text), .through = through};
}

/* Both lists whole: the class of the one difference. */
static enum sw_manifest_class only_difference(const char *server, const char *share)
{
    struct sw_manifest_part a = part(server, NULL);
    struct sw_manifest_part b = part(share, NULL);
    struct sw_manifest_tally tally = {0};
    struct seen seen = {0};
    const char *through = "";
    struct sw_error err = {0};

    if (!sw_manifest_compare("", &a, &b, note, &seen, &tally, &through, &err)) {
        fail_msg("%s", err.text);
    }
    assert_null(through);
    assert_int_equal(seen.count, 1);
    assert_int_equal(tally.files[seen.last], 1);
    return seen.last;
}

static bool is_refused(const char *server, const char *share, const char *part_of_why)
{
    struct sw_manifest_part a = part(server, NULL);
    struct sw_manifest_part b = part(share, NULL);
    struct sw_manifest_tally tally = {0};
    struct seen seen = {0};
    const char *through = NULL;
    struct sw_error err = {0};

    return !sw_manifest_compare("", &a, &b, note, &seen, &tally, &through, &err) &&
           strstr(err.text, part_of_why) != NULL;
}

static void a_folder_comes_with_all_that_lies_in_it(void **state)
{
    (void)state;
    assert_true(order("a", "a\\b") < 0);
    assert_true(order("a\\z", "a b") < 0); /* ' ' is smaller than '\\' in ASCII */
    assert_true(order("a\\z", "a.txt") < 0);
    assert_true(order("a-1\\x", "a\\x") > 0);
    assert_true(order("", "a") < 0);
}

static void names_are_found_without_their_case(void **state)
{
    (void)state;
    assert_int_equal(order("Budget.XLSX", "bUDGET.xlsx"), 0);
    assert_int_equal(order("\xc3\x84rger", "\xc3\xa4RGER"), 0);         /* Ae umlaut */
    assert_int_equal(order("\xd0\x9f\xd0\xbb", "\xd0\xbf\xd0\x9b"), 0); /* Cyrillic */
    assert_int_equal(order("\xce\xa3", "\xcf\x83"), 0);                 /* sigma */
    assert_int_equal(order("\xc5\xbd", "\xc5\xbe"), 0);                 /* Z caron: odd pair */
    assert_int_equal(order("\xc4\x8c", "\xc4\x8d"), 0);                 /* C caron: even pair */
    assert_int_equal(order("\xc5\xb8", "\xc3\xbf"), 0);                 /* Y diaeresis */
    assert_true(order("\xc3\x97", "\xc3\xb7") != 0);                    /* times, divided by */
    assert_true(order("stra\xc3\x9f\x65", "strasse") != 0);
}

static void an_order_holds_for_any_three_names(void **state)
{
    static const char *const names[] = {"",
                                        "a",
                                        "A\\b",
                                        "a b",
                                        "a\\B\\c",
                                        "b",
                                        "\xf0\x9f\x98\x80",
                                        "\xef\xbf\xbd",
                                        "\xff",
                                        "\xc3",
                                        "z\\\xff",
                                        "\xc3\xa4",
                                        "[",
                                        "_x",
                                        "a\\",
                                        "Z"};

    (void)state;
    for (size_t i = 0; i < SW_COUNT(names); i++) {
        assert_int_equal(order(names[i], names[i]), 0);
        for (size_t k = 0; k < SW_COUNT(names); k++) {
            for (size_t m = 0; m < SW_COUNT(names); m++) {
                if (order(names[i], names[k]) <= 0 && order(names[k], names[m]) <= 0) {
                    assert_true(order(names[i], names[m]) <= 0);
                }
            }
        }
    }
}

/* The same file is sorted by the C# that runs on the server: tests/lint/csharp.bats. */
static void both_sides_sort_by_the_same_rule(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_buf_release) struct sw_buf file;
    struct sw_error err = {0};
    const char *names[100];
    size_t count = 0;

    sw_buf_init(&file, 65536);
    assert_true(sw_file_read(SW_SOURCE_DIR "/tests/data/manifest-order.txt", &file, &err));
    for (const char *at = file.bytes, *end; at < file.bytes + file.length; at = end + 1) {
        end = memchr(at, '\n', (size_t)(file.bytes + file.length - at));
        assert_non_null(end);
        assert_true(count < SW_COUNT(names));
        names[count++] = sw_copy(arena, at, (size_t)(end - at));
    }
    assert_int_equal(count, 52);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i + 1; k < count; k++) {
            if (order(names[i], names[k]) >= 0) {
                fail_msg("'%s' comes before '%s'", names[i], names[k]);
            }
        }
    }
}

static void below_a_folder_is_not_beside_it(void **state)
{
    (void)state;
    assert_true(sw_manifest_is_below("A\\b", 3, "a", 1));
    assert_false(sw_manifest_is_below("a", 1, "a", 1));
    assert_false(sw_manifest_is_below("ab\\c", 4, "a", 1));
}

static void times_are_told_in_the_ticks_of_the_file_system(void **state)
{
    int64_t ticks = 0;
    int64_t ns = 0;

    (void)state;
    assert_true(sw_manifest_ticks("1601-01-01T00:00:00Z", &ticks));
    assert_int_equal(ticks, 0);
    assert_true(sw_manifest_ticks("1970-01-01T00:00:00.0000001Z", &ticks));
    assert_int_equal(ticks, INT64_C(116444736000000001));
    assert_true(sw_manifest_ticks("2022-09-13T01:57:39.5824156Z", &ticks));
    assert_true(sw_manifest_time_ns(ticks, &ns));
    assert_int_equal(ns, INT64_C(1663034259582415600));
    assert_true(sw_manifest_ticks("2022-09-13T01:57:39.5Z", &ticks));
    assert_int_equal(ticks % 10000000, 5000000);
    assert_false(sw_manifest_ticks("1600-12-31T00:00:00Z", &ticks));
    assert_false(sw_manifest_ticks("Tue, 13 Sep 2022 01:57:39 GMT", &ticks));
    assert_false(sw_manifest_ticks("2022-09-13T01:57:39+00:00", &ticks));
    assert_false(sw_manifest_ticks("", &ticks));
}

static void each_difference_has_its_class(void **state)
{
    (void)state;
    assert_int_equal(only_difference("f 1 5 a\nf 2 5 b\n", "f 1 5 A\n"), SW_MANIFEST_MISSING);
    assert_int_equal(only_difference("f 1 6 a\n", "f 1 5 a\n"), SW_MANIFEST_NEWER);
    assert_int_equal(only_difference("f 2 5 a\n", "f 1 5 a\n"), SW_MANIFEST_SIZE);
    assert_int_equal(only_difference("f 1 4 a\n", "f 1 5 a\n"), SW_MANIFEST_OLDER);
    assert_int_equal(only_difference("", "f 1 5 a\n"), SW_MANIFEST_ONLY_SHARE);
    assert_int_equal(only_difference("x 1 5 ~$a.docx\n", ""), SW_MANIFEST_LEFT_OUT);
    assert_int_equal(only_difference("a 1 5 streams\n", "f 1 5 streams\n"), SW_MANIFEST_LEFT_OUT);
    assert_int_equal(only_difference("u 0 0 locked\n", ""), SW_MANIFEST_UNREADABLE);
    assert_int_equal(only_difference("f 1 5 a\n", "u 0 0 a\n"), SW_MANIFEST_UNREADABLE);
}

static void a_stub_is_compared_like_the_file_that_it_stands_for(void **state)
{
    struct sw_manifest_part a = part("t 7 5 a\n", NULL);
    struct sw_manifest_part b = part("f 7 5 a\n", NULL);
    struct sw_manifest_tally tally = {0};
    struct seen seen = {0};
    const char *through = NULL;
    struct sw_error err = {0};

    (void)state;
    assert_true(sw_manifest_compare("", &a, &b, note, &seen, &tally, &through, &err));
    assert_int_equal(tally.files[SW_MANIFEST_SAME], 1);
    assert_int_equal(tally.tiered, 1);
    assert_int_equal(tally.tiered_bytes, 7);
    assert_string_equal(tally.digest, "");
}

static void names_that_differ_in_case_only_on_one_side_can_not_be_told_apart(void **state)
{
    (void)state;
    assert_int_equal(only_difference("f 1 5 a\nf 1 5 A\n", "f 1 5 a\n"), SW_MANIFEST_UNREADABLE);
}

static void only_what_both_parts_cover_is_compared(void **state)
{
    struct sw_manifest_part a = part("f 1 5 a\nf 1 5 b\nf 1 5 c\n", "c");
    struct sw_manifest_part b = part("f 1 5 a\n", "b");
    struct sw_manifest_tally tally = {0};
    struct seen seen = {0};
    const char *through = NULL;
    struct sw_error err = {0};

    (void)state;
    assert_true(sw_manifest_compare("", &a, &b, note, &seen, &tally, &through, &err));
    assert_string_equal(through, "b");
    assert_int_equal(tally.files[SW_MANIFEST_SAME], 1);
    assert_int_equal(tally.files[SW_MANIFEST_MISSING], 1);
    assert_string_equal(seen.path, "b");
}

static void a_range_that_does_not_go_on_is_refused(void **state)
{
    struct sw_manifest_part a = part("", "b");
    struct sw_manifest_part b = part("", NULL);
    struct sw_manifest_tally tally = {0};
    struct seen seen = {0};
    const char *through = NULL;
    struct sw_error err = {0};

    (void)state;
    assert_false(sw_manifest_compare("b", &a, &b, note, &seen, &tally, &through, &err));
    assert_non_null(strstr(err.text, "does not go on"));
}

static void a_list_that_is_sorted_otherwise_is_refused(void **state)
{
    (void)state;
    assert_true(is_refused("f 1 5 b\nf 1 5 a\n", "", "the server is sorted"));
    assert_true(is_refused("", "f 1 5 a.txt\nf 1 5 a\\b\n", "the share is sorted"));
}

static void a_line_that_is_none_is_refused(void **state)
{
    static const char *const lines[] = {"f 1 5 a",    "f 1 5 \n", "g 1 5 a\n",
                                        "f -1 5 a\n", "f 1 5\n",  "f  1 5 a\n",
                                        "f 1 x a\n",  "\n",       "f 99999999999999999999 5 a\n"};

    (void)state;
    for (size_t i = 0; i < SW_COUNT(lines); i++) {
        if (!is_refused(lines[i], "", "a line that is none")) {
            fail_msg("taken: %s", lines[i]);
        }
    }
}

/* Whatever the ranges: the same tally, and the same digest over the differences. */
static void the_ranges_make_no_difference(void **state)
{
    enum { FILES = 300 };
    struct sw_arena *arena = sw_arena_new();
    struct sw_manifest_tally whole = {0};

    (void)state;
    for (size_t size = FILES; size >= 1; size = size / 3) {
        struct sw_manifest_tally tally = {0};
        struct seen seen = {0};
        const char *after = "";
        int ranges = 0;

        while (after != NULL) {
            struct sw_buf text[2];
            const char *last[2] = {NULL, NULL};
            struct sw_error err = {0};

            for (size_t side = 0; side < 2; side++) {
                size_t limit = side == 0 ? size : size / 2 + 1;
                size_t count = 0;
                bool is_cut = false;

                sw_buf_init(&text[side], 1 << 20);
                for (size_t i = 0; i < FILES && !is_cut; i++) {
                    const char *path = sw_format(arena, "%zu\\%zu", 10 + i / 30, 100 + i);
                    bool is_there = side == 0 ? i % 7 != 0 : i % 11 != 0;

                    if (!is_there ||
                        sw_manifest_order(path, strlen(path), after, strlen(after)) <= 0) {
                        continue;
                    }
                    is_cut = count == limit;
                    if (!is_cut) {
                        sw_buf_addf(&text[side], "f %zu %zu %s\n", i,
                                    side == 0 && i % 5 == 0 ? 9 : i + 1, path);
                        last[side] = path;
                        count++;
                    }
                }
                last[side] = is_cut ? last[side] : NULL;
            }
            struct sw_manifest_part a = part(text[0].bytes, last[0]);
            struct sw_manifest_part b = part(text[1].bytes, last[1]);

            if (!sw_manifest_compare(after, &a, &b, note, &seen, &tally, &after, &err)) {
                fail_msg("%s", err.text);
            }
            after = after == NULL ? NULL : sw_copy_text(arena, after);
            sw_buf_release(&text[0]);
            sw_buf_release(&text[1]);
            ranges++;
        }
        if (size == FILES) {
            whole = tally;
            assert_true(tally.files[SW_MANIFEST_MISSING] > 10 &&
                        tally.files[SW_MANIFEST_ONLY_SHARE] > 10);
        }
        assert_true(size > 20 || ranges > 10);
        assert_memory_equal(&tally, &whole, sizeof whole);
    }
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_comes_with_all_that_lies_in_it),
        cmocka_unit_test(names_are_found_without_their_case),
        cmocka_unit_test(an_order_holds_for_any_three_names),
        cmocka_unit_test(both_sides_sort_by_the_same_rule),
        cmocka_unit_test(below_a_folder_is_not_beside_it),
        cmocka_unit_test(times_are_told_in_the_ticks_of_the_file_system),
        cmocka_unit_test(each_difference_has_its_class),
        cmocka_unit_test(a_stub_is_compared_like_the_file_that_it_stands_for),
        cmocka_unit_test(names_that_differ_in_case_only_on_one_side_can_not_be_told_apart),
        cmocka_unit_test(only_what_both_parts_cover_is_compared),
        cmocka_unit_test(a_range_that_does_not_go_on_is_refused),
        cmocka_unit_test(a_list_that_is_sorted_otherwise_is_refused),
        cmocka_unit_test(a_line_that_is_none_is_refused),
        cmocka_unit_test(the_ranges_make_no_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
