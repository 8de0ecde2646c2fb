/** @file The step that can't be taken back: when it is needed, when done, and when nobody can say.
 */
#include "stdlib/azure/delete_server_endpoint.h"

#include "support.h"

#define CREATED "2024-06-28T04:45:59.1728158Z"
#define GONE                                                                                       \
    {                                                                                              \
        TEST_ENDPOINT, 404, "{\"error\":{\"code\":\"ResourceNotFound\"}}"                          \
    }
#define GROUP_SEEN                                                                                 \
    {                                                                                              \
        TEST_GROUP, 200, "{\"id\":\"" TEST_GROUP "\",\"name\":\"sg\"}"                             \
    }
#define LIST_PATH TEST_GROUP "/serverEndpoints"

static struct sw_view view_of(struct sw_arena *arena, const char *subject)
{
    struct sw_target *target = sw_alloc(arena, sizeof *target);

    *target = target_of(arena);
    return (struct sw_view){.arena = arena, .target = target, .subject = json(arena, subject)};
}

static struct sw_view subject_view(struct sw_arena *arena)
{
    struct sw_view view = view_of(arena, "{\"id\":\"" TEST_ENDPOINT "\"}");
    struct sw_builder subject = sw_map_begin(arena);
    int64_t ns = 0;
    struct sw_error err = {0};

    assert_true(sw_time_parse(CREATED, &ns, &err));
    sw_map_put_text(&subject, "id", TEST_ENDPOINT);
    sw_map_put(&subject, "created_at", sw_time_at(arena, ns, 1));
    view.subject = sw_built(&subject);
    return view;
}

static enum sw_verdict probed(struct sw_arena *arena, const struct row *rows,
                              struct sw_probe *ret_probe)
{
    struct sw_view view = subject_view(arena);

    return probe_table(ret_probe, &view, sw_azure_delete_server_endpoint.probe, rows);
}

static void it_is_needed_while_the_very_endpoint_is_there(void **state)
{
    const struct row rows[] = {{TEST_ENDPOINT, 200,
                                "{\"id\":\"" TEST_ENDPOINT
                                "\",\"properties\":{\"serverLocalPath\":\"D:\\\\Data\"},"
                                "\"systemData\":{\"createdAt\":\"" CREATED "\"}}"},
                               {0}};
    struct sw_probe probe;

    assert_int_equal(probed(*state, rows, &probe), SW_NEEDED);
    assert_output(*state, sw_built(&probe.seen), "id", TEST_ENDPOINT);
    assert_output(*state, sw_built(&probe.seen), "path", "D:\\Data");
}

static void the_id_may_come_back_in_another_case(void **state)
{
    char id[] = TEST_ENDPOINT;
    struct sw_probe probe;

    sw_text_fold(id);

    const struct row rows[] = {
        {TEST_ENDPOINT, 200,
         sw_format(*state, "{\"id\":\"%s\",\"systemData\":{\"createdAt\":\"" CREATED "\"}}", id)},
        {0}};

    assert_int_equal(probed(*state, rows, &probe), SW_NEEDED);
}

static void another_endpoint_under_the_same_name_is_unclear(void **state)
{
    static const char *const bodies[] = {
        "{\"id\":\"" TEST_ENDPOINT "\",\"systemData\":{\"createdAt\":\"2024-06-29T00:00:00Z\"}}",
        "{\"id\":\"" TEST_ENDPOINT "\"}", /* it was told before, now it isn't */
        "{\"id\":\"" TEST_GROUP "/serverEndpoints/se-2\",\"systemData\":{\"createdAt\":\"" CREATED
        "\"}}",
        "{}",
    };

    for (size_t i = 0; i < SW_COUNT(bodies); i++) {
        const struct row rows[] = {{TEST_ENDPOINT, 200, bodies[i]}, {0}};
        struct sw_probe probe;

        assert_int_equal(probed(*state, rows, &probe), SW_UNCLEAR);
        assert_non_null(probe.said);
    }
}

static void without_a_time_of_creation_the_id_alone_counts(void **state)
{
    const struct row rows[] = {{TEST_ENDPOINT, 200, "{\"id\":\"" TEST_ENDPOINT "\"}"}, {0}};
    struct sw_view view = view_of(*state, "{\"id\":\"" TEST_ENDPOINT "\",\"created_at\":null}");
    struct sw_probe probe;

    assert_int_equal(probe_table(&probe, &view, sw_azure_delete_server_endpoint.probe, rows),
                     SW_NEEDED);
}

static void it_is_done_when_its_visible_group_does_not_list_it(void **state)
{
    static const char *const lists[] = {"{\"value\":[]}", "{\"value\":[{\"id\":\"" TEST_GROUP
                                                          "/serverEndpoints/se-2\"}]}"};

    for (size_t i = 0; i < SW_COUNT(lists); i++) {
        const struct row rows[] = {GONE, GROUP_SEEN, {LIST_PATH, 200, lists[i]}, {0}};
        struct sw_probe probe;

        assert_int_equal(probed(*state, rows, &probe), SW_ALREADY);
        assert_output(*state, sw_probe_outputs(&probe, &sw_azure_delete_server_endpoint, 1), "id",
                      TEST_ENDPOINT);
    }
}

