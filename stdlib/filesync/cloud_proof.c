#include "stdlib/filesync/cloud_proof.h"

#include "base/text.h"
#include "stdlib/filesync/hresult.h"
#include "stdlib/filesync/listing.h"
#include "stdlib/filesync/names.h"
#include "stdlib/filesync/session_find.h"
#include "stdlib/windows/script.h"

#define CHANGES_PER_PAGE 5000
#define PAGE_MAX 6

static enum sw_verdict unreadable(struct sw_probe *probe, const char *why)
{
    return sw_probe_error(probe, "unreadable", "%s", why);
}

static bool is_excepted(struct sw_arena *arena, const struct sw_value *except, const char *path)
{
    if (except == NULL) {
        return false;
    }
    struct sw_builder one = sw_list_begin(arena);
    sw_list_add(&one, sw_text(arena, path));
    return sw_listing_beyond(except, sw_built(&one)) == NULL;
}

/* One page of changes. @return SW_HOLDS: none that counts */
static enum sw_verdict judge_changes(struct sw_probe *probe, const struct sw_value *changes,
                                     const struct sw_value *except)
{
    struct sw_arena *arena = sw_probe_arena(probe);

    for (size_t i = 0; i < sw_list_count(changes); i++) {
        const struct sw_value *change = sw_list_at(changes, i);
        const char *path = sw_as_text(sw_get(change, "path"));
        bool is_sync = false;
        if (sw_as_bool(sw_get(change, "by_sync"), &is_sync) && is_sync) {
            continue;
        }
        if (path == NULL || !is_excepted(arena, except, path)) {
            return sw_lapsed(probe, "'%s' was changed on the server since the snapshot",
                             path == NULL ? "a file that is not named" : path);
        }
    }
    return SW_HOLDS;
}

static const struct sw_answer *ask_changes(struct sw_probe *probe, int page, const char *journal,
                                           int64_t since)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_builder args = sw_map_begin(arena);

    sw_map_put_text(&args, "path", sw_endpoint_path(sw_view_of(probe)));
    sw_map_put_text(&args, "journal_id", journal);
    sw_map_put_int(&args, "since_usn", since);
    sw_map_put_int(&args, "max", CHANGES_PER_PAGE);
    return sw_ask(probe, sw_format(arena, "changes %d", page),
                  sw_script_look("filesync/change-journal", sw_built(&args)));
}

/* A journal that was made anew or does not reach back is a gap: whatever was in it is not known. */
static enum sw_verdict reread_journal(struct sw_probe *probe, const struct sw_value *usn,
                                      const struct sw_value *except)
{
    const char *journal = sw_as_text(sw_get(usn, "journal_id"));
    int64_t since = 0, first = 0, last = 0;
    bool is_complete = false;

    if (journal == NULL || !sw_as_int(sw_get(usn, "next_usn"), &since)) {
        return unreadable(probe, "the volume's change journal was not read at the snapshot");
    }
    for (int page = 1; page <= PAGE_MAX && !is_complete; page++) {
        const struct sw_answer *answer = ask_changes(probe, page, journal, since);
        if (answer == NULL) {
            return SW_PENDING;
        }
        const struct sw_value *changes = sw_get(answer->body, "changes");
        const char *journal_now = sw_as_text(sw_get(answer->body, "journal_id"));
        if (journal_now == NULL || changes == NULL || changes->kind != SW_V_LIST ||
            !sw_as_int(sw_get(answer->body, "first_usn"), &first) ||
            !sw_as_bool(sw_get(answer->body, "is_complete"), &is_complete)) {
            return unreadable(probe, "the volume's change journal can't be read");
        }
        if (!sw_text_is_folded(journal_now, journal)) {
            return sw_lapsed(probe, "the volume's change journal was made anew since the snapshot");
        }
        if (first > since) {
            return sw_lapsed(probe, "the volume's change journal no longer reaches back to the "
                                    "snapshot");
        }
        enum sw_verdict verdict = judge_changes(probe, changes, except);
        if (verdict != SW_HOLDS) {
            return verdict;
        }
        const struct sw_value *end =
            sw_list_at(changes, sw_list_count(changes) == 0 ? 0 : sw_list_count(changes) - 1);
        if (!is_complete && (!sw_as_int(sw_get(end, "usn"), &last) || last <= since)) {
            return unreadable(probe, "the volume's change journal does not go on");
        }
        /* The last record once more: a journal can be read from the place of a record only. */
        since = is_complete ? since : last;
    }
    return is_complete ? SW_HOLDS
                       : unreadable(probe, "more changes than are read at once, all made by sync");
}

static enum sw_verdict judge_session(struct sw_probe *probe, const struct sw_session *session,
                                     int64_t allowed)
{
    struct sw_arena *arena = sw_probe_arena(probe);

    if (!session->has_hresult) {
        return unreadable(probe, "a later session does not say its result");
    }
    if (sw_session_is_cancelled(session)) {
        return SW_HOLDS; /* the task ran again; the session after it counts */
    }
    if (session->hresult != SW_HRESULT_OK) {
        return sw_lapsed(probe, "a later upload session ended with %s",
                         sw_hresult_text(arena, session->hresult));
    }
    if (!session->has_item_errors || !session->has_carried) {
        return unreadable(probe, "a later session does not say what it carried");
    }
    if (session->item_errors > allowed) {
        return sw_lapsed(probe, "in a later upload session %s failed",
                         sw_count_text(arena, session->item_errors, "item", "items"));
    }
    if (session->carried > allowed) {
        return sw_lapsed(probe, "a later upload session found %s to carry",
                         sw_count_text(arena, session->carried, "change", "changes"));
    }
    return SW_HOLDS;
}

static enum sw_verdict reread_sessions(struct sw_probe *probe, const struct sw_value *session,
                                       int64_t allowed)
{
    struct sw_session_query query = sw_session_query_of(sw_view_of(probe), "Upload");
    struct sw_session_list list;

    if (query.sync_group == NULL || !sw_session_query_after(&query, session)) {
        return unreadable(probe, "there is no session to compare with");
    }
    enum sw_verdict verdict = sw_sessions_since(probe, &query, session, &list);
    for (size_t i = 0; verdict == SW_HOLDS && i < list.count; i++) {
        verdict = judge_session(probe, &list.items[i], allowed);
    }
    return verdict;
}

enum sw_verdict sw_cloud_proof_reread(struct sw_probe *probe, const char *evidence,
                                      const struct sw_value *except)
{
    const struct sw_view *view = sw_view_of(probe);
    int64_t allowed = 0;

    if (sw_endpoint_path(view) == NULL) {
        return unreadable(probe, "the subject does not say which folder it syncs");
    }
    if (except != NULL) {
        sw_as_int(sw_basis(view, evidence, "per_item_errors"), &allowed);
    }
    enum sw_verdict journal = reread_journal(probe, sw_basis(view, evidence, "usn"), except);
    if (journal != SW_HOLDS && journal != SW_PENDING) {
        return journal;
    }
    enum sw_verdict sessions = reread_sessions(probe, sw_basis(view, evidence, "session"), allowed);
    if (sessions != SW_HOLDS) {
        return sessions;
    }
    return journal;
}
