/*
 * The resources as JSON, in the manner of the service's answers of 2024: members without a value
 * are left out, `On` is written large, some texts carry quotes of their own, and a registered
 * server drags 13 KB of monitoring configuration along (azure.md 2.1, 2.2).
 */
#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"
#include "stdlib/filesync/world/model.h"

#define GIB (INT64_C(1) << 30)
#define MONITORING_BYTES 12800u
#define DAY_NS (INT64_C(86400) * SW_NS_PER_S)

const char *sw_fs_service_id(const struct sw_fs_model *model, struct sw_arena *arena)
{
    return sw_format(arena,
                     "/subscriptions/%s/resourceGroups/%s/providers/Microsoft.StorageSync/"
                     "storageSyncServices/%s",
                     model->config.azure.subscription, model->config.azure.resource_group,
                     model->config.azure.service);
}

const char *sw_fs_group_id(const struct sw_fs_model *model, struct sw_arena *arena)
{
    return sw_format(arena, "%s/syncGroups/%s", sw_fs_service_id(model, arena),
                     model->config.endpoint.group);
}

const char *sw_fs_endpoint_id(const struct sw_fs_model *model, struct sw_arena *arena)
{
    return sw_format(arena, "%s/serverEndpoints/%s", sw_fs_group_id(model, arena),
                     model->config.endpoint.name);
}

const char *sw_fs_cloud_id(const struct sw_fs_model *model, struct sw_arena *arena)
{
    return sw_format(arena, "%s/cloudEndpoints/%s", sw_fs_group_id(model, arena),
                     sw_fs_guid(model, arena, "cloud endpoint", 0));
}

const char *sw_fs_share_id(const struct sw_fs_model *model, struct sw_arena *arena)
{
    return sw_format(arena,
                     "/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Storage/"
                     "storageAccounts/%s/fileServices/default/shares/%s",
                     model->config.azure.subscription, model->config.azure.resource_group,
                     model->config.azure.account, model->config.azure.share);
}

const char *sw_fs_server_guid(const struct sw_fs_model *model, struct sw_arena *arena)
{
    return sw_fs_guid(model->host, arena, "server", 0);
}

const char *sw_fs_server_id(const struct sw_fs_model *model, struct sw_arena *arena)
{
    return sw_format(arena, "%s/registeredServers/%s", sw_fs_service_id(model, arena),
                     sw_fs_server_guid(model, arena));
}

static void put_time(struct sw_builder *map, const char *key, int64_t ns)
{
    sw_map_put(map, key, sw_text(map->arena, sw_fs_time(map->arena, ns)));
}

static const struct sw_value *resource(const struct sw_fs_model *model, struct sw_arena *arena,
                                       const struct sw_value *properties, const char *id,
                                       const char *name, const char *type)
{
    struct sw_builder top = sw_map_begin(arena);
    struct sw_builder system = sw_map_begin(arena);
    int64_t created_ns = model->config.start_ns / DAY_NS * DAY_NS - 731 * DAY_NS + 33359172815800;

    sw_map_put_text(&system, "createdBy", "storage.admin@contoso.example");
    sw_map_put_text(&system, "createdByType", "User");
    put_time(&system, "createdAt", created_ns);
    sw_map_put_text(&system, "lastModifiedBy", "storage.admin@contoso.example");
    sw_map_put_text(&system, "lastModifiedByType", "User");
    put_time(&system, "lastModifiedAt", created_ns);
    sw_map_put(&top, "properties", properties);
    sw_map_put_text(&top, "id", id);
    sw_map_put_text(&top, "name", name);
    sw_map_put_text(&top, "type", type);
    sw_map_put(&top, "systemData", sw_built(&system));
    return sw_built(&top);
}

const struct sw_value *sw_fs_list_json(struct sw_arena *arena, const struct sw_value *const *items,
                                       size_t count)
{
    struct sw_builder list = sw_list_begin(arena);
    struct sw_builder top = sw_map_begin(arena);

    for (size_t i = 0; i < count; i++) {
        sw_list_add(&list, items[i]);
    }
    sw_map_put(&top, "value", sw_built(&list));
    return sw_built(&top);
}

