#include "cli/run/plan_run.h"

#include "cli/exit.h"
#include "engine/plan_diff.h"
#include "ui/escape.h"

#include <stdio.h>

struct sw_plan *sw_session_plan(struct sw_session *session)
{
    struct sw_plan_config config = {
        .runbook = session->runbook.runbook,
        .targets = session->targets,
        .params = session->params,
    };
    struct sw_plan *plan = sw_plan_new(&config);
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
    return plan;
}

static int tell_moved(const struct sw_value *list)
{
    struct sw_buf out;

    if (sw_list_count(list) == 0) {
        return SW_EXIT_DONE;
    }
    sw_buf_init(&out, 1u << 20);
    sw_buf_addf(&out, "stepwise run: refused, nothing was changed: since the plan was made, %s\n",
                sw_list_count(list) == 1 ? "this moved:" : "these moved:");
    for (size_t i = 0; i < sw_list_count(list); i++) {
        sw_buf_add_text(&out, "  ");
        sw_plain_add(&out, sw_as_text(sw_list_at(list, i)));
        sw_buf_add_char(&out, '\n');
    }
    sw_buf_add_text(&out, "Make a new plan, and have it read again.\n");
    fputs(out.bytes, stderr);
    sw_buf_release(&out);
    return SW_EXIT_STALE;
}

int sw_saved_plan_check(const struct sw_saved_plan *plan)
{
    struct sw_session session = {0};
    int code = sw_session_prepare(&session, &plan->options, plan->options.operands[0]);

    if (code == SW_EXIT_DONE) {
        struct sw_plan *now = sw_session_plan(&session);

        code = tell_moved(sw_plan_diff(session.runbook.runbook, plan->document,
                                       sw_plan_document(now), session.arena));
        sw_plan_free(now);
    } else {
        fprintf(stderr, "stepwise run: refused, nothing was changed: what was planned cannot be "
                        "planned any more (see above)\n");
        code = SW_EXIT_STALE;
    }
    sw_session_release(&session);
    return code;
}
