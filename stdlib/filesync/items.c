#include "stdlib/filesync/items.h"

#include "base/text.h"
#include "stdlib/filesync/hresult.h"
#include "stdlib/filesync/listing.h"
#include "stdlib/filesync/sessions.h"
#include "stdlib/windows/script.h"

#include <string.h>

#define EVENT_ITEM_FAILED 9900

static const struct sw_value *row_of(struct sw_arena *arena, const struct sw_event *event,
                                     const char *name)
{
    struct sw_builder row = sw_map_begin(arena);
    int64_t hresult = 0;
    bool has_hresult = sw_event_hresult(event, "HResult", &hresult);
    const char *persistent = sw_event_text(event, "IsPersistentFailure");

    /* Older agents call it so. */
    persistent = persistent != NULL ? persistent : sw_event_text(event, "IsPersistentError");
    sw_map_put_text(&row, "path", name);
    const struct sw_hresult *known = has_hresult ? sw_hresult_find(hresult) : NULL;
    sw_map_put(&row, "hresult",
               has_hresult ? sw_text(arena, sw_hresult_hex(arena, hresult))
                           : sw_null(arena, "not said"));
    sw_map_put_text(&row, "meaning", has_hresult ? sw_hresult_meaning(hresult) : NULL);
    sw_map_put_text(&row, "remedy", known == NULL ? NULL : known->remedy);
    sw_map_put_text(&row, "operation", sw_event_text(event, "Operation"));
    sw_map_put(&row, "persistent",
               persistent == NULL
                   ? sw_null(arena, "not said")
                   : sw_bool(sw_text_is_folded(persistent, "true") || sw_text_is(persistent, "1")));
    return sw_built(&row);
}

bool sw_items_ask(struct sw_probe *probe, const char *ask_name, const char *correlation_id,
                  int64_t expected, struct sw_items *ret_items, const char **ret_why)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_builder args = sw_map_begin(arena);
    bool is_complete = false;

    *ret_why = NULL;
    sw_map_put_text(&args, "channel", SW_CHANNEL_ITEMS);
    sw_map_put_int(&args, "since_record_id", 0);
    sw_map_put_text(&args, "correlation_id", correlation_id);
    sw_map_put_int(&args, "max", SW_ITEMS_MAX);
    const struct sw_answer *answer =
        sw_ask(probe, ask_name, sw_script_look("filesync/item-results", sw_built(&args)));
    if (answer == NULL) {
        return false;
    }
    const struct sw_value *events = sw_get(answer->body, "events");
    if (events == NULL || events->kind != SW_V_LIST ||
        !sw_as_bool(sw_get(answer->body, "is_complete"), &is_complete)) {
        *ret_why = "the server did not list the items";
        return false;
    }
    struct sw_listing listing = sw_listing_begin(arena);
    struct sw_builder rows = sw_list_begin(arena);
    for (size_t i = 0; i < sw_list_count(events); i++) {
        const char *text = sw_as_text(sw_list_at(events, i));
        struct sw_event event;
        struct sw_error why = {0};
        if (text == NULL || !sw_event_read(arena, text, strlen(text), &event, &why)) {
            *ret_why = text == NULL ? "an event without text" : sw_copy_text(arena, why.text);
            return false;
        }
        const char *name = sw_event_text(&event, "FileName");
        if (event.event_id != EVENT_ITEM_FAILED) {
            continue;
        }
        if (name == NULL) {
            is_complete = false; /* a failure of a file that is not named can't be accepted */
            continue;
        }
        sw_listing_add(&listing, name);
        sw_list_add(&rows, row_of(arena, &event, name));
    }
    const struct sw_value *bytes = sw_unknown(arena, "the log does not tell sizes");
    const struct sw_value *newest = sw_null(arena, "the log does not tell when files changed");
    const struct sw_value *all = sw_listing_end(&listing, bytes, newest, is_complete);
    int64_t count = 0;
    sw_as_int(sw_get(all, "count"), &count);
    bool is_short = is_complete && count < expected;
    if (is_short) {
        all = sw_listing_end(&listing, bytes, newest, false);
    }
    *ret_items = (struct sw_items){.listing = all, .rows = sw_built(&rows), .is_short = is_short};
    return true;
}
