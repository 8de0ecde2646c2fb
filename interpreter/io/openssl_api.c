#include "io/openssl_api.h"

#include "base/macros.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

struct row {
    const char *name;
    size_t offset; /* of the pointer in the api */
};

static bool open_library(const char *name, const struct row *rows, size_t count, void *api,
                         struct sw_error *err)
{
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);

    if (library == NULL) {
        return sw_fail(err, SW_E_IO,
                       "keys and TLS servers need OpenSSL, which can't be opened; install the "
                       "package libssl3 (%s)",
                       dlerror());
    }
    for (size_t i = 0; i < count; i++) {
        /* ISO C has no cast from an object pointer to a function pointer; POSIX says that the bytes
         * fit. */
        void *symbol = dlsym(library, rows[i].name);

        if (symbol == NULL) {
            return sw_fail(err, SW_E_IO, "%s lacks %s, which every version 3 has", name,
                           rows[i].name);
        }
        memcpy((char *)api + rows[i].offset, &symbol, sizeof symbol);
    }
    return true;
}

bool sw_crypto_open(struct sw_crypto_api *ret_api, struct sw_error *err)
{
#define ROW(result, name, parameters) {#name, offsetof(struct sw_crypto_api, name)},
    static const struct row rows[] = {SW_CRYPTO_FUNCTIONS(ROW)};
#undef ROW
    struct sw_crypto_api api;

    if (!open_library("libcrypto.so.3", rows, SW_COUNT(rows), &api, err)) {
        return false;
    }
    *ret_api = api;
    return true;
}

bool sw_ssl_open(struct sw_ssl_api *ret_api, struct sw_error *err)
{
#define ROW(result, name, parameters) {#name, offsetof(struct sw_ssl_api, name)},
    static const struct row rows[] = {SW_SSL_FUNCTIONS(ROW)};
#undef ROW
    struct sw_ssl_api api;

    if (!open_library("libssl.so.3", rows, SW_COUNT(rows), &api, err)) {
        return false;
    }
    *ret_api = api;
    return true;
}

bool sw_crypto_fail(const struct sw_crypto_api *api, enum sw_code code, const char *task,
                    struct sw_error *err)
{
    char words[200] = "it gives no reason";
    unsigned long number = api->ERR_get_error();

    if (number != 0) {
        api->ERR_error_string_n(number, words, sizeof words);
    }
    api->ERR_clear_error();
    return sw_fail(err, code, "%s: %s", task, words);
}
