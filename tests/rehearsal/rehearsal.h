#pragma once
/**
 * @file A whole run of a real runbook against a real model world, for tests: load, bind, drive,
 * crash, go on. Nothing is replaced but the terminal.
 */
#include "cli/book/load.h"
#include "cli/run/drive.h"
#include "engine/store.h"

/** A store in front of another one that dies at a commit. */
struct crashing_store {
    struct sw_store store; /**< first: it is used as a sw_store */
    struct sw_store *real;
    uint64_t commits; /**< made so far */
    uint64_t dies_at; /**< 0: never; n: at the n-th commit */
    bool dies_after;  /**< the commit is durable, but nobody hears of it */
    bool is_dead;
};

struct rehearsal {
    struct sw_arena *arena;
    struct sw_loaded runbook, world_file;
    struct sw_world *world;
    struct sw_store *memory;
    struct crashing_store front;
    const struct sw_value *params;
    const struct sw_target *targets;
    struct sw_prepared_answer answers[16];
    size_t answer_count;
    struct sw_verdict_of_world verdict;
    int code;         /**< of the last drive */
    bool is_told;     /**< print the timeline */
    bool has_crashed; /**< the last drive ended because the store died */
};

/** Load scenario 1 (or `runbook_text` in place of it) and a world file of runbooks/filesync/worlds.
 */
void rehearsal_begin(struct rehearsal *rehearsal, const char *world, const char *runbook_text,
                     uint64_t seed);
/** The same in a world that is given as the text of its file. */
void rehearsal_begin_in(struct rehearsal *rehearsal, const char *world_text, uint64_t seed);
/** Any runbook of runbooks/filesync in a world that is given as text. */
void rehearsal_begin_text(struct rehearsal *rehearsal, const char *runbook, const char *world_text,
                          uint64_t seed);
/** Load a runbook of runbooks/filesync by its name, in a world of its folder `worlds`. */
void rehearsal_begin_file(struct rehearsal *rehearsal, const char *runbook, const char *world,
                          uint64_t seed);
/** The same with one more parameter, `name=value`. */
void rehearsal_begin_with(struct rehearsal *rehearsal, const char *runbook, const char *world,
                          uint64_t seed, const char *param);
/** Prepare an answer, as --answer does. */
void rehearsal_answer(struct rehearsal *rehearsal, const char *step, const char *choice);
/** Drive as one process would, from the start or from the journal, until the end, a question, or a
 * crash. */
void rehearsal_drive(struct rehearsal *rehearsal);
/** Let virtual time pass while no engine runs. */
void rehearsal_sleep(struct rehearsal *rehearsal, int64_t ms);
/** Drive until it dies at its commit number `at`, then, `down_ms` later, anew until it ends; three
 * times at most. @param after the commit is durable, but the engine never hears of it */
void rehearsal_die(struct rehearsal *rehearsal, uint64_t at, bool after, int64_t down_ms);
/** Count records of a kind whose key has this text (NULL: any). */
size_t rehearsal_count(struct rehearsal *rehearsal, const char *kind, const char *key,
                       const char *text);
/** Word of the `end` record, or NULL. */
const char *rehearsal_end(struct rehearsal *rehearsal);
/** Hash of the last record, which stands for all before it. */
const char *rehearsal_head(struct rehearsal *rehearsal);
/** The evidence that was held when the intent of a step was written (the first of them), as the
 * records tell; NULL: there was none. */
const char *rehearsal_held_at(struct rehearsal *rehearsal, const char *step);
/** Body of the last record of a kind; NULL when there is none. */
const struct sw_value *rehearsal_last(struct rehearsal *rehearsal, const char *kind);
/** Judge the world and free all. */
void rehearsal_judge(struct rehearsal *rehearsal);
void rehearsal_release(struct rehearsal *rehearsal);
