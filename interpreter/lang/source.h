#pragma once
/** @file One source file: its bytes, its lines, quoting a line for a finding. */
#include "base/arena.h"
#include "base/error.h"
#include "sdk/mark.h"

struct sw_source {
    const char *name;  /**< as given */
    const char *bytes; /**< NUL-ended; a UTF-8 byte order mark is cut off */
    size_t length;
    const size_t *line_starts; /**< byte offset of each line */
    size_t line_count;
};

/** Read a file ("-": standard input) into the arena. @errors SW_E_IO, SW_E_LIMIT */
bool sw_source_read(struct sw_arena *arena, const char *path, size_t limit_bytes,
                    struct sw_source *ret_source, struct sw_error *err);

/** Take text that is in memory already (copied). */
void sw_source_from_text(struct sw_arena *arena, const char *name, const char *bytes, size_t length,
                         struct sw_source *ret_source);

/** The mark of a byte offset; columns count characters. */
struct sw_mark sw_source_mark(const struct sw_source *source, size_t offset, size_t length_bytes);

/** A line without its end, in the arena. "" past the last. */
const char *sw_source_line(const struct sw_source *source, uint32_t line, struct sw_arena *arena);
