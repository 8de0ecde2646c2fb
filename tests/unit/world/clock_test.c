#include "world/clock.h"

#include "base/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct diary {
    struct sw_clock clock;
    char text[256];
    uint64_t again; /* happenings that schedule themselves anew */
};

static void write_down(void *context, int64_t now_ns, uint64_t argument)
{
    struct diary *diary = context;
    size_t length = strlen(diary->text);

    (void)snprintf(diary->text + length, sizeof diary->text - length, "%d@%d ", (int)argument,
                   (int)now_ns);
    if (diary->again > 0) {
        diary->again--;
        sw_clock_at(&diary->clock, now_ns + 10, write_down, diary, argument + 1);
    }
}

static void happenings_come_in_order_of_time_then_of_insertion(void **state)
{
    struct diary diary = {.again = 0};

    (void)state;
    sw_clock_init(&diary.clock, 0);
    sw_clock_at(&diary.clock, 20, write_down, &diary, 1);
    sw_clock_at(&diary.clock, 10, write_down, &diary, 2);
    sw_clock_at(&diary.clock, 20, write_down, &diary, 3);
    sw_clock_at(&diary.clock, 10, write_down, &diary, 4);
    sw_clock_at(&diary.clock, 31, write_down, &diary, 5);
    sw_clock_advance(&diary.clock, 30);
    assert_string_equal(diary.text, "2@10 4@10 1@20 3@20 ");
    assert_int_equal(diary.clock.now_ns, 30);
    sw_clock_advance(&diary.clock, 31);
    assert_string_equal(diary.text, "2@10 4@10 1@20 3@20 5@31 ");
    sw_clock_release(&diary.clock);
}

static void what_a_happening_schedules_within_the_span_happens_too(void **state)
{
    struct diary diary = {.again = 5};

    (void)state;
    sw_clock_init(&diary.clock, 0);
    sw_clock_at(&diary.clock, 5, write_down, &diary, 1);
    sw_clock_advance(&diary.clock, 30);
    assert_string_equal(diary.text, "1@5 2@15 3@25 ");
    assert_int_equal(diary.clock.count, 1);
    sw_clock_release(&diary.clock);
}

static void time_never_runs_backwards(void **state)
{
    struct diary diary = {.again = 0};

    (void)state;
    sw_clock_init(&diary.clock, 100);
    sw_clock_at(&diary.clock, 40, write_down, &diary, 1);
    assert_string_equal(diary.text, "");
    sw_clock_advance(&diary.clock, 100);
    assert_string_equal(diary.text, "1@100 ");
    sw_clock_advance(&diary.clock, 50);
    assert_int_equal(diary.clock.now_ns, 100);
    sw_clock_release(&diary.clock);
}

static void count_one(void *context, int64_t now_ns, uint64_t argument)
{
    int64_t *last = context;

    assert_int_equal(now_ns, (int64_t)argument);
    assert_true(now_ns >= *last);
    *last = now_ns;
}

static void a_thousand_random_times_come_sorted(void **state)
{
    struct sw_clock clock;
    struct sw_random random;
    int64_t last = 0;

    (void)state;
    sw_clock_init(&clock, 0);
    sw_random_init(&random, 7);
    for (int i = 0; i < 1000; i++) {
        uint64_t at = 1 + sw_random_below(&random, 500);

        sw_clock_at(&clock, (int64_t)at, count_one, &last, at);
    }
    sw_clock_advance(&clock, 250);
    assert_true(last <= 250);
    sw_clock_advance(&clock, 500);
    assert_int_equal(clock.count, 0);
    sw_clock_release(&clock);
}

/* Checked against the authors' C code of SplitMix64 and xoshiro256** (prng.di.unimi.it). */
static void the_generator_is_the_published_one(void **state)
{
    struct sw_random random = {.state = {1, 2, 3, 4}};
    const uint64_t published[] = {UINT64_C(11520), UINT64_C(0), UINT64_C(1509978240),
                                  UINT64_C(1215971899390074240)};

    (void)state;
    for (size_t i = 0; i < SW_COUNT(published); i++) {
        assert_true(sw_random_next(&random) == published[i]);
    }
    sw_random_init(&random, 0);
    assert_true(random.state[0] == UINT64_C(0xe220a8397b1dcdaf));
    assert_true(random.state[1] == UINT64_C(0x6e789e6aa1b965f4));
}

static void the_same_seed_gives_the_same_sequence(void **state)
{
    struct sw_random one;
    struct sw_random two;
    struct sw_random other;
    int same = 0;

    (void)state;
    sw_random_init(&one, 42);
    sw_random_init(&two, 42);
    sw_random_init(&other, 43);
    for (int i = 0; i < 100; i++) {
        uint64_t drawn = sw_random_next(&one);

        assert_true(drawn == sw_random_next(&two));
        same += drawn == sw_random_next(&other);
    }
    assert_int_equal(same, 0);
}

static void draws_stay_below_and_reach_every_number(void **state)
{
    struct sw_random random;
    bool was_drawn[6] = {false};

    (void)state;
    sw_random_init(&random, 1);
    assert_int_equal(sw_random_below(&random, 0), 0);
    assert_int_equal(sw_random_below(&random, 1), 0);
    for (int i = 0; i < 200; i++) {
        was_drawn[sw_random_below(&random, SW_COUNT(was_drawn))] = true;
    }
    for (size_t i = 0; i < SW_COUNT(was_drawn); i++) {
        assert_true(was_drawn[i]);
    }
    assert_true(sw_random_below(&random, UINT64_MAX) < UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(happenings_come_in_order_of_time_then_of_insertion),
        cmocka_unit_test(what_a_happening_schedules_within_the_span_happens_too),
        cmocka_unit_test(time_never_runs_backwards),
        cmocka_unit_test(a_thousand_random_times_come_sorted),
        cmocka_unit_test(the_generator_is_the_published_one),
        cmocka_unit_test(the_same_seed_gives_the_same_sequence),
        cmocka_unit_test(draws_stay_below_and_reach_every_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
