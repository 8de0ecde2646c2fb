/* Compare all files of the server with all files of the share, range by range. */
#include "stdlib/filesync/compare_manifests.h"

#include "base/map.h"
#include "base/text.h"
#include "stdlib/azure/arm.h"
#include "stdlib/azure/arm_id.h"
#include "stdlib/filesync/listing.h"
#include "stdlib/filesync/manifest.h"
#include "stdlib/filesync/names.h"
#include "stdlib/filesync/share_list.h"
#include "stdlib/windows/script.h"

#include <inttypes.h>
#include <string.h>

/* Of one side's range: some 2 MiB as text. Two sides, a few ranges a poll: what a poll holds. */
#define LINES_MAX 20000
#define RANGES_A_POLL 4
/* Differences that are kept by name; all are counted and are in the digest. */
#define SAMPLE_MAX 200
#define SHOWN_MAX 10

static const struct sw_field row_fields[] = {
    {"path", &sw_type_string, 0, NULL, "File, relative to the endpoint's folder."},
    {"what", &sw_type_string, 0, NULL, "How the two sides differ."},
    {"server_bytes", &sw_type_size, 0, NULL, "Its length on the server; null: it is not there."},
    {"share_bytes", &sw_type_size, 0, NULL, "Its length in the share; null: it is not there."},
    {0},
};
static const struct sw_type row_type = {.kind = SW_T_OBJECT, .fields = row_fields};
static const struct sw_type rows_type = {.kind = SW_T_LIST, .of = &row_type};

#define OUTPUTS                                                                                    \
    {"same", &sw_type_int, 0, NULL, "Files that both sides have with the same length and time."},  \
        {"missing", &sw_type_int, 0, NULL, "Files that the share does not have."},                 \
        {"newer", &sw_type_int, 0, NULL, "Files that are newer on the server."},                   \
        {"other_size", &sw_type_int, 0, NULL, "Files of the same time, but of another length."},   \
        {"given_up", &sw_type_int, 0, NULL,                                                        \
         "Of the missing, newer and other: files that a person gave up before, by name."},         \
        {"older", &sw_type_int, 0, NULL, "Files that are newer in the share."},                    \
        {"only_share", &sw_type_int, 0, NULL, "Files that only the share has."},                   \
        {"left_out", &sw_type_int, 0, NULL, "Files that sync never uploads, or not wholly."},      \
        {"unread", &sw_type_int, 0, NULL, "Folders and names that could not be read."},            \
        {"tiered", &sw_type_int, 0, NULL,                                                          \
         "Files of the server whose content only the share has."},                                 \
        {"only_server_bytes", &sw_type_size, 0, NULL, "Length of all that only the server has."},  \
        {"newest", &sw_type_time, 0, NULL, "Newest change among these; null: there is none."},     \
        {"first", &sw_type_string, 0, NULL,                                                        \
         "The first ten that count for the outcome, in words."},                                   \
        {"differences", &rows_type, 0, NULL, "The first 200 differences, in order."},              \
    {                                                                                              \
        "digest", &sw_type_string, 0, NULL,                                                        \
            "SHA-256 chained over all differences, so that two comparisons can be told to be "     \
            "alike."                                                                               \
    }

static const struct sw_field outputs[] = {OUTPUTS, {0}};

static const struct sw_field side_outputs[] = {
    {"words", &sw_type_string, 0, NULL, "What both sides lack, in words."},
    {"lacks", &sw_type_int, 0, NULL,
     "Files that the server lacks: only in the share, newer there, of another length, tiered."},
    {"only_server", &sw_type_int, 0, NULL,
     "Files that only the server has as they are there, those that sync leaves out included."},
    OUTPUTS,
    {0},
};

static const struct sw_outcome_doc outcomes[] = {
    {"same", "The share has every file of the server, and sync leaves none out."},
    {"left_out", "The share has every file that sync uploads; some are never uploaded."},
    {"differs", "Files are missing in the share, or are newer or of another length on the server."},
    {"unreadable", "A folder or a name could not be read: nobody can say what is in it."},
    {0},
};

static const struct sw_outcome_doc side_outcomes[] = {
    {"server_has_all", "The server has every file of the share, whole, and no older."},
    {"server_lacks", "The share has files that the server lacks, or newer or other ones."},
    {"unreadable", "A folder or a name could not be read: nobody can say what is in it."},
    {0},
};

