#include "stdlib/filesync/tiered.h"

#include "base/text.h"
#include "stdlib/filesync/listing.h"
#include "stdlib/filesync/names.h"
#include "stdlib/windows/script.h"

#define SINCE_MAX 100

static bool counts_of(const struct sw_value *body, struct sw_tiered *tiered)
{
    return sw_as_int(sw_get(body, "count"), &tiered->count) &&
           sw_as_int(sw_get(body, "bytes"), &tiered->bytes) &&
           sw_as_int(sw_get(body, "missing_bytes"), &tiered->missing_bytes) &&
           sw_as_int(sw_get(body, "unread_count"), &tiered->unread_count) &&
           sw_as_int(sw_get_path(body, "folder", "files", NULL), &tiered->folder_files) &&
           sw_as_int(sw_get_path(body, "folder", "allocated", NULL), &tiered->folder_allocated);
}

bool sw_tiered_scan(struct sw_probe *probe, const char *ask_name, struct sw_tiered *ret_tiered,
                    const char **ret_why)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_builder args = sw_map_begin(arena);
    struct sw_tiered tiered = {0};
    int64_t newest = 0;

    *ret_why = NULL;
    if (sw_endpoint_path(sw_view_of(probe)) == NULL) {
        *ret_why = "the subject does not say which folder it syncs";
        return false;
    }
    sw_map_put_text(&args, "path", sw_endpoint_path(sw_view_of(probe)));
    sw_map_put_int(&args, "max", SW_LISTING_MAX);
    const struct sw_answer *answer =
        sw_ask(probe, ask_name, sw_script_look("filesync/tiered-scan", sw_built(&args)));
    if (answer == NULL) {
        return false;
    }
    tiered.files = sw_get(answer->body, "files");
    tiered.unread = sw_get(answer->body, "unread_folders");
    tiered.usn = sw_get(answer->body, "usn");
    tiered.scanned_ns = answer->peer_time_ns;
    if (!counts_of(answer->body, &tiered) || tiered.files == NULL ||
        tiered.files->kind != SW_V_LIST || tiered.unread == NULL ||
        tiered.unread->kind != SW_V_LIST || tiered.scanned_ns == 0) {
        *ret_why = "the server did not count the tiered files of the volume";
        return false;
    }
    struct sw_listing listing = sw_listing_begin(arena);
    for (size_t i = 0; i < sw_list_count(tiered.files); i++) {
        const char *name = sw_as_text(sw_get(sw_list_at(tiered.files, i), "path"));
        if (name == NULL) {
            *ret_why = "the server listed a file without its name";
            return false;
        }
        sw_listing_add(&listing, name);
    }
    tiered.is_whole = tiered.unread_count == 0 && sw_list_count(tiered.unread) == 0;
    tiered.listing = sw_listing_end(
        &listing, sw_number(arena, SW_V_SIZE, tiered.bytes),
        sw_script_time(sw_get(answer->body, "newest"), &newest)
            ? sw_number(arena, SW_V_TIME, newest)
            : sw_null(arena, tiered.count == 0 ? "there is no file" : "the server did not say"),
        tiered.is_whole && tiered.count == (int64_t)sw_list_count(tiered.files));
    *ret_tiered = tiered;
    return true;
}

enum sw_tiered_since sw_tiered_since(struct sw_probe *probe, const struct sw_value *usn,
                                     const char **ret_name, int64_t *ret_now_ns)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_builder args = sw_map_begin(arena);
    const char *journal = sw_as_text(sw_get(usn, "journal_id"));
    int64_t since = 0, first = 0;
    bool is_complete = false;

    sw_map_put_text(&args, "path", sw_endpoint_path(sw_view_of(probe)));
    sw_map_put_text(&args, "journal_id", journal == NULL ? "" : journal);
    sw_map_put_int(&args, "since_usn",
                   sw_as_int(sw_get(usn, "next_usn"), &since) ? since : INT64_C(0));
    sw_map_put_int(&args, "max", SINCE_MAX);
    const struct sw_answer *answer =
        sw_ask(probe, "tiered since", sw_script_look("filesync/tiered-since", sw_built(&args)));
    if (answer == NULL) {
        return SW_TIERED_PENDING;
    }
    const struct sw_value *files = sw_get(answer->body, "tiered");

    *ret_now_ns = answer->peer_time_ns;
    if (sw_list_count(files) > 0) {
        const char *name = sw_as_text(sw_list_at(files, 0));
        *ret_name = name == NULL ? "a file that is not named" : name;
        return SW_TIERED_SOME;
    }
    if (journal == NULL || since == 0 || files == NULL || files->kind != SW_V_LIST ||
        !sw_text_is_folded(sw_as_text(sw_get(answer->body, "journal_id")), journal) ||
        !sw_as_int(sw_get(answer->body, "first_usn"), &first) || first > since ||
        !sw_as_bool(sw_get(answer->body, "is_complete"), &is_complete) || !is_complete) {
        return SW_TIERED_UNKNOWN;
    }
    return SW_TIERED_NONE;
}
