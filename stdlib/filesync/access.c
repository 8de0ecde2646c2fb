#include "stdlib/filesync/access.h"

#include "base/text.h"

bool sw_share_is_closed(const struct sw_value *share)
{
    bool is_closed = false;

    return sw_as_bool(sw_get(share, "denies_everyone"), &is_closed) && is_closed;
}

static bool is_list(const struct sw_value *value)
{
    return value != NULL && value->kind == SW_V_LIST;
}

/* Sort the shares; @return false: one of them can't be read */
static bool read_shares(struct sw_arena *arena, const struct sw_value *shares,
                        struct sw_access_state *state, const char **ret_why)
{
    struct sw_builder plain = sw_list_begin(arena);
    struct sw_builder written = sw_list_begin(arena);

    for (size_t i = 0; i < sw_list_count(shares); i++) {
        const struct sw_value *share = sw_list_at(shares, i);
        const char *name = sw_as_text(sw_get(share, "name"));
        bool is_special = false, is_closed = false;
        if (name == NULL || !sw_as_bool(sw_get(share, "is_special"), &is_special)) {
            *ret_why = "the server did not name a share or say what kind it is";
            return false;
        }
        if (is_special) {
            continue;
        }
        if (!sw_as_bool(sw_get(share, "denies_everyone"), &is_closed) ||
            !is_list(sw_get(share, "access"))) {
            *ret_why = sw_format(arena, "the access entries of share '%s' could not be read", name);
            return false;
        }
        state->share_count++;
        if (!is_closed) {
            state->open_share_count++;
            state->first_open = state->first_open == NULL ? name : state->first_open;
        }
        sw_list_add(&plain, share);
        struct sw_builder row = sw_map_begin(arena);
        sw_map_put_text(&row, "name", name);
        sw_map_put_text(&row, "scope", sw_as_text(sw_get(share, "scope")));
        sw_map_put_text(&row, "written", sw_as_text(sw_get(share, "security_written")));
        sw_list_add(&written, sw_built(&row));
    }
    state->shares = sw_built(&plain);
    struct sw_builder reading = sw_map_begin(arena);
    sw_map_put(&reading, "shares", sw_built(&written));
    state->reading = sw_built(&reading);
    return true;
}

enum sw_access_read sw_access_state_read(struct sw_arena *arena, const struct sw_value *body,
                                         struct sw_access_state *ret_state, const char **ret_why)
{
    struct sw_access_state state = {0};
    bool is_there = false;
    const struct sw_value *files = sw_get(body, "open_files");
    const struct sw_value *sessions = sw_get(body, "sessions");

    if (sw_as_bool(sw_get(body, "path_exists"), &is_there) && !is_there) {
        *ret_why = "the endpoint's folder is not on this server";
        return SW_ACCESS_NO_PATH;
    }
    if (!is_there || !is_list(sw_get(body, "shares")) || !is_list(files) || !is_list(sessions)) {
        *ret_why = "the server did not list shares, open files and sessions";
        return SW_ACCESS_UNREADABLE;
    }
    if (!read_shares(arena, sw_get(body, "shares"), &state, ret_why)) {
        return SW_ACCESS_UNREADABLE;
    }
    struct sw_builder reading = sw_map_begin(arena);
    sw_map_put(&reading, "shares", sw_get(state.reading, "shares"));
    sw_map_put(&reading, "counters",
               sw_get(body, "counters") == NULL ? sw_null(arena, "not said")
                                                : sw_get(body, "counters"));
    state.reading = sw_built(&reading);
    state.file_count = sw_list_count(files);
    state.session_count = sw_list_count(sessions);
    state.usn = sw_get(body, "usn");
    *ret_state = state;
    return SW_ACCESS_READ;
}

static const struct sw_value *share_named(const struct sw_value *shares, const struct sw_value *as)
{
    for (size_t i = 0; i < sw_list_count(shares); i++) {
        const struct sw_value *share = sw_list_at(shares, i);
        if (sw_text_is_folded(sw_as_text(sw_get(share, "name")), sw_as_text(sw_get(as, "name"))) &&
            sw_text_is_folded(sw_as_text(sw_get(share, "scope")),
                              sw_as_text(sw_get(as, "scope")))) {
            return share;
        }
    }
    return NULL;
}

/* A share that went away lets nobody in, but it may have been another one meanwhile. */
static enum sw_access_verdict compare_shares(struct sw_arena *arena, const struct sw_value *was,
                                             const struct sw_value *now, const char **ret_why)
{
    if (sw_list_count(was) != sw_list_count(now)) {
        *ret_why = "a share over the folder was added or taken away";
        return SW_ACCESS_MOVED;
    }
    for (size_t i = 0; i < sw_list_count(was); i++) {
        const struct sw_value *old = sw_list_at(was, i);
        const struct sw_value *same = share_named(now, old);
        const char *name = sw_as_text(sw_get(old, "name"));
        const char *before = sw_as_text(sw_get(old, "written"));
        const char *behind = sw_as_text(sw_get(same, "written"));
        if (same == NULL) {
            *ret_why = sw_format(arena, "share '%s' is another one now", name);
            return SW_ACCESS_MOVED;
        }
        if (before == NULL) {
            *ret_why =
                sw_format(arena, "it is not known when the access of '%s' was changed", name);
            return SW_ACCESS_UNKNOWN;
        }
        if (!sw_text_is(before, behind)) {
            *ret_why =
                behind == NULL
                    ? sw_format(arena, "the time of the last change of '%s' is gone", name)
                    : sw_format(arena, "the access of share '%s' was changed at %s", name, behind);
            return SW_ACCESS_MOVED;
        }
    }
    return SW_ACCESS_SAME;
}

enum sw_access_verdict sw_access_compare(struct sw_arena *arena, const struct sw_value *was,
                                         const struct sw_value *now, const char **ret_why)
{
    const struct sw_value *counters = sw_get(was, "counters");
    const struct sw_value *counters_now = sw_get(now, "counters");
    const char *started = sw_as_text(sw_get(counters, "server_started"));
    int64_t opened = 0, opened_now = 0;

    enum sw_access_verdict verdict =
        compare_shares(arena, sw_get(was, "shares"), sw_get(now, "shares"), ret_why);
    if (verdict != SW_ACCESS_SAME) {
        return verdict;
    }
    if (started == NULL) {
        *ret_why = "it is not known since when the server service runs";
        return SW_ACCESS_UNKNOWN;
    }
    if (!sw_text_is(started, sw_as_text(sw_get(counters_now, "server_started")))) {
        *ret_why = "the server service was started anew";
        return SW_ACCESS_MOVED;
    }
    if (!sw_as_int(sw_get(counters, "sessions_opened"), &opened)) {
        return SW_ACCESS_SAME; /* it counts other shares' users too; security_written stands alone
                                */
    }
    if (!sw_as_int(sw_get(counters_now, "sessions_opened"), &opened_now)) {
        *ret_why = "the number of sessions opened is gone";
        return SW_ACCESS_MOVED;
    }
    if (opened_now != opened) {
        *ret_why = sw_format(arena, "sessions were opened meanwhile (%lld then, %lld now)",
                             (long long)opened, (long long)opened_now);
        return SW_ACCESS_MOVED;
    }
    return SW_ACCESS_SAME;
}