static const struct sw_action_error errors[] = {
    {"out_of_order", false, "A list did not come in the order that it must have."},
    SW_SCRIPT_ERRORS,
    {0},
};

/* ---- what is kept from poll to poll ---- */

struct progress {
    struct sw_arena *arena;
    struct sw_manifest_tally tally;
    const char *after;
    struct sw_builder sample;
    const char *first; /* the first SHOWN_MAX that count for the outcome, in words */
    int64_t first_count;
    unsigned matters;              /* bits: classes that count for the outcome */
    const struct sw_map *accepted; /* names that a person gave up, folded; or NULL */
    int64_t given_up, given_up_bytes;
    bool is_over;
};

/* What only the server has, or what it lacks; and what could not be read. */
#define CLASS(class) (1u << (unsigned)(class))
#define SERVER_MATTERS                                                                             \
    (CLASS(SW_MANIFEST_MISSING) | CLASS(SW_MANIFEST_NEWER) | CLASS(SW_MANIFEST_SIZE) |             \
     CLASS(SW_MANIFEST_LEFT_OUT) | CLASS(SW_MANIFEST_UNREADABLE))
#define SHARE_MATTERS                                                                              \
    (CLASS(SW_MANIFEST_ONLY_SHARE) | CLASS(SW_MANIFEST_OLDER) | CLASS(SW_MANIFEST_SIZE) |          \
     CLASS(SW_MANIFEST_UNREADABLE))

static const char *const class_keys[SW_MANIFEST_CLASSES] = {
    "same", "missing", "newer", "other_size", "older", "only_share", "left_out", "unread"};

static struct sw_builder list_again(struct sw_arena *arena, const struct sw_value *list)
{
    struct sw_builder copy = sw_list_begin(arena);

    for (size_t i = 0; i < sw_list_count(list); i++) {
        sw_list_add(&copy, sw_list_at(list, i));
    }
    return copy;
}

/* Items that failed to upload and that a person gave up: they are missing, and that is known. */
static const struct sw_map *accepted_names(const struct sw_view *view)
{
    const struct sw_value *names =
        sw_get(sw_basis(view, "filesync.items_accepted", "listing"), "names");
    struct sw_map *map = sw_map_new(sw_view_arena(view));

    for (size_t i = 0; i < sw_list_count(names); i++) {
        const char *name = sw_as_text(sw_list_at(names, i));
        char *key = sw_copy_text(sw_view_arena(view), name == NULL ? "" : name);

        sw_text_fold(key);
        sw_map_set(map, key, names);
    }
    return map;
}

/* Behind which record of the log the lists are compared: of the snapshot, or of the download that
 * proved that the server has everything. -1: neither is held. */
static int64_t mark_of(const struct sw_view *view)
{
    int64_t mark = -1;

    if (!sw_as_int(sw_get(sw_basis(view, "filesync.snapshot_uploading", "mark"), "record_id"),
                   &mark)) {
        sw_as_int(sw_get(sw_basis(view, "filesync.server_complete", "session"), "record_id"),
                  &mark);
    }
    return mark;
}

/* A new snapshot or download, or a comparison that came to its end, begins anew. */
static bool is_of_this_round(const struct sw_view *view, const struct sw_value *was)
{
    int64_t mark = mark_of(view), then = -1;
    bool is_over = true;

    return sw_as_bool(sw_get(was, "is_over"), &is_over) && !is_over &&
           sw_as_int(sw_get(was, "mark"), &then) && then == mark;
}

