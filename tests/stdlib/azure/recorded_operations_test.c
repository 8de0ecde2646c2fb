/** @file Every recorded long-running operation, replayed through the codec as a conversation. */
#include "stdlib/azure/arm.h"
#include "stdlib/azure/arm_error.h"

#include "support.h"

/* How a recorded chain ended. */
struct tally {
    size_t deletes, patches, posts, puts;
    size_t done, failed, results_200, results_204, running_polls;
    char last_error[SW_ERROR_TEXT_BYTES];
};

/* Recorded exchanges of one URL, in the order of the file. */
struct cursor {
    const struct sw_value *entries;
    const char *url;
    size_t next;
};

static const struct sw_value *next_poll(struct sw_arena *arena, struct cursor *cursor)
{
    while (cursor->next < sw_list_count(cursor->entries)) {
        const struct sw_value *entry = sw_list_at(cursor->entries, cursor->next++);

        if (sw_text_is(entry_text(entry, "RequestMethod"), "GET") &&
            sw_text_is(entry_url(arena, entry), cursor->url)) {
            return entry;
        }
    }
    return NULL;
}

static enum sw_turn poll_once(struct sw_arena *arena, const struct sw_talk *first,
                              const struct sw_value *poll, struct sw_talk *ret_talk,
                              struct sw_error *err)
{
    struct sw_reply reply = entry_reply(arena, poll);

    /* Each poll is a talk of its own, as if the process had been started anew in between. */
    *ret_talk = talk_of(arena, first->call, true);
    assert_int_equal(sw_arm_transport.resume(ret_talk, first->follow, err), SW_TURN_SEND);
    assert_string_equal(ret_talk->out.method, "GET");
    return sw_arm_transport.feed(ret_talk, &reply, err);
}

static void follow_to_the_end(struct sw_arena *arena, const struct sw_value *entries,
                              const struct sw_talk *first, struct tally *tally)
{
    struct cursor cursor = {.entries = entries, .url = first->follow};
    struct sw_error err = {0};
    enum sw_turn turn = SW_TURN_FOLLOW;

    while (turn == SW_TURN_FOLLOW) {
        const struct sw_value *poll = next_poll(arena, &cursor);
        struct sw_talk talk;

        if (poll == NULL) {
            fail_msg("the recording of %s ends while it runs", sw_arm_mask(arena, first->follow));
        }
        turn = poll_once(arena, first, poll, &talk, &err);
        if (turn == SW_TURN_FOLLOW) {
            assert_string_equal(talk.follow, first->follow);
            tally->running_polls++;
        } else if (turn == SW_TURN_DONE) {
            assert_string_equal(sw_as_text(sw_get(talk.answer.body, "status")), "Succeeded");
            assert_true(talk.answer.peer_time_ns > INT64_C(1500000000) * 1000000000);
            tally->done++;
        } else {
            assert_int_equal(err.code, SW_E_REFUSED);
            tally->failed++;
            memcpy(tally->last_error, err.text, sizeof err.text);
        }
    }
}

/* What the recorded client then asked at the result URL. */
static void read_the_result(struct sw_arena *arena, const struct sw_value *entries,
                            const struct sw_value *entry, struct tally *tally)
{
    const char *location = entry_header(entry, "Location");
    struct sw_error err = {0};
    struct sw_talk talk = talk_of(arena, sw_arm_delete(arena, TEST_ENDPOINT).call, true);

    if (location == NULL) {
        location = entry_header(entry, "location");
    }

    struct cursor cursor = {.entries = entries, .url = location};
    const struct sw_value *result = next_poll(arena, &cursor);

    if (result == NULL) {
        return;
    }
    talk.follow = sw_format(arena, "location:%s", location);

    struct sw_talk end;

    assert_int_equal(poll_once(arena, &talk, result, &end, &err), SW_TURN_DONE);
    tally->results_200 += end.answer.status == 200;
    tally->results_204 += end.answer.status == 204;
}

