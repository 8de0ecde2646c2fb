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

/* One round. Instead of moving all eight words on by one, each round names them one further back;
 * eight rounds later the names are as they were, and with constant numbers all eight words stay in
 * registers. */
static inline void mix_round(uint32_t v[8], unsigned number, uint32_t input)
{
    uint32_t a = v[(8 - number) & 7];
    uint32_t b = v[(9 - number) & 7];
    uint32_t c = v[(10 - number) & 7];
    uint32_t e = v[(12 - number) & 7];
    uint32_t f = v[(13 - number) & 7];
    uint32_t g = v[(14 - number) & 7];
    uint32_t *d = &v[(11 - number) & 7];
    uint32_t *h = &v[(15 - number) & 7];
    uint32_t t1 = *h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + (g ^ (e & (f ^ g))) + input;

    *d += t1;
    *h = t1 + (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) | (c & (a | b)));
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
    for (size_t i = 0; i < 64; i += 8) {
        mix_round(v, 0, round_constants[i] + w[i]);
        mix_round(v, 1, round_constants[i + 1] + w[i + 1]);
        mix_round(v, 2, round_constants[i + 2] + w[i + 2]);
        mix_round(v, 3, round_constants[i + 3] + w[i + 3]);
        mix_round(v, 4, round_constants[i + 4] + w[i + 4]);
        mix_round(v, 5, round_constants[i + 5] + w[i + 5]);
        mix_round(v, 6, round_constants[i + 6] + w[i + 6]);
        mix_round(v, 7, round_constants[i + 7] + w[i + 7]);
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
    for (; filled == 0 && length >= 64; length -= 64) {
        mix_block(hash->state, from);
        from += 64;
    }
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
#define PIECE_BYTES 768 /* a multiple of 3 and of 4: groups are never cut */

static const char base64_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void sw_base64_add(struct sw_buf *buf, const void *bytes, size_t length)
{
    const uint8_t *from = bytes;
    char text[PIECE_BYTES];
    size_t used = 0;

    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        uint32_t group = (uint32_t)from[i] << 16 | (left > 1 ? (uint32_t)from[i + 1] << 8 : 0) |
                         (left > 2 ? (uint32_t)from[i + 2] : 0);

        text[used++] = base64_alphabet[group >> 18];
        text[used++] = base64_alphabet[group >> 12 & 63];
        text[used++] = left > 1 ? base64_alphabet[group >> 6 & 63] : '=';
        text[used++] = left > 2 ? base64_alphabet[group & 63] : '=';
        if (used == sizeof text) {
            sw_buf_add(buf, text, used);
            used = 0;
        }
    }
    sw_buf_add(buf, text, used);
}

/* Value of a digit by its byte less '+'; 64: none. */
static const uint8_t base64_values[80] = {
    62, 64, 64, 64, 63, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 64, 64, 64, 64, 64,
    64, 64, 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17,
    18, 19, 20, 21, 22, 23, 24, 25, 64, 64, 64, 64, 64, 64, 26, 27, 28, 29, 30, 31,
    32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,
};

static uint32_t base64_digit(char c)
{
    unsigned at = (unsigned)(unsigned char)c - '+';

    return at < sizeof base64_values ? base64_values[at] : 64;
}

/* Whole groups at the front, as most texts consist of; @return how many bytes they take. */
static size_t decode_groups(const char *text, size_t length, struct sw_buf *buf)
{
    uint8_t out[PIECE_BYTES];
    size_t used = 0;
    size_t at = 0;

    for (; length - at >= 4; at += 4) {
        uint32_t a = base64_digit(text[at]);
        uint32_t b = base64_digit(text[at + 1]);
        uint32_t c = base64_digit(text[at + 2]);
        uint32_t d = base64_digit(text[at + 3]);

        if (((a | b | c | d) & 64) != 0) {
            break;
        }
        out[used++] = (uint8_t)(a << 2 | b >> 4);
        out[used++] = (uint8_t)(b << 4 | c >> 2);
        out[used++] = (uint8_t)(c << 6 | d);
        if (used == sizeof out) {
            sw_buf_add(buf, out, used);
            used = 0;
        }
    }
    sw_buf_add(buf, out, used);
    return at;
}

bool sw_base64_decode(const char *text, size_t length, struct sw_buf *buf, struct sw_error *err)
{
    uint32_t group = 0;
    size_t digits = 0; /* of the open group */
    size_t pads = 0;

    for (size_t i = decode_groups(text, length, buf); i < length; i++) {
        if (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n') {
            continue;
        }
        if (text[i] == '=') {
            pads++;
            continue;
        }

        uint32_t digit = base64_digit(text[i]);

        if (digit > 63 || pads > 0) {
            return sw_fail(err, SW_E_INPUT, "no base64 at byte %zu", i);
        }
        group = group << 6 | digit;
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

void sw_base64url_add(struct sw_buf *buf, const void *bytes, size_t length)
{
    size_t from = buf->length;

    sw_base64_add(buf, bytes, length);
    for (size_t i = from; i < buf->length; i++) {
        buf->bytes[i] = (char)(buf->bytes[i] == '+'   ? '-'
                               : buf->bytes[i] == '/' ? '_'
                                                      : buf->bytes[i]);
    }
    while (buf->length > from && buf->bytes[buf->length - 1] == '=') {
        buf->bytes[--buf->length] = '\0';
    }
}

bool sw_base64url_decode(const char *text, size_t length, struct sw_buf *buf, struct sw_error *err)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf plain;

    sw_buf_init(&plain, length + 4);
    while (length > 0 && text[length - 1] == '=') {
        length--;
    }
    for (size_t i = 0; i < length; i++) {
        if (strchr("+/ \t\r\n", text[i]) != NULL) {
            return sw_fail(err, SW_E_INPUT, "no base64 of URLs at byte %zu", i);
        }
        sw_buf_add_char(&plain, (char)(text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i]));
    }
    for (; length % 4 != 0; length++) {
        sw_buf_add_char(&plain, '=');
    }
    return sw_base64_decode(plain.bytes, plain.length, buf, err);
}
