#include "cli/run/serve.h"

#include "base/limits.h"
#include "base/loop.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/book/hook_grants.h"
#include "cli/exit.h"
#include "cli/run/door.h"
#include "cli/wire.h"
#include "io/httpd.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define IDLE_NS (600 * SW_NS_PER_S) /* nobody asks any more */
#define STEP_MS 3600000             /* nothing happens in between but by request */
#define LAG_NS (60 * SW_NS_PER_S)   /* a reply is held back no longer, whatever the model says */

struct server {
    struct sw_session *session;
    int port;
    struct sw_door door;
    double pace;
    int64_t real_from_ns, world_from_ns;
    int64_t asked_ns; /* when somebody last did, by sw_boot_ns() */
    sigset_t ends;
    struct sw_breaker breaker;
    bool is_to_end; /* one of these signals came */
};

static int64_t world_time(const struct server *server)
{
    return server->world_from_ns +
           (int64_t)((double)(sw_boot_ns() - server->real_from_ns) * server->pace);
}

/* The model's own latency is real here: hold the reply back until its time has come. */
static void catch_up(const struct server *server)
{
    struct sw_world *world = server->session->world;
    int64_t ahead_ns =
        (int64_t)((double)(world->ops->now(world) - world_time(server)) / server->pace);

    if (ahead_ns > 0) {
        struct sw_wait wait = {.breaker = &server->breaker,
                               .until_ns = sw_boot_ns() + (ahead_ns < LAG_NS ? ahead_ns : LAG_NS)};

        (void)sw_wait(&wait);
    }
}

/* "https://HOST/..." of a header as "http://127.0.0.1:PORT/-/HOST/...", or https where TLS is. */
static void turn_back(const struct server *server, struct sw_reply *reply, struct sw_arena *arena)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        if (sw_text_begins(reply->headers[i].value, "https://")) {
            reply->headers[i].value =
                sw_format(arena, "http%s://127.0.0.1:%d/-/%s", server->door.tls != NULL ? "s" : "",
                          server->port, reply->headers[i].value + 8);
        }
    }
}

/* "HOST/..." of "HOST:443/...", which clients write that come without TLS. */
static const char *without_port(const char *place, const char *path, struct sw_arena *arena)
{
    static const char port[] = ":443";
    size_t length = (size_t)(path - place);

    return length > sizeof port && memcmp(path - (sizeof port - 1), port, sizeof port - 1) == 0
               ? sw_format(arena, "%.*s%s", (int)(length - (sizeof port - 1)), place, path)
               : place;
}

static enum sw_served on_request(void *context, const struct sw_request *request,
                                 struct sw_arena *arena, struct sw_reply *ret_reply)
{
    static const char mark[] = "/-/";
    struct server *server = context;
    struct sw_world *world = server->session->world;
    struct sw_request inner = *request;
    struct sw_error err = {0};
    const char *place = strstr(request->url, "://") + 3;
    const char *path = strchr(place, '/');
    bool is_by_path = sw_text_begins(path, mark);

    /* Where TLS is, plain requests stay plain: the model refuses them as the real hosts would. */
    bool is_plain = server->door.tls != NULL && sw_text_begins(request->url, "http://");

    inner.url = sw_format(arena, "http%s://%s", is_plain ? "" : "s",
                          is_by_path ? path + sizeof mark - 1 : without_port(place, path, arena));
    server->asked_ns = sw_boot_ns();
    world->ops->advance(world, world_time(server));
    if (sw_door_answer(&server->door, world->ops->now(world), &inner, arena, ret_reply)) {
        return SW_SERVED;
    }
    if (!world->ops->exchange(world, &inner, arena, ret_reply, &err)) {
        fprintf(stderr, "no answer to %s %.100s: %s\n", request->method, path, err.text);
        catch_up(server);
        return SW_SERVED_SILENT;
    }
    catch_up(server);
    if (is_by_path) {
        turn_back(server, ret_reply, arena);
    }
    return SW_SERVED;
}

/* ---- the site file that leads here ---- */

static void add_quoted(struct sw_buf *out, const char *text)
{
    sw_buf_add_char(out, '\'');
    for (; *text != '\0'; text++) {
        sw_buf_addf(out, *text == '\'' ? "'%c" : "%c", *text);
    }
    sw_buf_add_char(out, '\'');
}

