/* Messages to a run that may be asleep: decide, approve, reject, retry, stop, rollback. */
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/run/options.h"
#include "cli/verb/standing.h"
#include "cli/verb/verbs.h"
#include "engine/store.h"
#include "sdk/json.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t wall_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SW_NS_PER_S + now.tv_nsec;
}

/** What the run asks now: an answer is bound to what was asked, and there is none to a question
 * that is closed. */
static const struct sw_value *open_question(const struct sw_standing *standing, const char *run,
                                            const char *step, struct sw_error *err)
{
    const struct sw_value *question = standing->question;

    if (standing->park != NULL) {
        sw_fail(
            err, SW_E_INPUT,
            "run %s stands still and asks nothing; stepwise retry %s lets it try again, then it "
            "asks anew",
            run, run);
        return NULL;
    }
    if (question == NULL || !sw_text_is(sw_as_text(sw_get(question, "step")), step)) {
        sw_fail(
            err, SW_E_INPUT,
            "step '%s' of run %s asks nothing now; `stepwise status %s` tells what it waits for",
            step, run, run);
        return NULL;
    }
    return question;
}

/** Is the word one of the question's choices? An edge and a parked run have theirs of their own. */
static bool is_offered(const struct sw_value *question, const char *step, const char *choice,
                       struct sw_arena *arena, struct sw_error *err)
{
    const struct sw_value *list = sw_get(question, "choices");
    size_t count = sw_list_count(list);
    const char **names = sw_alloc_array(arena, count + 1, sizeof *names);

    for (size_t i = 0; i < count; i++) {
        names[i] = sw_as_text(sw_list_at(list, i));
        if (sw_text_is(names[i], choice)) {
            return true;
        }
    }
    const char *close = sw_text_closest(choice, names, count);
    const char *why = sw_as_text(sw_get(sw_get(question, "withheld"), choice));
    const char *all = "";

    if (why != NULL) {
        return sw_fail(err, SW_E_INPUT, "step '%s' does not offer '%s' now: %s", step, choice, why);
    }
    if (close != NULL) {
        return sw_fail(err, SW_E_INPUT, "step '%s' does not offer '%s'; did you mean '%s'?", step,
                       choice, close);
    }
    for (size_t i = 0; i < count; i++) {
        all = sw_format(arena, "%s%s%s", all, i == 0 ? "" : ", ", names[i]);
    }
    return sw_fail(err, SW_E_INPUT, "step '%s' does not offer '%s'; it offers %s", step, choice,
                   all);
}

/** What the choice takes must be there now, not only when the run reads it. */
static bool has_what_it_takes(const struct sw_value *question, const char *choice,
                              const struct sw_options *options, struct sw_error *err)
{
    const char *typed = sw_as_text(sw_get(sw_get(question, "typed_back"), choice));
    const struct sw_value *reasons = sw_get(question, "need_reason");

    if (typed != NULL && !sw_text_is(typed, options->typed)) {
        return sw_fail(err, SW_E_INPUT, "to confirm '%s', add exactly: --typed '%s'", choice,
                       typed);
    }
    for (size_t i = 0; i < sw_list_count(reasons); i++) {
        if (sw_text_is(sw_as_text(sw_list_at(reasons, i)), choice) &&
            (options->reason == NULL || options->reason[0] == '\0')) {
            return sw_fail(err, SW_E_INPUT, "'%s' needs a reason: add --reason '...'", choice);
        }
    }
    return true;
}

static bool stands(struct sw_store *store, const char *run, struct sw_arena *arena,
                   struct sw_standing *ret_standing, struct sw_error *err)
{
    const struct sw_stored *records = NULL;
    size_t count = 0;

    if (!store->ops->load(store, run, arena, &records, &count, err)) {
        return false;
    }
    sw_standing_read(records, count, arena, ret_standing);
    return true;
}

static int send(const struct sw_options *options, struct sw_arena *arena, const char *kind,
                const char *step, const char *choice)
{
    const char *run = options->operands[0];
    struct sw_store *store = NULL;
    struct sw_error err = {0};
    struct sw_builder body = sw_map_begin(arena);
    struct sw_buf json;
    const char *digest = NULL;
    bool is_sent = false;
    struct sw_standing standing = {0};

    if (!sw_store_open_sqlite(sw_options_state(options, arena), &store, &err)) {
        return sw_complain(&err);
    }
    sw_buf_init(&json, SW_LIMIT_RECORD_BYTES);
    if (!stands(store, run, arena, &standing, &err)) {
        /* said below */
    } else if (step != NULL) {
        const struct sw_value *question = open_question(&standing, run, step, &err);

        if (question != NULL && is_offered(question, step, choice, arena, &err)) {
            has_what_it_takes(question, choice, options, &err);
        }
        sw_map_put_text(&body, "step", step);
        digest = sw_as_text(sw_get(question, "digest"));
        sw_map_put_text(&body, "digest", digest);
    } else if (sw_text_is(kind, "retry") && standing.park == NULL) {
        sw_fail(&err, SW_E_INPUT,
                "run %s does not stand still, so there is nothing to try again; `stepwise status "
                "%s` tells where it is",
                run, run);
    }
    if (err.code == SW_E_NONE) {
        sw_map_put_text(&body, "choice", choice);
        sw_map_put_text(&body, "reason", options->reason);
        sw_map_put_text(&body, "typed", options->typed);
        sw_json_write(&json, sw_built(&body), SW_JSON_PLAIN);
        is_sent = store->ops->signal(store, run, NULL, kind, json.bytes, sw_login(arena),
                                     wall_clock(), &err);
    }
    sw_buf_release(&json);
    store->ops->close(store);
    if (!is_sent) {
        return sw_complain(&err);
    }
    if (digest != NULL) {
        printf("It holds for what was shown, digest %.12s, and for nothing else.\n", digest);
    }
    printf("Left for run %s. It takes it when it is running, or with: stepwise resume %s\n", run,
           run);
    return SW_EXIT_DONE;
}

int sw_cmd_decide(const struct sw_options *options, struct sw_arena *arena)
{
    return send(options, arena, "decide", options->operands[1], options->operands[2]);
}

int sw_cmd_approve(const struct sw_options *options, struct sw_arena *arena)
{
    return send(options, arena, "approve", options->operands[1], "approve");
}

int sw_cmd_reject(const struct sw_options *options, struct sw_arena *arena)
{
    return send(options, arena, "reject", options->operands[1], "reject");
}

int sw_cmd_retry(const struct sw_options *options, struct sw_arena *arena)
{
    return send(options, arena, "retry", NULL, "retry");
}

int sw_cmd_stop(const struct sw_options *options, struct sw_arena *arena)
{
    return send(options, arena, "stop", NULL, "stop");
}

int sw_cmd_rollback(const struct sw_options *options, struct sw_arena *arena)
{
    return send(options, arena, "rollback", NULL, "rollback");
}
