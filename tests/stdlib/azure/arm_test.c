/** @file The conversation with the resource manager, turn by turn. */
#include "stdlib/azure/arm.h"

#include "support.h"

#define HOST "https://management.azure.com"

static const char *sent_header(const struct sw_talk *talk, const char *name)
{
    for (size_t i = 0; i < talk->out.header_count; i++) {
        if (sw_text_is_folded(talk->out.headers[i].name, name)) {
            return talk->out.headers[i].value;
        }
    }
    return NULL;
}

static struct sw_talk opened_delete(struct sw_arena *arena)
{
    struct sw_talk talk = talk_of(arena, sw_arm_delete(arena, TEST_ENDPOINT).call, true);
    struct sw_error err = {0};

    assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_SEND);
    return talk;
}

static struct sw_talk opened_get(struct sw_arena *arena, const char *id)
{
    struct sw_talk talk = talk_of(arena, sw_arm_get(arena, id, NULL).call, false);
    struct sw_error err = {0};

    assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_SEND);
    return talk;
}

static enum sw_turn feed(struct sw_talk *talk, int status, const char *body, struct sw_error *err)
{
    struct sw_reply reply = reply_of(status, body);

    *err = (struct sw_error){0};
    return sw_arm_transport.feed(talk, &reply, err);
}

/* ---- requests ---- */

static void a_read_is_a_get_of_the_encoded_id_with_its_api_version(void **state)
{
    struct sw_talk talk = opened_get(*state, TEST_ENDPOINT);

    assert_string_equal(talk.out.method, "GET");
    assert_string_equal(talk.out.url, HOST TEST_ENDPOINT "?api-version=2022-09-01");
    assert_string_equal(sent_header(&talk, "Accept"), "application/json");
    assert_null(sent_header(&talk, "Authorization"));
    assert_null(talk.out.body);
}

static void each_provider_has_its_api_version(void **state)
{
    static const struct {
        const char *id;
        const char *query;
        const char *url_end;
    } cases[] = {
        {"/subscriptions/s/providers/microsoft.storagesync/x/y", NULL, "?api-version=2022-09-01"},
        {"/subscriptions/s/providers/Microsoft.Storage/storageAccounts/a/fileServices/default/"
         "shares/f",
         "$expand=stats", "/shares/f?api-version=2023-05-01&$expand=stats"},
        {TEST_ENDPOINT "/providers/Microsoft.Authorization/locks", NULL,
         "/locks?api-version=2020-05-01"},
    };

    for (size_t i = 0; i < SW_COUNT(cases); i++) {
        struct sw_call call = sw_arm_get(*state, cases[i].id, cases[i].query).call;
        struct sw_talk talk = talk_of(*state, call, false);
        struct sw_error err = {0};

        assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_SEND);
        assert_true(sw_text_ends(talk.out.url, cases[i].url_end));
    }
}

static void a_token_goes_into_the_header_only(void **state)
{
    static const struct sw_target target = {.name = "cloud", .secret = "abc.def"};
    struct sw_talk talk = talk_of(*state, sw_arm_get(*state, TEST_GROUP, NULL).call, false);
    struct sw_error err = {0};

    talk.target = &target;
    assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_SEND);
    assert_string_equal(sent_header(&talk, "Authorization"), "Bearer abc.def");
    assert_null(strstr(talk.out.url, "abc"));
    assert_null(strstr(sw_arm_transport.preview(&target, &talk.call, *state), "abc"));
}

static void a_token_that_is_no_header_text_is_refused(void **state)
{
    static const struct sw_target target = {.name = "cloud", .secret = "abc\r\nX-A: b"};
    struct sw_talk talk = talk_of(*state, sw_arm_get(*state, TEST_GROUP, NULL).call, false);
    struct sw_error err = {0};

    talk.target = &target;
    assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_INPUT);
    assert_null(strstr(err.text, "abc"));
}

static void a_request_id_looks_like_a_guid_and_differs_by_attempt(void **state)
{
    struct sw_talk one = opened_get(*state, TEST_GROUP);
    struct sw_talk again = opened_get(*state, TEST_GROUP);
    struct sw_talk other = talk_of(*state, sw_arm_get(*state, TEST_GROUP, NULL).call, false);
    struct sw_error err = {0};
    const struct sw_value *guid = NULL;
    const char *id = sent_header(&one, "x-ms-client-request-id");

    other.attempt = 8;
    assert_int_equal(sw_arm_transport.open(&other, &err), SW_TURN_SEND);
    assert_true(sw_type_parse(&sw_type_guid, id, *state, &guid, &err));
    assert_string_equal(id, sent_header(&again, "x-ms-client-request-id"));
    assert_string_not_equal(id, sent_header(&other, "x-ms-client-request-id"));
}

