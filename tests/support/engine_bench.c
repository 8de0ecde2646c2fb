#include "support/engine_bench.h"

#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "sdk/json.h"
#include "support/engine_pack.h"

#include <stdlib.h>
#include <string.h>

#define RUN "retire-1"

enum { COMMANDS_MAX = 400000 };

/* ---- the store that fails at a commit ---- */

static bool store_enqueue(struct sw_store *store, const char *run, const char *runbook,
                          const char *content, int64_t now_ns, struct sw_error *err)
{
    struct sw_store *in = ((struct bench_store *)store)->inner;

    return in->ops->enqueue(in, run, runbook, content, now_ns, err);
}

static bool store_acquire(struct sw_store *store, const char *run, int64_t now_ns,
                          struct sw_lease *ret_lease, struct sw_error *err)
{
    struct sw_store *in = ((struct bench_store *)store)->inner;

    return in->ops->acquire(in, run, now_ns, ret_lease, err);
}

static bool store_commit(struct sw_store *store, struct sw_lease *lease,
                         const struct sw_commit *commit, struct sw_error *err)
{
    struct bench_store *bench = (struct bench_store *)store;

    if (bench->is_dead) {
        return sw_fail(err, SW_E_IO, "the disk is gone");
    }
    bench->commits++;
    if (bench->fail_at > 0 && --bench->fail_at == 0) {
        bench->is_dead = true;
        if (bench->is_applied) {
            struct sw_lease shadow = *lease;

            bench->inner->ops->commit(bench->inner, &shadow, commit, err);
        }
        return sw_fail(err, SW_E_IO, "the disk is gone");
    }
    return bench->inner->ops->commit(bench->inner, lease, commit, err);
}

static bool store_load(struct sw_store *store, const char *run, struct sw_arena *arena,
                       const struct sw_stored **ret_records, size_t *ret_count,
                       struct sw_error *err)
{
    struct sw_store *in = ((struct bench_store *)store)->inner;

    return in->ops->load(in, run, arena, ret_records, ret_count, err);
}

static bool store_kept(struct sw_store *store, const char *run, struct sw_arena *arena,
                       const char **ret_kept, struct sw_error *err)
{
    struct sw_store *in = ((struct bench_store *)store)->inner;

    return in->ops->kept(in, run, arena, ret_kept, err);
}

static const struct sw_store_ops store_ops = {
    .enqueue = store_enqueue,
    .acquire = store_acquire,
    .commit = store_commit,
    .load = store_load,
    .kept = store_kept,
};

/* ---- the house ---- */

static size_t done_slot(const struct bench *bench, const char *name)
{
    size_t i = 0;

    while (i < BENCH_DONE && !sw_text_is(bench->done[i], name)) {
        i++;
    }
    return i;
}

bool bench_is_done(const struct bench *bench, const char *name)
{
    return done_slot(bench, name) < BENCH_DONE;
}

void bench_set_done(struct bench *bench, const char *name, bool is_done)
{
    size_t at = done_slot(bench, name);

    if (is_done && at == BENCH_DONE) {
        bench->done[done_slot(bench, NULL)] = sw_copy_text(bench->arena, name);
    } else if (!is_done && at < BENCH_DONE) {
        bench->done[at] = NULL;
    }
}

static const char *name_of(struct bench *bench, const char *op, size_t cut)
{
    return sw_copy(bench->arena, op, strlen(op) - cut);
}

static void act(struct bench *bench, const char *op)
{
    bool is_undo = sw_text_ends(op, "-");
    const char *name = name_of(bench, op, 1);

    if (strcmp(op, "label2!") == 0) {
        name = "label";
    }
    bench_set_done(bench, name, !is_undo);
}

