#include "io/key.h"

#include "base/time.h"
#include "io/openssl_api.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Asked for a passphrase: there is nobody to say one. */
static int no_passphrase(char *bytes, int size, int is_writing, void *context)
{
    bool *is_asked = context;

    (void)bytes;
    (void)size;
    (void)is_writing;
    *is_asked = true;
    return -1;
}

static X509 *read_certificate(const struct sw_crypto_api *c, const char *text)
{
    bool is_asked = false;
    BIO *bio = c->BIO_new_mem_buf(text, (int)strlen(text));
    X509 *certificate =
        bio == NULL ? NULL : c->PEM_read_bio_X509(bio, NULL, no_passphrase, &is_asked);

    if (bio != NULL) {
        c->BIO_free(bio);
    }
    c->ERR_clear_error();
    return certificate;
}

static bool open_certificate(const struct sw_crypto_api *c, const char *text, X509 **ret,
                             struct sw_error *err)
{
    X509 *certificate = read_certificate(c, text);

    if (certificate == NULL) {
        return sw_fail(err, SW_E_INPUT,
                       "there is no certificate in it; it must be PEM, which begins with "
                       "-----BEGIN CERTIFICATE-----");
    }
    *ret = certificate;
    return true;
}

bool sw_certificate_thumbprint(const char *certificate, struct sw_thumbprint *ret,
                               struct sw_error *err)
{
    struct sw_crypto_api c;
    struct sw_thumbprint thumbprint;
    X509 *x509 = NULL;
    unsigned length = 0;

    if (!sw_crypto_open(&c, err) || !open_certificate(&c, certificate, &x509, err)) {
        return false;
    }
    bool is_over = c.X509_cmp_current_time(c.X509_getm_notAfter(x509)) < 0;
    bool is_read = c.X509_digest(x509, c.EVP_sha1(), thumbprint.sha1, &length) == 1 &&
                   c.X509_digest(x509, c.EVP_sha256(), thumbprint.sha256, &length) == 1;

    c.X509_free(x509);
    if (!is_read) {
        return sw_crypto_fail(&c, SW_E_INPUT, "take the certificate's thumbprint", err);
    }
    if (is_over) {
        return sw_fail(err, SW_E_DENIED,
                       "the certificate has expired; make a new one and add it to the application");
    }
    *ret = thumbprint;
    return true;
}

bool sw_certificate_end(const char *certificate, int64_t *ret_ns, struct sw_error *err)
{
    struct sw_crypto_api c;
    struct tm end = {0};
    X509 *x509 = NULL;
    char iso[64];

    if (!sw_crypto_open(&c, err) || !open_certificate(&c, certificate, &x509, err)) {
        return false;
    }
    bool is_read = c.ASN1_TIME_to_tm(c.X509_getm_notAfter(x509), &end) == 1;

    c.X509_free(x509);
    if (!is_read) {
        return sw_crypto_fail(&c, SW_E_INPUT, "read the end of a certificate", err);
    }
    (void)snprintf(iso, sizeof iso, "%04d-%02d-%02dT%02d:%02d:%02dZ", end.tm_year + 1900,
                   end.tm_mon + 1, end.tm_mday, end.tm_hour, end.tm_min, end.tm_sec);
    return sw_time_parse(iso, ret_ns, err);
}

/* ---- signing ---- */

