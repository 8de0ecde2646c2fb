#include "cli/run/live.h"

#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/run/hook_fill.h"
#include "cli/run/means.h"
#include "cli/run/signals.h"
#include "cli/wire.h"
#include "io/dns.h"
#include "io/process.h"
#include "io/redact.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EARLY_NS (300 * SW_NS_PER_S) /* the vendors do the same: no token dies on its way */
#define SLICE_NS SW_NS_PER_S         /* between two looks at the messages in the store */
#define PROGRAM_MS 60000
#define PROGRAM_BYTES (256u * 1024u)

struct line {
    const struct sw_target *target;
    const struct sw_site_login *login;
    const char *origin;
    size_t peer, grant_peer;
    struct line *second; /**< the target's other place; or NULL */
    struct sw_arena *token_arena;
    struct sw_token token; /**< text NULL: none yet */
};

struct live {
    struct sw_port port; /**< first: it is used as a sw_port */
    struct sw_arena *arena;
    const struct sw_site *site;
    struct sw_http *http;
    struct sw_redact *redact; /**< every secret that was used */
    struct line *lines;
    size_t line_count;
    size_t hook_peer;          /**< for what hooks ask; SIZE_MAX: nothing yet */
    const char *const *hidden; /**< variables with secrets: no program gets them */
    int64_t anchor_ns;         /**< wall clock from which the pace counts */
    int64_t wall_ns;           /**< wall clock when this port was opened */
    int64_t ahead_ns;          /**< of it, by how much this port's clock goes ahead */
    int64_t opened_ns;         /**< sw_boot_ns() then */
    struct sw_signals signals;
    struct sw_breaker for_look, for_change; /**< by these signals */
    bool is_look;                           /**< what is under way may be given up */
};

static struct live *of(struct sw_port *port)
{
    return (struct live *)(void *)port; /* its first member */
}

static int64_t clock_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SW_NS_PER_S + now.tv_nsec;
}

static int64_t wall_now(const struct live *live)
{
    return live->wall_ns + (sw_boot_ns() - live->opened_ns);
}

static int64_t live_now(struct sw_port *port)
{
    const struct live *live = of(port);
    int64_t passed_ns = wall_now(live) + live->ahead_ns - live->anchor_ns;

    int64_t now_ns = live->site->pace > 1
                         ? live->anchor_ns + (int64_t)((double)passed_ns * live->site->pace)
                         : live->anchor_ns + passed_ns;

    return now_ns - now_ns % SW_NS_PER_MS; /* what people read has no use for more */
}

/* Go on from the last moment that was recorded, should the wall clock be before it. */
static void catch_up(struct live *live, int64_t least_ns)
{
    int64_t missing_ns = least_ns - live_now(&live->port);

    if (least_ns != 0 && missing_ns > 0) {
        live->ahead_ns = live->site->pace > 1
                             ? (int64_t)((double)missing_ns / live->site->pace) + SW_NS_PER_MS
                             : missing_ns + SW_NS_PER_MS; /* the clock is cut to these */
    }
}

static int live_wait(struct sw_port *port, int64_t until_ns)
{
    struct live *live = of(port);
    int64_t left_ns = until_ns - live_now(port);

    if (left_ns <= 0) {
        return sw_signals_wait(&live->signals, 0);
    }
    left_ns = live->site->pace > 1 ? (int64_t)((double)left_ns / live->site->pace) + 1 : left_ns;
    return sw_signals_wait(&live->signals, left_ns < SLICE_NS ? left_ns : SLICE_NS);
}

static bool live_people(struct sw_port *port, bool is_asked)
{
    return sw_signals_people(&of(port)->signals, is_asked);
}

static void drop_token(struct line *line)
{
    line->token = (struct sw_token){0};
    sw_arena_reset(line->token_arena);
}

static void live_free(struct sw_port *port)
{
    struct live *live = of(port);

    for (size_t i = 0; i < live->line_count; i++) {
        sw_arena_free(live->lines[i].token_arena);
    }
    sw_http_free(live->http);
    sw_redact_free(live->redact);
    sw_signals_release(&live->signals);
    sw_arena_free(live->arena);
}

/* ---- tokens ---- */

