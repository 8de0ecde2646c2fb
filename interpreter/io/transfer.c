#include "io/transfer.h"

#include "base/macros.h"
#include "base/time.h"

#include <signal.h>

#define KEPT 5L /* connections; what libcurl's own easy interface keeps */

/* What libcurl wants to be told of a file; it may change with every step. */
static int on_interest(CURL *easy, curl_socket_t file, int what, void *context, void *of_file)
{
    struct sw_transfer *t = context;
    size_t at = 0;

    (void)easy;
    (void)of_file;
    while (at < t->file_count && t->files[at].fd != file) {
        at++;
    }
    if (what == CURL_POLL_REMOVE) {
        if (at < t->file_count) {
            t->files[at] = t->files[--t->file_count];
        }
        return 0;
    }
    if (at == SW_TRANSFER_FILES) {
        return -1; /* the transfer fails */
    }
    t->file_count = at == t->file_count ? at + 1 : t->file_count;
    t->files[at] = (struct pollfd){
        .fd = file,
        .events = (short)(((what & CURL_POLL_IN) != 0 ? POLLIN : 0) |
                          ((what & CURL_POLL_OUT) != 0 ? POLLOUT : 0)),
    };
    return 0;
}

bool sw_transfer_open(struct sw_transfer *transfer, const struct sw_curl_api *curl)
{
    *transfer = (struct sw_transfer){.curl = curl, .multi = curl->multi_init()};
    return transfer->multi != NULL &&
           curl->multi_setopt(transfer->multi, CURLMOPT_SOCKETFUNCTION, on_interest) == CURLM_OK &&
           curl->multi_setopt(transfer->multi, CURLMOPT_SOCKETDATA, (void *)transfer) == CURLM_OK &&
           curl->multi_setopt(transfer->multi, CURLMOPT_MAXCONNECTS, KEPT) == CURLM_OK;
}

void sw_transfer_close(struct sw_transfer *transfer)
{
    if (transfer->multi != NULL) {
        (void)transfer->curl->multi_cleanup(transfer->multi);
        transfer->multi = NULL;
    }
}

/* libcurl looks names up in a thread, which outlives a transfer that is given up. Signals are for
 * the one thread that waits: what libcurl starts is started with all of them blocked. */
static bool step(struct sw_transfer *t, curl_socket_t file, int events, int *running)
{
    sigset_t all;
    sigset_t before;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    CURLMcode code = t->curl->multi_socket_action(t->multi, file, events, running);

    sigprocmask(SIG_SETMASK, &before, NULL);
    return code == CURLM_OK;
}

static bool step_files(struct sw_transfer *t, int *running)
{
    struct pollfd files[SW_TRANSFER_FILES]; /* the list changes meanwhile */
    size_t count = t->file_count;

    for (size_t i = 0; i < count; i++) {
        files[i] = t->files[i];
    }
    for (size_t i = 0; i < count; i++) {
        int events = ((files[i].revents & POLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                     ((files[i].revents & POLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
                     ((files[i].revents & ~(POLLIN | POLLOUT)) != 0 ? CURL_CSELECT_ERR : 0);

        if (events != 0 && !step(t, files[i].fd, events, running)) {
            return false;
        }
    }
    return true;
}

/* @return the moment that libcurl wants to be called at, by its own timers */
static int64_t next_ns(const struct sw_transfer *t)
{
    long ms = -1;

    return t->curl->multi_timeout(t->multi, &ms) != CURLM_OK || ms < 0
               ? INT64_MAX
               : sw_boot_ns() + ms * SW_NS_PER_MS;
}

static CURLcode drive(struct sw_transfer *t, const struct sw_breaker *breaker)
{
    int running = 1;

    if (!step(t, CURL_SOCKET_TIMEOUT, 0, &running)) {
        return CURLE_FAILED_INIT;
    }
    while (running > 0) {
        struct sw_wait wait = {.breaker = breaker,
                               .until_ns = next_ns(t),
                               .files = t->files,
                               .file_count = t->file_count};
        enum sw_woken woken = sw_wait(&wait);

        if (woken == SW_WOKEN_OVER) {
            return CURLE_ABORTED_BY_CALLBACK;
        }
        if (woken == SW_WOKEN_READY ? !step_files(t, &running)
                                    : !step(t, CURL_SOCKET_TIMEOUT, 0, &running)) {
            return CURLE_FAILED_INIT;
        }
    }
    int left = 0;
    const CURLMsg *told = t->curl->multi_info_read(t->multi, &left);

    return told == NULL || told->msg != CURLMSG_DONE ? CURLE_FAILED_INIT : told->data.result;
}

CURLcode sw_transfer_perform(struct sw_transfer *transfer, CURL *easy,
                             const struct sw_breaker *breaker)
{
    const struct sw_curl_api *c = transfer->curl;

    if (c->multi_add_handle(transfer->multi, easy) != CURLM_OK) {
        return CURLE_FAILED_INIT;
    }
    CURLcode code = drive(transfer, breaker);

    (void)c->multi_remove_handle(transfer->multi, easy);
    return code;
}