static bool open_key(const struct sw_crypto_api *c, const char *text, EVP_PKEY **ret,
                     struct sw_error *err)
{
    bool is_asked = false;
    BIO *bio = c->BIO_new_mem_buf(text, (int)strlen(text));
    EVP_PKEY *key =
        bio == NULL ? NULL : c->PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, &is_asked);

    if (bio != NULL) {
        c->BIO_free(bio);
    }
    c->ERR_clear_error();
    if (key == NULL && is_asked) {
        return sw_fail(err, SW_E_INPUT,
                       "the key is encrypted, and nobody is there to say its passphrase; keep it "
                       "plain in a file that only you may read (openssl pkey -in OLD -out NEW), or "
                       "let a `command` print it");
    }
    if (key == NULL) {
        return sw_fail(err, SW_E_INPUT,
                       "there is no private key in it; it must be PEM, which begins with "
                       "-----BEGIN PRIVATE KEY-----");
    }
    if (c->EVP_PKEY_is_a(key, "RSA") != 1 || c->EVP_PKEY_get_bits(key) < SW_KEY_LEAST_BITS) {
        int bits = c->EVP_PKEY_get_bits(key);

        c->EVP_PKEY_free(key);
        return sw_fail(err, SW_E_INPUT,
                       "the key has %d bits or is no RSA key; it needs RSA with %d", bits,
                       SW_KEY_LEAST_BITS);
    }
    *ret = key;
    return true;
}

static bool set_padding(const struct sw_crypto_api *c, EVP_PKEY_CTX *context, bool is_pss)
{
    return !is_pss || (c->EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
                       c->EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) > 0);
}

bool sw_key_sign(const char *key, const char *certificate, bool is_pss, const char *text,
                 size_t length, struct sw_arena *arena, const uint8_t **ret_signature,
                 size_t *ret_length, struct sw_error *err)
{
    struct sw_crypto_api c;
    X509 *x509 = NULL;
    EVP_PKEY *own = NULL;
    EVP_PKEY_CTX *context = NULL;

    if (!sw_crypto_open(&c, err) || !open_certificate(&c, certificate, &x509, err)) {
        return false;
    }
    if (!open_key(&c, key, &own, err)) {
        c.X509_free(x509);
        return false;
    }
    size_t size = (size_t)c.EVP_PKEY_get_size(own);
    uint8_t *signature = sw_alloc(arena, size);
    EVP_MD_CTX *hash = c.EVP_MD_CTX_new();
    bool is_pair = c.X509_check_private_key(x509, own) == 1;
    bool is_signed =
        is_pair && hash != NULL &&
        c.EVP_DigestSignInit(hash, &context, c.EVP_sha256(), NULL, own) == 1 &&
        set_padding(&c, context, is_pss) &&
        c.EVP_DigestSign(hash, signature, &size, (const unsigned char *)text, length) == 1;

    c.EVP_MD_CTX_free(hash);
    c.EVP_PKEY_free(own);
    c.X509_free(x509);
    if (!is_pair) {
        c.ERR_clear_error();
        return sw_fail(err, SW_E_INPUT, "the key is not that of the certificate");
    }
    if (!is_signed) {
        return sw_crypto_fail(&c, SW_E_INPUT, "sign with the key", err);
    }
    *ret_signature = signature;
    *ret_length = size;
    return true;
}

bool sw_key_verify(const char *certificate, bool is_pss, const char *text, size_t length,
                   const uint8_t *signature, size_t signature_length, struct sw_error *err)
{
    struct sw_crypto_api c;
    X509 *x509 = NULL;
    EVP_PKEY_CTX *context = NULL;

    if (!sw_crypto_open(&c, err) || !open_certificate(&c, certificate, &x509, err)) {
        return false;
    }
    EVP_PKEY *key = c.X509_get_pubkey(x509);
    EVP_MD_CTX *hash = c.EVP_MD_CTX_new();
    bool is_good = key != NULL && hash != NULL &&
                   c.EVP_DigestVerifyInit(hash, &context, c.EVP_sha256(), NULL, key) == 1 &&
                   set_padding(&c, context, is_pss) &&
                   c.EVP_DigestVerify(hash, signature, signature_length,
                                      (const unsigned char *)text, length) == 1;

    c.EVP_MD_CTX_free(hash);
    c.EVP_PKEY_free(key);
    c.X509_free(x509);
    c.ERR_clear_error();
    return is_good || sw_fail(err, SW_E_DENIED, "the signature is not that of the certificate");
}
