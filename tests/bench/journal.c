/**
 * @file How long a run's records take to be appended and to be loaded again, verified.
 *
 * journal COUNT [FOLDER]: without a folder, in memory
 */
#include "engine/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char body[] =
    "{\"step\":\"final_upload\",\"visit\":1,\"outcome\":\"clean\",\"choice\":null,\"outputs\":{"
    "\"started\":{\"$time\":\"2026-11-20T19:00:51.960Z\",\"clock\":2},\"files\":{\"count\":243,"
    "\"bytes\":{\"$bytes\":1048576}}}}";

static double ms_since(const struct timespec *begin)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - begin->tv_sec) * 1e3 +
           (double)(now.tv_nsec - begin->tv_nsec) / 1e6;
}

static void fail_if(bool is_bad, const struct sw_error *err)
{
    if (is_bad) {
        (void)fprintf(stderr, "journal: %s\n", err->text);
        exit(1);
    }
}

int main(int count, char **args)
{
    long records = count > 1 ? strtol(args[1], NULL, 10) : 10000;
    struct sw_arena *arena = sw_arena_new();
    struct sw_store *store = NULL;
    struct sw_lease lease;
    struct sw_error err = {0};
    struct timespec begin;
    const struct sw_stored *stored = NULL;
    size_t got = 0;

    fail_if(count > 2 ? !sw_store_open_sqlite(args[2], &store, &err)
                      : !sw_store_open_memory(&store, &err),
            &err);
    fail_if(!store->ops->enqueue(store, "run", "bench", "content", 1, &err), &err);
    fail_if(!store->ops->acquire(store, "run", 1, &lease, &err), &err);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (long i = 0; i < records; i++) {
        const struct sw_append append = {
            .kind = "leave", .time_ns = i, .body = body, .length = strlen(body)};
        const struct sw_commit commit = {.records = &append, .record_count = 1};

        fail_if(!store->ops->commit(store, &lease, &commit, &err), &err);
    }
    (void)printf("commit: %.1f us each\n", ms_since(&begin) * 1e3 / (double)records);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    fail_if(!store->ops->load(store, "run", arena, &stored, &got, &err), &err);
    (void)printf("load:   %.1f ms for %zu records, verified\n", ms_since(&begin), got);
    store->ops->close(store);
    sw_arena_free(arena);
    return 0;
}
