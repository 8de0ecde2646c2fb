#include "stdlib/windows/winrm.h"

#include "base/text.h"
#include "stdlib/windows/powershell.h"
#include "stdlib/windows/soap.h"
#include "stdlib/windows/soap_reply.h"

#include <string.h>

enum state { CREATING, COMMANDING, SENDING, RECEIVING, SIGNALLING, DELETING };

struct winrm {
    const char *url;
    const char *nonce;
    const char *input;
    size_t input_length, sent;
    uint64_t message_count;
    const char *message_id;
    const char *shell_id, *command_id;
    unsigned silent_count;
    struct sw_soap_output output;
    bool has_failed;
    struct sw_error failure;
};

static const char *url_of(const struct sw_target *target, struct sw_arena *arena)
{
    const char *host = sw_as_text(sw_get(target->settings, "host"));
    int64_t port = 5986;

    sw_as_int(sw_get(target->settings, "port"), &port);
    return host == NULL ? NULL : sw_format(arena, "https://%s:%lld/wsman", host, (long long)port);
}

/* @source windows.md B5 */
static bool is_plain_port(const struct sw_target *target)
{
    int64_t port = 0;

    return sw_as_int(sw_get(target->settings, "port"), &port) && port == 5985;
}

static enum sw_turn fail_now(struct sw_talk *talk)
{
    talk->out = (struct sw_request){0};
    return SW_TURN_FAIL;
}

/* Make the next message. */
static bool compose(struct sw_talk *talk, struct winrm *w, enum state state, struct sw_error *err)
{
    struct sw_arena *arena = talk->arena;
    const char *body = NULL;
    bool is_good = false;

    w->message_id = sw_soap_message_id(arena, "message", talk->attempt, ++w->message_count);
    struct sw_soap_to to = {w->url, w->message_id, w->shell_id};
    size_t piece = w->input_length - w->sent;

    piece = piece > SW_SOAP_SEND_BYTES ? SW_SOAP_SEND_BYTES : piece;
    switch (state) {
    case CREATING:
        is_good = sw_soap_create(arena, &to, &body, err);
        break;
    case COMMANDING:
        is_good = sw_soap_command(arena, &to, SW_POWERSHELL, sw_powershell_arguments, &body, err);
        break;
    case SENDING:
        is_good = sw_soap_send(arena, &to, w->command_id, w->input + w->sent, piece,
                               w->sent + piece == w->input_length, &body, err);
        w->sent += piece;
        break;
    case RECEIVING:
        is_good = sw_soap_receive(arena, &to, w->command_id, &body, err);
        break;
    case SIGNALLING:
        is_good = sw_soap_terminate(arena, &to, w->command_id, &body, err);
        break;
    case DELETING:
        is_good = sw_soap_delete(arena, &to, &body, err);
        break;
    }
    if (!is_good) {
        return false;
    }
    talk->state = (int)state;
    talk->out = (struct sw_request){
        .method = "POST", .url = w->url, .body = body, .body_length = strlen(body)};
    sw_request_header(&talk->out, "Content-Type", "application/soap+xml;charset=UTF-8");
    return true;
}

static enum sw_turn send_next(struct sw_talk *talk, struct winrm *w, enum state state,
                              struct sw_error *err)
{
    if (!compose(talk, w, state, err)) {
        /* Ids from the server that XML can't hold, or arguments too large: nothing is to be sent
         * to that shell. */
        return fail_now(talk);
    }
    if (state == SENDING && talk->is_act) {
        talk->may_have_acted = true;
    }
    return SW_TURN_SEND;
}

static enum sw_turn finish(struct sw_talk *talk, struct winrm *w, struct sw_error *err)
{
    if (!w->has_failed) {
        return SW_TURN_DONE;
    }
    *err = w->failure;
    return fail_now(talk);
}

