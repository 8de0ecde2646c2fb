/** @file Dates and delays of HTTP headers. */
#include "stdlib/azure/http_time.h"

#include "support.h"

static int64_t after(const char *name, const char *value, const char *date)
{
    struct sw_reply reply = {0};

    sw_reply_set_header(&reply, name, value);
    if (date != NULL) {
        sw_reply_set_header(&reply, "Date", date);
    }
    return sw_http_retry_after_ms(&reply);
}

static void a_date_is_read_and_written_back(void **state)
{
    static const char *const dates[] = {
        "Fri, 28 Jun 2024 04:46:21 GMT", "Thu, 01 Jan 1970 00:00:00 GMT",
        "Tue, 29 Feb 2028 23:59:59 GMT", "Mon, 23 Nov 2026 10:00:00 GMT"};

    (void)state;
    for (size_t i = 0; i < SW_COUNT(dates); i++) {
        int64_t ns = -1;
        char text[30];

        assert_true(sw_http_date_parse(dates[i], &ns));
        sw_http_date_format(ns, text);
        assert_string_equal(text, dates[i]);
    }
}

static void a_date_is_an_instant_in_utc(void **state)
{
    int64_t ns = 0;

    (void)state;
    assert_true(sw_http_date_parse("Fri, 28 Jun 2024 04:46:21 GMT", &ns));
    assert_true(ns == INT64_C(1719549981) * 1000000000);
}

static void what_is_no_date_changes_nothing(void **state)
{
    static const char *const texts[] = {"",
                                        "Fri, 28 Jun 2024 04:46:21 UTC",
                                        "Fri, 28 Foo 2024 04:46:21 GMT",
                                        "Fri, 31 Feb 2024 04:46:21 GMT",
                                        "Fri, 28 Jun 2024 24:61:21 GMT",
                                        "2024-06-28T04:46:21Z",
                                        "Fri, 28 Jun 2024 04:46:21 GMT "};
    int64_t ns = 42;

    (void)state;
    assert_false(sw_http_date_parse(NULL, &ns));
    for (size_t i = 0; i < SW_COUNT(texts); i++) {
        assert_false(sw_http_date_parse(texts[i], &ns));
    }
    assert_true(ns == 42);
}

static void a_delay_is_read_in_each_form(void **state)
{
    (void)state;
    assert_true(after("Retry-After", "10", NULL) == 10000);
    assert_true(after("retry-after", "17", NULL) == 17000);
    assert_true(after("retry-after-ms", "2500", NULL) == 2500);
    assert_true(after("x-ms-retry-after-ms", "2500", NULL) == 2500);
    assert_true(after("Retry-After", "Fri, 28 Jun 2024 04:46:51 GMT",
                      "Fri, 28 Jun 2024 04:46:21 GMT") == 30000);
}

static void an_absurd_delay_is_bounded(void **state)
{
    (void)state;
    assert_true(after("Retry-After", "0", NULL) == 1000);
    assert_true(after("Retry-After", "86400", NULL) == 600000);
    assert_true(after("Retry-After", "99999999999999999999999999", NULL) == 600000);
    assert_true(after("retry-after-ms", "1", NULL) == 1000);
    assert_true(after("Retry-After", "Fri, 28 Jun 2034 04:46:51 GMT",
                      "Fri, 28 Jun 2024 04:46:21 GMT") == 600000);
    assert_true(after("Retry-After", "Fri, 28 Jun 2014 04:46:51 GMT",
                      "Fri, 28 Jun 2024 04:46:21 GMT") == 1000);
}

static void an_unreadable_delay_is_none(void **state)
{
    (void)state;
    assert_true(after("Retry-After", "soon", NULL) == 0);
    assert_true(after("Retry-After", "-5", NULL) == 0);
    assert_true(after("Retry-After", "", NULL) == 0);
    assert_true(after("Retry-After", "Fri, 28 Jun 2024 04:46:51 GMT", NULL) == 0);
    assert_true(after("Server", "Kestrel", NULL) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_date_is_read_and_written_back),
        cmocka_unit_test(a_date_is_an_instant_in_utc),
        cmocka_unit_test(what_is_no_date_changes_nothing),
        cmocka_unit_test(a_delay_is_read_in_each_form),
        cmocka_unit_test(an_absurd_delay_is_bounded),
        cmocka_unit_test(an_unreadable_delay_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