/* Is this URL of the origin "HOST:PORT"? Anything odd in front of the path makes it differ. */
static bool is_of_origin(const char *url, const char *origin, struct sw_arena *arena)
{
    const char *place = strstr(url, "://");

    if (place == NULL) {
        return false;
    }
    bool is_plain = sw_text_begins(url, "http://");
    const char *host = sw_copy(arena, place + 3, strcspn(place + 3, "/?#"));

    return sw_text_is_folded(host, origin) ||
           sw_text_is_folded(sw_format(arena, "%s:%d", host, is_plain ? 80 : 443), origin);
}

/* A program is started now: a look is given up with the first signal. A change goes on behind that,
 * and the second ends its program, and then us. */
static const struct sw_breaker *begin_program(struct live *live)
{
    sw_signals_child(&live->signals, !live->is_look);
    return live->is_look ? &live->for_look : &live->for_change;
}

static void end_program(struct live *live)
{
    sw_signals_child(&live->signals, false); /* a second one that waits ends us here */
}

static bool read_secret(struct live *live, const struct sw_secret *secret, bool is_key,
                        struct sw_arena *arena, const char **ret_text, struct sw_error *err)
{
    struct sw_secret own = *secret;

    own.breaker = begin_program(live);
    bool is_read = is_key ? sw_secret_read_lines(&own, arena, ret_text, err)
                          : sw_secret_read(&own, arena, ret_text, err);

    end_program(live);
    if (is_read) {
        sw_redact_learn(live->redact, *ret_text);
    }
    return is_read;
}

static bool talk_to(struct live *live, struct sw_process *process, struct sw_arena *arena,
                    struct sw_process_end *ret_end, struct sw_error *err)
{
    process->hidden = live->hidden;
    process->breaker = begin_program(live);
    bool is_ended = sw_process_talk(process, arena, ret_end, err);

    end_program(live);
    return is_ended;
}

static bool ask_program(struct live *live, const struct sw_grant_ask *ask, struct sw_arena *arena,
                        struct sw_reply *ret_reply, struct sw_error *err)
{
    struct sw_process process = {
        .argv = ask->argv, .timeout_ms = PROGRAM_MS, .limit_bytes = PROGRAM_BYTES};
    struct sw_process_end end = {0};

    if (!talk_to(live, &process, arena, &end, err)) {
        return false;
    }
    *ret_reply = (struct sw_reply){
        .status = end.code == 0 ? 200 : 500, .body = end.out, .body_length = end.out_length};
    return true;
}

/* One round of a login: what it asks goes out, and what comes back. */
static bool ask_once(struct live *live, struct line *line, const char *secret,
                     const struct sw_grant_means *means, struct sw_arena *arena,
                     struct sw_reply *ret_reply, struct sw_error *err)
{
    struct sw_grant_ask ask = {0};

    if (!line->login->grant->ask(line->login->settings, secret, means, arena, &ask, err)) {
        return false;
    }
    if (ask.argv != NULL) {
        return ask_program(live, &ask, arena, ret_reply, err);
    }
    struct sw_http_peer peer = {.is_on_link = ask.is_on_link,
                                .is_public = sw_wire_is_public(line->target)};

    if (!is_of_origin(ask.request.url, ask.origin, arena)) {
        return sw_fail(err, SW_E_INTERNAL, "a login asks another host than it says");
    }
    if (line->grant_peer == SIZE_MAX) {
        line->grant_peer = sw_http_add(live->http, &peer);
    }
    ask.request.is_breakable = live->is_look;
    return sw_http_exchange(live->http, line->grant_peer, &ask.request, arena, ret_reply, err);
}

/* The far end may first name a file that only its rightful users may read. */
static bool ask_grant(struct live *live, struct line *line, struct sw_arena *arena,
                      struct sw_error *err)
{
    const struct sw_site_login *login = line->login;
    const struct sw_grant *grant = login->grant;
    const char *secret = NULL;
    struct sw_grant_means means = {0};
    struct sw_grant_challenge challenge = {0};
    struct sw_reply reply = {0};
    struct sw_token token = {0};

