/* The engine dies at every single journal write of a delete that accepts a loss, and is started
 * anew: nothing is lost that was not given up. */
#include "rehearsal/dying.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct story accepted = {
    "delete-accepting-loss", "accepting-loss/clean", "statement", "accept", "done", 1};
static const struct story stopped = {
    "delete-accepting-loss", "accepting-loss/clean", "statement", "stop", "stopped", 0};

static void dying_at_any_write_of_an_accepted_loss_loses_nothing_else(void **state)
{
    (void)state;
    story_survives_death(&accepted, false);
    story_survives_death(&accepted, true);
}

static void dying_at_any_write_of_a_rollback_still_gives_access_back(void **state)
{
    (void)state;
    story_survives_death(&stopped, false);
    story_survives_death(&stopped, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dying_at_any_write_of_an_accepted_loss_loses_nothing_else),
        cmocka_unit_test(dying_at_any_write_of_a_rollback_still_gives_access_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
