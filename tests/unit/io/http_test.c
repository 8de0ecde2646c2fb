/* Real sockets, on loopback only: a child process serves, bounded in requests and time. */
#include "io/http.h"

#include "base/text.h"
#include "io/httpd.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOST "files.contoso.example"
#define SERVED_S 120

struct server {
    pid_t child;
    int port;
    int counts; /* pipe: one byte a request */
};

static int write_end(void *context)
{
    return *(const int *)context;
}

/* What the far end does stands in the path. */
static enum sw_served answer(void *context, const struct sw_request *request,
                             struct sw_arena *arena, struct sw_reply *ret_reply)
{
    const char *path = strchr(request->url + strlen("http://"), '/');
    const char *login = "none";

    if (write(write_end(context), "x", 1) != 1) {
        _exit(1);
    }
    for (size_t i = 0; i < request->header_count; i++) {
        if (sw_text_is_folded(request->headers[i].name, "Authorization")) {
            login = request->headers[i].value;
        }
        if (sw_text_is_folded(request->headers[i].name, "Expect")) {
            login = "there is an Expect";
        }
    }
    ret_reply->status = 200;
    if (sw_text_is(path, "/die")) {
        return SW_SERVED_SILENT;
    }
    if (sw_text_is(path, "/moved")) {
        ret_reply->status = 302;
        sw_reply_set_header(ret_reply, "Location", "https://elsewhere.example/");
        return SW_SERVED;
    }
    if (sw_text_is(path, "/large")) {
        ret_reply->body = sw_alloc(arena, 100000);
        ret_reply->body_length = 100000;
        return SW_SERVED;
    }
    if (sw_text_is(path, "/login") && sw_text_is(login, "none")) {
        ret_reply->status = 401;
        sw_reply_set_header(ret_reply, "WWW-Authenticate", "Basic realm=\"WSMAN\"");
        return SW_SERVED;
    }
    if (sw_text_is(path, "/slow")) {
        sleep(2);
    }
    if (sw_text_is(path, "/fault")) {
        ret_reply->status = 500;
    }
    sw_reply_set_header(ret_reply, "Azure-AsyncOperation", "https://a.example/x?s=1");
    ret_reply->body =
        sw_format(arena, "%s %s %s %.*s", request->method, request->url, login,
                  (int)request->body_length, request->body == NULL ? "" : request->body);
    ret_reply->body_length = strlen(ret_reply->body);
    return SW_SERVED;
}

static struct server serve(void)
{
    int files[2];
    struct sw_httpd *httpd = NULL;
    struct sw_error err = {0};
    struct server server;

    assert_int_equal(pipe(files), 0);
    struct sw_httpd_service service = {.answer = answer, .context = &files[1]};

    assert_true(sw_httpd_open("127.0.0.1", 0, &service, &httpd, &err));
    server = (struct server){.port = sw_httpd_port(httpd), .counts = files[0], .child = fork()};
    assert_true(server.child >= 0);
    if (server.child == 0) {
        alarm(SERVED_S);
        for (;;) {
            sw_httpd_step(httpd, 1000);
        }
    }
    close(files[1]);
    sw_httpd_close(httpd);
    return server;
}

/* @return how many requests it saw */
static size_t stop(struct server *server)
{
    char bytes[64];
    size_t count = 0;
    int status = 0;

    assert_int_equal(kill(server->child, SIGKILL), 0);
    assert_int_equal(waitpid(server->child, &status, 0), server->child);
    for (ssize_t n = 0; (n = read(server->counts, bytes, sizeof bytes)) > 0;) {
        count += (size_t)n;
    }
    close(server->counts);
    return count;
}

struct client {
    struct sw_arena *arena;
    struct sw_http *http;
    size_t peer;
    struct sw_reply reply;
    struct sw_error err;
};

static struct client client_of(int port, bool is_plain, const struct sw_http_peer *peer,
                               size_t body_bytes, int64_t total_ms)
{
    struct sw_http_detour detour = {
        .host = HOST, .port = 443, .at = "127.0.0.1", .at_port = port, .is_plain = is_plain};
    struct sw_http_config config = {
        .detours = &detour, .detour_count = 1, .body_bytes = body_bytes, .total_ms = total_ms};
    struct client client = {.arena = sw_arena_new(), .http = sw_http_new(&config)};

    client.peer = sw_http_add(client.http, peer);
    return client;
}

static const struct sw_http_peer nobody = {.login = SW_HTTP_NO_LOGIN};

static struct client plain_client(const struct server *server)
{
    return client_of(server->port, true, &nobody, 0, 5000);
}

static void client_free(struct client *client)
{
    sw_http_free(client->http);
    sw_arena_free(client->arena);
}

