#include "cli/run/session.h"

#include "base/limits.h"
#include "base/text.h"
#include "cli/exit.h"
#include "cli/run/answers.h"
#include "cli/run/hook.h"
#include "cli/run/notify.h"
#include "cli/run/tape.h"
#include "sdk/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int findings(const struct sw_loaded *loaded)
{
    sw_print_findings(loaded);
    return SW_EXIT_INVALID;
}

static int load_world(struct sw_session *session, const char *path, const char *text)
{
    struct sw_error err = {0};

    if (sw_load_world(path, text, session->seed, &session->world_file, &session->world, &err)) {
        return 0;
    }
    return err.code != SW_E_NONE ? sw_complain(&err) : findings(&session->world_file);
}

static void use_world(struct sw_session *session, double pace)
{
    sw_world_port_init(&session->world_port, session->world, pace);
    session->port = &session->world_port.port;
}

/** The wires of a site that is loaded already. */
static int use_site(struct sw_session *session)
{
    const struct sw_runbook *runbook = session->runbook.runbook;
    struct sw_error err = {0};

    if (!sw_site_bind(session->site, runbook, session->arena, &session->targets, &err) ||
        !sw_live_open(session->site, runbook, session->targets, &session->anchor, &session->port,
                      &err)) {
        return sw_complain(&err);
    }
    return 0;
}

static int load_site(struct sw_session *session, const char *path)
{
    struct sw_error err = {0};

    if (sw_site_load(path, &session->site_file, &session->site, &err)) {
        return sw_site_guard(session->site, &err) ? 0 : sw_complain(&err);
    }
    return err.code != SW_E_NONE ? sw_complain(&err) : findings(&session->site_file);
}

/** @return 0, or the exit code after telling what the policy says */
static int hold_policy(const struct sw_session *session)
{
    struct sw_error err = {0};

    if (sw_site_hold(session->site, session->runbook.runbook, session->params, session->arena,
                     &err)) {
        return 0;
    }
    sw_complain(&err);
    return err.code == SW_E_REFUSED ? SW_EXIT_REFUSED : SW_EXIT_USAGE;
}

static int prepare_site(struct sw_session *session, const struct sw_options *options)
{
    struct sw_error err = {0};

    if (!sw_bind_params(session->runbook.runbook, options->params, session->site->policy.params,
                        session->arena, &session->params, &err)) {
        return sw_complain(&err);
    }
    int code = hold_policy(session);

    if (code == 0 &&
        !sw_site_hold_secrets(session->site, session->runbook.runbook, session->site_file.diags)) {
        code = findings(&session->site_file);
    }
    return code != 0 ? code : use_site(session);
}

int sw_session_prepare(struct sw_session *session, const struct sw_options *options,
                       const char *runbook_path)
{
    struct sw_error err = {0};

    *session = (struct sw_session){.arena = sw_arena_new(), .seed = options->seed};
    if (options->site != NULL && options->world == NULL) {
        int wrong = load_site(session, options->site); /* it says what hook points are */

        if (wrong != 0) {
            return wrong;
        }
    }
    if (!sw_load_runbook(runbook_path,
                         sw_site_places(session->site, options->libraries, session->arena),
                         &session->runbook, &err)) {
        sw_complain(&err);
        return SW_EXIT_USAGE;
    }
    if (session->runbook.runbook == NULL) {
        return findings(&session->runbook);
    }
    if (!sw_answers_check(session->runbook.runbook, options->answers, options->answer_count,
                          session->arena, &err)) {
        return sw_complain(&err);
    }
    if (options->site != NULL && options->world != NULL) {
        fprintf(stderr, "stepwise: --site is for real targets, --world for a model: name one\n");
        return SW_EXIT_USAGE;
    }
    if (options->site != NULL) {
        return prepare_site(session, options);
    }
    int code = load_world(session, options->world, NULL);

    if (code != 0) {
        return code;
    }
    if (!sw_bind_params(session->runbook.runbook, options->params,
                        session->world->ops->params(session->world, session->arena), session->arena,
                        &session->params, &err) ||
        !sw_bind_targets(session->runbook.runbook, session->world, session->arena,
                         &session->targets, &err)) {
        return sw_complain(&err);
    }
    use_world(session, options->pace);
    return 0;
}

