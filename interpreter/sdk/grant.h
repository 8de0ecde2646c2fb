#pragma once
/**
 * @file How a pack turns a lasting credential into a token that lives for an hour: pure codecs,
 * like transports. io/ sends what they ask for; no codec opens a file, a socket or a process.
 */
#include "sdk/field.h"
#include "sdk/transport.h"

/** What has to be asked: a request, or a program. */
struct sw_grant_ask {
    struct sw_request request;
    const char *origin;      /**< "HOST:PORT" that the request may go to; NULL: a program */
    bool is_on_link;         /**< the origin is the machine's own service for identities, in plain
                                HTTP */
    const char *const *argv; /**< a program and its arguments, NULL-ended; it prints the token */
};

/** What a codec may have done for it: all that is no pure function. */
struct sw_grant_means {
    int64_t now_ns;                /**< by the wall clock, which the far end compares with */
    const char *nonce;             /**< a GUID that was never used before */
    const struct sw_value *target; /**< settings of the target that is logged in to */
    const char *answer;            /**< what the file of a challenge held; NULL: none was asked */
    /** SHA-256 of a certificate's DER bytes. @param certificate path of a PEM file */
    bool (*thumbprint)(const char *certificate, uint8_t ret_sha256[32], struct sw_error *err);
    /** Sign with the key that is the login's secret and belongs to that certificate: PS256, or
     * RS256. */
    bool (*sign)(const char *certificate, const char *key, bool is_pss, const char *text,
                 size_t length, struct sw_arena *arena, const uint8_t **ret_signature,
                 size_t *ret_length, struct sw_error *err);
};

/** A file that only they may read who may use an identity: the far end names it, as a proof. */
struct sw_grant_challenge {
    const char *folder, *file; /**< the file is a name without a slash */
    size_t limit_bytes;
};

struct sw_token {
    const char *text;   /**< for `Authorization: Bearer` */
    int64_t expires_ns; /**< by the controller's wall clock */
};

struct sw_grant {
    const char *name; /**< as a site file says it */
    const char *doc;
    const struct sw_field *settings;
    const char *secret; /**< what its secret is, for people; NULL: it has none */
    bool is_key;        /**< the secret is a PEM text of many lines */
    /** @param secret NULL when it has none @errors SW_E_INPUT: a secret that can't be one */
    bool (*ask)(const struct sw_value *settings, const char *secret,
                const struct sw_grant_means *means, struct sw_arena *arena,
                struct sw_grant_ask *ret_ask, struct sw_error *err);
    /** Does this reply name a file to prove oneself with? Then it asks again, with means->answer.
     * NULL: never. @errors SW_E_PROTOCOL: a challenge that can't be one */
    bool (*challenge)(const struct sw_reply *reply, struct sw_arena *arena,
                      struct sw_grant_challenge *ret, struct sw_error *err);
    /** What came back; of a program its output, with status 200 when it ended with 0, else 500.
     * @errors SW_E_DENIED: the credential is refused; SW_E_BUSY, SW_E_THROTTLED: ask again later;
     * SW_E_PROTOCOL: no token in it. The text never holds the reply's secrets. */
    bool (*take)(const struct sw_reply *reply, int64_t now_ns, struct sw_arena *arena,
                 struct sw_token *ret_token, struct sw_error *err);
};
