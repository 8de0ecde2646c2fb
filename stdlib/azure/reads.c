#include "stdlib/azure/reads.h"

#include "stdlib/azure/arm.h"
#include "stdlib/azure/arm_error.h"
#include "stdlib/azure/arm_id.h"

const struct sw_action_error sw_azure_read_errors[] = {
    {"not_found", false, "The resource manager says that there is no such resource."},
    {"unreadable", false, "The service answered something else than its specification says."},
    {"bad_name", false, "A name or id can't be one of a resource; nothing was sent."},
    {NULL, false, NULL},
};

/* Settings in the order of the slots of SW_ARM_SYNC_GROUP. */
static const char *const slots[] = {"subscription", "resource_group", "service", "sync_group"};

static const char *target_id(const struct sw_view *view, const char *form)
{
    const char *names[SW_COUNT(slots)] = {0};
    struct sw_error ignored = {0};
    const char *id = NULL;

    for (size_t i = 0; i < SW_COUNT(slots); i++) {
        names[i] = sw_setting_text(view, slots[i]);
    }
    return sw_arm_id(sw_view_arena(view), form, names, &id, &ignored) ? id : NULL;
}

const char *sw_azure_service_id(const struct sw_view *view)
{
    return target_id(view, SW_ARM_SERVICE);
}

const char *sw_azure_sync_group_id(const struct sw_view *view)
{
    return target_id(view, SW_ARM_SYNC_GROUP);
}

const char *sw_azure_child_id(const struct sw_view *view, const char *parent, const char *type,
                              const char *name)
{
    struct sw_error ignored = {0};

    if (parent == NULL || name == NULL || !sw_arm_name_check(name, &ignored)) {
        return NULL;
    }
    return sw_format(sw_view_arena(view), "%s/%s/%s", parent, type, name);
}

const struct sw_value *sw_azure_read(struct sw_probe *probe, const char *name, const char *id,
                                     const char *query, const char *what,
                                     enum sw_verdict *ret_verdict)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    struct sw_error err = {0};
    const char *ignored = NULL;

    if (id == NULL) {
        *ret_verdict = sw_probe_error(probe, "bad_name",
                                      "%s: a name in its id is missing or can't be one", what);
        return NULL;
    }
    if (!sw_arm_path(arena, id, &ignored, &err)) {
        *ret_verdict = sw_probe_error(probe, "bad_name", "%s: %s", what, err.text);
        return NULL;
    }

    const struct sw_answer *answer = sw_ask(probe, name, sw_arm_get(arena, id, query));

    if (answer == NULL) {
        *ret_verdict = SW_PENDING;
        return NULL;
    }
    if (answer->status == 404) {
        struct sw_arm_fault fault = sw_arm_fault_of(arena, answer->body);

        *ret_verdict = sw_probe_error(probe, "not_found", "there is no %s (%s)", what,
                                      fault.code != NULL ? fault.code : "HTTP 404");
        return NULL;
    }
    return answer->body;
}

void sw_azure_out_all(struct sw_probe *probe, const struct sw_value *map)
{
    for (size_t i = 0; i < map->as.map.count; i++) {
        sw_out(probe, map->as.map.entries[i].key, map->as.map.entries[i].value);
    }
}

const struct sw_value *sw_azure_items(struct sw_arena *arena, const struct sw_value *body,
                                      const struct sw_value *(*decode)(struct sw_arena *arena,
                                                                       const struct sw_value *))
{
    const struct sw_value *value = sw_get(body, "value");
    struct sw_builder items = sw_list_begin(arena);

    if (value == NULL || value->kind != SW_V_LIST) {
        return NULL;
    }
    for (size_t i = 0; i < sw_list_count(value); i++) {
        sw_list_add(&items, decode(arena, sw_list_at(value, i)));
    }
    return sw_built(&items);
}

void sw_azure_out_list(struct sw_probe *probe, const struct sw_value *items_or_null)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    const struct sw_value *items = items_or_null;

    if (items == NULL) {
        items = sw_unknown(arena, "the service's answer holds no list");
    }
    sw_out(probe, "items", items);
    sw_out(probe, "count",
           items_or_null == NULL ? items : sw_int(arena, (int64_t)sw_list_count(items)));
}
