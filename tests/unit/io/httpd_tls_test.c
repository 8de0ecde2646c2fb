/* Our own TLS server on loopback, asked by libcurl and by hand: a child process serves, bounded in
 * time. tls_test.c has the client against OpenSSL's server. */
#include "base/file.h"
#include "base/text.h"
#include "io/http.h"
#include "io/httpd.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOST "files.contoso.example"
#define NAMES "DNS:" HOST ",DNS:localhost,IP:127.0.0.1"
#define LARGE 300000u /* many records */

struct server {
    char folder[32];
    struct sw_arena *arena;
    const char *ca;
    pid_t child;
    int port;
};

static enum sw_served answer(void *context, const struct sw_request *request,
                             struct sw_arena *arena, struct sw_reply *ret_reply)
{
    (void)context;
    ret_reply->status = 200;
    ret_reply->body =
        sw_format(arena, "%s %s %zu", request->method, request->url, request->body_length);
    ret_reply->body_length = strlen(ret_reply->body);
    if (sw_text_ends(request->url, "/large")) {
        char *body = sw_alloc(arena, LARGE);

        memset(body, 'x', LARGE);
        ret_reply->body = body;
        ret_reply->body_length = LARGE;
    }
    return sw_text_ends(request->url, "/last") ? SW_SERVED_CLOSED : SW_SERVED;
}

static void start(struct server *server, bool has_tls)
{
    const char *pem = NULL;
    struct sw_tls *tls = NULL;
    struct sw_httpd *httpd = NULL;
    struct sw_error err = {0};

    *server = (struct server){.folder = "/tmp/httpd-tls-XXXXXX", .arena = sw_arena_new()};
    assert_non_null(mkdtemp(server->folder));
    server->ca = sw_format(server->arena, "%s/ca.pem", server->folder);
    if (!sw_tls_make(NAMES, server->arena, &pem, &tls, &err)) {
        fail_msg("%s", err.text);
    }
    assert_true(sw_file_write(server->ca, pem, strlen(pem), 0600, &err));
    struct sw_httpd_service service = {.answer = answer, .tls = has_tls ? tls : NULL};

    assert_true(sw_httpd_open("127.0.0.1", 0, &service, &httpd, &err));
    server->port = sw_httpd_port(httpd);
    server->child = fork();
    assert_true(server->child >= 0);
    if (server->child == 0) {
        alarm(120);
        for (;;) {
            sw_httpd_step(httpd, 1000);
        }
    }
    sw_httpd_close(httpd);
    sw_tls_close(tls);
}

static void stop(struct server *server)
{
    int status = 0;

    assert_int_equal(waitpid(server->child, &status, WNOHANG), 0); /* it lives */
    kill(server->child, SIGKILL);
    assert_int_equal(waitpid(server->child, &status, 0), server->child);
    unlink(server->ca);
    rmdir(server->folder);
    sw_arena_free(server->arena);
}

struct client {
    struct sw_http *http;
    size_t peer;
    struct sw_reply reply;
    struct sw_error err;
};

static struct client client_of(const struct server *server, const char *host, const char *ca)
{
    struct sw_http_detour detour = {
        .host = host, .port = 443, .at = "127.0.0.1", .at_port = server->port};
    struct sw_http_config config = {
        .detours = &detour, .detour_count = 1, .ca_file = ca, .total_ms = 10000};
    struct sw_http_peer nobody = {.login = SW_HTTP_NO_LOGIN};
    struct client client = {.http = sw_http_new(&config)};

    client.peer = sw_http_add(client.http, &nobody);
    return client;
}

static bool ask(struct client *client, struct sw_arena *arena, const char *method, const char *url,
                size_t body_length)
{
    char *body = sw_alloc(arena, body_length + 1);

    memset(body, 'b', body_length);
    struct sw_request request = {.method = method,
                                 .url = url,
                                 .body = body_length == 0 ? NULL : body,
                                 .body_length = body_length};

    client->err = (struct sw_error){0};
    return sw_http_exchange(client->http, client->peer, &request, arena, &client->reply,
                            &client->err);
}

static void a_made_certificate_is_believed_by_who_knows_its_authority(void **state)
{
    (void)state;
    struct server server;

    start(&server, true);
    struct client client = client_of(&server, HOST, server.ca);

    for (int i = 0; i < 3; i++) { /* on one connection */
        if (!ask(&client, server.arena, "GET", "https://" HOST "/a?b", 0)) {
            fail_msg("%s", client.err.text);
        }
        assert_string_equal(client.reply.body, "GET https://" HOST "/a?b 0");
    }
    assert_true(ask(&client, server.arena, "GET", "https://" HOST "/large", 0));
    assert_int_equal(client.reply.body_length, LARGE);
    assert_true(ask(&client, server.arena, "POST", "https://" HOST "/up", 200000));
    assert_string_equal(client.reply.body, "POST https://" HOST "/up 200000");
    assert_true(ask(&client, server.arena, "GET", "https://" HOST "/last", 0));
    assert_true(ask(&client, server.arena, "GET", "https://" HOST "/again", 0));
    sw_http_free(client.http);
    stop(&server);
}

