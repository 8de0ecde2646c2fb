#pragma once
/** @file The server endpoint: what the resource manager tells about it, one or all of a group. */
#include "sdk/action.h"

/** azure.server_endpoint: one, by name; it can be a runbook's subject. */
extern const struct sw_action sw_azure_server_endpoint;
/** azure.server_endpoints: all of the target's sync group. */
extern const struct sw_action sw_azure_server_endpoints;

/** The outputs of azure.server_endpoint (a map) from a resource's JSON. */
const struct sw_value *sw_azure_server_endpoint_decode(struct sw_arena *arena,
                                                       const struct sw_value *resource);
