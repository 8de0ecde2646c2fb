/* Whole conversations between the transport and the model listener, byte for byte over SOAP. */
#include "stdlib/windows/winrm.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "base/time.h"
#include "sdk/json.h"
#include "stdlib/windows/script.h"
#include "stdlib/windows/world/winrm_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

struct server {
    struct sw_arena *arena;
    struct sw_winrm_world *world;
    int64_t now_ns, takes_ns;
    int run_count;
    const char *result_json, *error_id;
    const struct sw_value *got_args;
    /* What goes wrong: message number (from 1) that gets no answer, and how. */
    int lose_at, count;
    enum sw_code lose_code;
    bool is_lost_before; /* never reaches the server */
    char actions[2048];  /* last words of the actions that went out */
};

static int64_t server_now(void *context)
{
    return ((struct server *)context)->now_ns;
}

static int64_t server_takes(void *context, const char *name)
{
    (void)name;
    return ((struct server *)context)->takes_ns;
}

static bool server_script(void *context, const char *name, const struct sw_value *args,
                          struct sw_arena *arena, const struct sw_value **ret_result,
                          const char **ret_id, const char **ret_message)
{
    struct server *server = context;
    struct sw_error err = {0};

    (void)name;
    server->run_count++;
    server->got_args = sw_value_copy(server->arena, args);
    if (server->error_id != NULL) {
        *ret_id = server->error_id;
        *ret_message = "it can't be done";
        return false;
    }
    assert_true(sw_json_read(arena, server->result_json, strlen(server->result_json), SW_JSON_PLAIN,
                             ret_result, &err));
    return true;
}

static struct server *server_new(void)
{
    struct server *server = calloc(1, sizeof *server);
    struct sw_winrm_backend backend = {.context = server,
                                       .host = "FS01.contoso.example",
                                       .now = server_now,
                                       .script = server_script,
                                       .takes_ns = server_takes};

    assert_non_null(server);
    server->arena = sw_arena_new();
    server->result_json = "{\"computer_name\":\"FS01\"}";
    server->world = sw_winrm_world_new(&backend, 7);
    return server;
}

static void server_free_at(struct server **server)
{
    sw_winrm_world_free((*server)->world);
    sw_arena_free((*server)->arena);
    free(*server);
}

static void note_action(struct server *server, const char *body)
{
    const char *end = strstr(body, "</a:Action>");
    const char *at = end;

    assert_non_null(end);
    while (at[-1] != '/') {
        at--;
    }
    strncat(server->actions, at, (size_t)(end - at));
    strncat(server->actions, " ", 2);
}

/* Move one message. @return false: no reply */
static bool exchange(struct server *server, const struct sw_request *request,
                     struct sw_reply *reply, struct sw_error *err)
{
    bool is_lost = ++server->count == server->lose_at;

    note_action(server, request->body);
    assert_true(sw_winrm_world_owns(server->world, request));
    if (!is_lost || !server->is_lost_before) {
        sw_winrm_world_answer(server->world, request, server->arena, reply);
        server->now_ns += sw_winrm_world_waited_ns(server->world);
    }
    if (is_lost) {
        *err = (struct sw_error){0};
        sw_fail(err, server->lose_code, "no reply");
    }
    return !is_lost;
}

static enum sw_turn converse(struct server *server, struct sw_talk *talk, struct sw_call call,
                             bool is_act, struct sw_error *err)
{
    struct sw_builder settings = sw_map_begin(server->arena);
    struct sw_target *target = sw_alloc(server->arena, sizeof *target);

    sw_map_put_text(&settings, "host", "fs01.contoso.example");
    *target = (struct sw_target){.name = "server",
                                 .kind = "windows.server",
                                 .settings = sw_built(&settings),
                                 .transport = &sw_winrm_transport};
    *talk = (struct sw_talk){.transport = &sw_winrm_transport,
                             .target = target,
                             .call = call,
                             .is_act = is_act,
                             .arena = server->arena,
                             .attempt = 42};
    enum sw_turn turn = sw_winrm_transport.open(talk, err);
    for (int i = 0; turn == SW_TURN_SEND && i < 500; i++) {
        struct sw_reply reply = {0};
        bool has_reply = exchange(server, &talk->out, &reply, err);
        turn = sw_winrm_transport.feed(talk, has_reply ? &reply : NULL, err);
    }
    return turn;
}

static const struct sw_value *args_of(struct server *server, const char *json)
{
    const struct sw_value *args = NULL;
    struct sw_error err = {0};

    assert_true(sw_json_read(server->arena, json, strlen(json), SW_JSON_PLAIN, &args, &err));
    return args;
}

