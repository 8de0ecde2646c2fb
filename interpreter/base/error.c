#include "base/error.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* KEEP IN STEP: enum sw_code */
static const char *const code_names[] = {
    [SW_E_NONE] = "none",
    [SW_E_REFUSED] = "refused",
    [SW_E_DENIED] = "denied",
    [SW_E_NOT_FOUND] = "not_found",
    [SW_E_CONFLICT] = "conflict",
    [SW_E_THROTTLED] = "throttled",
    [SW_E_BUSY] = "busy",
    [SW_E_TIMEOUT] = "timeout",
    [SW_E_UNREACHABLE] = "unreachable",
    [SW_E_PROTOCOL] = "protocol",
    [SW_E_LIMIT] = "limit",
    [SW_E_IO] = "io",
    [SW_E_INPUT] = "input",
    [SW_E_FENCED] = "fenced",
    [SW_E_LOCKED] = "locked",
    [SW_E_CORRUPT] = "corrupt",
    [SW_E_INTERNAL] = "internal",
};

/* One line of valid UTF-8 that cannot steer a terminal: the text may quote what a peer sent. The
 * copy is cut between characters. */
static void keep_clean(char *out, size_t room, const char *text)
{
    size_t length = strlen(text);
    size_t used = 0;

    for (size_t at = 0; at < length;) {
        uint32_t point = 0;
        size_t step = sw_utf8_decode(text + at, length - at, &point);

        if (step == 0 || sw_utf8_is_deceptive(point)) {
            if (used + 1 >= room) {
                break;
            }
            out[used++] = (point == '\n' || point == '\r' || point == '\t') ? ' ' : '?';
            at += step == 0 ? 1 : step;
            continue;
        }
        if (used + step >= room) {
            break;
        }
        memcpy(out + used, text + at, step);
        used += step;
        at += step;
    }
    out[used] = '\0';
}

bool sw_fail(struct sw_error *err, enum sw_code code, const char *fmt, ...)
{
    /* Formatted aside, since an argument may be the old text. */
    char text[2 * SW_ERROR_TEXT_BYTES];
    va_list args;

    va_start(args, fmt);
    if (vsnprintf(text, sizeof text, fmt, args) < 0) {
        text[0] = '\0';
    }
    va_end(args);
    err->code = code;
    err->retry_after_ms = 0;
    keep_clean(err->text, sizeof err->text, text);
    return false;
}

bool sw_fail_while(struct sw_error *err, const char *fmt, ...)
{
    char text[2 * SW_ERROR_TEXT_BYTES];
    va_list args;
    int length;

    va_start(args, fmt);
    length = vsnprintf(text, SW_ERROR_TEXT_BYTES, fmt, args);
    va_end(args);
    if (length < 0) {
        return false;
    }

    size_t used = strlen(text);

    memcpy(text + used, ": ", 2);
    memcpy(text + used + 2, err->text, strnlen(err->text, SW_ERROR_TEXT_BYTES - 3));
    text[used + 2 + strnlen(err->text, SW_ERROR_TEXT_BYTES - 3)] = '\0';
    keep_clean(err->text, sizeof err->text, text);
    return false;
}

const char *sw_code_name(enum sw_code code)
{
    size_t index = (size_t)code;

    return index < SW_COUNT(code_names) ? code_names[index] : code_names[SW_E_INTERNAL];
}

SW_NORETURN void sw_require_failed(const char *condition, const char *file, int line)
{
    char number[16];

    (void)snprintf(number, sizeof number, "%d", line);
    (void)fputs(file, stderr);
    (void)fputs(":", stderr);
    (void)fputs(number, stderr);
    (void)fputs(": this must hold and does not: ", stderr);
    (void)fputs(condition, stderr);
    (void)fputs("\n", stderr);
    abort();
}
