/*
 * Lets people in again: takes away the entry that filesync.block_access adds, on the shares that
 * are named, and gives back the rights that filesync.make_read_only took and saved. An entry does
 * not say who made it, so whoever calls this must. Each change is of single entries, never of a
 * whole list, so what somebody else set meanwhile stays.
 */
#include "stdlib/filesync/restore_access.h"

#include "base/text.h"
#include "stdlib/filesync/access.h"
#include "stdlib/filesync/access_entries.h"
#include "stdlib/filesync/access_undo.h"
#include "stdlib/filesync/names.h"
#include "stdlib/windows/script.h"

#include <string.h>

static const struct sw_type list_of_text = {.kind = SW_T_LIST, .of = &sw_type_string};

static const struct sw_field inputs[] = {
    {"shares", &sw_type_string, SW_FIELD_REQUIRED, NULL,
     "Names of the shares that deny everyone only because an earlier step or run did that, with "
     "commas between; may be empty."},
    {"saved", &sw_type_string, 0, "",
     "Output `saved` of filesync.make_read_only: who may only read now gets back what it names."},
    {0},
};

static const struct sw_field outputs[] = {
    {"opened", &list_of_text, 0, NULL, "Names of the shares that this step changed."},
    {"gone", &list_of_text, 0, NULL,
     "Names that no share over the folder has any more: nothing is given back there."},
    {"shut", &list_of_text, 0, NULL, "Shares over the folder that still deny everyone."},
    {"left", &list_of_text, 0, NULL, "What was left as it is, and why: a sentence each."},
    {0},
};

static const struct sw_action_error errors[] = {
    SW_SCRIPT_ERRORS,
    {0},
};

/** What one look has to know. */
struct restore {
    struct sw_arena *arena;
    const char *names;            /**< with commas */
    const struct sw_value *saved; /**< rows of sw_entries_read() */
    struct sw_builder left;
    const char *why; /**< it can't be told: in words */
};

static bool restore_begin(struct restore *re, const struct sw_view *view, struct sw_error *err)
{
    const char *names = sw_in_text(view, "shares");
    const char *saved = sw_in_text(view, "saved");

    *re = (struct restore){.arena = sw_view_arena(view), .names = names == NULL ? "" : names};
    re->left = sw_list_begin(re->arena);
    return sw_entries_read(re->arena, saved == NULL ? "" : saved, &re->saved, err);
}

/* The next name, without blanks around it. @return NULL: there are no more */
static const char *next_name(struct sw_arena *arena, const char **at)
{
    while (**at != '\0') {
        const char *from = *at + strspn(*at, " ,");
        size_t length = strcspn(from, ",");

        *at = from + length;
        while (length > 0 && from[length - 1] == ' ') {
            length--;
        }
        if (length > 0) {
            return sw_copy(arena, from, length);
        }
    }
    return NULL;
}

static bool is_named(const struct restore *re, const struct sw_value *share)
{
    const char *at = re->names;

    for (const char *name; (name = next_name(re->arena, &at)) != NULL;) {
        if (sw_text_is_folded(name, sw_as_text(sw_get(share, "name")))) {
            return true;
        }
    }
    return false;
}

static void leave(struct restore *re, const char *sentence)
{
    sw_list_add(&re->left, sw_text(re->arena, sentence));
}

/* Entries of the account of `of`, of its kind (Allow or Deny). */
static size_t count_same(const struct sw_value *access, const struct sw_value *of, const char *type,
                         const struct sw_value **ret_last)
{
    size_t count = 0;

    for (size_t i = 0; i < sw_list_count(access); i++) {
        const struct sw_value *entry = sw_list_at(access, i);

        if (sw_entry_is_of_same(entry, of) &&
            sw_text_is_folded(sw_as_text(sw_get(entry, "type")), type)) {
            *ret_last = entry;
            count++;
        }
    }
    return count;
}

static bool has_entry(const struct sw_value *access, const struct sw_value *entry)
{
    for (size_t i = 0; i < sw_list_count(access); i++) {
        const struct sw_value *at = sw_list_at(access, i);

        if (sw_entry_is_of_same(at, entry) &&
            sw_text_is_folded(sw_as_text(sw_get(at, "type")), sw_as_text(sw_get(entry, "type"))) &&
            sw_text_is_folded(sw_as_text(sw_get(at, "right")),
                              sw_as_text(sw_get(entry, "right")))) {
            return true;
        }
    }
    return false;
}

