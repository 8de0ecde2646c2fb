/*
 * The manager's answer to the request is not looked at: the snapshot is there when the list of the
 * share's snapshots has one that it had not before. So a request whose answer was lost is settled
 * by the same look. Somebody else's snapshot of the same minutes is as good as ours.
 */
#include "stdlib/azure/snapshot_share.h"

#include "base/text.h"
#include "stdlib/azure/arm.h"
#include "stdlib/azure/drift.h"
#include "stdlib/azure/reads.h"
#include "stdlib/azure/share.h"

/* A request that got no answer may still be carried out. @source none; snapshots take seconds */
#define SETTLES_MS (INT64_C(10) * 60 * 1000)

static const struct sw_field outputs[] = {
    {"snapshot", &sw_type_string, SW_FIELD_IDENTITY, NULL,
     "Name of the snapshot: its time, as the service writes it."},
    {"taken_at", &sw_type_time, 0, NULL, "The same as a time, by the service's clock."},
    {"share_id", &sw_type_resource_id, 0, NULL, "Resource id of the share."},
    {"count", &sw_type_int, 0, NULL, "Snapshots that the share has now; 200 is the most."},
    {NULL, NULL, 0, NULL, NULL},
};

static const struct sw_action_error errors[] = {
    {"not_found", false, "The sync group has no cloud endpoint, or its share is not there."},
    {"unreadable", false, "The service answered something else than its specification says."},
    {"bad_name", false, "A name or id can't be one of a resource; nothing was sent."},
    {NULL, false, NULL},
};

/* The newest snapshot of the share in a list of shares. @return how many there are; -1: one of them
 * has no time that can be read */
static int64_t newest_of(struct sw_arena *arena, const struct sw_value *items, const char *name,
                         const char **ret_name, int64_t *ret_ns)
{
    int64_t count = 0;

    for (size_t i = 0; i < sw_list_count(items); i++) {
        const struct sw_value *item = sw_list_at(items, i);
        const struct sw_value *text = sw_get_path(item, "properties", "snapshotTime", NULL);
        int64_t at_ns = 0;

        /* The share itself is in the list, and others whose names begin alike. */
        if (!sw_text_is_folded(sw_as_text(sw_get(item, "name")), name) || text == NULL ||
            text->kind == SW_V_NULL) {
            continue;
        }
        if (!sw_as_int(sw_drift_time(arena, text), &at_ns)) {
            return -1;
        }
        count++;
        if (*ret_name == NULL || at_ns > *ret_ns) {
            *ret_name = sw_as_text(text);
            *ret_ns = at_ns;
        }
    }
    return count;
}

static enum sw_verdict judge(struct sw_probe *probe, const char *share_id, int64_t count,
                             const char *newest, int64_t newest_ns)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    const struct sw_value *before = sw_before(view, "newest");
    int64_t before_ns = 0;

    if (sw_before(view, "share") == NULL) {
        sw_see(probe, "share", sw_text(arena, share_id));
        sw_see(probe, "newest",
               count == 0 ? sw_null(arena, "there was none")
                          : sw_number(arena, SW_V_TIME, newest_ns));
        return SW_NEEDED;
    }
    if (count == 0 || (sw_as_int(before, &before_ns) && newest_ns <= before_ns)) {
        sw_say(probe, "the share has no new snapshot yet");
        return SW_NEEDED;
    }
    sw_out(probe, "snapshot", sw_text(arena, newest));
    sw_out(probe, "taken_at", sw_number(arena, SW_V_TIME, newest_ns));
    sw_out(probe, "share_id", sw_text(arena, share_id));
    sw_out(probe, "count", sw_int(arena, count));
    return SW_ALREADY;
}

static enum sw_verdict probe_snapshot(struct sw_probe *probe)
{
    struct sw_azure_share_place place;
    enum sw_verdict verdict = SW_PENDING;

    if (!sw_azure_share_find(probe, &place, &verdict)) {
        return verdict;
    }
    const struct sw_value *body = sw_azure_read(probe, "snapshots", place.list, "$expand=snapshots",
                                                "list of shares", &verdict);

    if (body == NULL) {
        return verdict;
    }
    const struct sw_value *items = sw_get(body, "value");
    const char *newest = NULL;
    int64_t newest_ns = 0;
    int64_t count = items == NULL || items->kind != SW_V_LIST
                        ? -1
                        : newest_of(sw_probe_arena(probe), items, place.name, &newest, &newest_ns);

    if (count < 0) {
        return sw_probe_error(probe, "unreadable",
                              "the list of the share's snapshots can't be read");
    }
    return judge(probe, place.id, count, newest, newest_ns);
}

static bool build_snapshot(const struct sw_view *view, struct sw_act *ret_act, struct sw_error *err)
{
    struct sw_arena *arena = sw_view_arena(view);
    const char *share = sw_as_text(sw_before(view, "share"));
    struct sw_builder none = sw_map_begin(arena);
    struct sw_builder body = sw_map_begin(arena);

    if (share == NULL) {
        return sw_fail(err, SW_E_INPUT, "the share of the sync group is not known");
    }
    /* Without `$expand` it would be the making of the share itself, which changes nothing where it
     * is there already. */
    sw_map_put(&body, "properties", sw_built(&none));
    *ret_act = sw_arm_put(arena, share, "$expand=snapshots", sw_built(&body));
    return true;
}

static const struct sw_write writes[] = {
    {"snapshot", "Take a snapshot of the share", NULL, build_snapshot, SETTLES_MS},
    {NULL, NULL, NULL, NULL, 0},
};

const struct sw_action sw_azure_snapshot_share = {
    .name = "azure.snapshot_share",
    .doc = "Take a snapshot of the sync group's share, as insurance before what can't be taken "
           "back. Its name and time are outputs.",
    .source = "Azure REST specification, storage 2023-05-01, FileShares_Create and FileShares_List "
              "with $expand=snapshots",
    .effect = SW_EFFECT_REVERSIBLE,
    .target_kind = "azure.sync_group",
    .outputs = outputs,
    .errors = errors,
    .no_undo_reason = "A snapshot changes no file. It is kept: what was taken as insurance is not "
                      "deleted by a program; remove it when nobody needs it any more.",
    .probe = probe_snapshot,
    .writes = writes,
    .example = (const char *const[]){"- id: insure", "  do: azure.snapshot_share",
                                     "  target: cloud", NULL},
};
