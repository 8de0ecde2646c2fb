#pragma once
/** @file Text files that the build puts into the program. */
#include <stddef.h>

struct sw_embedded {
    const char *name; /**< PACK/BASENAME; NULL ends a table */
    const char *text; /**< NUL-ended */
    size_t length;
};

/** Every stdlib/PACK/scripts/NAME.ps1, made by .ci/cmake/Embed.cmake. */
extern const struct sw_embedded sw_scripts[];
/** Every stdlib/PACK/lua/NAME.lua: what hooks find in `ctx` beside the interpreter's own. */
extern const struct sw_embedded sw_hook_helpers[];
