#include "cli/book/hook_file.h"

#include "base/text.h"
#include "cli/wire.h"
#include "hook/host.h"

#include <string.h>

static bool describe(void *context, const char *file, const char *source, size_t length,
                     struct sw_arena *arena, const struct sw_value **ret_said, struct sw_error *err)
{
    struct sw_hook_host host = {0};
    struct sw_hook_said said = {.outcome = SW_HOOK_GARBLED};
    struct sw_builder request = sw_map_begin(arena);

    (void)context;
    sw_map_put_text(&request, "phase", "describe");
    sw_map_put_text(&request, "file", file);
    sw_map_put(&request, "source", sw_text_n(arena, source, length));
    if (!sw_hook_program(arena, &host.program, err) ||
        !sw_hook_run(&host, sw_built(&request), arena, &said, err)) {
        return false;
    }
    if (said.outcome != SW_HOOK_OK) {
        return sw_fail(err, SW_E_INPUT, "%s", sw_hook_why(&said, file, arena));
    }
    *ret_said = said.body;
    return true;
}

static bool check_grant(void *context, const struct sw_hook_grant *grant, struct sw_error *err)
{
    const struct sw_channel *channel = sw_wire_channel(grant->channel);

    (void)context;
    if (sw_text_is(grant->channel, "secret")) {
        return strspn(grant->what, "abcdefghijklmnopqrstuvwxyz0123456789_") ==
                   strlen(grant->what) ||
               sw_fail(err, SW_E_INPUT, "write the name of a secret of the site file");
    }
    if (channel == NULL) {
        return sw_fail(err, SW_E_INPUT, "there is no such way out of a hook");
    }
    return channel->check_grant(grant->what, err);
}

const struct sw_hook_reader *sw_hook_reader(struct sw_arena *arena)
{
    struct sw_hook_reader *reader = sw_alloc(arena, sizeof *reader);

    *reader = (struct sw_hook_reader){.describe = describe, .check_grant = check_grant};
    return reader;
}
