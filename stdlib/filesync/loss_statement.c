/*
 * Four kinds of files are named. Not uploaded: what something other than sync changed since the
 * last good upload session BEGAN (by the volume's change journal, whose records carry times; times
 * of files are copied along with them and prove nothing). Failed one by one: in the last sessions,
 * since one that fails is tried again in each. Never uploaded: names and kinds that sync leaves
 * out. Tiered: on this server they stop opening; the share has them.
 */
#include "stdlib/filesync/loss_statement.h"

#include "base/text.h"
#include "base/time.h"
#include "stdlib/filesync/hresult.h"
#include "stdlib/filesync/items.h"
#include "stdlib/filesync/leftovers.h"
#include "stdlib/filesync/listing.h"
#include "stdlib/filesync/names.h"
#include "stdlib/filesync/session_find.h"
#include "stdlib/filesync/session_judge.h"
#include "stdlib/filesync/tiered.h"
#include "stdlib/windows/script.h"

#include <inttypes.h>
#include <string.h>

/* Sessions whose failures are named: what fails is tried again within half an hour. */
#define FAILED_MAX 4

struct statement {
    struct sw_listing listing;
    int64_t unsynced, unsynced_bytes;
    int64_t tiered, tiered_bytes;
    int64_t failed; /**< item errors, which the log tells without sizes */
    int64_t newest_ns;
    int64_t since_ns;                                 /**< begin of the last good upload */
    const struct sw_session *with_errors[FAILED_MAX]; /**< since the last clean one, newest last */
    size_t with_error_count;
    bool has_newest, is_whole;
    const char *problem; /**< error name of the table, with `why` */
    const char *why;
};

static const struct sw_field outputs[] = {
    {"files", &sw_type_listing, 0, NULL,
     "All files that are lost, or stop opening on this server."},
    {"unsynced", &sw_type_int, 0, NULL, "Files whose newest content only the server has."},
    {"unsynced_bytes", &sw_type_size, 0, NULL,
     "Their length; without those that failed one by one, whose log tells no sizes."},
    {"tiered", &sw_type_int, 0, NULL, "Files that stop opening on the server; the share has them."},
    {"tiered_bytes", &sw_type_size, 0, NULL, "Their length."},
    {"newest", &sw_type_time, 0, NULL, "When the newest of all these was changed."},
    {"since", &sw_type_time, 0, NULL, "When the last good upload session began."},
    {0},
};

static const struct sw_action_error errors[] = {
    {"sync_broken", false, "The last upload session failed: repair sync, don't delete."},
    {"not_settled", false, "No upload session of the last two days carried all that it found."},
    SW_SCRIPT_ERRORS,
    {0},
};

static bool fails(struct statement *s, const char *problem, const char *why)
{
    s->problem = problem;
    s->why = why;
    return false;
}

static void is_newer(struct statement *s, const struct sw_value *time)
{
    int64_t ns = 0;

    if ((sw_script_time(time, &ns) || sw_as_int(time, &ns)) &&
        (!s->has_newest || ns > s->newest_ns)) {
        s->has_newest = true;
        s->newest_ns = ns;
    }
}

static void keep_failed(struct statement *s, const struct sw_session *session)
{
    if (s->with_error_count == FAILED_MAX) {
        memmove(s->with_errors, s->with_errors + 1, (FAILED_MAX - 1) * sizeof *s->with_errors);
        s->with_error_count--;
    }
    s->with_errors[s->with_error_count++] = session;
}

/* The last good upload, and the newest session, which must not have failed for good. An agent that
 * doesn't say when a session began: not before the one in front of it ended. */
static bool judge_sessions(struct sw_probe *probe, const struct sw_session_list *list,
                           struct statement *s)
{
    const struct sw_session *last = list->count == 0 ? NULL : &list->items[list->count - 1];
    bool has_since = false, has_end = false;
    int64_t end_ns = 0;

    for (size_t i = 0; i < list->count; i++) {
        const struct sw_session *session = &list->items[i];
        bool is_good = session->has_hresult && session->hresult == SW_HRESULT_OK &&
                       session->has_item_errors && session->left_behind <= 0;

        if (is_good && session->item_errors == 0) {
            s->with_error_count = 0;
        } else if (session->has_item_errors && session->item_errors > 0) {
            keep_failed(s, session);
        }
        /* Behind a session that passed a file over, an older change may wait for the next one.
         * Those that failed one by one are named by their own list. */
        if (is_good && session->passed_over >= 0 && session->passed_over <= session->item_errors &&
            (session->has_started || has_end)) {
            has_since = true;
            s->since_ns = session->has_started ? session->started_ns : end_ns;
        }
        has_end = session->has_ended;
        end_ns = session->ended_ns;
    }
    const struct sw_hresult *known = last == NULL ? NULL : sw_session_result(last);

