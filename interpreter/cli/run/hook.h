#pragma once
/**
 * @file Runs the phases of hooks: each call in a process of its own, what it reads answered through
 * the same wires as everything else, what it wants to change handed to the engine. Every request is
 * judged here by its grants and by what it is, whatever the hook says of it.
 */
#include "cli/run/port.h"
#include "sdk/hook.h"

struct sw_runbook;

struct sw_hook_broker {
    struct sw_port *port;
    const struct sw_target *targets; /**< of the runbook, in its order */
    const struct sw_runbook *runbook;
    /** A line of ctx.log, and each request that was made; NULL: nobody listens. */
    void (*note)(void *context, const char *text);
    void *context;
};

/**
 * Carry a look or an act of kind SW_HOOK_KIND.
 *
 * @param ret_may_have_acted of a failed act
 * @return as a transport: DONE or FAIL
 */
enum sw_turn sw_hook_carry(const struct sw_hook_broker *broker, const struct sw_call *call,
                           bool is_act, struct sw_arena *arena, uint64_t attempt,
                           struct sw_answer *ret_answer, bool *ret_may_have_acted,
                           struct sw_error *err);
