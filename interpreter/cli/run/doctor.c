#include "cli/run/doctor.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/run/drive.h"
#include "cli/run/live.h"
#include "cli/wire.h"
#include "engine/store.h"
#include "io/key.h"
#include "io/reach.h"
#include "sdk/probe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REACH_MS 10000
#define SKEW_WARN_NS (30 * SW_NS_PER_S)
#define END_WARN_NS (30 * 24 * 3600 * SW_NS_PER_S) /* a run may last as long */
#define SKEW_MAX_NS (300 * SW_NS_PER_S)            /* tickets and tokens are refused beyond it */

static void tell(struct sw_doctor *d, enum sw_finding_state state, const char *target,
                 const char *name, const char *text)
{
    struct sw_doctor_finding finding = {state, target, name, text};

    d->found(d->context, &finding);
}

/* ---- the site itself ---- */

static void check_state(struct sw_doctor *d)
{
    struct sw_store *store = NULL;
    struct sw_error err = {0};

    if (!sw_store_open_sqlite(d->state, &store, &err)) {
        tell(d, SW_FINDING_MISSING, "site", "state",
             sw_format(d->arena,
                       "%s. Name a folder of your own on a local disk with --state or "
                       "STEPWISE_STATE",
                       err.text));
        return;
    }
    store->ops->close(store);
    tell(d, SW_FINDING_OK, "site", "state",
         sw_format(d->arena, "%s can be written, and is on a disk of this machine", d->state));
}

static bool has_role(const struct sw_value *approvers, const char *role)
{
    return sw_get(approvers, role) != NULL;
}

/* Did an earlier step ask the same? Once is enough. */
static bool is_told(const struct sw_doctor *d, const char *role, size_t before)
{
    for (size_t i = 0; i < before; i++) {
        const struct sw_step *step = &d->runbook->steps[i];

        if (sw_text_is(step->by, role) ||
            (step->edge != NULL && sw_text_is(step->edge->by, role))) {
            return true;
        }
    }
    return false;
}

static void check_role(struct sw_doctor *d, const char *role, const char *step, int people)
{
    size_t count = sw_list_count(sw_get(d->site->approvers, role));

    if (!has_role(d->site->approvers, role)) {
        tell(d, SW_FINDING_MISSING, "site", "approvers",
             sw_format(d->arena,
                       "step '%s' asks the %s, and the site file names none: nobody could answer. "
                       "Add approvers: { %s: [LOGIN, ...] }",
                       step, role, role));
    } else if (count < (size_t)people) {
        tell(d, SW_FINDING_MISSING, "site", "approvers",
             sw_format(d->arena, "step '%s' wants %d of the %s, and the site file names %zu", step,
                       people, role, count));
    }
}

static void check_approvers(struct sw_doctor *d)
{
    const struct sw_value *approvers = d->site->approvers;

    if (approvers == NULL) {
        tell(d, SW_FINDING_WARN, "site", "approvers",
             "none are named: anybody who can write to the state folder may answer. Name them: "
             "approvers: { ROLE: [LOGIN, ...] }");
        return;
    }
    for (size_t i = 0; d->runbook != NULL && i < d->runbook->step_count; i++) {
        const struct sw_step *step = &d->runbook->steps[i];

        if (step->by != NULL && !is_told(d, step->by, i)) {
            check_role(d, step->by, step->id, 1);
        }
        if (step->edge != NULL && step->edge->by != NULL &&
            (has_role(approvers, step->edge->by) || !is_told(d, step->edge->by, i))) {
            check_role(d, step->edge->by, step->id, step->edge->people);
        }
    }
    for (size_t i = 0; i < approvers->as.map.count; i++) {
        const struct sw_entry *entry = &approvers->as.map.entries[i];

        tell(d, SW_FINDING_OK, "site", "approvers",
             sw_format(d->arena, "%s: %zu named", entry->key, sw_list_count(entry->value)));
    }
}

/* ---- hooks ---- */

/* Points that the runbook has: what is bound to none is skipped, or fails in the middle of a run.
 */
