/** @file The model resource manager, spoken to through the real codec. */
#include "stdlib/azure/world/arm_world.h"

#include "stdlib/azure/world/arm_url.h"

#include "../support.h"

/* A backend with one endpoint and one operation. */
struct fake {
    int64_t now_ns;
    struct sw_arm_operation operation;
    struct sw_arm_refusal refusal;
    const char *deleted; /* the id, as the world gave it */
    const char *query;
    unsigned deletes;
};

static int64_t fake_now(void *context)
{
    return ((struct fake *)context)->now_ns;
}

static const struct sw_value *fake_get(void *context, const char *folded_id, const char *query,
                                       struct sw_arena *arena, struct sw_arm_refusal *ret_refusal)
{
    struct fake *fake = context;
    char expected[] = TEST_ENDPOINT;

    sw_text_fold(expected);
    fake->query = sw_copy_text(arena, query);
    *ret_refusal = fake->refusal;
    return sw_text_is(folded_id, expected) ? json(arena, "{\"id\":\"" TEST_ENDPOINT "\"}") : NULL;
}

static uint64_t fake_remove(void *context, const char *folded_id,
                            struct sw_arm_refusal *ret_refusal)
{
    struct fake *fake = context;
    char expected[] = TEST_ENDPOINT;

    sw_text_fold(expected);
    *ret_refusal = fake->refusal;
    fake->deleted = sw_text_is(folded_id, expected) ? "the endpoint" : "something else";
    return fake->refusal.status == 0 ? ++fake->deletes : 0;
}

static bool fake_operation(void *context, uint64_t number, struct sw_arm_operation *ret)
{
    *ret = ((struct fake *)context)->operation;
    return number != 0;
}

static void free_world_at(struct sw_arm_world **world)
{
    sw_arm_world_free(*world);
}

static struct sw_arm_world *world_of(struct fake *fake, uint64_t seed)
{
    struct sw_arm_backend backend = {.context = fake,
                                     .now = fake_now,
                                     .get = fake_get,
                                     .remove = fake_remove,
                                     .operation = fake_operation,
                                     .subscription = TEST_SUBSCRIPTION,
                                     .location = "westeurope"};

    fake->now_ns = INT64_C(1719549981160809400);
    return sw_arm_world_new(&backend, seed);
}

static struct sw_reply asked(struct sw_arena *arena, struct sw_arm_world *world, const char *method,
                             const char *url)
{
    struct sw_request request = {.method = method, .url = url};
    struct sw_reply reply = {0};

    assert_true(sw_arm_world_owns(world, &request));
    sw_arm_world_answer(world, &request, arena, &reply);
    return reply;
}

static enum sw_turn fed(struct sw_arena *arena, struct sw_arm_world *world, struct sw_talk *talk,
                        struct sw_error *err)
{
    struct sw_reply reply = asked(arena, world, talk->out.method, talk->out.url);

    return sw_arm_transport.feed(talk, &reply, err);
}

static struct sw_talk deleted(struct sw_arena *arena, struct sw_arm_world *world)
{
    struct sw_talk talk = talk_of(arena, sw_arm_delete(arena, TEST_ENDPOINT).call, true);
    struct sw_error err = {0};

    assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_SEND);
    assert_int_equal(fed(arena, world, &talk, &err), SW_TURN_FOLLOW);
    return talk;
}

static enum sw_turn polled(struct sw_arena *arena, struct sw_arm_world *world, const char *follow,
                           struct sw_talk *ret_talk, struct sw_error *err)
{
    *ret_talk = talk_of(arena, sw_arm_delete(arena, TEST_ENDPOINT).call, true);
    assert_int_equal(sw_arm_transport.resume(ret_talk, follow, err), SW_TURN_SEND);
    return fed(arena, world, ret_talk, err);
}

static void only_its_own_host_is_served(void **state)
{
    static const struct {
        const char *url;
        bool is_owned;
    } cases[] = {{"https://management.azure.com/x", true},
                 {"https://MANAGEMENT.azure.com:443/x", true},
                 {"http://management.azure.com/x", false},
                 {"https://management.azure.com.evil.example.invalid/x", false},
                 {"https://management.azure.com:444/x", false},
                 {"https://fs01.contoso.com:5986/wsman", false}};

    (void)state;
    for (size_t i = 0; i < SW_COUNT(cases); i++) {
        struct sw_request request = {.method = "GET", .url = cases[i].url};

        assert_int_equal(sw_arm_world_owns(NULL, &request), cases[i].is_owned);
    }
}

