/*
 * The shares over the endpoint's folder, to read only: a phase in which people still find their
 * files while they move. It proves nothing: who reads is still there, and whoever had a file open
 * when this program died between the two writes may go on until it is closed.
 */
#include "stdlib/filesync/make_read_only.h"

#include "base/text.h"
#include "stdlib/filesync/access.h"
#include "stdlib/filesync/access_entries.h"
#include "stdlib/filesync/access_undo.h"
#include "stdlib/filesync/names.h"
#include "stdlib/windows/script.h"

static const struct sw_type share_list = {.kind = SW_T_LIST, .of = &sw_type_string};

static const struct sw_field outputs[] = {
    {"shares", &share_list, 0, NULL,
     "Names of the shares over the folder; nobody can write there."},
    {"newly_read_only", &share_list, 0, NULL, "Those of them that this step changed."},
    {"saved", &sw_type_string, 0, NULL,
     "The entries that these had, for filesync.restore_access; empty where it changed none."},
    {0},
};

static const struct sw_action_error errors[] = {
    SW_SCRIPT_ERRORS,
    {0},
};

/* Allows more than to read. An entry that cannot be understood does. */
static bool may_write(const struct sw_value *entry)
{
    return !sw_text_is_folded(sw_as_text(sw_get(entry, "type")), "Deny") &&
           !sw_text_is_folded(sw_as_text(sw_get(entry, "right")), "Read");
}

/* These cmdlets can make entries of Full, Change and Read, and nothing else. */
static bool can_come_back(const struct sw_value *entry)
{
    const char *right = sw_as_text(sw_get(entry, "right"));

    return sw_text_is_folded(sw_as_text(sw_get(entry, "type")), "Allow") &&
           (sw_text_is_folded(right, "Full") || sw_text_is_folded(right, "Change"));
}

static bool is_writable(const struct sw_value *share)
{
    const struct sw_value *access = sw_get(share, "access");

    for (size_t i = 0; !sw_share_is_closed(share) && i < sw_list_count(access); i++) {
        if (may_write(sw_list_at(access, i))) {
            return true;
        }
    }
    return false;
}

static const char *lasting_entry(struct sw_arena *arena, const struct sw_value *share)
{
    const struct sw_value *access = sw_get(share, "access");

    for (size_t i = 0; is_writable(share) && i < sw_list_count(access); i++) {
        const struct sw_value *entry = sw_list_at(access, i);
        const char *account = sw_as_text(sw_get(entry, "account"));

        if (may_write(entry) && !can_come_back(entry)) {
            return sw_format(arena,
                             "share '%s' has an entry of its own kind for %s, which could not "
                             "be given back: set it to Read, Change or Full first",
                             sw_as_text(sw_get(share, "name")),
                             account == NULL ? "an account without a name" : account);
        }
    }
    return NULL;
}

static const struct sw_value *names_of(struct sw_arena *arena, const struct sw_value *shares,
                                       bool is_writable_only)
{
    struct sw_builder names = sw_list_begin(arena);

    for (size_t i = 0; i < sw_list_count(shares); i++) {
        const struct sw_value *share = sw_list_at(shares, i);
        if (!is_writable_only || is_writable(share)) {
            sw_list_add(&names, sw_get(share, "name"));
        }
    }
    return sw_built(&names);
}

static bool is_saved(const struct sw_value *before, const struct sw_value *share)
{
    for (size_t i = 0; i < sw_list_count(before); i++) {
        const struct sw_value *at = sw_list_at(before, i);
        if (is_writable(at) &&
            sw_text_is_folded(sw_as_text(sw_get(at, "name")), sw_as_text(sw_get(share, "name"))) &&
            sw_text_is_folded(sw_as_text(sw_get(at, "scope")),
                              sw_as_text(sw_get(share, "scope")))) {
            return true;
        }
    }
    return false;
}

