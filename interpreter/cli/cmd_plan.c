/* plan: the preview. It has looks only. */
#include "base/text.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "engine/plan.h"
#include "sdk/json.h"
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

static void print_plan(const struct sw_options *options, const struct sw_value *document)
{
    struct sw_buf out;

    sw_buf_init(&out, 64u * 1024u * 1024u);
    if (sw_text_is(options->output, "json")) {
        sw_json_write_pretty(&out, document, SW_JSON_PLAIN);
        sw_buf_add_char(&out, '\n');
    } else {
        sw_plan_text(&out, document, options->is_verbose);
    }
    fputs(out.bytes, stdout);
    sw_buf_release(&out);
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
    print_plan(options, sw_plan_document(made));
    sw_as_bool(sw_get(sw_plan_document(made), "holds"), &holds);
    sw_as_bool(sw_get(sw_plan_document(made), "changes"), &has_changes);
    sw_plan_free(made);
    if (!holds) {
        return SW_EXIT_REFUSED;
    }
    return options->is_detailed && has_changes ? SW_EXIT_CHANGES : SW_EXIT_DONE;
}

int sw_cmd_plan(const struct sw_options *options, struct sw_arena *arena)
{
    struct sw_session session = {0};

    (void)arena;
    if (options->output != NULL && !sw_text_is(options->output, "json") &&
        !sw_text_is(options->output, "human")) {
        fprintf(stderr, "stepwise plan: -o takes human or json, not '%s'\n", options->output);
        return SW_EXIT_USAGE;
    }
    int code = plan(&session, options);

    sw_session_release(&session);
    return code;
}
