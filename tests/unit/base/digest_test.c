#include "base/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* @source NIST, "SHA-256 example values" and SHA256ShortMsg/LongMsg of CAVS 11.0 */
static void the_vectors_of_nist_hold(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *digest;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqr"
         "lmnopqrsmnopqrstnopqrstu",
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
        {"\xd3", "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"},
        {"\x11\xaf", "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98"},
    };

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        char hex[SW_SHA256_HEX_BYTES];

        sw_sha256_hex(rows[i].text, strlen(rows[i].text), hex);
        assert_string_equal(hex, rows[i].digest);
    }
}

static void a_million_letters_in_uneven_parts_hash_as_nist_says(void **state)
{
    (void)state;
    struct sw_sha256 hash;
    uint8_t digest[SW_SHA256_BYTES];
    char hex[SW_SHA256_HEX_BYTES];
    char part[997];
    size_t left = 1000000;

    memset(part, 'a', sizeof part);
    sw_sha256_init(&hash);
    while (left > 0) {
        size_t length = left < sizeof part ? left : sizeof part;

        sw_sha256_add(&hash, part, length);
        left -= length;
    }
    sw_sha256_end(&hash, digest);
    sw_hex(digest, sizeof digest, hex);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void every_length_around_a_block_hashes_alike_at_once_and_bytewise(void **state)
{
    (void)state;
    char text[200];

    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (char)i;
    }
    for (size_t length = 0; length < sizeof text; length++) {
        struct sw_sha256 hash;
        uint8_t digest[SW_SHA256_BYTES];
        char bytewise[SW_SHA256_HEX_BYTES];
        char at_once[SW_SHA256_HEX_BYTES];

        sw_sha256_init(&hash);
        for (size_t i = 0; i < length; i++) {
            sw_sha256_add(&hash, text + i, 1);
        }
        sw_sha256_end(&hash, digest);
        sw_hex(digest, sizeof digest, bytewise);
        sw_sha256_hex(text, length, at_once);
        assert_string_equal(bytewise, at_once);
    }
}

/* @source RFC 4648, section 10 */
static void the_vectors_of_rfc_4648_hold_both_ways(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        SW_CLEANUP(sw_buf_release) struct sw_buf buf;
        struct sw_error err = {0};

        sw_buf_init(&buf, 100);
        sw_base64_add(&buf, rows[i][0], strlen(rows[i][0]));
        assert_string_equal(buf.bytes, rows[i][1]);
        sw_buf_clear(&buf);
        assert_true(sw_base64_decode(rows[i][1], strlen(rows[i][1]), &buf, &err));
        assert_string_equal(buf.bytes, rows[i][0]);
    }
}

static void all_bytes_go_through_base64(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf text;
    SW_CLEANUP(sw_buf_release) struct sw_buf back;
    struct sw_error err = {0};
    uint8_t bytes[256];

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(255 - i);
    }
    sw_buf_init(&text, 1000);
    sw_buf_init(&back, 1000);
    sw_base64_add(&text, bytes, sizeof bytes);
    assert_true(sw_base64_decode(text.bytes, text.length, &back, &err));
    assert_int_equal(back.length, sizeof bytes);
    assert_memory_equal(back.bytes, bytes, sizeof bytes);
}

static void white_space_in_base64_is_passed_over(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    struct sw_error err = {0};
    const char text[] = " Zm9v\r\n\tYg = =\n";

    sw_buf_init(&buf, 100);
    assert_true(sw_base64_decode(text, strlen(text), &buf, &err));
    assert_string_equal(buf.bytes, "foob");
}

static void what_is_no_base64_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"Z",    "Zg",       "Zg=",   "Zm8",   "Zg===",
                                      "=",    "Zg==Zg==", "Zm9v=", "Z-8=",  "Zm_v",
                                      "Zh==", "Zm9=",     "Zm9v!", "=Zm9v", "Z=g="};

    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        SW_CLEANUP(sw_buf_release) struct sw_buf buf;
        struct sw_error err = {0};

        sw_buf_init(&buf, 100);
        assert_false(sw_base64_decode(bad[i], strlen(bad[i]), &buf, &err));
        assert_int_equal(err.code, SW_E_INPUT);
    }
}

static void a_nul_in_base64_is_refused(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    struct sw_error err = {0};

    sw_buf_init(&buf, 100);
    assert_false(sw_base64_decode("Zm9\0", 4, &buf, &err));
}

static void base64_larger_than_its_buffer_is_refused(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    struct sw_error err = {0};

    sw_buf_init(&buf, 5);
    assert_false(sw_base64_decode("Zm9vYmFy", 8, &buf, &err));
}

static void base64_of_urls_has_its_own_letters_and_no_padding(void **state)
{
    static const char *const odd[] = {"+_", "a/==", "a b", "A", "AB*D"};
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf text;
    SW_CLEANUP(sw_buf_release) struct sw_buf back;
    struct sw_error err = {0};

    sw_buf_init(&text, 100);
    sw_buf_init(&back, 100);
    sw_buf_add_text(&text, "a+/="); /* what stands there already stays as it is */
    sw_base64url_add(&text, "\xfb\xff\xfe\x01", 4);
    assert_string_equal(text.bytes, "a+/=-__-AQ");
    assert_true(sw_base64url_decode("-__-AQ", 6, &back, &err));
    assert_true(sw_base64url_decode("-__-AQ==", 8, &back, &err));
    assert_int_equal(back.length, 8);
    assert_memory_equal(back.bytes, "\xfb\xff\xfe\x01\xfb\xff\xfe\x01", 8);
    for (size_t i = 0; i < SW_COUNT(odd); i++) {
        assert_false(sw_base64url_decode(odd[i], strlen(odd[i]), &back, &err));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_of_urls_has_its_own_letters_and_no_padding),
        cmocka_unit_test(the_vectors_of_nist_hold),
        cmocka_unit_test(a_million_letters_in_uneven_parts_hash_as_nist_says),
        cmocka_unit_test(every_length_around_a_block_hashes_alike_at_once_and_bytewise),
        cmocka_unit_test(the_vectors_of_rfc_4648_hold_both_ways),
        cmocka_unit_test(all_bytes_go_through_base64),
        cmocka_unit_test(white_space_in_base64_is_passed_over),
        cmocka_unit_test(what_is_no_base64_is_refused),
        cmocka_unit_test(a_nul_in_base64_is_refused),
        cmocka_unit_test(base64_larger_than_its_buffer_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