static void a_look_goes_out_and_its_result_comes_back(void **state)
{
    (void)state;
    SW_CLEANUP(server_free_at) struct server *server = server_new();
    struct sw_talk talk;
    struct sw_error err = {0};
    const struct sw_value *args =
        args_of(server, "{\"path\":\"D:\\\\Bücher & <Co>'s\\\\\\u2018x\\u2019 $(rm) `\"}");

    server->now_ns = 1795204800 * SW_NS_PER_S;
    struct sw_look look = sw_script_look("filesync/access-state", args);
    assert_int_equal(converse(server, &talk, look.call, false, &err), SW_TURN_DONE);
    assert_string_equal(sw_as_text(sw_get(talk.answer.body, "computer_name")), "FS01");
    assert_int_equal(talk.answer.peer_time_ns, server->now_ns);
    assert_true(sw_value_same(server->got_args, args)); /* exactly the bytes, whatever they are */
    assert_string_equal(server->actions, "Create Command Send Receive Signal Delete ");
    assert_int_equal(server->run_count, 1);
    assert_false(talk.may_have_acted);
}

static void an_acts_script_is_refused_as_a_look_before_anything_is_sent(void **state)
{
    (void)state;
    SW_CLEANUP(server_free_at) struct server *server = server_new();
    struct sw_talk talk;
    struct sw_error err = {0};
    struct sw_act act = sw_script_act("filesync/start-vss-upload", NULL);

    assert_int_equal(converse(server, &talk, act.call, false, &err), SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_INTERNAL);
    assert_string_equal(server->actions, "");
    assert_int_equal(converse(server, &talk, act.call, true, &err), SW_TURN_DONE);
    assert_true(talk.may_have_acted);
    act = sw_script_act("filesync/format-disk", NULL);
    assert_int_equal(converse(server, &talk, act.call, true, &err), SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_INTERNAL);
}

static void an_answer_in_many_pieces_that_cut_characters_is_put_together(void **state)
{
    (void)state;
    SW_CLEANUP(server_free_at) struct server *server = server_new();
    SW_CLEANUP(sw_buf_release) struct sw_buf json;
    struct sw_talk talk;
    struct sw_error err = {0};

    sw_buf_init(&json, 1 << 22);
    sw_buf_add_text(&json, "{\"text\":\"");
    for (int i = 0; i < 60000; i++) {
        sw_buf_add_text(&json, "こ");
    }
    sw_buf_add_text(&json, "\"}");
    server->result_json = json.bytes;
    struct sw_look look = sw_script_look("filesync/agent-facts", NULL);
    assert_int_equal(converse(server, &talk, look.call, false, &err), SW_TURN_DONE);
    assert_int_equal(strlen(sw_as_text(sw_get(talk.answer.body, "text"))), 180000);
    assert_non_null(strstr(server->actions, "Receive Receive Receive"));
}

static void a_silent_command_is_waited_for_but_not_for_ever(void **state)
{
    (void)state;
    SW_CLEANUP(server_free_at) struct server *server = server_new();
    struct sw_talk talk;
    struct sw_error err = {0};
    struct sw_look look = sw_script_look("filesync/never-synced", NULL);

    server->takes_ns = 65 * SW_NS_PER_S;
    assert_int_equal(converse(server, &talk, look.call, false, &err), SW_TURN_DONE);
    assert_string_equal(server->actions,
                        "Create Command Send Receive Receive Receive Receive Receive Signal "
                        "Delete ");
    server->takes_ns = 24 * 3600 * SW_NS_PER_S;
    assert_int_equal(converse(server, &talk, look.call, false, &err), SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_TIMEOUT);
    assert_non_null(strstr(server->actions, "Receive Signal Delete "));
}

static void an_error_of_the_script_keeps_its_id_and_the_shell_is_closed(void **state)
{
    (void)state;
    SW_CLEANUP(server_free_at) struct server *server = server_new();
    struct sw_talk talk;
    struct sw_error err = {0};
    struct sw_look look = sw_script_look("filesync/agent-facts", NULL);

    server->error_id = "Stepwise.NotFound: the agent is not installed";
    assert_int_equal(converse(server, &talk, look.call, false, &err), SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_NOT_FOUND);
    assert_non_null(strstr(err.text, "it can't be done"));
    assert_non_null(strstr(server->actions, "Signal Delete "));
    server->error_id = "UnauthorizedAccess,GetSmbShare";
    err = (struct sw_error){0};
    assert_int_equal(converse(server, &talk, look.call, false, &err), SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_DENIED);
}

/* Each message of the conversation lost in turn: the shell is closed wherever there is one, and
 * whether the act may have happened is never said too small. */
