/* run and resume: durable, against real targets by a site file, or a model world by --rehearse. */
#include "base/time.h"
#include "cli/session.h"
#include "cli/verbs.h"

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
        printf("\nThe run %s was interrupted, in order: nothing is in doubt, and nothing runs on.\n"
               "  stepwise resume %s     goes on from here\n",
               session->run_id, session->run_id);
    } else {
        printf("\nThe run %s ended with exit code %d. `stepwise log %s` tells all of it.\n",
               session->run_id, code, session->run_id);
    }
}

static int run_new(struct sw_session *session, const struct sw_options *options,
                   struct sw_arena *arena)
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
    if (!sw_session_record_tape(session, options, folder, &err)) {
        store->ops->close(store);
        return sw_complain(&err);
    }
    printf("Run %s\n", id);
    code = sw_session_start(session, options, store, id);
    if (code != SW_EXIT_DONE) {
        return code;
    }
    code = sw_session_drive(session, options);
    tell_end(session, code);
    return code;
}

int sw_cmd_run(const struct sw_options *options, struct sw_arena *arena)
{
    struct sw_session session = {0};

    if (options->is_dry_run) {
        return sw_cmd_plan(options, arena);
    }
    if ((options->world == NULL) == (options->site == NULL)) {
        fprintf(stderr, "stepwise run: name the real targets with --site SITE.yaml, or a model "
                        "world with --rehearse WORLD.yaml\n");
        return SW_EXIT_USAGE;
    }
    int code = run_new(&session, options, arena);

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
