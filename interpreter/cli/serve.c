#include "cli/serve.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/verbs.h"
#include "cli/wire.h"
#include "io/httpd.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define IDLE_NS (600 * SW_NS_PER_S) /* nobody asks any more */
#define STEP_MS 20                  /* between two looks at the clock and the signals */
#define LAG_NS (60 * SW_NS_PER_S)   /* a reply is held back no longer, whatever the model says */

static const char throw_away[] = "Throw-away authority of a model world that is served.\n";

struct server {
    struct sw_session *session;
    int port;
    struct sw_tls *tls; /* NULL: plain */
    const char *ca_file;
    double pace;
    int64_t real_from_ns, world_from_ns;
    int64_t asked_ns; /* when somebody last did, by the real clock */
};

static int64_t real_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * SW_NS_PER_S + now.tv_nsec;
}

static int64_t world_time(const struct server *server)
{
    return server->world_from_ns +
           (int64_t)((double)(real_now() - server->real_from_ns) * server->pace);
}

/* The model's own latency is real here: hold the reply back until its time has come. */
static void catch_up(const struct server *server)
{
    struct sw_world *world = server->session->world;
    int64_t ahead_ns =
        (int64_t)((double)(world->ops->now(world) - world_time(server)) / server->pace);

    if (ahead_ns > 0) {
        int64_t ns = ahead_ns < LAG_NS ? ahead_ns : LAG_NS;
        struct timespec pause = {.tv_sec = (time_t)(ns / SW_NS_PER_S),
                                 .tv_nsec = (long)(ns % SW_NS_PER_S)};

        nanosleep(&pause, NULL);
    }
}

/* "https://HOST/..." of a header as "http://127.0.0.1:PORT/-/HOST/...", or https where TLS is. */
static void turn_back(const struct server *server, struct sw_reply *reply, struct sw_arena *arena)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        if (sw_text_begins(reply->headers[i].value, "https://")) {
            reply->headers[i].value =
                sw_format(arena, "http%s://127.0.0.1:%d/-/%s", server->tls != NULL ? "s" : "",
                          server->port, reply->headers[i].value + 8);
        }
    }
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
    bool is_plain = server->tls != NULL && sw_text_begins(request->url, "http://");

    inner.url = sw_format(arena, "http%s://%s", is_plain ? "" : "s",
                          is_by_path ? path + sizeof mark - 1 : place);
    server->asked_ns = real_now();
    world->ops->advance(world, world_time(server));
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