    /* Read each time: the files of workload identities are exchanged every hour. */
    if ((grant->secret != NULL &&
         !read_secret(live, &login->secret, grant->is_key, arena, &secret, err)) ||
        !sw_means_make(wall_now(live), line->target->settings, arena, &means, err) ||
        !ask_once(live, line, secret, &means, arena, &reply, err)) {
        return false;
    }
    if (grant->challenge != NULL && reply.status == 401) {
        if (!grant->challenge(&reply, arena, &challenge, err) ||
            !sw_means_answer(&challenge, arena, &means.answer, err)) {
            return false;
        }
        sw_redact_learn(live->redact, means.answer);
        if (!ask_once(live, line, secret, &means, arena, &reply, err)) {
            return false;
        }
    }
    if (!grant->take(&reply, wall_now(live), arena, &token, err)) {
        return false;
    }
    sw_redact_learn(live->redact, token.text);
    line->token = (struct sw_token){.text = sw_copy_text(line->token_arena, token.text),
                                    .expires_ns = token.expires_ns};
    return true;
}

static bool fetch_token(struct live *live, struct line *line, struct sw_error *err)
{
    struct sw_arena *arena = sw_arena_new();
    const char *text = NULL;
    bool is_fine = false;

    drop_token(line);
    if (line->login->grant != NULL) {
        is_fine = ask_grant(live, line, arena, err);
    } else if (read_secret(live, &line->login->secret, false, arena, &text, err)) {
        line->token = (struct sw_token){.text = sw_copy_text(line->token_arena, text),
                                        .expires_ns = INT64_MAX};
        is_fine = true;
    }
    sw_arena_free(arena);
    return is_fine ||
           sw_fail_while(err, "log in to target '%s' by %s", line->target->name, line->login->by);
}

/* ---- exchanges ---- */

static bool send_with_token(struct live *live, struct line *line, const struct sw_request *request,
                            struct sw_arena *arena, struct sw_reply *ret_reply,
                            struct sw_error *err)
{
    struct sw_request own = *request;

    if (line->token.text == NULL || line->token.expires_ns - EARLY_NS < wall_now(live)) {
        if (!fetch_token(live, line, err)) {
            /* The request itself has not left: for a change, that is what counts. */
            bool is_told = err->code == SW_E_DENIED && sw_text_is(request->method, "GET");

            err->code = is_told ? SW_E_DENIED : SW_E_UNREACHABLE;
            return false;
        }
    }
    if (strpbrk(line->token.text, "\r\n") != NULL) {
        return sw_fail(err, SW_E_UNREACHABLE, "the token of target '%s' is no header text",
                       line->target->name);
    }
    sw_request_header(&own, "Authorization", sw_format(arena, "Bearer %s", line->token.text));
    return sw_http_exchange(live->http, line->peer, &own, arena, ret_reply, err);
}

/* Not HTTP, but a program. What it needs of secrets it has in files of its own. */
static bool run_program(struct live *live, const struct sw_request *request, struct sw_arena *arena,
                        struct sw_reply *ret_reply, struct sw_error *err)
{
    struct sw_process process = {.argv = request->argv,
                                 .input = request->body,
                                 .input_length = request->body_length,
                                 .timeout_ms = request->limit_ms,
                                 .limit_bytes = SW_LIMIT_REPLY_BYTES};
    struct sw_process_end end = {0};

    if (!talk_to(live, &process, arena, &end, err)) {
        err->code = err->code == SW_E_IO      ? SW_E_UNREACHABLE
                    : err->code == SW_E_LIMIT ? SW_E_PROTOCOL
                                              : err->code;
        return false;
    }
    *ret_reply = (struct sw_reply){.status = end.code,
                                   .body = end.out,
                                   .body_length = end.out_length,
                                   .errors = end.errors,
                                   .errors_length = end.errors_length};
    return true;
}

/* ---- hooks ---- */

static bool look_up(const char *url, struct sw_arena *arena, struct sw_reply *ret_reply,
                    struct sw_error *err)
{
    const char *name = url + strlen("dns:");
    const char *type = strstr(url, "?type=");

    if (type == NULL || !sw_dns_look_up(sw_copy(arena, name, (size_t)(type - name)),
                                        type + strlen("?type="), arena, &ret_reply->body, err)) {
        return false;
    }
    ret_reply->status = 200;
    ret_reply->body_length = strlen(ret_reply->body);
    return true;
}

static bool ask_for_hook(struct live *live, const struct sw_request *request,
                         struct sw_arena *arena, struct sw_reply *ret_reply, struct sw_error *err)
{
    struct sw_request own = *request;

