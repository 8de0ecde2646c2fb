#pragma once
/**
 * @file The resource manager's dialect: requests, long-running operations, lists in pages, errors.
 *
 * Long-running operations (azure.md 2.3): 202 without a body names a signed status URL of 3 to 4
 * KB; polls of it always answer HTTP 200 with the name of an internal step, and a failure comes
 * inside of such a 200. A poll that fails says nothing about the operation: the engine asks again.
 */
#include "sdk/transport.h"

#define SW_ARM_HOST "management.azure.com"        /**< of the public cloud; cloud.h has all */
#define SW_ARM_PAGES 1000u                        /**< of one list; a page may be empty */
#define SW_ARM_LIST_BYTES (64u * 1024u * 1024u)   /**< of one list, all pages together */
#define SW_ARM_SYNC_VERSION "2022-09-01"          /**< @source azure.md 1: newest stable */
#define SW_ARM_STORAGE_VERSION "2023-05-01"       /**< @source azure.md 3 */
#define SW_ARM_AUTHORIZATION_VERSION "2020-05-01" /**< @source azure.md 5.1 */

/**
 * Read a resource or a list. The api-version is the transport's to add.
 *
 * @param id    as sw_arm_id() builds it or the service told it, not encoded
 * @param query more of the query, e.g. "$expand=stats", or NULL
 */
struct sw_look sw_arm_get(struct sw_arena *arena, const char *id, const char *query);

/** Delete a resource. */
struct sw_act sw_arm_delete(struct sw_arena *arena, const char *id);

/** Change members of a resource; those that `body` does not name stay as they are (azure.md 2.2).
 */
struct sw_act sw_arm_patch(struct sw_arena *arena, const char *id, const struct sw_value *body);

/** Make a resource. @param query more of the query, e.g. "$expand=snapshots", or NULL */
struct sw_act sw_arm_put(struct sw_arena *arena, const char *id, const char *query,
                         const struct sw_value *body);

/** Call an operation of a resource. @param body a map, also where it is empty */
struct sw_act sw_arm_post(struct sw_arena *arena, const char *id, const char *operation,
                          const struct sw_value *body);

/**
 * The codec.
 *
 * A GET answers with status 200 or 404; a list with all its pages joined in `value`. A changing
 * call ends DONE with the last status, or FOLLOW; `talk->follow` is the URL to journal (a secret:
 * show it through sw_arm_mask()), with "location:" in front where only that header came.
 *
 * Errors of a GET: DENIED 401 403, THROTTLED 429, TIMEOUT 408 504, BUSY other 5xx, CONFLICT 409
 * 412, REFUSED other 4xx, PROTOCOL what can't be understood, LIMIT too many pages.
 * Of a changing call: the same, but 408 and 5xx are TIMEOUT and may have acted, NOT_FOUND 404, and
 * a lock (ScopeLocked) is REFUSED. Of a poll, always "may have acted" but where the operation
 * failed with MgmtNotFound: REFUSED the operation failed, or its address is refused; NOT_FOUND
 * the address is gone; all others: ask again.
 */
extern const struct sw_transport sw_arm_transport;
