#include "cli/exit.h"

#include "base/text.h"

#include <stdio.h>

int sw_complain(const struct sw_error *err)
{
    fprintf(stderr, "stepwise: %s\n", err->text);
    if (err->code == SW_E_CORRUPT && sw_text_begins(err->text, "journal of run")) {
        fputs(
            "Nothing goes on with this run: a bad disk or somebody's hand has changed its journal. "
            "Keep it, look at the systems themselves, and bring back a copy or begin anew.\n",
            stderr);
    }
    switch (err->code) {
    case SW_E_INPUT:
    case SW_E_NOT_FOUND: /* no such run */
    case SW_E_CONFLICT:  /* the run is over */
        return SW_EXIT_USAGE;
    case SW_E_LOCKED:
        return SW_EXIT_LOCKED;
    case SW_E_DENIED:
        return SW_EXIT_DENIED;
    case SW_E_UNREACHABLE:
        return SW_EXIT_UNREACHABLE;
    case SW_E_LIMIT:
    case SW_E_IO:
    case SW_E_NONE:
    case SW_E_REFUSED:
    case SW_E_THROTTLED:
    case SW_E_BUSY:
    case SW_E_TIMEOUT:
    case SW_E_PROTOCOL:
    case SW_E_FENCED:
    case SW_E_CORRUPT:
    case SW_E_INTERNAL:
        return SW_EXIT_INTERNAL;
    }
    return SW_EXIT_INTERNAL;
}
