#pragma once
/**
 * @file A transport is a conversation in pure codecs: bytes in, bytes out. io/ or the model world
 * moves them. No transport opens a socket, reads a clock or sleeps, so each is tested and fuzzed as
 * plain functions.
 */
#include "base/arena.h"
#include "base/error.h"
#include "sdk/value.h"

struct sw_hook;

/** What a target should do; not yet bytes. Made by the makers of a pack, sent only by the engine.
 */
struct sw_call {
    const char *kind;            /**< what the target must be able to do: e.g. "script" */
    const char *op;              /**< GET, DELETE, ...; or the name of a fixed script */
    const char *path;            /**< resource id with query, or "" */
    const struct sw_value *args; /**< body or script arguments; NULL: none */
    const struct sw_hook *hook;  /**< of kind SW_HOOK_KIND: which (sdk/hook.h); else NULL */
};

/* Two types, so that a preview that writes does not compile. */
struct sw_look {
    struct sw_call call; /**< can't change the world */
};
struct sw_act {
    struct sw_call call; /**< changes it */
};

struct sw_header {
    const char *name;
    const char *value;
};

/** What goes out: HTTP, or a program to start. */
struct sw_request {
    const char *const *argv; /**< a program instead, NULL-ended; `body` is its standard input */
    int64_t limit_ms;        /**< of a program: how long it may take */
    bool is_breakable;       /**< a look: given up when the process is asked to end */
    const char *method;
    const char *url; /**< absolute */
    struct sw_header headers[16];
    size_t header_count;
    const char *body; /**< NULL: none */
    size_t body_length;
};

struct sw_reply {
    int status; /**< HTTP status; of a program its exit code, 128 + n when signal n ended it */
    struct sw_header headers[32];
    size_t header_count;
    const char *body; /**< of a program: its standard output */
    size_t body_length;
    const char *errors; /**< of a program: its standard error; else NULL */
    size_t errors_length;
};

/** Look a header up, case folded; NULL when absent. */
const char *sw_reply_header(const struct sw_reply *reply, const char *name);

/** Set or replace a header; name and value are borrowed. @pre no line break in either, room for it
 */
void sw_request_header(struct sw_request *request, const char *name, const char *value);

/** Set or replace a header; name and value are borrowed. Past the 32nd, peers' headers are left
 * out. */
void sw_reply_set_header(struct sw_reply *reply, const char *name, const char *value);

/** What came back, decoded. */
struct sw_answer {
    int status; /**< HTTP status of the last reply (200 for scripts) */
    const struct sw_value
        *body;               /**< JSON body or script result; a null value when there was none */
    int64_t peer_time_ns;    /**< the peer's own clock with this answer; 0 = it did not say */
    const char *correlation; /**< the peer's id of this request, for support cases; or NULL */
};

enum sw_turn {
    SW_TURN_SEND,   /**< talk.out goes out; feed the reply */
    SW_TURN_FOLLOW, /**< accepted: journal talk.follow, resume there after talk.after_ms; of
                         talk.answer only the correlation is told */
    SW_TURN_DONE,   /**< talk.answer */
    SW_TURN_FAIL,   /**< err; talk.may_have_acted says whether the effect can have happened */
};

struct sw_target;

struct sw_talk {
    const struct sw_transport *transport;
    const struct sw_target *target;
    struct sw_call call;
    bool is_act;            /**< from an sw_act: transports refuse changing verbs without it */
    struct sw_arena *arena; /**< lives as long as the talk */
    uint64_t attempt;       /**< differs for every talk of a run: seed of nonces and message ids */
    int state;              /**< the transport's own */
    bool may_have_acted;
    bool has_own_memory; /**< set by the transport: a reply may be freed once it was fed */
    void *own;           /**< the transport's own, in the arena */
    struct sw_request out;
    const char *follow;
    int64_t after_ms;
    struct sw_answer answer;
};

struct sw_transport {
    const char *name;
    /** Ways to log in by the connection that it takes beside `none`, NULL-ended; NULL: tokens. */
    const char *const *logins;
    /** Begin; the caller has set target, call, is_act, arena, attempt. */
    enum sw_turn (*open)(struct sw_talk *talk, struct sw_error *err);
    /** @param reply NULL: none came; then `err` holds why (TIMEOUT or UNREACHABLE) on entry */
    enum sw_turn (*feed)(struct sw_talk *talk, const struct sw_reply *reply, struct sw_error *err);
    /** Go on at a journaled follow address, in this process or a later one. */
    enum sw_turn (*resume)(struct sw_talk *talk, const char *follow, struct sw_error *err);
    /** The very request (method, URL, body) or script text that a call would send, for a plan: no
     * secrets, nothing sent. */
    const char *(*preview)(const struct sw_target *target, const struct sw_call *call,
                           struct sw_arena *arena);
};

/** A binding of a runbook's target to a real or model peer. */
struct sw_target {
    const char *name;                /**< as the runbook calls it */
    const char *kind;                /**< "<pack>.<noun>" : a row of a pack's target kinds */
    const struct sw_value *settings; /**< map: what the kind's `settings` fields say */
    const struct sw_value *login;    /**< map: what its login says, no secret; NULL in a world */
    const char *at; /**< address on this machine where the peer really is; NULL: as settings say */
    int at_port;
    const char *secret; /**< bearer token or the like; never printed; NULL in a world */
    const struct sw_transport *transport;
};
