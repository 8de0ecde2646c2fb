#include "stdlib/azure/server_endpoint.h"

#include "base/text.h"
#include "stdlib/azure/arm_id.h"
#include "stdlib/azure/drift.h"
#include "stdlib/azure/reads.h"

#include <string.h>

static const struct sw_type on_off = {.kind = SW_T_ENUM,
                                      .values = (const char *const[]){"on", "off", NULL}};
static const struct sw_type health = {
    .kind = SW_T_ENUM, .values = (const char *const[]){"Unavailable", "Healthy", "Error", NULL}};
static const struct sw_type sync_mode = {
    .kind = SW_T_ENUM,
    .values = (const char *const[]){"Regular", "NamespaceDownload", "InitialUpload",
                                    "SnapshotUpload", "InitialFullDownload", NULL}};
static const struct sw_type provisioning = {
    .kind = SW_T_ENUM,
    .values = (const char *const[]){"NotStarted", "InProgress", "Ready_SyncNotFunctional",
                                    "Ready_SyncFunctional", "Error", NULL}};

static const struct sw_field inputs[] = {
    {"name", &sw_type_string, SW_FIELD_REQUIRED, NULL,
     "Name of the server endpoint's resource; often a GUID, not the name of the server."},
    {NULL, NULL, 0, NULL, NULL},
};

#define STATUS SW_FIELD_VOLATILE

static const struct sw_field outputs[] = {
    {"id", &sw_type_resource_id, SW_FIELD_IDENTITY, NULL, "Resource id."},
    {"name", &sw_type_string, 0, NULL, "Name of the resource."},
    {"created_at", &sw_type_time, SW_FIELD_IDENTITY, NULL,
     "When it was created; null where the service does not tell (before 2022-06-01)."},
    {"path", &sw_type_win_path, 0, NULL, "Folder on the server that is synced."},
    {"server_id", &sw_type_guid, 0, NULL, "Id of the registered server that holds the folder."},
    {"server_name", &sw_type_string, 0, NULL,
     "Name of that server; its friendly name where only that is told (before 2022)."},
    {"server_resource_id", &sw_type_resource_id, 0, NULL, "Resource id of that server."},
    {"cloud_tiering", &on_off, 0, NULL, "Are cold files tiered to the cloud?"},
    {"volume_free_space", &sw_type_percent, 0, NULL,
     "Free space that tiering keeps on the volume, in percent."},
    {"tier_files_older_than_days", &sw_type_int, 0, NULL,
     "Files not used for this many days are tiered; 0: the date does not count."},
    {"provisioning_state", &sw_type_string, STATUS, NULL,
     "State of the resource; `Succeeded` does not say that sync works."},
    {"provisioning_status", &provisioning, STATUS, NULL, "How far its first sync has come."},
    {"sync_health", &health, STATUS, NULL, "Health of both directions, as last reported."},
    {"upload_result", &sw_type_int, STATUS, NULL,
     "HRESULT of the last upload session as an unsigned number; 0 is good."},
    {"upload_per_item_errors", &sw_type_int, STATUS, NULL,
     "Files that failed in the last upload session."},
    {"upload_not_syncing_persistent", &sw_type_int, STATUS, NULL,
     "Files that do not upload until somebody acts."},
    {"upload_not_syncing_transient", &sw_type_int, STATUS, NULL,
     "Files that did not upload now and are tried again."},
    {"last_upload_mode", &sync_mode, STATUS, NULL, "Kind of the last upload session."},
    {"last_upload_at", &sw_type_time, STATUS, NULL, "When the last upload session ended."},
    {"last_upload_success_at", &sw_type_time, STATUS, NULL,
     "When the last good upload session ended."},
    {"upload_activity", &sw_type_bool, STATUS, NULL,
     "Was an upload session running when the status was reported?"},
    {"status_updated", &sw_type_time, STATUS, NULL,
     "When the server reported this status; it lags by minutes."},
    {"sync_group", &sw_type_string, 0, NULL, "Name of its sync group."},
    {"sync_group_id", &sw_type_resource_id, 0, NULL, "Resource id of its sync group."},
    {"service", &sw_type_string, 0, NULL, "Name of the storage sync service."},
    {"resource_group", &sw_type_string, 0, NULL, "Name of the resource group."},
    {"subscription", &sw_type_guid, 0, NULL, "Id of the subscription."},
    {NULL, NULL, 0, NULL, NULL},
};