static void check_points(struct sw_doctor *d)
{
    for (size_t i = 0; d->runbook != NULL && i < d->runbook->step_count; i++) {
        const struct sw_step *step = &d->runbook->steps[i];

        if (step->hook == NULL || step->use.action != NULL) {
            continue;
        }
        tell(d, step->is_optional ? SW_FINDING_OK : SW_FINDING_MISSING, "site", "hooks",
             sw_format(d->arena,
                       "step '%s' has the point '%s', and nothing is bound to it: it %s. "
                       "Bind it: hooks: { %s: FILE.lua }",
                       step->id, step->hook, step->is_optional ? "is skipped" : "fails there",
                       step->hook));
    }
}

/** Those that the runbook's hooks ask for; they may be missing altogether. */
static void check_hook_secrets(struct sw_doctor *d)
{
    struct sw_diags *diags = sw_diags_new();

    if (sw_site_hold_secrets(d->site, d->runbook, diags)) {
        tell(d, SW_FINDING_OK, "site", "secrets", "all that its hooks ask for can be read");
    }
    for (size_t i = 0; i < sw_diags_count(diags); i++) {
        const struct sw_diag *diag = sw_diags_at(diags, i);

        tell(d, SW_FINDING_MISSING, "site", "secrets",
             sw_format(d->arena, "%s:%u: %s%s%s", d->site->path, (unsigned)diag->mark.line,
                       diag->text, diag->hint == NULL ? "" : "; ",
                       diag->hint == NULL ? "" : diag->hint));
    }
    sw_diags_free(diags);
}

static void check_hooks(struct sw_doctor *d)
{
    const char *const *hooks = d->site->hooks;

    for (; hooks != NULL && *hooks != NULL; hooks++) {
        const char *file = strchr(*hooks, '=') + 1;
        struct sw_error err = {0};
        bool is_fine = sw_site_guard_hook(*hooks, &err);

        tell(d, is_fine ? SW_FINDING_OK : SW_FINDING_MISSING, "site", "hooks",
             is_fine ? sw_format(d->arena, "%s: nobody else may write it", file)
                     : sw_copy_text(d->arena, err.text));
    }
    if (d->runbook != NULL) {
        check_hook_secrets(d);
    }
    for (size_t i = 0; d->runbook == NULL && i < d->site->secret_count; i++) {
        const struct sw_site_secret *row = &d->site->secrets[i];
        struct sw_arena *arena = sw_arena_new();
        const char *text = NULL;
        struct sw_error err = {0};
        bool is_fine = sw_secret_read(&row->secret, arena, &text, &err);

        tell(d, is_fine ? SW_FINDING_OK : SW_FINDING_MISSING, "site", "secrets",
             sw_format(d->arena, "%s: %s", row->name,
                       is_fine ? "can be read, by nobody else" : err.text));
        sw_arena_free(arena);
    }
    check_points(d);
}

/* ---- a target ---- */

static bool is_wanted(const struct sw_doctor *d, const char *name)
{
    bool is_there = d->runbook == NULL;

    for (size_t i = 0; d->runbook != NULL && i < d->runbook->target_count; i++) {
        is_there = is_there || sw_text_is(d->runbook->targets[i].name, name);
    }
    return is_there;
}

static void check_bindings(struct sw_doctor *d)
{
    for (size_t i = 0; d->runbook != NULL && i < d->runbook->target_count; i++) {
        const struct sw_target_decl *decl = &d->runbook->targets[i];
        const struct sw_site_target *bound = sw_site_target(d->site, decl->name);

        if (bound == NULL || !sw_text_is(bound->kind->name, decl->kind->name)) {
            tell(d, SW_FINDING_MISSING, decl->name, "binding",
                 sw_format(d->arena, "the runbook wants a %s called '%s', and the site file %s",
                           decl->kind->name, decl->name,
                           bound == NULL ? "does not bind it" : "binds another kind of target"));
        }
    }
}

static void check_files(struct sw_doctor *d)
{
    struct sw_error err = {0};
    bool is_fine = sw_site_guard_file(d->site->path, &err);

    tell(d, is_fine ? SW_FINDING_OK : SW_FINDING_MISSING, "site", "file",
         is_fine ? "nobody else may write it" : sw_copy_text(d->arena, err.text));
}

