#include "stdlib/azure/registered_server.h"

#include "stdlib/azure/arm_id.h"
#include "stdlib/azure/drift.h"
#include "stdlib/azure/reads.h"

#define STATUS SW_FIELD_VOLATILE

static const struct sw_type version_status = {
    .kind = SW_T_ENUM,
    .values = (const char *const[]){"Ok", "NearExpiry", "Expired", "Blocked", NULL}};
static const struct sw_type auth_type = {
    .kind = SW_T_ENUM, .values = (const char *const[]){"Certificate", "ManagedIdentity", NULL}};

static const struct sw_field inputs[] = {
    {"id", &sw_type_guid, SW_FIELD_REQUIRED, NULL,
     "Id of the registered server, e.g. `server_id` of azure.server_endpoint."},
    {NULL, NULL, 0, NULL, NULL},
};

static const struct sw_field outputs[] = {
    {"id", &sw_type_resource_id, SW_FIELD_IDENTITY, NULL, "Resource id."},
    {"server_id", &sw_type_guid, SW_FIELD_IDENTITY, NULL, "Id that the agent on the server knows."},
    {"server_name", &sw_type_string, 0, NULL,
     "Name of the server; its friendly name where only that is told (before 2022)."},
    {"agent_version", &sw_type_version, 0, NULL, "Version of the sync agent."},
    {"version_status", &version_status, STATUS, NULL, "Is that version still supported?"},
    {"version_expires_at", &sw_type_time, STATUS, NULL, "When its support ends."},
    {"os_version", &sw_type_version, 0, NULL, "Version of Windows."},
    {"management_error", &sw_type_int, STATUS, NULL,
     "HRESULT of the last management job as an unsigned number; 0 is good."},
    {"last_heartbeat", &sw_type_time, STATUS, NULL, "When the server was last heard of."},
    {"provisioning_state", &sw_type_string, STATUS, NULL, "State of the resource."},
    {"role", &sw_type_string, 0, NULL, "`Standalone`, or its part in a cluster."},
    {"cluster_name", &sw_type_string, 0, NULL, "Name of the cluster; null when it is in none."},
    {"active_auth_type", &auth_type, 0, NULL, "How the server signs in to the service."},
    {NULL, NULL, 0, NULL, NULL},
};

const struct sw_value *sw_azure_registered_server_decode(struct sw_arena *arena,
                                                         const struct sw_value *resource)
{
    struct sw_builder map = sw_map_begin(arena);
    const struct sw_value *properties = sw_get(resource, "properties");
    /* Misspelt so in 2018. */
    const struct sw_value *error =
        sw_drift_first(properties, "serverManagementErrorCode", "serverManagementtErrorCode");

    sw_map_put(&map, "id", sw_drift_checked(arena, sw_get(resource, "id"), &sw_type_resource_id));
    sw_map_put(&map, "server_id",
               sw_drift_checked(arena, sw_get(properties, "serverId"), &sw_type_guid));
    sw_map_put(&map, "server_name",
               sw_drift_text(arena, sw_drift_first(properties, "serverName", "friendlyName")));
    sw_map_put(&map, "agent_version",
               sw_drift_checked(arena, sw_get(properties, "agentVersion"), &sw_type_version));
    sw_map_put(&map, "version_status",
               sw_drift_enum(arena, sw_get(properties, "agentVersionStatus"), &version_status));
    sw_map_put(&map, "version_expires_at",
               sw_drift_time(arena, sw_get(properties, "agentVersionExpirationDate")));
    sw_map_put(&map, "os_version",
               sw_drift_checked(arena, sw_get(properties, "serverOSVersion"), &sw_type_version));
    sw_map_put(&map, "management_error", sw_drift_hresult(arena, error));
    sw_map_put(&map, "last_heartbeat", sw_drift_time(arena, sw_get(properties, "lastHeartBeat")));
    sw_map_put(&map, "provisioning_state",
               sw_drift_text(arena, sw_get(properties, "provisioningState")));
    sw_map_put(&map, "role", sw_drift_text(arena, sw_get(properties, "serverRole")));
    sw_map_put(&map, "cluster_name", sw_drift_text(arena, sw_get(properties, "clusterName")));
    sw_map_put(&map, "active_auth_type",
               sw_drift_enum(arena, sw_get(properties, "activeAuthType"), &auth_type));
    return sw_built(&map);
}

static enum sw_verdict server_probe(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    const char *name = sw_in_text(view, "id");
    const char *id = sw_azure_child_id(view, sw_azure_service_id(view), "registeredServers", name);
    enum sw_verdict verdict = SW_PENDING;
    const struct sw_value *body = sw_azure_read(
        probe, "server", id, NULL,
        sw_format(sw_probe_arena(probe), "registered server '%s'", name == NULL ? "" : name),
        &verdict);

    if (body == NULL) {
        return verdict;
    }
    sw_azure_out_all(probe, sw_azure_registered_server_decode(sw_probe_arena(probe), body));
    return SW_DONE;
}

const struct sw_action sw_azure_registered_server = {
    .name = "azure.registered_server",
    .doc = "Read a server that is registered with the sync service: its agent, and when it was "
           "last heard of.",
    .source = "Azure REST specification, storagesync 2022-09-01, RegisteredServers_Get",
    .effect = SW_EFFECT_READ,
    .target_kind = "azure.sync_group",
    .inputs = inputs,
    .outputs = outputs,
    .errors = sw_azure_read_errors,
    .probe = server_probe,
    .example =
        (const char *const[]){"registration:", "  read: azure.registered_server", "  target: cloud",
                              "  with: { id: '${facts.endpoint.server_id}' }", NULL},
};
