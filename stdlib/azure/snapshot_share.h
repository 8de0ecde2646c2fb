#pragma once
/** @file A snapshot of the sync group's share: insurance before what can't be taken back. */
#include "sdk/action.h"

/** azure.snapshot_share: always a new one, for what the share held before is no insurance for now.
 */
extern const struct sw_action sw_azure_snapshot_share;