static void fill_driver(struct sw_session *session, const struct sw_options *options)
{
    struct sw_driver *driver = &session->driver;

    driver->run = session->run;
    driver->port = session->port;
    driver->approvers = session->site == NULL ? NULL : session->site->approvers;
    driver->targets = session->targets;
    driver->runbook = session->runbook.runbook;
    driver->by = sw_login(session->arena);
    driver->answers = options->answers;
    driver->answer_count = options->answer_count;
    driver->is_quiet = options->is_quiet;
    driver->is_interactive = !options->is_no_input && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    driver->timeline.is_verbose = options->is_verbose;
}

/** Own the run before anything of it is read: nobody else may add to journal or tape meanwhile. */
static bool take_lease(struct sw_session *session, struct sw_error *err)
{
    session->has_lease =
        session->store->ops->acquire(session->store, session->run_id, 0, &session->lease, err);
    return session->has_lease;
}

static int open_run(struct sw_session *session, const struct sw_options *options)
{
    struct sw_error err = {0};
    struct sw_run_config config = {
        .runbook = session->runbook.runbook,
        .targets = session->targets,
        .store = session->store,
        .params = session->params,
        .by = sw_login(session->arena),
        .origin = session->origin,
        .is_rehearsal =
            session->site == NULL ||
            sw_site_is_rehearsal(session->site, session->runbook.runbook, session->arena),
    };
    int64_t now = session->port->ops->now(session->port);

    if (!sw_answers_check(session->runbook.runbook, options->answers, options->answer_count,
                          session->arena, &err)) { /* again, for resume */
        return sw_complain(&err);
    }
    fill_driver(session, options);
    config.lease = session->lease;
    config.listener = sw_driver_listener(&session->driver);
    if (!sw_run_open(&config, now, &session->run, &err)) {
        return sw_complain(&err);
    }
    session->driver.run = session->run;
    return 0;
}

int sw_session_start(struct sw_session *session, const struct sw_options *options,
                     struct sw_store *store, const char *run_id)
{
    struct sw_error err = {0};
    struct sw_buf content;
    bool is_enqueued = false;

    session->store = store;
    snprintf(session->run_id, sizeof session->run_id, "%s", run_id);
    sw_buf_init(&content, SW_LIMIT_BUNDLE_BYTES);
    is_enqueued = sw_bundle_write(session->runbook.bundle, &content, &err) &&
                  store->ops->enqueue(store, run_id, session->runbook.runbook->name, content.bytes,
                                      session->port->ops->now(session->port), &err);
    sw_buf_release(&content);
    if (!is_enqueued || !take_lease(session, &err)) {
        return sw_complain(&err);
    }
    return open_run(session, options);
}

const struct sw_value *sw_session_given_params(const struct sw_session *session,
                                               const struct sw_options *options)
{
    const struct sw_runbook *runbook = session->runbook.runbook;
    struct sw_builder list = sw_list_begin(session->arena);

    for (size_t i = 0; i < runbook->param_count; i++) {
        const char *name = runbook->params[i].name;
        const char *value = getenv(sw_format(session->arena, "STEPWISE_PARAM_%s", name));

        if (value == NULL && session->site != NULL) {
            value = sw_as_text(sw_get(session->site->policy.params, name));
        }
        if (value != NULL) {
            const char *flag = sw_format(session->arena, "%s=%s", name, value);

            sw_list_add(&list, sw_text(session->arena, flag));
        }
    }
    for (size_t i = 0; i < options->param_count; i++) {
        sw_list_add(&list, sw_text(session->arena, options->params[i]));
    }
    return sw_built(&list);
}

