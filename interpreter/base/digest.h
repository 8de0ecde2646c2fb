#pragma once
/**
 * @file SHA-256 and base64. SHA-256 is our own hundred lines, checked with the NIST vectors:
 * libcrypto would cost every `lint` more start-up time than the whole rest (style.md, section 6).
 */
#include "base/buf.h"
#include "base/error.h"

#include <stdint.h>

#define SW_SHA256_BYTES 32
#define SW_SHA256_HEX_BYTES 65 /**< with the NUL */

struct sw_sha256 {
    uint32_t state[8];
    uint64_t length;
    uint8_t block[64];
};

void sw_sha256_init(struct sw_sha256 *hash) SW_NONNULL;
void sw_sha256_add(struct sw_sha256 *hash, const void *bytes, size_t length);
void sw_sha256_end(struct sw_sha256 *hash, uint8_t out[SW_SHA256_BYTES]);

/** Hash bytes at once, as lower-case hex. */
void sw_sha256_hex(const void *bytes, size_t length, char out[SW_SHA256_HEX_BYTES]);
void sw_hex(const uint8_t *bytes, size_t length, char *out); /**< 2 * length + 1 bytes */

/** Standard alphabet with padding. */
void sw_base64_add(struct sw_buf *buf, const void *bytes, size_t length);

/** The alphabet of URLs, without padding (RFC 4648 5). */
void sw_base64url_add(struct sw_buf *buf, const void *bytes, size_t length);
/** Padding is taken, too. @errors SW_E_INPUT */
bool sw_base64url_decode(const char *text, size_t length, struct sw_buf *buf, struct sw_error *err);

/** Strict but for white space, which peers insert. @errors SW_E_INPUT */
bool sw_base64_decode(const char *text, size_t length, struct sw_buf *buf, struct sw_error *err);