static void a_lost_message_never_leaves_the_shell_open_or_the_act_in_the_dark(void **state)
{
    (void)state;
    static const char *const actions[] = {
        "Create ",
        "Create Command Delete ",
        "Create Command Send Signal Delete ",
        "Create Command Send Receive Signal Delete ",
        "Create Command Send Receive Signal Delete ",
        "Create Command Send Receive Signal Delete ",
    };

    for (int at = 1; at <= 6; at++) {
        for (int before = 0; before < 2; before++) {
            SW_CLEANUP(server_free_at) struct server *server = server_new();
            struct sw_talk talk;
            struct sw_error err = {0};
            server->lose_at = at;
            server->is_lost_before = before == 1;
            server->lose_code = before == 1 ? SW_E_UNREACHABLE : SW_E_TIMEOUT;
            struct sw_act act = sw_script_act("filesync/start-vss-upload", NULL);
            enum sw_turn turn = converse(server, &talk, act.call, true, &err);
            assert_string_equal(server->actions, actions[at - 1]);
            assert_int_equal(turn, at <= 4 ? SW_TURN_FAIL : SW_TURN_DONE);
            if (turn == SW_TURN_FAIL) {
                assert_int_equal(err.code, server->lose_code);
                assert_true(talk.may_have_acted || server->run_count == 0);
                assert_int_equal(talk.may_have_acted, at == 4 || (at == 3 && before == 0));
            }
        }
    }
}

static void a_lost_look_is_never_said_to_have_acted(void **state)
{
    (void)state;
    for (int at = 1; at <= 4; at++) {
        SW_CLEANUP(server_free_at) struct server *server = server_new();
        struct sw_talk talk;
        struct sw_error err = {0};
        server->lose_at = at;
        server->lose_code = SW_E_TIMEOUT;
        struct sw_look look = sw_script_look("filesync/agent-facts", NULL);
        assert_int_equal(converse(server, &talk, look.call, false, &err), SW_TURN_FAIL);
        assert_false(talk.may_have_acted);
    }
}

static void shells_that_leak_use_up_the_quota_and_then_it_is_busy(void **state)
{
    (void)state;
    SW_CLEANUP(server_free_at) struct server *server = server_new();
    struct sw_talk talk;
    struct sw_error err = {0};
    struct sw_look look = sw_script_look("filesync/agent-facts", NULL);

    for (int i = 0; i < 40; i++) { /* more than the quota: each closes its own */
        assert_int_equal(converse(server, &talk, look.call, false, &err), SW_TURN_DONE);
    }
    for (int i = 0; i < 30; i++) {
        server->count = 0;
        server->lose_at = 1; /* the shell is made, but its id never arrives */
        server->lose_code = SW_E_TIMEOUT;
        assert_int_equal(converse(server, &talk, look.call, false, &err), SW_TURN_FAIL);
    }
    server->lose_at = 0;
    assert_int_equal(converse(server, &talk, look.call, false, &err), SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_BUSY);
}

/* Replies made by hand: what must not be believed. */
static enum sw_turn feed_text(struct sw_talk *talk, int status, const char *body,
                              struct sw_error *err)
{
    struct sw_reply reply = {
        .status = status, .body = body, .body_length = body == NULL ? 0 : strlen(body)};

    return sw_winrm_transport.feed(talk, &reply, err);
}

static void an_answer_to_another_message_is_no_answer(void **state)
{
    (void)state;
    SW_CLEANUP(server_free_at) struct server *server = server_new();
    struct sw_builder settings = sw_map_begin(server->arena);
    struct sw_error err = {0};
    struct sw_look look = sw_script_look("filesync/agent-facts", NULL);

    sw_map_put_text(&settings, "host", "fs01.contoso.example");
    struct sw_target target = {.name = "server", .settings = sw_built(&settings)};
    struct sw_talk talk = {.target = &target, .call = look.call, .arena = server->arena};
    assert_int_equal(sw_winrm_transport.open(&talk, &err), SW_TURN_SEND);
    assert_string_equal(talk.out.url, "https://fs01.contoso.example:5986/wsman");
    assert_int_equal(
        feed_text(&talk, 200,
                  "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' "
                  "xmlns:a='http://schemas.xmlsoap.org/ws/2004/08/addressing'><s:Header>"
                  "<a:RelatesTo>uuid:ANOTHER</a:RelatesTo></s:Header><s:Body/></s:Envelope>",
                  &err),
        SW_TURN_FAIL);
    assert_int_equal(err.code, SW_E_PROTOCOL);
}

