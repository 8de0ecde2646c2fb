#include "cli/drive.h"

#include "base/limits.h"
#include "base/time.h"
#include "cli/ask.h"
#include "sdk/json.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

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
    struct sw_buf out;

    sw_buf_init(&out, SW_LIMIT_RECORD_BYTES);
    sw_timeline_note(&driver->timeline, &out, time_ns,
                     step == SW_NO_STEP ? "start" : driver->runbook->steps[step].id, text);
    print(driver, &out);
}

struct sw_run_listener sw_driver_listener(struct sw_driver *driver)
{
    return (struct sw_run_listener){.record = on_record, .note = on_note, .context = driver};
}

/** Let virtual time pass; for watchers with a pace, real time too. */
static void advance(struct sw_driver *driver, int64_t to_ns)
{
    int64_t now = driver->world->ops->now(driver->world);

    if (to_ns <= now) {
        return;
    }
    if (driver->pace > 0) {
        double real_s = (double)(to_ns - now) / (double)SW_NS_PER_S / driver->pace;
        struct timespec pause = {.tv_sec = (time_t)real_s,
                                 .tv_nsec = (long)((real_s - (double)(time_t)real_s) * 1e9)};

        nanosleep(&pause, NULL);
    }
    if (driver->on_advance != NULL) {
        driver->on_advance(driver->tape, to_ns);
    }
    driver->world->ops->advance(driver->world, to_ns);
}

enum sw_turn sw_converse(struct sw_driver *driver, struct sw_talk *talk, const char *follow,
                         struct sw_error *err)
{
    const struct sw_transport *transport = talk->transport;
    enum sw_turn turn =
        follow != NULL ? transport->resume(talk, follow, err) : transport->open(talk, err);

    while (turn == SW_TURN_SEND) {
        struct sw_reply reply = {0};
        struct sw_error why = {0};

        if (driver->on_exchange != NULL) {
            driver->on_exchange(driver->tape, &talk->out);
        }
        if (driver->world->ops->exchange(driver->world, &talk->out, talk->arena, &reply, &why)) {
            turn = transport->feed(talk, &reply, err);
        } else {
            *err = why;
            turn = transport->feed(talk, NULL, err);
        }
    }
    return turn;
}

static void carry(struct sw_driver *driver, const struct sw_command *command)
{
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
    enum sw_turn turn = sw_converse(driver, &talk, command->follow, &err);
    int64_t now = driver->world->ops->now(driver->world);

    switch (turn) {
    case SW_TURN_DONE:
        sw_run_answer(driver->run, id, now, &talk.answer, NULL, talk.may_have_acted);
        break;
    case SW_TURN_FOLLOW:
        sw_run_accepted(driver->run, id, now, talk.follow, talk.after_ms);
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
    size_t count = 0;
    bool is_fine = store->ops->load(store, run, arena, &records, &count, err);

    for (size_t i = 0; is_fine && i < count; i++) {
        const struct sw_value *body = NULL;

        if (strcmp(records[i].kind, "evidence") != 0) {
            continue;
        }
        is_fine =
            sw_json_read(arena, records[i].body, records[i].length, SW_JSON_TYPED, &body, err);
        if (is_fine && sw_get_path(body, "reading", "accepted_by", NULL) != NULL) {
            world->ops->accept_loss(world, sw_get_path(body, "reading", "listing", "names", NULL));
        }
    }
    sw_arena_free(arena);
    return is_fine;
}

/** Nobody to ask: the run waits in the store. */
static int rest(struct sw_driver *driver, const struct sw_command *command)
{
    int code = command->kind == SW_COMMAND_PARKED ? command->exit_code : 3;

    sw_run_rest(driver->run);
    return code;
}

int sw_drive(struct sw_driver *driver)
{
    uint64_t count = 0;

    for (;;) {
        int64_t now = driver->world->ops->now(driver->world);
        const struct sw_command *command = sw_run_next(driver->run, now);

        if (driver->max_commands != 0 && ++count > driver->max_commands) {
            return 70;
        }
        if (driver->take_signals != NULL && command->kind != SW_COMMAND_CALL &&
            command->kind != SW_COMMAND_ENDED && driver->take_signals(driver)) {
            continue;
        }
        switch (command->kind) {
        case SW_COMMAND_CALL:
            carry(driver, command);
            break;
        case SW_COMMAND_SLEEP:
            advance(driver, command->wake_ns);
            break;
        case SW_COMMAND_ASK:
        case SW_COMMAND_PARKED:
            switch (sw_ask_people(driver, command)) {
            case SW_ASKED_ANSWERED:
                break;
            case SW_ASKED_NOBODY:
                return rest(driver, command);
            case SW_ASKED_WAIT:
                advance(driver, command->wake_ns);
                break;
            }
            break;
        case SW_COMMAND_ENDED:
            if (command->exit_code == 70) {
                fprintf(stderr, "stepwise: %s\n", command->said);
            }
            return command->exit_code;
        }
    }
}
