#include "stdlib/filesync/session_judge.h"

#include "stdlib/filesync/names.h"
#include "stdlib/filesync/service_count.h"

#include <inttypes.h>

static const struct sw_value *time_or_null(struct sw_arena *arena, bool has, int64_t ns)
{
    return has ? sw_number(arena, SW_V_TIME, ns) : sw_null(arena, "the server did not say");
}

static const struct sw_value *count_or_null(struct sw_arena *arena, bool has, int64_t count)
{
    return has ? sw_int(arena, count) : sw_null(arena, "the server did not say");
}

const struct sw_hresult *sw_session_result(const struct sw_session *session)
{
    return session->has_hresult ? sw_hresult_find(session->hresult) : NULL;
}

void sw_session_show(struct sw_probe *probe, const struct sw_session *session)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    const struct sw_hresult *known = sw_session_result(session);

    sw_out(probe, "started", time_or_null(arena, session->has_started, session->started_ns));
    sw_out(probe, "ended", time_or_null(arena, session->has_ended, session->ended_ns));
    sw_out(probe, "correlation_id",
           session->correlation_id == NULL ? sw_null(arena, "the event has none")
                                           : sw_text(arena, session->correlation_id));
    sw_out(probe, "record_id", sw_int(arena, session->record_id));
    sw_out(probe, "hresult", count_or_null(arena, session->has_hresult, session->hresult));
    if (session->has_hresult) {
        sw_out(probe, "meaning", sw_text(arena, sw_hresult_text(arena, session->hresult)));
    }
    if (known != NULL && known->remedy != NULL) {
        sw_out(probe, "remedy", sw_text(arena, known->remedy));
    }
    sw_out(probe, "per_item_errors",
           count_or_null(arena, session->has_item_errors, session->item_errors));
    sw_out(probe, "files", count_or_null(arena, session->files >= 0, session->files));
}

/* What the server's own word comes to. */
static enum sw_session_end end_of(struct sw_probe *probe, const struct sw_session *session,
                                  const char *kind)
{
    struct sw_arena *arena = sw_probe_arena(probe);

    if (!session->has_hresult || !session->has_item_errors) {
        sw_say(probe,
               "the session of record %" PRId64 " does not say its result or its item errors: it "
               "does not count",
               session->record_id);
        return SW_SESSION_OPEN;
    }
    if (session->hresult != SW_HRESULT_OK) {
        const struct sw_hresult *known = sw_hresult_find(session->hresult);
        const char *text = sw_hresult_text(arena, session->hresult);
        if (known == NULL || known->kind == SW_HRESULT_WAIT) {
            sw_say(probe, "the newest session ended with %s; waits for the next one", text);
            return SW_SESSION_OPEN;
        }
        sw_say(probe, "the %s failed with %s%s%s", kind, text, known->remedy == NULL ? "" : ". ",
               known->remedy == NULL ? "" : known->remedy);
        return SW_SESSION_ERROR;
    }
    /* Files that failed one by one are listed and asked about; what else stayed behind is not. */
    if (session->left_behind > session->item_errors) {
        sw_say(probe, "the newest session left %s behind; waits for the next one",
               sw_count_text(arena, session->left_behind, "file", "files"));
        return SW_SESSION_OPEN;
    }
    /* Open when the session reached it, or changed again meanwhile: no error, but not there either.
     */
    if (session->passed_over > session->item_errors) {
        sw_say(probe, "the newest session passed over %s; waits for the next one",
               sw_count_text(arena, session->passed_over - session->item_errors, "file", "files"));
        return SW_SESSION_OPEN;
    }
    if (session->item_errors > 0) {
        sw_say(probe, "%s did not %s; all others did",
               sw_count_text(arena, session->item_errors, "item", "items"), kind);
        return SW_SESSION_ITEMS;
    }
    return SW_SESSION_CLEAN;
}

enum sw_verdict sw_session_judge(struct sw_probe *probe, const struct sw_session *session,
                                 const char *kind, enum sw_session_end *ret_end)
{
    enum sw_session_end end = end_of(probe, session, kind);
    enum sw_verdict verdict = SW_HOLDS;

    *ret_end = end;
    switch (end) {
    case SW_SESSION_OPEN:
        break;
    case SW_SESSION_CLEAN:
        verdict =
            sw_service_count(probe, sw_format(sw_probe_arena(probe), "%sStatus", kind), session);
        return verdict == SW_HOLDS ? sw_outcome(probe, "clean") : verdict;
    case SW_SESSION_ITEMS:
        return sw_outcome(probe, "item_errors");
    case SW_SESSION_ERROR:
        return sw_outcome(probe, "sync_error");
    }
    return SW_WAIT;
}