static void a_look_that_would_change_something_is_our_own_mistake(void **state)
{
    static const char *const methods[] = {"DELETE", "PUT", "PATCH", "POST", "delete", "HEAD", NULL};

    for (size_t i = 0; methods[i] != NULL; i++) {
        struct sw_call call = {.kind = "arm", .op = methods[i], .path = TEST_ENDPOINT};
        struct sw_talk talk = talk_of(*state, call, false);
        struct sw_error err = {0};

        assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_FAIL);
        assert_int_equal(err.code, SW_E_INTERNAL);
        assert_false(talk.may_have_acted);
    }
}

static void a_path_that_is_no_resource_id_is_never_sent(void **state)
{
    static const char *const paths[] = {"",
                                        NULL,
                                        "/",
                                        "/subscriptions/s/..",
                                        "/subscriptions/s//x",
                                        "/subscriptions/s/resourceGroups/a%2fb",
                                        "/subscriptions/s",
                                        "/subscriptions/s/providers/Microsoft.Compute/x/y",
                                        "//evil.example.invalid/x",
                                        "/subscriptions/s/providers/Microsoft.Storage/a?b=c d",
                                        "/subscriptions/s/providers/Microsoft.Storage/a?b#c"};

    for (size_t i = 0; i < SW_COUNT(paths); i++) {
        struct sw_call call = {.kind = "arm", .op = "DELETE", .path = paths[i]};
        struct sw_talk talk = talk_of(*state, call, true);
        struct sw_error err = {0};

        assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_FAIL);
        assert_int_equal(err.code, SW_E_INTERNAL);
        assert_null(talk.out.url);
    }
}

static void a_preview_is_the_very_request(void **state)
{
    struct sw_talk talk = opened_delete(*state);

    assert_string_equal(sw_arm_transport.preview(talk.target, &talk.call, *state),
                        sw_format(*state, "DELETE %s", talk.out.url));
}

static void a_body_is_sent_and_previewed(void **state)
{
    struct sw_call call = {.kind = "arm",
                           .op = "PATCH",
                           .path = TEST_ENDPOINT,
                           .args = json(*state, "{\"properties\":{\"cloudTiering\":\"off\"}}")};
    struct sw_talk talk = talk_of(*state, call, true);
    struct sw_error err = {0};

    assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_SEND);
    assert_string_equal(talk.out.body, "{\"properties\":{\"cloudTiering\":\"off\"}}");
    assert_int_equal(talk.out.body_length, strlen(talk.out.body));
    assert_string_equal(sent_header(&talk, "Content-Type"), "application/json");
    assert_true(sw_text_ends(sw_arm_transport.preview(talk.target, &call, *state),
                             "\n{\"properties\":{\"cloudTiering\":\"off\"}}"));
}

/* ---- reads ---- */

static void an_answer_has_body_time_and_request_id(void **state)
{
    struct sw_talk talk = opened_get(*state, TEST_GROUP);
    struct sw_reply reply = reply_of(200, "{\"name\":\"sg\"}");
    struct sw_error err = {0};

    sw_reply_set_header(&reply, "Date", "Fri, 28 Jun 2024 04:46:21 GMT");
    sw_reply_set_header(&reply, "x-ms-request-id", "r-1");
    assert_int_equal(sw_arm_transport.feed(&talk, &reply, &err), SW_TURN_DONE);
    assert_int_equal(talk.answer.status, 200);
    assert_output(*state, talk.answer.body, "name", "sg");
    assert_true(talk.answer.peer_time_ns == INT64_C(1719549981) * 1000000000);
    assert_string_equal(talk.answer.correlation, "r-1");
}

static void a_404_of_a_read_is_an_answer(void **state)
{
    struct sw_talk talk = opened_get(*state, TEST_GROUP);
    struct sw_error err = {0};

    assert_int_equal(feed(&talk, 404, "{\"error\":{\"code\":\"ResourceNotFound\"}}", &err),
                     SW_TURN_DONE);
    assert_int_equal(talk.answer.status, 404);
    talk = opened_get(*state, TEST_GROUP);
    assert_int_equal(feed(&talk, 404, "<html>", &err), SW_TURN_DONE);
    assert_int_equal(talk.answer.body->kind, SW_V_NULL);
}

