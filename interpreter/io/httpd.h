#pragma once
/**
 * @file A small HTTP/1.1 server on loopback, for model worlds on real sockets and for tests. One
 * thread, one wait; everything bounded. It knows requests and replies, not what they mean.
 *
 * With a certificate, a connection whose first byte is that of a handshake speaks TLS, and a plain
 * one may ask for a tunnel (CONNECT) to any host, which ends here as well: so programs that know a
 * proxy ask for the real hosts, and are answered here.
 *
 * @source RFC 9112, RFC 9110 9.3.6. Left out on purpose: chunked requests (411), upgrades.
 */
#include "base/loop.h"
#include "io/tls.h"
#include "sdk/transport.h"

#define SW_HTTPD_CONNECTIONS 32u
#define SW_HTTPD_HEAD_BYTES (64u * 1024u) /**< request line and headers; signed URLs are long */
#define SW_HTTPD_BODY_BYTES (4u * 1024u * 1024u)
#define SW_HTTPD_IDLE_MS 30000 /**< a connection that says nothing is closed */

struct sw_httpd;

enum sw_served {
    SW_SERVED,        /**< the reply goes out */
    SW_SERVED_CLOSED, /**< it goes out, and the connection is closed */
    SW_SERVED_SILENT, /**< nothing goes out and the connection is closed, as by a peer that died */
};

struct sw_httpd_service {
    /** Answer one request. Its url is "http://HOST/PATH?QUERY" with the Host header as HOST, or
     * "https://..." when it came over TLS. */
    enum sw_served (*answer)(void *context, const struct sw_request *request,
                             struct sw_arena *arena, struct sw_reply *ret_reply);
    void *context;
    struct sw_tls *tls;               /**< NULL: none is spoken; outlives the server */
    const struct sw_breaker *breaker; /**< NULL: nobody breaks off a step; outlives it, too */
};

/**
 * Listen at an address of this machine: "127.0.0.1" or "::1", nothing else.
 *
 * @param port 0: any free one
 * @errors SW_E_INPUT for another address, SW_E_IO
 */
bool sw_httpd_open(const char *address, int port, const struct sw_httpd_service *service,
                   struct sw_httpd **ret_httpd, struct sw_error *err);
void sw_httpd_close(struct sw_httpd *httpd);
int sw_httpd_port(const struct sw_httpd *httpd);

/** Wait at most so long for something to do, and do it. @return requests answered; 0 as well when
 * it was broken off */
size_t sw_httpd_step(struct sw_httpd *httpd, int wait_ms);