static const char *well_behaved(struct bench *bench, const char *op)
{
    if (sw_text_ends(op, "!") || sw_text_ends(op, "-")) {
        return "{}";
    }
    if (sw_text_ends(op, ".reread")) {
        return "{\"verdict\":\"holds\"}";
    }
    if (sw_text_ends(op, ".undo")) {
        return bench_is_done(bench, name_of(bench, op, 5)) ? "{\"verdict\":\"needed\"}"
                                                           : "{\"verdict\":\"already\"}";
    }
    if (strcmp(op, "shelf") == 0) {
        return "{\"verdict\":\"done\",\"out\":{\"id\":\"6f9619ff-8b86-d011-b42d-00c04fc964ff\","
               "\"name\":\"A1\",\"health\":\"good\",\"boxes\":3}}";
    }
    if (strcmp(op, "count") == 0) {
        return "{\"verdict\":\"done\",\"out\":{\"boxes\":3}}";
    }
    if (strcmp(op, "copied") == 0) {
        return "{\"outcome\":\"clean\",\"out\":{\"boxes\":3},\"reading\":{\"mark\":7}}";
    }
    if (strcmp(op, "left") == 0) {
        return "{\"verdict\":\"done\",\"out\":{\"seen\":1,\"items\":{\"count\":2,\"bytes\":10,"
               "\"newest\":\"2026-11-01T00:00:00Z\",\"names\":[\"a\",\"b\"],\"digest\":\"d1\","
               "\"is_complete\":true}}}";
    }
    return bench_is_done(bench, op) ? "{\"verdict\":\"already\"}"
                                    : "{\"verdict\":\"needed\",\"see\":{\"was\":\"open\"}}";
}

static struct bench_reply next_reply(struct bench *bench, const char *op)
{
    for (size_t i = 0; i < bench->reply_count; i++) {
        struct bench_reply *reply = &bench->replies[i];

        if (!reply->is_used && strcmp(reply->op, op) == 0) {
            reply->is_used = !reply->is_for_ever;
            return *reply;
        }
    }
    return (struct bench_reply){.op = op, .json = well_behaved(bench, op), .acts = true};
}

void bench_reply(struct bench *bench, struct bench_reply reply)
{
    sw_require(bench->reply_count < BENCH_SCRIPTS);
    bench->replies[bench->reply_count++] = reply;
}

void bench_says(struct bench *bench, const char *op, const char *json)
{
    bench_reply(bench, (struct bench_reply){.op = op, .json = json});
}

void bench_says_always(struct bench *bench, const char *op, const char *json)
{
    bench_reply(bench, (struct bench_reply){.op = op, .json = json, .is_for_ever = true});
}

void bench_fails(struct bench *bench, const char *op, enum sw_code code)
{
    bench_reply(bench, (struct bench_reply){.op = op, .code = code});
}

void bench_fails_always(struct bench *bench, const char *op, enum sw_code code)
{
    bench_reply(bench, (struct bench_reply){.op = op, .code = code, .is_for_ever = true});
}

void bench_forget(struct bench *bench, const char *op)
{
    for (size_t i = 0; i < bench->reply_count; i++) {
        if (strcmp(bench->replies[i].op, op) == 0) {
            bench->replies[i].is_used = true;
        }
    }
}

/* ---- carrying ---- */

static void answer(struct bench *bench, uint64_t id, const struct bench_reply *reply)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_error err = {0};

    if (reply->follow != NULL) {
        sw_run_accepted(bench->run, id, bench->now, reply->follow, reply->after_ms, NULL);
    } else if (reply->json != NULL) {
        struct sw_answer said = {.status = 200, .peer_time_ns = bench->now};

        if (!sw_json_read(arena, reply->json, strlen(reply->json), SW_JSON_PLAIN, &said.body,
                          &err)) {
            fprintf(stderr, "the script for %s is no JSON: %s\n", reply->op, err.text);
            abort();
        }
        sw_run_answer(bench->run, id, bench->now, &said, NULL, false);
    } else {
        sw_fail(&err, reply->code, "scripted");
        err.retry_after_ms = reply->retry_after_ms;
        sw_run_answer(bench->run, id, bench->now, NULL, &err, reply->may_have_acted);
    }
    sw_arena_free(arena);
}

static void put_on_log(struct bench *bench, const struct sw_command *command)
{
    sw_buf_addf(&bench->log, "%s%s ", command->follow != NULL ? ">" : "", command->call->op);
}

static struct bench_reply serve(struct bench *bench, const struct sw_command *command)
{
    const char *op = sw_copy_text(bench->arena, command->call->op);

