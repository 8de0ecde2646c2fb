/* One reading: asked in order, answered by name, over as soon as it fails. */
#include "bench_steps.h"

#include "engine/job.h"

static struct sw_look look(const char *op)
{
    return (struct sw_look){.call = {.kind = "house", .op = op, .path = ""}};
}

static enum sw_verdict ask_two(struct sw_probe *probe)
{
    const struct sw_answer *first = sw_ask(probe, "first", look("a"));
    const struct sw_answer *second = sw_ask(probe, "second", look("b"));

    if (first == NULL || second == NULL) {
        return SW_PENDING;
    }
    return first->status == 1 && second->status == 2 ? SW_DONE : SW_UNCLEAR;
}

static enum sw_verdict ask_nothing(struct sw_probe *probe)
{
    (void)probe;
    return SW_PENDING;
}

static enum sw_verdict fail_by_name(struct sw_probe *probe)
{
    return sw_probe_error(probe, sw_as_text(sw_in(sw_view_of(probe), "name")), "so");
}

static const struct sw_action_error errors[] = {
    {"busy", true, "At work."}, {"broken", false, "Broken."}, {NULL}};

struct bench_job {
    struct sw_arena *arena;
    struct sw_arena *inputs;
    struct sw_action action;
    struct sw_job job;
};

static void begin(struct bench_job *it, enum sw_verdict (*probe)(struct sw_probe *),
                  const char *error_name)
{
    *it = (struct bench_job){.arena = sw_arena_new(), .inputs = sw_arena_new()};
    struct sw_builder inputs = sw_map_begin(it->inputs);

    if (error_name != NULL) {
        sw_map_put_text(&inputs, "name", error_name);
    }
    it->action = (struct sw_action){.name = "x", .probe = probe, .errors = errors};
    struct sw_job_spec spec = {.action = &it->action, .inputs = sw_built(&inputs)};

    sw_job_begin(&it->job, it->arena, &spec);
}

static void end(struct bench_job *it)
{
    sw_arena_free(it->arena);
    sw_arena_free(it->inputs);
}

static void questions_go_out_one_at_a_time_and_answers_are_told_apart(void **state)
{
    (void)state;
    struct bench_job it;
    struct sw_answer one = {.status = 1};
    struct sw_answer two = {.status = 2};

    begin(&it, ask_two, NULL);
    assert_int_equal(sw_job_next(&it.job), 0);
    assert_int_equal(sw_job_next(&it.job), -1);
    sw_job_answer(&it.job, 0, &one, NULL);
    assert_int_equal(sw_job_next(&it.job), 1);
    assert_string_equal(sw_job_look(&it.job, 1)->call.op, "b");
    sw_job_answer(&it.job, 1, &two, NULL);
    assert_int_equal(sw_job_next(&it.job), -1);
    assert_true(it.job.is_over);
    assert_int_equal(it.job.verdict, SW_DONE);
    assert_string_equal(sw_job_outcome(&it.job), "ok");
    end(&it);
}

static void a_failed_question_ends_the_reading(void **state)
{
    (void)state;
    struct bench_job it;
    struct sw_error err = {0};

    begin(&it, ask_two, NULL);
    sw_job_next(&it.job);
    sw_fail(&err, SW_E_TIMEOUT, "no answer");
    sw_job_answer(&it.job, 0, NULL, &err);
    assert_int_equal(sw_job_next(&it.job), -1);
    assert_int_equal(it.job.verdict, SW_FAILED);
    assert_string_equal(sw_job_said(&it.job), "no answer");
    assert_true(sw_job_is_transient(&it.job));
    end(&it);
}

static void a_probe_that_waits_for_nothing_fails_instead_of_hanging(void **state)
{
    (void)state;
    struct bench_job it;

    begin(&it, ask_nothing, NULL);
    assert_int_equal(sw_job_next(&it.job), -1);
    assert_int_equal(it.job.verdict, SW_FAILED);
    assert_false(sw_job_is_transient(&it.job));
    end(&it);
}

static void only_what_the_action_calls_transient_is_transient(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool is_transient;
    } rows[] = {{"busy", true}, {"broken", false}, {"unheard_of", false}};

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        struct bench_job it;

        begin(&it, fail_by_name, rows[i].name);
        sw_job_next(&it.job);
        assert_int_equal(sw_job_is_transient(&it.job), rows[i].is_transient);
        end(&it);
    }
}

static void a_refusal_is_not_transient(void **state)
{
    (void)state;
    static const enum sw_code codes[] = {SW_E_REFUSED, SW_E_DENIED, SW_E_NOT_FOUND, SW_E_CONFLICT,
                                         SW_E_INTERNAL};

    for (size_t i = 0; i < SW_COUNT(codes); i++) {
        struct bench_job it;
        struct sw_error err = {0};

        begin(&it, ask_two, NULL);
        sw_job_next(&it.job);
        sw_fail(&err, codes[i], "no");
        sw_job_answer(&it.job, 0, NULL, &err);
        assert_false(sw_job_is_transient(&it.job));
        end(&it);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_go_out_one_at_a_time_and_answers_are_told_apart),
        cmocka_unit_test(a_failed_question_ends_the_reading),
        cmocka_unit_test(a_probe_that_waits_for_nothing_fails_instead_of_hanging),
        cmocka_unit_test(only_what_the_action_calls_transient_is_transient),
        cmocka_unit_test(a_refusal_is_not_transient),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
