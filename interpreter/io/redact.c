#include "io/redact.h"

#include "base/buf.h"
#include "base/digest.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define FORMS 32
#define FORM_BYTES (512u * 1024u) /* a secret has at most 64 KiB, twice percent-encoded is 5x */

struct form {
    const char *bytes;
    size_t length;
    bool is_folded; /* letters count in either case: hex, and the digits of escapes */
};

struct known {
    struct sw_arena *arena;
    const char *secret;
    struct form forms[FORMS];
    size_t count;
};

struct sw_redact {
    struct sw_arena *arena;
    struct known known[SW_REDACT_SECRETS];
    size_t next;
};

struct sw_redact *sw_redact_new(void)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_redact *redact = sw_alloc(arena, sizeof *redact);

    redact->arena = arena;
    return redact;
}

/* A write that no optimiser takes away. */
static void wipe(const char *bytes, size_t length)
{
    volatile char *at = (volatile char *)(uintptr_t)bytes;

    for (size_t i = 0; i < length; i++) {
        at[i] = 0;
    }
}

static void forget(struct known *known)
{
    if (known->arena == NULL) {
        return;
    }
    wipe(known->secret, strlen(known->secret));
    for (size_t i = 0; i < known->count; i++) {
        wipe(known->forms[i].bytes, known->forms[i].length);
    }
    sw_arena_free(known->arena);
    *known = (struct known){0};
}

void sw_redact_free(struct sw_redact *redact)
{
    if (redact == NULL) {
        return;
    }
    for (size_t i = 0; i < SW_REDACT_SECRETS; i++) {
        forget(&redact->known[i]);
    }
    sw_arena_free(redact->arena);
}

/* ---- forms ---- */

static void add(struct known *known, const void *bytes, size_t length, bool is_folded)
{
    if (length < SW_REDACT_LEAST) {
        return;
    }
    for (size_t i = 0; i < known->count; i++) {
        const struct form *form = &known->forms[i];

        if (form->length == length && memcmp(form->bytes, bytes, length) == 0) {
            return;
        }
    }
    if (known->count < FORMS) {
        known->forms[known->count++] = (struct form){
            .bytes = sw_copy(known->arena, bytes, length),
            .length = length,
            .is_folded = is_folded,
        };
    }
}

/* Add what was built, and leave nothing of it behind. */
static void take(struct known *known, struct sw_buf *out, bool is_folded)
{
    add(known, out->bytes, out->length, is_folded);
    wipe(out->bytes, out->length);
    sw_buf_clear(out);
}

/*
 * Base64 of something that holds the bytes `offset` bytes behind a multiple of three. The first and
 * last characters depend on what stands beside them; those between are the secret's own.
 */
static void add_base64(struct known *known, const char *bytes, size_t length)
{
    static const size_t before[] = {0, 2, 3};

    for (size_t offset = 0; offset < 3; offset++) {
        struct sw_buf in, out;

        sw_buf_init(&in, FORM_BYTES);
        sw_buf_init(&out, FORM_BYTES);
        sw_buf_add(&in, "\0\0", offset);
        sw_buf_add(&in, bytes, length);
        sw_base64_add(&out, in.bytes, in.length);

        size_t first = before[offset];
        size_t end = in.length / 3 * 4 + in.length % 3; /* whole sextets only */

        if (end > first) {
            add(known, out.bytes + first, end - first, false);
            for (size_t i = 0; i < out.length; i++) {
                out.bytes[i] = out.bytes[i] == '+' ? '-' : out.bytes[i] == '/' ? '_' : out.bytes[i];
            }
            add(known, out.bytes + first, end - first, false);
        }
        wipe(in.bytes, in.length);
        wipe(out.bytes, out.length);
        sw_buf_release(&in);
        sw_buf_release(&out);
    }
}

static bool is_unreserved(char c, const char *more)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr(more, c) != NULL);
}

static void percent(struct sw_buf *out, const char *bytes, size_t length, const char *plain,
                    bool is_form)
{
    for (size_t i = 0; i < length; i++) {
        if (is_unreserved(bytes[i], plain)) {
            sw_buf_add_char(out, bytes[i]);
        } else if (is_form && bytes[i] == ' ') {
            sw_buf_add_char(out, '+');
        } else {
            sw_buf_addf(out, "%%%02X", (unsigned)(unsigned char)bytes[i]);
        }
    }
}

static void add_percent(struct known *known, const char *bytes, size_t length)
{
    struct sw_buf once, twice;

    sw_buf_init(&once, FORM_BYTES);
    sw_buf_init(&twice, FORM_BYTES);
    percent(&once, bytes, length, "-._~", false);
    percent(&twice, once.bytes, once.length, "-._~", false);
    take(known, &twice, true);
    take(known, &once, true);
    percent(&once, bytes, length, "-._", false); /* `~` too */
    percent(&twice, once.bytes, once.length, "-._", false);
    take(known, &twice, true);
    take(known, &once, true);
    percent(&once, bytes, length, "*-._", true); /* application/x-www-form-urlencoded */
    take(known, &once, true);
    sw_buf_release(&once);
    sw_buf_release(&twice);
}

