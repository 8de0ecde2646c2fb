/* Real wires against a child process on loopback, bounded in time: tokens, origins, the clock. */
#include "cli/run/live.h"

#include "base/text.h"
#include "base/time.h"
#include "cli/wire.h"
#include "io/httpd.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define URL "https://management.azure.com/operations/1?api-version=2022-09-01"

/* Takes the token "token-number-N" that it was told, says 401 to all others. */
static enum sw_served answer(void *context, const struct sw_request *request,
                             struct sw_arena *arena, struct sw_reply *ret_reply)
{
    const char *good = context;

    ret_reply->status = 401;
    for (size_t i = 0; i < request->header_count; i++) {
        if (sw_text_is(request->headers[i].name, "Authorization")) {
            const char *value = request->headers[i].value;
            const char *number = strrchr(value, '-');

            /* Which one it was is told in other words: the token itself is masked. */
            ret_reply->body = sw_format(arena, "you sent %s, number %s", value,
                                        number == NULL ? "none" : number + 1);
            ret_reply->body_length = strlen(ret_reply->body);
            ret_reply->status = sw_text_is(value, good) ? 200 : 401;
            sw_reply_set_header(ret_reply, "X-Said-Back", value);
        }
    }
    return SW_SERVED;
}

struct bench {
    char folder[32];
    pid_t child;
    struct sw_arena *arena;
    struct sw_loaded loaded;
    struct sw_runbook runbook;
    struct sw_target_decl decl;
    const struct sw_site *site;
    const struct sw_target *targets;
    struct sw_live_anchor anchor;
    struct sw_port *port;
    struct sw_reply reply;
    struct sw_error err;
};

static int start_server(struct bench *bench, const char *good)
{
    struct sw_httpd_service service = {.answer = answer};
    struct sw_httpd *httpd = NULL;
    struct sw_error err = {0};
    char *token = sw_copy_text(bench->arena, good);

    service.context = token;
    assert_true(sw_httpd_open("127.0.0.1", 0, &service, &httpd, &err));
    int port = sw_httpd_port(httpd);

    bench->child = fork();
    assert_true(bench->child >= 0);
    if (bench->child == 0) {
        alarm(120);
        for (;;) {
            sw_httpd_step(httpd, 1000);
        }
    }
    sw_httpd_close(httpd);
    return port;
}

/* The secret's program counts how often it was asked: token-number-1, token-number-2, ... */
static const char *counting(struct sw_arena *arena, const char *folder)
{
    return sw_format(arena,
                     "{ command: [sh, -c, 'echo x >>%s/n; echo token-number-$(wc -l <%s/n)'] }",
                     folder, folder);
}

/* @param secret NULL: the program that counts */
static void bench_begin(struct bench *bench, const char *good, const char *secret,
                        const char *site_text)
{
    const struct sw_site *site = NULL;

    *bench = (struct bench){.folder = "/tmp/live-test-XXXXXX", .arena = sw_arena_new()};
    assert_non_null(mkdtemp(bench->folder));
    int port = start_server(bench, good);
    const char *text = sw_format(
        bench->arena,
        "site: 1\ntargets:\n  cloud:\n    kind: azure.sync_group\n    settings:\n"
        "      subscription: 0b1f6471-1bf0-4dda-aec3-cb9272f09590\n      resource_group: g\n"
        "      service: s\n      sync_group: y\n"
        "    login: { by: token, secret: %s }\n"
        "connect:\n  - { to: 'management.azure.com:443', at: '127.0.0.1:%d', plain: true }\n%s",
        secret != NULL ? secret : counting(bench->arena, bench->folder), port, site_text);

    if (!sw_site_load_text("site.yaml", text, &bench->loaded, &site)) {
        fail_msg("%s", sw_diags_at(bench->loaded.diags, 0)->text);
    }
    bench->site = site;
    bench->decl = (struct sw_target_decl){.name = "cloud", .kind = site->targets[0].kind};
    bench->runbook = (struct sw_runbook){.targets = &bench->decl, .target_count = 1};
    assert_true(sw_site_bind(site, &bench->runbook, bench->arena, &bench->targets, &bench->err));
    assert_true(sw_live_open(site, &bench->runbook, bench->targets, &bench->anchor, &bench->port,
                             &bench->err));
}

static void bench_end(struct bench *bench)
{
    int status = 0;

    bench->port->ops->free(bench->port);
    kill(bench->child, SIGKILL);
    assert_int_equal(waitpid(bench->child, &status, 0), bench->child);
    unlink(sw_format(bench->arena, "%s/n", bench->folder));
    rmdir(bench->folder);
    sw_loaded_release(&bench->loaded);
    sw_arena_free(bench->arena);
}

static bool ask_by(struct bench *bench, const char *method, const char *url)
{
    struct sw_request request = {.method = method, .url = url};

    bench->err = (struct sw_error){0};
    bench->reply = (struct sw_reply){0};
    return bench->port->ops->exchange(bench->port, 0, &request, bench->arena, &bench->reply,
                                      &bench->err);
}