static void count_method(const char *method, struct tally *tally)
{
    tally->deletes += sw_text_is(method, "DELETE");
    tally->patches += sw_text_is(method, "PATCH");
    tally->posts += sw_text_is(method, "POST");
    tally->puts += sw_text_is(method, "PUT");
}

static void replay(struct sw_arena *arena, const char *name, struct tally *tally)
{
    const struct sw_value *entries = recording(arena, name);

    for (size_t i = 0; i < sw_list_count(entries); i++) {
        const struct sw_value *entry = sw_list_at(entries, i);
        const char *method = entry_text(entry, "RequestMethod");
        struct sw_reply reply = entry_reply(arena, entry);
        struct sw_call call = {.kind = "arm", .op = method, .path = entry_id(arena, entry)};
        struct sw_talk talk = talk_of(arena, call, true);
        struct sw_error err = {0};
        const char *status_url = sw_reply_header(&reply, "Azure-AsyncOperation");

        if (reply.status != 202 || status_url == NULL ||
            strstr(status_url, "torage") == NULL) { /* another provider's */
            continue;
        }
        assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_SEND);
        /* The same path, byte for byte; the version is ours. */
        assert_true(strncmp(talk.out.url, entry_url(arena, entry), strcspn(talk.out.url, "?")) ==
                    0);
        assert_int_equal(sw_arm_transport.feed(&talk, &reply, &err), SW_TURN_FOLLOW);
        assert_string_equal(talk.follow, status_url);
        assert_true(talk.after_ms == 10000);
        count_method(method, tally);
        follow_to_the_end(arena, entries, &talk, tally);
        read_the_result(arena, entries, entry, tally);
    }
}

static void every_operation_of_the_server_endpoint_recordings_ends_done(void **state)
{
    struct tally old = {0};
    struct tally newer = {0};

    replay(*state,
           "net-track1_api2018-04-02_ServerEndpointTests_ServerEndpointAllOperationsTest.json",
           &old);
    replay(*state,
           "net-track1_api2019-03-01_ServerEndpointTests_ServerEndpointAllOperationsTest.json",
           &newer);
    assert_int_equal(old.failed + newer.failed, 0);
    assert_int_equal(old.deletes, 5);
    assert_int_equal(old.done, 9);
    assert_int_equal(newer.deletes, 4);
    assert_int_equal(newer.done, 8);
    assert_int_equal(newer.posts, 1);
    assert_int_equal(newer.patches, 1);
    /* The first delete was of an endpoint that did not exist: accepted, succeeded, 204. */
    assert_int_equal(newer.results_204, 1);
    assert_true(newer.running_polls > 10);
}

static void a_delete_of_a_server_that_does_not_exist_fails_inside_of_a_200(void **state)
{
    struct tally tally = {0};

    replay(*state, "net-track1_api2018-04-02_RegisteredServerTests_RegisteredServerDeleteTest.json",
           &tally);
    assert_int_equal(tally.failed, 1);
    assert_non_null(strstr(tally.last_error, "MgmtNotFound: Server '"));
    assert_non_null(strstr(tally.last_error, "does not exist"));
}

static void the_same_delete_succeeds_with_204_a_year_later(void **state)
{
    struct tally tally = {0};

    replay(*state, "net-track1_api2019-03-01_RegisteredServerTests_RegisteredServerDeleteTest.json",
           &tally);
    assert_int_equal(tally.failed, 0);
    assert_int_equal(tally.deletes, 3);
    assert_int_equal(tally.results_204, 2);
    assert_int_equal(tally.results_200, 1);
}

