#pragma once
/** @file A server that is registered with the sync service. */
#include "sdk/action.h"

/** azure.registered_server: its agent, and when it was last heard of. */
extern const struct sw_action sw_azure_registered_server;

/** The outputs of azure.registered_server (a map) from a resource's JSON. */
const struct sw_value *sw_azure_registered_server_decode(struct sw_arena *arena,
                                                         const struct sw_value *resource);