static bool ask(struct bench *bench, const char *url)
{
    return ask_by(bench, "GET", url);
}

static void a_token_that_has_died_is_fetched_anew_and_that_request_alone_repeated(void **state)
{
    (void)state;
    struct bench bench;

    bench_begin(&bench, "Bearer token-number-2", NULL, "");
    assert_true(ask(&bench, URL));
    assert_int_equal(bench.reply.status, 200);
    assert_string_equal(bench.reply.body, "you sent Bearer **************, number 2");
    /* It is kept: nobody is asked for a third. */
    assert_true(ask(&bench, URL));
    assert_int_equal(bench.reply.status, 200);
    bench_end(&bench);
}

static void a_token_that_is_refused_twice_is_not_tried_for_ever(void **state)
{
    (void)state;
    struct bench bench;

    bench_begin(&bench, "Bearer token-number-3", NULL, "");
    assert_true(ask(&bench, URL));
    assert_int_equal(bench.reply.status, 401);
    assert_string_equal(bench.reply.body, "you sent Bearer **************, number 2");
    bench_end(&bench);
}

static void a_secret_that_a_peer_says_back_is_masked(void **state)
{
    (void)state;
    struct bench bench;

    bench_begin(&bench, "Bearer token-number-1", NULL, "");
    assert_true(ask(&bench, URL));
    assert_string_equal(bench.reply.body, "you sent Bearer **************, number 1");
    assert_string_equal(sw_reply_header(&bench.reply, "X-Said-Back"), "Bearer **************");
    bench_end(&bench);
}

static void a_login_that_fails_sends_nothing_and_a_change_hears_so(void **state)
{
    (void)state;
    struct bench bench;

    bench_begin(&bench, "", "{ file: /dev/null }", "");
    assert_false(ask_by(&bench, "GET", URL));
    assert_int_equal(bench.err.code, SW_E_DENIED); /* /dev/null is no plain file */
    assert_non_null(strstr(bench.err.text, "log in to target 'cloud' by token"));
    assert_false(ask_by(&bench, "DELETE", URL));
    assert_int_equal(bench.err.code, SW_E_UNREACHABLE);
    bench_end(&bench);
}

static void a_token_goes_to_its_own_origin_only(void **state)
{
    static const char *const urls[] = {"https://management.azure.com.evil.example/x",
                                       "https://evil.example/?management.azure.com",
                                       "https://management.azure.com:444/x",
                                       "https://a@management.azure.com/x",
                                       "http://management.azure.com/x",
                                       "//management.azure.com/x",
                                       "https://management.azure.com@evil.example/",
                                       "https://evil.example#management.azure.com"};

    (void)state;
    struct bench bench;

    bench_begin(&bench, "Bearer token-number-1", NULL, "");
    for (size_t i = 0; i < SW_COUNT(urls); i++) {
        if (ask(&bench, urls[i])) {
            fail_msg("%s was asked", urls[i]);
        }
        assert_int_equal(bench.err.code, SW_E_UNREACHABLE);
        /* Not for want of an answer there. */
        assert_non_null(strstr(bench.err.text, "nothing is sent elsewhere"));
    }
    assert_true(ask(&bench, "https://MANAGEMENT.azure.com:443/x"));
    assert_int_equal(bench.reply.status, 200);
    bench_end(&bench);
}

static void the_clock_goes_on_from_its_anchor_as_fast_as_its_pace_says(void **state)
{
    (void)state;
    struct bench bench;

    bench_begin(&bench, "", NULL, "pace: 1000x\n");
    int64_t before = bench.port->ops->now(bench.port);

    assert_true(before - bench.anchor.wall_ns < 600 * SW_NS_PER_S);
    while (bench.port->ops->now(bench.port) < before + 30 * SW_NS_PER_S) {
        assert_int_equal(bench.port->ops->wait(bench.port, before + 30 * SW_NS_PER_S), 0);
    }
    assert_true(bench.port->ops->now(bench.port) < before + 3600 * SW_NS_PER_S);
    bench_end(&bench);
}

/* Each with a grant needs two places. The 33rd would end the program in the middle of a run. */
static void more_logins_than_connections_are_refused_before_the_run(void **state)
{
    (void)state;
    struct bench bench;
    struct sw_target targets[33];
    struct sw_site_login login = {.by = "az", .grant = sw_wire_grants()[3]};
    struct sw_port *port = NULL;

    bench_begin(&bench, "", NULL, "");
    for (size_t i = 0; i < SW_COUNT(targets); i++) {
        targets[i] = bench.targets[0];
    }
    struct sw_site_target bound = bench.site->targets[0];
    struct sw_site site = *bench.site;

    bound.login = login;
    site.targets = &bound;
    bench.runbook.target_count = 32;
    assert_true(sw_live_open(&site, &bench.runbook, targets, &bench.anchor, &port, &bench.err));
    port->ops->free(port);
    bench.runbook.target_count = SW_COUNT(targets);
    assert_false(sw_live_open(&site, &bench.runbook, targets, &bench.anchor, &port, &bench.err));
    assert_int_equal(bench.err.code, SW_E_LIMIT);
    bench_end(&bench);
}