/* Keep the failure, but close what was opened first. */
static enum sw_turn give_up(struct sw_talk *talk, struct winrm *w, struct sw_error *err)
{
    if (!w->has_failed) {
        w->failure = *err;
        w->has_failed = true;
    }
    if (w->shell_id == NULL) {
        return finish(talk, w, err);
    }
    return send_next(talk, w, w->command_id != NULL ? SIGNALLING : DELETING, err);
}

static const char *fault_advice(int64_t code)
{
    static const struct {
        int64_t code;
        const char *text;
    } rows[] = {
        {SW_FAULT_ACCESS_DENIED, ". The login must be an administrator of the server; a local "
                                 "account that is not the built-in one also needs "
                                 "LocalAccountTokenFilterPolicy=1"},
        {SW_FAULT_QUOTA, ". Shells of this user are open there; they end by themselves after the "
                         "server's IdleTimeout, or restart its service WinRM"},
        {SW_FAULT_REGISTRY_KEY, ". The user's profile is being unloaded there; a moment later it "
                                "works"},
    };

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        if (rows[i].code == code) {
            return rows[i].text;
        }
    }
    return "";
}

static enum sw_turn after_fault(struct sw_talk *talk, struct winrm *w,
                                const struct sw_soap_fault *fault, struct sw_error *err)
{
    bool is_started = talk->state >= (int)SENDING;
    enum sw_code code = is_started ? SW_E_PROTOCOL : SW_E_REFUSED;

    if (fault->code == SW_FAULT_TIMED_OUT) {
        if (talk->state == (int)RECEIVING && w->silent_count++ < SW_WINRM_SILENT_MAX) {
            return send_next(talk, w, RECEIVING, err);
        }
        code = SW_E_TIMEOUT;
    } else if (fault->code == SW_FAULT_ACCESS_DENIED) {
        code = is_started ? code : SW_E_DENIED;
    } else if (fault->code == SW_FAULT_QUOTA || fault->code == SW_FAULT_REGISTRY_KEY ||
               fault->code == SW_FAULT_NO_SHELL) {
        /* Before the script was sent a new shell will do; behind that its end was not seen. */
        code = is_started ? SW_E_TIMEOUT : SW_E_BUSY;
    }
    sw_fail(err, code, "the server says: %s (fault %lld)%s", fault->text, (long long)fault->code,
            fault_advice(fault->code));
    return give_up(talk, w, err);
}

/* The command has ended: is there an answer that counts? */
static bool take_answer(struct sw_talk *talk, struct winrm *w, struct sw_error *err)
{
    const struct sw_soap_output *output = &w->output;
    struct sw_powershell_end end = {.out = output->out.bytes,
                                    .out_length = output->out.length,
                                    .errors = output->errors.bytes,
                                    .errors_length = output->errors.length,
                                    .exit_code = (int)output->exit_code};

    if (!output->has_exit_code) {
        return sw_fail(err, SW_E_PROTOCOL, "script '%s' ended without an exit code", talk->call.op);
    }
    if (!sw_powershell_judge(talk->arena, talk->call.op, w->nonce, &end, &talk->answer, err)) {
        return false;
    }
    talk->answer.correlation = w->shell_id;
    return true;
}

static enum sw_turn after_receive(struct sw_talk *talk, struct winrm *w, const struct sw_xml *body,
                                  struct sw_error *err)
{
    size_t had = w->output.out.length + w->output.errors.length;

    if (!sw_soap_receive_add(talk->arena, body, w->command_id, &w->output, err)) {
        return give_up(talk, w, err);
    }
    if (w->output.is_done) {
        return take_answer(talk, w, err) ? send_next(talk, w, SIGNALLING, err)
                                         : give_up(talk, w, err);
    }
    bool is_silent = w->output.out.length + w->output.errors.length == had;
    w->silent_count = is_silent ? w->silent_count + 1 : 0;
    if (w->silent_count > SW_WINRM_SILENT_MAX) {
        sw_fail(err, SW_E_TIMEOUT, "script '%s' did not end", talk->call.op);
        return give_up(talk, w, err);
    }
    return send_next(talk, w, RECEIVING, err);
}

