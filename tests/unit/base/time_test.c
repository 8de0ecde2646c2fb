#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int64_t parsed(const char *text)
{
    struct sw_error err = {0};
    int64_t ns = -1;

    if (!sw_time_parse(text, &ns, &err)) {
        fail_msg("'%s': %s", text, err.text);
    }
    return ns;
}

static void times_of_peers_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ns;
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01t00:00:00z", 0},
        {"1970-01-01 00:00:01Z", SW_NS_PER_S},
        {"2026-11-23T20:04:05Z", INT64_C(1795464245) * SW_NS_PER_S},
        {"2026-11-23T13:04:05-07:00", INT64_C(1795464245) * SW_NS_PER_S},
        {"2026-11-24T01:34:05+05:30", INT64_C(1795464245) * SW_NS_PER_S},
        {"2026-11-23T20:04:05.1234567Z", INT64_C(1795464245123456700)},
        {"2026-11-23T20:04:05.1234567-00:00", INT64_C(1795464245123456700)},
        {"2026-11-23T20:04:05.000000001Z", INT64_C(1795464245000000001)},
        {"2026-11-23T20:04:05.5Z", INT64_C(1795464245500000000)},
        {"1969-12-31T23:59:59.999999999Z", -1},
        {"1970-01-01T00:30:00+01:00", -1800 * SW_NS_PER_S},
    };

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        assert_int_equal(parsed(rows[i].text), rows[i].ns);
    }
}

static void the_calendar_knows_its_leap_years(void **state)
{
    (void)state;
    struct sw_error err = {0};
    int64_t ns = 0;

    assert_int_equal(parsed("2000-03-01T00:00:00Z") - parsed("2000-02-28T00:00:00Z"),
                     2 * 86400 * SW_NS_PER_S);
    assert_int_equal(parsed("2100-03-01T00:00:00Z") - parsed("2100-02-28T00:00:00Z"),
                     86400 * SW_NS_PER_S);
    assert_int_equal(parsed("2024-02-29T00:00:00Z") + 86400 * SW_NS_PER_S,
                     parsed("2024-03-01T00:00:00Z"));
    assert_false(sw_time_parse("2023-02-29T00:00:00Z", &ns, &err));
    assert_false(sw_time_parse("2100-02-29T00:00:00Z", &ns, &err));
    assert_true(sw_time_parse("2000-02-29T00:00:00Z", &ns, &err));
}

static void every_day_of_the_range_goes_there_and_back(void **state)
{
    (void)state;
    for (int64_t day = -106751; day <= 106751; day++) {
        char text[SW_TIME_TEXT_BYTES];
        int64_t ns = day * 86400 * SW_NS_PER_S + (day % 2 == 0 ? 0 : 43199 * SW_NS_PER_S + 7);

        sw_time_format(ns, text);
        assert_int_equal(parsed(text), ns);
    }
}

static void what_is_no_time_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2026-11-23",
        "2026-11-23T20:04:05",
        "2026-11-23T20:04Z",
        "2026-11-23T20:04:05.Z",
        "2026-11-23T20:04:05.1234567890Z",
        "2026-11-23T20:04:05,5Z",
        "2026-11-23T20:04:60Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T20:60:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-04-00T00:00:00Z",
        "2026-11-23T20:04:05+0530",
        "2026-11-23T20:04:05+24:00",
        "2026-11-23T20:04:05+05:60",
        "2026-11-23T20:04:05Z ",
        " 2026-11-23T20:04:05Z",
        "\"2026-11-23T20:04:05Z\"",
        "2026-11-23T20:04:05ZZ",
        "26-11-23T20:04:05Z",
        "+2026-11-23T20:04:05Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    };

    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        struct sw_error err = {0};
        int64_t ns = 42;

        assert_false(sw_time_parse(bad[i], &ns, &err));
        assert_int_equal(err.code, SW_E_INPUT);
        assert_int_equal(ns, 42);
    }
}

static void the_first_and_last_instant_are_exact(void **state)
{
    (void)state;
    struct sw_error err = {0};
    char text[SW_TIME_TEXT_BYTES];
    int64_t ns = 0;

    assert_int_equal(parsed("2262-04-11T23:47:16.854775807Z"), INT64_MAX);
    assert_int_equal(parsed("1677-09-21T00:12:43.145224192Z"), INT64_MIN);
    assert_false(sw_time_parse("2262-04-11T23:47:16.854775808Z", &ns, &err));
    assert_false(sw_time_parse("2262-04-11T23:47:17Z", &ns, &err));
    assert_false(sw_time_parse("1677-09-21T00:12:43.145224191Z", &ns, &err));
    assert_false(sw_time_parse("1677-09-21T00:12:42Z", &ns, &err));
    assert_false(sw_time_parse("2262-04-11T23:47:16.9Z", &ns, &err));
    sw_time_format(INT64_MAX, text);
    assert_string_equal(text, "2262-04-11T23:47:16.854775807Z");
    sw_time_format(INT64_MIN, text);
    assert_string_equal(text, "1677-09-21T00:12:43.145224192Z");
}

static void a_fraction_is_written_in_groups_of_three(void **state)
{
    (void)state;
    char text[SW_TIME_TEXT_BYTES];

    sw_time_format(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00Z");
    sw_time_format(500 * SW_NS_PER_MS, text);
    assert_string_equal(text, "1970-01-01T00:00:00.500Z");
    sw_time_format(123456700, text);
    assert_string_equal(text, "1970-01-01T00:00:00.123456700Z");
    sw_time_format(123456000, text);
    assert_string_equal(text, "1970-01-01T00:00:00.123456Z");
    sw_time_format(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999999999Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_of_peers_are_read),
        cmocka_unit_test(the_calendar_knows_its_leap_years),
        cmocka_unit_test(every_day_of_the_range_goes_there_and_back),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(the_first_and_last_instant_are_exact),
        cmocka_unit_test(a_fraction_is_written_in_groups_of_three),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
