#pragma once
/**
 * @file The key tables and the action tables as JSON Schema, so that an editor completes and
 * explains keys, actions, their inputs and outcomes. What needs the whole runbook (names, types of
 * expressions, the graph, the proof) is for `stepwise lint`.
 */
#include "sdk/pack.h"
#include "sdk/schema.h"

const struct sw_value *sw_schema_runbook(const struct sw_registry *registry,
                                         struct sw_arena *arena);
