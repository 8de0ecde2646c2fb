#pragma once
/** @file A store in a folder of its own (or in memory) for one test, and short forms for its calls.
 */
#include "base/file.h"
#include "base/text.h"
#include "engine/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#define RUN "retire-42"
#define RUNBOOK "retire-server"
#define CONTENT "steps: []\n"
#define NOW INT64_C(1795392000000000000)

struct bench {
    bool is_memory;
    char folder[64]; /* "" in memory; its parent is made by mkdtemp */
    char parent[48];
    struct sw_store *store;
    struct sw_arena *arena;
    struct sw_error err;
};

#define CALL(bench, op, ...) ((bench)->store->ops->op((bench)->store, __VA_ARGS__, &(bench)->err))

/* Says why, where cmocka would say "0 == 0". */
#define OK(bench, call)                                                                            \
    do {                                                                                           \
        (bench)->err = (struct sw_error){0};                                                       \
        if (!(call)) {                                                                             \
            fail_msg("%s: %s", sw_code_name((bench)->err.code), (bench)->err.text);                \
        }                                                                                          \
    } while (0)

#define REFUSED(bench, wanted, part, call)                                                         \
    do {                                                                                           \
        (bench)->err = (struct sw_error){0};                                                       \
        assert_false(call);                                                                        \
        if (strstr((bench)->err.text, part) == NULL) {                                             \
            fail_msg("no '%s' in: %s", part, (bench)->err.text);                                   \
        }                                                                                          \
        assert_string_equal(sw_code_name((bench)->err.code), sw_code_name(wanted));                \
    } while (0)

static SW_UNUSED void bench_open(struct bench *bench)
{
    if (bench->is_memory) {
        OK(bench, sw_store_open_memory(&bench->store, &bench->err));
    } else {
        OK(bench, sw_store_open_sqlite(bench->folder, &bench->store, &bench->err));
    }
}

static SW_UNUSED void bench_close(struct bench *bench)
{
    if (bench->store != NULL) {
        bench->store->ops->close(bench->store);
        bench->store = NULL;
    }
}

static SW_UNUSED struct bench *bench_new(bool is_memory)
{
    struct bench *bench = sw_heap(sizeof *bench);

    *bench = (struct bench){.is_memory = is_memory, .arena = sw_arena_new()};
    if (!is_memory) {
        (void)snprintf(bench->parent, sizeof bench->parent, "/tmp/sw-store-XXXXXX");
        assert_non_null(mkdtemp(bench->parent));
        (void)snprintf(bench->folder, sizeof bench->folder, "%s/runs", bench->parent);
    }
    bench_open(bench);
    return bench;
}

static SW_UNUSED const char *bench_path(struct bench *bench, const char *name)
{
    return sw_format(bench->arena, "%s/%s", bench->folder, name);
}

static SW_UNUSED void bench_free(struct bench *bench)
{
    static const char *const names[] = {"journal.db", "journal.db-wal", "journal.db-shm",
                                        "open.lock"};

    bench_close(bench);
    if (!bench->is_memory) {
        for (size_t i = 0; i < SW_COUNT(names); i++) {
            (void)unlink(bench_path(bench, names[i]));
        }
        (void)rmdir(bench->folder);
        (void)rmdir(bench->parent);
    }
    sw_arena_free(bench->arena);
    free(bench);
}

static SW_UNUSED void bench_enqueue(struct bench *bench, const char *run)
{
    OK(bench, CALL(bench, enqueue, run, RUNBOOK, CONTENT, NOW));
}

static SW_UNUSED struct sw_lease bench_acquire(struct bench *bench, const char *run)
{
    struct sw_lease lease;

    OK(bench, CALL(bench, acquire, run, NOW, &lease));
    return lease;
}

/* @return whether it was taken; bench->err has why not */
static SW_UNUSED bool bench_append(struct bench *bench, struct sw_lease *lease, const char *kind,
                                   const char *body)
{
    struct sw_append record = {.kind = kind, .time_ns = NOW, .body = body, .length = strlen(body)};
    struct sw_commit commit = {.records = &record, .record_count = 1};

    bench->err = (struct sw_error){0};
    return CALL(bench, commit, lease, &commit);
}

static SW_UNUSED bool bench_then(struct bench *bench, struct sw_lease *lease, enum sw_then then,
                                 int64_t wake_ns, const char *end_state)
{
    struct sw_commit commit = {.then = then, .wake_ns = wake_ns, .end_state = end_state};

    bench->err = (struct sw_error){0};
    return CALL(bench, commit, lease, &commit);
}

static SW_UNUSED bool bench_lock(struct bench *bench, struct sw_lease *lease,
                                 const char *const *locks)
{
    struct sw_append record = {.kind = "begin", .time_ns = NOW, .body = "{}", .length = 2};
    struct sw_commit commit = {.records = &record, .record_count = 1, .take_locks = locks};

    bench->err = (struct sw_error){0};
    return CALL(bench, commit, lease, &commit);
}

static SW_UNUSED struct sw_run_row bench_row(struct bench *bench, const char *run)
{
    struct sw_run_row row;

    OK(bench, CALL(bench, find, run, bench->arena, &row));
    return row;
}

static SW_UNUSED size_t bench_count(struct bench *bench, const char *run)
{
    const struct sw_stored *records;
    size_t count;

    OK(bench, CALL(bench, load, run, bench->arena, &records, &count));
    return count;
}

/* A run with three records, closed again. */
static SW_UNUSED void write_three(struct bench *b)
{
    bench_enqueue(b, RUN);
    struct sw_lease lease = bench_acquire(b, RUN);
    OK(b, bench_append(b, &lease, "begin", "{\"step\":\"freeze\"}"));
    OK(b, bench_append(b, &lease, "intent", "{\"step\":\"delete\"}"));
    OK(b, bench_append(b, &lease, "outcome", "{\"step\":\"delete\",\"ok\":true}"));
    b->store->ops->yield(b->store, &lease);
    bench_close(b);
}

/* Somebody edits the file by hand. */
static SW_UNUSED void edit(struct bench *b, const char *sql)
{
    sqlite3 *db;
    char *why = NULL;

    assert_int_equal(sqlite3_open(bench_path(b, "journal.db"), &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK) {
        fail_msg("%s: %s", sql, why);
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Runs `work` in a child that ends without closing anything. @return its exit status */
static SW_UNUSED int in_child(struct bench *b, int (*work)(struct bench *b))
{
    int status = -1;
    pid_t child = fork();

    if (child == 0) {
        _exit(work(b));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* For children: no cmocka there. */
static SW_UNUSED bool child_open(struct bench *b)
{
    b->store = NULL;
    return sw_store_open_sqlite(b->folder, &b->store, &b->err);
}

static SW_UNUSED int bench_set_up_on_disk(void **state)
{
    *state = bench_new(false);
    return 0;
}

static SW_UNUSED int bench_tear_down(void **state)
{
    bench_free(*state);
    return 0;
}

#define ON_DISK(test) cmocka_unit_test_setup_teardown(test, bench_set_up_on_disk, bench_tear_down)
