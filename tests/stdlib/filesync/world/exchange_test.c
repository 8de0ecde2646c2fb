/* The world in the bytes that real peers speak: our codecs on one side, the fronts on the other. */
#include "stdlib/azure/arm.h"
#include "stdlib/filesync/world/world_bench.h"
#include "stdlib/windows/script.h"
#include "stdlib/windows/winrm.h"

#define PLAIN "{\"world\":\"filesync\"}"

struct line {
    struct bench *bench;
    struct sw_target target;
    struct sw_talk talk;
    struct sw_error err;
    size_t exchanges;
};

static struct line line_to(struct bench *bench, const char *kind,
                           const struct sw_transport *transport)
{
    struct line line = {.bench = bench};

    line.target = (struct sw_target){
        .name = kind,
        .kind = kind,
        .settings = sw_get(bench->world->ops->bindings(bench->world, bench->arena), kind),
        .transport = transport};
    return line;
}

/* What the engine does with a talk, without a journal: send until it is over or to be followed. */
static enum sw_turn converse(struct line *line, enum sw_turn turn)
{
    while (turn == SW_TURN_SEND) {
        struct sw_reply reply = {0};
        bool came = line->bench->world->ops->exchange(line->bench->world, &line->talk.out,
                                                      line->bench->arena, &reply, &line->err);
        line->exchanges++;
        turn = line->target.transport->feed(&line->talk, came ? &reply : NULL, &line->err);
    }
    return turn;
}

static enum sw_turn say(struct line *line, struct sw_call call, bool is_act)
{
    line->talk = (struct sw_talk){.transport = line->target.transport,
                                  .target = &line->target,
                                  .call = call,
                                  .is_act = is_act,
                                  .arena = line->bench->arena,
                                  .attempt = 7 + line->exchanges};
    line->err = (struct sw_error){0};
    return converse(line, line->target.transport->open(&line->talk, &line->err));
}

static enum sw_turn get(struct line *line, const char *id, const char *query)
{
    return say(line, sw_arm_get(line->bench->arena, id, query).call, false);
}

static void the_endpoint_can_be_read_and_is_as_healthy_as_its_last_report(void **state)
{
    (void)state;
    struct bench bench = bench_open(PLAIN);
    struct line arm = line_to(&bench, "azure.sync_group", &sw_arm_transport);

    assert_int_equal(get(&arm, sw_fs_endpoint_id(bench.model, bench.arena), NULL), SW_TURN_DONE);
    const struct sw_value *body = arm.talk.answer.body;
    assert_string_equal(
        sw_as_text(sw_get_path(body, "properties", "syncStatus", "combinedHealth", NULL)),
        "Healthy");
    assert_string_equal(sw_as_text(sw_get_path(body, "properties", "cloudTiering", NULL)), "On");
    assert_string_equal(sw_as_text(sw_get_path(body, "properties", "serverLocalPath", NULL)),
                        "D:\\Shares\\Team");
    assert_true(arm.talk.answer.peer_time_ns != 0);
    bench_close(&bench);
}

static void a_registered_server_drags_its_thirteen_kilobytes_along(void **state)
{
    (void)state;
    struct bench bench = bench_open(PLAIN);
    struct line arm = line_to(&bench, "azure.sync_group", &sw_arm_transport);

    assert_int_equal(get(&arm, sw_fs_server_id(bench.model, bench.arena), NULL), SW_TURN_DONE);
    const char *text = sw_as_text(
        sw_get_path(arm.talk.answer.body, "properties", "monitoringConfiguration", NULL));
    assert_in_range(strlen(text), 12000, 14000);
    bench_close(&bench);
}