static void no_byte_is_sent_to_a_server_of_another_name_or_authority(void **state)
{
    (void)state;
    struct server server;

    start(&server, true);
    struct client other = client_of(&server, "other.contoso.example", server.ca);
    struct client stranger = client_of(&server, HOST, NULL);

    assert_false(ask(&other, server.arena, "DELETE", "https://other.contoso.example/", 0));
    assert_int_equal(other.err.code, SW_E_UNREACHABLE);
    assert_false(ask(&stranger, server.arena, "DELETE", "https://" HOST "/", 0));
    assert_int_equal(stranger.err.code, SW_E_UNREACHABLE);
    sw_http_free(other.http);
    sw_http_free(stranger.http);
    stop(&server);
}

/* What comes back for these bytes until the server hangs up, or NULL when it never does. */
static const char *by_hand(const struct server *server, const char *bytes, size_t length)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)server->port)};
    struct timeval patience = {.tv_sec = 5};
    char *back = sw_alloc(server->arena, 4096);
    size_t used = 0;
    ssize_t n = 1;
    int file = socket(AF_INET, SOCK_STREAM, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(file, (struct sockaddr *)(void *)&to, sizeof to), 0);
    assert_int_equal(send(file, bytes, length, MSG_NOSIGNAL), (ssize_t)length);
    while (n > 0 && used < 4000) {
        n = recv(file, back + used, 4000 - used, 0);
        used += n > 0 ? (size_t)n : 0;
    }
    close(file);
    back[used] = '\0';
    return n < 0 && used == 0 ? NULL : back;
}

static void what_is_no_handshake_ends_the_connection_and_not_the_server(void **state)
{
    static const char hello[] = "\x16\x03\x01\xff\xff no handshake at all, however long it goes on";
    (void)state;
    struct server server;

    start(&server, true);
    assert_non_null(by_hand(&server, hello, sizeof hello - 1));
    assert_non_null(by_hand(&server, "\x16GET / HTTP/1.1\r\n\r\n", 19));
    struct client client = client_of(&server, HOST, server.ca);

    assert_true(ask(&client, server.arena, "GET", "https://" HOST "/", 0));
    sw_http_free(client.http);
    stop(&server);
}

static void a_plain_request_says_that_it_is_plain(void **state)
{
    (void)state;
    struct server server;

    start(&server, true);
    const char *request = "GET /p HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n";
    const char *whole = "GET http://a.example/p?q HTTP/1.1\r\nHost: b.example\r\n"
                        "Connection: close\r\n\r\n";

    assert_true(
        sw_text_ends(by_hand(&server, request, strlen(request)), "GET http://a.example/p 0"));
    assert_true(sw_text_ends(by_hand(&server, whole, strlen(whole)), "GET http://a.example/p?q 0"));
    stop(&server);
}

static void a_tunnel_is_opened_only_where_tls_is_at_its_end(void **state)
{
    static const char tunnel[] = "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n";
    static const char hurried[] =
        "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n\x16\x03\x01";
    static const char *const odd[] = {
        "GET https://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
        "GET http://user@a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
        "GET http:///x HTTP/1.1\r\nHost: a.example\r\n\r\n",
        "GET  HTTP/1.1\r\nHost: a.example\r\n\r\n",
    };
    (void)state;
    struct server server;

    start(&server, false);
    assert_true(sw_text_begins(by_hand(&server, tunnel, sizeof tunnel - 1), "HTTP/1.1 400"));
    stop(&server);
    start(&server, true);
    assert_true(sw_text_begins(by_hand(&server, hurried, sizeof hurried - 1), "HTTP/1.1 400"));
    for (size_t i = 0; i < SW_COUNT(odd); i++) {
        assert_true(sw_text_begins(by_hand(&server, odd[i], strlen(odd[i])), "HTTP/1.1 400"));
    }
    /* The way of programs that are told of a proxy. */
    const char *proxy = sw_format(server.arena, "http://127.0.0.1:%d", server.port);
    struct sw_http_config config = {.ca_file = server.ca, .proxy = proxy, .total_ms = 10000};
    struct sw_http_peer nobody = {.login = SW_HTTP_NO_LOGIN};
    struct client client = {.http = sw_http_new(&config)};

    client.peer = sw_http_add(client.http, &nobody);
    if (!ask(&client, server.arena, "GET", "https://" HOST "/by-tunnel", 0)) {
        fail_msg("%s", client.err.text);
    }
    assert_string_equal(client.reply.body, "GET https://" HOST "/by-tunnel 0");
    sw_http_free(client.http);
    stop(&server);
}

static void a_pair_that_does_not_fit_is_refused_in_words(void **state)
{
    (void)state;
    struct sw_tls *tls = NULL;
    struct sw_error err = {0};

    assert_false(sw_tls_open("/nonexistent/cert.pem", "/nonexistent/key.pem", &tls, &err));
    assert_int_equal(err.code, SW_E_INPUT);
    assert_non_null(strstr(err.text, "/nonexistent/cert.pem"));
    assert_null(tls);
    struct sw_arena *arena = sw_arena_new();
    const char *ca = NULL;

    assert_false(sw_tls_make("NO:such kind", arena, &ca, &tls, &err));
    assert_int_equal(err.code, SW_E_INPUT);
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_made_certificate_is_believed_by_who_knows_its_authority),
        cmocka_unit_test(no_byte_is_sent_to_a_server_of_another_name_or_authority),
        cmocka_unit_test(what_is_no_handshake_ends_the_connection_and_not_the_server),
        cmocka_unit_test(a_plain_request_says_that_it_is_plain),
        cmocka_unit_test(a_tunnel_is_opened_only_where_tls_is_at_its_end),
        cmocka_unit_test(a_pair_that_does_not_fit_is_refused_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
