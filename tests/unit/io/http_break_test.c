/* What a signal does to an exchange: a far end that hangs says when it does, by sending one.
 * Nothing is timed: what goes wrong ends in a time-out, and is told apart by its words. */
#include "io/http.h"

#include "base/macros.h"
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HOST "files.contoso.example"
#define FAR_S 60
#define TOTAL_MS 30000

struct bench {
    pid_t far;
    int listening, port;
    int told[2]; /* pipe: a byte for each signal that was taken here, and for each wait */
    struct sw_breaker breaker;
    sigset_t before;
    int signal, asked;
    struct sw_arena *arena;
    struct sw_http *http;
    size_t peer;
    struct sw_reply reply;
    struct sw_error err;
};

typedef void far_fn(const struct bench *bench, int file);

static bool is_over(void *context)
{
    struct bench *bench = context;
    struct timespec none = {0};
    sigset_t held;
    int number = 0;

    sigemptyset(&held);
    sigaddset(&held, SIGTERM);
    bench->asked++;
    while ((number = sigtimedwait(&held, NULL, &none)) > 0) {
        bench->signal = number;
    }
    if (write(bench->told[1], bench->signal == 0 ? "w" : "s", 1) != 1) {
        _exit(1);
    }
    return bench->signal != 0;
}

static void await_byte(const struct bench *bench, char wanted)
{
    char byte = 0;

    while (byte != wanted) {
        if (read(bench->told[0], &byte, 1) != 1) {
            _exit(1);
        }
    }
}

static void say(int file, const char *text)
{
    if (send(file, text, strlen(text), MSG_NOSIGNAL) != (ssize_t)strlen(text)) {
        _exit(1);
    }
}

static void hear(int file, const char *end)
{
    char bytes[4096] = "";
    size_t length = 0;

    while (strstr(bytes, end) == NULL && length + 1 < sizeof bytes) {
        ssize_t n = recv(file, bytes + length, sizeof bytes - length - 1, 0);

        if (n <= 0) {
            _exit(0);
        }
        length += (size_t)n;
        bytes[length] = '\0';
    }
}

static void signal_them(void)
{
    (void)kill(getppid(), SIGTERM);
}

static void begin(struct bench *bench, far_fn *far, bool is_plain, int64_t total_ms)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof at;
    struct sw_http_peer nobody = {.login = SW_HTTP_NO_LOGIN};
    sigset_t held;

    *bench = (struct bench){.listening = socket(AF_INET, SOCK_STREAM, 0)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(bench->listening, (struct sockaddr *)(void *)&at, size), 0);
    assert_int_equal(listen(bench->listening, 0), 0);
    assert_int_equal(getsockname(bench->listening, (struct sockaddr *)(void *)&at, &size), 0);
    bench->port = ntohs(at.sin_port);
    assert_int_equal(pipe(bench->told), 0);
    bench->far = fork();
    assert_true(bench->far >= 0);
    if (bench->far == 0) {
        alarm(FAR_S);
        far(bench, bench->listening);
        for (;;) {
            (void)pause();
        }
    }
    sigemptyset(&held);
    sigaddset(&held, SIGTERM);
    sigprocmask(SIG_BLOCK, &held, &bench->before);
    bench->breaker =
        (struct sw_breaker){.signals = {SIGTERM}, .is_over = is_over, .context = bench};
    struct sw_http_detour detour = {
        .host = HOST, .port = 443, .at = "127.0.0.1", .at_port = bench->port, .is_plain = is_plain};
    struct sw_http_config config = {.detours = &detour,
                                    .detour_count = 1,
                                    .connect_ms = TOTAL_MS,
                                    .total_ms = total_ms,
                                    .breaker = &bench->breaker};

    bench->arena = sw_arena_new();
    bench->http = sw_http_new(&config);
    bench->peer = sw_http_add(bench->http, &nobody);
}