    if (sw_text_begins(request->url, "dns:")) {
        return look_up(request->url, arena, ret_reply, err);
    }
    if (!sw_hook_fill(live->site, live->redact, &own, arena, err)) {
        return false;
    }
    if (live->hook_peer == SIZE_MAX) {
        struct sw_http_peer peer = {.login = SW_HTTP_NO_LOGIN};

        live->hook_peer = sw_http_add(live->http, &peer);
    }
    return sw_http_exchange(live->http, live->hook_peer, &own, arena, ret_reply, err);
}

static bool exchange(struct live *live, size_t target, const struct sw_request *request,
                     struct sw_arena *arena, struct sw_reply *ret_reply, struct sw_error *err)
{
    if (target == SW_PORT_HOOKS) {
        return ask_for_hook(live, request, arena, ret_reply, err);
    }
    struct line *line = &live->lines[target];
    const struct sw_site_login *login = line->login;
    struct sw_request own = *request;
    char date[30];

    if (request->argv != NULL) {
        return run_program(live, request, arena, ret_reply, err);
    }
    if (line->second != NULL && is_of_origin(request->url, line->second->origin, arena)) {
        line = line->second;
        if (login->is_token) {
            return sw_fail(err, SW_E_DENIED,
                           "the token of target '%s' is not for %s: log in another "
                           "way",
                           line->target->name, line->origin);
        }
        sw_wire_date(wall_now(live), date);
        sw_request_header(&own, "Date", sw_copy_text(arena, date));
    }
    if (!is_of_origin(request->url, line->origin, arena)) {
        return sw_fail(err, SW_E_UNREACHABLE, "target '%s' is at %s; nothing is sent elsewhere",
                       line->target->name, line->origin);
    }
    if (login->is_token || login->grant != NULL) {
        if (!send_with_token(live, line, &own, arena, ret_reply, err)) {
            return false;
        }
        if (ret_reply->status != 401) {
            return true;
        }
        line->token.expires_ns = 0; /* it says so itself: fetch another, once */
        return send_with_token(live, line, &own, arena, ret_reply, err);
    }
    if (login->http == SW_HTTP_CERTIFICATE) {
        const char *word = sw_wire_certificate_login(line->target->kind);

        if (word != NULL) {
            sw_request_header(&own, "Authorization", word);
        }
    }
    return sw_http_exchange(live->http, line->peer, &own, arena, ret_reply, err);
}

/* Peers, and what stands between, like to say back what they were sent. */
static void mask_reply(const struct live *live, struct sw_arena *arena, struct sw_reply *reply)
{
    if (reply->body != NULL) {
        reply->body = sw_redact_mask(live->redact, arena, reply->body, reply->body_length);
    }
    if (reply->errors != NULL) {
        reply->errors = sw_redact_mask(live->redact, arena, reply->errors, reply->errors_length);
    }
    for (size_t i = 0; i < reply->header_count; i++) {
        struct sw_header *header = &reply->headers[i];

        header->value = sw_redact_mask(live->redact, arena, header->value, strlen(header->value));
    }
}

static bool live_exchange(struct sw_port *port, size_t target, const struct sw_request *request,
                          struct sw_arena *arena, struct sw_reply *ret_reply, struct sw_error *err)
{
    struct live *live = of(port);

    live->is_look = request->is_breakable;
    if (sw_signals_wait(&live->signals, 0) != 0 && live->is_look) {
        return sw_fail(err, SW_E_UNREACHABLE, "not asked any more, as this process is to end");
    }
    if (exchange(live, target, request, arena, ret_reply, err)) {
        mask_reply(live, arena, ret_reply);
        return true;
    }
    const char *text = sw_redact_mask(live->redact, arena, err->text, strlen(err->text));

    if (text != err->text) {
        memcpy(err->text, text, strlen(text));
    }
    return false;
}

/* ---- opening ---- */

static bool open_line(struct live *live, struct line *line, const struct sw_target *target,
                      struct sw_error *err)
{
    const struct sw_site_login *login = &sw_site_target(live->site, target->name)->login;
    struct sw_http_peer peer = {.login = login->http,
                                .is_public = sw_wire_is_public(target),
                                .user = sw_as_text(sw_get(login->settings, "user")),
                                .certificate = sw_as_text(sw_get(login->settings, "certificate")),
                                .key = sw_as_text(sw_get(login->settings, "key"))};
    struct sw_arena *arena = sw_arena_new();

