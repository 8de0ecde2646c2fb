/* The preview: looks only, goes on past everything that fails, names what it does not know. */
#include "bench_steps.h"

#include "engine/plan.h"
#include "sdk/json.h"
#include "support/engine_pack.h"

#define DONE "  - { id: done, end: done }\n"

/** Plan the bench's runbook against its house; a look that is no question fails the test. */
static struct sw_plan *plan_of(struct bench *bench, const char *silent_op)
{
    const struct sw_plan_config config = {
        .runbook = bench->book->book, .targets = bench->targets, .params = bench->params};
    struct sw_plan *plan = sw_plan_new(&config);
    struct sw_plan_look look;

    while (sw_plan_next(plan, bench->now, &look)) {
        const char *op = look.call->op;
        struct sw_error err = {0};
        struct sw_answer answer = {.status = 200};

        assert_int_equal(look.target, 0);
        assert_null(strchr(op, '!'));
        sw_buf_addf(&bench->log, "%s ", op);
        if (silent_op != NULL && strcmp(op, silent_op) == 0) {
            sw_fail(&err, SW_E_UNREACHABLE, "nobody there");
            sw_plan_answer(plan, bench->now, NULL, &err);
            continue;
        }
        const char *json =
            strcmp(op, "shelf") == 0
                ? "{\"verdict\":\"done\",\"out\":{\"id\":\"6f9619ff-8b86-d011-b42d-00c04fc964ff\","
                  "\"name\":\"A1\",\"health\":\"good\",\"boxes\":3}}"
            : strcmp(op, "close") == 0 ? "{\"verdict\":\"blocked\",\"say\":\"jammed\"}"
                                       : "{\"verdict\":\"needed\",\"see\":{\"was\":\"open\"}}";

        assert_true(
            sw_json_read(bench->arena, json, strlen(json), SW_JSON_PLAIN, &answer.body, &err));
        sw_plan_answer(plan, bench->now, &answer, NULL);
    }
    return plan;
}

static const char *state_of(const struct sw_plan *plan, const char *id)
{
    const struct sw_value *steps = sw_get(sw_plan_document(plan), "steps");

    for (size_t i = 0; i < sw_list_count(steps); i++) {
        if (strcmp(sw_as_text(sw_get(sw_list_at(steps, i), "id")), id) == 0) {
            const char *state = sw_as_text(sw_get(sw_list_at(steps, i), "state"));

            return state == NULL ? "" : state;
        }
    }
    return NULL;
}

static void a_plan_walks_every_step_and_only_looks(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(RETIRE);
    struct sw_plan *plan = plan_of(bench, NULL);

    assert_string_equal(bench->log.bytes, "shelf close burn ");
    assert_string_equal(state_of(plan, "shut"), "blocked");
    assert_string_equal(state_of(plan, "burn"), "would change");
    assert_non_null(state_of(plan, "stop"));
    assert_non_null(state_of(plan, "done"));
    sw_plan_free(plan);
}

static void a_plan_goes_on_when_a_fact_cannot_be_read(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(RETIRE);
    struct sw_plan *plan = plan_of(bench, "shelf");
    bool holds = true;

    assert_true(sw_as_bool(sw_get(sw_plan_document(plan), "holds"), &holds));
    assert_false(holds);
    assert_int_equal(sw_list_count(sw_get(sw_plan_document(plan), "problems")), 1);
    assert_string_equal(state_of(plan, "burn"), "would change");
    sw_plan_free(plan);
}

static void a_plan_goes_on_when_a_step_cannot_be_looked_at(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(RETIRE);
    struct sw_plan *plan = plan_of(bench, "close");

    assert_string_equal(state_of(plan, "shut"), "not known");
    assert_string_equal(state_of(plan, "burn"), "would change");
    sw_plan_free(plan);
}

static void a_plan_walks_both_ways_of_a_condition_that_is_not_known(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench =
        bench_new("  - { id: sum, read: store.count, target: house }\n"
                  "  - { id: shut, when: steps.sum.boxes > 5, do: store.close, target: house }\n"
                  "  - { id: note, do: store.tell, target: house, with: { text: "
                  "'Now ${steps.sum.boxes}' } }\n" DONE);
    struct sw_plan *plan = plan_of(bench, NULL);

    assert_string_equal(state_of(plan, "shut"), "blocked");
    assert_string_equal(state_of(plan, "note"), "not known"); /* its text comes from `sum` */
    sw_plan_free(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_walks_every_step_and_only_looks),
        cmocka_unit_test(a_plan_goes_on_when_a_fact_cannot_be_read),
        cmocka_unit_test(a_plan_goes_on_when_a_step_cannot_be_looked_at),
        cmocka_unit_test(a_plan_walks_both_ways_of_a_condition_that_is_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
