/* Each string of tests/data/injection in every input of every action and every setting of its
 * target: on the wire it is the value and nothing else, or it is refused before anything is sent.
 * The registry is walked, so what is added to it is tested by itself. */
#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/book/load.h"
#include "cli/wire.h"
#include "sdk/json.h"
#include "sdk/probe.h"
#include "stdlib/windows/powershell.h"
#include "stdlib/windows/shell.h"
#include "unit/cli/injection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENDPOINT "5f0c9a52-1d0b-4a53-9d53-4f5c6f0f7a10"
#define SENT_MAX 64

/* ---- what goes out ---- */

/** One request as it left, or a script with its arguments, decoded from what left. */
struct sent {
    const char *op; /**< method, or the script's name */
    const char *url;
    const char *body;             /**< HTTP: JSON, or NULL */
    const struct sw_value *args;  /**< script: decoded */
    const struct sw_value *given; /**< script: what was to be sent */
};

struct bench {
    struct sw_arena *arena; /**< of one case */
    struct sw_world *world;
    struct sw_loaded world_file;
    const struct sw_value *subject;
    struct sw_probe *probe;
    uint64_t attempt;
    struct sent sent[SENT_MAX];
    size_t sent_count;
    size_t act_count;     /**< changes that were built */
    size_t refused_count; /**< talks that failed before anything left */
};

/* A decoder of our own: RFC 4648, nothing but its alphabet. */
static char *unbase64(struct sw_arena *arena, const char *text, size_t length, size_t *ret_length)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *out = sw_alloc(arena, length + 4);
    size_t count = 0;
    unsigned bits = 0;
    unsigned held = 0;

    for (size_t i = 0; i < length && text[i] != '='; i++) {
        const char *at = strchr(alphabet, text[i]);

        assert_true(text[i] != '\0' && at != NULL);
        held = held << 6 | (unsigned)(at - alphabet);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[count++] = (char)(held >> bits & 0xff);
        }
    }
    *ret_length = count;
    return out;
}

/* The text on standard input: arguments as data in front of a fixed text, and nothing else. */
static void take_script(struct bench *b, const struct sw_call *call, const char *input,
                        size_t length)
{
    static const char begin[] = "$StepwiseArguments = '";
    struct sw_powershell_script script;
    struct sw_error err = {0};
    const struct sw_value *envelope = NULL;
    size_t json_length = 0;

    assert_true(sw_powershell_find(b->arena, call->op, &script, &err));
    assert_true(length > sizeof begin && memcmp(input, begin, sizeof begin - 1) == 0);
    const char *base64 = input + sizeof begin - 1;
    size_t base64_length = strcspn(base64, "'");

    assert_int_equal(base64[base64_length + 1], '\n');
    assert_string_equal(base64 + base64_length + 2, script.body);
    const char *json = unbase64(b->arena, base64, base64_length, &json_length);

    if (!sw_json_read(b->arena, json, json_length, SW_JSON_PLAIN, &envelope, &err)) {
        fail_msg("%s: %s", call->op, err.text);
    }
    b->sent[b->sent_count++] =
        (struct sent){.op = call->op, .args = sw_get(envelope, "args"), .given = call->args};
}