static void every_operation_of_the_cloud_endpoint_recordings_ends_done(void **state)
{
    static const char *const names[] = {
        "net-track1_api2018-04-02_CloudEndpointTests_CloudEndpointDeleteTest.json",
        "net-track1_api2019-03-01_CloudEndpointTests_CloudEndpointCreateTest.json",
        "net-track1_api2019-03-01_CloudEndpointTests_CloudEndpointDeleteTest.json",
        "net-track1_api2019-03-01_CloudEndpointTests_CloudEndpointGetTest.json",
        "net-track1_api2019-03-01_CloudEndpointTests_CloudEndpointInvokeChangeDetectionTest.json",
        "net-track1_api2019-03-01_CloudEndpointTests_CloudEndpointListTest.json"};
    struct tally tally = {0};

    for (size_t i = 0; i < SW_COUNT(names); i++) {
        replay(*state, names[i], &tally);
    }
    assert_int_equal(tally.failed, 0);
    assert_int_equal(tally.deletes + tally.puts + tally.posts, tally.done);
    assert_int_equal(tally.deletes, 10);
    assert_int_equal(tally.posts, 2);
    assert_int_equal(tally.results_204, 4);
}

static void every_operation_of_the_command_line_recording_ends_done(void **state)
{
    struct tally tally = {0};

    replay(*state, "cli-ext_2020-04-07_test_storagesync.json", &tally);
    assert_int_equal(tally.failed, 0);
    assert_int_equal(tally.deletes, 3);
    assert_int_equal(tally.patches, 1);
    assert_int_equal(tally.puts, 2);
    assert_int_equal(tally.done, 6);
}

static void a_gateway_timeout_amid_the_polls_is_asked_again_until_it_succeeds(void **state)
{
    const struct sw_value *entries =
        recording(*state, "cli_2025-01-24_poll_504_GatewayTimeout.excerpt.json");
    struct sw_talk first = talk_of(*state, sw_arm_delete(*state, TEST_ENDPOINT).call, true);
    static const enum sw_turn expected[] = {SW_TURN_FOLLOW, SW_TURN_FOLLOW, SW_TURN_FOLLOW,
                                            SW_TURN_FAIL, SW_TURN_DONE};

    first.follow = entry_url(*state, sw_list_at(entries, 0));
    assert_true(strlen(first.follow) > 3000);
    for (size_t i = 0; i < SW_COUNT(expected); i++) {
        struct sw_talk talk;
        struct sw_error err = {0};

        assert_int_equal(poll_once(*state, &first, sw_list_at(entries, i), &talk, &err),
                         expected[i]);
        assert_string_equal(talk.out.url, first.follow); /* 3 KB, verbatim */
        if (expected[i] == SW_TURN_FAIL) {
            assert_int_equal(err.code, SW_E_TIMEOUT);
            assert_true(talk.may_have_acted);
            assert_non_null(strstr(err.text, "GatewayTimeout"));
        }
    }
}

static void a_signed_url_is_masked_where_it_is_shown(void **state)
{
    const struct sw_value *entries =
        recording(*state, "cli_2025-01-24_poll_504_GatewayTimeout.excerpt.json");
    const char *masked = sw_arm_mask(*state, entry_url(*state, sw_list_at(entries, 0)));

    assert_true(sw_text_ends(masked, "?api-version=2017-08-31&t=***&c=***&s=***&h=***"));
    assert_null(strstr(masked, "MIIH"));
}

static void a_throttled_read_is_throttled_and_a_forbidden_one_denied(void **state)
{
    const struct sw_value *entries =
        recording(*state, "cli_2025-01-24_backup_429_ResourceRequestsThrottled.excerpt.json");
    struct sw_talk talk = talk_of(*state, sw_arm_get(*state, TEST_GROUP, NULL).call, false);
    struct sw_reply throttled = entry_reply(*state, sw_list_at(entries, 1));
    struct sw_reply forbidden = entry_reply(*state, sw_list_at(entries, 3));
    struct sw_error err = {0};

    assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_SEND);
    assert_int_equal(sw_arm_transport.feed(&talk, &throttled, &err), SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_THROTTLED);
    assert_non_null(strstr(err.text, "Please try again after '324' seconds"));
    assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_SEND);
    assert_int_equal(sw_arm_transport.feed(&talk, &forbidden, &err), SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_DENIED);
    assert_non_null(strstr(err.text, "AuthorizationFailed"));
}

