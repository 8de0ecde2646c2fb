#include "stdlib/azure/sync_group.h"

#include "stdlib/azure/drift.h"
#include "stdlib/azure/reads.h"

#define STATUS SW_FIELD_VOLATILE

static const struct sw_field group_outputs[] = {
    {"id", &sw_type_resource_id, SW_FIELD_IDENTITY, NULL, "Resource id."},
    {"name", &sw_type_string, 0, NULL, "Name of the sync group."},
    {"unique_id", &sw_type_guid, 0, NULL,
     "The service's own id of the group; the agent's events name it."},
    {"created_at", &sw_type_time, SW_FIELD_IDENTITY, NULL,
     "When it was created; null where the service does not tell (before 2022-06-01)."},
    {NULL, NULL, 0, NULL, NULL},
};

static const struct sw_field cloud_outputs[] = {
    {"id", &sw_type_resource_id, SW_FIELD_IDENTITY, NULL, "Resource id."},
    {"name", &sw_type_string, 0, NULL, "Name of the resource, often a GUID."},
    {"share_name", &sw_type_string, 0, NULL, "Name of the file share."},
    {"storage_account_id", &sw_type_resource_id, 0, NULL, "Resource id of the storage account."},
    {"friendly_name", &sw_type_string, 0, NULL, "Name that the portal shows."},
    {"backup_enabled", &sw_type_bool, 0, NULL, "Is the share backed up by Azure Backup?"},
    {"provisioning_state", &sw_type_string, STATUS, NULL, "State of the resource."},
    {"enumeration_running", &sw_type_bool, STATUS, NULL,
     "Is the service looking for changes in the share now?"},
    {"enumeration_progress", &sw_type_percent, STATUS, NULL,
     "How far that has come, in percent; null when none runs."},
    {"last_enumeration_started_at", &sw_type_time, STATUS, NULL,
     "When the last finished look for changes began."},
    {"last_enumeration_completed_at", &sw_type_time, STATUS, NULL,
     "When it ended: the only sign that a look for changes is finished."},
    {"last_enumeration_files", &sw_type_int, STATUS, NULL, "Files that it counted in the share."},
    {"last_enumeration_directories", &sw_type_int, STATUS, NULL, "Folders that it counted."},
    {"last_enumeration_size", &sw_type_size, STATUS, NULL, "Bytes that it counted."},
    {"next_enumeration_at", &sw_type_time, STATUS, NULL, "When the service looks again by itself."},
    {NULL, NULL, 0, NULL, NULL},
};

static const struct sw_value *decode_group(struct sw_arena *arena, const struct sw_value *resource)
{
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put(&map, "id", sw_drift_checked(arena, sw_get(resource, "id"), &sw_type_resource_id));
    sw_map_put(&map, "name", sw_drift_text(arena, sw_get(resource, "name")));
    sw_map_put(&map, "unique_id",
               sw_drift_checked(arena, sw_get_path(resource, "properties", "uniqueId", NULL),
                                &sw_type_guid));
    sw_map_put(&map, "created_at",
               sw_drift_time(arena, sw_get_path(resource, "systemData", "createdAt", NULL)));
    return sw_built(&map);
}

/* `activity` is there while one runs; where there is a status without it, none does. */
static const struct sw_value *is_running(struct sw_arena *arena, const struct sw_value *status)
{
    const struct sw_value *activity = sw_get(status, "activity");

    if (activity != NULL && activity->kind == SW_V_MAP && activity->as.map.count > 0) {
        return sw_bool(true);
    }
    return sw_is_known(sw_get(status, "lastUpdatedTimestamp"))
               ? sw_bool(false)
               : sw_null(arena, "the service did not say");
}

const struct sw_value *sw_azure_share_name(struct sw_arena *arena,
                                           const struct sw_value *properties)
{
    /* The second name is that of 2018. */
    return sw_drift_text(
        arena, sw_drift_first(properties, "azureFileShareName", "storageAccountShareName"));
}

