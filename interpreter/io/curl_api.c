#include "io/curl_api.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

/* ISO C has no cast from an object pointer to a function pointer; POSIX says that the bytes fit. */
static bool find(void *library, const char *name, void *ret_function)
{
    void *symbol = dlsym(library, name);

    memcpy(ret_function, &symbol, sizeof symbol);
    return symbol != NULL;
}

bool sw_curl_open(struct sw_curl_api *ret_api, struct sw_error *err)
{
    struct sw_curl_api api = {0};
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);

    if (library == NULL) {
        return sw_fail(err, SW_E_IO,
                       "requests need libcurl, which can't be opened; install the package libcurl4 "
                       "(%s)",
                       dlerror());
    }
    if (!find(library, "curl_global_init", &api.global_init) ||
        !find(library, "curl_easy_init", &api.easy_init) ||
        !find(library, "curl_easy_cleanup", &api.easy_cleanup) ||
        !find(library, "curl_easy_reset", &api.easy_reset) ||
        !find(library, "curl_easy_setopt", &api.easy_setopt) ||
        !find(library, "curl_easy_getinfo", &api.easy_getinfo) ||
        !find(library, "curl_easy_strerror", &api.easy_strerror) ||
        !find(library, "curl_multi_init", &api.multi_init) ||
        !find(library, "curl_multi_cleanup", &api.multi_cleanup) ||
        !find(library, "curl_multi_setopt", &api.multi_setopt) ||
        !find(library, "curl_multi_add_handle", &api.multi_add_handle) ||
        !find(library, "curl_multi_remove_handle", &api.multi_remove_handle) ||
        !find(library, "curl_multi_socket_action", &api.multi_socket_action) ||
        !find(library, "curl_multi_timeout", &api.multi_timeout) ||
        !find(library, "curl_multi_info_read", &api.multi_info_read) ||
        !find(library, "curl_slist_append", &api.slist_append) ||
        !find(library, "curl_slist_free_all", &api.slist_free_all)) {
        return sw_fail(err, SW_E_IO, "libcurl.so.4 lacks a function that every version has");
    }
    if (api.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return sw_fail(err, SW_E_IO, "libcurl can't be started");
    }
    *ret_api = api;
    return true;
}
