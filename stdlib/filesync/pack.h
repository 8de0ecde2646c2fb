#pragma once
/** @file The pack `filesync`: the agent's side of retiring a server endpoint. */
#include "sdk/pack.h"

extern const struct sw_pack sw_filesync_pack;