/* Every byte of a URL is one that a URL has, and the host is ours. */
static void take_http(struct bench *b, const struct sw_request *request)
{
    static const char fine[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                               "-._~/?=&%:,$()*+!@;'";

    assert_int_equal(strspn(request->url, fine), strlen(request->url));
    assert_true(sw_text_begins(request->url, "https://"));
    assert_null(strstr(request->url, "/../"));
    assert_null(strstr(request->url + 8, "//"));
    for (size_t i = 0; i < request->header_count; i++) {
        assert_null(strpbrk(request->headers[i].value, "\r\n"));
    }
    b->sent[b->sent_count++] = (struct sent){
        .op = request->method,
        .url = sw_copy_text(b->arena, request->url),
        .body =
            request->body == NULL ? NULL : sw_copy(b->arena, request->body, request->body_length)};
}

/* The standard input that a WinRM conversation really sent: base64 in one or several messages. */
static void add_stream(struct sw_buf *input, struct sw_arena *arena, const struct sw_request *out)
{
    const char *at = strstr(out->body, "<rsp:Stream ");

    if (at != NULL && strstr(at, "Name=\"stdin\"") != NULL) {
        const char *text = strchr(at, '>') + 1;
        size_t length = 0;
        const char *bytes = unbase64(arena, text, strcspn(text, "<"), &length);

        sw_buf_add(input, bytes, length);
    }
}

/* The one place that a server's messages go to. */
static const char *server_url(struct sw_arena *arena, const struct sw_target *target)
{
    int64_t port = 5986;

    sw_as_int(sw_get(target->settings, "port"), &port);
    return sw_format(arena, "https://%s:%lld/wsman", sw_as_text(sw_get(target->settings, "host")),
                     (long long)port);
}

/* A whole conversation with the model world, noting what leaves. An act is only opened. */
static bool talk(struct bench *b, const struct sw_target *target, const struct sw_call *call,
                 bool is_act, struct sw_answer *ret_answer)
{
    const struct sw_transport *transport =
        is_act && sw_text_is(call->kind, "script") ? &sw_local_transport : target->transport;
    struct sw_talk talk = {.transport = transport,
                           .target = target,
                           .call = *call,
                           .is_act = is_act,
                           .arena = b->arena,
                           .attempt = ++b->attempt};
    struct sw_error err = {0};
    enum sw_turn turn = transport->open(&talk, &err);
    bool is_script = sw_text_is(call->kind, "script");
    SW_CLEANUP(sw_buf_release) struct sw_buf input;

    sw_buf_init(&input, SW_LIMIT_REPLY_BYTES);
    if (turn != SW_TURN_SEND) {
        assert_true(err.text[0] != '\0');
        b->refused_count++;
        return false;
    }
    if (is_act && is_script) {
        take_script(b, call, talk.out.body, talk.out.body_length);
        return false;
    }
    for (int i = 0; turn == SW_TURN_SEND && i < 300; i++) {
        struct sw_reply reply = {0};
        struct sw_error why = {0};

        assert_true(b->sent_count + 2 < SENT_MAX);
        if (is_script) {
            assert_string_equal(talk.out.url, server_url(b->arena, target));
            add_stream(&input, b->arena, &talk.out);
        } else {
            take_http(b, &talk.out);
        }
        if (is_act) {
            return false;
        }
        bool is_here = b->world->ops->exchange(b->world, &talk.out, b->arena, &reply, &why);
        err = why;
        turn = transport->feed(&talk, is_here ? &reply : NULL, &err);
    }
    if (is_script && input.length > 0) {
        take_script(b, call, input.bytes, input.length);
    }
    *ret_answer = talk.answer;
    return turn == SW_TURN_DONE;
}

/* Probe in the world; then all that it would change is built. */
static void visit(struct bench *b, const struct sw_action *action, const struct sw_value *inputs,
                  const struct sw_target *target)
{
    struct sw_view view = {
        .arena = b->arena, .inputs = inputs, .subject = b->subject, .target = target};

    b->attempt = 0;
    b->sent_count = b->refused_count = 0;
    sw_probe_begin(b->probe, &view, true);
    enum sw_verdict verdict = sw_probe_call(b->probe, action->probe);

    bool is_lost = false;

    while (verdict == SW_PENDING && !is_lost) {
        for (size_t i = 0; i < b->probe->ask_count && !is_lost; i++) {
            struct sw_answer answer = {0};

            if (b->probe->asks[i].is_answered) {
                continue;
            }
            if (!talk(b, target, &b->probe->asks[i].look.call, false, &answer)) {
                is_lost = true; /* a failed ask ends the attempt; what could be sent is tried */
                continue;
            }
            sw_probe_answer(b->probe, i, &answer);
        }
        verdict = is_lost ? SW_FAILED : sw_probe_call(b->probe, action->probe);
    }
    view.before = sw_value_copy(b->arena, sw_built(&b->probe->seen));
    for (const struct sw_write *row = action->writes; row != NULL && row->name != NULL; row++) {
        struct sw_act act;
        struct sw_error err = {0};
        struct sw_answer ignored;

        if (row->build(&view, &act, &err)) {
            b->act_count++;
            (void)talk(b, target, &act.call, true, &ignored);
        }
    }
}

/* ---- slots ---- */

static const char *benign_of(const struct sw_type *type)
{
    switch (type->kind) {
    case SW_T_STRING:
    case SW_T_ANY:
        return "Benign1";
    case SW_T_WIN_PATH:
        return "D:\\Benign1";
    case SW_T_UNC_PATH:
        return "\\\\benign1\\share";
    case SW_T_PATH:
        return "/benign1";
    case SW_T_GUID:
        return "11111111-2222-4333-8444-555555555555";
    case SW_T_HOST:
        return "benign1.example";
    case SW_T_URL:
        return "https://benign1.example/x";
    case SW_T_RESOURCE_ID:
        return "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/benign1/"
               "providers/Microsoft.StorageSync/storageSyncServices/benign1";
    case SW_T_INT:
        return "7";
    case SW_T_SIZE:
        return "7GiB";
    case SW_T_DURATION:
        return "7m";
    case SW_T_BOOL:
        return "true";
    default:
        return NULL;
    }
}

/* For the slots beside the one that is tried. */
static const char *other_of(const struct sw_type *type)
{
    return type->kind == SW_T_STRING ? "Other1" : benign_of(type);
}

/* Fields as a map: presets, benign values where required, `slot` as given. */
static const struct sw_value *fill(struct sw_arena *arena, const struct sw_field *fields,
                                   const struct sw_value *base, const char *slot,
                                   const struct sw_value *value)
{
    struct sw_builder map = sw_map_begin(arena);

    for (const struct sw_field *f = fields; f != NULL && f->name != NULL; f++) {
        const struct sw_value *own = base == NULL ? NULL : sw_get(base, f->name);
        bool is_wanted = (f->flags & SW_FIELD_REQUIRED) != 0;
        const char *text = f->preset != NULL ? f->preset : is_wanted ? other_of(f->type) : NULL;
        struct sw_error err = {0};

        if (sw_text_is(f->name, slot)) {
            own = value;
        } else if (own == NULL && text != NULL &&
                   !sw_type_parse(f->type, text, arena, &own, &err)) {
            fail_msg("%s: %s", f->name, err.text);
        }
        if (own != NULL) {
            sw_map_put(&map, f->name, own);
        }
    }
    return sw_built(&map);
}

struct slot {
    const struct sw_action *action;
    const struct sw_field *field;
    bool is_setting;
};

static const struct sw_target_kind *kind_of(const struct sw_action *action)
{
    return sw_registry_target_kind(sw_wire_registry(), action->target_kind);
}

static void visit_slot(struct bench *b, const struct slot *slot, const struct sw_value *value)
{
    const struct sw_target_kind *kind = kind_of(slot->action);
    const struct sw_value *bindings = b->world->ops->bindings(b->world, b->arena);
    struct sw_target target = {.name = "it",
                               .kind = kind->name,
                               .settings =
                                   fill(b->arena, kind->settings, sw_get(bindings, kind->name),
                                        slot->is_setting ? slot->field->name : NULL, value)};
    const struct sw_value *inputs = fill(b->arena, slot->action->inputs, NULL,
                                         slot->is_setting ? NULL : slot->field->name, value);

    target.transport = sw_wire_transport(kind->name, NULL);
    visit(b, slot->action, inputs, &target);
}

/* ---- what is expected ---- */

/* RFC 3986: a segment holds its unreserved characters; all else is percent-encoded. */
static const char *strictly_encoded(struct sw_arena *arena, const char *text)
{
    static const char unreserved[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    char *out = sw_alloc(arena, strlen(text) * 3 + 1);
    size_t n = 0;

    for (; *text != '\0'; text++) {
        if (strchr(unreserved, *text) != NULL) {
            out[n++] = *text;
        } else {
            n += (size_t)snprintf(out + n, 4, "%%%02X", (unsigned char)*text);
        }
    }
    return out;
}

/* All that a strict decoder makes of a URL, with a mark between the segments. */
static const char *decoded(struct sw_arena *arena, const char *url)
{
    char *out = sw_alloc(arena, strlen(url) + 1);
    size_t n = 0;

    for (const char *at = url; *at != '\0'; at++) {
        if (*at == '%') {
            out[n++] = (char)strtol(sw_copy(arena, at + 1, 2), NULL, 16);
            at += 2;
        } else {
            out[n++] = *at == '/' ? '\1' : *at == '?' ? '\2' : *at == '&' ? '\3' : *at;
        }
    }
    return out;
}

static const char *replaced(struct sw_arena *arena, const char *text, const char *from,
                            const char *to)
{
    const char *out = "";
    const char *at = NULL;

    while (*from != '\0' && (at = strstr(text, from)) != NULL) {
        out = sw_format(arena, "%s%s%s", out, sw_copy(arena, text, (size_t)(at - text)), to);
        text = at + strlen(from);
    }
    return sw_format(arena, "%s%s", out, text);
}

static const char *json_of(struct sw_arena *arena, const struct sw_value *value)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, SW_LIMIT_REPLY_BYTES);
    if (value != NULL) {
        sw_json_write(&buf, value, SW_JSON_PLAIN);
    }
    return sw_copy(arena, buf.bytes, buf.length);
}