static void a_read_has_the_service_s_clock_and_request_id(void **state)
{
    struct fake fake = {0};
    SW_CLEANUP(free_world_at) struct sw_arm_world *world = world_of(&fake, 1);
    struct sw_talk talk =
        talk_of(*state, sw_arm_get(*state, TEST_ENDPOINT, "$expand=stats").call, false);
    struct sw_error err = {0};

    assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_SEND);
    assert_int_equal(fed(*state, world, &talk, &err), SW_TURN_DONE);
    assert_int_equal(talk.answer.status, 200);
    assert_output(*state, talk.answer.body, "id", TEST_ENDPOINT);
    assert_true(talk.answer.peer_time_ns == INT64_C(1719549981) * 1000000000);
    assert_non_null(talk.answer.correlation);
    assert_non_null(strstr(fake.query, "$expand=stats"));
}

static void what_is_not_there_gets_the_404_of_the_resource_manager(void **state)
{
    struct fake fake = {0};
    SW_CLEANUP(free_world_at) struct sw_arm_world *world = world_of(&fake, 1);
    struct sw_reply reply = asked(*state, world, "GET",
                                  "https://management.azure.com/subscriptions/s/resourceGroups/g/"
                                  "providers/Microsoft.StorageSync/storageSyncServices/x"
                                  "?api-version=2022-09-01");

    assert_int_equal(reply.status, 404);
    /* Word for word as recorded (azure.md 2.5). */
    assert_string_equal(reply.body,
                        "{\"error\":{\"code\":\"ResourceNotFound\",\"message\":\"The Resource "
                        "'Microsoft.StorageSync/storageSyncServices/x' under resource group 'g' "
                        "was not found. For more details please go to "
                        "https://aka.ms/ARMResourceNotFoundFix\"}}");
}

static void odd_requests_get_the_service_s_errors(void **state)
{
    static const struct {
        const char *method;
        const char *rest;
        int status;
        const char *code;
    } cases[] = {
        {"GET", TEST_ENDPOINT, 400, "MissingApiVersionParameter"},
        {"GET", TEST_ENDPOINT "?api-version=", 400, "MissingApiVersionParameter"},
        {"GET", TEST_ENDPOINT "?api-version=2017-01-01", 400, "InvalidApiVersionParameter"},
        {"DELETE", TEST_ENDPOINT, 400, "MissingApiVersionParameter"},
        {"GET", TEST_GROUP "%252e?api-version=2022-09-01", 400, "InvalidDoubleEncodedRequestUri"},
        {"DELETE", TEST_ENDPOINT "%2f..?api-version=2022-09-01", 400, "BadRequest"},
        {"DELETE", TEST_ENDPOINT "/..?api-version=2022-09-01", 400, "BadRequest"},
        {"DELETE", TEST_GROUP "/serverEndpoints//?api-version=2022-09-01", 400, "BadRequest"},
        {"GET", TEST_ENDPOINT "%2?api-version=2022-09-01", 400, "BadRequest"},
        {"PUT", TEST_ENDPOINT "?api-version=2022-09-01", 405, "MethodNotAllowed"},
        {"GET",
         "/subscriptions/s/providers/Microsoft.StorageSync/locations/l/operations/x"
         "?api-version=2022-09-01",
         400, "InvalidRequestUri"},
    };
    struct fake fake = {0};
    SW_CLEANUP(free_world_at) struct sw_arm_world *world = world_of(&fake, 1);

    for (size_t i = 0; i < SW_COUNT(cases); i++) {
        struct sw_reply reply =
            asked(*state, world, cases[i].method,
                  sw_format(*state, "https://management.azure.com%s", cases[i].rest));

        assert_int_equal(reply.status, cases[i].status);
        assert_output(*state, sw_get(json(*state, reply.body), "error"), "code", cases[i].code);
    }
    assert_int_equal(fake.deletes, 0);
}