    put_on_log(bench, command);
    sw_require(command->is_act == (sw_text_ends(op, "!") || sw_text_ends(op, "-")));

    const char *asked = command->follow != NULL ? sw_format(bench->arena, ">%s", op) : op;
    struct bench_reply reply = next_reply(bench, asked);
    bool is_default_follow =
        command->follow != NULL && strcmp(reply.op, asked) == 0 && reply.json != NULL && reply.acts;

    if (is_default_follow) {
        reply.json = "{}";
    }
    if (command->is_act && (reply.acts || (reply.json != NULL && reply.follow == NULL))) {
        act(bench, op);
    }
    return reply;
}

void bench_carry(struct bench *bench)
{
    uint64_t id = bench->command->id;
    struct bench_reply reply = serve(bench, bench->command);

    answer(bench, id, &reply);
}

void bench_lose(struct bench *bench)
{
    serve(bench, bench->command);
}

const struct sw_command *bench_until(struct bench *bench, const char *op)
{
    for (;;) {
        bench->command = sw_run_next(bench->run, bench->now);
        if (++bench->commands > COMMANDS_MAX) {
            fprintf(stderr, "the run does not come to an end\n");
            abort();
        }
        switch (bench->command->kind) {
        case SW_COMMAND_CALL:
            if (op != NULL && strcmp(bench->command->call->op, op) == 0) {
                return bench->command;
            }
            bench_carry(bench);
            break;
        case SW_COMMAND_SLEEP:
            sw_require(bench->command->wake_ns > bench->now);
            if (op != NULL && strcmp(op, "(sleep)") == 0) {
                return bench->command;
            }
            bench->now = bench->command->wake_ns;
            break;
        case SW_COMMAND_ASK:
        case SW_COMMAND_PARKED:
        case SW_COMMAND_ENDED:
            return bench->command;
        }
    }
}

const struct sw_command *bench_go(struct bench *bench)
{
    return bench_until(bench, NULL);
}

void bench_pass(struct bench *bench, int64_t ms)
{
    bench->now += ms * SW_NS_PER_MS;
}

bool bench_answer(struct bench *bench, const char *choice, const char *by)
{
    const struct sw_question *question = bench->command->question;
    struct sw_decision decision = {.choice = choice, .by = by, .reason = "because"};
    struct sw_error err = {0};

    sw_require(question != NULL);
    for (size_t i = 0; i < question->choice_count; i++) {
        if (strcmp(question->choices[i].name, choice) == 0) {
            decision.typed = question->choices[i].typed_back;
        }
    }
    bool is_taken = sw_run_decide(bench->run, bench->now, &decision, &err);

    snprintf(bench->answer_text, sizeof bench->answer_text, "%s", err.text);
    return is_taken;
}

/* ---- what was written ---- */

static void on_record(void *context, uint64_t seq, const char *kind, int64_t time_ns,
                      const struct sw_value *body)
{
    struct bench *bench = context;
    const char *step = sw_as_text(sw_get(body, "step"));
    const char *word = sw_as_text(sw_get(body, "outcome"));

    (void)seq;
    (void)time_ns;
    word = word != NULL ? word : sw_as_text(sw_get(body, "status"));
    word = word != NULL ? word : sw_as_text(sw_get(body, "choice"));
    word = word != NULL ? word : sw_as_text(sw_get(body, "why"));
    sw_buf_addf(&bench->records, "%s%s%s%s%s | ", kind, step == NULL ? "" : ":",
                step == NULL ? "" : step, word == NULL ? "" : "=", word == NULL ? "" : word);
}

static void on_note(void *context, int64_t time_ns, size_t step, const char *text)
{
    struct bench *bench = context;

    (void)time_ns;
    (void)step;
    sw_buf_addf(&bench->notes, "%s\n", text);
}

int bench_count(const struct bench *bench, const char *op)
{
    size_t length = strlen(op);
    int count = 0;

    for (const char *at = bench->log.bytes; (at = strstr(at, op)) != NULL; at += length) {
        bool is_begin = at == bench->log.bytes || at[-1] == ' ';

        count += is_begin && at[length] == ' ' ? 1 : 0;
    }
    return count;
}