static const char *quoted(struct sw_arena *arena, const char *text)
{
    const char *json = json_of(arena, sw_text(arena, text));

    return sw_copy(arena, json + 1, strlen(json) - 2);
}

/* The first request of the attack is that of the benign value with the value exchanged. */
static void compare(struct bench *b, const struct slot *slot, const struct attack *attack,
                    const struct sent *benign, const struct sent *got)
{
    const char *from = benign_of(slot->field->type);

    assert_string_equal(got->op, benign->op);
    if (got->url != NULL && slot->field->type->kind == SW_T_RESOURCE_ID) {
        /* Asked about at each of its scopes: what stands in front of the question is a part of it.
         */
        const char *path = strchr(got->url + 8, '/');
        const char *question = strstr(path, "/providers/Microsoft.Authorization/");

        assert_non_null(question);
        assert_true(sw_text_begins(
            strictly_encoded(b->arena, attack->text),
            strictly_encoded(b->arena, sw_copy(b->arena, path, (size_t)(question - path)))));
        return;
    }
    if (got->url != NULL) {
        const char *from_url = replaced(b->arena, strictly_encoded(b->arena, from), "%2F", "/");
        const char *to_url =
            replaced(b->arena, strictly_encoded(b->arena, attack->text), "%2F", "/");
        const char *wanted = replaced(b->arena, benign->url, from_url, to_url);

        /* Whether a sub-delimiter is encoded is free; what a strict decoder sees is not. */
        if (strcmp(decoded(b->arena, wanted), decoded(b->arena, got->url)) != 0) {
            fail_msg("%s, %s, %s: sent %s, expected %s", slot->action->name, slot->field->name,
                     attack->id, got->url, wanted);
        }
        return;
    }
    const char *wanted = replaced(b->arena, json_of(b->arena, benign->args), quoted(b->arena, from),
                                  quoted(b->arena, attack->text));

    if (strcmp(json_of(b->arena, got->args), wanted) != 0) {
        fail_msg("%s, %s, %s: sent %s, expected %s", slot->action->name, slot->field->name,
                 attack->id, json_of(b->arena, got->args), wanted);
    }
}

