/*
 * Scenario 1 in worlds that nobody thought of: each seed draws a world, a random subset of all
 * kinds of trouble at random times, people's answers, and crashes of the engine. Whatever comes:
 * nothing is lost that nobody gave up, nothing is deleted twice or without a held proof, and every
 * run ends or stands still in bounded time.
 *
 * SEEDS=n and FIRST_SEED=n in the environment run others; a failure prints its world.
 */
#include "rehearsal/rehearsal.h"

#include "base/text.h"
#include "base/time.h"
#include "stdlib/filesync/world/model.h"
#include "world/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { SEEDS = 150, TWICE_EVERY = 10, DRIVES_MAX = 12, RETRIES = 4, DAYS_MAX = 120 };
enum { USES = 100 }; /* of one prepared answer, see cli/ask.c */

/** All that a seed decides beside the world itself. */
struct schedule {
    const char *world;
    const char *answers[12][2];
    size_t answer_count;
    uint64_t dies_at[6];
    bool dies_after[6];
    size_t death_count;
    int64_t sleep_ms[DRIVES_MAX];
};

static uint64_t below(struct sw_random *random, uint64_t bound)
{
    return sw_random_below(random, bound);
}

static bool one_in(struct sw_random *random, uint64_t n)
{
    return below(random, n) == 0;
}

static const char *pick(struct sw_random *random, const char *const *of, size_t count)
{
    return of[below(random, count)];
}

/* ---- the world ---- */

static void add_when(struct sw_buf *text, struct sw_random *random)
{
    /* Mostly when the run is under way: a world that is in trouble from the start is refused. */
    static const char *const from[] = {"start+", "block+", "block+", "vss+", "vss+", "delete+"};
    static const uint64_t spans_s[] = {5, 60, 600, 7200, 86400};
    const char *anchor = from[below(random, SW_COUNT(from))];
    uint64_t span = spans_s[below(random, SW_COUNT(spans_s))];

    if (one_in(random, 8)) {
        sw_buf_addf(text, "at: -%llum", (unsigned long long)(1 + below(random, 30)));
    } else {
        sw_buf_addf(text, "at: %s%llus", sw_text_is(anchor, "start+") ? "" : anchor,
                    (unsigned long long)below(random, span));
    }
}

static void add_lasts(struct sw_buf *text, struct sw_random *random)
{
    static const uint64_t spans_s[] = {3, 60, 600, 3600, 36000, 200000};

    if (one_in(random, 8)) {
        sw_buf_add_text(text, ", for: forever");
    } else {
        sw_buf_addf(
            text, ", for: %llus",
            (unsigned long long)(1 + below(random, spans_s[below(random, SW_COUNT(spans_s))])));
    }
}

static void add_trouble(struct sw_buf *text, struct sw_random *random, size_t kind)
{
    static const char *const kinds[] = {
        "access_back",    "local_write", "session_running", "clear_log",    "roll_log",
        "server_offline", "item_error",  "sync_error",      "disable_task", "reboot",
        "lose_reply",     "throttle",    "arm_error"};
    static const char *const sync_codes[] = {"'-2134364065'", "'-2134364065'", "'0x80c8004c'",
                                             "'0x80c80300'", "'0x80c8ffff'"};

    sw_buf_add_text(text, "  - { ");
    add_when(text, random);
    sw_buf_addf(text, ", what: %s", kinds[kind]);
    switch (kind) {
    case 0:
    case 5:
    case 8:
    case 9:
    case 11:
        add_lasts(text, random);
        break;
    case 1:
        sw_buf_addf(text, ", count: %llu, every: %llus",
                    (unsigned long long)(1 + below(random, 40)),
                    (unsigned long long)(5 + below(random, 900)));
        break;
    case 2:
        sw_buf_addf(text, ", takes: %llus", (unsigned long long)(30 + below(random, 7200)));
        break;
    case 4:
        sw_buf_addf(text, ", count: %llu", (unsigned long long)(1 + below(random, 30000)));
        break;
    case 6:
        if (one_in(random, 2)) {
            sw_buf_add_text(text, ", path: 'Odd\\name .docx'");
        }
        add_lasts(text, random);
        break;
    case 7:
        sw_buf_addf(text, ", hresult: %s", pick(random, sync_codes, SW_COUNT(sync_codes)));
        add_lasts(text, random);
        break;
    case 10:
        sw_buf_addf(text, ", count: %llu", (unsigned long long)(1 + below(random, 3)));
        break;
    case 12:
        sw_buf_addf(text, ", status: %s", one_in(random, 2) ? "503" : "500");
        add_lasts(text, random);
        break;
    default:
        break;
    }
    sw_buf_add_text(text, " }\n");
}