static void a_refusal_without_soap_says_what_it_usually_means(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *body;
        enum sw_code code;
    } cases[] = {
        {401, NULL, SW_E_DENIED},       {403, NULL, SW_E_DENIED},
        {404, "", SW_E_REFUSED},        {413, NULL, SW_E_LIMIT},
        {500, NULL, SW_E_PROTOCOL},     {503, "<html>busy</html>", SW_E_BUSY},
        {502, "<html>", SW_E_PROTOCOL},
    };

    for (size_t i = 0; i < SW_COUNT(cases); i++) {
        SW_CLEANUP(server_free_at) struct server *server = server_new();
        struct sw_builder settings = sw_map_begin(server->arena);
        struct sw_error err = {0};
        struct sw_look look = sw_script_look("filesync/agent-facts", NULL);
        sw_map_put_text(&settings, "host", "fs01");
        struct sw_target target = {.name = "server", .settings = sw_built(&settings)};
        struct sw_talk talk = {.target = &target, .call = look.call, .arena = server->arena};
        sw_winrm_transport.open(&talk, &err);
        assert_int_equal(feed_text(&talk, cases[i].status, cases[i].body, &err), SW_TURN_FAIL);
        assert_int_equal(err.code, cases[i].code);
        assert_true(strlen(err.text) > 10);
    }
}

/* Attack strings of tests/data/injection in an argument: the script gets exactly these bytes, and
 * the text that runs never changes (the model server runs none but the embedded ones). */
static void every_attack_string_arrives_as_data(void **state)
{
    (void)state;
    SW_CLEANUP(sw_buf_release) struct sw_buf file;
    struct sw_error err = {0};
    size_t count = 0, refused_count = 0;

    sw_buf_init(&file, 1 << 20);
    assert_true(sw_file_read(SW_SOURCE_DIR "/tests/data/injection/injection.txt", &file, &err));
    for (char *line = file.bytes; *line != '\0';) {
        SW_CLEANUP(server_free_at) struct server *server = server_new();
        size_t length = strcspn(line, "\n");
        const char *next = line + length + (line[length] == '\n' ? 1 : 0);
        const char *text = sw_copy(server->arena, line, length);
        const char *json = strchr(text, '\t') == NULL ? NULL : strchr(strchr(text, '\t') + 1, '\t');
        line += next - line;
        if (text[0] == '#' || json == NULL) {
            continue;
        }
        struct sw_builder args = sw_map_begin(server->arena);
        const struct sw_value *value = NULL;
        size_t json_length = strcspn(json + 1, "\t");
        if (!sw_json_read(server->arena, json + 1, json_length, SW_JSON_PLAIN, &value, &err)) {
            refused_count++; /* a NUL, half a surrogate: it can't get into a value */
            continue;
        }
        sw_map_put(&args, "path", value);
        struct sw_talk talk;
        struct sw_look look = sw_script_look("filesync/access-state", sw_built(&args));
        if (converse(server, &talk, look.call, false, &err) != SW_TURN_DONE) {
            fail_msg("%s: %s", text, err.text);
        }
        assert_true(sw_value_same(sw_get(server->got_args, "path"), value));
        count++;
    }
    assert_int_equal(count + refused_count, 181);
    assert_true(refused_count < 8);
}

static void a_preview_shows_script_and_arguments(void **state)
{
    (void)state;
    SW_CLEANUP(server_free_at) struct server *server = server_new();
    struct sw_builder settings = sw_map_begin(server->arena);

    sw_map_put_text(&settings, "host", "fs01");
    struct sw_target target = {.name = "server", .settings = sw_built(&settings)};
    struct sw_act act =
        sw_script_act("filesync/close-open-files", args_of(server, "{\"path\":\"D:\\\\x\"}"));
    const char *text = sw_winrm_transport.preview(&target, &act.call, server->arena);
    assert_non_null(strstr(text, "https://fs01:5986/wsman"));
    assert_non_null(strstr(text, "{\"path\":\"D:\\\\x\"}"));
    assert_non_null(strstr(text, "Close-SmbOpenFile"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_look_goes_out_and_its_result_comes_back),
        cmocka_unit_test(an_acts_script_is_refused_as_a_look_before_anything_is_sent),
        cmocka_unit_test(an_answer_in_many_pieces_that_cut_characters_is_put_together),
        cmocka_unit_test(a_silent_command_is_waited_for_but_not_for_ever),
        cmocka_unit_test(an_error_of_the_script_keeps_its_id_and_the_shell_is_closed),
        cmocka_unit_test(a_lost_message_never_leaves_the_shell_open_or_the_act_in_the_dark),
        cmocka_unit_test(a_lost_look_is_never_said_to_have_acted),
        cmocka_unit_test(shells_that_leak_use_up_the_quota_and_then_it_is_busy),
        cmocka_unit_test(an_answer_to_another_message_is_no_answer),
        cmocka_unit_test(a_refusal_without_soap_says_what_it_usually_means),
        cmocka_unit_test(every_attack_string_arrives_as_data),
        cmocka_unit_test(a_preview_shows_script_and_arguments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