/** The same again, for a run that died before its first record: the journal does not have them. */
static bool bind_given_params(struct sw_session *session, const struct sw_value *list,
                              struct sw_error *err)
{
    size_t count = sw_list_count(list);
    const char **flags = sw_alloc_array(session->arena, count + 1, sizeof *flags);

    for (size_t i = 0; i < count; i++) {
        flags[i] = sw_as_text(sw_list_at(list, i));
    }
    return sw_bind_params(
        session->runbook.runbook, flags,
        session->world == NULL ? NULL : session->world->ops->params(session->world, session->arena),
        session->arena, &session->params, err);
}

/** World or site file and parameters as they were: the first line of the tape, or all of it. */
static const struct sw_value *tape_head(struct sw_session *session,
                                        const struct sw_options *options)
{
    struct sw_builder map = sw_map_begin(session->arena);

    sw_map_put_text(&map, "runbook_file", session->runbook.source.name);
    sw_map_put_text(&map, "world_file", options->world == NULL ? "" : options->world);
    sw_map_put_text(&map, "world",
                    session->world_file.source.bytes == NULL ? ""
                                                             : session->world_file.source.bytes);
    sw_map_put_int(&map, "seed", (int64_t)session->seed);
    if (session->site != NULL) {
        sw_map_put_text(&map, "site_file", session->site->path);
        sw_map_put_text(&map, "site_digest", session->site->digest);
        sw_map_put_int(&map, "anchor_ns", session->anchor.wall_ns);
    }
    sw_map_put(&map, "params", sw_session_given_params(session, options));
    return sw_built(&map);
}

static const char *tape_path(struct sw_session *session, const char *folder)
{
    return sw_format(session->arena, "%s/%s.tape", folder, session->run_id);
}

static int resume_world(struct sw_session *session, const struct sw_options *options,
                        const char *tape, const struct sw_value *head)
{
    struct sw_error err = {0};
    int code = load_world(session, sw_as_text(sw_get(head, "world_file")),
                          sw_as_text(sw_get(head, "world")));

    if (code != 0) {
        return code;
    }
    use_world(session, options->pace);
    if (!bind_given_params(session, sw_get(head, "params"), &err) ||
        !sw_tape_replay(tape, session->world, &err) ||
        !sw_bind_targets(session->runbook.runbook, session->world, session->arena,
                         &session->targets, &err)) {
        return sw_complain(&err);
    }
    code = open_run(session, options);
    if (code != 0) {
        return code;
    }
    /* Under the lease: the tape is mended, and nobody else writes to it. */
    if (!sw_tape_open(tape, NULL, &session->tape, &err)) {
        return sw_complain(&err);
    }
    sw_session_use_tape(session);
    return 0;
}

/** When the run recorded last; 0: never. */
static bool last_recorded(struct sw_session *session, int64_t *ret_ns, struct sw_error *err)
{
    struct sw_arena *arena = sw_arena_new();
    const struct sw_stored *records = NULL;
    size_t count = 0;
    bool is_read =
        session->store->ops->load(session->store, session->run_id, arena, &records, &count, err);

    *ret_ns = 0;
    for (size_t i = 0; is_read && i < count; i++) {
        *ret_ns = records[i].time_ns > *ret_ns ? records[i].time_ns : *ret_ns;
    }
    sw_arena_free(arena);
    return is_read;
}

