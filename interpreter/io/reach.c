#include "io/reach.h"

#include "base/loop.h"
#include "base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* @return 0, or why not */
static int connect_to(const struct addrinfo *at, int timeout_ms)
{
    int file = socket(at->ai_family, at->ai_socktype, at->ai_protocol);
    int why = 0;
    socklen_t length = sizeof why;

    if (file < 0) {
        return errno;
    }
    (void)fcntl(file, F_SETFD, FD_CLOEXEC);
    (void)fcntl(file, F_SETFL, O_NONBLOCK);
    if (connect(file, at->ai_addr, at->ai_addrlen) != 0) {
        struct pollfd ready = {.fd = file, .events = POLLOUT};
        struct sw_wait wait = {
            .until_ns = sw_boot_ns() + timeout_ms * SW_NS_PER_MS, .files = &ready, .file_count = 1};

        why = errno;
        if (why == EINPROGRESS) {
            why = sw_wait(&wait) == SW_WOKEN_READY ? 0 : ETIMEDOUT;
        }
        if (why == 0 && getsockopt(file, SOL_SOCKET, SO_ERROR, &why, &length) != 0) {
            why = errno;
        }
    }
    close(file);
    return why;
}

bool sw_reach(const char *host, int port, int timeout_ms, struct sw_error *err)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    char service[16];
    int why = 0;

    snprintf(service, sizeof service, "%d", port);
    int code = getaddrinfo(host, service, &hints, &found);

    if (code != 0) {
        return sw_fail(err, SW_E_NOT_FOUND, "the name '%s' leads nowhere: %s", host,
                       gai_strerror(code));
    }
    for (const struct addrinfo *at = found; at != NULL; at = at->ai_next) {
        why = connect_to(at, timeout_ms);
        if (why == 0) {
            freeaddrinfo(found);
            return true;
        }
    }
    freeaddrinfo(found);
    return sw_fail(err, SW_E_UNREACHABLE, "%s:%d: %s", host, port, strerror(why));
}
