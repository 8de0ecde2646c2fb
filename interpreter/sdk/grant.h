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
    bool is_on_link;         /**< the origin is the host's own metadata service, in plain HTTP */
    const char *const *argv; /**< a program and its arguments, NULL-ended; it prints the token */
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
    /** @param secret NULL when it has none @errors SW_E_INPUT: a secret that can't be one */
    bool (*ask)(const struct sw_value *settings, const char *secret, struct sw_arena *arena,
                struct sw_grant_ask *ret_ask, struct sw_error *err);
    /** What came back; of a program its output, with status 200 when it ended with 0, else 500.
     * @errors SW_E_DENIED: the credential is refused; SW_E_BUSY, SW_E_THROTTLED: ask again later;
     * SW_E_PROTOCOL: no token in it. The text never holds the reply's secrets. */
    bool (*take)(const struct sw_reply *reply, int64_t now_ns, struct sw_arena *arena,
                 struct sw_token *ret_token, struct sw_error *err);
};
