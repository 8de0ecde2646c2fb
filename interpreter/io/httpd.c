#include "io/httpd.h"

#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_BYTES 16384
#define IDLE_NS (SW_HTTPD_IDLE_MS * SW_NS_PER_MS)

struct connection {
    int socket;               /**< -1: free */
    int64_t heard_ns;         /**< by sw_boot_ns() */
    bool is_begun;            /**< its first byte came and told whether it speaks TLS */
    bool is_proxy;            /**< other hosts may be asked for: TLS to all of them ends here */
    struct sw_tls_line *line; /**< NULL: plain */
    struct sw_buf in;         /**< plain */
    struct sw_buf out;        /**< as it goes over the wire */
    size_t sent;
    bool is_last; /**< close it when `out` has gone */
};

struct sw_httpd {
    int socket;
    int port;
    struct sw_httpd_service service;
    struct connection connections[SW_HTTPD_CONNECTIONS];
};

static bool keep_to_itself(int file)
{
    int flags = fcntl(file, F_GETFL);

    return flags >= 0 && fcntl(file, F_SETFL, flags | O_NONBLOCK) == 0 &&
           fcntl(file, F_SETFD, FD_CLOEXEC) == 0;
}

static int listen_at(const char *address, int port, int *ret_port)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    bool is_v6 = strchr(address, ':') != NULL;
    struct sockaddr *at = is_v6 ? (struct sockaddr *)(void *)&v6 : (struct sockaddr *)(void *)&v4;
    socklen_t size = is_v6 ? (socklen_t)sizeof v6 : (socklen_t)sizeof v4;
    int on = 1;
    int file = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);

    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    v6.sin6_addr = in6addr_loopback;
    if (file < 0) {
        return -1;
    }
    if (setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 || !keep_to_itself(file) ||
        bind(file, at, size) != 0 || listen(file, 16) != 0 || getsockname(file, at, &size) != 0) {
        int why = errno;

        close(file);
        errno = why;
        return -1;
    }
    *ret_port = ntohs(is_v6 ? v6.sin6_port : v4.sin_port);
    return file;
}

bool sw_httpd_open(const char *address, int port, const struct sw_httpd_service *service,
                   struct sw_httpd **ret_httpd, struct sw_error *err)
{
    int real_port = 0;

    if (!sw_text_is(address, "127.0.0.1") && !sw_text_is(address, "::1")) {
        return sw_fail(err, SW_E_INPUT,
                       "'%.100s' is no address to serve at: only 127.0.0.1 and ::1, for whoever "
                       "reaches it may do all that the model can do",
                       address);
    }
    int file = listen_at(address, port, &real_port);

    if (file < 0) {
        return sw_fail(err, SW_E_IO, "listen at %s port %d: %s", address, port, strerror(errno));
    }
    struct sw_httpd *httpd = sw_heap(sizeof *httpd);

    *httpd = (struct sw_httpd){.socket = file, .port = real_port, .service = *service};

    for (size_t i = 0; i < SW_HTTPD_CONNECTIONS; i++) {
        httpd->connections[i].socket = -1;
    }
    *ret_httpd = httpd;
    return true;
}

static void hang_up(struct connection *c)
{
    if (c->socket >= 0) {
        close(c->socket);
        sw_tls_line_free(c->line);
        sw_buf_release(&c->in);
        sw_buf_release(&c->out);
        *c = (struct connection){.socket = -1};
    }
}

void sw_httpd_close(struct sw_httpd *httpd)
{
    if (httpd == NULL) {
        return;
    }
    for (size_t i = 0; i < SW_HTTPD_CONNECTIONS; i++) {
        hang_up(&httpd->connections[i]);
    }
    close(httpd->socket);
    free(httpd);
}

int sw_httpd_port(const struct sw_httpd *httpd)
{
    return httpd->port;
}

static void welcome(struct sw_httpd *httpd)
{
    int file = accept(httpd->socket, NULL, NULL);

    if (file < 0) {
        return;
    }
    for (size_t i = 0; i < SW_HTTPD_CONNECTIONS; i++) {
        struct connection *c = &httpd->connections[i];

        if (c->socket < 0 && keep_to_itself(file)) {
            c->socket = file;
            c->heard_ns = sw_boot_ns();
            sw_buf_init(&c->in, SW_HTTPD_HEAD_BYTES + SW_HTTPD_BODY_BYTES);
            sw_buf_init(&c->out, SIZE_MAX / 2);
            return;
        }
    }
    close(file); /* all places are taken */
}

