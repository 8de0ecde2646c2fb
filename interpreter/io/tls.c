#include "io/tls.h"

#include "io/openssl_api.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_BYTES 16384 /* the largest record */
#define LIFE_S (7L * 24 * 3600)
#define EARLIER_S (-3600L) /* clocks of peers may be slow */

struct sw_tls {
    struct sw_crypto_api crypto;
    struct sw_ssl_api ssl;
    SSL_CTX *context;
};

struct sw_tls_line {
    const struct sw_tls *tls;
    SSL *ssl;
    BIO *in, *out; /* the ssl's own */
};

static bool begin(struct sw_tls *tls, struct sw_error *err)
{
    if (!sw_crypto_open(&tls->crypto, err) || !sw_ssl_open(&tls->ssl, err)) {
        return false;
    }
    tls->context = tls->ssl.SSL_CTX_new(tls->ssl.TLS_server_method());
    if (tls->context == NULL || tls->ssl.SSL_CTX_ctrl(tls->context, SSL_CTRL_SET_MIN_PROTO_VERSION,
                                                      TLS1_2_VERSION, NULL) != 1) {
        return sw_crypto_fail(&tls->crypto, SW_E_IO, "start a TLS server", err);
    }
    return true;
}

void sw_tls_close(struct sw_tls *tls)
{
    if (tls != NULL) {
        if (tls->context != NULL) {
            tls->ssl.SSL_CTX_free(tls->context);
        }
        free(tls);
    }
}

static bool use_files(struct sw_tls *tls, const char *certificate, const char *key,
                      struct sw_error *err)
{
    if (tls->ssl.SSL_CTX_use_certificate_chain_file(tls->context, certificate) != 1) {
        (void)sw_crypto_fail(&tls->crypto, SW_E_INPUT, "use it as a certificate", err);
        return sw_fail_while(err, "read '%s'", certificate);
    }
    if (tls->ssl.SSL_CTX_use_PrivateKey_file(tls->context, key, SSL_FILETYPE_PEM) != 1 ||
        tls->ssl.SSL_CTX_check_private_key(tls->context) != 1) {
        (void)sw_crypto_fail(&tls->crypto, SW_E_INPUT, "use it as the certificate's key", err);
        return sw_fail_while(err, "read '%s'", key);
    }
    return true;
}

bool sw_tls_open(const char *certificate, const char *key, struct sw_tls **ret_tls,
                 struct sw_error *err)
{
    struct sw_tls *tls = sw_heap(sizeof *tls);

    *tls = (struct sw_tls){0};
    if (!begin(tls, err) || !use_files(tls, certificate, key, err)) {
        sw_tls_close(tls);
        return false;
    }
    *ret_tls = tls;
    return true;
}

/* ---- making a certificate ---- */

struct pair {
    EVP_PKEY *key;
    X509 *certificate;
};

static void release(const struct sw_crypto_api *c, struct pair *pair)
{
    if (pair->key != NULL) {
        c->EVP_PKEY_free(pair->key);
    }
    if (pair->certificate != NULL) {
        c->X509_free(pair->certificate);
    }
}

static bool add_extension(const struct sw_crypto_api *c, struct pair *pair, struct pair *issuer,
                          int which, const char *value)
{
    X509V3_CTX context;

    c->X509V3_set_ctx(&context, issuer->certificate, pair->certificate, NULL, NULL, 0);
    context.db = NULL;
    X509_EXTENSION *extension = c->X509V3_EXT_conf_nid(NULL, &context, which, value);

    if (extension == NULL) {
        return false;
    }
    bool is_added = c->X509_add_ext(pair->certificate, extension, -1) == 1;

    c->X509_EXTENSION_free(extension);
    return is_added;
}

/* @param issuer the pair itself: an authority @param names NULL: none */
static bool make_pair(const struct sw_crypto_api *c, const char *title, const char *names,
                      struct pair *pair, struct pair *issuer)
{
    bool is_ca = pair == issuer;
    uint64_t serial = 0;

    pair->key = c->EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    pair->certificate = c->X509_new();
    if (pair->key == NULL || pair->certificate == NULL ||
        c->RAND_bytes((unsigned char *)&serial, sizeof serial) != 1) {
        return false;
    }
    X509_NAME *name = c->X509_get_subject_name(pair->certificate);

    return c->X509_set_version(pair->certificate, 2) == 1 &&
           c->ASN1_INTEGER_set_uint64(c->X509_get_serialNumber(pair->certificate), serial >> 1) ==
               1 &&
           c->X509_gmtime_adj(c->X509_getm_notBefore(pair->certificate), EARLIER_S) != NULL &&
           c->X509_gmtime_adj(c->X509_getm_notAfter(pair->certificate), LIFE_S) != NULL &&
           c->X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)title, -1,
                                         -1, 0) == 1 &&
           c->X509_set_issuer_name(pair->certificate,
                                   c->X509_get_subject_name(issuer->certificate)) == 1 &&
           c->X509_set_pubkey(pair->certificate, pair->key) == 1 &&
           add_extension(c, pair, issuer, NID_basic_constraints,
                         is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE") &&
           add_extension(c, pair, issuer, NID_key_usage,
                         is_ca ? "critical,keyCertSign" : "critical,digitalSignature") &&
           add_extension(c, pair, issuer, NID_subject_key_identifier, "hash") &&
           (is_ca || (add_extension(c, pair, issuer, NID_authority_key_identifier, "keyid") &&
                      add_extension(c, pair, issuer, NID_ext_key_usage, "serverAuth") &&
                      add_extension(c, pair, issuer, NID_subject_alt_name, names))) &&
           c->X509_sign(pair->certificate, issuer->key, c->EVP_sha256()) > 0;
}

