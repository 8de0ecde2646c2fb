/* stepwise-hook: one call of one hook. The request comes in on a socket, the answer goes out, the
 * process ends. It knows Lua and nothing of the world. */
#include "hook/child/confine.h"
#include "hook/child/sandbox.h"

#include "base/text.h"
#include "sdk/embedded.h"

#include <lauxlib.h>
#include <string.h>
#include <unistd.h>

/** A request larger than this is none of ours. */
#define REQUEST_BYTES (8u * 1024u * 1024u)

extern const struct sw_embedded sw_hook_prelude[];

static bool read_whole(char *bytes, size_t length)
{
    for (size_t got = 0; got < length;) {
        ssize_t step = read(SW_CHILD_SOCKET, bytes + got, length - got);

        if (step <= 0) {
            return false;
        }
        got += (size_t)step;
    }
    return true;
}

static void say_error(const char *why)
{
    struct sw_buf text;
    size_t length = strlen(why);

    sw_buf_init(&text, SW_CHILD_ANSWER_BYTES);
    sw_buf_add_text(&text, "{\"text\":\"");
    for (size_t at = 0; at < length && at < 2000;) {
        uint32_t point = 0;
        size_t step = sw_utf8_decode(why + at, length - at, &point);

        if (step == 0 || point < 0x20 || sw_utf8_is_deceptive(point)) {
            sw_buf_add_text(&text, "\\ufffd"); /* no terminal sees what a script made up */
        } else if (point == '"' || point == '\\') {
            sw_buf_addf(&text, "\\u%04x", (unsigned)point);
        } else {
            sw_buf_add(&text, why + at, step);
        }
        at += step == 0 ? 1 : step;
    }
    sw_buf_add_text(&text, "\"}");
    sw_child_say(SW_CHILD_ERROR, text.bytes, text.length);
}

/* The error of a script may be anything; only texts and numbers are looked at. */
static void say_failure(lua_State *lua, int status)
{
    if (status == LUA_ERRMEM) {
        sw_child_say(SW_CHILD_OUT_OF_MEMORY, NULL, 0);
    }
    if (lua_type(lua, -1) == LUA_TSTRING) {
        say_error(lua_tostring(lua, -1));
    }
    say_error("an error that is no text was raised");
}

/* ---- what the prelude is given ---- */

static int decode(lua_State *lua)
{
    size_t length = 0;
    const char *text = luaL_checklstring(lua, 1, &length);
    const char *why = sw_child_decode(lua, text, length);

    return why == NULL ? 1 : luaL_error(lua, "this is no JSON: %s", why);
}

static int encode(lua_State *lua)
{
    struct sw_buf text;
    const char *why = NULL;

    luaL_checkany(lua, 1);
    sw_buf_init(&text, 8u * SW_CHILD_ANSWER_BYTES);
    why = sw_child_encode(lua, 1, &text);
    if (why == NULL && text.is_over) {
        why = "more than 512 KiB";
    }
    if (why == NULL) {
        lua_pushlstring(lua, text.bytes, text.length);
    }
    sw_buf_release(&text);
    return why == NULL ? 1 : luaL_error(lua, "cannot be written as JSON: %s", why);
}

/** say(outcome, value): the process ends with it. */
static int say(lua_State *lua)
{
    struct sw_buf text;
    const char *outcome = luaL_checkstring(lua, 1);
    const char *why = NULL;

    sw_buf_init(&text, 2 * (size_t)SW_CHILD_ANSWER_BYTES);
    why = sw_child_encode(lua, 2, &text);
    if (why != NULL) {
        sw_buf_release(&text);
        return luaL_error(lua, "what the hook gives back holds %s", why);
    }
    if (text.is_over) {
        sw_child_say(SW_CHILD_OUT_OF_ROOM, NULL, 0);
    }
    sw_child_say(outcome, text.bytes, text.length);
}

/** compile(text, name, env): a chunk whose only names are those of `env`. Text, never bytes. */
static int compile(lua_State *lua)
{
    size_t length = 0;
    const char *text = luaL_checklstring(lua, 1, &length);
    const char *name = luaL_checkstring(lua, 2);

    luaL_checktype(lua, 3, LUA_TTABLE);
    if (luaL_loadbufferx(lua, text, length, name, "t") != LUA_OK) {
        return lua_error(lua);
    }
    lua_pushvalue(lua, 3);
    (void)lua_setupvalue(lua, -2, 1);
    return 1;
}

static int raw_next(lua_State *lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_settop(lua, 2);
    return lua_next(lua, 1) != 0 ? 2 : (lua_pushnil(lua), 1);
}

static int lock(lua_State *lua)
{
    lua_setmetatable(lua, 1); /* ours may hold what scripts may not see */
    return 1;
}

/** fail(text): an error at the line of the hook file that is at work, whoever called it. */
static int fail(lua_State *lua)
{
    lua_Debug at;

    for (int level = 1; lua_getstack(lua, level, &at) != 0; level++) {
        if (lua_getinfo(lua, "Sl", &at) != 0 && at.source[0] == '@' && at.currentline > 0) {
            lua_pushfstring(lua, "%s:%d: %s", at.source + 1, at.currentline,
                            luaL_checkstring(lua, 1));
            return lua_error(lua);
        }
    }
    lua_settop(lua, 1);
    return lua_error(lua);
}

/* ---- one call ---- */

/** Stack: the environment. */
static int run(lua_State *lua)
{
    const luaL_Reg given[] = {{"decode", decode},   {"encode", encode}, {"say", say},
                              {"compile", compile}, {"fail", fail},     {"next", raw_next},
                              {"lock", lock},       {NULL, NULL}};
    const struct sw_embedded *prelude = &sw_hook_prelude[0];

    if (luaL_loadbufferx(lua, prelude->text, prelude->length, "=(stepwise)", "t") != LUA_OK) {
        return lua_error(lua);
    }
    lua_pushvalue(lua, 1);
    (void)lua_setupvalue(lua, -2, 1);
    luaL_newlib(lua, given);
    sw_child_push_null(lua);
    lua_setfield(lua, -2, "null");
    lua_pushvalue(lua, 2); /* the request */
    lua_call(lua, 2, 0);
    return luaL_error(lua, "the hook ended without a word");
}

int main(void)
{
    unsigned char head[4];
    struct sw_sandbox sandbox;
    const char *why = NULL;

    free(sw_heap(1)); /* the first one asks the kernel for a random number, later ones do not */
    why = sw_child_confine();

    if (why != NULL) {
        say_error(why);
    }
    if (!read_whole((char *)head, sizeof head)) {
        _exit(1);
    }
    size_t length = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];

    if (length > REQUEST_BYTES) {
        say_error("the request is too large");
    }
    char *text = sw_heap(length + 1);

    if (!read_whole(text, length)) {
        _exit(1);
    }
    sw_sandbox_open(&sandbox);
    lua_State *lua = sandbox.lua;

    lua_pushcfunction(lua, run);
    lua_insert(lua, 1);
    why = sw_child_decode(lua, text, length);
    if (why != NULL || !lua_istable(lua, -1)) {
        say_error("the request cannot be read");
    }
    say_failure(lua, lua_pcall(lua, 2, 0, 0));
}
