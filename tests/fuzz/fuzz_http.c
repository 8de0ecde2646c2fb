/** @file Any text as the dates and delays of HTTP headers, and as our own times, durations and
 * sizes: what is taken is taken again in its printed form. */
#include "base/arena.h"
#include "base/time.h"
#include "stdlib/azure/http_time.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_header(const char *name, const char *text)
{
    struct sw_reply reply = {.status = 202};

    sw_reply_set_header(&reply, "Date", "Fri, 28 Jun 2024 04:46:21 GMT");
    sw_reply_set_header(&reply, name, text);

    int64_t after = sw_http_retry_after_ms(&reply);

    sw_require(after == 0 || (after >= SW_ARM_AFTER_MIN_MS && after <= SW_ARM_AFTER_MAX_MS));
    (void)sw_http_peer_time(&reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    const char *text = sw_copy(arena, size == 0 ? "" : (const char *)data, size);
    struct sw_error err = {0};
    char date[30];
    char time[SW_TIME_TEXT_BYTES];
    char other[SW_DURATION_TEXT_BYTES];
    int64_t value = 0;
    int64_t again = 0;

    if (sw_http_date_parse(text, &value)) {
        sw_http_date_format(value, date);
        sw_require(value < 0 || (sw_http_date_parse(date, &again) && again == value));
    }
    check_header("Retry-After", text);
    check_header("retry-after-ms", text);
    check_header("Date", text);
    if (sw_time_parse(text, &value, &err)) {
        sw_time_format(value, time);
        sw_require(sw_time_parse(time, &again, &err) && again == value);
    }
    if (sw_duration_parse(text, &value, &err)) {
        sw_duration_format(value, other);
        sw_require(sw_duration_parse(other, &again, &err) && again == value);
        sw_duration_for_people(value, other);
    }
    if (sw_size_parse(text, &value, &err)) {
        sw_size_format(value, other);
        sw_require(sw_size_parse(other, &again, &err) && again == value);
        sw_size_for_people(value, other);
    }
    return 0;
}
