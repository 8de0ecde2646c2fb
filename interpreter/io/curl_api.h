#pragma once
/**
 * @file libcurl, opened when the first request is made: linked, it would cost each `lint` more
 * start-up time than all the rest. The ABI behind "libcurl.so.4" has been the same since 2006.
 */
#include "base/error.h"

#define CURL_DISABLE_TYPECHECK /* its macros would get between a caller and these pointers */
#include <curl/curl.h>

struct sw_curl_api {
    CURLcode (*global_init)(long flags);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *easy);
    void (*easy_reset)(CURL *easy);
    CURLcode (*easy_setopt)(CURL *easy, CURLoption option, ...);
    CURLcode (*easy_getinfo)(CURL *easy, CURLINFO info, ...);
    const char *(*easy_strerror)(CURLcode code);
    CURLM *(*multi_init)(void);
    CURLMcode (*multi_cleanup)(CURLM *multi);
    CURLMcode (*multi_setopt)(CURLM *multi, CURLMoption option, ...);
    CURLMcode (*multi_add_handle)(CURLM *multi, CURL *easy);
    CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *easy);
    CURLMcode (*multi_socket_action)(CURLM *multi, curl_socket_t file, int events, int *running);
    CURLMcode (*multi_timeout)(CURLM *multi, long *ret_ms);
    CURLMsg *(*multi_info_read)(CURLM *multi, int *ret_left);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
    void (*slist_free_all)(struct curl_slist *list);
};

/** Open the library. It stays open until the process ends. @errors SW_E_IO: not installed, or too
 * old: it says which package */
bool sw_curl_open(struct sw_curl_api *ret_api, struct sw_error *err);
