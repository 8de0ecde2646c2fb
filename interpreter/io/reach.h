#pragma once
/** @file Does anybody answer at a host and port? A name, a connection, nothing sent. */
#include "base/error.h"

#include <stdbool.h>

/**
 * Look the name up and connect, then hang up.
 *
 * @param timeout_ms for each address @errors SW_E_NOT_FOUND: no such name; SW_E_UNREACHABLE: no
 * address takes the connection
 */
bool sw_reach(const char *host, int port, int timeout_ms, struct sw_error *err);
