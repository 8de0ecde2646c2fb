#include "stdlib/azure/http_time.h"

#include "base/text.h"
#include "base/time.h"

#include <stdio.h>
#include <string.h>

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970-01-01 was a Thursday */

/* The time is rewritten as RFC 3339, so that one function knows the calendar. */
bool sw_http_date_parse(const char *text, int64_t *ret_ns)
{
    static const char form[] = "aaa, 00 aaa 0000 00:00:00 GMT";

    if (text == NULL || strlen(text) != sizeof form - 1) {
        return false;
    }
    for (size_t i = 0; form[i] != '\0'; i++) {
        bool is_digit = text[i] >= '0' && text[i] <= '9';

        if (form[i] == '0' ? !is_digit : form[i] != 'a' && form[i] != text[i]) {
            return false;
        }
    }

    unsigned month = 0;

    for (unsigned i = 0; i < 12; i++) {
        if (memcmp(months + (size_t)i * 3, text + 8, 3) == 0) {
            month = i + 1;
        }
    }

    char iso[SW_TIME_TEXT_BYTES];
    struct sw_error ignored = {0};

    (void)snprintf(iso, sizeof iso, "%.4s-%02u-%.2sT%.8sZ", text + 12, month, text + 5, text + 17);
    return month != 0 && sw_time_parse(iso, ret_ns, &ignored);
}

void sw_http_date_format(int64_t ns, char out[30])
{
    char iso[SW_TIME_TEXT_BYTES];
    int64_t second = ns / SW_NS_PER_S;
    int64_t day = second / 86400;

    if (second < 0) {
        second = 0;
        day = 0;
    }
    sw_time_format(second * SW_NS_PER_S, iso);

    size_t month = (size_t)((iso[5] - '0') * 10 + (iso[6] - '0') - 1);

    (void)snprintf(out, 30, "%.3s, %.2s %.3s %.4s %.8s GMT", days + (size_t)(day % 7) * 3, iso + 8,
                   months + (month % 12) * 3, iso, iso + 11);
}

int64_t sw_http_peer_time(const struct sw_reply *reply)
{
    int64_t ns = 0;

    (void)sw_http_date_parse(sw_reply_header(reply, "Date"), &ns);
    return ns;
}

/* Digits only; anything that would not fit is as good as the upper bound. */
static bool read_count(const char *text, int64_t *ret)
{
    int64_t count = 0;

    if (text == NULL || *text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') {
            return false;
        }
        count = count > SW_ARM_AFTER_MAX_MS ? count : count * 10 + (*text - '0');
    }
    *ret = count;
    return true;
}

static int64_t bounded(int64_t ms)
{
    return ms < SW_ARM_AFTER_MIN_MS   ? SW_ARM_AFTER_MIN_MS
           : ms > SW_ARM_AFTER_MAX_MS ? SW_ARM_AFTER_MAX_MS
                                      : ms;
}

int64_t sw_http_retry_after_ms(const struct sw_reply *reply)
{
    const char *seconds = sw_reply_header(reply, "Retry-After");
    int64_t count = 0;
    int64_t now_ns = 0;
    int64_t then_ns = 0;

    if (read_count(sw_reply_header(reply, "retry-after-ms"), &count) ||
        read_count(sw_reply_header(reply, "x-ms-retry-after-ms"), &count)) {
        return bounded(count);
    }
    if (read_count(seconds, &count)) {
        return bounded(count > SW_ARM_AFTER_MAX_MS ? count : count * 1000);
    }
    if (sw_http_date_parse(seconds, &then_ns) &&
        sw_http_date_parse(sw_reply_header(reply, "Date"), &now_ns)) {
        return bounded(then_ns / SW_NS_PER_MS - now_ns / SW_NS_PER_MS);
    }
    return 0;
}
