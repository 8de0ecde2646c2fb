/** @file Changes and their long-running operations, turn by turn. */
#include "stdlib/azure/arm.h"

#include "support.h"

#define HOST "https://management.azure.com"
#define STATUS_URL HOST "/subscriptions/s/providers/Microsoft.StorageSync/locations/l/operations/o"

static struct sw_talk opened_delete(struct sw_arena *arena)
{
    struct sw_talk talk = talk_of(arena, sw_arm_delete(arena, TEST_ENDPOINT).call, true);
    struct sw_error err = {0};

    assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_SEND);
    return talk;
}

static struct sw_talk polling(struct sw_arena *arena, const char *follow)
{
    struct sw_talk talk = talk_of(arena, sw_arm_delete(arena, TEST_ENDPOINT).call, true);
    struct sw_error err = {0};

    assert_int_equal(sw_arm_transport.resume(&talk, follow, &err), SW_TURN_SEND);
    return talk;
}

static enum sw_turn feed(struct sw_talk *talk, int status, const char *body, struct sw_error *err)
{
    struct sw_reply reply = reply_of(status, body);

    *err = (struct sw_error){0};
    return sw_arm_transport.feed(talk, &reply, err);
}

/* ---- changes ---- */

static void an_accepted_delete_is_followed_at_its_status_url(void **state)
{
    struct sw_talk talk = opened_delete(*state);
    struct sw_reply reply = reply_of(202, "");
    struct sw_error err = {0};

    sw_reply_set_header(&reply, "Azure-AsyncOperation", STATUS_URL "?t=1&c=2&s=3&h=4");
    sw_reply_set_header(&reply, "Location", HOST "/subscriptions/s/other");
    sw_reply_set_header(&reply, "Retry-After", "17");
    assert_int_equal(sw_arm_transport.feed(&talk, &reply, &err), SW_TURN_FOLLOW);
    assert_string_equal(talk.follow, STATUS_URL "?t=1&c=2&s=3&h=4");
    assert_true(talk.after_ms == 17000);
    assert_true(talk.may_have_acted);
}

static void where_only_a_location_came_it_is_followed(void **state)
{
    struct sw_talk talk = opened_delete(*state);
    struct sw_reply reply = reply_of(202, "");
    struct sw_error err = {0};

    sw_reply_set_header(&reply, "Location", STATUS_URL);
    assert_int_equal(sw_arm_transport.feed(&talk, &reply, &err), SW_TURN_FOLLOW);
    assert_true(talk.after_ms == 10000);
    talk = polling(*state, talk.follow);
    assert_string_equal(talk.out.url, STATUS_URL);
    assert_int_equal(feed(&talk, 202, "", &err), SW_TURN_FOLLOW);
    talk = polling(*state, talk.follow);
    assert_int_equal(feed(&talk, 204, "", &err), SW_TURN_DONE);
    assert_int_equal(talk.answer.status, 204);
    talk = polling(*state, "location:" STATUS_URL);
    assert_int_equal(feed(&talk, 200, "", &err), SW_TURN_DONE);
}

static void an_accepted_delete_without_a_good_url_may_have_acted(void **state)
{
    static const char *const urls[] = {"", "http://management.azure.com/x",
                                       "https://evil.example.invalid/x", "/subscriptions/x"};
    char huge[SW_LIMIT_URL_BYTES + 64] = HOST "/";

    memset(huge + strlen(huge), 'a', sizeof huge - strlen(huge) - 1);
    for (size_t i = 0; i <= SW_COUNT(urls); i++) {
        struct sw_talk talk = opened_delete(*state);
        struct sw_reply reply = reply_of(202, "");
        struct sw_error err = {0};
        const char *url = i < SW_COUNT(urls) ? urls[i] : huge;

        if (*url != '\0') {
            sw_reply_set_header(&reply, "Azure-AsyncOperation", url);
            sw_reply_set_header(&reply, "Location", STATUS_URL); /* no way around a bad one */
        }
        assert_int_equal(sw_arm_transport.feed(&talk, &reply, &err), SW_TURN_FAIL);
        assert_int_equal(err.code, SW_E_PROTOCOL);
        assert_true(talk.may_have_acted);
    }
}