static void add_server(struct sw_buf *text, struct sw_random *random)
{
    static const char *const flags[] = {"true", "false"};

    sw_buf_addf(text,
                "server: { has_status: %s, cancel_running: %s, clock_skew: %s%llus, log_records: "
                "%llu }\n",
                pick(random, flags, 2), pick(random, flags, 2), one_in(random, 2) ? "-" : "",
                (unsigned long long)below(random, 4000),
                (unsigned long long)(one_in(random, 5) ? 200 + below(random, 2000) : 20000));
    sw_buf_addf(
        text, "endpoint: { path: 'D:\\Shares\\Team', files: %llu, bytes: 3GiB, tiered: %llu }\n",
        (unsigned long long)(20 + below(random, 200)), (unsigned long long)below(random, 20));
    sw_buf_addf(text, "azure: { clock_skew: %llus, report_every: %llus, job_expires: %llum }\n",
                (unsigned long long)below(random, 100),
                (unsigned long long)(60 + below(random, 1200)),
                (unsigned long long)(5 + below(random, 90)));
    sw_buf_addf(text, "users: { count: %llu, write_every: %llus, hold_for: %llus }\n",
                (unsigned long long)below(random, 14), (unsigned long long)(10 + below(random, 90)),
                (unsigned long long)(30 + below(random, 900)));
    sw_buf_addf(text, "sync: { every: %llus, takes: %llus, vss_takes: %llus }\n",
                (unsigned long long)(60 + below(random, 900)),
                (unsigned long long)(10 + below(random, 600)),
                (unsigned long long)(30 + below(random, 7200)));
}

static const char *draw_world(struct sw_arena *arena, struct sw_random *random)
{
    struct sw_buf text;
    size_t kinds = 0;

    sw_buf_init(&text, 65536);
    sw_buf_addf(&text, "world: filesync\nparams: { max_wait: %lluh }\n",
                (unsigned long long)(1 + below(random, 8)));
    add_server(&text, random);
    if (one_in(random, 3)) {
        sw_buf_add_text(&text, "shares:\n  - { name: Team, path: 'D:\\Shares\\Team' }\n"
                               "  - { name: All, path: 'D:\\Shares' }\n"
                               "  - { name: Mill, path: 'D:\\Shares\\Team\\Projects\\Mill' }\n");
    }
    if (one_in(random, 2)) {
        sw_buf_addf(&text, "other_groups: [ { name: archive, every: %llus, takes: %llus } ]\n",
                    (unsigned long long)(60 + below(random, 900)),
                    (unsigned long long)(10 + below(random, 300)));
    }
    if (one_in(random, 3)) {
        sw_buf_add_text(&text,
                        "never_synced: [ 'Minutes\\thumbs.db', 'Finance\\2026\\~$a.xlsx' ]\n");
    }
    if (one_in(random, 3)) {
        sw_buf_addf(&text, "item_errors: [ { path: 'Minutes\\bad .txt', until: '%s' } ]\n",
                    one_in(random, 2) ? "never" : "vss+1h");
    }
    sw_buf_add_text(&text, "trouble:\n");
    for (size_t kind = 0; kind < 13; kind++) {
        if (one_in(random, 3)) {
            size_t times = 1 + (size_t)below(random, 2);
            kinds++;
            for (size_t i = 0; i < times; i++) {
                add_trouble(&text, random, kind);
            }
        }
    }
    if (kinds == 0) {
        add_trouble(&text, random, (size_t)below(random, 13));
    }
    const char *copy = sw_copy(arena, text.bytes, text.length);
    sw_buf_release(&text);
    return copy;
}

/* ---- people and crashes ---- */

static void answer(struct schedule *s, const char *step, const char *choice)
{
    s->answers[s->answer_count][0] = step;
    s->answers[s->answer_count++][1] = choice;
}

