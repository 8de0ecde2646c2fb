#include "cli/run/door.h"

#include "base/digest.h"
#include "base/entropy.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/book/hook_grants.h"
#include "cli/wire.h"
#include "io/key.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#define SECRET_BYTES 24
#define LIVES_MS (INT64_C(3600) * 1000)

static const char throw_away[] = "Throw-away authority of a model world that is served.\n";

/* "DNS:HOST" for each host that is here, and this machine's own names. */
static const char *names_of(const struct sw_session *session, struct sw_arena *arena)
{
    const char *names = "DNS:localhost,IP:127.0.0.1,IP:::1";

    for (size_t i = 0; i < session->runbook.runbook->target_count; i++) {
        const char *origin = sw_wire_origin(&session->targets[i], arena);

        const struct sw_target *second = sw_wire_second(&session->targets[i], arena);

        names = sw_format(arena, "%s,DNS:%.*s", names, (int)strcspn(origin, ":"), origin);
        if (second != NULL) {
            origin = sw_wire_origin(second, arena);
            names = sw_format(arena, "%s,DNS:%.*s", names, (int)strcspn(origin, ":"), origin);
        }
    }
    for (const char *const *host = sw_wire_sign_in_hosts(); *host != NULL; host++) {
        names = sw_format(arena, "%s,DNS:%s", names, *host);
    }
    for (const struct sw_hook_reach *at = sw_hook_origins(session->runbook.runbook, arena);
         at->name != NULL; at++) {
        names = sw_format(arena, "%s,DNS:%.*s", names, (int)strcspn(at->name, ":"), at->name);
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
    SW_CLEANUP(sw_buf_release) struct sw_buf old;
    struct sw_error ignored = {0};

    sw_buf_init(&old, SW_LIMIT_FILE_BYTES);
    if (is_there(path) &&
        !(sw_file_read(path, &old, &ignored) && sw_text_begins(old.bytes, throw_away))) {
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

static bool open_tls(const struct sw_session *session, const char *folder, struct sw_door *door,
                     struct sw_error *err)
{
    struct sw_arena *arena = session->arena;
    const char *certificate = sw_format(arena, "%s/cert.pem", folder);
    const char *key = sw_format(arena, "%s/key.pem", folder);
    const char *pem = NULL;

    door->ca_file = sw_format(arena, "%s/ca.pem", folder);
    if (is_there(certificate) && !is_there(door->ca_file)) {
        return sw_fail(err, SW_E_INPUT,
                       "'%s' lacks ca.pem, the authority that certifies its cert.pem", folder);
    }
    if (is_there(certificate)) {
        return sw_tls_open(certificate, key, &door->tls, err);
    }
    return sw_tls_make(names_of(session, arena), arena, &pem, &door->tls, err) &&
           write_ca(door->ca_file, pem, arena, err);
}

/* ---- logins ---- */

static bool make_secret(struct sw_arena *arena, const char **ret_text, struct sw_error *err)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    uint8_t bytes[SECRET_BYTES];

    if (!sw_entropy(bytes, sizeof bytes, err)) {
        return false;
    }
    sw_buf_init(&buf, 64);
    sw_base64url_add(&buf, bytes, sizeof bytes);
    *ret_text = sw_copy(arena, buf.bytes, buf.length);
    return true;
}

static bool read_application(const char *path, struct sw_arena *arena, const char **ret_text,
                             struct sw_error *err)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, SW_LIMIT_FILE_BYTES);
    if (!is_there(path)) {
        return true;
    }
    if (!sw_file_read(path, &buf, err)) {
        return false;
    }
    *ret_text = sw_copy(arena, buf.bytes, buf.length);
    return true;
}

static bool open_gates(const struct sw_session *session, const char *folder, int64_t lives_ms,
                       struct sw_door *door, struct sw_error *err)
{
    struct sw_arena *arena = session->arena;
    size_t count = session->runbook.runbook->target_count;
    struct sw_gate_config config = {
        .lives_ns = (lives_ms == 0 ? LIVES_MS : lives_ms) * SW_NS_PER_MS, .verify = sw_key_verify};

    door->gates = sw_alloc_array(arena, count + 1, sizeof(struct sw_gate *));
    door->logins = sw_alloc_array(arena, count + 1, sizeof(const char *));
    if (!read_application(sw_format(arena, "%s/app.pem", folder), arena, &config.certificate,
                          err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const struct sw_target *target = &session->targets[i];
        const struct sw_gate_kind *kind = sw_wire_gate(target->kind);
        const char *path = sw_format(arena, "%s/%s.secret", folder, target->name);

        if (kind == NULL) {
            continue;
        }
        if (!make_secret(arena, &config.secret, err) ||
            !sw_file_write(path, config.secret, strlen(config.secret), 0600, err)) {
            return false;
        }
        door->gates[door->gate_count++] = kind->make(&config, target->settings);
        door->logins[i] = kind->login(arena, path);
    }
    return true;
}

/* What hooks may say is made, too, though nobody here asks for it. */
static bool make_hook_secrets(const struct sw_session *session, const char *folder,
                              struct sw_error *err)
{
    struct sw_arena *arena = session->arena;
    const struct sw_hook_reach *at = sw_hook_secrets(session->runbook.runbook, arena);
    const char *text = NULL;

    for (; at->name != NULL; at++) {
        if (!make_secret(arena, &text, err) ||
            !sw_file_write(sw_format(arena, "%s/hook-%s.secret", folder, at->name), text,
                           strlen(text), 0600, err)) {
            return false;
        }
    }
    return true;
}

bool sw_door_open(const struct sw_session *session, const char *folder, int64_t lives_ms,
                  struct sw_door *ret_door, struct sw_error *err)
{
    folder = absolute(folder, session->arena);
    *ret_door = (struct sw_door){.folder = folder};
    return sw_folder_make(folder, err) && open_tls(session, folder, ret_door, err) &&
           open_gates(session, folder, lives_ms, ret_door, err) &&
           make_hook_secrets(session, folder, err);
}

void sw_door_close(struct sw_door *door)
{
    for (size_t i = 0; i < door->gate_count; i++) {
        door->gates[i]->ops->free(door->gates[i]);
    }
    sw_tls_close(door->tls);
    *door = (struct sw_door){0};
}

bool sw_door_answer(const struct sw_door *door, int64_t world_ns, const struct sw_request *request,
                    struct sw_arena *arena, struct sw_reply *ret_reply)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_REALTIME, &now);
    for (size_t i = 0; i < door->gate_count; i++) {
        struct sw_gate *gate = door->gates[i];

        if (gate->ops->answer(gate, world_ns, (int64_t)now.tv_sec * SW_NS_PER_S + now.tv_nsec,
                              request, arena, ret_reply)) {
            return true;
        }
    }
    return false;
}
