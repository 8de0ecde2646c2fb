#pragma once
/** @file Access entries of shares that were taken away and have to come back: asked for, and
 * compared with what was saved. */
#include "sdk/action.h"
#include "sdk/probe.h"

/** Ask filesync/access-state for the endpoint's folder; NULL: it is still to come. */
const struct sw_answer *sw_access_ask(struct sw_probe *probe);

/** Does each share of `saved` [{name, scope, access}] have exactly these entries again? One that is
 * gone has none to give back. */
enum sw_verdict sw_access_probe_undo(struct sw_probe *probe, const struct sw_value *saved);