static void a_delete_is_accepted_with_three_headers_and_no_body(void **state)
{
    struct fake fake = {0};
    SW_CLEANUP(free_world_at) struct sw_arm_world *world = world_of(&fake, 1);
    struct sw_reply reply =
        asked(*state, world, "DELETE",
              "https://management.azure.com" TEST_ENDPOINT "?api-version=2022-09-01");
    const char *status_url = sw_reply_header(&reply, "Azure-AsyncOperation");
    const char *location = sw_reply_header(&reply, "Location");

    assert_int_equal(reply.status, 202);
    assert_int_equal(reply.body_length, 0);
    assert_string_equal(sw_reply_header(&reply, "Retry-After"), "10");
    assert_non_null(strstr(status_url, "/locations/westeurope/operations/"));
    assert_non_null(strstr(location, "/locations/westeurope/operationresults/"));
    assert_string_not_equal(strstr(status_url, "&s="), strstr(location, "&s="));
    assert_string_equal(fake.deleted, "the endpoint");
}

static void operation_urls_are_as_long_as_the_real_ones(void **state)
{
    for (uint64_t seed = 0; seed < 40; seed++) {
        for (unsigned is_result = 0; is_result < 2; is_result++) {
            const char *url =
                sw_arm_made_url(*state, seed, 1, is_result != 0, TEST_SUBSCRIPTION, "westeurope");
            size_t length = strlen(url);

            if (length < 3100 || length > 3450) {
                fail_msg("%zu characters", length);
            }
            assert_non_null(strstr(url, "?api-version=2022-09-01&t=6384"));
            assert_non_null(strstr(url, "&c=MII"));
            assert_non_null(strstr(url, "&h="));
            assert_string_equal(url, sw_arm_made_url(*state, seed, 1, is_result != 0,
                                                     TEST_SUBSCRIPTION, "westeurope"));
        }
    }
    assert_string_not_equal(sw_arm_made_url(*state, 1, 1, false, "s", "l"),
                            sw_arm_made_url(*state, 1, 2, false, "s", "l"));
}

static void a_delete_is_followed_from_step_to_step_to_its_end(void **state)
{
    static const char *const steps[] = {"Accepted", "runServerJob", "deleteServerEndpointOnServer"};
    struct fake fake = {0};
    SW_CLEANUP(free_world_at) struct sw_arm_world *world = world_of(&fake, 3);
    const char *follow = deleted(*state, world).follow;
    struct sw_error err = {0};
    struct sw_talk talk;

    for (size_t i = 0; i < SW_COUNT(steps); i++) {
        fake.operation = (struct sw_arm_operation){.status = steps[i]};
        assert_int_equal(polled(*state, world, follow, &talk, &err), SW_TURN_FOLLOW);
        assert_string_equal(talk.follow, follow);
    }
    fake.operation = (struct sw_arm_operation){.status = "Succeeded"};
    assert_int_equal(polled(*state, world, follow, &talk, &err), SW_TURN_DONE);
}

static void the_first_answer_has_no_times_and_endtime_comes_early(void **state)
{
    struct fake fake = {0};
    SW_CLEANUP(free_world_at) struct sw_arm_world *world = world_of(&fake, 3);
    const char *follow = deleted(*state, world).follow;

    fake.operation = (struct sw_arm_operation){
        .status = "runServerJob", .start_ns = fake.now_ns, .end_ns = fake.now_ns + 3000000000};

    struct sw_reply first = asked(*state, world, "GET", follow);
    struct sw_reply second = asked(*state, world, "GET", follow);

    assert_null(sw_get(json(*state, first.body), "startTime"));
    assert_output(*state, json(*state, first.body), "status", "runServerJob");
    assert_output(*state, json(*state, second.body), "startTime", "2024-06-28T04:46:21.1608094Z");
    assert_output(*state, json(*state, second.body), "endTime", "2024-06-28T04:46:24.1608094Z");
    assert_null(sw_reply_header(&second, "Retry-After"));
    assert_int_equal(second.status, 200);
}

static void a_failure_is_told_inside_of_a_200(void **state)
{
    struct fake fake = {.operation = {.status = "Failed",
                                      .error_code = "MgmtServerJobExpired",
                                      .error_message = "The server job has expired."}};
    SW_CLEANUP(free_world_at) struct sw_arm_world *world = world_of(&fake, 3);
    const char *follow = deleted(*state, world).follow;
    struct sw_reply reply = asked(*state, world, "GET", follow);
    struct sw_error err = {0};
    struct sw_talk talk;

    assert_int_equal(reply.status, 200);
    assert_int_equal(polled(*state, world, follow, &talk, &err), SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_REFUSED);
    assert_true(talk.may_have_acted);
    assert_string_equal(err.text,
                        "the operation failed: MgmtServerJobExpired: The server job has expired");
}

