#include "stdlib/azure/pack.h"

#include "stdlib/azure/checks.h"
#include "stdlib/azure/cloud.h"
#include "stdlib/azure/delete_server_endpoint.h"
#include "stdlib/azure/detect_changes.h"
#include "stdlib/azure/disable_cloud_tiering.h"
#include "stdlib/azure/endpoint_gone.h"
#include "stdlib/azure/registered_server.h"
#include "stdlib/azure/resource_locks.h"
#include "stdlib/azure/server_endpoint.h"
#include "stdlib/azure/share.h"
#include "stdlib/azure/snapshot_share.h"
#include "stdlib/azure/sync_group.h"

static const struct sw_field settings[] = {
    {"subscription", &sw_type_guid, SW_FIELD_REQUIRED, NULL, "Id of the subscription."},
    {"resource_group", &sw_type_string, SW_FIELD_REQUIRED, NULL, "Name of the resource group."},
    {"service", &sw_type_string, SW_FIELD_REQUIRED, NULL, "Name of the storage sync service."},
    {"sync_group", &sw_type_string, SW_FIELD_REQUIRED, NULL, "Name of the sync group."},
    {"storage_account", &sw_type_string, 0, NULL,
     "Name of the share's storage account. Only where it is given can the share's files be listed "
     "(filesync.compare_manifests): no other host of files is asked."},
    {"cloud", &sw_azure_cloud_type, 0, "public",
     "Which cloud it is in: all hosts that are asked follow from it."},
    {"private_link", &sw_type_bool, 0, "false",
     "The resource manager is reached by a private link, at a private address."},
    {NULL, NULL, 0, NULL, NULL},
};

static const struct sw_target_kind sync_group = {
    .name = "azure.sync_group",
    .doc = "A sync group of a storage sync service, through the Azure resource manager.",
    .settings = settings,
    .identity_action = "azure.sync_group",
    .identity_output = "id",
    .subject_output = "sync_group_id",
};

const struct sw_pack sw_azure_pack = {
    .name = "azure",
    .doc = "Azure File Sync and Azure Files through the resource manager.",
    .checks = sw_azure_checks,
    .actions =
        (const struct sw_action *const[]){
            &sw_azure_server_endpoint,
            &sw_azure_server_endpoints,
            &sw_azure_sync_group,
            &sw_azure_cloud_endpoint,
            &sw_azure_share,
            &sw_azure_registered_server,
            &sw_azure_resource_locks,
            &sw_azure_disable_cloud_tiering,
            &sw_azure_detect_changes,
            &sw_azure_snapshot_share,
            &sw_azure_delete_server_endpoint,
            &sw_azure_server_endpoint_gone,
            NULL,
        },
    .evidence =
        (const struct sw_evidence *const[]){
            &sw_azure_tiering_off,
            &sw_azure_changes_detected,
            NULL,
        },
    .target_kinds = (const struct sw_target_kind *const[]){&sync_group, NULL},
};