static void recall_progress(struct sw_probe *probe, unsigned matters, struct progress *ret)
{
    const struct sw_view *view = sw_view_of(probe);
    const struct sw_value *was = sw_before(view, "progress");
    struct sw_arena *arena = sw_probe_arena(probe);

    *ret = (struct progress){.arena = arena,
                             .after = "",
                             .accepted = accepted_names(view),
                             .first = "",
                             .matters = matters};
    if (!is_of_this_round(view, was)) {
        ret->sample = sw_list_begin(arena);
        return;
    }
    const char *digest = sw_as_text(sw_get(was, "digest"));
    const char *after = sw_as_text(sw_get(was, "after"));
    const char *first = sw_as_text(sw_get(was, "first"));

    for (size_t i = 0; i < SW_MANIFEST_CLASSES; i++) {
        const struct sw_value *row = sw_get(was, class_keys[i]);

        sw_as_int(sw_list_at(row, 0), &ret->tally.files[i]);
        sw_as_int(sw_list_at(row, 1), &ret->tally.bytes[i]);
    }
    sw_as_int(sw_get(was, "given_up"), &ret->given_up);
    sw_as_int(sw_get(was, "given_up_bytes"), &ret->given_up_bytes);
    sw_as_int(sw_get(was, "tiered"), &ret->tally.tiered);
    sw_as_int(sw_get(was, "tiered_bytes"), &ret->tally.tiered_bytes);
    sw_as_int(sw_get(was, "newest_ticks"), &ret->tally.newest_ticks);
    if (digest != NULL && strlen(digest) < sizeof ret->tally.digest) {
        memcpy(ret->tally.digest, digest, strlen(digest) + 1);
    }
    ret->after = after == NULL ? "" : after;
    ret->first = first == NULL ? "" : first;
    sw_as_int(sw_get(was, "first_count"), &ret->first_count);
    ret->sample = list_again(arena, sw_get(was, "differences"));
}

static void keep_progress(struct sw_probe *probe, struct progress *progress)
{
    struct sw_arena *arena = progress->arena;
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put_bool(&map, "is_over", progress->is_over);
    sw_map_put_int(&map, "mark", mark_of(sw_view_of(probe)));
    sw_map_put_text(&map, "after", progress->after);
    for (size_t i = 0; i < SW_MANIFEST_CLASSES; i++) {
        struct sw_builder row = sw_list_begin(arena);

        sw_list_add(&row, sw_int(arena, progress->tally.files[i]));
        sw_list_add(&row, sw_int(arena, progress->tally.bytes[i]));
        sw_map_put(&map, class_keys[i], sw_built(&row));
    }
    sw_map_put_int(&map, "given_up", progress->given_up);
    sw_map_put_int(&map, "given_up_bytes", progress->given_up_bytes);
    sw_map_put_int(&map, "tiered", progress->tally.tiered);
    sw_map_put_int(&map, "tiered_bytes", progress->tally.tiered_bytes);
    sw_map_put_int(&map, "newest_ticks", progress->tally.newest_ticks);
    sw_map_put_text(&map, "digest", progress->tally.digest);
    sw_map_put_text(&map, "first", progress->first);
    sw_map_put_int(&map, "first_count", progress->first_count);
    sw_map_put(&map, "differences", sw_built(&progress->sample));
    sw_see(probe, "progress", sw_built(&map));
}

static void note_difference(void *context, enum sw_manifest_class class,
                            const struct sw_manifest_line *server,
                            const struct sw_manifest_line *share)
{
    struct progress *progress = context;
    struct sw_arena *arena = progress->arena;
    const struct sw_manifest_line *line = server != NULL ? server : share;

    if (class == SW_MANIFEST_MISSING || class == SW_MANIFEST_NEWER || class == SW_MANIFEST_SIZE) {
        char *key = sw_copy(arena, line->path, line->path_length);

        sw_text_fold(key);
        if (sw_map_has(progress->accepted, key)) {
            progress->given_up++;
            progress->given_up_bytes += line->bytes;
            return;
        }
    }
    if ((progress->matters & CLASS(class)) != 0 && progress->first_count < SHOWN_MAX) {
        progress->first = sw_format(
            arena, "%s%s%.*s (%s)", progress->first, progress->first_count++ == 0 ? "" : "; ",
            (int)line->path_length, line->path, sw_manifest_class_text(class));
    }
    if (sw_list_count(sw_built(&progress->sample)) >= SAMPLE_MAX) {
        return;
    }
    struct sw_builder row = sw_map_begin(arena);

    sw_map_put(&row, "path", sw_text_n(arena, line->path, line->path_length));
    sw_map_put_text(&row, "what", sw_manifest_class_text(class));
    sw_map_put(&row, "server_bytes",
               server == NULL || server->kind == 'u' ? sw_null(arena, "it is not there")
                                                     : sw_number(arena, SW_V_SIZE, server->bytes));
    sw_map_put(&row, "share_bytes",
               share == NULL || share->kind == 'u' ? sw_null(arena, "it is not there")
                                                   : sw_number(arena, SW_V_SIZE, share->bytes));
    sw_list_add(&progress->sample, sw_built(&row));
}

/* ---- asking ---- */

struct place {
    const char *account, *share;
};