/* Ends of sessions are by the server's clock, the report itself by the service's. */
static const struct sw_value *session_status(const struct sw_fs_model *model,
                                             struct sw_arena *arena,
                                             const struct sw_fs_session *session,
                                             int64_t success_ns, bool is_upload)
{
    struct sw_builder map = sw_map_begin(arena);
    const struct sw_fs_report *report = &model->report;
    const char *mode = session->is_snapshot ? "SnapshotUpload" : "Regular";

    sw_map_put_int(&map, "lastSyncResult", session->hresult);
    put_time(&map, "lastSyncTimestamp", sw_fs_server_ns(model, session->end_ns));
    if (success_ns != 0) {
        put_time(&map, "lastSyncSuccessTimestamp", sw_fs_server_ns(model, success_ns));
    }
    sw_map_put_int(&map, "lastSyncPerItemErrorCount", session->figures.item_errors);
    sw_map_put_int(&map, "persistentFilesNotSyncingCount",
                   is_upload ? report->persistent_files : 0);
    sw_map_put_int(&map, "transientFilesNotSyncingCount", 0);
    sw_map_put_text(&map, "lastSyncMode", mode);
    return sw_built(&map);
}

static const struct sw_value *upload_activity(const struct sw_fs_model *model,
                                              struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);
    const struct sw_fs_report *report = &model->report;
    const struct sw_fs_session *session = report->running;
    int64_t left_ns = session->end_ns - report->at_ns;

    put_time(&map, "timestamp", sw_fs_service_ns(model, report->at_ns));
    sw_map_put_int(&map, "perItemErrorCount", report->progress.item_errors);
    sw_map_put_int(&map, "appliedItemCount", report->progress.applied_files);
    sw_map_put_int(&map, "totalItemCount", report->progress.sync_files);
    sw_map_put_int(&map, "appliedBytes", report->progress.applied_bytes);
    sw_map_put_int(&map, "totalBytes", report->progress.sync_bytes);
    sw_map_put_text(&map, "syncMode", session->is_snapshot ? "SnapshotUpload" : "Regular");
    sw_map_put_int(&map, "sessionMinutesRemaining", left_ns > 0 ? left_ns / (60 * SW_NS_PER_S) : 0);
    return sw_built(&map);
}

static const struct sw_value *sync_status(const struct sw_fs_model *model, struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);
    const struct sw_fs_report *report = &model->report;
    const char *health = report->is_healthy ? "Healthy" : "Error";

    if (report->at_ns == 0) {
        return sw_built(&map); /* seen in the first minutes of an endpoint */
    }
    sw_map_put_text(&map, "downloadHealth", "Healthy");
    sw_map_put_text(&map, "uploadHealth", health);
    sw_map_put_text(&map, "combinedHealth", health);
    if (report->is_uploading) {
        sw_map_put_text(&map, "syncActivity", "Upload");
    }
    sw_map_put_int(&map, "totalPersistentFilesNotSyncingCount", report->persistent_files);
    put_time(&map, "lastUpdatedTimestamp", sw_fs_service_ns(model, report->at_ns));
    if (report->upload != NULL) {
        sw_map_put(&map, "uploadStatus",
                   session_status(model, arena, report->upload, report->upload_success_ns, true));
    }
    if (report->download != NULL) {
        sw_map_put(
            &map, "downloadStatus",
            session_status(model, arena, report->download, report->download_success_ns, false));
    }
    if (report->is_uploading) {
        sw_map_put(&map, "uploadActivity", upload_activity(model, arena));
    }
    return sw_built(&map);
}

static const struct sw_value *tiering_status(const struct sw_fs_model *model,
                                             struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder low = sw_map_begin(arena);
    int64_t at_ns = sw_fs_service_ns(model, model->report.at_ns);

    put_time(&map, "lastUpdatedTimestamp", at_ns);
    sw_map_put_text(&map, "health", "Healthy");
    put_time(&map, "healthLastUpdatedTimestamp", at_ns);
    sw_map_put_int(&map, "lastCloudTieringResult", 0);
    put_time(&map, "lastSuccessTimestamp", at_ns);
    put_time(&low, "lastUpdatedTimestamp", at_ns);
    sw_map_put_text(&low, "state", "Disabled");
    sw_map_put(&map, "lowDiskMode", sw_built(&low));
    return sw_built(&map);
}

