/* A name server that does not answer: libcurl's thread finds our getaddrinfo in place of the C
 * library's, and stays in it. */
#include "io/http.h"

#include "base/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <netdb.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* With a name that begins with "signal", it sends one as soon as it is asked. */
int getaddrinfo(const char *restrict node, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict ret_list)
{
    (void)service;
    (void)hints;
    (void)ret_list;
    if (strncmp(node, "signal", 6) == 0) {
        (void)kill(getpid(), SIGTERM);
    }
    for (;;) {
        (void)pause();
    }
}

static bool is_over(void *context)
{
    int *told = context;
    struct timespec none = {0};
    sigset_t held;
    int number = 0;

    sigemptyset(&held);
    sigaddset(&held, SIGTERM);
    while ((number = sigtimedwait(&held, NULL, &none)) > 0) {
        *told = number;
    }
    return *told != 0;
}

static void ask(const char *url, int64_t connect_ms, int *ret_told, struct sw_error *err)
{
    struct sw_breaker breaker = {.signals = {SIGTERM}, .is_over = is_over, .context = ret_told};
    struct sw_http_config config = {.connect_ms = connect_ms, .breaker = &breaker};
    struct sw_http *http = sw_http_new(&config);
    struct sw_http_peer nobody = {.login = SW_HTTP_NO_LOGIN};
    struct sw_request request = {.method = "GET", .url = url, .is_breakable = true};
    struct sw_arena *arena = sw_arena_new();
    struct sw_reply reply = {0};
    sigset_t held;
    sigset_t before;

    sigemptyset(&held);
    sigaddset(&held, SIGTERM);
    sigprocmask(SIG_BLOCK, &held, &before);
    assert_false(sw_http_exchange(http, sw_http_add(http, &nobody), &request, arena, &reply, err));
    sw_http_free(http);
    sw_arena_free(arena);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

static void a_name_that_is_not_told_is_given_up_with_the_signal(void **state)
{
    (void)state;
    struct sw_error err = {0};
    int told = 0;

    ask("https://signal.contoso.example/", 60000, &told, &err);
    assert_int_equal(told, SIGTERM);
    assert_int_equal(err.code, SW_E_UNREACHABLE);
    assert_non_null(strstr(err.text, "given up, as this process is to end"));
}

/* Its thread is left behind: libcurl would wait for it, however long that takes. */
static void a_name_that_is_not_told_costs_no_more_than_the_time_to_connect(void **state)
{
    (void)state;
    struct sw_error err = {0};
    int told = 0;

    ask("https://silent.contoso.example/", 200, &told, &err);
    assert_int_equal(told, 0);
    assert_int_equal(err.code, SW_E_UNREACHABLE);
    if (strstr(err.text, "timed out") == NULL) {
        fail_msg("%s", err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_that_is_not_told_is_given_up_with_the_signal),
        cmocka_unit_test(a_name_that_is_not_told_costs_no_more_than_the_time_to_connect),
    };

    alarm(60);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
