#pragma once
/** @file A byte builder that is born with its limit. */
#include "base/macros.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/** Heap bytes, always NUL-ended behind `length`. Once over its limit it stays as it was and
 * remembers. */
struct sw_buf {
    char *bytes; /**< never NULL after init */
    size_t length;
    size_t capacity;
    size_t limit;
    bool is_over; /**< something did not fit: the content is not whole */
};

void sw_buf_init(struct sw_buf *buf, size_t limit) SW_NONNULL;
void sw_buf_release(struct sw_buf *buf); /**< also the clean-up form */
void sw_buf_clear(struct sw_buf *buf) SW_NONNULL;
void sw_buf_add(struct sw_buf *buf, const void *bytes, size_t length);
void sw_buf_add_text(struct sw_buf *buf, const char *text) SW_NONNULL;
void sw_buf_add_char(struct sw_buf *buf, char c) SW_NONNULL;
void sw_buf_addf(struct sw_buf *buf, const char *fmt, ...) SW_PRINTF(2, 3) SW_NONNULL;
