/* What is started for a script over SSH or on this machine, and what its end means. */
#include "stdlib/windows/shell.h"

#include "base/text.h"
#include "sdk/json.h"
#include "stdlib/windows/powershell.h"
#include "stdlib/windows/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

struct bench {
    struct sw_arena *arena;
    struct sw_target target;
    struct sw_talk talk;
    struct sw_error err;
};

static const struct sw_value *json(struct sw_arena *arena, const char *text)
{
    const struct sw_value *value = NULL;
    struct sw_error err = {0};

    assert_true(sw_json_read(arena, text, strlen(text), SW_JSON_PLAIN, &value, &err));
    return value;
}

static void begin(struct bench *bench, const struct sw_transport *transport, const char *login,
                  bool is_act)
{
    *bench = (struct bench){.arena = sw_arena_new()};
    bench->target = (struct sw_target){
        .name = "server",
        .kind = "windows.server",
        .settings = json(bench->arena, "{\"host\":\"fs01.contoso.example\"}"),
        .login = json(bench->arena, login),
        .transport = transport,
    };
    bench->talk = (struct sw_talk){
        .transport = transport,
        .target = &bench->target,
        .call = is_act ? sw_script_act("filesync/start-vss-upload", NULL).call
                       : sw_script_look("filesync/agent-facts", NULL).call,
        .is_act = is_act,
        .arena = bench->arena,
        .attempt = 7,
    };
}

#define LOGIN                                                                                      \
    "{\"user\":\"CONTOSO\\\\ada\",\"key\":\"/etc/stepwise/id\","                                   \
    "\"known_hosts\":\"/etc/stepwise/known_hosts\"}"

static void begin_ssh(struct bench *bench, bool is_act)
{
    begin(bench, &sw_ssh_transport, LOGIN, is_act);
    assert_int_equal(sw_ssh_transport.open(&bench->talk, &bench->err), SW_TURN_SEND);
}

static void end(struct bench *bench)
{
    sw_arena_free(bench->arena);
}

/* The command line, joined by "|". */
static const char *words(const struct bench *bench)
{
    const char *all = "";

    for (const char *const *word = bench->talk.out.argv; *word != NULL; word++) {
        all = sw_format(bench->arena, "%s|%s", all, *word);
    }
    return sw_format(bench->arena, "%s|", all);
}

static enum sw_turn feed(struct bench *bench, int status, const char *out, const char *errors)
{
    struct sw_reply reply = {.status = status,
                             .body = out,
                             .body_length = strlen(out),
                             .errors = errors,
                             .errors_length = strlen(errors)};

    return bench->talk.transport->feed(&bench->talk, &reply, &bench->err);
}

/* The envelope that this call waits for. */
static const char *envelope(const struct bench *bench, const char *rest)
{
    const struct sw_value *nonce = NULL;
    const struct sw_value *args = NULL;
    const char *body = NULL;
    struct sw_error err = {0};

    assert_true(sw_powershell_take_apart(bench->arena, bench->talk.out.body,
                                         bench->talk.out.body_length, &nonce, &args, &body, &err));
    return sw_format(bench->arena,
                     "{\"stepwise\":1,\"nonce\":\"%s\",\"time\":\"2026-11-20T19:00:03Z\",%s}\r\n",
                     sw_as_text(nonce), rest);
}

#define AUTHENTICATED "Authenticated to fs01.contoso.example ([10.0.0.5]:22) using \"publickey\".\n"
#define TRANSFERRED                                                                                \
    "Transferred: sent 9000, received 3000 bytes, in 0.3 seconds\n"                                \
    "Bytes per second: sent 1.0, received 1.0\n"

