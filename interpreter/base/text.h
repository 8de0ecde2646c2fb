#pragma once
/** @file Small things about NUL-ended UTF-8 text. */
#include "base/macros.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool sw_text_is(const char *a, const char *b);        /**< equal; NULL equals only NULL */
bool sw_text_is_folded(const char *a, const char *b); /**< equal, ASCII case folded */
bool sw_text_begins(const char *text, const char *with) SW_NONNULL;
bool sw_text_ends(const char *text, const char *with) SW_NONNULL;

/** The word for that many of a thing: 1 file, 0 files, 2 files. */
const char *sw_plural(uint64_t count, const char *one, const char *many) SW_NONNULL;

/** Lower-case ASCII letters in place (ids, GUIDs, hosts: never for display). */
void sw_text_fold(char *text) SW_NONNULL;

/**
 * Decode one UTF-8 character.
 *
 * @return its length in bytes, 0 where the bytes are no valid UTF-8 (overlong, surrogate, cut
 * short)
 */
size_t sw_utf8_decode(const char *bytes, size_t length, uint32_t *ret_point);

/**
 * How many bytes at the front are printable ASCII that no format needs to quote, so that they can
 * be taken as they are: not `"`, `\\`, `<`, `>`, `&`.
 */
size_t sw_text_plain(const char *bytes, size_t length);

/** Encode one code point; @return bytes written (1 to 4), 0 for an invalid one. */
size_t sw_utf8_encode(uint32_t point, char out[4]);

/** Columns that a terminal gives a character: 0 for combining, 2 for wide East Asian and emoji. */
int sw_utf8_width(uint32_t point);

/** Control, bidi-control, zero-width, tag or non-character: must not be in text that people read.
 */
bool sw_utf8_is_deceptive(uint32_t point);

/**
 * The closest of `candidates` for "did you mean" (edit distance <= 2 and less than half the word,
 * a transposition counts 1).
 *
 * @return NULL when none is close
 */
const char *sw_text_closest(const char *word, const char *const *candidates, size_t count);
