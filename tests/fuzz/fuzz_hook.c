/** @file Any bytes as what a hook's process says, as what a hook asks of its channels, and as a
 * grant and a request (two lines): an answer is one or is garbled, a request that is taken is
 * within its own bounds, and the matcher agrees with a slow one. */
#include "base/arena.h"
#include "base/macros.h"
#include "hook/protocol.h"
#include "sdk/hook.h"
#include "sdk/json.h"
#include "stdlib/hooks/channels.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** What sw_hook_fits() means, said plainly. */
static bool fits(const char *pattern, const char *text)
{
    if (*pattern == '\0') {
        return *text == '\0';
    }
    if (*pattern != '*') {
        return *pattern == *text && fits(pattern + 1, text + 1);
    }
    bool is_last = pattern[strspn(pattern, "*")] == '\0';

    for (; *text != '\0' && (is_last || *text != '?'); text++) {
        if (fits(pattern + 1, text)) {
            return true;
        }
    }
    return fits(pattern + 1, text);
}

static void match(const char *text, struct sw_arena *arena)
{
    size_t length = strcspn(text, "\n");
    const char *pattern = sw_copy(arena, text, length);
    const char *what = text[length] == '\0' ? "" : text + length + 1;

    /* A star in the text is no star of the pattern; requests hold none. */
    if (length < 12 && strlen(what) < 24 && strchr(what, '*') == NULL) {
        sw_require(sw_hook_fits(pattern, what) == fits(pattern, what));
    }
}

static void ask(const struct sw_value *what, struct sw_arena *arena)
{
    static const struct sw_channel *const channels[] = {&sw_hooks_http, &sw_hooks_dns,
                                                        &sw_hooks_powershell};

    for (size_t i = 0; i < SW_COUNT(channels); i++) {
        struct sw_hook_request request = {0};
        struct sw_error err = {0};

        if (!channels[i]->read(what, arena, &request, &err)) {
            sw_require(err.code == SW_E_INPUT && err.text[0] != '\0');
            continue;
        }
        sw_require(request.summary != NULL && request.text != NULL);
        sw_require(strpbrk(request.summary, "\r\n") == NULL || request.target != NULL);
        sw_require(request.is_write || request.is_repeatable);
        sw_require(i != 0 || strstr(request.request.url, "/../") == NULL ||
                   strchr(request.request.url, '?') < strstr(request.request.url, "/../"));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_hook_said said = sw_hook_unpack((const char *)data, size, arena);
    const struct sw_value *what = NULL;
    struct sw_error err = {0};

    sw_require(said.outcome > SW_HOOK_ERROR || said.body->kind == SW_V_MAP);
    sw_require(said.outcome != SW_HOOK_KILLED && said.signal == 0);
    match(sw_copy(arena, size == 0 ? "" : (const char *)data, size), arena);
    if (sw_json_read(arena, (const char *)data, size, SW_JSON_PLAIN, &what, &err)) {
        ask(what, arena);
    }
    return 0;
}