static void a_delete_that_is_done_at_once_is_done(void **state)
{
    static const int statuses[] = {200, 204};

    for (size_t i = 0; i < SW_COUNT(statuses); i++) {
        struct sw_talk talk = opened_delete(*state);
        struct sw_error err = {0};

        assert_int_equal(feed(&talk, statuses[i], "", &err), SW_TURN_DONE);
        assert_int_equal(talk.answer.status, statuses[i]);
    }
}

static void a_refused_delete_tells_whether_it_can_have_acted(void **state)
{
    static const struct {
        int status;
        enum sw_code code;
        bool may_have_acted;
    } cases[] = {
        {400, SW_E_REFUSED, false},   {401, SW_E_DENIED, false},   {403, SW_E_DENIED, false},
        {404, SW_E_NOT_FOUND, false}, {409, SW_E_CONFLICT, false}, {412, SW_E_CONFLICT, false},
        {429, SW_E_THROTTLED, false}, {408, SW_E_TIMEOUT, true},   {500, SW_E_TIMEOUT, true},
        {502, SW_E_TIMEOUT, true},    {503, SW_E_TIMEOUT, true},   {504, SW_E_TIMEOUT, true},
        {307, SW_E_PROTOCOL, true},
    };

    for (size_t i = 0; i < SW_COUNT(cases); i++) {
        struct sw_talk talk = opened_delete(*state);
        struct sw_error err = {0};

        assert_int_equal(feed(&talk, cases[i].status, "", &err), SW_TURN_FAIL);
        assert_int_equal(err.code, cases[i].code);
        assert_int_equal(talk.may_have_acted, cases[i].may_have_acted);
    }
}

static void a_delete_without_a_reply_may_have_acted_unless_it_never_left(void **state)
{
    struct sw_talk talk = opened_delete(*state);
    struct sw_error err = {.code = SW_E_TIMEOUT};

    assert_int_equal(sw_arm_transport.feed(&talk, NULL, &err), SW_TURN_FAIL);
    assert_true(talk.may_have_acted);
    talk = opened_delete(*state);
    err = (struct sw_error){.code = SW_E_UNREACHABLE};
    assert_int_equal(sw_arm_transport.feed(&talk, NULL, &err), SW_TURN_FAIL);
    assert_false(talk.may_have_acted);
}

static void throttling_says_when_to_come_back(void **state)
{
    struct sw_talk talk = opened_delete(*state);
    struct sw_reply reply = reply_of(429, "{\"Code\":\"429\",\"Message\":\"slow down\"}");
    struct sw_error err = {0};

    sw_reply_set_header(&reply, "Retry-After", "6");
    assert_int_equal(sw_arm_transport.feed(&talk, &reply, &err), SW_TURN_FAIL);
    assert_true(err.retry_after_ms == 6000);
    assert_non_null(strstr(err.text, "429: slow down"));
}

/* ---- polls ---- */

static void any_other_word_than_the_terminal_ones_is_still_at_work(void **state)
{
    static const char *const words[] = {"Accepted",
                                        "runServerJob",
                                        "deleteServerEndpointOnServer",
                                        "deleteReplicaGroup",
                                        "delayStep",
                                        "InProgress",
                                        "Deleting"};

    for (size_t i = 0; i < SW_COUNT(words); i++) {
        struct sw_talk talk = polling(*state, STATUS_URL);
        struct sw_error err = {0};
        /* endTime is set early, and an error may be told while it still runs (recorded). */
        const char *body = sw_format(*state,
                                     "{\"status\":\"%s\",\"endTime\":\"2018-09-11T18:10:19Z\","
                                     "\"error\":{\"code\":\"NotLatestOperation\"}}",
                                     words[i]);

        assert_int_equal(feed(&talk, 200, body, &err), SW_TURN_FOLLOW);
        assert_string_equal(talk.follow, STATUS_URL);
        assert_true(talk.after_ms == 10000);
    }
}