    if (last != NULL && last->has_hresult && last->hresult != SW_HRESULT_OK &&
        (known == NULL || known->kind != SW_HRESULT_WAIT)) {
        return fails(s, "sync_broken",
                     sw_format(sw_probe_arena(probe), "the last upload session ended with %s",
                               sw_hresult_text(sw_probe_arena(probe), last->hresult)));
    }
    return has_since ||
           fails(s, "not_settled",
                 "no upload session of the last two days carried all that it found; wait for the "
                 "next one");
}

static bool ask_sessions(struct sw_probe *probe, struct statement *s)
{
    struct sw_session_query query = sw_session_query_of(sw_view_of(probe), "Upload");
    struct sw_session_list list;

    if (query.path == NULL || query.sync_group == NULL) {
        return fails(s, "unreadable", "the subject does not say its folder or its sync group");
    }
    const struct sw_answer *answer = sw_session_log_ask(probe);
    if (answer == NULL) {
        return false;
    }
    if (!sw_session_query_recent(&query, answer)) {
        return fails(s, "unreadable", "the server did not tell the state of its log");
    }
    if (!sw_sessions_ask(probe, &query, &list)) {
        return false;
    }
    if (list.problem != NULL) {
        return fails(s, "unreadable", list.problem);
    }
    return judge_sessions(probe, &list, s);
}

/* Changed by something other than sync since the last clean upload began. */
static bool ask_changed(struct sw_probe *probe, struct statement *s)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_builder args = sw_map_begin(arena);
    char since[SW_TIME_TEXT_BYTES];
    int64_t count = 0, bytes = 0;
    bool is_complete = false;

    sw_time_format(s->since_ns, since);
    sw_map_put_text(&args, "path", sw_endpoint_path(sw_view_of(probe)));
    sw_map_put_text(&args, "since", since);
    sw_map_put_int(&args, "max", SW_LISTING_MAX);
    const struct sw_answer *answer =
        sw_ask(probe, "changed", sw_script_look("filesync/changed-since", sw_built(&args)));
    if (answer == NULL) {
        return false;
    }
    const struct sw_value *files = sw_get(answer->body, "files");
    if (files == NULL || files->kind != SW_V_LIST ||
        !sw_as_int(sw_get(answer->body, "count"), &count) ||
        !sw_as_int(sw_get(answer->body, "bytes"), &bytes) ||
        !sw_as_bool(sw_get(answer->body, "is_complete"), &is_complete)) {
        return fails(s, "unreadable", "the server did not list what changed");
    }
    for (size_t i = 0; i < sw_list_count(files); i++) {
        const struct sw_value *file = sw_list_at(files, i);
        const char *name = sw_as_text(sw_get(file, "path"));

        if (name == NULL) {
            return fails(s, "unreadable", "the server listed a file without its name");
        }
        sw_listing_add(&s->listing, name);
        is_newer(s, sw_get(file, "changed"));
    }
    s->unsynced += count;
    s->unsynced_bytes += bytes;
    s->is_whole = s->is_whole && is_complete && count == (int64_t)sw_list_count(files);
    return true;
}

static void add_listing(struct statement *s, const struct sw_value *listing)
{
    const struct sw_value *names = sw_get(listing, "names");
    bool is_complete = false;

    for (size_t i = 0; i < sw_list_count(names); i++) {
        const char *name = sw_as_text(sw_list_at(names, i));
        sw_listing_add(&s->listing, name == NULL ? "" : name);
    }
    is_newer(s, sw_get(listing, "newest"));
    s->is_whole =
        s->is_whole && sw_as_bool(sw_get(listing, "is_complete"), &is_complete) && is_complete;
}

static bool ask_left_out(struct sw_probe *probe, struct statement *s)
{
    struct sw_leftovers leftovers;
    const char *why = NULL;
    int64_t number = 0;

    if (!sw_leftovers_ask(probe, &leftovers, &why)) {
        return why != NULL && fails(s, "unreadable", why);
    }
    add_listing(s, leftovers.listing);
    s->unsynced += sw_as_int(sw_get(leftovers.listing, "count"), &number) ? number : 0;
    s->unsynced_bytes += sw_as_int(sw_get(leftovers.listing, "bytes"), &number) ? number : 0;
    return true;
}

