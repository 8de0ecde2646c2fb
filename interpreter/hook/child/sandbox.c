#include "hook/child/sandbox.h"

#include "hook/child/confine.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>
#include <unistd.h>

enum { STRIDE = 1000 }; /* instructions between two looks at the budget */

void sw_child_say(const char *outcome, const char *body, size_t length)
{
    struct sw_buf text;

    sw_buf_init(&text, 2 * (size_t)SW_CHILD_ANSWER_BYTES);
    sw_buf_add(&text, "\0\0\0\0", 4);
    sw_buf_addf(&text, "{\"outcome\":\"%s\"", outcome);
    if (body != NULL) {
        sw_buf_add_text(&text, ",\"body\":");
        sw_buf_add(&text, body, length);
    }
    sw_buf_add_char(&text, '}');
    if (text.is_over || text.length - 4 > SW_CHILD_ANSWER_BYTES) {
        sw_child_say(SW_CHILD_OUT_OF_ROOM, NULL, 0);
    }
    for (unsigned i = 0; i < 4; i++) {
        text.bytes[i] = (char)(((text.length - 4) >> (24 - 8 * i)) & 0xff);
    }
    for (size_t sent = 0; sent < text.length;) {
        ssize_t step = write(SW_CHILD_SOCKET, text.bytes + sent, text.length - sent);

        if (step <= 0) {
            break; /* nobody listens any more */
        }
        sent += (size_t)step;
    }
    _exit(0); /* nothing is closed: a finaliser would run */
}

/* ---- what may be spent ---- */

static void *allocate(void *context, void *old, size_t old_bytes, size_t bytes)
{
    struct sw_sandbox *sandbox = context;
    size_t before = old == NULL ? 0 : old_bytes; /* else it is a kind of object */

    if (bytes == 0) {
        free(old);
        sandbox->used_bytes -= before;
        return NULL;
    }
    if (bytes > before && bytes - before > SW_CHILD_HEAP_BYTES - sandbox->used_bytes) {
        sw_child_say(SW_CHILD_OUT_OF_MEMORY, NULL, 0);
    }
    sandbox->used_bytes = sandbox->used_bytes - before + bytes;
    return sw_heap_again(old, bytes);
}

static struct sw_sandbox *of(lua_State *lua)
{
    void *sandbox = NULL;

    (void)lua_getallocf(lua, &sandbox);
    return sandbox;
}

static void spend(lua_State *lua, int64_t instructions)
{
    struct sw_sandbox *sandbox = of(lua);

    sandbox->instructions += instructions;
    if (sandbox->instructions > SW_CHILD_INSTRUCTIONS) {
        sw_child_say(SW_CHILD_OUT_OF_TIME, NULL, 0);
    }
}

static void count(lua_State *lua, lua_Debug *debug)
{
    (void)debug;
    spend(lua, STRIDE);
}

/* ---- functions that differ from Lua's own ---- */

/* What Lua would print as an address, which no two processes share. */
static bool has_address(lua_State *lua, int index)
{
    switch (lua_type(lua, index)) {
    case LUA_TTABLE:
    case LUA_TFUNCTION:
    case LUA_TTHREAD:
    case LUA_TUSERDATA:
    case LUA_TLIGHTUSERDATA:
        break;
    default:
        return false;
    }
    if (luaL_getmetafield(lua, index, "__tostring") != LUA_TNIL) {
        lua_pop(lua, 1);
        return false;
    }
    return true;
}

static int to_text(lua_State *lua)
{
    luaL_checkany(lua, 1);
    if (lua_islightuserdata(lua, 1)) {
        lua_pushliteral(lua, "null");
    } else if (has_address(lua, 1)) {
        lua_pushstring(lua, luaL_typename(lua, 1));
    } else {
        luaL_tolstring(lua, 1, NULL);
    }
    return 1;
}

