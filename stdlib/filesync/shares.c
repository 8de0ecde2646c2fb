/* The shares over a folder of a server: who is let in. A runbook can be about this folder, also
 * where no endpoint is left that syncs it. */
#include "stdlib/filesync/shares.h"

#include "base/text.h"
#include "stdlib/filesync/access.h"
#include "stdlib/filesync/access_entries.h"
#include "stdlib/filesync/names.h"
#include "stdlib/windows/script.h"

#include <string.h>

static const struct sw_type list_of_text = {.kind = SW_T_LIST, .of = &sw_type_string};

static const struct sw_field inputs[] = {
    {"path", &sw_type_win_path, SW_FIELD_REQUIRED, NULL, "The folder, as the server names it."},
    {0},
};

static const struct sw_field outputs[] = {
    {"id", &sw_type_string, SW_FIELD_IDENTITY, NULL, "The server's own name and the folder."},
    {"path", &sw_type_win_path, 0, NULL, "The folder."},
    {"server_name", &sw_type_string, 0, NULL, "The server's own name."},
    {"count", &sw_type_int, 0, NULL, "Number of shares over the folder, special ones left out."},
    {"entries", &list_of_text, 0, NULL, "Each share with its path and all its entries, in words."},
    {"shut_count", &sw_type_int, 0, NULL, "How many of them deny everyone."},
    {"shut", &sw_type_string, 0, NULL, "Names of these, with commas between; may be empty."},
    {0},
};

static const struct sw_action_error errors[] = {
    SW_SCRIPT_ERRORS,
    {"no_folder", false, "The server has no such folder."},
    {0},
};

static const char *known(const char *text)
{
    return text == NULL ? "?" : text;
}

static const struct sw_value *line_of(struct sw_arena *arena, const struct sw_value *share)
{
    const struct sw_value *access = sw_get(share, "access");
    const char *scope = sw_as_text(sw_get(share, "scope"));
    bool is_clustered = scope != NULL && *scope != '\0' && !sw_text_is(scope, "*");
    const char *line = sw_format(arena, "%s%s%s (%s):", is_clustered ? scope : "",
                                 is_clustered ? "\\" : "", known(sw_as_text(sw_get(share, "name"))),
                                 known(sw_as_text(sw_get(share, "path"))));

    for (size_t i = 0; i < sw_list_count(access); i++) {
        const struct sw_value *entry = sw_list_at(access, i);

        line = sw_format(arena, "%s%s %s %s %s", line, i == 0 ? "" : ";",
                         known(sw_as_text(sw_get(entry, "type"))),
                         known(sw_as_text(sw_get(entry, "right"))),
                         known(sw_as_text(sw_get(entry, "account"))));
    }
    return sw_text(arena, sw_list_count(access) == 0 ? sw_format(arena, "%s nobody", line) : line);
}

/* Without the backslash at the end, but that of a drive. */
static const char *plain_path(struct sw_arena *arena, const char *path)
{
    size_t length = strlen(path);

    while (length > 3 && path[length - 1] == '\\') {
        length--;
    }
    return sw_copy(arena, path, length);
}

static void put_shares(struct sw_probe *probe, const struct sw_access_state *state)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_builder lines = sw_list_begin(arena);
    const char *shut = "";

    for (size_t i = 0; i < sw_list_count(state->shares); i++) {
        const struct sw_value *share = sw_list_at(state->shares, i);

        sw_list_add(&lines, line_of(arena, share));
        if (sw_share_is_closed(share)) {
            shut = sw_format(arena, "%s%s%s", shut, *shut == '\0' ? "" : ", ",
                             sw_as_text(sw_get(share, "name")));
        }
    }
    sw_out(probe, "count", sw_int(arena, (int64_t)state->share_count));
    sw_out(probe, "entries", sw_built(&lines));
    sw_out(probe, "shut_count",
           sw_int(arena, (int64_t)(state->share_count - state->open_share_count)));
    sw_out(probe, "shut", sw_text(arena, shut));
}

static enum sw_verdict probe_shares(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    const char *path = sw_in_text(view, "path");
    struct sw_access_state state;
    const char *why = NULL;

    if (path == NULL) {
        return sw_probe_error(probe, "no_folder", "the folder is not known");
    }
    path = plain_path(arena, path);
    const struct sw_answer *access =
        sw_ask(probe, "access", sw_script_look("filesync/access-state", sw_path_args(arena, path)));
    const struct sw_answer *facts =
        sw_ask(probe, "facts", sw_script_look("filesync/agent-facts", NULL));
    if (access == NULL || facts == NULL) {
        return SW_PENDING;
    }
    const char *server = sw_as_text(sw_get(facts->body, "computer_name"));
    if (server == NULL) {
        return sw_probe_error(probe, "unreadable", "the server does not say its name");
    }
    switch (sw_access_state_read(arena, access->body, &state, &why)) {
    case SW_ACCESS_NO_PATH:
        return sw_probe_error(probe, "no_folder", "there is no folder %s on server %s", path,
                              server);
    case SW_ACCESS_UNREADABLE:
        return sw_probe_error(probe, "unreadable", "%s", why);
    case SW_ACCESS_READ:
        break;
    }
    sw_out(probe, "id", sw_textf(arena, "%s %s", server, path));
    sw_out(probe, "path", sw_text(arena, path));
    sw_out(probe, "server_name", sw_text(arena, server));
    put_shares(probe, &state);
    return SW_DONE;
}

const struct sw_action sw_filesync_shares = {
    .name = "filesync.shares",
    .doc = "Reads the shares over a folder with their access entries, and which of them deny "
           "everyone. It needs no server endpoint: the folder itself can be the subject.",
    .source = "Microsoft Learn, module SmbShare: Get-SmbShare, Get-SmbShareAccess",
    .effect = SW_EFFECT_READ,
    .target_kind = "windows.server",
    .inputs = inputs,
    .outputs = outputs,
    .errors = errors,
    .probe = probe_shares,
    .example =
        (const char *const[]){"facts:",
                              "  folder: { read: filesync.shares, target: server, with: { path: "
                              "'D:\\Shares\\Team' } }",
                              NULL},
};
