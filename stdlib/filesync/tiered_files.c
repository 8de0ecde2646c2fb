#include "stdlib/filesync/tiered_files.h"

#include "base/time.h"
#include "stdlib/filesync/names.h"
#include "stdlib/filesync/tiered.h"

#include <inttypes.h>

/* A recall or a tiering under way shows between two looks this far apart. */
#define GAP_NS (INT64_C(3600) * SW_NS_PER_S)
#define FRESH_NS (INT64_C(24) * 3600 * SW_NS_PER_S)

static const struct sw_field outputs[] = {
    {"files", &sw_type_int, 0, NULL, "Files in the endpoint's folder, as the last scan counted."},
    {"tiered", &sw_type_int, 0, NULL, "Tiered files on the whole volume."},
    {"unread_folders", &sw_type_int, 0, NULL,
     "Folders of the volume that could not be read; each may hold any number of tiered files."},
    {"first_scan", &sw_type_time, 0, NULL, "When the first scan ended, by the server's clock."},
    {"last_scan", &sw_type_time, 0, NULL, "When the last scan ended, by the server's clock."},
    {0},
};

static const struct sw_field listing_outputs[] = {
    {"files", &sw_type_listing, 0, NULL, "The tiered files of the whole volume, by full path."},
    {"count", &sw_type_int, 0, NULL, "How many there are; unknown when a folder was not read."},
    {"missing", &sw_type_size, 0, NULL, "Bytes of them that are not on the volume."},
    {"unread_folders", &sw_type_int, 0, NULL, "Folders that could not be read."},
    {"unread", &sw_type_any, 0, NULL, "Names of some of these folders."},
    {0},
};

static const struct sw_outcome_doc outcomes[] = {
    {"none", "Two scans an hour apart read every folder and found no tiered file."},
    {"some", "There are tiered files, or a folder could not be read."},
    {0},
};

static const struct sw_action_error errors[] = {
    SW_SCRIPT_ERRORS,
    {0},
};

/* The first of the two scans must be made anew; a wait keeps only what it sees. */
static void forget_first(struct sw_probe *probe)
{
    sw_see(probe, "first_scan", sw_null(sw_probe_arena(probe), "to be made anew"));
}

static void show(struct sw_probe *probe, const struct sw_tiered *tiered)
{
    struct sw_arena *arena = sw_probe_arena(probe);

    sw_out(probe, "files", sw_int(arena, tiered->folder_files));
    sw_out(
        probe, "tiered",
        tiered->is_whole
            ? sw_int(arena, tiered->count)
            : sw_unknown(arena, "%s", sw_unread_text(arena, tiered->unread, tiered->unread_count)));
    sw_out(probe, "unread_folders", sw_int(arena, tiered->unread_count));
    sw_out(probe, "last_scan", sw_number(arena, SW_V_TIME, tiered->scanned_ns));
}

/* @return SW_HOLDS: none; SW_DONE with the outcome `some`; or what a scan that failed gives */
static enum sw_verdict scan(struct sw_probe *probe, struct sw_tiered *ret_tiered)
{
    const char *why = NULL;

    if (!sw_tiered_scan(probe, "scan", ret_tiered, &why)) {
        return why == NULL ? SW_PENDING : sw_probe_error(probe, "unreadable", "%s", why);
    }
    show(probe, ret_tiered);
    if (ret_tiered->count > 0 || !ret_tiered->is_whole) {
        forget_first(probe);
        sw_say(probe, "%s tiered; %s could not be read",
               sw_count_text(sw_probe_arena(probe), ret_tiered->count, "file is", "files are"),
               sw_count_text(sw_probe_arena(probe), ret_tiered->unread_count, "folder", "folders"));
        return sw_outcome(probe, "some");
    }
    return SW_HOLDS;
}

static enum sw_verdict first_scan(struct sw_probe *probe)
{
    struct sw_tiered tiered;
    enum sw_verdict verdict = scan(probe, &tiered);

    if (verdict != SW_HOLDS) {
        return verdict;
    }
    sw_see(probe, "first_scan", sw_number(sw_probe_arena(probe), SW_V_TIME, tiered.scanned_ns));
    sw_see(probe, "usn",
           tiered.usn == NULL ? sw_null(sw_probe_arena(probe), "not said") : tiered.usn);
    sw_say(probe, "no tiered file was found; looks again in an hour");
    return SW_WAIT;
}

static enum sw_verdict second_scan(struct sw_probe *probe, const struct sw_value *first)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_tiered tiered;
    enum sw_verdict verdict = scan(probe, &tiered);

    sw_out(probe, "first_scan", first);
    if (verdict != SW_HOLDS) {
        return verdict;
    }
    sw_reading(probe, "scanned", sw_number(arena, SW_V_TIME, tiered.scanned_ns));
    sw_reading(probe, "usn", tiered.usn == NULL ? sw_null(arena, "not said") : tiered.usn);
    sw_reading(probe, "files", sw_int(arena, tiered.folder_files));
    forget_first(probe); /* the next proof needs two of its own */
    return sw_outcome(probe, "none");
}

