#include "stdlib/azure/checks.h"

#include "base/text.h"
#include "stdlib/azure/reads.h"
#include "stdlib/azure/resource_locks.h"
#include "stdlib/azure/sync_group.h"

static enum sw_verdict check_group(struct sw_probe *probe)
{
    enum sw_verdict verdict = SW_PENDING;

    if (sw_azure_sync_group_read(probe, &verdict) == NULL) {
        return verdict;
    }
    sw_say(probe, "the login may read the sync group '%s'",
           sw_setting_text(sw_view_of(probe), "sync_group"));
    return SW_HOLDS;
}

static enum sw_verdict check_cloud_endpoint(struct sw_probe *probe)
{
    enum sw_verdict verdict = SW_PENDING;
    const struct sw_value *resource = sw_azure_cloud_endpoint_read(probe, &verdict);

    if (resource == NULL) {
        return verdict;
    }
    const char *share =
        sw_as_text(sw_azure_share_name(sw_probe_arena(probe), sw_get(resource, "properties")));

    sw_say(probe, "the group's share is '%s'", share == NULL ? "(not said)" : share);
    return SW_HOLDS;
}

static enum sw_verdict check_locks(struct sw_probe *probe)
{
    const struct sw_value *locks = NULL;
    enum sw_verdict verdict =
        sw_azure_locks_read(probe, sw_azure_sync_group_id(sw_view_of(probe)), &locks);
    size_t count = sw_list_count(locks);

    if (verdict != SW_DONE) {
        return verdict;
    }
    if (count == 0) {
        sw_say(probe, "no lock on the sync group, its service, resource group and subscription");
        return SW_HOLDS;
    }
    const struct sw_value *lock = sw_list_at(locks, 0);
    const char *name = sw_as_text(sw_get(lock, "name"));
    const char *scope = sw_as_text(sw_get(lock, "scope"));
    const char *level = sw_as_text(sw_get(lock, "level"));

    return sw_lapsed(probe,
                     "%zu %s changes; the first is '%s' (%s) on %s. Have it removed "
                     "before a run, and put back after it",
                     count, sw_plural(count, "lock forbids", "locks forbid"),
                     name == NULL ? "?" : name, level == NULL ? "?" : level,
                     scope == NULL ? "?" : scope);
}

#define NAMES                                                                                      \
    "Compare subscription, resource_group, service and sync_group with the portal; the login "     \
    "needs "                                                                                       \
    "a role there that may read, such as Azure File Sync Administrator"

const struct sw_check sw_azure_checks[] = {
    {"sync_group", "The target's sync group can be read.", "azure.sync_group", NAMES, check_group},
    {"share", "Its one cloud endpoint can be read.", "azure.sync_group", NAMES,
     check_cloud_endpoint},
    {"locks", "No lock forbids changes, at any scope.", "azure.sync_group",
     "The login needs a role that may read locks at every scope, such as Reader of the "
     "subscription",
     check_locks},
    {0},
};
