#pragma once
/** @file Look a name up, by this machine's own resolver. */
#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>

/**
 * @param type A, AAAA or CNAME
 * @param ret_json a list of addresses, or of the name at the end of the aliases; empty: no such
 * name
 * @errors SW_E_UNREACHABLE: no resolver answers; SW_E_INPUT
 */
bool sw_dns_look_up(const char *name, const char *type, struct sw_arena *arena,
                    const char **ret_json, struct sw_error *err);
