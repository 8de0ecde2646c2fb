/** @file Any replies of a server to one script: decoded or refused with a reason; and the same
 * bytes as what a script wrote. */
#include "fuzz/replies.h"
#include "stdlib/windows/powershell.h"
#include "stdlib/windows/soap_reply.h"
#include "stdlib/windows/winrm.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_envelope(struct sw_arena *arena, const char *text, size_t length)
{
    const struct sw_reply reply = {.status = 200, .body = text, .body_length = length};
    enum sw_soap_kind kind = SW_SOAP_REPLY;
    const struct sw_xml *body = NULL;
    struct sw_soap_fault fault = {0};
    struct sw_soap_output output = {0};
    struct sw_error err = {0};
    const char *first = NULL;

    if (!sw_soap_read(arena, &reply, NULL, &kind, &body, &fault, &err)) {
        sw_require(err.text[0] != '\0');
        return;
    }
    if (kind == SW_SOAP_FAULT) {
        sw_require(fault.text != NULL);
        return;
    }
    (void)sw_soap_shell_id(arena, body, &first, &err);
    (void)sw_soap_command_id(arena, body, &first, &err);
    (void)sw_soap_receive_add(arena, body, "A", &output, &err);
}

static void read_script_output(struct sw_arena *arena, const char *text, size_t length)
{
    struct sw_powershell_answer answer = {0};
    const struct sw_value *nonce = NULL;
    const struct sw_value *args = NULL;
    const char *body = NULL;
    struct sw_error err = {0};

    if (sw_powershell_answer(arena, text, length, "n", &answer, &err)) {
        sw_require(answer.result != NULL || answer.id != NULL);
    }
    sw_require(strchr(sw_powershell_errors(arena, text, length), '\n') == NULL);
    (void)sw_powershell_take_apart(arena, text, length, &nonce, &args, &body, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_builder settings = sw_map_begin(arena);
    struct sw_builder args = sw_map_begin(arena);
    struct sw_error err = {0};
    const char *text = sw_copy(arena, size == 0 ? "" : (const char *)data, size);

    read_envelope(arena, text, size);
    read_script_output(arena, text, size);
    sw_map_put_text(&settings, "host", "fs01.contoso.example");

    const struct sw_target target = {
        .name = "server",
        .kind = "windows.server",
        .settings = sw_built(&settings),
        .transport = &sw_winrm_transport,
    };
    struct replies replies = {.arena = arena, .text = text, .length = size, .at = 0};
    struct sw_talk talk = {
        .transport = &sw_winrm_transport,
        .target = &target,
        .call = {.kind = "script", .op = "filesync/agent-facts", .path = ""},
        .arena = arena,
    };

    talk.call.args = sw_built(&args);
    (void)replies_talk(&replies, &talk, &err);
    return 0;
}
