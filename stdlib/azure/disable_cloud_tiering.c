#include "stdlib/azure/disable_cloud_tiering.h"

#include "base/text.h"
#include "stdlib/azure/arm.h"
#include "stdlib/azure/arm_id.h"
#include "stdlib/azure/drift.h"
#include "stdlib/azure/reads.h"

/* Recorded changes took up to 26 s (azure.md 2.3); an unanswered one is given ten times that. */
#define SETTLES_MS INT64_C(300000)

/* The policy: what a change names, and the names under which a first look keeps it. */
#define TIERING "cloudTiering"
#define FREE_SPACE "volumeFreeSpacePercent"
#define DAYS "tierFilesOlderThanDays"

static const struct sw_type on_off = {.kind = SW_T_ENUM,
                                      .values = (const char *const[]){"on", "off", NULL}};

static const struct sw_field outputs[] = {
    {"was", &on_off, 0, NULL, "Was tiering on when this visit began?"},
    {"volume_free_space", &sw_type_int, 0, NULL,
     "Free space that tiering was to keep on the volume, in percent; null when it was off."},
    {"tier_files_older_than_days", &sw_type_int, 0, NULL,
     "Days without use after which files were tiered; null where the date did not count."},
    {NULL, NULL, 0, NULL, NULL},
};

/* The subject's id, if it is a server endpoint of this very target; else NULL. */
static const char *subject_id(const struct sw_view *view)
{
    const char *id = sw_subject_text(view, "id");

    return sw_arm_id_is_child(id, sw_azure_sync_group_id(view), "serverEndpoints") ? id : NULL;
}

/* @return properties of the endpoint; NULL: return *ret_verdict */
static const struct sw_value *ask(struct sw_probe *probe, enum sw_verdict *ret_verdict)
{
    const char *id = subject_id(sw_view_of(probe));

    if (id == NULL) {
        *ret_verdict =
            sw_blocked(probe, "the subject is no server endpoint of the target's sync group");
        return NULL;
    }
    const struct sw_value *body =
        sw_azure_read(probe, "endpoint", id, NULL, "server endpoint", ret_verdict);

    if (body != NULL && !sw_arm_id_is(sw_as_text(sw_get(body, "id")), id)) {
        *ret_verdict =
            sw_unclear(probe, "asked for '%s', the resource manager answered with another", id);
        return NULL;
    }
    return body == NULL ? NULL : sw_get(body, "properties");
}

static const char *tiering_of(struct sw_arena *arena, const struct sw_value *properties)
{
    return sw_as_text(sw_drift_enum(arena, sw_get(properties, TIERING), &on_off));
}

static const struct sw_value *number_of(struct sw_arena *arena, const struct sw_value *properties,
                                        const char *name)
{
    return sw_drift_int(arena, sw_get(properties, name));
}

static void tell(struct sw_probe *probe, const char *was, const struct sw_value *free_space,
                 const struct sw_value *days)
{
    struct sw_arena *arena = sw_probe_arena(probe);

    sw_out(probe, "was", sw_text(arena, was));
    if (sw_text_is(was, "on")) {
        sw_out(probe, "volume_free_space", free_space);
        sw_out(probe, "tier_files_older_than_days", days);
    }
    sw_reading(probe, "tiering", sw_text(arena, "off"));
}

static enum sw_verdict probe_tiering(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    enum sw_verdict verdict = SW_PENDING;
    const struct sw_value *properties = ask(probe, &verdict);

    if (properties == NULL) {
        return verdict;
    }
    const char *is = tiering_of(arena, properties);
    const struct sw_value *free_space = number_of(arena, properties, FREE_SPACE);
    const struct sw_value *days = number_of(arena, properties, DAYS);

    if (sw_text_is(is, "off")) {
        bool is_ours = sw_before(view, TIERING) != NULL;

        tell(probe, is_ours ? "on" : "off", is_ours ? sw_before(view, FREE_SPACE) : free_space,
             is_ours ? sw_before(view, DAYS) : days);
        return SW_ALREADY;
    }
    if (!sw_text_is(is, "on")) {
        return sw_unclear(probe, "the resource manager does not say whether tiering is on");
    }
    sw_see(probe, TIERING, sw_text(arena, "on"));
    sw_see(probe, FREE_SPACE, free_space);
    sw_see(probe, DAYS, days);
    return SW_NEEDED;
}

static bool build(const struct sw_view *view, const struct sw_value *properties,
                  struct sw_act *ret_act, struct sw_error *err)
{
    const char *id = subject_id(view);
    struct sw_builder body = sw_map_begin(sw_view_arena(view));

