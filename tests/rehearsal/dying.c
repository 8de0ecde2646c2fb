#include "rehearsal/dying.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void prepare(struct rehearsal *r, const struct story *story)
{
    rehearsal_begin_file(r, story->runbook, story->world, 1);
    rehearsal_answer(r, story->edge == NULL ? "delete" : story->edge, "approve");
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

static void check_end(struct rehearsal *r, const struct story *story, uint64_t at)
{
    rehearsal_judge(r);
    if (!sw_text_is(rehearsal_end(r), story->end)) {
        fail_msg("%s: died at commit %llu, ended as %s (exit %d)", story->world,
                 (unsigned long long)at, rehearsal_end(r) == NULL ? "nothing" : rehearsal_end(r),
                 r->code);
    }
    assert_int_equal(r->verdict.files_lost, r->verdict.files_accepted);
    assert_false(r->verdict.is_deleted_twice);
    assert_int_equal(r->verdict.deletes, story->deletes);
}

void story_survives_death(const struct story *story, bool after)
{
    uint64_t commits = commits_of(story);

    assert_true(commits > 5);
    for (uint64_t at = 1; at <= commits; at++) {
        struct rehearsal r;

        prepare(&r, story);
        rehearsal_die(&r, at, after, 90000);
        check_end(&r, story, at);
        rehearsal_release(&r);
    }
}
