#include "cli/run/hook.h"

#include "base/text.h"
#include "cli/run/drive.h"
#include "cli/wire.h"
#include "hook/host.h"
#include "sdk/embedded.h"
#include "sdk/json.h"

#include <string.h>

/** Reads of one phase; more is a loop. */
#define READS_MAX 40

/** One phase of a hook under way. */
struct phase {
    const struct sw_hook_broker *broker;
    const struct sw_hook *hook;
    const char *name;
    const struct sw_value *args;
    struct sw_arena *arena;
    uint64_t attempt;
    struct sw_builder answers;
    size_t answer_count;
    struct sw_hook_host host;
    struct sw_error *err;
};

/* ---- one request ---- */

/** Handles of secrets may stand in what is sent, for those secrets that are granted. */
static bool may_use_secrets(const struct sw_hook *hook, const char *text, struct sw_arena *arena,
                            struct sw_error *err)
{
    for (const char *at = strstr(text, SW_HOOK_SECRET); at != NULL;
         at = strstr(at + 1, SW_HOOK_SECRET)) {
        const char *name = NULL;
        bool is_granted = sw_hook_handle(at, arena, &name) == 0; /* none: it is sent as it is */

        for (size_t i = 0; !is_granted && i < hook->grant_count; i++) {
            is_granted = sw_text_is(hook->grants[i].channel, "secret") &&
                         sw_text_is(hook->grants[i].what, name);
        }
        if (!is_granted) {
            return sw_fail(err, SW_E_INPUT, "the secret '%s' is not among its grants", name);
        }
    }
    return true;
}

/** Understood and granted. What a hook is not granted is its own error. */
static bool understand(const struct sw_hook *hook, const struct sw_value *request,
                       struct sw_arena *arena, const struct sw_channel **ret_channel,
                       struct sw_hook_request *ret_request, struct sw_error *err)
{
    const char *name = sw_as_text(sw_get(request, "channel"));
    const struct sw_channel *channel = sw_wire_channel(name);

    if (channel == NULL) {
        return sw_fail(err, SW_E_INPUT, "there is no way out of a hook called '%.40s'",
                       name == NULL ? "" : name);
    }
    if (!channel->read(sw_get(request, "what"), arena, ret_request, err)) {
        return sw_fail_while(err, "ctx.%s", channel->name);
    }
    bool is_granted =
        sw_hook_is_granted(hook, name, ret_request->summary) ||
        (ret_request->target != NULL && sw_hook_is_granted(hook, name, ret_request->target));

    if (!is_granted) {
        return sw_fail(err, SW_E_INPUT,
                       "'%.300s' is beyond its grants, so it was not sent; a reviewer would have "
                       "to see  grants = { %s = { '%.300s' } }  in the file",
                       ret_request->summary, name, ret_request->summary);
    }
    if (!may_use_secrets(hook, ret_request->text, arena, err)) {
        return false;
    }
    if (ret_request->target != NULL && strstr(ret_request->text, SW_HOOK_SECRET) != NULL) {
        return sw_fail(err, SW_E_INPUT, "a secret travels in web requests only");
    }
    *ret_channel = channel;
    return true;
}

static bool find_target(const struct sw_hook_broker *broker, const char *name, size_t *ret_target,
                        struct sw_error *err)
{
    for (size_t i = 0; i < broker->runbook->target_count; i++) {
        if (sw_text_is(broker->targets[i].name, name)) {
            *ret_target = i;
            return true;
        }
    }
    return sw_fail(err, SW_E_INPUT, "the runbook has no target '%.60s'", name);
}

static bool ask_target(const struct sw_hook_broker *broker, const struct sw_hook_request *request,
                       bool is_act, uint64_t attempt, struct sw_arena *arena,
                       const struct sw_value **ret_answer, bool *ret_may_have_acted,
                       struct sw_error *err)
{
    size_t target = 0;

