#pragma once
/**
 * @file Who is let in to a model world that is served on sockets: the sign-in services beside it,
 * and the check of each request's login. Inside a rehearsal nobody logs in, so worlds know nothing
 * of it.
 */
#include "base/arena.h"
#include "base/error.h"
#include "sdk/transport.h"

struct sw_gate;

struct sw_gate_ops {
    /**
     * Answer in the world's stead: a sign-in, or that somebody is not let in.
     *
     * @param world_ns the world's clock: tokens grow old by it
     * @param wall_ns  the wall clock: by it clients sign what they say
     * @return false: not mine, or let through to the world
     */
    bool (*answer)(struct sw_gate *gate, int64_t world_ns, int64_t wall_ns,
                   const struct sw_request *request, struct sw_arena *arena,
                   struct sw_reply *ret_reply);
    void (*free)(struct sw_gate *gate);
};

struct sw_gate {
    const struct sw_gate_ops *ops;
};

struct sw_gate_config {
    const char *secret;      /**< who knows it is let in; random, made for the occasion */
    const char *certificate; /**< PEM: whose holder is let in, too; NULL: none */
    int64_t lives_ns;        /**< a token */
    /** As sw_key_verify(). */
    bool (*verify)(const char *certificate, bool is_pss, const char *text, size_t length,
                   const uint8_t *signature, size_t signature_length, struct sw_error *err);
};

struct sw_gate_kind {
    /** What a site file says of a login here: "{ by: ..., secret: { file: 'PATH' } }". */
    const char *(*login)(struct sw_arena *arena, const char *secret_file);
    /** Config is copied. @param settings of the target that it stands in front of */
    struct sw_gate *(*make)(const struct sw_gate_config *config, const struct sw_value *settings);
};
