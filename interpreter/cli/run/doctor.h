#pragma once
/** @file What keeps a site from being used, found by looking: nothing is changed but an empty
 * journal, which is made where there is none. */
#include "cli/site/site.h"

enum sw_finding_state { SW_FINDING_OK, SW_FINDING_WARN, SW_FINDING_MISSING };

struct sw_doctor_finding {
    enum sw_finding_state state;
    const char *target; /**< "site" for what belongs to none */
    const char *name;
    const char *text; /**< what is so, or what is missing and what to do */
};

/** Called for each as it is found. */
typedef void (*sw_doctor_fn)(void *context, const struct sw_doctor_finding *finding);

struct sw_doctor {
    const struct sw_site *site;
    const struct sw_runbook *runbook; /**< only its targets and roles; NULL: all of the site */
    const char *state;                /**< folder of the journals */
    struct sw_arena *arena;
    sw_doctor_fn found;
    void *context;
    int ending; /**< out: a signal that asked to end, else 0 */
};

void sw_doctor_run(struct sw_doctor *doctor);
