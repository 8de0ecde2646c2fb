#include "rehearsal/rehearsal.h"

#include "base/limits.h"
#include "base/text.h"
#include "sdk/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

/* ---- the store that dies ---- */

static struct crashing_store *front_of(struct sw_store *store)
{
    union {
        struct sw_store *store;
        struct crashing_store *front;
    } cast = {.store = store};

    return cast.front;
}

static bool front_commit(struct sw_store *store, struct sw_lease *lease,
                         const struct sw_commit *commit, struct sw_error *err)
{
    struct crashing_store *front = front_of(store);

    if (front->is_dead) {
        return sw_fail(err, SW_E_IO, "the process is dead");
    }
    front->commits++;
    if (front->commits == front->dies_at) {
        front->is_dead = true;
        if (front->dies_after) {
            assert_true(front->real->ops->commit(front->real, lease, commit, err));
        }
        return sw_fail(err, SW_E_IO, "the process dies here");
    }
    return front->real->ops->commit(front->real, lease, commit, err);
}

static bool front_load(struct sw_store *store, const char *run, struct sw_arena *arena,
                       const struct sw_stored **ret_records, size_t *ret_count,
                       struct sw_error *err)
{
    struct sw_store *real = front_of(store)->real;

    return real->ops->load(real, run, arena, ret_records, ret_count, err);
}

static bool front_kept(struct sw_store *store, const char *run, struct sw_arena *arena,
                       const char **ret_kept, struct sw_error *err)
{
    struct sw_store *real = front_of(store)->real;

    return real->ops->kept(real, run, arena, ret_kept, err);
}

static const struct sw_store_ops front_ops = {
    .commit = front_commit, .load = front_load, .kept = front_kept};

/* ---- a rehearsal ---- */

/* The parts that every beginning shares; the world is made already. */
static void bind(struct rehearsal *r, const char *param)
{
    const struct sw_runbook *book = r->runbook.runbook;
    bool has_reason = false;

    for (size_t i = 0; book != NULL && i < book->param_count; i++) {
        has_reason = has_reason || strcmp(book->params[i].name, "reason") == 0;
    }
    const char *const flags[] = {has_reason ? "reason=migrate" : param, has_reason ? param : NULL,
                                 NULL};
    struct sw_error err = {0};
    struct sw_buf content;

    assert_non_null(r->runbook.runbook);
    sw_buf_init(&content, SW_LIMIT_BUNDLE_BYTES);
    assert_true(sw_bundle_write(r->runbook.bundle, &content, &err));
    assert_true(sw_bind_params(r->runbook.runbook, flags, r->world->ops->params(r->world, r->arena),
                               r->arena, &r->params, &err));
    assert_true(sw_bind_targets(r->runbook.runbook, r->world, r->arena, &r->targets, &err));
    assert_true(sw_store_open_memory(&r->memory, &err));
    assert_true(r->memory->ops->enqueue(r->memory, "run", r->runbook.runbook->name, content.bytes,
                                        r->world->ops->now(r->world), &err));
    sw_buf_release(&content);
    r->front = (struct crashing_store){.store = {.ops = &front_ops}, .real = r->memory};
}

static void load_runbook(struct rehearsal *r, const char *name)
{
    char path[512];
    struct sw_error err = {0};

    snprintf(path, sizeof path, SW_SOURCE_DIR "/runbooks/filesync/%s.yaml", name);
    assert_true(sw_load_runbook(path, NULL, &r->runbook, &err));
}

static void load_world(struct rehearsal *r, const char *name, uint64_t seed)
{
    char path[512];
    struct sw_error err = {0};

    snprintf(path, sizeof path, SW_SOURCE_DIR "/runbooks/filesync/worlds/%s.yaml", name);
    assert_true(sw_load_world(path, NULL, seed, &r->world_file, &r->world, &err));
}

void rehearsal_begin(struct rehearsal *r, const char *world, const char *runbook_text,
                     uint64_t seed)
{
    *r = (struct rehearsal){.arena = sw_arena_new()};
    if (runbook_text != NULL) {
        struct sw_error err = {0};

        assert_true(sw_load_runbook_text("changed.yaml", runbook_text, &r->runbook, &err));
    } else {
        load_runbook(r, "scenario-1");
    }
    load_world(r, world, seed);
    bind(r, NULL);
}

void rehearsal_begin_file(struct rehearsal *r, const char *runbook, const char *world,
                          uint64_t seed)
{
    *r = (struct rehearsal){.arena = sw_arena_new()};
    load_runbook(r, runbook);
    load_world(r, world, seed);
    bind(r, NULL);
}

void rehearsal_begin_with(struct rehearsal *r, const char *runbook, const char *world,
                          uint64_t seed, const char *param)
{
    *r = (struct rehearsal){.arena = sw_arena_new()};
    load_runbook(r, runbook);
    load_world(r, world, seed);
    bind(r, param);
}

void rehearsal_begin_in(struct rehearsal *r, const char *world_text, uint64_t seed)
{
    rehearsal_begin_text(r, "scenario-1", world_text, seed);
}

void rehearsal_begin_text(struct rehearsal *r, const char *runbook, const char *world_text,
                          uint64_t seed)
{
    struct sw_error err = {0};

    *r = (struct rehearsal){.arena = sw_arena_new()};
    load_runbook(r, runbook);
    if (!sw_load_world("world.yaml", world_text, seed, &r->world_file, &r->world, &err)) {
        fail_msg("the world does not load:\n%s", world_text);
    }
    bind(r, NULL);
}