/* What a script's text decodes to is what the action gave, in every request. */
static void compare_given(struct bench *b)
{
    for (size_t i = 0; i < b->sent_count; i++) {
        if (b->sent[i].url == NULL && b->sent[i].given != NULL) {
            assert_string_equal(json_of(b->arena, b->sent[i].args),
                                json_of(b->arena, b->sent[i].given));
        }
    }
}

struct tally {
    size_t cases, refused_by_type, refused, sent, requests;
};

static void try_slot(struct bench *b, const struct slot *slot, const struct attack *attacks,
                     size_t count, struct tally *tally)
{
    const char *from = benign_of(slot->field->type);
    struct sw_arena *keep = sw_arena_new();
    const struct sw_value *value = NULL;
    struct sw_error err = {0};
    struct sent benign = {0};

    if (from == NULL) {
        sw_arena_free(keep); /* an enum, a list: what is not listed is refused by its type */
        return;
    }
    b->arena = keep;
    assert_true(sw_type_parse(slot->field->type, from, keep, &value, &err));
    visit_slot(b, slot, value);
    if (b->sent_count > 0) {
        benign = b->sent[0];
    }
    for (size_t i = 0; i < count; i++) {
        b->arena = sw_arena_new();
        tally->cases++;
        err = (struct sw_error){0};
        if (attacks[i].text == NULL ||
            !sw_type_parse(slot->field->type, attacks[i].text, b->arena, &value, &err)) {
            tally->refused_by_type++;
        } else {
            visit_slot(b, slot, value);
            tally->requests += b->sent_count;
            tally->sent += b->sent_count > 0 ? 1 : 0;
            tally->refused += b->sent_count == 0 ? 1 : 0;
            compare_given(b);
            if (b->sent_count > 0 && benign.op != NULL) {
                compare(b, slot, &attacks[i], &benign, &b->sent[0]);
            }
        }
        sw_arena_free(b->arena);
    }
    sw_arena_free(keep);
}

