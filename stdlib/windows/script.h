#pragma once
/** @file Makers of looks and acts that run one of our fixed scripts on a server. */
#include "sdk/transport.h"

/** @param args map; NULL: none */
struct sw_look sw_script_look(const char *name, const struct sw_value *args);
struct sw_act sw_script_act(const char *name, const struct sw_value *args);
