#include "stdlib/filesync/evidence.h"

#include "stdlib/filesync/access.h"
#include "stdlib/filesync/cloud_proof.h"
#include "stdlib/filesync/items.h"
#include "stdlib/filesync/leftovers.h"
#include "stdlib/filesync/listing.h"
#include "stdlib/filesync/names.h"
#include "stdlib/filesync/session_find.h"
#include "stdlib/windows/script.h"

static enum sw_verdict unreadable(struct sw_probe *probe, const char *why)
{
    return sw_probe_error(probe, "unreadable", "%s", why);
}

static enum sw_verdict reread_access(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    const char *name = "filesync.access_removed";
    struct sw_access_state state;
    struct sw_builder was = sw_map_begin(arena);
    const char *why = NULL;

    if (sw_endpoint_path(view) == NULL || sw_basis(view, name, "shares") == NULL) {
        return unreadable(probe, "there is no reading of the shares to compare with");
    }
    const struct sw_answer *answer = sw_ask(
        probe, "access",
        sw_script_look("filesync/access-state", sw_path_args(arena, sw_endpoint_path(view))));
    if (answer == NULL) {
        return SW_PENDING;
    }
    switch (sw_access_state_read(arena, answer->body, &state, &why)) {
    case SW_ACCESS_NO_PATH:
        return sw_lapsed(probe, "%s", why);
    case SW_ACCESS_UNREADABLE:
        return unreadable(probe, why);
    case SW_ACCESS_READ:
        break;
    }
    if (state.open_share_count > 0) {
        return sw_lapsed(probe, "share '%s' lets people in again", state.first_open);
    }
    if (state.file_count > 0 || state.session_count > 0) {
        return sw_lapsed(probe, "%s and %s are open under the folder",
                         sw_count_text(arena, (int64_t)state.file_count, "file", "files"),
                         sw_count_text(arena, (int64_t)state.session_count, "session", "sessions"));
    }
    sw_map_put(&was, "shares", sw_basis(view, name, "shares"));
    const struct sw_value *counters = sw_basis(view, name, "counters");
    sw_map_put(&was, "counters", counters == NULL ? sw_null(arena, "not read") : counters);
    switch (sw_access_compare(arena, sw_built(&was), state.reading, &why)) {
    case SW_ACCESS_SAME:
        return SW_HOLDS;
    case SW_ACCESS_MOVED:
        return sw_lapsed(probe, "%s", why);
    case SW_ACCESS_UNKNOWN:
        break;
    }
    return unreadable(probe, why);
}

static enum sw_verdict reread_snapshot(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    const struct sw_value *mark = sw_basis(view, "filesync.snapshot_uploading", "mark");
    const char *why = NULL;

    if (mark == NULL || sw_endpoint_path(view) == NULL) {
        return unreadable(probe, "there is no mark to compare with");
    }
    const struct sw_answer *answer = sw_session_log_ask(probe);
    if (answer == NULL) {
        return SW_PENDING;
    }
    switch (sw_log_compare(sw_get(answer->body, "log"), mark, arena, &why)) {
    case SW_LOG_REACHES:
        return SW_HOLDS;
    case SW_LOG_LOST:
        return sw_lapsed(probe, "%s", why);
    case SW_LOG_UNKNOWN:
        break;
    }
    return unreadable(probe, why);
}

static enum sw_verdict reread_complete(struct sw_probe *probe)
{
    return sw_cloud_proof_reread(probe, "filesync.cloud_complete", NULL);
}

/* The items of the session that the proof is about. @return SW_HOLDS: *ret_items is set */
static enum sw_verdict ask_items(struct sw_probe *probe, struct sw_items *ret_items)
{
    const struct sw_view *view = sw_view_of(probe);
    const char *name = "filesync.cloud_complete_except";
    const char *id = sw_as_text(sw_basis(view, name, "correlation_id"));
    int64_t expected = 0;
    const char *why = NULL;

    if (id == NULL || !sw_as_int(sw_basis(view, name, "per_item_errors"), &expected)) {
        return unreadable(probe, "the session's items can't be found again");
    }
    if (!sw_items_ask(probe, "items", id, expected, ret_items, &why)) {
        return why == NULL ? SW_PENDING : unreadable(probe, why);
    }
    return SW_HOLDS;
}

