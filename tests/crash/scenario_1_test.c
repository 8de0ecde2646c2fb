/* The engine dies at every single journal write of Scenario 1 and is started anew. */
#include "rehearsal/rehearsal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/** What one story is: a world, its answers, and how it must end whatever happens to the engine. */
struct story {
    const char *world;
    const char *answers[4][2];
    const char *end;
    size_t deletes;
};

static void prepare(struct rehearsal *r, const struct story *story)
{
    rehearsal_begin(r, story->world, NULL, 1);
    for (size_t i = 0; i < 4 && story->answers[i][0] != NULL; i++) {
        rehearsal_answer(r, story->answers[i][0], story->answers[i][1]);
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
    if (rehearsal_end(r) == NULL) {
        fail_msg("%s: died at commit %llu and never came to an end (exit %d)", story->world,
                 (unsigned long long)at, r->code);
    }
    assert_string_equal(rehearsal_end(r), story->end);
    assert_int_equal(r->verdict.files_lost - r->verdict.files_accepted, 0);
    assert_false(r->verdict.is_deleted_twice);
    assert_int_equal(r->verdict.deletes, story->deletes);
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
        check_end(&r, story, at);
        rehearsal_release(&r);
    }
}

static const struct story clean = {
    .world = "clean", .answers = {{"delete", "approve"}}, .end = "done", .deletes = 1};

static const struct story rolled_back = {
    .world = "item-errors", .answers = {{"review", "stop"}}, .end = "stopped", .deletes = 0};

static const struct story accepted = {.world = "item-errors",
                                      .answers = {{"review", "accept"}, {"delete", "approve"}},
                                      .end = "done",
                                      .deletes = 1};

static void dying_before_any_write_of_a_clean_run_changes_nothing_about_its_end(void **state)
{
    (void)state;
    die_everywhere(&clean, false);
}

static void dying_after_any_write_of_a_clean_run_changes_nothing_about_its_end(void **state)
{
    (void)state;
    die_everywhere(&clean, true);
}

static void dying_at_any_write_of_a_rollback_still_gives_access_back(void **state)
{
    (void)state;
    die_everywhere(&rolled_back, false);
    die_everywhere(&rolled_back, true);
}

static void dying_at_any_write_of_an_accepted_loss_loses_nothing_else(void **state)
{
    (void)state;
    die_everywhere(&accepted, false);
    die_everywhere(&accepted, true);
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
