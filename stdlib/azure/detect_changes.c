/*
 * The operation's own end is no proof: what it says of a large share is not published. The status
 * of the cloud endpoint tells of each enumeration that ended. One that began before ours was asked
 * for may have passed the changed folder already, so it does not count, although it ends later.
 */
#include "stdlib/azure/detect_changes.h"

#include "stdlib/azure/arm.h"
#include "stdlib/azure/arm_id.h"
#include "stdlib/azure/reads.h"
#include "stdlib/azure/sync_group.h"

/* How long an enumeration may go on behind the operation's end, or unanswered. */
#define SETTLES_MS (INT64_C(6) * 3600 * 1000)

#define OPERATION "triggerChangeDetection"

static const struct sw_field outputs[] = {
    {"started", &sw_type_time, 0, NULL, "When the enumeration began, by the service's clock."},
    {"completed", &sw_type_time, 0, NULL, "When it ended: what it found is as of then."},
    {"files", &sw_type_int, 0, NULL, "Files that it counted in the share."},
    {NULL, NULL, 0, NULL, NULL},
};

static const struct sw_action_error errors[] = {
    {"not_found", false, "The sync group has no cloud endpoint."},
    {"unreadable", false, "The service answered something else than its specification says."},
    {"bad_name", false, "A name or id can't be one of a resource; nothing was sent."},
    {NULL, false, NULL},
};

/* The group's cloud endpoint with the service's time. @return NULL: return *ret_verdict */
static const struct sw_value *ask(struct sw_probe *probe, int64_t *ret_now_ns,
                                  enum sw_verdict *ret_verdict)
{
    const struct sw_value *resource = sw_azure_cloud_endpoint_read(probe, ret_verdict);

    if (resource == NULL) {
        return NULL;
    }
    /* Asked under the same name it is the same answer. */
    const char *id = sw_format(sw_probe_arena(probe), "%s/cloudEndpoints",
                               sw_azure_sync_group_id(sw_view_of(probe)));
    const struct sw_answer *answer =
        sw_ask(probe, "cloud_endpoints", sw_arm_get(sw_probe_arena(probe), id, NULL));

    *ret_now_ns = answer == NULL ? 0 : answer->peer_time_ns;
    return sw_azure_cloud_endpoint_decode(sw_probe_arena(probe), resource);
}

static const struct sw_value *or_null(struct sw_arena *arena, const struct sw_value *value)
{
    return value == NULL ? sw_null(arena, "not said") : value;
}

static enum sw_verdict first_look(struct sw_probe *probe, const struct sw_value *endpoint,
                                  int64_t now_ns)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    const char *id = sw_as_text(sw_get(endpoint, "id"));

    if (now_ns == 0 ||
        !sw_arm_id_is_child(id, sw_azure_sync_group_id(sw_view_of(probe)), "cloudEndpoints")) {
        return sw_probe_error(probe, "unreadable",
                              "the service did not tell its time or the cloud endpoint's id");
    }
    sw_see(probe, "cloud_endpoint", sw_text(arena, id));
    sw_see(probe, "asked_at", sw_number(arena, SW_V_TIME, now_ns));
    sw_see(probe, "completed_before",
           or_null(arena, sw_get(endpoint, "last_enumeration_completed_at")));
    return SW_NEEDED;
}

static enum sw_verdict later_look(struct sw_probe *probe, const struct sw_value *endpoint)
{
    const struct sw_view *view = sw_view_of(probe);
    const struct sw_value *started = sw_get(endpoint, "last_enumeration_started_at");
    const struct sw_value *completed = sw_get(endpoint, "last_enumeration_completed_at");
    int64_t started_ns = 0, completed_ns = 0, asked_ns = 0, before_ns = 0;
    bool had_one = sw_as_int(sw_before(view, "completed_before"), &before_ns);
    bool is_running = false;

