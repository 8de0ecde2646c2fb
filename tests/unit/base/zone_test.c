/* Time zones, from files of our own (tests/data/zoneinfo). */
#include "base/zone.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ZONES SW_SOURCE_DIR "/tests/data/zoneinfo"

static int64_t seconds_of(const char *text)
{
    struct sw_error err = {0};
    int64_t ns = 0;

    assert_true(sw_time_parse(text, &ns, &err));
    return ns / SW_NS_PER_S;
}

static void assert_local(const char *name, const char *instant, const char *local)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_error err = {0};
    const struct sw_zone *zone = sw_zone_read(ZONES, name, arena, &err);
    char text[SW_ZONE_TEXT_BYTES];

    assert_string_equal(err.text, "");
    assert_non_null(zone);
    sw_zone_format(zone, seconds_of(instant), text);
    assert_string_equal(text, local);
}

static void in_spring_an_hour_of_berlin_never_comes(void **state)
{
    (void)state;
    assert_local("Europe/Berlin", "2026-03-29T00:59:59Z", "Sun 2026-03-29 01:59 +01:00");
    assert_local("Europe/Berlin", "2026-03-29T01:00:00Z", "Sun 2026-03-29 03:00 +02:00");
}

static void in_autumn_an_hour_of_berlin_comes_twice(void **state)
{
    (void)state;
    assert_local("Europe/Berlin", "2026-10-25T00:30:00Z", "Sun 2026-10-25 02:30 +02:00");
    assert_local("Europe/Berlin", "2026-10-25T01:30:00Z", "Sun 2026-10-25 02:30 +01:00");
}

static void after_the_last_change_in_the_file_its_rule_counts(void **state)
{
    (void)state;
    assert_local("Europe/Berlin", "2099-03-29T00:59:59Z", "Sun 2099-03-29 01:59 +01:00");
    assert_local("Europe/Berlin", "2099-03-29T01:00:00Z", "Sun 2099-03-29 03:00 +02:00");
    assert_local("Europe/Berlin", "2099-10-25T01:00:00Z", "Sun 2099-10-25 02:00 +01:00");
}

static void before_the_first_change_the_sun_counts(void **state)
{
    (void)state;
    assert_local("Europe/Berlin", "1890-01-01T00:00:00Z", "Wed 1890-01-01 00:53 +00:53");
}

static void in_the_south_summer_goes_over_the_new_year(void **state)
{
    (void)state;
    assert_local("Australia/Adelaide", "2026-01-01T00:00:00Z", "Thu 2026-01-01 10:30 +10:30");
    assert_local("Australia/Adelaide", "2026-07-01T00:00:00Z", "Wed 2026-07-01 09:30 +09:30");
    assert_local("Australia/Adelaide", "2060-12-31T23:00:00Z", "Sat 2061-01-01 09:30 +10:30");
    assert_local("Australia/Adelaide", "2060-07-01T00:00:00Z", "Thu 2060-07-01 09:30 +09:30");
    assert_local("Australia/Adelaide", "2060-04-03T16:30:00Z", "Sun 2060-04-04 02:00 +09:30");
}

static void a_zone_may_be_off_by_half_an_hour(void **state)
{
    (void)state;
    assert_local("Asia/Kolkata", "2026-11-28T18:30:00Z", "Sun 2026-11-29 00:00 +05:30");
}

static void what_leads_elsewhere_is_no_name(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",          "/etc/passwd", "../passwd", "Europe/../../etc/x", "Europe/", "Europe//Berlin",
        "localtime", "posixrules",  "a b",       "Europe/Berlin\n"};

    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        assert_false(sw_zone_is_name(bad[i]));
    }
    assert_true(sw_zone_is_name("Europe/Berlin"));
    assert_true(sw_zone_is_name("America/Argentina/Buenos_Aires"));
    assert_true(sw_zone_is_name("Etc/GMT+5"));
}

static void a_folder_or_nothing_is_not_found(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_error err = {0};

    assert_null(sw_zone_read(ZONES, "Europe", arena, &err));
    assert_int_equal(err.code, SW_E_NOT_FOUND);
    err = (struct sw_error){0};
    assert_null(sw_zone_read(ZONES, "Europe/Atlantis", arena, &err));
    assert_int_equal(err.code, SW_E_NOT_FOUND);
    assert_true(sw_zone_has_data(ZONES));
    assert_false(sw_zone_has_data(ZONES "/Europe"));
}

static void names_come_from_the_list_of_the_folder(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    size_t count = 0;
    const char *const *names = sw_zone_names(ZONES, arena, &count);

    assert_int_equal(count, 3);
    assert_string_equal(names[0], "Australia/Adelaide");
    assert_string_equal(names[1], "Europe/Berlin");
    assert_string_equal(names[2], "Asia/Kolkata");
    (void)sw_zone_names(ZONES "/Europe", arena, &count);
    assert_int_equal(count, 0);
}

/* Every cut and every changed byte of a file either fails in words or gives some offset: no read
 * beyond it (seen under the sanitizers). */
static void a_broken_file_fails_in_words(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_buf file;
    struct sw_error err = {0};

    sw_buf_init(&file, 65536);
    assert_true(sw_file_read(ZONES "/Europe/Berlin", &file, &err));
    for (size_t length = 0; length < file.length; length++) {
        char *cut = malloc(length + 1); /* its own, so that a byte too far is seen */

        memcpy(cut, file.bytes, length);
        err = (struct sw_error){0};
        assert_null(sw_zone_parse(cut, length, arena, &err));
        assert_int_not_equal(err.text[0], '\0');
        free(cut);
    }
    for (size_t i = 0; i < file.length; i++) {
        static const unsigned char bits[] = {0xff, 0x80, 0x01};

        for (size_t b = 0; b < SW_COUNT(bits); b++) {
            char *changed = malloc(file.length);
            const struct sw_zone *zone = NULL;

            memcpy(changed, file.bytes, file.length);
            changed[i] = (char)(changed[i] ^ (char)bits[b]);
            zone = sw_zone_parse(changed, file.length, arena, &err);
            if (zone != NULL) {
                int32_t offset = sw_zone_offset(zone, seconds_of("2050-06-01T00:00:00Z"));

                assert_true(offset > -26 * 3600 && offset < 26 * 3600);
            }
            free(changed);
        }
    }
    sw_buf_release(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_spring_an_hour_of_berlin_never_comes),
        cmocka_unit_test(in_autumn_an_hour_of_berlin_comes_twice),
        cmocka_unit_test(after_the_last_change_in_the_file_its_rule_counts),
        cmocka_unit_test(before_the_first_change_the_sun_counts),
        cmocka_unit_test(in_the_south_summer_goes_over_the_new_year),
        cmocka_unit_test(a_zone_may_be_off_by_half_an_hour),
        cmocka_unit_test(what_leads_elsewhere_is_no_name),
        cmocka_unit_test(a_folder_or_nothing_is_not_found),
        cmocka_unit_test(names_come_from_the_list_of_the_folder),
        cmocka_unit_test(a_broken_file_fails_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