static void a_404_alone_proves_nothing(void **state)
{
    const struct row cases[][4] = {
        /* lost rights or a wrong subscription hide the group as well */
        {GONE, {TEST_GROUP, 404, ""}, {LIST_PATH, 404, ""}, {0}},
        {GONE, {TEST_GROUP, 404, ""}, {LIST_PATH, 200, "{\"value\":[]}"}, {0}},
        {GONE, GROUP_SEEN, {LIST_PATH, 404, ""}, {0}},
        {GONE, GROUP_SEEN, {LIST_PATH, 200, "{}"}, {0}},
        {GONE, GROUP_SEEN, {LIST_PATH, 200, "{\"value\":{}}"}, {0}},
        {GONE, {TEST_GROUP, 200, "{\"id\":\"/another\"}"}, {LIST_PATH, 200, "{\"value\":[]}"}, {0}},
        /* the list says otherwise */
        {GONE, GROUP_SEEN, {LIST_PATH, 200, "{\"value\":[{\"id\":\"" TEST_ENDPOINT "\"}]}"}, {0}},
        {GONE, GROUP_SEEN, {LIST_PATH, 200, "{\"value\":[{\"name\":\"se-1\"}]}"}, {0}},
    };

    for (size_t i = 0; i < SW_COUNT(cases); i++) {
        struct sw_probe probe;

        assert_int_equal(probed(*state, cases[i], &probe), SW_UNCLEAR);
        assert_non_null(probe.said);
    }
}

static void a_list_is_complete_only_with_all_its_pages(void **state)
{
    const struct row rows[] = {
        GONE,
        GROUP_SEEN,
        {LIST_PATH, 200,
         "{\"value\":[],\"nextLink\":\"https://management.azure.com/subscriptions/2?x=1\"}"},
        {"/subscriptions/2", 200, "{\"value\":[{\"id\":\"" TEST_ENDPOINT "\"}]}"},
        {0}};
    struct sw_probe probe;

    assert_int_equal(probed(*state, rows, &probe), SW_UNCLEAR);
}

static const char *const foreign[] = {
    "{\"id\":\"" TEST_SERVICE "/syncGroups/other/serverEndpoints/se-1\"}",
    "{\"id\":\"" TEST_GROUP "/cloudEndpoints/se-1\"}",
    "{\"id\":\"" TEST_GROUP "\"}",
    "{\"id\":\"" TEST_GROUP "/serverEndpoints/a/b\"}",
    "{\"id\":null}",
    "{}",
};

static void a_subject_of_another_group_is_blocked_and_nothing_is_asked(void **state)
{
    const struct row rows[] = {{0}};

    for (size_t i = 0; i < SW_COUNT(foreign); i++) {
        struct sw_view view = view_of(*state, foreign[i]);
        struct sw_probe probe;

        assert_int_equal(probe_table(&probe, &view, sw_azure_delete_server_endpoint.probe, rows),
                         SW_BLOCKED);
        assert_int_equal(probe.ask_count, 0);
    }
}

static void a_subject_of_another_group_builds_no_delete(void **state)
{
    for (size_t i = 0; i < SW_COUNT(foreign); i++) {
        struct sw_view view = view_of(*state, foreign[i]);
        struct sw_act act = {0};
        struct sw_error err = {0};

        assert_false(sw_azure_delete_server_endpoint.writes[0].build(&view, &act, &err));
        assert_int_equal(err.code, SW_E_INPUT);
        assert_null(act.call.op);
    }
}

static void the_one_write_deletes_the_subject(void **state)
{
    struct sw_view view = subject_view(*state);
    const struct sw_write *write = &sw_azure_delete_server_endpoint.writes[0];
    struct sw_act act = {0};
    struct sw_error err = {0};

    assert_string_equal(write->name, "delete");
    assert_null(sw_azure_delete_server_endpoint.writes[1].name);
    assert_true(write->build(&view, &act, &err));
    assert_string_equal(sw_arm_transport.preview(view.target, &act.call, *state),
                        "DELETE https://management.azure.com" TEST_ENDPOINT
                        "?api-version=2022-09-01");
}

/* The alternatives of language.md, "Evidence". */
static const char *const alternatives[] = {
    "filesync.cloud_complete filesync.leftovers_settled ",
    "filesync.cloud_complete_except filesync.items_accepted filesync.leftovers_settled ",
    "filesync.server_complete ",
    "filesync.loss_accepted ",
};

static void it_needs_nothing_less_than_the_language_says(void **state)
{
    const struct sw_action *action = &sw_azure_delete_server_endpoint;

    assert_int_equal(action->need_count, SW_COUNT(alternatives));
    for (size_t i = 0; i < action->need_count; i++) {
        const char *names = "";
        bool is_listed = false;

        for (size_t j = 0; action->needs[i].evidence[j] != NULL; j++) {
            names = sw_format(*state, "%s%s ", names, action->needs[i].evidence[j]);
        }
        for (size_t j = 0; j < SW_COUNT(alternatives); j++) {
            is_listed = is_listed || sw_text_is(names, alternatives[j]);
        }
        if (!is_listed || !sw_text_is(names, alternatives[i])) {
            fail_msg("alternative %zu is '%s'", i, names);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(it_is_needed_while_the_very_endpoint_is_there),
        test_in_arena(the_id_may_come_back_in_another_case),
        test_in_arena(another_endpoint_under_the_same_name_is_unclear),
        test_in_arena(without_a_time_of_creation_the_id_alone_counts),
        test_in_arena(it_is_done_when_its_visible_group_does_not_list_it),
        test_in_arena(a_404_alone_proves_nothing),
        test_in_arena(a_list_is_complete_only_with_all_its_pages),
        test_in_arena(a_subject_of_another_group_is_blocked_and_nothing_is_asked),
        test_in_arena(a_subject_of_another_group_builds_no_delete),
        test_in_arena(the_one_write_deletes_the_subject),
        test_in_arena(it_needs_nothing_less_than_the_language_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
