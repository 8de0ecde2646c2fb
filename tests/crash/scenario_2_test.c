/* The engine dies at every single journal write of Scenario 2 and is started anew. */
#include "rehearsal/dying.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct story clean = {"scenario-2", "scenario-2/clean", NULL, NULL, "done", 1};
static const struct story stopped = {
    "scenario-2", "scenario-2/recall-fails", "recall_trouble", "stop", "stopped", 0};
static const struct story anew = {"scenario-2", "scenario-2/tiering-back", NULL, NULL, "done", 1};

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

static void dying_at_any_write_of_a_rollback_still_turns_tiering_on(void **state)
{
    (void)state;
    story_survives_death(&stopped, false);
    story_survives_death(&stopped, true);
}

static void dying_while_all_is_proven_anew_loses_nothing(void **state)
{
    (void)state;
    story_survives_death(&anew, false);
    story_survives_death(&anew, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dying_before_any_write_of_a_clean_run_changes_nothing_about_its_end),
        cmocka_unit_test(dying_after_any_write_of_a_clean_run_changes_nothing_about_its_end),
        cmocka_unit_test(dying_at_any_write_of_a_rollback_still_turns_tiering_on),
        cmocka_unit_test(dying_while_all_is_proven_anew_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