static bool ask_failed(struct sw_probe *probe, struct statement *s)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    int64_t number = 0;

    for (size_t i = 0; i < s->with_error_count; i++) {
        const struct sw_session *session = s->with_errors[i];
        struct sw_items items;
        const char *why = NULL;

        if (session->correlation_id == NULL) {
            return fails(s, "unreadable", "files failed in a session, but can't be named");
        }
        if (!sw_items_ask(probe, sw_format(arena, "items %zu", i), session->correlation_id,
                          session->item_errors, &items, &why)) {
            return why != NULL && fails(s, "unreadable", why);
        }
        add_listing(s, items.listing);
        /* Each fails in session after session: the largest number is the count. */
        (void)sw_as_int(sw_get(items.listing, "count"), &number);
        s->failed = number > s->failed ? number : s->failed;
    }
    return true;
}

/* Below the endpoint's folder a name is relative to it, like the others. */
static const char *relative(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    while (length > 0 && folder[length - 1] == '\\') {
        length--;
    }
    for (size_t i = 0; i < length; i++) {
        char a = path[i], b = folder[i];
        a = (char)(a >= 'A' && a <= 'Z' ? a | 0x20 : a);
        b = (char)(b >= 'A' && b <= 'Z' ? b | 0x20 : b);
        if (a != b) {
            return path;
        }
    }
    return path[length] == '\\' ? path + length + 1 : path;
}

static bool ask_tiered(struct sw_probe *probe, struct statement *s)
{
    struct sw_tiered tiered;
    const char *why = NULL;
    bool is_complete = false;

    if (!sw_tiered_scan(probe, "scan", &tiered, &why)) {
        return why != NULL && fails(s, "unreadable", why);
    }
    const struct sw_value *names = sw_get(tiered.listing, "names");
    for (size_t i = 0; i < sw_list_count(names); i++) {
        sw_listing_add(&s->listing, relative(sw_as_text(sw_list_at(names, i)),
                                             sw_endpoint_path(sw_view_of(probe))));
    }
    is_newer(s, sw_get(tiered.listing, "newest"));
    s->tiered = tiered.count;
    s->tiered_bytes = tiered.bytes;
    s->is_whole = s->is_whole && sw_as_bool(sw_get(tiered.listing, "is_complete"), &is_complete) &&
                  is_complete;
    return true;
}

static const struct sw_value *listing_of(struct sw_arena *arena, struct statement *s)
{
    const struct sw_value *bytes =
        s->failed == 0 ? sw_number(arena, SW_V_SIZE, s->unsynced_bytes + s->tiered_bytes)
                       : sw_unknown(arena, "the log does not tell the sizes of files that failed");
    const struct sw_value *newest = s->has_newest ? sw_number(arena, SW_V_TIME, s->newest_ns)
                                                  : sw_null(arena, "there is no file");

    return sw_listing_end(&s->listing, bytes, newest, s->is_whole);
}

static enum sw_verdict not_here(struct sw_probe *probe, const struct statement *s)
{
    return s->problem == NULL ? SW_PENDING : sw_probe_error(probe, s->problem, "%s", s->why);
}

static enum sw_verdict probe_statement(struct sw_probe *probe)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct statement s = {.listing = sw_listing_begin(arena), .is_whole = true};

    if (!ask_sessions(probe, &s) || !ask_changed(probe, &s) || !ask_left_out(probe, &s) ||
        !ask_failed(probe, &s) || !ask_tiered(probe, &s)) {
        return not_here(probe, &s);
    }
    const struct sw_value *part = sw_unknown(arena, "not everything could be read");

    sw_out(probe, "files", listing_of(arena, &s));
    sw_out(probe, "unsynced", s.is_whole ? sw_int(arena, s.unsynced + s.failed) : part);
    sw_out(probe, "unsynced_bytes", sw_number(arena, SW_V_SIZE, s.unsynced_bytes));
    sw_out(probe, "tiered", s.is_whole ? sw_int(arena, s.tiered) : part);
    sw_out(probe, "tiered_bytes", sw_number(arena, SW_V_SIZE, s.tiered_bytes));
    sw_out(probe, "newest",
           s.has_newest ? sw_number(arena, SW_V_TIME, s.newest_ns)
                        : sw_null(arena, "there is no file"));
    sw_out(probe, "since", sw_number(arena, SW_V_TIME, s.since_ns));
    return SW_DONE;
}

/* Files that were accepted may change on: they are lost with whatever they hold. Others may not
 * come. The cheap signs are what changed; in full it is the whole statement. */
static enum sw_verdict reread_accepted(struct sw_probe *probe)
{
    const struct sw_value *accepted =
        sw_basis(sw_view_of(probe), "filesync.loss_accepted", "listing");
    struct statement s = {.listing = sw_listing_begin(sw_probe_arena(probe)), .is_whole = true};
    bool is_full = sw_probe_is_full(probe);
    int64_t bytes = 0, accepted_bytes = 0;

