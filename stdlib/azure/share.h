#pragma once
/** @file The file share behind a sync group. */
#include "sdk/action.h"

/** azure.share: where it is and how full. */
extern const struct sw_action sw_azure_share;

/** The outputs of azure.share (a map) from a share's JSON. @param account_id of its storage account
 */
const struct sw_value *sw_azure_share_decode(struct sw_arena *arena,
                                             const struct sw_value *resource,
                                             const char *account_id, const char *file_suffix);