static enum sw_verdict reread_except(struct sw_probe *probe)
{
    struct sw_items items;
    enum sw_verdict verdict = ask_items(probe, &items);

    return verdict != SW_HOLDS
               ? verdict
               : sw_cloud_proof_reread(probe, "filesync.cloud_complete_except", items.listing);
}

static enum sw_verdict compare_listing(struct sw_probe *probe, const char *evidence,
                                       const struct sw_value *now)
{
    const struct sw_value *accepted = sw_basis(sw_view_of(probe), evidence, "listing");
    bool is_complete = false;

    if (accepted == NULL) {
        return unreadable(probe, "there is no listing to compare with");
    }
    const char *beyond = sw_listing_beyond(accepted, sw_get(now, "names"));
    if (beyond != NULL) {
        return sw_lapsed(probe, "'%s' is not among the files that were listed", beyond);
    }
    if (!sw_as_bool(sw_get(now, "is_complete"), &is_complete) || !is_complete) {
        return unreadable(probe, "the listing could not be read to its end");
    }
    return SW_HOLDS;
}

static enum sw_verdict reread_items(struct sw_probe *probe)
{
    struct sw_items items;
    enum sw_verdict verdict = ask_items(probe, &items);

    if (verdict != SW_HOLDS) {
        return verdict;
    }
    verdict = compare_listing(probe, "filesync.items_accepted", items.listing);
    /* All of them were there when they were given up. They will not come back. */
    return verdict != SW_LAPSED && items.is_short
               ? sw_lapsed(probe, "the log no longer names all items that failed in that session")
               : verdict;
}

static enum sw_verdict reread_leftovers(struct sw_probe *probe)
{
    struct sw_leftovers leftovers;
    const char *why = NULL;

    if (!sw_leftovers_ask(probe, &leftovers, &why)) {
        return why == NULL ? SW_PENDING : unreadable(probe, why);
    }
    return compare_listing(probe, "filesync.leftovers_settled", leftovers.listing);
}

#define SERVER "windows.server"

const struct sw_evidence sw_filesync_access_removed = {
    .name = "filesync.access_removed",
    .doc = "Nobody can get at the folder over the network, and nobody could since.",
    .target_kind = SERVER,
    .is_attestable = true,
    .reread = reread_access,
};

const struct sw_evidence sw_filesync_snapshot_uploading = {
    .name = "filesync.snapshot_uploading",
    .doc = "An upload from a snapshot was started, and the agent's log since before it is whole.",
    .rests_on = (const char *const[]){"filesync.access_removed", NULL},
    .target_kind = SERVER,
    .reread = reread_snapshot,
};

const struct sw_evidence sw_filesync_cloud_complete = {
    .name = "filesync.cloud_complete",
    .doc = "All that the server syncs is in the cloud, and nothing changed on the server since.",
    .rests_on = (const char *const[]){"filesync.snapshot_uploading", NULL},
    .target_kind = SERVER,
    .reread = reread_complete,
};

const struct sw_evidence sw_filesync_cloud_complete_except = {
    .name = "filesync.cloud_complete_except",
    .doc = "All that the server syncs is in the cloud but for the listed items.",
    .rests_on = (const char *const[]){"filesync.snapshot_uploading", NULL},
    .target_kind = SERVER,
    .reread = reread_except,
};

const struct sw_evidence sw_filesync_items_accepted = {
    .name = "filesync.items_accepted",
    .doc = "A person gave up the items that did not upload, and there are no others.",
    .rests_on = (const char *const[]){"filesync.cloud_complete_except", NULL},
    .target_kind = SERVER,
    .reread = reread_items,
};

const struct sw_evidence sw_filesync_leftovers_settled = {
    .name = "filesync.leftovers_settled",
    .doc = "No file that sync never uploads is on the server, or a person gave up all of them.",
    .rests_on = (const char *const[]){"filesync.access_removed", NULL},
    .target_kind = SERVER,
    .reread = reread_leftovers,
};