static const struct sw_type endpoint_type = {.kind = SW_T_OBJECT, .fields = outputs};
static const struct sw_type endpoint_list = {.kind = SW_T_LIST, .of = &endpoint_type};

static const struct sw_field list_outputs[] = {
    {"items", &endpoint_list, STATUS, NULL, "The server endpoints of the sync group."},
    {"count", &sw_type_int, 0, NULL, "How many there are."},
    {"places", &sw_type_string, 0, NULL, "Server and folder of each, in words."},
    {NULL, NULL, 0, NULL, NULL},
};

/* The name behind /TYPE/ in an id. */
static const struct sw_value *id_name(struct sw_arena *arena, const char *id, const char *type)
{
    const char *folded = id == NULL ? NULL : sw_arm_id_fold(arena, id);
    const char *mark = sw_arm_id_fold(arena, sw_format(arena, "/%s/", type));
    const char *at = folded == NULL ? NULL : strstr(folded, mark);

    if (at == NULL) {
        return sw_null(arena, "the id does not say");
    }

    const char *name = id + (at - folded) + strlen(mark);

    return sw_text_n(arena, name, strcspn(name, "/"));
}

static const struct sw_value *parent_id(struct sw_arena *arena, const char *id)
{
    const char *end = id == NULL ? NULL : strrchr(id, '/');
    size_t length = end == NULL ? 0 : (size_t)(end - id);

    /* Cut the name, then the kind of the collection. */
    while (length > 0 && id[length - 1] != '/') {
        length--;
    }
    return length < 2 ? sw_null(arena, "the id does not say") : sw_text_n(arena, id, length - 1);
}

/* A session that runs is an object of its own; where there is a status, none means idle. */
static const struct sw_value *upload_activity(struct sw_arena *arena, const struct sw_value *status)
{
    const struct sw_value *activity = sw_get(status, "uploadActivity");
    const char *direction = sw_as_text(sw_get(status, "syncActivity"));

    if ((activity != NULL && activity->kind == SW_V_MAP && activity->as.map.count > 0) ||
        sw_text_is_folded(direction, "Upload") ||
        sw_text_is_folded(direction, "UploadAndDownload")) {
        return sw_bool(true);
    }
    if (!sw_is_known(sw_get(status, "combinedHealth")) &&
        !sw_is_known(sw_get(status, "lastUpdatedTimestamp"))) {
        return sw_null(arena, "the server has not reported a status");
    }
    return sw_bool(false);
}

static void put_status(struct sw_builder *map, const struct sw_value *status)
{
    struct sw_arena *arena = map->arena;
    const struct sw_value *upload = sw_get(status, "uploadStatus");

    sw_map_put(map, "sync_health", sw_drift_enum(arena, sw_get(status, "combinedHealth"), &health));
    sw_map_put(map, "upload_result", sw_drift_hresult(arena, sw_get(upload, "lastSyncResult")));
    sw_map_put(map, "upload_per_item_errors",
               sw_drift_int(arena, sw_get(upload, "lastSyncPerItemErrorCount")));
    sw_map_put(map, "upload_not_syncing_persistent",
               sw_drift_int(arena, sw_get(upload, "persistentFilesNotSyncingCount")));
    sw_map_put(map, "upload_not_syncing_transient",
               sw_drift_int(arena, sw_get(upload, "transientFilesNotSyncingCount")));
    sw_map_put(map, "last_upload_mode",
               sw_drift_enum(arena, sw_get(upload, "lastSyncMode"), &sync_mode));
    sw_map_put(map, "last_upload_at", sw_drift_time(arena, sw_get(upload, "lastSyncTimestamp")));
    sw_map_put(map, "last_upload_success_at",
               sw_drift_time(arena, sw_get(upload, "lastSyncSuccessTimestamp")));
    sw_map_put(map, "upload_activity", upload_activity(arena, status));
    sw_map_put(map, "status_updated", sw_drift_time(arena, sw_get(status, "lastUpdatedTimestamp")));
}