    (void)sw_as_bool(sw_get(endpoint, "enumeration_running"), &is_running);
    if (!sw_as_int(completed, &completed_ns) || (had_one && completed_ns <= before_ns)) {
        sw_say(probe, is_running ? "the service is looking through the share"
                                 : "no look through the share has ended since it was asked for");
        return is_running ? SW_SETTLING : SW_NEEDED;
    }
    if (!sw_as_int(started, &started_ns) || !sw_as_int(sw_before(view, "asked_at"), &asked_ns)) {
        return sw_unclear(probe, "a look through the share has ended, but it is not known when it "
                                 "began");
    }
    if (started_ns < asked_ns) {
        sw_say(probe, "the look through the share that ended had begun before ours was asked for");
        return is_running ? SW_SETTLING : SW_NEEDED;
    }
    sw_out(probe, "started", started);
    sw_out(probe, "completed", completed);
    sw_out(probe, "files", sw_get(endpoint, "last_enumeration_files"));
    sw_reading(probe, "started", started);
    sw_reading(probe, "completed", completed);
    return SW_ALREADY;
}

static enum sw_verdict probe_detection(struct sw_probe *probe)
{
    enum sw_verdict verdict = SW_PENDING;
    int64_t now_ns = 0;
    const struct sw_value *endpoint = ask(probe, &now_ns, &verdict);

    if (endpoint == NULL) {
        return verdict;
    }
    return sw_before(sw_view_of(probe), "asked_at") == NULL ? first_look(probe, endpoint, now_ns)
                                                            : later_look(probe, endpoint);
}

/* An empty body is the whole share; folders or paths miss deletes (azure.md 2.4). */
static bool build_trigger(const struct sw_view *view, struct sw_act *ret_act, struct sw_error *err)
{
    const char *id = sw_as_text(sw_before(view, "cloud_endpoint"));
    struct sw_builder empty = sw_map_begin(sw_view_arena(view));

    if (!sw_arm_id_is_child(id, sw_azure_sync_group_id(view), "cloudEndpoints")) {
        return sw_fail(err, SW_E_INPUT, "the cloud endpoint of the sync group is not known");
    }
    *ret_act = sw_arm_post(sw_view_arena(view), id, OPERATION, sw_built(&empty));
    return true;
}

/* A later one that ended says the same of an older share. */
static enum sw_verdict reread_detected(struct sw_probe *probe)
{
    const struct sw_value *then =
        sw_basis(sw_view_of(probe), "filesync.changes_detected", "completed");
    enum sw_verdict verdict = SW_PENDING;
    int64_t now_ns = 0, then_ns = 0, completed_ns = 0;
    const struct sw_value *endpoint = ask(probe, &now_ns, &verdict);

    if (endpoint == NULL) {
        return verdict;
    }
    if (!sw_as_int(then, &then_ns)) {
        return sw_probe_error(probe, "unreadable", "there is no time to compare with");
    }
    const struct sw_value *completed = sw_get(endpoint, "last_enumeration_completed_at");

    if (completed != NULL && completed->kind == SW_V_UNKNOWN) {
        return sw_probe_error(probe, "unreadable", "the service's status can't be read");
    }
    if (!sw_as_int(completed, &completed_ns) || completed_ns < then_ns) {
        return sw_lapsed(probe, "the service no longer tells of the look through the share");
    }
    return SW_HOLDS;
}

static const struct sw_write writes[] = {
    {"detect", "Look through the whole share for changes that were made there", NULL, build_trigger,
     SETTLES_MS},
    {NULL, NULL, NULL, NULL, 0},
};

const struct sw_action sw_azure_detect_changes = {
    .name = "azure.detect_changes",
    .doc = "Have the service look through the whole share for changes that were made there and not "
           "by sync; by itself it looks once a day.",
    .source = "Azure REST specification, storagesync 2022-09-01, "
              "CloudEndpoints_TriggerChangeDetection; Microsoft Learn, "
              "Invoke-AzStorageSyncChangeDetection",
    .effect = SW_EFFECT_REVERSIBLE,
    .takes_subject = true,
    .target_kind = "azure.sync_group",
    .outputs = outputs,
    .errors = errors,
    .yields = (const struct sw_yield[]){{"ok", "filesync.changes_detected"}, {NULL, NULL}},
    .no_undo_reason = "The service looks through the share every day too; it changes no file.",
    .probe = probe_detection,
    .writes = writes,
    .example = (const char *const[]){"- id: detect", "  do: azure.detect_changes",
                                     "  target: cloud", NULL},
};

const struct sw_evidence sw_azure_changes_detected = {
    .name = "filesync.changes_detected",
    .doc = "The service has found all changes that were made directly in the share before it "
           "looked.",
    .target_kind = "azure.sync_group",
    .reread = reread_detected,
};
