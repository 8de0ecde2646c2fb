#include "stdlib/filesync/access_undo.h"

#include "base/text.h"
#include "stdlib/filesync/access.h"
#include "stdlib/filesync/access_entries.h"
#include "stdlib/filesync/names.h"
#include "stdlib/windows/script.h"

const struct sw_answer *sw_access_ask(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);

    return sw_ask(probe, "access",
                  sw_script_look("filesync/access-state",
                                 sw_path_args(sw_probe_arena(probe), sw_endpoint_path(view))));
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
    const char *why = NULL;

    if (sw_list_count(saved) == 0) {
        return SW_ALREADY;
    }
    const struct sw_answer *answer = sw_access_ask(probe);
    if (answer == NULL) {
        return SW_PENDING;
    }
    switch (sw_access_state_read(sw_probe_arena(probe), answer->body, &state, &why)) {
    case SW_ACCESS_NO_PATH:
        return sw_unclear(probe, "%s", why);
    case SW_ACCESS_UNREADABLE:
        return sw_probe_error(probe, "unreadable", "%s", why);
    case SW_ACCESS_READ:
        break;
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