/* upvalue 1: Lua's own string.format */
static int format(lua_State *lua)
{
    int last = lua_gettop(lua);
    size_t length = 0;
    const char *pattern = luaL_checklstring(lua, 1, &length);
    const char *end = pattern + length; /* a NUL ends nothing here */

    for (const char *at = memchr(pattern, '%', length); at != NULL;
         at = memchr(at, '%', (size_t)(end - at))) {
        at += 1 + strspn(at + 1, "-+ #0123456789.");
        if (*at == 'p') {
            return luaL_error(lua, "'%%p' would show an address: no two runs have the same");
        }
        at += at < end;
    }
    for (int i = 2; i <= last; i++) {
        if (has_address(lua, i)) {
            lua_pushstring(lua, luaL_typename(lua, i));
            lua_replace(lua, i);
        }
    }
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, last, 1);
    return 1;
}

/* upvalue 1: Lua's own. @source reliability: GC metamethods run where no limit reaches them, weak
 * tables depend on when the collector runs. */
static int set_metatable(lua_State *lua)
{
    static const char *const refused[] = {"__gc", "__mode"};

    for (size_t i = 0; i < 2 && lua_istable(lua, 2); i++) {
        lua_pushstring(lua, refused[i]);
        if (lua_rawget(lua, 2) != LUA_TNIL) {
            return luaL_error(lua, "a hook cannot use %s", refused[i]);
        }
        lua_pop(lua, 1);
    }
    lua_settop(lua, 2);
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, 2, 1);
    return 1;
}

/* A coroutine begins with a fresh count, so starting and resuming one costs. Upvalue 1: Lua's own.
 */
static int paid(lua_State *lua)
{
    int given = lua_gettop(lua);

    spend(lua, STRIDE);
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, given, LUA_MULTRET);
    return lua_gettop(lua);
}

/* upvalue 1: the coroutine */
static int wrapped(lua_State *lua)
{
    lua_State *other = lua_tothread(lua, lua_upvalueindex(1));
    int given = lua_gettop(lua);
    int results = 0;

    spend(lua, STRIDE);
    if (lua_checkstack(other, given) == 0 ||
        (lua_status(other) == LUA_OK && lua_gettop(other) == 0)) {
        return luaL_error(lua, "cannot resume dead coroutine");
    }
    lua_xmove(lua, other, given);
    int status = lua_resume(other, lua, given, &results);

    if (status != LUA_OK && status != LUA_YIELD) {
        lua_xmove(other, lua, 1);
        return lua_error(lua);
    }
    luaL_checkstack(lua, results, "too many results");
    lua_xmove(other, lua, results);
    return results;
}

static int wrap(lua_State *lua)
{
    luaL_checktype(lua, 1, LUA_TFUNCTION);
    spend(lua, STRIDE);
    lua_State *other = lua_newthread(lua);

    lua_pushvalue(lua, 1);
    lua_xmove(lua, other, 1);
    lua_pushcclosure(lua, wrapped, 1);
    return 1;
}

/* ---- the list of what there is ---- */

/** Copy the named entries of the table at `from` into the table on top. */
static void copy(lua_State *lua, int from, const char *const *names)
{
    for (; *names != NULL; names++) {
        lua_getfield(lua, from, *names);
        lua_setfield(lua, -2, *names);
    }
}

/** Replace an entry of the table on top by a closure over what stood there. */
static void over(lua_State *lua, const char *name, lua_CFunction function)
{
    lua_getfield(lua, -1, name);
    lua_pushcclosure(lua, function, 1);
    lua_setfield(lua, -2, name);
}

static void open_library(lua_State *lua, int env, const char *name, lua_CFunction open,
                         const char *const *names)
{
    luaL_requiref(lua, name, open, 0);
    lua_newtable(lua);
    copy(lua, lua_gettop(lua) - 1, names);
    lua_remove(lua, -2);
    lua_pushvalue(lua, -1);
    lua_setfield(lua, env, name);
}