/* ---- replies ---- */

static const char *phrase(int status)
{
    return status < 300 ? "OK" : status < 400 ? "Elsewhere" : status < 500 ? "Refused" : "Failed";
}

static void say(struct connection *c, const struct sw_buf *words)
{
    if (c->line == NULL) {
        sw_buf_add(&c->out, words->bytes, words->length);
    } else {
        c->is_last = !sw_tls_say(c->line, words->bytes, words->length, &c->out) || c->is_last;
    }
    if (c->line != NULL && c->is_last) {
        sw_tls_end(c->line, &c->out);
    }
}

static void write_reply(struct connection *c, const struct sw_reply *reply, bool is_last)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf words;

    sw_buf_init(&words, SIZE_MAX / 2);
    sw_buf_addf(&words, "HTTP/1.1 %d %s\r\n", reply->status, phrase(reply->status));
    for (size_t i = 0; i < reply->header_count; i++) {
        if (!sw_text_is_folded(reply->headers[i].name, "Connection") &&
            !sw_text_is_folded(reply->headers[i].name, "Content-Length")) {
            sw_buf_addf(&words, "%s: %s\r\n", reply->headers[i].name, reply->headers[i].value);
        }
    }
    if (reply->status != 204) {
        sw_buf_addf(&words, "Content-Length: %zu\r\n", reply->body_length);
    }
    sw_buf_addf(&words, "%s\r\n", is_last ? "Connection: close\r\n" : "");
    if (reply->status != 204) {
        sw_buf_add(&words, reply->body == NULL ? "" : reply->body, reply->body_length);
    }
    c->is_last = c->is_last || is_last;
    say(c, &words);
}

static void refuse(struct connection *c, int status)
{
    write_reply(c, &(struct sw_reply){.status = status}, true);
    sw_buf_clear(&c->in);
}

/* ---- requests ---- */

static const char *find(const char *bytes, size_t length, const char *what)
{
    size_t size = strlen(what);

    for (size_t i = 0; i + size <= length; i++) {
        if (memcmp(bytes + i, what, size) == 0) {
            return bytes + i;
        }
    }
    return NULL;
}

/* One header line. @return false when it is none */
static bool read_header(struct sw_arena *arena, const char *line, size_t length,
                        struct sw_request *request)
{
    const char *colon = memchr(line, ':', length);

    if (colon == NULL || colon == line || line[0] == ' ' || line[0] == '\t') {
        return false;
    }
    const char *from = colon + 1;
    const char *end = line + length;

    while (from < end && (*from == ' ' || *from == '\t')) {
        from++;
    }
    while (end > from && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }
    if (request->header_count < SW_COUNT(request->headers)) {
        request->headers[request->header_count++] =
            (struct sw_header){.name = sw_copy(arena, line, (size_t)(colon - line)),
                               .value = sw_copy(arena, from, (size_t)(end - from))};
    }
    return true;
}

static const char *header(const struct sw_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (sw_text_is_folded(request->headers[i].name, name)) {
            return request->headers[i].value;
        }
    }
    return NULL;
}

/* The URL of a request line's target: "/path", or the whole of it, as proxies are asked. */
static const char *url_of(struct sw_arena *arena, const struct connection *c, const char *target,
                          const char *host)
{
    static const char whole[] = "http://";

    if (*target != '/') {
        bool is_whole = c->is_proxy && c->line == NULL && sw_text_begins(target, whole);
        const char *authority = is_whole ? target + sizeof whole - 1 : "";
        size_t length = strcspn(authority, "/?#@ ");

        return length > 0 && authority[length] == '/' ? target : NULL;
    }
    return host == NULL || *host == '\0' || strpbrk(host, "/?#@ ") != NULL
               ? NULL
               : sw_format(arena, "%s://%s%s", c->line == NULL ? "http" : "https", host, target);
}

/* Programs that are told of a proxy ask for a tunnel to the host that they want. Every host is
 * here, so the tunnel ends in this server's own TLS. */
