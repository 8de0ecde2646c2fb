#pragma once
/** @file A world from a few lines of JSON (all scalars as text, as the YAML reader gives them), and
 * short forms for what runs do with it. Header only, so that each test file is one program. */
#include "base/text.h"
#include "base/time.h"
#include "sdk/json.h"
#include "stdlib/filesync/world/model.h"
#include "stdlib/filesync/world/world_filesync.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SECOND SW_NS_PER_S
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

struct bench {
    struct sw_arena *arena;
    struct sw_world *world;
    struct sw_fs_model *model;
    int64_t start_ns;
};

static inline const struct sw_value *bench_value(struct bench *bench, const char *json)
{
    const struct sw_value *value = NULL;
    struct sw_error err = {0};

    if (!sw_json_read(bench->arena, json, strlen(json), SW_JSON_PLAIN, &value, &err)) {
        fail_msg("%s", err.text);
    }
    return value;
}

static inline struct bench bench_open_seeded(const char *json, uint64_t seed)
{
    struct bench bench = {.arena = sw_arena_new()};
    struct sw_diags *diags = sw_diags_new();

    bench.world = sw_filesync_world.make(bench_value(&bench, json), seed, diags);
    if (bench.world == NULL) {
        fail_msg("%s", sw_diags_count(diags) > 0 ? sw_diags_at(diags, 0)->text : "no finding");
    }
    assert_int_equal(sw_diags_count(diags), 0);
    sw_diags_free(diags);
    bench.model = sw_fs_model_of(bench.world);
    bench.start_ns = bench.world->ops->now(bench.world);
    return bench;
}

static inline struct bench bench_open(const char *json)
{
    return bench_open_seeded(json, 1);
}

static inline void bench_close(struct bench *bench)
{
    bench->world->ops->free(bench->world);
    sw_arena_free(bench->arena);
}

/** Let time pass until `after_ns` behind the start of the run. */
static inline void bench_until(struct bench *bench, int64_t after_ns)
{
    bench->world->ops->advance(bench->world, bench->start_ns + after_ns);
}

static inline void bench_pass(struct bench *bench, int64_t ns)
{
    bench->world->ops->advance(bench->world, bench->world->ops->now(bench->world) + ns);
}

/** Run a script by name; fails the test when it answers with an error. */
static inline const struct sw_value *bench_script(struct bench *bench, const char *name,
                                                  const char *args)
{
    const struct sw_value *result = NULL;
    const char *id = NULL;
    const char *message = NULL;

    if (!sw_fs_script(bench->model, name, bench_value(bench, args), bench->arena, &result, &id,
                      &message)) {
        fail_msg("%s: %s: %s", name, id, message);
    }
    return result;
}

#define AT_PATH "{\"path\":\"D:\\\\Shares\\\\Team\"}"
#define TELEMETRY "\"channel\":\"Microsoft-FileSync-Agent/Telemetry\""

static inline int64_t bench_int(const struct sw_value *value)
{
    int64_t number = 0;

    assert_true(sw_as_int(value, &number));
    return number;
}

static inline const struct sw_value *bench_access(struct bench *bench)
{
    return bench_script(bench, "filesync/access-state", AT_PATH);
}

/** Deny everyone and cut what is open, as the runbook's first step does. */
static inline void bench_cut_access(struct bench *bench)
{
    bench_script(bench, "filesync/block-access",
                 "{\"shares\":[{\"name\":\"Team\",\"scope\":\"*\"}]}");
    bench_script(bench, "filesync/close-open-files", AT_PATH);
}

/** The newest record of the sessions' log: a mark. */
static inline int64_t bench_mark(struct bench *bench)
{
    const struct sw_value *state = bench_script(
        bench, "filesync/upload-state", "{" TELEMETRY ",\"path\":\"D:\\\\Shares\\\\Team\"}");

    return bench_int(sw_get_path(state, "log", "newest_record_id", NULL));
}

static inline const struct sw_value *bench_sessions(struct bench *bench, int64_t since)
{
    return bench_script(bench, "filesync/sync-sessions",
                        sw_format(bench->arena,
                                  "{" TELEMETRY ",\"path\":\"D:\\\\Shares\\\\Team\",\"max\":500,"
                                  "\"since_record_id\":%lld}",
                                  (long long)since));
}

/** How many 9102 events above the mark hold all of these texts (NULL-ended). */
static inline size_t bench_count_events(struct bench *bench, int64_t since,
                                        const char *const *texts)
{
    const struct sw_value *events = sw_get(bench_sessions(bench, since), "events");
    size_t found = 0;

    for (size_t i = 0; i < sw_list_count(events); i++) {
        const char *xml = sw_as_text(sw_list_at(events, i));
        bool has_all = true;

        for (size_t k = 0; texts[k] != NULL; k++) {
            has_all = has_all && strstr(xml, texts[k]) != NULL;
        }
        found += has_all ? 1 : 0;
    }
    return found;
}

/** The article's check, read literally: any clean upload event since the mark. */
static inline bool bench_is_clean(struct bench *bench, int64_t since)
{
    static const char *const clean[] = {"'SyncDirection'>Upload<", "'HResult'>0<",
                                        "'PerItemErrorCount'>0<", NULL};

    return bench_count_events(bench, since, clean) > 0;
}

/** Delete the endpoint and wait for the service; what the judge says then. */
static inline struct sw_verdict_of_world bench_delete(struct bench *bench)
{
    struct sw_verdict_of_world verdict;

    sw_fs_delete_begin(bench->model, true);
    bench_pass(bench, 3 * MINUTE);
    bench->world->ops->judge(bench->world, bench->arena, &verdict);
    return verdict;
}