static void open_base(lua_State *lua, int env)
{
    static const char *const names[] = {"assert",   "error",    "getmetatable", "ipairs",
                                        "pcall",    "rawequal", "rawget",       "rawlen",
                                        "rawset",   "select",   "setmetatable", "tonumber",
                                        "tostring", "type",     "_VERSION",     NULL};

    luaL_requiref(lua, LUA_GNAME, luaopen_base, 0);
    lua_pushvalue(lua, env);
    copy(lua, lua_gettop(lua) - 1, names);
    over(lua, "setmetatable", set_metatable);
    lua_pushcfunction(lua, to_text);
    lua_setfield(lua, -2, "tostring");
    lua_pushvalue(lua, -1);
    lua_setfield(lua, env, "_G");
    lua_pop(lua, 2);
}

static void open_string(lua_State *lua, int env)
{
    static const char *const names[] = {"byte",    "char",  "find",   "format", "gmatch",   "gsub",
                                        "len",     "lower", "match",  "pack",   "packsize", "rep",
                                        "reverse", "sub",   "unpack", "upper",  NULL};

    open_library(lua, env, LUA_STRLIBNAME, luaopen_string, names);
    over(lua, "format", format);
    /* Methods of texts find the same table, and nobody finds the metatable. */
    lua_pushliteral(lua, "");
    lua_getmetatable(lua, -1);
    lua_pushvalue(lua, -3);
    lua_setfield(lua, -2, "__index");
    lua_pushboolean(lua, 0);
    lua_setfield(lua, -2, "__metatable");
    lua_pop(lua, 3);
}

static void open_math(lua_State *lua, int env)
{
    /* `randomseed` is the prelude's: it seeds, and takes it away. */
    static const char *const names[] = {
        "abs",        "ceil",       "exp",       "floor",      "fmod", "huge", "log",
        "max",        "maxinteger", "min",       "mininteger", "modf", "pi",   "random",
        "randomseed", "sqrt",       "tointeger", "type",       "ult",  NULL};

    open_library(lua, env, LUA_MATHLIBNAME, luaopen_math, names);
    lua_pop(lua, 1);
}

static void open_coroutine(lua_State *lua, int env)
{
    /* Not `close`: nested in one another, 20,000 of them overflow the stack of Lua 5.4.4. */
    static const char *const names[] = {"create", "isyieldable", "resume", "running",
                                        "status", "yield",       NULL};

    open_library(lua, env, LUA_COLIBNAME, luaopen_coroutine, names);
    over(lua, "create", paid);
    over(lua, "resume", paid);
    lua_pushcfunction(lua, wrap);
    lua_setfield(lua, -2, "wrap");
    lua_pop(lua, 1);
}

void sw_sandbox_open(struct sw_sandbox *sandbox)
{
    static const char *const of_table[] = {"concat", "insert", "move",   "pack",
                                           "remove", "sort",   "unpack", NULL};
    static const char *const of_utf8[] = {"char", "charpattern", "codepoint", "codes",
                                          "len",  "offset",      NULL};

    *sandbox = (struct sw_sandbox){0};
    sandbox->lua = lua_newstate(allocate, sandbox);
    if (sandbox->lua == NULL) {
        sw_child_say(SW_CHILD_OUT_OF_MEMORY, NULL, 0);
    }
    lua_State *lua = sandbox->lua;

    lua_sethook(lua, count, LUA_MASKCOUNT, STRIDE);
    lua_newtable(lua);
    int env = lua_gettop(lua);

    open_base(lua, env);
    open_string(lua, env);
    open_math(lua, env);
    open_coroutine(lua, env);
    open_library(lua, env, LUA_TABLIBNAME, luaopen_table, of_table);
    open_library(lua, env, LUA_UTF8LIBNAME, luaopen_utf8, of_utf8);
    lua_settop(lua, env);
}
