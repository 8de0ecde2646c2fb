#pragma once
/**
 * @file Resource ids of the resource manager: built from names so that no name can reach another
 * resource, compared without case.
 *
 * `..`, an empty name or a slash in a name slot makes a DELETE hit the parent (reliability.md,
 * trap 19). So a name that could mean anything but itself is refused when an id is made, and again
 * when a request is.
 */
#include "base/arena.h"
#include "base/error.h"

#include <stddef.h>

/** Longest name: "1-260 characters" for every resource of the sync service. */
#define SW_ARM_NAME_CHARACTERS 260u

#define SW_ARM_SERVICE                                                                             \
    "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.StorageSync/storageSyncServices/{}"
#define SW_ARM_SYNC_GROUP SW_ARM_SERVICE "/syncGroups/{}"

/**
 * May this text stand in a name slot?
 *
 * Refused: empty, `.`, `..`, any of `/ \ % ? #`, control and invisible characters, invalid UTF-8,
 * a blank at either end or a dot at the end (the service drops it: another name), too long.
 *
 * @errors SW_E_INPUT
 */
bool sw_arm_name_check(const char *name, struct sw_error *err) SW_NONNULL;

/**
 * Put names into the `{}` of a form. The id is as the service writes it, not encoded.
 *
 * @param names as many as the form has slots; a NULL among them is refused
 * @errors SW_E_INPUT
 */
bool sw_arm_id(struct sw_arena *arena, const char *form, const char *const *names,
               const char **ret_id, struct sw_error *err) SW_NONNULL;

/**
 * The path of a request: each name of an id checked again (the id may be the service's own) and
 * percent-encoded, all but letters, digits and `-._~`. Encoding an encoded path is refused.
 *
 * @errors SW_E_INPUT when it isn't `/subscriptions/...` made of good names
 */
bool sw_arm_path(struct sw_arena *arena, const char *id, const char **ret_path,
                 struct sw_error *err) SW_NONNULL;

/** Same resource? Ids ignore ASCII case; NULL is nobody's. */
bool sw_arm_id_is(const char *a, const char *b);

/** Copy with ASCII letters in lower case: for locks and look-up, never for display. */
const char *sw_arm_id_fold(struct sw_arena *arena, const char *id) SW_NONNULL;

/** The last name of an id; NULL when it ends in a slash or has none. */
const char *sw_arm_id_last(const char *id);

/** Is `id` = `parent` + "/" + `type` + "/" + one name, without case? */
bool sw_arm_id_is_child(const char *id, const char *parent, const char *type);
