#pragma once
/** @file Locks that forbid to change or delete a resource: they are inherited from above. */
#include "sdk/action.h"

/** azure.resource_locks: all locks on a resource or above it. */
extern const struct sw_action sw_azure_resource_locks;
