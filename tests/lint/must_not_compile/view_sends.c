/* A builder is pure: a view has no way to ask, let alone to act. */
#include "sdk/action.h"

enum sw_verdict demo_ask(const struct sw_view *view);

enum sw_verdict demo_ask(const struct sw_view *view)
{
    struct sw_look what = {.call = {.kind = "rest", .op = "GET", .path = "/thing"}};

    return sw_ask(view, "thing", what) == NULL ? SW_PENDING : SW_DONE;
}
