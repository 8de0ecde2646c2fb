#pragma once
/** @file What all reads of this pack share: the target's ids, asking for one resource, its errors.
 */
#include "sdk/action.h"

/** not_found, unreadable, bad_name: for `errors` of each read. */
extern const struct sw_action_error sw_azure_read_errors[];

/** Id of the target's sync group or service; NULL when a setting is missing or can't be a name. */
const char *sw_azure_sync_group_id(const struct sw_view *view);
const char *sw_azure_service_id(const struct sw_view *view);

/** PARENT/TYPE/NAME; NULL when one is NULL or the name can't be one. */
const char *sw_azure_child_id(const struct sw_view *view, const char *parent, const char *type,
                              const char *name);

/**
 * Ask for a resource or list by its id, and wait for it.
 *
 * @param name  of the ask
 * @param id    not encoded; NULL gives bad_name
 * @param query more of the query, or NULL
 * @param what  for people: "server endpoint 'a'"
 * @return NULL: return *ret_verdict (pending, bad_name or not_found)
 */
const struct sw_value *sw_azure_read(struct sw_probe *probe, const char *name, const char *id,
                                     const char *query, const char *what,
                                     enum sw_verdict *ret_verdict);

/** Set an output for each entry of a map. */
void sw_azure_out_all(struct sw_probe *probe, const struct sw_value *map);

/**
 * The `value` of a list body decoded item by item.
 *
 * @return NULL when the body holds no list
 */
const struct sw_value *sw_azure_items(struct sw_arena *arena, const struct sw_value *body,
                                      const struct sw_value *(*decode)(struct sw_arena *arena,
                                                                       const struct sw_value *));

/** Set the outputs `items` and `count`; unknown ones when items is NULL. */
void sw_azure_out_list(struct sw_probe *probe, const struct sw_value *items_or_null);