static void add_target(struct sw_buf *out, const struct sw_target *target, const char *login)
{
    const struct sw_value *settings = target->settings;

    sw_buf_addf(out, "  %s:\n    kind: %s\n    login: %s\n    settings:\n", target->name,
                target->kind, login == NULL ? "{ by: none }" : login);
    for (size_t i = 0; i < settings->as.map.count; i++) {
        const struct sw_entry *entry = &settings->as.map.entries[i];
        struct sw_buf text;

        sw_buf_init(&text, SW_LIMIT_SCALAR_BYTES);
        sw_value_print(&text, entry->value);
        sw_buf_addf(out, "      %s: ", entry->key);
        add_quoted(out, text.bytes);
        sw_buf_add_char(out, '\n');
        sw_buf_release(&text);
    }
}

/* The hosts that hooks may ask are here, too; their secrets are whatever is said. */
static void add_hooks(struct sw_buf *out, const struct server *server, struct sw_arena *arena)
{
    const struct sw_runbook *runbook = server->session->runbook.runbook;
    bool has_tls = server->door.tls != NULL;
    const struct sw_hook_reach *at = sw_hook_origins(runbook, arena);

    for (; at->name != NULL; at++) {
        sw_buf_addf(out, "  - { to: '%s', at: '127.0.0.1:%d'%s }\n", at->name, server->port,
                    has_tls ? "" : ", plain: true");
    }
    at = sw_hook_secrets(runbook, arena);
    if (at->name != NULL) {
        sw_buf_addf(out, "secrets:%s\n",
                    has_tls ? "" : " # any eight characters or more will do for the model");
    }
    for (; at->name != NULL; at++) {
        const char *file = sw_format(arena, "%s/hook-%s.secret", server->door.folder, at->name);

        sw_buf_addf(out, "  %s: { %s: ", at->name, has_tls ? "file" : "env");
        add_quoted(out, has_tls ? file : at->name);
        sw_buf_add_text(out, " }\n");
    }
}

static void print_site(const struct server *server)
{
    const struct sw_session *session = server->session;
    struct sw_arena *arena = sw_arena_new();
    struct sw_buf out;

    sw_buf_init(&out, SW_LIMIT_FILE_BYTES);
    sw_buf_addf(&out, "# The model world that is served at 127.0.0.1:%d; gone when it ends.\n",
                server->port);
    sw_buf_addf(&out, "site: 1\npace: %gx\ntargets:%s\n", server->pace,
                session->runbook.runbook->target_count == 0 ? " {}" : "");
    for (size_t i = 0; i < session->runbook.runbook->target_count; i++) {
        add_target(&out, &session->targets[i],
                   server->door.tls == NULL ? NULL : server->door.logins[i]);
    }
    if (server->door.tls != NULL) {
        sw_buf_add_text(&out, "tls: { ca_file: ");
        add_quoted(&out, server->door.ca_file);
        sw_buf_add_text(&out, " }\n");
    }
    sw_buf_add_text(&out, "connect:\n");
    for (size_t i = 0; i < session->runbook.runbook->target_count; i++) {
        const struct sw_target *second = sw_wire_second(&session->targets[i], arena);

        for (const struct sw_target *at = &session->targets[i]; at != NULL;
             at = at == second ? NULL : second) {
            sw_buf_addf(&out, "  - { to: '%s', at: '127.0.0.1:%d'%s }\n", sw_wire_origin(at, arena),
                        server->port, server->door.tls != NULL ? "" : ", plain: true");
        }
    }
    for (const char *const *host = sw_wire_sign_in_hosts();
         server->door.tls != NULL && *host != NULL; host++) {
        sw_buf_addf(&out, "  - { to: '%s:443', at: '127.0.0.1:%d' }\n", *host, server->port);
    }
    add_hooks(&out, server, arena);
    fputs(out.bytes, stdout);
    fflush(stdout);
    sw_buf_release(&out);
    sw_arena_free(arena);
}

/* ---- the loop ---- */

static bool is_to_end(void *context)
{
    struct server *server = context;
    struct timespec none = {0};

    server->is_to_end = sigtimedwait(&server->ends, NULL, &none) > 0 || server->is_to_end;
    return server->is_to_end;
}

