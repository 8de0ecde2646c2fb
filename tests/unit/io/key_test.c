/* Keys and certificates that OpenSSL's own program makes, and its judgement of our signatures.
 * Skipped where the program is not installed. */
#include "io/key.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "io/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct bench {
    char folder[32];
    struct sw_arena *arena;
};

static int run(struct bench *bench, const char *script, const char **ret_out)
{
    const char *const argv[] = {
        "sh", "-c", sw_format(bench->arena, "cd %s && { %s; } 2>/dev/null", bench->folder, script),
        NULL};
    struct sw_error err = {0};
    int code = 1;

    assert_true(sw_process_run(argv, 60000, 100000, bench->arena, ret_out, &code, &err));
    return code;
}

static const char *text_of(struct bench *bench, const char *name)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    struct sw_error err = {0};

    sw_buf_init(&buf, 100000);
    assert_true(sw_file_read(sw_format(bench->arena, "%s/%s", bench->folder, name), &buf, &err));
    return sw_copy(bench->arena, buf.bytes, buf.length);
}

static int set_up(void **state)
{
    struct bench *bench = sw_heap(sizeof *bench);
    const char *out = NULL;

    *bench = (struct bench){.folder = "/tmp/key-test-XXXXXX", .arena = sw_arena_new()};
    assert_non_null(mkdtemp(bench->folder));
    *state = bench;
    if (run(bench, "command -v openssl", &out) != 0) {
        return 0;
    }
    assert_int_equal(
        run(bench,
            "for n in own other; do openssl req -x509 -newkey rsa:2048 -nodes -days 2 "
            "-subj /CN=$n -keyout $n.key -out $n.pem || exit 1; done; "
            "openssl x509 -in own.pem -pubkey -noout >own.pub; "
            "openssl pkey -in own.key -aes256 -passout pass:word12345 -out locked.key; "
            "openssl req -x509 -newkey rsa:1024 -nodes -days 2 -subj /CN=s -keyout small.key "
            "-out small.pem; "
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
            "-subj /CN=e -keyout ec.key -out ec.pem; "
            "openssl req -new -key own.key -subj /CN=old -out old.csr && "
            "mkdir d && touch d/index && printf 01 >d/serial && "
            "printf '[ca]\\ndefault_ca=c\\n[c]\\ndatabase=d/index\\nserial=d/serial\\n"
            "new_certs_dir=d\\ndefault_md=sha256\\npolicy=p\\n[p]\\ncommonName=supplied\\n' "
            ">ca.cnf "
            "&& openssl ca -batch -config ca.cnf -selfsign -keyfile own.key -in old.csr "
            "-startdate 20200101000000Z -enddate 20210101000000Z -notext -out old.pem",
            &out),
        0);
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    const char *out = NULL;

    run(bench, "rm -r ./*", &out);
    rmdir(bench->folder);
    sw_arena_free(bench->arena);
    free(bench);
    return 0;
}

static void need_openssl(struct bench *bench)
{
    const char *out = NULL;

    if (run(bench, "command -v openssl", &out) != 0) {
        print_message("the program openssl is not installed\n");
        skip();
    }
}

static void openssl_takes_both_kinds_of_our_signatures(void **state)
{
    static const char *const checks[] = {
        "openssl dgst -sha256 -verify own.pub -signature sig text",
        "openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 "
        "-verify own.pub -signature sig text"};
    struct bench *bench = *state;

    need_openssl(bench);
    for (int is_pss = 0; is_pss < 2; is_pss++) {
        const uint8_t *signature = NULL;
        size_t length = 0;
        const char *out = NULL;
        struct sw_error err = {0};

        if (!sw_key_sign(text_of(bench, "own.key"), text_of(bench, "own.pem"), is_pss, "a text", 6,
                         bench->arena, &signature, &length, &err)) {
            fail_msg("%s", err.text);
        }
        assert_int_equal(length, 256);
        assert_true(sw_file_write(sw_format(bench->arena, "%s/sig", bench->folder), signature,
                                  length, 0600, &err));
        assert_true(sw_file_write(sw_format(bench->arena, "%s/text", bench->folder), "a text", 6,
                                  0600, &err));
        assert_int_equal(run(bench, checks[is_pss], &out), 0);
        assert_true(
            sw_key_verify(text_of(bench, "own.pem"), is_pss, "a text", 6, signature, length, &err));
        /* Not of another text, certificate or kind. */
        assert_false(
            sw_key_verify(text_of(bench, "own.pem"), is_pss, "a test", 6, signature, length, &err));
        assert_int_equal(err.code, SW_E_DENIED);
        assert_false(sw_key_verify(text_of(bench, "other.pem"), is_pss, "a text", 6, signature,
                                   length, &err));
        assert_false(sw_key_verify(text_of(bench, "own.pem"), !is_pss, "a text", 6, signature,
                                   length, &err));
    }
}

static void thumbprints_are_those_that_openssl_prints(void **state)
{
    struct bench *bench = *state;
    struct sw_thumbprint print;
    struct sw_error err = {0};
    const char *out = NULL;

    need_openssl(bench);
    assert_true(sw_certificate_thumbprint(text_of(bench, "own.pem"), &print, &err));
    const char *hex = "";

    for (size_t i = 0; i < sizeof print.sha256; i++) {
        hex = sw_format(bench->arena, "%s%s%02X", hex, i == 0 ? "" : ":", print.sha256[i]);
    }
    assert_int_equal(run(bench, "openssl x509 -in own.pem -noout -fingerprint -sha256", &out), 0);
    assert_non_null(strstr(out, hex));
    hex = "";
    for (size_t i = 0; i < sizeof print.sha1; i++) {
        hex = sw_format(bench->arena, "%s%s%02X", hex, i == 0 ? "" : ":", print.sha1[i]);
    }
    assert_int_equal(run(bench, "openssl x509 -in own.pem -noout -fingerprint -sha1", &out), 0);
    assert_non_null(strstr(out, hex));
}

static void what_cannot_sign_is_told_in_words(void **state)
{
    static const struct {
        const char *key, *certificate, *words;
    } rows[] = {
        {"locked.key", "own.pem", "the key is encrypted"},
        {"own.pem", "own.pem", "there is no private key in it"},
        {"own.key", "own.key", "there is no certificate in it"},
        {"other.key", "own.pem", "not that of the certificate"},
        {"small.key", "small.pem", "the key has 1024 bits"},
        {"ec.key", "ec.pem", "is no RSA key"},
    };
    struct bench *bench = *state;

    need_openssl(bench);
    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        const uint8_t *signature = NULL;
        size_t length = 0;
        struct sw_error err = {0};

        assert_false(sw_key_sign(text_of(bench, rows[i].key), text_of(bench, rows[i].certificate),
                                 true, "x", 1, bench->arena, &signature, &length, &err));
        assert_int_equal(err.code, SW_E_INPUT);
        if (strstr(err.text, rows[i].words) == NULL) {
            fail_msg("%s: %s", rows[i].key, err.text);
        }
    }
    struct sw_thumbprint print;
    struct sw_error err = {0};

    assert_false(sw_certificate_thumbprint(text_of(bench, "old.pem"), &print, &err));
    assert_int_equal(err.code, SW_E_DENIED);
    assert_non_null(strstr(err.text, "has expired"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openssl_takes_both_kinds_of_our_signatures),
        cmocka_unit_test(thumbprints_are_those_that_openssl_prints),
        cmocka_unit_test(what_cannot_sign_is_told_in_words),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
