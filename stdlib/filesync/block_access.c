/* Access to the endpoint's folder over the network: deny it, close what is open, put it back. */
#include "stdlib/filesync/block_access.h"

#include "base/text.h"
#include "stdlib/filesync/access.h"
#include "stdlib/filesync/access_undo.h"
#include "stdlib/filesync/names.h"
#include "stdlib/windows/script.h"

static const struct sw_type share_list = {.kind = SW_T_LIST, .of = &sw_type_string};

static const struct sw_field outputs[] = {
    {"shares", &share_list, 0, NULL, "Names of the shares over the folder; all deny everyone."},
    {"newly_blocked", &share_list, 0, NULL, "Those of them that this step blocked."},
    {0},
};

static const struct sw_action_error errors[] = {
    SW_SCRIPT_ERRORS,
    {0},
};

static const struct sw_value *names_of(struct sw_arena *arena, const struct sw_value *shares,
                                       bool is_open_only)
{
    struct sw_builder names = sw_list_begin(arena);

    for (size_t i = 0; i < sw_list_count(shares); i++) {
        const struct sw_value *share = sw_list_at(shares, i);
        if (!is_open_only || !sw_share_is_closed(share)) {
            sw_list_add(&names, sw_get(share, "name"));
        }
    }
    return sw_built(&names);
}

static bool is_share_of(const struct sw_value *shares, const struct sw_value *share)
{
    for (size_t i = 0; i < sw_list_count(shares); i++) {
        const struct sw_value *at = sw_list_at(shares, i);
        if (sw_text_is_folded(sw_as_text(sw_get(at, "name")), sw_as_text(sw_get(share, "name"))) &&
            sw_text_is_folded(sw_as_text(sw_get(at, "scope")),
                              sw_as_text(sw_get(share, "scope")))) {
            return true;
        }
    }
    return false;
}

/* A share that was made after this visit looked: its entries were not saved. */
static const char *new_open_share(const struct sw_value *before, const struct sw_value *shares)
{
    for (size_t i = 0; before != NULL && i < sw_list_count(shares); i++) {
        const struct sw_value *share = sw_list_at(shares, i);
        if (!sw_share_is_closed(share) && !is_share_of(before, share)) {
            return sw_as_text(sw_get(share, "name"));
        }
    }
    return NULL;
}

static enum sw_verdict probe_access(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    const struct sw_value *before = sw_before(view, "shares");
    struct sw_access_state state;

    enum sw_verdict verdict = sw_access_ask(probe, &state);

    if (verdict != SW_DONE) {
        return verdict;
    }
    sw_see(probe, "shares", state.shares);
    sw_see(probe, "open_files", sw_int(arena, (int64_t)state.file_count));
    sw_see(probe, "sessions", sw_int(arena, (int64_t)state.session_count));
    sw_out(probe, "shares", names_of(arena, state.shares, false));
    sw_out(probe, "newly_blocked", names_of(arena, before, true));
    sw_reading(probe, "shares", sw_get(state.reading, "shares"));
    sw_reading(probe, "counters", sw_get(state.reading, "counters"));
    sw_reading(probe, "usn", state.usn == NULL ? sw_null(arena, "not said") : state.usn);
    const char *new_share = new_open_share(before, state.shares);
    if (new_share != NULL) {
        return sw_blocked(probe, "share '%s' was made meanwhile: enter this step again", new_share);
    }
    if (state.open_share_count == 0 && state.file_count == 0 && state.session_count == 0) {
        return SW_ALREADY;
    }
    sw_say(probe, "still open: %zu of %s, %s, %s", state.open_share_count,
           sw_count_text(arena, (int64_t)state.share_count, "share", "shares"),
           sw_count_text(arena, (int64_t)state.file_count, "file", "files"),
           sw_count_text(arena, (int64_t)state.session_count, "session", "sessions"));
    return SW_NEEDED;
}

/* The shares that this visit found open: what it blocks, and all that its undo gives back. */
static const struct sw_value *open_before(const struct sw_view *view, bool has_access)
{
    struct sw_arena *arena = sw_view_arena(view);
    const struct sw_value *before = sw_before(view, "shares");
    struct sw_builder list = sw_list_begin(arena);

    for (size_t i = 0; i < sw_list_count(before); i++) {
        const struct sw_value *share = sw_list_at(before, i);
        if (sw_share_is_closed(share)) {
            continue;
        }
        struct sw_builder row = sw_map_begin(arena);
        sw_map_put(&row, "name", sw_get(share, "name"));
        sw_map_put(&row, "scope",
                   sw_get(share, "scope") == NULL ? sw_null(arena, "") : sw_get(share, "scope"));
        if (has_access) {
            sw_map_put(&row, "access", sw_get(share, "access"));
        }
        sw_list_add(&list, sw_built(&row));
    }
    return sw_built(&list);
}

static bool has_open_share(const struct sw_view *view)
{
    return sw_list_count(open_before(view, false)) > 0;
}

static bool build_block(const struct sw_view *view, struct sw_act *ret_act, struct sw_error *err)
{
    struct sw_builder args = sw_map_begin(sw_view_arena(view));

    (void)err;
    sw_map_put(&args, "shares", open_before(view, false));
    *ret_act = sw_script_act("filesync/block-access", sw_built(&args));
    return true;
}

static bool build_close(const struct sw_view *view, struct sw_act *ret_act, struct sw_error *err)
{
    const char *path = sw_endpoint_path(view);

    if (path == NULL) {
        return sw_fail(err, SW_E_INPUT, "the subject does not say which folder it syncs");
    }
    *ret_act = sw_script_act("filesync/close-open-files", sw_path_args(sw_view_arena(view), path));
    return true;
}

static bool build_restore(const struct sw_view *view, struct sw_act *ret_act, struct sw_error *err)
{
    struct sw_builder args = sw_map_begin(sw_view_arena(view));

    (void)err;
    sw_map_put(&args, "shares", open_before(view, true));
    *ret_act = sw_script_act("filesync/restore-access", sw_built(&args));
    return true;
}

static enum sw_verdict probe_undo(struct sw_probe *probe)
{
    return sw_access_probe_undo(probe, open_before(sw_view_of(probe), true));
}

const struct sw_action sw_filesync_block_access = {
    .name = "filesync.block_access",
    .doc = "Saves the access entries of every share over the endpoint's folder, denies everyone on "
           "each, and closes open files and sessions. Special shares (D$) stay as they are.",
    .source = "Microsoft Learn, 'Deprovision your Azure File Sync server endpoint': remove access; "
              "Block-SmbShareAccess, Close-SmbOpenFile, Close-SmbSession",
    .effect = SW_EFFECT_REVERSIBLE,
    .takes_subject = true,
    .target_kind = "windows.server",
    .outputs = outputs,
    .errors = errors,
    .yields = (const struct sw_yield[]){{"ok", "filesync.access_removed"}, {0}},
    .probe = probe_access,
    .writes =
        (const struct sw_write[]){
            {"block", "Deny everyone on each share over the folder", has_open_share, build_block,
             30000},
            {"close", "Close the files and sessions that are still open there", NULL, build_close,
             60000},
            {0},
        },
    .undo =
        (const struct sw_write[]){
            {"restore", "Give each share that was blocked its saved entries again", has_open_share,
             build_restore, 30000},
            {0},
        },
    .probe_undo = probe_undo,
    .example =
        (const char *const[]){"- id: cut_access", "  do: filesync.block_access", "  target: server",
                              "  if_lapsed: { next: cut_access, max: 3 }", NULL},
};