static void all_resources_of_the_runbooks_are_there(void **state)
{
    (void)state;
    struct bench bench =
        bench_open("{\"world\":\"filesync\",\"other_endpoints\":[{\"name\":\"second\"}],"
                   "\"azure\":{\"locked\":\"true\"}}");
    struct line arm = line_to(&bench, "azure.sync_group", &sw_arm_transport);
    const char *group = sw_fs_group_id(bench.model, bench.arena);

    assert_int_equal(get(&arm, group, NULL), SW_TURN_DONE);
    assert_int_equal(get(&arm, sw_format(bench.arena, "%s/cloudEndpoints", group), NULL),
                     SW_TURN_DONE);
    assert_int_equal(sw_list_count(sw_get(arm.talk.answer.body, "value")), 1);
    assert_int_equal(get(&arm, sw_format(bench.arena, "%s/serverEndpoints", group), NULL),
                     SW_TURN_DONE);
    assert_int_equal(sw_list_count(sw_get(arm.talk.answer.body, "value")), 2);
    assert_int_equal(get(&arm, sw_fs_share_id(bench.model, bench.arena), "$expand=stats"),
                     SW_TURN_DONE);
    assert_true(
        bench_int(sw_get_path(arm.talk.answer.body, "properties", "shareUsageBytes", NULL)) > 0);
    /* The lock hangs on the service: its list has it, one below does not. */
    const char *const scopes[] = {sw_fs_service_id(bench.model, bench.arena), group};

    for (size_t i = 0; i < SW_COUNT(scopes); i++) {
        assert_int_equal(
            get(&arm,
                sw_format(bench.arena, "%s/providers/Microsoft.Authorization/locks", scopes[i]),
                NULL),
            SW_TURN_DONE);
        assert_int_equal(sw_list_count(sw_get(arm.talk.answer.body, "value")), i == 0 ? 1 : 0);
    }
    bench_close(&bench);
}

static void looks_leave_the_world_as_it_is(void **state)
{
    (void)state;
    struct bench bench = bench_open(PLAIN);
    struct line arm = line_to(&bench, "azure.sync_group", &sw_arm_transport);
    struct line server = line_to(&bench, "windows.server", &sw_winrm_transport);
    char before[65];
    char after[65];

    bench.world->ops->digest(bench.world, before);
    assert_int_equal(get(&arm, sw_fs_endpoint_id(bench.model, bench.arena), NULL), SW_TURN_DONE);
    assert_int_equal(get(&arm, sw_fs_server_id(bench.model, bench.arena), NULL), SW_TURN_DONE);
    for (int i = 0; i < 12; i++) {
        enum sw_turn turn =
            say(&server, sw_script_look("filesync/access-state", bench_value(&bench, AT_PATH)).call,
                false);
        if (turn != SW_TURN_DONE) {
            fail_msg("%s", server.err.text);
        }
    }
    bench.world->ops->digest(bench.world, after);
    assert_string_equal(before, after);
    assert_true(bench.world->ops->now(bench.world) > bench.start_ns);
    bench_close(&bench);
}

static void a_delete_runs_through_the_services_steps_and_the_endpoint_is_gone(void **state)
{
    (void)state;
    struct bench bench = bench_open(PLAIN);
    struct line arm = line_to(&bench, "azure.sync_group", &sw_arm_transport);
    const char *id = sw_fs_endpoint_id(bench.model, bench.arena);
    int64_t began_ns = bench.world->ops->now(bench.world);
    enum sw_turn turn = say(&arm, sw_arm_delete(bench.arena, id).call, true);
    size_t polls = 0;

    while (turn == SW_TURN_FOLLOW && polls < 100) {
        bench_pass(&bench, 10 * SECOND);
        turn = converse(&arm, sw_arm_transport.resume(&arm.talk, arm.talk.follow, &arm.err));
        polls++;
    }
    assert_int_equal(turn, SW_TURN_DONE);
    assert_in_range(bench.world->ops->now(bench.world) - began_ns, 36 * SECOND, 120 * SECOND);
    assert_int_equal(get(&arm, id, NULL), SW_TURN_DONE);
    assert_int_equal(arm.talk.answer.status, 404);
    bench_close(&bench);
}