static void draw_people(struct schedule *s, struct sw_random *random)
{
    static const char *const repair[] = {"again", "again", "extend", "extend", "stop", "stop"};
    static const char *const review[] = {"fix", "accept", "accept", "accept", "stop", "stop"};
    static const char *const left[] = {"look", "accept", "accept", "accept", "stop", "stop"};
    static const char *const parked[] = {"retry", "retry", "retry", "rollback", "stop"};
    static const char *const edge[] = {"approve", "approve", "approve",
                                       "approve", "reject",  "wait"};

    answer(s, "repair", pick(random, repair, SW_COUNT(repair)));
    answer(s, "repair", pick(random, repair, SW_COUNT(repair)));
    answer(s, "review", pick(random, review, SW_COUNT(review)));
    answer(s, "review", pick(random, review, SW_COUNT(review)));
    answer(s, "leftovers_review", pick(random, left, SW_COUNT(left)));
    answer(s, "leftovers_review", pick(random, left, SW_COUNT(left)));
    answer(s, "delete", pick(random, edge, SW_COUNT(edge)));
    answer(s, "delete", "approve");
    if (one_in(random, 12)) { /* nobody comes: the question goes its safe way */
        s->answers[(size_t)below(random, 3) * 2][1] = "wait";
    }
    answer(s, "parked", pick(random, parked, SW_COUNT(parked)));
    answer(s, "parked", pick(random, parked, SW_COUNT(parked)));
}

static void draw(struct sw_arena *arena, uint64_t seed, struct schedule *s)
{
    static const uint64_t sleeps_s[] = {2, 90, 1800, 20000, 100000};
    struct sw_random random;

    sw_random_init(&random, seed * 2654435761u + 17);
    *s = (struct schedule){.world = draw_world(arena, &random)};
    draw_people(s, &random);
    s->death_count = one_in(&random, 2) ? (size_t)below(&random, SW_COUNT(s->dies_at)) : 0;
    for (size_t i = 0; i < s->death_count; i++) {
        s->dies_at[i] = 1 + below(&random, 30);
        s->dies_after[i] = one_in(&random, 2);
    }
    for (size_t i = 0; i < DRIVES_MAX; i++) {
        s->sleep_ms[i] =
            (int64_t)below(&random, sleeps_s[below(&random, SW_COUNT(sleeps_s))]) * 1000;
    }
}

/* ---- one run ---- */

static void play(struct rehearsal *r, const struct schedule *s, uint64_t seed)
{
    size_t deaths = 0;

    rehearsal_begin_in(r, s->world, seed);
    r->is_told = getenv("SHOW") != NULL;
    for (size_t i = 0; i < s->answer_count; i++) {
        rehearsal_answer(r, s->answers[i][0], s->answers[i][1]);
    }
    for (size_t drive = 0; drive < DRIVES_MAX && rehearsal_end(r) == NULL; drive++) {
        r->front.dies_at = 0;
        if (deaths < s->death_count) {
            r->front.dies_at = r->front.commits + s->dies_at[deaths];
            r->front.dies_after = s->dies_after[deaths];
            deaths++;
        }
        /* A run that stands still is tried again a few times, later left alone. */
        for (size_t i = 0; i < r->answer_count; i++) {
            r->answers[i].uses = !sw_text_is(r->answers[i].step, "parked") ? 0
                                 : drive < RETRIES                         ? USES - 2
                                                                           : INT_MAX / 2;
        }
        rehearsal_drive(r);
        rehearsal_sleep(r, s->sleep_ms[drive]);
    }
    rehearsal_judge(r);
}

static const char *wrong_with(struct rehearsal *r, int64_t began_ns)
{
    int64_t took_ns = r->world->ops->now(r->world) - began_ns;
    const char *held = rehearsal_held_at(r, "delete");
    bool is_settled = held != NULL && strstr(held, " filesync.leftovers_settled ") != NULL &&
                      strstr(held, " filesync.access_removed ") != NULL &&
                      strstr(held, " filesync.snapshot_uploading ") != NULL;
    bool is_proven = is_settled && (strstr(held, " filesync.cloud_complete ") != NULL ||
                                    (strstr(held, " filesync.cloud_complete_except ") != NULL &&
                                     strstr(held, " filesync.items_accepted ") != NULL));

    /* What is written once the delete was accepted goes unseen (the language: The edge, 4). */
    uint64_t late = sw_fs_oracle_lost_late(sw_fs_model_of(r->world));

    if (r->verdict.files_lost != r->verdict.files_accepted + late) {
        return "content was lost that nobody gave up";
    }
    if (r->verdict.is_deleted_twice || r->verdict.deletes > 1) {
        return "deleted twice";
    }
    if (held != NULL && !is_proven) {
        return sw_format(r->arena, "a delete was written on the proof of%s", held);
    }
    if (r->verdict.deletes > 0 && held == NULL) {
        return "deleted without an intent";
    }
    if (rehearsal_end(r) != NULL && sw_text_is(rehearsal_end(r), "done") &&
        r->verdict.deletes != 1) {
        return "done, but nothing was deleted";
    }
    if (!r->has_crashed && r->code == 70) {
        return "the run does not come to a rest";
    }
    return took_ns > DAYS_MAX * 86400 * SW_NS_PER_S ? "the run took too long" : NULL;
}