static bool is_tunnel(const struct connection *c, const struct sw_request *request)
{
    return c->line == NULL && sw_text_is(request->method, "CONNECT");
}

/* @return 0, or the status that refuses it */
static int read_head(struct sw_arena *arena, const struct connection *c, const char *head,
                     size_t length, struct sw_request *request)
{
    const char *end = find(head, length, "\r\n");
    size_t line = end == NULL ? length : (size_t)(end - head);
    const char *space = memchr(head, ' ', line);
    const char *second =
        space == NULL ? NULL : memchr(space + 1, ' ', line - (size_t)(space + 1 - head));

    if (memchr(head, '\0', length) != NULL || second == NULL || second == space + 1 ||
        (line - (size_t)(second - head)) != 9 || memcmp(second, " HTTP/1.", 8) != 0) {
        return 400;
    }
    request->method = sw_copy(arena, head, (size_t)(space - head));
    for (size_t at = line + 2; at < length;) {
        const char *next = find(head + at, length - at, "\r\n");
        size_t size = next == NULL ? length - at : (size_t)(next - head) - at;

        if (!read_header(arena, head + at, size, request)) {
            return 400;
        }
        at += size + 2;
    }
    if (header(request, "Transfer-Encoding") != NULL) {
        return 411;
    }
    const char *target = sw_copy(arena, space + 1, (size_t)(second - space - 1));

    request->url =
        is_tunnel(c, request) ? target : url_of(arena, c, target, header(request, "Host"));
    return request->url == NULL ? 400 : 0;
}

static bool body_length(const struct sw_request *request, size_t *ret)
{
    const char *text = header(request, "Content-Length");
    char *end = NULL;

    *ret = 0;
    if (text == NULL) {
        return true;
    }
    if (*text < '0' || *text > '9') {
        return false;
    }
    errno = 0;
    unsigned long long length = strtoull(text, &end, 10);

    *ret = (size_t)length;
    return errno == 0 && *end == '\0' && length <= SW_HTTPD_BODY_BYTES;
}

static void open_tunnel(struct connection *c, size_t whole)
{
    static const char yes[] = "HTTP/1.1 200 Connection established\r\n\r\n";

    /* Nobody speaks before the answer, so nothing may stand behind the request. */
    if (!c->is_proxy || c->in.length != whole) {
        refuse(c, 400);
        return;
    }
    sw_buf_add_text(&c->out, yes);
    sw_buf_clear(&c->in);
    c->is_begun = false;
}

/* Answer what is whole in `in`. @return requests answered: 0 or 1 */
static size_t take_request(struct sw_httpd *httpd, struct connection *c, struct sw_arena *arena)
{
    struct sw_request request = {0};
    struct sw_reply reply = {.status = 500};
    const char *end = find(c->in.bytes, c->in.length, "\r\n\r\n");
    size_t length = 0;

    if (end == NULL) {
        if (c->in.length > SW_HTTPD_HEAD_BYTES) {
            refuse(c, 431);
        }
        return 0;
    }
    size_t head = (size_t)(end - c->in.bytes);
    int status =
        head > SW_HTTPD_HEAD_BYTES ? 431 : read_head(arena, c, c->in.bytes, head, &request);

    if (status == 0 && !body_length(&request, &length)) {
        status = 413;
    }
    if (status != 0) {
        refuse(c, status);
        return 0;
    }
    size_t whole = head + 4 + length;

    if (c->in.length < whole) {
        return 0;
    }
    if (is_tunnel(c, &request)) {
        open_tunnel(c, whole);
        return 0;
    }
    request.body = length == 0 ? NULL : sw_copy(arena, c->in.bytes + head + 4, length);
    request.body_length = length;

    enum sw_served served = httpd->service.answer(httpd->service.context, &request, arena, &reply);
    bool wants_end = sw_text_is_folded(header(&request, "Connection"), "close");

    if (served == SW_SERVED_SILENT) {
        hang_up(c);
        return 1;
    }
    write_reply(c, &reply, served == SW_SERVED_CLOSED || wants_end);
    memmove(c->in.bytes, c->in.bytes + whole, c->in.length - whole);
    c->in.length -= whole;
    c->in.bytes[c->in.length] = '\0';
    return 1;
}