static void a_second_delete_is_noticed_by_the_judge(void **state)
{
    (void)state;
    struct bench bench = bench_open(PLAIN);
    struct line arm = line_to(&bench, "azure.sync_group", &sw_arm_transport);
    struct sw_act act = sw_arm_delete(bench.arena, sw_fs_endpoint_id(bench.model, bench.arena));
    struct sw_verdict_of_world verdict;

    say(&arm, act.call, true);
    bench_pass(&bench, 5 * MINUTE);
    assert_int_equal(say(&arm, act.call, true), SW_TURN_FOLLOW);
    bench.world->ops->judge(bench.world, bench.arena, &verdict);
    assert_true(verdict.is_deleted_twice);
    assert_non_null(strstr(verdict.text, "DELETED TWICE"));
    bench_close(&bench);
}

static void an_offline_server_lets_the_delete_expire_inside_a_200(void **state)
{
    (void)state;
    struct bench bench = bench_open(
        "{\"world\":\"filesync\",\"azure\":{\"job_expires\":\"45m\"},"
        "\"trouble\":[{\"at\":\"delete+0s\",\"what\":\"server_offline\",\"for\":\"3h\"}]}");
    struct line arm = line_to(&bench, "azure.sync_group", &sw_arm_transport);
    struct line server = line_to(&bench, "windows.server", &sw_winrm_transport);
    const char *id = sw_fs_endpoint_id(bench.model, bench.arena);
    enum sw_turn turn = say(&arm, sw_arm_delete(bench.arena, id).call, true);
    const char *follow = arm.talk.follow;

    bench_pass(&bench, 30 * MINUTE);
    assert_int_equal(converse(&arm, sw_arm_transport.resume(&arm.talk, follow, &arm.err)),
                     SW_TURN_FOLLOW);
    assert_int_equal(say(&server, sw_script_look("filesync/agent-facts", NULL).call, false),
                     SW_TURN_FAIL);
    assert_int_equal(server.err.code, SW_E_UNREACHABLE);
    bench_pass(&bench, 30 * MINUTE);
    turn = converse(&arm, sw_arm_transport.resume(&arm.talk, follow, &arm.err));
    assert_int_equal(turn, SW_TURN_FAIL);
    assert_non_null(strstr(arm.err.text, "MgmtServerJobExpired"));
    assert_int_equal(get(&arm, id, NULL), SW_TURN_DONE);
    assert_int_equal(arm.talk.answer.status, 200);
    assert_int_equal(bench.model->deletes, 0);
    assert_int_equal(bench.model->writes, 0);
    /* Nothing came of it, so a second one is no double delete. */
    bench_pass(&bench, 3 * HOUR);
    say(&arm, sw_arm_delete(bench.arena, id).call, true);
    assert_false(bench.model->is_deleted_twice);
    bench_close(&bench);
}

static void a_lost_reply_has_acted_all_the_same(void **state)
{
    (void)state;
    struct bench bench = bench_open(
        "{\"world\":\"filesync\",\"trouble\":[{\"at\":\"0s\",\"what\":\"lose_reply\"}]}");
    struct line arm = line_to(&bench, "azure.sync_group", &sw_arm_transport);
    const char *id = sw_fs_endpoint_id(bench.model, bench.arena);

    assert_int_equal(get(&arm, id, NULL), SW_TURN_DONE); /* a look is answered */
    assert_int_equal(say(&arm, sw_arm_delete(bench.arena, id).call, true), SW_TURN_FAIL);
    assert_true(arm.talk.may_have_acted);
    bench_pass(&bench, 3 * MINUTE);
    assert_int_equal(get(&arm, id, NULL), SW_TURN_DONE);
    assert_int_equal(arm.talk.answer.status, 404);
    bench_close(&bench);
}

static void throttling_ends_after_its_time(void **state)
{
    (void)state;
    struct bench bench = bench_open("{\"world\":\"filesync\",\"trouble\":[{\"at\":\"0s\","
                                    "\"what\":\"throttle\",\"for\":\"2m\"}]}");
    struct line arm = line_to(&bench, "azure.sync_group", &sw_arm_transport);
    const char *id = sw_fs_endpoint_id(bench.model, bench.arena);

    bench_until(&bench, SECOND);
    assert_int_equal(get(&arm, id, NULL), SW_TURN_FAIL);
    assert_int_equal(arm.err.code, SW_E_THROTTLED);
    bench_until(&bench, 3 * MINUTE);
    assert_int_equal(get(&arm, id, NULL), SW_TURN_DONE);
    bench_close(&bench);
}

