#pragma once
/** @file One transfer of libcurl, driven through the loop: its multi interface says which files and
 * which moment it waits for, and the wait is ours, so that a signal breaks it off at once. */
#include "base/loop.h"
#include "io/curl_api.h"

/** While it connects, libcurl races two addresses, and asks a thread of its own for the name. */
#define SW_TRANSFER_FILES 8

/** The connections of one peer, which nobody else's requests go over. */
struct sw_transfer {
    const struct sw_curl_api *curl;
    CURLM *multi;
    struct pollfd files[SW_TRANSFER_FILES]; /**< as libcurl wants to be told of them */
    size_t file_count;
};

/** @param transfer does not move as long as it is open @return false: this libcurl can't */
bool sw_transfer_open(struct sw_transfer *transfer, const struct sw_curl_api *curl);
/** Close its connections. @pre sw_transfer_open() was tried, or it is all zero */
void sw_transfer_close(struct sw_transfer *transfer);

/**
 * Perform what `easy` is set to; its connection is kept if it can be.
 *
 * @param breaker or NULL @return CURLE_ABORTED_BY_CALLBACK when the breaker ended it
 */
CURLcode sw_transfer_perform(struct sw_transfer *transfer, CURL *easy,
                             const struct sw_breaker *breaker);
