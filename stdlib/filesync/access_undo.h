#pragma once
/** @file Access entries of shares that were taken away and have to come back: asked for, and
 * compared with what was saved. */
#include "sdk/action.h"
#include "sdk/probe.h"

struct sw_access_state;

/** Ask filesync/access-state for the subject's folder. @return SW_DONE: the state is there; else
 * what the probe has to return: pending, blocked or an error */
enum sw_verdict sw_access_ask(struct sw_probe *probe, struct sw_access_state *ret_state);

/** Does each share of `saved` [{name, scope, access}] have exactly these entries again? One that is
 * gone has none to give back. */
enum sw_verdict sw_access_probe_undo(struct sw_probe *probe, const struct sw_value *saved);
