#pragma once
/** @file Lua values <-> JSON, by raw access only: no metamethod of a script ever runs here. */
#include "base/buf.h"

#include <lua.h>
#include <stdbool.h>

/** What stands for null inside a list; in a map null is absent. */
void sw_child_push_null(lua_State *lua);

/**
 * Append a value as JSON, keys sorted. A table whose keys are 1..n is a list, one whose keys are
 * text a map, an empty one a map; all else, functions, numbers that are not finite, text that is no
 * UTF-8 and more than 16 levels are refused.
 *
 * @return NULL, or why it cannot be written
 */
const char *sw_child_encode(lua_State *lua, int index, struct sw_buf *out);

/** Push what a JSON text says. @return NULL, or why it cannot be read (nothing pushed) */
const char *sw_child_decode(lua_State *lua, const char *text, size_t length);
