#include "stdlib/windows/world/basic_gate.h"

#include "base/digest.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

struct gate {
    struct sw_gate gate; /* first: it is used as a sw_gate */
    struct sw_arena *arena;
    const char *host;
    const char *login; /* "Basic ..." */
};

static bool gate_answer(struct sw_gate *gate, int64_t world_ns, int64_t wall_ns,
                        const struct sw_request *request, struct sw_arena *arena,
                        struct sw_reply *ret_reply)
{
    const struct gate *own = (const struct gate *)(const void *)gate; /* its first member */
    const char *place = strstr(request->url, "://");

    (void)world_ns;
    (void)wall_ns;
    if (place == NULL ||
        !sw_text_is_folded(sw_copy(arena, place + 3, strcspn(place + 3, ":/?#")), own->host)) {
        return false;
    }
    for (size_t i = 0; i < request->header_count; i++) {
        if (sw_text_is_folded(request->headers[i].name, "Authorization") &&
            sw_text_is(request->headers[i].value, own->login)) {
            return false;
        }
    }
    *ret_reply = (struct sw_reply){.status = 401};
    sw_reply_set_header(ret_reply, "WWW-Authenticate", "Basic realm=\"WSMAN\"");
    sw_reply_set_header(ret_reply, "Server", "Microsoft-HTTPAPI/2.0");
    return true;
}

static void gate_free(struct sw_gate *gate)
{
    sw_arena_free(((struct gate *)(void *)gate)->arena); /* the gate itself lives there */
}

static struct sw_gate *make(const struct sw_gate_config *config, const struct sw_value *settings)
{
    static const struct sw_gate_ops ops = {.answer = gate_answer, .free = gate_free};
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    struct sw_arena *arena = sw_arena_new();
    struct gate *gate = sw_alloc(arena, sizeof *gate);
    const char *host = sw_as_text(sw_get(settings, "host"));
    const char *pair = sw_format(arena, "%s:%s", SW_WINRM_WORLD_USER, config->secret);

    sw_buf_init(&buf, SW_LIMIT_FILE_BYTES);
    sw_buf_add_text(&buf, "Basic ");
    sw_base64_add(&buf, pair, strlen(pair));
    *gate = (struct gate){.gate = {.ops = &ops},
                          .arena = arena,
                          .host = sw_copy_text(arena, host == NULL ? "" : host),
                          .login = sw_copy(arena, buf.bytes, buf.length)};
    return &gate->gate;
}

static const char *login(struct sw_arena *arena, const char *secret_file)
{
    return sw_format(arena, "{ by: basic, user: '%s', secret: { file: '%s' } }",
                     SW_WINRM_WORLD_USER, secret_file);
}

const struct sw_gate_kind sw_winrm_basic_gate = {.login = login, .make = make};
