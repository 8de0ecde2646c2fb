#include "sdk/probe.h"

#include "base/text.h"

#include <string.h>

const struct sw_value *sw_in(const struct sw_view *view, const char *name)
{
    return sw_get(view->inputs, name);
}

const char *sw_in_text(const struct sw_view *view, const char *name)
{
    return sw_as_text(sw_in(view, name));
}

const struct sw_value *sw_subject(const struct sw_view *view, const char *field)
{
    return sw_get(view->subject, field);
}

const char *sw_subject_text(const struct sw_view *view, const char *field)
{
    return sw_as_text(sw_subject(view, field));
}

const struct sw_value *sw_before(const struct sw_view *view, const char *name)
{
    return sw_get(view->before, name);
}

const struct sw_value *sw_basis(const struct sw_view *view, const char *evidence, const char *name)
{
    return sw_get(sw_get(view->basis, evidence), name);
}

const struct sw_value *sw_setting(const struct sw_view *view, const char *name)
{
    return view->target == NULL ? NULL : sw_get(view->target->settings, name);
}

const char *sw_setting_text(const struct sw_view *view, const char *name)
{
    return sw_as_text(sw_setting(view, name));
}

struct sw_arena *sw_view_arena(const struct sw_view *view)
{
    return view->arena;
}

const struct sw_view *sw_view_of(const struct sw_probe *probe)
{
    return &probe->view;
}

struct sw_arena *sw_probe_arena(const struct sw_probe *probe)
{
    return probe->view.arena;
}

bool sw_probe_is_full(const struct sw_probe *probe)
{
    return probe->is_full;
}

static bool is_same_call(const struct sw_call *a, const struct sw_call *b)
{
    return sw_text_is(a->kind, b->kind) && sw_text_is(a->op, b->op) &&
           sw_text_is(a->path, b->path) && a->hook == b->hook && sw_value_same(a->args, b->args);
}

static const char *kept(struct sw_arena *arena, const char *text)
{
    return text == NULL ? NULL : sw_copy_text(arena, text);
}

static const struct sw_answer *ask_at(struct sw_probe *probe, const char *name, struct sw_look look,
                                      bool is_also)
{
    struct sw_arena *arena = probe->view.arena;

    for (size_t i = 0; i < probe->ask_count; i++) {
        struct sw_probe_ask *ask = &probe->asks[i];

        if (sw_text_is(ask->name, name)) {
            /* One name, one question: else an answer would be taken for that to another. */
            sw_require(is_same_call(&ask->look.call, &look.call) && ask->is_also == is_also);
            return ask->is_answered ? &ask->answer : NULL;
        }
    }
    if (probe->ask_count == SW_LIMIT_ASKS) {
        probe->is_over = true;
        return NULL;
    }
    probe->asks[probe->ask_count++] = (struct sw_probe_ask){
        .name = sw_copy_text(arena, name),
        .is_also = is_also,
        .look = {.call = {.kind = kept(arena, look.call.kind),
                          .op = kept(arena, look.call.op),
                          .path = kept(arena, look.call.path),
                          .args = sw_value_copy(arena, look.call.args),
                          .hook = look.call.hook}},
    };
    return NULL;
}

const struct sw_answer *sw_ask(struct sw_probe *probe, const char *name, struct sw_look look)
{
    return ask_at(probe, name, look, false);
}

const struct sw_answer *sw_ask_also(struct sw_probe *probe, const char *name, struct sw_look look)
{
    return ask_at(probe, name, look, true);
}

void sw_see(struct sw_probe *probe, const char *name, const struct sw_value *value)
{
    sw_map_put(&probe->seen, name, value);
}

void sw_out(struct sw_probe *probe, const char *name, const struct sw_value *value)
{
    sw_map_put(&probe->outputs, name, value);
}

void sw_reading(struct sw_probe *probe, const char *name, const struct sw_value *value)
{
    sw_map_put(&probe->readings, name, value);
}