static const struct sw_value *recall_status(const struct sw_fs_model *model, struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder errors = sw_list_begin(arena);

    put_time(&map, "lastUpdatedTimestamp", sw_fs_service_ns(model, model->report.at_ns));
    sw_map_put_int(&map, "totalRecallErrorsCount", 0);
    sw_map_put(&map, "recallErrors", sw_built(&errors));
    return sw_built(&map);
}

static const struct sw_value *provisioning_status(struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder steps = sw_list_begin(arena);
    static const char *const names[] = {"InitialCloudEnumerationInfo", "InitialDownloadInfo",
                                        "InitialUploadInfo", "InitialServerEnumerationInfo"};

    for (size_t i = 0; i < SW_COUNT(names); i++) {
        struct sw_builder step = sw_map_begin(arena);

        sw_map_put_text(&step, "name", names[i]);
        sw_map_put_text(&step, "status", "Completed");
        sw_map_put_int(&step, "minutesLeft", 0);
        sw_map_put_int(&step, "progressPercentage", 100);
        sw_map_put_int(&step, "errorCode", 0);
        sw_list_add(&steps, sw_built(&step));
    }
    sw_map_put_text(&map, "provisioningStatus", "Ready_SyncFunctional");
    sw_map_put_text(&map, "provisioningType", "Merge");
    sw_map_put(&map, "provisioningStepStatuses", sw_built(&steps));
    return sw_built(&map);
}

static void put_workflow(const struct sw_fs_model *model, struct sw_builder *map, uint64_t workflow,
                         const char *operation)
{
    sw_map_put_text(map, "provisioningState", "Succeeded");
    sw_map_put(map, "lastWorkflowId",
               sw_textf(map->arena, "storageSyncServices/%s/workflows/%s",
                        model->config.azure.service,
                        sw_fs_guid(model, map->arena, "workflow", workflow)));
    sw_map_put_text(map, "lastOperationName", operation);
}

const struct sw_value *sw_fs_endpoint_json(const struct sw_fs_model *model, struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);
    const struct sw_fs_config *config = &model->config;

    sw_map_put_text(&map, "serverLocalPath", config->endpoint.path);
    sw_map_put_text(&map, "cloudTiering", model->policy.is_on ? "On" : "Off");
    sw_map_put_int(&map, "volumeFreeSpacePercent", model->policy.free_percent);
    if (model->policy.days > 0) {
        sw_map_put_int(&map, "tierFilesOlderThanDays", model->policy.days);
    }
    sw_map_put_text(&map, "friendlyName", config->server.name);
    sw_map_put_text(&map, "serverResourceId", sw_fs_server_id(model, arena));
    put_workflow(model, &map, 1 + model->operation_count, "ICreateServerEndpointWorkflow3");
    sw_map_put(&map, "syncStatus", sync_status(model, arena));
    if (model->report.at_ns != 0) {
        if (model->policy.is_on) {
            sw_map_put(&map, "cloudTieringStatus", tiering_status(model, arena));
        }
        sw_map_put(&map, "recallStatus", recall_status(model, arena));
    }
    sw_map_put_text(&map, "initialDownloadPolicy", "NamespaceThenModifiedFiles");
    sw_map_put_text(&map, "localCacheMode", "UpdateLocallyCachedFiles");
    sw_map_put_text(&map, "serverName", config->server.name);
    sw_map_put_text(&map, "initialUploadPolicy", "Merge");
    sw_map_put(&map, "serverEndpointProvisioningStatus", provisioning_status(arena));
    return resource(model, arena, sw_built(&map), sw_fs_endpoint_id(model, arena),
                    config->endpoint.name,
                    "Microsoft.StorageSync/storageSyncServices/syncGroups/serverEndpoints");
}

/* Another server's endpoint of the same group: nothing happens there. */
const struct sw_value *sw_fs_sibling_json(const struct sw_fs_model *model, size_t index,
                                          struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);
    const struct sw_fs_sibling_config *sibling = &model->config.siblings[index];

    sw_map_put_text(&map, "serverLocalPath", sibling->path);
    sw_map_put_text(&map, "cloudTiering", "Off");
    sw_map_put_text(&map, "friendlyName", sibling->server);
    sw_map_put(&map, "serverResourceId",
               sw_textf(arena, "%s/registeredServers/%s", sw_fs_service_id(model, arena),
                        sw_fs_guid(model, arena, "other server", index)));
    put_workflow(model, &map, 900 + index, "ICreateServerEndpointWorkflow3");
    sw_map_put_text(&map, "serverName", sibling->server);
    sw_map_put(&map, "serverEndpointProvisioningStatus", provisioning_status(arena));
    return resource(
        model, arena, sw_built(&map),
        sw_format(arena, "%s/serverEndpoints/%s", sw_fs_group_id(model, arena), sibling->name),
        sibling->name, "Microsoft.StorageSync/storageSyncServices/syncGroups/serverEndpoints");
}