    if (id == NULL) {
        return sw_fail(err, SW_E_INPUT,
                       "the subject is no server endpoint of the target's sync group");
    }
    sw_map_put(&body, "properties", properties);
    *ret_act = sw_arm_patch(sw_view_arena(view), id, sw_built(&body));
    return true;
}

static bool build_off(const struct sw_view *view, struct sw_act *ret_act, struct sw_error *err)
{
    struct sw_builder properties = sw_map_begin(sw_view_arena(view));

    sw_map_put_text(&properties, TIERING, "off");
    return build(view, sw_built(&properties), ret_act, err);
}

/* What was not known is not made up: the service then keeps its own. */
static bool build_on(const struct sw_view *view, struct sw_act *ret_act, struct sw_error *err)
{
    static const char *const names[] = {FREE_SPACE, DAYS};
    struct sw_builder properties = sw_map_begin(sw_view_arena(view));

    sw_map_put_text(&properties, TIERING, "on");
    for (size_t i = 0; i < SW_COUNT(names); i++) {
        int64_t number = 0;

        if (sw_as_int(sw_before(view, names[i]), &number)) {
            sw_map_put_int(&properties, names[i], number);
        }
    }
    return build(view, sw_built(&properties), ret_act, err);
}

static bool is_as_before(const struct sw_view *view, const char *name, const struct sw_value *now)
{
    const struct sw_value *before = sw_before(view, name);

    return !sw_is_known(before) || sw_value_same(before, now);
}

static enum sw_verdict probe_undo(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    enum sw_verdict verdict = SW_PENDING;
    const struct sw_value *properties = ask(probe, &verdict);

    if (properties == NULL) {
        return verdict;
    }
    if (sw_text_is(tiering_of(arena, properties), "on") &&
        is_as_before(view, FREE_SPACE, number_of(arena, properties, FREE_SPACE)) &&
        is_as_before(view, DAYS, number_of(arena, properties, DAYS))) {
        return SW_ALREADY;
    }
    return SW_NEEDED;
}

static enum sw_verdict reread_off(struct sw_probe *probe)
{
    enum sw_verdict verdict = SW_PENDING;
    const struct sw_value *properties = ask(probe, &verdict);

    if (properties == NULL) {
        return verdict == SW_PENDING
                   ? SW_PENDING
                   : sw_probe_error(probe, "unreadable", "the server endpoint can't be read");
    }
    const char *is = tiering_of(sw_probe_arena(probe), properties);

    if (sw_text_is(is, "off")) {
        return SW_HOLDS;
    }
    return sw_text_is(is, "on") ? sw_lapsed(probe, "cloud tiering is on again")
                                : sw_probe_error(probe, "unreadable",
                                                 "the resource manager does not say whether "
                                                 "tiering is on");
}

static const struct sw_write writes[] = {
    {"tiering_off", "Turn cloud tiering off", NULL, build_off, SETTLES_MS},
    {NULL, NULL, NULL, NULL, 0},
};

static const struct sw_write undo[] = {
    {"tiering_on", "Turn cloud tiering on again, with the policy that it had", NULL, build_on,
     SETTLES_MS},
    {NULL, NULL, NULL, NULL, 0},
};

const struct sw_action sw_azure_disable_cloud_tiering = {
    .name = "azure.disable_cloud_tiering",
    .doc = "Turn cloud tiering of the subject off, so that no file becomes a stub any more. Stubs "
           "stay stubs until they are recalled.",
    .source = "Azure REST specification, storagesync 2022-09-01, ServerEndpoints_Update; Microsoft "
              "Learn, 'Deprovision your Azure File Sync server endpoint'",
    .effect = SW_EFFECT_REVERSIBLE,
    .takes_subject = true,
    .target_kind = "azure.sync_group",
    .outputs = outputs,
    .errors = sw_azure_read_errors,
    .yields = (const struct sw_yield[]){{"ok", "filesync.tiering_off"}, {NULL, NULL}},
    .probe = probe_tiering,
    .writes = writes,
    .undo = undo,
    .probe_undo = probe_undo,
    .example = (const char *const[]){"- id: tiering_off", "  do: azure.disable_cloud_tiering",
                                     "  target: cloud", NULL},
};

const struct sw_evidence sw_azure_tiering_off = {
    .name = "filesync.tiering_off",
    .doc = "Cloud tiering is off: no file becomes a stub any more.",
    .target_kind = "azure.sync_group",
    .reread = reread_off,
};