/* @return false: there is no sense in asking the target */
static bool check_secret(struct sw_doctor *d, const struct sw_site_target *target)
{
    const struct sw_secret *secret = &target->login.secret;
    struct sw_arena *arena = sw_arena_new();
    const char *text = NULL;
    struct sw_error err = {0};
    bool is_fine = secret->place == SW_SECRET_NONE || sw_secret_read(secret, arena, &text, &err);

    if (secret->place != SW_SECRET_NONE) {
        tell(d, is_fine ? SW_FINDING_OK : SW_FINDING_MISSING, target->name, "secret",
             is_fine ? "can be read, by nobody else" : sw_copy_text(d->arena, err.text));
    }
    sw_arena_free(arena);
    return is_fine;
}

static bool check_reach(struct sw_doctor *d, const struct sw_target *target)
{
    const char *origin = sw_wire_origin(target, d->arena);
    const char *colon = strrchr(origin, ':');
    const char *host = sw_copy(d->arena, origin, (size_t)(colon - origin));
    int port = (int)strtol(colon + 1, NULL, 10);
    struct sw_error err = {0};

    if (target->transport->logins != NULL && target->transport->logins[0] == NULL) {
        return true; /* of this machine */
    }
    if (d->site->proxy != NULL && target->at == NULL) {
        tell(d, SW_FINDING_OK, target->name, "reach",
             sw_format(d->arena, "%s is asked through the proxy", origin));
        return true;
    }
    if (!sw_reach(target->at == NULL ? host : target->at,
                  target->at == NULL ? port : target->at_port, REACH_MS, &err)) {
        tell(d, SW_FINDING_MISSING, target->name, "reach",
             sw_format(d->arena, "%s. %s", err.text,
                       err.code == SW_E_NOT_FOUND
                           ? "Write the full name, as DNS has it"
                           : "Is it on, does its service listen, does a firewall let this machine "
                             "through?"));
        return false;
    }
    tell(d, SW_FINDING_OK, target->name, "reach",
         sw_format(d->arena, "%s takes connections", origin));
    return true;
}

/* What libcurl and OpenSSL say, and what to do. */
static const char *tls_advice(const char *said)
{
    static const struct {
        const char *words, *advice;
    } rows[] = {
        {"expired", "Its certificate has expired: renew it there"},
        {"not yet valid", "Its certificate is not valid yet: is this machine's clock right?"},
        {"subject name", "Its certificate is for another name: write the name that stands in it, "
                         "or have a certificate made for this one"},
        {"self-signed", "Nobody certifies it: name its certificate in tls: { ca_file: PATH }"},
        {"self signed", "Nobody certifies it: name its certificate in tls: { ca_file: PATH }"},
        {"local issuer", "Who certifies it is not known here: name them in tls: { ca_file: PATH }"},
        {"wrong version number", "What answers there speaks plain HTTP: name the port of its "
                                 "listener over HTTPS"},
        {"CAfile", "The file in tls: { ca_file } cannot be read"},
    };

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        if (strstr(said, rows[i].words) != NULL) {
            return rows[i].advice;
        }
    }
    return "What answers there does not speak TLS as a peer of today does";
}

/* Of a certificate: one that ends in the middle of a run of weeks. Ended ones are told elsewhere.
 */
static void check_end(struct sw_doctor *d, const char *target, const char *whose, int64_t end_ns)
{
    char when[SW_TIME_TEXT_BYTES];
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    int64_t left_ns = end_ns - (int64_t)now.tv_sec * SW_NS_PER_S;

    if (left_ns > 0 && left_ns < END_WARN_NS) {
        sw_time_format(end_ns, when);
        tell(d, SW_FINDING_WARN, target, "tls",
             sw_format(d->arena,
                       "%s ends at %s, in %" PRId64 " day(s): renew it before a run that "
                       "may last as long",
                       whose, when, left_ns / (24 * 3600 * SW_NS_PER_S)));
    }
}

/* Our own: of an application, or of a user. */
static void check_own_certificate(struct sw_doctor *d, const struct sw_site_target *target)
{
    const char *path = sw_as_text(sw_get(target->login.settings, "certificate"));
    SW_CLEANUP(sw_buf_release) struct sw_buf text;
    struct sw_error err = {0};
    int64_t end_ns = 0;

    sw_buf_init(&text, SW_LIMIT_FILE_BYTES);
    if (path != NULL && sw_file_read(path, &text, &err) &&
        sw_certificate_end(text.bytes, &end_ns, &err)) {
        check_end(d, target->name, "the certificate that it is logged in to with", end_ns);
    }
}

