#include "cli/book/hook_grants.h"

#include "base/text.h"

#include <string.h>

/* What a grant comes to in a list; NULL: nothing. */
typedef const char *take_fn(const struct sw_hook_grant *grant, struct sw_arena *arena);

static const char *take_origin(const struct sw_hook_grant *grant, struct sw_arena *arena)
{
    static const char scheme[] = "https://";
    const char *url = sw_text_is(grant->channel, "http") ? strstr(grant->what, scheme) : NULL;
    const char *host = url == NULL ? "" : url + sizeof scheme - 1;
    size_t length = strcspn(host, "/?#");
    bool has_port = memchr(host, ':', length) != NULL;

    return length == 0 || memchr(host, '*', length) != NULL
               ? NULL
               : sw_format(arena, "%.*s%s", (int)length, host, has_port ? "" : ":443");
}

static const char *take_secret(const struct sw_hook_grant *grant, struct sw_arena *arena)
{
    (void)arena;
    return sw_text_is(grant->channel, "secret") ? grant->what : NULL;
}

static const struct sw_hook_reach *collect(const struct sw_runbook *runbook, take_fn *of,
                                           struct sw_arena *arena)
{
    size_t room = 1;
    size_t count = 0;

    for (size_t i = 0; i < runbook->step_count; i++) {
        const struct sw_action *action = runbook->steps[i].use.action;

        room += action != NULL && action->hook != NULL ? action->hook->grant_count : 0;
    }
    struct sw_hook_reach *list = sw_alloc_array(arena, room, sizeof *list);

    for (size_t i = 0; i < runbook->step_count; i++) {
        const struct sw_action *action = runbook->steps[i].use.action;
        const struct sw_hook *hook = action == NULL ? NULL : action->hook;

        for (size_t g = 0; hook != NULL && g < hook->grant_count; g++) {
            const char *name = of(&hook->grants[g], arena);
            size_t at = 0;

            while (name != NULL && at < count && !sw_text_is(list[at].name, name)) {
                at++;
            }
            if (name != NULL && at == count) {
                list[count++] = (struct sw_hook_reach){.name = name, .hook = hook};
            }
        }
    }
    return list;
}

const struct sw_hook_reach *sw_hook_origins(const struct sw_runbook *runbook,
                                            struct sw_arena *arena)
{
    return collect(runbook, take_origin, arena);
}

const struct sw_hook_reach *sw_hook_secrets(const struct sw_runbook *runbook,
                                            struct sw_arena *arena)
{
    return collect(runbook, take_secret, arena);
}
