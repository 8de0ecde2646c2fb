#include "stdlib/filesync/access_undo.h"

#include "base/text.h"
#include "stdlib/filesync/access.h"
#include "stdlib/filesync/access_entries.h"
#include "stdlib/filesync/names.h"
#include "stdlib/windows/script.h"

enum sw_verdict sw_access_ask(struct sw_probe *probe, struct sw_access_state *ret_state)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    const char *path = sw_endpoint_path(sw_view_of(probe));
    const char *why = NULL;

    if (path == NULL) {
        return sw_blocked(probe, "the subject does not say which folder it is about");
    }
    const struct sw_answer *answer =
        sw_ask(probe, "access", sw_script_look("filesync/access-state", sw_path_args(arena, path)));

    if (answer == NULL) {
        return SW_PENDING;
    }
    switch (sw_access_state_read(arena, answer->body, ret_state, &why)) {
    case SW_ACCESS_NO_PATH:
        return sw_blocked(probe, "%s", why);
    case SW_ACCESS_UNREADABLE:
        return sw_probe_error(probe, "unreadable", "%s", why);
    case SW_ACCESS_READ:
        break;
    }
    return SW_DONE;
}

static bool is_same_access(const struct sw_value *a, const struct sw_value *b)
{
    bool is_same = sw_list_count(a) == sw_list_count(b);

    for (size_t i = 0; is_same && i < sw_list_count(a); i++) {
        is_same = sw_entry_is_among(b, sw_list_at(a, i));
    }
    for (size_t i = 0; is_same && i < sw_list_count(b); i++) {
        is_same = sw_entry_is_among(a, sw_list_at(b, i));
    }
    return is_same;
}

enum sw_verdict sw_access_probe_undo(struct sw_probe *probe, const struct sw_value *saved)
{
    struct sw_access_state state;

    if (sw_list_count(saved) == 0) {
        return SW_ALREADY;
    }
    enum sw_verdict verdict = sw_access_ask(probe, &state);

    if (verdict != SW_DONE) {
        return verdict == SW_BLOCKED ? SW_UNCLEAR : verdict;
    }
    for (size_t i = 0; i < sw_list_count(saved); i++) {
        const struct sw_value *share = sw_list_at(saved, i);
        const char *name = sw_as_text(sw_get(share, "name"));
        const struct sw_value *now = NULL;
        for (size_t k = 0; k < sw_list_count(state.shares) && now == NULL; k++) {
            const struct sw_value *at = sw_list_at(state.shares, k);
            now = sw_text_is_folded(sw_as_text(sw_get(at, "name")), name) ? at : NULL;
        }
        if (now == NULL) {
            return sw_unclear(probe, "share '%s' is gone: its saved entries can't be given back",
                              name);
        }
        if (!is_same_access(sw_get(now, "access"), sw_get(share, "access"))) {
            sw_say(probe, "share '%s' does not have its saved entries yet", name);
            return SW_NEEDED;
        }
    }
    return SW_ALREADY;
}