static enum sw_verdict judge(struct sw_probe *probe, const struct sw_access_state *state)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    const struct sw_value *before = sw_before(sw_view_of(probe), "shares");
    size_t writable = 0;

    for (size_t i = 0; i < sw_list_count(state->shares); i++) {
        const struct sw_value *share = sw_list_at(state->shares, i);
        const char *lasting = lasting_entry(arena, share);

        if (lasting != NULL) {
            return sw_blocked(probe, "%s", lasting);
        }
        if (before != NULL && is_writable(share) && !is_saved(before, share)) {
            return sw_blocked(probe,
                              "share '%s' lets people write since this step looked first: "
                              "enter this step again",
                              sw_as_text(sw_get(share, "name")));
        }
        writable += is_writable(share) ? 1 : 0;
    }
    if (writable == 0) {
        return SW_ALREADY;
    }
    sw_say(probe, "%zu of %s can be written to", writable,
           sw_count_text(arena, (int64_t)state->share_count, "share", "shares"));
    return SW_NEEDED;
}

/* The shares that this visit found writable: what it changes, and all that its undo gives back. */
static const struct sw_value *writable_before(const struct sw_view *view, bool has_access)
{
    struct sw_arena *arena = sw_view_arena(view);
    const struct sw_value *before = sw_before(view, "shares");
    struct sw_builder list = sw_list_begin(arena);

    for (size_t i = 0; i < sw_list_count(before); i++) {
        const struct sw_value *share = sw_list_at(before, i);
        if (!is_writable(share)) {
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

static enum sw_verdict probe_read_only(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_access_state state;

    enum sw_verdict verdict = sw_access_ask(probe, &state);

    if (verdict != SW_DONE) {
        return verdict;
    }
    sw_see(probe, "shares", state.shares);
    sw_out(probe, "shares", names_of(arena, state.shares, false));
    sw_out(probe, "newly_read_only", names_of(arena, sw_before(view, "shares"), true));
    sw_out(probe, "saved", sw_entries_text(arena, writable_before(view, true)));
    return judge(probe, &state);
}

static bool has_writable_share(const struct sw_view *view)
{
    return sw_list_count(writable_before(view, false)) > 0;
}

static bool build(const struct sw_view *view, const char *script, bool has_access,
                  struct sw_act *ret_act)
{
    struct sw_builder args = sw_map_begin(sw_view_arena(view));

    sw_map_put(&args, "shares", writable_before(view, has_access));
    *ret_act = sw_script_act(script, sw_built(&args));
    return true;
}

static bool build_reduce(const struct sw_view *view, struct sw_act *ret_act, struct sw_error *err)
{
    (void)err;
    return build(view, "filesync/make-read-only", false, ret_act);
}

static bool build_restore(const struct sw_view *view, struct sw_act *ret_act, struct sw_error *err)
{
    (void)err;
    return build(view, "filesync/restore-access", true, ret_act);
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

static enum sw_verdict probe_undo(struct sw_probe *probe)
{
    return sw_access_probe_undo(probe, writable_before(sw_view_of(probe), true));
}

const struct sw_action sw_filesync_make_read_only = {
    .name = "filesync.make_read_only",
    .doc = "Saves the access entries of every share over the endpoint's folder, makes Change and "
           "Full to Read, and closes open files and sessions once, since these keep their rights. "
           "People may connect again to read, so it proves nothing. Special shares (D$) stay.",
    .source = "Microsoft Learn, module SmbShare: Revoke-SmbShareAccess, Grant-SmbShareAccess, "
              "Close-SmbOpenFile, Close-SmbSession",
    .effect = SW_EFFECT_REVERSIBLE,
    .takes_subject = true,
    .target_kind = "windows.server",
    .outputs = outputs,
    .errors = errors,
    .probe = probe_read_only,
    .writes =
        (const struct sw_write[]){
            {"reduce", "Let people only read on each share over the folder", has_writable_share,
             build_reduce, 30000},
            {"close", "Close the files and sessions that are open there, once", has_writable_share,
             build_close, 60000},
            {0},
        },
    .undo =
        (const struct sw_write[]){
            {"restore", "Give each share that was changed its saved entries again",
             has_writable_share, build_restore, 30000},
            {0},
        },
    .probe_undo = probe_undo,
    .example = (const char *const[]){"- id: read_only", "  do: filesync.make_read_only",
                                     "  target: server", NULL},
};
