#pragma once
/**
 * @file One HTTP exchange with a real peer: bytes out, bytes in, and how far it came when it fails.
 *
 * https only, verified, TLS 1.2 or newer; no redirect, no cookie, no .netrc, no proxy but the
 * configured one, no HTTP/2 (its streams would share a connection that peers authenticate), no
 * `Expect`. Which hosts may be asked at all is the caller's to check; which addresses a name may
 * lead to is checked here, at connect, so that a changed DNS answer leads nowhere: never to this
 * machine itself nor to its link, unless the site's file says so. Behind a proxy, which looks names
 * up by itself, that holds for what a URL says outright: localhost, an address in any spelling.
 *
 * One connection is kept per peer and host; those who log in do so per connection. libcurl is
 * opened with the first exchange. While it has nothing to do this process sleeps (base/loop.h), so
 * a signal gives up what is breakable at once: names, handshakes and bodies that do not come
 * included. Only a ticket for a login (Negotiate) is fetched inside of libcurl's GSS library, which
 * waits by itself.
 */
#include "base/loop.h"
#include "sdk/transport.h"

#define SW_HTTP_CONNECT_MS 15000 /**< until the connection stands, TLS included */
/** Of a whole exchange. A peer may hold a request for 60 s by its own rules. */
#define SW_HTTP_TOTAL_MS 120000
#define SW_HTTP_PEERS 64u

struct sw_http;

/** Where requests for one origin really go. The address is on this machine: tests, rehearsals. */
struct sw_http_detour {
    const char *host; /**< of the URL, compared case-folded */
    int port;         /**< of the URL; 443 where it names none */
    const char *at;   /**< loopback address: "127.0.0.1" or "::1" */
    int at_port;
    bool is_plain; /**< without TLS there */
};

struct sw_http_config {
    const char *ca_file;          /**< PEM; NULL: the system's */
    const char *proxy;            /**< URL; NULL: none, whatever the environment says */
    int64_t connect_ms, total_ms; /**< 0: the numbers above */
    size_t body_bytes;            /**< of a reply; 0: SW_LIMIT_REPLY_BYTES */
    const struct sw_http_detour *detours;
    size_t detour_count;
    /** Gives up a request that is breakable; outlives this. NULL: none is given up */
    const struct sw_breaker *breaker;
};

enum sw_http_login {
    SW_HTTP_NO_LOGIN,
    SW_HTTP_BASIC,       /**< user, password */
    SW_HTTP_NEGOTIATE,   /**< the ticket that this process has (kinit) */
    SW_HTTP_CERTIFICATE, /**< certificate, key */
};

/** Somebody to speak to. All text is copied. */
struct sw_http_peer {
    enum sw_http_login login;
    const char *user, *password;
    const char *certificate, *key; /**< PEM files */
    bool is_public;  /**< its hosts are a public cloud's: no private address is asked either */
    bool wants_end;  /**< of its certificate: sw_http_certificate_end() */
    bool is_on_link; /**< 169.254.169.254 and localhost:40342 may be asked, in plain HTTP: where
                        machines get their identities */
};

/** Config is copied. Opens nothing yet. */
struct sw_http *sw_http_new(const struct sw_http_config *config);
void sw_http_free(struct sw_http *http); /**< closes the connections */

/** @return its number @pre fewer than SW_HTTP_PEERS so far */
size_t sw_http_add(struct sw_http *http, const struct sw_http_peer *peer);

/**
 * Send and wait for the whole reply, which lives in the arena. Any status is a reply.
 *
 * A request that may change something is never sent twice: libcurl would repeat one whose reused
 * connection died without an answer. GET is.
 *
 * @errors SW_E_UNREACHABLE: no byte of it has left (name, connection, certificate, an address or a
 * URL that is not allowed, no libcurl); SW_E_TIMEOUT: it has left and no whole answer came, so it
 * may have acted; SW_E_PROTOCOL: an answer past the bounds, so it may have acted
 */
bool sw_http_exchange(struct sw_http *http, size_t peer, const struct sw_request *request,
                      struct sw_arena *arena, struct sw_reply *ret_reply, struct sw_error *err);

/** Until when the certificate is valid that this peer showed last. @return false: not known */
bool sw_http_certificate_end(const struct sw_http *http, size_t peer, int64_t *ret_ns);
