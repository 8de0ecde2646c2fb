#include "stdlib/windows/soap.h"

#include "base/buf.h"
#include "base/digest.h"
#include "stdlib/windows/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static const struct sw_soap_to to_shell = {"https://fs01:5986/wsman", "uuid:M", "S<1>"};

static const struct sw_xml *parse(struct sw_arena *arena, const char *text)
{
    const struct sw_xml *root = NULL;
    struct sw_error err = {0};

    if (!sw_xml_read(arena, text, strlen(text), &root, &err)) {
        fail_msg("%s in %s", err.text, text);
    }
    return root;
}

static const char *header_of(struct sw_arena *arena, const struct sw_xml *root, const char *uri,
                             const char *name)
{
    return sw_xml_word(arena, sw_xml_child(sw_xml_child(root, SW_NS_SOAP, "Header"), uri, name));
}

static void every_message_carries_the_headers_that_a_server_demands(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_error err = {0};
    const char *bodies[6] = {0};
    static const char *const none[] = {NULL};
    static const char *const actions[] = {SW_ACTION_CREATE,  SW_ACTION_COMMAND, SW_ACTION_SEND,
                                          SW_ACTION_RECEIVE, SW_ACTION_SIGNAL,  SW_ACTION_DELETE};

    assert_true(sw_soap_create(arena, &to_shell, &bodies[0], &err));
    assert_true(sw_soap_command(arena, &to_shell, "x.exe", none, &bodies[1], &err));
    assert_true(sw_soap_send(arena, &to_shell, "C", "ab", 2, true, &bodies[2], &err));
    assert_true(sw_soap_receive(arena, &to_shell, "C", &bodies[3], &err));
    assert_true(sw_soap_terminate(arena, &to_shell, "C", &bodies[4], &err));
    assert_true(sw_soap_delete(arena, &to_shell, &bodies[5], &err));
    for (size_t i = 0; i < 6; i++) {
        const struct sw_xml *root = parse(arena, bodies[i]);
        assert_string_equal(header_of(arena, root, SW_NS_ADDRESSING, "Action"), actions[i]);
        assert_string_equal(header_of(arena, root, SW_NS_ADDRESSING, "To"), to_shell.url);
        assert_string_equal(header_of(arena, root, SW_NS_ADDRESSING, "MessageID"), "uuid:M");
        assert_string_equal(header_of(arena, root, SW_NS_ADDRESSING, "ReplyTo"), SW_ANONYMOUS);
        assert_string_equal(header_of(arena, root, SW_NS_WSMAN, "ResourceURI"), SW_SHELL_RESOURCE);
        assert_string_equal(header_of(arena, root, SW_NS_WSMAN, "OperationTimeout"), "PT20S");
        assert_string_equal(header_of(arena, root, SW_NS_WSMAN, "MaxEnvelopeSize"), "153600");
        assert_string_equal(header_of(arena, root, SW_NS_WSMAN, "SelectorSet"), "S<1>");
    }
    assert_non_null(strstr(bodies[0], "WINRS_CODEPAGE\">65001<"));
    assert_non_null(strstr(bodies[1], "WINRS_CONSOLEMODE_STDIN\">FALSE<"));
    assert_non_null(strstr(bodies[4], "signal/terminate"));
}

static void hostile_text_arrives_as_the_same_bytes(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_error err = {0};
    static const char *const arguments[] = {"</rsp:Arguments><rsp:Command>calc</rsp:Command>",
                                            "\"&amp;<![CDATA[x]]>", "こ\t\r\n", NULL};
    const char *body = NULL;

    assert_true(sw_soap_command(arena, &to_shell, "a&b", arguments, &body, &err));
    const struct sw_xml *at = sw_xml_find(parse(arena, body), SW_NS_SHELL, "Arguments");
    for (size_t i = 0; arguments[i] != NULL; i++) {
        assert_string_equal(sw_xml_text(arena, at), arguments[i]);
        at = sw_xml_again(at);
    }
    assert_null(at);
}

static void text_that_xml_cannot_hold_makes_no_message(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_error err = {0};
    static const char *const arguments[] = {"a\x02", NULL};
    static const char *const none[] = {NULL};
    const char *body = NULL;

    assert_false(sw_soap_command(arena, &to_shell, "x", arguments, &body, &err));
    assert_int_equal(err.code, SW_E_INPUT);
    assert_false(sw_soap_command(arena, &to_shell, "\x1b", none, &body, &err));
    assert_false(sw_soap_receive(arena, &to_shell, "\xff", &body, &err));
    assert_null(body);
}

static void any_bytes_go_to_standard_input(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    SW_CLEANUP(sw_buf_release) struct sw_buf back;
    struct sw_error err = {0};
    static const char bytes[] = {0, 1, '<', (char)0xff, '\n'};
    const char *body = NULL;

    sw_buf_init(&back, 100);
    assert_true(sw_soap_send(arena, &to_shell, "C", bytes, sizeof bytes, false, &body, &err));
    const struct sw_xml *stream = sw_xml_find(parse(arena, body), SW_NS_SHELL, "Stream");
    const char *text = sw_xml_text(arena, stream);
    assert_null(sw_xml_attribute(stream, "End"));
    assert_true(sw_base64_decode(text, strlen(text), &back, &err));
    assert_int_equal(back.length, sizeof bytes);
    assert_memory_equal(back.bytes, bytes, sizeof bytes);
    assert_true(sw_soap_send(arena, &to_shell, "C", "", 0, true, &body, &err));
    stream = sw_xml_find(parse(arena, body), SW_NS_SHELL, "Stream");
    assert_string_equal(sw_xml_attribute(stream, "End"), "true");
}

static void the_largest_piece_stays_below_the_envelopes_size(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_error err = {0};
    const char *body = NULL;
    const char *bytes = sw_alloc(arena, SW_SOAP_SEND_BYTES);

    assert_true(sw_soap_send(arena, &to_shell, "C", bytes, SW_SOAP_SEND_BYTES, true, &body, &err));
    assert_true(strlen(body) < SW_SOAP_ENVELOPE_BYTES);
}

static void message_ids_differ_by_seed_and_number_only(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    const char *one = sw_soap_message_id(arena, "message", 1, 1);

    assert_string_equal(one, sw_soap_message_id(arena, "message", 1, 1));
    assert_string_not_equal(one, sw_soap_message_id(arena, "message", 1, 2));
    assert_string_not_equal(one, sw_soap_message_id(arena, "message", 2, 1));
    assert_string_not_equal(one, sw_soap_message_id(arena, "nonce", 1, 1));
    assert_int_equal(strlen(one), 41);
    assert_int_equal(one[19], '4');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_carries_the_headers_that_a_server_demands),
        cmocka_unit_test(hostile_text_arrives_as_the_same_bytes),
        cmocka_unit_test(text_that_xml_cannot_hold_makes_no_message),
        cmocka_unit_test(any_bytes_go_to_standard_input),
        cmocka_unit_test(the_largest_piece_stays_below_the_envelopes_size),
        cmocka_unit_test(message_ids_differ_by_seed_and_number_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
