#pragma once
/**
 * @file A model world: what a rehearsal runs against. It is spoken to in the same bytes that the
 * codecs send to real peers; it has its own clocks, and time is virtual.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "sdk/diag.h"
#include "sdk/transport.h"

struct sw_world;

/** What exists nowhere any more, and what the world saw done to it. */
struct sw_verdict_of_world {
    uint64_t files_total;    /**< contents that ever existed and were not deleted by their users */
    uint64_t files_lost;     /**< contents that exist nowhere now */
    uint64_t files_accepted; /**< of these: in a listing that a person accepted */
    uint64_t writes;         /**< changing requests that took effect */
    uint64_t deletes;        /**< irreversible effects, and whether one came twice */
    bool is_deleted_twice;
    const char *text;              /**< one paragraph for people */
    const char *const *lost_names; /**< up to 20, NULL-ended */
};

struct sw_world_ops {
    /** Move virtual time forward; everything scheduled up to then happens in order. Never
     * backwards. */
    void (*advance)(struct sw_world *world, int64_t to_ns);
    /** Virtual time by the controller's clock, ns. */
    int64_t (*now)(const struct sw_world *world);
    /**
     * One exchange: takes virtual time (latency), may fail.
     *
     * @errors SW_E_UNREACHABLE (not sent), SW_E_TIMEOUT (may have acted)
     */
    bool (*exchange)(struct sw_world *world, const struct sw_request *request,
                     struct sw_arena *arena, struct sw_reply *ret_reply, struct sw_error *err);
    /** Map: target kind -> settings map, for binding a runbook's targets by kind. A key of kind,
     * blank and a target's name goes before that for the target of this name. */
    const struct sw_value *(*bindings)(const struct sw_world *world, struct sw_arena *arena);
    /** Map: parameters that a runbook's `params` of the same name get when none was given. */
    const struct sw_value *(*params)(const struct sw_world *world, struct sw_arena *arena);
    /** Tell the oracle which names a person gave up (from accepted listings). @param of the locks
     * that the run had taken last: the ids of what the listing is about; NULL: it took none */
    void (*accept_loss)(struct sw_world *world, const struct sw_value *names,
                        const struct sw_value *of);
    void (*judge)(const struct sw_world *world, struct sw_arena *arena,
                  struct sw_verdict_of_world *ret);
    /** SHA-256 hex of the whole state but its clock: plan must leave it unchanged. */
    void (*digest)(const struct sw_world *world, char out[65]);
    void (*free)(struct sw_world *world);
};

struct sw_world {
    const struct sw_world_ops *ops;
};

/**
 * A kind of world that a pack provides.
 *
 * `config`: the world file as a value tree: scalars are TEXT as written, with marks; the maker
 * types and checks them and adds SW08xx findings (unknown keys with "did you mean").
 */
struct sw_world_kind {
    const char *name; /**< `world: NAME` in the world file */
    const char *doc;
    struct sw_world *(*make)(const struct sw_value *config, uint64_t seed, struct sw_diags *diags);
    /** JSON Schema of its file, from the tables that `make` reads by. */
    const struct sw_value *(*schema)(struct sw_arena *arena);
};