    if (!find_target(broker, request->target, &target, err)) {
        return false;
    }
    struct sw_talk talk = {
        .transport = broker->targets[target].transport,
        .target = &broker->targets[target],
        .call = request->call,
        .is_act = is_act,
        .arena = arena,
        .attempt = attempt,
    };
    enum sw_turn turn = sw_converse(broker->port, target, &talk, NULL, err);

    *ret_may_have_acted = talk.may_have_acted;
    if (turn == SW_TURN_FOLLOW) {
        return sw_fail(err, SW_E_PROTOCOL, "%s: accepted for later, which a hook cannot follow",
                       request->summary);
    }
    *ret_answer = talk.answer.body;
    return turn == SW_TURN_DONE;
}

static bool ask_web(const struct sw_hook_broker *broker, const struct sw_channel *channel,
                    const struct sw_hook_request *request, struct sw_arena *arena,
                    const struct sw_value **ret_answer, bool *ret_may_have_acted,
                    struct sw_error *err)
{
    struct sw_reply reply = {0};

    if (!broker->port->ops->exchange(broker->port, SW_PORT_HOOKS, &request->request, arena, &reply,
                                     err)) {
        *ret_may_have_acted = err->code == SW_E_TIMEOUT || err->code == SW_E_PROTOCOL;
        return sw_fail_while(err, "%s", request->summary);
    }
    if (!channel->take(request, &reply, arena, ret_answer, err)) {
        *ret_may_have_acted = err->code == SW_E_TIMEOUT || err->code == SW_E_PROTOCOL;
        return false;
    }
    return true;
}

static void tell(const struct sw_hook_broker *broker, const char *text)
{
    if (broker->note != NULL) {
        broker->note(broker->context, text);
    }
}

/* ---- a phase ---- */

static void add_answer(struct phase *phase, const char *text, const struct sw_value *answer)
{
    struct sw_builder one = sw_map_begin(phase->arena);

    sw_map_put_text(&one, "text", text);
    sw_map_put(&one, "answer", answer);
    sw_list_add(&phase->answers, sw_built(&one));
    phase->answer_count++;
}

/** All that the process is told. */
static const struct sw_value *told(const struct phase *phase)
{
    static const char *const seen[] = {"params", "facts", "steps", "inputs", "subject", "before"};
    static const char *const plain[] = {"state", "key", "seed"};
    struct sw_arena *arena = phase->arena;
    bool is_preview = sw_text_is(phase->name, SW_HOOK_PREVIEW);
    struct sw_builder request = sw_map_begin(arena);
    struct sw_builder helpers = sw_list_begin(arena);

    sw_map_put_text(&request, "phase", is_preview ? "apply" : phase->name);
    sw_map_put_text(&request, "file", phase->hook->file);
    sw_map_put(&request, "source", sw_text_n(arena, phase->hook->source, phase->hook->length));
    for (size_t i = 0; i < SW_COUNT(seen); i++) {
        if (sw_get(phase->args, seen[i]) != NULL) {
            sw_map_put(&request, seen[i], sw_hook_plain(sw_get(phase->args, seen[i]), arena));
        }
    }
    for (size_t i = 0; i < SW_COUNT(plain); i++) {
        if (sw_get(phase->args, plain[i]) != NULL) {
            sw_map_put(&request, plain[i], sw_get(phase->args, plain[i]));
        }
    }
    for (const struct sw_embedded *text = sw_wire_hook_helpers(); text->name != NULL; text++) {
        struct sw_builder helper = sw_map_begin(arena);

        sw_map_put_text(&helper, "name", text->name);
        sw_map_put(&helper, "text", sw_text_n(arena, text->text, text->length));
        sw_list_add(&helpers, sw_built(&helper));
    }
    sw_map_put(&request, "helpers", sw_built(&helpers));
    sw_map_put(&request, "answers", sw_built(&phase->answers));
    return sw_built(&request);
}