static void a_locked_scope_refuses_the_delete_and_nothing_happened(void **state)
{
    const struct sw_value *entries = recording(*state, "cli_2021-02-01_lab_ScopeLocked.json");
    const struct sw_value *entry = entry_of(entries, "DELETE", "cliautomation01000001", 0);
    struct sw_talk talk = talk_of(*state, sw_arm_delete(*state, TEST_ENDPOINT).call, true);
    struct sw_reply reply = entry_reply(*state, entry);
    struct sw_error err = {0};

    assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_SEND);
    assert_int_equal(sw_arm_transport.feed(&talk, &reply, &err), SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_REFUSED);
    assert_false(talk.may_have_acted);
    assert_true(sw_text_begins(err.text, "a lock forbids it, have its owner remove it: HTTP 409"));
    assert_non_null(strstr(err.text, "cannot perform delete operation"));
}

static void recorded_pages_with_an_empty_one_are_one_list(void **state)
{
    const struct sw_value *entries =
        recording(*state, "cli_2025-01-24_nextLink_empty_page.excerpt.json");
    struct sw_talk talk = talk_of(*state, sw_arm_get(*state, TEST_GROUP, NULL).call, false);
    struct sw_error err = {0};
    enum sw_turn turn = sw_arm_transport.open(&talk, &err);

    for (size_t i = 0; i < 3; i++) {
        const struct sw_value *entry = sw_list_at(entries, i);
        struct sw_reply reply = entry_reply(*state, entry);

        assert_int_equal(turn, SW_TURN_SEND);
        turn = sw_arm_transport.feed(&talk, &reply, &err);
        if (turn == SW_TURN_FAIL) {
            fail_msg("%s", err.text);
        }
    }
    assert_int_equal(turn, SW_TURN_DONE);
    assert_int_equal(sw_list_count(sw_get(talk.answer.body, "value")), 1);
    assert_output(*state, sw_list_at(sw_get(talk.answer.body, "value"), 0), "name", "hdicli000002");
}

static void a_recorded_404_is_an_answer(void **state)
{
    const struct sw_value *entries = recording(*state, "cli-ext_2020-04-07_test_storagesync.json");
    struct sw_talk talk = talk_of(*state, sw_arm_get(*state, TEST_SERVICE, NULL).call, false);
    struct sw_reply reply = entry_reply(*state, sw_list_at(entries, 41));
    struct sw_error err = {0};

    assert_int_equal(reply.status, 404);
    assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_SEND);
    assert_int_equal(sw_arm_transport.feed(&talk, &reply, &err), SW_TURN_DONE);
    assert_int_equal(talk.answer.status, 404);
    assert_string_equal(sw_arm_fault_of(*state, talk.answer.body).code, "ResourceNotFound");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(every_operation_of_the_server_endpoint_recordings_ends_done),
        test_in_arena(a_delete_of_a_server_that_does_not_exist_fails_inside_of_a_200),
        test_in_arena(the_same_delete_succeeds_with_204_a_year_later),
        test_in_arena(every_operation_of_the_cloud_endpoint_recordings_ends_done),
        test_in_arena(every_operation_of_the_command_line_recording_ends_done),
        test_in_arena(a_gateway_timeout_amid_the_polls_is_asked_again_until_it_succeeds),
        test_in_arena(a_signed_url_is_masked_where_it_is_shown),
        test_in_arena(a_throttled_read_is_throttled_and_a_forbidden_one_denied),
        test_in_arena(a_locked_scope_refuses_the_delete_and_nothing_happened),
        test_in_arena(recorded_pages_with_an_empty_one_are_one_list),
        test_in_arena(a_recorded_404_is_an_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
