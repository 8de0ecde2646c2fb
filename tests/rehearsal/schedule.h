#pragma once
/**
 * @file Schedules of trouble that a seed draws: a world, people's answers, crashes of the engine.
 * Whatever comes: nothing is lost that nobody gave up, nothing is deleted twice or without a held
 * proof, and every run ends or stands still in bounded time.
 *
 * SEEDS=n and FIRST_SEED=n in the environment run others; a failure prints its world; SHOW=1 prints
 * the timeline.
 */
#include "rehearsal/rehearsal.h"

#include "world/clock.h"

enum { SCHEDULE_DRIVES_MAX = 12 };

/** All that a seed decides beside the world itself. */
struct schedule {
    const char *world;
    const char *answers[16][2];
    size_t answer_count;
    uint64_t dies_at[6];
    bool dies_after[6];
    size_t death_count;
    int64_t sleep_ms[SCHEDULE_DRIVES_MAX];
};

/** A kind of trouble, and what a row of it says beside `at` and `what`. */
struct kind {
    const char *what;
    bool lasts;
    const char *more; /**< or NULL */
};

/** What is tried. */
struct procedure {
    const char *runbook; /**< of runbooks/filesync, without its ending */
    const char *(*draw_world)(struct sw_arena *arena, struct sw_random *random);
    void (*draw_people)(struct schedule *schedule, struct sw_random *random);
    /** Alternatives of what a delete must rest on; ends with an empty one. */
    const char *const (*proofs)[6];
    uint64_t tries;    /**< seeds, when the environment says nothing */
    bool accepts_loss; /**< some of its ends do */
    /** Kinds for one seed in seven, drawn behind all else: a seed that was kept for what it found
     * stays what it is. Two in seven compare all files. */
    const struct kind *rare;
    size_t rare_count;
    const char *const *anchors;
    int64_t unseen_s; /**< what is written in the last readings goes unseen */
};

uint64_t below(struct sw_random *random, uint64_t bound);
bool one_in(struct sw_random *random, uint64_t n);
const char *pick(struct sw_random *random, const char *const *of, size_t count);

/** A row of trouble. */
void add_row(struct sw_buf *text, struct sw_random *random, const struct kind *kind,
             const char *const *anchors);
/** "at: vss+17s" */
void add_when(struct sw_buf *text, struct sw_random *random, const char *const *anchors);
/** ", for: 3600s" */
void add_lasts(struct sw_buf *text, struct sw_random *random);
void add_answer(struct schedule *schedule, const char *step, const char *choice);

void schedule_draw(const struct procedure *procedure, struct sw_arena *arena, uint64_t seed,
                   struct schedule *ret_schedule);
/** Play it to its end, or until it stands still for good, and judge the world. */
void schedule_play(const struct procedure *procedure, struct rehearsal *rehearsal,
                   const struct schedule *schedule, uint64_t seed);

/** Play many seeds; fails with the worlds of those in which something went wrong. */
void schedules_hold(const struct procedure *procedure);
/** Play a tenth of them twice: the records must be the same to the byte. */
void schedules_repeat(const struct procedure *procedure);
