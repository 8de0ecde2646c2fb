#include "stdlib/azure/resource_locks.h"

#include "base/text.h"
#include "stdlib/azure/arm_id.h"
#include "stdlib/azure/drift.h"
#include "stdlib/azure/reads.h"

#include <string.h>

static const struct sw_type level = {
    .kind = SW_T_ENUM,
    .values = (const char *const[]){"NotSpecified", "CanNotDelete", "ReadOnly", NULL}};

static const struct sw_field inputs[] = {
    {"id", &sw_type_resource_id, SW_FIELD_REQUIRED, NULL,
     "Resource id, e.g. of a server endpoint of the target's sync group."},
    {NULL, NULL, 0, NULL, NULL},
};

static const struct sw_field lock_fields[] = {
    {"id", &sw_type_resource_id, 0, NULL, "Resource id of the lock."},
    {"name", &sw_type_string, 0, NULL, "Name of the lock."},
    {"level", &level, 0, NULL, "What it forbids: `CanNotDelete`, or any change (`ReadOnly`)."},
    {"notes", &sw_type_string, 0, NULL, "What its owner wrote."},
    {"scope", &sw_type_string, 0, NULL, "Id of what it is set on."},
    {NULL, NULL, 0, NULL, NULL},
};

static const struct sw_type lock_type = {.kind = SW_T_OBJECT, .fields = lock_fields};
static const struct sw_type lock_list = {.kind = SW_T_LIST, .of = &lock_type};
static const struct sw_type name_list = {.kind = SW_T_LIST, .of = &sw_type_string};

static const struct sw_field outputs[] = {
    {"items", &lock_list, 0, NULL, "The locks that hold for the resource, inherited ones too."},
    {"names", &name_list, 0, NULL, "Their names."},
    {"count", &sw_type_int, 0, NULL, "How many there are."},
    {NULL, NULL, 0, NULL, NULL},
};

static const char marker[] = "/providers/Microsoft.Authorization/locks";

/* What a lock hangs on; "" when its id is odd. */
static const char *scope_of(struct sw_arena *arena, const char *lock_id)
{
    const char *folded = sw_arm_id_fold(arena, lock_id);
    const char *mark = sw_arm_id_fold(arena, marker);
    const char *at = strstr(folded, mark);

    return at == NULL ? "" : sw_copy(arena, lock_id, (size_t)(at - folded));
}

static bool is_above(struct sw_arena *arena, const char *scope, const char *id)
{
    const char *above = sw_arm_id_fold(arena, scope);
    const char *below = sw_arm_id_fold(arena, id);
    size_t length = strlen(above);

    return length > 0 && sw_text_begins(below, above) &&
           (below[length] == '\0' || below[length] == '/');
}

static const struct sw_value *decode(struct sw_arena *arena, const struct sw_value *resource)
{
    struct sw_builder map = sw_map_begin(arena);
    const struct sw_value *properties = sw_get(resource, "properties");
    const struct sw_value *id =
        sw_drift_checked(arena, sw_get(resource, "id"), &sw_type_resource_id);
    const char *text = sw_as_text(id);

    sw_map_put(&map, "id", id);
    sw_map_put(&map, "name", sw_drift_text(arena, sw_get(resource, "name")));
    sw_map_put(&map, "level", sw_drift_enum(arena, sw_get(properties, "level"), &level));
    sw_map_put(&map, "notes", sw_drift_text(arena, sw_get(properties, "notes")));
    sw_map_put_text(&map, "scope", text == NULL ? NULL : scope_of(arena, text));
    return sw_built(&map);
}

/* Add the locks of one list that hold for `id`: a list also has those of everything below. One with
 * an unreadable id is kept, for it may hold. */
