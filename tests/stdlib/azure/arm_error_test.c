/** @file Refusals in each shape that was seen, in words. */
#include "stdlib/azure/arm_error.h"

#include "support.h"

static void assert_fault(struct sw_arena *arena, const char *body, const char *code,
                         const char *message)
{
    struct sw_arm_fault fault = sw_arm_fault_of(arena, json(arena, body));

    assert_string_equal(fault.code == NULL ? "(none)" : fault.code, code);
    assert_string_equal(fault.message == NULL ? "(none)" : fault.message, message);
}

static void the_common_shapes_are_read(void **state)
{
    assert_fault(*state, "{\"error\":{\"code\":\"A\",\"message\":\"b.\"}}", "A", "b");
    assert_fault(*state, "{\"code\":\"A\",\"message\":\"b\"}", "A", "b");
    assert_fault(*state, "{\"Code\":\"429\",\"Message\":\"b\"}", "429", "b");
    assert_fault(*state, "{\"ErrorCode\":\"A\",\"Message\":{\"Value\":\"b\"}}", "A", "b");
    assert_fault(*state, "{\"error\":\"invalid_client\",\"error_description\":\"b\"}",
                 "invalid_client", "b");
}

static void details_are_an_object_or_an_array(void **state)
{
    assert_fault(*state,
                 "{\"error\":{\"code\":\"MgmtServerJobFailed\",\"message\":\"It failed.\","
                 "\"details\":{\"code\":\"x\",\"message\":\"Disk full.\"},\"innererror\":{}}}",
                 "MgmtServerJobFailed", "It failed (Disk full)");
    assert_fault(*state,
                 "{\"error\":{\"code\":\"A\",\"message\":\"b\",\"details\":[{\"message\":\"c\"},"
                 "{\"message\":\"d\"}],\"additionalInfo\":[]}}",
                 "A", "b (c)");
    assert_fault(*state, "{\"error\":{\"code\":\"A\",\"message\":\"b\",\"details\":[]}}", "A", "b");
    assert_fault(*state, "{\"error\":{\"code\":\"A\",\"details\":{\"message\":\"c\"}}}", "A", "c");
}

static void what_was_not_said_is_not_made_up(void **state)
{
    static const char *const bodies[] = {"{}",
                                         "null",
                                         "[]",
                                         "7",
                                         "\"x\"",
                                         "{\"error\":null}",
                                         "{\"error\":{\"code\":\"\",\"message\":null}}"};

    for (size_t i = 0; i < SW_COUNT(bodies); i++) {
        assert_fault(*state, bodies[i], "(none)", "(none)");
    }
}

static void a_message_is_one_bounded_line_without_signatures(void **state)
{
    char text[2000] = {0};

    assert_fault(*state, "{\"code\":\"A\",\"message\":\"a\\r\\n\\tb\\u202ec\\u0007. \"}", "A",
                 "a b c");
    assert_fault(*state, "{\"code\":\"A\",\"message\":\"see https://x/y?a=1&sig=Zm9v%3D&c=2 now\"}",
                 "A", "see https://x/y?a=1&sig=***&c=*** now");
    memset(text, 'a', sizeof text - 1);
    assert_true(strlen(sw_arm_fault_of(
                           *state, json(*state, sw_format(*state, "{\"message\":\"%s\"}", text)))
                           .message) <= 400);
}

static void a_reply_is_told_in_words_whatever_its_body_is(void **state)
{
    struct sw_reply page = reply_of(503, "<html></html>");
    struct sw_reply empty = reply_of(500, "");
    struct sw_reply odd = reply_of(502, "upstream");
    struct sw_arm_fault none = {0};
    struct sw_arm_fault both = {.code = "A", .message = "b"};
    struct sw_arm_fault code = {.code = "A"};

    assert_string_equal(sw_arm_fault_words(*state, &page, none), "HTTP 503 with an HTML page");
    assert_string_equal(sw_arm_fault_words(*state, &empty, none), "HTTP 500 without a word");
    assert_string_equal(sw_arm_fault_words(*state, &odd, none),
                        "HTTP 502 with an error body that can't be read");
    assert_string_equal(sw_arm_fault_words(*state, &odd, both), "HTTP 502, A: b");
    assert_string_equal(sw_arm_fault_words(*state, &odd, code), "HTTP 502, A");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(the_common_shapes_are_read),
        test_in_arena(details_are_an_object_or_an_array),
        test_in_arena(what_was_not_said_is_not_made_up),
        test_in_arena(a_message_is_one_bounded_line_without_signatures),
        test_in_arena(a_reply_is_told_in_words_whatever_its_body_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