/** The same site file, or another one that somebody named on purpose. */
static int resume_site(struct sw_session *session, const struct sw_options *options,
                       const struct sw_value *head)
{
    struct sw_error err = {0};
    const char *path =
        options->site != NULL ? options->site : sw_as_text(sw_get(head, "site_file"));
    int code = load_site(session, path);

    if (code != 0) {
        return code;
    }
    if (options->site == NULL &&
        !sw_text_is(session->site->digest, sw_as_text(sw_get(head, "site_digest")))) {
        sw_fail(&err, SW_E_INPUT,
                "the site file '%s' is not as it was when the run began; look at what changed, and "
                "say that it is meant with --site %s",
                path, path);
        return sw_complain(&err);
    }
    sw_as_int(sw_get(head, "anchor_ns"), &session->anchor.wall_ns);
    if (!bind_given_params(session, sw_get(head, "params"), &err) ||
        !last_recorded(session, &session->anchor.least_ns, &err)) {
        return sw_complain(&err);
    }
    /* With the site file as it was, it was held to when the run began. */
    code = options->site != NULL ? hold_policy(session) : 0;
    code = code != 0 ? code : use_site(session);
    return code != 0 ? code : open_run(session, options);
}

int sw_session_resume(struct sw_session *session, const struct sw_options *options,
                      struct sw_store *store, const char *folder, const char *run_id)
{
    struct sw_error err = {0};
    const struct sw_value *head = NULL;
    const char *text = NULL;
    int64_t seed = 1;

    *session = (struct sw_session){.arena = sw_arena_new(), .store = store};
    snprintf(session->run_id, sizeof session->run_id, "%s", run_id);

    const char *tape = tape_path(session, folder);

    if (!take_lease(session, &err) ||
        !store->ops->content(store, run_id, session->arena, &text, &err) ||
        !sw_tape_head(tape, session->arena, &head, &err)) {
        return sw_complain(&err);
    }
    sw_as_int(sw_get(head, "seed"), &seed);
    session->seed = (uint64_t)seed;
    if (!sw_load_runbook_text(sw_as_text(sw_get(head, "runbook_file")), text, &session->runbook,
                              &err)) {
        return sw_complain(&err);
    }
    if (session->runbook.runbook == NULL) {
        return findings(&session->runbook);
    }
    return sw_get(head, "site_file") != NULL ? resume_site(session, options, head)
                                             : resume_world(session, options, tape, head);
}

void sw_session_use_tape(struct sw_session *session)
{
    session->world_port.tape = session->tape;
    session->world_port.on_advance = sw_tape_advance;
    session->world_port.on_exchange = sw_tape_exchange;
}

bool sw_session_record_tape(struct sw_session *session, const struct sw_options *options,
                            const char *folder, struct sw_error *err)
{
    if (!sw_tape_open(tape_path(session, folder), tape_head(session, options), &session->tape,
                      err)) {
        return false;
    }
    sw_session_use_tape(session);
    return true;
}

/* ---- messages left by decide, approve, stop ---- */

static void deliver(struct sw_driver *driver, const struct sw_signal *signal,
                    struct sw_arena *arena)
{
    const struct sw_value *body = NULL;
    struct sw_error err = {0};
    int64_t now = driver->port->ops->now(driver->port);

    if (!sw_json_read(arena, signal->body, strlen(signal->body), SW_JSON_PLAIN, &body, &err)) {
        return;
    }
    if (sw_text_is(signal->kind, "stop") || sw_text_is(signal->kind, "rollback")) {
        const struct sw_session *session = driver->signals;

        if (session->site != NULL &&
            !sw_may_operate(session->site->operators, sw_run_state(driver->run)->started_by,
                            signal->sender, &err)) {
            struct sw_decision refused = {
                .choice = signal->kind, .by = signal->sender, .signal = signal->id};

            fprintf(stderr, "stepwise: the %s of %s was not taken: %s\n", signal->kind,
                    signal->sender, err.text);
            sw_run_dismiss(driver->run, now, &refused, err.text);
            return;
        }
        sw_run_stop(driver->run, now, signal->sender, sw_text_is(signal->kind, "rollback"),
                    signal->id);
        return;
    }
    struct sw_decision decision = {
        .step = sw_as_text(sw_get(body, "step")),
        .choice = sw_as_text(sw_get(body, "choice")),
        .by = signal->sender,
        .reason = sw_as_text(sw_get(body, "reason")),
        .typed = sw_as_text(sw_get(body, "typed")),
        .digest = sw_as_text(sw_get(body, "digest")),
        .signal = signal->id,
    };
    if (!sw_may_answer(driver, signal->sender, &err) ||
        !sw_run_decide(driver->run, now, &decision, &err)) {
        fprintf(stderr, "stepwise: the answer of %s was not taken: %s\n", signal->sender, err.text);
        sw_run_dismiss(driver->run, now, &decision, err.text);
    }
}