/* Account and share of the subject's sync group. @return SW_HOLDS: they are known */
static enum sw_verdict find_share(struct sw_probe *probe, struct place *ret)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    const char *group = sw_subject_text(view, "sync_group_id");

    if (group == NULL || sw_endpoint_path(view) == NULL) {
        return sw_probe_error(probe, "unreadable",
                              "the subject does not say its folder or its sync group");
    }
    const struct sw_answer *answer = sw_ask_also(
        probe, "cloud", sw_arm_get(arena, sw_format(arena, "%s/cloudEndpoints", group), NULL));

    if (answer == NULL) {
        return SW_PENDING;
    }
    const struct sw_value *list = sw_get(answer->body, "value");
    const struct sw_value *properties = sw_get(sw_list_at(list, 0), "properties");
    const char *account = sw_as_text(sw_get(properties, "storageAccountResourceId"));

    ret->account = account == NULL ? NULL : sw_arm_id_last(account);
    ret->share = sw_as_text(sw_get(properties, "azureFileShareName"));
    if (answer->status != 200 || sw_list_count(list) != 1 || ret->account == NULL ||
        ret->share == NULL) {
        return sw_probe_error(probe, "unreadable", "the sync group does not say its share");
    }
    return SW_HOLDS;
}

static const struct sw_answer *ask_server(struct sw_probe *probe, int range, const char *after)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_builder args = sw_map_begin(arena);

    sw_map_put_text(&args, "path", sw_endpoint_path(sw_view_of(probe)));
    sw_map_put_text(&args, "after", after);
    sw_map_put_int(&args, "max", LINES_MAX);
    return sw_ask(probe, sw_format(arena, "server %d", range),
                  sw_script_look("filesync/manifest", sw_built(&args)));
}

static bool part_of(const struct sw_answer *answer, struct sw_manifest_part *ret)
{
    const char *lines = sw_as_text(sw_get(answer->body, "lines"));
    const struct sw_value *through = sw_get(answer->body, "through");

    if (lines == NULL || through == NULL ||
        (through->kind != SW_V_NULL && sw_as_text(through) == NULL)) {
        return false;
    }
    *ret = (struct sw_manifest_part){
        .text = lines, .length = strlen(lines), .through = sw_as_text(through)};
    return true;
}

/* One range of both sides. @return SW_HOLDS: it is in the tally */
static enum sw_verdict compare_range(struct sw_probe *probe, const struct place *place, int range,
                                     struct progress *progress)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_manifest_part server, share;
    const char *through = NULL;
    struct sw_error why = {0};
    const struct sw_answer *here = ask_server(probe, range, progress->after);
    const struct sw_answer *there =
        sw_ask_also(probe, sw_format(arena, "share %d", range),
                    sw_share_list(arena, place->account, place->share, progress->after, LINES_MAX));

    if (here == NULL || there == NULL) {
        return SW_PENDING;
    }
    if (!part_of(here, &server) || !part_of(there, &share)) {
        return sw_probe_error(probe, "unreadable", "%s did not list its files",
                              part_of(here, &server) ? "the share" : "the server");
    }
    if (!sw_manifest_compare(progress->after, &server, &share, note_difference, progress,
                             &progress->tally, &through, &why)) {
        return sw_probe_error(probe, "out_of_order", "%s", why.text);
    }
    progress->is_over = through == NULL;
    progress->after = through == NULL ? "" : sw_copy_text(arena, through);
    return SW_HOLDS;
}

/* ---- what it says ---- */

static int64_t only_server(const int64_t counts[SW_MANIFEST_CLASSES])
{
    return counts[SW_MANIFEST_MISSING] + counts[SW_MANIFEST_NEWER] + counts[SW_MANIFEST_SIZE];
}

static void give_outputs(struct sw_probe *probe, const struct progress *progress)
{
    struct sw_arena *arena = progress->arena;
    const struct sw_manifest_tally *tally = &progress->tally;
    int64_t newest_ns = 0;

    for (size_t i = 0; i < SW_MANIFEST_CLASSES; i++) {
        sw_out(probe, class_keys[i], sw_int(arena, tally->files[i]));
    }
    sw_out(probe, "given_up", sw_int(arena, progress->given_up));
    sw_out(probe, "first", sw_text(arena, progress->first));
    sw_out(probe, "tiered", sw_int(arena, tally->tiered));
    sw_out(probe, "only_server_bytes",
           sw_number(arena, SW_V_SIZE,
                     only_server(tally->bytes) + tally->bytes[SW_MANIFEST_LEFT_OUT]));
    if (tally->newest_ticks != 0) {
        sw_out(probe, "newest",
               sw_manifest_time_ns(tally->newest_ticks, &newest_ns)
                   ? sw_number(arena, SW_V_TIME, newest_ns)
                   : sw_null(arena, "a time that no clock here can tell"));
    }
    sw_out(probe, "differences", sw_built(&progress->sample));
    sw_out(probe, "digest", sw_text(arena, tally->digest));
}

