#pragma once
/** @file Reading again that the cloud still has everything. */
#include "sdk/action.h"

/**
 * Since the snapshot nothing but sync changed anything under the folder, and no later upload
 * session of the group carried a file or an error.
 *
 * @param evidence whose reading it is: {session: {record_id, created}, usn, per_item_errors}
 * @param except listing of items that may change and fail; NULL: none
 */
enum sw_verdict sw_cloud_proof_reread(struct sw_probe *probe, const char *evidence,
                                      const struct sw_value *except);
