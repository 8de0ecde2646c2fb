#pragma once
/**
 * @file One event of a Windows event log: its XML, or (fallback) the text that people see.
 *
 * A field that is missing or not a number is unknown, never 0 or "". Values may be wrapped in
 * `<CI>..</CI>` (a privacy marker), escaped or not: it is taken off.
 *
 * @source windows.md A2, A3; https://learn.microsoft.com/windows/win32/wes/eventschema-schema
 */
#include "base/arena.h"
#include "base/error.h"
#include "sdk/value.h"

struct sw_event_data {
    const char *name;
    const char *value;
};

struct sw_event {
    int64_t record_id; /**< -1: unknown */
    int64_t event_id;  /**< -1: unknown */
    bool has_time;
    int64_t time_ns;                           /**< by the clock of the server that wrote it */
    const char *provider, *channel, *computer; /**< NULL: unknown */
    const struct sw_event_data *data;
    size_t data_count;
};

/** @errors SW_E_PROTOCOL: not the XML of one event; SW_E_LIMIT */
bool sw_event_read(struct sw_arena *arena, const char *xml, size_t length,
                   struct sw_event *ret_event, struct sw_error *err);

/** A field's text; NULL when it is missing or empty. */
const char *sw_event_text(const struct sw_event *event, const char *name);
/** @return false: missing, or no decimal number */
bool sw_event_int(const struct sw_event *event, const char *name, int64_t *ret);
/** @return false: missing, or no HRESULT; @param ret 0 to 0xFFFFFFFF */
bool sw_event_hresult(const struct sw_event *event, const char *name, int64_t *ret);

/**
 * Read an HRESULT in any form that is in use: hex, unsigned, signed 32-bit, and the negated
 * unsigned value that some of the vendor's tables print (-2160591491 for 0x80c80283).
 *
 * @param ret 0 to 0xFFFFFFFF
 */
bool sw_hresult_parse(const char *text, int64_t *ret);
/** The same from a JSON number or text. */
bool sw_hresult_of(const struct sw_value *value, int64_t *ret);
