/* The engine dies at every single journal write of Scenario 1 and is started anew. */
#include "rehearsal/dying.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct story clean = {"scenario-1", "clean", NULL, NULL, "done", 1};
static const struct story rolled_back = {"scenario-1", "item-errors", "review",
                                         "stop",       "stopped",     0};
static const struct story accepted = {"scenario-1", "item-errors", "review", "accept", "done", 1};

static void dying_before_any_write_of_a_clean_run_changes_nothing_about_its_end(void **state)
{
    (void)state;
    story_survives_death(&clean, false);
}

static void dying_after_any_write_of_a_clean_run_changes_nothing_about_its_end(void **state)
{
    (void)state;
    story_survives_death(&clean, true);
}

static void dying_at_any_write_of_a_rollback_still_gives_access_back(void **state)
{
    (void)state;
    story_survives_death(&rolled_back, false);
    story_survives_death(&rolled_back, true);
}

static void dying_at_any_write_of_an_accepted_loss_loses_nothing_else(void **state)
{
    (void)state;
    story_survives_death(&accepted, false);
    story_survives_death(&accepted, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dying_before_any_write_of_a_clean_run_changes_nothing_about_its_end),
        cmocka_unit_test(dying_after_any_write_of_a_clean_run_changes_nothing_about_its_end),
        cmocka_unit_test(dying_at_any_write_of_a_rollback_still_gives_access_back),
        cmocka_unit_test(dying_at_any_write_of_an_accepted_loss_loses_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
