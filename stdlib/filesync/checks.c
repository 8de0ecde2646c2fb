#include "stdlib/filesync/checks.h"

#include "base/text.h"
#include "base/time.h"
#include "stdlib/filesync/names.h"
#include "stdlib/windows/script.h"

#define SOON_NS (30 * 24 * 3600 * SW_NS_PER_S)

static const struct sw_answer *facts_of(struct sw_probe *probe)
{
    return sw_ask(probe, "facts", sw_script_look("filesync/agent-facts", NULL));
}

static enum sw_verdict check_agent(struct sw_probe *probe)
{
    const struct sw_answer *answer = facts_of(probe);

    if (answer == NULL) {
        return SW_PENDING;
    }
    const char *version = sw_as_text(sw_get(answer->body, "agent_version"));
    const char *state = sw_as_text(sw_get(answer->body, "service_state"));

    if (version == NULL) {
        return sw_lapsed(probe, "there is no file sync agent on the server. Is it the right one?");
    }
    if (!sw_text_is(state, "Running")) {
        return sw_lapsed(probe, "the agent's service is %s, not Running. Start-Service FileSyncSvc",
                         state == NULL ? "unknown" : state);
    }
    sw_say(probe, "agent %s, its service runs", version);
    return SW_HOLDS;
}

static enum sw_verdict check_registration(struct sw_probe *probe)
{
    const struct sw_answer *answer = facts_of(probe);
    int64_t expires = 0;

    if (answer == NULL) {
        return SW_PENDING;
    }
    const char *id = sw_as_text(sw_get(answer->body, "server_id"));

    if (id == NULL) {
        return sw_lapsed(probe,
                         "the server is not registered with a sync service, or the login may "
                         "not see it: it must be an administrator there");
    }
    if (!sw_script_time(sw_get(answer->body, "certificate_expires"), &expires)) {
        sw_say(probe, "registered as %s; when its certificate ends could not be read", id);
        return SW_HOLDS;
    }
    if (answer->peer_time_ns != 0 && expires <= answer->peer_time_ns) {
        return sw_lapsed(probe, "the server's certificate has expired: nothing is synced. "
                                "Reset-StorageSyncServerCertificate");
    }
    if (answer->peer_time_ns != 0 && expires - answer->peer_time_ns < SOON_NS) {
        return sw_unclear(probe, "the server's certificate ends within 30 days");
    }
    sw_say(probe, "registered as %s, its certificate is valid", id);
    return SW_HOLDS;
}

static enum sw_verdict check_module(struct sw_probe *probe)
{
    const struct sw_answer *answer = facts_of(probe);
    bool has_status = false;

    if (answer == NULL) {
        return SW_PENDING;
    }
    if (!sw_as_bool(sw_get(answer->body, "has_status_cmdlet"), &has_status)) {
        return sw_unclear(probe, "whether the agent's module loads could not be read");
    }
    if (!has_status) {
        return sw_unclear(probe, "the agent's module has no Get-StorageSyncStatus (agents before "
                                 "14): waits need one session more, as nobody tells when a session "
                                 "began. A newer agent tells it");
    }
    sw_say(probe, "the agent's module tells when sessions began");
    return SW_HOLDS;
}

#define LOGIN                                                                                      \
    "The login must be an administrator of the server, and PowerShell 5.1 must start there"

const struct sw_check sw_filesync_checks[] = {
    {"agent", "The sync agent is there, and its service runs.", "windows.server", LOGIN,
     check_agent},
    {"registration", "The server is registered, its certificate valid.", "windows.server", LOGIN,
     check_registration},
    {"module", "The agent's module loads and tells sessions.", "windows.server", LOGIN,
     check_module},
    {0},
};