/** It cannot be told, or went wrong: a sentence, which is an answer to the engine. */
static const struct sw_value *why(struct phase *phase, const char *text)
{
    struct sw_builder body = sw_map_begin(phase->arena);

    sw_map_put_text(&body, "why", text);
    return sw_built(&body);
}

static void put_words(struct phase *phase, const struct sw_hook_said *said, struct sw_builder *body)
{
    const struct sw_value *log = sw_get(said->body, "log");

    for (size_t i = 0; i < sw_list_count(log); i++) {
        const char *line = sw_as_text(sw_list_at(log, i));

        tell(phase->broker, line == NULL ? "" : line);
    }
    if (sw_is_known(log)) {
        sw_map_put(body, "log", log);
    }
    if (sw_is_known(sw_get(said->body, "state"))) {
        sw_map_put(body, "state", sw_get(said->body, "state"));
    }
}

/** So much of it as one line of a journal shows. */
static size_t first_line(const char *text)
{
    size_t length = strcspn(text, "\n");

    while (length > 400 || (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)) {
        length--;
    }
    return length;
}

/** It stands still before a change, or a wait: that is the engine's to make. */
static const struct sw_value *wants(struct phase *phase, const struct sw_hook_said *said,
                                    const struct sw_hook_request *request)
{
    struct sw_builder body = sw_map_begin(phase->arena);
    struct sw_builder next = sw_map_begin(phase->arena);
    const struct sw_value *asked = sw_get(said->body, "request");

    sw_map_put_text(&next, "channel", sw_as_text(sw_get(asked, "channel")));
    sw_map_put(&next, "request", asked);
    sw_map_put(&next, "text", sw_get(said->body, "text"));
    sw_map_put_text(&next, "summary", request == NULL ? "wait" : request->summary);
    sw_map_put(&next, "does",
               request == NULL ? sw_text(phase->arena, "wait")
                               : sw_text_n(phase->arena, request->text, first_line(request->text)));
    sw_map_put_text(&next, "shown", request == NULL ? "wait" : request->text);
    /* A key of this visit in the request tells the far end that it is the same one again. */
    const char *key = sw_as_text(sw_get(phase->args, "key"));

    sw_map_put_bool(&next, "is_repeatable",
                    request != NULL && (request->is_repeatable ||
                                        (key != NULL && strstr(request->text, key) != NULL)));
    sw_map_put(&body, "next", sw_built(&next));
    sw_map_put(&body, "known", sw_built(&phase->answers));
    put_words(phase, said, &body);
    return sw_built(&body);
}

/** Answer what it asks, where that only reads. @return false: `ret_body` or `err` ends the phase */
static bool answer_read(struct phase *phase, const struct sw_hook_said *said,
                        const struct sw_value **ret_body)
{
    bool may_write = sw_text_is(phase->name, "apply") || sw_text_is(phase->name, "undo") ||
                     sw_text_is(phase->name, SW_HOOK_PREVIEW);
    const struct sw_value *asked = sw_get(said->body, "request");
    const char *text = sw_as_text(sw_get(said->body, "text"));
    const struct sw_channel *channel = NULL;
    struct sw_hook_request request = {0};
    struct sw_error refusal = {0};
    const struct sw_value *answer = NULL;
    bool ignored = false;

    if (sw_text_is(sw_as_text(sw_get(asked, "channel")), "sleep") && may_write) {
        *ret_body = wants(phase, said, NULL);
        return false;
    }
    if (!understand(phase->hook, asked, phase->arena, &channel, &request, &refusal)) {
        *ret_body = why(phase, sw_format(phase->arena, "%s: %s", phase->hook->file, refusal.text));
        return false;
    }
    if (request.is_write && !may_write) {
        *ret_body = why(phase, sw_format(phase->arena,
                                         "%s: `%s` can only read, and asks for '%.300s', which "
                                         "was not sent",
                                         phase->hook->file, phase->name, request.summary));
        return false;
    }
    if (request.is_write) {
        *ret_body = wants(phase, said, &request);
        return false;
    }
    bool is_asked = request.target != NULL
                        ? ask_target(phase->broker, &request, false, phase->attempt, phase->arena,
                                     &answer, &ignored, phase->err)
                        : ask_web(phase->broker, channel, &request, phase->arena, &answer, &ignored,
                                  phase->err);

    if (is_asked) {
        add_answer(phase, text, answer);
    }
    return is_asked;
}