static void the_client_is_started_with_fixed_words_and_its_checks_on(void **state)
{
    (void)state;
    struct bench bench;

    begin_ssh(&bench, false);
    const char *all = words(&bench);
    static const char *const wanted[] = {
        "|ssh|-F|none|-T|-o|BatchMode=yes|",
        "|-o|StrictHostKeyChecking=yes|",
        "|-o|UserKnownHostsFile=/etc/stepwise/known_hosts|",
        "|-o|GlobalKnownHostsFile=/dev/null|",
        "|-o|IdentitiesOnly=yes|",
        "|-o|IdentityAgent=none|",
        "|-o|PasswordAuthentication=no|",
        "|-o|ClearAllForwardings=yes|",
        "|-i|/etc/stepwise/id|-l|CONTOSO\\ada|-p|22|--|fs01.contoso.example|powershell.exe|"
        "-NoProfile|-NonInteractive|-ExecutionPolicy|Bypass|-Command|-|",
    };

    for (size_t i = 0; i < SW_COUNT(wanted); i++) {
        if (strstr(all, wanted[i]) == NULL) {
            fail_msg("missing %s in %s", wanted[i], all);
        }
    }
    assert_null(strstr(all, "HostName="));
    end(&bench);
}

static void script_and_arguments_go_to_standard_input_alone(void **state)
{
    (void)state;
    struct bench bench;

    begin_ssh(&bench, true);
    assert_non_null(strstr(bench.talk.out.body, "Start-ScheduledTask"));
    assert_null(strstr(words(&bench), "ScheduledTask"));
    assert_int_equal(bench.talk.out.limit_ms, SW_SHELL_LIMIT_MS);
    end(&bench);
}

static void a_peer_that_is_on_this_machine_is_still_known_by_its_name(void **state)
{
    (void)state;
    struct bench bench;

    begin(&bench, &sw_ssh_transport, LOGIN, false);
    bench.target.at = "127.0.0.1";
    bench.target.at_port = 4022;
    assert_int_equal(sw_ssh_transport.open(&bench.talk, &bench.err), SW_TURN_SEND);
    assert_non_null(strstr(words(&bench), "|HostKeyAlias=fs01.contoso.example|"));
    assert_non_null(strstr(words(&bench), "|HostName=127.0.0.1|"));
    assert_non_null(strstr(words(&bench), "|-p|4022|"));
    end(&bench);
}

static void what_could_be_more_than_a_name_or_a_path_is_refused_before_anything_starts(void **state)
{
    (void)state;
    static const char *const logins[] = {
        "{\"user\":\"-oProxyCommand=x\",\"key\":\"/k\",\"known_hosts\":\"/h\"}",
        "{\"user\":\"a b\",\"key\":\"/k\",\"known_hosts\":\"/h\"}",
        "{\"user\":\"%r\",\"key\":\"/k\",\"known_hosts\":\"/h\"}",
        "{\"user\":\"a;b\",\"key\":\"/k\",\"known_hosts\":\"/h\"}",
        "{\"user\":\"a\",\"key\":\"k\",\"known_hosts\":\"/h\"}",
        "{\"user\":\"a\",\"key\":\"/k\",\"known_hosts\":\"/a /b\"}",
        "{\"user\":\"a\",\"key\":\"/%h\",\"known_hosts\":\"/h\"}",
        "{\"user\":\"a\",\"key\":\"/${HOME}\",\"known_hosts\":\"/h\"}",
        "{\"user\":\"a\",\"key\":\"/k\"}",
        "{}",
    };

    for (size_t i = 0; i < SW_COUNT(logins); i++) {
        struct bench bench;

        begin(&bench, &sw_ssh_transport, logins[i], true);
        assert_int_equal(sw_ssh_transport.open(&bench.talk, &bench.err), SW_TURN_FAIL);
        assert_int_equal(bench.err.code, SW_E_INPUT);
        assert_null(bench.talk.out.argv);
        assert_false(bench.talk.may_have_acted);
        end(&bench);
    }
}

static void an_act_is_not_started_as_a_look(void **state)
{
    (void)state;
    struct bench bench;

    begin(&bench, &sw_local_transport, "{}", true);
    bench.talk.is_act = false;
    assert_int_equal(sw_local_transport.open(&bench.talk, &bench.err), SW_TURN_FAIL);
    assert_int_equal(bench.err.code, SW_E_INTERNAL);
    end(&bench);
}

