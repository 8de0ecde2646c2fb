/* Every recorded exchange of tests/data/winrm-recordings through the codec. */
#include "stdlib/windows/soap_reply.h"

#include "base/buf.h"
#include "base/file.h"
#include "stdlib/windows/powershell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

struct recording {
    struct sw_arena *arena;
    enum sw_soap_kind kind;
    const struct sw_xml *body;
    struct sw_soap_fault fault;
};

static void recording_release(struct recording *recording)
{
    sw_arena_free(recording->arena);
}

static const char *load(struct sw_arena *arena, const char *name)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    struct sw_error err = {0};

    sw_buf_init(&buf, 1 << 20);
    if (!sw_file_read(sw_format(arena, "%s/tests/data/winrm-recordings/%s", SW_SOURCE_DIR, name),
                      &buf, &err)) {
        fail_msg("%s", err.text);
    }
    return sw_copy(arena, buf.bytes, buf.length);
}

static struct recording reply_of(const char *name, int status, const char *relates)
{
    struct recording r = {.arena = sw_arena_new()};
    const char *text = load(r.arena, name);
    struct sw_reply reply = {.status = status, .body = text, .body_length = strlen(text)};
    struct sw_error err = {0};

    if (!sw_soap_read(r.arena, &reply, relates, &r.kind, &r.body, &r.fault, &err)) {
        fail_msg("%s: %s", name, err.text);
    }
    return r;
}

#define ONES "uuid:11111111-1111-1111-1111-111111111111"

static void shells_are_found_in_both_recorded_forms(void **state)
{
    (void)state;
    struct sw_error err = {0};
    const char *id = NULL;
    SW_CLEANUP(recording_release)
    struct recording new_form = reply_of("masterzen-winrm/createShellResponse.xml", 200,
                                         "uuid:d00059e8-57d6-4035-ad8d-3edc495da163");
    SW_CLEANUP(recording_release)
    struct recording selector_only = reply_of("pywinrm/open_shell_response.xml", 200, ONES);

    assert_true(sw_soap_shell_id(new_form.arena, new_form.body, &id, &err));
    assert_string_equal(id, "67A74734-DD32-4F10-89DE-49A060483810");
    assert_true(sw_soap_shell_id(selector_only.arena, selector_only.body, &id, &err));
    assert_string_equal(id, "11111111-1111-1111-1111-111111111113");
}

static void commands_are_found(void **state)
{
    (void)state;
    struct sw_error err = {0};
    const char *id = NULL;
    SW_CLEANUP(recording_release)
    struct recording one = reply_of("masterzen-winrm/executeCommandResponse.xml", 200, NULL);
    SW_CLEANUP(recording_release)
    struct recording two = reply_of("pywinrm/run_cmd_req_input_response.xml", 200, NULL);
    SW_CLEANUP(recording_release)
    struct recording three = reply_of("pywinrm/run_cmd_ps_response.xml", 200, ONES);

    assert_true(sw_soap_command_id(one.arena, one.body, &id, &err));
    assert_string_equal(id, "1A6DEE6B-EC68-4DD6-87E9-030C0048ECC4");
    assert_true(sw_soap_command_id(two.arena, two.body, &id, &err));
    assert_string_equal(id, "11111111-1111-1111-1111-111111111111");
    assert_true(sw_soap_command_id(three.arena, three.body, &id, &err)); /* with its placeholder */
    assert_false(sw_soap_shell_id(one.arena, one.body, &id, &err));
}

static struct sw_soap_output output_of(struct recording *r, const char *command_id)
{
    struct sw_soap_output output = {0};
    struct sw_error err = {0};

    if (!sw_soap_receive_add(r->arena, r->body, command_id, &output, &err)) {
        fail_msg("%s", err.text);
    }
    return output;
}