static bool check_tls(struct sw_doctor *d, const struct sw_target *target)
{
    struct sw_http_config config = {.ca_file = d->site->ca_file,
                                    .proxy = d->site->proxy,
                                    .detours = d->site->detours,
                                    .detour_count = d->site->detour_count};
    struct sw_http_peer peer = {.login = SW_HTTP_NO_LOGIN, .wants_end = true};
    struct sw_arena *arena = sw_arena_new();
    struct sw_request request = {
        .method = "GET", .url = sw_format(arena, "https://%s/", sw_wire_origin(target, arena))};
    struct sw_http *http = sw_http_new(&config);
    struct sw_reply reply = {0};
    struct sw_error err = {0};
    size_t line = sw_http_add(http, &peer);
    bool is_fine = sw_http_exchange(http, line, &request, arena, &reply, &err);
    int64_t end_ns = 0;

    /* An answer that does not come whole came over TLS all the same. */
    if (is_fine || err.code != SW_E_UNREACHABLE) {
        is_fine = true;
        tell(d, SW_FINDING_OK, target->name, "tls",
             "its certificate is for this name, in time, and by an authority that is known");
        if (sw_http_certificate_end(http, line, &end_ns)) {
            check_end(d, target->name, "its certificate", end_ns);
        }
    } else {
        tell(d, SW_FINDING_MISSING, target->name, "tls",
             sw_format(d->arena, "%s. %s", err.text, tls_advice(err.text)));
    }
    sw_http_free(http);
    sw_arena_free(arena);
    return is_fine;
}

static bool is_plain(const struct sw_site *site, const struct sw_target *target)
{
    for (size_t i = 0; target->at != NULL && i < site->detour_count; i++) {
        if (site->detours[i].at_port == target->at_port && site->detours[i].is_plain) {
            return true;
        }
    }
    return false;
}

/** One target with its open wires. */
struct patient {
    struct sw_doctor *doctor;
    const struct sw_target *target;
    struct sw_port *port;
    struct sw_arena *arena; /**< of one check */
    struct sw_error err;    /**< why the last look failed */
    int64_t skew_ns;
    bool has_skew, is_lost;
    uint64_t attempt;
};

static bool look(struct patient *p, const struct sw_call *call, struct sw_answer *ret_answer)
{
    struct sw_talk talk = {.transport = p->target->transport,
                           .target = p->target,
                           .call = *call,
                           .arena = p->arena,
                           .attempt = ++p->attempt};

    p->err = (struct sw_error){0};
    int64_t before = p->port->ops->now(p->port);
    bool is_done = sw_converse(p->port, 0, &talk, NULL, &p->err) == SW_TURN_DONE;
    int64_t after = p->port->ops->now(p->port);

    p->doctor->ending = p->port->ops->wait(p->port, 0);
    if (is_done && talk.answer.peer_time_ns != 0) {
        p->skew_ns = talk.answer.peer_time_ns - (before + (after - before) / 2);
        p->has_skew = true;
    }
    *ret_answer = talk.answer;
    return is_done;
}

/* @return false: a look failed, p->err says why */
static bool probe_it(struct patient *p, const struct sw_check *check, struct sw_probe *probe,
                     enum sw_verdict *ret_verdict)
{
    struct sw_view view = {.arena = p->arena, .target = p->target};

    sw_probe_begin(probe, &view, true);
    *ret_verdict = sw_probe_call(probe, check->probe);
    while (*ret_verdict == SW_PENDING) {
        for (size_t i = 0; i < probe->ask_count; i++) {
            struct sw_answer answer = {0};

            if (probe->asks[i].is_answered) {
                continue;
            }
            if (!look(p, &probe->asks[i].look.call, &answer)) {
                return false;
            }
            sw_probe_answer(probe, i, &answer);
        }
        *ret_verdict = sw_probe_call(probe, check->probe);
    }
    return true;
}