static void the_answer_comes_out_of_the_envelope_whatever_the_client_chatters(void **state)
{
    (void)state;
    struct bench bench;
    int64_t number = 0;

    begin_ssh(&bench, false);
    assert_int_equal(
        feed(&bench, 0, envelope(&bench, "\"result\":{\"n\":7}"), AUTHENTICATED TRANSFERRED),
        SW_TURN_DONE);
    assert_true(sw_as_int(sw_get(bench.talk.answer.body, "n"), &number));
    assert_int_equal(number, 7);
    assert_true(bench.talk.answer.peer_time_ns != 0);
    end(&bench);
}

static void errors_of_the_script_come_as_words_out_of_clixml_too(void **state)
{
    (void)state;
    struct bench bench;

    begin_ssh(&bench, true);
    assert_int_equal(
        feed(&bench, 1, "",
             AUTHENTICATED
             "#< CLIXML\r\n<Objs Version=\"1.1.0.1\" "
             "xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">"
             "<S S=\"Error\">The term 'x' is not recognized_x000D__x000A_</S></Objs>" TRANSFERRED),
        SW_TURN_FAIL);
    assert_int_equal(bench.err.code, SW_E_PROTOCOL);
    assert_non_null(strstr(bench.err.text, "The term 'x' is not recognized"));
    assert_null(strstr(bench.err.text, "Transferred"));
    assert_true(bench.talk.may_have_acted);
    end(&bench);
}

static void a_refusal_by_the_script_itself_has_its_meaning(void **state)
{
    (void)state;
    struct bench bench;

    begin_ssh(&bench, true);
    assert_int_equal(
        feed(&bench, 20,
             envelope(&bench, "\"error\":{\"id\":\"Stepwise.Busy\",\"message\":\"it runs\"}"),
             AUTHENTICATED),
        SW_TURN_FAIL);
    assert_int_equal(bench.err.code, SW_E_BUSY);
    end(&bench);
}

/* What OpenSSH 9.2 said when it was tried. */
static const struct {
    const char *errors;
    enum sw_code code;
    bool has_not_acted;
    const char *words;
} not_in[] = {
    {"No ED25519 host key is known for fs01.contoso.example and you have requested strict "
     "checking.\r\nHost key verification failed.\r\n",
     SW_E_DENIED, true, "not in known_hosts"},
    {"@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\nHost key verification "
     "failed.\r\n",
     SW_E_DENIED, true, "in between"},
    {"ada@fs01.contoso.example: Permission denied (publickey).\r\n", SW_E_DENIED, true,
     "administrators_authorized_keys"},
    {"Load key \"/etc/stepwise/id\": error in libcrypto\r\nada@x: Permission denied "
     "(publickey).\r\n",
     SW_E_DENIED, true, "passphrase"},
    {"ssh: Could not resolve hostname fs01.contoso.example: Name or service not known\r\n",
     SW_E_UNREACHABLE, true, "no such name"},
    {"ssh: connect to host fs01.contoso.example port 22: Connection refused\r\n", SW_E_UNREACHABLE,
     true, "nobody listens"},
    {"ssh: connect to host fs01.contoso.example port 22: Connection timed out\r\n",
     SW_E_UNREACHABLE, true, "firewall"},
    {"kex_exchange_identification: Connection closed by remote host\r\n", SW_E_UNREACHABLE, true,
     "no SSH server"},
    /* It was in: the script may have run, whatever is said behind that. */
    {AUTHENTICATED "Connection to fs01.contoso.example closed by remote host.\r\n", SW_E_TIMEOUT,
     false, "broke off"},
    {AUTHENTICATED "client_loop: send disconnect: Broken pipe\r\n", SW_E_TIMEOUT, false,
     "broke off"},
    {AUTHENTICATED "Permission denied\r\n", SW_E_TIMEOUT, false, "broke off"},
    /* Words that nobody knows, or none, settle nothing. */
    {"something else\r\n", SW_E_TIMEOUT, false, "something else"},
    {"", SW_E_TIMEOUT, false, "no reason given"},
};

