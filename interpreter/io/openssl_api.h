#pragma once
/**
 * @file OpenSSL 3, opened when the first key or TLS server is needed: linked, it would cost each
 * `lint` more start-up time than all the rest. It is there wherever libcurl4 is, which depends on
 * it; another library (mbed TLS, wolfSSL, GnuTLS) would be one more to keep patched. The ABI behind
 * "libssl.so.3" and "libcrypto.so.3" is stable through all of version 3.
 *
 * @source openssl 3.0 manual, sections 3 and 7; the functions have their own names
 */
#include "base/error.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define SW_CRYPTO_FUNCTIONS(X)                                                                     \
    X(ASN1_INTEGER *, X509_get_serialNumber, (X509 *))                                             \
    X(ASN1_TIME *, X509_gmtime_adj, (ASN1_TIME *, long))                                           \
    X(ASN1_TIME *, X509_getm_notAfter, (const X509 *))                                             \
    X(ASN1_TIME *, X509_getm_notBefore, (const X509 *))                                            \
    X(BIO *, BIO_new, (const BIO_METHOD *))                                                        \
    X(BIO *, BIO_new_mem_buf, (const void *, int))                                                 \
    X(EVP_MD_CTX *, EVP_MD_CTX_new, (void))                                                        \
    X(EVP_PKEY *, EVP_PKEY_Q_keygen, (OSSL_LIB_CTX *, const char *, const char *, ...))            \
    X(EVP_PKEY *, X509_get_pubkey, (X509 *))                                                       \
    X(EVP_PKEY *, PEM_read_bio_PrivateKey, (BIO *, EVP_PKEY **, pem_password_cb *, void *))        \
    X(X509 *, PEM_read_bio_X509, (BIO *, X509 **, pem_password_cb *, void *))                      \
    X(X509 *, X509_new, (void))                                                                    \
    X(X509_EXTENSION *, X509V3_EXT_conf_nid,                                                       \
      (LHASH_OF(CONF_VALUE) *, X509V3_CTX *, int, const char *))                                   \
    X(X509_NAME *, X509_get_subject_name, (const X509 *))                                          \
    X(const BIO_METHOD *, BIO_s_mem, (void))                                                       \
    X(const EVP_MD *, EVP_sha1, (void))                                                            \
    X(const EVP_MD *, EVP_sha256, (void))                                                          \
    X(int, ASN1_TIME_to_tm, (const ASN1_TIME *, struct tm *))                                      \
    X(int, ASN1_INTEGER_set_uint64, (ASN1_INTEGER *, uint64_t))                                    \
    X(int, BIO_free, (BIO *))                                                                      \
    X(int, BIO_read, (BIO *, void *, int))                                                         \
    X(int, BIO_write, (BIO *, const void *, int))                                                  \
    X(int, EVP_DigestSign,                                                                         \
      (EVP_MD_CTX *, unsigned char *, size_t *, const unsigned char *, size_t))                    \
    X(int, EVP_DigestSignInit,                                                                     \
      (EVP_MD_CTX *, EVP_PKEY_CTX **, const EVP_MD *, ENGINE *, EVP_PKEY *))                       \
    X(int, EVP_DigestVerify,                                                                       \
      (EVP_MD_CTX *, const unsigned char *, size_t, const unsigned char *, size_t))                \
    X(int, EVP_DigestVerifyInit,                                                                   \
      (EVP_MD_CTX *, EVP_PKEY_CTX **, const EVP_MD *, ENGINE *, EVP_PKEY *))                       \
    X(int, EVP_PKEY_CTX_set_rsa_padding, (EVP_PKEY_CTX *, int))                                    \
    X(int, EVP_PKEY_CTX_set_rsa_pss_saltlen, (EVP_PKEY_CTX *, int))                                \
    X(int, EVP_PKEY_get_bits, (const EVP_PKEY *))                                                  \
    X(int, EVP_PKEY_get_size, (const EVP_PKEY *))                                                  \
    X(int, EVP_PKEY_is_a, (const EVP_PKEY *, const char *))                                        \
    X(int, PEM_write_bio_X509, (BIO *, const X509 *))                                              \
    X(int, RAND_bytes, (unsigned char *, int))                                                     \
    X(int, X509_NAME_add_entry_by_txt,                                                             \
      (X509_NAME *, const char *, int, const unsigned char *, int, int, int))                      \
    X(int, X509_add_ext, (X509 *, X509_EXTENSION *, int))                                          \
    X(int, X509_check_private_key, (const X509 *, const EVP_PKEY *))                               \
    X(int, X509_cmp_current_time, (const ASN1_TIME *))                                             \
    X(int, X509_digest, (const X509 *, const EVP_MD *, unsigned char *, unsigned *))               \
    X(int, X509_set_issuer_name, (X509 *, const X509_NAME *))                                      \
    X(int, X509_set_pubkey, (X509 *, EVP_PKEY *))                                                  \
    X(int, X509_set_version, (X509 *, long))                                                       \
    X(int, X509_sign, (X509 *, EVP_PKEY *, const EVP_MD *))                                        \
    X(unsigned long, ERR_get_error, (void))                                                        \
    X(void, ERR_clear_error, (void))                                                               \
    X(void, ERR_error_string_n, (unsigned long, char *, size_t))                                   \
    X(void, EVP_MD_CTX_free, (EVP_MD_CTX *))                                                       \
    X(void, EVP_PKEY_free, (EVP_PKEY *))                                                           \
    X(void, X509V3_set_ctx, (X509V3_CTX *, X509 *, X509 *, X509_REQ *, X509_CRL *, int))           \
    X(void, X509_EXTENSION_free, (X509_EXTENSION *))                                               \
    X(void, X509_free, (X509 *))

