/* The model listener where it refuses; whole conversations are in ../winrm_test.c. */
#include "stdlib/windows/world/winrm_world.h"

#include "base/text.h"
#include "stdlib/windows/powershell.h"
#include "stdlib/windows/soap.h"
#include "stdlib/windows/soap_reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static int64_t now(void *context)
{
    (void)context;
    return 0;
}

static bool script(void *context, const char *name, const struct sw_value *args,
                   struct sw_arena *arena, const struct sw_value **ret_result, const char **ret_id,
                   const char **ret_message)
{
    int *run_count = context;

    (void)name;
    (void)args;
    (void)ret_id;
    (void)ret_message;
    (*run_count)++;
    *ret_result = sw_int(arena, 1);
    return true;
}

struct client {
    struct sw_arena *arena;
    struct sw_winrm_world *world;
    int *run_count;
    struct sw_soap_to to;
    enum sw_soap_kind kind;
    const struct sw_xml *body;
    struct sw_soap_fault fault;
};

static struct client client_open(void)
{
    struct sw_arena *arena = sw_arena_new();
    int *run_count = sw_alloc(arena, sizeof *run_count);
    struct sw_winrm_backend backend = {
        .context = run_count, .host = "fs01", .now = now, .script = script};

    return (struct client){.arena = arena,
                           .run_count = run_count,
                           .world = sw_winrm_world_new(&backend, 1),
                           .to = {"https://fs01:5986/wsman", "uuid:1", NULL}};
}

static void client_close(struct client *client)
{
    sw_winrm_world_free(client->world);
    sw_arena_free(client->arena);
}

static int post(struct client *c, const char *body)
{
    struct sw_request request = {
        .method = "POST", .url = c->to.url, .body = body, .body_length = strlen(body)};
    struct sw_reply reply;
    struct sw_error err = {0};

    sw_winrm_world_answer(c->world, &request, c->arena, &reply);
    if (reply.body_length > 0 &&
        !sw_soap_read(c->arena, &reply, c->to.message_id, &c->kind, &c->body, &c->fault, &err)) {
        fail_msg("%s", err.text);
    }
    return reply.status;
}

static const char *open_command(struct client *c)
{
    const char *body = NULL, *id = NULL;
    struct sw_error err = {0};

    assert_true(sw_soap_create(c->arena, &c->to, &body, &err));
    assert_int_equal(post(c, body), 200);
    assert_true(sw_soap_shell_id(c->arena, c->body, &c->to.shell_id, &err));
    assert_true(
        sw_soap_command(c->arena, &c->to, SW_POWERSHELL, sw_powershell_arguments, &body, &err));
    assert_int_equal(post(c, body), 200);
    assert_true(sw_soap_command_id(c->arena, c->body, &id, &err));
    return id;
}

static void a_text_that_is_not_one_of_ours_is_not_run(void **state)
{
    (void)state;
    SW_CLEANUP(client_close) struct client c = client_open();
    const char *id = open_command(&c);
    const char *body = NULL;
    struct sw_powershell_script known;
    struct sw_soap_output output = {0};
    struct sw_error err = {0};

    assert_true(sw_powershell_find(c.arena, "filesync/agent-facts", &known, &err));
    const char *input = sw_powershell_input(c.arena, &known, "N", NULL);
    const char *altered = sw_format(c.arena, "%sRemove-Item x\n", input);
    assert_true(sw_soap_send(c.arena, &c.to, id, altered, strlen(altered), true, &body, &err));
    assert_int_equal(post(&c, body), 200);
    assert_true(sw_soap_receive(c.arena, &c.to, id, &body, &err));
    assert_int_equal(post(&c, body), 200);
    assert_true(sw_soap_receive_add(c.arena, c.body, id, &output, &err));
    assert_int_equal(output.exit_code, 1);
    assert_string_equal(sw_powershell_errors(c.arena, output.errors.bytes, output.errors.length),
                        "this model of a shell knows only the scripts of this program");
    assert_int_equal(*c.run_count, 0);
}

