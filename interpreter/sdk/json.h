#pragma once
/**
 * @file RFC 8259 text <-> value, strict: duplicate keys, invalid UTF-8, a NUL in a string, text
 * behind the end, numbers that a double or int64 cannot hold exactly enough, depth and size are
 * errors. Integers stay int64. cJSON was left out on purpose: look-up without case, first duplicate
 * wins, doubles for integers and cut strings (reliability.md 1) would each need a pass of ours
 * around it.
 */
#include "base/buf.h"
#include "base/error.h"
#include "sdk/value.h"

enum sw_json_form {
    /** What peers speak: durations, sizes and times are written as plain text or numbers. */
    SW_JSON_PLAIN,
    /**
     * Typed and reversible, for the journal: {"$ms":1} {"$bytes":1} {"$time":"..","clock":1}
     * {"$percent":1} {"$version":".."} {"$null":"why"} {"$unknown":"why"}; a key that begins with
     * '$' gets a second one. A secret is written {"$secret":true} and reads back as unknown
     * (and secret).
     */
    SW_JSON_TYPED,
};

/** Append JSON on one line, map entries in their order. */
void sw_json_write(struct sw_buf *buf, const struct sw_value *value, enum sw_json_form form);

/** The same over several lines, two columns a level, for people and files. */
void sw_json_write_pretty(struct sw_buf *buf, const struct sw_value *value, enum sw_json_form form);

/** Append one JSON string with its quotes. */
void sw_json_write_text(struct sw_buf *buf, const char *text);

/** @errors SW_E_PROTOCOL (with byte offset and what is wrong), SW_E_LIMIT */
bool sw_json_read(struct sw_arena *arena, const char *text, size_t length, enum sw_json_form form,
                  const struct sw_value **ret_value, struct sw_error *err);
