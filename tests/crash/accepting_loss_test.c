/* The engine dies at every single journal write of a delete that accepts a loss, and is started
 * anew: nothing is lost that was not given up. */
#include "rehearsal/rehearsal.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct story {
    const char *world, *step, *choice; /* the one question beside the edge; or NULL */
    const char *end;
    uint64_t deletes;
};

static void prepare(struct rehearsal *r, const struct story *story)
{
    rehearsal_begin_file(r, "delete-accepting-loss", story->world, 1);
    rehearsal_answer(r, "delete", "approve");
    if (story->step != NULL) {
        rehearsal_answer(r, story->step, story->choice);
    }
}

static uint64_t commits_of(const struct story *story)
{
    struct rehearsal r;

    prepare(&r, story);
    rehearsal_drive(&r);
    assert_string_equal(rehearsal_end(&r), story->end);

    uint64_t commits = r.front.commits;

    rehearsal_release(&r);
    return commits;
}

static void die_everywhere(const struct story *story, bool after)
{
    uint64_t commits = commits_of(story);

    assert_true(commits > 5);
    for (uint64_t at = 1; at <= commits; at++) {
        struct rehearsal r;

        prepare(&r, story);
        r.front.dies_at = at;
        r.front.dies_after = after;
        rehearsal_drive(&r);
        r.front.dies_at = 0;
        rehearsal_sleep(&r, 90000);
        for (int restarts = 0; restarts < 3 && rehearsal_end(&r) == NULL; restarts++) {
            rehearsal_drive(&r);
        }
        rehearsal_judge(&r);
        if (!sw_text_is(rehearsal_end(&r), story->end)) {
            fail_msg("%s: died at commit %llu, ended as %s (exit %d)", story->world,
                     (unsigned long long)at,
                     rehearsal_end(&r) == NULL ? "nothing" : rehearsal_end(&r), r.code);
        }
        assert_int_equal(r.verdict.files_lost - r.verdict.files_accepted, 0);
        assert_false(r.verdict.is_deleted_twice);
        assert_int_equal(r.verdict.deletes, story->deletes);
        rehearsal_release(&r);
    }
}

static const struct story accepted = {"accepting-loss/clean", "statement", "accept", "done", 1};
static const struct story stopped = {"accepting-loss/clean", "statement", "stop", "stopped", 0};

static void dying_at_any_write_of_an_accepted_loss_loses_nothing_else(void **state)
{
    (void)state;
    die_everywhere(&accepted, false);
    die_everywhere(&accepted, true);
}

static void dying_at_any_write_of_a_rollback_still_gives_access_back(void **state)
{
    (void)state;
    die_everywhere(&stopped, false);
    die_everywhere(&stopped, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dying_at_any_write_of_an_accepted_loss_loses_nothing_else),
        cmocka_unit_test(dying_at_any_write_of_a_rollback_still_gives_access_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