static void the_status_in_arm_is_minutes_old_and_names_the_snapshots_mode(void **state)
{
    (void)state;
    struct bench bench = bench_open("{\"world\":\"filesync\",\"sync\":{\"vss_takes\":\"20m\"}}");
    struct line arm = line_to(&bench, "azure.sync_group", &sw_arm_transport);
    const char *id = sw_fs_endpoint_id(bench.model, bench.arena);
    const char *first = NULL;

    bench_cut_access(&bench);
    bench_script(&bench, "filesync/start-vss-upload", "{}");
    bench_until(&bench, 2 * MINUTE);
    assert_int_equal(get(&arm, id, NULL), SW_TURN_DONE);
    first = sw_as_text(sw_get_path(arm.talk.answer.body, "properties", "syncStatus",
                                   "lastUpdatedTimestamp", NULL));
    bench_until(&bench, 8 * MINUTE);
    assert_int_equal(get(&arm, id, NULL), SW_TURN_DONE);
    assert_string_equal(first, sw_as_text(sw_get_path(arm.talk.answer.body, "properties",
                                                      "syncStatus", "lastUpdatedTimestamp", NULL)));
    bench_until(&bench, 45 * MINUTE);
    assert_int_equal(get(&arm, id, NULL), SW_TURN_DONE);
    assert_string_equal(sw_as_text(sw_get_path(arm.talk.answer.body, "properties", "syncStatus",
                                               "uploadStatus", "lastSyncMode", NULL)),
                        "SnapshotUpload");
    bench_close(&bench);
}

static void live_through_a_day(struct bench *bench, char digest[65])
{
    struct line arm = line_to(bench, "azure.sync_group", &sw_arm_transport);

    bench_until(bench, 10 * MINUTE);
    bench_cut_access(bench);
    bench_script(bench, "filesync/start-vss-upload", "{}");
    bench_until(bench, 20 * HOUR);
    say(&arm, sw_arm_delete(bench->arena, sw_fs_endpoint_id(bench->model, bench->arena)).call,
        true);
    bench_until(bench, 24 * HOUR);
    bench->world->ops->digest(bench->world, digest);
}

static void the_same_seed_gives_the_same_day_and_another_seed_another(void **state)
{
    (void)state;
    char digests[3][65];
    const uint64_t seeds[] = {5, 5, 6};

    for (size_t i = 0; i < SW_COUNT(seeds); i++) {
        struct bench bench = bench_open_seeded(PLAIN, seeds[i]);
        live_through_a_day(&bench, digests[i]);
        bench_close(&bench);
    }
    assert_string_equal(digests[0], digests[1]);
    assert_string_not_equal(digests[0], digests[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_endpoint_can_be_read_and_is_as_healthy_as_its_last_report),
        cmocka_unit_test(a_registered_server_drags_its_thirteen_kilobytes_along),
        cmocka_unit_test(all_resources_of_the_runbooks_are_there),
        cmocka_unit_test(looks_leave_the_world_as_it_is),
        cmocka_unit_test(a_delete_runs_through_the_services_steps_and_the_endpoint_is_gone),
        cmocka_unit_test(a_second_delete_is_noticed_by_the_judge),
        cmocka_unit_test(an_offline_server_lets_the_delete_expire_inside_a_200),
        cmocka_unit_test(a_lost_reply_has_acted_all_the_same),
        cmocka_unit_test(throttling_ends_after_its_time),
        cmocka_unit_test(the_status_in_arm_is_minutes_old_and_names_the_snapshots_mode),
        cmocka_unit_test(the_same_seed_gives_the_same_day_and_another_seed_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
