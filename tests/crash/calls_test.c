/* The engine dies at every single journal write of runs that call others: where a called runbook
 * proves for its caller, and where it has a subject of its own and is called once an item. */
#include "rehearsal/dying.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define CALLS "../../tests/data/calls/"

static void proven_in_a_call_and_deleted_outside_of_it(void **state)
{
    static const struct story clean = {CALLS "split", "clean", NULL, NULL, "done", 1, NULL};

    (void)state;
    story_survives_death(&clean, false);
    story_survives_death(&clean, true);
}

static void access_that_comes_back_behind_the_call_sends_the_run_into_it_again(void **state)
{
    static const struct story back = {CALLS "split", "access-given-back", NULL, NULL, "done", 1,
                                      NULL};

    (void)state;
    story_survives_death(&back, false);
    story_survives_death(&back, true);
}

static void a_loss_accepted_in_a_call_is_all_that_is_lost(void **state)
{
    static const struct story lost = {
        CALLS "split", "item-errors", "prove/review", "accept", "done", 1, NULL};

    (void)state;
    story_survives_death(&lost, false);
    story_survives_death(&lost, true);
}

static void a_call_that_stops_puts_back_what_it_changed(void **state)
{
    static const struct story stopped = {
        CALLS "split", "item-errors", "prove/review", "stop", "stopped", 0, NULL};

    (void)state;
    story_survives_death(&stopped, false);
    story_survives_death(&stopped, true);
}

static void one_with_a_subject_of_its_own_is_proven_by_itself(void **state)
{
    static const struct story clean = {CALLS "wrap",      "clean", NULL, NULL, "done", 1,
                                       "retire[1]/delete"};

    (void)state;
    story_survives_death(&clean, false);
    story_survives_death(&clean, true);
}

static void one_with_a_subject_of_its_own_puts_back_what_is_its_own(void **state)
{
    static const struct story stopped = {
        CALLS "wrap", "item-errors", "retire[1]/review", "stop", "stopped", 0, "retire[1]/delete"};

    (void)state;
    story_survives_death(&stopped, false);
    story_survives_death(&stopped, true);
}

#define T(name) cmocka_unit_test(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(proven_in_a_call_and_deleted_outside_of_it),
        T(access_that_comes_back_behind_the_call_sends_the_run_into_it_again),
        T(a_loss_accepted_in_a_call_is_all_that_is_lost),
        T(a_call_that_stops_puts_back_what_it_changed),
        T(one_with_a_subject_of_its_own_is_proven_by_itself),
        T(one_with_a_subject_of_its_own_puts_back_what_is_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
