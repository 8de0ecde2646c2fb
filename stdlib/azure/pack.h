#pragma once
/** @file The vocabulary of the Azure resource manager. */
#include "sdk/pack.h"

extern const struct sw_pack sw_azure_pack;
