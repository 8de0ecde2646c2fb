#pragma once
/** @file The pack `windows`: servers as targets. */
#include "sdk/pack.h"

extern const struct sw_pack sw_windows_pack;
extern const struct sw_target_kind sw_windows_server;
