#pragma once
/** @file The sync group and its one cloud endpoint. */
#include "sdk/action.h"

/** azure.sync_group: exists, and under which id; compared with the subject's. */
extern const struct sw_action sw_azure_sync_group;
/** azure.cloud_endpoint: the share side of the group. */
extern const struct sw_action sw_azure_cloud_endpoint;

/** The group itself. @return the resource's JSON; NULL: return *ret_verdict */
const struct sw_value *sw_azure_sync_group_read(struct sw_probe *probe,
                                                enum sw_verdict *ret_verdict);

/**
 * The group's cloud endpoint, asked for as a list (its name is a GUID that nobody knows).
 *
 * @return the resource's JSON; NULL: return *ret_verdict
 */
const struct sw_value *sw_azure_cloud_endpoint_read(struct sw_probe *probe,
                                                    enum sw_verdict *ret_verdict);

/** Name of the share, from the properties of a cloud endpoint. */
const struct sw_value *sw_azure_share_name(struct sw_arena *arena,
                                           const struct sw_value *properties);

/** The outputs of azure.cloud_endpoint (a map) from a resource's JSON. */
const struct sw_value *sw_azure_cloud_endpoint_decode(struct sw_arena *arena,
                                                      const struct sw_value *resource);
