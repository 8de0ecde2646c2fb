#include "stdlib/azure/share.h"

#include "base/text.h"
#include "stdlib/azure/arm_id.h"
#include "stdlib/azure/cloud.h"
#include "stdlib/azure/drift.h"
#include "stdlib/azure/reads.h"
#include "stdlib/azure/sync_group.h"

#include <string.h>

#define STATUS SW_FIELD_VOLATILE
#define GIB (INT64_C(1024) * 1024 * 1024)

static const struct sw_field outputs[] = {
    {"id", &sw_type_resource_id, SW_FIELD_IDENTITY, NULL, "Resource id of the share."},
    {"name", &sw_type_string, 0, NULL, "Name of the share."},
    {"account", &sw_type_string, 0, NULL, "Name of the storage account."},
    {"url", &sw_type_url, 0, NULL, "Address of the share."},
    {"unc_path", &sw_type_unc_path, 0, NULL, "The same as users of SMB write it."},
    {"used", &sw_type_size, STATUS, NULL,
     "Bytes in use, snapshots not counted; approximate, recent changes may be missing."},
    {"quota", &sw_type_size, 0, NULL, "Most bytes that the share may hold."},
    {"lease_status", &sw_type_string, STATUS, NULL, "`locked` or `unlocked`."},
    {"modified_at", &sw_type_time, STATUS, NULL,
     "When the share's own settings last changed; not when its files did."},
    {NULL, NULL, 0, NULL, NULL},
};

/* A storage account's name becomes a host name: 3 to 24 lower-case letters and digits. */
static bool is_account_name(const char *name)
{
    size_t length = name == NULL ? 0 : strlen(name);

    return length >= 3 && length <= 24 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789") == length;
}

static const struct sw_value *quota(struct sw_arena *arena, const struct sw_value *value)
{
    int64_t gib = 0;
    const struct sw_value *read = sw_drift_int(arena, value);

    if (!sw_as_int(read, &gib)) {
        return read;
    }
    return gib >= 0 && gib <= INT64_MAX / GIB
               ? sw_number(arena, SW_V_SIZE, gib * GIB)
               : sw_unknown(arena, "the service said a quota of %lld GiB", (long long)gib);
}

const struct sw_value *sw_azure_share_decode(struct sw_arena *arena,
                                             const struct sw_value *resource,
                                             const char *account_id, const char *file_suffix)
{
    struct sw_builder map = sw_map_begin(arena);
    const struct sw_value *properties = sw_get(resource, "properties");
    const struct sw_value *name = sw_drift_text(arena, sw_get(resource, "name"));
    const char *account = sw_arm_id_last(account_id);
    const struct sw_value *url = sw_null(arena, "the names of account and share are not known");
    const struct sw_value *unc = url;

    if (is_account_name(account) && sw_as_text(name) != NULL) {
        url = sw_drift_checked(
            arena, sw_textf(arena, "https://%s.%s/%s", account, file_suffix, sw_as_text(name)),
            &sw_type_url);
        unc = sw_drift_checked(
            arena, sw_textf(arena, "\\\\%s.%s\\%s", account, file_suffix, sw_as_text(name)),
            &sw_type_unc_path);
    }
    sw_map_put(&map, "id", sw_drift_checked(arena, sw_get(resource, "id"), &sw_type_resource_id));
    sw_map_put(&map, "name", name);
    sw_map_put_text(&map, "account", account);
    sw_map_put(&map, "url", url);
    sw_map_put(&map, "unc_path", unc);
    sw_map_put(&map, "used", sw_drift_size(arena, sw_get(properties, "shareUsageBytes")));
    sw_map_put(&map, "quota", quota(arena, sw_get(properties, "shareQuota")));
    sw_map_put(&map, "lease_status", sw_drift_text(arena, sw_get(properties, "leaseStatus")));
    sw_map_put(&map, "modified_at", sw_drift_time(arena, sw_get(properties, "lastModifiedTime")));
    return sw_built(&map);
}

bool sw_azure_share_find(struct sw_probe *probe, struct sw_azure_share_place *ret,
                         enum sw_verdict *ret_verdict)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    const struct sw_value *endpoint = sw_azure_cloud_endpoint_read(probe, ret_verdict);

    if (endpoint == NULL) {
        return false;
    }
    const struct sw_value *properties = sw_get(endpoint, "properties");
    const char *account = sw_as_text(sw_get(properties, "storageAccountResourceId"));
    const char *name = sw_as_text(sw_azure_share_name(arena, properties));
    const char *service =
        account == NULL ? NULL : sw_format(arena, "%s/fileServices/default", account);
    const char *id = sw_azure_child_id(sw_view_of(probe), service, "shares", name);

    *ret = (struct sw_azure_share_place){
        .account = account,
        .name = name,
        .list = id == NULL ? NULL : sw_format(arena, "%s/shares", service),
        .id = id,
    };
    return true;
}

static enum sw_verdict share_probe(struct sw_probe *probe)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_azure_share_place place;
    enum sw_verdict verdict = SW_PENDING;

    if (!sw_azure_share_find(probe, &place, &verdict)) {
        return verdict;
    }
    const struct sw_value *body = sw_azure_read(probe, "share", place.id, "$expand=stats",
                                                "file share of the sync group", &verdict);

    if (body == NULL) {
        return verdict;
    }
    const char *cloud = sw_setting_text(sw_view_of(probe), "cloud");

    sw_azure_out_all(probe, sw_azure_share_decode(arena, body, place.account,
                                                  sw_azure_cloud_named(cloud)->file_suffix));
    return SW_DONE;
}

const struct sw_action sw_azure_share = {
    .name = "azure.share",
    .doc = "Read the file share of the sync group: its address, how much of it is used, its quota.",
    .source = "Azure REST specification, storage 2023-05-01, FileShares_Get with $expand=stats",
    .effect = SW_EFFECT_READ,
    .target_kind = "azure.sync_group",
    .outputs = outputs,
    .errors = sw_azure_read_errors,
    .probe = share_probe,
    .example = (const char *const[]){"share:", "  read: azure.share", "  target: cloud", NULL},
};
