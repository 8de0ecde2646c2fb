#include "sdk/transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void headers_are_found_whatever_their_case(void **state)
{
    (void)state;
    struct sw_reply reply = {0};

    sw_reply_set_header(&reply, "Retry-After", "5");
    sw_reply_set_header(&reply, "location", "a");
    assert_string_equal(sw_reply_header(&reply, "retry-after"), "5");
    assert_string_equal(sw_reply_header(&reply, "Location"), "a");
    assert_null(sw_reply_header(&reply, "Content-Type"));
}

static void setting_a_header_again_replaces_it(void **state)
{
    (void)state;
    struct sw_reply reply = {0};
    struct sw_request request = {0};

    sw_reply_set_header(&reply, "Location", "a");
    sw_reply_set_header(&reply, "LOCATION", "b");
    assert_int_equal(reply.header_count, 1);
    assert_string_equal(sw_reply_header(&reply, "location"), "b");
    sw_request_header(&request, "Accept", "a");
    sw_request_header(&request, "accept", "b");
    assert_int_equal(request.header_count, 1);
    assert_string_equal(request.headers[0].value, "b");
}

static void a_peer_with_too_many_headers_does_no_harm(void **state)
{
    (void)state;
    struct sw_reply reply = {0};
    char names[40][4];

    for (size_t i = 0; i < SW_COUNT(names); i++) {
        names[i][0] = 'x';
        names[i][1] = (char)('a' + i / 20);
        names[i][2] = (char)('a' + i % 20);
        names[i][3] = '\0';
        sw_reply_set_header(&reply, names[i], names[i]);
    }
    assert_int_equal(reply.header_count, SW_COUNT(reply.headers));
    assert_string_equal(sw_reply_header(&reply, names[31]), names[31]);
    assert_null(sw_reply_header(&reply, names[32]));
    sw_reply_set_header(&reply, names[0], "again");
    assert_string_equal(sw_reply_header(&reply, names[0]), "again");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_found_whatever_their_case),
        cmocka_unit_test(setting_a_header_again_replaces_it),
        cmocka_unit_test(a_peer_with_too_many_headers_does_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