static void only_a_cause_from_before_the_login_says_that_nothing_happened(void **state)
{
    (void)state;
    for (size_t i = 0; i < SW_COUNT(not_in); i++) {
        struct bench bench;

        begin_ssh(&bench, true);
        assert_int_equal(feed(&bench, 255, "", not_in[i].errors), SW_TURN_FAIL);
        if (bench.err.code != not_in[i].code ||
            bench.talk.may_have_acted == not_in[i].has_not_acted ||
            strstr(bench.err.text, not_in[i].words) == NULL) {
            fail_msg("%s: %s, %s", not_in[i].errors, sw_code_name(bench.err.code), bench.err.text);
        }
        end(&bench);
    }
}

static void output_before_a_break_means_that_it_may_have_acted(void **state)
{
    (void)state;
    struct bench bench;

    begin_ssh(&bench, true);
    assert_int_equal(feed(&bench, 255, "half", "Connection closed by 10.0.0.5\r\n"), SW_TURN_FAIL);
    assert_true(bench.talk.may_have_acted);
    end(&bench);
}

static void
a_client_that_cannot_be_started_did_nothing_and_one_that_was_ended_may_have(void **state)
{
    (void)state;
    struct bench bench;

    begin_ssh(&bench, true);
    sw_fail(&bench.err, SW_E_UNREACHABLE, "start 'ssh': No such file or directory");
    assert_int_equal(sw_ssh_transport.feed(&bench.talk, NULL, &bench.err), SW_TURN_FAIL);
    assert_false(bench.talk.may_have_acted);
    end(&bench);
    begin_ssh(&bench, true);
    sw_fail(&bench.err, SW_E_TIMEOUT, "'ssh' did not end within 1800 s");
    assert_int_equal(sw_ssh_transport.feed(&bench.talk, NULL, &bench.err), SW_TURN_FAIL);
    assert_true(bench.talk.may_have_acted);
    end(&bench);
}

static void here_the_program_is_started_without_a_client(void **state)
{
    (void)state;
    struct bench bench;

    begin(&bench, &sw_local_transport, "{}", false);
    assert_int_equal(sw_local_transport.open(&bench.talk, &bench.err), SW_TURN_SEND);
    assert_string_equal(words(&bench), "|powershell.exe|-NoProfile|-NonInteractive|"
                                       "-ExecutionPolicy|Bypass|-Command|-|");
    assert_int_equal(feed(&bench, 0, envelope(&bench, "\"result\":{}"), ""), SW_TURN_DONE);
    end(&bench);
}

static void a_plan_shows_the_script_and_who_runs_it(void **state)
{
    (void)state;
    struct bench bench;

    begin(&bench, &sw_ssh_transport, LOGIN, true);
    const char *text = sw_ssh_transport.preview(&bench.target, &bench.talk.call, bench.talk.arena);

    assert_non_null(strstr(text, "over SSH, CONTOSO\\ada at fs01.contoso.example"));
    assert_non_null(strstr(text, "script filesync/start-vss-upload, arguments {}"));
    end(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_client_is_started_with_fixed_words_and_its_checks_on),
        cmocka_unit_test(script_and_arguments_go_to_standard_input_alone),
        cmocka_unit_test(a_peer_that_is_on_this_machine_is_still_known_by_its_name),
        cmocka_unit_test(
            what_could_be_more_than_a_name_or_a_path_is_refused_before_anything_starts),
        cmocka_unit_test(an_act_is_not_started_as_a_look),
        cmocka_unit_test(the_answer_comes_out_of_the_envelope_whatever_the_client_chatters),
        cmocka_unit_test(errors_of_the_script_come_as_words_out_of_clixml_too),
        cmocka_unit_test(a_refusal_by_the_script_itself_has_its_meaning),
        cmocka_unit_test(only_a_cause_from_before_the_login_says_that_nothing_happened),
        cmocka_unit_test(output_before_a_break_means_that_it_may_have_acted),
        cmocka_unit_test(
            a_client_that_cannot_be_started_did_nothing_and_one_that_was_ended_may_have),
        cmocka_unit_test(here_the_program_is_started_without_a_client),
        cmocka_unit_test(a_plan_shows_the_script_and_who_runs_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
