#pragma once
/**
 * @file Real wires as a port: real time, real waits, requests through io/, logins from a site file.
 *
 * The clock is the wall clock of the start, moved on by CLOCK_BOOTTIME: setting the wall clock
 * changes no deadline, and time asleep counts. SIGTERM and SIGINT are held back while this port
 * lives and are told by `wait`, so that a write in flight is settled first.
 *
 * A target's requests go to its own origin and nowhere else. Tokens are fetched when first needed,
 * again five minutes before they expire, and once more when the peer answers 401, after which that
 * one request is repeated: 401 means that it did nothing.
 */
#include "cli/run/port.h"
#include "cli/site/site.h"

/** The moment from which a paced clock counts; kept with the run, so that it goes on where it was.
 */
struct sw_live_anchor {
    int64_t wall_ns; /**< wall clock at the run's first start; 0: now */
    /** By the run's own clock: what it recorded last. A wall clock that was set back meanwhile does
     * not make proofs and approvals younger than they are. 0: nothing yet */
    int64_t least_ns;
};

/**
 * Open no connection yet; secrets of connection logins are read at once.
 *
 * @param anchor wall_ns is filled in when it is 0
 * @errors as sw_secret_read(); SW_E_LIMIT: more targets and logins than SW_HTTP_PEERS
 */
bool sw_live_open(const struct sw_site *site, const struct sw_runbook *runbook,
                  const struct sw_target *targets, struct sw_live_anchor *anchor,
                  struct sw_port **ret_port, struct sw_error *err);