static bool ask(struct client *client, const char *method, const char *url, const char *body)
{
    struct sw_request request = {
        .method = method, .url = url, .body = body, .body_length = body == NULL ? 0 : strlen(body)};

    client->err = (struct sw_error){0};
    client->reply = (struct sw_reply){0};
    return sw_http_exchange(client->http, client->peer, &request, client->arena, &client->reply,
                            &client->err);
}

static void a_request_arrives_as_it_is_and_its_reply_comes_back_whole(void **state)
{
    (void)state;
    struct server server = serve();
    struct client client = plain_client(&server);

    assert_true(ask(&client, "GET", "https://" HOST "/a%20b?c=%2f&t=1", NULL));
    assert_int_equal(client.reply.status, 200);
    assert_string_equal(client.reply.body, "GET http://" HOST ":443/a%20b?c=%2f&t=1 none ");
    assert_string_equal(sw_reply_header(&client.reply, "azure-asyncoperation"),
                        "https://a.example/x?s=1");
    assert_true(ask(&client, "PATCH", "https://" HOST "/p", "{\"a\":1}"));
    assert_string_equal(client.reply.body, "PATCH http://" HOST ":443/p none {\"a\":1}");
    assert_true(ask(&client, "DELETE", "https://" HOST "/d", NULL));
    assert_string_equal(client.reply.body, "DELETE http://" HOST ":443/d none ");
    assert_true(ask(&client, "POST", "https://" HOST "/fault", "x"));
    assert_int_equal(client.reply.status, 500);
    client_free(&client);
    assert_int_equal(stop(&server), 4);
}

static void a_redirect_is_a_reply_and_is_not_followed(void **state)
{
    (void)state;
    struct server server = serve();
    struct client client = plain_client(&server);

    assert_true(ask(&client, "GET", "https://" HOST "/moved", NULL));
    assert_int_equal(client.reply.status, 302);
    client_free(&client);
    assert_int_equal(stop(&server), 1);
}

static void a_change_that_got_no_answer_is_not_sent_again_on_a_new_connection(void **state)
{
    (void)state;
    struct server server = serve();
    struct client client = plain_client(&server);

    assert_true(ask(&client, "POST", "https://" HOST "/first", "x"));
    assert_false(ask(&client, "POST", "https://" HOST "/die", "x"));
    assert_int_equal(client.err.code, SW_E_TIMEOUT);
    client_free(&client);
    assert_int_equal(stop(&server), 2);
}

static void who_is_not_there_was_never_asked(void **state)
{
    (void)state;
    struct server server = serve();
    struct client client = plain_client(&server);

    assert_int_equal(stop(&server), 0);
    assert_false(ask(&client, "DELETE", "https://" HOST "/x", NULL));
    assert_int_equal(client.err.code, SW_E_UNREACHABLE);
    client_free(&client);
}

static void an_answer_that_does_not_come_in_time_may_have_acted(void **state)
{
    (void)state;
    struct server server = serve();
    struct client client = client_of(server.port, true, &nobody, 0, 200);

    assert_false(ask(&client, "DELETE", "https://" HOST "/slow", NULL));
    assert_int_equal(client.err.code, SW_E_TIMEOUT);
    client_free(&client);
    stop(&server);
}

static void an_answer_past_its_bound_is_refused(void **state)
{
    (void)state;
    struct server server = serve();
    struct client client = client_of(server.port, true, &nobody, 50000, 5000);

    assert_false(ask(&client, "GET", "https://" HOST "/large", NULL));
    assert_int_equal(client.err.code, SW_E_PROTOCOL);
    client_free(&client);
    stop(&server);
}

static void a_peer_without_a_trusted_certificate_gets_no_byte_of_the_request(void **state)
{
    (void)state;
    struct server server = serve();
    struct client client = client_of(server.port, false, &nobody, 0, 5000);

    assert_false(ask(&client, "DELETE", "https://" HOST "/x", NULL));
    assert_int_equal(client.err.code, SW_E_UNREACHABLE);
    client_free(&client);
    assert_int_equal(stop(&server), 0);
}

static void names_that_lead_to_this_machine_or_its_link_are_not_asked(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "https://127.0.0.1:1/", "https://localhost:1/", "https://[::1]:1/",
        "https://169.254.169.254/", "https://0.0.0.0:1/", "https://[::ffff:127.0.0.1]:1/",
        "https://LocalHost:1/", "https://0x7f.1:1/", "https://127.1:1/", "https://2130706433:1/",
        "https://017700000001:1/", "https://0xa9fea9fe/", "https://[::127.0.0.1]:1/",
        "https://[::ffff:7f00:1]:1/", "https://[fe80::1]:1/",
        /* an IPv4 address told by one of IPv6: RFC 6052, RFC 8215, RFC 3056 */
        "https://[64:ff9b::7f00:1]:1/", "https://[64:ff9b::a9fe:a9fe]/",
        "https://[64:ff9b:1::a9fe:a9fe]/", "https://[2002:7f00:1::]:1/"};
    struct client client = client_of(1, true, &nobody, 0, 2000);

    for (size_t i = 0; i < SW_COUNT(urls); i++) {
        assert_false(ask(&client, "GET", urls[i], NULL));
        assert_int_equal(client.err.code, SW_E_UNREACHABLE);
        if (strstr(client.err.text, "leads to this machine or its own link") == NULL) {
            fail_msg("%s: %s", urls[i], client.err.text);
        }
    }
    client_free(&client);
}

