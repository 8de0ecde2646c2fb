#include "base/time.h"

#include <stdio.h>
#include <string.h>

/* Durations and sizes: a number and a unit. */
struct unit {
    const char *name;
    int64_t value;
};

/* Largest first. */
static const struct unit durations[] = {
    {"w", INT64_C(604800000)}, {"d", INT64_C(86400000)}, {"h", INT64_C(3600000)},
    {"m", INT64_C(60000)},     {"s", INT64_C(1000)},     {"ms", INT64_C(1)},
};
static const struct unit sizes[] = {
    {"TiB", INT64_C(1) << 40}, {"GiB", INT64_C(1) << 30}, {"MiB", INT64_C(1) << 20},
    {"KiB", INT64_C(1) << 10}, {"B", INT64_C(1)},
};

/* Longer waits than this are a slip of the pen, and far below what could overflow. */
#define LONGEST_MS (INT64_C(3653) * 86400000)

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits without a leading zero; moves *at. False on none, a leading zero or overflow. */
static bool whole(const char **at, int64_t *ret_number)
{
    const char *from = *at;
    int64_t number = 0;

    if (!is_digit(*from) || (*from == '0' && is_digit(from[1]))) {
        return false;
    }
    for (; is_digit(*from); from++) {
        int digit = *from - '0';

        if (number > (INT64_MAX - digit) / 10) {
            return false;
        }
        number = number * 10 + digit;
    }
    *at = from;
    *ret_number = number;
    return true;
}

static const struct unit *unit_at(const struct unit *units, size_t count, const char **at)
{
    size_t length = 0;

    while (((*at)[length] >= 'a' && (*at)[length] <= 'z') ||
           ((*at)[length] >= 'A' && (*at)[length] <= 'Z')) {
        length++;
    }
    for (size_t i = 0; i < count; i++) {
        if (strlen(units[i].name) == length && memcmp(units[i].name, *at, length) == 0) {
            *at += length;
            return &units[i];
        }
    }
    return NULL;
}

bool sw_duration_parse(const char *text, int64_t *ret_ms, struct sw_error *err)
{
    const char *at = text + (text[0] == '-' ? 1 : 0);
    const struct unit *last = NULL;
    int64_t total = 0;

    do {
        int64_t number = 0;
        const struct unit *unit =
            whole(&at, &number) ? unit_at(durations, SW_COUNT(durations), &at) : NULL;

        if (unit == NULL || (last != NULL && unit <= last)) {
            return sw_fail(err, SW_E_INPUT,
                           "'%.60s' is no duration like 90s, 15m or 1h30m (ms s m h d w)", text);
        }
        if (number > LONGEST_MS / unit->value || total + number * unit->value > LONGEST_MS) {
            return sw_fail(err, SW_E_LIMIT, "'%.60s' is longer than 10 years", text);
        }
        total += number * unit->value;
        last = unit;
    } while (*at != '\0');
    *ret_ms = text[0] == '-' ? -total : total;
    return true;
}

/* Magnitude that also holds that of INT64_MIN. */
static uint64_t magnitude(int64_t number)
{
    return number < 0 ? UINT64_C(0) - (uint64_t)number : (uint64_t)number;
}

static size_t put(char *out, size_t room, size_t used, uint64_t number, const char *unit)
{
    int length = snprintf(out + used, room - used, "%llu%s", (unsigned long long)number, unit);

    return length < 0 ? used : used + (size_t)length;
}

void sw_duration_format(int64_t ms, char out[SW_DURATION_TEXT_BYTES])
{
    uint64_t rest = magnitude(ms);
    size_t used = 0;

    if (rest == 0) {
        (void)put(out, SW_DURATION_TEXT_BYTES, 0, 0, "s");
        return;
    }
    if (ms < 0) {
        out[used++] = '-';
    }
    /* Whole weeks are weeks; "8d" reads better than "1w1d". */
    for (size_t i = rest % (uint64_t)durations[0].value == 0 ? 0 : 1; i < SW_COUNT(durations);
         i++) {
        uint64_t unit = (uint64_t)durations[i].value;

        if (rest >= unit) {
            used = put(out, SW_DURATION_TEXT_BYTES, used, rest / unit, durations[i].name);
            rest %= unit;
        }
    }
}