static void output_is_joined_per_stream_and_done_only_when_said(void **state)
{
    (void)state;
    SW_CLEANUP(recording_release)
    struct recording running = reply_of("masterzen-winrm/outputResponse.xml", 200, NULL);
    SW_CLEANUP(recording_release)
    struct recording single = reply_of("masterzen-winrm/singleOutputResponse.xml", 200, NULL);
    SW_CLEANUP(recording_release)
    struct recording input =
        reply_of("pywinrm/run_cmd_send_input_get_output_response.xml", 200, NULL);

    struct sw_soap_output output = output_of(&running, "1A6DEE6B-EC68-4DD6-87E9-030C0048ECC4");
    assert_string_equal(output.out.bytes, "That's all folks!!!");
    assert_string_equal(output.errors.bytes, "This is stderr, I'm pretty sure!");
    assert_false(output.is_done);
    output = output_of(&single, "1A6DEE6B-EC68-4DD6-87E9-030C0048ECC4");
    assert_null(output.errors.bytes);
    output = output_of(&single, "ANOTHER");
    assert_null(output.out.bytes); /* another command's output is not ours */
    output = output_of(&input, "11111111-1111-1111-1111-111111111111");
    assert_non_null(strstr(output.out.bytes, "[Version 10.0.17763.107]\r\n(c) 2018"));
    assert_true(output.is_done && output.has_exit_code);
    assert_int_equal(output.exit_code, 0);
}

static void exit_codes_are_read_and_a_missing_one_is_not_zero(void **state)
{
    (void)state;
    SW_CLEANUP(recording_release)
    struct recording zero = reply_of("masterzen-winrm/doneCommandExitCode0Response.xml", 200, NULL);
    SW_CLEANUP(recording_release)
    struct recording other = reply_of("masterzen-winrm/doneCommandResponse.xml", 200, NULL);
    SW_CLEANUP(recording_release)
    struct recording cmd = reply_of("pywinrm/get_cmd_output_response.xml", 200, ONES);

    assert_int_equal(output_of(&zero, "4531DAA3-60C2-4CAD-9FCA-F433101DAC8A").exit_code, 0);
    assert_int_equal(output_of(&other, "4531DAA3-60C2-4CAD-9FCA-F433101DAC8A").exit_code, 123);
    struct sw_soap_output output = output_of(&cmd, "11111111-1111-1111-1111-111111111114");
    assert_true(output.is_done && output.has_exit_code);
    assert_non_null(strstr(output.out.bytes, "Windows IP Configuration"));
}

static void an_exit_code_that_is_an_hresult_is_folded(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_good;
        int32_t code;
    } cases[] = {{"2147942402", true, -2147024894},
                 {"-2147024894", true, -2147024894},
                 {"4294967295", true, -1},
                 {"4294967296", false, 0},
                 {"", false, 0},
                 {"0x1", false, 0}};

    for (size_t i = 0; i < SW_COUNT(cases); i++) {
        SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
        const char *text = sw_format(
            arena,
            "<b xmlns:r='" SW_NS_SHELL "'><r:ReceiveResponse><r:CommandState State='" SW_STATE_DONE
            "'><r:ExitCode>%s</r:ExitCode></r:CommandState></r:ReceiveResponse></b>",
            cases[i].text);
        const struct sw_xml *root = NULL;
        struct sw_soap_output output = {0};
        struct sw_error err = {0};
        assert_true(sw_xml_read(arena, text, strlen(text), &root, &err));
        assert_int_equal(sw_soap_receive_add(arena, root, "X", &output, &err), cases[i].is_good);
        assert_int_equal(output.exit_code, cases[i].code);
    }
}

static void the_recorded_error_stream_of_powershell_reads_as_one_line(void **state)
{
    (void)state;
    SW_CLEANUP(recording_release)
    struct recording r = reply_of("pywinrm/get_ps_output_response.xml", 200, ONES);
    struct sw_soap_output output = output_of(&r, "11111111-1111-1111-1111-111111111124");

    assert_int_equal(output.exit_code, 1);
    const char *said = sw_powershell_errors(r.arena, output.errors.bytes, output.errors.length);
    assert_true(memcmp(said, "Write-Error \"Error\" : Error + CategoryInfo : NotSpecified", 56) ==
                0);
    assert_null(strstr(said, "_x"));
}

