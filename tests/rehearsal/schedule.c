#include "rehearsal/schedule.h"

#include "base/text.h"
#include "base/time.h"
#include "stdlib/filesync/world/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { TWICE_EVERY = 10, RETRIES = 4, DAYS_MAX = 120 };
enum { USES = 100 }; /* of one prepared answer, see cli/run/ask.c */

uint64_t below(struct sw_random *random, uint64_t bound)
{
    return sw_random_below(random, bound);
}

bool one_in(struct sw_random *random, uint64_t n)
{
    return below(random, n) == 0;
}

const char *pick(struct sw_random *random, const char *const *of, size_t count)
{
    return of[below(random, count)];
}

void add_when(struct sw_buf *text, struct sw_random *random, const char *const *anchors)
{
    /* Mostly when the run is under way: a world that is in trouble from the start is refused. */
    static const uint64_t spans_s[] = {5, 60, 600, 7200, 86400};
    size_t count = 0;

    while (anchors[count] != NULL) {
        count++;
    }
    const char *anchor = anchors[below(random, count)];
    uint64_t span = spans_s[below(random, SW_COUNT(spans_s))];

    if (one_in(random, 8)) {
        sw_buf_addf(text, "at: -%llum", (unsigned long long)(1 + below(random, 30)));
    } else {
        sw_buf_addf(text, "at: %s%llus", sw_text_is(anchor, "start+") ? "" : anchor,
                    (unsigned long long)below(random, span));
    }
}

void add_lasts(struct sw_buf *text, struct sw_random *random)
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

void add_row(struct sw_buf *text, struct sw_random *random, const struct kind *kind,
             const char *const *anchors)
{
    sw_buf_add_text(text, "  - { ");
    add_when(text, random, anchors);
    sw_buf_addf(text, ", what: %s%s", kind->what, kind->more == NULL ? "" : kind->more);
    if (kind->lasts) {
        add_lasts(text, random);
    }
    sw_buf_add_text(text, " }\n");
}

/* From a stream of its own: see struct procedure. The list of trouble is the last of the world. */
static const char *with_more(const struct procedure *procedure, struct sw_arena *arena,
                             uint64_t seed, const char *world)
{
    static const char params[] = "params: { ";
    const char *at = strstr(world, params);
    struct sw_random random;
    struct sw_buf text;

    sw_random_init(&random, seed * UINT64_C(0x9e3779b97f4a7c15) + 99);
    sw_buf_init(&text, 65536);
    if (seed % 7 < 5 || strstr(world, "require_manifest") != NULL) {
        sw_buf_add_text(&text, world);
    } else if (at == NULL) {
        sw_buf_addf(&text, "%srequire_manifest: true }\n%s", params, world);
    } else {
        sw_buf_add(&text, world, (size_t)(at - world));
        sw_buf_addf(&text, "%srequire_manifest: true, %s", params, at + sizeof params - 1);
    }
    for (size_t i = 0; seed % 7 == 6 && i < procedure->rare_count; i++) {
        if (one_in(&random, 3)) {
            add_row(&text, &random, &procedure->rare[i], procedure->anchors);
        }
    }
    const char *copy = sw_copy(arena, text.bytes, text.length);
    sw_buf_release(&text);
    return copy;
}

void add_answer(struct schedule *s, const char *step, const char *choice)
{
    s->answers[s->answer_count][0] = step;
    s->answers[s->answer_count++][1] = choice;
}

void schedule_draw(const struct procedure *procedure, struct sw_arena *arena, uint64_t seed,
                   struct schedule *s)
{
    static const uint64_t sleeps_s[] = {2, 90, 1800, 20000, 100000};
    struct sw_random random;

    sw_random_init(&random, seed * 2654435761u + 17);
    *s = (struct schedule){.world = procedure->draw_world(arena, &random)};
    s->world = with_more(procedure, arena, seed, s->world);
    procedure->draw_people(s, &random);
    s->death_count = one_in(&random, 2) ? (size_t)below(&random, SW_COUNT(s->dies_at)) : 0;
    for (size_t i = 0; i < s->death_count; i++) {
        s->dies_at[i] = 1 + below(&random, 30);
        s->dies_after[i] = one_in(&random, 2);
    }
    for (size_t i = 0; i < SCHEDULE_DRIVES_MAX; i++) {
        s->sleep_ms[i] =
            (int64_t)below(&random, sleeps_s[below(&random, SW_COUNT(sleeps_s))]) * 1000;
    }
}

