#include "stdlib/filesync/service_count.h"

#include "stdlib/azure/arm.h"
#include "stdlib/azure/drift.h"
#include "stdlib/filesync/names.h"

#include <inttypes.h>

static enum sw_verdict no_word(struct sw_probe *probe, const char *why)
{
    sw_out(probe, "service_count",
           sw_textf(sw_probe_arena(probe), "%s: by the server's own word", why));
    return SW_HOLDS;
}

enum sw_verdict sw_service_count(struct sw_probe *probe, const char *direction,
                                 const struct sw_session *session)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    const char *id = sw_subject_text(sw_view_of(probe), "id");
    int64_t at_ns = 0, lasting = 0, passing = 0;

    if (id == NULL) {
        return no_word(probe, "the subject does not say its resource");
    }
    const struct sw_answer *answer = sw_ask_also(probe, "status", sw_arm_get(arena, id, NULL));

    if (answer == NULL) {
        return SW_PENDING;
    }
    const struct sw_value *status =
        sw_get_path(answer->body, "properties", "syncStatus", direction, NULL);

    if (answer->status != 200 ||
        !sw_as_int(sw_drift_time(arena, sw_get(status, "lastSyncTimestamp")), &at_ns)) {
        return no_word(probe, "the service has no status of it");
    }
    if (!session->has_ended || at_ns < session->ended_ns) {
        return no_word(probe, "the service has not reported on this session yet");
    }
    if (!sw_as_int(sw_drift_int(arena, sw_get(status, "persistentFilesNotSyncingCount")),
                   &lasting) ||
        !sw_as_int(sw_drift_int(arena, sw_get(status, "transientFilesNotSyncingCount")),
                   &passing) ||
        lasting < 0 || passing < 0) {
        return no_word(probe, "the service did not count");
    }
    sw_out(probe, "service_count",
           sw_textf(arena, "%s not syncing",
                    sw_count_text(arena, lasting + passing, "file", "files")));
    if (lasting + passing == 0) {
        return SW_HOLDS;
    }
    sw_say(probe,
           "the newest session is clean by the server's word, but the service counts %s as not "
           "syncing (lasting: %" PRId64 ", passing: %" PRId64 "); waits for the next one",
           sw_count_text(arena, lasting + passing, "file", "files"), lasting, passing);
    return SW_WAIT;
}