const struct sw_value *sw_fs_service_json(const struct sw_fs_model *model, struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put_int(&map, "storageSyncServiceStatus", 0);
    sw_map_put(&map, "storageSyncServiceUid",
               sw_textf(arena, "\"%s\"", sw_fs_guid(model->host, arena, "service", 0)));
    put_workflow(model, &map, 901, "ICreateStorageSyncServiceWorkflow");
    return resource(model, arena, sw_built(&map), sw_fs_service_id(model, arena),
                    model->config.azure.service, "Microsoft.StorageSync/storageSyncServices");
}

const struct sw_value *sw_fs_group_json(const struct sw_fs_model *model, struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put_text(&map, "uniqueId", sw_fs_guid(model, arena, "group", 0));
    sw_map_put_text(&map, "syncGroupStatus", "0");
    return resource(model, arena, sw_built(&map), sw_fs_group_id(model, arena),
                    model->config.endpoint.group,
                    "Microsoft.StorageSync/storageSyncServices/syncGroups");
}

/* `activity` is there while a look is under way. */
static const struct sw_value *enumeration_status(const struct sw_fs_model *model,
                                                 struct sw_arena *arena)
{
    const struct sw_fs_detection *detection = &model->detection;
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder last = sw_map_begin(arena);
    struct sw_builder activity = sw_map_begin(arena);
    int64_t files = 0;
    int64_t now_ns = model->clock.now_ns;

    for (size_t i = 0; i < model->file_count; i++) {
        files += model->files[i].known_content != 0 ? 1 : 0;
    }
    put_time(&map, "lastUpdatedTimestamp", sw_fs_service_ns(model, detection->ended_ns));
    put_time(&last, "startedTimestamp", sw_fs_service_ns(model, detection->started_ns));
    put_time(&last, "completedTimestamp", sw_fs_service_ns(model, detection->ended_ns));
    sw_map_put_int(&last, "namespaceFilesCount", files);
    sw_map_put_int(&last, "namespaceDirectoriesCount", 9);
    put_time(&last, "nextRunTimestamp", sw_fs_service_ns(model, detection->ended_ns + DAY_NS));
    sw_map_put(&map, "lastEnumerationStatus", sw_built(&last));
    if (detection->is_running) {
        int64_t whole_ns = detection->ends_ns - detection->began_ns;

        sw_map_put_text(&activity, "operationState", "EnumerationInProgress");
        put_time(&activity, "startedTimestamp", sw_fs_service_ns(model, detection->began_ns));
        sw_map_put_int(&activity, "progressPercent",
                       (now_ns - detection->began_ns) * 100 / (whole_ns > 0 ? whole_ns : 1));
        sw_map_put(&map, "activity", sw_built(&activity));
    }
    return sw_built(&map);
}

const struct sw_value *sw_fs_cloud_json(const struct sw_fs_model *model, struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);
    const struct sw_fs_config *config = &model->config;

    /* The service writes `resourcegroups` small here, and backupEnabled as text. */
    sw_map_put(&map, "storageAccountResourceId",
               sw_textf(arena,
                        "/subscriptions/%s/resourcegroups/%s/providers/Microsoft.Storage/"
                        "storageAccounts/%s",
                        config->azure.subscription, config->azure.resource_group,
                        config->azure.account));
    sw_map_put_text(&map, "azureFileShareName", config->azure.share);
    sw_map_put(&map, "storageAccountTenantId",
               sw_textf(arena, "\"%s\"", sw_fs_guid(model->host, arena, "tenant", 0)));
    sw_map_put_text(&map, "friendlyName", config->azure.share);
    sw_map_put_text(&map, "backupEnabled", "false");
    put_workflow(model, &map, 902, "ICreateCloudEndpointWorkflow");
    sw_map_put(&map, "changeEnumerationStatus", enumeration_status(model, arena));
    return resource(model, arena, sw_built(&map), sw_fs_cloud_id(model, arena),
                    sw_fs_guid(model, arena, "cloud endpoint", 0),
                    "Microsoft.StorageSync/storageSyncServices/syncGroups/cloudEndpoints");
}