static void a_refused_read_says_why_and_never_acted(void **state)
{
    static const struct {
        int status;
        enum sw_code code;
    } cases[] = {{400, SW_E_REFUSED},  {401, SW_E_DENIED},   {403, SW_E_DENIED},
                 {408, SW_E_TIMEOUT},  {409, SW_E_CONFLICT}, {429, SW_E_THROTTLED},
                 {500, SW_E_BUSY},     {502, SW_E_BUSY},     {503, SW_E_BUSY},
                 {504, SW_E_TIMEOUT},  {301, SW_E_PROTOCOL}, {302, SW_E_PROTOCOL},
                 {202, SW_E_PROTOCOL}, {206, SW_E_PROTOCOL}};

    for (size_t i = 0; i < SW_COUNT(cases); i++) {
        struct sw_talk talk = opened_get(*state, TEST_GROUP);
        struct sw_error err = {0};

        assert_int_equal(feed(&talk, cases[i].status, "", &err), SW_TURN_FAIL);
        assert_int_equal(err.code, cases[i].code);
        assert_false(talk.may_have_acted);
        assert_non_null(strstr(err.text, sw_format(*state, "HTTP %d", cases[i].status)));
    }
}

static void an_unreadable_body_is_no_answer(void **state)
{
    static const char *const bodies[] = {"<html>",         "{\"a\":1}x",
                                         "[1e400]",        "[[[[",
                                         "\xef\xbb\xbf{}", "{\"status\":\"a\",\"status\":\"b\"}"};

    for (size_t i = 0; i < SW_COUNT(bodies); i++) {
        struct sw_talk talk = opened_get(*state, TEST_GROUP);
        struct sw_error err = {0};

        assert_int_equal(feed(&talk, 200, bodies[i], &err), SW_TURN_FAIL);
        assert_int_equal(err.code, SW_E_PROTOCOL);
    }
}

static void no_reply_to_a_read_keeps_its_reason(void **state)
{
    struct sw_talk talk = opened_get(*state, TEST_GROUP);
    struct sw_error err = {.code = SW_E_TIMEOUT, .text = "no reply in 30s"};

    assert_int_equal(sw_arm_transport.feed(&talk, NULL, &err), SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_TIMEOUT);
    assert_false(talk.may_have_acted);
}

/* ---- lists ---- */

#define LIST TEST_GROUP "/serverEndpoints"

static void pages_are_joined_and_an_empty_one_is_not_the_end(void **state)
{
    struct sw_talk talk = opened_get(*state, LIST);
    struct sw_error err = {0};

    assert_int_equal(feed(&talk, 200,
                          "{\"value\":[1],\"nextLink\":\"" HOST "/subscriptions/s?page=2%24\"}",
                          &err),
                     SW_TURN_SEND);
    assert_string_equal(talk.out.url, HOST "/subscriptions/s?page=2%24"); /* verbatim */
    assert_string_equal(talk.out.method, "GET");
    assert_int_equal(
        feed(&talk, 200,
             "{\"value\":[],\"nextLink\":\"https://management.azure.com:443/subscriptions/3\"}",
             &err),
        SW_TURN_SEND);
    assert_int_equal(feed(&talk, 200, "{\"value\":[2,3],\"nextLink\":null}", &err), SW_TURN_DONE);
    assert_string_equal(printed(*state, sw_get(talk.answer.body, "value")), "1, 2, 3");
    assert_null(sw_get(talk.answer.body, "nextLink"));
}

static void the_token_never_follows_a_link_to_another_host(void **state)
{
    static const char *const links[] = {
        "https://management.azure.com.evil.example.invalid/",
        "https://evil.example.invalid#management.azure.com",
        "https://management.azure.com:443@evil.example.invalid/",
        "https://management.azure.com@evil.example.invalid/",
        "https://management.azure.com%2eevil.example.invalid/",
        "https://management.azure.com\343\200\202evil.example.invalid/",
        "https://management.azure.com:8443/subscriptions/s",
        "https://management.azure.com",
        "https://management.azure.com\\\\@evil.example.invalid/",
        "http://management.azure.com/subscriptions/s",
        "//evil.example.invalid/x",
        "/subscriptions/s",
        "file:///etc/passwd",
        "https://169.254.169.254/metadata/identity/oauth2/token",
        "https://management.azure.com/a b",
        "https://management.azure.com/a\\r\\nX: y"};

    for (size_t i = 0; i < SW_COUNT(links); i++) {
        struct sw_talk talk = opened_get(*state, LIST);
        struct sw_error err = {0};
        const char *body = sw_format(*state, "{\"value\":[],\"nextLink\":\"%s\"}", links[i]);

        if (feed(&talk, 200, body, &err) != SW_TURN_FAIL) {
            fail_msg("followed %s", links[i]);
        }
        assert_int_equal(err.code, SW_E_PROTOCOL);
    }
}