static void put_place(struct sw_builder *map, const struct sw_value *id_value)
{
    struct sw_arena *arena = map->arena;
    const char *id = sw_as_text(id_value);

    sw_map_put(map, "sync_group", id_name(arena, id, "syncGroups"));
    sw_map_put(map, "sync_group_id", parent_id(arena, id));
    sw_map_put(map, "service", id_name(arena, id, "storageSyncServices"));
    sw_map_put(map, "resource_group", id_name(arena, id, "resourceGroups"));
    sw_map_put(map, "subscription",
               sw_drift_checked(arena, id_name(arena, id, "subscriptions"), &sw_type_guid));
}

const struct sw_value *sw_azure_server_endpoint_decode(struct sw_arena *arena,
                                                       const struct sw_value *resource)
{
    struct sw_builder map = sw_map_begin(arena);
    const struct sw_value *properties = sw_get(resource, "properties");
    const struct sw_value *id =
        sw_drift_checked(arena, sw_get(resource, "id"), &sw_type_resource_id);
    const struct sw_value *server =
        sw_drift_checked(arena, sw_get(properties, "serverResourceId"), &sw_type_resource_id);

    sw_map_put(&map, "id", id);
    sw_map_put(&map, "name", sw_drift_text(arena, sw_get(resource, "name")));
    sw_map_put(&map, "created_at",
               sw_drift_time(arena, sw_get_path(resource, "systemData", "createdAt", NULL)));
    sw_map_put(&map, "path",
               sw_drift_checked(arena, sw_get(properties, "serverLocalPath"), &sw_type_win_path));
    sw_map_put(&map, "server_id",
               sw_drift_checked(arena, id_name(arena, sw_as_text(server), "registeredServers"),
                                &sw_type_guid));
    sw_map_put(&map, "server_name",
               sw_drift_text(arena, sw_drift_first(properties, "serverName", "friendlyName")));
    sw_map_put(&map, "server_resource_id", server);
    sw_map_put(&map, "cloud_tiering",
               sw_drift_enum(arena, sw_get(properties, "cloudTiering"), &on_off));
    sw_map_put(&map, "volume_free_space",
               sw_drift_percent(arena, sw_get(properties, "volumeFreeSpacePercent")));
    sw_map_put(&map, "tier_files_older_than_days",
               sw_drift_int(arena, sw_get(properties, "tierFilesOlderThanDays")));
    sw_map_put(&map, "provisioning_state",
               sw_drift_text(arena, sw_get(properties, "provisioningState")));
    sw_map_put(&map, "provisioning_status",
               sw_drift_enum(arena,
                             sw_get_path(properties, "serverEndpointProvisioningStatus",
                                         "provisioningStatus", NULL),
                             &provisioning));
    put_status(&map, sw_get(properties, "syncStatus"));
    put_place(&map, id);
    return sw_built(&map);
}

/* "no such endpoint" is more use with the names that there are. */
static enum sw_verdict not_found(struct sw_probe *probe, const char *group, const char *name)
{
    const struct sw_view *view = sw_view_of(probe);
    enum sw_verdict verdict = SW_PENDING;
    const struct sw_value *body = sw_azure_read(
        probe, "endpoints", sw_format(sw_view_arena(view), "%s/serverEndpoints", group), NULL,
        "list of server endpoints", &verdict);

    if (body == NULL) {
        return verdict;
    }

    const char *names = "";
    const struct sw_value *items = sw_get(body, "value");

