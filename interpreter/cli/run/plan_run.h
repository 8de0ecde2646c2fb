#pragma once
/** @file Plans made with a session, and runs that were planned. */
#include "cli/run/saved_plan.h"
#include "cli/run/session.h"
#include "engine/plan.h"

/** Look at everything. @return the caller frees it */
struct sw_plan *sw_session_plan(struct sw_session *session);

/**
 * Plan again what was planned, and compare.
 *
 * @return 0 when nothing moved, else the exit code, after telling what
 */
int sw_saved_plan_check(const struct sw_saved_plan *plan);
