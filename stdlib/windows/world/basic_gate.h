#pragma once
/** @file Basic in front of a served WinRM listener: who does not log in gets 401, as the listener
 * answers it. */
#include "world/gate.h"

#define SW_WINRM_WORLD_USER "CONTOSO\\stepwise"

extern const struct sw_gate_kind sw_winrm_basic_gate;
