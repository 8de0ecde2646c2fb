/* The journal: what is not durable is not done, and a crash at any commit or call loses nothing. */
#include "bench_steps.h"

#include "base/time.h"

#define EVERYTHING                                                                                 \
    SHUT "  - { id: label, do: store.label, target: house, with: { text: x } }\n" COPIED BURN      \
         "  - { id: stop, end: stopped, rollback: true }\n  - { id: done, end: done }\n"

/** Answer whatever is asked until the end. */
static const struct sw_command *to_the_end(struct bench *bench)
{
    static const struct sw_command none = {.word = ""};

    for (int i = 0; i < 50; i++) {
        const struct sw_command *command = bench_go(bench);

        if (command->kind == SW_COMMAND_ENDED) {
            return command;
        }
        bench_answer(bench, command->kind == SW_COMMAND_ASK ? "approve" : "retry", "bob");
    }
    fail_msg("it does not end: %s", bench->records.bytes);
    return &none;
}

/** Between two writes of the same name there was a look at it. */
static void assert_never_sent_blindly(const struct bench *bench, const char *write,
                                      const char *look)
{
    const char *last = NULL;

    for (const char *at = bench->log.bytes; (at = strstr(at, write)) != NULL; at += strlen(write)) {
        if (last != NULL) {
            const char *seen = strstr(last + strlen(write), look);

            if (seen == NULL || seen > at) {
                fail_msg("sent blindly: %s", bench->log.bytes);
            }
        }
        last = at;
    }
}

static void assert_all_done(struct bench *bench)
{
    assert_string_equal(to_the_end(bench)->word, "done");
    assert_int_equal(bench_count(bench, "burn!"), 1);
    assert_true(bench_is_done(bench, "burn"));
    assert_true(bench_is_done(bench, "close"));
    assert_true(bench_is_done(bench, "label"));
    assert_never_sent_blindly(bench, "close!", " close ");
    assert_never_sent_blindly(bench, "label1!", " label ");
}

static int crash_at_each_commit(bool is_applied)
{
    int count = 0;

    for (int n = 1; n < 100; n++) {
        SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(EVERYTHING);

        bench->store.fail_at = n;
        bench->store.is_applied = is_applied;
        if (strcmp(to_the_end(bench)->word, "broken") != 0) {
            break;
        }
        if (bench_restart(bench)) {
            assert_all_done(bench);
        }
        count++;
    }
    return count;
}

static void a_crash_at_any_commit_loses_and_repeats_nothing(void **state)
{
    (void)state;
    assert_true(crash_at_each_commit(false) >= 8);
}

static void a_commit_that_was_written_and_not_acknowledged_is_a_crash_like_any_other(void **state)
{
    (void)state;
    assert_true(crash_at_each_commit(true) >= 8);
}

static void nothing_is_sent_after_a_commit_has_failed(void **state)
{
    (void)state;
    for (int n = 1; n < 100; n++) {
        SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(EVERYTHING);

        bench->store.fail_at = n;

        const struct sw_command *end = to_the_end(bench);

        if (strcmp(end->word, "broken") != 0) {
            break;
        }
        assert_int_equal(end->exit_code, 70);
        assert_int_equal(sw_run_next(bench->run, bench->now + 1)->kind, SW_COMMAND_ENDED);
        sw_run_stop(bench->run, bench->now, "bob", true, 1);
        assert_int_equal(sw_run_next(bench->run, bench->now + 2)->kind, SW_COMMAND_ENDED);
    }
}

/** The process dies at the nth call, before the house has it or after. */
static bool crash_at_call(struct bench *bench, int n, bool is_served)
{
    for (;;) {
        const struct sw_command *command = sw_run_next(bench->run, bench->now);

        bench->command = command;
        switch (command->kind) {
        case SW_COMMAND_CALL:
            if (--n == 0) {
                if (is_served) {
                    bench_lose(bench);
                }
                bench_restart(bench);
                return true;
            }
            bench_carry(bench);
            break;
        case SW_COMMAND_SLEEP:
            bench->now = command->wake_ns;
            break;
        case SW_COMMAND_ASK:
        case SW_COMMAND_PARKED:
            bench_answer(bench, command->kind == SW_COMMAND_ASK ? "approve" : "retry", "bob");
            break;
        case SW_COMMAND_ENDED:
            return false;
        }
    }
}

static int crash_at_each_call(bool is_served)
{
    int count = 0;

    for (int n = 1; n < 200; n++) {
        SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(EVERYTHING);

        if (!crash_at_call(bench, n, is_served)) {
            break;
        }
        assert_string_equal(to_the_end(bench)->word, "done");
        assert_true(bench_is_done(bench, "burn"));
        assert_int_equal(bench_count(bench, "burn!"), 1);
        assert_never_sent_blindly(bench, "close!", " close ");
        assert_never_sent_blindly(bench, "label1!", " label ");
        count++;
    }
    return count;
}

