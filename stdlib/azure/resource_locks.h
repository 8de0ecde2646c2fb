#pragma once
/** @file Locks that forbid to change or delete a resource: they are inherited from above. */
#include "sdk/action.h"

/** azure.resource_locks: all locks on a resource or above it. */
extern const struct sw_action sw_azure_resource_locks;

/**
 * All locks on a resource or above it, asked for at each scope.
 *
 * @param id of the resource; NULL gives bad_name
 * @return SW_DONE with a list of maps (id, name, level, scope), else the verdict to return
 */
enum sw_verdict sw_azure_locks_read(struct sw_probe *probe, const char *id,
                                    const struct sw_value **ret_locks);