#define SW_SSL_FUNCTIONS(X)                                                                        \
    X(SSL *, SSL_new, (SSL_CTX *))                                                                 \
    X(SSL_CTX *, SSL_CTX_new, (const SSL_METHOD *))                                                \
    X(const SSL_METHOD *, TLS_server_method, (void))                                               \
    X(int, SSL_CTX_check_private_key, (const SSL_CTX *))                                           \
    X(int, SSL_CTX_use_PrivateKey, (SSL_CTX *, EVP_PKEY *))                                        \
    X(int, SSL_CTX_use_PrivateKey_file, (SSL_CTX *, const char *, int))                            \
    X(int, SSL_CTX_use_certificate, (SSL_CTX *, X509 *))                                           \
    X(int, SSL_CTX_use_certificate_chain_file, (SSL_CTX *, const char *))                          \
    X(int, SSL_do_handshake, (SSL *))                                                              \
    X(int, SSL_get_error, (const SSL *, int))                                                      \
    X(int, SSL_is_init_finished, (const SSL *))                                                    \
    X(int, SSL_read, (SSL *, void *, int))                                                         \
    X(int, SSL_shutdown, (SSL *))                                                                  \
    X(int, SSL_write, (SSL *, const void *, int))                                                  \
    X(long, SSL_CTX_ctrl, (SSL_CTX *, int, long, void *))                                          \
    X(void, SSL_CTX_free, (SSL_CTX *))                                                             \
    X(void, SSL_free, (SSL *))                                                                     \
    X(void, SSL_set_accept_state, (SSL *))                                                         \
    X(void, SSL_set_bio, (SSL *, BIO *, BIO *))

#define SW_OPENSSL_POINTER(result, name, parameters) result(*name) parameters;
struct sw_crypto_api {
    SW_CRYPTO_FUNCTIONS(SW_OPENSSL_POINTER)
};
struct sw_ssl_api {
    SW_SSL_FUNCTIONS(SW_OPENSSL_POINTER)
};
#undef SW_OPENSSL_POINTER

/** Open libcrypto; it stays open. @errors SW_E_IO: not installed: it says which package */
bool sw_crypto_open(struct sw_crypto_api *ret_api, struct sw_error *err);
/** Open libssl; it stays open. @errors as above */
bool sw_ssl_open(struct sw_ssl_api *ret_api, struct sw_error *err);

/** Fail with what OpenSSL says of its last error, and forget the others. @return false */
bool sw_crypto_fail(const struct sw_crypto_api *api, enum sw_code code, const char *task,
                    struct sw_error *err);
