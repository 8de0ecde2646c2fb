#pragma once
/** @file Turning cloud tiering off, and the proof that it is off. */
#include "sdk/action.h"

/** azure.disable_cloud_tiering: undo puts back the policy that it had. */
extern const struct sw_action sw_azure_disable_cloud_tiering;

/** filesync.tiering_off: the resource manager says off. */
extern const struct sw_evidence sw_azure_tiering_off;