static const struct sw_value *shutting_entry(const struct sw_value *access)
{
    for (size_t i = 0; i < sw_list_count(access); i++) {
        if (sw_entry_shuts_out(sw_list_at(access, i))) {
            return sw_list_at(access, i);
        }
    }
    return NULL;
}

/* The entry that keeps everybody out, where it may go. */
static void open_share(struct restore *re, const struct sw_value *share, struct sw_builder *take)
{
    const struct sw_value *access = sw_get(share, "access");
    const struct sw_value *shutting = shutting_entry(access);
    const struct sw_value *last = NULL;
    const char *name = sw_as_text(sw_get(share, "name"));

    if (!sw_share_is_closed(share) || !is_named(re, share)) {
        return;
    }
    if (shutting == NULL) {
        re->why = sw_format(
            re->arena, "share '%s' denies everyone, but its entries do not say by which", name);
    } else if (count_same(access, shutting, "Deny", &last) > 1) {
        leave(re, sw_format(re->arena,
                            "'%s' denies everyone a second time, in an entry that is not ours and "
                            "would go with it: it stays shut",
                            name));
    } else {
        sw_list_add(take, shutting);
    }
}

static bool may_write(const struct sw_value *row)
{
    const char *right = sw_as_text(sw_get(row, "right"));

    return sw_text_is_folded(sw_as_text(sw_get(row, "type")), "Allow") &&
           (sw_text_is_folded(right, "Full") || sw_text_is_folded(right, "Change"));
}

/* An account that may only read where it could write: exactly what filesync.make_read_only does. */
static void give_right(struct restore *re, const struct sw_value *share, const struct sw_value *row,
                       struct sw_builder *take, struct sw_builder *give)
{
    const struct sw_value *now = NULL, *other = NULL;
    size_t count = count_same(sw_get(share, "access"), row, "Allow", &now);
    const char *right = sw_as_text(sw_get(now, "right"));
    const char *saved = sw_as_text(sw_get(row, "right"));

    if (count_same(sw_built(give), row, "Allow", &other) > 0 ||
        has_entry(sw_get(share, "access"), row)) {
        return;
    }
    if (count != 1 || !sw_text_is_folded(right, "Read")) {
        leave(re, sw_format(re->arena, "'%s' allowed %s %s, and now %s: somebody else changed that",
                            sw_as_text(sw_get(share, "name")), sw_as_text(sw_get(row, "account")),
                            saved,
                            count == 0                    ? "nothing"
                            : count == 1 && right != NULL ? right
                                                          : "something that can't be told"));
        return;
    }
    struct sw_builder entry = sw_map_begin(re->arena);
    sw_map_put(&entry, "account", sw_get(now, "account"));
    sw_map_put(&entry, "sid", sw_get(now, "sid"));
    sw_map_put_text(&entry, "type", "Allow");
    sw_map_put_text(&entry, "right", saved);
    sw_list_add(take, now);
    sw_list_add(give, sw_built(&entry));
}

/* What has to be changed on one share. @return NULL: nothing */
static const struct sw_value *edit_of(struct restore *re, const struct sw_value *share)
{
    struct sw_builder take = sw_list_begin(re->arena);
    struct sw_builder give = sw_list_begin(re->arena);
    struct sw_builder edit = sw_map_begin(re->arena);

    open_share(re, share, &take);
    for (size_t i = 0; i < sw_list_count(re->saved); i++) {
        const struct sw_value *row = sw_list_at(re->saved, i);

        if (sw_share_is_same(row, share) && may_write(row)) {
            give_right(re, share, row, &take, &give);
        }
    }
    if (sw_list_count(sw_built(&take)) == 0) {
        return NULL;
    }
    sw_map_put(&edit, "name", sw_get(share, "name"));
    sw_map_put(&edit, "scope",
               sw_get(share, "scope") == NULL ? sw_text(re->arena, "*") : sw_get(share, "scope"));
    sw_map_put(&edit, "remove", sw_built(&take));
    sw_map_put(&edit, "add", sw_built(&give));
    return sw_built(&edit);
}

static const struct sw_value *edits_of(struct restore *re, const struct sw_value *shares)
{
    struct sw_builder edits = sw_list_begin(re->arena);

    for (size_t i = 0; i < sw_list_count(shares); i++) {
        const struct sw_value *edit = edit_of(re, sw_list_at(shares, i));

        if (edit != NULL) {
            sw_list_add(&edits, edit);
        }
    }
    return sw_built(&edits);
}