static void a_broken_page_is_no_shorter_list(void **state)
{
    static const char *const pages[] = {
        "{\"nextLink\":\"" HOST "/subscriptions/s\"}",
        "{\"value\":{},\"nextLink\":\"" HOST "/subscriptions/s\"}", "{\"value\":[],\"nextLink\":7}",
        "{\"value\":[],\"nextLink\":\"" HOST LIST "?api-version=2022-09-01\"}"};
    struct sw_error err = {0};

    for (size_t i = 0; i < SW_COUNT(pages); i++) {
        struct sw_talk talk = opened_get(*state, LIST);

        assert_int_equal(feed(&talk, 200, pages[i], &err), SW_TURN_FAIL);
        assert_int_equal(err.code, SW_E_PROTOCOL);
    }

    struct sw_talk talk = opened_get(*state, LIST);

    assert_int_equal(
        feed(&talk, 200, "{\"value\":[1],\"nextLink\":\"" HOST "/subscriptions/2\"}", &err),
        SW_TURN_SEND);
    assert_int_equal(feed(&talk, 404, "", &err), SW_TURN_FAIL); /* the second page is gone */
    assert_int_equal(err.code, SW_E_CONFLICT);
}

static void a_list_without_end_is_given_up(void **state)
{
    struct sw_talk talk = opened_get(*state, LIST);
    struct sw_error err = {0};
    enum sw_turn turn = SW_TURN_SEND;
    unsigned pages = 0;

    for (; turn == SW_TURN_SEND && pages < 2000; pages++) {
        turn = feed(
            &talk, 200,
            sw_format(*state, "{\"value\":[],\"nextLink\":\"" HOST "/subscriptions/%u\"}", pages),
            &err);
    }
    assert_int_equal(turn, SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_LIMIT);
    assert_int_equal(pages, 1000);
}

static void a_target_in_another_cloud_is_asked_there_and_follows_nobody_elsewhere(void **state)
{
    struct sw_target target = {.name = "cloud",
                               .kind = "azure.sync_group",
                               .settings = json(*state, "{\"cloud\":\"government\"}")};
    struct sw_talk talk = talk_of(*state, sw_arm_get(*state, TEST_SERVICE, NULL).call, false);
    struct sw_reply reply = reply_of(
        200, "{\"value\":[],\"nextLink\":\"https://management.azure.com/subscriptions/x\"}");
    struct sw_error err = {0};

    talk.target = &target;
    assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_SEND);
    assert_true(sw_text_begins(talk.out.url, "https://management.usgovcloudapi.net" TEST_SERVICE));
    assert_int_equal(sw_arm_transport.feed(&talk, &reply, &err), SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_PROTOCOL);
    assert_non_null(strstr(err.text, "outside of https://management.usgovcloudapi.net"));
    reply = reply_of(200, "{\"value\":[],\"nextLink\":"
                          "\"https://MANAGEMENT.usgovcloudapi.net:443/subscriptions/x\"}");
    assert_int_equal(sw_arm_transport.open(&talk, &err), SW_TURN_SEND);
    assert_int_equal(sw_arm_transport.feed(&talk, &reply, &err), SW_TURN_SEND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(a_target_in_another_cloud_is_asked_there_and_follows_nobody_elsewhere),
        test_in_arena(a_read_is_a_get_of_the_encoded_id_with_its_api_version),
        test_in_arena(each_provider_has_its_api_version),
        test_in_arena(a_token_goes_into_the_header_only),
        test_in_arena(a_token_that_is_no_header_text_is_refused),
        test_in_arena(a_request_id_looks_like_a_guid_and_differs_by_attempt),
        test_in_arena(a_look_that_would_change_something_is_our_own_mistake),
        test_in_arena(a_path_that_is_no_resource_id_is_never_sent),
        test_in_arena(a_preview_is_the_very_request),
        test_in_arena(a_body_is_sent_and_previewed),
        test_in_arena(an_answer_has_body_time_and_request_id),
        test_in_arena(a_404_of_a_read_is_an_answer),
        test_in_arena(a_refused_read_says_why_and_never_acted),
        test_in_arena(an_unreadable_body_is_no_answer),
        test_in_arena(no_reply_to_a_read_keeps_its_reason),
        test_in_arena(pages_are_joined_and_an_empty_one_is_not_the_end),
        test_in_arena(the_token_never_follows_a_link_to_another_host),
        test_in_arena(a_broken_page_is_no_shorter_list),
        test_in_arena(a_list_without_end_is_given_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
