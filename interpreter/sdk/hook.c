#include "sdk/hook.h"

#include "base/text.h"
#include "sdk/probe.h"

#include <string.h>

/** A write without an answer may still take effect this long. @source the longest that a web server
 * or a shell goes on with a request whose caller is gone, by their usual time-outs */
#define SETTLES_MS 30000

bool sw_hook_fits(const char *pattern, const char *text)
{
    const char *star = NULL;
    const char *again = NULL;

    while (*text != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            again = text;
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star != NULL && (star[1] == '\0' || *again != '?')) {
            pattern = star + 1;
            text = ++again;
        } else {
            return false;
        }
    }
    while (*pattern == '*') {
        pattern++;
    }
    return *pattern == '\0';
}

bool sw_hook_is_granted(const struct sw_hook *hook, const char *channel, const char *what)
{
    for (size_t i = 0; i < hook->grant_count; i++) {
        const struct sw_hook_grant *grant = &hook->grants[i];

        if (sw_text_is(grant->channel, channel) && sw_hook_fits(grant->what, what)) {
            return true;
        }
    }
    return false;
}

size_t sw_hook_handle(const char *at, struct sw_arena *arena, const char **ret_name)
{
    static const char begin[] = SW_HOOK_SECRET;
    const char *name = at + sizeof begin - 1;

    if (strncmp(at, begin, sizeof begin - 1) != 0) {
        return 0;
    }
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

    if (length == 0 || strncmp(name + length, "}}", 2) != 0) {
        return 0;
    }
    *ret_name = sw_copy(arena, name, length);
    return sizeof begin - 1 + length + 2;
}

/* ---- one phase ---- */

static const struct sw_answer *ask(struct sw_probe *probe, const char *phase)
{
    const struct sw_view *view = sw_view_of(probe);
    struct sw_builder args = sw_map_begin(view->arena);
    const struct sw_value *scope = view->scope;

    for (size_t i = 0; scope != NULL && i < scope->as.map.count; i++) {
        sw_map_put(&args, scope->as.map.entries[i].key, scope->as.map.entries[i].value);
    }
    sw_map_put(&args, "inputs", view->inputs);
    if (view->subject != NULL) {
        sw_map_put(&args, "subject", view->subject);
    }
    if (view->before != NULL) {
        sw_map_put(&args, "before", view->before);
    }
    return sw_ask(probe, phase,
                  (struct sw_look){.call = {.kind = SW_HOOK_KIND,
                                            .op = phase,
                                            .path = view->hook->file,
                                            .args = sw_built(&args),
                                            .hook = view->hook}});
}

static const char *text_in(const struct sw_value *map, const char *key)
{
    return sw_as_text(sw_get(map, key));
}

/* What a preview shows: the sentences of `plan`, or the first request of `apply`. */
static bool see_what_it_would(struct sw_probe *probe)
{
    const struct sw_hook *hook = sw_view_of(probe)->hook;
    struct sw_arena *arena = sw_probe_arena(probe);
    const struct sw_answer *said = hook->has_plan ? ask(probe, "plan") : NULL;
    const struct sw_answer *first = ask(probe, SW_HOOK_PREVIEW);
    struct sw_builder would = sw_list_begin(arena);

    if (first == NULL || (hook->has_plan && said == NULL)) {
        return false;
    }
    for (size_t i = 0; said != NULL && i < sw_list_count(sw_get(said->body, "result")); i++) {
        struct sw_builder line = sw_map_begin(arena);

        sw_map_put_text(&line, "name", sw_format(arena, "%zu", i + 1));
        sw_map_put(&line, "does", sw_list_at(sw_get(said->body, "result"), i));
        sw_list_add(&would, sw_built(&line));
    }
    const struct sw_value *next = sw_get(first->body, "next");
    const char *why = said != NULL && text_in(said->body, "why") != NULL
                          ? text_in(said->body, "why")
                          : text_in(first->body, "why");

    if (next != NULL || why != NULL) {
        struct sw_builder line = sw_map_begin(arena);

        sw_map_put_text(&line, "name", "first request");
        sw_map_put_text(&line, "does",
                        next != NULL ? sw_format(arena, "Begin with %s", text_in(next, "summary"))
                                     : "(not known)");
        sw_map_put_text(&line, "request",
                        next != NULL ? text_in(next, "shown")
                                     : sw_format(arena, "(not known: %s)", why));
        sw_list_add(&would, sw_built(&line));
    }
    sw_see(probe, "would", sw_built(&would));
    return true;
}

static void keep_outputs(struct sw_probe *probe, const struct sw_value *result)
{
    const struct sw_value *outputs = sw_get(result, "outputs");
    const struct sw_value *reading = sw_get(result, "reading");

    for (size_t i = 0; outputs != NULL && outputs->kind == SW_V_MAP && i < outputs->as.map.count;
         i++) {
        sw_out(probe, outputs->as.map.entries[i].key, outputs->as.map.entries[i].value);
        sw_see(probe, outputs->as.map.entries[i].key, outputs->as.map.entries[i].value);
    }
    if (sw_is_known(reading)) {
        sw_reading(probe, "check", reading);
    }
    if (text_in(result, "say") != NULL) {
        sw_say(probe, "%s", text_in(result, "say"));
    }
}