static bool as_pem(const struct sw_crypto_api *c, const X509 *certificate, struct sw_arena *arena,
                   const char **ret_text)
{
    char text[8192];
    BIO *bio = c->BIO_new(c->BIO_s_mem());
    int length = -1;

    if (bio != NULL && c->PEM_write_bio_X509(bio, certificate) == 1) {
        length = c->BIO_read(bio, text, sizeof text);
    }
    if (bio != NULL) {
        c->BIO_free(bio);
    }
    if (length <= 0 || (size_t)length >= sizeof text) {
        return false;
    }
    *ret_text = sw_copy(arena, text, (size_t)length);
    return true;
}

bool sw_tls_make(const char *names, struct sw_arena *arena, const char **ret_ca,
                 struct sw_tls **ret_tls, struct sw_error *err)
{
    struct sw_tls *tls = sw_heap(sizeof *tls);
    const struct sw_crypto_api *c = &tls->crypto;
    struct pair ca = {0};
    struct pair own = {0};
    const char *pem = NULL;

    *tls = (struct sw_tls){0};
    if (!begin(tls, err)) {
        sw_tls_close(tls);
        return false;
    }
    bool is_made = make_pair(c, "stepwise throw-away authority", NULL, &ca, &ca) &&
                   make_pair(c, "stepwise model world", names, &own, &ca) &&
                   as_pem(c, ca.certificate, arena, &pem) &&
                   tls->ssl.SSL_CTX_use_certificate(tls->context, own.certificate) == 1 &&
                   tls->ssl.SSL_CTX_use_PrivateKey(tls->context, own.key) == 1;

    if (!is_made) {
        (void)sw_crypto_fail(c, SW_E_INPUT, "make a certificate", err);
    }
    release(c, &ca);
    release(c, &own);
    if (!is_made) {
        sw_tls_close(tls);
        return false;
    }
    *ret_ca = pem;
    *ret_tls = tls;
    return true;
}

/* ---- connections ---- */

struct sw_tls_line *sw_tls_line_new(struct sw_tls *tls)
{
    struct sw_tls_line *line = sw_heap(sizeof *line);

    *line = (struct sw_tls_line){.tls = tls,
                                 .ssl = tls->ssl.SSL_new(tls->context),
                                 .in = tls->crypto.BIO_new(tls->crypto.BIO_s_mem()),
                                 .out = tls->crypto.BIO_new(tls->crypto.BIO_s_mem())};
    sw_require(line->ssl != NULL && line->in != NULL && line->out != NULL);
    tls->ssl.SSL_set_bio(line->ssl, line->in, line->out); /* they are its own now */
    tls->ssl.SSL_set_accept_state(line->ssl);
    return line;
}

void sw_tls_line_free(struct sw_tls_line *line)
{
    if (line != NULL) {
        line->tls->ssl.SSL_free(line->ssl);
        free(line);
    }
}

static void collect(struct sw_tls_line *line, struct sw_buf *wire)
{
    char bytes[PIECE_BYTES];
    int length = 0;

    while ((length = line->tls->crypto.BIO_read(line->out, bytes, sizeof bytes)) > 0) {
        sw_buf_add(wire, bytes, (size_t)length);
    }
}

/* @return is the line still good after a call gave this result? */
static bool goes_on(const struct sw_tls_line *line, int result)
{
    int why = line->tls->ssl.SSL_get_error(line->ssl, result);

    line->tls->crypto.ERR_clear_error();
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
}

bool sw_tls_take(struct sw_tls_line *line, const char *bytes, size_t length, struct sw_buf *plain,
                 struct sw_buf *wire)
{
    const struct sw_tls *tls = line->tls;
    char piece[PIECE_BYTES];
    bool is_good =
        length <= INT_MAX && tls->crypto.BIO_write(line->in, bytes, (int)length) == (int)length;
    int result = 1;

    if (is_good && !tls->ssl.SSL_is_init_finished(line->ssl)) {
        result = tls->ssl.SSL_do_handshake(line->ssl);
        is_good = result == 1 || goes_on(line, result);
    }
    while (is_good && result > 0) {
        result = tls->ssl.SSL_read(line->ssl, piece, sizeof piece);
        if (result > 0) {
            sw_buf_add(plain, piece, (size_t)result);
        } else {
            is_good = goes_on(line, result);
        }
    }
    collect(line, wire);
    return is_good;
}

bool sw_tls_say(struct sw_tls_line *line, const char *bytes, size_t length, struct sw_buf *wire)
{
    bool is_good = true;

    for (size_t at = 0; is_good && at < length;) {
        size_t left = length - at;
        int size = left > PIECE_BYTES ? PIECE_BYTES : (int)left;

        /* Memory is never full: it takes all or the line is dead. */
        is_good = line->tls->ssl.SSL_write(line->ssl, bytes + at, size) == size;
        at += (size_t)size;
    }
    line->tls->crypto.ERR_clear_error();
    collect(line, wire);
    return is_good;
}

void sw_tls_end(struct sw_tls_line *line, struct sw_buf *wire)
{
    if (line->tls->ssl.SSL_is_init_finished(line->ssl)) {
        (void)line->tls->ssl.SSL_shutdown(line->ssl);
    }
    line->tls->crypto.ERR_clear_error();
    collect(line, wire);
}