static bool ask(struct bench *bench, const char *method, bool is_breakable)
{
    struct sw_request request = {
        .method = method, .url = "https://" HOST "/x", .is_breakable = is_breakable};

    bench->err = (struct sw_error){0};
    bench->reply = (struct sw_reply){0};
    return sw_http_exchange(bench->http, bench->peer, &request, bench->arena, &bench->reply,
                            &bench->err);
}

static void end(struct bench *bench)
{
    int status = 0;

    sw_http_free(bench->http);
    sw_arena_free(bench->arena);
    assert_int_equal(kill(bench->far, SIGKILL), 0);
    assert_int_equal(waitpid(bench->far, &status, 0), bench->far);
    close(bench->listening);
    close(bench->told[0]);
    close(bench->told[1]);
    sigprocmask(SIG_SETMASK, &bench->before, NULL);
}

static void assert_given_up(const struct bench *bench, enum sw_code code)
{
    assert_int_equal(bench->signal, SIGTERM);
    if (strstr(bench->err.text, "given up, as this process is to end") == NULL) {
        fail_msg("not given up: %s", bench->err.text);
    }
    assert_int_equal(bench->err.code, code);
}

/* ---- it only looks ---- */

/* Its queue is full, so no connection is made, nor refused. */
static void takes_nobody(const struct bench *bench, int file)
{
    (void)file;
    await_byte(bench, 'w');
    signal_them();
}

static void a_connection_that_does_not_stand_is_given_up(void **state)
{
    (void)state;
    struct bench bench;
    struct sockaddr_in at = {.sin_family = AF_INET};
    int others[8];

    begin(&bench, takes_nobody, true, TOTAL_MS);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons((uint16_t)bench.port);
    for (size_t i = 0; i < SW_COUNT(others); i++) {
        others[i] = socket(AF_INET, SOCK_STREAM, 0);
        (void)fcntl(others[i], F_SETFL, O_NONBLOCK);
        (void)connect(others[i], (struct sockaddr *)(void *)&at, sizeof at);
    }
    assert_false(ask(&bench, "GET", true));
    assert_given_up(&bench, SW_E_UNREACHABLE);
    for (size_t i = 0; i < SW_COUNT(others); i++) {
        close(others[i]);
    }
    end(&bench);
}

static void hangs_in_the_handshake(const struct bench *bench, int file)
{
    char byte = 0;
    int line = accept(file, NULL, NULL);

    (void)bench;
    if (recv(line, &byte, 1, 0) == 1) {
        signal_them();
    }
}

static void a_handshake_that_hangs_is_given_up(void **state)
{
    (void)state;
    struct bench bench;

    begin(&bench, hangs_in_the_handshake, false, TOTAL_MS);
    assert_false(ask(&bench, "GET", true));
    assert_given_up(&bench, SW_E_UNREACHABLE);
    end(&bench);
}

static void says_nothing(const struct bench *bench, int file)
{
    (void)bench;
    hear(accept(file, NULL, NULL), "\r\n\r\n");
    signal_them();
}

static void an_answer_that_does_not_come_is_given_up(void **state)
{
    (void)state;
    struct bench bench;

    begin(&bench, says_nothing, true, TOTAL_MS);
    assert_false(ask(&bench, "GET", true));
    assert_given_up(&bench, SW_E_TIMEOUT);
    end(&bench);
}

