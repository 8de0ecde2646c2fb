/** @file Changes made in the share are found by a look that began after it was asked for. */
#include "stdlib/azure/detect_changes.h"

#include "support.h"

#define LIST TEST_GROUP "/cloudEndpoints"
#define CLOUD LIST "/ce-1"
#define STATUS_OF(last, activity)                                                                  \
    "{\"value\":[{\"id\":\"" CLOUD "\",\"properties\":{\"changeEnumerationStatus\":{"              \
    "\"lastUpdatedTimestamp\":\"2026-11-20T20:00:00Z\"" last activity "}}}]}"
#define LAST(started, completed)                                                                   \
    ",\"lastEnumerationStatus\":{\"startedTimestamp\":\"" started                                  \
    "\",\"completedTimestamp\":\"" completed "\",\"namespaceFilesCount\":12}"
#define RUNNING ",\"activity\":{\"operationState\":\"EnumerationInProgress\"}"
#define OLD LAST("2026-11-20T12:56:00Z", "2026-11-20T13:00:00Z")

/* With a Date, which the table's replies lack: the service's clock when it was asked. */
static enum sw_verdict look(struct sw_view *view, struct sw_probe *probe, const char *body,
                            const char *now, enum sw_verdict (*fn)(struct sw_probe *))
{
    struct sw_error err = {0};
    enum sw_verdict verdict = SW_PENDING;

    sw_probe_begin(probe, view, true);
    while ((verdict = sw_probe_call(probe, fn)) == SW_PENDING) {
        struct sw_answer answer = {.status = 200, .body = json(view->arena, body)};

        assert_int_equal(probe->ask_count, 1);
        assert_string_equal(probe->asks[0].look.call.path, LIST);
        assert_true(now == NULL || sw_time_parse(now, &answer.peer_time_ns, &err));
        sw_probe_answer(probe, 0, &answer);
    }
    return verdict;
}

static struct sw_view view_of(struct sw_arena *arena)
{
    struct sw_target *target = sw_alloc(arena, sizeof *target);

    *target = target_of(arena);
    return (struct sw_view){
        .arena = arena, .target = target, .subject = json(arena, "{\"id\":\"" TEST_ENDPOINT "\"}")};
}

static enum sw_verdict first(struct sw_view *view, struct sw_probe *probe, const char *body)
{
    enum sw_verdict verdict =
        look(view, probe, body, "2026-11-20T20:00:00Z", sw_azure_detect_changes.probe);

    view->before = sw_value_copy(view->arena, sw_built(&probe->seen));
    return verdict;
}

static enum sw_verdict later(struct sw_view *view, struct sw_probe *probe, const char *body)
{
    return look(view, probe, body, "2026-11-20T20:09:00Z", sw_azure_detect_changes.probe);
}

static void an_empty_body_asks_for_the_whole_share(void **state)
{
    struct sw_view view = view_of(*state);
    struct sw_probe probe;
    struct sw_act act;
    struct sw_error err = {0};

    assert_int_equal(first(&view, &probe, STATUS_OF(OLD, "")), SW_NEEDED);
    assert_true(sw_azure_detect_changes.writes[0].build(&view, &act, &err));
    assert_string_equal(call_text(*state, &act.call), "POST " CLOUD "/triggerChangeDetection {}");
}

static void a_look_that_began_after_it_was_asked_for_and_ended_proves_it(void **state)
{
    struct sw_view view = view_of(*state);
    struct sw_probe probe;

    first(&view, &probe, STATUS_OF(OLD, ""));
    assert_int_equal(later(&view, &probe, STATUS_OF(OLD, RUNNING)), SW_SETTLING);
    assert_int_equal(later(&view, &probe, STATUS_OF(OLD, "")), SW_NEEDED);
    assert_int_equal(
        later(&view, &probe, STATUS_OF(LAST("2026-11-20T20:00:01Z", "2026-11-20T20:04:00Z"), "")),
        SW_ALREADY);
    assert_output(*state, sw_built(&probe.readings), "completed", "2026-11-20T20:04:00Z");
    assert_output(*state, sw_probe_outputs(&probe, &sw_azure_detect_changes, 1), "files", "12");
}

static void a_look_that_was_running_when_it_was_asked_for_does_not_count(void **state)
{
    struct sw_view view = view_of(*state);
    struct sw_probe probe;

    first(&view, &probe, STATUS_OF(OLD, RUNNING));
    assert_int_equal(
        later(&view, &probe,
              STATUS_OF(LAST("2026-11-20T19:58:00Z", "2026-11-20T20:03:00Z"), RUNNING)),
        SW_SETTLING);
}

static void a_share_that_was_never_looked_through_can_be(void **state)
{
    struct sw_view view = view_of(*state);
    struct sw_probe probe;

    assert_int_equal(first(&view, &probe, STATUS_OF("", "")), SW_NEEDED);
    assert_int_equal(later(&view, &probe, STATUS_OF("", "")), SW_NEEDED);
    assert_int_equal(
        later(&view, &probe, STATUS_OF(LAST("2026-11-20T20:00:01Z", "2026-11-20T20:04:00Z"), "")),
        SW_ALREADY);
}

static void without_the_services_clock_nothing_is_asked_for(void **state)
{
    struct sw_view view = view_of(*state);
    struct sw_probe probe;

    assert_int_equal(look(&view, &probe, STATUS_OF(OLD, ""), NULL, sw_azure_detect_changes.probe),
                     SW_FAILED);
    assert_string_equal(probe.error_name, "unreadable");
}

static void the_proof_holds_while_its_completion_stands(void **state)
{
    struct sw_view view = view_of(*state);
    struct sw_probe probe;
    struct sw_builder basis = sw_map_begin(*state);
    static const struct {
        const char *body;
        enum sw_verdict verdict;
    } rows[] = {
        {STATUS_OF(LAST("2026-11-20T20:00:01Z", "2026-11-20T20:04:00Z"), ""), SW_HOLDS},
        {STATUS_OF(LAST("2026-11-21T20:00:01Z", "2026-11-21T20:04:00Z"), RUNNING), SW_HOLDS},
        {STATUS_OF(OLD, ""), SW_LAPSED},
        {STATUS_OF("", ""), SW_LAPSED},
        {STATUS_OF(LAST("2026-11-20T20:00:01Z", "soon"), ""), SW_FAILED},
    };

    first(&view, &probe, STATUS_OF(OLD, ""));
    later(&view, &probe, rows[0].body);
    sw_map_put(&basis, "filesync.changes_detected",
               sw_value_copy(*state, sw_built(&probe.readings)));
    view.basis = sw_built(&basis);
    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        assert_int_equal(look(&view, &probe, rows[i].body, "2026-11-21T00:00:00Z",
                              sw_azure_changes_detected.reread),
                         rows[i].verdict);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(an_empty_body_asks_for_the_whole_share),
        test_in_arena(a_look_that_began_after_it_was_asked_for_and_ended_proves_it),
        test_in_arena(a_look_that_was_running_when_it_was_asked_for_does_not_count),
        test_in_arena(a_share_that_was_never_looked_through_can_be),
        test_in_arena(without_the_services_clock_nothing_is_asked_for),
        test_in_arena(the_proof_holds_while_its_completion_stands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