void sw_say(struct sw_probe *probe, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    probe->said = sw_vformat(probe->view.arena, fmt, args);
    va_end(args);
}

enum sw_verdict sw_outcome(struct sw_probe *probe, const char *outcome)
{
    probe->outcome = outcome;
    return SW_DONE;
}

enum sw_verdict sw_blocked(struct sw_probe *probe, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    probe->said = sw_vformat(probe->view.arena, fmt, args);
    va_end(args);
    return SW_BLOCKED;
}

enum sw_verdict sw_unclear(struct sw_probe *probe, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    probe->said = sw_vformat(probe->view.arena, fmt, args);
    va_end(args);
    return SW_UNCLEAR;
}

enum sw_verdict sw_lapsed(struct sw_probe *probe, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    probe->said = sw_vformat(probe->view.arena, fmt, args);
    va_end(args);
    return SW_LAPSED;
}

enum sw_verdict sw_probe_error(struct sw_probe *probe, const char *error_name, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    probe->said = sw_vformat(probe->view.arena, fmt, args);
    va_end(args);
    probe->error_name = error_name;
    return SW_FAILED;
}

static void clear(struct sw_probe *probe)
{
    probe->seen = sw_map_begin(probe->view.arena);
    probe->outputs = sw_map_begin(probe->view.arena);
    probe->readings = sw_map_begin(probe->view.arena);
    probe->outcome = NULL;
    probe->said = NULL;
    probe->error_name = NULL;
    probe->is_over = false;
}

void sw_probe_begin(struct sw_probe *probe, const struct sw_view *view, bool is_full)
{
    *probe = (struct sw_probe){.view = *view, .is_full = is_full};
    clear(probe);
}

static bool is_waiting(const struct sw_probe *probe)
{
    for (size_t i = 0; i < probe->ask_count; i++) {
        if (!probe->asks[i].is_answered) {
            return true;
        }
    }
    return false;
}

enum sw_verdict sw_probe_call(struct sw_probe *probe, enum sw_verdict (*fn)(struct sw_probe *))
{
    clear(probe);

    enum sw_verdict verdict = fn(probe);

    if (probe->is_over) {
        return sw_probe_error(probe, "too_many_asks", "it would take more than %u questions",
                              SW_LIMIT_ASKS);
    }
    if (verdict == SW_PENDING && !is_waiting(probe)) {
        return sw_probe_error(probe, "internal", "the probe waits, but for no answer");
    }
    return verdict;
}

void sw_probe_answer(struct sw_probe *probe, size_t index, const struct sw_answer *answer)
{
    struct sw_arena *arena = probe->view.arena;

    sw_require(index < probe->ask_count);

    struct sw_probe_ask *ask = &probe->asks[index];

    sw_require(!ask->is_answered);
    ask->answer = *answer;
    ask->answer.body =
        answer->body == NULL ? sw_null(arena, "") : sw_value_copy(arena, answer->body);
    ask->answer.correlation = kept(arena, answer->correlation);
    ask->is_answered = true;
}

const struct sw_value *sw_probe_outputs(const struct sw_probe *probe,
                                        const struct sw_action *action, unsigned clock)
{
    struct sw_arena *arena = probe->view.arena;
    const struct sw_value *set = sw_built(&probe->outputs);
    struct sw_builder outputs = sw_map_begin(arena);

    for (const struct sw_field *row = action->outputs; row != NULL && row->name != NULL; row++) {
        const struct sw_value *given = sw_get(set, row->name);
        const struct sw_value *value = NULL;
        struct sw_error err = {0};

        if (given == NULL) {
            value = sw_null(arena, "the peer did not say");
        } else if (!sw_type_accept(row->type, given, arena, &value, &err)) {
            value = sw_null(arena, err.text);
        }
        sw_map_put(&outputs, row->name, sw_with_clock(arena, value, clock));
    }
    return sw_built(&outputs);
}