/* ---- the loop ---- */

/* A TLS record of a handshake begins with this byte; no method of HTTP does. */
static void take_bytes(const struct sw_httpd *httpd, struct connection *c, const char *bytes,
                       size_t length)
{
    if (!c->is_begun) {
        c->is_begun = true;
        c->is_proxy = httpd->service.tls != NULL;
        c->line = httpd->service.tls != NULL && bytes[0] == 0x16
                      ? sw_tls_line_new(httpd->service.tls)
                      : NULL;
    }
    if (c->line == NULL) {
        sw_buf_add(&c->in, bytes, length);
    } else if (!sw_tls_take(c->line, bytes, length, &c->in, &c->out)) {
        c->is_last = true; /* what it has to say of that, and no more */
        if (c->out.length == 0) {
            hang_up(c);
        }
    }
}

static void receive(const struct sw_httpd *httpd, struct connection *c)
{
    char bytes[READ_BYTES];
    ssize_t length = recv(c->socket, bytes, sizeof bytes, 0);

    if (length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR)) {
        hang_up(c);
    } else if (length > 0) {
        c->heard_ns = sw_boot_ns();
        take_bytes(httpd, c, bytes, (size_t)length);
        if (c->socket >= 0 && c->in.is_over) {
            refuse(c, 413);
        }
    }
}

static void transmit(struct connection *c)
{
    ssize_t length = send(c->socket, c->out.bytes + c->sent, c->out.length - c->sent, MSG_NOSIGNAL);

    if (length < 0 && errno != EAGAIN && errno != EINTR) {
        hang_up(c);
        return;
    }
    c->sent += length > 0 ? (size_t)length : 0;
    if (c->sent == c->out.length) {
        sw_buf_clear(&c->out);
        c->sent = 0;
        if (c->is_last) {
            hang_up(c);
        }
    }
}

static size_t attend(struct sw_httpd *httpd, struct connection *c, short events)
{
    size_t answered = 0;

    if ((events & (POLLIN | POLLHUP | POLLERR)) != 0 && c->out.length == 0) {
        receive(httpd, c);
    }
    if (c->socket >= 0 && c->out.length > 0) {
        transmit(c); /* of a handshake; the first request may be here already */
    }
    if (c->socket >= 0 && c->out.length == 0 && c->in.length > 0) {
        struct sw_arena *arena = sw_arena_new();

        answered = take_request(httpd, c, arena);
        sw_arena_free(arena);
    }
    if (c->socket >= 0 && c->out.length > 0) {
        transmit(c);
    }
    if (c->socket >= 0 && sw_boot_ns() >= c->heard_ns + IDLE_NS) {
        hang_up(c);
    }
    return answered;
}

size_t sw_httpd_step(struct sw_httpd *httpd, int wait_ms)
{
    struct pollfd files[SW_HTTPD_CONNECTIONS + 1];
    struct sw_wait wait = {.breaker = httpd->service.breaker,
                           .until_ns = sw_boot_ns() + wait_ms * SW_NS_PER_MS,
                           .files = files,
                           .file_count = SW_COUNT(files)};
    size_t answered = 0;

    files[SW_HTTPD_CONNECTIONS] = (struct pollfd){.fd = httpd->socket, .events = POLLIN};
    for (size_t i = 0; i < SW_HTTPD_CONNECTIONS; i++) {
        const struct connection *c = &httpd->connections[i];

        files[i] = (struct pollfd){.fd = c->socket, .events = c->out.length > 0 ? POLLOUT : POLLIN};
        if (c->socket >= 0 && c->heard_ns + IDLE_NS < wait.until_ns) {
            wait.until_ns = c->heard_ns + IDLE_NS;
        }
    }
    if (sw_wait(&wait) == SW_WOKEN_OVER) {
        return 0;
    }
    for (size_t i = 0; i < SW_HTTPD_CONNECTIONS; i++) {
        if (httpd->connections[i].socket >= 0) {
            answered += attend(httpd, &httpd->connections[i], files[i].revents);
        }
    }
    if ((files[SW_HTTPD_CONNECTIONS].revents & POLLIN) != 0) {
        welcome(httpd);
    }
    return answered;
}
