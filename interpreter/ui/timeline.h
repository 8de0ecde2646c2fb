#pragma once
/**
 * @file A run's records as lines that people read, live or a year later: when, which step, what.
 * KEEP IN STEP: record kinds (engine/state.h).
 */
#include "base/buf.h"
#include "sdk/value.h"

struct sw_timeline {
    int64_t start_ns; /**< time of the first record; 0: not seen yet */
    char step[64];    /**< step of the last line, so that it is named once */
    bool has_intent;  /**< this visit did something */
    bool is_colored;
    bool is_verbose; /**< also requests, readings, digests */
};

/** Append the lines of one record (may be none). */
void sw_timeline_record(struct sw_timeline *timeline, struct sw_buf *out, uint64_t seq,
                        const char *kind, int64_t time_ns, const struct sw_value *body);

/** Append the line of something that was seen but not journaled. */
void sw_timeline_note(struct sw_timeline *timeline, struct sw_buf *out, int64_t time_ns,
                      const char *step, const char *text);