/* Each special character by a word of its own; NULL: as it is. */
static void add_escaped(struct known *known, const char *bytes, size_t length, const char *special,
                        const char *const *words)
{
    struct sw_buf out;

    sw_buf_init(&out, FORM_BYTES);
    for (size_t i = 0; i < length; i++) {
        const char *at = bytes[i] == '\0' ? NULL : strchr(special, bytes[i]);

        if (at == NULL) {
            sw_buf_add_char(&out, bytes[i]);
        } else {
            sw_buf_add_text(&out, words[at - special]);
        }
    }
    take(known, &out, true);
    sw_buf_release(&out);
}

static void add_wide(struct known *known, const char *secret)
{
    struct sw_buf wide;

    sw_buf_init(&wide, FORM_BYTES);
    for (const char *p = secret; *p != '\0';) {
        uint32_t c = 0;
        size_t length = sw_utf8_decode(p, strlen(p), &c);

        if (length == 0) { /* no UTF-8: there is no such form */
            sw_buf_clear(&wide);
            break;
        }
        if (c > 0xffffu) {
            uint32_t high = 0xd800u + ((c - 0x10000u) >> 10);

            sw_buf_add(&wide, (char[]){(char)(high & 0xffu), (char)(high >> 8)}, 2);
            c = 0xdc00u + ((c - 0x10000u) & 0x3ffu);
        }
        sw_buf_add(&wide, (char[]){(char)(c & 0xffu), (char)(c >> 8)}, 2);
        p += length;
    }
    add_base64(known, wide.bytes, wide.length);
    take(known, &wide, false);
    sw_buf_release(&wide);
}

static void add_hex(struct known *known, const char *bytes, size_t length)
{
    struct sw_buf out;

    sw_buf_init(&out, FORM_BYTES);
    for (size_t i = 0; i < length; i++) {
        sw_buf_addf(&out, "%02x", (unsigned)(unsigned char)bytes[i]);
    }
    take(known, &out, true);
    sw_buf_release(&out);
}

