/* The actions against the model world, over the same SOAP that a server would see. */
#include "sdk/probe.h"
#include "stdlib/filesync/block_access.h"
#include "stdlib/filesync/evidence.h"
#include "stdlib/filesync/never_synced.h"
#include "stdlib/filesync/upload_session.h"
#include "stdlib/filesync/vss_upload.h"
#include "stdlib/filesync/world/world_bench.h"
#include "stdlib/windows/winrm.h"

#include <stdlib.h>

#define FOLDER "\"endpoint\":{\"path\":\"D:\\\\Shares\\\\Team\",\"files\":\"80\"}"
#define USERS "\"users\":{\"count\":\"4\",\"write_every\":\"45s\",\"hold_for\":\"4m\"}"
#define WORLD(more) "{\"world\":\"filesync\"," FOLDER "," USERS more "}"

/* A visit of one action: what an engine would do, without journal and evidence rules. */
struct visit {
    struct bench bench;
    struct sw_probe *probe;
    struct sw_view view;
    struct sw_target target;
    uint64_t attempt;
};

static struct visit visit_open(const char *json)
{
    struct visit v = {.bench = bench_open(json), .probe = calloc(1, sizeof *v.probe)};
    struct sw_builder subject = sw_map_begin(v.bench.arena);
    const struct sw_value *bindings = v.bench.world->ops->bindings(v.bench.world, v.bench.arena);

    assert_non_null(v.probe);
    sw_map_put_text(&subject, "path", v.bench.model->config.endpoint.path);
    sw_map_put_text(&subject, "sync_group", v.bench.model->config.endpoint.group);
    v.target = (struct sw_target){.name = "server",
                                  .kind = "windows.server",
                                  .settings = sw_get(bindings, "windows.server"),
                                  .transport = &sw_winrm_transport};
    v.view = (struct sw_view){.arena = v.bench.arena, .subject = sw_built(&subject)};
    return v;
}

static void visit_close(struct visit *v)
{
    free(v->probe);
    bench_close(&v->bench);
}

static struct sw_answer talk(struct visit *v, const struct sw_call *call, bool is_act)
{
    struct sw_talk talk = {.transport = &sw_winrm_transport,
                           .target = &v->target,
                           .call = *call,
                           .is_act = is_act,
                           .arena = v->bench.arena,
                           .attempt = ++v->attempt};
    struct sw_error err = {0};
    enum sw_turn turn = sw_winrm_transport.open(&talk, &err);

    while (turn == SW_TURN_SEND) {
        struct sw_reply reply = {0};
        bool is_here =
            v->bench.world->ops->exchange(v->bench.world, &talk.out, v->bench.arena, &reply, &err);
        turn = sw_winrm_transport.feed(&talk, is_here ? &reply : NULL, &err);
    }
    if (turn != SW_TURN_DONE) {
        fail_msg("%s: %s", call->op, err.text);
    }
    return talk.answer;
}

static enum sw_verdict look(struct visit *v, enum sw_verdict (*fn)(struct sw_probe *))
{
    sw_probe_begin(v->probe, &v->view, true);
    enum sw_verdict verdict = sw_probe_call(v->probe, fn);
    while (verdict == SW_PENDING) {
        for (size_t i = 0; i < v->probe->ask_count; i++) {
            if (!v->probe->asks[i].is_answered) {
                struct sw_answer answer = talk(v, &v->probe->asks[i].look.call, false);
                sw_probe_answer(v->probe, i, &answer);
            }
        }
        verdict = sw_probe_call(v->probe, fn);
    }
    if (verdict == SW_FAILED) {
        fail_msg("%s: %s", v->probe->error_name, v->probe->said);
    }
    return verdict;
}

static void yield(struct visit *v, const char *evidence)
{
    struct sw_builder map = sw_map_begin(v->bench.arena);

    for (size_t i = 0; v->view.basis != NULL && i < v->view.basis->as.map.count; i++) {
        sw_map_put(&map, v->view.basis->as.map.entries[i].key,
                   v->view.basis->as.map.entries[i].value);
    }
    sw_map_put(&map, evidence, sw_value_copy(v->bench.arena, sw_built(&v->probe->readings)));
    v->view.basis = sw_built(&map);
}

static void run_rows(struct visit *v, const struct sw_write *row)
{
    for (; row->name != NULL; row++) {
        struct sw_act act;
        struct sw_error err = {0};
        if (row->needed != NULL && !row->needed(&v->view)) {
            continue;
        }
        assert_true(row->build(&v->view, &act, &err));
        talk(v, &act.call, true);
    }
}