static const struct sw_value *share_of(const struct sw_value *shares, const struct sw_value *as)
{
    for (size_t i = 0; i < sw_list_count(shares); i++) {
        if (sw_share_is_same(sw_list_at(shares, i), as)) {
            return sw_list_at(shares, i);
        }
    }
    return NULL;
}

/* Are all `taken` entries gone and all `given` ones there? A share that is gone lets nobody in. */
static bool is_done(const struct sw_value *edit, const struct sw_value *share, const char *taken,
                    const char *given)
{
    const struct sw_value *access = sw_get(share, "access");
    bool is_so = true;

    for (size_t i = 0; share != NULL && i < sw_list_count(sw_get(edit, taken)); i++) {
        is_so = is_so && !has_entry(access, sw_list_at(sw_get(edit, taken), i));
    }
    for (size_t i = 0; share != NULL && i < sw_list_count(sw_get(edit, given)); i++) {
        is_so = is_so && has_entry(access, sw_list_at(sw_get(edit, given), i));
    }
    return is_so;
}

/* Name of a share that is not yet as it shall be; NULL: all are. */
static const char *not_done(const struct sw_value *edits, const struct sw_value *shares,
                            const char *taken, const char *given)
{
    for (size_t i = 0; i < sw_list_count(edits); i++) {
        const struct sw_value *edit = sw_list_at(edits, i);

        if (!is_done(edit, share_of(shares, edit), taken, given)) {
            return sw_as_text(sw_get(edit, "name"));
        }
    }
    return NULL;
}

static void add_name(struct sw_builder *list, const char *name)
{
    for (size_t i = 0; i < sw_list_count(sw_built(list)); i++) {
        if (sw_text_is_folded(sw_as_text(sw_list_at(sw_built(list), i)), name)) {
            return;
        }
    }
    sw_list_add(list, sw_text(list->arena, name));
}

static bool has_name(const struct sw_value *shares, const char *name)
{
    for (size_t i = 0; i < sw_list_count(shares); i++) {
        if (sw_text_is_folded(sw_as_text(sw_get(sw_list_at(shares, i), "name")), name)) {
            return true;
        }
    }
    return false;
}

static const struct sw_value *gone_of(const struct restore *re, const struct sw_value *shares)
{
    struct sw_builder gone = sw_list_begin(re->arena);
    const char *at = re->names;

    for (const char *name; (name = next_name(re->arena, &at)) != NULL;) {
        if (!has_name(shares, name)) {
            add_name(&gone, name);
        }
    }
    for (size_t i = 0; i < sw_list_count(re->saved); i++) {
        const struct sw_value *row = sw_list_at(re->saved, i);

        if (share_of(shares, row) == NULL) {
            add_name(&gone, sw_as_text(sw_get(row, "name")));
        }
    }
    return sw_built(&gone);
}

static const struct sw_value *names_of(struct sw_arena *arena, const struct sw_value *shares,
                                       bool is_shut_only)
{
    struct sw_builder names = sw_list_begin(arena);

    for (size_t i = 0; i < sw_list_count(shares); i++) {
        const struct sw_value *share = sw_list_at(shares, i);

        if (!is_shut_only || sw_share_is_closed(share)) {
            add_name(&names, sw_as_text(sw_get(share, "name")));
        }
    }
    return sw_built(&names);
}

static enum sw_verdict probe_restore(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    const struct sw_value *before = sw_before(view, "shares");
    struct sw_access_state state;
    struct sw_error err = {0};
    struct restore re;

    if (!restore_begin(&re, view, &err)) {
        return sw_blocked(probe, "%s", err.text);
    }
    enum sw_verdict verdict = sw_access_ask(probe, &state);
    if (verdict != SW_DONE) {
        return verdict;
    }
    const struct sw_value *edits = edits_of(&re, before == NULL ? state.shares : before);
    if (re.why != NULL) {
        return sw_probe_error(probe, "unreadable", "%s", re.why);
    }
    const struct sw_value *opened = names_of(arena, edits, false);
    const struct sw_value *shut = names_of(arena, state.shares, true);
    sw_see(probe, "shares", state.shares);
    sw_out(probe, "opened", opened);
    sw_out(probe, "gone", gone_of(&re, state.shares));
    sw_out(probe, "shut", shut);
    sw_out(probe, "left", sw_built(&re.left));
    const char *name = not_done(edits, state.shares, "remove", "add");
    if (name == NULL) {
        return SW_ALREADY;
    }
    sw_say(probe, "%s to be opened again, '%s' among them",
           sw_count_text(arena, (int64_t)sw_list_count(opened), "share", "shares"), name);
    return SW_NEEDED;
}

