#pragma once
/** @file Having the service look for changes made directly in the share, and the proof of it. */
#include "sdk/action.h"

/** azure.detect_changes: over the whole share. */
extern const struct sw_action sw_azure_detect_changes;

/** filesync.changes_detected: its completion still stands in the resource manager. */
extern const struct sw_evidence sw_azure_changes_detected;
