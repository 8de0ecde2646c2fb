/* When an edge is open, by the clock on the wall of its zone. */
#include "engine/window.h"

#include "base/text.h"
#include "base/time.h"
#include "base/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MON = 1, FRI = 16, SAT = 32, SUN = 64, ALL_DAYS = 127 };

static struct sw_edge window(const char *zone, unsigned days, int from, int to,
                             struct sw_arena *arena)
{
    struct sw_error err = {0};
    struct sw_edge edge = {
        .day_mask = days,
        .from_minute = from / 100 * 60 + from % 100,
        .to_minute = to / 100 * 60 + to % 100,
        .zone = zone,
        .clock = sw_zone_read(SW_SOURCE_DIR "/tests/data/zoneinfo", zone, arena, &err),
    };

    assert_non_null(edge.clock);
    return edge;
}

static int64_t at(const char *text)
{
    struct sw_error err = {0};
    int64_t ns = 0;

    assert_true(sw_time_parse(text, &ns, &err));
    return ns;
}

static void assert_windows(const char *zone, unsigned days, int from, int to, const char *instant,
                           bool is_open, const char *says)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_edge edge = window(zone, days, from, to, arena);

    assert_int_equal(sw_window_shut(&edge, at(instant), arena) == NULL, is_open);
    assert_string_equal(sw_window_now(&edge, at(instant), arena), says);
}

static void hours_are_those_of_the_zone_in_winter_and_in_summer(void **state)
{
    (void)state;
    assert_windows("Europe/Berlin", SAT, 2000, 2330, "2026-11-28T18:59:59Z", false,
                   "opens Sat 2026-11-28 20:00 +01:00 (2026-11-28T19:00:00Z)");
    assert_windows("Europe/Berlin", SAT, 2000, 2330, "2026-11-28T19:00:00Z", true,
                   "open now, until Sat 2026-11-28 23:30 +01:00 (2026-11-28T22:30:00Z)");
    assert_windows("Europe/Berlin", SAT, 2000, 2330, "2026-07-04T18:00:00Z", true,
                   "open now, until Sat 2026-07-04 23:30 +02:00 (2026-07-04T21:30:00Z)");
    assert_windows("Europe/Berlin", SAT, 2000, 2330, "2026-07-04T21:30:00Z", false,
                   "opens Sat 2026-07-11 20:00 +02:00 (2026-07-11T18:00:00Z)");
}

static void the_day_is_that_of_the_zone(void **state)
{
    (void)state;
    assert_windows("Asia/Kolkata", SUN, 0, 200, "2026-11-28T18:30:00Z", true,
                   "open now, until Sun 2026-11-29 02:00 +05:30 (2026-11-28T20:30:00Z)");
    assert_windows("Asia/Kolkata", SUN, 0, 200, "2026-11-28T18:29:00Z", false,
                   "opens Sun 2026-11-29 00:00 +05:30 (2026-11-28T18:30:00Z)");
}

static void a_window_over_midnight_belongs_to_its_first_day_in_the_zone(void **state)
{
    (void)state;
    assert_windows("Europe/Berlin", FRI, 2200, 200, "2026-11-27T23:30:00Z", true,
                   "open now, until Sat 2026-11-28 02:00 +01:00 (2026-11-28T01:00:00Z)");
    assert_windows("Europe/Berlin", FRI, 2200, 200, "2026-11-26T23:30:00Z", false,
                   "opens Fri 2026-11-27 22:00 +01:00 (2026-11-27T21:00:00Z)");
    assert_windows("Australia/Adelaide", SAT, 2300, 400, "2026-04-04T17:00:00Z", true,
                   "open now, until Sun 2026-04-05 04:00 +09:30 (2026-04-04T18:30:00Z)");
}

static void an_hour_that_spring_skips_is_not_open_until_a_week_later(void **state)
{
    (void)state;
    assert_windows("Europe/Berlin", SUN, 215, 245, "2026-03-28T12:00:00Z", false,
                   "opens Sun 2026-04-05 02:15 +02:00 (2026-04-05T00:15:00Z)");
}

static void a_window_that_ends_in_the_skipped_hour_ends_with_the_change(void **state)
{
    (void)state;
    assert_windows("Europe/Berlin", SUN, 100, 230, "2026-03-29T00:30:00Z", true,
                   "open now, until Sun 2026-03-29 03:00 +02:00 (2026-03-29T01:00:00Z)");
    assert_windows("Europe/Berlin", SUN, 230, 400, "2026-03-29T00:59:00Z", false,
                   "opens Sun 2026-03-29 03:00 +02:00 (2026-03-29T01:00:00Z)");
}

static void an_hour_that_autumn_repeats_is_open_twice(void **state)
{
    (void)state;
    assert_windows("Europe/Berlin", SUN, 215, 245, "2026-10-25T00:20:00Z", true,
                   "open now, until Sun 2026-10-25 02:45 +02:00 (2026-10-25T00:45:00Z)");
    assert_windows("Europe/Berlin", SUN, 215, 245, "2026-10-25T00:50:00Z", false,
                   "opens Sun 2026-10-25 02:15 +01:00 (2026-10-25T01:15:00Z)");
    assert_windows("Europe/Berlin", SUN, 215, 245, "2026-10-25T01:30:00Z", true,
                   "open now, until Sun 2026-10-25 02:45 +01:00 (2026-10-25T01:45:00Z)");
}

static void without_zone_data_it_is_shut_in_words(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_edge edge = {.day_mask = ALL_DAYS,
                           .to_minute = 1439,
                           .zone = "Europe/Berlin",
                           .clock_missing = "this machine has no time zone data"};
    const char *why = sw_window_shut(&edge, at("2026-11-28T19:00:00Z"), arena);

    assert_non_null(why);
    assert_non_null(strstr(why, "cannot be told: this machine has no time zone data"));
}

static void without_a_window_it_is_always_open(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_edge edge = {0};

    assert_null(sw_window_shut(&edge, 0, arena));
    assert_null(sw_window_now(&edge, 0, arena));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hours_are_those_of_the_zone_in_winter_and_in_summer),
        cmocka_unit_test(the_day_is_that_of_the_zone),
        cmocka_unit_test(a_window_over_midnight_belongs_to_its_first_day_in_the_zone),
        cmocka_unit_test(an_hour_that_spring_skips_is_not_open_until_a_week_later),
        cmocka_unit_test(a_window_that_ends_in_the_skipped_hour_ends_with_the_change),
        cmocka_unit_test(an_hour_that_autumn_repeats_is_open_twice),
        cmocka_unit_test(without_zone_data_it_is_shut_in_words),
        cmocka_unit_test(without_a_window_it_is_always_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