/* Do a changing action and prove it. */
static void act(struct visit *v, const struct sw_action *action, const char *evidence)
{
    v->view.before = NULL;
    if (look(v, action->probe) != SW_ALREADY) {
        v->view.before = sw_value_copy(v->bench.arena, sw_built(&v->probe->seen));
        run_rows(v, action->writes);
        enum sw_verdict verdict = look(v, action->probe);
        for (int i = 0; verdict != SW_ALREADY && i < 30; i++) {
            bench_pass(&v->bench, 10 * SECOND);
            verdict = look(v, action->probe);
        }
        assert_int_equal(verdict, SW_ALREADY);
    }
    yield(v, evidence);
}

static void prepare(struct visit *v)
{
    act(v, &sw_filesync_block_access, "filesync.access_removed");
    act(v, &sw_filesync_start_vss_upload, "filesync.snapshot_uploading");
}

static const char *wait_for_upload(struct visit *v)
{
    for (int i = 0; i < 2000; i++) {
        enum sw_verdict verdict = look(v, sw_filesync_upload_session.probe);
        if (verdict == SW_DONE) {
            return v->probe->outcome;
        }
        assert_int_equal(verdict, SW_WAIT);
        bench_pass(&v->bench, MINUTE);
    }
    return "timeout";
}

static void the_proof_of_a_clean_upload_holds_and_nothing_is_lost(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close) struct visit v = visit_open(WORLD(""));

    bench_until(&v.bench, 10 * MINUTE);
    prepare(&v);
    assert_string_equal(wait_for_upload(&v), "clean");
    yield(&v, "filesync.cloud_complete");
    assert_int_equal(look(&v, sw_filesync_access_removed.reread), SW_HOLDS);
    assert_int_equal(look(&v, sw_filesync_snapshot_uploading.reread), SW_HOLDS);
    assert_int_equal(look(&v, sw_filesync_cloud_complete.reread), SW_HOLDS);
    assert_int_equal(look(&v, sw_filesync_never_synced.probe), SW_DONE);
    assert_string_equal(v.probe->outcome, "none");
    assert_int_equal(bench_delete(&v.bench).files_lost, 0);
}

static void a_session_running_at_the_trigger_is_not_taken_for_the_final_one(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close)
    struct visit v = visit_open(
        WORLD(",\"server\":{\"cancel_running\":\"false\"},\"sync\":{\"vss_takes\":\"80m\"},"
              "\"trouble\":[{\"at\":\"-2m\",\"what\":\"session_running\",\"takes\":\"35m\"}]"));
    int64_t mark = bench_mark(&v.bench);

    prepare(&v);
    while (!bench_is_clean(&v.bench, mark)) {
        bench_pass(&v.bench, MINUTE);
    }
    /* The article's check would say: done. */
    assert_int_equal(look(&v, sw_filesync_upload_session.probe), SW_WAIT);
    assert_string_equal(wait_for_upload(&v), "clean");
    assert_int_equal(bench_delete(&v.bench).files_lost, 0);
}

static void access_comes_back_exactly_as_it_was(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close) struct visit v = visit_open(WORLD(""));

    act(&v, &sw_filesync_block_access, "filesync.access_removed");
    assert_int_equal(look(&v, sw_filesync_block_access.probe_undo), SW_NEEDED);
    run_rows(&v, sw_filesync_block_access.undo);
    assert_int_equal(look(&v, sw_filesync_block_access.probe_undo), SW_ALREADY);
    assert_int_equal(look(&v, sw_filesync_access_removed.reread), SW_LAPSED);
}

static void access_given_and_taken_between_two_looks_is_seen(void **state)
{
    (void)state;
    SW_CLEANUP(visit_close) struct visit v = visit_open(WORLD(""));
    const struct sw_value *before = NULL;

    act(&v, &sw_filesync_block_access, "filesync.access_removed");
    before = v.view.before;
    run_rows(&v, sw_filesync_block_access.undo);
    bench_pass(&v.bench, 20 * MINUTE);
    v.view.before = before;
    run_rows(&v, sw_filesync_block_access.writes);
    assert_int_equal(look(&v, sw_filesync_access_removed.reread), SW_LAPSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_proof_of_a_clean_upload_holds_and_nothing_is_lost),
        cmocka_unit_test(a_session_running_at_the_trigger_is_not_taken_for_the_final_one),
        cmocka_unit_test(access_comes_back_exactly_as_it_was),
        cmocka_unit_test(access_given_and_taken_between_two_looks_is_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
