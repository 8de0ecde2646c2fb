#include "cli/run/port.h"

#include "base/loop.h"
#include "base/time.h"

#define MOST_NS 1e18 /* a pace may be close to none at all */

static struct sw_world_port *of(struct sw_port *port)
{
    return (struct sw_world_port *)(void *)port; /* its first member */
}

static int64_t world_now(struct sw_port *port)
{
    return of(port)->world->ops->now(of(port)->world);
}

/** Let virtual time pass; for watchers with a pace, real time too. */
static int world_wait(struct sw_port *port, int64_t until_ns)
{
    struct sw_world_port *p = of(port);
    int64_t now = world_now(port);

    if (until_ns <= now) {
        return 0;
    }
    if (p->pace > 0) {
        double real_ns = (double)(until_ns - now) / p->pace;
        struct sw_wait wait = {.until_ns =
                                   real_ns < MOST_NS ? sw_boot_ns() + (int64_t)real_ns : INT64_MAX};

        (void)sw_wait(&wait);
    }
    if (p->on_advance != NULL) {
        p->on_advance(p->tape, until_ns);
    }
    p->world->ops->advance(p->world, until_ns);
    return 0;
}

static bool world_exchange(struct sw_port *port, size_t target, const struct sw_request *request,
                           struct sw_arena *arena, struct sw_reply *ret_reply, struct sw_error *err)
{
    struct sw_world_port *p = of(port);

    (void)target;
    if (p->on_exchange != NULL) {
        p->on_exchange(p->tape, request);
    }
    return p->world->ops->exchange(p->world, request, arena, ret_reply, err);
}

static bool world_people(struct sw_port *port, bool is_asked)
{
    (void)port;
    (void)is_asked;
    return true;
}

static void world_free(struct sw_port *port)
{
    (void)port;
}

void sw_world_port_init(struct sw_world_port *port, struct sw_world *world, double pace)
{
    static const struct sw_port_ops ops = {
        .now = world_now,
        .wait = world_wait,
        .exchange = world_exchange,
        .people = world_people,
        .free = world_free,
    };

    *port = (struct sw_world_port){.port = {.ops = &ops}, .world = world, .pace = pace};
}
