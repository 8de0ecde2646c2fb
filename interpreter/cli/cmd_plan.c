/* plan: the preview. It has looks only. */
#include "base/text.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "engine/plan.h"
#include "sdk/json.h"
#include "ui/escape.h"
#include "ui/plan_html.h"
#include "ui/plan_md.h"
#include "ui/plan_text.h"

#include <stdio.h>

static void make_plan(struct sw_session *session, struct sw_plan *plan)
{
    struct sw_plan_look look;
    uint64_t attempt = 0;

    while (sw_plan_next(plan, session->port->ops->now(session->port), &look)) {
        struct sw_arena *arena = sw_arena_new();
        struct sw_answer answer = {0};
        struct sw_error err = {0};
        enum sw_turn turn =
            sw_session_look(session, look.target, look.call, arena, ++attempt, &answer, &err);

        sw_plan_answer(plan, session->port->ops->now(session->port),
                       turn == SW_TURN_DONE ? &answer : NULL, &err);
        sw_arena_free(arena);
    }
}

/** A plan of the most steps that a file can hold, with all its requests. */
#define PLAN_BYTES (256u * 1024u * 1024u)

static void print_text(struct sw_buf *out, const struct sw_value *document, bool is_verbose)
{
    struct sw_buf text;

    sw_buf_init(&text, PLAN_BYTES);
    sw_plan_text(&text, document, is_verbose);
    sw_plain_add(out, text.bytes);
    sw_buf_release(&text);
}

static int print_plan(const struct sw_options *options, const struct sw_value *document)
{
    struct sw_buf out;
    bool is_whole = false;

    sw_buf_init(&out, PLAN_BYTES);
    if (sw_text_is(options->output, "json")) {
        sw_json_write_pretty(&out, document, SW_JSON_PLAIN);
        sw_buf_add_char(&out, '\n');
    } else if (sw_text_is(options->output, "md")) {
        sw_plan_md(&out, document);
    } else if (sw_text_is(options->output, "html")) {
        sw_plan_html(&out, document);
    } else {
        print_text(&out, document, options->is_verbose);
    }
    is_whole = !out.is_over && fputs(out.bytes, stdout) >= 0 && fflush(stdout) == 0;
    sw_buf_release(&out);
    if (!is_whole) {
        fprintf(stderr, "stepwise plan: the plan could not be written whole\n");
        return SW_EXIT_INTERNAL;
    }
    return SW_EXIT_DONE;
}

static bool is_form(const char *name)
{
    static const char *const forms[] = {"human", "json", "md", "html"};

    for (size_t i = 0; i < SW_COUNT(forms); i++) {
        if (name == NULL || sw_text_is(name, forms[i])) {
            return true;
        }
    }
    return false;
}

static int plan(struct sw_session *session, const struct sw_options *options)
{
    int code = sw_session_prepare(session, options, options->operands[0]);

    if (code != SW_EXIT_DONE) {
        return code;
    }
    struct sw_plan_config config = {
        .runbook = session->runbook.runbook,
        .targets = session->targets,
        .params = session->params,
    };
    struct sw_plan *made = sw_plan_new(&config);
    bool holds = false;
    bool has_changes = false;

    make_plan(session, made);
    code = print_plan(options, sw_plan_document(made));
    sw_as_bool(sw_get(sw_plan_document(made), "holds"), &holds);
    sw_as_bool(sw_get(sw_plan_document(made), "changes"), &has_changes);
    sw_plan_free(made);
    if (code != SW_EXIT_DONE) {
        return code;
    }
    if (!holds) {
        return SW_EXIT_REFUSED;
    }
    return options->is_detailed && has_changes ? SW_EXIT_CHANGES : SW_EXIT_DONE;
}

int sw_cmd_plan(const struct sw_options *options, struct sw_arena *arena)
{
    struct sw_session session = {0};

    (void)arena;
    if (!is_form(options->output)) {
        fprintf(stderr, "stepwise plan: -o takes human, json, md or html, not '%s'\n",
                options->output);
        return SW_EXIT_USAGE;
    }
    int code = plan(&session, options);

    sw_session_release(&session);
    return code;
}
