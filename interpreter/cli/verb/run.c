/* run and resume: durable, against real targets by a site file, or a model world by --rehearse. */
#include "base/text.h"
#include "base/time.h"
#include "cli/book/git.h"
#include "cli/run/plan_run.h"
#include "cli/verb/verbs.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *new_run_id(struct sw_arena *arena, const struct sw_runbook *runbook)
{
    struct timespec now;
    char text[SW_TIME_TEXT_BYTES];
    const char *slash = strrchr(runbook->name, '/');

    clock_gettime(CLOCK_REALTIME, &now);
    sw_time_format((int64_t)now.tv_sec * SW_NS_PER_S, text);
    return sw_format(arena, "%.32s-%.4s%.2s%.2s-%.2s%.2s%.2s-%04x",
                     slash == NULL ? runbook->name : slash + 1, text, text + 5, text + 8, text + 11,
                     text + 14, text + 17,
                     (unsigned)((now.tv_nsec / 1000 ^ (long)getpid() << 4) & 0xffff));
}

static void tell_end(const struct sw_session *session, int code)
{
    if (code == SW_EXIT_PARKED) {
        printf("\nThe run %s waits for a person. Nothing changes meanwhile.\n"
               "  stepwise status %s     what it asks\n"
               "  stepwise decide %s STEP CHOICE --reason ...\n"
               "  stepwise resume %s     goes on after the answer\n",
               session->run_id, session->run_id, session->run_id, session->run_id);
    } else if (code > 128) {
        bool is_open = session->run != NULL && sw_run_state(session->run)->is_dirty;

        printf("\nThe run %s was interrupted, in order: %s, and nothing runs on.\n"
               "  stepwise resume %s     goes on from here\n",
               session->run_id,
               is_open ? "what it changed last is looked at again first" : "nothing is in doubt",
               session->run_id);
    } else {
        printf("\nThe run %s ended with exit code %d. `stepwise log %s` tells all of it.\n",
               session->run_id, code, session->run_id);
    }
}

/** Mark the plan as used, if the run is of one. @return 0 or the exit code, after telling why */
static int use_plan(const struct sw_saved_plan *plan, const char *folder, const char *run)
{
    struct sw_error err = {0};

    if (plan == NULL || sw_saved_plan_use(plan, folder, run, &err)) {
        return SW_EXIT_DONE;
    }
    sw_complain(&err);
    return err.code == SW_E_CONFLICT ? SW_EXIT_STALE : SW_EXIT_INTERNAL;
}

/** Where the checkout stands that the runbook lies in; NULL: in none. */
static const struct sw_value *origin_of(const struct sw_session *session, struct sw_arena *arena)
{
    const struct sw_bundle *bundle = session->runbook.bundle;
    size_t count = sw_bundle_count(bundle);
    const char **paths = sw_alloc_array(arena, count + 1, sizeof *paths);
    struct sw_git_place place;
    struct sw_builder origin = sw_map_begin(arena);

    for (size_t i = 0; i < count; i++) {
        paths[i] = sw_bundle_at(bundle, i)->source.name;
    }
    if (sw_text_is(paths[0], "-") || !sw_git_place(arena, paths, &place)) {
        return NULL;
    }
    sw_map_put_text(&origin, "commit", place.commit);
    sw_map_put_bool(&origin, "dirty", place.is_dirty);
    return sw_built(&origin);
}

