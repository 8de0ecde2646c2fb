/* The control of look_is_built.c. */
#include "sdk/action.h"

extern const struct sw_write demo_write;

static bool build(const struct sw_view *view, struct sw_act *ret_act, struct sw_error *err)
{
    (void)view;
    (void)err;
    *ret_act = (struct sw_act){.call = {.kind = "rest", .op = "PUT", .path = "/thing"}};
    return true;
}

const struct sw_write demo_write = {.name = "put", .doc = "Put it.", .build = build};