static void a_command_runs_once_and_is_collected_once(void **state)
{
    (void)state;
    SW_CLEANUP(client_close) struct client c = client_open();
    const char *id = open_command(&c);
    const char *body = NULL;
    struct sw_powershell_script known;
    struct sw_error err = {0};

    assert_true(sw_powershell_find(c.arena, "filesync/agent-facts", &known, &err));
    const char *input = sw_powershell_input(c.arena, &known, "N", NULL);
    assert_true(sw_soap_receive(c.arena, &c.to, id, &body, &err));
    assert_int_equal(post(&c, body), 500); /* silent: it has had no input yet */
    assert_int_equal(c.fault.code, SW_FAULT_TIMED_OUT);
    assert_true(sw_winrm_world_waited_ns(c.world) > 0);
    assert_true(sw_soap_send(c.arena, &c.to, id, input, strlen(input), true, &body, &err));
    assert_int_equal(post(&c, body), 200);
    assert_int_equal(post(&c, body), 500); /* its input has ended */
    assert_int_equal(*c.run_count, 1);
    assert_true(sw_soap_receive(c.arena, &c.to, id, &body, &err));
    assert_int_equal(post(&c, body), 200);
    assert_int_equal(post(&c, body), 500);
    assert_int_equal(c.fault.code, SW_FAULT_NO_SHELL);
}

static void an_unknown_or_closed_shell_is_a_fault(void **state)
{
    (void)state;
    SW_CLEANUP(client_close) struct client c = client_open();
    const char *id = open_command(&c);
    const char *body = NULL;
    struct sw_error err = {0};

    assert_true(sw_soap_delete(c.arena, &c.to, &body, &err));
    assert_int_equal(post(&c, body), 200);
    assert_true(sw_soap_receive(c.arena, &c.to, id, &body, &err));
    assert_int_equal(post(&c, body), 500);
    assert_int_equal(c.fault.code, SW_FAULT_NO_SHELL);
    assert_string_equal(c.fault.subcode, "w:InvalidSelectors");
}

static void only_powershell_is_there_to_be_started(void **state)
{
    (void)state;
    SW_CLEANUP(client_close) struct client c = client_open();
    static const char *const none[] = {NULL};
    const char *body = NULL;
    struct sw_error err = {0};

    open_command(&c);
    assert_true(sw_soap_command(c.arena, &c.to, "format.com", none, &body, &err));
    assert_int_equal(post(&c, body), 500);
    assert_int_equal(c.fault.code, 2147942402);
}

static void messages_that_are_not_as_a_server_wants_them_are_refused(void **state)
{
    (void)state;
    SW_CLEANUP(client_close) struct client c = client_open();

    c.to.message_id = NULL;
    assert_int_equal(post(&c, "<x"), 400);
    assert_int_equal(post(&c, "<s:Envelope xmlns:s='" SW_NS_SOAP "'><s:Body/></s:Envelope>"), 500);
    assert_string_equal(c.fault.subcode, "a:MessageInformationHeaderRequired");
    /* What clients ask first, without any addressing. */
    assert_int_equal(post(&c, "<s:Envelope xmlns:s='" SW_NS_SOAP "' xmlns:i='" SW_NS_IDENTITY
                              "'><s:Body><i:Identify/></s:Body></s:Envelope>"),
                     200);
    assert_string_equal(sw_xml_word(c.arena, sw_xml_find(c.body, SW_NS_IDENTITY, "ProductVendor")),
                        "Microsoft Corporation");
    c.to.url = "https://fs01:5986/other";
    assert_int_equal(post(&c, ""), 404);
}

static void only_its_own_host_is_its_business(void **state)
{
    (void)state;
    SW_CLEANUP(client_close) struct client c = client_open();
    static const struct {
        const char *url;
        bool is_ours;
    } cases[] = {{"https://FS01:5986/wsman", true},
                 {"https://fs01/wsman", true},
                 {"https://fs01.evil.example/wsman", false},
                 {"https://fs0/wsman", false},
                 {"https://management.azure.com/", false}};

    for (size_t i = 0; i < SW_COUNT(cases); i++) {
        struct sw_request request = {.method = "POST", .url = cases[i].url};
        assert_int_equal(sw_winrm_world_owns(c.world, &request), cases[i].is_ours);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_that_is_not_one_of_ours_is_not_run),
        cmocka_unit_test(a_command_runs_once_and_is_collected_once),
        cmocka_unit_test(an_unknown_or_closed_shell_is_a_fault),
        cmocka_unit_test(only_powershell_is_there_to_be_started),
        cmocka_unit_test(messages_that_are_not_as_a_server_wants_them_are_refused),
        cmocka_unit_test(only_its_own_host_is_its_business),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
