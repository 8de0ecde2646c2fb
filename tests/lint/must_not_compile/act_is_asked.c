/* A probe that tries to write: asking with an act must not compile. */
#include "sdk/action.h"

enum sw_verdict demo_probe(struct sw_probe *probe);

enum sw_verdict demo_probe(struct sw_probe *probe)
{
    struct sw_act what = {.call = {.kind = "rest", .op = "GET", .path = "/thing"}};

    return sw_ask(probe, "thing", what) == NULL ? SW_PENDING : SW_DONE;
}
