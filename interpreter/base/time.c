#include "base/time.h"

#include <stdio.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Exactly `count` digits; moves *at behind them. */
static bool digits(const char **at, int count, int *ret_number)
{
    int number = 0;

    for (int i = 0; i < count; i++) {
        if (!is_digit((*at)[i])) {
            return false;
        }
        number = number * 10 + ((*at)[i] - '0');
    }
    *at += count;
    *ret_number = number;
    return true;
}

static bool sign(const char **at, char expected)
{
    if (**at != expected) {
        return false;
    }
    (*at)++;
    return true;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Years begin in March, so that the leap day is the last of its year. */
int64_t sw_date_days(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t in_era = y - era * 400;
    int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

void sw_date_of(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t in_era = shifted - era * 146097;
    int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * in_year + 2) / 153;

    *ret_day = (int)(in_year - (153 * month + 2) / 5 + 1);
    *ret_month = (int)(month < 10 ? month + 3 : month - 9);
    *ret_year = (int)(year + era * 400 + (*ret_month <= 2 ? 1 : 0));
}

/* ".1234567": 1 to 9 digits to nanoseconds. */
static bool fraction(const char **at, int64_t *ret_ns)
{
    int64_t ns = 0;
    int count = 0;

    for (; is_digit(**at) && count < 9; count++, (*at)++) {
        ns = ns * 10 + (**at - '0');
    }
    if (count == 0 || is_digit(**at)) {
        return false;
    }
    for (; count < 9; count++) {
        ns *= 10;
    }
    *ret_ns = ns;
    return true;
}

static bool zone(const char **at, int64_t *ret_seconds)
{
    if (sign(at, 'Z') || sign(at, 'z')) {
        *ret_seconds = 0;
        return true;
    }

    int hours = 0;
    int minutes = 0;
    bool is_west = **at == '-';

    if (!(sign(at, '+') || sign(at, '-')) || !digits(at, 2, &hours) || !sign(at, ':') ||
        !digits(at, 2, &minutes) || hours > 23 || minutes > 59) {
        return false;
    }
    *ret_seconds = (hours * INT64_C(3600) + minutes * INT64_C(60)) * (is_west ? -1 : 1);
    return true;
}

bool sw_time_parse(const char *text, int64_t *ret_ns, struct sw_error *err)
{
    const char *at = text;
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int64_t ns = 0;
    int64_t offset = 0;

    if (!digits(&at, 4, &year) || !sign(&at, '-') || !digits(&at, 2, &month) || !sign(&at, '-') ||
        !digits(&at, 2, &day) || !(sign(&at, 'T') || sign(&at, 't') || sign(&at, ' ')) ||
        !digits(&at, 2, &hour) || !sign(&at, ':') || !digits(&at, 2, &minute) || !sign(&at, ':') ||
        !digits(&at, 2, &second) || (sign(&at, '.') && !fraction(&at, &ns))) {
        return sw_fail(err, SW_E_INPUT, "'%.60s' is no time like 2026-11-23T20:04:05Z", text);
    }
    if (*at == '\0') {
        return sw_fail(err, SW_E_INPUT, "'%.60s' says no time zone (Z or an offset like -07:00)",
                       text);
    }
    if (!zone(&at, &offset) || *at != '\0') {
        return sw_fail(err, SW_E_INPUT, "'%.60s' is no time like 2026-11-23T20:04:05Z", text);
    }
    if (month < 1 || month > 12 || day < 1 || day > month_days(year, month) || hour > 23 ||
        minute > 59 || second > 59) {
        return sw_fail(err, SW_E_INPUT, "'%.60s' is no day or hour of the calendar", text);
    }

    int64_t seconds = sw_date_days(year, month, day) * 86400 + hour * INT64_C(3600) +
                      minute * INT64_C(60) + second - offset;
    const int64_t last = INT64_MAX / SW_NS_PER_S;

    if (seconds > last || seconds < -last - 1 ||
        (seconds == last && ns > INT64_MAX % SW_NS_PER_S) ||
        (seconds == -last - 1 && ns < SW_NS_PER_S + INT64_MIN % SW_NS_PER_S)) {
        return sw_fail(err, SW_E_INPUT, "'%.60s' is not between the years 1678 and 2262", text);
    }
    /* Towards zero first: the product of the very first second would not fit. */
    *ret_ns =
        seconds < 0 ? (seconds + 1) * SW_NS_PER_S + (ns - SW_NS_PER_S) : seconds * SW_NS_PER_S + ns;
    return true;
}

void sw_time_format(int64_t ns, char out[SW_TIME_TEXT_BYTES])
{
    int64_t rest = ns % SW_NS_PER_S;
    int64_t seconds = ns / SW_NS_PER_S - (rest < 0 ? 1 : 0);
    int64_t in_day = seconds % 86400;
    int64_t days = seconds / 86400 - (in_day < 0 ? 1 : 0);
    int year = 0;
    int month = 0;
    int day = 0;
    char part[16] = "";

    rest += rest < 0 ? SW_NS_PER_S : 0;
    in_day += in_day < 0 ? 86400 : 0;
    sw_date_of(days, &year, &month, &day);
    if (rest % 1000 != 0) {
        (void)snprintf(part, sizeof part, ".%09d", (int)rest);
    } else if (rest % SW_NS_PER_MS != 0) {
        (void)snprintf(part, sizeof part, ".%06d", (int)(rest / 1000));
    } else if (rest != 0) {
        (void)snprintf(part, sizeof part, ".%03d", (int)(rest / SW_NS_PER_MS));
    }
    (void)snprintf(out, SW_TIME_TEXT_BYTES, "%04u-%02u-%02uT%02u:%02u:%02u%sZ",
                   (unsigned)year % 10000, (unsigned)month % 100, (unsigned)day % 100,
                   (unsigned)(in_day / 3600) % 100, (unsigned)(in_day / 60 % 60),
                   (unsigned)(in_day % 60), part);
}