    if (accepted == NULL) {
        return sw_probe_error(probe, "unreadable", "there is no listing to compare with");
    }
    if (!ask_sessions(probe, &s) || !ask_changed(probe, &s) || !ask_failed(probe, &s) ||
        (is_full && (!ask_left_out(probe, &s) || !ask_tiered(probe, &s)))) {
        return not_here(probe, &s);
    }
    const struct sw_value *now = listing_of(sw_probe_arena(probe), &s);
    const char *beyond = sw_listing_beyond(accepted, sw_get(now, "names"));

    if (beyond != NULL) {
        return sw_lapsed(probe, "'%s' is not in the statement that was accepted", beyond);
    }
    if (sw_as_int(sw_get(now, "bytes"), &bytes) &&
        sw_as_int(sw_get(accepted, "bytes"), &accepted_bytes) && bytes > accepted_bytes) {
        return sw_lapsed(probe, "%s would be lost; %s were accepted",
                         sw_count_text(sw_probe_arena(probe), bytes, "byte", "bytes"),
                         sw_count_text(sw_probe_arena(probe), accepted_bytes, "", ""));
    }
    return s.is_whole ? SW_HOLDS
                      : sw_probe_error(probe, "unreadable", "not everything could be read");
}

static const struct sw_outcome_doc settled_outcomes[] = {
    {"settled", "A good upload session carried all that it found; what changed since is known."},
    {"sync_error", "The last upload session failed with a result that needs a person."},
    {0},
};

static enum sw_verdict probe_settled(struct sw_probe *probe)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct statement s = {.listing = sw_listing_begin(arena), .is_whole = true};

    if (ask_sessions(probe, &s) && ask_changed(probe, &s)) {
        if (!s.is_whole) {
            sw_say(probe, "more changed since the last such upload than can be listed, or the "
                          "volume's change journal does not reach back to it; waits for the next");
            return SW_WAIT;
        }
        sw_out(probe, "since", sw_number(arena, SW_V_TIME, s.since_ns));
        return sw_outcome(probe, "settled");
    }
    if (s.problem == NULL || sw_text_is(s.problem, "unreadable")) {
        return not_here(probe, &s);
    }
    sw_say(probe, "%s", s.why);
    return sw_text_is(s.problem, "not_settled") ? SW_WAIT : sw_outcome(probe, "sync_error");
}

const struct sw_action sw_filesync_upload_settled = {
    .name = "filesync.upload_settled",
    .doc = "Waits for a good upload session that carried all that it found, so that the changes "
           "since are all that only the server has. Usually there is one already.",
    .source = "Microsoft Learn, 'Troubleshoot Azure File Sync sync errors', event 9102: files that "
              "are open are tried again in the next session",
    .effect = SW_EFFECT_READ,
    .is_wait = true,
    .takes_subject = true,
    .target_kind = "windows.server",
    .outputs =
        (const struct sw_field[]){
            {"since", &sw_type_time, SW_FIELD_VOLATILE, NULL, "When that session began."}, {0}},
    .outcomes = settled_outcomes,
    .errors = (const struct sw_action_error[]){SW_SCRIPT_ERRORS, {0}},
    .probe = probe_settled,
    .example = (const char *const[]){"- id: settled", "  wait: filesync.upload_settled",
                                     "  target: server", "  poll: { every: 2m }", "  timeout: 3h",
                                     "  next: { settled: statement, sync_error: stop, timeout: "
                                     "stop }",
                                     NULL},
};

const struct sw_action sw_filesync_loss_statement = {
    .name = "filesync.loss_statement",
    .doc = "States what is lost when the server endpoint is deleted as it is: files whose newest "
           "content only the server has, and tiered files, which stop opening on it. Refused where "
           "sync is broken: deleting does not repair it.",
    .source = "Microsoft Learn, 'Deprovision your Azure File Sync server endpoint', skip directly "
              "to the delete",
    .effect = SW_EFFECT_READ,
    .takes_subject = true,
    .target_kind = "windows.server",
    .outputs = outputs,
    .errors = errors,
    .listing = "files",
    .accept_yields = "filesync.loss_accepted",
    .probe = probe_statement,
    .example =
        (const char *const[]){"show:", "  loss: { read: filesync.loss_statement, target: server }",
                              NULL},
};

const struct sw_evidence sw_filesync_loss_accepted = {
    .name = "filesync.loss_accepted",
    .doc = "A person gave up every file that only the server has or that stops opening on it, and "
           "there are no others.",
    .target_kind = "windows.server",
    .reread = reread_accepted,
};
