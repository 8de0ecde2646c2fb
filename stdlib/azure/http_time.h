#pragma once
/** @file Times as HTTP headers carry them: the peer's clock and when to ask again. */
#include "sdk/transport.h"

#include <stdbool.h>
#include <stdint.h>

#define SW_ARM_AFTER_DEFAULT_MS INT64_C(10000) /**< all 96 recorded 202s said 10 s (azure.md 2) */
#define SW_ARM_AFTER_MIN_MS INT64_C(1000)
#define SW_ARM_AFTER_MAX_MS INT64_C(600000) /**< a wrong header must not put a run to sleep */

/** Read "Fri, 28 Jun 2024 04:46:21 GMT". @return false (and *ret untouched) for anything else
 * @source RFC 9110, 5.6.7; the two obsolete forms were never seen from this service */
bool sw_http_date_parse(const char *text, int64_t *ret_ns);

/** Write what sw_http_date_parse() reads, cut to whole seconds; before 1970: 1970. */
void sw_http_date_format(int64_t ns, char out[30]);

/** The Date header; 0 when absent or unreadable. */
int64_t sw_http_peer_time(const struct sw_reply *reply) SW_NONNULL;

/**
 * When to ask again: retry-after-ms, x-ms-retry-after-ms or Retry-After (seconds, or a date seen
 * from the reply's own Date), bounded to 1 s .. 10 min.
 *
 * @return 0 when the reply says nothing readable
 * @source azure.md 5: azure-core reads these three
 */
int64_t sw_http_retry_after_ms(const struct sw_reply *reply) SW_NONNULL;
