/* The control: what a probe may do. It differs from act_is_asked.c in one word only. */
#include "sdk/action.h"

enum sw_verdict demo_probe(struct sw_probe *probe);

enum sw_verdict demo_probe(struct sw_probe *probe)
{
    struct sw_look what = {.call = {.kind = "rest", .op = "GET", .path = "/thing"}};

    return sw_ask(probe, "thing", what) == NULL ? SW_PENDING : SW_DONE;
}
