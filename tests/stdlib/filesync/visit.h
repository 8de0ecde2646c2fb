#pragma once
/** @file Visits of actions in the model world, over the bytes that real peers see: what an engine
 * would do, without journal and evidence rules. */
#include "sdk/probe.h"
#include "stdlib/azure/arm.h"
#include "stdlib/filesync/world/world_bench.h"
#include "stdlib/windows/winrm.h"

#include <stdlib.h>

struct visit {
    struct bench bench;
    struct sw_probe *probe;
    struct sw_view view;
    struct sw_target cloud, server;
    uint64_t attempt;
    struct sw_error err; /**< of the last change that failed */
};

static inline struct visit visit_open(const char *json)
{
    struct visit v = {.bench = bench_open(json), .probe = calloc(1, sizeof *v.probe)};
    struct sw_arena *arena = v.bench.arena;
    struct sw_builder subject = sw_map_begin(arena);
    const struct sw_value *bindings = v.bench.world->ops->bindings(v.bench.world, arena);

    assert_non_null(v.probe);
    sw_map_put_text(&subject, "id", sw_fs_endpoint_id(v.bench.model, arena));
    sw_map_put_text(&subject, "path", v.bench.model->config.endpoint.path);
    sw_map_put_text(&subject, "sync_group", v.bench.model->config.endpoint.group);
    v.cloud = (struct sw_target){.name = "cloud",
                                 .kind = "azure.sync_group",
                                 .settings = sw_get(bindings, "azure.sync_group"),
                                 .transport = &sw_arm_transport};
    v.server = (struct sw_target){.name = "server",
                                  .kind = "windows.server",
                                  .settings = sw_get(bindings, "windows.server"),
                                  .transport = &sw_winrm_transport};
    v.view = (struct sw_view){.arena = arena, .subject = sw_built(&subject)};
    return v;
}

static inline void visit_close(struct visit *v)
{
    free(v->probe);
    bench_close(&v->bench);
}

static inline const struct sw_target *visit_target(struct visit *v, const struct sw_call *call)
{
    return sw_text_is(call->kind, "arm") ? &v->cloud : &v->server;
}

/* Send until it is over; an accepted change is followed. @return DONE or FAIL */
static inline enum sw_turn visit_talk(struct visit *v, const struct sw_call *call, bool is_act,
                                      struct sw_answer *ret_answer)
{
    const struct sw_target *target = visit_target(v, call);
    struct sw_talk talk = {.transport = target->transport,
                           .target = target,
                           .call = *call,
                           .is_act = is_act,
                           .arena = v->bench.arena,
                           .attempt = ++v->attempt};
    v->err = (struct sw_error){0};
    enum sw_turn turn = target->transport->open(&talk, &v->err);

    while (turn == SW_TURN_SEND || turn == SW_TURN_FOLLOW) {
        struct sw_reply reply = {0};

        if (turn == SW_TURN_FOLLOW) {
            bench_pass(&v->bench, 10 * SECOND);
            turn = target->transport->resume(&talk, talk.follow, &v->err);
            continue;
        }
        bool is_here = v->bench.world->ops->exchange(v->bench.world, &talk.out, v->bench.arena,
                                                     &reply, &v->err);
        turn = target->transport->feed(&talk, is_here ? &reply : NULL, &v->err);
    }
    *ret_answer = talk.answer;
    return turn;
}

/* Like an engine, but a probe that fails is the test's to see. */
static inline enum sw_verdict visit_look(struct visit *v, enum sw_verdict (*fn)(struct sw_probe *))
{
    sw_probe_begin(v->probe, &v->view, true);
    enum sw_verdict verdict = sw_probe_call(v->probe, fn);

    while (verdict == SW_PENDING) {
        for (size_t i = 0; i < v->probe->ask_count; i++) {
            struct sw_answer answer = {0};

            if (v->probe->asks[i].is_answered) {
                continue;
            }
            if (visit_talk(v, &v->probe->asks[i].look.call, false, &answer) != SW_TURN_DONE) {
                fail_msg("%s: %s", v->probe->asks[i].look.call.op, v->err.text);
            }
            sw_probe_answer(v->probe, i, &answer);
        }
        verdict = sw_probe_call(v->probe, fn);
    }
    return verdict;
}

static inline enum sw_verdict visit_do(struct visit *v, enum sw_verdict (*fn)(struct sw_probe *),
                                       const struct sw_target *target)
{
    v->view.target = target;
    return visit_look(v, fn);
}

static inline void visit_yield(struct visit *v, const char *evidence)
{
    struct sw_builder map = sw_map_begin(v->bench.arena);

    for (size_t i = 0; v->view.basis != NULL && i < v->view.basis->as.map.count; i++) {
        sw_map_put(&map, v->view.basis->as.map.entries[i].key,
                   v->view.basis->as.map.entries[i].value);
    }
    sw_map_put(&map, evidence, sw_value_copy(v->bench.arena, sw_built(&v->probe->readings)));
    v->view.basis = sw_built(&map);
}

static inline void visit_keep_seen(struct visit *v)
{
    const struct sw_value *seen = sw_built(&v->probe->seen);

    if (seen != NULL && seen->as.map.count > 0) {
        v->view.before = sw_value_copy(v->bench.arena, seen);
    }
}

static inline enum sw_turn visit_write(struct visit *v, const struct sw_write *row)
{
    struct sw_act act;
    struct sw_error err = {0};
    struct sw_answer answer;

    assert_true(row->build(&v->view, &act, &err));
    return visit_talk(v, &act.call, true, &answer);
}

/* Do a changing action of one write and prove it. */
static inline void visit_act(struct visit *v, const struct sw_action *action, const char *evidence)
{
    bool is_cloud = sw_text_is(action->target_kind, "azure.sync_group");
    const struct sw_target *target = is_cloud ? &v->cloud : &v->server;

    v->view.before = NULL;
    enum sw_verdict verdict = visit_do(v, action->probe, target);

    visit_keep_seen(v);
    if (verdict == SW_NEEDED) {
        if (visit_write(v, action->writes) != SW_TURN_DONE) {
            fail_msg("%s: %s", action->name, v->err.text);
        }
        verdict = visit_do(v, action->probe, target);
        for (int i = 0; verdict != SW_ALREADY && i < 60; i++) {
            bench_pass(&v->bench, 30 * SECOND);
            verdict = visit_do(v, action->probe, target);
        }
    }
    if (verdict != SW_ALREADY) {
        fail_msg("%s: verdict %d: %s", action->name, (int)verdict,
                 v->probe->said == NULL ? "" : v->probe->said);
    }
    if (evidence != NULL) {
        visit_yield(v, evidence);
    }
}

/* Poll a wait, keeping what it sees, until an outcome or the deadline. */
static inline const char *visit_wait(struct visit *v, const struct sw_action *action,
                                     const char *evidence, int64_t every_ns, int64_t max_ns)
{
    v->view.before = NULL;
    for (int64_t passed = 0; passed < max_ns; passed += every_ns) {
        enum sw_verdict verdict = visit_do(v, action->probe, &v->server);

        if (verdict != SW_DONE && verdict != SW_WAIT) {
            fail_msg("%s: verdict %d: %s", action->name, (int)verdict,
                     v->probe->said == NULL ? "" : v->probe->said);
        }
        visit_keep_seen(v);
        if (verdict == SW_DONE) {
            visit_yield(v, evidence);
            return v->probe->outcome == NULL ? "ok" : v->probe->outcome;
        }
        bench_pass(&v->bench, every_ns);
    }
    return "timeout";
}