static int64_t all_files(const struct sw_manifest_tally *tally)
{
    int64_t all = 0;

    for (size_t i = 0; i < SW_MANIFEST_CLASSES; i++) {
        all += tally->files[i];
    }
    return all;
}

static enum sw_verdict over(struct sw_probe *probe, const struct progress *progress)
{
    struct sw_arena *arena = progress->arena;
    const int64_t *files = progress->tally.files;
    const char *same = sw_count_text(arena, files[SW_MANIFEST_SAME], "file is", "files are");

    give_outputs(probe, progress);
    if (files[SW_MANIFEST_UNREADABLE] > 0) {
        sw_say(probe, "%s could not be read: what is there is not known",
               sw_count_text(arena, files[SW_MANIFEST_UNREADABLE], "folder or name",
                             "folders or names"));
        return sw_outcome(probe, "unreadable");
    }
    if (only_server(files) > progress->given_up) {
        sw_say(probe,
               "%s the same; missing in the share: %" PRId64 ", newer on the server: %" PRId64
               ", of another size: %" PRId64,
               same, files[SW_MANIFEST_MISSING], files[SW_MANIFEST_NEWER], files[SW_MANIFEST_SIZE]);
        return sw_outcome(probe, "differs");
    }
    if (files[SW_MANIFEST_LEFT_OUT] > 0) {
        sw_say(probe, "%s the same; %s left out by sync", same,
               sw_count_text(arena, files[SW_MANIFEST_LEFT_OUT], "is", "are"));
        return sw_outcome(probe, "left_out");
    }
    sw_say(probe, "%s the same, and none is left out", same);

    struct sw_listing none = sw_listing_begin(arena);

    sw_reading(probe, "listing",
               sw_listing_end(&none, sw_number(arena, SW_V_SIZE, 0),
                              sw_null(arena, "there is no file"), true));
    sw_reading(probe, "compared", sw_int(arena, files[SW_MANIFEST_SAME]));
    sw_reading(probe, "digest", sw_text(arena, progress->tally.digest));
    return sw_outcome(probe, "same");
}

/* The ranges of one poll. @return SW_HOLDS: look at is_over */
static enum sw_verdict compare_some(struct sw_probe *probe, unsigned matters,
                                    struct progress *progress)
{
    struct place place = {0};
    enum sw_verdict verdict = find_share(probe, &place);

    if (verdict != SW_HOLDS) {
        return verdict;
    }
    recall_progress(probe, matters, progress);
    for (int range = 1; range <= RANGES_A_POLL && !progress->is_over; range++) {
        verdict = compare_range(probe, &place, range, progress);
        if (verdict != SW_HOLDS) {
            return verdict;
        }
    }
    keep_progress(probe, progress);
    return SW_HOLDS;
}

static enum sw_verdict probe_compare(struct sw_probe *probe)
{
    struct progress progress;
    enum sw_verdict verdict = compare_some(probe, SERVER_MATTERS, &progress);

    if (verdict != SW_HOLDS) {
        return verdict;
    }
    if (progress.is_over) {
        return over(probe, &progress);
    }
    sw_say(probe, "%s compared so far, %" PRId64 " of them not in the share as they are here",
           sw_count_text(progress.arena, all_files(&progress.tally), "file", "files"),
           only_server(progress.tally.files) - progress.given_up);
    return SW_WAIT;
}

/* ---- the other way round: does the server have all that the share has? ---- */

static int64_t server_lacks(const struct sw_manifest_tally *tally)
{
    return tally->files[SW_MANIFEST_ONLY_SHARE] + tally->files[SW_MANIFEST_OLDER] +
           tally->files[SW_MANIFEST_SIZE] + tally->tiered;
}

static enum sw_verdict probe_sides(struct sw_probe *probe)
{
    struct progress progress;
    enum sw_verdict verdict = compare_some(probe, SHARE_MATTERS, &progress);
    const int64_t *files = progress.tally.files;

