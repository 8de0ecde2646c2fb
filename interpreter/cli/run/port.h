#pragma once
/**
 * @file What a run needs of the world: a clock, waiting, and exchanges. Either a model world or
 * real wires; the driver does not know which.
 */
#include "sdk/transport.h"
#include "world/world.h"

struct sw_port;

/** As the target of an exchange: what hooks ask web servers and the DNS. */
#define SW_PORT_HOOKS ((size_t)-1)

struct sw_port_ops {
    /** The controller's time, ns since 1970 UTC. Never goes back. */
    int64_t (*now)(struct sw_port *port);
    /**
     * Let time pass until then, or come back earlier to be called again (messages may have come).
     *
     * @return 0, or the number of a signal that asks the process to end
     */
    int (*wait)(struct sw_port *port, int64_t until_ns);
    /** @param target index into the run's targets, or SW_PORT_HOOKS @errors as sw_http_exchange()
     */
    bool (*exchange)(struct sw_port *port, size_t target, const struct sw_request *request,
                     struct sw_arena *arena, struct sw_reply *ret_reply, struct sw_error *err);
    /** A person is asked at the terminal meanwhile: let signals end the process at once.
     * @return false: the terminal is gone */
    bool (*people)(struct sw_port *port, bool is_asked);
    void (*free)(struct sw_port *port);
};

struct sw_port {
    const struct sw_port_ops *ops;
};

/** A model world as a port; the world stays the caller's. */
struct sw_world_port {
    struct sw_port port; /**< first: it is used as a sw_port */
    struct sw_world *world;
    double pace; /**< virtual seconds a real second; 0: at once */
    /** Called before every exchange and advance; for tapes. NULL: none. */
    void (*on_advance)(void *context, int64_t to_ns);
    void (*on_exchange)(void *context, const struct sw_request *request);
    void *tape;
};

void sw_world_port_init(struct sw_world_port *port, struct sw_world *world, double pace);
