#pragma once
/** @file Instants and durations as integers. Instants: nanoseconds since 1970-01-01 UTC, no leap
 * seconds. */
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_NS_PER_MS INT64_C(1000000)
#define SW_NS_PER_S INT64_C(1000000000)
#define SW_TIME_TEXT_BYTES 40
#define SW_DURATION_TEXT_BYTES 64

/**
 * Read RFC 3339 / ISO 8601 as peers really write it: 'T' or space, 0 to 9 fractional digits, `Z` or
 * an offset `+hh:mm`; no zone is an error. Literal quotes around it are the caller's to strip.
 *
 * @errors SW_E_INPUT
 */
bool sw_time_parse(const char *text, int64_t *ret_ns, struct sw_error *err);

/** "2026-11-23T20:04:05Z", with a fraction only where it is not zero (3, 6 or 9 digits). */
void sw_time_format(int64_t ns, char out[SW_TIME_TEXT_BYTES]);

/** Days since 1970-01-01 of a day of the Gregorian calendar, and back. @param month 1 to 12 */
int64_t sw_date_days(int year, int month, int day);
void sw_date_of(int64_t days, int *ret_year, int *ret_month, int *ret_day);

/** Read a duration: one or more of `<integer><unit>`, units ms s m h d w, largest first, each once.
 * @errors SW_E_INPUT; SW_E_LIMIT above 10 years */
bool sw_duration_parse(const char *text, int64_t *ret_ms, struct sw_error *err);

/** "1h30m", "0s", "-5m": the shortest exact form that sw_duration_parse() reads back. */
void sw_duration_format(int64_t ms, char out[SW_DURATION_TEXT_BYTES]);

/** For people: at most the two largest units, "2d 3h", "14m 3s", "250ms". */
void sw_duration_for_people(int64_t ms, char out[SW_DURATION_TEXT_BYTES]);

/** Read a size: `<integer or decimal><unit>`, units B KiB MiB GiB TiB. @errors SW_E_INPUT,
 * SW_E_LIMIT */
bool sw_size_parse(const char *text, int64_t *ret_bytes, struct sw_error *err);

/** Exact form that sw_size_parse() reads back: the largest unit that divides it. */
void sw_size_format(int64_t bytes, char out[SW_DURATION_TEXT_BYTES]);

/** For people: three digits, "1.23 GiB". */
void sw_size_for_people(int64_t bytes, char out[SW_DURATION_TEXT_BYTES]);
