#pragma once
/** @file Compiler attributes and three small helpers; nothing here hides control flow. */
#include <stddef.h>

#if defined(__GNUC__) || defined(__clang__)
#define SW_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define SW_NONNULL __attribute__((nonnull))
#define SW_NORETURN __attribute__((noreturn))
#define SW_UNUSED __attribute__((unused))
#define SW_WARN_UNUSED __attribute__((warn_unused_result))
#define SW_CLEANUP(fn) __attribute__((cleanup(fn)))
#else
#define SW_PRINTF(fmt, first)
#define SW_NONNULL
#define SW_NORETURN
#define SW_UNUSED
#define SW_WARN_UNUSED
#error "stepwise needs the cleanup attribute of gcc or clang"
#endif

/** Number of elements of a true array (never of a pointer). */
#define SW_COUNT(array) (sizeof(array) / sizeof((array)[0]))
