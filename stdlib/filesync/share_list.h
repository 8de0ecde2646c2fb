#pragma once
/**
 * @file The files of an Azure file share as a sorted list, range by range (manifest.h has its
 * form).
 *
 * `List Directories and Files` tells one folder in pages, in no order that is published. So a
 * folder is read to its end and sorted here, and of a very large one only the smallest names behind
 * the place where the range begins are kept; the next range reads it again. Memory is bounded by
 * `max`, whatever the share holds. It tells names, sizes, times and attributes, never content.
 *
 * Who asks needs a token for https://storage.azure.com/ and the role `Storage File Data Privileged
 * Reader` on the share: x-ms-file-request-intent: backup reads past the files' own permissions, as
 * a list must that is to be whole.
 *
 * @source Microsoft Learn, "List Directories and Files" (include, maxresults, NextMarker, encoded
 * names); forms of its XML: recordings in Azure/azure-sdk-for-js, storage-file-share
 */
#include "sdk/transport.h"

#define SW_SHARE_VERSION "2022-11-02"

/**
 * Ask for a range. The answer: {lines text, through text or null (the end was reached), folders}.
 *
 * @param account, share as ARM told them, not checked
 * @param after all behind this path; "" from the beginning
 * @param max lines at most
 */
struct sw_look sw_share_list(struct sw_arena *arena, const char *account, const char *share,
                             const char *after, int64_t max);

/**
 * The cloud as a target: calls of kind "share" are lists as above, all others the resource
 * manager's (sw_arm_transport).
 */
extern const struct sw_transport sw_filesync_cloud_transport;