void sw_duration_for_people(int64_t ms, char out[SW_DURATION_TEXT_BYTES])
{
    uint64_t rest = magnitude(ms);
    size_t used = 0;
    size_t i = 1;

    if (rest == 0) {
        (void)put(out, SW_DURATION_TEXT_BYTES, 0, 0, "s");
        return;
    }
    if (ms < 0) {
        out[used++] = '-';
    }
    while (rest < (uint64_t)durations[i].value) {
        i++;
    }
    used = put(out, SW_DURATION_TEXT_BYTES, used, rest / (uint64_t)durations[i].value,
               durations[i].name);
    rest %= (uint64_t)durations[i].value;
    i++;
    if (i < SW_COUNT(durations) && rest >= (uint64_t)durations[i].value) {
        out[used++] = ' ';
        (void)put(out, SW_DURATION_TEXT_BYTES, used, rest / (uint64_t)durations[i].value,
                  durations[i].name);
    }
}

/* Six digits of a fraction of 1 TiB still fit in 63 bits. */
#define LARGEST_SCALE INT64_C(1000000)

bool sw_size_parse(const char *text, int64_t *ret_bytes, struct sw_error *err)
{
    const char *at = text + (text[0] == '-' ? 1 : 0);
    int64_t number = 0;
    int64_t part = 0;
    int64_t scale = 1;
    bool is_whole = true;

    if (!whole(&at, &number)) {
        return sw_fail(err, SW_E_INPUT, "'%.60s' is no size like 512MiB or 1.5GiB", text);
    }
    if (*at == '.') {
        is_whole = false;
        for (at++; is_digit(*at) && scale < LARGEST_SCALE; at++) {
            part = part * 10 + (*at - '0');
            scale *= 10;
        }
    }

    const struct unit *unit = scale == 1 && !is_whole ? NULL : unit_at(sizes, SW_COUNT(sizes), &at);

    if (unit == NULL || *at != '\0' || (unit->value == 1 && !is_whole)) {
        return sw_fail(err, SW_E_INPUT,
                       "'%.60s' is no size like 512MiB or 1.5GiB (B KiB MiB GiB TiB)", text);
    }

    int64_t extra = part * unit->value / scale;

    if (number > (INT64_MAX - extra) / unit->value) {
        return sw_fail(err, SW_E_LIMIT, "'%.60s' is more bytes than can be counted", text);
    }
    number = number * unit->value + extra;
    *ret_bytes = text[0] == '-' ? -number : number;
    return true;
}

void sw_size_format(int64_t bytes, char out[SW_DURATION_TEXT_BYTES])
{
    uint64_t size = magnitude(bytes);
    size_t used = 0;
    size_t i = 0;

    if (bytes < 0) {
        out[used++] = '-';
    }
    while (i < SW_COUNT(sizes) - 1 && (size == 0 || size % (uint64_t)sizes[i].value != 0)) {
        i++;
    }
    (void)put(out, SW_DURATION_TEXT_BYTES, used, size / (uint64_t)sizes[i].value, sizes[i].name);
}

void sw_size_for_people(int64_t bytes, char out[SW_DURATION_TEXT_BYTES])
{
    uint64_t size = magnitude(bytes);
    const char *minus = bytes < 0 ? "-" : "";
    size_t i = 0;

    while (i < SW_COUNT(sizes) - 1 && size < (uint64_t)sizes[i].value) {
        i++;
    }
    if (sizes[i].value == 1) {
        (void)snprintf(out, SW_DURATION_TEXT_BYTES, "%s%llu B", minus, (unsigned long long)size);
        return;
    }

    double shown = (double)size / (double)sizes[i].value;

    /* 1023.996 MiB would be shown as 1024 MiB. */
    if (i > 0 && shown >= 1023.5) {
        i--;
        shown /= 1024;
    }

    int places = shown < 9.995 ? 2 : shown < 99.95 ? 1 : 0;

    (void)snprintf(out, SW_DURATION_TEXT_BYTES, "%s%.*f %s", minus, places, shown, sizes[i].name);
}
