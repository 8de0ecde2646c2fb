#include "stdlib/filesync/leftovers.h"

#include "stdlib/filesync/listing.h"
#include "stdlib/filesync/names.h"
#include "stdlib/windows/script.h"

bool sw_leftovers_ask(struct sw_probe *probe, struct sw_leftovers *ret_leftovers,
                      const char **ret_why)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_builder args = sw_map_begin(arena);
    int64_t count = 0, bytes = 0, newest = 0;
    bool is_complete = false;

    *ret_why = NULL;
    if (sw_endpoint_path(view) == NULL) {
        *ret_why = "the subject does not say which folder it syncs";
        return false;
    }
    sw_map_put_text(&args, "path", sw_endpoint_path(view));
    sw_map_put_int(&args, "max", SW_LISTING_MAX);
    const struct sw_answer *answer =
        sw_ask(probe, "leftovers", sw_script_look("filesync/never-synced", sw_built(&args)));
    if (answer == NULL) {
        return false;
    }
    const struct sw_value *files = sw_get(answer->body, "files");
    const struct sw_value *unread = sw_get(answer->body, "unread_folders");
    if (files == NULL || files->kind != SW_V_LIST || unread == NULL || unread->kind != SW_V_LIST ||
        !sw_as_int(sw_get(answer->body, "count"), &count) ||
        !sw_as_bool(sw_get(answer->body, "is_complete"), &is_complete)) {
        *ret_why = "the server did not list the files";
        return false;
    }
    struct sw_listing listing = sw_listing_begin(arena);
    for (size_t i = 0; i < sw_list_count(files); i++) {
        const char *name = sw_as_text(sw_get(sw_list_at(files, i), "path"));
        if (name == NULL) {
            *ret_why = "the server listed a file without its name";
            return false;
        }
        sw_listing_add(&listing, name);
    }
    bool is_whole =
        is_complete && sw_list_count(unread) == 0 && count == (int64_t)sw_list_count(files);
    ret_leftovers->unread_count = sw_list_count(unread);
    ret_leftovers->unread = unread;
    ret_leftovers->listing = sw_listing_end(
        &listing,
        sw_as_int(sw_get(answer->body, "bytes"), &bytes)
            ? sw_number(arena, SW_V_SIZE, bytes)
            : sw_unknown(arena, "the server did not say"),
        sw_script_time(sw_get(answer->body, "newest"), &newest)
            ? sw_number(arena, SW_V_TIME, newest)
            : sw_null(arena, count == 0 ? "there is no file" : "the server did not say"),
        is_whole);
    return true;
}
