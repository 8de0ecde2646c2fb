/* TLS against OpenSSL's own server on loopback, bounded: it takes as many connections as it is told
 * and is stopped by its process id. Skipped where the program `openssl` is not installed. */
#include "io/http.h"
#include "io/httpd.h"
#include "io/process.h"

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
#include <time.h>
#include <unistd.h>

#define HOST "files.contoso.example"

struct server {
    char folder[32];
    struct sw_arena *arena;
    const char *certificate;
    int port;
    pid_t child;
};

static bool run(struct sw_arena *arena, const char *script)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    const char *out = NULL;
    struct sw_error err = {0};
    int code = 1;

    return sw_process_run(argv, 20000, 100000, arena, &out, &code, &err) && code == 0;
}

/* A port that nobody listened at a moment ago. */
static int free_port(void)
{
    struct sw_httpd_service service = {0};
    struct sw_httpd *httpd = NULL;
    struct sw_error err = {0};

    assert_true(sw_httpd_open("127.0.0.1", 0, &service, &httpd, &err));
    int port = sw_httpd_port(httpd);

    sw_httpd_close(httpd);
    return port;
}

static void wait_for(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct timespec pause = {.tv_nsec = 20000000};

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < 500; i++) {
        int file = socket(AF_INET, SOCK_STREAM, 0);
        int there = connect(file, (struct sockaddr *)(void *)&to, sizeof to);

        close(file);
        if (there == 0) {
            return;
        }
        nanosleep(&pause, NULL);
    }
    fail_msg("openssl s_server does not listen");
}

static void start(struct server *server)
{
    *server = (struct server){.folder = "/tmp/tls-test-XXXXXX", .arena = sw_arena_new()};
    if (!run(server->arena, "command -v openssl")) {
        print_message("the program openssl is not installed\n");
        skip();
    }
    assert_non_null(mkdtemp(server->folder));
    server->certificate = sw_format(server->arena, "%s/cert.pem", server->folder);
    assert_true(run(server->arena,
                    sw_format(server->arena,
                              "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
                              "-nodes -days 2 -subj /CN=" HOST " -addext subjectAltName=DNS:" HOST
                              " -keyout %s/key.pem -out %s 2>/dev/null",
                              server->folder, server->certificate)));
    server->port = free_port();
    const char *key = sw_format(server->arena, "%s/key.pem", server->folder);
    const char *place = sw_format(server->arena, "127.0.0.1:%d", server->port);

    server->child = fork();
    assert_true(server->child >= 0);
    if (server->child == 0) {
        int null = open("/dev/null", O_RDWR);

        alarm(120);
        dup2(null, 0);
        dup2(null, 1);
        dup2(null, 2);
        execlp("openssl", "openssl", "s_server", "-accept", place, "-cert", server->certificate,
               "-key", key, "-www", "-naccept", "8", (char *)NULL);
        _exit(127);
    }
    wait_for(server->port);
}

static void stop(struct server *server)
{
    int status = 0;

    kill(server->child, SIGKILL);
    assert_int_equal(waitpid(server->child, &status, 0), server->child);
    unlink(server->certificate);
    unlink(sw_format(server->arena, "%s/key.pem", server->folder));
    rmdir(server->folder);
    sw_arena_free(server->arena);
}

/* @return status, or 0 with *ret_code */
static int ask(const struct server *server, const char *host, const char *ca_file,
               enum sw_code *ret_code)
{
    struct sw_http_detour detour = {
        .host = host, .port = 443, .at = "127.0.0.1", .at_port = server->port};
    struct sw_http_config config = {
        .detours = &detour, .detour_count = 1, .ca_file = ca_file, .total_ms = 10000};
    struct sw_http_peer nobody = {.login = SW_HTTP_NO_LOGIN};
    struct sw_arena *arena = sw_arena_new();
    struct sw_request request = {.method = "GET", .url = sw_format(arena, "https://%s/", host)};
    struct sw_http *http = sw_http_new(&config);
    struct sw_reply reply = {0};
    struct sw_error err = {0};
    size_t peer = sw_http_add(http, &nobody);
    bool is_done = sw_http_exchange(http, peer, &request, arena, &reply, &err);

    *ret_code = err.code;
    sw_http_free(http);
    sw_arena_free(arena);
    return is_done ? reply.status : 0;
}

static void a_peer_is_believed_when_a_named_authority_certifies_its_name(void **state)
{
    (void)state;
    struct server server;
    enum sw_code code = SW_E_NONE;

    start(&server);
    assert_int_equal(ask(&server, HOST, server.certificate, &code), 200);
    /* The system's authorities do not know it. */
    assert_int_equal(ask(&server, HOST, NULL, &code), 0);
    assert_int_equal(code, SW_E_UNREACHABLE);
    /* It is certified, but for another name. */
    assert_int_equal(ask(&server, "other.contoso.example", server.certificate, &code), 0);
    assert_int_equal(code, SW_E_UNREACHABLE);
    /* A file of authorities that cannot be read is none, not all. */
    assert_int_equal(ask(&server, HOST, "/nonexistent/ca.pem", &code), 0);
    assert_int_equal(code, SW_E_UNREACHABLE);
    stop(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_peer_is_believed_when_a_named_authority_certifies_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