/* From what was seen first, so that each attempt of this visit means the same entries. */
static const struct sw_value *edits_before(const struct sw_view *view)
{
    struct sw_error ignored = {0};
    struct restore re;

    return restore_begin(&re, view, &ignored) ? edits_of(&re, sw_before(view, "shares")) : NULL;
}

static bool has_edits(const struct sw_view *view)
{
    return sw_list_count(edits_before(view)) > 0;
}

static bool build(const struct sw_view *view, bool is_undo, struct sw_act *ret_act,
                  struct sw_error *err)
{
    struct sw_arena *arena = sw_view_arena(view);
    struct sw_builder args = sw_map_begin(arena);
    struct sw_builder shares = sw_list_begin(arena);
    struct restore re;

    if (!restore_begin(&re, view, err)) {
        return false;
    }
    const struct sw_value *edits = edits_of(&re, sw_before(view, "shares"));
    for (size_t i = 0; i < sw_list_count(edits); i++) {
        const struct sw_value *edit = sw_list_at(edits, i);
        struct sw_builder row = sw_map_begin(arena);

        sw_map_put(&row, "name", sw_get(edit, "name"));
        sw_map_put(&row, "scope", sw_get(edit, "scope"));
        sw_map_put(&row, "remove", sw_get(edit, is_undo ? "add" : "remove"));
        sw_map_put(&row, "add", sw_get(edit, is_undo ? "remove" : "add"));
        sw_list_add(&shares, sw_built(&row));
    }
    sw_map_put(&args, "shares", sw_built(&shares));
    *ret_act = sw_script_act("filesync/change-access", sw_built(&args));
    return true;
}

static bool build_open(const struct sw_view *view, struct sw_act *ret_act, struct sw_error *err)
{
    return build(view, false, ret_act, err);
}

static bool build_shut(const struct sw_view *view, struct sw_act *ret_act, struct sw_error *err)
{
    return build(view, true, ret_act, err);
}

static enum sw_verdict probe_undo(struct sw_probe *probe)
{
    const struct sw_value *edits = edits_before(sw_view_of(probe));
    struct sw_access_state state;

    if (sw_list_count(edits) == 0) {
        return SW_ALREADY;
    }
    enum sw_verdict verdict = sw_access_ask(probe, &state);
    if (verdict != SW_DONE) {
        return verdict == SW_BLOCKED ? SW_UNCLEAR : verdict;
    }
    const char *name = not_done(edits, state.shares, "add", "remove");
    if (name == NULL) {
        return SW_ALREADY;
    }
    sw_say(probe, "share '%s' is not as this step found it yet", name);
    return SW_NEEDED;
}

const struct sw_action sw_filesync_restore_access = {
    .name = "filesync.restore_access",
    .doc = "Takes away the entry that denies everyone from the named shares over the subject's "
           "folder, and gives back saved rights where people may only read now. All other entries "
           "stay, and so do shares that are not named: somebody else may have shut them.",
    .source = "Microsoft Learn, module SmbShare: Unblock-SmbShareAccess, Revoke-SmbShareAccess, "
              "Grant-SmbShareAccess",
    .effect = SW_EFFECT_REVERSIBLE,
    .takes_subject = true,
    .target_kind = "windows.server",
    .inputs = inputs,
    .outputs = outputs,
    .errors = errors,
    .ends = (const char *const[]){"filesync.access_removed", NULL},
    .probe = probe_restore,
    .writes =
        (const struct sw_write[]){
            {"open", "Take away what keeps people out of the named shares", has_edits, build_open,
             30000},
            {0},
        },
    .undo =
        (const struct sw_write[]){
            {"shut", "Put back the entries that this step took away", has_edits, build_shut, 30000},
            {0},
        },
    .probe_undo = probe_undo,
    .example =
        (const char *const[]){"- id: let_in", "  do: filesync.restore_access", "  target: server",
                              "  with: { shares: 'Team, Projects' }", NULL},
};
