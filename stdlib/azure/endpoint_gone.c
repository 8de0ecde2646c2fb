#include "stdlib/azure/endpoint_gone.h"

#include "base/text.h"
#include "base/time.h"
#include "stdlib/azure/arm.h"
#include "stdlib/azure/arm_id.h"
#include "stdlib/azure/reads.h"

/* Between two looks that both miss it, or both see it: a resource manager that has not caught up
 * says 404, too, or shows what is gone.
 * @source reliability.md F37 */
#define APART_NS (60 * SW_NS_PER_S)

static const struct sw_field outputs[] = {
    {"id", &sw_type_resource_id, 0, NULL, "Resource id of the server endpoint that is gone."},
    {"left", &sw_type_int, 0, NULL, "Server endpoints that the sync group still has."},
    {NULL, NULL, 0, NULL, NULL},
};

static const struct sw_outcome_doc outcomes[] = {
    {"gone", "Not found, and its group lists completely without it; twice, a minute apart."},
    {"still_there", "The resource manager shows it; twice, a minute apart."},
    {NULL, NULL},
};

enum sw_verdict sw_azure_endpoint_absent(struct sw_probe *probe, const char *id)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    const char *group = sw_azure_sync_group_id(sw_view_of(probe));
    const char *list_id = sw_format(arena, "%s/serverEndpoints", group);
    const struct sw_answer *parent = sw_ask(probe, "group", sw_arm_get(arena, group, NULL));
    const struct sw_answer *list = sw_ask(probe, "endpoints", sw_arm_get(arena, list_id, NULL));

    if (parent == NULL || list == NULL) {
        return SW_PENDING;
    }

    const struct sw_value *items = sw_get(list->body, "value");

    if (parent->status != 200 || !sw_arm_id_is(sw_as_text(sw_get(parent->body, "id")), group) ||
        list->status != 200 || items == NULL || items->kind != SW_V_LIST) {
        return sw_unclear(probe,
                          "'%s' is not found, but its sync group can't be seen either: are the "
                          "rights still there?",
                          id);
    }
    for (size_t i = 0; i < sw_list_count(items); i++) {
        const char *other = sw_as_text(sw_get(sw_list_at(items, i), "id"));

        if (other == NULL || sw_arm_id_is(other, id)) {
            return sw_unclear(probe, "'%s' is not found, but the list of its group says otherwise",
                              id);
        }
    }
    sw_out(probe, "id", sw_text(arena, id));
    sw_out(probe, "left", sw_int(arena, (int64_t)sw_list_count(items)));
    return SW_ALREADY;
}

/* What is not so now begins its minute anew. */
static enum sw_verdict wait_on(struct sw_probe *probe)
{
    sw_see(probe, "absent_since", sw_null(sw_probe_arena(probe), "not absent now"));
    sw_see(probe, "shown_since", sw_null(sw_probe_arena(probe), "not shown now"));
    return SW_WAIT;
}

/**
 * Is it so for a minute? By the peer's clock alone: ours may be set meanwhile.
 *
 * @param since which of the two times
 * @param what  for people: "it is not found"
 */
static enum sw_verdict for_a_minute(struct sw_probe *probe, int64_t now_ns, const char *since,
                                    const char *what, const char *outcome)
{
    struct sw_arena *arena = sw_probe_arena(probe);
    int64_t since_ns = 0;

    if (now_ns == 0) {
        sw_say(probe, "%s; the resource manager does not say when that was", what);
        return wait_on(probe);
    }
    if (!sw_as_int(sw_before(sw_view_of(probe), since), &since_ns)) {
        (void)wait_on(probe);
        sw_see(probe, since, sw_number(arena, SW_V_TIME, now_ns));
        sw_say(probe, "%s; looks again in a minute", what);
        return SW_WAIT;
    }
    if (now_ns - since_ns < APART_NS) {
        sw_say(probe, "%s; looks again a minute after the first time", what);
        return SW_WAIT;
    }
    return sw_outcome(probe, outcome);
}

static enum sw_verdict gone_probe(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_arena *arena = sw_probe_arena(probe);
    const char *id = sw_subject_text(view, "id");

    if (!sw_arm_id_is_child(id, sw_azure_sync_group_id(view), "serverEndpoints")) {
        return sw_probe_error(probe, "bad_name",
                              "the subject is no server endpoint of the target's sync group");
    }
    const struct sw_answer *answer = sw_ask(probe, "endpoint", sw_arm_get(arena, id, NULL));

    if (answer == NULL) {
        return SW_PENDING;
    }
    if (answer->status == 200) {
        return for_a_minute(probe, answer->peer_time_ns, "shown_since",
                            "the resource manager still shows it", "still_there");
    }
    if (answer->status != 404) {
        sw_say(probe, "asked for '%s', the resource manager answered HTTP %d", id, answer->status);
        return wait_on(probe);
    }
    enum sw_verdict verdict = sw_azure_endpoint_absent(probe, id);

    if (verdict != SW_ALREADY) {
        return verdict == SW_PENDING ? verdict : wait_on(probe);
    }
    return for_a_minute(probe, answer->peer_time_ns, "absent_since", "it is not found", "gone");
}

const struct sw_action sw_azure_server_endpoint_gone = {
    .name = "azure.server_endpoint_gone",
    .doc = "Waits until the subject, a server endpoint, is gone beyond doubt: not found, while its "
           "sync group can be seen and lists completely without it, twice, a minute apart.",
    .source = "Azure REST specification, storagesync 2022-09-01, ServerEndpoints_Get and "
              "ServerEndpoints_ListBySyncGroup",
    .effect = SW_EFFECT_READ,
    .is_wait = true,
    .takes_subject = true,
    .target_kind = "azure.sync_group",
    .outputs = outputs,
    .outcomes = outcomes,
    .errors = sw_azure_read_errors,
    .probe = gone_probe,
    .example = (const char *const[]){"- id: gone", "  wait: azure.server_endpoint_gone",
                                     "  target: cloud", "  poll: { every: 70s }", "  timeout: 1h",
                                     "  next: { gone: verify, still_there: not_gone, "
                                     "timeout: not_gone }",
                                     NULL},
};
