#pragma once
/**
 * @file The serving side of TLS as a filter: bytes of the wire in, plain bytes out, and back. It
 * touches no socket. For model worlds and tests on loopback; clients have libcurl's.
 *
 * TLS 1.2 or newer. The certificate is given, or made for the occasion: an authority and a
 * certificate whose keys never leave memory.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct sw_tls; /* a server's certificate */
struct sw_tls_line;

/** Serve with these PEM files. @errors SW_E_IO: OpenSSL or a file; SW_E_INPUT: they don't fit */
bool sw_tls_open(const char *certificate, const char *key, struct sw_tls **ret_tls,
                 struct sw_error *err);

/**
 * Serve with a certificate of a new authority.
 *
 * @param names     "DNS:a.example,IP:127.0.0.1": for which hosts
 * @param ret_ca    the authority's certificate, PEM, in the arena
 * @errors SW_E_IO: OpenSSL; SW_E_INPUT: names
 */
bool sw_tls_make(const char *names, struct sw_arena *arena, const char **ret_ca,
                 struct sw_tls **ret_tls, struct sw_error *err);
void sw_tls_close(struct sw_tls *tls); /* after its lines */

/** One connection, its handshake ahead. */
struct sw_tls_line *sw_tls_line_new(struct sw_tls *tls);
void sw_tls_line_free(struct sw_tls_line *line);

/** Bytes came. What was said is added to `plain`, what has to go back to `wire`. @return false:
 * hang up, once `wire` has gone */
bool sw_tls_take(struct sw_tls_line *line, const char *bytes, size_t length, struct sw_buf *plain,
                 struct sw_buf *wire);

/** Say something. @pre the handshake is over, as it is once something was said @return false: hang
 * up */
bool sw_tls_say(struct sw_tls_line *line, const char *bytes, size_t length, struct sw_buf *wire);

/** Say that nothing more comes, so that a cut is told from an end. */
void sw_tls_end(struct sw_tls_line *line, struct sw_buf *wire);
