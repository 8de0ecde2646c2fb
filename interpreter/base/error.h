#pragma once
/** @file Why a call failed, as far as its caller may act on it. */
#include "base/macros.h"

#include <stdbool.h>
#include <stdint.h>

#define SW_ERROR_TEXT_BYTES 640

/** The reason. KEEP IN STEP: sw_code_name() in error.c. */
enum sw_code {
    SW_E_NONE,        /**< no failure recorded */
    SW_E_REFUSED,     /**< the far end said no; it has not happened, asking again will not help */
    SW_E_DENIED,      /**< not permitted (401, 403); it has not happened */
    SW_E_NOT_FOUND,   /**< the thing asked for is not there */
    SW_E_CONFLICT,    /**< the world has moved on since we looked */
    SW_E_THROTTLED,   /**< try again, after error.retry_after_ms; it has not happened */
    SW_E_BUSY,        /**< the far end is at another work; try again later; it has not happened */
    SW_E_TIMEOUT,     /**< no answer; the effect may have happened */
    SW_E_UNREACHABLE, /**< never sent; the effect has not happened */
    SW_E_PROTOCOL,    /**< an answer that can't be understood; the effect may have happened */
    SW_E_LIMIT,       /**< larger than a bound of limits.h */
    SW_E_IO,          /**< a file or the journal failed */
    SW_E_INPUT,       /**< the caller's text or value is wrong */
    SW_E_FENCED,      /**< another owner has taken the run */
    SW_E_LOCKED,      /**< another run holds the target */
    SW_E_CORRUPT,     /**< the journal's hash chain does not verify */
    SW_E_INTERNAL,    /**< our own mistake */
};

/** One failure. Plain data: needs no init beyond `= {0}` and no free. */
struct sw_error {
    enum sw_code code;
    int64_t retry_after_ms;         /**< 0 = the policy decides */
    char text[SW_ERROR_TEXT_BYTES]; /**< one line, no final stop, no secrets */
};

/**
 * Record a failure.
 *
 * @return always false, so that failing is one statement:
 *         `return sw_fail(err, SW_E_IO, "open '%s': %s", path, why);`
 */
bool sw_fail(struct sw_error *err, enum sw_code code, const char *fmt, ...)
    SW_PRINTF(3, 4) SW_NONNULL;

/** Put the caller's task in front of a recorded failure: "TASK: text". @return always false */
bool sw_fail_while(struct sw_error *err, const char *fmt, ...) SW_PRINTF(2, 3) SW_NONNULL;

/** Lower-case word for a code, for the messages of tests: "timeout", "unreachable", ... */
const char *sw_code_name(enum sw_code code);

/** Stop the program: a promise we made to ourselves is broken. Never compiled out. */
#define sw_require(condition)                                                                      \
    ((condition) ? (void)0 : sw_require_failed(#condition, __FILE__, __LINE__))
SW_NORETURN void sw_require_failed(const char *condition, const char *file, int line);