/* Who started us in the background may have them ignored; here they are what ends it. */
static void hold_signals(struct server *server, sigset_t *ret_before)
{
    struct sigaction by_default = {.sa_handler = SIG_DFL};

    sigemptyset(&by_default.sa_mask);
    sigemptyset(&server->ends);
    sigaddset(&server->ends, SIGTERM);
    sigaddset(&server->ends, SIGINT);
    server->breaker =
        (struct sw_breaker){.signals = {SIGTERM, SIGINT}, .is_over = is_to_end, .context = server};
    sigprocmask(SIG_BLOCK, &server->ends, ret_before);
    sigaction(SIGTERM, &by_default, NULL);
    sigaction(SIGINT, &by_default, NULL);
}

/* The model's time goes on with each request, and once more for the verdict. */
static void serve(struct server *server, struct sw_httpd *httpd, int64_t for_ms)
{
    int64_t end_ns = for_ms == 0 ? INT64_MAX : sw_boot_ns() + for_ms * SW_NS_PER_MS;
    struct sw_world *world = server->session->world;
    sigset_t before;

    hold_signals(server, &before);
    while (!is_to_end(server)) {
        int64_t idle_ns = server->asked_ns + IDLE_NS;
        int64_t left_ns = (end_ns < idle_ns ? end_ns : idle_ns) - sw_boot_ns();

        if (left_ns <= 0) {
            break;
        }
        int64_t left_ms = left_ns / SW_NS_PER_MS + 1;

        sw_httpd_step(httpd, left_ms < STEP_MS ? (int)left_ms : STEP_MS);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    world->ops->advance(world, world_time(server));
}

static bool read_place(const char *text, struct sw_arena *arena, const char **ret_address,
                       int *ret_port, struct sw_error *err)
{
    const char *colon = strrchr(text, ':');
    char *end = NULL;
    long port = colon == NULL ? -1 : strtol(colon + 1, &end, 10);

    if (colon == NULL || end == colon + 1 || *end != '\0' || port < 0 || port > 65535) {
        return sw_fail(err, SW_E_INPUT, "--serve takes 127.0.0.1:PORT, not '%s'", text);
    }
    *ret_address = sw_copy(arena, text, (size_t)(colon - text));
    *ret_port = (int)port;
    return true;
}

static void print_verdict(const struct server *server)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_verdict_of_world verdict;

    server->session->world->ops->judge(server->session->world, arena, &verdict);
    fprintf(stderr, "Verdict of the model world: %llu %s lost, %llu %s%s.\n%s\n",
            (unsigned long long)verdict.files_lost, sw_plural(verdict.files_lost, "file", "files"),
            (unsigned long long)verdict.deletes, sw_plural(verdict.deletes, "delete", "deletes"),
            verdict.is_deleted_twice ? ", the same one twice" : "",
            verdict.text == NULL ? "" : verdict.text);
    sw_arena_free(arena);
}

int sw_serve(struct sw_session *session, const struct sw_options *options)
{
    struct server server = {.session = session, .pace = options->pace > 0 ? options->pace : 1};
    struct sw_httpd_service service = {.answer = on_request, .context = &server};
    struct sw_httpd *httpd = NULL;
    struct sw_error err = {0};
    const char *address = NULL;
    int port = 0;

    bool is_fine =
        read_place(options->serve, session->arena, &address, &port, &err) &&
        (options->tls == NULL ||
         sw_door_open(session, options->tls, options->token_lives_ms, &server.door, &err));

    service.tls = server.door.tls;
    service.breaker = &server.breaker; /* asked in serve() only */
    if (!is_fine || !sw_httpd_open(address, port, &service, &httpd, &err)) {
        sw_door_close(&server.door);
        return sw_complain(&err);
    }
    server.port = sw_httpd_port(httpd);
    server.real_from_ns = server.asked_ns = sw_boot_ns();
    server.world_from_ns = session->world->ops->now(session->world);
    print_site(&server);
    fprintf(stderr, "The model world is served at 127.0.0.1:%d.\n", server.port);
    serve(&server, httpd, options->for_ms);
    sw_httpd_close(httpd);
    sw_door_close(&server.door);
    print_verdict(&server);
    return SW_EXIT_DONE;
}
