/* Files that sync passes over without a word: they exist only on the server. */
#include "stdlib/filesync/never_synced.h"

#include "stdlib/filesync/leftovers.h"
#include "stdlib/filesync/names.h"

static const struct sw_field outputs[] = {
    {"files", &sw_type_listing, 0, NULL, "The files that exist only on the server."},
    {"count", &sw_type_int, 0, NULL, "How many there are."},
    {"unread_folders", &sw_type_int, 0, NULL, "Folders that could not be read."},
    {0},
};

static const struct sw_outcome_doc outcomes[] = {
    {"none", "Every folder was read and there is no such file."},
    {"some", "There are such files, or a folder could not be read."},
    {0},
};

static const struct sw_action_error errors[] = {
    SW_SCRIPT_ERRORS,
    {0},
};

static enum sw_verdict probe_leftovers(struct sw_probe *probe)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_leftovers leftovers;
    const char *why = NULL;

    if (!sw_leftovers_ask(probe, &leftovers, &why)) {
        return why == NULL ? SW_PENDING : sw_probe_error(probe, "unreadable", "%s", why);
    }
    int64_t count = 0;
    bool is_complete = false;
    sw_as_int(sw_get(leftovers.listing, "count"), &count);
    sw_as_bool(sw_get(leftovers.listing, "is_complete"), &is_complete);
    sw_out(probe, "files", leftovers.listing);
    sw_out(probe, "count",
           is_complete ? sw_int(arena, count)
                       : sw_unknown(arena, "%s",
                                    leftovers.unread_count == 0
                                        ? "there are more than can be listed"
                                        : sw_unread_text(arena, leftovers.unread,
                                                         (int64_t)leftovers.unread_count)));
    sw_out(probe, "unread_folders", sw_int(arena, (int64_t)leftovers.unread_count));
    if (count > 0 || !is_complete) {
        const char *found = sw_count_text(arena, count, "file exists", "files exist");
        if (leftovers.unread_count > 0) {
            sw_say(probe, "%s only on the server; %s could not be read", found,
                   sw_count_text(arena, (int64_t)leftovers.unread_count, "folder", "folders"));
        } else {
            sw_say(probe, "%s only on the server%s", found,
                   is_complete ? "" : "; there are more than can be listed");
        }
        return sw_outcome(probe, "some");
    }
    sw_reading(probe, "listing", leftovers.listing);
    return sw_outcome(probe, "none");
}

const struct sw_action sw_filesync_never_synced = {
    .name = "filesync.never_synced",
    .doc =
        "Looks through the endpoint's folder for files that sync never uploads and never reports: "
        "desktop.ini, thumbs.db, ~$ and .tmp files, encrypted files, links, other streams.",
    .source = "Microsoft Learn, 'Troubleshoot Azure File Sync cloud tiering', skipped files; "
              "release notes, what is not synced",
    .effect = SW_EFFECT_READ,
    .takes_subject = true,
    .target_kind = "windows.server",
    .outputs = outputs,
    .outcomes = outcomes,
    .errors = errors,
    .yields = (const struct sw_yield[]){{"none", "filesync.leftovers_settled"}, {0}},
    .listing = "files",
    .accept_yields = "filesync.leftovers_settled",
    .probe = probe_leftovers,
    .example =
        (const char *const[]){"- id: leftovers", "  read: filesync.never_synced",
                              "  target: server", "  next: { none: delete, some: review }", NULL},
};
