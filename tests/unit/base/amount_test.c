#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void durations_are_read_and_written_back(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
        const char *shown;
    } rows[] = {
        {"0s", 0, "0s"},
        {"0m", 0, "0s"},
        {"250ms", 250, "250ms"},
        {"90s", 90000, "1m30s"},
        {"1h30m", 5400000, "1h30m"},
        {"72h", 259200000, "3d"},
        {"14d", 1209600000, "2w"},
        {"8d", 691200000, "8d"},
        {"1w1d1h1m1s1ms", 694861001, "8d1h1m1s1ms"},
        {"-5m", -300000, "-5m"},
        {"3653d", INT64_C(315619200000), "3653d"},
    };

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        struct sw_error err = {0};
        char text[SW_DURATION_TEXT_BYTES];
        int64_t ms = -1;

        assert_true(sw_duration_parse(rows[i].text, &ms, &err));
        assert_int_equal(ms, rows[i].ms);
        sw_duration_format(ms, text);
        assert_string_equal(text, rows[i].shown);
        assert_true(sw_duration_parse(text, &ms, &err));
        assert_int_equal(ms, rows[i].ms);
    }
}

static void what_is_no_duration_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",      "5",    "m",      "5 m",    "5M",   "5min", "1.5h",
                                      "30m1h", "1h1h", "1h30",   "1:30",   "010m", "-",    "--5m",
                                      "1h-5m", "+5m",  "1_000s", "1h 30m", "PT5M", "5m ",  "1mm"};

    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        struct sw_error err = {0};
        int64_t ms = 42;

        assert_false(sw_duration_parse(bad[i], &ms, &err));
        assert_int_equal(err.code, SW_E_INPUT);
        assert_int_equal(ms, 42);
    }
}

static void durations_above_ten_years_are_over_the_limit(void **state)
{
    (void)state;
    static const char *const bad[] = {"3654d", "3653d1ms", "522w", "9223372036854775807ms",
                                      "9223372036854775807w"};

    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        struct sw_error err = {0};
        int64_t ms = 42;

        assert_false(sw_duration_parse(bad[i], &ms, &err));
        assert_int_equal(err.code, SW_E_LIMIT);
    }
}

static void any_duration_can_be_written(void **state)
{
    (void)state;
    char text[SW_DURATION_TEXT_BYTES];

    sw_duration_format(INT64_MIN, text);
    assert_string_equal(text, "-106751991167d7h12m55s808ms");
    sw_duration_for_people(INT64_MIN, text);
    assert_string_equal(text, "-106751991167d 7h");
}

static void people_see_the_two_largest_units(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = {
        {0, "0s"},
        {250, "250ms"},
        {843000, "14m 3s"},
        {183600000, "2d 3h"},
        {60000, "1m"},
        {86400000 + 60000, "1d"},
        {-90000, "-1m 30s"},
        {1209600000, "14d"},
        {3599999, "59m 59s"},
    };

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        char text[SW_DURATION_TEXT_BYTES];

        sw_duration_for_people(rows[i].ms, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void sizes_are_read_and_written_back(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t bytes;
        const char *shown;
    } rows[] = {
        {"0B", 0, "0B"},
        {"1023B", 1023, "1023B"},
        {"1024B", 1024, "1KiB"},
        {"20GiB", INT64_C(21474836480), "20GiB"},
        {"1.5GiB", INT64_C(1610612736), "1536MiB"},
        {"0.001KiB", 1, "1B"},
        {"8388607TiB", INT64_C(8388607) << 40, "8388607TiB"},
        {"9223372036854775807B", INT64_MAX, "9223372036854775807B"},
        {"-2KiB", -2048, "-2KiB"},
    };

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        struct sw_error err = {0};
        char text[SW_DURATION_TEXT_BYTES];
        int64_t bytes = -1;

        assert_true(sw_size_parse(rows[i].text, &bytes, &err));
        assert_int_equal(bytes, rows[i].bytes);
        sw_size_format(bytes, text);
        assert_string_equal(text, rows[i].shown);
        assert_true(sw_size_parse(text, &bytes, &err));
        assert_int_equal(bytes, rows[i].bytes);
    }
}

static void what_is_no_size_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",      "20",    "GiB",          "20 GiB", "20gib", "20GB",
                                      "1.GiB", ".5GiB", "1.5B",         "1e3B",   "010B",  "1_000B",
                                      "+1B",   "1KiBx", "1.1234567GiB", "1KiB1B"};

    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        struct sw_error err = {0};
        int64_t bytes = 42;

        assert_false(sw_size_parse(bad[i], &bytes, &err));
        assert_int_equal(err.code, SW_E_INPUT);
    }
}

static void sizes_that_do_not_fit_are_over_the_limit(void **state)
{
    (void)state;
    struct sw_error err = {0};
    int64_t bytes = 0;

    assert_false(sw_size_parse("8388608TiB", &bytes, &err));
    assert_int_equal(err.code, SW_E_LIMIT);
}

static void people_see_three_digits_of_a_size(void **state)
{
    (void)state;
    static const struct {
        int64_t bytes;
        const char *text;
    } rows[] = {
        {0, "0 B"},
        {1023, "1023 B"},
        {1024, "1.00 KiB"},
        {INT64_C(1320702444), "1.23 GiB"},
        {INT64_C(10737418240), "10.0 GiB"},
        {INT64_C(107374182400), "100 GiB"},
        {INT64_C(1073741823), "1.00 GiB"},
        {-2048, "-2.00 KiB"},
        {INT64_MAX, "8388608 TiB"},
    };

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        char text[SW_DURATION_TEXT_BYTES];

        sw_size_for_people(rows[i].bytes, text);
        assert_string_equal(text, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_are_read_and_written_back),
        cmocka_unit_test(what_is_no_duration_is_refused),
        cmocka_unit_test(durations_above_ten_years_are_over_the_limit),
        cmocka_unit_test(any_duration_can_be_written),
        cmocka_unit_test(people_see_the_two_largest_units),
        cmocka_unit_test(sizes_are_read_and_written_back),
        cmocka_unit_test(what_is_no_size_is_refused),
        cmocka_unit_test(sizes_that_do_not_fit_are_over_the_limit),
        cmocka_unit_test(people_see_three_digits_of_a_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