bool bench_recorded(const struct bench *bench, const char *part)
{
    return strstr(bench->records.bytes, part) != NULL;
}

/* ---- life ---- */

static bool open_run(struct bench *bench)
{
    struct sw_error err = {0};
    struct sw_store *store = &bench->store.base;

    if (!store->ops->acquire(store, RUN, bench->now, &bench->lease, &err)) {
        sw_require(err.code == SW_E_CONFLICT);
        return false;
    }
    struct sw_run_config config = {
        .runbook = bench->book->book,
        .targets = bench->targets,
        .store = store,
        .lease = bench->lease,
        .params = bench->params,
        .by = "ann",
        .is_rehearsal = true,
        .listener = {.record = on_record, .note = on_note, .context = bench},
    };

    if (!sw_run_open(&config, bench->now, &bench->run, &err)) {
        fprintf(stderr, "%s\n", err.text);
        abort();
    }
    return true;
}

bool bench_restart(struct bench *bench)
{
    sw_run_free(bench->run);
    bench->run = NULL;
    bench->store.is_dead = false;
    bench->store.fail_at = 0;
    return open_run(bench);
}

static const char *preview(const struct sw_target *target, const struct sw_call *call,
                           struct sw_arena *arena)
{
    (void)target;
    return sw_copy_text(arena, call->op);
}

static const struct sw_transport transport = {.name = "house", .preview = preview};

static void bind_targets(struct bench *bench)
{
    struct sw_builder none = sw_map_begin(bench->arena);

    for (size_t i = 0; i < bench->book->book->target_count; i++) {
        bench->targets[i] = (struct sw_target){
            .name = bench->book->book->targets[i].name,
            .kind = bench->book->book->targets[i].kind->name,
            .settings = sw_built(&none),
            .transport = &transport,
        };
    }
}

struct bench *bench_open(const char *text, const struct sw_value *params)
{
    struct bench *bench = sw_heap(sizeof *bench);
    struct sw_error err = {0};

    *bench = (struct bench){.arena = sw_arena_new(), .now = BENCH_START, .params = params};
    sw_buf_init(&bench->log, 1u << 24);
    sw_buf_init(&bench->records, 1u << 24);
    sw_buf_init(&bench->notes, 1u << 24);
    bench->book = load_text_in(text, &engine_registry);
    if (bench->book->book == NULL) {
        print_findings(bench->book);
        abort();
    }
    bench->store.base.ops = &store_ops;
    if (!sw_store_open_memory(&bench->store.inner, &err) ||
        !store_enqueue(&bench->store.base, RUN, bench->book->book->name, text, bench->now, &err)) {
        fprintf(stderr, "%s\n", err.text);
        abort();
    }
    if (params == NULL) {
        struct sw_builder none = sw_map_begin(bench->arena);

        bench->params = sw_built(&none);
    }
    bind_targets(bench);
    open_run(bench);
    return bench;
}

struct bench *bench_new(const char *steps)
{
    struct sw_buf text;

    sw_buf_init(&text, 1u << 20);
    sw_buf_addf(&text,
                "stepwise: 1\nname: demo/bench\nversion: 1.0.0\ntitle: A bench\n"
                "targets: { house: { kind: store.house } }\n"
                "facts:\n  shelf: { read: store.shelf, target: house }\n"
                "%s%s%s",
                strstr(steps, "subject:") != NULL ? "" : "subject: shelf\n",
                strncmp(steps, "steps:", 6) == 0 || strstr(steps, "\nsteps:") != NULL ? ""
                                                                                      : "steps:\n",
                steps);

    struct bench *bench = bench_open(text.bytes, NULL);

    sw_buf_release(&text);
    return bench;
}

void bench_free_at(struct bench **bench)
{
    struct bench *it = *bench;

    if (it == NULL) {
        return;
    }
    sw_run_free(it->run);
    it->store.inner->ops->close(it->store.inner);
    loaded_free_at(&it->book);
    sw_buf_release(&it->log);
    sw_buf_release(&it->records);
    sw_buf_release(&it->notes);
    sw_arena_free(it->arena);
    free(it);
    *bench = NULL;
}