    for (size_t i = 0; i < sw_list_count(items) && i < 10; i++) {
        const char *other = sw_as_text(sw_get(sw_list_at(items, i), "name"));

        names = sw_format(sw_view_arena(view), "%s%s'%s'", names, i == 0 ? "" : ", ",
                          other == NULL ? "" : other);
    }
    return sw_probe_error(probe, "not_found", "the sync group has no server endpoint '%s'; %s%s",
                          name, *names == '\0' ? "it has none" : "it has ", names);
}

static enum sw_verdict endpoint_probe(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    const char *name = sw_in_text(view, "name");
    const char *group = sw_azure_sync_group_id(view);
    const char *id = sw_azure_child_id(view, group, "serverEndpoints", name);
    enum sw_verdict verdict = SW_PENDING;
    const struct sw_value *body =
        sw_azure_read(probe, "endpoint", id, NULL,
                      sw_format(arena, "server endpoint '%s'", name == NULL ? "" : name), &verdict);

    if (body == NULL) {
        return verdict == SW_FAILED && id != NULL ? not_found(probe, group, name) : verdict;
    }
    sw_azure_out_all(probe, sw_azure_server_endpoint_decode(arena, body));
    return SW_DONE;
}

/* "FS01.contoso.example D:\\Shares; FS02.contoso.example E:\\Team" */
static const struct sw_value *places_of(struct sw_arena *arena, const struct sw_value *items)
{
    const char *text = "";

    if (items == NULL) {
        return sw_unknown(arena, "the answer holds no list");
    }
    for (size_t i = 0; i < sw_list_count(items); i++) {
        const char *server = sw_as_text(sw_get(sw_list_at(items, i), "server_name"));
        const char *path = sw_as_text(sw_get(sw_list_at(items, i), "path"));

        text = sw_format(arena, "%s%s%s %s", text, i == 0 ? "" : "; ",
                         server == NULL ? "(an unnamed server)" : server,
                         path == NULL ? "(an unnamed folder)" : path);
    }
    return sw_text(arena, text);
}

static enum sw_verdict endpoints_probe(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    const char *group = sw_azure_sync_group_id(view);
    const char *id = group == NULL ? NULL : sw_format(arena, "%s/serverEndpoints", group);
    enum sw_verdict verdict = SW_PENDING;
    const struct sw_value *body =
        sw_azure_read(probe, "endpoints", id, NULL, "list of server endpoints", &verdict);

    if (body == NULL) {
        return verdict;
    }
    const struct sw_value *items = sw_azure_items(arena, body, sw_azure_server_endpoint_decode);

    sw_azure_out_list(probe, items);
    sw_out(probe, "places", places_of(arena, items));
    return SW_DONE;
}

const struct sw_action sw_azure_server_endpoint = {
    .name = "azure.server_endpoint",
    .doc = "Read a server endpoint: its folder, its server and the last status that the server "
           "reported.",
    .source = "Azure REST specification, storagesync 2022-09-01, ServerEndpoints_Get",
    .effect = SW_EFFECT_READ,
    .target_kind = "azure.sync_group",
    .inputs = inputs,
    .outputs = outputs,
    .errors = sw_azure_read_errors,
    .probe = endpoint_probe,
    .example =
        (const char *const[]){"endpoint:", "  read: azure.server_endpoint", "  target: cloud",
                              "  with: { name: '${params.endpoint}' }", NULL},
};

const struct sw_action sw_azure_server_endpoints = {
    .name = "azure.server_endpoints",
    .doc = "Read all server endpoints of the sync group.",
    .source = "Azure REST specification, storagesync 2022-09-01, ServerEndpoints_ListBySyncGroup",
    .effect = SW_EFFECT_READ,
    .target_kind = "azure.sync_group",
    .outputs = list_outputs,
    .errors = sw_azure_read_errors,
    .probe = endpoints_probe,
    .example = (const char *const[]){"endpoints:", "  read: azure.server_endpoints",
                                     "  target: cloud", NULL},
};
