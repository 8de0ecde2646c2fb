#pragma once
/** @file What `doctor` looks at in the cloud. */
#include "sdk/check.h"

extern const struct sw_check sw_azure_checks[];