static bool run_phase(struct phase *phase, const struct sw_value **ret_body)
{
    for (int round = 0; round < READS_MAX; round++) {
        struct sw_hook_said said = {.outcome = SW_HOOK_GARBLED};
        struct sw_builder body = sw_map_begin(phase->arena);

        *ret_body = NULL;
        if (!sw_hook_run(&phase->host, told(phase), phase->arena, &said, phase->err)) {
            return false;
        }
        if (said.outcome == SW_HOOK_ASKS) {
            if (answer_read(phase, &said, ret_body)) {
                continue;
            }
            return *ret_body != NULL;
        }
        if (said.outcome != SW_HOOK_OK) {
            *ret_body = why(phase, sw_hook_why(&said, phase->hook->file, phase->arena));
            return true;
        }
        sw_map_put(&body, "result", sw_get(said.body, "result"));
        sw_map_put(&body, "known", sw_built(&phase->answers));
        put_words(phase, &said, &body);
        *ret_body = sw_built(&body);
        return true;
    }
    *ret_body = why(phase, sw_format(phase->arena, "%s: more than %d requests in one phase",
                                     phase->hook->file, READS_MAX));
    return true;
}

static bool look(const struct sw_hook_broker *broker, const struct sw_call *call,
                 struct sw_arena *arena, uint64_t attempt, const struct sw_value **ret_body,
                 struct sw_error *err)
{
    struct phase phase = {
        .broker = broker,
        .hook = call->hook,
        .name = call->op,
        .args = call->args,
        .arena = arena,
        .attempt = attempt,
        .answers = sw_list_begin(arena),
        .err = err,
    };
    const struct sw_value *known = sw_get(call->args, "answers");

    for (size_t i = 0; i < sw_list_count(known); i++) {
        sw_list_add(&phase.answers, sw_list_at(known, i));
    }
    return sw_hook_program(arena, &phase.host.program, err) && run_phase(&phase, ret_body);
}

/* ---- a change ---- */

static bool send(const struct sw_hook_broker *broker, const struct sw_call *call,
                 struct sw_arena *arena, uint64_t attempt, const struct sw_value **ret_body,
                 bool *ret_may_have_acted, struct sw_error *err)
{
    const struct sw_channel *channel = NULL;
    struct sw_hook_request request = {0};

    if (!understand(call->hook, sw_get(call->args, "request"), arena, &channel, &request, err)) {
        return false;
    }
    return request.target != NULL
               ? ask_target(broker, &request, true, attempt, arena, ret_body, ret_may_have_acted,
                            err)
               : ask_web(broker, channel, &request, arena, ret_body, ret_may_have_acted, err);
}

enum sw_turn sw_hook_carry(const struct sw_hook_broker *broker, const struct sw_call *call,
                           bool is_act, struct sw_arena *arena, uint64_t attempt,
                           struct sw_answer *ret_answer, bool *ret_may_have_acted,
                           struct sw_error *err)
{
    const struct sw_value *body = NULL;
    bool is_fine = false;

    *ret_may_have_acted = false;
    if (is_act != sw_text_is(call->op, SW_HOOK_SEND)) {
        sw_fail(err, SW_E_INTERNAL, "a hook that looks does not send");
        return SW_TURN_FAIL;
    }
    is_fine = is_act ? send(broker, call, arena, attempt, &body, ret_may_have_acted, err)
                     : look(broker, call, arena, attempt, &body, err);
    if (!is_fine) {
        return SW_TURN_FAIL;
    }
    *ret_answer = (struct sw_answer){.status = 200, .body = body};
    return SW_TURN_DONE;
}
