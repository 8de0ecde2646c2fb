/* Facts about the sync agent on a server. */
#include "stdlib/filesync/agent.h"

#include "stdlib/filesync/names.h"
#include "stdlib/windows/script.h"

static const struct sw_field outputs[] = {
    {"version", &sw_type_version, 0, NULL, "Version of the agent."},
    {"has_status_cmdlet", &sw_type_bool, 0, NULL,
     "Can it tell when a session began (agents from 14 on)?"},
    {"service_state", &sw_type_string, SW_FIELD_VOLATILE, NULL,
     "State of its service FileSyncSvc."},
    {"certificate_expires", &sw_type_time, 0, NULL,
     "When its certificate runs out; null where that can't be read."},
    {"certificate_valid", &sw_type_bool, 0, NULL,
     "Is that later than now, by the server's own clock?"},
    {"server_id", &sw_type_guid, SW_FIELD_IDENTITY, NULL, "Id under which it is registered."},
    {"computer_name", &sw_type_string, 0, NULL, "Name of the server."},
    {"boot_time", &sw_type_time, SW_FIELD_VOLATILE, NULL, "When the server started."},
    {0},
};

static const struct sw_action_error errors[] = {
    SW_SCRIPT_ERRORS,
    {0},
};

static enum sw_verdict probe_agent(struct sw_probe *probe)
{
    static const char *const same[] = {"has_status_cmdlet", "service_state", "certificate_expires",
                                       "server_id",         "computer_name", "boot_time"};
    struct sw_arena *arena = sw_probe_arena(probe);
    const struct sw_answer *answer =
        sw_ask(probe, "facts", sw_script_look("filesync/agent-facts", NULL));
    int64_t expires = 0;

    if (answer == NULL) {
        return SW_PENDING;
    }
    for (size_t i = 0; i < SW_COUNT(same); i++) {
        const struct sw_value *value = sw_get(answer->body, same[i]);
        sw_out(probe, same[i], value == NULL ? sw_null(arena, "the server did not say") : value);
    }
    const char *version = sw_as_text(sw_get(answer->body, "agent_version"));
    sw_out(probe, "version",
           version == NULL ? sw_null(arena, "the server did not say") : sw_version(arena, version));
    if (sw_script_time(sw_get(answer->body, "certificate_expires"), &expires) &&
        answer->peer_time_ns != 0) {
        sw_out(probe, "certificate_valid", sw_bool(expires > answer->peer_time_ns));
    }
    return SW_DONE;
}

const struct sw_action sw_filesync_agent = {
    .name = "filesync.agent",
    .doc = "Reads version, registration and certificate of the file sync agent on the server.",
    .source = "windows.md A6; the agent's registry key and service",
    .effect = SW_EFFECT_READ,
    .target_kind = "windows.server",
    .outputs = outputs,
    .errors = errors,
    .probe = probe_agent,
    .example =
        (const char *const[]){"facts:", "  agent: { read: filesync.agent, target: server }", NULL},
};
