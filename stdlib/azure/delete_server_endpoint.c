#include "stdlib/azure/delete_server_endpoint.h"

#include "base/text.h"
#include "stdlib/azure/arm.h"
#include "stdlib/azure/arm_id.h"
#include "stdlib/azure/drift.h"
#include "stdlib/azure/endpoint_gone.h"
#include "stdlib/azure/reads.h"

/* Recorded deletes took up to 94 s (azure.md 2.3); an unanswered one is given ten times that. */
#define SETTLES_MS INT64_C(900000)

static const struct sw_field outputs[] = {
    {"id", &sw_type_resource_id, 0, NULL, "Resource id of the server endpoint that is gone."},
    {NULL, NULL, 0, NULL, NULL},
};

static const struct sw_need needs[] = {
    {{"filesync.cloud_complete", "filesync.leftovers_settled", NULL}},
    {{"filesync.cloud_complete_except", "filesync.items_accepted", "filesync.leftovers_settled",
      NULL}},
    {{"filesync.server_complete", NULL}},
    {{"filesync.loss_accepted", NULL}},
    {{NULL}},
};

/* The subject's id, if it is a server endpoint of this very target; else NULL. */
static const char *subject_id(const struct sw_view *view)
{
    const char *id = sw_subject_text(view, "id");

    return sw_arm_id_is_child(id, sw_azure_sync_group_id(view), "serverEndpoints") ? id : NULL;
}

/* A new endpoint may have taken the name: then nothing that was proven is about it. */
static enum sw_verdict compare(struct sw_probe *probe, const char *id, const struct sw_value *body)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    const struct sw_value *then = sw_subject(sw_view_of(probe), "created_at");
    const struct sw_value *now =
        sw_drift_time(arena, sw_get_path(body, "systemData", "createdAt", NULL));
    int64_t then_ns = 0;
    int64_t now_ns = 0;
    bool is_then_known = sw_as_int(then, &then_ns);
    bool is_now_known = sw_as_int(now, &now_ns);

    sw_see(probe, "id", sw_text(arena, id));
    sw_see(probe, "created_at", now);
    sw_see(probe, "path",
           sw_drift_text(arena, sw_get_path(body, "properties", "serverLocalPath", NULL)));
    if (!sw_arm_id_is(sw_as_text(sw_get(body, "id")), id)) {
        return sw_unclear(probe, "asked for '%s', the resource manager answered with another", id);
    }
    if (is_then_known != is_now_known) {
        return sw_unclear(probe, "the time of creation of '%s' is told only now and then", id);
    }
    if (then_ns != now_ns) {
        return sw_unclear(probe, "'%s' was created anew since it was looked at", id);
    }
    return SW_NEEDED;
}

static enum sw_verdict delete_probe(struct sw_probe *probe)
{
    const char *id = subject_id(sw_view_of(probe));

    if (id == NULL) {
        return sw_blocked(probe, "the subject is no server endpoint of the target's sync group");
    }

    const struct sw_answer *answer =
        sw_ask(probe, "endpoint", sw_arm_get(sw_probe_arena(probe), id, NULL));

    if (answer == NULL) {
        return SW_PENDING;
    }
    if (answer->status == 404) {
        return sw_azure_endpoint_absent(probe, id);
    }
    if (answer->status != 200) {
        return sw_unclear(probe, "asked for '%s', the resource manager answered HTTP %d", id,
                          answer->status);
    }
    return compare(probe, id, answer->body);
}

static bool build_delete(const struct sw_view *view, struct sw_act *ret_act, struct sw_error *err)
{
    const char *id = subject_id(view);

    if (id == NULL) {
        return sw_fail(err, SW_E_INPUT,
                       "the subject is no server endpoint of the target's sync group");
    }
    *ret_act = sw_arm_delete(sw_view_arena(view), id);
    return true;
}

static const struct sw_write writes[] = {
    {"delete", "Delete the server endpoint", NULL, build_delete, SETTLES_MS},
    {NULL, NULL, NULL, NULL, 0},
};

const struct sw_action sw_azure_delete_server_endpoint = {
    .name = "azure.delete_server_endpoint",
    .doc = "Delete the subject, a server endpoint. The folder on the server and the share keep "
           "their files; sync between them ends.",
    .source = "Azure REST specification, storagesync 2022-09-01, ServerEndpoints_Delete; Microsoft "
              "Learn, Delete a server endpoint",
    .effect = SW_EFFECT_IRREVERSIBLE,
    .takes_subject = true,
    .target_kind = "azure.sync_group",
    .outputs = outputs,
    .needs = needs,
    .need_count = SW_COUNT(needs) - 1,
    .loss = "The server's tiered files stop opening and are not connected again by a new endpoint; "
            "what the server did not upload will not reach the share.",
    .probe = delete_probe,
    .writes = writes,
    .example = (const char *const[]){"- id: delete", "  do: azure.delete_server_endpoint",
                                     "  target: cloud",
                                     "  edge: { approve: { by: storage_admins, people: 1, "
                                     "good_for: 4h } }",
                                     "  next: done", NULL},
};