static void add_forms(struct known *known)
{
    static const char *const xml[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
    static const char *const html[] = {"&amp;", "&lt;", "&gt;", "&#34;", "&#39;"};
    static const char *const element[] = {"&amp;", "&lt;", "&gt;"};
    static const char *const json[] = {"\\\"", "\\\\", "\\/"};
    static const char *const script[] = {"\\u0026", "\\u003c", "\\u003e",
                                         "\\u0022", "\\u0027", "\\u002b"};
    static const char *const doubled[] = {"''"};
    const char *secret = known->secret;
    size_t length = strlen(secret);

    add(known, secret, length, false);
    add_base64(known, secret, length);
    add_hex(known, secret, length);
    add_percent(known, secret, length);
    add_escaped(known, secret, length, "&<>\"'", xml);
    add_escaped(known, secret, length, "&<>\"'", html);
    add_escaped(known, secret, length, "&<>", element);
    add_escaped(known, secret, length, "\"\\", json);
    add_escaped(known, secret, length, "\"\\/", json);
    add_escaped(known, secret, length, "&<>\"'+", script);
    add_escaped(known, secret, length, "'", doubled);
    add_wide(known, secret);
}

void sw_redact_learn(struct sw_redact *redact, const char *secret)
{
    if (strlen(secret) < SW_REDACT_LEAST) {
        return;
    }
    for (size_t i = 0; i < SW_REDACT_SECRETS; i++) {
        if (sw_text_is(redact->known[i].secret, secret)) {
            return;
        }
    }
    struct known *known = &redact->known[redact->next];

    redact->next = (redact->next + 1) % SW_REDACT_SECRETS;
    forget(known);
    known->arena = sw_arena_new();
    known->secret = sw_copy_text(known->arena, secret);
    add_forms(known);
}

/* ---- masking ---- */

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* How many bytes from here on are the form, line ends between its characters included; 0: none. */
static size_t match(const struct form *form, const char *bytes, size_t length)
{
    size_t at = 0;

    for (size_t i = 0; i < form->length; i++) {
        while (i > 0 && at < length && (bytes[at] == '\n' || bytes[at] == '\r') &&
               bytes[at] != form->bytes[i]) {
            at++;
        }
        if (at == length || (bytes[at] != form->bytes[i] &&
                             !(form->is_folded && fold(bytes[at]) == fold(form->bytes[i])))) {
            return 0;
        }
        at++;
    }
    return at;
}

static bool number_at(const char *bytes, size_t length, unsigned base, uint32_t *ret_number)
{
    static const char digits[] = "0123456789abcdef";

    *ret_number = 0;
    for (size_t i = 0; i < length; i++) {
        const char *digit = bytes[i] == '\0' ? NULL : strchr(digits, fold(bytes[i]));

        if (digit == NULL || digit - digits >= (int)base) {
            return false;
        }
        *ret_number = *ret_number * base + (uint32_t)(digit - digits);
    }
    return length > 0;
}

/* `\n`, `\u000a`, a pair of the latter. @return how many bytes say this character; 0: none do */
static size_t json_says(const char *bytes, size_t length, uint32_t point)
{
    static const char letters[] = "bfnrt\"\\/";
    static const char meant[] = "\b\f\n\r\t\"\\/";
    uint32_t unit = 0;
    uint32_t low = 0;

    if (length < 2 || bytes[0] != '\\' || bytes[1] == '\0') {
        return 0;
    }
    if (bytes[1] != 'u') {
        const char *at = strchr(letters, bytes[1]);

        return at != NULL && (unsigned char)meant[at - letters] == point ? 2 : 0;
    }
    if (length < 6 || !number_at(bytes + 2, 4, 16, &unit)) {
        return 0;
    }
    if (unit == point) {
        return 6;
    }
    return unit >> 10 == 0x36 && length >= 12 && bytes[6] == '\\' && bytes[7] == 'u' &&
                   number_at(bytes + 8, 4, 16, &low) &&
                   0x10000u + ((unit & 0x3ffu) << 10) + (low & 0x3ffu) == point
               ? 12
               : 0;
}

/* `&amp;`, `&#38;`, `&#x26;`, zeros before it or not */
static size_t xml_says(const char *bytes, size_t length, uint32_t point)
{
    static const char *const names[] = {"amp", "lt", "gt", "quot", "apos"};
    static const char meant[] = "&<>\"'";
    const char *end = length < 2 || bytes[0] != '&' ? NULL : memchr(bytes, ';', length);
    size_t name = end == NULL ? 0 : (size_t)(end - bytes) - 1;
    uint32_t number = 0;

    if (name < 2 || name > 10) {
        return 0;
    }
    if (bytes[1] == '#') {
        bool is_hex = bytes[2] == 'x' || bytes[2] == 'X';

        return number_at(bytes + (is_hex ? 3 : 2), name - (is_hex ? 2 : 1), is_hex ? 16 : 10,
                         &number) &&
                       number == point
                   ? name + 2
                   : 0;
    }
    for (size_t i = 0; i < SW_COUNT(names); i++) {
        if (strlen(names[i]) == name && memcmp(names[i], bytes + 1, name) == 0) {
            return (unsigned char)meant[i] == point ? name + 2 : 0;
        }
    }
    return 0;
}

/* Which characters are escaped, and how, is each writer's own choice; any mixture of spellings is
 * the secret all the same. @return as match() */
static size_t match_spelled(const char *secret, const char *bytes, size_t length)
{
    size_t at = 0;

    if (bytes[0] != secret[0] && strchr("\\&%+", bytes[0]) == NULL) {
        return 0; /* most places, soon */
    }
    for (const char *want = secret; *want != '\0';) {
        uint32_t point = 0;
        uint32_t byte = 0;
        size_t wide = sw_utf8_decode(want, strlen(want), &point);
        size_t said = 0;

        while (want > secret && at < length && (bytes[at] == '\n' || bytes[at] == '\r')) {
            at++;
        }
        if (at == length) {
            return 0;
        }
        if (wide > 0 && (bytes[at] == '\\' || bytes[at] == '&')) {
            said = json_says(bytes + at, length - at, point);
            said = said > 0 ? said : xml_says(bytes + at, length - at, point);
        }
        if (said == 0) {
            bool is_percent = bytes[at] == '%' && length - at >= 3 &&
                              number_at(bytes + at + 1, 2, 16, &byte) &&
                              byte == (unsigned char)*want;

            wide = 1;
            said = is_percent                                                 ? 3u
                   : bytes[at] == *want || (bytes[at] == '+' && *want == ' ') ? 1u
                                                                              : 0u;
        }
        if (said == 0) {
            return 0;
        }
        at += said;
        want += wide;
    }
    return at;
}

/* @param form NULL: the secret in any spelling */
static const char *mask_form(const struct known *known, const struct form *form,
                             struct sw_arena *arena, const char *bytes, size_t length)
{
    char *masked = NULL;

    for (size_t at = 0; at < length; at++) {
        size_t matched = form != NULL ? match(form, bytes + at, length - at)
                                      : match_spelled(known->secret, bytes + at, length - at);

        if (matched == 0) {
            continue;
        }
        if (masked == NULL) {
            masked = sw_alloc(arena, length + 1);
            memcpy(masked, bytes, length);
        }
        memset(masked + at, '*', matched);
        at += matched - 1;
    }
    return masked == NULL ? bytes : masked;
}

const char *sw_redact_mask(const struct sw_redact *redact, struct sw_arena *arena,
                           const char *bytes, size_t length)
{
    for (size_t i = 0; i < SW_REDACT_SECRETS && length > 0; i++) {
        const struct known *known = &redact->known[i];

        for (size_t k = 0; k < known->count; k++) {
            bytes = mask_form(known, &known->forms[k], arena, bytes, length);
        }
        if (known->secret != NULL) {
            bytes = mask_form(known, NULL, arena, bytes, length);
        }
    }
    return bytes;
}
