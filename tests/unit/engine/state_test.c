/* A run's state is a fold of its records: what each kind does, and what a bad journal does not. */
#include "bench_steps.h"

#include "sdk/json.h"

struct folded {
    struct loaded *book;
    struct sw_arena *arena;
    struct sw_state state;
    struct sw_error err;
};

static void begin(struct folded *it, const char *steps)
{
    struct bench *bench = bench_new(steps);

    *it = (struct folded){.book = bench->book, .arena = sw_arena_new()};
    bench->book = NULL; /* kept: the bench was only to load it */
    sw_run_free(bench->run);
    bench->run = NULL;
    bench_free_at(&bench);
    sw_state_init(&it->state, it->arena, it->book->book);
}

static void end(struct folded *it)
{
    loaded_free_at(&it->book);
    sw_arena_free(it->arena);
}

static bool fold(struct folded *it, const char *kind, const char *json)
{
    const struct sw_value *body = NULL;

    it->err = (struct sw_error){0};
    assert_true(sw_json_read(it->arena, json, strlen(json), SW_JSON_TYPED, &body, &it->err));
    return sw_state_fold(&it->state, kind, 1, body, &it->err);
}

static void refuses(struct folded *it, const char *kind, const char *json)
{
    assert_false(fold(it, kind, json));
    assert_int_equal(it->err.code, SW_E_CORRUPT);
}

static void a_journal_that_names_what_is_not_there_is_corrupt(void **state)
{
    (void)state;
    struct folded it;

    begin(&it, RETIRE);
    refuses(&it, "intent", "{\"write\":\"burn\",\"row\":0}"); /* in no step */
    refuses(&it, "enter", "{\"step\":\"nowhere\",\"visit\":1}");
    refuses(&it, "enter", "{\"step\":\"shut\",\"visit\":1,\"via\":{\"step\":\"x\"}}");
    refuses(&it, "evidence", "{\"step\":\"shut\",\"evidence\":\"store.none\",\"target\":0}");
    refuses(&it, "evidence", "{\"step\":\"shut\",\"evidence\":\"store.closed\",\"target\":9}");
    refuses(&it, "evidence", "{\"step\":\"shut\",\"evidence\":\"store.closed\",\"target\":-1}");
    assert_true(fold(&it, "enter", "{\"step\":\"done\",\"visit\":1}"));
    refuses(&it, "intent", "{\"write\":\"burn\",\"row\":0}"); /* an end changes nothing */
    end(&it);
}

static void an_irreversible_intent_is_in_doubt_until_its_outcome(void **state)
{
    (void)state;
    struct folded it;

    begin(&it, RETIRE);
    assert_true(fold(&it, "enter", "{\"step\":\"burn\",\"visit\":1}"));
    assert_true(fold(&it, "intent", "{\"step\":\"burn\",\"write\":\"burn\",\"row\":0}"));
    assert_true(it.state.is_irreversible_in_doubt && it.state.is_dirty);
    assert_true(fold(&it, "effect", "{\"step\":\"burn\",\"status\":\"refused\"}"));
    assert_false(it.state.is_irreversible_in_doubt || it.state.is_dirty);
    assert_true(fold(&it, "intent", "{\"step\":\"burn\",\"write\":\"burn\",\"row\":0}"));
    assert_true(fold(&it, "effect", "{\"step\":\"burn\",\"status\":\"unknown\"}"));
    assert_true(it.state.is_irreversible_in_doubt && it.state.is_dirty);
    assert_true(fold(&it, "effect", "{\"step\":\"burn\",\"status\":\"refused\"}"));
    assert_true(it.state.is_irreversible_in_doubt); /* a refusal says nothing of the one before */
    assert_true(fold(&it, "effect", "{\"step\":\"burn\",\"status\":\"refused\",\"absent\":true}"));
    assert_false(it.state.is_irreversible_in_doubt || it.state.is_dirty);
    end(&it);
}

static void approvals_end_with_the_visit_and_when_they_are_voided(void **state)
{
    (void)state;
    struct folded it;

    begin(&it, RETIRE);
    assert_true(fold(&it, "enter", "{\"step\":\"burn\",\"visit\":1}"));
    for (int i = 0; i < 40; i++) { /* more than there is room for */
        assert_true(fold(&it, "approve", "{\"step\":\"burn\",\"by\":\"bob\",\"digest\":\"d\"}"));
    }
    assert_int_equal(it.state.approval_count, SW_APPROVALS_MAX);
    assert_true(fold(&it, "void", "{\"step\":\"burn\"}"));
    assert_int_equal(it.state.approval_count, 0);
    assert_true(fold(&it, "approve", "{\"step\":\"burn\",\"by\":\"bob\",\"digest\":\"d\"}"));
    assert_true(fold(&it, "enter", "{\"step\":\"burn\",\"visit\":2}"));
    assert_int_equal(it.state.approval_count, 0);
    end(&it);
}

static void one_alternative_must_be_held_in_whole(void **state)
{
    (void)state;
    struct folded it;

    begin(&it, RETIRE);

    const struct sw_action *burn =
        it.book->book->steps[sw_runbook_step(it.book->book, "burn")].use.action;

    assert_false(sw_state_satisfies(&it.state, burn));
    assert_true(
        fold(&it, "evidence", "{\"step\":\"shut\",\"evidence\":\"store.closed\",\"target\":0}"));
    assert_false(sw_state_satisfies(&it.state, burn));
    assert_true(
        fold(&it, "evidence", "{\"step\":\"copied\",\"evidence\":\"store.copied\",\"target\":0}"));
    assert_true(sw_state_satisfies(&it.state, burn));
    assert_false(sw_state_held(&it.state, 0, "store.copied")->is_read); /* a proof has no memory */
    assert_true(fold(&it, "lapse", "{\"evidence\":[\"store.copied\"]}"));
    assert_false(sw_state_satisfies(&it.state, burn));
    end(&it);
}

static void a_park_on_the_way_back_stays_on_the_way_back(void **state)
{
    (void)state;
    struct folded it;

    begin(&it, RETIRE);
    assert_true(fold(&it, "enter", "{\"step\":\"shut\",\"visit\":1}"));
    assert_true(fold(&it, "park", "{\"step\":\"shut\",\"why\":\"so\",\"exit\":3}"));
    assert_true(fold(&it, "unpark", "{\"step\":\"shut\",\"how\":\"rollback\"}"));
    assert_int_equal(it.state.phase, SW_PHASE_ROLLBACK);
    assert_true(fold(&it, "park", "{\"step\":\"shut\",\"why\":\"so\",\"exit\":3}"));
    assert_true(fold(&it, "unpark", "{\"step\":\"shut\",\"how\":\"retry\"}"));
    assert_int_equal(it.state.phase, SW_PHASE_ROLLBACK);
    end(&it);
}

static void the_newest_signal_that_was_consumed_counts(void **state)
{
    (void)state;
    struct folded it;

    begin(&it, RETIRE);
    assert_true(fold(&it, "dismissed", "{\"signal\":9}"));
    assert_true(fold(&it, "dismissed", "{\"signal\":4}"));
    assert_int_equal(it.state.signals_seen, 9);
    end(&it);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_journal_that_names_what_is_not_there_is_corrupt),
        cmocka_unit_test(an_irreversible_intent_is_in_doubt_until_its_outcome),
        cmocka_unit_test(approvals_end_with_the_visit_and_when_they_are_voided),
        cmocka_unit_test(one_alternative_must_be_held_in_whole),
        cmocka_unit_test(a_park_on_the_way_back_stays_on_the_way_back),
        cmocka_unit_test(the_newest_signal_that_was_consumed_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