/** @param plan that it was planned as, or NULL */
static int run_new(struct sw_session *session, const struct sw_options *options,
                   const struct sw_saved_plan *plan, struct sw_arena *arena)
{
    struct sw_store *store = NULL;
    struct sw_error err = {0};
    const char *folder = sw_options_state(options, arena);
    int code = sw_session_prepare(session, options, options->operands[0]);

    if (code != SW_EXIT_DONE) {
        return code;
    }
    if (!sw_store_open_sqlite(folder, &store, &err)) {
        return sw_complain(&err);
    }
    const char *id = new_run_id(arena, session->runbook.runbook);

    snprintf(session->run_id, sizeof session->run_id, "%s", id);
    code = use_plan(plan, folder, id);
    if (code != SW_EXIT_DONE) {
        store->ops->close(store);
        return code;
    }
    if (!sw_session_record_tape(session, options, folder, &err)) {
        store->ops->close(store);
        return sw_complain(&err);
    }
    session->origin = origin_of(session, arena);
    printf("Run %s\n", id);
    code = sw_session_start(session, options, store, id);
    if (code != SW_EXIT_DONE) {
        return code;
    }
    code = sw_session_drive(session, options);
    tell_end(session, code);
    return code;
}

/** A saved plan brings all that it was made with; how to run it is still the caller's. */
static void take_over(struct sw_saved_plan *plan, const struct sw_options *options)
{
    struct sw_options *own = &plan->options;

    own->answers = options->answers;
    own->answer_count = options->answer_count;
    own->state = options->state;
    own->pace = options->pace;
    own->is_no_input = options->is_no_input;
    own->is_quiet = options->is_quiet;
    own->is_verbose = options->is_verbose;
}

static int run_planned(const struct sw_options *options, struct sw_arena *arena)
{
    struct sw_saved_plan plan;
    struct sw_session session = {0};
    struct sw_error err = {0};

    if (options->operand_count > 0 || options->param_count > 0 || options->world != NULL ||
        options->site != NULL || options->library_count > 0 || options->has_seed ||
        options->is_dry_run) {
        fprintf(stderr, "stepwise run: the plan names runbook, parameters and targets: leave them "
                        "out here, or make another plan\n");
        return SW_EXIT_USAGE;
    }
    if (!sw_saved_plan_read(options->plan, arena, &plan, &err)) {
        sw_complain(&err);
        return err.code == SW_E_CORRUPT ? SW_EXIT_STALE : SW_EXIT_USAGE;
    }
    if ((plan.options.world == NULL) == (plan.options.site == NULL)) {
        fprintf(stderr, "stepwise run: the plan was made without --site and --world; it cannot be "
                        "run\n");
        return SW_EXIT_USAGE;
    }
    int code = sw_saved_plan_check(&plan);

    if (code != SW_EXIT_DONE) {
        return code;
    }
    take_over(&plan, options);
    code = run_new(&session, &plan.options, &plan, arena);
    sw_session_release(&session);
    return code;
}

int sw_cmd_run(const struct sw_options *options, struct sw_arena *arena)
{
    struct sw_session session = {0};

    if (options->plan != NULL) {
        return run_planned(options, arena);
    }
    if (options->operand_count == 0) {
        fprintf(stderr, "usage: stepwise run RUNBOOK | --plan FILE\n");
        return SW_EXIT_USAGE;
    }
    if (options->is_dry_run) {
        return sw_cmd_plan(options, arena);
    }
    if ((options->world == NULL) == (options->site == NULL)) {
        fprintf(stderr, "stepwise run: name the real targets with --site SITE.yaml, or a model "
                        "world with --rehearse WORLD.yaml\n");
        return SW_EXIT_USAGE;
    }
    int code = run_new(&session, options, NULL, arena);

    sw_session_release(&session);
    return code;
}

int sw_cmd_resume(const struct sw_options *options, struct sw_arena *arena)
{
    struct sw_session session = {0};
    struct sw_store *store = NULL;
    struct sw_error err = {0};
    const char *folder = sw_options_state(options, arena);

    if (!sw_store_open_sqlite(folder, &store, &err)) {
        return sw_complain(&err);
    }
    int code = sw_session_resume(&session, options, store, folder, options->operands[0]);

    if (code == SW_EXIT_DONE) {
        code = sw_session_drive(&session, options);
        tell_end(&session, code);
    }
    sw_session_release(&session);
    return code;
}
