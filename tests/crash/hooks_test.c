/* The engine dies at every single journal write of a run with a hook, and is started anew: the same
 * end, and no change made twice but one that names the state it sets. */
#include "rehearsal/rehearsal.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/** An example, its one question, the answer, and what comes of it. */
struct story {
    const char *example, *step, *choice, *end;
    uint64_t writes;
    uint64_t again; /**< so often may a write that names the state it sets be made once more */
};

static void prepare(struct rehearsal *r, const struct story *story)
{
    struct sw_arena *arena = sw_arena_new();

    rehearsal_begin_file(r, sw_format(arena, "../../examples/%s/runbook", story->example),
                         sw_format(arena, "../../../examples/%s/world", story->example), 1);
    rehearsal_answer(r, story->step, story->choice);
    sw_arena_free(arena);
}

static uint64_t commits_of(const struct story *story)
{
    struct rehearsal r;

    prepare(&r, story);
    rehearsal_drive(&r);
    assert_string_equal(rehearsal_end(&r), story->end);

    uint64_t commits = r.front.commits;

    rehearsal_judge(&r);
    assert_int_equal(r.verdict.writes, story->writes);
    rehearsal_release(&r);
    return commits;
}

static void survives(const struct story *story, bool after)
{
    uint64_t commits = commits_of(story);

    assert_true(commits > 3);
    for (uint64_t at = 1; at <= commits; at++) {
        struct rehearsal r;

        prepare(&r, story);
        rehearsal_die(&r, at, after, 0);
        rehearsal_judge(&r);
        if (!sw_text_is(rehearsal_end(&r), story->end) || r.verdict.writes < story->writes ||
            r.verdict.writes > story->writes + story->again) {
            fail_msg("%s: died %s commit %llu, ended as %s (exit %d) with %llu writes",
                     story->example, after ? "after" : "at", (unsigned long long)at,
                     rehearsal_end(&r) == NULL ? "nothing" : rehearsal_end(&r), r.code,
                     (unsigned long long)r.verdict.writes);
        }
        rehearsal_release(&r);
    }
}

static void dying_at_any_write_of_a_hook_makes_each_change_once(void **state)
{
    static const struct story stories[] = {
        {"20-hook-change-ticket", "ask", "yes_go_on", "done", 1},
        {"23-hook-dfs-folder-target", "arrived", "arrive", "done", 2, 1},
    };

    (void)state;
    for (size_t i = 0; i < SW_COUNT(stories); i++) {
        survives(&stories[i], false);
        survives(&stories[i], true);
    }
}

static void dying_at_any_write_of_its_way_back_puts_all_back(void **state)
{
    static const struct story stories[] = {
        {"20-hook-change-ticket", "ask", "no_stop", "stopped", 2},
        {"23-hook-dfs-folder-target", "arrived", "lost", "stopped", 4, 1},
    };

    (void)state;
    survives(&stories[0], false);
    survives(&stories[0], true);
    survives(&stories[1], false);
    survives(&stories[1], true);
}

static void a_change_that_could_come_twice_waits_for_a_person_instead(void **state)
{
    static const struct story story = {"24-hook-dns-cname", "arrived", "arrive", "done", 2};
    uint64_t commits = commits_of(&story);
    int parked = 0;

    (void)state;
    for (uint64_t at = 1; at <= 2 * commits; at++) {
        struct rehearsal r;

        prepare(&r, &story);
        rehearsal_die(&r, (at + 1) / 2, at % 2 == 0, 0);
        rehearsal_judge(&r);
        if (rehearsal_end(&r) == NULL) {
            assert_int_equal(r.code, 8);
            parked++;
        }
        assert_in_range(r.verdict.writes, 0, story.writes);
        rehearsal_release(&r);
    }
    assert_in_range(parked, 1, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dying_at_any_write_of_a_hook_makes_each_change_once),
        cmocka_unit_test(dying_at_any_write_of_its_way_back_puts_all_back),
        cmocka_unit_test(a_change_that_could_come_twice_waits_for_a_person_instead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