/* And then answers whoever comes again. */
static void stalls_once(const struct bench *bench, int file)
{
    int line = accept(file, NULL, NULL);

    (void)bench;
    hear(line, "\r\n\r\n");
    say(line, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf ");
    signal_them();
    line = accept(file, NULL, NULL);
    hear(line, "\r\n\r\n");
    say(line, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole");
}

static void a_body_that_stalls_is_given_up_and_the_peer_can_be_asked_again(void **state)
{
    (void)state;
    struct bench bench;

    begin(&bench, stalls_once, true, TOTAL_MS);
    assert_false(ask(&bench, "GET", true));
    assert_given_up(&bench, SW_E_TIMEOUT);
    bench.signal = 0;
    assert_true(ask(&bench, "GET", true));
    assert_string_equal(bench.reply.body, "whole");
    end(&bench);
}

static void a_process_that_is_told_already_waits_for_nobody(void **state)
{
    (void)state;
    struct bench bench;

    begin(&bench, says_nothing, true, TOTAL_MS);
    assert_int_equal(kill(getpid(), SIGTERM), 0);
    assert_false(ask(&bench, "GET", true));
    assert_int_equal(bench.signal, SIGTERM);
    assert_non_null(strstr(bench.err.text, "given up"));
    end(&bench);
}

/* ---- it changes something ---- */

static void goes_on_when_the_signal_is_taken(const struct bench *bench, int file)
{
    int line = accept(file, NULL, NULL);

    hear(line, "\r\n\r\n");
    say(line, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf ");
    signal_them();
    await_byte(bench, 's');
    say(line, "whole");
}

static void a_change_is_carried_to_its_answer_behind_the_signal(void **state)
{
    (void)state;
    struct bench bench;

    begin(&bench, goes_on_when_the_signal_is_taken, true, TOTAL_MS);
    assert_true(ask(&bench, "DELETE", false));
    assert_int_equal(bench.signal, SIGTERM);
    assert_string_equal(bench.reply.body, "half whole");
    end(&bench);
}

/* ---- what it costs ---- */

static void only_hears(const struct bench *bench, int file)
{
    (void)bench;
    hear(accept(file, NULL, NULL), "\r\n\r\n");
}

/* libcurl by itself would look every second, and more often. */
static void an_exchange_that_hangs_is_not_looked_at_in_between(void **state)
{
    (void)state;
    struct bench bench;

    begin(&bench, only_hears, true, 2500);
    assert_false(ask(&bench, "GET", true));
    assert_int_equal(bench.signal, 0);
    assert_int_equal(bench.err.code, SW_E_TIMEOUT);
    if (bench.asked > 8) {
        fail_msg("woken %d times", bench.asked);
    }
    end(&bench);
}

/* ---- connections ---- */

static void answers_each(const struct bench *bench, int file)
{
    int line = accept(file, NULL, NULL);

    (void)bench;
    for (int i = 0; i < 3; i++) {
        hear(line, "\r\n\r\n");
        say(line, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na");
    }
    line = accept(file, NULL, NULL);
    hear(line, "\r\n\r\n");
    say(line, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb");
}

/* The far end takes one connection for three requests, and then one more. */
static void a_peer_keeps_its_connection_and_another_has_one_of_its_own(void **state)
{
    (void)state;
    struct bench bench;
    struct sw_http_peer nobody = {.login = SW_HTTP_NO_LOGIN};

    begin(&bench, answers_each, true, TOTAL_MS);
    for (int i = 0; i < 3; i++) {
        assert_true(ask(&bench, "GET", true));
        assert_string_equal(bench.reply.body, "a");
    }
    bench.peer = sw_http_add(bench.http, &nobody);
    assert_true(ask(&bench, "GET", true));
    assert_string_equal(bench.reply.body, "b");
    end(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_that_does_not_stand_is_given_up),
        cmocka_unit_test(a_handshake_that_hangs_is_given_up),
        cmocka_unit_test(an_answer_that_does_not_come_is_given_up),
        cmocka_unit_test(a_body_that_stalls_is_given_up_and_the_peer_can_be_asked_again),
        cmocka_unit_test(a_process_that_is_told_already_waits_for_nobody),
        cmocka_unit_test(a_change_is_carried_to_its_answer_behind_the_signal),
        cmocka_unit_test(an_exchange_that_hangs_is_not_looked_at_in_between),
        cmocka_unit_test(a_peer_keeps_its_connection_and_another_has_one_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