/* Resumed after the wall clock was set back by a day. */
static void the_clock_never_goes_back_behind_what_was_recorded(void **state)
{
    (void)state;
    static const char *const paces[] = {"", "pace: 1000x\n"};

    for (size_t i = 0; i < SW_COUNT(paces); i++) {
        struct bench bench;

        bench_begin(&bench, "", NULL, paces[i]);
        int64_t recorded = bench.anchor.wall_ns + 86400 * SW_NS_PER_S;

        bench.port->ops->free(bench.port);
        bench.anchor.least_ns = recorded;
        assert_true(sw_live_open(bench.site, &bench.runbook, bench.targets, &bench.anchor,
                                 &bench.port, &bench.err));
        int64_t now = bench.port->ops->now(bench.port);

        assert_true(now >= recorded);
        assert_true(now < recorded + 3600 * SW_NS_PER_S);
        bench_end(&bench);
    }
}

static void a_signal_that_asks_to_end_is_told_by_the_wait(void **state)
{
    (void)state;
    struct bench bench;

    bench_begin(&bench, "", NULL, "");
    kill(getpid(), SIGTERM);
    assert_int_equal(bench.port->ops->wait(bench.port, INT64_MAX / 2), SIGTERM);
    assert_int_equal(bench.port->ops->wait(bench.port, 0), SIGTERM); /* and stays told */
    bench_end(&bench);
}

static bool ask_as(struct bench *bench, bool is_breakable)
{
    struct sw_request request = {.method = "GET", .url = URL, .is_breakable = is_breakable};

    bench->err = (struct sw_error){0};
    bench->reply = (struct sw_reply){0};
    return bench->port->ops->exchange(bench->port, 0, &request, bench->arena, &bench->reply,
                                      &bench->err);
}

static void a_secrets_program_that_hangs_is_given_up_for_a_look(void **state)
{
    (void)state;
    struct bench bench;

    bench_begin(&bench, "Bearer token-number-1",
                "{ command: [sh, -c, 'kill -TERM $PPID; exec sleep 50'] }", "");
    assert_false(ask_as(&bench, true));
    assert_int_equal(bench.err.code, SW_E_UNREACHABLE);
    assert_non_null(strstr(bench.err.text, "is to end"));
    assert_int_equal(bench.port->ops->wait(bench.port, 0), SIGTERM);
    bench_end(&bench);
}

static void a_change_gets_its_secret_behind_the_signal(void **state)
{
    (void)state;
    struct bench bench;

    bench_begin(&bench, "Bearer token-number-1",
                "{ command: [sh, -c, 'kill -TERM $PPID; echo token-number-1'] }", "");
    assert_true(ask_as(&bench, false));
    assert_int_equal(bench.reply.status, 200);
    assert_int_equal(bench.port->ops->wait(bench.port, 0), SIGTERM);
    bench_end(&bench);
}

static void a_terminal_that_is_gone_asks_nobody_and_ends_nothing(void **state)
{
    (void)state;
    struct bench bench;

    bench_begin(&bench, "", NULL, "");
    assert_true(bench.port->ops->people(bench.port, true));
    assert_true(bench.port->ops->people(bench.port, false));
    kill(getpid(), SIGHUP);
    assert_int_equal(bench.port->ops->wait(bench.port, 0), 0);
    assert_false(bench.port->ops->people(bench.port, true));
    bench_end(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_that_has_died_is_fetched_anew_and_that_request_alone_repeated),
        cmocka_unit_test(a_token_that_is_refused_twice_is_not_tried_for_ever),
        cmocka_unit_test(a_secret_that_a_peer_says_back_is_masked),
        cmocka_unit_test(a_login_that_fails_sends_nothing_and_a_change_hears_so),
        cmocka_unit_test(a_token_goes_to_its_own_origin_only),
        cmocka_unit_test(the_clock_goes_on_from_its_anchor_as_fast_as_its_pace_says),
        cmocka_unit_test(more_logins_than_connections_are_refused_before_the_run),
        cmocka_unit_test(the_clock_never_goes_back_behind_what_was_recorded),
        cmocka_unit_test(a_signal_that_asks_to_end_is_told_by_the_wait),
        cmocka_unit_test(a_secrets_program_that_hangs_is_given_up_for_a_look),
        cmocka_unit_test(a_change_gets_its_secret_behind_the_signal),
        cmocka_unit_test(a_terminal_that_is_gone_asks_nobody_and_ends_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
