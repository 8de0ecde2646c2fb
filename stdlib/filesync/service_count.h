#pragma once
/** @file What the service counts as not syncing, beside what the server's own log says. */
#include "sdk/action.h"
#include "stdlib/filesync/sessions.h"

/**
 * Ask the service for its count of files that do not sync, and judge a session that the server says
 * is clean. The status lags by minutes: one that speaks of an earlier session says nothing, and
 * neither does one without its counts (azure.md 2.1); then the server's own word stands. Needs an
 * action whose `also_kind` is the sync group. Sets the output `service_count`.
 *
 * @param direction "uploadStatus" or "downloadStatus"
 * @return SW_HOLDS: nothing speaks against it; SW_WAIT: files are counted, and it was said;
 * SW_PENDING
 */
enum sw_verdict sw_service_count(struct sw_probe *probe, const char *direction,
                                 const struct sw_session *session);

/** Row for the outputs of such an action. */
#define SW_SERVICE_COUNT_OUTPUT                                                                    \
    {                                                                                              \
        "service_count", &sw_type_string, 0, NULL,                                                 \
            "What the service counted as not syncing, in a status newer than the session, or why " \
            "it says nothing."                                                                     \
    }
