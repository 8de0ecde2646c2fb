#include "cli/run/drive.h"

#include "base/limits.h"
#include "base/text.h"
#include "cli/run/ask.h"
#include "cli/run/hook.h"
#include "sdk/json.h"

#include <stdio.h>
#include <string.h>

static void print(struct sw_driver *driver, struct sw_buf *out)
{
    if (!driver->is_quiet) {
        fputs(out->bytes, stdout);
        fflush(stdout);
    }
    sw_buf_release(out);
}

static void on_record(void *context, uint64_t seq, const char *kind, int64_t time_ns,
                      const struct sw_value *body)
{
    struct sw_driver *driver = context;
    struct sw_buf out;

    sw_buf_init(&out, SW_LIMIT_RECORD_BYTES);
    sw_timeline_record(&driver->timeline, &out, seq, kind, time_ns, body);
    print(driver, &out);
}

static void on_note(void *context, int64_t time_ns, size_t step, const char *text)
{
    struct sw_driver *driver = context;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_buf out;

    sw_buf_init(&out, SW_LIMIT_RECORD_BYTES);
    sw_timeline_note(&driver->timeline, &out, time_ns,
                     step == SW_NO_STEP ? "start"
                                        : sw_state_step_id(sw_run_state(driver->run), step, arena),
                     text);
    print(driver, &out);
}

struct sw_run_listener sw_driver_listener(struct sw_driver *driver)
{
    return (struct sw_run_listener){.record = on_record, .note = on_note, .context = driver};
}

/**
 * Let time pass until then, or until a message came.
 *
 * @return 0, or the number of a signal that asks the process to end
 */
static int pass_time(struct sw_driver *driver, int64_t to_ns)
{
    struct sw_port *port = driver->port;
    int ending = port->ops->wait(port, to_ns);

    while (ending == 0 && port->ops->now(port) < to_ns) {
        if (driver->take_signals != NULL && driver->take_signals(driver)) {
            return 0;
        }
        ending = port->ops->wait(port, to_ns);
    }
    return ending;
}

enum sw_turn sw_converse(struct sw_port *port, size_t target, struct sw_talk *talk,
                         const char *follow, struct sw_error *err)
{
    const struct sw_transport *transport = talk->transport;
    enum sw_turn turn =
        follow != NULL ? transport->resume(talk, follow, err) : transport->open(talk, err);

    bool is_broken = false;

    while (turn == SW_TURN_SEND) {
        struct sw_reply reply = {0};
        struct sw_error why = {0};
        /* A list of many pages must not keep them all. */
        struct sw_arena *own = talk->has_own_memory ? sw_arena_new() : NULL;
        struct sw_arena *arena = own != NULL ? own : talk->arena;

        /* What tidies up behind a look that was given up still goes out. */
        talk->out.is_breakable = !talk->is_act && !is_broken;
        if (port->ops->exchange(port, target, &talk->out, arena, &reply, &why)) {
            turn = transport->feed(talk, &reply, err);
        } else {
            is_broken = true;
            *err = why;
            turn = transport->feed(talk, NULL, err);
        }
        sw_arena_free(own);
    }
    return turn;
}

static void note_of_hook(void *context, const char *text)
{
    struct sw_driver *driver = context;

    if (driver->timeline.is_verbose) {
        on_note(driver, driver->port->ops->now(driver->port), sw_run_state(driver->run)->step,
                text);
    }
}

static void carry_hook(struct sw_driver *driver, const struct sw_command *command)
{
    struct sw_arena *arena = sw_arena_new();
    uint64_t id = command->id;
    struct sw_hook_broker broker = {.port = driver->port,
                                    .targets = driver->targets,
                                    .runbook = driver->runbook,
                                    .context = driver};
    struct sw_answer answer = {0};
    struct sw_error err = {0};
    bool may_have_acted = false;

    if (sw_text_is(command->call->op, "check")) {
        broker.note = note_of_hook; /* of the others it is journaled */
    }
    enum sw_turn turn = sw_hook_carry(&broker, command->call, command->is_act, arena, id, &answer,
                                      &may_have_acted, &err);
    int64_t now = driver->port->ops->now(driver->port);

    sw_run_answer(driver->run, id, now, turn == SW_TURN_DONE ? &answer : NULL,
                  turn == SW_TURN_DONE ? NULL : &err, may_have_acted);
    sw_arena_free(arena);
}