/* The subject as its fact would give it. */
static void read_subject(struct bench *b)
{
    const struct sw_action *action =
        sw_registry_action(sw_wire_registry(), "azure.server_endpoint");
    struct slot slot = {.action = action, .field = sw_field_find(action->inputs, "name")};

    visit_slot(b, &slot, sw_text(b->arena, ENDPOINT));
    b->subject = sw_value_copy(b->arena, sw_probe_outputs(b->probe, action, 0));
    assert_non_null(sw_as_text(sw_get(b->subject, "id")));
}

static void no_string_is_anything_but_a_value(void **state)
{
    (void)state;
    struct attack *attacks = calloc(256, sizeof *attacks);
    struct sw_arena *arena = sw_arena_new();
    struct bench b = {.arena = arena, .probe = calloc(1, sizeof *b.probe)};
    size_t count = read_attacks(arena, attacks, 256);
    struct tally tally = {0};
    struct sw_error err = {0};

    assert_true(count > 170);
    assert_true(sw_load_world(SW_SOURCE_DIR "/runbooks/filesync/worlds/clean.yaml", NULL, 1,
                              &b.world_file, &b.world, &err));
    read_subject(&b);
    for (const struct sw_pack *const *pack = sw_wire_registry()->packs; *pack != NULL; pack++) {
        for (const struct sw_action *const *a = (*pack)->actions; *a != NULL; a++) {
            if ((*a)->target_kind == NULL || sw_wire_transport((*a)->target_kind, NULL) == NULL) {
                continue;
            }
            const struct sw_field *tables[] = {(*a)->inputs, kind_of(*a)->settings};

            for (size_t t = 0; t < SW_COUNT(tables); t++) {
                for (const struct sw_field *f = tables[t]; f != NULL && f->name != NULL; f++) {
                    struct slot slot = {.action = *a, .field = f, .is_setting = t == 1};

                    try_slot(&b, &slot, attacks, count, &tally);
                }
            }
        }
    }
    print_message("%zu cases: %zu refused by their type, %zu by the action or the codec, %zu sent "
                  "in %zu requests\n",
                  tally.cases, tally.refused_by_type, tally.refused, tally.sent, tally.requests);
    print_message("%zu changes built\n", b.act_count);
    assert_true(b.act_count > 0);
    assert_true(tally.sent > 500 && tally.refused_by_type > 500);
    b.world->ops->free(b.world);
    sw_loaded_release(&b.world_file);
    free(b.probe);
    free(attacks);
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_string_is_anything_but_a_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
