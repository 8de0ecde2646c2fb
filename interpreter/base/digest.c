#include "base/digest.h"

#include <string.h>

/* SHA-256. @source FIPS 180-4, sections 4.1.2, 4.2.2, 5.1.1, 5.3.3 and 6.2.2 */
static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t word, unsigned by)
{
    return (word >> by) | (word << (32 - by));
}

static void mix_block(uint32_t state[8], const uint8_t block[64])
{
    uint32_t w[64];
    uint32_t v[8];

    for (size_t i = 0; i < 16; i++) {
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | (uint32_t)block[4 * i + 3];
    }
    for (size_t i = 16; i < 64; i++) {
        uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ (w[i - 15] >> 3);
        uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ (w[i - 2] >> 10);

        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    memcpy(v, state, sizeof v);
    for (size_t i = 0; i < 64; i++) {
        uint32_t s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
        uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
        uint32_t t1 = v[7] + s1 + choice + round_constants[i] + w[i];
        uint32_t s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
        uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);

        memmove(v + 1, v, 7 * sizeof v[0]);
        v[4] += t1;
        v[0] = t1 + s0 + majority;
    }
    for (size_t i = 0; i < 8; i++) {
        state[i] += v[i];
    }
}

void sw_sha256_init(struct sw_sha256 *hash)
{
    *hash = (struct sw_sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                                         0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

void sw_sha256_add(struct sw_sha256 *hash, const void *bytes, size_t length)
{
    const uint8_t *from = bytes;
    size_t filled = (size_t)(hash->length % 64);

    hash->length += length;
    while (length > 0) {
        size_t part = 64 - filled < length ? 64 - filled : length;

        memcpy(hash->block + filled, from, part);
        from += part;
        length -= part;
        filled += part;
        if (filled == 64) {
            mix_block(hash->state, hash->block);
            filled = 0;
        }
    }
}

void sw_sha256_end(struct sw_sha256 *hash, uint8_t out[SW_SHA256_BYTES])
{
    static const uint8_t padding[64] = {0x80};
    uint64_t bits = hash->length * 8;
    size_t filled = (size_t)(hash->length % 64);
    uint8_t size[8];

    for (size_t i = 0; i < 8; i++) {
        size[i] = (uint8_t)(bits >> (56 - 8 * i));
    }
    sw_sha256_add(hash, padding, filled < 56 ? 56 - filled : 120 - filled);
    sw_sha256_add(hash, size, sizeof size);
    for (size_t i = 0; i < SW_SHA256_BYTES; i++) {
        out[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
    }
}

void sw_hex(const uint8_t *bytes, size_t length, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < length; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}

void sw_sha256_hex(const void *bytes, size_t length, char out[SW_SHA256_HEX_BYTES])
{
    struct sw_sha256 hash;
    uint8_t digest[SW_SHA256_BYTES];

    sw_sha256_init(&hash);
    sw_sha256_add(&hash, bytes, length);
    sw_sha256_end(&hash, digest);
    sw_hex(digest, sizeof digest, out);
}

/* Base64. @source RFC 4648, section 4 */
static const char base64_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void sw_base64_add(struct sw_buf *buf, const void *bytes, size_t length)
{
    const uint8_t *from = bytes;

    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        uint32_t group = (uint32_t)from[i] << 16 | (left > 1 ? (uint32_t)from[i + 1] << 8 : 0) |
                         (left > 2 ? (uint32_t)from[i + 2] : 0);
        char text[4] = {base64_alphabet[group >> 18], base64_alphabet[group >> 12 & 63],
                        left > 1 ? base64_alphabet[group >> 6 & 63] : '=',
                        left > 2 ? base64_alphabet[group & 63] : '='};

        sw_buf_add(buf, text, sizeof text);
    }
}

static int base64_digit(char c)
{
    const char *found = c == '\0' ? NULL : strchr(base64_alphabet, c);

    return found == NULL ? -1 : (int)(found - base64_alphabet);
}

bool sw_base64_decode(const char *text, size_t length, struct sw_buf *buf, struct sw_error *err)
{
    uint32_t group = 0;
    size_t digits = 0; /* of the open group */
    size_t pads = 0;

    for (size_t i = 0; i < length; i++) {
        if (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n') {
            continue;
        }
        if (text[i] == '=') {
            pads++;
            continue;
        }

        int digit = base64_digit(text[i]);

        if (digit < 0 || pads > 0) {
            return sw_fail(err, SW_E_INPUT, "no base64 at byte %zu", i);
        }
        group = group << 6 | (uint32_t)digit;
        if (++digits == 4) {
            uint8_t out[3] = {(uint8_t)(group >> 16), (uint8_t)(group >> 8), (uint8_t)group};

            sw_buf_add(buf, out, sizeof out);
            group = 0;
            digits = 0;
        }
    }
    /* Two digits hold one byte and three hold two; their spare bits must be zero, so that each
     * text has one form only. */
    if ((digits == 0 && pads != 0) || digits == 1 || (digits > 1 && digits + pads != 4) ||
        (digits == 2 && (group & 15) != 0) || (digits == 3 && (group & 3) != 0)) {
        return sw_fail(err, SW_E_INPUT, "base64 with a wrong end");
    }
    if (digits > 1) {
        group <<= digits == 2 ? 12 : 6;

        uint8_t out[2] = {(uint8_t)(group >> 16), (uint8_t)(group >> 8)};

        sw_buf_add(buf, out, digits - 1);
    }
    if (buf->is_over) {
        return sw_fail(err, SW_E_INPUT, "base64 of more than %zu bytes", buf->limit);
    }
    return true;
}