static bool take_signals(struct sw_driver *driver)
{
    struct sw_session *session = driver->signals;
    struct sw_arena *arena = sw_arena_new();
    const struct sw_signal *signals = NULL;
    size_t count = 0;
    struct sw_error ignored = {0};
    uint64_t seen = sw_run_state(driver->run)->signals_seen;
    bool is_taken = false;

    if (seen < session->last_delivered) {
        seen = session->last_delivered; /* taken, but its record is not written yet */
    }
    if (session->store->ops->signals(session->store, session->run_id, seen, arena, &signals, &count,
                                     &ignored) &&
        count > 0) {
        session->last_delivered = signals[0].id;
        deliver(driver, &signals[0], arena);
        is_taken = true;
    }
    sw_arena_free(arena);
    return is_taken;
}

static void tell_news(struct sw_driver *driver, const char *event, const struct sw_command *command)
{
    const struct sw_session *session = driver->signals;
    const struct sw_question *question = command->question;
    bool has_step = question != NULL && question->step != SW_NO_STEP;
    struct sw_news news = {
        .run = session->run_id,
        .runbook = driver->runbook->name,
        .event = event,
        .step = has_step ? driver->runbook->steps[question->step].id : NULL,
        .text = question != NULL ? question->title : command->said,
        .time_ns = driver->port->ops->now(driver->port),
        .exit_code = command->kind == SW_COMMAND_ENDED ? command->exit_code : -1,
    };

    sw_notify(session->site, &news);
}

int sw_session_drive(struct sw_session *session, const struct sw_options *options)
{
    (void)options;
    session->driver.signals = session;
    session->driver.take_signals = take_signals;
    if (session->site != NULL && session->site->notify_count > 0) {
        session->driver.news = tell_news;
    }
    return sw_drive(&session->driver);
}

enum sw_turn sw_session_look(struct sw_session *session, size_t target, const struct sw_call *call,
                             struct sw_arena *arena, uint64_t attempt, struct sw_answer *ret_answer,
                             struct sw_error *err)
{
    if (session->port == NULL) {
        use_world(session, 0);
    }
    if (sw_text_is(call->kind, SW_HOOK_KIND)) {
        struct sw_hook_broker broker = {.port = session->port,
                                        .targets = session->targets,
                                        .runbook = session->runbook.runbook};
        bool ignored = false;

        return sw_hook_carry(&broker, call, false, arena, attempt, ret_answer, &ignored, err);
    }
    struct sw_talk talk = {
        .transport = session->targets[target].transport,
        .target = &session->targets[target],
        .call = *call,
        .arena = arena,
        .attempt = attempt,
    };
    enum sw_turn turn = sw_converse(session->port, target, &talk, NULL, err);
    int ending = session->port->ops->wait(session->port, 0);

    if (ending != 0) {
        exit(128 + ending); /* a look leaves nothing behind; nothing was printed yet */
    }
    *ret_answer = talk.answer;
    return turn;
}

void sw_session_release(struct sw_session *session)
{
    sw_run_free(session->run);
    sw_tape_close(session->tape);
    if (session->store != NULL) {
        if (session->has_lease) {
            session->store->ops->yield(session->store, &session->lease);
        }
        session->store->ops->close(session->store);
    }
    if (session->port != NULL) {
        session->port->ops->free(session->port);
    }
    if (session->world != NULL) {
        session->world->ops->free(session->world);
    }
    sw_loaded_release(&session->world_file);
    sw_loaded_release(&session->site_file);
    sw_loaded_release(&session->runbook);
    sw_arena_free(session->arena);
}