static enum sw_verdict probe_tiered(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    const struct sw_value *first = sw_before(view, "first_scan");
    const char *name = NULL;
    int64_t first_ns = 0, now_ns = 0;

    if (sw_endpoint_path(view) == NULL) {
        return sw_probe_error(probe, "unreadable",
                              "the subject does not say which folder it syncs");
    }
    if (!sw_as_int(first, &first_ns)) {
        return first_scan(probe);
    }
    switch (sw_tiered_since(probe, sw_before(view, "usn"), &name, &now_ns)) {
    case SW_TIERED_PENDING:
        return SW_PENDING;
    case SW_TIERED_SOME:
        forget_first(probe);
        sw_say(probe, "'%s' was tiered since the first scan", name);
        return sw_outcome(probe, "some");
    case SW_TIERED_NONE:
    case SW_TIERED_UNKNOWN:
        break;
    }
    if (now_ns == 0) {
        return sw_probe_error(probe, "unreadable", "the server did not tell its time");
    }
    if (now_ns - first_ns < GAP_NS) {
        sw_say(probe, "no tiered file was found; looks again an hour later");
        return SW_WAIT;
    }
    return second_scan(probe, first);
}

static enum sw_verdict probe_listing(struct sw_probe *probe)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_tiered tiered;
    const char *why = NULL;

    if (!sw_tiered_scan(probe, "scan", &tiered, &why)) {
        return why == NULL ? SW_PENDING : sw_probe_error(probe, "unreadable", "%s", why);
    }
    sw_out(probe, "files", tiered.listing);
    sw_out(probe, "count",
           tiered.is_whole ? sw_int(arena, tiered.count)
                           : sw_unknown(arena, "%s",
                                        sw_unread_text(arena, tiered.unread, tiered.unread_count)));
    sw_out(probe, "missing", sw_number(arena, SW_V_SIZE, tiered.missing_bytes));
    sw_out(probe, "unread_folders", sw_int(arena, tiered.unread_count));
    sw_out(probe, "unread", tiered.unread);
    return SW_DONE;
}

static enum sw_verdict rescan(struct sw_probe *probe)
{
    struct sw_tiered tiered;
    const char *why = NULL;

    if (!sw_tiered_scan(probe, "scan", &tiered, &why)) {
        return why == NULL ? SW_PENDING : sw_probe_error(probe, "unreadable", "%s", why);
    }
    if (tiered.count > 0) {
        return sw_lapsed(
            probe, "%s tiered again",
            sw_count_text(sw_probe_arena(probe), tiered.count, "file is", "files are"));
    }
    return tiered.is_whole
               ? SW_HOLDS
               : sw_probe_error(probe, "unreadable", "%s could not be read",
                                sw_count_text(sw_probe_arena(probe), tiered.unread_count, "folder",
                                              "folders"));
}

/* By the change journal; where that does not reach back, or the scan is old, by a new scan. */
static enum sw_verdict reread_recalled(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    const char *name = NULL;
    int64_t scanned_ns = 0, now_ns = 0;

    if (sw_endpoint_path(view) == NULL ||
        !sw_as_int(sw_basis(view, "filesync.recalled", "scanned"), &scanned_ns)) {
        return sw_probe_error(probe, "unreadable", "there is no scan to compare with");
    }
    switch (sw_tiered_since(probe, sw_basis(view, "filesync.recalled", "usn"), &name, &now_ns)) {
    case SW_TIERED_PENDING:
        return SW_PENDING;
    case SW_TIERED_SOME:
        return sw_lapsed(probe, "'%s' was tiered since the scan", name);
    case SW_TIERED_UNKNOWN:
        return rescan(probe);
    case SW_TIERED_NONE:
        break;
    }
    bool is_old = now_ns == 0 || now_ns - scanned_ns > FRESH_NS;
    return sw_probe_is_full(probe) && is_old ? rescan(probe) : SW_HOLDS;
}

const struct sw_action sw_filesync_tiered_files = {
    .name = "filesync.tiered_files",
    .doc = "Scans the whole volume of the subject's folder for tiered files by their reparse tag, "
           "twice, an hour apart. Files that were moved out of the folder count. A folder that "
           "can't be read is no proof.",
    .source = "Microsoft Learn, 'Deprovision your Azure File Sync server endpoint' and 'Manage "
              "tiered files', reparse tag 0x8000001E; stricter: the volume, and twice",
    .effect = SW_EFFECT_READ,
    .is_wait = true,
    .takes_subject = true,
    .target_kind = "windows.server",
    .outputs = outputs,
    .outcomes = outcomes,
    .errors = errors,
    .yields = (const struct sw_yield[]){{"none", "filesync.recalled"}, {0}},
    .probe = probe_tiered,
    .example =
        (const char *const[]){"- id: scan", "  wait: filesync.tiered_files", "  target: server",
                              "  timeout: 24h",
                              "  next: { none: detect, some: trouble, timeout: trouble }", NULL},
};

const struct sw_action sw_filesync_tiered_listing = {
    .name = "filesync.tiered_listing",
    .doc = "Lists the tiered files of the whole volume of the subject's folder.",
    .source = "Microsoft Learn, 'Manage tiered files', reparse tag 0x8000001E",
    .effect = SW_EFFECT_READ,
    .takes_subject = true,
    .target_kind = "windows.server",
    .outputs = listing_outputs,
    .errors = errors,
    .probe = probe_listing,
    .example =
        (const char *const[]){"show:", "  files: { read: filesync.tiered_listing, target: server }",
                              NULL},
};

const struct sw_evidence sw_filesync_recalled = {
    .name = "filesync.recalled",
    .doc = "No tiered file is left on the whole volume, and none came since.",
    .rests_on = (const char *const[]){"filesync.tiering_off", NULL},
    .target_kind = "windows.server",
    .reread = reread_recalled,
};