static void replies_without_content_are_read(void **state)
{
    (void)state;
    static const char *const names[] = {
        "pywinrm/run_cmd_send_input_response.xml", "pywinrm/cleanup_cmd_response.xml",
        "pywinrm/stdin_cmd_cleanup_response.xml", "pywinrm/close_shell_response.xml"};

    for (size_t i = 0; i < SW_COUNT(names); i++) {
        SW_CLEANUP(recording_release) struct recording r = reply_of(names[i], 200, NULL);
        assert_int_equal(r.kind, SW_SOAP_REPLY);
    }
}

static void recorded_faults_carry_code_subcode_and_words(void **state)
{
    (void)state;
    SW_CLEANUP(recording_release)
    struct recording timed_out = reply_of("masterzen-winrm/operationTimeoutResponse.xml", 500,
                                          "uuid:e54190b3-e060-4b5c-4779-b63ab4963bac");
    SW_CLEANUP(recording_release)
    struct recording provider =
        reply_of("masterzen-winrm/executeCommandResponseWithError.xml", 500, NULL);

    assert_int_equal(timed_out.kind, SW_SOAP_FAULT);
    assert_int_equal(timed_out.fault.code, SW_FAULT_TIMED_OUT);
    assert_string_equal(timed_out.fault.subcode, "w:TimedOut");
    assert_int_equal(provider.fault.code, 2147942606);
    assert_string_equal(provider.fault.text, "The filename or extension is too long.");
}

/* What other clients send must be understood by our reader: it is the model listener's reader too.
 */
static void recorded_requests_are_well_formed_for_our_reader(void **state)
{
    (void)state;
    static const char *const names[] = {"open_shell_request.xml",
                                        "run_cmd_with_args_request.xml",
                                        "run_cmd_wo_args_request.xml",
                                        "run_ps_request.xml",
                                        "run_cmd_req_input.xml",
                                        "run_cmd_send_input.xml",
                                        "cleanup_cmd_request.xml",
                                        "stdin_cmd_cleanup.xml",
                                        "close_shell_request.xml",
                                        "get_cmd_ps_output_request.xml",
                                        "run_cmd_send_input_get_output.xml"};

    for (size_t i = 0; i < SW_COUNT(names); i++) {
        SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
        const char *text = load(arena, sw_format(arena, "pywinrm/%s", names[i]));
        const struct sw_xml *root = NULL;
        struct sw_error err = {0};
        if (!sw_xml_read(arena, text, strlen(text), &root, &err)) {
            fail_msg("%s: %s", names[i], err.text);
        }
        const struct sw_xml *header = sw_xml_child(root, SW_NS_SOAP, "Header");
        assert_non_null(sw_xml_word(arena, sw_xml_child(header, SW_NS_ADDRESSING, "Action")));
        assert_string_equal(sw_xml_word(arena, sw_xml_child(header, SW_NS_WSMAN, "ResourceURI")),
                            SW_SHELL_RESOURCE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shells_are_found_in_both_recorded_forms),
        cmocka_unit_test(commands_are_found),
        cmocka_unit_test(output_is_joined_per_stream_and_done_only_when_said),
        cmocka_unit_test(exit_codes_are_read_and_a_missing_one_is_not_zero),
        cmocka_unit_test(an_exit_code_that_is_an_hresult_is_folded),
        cmocka_unit_test(the_recorded_error_stream_of_powershell_reads_as_one_line),
        cmocka_unit_test(replies_without_content_are_read),
        cmocka_unit_test(recorded_faults_carry_code_subcode_and_words),
        cmocka_unit_test(recorded_requests_are_well_formed_for_our_reader),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
