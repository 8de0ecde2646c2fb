#pragma once
/** @file A probe on hand-made script results: no engine, no world, no wire. */
#include "base/arena.h"
#include "base/text.h"
#include "sdk/json.h"
#include "sdk/probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

/* 2026-11-20T20:00:00Z: the server's clock with every answer. */
#define BENCH_NOW_NS INT64_C(1795204800000000000)

struct bench_answer {
    const char *script;
    const char *json;
    int uses_left; /* -1: for ever; else the next answer of that script follows */
};

struct bench {
    struct sw_arena *arena;
    struct sw_view view;
    struct sw_probe *probe;
    struct bench_answer answers[16];
    size_t answer_count;
    size_t ask_total;
    const struct sw_value *last_args;
};

static inline const struct sw_value *bench_json(struct bench *bench, const char *json)
{
    const struct sw_value *value = NULL;
    struct sw_error err = {0};

    if (!sw_json_read(bench->arena, json, strlen(json), SW_JSON_TYPED, &value, &err)) {
        fail_msg("%s in %s", err.text, json);
    }
    return value;
}

static inline struct bench *bench_new(void)
{
    struct bench *bench = calloc(1, sizeof *bench);

    assert_non_null(bench);
    bench->arena = sw_arena_new();
    bench->probe = calloc(1, sizeof *bench->probe);
    assert_non_null(bench->probe);
    bench->view.arena = bench->arena;
    bench->view.subject =
        bench_json(bench, "{\"path\":\"D:\\\\Shares\\\\Projects\",\"sync_group\":\"projects\","
                          "\"server_id\":\"7a0c3d52-0000-4000-8000-000000000001\"}");
    bench->view.inputs = bench_json(bench, "{}");
    return bench;
}

static inline void bench_free(struct bench *bench)
{
    sw_arena_free(bench->arena);
    free(bench->probe);
    free(bench);
}

static inline void bench_free_at(struct bench **bench)
{
    bench_free(*bench);
}

/* The answer of a script from now on; asked again it is the same. */
static inline void bench_says(struct bench *bench, const char *script, const char *json)
{
    for (size_t i = 0; i < bench->answer_count; i++) {
        if (sw_text_is(bench->answers[i].script, script) && bench->answers[i].uses_left < 0) {
            bench->answers[i].json = json;
            return;
        }
    }
    bench->answers[bench->answer_count++] = (struct bench_answer){script, json, -1};
}

/* One answer, before those of bench_says(). */
static inline void bench_says_once(struct bench *bench, const char *script, const char *json)
{
    memmove(bench->answers + 1, bench->answers, bench->answer_count * sizeof *bench->answers);
    bench->answers[0] = (struct bench_answer){script, json, 1};
    bench->answer_count++;
}

static inline void bench_basis(struct bench *bench, const char *evidence, const char *json)
{
    struct sw_builder map = sw_map_begin(bench->arena);

    for (size_t i = 0; bench->view.basis != NULL && i < bench->view.basis->as.map.count; i++) {
        sw_map_put(&map, bench->view.basis->as.map.entries[i].key,
                   bench->view.basis->as.map.entries[i].value);
    }
    sw_map_put(&map, evidence, bench_json(bench, json));
    bench->view.basis = sw_built(&map);
}

static inline void bench_answer_asks(struct bench *bench)
{
    for (size_t i = 0; i < bench->probe->ask_count; i++) {
        struct sw_probe_ask *ask = &bench->probe->asks[i];
        struct bench_answer *found = NULL;
        if (ask->is_answered) {
            continue;
        }
        for (size_t k = 0; k < bench->answer_count && found == NULL; k++) {
            struct bench_answer *at = &bench->answers[k];
            bool is_it = at->uses_left != 0 && sw_text_is(at->script, ask->look.call.op);
            found = is_it ? at : NULL;
        }
        if (found == NULL) {
            fail_msg("no answer was prepared for '%s'", ask->look.call.op);
        }
        found->uses_left -= found->uses_left > 0 ? 1 : 0;
        bench->last_args = ask->look.call.args;
        bench->ask_total++;
        struct sw_answer answer = {
            .status = 200, .body = bench_json(bench, found->json), .peer_time_ns = BENCH_NOW_NS};
        sw_probe_answer(bench->probe, i, &answer);
    }
}

static inline enum sw_verdict bench_probe(struct bench *bench,
                                          enum sw_verdict (*fn)(struct sw_probe *))
{
    sw_probe_begin(bench->probe, &bench->view, true);
    for (int turn = 0; turn < 20; turn++) {
        enum sw_verdict verdict = sw_probe_call(bench->probe, fn);
        if (verdict != SW_PENDING) {
            return verdict;
        }
        bench_answer_asks(bench);
    }
    fail_msg("the probe never ends");
    return SW_PENDING;
}

/* What the engine keeps of a first probe. */
static inline void bench_keep_seen(struct bench *bench)
{
    bench->view.before = sw_value_copy(bench->arena, sw_built(&bench->probe->seen));
}

/* What the engine keeps when the action yields. */
static inline void bench_yield(struct bench *bench, const char *evidence)
{
    struct sw_builder map = sw_map_begin(bench->arena);

    for (size_t i = 0; bench->view.basis != NULL && i < bench->view.basis->as.map.count; i++) {
        sw_map_put(&map, bench->view.basis->as.map.entries[i].key,
                   bench->view.basis->as.map.entries[i].value);
    }
    sw_map_put(&map, evidence, sw_value_copy(bench->arena, sw_built(&bench->probe->readings)));
    bench->view.basis = sw_built(&map);
}

static inline const struct sw_value *bench_output(struct bench *bench, const char *name)
{
    return sw_get(sw_built(&bench->probe->outputs), name);
}

static inline const char *bench_said(struct bench *bench)
{
    return bench->probe->said == NULL ? "" : bench->probe->said;
}

static inline void assert_said(struct bench *bench, const char *part)
{
    if (strstr(bench_said(bench), part) == NULL) {
        fail_msg("it says '%s', not '%s'", bench_said(bench), part);
    }
}

static inline char *bench_act_json(struct bench *bench, const struct sw_act *act)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, 1 << 20);
    sw_buf_addf(&buf, "%s ", act->call.op);
    if (act->call.args != NULL) {
        sw_json_write(&buf, act->call.args, SW_JSON_PLAIN);
    }
    return sw_copy(bench->arena, buf.bytes, buf.length);
}