static enum sw_turn after_reply(struct sw_talk *talk, struct winrm *w, const struct sw_xml *body,
                                struct sw_error *err)
{
    switch ((enum state)talk->state) {
    case CREATING:
        return sw_soap_shell_id(talk->arena, body, &w->shell_id, err)
                   ? send_next(talk, w, COMMANDING, err)
                   : give_up(talk, w, err);
    case COMMANDING:
        return sw_soap_command_id(talk->arena, body, &w->command_id, err)
                   ? send_next(talk, w, SENDING, err)
                   : give_up(talk, w, err);
    case SENDING:
        return send_next(talk, w, w->sent < w->input_length ? SENDING : RECEIVING, err);
    case RECEIVING:
        return after_receive(talk, w, body, err);
    case SIGNALLING:
    case DELETING:
        break;
    }
    return finish(talk, w, err);
}

static enum sw_turn winrm_feed(struct sw_talk *talk, const struct sw_reply *reply,
                               struct sw_error *err)
{
    struct winrm *w = talk->own;
    enum sw_soap_kind kind = SW_SOAP_REPLY;
    const struct sw_xml *body = NULL;
    struct sw_soap_fault fault = {0};

    /* Cleaning up: whatever comes back, the outcome stands. */
    if (talk->state == (int)SIGNALLING) {
        return send_next(talk, w, DELETING, err);
    }
    if (talk->state == (int)DELETING) {
        return finish(talk, w, err);
    }
    if (reply == NULL) {
        bool is_first_send = talk->state == (int)SENDING && w->sent <= SW_SOAP_SEND_BYTES;
        if (is_first_send && err->code == SW_E_UNREACHABLE) {
            talk->may_have_acted = false; /* no byte of the script has left */
        }
        return give_up(talk, w, err);
    }
    if (!sw_soap_read(talk->arena, reply, w->message_id, &kind, &body, &fault, err)) {
        return give_up(talk, w, err);
    }
    return kind == SW_SOAP_FAULT ? after_fault(talk, w, &fault, err)
                                 : after_reply(talk, w, body, err);
}

static enum sw_turn winrm_open(struct sw_talk *talk, struct sw_error *err)
{
    struct winrm *w = sw_alloc(talk->arena, sizeof *w);

    talk->may_have_acted = false;
    if (!sw_powershell_prepare(talk, &w->input, &w->nonce, err)) {
        return fail_now(talk);
    }
    w->url = url_of(talk->target, talk->arena);
    if (w->url == NULL) {
        sw_fail(err, SW_E_INPUT, "target '%s' has no host", talk->target->name);
        return fail_now(talk);
    }
    if (is_plain_port(talk->target)) {
        sw_fail(err, SW_E_INPUT,
                "target '%s': port 5985 is WinRM over plain HTTP, where anybody on the way could "
                "read and change scripts, and a server rightly refuses what is not sealed. Give it "
                "a listener over HTTPS (5986), or use transport: ssh",
                talk->target->name);
        return fail_now(talk);
    }
    w->input_length = strlen(w->input);
    talk->own = w;
    return send_next(talk, w, CREATING, err);
}

static enum sw_turn winrm_resume(struct sw_talk *talk, const char *follow, struct sw_error *err)
{
    sw_fail(err, SW_E_INTERNAL, "a script can't be followed at '%s'", follow);
    return fail_now(talk);
}

static const char *winrm_preview(const struct sw_target *target, const struct sw_call *call,
                                 struct sw_arena *arena)
{
    const char *url = url_of(target, arena);

    return sw_powershell_preview(
        arena, sw_format(arena, "in a shell of %s", url == NULL ? "(no host)" : url), call);
}

static const char *const logins[] = {"basic", "negotiate", "certificate", NULL};

const struct sw_transport sw_winrm_transport = {
    .name = "winrm",
    .logins = logins,
    .open = winrm_open,
    .feed = winrm_feed,
    .resume = winrm_resume,
    .preview = winrm_preview,
};