const struct sw_value *sw_fs_share_json(const struct sw_fs_model *model, bool with_stats,
                                        struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder top = sw_map_begin(arena);
    struct sw_builder none = sw_list_begin(arena);

    sw_map_put_text(&map, "leaseStatus", "unlocked");
    sw_map_put_text(&map, "leaseState", "available");
    sw_map_put(&map, "signedIdentifiers", sw_built(&none));
    if (with_stats) {
        sw_map_put_int(&map, "shareUsageBytes", sw_fs_share_bytes(model));
    }
    put_time(&map, "lastModifiedTime", model->config.start_ns / DAY_NS * DAY_NS - 700 * DAY_NS);
    sw_map_put_int(&map, "shareQuota",
                   (model->config.endpoint.bytes / GIB + 1) * 2 > 5120
                       ? (model->config.endpoint.bytes / GIB + 1) * 2
                       : 5120);
    sw_map_put_text(&top, "id", sw_fs_share_id(model, arena));
    sw_map_put_text(&top, "name", model->config.azure.share);
    sw_map_put_text(&top, "type", "Microsoft.Storage/storageAccounts/fileServices/shares");
    sw_map_put_text(&top, "etag", "\"0x8DC90E12AA23276\"");
    sw_map_put(&top, "properties", sw_built(&map));
    return sw_built(&top);
}

const char *sw_fs_lock_scope(const struct sw_fs_model *model, struct sw_arena *arena)
{
    const struct sw_fs_config *config = &model->config;
    const char *on = config->azure.lock_on;
    const char *subscription = sw_format(arena, "/subscriptions/%s", config->azure.subscription);
    const char *group =
        sw_format(arena, "%s/resourceGroups/%s", subscription, config->azure.resource_group);

    return sw_text_is(on, "subscription")     ? subscription
           : sw_text_is(on, "resource_group") ? group
           : sw_text_is(on, "group")          ? sw_fs_group_id(model, arena)
           : sw_text_is(on, "endpoint")       ? sw_fs_endpoint_id(model, arena)
           : sw_text_is(on, "cloud_endpoint") ? sw_fs_cloud_id(model, arena)
           : sw_text_is(on, "account")
               ? sw_format(arena, "%s/providers/Microsoft.Storage/storageAccounts/%s", group,
                           config->azure.account)
               : sw_fs_service_id(model, arena);
}

/* A snapshot is told as its share with one member more. */
const struct sw_value *sw_fs_snapshot_json(const struct sw_fs_model *model, size_t at,
                                           struct sw_arena *arena)
{
    const struct sw_value *share = sw_fs_share_json(model, false, arena);
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder top = sw_map_begin(arena);
    const struct sw_value *properties = sw_get(share, "properties");

    for (size_t i = 0; i < properties->as.map.count; i++) {
        sw_map_put(&map, properties->as.map.entries[i].key, properties->as.map.entries[i].value);
    }
    put_time(&map, "snapshotTime", model->snapshots[at]);
    for (size_t i = 0; i < share->as.map.count; i++) {
        sw_map_put(&top, share->as.map.entries[i].key, share->as.map.entries[i].value);
    }
    sw_map_put(&top, "properties", sw_built(&map));
    return sw_built(&top);
}

const struct sw_value *sw_fs_share_list_json(const struct sw_fs_model *model, bool with_snapshots,
                                             struct sw_arena *arena)
{
    size_t count = 0;
    const struct sw_value **items = sw_alloc_array(
        arena, sw_fs_guest_count(model) * (SW_FS_SNAPSHOTS + 1), sizeof(const struct sw_value *));

    for (size_t k = 0; k < sw_fs_guest_count(model); k++) {
        const struct sw_fs_model *guest = sw_fs_guest(model, k);

        for (size_t i = 0; with_snapshots && i < guest->snapshot_count; i++) {
            items[count++] = sw_fs_snapshot_json(guest, i, arena);
        }
        items[count++] = sw_fs_share_json(guest, false, arena);
    }
    return sw_fs_list_json(arena, items, count);
}