static const char *tell(struct sw_arena *arena, const struct schedule *s)
{
    const char *text = sw_format(arena, "%sanswers:", s->world);

    for (size_t i = 0; i < s->answer_count; i++) {
        text = sw_format(arena, "%s %s=%s", text, s->answers[i][0], s->answers[i][1]);
    }
    for (size_t i = 0; i < s->death_count; i++) {
        text = sw_format(arena, "%s\ndies %s commit +%llu, then sleeps %lld s", text,
                         s->dies_after[i] ? "after" : "before", (unsigned long long)s->dies_at[i],
                         (long long)s->sleep_ms[i] / 1000);
    }
    return text;
}

/* print_message cuts long texts. */
static void print_lines(const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        print_message("    %.*s\n", (int)length, text);
        text += length + (text[length] == '\n' ? 1 : 0);
    }
}

static uint64_t from_environment(const char *name, uint64_t preset)
{
    const char *text = getenv(name);

    return text == NULL ? preset : (uint64_t)strtoull(text, NULL, 10);
}

static void no_schedule_of_trouble_loses_what_nobody_gave_up(void **state)
{
    uint64_t first = from_environment("FIRST_SEED", 1);
    uint64_t count = from_environment("SEEDS", SEEDS);
    size_t bad = 0;
    size_t ends[8] = {0};
    static const char *const words[] = {"done", "stopped", "failed", "refused"};

    (void)state;
    for (uint64_t seed = first; seed < first + count; seed++) {
        struct sw_arena *arena = sw_arena_new();
        struct schedule s;
        struct rehearsal r;

        draw(arena, seed, &s);
        if (getenv("SHOW") != NULL) {
            print_lines(tell(arena, &s));
        }
        play(&r, &s, seed);
        const char *wrong = wrong_with(&r, INT64_C(1795201200) * SW_NS_PER_S);
        const char *end = rehearsal_end(&r);
        size_t word = 0;
        while (word < SW_COUNT(words) && !sw_text_is(end, words[word])) {
            word++;
        }
        ends[word]++;
        ends[5] += r.verdict.deletes;
        ends[6] += r.verdict.files_accepted > 0;
        if (wrong != NULL) {
            print_message("seed %llu: %s (ended as %s, exit %d)\n%s\n", (unsigned long long)seed,
                          wrong, end == NULL ? "nothing" : end, r.code, r.verdict.text);
            print_lines(tell(arena, &s));
            bad++;
        }
        rehearsal_release(&r);
        sw_arena_free(arena);
    }
    print_message("%llu seeds: %zu done, %zu stopped, %zu failed, %zu refused, %zu parked; %zu "
                  "deletes, %zu with accepted loss\n",
                  (unsigned long long)count, ends[0], ends[1], ends[2], ends[3], ends[4], ends[5],
                  ends[6]);
    assert_int_equal(bad, 0);
    /* A simulation in which nothing is ever deleted, or all of it, tests nothing. */
    if (count >= SEEDS) {
        assert_true(ends[0] > count / 20 && ends[1] + ends[4] > count / 20 && ends[6] > 0);
    }
}

/*
 * Found among 20,000: the task was started twice with access back in between, while an upload ran
 * that it did not cancel. The first snapshot waited behind that upload and began after the second
 * mark, without what was written between the two.
 */
static void a_snapshot_that_waited_since_an_earlier_start_does_not_count(void **state)
{
    enum { SEED = 14719 };
    struct sw_arena *arena = sw_arena_new();
    struct schedule s;
    struct rehearsal r;

    (void)state;
    draw(arena, SEED, &s);
    play(&r, &s, SEED);
    assert_int_equal(r.verdict.files_lost, r.verdict.files_accepted);
    rehearsal_release(&r);
    sw_arena_free(arena);
}

static void the_same_seed_writes_the_same_records(void **state)
{
    uint64_t count = from_environment("SEEDS", SEEDS) / TWICE_EVERY;

    (void)state;
    for (uint64_t seed = 1; seed <= count; seed++) {
        struct sw_arena *arena = sw_arena_new();
        struct schedule s;
        struct rehearsal r, again;

        draw(arena, seed, &s);
        play(&r, &s, seed);
        play(&again, &s, seed);
        assert_string_equal(rehearsal_head(&r), rehearsal_head(&again));
        rehearsal_release(&r);
        rehearsal_release(&again);
        sw_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_schedule_of_trouble_loses_what_nobody_gave_up),
        cmocka_unit_test(a_snapshot_that_waited_since_an_earlier_start_does_not_count),
        cmocka_unit_test(the_same_seed_writes_the_same_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