static void add_target(struct sw_buf *out, const struct sw_target *target)
{
    const struct sw_value *settings = target->settings;

    sw_buf_addf(out, "  %s:\n    kind: %s\n    login: { by: none }\n    settings:\n", target->name,
                target->kind);
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

static void print_site(const struct server *server)
{
    const struct sw_session *session = server->session;
    struct sw_arena *arena = sw_arena_new();
    struct sw_buf out;

    sw_buf_init(&out, SW_LIMIT_FILE_BYTES);
    sw_buf_addf(&out, "# The model world that is served at 127.0.0.1:%d; gone when it ends.\n",
                server->port);
    sw_buf_addf(&out, "site: 1\npace: %gx\ntargets:\n", server->pace);
    for (size_t i = 0; i < session->runbook.runbook->target_count; i++) {
        add_target(&out, &session->targets[i]);
    }
    if (server->tls != NULL) {
        sw_buf_add_text(&out, "tls: { ca_file: ");
        add_quoted(&out, server->ca_file);
        sw_buf_add_text(&out, " }\n");
    }
    sw_buf_add_text(&out, "connect:\n");
    for (size_t i = 0; i < session->runbook.runbook->target_count; i++) {
        sw_buf_addf(&out, "  - { to: '%s', at: '127.0.0.1:%d'%s }\n",
                    sw_wire_origin(&session->targets[i], arena), server->port,
                    server->tls != NULL ? "" : ", plain: true");
    }
    fputs(out.bytes, stdout);
    fflush(stdout);
    sw_buf_release(&out);
    sw_arena_free(arena);
}

/* ---- the loop ---- */

static int signal_that_came(const sigset_t *ends)
{
    struct timespec none = {0};
    int number = sigtimedwait(ends, NULL, &none);

    return number > 0 ? number : 0;
}

static void serve(struct server *server, struct sw_httpd *httpd, int64_t for_ms)
{
    int64_t end_ns = for_ms == 0 ? INT64_MAX : real_now() + for_ms * SW_NS_PER_MS;
    struct sw_world *world = server->session->world;
    sigset_t ends;
    sigset_t before;

    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, &before);
    while (signal_that_came(&ends) == 0 && real_now() < end_ns &&
           real_now() - server->asked_ns < IDLE_NS) {
        sw_httpd_step(httpd, STEP_MS);
        world->ops->advance(world, world_time(server));
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
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

/* ---- TLS ---- */

/* "DNS:HOST" for each host that the targets have, and this machine's own names. */
static const char *names_of(const struct sw_session *session, struct sw_arena *arena)
{
    const char *names = "DNS:localhost,IP:127.0.0.1,IP:::1";

    for (size_t i = 0; i < session->runbook.runbook->target_count; i++) {
        const char *origin = sw_wire_origin(&session->targets[i], arena);

        names = sw_format(arena, "%s,DNS:%.*s", names, (int)strcspn(origin, ":"), origin);
    }
    for (const char *const *host = sw_wire_sign_in_hosts(); *host != NULL; host++) {
        names = sw_format(arena, "%s,DNS:%s", names, *host);
    }
    return names;
}

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

static bool write_ca(const char *path, const char *pem, struct sw_arena *arena,
                     struct sw_error *err)
{
    struct sw_buf old;
    struct sw_error ignored = {0};

    sw_buf_init(&old, SW_LIMIT_FILE_BYTES);
    bool is_ours = !is_there(path) ||
                   (sw_file_read(path, &old, &ignored) && sw_text_begins(old.bytes, throw_away));

    sw_buf_release(&old);
    if (!is_ours) {
        return sw_fail(err, SW_E_INPUT,
                       "'%s' is an authority of somebody's; name an empty folder, or put "
                       "cert.pem and key.pem beside it",
                       path);
    }
    const char *text = sw_format(arena, "%s%s", throw_away, pem);

    return sw_file_write(path, text, strlen(text), 0644, err);
}

/* The site file is read from other folders, too. */
static const char *absolute(const char *path, struct sw_arena *arena)
{
    char here[4096];

    return path[0] == '/' || getcwd(here, sizeof here) == NULL
               ? path
               : sw_format(arena, "%s/%s", here, path);
}

/* The folder's cert.pem and key.pem, else ones that are made now and never stand in a file. */
static bool open_tls(struct server *server, const char *folder, struct sw_error *err)
{
    struct sw_arena *arena = server->session->arena;
    const char *certificate = sw_format(arena, "%s/cert.pem", folder);
    const char *key = sw_format(arena, "%s/key.pem", folder);
    const char *pem = NULL;

    server->ca_file = sw_format(arena, "%s/ca.pem", folder);
    if (is_there(certificate) && !is_there(server->ca_file)) {
        return sw_fail(err, SW_E_INPUT,
                       "'%s' lacks ca.pem, the authority that certifies its cert.pem", folder);
    }
    if (is_there(certificate)) {
        return sw_tls_open(certificate, key, &server->tls, err);
    }
    return sw_folder_make(folder, err) &&
           sw_tls_make(names_of(server->session, arena), arena, &pem, &server->tls, err) &&
           write_ca(server->ca_file, pem, arena, err);
}

static void print_verdict(const struct server *server)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_verdict_of_world verdict;

    server->session->world->ops->judge(server->session->world, arena, &verdict);
    fprintf(stderr, "Verdict of the model world: %llu file(s) lost, %llu delete(s)%s.\n%s\n",
            (unsigned long long)verdict.files_lost, (unsigned long long)verdict.deletes,
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
        (options->tls == NULL || open_tls(&server, absolute(options->tls, session->arena), &err));

    service.tls = server.tls;
    if (!is_fine || !sw_httpd_open(address, port, &service, &httpd, &err)) {
        sw_tls_close(server.tls);
        return sw_complain(&err);
    }
    server.port = sw_httpd_port(httpd);
    server.real_from_ns = server.asked_ns = real_now();
    server.world_from_ns = session->world->ops->now(session->world);
    print_site(&server);
    fprintf(stderr, "The model world is served at 127.0.0.1:%d.\n", server.port);
    serve(&server, httpd, options->for_ms);
    sw_httpd_close(httpd);
    sw_tls_close(server.tls);
    print_verdict(&server);
    return SW_EXIT_DONE;
}