static void carry(struct sw_driver *driver, const struct sw_command *command, int *ret_ending)
{
    if (sw_text_is(command->call->kind, SW_HOOK_KIND)) {
        carry_hook(driver, command);
        return;
    }

    struct sw_arena *arena = sw_arena_new();
    uint64_t id = command->id;
    struct sw_error err = {0};
    struct sw_talk talk = {
        .transport = driver->targets[command->target].transport,
        .target = &driver->targets[command->target],
        .call = *command->call,
        .is_act = command->is_act,
        .arena = arena,
        .attempt = id,
    };
    enum sw_turn turn = sw_converse(driver->port, command->target, &talk, command->follow, &err);
    int64_t now = driver->port->ops->now(driver->port);

    if (turn == SW_TURN_FAIL && !command->is_act &&
        (*ret_ending = driver->port->ops->wait(driver->port, 0)) != 0) {
        sw_arena_free(arena); /* given up: it is asked again when the run goes on */
        return;
    }
    switch (turn) {
    case SW_TURN_DONE:
        sw_run_answer(driver->run, id, now, &talk.answer, NULL, talk.may_have_acted);
        break;
    case SW_TURN_FOLLOW:
        sw_run_accepted(driver->run, id, now, talk.follow, talk.after_ms, talk.answer.correlation);
        break;
    case SW_TURN_FAIL:
    case SW_TURN_SEND:
        sw_run_answer(driver->run, id, now, NULL, &err, talk.may_have_acted);
        break;
    }
    sw_arena_free(arena);
}

bool sw_tell_accepted(struct sw_store *store, const char *run, struct sw_world *world,
                      struct sw_error *err)
{
    struct sw_arena *arena = sw_arena_new();
    const struct sw_stored *records = NULL;
    const struct sw_value *locks = NULL;
    size_t count = 0;
    bool is_fine = store->ops->load(store, run, arena, &records, &count, err);

    for (size_t i = 0; is_fine && i < count; i++) {
        const struct sw_value *body = NULL;

        bool is_locks = strcmp(records[i].kind, "locks") == 0;

        if (!is_locks && strcmp(records[i].kind, "evidence") != 0) {
            continue;
        }
        is_fine =
            sw_json_read(arena, records[i].body, records[i].length, SW_JSON_TYPED, &body, err);
        if (is_fine && is_locks && sw_list_count(sw_get(body, "names")) > 0) {
            locks = sw_get(body, "names");
        } else if (is_fine && sw_get_path(body, "reading", "accepted_by", NULL) != NULL) {
            world->ops->accept_loss(world, sw_get_path(body, "reading", "listing", "names", NULL),
                                    locks);
        }
    }
    sw_arena_free(arena);
    return is_fine;
}

bool sw_may_answer(const struct sw_driver *driver, const char *login, struct sw_error *err)
{
    const struct sw_value *roles = driver->approvers;
    const char *role = driver->question == NULL ? NULL : driver->question->by;

    if (roles == NULL || driver->question == NULL) {
        return true;
    }
    for (size_t i = 0; i < roles->as.map.count; i++) {
        const struct sw_entry *entry = &roles->as.map.entries[i];

        for (size_t n = 0;
             (role == NULL || sw_text_is(entry->key, role)) && n < sw_list_count(entry->value);
             n++) {
            if (sw_text_is(sw_as_text(sw_list_at(entry->value, n)), login)) {
                return true;
            }
        }
    }
    return role == NULL
               ? sw_fail(err, SW_E_INPUT, "'%s' is no approver by the site file", login)
               : sw_fail(err, SW_E_INPUT, "'%s' is not among the %s of the site file", login, role);
}