enum sw_verdict sw_hook_check(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    const struct sw_answer *answer = ask(probe, "check");
    bool is_read = view->hook_effect == SW_EFFECT_READ;
    bool is_done = false;

    if (answer == NULL) {
        return SW_PENDING;
    }
    const struct sw_value *result = sw_get(answer->body, "result");

    if (text_in(answer->body, "why") != NULL) {
        return sw_unclear(probe, "%s (called by %s)", text_in(answer->body, "why"),
                          view->hook->called_at);
    }
    if (text_in(result, "unclear") != NULL) {
        return sw_unclear(probe, "%s", text_in(result, "unclear"));
    }
    if (text_in(result, "blocked") != NULL) {
        return sw_blocked(probe, "%s", text_in(result, "blocked"));
    }
    keep_outputs(probe, result);
    if (!sw_as_bool(sw_get(result, "done"), &is_done)) {
        return sw_unclear(probe, "%s: `check` said neither yes nor no", view->hook->file);
    }
    if (is_done) {
        return is_read ? SW_DONE : SW_ALREADY;
    }
    if (is_read) {
        return text_in(result, "say") != NULL ? SW_BLOCKED
                                              : sw_blocked(probe, "%s says no", view->hook->file);
    }
    return !view->is_preview || see_what_it_would(probe) ? SW_NEEDED : SW_PENDING;
}

enum sw_verdict sw_hook_reread(struct sw_probe *probe)
{
    const struct sw_view *view = sw_view_of(probe);
    const struct sw_answer *answer = ask(probe, "check");
    bool is_done = false;

    if (answer == NULL) {
        return SW_PENDING;
    }
    const struct sw_value *result = sw_get(answer->body, "result");
    const struct sw_value *then =
        sw_basis(view, sw_as_text(sw_get(view->scope, "evidence")), "check");
    const struct sw_value *now = sw_get(result, "reading");

    if (text_in(answer->body, "why") != NULL || !sw_as_bool(sw_get(result, "done"), &is_done)) {
        return sw_unclear(probe, "%s",
                          text_in(answer->body, "why") != NULL ? text_in(answer->body, "why")
                                                               : "`check` said neither yes nor no");
    }
    if (!is_done) {
        return sw_lapsed(probe, "%s: %s", view->hook->file,
                         text_in(result, "say") != NULL ? text_in(result, "say")
                                                        : "`check` says that it is so no longer");
    }
    if (sw_is_known(then) && !(sw_is_known(now) && sw_value_same(then, now))) {
        return sw_lapsed(probe, "%s: what `check` reads has moved since", view->hook->file);
    }
    return SW_HOLDS;
}

static enum sw_verdict change(struct sw_probe *probe, const char *phase)
{
    static const char *const kept[] = {"next", "state", "known", "log"};
    const struct sw_view *view = sw_view_of(probe);
    const struct sw_answer *answer = ask(probe, phase);

    if (answer == NULL) {
        return SW_PENDING;
    }
    if (text_in(answer->body, "why") != NULL) {
        return sw_probe_error(probe, "hook", "%s (called by %s)", text_in(answer->body, "why"),
                              view->hook->called_at);
    }
    for (size_t i = 0; i < SW_COUNT(kept); i++) {
        if (sw_get(answer->body, kept[i]) != NULL) {
            sw_see(probe, kept[i], sw_get(answer->body, kept[i]));
        }
    }
    return sw_get(answer->body, "next") != NULL ? SW_NEEDED : SW_ALREADY;
}

enum sw_verdict sw_hook_apply(struct sw_probe *probe)
{
    return change(probe, "apply");
}

enum sw_verdict sw_hook_undo(struct sw_probe *probe)
{
    return change(probe, "undo");
}

struct sw_action sw_hook_action(const struct sw_hook *hook, enum sw_effect effect)
{
    /* One row for all that it sends: which request it is, is in the intent. The engine makes the
     * acts of hooks itself, so there is nothing to build. */
    static const struct sw_write apply[] = {
        {.name = "apply", .doc = "Send what the hook asks for", .settles_ms = SETTLES_MS},
        {NULL},
    };
    static const struct sw_write undo[] = {
        {.name = "undo", .doc = "Send what puts it back", .settles_ms = SETTLES_MS},
        {NULL},
    };

    return (struct sw_action){
        .name = hook->file,
        .doc = hook->about,
        .source = hook->file,
        .effect = effect,
        .hook = hook,
        .probe = sw_hook_check,
        .writes = effect == SW_EFFECT_READ ? NULL : apply,
        .undo = effect == SW_EFFECT_REVERSIBLE ? undo : NULL,
        .probe_undo = effect == SW_EFFECT_REVERSIBLE ? sw_hook_undo : NULL,
        .loss = effect == SW_EFFECT_IRREVERSIBLE ? hook->about : NULL,
    };
}
