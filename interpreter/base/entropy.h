#pragma once
/** @file Random bytes that nobody can foretell, for secrets and names that come once. */
#include "base/error.h"

#include <stddef.h>

/** Read them from /dev/urandom. @param count up to 256: so many come in one read, see random(4)
 * @errors SW_E_IO */
bool sw_entropy(void *ret_bytes, size_t count, struct sw_error *err);
