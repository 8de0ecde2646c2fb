/* The point of no return: never without proof, never twice, never on an old approval. */
#include "bench_steps.h"

static void a_run_burns_once_after_proof_and_approval(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(RETIRE);

    assert_int_equal(bench_go(bench)->kind, SW_COMMAND_ASK);
    assert_true(bench_answer(bench, "approve", "bob"));
    assert_ended(bench, "done", 0);
    assert_int_equal(bench_count(bench, "burn!"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_burns_once_after_proof_and_approval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
