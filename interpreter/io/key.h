#pragma once
/**
 * @file An RSA key and its certificate, both as PEM text: what logins with a certificate sign and
 * name. Keys live in memory for one call only.
 *
 * @source RFC 7518 3.3 and 3.5 (RS256, PS256 with a salt as long as the hash); RFC 7515 4.1.7 and
 * 4.1.8 (thumbprints)
 */
#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_KEY_LEAST_BITS 2048 /**< smaller ones are signed with by nobody any more */

struct sw_thumbprint {
    uint8_t sha1[20], sha256[32];
};

/**
 * Of the first certificate in the text.
 *
 * @errors SW_E_INPUT: no certificate; SW_E_DENIED: it has expired; SW_E_IO: OpenSSL is not there
 */
bool sw_certificate_thumbprint(const char *certificate, struct sw_thumbprint *ret,
                               struct sw_error *err);

/** Until when the first certificate in the text is valid, UTC. @errors as above, but not expired */
bool sw_certificate_end(const char *certificate, int64_t *ret_ns, struct sw_error *err);

/**
 * Sign.
 *
 * @param is_pss PS256, else RS256
 * @errors SW_E_INPUT: no key, an encrypted one, no RSA, too small, or of another certificate: in
 * words, with what to do; SW_E_IO
 */
bool sw_key_sign(const char *key, const char *certificate, bool is_pss, const char *text,
                 size_t length, struct sw_arena *arena, const uint8_t **ret_signature,
                 size_t *ret_length, struct sw_error *err);

/** @errors SW_E_DENIED: it is not the signature of this text by that certificate's key; SW_E_INPUT;
 * SW_E_IO */
bool sw_key_verify(const char *certificate, bool is_pss, const char *text, size_t length,
                   const uint8_t *signature, size_t signature_length, struct sw_error *err);
