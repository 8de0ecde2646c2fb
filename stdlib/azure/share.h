#pragma once
/** @file The file share behind a sync group. */
#include "sdk/action.h"

/** azure.share: where it is and how full. */
extern const struct sw_action sw_azure_share;

/** Where the share behind the target's sync group is. */
struct sw_azure_share_place {
    const char *account; /**< resource id of its storage account; NULL: not said */
    const char *name;    /**< NULL: not said */
    const char *list;    /**< id of the list that it is in; NULL: as `id` */
    const char *id;      /**< resource id; NULL: the service did not say what it is made of */
};

/** Ask the group's cloud endpoint for it. @return false: return *ret_verdict */
bool sw_azure_share_find(struct sw_probe *probe, struct sw_azure_share_place *ret,
                         enum sw_verdict *ret_verdict);

/** The outputs of azure.share (a map) from a share's JSON. @param account_id of its storage account
 */
const struct sw_value *sw_azure_share_decode(struct sw_arena *arena,
                                             const struct sw_value *resource,
                                             const char *account_id, const char *file_suffix);