    if (verdict != SW_HOLDS) {
        return verdict;
    }
    int64_t lacks = server_lacks(&progress.tally);
    const char *compared =
        sw_count_text(progress.arena, all_files(&progress.tally), "file", "files");

    if (!progress.is_over) {
        sw_say(probe, "%s compared so far, %" PRId64 " of them not on the server as in the share",
               compared, lacks);
        return SW_WAIT;
    }
    give_outputs(probe, &progress);
    sw_out(probe, "lacks", sw_int(progress.arena, lacks));
    sw_out(probe, "only_server",
           sw_int(progress.arena, only_server(files) + files[SW_MANIFEST_LEFT_OUT]));
    sw_out(probe, "words",
           sw_textf(progress.arena,
                    "%s compared; only on the server: %" PRId64 ", newer there: %" PRId64
                    ", left out by sync: %" PRId64 "; only in the share: %" PRId64
                    ", newer there: %" PRId64 ", content only there: %" PRId64
                    "; of another size: %" PRId64 "; not readable: %" PRId64,
                    compared, files[SW_MANIFEST_MISSING], files[SW_MANIFEST_NEWER],
                    files[SW_MANIFEST_LEFT_OUT], files[SW_MANIFEST_ONLY_SHARE],
                    files[SW_MANIFEST_OLDER], progress.tally.tiered, files[SW_MANIFEST_SIZE],
                    files[SW_MANIFEST_UNREADABLE]));
    if (files[SW_MANIFEST_UNREADABLE] > 0) {
        sw_say(probe, "%s could not be read: what is there is not known",
               sw_count_text(progress.arena, files[SW_MANIFEST_UNREADABLE], "folder or name",
                             "folders or names"));
        return sw_outcome(probe, "unreadable");
    }
    sw_say(probe,
           "%s compared; only in the share: %" PRId64 ", newer there: %" PRId64
           ", of another size: %" PRId64 ", content only there: %" PRId64,
           compared, files[SW_MANIFEST_ONLY_SHARE], files[SW_MANIFEST_OLDER],
           files[SW_MANIFEST_SIZE], progress.tally.tiered);
    return sw_outcome(probe, lacks > 0 ? "server_lacks" : "server_has_all");
}

const struct sw_action sw_filesync_compare_manifests = {
    .name = "filesync.compare_manifests",
    .doc =
        "Compares all files of the endpoint's folder with all files of the share by name, length "
        "and time of change, never by content, which would recall it. Both lists are read range "
        "by range, so that memory does not grow with them; a poll does four ranges of up to "
        "20,000 files.",
    .source = "Microsoft Learn, 'List Directories and Files'; FindFirstFile",
    .effect = SW_EFFECT_READ,
    .is_wait = true,
    .takes_subject = true,
    .target_kind = "windows.server",
    .also_kind = "azure.sync_group",
    .outputs = outputs,
    .outcomes = outcomes,
    .errors = errors,
    .yields = (const struct sw_yield[]){{"same", "filesync.leftovers_settled"}, {0}},
    .probe = probe_compare,
    .example = (const char *const[]){"- id: compare", "  wait: filesync.compare_manifests",
                                     "  target: server", "  poll: { every: 10s }", "  timeout: 12h",
                                     "  next: { same: delete, left_out: leftovers_review, "
                                     "differs: repair,",
                                     "          unreadable: repair, timeout: repair }", NULL},
};

const struct sw_action sw_filesync_compare_sides = {
    .name = "filesync.compare_sides",
    .doc = "Compares as filesync.compare_manifests does, but asks what the server lacks: for "
           "procedures in which the server survives. It proves nothing by itself, and says of both "
           "sides what the other one does not have.",
    .source = "Microsoft Learn, 'List Directories and Files'; FindFirstFile",
    .effect = SW_EFFECT_READ,
    .is_wait = true,
    .takes_subject = true,
    .target_kind = "windows.server",
    .also_kind = "azure.sync_group",
    .outputs = side_outputs,
    .outcomes = side_outcomes,
    .errors = errors,
    .probe = probe_sides,
    .example = (const char *const[]){"- id: compare", "  wait: filesync.compare_sides",
                                     "  target: server", "  poll: { every: 10s }", "  timeout: 12h",
                                     "  next: { server_has_all: delete, server_lacks: download,",
                                     "          unreadable: download, timeout: download }", NULL},
};