/* ---- one run ---- */

void schedule_play(const struct procedure *procedure, struct rehearsal *r, const struct schedule *s,
                   uint64_t seed)
{
    size_t deaths = 0;

    rehearsal_begin_text(r, procedure->runbook, s->world, seed);
    r->is_told = getenv("SHOW") != NULL;
    for (size_t i = 0; i < s->answer_count; i++) {
        rehearsal_answer(r, s->answers[i][0], s->answers[i][1]);
    }
    for (size_t drive = 0; drive < SCHEDULE_DRIVES_MAX && rehearsal_end(r) == NULL; drive++) {
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

static bool is_proven(const struct procedure *procedure, struct rehearsal *r, const char *held)
{
    for (size_t i = 0; procedure->proofs[i][0] != NULL; i++) {
        bool has_all = true;

        for (size_t n = 0; procedure->proofs[i][n] != NULL; n++) {
            has_all = has_all &&
                      strstr(held, sw_format(r->arena, " %s ", procedure->proofs[i][n])) != NULL;
        }
        if (has_all) {
            return true;
        }
    }
    return false;
}

static const char *wrong_with(const struct procedure *procedure, struct rehearsal *r,
                              int64_t began_ns)
{
    int64_t took_ns = r->world->ops->now(r->world) - began_ns;
    const char *held = rehearsal_held_at(r, "delete");

    /* What is written once the delete was accepted goes unseen (the language: The edge, 4). */
    uint64_t late =
        sw_fs_oracle_lost_late(sw_fs_model_of(r->world), procedure->unseen_s * SW_NS_PER_S);

    if (r->verdict.files_lost != r->verdict.files_accepted + late) {
        return "content was lost that nobody gave up";
    }
    if (r->verdict.is_deleted_twice || r->verdict.deletes > 1) {
        return "deleted twice";
    }
    if (held != NULL && !is_proven(procedure, r, held)) {
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

/* Under the sanitizers each takes ten times as long, and the other build plays all of them. */
static uint64_t tries(const struct procedure *procedure)
{
#ifdef SW_ARENA_MALLOC
    return from_environment("SEEDS", procedure->tries / 4);
#else
    return from_environment("SEEDS", procedure->tries);
#endif
}

void schedules_hold(const struct procedure *procedure)
{
    uint64_t first = from_environment("FIRST_SEED", 1);
    uint64_t count = tries(procedure);
    size_t bad = 0;
    size_t ends[8] = {0};
    static const char *const words[] = {"done", "stopped", "failed", "refused"};

    for (uint64_t seed = first; seed < first + count; seed++) {
        struct sw_arena *arena = sw_arena_new();
        struct schedule s;
        struct rehearsal r;

        schedule_draw(procedure, arena, seed, &s);
        if (getenv("SHOW") != NULL) {
            print_lines(tell(arena, &s));
        }
        schedule_play(procedure, &r, &s, seed);
        const char *wrong = wrong_with(procedure, &r, INT64_C(1795201200) * SW_NS_PER_S);
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
    if (count >= procedure->tries) {
        assert_true(ends[0] > count / 20 && ends[1] + ends[4] > count / 20 &&
                    (ends[6] > 0 || !procedure->accepts_loss));
    }
}

void schedules_repeat(const struct procedure *procedure)
{
    uint64_t count = tries(procedure) / TWICE_EVERY;

    for (uint64_t seed = 1; seed <= count; seed++) {
        struct sw_arena *arena = sw_arena_new();
        struct schedule s;
        struct rehearsal r, again;

        schedule_draw(procedure, arena, seed, &s);
        schedule_play(procedure, &r, &s, seed);
        schedule_play(procedure, &again, &s, seed);
        assert_string_equal(rehearsal_head(&r), rehearsal_head(&again));
        rehearsal_release(&r);
        rehearsal_release(&again);
        sw_arena_free(arena);
    }
}