    *line = (struct line){.target = target,
                          .login = login,
                          .origin = sw_wire_origin(target, live->arena),
                          .grant_peer = SIZE_MAX,
                          .token_arena = sw_arena_new()};
    live->line_count++;
    bool is_fine = login->http != SW_HTTP_BASIC ||
                   read_secret(live, &login->secret, false, arena, &peer.password, err);

    if (is_fine) {
        line->peer = sw_http_add(live->http, &peer);
    }
    sw_arena_free(arena);
    return is_fine || sw_fail_while(err, "log in to target '%s'", target->name);
}

static bool has_hooks(const struct sw_runbook *runbook)
{
    for (size_t i = 0; i < runbook->step_count; i++) {
        const struct sw_action *action = runbook->steps[i].use.action;

        if (action != NULL && action->hook != NULL) {
            return true;
        }
    }
    return false;
}

/* Checked now: a token is first fetched in the middle of a run. */
static bool have_room(const struct sw_site *site, const struct sw_runbook *runbook,
                      const struct sw_target *targets, struct sw_error *err)
{
    struct sw_arena *arena = sw_arena_new();
    size_t count = has_hooks(runbook) ? 1 : 0; /* they share one */

    for (size_t i = 0; i < runbook->target_count; i++) {
        size_t places = sw_wire_second(&targets[i], arena) != NULL ? 2 : 1;

        count += places * (sw_site_target(site, targets[i].name)->login.grant != NULL ? 2 : 1);
    }
    sw_arena_free(arena);
    return count <= SW_HTTP_PEERS ||
           sw_fail(err, SW_E_LIMIT,
                   "%zu targets and their logins need %zu connections, more than %u",
                   runbook->target_count, count, SW_HTTP_PEERS);
}

bool sw_live_open(const struct sw_site *site, const struct sw_runbook *runbook,
                  const struct sw_target *targets, struct sw_live_anchor *anchor,
                  struct sw_port **ret_port, struct sw_error *err)
{
    static const struct sw_port_ops ops = {
        .now = live_now,
        .wait = live_wait,
        .exchange = live_exchange,
        .people = live_people,
        .free = live_free,
    };

    if (!have_room(site, runbook, targets, err)) {
        return false;
    }
    struct sw_arena *arena = sw_arena_new();
    struct live *live = sw_alloc(arena, sizeof *live);
    struct sw_http_config config = {.ca_file = site->ca_file,
                                    .proxy = site->proxy,
                                    .detours = site->detours,
                                    .detour_count = site->detour_count,
                                    .breaker = &live->for_look};

    *live = (struct live){.port = {.ops = &ops},
                          .arena = arena,
                          .hook_peer = SIZE_MAX,
                          .is_look = true, /* what is opened has changed nothing yet */
                          .site = site,
                          .http = sw_http_new(&config),
                          .redact = sw_redact_new(),
                          .wall_ns = clock_ns(),
                          .opened_ns = sw_boot_ns()};
    live->lines = sw_alloc_array(arena, 2 * runbook->target_count + 1, sizeof *live->lines);
    live->hidden = sw_site_hidden(site, arena);
    anchor->wall_ns = anchor->wall_ns == 0 ? live->wall_ns : anchor->wall_ns;
    live->anchor_ns = anchor->wall_ns;
    catch_up(live, anchor->least_ns);
    sw_signals_hold(&live->signals);
    live->for_look = sw_signals_for_look(&live->signals);
    live->for_change = sw_signals_for_change(&live->signals);
    for (size_t i = 0; i < runbook->target_count; i++) {
        if (!open_line(live, &live->lines[i], &targets[i], err)) {
            live_free(&live->port);
            return false;
        }
    }
    for (size_t i = 0; i < runbook->target_count; i++) {
        const struct sw_target *second = sw_wire_second(&targets[i], arena);

        if (second == NULL) {
            continue;
        }
        live->lines[i].second = &live->lines[live->line_count];
        if (!open_line(live, live->lines[i].second, second, err)) {
            live_free(&live->port);
            return false;
        }
    }
    *ret_port = &live->port;
    return true;
}