void rehearsal_answer(struct rehearsal *r, const char *step, const char *choice)
{
    assert_true(r->answer_count < SW_COUNT(r->answers));
    r->answers[r->answer_count++] = (struct sw_prepared_answer){.step = step, .choice = choice};
}

void rehearsal_drive(struct rehearsal *r)
{
    struct sw_run *run = NULL;
    struct sw_error err = {0};
    struct sw_lease lease = {0};
    struct sw_world_port port;
    struct sw_driver driver = {
        .port = &port.port,
        .targets = r->targets,
        .runbook = r->runbook.runbook,
        .by = "ada",
        .answers = r->answers,
        .answer_count = r->answer_count,
        .is_quiet = !r->is_told,
        .max_commands = 200000,
    };
    int64_t now = r->world->ops->now(r->world);

    sw_world_port_init(&port, r->world, 0);
    r->front.is_dead = false;
    assert_true(r->memory->ops->acquire(r->memory, "run", now, &lease, &err));
    struct sw_run_config config = {
        .runbook = r->runbook.runbook,
        .targets = r->targets,
        .store = &r->front.store,
        .lease = lease,
        .params = r->params,
        .by = "ada",
        .is_rehearsal = true,
        .listener = sw_driver_listener(&driver),
    };
    if (!sw_run_open(&config, now, &run, &err)) {
        fail_msg("the run cannot be opened: %s", err.text);
    }
    driver.run = run;
    r->code = sw_drive(&driver);
    r->has_crashed = r->front.is_dead;
    sw_run_free(run);
}

void rehearsal_sleep(struct rehearsal *r, int64_t ms)
{
    r->world->ops->advance(r->world, r->world->ops->now(r->world) + ms * INT64_C(1000000));
}

void rehearsal_die(struct rehearsal *r, uint64_t at, bool after, int64_t down_ms)
{
    r->front.dies_at = at;
    r->front.dies_after = after;
    rehearsal_drive(r);
    assert_true(r->has_crashed);
    r->front.dies_at = 0;
    rehearsal_sleep(r, down_ms);
    for (int restarts = 0; restarts < 3 && rehearsal_end(r) == NULL; restarts++) {
        rehearsal_drive(r);
    }
}

static const struct sw_stored *records(struct rehearsal *r, size_t *ret_count)
{
    const struct sw_stored *rows = NULL;
    struct sw_error err = {0};

    assert_true(r->memory->ops->load(r->memory, "run", r->arena, &rows, ret_count, &err));
    return rows;
}

static const struct sw_value *body_of(struct rehearsal *r, const struct sw_stored *row)
{
    const struct sw_value *body = NULL;
    struct sw_error err = {0};

    assert_true(sw_json_read(r->arena, row->body, row->length, SW_JSON_TYPED, &body, &err));
    return body;
}

size_t rehearsal_count(struct rehearsal *r, const char *kind, const char *key, const char *text)
{
    size_t count = 0;
    size_t found = 0;
    const struct sw_stored *rows = records(r, &count);

    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].kind, kind) == 0 &&
            (key == NULL || sw_text_is(sw_as_text(sw_get(body_of(r, &rows[i]), key)), text))) {
            found++;
        }
    }
    return found;
}

const struct sw_value *rehearsal_last(struct rehearsal *r, const char *kind)
{
    size_t count = 0;
    const struct sw_stored *rows = records(r, &count);

    for (size_t i = count; i > 0; i--) {
        if (strcmp(rows[i - 1].kind, kind) == 0) {
            return body_of(r, &rows[i - 1]);
        }
    }
    return NULL;
}

const char *rehearsal_head(struct rehearsal *r)
{
    size_t count = 0;
    const struct sw_stored *rows = records(r, &count);

    return count == 0 ? "" : rows[count - 1].hash;
}

const char *rehearsal_held_at(struct rehearsal *r, const char *step)
{
    size_t count = 0;
    const struct sw_stored *rows = records(r, &count);
    const char *held = " ";

    for (size_t i = 0; i < count; i++) {
        const struct sw_value *body = body_of(r, &rows[i]);
        if (sw_text_is(rows[i].kind, "evidence")) {
            held = sw_format(r->arena, "%s%s ", held, sw_as_text(sw_get(body, "evidence")));
        } else if (sw_text_is(rows[i].kind, "lapse")) {
            const struct sw_value *names = sw_get(body, "evidence");
            for (size_t n = 0; n < sw_list_count(names); n++) {
                const char *name = sw_as_text(sw_list_at(names, n));
                for (const char *at = strstr(held, name); at != NULL; at = strstr(held, name)) {
                    held = sw_format(r->arena, "%.*s%s", (int)(at - held), held,
                                     at + strlen(name) + 1);
                }
            }
        } else if (sw_text_is(rows[i].kind, "intent") &&
                   sw_text_is(sw_as_text(sw_get(body, "step")), step)) {
            return held;
        }
    }
    return NULL;
}

const char *rehearsal_end(struct rehearsal *r)
{
    const struct sw_value *body = rehearsal_last(r, "end");

    return body == NULL ? NULL : sw_as_text(sw_get(body, "end"));
}

void rehearsal_judge(struct rehearsal *r)
{
    struct sw_error err = {0};

    assert_true(sw_tell_accepted(r->memory, "run", r->world, &err));
    r->world->ops->judge(r->world, r->arena, &r->verdict);
}

void rehearsal_release(struct rehearsal *r)
{
    r->memory->ops->close(r->memory);
    r->world->ops->free(r->world);
    sw_loaded_release(&r->runbook);
    sw_loaded_release(&r->world_file);
    sw_arena_free(r->arena);
}