static void succeeded_ends_an_operation_in_any_case(void **state)
{
    struct sw_talk talk = polling(*state, STATUS_URL);
    struct sw_error err = {0};

    assert_int_equal(feed(&talk, 200, "{\"status\":\"succeeded\"}", &err), SW_TURN_DONE);
}

static void a_failure_comes_inside_of_a_200(void **state)
{
    struct sw_talk talk = polling(*state, STATUS_URL);
    struct sw_error err = {0};

    assert_int_equal(feed(&talk, 200,
                          "{\"status\":\"Failed\",\"error\":{\"code\":\"MgmtServerJobExpired\","
                          "\"message\":\"The job expired.\"}}",
                          &err),
                     SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_REFUSED);
    assert_string_equal(err.text, "the operation failed: MgmtServerJobExpired: The job expired");
    assert_true(talk.may_have_acted);
    talk = polling(*state, STATUS_URL);
    assert_int_equal(feed(&talk, 200, "{\"status\":\"Canceled\"}", &err), SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_REFUSED);
    assert_true(talk.may_have_acted);
}

static void a_poll_that_fails_says_nothing_about_the_operation(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum sw_code code;
    } cases[] = {
        {429, "", SW_E_THROTTLED},
        {408, "", SW_E_TIMEOUT},
        {504, "{\"error\":{\"code\":\"GatewayTimeout\",\"message\":\"x\"}}", SW_E_TIMEOUT},
        {500, "", SW_E_BUSY},
        {502, "{\"error\":{\"code\":\"BadGatewayConnection\"}}", SW_E_BUSY},
        {503, "<html><body>Service Unavailable</body></html>", SW_E_BUSY},
        {200, "<html></html>", SW_E_PROTOCOL},
        {200, "", SW_E_PROTOCOL},
        {200, "{\"Status\":\"Succeeded\"}", SW_E_PROTOCOL},
        {204, "", SW_E_PROTOCOL},
        {401, "{\"error\":{\"code\":\"ExpiredAuthenticationToken\"}}", SW_E_DENIED},
        {404, "", SW_E_NOT_FOUND},
    };

    for (size_t i = 0; i < SW_COUNT(cases); i++) {
        struct sw_talk talk = polling(*state, STATUS_URL);
        struct sw_error err = {0};

        assert_int_equal(feed(&talk, cases[i].status, cases[i].body, &err), SW_TURN_FAIL);
        assert_int_equal(err.code, cases[i].code);
        assert_true(talk.may_have_acted);
        assert_true(err.text[0] != '\0');
    }
}

static void a_journaled_address_of_another_host_is_not_asked(void **state)
{
    static const char *const follows[] = {"https://evil.example.invalid/x",
                                          "location:https://evil.example.invalid/x", "",
                                          "location:", "location:location:" STATUS_URL};

    for (size_t i = 0; i < SW_COUNT(follows); i++) {
        struct sw_talk talk = talk_of(*state, sw_arm_delete(*state, TEST_ENDPOINT).call, true);
        struct sw_error err = {0};

        assert_int_equal(sw_arm_transport.resume(&talk, follows[i], &err), SW_TURN_FAIL);
        assert_int_equal(err.code, SW_E_PROTOCOL);
        assert_true(talk.may_have_acted);
        assert_null(talk.out.url);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(an_accepted_delete_is_followed_at_its_status_url),
        test_in_arena(where_only_a_location_came_it_is_followed),
        test_in_arena(an_accepted_delete_without_a_good_url_may_have_acted),
        test_in_arena(a_delete_that_is_done_at_once_is_done),
        test_in_arena(a_refused_delete_tells_whether_it_can_have_acted),
        test_in_arena(a_delete_without_a_reply_may_have_acted_unless_it_never_left),
        test_in_arena(throttling_says_when_to_come_back),
        test_in_arena(any_other_word_than_the_terminal_ones_is_still_at_work),
        test_in_arena(succeeded_ends_an_operation_in_any_case),
        test_in_arena(a_failure_comes_inside_of_a_200),
        test_in_arena(a_poll_that_fails_says_nothing_about_the_operation),
        test_in_arena(a_journaled_address_of_another_host_is_not_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