static void a_poll_with_another_query_is_refused(void **state)
{
    struct fake fake = {.operation = {.status = "Succeeded"}};
    SW_CLEANUP(free_world_at) struct sw_arm_world *world = world_of(&fake, 3);
    const char *follow = deleted(*state, world).follow;
    char *changed = sw_copy_text(*state, follow);
    char *cut = sw_copy_text(*state, follow);

    changed[strlen(changed) - 1] ^= 1;
    *strstr(cut, "&h=") = '\0';
    assert_int_equal(asked(*state, world, "GET", changed).status, 400);
    assert_int_equal(asked(*state, world, "GET", cut).status, 400);
    assert_int_equal(asked(*state, world, "GET", follow).status, 200);
}

static void a_result_url_tells_whether_there_was_something(void **state)
{
    struct fake fake = {.operation = {.status = "runServerJob"}};
    SW_CLEANUP(free_world_at) struct sw_arm_world *world = world_of(&fake, 3);

    (void)deleted(*state, world);

    const char *url = sw_arm_made_url(*state, 3, 1, true, TEST_SUBSCRIPTION, "westeurope");

    assert_int_equal(asked(*state, world, "GET", url).status, 202);
    fake.operation = (struct sw_arm_operation){.status = "Succeeded", .existed = true};
    assert_int_equal(asked(*state, world, "GET", url).status, 200);
    fake.operation.existed = false;
    assert_int_equal(asked(*state, world, "GET", url).status, 204);
}

static void trouble_hits_reads_deletes_and_polls(void **state)
{
    struct fake fake = {.operation = {.status = "runServerJob"}};
    SW_CLEANUP(free_world_at) struct sw_arm_world *world = world_of(&fake, 3);
    const char *follow = deleted(*state, world).follow;
    const char *url = "https://management.azure.com" TEST_ENDPOINT "?api-version=2022-09-01";
    struct sw_error err = {0};
    struct sw_talk talk;

    fake.refusal = (struct sw_arm_refusal){
        .status = 429, .code = "SubscriptionRequestsThrottled", .message = "x", .retry_after_s = 6};

    struct sw_reply reply = asked(*state, world, "GET", url);

    assert_int_equal(reply.status, 429);
    assert_string_equal(sw_reply_header(&reply, "Connection"), "close");
    assert_int_equal(polled(*state, world, follow, &talk, &err), SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_THROTTLED);
    assert_true(err.retry_after_ms == 6000);
    fake.refusal = (struct sw_arm_refusal){.status = 503}; /* no code: an HTML page */
    assert_int_equal(polled(*state, world, follow, &talk, &err), SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_BUSY);
    fake.refusal = (struct sw_arm_refusal){.status = 409, .code = "ScopeLocked", .message = "y"};
    assert_int_equal(asked(*state, world, "DELETE", url).status, 409);
    assert_int_equal(fake.deletes, 1);
}

static void what_has_no_locks_lists_none(void **state)
{
    struct fake fake = {0};
    SW_CLEANUP(free_world_at) struct sw_arm_world *world = world_of(&fake, 3);
    struct sw_reply reply =
        asked(*state, world, "GET",
              "https://management.azure.com/subscriptions/s/providers/Microsoft.Authorization/"
              "locks?api-version=2020-05-01");

    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "{\"value\":[]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_its_own_host_is_served),
        test_in_arena(a_read_has_the_service_s_clock_and_request_id),
        test_in_arena(what_is_not_there_gets_the_404_of_the_resource_manager),
        test_in_arena(odd_requests_get_the_service_s_errors),
        test_in_arena(a_delete_is_accepted_with_three_headers_and_no_body),
        test_in_arena(operation_urls_are_as_long_as_the_real_ones),
        test_in_arena(a_delete_is_followed_from_step_to_step_to_its_end),
        test_in_arena(the_first_answer_has_no_times_and_endtime_comes_early),
        test_in_arena(a_failure_is_told_inside_of_a_200),
        test_in_arena(a_poll_with_another_query_is_refused),
        test_in_arena(a_result_url_tells_whether_there_was_something),
        test_in_arena(trouble_hits_reads_deletes_and_polls),
        test_in_arena(what_has_no_locks_lists_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
