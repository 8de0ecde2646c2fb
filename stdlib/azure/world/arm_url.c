#include "stdlib/azure/world/arm_url.h"

#include "base/buf.h"
#include "base/digest.h"
#include "stdlib/azure/arm.h"

#include <string.h>

#define CERTIFICATE_CHARACTERS 2395u /* January 2024; later ones are up to 200 longer */
#define SIGNATURE_CHARACTERS 342u    /* 256 bytes */
#define HASH_CHARACTERS 43u          /* 32 bytes */

const char *sw_arm_made_guid(struct sw_arena *arena, uint64_t seed, const char *purpose,
                             uint64_t number)
{
    char hex[SW_SHA256_HEX_BYTES];
    const char *text = sw_format(arena, "%llu %s %llu", (unsigned long long)seed, purpose,
                                 (unsigned long long)number);

    sw_sha256_hex(text, strlen(text), hex);
    return sw_format(arena, "%.8s-%.4s-4%.3s-a%.3s-%.12s", hex, hex + 8, hex + 12, hex + 15,
                     hex + 18);
}

static uint64_t made_number(const char *text, uint64_t below)
{
    struct sw_sha256 hash;
    uint8_t bytes[SW_SHA256_BYTES];
    uint64_t number = 0;

    sw_sha256_init(&hash);
    sw_sha256_add(&hash, text, strlen(text));
    sw_sha256_end(&hash, bytes);
    for (size_t i = 0; i < 8; i++) {
        number = number << 8 | bytes[i];
    }
    return number % below;
}

/* Letters of the URL alphabet of base64 that look random and are always the same. */
static const char *made_letters(struct sw_arena *arena, const char *text, size_t count)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *letters = sw_alloc(arena, count + 1);

    for (size_t at = 0; at < count;) {
        struct sw_sha256 hash;
        uint8_t bytes[SW_SHA256_BYTES];
        uint64_t block = at;

        sw_sha256_init(&hash);
        sw_sha256_add(&hash, text, strlen(text));
        sw_sha256_add(&hash, &block, sizeof block);
        sw_sha256_end(&hash, bytes);
        for (size_t i = 0; i < sizeof bytes && at < count; i++) {
            letters[at++] = alphabet[bytes[i] & 63];
        }
    }
    return letters;
}

static const char *operation_name(struct sw_arena *arena, uint64_t seed, uint64_t number)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    const char *json = sw_format(
        arena, "{\"partitionId\":\"%s\",\"workflowId\":\"%s\",\"workflowOperationId\":\"%s\"}",
        sw_arm_made_guid(arena, seed, "partition", 0),
        sw_arm_made_guid(arena, seed, "workflow", number),
        sw_arm_made_guid(arena, seed, "operation", number));

    sw_buf_init(&buf, 4096);
    sw_base64_add(&buf, json, strlen(json));
    return sw_copy(arena, buf.bytes, buf.length);
}

const char *sw_arm_made_url(struct sw_arena *arena, uint64_t seed, uint64_t number, bool is_result,
                            const char *subscription, const char *location)
{
    unsigned long long s = seed;
    unsigned long long n = number;
    const char *kind = is_result ? "operationresults" : "operations";
    const char *certificate = sw_format(arena, "%llu certificate", s);
    const char *ticks = sw_format(arena, "%llu ticks %llu", s, n);
    uint64_t t = 638445988000000000u + made_number(ticks, 1000000000u);

    /* Both are signed one after the other, often within one tick of the clock. */
    if (is_result && made_number(ticks, 2) == 1) {
        t += 156250;
    }
    return sw_format(
        arena,
        "https://" SW_ARM_HOST "/subscriptions/%s/providers/Microsoft.StorageSync/locations/%s/%s/"
        "%s?api-version=" SW_ARM_SYNC_VERSION "&t=%llu&c=MII%s&s=%s&h=%s",
        subscription, location, kind, operation_name(arena, seed, number), (unsigned long long)t,
        made_letters(arena, certificate,
                     CERTIFICATE_CHARACTERS - 3 + made_number(certificate, 200)),
        made_letters(arena, sw_format(arena, "%llu %s s %llu", s, kind, n), SIGNATURE_CHARACTERS),
        made_letters(arena, sw_format(arena, "%llu %s h %llu", s, kind, n), HASH_CHARACTERS));
}
