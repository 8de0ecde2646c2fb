/* plan: the preview. */
#include "cli/session.h"
#include "cli/verbs.h"

#include <stdio.h>

int sw_cmd_plan(const struct sw_options *options, struct sw_arena *arena)
{
    (void)arena;
    (void)options;
    return SW_EXIT_INTERNAL;
}