const struct sw_value *sw_azure_cloud_endpoint_decode(struct sw_arena *arena,
                                                      const struct sw_value *resource)
{
    struct sw_builder map = sw_map_begin(arena);
    const struct sw_value *properties = sw_get(resource, "properties");
    const struct sw_value *status = sw_get(properties, "changeEnumerationStatus");
    const struct sw_value *last = sw_get(status, "lastEnumerationStatus");

    sw_map_put(&map, "id", sw_drift_checked(arena, sw_get(resource, "id"), &sw_type_resource_id));
    sw_map_put(&map, "name", sw_drift_text(arena, sw_get(resource, "name")));
    sw_map_put(&map, "share_name", sw_azure_share_name(arena, properties));
    sw_map_put(&map, "storage_account_id",
               sw_drift_checked(arena, sw_get(properties, "storageAccountResourceId"),
                                &sw_type_resource_id));
    sw_map_put(&map, "friendly_name", sw_drift_text(arena, sw_get(properties, "friendlyName")));
    sw_map_put(&map, "backup_enabled", sw_drift_bool(arena, sw_get(properties, "backupEnabled")));
    sw_map_put(&map, "provisioning_state",
               sw_drift_text(arena, sw_get(properties, "provisioningState")));
    sw_map_put(&map, "enumeration_running", is_running(arena, status));
    sw_map_put(&map, "enumeration_progress",
               sw_drift_percent(arena, sw_get_path(status, "activity", "progressPercent", NULL)));
    sw_map_put(&map, "last_enumeration_started_at",
               sw_drift_time(arena, sw_get(last, "startedTimestamp")));
    sw_map_put(&map, "last_enumeration_completed_at",
               sw_drift_time(arena, sw_get(last, "completedTimestamp")));
    sw_map_put(&map, "last_enumeration_files",
               sw_drift_int(arena, sw_get(last, "namespaceFilesCount")));
    sw_map_put(&map, "last_enumeration_directories",
               sw_drift_int(arena, sw_get(last, "namespaceDirectoriesCount")));
    sw_map_put(&map, "last_enumeration_size",
               sw_drift_size(arena, sw_get(last, "namespaceSizeBytes")));
    sw_map_put(&map, "next_enumeration_at", sw_drift_time(arena, sw_get(last, "nextRunTimestamp")));
    return sw_built(&map);
}

const struct sw_value *sw_azure_sync_group_read(struct sw_probe *probe,
                                                enum sw_verdict *ret_verdict)
{
    return sw_azure_read(probe, "group", sw_azure_sync_group_id(sw_view_of(probe)), NULL,
                         "sync group of the target", ret_verdict);
}

const struct sw_value *sw_azure_cloud_endpoint_read(struct sw_probe *probe,
                                                    enum sw_verdict *ret_verdict)
{
    const char *group = sw_azure_sync_group_id(sw_view_of(probe));
    const char *id =
        group == NULL ? NULL : sw_format(sw_probe_arena(probe), "%s/cloudEndpoints", group);
    const struct sw_value *body =
        sw_azure_read(probe, "cloud_endpoints", id, NULL, "list of cloud endpoints", ret_verdict);
    const struct sw_value *items = sw_get(body, "value");

    if (body == NULL) {
        return NULL;
    }
    if (items == NULL || items->kind != SW_V_LIST) {
        *ret_verdict =
            sw_probe_error(probe, "unreadable", "the resource manager's answer holds no list");
        return NULL;
    }
    /* A group has one cloud endpoint or, half built, none; two would be two truths. */
    if (sw_list_count(items) != 1) {
        *ret_verdict = sw_probe_error(probe, "not_found",
                                      "the sync group has %zu cloud endpoints, expected one",
                                      sw_list_count(items));
        return NULL;
    }
    return sw_list_at(items, 0);
}

static enum sw_verdict group_probe(struct sw_probe *probe)
{
    enum sw_verdict verdict = SW_PENDING;
    const struct sw_value *body = sw_azure_sync_group_read(probe, &verdict);

    if (body == NULL) {
        return verdict;
    }
    sw_azure_out_all(probe, decode_group(sw_probe_arena(probe), body));
    return SW_DONE;
}

static enum sw_verdict cloud_probe(struct sw_probe *probe)
{
    enum sw_verdict verdict = SW_PENDING;
    const struct sw_value *resource = sw_azure_cloud_endpoint_read(probe, &verdict);

    if (resource == NULL) {
        return verdict;
    }
    sw_azure_out_all(probe, sw_azure_cloud_endpoint_decode(sw_probe_arena(probe), resource));
    return SW_DONE;
}

const struct sw_action sw_azure_sync_group = {
    .name = "azure.sync_group",
    .doc = "Read the target's sync group.",
    .source = "Azure REST specification, storagesync 2022-09-01, SyncGroups_Get",
    .effect = SW_EFFECT_READ,
    .target_kind = "azure.sync_group",
    .outputs = group_outputs,
    .errors = sw_azure_read_errors,
    .probe = group_probe,
    .example = (const char *const[]){"group:", "  read: azure.sync_group", "  target: cloud", NULL},
};

const struct sw_action sw_azure_cloud_endpoint = {
    .name = "azure.cloud_endpoint",
    .doc = "Read the cloud endpoint of the sync group: its share, and when the service last looked "
           "for changes there.",
    .source = "Azure REST specification, storagesync 2022-09-01, CloudEndpoints_ListBySyncGroup",
    .effect = SW_EFFECT_READ,
    .target_kind = "azure.sync_group",
    .outputs = cloud_outputs,
    .errors = sw_azure_read_errors,
    .probe = cloud_probe,
    .example = (const char *const[]){"share_side:", "  read: azure.cloud_endpoint",
                                     "  target: cloud", NULL},
};
