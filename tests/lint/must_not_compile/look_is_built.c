/* A write whose builder gives a look: what a plan prints would not be an act. */
#include "sdk/action.h"

extern const struct sw_write demo_write;

static bool build(const struct sw_view *view, struct sw_look *ret_look, struct sw_error *err)
{
    (void)view;
    (void)err;
    *ret_look = (struct sw_look){.call = {.kind = "rest", .op = "GET", .path = "/thing"}};
    return true;
}

const struct sw_write demo_write = {.name = "put", .doc = "Put it.", .build = build};