/* Its machine and its link are no better: what it lets in there trusts it. */
static void a_proxy_is_not_asked_for_its_own_machine_either(void **state)
{
    (void)state;
    static const char *const urls[] = {"https://127.0.0.1:1/",   "https://localhost:1/",
                                       "https://a.LOCALHOST:1/", "https://localhost.:1/",
                                       "https://[::1]:1/",       "https://169.254.169.254/",
                                       "https://2852039166/",    "https://[::ffff:127.0.0.1]:1/"};
    struct sw_http_config config = {.proxy = "http://127.0.0.1:1", .total_ms = 2000};
    struct client client = {.arena = sw_arena_new(), .http = sw_http_new(&config)};

    client.peer = sw_http_add(client.http, &nobody);
    for (size_t i = 0; i < SW_COUNT(urls); i++) {
        assert_false(ask(&client, "GET", urls[i], NULL));
        assert_int_equal(client.err.code, SW_E_UNREACHABLE);
        if (strstr(client.err.text, "leads to this machine or its own link") == NULL) {
            fail_msg("%s: %s", urls[i], client.err.text);
        }
    }
    assert_false(ask(&client, "GET", "https://10.0.0.1/", NULL)); /* asked, and not there */
    assert_null(strstr(client.err.text, "leads to"));
    client_free(&client);
}

static void hosts_of_a_public_cloud_are_at_no_private_address(void **state)
{
    (void)state;
    static const char *const urls[] = {"https://10.0.0.1:1/",         "https://172.16.0.1:1/",
                                       "https://172.31.255.1:1/",     "https://192.168.1.1:1/",
                                       "https://100.64.0.1:1/",       "https://[fd00::1]:1/",
                                       "https://[::ffff:10.0.0.1]:1/"};
    struct sw_http_peer public_one = {.is_public = true};
    struct client client = client_of(1, true, &public_one, 0, 2000);

    for (size_t i = 0; i < SW_COUNT(urls); i++) {
        assert_false(ask(&client, "GET", urls[i], NULL));
        assert_int_equal(client.err.code, SW_E_UNREACHABLE);
        if (strstr(client.err.text, "leads to a private address") == NULL) {
            fail_msg("%s: %s", urls[i], client.err.text);
        }
    }
    client_free(&client);
}

static void only_https_is_spoken(void **state)
{
    (void)state;
    static const char *const urls[] = {"http://" HOST "/",
                                       "ftp://" HOST "/",
                                       "file:///etc/passwd",
                                       "https://user:word@" HOST "/",
                                       "https:///x",
                                       "https://" HOST ":0/",
                                       "https://" HOST ":99999/",
                                       "https://" HOST "/a b",
                                       "http://169.254.169.254/metadata"};
    struct client client = client_of(1, true, &nobody, 0, 2000);

    for (size_t i = 0; i < SW_COUNT(urls); i++) {
        assert_false(ask(&client, "GET", urls[i], NULL));
        assert_int_equal(client.err.code, SW_E_UNREACHABLE);
    }
    client_free(&client);
}

static void a_peer_with_a_login_gets_it_and_no_other_does(void **state)
{
    (void)state;
    struct server server = serve();
    struct sw_http_peer known = {.login = SW_HTTP_BASIC, .user = "ada", .password = "word"};
    struct client client = client_of(server.port, true, &known, 0, 5000);

    assert_true(ask(&client, "POST", "https://" HOST "/login", "x"));
    assert_non_null(strstr(client.reply.body, "Basic YWRhOndvcmQ= x"));
    client.peer = sw_http_add(client.http, &nobody);
    assert_true(ask(&client, "POST", "https://" HOST "/login", "x"));
    assert_int_equal(client.reply.status, 401);
    client_free(&client);
    stop(&server);
}

static void the_environment_names_no_proxy(void **state)
{
    (void)state;
    struct server server = serve();
    struct client client = plain_client(&server);

    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    assert_true(ask(&client, "GET", "https://" HOST "/", NULL));
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
    client_free(&client);
    stop(&server);
}