static void a_crash_before_any_call_repeats_nothing(void **state)
{
    (void)state;
    assert_true(crash_at_each_call(false) > 15);
}

static void a_crash_after_any_call_repeats_nothing(void **state)
{
    (void)state;
    assert_true(crash_at_each_call(true) > 15);
}

static void a_crash_twice_in_a_row_repeats_nothing(void **state)
{
    (void)state;
    for (int n = 1; n < 20; n++) {
        for (int m = 1; m < 12; m++) {
            SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(EVERYTHING);

            crash_at_call(bench, n, true);
            crash_at_call(bench, m, m % 2 == 0);
            assert_string_equal(to_the_end(bench)->word, "done");
            assert_int_equal(bench_count(bench, "burn!"), 1);
        }
    }
}

static void a_crash_at_each_commit_of_the_way_back_puts_all_back(void **state)
{
    (void)state;
    int count = 0;

    for (int n = 1; n < 100; n++) {
        SW_CLEANUP(bench_free_at)
        struct bench *bench =
            bench_new("  - { id: shut, do: store.close, target: house }\n"
                      "  - { id: label, do: store.label, target: house, with: { text: x } }\n"
                      "  - { id: back, end: failed, rollback: true }\n");

        bench->store.fail_at = n;
        bench->store.is_applied = n % 2 == 0;
        if (strcmp(to_the_end(bench)->word, "broken") != 0) {
            break;
        }
        if (bench_restart(bench)) {
            assert_string_equal(to_the_end(bench)->word, "failed");
        }
        assert_false(bench_is_done(bench, "close"));
        assert_false(bench_is_done(bench, "label"));
        count++;
    }
    assert_true(count >= 8);
}

static void many_records_in_one_stride_are_all_written(void **state)
{
    (void)state;
    struct sw_buf steps;

    sw_buf_init(&steps, 1u << 20);
    for (int i = 0; i < 300; i++) {
        sw_buf_addf(&steps,
                    "  - { id: s%d, assert: [ { that: facts.shelf.boxes == 3, else: No. } ] }\n",
                    i);
    }
    sw_buf_add_text(&steps, "  - { id: done, end: done }\n");

    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new(steps.bytes);

    sw_buf_release(&steps);
    assert_ended(bench, "done", 0);
    assert_true(bench_recorded(bench, "leave:s299=ok"));
    assert_true(bench->store.commits < 40); /* gathered, not one each */
}

static void a_journal_of_another_text_is_refused(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at) struct bench *bench = bench_new("  - { id: done, end: done }\n");
    SW_CLEANUP(bench_free_at) struct bench *other = bench_new("  - { id: gone, end: done }\n");
    struct sw_error err = {0};
    struct sw_run *run = NULL;

    bench_until(bench, "shelf");
    bench_carry(bench);
    bench_until(bench, "shelf");

    struct sw_run_config config = {.runbook = other->book->book,
                                   .targets = other->targets,
                                   .store = &bench->store.base,
                                   .lease = bench->lease,
                                   .by = "ann"};

    assert_false(sw_run_open(&config, bench->now, &run, &err));
    assert_int_equal(err.code, SW_E_CONFLICT);
}

static void targets_that_are_bound_otherwise_than_at_the_start_are_refused(void **state)
{
    (void)state;
    SW_CLEANUP(bench_free_at)
    struct bench *bench = bench_new(
        "  - { id: shut, do: store.close, target: house }\n  - { id: done, end: done }\n");
    struct sw_builder other = sw_map_begin(bench->arena);
    struct sw_error err = {0};
    struct sw_run *run = NULL;

    bench_until(bench, "close!");
    sw_map_put_text(&other, "street", "Another Street");
    bench->targets[0].settings = sw_built(&other);

    struct sw_run_config config = {.runbook = bench->book->book,
                                   .targets = bench->targets,
                                   .store = &bench->store.base,
                                   .lease = bench->lease,
                                   .by = "ann"};

    assert_false(sw_run_open(&config, bench->now, &run, &err));
    assert_int_equal(err.code, SW_E_CONFLICT);
    assert_non_null(strstr(err.text, "'house'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crash_at_any_commit_loses_and_repeats_nothing),
        cmocka_unit_test(a_commit_that_was_written_and_not_acknowledged_is_a_crash_like_any_other),
        cmocka_unit_test(nothing_is_sent_after_a_commit_has_failed),
        cmocka_unit_test(a_crash_before_any_call_repeats_nothing),
        cmocka_unit_test(a_crash_after_any_call_repeats_nothing),
        cmocka_unit_test(a_crash_twice_in_a_row_repeats_nothing),
        cmocka_unit_test(a_crash_at_each_commit_of_the_way_back_puts_all_back),
        cmocka_unit_test(many_records_in_one_stride_are_all_written),
        cmocka_unit_test(a_journal_of_another_text_is_refused),
        cmocka_unit_test(targets_that_are_bound_otherwise_than_at_the_start_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
