#pragma once
/**
 * @file The resource manager's side of a model world: routing, token check, long-running operations
 * with signed URLs, stale status, throttling. What the resources hold is the domain world's
 * business.
 */
#include "base/arena.h"
#include "sdk/transport.h"
#include "sdk/value.h"

/** How an operation stands now. */
struct sw_arm_operation {
    const char *status; /**< name of the internal step while running; Succeeded, Failed, Canceled */
    const char *error_code, *error_message; /**< Failed */
    int64_t start_ns,
        end_ns;   /**< end_ns: time of the last step, set early as the service does; 0: absent */
    bool existed; /**< result URL: 200 if the target existed, else 204 */
};

/** A refusal before anything began. */
struct sw_arm_refusal {
    int status; /**< 404, 409, 429, ...; 0 = none */
    const char *code, *message;
    int retry_after_s;
};

struct sw_arm_backend {
    void *context;
    int64_t (*now)(void *context); /**< the service's clock, ns */
    /** Body of a resource or of a list (`{value:[..]}`) by case-folded id without query; NULL: 404.
     */
    const struct sw_value *(*get)(void *context, const char *folded_id, const char *query,
                                  struct sw_arena *arena, struct sw_arm_refusal *ret_refusal);
    /** Begin a DELETE (also of something that is not there: it succeeds). @return operation number
     * > 0, or 0 with a refusal */
    uint64_t (*remove)(void *context, const char *folded_id, struct sw_arm_refusal *ret_refusal);
    /** Begin a PATCH of a resource; NULL: none can be changed. @param body a map. @return as remove
     */
    uint64_t (*patch)(void *context, const char *folded_id, const struct sw_value *body,
                      struct sw_arm_refusal *ret_refusal);
    /** Carry out a PUT at once; NULL with a refusal, or with none: nothing can be made. @return the
     * resource that was made, 201 */
    const struct sw_value *(*put)(void *context, const char *folded_id, const char *query,
                                  const struct sw_value *body, struct sw_arena *arena,
                                  struct sw_arm_refusal *ret_refusal);
    /** Begin what a POST names, the last part of the id; NULL: nothing can. @return as remove */
    uint64_t (*post)(void *context, const char *folded_id, const struct sw_value *body,
                     struct sw_arm_refusal *ret_refusal);
    bool (*operation)(void *context, uint64_t number, struct sw_arm_operation *ret);
    const char *subscription, *location; /**< for operation URLs */
};

struct sw_arm_world;
struct sw_arm_world *sw_arm_world_new(const struct sw_arm_backend *backend, uint64_t seed);
void sw_arm_world_free(struct sw_arm_world *world);
/** Is the request's host the resource manager's? */
bool sw_arm_world_owns(const struct sw_arm_world *world, const struct sw_request *request);
/** Answer one request as the service does; never fails, odd requests get the service's error
 * bodies. */
void sw_arm_world_answer(struct sw_arm_world *world, const struct sw_request *request,
                         struct sw_arena *arena, struct sw_reply *ret_reply);