const struct sw_value *sw_fs_lock_json(const struct sw_fs_model *model, struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder top = sw_map_begin(arena);

    sw_map_put_text(&map, "level", model->config.azure.lock_level);
    sw_map_put_text(&map, "notes", "Ask the storage team first.");
    sw_map_put(&top, "properties", sw_built(&map));
    sw_map_put(&top, "id",
               sw_textf(arena, "%s/providers/Microsoft.Authorization/locks/keep",
                        sw_fs_lock_scope(model, arena)));
    sw_map_put_text(&top, "type", "Microsoft.Authorization/locks");
    sw_map_put_text(&top, "name", "keep");
    return sw_built(&top);
}

/* Text of the length and kind of the real one: JSON in a string, with XML inside. */
static const char *monitoring(struct sw_arena *arena)
{
    struct sw_buf buf;

    sw_buf_init(&buf, MONITORING_BYTES + 1024);
    sw_buf_add_text(&buf, "{\"agentConfiguration\":\"<MonitoringManagement version=\\\"1.0\\\">"
                          "<Events><WindowsEventLogSubscriptions>");
    for (unsigned i = 0; buf.length < MONITORING_BYTES; i++) {
        sw_buf_addf(&buf,
                    "<Subscription eventName=\\\"Set%02u\\\" storeType=\\\"Local\\\" "
                    "query=\\\"Microsoft-FileSync-Agent/Telemetry!*[System[(Level&lt;=4)]]\\\">"
                    "<Column name=\\\"EventId\\\" defaultAssignment=\\\"0\\\">"
                    "<Value>/Event/System/EventID</Value></Column></Subscription>",
                    i);
    }
    sw_buf_add_text(&buf, "</WindowsEventLogSubscriptions></Events></MonitoringManagement>\","
                          "\"configurationVersion\":\"1\",\"id\":null}");
    const char *text = sw_copy(arena, buf.bytes, buf.length);
    sw_buf_release(&buf);
    return text;
}

/* The heartbeat comes about every five minutes; computed, so that asking changes nothing. */
static int64_t heartbeat(const struct sw_fs_model *model)
{
    int64_t now_ns = model->clock.now_ns;
    int64_t since_ns = sw_fs_is_online(model) ? now_ns : model->host->offline_since_ns;

    return since_ns - since_ns % (300 * SW_NS_PER_S) + 41160809400;
}

const struct sw_value *sw_fs_server_json(const struct sw_fs_model *model, struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);
    const char *guid = sw_fs_server_guid(model, arena);
    int64_t beat_ns = heartbeat(model);

    if (beat_ns > model->clock.now_ns) {
        beat_ns -= 300 * SW_NS_PER_S;
    }
    sw_map_put_text(&map, "agentVersion", model->config.server.agent);
    sw_map_put_text(&map, "agentVersionStatus", "Ok");
    put_time(&map, "agentVersionExpirationDate", model->config.start_ns + 200 * DAY_NS);
    sw_map_put_text(&map, "serverOSVersion", "10.0.20348.0");
    sw_map_put_int(&map, "serverManagementErrorCode", 0);
    sw_map_put(&map, "lastHeartBeat",
               sw_textf(arena, "\"%s\"", sw_fs_time(arena, sw_fs_service_ns(model, beat_ns))));
    sw_map_put_text(&map, "serverRole", "Standalone");
    sw_map_put_text(&map, "clusterId", "\"00000000-0000-0000-0000-000000000000\"");
    sw_map_put_text(&map, "clusterName", "");
    sw_map_put(&map, "serverId", sw_textf(arena, "\"%s\"", guid));
    sw_map_put(&map, "storageSyncServiceUid",
               sw_textf(arena, "\"%s\"", sw_fs_guid(model->host, arena, "service", 0)));
    put_workflow(model, &map, 903, "ICreateRegisteredServerWorkflow2");
    sw_map_put_text(&map, "friendlyName", model->config.server.name);
    sw_map_put_text(&map, "monitoringConfiguration", monitoring(arena));
    sw_map_put_text(&map, "serverName", model->config.server.name);
    sw_map_put_text(&map, "identity", "true");
    sw_map_put_text(&map, "activeAuthType", "Certificate");
    return resource(model, arena, sw_built(&map), sw_fs_server_id(model, arena), guid,
                    "Microsoft.StorageSync/storageSyncServices/registeredServers");
}