static void add_locks(struct sw_builder *items, const struct sw_value *list, const char *id)
{
    struct sw_arena *arena = items->arena;

    for (size_t i = 0; i < sw_list_count(list); i++) {
        const struct sw_value *lock = sw_list_at(list, i);
        const char *scope = sw_as_text(sw_get(lock, "scope"));
        bool is_known = false;

        for (size_t j = 0; j < items->value->as.list.count; j++) {
            const struct sw_value *other = sw_list_at(items->value, j);

            is_known = is_known || (sw_is_known(sw_get(lock, "id")) &&
                                    sw_arm_id_is(sw_as_text(sw_get(other, "id")),
                                                 sw_as_text(sw_get(lock, "id"))));
        }
        if (!is_known && (scope == NULL || *scope == '\0' || is_above(arena, scope, id))) {
            sw_list_add(items, lock);
        }
    }
}

/* Subscription, resource group and every resource down to `id`: each may have locks of its own. */
static size_t scopes_of(struct sw_arena *arena, const char *id, const char *scopes[8])
{
    size_t count = 0;
    size_t segments = 0;

    for (size_t at = 1; count < 8; at++) {
        if (id[at] != '/' && id[at] != '\0') {
            continue;
        }
        segments++;
        /* 2: subscription, 4: resource group, 8, 10, 12: resources; 6 is the provider's name. */
        if (segments % 2 == 0 && segments != 6) {
            scopes[count++] = sw_copy(arena, id, at);
        }
        if (id[at] == '\0') {
            break;
        }
    }
    return count;
}

enum sw_verdict sw_azure_locks_read(struct sw_probe *probe, const char *id,
                                    const struct sw_value **ret_locks)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    const char *scopes[8] = {0};
    size_t count = id == NULL ? 0 : scopes_of(arena, id, scopes);
    struct sw_builder items = sw_list_begin(arena);
    bool is_pending = false;

    if (count == 0) {
        return sw_probe_error(probe, "bad_name", "'%s' is no resource id", id == NULL ? "" : id);
    }
    /* All are asked at once; an answer that misses one says nothing. */
    for (size_t i = 0; i < count; i++) {
        enum sw_verdict verdict = SW_PENDING;
        const struct sw_value *body = sw_azure_read(probe, sw_format(arena, "locks_%zu", i),
                                                    sw_format(arena, "%s%s", scopes[i], marker),
                                                    NULL, "list of locks", &verdict);

        if (body == NULL && verdict != SW_PENDING) {
            return verdict;
        }
        is_pending = is_pending || body == NULL;
        if (body == NULL) {
            continue;
        }

        const struct sw_value *list = sw_azure_items(arena, body, decode);

        if (list == NULL) {
            return sw_probe_error(probe, "unreadable", "the list of locks holds no list");
        }
        add_locks(&items, list, id);
    }
    if (is_pending) {
        return SW_PENDING;
    }
    *ret_locks = sw_built(&items);
    return SW_DONE;
}

static enum sw_verdict locks_probe(struct sw_probe *probe)
{
    const struct sw_value *found = NULL;
    enum sw_verdict verdict =
        sw_azure_locks_read(probe, sw_in_text(sw_view_of(probe), "id"), &found);
    struct sw_builder names = sw_list_begin(sw_probe_arena(probe));

    if (verdict != SW_DONE) {
        return verdict;
    }
    for (size_t i = 0; i < sw_list_count(found); i++) {
        sw_list_add(&names, sw_get(sw_list_at(found, i), "name"));
    }
    sw_azure_out_list(probe, found);
    sw_out(probe, "names", sw_built(&names));
    return SW_DONE;
}

const struct sw_action sw_azure_resource_locks = {
    .name = "azure.resource_locks",
    .doc = "Read the locks on a resource and on all that it lies in: any of them forbids to delete "
           "it.",
    .source = "Azure REST specification, authorization 2020-05-01, "
              "ManagementLocks_ListByScope; Microsoft Learn, Lock your resources",
    .effect = SW_EFFECT_READ,
    .target_kind = "azure.sync_group",
    .inputs = inputs,
    .outputs = outputs,
    .errors = sw_azure_read_errors,
    .probe = locks_probe,
    .example = (const char *const[]){"locks:", "  read: azure.resource_locks", "  target: cloud",
                                     "  with: { id: '${facts.endpoint.id}' }", NULL},
};