bool sw_may_operate(const struct sw_value *operators, const char *started_by, const char *login,
                    struct sw_error *err)
{
    if (operators == NULL || (started_by != NULL && sw_text_is(started_by, login))) {
        return true;
    }
    for (size_t i = 0; i < sw_list_count(operators); i++) {
        if (sw_text_is(sw_as_text(sw_list_at(operators, i)), login)) {
            return true;
        }
    }
    return sw_fail(err, SW_E_INPUT,
                   "'%s' neither began this run nor is among the operators of the site file",
                   login);
}

/** Nobody to ask: the run waits in the store. */
static int rest(struct sw_driver *driver, const struct sw_command *command)
{
    int code = command->kind == SW_COMMAND_PARKED ? command->exit_code : 3;

    sw_run_rest(driver->run);
    return code;
}

/* Once for each question. */
static void tell_question(struct sw_driver *driver, const struct sw_command *command)
{
    const struct sw_question *question = command->question;

    if (driver->news != NULL && question != NULL && strcmp(question->digest, driver->told) != 0) {
        memcpy(driver->told, question->digest, sizeof driver->told);
        driver->news(driver, command->kind == SW_COMMAND_PARKED ? "parked" : "asks", command);
    }
}

/** Ask, and wait where that is the answer. @return true: the drive is over with *ret_code */
static bool ask(struct sw_driver *driver, const struct sw_command *command, int *ret_ending,
                int *ret_code)
{
    struct sw_port *port = driver->port;

    /* At a terminal Ctrl-C ends the process at once; elsewhere nobody is waited for. */
    driver->is_interactive =
        port->ops->people(port, driver->is_interactive) && driver->is_interactive;
    enum sw_asked asked = sw_ask_people(driver, command);

    (void)port->ops->people(port, false);
    switch (asked) {
    case SW_ASKED_ANSWERED:
        return false;
    case SW_ASKED_NOBODY:
        *ret_code = rest(driver, command);
        return true;
    case SW_ASKED_WAIT:
        *ret_ending = pass_time(driver, command->wake_ns);
        return false;
    }
    return false;
}

/**
 * Has a signal asked the process to end? Then nothing new begins. It is looked for before every
 * command: the next one may be a change. What was begun has been answered by now, or was given up
 * as a look.
 */
static bool is_to_end(struct sw_driver *driver, int *ending)
{
    struct sw_port *port = driver->port;

    *ending = *ending != 0 ? *ending : port->ops->wait(port, 0);
    if (*ending == 0) {
        return false;
    }
    sw_run_rest(driver->run);
    return true;
}

int sw_drive(struct sw_driver *driver)
{
    struct sw_port *port = driver->port;
    uint64_t count = 0;
    bool has_begun = false; /* one that had ended before is no news */
    int ending = 0;         /* a signal that asks the process to end */
    int code = 0;

    for (;; has_begun = true) {
        if (sw_run_state(driver->run)->phase != SW_PHASE_ENDED && is_to_end(driver, &ending)) {
            return 128 + ending;
        }
        const struct sw_command *command = sw_run_next(driver->run, port->ops->now(port));
        bool is_still = command->kind != SW_COMMAND_CALL && command->kind != SW_COMMAND_ENDED;

        if (driver->max_commands != 0 && ++count > driver->max_commands) {
            return 70;
        }
        driver->question = command->question;
        if (is_still && driver->take_signals != NULL && driver->take_signals(driver)) {
            continue;
        }
        switch (command->kind) {
        case SW_COMMAND_CALL:
            carry(driver, command, &ending);
            break;
        case SW_COMMAND_SLEEP:
            ending = pass_time(driver, command->wake_ns);
            break;
        case SW_COMMAND_ASK:
        case SW_COMMAND_PARKED:
            tell_question(driver, command);
            if (ask(driver, command, &ending, &code)) {
                return code;
            }
            break;
        case SW_COMMAND_ENDED:
            if (driver->news != NULL && has_begun) {
                driver->news(driver, "ended", command);
            }
            if (command->exit_code == 70) {
                fprintf(stderr, "stepwise: %s\n", command->said);
            }
            return command->exit_code;
        }
    }
}