static struct client proxied_client(int port, const struct sw_http_peer *peer, int64_t total_ms)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_http_config config = {.proxy = sw_format(arena, "http://127.0.0.1:%d", port),
                                    .total_ms = total_ms};
    struct client client = {.arena = arena, .http = sw_http_new(&config)};

    client.peer = sw_http_add(client.http, peer);
    return client;
}

/* Only the proxy was spoken to: a DELETE would otherwise be in doubt. */
static void a_change_that_a_proxy_did_not_let_through_was_never_sent(void **state)
{
    (void)state;
    struct server server = serve();
    struct client client = proxied_client(server.port, &nobody, 5000);

    setenv("no_proxy", "*", 1); /* the environment does not lead around it either */
    assert_false(ask(&client, "DELETE", "https://10.0.0.1:1/x", NULL));
    unsetenv("no_proxy");
    assert_non_null(strstr(client.err.text, "CONNECT"));
    assert_int_equal(client.err.code, SW_E_UNREACHABLE);
    client_free(&client);
    assert_int_equal(stop(&server), 0);
}

/* Programs are started for logins while connections are kept. */
static void a_kept_connection_is_not_handed_to_programs(void **state)
{
    (void)state;
    struct server server = serve();
    struct client client = plain_client(&server);
    size_t count = 0;

    assert_true(ask(&client, "GET", "https://" HOST "/", NULL));
    for (int file = 3; file < 256; file++) {
        struct sockaddr_in to = {0};
        socklen_t size = sizeof to;

        if (getpeername(file, (struct sockaddr *)(void *)&to, &size) == 0 &&
            to.sin_family == AF_INET && ntohs(to.sin_port) == server.port) {
            assert_int_equal(fcntl(file, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
            count++;
        }
    }
    assert_int_equal(count, 1);
    client_free(&client);
    stop(&server);
}

/* ---- the server ---- */

static void raw(const struct server *server, const char *bytes, size_t length, char reply[64])
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)server->port)};
    int file = socket(AF_INET, SOCK_STREAM, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(file, (struct sockaddr *)(void *)&to, sizeof to), 0);
    assert_int_equal(send(file, bytes, length, MSG_NOSIGNAL), (ssize_t)length);
    memset(reply, 0, 64);
    assert_true(recv(file, reply, 63, 0) > 0);
    close(file);
}

static void the_server_refuses_what_is_no_request(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"GET\r\n\r\n", "HTTP/1.1 400"},
        {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
        {"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 400"},
        {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "HTTP/1.1 400"},
        {"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", "HTTP/1.1 400"},
        {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 411"},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 413"},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n", "HTTP/1.1 413"},
    };
    struct server server = serve();
    char reply[64];

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        raw(&server, rows[i][0], strlen(rows[i][0]), reply);
        assert_memory_equal(reply, rows[i][1], strlen(rows[i][1]));
    }
    assert_int_equal(stop(&server), 0);
}

static void the_server_listens_on_this_machine_only(void **state)
{
    (void)state;
    struct sw_httpd_service service = {.answer = answer};
    struct sw_httpd *httpd = NULL;
    struct sw_error err = {0};

    assert_false(sw_httpd_open("0.0.0.0", 0, &service, &httpd, &err));
    assert_int_equal(err.code, SW_E_INPUT);
    assert_false(sw_httpd_open("::", 0, &service, &httpd, &err));
    assert_false(sw_httpd_open("localhost", 0, &service, &httpd, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_arrives_as_it_is_and_its_reply_comes_back_whole),
        cmocka_unit_test(a_redirect_is_a_reply_and_is_not_followed),
        cmocka_unit_test(a_change_that_got_no_answer_is_not_sent_again_on_a_new_connection),
        cmocka_unit_test(who_is_not_there_was_never_asked),
        cmocka_unit_test(an_answer_that_does_not_come_in_time_may_have_acted),
        cmocka_unit_test(an_answer_past_its_bound_is_refused),
        cmocka_unit_test(a_peer_without_a_trusted_certificate_gets_no_byte_of_the_request),
        cmocka_unit_test(names_that_lead_to_this_machine_or_its_link_are_not_asked),
        cmocka_unit_test(a_proxy_is_not_asked_for_its_own_machine_either),
        cmocka_unit_test(hosts_of_a_public_cloud_are_at_no_private_address),
        cmocka_unit_test(only_https_is_spoken),
        cmocka_unit_test(a_peer_with_a_login_gets_it_and_no_other_does),
        cmocka_unit_test(the_environment_names_no_proxy),
        cmocka_unit_test(a_change_that_a_proxy_did_not_let_through_was_never_sent),
        cmocka_unit_test(a_kept_connection_is_not_handed_to_programs),
        cmocka_unit_test(the_server_refuses_what_is_no_request),
        cmocka_unit_test(the_server_listens_on_this_machine_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