static void check_by_pack(struct patient *p, const struct sw_check *check)
{
    struct sw_doctor *d = p->doctor;
    struct sw_probe *probe = sw_alloc(p->arena, sizeof *probe);
    enum sw_verdict verdict = SW_FAILED;

    if (!probe_it(p, check, probe, &verdict)) {
        tell(d, SW_FINDING_MISSING, p->target->name, check->name,
             sw_format(d->arena, "%s. %s", p->err.text, check->advice));
        /* Nobody there, or no way in: the others would only say it again. */
        p->is_lost = p->err.code == SW_E_UNREACHABLE || p->err.code == SW_E_DENIED ||
                     p->err.code == SW_E_TIMEOUT;
        return;
    }
    const char *said = probe->said == NULL ? check->doc : probe->said;

    if (verdict == SW_FAILED) {
        said = sw_format(d->arena, "%s. %s", said, check->advice);
    }
    tell(d,
         verdict == SW_HOLDS     ? SW_FINDING_OK
         : verdict == SW_UNCLEAR ? SW_FINDING_WARN
                                 : SW_FINDING_MISSING,
         p->target->name, check->name, sw_copy_text(d->arena, said));
}

static void check_clock(struct patient *p)
{
    struct sw_doctor *d = p->doctor;
    int64_t off_ns = p->skew_ns < 0 ? -p->skew_ns : p->skew_ns;

    if (!p->has_skew || d->site->pace > 1) {
        return; /* a model has a time of its own */
    }
    tell(d,
         off_ns > SKEW_MAX_NS    ? SW_FINDING_MISSING
         : off_ns > SKEW_WARN_NS ? SW_FINDING_WARN
                                 : SW_FINDING_OK,
         p->target->name, "clock",
         sw_format(d->arena, "its clock is %" PRId64 " s %s this machine's%s", off_ns / SW_NS_PER_S,
                   p->skew_ns < 0 ? "behind" : "ahead of",
                   off_ns > SKEW_WARN_NS ? ". Let both follow a time server" : ""));
}

static void check_packs(struct sw_doctor *d, const struct sw_target *target,
                        struct sw_target_decl *decl)
{
    struct sw_runbook alone = {.targets = decl, .target_count = 1};
    struct sw_live_anchor anchor = {0};
    struct patient p = {.doctor = d, .target = target};

    if (!sw_live_open(d->site, &alone, target, &anchor, &p.port, &p.err)) {
        tell(d, SW_FINDING_MISSING, target->name, "login", sw_copy_text(d->arena, p.err.text));
        return;
    }
    for (const struct sw_pack *const *pack = sw_wire_registry()->packs; *pack != NULL; pack++) {
        for (const struct sw_check *check = (*pack)->checks;
             check != NULL && check->name != NULL && !p.is_lost && d->ending == 0; check++) {
            if (sw_text_is(check->target_kind, target->kind)) {
                p.arena = sw_arena_new();
                check_by_pack(&p, check);
                sw_arena_free(p.arena);
            }
        }
    }
    check_clock(&p);
    p.port->ops->free(p.port);
}

static void check_target(struct sw_doctor *d, const struct sw_site_target *bound)
{
    struct sw_target_decl decl = {.name = bound->name, .kind = bound->kind};
    struct sw_runbook alone = {.targets = &decl, .target_count = 1};
    const struct sw_target *target = NULL;
    struct sw_error err = {0};

    if (!sw_site_bind(d->site, &alone, d->arena, &target, &err)) {
        tell(d, SW_FINDING_MISSING, bound->name, "binding", sw_copy_text(d->arena, err.text));
        return;
    }
    bool is_https =
        target->transport->logins == NULL ||
        (target->transport->logins[0] != NULL && !sw_text_is(target->transport->logins[0], "key"));
    bool has_secret = check_secret(d, bound);

    check_own_certificate(d, bound);

    if (!check_reach(d, target) ||
        (is_https && !is_plain(d->site, target) && !check_tls(d, target)) || !has_secret) {
        return;
    }
    check_packs(d, target, &decl);
}

void sw_doctor_run(struct sw_doctor *d)
{
    check_files(d);
    check_state(d);
    check_approvers(d);
    check_hooks(d);
    check_bindings(d);
    for (size_t i = 0; i < d->site->target_count && d->ending == 0; i++) {
        if (is_wanted(d, d->site->targets[i].name)) {
            check_target(d, &d->site->targets[i]);
        }
    }
}
